/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of ICMPv6 messages share: a message is one table, told by its type (RFC 4443). */
#ifndef CLV_ICMP6_H
#define CLV_ICMP6_H

#include "layers.h"

/* icmp6.c */
extern const struct clv_word clv_icmp6_types[];
extern const struct clv_under clv_icmp6_under[];

/* One row a line. */
/* clang-format off */

#define ICMP6_SUM U16("cksum", .style = CLV_HEX, .fill = clv_sum_pseudo)
#define ICMP6_TYPE(type_, ...) U8("type", TELLS(type_), .words = clv_icmp6_types, __VA_ARGS__)
#define ICMP6_HEAD(type_) \
    U8("type", TELLS(type_), .words = clv_icmp6_types), \
    U8("code"), \
    ICMP6_SUM
/* A request: the type of its answers. */
#define ICMP6_ASK(type_, answer_) \
    ICMP6_TYPE(type_, .reply = #type_ ":" #answer_), \
    U8("code"), \
    ICMP6_SUM

/* Inside an error a message is a quote, of which the line says nothing. */
#define ICMP6_LINES(id_, text_) \
    static const struct clv_line id_##_lines[] = { \
        { "IPerror6.version != 6", text_ }, \
        LINE_END, \
    }

#define ICMP6_FIELDS(id_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }

/* The source, and what else a table has: .when, .next, .implies. */
#define ICMP6(id_, name_, title_, ...) \
    const struct clv_desc clv_icmp6_##id_ = { \
        .name = (name_), \
        .title = (title_), \
        .fields = id_##_fields, \
        .under = clv_icmp6_under, \
        .lines = id_##_lines, \
        .bpf = "icmp6;", \
        .source = __VA_ARGS__ \
    }

/* Hop limit and destination that RFCs ask for; any destination that is given wins. */
#define ICMP6_IMPLIES(id_, hlim_, dst_) \
    static const struct clv_imply id_##_implies[] = { \
        { "IPv6", "hlim", (hlim_) }, \
        { "IPv6", "dst", (dst_) }, \
        IMPLY_END, \
    }
/* clang-format on */

#endif
