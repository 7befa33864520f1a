/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IGMP, versions 1 to 3, one table a message as in Scapy; types without a table of their own are
 * IGMP. A query of 12 bytes or more is version 3's.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word igmp_types[] = {
    { 0x11, "Group Membership Query" },
    { 0x12, "Version 1 - Membership Report" },
    { 0x16, "Version 2 - Membership Report" },
    { 0x17, "Leave Group" },
    { 0x22, "Version 3 - Membership Report" },
    { 0x30, "Multicast Router Advertisement" },
    { 0x31, "Multicast Router Solicitation" },
    { 0x32, "Multicast Router Termination" },
    WORD_END,
};
static const struct clv_word igmp_record_types[] = {
    { 1, "Mode Is Include" },
    { 2, "Mode Is Exclude" },
    { 3, "Change To Include Mode" },
    { 4, "Change To Exclude Mode" },
    { 5, "Allow New Sources" },
    { 6, "Block Old Sources" },
    WORD_END,
};

static const struct clv_under igmp_under[] = {
    UNDER(2, "ip.proto"),
    UNDER_END,
};

/*
 * RFC 9776 4: sent with a time to live of 1 and the precedence of internetwork control; RFC 2236 2
 * asks for the former alone, and so does the message of no certain version.
 */
#define IMPLIES_ALL \
    { "IP", "tos", "0xc0" }, \
    { "IP", "ttl", "1" }
#define IMPLIES(id_, dst_) \
    static const struct clv_imply id_##_implies[] = { \
        IMPLIES_ALL, \
        { "IP", "dst", (dst_) }, \
        IMPLY_END, \
    }

/* A report goes to the group that it is about, and so does a query about one. */
static const struct clv_imply group_implies[] = {
    IMPLIES_ALL,
    { "IP", "dst", "=gaddr" },
    IMPLY_END,
};
static const struct clv_imply any_implies[] = {
    { "IP", "ttl", "1" },
    { "IP", "dst", "=gaddr" },
    IMPLY_END,
};
static const struct clv_imply query_implies[] = {
    IMPLIES_ALL,
    { "IP", "dst", "=gaddr" },
    { "IP", "dst", "224.0.0.1" },
    IMPLY_END,
};
IMPLIES(routers, "224.0.0.2");
IMPLIES(reports, "224.0.0.22");
IMPLIES(snoopers, "224.0.0.106");

#define TYPE(x_) U8("type", TELLS(x_), .words = igmp_types)
#define SUM U16("chksum", .style = CLV_HEX, .fill = clv_sum_layer)

#define MESSAGE(id_, name_, title_, source_, when_, implies_, text_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_line id_##_lines[] = { \
        { NULL, "" text_ }, \
        LINE_END, \
    }; \
    const struct clv_desc clv_##id_ = { \
        .name = (name_), \
        .title = (title_), \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = igmp_under, \
        .implies = (implies_), \
        .lines = id_##_lines, \
        .when = (when_), \
    }

MESSAGE(igmpv3_mq, "IGMPv3_MQ", "IGMPv3 Membership Query", "RFC 9776 4.1", "left >= 12",
    query_implies, "%type% %gaddr%",
    TYPE(0x11),
    U8("mrcode", .init = 20),
    SUM,
    IP4("gaddr"),
    BITS(4, "flags"),
    BITS(1, "s"),
    BITS(3, "qrv"),
    U8("qqic"),
    U16("numsrc", MEASURES(COUNT)),
    IP4("srcaddrs", .style = CLV_MANY, .size = "numsrc"));

MESSAGE(igmp_mq, "IGMP_MQ", "IGMPv1/v2 Membership Query", "RFC 2236 2", NULL,
    query_implies, "%type% %gaddr%",
    TYPE(0x11),
    U8("mrcode", .init = 20),
    SUM,
    IP4("gaddr"));

#define GROUP U8("mrcode"), SUM, IP4("gaddr")

MESSAGE(igmp_mr, "IGMP_MR", "IGMPv1 Membership Report", "RFC 1112 I", NULL,
    group_implies, "%type% %gaddr%",
    TYPE(0x12),
    GROUP);

MESSAGE(igmpv2_mr, "IGMPv2_MR", "IGMPv2 Membership Report", "RFC 2236 2", NULL,
    group_implies, "%type% %gaddr%",
    TYPE(0x16),
    GROUP);

MESSAGE(igmpv2_lg, "IGMPv2_LG", "IGMPv2 Leave Group", "RFC 2236 2", NULL,
    routers_implies, "%type% %gaddr%",
    TYPE(0x17),
    GROUP);

MESSAGE(igmpv3_mr, "IGMPv3_MR", "IGMPv3 Membership Report", "RFC 9776 4.2", NULL,
    reports_implies, "%type% %numgrp% records",
    TYPE(0x22),
    U8("reserved"),
    SUM,
    U16("flags"),
    U16("numgrp", MEASURES(COUNT)),
    LIST("records", .of = "igmp.record", .size = "numgrp"));

MESSAGE(igmpv3_mra, "IGMPv3_MRA", "Multicast Router Advertisement", "RFC 4286 3", NULL,
    snoopers_implies, "%type%",
    TYPE(0x30),
    U8("advIntvl"),
    SUM,
    U16("qryIntvl"),
    U16("robust"));

MESSAGE(igmpv3_mrs, "IGMPv3_MRS", "Multicast Router Solicitation", "RFC 4286 4", NULL,
    routers_implies, "%type%",
    TYPE(0x31),
    U8("reserved"),
    SUM);

MESSAGE(igmpv3_mrt, "IGMPv3_MRT", "Multicast Router Termination", "RFC 4286 5", NULL,
    snoopers_implies, "%type%",
    TYPE(0x32),
    U8("reserved"),
    SUM);

MESSAGE(igmp, "IGMP", "IGMP", "RFC 2236 2", NULL,
    any_implies, "%type% %gaddr%",
    U8("type", .init = 0x11, .words = igmp_types),
    U8("mrcode", .when = "type == 0x11", .init = 20),
    GROUP);

/* A group record of a version 3 report, RFC 9776 4.2.4 to 4.2.11. */
static const struct clv_field igmp_record_fields[] = {
    U8("rtype", .init = 4, .words = igmp_record_types),
    U8("auxdlen", MEASURES_BY(FIELD, 4, 0)),
    U16("numsrc", MEASURES(COUNT)),
    IP4("maddr"),
    IP4("srcaddrs", .style = CLV_MANY, .size = "numsrc"),
    BYTES("auxdata", .size = "auxdlen"),
    END,
};
static const struct clv_under igmp_record_under[] = {
    UNDER(0, "igmp.record"),
    UNDER_END,
};
const struct clv_desc clv_igmp_record = {
    .name = "IGMPv3_MR_Group",
    .title = "IGMPv3 Group Record",
    .source = "RFC 9776 4.2.4",
    .fields = igmp_record_fields,
    .under = igmp_record_under,
};
