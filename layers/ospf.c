/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OSPF version 2: the header, a layer a message, advertisements as items. What stands after the
 * header's length is no part of it: a link-local signaling block lies beside it, a digest is padding.
 */
#include "layers.h"

enum {
    CRYPTO = 2,   /* authtype: the digest stands in for the sum */
    SUM_AT = 12,  /* in the header */
    AUTH_AT = 16, /* not summed, 8 bytes */
    AUTH_END = 24,
    LSA_FROM = 2,    /* the age is not summed */
    LSA_SUM_AT = 16, /* in an advertisement */
    BLOCK = 64,
    LLS_HEAD = 4
};

/* RFC 5613 2.1: as long as it says, in words of four bytes, and a sum where it is not 0. */
static bool is_lls(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    uint32_t sum = 0, size;
    (void)below;
    if (len < LLS_HEAD)
        return false;
    size = (uint32_t)(bytes[2] << 8 | bytes[3]) * 4;
    if (size < LLS_HEAD || size > len)
        return false;
    for (uint32_t i = 0; i < size; i++)
        sum += (uint32_t)bytes[i] << (i % 2 ? 0 : 8);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff || !(bytes[0] | bytes[1]);
}
static const struct clv_hooks lls_hooks = { .probe = is_lls };

/* RFC 2328 D.4: the Internet checksum without authentication data. */
static uint64_t sum_message(struct clv_scope *scope)
{
    uint32_t sum = 0, size = clv_scope_size(scope);
    if (clv_scope_uint(scope, NULL, "authtype") == CRYPTO)
        return 0;
    for (uint32_t at = 0; at < size; at += BLOCK) {
        uint8_t bytes[BLOCK];
        uint32_t n = size - at < BLOCK ? size - at : BLOCK;
        if (!clv_scope_bytes(scope, at, bytes, n))
            return 0;
        for (uint32_t i = 0; i < n; i++) {
            uint32_t k = at + i;
            if (k / 2 != SUM_AT / 2 && !(k >= AUTH_AT && k < AUTH_END))
                sum += (uint32_t)(k & 1 ? bytes[i] : bytes[i] << 8);
        }
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

/* RFC 2328 12.1.7: ISO 8473's Fletcher checksum, so that both sums over it come to 0. */
static uint64_t fletcher(struct clv_scope *scope)
{
    int64_t c0 = 0, c1 = 0;
    uint32_t size = clv_scope_size(scope);
    for (uint32_t at = LSA_FROM; at < size; at += BLOCK) {
        uint8_t bytes[BLOCK];
        uint32_t n = size - at < BLOCK ? size - at : BLOCK;
        if (!clv_scope_bytes(scope, at, bytes, n))
            return 0;
        for (uint32_t i = 0; i < n; i++) {
            c0 += (at + i) / 2 == LSA_SUM_AT / 2 ? 0 : bytes[i];
            c1 += c0;
        }
        c0 %= 255;
        c1 %= 255;
    }
    if (size < LSA_SUM_AT + 2)
        return 0;
    /* In 1..255: 0 would say that there is no checksum. */
    int64_t x = ((int64_t)(size - LSA_SUM_AT - 1) * c0 - c1) % 255;
    x += x <= 0 ? 255 : 0;
    int64_t y = 510 - c0 - x;
    y -= y > 255 ? 255 : 0;
    return (uint64_t)(x << 8 | y);
}

/* One row a line. */
/* clang-format off */

static const struct clv_word message_types[] = {
    { 1, "Hello" },
    { 2, "DBDesc" },
    { 3, "LSReq" },
    { 4, "LSUpd" },
    { 5, "LSAck" },
    WORD_END,
};
static const struct clv_word auth_types[] = {
    { 0, "Null" },
    { 1, "Simple" },
    { 2, "Crypto" },
    WORD_END,
};
static const struct clv_word option_bits[] = {
    { 0x01, "MT" },
    { 0x02, "E" },
    { 0x04, "MC" },
    { 0x08, "NP" },
    { 0x10, "L" },
    { 0x20, "DC" },
    { 0x40, "O" },
    { 0x80, "DN" },
    WORD_END,
};
static const struct clv_word description_bits[] = {
    { 0x01, "MS" },
    { 0x02, "M" },
    { 0x04, "I" },
    { 0x08, "R" },
    WORD_END,
};
static const struct clv_word lsa_types[] = {
    { 1, "router" },
    { 2, "network" },
    { 3, "summaryIP" },
    { 4, "summaryASBR" },
    { 5, "external" },
    { 7, "NSSAexternal" },
    { 9, "linkScopeOpaque" },
    { 10, "areaScopeOpaque" },
    { 11, "asScopeOpaque" },
    WORD_END,
};
static const struct clv_word router_bits[] = {
    { 0x01, "B" },
    { 0x02, "E" },
    { 0x04, "V" },
    { 0x08, "W" },
    { 0x10, "Nt" },
    WORD_END,
};
static const struct clv_word link_types[] = {
    { 1, "p2p" },
    { 2, "transit" },
    { 3, "stub" },
    { 4, "virtual" },
    WORD_END,
};

/* The header, RFC 2328 A.3.1. */
static const struct clv_field ospf_fields[] = {
    U8("version", TELLS(2)),
    U8("type", .init = 1, .key = "ospf.type", .words = message_types),
    U16("len", MEASURES(LAYER)),
    IP4("src", .init = 0x01010101),
    IP4("area", .reply = "="),
    U16("chksum", .style = CLV_HEX, .fill = sum_message),
    U16("authtype", .words = auth_types),
    U64("authdata", .style = CLV_HEX, .when = "authtype != 2"),
    U16("reserved", .style = CLV_HEX, .when = "authtype == 2"),
    U8("keyid", .init = 1, .when = "authtype == 2"),
    U8("authdatalen", .when = "authtype == 2"),
    U32("seq", .style = CLV_HEX, .when = "authtype == 2"),
    END,
};
static const struct clv_under ospf_under[] = {
    UNDER(89, "ip.proto"),
    UNDER_END,
};
static const struct clv_imply ospf_implies[] = {
    { "IP", "dst", "224.0.0.5" },
    IMPLY_END,
};
static const struct clv_line ospf_lines[] = {
    { NULL, "router %src% area %area% %type%" },
    LINE_END,
};
const struct clv_desc clv_ospf = {
    .name = "OSPF_Hdr",
    .title = "OSPF Header",
    .alias = "OSPF",
    .source = "RFC 2328 A.3.1",
    .fields = ospf_fields,
    .under = ospf_under,
    .implies = ospf_implies,
    .lines = ospf_lines,
    .when = "type in 1..5 or len <= left", /* no digest behind a message */
    .again = "ospf",
};

#define MESSAGE(id_, name_, title_, source_, type_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__ END }; \
    static const struct clv_under id_##_under[] = { UNDER(type_, "ospf.type"), UNDER_END }; \
    const struct clv_desc clv_ospf_##id_ = { \
        .name = "OSPF_" name_, \
        .title = "OSPF " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .leaf = true, \
    }
#define OPTIONS FLAGS(8, "options", .words = option_bits)

MESSAGE(hello, "Hello", "Hello", "RFC 2328 A.3.2", 1,
    IP4("mask", .init = 0xffffff00),
    U16("hellointerval", .init = 10),
    OPTIONS,
    U8("prio", .init = 1),
    U32("deadinterval", .init = 40),
    IP4("router"),
    IP4("backup"),
    IP4("neighbors", .style = CLV_MANY),
);

MESSAGE(dbdesc, "DBDesc", "Database Description", "RFC 2328 A.3.3", 2,
    U16("mtu", .init = 1500),
    OPTIONS,
    FLAGS(8, "dbdescr", .words = description_bits),
    U32("ddseq", .init = 1),
    LIST("lsaheaders", .of = "ospf.lsahdr"),
);

MESSAGE(lsreq, "LSReq", "Link State Request", "RFC 2328 A.3.4", 3,
    LIST("requests", .of = "ospf.request"),
);

MESSAGE(lsupd, "LSUpd", "Link State Update", "RFC 2328 A.3.5", 4,
    U32("lsacount", MEASURES(COUNT)),
    LIST("lsalist", .of = "ospf.lsa", .size = "lsacount"),
);

MESSAGE(lsack, "LSAck", "Link State Acknowledgment", "RFC 2328 A.3.6", 5,
    LIST("lsaheaders", .of = "ospf.lsahdr"),
);

/* ---- Advertisements, RFC 2328 A.4. */

#define PART(id_, name_, title_, source_, space_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { UNDER(0, space_), UNDER_END }; \
    const struct clv_desc clv_ospf_##id_ = { \
        .name = "OSPF_" name_, \
        .title = "OSPF " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
    }

PART(request, "LSReq_Item", "Request", "RFC 2328 A.3.4", "ospf.request",
    U32("type", .init = 1, .words = lsa_types),
    IP4("id", .init = 0x01010101),
    IP4("adrouter", .init = 0x01010101));

PART(lsahdr, "LSA_Hdr", "LSA Header", "RFC 2328 A.4.1", "ospf.lsahdr",
    U16("age", .init = 1),
    OPTIONS,
    U8("type", .init = 1, .words = lsa_types),
    IP4("id", .init = 0xc0a80000),
    IP4("adrouter", .init = 0x01010101),
    U32("seq", .init = 0x80000001, .style = CLV_HEX),
    U16("chksum", .style = CLV_HEX),
    U16("len", .init = 36));

/* type_: TELLS(x) or .init = x. */
#define LSA(id_, name_, title_, source_, lsa_id_, router_, type_, ...) \
    PART(id_, name_, title_, source_, "ospf.lsa", \
        U16("age", .init = 1), \
        OPTIONS, \
        U8("type", type_, .words = lsa_types), \
        IP4("id", .init = (lsa_id_)), \
        IP4("adrouter", .init = (router_)), \
        U32("seq", .init = 0x80000001, .style = CLV_HEX), \
        U16("chksum", .style = CLV_HEX, .fill = fletcher), \
        U16("len", MEASURES(HEADER)), \
        __VA_ARGS__)

LSA(router, "Router_LSA", "Router LSA", "RFC 2328 A.4.2", 0x01010101, 0x01010101, TELLS(1),
    FLAGS(8, "flags", .words = router_bits),
    U8("reserved"),
    U16("linkcount", MEASURES(COUNT)),
    LIST("linklist", .of = "ospf.link", .size = "linkcount"));

LSA(network, "Network_LSA", "Network LSA", "RFC 2328 A.4.3", 0xc0a80000, 0x01010101, TELLS(2),
    IP4("mask", .init = 0xffffff00),
    IP4("routerlist", .style = CLV_MANY));

LSA(summary_ip, "SummaryIP_LSA", "Summary LSA (IP Network)", "RFC 2328 A.4.4", 0xc0a80000,
    0x01010101, TELLS(3),
    IP4("mask", .init = 0xffffff00),
    U8("reserved"),
    U24("metric", .init = 10));

LSA(summary_asbr, "SummaryASBR_LSA", "Summary LSA (AS Boundary Router)", "RFC 2328 A.4.4",
    0x02020202, 0x01010101, TELLS(4),
    IP4("mask"),
    U8("reserved"),
    U24("metric", .init = 20));

#define EXTERNAL \
    IP4("mask", .init = 0xffffff00), \
    BITS(1, "ebit"), \
    BITS(7, "reserved"), \
    U24("metric", .init = 20), \
    IP4("fwdaddr"), \
    U32("tag", .style = CLV_HEX)

LSA(external, "External_LSA", "External LSA (ASBR)", "RFC 2328 A.4.5", 0xc0a80000, 0x02020202,
    TELLS(5),
    EXTERNAL);

LSA(nssa, "NSSA_External_LSA", "NSSA External LSA", "RFC 3101 2.2", 0xc0a80000, 0x02020202,
    TELLS(7),
    EXTERNAL);

#define OPAQUE(id_, name_, title_, type_) \
    LSA(id_, name_ "_Opaque_LSA", title_ " Opaque LSA", "RFC 5250 3", 0xc0000201, 0xc6336464, \
        TELLS(type_), \
        BYTES("data", .text = "data"))

OPAQUE(opaque_link, "Link_Scope", "Link Scope", 9);
OPAQUE(opaque_area, "Area_Scope", "Area Scope", 10);
OPAQUE(opaque_as, "AS_Scope", "AS Scope", 11);

/* Other types, and those above where they have metrics for types of service. */
LSA(lsa, "BaseLSA", "LSA", "RFC 2328 A.4.1", 0xc0a80000, 0x01010101, .init = 1,
    BYTES("data"));

PART(link, "Link", "Link", "RFC 2328 A.4.2", "ospf.link",
    IP4("id", .init = 0xc0a80000),
    IP4("data", .init = 0xffffff00),
    U8("type", .init = 3, .words = link_types),
    U8("toscount", MEASURES(COUNT)),
    U16("metric", .init = 10),
    U32("tosmetrics", .style = CLV_MANY | CLV_HEX, .size = "toscount"));

/* ---- Link-local signaling, RFC 5613 2, behind messages whose options have L. */

static const struct clv_word lls_types[] = {
    { 1, "extended-options" },
    { 2, "cryptographic-authentication" },
    WORD_END,
};
static const struct clv_field lls_fields[] = {
    U16("chksum", .style = CLV_HEX | CLV_ZERO_NONE, .fill = clv_sum_layer),
    U16("len", MEASURES_BY(HEADER, 4, 0)),
    LIST("llstlv", .of = "ospf.lls", .align = 4),
    END,
};
const struct clv_desc clv_ospf_lls = {
    .name = "OSPF_LLS_Hdr",
    .title = "OSPF Link-Local Signaling",
    .source = "RFC 5613 2.1",
    .fields = lls_fields,
    .under = ospf_under,
    .hooks = &lls_hooks,
    .again = "ospf",
    .leaf = true,
};

#define TLV(id_, name_, title_, source_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { UNDER(0, "ospf.lls"), UNDER_END }; \
    const struct clv_desc clv_ospf_##id_ = { \
        .name = "LLS_" name_, \
        .title = "LLS " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
    }

TLV(lls_options, "Extended_Options", "Extended Options and Flags", "RFC 5613 2.4.1",
    U16("type", TELLS(1), .words = lls_types),
    U16("len", MEASURES(REST)),
    BYTES("options"));

TLV(lls_auth, "Crypto_Auth", "Cryptographic Authentication", "RFC 5613 2.4.2",
    U16("type", TELLS(2), .words = lls_types),
    U16("len", MEASURES(REST)),
    U32("sequence", .style = CLV_HEX),
    BYTES("authdata", .init = 16));

TLV(lls_tlv, "Generic_TLV", "TLV", "RFC 5613 2.2",
    U16("type", .words = lls_types),
    U16("len", MEASURES(REST)),
    BYTES("val"));
