/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NTP, versions 1 to 4, told apart by mode: time, control, private. Times are 64-bit numbers,
 * seconds since 1900 in the upper half. Extension fields and authenticators are stacked above.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word leap_words[] = {
    { 0, "no warning" },
    { 1, "last minute of the day has 61 seconds" },
    { 2, "last minute of the day has 59 seconds" },
    { 3, "unknown (clock unsynchronized)" },
    WORD_END,
};
static const struct clv_word mode_words[] = {
    { 0, "reserved" },
    { 1, "symmetric active" },
    { 2, "symmetric passive" },
    { 3, "client" },
    { 4, "server" },
    { 5, "broadcast" },
    { 6, "NTP control message" },
    { 7, "reserved for private use" },
    WORD_END,
};
static const struct clv_word control_words[] = {
    { 0, "CTL_OP_UNSPEC" },
    { 1, "CTL_OP_READSTAT" },
    { 2, "CTL_OP_READVAR" },
    { 3, "CTL_OP_WRITEVAR" },
    { 4, "CTL_OP_READCLOCK" },
    { 5, "CTL_OP_WRITECLOCK" },
    { 6, "CTL_OP_SETTRAP" },
    { 7, "CTL_OP_ASYNCMSG" },
    { 8, "CTL_OP_CONFIGURE" },
    { 9, "CTL_OP_SAVECONFIG" },
    { 10, "CTL_OP_READ_MRU" },
    { 11, "CTL_OP_READ_ORDLIST_A" },
    { 12, "CTL_OP_REQ_NONCE" },
    { 31, "CTL_OP_UNSETTRAP" },
    WORD_END,
};

/* Seconds: the short and the long format, RFC 5905 6. */
static const struct clv_scale short_time = { .div = 1 << 16, .cut = true };
static const struct clv_scale long_time = { .div = 1ull << 32, .cut = true };

static const struct clv_under ntp_under[] = {
    UNDER(123, "udp.port"),
    UNDER_END,
};
static const struct clv_imply ntp_implies[] = {
    { "UDP", "sport", "123" },
    { "UDP", "dport", "123" },
    IMPLY_END,
};

/* The time packet, RFC 5905 7.3; a server at stratum 0 or 1 has a code instead of an address. */
static const struct clv_field ntp_fields[] = {
    BITS(2, "leap", .words = leap_words),
    BITS(3, "version", .init = 4),
    BITS(3, "mode", .init = 3, .words = mode_words, .reply = "3:4,1:2"),
    U8("stratum", .init = 2),
    U8("poll", .init = 10),
    U8("precision", .style = CLV_SIGNED),
    SCALED(32, short_time, "delay"),
    SCALED(32, short_time, "dispersion"),
    IP4("id", .when = "stratum > 1", .init = 0x7f000001),
    FIXED(4, "ref_id", .when = "stratum < 2"),
    SCALED(64, long_time, "ref"),
    SCALED(64, long_time, "orig", .reply = "sent"),
    SCALED(64, long_time, "recv"),
    SCALED(64, long_time, "sent"),
    END,
};
static const struct clv_line ntp_lines[] = {
    { NULL, "v%version% %mode% stratum %stratum%" },
    LINE_END,
};
const struct clv_desc clv_ntp = {
    .name = "NTPHeader",
    .title = "NTP",
    .alias = "NTP",
    .source = "RFC 5905 7.3",
    .fields = ntp_fields,
    .under = ntp_under,
    .implies = ntp_implies,
    .lines = ntp_lines,
    .next = "ntp",
    .when = "mode < 6",
};

/* Control, RFC 9327 2. */
static const struct clv_field ntp_control_fields[] = {
    BITS(2, "leap", .words = leap_words),
    BITS(3, "version", .init = 2),
    BITS(3, "mode", TELLS(6), .words = mode_words),
    BITS(1, "response", .reply = "0:1"),
    BITS(1, "err"),
    BITS(1, "more"),
    BITS(5, "op_code", .words = control_words, .reply = "="),
    U16("sequence", .reply = "="),
    U16("status", .style = CLV_HEX),
    U16("association_id"),
    U16("offset"),
    U16("count", MEASURES(FIELD)),
    BYTES("data", .size = "count"),
    ITEM("authenticator", .of = "ntp.mac", .align = 4, .when = "left >= 4"),
    END,
};
const struct clv_desc clv_ntp_control = {
    .name = "NTPControl",
    .title = "NTP Control",
    .source = "RFC 9327 2",
    .fields = ntp_control_fields,
    .under = ntp_under,
    .implies = ntp_implies,
    .pad = 4,
};

/* Private, as ntpd's ntp_request.h has it: no standard. */
static const struct clv_field ntp_private_fields[] = {
    BITS(1, "response", .reply = "0:1"),
    BITS(1, "more"),
    BITS(3, "version", .init = 2),
    BITS(3, "mode", TELLS(7), .words = mode_words),
    BITS(1, "auth"),
    BITS(7, "seq"),
    U8("implementation"),
    U8("request_code", .reply = "="),
    BITS(4, "err"),
    BITS(12, "nb_items"),
    BITS(4, "mbz"),
    BITS(12, "data_item_size"),
    BYTES("req_data", .when = "response == 0"),
    BYTES("data", .when = "response == 1"),
    END,
};
const struct clv_desc clv_ntp_private = {
    .name = "NTPPrivate",
    .title = "NTP Private",
    .source = "RFC 5905 7.3 (mode 7), ntpd",
    .fields = ntp_private_fields,
    .under = ntp_under,
    .implies = ntp_implies,
};

static const struct clv_under ntp_upper_under[] = {
    UNDER(0, "ntp"),
    UNDER_END,
};

/*
 * A key and its digest, RFC 5905 7.3: 16 bytes of MD5 or 20 of SHA-1, of which Scapy reads the first
 * four as padding; never read here, but built.
 */
static const struct clv_field ntp_authenticator_fields[] = {
    BYTES("padding", .when = "left < 0"),
    U32("key_id"),
    BYTES("dgst", .init = 16),
    END,
};
static const struct clv_under ntp_authenticator_under[] = {
    UNDER(0, "ntp"),
    UNDER(0, "ntp.mac"),
    UNDER_END,
};
const struct clv_desc clv_ntp_authenticator = {
    .name = "NTPAuthenticator",
    .title = "NTP Authenticator",
    .source = "RFC 5905 7.3",
    .fields = ntp_authenticator_fields,
    .under = ntp_authenticator_under,
    .when = "left in 4,20,24",
};

/* An extension field, RFC 7822 7.5; the length counts the padding. */
static const struct clv_field ntp_extension_fields[] = {
    U16("type", .style = CLV_HEX),
    U16("len", MEASURES(HEADER)),
    BYTES("value"),
    END,
};
const struct clv_desc clv_ntp_extension = {
    .name = "NTPExtension",
    .title = "NTP Extension",
    .source = "RFC 7822 7.5",
    .fields = ntp_extension_fields,
    .under = ntp_upper_under,
    .next = "ntp",
    .when = "len >= 16",
};
