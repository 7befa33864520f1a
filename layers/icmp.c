/* SPDX-License-Identifier: BSD-2-Clause */
/* ICMP, all types in one table as in Scapy; and ICMP as ICMP errors quote it. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

/* Types 13 and 14 carry three times of day; a quote of 8 bytes ends before them. */
#define STAMPED "type in 13,14"
#define ECHO_LIKE "type in 0,8,13..18"

/* Meaning of the code by type; the last row takes the types without one. */
#define CODES \
    U8("code", .when = "type == 3", .words = clv_icmp_unreachable), \
    U8("code", .when = "type == 5", .words = clv_icmp_redirect), \
    U8("code", .when = "type == 11", .words = clv_icmp_exceeded), \
    U8("code", .when = "type == 12", .words = clv_icmp_parameter), \
    U8("code", .when = "type == 40", .words = clv_icmp_photuris), \
    U8("code")

#define EXTENSIBLE "type in 3,11,12"
/*
 * Bytes 5 to 8, by type; `length` is RFC 4884's, `nexthopmtu` RFC 1191's. Types that are not listed
 * hold `unused` there.
 */
#define SECOND_WORD(length_) \
    IP4("gw", .when = "type == 5"), \
    U8("ptr", .when = "type == 12"), \
    U8("reserved", .when = "type in 3,11"), \
    U8("length", .when = EXTENSIBLE, length_), \
    IP4("addr_mask", .when = "type in 17,18"), \
    U16("nexthopmtu", .when = "type == 3"), \
    U16("unused", .when = "type in 11,12"), \
    U32("unused", .when = "not type in 0,3,5,8,11..18")

/* Extensions behind what is quoted, RFC 4884. */
#define EXTENSIONS ITEM("ext", .of = "icmp.ext", .style = CLV_MANY | CLV_AFTER, .when = EXTENSIBLE)

#define IDS(reply_) \
    U16("id", .when = ECHO_LIKE, .reply = (reply_)), \
    U16("seq", .when = ECHO_LIKE, .reply = (reply_))

#define STAMPS(when_) \
    U32("ts_ori", .when = (when_)), \
    U32("ts_rx", .when = (when_)), \
    U32("ts_tx", .when = (when_))

/* ICMP, RFC 792; types of RFC 950, 1256, 1393, 1475, 1788, 2521. */
static const struct clv_field icmp_fields[] = {
    U8("type", .init = 8, .key = "icmp.type", .words = clv_icmp_types,
       .reply = "8:0,13:14,15:16,17:18,33:34,35:36,37:38"),
    CODES,
    U16("chksum", .style = CLV_HEX, .fill = clv_sum_layer),
    IDS("="),
    STAMPS(STAMPED),
    SECOND_WORD(MEASURES_BY(BODY, 4, 0)),
    EXTENSIONS,
    END,
};
static const struct clv_under icmp_under[] = {
    UNDER(1, "ip.proto"),
    UNDER_END,
};
static const struct clv_line icmp_lines[] = {
    { ECHO_LIKE, "%type% id=%id% seq=%seq%" },
    { "type == 3 and code == 4", "%type% %code% mtu=%nexthopmtu%" },
    { "type == 5", "%type% %code% gw=%gw%" },
    { "type == 12", "%type% %code% ptr=%ptr%" },
    { "type in 3,11,40", "%type% %code%" },
    { NULL, "%type%" },
    LINE_END,
};
const struct clv_desc clv_icmp = {
    .name = "ICMP",
    .title = "ICMP",
    .source = "RFC 792",
    .fields = icmp_fields,
    .under = icmp_under,
    .lines = icmp_lines,
    .bpf = "icmp;",
    .fills = { 128, 4 },
    .tail = "extpad",
};

/* ICMP inside an ICMP error, RFC 792. */
static const struct clv_field icmp_error_fields[] = {
    U8("type", .init = 8, .key = "icmp.type", .words = clv_icmp_types),
    CODES,
    U16("chksum", .style = CLV_HEX, .fill = clv_sum_layer),
    IDS(NULL),
    STAMPS(STAMPED " and left >= 12"),
    SECOND_WORD(.init = 0),
    END,
};
static const struct clv_under icmp_error_under[] = {
    UNDER(1, "ip.error"),
    UNDER_END,
};
const struct clv_desc clv_icmp_error = {
    .name = "ICMPerror",
    .title = "ICMP in ICMP",
    .source = "RFC 792",
    .fields = icmp_error_fields,
    .under = icmp_error_under,
    .quotes = "ICMP",
};
