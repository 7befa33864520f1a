/* SPDX-License-Identifier: BSD-2-Clause */
/* GENEVE and its options, the items of GENEVE.options. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

/* GENEVE, RFC 8926 3.4. */
static const struct clv_field geneve_fields[] = {
    BITS(2, "version"),
    BITS(6, "optionlen", MEASURES_BY(FIELD, 4, 0)),
    BITS(1, "oam"),
    BITS(1, "critical"),
    BITS(6, "reserved"),
    U16("proto", .style = CLV_HEX, .key = "tunnel ethertype", .words = clv_ethertypes),
    U24("vni", .style = CLV_HEX),
    U8("reserved2", .style = CLV_HEX),
    LIST("options", .of = "geneve.opt", .size = "optionlen"),
    END,
};
static const struct clv_under geneve_under[] = {
    UNDER(6081, "udp.port"),
    UNDER_END,
};
static const struct clv_imply geneve_implies[] = {
    { "UDP", "dport", "6081" },
    IMPLY_END,
};
static const struct clv_line geneve_lines[] = {
    { NULL, "vni %vni%" },
    LINE_END,
};
const struct clv_desc clv_geneve = {
    .name = "GENEVE",
    .title = "GENEVE",
    .source = "RFC 8926 3.4",
    .fields = geneve_fields,
    .under = geneve_under,
    .implies = geneve_implies,
    .lines = geneve_lines,
};

/* www.iana.org/assignments/nvo3, option classes */
static const struct clv_word classes[] = {
    { 0x0100, "Linux" },
    { 0x0101, "Open vSwitch" },
    { 0x0102, "Open Virtual Networking (OVN)" },
    { 0x0103, "In-band Network Telemetry (INT)" },
    { 0x0104, "VMware" },
    { 0x0105, "Amazon.com, Inc." },
    { 0x0106, "Cisco Systems, Inc." },
    { 0x0107, "Oracle Corporation" },
    { 0x0118, "IBM" },
    { 0x0128, "Ericsson" },
    { 0xfeff, "Unassigned" },
    { 0xffff, "Experimental" },
    WORD_END,
};

/* One option, RFC 8926 3.5. */
static const struct clv_field option_fields[] = {
    U16("classid", .style = CLV_HEX, .words = classes),
    U8("type", .style = CLV_HEX),
    BITS(3, "reserved"),
    BITS(5, "length", MEASURES_BY(REST, 4, 0)),
    BYTES("data"),
    END,
};
static const struct clv_under option_under[] = {
    UNDER(0, "geneve.opt"),
    UNDER_END,
};
const struct clv_desc clv_geneve_option = {
    .name = "GeneveOptions",
    .title = "GENEVE Option",
    .source = "RFC 8926 3.5",
    .fields = option_fields,
    .under = option_under,
};
