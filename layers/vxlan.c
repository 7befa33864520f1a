/* SPDX-License-Identifier: BSD-2-Clause */
/* VXLAN, with the headers that its generic and its group policy extension make of it. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word flags[] = {
    { 0x01, "OAM" },
    { 0x02, "R" },
    { 0x04, "NextProtocol" },
    { 0x08, "Instance" },
    { 0x10, "V1" },
    { 0x20, "V2" },
    { 0x80, "G" },
    WORD_END,
};
static const struct clv_word policy_flags[] = {
    { 0x08, "A" },
    { 0x40, "D" },
    WORD_END,
};
static const struct clv_word next_protocols[] = {
    { 0, "NotDefined" },
    { 1, "IPv4" },
    { 2, "IPv6" },
    { 3, "Ethernet" },
    { 4, "NSH" },
    { 5, "MPLS" },
    WORD_END,
};

/*
 * VXLAN, RFC 7348 5; the generic extension, draft-ietf-nvo3-vxlan-gpe-12 3; group policy,
 * draft-smith-vxlan-group-policy-05 2.1. The three differ in the bytes behind the flags.
 */
#define GENERIC "flags & 4 != 0"
#define POLICY "flags & 0x84 == 0x80"
static const struct clv_field vxlan_fields[] = {
    FLAGS(8, "flags", .init = 8, .words = flags),
    U16("reserved0", .when = GENERIC),
    U8("NextProtocol", .words = next_protocols, .key = "vxlan", .when = GENERIC),
    U24("reserved1", .when = "flags & 0x84 == 0"),
    FLAGS(8, "gpflags", .words = policy_flags, .when = POLICY),
    U16("gpid", .when = POLICY),
    U24("vni", .style = CLV_HEX),
    U8("reserved2", .style = CLV_HEX),
    END,
};
/* Without assignment: 6633 and 48879 as in Scapy; 8472 is Linux's default. */
static const struct clv_under vxlan_under[] = {
    UNDER(4789, "udp.port"),
    UNDER(4790, "udp.port"),
    UNDER(8472, "udp.port"),
    UNDER(6633, "udp.port"),
    UNDER(48879, "udp.port"),
    UNDER_END,
};
static const struct clv_imply vxlan_implies[] = {
    { "UDP", "sport", "4789" },
    { "UDP", "dport", "4789" },
    IMPLY_END,
};
static const struct clv_line vxlan_lines[] = {
    { NULL, "vni %vni%" },
    LINE_END,
};
const struct clv_desc clv_vxlan = {
    .name = "VXLAN",
    .title = "VXLAN",
    .source = "RFC 7348, draft-ietf-nvo3-vxlan-gpe-12, draft-smith-vxlan-group-policy-05",
    .fields = vxlan_fields,
    .under = vxlan_under,
    .implies = vxlan_implies,
    .lines = vxlan_lines,
    .next = "bridged",
    .opens = "flags & 4 == 0 or NextProtocol in 0..3,5",
};
