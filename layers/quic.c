/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QUIC packets with a long header, beside each other in one datagram. On the wire the packet number,
 * its length and what follows are protected: without keys these are what the bytes say as they are.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_under quic_under[] = {
    UNDER(443, "udp.port"),
    UNDER(853, "udp.port"),
    UNDER(4433, "udp.port"),
    UNDER(4434, "udp.port"),
    UNDER_END,
};
static const struct clv_imply quic_implies[] = {
    { "UDP", "dport", "443" },
    IMPLY_END,
};
static const struct clv_line quic_lines[] = {
    { NULL, "version %Version%" },
    LINE_END,
};
static const struct clv_word form_words[] = {
    { 0, "Short Header" },
    { 1, "Long Header" },
    WORD_END,
};
static const struct clv_word type_words[] = {
    { 0, "Initial" },
    { 1, "0-RTT" },
    { 2, "Handshake" },
    { 3, "Retry" },
    WORD_END,
};

#define CONNECTIONS \
    U8("DstConnIDLen", MEASURES(FIELD)), \
    BYTES("DstConnID", .size = "DstConnIDLen"), \
    U8("SrcConnIDLen", MEASURES(FIELD)), \
    BYTES("SrcConnID", .size = "SrcConnIDLen")
#define LONG_HEADER(type_) \
    BITS(1, "HeaderForm", TELLS(1), .words = form_words), \
    BITS(1, "FixedBit", .init = 1), \
    BITS(2, "LongPacketType", TELLS(type_), .words = type_words)
#define PROTECTED_BITS \
    BITS(2, "Reserved"), \
    BITS(2, "PacketNumberLen")
#define VERSION \
    U32("Version", .init = 1, .style = CLV_HEX)
#define PROTECTED \
    VARINT("Length", MEASURES(REST)), \
    U8("PacketNumber", .when = "PacketNumberLen == 0"), \
    U16("PacketNumber", .when = "PacketNumberLen == 1"), \
    U24("PacketNumber", .when = "PacketNumberLen == 2"), \
    U32("PacketNumber", .when = "PacketNumberLen == 3"), \
    BYTES("Protected")

/* Version 1, and of its drafts those whose header is the same. */
#define KNOWN \
    "(Version == 1 or Version in 0xff000017..0xff000022) and " \
    "DstConnIDLen <= 20 and SrcConnIDLen <= 20"

#define QUIC(id_, name_, title_, source_, when_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_quic_##id_ = { \
        .name = "QUIC_" name_, \
        .title = "QUIC " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = quic_under, \
        .implies = quic_implies, \
        .lines = quic_lines, \
        .when = (when_), \
        .again = "quic", \
        .leaf = true, \
    }

QUIC(version, "Version", "Version Negotiation", "RFC 9000 17.2.1", NULL,
    BITS(1, "HeaderForm", TELLS(1), .words = form_words),
    BITS(7, "Unused"),
    U32("Version", TELLS(0)),
    CONNECTIONS,
    U32("SupportedVersions", .style = CLV_MANY | CLV_HEX));

QUIC(initial, "Initial", "Initial", "RFC 9000 17.2.2", KNOWN,
    LONG_HEADER(0),
    PROTECTED_BITS,
    VERSION,
    CONNECTIONS,
    VARINT("TokenLen", MEASURES(FIELD)),
    BYTES("Token", .size = "TokenLen"),
    PROTECTED);

QUIC(early, "0RTT", "0-RTT", "RFC 9000 17.2.3", KNOWN,
    LONG_HEADER(1),
    PROTECTED_BITS,
    VERSION,
    CONNECTIONS,
    PROTECTED);

QUIC(handshake, "Handshake", "Handshake", "RFC 9000 17.2.4", KNOWN,
    LONG_HEADER(2),
    PROTECTED_BITS,
    VERSION,
    CONNECTIONS,
    PROTECTED);

QUIC(retry, "Retry", "Retry", "RFC 9000 17.2.5", KNOWN " and left >= 23",
    LONG_HEADER(3),
    BITS(4, "Unused"),
    VERSION,
    CONNECTIONS,
    BYTES("RetryToken"),
    FIXED(16, "RetryIntegrityTag", .style = CLV_AFTER));
