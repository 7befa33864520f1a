/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SNMP: v1 (RFC 1157), v2c (RFC 1901, RFC 3416), v3 (RFC 3412) with its user-based security
 * (RFC 3414). A PDU is an item; of every BER value here tag and length are rows of their own.
 */
#include "layers.h"

enum {
    STRING = 0x04,
    GET = 0xa0,
    NEXT = 0xa1,
    RESPONSE = 0xa2,
    SET = 0xa3,
    BULK = 0xa5,
    INFORM = 0xa6
};

/* The BER value at *off: its tag and length; *off moves to its content. */
static bool enter(struct clv_scope *scope, uint32_t *off, uint8_t *tag, uint32_t *len)
{
    uint8_t head[2], size[4];
    if (!clv_scope_bytes(scope, *off, head, 2))
        return false;
    *tag = head[0];
    *len = head[1];
    *off += 2;
    if (head[1] < 0x80)
        return true;
    uint32_t n = head[1] & 0x7f;
    if (!n || n > sizeof size || !clv_scope_bytes(scope, *off, size, n))
        return false;
    *len = 0;
    for (uint32_t i = 0; i < n; i++)
        *len = *len << 8 | size[i];
    *off += n;
    return *len <= clv_scope_size(scope);
}

/* What a message is known by: the id of its PDU and the PDU's tag; of version 3, that in the header. */
static bool find_id(struct clv_scope *scope, uint8_t *pdu, uint64_t *id)
{
    uint32_t off = 0, len;
    uint8_t tag, bytes[8];
    if (!enter(scope, &off, &tag, &len) || !enter(scope, &off, &tag, &len))
        return false;
    off += len; /* behind the version */
    if (!enter(scope, &off, &tag, &len))
        return false;
    *pdu = 0;
    if (tag == STRING) {
        off += len; /* behind the community */
        if (!enter(scope, &off, pdu, &len))
            return false;
    }
    if (!enter(scope, &off, &tag, &len) || !len || len > sizeof bytes ||
        !clv_scope_bytes(scope, off, bytes, len))
        return false;
    *id = 0;
    for (uint32_t i = 0; i < len; i++)
        *id = *id << 8 | bytes[i];
    return true;
}

/* RFC 3416 4.2: a response has the id of what it responds to. */
static bool answers(struct clv_scope *request, struct clv_scope *answer)
{
    uint8_t asked, told;
    uint64_t id, their;
    if (!find_id(request, &asked, &id) || !find_id(answer, &told, &their) || id != their)
        return false;
    bool asks = asked == GET || asked == NEXT || asked == SET || asked == BULK || asked == INFORM;
    return asked ? asks && told == RESPONSE : !told;
}

static const struct clv_hooks snmp_hooks = { .answers = answers };

/* One row a line. */
/* clang-format off */

static const struct clv_word versions[] = {
    { 0, "v1" }, { 1, "v2c" }, { 2, "v2" }, { 3, "v3" }, WORD_END,
};
static const struct clv_word errors[] = {
    { 0, "no_error" }, { 1, "too_big" }, { 2, "no_such_name" }, { 3, "bad_value" },
    { 4, "read_only" }, { 5, "generic_error" }, { 6, "no_access" }, { 7, "wrong_type" },
    { 8, "wrong_length" }, { 9, "wrong_encoding" }, { 10, "wrong_value" }, { 11, "no_creation" },
    { 12, "inconsistent_value" }, { 13, "resource_unavailable" }, { 14, "commit_failed" },
    { 15, "undo_failed" }, { 16, "authorization_error" }, { 17, "not_writable" },
    { 18, "inconsistent_name" }, WORD_END,
};
static const struct clv_word traps[] = {
    { 0, "cold_start" }, { 1, "warm_start" }, { 2, "link_down" }, { 3, "link_up" },
    { 4, "auth_failure" }, { 5, "egp_neigh_loss" }, { 6, "enterprise_specific" }, WORD_END,
};

#define SIGNED(...) BER(clv_ber_int, 0x02, __VA_ARGS__, .style = CLV_SIGNED)

static const struct clv_field snmp_fields[] = {
    BER_HEAD(0x30),
    BER_INT("version", .init = 1, .words = versions),
    BER_STR("community", .text = "public"),
    ITEM("PDU", .of = "snmp.pdu", .text = "SNMPget()"),
    END,
};
static const struct clv_under snmp_under[] = {
    UNDER(161, "udp.port"),
    UNDER(162, "udp.port"),
    UNDER_END,
};
static const struct clv_imply snmp_implies[] = {
    { "UDP", "sport", "161" },
    { "UDP", "dport", "161" },
    IMPLY_END,
};
static const struct clv_line snmp_lines[] = {
    { NULL, "SNMP %version%" },
    LINE_END,
};
const struct clv_desc clv_snmp = {
    .name = "SNMP",
    .title = "SNMP",
    .source = "RFC 1157 4, RFC 1901 3",
    .fields = snmp_fields,
    .under = snmp_under,
    .implies = snmp_implies,
    .lines = snmp_lines,
    .when = "version in 0..2",
    .leaf = true,
    .hooks = &snmp_hooks,
};

/* ---- PDUs, RFC 3416 3. */

static const struct clv_under pdu_under[] = { UNDER(0, "snmp.pdu"), UNDER_END };

#define PDU_TABLE(id_, name_, source_) \
    const struct clv_desc clv_snmp_##id_ = { \
        .name = "SNMP" name_, \
        .title = "SNMP" name_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = pdu_under, \
        .leaf = true, \
    }
#define PDU(id_, name_, tag_, second_, third_) \
    static const struct clv_field id_##_fields[] = { \
        BER_HEAD(tag_), \
        SIGNED("id"), \
        second_, \
        SIGNED(third_), \
        BER_SEQ_OF("snmp.varbind", "varbindlist"), \
        END, \
    }; \
    PDU_TABLE(id_, name_, "RFC 3416 3")

#define ERROR BER_INT("error", .words = errors)

PDU(get, "get", 0xa0, ERROR, "error_index");
PDU(next, "next", 0xa1, ERROR, "error_index");
PDU(response, "response", 0xa2, ERROR, "error_index");
PDU(setting, "set", 0xa3, ERROR, "error_index");
PDU(bulk, "bulk", 0xa5, SIGNED("non_repeaters"), "max_repetitions");
PDU(inform, "inform", 0xa6, ERROR, "error_index");
PDU(trapv2, "trapv2", 0xa7, ERROR, "error_index");
PDU(report, "report", 0xa8, ERROR, "error_index");

static const struct clv_field trapv1_fields[] = {
    BER_HEAD(0xa4),
    BER_OID("enterprise", .text = "1.3"),
    U8("agent_addr_tag", .style = CLV_HEX, .init = 0x40),
    CLV_ROW(clv_ber_len, 0, "agent_addr_len", MEASURES(FIELD)),
    IP4("agent_addr", .size = "agent_addr_len"),
    BER_INT("generic_trap", .words = traps),
    SIGNED("specific_trap"),
    BER(clv_ber_int, 0x43, "time_stamp"),
    BER_SEQ_OF("snmp.varbind", "varbindlist"),
    END,
};
PDU_TABLE(trapv1, "trapv1", "RFC 1157 4.1.6");

/* Why there is no value is a value here, below: None is all that these can be. */
#define NEVER(name_) BYTES(name_, .when = "0")
static const struct clv_field varbind_fields[] = {
    BER_HEAD(0x30),
    BER_OID("oid", .text = "1.3"),
    ITEM("value", .of = "snmp.value", .text = "ASN1_NULL()"),
    NEVER("noSuchObject"),
    NEVER("noSuchInstance"),
    NEVER("endOfMibView"),
    END,
};
static const struct clv_under varbind_under[] = { UNDER(0, "snmp.varbind"), UNDER_END };
const struct clv_desc clv_snmp_varbind = {
    .name = "SNMPvarbind",
    .title = "SNMPvarbind",
    .source = "RFC 3416 3",
    .fields = varbind_fields,
    .under = varbind_under,
    .leaf = true,
};

/* Why there is no value, RFC 3416 3. */
static const struct clv_under value_under[] = { UNDER(0, "snmp.value"), UNDER_END };
#define EXCEPTION(id_, name_, tag_) \
    static const struct clv_field id_##_fields[] = { BER_HEAD(tag_), BYTES("val"), END }; \
    const struct clv_desc clv_snmp_##id_ = { \
        .name = "SNMP" name_, \
        .title = "SNMP" name_, \
        .source = "RFC 3416 3", \
        .fields = id_##_fields, \
        .under = value_under, \
        .leaf = true, \
    }
EXCEPTION(no_object, "noSuchObject", 0x80);
EXCEPTION(no_instance, "noSuchInstance", 0x81);
EXCEPTION(end_of_view, "endOfMibView", 0x82);

/* ---- v3, RFC 3412 6: a header, what the security model says (user-based: RFC 3414 2.4), a PDU. */

static const struct clv_word models[] = { { 1, "v1" }, { 2, "v2c" }, { 3, "usm" }, WORD_END };

#define PART(id_, name_, source_, space_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { UNDER(0, space_), UNDER_END }; \
    const struct clv_desc clv_snmp_##id_ = { \
        .name = name_, \
        .title = name_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .leaf = true, \
    }

PART(header, "SNMPv3_Header", "RFC 3412 6.2", "snmp.header",
    BER_HEAD(0x30),
    BER_INT("id"),
    BER_INT("max_size", .init = 65507),
    BER_STR("flags", .text = "\4"),
    BER_INT("security_model", .init = 3, .words = models));

PART(usm, "SNMPv3_USM", "RFC 3414 2.4", "snmp.security",
    BER_HEAD(0x30),
    BER_STR("engine_id"),
    BER_INT("engine_boots"),
    BER_INT("engine_time"),
    BER_STR("user_name"),
    BER_STR("authentication"),
    BER_STR("privacy"));

PART(scoped, "SNMPv3_ScopedPDU", "RFC 3412 6.8", "snmp.scoped",
    BER_HEAD(0x30),
    BER_STR("context_engine_id"),
    BER_STR("context_name"),
    ITEM("PDU", .of = "snmp.pdu", .text = "SNMPget()"));

PART(encrypted, "SNMPv3_EncryptedPDU", "RFC 3412 6.7", "snmp.scoped",
    BER_HEAD(0x04),
    BYTES("data"));

static const struct clv_field v3_fields[] = {
    BER_HEAD(0x30),
    BER_INT("version", .init = 3, .words = versions),
    ITEM("header", .of = "snmp.header", .text = "SNMPv3_Header()"),
    BER(clv_item, 0x04, "security", .of = "snmp.security", .text = "SNMPv3_USM()"),
    ITEM("scoped", .of = "snmp.scoped", .text = "SNMPv3_ScopedPDU()"),
    END,
};
const struct clv_desc clv_snmp_v3 = {
    .name = "SNMPv3",
    .title = "SNMPv3",
    .source = "RFC 3412 6",
    .fields = v3_fields,
    .under = snmp_under,
    .implies = snmp_implies,
    .lines = snmp_lines,
    .when = "version == 3",
    .leaf = true,
    .hooks = &snmp_hooks,
};
