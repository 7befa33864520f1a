/* SPDX-License-Identifier: BSD-2-Clause */
/* RIP, versions 1 and 2, and RIPng: routes are layers stacked on each other, as in Scapy. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word commands[] = {
    { 1, "req" },
    { 2, "resp" },
    { 3, "traceOn" },
    { 4, "traceOff" },
    { 5, "sun" },
    { 6, "trigReq" },
    { 7, "trigResp" },
    { 8, "trigAck" },
    { 9, "updateReq" },
    { 10, "updateResp" },
    { 11, "updateAck" },
    WORD_END,
};
static const struct clv_word families[] = {
    { 2, "IP" },
    { 0xffff, "Auth" },
    WORD_END,
};
static const struct clv_word auth_types[] = {
    { 1, "md5authdata" },
    { 2, "simple" },
    { 3, "md5" },
    WORD_END,
};
static const struct clv_word metrics[] = {
    { 16, "Unreach" },
    WORD_END,
};

/* The header, RFC 2453 4. */
static const struct clv_field rip_fields[] = {
    U8("cmd", .init = 1, .words = commands, .reply = "1:2,9:10"),
    U8("version", .init = 1),
    U16("null"),
    END,
};
static const struct clv_under rip_under[] = {
    UNDER(520, "udp.port"),
    UNDER_END,
};
static const struct clv_imply rip_implies[] = {
    { "UDP", "sport", "520" },
    { "UDP", "dport", "520" },
    IMPLY_END,
};
static const struct clv_line rip_lines[] = {
    { NULL, "v%version% %cmd%" },
    LINE_END,
};
const struct clv_desc clv_rip = {
    .name = "RIP",
    .title = "RIP",
    .source = "RFC 2453 4, RFC 1058 3.1",
    .fields = rip_fields,
    .under = rip_under,
    .implies = rip_implies,
    .lines = rip_lines,
    .next = "rip.entry",
};

static const struct clv_under entry_under[] = {
    UNDER(0, "rip.entry"),
    UNDER_END,
};

/* In the place of a route, RFC 2453 4.1, RFC 4822 2.1; type 1 is the trailer with the digest. */
static const struct clv_field rip_auth_fields[] = {
    U16("AF", TELLS(0xffff), .words = families),
    U16("authtype", .init = 2, .words = auth_types),
    FIXED(16, "password", .when = "authtype == 2"),
    U16("digestoffset", .when = "authtype == 3"),
    U8("keyid", .when = "authtype == 3"),
    U8("authdatalen", .when = "authtype == 3"),
    U32("seqnum", .when = "authtype == 3"),
    FIXED(8, "zeropad", .when = "authtype == 3"),
    BYTES("authdata", .when = "authtype == 1"),
    END,
};
const struct clv_desc clv_rip_auth = {
    .name = "RIPAuth",
    .title = "RIP Authentication",
    .source = "RFC 2453 4.1, RFC 4822 2.1",
    .fields = rip_auth_fields,
    .under = entry_under,
    .next = "rip.entry",
};

/* A route, RFC 2453 4; version 1 leaves tag, mask and next hop at 0. */
static const struct clv_field rip_entry_fields[] = {
    U16("AF", .init = 2, .words = families),
    U16("RouteTag"),
    IP4("addr"),
    IP4("mask"),
    IP4("nextHop"),
    U32("metric", .init = 1, .words = metrics),
    END,
};
const struct clv_desc clv_rip_entry = {
    .name = "RIPEntry",
    .title = "RIP Entry",
    .source = "RFC 2453 4",
    .fields = rip_entry_fields,
    .under = entry_under,
    .next = "rip.entry",
};

/* ---- RIPng, RFC 2080 2.1. A metric of 255 makes an entry the next hop of those behind it. */

static const struct clv_word metrics6[] = {
    { 16, "Unreach" },
    { 255, "next-hop" },
    WORD_END,
};
static const struct clv_field ripng_fields[] = {
    U8("cmd", .init = 1, .words = commands, .reply = "1:2"),
    U8("ver", .init = 1),
    U16("null"),
    END,
};
static const struct clv_under ripng_under[] = {
    UNDER(521, "udp.port"),
    UNDER_END,
};
static const struct clv_imply ripng_implies[] = {
    { "UDP", "sport", "521" },
    { "UDP", "dport", "521" },
    IMPLY_END,
};
static const struct clv_line ripng_lines[] = {
    { NULL, "%cmd%" },
    LINE_END,
};
const struct clv_desc clv_ripng = {
    .name = "RIPng",
    .title = "RIPng",
    .source = "RFC 2080 2.1",
    .fields = ripng_fields,
    .under = ripng_under,
    .implies = ripng_implies,
    .lines = ripng_lines,
    .next = "ripng.entry",
};

static const struct clv_field ripng_entry_fields[] = {
    IP6("prefix_or_nh"),
    U16("routetag"),
    U8("prefixlen"),
    U8("metric", .init = 1, .words = metrics6),
    END,
};
static const struct clv_under ripng_entry_under[] = {
    UNDER(0, "ripng.entry"),
    UNDER_END,
};
const struct clv_desc clv_ripng_entry = {
    .name = "RIPngEntry",
    .title = "RIPng Entry",
    .source = "RFC 2080 2.1",
    .fields = ripng_entry_fields,
    .under = ripng_entry_under,
    .next = "ripng.entry",
};
