/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TLS extensions, items of the hellos. Where the two sides write a different form they have tables
 * of their own; one whose bytes fit no table of its own is the general one, which comes last.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

/* RFC 8446 4.2.7, RFC 8422 5.1.1, RFC 7919 2. */
const struct clv_word clv_tls_groups[] = {
    { 19, "secp192r1" },
    { 20, "secp224k1" },
    { 21, "secp224r1" },
    { 22, "secp256k1" },
    { 23, "secp256r1" },
    { 24, "secp384r1" },
    { 25, "secp521r1" },
    { 26, "brainpoolP256r1" },
    { 27, "brainpoolP384r1" },
    { 28, "brainpoolP512r1" },
    { 29, "x25519" },
    { 30, "x448" },
    { 256, "ffdhe2048" },
    { 257, "ffdhe3072" },
    { 258, "ffdhe4096" },
    { 259, "ffdhe6144" },
    { 260, "ffdhe8192" },
    { 4588, "X25519MLKEM768" },
    WORD_END,
};

/* RFC 8446 4.2.3; the pairs of RFC 5246 7.4.1.4.1. */
const struct clv_word clv_tls_signatures[] = {
    { 0x0101, "md5+rsa" },
    { 0x0201, "sha1+rsa" },
    { 0x0202, "sha1+dsa" },
    { 0x0203, "sha1+ecdsa" },
    { 0x0301, "sha224+rsa" },
    { 0x0302, "sha224+dsa" },
    { 0x0303, "sha224+ecdsa" },
    { 0x0401, "sha256+rsa" },
    { 0x0402, "sha256+dsa" },
    { 0x0403, "sha256+ecdsa" },
    { 0x0501, "sha384+rsa" },
    { 0x0502, "sha384+dsa" },
    { 0x0503, "sha384+ecdsa" },
    { 0x0601, "sha512+rsa" },
    { 0x0602, "sha512+dsa" },
    { 0x0603, "sha512+ecdsa" },
    { 0x0804, "sha256+rsaepss" },
    { 0x0805, "sha384+rsaepss" },
    { 0x0806, "sha512+rsaepss" },
    { 0x0807, "ed25519" },
    { 0x0808, "ed448" },
    { 0x0809, "sha256+rsapss" },
    { 0x080a, "sha384+rsapss" },
    { 0x080b, "sha512+rsapss" },
    WORD_END,
};

/* IANA, TLS ExtensionType Values. */
static const struct clv_word type_words[] = {
    { 0, "server_name" },
    { 1, "max_fragment_length" },
    { 2, "client_certificate_url" },
    { 3, "trusted_ca_keys" },
    { 4, "truncated_hmac" },
    { 5, "status_request" },
    { 10, "supported_groups" },
    { 11, "ec_point_formats" },
    { 13, "signature_algorithms" },
    { 15, "heartbeat" },
    { 16, "alpn" },
    { 18, "signed_certificate_timestamp" },
    { 21, "padding" },
    { 22, "encrypt_then_mac" },
    { 23, "extended_master_secret" },
    { 27, "compress_certificate" },
    { 28, "record_size_limit" },
    { 35, "session_ticket" },
    { 41, "pre_shared_key" },
    { 42, "early_data_indication" },
    { 43, "supported_versions" },
    { 44, "cookie" },
    { 45, "psk_key_exchange_modes" },
    { 47, "certificate_authorities" },
    { 49, "post_handshake_auth" },
    { 50, "signature_algorithms_cert" },
    { 51, "key_share" },
    { 57, "quic_transport_parameters" },
    { 13172, "next_protocol_negotiation" },
    { 0xff01, "renegotiation_info" },
    WORD_END,
};

/* RFC 8446 4.2.9. */
static const struct clv_word psk_words[] = { { 0, "psk_ke" }, { 1, "psk_dhe_ke" }, WORD_END };
/* RFC 8422 5.1.2, RFC 4492 5.1.2. */
static const struct clv_word point_words[] = {
    { 0, "uncompressed" },
    { 1, "ansiX962_compressed_prime" },
    { 2, "ansiX962_compressed_char2" },
    WORD_END,
};

static const struct clv_under both[] = {
    UNDER(0, "tls.ext.client"),
    UNDER(0, "tls.ext.server"),
    UNDER_END,
};
static const struct clv_under client[] = {
    UNDER(0, "tls.ext.client"),
    UNDER_END,
};
static const struct clv_under server[] = {
    UNDER(0, "tls.ext.server"),
    UNDER_END,
};

#define HEAD(type_) \
    U16("type", TELLS(type_), .words = type_words), \
    U16("len", MEASURES(REST))
#define EXTENSION(id_, name_, title_, source_, under_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_tls_ext_##id_ = { \
        .name = "TLS_Ext_" name_, \
        .title = "TLS Extension " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = (under_), \
    }
#define SIGNATURES \
    U16("sig_algs_len", MEASURES(FIELD)), \
    U16("sig_algs", .style = CLV_MANY | CLV_HEX, .size = "sig_algs_len", \
        .words = clv_tls_signatures)

/* The server's is empty. */
EXTENSION(server_name, "ServerName", "Server Name", "RFC 6066 3", both,
    HEAD(0),
    U16("servernameslen", MEASURES(FIELD), .when = "left"),
    LIST("servernames", .of = "tls.server_name", .size = "servernameslen", .when = "left"));

EXTENSION(max_frag_len, "MaxFragLen", "Max Fragment Length", "RFC 6066 4", both,
    HEAD(1),
    U8("maxfraglen", .init = 4));

EXTENSION(client_cert_url, "ClientCertURL", "Client Certificate URL", "RFC 6066 5", both,
    HEAD(2));

EXTENSION(truncated_hmac, "TruncatedHMAC", "Truncated HMAC", "RFC 6066 7", both,
    HEAD(4));

EXTENSION(csr, "CSR", "Certificate Status Request", "RFC 6066 8", client,
    HEAD(5),
    U8("stype"),
    LIST("req", .of = "tls.status_request"));

/* Once called elliptic curves, in Scapy still. */
static const struct clv_field groups_fields[] = {
    HEAD(10),
    U16("groupslen", MEASURES(FIELD)),
    U16("groups", .style = CLV_MANY, .size = "groupslen", .words = clv_tls_groups),
    END,
};
const struct clv_desc clv_tls_ext_groups = {
    .name = "TLS_Ext_SupportedGroups",
    .title = "TLS Extension Supported Groups",
    .alias = "TLS_Ext_SupportedEllipticCurves",
    .source = "RFC 8446 4.2.7",
    .fields = groups_fields,
    .under = both,
};

EXTENSION(point_format, "SupportedPointFormat", "Supported Point Formats", "RFC 8422 5.1.2", both,
    HEAD(11),
    U8("ecpllen", MEASURES(FIELD)),
    U8("ecpl", .style = CLV_MANY, .size = "ecpllen", .text = "[0]", .words = point_words));

EXTENSION(signatures, "SignatureAlgorithms", "Signature Algorithms", "RFC 8446 4.2.3", both,
    HEAD(13),
    SIGNATURES);

EXTENSION(heartbeat, "Heartbeat", "Heartbeat", "RFC 6520 2", both,
    HEAD(15),
    U8("heartbeat_mode", .init = 2));

EXTENSION(alpn, "ALPN", "Application Layer Protocol Negotiation", "RFC 7301 3.1", both,
    HEAD(16),
    U16("protocolslen", MEASURES(FIELD)),
    LIST("protocols", .of = "tls.protocol", .size = "protocolslen"));

EXTENSION(padding, "Padding", "Padding", "RFC 7685 3", client,
    HEAD(21),
    BYTES("padding"));

EXTENSION(encrypt_then_mac, "EncryptThenMAC", "Encrypt Then MAC", "RFC 7366 2", both,
    HEAD(22));

EXTENSION(master_secret, "ExtendedMasterSecret", "Extended Master Secret", "RFC 7627 5.1", both,
    HEAD(23));

EXTENSION(record_size_limit, "RecordSizeLimit", "Record Size Limit", "RFC 8449 4", both,
    HEAD(28),
    U16("record_size_limit"));

EXTENSION(session_ticket, "SessionTicket", "Session Ticket", "RFC 5077 3.2", both,
    HEAD(35),
    BYTES("ticket"));

EXTENSION(psk_client, "PreSharedKey_CH", "Pre-Shared Key of the client", "RFC 8446 4.2.11", client,
    HEAD(41),
    U16("identities_len", MEASURES(FIELD)),
    LIST("identities", .of = "tls.psk", .size = "identities_len"),
    U16("binders_len", MEASURES(FIELD)),
    LIST("binders", .of = "tls.binder", .size = "binders_len"));

EXTENSION(psk_server, "PreSharedKey_SH", "Pre-Shared Key of the server", "RFC 8446 4.2.11", server,
    HEAD(41),
    U16("selected_identity"));

EXTENSION(early_data, "EarlyDataIndication", "Early Data Indication", "RFC 8446 4.2.10", both,
    HEAD(42));

EXTENSION(versions_client, "SupportedVersion_CH", "Supported Versions of the client",
          "RFC 8446 4.2.1", client,
    HEAD(43),
    U8("versionslen", MEASURES(FIELD)),
    U16("versions", .style = CLV_MANY | CLV_HEX, .size = "versionslen",
        .words = clv_tls_versions));

EXTENSION(version_server, "SupportedVersion_SH", "Supported Version of the server",
          "RFC 8446 4.2.1", server,
    HEAD(43),
    U16("version", .style = CLV_HEX, .words = clv_tls_versions));

EXTENSION(cookie, "Cookie", "Cookie", "RFC 8446 4.2.2", both,
    HEAD(44),
    U16("cookielen", MEASURES(FIELD)),
    BYTES("cookie", .size = "cookielen"));

EXTENSION(psk_modes, "PSKKeyExchangeModes", "Pre-Shared Key Exchange Modes", "RFC 8446 4.2.9",
          client,
    HEAD(45),
    U8("kxmodeslen", MEASURES(FIELD)),
    U8("kxmodes", .style = CLV_MANY, .size = "kxmodeslen", .words = psk_words));

EXTENSION(post_handshake_auth, "PostHandshakeAuth", "Post-Handshake Authentication",
          "RFC 8446 4.2.6", client,
    HEAD(49));

EXTENSION(signatures_cert, "SignatureAlgorithmsCert", "Signature Algorithms of certificates",
          "RFC 8446 4.2.3", both,
    HEAD(50),
    SIGNATURES);

EXTENSION(key_share_client, "KeyShare_CH", "Key Shares of the client", "RFC 8446 4.2.8", client,
    HEAD(51),
    U16("client_shares_len", MEASURES(FIELD)),
    LIST("client_shares", .of = "tls.key_share", .size = "client_shares_len"));

EXTENSION(key_share_server, "KeyShare_SH", "Key Share of the server", "RFC 8446 4.2.8", server,
    HEAD(51),
    ITEM("server_share", .of = "tls.key_share"));

/* In a hello that asks to try again, two bytes long. */
static const struct clv_field key_share_retry_fields[] = {
    HEAD(51),
    U16("selected_group", .words = clv_tls_groups),
    END,
};
const struct clv_desc clv_tls_ext_key_share_retry = {
    .name = "TLS_Ext_KeyShare_HRR",
    .title = "TLS Extension Key Share of a retry",
    .source = "RFC 8446 4.2.8",
    .fields = key_share_retry_fields,
    .under = server,
    .when = "len == 2",
};

EXTENSION(quic, "QUICTransportParameters", "QUIC Transport Parameters", "RFC 9001 8.2", both,
    HEAD(57),
    LIST("params", .of = "tls.quic"));

EXTENSION(npn, "NPN", "Next Protocol Negotiation", "draft-agl-tls-nextprotoneg-04", both,
    HEAD(13172),
    LIST("protocols", .of = "tls.protocol"));

EXTENSION(renegotiation, "RenegotiationInfo", "Renegotiation Information", "RFC 5746 3.2", both,
    HEAD(0xff01),
    U8("reneg_conn_len", MEASURES(FIELD)),
    BYTES("renegotiated_connection", .size = "reneg_conn_len"));

EXTENSION(any, "Unknown", "of another kind", "RFC 8446 4.2", both,
    U16("type", .words = type_words),
    U16("len", MEASURES(REST)),
    BYTES("val"));

/* ---- Parts of extensions. */

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

PART(name, "ServerName", "Server Name", "RFC 6066 3", "tls.server_name",
    U8("nametype"),
    U16("namelen", MEASURES(REST)),
    BYTES("servername"));

PART(status_request, "OCSPStatusRequest", "OCSP Status Request", "RFC 6066 8",
     "tls.status_request",
    U16("respidlen", MEASURES(FIELD)),
    BYTES("respid", .size = "respidlen"),
    U16("reqextlen", MEASURES(FIELD)),
    BYTES("reqext", .size = "reqextlen"));

PART(protocol, "ProtocolName", "Protocol Name", "RFC 7301 3.1", "tls.protocol",
    U8("len", MEASURES(REST)),
    BYTES("protocol"));

PART(key_share, "KeyShareEntry", "Key Share Entry", "RFC 8446 4.2.8", "tls.key_share",
    U16("group", .words = clv_tls_groups),
    U16("kxlen", MEASURES(REST)),
    BYTES("key_exchange"));

static const struct clv_word quic_words[] = {
    { 0x00, "original_destination_connection_id" },
    { 0x01, "max_idle_timeout" },
    { 0x02, "stateless_reset_token" },
    { 0x03, "max_udp_payload_size" },
    { 0x04, "initial_max_data" },
    { 0x05, "initial_max_stream_data_bidi_local" },
    { 0x06, "initial_max_stream_data_bidi_remote" },
    { 0x07, "initial_max_stream_data_uni" },
    { 0x08, "initial_max_streams_bidi" },
    { 0x09, "initial_max_streams_uni" },
    { 0x0a, "ack_delay_exponent" },
    { 0x0b, "max_ack_delay" },
    { 0x0c, "disable_active_migration" },
    { 0x0d, "preferred_address" },
    { 0x0e, "active_connection_id_limit" },
    { 0x0f, "initial_source_connection_id" },
    { 0x10, "retry_source_connection_id" },
    WORD_END,
};
PART(quic_parameter, "QUIC_TP_Unknown", "QUIC Transport Parameter", "RFC 9000 18", "tls.quic",
    VARINT("type", .words = quic_words),
    VARINT("len", MEASURES(REST)),
    BYTES("value"));

PART(psk_identity, "PSKIdentity", "Pre-Shared Key Identity", "RFC 8446 4.2.11", "tls.psk",
    U16("identity_len", MEASURES(FIELD)),
    BYTES("identity", .size = "identity_len"),
    U32("obfuscated_ticket_age"));

PART(psk_binder, "PSKBinderEntry", "Pre-Shared Key Binder", "RFC 8446 4.2.11", "tls.binder",
    U8("binder_len", MEASURES(REST)),
    BYTES("binder"));
