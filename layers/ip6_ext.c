/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPv6 extension headers with their options, and IPsec. Each names what follows in nh. Pad1 or PadN
 * stands before options that begin on a multiple, and fills the header, unless autopad is 0.
 */
#include "layers.h"

enum { PADN = 1, SEGMENT_PADN = 4 };

static void pad_options(uint8_t *bytes, uint32_t n)
{
    if (n < 2)
        return;
    bytes[0] = PADN;
    bytes[1] = (uint8_t)(n - 2);
}

static void pad_segments(uint8_t *bytes, uint32_t n)
{
    if (n < 2)
        return;
    bytes[0] = SEGMENT_PADN;
    bytes[1] = (uint8_t)(n - 2);
}

static const struct clv_hooks option_hooks = { .pad = pad_options };
static const struct clv_hooks segment_hooks = { .pad = pad_segments };

/*
 * Stops left, where the user gave none: all of them. In a packet that was received any number is
 * right, so the number that is there is taken.
 */
static uint64_t count_stops(struct clv_scope *scope)
{
    uint64_t left = clv_scope_uint(scope, NULL, "segleft");
    return left ? left : (clv_scope_head(scope) - 8) / 16;
}

/* RFC 8754 2: the first segment is the packet's own destination already. */
static uint64_t count_segments(struct clv_scope *scope)
{
    uint64_t left = clv_scope_uint(scope, NULL, "segleft");
    return left ? left : clv_scope_uint(scope, NULL, "lastentry");
}

/* One row a line. */
/* clang-format off */

/* In an ICMP error, what it quotes lies above. */
#define NEXT_HEADER(init_) \
    U8("nh", .init = (init_), .key = "ip.error ip6.nh ip.proto", .words = clv_ip_protocols, \
       .when = "IPerror6.version == 6 or IPerror.version == 4"), \
    U8("nh", .init = (init_), .key = "ip6.nh ip.proto", .words = clv_ip_protocols)

#define EXTENSION_HEAD \
    NEXT_HEADER(59), \
    U8("len", MEASURES_BY(HEADER, 8, -8))

/* A checksum is over the last stop before `segleft` is filled: 255 there means "not yet". */
#define SEGLEFT(fill_) U8("segleft", .init = 255, .style = CLV_ZERO_NONE, .fill = (fill_))

/* Hop-by-hop options, RFC 8200 4.3; destination options, RFC 8200 4.6. */
static const struct clv_field options_fields[] = {
    EXTENSION_HEAD,
    SWITCH("autopad", .init = 1),
    LIST("options", .of = "ip6.opt"),
    END,
};
static const struct clv_under hop_under[] = {
    UNDER(0, "ip6.nh"),
    UNDER_END,
};
const struct clv_desc clv_ip6_hop = {
    .name = "IPv6ExtHdrHopByHop",
    .title = "IPv6 Hop-by-Hop Options",
    .source = "RFC 8200 4.3",
    .fields = options_fields,
    .under = hop_under,
    .hooks = &option_hooks,
    .pads = "autopad",
};

static const struct clv_under dest_under[] = {
    UNDER(60, "ip6.nh"),
    UNDER_END,
};
const struct clv_desc clv_ip6_dest = {
    .name = "IPv6ExtHdrDestOpt",
    .title = "IPv6 Destination Options",
    .source = "RFC 8200 4.6",
    .fields = options_fields,
    .under = dest_under,
    .hooks = &option_hooks,
    .pads = "autopad",
};

/* Segment routing header, RFC 8754 2; flags of draft-ietf-6man-segment-routing-header-06. */
static const struct clv_field segments_fields[] = {
    EXTENSION_HEAD,
    U8("type", TELLS(4)),
    SEGLEFT(count_segments),
    U8("lastentry", MEASURES_BY(FIELD, 16, -16)),
    BITS(1, "unused1"),
    BITS(1, "protected"),
    BITS(1, "oam"),
    BITS(1, "alert"),
    BITS(1, "hmac"),
    BITS(3, "unused2"),
    U16("tag"),
    IP6("addresses", .text = "'::1'", .style = CLV_MANY, .size = "lastentry"),
    LIST("tlv_objects", .of = "ip6.srh.tlv"),
    END,
};
static const struct clv_under routing_under[] = {
    UNDER(43, "ip6.nh"),
    UNDER_END,
};
const struct clv_desc clv_ip6_segments = {
    .name = "IPv6ExtHdrSegmentRouting",
    .title = "IPv6 Segment Routing",
    .source = "RFC 8754 2",
    .fields = segments_fields,
    .under = routing_under,
    .hooks = &segment_hooks,
};

/* Routing header, RFC 8200 4.4; type 0 of RFC 5095, 2 of RFC 6275. Others are bytes. */
#define ADDRESSED "type in 0,2"
static const struct clv_field routing_fields[] = {
    EXTENSION_HEAD,
    U8("type"),
    SEGLEFT(count_stops),
    U32("reserved", .when = ADDRESSED),
    IP6("addresses", .style = CLV_MANY, .when = ADDRESSED),
    BYTES("data", .when = "not " ADDRESSED),
    END,
};
const struct clv_desc clv_ip6_routing = {
    .name = "IPv6ExtHdrRouting",
    .title = "IPv6 Routing",
    .source = "RFC 8200 4.4, RFC 5095, RFC 6275 6.4",
    .fields = routing_fields,
    .under = routing_under,
};

/* Fragment header, RFC 8200 4.5. */
static const struct clv_field fragment_fields[] = {
    NEXT_HEADER(59),
    BITS(8, "res1"),
    BITS(13, "offset"),
    BITS(2, "res2"),
    BITS(1, "m"),
    U32("id"),
    END,
};
static const struct clv_under fragment_under[] = {
    UNDER(44, "ip6.nh"),
    UNDER_END,
};
static const struct clv_line fragment_lines[] = {
    { "IPerror6.version != 6 and (offset != 0 or m == 1)",
      "%nh% fragment %offset%" },
    LINE_END,
};
const struct clv_desc clv_ip6_fragment = {
    .name = "IPv6ExtHdrFragment",
    .title = "IPv6 Fragment",
    .source = "RFC 8200 4.5",
    .fields = fragment_fields,
    .under = fragment_under,
    .lines = fragment_lines,
    .opens = "offset == 0",
    .whole = "offset == 0 and m == 0",
};

/* ---- Options, RFC 8200 4.2, and TLVs of the segment routing header, RFC 8754 2.1. */

static const struct clv_word option_types[] = {
    { 0x00, "pad1" },
    { 0x01, "padn" },
    { 0x04, "tunnel-encapsulation-limit" },
    { 0x05, "router-alert" },
    { 0x07, "calipso" },
    { 0x08, "smf-dpd" },
    { 0x0f, "pdm" },
    { 0x23, "rpl-option" },
    { 0x26, "quick-start" },
    { 0x30, "minimum-path-mtu" },
    { 0x63, "rpl-option-old" },
    { 0x6d, "mpl-option" },
    { 0x8b, "ilnp-nonce" },
    { 0x8c, "line-identification" },
    { 0xc2, "jumbo-payload" },
    { 0xc9, "home-address" },
    { 0xee, "ip-dff" },
    WORD_END,
};
static const struct clv_word tlv_types[] = {
    { 0, "pad1" },
    { 1, "ingress-node" },
    { 2, "egress-node" },
    { 4, "padn" },
    { 5, "hmac" },
    WORD_END,
};
static const struct clv_under option_under[] = {
    UNDER(0, "ip6.opt"),
    UNDER_END,
};
/* Pad1 and PadN are mobility options, too: RFC 6275 6.2.2. */
static const struct clv_under pad_under[] = {
    UNDER(0, "ip6.opt"),
    UNDER(0, "mip6.opt"),
    UNDER_END,
};
static const struct clv_under tlv_under[] = {
    UNDER(0, "ip6.srh.tlv"),
    UNDER_END,
};

#define OPTLEN U8("optlen", MEASURES(REST))
#define ITEM_TABLE(id_, unit_, more_, name_, title_, source_, under_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_ip6_##id_ = { \
        .name = (name_), \
        .title = (title_), \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = (under_), \
        .begins = { unit_, more_ }, \
    }
/* An option begins at a multiple of unit_, and more_ behind it. */
#define OPTION(id_, unit_, more_, name_, title_, source_, ...) \
    ITEM_TABLE(id_, unit_, more_, name_, title_, source_, option_under, __VA_ARGS__)
#define TLV(id_, name_, title_, source_, ...) \
    ITEM_TABLE(id_, 0, 0, "IPv6ExtHdrSegmentRoutingTLV" name_, title_, source_, tlv_under, __VA_ARGS__)

ITEM_TABLE(pad1, 0, 0, "Pad1", "Pad1", "RFC 8200 4.2", pad_under,
    U8("otype", TELLS(0), .words = option_types));

ITEM_TABLE(padn, 0, 0, "PadN", "PadN", "RFC 8200 4.2", pad_under,
    U8("otype", TELLS(1), .words = option_types),
    OPTLEN,
    BYTES("optdata"));

/* www.iana.org/assignments/ipv6-routeralert-values */
static const struct clv_word alerts[] = {
    { 0, "mld" },
    { 1, "rsvp" },
    { 2, "active-network" },
    { 68, "nsis-natfw-nslp" },
    { 69, "mpls-oam" },
    { 65535, "reserved" },
    WORD_END,
};
OPTION(router_alert, 2, 0, "RouterAlert", "Router Alert", "RFC 2711",
    U8("otype", TELLS(5), .words = option_types),
    OPTLEN,
    U16("value", .words = alerts));

OPTION(rpl_option, 2, 0, "RplOption", "RPL Option", "RFC 6553 3",
    U8("otype", .init = 0x63, .style = CLV_TELL | CLV_HEX, .words = option_types),
    OPTLEN,
    BITS(1, "Down"),
    BITS(1, "RankError"),
    BITS(1, "ForwardError"),
    BITS(5, "unused"),
    U8("RplInstanceId", .style = CLV_HEX),
    U16("SenderRank", .style = CLV_HEX));

OPTION(jumbo, 4, 2, "Jumbo", "Jumbo Payload", "RFC 2675 2",
    U8("otype", .init = 0xc2, .style = CLV_TELL | CLV_HEX, .words = option_types),
    OPTLEN,
    U32("jumboplen"));

OPTION(hao, 8, 6, "HAO", "Home Address", "RFC 6275 6.3",
    U8("otype", .init = 0xc9, .style = CLV_TELL | CLV_HEX, .words = option_types),
    OPTLEN,
    IP6("hoa"));

OPTION(option, 0, 0, "HBHOptUnknown", "IPv6 Option", "RFC 8200 4.2",
    U8("otype", .init = 1, .style = CLV_HEX, .words = option_types),
    OPTLEN,
    BYTES("optdata"));

/* One byte; Scapy writes a length and a byte of padding behind it. */
TLV(srh_pad1, "Pad1", "SRH Pad1", "RFC 8754 2.1.1.1",
    U8("type", TELLS(0), .words = tlv_types));

TLV(srh_ingress, "IngressNode", "SRH Ingress Node",
    "draft-ietf-6man-segment-routing-header-06 3.1.1",
    U8("type", TELLS(1), .words = tlv_types),
    U8("len", MEASURES(REST)),
    U8("reserved"),
    U8("flags", .style = CLV_HEX),
    IP6("ingress_node", .text = "::1"));

TLV(srh_egress, "EgressNode", "SRH Egress Node",
    "draft-ietf-6man-segment-routing-header-06 3.1.2",
    U8("type", TELLS(2), .words = tlv_types),
    U8("len", MEASURES(REST)),
    U8("reserved"),
    U8("flags", .style = CLV_HEX),
    IP6("egress_node", .text = "::1"));

TLV(srh_padn, "PadN", "SRH PadN", "RFC 8754 2.1.1.2",
    U8("type", TELLS(4), .words = tlv_types),
    U8("len", MEASURES(REST)),
    BYTES("padding", .init = 1));

TLV(srh_hmac, "HMAC", "SRH HMAC", "RFC 8754 2.1.2",
    U8("type", TELLS(5), .words = tlv_types),
    U8("len", MEASURES(REST)),
    BITS(1, "D"),
    BITS(15, "reserved"),
    U32("hmackeyid", .style = CLV_HEX),
    BYTES("hmac"));

TLV(srh_tlv, "", "SRH TLV", "RFC 8754 2.1",
    U8("type", .words = tlv_types),
    U8("len", MEASURES(REST)),
    BYTES("value"));

/* ---- IPsec. */

/* Authentication header, RFC 4302. As long as its length says, in units of four bytes. What
 * pads the ICV can be told from it by its algorithm alone: when split it is the ICV's. */
static const struct clv_field ah_fields[] = {
    NEXT_HEADER(0),
    U8("payloadlen", MEASURES_BY(HEADER, 4, -8)),
    U16("reserved"),
    U32("spi", .init = 1, .style = CLV_HEX),
    U32("seq"),
    BYTES("icv"),
    BYTES("padding", .when = "left"),
    END,
};
static const struct clv_under ah_under[] = {
    UNDER(51, "ip.proto"),
    UNDER_END,
};
const struct clv_desc clv_ah = {
    .name = "AH",
    .title = "Authentication Header",
    .source = "RFC 4302",
    .fields = ah_fields,
    .under = ah_under,
};

/* Encapsulating security payload, RFC 4303; in UDP, RFC 3948, where a zero SPI marks IKE. */
static const struct clv_field esp_fields[] = {
    U32("spi", .init = 1, .style = CLV_HEX),
    U32("seq"),
    BYTES("data"),
    END,
};
static const struct clv_under esp_under[] = {
    UNDER(50, "ip.proto"),
    UNDER(4500, "udp.port"),
    UNDER_END,
};
static const struct clv_imply esp_implies[] = {
    { "UDP", "sport", "4500" },
    IMPLY_END,
};
const struct clv_desc clv_esp = {
    .name = "ESP",
    .title = "Encapsulating Security Payload",
    .source = "RFC 4303, RFC 3948",
    .fields = esp_fields,
    .under = esp_under,
    .implies = esp_implies,
    .when = "spi != 0",
};
