/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Extensions of ICMP errors, behind what they quote: a header and objects, RFC 4884. Where a header
 * is not sound, its bytes are what is quoted.
 */
#include "layers.h"

enum { HEADER = 4, VERSION = 2 };

/* RFC 4884 7: the version, and a checksum over all there is, where it is not 0. */
static bool is_sound(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    uint32_t sum = 0;
    (void)below;
    if (len < HEADER || bytes[0] >> 4 != VERSION)
        return false;
    for (uint32_t i = 0; i < len; i++)
        sum += (uint32_t)bytes[i] << (i % 2 ? 0 : 8);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum == 0xffff || !(bytes[2] | bytes[3]);
}
static const struct clv_hooks header_hooks = { .probe = is_sound };

/* One row a line. */
/* clang-format off */

static const struct clv_field header_fields[] = {
    BITS(4, "version", TELLS(VERSION)),
    BITS(12, "reserved"),
    U16("chksum", .style = CLV_HEX, .fill = clv_sum_layer),
    ITEM("objects", .of = "icmp.ext.object", .style = CLV_MANY | CLV_STACKED),
    END,
};
static const struct clv_under header_under[] = {
    UNDER(0, "icmp.ext"),
    UNDER_END,
};
const struct clv_desc clv_icmp_ext = {
    .name = "ICMPExtension_Header",
    .title = "ICMP Extension",
    .source = "RFC 4884 7",
    .fields = header_fields,
    .under = header_under,
    .hooks = &header_hooks,
};

static const struct clv_under object_under[] = {
    UNDER(0, "icmp.ext.object"),
    UNDER_END,
};

/* www.iana.org/assignments/icmp-parameters */
static const struct clv_word classes[] = {
    { 1, "mpls-label-stack" },
    { 2, "interface-information" },
    { 3, "interface-identification" },
    { 4, "extended-information" },
    { 5, "node-identification" },
    WORD_END,
};

/* The label stack as it came in, RFC 4950 4. */
static const struct clv_field mpls_fields[] = {
    U16("len", MEASURES(HEADER)),
    U8("classnum", TELLS(1), .words = classes),
    U8("classtype", TELLS(1)),
    LIST("stack", .of = "icmp.ext.mpls"),
    END,
};
const struct clv_desc clv_icmp_ext_mpls = {
    .name = "ICMPExtension_MPLS",
    .title = "ICMP MPLS Label Stack",
    .source = "RFC 4950 4",
    .fields = mpls_fields,
    .under = object_under,
};

/* RFC 5837 4: which parts follow is told by bits of what is the type of other classes. */
static const struct clv_word roles[] = {
    { 0, "incoming" },
    { 1, "outgoing-sub-ip" },
    { 2, "outgoing" },
    { 3, "next-hop" },
    WORD_END,
};
static const struct clv_word families[] = {
    { 1, "ipv4" },
    { 2, "ipv6" },
    WORD_END,
};
static const struct clv_field interface_fields[] = {
    U16("len", MEASURES(HEADER)),
    U8("classnum", TELLS(2), .words = classes),
    BITS(2, "interface_role", .words = roles),
    BITS(2, "reserved"),
    BITS(1, "has_ifindex"),
    BITS(1, "has_ipaddr"),
    BITS(1, "has_ifname"),
    BITS(1, "has_mtu"),
    U32("ifindex", .when = "has_ifindex == 1"),
    U16("afi", .init = 1, .when = "has_ipaddr == 1", .words = families),
    U16("reserved2", .when = "has_ipaddr == 1"),
    IP4("ip4", .when = "has_ipaddr == 1 and afi == 1"),
    IP6("ip6", .when = "has_ipaddr == 1 and afi == 2"),
    U8("ifname_len", .when = "has_ifname == 1", MEASURES_BY(FIELD, 1, 1)),
    BYTES("ifname", .when = "has_ifname == 1", .size = "ifname_len"),
    U32("mtu", .when = "has_mtu == 1"),
    END,
};
const struct clv_desc clv_icmp_ext_interface = {
    .name = "ICMPExtension_InterfaceInformation",
    .title = "ICMP Interface Information",
    .source = "RFC 5837 4",
    .fields = interface_fields,
    .under = object_under,
};

/* Any other object, RFC 4884 7.1. */
static const struct clv_field object_fields[] = {
    U16("len", MEASURES(HEADER)),
    U8("classnum", .words = classes),
    U8("classtype"),
    BYTES("data"),
    END,
};
const struct clv_desc clv_icmp_ext_object = {
    .name = "ICMPExtension_Object",
    .title = "ICMP Extension Object",
    .source = "RFC 4884 7.1",
    .fields = object_fields,
    .under = object_under,
};
