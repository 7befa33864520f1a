/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SSH as far as it is in the clear: the version exchange, then packets, beside each other in one
 * segment, each with one message. After the new keys packets look like noise, which the tests on lengths keep out.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_under ssh_under[] = {
    UNDER(22, "tcp.port"),
    UNDER_END,
};
static const struct clv_imply ssh_implies[] = {
    { "TCP", "dport", "22" },
    IMPLY_END,
};

/* Without lines that a server may send before. */
static const struct clv_field version_fields[] = {
    TEXT("SSH-[0-9]+.[0-9]+-[^\r\n]*", "lines", .text = "SSH-2.0-"),
    TEXT("\r?\n?", "eol", .text = "\r\n"),
    END,
};
static const struct clv_line version_lines[] = {
    { NULL, "%lines%" },
    LINE_END,
};
const struct clv_desc clv_ssh_version = {
    .name = "SSHVersionExchange",
    .title = "SSH Version Exchange",
    .source = "RFC 4253 4.2",
    .fields = version_fields,
    .under = ssh_under,
    .implies = ssh_implies,
    .lines = version_lines,
    .again = "ssh",
    .leaf = true,
};

/*
 * The limit is the one that RFC 4253 6.1 asks all to be able to take; what is not encrypted is a
 * multiple of 8 bytes with its length.
 */
static const struct clv_field ssh_fields[] = {
    U32("packet_length", MEASURES_BY(LAYER, 1, -4)),
    U8("padding_length", MEASURES(FIELD)),
    ITEM("pay", .of = "ssh.msg"),
    BYTES("random_padding", .size = "padding_length"),
    END,
};
static const struct clv_line packet_lines[] = {
    { NULL, "%packet_length%" },
    LINE_END,
};
const struct clv_desc clv_ssh = {
    .name = "SSH",
    .title = "SSH",
    .source = "RFC 4253 6",
    .fields = ssh_fields,
    .under = ssh_under,
    .implies = ssh_implies,
    .lines = packet_lines,
    .when = "packet_length in 5..35000 and packet_length & 7 == 4 and padding_length >= 4 and "
            "packet_length > padding_length",
    .again = "ssh",
    .leaf = true,
};

static const struct clv_word type_words[] = {
    { 1, "SSH_MSG_DISCONNECT" },
    { 2, "SSH_MSG_IGNORE" },
    { 3, "SSH_MSG_UNIMPLEMENTED" },
    { 4, "SSH_MSG_DEBUG" },
    { 5, "SSH_MSG_SERVICE_REQUEST" },
    { 6, "SSH_MSG_SERVICE_ACCEPT" },
    { 7, "SSH_MSG_EXT_INFO" },
    { 20, "SSH_MSG_KEXINIT" },
    { 21, "SSH_MSG_NEWKEYS" },
    { 30, "SSH_MSG_KEXDH_INIT" },
    { 31, "SSH_MSG_KEXDH_REPLY" },
    { 32, "SSH_MSG_KEX_DH_GEX_INIT" },
    { 33, "SSH_MSG_KEX_DH_GEX_REPLY" },
    { 34, "SSH_MSG_KEX_DH_GEX_REQUEST" },
    WORD_END,
};
static const struct clv_under message_under[] = {
    UNDER(0, "ssh.msg"),
    UNDER_END,
};
#define TYPE(number_) U8("type", TELLS(number_), .words = type_words)
/* Strings, lists of names and numbers of RFC 4251 5. */
#define SIZED(name_, ...) \
    U32(name_ "_length", MEASURES(FIELD)), \
    BYTES(name_, .size = name_ "_length", __VA_ARGS__)
#define STRING(name_) SIZED(name_, .style = 0)
#define NAMES(name_)  SIZED(name_, .arg = ",")
#define MPINT(name_)  SIZED(name_, .style = CLV_SIGNED)
#define MESSAGE(id_, name_, title_, source_, line_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_line id_##_lines[] = { { NULL, line_ }, LINE_END }; \
    const struct clv_desc clv_ssh_##id_ = { \
        .name = "SSH" name_, \
        .title = "SSH " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = message_under, \
        .lines = id_##_lines, \
    }

MESSAGE(disconnect, "Disconnect", "Disconnect", "RFC 4253 11.1", "%description%",
    TYPE(1),
    U32("reason_code"),
    STRING("description"),
    STRING("language_tag"));

MESSAGE(service_request, "ServiceRequest", "Service Request", "RFC 4253 10", "%service_name%",
    TYPE(5),
    STRING("service_name"));

MESSAGE(service_accept, "ServiceAccept", "Service Accept", "RFC 4253 10", "%service_name%",
    TYPE(6),
    STRING("service_name"));

MESSAGE(kex_init, "KexInit", "Key Exchange Init", "RFC 4253 7.1", "%kex_algorithms%",
    TYPE(20),
    FIXED(16, "cookie"),
    NAMES("kex_algorithms"),
    NAMES("server_host_key_algorithms"),
    NAMES("encryption_algorithms_client_to_server"),
    NAMES("encryption_algorithms_server_to_client"),
    NAMES("mac_algorithms_client_to_server"),
    NAMES("mac_algorithms_server_to_client"),
    NAMES("compression_algorithms_client_to_server"),
    NAMES("compression_algorithms_server_to_client"),
    NAMES("languages_client_to_server"),
    NAMES("languages_server_to_client"),
    U8("first_kex_packet_follows"),
    U32("reserved"));

MESSAGE(new_keys, "NewKeys", "New Keys", "RFC 4253 7.3", "%type%",
    TYPE(21));

MESSAGE(kexdh_init, "KexDHInit", "Key Exchange Diffie-Hellman Init", "RFC 4253 8", "%type%",
    TYPE(30),
    MPINT("e"));

MESSAGE(kexdh_reply, "KexDHReply", "Key Exchange Diffie-Hellman Reply", "RFC 4253 8", "%type%",
    TYPE(31),
    STRING("K_S"),
    MPINT("f"),
    STRING("H_hash"));

MESSAGE(message, "Message", "Message", "RFC 4250 4.1", "%type%",
    U8("type", .words = type_words),
    BYTES("data"));

/* ---- Parts, with which the fields of messages may be written. */

#define PART(id_, name_, title_, source_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { UNDER(0, "ssh.part"), UNDER_END }; \
    const struct clv_desc clv_ssh_##id_ = { \
        .name = (name_), \
        .title = "SSH " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
    }
#define LENGTH U32("length", MEASURES(REST))

PART(string, "SSHString", "String", "RFC 4251 5", LENGTH, BYTES("value"));
PART(names, "NameList", "Name List", "RFC 4251 5", LENGTH, BYTES("names", .arg = ","));
PART(mpint, "Mpint", "Multiple Precision Integer", "RFC 4251 5",
    LENGTH,
    BYTES("value", .style = CLV_SIGNED));
PART(public_key, "SSHPublicKey", "Public Key", "RFC 4253 6.6",
    STRING("format_identifier"),
    BYTES("data"));
PART(public_rsa, "SSHPublicKeyRSA", "RSA Public Key", "RFC 4253 6.6", MPINT("e"), MPINT("n"));
PART(public_ed25519, "SSHPublicKeyEd25519", "Ed25519 Public Key", "RFC 8709 4", STRING("key"));
PART(signature, "SSHSignature", "Signature", "RFC 4253 6.6",
    STRING("format_identifier"),
    BYTES("data"));
PART(signature_rsa, "SSHSignatureRSA", "RSA Signature", "RFC 4253 6.6",
    STRING("rsa_signature_blob"));
PART(signature_ed25519, "SSHSignatureEd25519", "Ed25519 Signature", "RFC 8709 6", STRING("key"));
