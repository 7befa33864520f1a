/* SPDX-License-Identifier: BSD-2-Clause */
/* IPv4, and IPv4 as ICMP errors quote it: the same rows, another space for what is above. */
#include "layers.h"

enum { FIXED_PART = 20, EOL = 0, NOP = 1, LSRR = 3, SSRR = 9 };

/* Where an unfinished source route ends: transport checksums are over that address. */
static void find_ends(struct clv_scope *scope, uint8_t *src, uint8_t *dst, uint32_t n)
{
    uint32_t head = clv_scope_head(scope), at = FIXED_PART;
    uint8_t option[3]; /* type, length, pointer */
    (void)src;
    while (n == 4 && at + sizeof option <= head) {
        if (!clv_scope_bytes(scope, at, option, sizeof option))
            return;
        uint32_t number = option[0] & 0x1f, len = option[1], pointer = option[2];
        if (number == EOL || (number != NOP && len < 2))
            return;
        if ((number == LSRR || number == SSRR) && len >= 7 && at + len <= head) {
            /* The pointer counts from 1; past the end, the destination is the last stop already. */
            uint32_t last = at + 3 + 4 * ((len - 3) / 4 - 1);
            if (pointer + 3 <= len)
                clv_scope_bytes(scope, last, dst, n);
            return;
        }
        at += number == NOP ? 1 : len;
    }
}

static const struct clv_hooks ip_hooks = { .ends = find_ends };

/* One row a line. */
/* clang-format off */

/* The rows before `proto`. */
#define IP_HEAD \
    BITS(4, "version", TELLS(4)), \
    BITS(4, "ihl", MEASURES_BY(HEADER, 4, 0)), \
    U8("tos", .style = CLV_HEX), \
    U16("len", MEASURES(LAYER)), \
    U16("id", .init = 1), \
    FLAGS(3, "flags", .words = clv_ip_flags), \
    BITS(13, "frag"), \
    U8("ttl", .init = 64)

/* IPv4, RFC 791. */
static const struct clv_field ip_fields[] = {
    IP_HEAD,
    U8("proto", .key = "ip.proto", .words = clv_ip_protocols, .reply = "="),
    U16("chksum", .style = CLV_HEX, .fill = clv_sum_header),
    IP4("src", .init = 0x7f000001, .role = CLV_NET_SRC, .reply = "dst"),
    IP4("dst", .init = 0x7f000001, .role = CLV_NET_DST, .reply = "src"),
    LIST("options", .of = "ip.opt"),
    END,
};
/* Link types for bare IP: RAW, and the values of DLT_RAW on most systems and on OpenBSD; IPV4. */
static const struct clv_under ip_under[] = {
    UNDER(0x0800, "ethertype", .sure = true),
    UNDER(101, "link"),
    UNDER(12, "link"),
    UNDER(14, "link"),
    UNDER(228, "link"),
    UNDER(4, "ip.proto", .sure = true),
    UNDER(2, "loopback", .sure = true),
    UNDER(0, "loopback", .sure = true),
    UNDER(0x0021, "ppp"),
    UNDER(1, "mpls.s"),
    UNDER(1, "vxlan", .sure = true),
    UNDER(4, "erspan"),
    UNDER(0, "pim.register"),
    UNDER(0xcc, "nlpid"),
    UNDER_END,
};
/* What is not Ethernet needs the generic header of VXLAN. */
static const struct clv_imply ip_implies[] = {
    { "VXLAN", "flags", "12" },
    IMPLY_END,
};
static const struct clv_line ip_lines[] = {
    { "frag != 0 or flags & 1 != 0", "%proto% fragment %frag%" },
    { NULL, "%proto%" },
    LINE_END,
};
const struct clv_desc clv_ip = {
    .name = "IP",
    .title = "IP",
    .alias = "ipv4",
    .source = "RFC 791",
    .fields = ip_fields,
    .under = ip_under,
    .implies = ip_implies,
    .who = "%src% > %dst%",
    .lines = ip_lines,
    .opens = "frag == 0",
    .whole = "frag == 0 and flags & 1 == 0",
    .bpf = "dst host %src%;",
    .hooks = &ip_hooks,
};

/* IPv4 inside an ICMP error, RFC 792. */
static const struct clv_field ip_error_fields[] = {
    IP_HEAD,
    U8("proto", .key = "ip.error", .words = clv_ip_protocols),
    U16("chksum", .style = CLV_HEX, .fill = clv_sum_header),
    IP4("src", .init = 0x7f000001, .role = CLV_NET_SRC),
    IP4("dst", .init = 0x7f000001, .role = CLV_NET_DST),
    LIST("options", .of = "ip.opt"),
    END,
};
/* Ranges, so that an ICMP layer keeps the type it has, as in Scapy. */
static const struct clv_under ip_error_under[] = {
    UNDER(3, "icmp.type", .to = 5),
    UNDER(11, "icmp.type", .to = 12),
    UNDER(4, "ip.error"),
    UNDER_END,
};
const struct clv_desc clv_ip_error = {
    .name = "IPerror",
    .title = "IP in ICMP",
    .source = "RFC 792, RFC 1122 3.2.2",
    .fields = ip_error_fields,
    .under = ip_error_under,
    .opens = "frag == 0",
    .whole = "frag == 0 and flags & 1 == 0",
    .quotes = "IP",
    .hooks = &ip_hooks,
};
