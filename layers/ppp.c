/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PPP: its frames with and without an HDLC header, and the protocols that open a link and name a
 * user: LCP, PAP, CHAP. (Network and encryption control: ppp_ncp.c.)
 */
#include "layers.h"

/* A request (code 1) is answered by what acknowledges, refuses or corrects it. */
static bool configure_answers(struct clv_scope *request, struct clv_scope *answer)
{
    uint64_t code = clv_scope_uint(answer, NULL, "code");
    return clv_scope_uint(request, NULL, "code") == 1 && code >= 2 && code <= 4 &&
           clv_scope_uint(request, NULL, "id") == clv_scope_uint(answer, NULL, "id");
}

static const struct clv_hooks configure_hooks = { .answers = configure_answers };

/* One row a line. */
/* clang-format off */

/* www.iana.org/assignments/ppp-numbers; the names are Scapy's. */
#define SHORT_PROTOCOLS \
    { 0x0021, "Internet Protocol version 4" }, \
    { 0x0023, "OSI Network Layer" }, \
    { 0x0029, "Appletalk" }, \
    { 0x002b, "Novell IPX" }, \
    { 0x002d, "Van Jacobson Compressed TCP/IP" }, \
    { 0x002f, "Van Jacobson Uncompressed TCP/IP" }, \
    { 0x0031, "Bridging PDU" }, \
    { 0x003d, "Multi-Link [RFC1717]" }, \
    { 0x003f, "NETBIOS Framing" }, \
    { 0x0041, "Cisco Systems" }, \
    { 0x004f, "IPv6 Header Compression" }, \
    { 0x0053, "Encryption [Meyer]" }, \
    { 0x0057, "Internet Protocol version 6 [Hinden]" }, \
    { 0x0059, "PPP Muxing [RFC3153]" }, \
    { 0x00fb, "single link compression in multilink [RFC1962]" }, \
    { 0x00fd, "compressed datagram [RFC1962]" }
static const struct clv_word protocols[] = {
    SHORT_PROTOCOLS,
    { 0x0201, "802.1d Hello Packets" },
    { 0x0207, "Cisco Discovery Protocol [Sastry]" },
    { 0x0281, "MPLS Unicast [RFC3032]  " },
    { 0x0283, "MPLS Multicast [RFC3032]" },
    { 0x8021, "Internet Protocol Control Protocol" },
    { 0x8023, "OSI Network Layer Control Protocol" },
    { 0x8029, "Appletalk Control Protocol" },
    { 0x802b, "Novell IPX Control Protocol" },
    { 0x8031, "Bridging NCP" },
    { 0x803d, "Multi-Link Control Protocol" },
    { 0x803f, "NETBIOS Framing Control Protocol" },
    { 0x804f, "IP6 Header Compression Control Protocol" },
    { 0x8053, "Encryption Control Protocol [Meyer]" },
    { 0x8057, "IPv6 Control Protovol [Hinden]" },
    { 0x80fb, "single link compression in multilink control [RFC1962]" },
    { 0x80fd, "Compression Control Protocol [RFC1962]" },
    { 0x8207, "Cisco Discovery Protocol Control [Sastry]" },
    { 0x8281, "MPLSCP [RFC3032]" },
    { 0xc021, "Link Control Protocol" },
    { 0xc023, "Password Authentication Protocol" },
    { 0xc025, "Link Quality Report" },
    { 0xc029, "CallBack Control Protocol (CBCP)" },
    { 0xc02b, "BACP Bandwidth Allocation Control Protocol [RFC2125]" },
    { 0xc02d, "BAP [RFC2125]" },
    { 0xc223, "Challenge Handshake Authentication Protocol" },
    { 0xc227, "Extensible Authentication Protocol [RFC2284]" },
    WORD_END,
};

static const struct clv_word short_protocols[] = {
    SHORT_PROTOCOLS,
    WORD_END,
};

/*
 * PPP, RFC 1661 2. A protocol below 256 may have been shortened to its second byte, which is odd
 * (6.5, in use once it was negotiated): that is another table, so that a value means one thing.
 */
static const struct clv_field ppp_fields[] = {
    U16("proto", .init = 0x21, .style = CLV_HEX, .key = "ppp", .words = protocols),
    END,
};
static const struct clv_field ppp_pfc_fields[] = {
    U8("proto", .init = 0x21, .style = CLV_HEX, .key = "ppp", .words = short_protocols),
    END,
};
#define CARRIED \
    UNDER(0x880b, "ethertype"), \
    UNDER(0, "ppp.frame"), \
    UNDER(0, "hdlc"), \
    UNDER(9, "link"), \
    UNDER(50, "link")
static const struct clv_under ppp_under[] = {
    CARRIED,
    UNDER_END,
};
static const struct clv_line ppp_lines[] = {
    { NULL, "%proto%" },
    LINE_END,
};
const struct clv_desc clv_ppp = {
    .name = "PPP",
    .title = "PPP",
    .source = "RFC 1661 2",
    .fields = ppp_fields,
    .under = ppp_under,
    .lines = ppp_lines,
};
const struct clv_desc clv_ppp_pfc = {
    .name = "PPP_PFC",
    .title = "PPP, compressed protocol field",
    .source = "RFC 1661 6.5",
    .fields = ppp_pfc_fields,
    .under = ppp_under,
    .lines = ppp_lines,
    .when = "proto & 1 == 1",
};

/* PPP in HDLC-like framing, RFC 1662 3.1. */
static const struct clv_field hdlc_fields[] = {
    U8("address", .init = 0xff, .style = CLV_HEX | CLV_TELL),
    U8("control", .init = 3, .style = CLV_HEX),
    END,
};
static const struct clv_under hdlc_under[] = {
    UNDER(0x880b, "ethertype"),
    UNDER(0, "ppp.frame"),
    UNDER(9, "link"),
    UNDER(50, "link"),
    UNDER_END,
};
static const struct clv_line hdlc_lines[] = {
    { NULL, "address %address%" },
    LINE_END,
};
const struct clv_desc clv_hdlc = {
    .name = "HDLC",
    .title = "PPP in HDLC-like framing",
    .source = "RFC 1662 3.1",
    .fields = hdlc_fields,
    .under = hdlc_under,
    .lines = hdlc_lines,
    .next = "hdlc",
};

static const struct clv_word directions[] = {
    { 0, "received" },
    { 1, "sent" },
    WORD_END,
};
static const struct clv_field direction_fields[] = {
    U8("direction", .words = directions),
    END,
};
static const struct clv_under direction_under[] = {
    UNDER(204, "link"),
    UNDER_END,
};
static const struct clv_line direction_lines[] = {
    { NULL, "%direction%" },
    LINE_END,
};
const struct clv_desc clv_dir_ppp = {
    .name = "DIR_PPP",
    .title = "PPP with direction",
    .source = "LINKTYPE_PPP_WITH_DIR, www.tcpdump.org/linktypes",
    .fields = direction_fields,
    .under = direction_under,
    .lines = direction_lines,
    .next = "ppp.frame",
};

/* ---- Link control. */

static const struct clv_word lcp_codes[] = {
    { 1, "Configure-Request" },
    { 2, "Configure-Ack" },
    { 3, "Configure-Nak" },
    { 4, "Configure-Reject" },
    { 5, "Terminate-Request" },
    { 6, "Terminate-Ack" },
    { 7, "Code-Reject" },
    { 8, "Protocol-Reject" },
    { 9, "Echo-Request" },
    { 10, "Echo-Reply" },
    { 11, "Discard-Request" },
    WORD_END,
};

/* What all control and authentication protocols begin with, RFC 1661 5. */
#define CONTROL(code_, words_, reply_) \
    U8("code", .init = (code_), .words = (words_), .reply = (reply_)), \
    U8("id", .style = CLV_HEX, .reply = "="), \
    U16("len", MEASURES(HEADER))

static const struct clv_line code_lines[] = {
    { NULL, "%code% id=%id%" },
    LINE_END,
};

#define MESSAGE(id_, name_, title_, source_, under_, when_, hooks_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_##id_ = { \
        .name = name_, \
        .title = title_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = (under_), \
        .lines = code_lines, \
        .when = (when_), \
        .hooks = (hooks_), \
        .leaf = true, \
    }

static const struct clv_under lcp_under[] = {
    UNDER(0xc021, "ppp"),
    UNDER_END,
};
/* A packet of any code may be refused, and is quoted. */
static const struct clv_under any_lcp_under[] = {
    UNDER(0xc021, "ppp"),
    UNDER(0, "lcp.rejected"),
    UNDER_END,
};
#define LCP(id_, name_, source_, when_, hooks_, ...) \
    MESSAGE(id_, name_, "PPP Link Control", source_, lcp_under, when_, hooks_, __VA_ARGS__)

LCP(lcp_configure, "PPP_LCP_Configure", "RFC 1661 5.1-5.4", "code in 1..4", &configure_hooks,
    U8("code", .init = 1, .words = lcp_codes),
    U8("id", .style = CLV_HEX),
    U16("len", MEASURES(HEADER)),
    LIST("options", .of = "lcp.opt"));

LCP(lcp_terminate, "PPP_LCP_Terminate", "RFC 1661 5.5", "code in 5,6", NULL,
    CONTROL(5, lcp_codes, "5:6"),
    BYTES("data"));

LCP(lcp_code_reject, "PPP_LCP_Code_Reject", "RFC 1661 5.6", "code == 7", NULL,
    CONTROL(7, lcp_codes, NULL),
    ITEM("rejected_packet", .of = "lcp.rejected", .when = "left >= 1"));

LCP(lcp_protocol_reject, "PPP_LCP_Protocol_Reject", "RFC 1661 5.7", "code == 8", NULL,
    CONTROL(8, lcp_codes, NULL),
    U16("rejected_protocol", .style = CLV_HEX, .words = protocols),
    BYTES("rejected_information"));

LCP(lcp_echo, "PPP_LCP_Echo", "RFC 1661 5.8", "code in 9,10", NULL,
    CONTROL(9, lcp_codes, "9:10"),
    U32("magic_number"),
    BYTES("data"));

LCP(lcp_discard, "PPP_LCP_Discard_Request", "RFC 1661 5.9", "code == 11", NULL,
    CONTROL(11, lcp_codes, NULL),
    U32("magic_number"),
    BYTES("data"));

MESSAGE(lcp, "PPP_LCP", "PPP Link Control", "RFC 1661 5", any_lcp_under, NULL, NULL,
    CONTROL(5, lcp_codes, NULL),
    BYTES("data"));

/* Options, RFC 1661 6; www.iana.org/assignments/ppp-numbers. */
static const struct clv_word lcp_options[] = {
    { 1, "Maximum-Receive-Unit" },
    { 2, "Async-Control-Character-Map" },
    { 3, "Authentication-protocol" },
    { 4, "Quality-protocol" },
    { 5, "Magic-number" },
    { 7, "Protocol-Field-Compression" },
    { 8, "Address-and-Control-Field-Compression" },
    { 9, "FCS-Alternatives" },
    { 10, "Self-Describing-Padding" },
    { 11, "Numbered-Mode" },
    { 13, "Callback" },
    { 15, "Compound-Frames" },
    { 17, "Multilink-MRRU" },
    { 18, "Multilink-Short-Sequence-Number-Header" },
    { 19, "Multilink-Endpoint-Discriminator" },
    { 23, "Link-Discriminator" },
    { 27, "Multilink-Header-Format" },
    { 28, "Internationalization" },
    WORD_END,
};
static const struct clv_word auth_protocols[] = {
    { 0xc023, "Password authentication protocol" },
    { 0xc223, "Challenge-response authentication protocol" },
    { 0xc227, "PPP Extensible authentication protocol" },
    WORD_END,
};
/* www.iana.org/assignments/ppp-numbers, PPP authentication algorithms */
static const struct clv_word algorithms[] = {
    { 5, "MD5" },
    { 6, "SHA1" },
    { 128, "MS-CHAP" },
    { 129, "MS-CHAP-v2" },
    WORD_END,
};
static const struct clv_word quality_protocols[] = {
    { 0xc025, "Link Quality Report" },
    WORD_END,
};
static const struct clv_word operations[] = {
    { 0, "Location determined by user authentication" },
    { 1, "Dialing string" },
    { 2, "Location identifier" },
    { 3, "E.164 number" },
    { 4, "Distinguished name" },
    { 6, "Callback Control Protocol" },
    WORD_END,
};

static const struct clv_under lcp_option_under[] = {
    UNDER(0, "lcp.opt"),
    UNDER_END,
};
#define OPTION(id_, name_, title_, source_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_##id_ = { \
        .name = name_, \
        .title = "PPP LCP Option " title_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = lcp_option_under, \
    }
#define TYPE(number_) U8("type", TELLS(number_), .words = lcp_options)
#define LEN U8("len", MEASURES(HEADER))

OPTION(lcp_mru, "PPP_LCP_MRU_Option", "Maximum Receive Unit", "RFC 1661 6.1",
    TYPE(1),
    LEN,
    U16("max_recv_unit", .init = 1500));

OPTION(lcp_accm, "PPP_LCP_ACCM_Option", "Async Control Character Map", "RFC 1662 7.1",
    TYPE(2),
    LEN,
    U32("accm", .style = CLV_HEX));

OPTION(lcp_auth, "PPP_LCP_Auth_Protocol_Option", "Authentication Protocol", "RFC 1661 6.2",
    TYPE(3),
    LEN,
    U16("auth_protocol", .init = 0xc023, .style = CLV_HEX, .words = auth_protocols),
    BYTES("data", .when = "auth_protocol != 0xc223"),
    U8("algorithm", .init = 5, .words = algorithms, .when = "auth_protocol == 0xc223"));

OPTION(lcp_quality, "PPP_LCP_Quality_Protocol_Option", "Quality Protocol", "RFC 1661 6.3",
    TYPE(4),
    LEN,
    U16("quality_protocol", .init = 0xc025, .style = CLV_HEX, .words = quality_protocols),
    BYTES("data"));

OPTION(lcp_magic, "PPP_LCP_Magic_Number_Option", "Magic Number", "RFC 1661 6.4",
    TYPE(5),
    LEN,
    U32("magic_number"));

OPTION(lcp_callback, "PPP_LCP_Callback_Option", "Callback", "RFC 1570 2.3",
    TYPE(13),
    LEN,
    U8("operation", .words = operations),
    BYTES("message"));

OPTION(lcp_option, "PPP_LCP_Option", "", "RFC 1661 6",
    U8("type", .words = lcp_options),
    LEN,
    BYTES("data"));

/* ---- Authentication. */

static const struct clv_word pap_codes[] = {
    { 1, "Authenticate-Request" },
    { 2, "Authenticate-Ack" },
    { 3, "Authenticate-Nak" },
    WORD_END,
};
static const struct clv_under pap_under[] = {
    UNDER(0xc023, "ppp"),
    UNDER_END,
};
#define PAP(id_, name_, source_, when_, ...) \
    MESSAGE(id_, name_, "PPP Password Authentication", source_, pap_under, when_, NULL, __VA_ARGS__)

PAP(pap_request, "PPP_PAP_Request", "RFC 1334 2.2.1", "code == 1",
    CONTROL(1, pap_codes, NULL),
    U8("username_len", MEASURES(FIELD)),
    BYTES("username", .size = "username_len"),
    U8("passwd_len", MEASURES(FIELD)),
    BYTES("password", .size = "passwd_len"));

/* Some leave the message out with its length: those are PPP_PAP. */
PAP(pap_response, "PPP_PAP_Response", "RFC 1334 2.2.2", "code in 2,3 and len >= 5",
    CONTROL(2, pap_codes, NULL),
    U8("msg_len", MEASURES(FIELD)),
    BYTES("message", .size = "msg_len"));

PAP(pap, "PPP_PAP", "RFC 1334 2.2", NULL,
    CONTROL(1, pap_codes, NULL),
    BYTES("data"));

static const struct clv_word chap_codes[] = {
    { 1, "Challenge" },
    { 2, "Response" },
    { 3, "Success" },
    { 4, "Failure" },
    WORD_END,
};
static const struct clv_under chap_under[] = {
    UNDER(0xc223, "ppp"),
    UNDER_END,
};
#define CHAP(id_, name_, source_, when_, ...) \
    MESSAGE(id_, name_, "PPP Challenge Handshake", source_, chap_under, when_, NULL, __VA_ARGS__)

CHAP(chap_challenge, "PPP_CHAP_ChallengeResponse", "RFC 1994 4.1", "code in 1,2",
    CONTROL(1, chap_codes, "1:2"),
    U8("value_size", MEASURES(FIELD)),
    BYTES("value", .size = "value_size", .init = 8),
    BYTES("optional_name"));

CHAP(chap, "PPP_CHAP", "RFC 1994 4.2", NULL,
    CONTROL(1, chap_codes, NULL),
    BYTES("data"));
