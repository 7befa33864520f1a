/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbour discovery: the messages, and the options stacked on them, of whole units of 8 bytes. An
 * option shorter than its table is ICMPv6NDOptUnknown; one longer keeps what is over.
 */
#include "icmp6.h"

/* One row a line. */
/* clang-format off */

/* RFC 4861, RFC 3122: a hop limit of 255 proves that the sender is on the link. */
ICMP6_IMPLIES(nodes, "255", "ff02::1");
ICMP6_IMPLIES(routers, "255", "ff02::2");

static const struct clv_word preferences[] = {
    { 0, "medium" },
    { 1, "high" },
    { 2, "reserved" },
    { 3, "low" },
    WORD_END,
};

#define MESSAGE(id_, name_, title_, source_, answers_, implies_, text_, ...) \
    ICMP6_FIELDS(id_, __VA_ARGS__); \
    ICMP6_LINES(id_, "%type%" text_); \
    ICMP6(id_, name_, title_, source_, \
          .answers = (answers_), \
          .implies = (implies_), \
          .next = "icmp6.nd.opt")

MESSAGE(rs, "ICMPv6ND_RS", "Router Solicitation", "RFC 4861 4.1", NULL, routers_implies, "",
    ICMP6_ASK(133, 134),
    U32("res"));

/* H is RFC 6275's, prf RFC 4191's, P RFC 4389's. */
MESSAGE(ra, "ICMPv6ND_RA", "Router Advertisement", "RFC 4861 4.2, RFC 4191 2.2",
    "ICMPv6ND_RS", nodes_implies,
    " lifetime=%routerlifetime%",
    ICMP6_HEAD(134),
    U8("chlim"),
    BITS(1, "M"),
    BITS(1, "O"),
    BITS(1, "H"),
    BITS(2, "prf", .init = 1, .words = preferences),
    BITS(1, "P"),
    BITS(2, "res"),
    U16("routerlifetime", .init = 1800),
    U32("reachabletime"),
    U32("retranstimer"));

MESSAGE(ns, "ICMPv6ND_NS", "Neighbor Solicitation", "RFC 4861 4.3", NULL, nodes_implies, " %tgt%",
    ICMP6_ASK(135, 136),
    U32("res"),
    IP6("tgt", .reply = "="));

MESSAGE(na, "ICMPv6ND_NA", "Neighbor Advertisement", "RFC 4861 4.4", "ICMPv6ND_NS",
    nodes_implies, " %tgt%",
    ICMP6_HEAD(136),
    BITS(1, "R", .init = 1),
    BITS(1, "S"),
    BITS(1, "O", .init = 1),
    BITS(29, "res", .style = CLV_HEX),
    IP6("tgt"));

MESSAGE(redirect, "ICMPv6ND_Redirect", "Redirect", "RFC 4861 4.5", NULL, nodes_implies,
    " %dst% tgt=%tgt%",
    ICMP6_HEAD(137),
    U32("res", .style = CLV_HEX),
    IP6("tgt"),
    IP6("dst"));

MESSAGE(ind_sol, "ICMPv6ND_INDSol", "Inverse Neighbor Solicitation", "RFC 3122 2.1", NULL,
    nodes_implies,
    "",
    ICMP6_ASK(141, 142),
    U32("reserved", .style = CLV_HEX));

MESSAGE(ind_adv, "ICMPv6ND_INDAdv", "Inverse Neighbor Advertisement", "RFC 3122 2.2",
    "ICMPv6ND_INDSol", nodes_implies,
    "",
    ICMP6_HEAD(142),
    U32("reserved", .style = CLV_HEX));

/* ---- Options, www.iana.org/assignments/icmpv6-parameters */

static const struct clv_word option_types[] = {
    { 1, "source-link-layer-address" },
    { 2, "target-link-layer-address" },
    { 3, "prefix-information" },
    { 4, "redirected-header" },
    { 5, "mtu" },
    { 6, "shortcut-limit" },
    { 7, "advertisement-interval" },
    { 8, "home-agent-information" },
    { 9, "source-address-list" },
    { 10, "target-address-list" },
    { 11, "cga" },
    { 12, "rsa-signature" },
    { 13, "timestamp" },
    { 14, "nonce" },
    { 15, "trust-anchor" },
    { 16, "certificate" },
    { 17, "ip-address" },
    { 18, "new-router-prefix" },
    { 19, "link-layer-address" },
    { 20, "neighbor-advertisement-ack" },
    { 23, "map" },
    { 24, "route-information" },
    { 25, "rdnss" },
    { 26, "flags-extension" },
    { 31, "dnssl" },
    { 33, "address-registration" },
    { 34, "6lowpan-context" },
    { 35, "authoritative-border-router" },
    { 37, "captive-portal" },
    { 38, "pref64" },
    WORD_END,
};
static const struct clv_under option_under[] = {
    UNDER(0, "icmp6.nd.opt"),
    UNDER_END,
};

#define TYPE(x_) U8("type", TELLS(x_), .words = option_types)
#define LEN U8("len", MEASURES_BY(HEADER, 8, 0))

#define OPTION(id_, name_, title_, source_, when_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_icmp6_opt_##id_ = { \
        .name = "ICMPv6NDOpt" name_, \
        .title = "ND Option " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = option_under, \
        .next = "icmp6.nd.opt", \
        .when = (when_), \
    }

/* Addresses of 48 bits; those of other links are ICMPv6NDOptUnknown. */
OPTION(src_lladdr, "SrcLLAddr", "Source Link-Layer Address", "RFC 4861 4.6.1", "len == 1",
    TYPE(1),
    LEN,
    MAC("lladdr", .role = CLV_LINK_SRC));

OPTION(dst_lladdr, "DstLLAddr", "Target Link-Layer Address", "RFC 4861 4.6.1", "len == 1",
    TYPE(2),
    LEN,
    MAC("lladdr"));

OPTION(prefix, "PrefixInfo", "Prefix Information", "RFC 4861 4.6.2, RFC 6275 7.2", "len >= 4",
    TYPE(3),
    LEN,
    U8("prefixlen", .init = 64),
    BITS(1, "L", .init = 1),
    BITS(1, "A", .init = 1),
    BITS(1, "R"),
    BITS(5, "res1"),
    U32("validlifetime", .init = 0xffffffff, .style = CLV_HEX),
    U32("preferredlifetime", .init = 0xffffffff, .style = CLV_HEX),
    U32("res2", .style = CLV_HEX),
    IP6("prefix"));

OPTION(redirected, "RedirectedHdr", "Redirected Header", "RFC 4861 4.6.3", "len >= 1",
    TYPE(4),
    LEN,
    FIXED(6, "res"),
    BYTES("pkt"));

OPTION(mtu, "MTU", "MTU", "RFC 4861 4.6.4", "len >= 1",
    TYPE(5),
    LEN,
    U16("res", .style = CLV_HEX),
    U32("mtu", .init = 1280));

OPTION(shortcut, "ShortcutLimit", "NBMA Shortcut Limit", "RFC 2491 5.3.1", "len >= 1",
    TYPE(6),
    LEN,
    U8("shortcutlim", .init = 40),
    U8("res1"),
    U32("res2"));

OPTION(interval, "AdvInterval", "Advertisement Interval", "RFC 6275 7.3", "len >= 1",
    TYPE(7),
    LEN,
    U16("res"),
    U32("advint"));

OPTION(home_agent, "HAInfo", "Home Agent Information", "RFC 6275 7.4", "len >= 1",
    TYPE(8),
    LEN,
    U16("res"),
    U16("pref"),
    U16("lifetime", .init = 1));

OPTION(src_list, "SrcAddrList", "Source Address List", "RFC 3122 3.1", "len >= 1",
    TYPE(9),
    LEN,
    FIXED(6, "res"),
    IP6("addrlist", .style = CLV_MANY));

OPTION(tgt_list, "TgtAddrList", "Target Address List", "RFC 3122 3.1", "len >= 1",
    TYPE(10),
    LEN,
    FIXED(6, "res"),
    IP6("addrlist", .style = CLV_MANY));

static const struct clv_word care_of[] = {
    { 1, "old-care-of-address" },
    { 2, "new-care-of-address" },
    { 3, "nar-address" },
    WORD_END,
};
OPTION(ip_addr, "IPAddr", "IP Address", "RFC 5568 6.4.1", "len >= 3",
    TYPE(17),
    LEN,
    U8("optcode", .init = 1, .words = care_of),
    U8("plen", .init = 64),
    U32("res"),
    IP6("addr"));

OPTION(new_prefix, "NewRtrPrefix", "New Router Prefix Information", "RFC 5568 6.4.2", "len >= 3",
    TYPE(18),
    LEN,
    U8("optcode"),
    U8("plen", .init = 64),
    U32("res"),
    IP6("prefix"));

/* RFC 5568: 9 bytes and padding are 2 units; Scapy writes the 9 bytes with a length of 1. */
OPTION(lla, "LLA", "Link-Layer Address", "RFC 5568 6.4.3", "len >= 2",
    TYPE(19),
    LEN,
    U8("optcode"),
    MAC("lla"));

OPTION(map, "MAP", "Mobility Anchor Point", "RFC 5380 4", "len >= 3",
    TYPE(23),
    LEN,
    BITS(4, "dist", .init = 1),
    BITS(4, "pref", .init = 15),
    BITS(1, "R", .init = 1),
    BITS(7, "res"),
    U32("validlifetime", .init = 0xffffffff, .style = CLV_HEX),
    IP6("addr"));

/* The prefix has 0, 8 or 16 bytes. */
OPTION(route, "RouteInfo", "Route Information", "RFC 4191 2.3", "len >= 1",
    TYPE(24),
    LEN,
    U8("plen"),
    BITS(3, "res1"),
    BITS(2, "prf", .words = preferences),
    BITS(3, "res2"),
    U32("rtlifetime", .init = 0xffffffff),
    IP6_PART(0, "prefix", .when = "left"));

OPTION(rdnss, "RDNSS", "Recursive DNS Server", "RFC 8106 5.1", "len >= 1",
    TYPE(25),
    LEN,
    U16("res"),
    U32("lifetime", .init = 0xffffffff),
    IP6("dns", .style = CLV_MANY));

OPTION(flags, "EFA", "Expanded Flags", "RFC 5175 4", "len >= 1",
    TYPE(26),
    LEN,
    BITS(48, "res"));

OPTION(dnssl, "DNSSL", "DNS Search List", "RFC 8106 5.2", "len >= 1",
    TYPE(31),
    LEN,
    U16("res"),
    U32("lifetime", .init = 0xffffffff),
    PLAIN_NAME("searchlist", .style = CLV_MANY));

OPTION(nonce, "Nonce", "Nonce", "RFC 3971 5.3.2, RFC 7527 4.1", "len >= 1",
    TYPE(14),
    LEN,
    BYTES("nonce"));

OPTION(portal, "CaptivePortal", "Captive Portal", "RFC 8910 2.3", "len >= 1",
    TYPE(37),
    LEN,
    BYTES("URI"));

/* The first 96 bits of the prefix. */
static const struct clv_word prefix_codes[] = {
    { 0, "96" },
    { 1, "64" },
    { 2, "56" },
    { 3, "48" },
    { 4, "40" },
    { 5, "32" },
    WORD_END,
};
OPTION(pref64, "PREF64", "PREF64", "RFC 8781 4", "len >= 2",
    TYPE(38),
    LEN,
    BITS(13, "scaledlifetime"),
    BITS(3, "plc", .words = prefix_codes),
    IP6_PART(12, "prefix"));

/* Any other option, RFC 4861 4.6; a length of 0 is none (RFC 4861 4.6). */
OPTION(unknown, "Unknown", "Unknown", "RFC 4861 4.6", "len != 0",
    U8("type", .words = option_types),
    LEN,
    BYTES("data"));
