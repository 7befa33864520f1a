/* SPDX-License-Identifier: BSD-2-Clause */
/* Ethernet and what sits between it and a network layer: 802.3 lengths, LLC, SNAP, VLAN tags. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

/* Ethernet, IEEE 802.3-2022 3.2.6 (type interpretation). */
static const struct clv_field ether_fields[] = {
    MAC("dst", .init = 0xffffffffffff, .role = CLV_LINK_DST),
    MAC("src", .role = CLV_LINK_SRC),
    U16("type", .init = 0x9000, .style = CLV_HEX, .key = "ethertype", .words = clv_ethertypes),
    END,
};
static const struct clv_under ether_under[] = {
    UNDER(1, "link"),
    UNDER(1, "ethertype"),
    UNDER(0x6558, "tunnel"),
    UNDER(143, "ip.proto"), /* RFC 8986 10.1 */
    UNDER(0, "bridged"),
    UNDER(3, "vxlan"),
    UNDER(0, "vxlan"),
    UNDER(0, "erspan"),
    UNDER_END,
};
/* In VXLAN a frame asks for the generic header, as in Scapy; the plain one is given: flags=8. */
static const struct clv_imply ether_implies[] = {
    { "VXLAN", "flags", "12" },
    IMPLY_END,
};
static const struct clv_line ether_lines[] = {
    { NULL, "%type%" },
    LINE_END,
};
const struct clv_desc clv_ether = {
    .name = "Ether",
    .title = "Ethernet",
    .alias = "eth",
    .source = "IEEE 802.3-2022 3.2.6",
    .fields = ether_fields,
    .under = ether_under,
    .implies = ether_implies,
    .who = "%src% > %dst%",
    .lines = ether_lines,
};

/* Ethernet with a length, IEEE 802.3-2022 3.2.6 (length interpretation). */
static const struct clv_field dot3_fields[] = {
    MAC("dst", .init = 0xffffffffffff, .role = CLV_LINK_DST),
    MAC("src", .role = CLV_LINK_SRC),
    U16("len", MEASURES(PAYLOAD)),
    END,
};
static const struct clv_under dot3_under[] = {
    UNDER(1, "link"),
    UNDER(0x6558, "tunnel"),
    UNDER(143, "ip.proto"), /* RFC 8986 10.1 */
    UNDER(0, "bridged"),
    UNDER(3, "vxlan"),
    UNDER(0, "vxlan"),
    UNDER(0, "erspan"),
    UNDER_END,
};
static const struct clv_line dot3_lines[] = {
    { NULL, "length %len%" },
    LINE_END,
};
const struct clv_desc clv_dot3 = {
    .name = "Dot3",
    .title = "802.3",
    .source = "IEEE 802.3-2022 3.2.6",
    .fields = dot3_fields,
    .under = dot3_under,
    .implies = ether_implies,
    .who = "%src% > %dst%",
    .lines = dot3_lines,
    .next = "dot3",
    .when = "len <= 1500",
};

/*
 * Logical link control, IEEE 802.2-1998 3. As in Scapy ctrl is one byte; the second one of
 * numbered frames is payload.
 */
static const struct clv_field llc_fields[] = {
    U8("dsap", .style = CLV_HEX, .key = "llc"),
    U8("ssap", .style = CLV_HEX, .key = "llc"),
    U8("ctrl", .key = "llc"),
    END,
};
/* 4 is Linux's protocol for 802.2 frames; 0x8870 is draft-ietf-isis-ext-eth; 122 is Scapy's. */
static const struct clv_under llc_under[] = {
    UNDER(0, "dot3"),
    UNDER(4, "cooked.proto"),
    UNDER(0x8870, "ethertype"),
    UNDER(122, "ethertype"),
    UNDER(3, "llc.length", .to = 1500),
    /* 802.11 data frames, without and with quality of service. */
    UNDER(2, "dot11"),
    UNDER(6, "dot11"),
    UNDER(10, "dot11"),
    UNDER(14, "dot11"),
    UNDER(0, "dot11.qos"),
    UNDER_END,
};
static const struct clv_line llc_lines[] = {
    { NULL, "%ssap% > %dsap% ctrl %ctrl%" },
    LINE_END,
};
const struct clv_desc clv_llc = {
    .name = "LLC",
    .title = "Logical Link Control",
    .source = "IEEE 802.2-1998",
    .fields = llc_fields,
    .under = llc_under,
    .lines = llc_lines,
};

/* SNAP, IEEE 802-2014 9.5, RFC 1042: the code is an ethertype where the organisation is 0 (or, for
 * bridges, 0x0000f8), else that organisation's own. */
static const struct clv_field snap_fields[] = {
    U24("OUI", .style = CLV_HEX),
    U16("code", .style = CLV_HEX, .when = "OUI in 0,0xf8", .key = "ethertype",
        .words = clv_ethertypes),
    U16("code", .style = CLV_HEX, .key = "snap"),
    END,
};
static const struct clv_under snap_under[] = {
    UNDER(0xaaaa03, "llc"),
    UNDER(0x80, "nlpid"),
    UNDER_END,
};
const struct clv_desc clv_snap = {
    .name = "SNAP",
    .title = "Subnetwork Access Protocol",
    .source = "IEEE 802-2014 9.5, RFC 1042",
    .fields = snap_fields,
    .under = snap_under,
};

/* VLAN tag, IEEE 802.1Q-2022 9.6; below 1536 the type is a length, and LLC follows. */
static const struct clv_field vlan_fields[] = {
    BITS(3, "prio"),
    BITS(1, "dei"),
    BITS(12, "vlan", .init = 1, .reply = "="),
    U16("type", .style = CLV_HEX, .key = "ethertype llc.length", .words = clv_ethertypes),
    END,
};
static const struct clv_under dot1q_under[] = {
    UNDER(0x8100, "ethertype"),
    UNDER_END,
};
static const struct clv_line vlan_lines[] = {
    { NULL, "vlan %vlan% prio %prio%" },
    LINE_END,
};
const struct clv_desc clv_dot1q = {
    .name = "Dot1Q",
    .title = "802.1Q",
    .alias = "vlan",
    .source = "IEEE 802.1Q-2022 9.6 (customer tag)",
    .fields = vlan_fields,
    .under = dot1q_under,
    .lines = vlan_lines,
};

static const struct clv_under dot1ad_under[] = {
    UNDER(0x88a8, "ethertype"),
    UNDER_END,
};
const struct clv_desc clv_dot1ad = {
    .name = "Dot1AD",
    .title = "802.1ad",
    .alias = "qinq",
    .source = "IEEE 802.1Q-2022 9.6 (service tag)",
    .fields = vlan_fields,
    .under = dot1ad_under,
    .lines = vlan_lines,
};
