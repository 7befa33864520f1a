/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mobile IPv6, RFC 6275: the mobility header, one table a message, told by its type, and its
 * options. Pad1 or PadN stands before options that begin on a multiple, and fills the header,
 * unless autopad is 0.
 */
#include "layers.h"

enum { PADN = 1 };

static void pad_options(uint8_t *bytes, uint32_t n)
{
    if (n < 2)
        return;
    bytes[0] = PADN;
    bytes[1] = (uint8_t)(n - 2);
}

static const struct clv_hooks option_hooks = { .pad = pad_options };

/* One row a line. */
/* clang-format off */

/* www.iana.org/assignments/mobility-parameters */
static const struct clv_word message_types[] = {
    { 0, "BRR" },
    { 1, "HoTI" },
    { 2, "CoTI" },
    { 3, "HoT" },
    { 4, "CoT" },
    { 5, "BU" },
    { 6, "BA" },
    { 7, "BE" },
    { 8, "Fast BU" },
    { 9, "Fast BA" },
    { 10, "Fast NA" },
    WORD_END,
};
static const struct clv_word option_types[] = {
    { 0, "Pad1" },
    { 1, "PadN" },
    { 2, "Binding Refresh Advice" },
    { 3, "Alternate Care-of Address" },
    { 4, "Nonce Indices" },
    { 5, "Binding Authorization Data" },
    { 6, "Mobile Network Prefix" },
    { 7, "Link-Layer Address" },
    { 8, "Mobile Node Identifier" },
    { 9, "Mobility Message Authentication" },
    { 10, "Replay Protection" },
    { 11, "CGA Parameters Request" },
    { 12, "CGA Parameters" },
    { 13, "Signature" },
    { 14, "Home Keygen Token" },
    { 15, "Care-of Test Init" },
    { 16, "Care-of Test" },
    WORD_END,
};
static const struct clv_word binding_flags[] = {
    { 1, "P" },
    { 2, "R" },
    { 4, "M" },
    { 8, "K" },
    { 16, "L" },
    { 32, "H" },
    { 64, "A" },
    WORD_END,
};
static const struct clv_word ack_flags[] = {
    { 1, "P" },
    { 2, "R" },
    { 4, "K" },
    WORD_END,
};
/* RFC 6275 6.1.8. */
static const struct clv_word ack_states[] = {
    { 0, "accepted" },
    { 1, "accepted, prefix discovery necessary" },
    { 128, "reason unspecified" },
    { 129, "administratively prohibited" },
    { 130, "insufficient resources" },
    { 131, "home registration not supported" },
    { 132, "not home subnet" },
    { 133, "not home agent for this mobile node" },
    { 134, "duplicate address detection failed" },
    { 135, "sequence number out of window" },
    { 136, "expired home nonce index" },
    { 137, "expired care-of nonce index" },
    { 138, "expired nonces" },
    { 139, "registration type change disallowed" },
    WORD_END,
};
/* RFC 6275 6.1.9. */
static const struct clv_word error_states[] = {
    { 1, "unknown binding for home address" },
    { 2, "unrecognized type" },
    WORD_END,
};

static const struct clv_under message_under[] = {
    UNDER(135, "ip6.nh"),
    UNDER_END,
};
static const struct clv_line message_lines[] = {
    { "IPerror6.version != 6", "mobility %mhtype%" },
    LINE_END,
};
#define HEAD(type_, ...) \
    U8("nh", .init = 59, .key = "ip6.nh ip.proto", .words = clv_ip_protocols), \
    U8("len", MEASURES_BY(HEADER, 8, -8)), \
    type_, \
    U8("res", __VA_ARGS__), \
    U16("cksum", .style = CLV_HEX, .fill = clv_sum_pseudo)
#define TYPED(n_) HEAD(U8("mhtype", TELLS(n_), .words = message_types), .init = 0)
#define OPTIONS \
    SWITCH("autopad", .init = 1), \
    LIST("options", .of = "mip6.opt")
#define MESSAGE(id_, name_, title_, source_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_mip6_##id_ = { \
        .name = "MIP6MH_" name_, \
        .title = "IPv6 Mobility Header - " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = message_under, \
        .lines = message_lines, \
        .hooks = &option_hooks, \
        .pads = "autopad", \
    }

MESSAGE(brr, "BRR", "Binding Refresh Request", "RFC 6275 6.1.2",
    TYPED(0),
    U16("res2"),
    OPTIONS);

#define TEST_INIT(type_) \
    TYPED(type_), \
    FIXED(2, "reserved"), \
    FIXED(8, "cookie"), \
    OPTIONS
MESSAGE(hoti, "HoTI", "Home Test Init", "RFC 6275 6.1.3", TEST_INIT(1));
MESSAGE(coti, "CoTI", "Care-of Test Init", "RFC 6275 6.1.4", TEST_INIT(2));

#define TEST(type_) \
    TYPED(type_), \
    U16("index"), \
    FIXED(8, "cookie"), \
    FIXED(8, "token"), \
    OPTIONS
MESSAGE(hot, "HoT", "Home Test", "RFC 6275 6.1.5", TEST(3));
MESSAGE(cot, "CoT", "Care-of Test", "RFC 6275 6.1.6", TEST(4));

/* Flags M of RFC 4140, R of RFC 3963, P of RFC 5213; times are in units of four seconds. */
MESSAGE(bu, "BU", "Binding Update", "RFC 6275 6.1.7",
    TYPED(5),
    U16("seq", .style = CLV_HEX),
    FLAGS(7, "flags", .init = 104, .words = binding_flags),
    BITS(9, "reserved"),
    U16("mhtime", .init = 3),
    OPTIONS);

MESSAGE(ba, "BA", "Binding Acknowledgement", "RFC 6275 6.1.8",
    TYPED(6),
    U8("status", .words = ack_states),
    FLAGS(3, "flags", .init = 4, .words = ack_flags),
    BITS(5, "res2"),
    U16("seq", .style = CLV_HEX),
    U16("mhtime"),
    OPTIONS);

MESSAGE(be, "BE", "Binding Error", "RFC 6275 6.1.9",
    TYPED(7),
    U8("status", .words = error_states),
    U8("reserved"),
    IP6("ha"),
    OPTIONS);

/* Any other message. */
static const struct clv_field generic_fields[] = {
    HEAD(U8("mhtype", .words = message_types), .init = 0),
    BYTES("msg", .text = "\0\0"),
    END,
};
const struct clv_desc clv_mip6_generic = {
    .name = "MIP6MH_Generic",
    .title = "IPv6 Mobility Header - Generic Message",
    .source = "RFC 6275 6.1.1",
    .fields = generic_fields,
    .under = message_under,
    .lines = message_lines,
};

/* ---- Options, RFC 6275 6.2. */

static const struct clv_under option_under[] = {
    UNDER(0, "mip6.opt"),
    UNDER_END,
};
/* An option begins at a multiple of unit_, and more_ behind it. */
#define OPTION(id_, unit_, more_, name_, title_, source_, ...) \
    static const struct clv_field opt_##id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_mip6_opt_##id_ = { \
        .name = "MIP6Opt" name_, \
        .title = "MIPv6 Option - " title_, \
        .source = (source_), \
        .fields = opt_##id_##_fields, \
        .under = option_under, \
        .begins = { unit_, more_ }, \
    }
#define TYPE(n_) \
    U8("otype", TELLS(n_), .words = option_types), \
    U8("olen", MEASURES(REST))

OPTION(advice, 2, 0, "BRAdvice", "Binding Refresh Advice", "RFC 6275 6.2.4",
    TYPE(2),
    U16("rinter"));

OPTION(coa, 8, 6, "AltCoA", "Alternate Care-of Address", "RFC 6275 6.2.5",
    TYPE(3),
    IP6("acoa"));

OPTION(nonce, 2, 0, "NonceIndices", "Nonce Indices", "RFC 6275 6.2.6",
    TYPE(4),
    U16("hni"),
    U16("coni"));

OPTION(auth, 8, 2, "BindingAuthData", "Binding Authorization Data", "RFC 6275 6.2.7",
    TYPE(5),
    FIXED(12, "authenticator", .style = CLV_HEX));

OPTION(prefix, 8, 4, "MobNetPrefix", "Mobile Network Prefix", "RFC 3963 4.3",
    TYPE(6),
    U8("reserved"),
    U8("plen", .init = 64),
    IP6("prefix"));

static const struct clv_word lla_codes[] = {
    { 0, "wildcard" },
    { 1, "new access point" },
    { 2, "mobile node" },
    { 3, "new access router" },
    { 4, "source of the message" },
    { 5, "current interface of the router" },
    { 6, "no prefix information" },
    { 7, "no fast handover" },
    WORD_END,
};
OPTION(lla, 0, 0, "LLAddr", "Link-Layer Address", "RFC 5568 6.4.4",
    TYPE(7),
    U8("ocode", .init = 2, .words = lla_codes),
    U8("pad", .when = "olen == 8"),
    MAC("lla"));

static const struct clv_word id_types[] = { { 1, "NAI" }, WORD_END };
OPTION(id, 0, 0, "MNID", "Mobile Node Identifier", "RFC 4283 3",
    TYPE(8),
    U8("subtype", .init = 1, .words = id_types),
    BYTES("id"));

static const struct clv_word auth_types[] = { { 1, "MN-HA" }, { 2, "MN-AAA" }, WORD_END };
OPTION(message_auth, 4, 1, "MsgAuth", "Mobility Message Authentication", "RFC 4285 5",
    TYPE(9),
    U8("subtype", .init = 1, .words = auth_types),
    U32("mspi"),
    BYTES("authdata", .text = "AAAAAAAAAAAA"));

OPTION(replay, 8, 2, "ReplayProtection", "Replay Protection", "RFC 4285 6",
    TYPE(10),
    U64("timestamp"));

OPTION(cga_request, 0, 0, "CGAParamsReq", "CGA Parameters Request", "RFC 4866 5.1",
    TYPE(11));

OPTION(cga, 0, 0, "CGAParams", "CGA Parameters", "RFC 4866 5.2",
    TYPE(12),
    BYTES("cgaparams"));

OPTION(signature, 0, 0, "Signature", "Signature", "RFC 4866 5.3",
    TYPE(13),
    BYTES("sig"));

OPTION(home_token, 0, 0, "HomeKeygenToken", "Permanent Home Keygen Token", "RFC 4866 5.4",
    TYPE(14),
    BYTES("hkt"));

OPTION(coti, 0, 0, "CareOfTestInit", "Care-of Test Init", "RFC 4866 5.5",
    TYPE(15));

OPTION(cot, 0, 0, "CareOfTest", "Care-of Test", "RFC 4866 5.6",
    TYPE(16),
    FIXED(8, "cokt"));

OPTION(other, 0, 0, "Unknown", "Unknown", "RFC 6275 6.2.1",
    U8("otype", .init = 6, .words = option_types),
    U8("olen", MEASURES(REST)),
    BYTES("odata"));
