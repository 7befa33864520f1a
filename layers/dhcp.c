/* SPDX-License-Identifier: BSD-2-Clause */
/* BOOTP (RFC 951, RFC 1542) and DHCP (RFC 2131) with typed options (RFC 2132). */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word bootp_ops[] = { { 1, "BOOTREQUEST" }, { 2, "BOOTREPLY" }, WORD_END };
static const struct clv_word bootp_flags[] = { { 0x8000, "B" }, WORD_END };

static const struct clv_field bootp_fields[] = {
    U8("op", .init = 1, .words = bootp_ops, .reply = "1:2"),
    U8("htype", .init = 1),
    U8("hlen", .init = 6),
    U8("hops"),
    U32("xid", .reply = "="),
    U16("secs"),
    FLAGS(16, "flags", .words = bootp_flags),
    IP4("ciaddr"),
    IP4("yiaddr"),
    IP4("siaddr"),
    IP4("giaddr"),
    FIXED(16, "chaddr"),
    FIXED(64, "sname"),
    FIXED(128, "file"),
    END,
};
static const struct clv_under bootp_under[] = {
    UNDER(67, "udp.port"),
    UNDER(68, "udp.port"),
    UNDER_END,
};
static const struct clv_imply bootp_implies[] = {
    { "UDP", "sport", "67" },
    { "UDP", "dport", "68" },
    IMPLY_END,
};
const struct clv_desc clv_bootp = {
    .name = "BOOTP",
    .title = "BOOTP",
    .source = "RFC 951, RFC 1542",
    .fields = bootp_fields,
    .under = bootp_under,
    .implies = bootp_implies,
    .next = "bootp",
};

/* The cookie is the first row here; Scapy keeps it as BOOTP.options. */
static const struct clv_field dhcp_fields[] = {
    U32("magic", .init = 0x63825363, .style = CLV_TELL | CLV_HEX),
    LIST("options", .of = "dhcp.option"),
    END,
};
static const struct clv_under dhcp_under[] = { UNDER(0, "bootp"), UNDER_END };
const struct clv_desc clv_dhcp = {
    .name = "DHCP",
    .title = "DHCP options",
    .source = "RFC 2131 3",
    .fields = dhcp_fields,
    .under = dhcp_under,
    .leaf = true,
};

static const struct clv_word dhcp_codes[] = {
    { 0, "pad" }, { 1, "subnet_mask" }, { 2, "time_zone" }, { 3, "router" }, { 4, "time_server" },
    { 5, "IEN_name_server" }, { 6, "name_server" }, { 7, "log_server" }, { 8, "cookie_server" },
    { 9, "lpr_server" }, { 10, "impress-servers" }, { 11, "resource-location-servers" },
    { 12, "hostname" }, { 13, "boot-size" }, { 14, "dump_path" }, { 15, "domain" },
    { 16, "swap-server" }, { 17, "root_disk_path" }, { 18, "extensions-path" },
    { 19, "ip-forwarding" }, { 20, "non-local-source-routing" }, { 21, "policy-filter" },
    { 22, "max_dgram_reass_size" }, { 23, "default_ttl" }, { 24, "pmtu_timeout" },
    { 25, "path-mtu-plateau-table" }, { 26, "interface-mtu" }, { 27, "all-subnets-local" },
    { 28, "broadcast_address" }, { 29, "perform-mask-discovery" }, { 30, "mask-supplier" },
    { 31, "router-discovery" }, { 32, "router-solicitation-address" }, { 33, "static-routes" },
    { 34, "trailer-encapsulation" }, { 35, "arp_cache_timeout" },
    { 36, "ieee802-3-encapsulation" }, { 37, "tcp_ttl" }, { 38, "tcp_keepalive_interval" },
    { 39, "tcp_keepalive_garbage" }, { 40, "NIS_domain" }, { 41, "NIS_server" },
    { 42, "NTP_server" }, { 43, "vendor_specific" }, { 44, "NetBIOS_server" },
    { 45, "NetBIOS_dist_server" }, { 46, "NetBIOS_node_type" }, { 47, "netbios-scope" },
    { 48, "font-servers" }, { 49, "x-display-manager" }, { 50, "requested_addr" },
    { 51, "lease_time" }, { 52, "dhcp-option-overload" }, { 53, "message-type" },
    { 54, "server_id" }, { 55, "param_req_list" }, { 56, "error_message" },
    { 57, "max_dhcp_size" }, { 58, "renewal_time" }, { 59, "rebinding_time" },
    { 60, "vendor_class_id" }, { 61, "client_id" }, { 66, "tftp_server_name" },
    { 67, "boot-file-name" }, { 81, "client_FQDN" }, { 82, "relay_agent_information" },
    { 119, "domain-search" }, { 121, "classless_static_routes" }, { 255, "end" }, WORD_END,
};
static const struct clv_word dhcp_types[] = {
    { 1, "discover" }, { 2, "offer" }, { 3, "request" }, { 4, "decline" }, { 5, "ack" },
    { 6, "nak" }, { 7, "release" }, { 8, "inform" }, { 9, "force_renew" }, { 10, "lease_query" },
    { 11, "lease_unassigned" }, { 12, "lease_unknown" }, { 13, "lease_active" }, WORD_END,
};

static const struct clv_field dhcp_option_fields[] = {
    U8("code", .words = dhcp_codes),
    U8("len", .when = "code in 1..254", MEASURES(REST)),
    IP4("value", .when = "code in 1,28,32,50,54", .size = "len"),
    IP4("value", .style = CLV_MANY, .when = "code in 3..11,16,21,33,41,42,44,45,48,49", .size = "len"),
    U32("value", .when = "code in 2,24,35,38,51,58,59", .size = "len"),
    U16("value", .when = "code in 13,22,26,57", .size = "len"),
    U8("value", .when = "code == 53", .words = dhcp_types, .size = "len"),
    U8("value", .when = "code in 19,20,23,27,29,30,31,34,36,37,39,46,52", .size = "len"),
    U8("value", .style = CLV_MANY, .when = "code == 55", .size = "len"),
    BYTES("value", .when = "code in 1..254", .size = "len"),
    END,
};
static const struct clv_under dhcp_option_under[] = { UNDER(0, "dhcp.option"), UNDER_END };
const struct clv_desc clv_dhcp_option = {
    .name = "DHCPOption",
    .title = "DHCP option",
    .source = "RFC 2132",
    .fields = dhcp_option_fields,
    .under = dhcp_option_under,
    .last = "code == 255",
    .tuple = "",
};
