/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ICMPv6 but for neighbour discovery and multicast listeners. An error holds what it is about;
 * a type without a table of its own is ICMPv6Unknown.
 */
#include "icmp6.h"

/*
 * The code of a node information query says what its data is; where the user gave none, its size
 * does: an IPv6 address, an IPv4 address, else a name. Any code that was received is right.
 */
static uint64_t subject_code(struct clv_scope *scope)
{
    enum { FIXED_PART = 16, IS_IP6 = 0, IS_NAME = 1, IS_IP4 = 2 };
    uint64_t code = clv_scope_uint(scope, NULL, "code");
    uint32_t size = clv_scope_head(scope) - FIXED_PART;
    if (code)
        return code;
    return size == 16 ? IS_IP6 : size == 4 ? IS_IP4 : IS_NAME;
}

/* One row a line. */
/* clang-format off */

/* www.iana.org/assignments/icmpv6-parameters */
const struct clv_word clv_icmp6_types[] = {
    { 1, "dest-unreach" },
    { 2, "packet-too-big" },
    { 3, "time-exceeded" },
    { 4, "parameter-problem" },
    { 128, "echo-request" },
    { 129, "echo-reply" },
    { 130, "mld-query" },
    { 131, "mld-report" },
    { 132, "mld-done" },
    { 133, "router-solicitation" },
    { 134, "router-advertisement" },
    { 135, "neighbor-solicitation" },
    { 136, "neighbor-advertisement" },
    { 137, "redirect" },
    { 138, "router-renumbering" },
    { 139, "node-information-query" },
    { 140, "node-information-response" },
    { 141, "inverse-neighbor-solicitation" },
    { 142, "inverse-neighbor-advertisement" },
    { 143, "mldv2-report" },
    { 144, "home-agent-discovery-request" },
    { 145, "home-agent-discovery-reply" },
    { 146, "mobile-prefix-solicitation" },
    { 147, "mobile-prefix-advertisement" },
    { 148, "certification-path-solicitation" },
    { 149, "certification-path-advertisement" },
    { 151, "multicast-router-advertisement" },
    { 152, "multicast-router-solicitation" },
    { 153, "multicast-router-termination" },
    { 155, "rpl" },
    { 157, "duplicate-address-request" },
    { 158, "duplicate-address-confirmation" },
    { 160, "extended-echo-request" },
    { 161, "extended-echo-reply" },
    WORD_END,
};
const struct clv_under clv_icmp6_under[] = {
    UNDER(58, "ip6.nh"),
    UNDER_END,
};

/* ---- Errors, RFC 4443 3; `length` is RFC 4884's. */

static const struct clv_word unreachable_codes[] = {
    { 0, "no-route" },
    { 1, "admin-prohibited" },
    { 2, "beyond-scope" },
    { 3, "address-unreachable" },
    { 4, "port-unreachable" },
    { 5, "source-policy" },
    { 6, "reject-route" },
    { 7, "source-route-error" },
    { 8, "headers-too-long" },
    WORD_END,
};
static const struct clv_word exceeded_codes[] = {
    { 0, "hop-limit" },
    { 1, "reassembly-time" },
    WORD_END,
};
static const struct clv_word problem_codes[] = {
    { 0, "erroneous-header" },
    { 1, "unrecognized-next-header" },
    { 2, "unrecognized-option" },
    { 3, "incomplete-header-chain" },
    { 4, "sr-upper-layer-header" },
    { 5, "unrecognized-next-header-at-middle" },
    { 6, "extension-header-too-big" },
    { 7, "extension-chain-too-long" },
    { 8, "too-many-extension-headers" },
    { 9, "too-many-options" },
    { 10, "option-too-big" },
    WORD_END,
};

#define ERROR_HEAD(type_, codes_) \
    U8("type", TELLS(type_), .words = clv_icmp6_types), \
    U8("code", .words = (codes_)), \
    ICMP6_SUM

ICMP6_FIELDS(unreach,
    ERROR_HEAD(1, unreachable_codes),
    U8("length", MEASURES_BY(BODY, 8, 0)),
    U24("unused", .style = CLV_HEX),
    ITEM("ext", .of = "icmp.ext", .style = CLV_MANY | CLV_AFTER));
ICMP6_LINES(unreach, "%type% %code%");
ICMP6(unreach, "ICMPv6DestUnreach", "ICMPv6 Destination Unreachable", "RFC 4443 3.1, RFC 4884",
      .next = "icmp6.quote", .fills = { 128, 8 }, .tail = "extpad");

ICMP6_FIELDS(too_big,
    ICMP6_HEAD(2),
    U32("mtu", .init = 1280));
ICMP6_LINES(too_big, "%type% mtu=%mtu%");
ICMP6(too_big, "ICMPv6PacketTooBig", "ICMPv6 Packet Too Big", "RFC 4443 3.2",
      .next = "icmp6.quote");

ICMP6_FIELDS(exceeded,
    ERROR_HEAD(3, exceeded_codes),
    U8("length", MEASURES_BY(BODY, 8, 0)),
    U24("unused", .style = CLV_HEX),
    ITEM("ext", .of = "icmp.ext", .style = CLV_MANY | CLV_AFTER));
ICMP6_LINES(exceeded, "%type% %code%");
ICMP6(exceeded, "ICMPv6TimeExceeded", "ICMPv6 Time Exceeded", "RFC 4443 3.3, RFC 4884",
      .next = "icmp6.quote", .fills = { 128, 8 }, .tail = "extpad");

ICMP6_FIELDS(problem,
    ERROR_HEAD(4, problem_codes),
    U32("ptr", .init = 6));
ICMP6_LINES(problem, "%type% %code% ptr=%ptr%");
ICMP6(problem, "ICMPv6ParamProblem", "ICMPv6 Parameter Problem", "RFC 4443 3.4",
      .next = "icmp6.quote");

/* ---- Echo, RFC 4443 4. */

#define ECHO \
    U16("id", .style = CLV_HEX, .reply = "="), \
    U16("seq", .style = CLV_HEX, .reply = "="), \
    BYTES("data", .when = "left")

ICMP6_FIELDS(echo_request,
    ICMP6_ASK(128, 129),
    ECHO);
ICMP6_LINES(echo_request, "%type% id=%#id% seq=%#seq%");
ICMP6(echo_request, "ICMPv6EchoRequest", "ICMPv6 Echo Request", "RFC 4443 4.1",
      .alias = "ping6");

ICMP6_FIELDS(echo_reply,
    ICMP6_HEAD(129),
    ECHO);
ICMP6_LINES(echo_reply, "%type% id=%#id% seq=%#seq%");
ICMP6(echo_reply, "ICMPv6EchoReply", "ICMPv6 Echo Reply", "RFC 4443 4.2",
      .answers = "ICMPv6EchoRequest");

/* ---- Node information, RFC 4620. */

static const struct clv_word query_types[] = {
    { 0, "noop" },
    { 1, "supported-qtypes" },
    { 2, "node-name" },
    { 3, "ipv6-addresses" },
    { 4, "ipv4-addresses" },
    WORD_END,
};
static const struct clv_word query_codes[] = {
    { 0, "ipv6" },
    { 1, "name" },
    { 2, "ipv4" },
    WORD_END,
};
static const struct clv_word reply_codes[] = {
    { 0, "success" },
    { 1, "refused" },
    { 2, "unknown-qtype" },
    WORD_END,
};
static const struct clv_word ni_flags[] = {
    { 1, "T" },
    { 2, "A" },
    { 4, "C" },
    { 8, "L" },
    { 16, "S" },
    { 32, "G" },
    WORD_END,
};

#define NI_REST(flags_) \
    BITS(10, "unused"), \
    FLAGS(6, "flags", .init = (flags_), .words = ni_flags), \
    FIXED(8, "nonce")

/* What is asked about: an address if the code says so and it is one. */
#define NI_QUERY(qtype_, flags_) \
    U8("type", TELLS(139), .words = clv_icmp6_types), \
    U8("code", .style = CLV_ZERO_NONE, .fill = subject_code, .words = query_codes), \
    ICMP6_SUM, \
    qtype_, \
    NI_REST(flags_), \
    IP6("data", .when = "code == 0 and left == 16"), \
    IP4("data", .when = "code == 2 and left == 4"), \
    OPEN_NAME("data", .when = "code == 1 and left"), \
    BYTES("data", .when = "left")
#define QTYPE(x_) U16("qtype", TELLS(x_), .words = query_types)
#define ANY_QTYPE U16("qtype", .words = query_types)
#define NI_LINE "%type% %code% %qtype%"

ICMP6_FIELDS(ni_query_name, NI_QUERY(QTYPE(2), 0));
ICMP6_LINES(ni_query_name, NI_LINE);
ICMP6(ni_query_name, "ICMPv6NIQueryName", "ICMPv6 Node Name Query", "RFC 4620 4");

ICMP6_FIELDS(ni_query_ip6, NI_QUERY(QTYPE(3), 0x3e));
ICMP6_LINES(ni_query_ip6, NI_LINE);
ICMP6(ni_query_ip6, "ICMPv6NIQueryIPv6", "ICMPv6 Node IPv6 Address Query", "RFC 4620 4");

ICMP6_FIELDS(ni_query_ip4, NI_QUERY(QTYPE(4), 0));
ICMP6_LINES(ni_query_ip4, NI_LINE);
ICMP6(ni_query_ip4, "ICMPv6NIQueryIPv4", "ICMPv6 Node IPv4 Address Query", "RFC 4620 4");

ICMP6_FIELDS(ni_query, NI_QUERY(ANY_QTYPE, 0));
ICMP6_LINES(ni_query, NI_LINE);
ICMP6(ni_query, "ICMPv6NIQueryNOOP", "ICMPv6 Node Information Query", "RFC 4620 4");

#define NI_REPLY(code_, qtype_, ...) \
    U8("type", TELLS(140), .words = clv_icmp6_types), \
    U8("code", code_, .words = reply_codes), \
    ICMP6_SUM, \
    qtype_, \
    NI_REST(0), \
    __VA_ARGS__
#define SUCCESS TELLS(0)

/* A time to live, then names, RFC 4620 6.3. */
ICMP6_FIELDS(ni_reply_name, NI_REPLY(SUCCESS, QTYPE(2), BYTES("data")));
ICMP6_LINES(ni_reply_name, NI_LINE);
ICMP6(ni_reply_name, "ICMPv6NIReplyName", "ICMPv6 Node Name Reply", "RFC 4620 6.3");

ICMP6_FIELDS(ni_reply_ip6, NI_REPLY(SUCCESS, QTYPE(3), LIST("data", .of = "icmp6.ni.ip6")));
ICMP6_LINES(ni_reply_ip6, NI_LINE);
ICMP6(ni_reply_ip6, "ICMPv6NIReplyIPv6", "ICMPv6 Node IPv6 Address Reply", "RFC 4620 6.4");

ICMP6_FIELDS(ni_reply_ip4, NI_REPLY(SUCCESS, QTYPE(4), LIST("data", .of = "icmp6.ni.ip4")));
ICMP6_LINES(ni_reply_ip4, NI_LINE);
ICMP6(ni_reply_ip4, "ICMPv6NIReplyIPv4", "ICMPv6 Node IPv4 Address Reply", "RFC 4620 6.5");

ICMP6_FIELDS(ni_refuse, NI_REPLY(TELLS(1), ANY_QTYPE, BYTES("data")));
ICMP6_LINES(ni_refuse, NI_LINE);
ICMP6(ni_refuse, "ICMPv6NIReplyRefuse", "ICMPv6 Node Information Refusal", "RFC 4620 4");

ICMP6_FIELDS(ni_unknown, NI_REPLY(TELLS(2), ANY_QTYPE, BYTES("data")));
ICMP6_LINES(ni_unknown, NI_LINE);
ICMP6(ni_unknown, "ICMPv6NIReplyUnknown", "ICMPv6 Node Information Unknown Query", "RFC 4620 4");

ICMP6_FIELDS(ni_reply, NI_REPLY(.init = 0, ANY_QTYPE, BYTES("data")));
ICMP6_LINES(ni_reply, NI_LINE);
ICMP6(ni_reply, "ICMPv6NIReplyNOOP", "ICMPv6 Node Information Reply", "RFC 4620 4");

/* An address and its time to live; in Scapy a tuple. */
#define NI_ADDRESS(id_, name_, source_, row_) \
    ICMP6_FIELDS(id_, U32("ttl"), row_); \
    static const struct clv_under id_##_under[] = { \
        UNDER(0, "icmp6.ni." name_), \
        UNDER_END, \
    }; \
    const struct clv_desc clv_icmp6_##id_ = { \
        .name = "ICMPv6NIReply_" name_, \
        .title = "Node Address", \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .tuple = "", \
    }
NI_ADDRESS(ni_addr6, "ip6", "RFC 4620 6.4", IP6("addr"));
NI_ADDRESS(ni_addr4, "ip4", "RFC 4620 6.5", IP4("addr"));

/* ---- Mobile IPv6, RFC 6275 6.5 to 6.8; R is RFC 3963's. */

#define HOME_AGENT \
    U16("id", .style = CLV_HEX, .reply = "="), \
    BITS(1, "R", .init = 1), \
    BITS(15, "res", .style = CLV_HEX)

ICMP6_FIELDS(haad_request,
    ICMP6_ASK(144, 145),
    HOME_AGENT);
ICMP6_LINES(haad_request, "%type% id=%#id%");
ICMP6(haad_request, "ICMPv6HAADRequest", "ICMPv6 Home Agent Discovery Request",
      "RFC 6275 6.5, RFC 3963 7.1");

ICMP6_FIELDS(haad_reply,
    ICMP6_HEAD(145),
    HOME_AGENT,
    IP6("addresses", .style = CLV_MANY));
ICMP6_LINES(haad_reply, "%type% id=%#id%");
ICMP6(haad_reply, "ICMPv6HAADReply", "ICMPv6 Home Agent Discovery Reply",
      "RFC 6275 6.6, RFC 3963 7.2",
      .answers = "ICMPv6HAADRequest");

ICMP6_FIELDS(mp_sol,
    ICMP6_ASK(146, 147),
    U16("id", .style = CLV_HEX, .reply = "="),
    U16("res", .style = CLV_HEX));
ICMP6_LINES(mp_sol, "%type% id=%#id%");
ICMP6(mp_sol, "ICMPv6MPSol", "ICMPv6 Mobile Prefix Solicitation", "RFC 6275 6.7");

ICMP6_FIELDS(mp_adv,
    ICMP6_HEAD(147),
    U16("id", .style = CLV_HEX),
    BITS(2, "flags", .init = 2),
    BITS(14, "res", .style = CLV_HEX));
ICMP6_LINES(mp_adv, "%type% id=%#id%");
ICMP6(mp_adv, "ICMPv6MPAdv", "ICMPv6 Mobile Prefix Advertisement", "RFC 6275 6.8",
      .answers = "ICMPv6MPSol",
      .next = "icmp6.nd.opt");

/* ---- RPL, RFC 6550 6: what the message says is told by its code. */

static const struct clv_word rpl_codes[] = {
    { 0, "DIS" },
    { 1, "DIO" },
    { 2, "DAO" },
    { 3, "DAO-ACK" },
    { 4, "P2P-DRO" },
    { 5, "P2P-DRO-ACK" },
    { 6, "measurement" },
    { 7, "DCO" },
    { 8, "DCO-ACK" },
    { 0x80, "secure-DIS" },
    { 0x81, "secure-DIO" },
    { 0x82, "secure-DAO" },
    { 0x83, "secure-DAO-ACK" },
    { 0x8a, "consistency-check" },
    WORD_END,
};
ICMP6_FIELDS(rpl,
    U8("type", TELLS(155), .words = clv_icmp6_types),
    U8("code", .key = "icmp6.rpl", .words = rpl_codes),
    ICMP6_SUM);
ICMP6_LINES(rpl, "%type% %code%");
static const struct clv_imply rpl_implies[] = {
    { "IPv6", "dst", "ff02::1a" },
    IMPLY_END,
};
ICMP6(rpl, "ICMPv6RPL", "RPL Control", "RFC 6550 6",
      .implies = rpl_implies);

/* Any other message, RFC 4443 2.1. */
ICMP6_FIELDS(unknown,
    U8("type", .init = 1, .words = clv_icmp6_types),
    U8("code"),
    ICMP6_SUM,
    BYTES("msgbody"));
ICMP6_LINES(unknown, "%type% code=%code%");
ICMP6(unknown, "ICMPv6Unknown", "ICMPv6", "RFC 4443 2.1",
      .alias = "icmp6");
