/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DNS: messages, questions, resource records by type, EDNS0 options. `compress` says how names are
 * compressed: 0 not at all, 1 as RFC 1035 does, 2 everywhere (RFC 6762 18.14).
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

/* DNS, RFC 1035 4.1; ad and cd: RFC 4035 3. */
static const struct clv_word dns_opcodes[] = {
    { 0, "QUERY" }, { 1, "IQUERY" }, { 2, "STATUS" }, { 4, "NOTIFY" }, { 5, "UPDATE" }, WORD_END,
};
static const struct clv_word dns_rcodes[] = {
    { 0, "ok" }, { 1, "format-error" }, { 2, "server-failure" }, { 3, "name-error" },
    { 4, "not-implemented" }, { 5, "refused" }, { 6, "YXDOMAIN" }, { 7, "YXRRSET" },
    { 8, "NXRRSET" }, { 9, "NOTAUTH" }, { 10, "NOTZONE" }, WORD_END,
};
static const struct clv_field dns_fields[] = {
    SWITCH("compress"),
    U16("id", .reply = "="),
    BITS(1, "qr", .reply = "0:1"),
    BITS(4, "opcode", .words = dns_opcodes),
    BITS(1, "aa"),
    BITS(1, "tc"),
    BITS(1, "rd", .init = 1),
    BITS(1, "ra"),
    BITS(1, "z"),
    BITS(1, "ad"),
    BITS(1, "cd"),
    BITS(4, "rcode", .words = dns_rcodes),
    U16("qdcount", MEASURES(COUNT)),
    U16("ancount", MEASURES(COUNT)),
    U16("nscount", MEASURES(COUNT)),
    U16("arcount", MEASURES(COUNT)),
    LIST("qd", .of = "dns.q", .size = "qdcount", .text = "DNSQR()"),
    LIST("an", .of = "dns.rr", .size = "ancount"),
    LIST("ns", .of = "dns.rr", .size = "nscount"),
    LIST("ar", .of = "dns.rr", .size = "arcount"),
    BYTES("trailing"),
    END,
};
static const struct clv_under dns_under[] = {
    UNDER(53, "udp.port"),
    UNDER(5353, "udp.port"),
    UNDER(5355, "udp.port"),
    UNDER(0, "dns"),
    UNDER_END,
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
    .lines = dns_lines,
};

/* Over TCP each message follows its length, RFC 1035 4.2.2. */
static const struct clv_field dnstcp_fields[] = {
    U16("length", MEASURES(PAYLOAD)),
    END,
};
static const struct clv_under dnstcp_under[] = { UNDER(53, "tcp.port"), UNDER_END };
const struct clv_desc clv_dnstcp = {
    .name = "DNSTCP",
    .title = "DNS over TCP",
    .source = "RFC 1035 4.2.2",
    .fields = dnstcp_fields,
    .under = dnstcp_under,
    .next = "dns",
    .again = "dns.tcp",
};

const struct clv_word clv_dns_types[] = {
    { 1, "A" }, { 2, "NS" }, { 5, "CNAME" }, { 6, "SOA" }, { 12, "PTR" }, { 13, "HINFO" },
    { 15, "MX" }, { 16, "TXT" }, { 17, "RP" }, { 18, "AFSDB" }, { 28, "AAAA" }, { 29, "LOC" },
    { 33, "SRV" }, { 35, "NAPTR" }, { 36, "KX" }, { 37, "CERT" }, { 39, "DNAME" }, { 41, "OPT" },
    { 43, "DS" }, { 44, "SSHFP" }, { 46, "RRSIG" }, { 47, "NSEC" }, { 48, "DNSKEY" },
    { 50, "NSEC3" }, { 51, "NSEC3PARAM" }, { 52, "TLSA" }, { 64, "SVCB" }, { 65, "HTTPS" },
    { 99, "SPF" }, { 249, "TKEY" }, { 250, "TSIG" }, { 251, "IXFR" }, { 252, "AXFR" },
    { 255, "ALL" }, { 257, "CAA" }, WORD_END,
};
static const struct clv_word dns_classes[] = {
    { 1, "IN" }, { 2, "CS" }, { 3, "CH" }, { 4, "HS" }, { 255, "ANY" }, WORD_END,
};

static const struct clv_field dnsqr_fields[] = {
    NAME("qname", .text = "www.example.com."),
    U16("qtype", .init = 1, .words = clv_dns_types),
    BITS(1, "unicastresponse"),
    BITS(15, "qclass", .init = 1, .words = dns_classes),
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

static const struct clv_under rr_under[] = { UNDER(0, "dns.rr"), UNDER_END };

#define RR_HEAD(...) \
    NAME("rrname", .text = "."), \
    U16("type", __VA_ARGS__, .words = clv_dns_types), \
    BITS(1, "cacheflush"), \
    BITS(15, "rclass", .init = 1, .words = dns_classes), \
    U32("ttl"), \
    U16("rdlen", MEASURES(REST))

#define RR(id_, name_, title_, source_, type_, ...) \
    static const struct clv_field id_##_fields[] = { RR_HEAD(TELLS(type_)), __VA_ARGS__, END }; \
    const struct clv_desc clv_##id_ = { \
        .name = name_, \
        .title = title_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = rr_under, \
    }

/* The types whose data is one value, and every type without a table. */
static const struct clv_field dnsrr_fields[] = {
    RR_HEAD(.init = 1),
    IP4("rdata", .when = "type == 1", .size = "rdlen"),
    IP6("rdata", .when = "type == 28", .size = "rdlen"),
    NAME("rdata", .when = "type in 2,3,4,5,7,8,9,12,39", .size = "rdlen"),
    LIST("rdata", .when = "type in 16,99", .of = "dns.text", .size = "rdlen"),
    BYTES("rdata", .size = "rdlen"),
    END,
};
const struct clv_desc clv_dnsrr = {
    .name = "DNSRR",
    .title = "DNS Resource Record",
    .source = "RFC 1035 4.1.3",
    .fields = dnsrr_fields,
    .under = rr_under,
};

RR(dnsrrmx, "DNSRRMX", "DNS MX Resource Record", "RFC 1035 3.3.9", 15,
    U16("preference"),
    NAME("exchange", .text = "."));

RR(dnsrrsoa, "DNSRRSOA", "DNS SOA Resource Record", "RFC 1035 3.3.13", 6,
    NAME("mname", .text = "."),
    NAME("rname", .text = "."),
    U32("serial"),
    U32("refresh"),
    U32("retry"),
    U32("expire"),
    U32("minimum"));

RR(dnsrrsrv, "DNSRRSRV", "DNS SRV Resource Record", "RFC 2782", 33,
    U16("priority"),
    U16("weight"),
    U16("port"),
    PLAIN_NAME("target", .text = "."));
