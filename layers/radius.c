/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RADIUS: one message a datagram, attributes as items. An attribute whose bytes fit no table of its
 * own is the generic one; secrets are not known, so authenticators are plain bytes.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word codes[] = {
    { 1, "Access-Request" },
    { 2, "Access-Accept" },
    { 3, "Access-Reject" },
    { 4, "Accounting-Request" },
    { 5, "Accounting-Response" },
    { 6, "Accounting-Status" },
    { 7, "Password-Request" },
    { 8, "Password-Ack" },
    { 9, "Password-Reject" },
    { 10, "Accounting-Message" },
    { 11, "Access-Challenge" },
    { 12, "Status-Server" },
    { 13, "Status-Client" },
    { 21, "Resource-Free-Request" },
    { 22, "Resource-Free-Response" },
    { 23, "Resource-Query-Request" },
    { 24, "Resource-Query-Response" },
    { 25, "Alternate-Resource-Reclaim-Request" },
    { 26, "NAS-Reboot-Request" },
    { 27, "NAS-Reboot-Response" },
    { 29, "Next-Passcode" },
    { 30, "New-Pin" },
    { 31, "Terminate-Session" },
    { 32, "Password-Expired" },
    { 33, "Event-Request" },
    { 34, "Event-Response" },
    { 40, "Disconnect-Request" },
    { 41, "Disconnect-ACK" },
    { 42, "Disconnect-NAK" },
    { 43, "CoA-Request" },
    { 44, "CoA-ACK" },
    { 45, "CoA-NAK" },
    { 50, "IP-Address-Allocate" },
    { 51, "IP-Address-Release" },
    { 52, "Protocol-Error" },
    WORD_END,
};
static const struct clv_word attribute_types[] = {
    { 1, "User-Name" },
    { 2, "User-Password" },
    { 3, "CHAP-Password" },
    { 4, "NAS-IP-Address" },
    { 5, "NAS-Port" },
    { 6, "Service-Type" },
    { 7, "Framed-Protocol" },
    { 8, "Framed-IP-Address" },
    { 9, "Framed-IP-Netmask" },
    { 10, "Framed-Routing" },
    { 11, "Filter-Id" },
    { 12, "Framed-MTU" },
    { 13, "Framed-Compression" },
    { 14, "Login-IP-Host" },
    { 15, "Login-Service" },
    { 16, "Login-TCP-Port" },
    { 18, "Reply-Message" },
    { 19, "Callback-Number" },
    { 20, "Callback-Id" },
    { 22, "Framed-Route" },
    { 23, "Framed-IPX-Network" },
    { 24, "State" },
    { 25, "Class" },
    { 26, "Vendor-Specific" },
    { 27, "Session-Timeout" },
    { 28, "Idle-Timeout" },
    { 29, "Termination-Action" },
    { 30, "Called-Station-Id" },
    { 31, "Calling-Station-Id" },
    { 32, "NAS-Identifier" },
    { 33, "Proxy-State" },
    { 34, "Login-LAT-Service" },
    { 35, "Login-LAT-Node" },
    { 36, "Login-LAT-Group" },
    { 37, "Framed-AppleTalk-Link" },
    { 38, "Framed-AppleTalk-Network" },
    { 39, "Framed-AppleTalk-Zone" },
    { 40, "Acct-Status-Type" },
    { 41, "Acct-Delay-Time" },
    { 42, "Acct-Input-Octets" },
    { 43, "Acct-Output-Octets" },
    { 44, "Acct-Session-Id" },
    { 45, "Acct-Authentic" },
    { 46, "Acct-Session-Time" },
    { 47, "Acct-Input-Packets" },
    { 48, "Acct-Output-Packets" },
    { 49, "Acct-Terminate-Cause" },
    { 50, "Acct-Multi-Session-Id" },
    { 51, "Acct-Link-Count" },
    { 52, "Acct-Input-Gigawords" },
    { 53, "Acct-Output-Gigawords" },
    { 55, "Event-Timestamp" },
    { 56, "Egress-VLANID" },
    { 57, "Ingress-Filters" },
    { 58, "Egress-VLAN-Name" },
    { 59, "User-Priority-Table" },
    { 60, "CHAP-Challenge" },
    { 61, "NAS-Port-Type" },
    { 62, "Port-Limit" },
    { 63, "Login-LAT-Port" },
    { 64, "Tunnel-Type" },
    { 65, "Tunnel-Medium-Type" },
    { 66, "Tunnel-Client-Endpoint" },
    { 67, "Tunnel-Server-Endpoint" },
    { 68, "Acct-Tunnel-Connection" },
    { 69, "Tunnel-Password" },
    { 70, "ARAP-Password" },
    { 71, "ARAP-Features" },
    { 72, "ARAP-Zone-Access" },
    { 73, "ARAP-Security" },
    { 74, "ARAP-Security-Data" },
    { 75, "Password-Retry" },
    { 76, "Prompt" },
    { 77, "Connect-Info" },
    { 78, "Configuration-Token" },
    { 79, "EAP-Message" },
    { 80, "Message-Authenticator" },
    { 81, "Tunnel-Private-Group-ID" },
    { 82, "Tunnel-Assignment-ID" },
    { 83, "Tunnel-Preference" },
    { 84, "ARAP-Challenge-Response" },
    { 85, "Acct-Interim-Interval" },
    { 86, "Acct-Tunnel-Packets-Lost" },
    { 87, "NAS-Port-Id" },
    { 88, "Framed-Pool" },
    { 89, "CUI" },
    { 90, "Tunnel-Client-Auth-ID" },
    { 91, "Tunnel-Server-Auth-ID" },
    { 92, "NAS-Filter-Rule" },
    { 94, "Originating-Line-Info" },
    { 95, "NAS-IPv6-Address" },
    { 96, "Framed-Interface-Id" },
    { 97, "Framed-IPv6-Prefix" },
    { 98, "Login-IPv6-Host" },
    { 99, "Framed-IPv6-Route" },
    { 100, "Framed-IPv6-Pool" },
    { 101, "Error-Cause" },
    { 102, "EAP-Key-Name" },
    { 103, "Digest-Response" },
    { 104, "Digest-Realm" },
    { 105, "Digest-Nonce" },
    { 106, "Digest-Response-Auth" },
    { 107, "Digest-Nextnonce" },
    { 108, "Digest-Method" },
    { 109, "Digest-URI" },
    { 110, "Digest-Qop" },
    { 111, "Digest-Algorithm" },
    { 112, "Digest-Entity-Body-Hash" },
    { 113, "Digest-CNonce" },
    { 114, "Digest-Nonce-Count" },
    { 115, "Digest-Username" },
    { 116, "Digest-Opaque" },
    { 117, "Digest-Auth-Param" },
    { 118, "Digest-AKA-Auts" },
    { 119, "Digest-Domain" },
    { 120, "Digest-Stale" },
    { 121, "Digest-HA1" },
    { 122, "SIP-AOR" },
    { 123, "Delegated-IPv6-Prefix" },
    { 124, "MIP6-Feature-Vector" },
    { 125, "MIP6-Home-Link-Prefix" },
    { 126, "Operator-Name" },
    { 127, "Location-Information" },
    { 128, "Location-Data" },
    { 129, "Basic-Location-Policy-Rules" },
    { 130, "Extended-Location-Policy-Rules" },
    { 131, "Location-Capable" },
    { 132, "Requested-Location-Info" },
    { 133, "Framed-Management-Protocol" },
    { 134, "Management-Transport-Protection" },
    { 135, "Management-Policy-Id" },
    { 136, "Management-Privilege-Level" },
    { 137, "PKM-SS-Cert" },
    { 138, "PKM-CA-Cert" },
    { 139, "PKM-Config-Settings" },
    { 140, "PKM-Cryptosuite-List" },
    { 141, "PKM-SAID" },
    { 142, "PKM-SA-Descriptor" },
    { 143, "PKM-Auth-Key" },
    { 144, "DS-Lite-Tunnel-Name" },
    { 145, "Mobile-Node-Identifier" },
    { 146, "Service-Selection" },
    { 147, "PMIP6-Home-LMA-IPv6-Address" },
    { 148, "PMIP6-Visited-LMA-IPv6-Address" },
    { 149, "PMIP6-Home-LMA-IPv4-Address" },
    { 150, "PMIP6-Visited-LMA-IPv4-Address" },
    { 151, "PMIP6-Home-HN-Prefix" },
    { 152, "PMIP6-Visited-HN-Prefix" },
    { 153, "PMIP6-Home-Interface-ID" },
    { 154, "PMIP6-Visited-Interface-ID" },
    { 155, "PMIP6-Home-IPv4-HoA" },
    { 156, "PMIP6-Visited-IPv4-HoA" },
    { 157, "PMIP6-Home-DHCP4-Server-Address" },
    { 158, "PMIP6-Visited-DHCP4-Server-Address" },
    { 159, "PMIP6-Home-DHCP6-Server-Address" },
    { 160, "PMIP6-Visited-DHCP6-Server-Address" },
    { 161, "PMIP6-Home-IPv4-Gateway" },
    { 162, "PMIP6-Visited-IPv4-Gateway" },
    { 163, "EAP-Lower-Layer" },
    { 164, "GSS-Acceptor-Service-Name" },
    { 165, "GSS-Acceptor-Host-Name" },
    { 166, "GSS-Acceptor-Service-Specifics" },
    { 167, "GSS-Acceptor-Realm-Name" },
    { 168, "Framed-IPv6-Address" },
    { 169, "DNS-Server-IPv6-Address" },
    { 170, "Route-IPv6-Information" },
    { 171, "Delegated-IPv6-Prefix-Pool" },
    { 172, "Stateful-IPv6-Address-Pool" },
    { 173, "IPv6-6rd-Configuration" },
    { 174, "Allowed-Called-Station-Id" },
    { 175, "EAP-Peer-Id" },
    { 176, "EAP-Server-Id" },
    { 177, "Mobility-Domain-Id" },
    { 178, "Preauth-Timeout" },
    { 179, "Network-Id-Name" },
    { 180, "EAPoL-Announcement" },
    { 181, "WLAN-HESSID" },
    { 182, "WLAN-Venue-Info" },
    { 183, "WLAN-Venue-Language" },
    { 184, "WLAN-Venue-Name" },
    { 185, "WLAN-Reason-Code" },
    { 186, "WLAN-Pairwise-Cipher" },
    { 187, "WLAN-Group-Cipher" },
    { 188, "WLAN-AKM-Suite" },
    { 189, "WLAN-Group-Mgmt-Cipher" },
    { 190, "WLAN-RF-Band" },
    WORD_END,
};
static const struct clv_word service_types[] = {
    { 1, "Login" },
    { 2, "Framed" },
    { 3, "Callback Login" },
    { 4, "Callback Framed" },
    { 5, "Outbound" },
    { 6, "Administrative" },
    { 7, "NAS Prompt" },
    { 8, "Authenticate Only" },
    { 9, "Callback NAS Prompt" },
    { 10, "Call Check" },
    { 11, "Callback Administrative" },
    { 12, "Voice" },
    { 13, "Fax" },
    { 14, "Modem Relay" },
    { 15, "IAPP-Register" },
    { 16, "IAPP-AP-Check" },
    { 17, "Authorize Only" },
    { 18, "Framed-Management" },
    { 19, "Additional-Authorization" },
    WORD_END,
};
static const struct clv_word framed_protocols[] = {
    { 1, "PPP" },
    { 2, "SLIP" },
    { 3, "AppleTalk Remote Access Protocol (ARAP)" },
    { 4, "Gandalf proprietary SingleLink/MultiLink protocol" },
    { 5, "Xylogics proprietary IPX/SLIP" },
    { 6, "X.75 Synchronous" },
    { 7, "GPRS PDP Context" },
    WORD_END,
};
static const struct clv_word acct_statuses[] = {
    { 1, "Start" },
    { 2, "Stop" },
    { 3, "Interim-Update" },
    { 4, "Unassigned" },
    { 5, "Unassigned" },
    { 6, "Unassigned" },
    { 7, "Accounting-On" },
    { 8, "Accounting-Off" },
    { 9, "Tunnel-Start" },
    { 10, "Tunnel-Stop" },
    { 11, "Tunnel-Reject" },
    { 12, "Tunnel-Link-Start" },
    { 13, "Tunnel-Link-Stop" },
    { 14, "Tunnel-Link-Reject" },
    { 15, "Failed" },
    WORD_END,
};
static const struct clv_word acct_authentics[] = {
    { 1, "RADIUS" },
    { 2, "Local" },
    { 3, "Remote" },
    { 4, "Diameter" },
    WORD_END,
};
static const struct clv_word terminate_causes[] = {
    { 1, "User Request" },
    { 2, "Lost Carrier" },
    { 3, "Lost Service" },
    { 4, "Idle Timeout" },
    { 5, "Session Timeout" },
    { 6, "Admin Reset" },
    { 7, "Admin Reboot" },
    { 8, "Port Error" },
    { 9, "NAS Error" },
    { 10, "NAS Request" },
    { 11, "NAS Reboot" },
    { 12, "Port Unneeded" },
    { 13, "Port Preempted" },
    { 14, "Port Suspended" },
    { 15, "Service Unavailable" },
    { 16, "Callback" },
    { 17, "User Error" },
    { 18, "Host Request" },
    { 19, "Supplicant Restart" },
    { 20, "Reauthentication Failure" },
    { 21, "Port Reinitialized" },
    { 22, "Port Administratively Disabled" },
    { 23, "Lost Power" },
    WORD_END,
};
static const struct clv_word nas_port_types[] = {
    { 0, "Async" },
    { 1, "Sync" },
    { 2, "ISDN Sync" },
    { 3, "ISDN Async V.120" },
    { 4, "ISDN Async V.110" },
    { 5, "Virtual" },
    { 6, "PIAFS" },
    { 7, "HDLC Clear Channel" },
    { 8, "X.25" },
    { 9, "X.75" },
    { 10, "G.3 Fax" },
    { 11, "SDSL - Symmetric DSL" },
    { 12, "ADSL-CAP - Asymmetric DSL, Carrierless Amplitude Phase Modulation" },
    { 13, "ADSL-DMT - Asymmetric DSL, Discrete Multi-Tone" },
    { 14, "IDSL - ISDN Digital Subscriber Line" },
    { 15, "Ethernet" },
    { 16, "xDSL - Digital Subscriber Line of unknown type" },
    { 17, "Cable" },
    { 18, "Wireles - Other" },
    { 19, "Wireless - IEEE 802.11" },
    { 20, "Token-Ring" },
    { 21, "FDDI" },
    { 22, "Wireless - CDMA2000" },
    { 23, "Wireless - UMTS" },
    { 24, "Wireless - 1X-EV" },
    { 25, "IAPP" },
    { 26, "FTTP - Fiber to the Premises" },
    { 27, "Wireless - IEEE 802.16" },
    { 28, "Wireless - IEEE 802.20" },
    { 29, "Wireless - IEEE 802.22" },
    { 30, "PPPoA - PPP over ATM" },
    { 31, "PPPoEoA - PPP over Ethernet over ATM" },
    { 32, "PPPoEoE - PPP over Ethernet over Ethernet" },
    { 33, "PPPoEoVLAN - PPP over Ethernet over VLAN" },
    { 34, "PPPoEoQinQ - PPP over Ethernet over IEEE 802.1QinQ" },
    { 35, "xPON - Passive Optical Network" },
    { 36, "Wireless - XGP" },
    { 37, "WiMAX Pre-Release 8 IWK Function" },
    { 38, "WIMAX-WIFI-IWK: WiMAX WIFI Interworking" },
    { 39, "WIMAX-SFF: Signaling Forwarding Function for LTE/3GPP2" },
    { 40, "WIMAX-HA-LMA: WiMAX HA and or LMA function" },
    { 41, "WIMAX-DHCP: WIMAX DHCP service" },
    { 42, "WIMAX-LBS: WiMAX location based service" },
    { 43, "WIMAX-WVS: WiMAX voice service" },
    WORD_END,
};

/* The message, RFC 2865 3, RFC 2866 3, RFC 5176 2.3. */
static const struct clv_field radius_fields[] = {
    U8("code", .init = 1, .words = codes),
    U8("id", .reply = "="),
    U16("len", MEASURES(LAYER)),
    FIXED(16, "authenticator"),
    LIST("attributes", .of = "radius.attribute"),
    END,
};
static const struct clv_under radius_under[] = {
    UNDER(1812, "udp.port"),
    UNDER(1813, "udp.port"),
    UNDER(3799, "udp.port"),
    UNDER(1645, "udp.port"),
    UNDER(1646, "udp.port"),
    UNDER_END,
};
static const struct clv_imply radius_implies[] = {
    { "UDP", "sport", "1812" },
    { "UDP", "dport", "1812" },
    IMPLY_END,
};
static const struct clv_line radius_lines[] = {
    { NULL, "%code% id=%id%" },
    LINE_END,
};
const struct clv_desc clv_radius = {
    .name = "Radius",
    .title = "RADIUS",
    .source = "RFC 2865 3",
    .fields = radius_fields,
    .under = radius_under,
    .implies = radius_implies,
    .lines = radius_lines,
    .when = "len in 20..4096",
};

/* ---- Attributes, RFC 2865 5. */

static const struct clv_under attribute_under[] = {
    UNDER(0, "radius.attribute"),
    UNDER_END,
};

#define ATTRIBUTE(id_, name_, type_, ...) \
    static const struct clv_field id_##_fields[] = { \
        U8("type", type_, .words = attribute_types), \
        U8("len", MEASURES(HEADER)), \
        __VA_ARGS__, \
        END, \
    }; \
    const struct clv_desc clv_radius_##id_ = { \
        .name = (name_), \
        .title = (name_), \
        .source = "RFC 2865 5, IANA radius-types", \
        .fields = id_##_fields, \
        .under = attribute_under, \
    }
#define NUMBER(id_, name_, type_) \
    ATTRIBUTE(id_, "RadiusAttr_" name_, TELLS(type_), U32("value"))
#define CHOICE(id_, name_, type_, words_) \
    ATTRIBUTE(id_, "RadiusAttr_" name_, TELLS(type_), U32("value", .words = (words_)))
#define ADDRESS(id_, name_, type_) \
    ATTRIBUTE(id_, "RadiusAttr_" name_, TELLS(type_), IP4("value"))
#define STRING(id_, name_, type_) \
    ATTRIBUTE(id_, "RadiusAttr_" name_, TELLS(type_), BYTES("value"))

STRING(user_name, "User_Name", 1);
NUMBER(nas_port, "NAS_Port", 5);
NUMBER(framed_mtu, "Framed_MTU", 12);
NUMBER(login_tcp_port, "Login_TCP_Port", 16);
NUMBER(session_timeout, "Session_Timeout", 27);
NUMBER(idle_timeout, "Idle_Timeout", 28);
NUMBER(framed_appletalk_link, "Framed_AppleTalk_Link", 37);
NUMBER(framed_appletalk_network, "Framed_AppleTalk_Network", 38);
NUMBER(acct_delay_time, "Acct_Delay_Time", 41);
NUMBER(acct_input_octets, "Acct_Input_Octets", 42);
NUMBER(acct_output_octets, "Acct_Output_Octets", 43);
NUMBER(acct_session_time, "Acct_Session_Time", 46);
NUMBER(acct_input_packets, "Acct_Input_Packets", 47);
NUMBER(acct_output_packets, "Acct_Output_Packets", 48);
NUMBER(acct_link_count, "Acct_Link_Count", 51);
NUMBER(acct_input_gigawords, "Acct_Input_Gigawords", 52);
NUMBER(acct_output_gigawords, "Acct_Output_Gigawords", 53);
NUMBER(egress_vlanid, "Egress_VLANID", 56);
NUMBER(port_limit, "Port_Limit", 62);
NUMBER(arap_security, "ARAP_Security", 73);
NUMBER(password_retry, "Password_Retry", 75);
NUMBER(tunnel_preference, "Tunnel_Preference", 83);
NUMBER(acct_interim_interval, "Acct_Interim_Interval", 85);
NUMBER(acct_tunnel_packets_lost, "Acct_Tunnel_Packets_Lost", 86);
NUMBER(management_privilege_level, "Management_Privilege_Level", 136);
NUMBER(mobility_domain_id, "Mobility_Domain_Id", 177);
NUMBER(preauth_timeout, "Preauth_Timeout", 178);
NUMBER(wlan_venue_info, "WLAN_Venue_Info", 182);
NUMBER(wlan_reason_code, "WLAN_Reason_Code", 185);
NUMBER(wlan_pairwise_cipher, "WLAN_Pairwise_Cipher", 186);
NUMBER(wlan_group_cipher, "WLAN_Group_Cipher", 187);
NUMBER(wlan_akm_suite, "WLAN_AKM_Suite", 188);
NUMBER(wlan_group_mgmt_cipher, "WLAN_Group_Mgmt_Cipher", 189);
NUMBER(wlan_rf_band, "WLAN_RF_Band", 190);
STRING(user_password, "User_Password", 2);
STRING(state, "State", 24);
ATTRIBUTE(message_authenticator, "RadiusAttr_Message_Authenticator", TELLS(80), FIXED(16, "value"));
ADDRESS(nas_ip_address, "NAS_IP_Address", 4);
ADDRESS(framed_ip_address, "Framed_IP_Address", 8);
ADDRESS(framed_ip_netmask, "Framed_IP_Netmask", 9);
ADDRESS(login_ip_host, "Login_IP_Host", 14);
ADDRESS(framed_ipx_network, "Framed_IPX_Network", 23);
ADDRESS(pmip6_home_lma_ipv4_address, "PMIP6_Home_LMA_IPv4_Address", 149);
ADDRESS(pmip6_visited_lma_ipv4_address, "PMIP6_Visited_LMA_IPv4_Address", 150);
ADDRESS(pmip6_home_dhcp4_server_address, "PMIP6_Home_DHCP4_Server_Address", 157);
ADDRESS(pmip6_visited_dhcp4_server_address, "PMIP6_Visited_DHCP4_Server_Address", 158);
ADDRESS(pmip6_home_ipv4_gateway, "PMIP6_Home_IPv4_Gateway", 161);
ADDRESS(pmip6_visited_ipv4_gateway, "PMIP6_Visited_IPv4_Gateway", 162);
CHOICE(service_type, "Service_Type", 6, service_types);
CHOICE(framed_protocol, "Framed_Protocol", 7, framed_protocols);
CHOICE(acct_status_type, "Acct_Status_Type", 40, acct_statuses);
CHOICE(acct_authentic, "Acct_Authentic", 45, acct_authentics);
CHOICE(acct_terminate_cause, "Acct_Terminate_Cause", 49, terminate_causes);
CHOICE(nas_port_type, "NAS_Port_Type", 61, nas_port_types);
STRING(eap_message, "EAP_Message", 79);

/* The layout that RFC 2865 5.26 recommends; other vendors' are generic. */
ATTRIBUTE(vendor_specific, "RadiusAttr_Vendor_Specific", TELLS(26),
    U32("vendor_id"),
    U8("vendor_type"),
    U8("vendor_len", MEASURES_BY(FIELD, 1, 2)),
    BYTES("value", .size = "vendor_len"));

ATTRIBUTE(attribute, "RadiusAttribute", .init = 1, BYTES("value"));
