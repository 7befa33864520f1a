/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EIGRP: a header and TLVs as items. A TLV of several destinations is the generic one.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word opcodes[] = {
    { 1, "Update" },
    { 2, "Request" },
    { 3, "Query" },
    { 4, "Reply" },
    { 4, "Replay" }, /* as Scapy spells it */
    { 5, "Hello" },
    { 6, "IPX SAP" },
    { 10, "SIA Query" },
    { 11, "SIA Reply" },
    WORD_END,
};
static const struct clv_word flag_bits[] = {
    { 0x1, "init" },
    { 0x2, "cond-recv" },
    { 0x4, "unknown" },
    { 0x8, "update" },
    WORD_END,
};
static const struct clv_word stub_bits[] = {
    { 0x01, "connected" },
    { 0x02, "static" },
    { 0x04, "summary" },
    { 0x08, "receive-only" },
    { 0x10, "redistributed" },
    { 0x20, "leak-map" },
    WORD_END,
};
static const struct clv_word route_bits[] = {
    { 0x1, "external" },
    { 0x2, "candidate-default" },
    WORD_END,
};
static const struct clv_word protocols[] = {
    { 1, "IGRP" },
    { 2, "EIGRP" },
    { 3, "Static Route" },
    { 4, "RIP" },
    { 5, "Hello" },
    { 6, "OSPF" },
    { 7, "IS-IS" },
    { 8, "EGP" },
    { 9, "BGP" },
    { 10, "IDRP" },
    { 11, "Connected Link" },
    WORD_END,
};
static const struct clv_word auth_types[] = {
    { 2, "MD5" },
    WORD_END,
};

/* The header, RFC 7868 6.3. */
static const struct clv_field eigrp_fields[] = {
    U8("ver", .init = 2),
    U8("opcode", .init = 5, .words = opcodes, .reply = "2:4,3:4,10:11"),
    U16("chksum", .style = CLV_HEX, .fill = clv_sum_layer),
    FLAGS(32, "flags", .words = flag_bits),
    U32("seq"),
    U32("ack"),
    U32("asn", .init = 100),
    LIST("tlvlist", .of = "eigrp.tlv"),
    END,
};
static const struct clv_under eigrp_under[] = {
    UNDER(88, "ip.proto"),
    UNDER_END,
};
static const struct clv_line eigrp_lines[] = {
    { NULL, "%opcode% AS %asn% seq=%seq% ack=%ack%" },
    LINE_END,
};
const struct clv_desc clv_eigrp = {
    .name = "EIGRP",
    .title = "EIGRP",
    .source = "RFC 7868 6.3",
    .fields = eigrp_fields,
    .under = eigrp_under,
    .lines = eigrp_lines,
};

static const struct clv_under tlv_under[] = {
    UNDER(0, "eigrp.tlv"),
    UNDER_END,
};

#define TLV(id_, name_, title_, source_, type_, ...) \
    static const struct clv_field id_##_fields[] = { \
        U16("type", type_, .style = CLV_HEX | SORT), \
        U16("len", MEASURES(HEADER)), \
        __VA_ARGS__, \
        END, \
    }; \
    const struct clv_desc clv_eigrp_##id_ = { \
        .name = "EIGRP" name_, \
        .title = "EIGRP " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = tlv_under, \
    }

#define SORT CLV_TELL

TLV(param, "Param", "Parameters", "RFC 7868 6.6.1", .init = 1,
    U8("k1", .init = 1),
    U8("k2"),
    U8("k3", .init = 1),
    U8("k4"),
    U8("k5"),
    U8("reserved"),
    U16("holdtime", .init = 15));

TLV(auth, "AuthData", "Authentication", "RFC 7868 6.6.2", .init = 2,
    U16("authtype", .init = 2, .words = auth_types),
    U16("keysize", MEASURES(FIELD)),
    U32("keyid", .init = 1),
    FIXED(12, "nullpad"),
    BYTES("authdata", .size = "keysize"));

TLV(seq, "Seq", "Sequence", "RFC 7868 6.6.3", .init = 3,
    U8("addrlen", .init = 4),
    IP4("ipaddr", .when = "addrlen == 4", .init = 0xc0a80001),
    IP6("ip6addr", .when = "addrlen == 16", .text = "2001::"));

TLV(version, "SwVer", "Software Version", "RFC 7868 6.6.4", .init = 4,
    U16("ios", .init = 3072, .style = CLV_HEX),
    U16("eigrp", .init = 258, .style = CLV_HEX));

TLV(multicast, "Nms", "Next Multicast Sequence", "RFC 7868 6.6.5", .init = 5,
    U32("nms", .init = 2));

TLV(stub, "Stub", "Stub Router", "Cisco", .init = 6,
    FLAGS(16, "flags", .init = 13, .words = stub_bits));

#define METRIC(delay_, bandwidth_, hops_, reliability_, load_, reserved_) \
    U32("delay", .init = (delay_)), \
    U32("bandwidth", .init = (bandwidth_)), \
    U24("mtu", .init = 1500), \
    U8("hopcount", .init = (hops_)), \
    U8("reliability", .init = (reliability_)), \
    U8("load", .init = (load_)), \
    U16(reserved_, .style = CLV_HEX)
/* As many bytes as the prefix reaches into, and one of a prefix of no bits (RFC 7868 6.7.1). */
#define DESTINATION \
    U8("prefixlen", .init = 24), \
    IP4_PART(1, "dst", .when = "prefixlen == 0", .text = "192.168.1.0"), \
    IP4_PART(0, "dst", .size = "prefixlen", .text = "192.168.1.0")
/* As Cisco's routers: one byte more where the prefix ends on a byte. */
#define DESTINATION6(len_, text_) \
    U8("prefixlen", .init = (len_), .measures = { .bias = 8 }), \
    IP6_PART(0, "dst", .size = "prefixlen", .text = (text_))
#define EXTERNAL \
    IP4("originrouter", .init = 0xc0a80001), \
    U32("originasn"), \
    U32("tag"), \
    U32("externalmetric"), \
    U16("reserved"), \
    U8("extprotocolid", .init = 3, .words = protocols), \
    FLAGS(8, "flags", .words = route_bits)

TLV(route, "IntRoute", "Internal Route", "RFC 7868 6.7.1", .init = 0x102,
    IP4("nexthop", .init = 0xc0a80000),
    METRIC(128000, 256, 0, 255, 0, "reserved"),
    DESTINATION);

TLV(external, "ExtRoute", "External Route", "RFC 7868 6.7.2", .init = 0x103,
    IP4("nexthop", .init = 0xc0a80000),
    EXTERNAL,
    METRIC(0, 256, 0, 255, 0, "reserved2"),
    DESTINATION);

TLV(route6, "v6IntRoute", "Internal IPv6 Route", "RFC 7868 6.8.1", .init = 0x402,
    IP6("nexthop"),
    METRIC(128000, 256000, 1, 255, 0, "reserved"),
    DESTINATION6(16, "2001::"));

TLV(external6, "v6ExtRoute", "External IPv6 Route", "RFC 7868 6.8.2", .init = 0x403,
    IP6("nexthop"),
    EXTERNAL,
    METRIC(0, 256000, 1, 0, 1, "reserved2"),
    DESTINATION6(8, NULL));

#undef SORT
#define SORT 0

TLV(generic, "Generic", "TLV", "RFC 7868 6.4", .init = 0,
    BYTES("value", .init = 1));
