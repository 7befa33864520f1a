/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP, and UDP as ICMP errors quote it. Port numbers are keys, the destination's first. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

#define PORT(...) \
    U16(__VA_ARGS__, .init = 53, .style = CLV_EITHER, .key = "udp.port", .words = clv_udp_ports)
#define UDP_REST \
    U16("len", MEASURES(LAYER)), \
    U16("chksum", .style = CLV_HEX | CLV_ZERO_NONE, .fill = clv_sum_pseudo)

/*
 * UDP, RFC 768. The source port of an answer is not compared: servers (TFTP) may answer from
 * another one.
 */
static const struct clv_field udp_fields[] = {
    PORT("sport"),
    PORT("dport", .reply = "sport"),
    UDP_REST,
    END,
};
static const struct clv_under udp_under[] = {
    UNDER(17, "ip.proto"),
    UNDER_END,
};
const struct clv_desc clv_udp = {
    .name = "UDP",
    .title = "UDP",
    .source = "RFC 768",
    .fields = udp_fields,
    .under = udp_under,
    .who = "%net.src%:%#sport% > %net.dst%:%#dport%",
    .bpf = "(udp dst port %sport%) or icmp or icmp6;",
};

/* UDP inside an ICMP error, RFC 792. */
static const struct clv_field udp_error_fields[] = {
    PORT("sport"),
    PORT("dport"),
    UDP_REST,
    END,
};
static const struct clv_under udp_error_under[] = {
    UNDER(17, "ip.error"),
    UNDER_END,
};
const struct clv_desc clv_udp_error = {
    .name = "UDPerror",
    .title = "UDP in ICMP",
    .source = "RFC 792, RFC 768",
    .fields = udp_error_fields,
    .under = udp_error_under,
    .quotes = "UDP",
};
