/* SPDX-License-Identifier: BSD-2-Clause */
/* GRE, its PPTP variant, and the mirrored frames that ERSPAN carries in it. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

/* The first byte, the same in both versions. */
#define GRE_BITS(key_) \
    BITS(1, "chksum_present"), \
    BITS(1, "routing_present"), \
    BITS(1, "key_present", .init = (key_)), \
    BITS(1, "seqnum_present"), \
    BITS(1, "strict_route_source"), \
    BITS(3, "recursion_control")

/*
 * GRE, RFC 2784; key and sequence number of RFC 2890; the source routes of RFC 1701 stay bytes.
 * NVGRE (RFC 7637) is GRE whose key is a virtual subnet and a flow.
 */
static const struct clv_field gre_fields[] = {
    GRE_BITS(0),
    BITS(5, "flags"),
    BITS(3, "version", TELLS(0)),
    U16("proto", .style = CLV_HEX, .key = "gre tunnel ethertype", .words = clv_ethertypes),
    U16("chksum", .style = CLV_HEX, .fill = clv_sum_layer, .when = "chksum_present == 1"),
    U16("chksum", .style = CLV_HEX, .when = "routing_present == 1"),
    U16("offset", .style = CLV_HEX, .when = "chksum_present == 1 or routing_present == 1"),
    U32("key", .style = CLV_HEX, .when = "key_present == 1"),
    U32("sequence_number", .style = CLV_HEX, .when = "seqnum_present == 1"),
    END,
};
static const struct clv_under gre_under[] = {
    UNDER(47, "ip.proto"),
    UNDER(4754, "udp.port"),
    UNDER_END,
};
/* GRE in UDP, RFC 8086. */
static const struct clv_imply gre_implies[] = {
    { "UDP", "dport", "4754" },
    IMPLY_END,
};
static const struct clv_line gre_lines[] = {
    { "key_present == 1", "%proto% key=%key%" },
    { NULL, "%proto%" },
    LINE_END,
};
const struct clv_desc clv_gre = {
    .name = "GRE",
    .title = "GRE",
    .source = "RFC 2784, RFC 2890, RFC 1701",
    .fields = gre_fields,
    .under = gre_under,
    .implies = gre_implies,
    .lines = gre_lines,
    .opens = "routing_present == 0",
};

/* Enhanced GRE, RFC 2637 4.1. */
static const struct clv_field pptp_fields[] = {
    GRE_BITS(1),
    BITS(1, "acknum_present"),
    BITS(4, "flags"),
    BITS(3, "version", TELLS(1)),
    U16("proto", .init = 0x880b, .style = CLV_HEX, .key = "tunnel ethertype",
        .words = clv_ethertypes),
    U16("payload_len", MEASURES(PAYLOAD)),
    U16("call_id"),
    U32("sequence_number", .style = CLV_HEX, .when = "seqnum_present == 1"),
    U32("ack_number", .style = CLV_HEX, .when = "acknum_present == 1"),
    END,
};
static const struct clv_under pptp_under[] = {
    UNDER(47, "ip.proto"),
    UNDER_END,
};
static const struct clv_line pptp_lines[] = {
    { NULL, "%proto% call=%call_id%" },
    LINE_END,
};
const struct clv_desc clv_gre_pptp = {
    .name = "GRE_PPTP",
    .title = "GRE PPTP",
    .source = "RFC 2637 4.1",
    .fields = pptp_fields,
    .under = pptp_under,
    .lines = pptp_lines,
};

/* ERSPAN, draft-foschiano-erspan-03. Type I has no header: GRE without a sequence number. */
static const struct clv_field erspan1_fields[] = {
    END,
};
static const struct clv_under erspan1_under[] = {
    UNDER(0x88be, "gre"),
    UNDER_END,
};
static const struct clv_line erspan1_lines[] = {
    { NULL, "mirrored frame" },
    LINE_END,
};
const struct clv_desc clv_erspan1 = {
    .name = "ERSPAN_I",
    .title = "ERSPAN I",
    .source = "draft-foschiano-erspan-03 4.1",
    .fields = erspan1_fields,
    .under = erspan1_under,
    .lines = erspan1_lines,
    .next = "bridged",
};

static const struct clv_field erspan2_fields[] = {
    BITS(4, "ver"),
    BITS(12, "vlan"),
    BITS(3, "cos"),
    BITS(2, "en"),
    BITS(1, "t"),
    BITS(10, "session_id"),
    BITS(12, "reserved"),
    BITS(20, "index"),
    END,
};
static const struct clv_under erspan2_under[] = {
    UNDER(0x88be, "gre"),
    UNDER_END,
};
static const struct clv_imply erspan2_implies[] = {
    { "GRE", "seqnum_present", "1" },
    IMPLY_END,
};
static const struct clv_line erspan_lines[] = {
    { NULL, "session %session_id% vlan %vlan%" },
    LINE_END,
};
const struct clv_desc clv_erspan2 = {
    .name = "ERSPAN_II",
    .title = "ERSPAN II",
    .source = "draft-foschiano-erspan-03 4.2",
    .fields = erspan2_fields,
    .under = erspan2_under,
    .implies = erspan2_implies,
    .lines = erspan_lines,
    .when = "GRE.seqnum_present == 1",
    .next = "bridged",
};

static const struct clv_word frame_types[] = {
    { 0, "Ethernet" },
    { 2, "IP" },
    WORD_END,
};
static const struct clv_word granularities[] = {
    { 0, "100us" },
    { 1, "100ns" },
    { 2, "IEEE 1588" },
    WORD_END,
};
/* Frame type and the flag of an optional part together tell what follows. */
static const struct clv_field erspan3_fields[] = {
    BITS(4, "ver", .init = 2),
    BITS(12, "vlan"),
    BITS(3, "cos"),
    BITS(2, "bso"),
    BITS(1, "t"),
    BITS(10, "session_id"),
    U32("timestamp", .style = CLV_HEX),
    U16("sgt_other", .style = CLV_HEX),
    BITS(1, "p"),
    BITS(5, "ft", .words = frame_types, .key = "erspan"),
    BITS(6, "hw"),
    BITS(1, "d"),
    BITS(2, "gra", .words = granularities),
    BITS(1, "o", .key = "erspan"),
    END,
};
static const struct clv_under erspan3_under[] = {
    UNDER(0x22eb, "gre"),
    UNDER_END,
};
const struct clv_desc clv_erspan3 = {
    .name = "ERSPAN_III",
    .title = "ERSPAN III",
    .source = "draft-foschiano-erspan-03 4.3",
    .fields = erspan3_fields,
    .under = erspan3_under,
    .lines = erspan_lines,
};

/* The optional part of a mirrored Ethernet frame. */
static const struct clv_field platform_fields[] = {
    BITS(6, "platf_id"),
    BITS(26, "info1"),
    U32("info2", .style = CLV_HEX),
    END,
};
static const struct clv_under platform_under[] = {
    UNDER(1, "erspan"),
    UNDER_END,
};
const struct clv_desc clv_erspan_platform = {
    .name = "ERSPAN_PlatformSpecific",
    .title = "ERSPAN Platform Specific",
    .source = "draft-foschiano-erspan-03 4.3",
    .fields = platform_fields,
    .under = platform_under,
    .next = "bridged",
};
