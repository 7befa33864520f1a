/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Multicast listener discovery, versions 1 and 2, and multicast router discovery. A query of 28
 * bytes or more is version 2's (RFC 9777 8.1).
 */
#include "icmp6.h"

/* One row a line. */
/* clang-format off */

/* RFC 2710 3, RFC 9777 5, RFC 4286: sent with a hop limit of 1. */
ICMP6_IMPLIES(nodes, "1", "ff02::1");
ICMP6_IMPLIES(routers, "1", "ff02::2");
ICMP6_IMPLIES(reports, "1", "ff02::16");
ICMP6_IMPLIES(snoopers, "1", "ff02::6a");
static const struct clv_imply group_implies[] = {
    { "IPv6", "hlim", "1" },
    IMPLY_END,
};

#define GROUP(mrd_) \
    U16("mrd", .init = (mrd_)), \
    U16("reserved"), \
    IP6("mladdr")

ICMP6_FIELDS(ml_query2,
    ICMP6_HEAD(130),
    GROUP(10000),
    BITS(4, "Resv"),
    BITS(1, "S"),
    BITS(3, "QRV"),
    U8("QQIC"),
    U16("sources_number", MEASURES(COUNT)),
    IP6("sources", .style = CLV_MANY, .size = "sources_number"));
ICMP6_LINES(ml_query2, "%type% %mladdr%");
ICMP6(ml_query2, "ICMPv6MLQuery2", "MLDv2 Query", "RFC 9777 5.1",
      .implies = nodes_implies,
      .when = "left >= 28");

ICMP6_FIELDS(ml_query,
    ICMP6_HEAD(130),
    GROUP(10000));
ICMP6_LINES(ml_query, "%type% %mladdr%");
ICMP6(ml_query, "ICMPv6MLQuery", "MLD Query", "RFC 2710 3",
      .implies = nodes_implies);

ICMP6_FIELDS(ml_report,
    ICMP6_HEAD(131),
    GROUP(0));
ICMP6_LINES(ml_report, "%type% %mladdr%");
ICMP6(ml_report, "ICMPv6MLReport", "MLD Report", "RFC 2710 3",
      .implies = group_implies);

ICMP6_FIELDS(ml_done,
    ICMP6_HEAD(132),
    GROUP(0));
ICMP6_LINES(ml_done, "%type% %mladdr%");
ICMP6(ml_done, "ICMPv6MLDone", "MLD Done", "RFC 2710 3",
      .implies = routers_implies);

ICMP6_FIELDS(ml_report2,
    U8("type", TELLS(143), .words = clv_icmp6_types),
    U8("res"),
    ICMP6_SUM,
    U16("reserved"),
    U16("records_number", MEASURES(COUNT)),
    LIST("records", .of = "icmp6.mld.record", .size = "records_number"));
ICMP6_LINES(ml_report2, "%type% %records_number% records");
ICMP6(ml_report2, "ICMPv6MLReport2", "MLDv2 Report", "RFC 9777 5.2",
      .implies = reports_implies);

/* Multicast address record, RFC 9777 5.2.4; auxiliary data comes in units of four bytes. */
static const struct clv_word record_types[] = {
    { 1, "is-include" },
    { 2, "is-exclude" },
    { 3, "to-include" },
    { 4, "to-exclude" },
    { 5, "allow-new-sources" },
    { 6, "block-old-sources" },
    WORD_END,
};
static const struct clv_field record_fields[] = {
    U8("rtype", .init = 4, .words = record_types),
    U8("auxdata_len", MEASURES_BY(FIELD, 4, 0)),
    U16("sources_number", MEASURES(COUNT)),
    IP6("dst"),
    IP6("sources", .style = CLV_MANY, .size = "sources_number"),
    BYTES("auxdata", .size = "auxdata_len"),
    END,
};
static const struct clv_under record_under[] = {
    UNDER(0, "icmp6.mld.record"),
    UNDER_END,
};
const struct clv_desc clv_icmp6_ml_record = {
    .name = "ICMPv6MLDMultAddrRec",
    .title = "MLDv2 Multicast Address Record",
    .source = "RFC 9777 5.2.4",
    .fields = record_fields,
    .under = record_under,
};

/* ---- Multicast router discovery, RFC 4286. */

ICMP6_FIELDS(mrd_adv,
    U8("type", TELLS(151), .words = clv_icmp6_types),
    U8("advinter", .init = 20),
    ICMP6_SUM,
    U16("queryint"),
    U16("robustness"));
ICMP6_LINES(mrd_adv, "%type%");
ICMP6(mrd_adv, "ICMPv6MRD_Advertisement", "Multicast Router Advertisement", "RFC 4286 3.2",
      .implies = routers_implies);

ICMP6_FIELDS(mrd_sol,
    U8("type", TELLS(152), .words = clv_icmp6_types),
    U8("res"),
    ICMP6_SUM);
ICMP6_LINES(mrd_sol, "%type%");
ICMP6(mrd_sol, "ICMPv6MRD_Solicitation", "Multicast Router Solicitation", "RFC 4286 4.2",
      .implies = routers_implies);

ICMP6_FIELDS(mrd_term,
    U8("type", TELLS(153), .words = clv_icmp6_types),
    U8("res"),
    ICMP6_SUM);
ICMP6_LINES(mrd_term, "%type%");
ICMP6(mrd_term, "ICMPv6MRD_Termination", "Multicast Router Termination", "RFC 4286 5.2",
      .implies = snoopers_implies);
