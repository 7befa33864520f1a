/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DNS resource records by type, items of a message's sections. One whose data fits no table of its
 * type is the generic one, which comes last. Names that RFC 3597 4 does not let compress are plain.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word algorithms[] = {
    { 1, "RSA/MD5" }, { 2, "Diffie-Hellman" }, { 3, "DSA/SHA-1" }, { 5, "RSA/SHA-1" },
    { 6, "DSA-NSEC3-SHA1" }, { 7, "RSASHA1-NSEC3-SHA1" }, { 8, "RSA/SHA-256" },
    { 10, "RSA/SHA-512" }, { 12, "GOST R 34.10-2001" }, { 13, "ECDSA Curve P-256 with SHA-256" },
    { 14, "ECDSA Curve P-384 with SHA-384" }, { 15, "Ed25519" }, { 16, "Ed448" },
    { 252, "Reserved for Indirect Keys" }, { 253, "Private algorithms - domain name" },
    { 254, "Private algorithms - OID" }, WORD_END,
};
static const struct clv_word digests[] = {
    { 1, "SHA-1" }, { 2, "SHA-256" }, { 3, "GOST R 34.11-94" }, { 4, "SHA-384" }, WORD_END,
};
static const struct clv_word key_flags[] = { { 1, "S" }, { 0x80, "R" }, { 0x100, "Z" }, WORD_END };

static const struct clv_under rr_under[] = { UNDER(0, "dns.rr"), UNDER_END };

#define RR_TYPE(...) \
    NAME("rrname", .text = "."), \
    U16("type", __VA_ARGS__, .words = clv_dns_types)
#define RR_HEAD(...) \
    RR_TYPE(__VA_ARGS__), \
    BITS(1, "cacheflush"), \
    BITS(15, "rclass", .init = 1, .words = clv_dns_classes), \
    U32("ttl"), \
    U16("rdlen", MEASURES(REST))

#define RR_TABLE(id_, name_, title_, source_) \
    const struct clv_desc clv_##id_ = { \
        .name = name_, \
        .title = title_ " Resource Record", \
        .source = source_, \
        .fields = id_##_fields, \
        .under = rr_under, \
    }
#define RR(id_, name_, title_, source_, type_, ...) \
    static const struct clv_field id_##_fields[] = { RR_HEAD(TELLS(type_)), __VA_ARGS__, END }; \
    RR_TABLE(id_, name_, title_, source_)

/* A string of at most 255 bytes behind its length, RFC 1035 3.3. */
#define STRING(name_, len_) \
    U8(len_, MEASURES(FIELD)), \
    BYTES(name_, .size = len_)

/* The types whose data is one value, and every type without a table. */
static const struct clv_field dnsrr_fields[] = {
    RR_HEAD(.init = 1),
    IP4("rdata", .when = "type == 1", .size = "rdlen"),
    IP6("rdata", .when = "type == 28", .size = "rdlen"),
    NAME("rdata", .when = "type in 2,3,4,5,7,8,9,12,39", .size = "rdlen"),
    COUNTED("rdata", .style = CLV_MANY, .when = "type in 16,99", .size = "rdlen"),
    BYTES("rdata", .size = "rdlen"),
    END,
};
RR_TABLE(dnsrr, "DNSRR", "DNS", "RFC 1035 4.1.3");

RR(dnsrrsoa, "DNSRRSOA", "DNS SOA", "RFC 1035 3.3.13", 6,
    NAME("mname", .text = "."),
    NAME("rname", .text = "."),
    U32("serial"),
    U32("refresh"),
    U32("retry"),
    U32("expire"),
    U32("minimum"));

RR(dnsrrhinfo, "DNSRRHINFO", "DNS HINFO", "RFC 1035 3.3.2", 13,
    STRING("cpu", "cpulen"),
    STRING("os", "oslen"));

RR(dnsrrminfo, "DNSRRMINFO", "DNS MINFO", "RFC 1035 3.3.7", 14,
    NAME("rmailbx", .text = "."),
    NAME("emailbx", .text = "."));

RR(dnsrrmx, "DNSRRMX", "DNS MX", "RFC 1035 3.3.9", 15,
    U16("preference"),
    NAME("exchange", .text = "."));

RR(dnsrrrp, "DNSRRRP", "DNS RP", "RFC 1183 2.2", 17,
    PLAIN_NAME("mbox", .text = "."),
    PLAIN_NAME("txt", .text = "."));

RR(dnsrrafsdb, "DNSRRAFSDB", "DNS AFSDB", "RFC 1183 1", 18,
    U16("subtype", .init = 1),
    PLAIN_NAME("hostname", .text = "."));

RR(dnsrrrt, "DNSRRRT", "DNS RT", "RFC 1183 3.3", 21,
    U16("preference"),
    PLAIN_NAME("host", .text = "."));

RR(dnsrrloc, "DNSRRLOC", "DNS LOC", "RFC 1876 2", 29,
    U8("version"),
    U8("size", .init = 0x12, .style = CLV_HEX),
    U8("horiz_pre", .init = 0x16, .style = CLV_HEX),
    U8("vert_pre", .init = 0x13, .style = CLV_HEX),
    U32("latitude", .init = 0x80000000),
    U32("longitude", .init = 0x80000000),
    U32("altitude", .init = 10000000));

RR(dnsrrsrv, "DNSRRSRV", "DNS SRV", "RFC 2782", 33,
    U16("priority"),
    U16("weight"),
    U16("port"),
    PLAIN_NAME("target", .text = "."));

RR(dnsrrnaptr, "DNSRRNAPTR", "DNS NAPTR", "RFC 3403 4.1", 35,
    U16("order"),
    U16("preference"),
    STRING("flags", "flags_len"),
    STRING("services", "services_len"),
    STRING("regexp", "regexp_len"),
    PLAIN_NAME("replacement", .text = "."));

RR(dnsrrkx, "DNSRRKX", "DNS KX", "RFC 2230 3", 36,
    U16("preference"),
    PLAIN_NAME("exchanger", .text = "."));

RR(dnsrrcert, "DNSRRCERT", "DNS CERT", "RFC 4398 2", 37,
    U16("cert_type", .init = 1),
    U16("keytag"),
    U8("algorithm", .init = 5, .words = algorithms),
    BYTES("certificate"));

RR(dnsrrsshfp, "DNSRRSSHFP", "DNS SSHFP", "RFC 4255 3.1", 44,
    U8("algorithm", .init = 1),
    U8("fptype", .init = 1),
    BYTES("fingerprint"));

/* EDNS0, RFC 6891 6.1.2: class and time to live hold other things. */
static const struct clv_field dnsrropt_fields[] = {
    RR_TYPE(TELLS(41)),
    U16("rclass", .init = 4096),
    U8("extrcode"),
    U8("version"),
    U16("z", .init = 0x8000, .style = CLV_HEX),
    U16("rdlen", MEASURES(REST)),
    LIST("rdata", .of = "dns.opt", .size = "rdlen"),
    END,
};
RR_TABLE(dnsrropt, "DNSRROPT", "DNS OPT", "RFC 6891 6.1.2");

/* ---- DNSSEC: RFC 4034, RFC 5155. */

#define DS \
    U16("keytag"), \
    U8("algorithm", .init = 5, .words = algorithms), \
    U8("digesttype", .init = 5, .words = digests), \
    BYTES("digest")
#define DNSKEY \
    FLAGS(16, "flags", .init = 0x100, .words = key_flags), \
    U8("protocol", .init = 3), \
    U8("algorithm", .init = 5, .words = algorithms), \
    BYTES("publickey")

RR(dnsrrds, "DNSRRDS", "DNS DS", "RFC 4034 5.1", 43, DS);
RR(dnsrrcds, "DNSRRCDS", "DNS CDS", "RFC 7344 3.1", 59, DS);
RR(dnsrrdlv, "DNSRRDLV", "DNS DLV", "RFC 4431 2", 32769, DS);
RR(dnsrrdnskey, "DNSRRDNSKEY", "DNS DNSKEY", "RFC 4034 2.1", 48, DNSKEY);
RR(dnsrrcdnskey, "DNSRRCDNSKEY", "DNS CDNSKEY", "RFC 7344 3.2", 60, DNSKEY);

RR(dnsrrrsig, "DNSRRRSIG", "DNS RRSIG", "RFC 4034 3.1", 46,
    U16("typecovered", .init = 1, .words = clv_dns_types),
    U8("algorithm", .init = 5, .words = algorithms),
    U8("labels"),
    U32("originalttl"),
    U32("expiration"),
    U32("inception"),
    U16("keytag"),
    PLAIN_NAME("signersname", .text = "."),
    BYTES("signature"));

RR(dnsrrnsec, "DNSRRNSEC", "DNS NSEC", "RFC 4034 4.1", 47,
    PLAIN_NAME("nextname", .text = "."),
    BYTES("typebitmaps"));

RR(dnsrrnsec3, "DNSRRNSEC3", "DNS NSEC3", "RFC 5155 3.2", 50,
    U8("hashalg"),
    U8("flags"),
    U16("iterations"),
    U8("saltlength", MEASURES(FIELD)),
    BYTES("salt", .size = "saltlength"),
    U8("hashlength", MEASURES(FIELD)),
    BYTES("nexthashedownername", .size = "hashlength"),
    BYTES("typebitmaps"));

RR(dnsrrnsec3param, "DNSRRNSEC3PARAM", "DNS NSEC3PARAM", "RFC 5155 4.2", 51,
    U8("hashalg"),
    U8("flags"),
    U16("iterations"),
    U8("saltlength", MEASURES(FIELD)),
    BYTES("salt", .size = "saltlength"));

/* ---- Certificates: RFC 6698, RFC 8162, RFC 8659. */

#define TLSA \
    U8("usage"), \
    U8("selector"), \
    U8("matching_type"), \
    BYTES("data")

RR(dnsrrtlsa, "DNSRRTLSA", "DNS TLSA", "RFC 6698 2.1", 52, TLSA);
RR(dnsrrsmimea, "DNSRRSMIMEA", "DNS SMIMEA", "RFC 8162 2", 53, TLSA);

RR(dnsrrcaa, "DNSRRCAA", "DNS CAA", "RFC 8659 4.1", 257,
    U8("flags"),
    STRING("tag", "tag_len"),
    BYTES("value"));

RR(dnsrruri, "DNSRRURI", "DNS URI", "RFC 7553 4.5", 256,
    U16("priority"),
    U16("weight"),
    BYTES("target"));

/* ---- Services, RFC 9460 2.2. */

#define SERVICE \
    U16("svc_priority"), \
    PLAIN_NAME("target_name", .text = "."), \
    LIST("svc_params", .of = "dns.svc")

RR(dnsrrsvcb, "DNSRRSVCB", "DNS SVCB", "RFC 9460 2.2", 64, SERVICE);
RR(dnsrrhttps, "DNSRRHTTPS", "DNS HTTPS", "RFC 9460 9", 65, SERVICE);

static const struct clv_word svc_keys[] = {
    { 0, "mandatory" }, { 1, "alpn" }, { 2, "no-default-alpn" }, { 3, "port" }, { 4, "ipv4hint" },
    { 5, "ech" }, { 6, "ipv6hint" }, { 7, "dohpath" }, { 8, "ohttp" }, WORD_END,
};
static const struct clv_field svc_param_fields[] = {
    U16("key", .words = svc_keys),
    U16("len", MEASURES(REST)),
    U16("value", .style = CLV_MANY, .when = "key == 0", .words = svc_keys, .size = "len"),
    COUNTED("value", .style = CLV_MANY, .when = "key == 1", .size = "len"),
    U16("value", .when = "key == 3", .size = "len"),
    IP4("value", .style = CLV_MANY, .when = "key == 4", .size = "len"),
    IP6("value", .style = CLV_MANY, .when = "key == 6", .size = "len"),
    BYTES("value", .size = "len"),
    END,
};
static const struct clv_under svc_param_under[] = { UNDER(0, "dns.svc"), UNDER_END };
const struct clv_desc clv_dns_svc_param = {
    .name = "SvcParam",
    .title = "SvcParam",
    .source = "RFC 9460 2.2, 7; ohttp: RFC 9540",
    .fields = svc_param_fields,
    .under = svc_param_under,
};

/* ---- Transactions: the class of TSIG and TKEY is ANY, and no cache keeps them. */

static const struct clv_field dnsrrtsig_fields[] = {
    RR_TYPE(TELLS(250)),
    U16("rclass", .init = 1, .words = clv_dns_classes),
    U32("ttl"),
    U16("rdlen", MEASURES(REST)),
    PLAIN_NAME("algo_name", .text = "hmac-sha1."),
    BITS(48, "time_signed"),
    U16("fudge"),
    U16("mac_len", MEASURES(FIELD)),
    BYTES("mac_data", .size = "mac_len"),
    U16("original_id"),
    U16("error", .words = clv_dns_errors),
    U16("other_len", MEASURES(FIELD)),
    BYTES("other_data", .size = "other_len"),
    END,
};
RR_TABLE(dnsrrtsig, "DNSRRTSIG", "DNS TSIG", "RFC 8945 4.2");

static const struct clv_word tkey_modes[] = {
    { 1, "server-assignment" }, { 2, "Diffie-Hellman" }, { 3, "GSS-API" },
    { 4, "resolver-assignment" }, { 5, "delete" }, WORD_END,
};
static const struct clv_field dnsrrtkey_fields[] = {
    RR_TYPE(TELLS(249)),
    U16("rclass", .init = 255, .words = clv_dns_classes),
    U32("ttl"),
    U16("rdlen", MEASURES(REST)),
    PLAIN_NAME("algo_name", .text = "."),
    U32("inception"),
    U32("expiration"),
    U16("mode", .init = 3, .words = tkey_modes),
    U16("error", .words = clv_dns_errors),
    U16("key_len", MEASURES(FIELD)),
    BYTES("key", .size = "key_len"),
    U16("other_len", MEASURES(FIELD)),
    BYTES("other_data", .size = "other_len"),
    END,
};
RR_TABLE(dnsrrtkey, "DNSRRTKEY", "DNS TKEY", "RFC 2930 2");
