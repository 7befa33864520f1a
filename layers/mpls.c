/* SPDX-License-Identifier: BSD-2-Clause */
/* MPLS label stacks, and the control word of an Ethernet pseudowire below the last label. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

/*
 * MPLS, RFC 3032 2.1. Nothing in a label says what is below the last one: IP versions and control
 * words are told by their first bits (RFC 4928 3), all else stays bytes.
 */
static const struct clv_field mpls_fields[] = {
    BITS(20, "label", .init = 3),
    BITS(3, "cos"),
    BITS(1, "s", .init = 1, .key = "mpls.s"),
    U8("ttl"),
    END,
};
static const struct clv_under mpls_under[] = {
    UNDER(0, "mpls.s"),
    UNDER(0x8847, "ethertype"),
    UNDER(0x8848, "ethertype"),
    UNDER(137, "ip.proto"),
    UNDER(6635, "udp.port"),
    UNDER(0x0281, "ppp"),
    UNDER(0x0283, "ppp"),
    UNDER(5, "vxlan"),
    UNDER(0, "icmp.ext.mpls"),
    UNDER_END,
};
/* MPLS in UDP, RFC 7510. */
static const struct clv_imply mpls_implies[] = {
    { "UDP", "dport", "6635" },
    { "VXLAN", "flags", "12" },
    IMPLY_END,
};
static const struct clv_line mpls_lines[] = {
    { NULL, "label %label% ttl %ttl%" },
    LINE_END,
};
const struct clv_desc clv_mpls = {
    .name = "MPLS",
    .title = "MPLS",
    .source = "RFC 3032 2.1, RFC 5462",
    .fields = mpls_fields,
    .under = mpls_under,
    .implies = mpls_implies,
    .lines = mpls_lines,
};

/* Control word of an Ethernet pseudowire, RFC 4448 4.6; other flags belong to other pseudowires. */
static const struct clv_field eomcw_fields[] = {
    BITS(4, "zero", TELLS(0)),
    BITS(12, "reserved"),
    U16("seq"),
    END,
};
static const struct clv_under eomcw_under[] = {
    UNDER(1, "mpls.s"),
    UNDER_END,
};
static const struct clv_line eomcw_lines[] = {
    { NULL, "seq %seq%" },
    LINE_END,
};
const struct clv_desc clv_eomcw = {
    .name = "EoMCW",
    .title = "Ethernet Pseudowire Control Word",
    .source = "RFC 4448 4.6",
    .fields = eomcw_fields,
    .under = eomcw_under,
    .lines = eomcw_lines,
    .when = "reserved == 0",
    .next = "bridged",
};
