/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any value in BER (X.690): items of the space "ber", one table a universal type, told apart by the
 * tag; the last one takes what is left. Values of SNMP are these and those of RFC 2578 7.1.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_under ber_under[] = { UNDER(0, "ber"), UNDER(0, "snmp.value"), UNDER_END };
static const struct clv_under snmp_under[] = { UNDER(0, "snmp.value"), UNDER_END };

#define ASN1_UNDER(id_, under_, name_, source_, tag_, ...) \
    static const struct clv_field id_##_fields[] = { BER_HEAD(tag_), __VA_ARGS__, END }; \
    const struct clv_desc clv_asn1_##id_ = { \
        .name = "ASN1_" name_, \
        .title = "ASN1_" name_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = under_, \
        .leaf = true, \
    }
#define ASN1(id_, ...) ASN1_UNDER(id_, ber_under, __VA_ARGS__)
#define SNMP(id_, ...) ASN1_UNDER(id_, snmp_under, __VA_ARGS__)
#define INTEGER(...) CLV_ROW(clv_ber_int, 0, "val", __VA_ARGS__)

ASN1(boolean, "BOOLEAN", "X.690 8.2", 0x01, U8("val", .init = 0xff, .style = CLV_HEX));
ASN1(int, "INTEGER", "X.690 8.3", 0x02, INTEGER(.style = CLV_SIGNED));
ASN1(bits, "BIT_STRING", "X.690 8.6", 0x03, U8("unused"), BYTES("val"));
ASN1(string, "STRING", "X.690 8.7", 0x04, BYTES("val"));
/* Without content; Scapy writes ASN1_NULL(0). */
ASN1(null, "NULL", "X.690 8.8", 0x05, BYTES("val", .style = CLV_HEX));
ASN1(oid, "OID", "X.690 8.19", 0x06, CLV_ROW(clv_oid, 0, "val", .text = "1.3"));
ASN1(enum, "ENUMERATED", "X.690 8.4", 0x0a, INTEGER(.style = CLV_SIGNED));
ASN1(utf8, "UTF8_STRING", "X.690 8.23", 0x0c, BYTES("val"));
ASN1(numeric, "NUMERIC_STRING", "X.690 8.23", 0x12, BYTES("val"));
ASN1(printable, "PRINTABLE_STRING", "X.690 8.23", 0x13, BYTES("val"));
ASN1(t61, "T61_STRING", "X.690 8.23", 0x14, BYTES("val"));
ASN1(ia5, "IA5_STRING", "X.690 8.23", 0x16, BYTES("val"));
ASN1(utc, "UTC_TIME", "X.690 8.25", 0x17, BYTES("val"));
ASN1(time, "GENERALIZED_TIME", "X.690 8.25", 0x18, BYTES("val"));
ASN1(general, "GENERAL_STRING", "X.690 8.23", 0x1b, BYTES("val"));
ASN1(bmp, "BMP_STRING", "X.690 8.23", 0x1e, BYTES("val"));
ASN1(sequence, "SEQUENCE", "X.690 8.9", 0x30, LIST("val", .of = "ber"));
ASN1(set, "SET", "X.690 8.11", 0x31, LIST("val", .of = "ber"));

SNMP(ip, "IPADDRESS", "RFC 2578 7.1.5", 0x40, IP4("val"));
SNMP(counter, "COUNTER32", "RFC 2578 7.1.6", 0x41, INTEGER());
SNMP(gauge, "GAUGE32", "RFC 2578 7.1.7", 0x42, INTEGER());
SNMP(ticks, "TIME_TICKS", "RFC 2578 7.1.8", 0x43, INTEGER());
SNMP(opaque, "OPAQUE", "RFC 2578 7.1.9", 0x44, BYTES("val"));
SNMP(counter64, "COUNTER64", "RFC 2578 7.1.10", 0x46, INTEGER());

static const struct clv_field any_fields[] = {
    U8("tag", .style = CLV_HEX),
    CLV_ROW(clv_ber_len, 0, "len", MEASURES(REST)),
    BYTES("val"),
    END,
};
const struct clv_desc clv_asn1_any = {
    .name = "ASN1_ANY",
    .title = "ASN1_ANY",
    .source = "X.690 8.1",
    .fields = any_fields,
    .under = ber_under,
    .leaf = true,
};
