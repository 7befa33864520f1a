/* SPDX-License-Identifier: BSD-2-Clause */
/* Serial links that are not PPP: Cisco HDLC with SLARP, and Frame Relay. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word addresses[] = {
    { 0x0f, "unicast" },
    { 0x8f, "multicast" },
    WORD_END,
};

/* Ethertypes, and numbers of Cisco's own. */
static const struct clv_word protocols[] = {
    { 0x0800, "IPv4" },
    { 0x2000, "CDP" },
    { 0x4242, "STP" },
    { 0x8035, "SLARP" },
    { 0x809b, "ATALK" },
    { 0x8137, "IPX" },
    { 0x86dd, "IPv6" },
    { 0x8847, "MPLS" },
    { 0x8848, "MPLS_MULTI" },
    { 0xfefe, "OSI" },
    WORD_END,
};

/*
 * Cisco HDLC, LINKTYPE_C_HDLC: an ethertype, or a number of Cisco's own. Captures of PPP may hold
 * it instead of a PPP frame.
 */
static const struct clv_field chdlc_fields[] = {
    U8("address", .init = 0x0f, .style = CLV_HEX, .words = addresses),
    U8("control"),
    U16("proto", .init = 0x0800, .style = CLV_HEX, .key = "chdlc tunnel ethertype",
        .words = protocols),
    END,
};
static const struct clv_under chdlc_under[] = {
    UNDER(104, "link", .sure = true),
    UNDER(9, "link"),
    UNDER(50, "link"),
    UNDER_END,
};
static const struct clv_line chdlc_lines[] = {
    { NULL, "%address% %proto%" },
    LINE_END,
};
const struct clv_desc clv_chdlc = {
    .name = "CHDLC",
    .title = "Cisco HDLC",
    .source = "LINKTYPE_C_HDLC, www.tcpdump.org/linktypes",
    .fields = chdlc_fields,
    .under = chdlc_under,
    .lines = chdlc_lines,
    .when = "address in 0x0f,0x8f",
};

static const struct clv_word slarp_types[] = {
    { 0, "request" },
    { 1, "reply" },
    { 2, "line keepalive" },
    WORD_END,
};

/* SLARP, Cisco's address resolution and keep-alive over serial lines. */
#define ADDRESS "type in 0,1"
#define KEEPALIVE "type == 2"
static const struct clv_field slarp_fields[] = {
    U32("type", .init = 2, .words = slarp_types, .reply = "0:1"),
    IP4("address", .init = 0xc0a80001, .when = ADDRESS),
    IP4("mask", .init = 0xffffff00, .when = ADDRESS),
    U16("unused", .style = CLV_HEX, .when = ADDRESS),
    U32("mysequence", .when = KEEPALIVE),
    U32("yoursequence", .when = KEEPALIVE),
    U16("reliability", .init = 0xffff, .style = CLV_HEX, .when = KEEPALIVE),
    END,
};
static const struct clv_under slarp_under[] = {
    UNDER(0x8035, "chdlc"),
    UNDER_END,
};
static const struct clv_line slarp_lines[] = {
    { KEEPALIVE, "%type% mine %mysequence% yours %yoursequence%" },
    { NULL, "%type% %address% %mask%" },
    LINE_END,
};
const struct clv_desc clv_slarp = {
    .name = "SLARP",
    .title = "Serial Line ARP",
    .source = "LINKTYPE_C_HDLC, www.tcpdump.org/linktypes",
    .fields = slarp_fields,
    .under = slarp_under,
    .lines = slarp_lines,
};

/*
 * Frame Relay, ITU-T Q.922 3.3: an address of two bytes, or of three or four where the one before
 * does not say that it is the last.
 */
static const struct clv_field relay_fields[] = {
    BITS(6, "dlci_high"),
    BITS(1, "cr"),
    BITS(1, "ea"),
    BITS(4, "dlci_low", .reply = "="),
    BITS(1, "fecn"),
    BITS(1, "becn"),
    BITS(1, "de"),
    BITS(1, "ea2", .init = 1),
    BITS(7, "dlci3", .when = "ea2 == 0"),
    BITS(1, "ea3", .init = 1, .when = "ea2 == 0"),
    BITS(6, "dlci4", .when = "ea2 == 0 and ea3 == 0"),
    BITS(1, "dc", .when = "ea2 == 0 and ea3 == 0"),
    BITS(1, "ea4", .init = 1, .when = "ea2 == 0 and ea3 == 0"),
    END,
};
static const struct clv_under relay_under[] = {
    UNDER(107, "link"),
    UNDER_END,
};
static const struct clv_line relay_lines[] = {
    { NULL, "dlci %dlci_high%/%dlci_low%" },
    LINE_END,
};
const struct clv_desc clv_relay = {
    .name = "FrameRelay",
    .title = "Frame Relay",
    .alias = "fr",
    .source = "ITU-T Q.922 3.3",
    .fields = relay_fields,
    .under = relay_under,
    .lines = relay_lines,
    .next = "relay",
    .opens = "ea == 0",
};

/* www.iana.org/assignments/nlpids, ISO/IEC TR 9577 */
static const struct clv_word nlpids[] = {
    { 0x08, "Q.933" },
    { 0x80, "SNAP" },
    { 0x81, "CLNP" },
    { 0x82, "ES-IS" },
    { 0x83, "IS-IS" },
    { 0x8e, "IPv6" },
    { 0xb0, "FRF.9" },
    { 0xb1, "FRF.12" },
    { 0xcc, "IPv4" },
    { 0xcf, "PPP" },
    WORD_END,
};

/* What Frame Relay carries, RFC 2427 3; a byte of padding may keep what follows aligned. */
static const struct clv_field nlpid_fields[] = {
    U8("control", TELLS(3)),
    U8("pad", TELLS(0), .when = "left >= 1"),
    U8("nlpid", .style = CLV_HEX, .words = nlpids, .key = "nlpid"),
    END,
};
static const struct clv_under nlpid_under[] = {
    UNDER(0, "relay"),
    UNDER_END,
};
static const struct clv_line nlpid_lines[] = {
    { NULL, "%nlpid%" },
    LINE_END,
};
const struct clv_desc clv_nlpid = {
    .name = "NLPID",
    .title = "Multiprotocol over Frame Relay",
    .source = "RFC 2427 3",
    .fields = nlpid_fields,
    .under = nlpid_under,
    .lines = nlpid_lines,
};

/* Cisco's own way: an ethertype. */
static const struct clv_field cisco_relay_fields[] = {
    U16("type", .style = CLV_HEX, .words = clv_ethertypes, .key = "chdlc ethertype"),
    END,
};
static const struct clv_line cisco_relay_lines[] = {
    { NULL, "%type%" },
    LINE_END,
};
const struct clv_desc clv_cisco_relay = {
    .name = "CiscoFrameRelay",
    .title = "Cisco Frame Relay",
    .source = "LINKTYPE_FRELAY, www.tcpdump.org/linktypes",
    .fields = cisco_relay_fields,
    .under = nlpid_under,
    .lines = cisco_relay_lines,
    .when = "type >= 0x0600",
};
