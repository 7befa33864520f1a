/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6, and IPv6 as ICMPv6 errors quote it. What may follow only IPv6 (extension headers, ICMPv6)
 * lies in a space of its own, ip6.nh, so that IPv4 does not open it.
 */
#include "layers.h"

enum { FIXED_PART = 40, NEXT_HEADER = 6, ADDR = 16 };
enum { HOP_BY_HOP = 0, ROUTING = 43, FRAGMENT = 44, AUTHENTICATION = 51, DESTINATION = 60 };
enum { SOURCE_ROUTE = 0, MOBILE = 2, SEGMENTS = 4 };
enum { PAD1 = 0, HOME_ADDRESS = 201 };

/* Where the routing header at `at` ends its way, if it has stops left. Segments are kept last one
 * first (RFC 8754). More stops left than there are addresses: build has not counted them yet. */
static bool last_stop(struct clv_scope *scope, uint32_t at, const uint8_t *head, uint8_t *addr)
{
    uint32_t n = head[1] / 2, left = head[3], type = head[2];
    if (type != SOURCE_ROUTE && type != MOBILE && type != SEGMENTS)
        return false;
    if (type == SEGMENTS) {
        uint8_t last;
        if (!clv_scope_bytes(scope, at + 4, &last, 1))
            return false;
        n = last + 1u;
        left = left > last ? last : left;
    }
    if (!left || !n)
        return false;
    return clv_scope_bytes(scope, at + 8 + (type == SEGMENTS ? 0 : n - 1) * ADDR, addr, ADDR);
}

/* The home address among the destination options at `at`, which end at `end`. */
static void home_address(struct clv_scope *scope, uint32_t at, uint32_t end, uint8_t *addr)
{
    uint8_t option[2]; /* type, length */
    while (at + sizeof option <= end && clv_scope_bytes(scope, at, option, sizeof option)) {
        if (option[0] == HOME_ADDRESS && option[1] == ADDR && at + 2 + ADDR <= end) {
            clv_scope_bytes(scope, at + 2, addr, ADDR);
            return;
        }
        at += option[0] == PAD1 ? 1 : 2u + option[1];
    }
}

/* A checksum counts the last address of a routing header as the destination (RFC 8200 8.1), and a
 * home address as the source (RFC 6275 11.3.1). */
static void find_ends(struct clv_scope *scope, uint8_t *src, uint8_t *dst, uint32_t n)
{
    uint32_t at = FIXED_PART, end;
    uint8_t next, head[4], stop[ADDR]; /* next header, length; of a routing header: type, left */
    if (n != ADDR || !clv_scope_bytes(scope, NEXT_HEADER, &next, 1))
        return;
    for (; next == HOP_BY_HOP || next == DESTINATION || next == ROUTING || next == FRAGMENT ||
           next == AUTHENTICATION;
         at = end, next = head[0]) {
        if (!clv_scope_bytes(scope, at, head, sizeof head))
            return;
        end = at + (next == FRAGMENT         ? 8
                    : next == AUTHENTICATION ? (head[1] + 2u) * 4
                                             : (head[1] + 1u) * 8);
        if (next == DESTINATION)
            home_address(scope, at + 2, end, src);
        if (next != ROUTING || !last_stop(scope, at, head, stop))
            continue;
        for (uint32_t i = 0; i < ADDR; i++)
            dst[i] = stop[i];
    }
}

static const struct clv_hooks ip6_hooks = { .ends = find_ends };

/* One row a line. */
/* clang-format off */

/* The length of a jumbogram is in a hop-by-hop option, RFC 2675 3. */
#define JUMBO "plen == 0 and nh == 0"

/* The rows before `nh`. */
#define IP6_HEAD \
    BITS(4, "version", TELLS(6)), \
    BITS(8, "tc", .style = CLV_HEX), \
    BITS(20, "fl", .style = CLV_HEX), \
    U16("plen", MEASURES(PAYLOAD))

/*
 * IPv6, RFC 8200. An answer need not carry the extension headers of its request: nh is not
 * compared, the layers above are.
 */
static const struct clv_field ip6_fields[] = {
    IP6_HEAD,
    U8("nh", .init = 59, .key = "ip6.nh ip.proto", .words = clv_ip_protocols),
    U8("hlim", .init = 64),
    IP6("src", .text = "::1", .role = CLV_NET_SRC, .reply = "dst"),
    IP6("dst", .text = "::1", .role = CLV_NET_DST, .reply = "src"),
    END,
};
/* Link types as for IPv4, and IPV6; address families of NetBSD and OpenBSD, FreeBSD, Darwin, Linux,
 * Solaris. */
static const struct clv_under ip6_under[] = {
    UNDER(0x86dd, "ethertype", .sure = true),
    UNDER(101, "link"),
    UNDER(12, "link"),
    UNDER(14, "link"),
    UNDER(229, "link"),
    UNDER(41, "ip.proto", .sure = true),
    UNDER(24, "loopback", .sure = true),
    UNDER(28, "loopback", .sure = true),
    UNDER(30, "loopback", .sure = true),
    UNDER(10, "loopback", .sure = true),
    UNDER(26, "loopback", .sure = true),
    UNDER(0x0057, "ppp"),
    UNDER(1, "mpls.s"),
    UNDER(2, "vxlan", .sure = true),
    UNDER(0x8e, "nlpid"),
    UNDER(0, "pim.register"),
    UNDER_END,
};
/* What is not Ethernet needs the generic header of VXLAN. */
static const struct clv_imply ip6_implies[] = {
    { "VXLAN", "flags", "12" },
    IMPLY_END,
};
static const struct clv_line ip6_lines[] = {
    { NULL, "%nh%" },
    LINE_END,
};
const struct clv_desc clv_ipv6 = {
    .name = "IPv6",
    .title = "IPv6",
    .alias = "ip6",
    .source = "RFC 8200",
    .fields = ip6_fields,
    .under = ip6_under,
    .implies = ip6_implies,
    .who = "%src% > %dst%",
    .lines = ip6_lines,
    .endless = JUMBO,
    .bpf = "dst host %src%;",
    .hooks = &ip6_hooks,
};

/* IPv6 inside an ICMPv6 error, RFC 4443. */
static const struct clv_field ip6_error_fields[] = {
    IP6_HEAD,
    U8("nh", .init = 59, .key = "ip.error ip6.nh ip.proto", .words = clv_ip_protocols),
    U8("hlim", .init = 64),
    IP6("src", .text = "::1", .role = CLV_NET_SRC),
    IP6("dst", .text = "::1", .role = CLV_NET_DST),
    END,
};
static const struct clv_under ip6_error_under[] = {
    UNDER(0, "icmp6.quote"),
    UNDER_END,
};
const struct clv_desc clv_ipv6_error = {
    .name = "IPerror6",
    .title = "IPv6 in ICMPv6",
    .source = "RFC 4443, RFC 8200",
    .fields = ip6_error_fields,
    .under = ip6_error_under,
    .endless = JUMBO,
    .quotes = "IPv6",
    .hooks = &ip6_hooks,
};
