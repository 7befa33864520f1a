/* SPDX-License-Identifier: BSD-2-Clause */
/* TCP, and TCP as ICMP errors quote it. Which segment answers which is arithmetic modulo 2^32. */
#include "layers.h"

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

/* The sequence numbers that a segment takes: its data, SYN and FIN. */
static uint32_t segment_length(struct clv_scope *scope, uint64_t flags)
{
    return clv_scope_size(scope) - clv_scope_head(scope) + ((flags & SYN) != 0) +
           ((flags & FIN) != 0);
}

/* RFC 9293 3.10.7: what a peer sends back to `request`; ports are compared by the table. */
static bool answers(struct clv_scope *request, struct clv_scope *answer)
{
    uint64_t asked = clv_scope_uint(request, NULL, "flags");
    uint64_t flags = clv_scope_uint(answer, NULL, "flags");
    uint32_t seq = (uint32_t)clv_scope_uint(request, NULL, "seq");
    uint32_t ack = (uint32_t)clv_scope_uint(request, NULL, "ack");
    uint32_t their_seq = (uint32_t)clv_scope_uint(answer, NULL, "seq");
    uint32_t their_ack = (uint32_t)clv_scope_uint(answer, NULL, "ack");
    uint32_t len = segment_length(request, asked), ahead = their_ack - seq;
    bool opening = (asked & (SYN | ACK)) == SYN;

    if (asked & RST)
        return false;
    if (!(flags & ACK))
        /* A reset without ACK takes its sequence number from the segment's acknowledgement. */
        return flags & RST && asked & ACK && their_seq == ack;
    if (flags & SYN && !opening)
        return false;
    /* Data in the SYN may be taken or not (RFC 7413). */
    if (opening)
        return flags & (SYN | RST) && (ahead == 1 || ahead == len);
    /* A segment that takes no sequence number may be a keep-alive, one before what is expected. */
    if (len ? ahead - 1 >= len : ahead > 1)
        return false;
    return !(asked & ACK) || their_seq - ack < 0x80000000u;
}

static const struct clv_hooks tcp_hooks = { .answers = answers };

/* One row a line. */
/* clang-format off */

#define PORT(...) \
    U16(__VA_ARGS__, .style = CLV_EITHER, .key = "tcp.port", .words = clv_tcp_ports)

/* What follows `seq`, present if `when_`. */
#define TCP_REST(when_) \
    U32("ack", .when = (when_)), \
    BITS(4, "dataofs", MEASURES_BY(HEADER, 4, 0), .when = (when_)), \
    BITS(3, "reserved", .when = (when_)), \
    FLAGS(9, "flags", .init = SYN, .words = clv_tcp_flags, .when = (when_)), \
    U16("window", .init = 8192, .when = (when_)), \
    U16("chksum", .style = CLV_HEX, .fill = clv_sum_pseudo, .when = (when_)), \
    U16("urgptr", .when = (when_)), \
    LIST("options", .of = "tcp.opt", .when = (when_))

/* TCP, RFC 9293; flags of RFC 3168 and RFC 3540. */
static const struct clv_field tcp_fields[] = {
    PORT("sport", .init = 20, .reply = "dport"),
    PORT("dport", .init = 80, .reply = "sport"),
    U32("seq"),
    TCP_REST(NULL),
    END,
};
static const struct clv_under tcp_under[] = {
    UNDER(6, "ip.proto"),
    UNDER_END,
};
static const struct clv_line tcp_lines[] = {
    { NULL, "%flags%" },
    LINE_END,
};
const struct clv_desc clv_tcp = {
    .name = "TCP",
    .title = "TCP",
    .source = "RFC 9293",
    .fields = tcp_fields,
    .under = tcp_under,
    .who = "%net.src%:%#sport% > %net.dst%:%#dport%",
    .lines = tcp_lines,
    .bpf = "(tcp dst port %sport%) or icmp or icmp6;",
    .hooks = &tcp_hooks,
};

/* TCP inside an ICMP error, RFC 792: 64 bits of it are always quoted, the others only if room. */
static const struct clv_field tcp_error_fields[] = {
    PORT("sport", .init = 20),
    PORT("dport", .init = 80),
    U32("seq"),
    TCP_REST("left >= 12"),
    END,
};
static const struct clv_under tcp_error_under[] = {
    UNDER(6, "ip.error"),
    UNDER_END,
};
const struct clv_desc clv_tcp_error = {
    .name = "TCPerror",
    .title = "TCP in ICMP",
    .source = "RFC 792, RFC 9293",
    .fields = tcp_error_fields,
    .under = tcp_error_under,
    .quotes = "TCP",
};
