/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DHCPv6 (RFC 8415): messages; options: dhcp6_options.c, stacked on them, or items of each other. A
 * relayed message is an item too, without its options: they are the list behind it.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

const struct clv_word clv_dhcp6_types[] = {
    { 1, "SOLICIT" }, { 2, "ADVERTISE" }, { 3, "REQUEST" }, { 4, "CONFIRM" }, { 5, "RENEW" },
    { 6, "REBIND" }, { 7, "REPLY" }, { 8, "RELEASE" }, { 9, "DECLINE" }, { 10, "RECONFIGURE" },
    { 11, "INFORMATION-REQUEST" }, { 12, "RELAY-FORW" }, { 13, "RELAY-REPL" },
    { 14, "LEASEQUERY" }, { 15, "LEASEQUERY-REPLY" }, { 36, "ADDR-REG-INFORM" },
    { 37, "ADDR-REG-REPLY" }, WORD_END,
};
static const struct clv_under message_under[] = {
    UNDER(547, "udp.port"),
    UNDER(546, "udp.port"),
    UNDER(0, "dhcp6"),
    UNDER_END,
};
static const struct clv_imply message_implies[] = {
    { "UDP", "sport", "546" },
    { "UDP", "dport", "547" },
    IMPLY_END,
};
static const struct clv_imply relay_implies[] = {
    { "UDP", "sport", "547" },
    { "UDP", "dport", "547" },
    IMPLY_END,
};
static const struct clv_imply server_implies[] = {
    { "UDP", "sport", "547" },
    { "UDP", "dport", "546" },
    IMPLY_END,
};

#define TABLE(id_, name_, title_, source_, answers_, implies_, line_) \
    static const struct clv_line id_##_lines[] = { { NULL, line_ }, LINE_END }; \
    const struct clv_desc clv_dhcp6_##id_ = { \
        .name = name_, \
        .title = title_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = message_under, \
        .implies = implies_, \
        .answers = answers_, \
        .lines = id_##_lines, \
        .next = "dhcp6.opt", \
    }
#define MESSAGE(id_, name_, title_, source_, type_, reply_, answers_, implies_) \
    static const struct clv_field id_##_fields[] = { \
        U8("msgtype", TELLS(type_), .words = clv_dhcp6_types, .reply = reply_), \
        U24("trid", .style = CLV_HEX, .reply = "="), \
        END, \
    }; \
    TABLE(id_, "DHCP6_" name_, "DHCPv6 " title_ " Message", source_, answers_, \
          implies_, name_ " trid=%trid%")

/* A table answers one other: Reply Request, of the seven that it answers. */
MESSAGE(solicit, "Solicit", "Solicit", "RFC 8415 16.2", 1, "1:2", NULL, message_implies);
MESSAGE(advertise, "Advertise", "Advertise", "RFC 8415 16.3", 2, NULL, "DHCP6_Solicit",
        server_implies);
MESSAGE(request, "Request", "Request", "RFC 8415 16.4", 3, "3:7", NULL, message_implies);
MESSAGE(confirm, "Confirm", "Confirm", "RFC 8415 16.5", 4, "4:7", NULL, message_implies);
MESSAGE(renew, "Renew", "Renew", "RFC 8415 16.6", 5, "5:7", NULL, message_implies);
MESSAGE(rebind, "Rebind", "Rebind", "RFC 8415 16.7", 6, "6:7", NULL, message_implies);
MESSAGE(reply, "Reply", "Reply", "RFC 8415 16.10", 7, NULL, "DHCP6_Request", server_implies);
MESSAGE(release, "Release", "Release", "RFC 8415 16.9", 8, "8:7", NULL, message_implies);
MESSAGE(decline, "Decline", "Decline", "RFC 8415 16.8", 9, "9:7", NULL, message_implies);
MESSAGE(reconf, "Reconf", "Reconfigure", "RFC 8415 16.11", 10, NULL, NULL, server_implies);
MESSAGE(info, "InfoRequest", "Information Request", "RFC 8415 16.12", 11, "11:7", NULL,
        message_implies);
MESSAGE(reg_inform, "AddrRegInform", "Address Registration Inform", "RFC 9686 4.2", 36, "36:37",
        NULL, message_implies);
MESSAGE(reg_reply, "AddrRegReply", "Address Registration Reply", "RFC 9686 4.3", 37, NULL,
        "DHCP6_AddrRegInform", server_implies);

#define RELAY(id_, name_, title_, type_, reply_, answers_) \
    static const struct clv_field id_##_fields[] = { \
        U8("msgtype", TELLS(type_), .words = clv_dhcp6_types, .reply = reply_), \
        U8("hopcount"), \
        IP6("linkaddr", .reply = "="), \
        IP6("peeraddr", .reply = "="), \
        END, \
    }; \
    TABLE(id_, "DHCP6_" name_, "DHCPv6 " title_ " Message (Relay Agent/Server Message)", \
          "RFC 8415 9", answers_, relay_implies, name_ " link=%linkaddr% peer=%peeraddr%")

RELAY(relay_forward, "RelayForward", "Relay Forward", 12, "12:13", NULL);
RELAY(relay_reply, "RelayReply", "Relay Reply", 13, NULL, "DHCP6_RelayForward");

static const struct clv_field any_fields[] = {
    U8("msgtype", .words = clv_dhcp6_types),
    U24("trid", .style = CLV_HEX, .reply = "="),
    END,
};
TABLE(any, "DHCP6", "DHCPv6 Generic Message", "RFC 8415 8", NULL, message_implies,
      "%msgtype% trid=%trid%");

/* ---- DUIDs, RFC 8415 11: items of the two options that identify a client and a server. */

static const struct clv_word duid_types[] = {
    { 1, "Link-layer address plus time" },
    { 2, "Vendor-assigned unique ID based on Enterprise Number" },
    { 3, "Link-layer Address" },
    { 4, "UUID" },
    WORD_END,
};
static const struct clv_under duid_under[] = { UNDER(0, "dhcp6.duid"), UNDER_END };

#define DUID(id_, name_, title_, source_, type_, ...) \
    static const struct clv_field id_##_fields[] = { \
        U16("type", TELLS(type_), .words = duid_types), \
        __VA_ARGS__, \
        END, \
    }; \
    const struct clv_desc clv_##id_ = { \
        .name = "DUID_" name_, \
        .title = "DUID - " title_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = duid_under, \
        .leaf = true, \
    }
#define HARDWARE U16("hwtype", .init = 1, .style = CLV_HEX, .words = clv_hardware_types)
DUID(duid_llt, "LLT", "Link-layer address plus time", "RFC 8415 11.2", 1,
    HARDWARE,
    U32("timeval"),
    MAC("lladdr"));
DUID(duid_en, "EN", "Assigned by Vendor Based on Enterprise Number", "RFC 8415 11.3", 2,
    U32("enterprisenum", .init = 311),
    BYTES("id"));
DUID(duid_ll, "LL", "Based on Link-layer Address", "RFC 8415 11.4", 3,
    HARDWARE,
    MAC("lladdr"));
DUID(duid_uuid, "UUID", "Based on UUID", "RFC 6355", 4,
    UUID("uuid"));
