/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of BGP's numbers. */
#include "bgp.h"

/* clang-format off */

const struct clv_word clv_bgp_message_types[] = {
    { 1, "OPEN" },
    { 2, "UPDATE" },
    { 3, "NOTIFICATION" },
    { 4, "KEEPALIVE" },
    { 5, "ROUTE-REFRESH" },
    WORD_END,
};
const struct clv_word clv_bgp_families[] = {
    { 1, "IPv4" },
    { 2, "IPv6" },
    { 25, "L2VPN" },
    { 16388, "BGP-LS" },
    WORD_END,
};
const struct clv_word clv_bgp_subfamilies[] = {
    { 1, "unicast" },
    { 2, "multicast" },
    { 4, "MPLS label" },
    { 5, "MCAST-VPN" },
    { 65, "VPLS" },
    { 66, "MDT" },
    { 70, "EVPN" },
    { 71, "BGP-LS" },
    { 72, "BGP-LS-VPN" },
    { 73, "SR policy" },
    { 128, "MPLS VPN" },
    { 129, "multicast MPLS VPN" },
    { 132, "route target constraints" },
    { 133, "flow specification" },
    { 134, "VPN flow specification" },
    WORD_END,
};
const struct clv_word clv_bgp_capability_codes[] = {
    { 0, "Reserved" },
    { 1, "Multiprotocol Extensions for BGP-4" },
    { 2, "Route Refresh Capability for BGP-4" },
    { 3, "Outbound Route Filtering Capability" },
    { 4, "Multiple routes to a destination capability" },
    { 5, "Extended Next Hop Encoding" },
    { 6, "BGP-Extended Message" },
    { 7, "BGPsec Capability" },
    { 8, "Multiple Labels Capability" },
    { 9, "BGP Role" },
    { 64, "Graceful Restart Capability" },
    { 65, "Support for 4-octet AS number capability" },
    { 67, "Support for Dynamic Capability (capability specific)" },
    { 68, "Multisession BGP Capability" },
    { 69, "ADD-PATH Capability" },
    { 70, "Enhanced Route Refresh Capability" },
    { 71, "Long-Lived Graceful Restart (LLGR) Capability" },
    { 73, "FQDN Capability" },
    { 128, "Route Refresh Capability for BGP-4 (Cisco)" },
    { 130, "Outbound Route Filtering Capability (Cisco)" },
    WORD_END,
};
const struct clv_word clv_bgp_attribute_bits[] = {
    { 0x01, "NA0" },
    { 0x02, "NA1" },
    { 0x04, "NA2" },
    { 0x08, "NA3" },
    { 0x10, "Extended-Length" },
    { 0x20, "Partial" },
    { 0x40, "Transitive" },
    { 0x80, "Optional" },
    WORD_END,
};
const struct clv_word clv_bgp_attribute_types[] = {
    { 1, "ORIGIN" },
    { 2, "AS_PATH" },
    { 3, "NEXT_HOP" },
    { 4, "MULTI_EXIT_DISC" },
    { 5, "LOCAL_PREF" },
    { 6, "ATOMIC_AGGREGATE" },
    { 7, "AGGREGATOR" },
    { 8, "COMMUNITY" },
    { 9, "ORIGINATOR_ID" },
    { 10, "CLUSTER_LIST" },
    { 14, "MP_REACH_NLRI" },
    { 15, "MP_UNREACH_NLRI" },
    { 16, "EXTENDED COMMUNITIES" },
    { 17, "AS4_PATH" },
    { 18, "AS4_AGGREGATOR" },
    { 22, "PMSI_TUNNEL" },
    { 23, "Tunnel Encapsulation Attribute" },
    { 25, "IPv6 Address Specific Extended Community" },
    { 26, "AIGP" },
    { 29, "BGP-LS Attribute" },
    { 32, "LARGE_COMMUNITY" },
    { 33, "BGPsec_PATH" },
    { 35, "Only to Customer" },
    { 40, "BGP Prefix-SID" },
    { 128, "ATTR_SET" },
    WORD_END,
};
const struct clv_word clv_bgp_origins[] = {
    { 0, "IGP" },
    { 1, "EGP" },
    { 2, "INCOMPLETE" },
    WORD_END,
};
const struct clv_word clv_bgp_segment_types[] = {
    { 1, "AS_SET" },
    { 2, "AS_SEQUENCE" },
    { 3, "AS_CONFED_SEQUENCE" },
    { 4, "AS_CONFED_SET" },
    WORD_END,
};
const struct clv_word clv_bgp_errors[] = {
    { 1, "Message Header Error" },
    { 2, "OPEN Message Error" },
    { 3, "UPDATE Message Error" },
    { 4, "Hold Timer Expired" },
    { 5, "Finite State Machine Error" },
    { 6, "Cease" },
    { 7, "ROUTE-REFRESH Message Error" },
    WORD_END,
};
/* RFC 4271 4.5: what an error is, by its code. */
const struct clv_word clv_bgp_header_errors[] = {
    { 1, "Connection Not Synchronized" }, { 2, "Bad Message Length" }, { 3, "Bad Message Type" },
    WORD_END,
};
/* 7: RFC 5492 5, 11: RFC 9234 4.2 */
const struct clv_word clv_bgp_open_errors[] = {
    { 1, "Unsupported Version Number" }, { 2, "Bad Peer AS" }, { 3, "Bad BGP Identifier" },
    { 4, "Unsupported Optional Parameter" }, { 6, "Unacceptable Hold Time" },
    { 7, "Unsupported Capability" }, { 11, "Role Mismatch" }, WORD_END,
};
const struct clv_word clv_bgp_update_errors[] = {
    { 1, "Malformed Attribute List" }, { 2, "Unrecognized Well-known Attribute" },
    { 3, "Missing Well-known Attribute" }, { 4, "Attribute Flags Error" },
    { 5, "Attribute Length Error" }, { 6, "Invalid ORIGIN Attribute" },
    { 8, "Invalid NEXT_HOP Attribute" }, { 9, "Optional Attribute Error" },
    { 10, "Invalid Network Field" }, { 11, "Malformed AS_PATH" }, WORD_END,
};
/* RFC 6608 3 */
const struct clv_word clv_bgp_state_errors[] = {
    { 0, "Unspecified Error" }, { 1, "Unexpected Message in OpenSent State" },
    { 2, "Unexpected Message in OpenConfirm State" },
    { 3, "Unexpected Message in Established State" }, WORD_END,
};
/* RFC 4486 3; 9: RFC 8538 3, 10: RFC 9384 3 */
const struct clv_word clv_bgp_cease_errors[] = {
    { 1, "Maximum Number of Prefixes Reached" }, { 2, "Administrative Shutdown" },
    { 3, "Peer De-configured" }, { 4, "Administrative Reset" }, { 5, "Connection Rejected" },
    { 6, "Other Configuration Change" }, { 7, "Connection Collision Resolution" },
    { 8, "Out of Resources" }, { 9, "Hard Reset" }, { 10, "BFD Down" }, WORD_END,
};
/* RFC 7313 5 */
const struct clv_word clv_bgp_refresh_errors[] = {
    { 1, "Invalid Message Length" }, WORD_END,
};
/* RFC 7313 3.2 */
const struct clv_word clv_bgp_refresh_types[] = {
    { 0, "Route-Refresh" }, { 1, "BoRR" }, { 2, "EoRR" }, WORD_END,
};
/* RFC 5291 4 */
const struct clv_word clv_bgp_orf_moments[] = {
    { 1, "IMMEDIATE" }, { 2, "DEFER" }, WORD_END,
};
/* RFC 5292 4, RFC 7543 7 */
const struct clv_word clv_bgp_orf_types[] = {
    { 64, "Address Prefix ORF" }, { 65, "CP-ORF" }, WORD_END,
};
/* RFC 5291 5 */
const struct clv_word clv_bgp_orf_roles[] = {
    { 1, "receive" }, { 2, "send" }, { 3, "both" }, WORD_END,
};
/* RFC 5291 4, RFC 5292 2 */
const struct clv_word clv_bgp_orf_actions[] = {
    { 0, "ADD" }, { 1, "REMOVE" }, { 2, "REMOVE-ALL" }, WORD_END,
};
const struct clv_word clv_bgp_orf_matches[] = {
    { 0, "PERMIT" }, { 1, "DENY" }, WORD_END,
};
/* RFC 5492 3, RFC 9072 2 */
const struct clv_word clv_bgp_param_types[] = {
    { 1, "Authentication" }, { 2, "Capabilities" }, { 255, "Extended Length" }, WORD_END,
};
/* www.iana.org/assignments/bgp-well-known-communities */
const struct clv_word clv_bgp_communities[] = {
    { 0xffff0000, "GRACEFUL_SHUTDOWN" }, { 0xffff0000, "planned-shut" },
    { 0xffff0001, "ACCEPT-OWN" }, { 0xffff0006, "LLGR_STALE" }, { 0xffff0007, "NO_LLGR" },
    { 0xffff029a, "BLACKHOLE" }, { 0xffffff01, "NO_EXPORT" }, { 0xffffff02, "NO_ADVERTISE" },
    { 0xffffff03, "NO_EXPORT_SUBCONFED" }, { 0xffffff04, "NOPEER" }, WORD_END,
};
/* www.iana.org/assignments/bgp-extended-communities */
const struct clv_word clv_bgp_ext_types[] = {
    { 0x00, "Two-Octet AS" }, { 0x01, "IPv4 Address" }, { 0x02, "Four-Octet AS" },
    { 0x03, "Opaque" }, { 0x06, "EVPN" }, { 0x07, "FlowSpec" },
    { 0x40, "Two-Octet AS, non-transitive" }, { 0x41, "IPv4 Address, non-transitive" },
    { 0x42, "Four-Octet AS, non-transitive" }, { 0x43, "Opaque, non-transitive" },
    { 0x80, "Experimental" }, { 0x81, "Experimental, IPv4 Address" },
    { 0x82, "Experimental, Four-Octet AS" }, WORD_END,
};
