/* SPDX-License-Identifier: BSD-2-Clause */
/* LLDP: its TLVs stacked on each other, as in Scapy, up to the one that ends the message. */
#include "layers.h"

/* It has no bytes to be found by. */
static bool is_found(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    (void)below;
    (void)bytes;
    (void)len;
    return false;
}

static const struct clv_hooks nothing_hooks = { .probe = is_found };

/* One row a line. */
/* clang-format off */

static const struct clv_word types[] = {
    { 0, "end of LLDPDU" },
    { 1, "chassis id" },
    { 2, "port id" },
    { 3, "time to live" },
    { 4, "port description" },
    { 5, "system name" },
    { 6, "system description" },
    { 7, "system capabilities" },
    { 8, "management address" },
    { 127, "organisation specific TLV" },
    WORD_END,
};
static const struct clv_word chassis_ids[] = {
    { 0, "reserved" },
    { 1, "chassis component" },
    { 2, "interface alias" },
    { 3, "port component" },
    { 4, "MAC address" },
    { 5, "network address" },
    { 6, "interface name" },
    { 7, "locally assigned" },
    WORD_END,
};
static const struct clv_word port_ids[] = {
    { 0, "reserved" },
    { 1, "interface alias" },
    { 2, "port component" },
    { 3, "MAC address" },
    { 4, "network address" },
    { 5, "interface name" },
    { 6, "agent circuit ID" },
    { 7, "locally assigned" },
    WORD_END,
};
/* www.iana.org/assignments/address-family-numbers */
static const struct clv_word families[] = {
    { 0, "other" },
    { 1, "IPv4" },
    { 2, "IPv6" },
    { 3, "NSAP" },
    { 4, "HDLC" },
    { 5, "BBN" },
    { 6, "802" },
    { 7, "E.163" },
    { 8, "E.164" },
    { 9, "F.69" },
    { 10, "X.121" },
    { 11, "IPX" },
    { 12, "Appletalk" },
    { 13, "Decnet IV" },
    { 14, "Banyan Vines" },
    { 15, "E.164 with NSAP" },
    { 16, "DNS" },
    { 17, "Distinguished Name" },
    { 18, "AS Number" },
    WORD_END,
};
static const struct clv_word numberings[] = {
    { 1, "unknown" },
    { 2, "ifIndex" },
    { 3, "system port number" },
    WORD_END,
};
static const struct clv_word organisations[] = {
    { 0x000ecf, "PROFIBUS International (PNO)" },
    { 0x00120f, "IEEE 802.3" },
    { 0x0012bb, "TIA TR-41 Committee . Media Endpoint Discovery" },
    { 0x0080c2, "IEEE 802.1" },
    { 0x30b216, "Hytec Geraetebau GmbH" },
    WORD_END,
};

static const struct clv_under under[] = {
    UNDER(0x88cc, "ethertype"),
    UNDER(0, "lldp"),
    UNDER_END,
};

/* The unit as such, which some write below its TLVs. */
static const struct clv_field lldp_fields[] = { END };
const struct clv_desc clv_lldp = {
    .name = "LLDPDU",
    .title = "LLDP",
    .source = "IEEE 802.1AB-2016 8.2",
    .fields = lldp_fields,
    .under = under,
    .next = "lldp",
    .hooks = &nothing_hooks,
};

/* IEEE 802.1AB-2016 8.4: seven bits of type, nine of length. */
#define HEAD(number_) \
    BITS(7, "type", TELLS(number_), .words = types), \
    BITS(9, "length", MEASURES(REST))

#define TLV(id_, name_, title_, source_, line_, ...) \
    TLV_IF(NULL, id_, name_, title_, source_, line_, __VA_ARGS__)
#define TLV_IF(when_, id_, name_, title_, source_, line_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_line id_##_lines[] = { { NULL, line_ }, LINE_END }; \
    const struct clv_desc clv_lldp_##id_ = { \
        .name = "LLDPDU" name_, \
        .title = "LLDP " title_, \
        .source = "IEEE 802.1AB-2016 " source_, \
        .fields = id_##_fields, \
        .under = under, \
        .lines = id_##_lines, \
        .when = (when_), \
        .next = "lldp", \
    }

/*
 * The identifier's kind is told by its subtype, an address's by its family. One of another length
 * than its kind has is left to LLDPDUUnknown.
 */
#define ID(mac_, address_) \
    U8("family", .words = families, .when = "subtype == " address_), \
    MAC("id", .when = "subtype == " mac_), \
    IP4("id", .when = "subtype == " address_ " and family == 1"), \
    IP6("id", .when = "subtype == " address_ " and family == 2"), \
    BYTES("id")
#define FITS(mac_, address_) \
    "not (subtype == " mac_ " and length != 7) and not (subtype == " address_ " and (length < 2 " \
    "or (family == 1 and length != 6) or (family == 2 and length != 18)))"

TLV_IF(FITS("4", "5"), chassis, "ChassisID", "Chassis ID", "8.5.2", "chassis %id%",
    HEAD(1),
    U8("subtype", .words = chassis_ids),
    ID("4", "5"));

TLV_IF(FITS("3", "4"), port, "PortID", "Port ID", "8.5.3", "port %id%",
    HEAD(2),
    U8("subtype", .words = port_ids),
    ID("3", "4"));

TLV(ttl, "TimeToLive", "Time To Live", "8.5.4", "ttl %ttl%",
    HEAD(3),
    U16("ttl", .init = 20));

TLV(port_description, "PortDescription", "Port Description", "8.5.5", "port %description%",
    HEAD(4),
    BYTES("description"));

TLV(name, "SystemName", "System Name", "8.5.6", "%system_name%",
    HEAD(5),
    BYTES("system_name"));

TLV(description, "SystemDescription", "System Description", "8.5.7", "%description%",
    HEAD(6),
    BYTES("description"));

#define CAPABILITIES(state_) \
    BITS(1, "reserved_5_" state_), \
    BITS(1, "reserved_4_" state_), \
    BITS(1, "reserved_3_" state_), \
    BITS(1, "reserved_2_" state_), \
    BITS(1, "reserved_1_" state_), \
    BITS(1, "two_port_mac_relay_" state_), \
    BITS(1, "s_vlan_component_" state_), \
    BITS(1, "c_vlan_component_" state_), \
    BITS(1, "station_only_" state_), \
    BITS(1, "docsis_cable_device_" state_), \
    BITS(1, "telephone_" state_), \
    BITS(1, "router_" state_), \
    BITS(1, "wlan_access_point_" state_), \
    BITS(1, "mac_bridge_" state_), \
    BITS(1, "repeater_" state_), \
    BITS(1, "other_" state_)

TLV(capabilities, "SystemCapabilities", "System Capabilities", "8.5.8", "capabilities",
    HEAD(7),
    CAPABILITIES("available"),
    CAPABILITIES("enabled"));

/* The address's length counts its family, too. */
TLV(management, "ManagementAddress", "Management Address", "8.5.9",
    "management %management_address%",
    HEAD(8),
    U8("management_address_string_length", MEASURES_BY(FIELD, 1, 1)),
    U8("management_address_subtype", .words = families),
    BYTES("management_address", .size = "management_address_string_length"),
    U8("interface_numbering_subtype", .init = 1, .words = numberings),
    U32("interface_number"),
    U8("oid_string_length", MEASURES(FIELD)),
    BYTES("object_id", .size = "oid_string_length"));

TLV(organisation, "GenericOrganisationSpecific", "Organisation Specific", "8.6",
    "%org_code% %subtype%",
    HEAD(127),
    U24("org_code", .style = CLV_HEX, .words = organisations),
    U8("subtype"),
    BYTES("data"));

/* Types that are not assigned, and what does not fit its own. */
TLV(unknown, "Unknown", "TLV", "8.4", "type %type%",
    BITS(7, "type", .words = types),
    BITS(9, "length", MEASURES(REST)),
    BYTES("data"));

/* What follows the end is padding. */
static const struct clv_field end_fields[] = {
    HEAD(0),
    END,
};
static const struct clv_line end_lines[] = {
    { NULL, "end" },
    LINE_END,
};
const struct clv_desc clv_lldp_end = {
    .name = "LLDPDUEndOfLLDPDU",
    .title = "LLDP End",
    .source = "IEEE 802.1AB-2016 8.5.1",
    .fields = end_fields,
    .under = under,
    .lines = end_lines,
    .leaf = true,
};
