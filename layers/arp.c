/* SPDX-License-Identifier: BSD-2-Clause */
/* Address resolution: who has this protocol address? Widths of addresses are in the packet. */
#include "layers.h"

/*
 * ARP, RFC 826; reverse ARP, RFC 903. Addresses of another width than that of a MAC or IPv4 address
 * are bytes.
 */
static const struct clv_field arp_fields[] = {
    U16("hwtype", .init = 1, .style = CLV_HEX, .words = clv_hardware_types, .reply = "="),
    U16("ptype", .init = 0x0800, .style = CLV_HEX, .words = clv_ethertypes, .reply = "="),
    U8("hwlen", MEASURES(FIELD)),
    U8("plen", MEASURES(FIELD)),
    U16("op", .init = 1, .words = clv_arp_ops, .reply = "1:2"),
    MAC("hwsrc", .size = "hwlen", .role = CLV_LINK_SRC),
    IP6("psrc", .size = "plen", .role = CLV_NET_SRC, .when = "ptype == 0x86dd", .reply = "pdst"),
    IP4("psrc", .size = "plen", .role = CLV_NET_SRC, .reply = "pdst"),
    MAC("hwdst", .size = "hwlen"),
    IP6("pdst", .size = "plen", .role = CLV_NET_DST, .when = "ptype == 0x86dd"),
    IP4("pdst", .size = "plen", .role = CLV_NET_DST),
    END,
};
static const struct clv_under arp_under[] = {
    UNDER(0x0806, "ethertype"),
    UNDER(0x8035, "ethertype"),
    UNDER_END,
};
static const struct clv_line arp_lines[] = {
    { "op == 1", "who has %pdst% says %psrc%" },
    { "op == 2", "%psrc% is at %hwsrc%" },
    { NULL, "%op% %psrc% > %pdst%" },
    LINE_END,
};
const struct clv_desc clv_arp = {
    .name = "ARP",
    .title = "ARP",
    .source = "RFC 826",
    .fields = arp_fields,
    .under = arp_under,
    .who = "",
    .lines = arp_lines,
    .bpf = "arp;",
    .leaf = true,
};
