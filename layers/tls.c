/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TLS records in the clear, layers beside each other in one segment. Messages are items, keyed by
 * the record's type; encrypted ones, and what goes on in the next segment, stay raw.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word type_words[] = {
    { 20, "change_cipher_spec" },
    { 21, "alert" },
    { 22, "handshake" },
    { 23, "application_data" },
    { 24, "heartbeat" },
    WORD_END,
};

/* Of a record that was deciphered: in the clear it has none. */
#define NEVER(name_) BYTES(name_, .when = "0")

/*
 * The record, RFC 8446 5.1; type 24 is RFC 6520's. The limit is that of RFC 5246 6.2.3. Every test
 * is for segments that begin in the middle of a record.
 */
static const struct clv_field tls_fields[] = {
    U8("type", .key = "tls.msg", .words = type_words),
    U16("version", .init = 0x0303, .style = CLV_HEX, .words = clv_tls_versions),
    U16("len", MEASURES(REST)),
    NEVER("iv"),
    NEVER("mac"),
    NEVER("pad"),
    NEVER("padlen"),
    LIST("msg", .of = "tls.msg"),
    END,
};
static const struct clv_under tls_under[] = {
    UNDER(443, "tcp.port"),
    UNDER(465, "tcp.port"),
    UNDER(563, "tcp.port"),
    UNDER(636, "tcp.port"),
    UNDER(853, "tcp.port"),
    UNDER(989, "tcp.port"),
    UNDER(990, "tcp.port"),
    UNDER(992, "tcp.port"),
    UNDER(993, "tcp.port"),
    UNDER(994, "tcp.port"),
    UNDER(995, "tcp.port"),
    UNDER(4433, "tcp.port"),
    UNDER(5061, "tcp.port"),
    UNDER(8443, "tcp.port"),
    UNDER_END,
};
static const struct clv_imply tls_implies[] = {
    { "TCP", "dport", "443" },
    IMPLY_END,
};
static const struct clv_line tls_lines[] = {
    { NULL, "%type% %len%" },
    LINE_END,
};
const struct clv_desc clv_tls = {
    .name = "TLS",
    .title = "TLS",
    .source = "RFC 8446 5.1, RFC 5246 6.2",
    .fields = tls_fields,
    .under = tls_under,
    .implies = tls_implies,
    .lines = tls_lines,
    .when = "type in 20..24 and version in 0x300..0x304 and len <= 18432",
    .again = "tls",
    .leaf = true,
};

#define MESSAGE(id_, name_, title_, source_, key_, when_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { UNDER(key_, "tls.msg"), UNDER_END }; \
    const struct clv_desc clv_tls_##id_ = { \
        .name = "TLS" name_, \
        .title = "TLS " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .when = (when_), \
    }

MESSAGE(ccs, "ChangeCipherSpec", "Change Cipher Spec", "RFC 5246 7.1", 20, NULL,
    U8("msgtype", TELLS(1)));

static const struct clv_word level_words[] = {
    { 1, "warning" },
    { 2, "fatal" },
    WORD_END,
};
/* RFC 8446 6.2 and, of older versions, RFC 5246 7.2. */
static const struct clv_word alert_words[] = {
    { 0, "close_notify" },
    { 10, "unexpected_message" },
    { 20, "bad_record_mac" },
    { 21, "decryption_failed" },
    { 22, "record_overflow" },
    { 30, "decompression_failure" },
    { 40, "handshake_failure" },
    { 41, "no_certificate_RESERVED" },
    { 42, "bad_certificate" },
    { 43, "unsupported_certificate" },
    { 44, "certificate_revoked" },
    { 45, "certificate_expired" },
    { 46, "certificate_unknown" },
    { 47, "illegal_parameter" },
    { 48, "unknown_ca" },
    { 49, "access_denied" },
    { 50, "decode_error" },
    { 51, "decrypt_error" },
    { 60, "export_restriction_RESERVED" },
    { 70, "protocol_version" },
    { 71, "insufficient_security" },
    { 80, "internal_error" },
    { 86, "inappropriate_fallback" },
    { 90, "user_canceled" },
    { 100, "no_renegotiation" },
    { 109, "missing_extension" },
    { 110, "unsupported_extension" },
    { 111, "certificate_unobtainable" },
    { 112, "unrecognized_name" },
    { 113, "bad_certificate_status_response" },
    { 114, "bad_certificate_hash_value" },
    { 115, "unknown_psk_identity" },
    { 116, "certificate_required" },
    { 120, "no_application_protocol" },
    WORD_END,
};
MESSAGE(alert, "Alert", "Alert", "RFC 8446 6", 21, "level in 1,2",
    U8("level", .words = level_words),
    U8("descr", .words = alert_words));

MESSAGE(application_data, "ApplicationData", "Application Data", "RFC 8446 5.1", 23, NULL,
    BYTES("data"));
