/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TLS handshake messages, items of a record. Lengths count vectors within vectors; a message whose
 * bytes fit no table of its own is the general one.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

/* RFC 8446 4.1.2, RFC 8996. */
const struct clv_word clv_tls_versions[] = {
    { 0x0002, "SSLv2" },
    { 0x0300, "SSLv3" },
    { 0x0301, "TLS 1.0" },
    { 0x0302, "TLS 1.1" },
    { 0x0303, "TLS 1.2" },
    { 0x0304, "TLS 1.3" },
    WORD_END,
};

/* RFC 8446 B.3, RFC 5246 7.4, RFC 6066 9. */
static const struct clv_word type_words[] = {
    { 0, "hello_request" },
    { 1, "client_hello" },
    { 2, "server_hello" },
    { 3, "hello_verify_request" },
    { 4, "session_ticket" },
    { 5, "end_of_early_data" },
    { 6, "hello_retry_request" },
    { 8, "encrypted_extensions" },
    { 11, "certificate" },
    { 12, "server_key_exchange" },
    { 13, "certificate_request" },
    { 14, "server_hello_done" },
    { 15, "certificate_verify" },
    { 16, "client_key_exchange" },
    { 20, "finished" },
    { 21, "certificate_url" },
    { 22, "certificate_status" },
    { 23, "supplemental_data" },
    { 24, "key_update" },
    { 25, "compressed_certificate" },
    { 254, "message_hash" },
    WORD_END,
};

/* IANA, TLS Cipher Suites: those that are met. */
static const struct clv_word cipher_words[] = {
    { 0x0004, "TLS_RSA_WITH_RC4_128_MD5" },
    { 0x0005, "TLS_RSA_WITH_RC4_128_SHA" },
    { 0x000a, "TLS_RSA_WITH_3DES_EDE_CBC_SHA" },
    { 0x002f, "TLS_RSA_WITH_AES_128_CBC_SHA" },
    { 0x0033, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA" },
    { 0x0035, "TLS_RSA_WITH_AES_256_CBC_SHA" },
    { 0x0039, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA" },
    { 0x003c, "TLS_RSA_WITH_AES_128_CBC_SHA256" },
    { 0x003d, "TLS_RSA_WITH_AES_256_CBC_SHA256" },
    { 0x0067, "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256" },
    { 0x006b, "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256" },
    { 0x009c, "TLS_RSA_WITH_AES_128_GCM_SHA256" },
    { 0x009d, "TLS_RSA_WITH_AES_256_GCM_SHA384" },
    { 0x009e, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256" },
    { 0x009f, "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384" },
    { 0x00ff, "TLS_EMPTY_RENEGOTIATION_INFO_SCSV" },
    { 0x1301, "TLS_AES_128_GCM_SHA256" },
    { 0x1302, "TLS_AES_256_GCM_SHA384" },
    { 0x1303, "TLS_CHACHA20_POLY1305_SHA256" },
    { 0x1304, "TLS_AES_128_CCM_SHA256" },
    { 0x1305, "TLS_AES_128_CCM_8_SHA256" },
    { 0x5600, "TLS_FALLBACK_SCSV" },
    { 0xc009, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA" },
    { 0xc00a, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA" },
    { 0xc012, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA" },
    { 0xc013, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA" },
    { 0xc014, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA" },
    { 0xc023, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" },
    { 0xc024, "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384" },
    { 0xc027, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256" },
    { 0xc028, "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384" },
    { 0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
    { 0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" },
    { 0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" },
    { 0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" },
    { 0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
    { 0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" },
    { 0xccaa, "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256" },
    WORD_END,
};

static const struct clv_under handshake_under[] = {
    UNDER(22, "tls.msg"),
    UNDER_END,
};

#define MSGLEN U24("msglen", MEASURES(REST))
#define HANDSHAKE(id_, name_, title_, source_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_tls_##id_ = { \
        .name = "TLS" name_, \
        .title = "TLS Handshake " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = handshake_under, \
    }
#define MSGTYPE(number_) U8("msgtype", TELLS(number_), .words = type_words)

/* What both hellos begin with. */
#define HELLO \
    U16("version", .init = 0x0303, .style = CLV_HEX, .words = clv_tls_versions), \
    U32("gmt_unix_time"), \
    FIXED(28, "random_bytes"), \
    U8("sidlen", MEASURES(FIELD)), \
    BYTES("sid", .size = "sidlen")
/* Before TLS 1.2 the last length may be missing with what it counts. Scapy leaves it out, too. */
#define EXTENSIONS(space_) \
    U16("extlen", MEASURES(FIELD), .when = "left"), \
    LIST("ext", .of = space_, .size = "extlen", .when = "left")

/* Alone in its record: encrypted messages may begin with a counter of zeros. */
static const struct clv_field hello_request_fields[] = {
    MSGTYPE(0),
    MSGLEN,
    END,
};
const struct clv_desc clv_tls_hello_request = {
    .name = "TLSHelloRequest",
    .title = "TLS Handshake Hello Request",
    .source = "RFC 5246 7.4.1.1",
    .fields = hello_request_fields,
    .under = handshake_under,
    .when = "left == 4",
};

HANDSHAKE(client_hello, "ClientHello", "Client Hello", "RFC 8446 4.1.2",
    MSGTYPE(1),
    MSGLEN,
    HELLO,
    U16("cipherslen", MEASURES(FIELD)),
    U16("ciphers", .style = CLV_MANY | CLV_HEX, .size = "cipherslen", .words = cipher_words),
    U8("complen", MEASURES(FIELD)),
    U8("comp", .style = CLV_MANY, .size = "complen", .text = "[0]"),
    EXTENSIONS("tls.ext.client"));

HANDSHAKE(server_hello, "ServerHello", "Server Hello", "RFC 8446 4.1.3",
    MSGTYPE(2),
    MSGLEN,
    HELLO,
    U16("cipher", .style = CLV_HEX, .words = cipher_words),
    U8("comp"),
    EXTENSIONS("tls.ext.server"));

/*
 * As TLS 1.3 has the hellos: no time, 32 random bytes. The bytes do not tell them from the others,
 * which are what is read.
 */
#define HELLO_13 \
    U16("version", .init = 0x0303, .style = CLV_HEX, .words = clv_tls_versions), \
    FIXED(32, "random_bytes"), \
    U8("sidlen", MEASURES(FIELD)), \
    BYTES("sid", .size = "sidlen")

HANDSHAKE(client_hello_13, "13ClientHello", "Client Hello of TLS 1.3", "RFC 8446 4.1.2",
    MSGTYPE(1),
    MSGLEN,
    HELLO_13,
    U16("cipherslen", MEASURES(FIELD)),
    U16("ciphers", .style = CLV_MANY | CLV_HEX, .size = "cipherslen", .words = cipher_words),
    U8("complen", MEASURES(FIELD)),
    U8("comp", .style = CLV_MANY, .size = "complen", .text = "[0]"),
    EXTENSIONS("tls.ext.client"));

HANDSHAKE(server_hello_13, "13ServerHello", "Server Hello of TLS 1.3", "RFC 8446 4.1.3",
    MSGTYPE(2),
    MSGLEN,
    HELLO_13,
    U16("cipher", .style = CLV_HEX, .words = cipher_words),
    U8("comp"),
    EXTENSIONS("tls.ext.server"));

/* Messages that TLS 1.3 sends enciphered; in the clear where someone has the keys. */
HANDSHAKE(end_of_early_data, "13EndOfEarlyData", "End Of Early Data", "RFC 8446 4.5",
    MSGTYPE(5),
    MSGLEN);

HANDSHAKE(encrypted_extensions, "EncryptedExtensions", "Encrypted Extensions", "RFC 8446 4.3.1",
    MSGTYPE(8),
    MSGLEN,
    EXTENSIONS("tls.ext.server"));

HANDSHAKE(key_update, "13KeyUpdate", "Key Update", "RFC 8446 4.6.3",
    MSGTYPE(24),
    MSGLEN,
    U8("request_update"));

HANDSHAKE(new_session_ticket, "NewSessionTicket", "New Session Ticket", "RFC 5077 3.3",
    MSGTYPE(4),
    MSGLEN,
    U32("lifetime", .init = 0xffffffff),
    U16("ticketlen", MEASURES(FIELD)),
    BYTES("ticket", .size = "ticketlen"));

HANDSHAKE(certificate, "Certificate", "Certificate", "RFC 5246 7.4.2",
    MSGTYPE(11),
    MSGLEN,
    U24("certslen", MEASURES(FIELD)),
    LIST("certs", .of = "tls.cert", .size = "certslen"));

HANDSHAKE(server_key_exchange, "ServerKeyExchange", "Server Key Exchange", "RFC 5246 7.4.3",
    MSGTYPE(12),
    MSGLEN,
    ITEM("params", .of = "tls.params", .when = "left"),
    ITEM("sig", .of = "tls.signature", .when = "left >= 1"));

/* As of TLS 1.2: before, it had no algorithms. */
HANDSHAKE(certificate_request, "CertificateRequest", "Certificate Request", "RFC 5246 7.4.4",
    MSGTYPE(13),
    MSGLEN,
    U8("ctypeslen", MEASURES(FIELD)),
    U8("ctypes", .style = CLV_MANY, .size = "ctypeslen", .text = "[1, 64]"),
    U16("sig_algs_len", MEASURES(FIELD)),
    U16("sig_algs", .style = CLV_MANY | CLV_HEX, .size = "sig_algs_len",
        .words = clv_tls_signatures, .text = "[0x0403, 0x0401, 0x0201]"),
    U16("certauthlen", MEASURES(FIELD)),
    LIST("certauth", .of = "tls.authority", .size = "certauthlen"));

HANDSHAKE(server_hello_done, "ServerHelloDone", "Server Hello Done", "RFC 5246 7.4.5",
    MSGTYPE(14),
    MSGLEN);

HANDSHAKE(certificate_verify, "CertificateVerify", "Certificate Verify", "RFC 5246 7.4.8",
    MSGTYPE(15),
    MSGLEN,
    ITEM("sig", .of = "tls.signature", .when = "left"));

HANDSHAKE(client_key_exchange, "ClientKeyExchange", "Client Key Exchange", "RFC 5246 7.4.7",
    MSGTYPE(16),
    MSGLEN,
    BYTES("exchkeys"));

HANDSHAKE(finished, "Finished", "Finished", "RFC 8446 4.4.4",
    MSGTYPE(20),
    MSGLEN,
    BYTES("vdata"));

HANDSHAKE(certificate_status, "CertificateStatus", "Certificate Status", "RFC 6066 8",
    MSGTYPE(22),
    MSGLEN,
    U8("status_type", .init = 1),
    U24("responselen", MEASURES(FIELD)),
    BYTES("response", .size = "responselen"));

/* Any other; what is encrypted mostly has no such type, or not this length. */
static const struct clv_field handshake_fields[] = {
    U8("msgtype", .words = type_words),
    MSGLEN,
    BYTES("data"),
    END,
};
const struct clv_desc clv_tls_handshake = {
    .name = "TLSHandshake",
    .title = "TLS Handshake",
    .source = "RFC 8446 4",
    .fields = handshake_fields,
    .under = handshake_under,
    .when = "msgtype in 1..6,8,11..16,20..25,254",
};

HANDSHAKE(new_session_ticket_13, "13NewSessionTicket", "New Session Ticket of TLS 1.3",
          "RFC 8446 4.6.1",
    MSGTYPE(4),
    MSGLEN,
    U32("ticket_lifetime", .init = 0xffffffff),
    U32("ticket_age_add"),
    U8("noncelen", MEASURES(FIELD)),
    BYTES("ticket_nonce", .size = "noncelen"),
    U16("ticketlen", MEASURES(FIELD)),
    BYTES("ticket", .size = "ticketlen"),
    EXTENSIONS("tls.ext.server"));

HANDSHAKE(certificate_13, "13Certificate", "Certificate of TLS 1.3", "RFC 8446 4.4.2",
    MSGTYPE(11),
    MSGLEN,
    U8("cert_req_ctxt_len", MEASURES(FIELD)),
    BYTES("cert_req_ctxt", .size = "cert_req_ctxt_len"),
    U24("certslen", MEASURES(FIELD)),
    LIST("certs", .of = "tls.cert13", .size = "certslen"));

HANDSHAKE(certificate_request_13, "13CertificateRequest", "Certificate Request of TLS 1.3",
          "RFC 8446 4.3.2",
    MSGTYPE(13),
    MSGLEN,
    U8("cert_req_ctxt_len", MEASURES(FIELD)),
    BYTES("cert_req_ctxt", .size = "cert_req_ctxt_len"),
    EXTENSIONS("tls.ext.client"));

/* ---- Parts of messages. */

#define PART(id_, name_, title_, source_, space_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { UNDER(0, space_), UNDER_END }; \
    const struct clv_desc clv_tls_##id_ = { \
        .name = (name_), \
        .title = "TLS " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
    }

PART(cert, "TLSCertificateEntry", "Certificate Entry", "RFC 5246 7.4.2", "tls.cert",
    U24("len", MEASURES(REST)),
    BYTES("cert"));

PART(cert_13, "TLS13CertificateEntry", "Certificate Entry of TLS 1.3", "RFC 8446 4.4.2",
     "tls.cert13",
    U24("len", MEASURES(FIELD)),
    BYTES("cert", .size = "len"),
    U16("extlen", MEASURES(FIELD)),
    LIST("ext", .of = "tls.ext.server", .size = "extlen"));

PART(authority, "TLSCertificateAuthority", "Certificate Authority", "RFC 5246 7.4.4",
     "tls.authority",
    U16("len", MEASURES(REST)),
    BYTES("dn"));

/* Told from the next by a byte that there is the high one of a length. */
PART(ecdh, "ServerECDHNamedCurveParams", "Server ECDH Parameters", "RFC 8422 5.4", "tls.params",
    U8("curve_type", TELLS(3)),
    U16("named_curve", .words = clv_tls_groups),
    U8("pointlen", MEASURES(FIELD)),
    BYTES("point", .size = "pointlen"));

PART(dh, "ServerDHParams", "Server DH Parameters", "RFC 5246 7.4.3", "tls.params",
    U16("dh_plen", MEASURES(FIELD)),
    BYTES("dh_p", .size = "dh_plen"),
    U16("dh_glen", MEASURES(FIELD)),
    BYTES("dh_g", .size = "dh_glen"),
    U16("dh_Yslen", MEASURES(FIELD)),
    BYTES("dh_Ys", .size = "dh_Yslen"));

PART(psk_hint, "ServerPSKParams", "Server Pre-Shared Key Parameters", "RFC 4279 2", "tls.part",
    U16("psk_identity_hint_len", MEASURES(FIELD)),
    BYTES("psk_identity_hint", .size = "psk_identity_hint_len"));

/* What a client's key exchange holds hangs on the cipher: there it is bytes, which these make. */
PART(psk_name, "ClientPSKIdentity", "Client Pre-Shared Key Identity", "RFC 4279 2", "tls.part",
    U16("psk_identity_len", MEASURES(FIELD)),
    BYTES("psk_identity", .size = "psk_identity_len"));

PART(dh_public, "ClientDiffieHellmanPublic", "Client DH Public Value", "RFC 5246 7.4.7.2",
     "tls.part",
    U16("dh_Yclen", MEASURES(FIELD)),
    BYTES("dh_Yc", .size = "dh_Yclen"));

PART(ecdh_public, "ClientECDiffieHellmanPublic", "Client ECDH Public Value", "RFC 8422 5.7",
     "tls.part",
    U8("ecdh_Yclen", MEASURES(FIELD)),
    BYTES("ecdh_Yc", .size = "ecdh_Yclen"));

PART(signature, "TLSSignature", "Signature", "RFC 5246 4.7", "tls.signature",
    U16("sig_alg", .init = 0x0401, .style = CLV_HEX, .words = clv_tls_signatures),
    U16("sig_len", MEASURES(REST)),
    BYTES("sig_val"));
