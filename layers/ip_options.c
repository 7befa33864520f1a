/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv4 options, the items of IP.options. An option is told by its number alone (5 bits); one whose
 * bytes fit no table of its own is the generic IPOption, which comes last.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word classes[] = {
    { 0, "control" },
    { 2, "debug" },
    WORD_END,
};

static const struct clv_word numbers[] = {
    { 0, "end_of_list" },
    { 1, "nop" },
    { 2, "security" },
    { 3, "loose_source_route" },
    { 4, "timestamp" },
    { 5, "extended_security" },
    { 6, "commercial_security" },
    { 7, "record_route" },
    { 8, "stream_id" },
    { 9, "strict_source_route" },
    { 10, "experimental_measurement" },
    { 11, "mtu_probe" },
    { 12, "mtu_reply" },
    { 13, "flow_control" },
    { 14, "access_control" },
    { 15, "encode" },
    { 16, "imi_traffic_descriptor" },
    { 17, "extended_IP" },
    { 18, "traceroute" },
    { 19, "address_extension" },
    { 20, "router_alert" },
    { 21, "selective_directed_broadcast_mode" },
    { 23, "dynamic_packet_state" },
    { 24, "upstream_multicast_packet" },
    { 25, "quick_start" },
    { 30, "rfc4727_experiment" },
    WORD_END,
};

static const struct clv_under option_under[] = {
    UNDER(0, "ip.opt"),
    UNDER_END,
};

/* The type byte, RFC 791 3.1: copied on fragmentation; class; number. */
#define TYPE(copy_, class_, number_) \
    BITS(1, "copy_flag", .init = (copy_)), \
    BITS(2, "optclass", .init = (class_), .words = classes), \
    BITS(5, "option", TELLS(number_), .words = numbers)
#define LENGTH U8("length", MEASURES(HEADER))

#define OPTION(id_, name_, title_, source_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_ip_##id_ = { \
        .name = "IPOption_" name_, \
        .title = "IP Option " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = option_under, \
    }

OPTION(nop, "NOP", "No Operation", "RFC 791",
    TYPE(0, 0, 1));

/* Of the fixed length that RFC 791 gives it; the shorter ones of RFC 1108 are generic. */
OPTION(security, "Security", "Security", "RFC 791, RFC 1108",
    TYPE(1, 0, 2),
    LENGTH,
    U16("security"),
    U16("compartment"),
    U16("handling_restrictions"),
    FIXED(3, "transmission_control_code", .text = "xxx"));

OPTION(lsrr, "LSRR", "Loose Source and Record Route", "RFC 791",
    TYPE(1, 0, 3),
    LENGTH,
    U8("pointer", .init = 4),
    IP4("routers", .style = CLV_MANY));

OPTION(ssrr, "SSRR", "Strict Source and Record Route", "RFC 791",
    TYPE(1, 0, 9),
    LENGTH,
    U8("pointer", .init = 4),
    IP4("routers", .style = CLV_MANY));

OPTION(rr, "RR", "Record Route", "RFC 791",
    TYPE(0, 0, 7),
    LENGTH,
    U8("pointer", .init = 4),
    IP4("routers", .style = CLV_MANY));

OPTION(stream_id, "Stream_Id", "Stream ID", "RFC 791",
    TYPE(1, 0, 8),
    LENGTH,
    U16("security"));

OPTION(mtu_probe, "MTU_Probe", "MTU Probe", "RFC 1063",
    TYPE(0, 0, 11),
    LENGTH,
    U16("mtu"));

OPTION(mtu_reply, "MTU_Reply", "MTU Reply", "RFC 1063",
    TYPE(0, 0, 12),
    LENGTH,
    U16("mtu"));

OPTION(traceroute, "Traceroute", "Traceroute", "RFC 1393",
    TYPE(0, 0, 18),
    LENGTH,
    U16("id"),
    U16("outbound_hops"),
    U16("return_hops"),
    IP4("originator_ip"));

OPTION(address_extension, "Address_Extension", "Address Extension", "RFC 1475",
    TYPE(1, 0, 19),
    LENGTH,
    IP4("src_ext"),
    IP4("dst_ext"));

static const struct clv_word alerts[] = {
    { 0, "router_shall_examine_packet" },
    WORD_END,
};
OPTION(router_alert, "Router_Alert", "Router Alert", "RFC 2113",
    TYPE(1, 0, 20),
    LENGTH,
    U16("alert", .words = alerts));

OPTION(sdbm, "SDBM", "Selective Directed Broadcast Mode", "RFC 1770",
    TYPE(1, 0, 21),
    LENGTH,
    IP4("addresses", .style = CLV_MANY));

/* Timestamp, RFC 791. The first entry has rows of its own, as in Scapy; `more` holds the others. */
static const struct clv_word stamp_flags[] = {
    { 0, "timestamp_only" },
    { 1, "timestamp_and_ip_addr" },
    { 3, "prespecified_ip_addr" },
    WORD_END,
};
static const struct clv_field timestamp_fields[] = {
    TYPE(0, 2, 4),
    LENGTH,
    U8("pointer", .init = 9),
    BITS(4, "oflw"),
    BITS(4, "flg", .init = 1, .words = stamp_flags),
    IP4("internet_address", .when = "flg != 0"),
    U32("timestamp"),
    U32("more", .style = CLV_MANY, .when = "flg == 0"),
    LIST("more", .of = "ip.opt.ts"),
    END,
};
const struct clv_desc clv_ip_timestamp = {
    .name = "IPOption_Timestamp",
    .title = "IP Option Timestamp",
    .source = "RFC 791",
    .fields = timestamp_fields,
    .under = option_under,
};

static const struct clv_field entry_fields[] = {
    IP4("internet_address"),
    U32("timestamp"),
    END,
};
static const struct clv_under entry_under[] = {
    UNDER(0, "ip.opt.ts"),
    UNDER_END,
};
const struct clv_desc clv_ip_timestamp_entry = {
    .name = "IPOption_Timestamp_Entry",
    .title = "IP Option Timestamp Entry",
    .source = "RFC 791",
    .fields = entry_fields,
    .under = entry_under,
};

/* End of the list, RFC 791. */
static const struct clv_field eol_fields[] = {
    TYPE(0, 0, 0),
    END,
};
const struct clv_desc clv_ip_eol = {
    .name = "IPOption_EOL",
    .title = "IP Option End of Options List",
    .source = "RFC 791",
    .fields = eol_fields,
    .under = option_under,
    .last = "option == 0",
};

/* Any other option, RFC 791. */
static const struct clv_field option_fields[] = {
    BITS(1, "copy_flag"),
    BITS(2, "optclass", .words = classes),
    BITS(5, "option", .words = numbers),
    LENGTH,
    BYTES("value"),
    END,
};
const struct clv_desc clv_ip_option = {
    .name = "IPOption",
    .title = "IP Option",
    .source = "RFC 791",
    .fields = option_fields,
    .under = option_under,
};
