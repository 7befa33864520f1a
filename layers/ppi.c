/* SPDX-License-Identifier: BSD-2-Clause */
/* Per-Packet Information: what a capture device says of a packet of another link type. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

/*
 * PPI, CACE Technologies, Per-Packet Information Header Specification 1.0.7, 3.1. Captures of
 * Bluetooth and others use the type of the packet, as those of 802.11 do.
 */
static const struct clv_field ppi_fields[] = {
    U8("version"),
    U8("flags", .style = CLV_HEX),
    U16("len", .style = CLV_LE, MEASURES(HEADER)),
    U32("dlt", .style = CLV_LE, .key = "link"),
    LIST("headers", .of = "ppi"),
    END,
};
static const struct clv_under ppi_under[] = {
    UNDER(192, "link"),
    UNDER_END,
};
static const struct clv_line ppi_lines[] = {
    { NULL, "link type %dlt%" },
    LINE_END,
};
const struct clv_desc clv_ppi = {
    .name = "PPI",
    .title = "Per-Packet Information",
    .source = "CACE PPI 1.0.7, 3.1",
    .fields = ppi_fields,
    .under = ppi_under,
    .lines = ppi_lines,
};

static const struct clv_word types[] = {
    { 2, "dot11-common" },
    { 3, "dot11-nmac" },
    { 4, "dot11-nmacphy" },
    { 5, "spectrum-map" },
    { 6, "process-info" },
    { 7, "capture-info" },
    { 8, "aggregation" },
    { 9, "dot3" },
    { 30002, "gps" },
    { 30003, "vector" },
    { 30004, "sensor" },
    { 30005, "antenna" },
    { 30006, "btle" },
    WORD_END,
};
static const struct clv_field header_fields[] = {
    U16("pfh_type", .style = CLV_LE, .words = types),
    U16("pfh_length", .style = CLV_LE, MEASURES(REST)),
    BYTES("data"),
    END,
};
static const struct clv_under header_under[] = {
    UNDER(0, "ppi"),
    UNDER_END,
};
const struct clv_desc clv_ppi_header = {
    .name = "PPI_Hdr",
    .title = "PPI Field",
    .source = "CACE PPI 1.0.7, 3.2",
    .fields = header_fields,
    .under = header_under,
};
