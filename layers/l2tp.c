/* SPDX-License-Identifier: BSD-2-Clause */
/* L2TP version 2: data and control messages share a header whose flags tell what is in it. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word flags[] = {
    { 0x010, "priority" },
    { 0x020, "offset" },
    { 0x080, "sequence" },
    { 0x400, "length" },
    { 0x800, "control" },
    WORD_END,
};
static const struct clv_word versions[] = {
    { 2, "L2TPv2" },
    WORD_END,
};

/* L2TP, RFC 2661 3.1. In a control message all but the offset is there, whatever its flags say. */
#define CONTROL "hdr & 0x800 != 0"
#define OFFSET "hdr & 0x820 == 0x20"
static const struct clv_field l2tp_fields[] = {
    FLAGS(12, "hdr", .words = flags),
    BITS(4, "version", TELLS(2), .words = versions),
    U16("len", MEASURES(LAYER), .when = "hdr & 0xc00 != 0"),
    U16("tunnel_id"),
    U16("session_id"),
    U16("ns", .when = "hdr & 0x880 != 0"),
    U16("nr", .when = "hdr & 0x880 != 0"),
    U16("offset", MEASURES(FIELD), .when = OFFSET),
    BYTES("offset_pad", .size = "offset", .when = OFFSET),
    LIST("avps", .of = "l2tp.avp", .when = CONTROL),
    END,
};
static const struct clv_under l2tp_under[] = {
    UNDER(1701, "udp.port"),
    UNDER_END,
};
static const struct clv_imply l2tp_implies[] = {
    { "UDP", "sport", "1701" },
    { "UDP", "dport", "1701" },
    IMPLY_END,
};
static const struct clv_line l2tp_lines[] = {
    { CONTROL, "control tunnel %tunnel_id% session %session_id% ns=%ns% nr=%nr%" },
    { NULL, "tunnel %tunnel_id% session %session_id%" },
    LINE_END,
};
const struct clv_desc clv_l2tp = {
    .name = "L2TP",
    .title = "L2TP",
    .source = "RFC 2661 3.1",
    .fields = l2tp_fields,
    .under = l2tp_under,
    .implies = l2tp_implies,
    .lines = l2tp_lines,
    .next = "ppp.frame",
    .opens = "hdr & 0x800 == 0",
};

/* Attribute of a control message, RFC 2661 4.1; a hidden one (H) is still a value. */
static const struct clv_field avp_fields[] = {
    BITS(1, "mandatory"),
    BITS(1, "hidden"),
    BITS(4, "reserved"),
    BITS(10, "len", MEASURES(HEADER)),
    U16("vendor"),
    U16("type"),
    BYTES("value"),
    END,
};
static const struct clv_under avp_under[] = {
    UNDER(0, "l2tp.avp"),
    UNDER_END,
};
const struct clv_desc clv_l2tp_avp = {
    .name = "L2TP_AVP",
    .title = "L2TP Attribute",
    .source = "RFC 2661 4.1",
    .fields = avp_fields,
    .under = avp_under,
};
