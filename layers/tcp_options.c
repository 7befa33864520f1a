/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP options, the items of TCP.options, written as tuples. One whose bytes fit no table of its own
 * is the generic one, which comes last and goes by its number.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_under option_under[] = {
    UNDER(0, "tcp.opt"),
    UNDER_END,
};

#define KIND(number_) U8("kind", TELLS(number_))
#define LEN U8("len", MEASURES(HEADER))

#define OPTION(id_, name_, title_, source_, last_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_tcp_##id_ = { \
        .name = "TCPOption_" name_, \
        .title = "TCP Option " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = option_under, \
        .last = (last_), \
        .tuple = name_, \
    }

OPTION(eol, "EOL", "End of Option List", "RFC 9293 3.2", "kind == 0",
    KIND(0));

OPTION(nop, "NOP", "No-Operation", "RFC 9293 3.2", NULL,
    KIND(1));

OPTION(mss, "MSS", "Maximum Segment Size", "RFC 9293 3.2", NULL,
    KIND(2),
    LEN,
    U16("mss"));

OPTION(wscale, "WScale", "Window Scale", "RFC 7323 2", NULL,
    KIND(3),
    LEN,
    U8("shift"));

OPTION(sackok, "SAckOK", "SACK Permitted", "RFC 2018 2", NULL,
    KIND(4),
    LEN);

OPTION(sack, "SAck", "SACK", "RFC 2018 3", NULL,
    KIND(5),
    LEN,
    U32("edges", .style = CLV_MANY));

OPTION(timestamp, "Timestamp", "Timestamps", "RFC 7323 3", NULL,
    KIND(8),
    LEN,
    U32("tsval"),
    U32("tsecr"));

/* RFC 1146 has one byte; Scapy writes two more. */
OPTION(altchksum, "AltChkSum", "Alternate Checksum Request", "RFC 1146", NULL,
    KIND(14),
    LEN,
    U8("algorithm"),
    U16("extra", .when = "left >= 2"));

OPTION(altchksumopt, "AltChkSumOpt", "Alternate Checksum Data", "RFC 1146", NULL,
    KIND(15),
    LEN,
    BYTES("data"));

OPTION(md5, "MD5", "MD5 Signature", "RFC 2385", NULL,
    KIND(19),
    LEN,
    FIXED(16, "digest"));

OPTION(mood, "Mood", "Mood", "RFC 5841", NULL,
    KIND(25),
    LEN,
    BYTES("mood"));

OPTION(uto, "UTO", "User Timeout", "RFC 5482", NULL,
    KIND(28),
    LEN,
    U16("timeout"));

OPTION(ao, "AO", "Authentication", "RFC 5925", NULL,
    KIND(29),
    LEN,
    U8("keyid"),
    U8("rnextkeyid"),
    BYTES("mac"));

/* A cookie of 8 bytes, which is what Linux uses, as two numbers; other widths are generic. */
OPTION(tfo, "TFO", "Fast Open Cookie", "RFC 7413", NULL,
    KIND(34),
    LEN,
    U32("cookie1"),
    U32("cookie2"));

/* Any other option, RFC 9293 3.2. */
static const struct clv_field option_fields[] = {
    U8("kind"),
    LEN,
    BYTES("data"),
    END,
};
const struct clv_desc clv_tcp_option = {
    .name = "TCPOption",
    .title = "TCP Option",
    .source = "RFC 9293 3.2",
    .fields = option_fields,
    .under = option_under,
    .tuple = "",
};
