/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTP and RTCP. Ports are agreed on elsewhere; here only the registered ones lead to them. RTCP
 * messages stand beside each other in one datagram.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word payload_types[] = {
    { 0, "G.711 PCMU" },
    { 3, "GSM" },
    { 4, "G723" },
    { 5, "DVI4" },
    { 6, "DVI4" },
    { 7, "LPC" },
    { 8, "PCMA" },
    { 9, "G722" },
    { 10, "L16" },
    { 11, "L16" },
    { 12, "QCELP" },
    { 13, "CN" },
    { 14, "MPA" },
    { 15, "G728" },
    { 16, "DVI4" },
    { 17, "DVI4" },
    { 18, "G729" },
    { 25, "CelB" },
    { 26, "JPEG" },
    { 28, "nv" },
    { 31, "H261" },
    { 32, "MPV" },
    { 33, "MP2T" },
    { 34, "H263" },
    WORD_END,
};
static const struct clv_word rtcp_types[] = {
    { 200, "Sender report" },
    { 201, "Receiver report" },
    { 202, "Source description" },
    { 203, "BYE" },
    { 204, "APP" },
    { 205, "Transport feedback" },
    { 206, "Payload feedback" },
    { 207, "Extended report" },
    WORD_END,
};
static const struct clv_word sdes_types[] = {
    { 0, "END" },
    { 1, "CNAME" },
    { 2, "NAME" },
    { 3, "EMAIL" },
    { 4, "PHONE" },
    { 5, "LOC" },
    { 6, "TOOL" },
    { 7, "NOTE" },
    { 8, "PRIV" },
    WORD_END,
};

/* RTP, RFC 3550 5.1. */
static const struct clv_field rtp_fields[] = {
    BITS(2, "version", TELLS(2)),
    BITS(1, "padding"),
    BITS(1, "extension", .key = "rtp.extension"),
    BITS(4, "numsync", MEASURES(COUNT)),
    BITS(1, "marker"),
    BITS(7, "payload_type", .words = payload_types),
    U16("sequence"),
    U32("timestamp"),
    U32("sourcesync"),
    U32("sync", .style = CLV_MANY, .size = "numsync"),
    END,
};
static const struct clv_under rtp_under[] = {
    UNDER(5004, "udp.port"),
    UNDER_END,
};
static const struct clv_line rtp_lines[] = {
    { NULL, "%payload_type% ssrc=%sourcesync% seq=%sequence% time=%timestamp%" },
    LINE_END,
};
const struct clv_desc clv_rtp = {
    .name = "RTP",
    .title = "RTP",
    .source = "RFC 3550 5.1",
    .fields = rtp_fields,
    .under = rtp_under,
    .lines = rtp_lines,
};

/* Header extension, RFC 3550 5.3.1. */
static const struct clv_field rtp_extension_fields[] = {
    U16("header_id"),
    U16("header_len", MEASURES(COUNT)),
    U32("header", .style = CLV_MANY, .size = "header_len"),
    END,
};
static const struct clv_under rtp_extension_under[] = {
    UNDER(1, "rtp.extension"),
    UNDER_END,
};
const struct clv_desc clv_rtp_extension = {
    .name = "RTPExtension",
    .title = "RTP Extension",
    .source = "RFC 3550 5.3.1",
    .fields = rtp_extension_fields,
    .under = rtp_extension_under,
};

/* RTCP, RFC 3550 6, RFC 4585 6.1; `data` is what is left: reasons, application's own, feedback. */
static const struct clv_field rtcp_fields[] = {
    BITS(2, "version", TELLS(2)),
    BITS(1, "padding"),
    BITS(5, "count", MEASURES(COUNT)),
    U8("packet_type", .words = rtcp_types),
    U16("length", MEASURES_BY(HEADER, 4, -4)),
    U32("sourcesync", .when = "packet_type in 200,201,204..207"),
    U32("media_source", .when = "packet_type in 205,206"),
    FIXED(4, "name", .when = "packet_type == 204"),
    ITEM("sender_info", .of = "rtcp.sender", .when = "packet_type == 200", .text = "SenderInfo()"),
    LIST("report_blocks", .of = "rtcp.report", .when = "packet_type in 200,201", .size = "count"),
    LIST("sdes_chunks", .of = "rtcp.sdes", .when = "packet_type == 202", .size = "count",
         .align = 4),
    U32("sources", .style = CLV_MANY, .when = "packet_type == 203", .size = "count"),
    BYTES("data"),
    END,
};
static const struct clv_under rtcp_under[] = {
    UNDER(5005, "udp.port"),
    UNDER_END,
};
static const struct clv_line rtcp_lines[] = {
    { NULL, "%packet_type%" },
    LINE_END,
};
const struct clv_desc clv_rtcp = {
    .name = "RTCP",
    .title = "RTCP",
    .source = "RFC 3550 6",
    .fields = rtcp_fields,
    .under = rtcp_under,
    .lines = rtcp_lines,
    .when = "packet_type in 192..223",
    .again = "rtcp",
    .leaf = true,
};

#define PART(id_, name_, title_, source_, space_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { UNDER(0, space_), UNDER_END }; \
    const struct clv_desc clv_rtcp_##id_ = { \
        .name = (name_), \
        .title = "RTCP " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under

PART(sender, "SenderInfo", "Sender Info", "RFC 3550 6.4.1", "rtcp.sender",
    U64("ntp_timestamp"),
    U32("rtp_timestamp"),
    U32("sender_packet_count"),
    U32("sender_octet_count")),
};

PART(report, "ReceptionReport", "Reception Report", "RFC 3550 6.4.1", "rtcp.report",
    U32("sourcesync"),
    U8("fraction_lost"),
    U24("cumulative_lost"),
    U32("highest_seqnum_recv"),
    U32("interarrival_jitter"),
    U32("last_SR_timestamp"),
    U32("delay_since_last_SR")),
};

PART(sdes, "SDESChunk", "SDES Chunk", "RFC 3550 6.5", "rtcp.sdes",
    U32("sourcesync"),
    LIST("items", .of = "rtcp.sdes.item")),
};

/* The end of the list is a single zero byte. */
PART(sdes_item, "SDESItem", "SDES Item", "RFC 3550 6.5", "rtcp.sdes.item",
    U8("chunk_type", .words = sdes_types),
    U8("length", .when = "chunk_type != 0", MEASURES(FIELD)),
    BYTES("value", .when = "chunk_type != 0", .size = "length")),
    .last = "chunk_type == 0",
};
