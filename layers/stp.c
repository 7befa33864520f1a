/* SPDX-License-Identifier: BSD-2-Clause */
/* Spanning tree: STP, RSTP, and the part that MSTP adds. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word versions[] = {
    { 0, "STP" },
    { 2, "RSTP" },
    { 3, "MSTP" },
    { 4, "SPT" },
    WORD_END,
};
static const struct clv_word types[] = {
    { 0x00, "configuration" },
    { 0x02, "rapid" },
    { 0x80, "topology-change" },
    WORD_END,
};

/* Times are in 1/256 seconds. */
static const struct clv_scale second = { .div = 256, .cut = true };

#define CONFIG "bpdutype != 0x80"
#define SECONDS(name_, init_) SCALED(16, second, name_, .init = 256 * (init_), .when = CONFIG)

/*
 * BPDU, IEEE 802.1D-2004 9.3. A notification of a topology change ends after its type; a rapid one
 * holds the length, always 0, of what version 1 would have added.
 */
static const struct clv_field stp_fields[] = {
    U16("proto"),
    U8("version", .words = versions),
    U8("bpdutype", .style = CLV_HEX, .words = types),
    U8("bpduflags", .style = CLV_HEX, .when = CONFIG),
    U16("rootid", .when = CONFIG),
    MAC("rootmac", .when = CONFIG),
    U32("pathcost", .when = CONFIG),
    U16("bridgeid", .when = CONFIG),
    MAC("bridgemac", .when = CONFIG),
    U16("portid", .style = CLV_HEX, .when = CONFIG),
    SECONDS("age", 1),
    SECONDS("maxage", 20),
    SECONDS("hellotime", 2),
    SECONDS("fwddelay", 15),
    U8("version1len", .when = "bpdutype == 2 and left >= 1"),
    END,
};
/* 0x010b under Cisco's organisation code: one tree per VLAN, tagged. */
static const struct clv_under stp_under[] = {
    UNDER(0x424203, "llc"),
    UNDER(0x010b, "snap"),
    UNDER(0x4242, "chdlc"),
    UNDER_END,
};
static const struct clv_imply stp_implies[] = {
    { "SNAP", "OUI", "0x00000c" },
    IMPLY_END,
};
static const struct clv_line stp_lines[] = {
    { "bpdutype == 0x80", "%version% %bpdutype%" },
    { NULL, "%version% root %rootid%/%rootmac% cost %pathcost% port %portid%" },
    LINE_END,
};
const struct clv_desc clv_stp = {
    .name = "STP",
    .title = "Spanning Tree Protocol",
    .source = "IEEE 802.1D-2004 9.3",
    .fields = stp_fields,
    .under = stp_under,
    .implies = stp_implies,
    .lines = stp_lines,
    .next = "stp",
};

/* Multiple spanning trees, IEEE 802.1Q-2022 14.4; what SPT adds stays bytes. */
static const struct clv_field mst_fields[] = {
    U16("len", MEASURES(REST)),
    U8("format"),
    FIXED(32, "name"),
    U16("revision"),
    FIXED(16, "digest"),
    U32("pathcost"),
    U16("bridgeid"),
    MAC("bridgemac"),
    U8("hops", .init = 20),
    LIST("instances", .of = "stp.instance"),
    END,
};
static const struct clv_under mst_under[] = {
    UNDER(0, "stp"),
    UNDER_END,
};
static const struct clv_line mst_lines[] = {
    { NULL, "revision %revision% bridge %bridgeid%/%bridgemac% hops %hops%" },
    LINE_END,
};
const struct clv_desc clv_mst = {
    .name = "MST",
    .title = "Multiple Spanning Trees",
    .source = "IEEE 802.1Q-2022 14.4",
    .fields = mst_fields,
    .under = mst_under,
    .lines = mst_lines,
    .when = "STP.version >= 3",
};

/* One tree, IEEE 802.1Q-2022 14.4.1. */
static const struct clv_field instance_fields[] = {
    U8("flags", .style = CLV_HEX),
    U16("rootid"),
    MAC("rootmac"),
    U32("pathcost"),
    U8("bridgeprio"),
    U8("portprio"),
    U8("hops", .init = 20),
    END,
};
static const struct clv_under instance_under[] = {
    UNDER(0, "stp.instance"),
    UNDER_END,
};
const struct clv_desc clv_mst_instance = {
    .name = "MSTInstance",
    .title = "Spanning Tree Instance",
    .source = "IEEE 802.1Q-2022 14.4.1",
    .fields = instance_fields,
    .under = instance_under,
};
