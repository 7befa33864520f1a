/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DNS, LLMNR: messages and questions; records: dns_records.c. `compress` says how names are
 * compressed: 0 not at all, 1 as RFC 1035 does, 2 everywhere (RFC 6762 18.14).
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

const struct clv_word clv_dns_types[] = {
    { 0, "RESERVED" }, { 1, "A" }, { 2, "NS" }, { 3, "MD" }, { 4, "MF" }, { 5, "CNAME" },
    { 6, "SOA" }, { 7, "MB" }, { 8, "MG" }, { 9, "MR" }, { 10, "NULL" }, { 11, "WKS" },
    { 12, "PTR" }, { 13, "HINFO" }, { 14, "MINFO" }, { 15, "MX" }, { 16, "TXT" }, { 17, "RP" },
    { 18, "AFSDB" }, { 19, "X25" }, { 20, "ISDN" }, { 21, "RT" }, { 22, "NSAP" },
    { 23, "NSAP-PTR" }, { 24, "SIG" }, { 25, "KEY" }, { 26, "PX" }, { 27, "GPOS" }, { 28, "AAAA" },
    { 29, "LOC" }, { 30, "NXT" }, { 31, "EID" }, { 32, "NIMLOC" }, { 33, "SRV" }, { 34, "ATMA" },
    { 35, "NAPTR" }, { 36, "KX" }, { 37, "CERT" }, { 38, "A6" }, { 39, "DNAME" }, { 40, "SINK" },
    { 41, "OPT" }, { 42, "APL" }, { 43, "DS" }, { 44, "SSHFP" }, { 45, "IPSECKEY" },
    { 46, "RRSIG" }, { 47, "NSEC" }, { 48, "DNSKEY" }, { 49, "DHCID" }, { 50, "NSEC3" },
    { 51, "NSEC3PARAM" }, { 52, "TLSA" }, { 53, "SMIMEA" }, { 55, "HIP" }, { 56, "NINFO" },
    { 57, "RKEY" }, { 58, "TALINK" }, { 59, "CDS" }, { 60, "CDNSKEY" }, { 61, "OPENPGPKEY" },
    { 62, "CSYNC" }, { 63, "ZONEMD" }, { 64, "SVCB" }, { 65, "HTTPS" }, { 99, "SPF" },
    { 100, "UINFO" }, { 101, "UID" }, { 102, "GID" }, { 103, "UNSPEC" }, { 104, "NID" },
    { 105, "L32" }, { 106, "L64" }, { 107, "LP" }, { 108, "EUI48" }, { 109, "EUI64" },
    { 249, "TKEY" }, { 250, "TSIG" }, { 251, "IXFR" }, { 252, "AXFR" }, { 253, "MAILB" },
    { 254, "MAILA" }, { 255, "ALL" }, { 256, "URI" }, { 257, "CAA" }, { 258, "AVC" },
    { 259, "DOA" }, { 260, "AMTRELAY" }, { 32768, "TA" }, { 32769, "DLV" }, WORD_END,
};
const struct clv_word clv_dns_classes[] = {
    { 1, "IN" }, { 2, "CS" }, { 3, "CH" }, { 4, "HS" }, { 254, "NONE" }, { 255, "ANY" }, WORD_END,
};
#define RCODES \
    { 0, "ok" }, { 1, "format-error" }, { 2, "server-failure" }, { 3, "name-error" }, \
    { 4, "not-implemented" }, { 5, "refused" }, { 6, "YXDOMAIN" }, { 7, "YXRRSET" }, \
    { 8, "NXRRSET" }, { 9, "NOTAUTH" }, { 10, "NOTZONE" }, { 11, "DSOTYPENI" }
static const struct clv_word rcodes[] = { RCODES, WORD_END };
/* Of TSIG and TKEY, RFC 8945 3, RFC 2930 2.6, RFC 7873 8. */
const struct clv_word clv_dns_errors[] = {
    RCODES, { 16, "BADSIG" }, { 17, "BADKEY" }, { 18, "BADTIME" }, { 19, "BADMODE" },
    { 20, "BADNAME" }, { 21, "BADALG" }, { 22, "BADTRUNC" }, { 23, "BADCOOKIE" }, WORD_END,
};
static const struct clv_word dns_opcodes[] = {
    { 0, "QUERY" }, { 1, "IQUERY" }, { 2, "STATUS" }, { 4, "NOTIFY" }, { 5, "UPDATE" },
    { 6, "DSO" }, WORD_END,
};

/* DNS, RFC 1035 4.1, and over TCP 4.2.2; ad and cd: RFC 4035 3. */
#define SECTIONS(question_) \
    U16("qdcount", MEASURES(COUNT)), \
    U16("ancount", MEASURES(COUNT)), \
    U16("nscount", MEASURES(COUNT)), \
    U16("arcount", MEASURES(COUNT)), \
    LIST("qd", .of = "dns.q", .size = "qdcount", .text = question_), \
    LIST("an", .of = "dns.rr", .size = "ancount"), \
    LIST("ns", .of = "dns.rr", .size = "nscount"), \
    LIST("ar", .of = "dns.rr", .size = "arcount"), \
    BYTES("trailing")

static const struct clv_field dns_fields[] = {
    SWITCH("compress"),
    U16("length", MEASURES(REST), .when = "TCP.below or TCPerror.below"),
    U16("id", .style = CLV_MESSAGE, .reply = "="),
    BITS(1, "qr", .reply = "0:1"),
    BITS(4, "opcode", .words = dns_opcodes),
    BITS(1, "aa"),
    BITS(1, "tc"),
    BITS(1, "rd", .init = 1),
    BITS(1, "ra"),
    BITS(1, "z"),
    BITS(1, "ad"),
    BITS(1, "cd"),
    BITS(4, "rcode", .words = rcodes),
    SECTIONS("DNSQR()"),
    END,
};
static const struct clv_under dns_under[] = {
    UNDER(53, "udp.port"),
    UNDER(5353, "udp.port"),
    UNDER(53, "tcp.port"),
    UNDER_END,
};
/* Multicast DNS: RFC 6762 3. */
static const struct clv_imply dns_implies[] = {
    { "TCP", "sport", "53" },
    IMPLY_IF("UDP.dport == 5353"),
    { "IP", "dst", "224.0.0.251" },
    { "IPv6", "dst", "ff02::fb" },
    IMPLY_END,
};
static const struct clv_line dns_lines[] = {
    { "qr == 0", "Qry id=%id%" },
    { NULL, "Ans id=%id% %rcode% an=%ancount%" },
    LINE_END,
};
const struct clv_desc clv_dns = {
    .name = "DNS",
    .title = "DNS",
    .source = "RFC 1035 4.1",
    .fields = dns_fields,
    .under = dns_under,
    .implies = dns_implies,
    .lines = dns_lines,
    .again = "dns",
};

/* LLMNR, RFC 4795 2.1.1: the same sections behind flags of its own. */
#define LLMNR(id_, name_, title_, qr_, reply_, answers_, implies_, line_) \
    static const struct clv_field id_##_fields[] = { \
        SWITCH("compress"), \
        U16("id", .reply = "="), \
        BITS(1, "qr", TELLS(qr_), .reply = reply_), \
        BITS(4, "opcode", .words = dns_opcodes), \
        BITS(1, "c"), \
        BITS(1, "tc"), \
        BITS(1, "t"), \
        BITS(4, "z"), \
        BITS(4, "rcode", .words = rcodes), \
        SECTIONS(NULL), \
        END, \
    }; \
    static const struct clv_line id_##_lines[] = { { NULL, line_ }, LINE_END }; \
    const struct clv_desc clv_##id_ = { \
        .name = name_, \
        .title = title_, \
        .source = "RFC 4795 2.1.1", \
        .fields = id_##_fields, \
        .under = llmnr_under, \
        .implies = implies_, \
        .answers = answers_, \
        .lines = id_##_lines, \
    }

static const struct clv_under llmnr_under[] = { UNDER(5355, "udp.port"), UNDER_END };
/* Questions go to the group, 2; answers come to whom asked. */
static const struct clv_imply llmnr_query_implies[] = {
    { "UDP", "sport", "5355" },
    { "UDP", "dport", "5355" },
    { "IP", "dst", "224.0.0.252" },
    { "IPv6", "dst", "ff02::1:3" },
    IMPLY_END,
};
static const struct clv_imply llmnr_response_implies[] = {
    { "UDP", "sport", "5355" },
    { "UDP", "dport", "5355" },
    IMPLY_END,
};
LLMNR(llmnr_query, "LLMNRQuery", "Link Local Multicast Name Resolution - Query", 0, "0:1",
      NULL, llmnr_query_implies, "LLMNR Qry id=%id%");
LLMNR(llmnr_response, "LLMNRResponse", "Link Local Multicast Name Resolution - Response", 1, NULL,
      "LLMNRQuery", llmnr_response_implies, "LLMNR Ans id=%id% %rcode% an=%ancount%");

static const struct clv_field dnsqr_fields[] = {
    NAME("qname", .text = "www.example.com."),
    U16("qtype", .init = 1, .words = clv_dns_types),
    BITS(1, "unicastresponse"),
    BITS(15, "qclass", .init = 1, .words = clv_dns_classes),
    END,
};
static const struct clv_under dnsqr_under[] = { UNDER(0, "dns.q"), UNDER_END };
const struct clv_desc clv_dnsqr = {
    .name = "DNSQR",
    .title = "DNS Question Record",
    .source = "RFC 1035 4.1.2; unicastresponse: RFC 6762 5.4",
    .fields = dnsqr_fields,
    .under = dnsqr_under,
};
