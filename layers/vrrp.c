/* SPDX-License-Identifier: BSD-2-Clause */
/* VRRP, version 2 and, over IPv4 and IPv6, version 3; and CARP, which took its protocol number. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

#define ROUTER \
    U8("vrid", .init = 1), \
    U8("priority", .init = 100), \
    U8("ipcount", MEASURES(COUNT))

static const struct clv_under vrrp_under[] = {
    UNDER(112, "ip.proto"),
    UNDER_END,
};

/* Version 2, RFC 3768 5.1; authentication data is RFC 2338's. */
static const struct clv_field vrrp_fields[] = {
    BITS(4, "version", TELLS(2)),
    BITS(4, "type", .init = 1),
    ROUTER,
    U8("authtype"),
    U8("adv", .init = 1),
    U16("chksum", .style = CLV_HEX, .fill = clv_sum_layer),
    IP4("addrlist", .style = CLV_MANY, .size = "ipcount"),
    U32("auth1"),
    U32("auth2"),
    END,
};
static const struct clv_line vrrp_lines[] = {
    { NULL, "vrid %vrid% priority %priority%" },
    LINE_END,
};
const struct clv_desc clv_vrrp = {
    .name = "VRRP",
    .title = "VRRP",
    .source = "RFC 3768 5.1, RFC 2338 5.1",
    .fields = vrrp_fields,
    .under = vrrp_under,
    .lines = vrrp_lines,
};

/* Version 3, RFC 5798 5.1: addresses of the family that carries it. */
static const struct clv_field vrrp3_fields[] = {
    BITS(4, "version", TELLS(3)),
    BITS(4, "type", .init = 1),
    ROUTER,
    BITS(4, "res"),
    BITS(12, "adv", .init = 100),
    U16("chksum", .style = CLV_HEX, .fill = clv_sum_pseudo),
    IP6("addrlist", .when = "IPv6.version == 6", .style = CLV_MANY, .size = "ipcount"),
    IP4("addrlist", .style = CLV_MANY, .size = "ipcount"),
    END,
};
const struct clv_desc clv_vrrp3 = {
    .name = "VRRPv3",
    .title = "VRRP version 3",
    .source = "RFC 5798 5.1",
    .fields = vrrp3_fields,
    .under = vrrp_under,
    .lines = vrrp_lines,
};

/* CARP: OpenBSD's ip_carp(4) writes version 2, which VRRP has; this is the one that Scapy names. */
static const struct clv_field carp_fields[] = {
    BITS(4, "version", TELLS(4)),
    BITS(4, "type", .init = 4),
    U8("vhid", .init = 1),
    U8("advskew"),
    U8("authlen"),
    U8("demotion"),
    U8("advbase"),
    U16("chksum", .style = CLV_HEX, .fill = clv_sum_layer),
    U32("counter1", .style = CLV_HEX),
    U32("counter2", .style = CLV_HEX),
    U32("hmac1", .style = CLV_HEX),
    U32("hmac2", .style = CLV_HEX),
    U32("hmac3", .style = CLV_HEX),
    U32("hmac4", .style = CLV_HEX),
    U32("hmac5", .style = CLV_HEX),
    END,
};
static const struct clv_imply carp_implies[] = {
    { "IP", "dst", "224.0.0.18" },
    { "Ether", "dst", "01:00:5e:00:00:12" },
    IMPLY_END,
};
static const struct clv_line carp_lines[] = {
    { NULL, "vhid %vhid% advbase=%advbase% advskew=%advskew%" },
    LINE_END,
};
const struct clv_desc clv_carp = {
    .name = "CARP",
    .title = "CARP",
    .source = "OpenBSD, ip_carp(4)",
    .fields = carp_fields,
    .under = vrrp_under,
    .implies = carp_implies,
    .lines = carp_lines,
};
