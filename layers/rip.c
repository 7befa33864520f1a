/* SPDX-License-Identifier: BSD-2-Clause */
/* RIP, versions 1 and 2: routes are layers stacked on the header and on each other, as in Scapy. */
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
