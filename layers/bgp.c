/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BGP version 4: messages stand beside each other in a segment. Whether AS numbers have two bytes
 * or four was agreed on elsewhere: four, where segments of such numbers fill the attribute exactly.
 */
#include "bgp.h"

/* Do segments of four bytes a number fill these bytes exactly? */
static bool has_path4(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    uint32_t at = 0;
    (void)below;
    while (at < len) {
        if (len - at < 2 || bytes[at] < 1 || bytes[at] > 4)
            return false;
        at += 2 + 4 * (uint32_t)bytes[at + 1];
    }
    return len && at == len;
}

static const struct clv_hooks path4_hooks = { .probe = has_path4 };

/* Is the marker there? */
static bool has_marker(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    uint32_t at = 0;
    (void)below;
    while (at < 16 && at < len && bytes[at] == 0xff)
        at++;
    return at == 16;
}

static const struct clv_hooks header_hooks = { .probe = has_marker };

static bool is_told(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    (void)below;
    (void)bytes;
    (void)len;
    return false;
}

static const struct clv_hooks untold_hooks = { .probe = is_told };

/* One row a line. */
/* clang-format off */

/* ---- Messages, RFC 4271 4. */

static const struct clv_under bgp_under[] = {
    UNDER(179, "tcp.port"),
    UNDER_END,
};
static const struct clv_line bgp_lines[] = {
    { NULL, "%type%" },
    LINE_END,
};

#define ONES "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
/* All ones, which is what tells a header from the middle of a message. */
#define MARKER \
    FIXED(16, "marker", .style = CLV_HEX, .text = ONES), \
    U16("len", MEASURES(LAYER))

#define HEADER_TABLE(id_, name_, title_, source_, ...) \
    static const struct clv_field id_##_fields[] = { MARKER, __VA_ARGS__, END }; \
    const struct clv_desc clv_##id_ = { \
        .name = (name_), \
        .title = (title_), \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = bgp_under, \
        .lines = bgp_lines, \
        .when = "len >= 19", \
        .again = "bgp", \
        .hooks = &header_hooks, \
    }

HEADER_TABLE(bgp_keepalive, "BGPKeepAlive", "BGP Keepalive", "RFC 4271 4.4",
    U8("type", TELLS(4), .words = clv_bgp_message_types));

HEADER_TABLE(bgp, "BGPHeader", "BGP", "RFC 4271 4.1",
    U8("type", .init = 4, .key = "bgp.type", .words = clv_bgp_message_types));

#define TABLE(id_, name_, title_, source_, under_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { under_, UNDER_END }; \
    const struct clv_desc clv_bgp_##id_ = { \
        .name = (name_), \
        .title = "BGP " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .leaf = true, \
    }

TABLE(open, "BGPOpen", "Open", "RFC 4271 4.2", UNDER(1, "bgp.type"),
    U8("version", .init = 4),
    U16("my_as"),
    U16("hold_time"),
    IP4("bgp_id"),
    U8("opt_param_len", MEASURES(FIELD)),
    LIST("opt_params", .of = "bgp.param", .size = "opt_param_len"));

TABLE(update, "BGPUpdate", "Update", "RFC 4271 4.3", UNDER(2, "bgp.type"),
    U16("withdrawn_routes_len", MEASURES(FIELD)),
    LIST("withdrawn_routes", .of = "bgp.nlri", .size = "withdrawn_routes_len"),
    U16("path_attr_len", MEASURES(FIELD)),
    LIST("path_attr", .of = "bgp.attribute", .size = "path_attr_len"),
    LIST("nlri", .of = "bgp.nlri"));

TABLE(notification, "BGPNotification", "Notification", "RFC 4271 4.5", UNDER(3, "bgp.type"),
    U8("error_code", .words = clv_bgp_errors),
    U8("error_subcode", .when = "error_code == 1", .words = clv_bgp_header_errors),
    U8("error_subcode", .when = "error_code == 2", .words = clv_bgp_open_errors),
    U8("error_subcode", .when = "error_code == 3", .words = clv_bgp_update_errors),
    U8("error_subcode", .when = "error_code == 5", .words = clv_bgp_state_errors),
    U8("error_subcode", .when = "error_code == 6", .words = clv_bgp_cease_errors),
    U8("error_subcode", .when = "error_code == 7", .words = clv_bgp_refresh_errors),
    U8("error_subcode"),
    BYTES("data"));

TABLE(refresh, "BGPRouteRefresh", "Route Refresh", "RFC 2918 3, RFC 7313 4", UNDER(5, "bgp.type"),
    U16("afi", .init = 1, .words = clv_bgp_families),
    U8("subtype", .words = clv_bgp_refresh_types),
    U8("safi", .init = 1, .words = clv_bgp_subfamilies),
    LIST("orf_data", .of = "bgp.orf"));

TABLE(orf, "BGPORF", "Outbound Route Filters", "RFC 5291 4", UNDER(0, "bgp.orf"),
    U8("when_to_refresh", .words = clv_bgp_orf_moments),
    U8("orf_type", .key = "bgp.orf.entry", .words = clv_bgp_orf_types),
    U16("orf_len", MEASURES(REST)),
    LIST("entries", .of = "bgp.orf.entry"));

static const struct clv_field orf_prefix_fields[] = {
    BITS(2, "action", .words = clv_bgp_orf_actions),
    BITS(1, "match", .words = clv_bgp_orf_matches),
    BITS(5, "reserved"),
    U32("sequence"),
    U8("min_len"),
    U8("max_len"),
    ITEM("prefix", .of = "bgp.nlri6", .when = "BGPRouteRefresh.afi == 2"),
    ITEM("prefix", .of = "bgp.nlri"),
    END,
};
static const struct clv_under orf_prefix_under[] = {
    UNDER(64, "bgp.orf.entry"),
    UNDER(128, "bgp.orf.entry"),
    UNDER_END,
};
const struct clv_desc clv_bgp_orf_prefix = {
    .name = "BGPORFAddressPrefix",
    .title = "BGP Address Prefix Filter",
    .source = "RFC 5292 2",
    .fields = orf_prefix_fields,
    .under = orf_prefix_under,
};

/* ---- Parameters of an open message, RFC 4271 4.2, RFC 5492 4. */

TABLE(param, "BGPOptParam", "Optional Parameter", "RFC 4271 4.2", UNDER(0, "bgp.param"),
    U8("param_type", .init = 2, .words = clv_bgp_param_types),
    U8("param_length", MEASURES(REST)),
    LIST("param_value", .of = "bgp.capability", .when = "param_type == 2"),
    BYTES("param_value", .when = "not param_type in 1,2"),
    ITEM("authentication_data", .of = "bgp.auth", .when = "param_type == 1"));

/* Long deprecated; RFC 4271 took it out. */
TABLE(auth, "BGPAuthenticationInformation", "Authentication Information", "RFC 1771 4.2",
    UNDER(0, "bgp.auth"),
    U8("authentication_code"),
    BYTES("authentication_data"));

#define CODE(...) U8("code", __VA_ARGS__, .words = clv_bgp_capability_codes)
#define LENGTH U8("length", MEASURES(REST))

TABLE(cap_multiprotocol, "BGPCapMultiprotocol", "Capability: Multiprotocol", "RFC 4760 8",
    UNDER(0, "bgp.capability"),
    CODE(TELLS(1)),
    LENGTH,
    U16("afi", .words = clv_bgp_families),
    U8("reserved"),
    U8("safi", .words = clv_bgp_subfamilies));

TABLE(cap_orf, "BGPCapORF", "Capability: Outbound Route Filtering", "RFC 5291 5",
    UNDER(0, "bgp.capability"),
    CODE(TELLS(3)),
    LENGTH,
    LIST("orf", .of = "bgp.cap.orf"));

TABLE(cap_orf_block, "BGPCapORFBlock", "ORF Block", "RFC 5291 5", UNDER(0, "bgp.cap.orf"),
    U16("afi", .words = clv_bgp_families),
    U8("reserved"),
    U8("safi", .words = clv_bgp_subfamilies),
    U8("orf_number", MEASURES(COUNT)),
    LIST("entries", .of = "bgp.cap.orf.entry", .size = "orf_number"));

TABLE(cap_orf_tuple, "ORFTuple", "ORF Type", "RFC 5291 5", UNDER(0, "bgp.cap.orf.entry"),
    U8("orf_type", .words = clv_bgp_orf_types),
    U8("send_receive", .words = clv_bgp_orf_roles));

TABLE(cap_restart, "BGPCapGracefulRestart", "Capability: Graceful Restart", "RFC 4724 3",
    UNDER(0, "bgp.capability"),
    CODE(TELLS(64)),
    LENGTH,
    BITS(4, "restart_flags"),
    BITS(12, "restart_time"),
    LIST("entries", .of = "bgp.cap.restart"));

TABLE(cap_restart_tuple, "GRTuple", "Graceful Restart Family", "RFC 4724 3",
    UNDER(0, "bgp.cap.restart"),
    U16("afi", .words = clv_bgp_families),
    U8("safi", .words = clv_bgp_subfamilies),
    U8("flags"));

TABLE(cap_as4, "BGPCapFourBytesASN", "Capability: Four-Octet AS Number", "RFC 6793 3",
    UNDER(0, "bgp.capability"),
    CODE(TELLS(65)),
    LENGTH,
    U32("asn"));

TABLE(cap, "BGPCapGeneric", "Capability", "RFC 5492 4", UNDER(0, "bgp.capability"),
    CODE(.init = 0),
    LENGTH,
    BYTES("cap_data"));

/* ---- Prefixes, RFC 4271 4.3: as many bytes as the mask needs. */

#define NLRI(id_, name_, title_, source_, space_, row_) \
    static const struct clv_field id_##_fields[] = { row_("prefix"), END }; \
    static const struct clv_under id_##_under[] = { UNDER(0, space_), UNDER_END }; \
    const struct clv_desc clv_bgp_##id_ = { \
        .name = (name_), \
        .title = (title_), \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
    }

NLRI(nlri, "BGPNLRI_IPv4", "BGP IPv4 Prefix", "RFC 4271 4.3", "bgp.nlri", NET4);
NLRI(nlri6, "BGPNLRI_IPv6", "BGP IPv6 Prefix", "RFC 4760 5", "bgp.nlri6", NET6);

/* With a path identifier, which peers agree on elsewhere: no bytes tell it. */
#define NLRI_PATH(id_, name_, title_, space_, row_) \
    static const struct clv_field id_##_fields[] = { U32("nlri_path_id"), row_("prefix"), END }; \
    static const struct clv_under id_##_under[] = { UNDER(0, space_), UNDER_END }; \
    const struct clv_desc clv_bgp_##id_ = { \
        .name = (name_), \
        .title = (title_), \
        .source = "RFC 7911 3", \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .hooks = &untold_hooks, \
    }

NLRI_PATH(nlri_path, "BGPNLRI_IPv4_AP", "BGP IPv4 Prefix (path)", "bgp.nlri", NET4);
NLRI_PATH(nlri6_path, "BGPNLRI_IPv6_AP", "BGP IPv6 Prefix (path)", "bgp.nlri6", NET6);

/* ---- Path attributes, RFC 4271 4.3. */

TABLE(attribute, "BGPPathAttr", "Path Attribute", "RFC 4271 4.3", UNDER(0, "bgp.attribute"),
    FLAGS(8, "type_flags", .init = 0x80, .words = clv_bgp_attribute_bits),
    U8("type_code", .key = "bgp.pa", .words = clv_bgp_attribute_types),
    U16("attr_ext_len", .when = "type_flags & 0x10", MEASURES(REST)),
    U8("attr_len", .when = "not type_flags & 0x10", MEASURES(REST)),
    ITEM("attribute", .of = "bgp.pa"));

#define ATTRIBUTE(id_, name_, title_, source_, code_, ...) \
    TABLE(pa_##id_, "BGPPA" name_, title_, source_, UNDER(code_, "bgp.pa"), __VA_ARGS__)

ATTRIBUTE(origin, "Origin", "Origin", "RFC 4271 5.1.1", 1, U8("origin", .words = clv_bgp_origins));

/* AS_PATH with four bytes a number, and AS4_PATH. */
static const struct clv_field path4_fields[] = {
    LIST("segments", .of = "bgp.segment4"),
    END,
};
static const struct clv_under path4_under[] = {
    UNDER(2, "bgp.pa"),
    UNDER(17, "bgp.pa"),
    UNDER_END,
};
const struct clv_desc clv_bgp_pa_path4 = {
    .name = "BGPPAAS4BytesPath",
    .title = "BGP AS Path (four-octet)",
    .source = "RFC 6793 4",
    .fields = path4_fields,
    .under = path4_under,
    .hooks = &path4_hooks,
};
ATTRIBUTE(path, "ASPath", "AS Path", "RFC 4271 5.1.2", 2, LIST("segments", .of = "bgp.segment2"));

#define SEGMENT(id_, name_, title_, source_, bits_, space_) \
    static const struct clv_field id_##_fields[] = { \
        U8("segment_type", .init = 2, .words = clv_bgp_segment_types), \
        U8("segment_length", MEASURES(COUNT)), \
        BITS(bits_, "segment_value", .style = CLV_MANY, .size = "segment_length"), \
        END, \
    }; \
    static const struct clv_under id_##_under[] = { UNDER(0, space_), UNDER_END }; \
    const struct clv_desc clv_bgp_##id_ = { \
        .name = (name_), \
        .title = "BGP " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .when = "segment_type in 1..4", \
    }

SEGMENT(segment4, "ASPathSegment4", "Segment (four-octet)", "RFC 6793 4", 32, "bgp.segment4");
SEGMENT(segment2, "ASPathSegment", "Segment", "RFC 4271 4.3", 16, "bgp.segment2");

ATTRIBUTE(next_hop, "NextHop", "Next Hop", "RFC 4271 5.1.3", 3, IP4("next_hop"));
ATTRIBUTE(med, "MultiExitDisc", "Multi-Exit Discriminator", "RFC 4271 5.1.4", 4, U32("med"));
ATTRIBUTE(local_pref, "LocalPref", "Local Preference", "RFC 4271 5.1.5", 5, U32("local_pref"));

ATTRIBUTE(aggregator, "Aggregator", "Aggregator", "RFC 4271 5.1.7", 7,
    U16("aggregator_asn"),
    IP4("speaker_address"));

/* AGGREGATOR with a four-byte number, and AS4_AGGREGATOR. */
static const struct clv_field aggregator4_fields[] = {
    U32("aggregator_asn"),
    IP4("speaker_address"),
    END,
};
static const struct clv_under aggregator4_under[] = {
    UNDER(18, "bgp.pa"),
    UNDER(7, "bgp.pa"),
    UNDER_END,
};
const struct clv_desc clv_bgp_pa_aggregator4 = {
    .name = "BGPPAAS4Aggregator",
    .title = "BGP Aggregator (four-octet)",
    .source = "RFC 6793 4",
    .fields = aggregator4_fields,
    .under = aggregator4_under,
};

ATTRIBUTE(community, "Community", "Communities", "RFC 1997", 8,
    U32("community", .style = CLV_MANY | CLV_HEX, .text = "[0]",
        .words = clv_bgp_communities));
ATTRIBUTE(originator, "OriginatorID", "Originator ID", "RFC 4456 8", 9, IP4("originator_id"));
ATTRIBUTE(cluster, "ClusterList", "Cluster List", "RFC 4456 8", 10,
    U32("cluster_list", .style = CLV_MANY));

/* One next hop of each length that has a name; others are bytes. */
ATTRIBUTE(reach, "MPReachNLRI", "Multiprotocol Reachable", "RFC 4760 3", 14,
    U16("afi", .words = clv_bgp_families),
    U8("safi", .words = clv_bgp_subfamilies),
    U8("nh_addr_len", MEASURES(FIELD)),
    IP4("nh_v4_addr", .when = "afi == 1 and nh_addr_len == 4", .size = "nh_addr_len"),
    IP6("nh_v6_addr", .when = "afi == 2 and nh_addr_len == 16", .size = "nh_addr_len"),
    IP6("nh_v6_global", .when = "afi == 2 and nh_addr_len == 32"),
    IP6("nh_v6_link_local", .when = "afi == 2 and nh_addr_len == 32"),
    BYTES("nh", .when = "not (afi == 1 and nh_addr_len == 4 or afi == 2 and nh_addr_len in 16,32)",
          .size = "nh_addr_len"),
    U8("reserved"),
    LIST("nlri", .of = "bgp.nlri", .when = "afi == 1 and safi in 1,2"),
    LIST("nlri", .of = "bgp.nlri6", .when = "afi == 2 and safi in 1,2"),
    BYTES("nlri"));

ATTRIBUTE(unreach, "MPUnreachNLRI", "Multiprotocol Unreachable", "RFC 4760 4", 15,
    U16("afi", .words = clv_bgp_families),
    U8("safi", .words = clv_bgp_subfamilies),
    ITEM("afi_safi_specific", .of = "bgp.unreach6", .when = "afi == 2 and safi in 1,2 and left"),
    BYTES("afi_safi_specific"));

TABLE(unreach6, "BGPPAMPUnreachNLRI_IPv6", "Withdrawn IPv6 Routes", "RFC 4760 4",
    UNDER(0, "bgp.unreach6"),
    LIST("withdrawn_routes", .of = "bgp.nlri6"));

ATTRIBUTE(ext_comms, "ExtComms", "Extended Communities", "RFC 4360 2", 16,
    LIST("extended_communities", .of = "bgp.extcomm"));

TABLE(ext_comm, "BGPPAExtCommunity", "Extended Community", "RFC 4360 2", UNDER(0, "bgp.extcomm"),
    U8("type_high", .style = CLV_HEX, .key = "bgp.extcomm.value", .words = clv_bgp_ext_types),
    U8("type_low", .style = CLV_HEX, .key = "bgp.extcomm.value"),
    ITEM("value", .of = "bgp.extcomm.value",
         .when = "type_high in 0..3,64..67 or (type_high == 128 and type_low in 6..9) or "
                 "(type_high in 129,130 and type_low == 8)"),
    FIXED(6, "value"));

/* Both octets of the type; types of either scope, with bit 0x40 (RFC 7153) or without. */
#define KEYS(from_, to_) \
    { .space = "bgp.extcomm.value", .key = (from_), .to = (to_) }
#define COMMUNITY(id_, name_, title_, source_, from_, to_, again_, again_to_, ...) \
    static const struct clv_field ext_##id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under ext_##id_##_under[] = { \
        KEYS(from_, to_), \
        KEYS(again_, again_to_), \
        UNDER_END, \
    }; \
    const struct clv_desc clv_bgp_ext_##id_ = { \
        .name = "BGPPAExtComm" name_, \
        .title = "BGP " title_, \
        .source = (source_), \
        .fields = ext_##id_##_fields, \
        .under = ext_##id_##_under, \
        .leaf = true, \
    }
#define VALUES(id_, name_, title_, source_, high_, ...) \
    COMMUNITY(id_, name_, title_, source_, (high_) << 8, (high_) << 8 | 0xff, \
              ((high_) | 0x40) << 8, ((high_) | 0x40) << 8 | 0xff, __VA_ARGS__)
#define VALUE(id_, name_, title_, source_, type_, ...) \
    COMMUNITY(id_, name_, title_, source_, type_, type_, type_, type_, __VA_ARGS__)

VALUES(as2, "TwoOctetASSpecific", "Two-Octet AS Specific", "RFC 4360 3.1", 0,
    U16("global_administrator"),
    U32("local_administrator"));

VALUES(ip4, "IPv4AddressSpecific", "IPv4 Address Specific", "RFC 4360 3.2", 1,
    IP4("global_administrator"),
    U16("local_administrator"));

VALUES(as4, "FourOctetASSpecific", "Four-Octet AS Specific", "RFC 5668 2", 2,
    U32("global_administrator"),
    U16("local_administrator"));

VALUES(opaque, "Opaque", "Opaque", "RFC 4360 3.3", 3,
    FIXED(6, "value"));

VALUE(rate, "TrafficRate", "Traffic Rate", "RFC 8955 7.1", 0x8006,
    U16("id"),
    U32("rate", .style = CLV_HEX));

VALUE(action, "TrafficAction", "Traffic Action", "RFC 8955 7.3", 0x8007,
    BITS(46, "reserved"),
    BITS(1, "sample"),
    BITS(1, "terminal_action"));

VALUE(redirect_as2, "RedirectAS2Byte", "Redirect (two-octet AS)", "RFC 8955 7.4", 0x8008,
    U16("asn"),
    U32("value"));

VALUE(marking, "TrafficMarking", "Traffic Marking", "RFC 8955 7.5", 0x8009,
    BITS(48, "dscp", .init = 48));

VALUE(redirect_ip4, "RedirectIPv4", "Redirect (IPv4)", "RFC 8955 7.4", 0x8108,
    IP4("ip_addr"),
    U16("value"));

VALUE(redirect_as4, "RedirectAS4Byte", "Redirect (four-octet AS)", "RFC 8955 7.4", 0x8208,
    U32("asn"),
    U16("value"));

ATTRIBUTE(ext6, "IPv6AddressSpecificExtComm", "IPv6 Address Specific Communities", "RFC 5701 2", 25,
    IP6("global_administrator"),
    U16("local_administrator"));

static const struct clv_field pa_atomic_fields[] = { END };
static const struct clv_under pa_atomic_under[] = {
    UNDER(6, "bgp.pa"),
    UNDER_END,
};
const struct clv_desc clv_bgp_pa_atomic = {
    .name = "BGPPAAtomicAggregate",
    .title = "BGP Atomic Aggregate",
    .source = "RFC 4271 5.1.6",
    .fields = pa_atomic_fields,
    .under = pa_atomic_under,
};

ATTRIBUTE(large, "LargeCommunity", "Large Communities", "RFC 8092 3", 32,
    LIST("segments", .of = "bgp.large"));

TABLE(large_segment, "BGPLargeCommunitySegment", "Large Community", "RFC 8092 3",
    UNDER(0, "bgp.large"),
    U32("global_administrator"),
    U32("local_data_part1"),
    U32("local_data_part2"));
