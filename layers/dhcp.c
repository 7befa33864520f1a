/* SPDX-License-Identifier: BSD-2-Clause */
/* BOOTP (RFC 951, RFC 1542) and DHCP (RFC 2131) with typed options (RFC 2132 and others). */
#include "layers.h"

/* One row a line. */
/* clang-format off */

/* Before DHCP's options, RFC 2131 3; what is another thing is all that is there, RFC 951. */
#define COOKIE "c\x82Sc"

static const struct clv_word bootp_ops[] = { { 1, "BOOTREQUEST" }, { 2, "BOOTREPLY" }, WORD_END };
/* www.iana.org/assignments/arp-parameters */
static const struct clv_word hardware[] = {
    { 1, "Ethernet (10Mb)" }, { 6, "IEEE 802 Networks" }, { 7, "ARCNET" }, { 15, "Frame relay" },
    { 16, "ATM" }, { 17, "HDLC" }, { 18, "Fibre Channel" }, { 20, "Serial Line" },
    { 24, "IEEE 1394.1995" }, { 32, "InfiniBand" }, WORD_END,
};
static const struct clv_word bootp_flags[] = { { 0x8000, "B" }, WORD_END };

static const struct clv_field bootp_fields[] = {
    U8("op", .init = 1, .words = bootp_ops, .reply = "1:2"),
    U8("htype", .init = 1, .words = hardware),
    U8("hlen", .init = 6),
    U8("hops"),
    U32("xid", .reply = "="),
    U16("secs"),
    FLAGS(16, "flags", .words = bootp_flags),
    IP4("ciaddr"),
    IP4("yiaddr"),
    IP4("siaddr"),
    IP4("giaddr"),
    HWADDR(16, "chaddr"),
    FIXED(64, "sname"),
    FIXED(128, "file"),
    TEXT(COOKIE "|[^]*", "options"),
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

static const struct clv_field dhcp_fields[] = {
    LIST("options", .of = "dhcp.option"),
    END,
};
static const struct clv_under dhcp_under[] = { UNDER(0, "bootp"), UNDER_END };
static const struct clv_imply dhcp_implies[] = { { "BOOTP", "options", COOKIE }, IMPLY_END };
const struct clv_desc clv_dhcp = {
    .name = "DHCP",
    .title = "DHCP options",
    .source = "RFC 2131 3",
    .fields = dhcp_fields,
    .under = dhcp_under,
    .implies = dhcp_implies,
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
    { 34, "trailer-encapsulation" }, { 35, "arp_cache_timeout" }, { 36, "ieee802-3-encapsulation" },
    { 37, "tcp_ttl" }, { 38, "tcp_keepalive_interval" }, { 39, "tcp_keepalive_garbage" },
    { 40, "NIS_domain" }, { 41, "NIS_server" }, { 42, "NTP_server" }, { 43, "vendor_specific" },
    { 44, "NetBIOS_server" }, { 45, "NetBIOS_dist_server" }, { 46, "NetBIOS_node_type" },
    { 47, "netbios-scope" }, { 48, "font-servers" }, { 49, "x-display-manager" },
    { 50, "requested_addr" }, { 51, "lease_time" }, { 52, "dhcp-option-overload" },
    { 53, "message-type" }, { 54, "server_id" }, { 55, "param_req_list" }, { 56, "error_message" },
    { 57, "max_dhcp_size" }, { 58, "renewal_time" }, { 59, "rebinding_time" },
    { 60, "vendor_class_id" }, { 61, "client_id" }, { 62, "nwip-domain-name" },
    { 64, "NISplus_domain" }, { 65, "NISplus_server" }, { 66, "tftp_server_name" },
    { 67, "boot-file-name" }, { 68, "mobile-ip-home-agent" }, { 69, "SMTP_server" },
    { 70, "POP3_server" }, { 71, "NNTP_server" }, { 72, "WWW_server" }, { 73, "Finger_server" },
    { 74, "IRC_server" }, { 75, "StreetTalk_server" }, { 76, "StreetTalk_Dir_Assistance" },
    { 77, "user_class" }, { 78, "slp_service_agent" }, { 79, "slp_service_scope" },
    { 81, "client_FQDN" }, { 82, "relay_agent_information" }, { 85, "nds-server" },
    { 86, "nds-tree-name" }, { 87, "nds-context" }, { 88, "bcms-controller-namesi" },
    { 89, "bcms-controller-address" }, { 91, "client-last-transaction-time" },
    { 92, "associated-ip" }, { 93, "pxe_client_architecture" },
    { 94, "pxe_client_network_interface" }, { 97, "pxe_client_machine_identifier" },
    { 98, "uap-servers" }, { 100, "pcode" }, { 101, "tcode" }, { 108, "ipv6-only-preferred" },
    { 112, "netinfo-server-address" }, { 113, "netinfo-server-tag" }, { 114, "captive-portal" },
    { 114, "default-url" }, { 116, "auto-config" }, { 117, "name-service-search" },
    { 118, "subnet-selection" }, { 119, "domain-search" }, { 121, "classless_static_routes" },
    { 124, "vendor_class" }, { 125, "vendor_specific_information" },
    { 128, "tftp_server_ip_address" }, { 136, "pana-agent" }, { 137, "v4-lost" },
    { 138, "capwap-ac-v4" }, { 141, "sip_ua_service_domains" }, { 146, "rdnss-selection" },
    { 150, "tftp_server_address" }, { 159, "v4-portparams" }, { 160, "v4-captive-portal" },
    { 161, "mud-url" }, { 208, "pxelinux_magic" }, { 209, "pxelinux_configuration_file" },
    { 210, "pxelinux_path_prefix" }, { 211, "pxelinux_reboot_time" }, { 212, "option-6rd" },
    { 213, "v4-access-domain" }, { 249, "ms-classless-static-routes" }, { 255, "end" }, WORD_END,
};
static const struct clv_word dhcp_types[] = {
    { 1, "discover" }, { 2, "offer" }, { 3, "request" }, { 4, "decline" }, { 5, "ack" },
    { 6, "nak" }, { 7, "release" }, { 8, "inform" }, { 9, "force_renew" }, { 10, "lease_query" },
    { 11, "lease_unassigned" }, { 12, "lease_unknown" }, { 13, "lease_active" }, WORD_END,
};

static const struct clv_field dhcp_option_fields[] = {
    U8("code", .words = dhcp_codes),
    U8("len", .when = "code in 1..254", MEASURES(REST)),
    IP4("value", .style = CLV_MANY | CLV_FLAT, .size = "len",
        .when = "code in 1,3..11,16,21,28,32,33,41,42,44,45,48..50,54,65,68..76,85,89,92,112,118,"
                "128,136,138,150"),
    U32("value", .style = CLV_MANY | CLV_FLAT, .size = "len",
        .when = "code in 2,24,35,38,51,58,59,91,108"),
    U16("value", .style = CLV_MANY | CLV_FLAT, .size = "len", .when = "code in 13,22,25,26,57,117"),
    U8("value", .style = CLV_MANY | CLV_FLAT, .size = "len", .when = "code == 53",
        .words = dhcp_types),
    U8("value", .style = CLV_MANY | CLV_FLAT, .size = "len",
        .when = "code in 19,20,23,27,29,30,31,34,36,37,39,46,52,116"),
    U8("value", .style = CLV_MANY, .size = "len", .when = "code == 55", .words = dhcp_codes),
    ROUTE4("value", .style = CLV_MANY, .size = "len", .when = "code in 121,249"),
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
