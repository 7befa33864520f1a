/* SPDX-License-Identifier: BSD-2-Clause */
/* Link headers that a capture makes up: Linux "cooked", and BSD loopback in both byte orders. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word packet_types[] = {
    { 0, "unicast" },
    { 1, "broadcast" },
    { 2, "multicast" },
    { 3, "unicast-to-another-host" },
    { 4, "sent-by-us" },
    WORD_END,
};

/*
 * An ethertype, or one of Linux's own numbers for frames without one (below 0x0600). On a netlink
 * device (824) it is a netlink family, which must not be taken for one of these.
 */
#define PROTO \
    U16("proto", .init = 0x0800, .style = CLV_HEX, .key = "cooked.proto ethertype", \
        .words = clv_ethertypes)

/* Linux cooked capture, https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html */
static const struct clv_field cooked_fields[] = {
    U16("pkttype", .words = packet_types),
    U16("lladdrtype", .init = 512, .style = CLV_HEX, .words = clv_hardware_types),
    U16("lladdrlen"),
    FIXED(8, "src"),
    U16("proto", .style = CLV_HEX, .when = "lladdrtype == 824", .key = "netlink"),
    PROTO,
    END,
};
static const struct clv_under cooked_under[] = {
    UNDER(113, "link"),
    UNDER_END,
};
static const struct clv_line cooked_lines[] = {
    { NULL, "%pkttype% %proto%" },
    LINE_END,
};
const struct clv_desc clv_cooked = {
    .name = "CookedLinux",
    .title = "Linux cooked capture",
    .alias = "sll",
    .source = "LINKTYPE_LINUX_SLL, www.tcpdump.org/linktypes",
    .fields = cooked_fields,
    .under = cooked_under,
    .lines = cooked_lines,
};

/* Linux cooked capture v2, https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL2.html */
static const struct clv_field cooked2_fields[] = {
    PROTO,
    U16("reserved"),
    U32("ifindex"),
    U16("lladdrtype", .init = 512, .style = CLV_HEX, .words = clv_hardware_types),
    U8("pkttype", .words = packet_types),
    U8("lladdrlen"),
    FIXED(8, "src"),
    END,
};
static const struct clv_under cooked2_under[] = {
    UNDER(276, "link"),
    UNDER_END,
};
const struct clv_desc clv_cooked2 = {
    .name = "CookedLinuxV2",
    .title = "Linux cooked capture v2",
    .alias = "sll2",
    .source = "LINKTYPE_LINUX_SLL2, www.tcpdump.org/linktypes",
    .fields = cooked2_fields,
    .under = cooked2_under,
    .lines = cooked_lines,
};

/* Address families of the BSDs; IPv6 has another number in each. */
static const struct clv_word families[] = {
    { 2, "IPv4" },
    { 7, "OSI" },
    { 16, "Appletalk" },
    { 23, "Netware IPX/SPX" },
    { 24, "IPv6" },
    { 28, "IPv6" },
    { 30, "IPv6" },
    WORD_END,
};

/*
 * BSD loopback, https://www.tcpdump.org/linktypes/LINKTYPE_NULL.html: an address family in the byte
 * order of the machine that captured. Little-endian takes whatever the big-endian twin refuses.
 */
static const struct clv_field loopback_fields[] = {
    U32("type", .init = 2, .style = CLV_LE, .key = "loopback", .words = families),
    END,
};
static const struct clv_under loopback_under[] = {
    UNDER(0, "link"),
    UNDER_END,
};
static const struct clv_line loopback_lines[] = {
    { NULL, "%type%" },
    LINE_END,
};
const struct clv_desc clv_loopback = {
    .name = "Loopback",
    .title = "Loopback",
    .alias = "null",
    .source = "LINKTYPE_NULL, www.tcpdump.org/linktypes",
    .fields = loopback_fields,
    .under = loopback_under,
    .lines = loopback_lines,
};

/* The same in network byte order: OpenBSD's, and captures from big-endian machines. */
static const struct clv_field loopback_be_fields[] = {
    U32("type", .init = 2, .key = "loopback", .words = families),
    END,
};
static const struct clv_under loopback_be_under[] = {
    UNDER(108, "link"),
    UNDER(0, "link"),
    UNDER_END,
};
const struct clv_desc clv_loopback_be = {
    .name = "LoopbackBE",
    .title = "Loopback, big-endian",
    .alias = "loop",
    .source = "LINKTYPE_LOOP, www.tcpdump.org/linktypes",
    .fields = loopback_be_fields,
    .under = loopback_be_under,
    .lines = loopback_lines,
    .when = "type in 1..0xffff",
};
