/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DHCPv6 options (RFC 8415 21 and others), stacked on a message and on each other, or items of an
 * option. The generic one comes last and takes what fits no table of its own.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word codes[] = {
    { 1, "CLIENTID" }, { 2, "SERVERID" }, { 3, "IA_NA" }, { 4, "IA_TA" }, { 5, "IAADDR" },
    { 6, "ORO" }, { 7, "PREFERENCE" }, { 8, "ELAPSED_TIME" }, { 9, "RELAY_MSG" }, { 11, "AUTH" },
    { 12, "UNICAST" }, { 13, "STATUS_CODE" }, { 14, "RAPID_COMMIT" }, { 15, "USER_CLASS" },
    { 16, "VENDOR_CLASS" }, { 17, "VENDOR_OPTS" }, { 18, "INTERFACE_ID" }, { 19, "RECONF_MSG" },
    { 20, "RECONF_ACCEPT" }, { 21, "SIP Servers Domain Name List" },
    { 22, "SIP Servers IPv6 Address List" }, { 23, "DNS Recursive Name Server Option" },
    { 24, "Domain Search List option" }, { 25, "OPTION_IA_PD" }, { 26, "OPTION_IAPREFIX" },
    { 27, "OPTION_NIS_SERVERS" }, { 28, "OPTION_NISP_SERVERS" }, { 29, "OPTION_NIS_DOMAIN_NAME" },
    { 30, "OPTION_NISP_DOMAIN_NAME" }, { 31, "OPTION_SNTP_SERVERS" },
    { 32, "OPTION_INFORMATION_REFRESH_TIME" }, { 33, "OPTION_BCMCS_SERVER_D" },
    { 34, "OPTION_BCMCS_SERVER_A" }, { 36, "OPTION_GEOCONF_CIVIC" }, { 37, "OPTION_REMOTE_ID" },
    { 38, "OPTION_SUBSCRIBER_ID" }, { 39, "OPTION_CLIENT_FQDN" }, { 40, "OPTION_PANA_AGENT" },
    { 41, "OPTION_NEW_POSIX_TIMEZONE" }, { 42, "OPTION_NEW_TZDB_TIMEZONE" }, { 43, "OPTION_ERO" },
    { 44, "OPTION_LQ_QUERY" }, { 45, "OPTION_CLIENT_DATA" }, { 46, "OPTION_CLT_TIME" },
    { 47, "OPTION_LQ_RELAY_DATA" }, { 48, "OPTION_LQ_CLIENT_LINK" }, { 56, "OPTION_NTP_SERVER" },
    { 59, "OPT_BOOTFILE_URL" }, { 60, "OPT_BOOTFILE_PARAM" }, { 61, "OPTION_CLIENT_ARCH_TYPE" },
    { 62, "OPTION_NII" }, { 64, "OPTION_AFTR_NAME" }, { 65, "OPTION_ERP_LOCAL_DOMAIN_NAME" },
    { 66, "OPTION_RELAY_SUPPLIED_OPTIONS" }, { 68, "OPTION_VSS" },
    { 79, "OPTION_CLIENT_LINKLAYER_ADDR" }, { 82, "OPTION_SOL_MAX_RT" },
    { 83, "OPTION_INF_MAX_RT" }, { 103, "OPTION_CAPTIVE_PORTAL" }, { 112, "OPTION_MUD_URL" },
    WORD_END,
};
static const struct clv_under option_under[] = { UNDER(0, "dhcp6.opt"), UNDER_END };

#define OPTION_TABLE(id_, name_, title_, source_) \
    const struct clv_desc clv_dhcp6_##id_ = { \
        .name = "DHCP6Opt" name_, \
        .title = "DHCP6 Option - " title_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = option_under, \
        .next = "dhcp6.opt", \
    }
#define EMPTY(id_, name_, title_, source_, code_) \
    static const struct clv_field id_##_fields[] = { \
        U16("optcode", TELLS(code_), .words = codes), \
        U16("optlen", MEASURES(REST)), \
        END, \
    }; \
    OPTION_TABLE(id_, name_, title_, source_)
#define OPTION(id_, name_, title_, source_, code_, ...) \
    static const struct clv_field id_##_fields[] = { \
        U16("optcode", code_, .words = codes), \
        U16("optlen", MEASURES(REST)), \
        __VA_ARGS__, \
        END, \
    }; \
    OPTION_TABLE(id_, name_, title_, source_)

#define OPTIONS(name_) LIST(name_, .of = "dhcp6.opt")
#define ADDRESSES(name_) IP6(name_, .style = CLV_MANY)
#define DOMAIN(name_) PLAIN_NAME(name_, .text = ".", .size = "optlen")
#define DOMAINS(name_) PLAIN_NAME(name_, .style = CLV_MANY, .size = "optlen")

OPTION(client_id, "ClientId", "Client Identifier", "RFC 8415 21.2", TELLS(1),
    ITEM("duid", .of = "dhcp6.duid"));
OPTION(server_id, "ServerId", "Server Identifier", "RFC 8415 21.3", TELLS(2),
    ITEM("duid", .of = "dhcp6.duid"));

/* ---- Identity associations. */

#define LIFETIME(name_) U32(name_, .words = lifetimes)
static const struct clv_word lifetimes[] = { { 0xffffffff, "infinity" }, WORD_END };

OPTION(ia_na, "IA_NA", "Identity Association for Non-temporary Addresses", "RFC 8415 21.4",
    TELLS(3),
    U32("iaid", .style = CLV_HEX),
    U32("T1"),
    U32("T2"),
    OPTIONS("ianaopts"));
OPTION(ia_ta, "IA_TA", "Identity Association for Temporary Addresses", "RFC 8415 21.5", TELLS(4),
    U32("iaid", .style = CLV_HEX),
    OPTIONS("iataopts"));
OPTION(ia_addr, "IAAddress", "IA Address", "RFC 8415 21.6", TELLS(5),
    IP6("addr"),
    LIFETIME("preflft"),
    LIFETIME("validlft"),
    OPTIONS("iaaddropts"));
OPTION(ia_pd, "IA_PD", "Identity Association for Prefix Delegation", "RFC 8415 21.21", TELLS(25),
    U32("iaid", .style = CLV_HEX),
    U32("T1"),
    U32("T2"),
    OPTIONS("iapdopt"));
OPTION(ia_prefix, "IAPrefix", "IA Prefix", "RFC 8415 21.22", TELLS(26),
    LIFETIME("preflft"),
    LIFETIME("validlft"),
    U8("plen", .init = 48),
    IP6("prefix", .text = "2001:db8::"),
    OPTIONS("iaprefopts"));

/* ---- The exchange itself. */

OPTION(opt_req, "OptReq", "Option Request", "RFC 8415 21.7", TELLS(6),
    U16("reqopts", .style = CLV_MANY, .words = codes));
OPTION(pref, "Pref", "Preference", "RFC 8415 21.8", TELLS(7),
    U8("prefval", .init = 255));
OPTION(elapsed, "ElapsedTime", "Elapsed Time", "RFC 8415 21.9", TELLS(8),
    U16("elapsedtime"));

/* The message's own options lie behind it, in the list. */
OPTION(relay_msg, "RelayMsg", "Relay Message", "RFC 8415 21.10", TELLS(9),
    ITEM("message", .of = "dhcp6", .text = "DHCP6()"),
    OPTIONS("options"));
OPTION(auth, "Auth", "Authentication", "RFC 8415 21.11", TELLS(11),
    U8("proto", .init = 3),
    U8("alg", .init = 1),
    U8("rdm"),
    FIXED(8, "replay"),
    BYTES("authinfo"));
OPTION(unicast, "ServerUnicast", "Server Unicast", "RFC 8415 21.12", TELLS(12),
    IP6("srvaddr"));

static const struct clv_word statuses[] = {
    { 0, "Success" }, { 1, "UnspecFail" }, { 2, "NoAddrsAvail" }, { 3, "NoBinding" },
    { 4, "NotOnLink" }, { 5, "UseMulticast" }, { 6, "NoPrefixAvail" }, WORD_END,
};
OPTION(status, "StatusCode", "Status Code", "RFC 8415 21.13", TELLS(13),
    U16("statuscode", .words = statuses),
    BYTES("statusmsg"));
EMPTY(rapid_commit, "RapidCommit", "Rapid Commit", "RFC 8415 21.14", 14);
OPTION(iface_id, "IfaceId", "Interface-Id", "RFC 8415 21.18", TELLS(18),
    BYTES("ifaceid"));
OPTION(reconf_msg, "ReconfMsg", "Reconfigure Message", "RFC 8415 21.19", TELLS(19),
    U8("msgtype", .init = 11, .words = clv_dhcp6_types));
EMPTY(reconf_accept, "ReconfAccept", "Reconfigure Accept", "RFC 8415 21.20", 20);
OPTION(refresh, "InfoRefreshTime", "Information Refresh Time", "RFC 8415 21.23", TELLS(32),
    U32("reftime", .init = 86400));

/* ---- Classes and vendors: strings and options of their own, each behind its length. */

OPTION(user_class, "UserClass", "User Class", "RFC 8415 21.15", TELLS(15),
    LIST("userclassdata", .of = "dhcp6.user"));
OPTION(vendor_class, "VendorClass", "Vendor Class", "RFC 8415 21.16", TELLS(16),
    U32("enterprisenum"),
    LIST("vcdata", .of = "dhcp6.vendor"));
OPTION(vendor_info, "VendorSpecificInfo", "Vendor-specific Information", "RFC 8415 21.17",
    TELLS(17),
    U32("enterprisenum"),
    LIST("vso", .of = "dhcp6.vso"));

#define DATA(id_, name_, title_, source_, space_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { UNDER(0, space_), UNDER_END }; \
    const struct clv_desc clv_dhcp6_##id_ = { \
        .name = name_, \
        .title = title_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .leaf = true, \
    }
#define STRING U16("len", MEASURES(REST)), BYTES("data")

DATA(user_data, "USER_CLASS_DATA", "user class data", "RFC 8415 21.15", "dhcp6.user", STRING);
DATA(vendor_data, "VENDOR_CLASS_DATA", "vendor class data", "RFC 8415 21.16", "dhcp6.vendor",
    STRING);
DATA(vendor_option, "VENDOR_SPECIFIC_OPTION", "vendor specific option data", "RFC 8415 21.17",
    "dhcp6.vso",
    U16("optcode"),
    U16("optlen", MEASURES(REST)),
    BYTES("optdata"));

/* ---- Servers and domains. */

OPTION(sip_domains, "SIPDomains", "SIP Servers Domain Name List", "RFC 3319", TELLS(21),
    DOMAINS("sipdomains"));
OPTION(sip_servers, "SIPServers", "SIP Servers IPv6 Address List", "RFC 3319", TELLS(22),
    ADDRESSES("sipservers"));
OPTION(dns_servers, "DNSServers", "DNS Recursive Name Server", "RFC 3646 3", TELLS(23),
    ADDRESSES("dnsservers"));
OPTION(dns_domains, "DNSDomains", "Domain Search List option", "RFC 3646 4", TELLS(24),
    DOMAINS("dnsdomains"));
OPTION(nis_servers, "NISServers", "NIS Servers", "RFC 3898", TELLS(27),
    ADDRESSES("nisservers"));
OPTION(nisp_servers, "NISPServers", "NIS+ Servers", "RFC 3898", TELLS(28),
    ADDRESSES("nispservers"));
OPTION(nis_domain, "NISDomain", "NIS Domain Name", "RFC 3898", TELLS(29),
    DOMAIN("nisdomain"));
OPTION(nisp_domain, "NISPDomain", "NIS+ Domain Name", "RFC 3898", TELLS(30),
    DOMAIN("nispdomain"));
OPTION(sntp_servers, "SNTPServers", "SNTP Servers", "RFC 4075", TELLS(31),
    ADDRESSES("sntpservers"));
OPTION(bcmcs_domains, "BCMCSDomains", "BCMCS Domain Name List", "RFC 4280", TELLS(33),
    DOMAINS("bcmcsdomains"));
OPTION(bcmcs_servers, "BCMCSServers", "BCMCS Addresses List", "RFC 4280", TELLS(34),
    ADDRESSES("bcmcsservers"));
OPTION(pana, "PanaAuthAgent", "PANA Authentication Agent", "RFC 5192", TELLS(40),
    ADDRESSES("paaaddr"));
OPTION(ntp_server, "NTPServer", "NTP Server", "RFC 5908 4", TELLS(56),
    LIST("ntpserver", .of = "dhcp6.ntp"));
OPTION(aftr_name, "AFTRName", "AFTR Name", "RFC 6334 3", TELLS(64),
    DOMAIN("aftr_name"));
OPTION(erp_domain, "ERPDomain", "ERP Domain Name List", "RFC 6440", TELLS(65),
    DOMAINS("erpdomain"));

#define NTP(id_, name_, title_, code_, ...) \
    DATA(id_, "DHCP6NTPSubOpt" name_, "DHCP6 NTP " title_ " Suboption", "RFC 5908 4", \
        "dhcp6.ntp", \
        U16("optcode", TELLS(code_)), \
        U16("optlen", MEASURES(REST)), \
        __VA_ARGS__)
NTP(ntp_addr, "SrvAddr", "Server Address", 1, IP6("addr"));
NTP(ntp_group, "MCAddr", "Multicast Address", 2, IP6("addr"));
NTP(ntp_name, "SrvFQDN", "Server FQDN", 3, DOMAIN("fqdn"));

/* ---- Clients and relays. */

static const struct clv_word fqdn_flags[] = { { 1, "S" }, { 2, "O" }, { 4, "N" }, WORD_END };
/* A partial name does not end with a zero, 4.2: it stays bytes. */
static const struct clv_field fqdn_fields[] = {
    U16("optcode", TELLS(39), .words = codes),
    U16("optlen", MEASURES_BY(FIELD, 1, 1)),
    BITS(5, "res"),
    FLAGS(3, "flags", .words = fqdn_flags),
    PLAIN_NAME("fqdn", .text = ".", .size = "optlen"),
    END,
};
OPTION_TABLE(fqdn, "ClientFQDN", "Client FQDN", "RFC 4704 4");
OPTION(remote_id, "RemoteID", "Relay Agent Remote-ID", "RFC 4649 3", TELLS(37),
    U32("enterprisenum"),
    BYTES("remoteid"));
OPTION(subscriber_id, "SubscriberID", "Subscriber ID", "RFC 4580 2", TELLS(38),
    BYTES("subscriberid"));
OPTION(posix_zone, "NewPOSIXTimeZone", "POSIX Timezone", "RFC 4833 3", TELLS(41),
    BYTES("optdata"));
OPTION(tzdb_zone, "NewTZDBTimeZone", "TZDB Timezone", "RFC 4833 3", TELLS(42),
    BYTES("optdata"));
OPTION(relay_ero, "RelayAgentERO", "RelayRequest Option", "RFC 4994", TELLS(43),
    U16("reqopts", .style = CLV_MANY, .words = codes));
OPTION(client_link, "LQClientLink", "Client Link", "RFC 5007 4.1.2.5", TELLS(48),
    ADDRESSES("linkaddress"));
OPTION(boot_url, "BootFileUrl", "Boot File URL", "RFC 5970 3.1", TELLS(59),
    BYTES("optdata"));
OPTION(arch_type, "ClientArchType", "Client System Architecture Type", "RFC 5970 3.3", TELLS(61),
    U16("archtypes", .style = CLV_MANY));
OPTION(interface, "ClientNetworkInterId", "Client Network Interface Identifier", "RFC 5970 3.4",
    TELLS(62),
    U8("iitype"),
    U8("iimajor"),
    U8("iiminor"));
OPTION(supplied, "RelaySuppliedOpt", "Relay-Supplied Options", "RFC 6422 3", TELLS(66),
    OPTIONS("relaysupplied"));
OPTION(vss, "VSS", "Virtual Subnet Selection", "RFC 6607 3.3", TELLS(68),
    U8("type", .init = 255),
    BYTES("data"));
OPTION(link_addr, "ClientLinkLayerAddr", "Client Link Layer address", "RFC 6939 4", TELLS(79),
    U16("lltype", .init = 1, .words = clv_hardware_types),
    MAC("clladdr"));
OPTION(portal, "CaptivePortal", "Captive-Portal", "RFC 8910 2.2", TELLS(103),
    BYTES("URI"));
OPTION(mud_url, "MudUrl", "MUD URL", "RFC 8520 11", TELLS(112),
    BYTES("mudstring"));
OPTION(unknown, "Unknown", "Unknown", "RFC 8415 21.1", .init = 0,
    BYTES("data"));
