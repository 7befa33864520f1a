/* SPDX-License-Identifier: BSD-2-Clause */
/* Cisco Discovery Protocol: a header and its messages, which are items. */
#include "layers.h"

/*
 * The Internet checksum, but for the last byte of an odd number: Cisco adds it as the low half of a
 * word; one above 0x80 less one, and with 0xff as the high half (as if it were signed).
 */
static uint64_t sum_message(struct clv_scope *scope)
{
    uint32_t size = clv_scope_size(scope), even = size & ~1u;
    uint64_t sum = 0;
    uint8_t b[2];
    for (uint32_t i = 0; i + 1 < size; i += 2)
        if (i != 2 && clv_scope_bytes(scope, i, b, 2)) /* the checksum itself counts as 0 */
            sum += (uint64_t)b[0] << 8 | b[1];
    if (even < size && clv_scope_bytes(scope, even, b, 1))
        sum += b[0] <= 0x80 ? b[0] : 0xff00u + b[0] - 1u;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return ~sum & 0xffff;
}

/* One row a line. */
/* clang-format off */

/* Cisco IOS documents no format; this is Scapy's and Wireshark's, and of patent US 6789090. */
#define SOURCE "Cisco Discovery Protocol, US patent 6789090"

static const struct clv_field cdp_fields[] = {
    U8("vers", .init = 2),
    U8("ttl", .init = 180),
    U16("cksum", .style = CLV_HEX, .fill = sum_message),
    LIST("msg", .of = "cdp"),
    END,
};
static const struct clv_under cdp_under[] = {
    UNDER(0x2000, "snap"),
    UNDER(0x2000, "chdlc"),
    UNDER(0x2000, "gre"),
    UNDER(0x0207, "ppp"),
    UNDER_END,
};
static const struct clv_imply cdp_implies[] = {
    { "SNAP", "OUI", "0x00000c" },
    IMPLY_END,
};
static const struct clv_line cdp_lines[] = {
    { NULL, "version %vers% ttl %ttl%" },
    LINE_END,
};
const struct clv_desc clv_cdp = {
    .name = "CDPv2_HDR",
    .title = "Cisco Discovery Protocol",
    .alias = "cdp",
    .source = SOURCE,
    .fields = cdp_fields,
    .under = cdp_under,
    .implies = cdp_implies,
    .lines = cdp_lines,
};

static const struct clv_word types[] = {
    { 1, "Device ID" },
    { 2, "Addresses" },
    { 3, "Port ID" },
    { 4, "Capabilities" },
    { 5, "Software Version" },
    { 6, "Platform" },
    { 7, "IP Prefix" },
    { 8, "Protocol Hello" },
    { 9, "VTP Management Domain" },
    { 10, "Native VLAN" },
    { 11, "Duplex" },
    { 14, "VoIP VLAN Reply" },
    { 15, "VoIP VLAN Query" },
    { 16, "Power" },
    { 17, "MTU" },
    { 18, "Trust Bitmap" },
    { 19, "Untrusted Port CoS" },
    { 20, "System Name" },
    { 21, "System OID" },
    { 22, "Management Address" },
    { 23, "Location" },
    { 25, "Power Request" },
    { 26, "Power Available" },
    WORD_END,
};
static const struct clv_word capabilities[] = {
    { 0x01, "Router" },
    { 0x02, "TransparentBridge" },
    { 0x04, "SourceRouteBridge" },
    { 0x08, "Switch" },
    { 0x10, "Host" },
    { 0x20, "IGMPCapable" },
    { 0x40, "Repeater" },
    WORD_END,
};
static const struct clv_word duplexes[] = {
    { 0, "Half" },
    { 1, "Full" },
    WORD_END,
};

static const struct clv_under message_under[] = {
    UNDER(0, "cdp"),
    UNDER_END,
};
#define MESSAGE(id_, name_, title_, when_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_cdp_##id_ = { \
        .name = "CDPMsg" name_, \
        .title = "CDP " title_, \
        .source = SOURCE, \
        .fields = id_##_fields, \
        .under = message_under, \
        .when = (when_), \
    }
#define HEAD(type_) \
    U16("type", TELLS(type_), .words = types), \
    U16("len", MEASURES(HEADER))
#define ADDRESSES \
    U32("naddr", MEASURES(COUNT)), \
    LIST("addr", .of = "cdp.addr", .size = "naddr")

MESSAGE(device, "DeviceID", "Device ID", NULL, HEAD(1), BYTES("val"));
MESSAGE(addresses, "Addr", "Addresses", NULL, HEAD(2), ADDRESSES);
MESSAGE(port, "PortID", "Port ID", NULL, HEAD(3), BYTES("iface", .text = "Port 1"));
MESSAGE(capability, "Capabilities", "Capabilities", NULL,
    HEAD(4),
    FLAGS(32, "cap", .words = capabilities));
MESSAGE(software, "SoftwareVersion", "Software Version", NULL, HEAD(5), BYTES("val"));
MESSAGE(platform, "Platform", "Platform", NULL, HEAD(6), BYTES("val"));
MESSAGE(gateway, "IPGateway", "IP Gateway", "len == 8",
    HEAD(7),
    IP4("defaultgw", .init = 0xc0a80001));
MESSAGE(prefix, "IPPrefix", "IP Prefix", NULL, HEAD(7), LIST("prefixes", .of = "cdp.prefix"));
MESSAGE(hello, "ProtoHello", "Protocol Hello", NULL,
    HEAD(8),
    U24("oui", .init = 12, .style = CLV_HEX),
    U16("protocol_id", .style = CLV_HEX),
    BYTES("data"));
MESSAGE(domain, "VTPMgmtDomain", "VTP Management Domain", NULL, HEAD(9), BYTES("val"));
MESSAGE(vlan, "NativeVLAN", "Native VLAN", NULL, HEAD(10), U16("vlan", .init = 1));
MESSAGE(duplex, "Duplex", "Duplex", NULL, HEAD(11), U8("duplex", .words = duplexes));
MESSAGE(voip_reply, "VoIPVLANReply", "VoIP VLAN Reply", NULL,
    HEAD(14),
    U8("status", .init = 1),
    U16("vlan", .init = 1));
MESSAGE(voip_query, "VoIPVLANQuery", "VoIP VLAN Query", NULL,
    HEAD(15),
    U8("unknown1", .style = CLV_HEX),
    U16("vlan", .init = 1),
    BYTES("unknown2"));
MESSAGE(power, "Power", "Power", NULL, HEAD(16), U16("power", .init = 1337));
MESSAGE(mtu, "MTU", "MTU", NULL, HEAD(17), U16("mtu", .init = 1500));
MESSAGE(trust, "TrustBitmap", "Trust Bitmap", NULL,
    HEAD(18),
    U8("trust_bitmap", .style = CLV_HEX));
MESSAGE(cos, "UntrustedPortCoS", "Untrusted Port CoS", NULL,
    HEAD(19),
    U8("untrusted_port_cos", .style = CLV_HEX));
MESSAGE(management, "MgmtAddr", "Management Address", NULL, HEAD(22), ADDRESSES);
MESSAGE(power_request, "PowerRequest", "Power Request", NULL,
    HEAD(25),
    U16("req_id"),
    U16("mgmt_id"),
    U32("power_requested_list", .style = CLV_MANY));
MESSAGE(power_available, "PowerAvailable", "Power Available", NULL,
    HEAD(26),
    U16("req_id"),
    U16("mgmt_id"),
    U32("power_available_list", .style = CLV_MANY));
MESSAGE(generic, "Generic", "Message", NULL,
    U16("type", .words = types),
    U16("len", MEASURES(HEADER)),
    BYTES("val"));

/* ---- Items of messages. */

static const struct clv_field prefix_item_fields[] = {
    IP4("prefix"),
    U8("plen"),
    END,
};
static const struct clv_under prefix_item_under[] = {
    UNDER(0, "cdp.prefix"),
    UNDER_END,
};
const struct clv_desc clv_cdp_prefix_item = {
    .name = "CDPIPPrefix",
    .title = "CDP IP Prefix",
    .source = SOURCE,
    .fields = prefix_item_fields,
    .under = prefix_item_under,
};

/* An NLPID (one byte) or an 802.2 header names the protocol of an address. */
static const struct clv_word protocol_types[] = {
    { 1, "NLPID" },
    { 2, "802.2" },
    WORD_END,
};
static const struct clv_under record_under[] = {
    UNDER(0, "cdp.addr"),
    UNDER_END,
};
#define RECORD(id_, name_, title_, when_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_cdp_##id_ = { \
        .name = "CDPAddrRecord" name_, \
        .title = "CDP Address" title_, \
        .source = SOURCE, \
        .fields = id_##_fields, \
        .under = record_under, \
        .when = (when_), \
    }

RECORD(ip4, "IPv4", " IPv4", "plen == 1 and addrlen == 4",
    U8("ptype", TELLS(1), .words = protocol_types),
    U8("plen", MEASURES(FIELD)),
    BYTES("proto", .size = "plen", .text = "\xcc"),
    U16("addrlen", MEASURES(FIELD)),
    IP4("addr", .size = "addrlen"));

RECORD(ip6, "IPv6", " IPv6", "plen == 8 and addrlen == 16",
    U8("ptype", TELLS(2), .words = protocol_types),
    U8("plen", MEASURES(FIELD)),
    BYTES("proto", .size = "plen", .text = "\xaa\xaa\x03\0\0\0\x86\xdd", .init = 8),
    U16("addrlen", MEASURES(FIELD)),
    IP6("addr", .size = "addrlen", .text = "::1"));

RECORD(record, "", "", NULL,
    U8("ptype", .init = 1, .words = protocol_types),
    U8("plen", MEASURES(FIELD)),
    BYTES("proto", .size = "plen"),
    U16("addrlen", MEASURES(FIELD)),
    BYTES("addr", .size = "addrlen"));
