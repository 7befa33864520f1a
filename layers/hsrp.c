/* SPDX-License-Identifier: BSD-2-Clause */
/* HSRP, version 0 on the wire, and its MD5 authentication. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word opcodes[] = {
    { 0, "Hello" },
    { 1, "Coup" },
    { 2, "Resign" },
    { 3, "Advertise" },
    WORD_END,
};
static const struct clv_word states[] = {
    { 0, "Initial" },
    { 1, "Learn" },
    { 2, "Listen" },
    { 4, "Speak" },
    { 8, "Standby" },
    { 16, "Active" },
    WORD_END,
};
static const struct clv_word advertise_types[] = {
    { 1, "HSRP interface state" },
    WORD_END,
};
static const struct clv_word advertise_states[] = {
    { 1, "Active" },
    { 2, "Passive" },
    WORD_END,
};
static const struct clv_word auth_types[] = {
    { 4, "MD5 authentication" },
    WORD_END,
};
static const struct clv_word algorithms[] = {
    { 1, "MD5" },
    WORD_END,
};

/* RFC 2281 5.1. */
static const struct clv_field hsrp_fields[] = {
    U8("version", TELLS(0)),
    U8("opcode", .words = opcodes),
    U8("state", .init = 16, .words = states),
    U8("hellotime", .init = 3),
    U8("holdtime", .init = 10),
    U8("priority", .init = 120),
    U8("group", .init = 1),
    U8("reserved"),
    FIXED(8, "auth", .text = "cisco"),
    IP4("virtualIP", .init = 0xc0a80101),
    END,
};
static const struct clv_under hsrp_under[] = {
    UNDER(1985, "udp.port"),
    UNDER_END,
};
static const struct clv_imply hsrp_implies[] = {
    { "UDP", "sport", "1985" },
    { "UDP", "dport", "1985" },
    { "IP", "dst", "224.0.0.2" },
    IMPLY_END,
};
static const struct clv_line hsrp_lines[] = {
    { "opcode != 3", "%opcode% %state% group %group% %virtualIP%" },
    { NULL, "%opcode%" },
    LINE_END,
};
const struct clv_desc clv_hsrp = {
    .name = "HSRP",
    .title = "HSRP",
    .source = "RFC 2281 5.1",
    .fields = hsrp_fields,
    .under = hsrp_under,
    .implies = hsrp_implies,
    .lines = hsrp_lines,
    .next = "hsrp",
    .when = "opcode != 3",
};

/*
 * What a router says about itself while it is not active: no RFC, as Cisco's routers send it; they
 * differ in what the length counts.
 */
static const struct clv_field hsrp_advertise_fields[] = {
    U8("version", TELLS(0)),
    U8("opcode", TELLS(3), .words = opcodes),
    U16("type", .init = 1, .words = advertise_types),
    U16("length", .init = 10),
    U8("state", .init = 1, .words = advertise_states),
    U8("reserved1"),
    U16("activegroups"),
    U16("passivegroups"),
    U32("reserved2"),
    END,
};
const struct clv_desc clv_hsrp_advertise = {
    .name = "HSRPAdvertise",
    .title = "HSRP Advertise",
    .source = "Cisco, RFC 2281 5.1 (header)",
    .fields = hsrp_advertise_fields,
    .under = hsrp_under,
    .implies = hsrp_implies,
};

/* MD5 authentication: no RFC, as Cisco's routers send it. */
static const struct clv_field hsrp_md5_fields[] = {
    U8("type", .init = 4, .words = auth_types),
    U8("len", MEASURES(REST)),
    U8("algo", .words = algorithms),
    U8("padding"),
    U16("flags", .style = CLV_HEX),
    IP4("sourceip"),
    U32("keyid", .style = CLV_HEX),
    FIXED(16, "authdigest"),
    END,
};
static const struct clv_under hsrp_md5_under[] = {
    UNDER(0, "hsrp"),
    UNDER_END,
};
const struct clv_desc clv_hsrp_md5 = {
    .name = "HSRPmd5",
    .title = "HSRP MD5 Authentication",
    .source = "Cisco",
    .fields = hsrp_md5_fields,
    .under = hsrp_md5_under,
};
