/* SPDX-License-Identifier: BSD-2-Clause */
/* ISAKMP: IKE version 1, and what of both versions lies over UDP port 4500. */
#include "isakmp.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word payload_types[] = {
    { 0, "None" },
    { 1, "SA" },
    { 2, "Proposal" },
    { 3, "Transform" },
    { 4, "KE" },
    { 5, "ID" },
    { 6, "CERT" },
    { 7, "CR" },
    { 8, "Hash" },
    { 9, "SIG" },
    { 10, "Nonce" },
    { 11, "Notification" },
    { 12, "Delete" },
    { 13, "VendorID" },
    { 20, "NAT-D" },
    { 21, "NAT-OA" },
    WORD_END,
};
static const struct clv_word exchanges[] = {
    { 0, "None" },
    { 1, "base" },
    { 2, "identity protection" },
    { 3, "authentication only" },
    { 4, "aggressive" },
    { 5, "informational" },
    { 32, "quick mode" },
    { 33, "new group mode" },
    WORD_END,
};
static const struct clv_word flag_bits[] = {
    { 0x01, "encryption" },
    { 0x02, "commit" },
    { 0x04, "auth_only" },
    WORD_END,
};

const struct clv_under clv_ike_under[] = {
    UNDER(500, "udp.port"),
    UNDER(0, "ike"),
    UNDER_END,
};
const struct clv_imply clv_ike_implies[] = {
    { "UDP", "sport", "500" },
    { "UDP", "dport", "500" },
    IMPLY_END,
};
const struct clv_line clv_ike_lines[] = {
    { NULL, "%exch_type% id=%id%" },
    LINE_END,
};

/* The header of version 1, RFC 2408 3.1. */
static const struct clv_field isakmp_fields[] = {
    FIXED(8, "init_cookie", .reply = "="),
    FIXED(8, "resp_cookie"),
    U8("next_payload", .key = "isakmp.payload", .words = payload_types),
    U8("version", .init = 0x10, .style = CLV_HEX),
    U8("exch_type", .words = exchanges),
    FLAGS(8, "flags", .words = flag_bits),
    U32("id"),
    U32("length", MEASURES(LAYER)),
    END,
};
const struct clv_desc clv_isakmp = {
    .name = "ISAKMP",
    .title = "ISAKMP",
    .source = "RFC 2408 3.1",
    .fields = isakmp_fields,
    .under = clv_ike_under,
    .implies = clv_ike_implies,
    .lines = clv_ike_lines,
    .when = "version & 0xf0 == 0x10",
    .opens = "flags & 1 == 0",
};

/* ---- Payloads of version 1, RFC 2408 3.4 to 3.16. */

/* RFC 2407 4.2, 4.4.1, 4.4.2, 4.6.2.1. */
static const struct clv_word domains[] = { { 1, "IPSEC" }, WORD_END };
static const struct clv_word situations[] = {
    { 1, "identity" }, { 2, "secrecy" }, { 4, "integrity" }, WORD_END,
};
static const struct clv_word protocols[] = {
    { 1, "ISAKMP" }, { 2, "AH" }, { 3, "ESP" }, { 4, "IPCOMP" }, WORD_END,
};
static const struct clv_word keyings[] = { { 1, "KEY_IKE" }, WORD_END };
static const struct clv_word ah_transforms[] = {
    { 2, "AH_MD5" }, { 3, "AH_SHA" }, { 4, "AH_DES" }, { 5, "AH_SHA2_256" }, { 6, "AH_SHA2_384" },
    { 7, "AH_SHA2_512" }, { 8, "AH_RIPEMD" }, { 9, "AH_AES_XCBC_MAC" }, WORD_END,
};
static const struct clv_word esp_transforms[] = {
    { 1, "ESP_DES_IV64" }, { 2, "ESP_DES" }, { 3, "ESP_3DES" }, { 4, "ESP_RC5" }, { 5, "ESP_IDEA" },
    { 6, "ESP_CAST" }, { 7, "ESP_BLOWFISH" }, { 8, "ESP_3IDEA" }, { 9, "ESP_DES_IV32" },
    { 10, "ESP_RC4" }, { 11, "ESP_NULL" }, { 12, "ESP_AES_CBC" }, { 13, "ESP_AES_CTR" },
    { 14, "ESP_AES_CCM_8" }, { 15, "ESP_AES_CCM_12" }, { 16, "ESP_AES_CCM_16" },
    { 18, "ESP_AES_GCM_8" }, { 19, "ESP_AES_GCM_12" }, { 20, "ESP_AES_GCM_16" }, WORD_END,
};
static const struct clv_word identities[] = {
    { 1, "IPv4_addr" }, { 2, "FQDN" }, { 3, "User_FQDN" }, { 4, "IPv4_addr_subnet" },
    { 5, "IPv6_addr" }, { 6, "IPv6_addr_subnet" }, { 7, "IPv4_addr_range" },
    { 8, "IPv6_addr_range" }, { 9, "ASN1_DN" }, { 10, "ASN1_GN" }, { 11, "Key" }, WORD_END,
};
/* RFC 2408 3.14.1, RFC 2407 4.6.3. */
static const struct clv_word notifications[] = {
    { 1, "INVALID-PAYLOAD-TYPE" }, { 2, "DOI-NOT-SUPPORTED" }, { 3, "SITUATION-NOT-SUPPORTED" },
    { 4, "INVALID-COOKIE" }, { 5, "INVALID-MAJOR-VERSION" }, { 6, "INVALID-MINOR-VERSION" },
    { 7, "INVALID-EXCHANGE-TYPE" }, { 8, "INVALID-FLAGS" }, { 9, "INVALID-MESSAGE-ID" },
    { 10, "INVALID-PROTOCOL-ID" }, { 11, "INVALID-SPI" }, { 12, "INVALID-TRANSFORM-ID" },
    { 13, "ATTRIBUTES-NOT-SUPPORTED" }, { 14, "NO-PROPOSAL-CHOSEN" },
    { 15, "BAD-PROPOSAL-SYNTAX" }, { 16, "PAYLOAD-MALFORMED" }, { 17, "INVALID-KEY-INFORMATION" },
    { 18, "INVALID-ID-INFORMATION" }, { 19, "INVALID-CERT-ENCODING" },
    { 20, "INVALID-CERTIFICATE" }, { 21, "CERT-TYPE-UNSUPPORTED" },
    { 22, "INVALID-CERT-AUTHORITY" }, { 23, "INVALID-HASH-INFORMATION" },
    { 24, "AUTHENTICATION-FAILED" }, { 25, "INVALID-SIGNATURE" }, { 26, "ADDRESS-NOTIFICATION" },
    { 27, "NOTIFY-SA-LIFETIME" }, { 28, "CERTIFICATE-UNAVAILABLE" },
    { 29, "UNSUPPORTED-EXCHANGE-TYPE" }, { 30, "UNEQUAL-PAYLOAD-LENGTHS" }, { 16384, "CONNECTED" },
    { 24576, "RESPONDER-LIFETIME" }, { 24577, "REPLAY-STATUS" }, { 24578, "INITIAL-CONTACT" },
    { 36136, "R-U-THERE" }, { 36137, "R-U-THERE-ACK" }, WORD_END,
};

#define PAYLOAD1(id_, name_, section_, type_, ...) \
    TABLE(isakmp_##id_, "ISAKMP_payload_" name_, NULL, "ISAKMP " name_, "RFC 2408 " section_, \
          UNDER(type_, "isakmp.payload"), false, \
          HEAD("isakmp.payload", payload_types, "res"), __VA_ARGS__)

PAYLOAD1(sa, "SA", "3.4", 1,
    U32("doi", .init = 1, .words = domains),
    U32("situation", .init = 1, .words = situations),
    LIST("prop", .of = "isakmp.proposal"));
PAYLOAD1(ke, "KE", "3.7", 4, BYTES("ke"));
PAYLOAD1(id, "ID", "3.8", 5,
    U8("IDtype", .init = 1, .words = identities),
    U8("ProtoID"),
    U16("Port"),
    BYTES("IdentData"));
PAYLOAD1(hash, "Hash", "3.11", 8, BYTES("hash"));
PAYLOAD1(nonce, "Nonce", "3.13", 10, BYTES("nonce"));
PAYLOAD1(notify, "Notify", "3.14", 11,
    U32("doi", .words = domains),
    U8("proto", .init = 1, .words = protocols),
    U8("SPIsize", MEASURES(FIELD)),
    U16("notify_msg_type", .words = notifications),
    BYTES("SPI", .size = "SPIsize"),
    BYTES("notify_data"));
PAYLOAD1(delete, "Delete", "3.15", 12,
    U32("doi", .words = domains),
    U8("proto", .init = 1, .words = protocols),
    U8("SPIsize"),
    U16("SPIcount"),
    BYTES("SPIs", .arg = ""));
PAYLOAD1(vendor, "VendorID", "3.16", 13, BYTES("VendorID"));

/* Any other; in a list, a payload that another follows says so, the last one 0. */
static const struct clv_field isakmp_payload_fields[] = {
    HEAD("isakmp.payload", payload_types, "res"),
    BYTES("load"),
    END,
};
static const struct clv_under isakmp_payload_under[] = {
    UNDER(1, "isakmp.payload", .to = 255),
    UNDER_END,
};
const struct clv_desc clv_isakmp_payload = {
    .name = "ISAKMP_payload",
    .title = "ISAKMP Payload",
    .source = "RFC 2408 3.2",
    .fields = isakmp_payload_fields,
    .under = isakmp_payload_under,
};

TABLE(isakmp_proposal, "ISAKMP_payload_Proposal", NULL, "ISAKMP Proposal", "RFC 2408 3.5",
    CHAINED(2, "isakmp.proposal"), true,
    HEAD("isakmp.proposal", payload_types, "res"),
    U8("proposal", .init = 1),
    U8("proto", .init = 1, .words = protocols),
    U8("SPIsize", MEASURES(FIELD)),
    U8("trans_nb", MEASURES(COUNT)),
    BYTES("SPI", .size = "SPIsize"),
    LIST("trans", .of = "isakmp.transform", .size = "trans_nb"));

TABLE(isakmp_transform, "ISAKMP_payload_Transform", NULL, "ISAKMP Transform", "RFC 2408 3.6",
    CHAINED(3, "isakmp.transform"), true,
    HEAD("isakmp.transform", payload_types, "res"),
    U8("transform_count"),
    U8("transform_id", .init = 1, .when = "ISAKMP_payload_Proposal.proto <= 1", .words = keyings),
    U8("transform_id", .init = 1, .when = "ISAKMP_payload_Proposal.proto == 2", .words = ah_transforms),
    U8("transform_id", .init = 1, .when = "ISAKMP_payload_Proposal.proto == 3", .words = esp_transforms),
    U8("transform_id", .init = 1),
    U16("res2"),
    LIST("transforms", .of = "isakmp.attribute", .when = "ISAKMP_payload_Proposal.proto <= 1"),
    LIST("transforms", .of = "isakmp.ipsec"));

/*
 * RFC 2408 3.3: the highest bit of the type tells a value of two bytes from a length and bytes. The
 * words of a type are Scapy's; what is longer than two bytes goes by the same word.
 */
#define SHORT 0x8000
#define ATTRIBUTE(id_, name_, title_, source_, words_, ...) \
    static const struct clv_field isakmp_##id_##_fields[] = { \
        U16("type", .init = SHORT, .words = (words_)), \
        U16("length", .when = "type & 0x8000 == 0", MEASURES(FIELD)), \
        __VA_ARGS__, \
        U16("value", .when = "type & 0x8000 != 0"), \
        BYTES("value", .size = "length", .style = CLV_HEX), \
        END, \
    }; \
    static const struct clv_under isakmp_##id_##_under[] = { \
        UNDER(0, "isakmp." #id_), \
        UNDER_END, \
    }; \
    const struct clv_desc clv_isakmp_##id_ = { \
        .name = (name_), \
        .title = (title_), \
        .source = (source_), \
        .fields = isakmp_##id_##_fields, \
        .under = isakmp_##id_##_under, \
        .tuple = "", \
    }

static const struct clv_word attributes[] = {
    { SHORT | 1, "Encryption" },
    { SHORT | 2, "Hash" },
    { SHORT | 3, "Authentication" },
    { SHORT | 4, "GroupDesc" },
    { SHORT | 5, "GroupType" },
    { SHORT | 6, "GroupPrime" }, { 6, "GroupPrime" },
    { SHORT | 7, "GroupGenerator1" }, { 7, "GroupGenerator1" },
    { SHORT | 8, "GroupGenerator2" }, { 8, "GroupGenerator2" },
    { SHORT | 9, "GroupCurveA" }, { 9, "GroupCurveA" },
    { SHORT | 10, "GroupCurveB" }, { 10, "GroupCurveB" },
    { SHORT | 11, "LifeType" },
    { SHORT | 12, "LifeDuration" }, { 12, "LifeDuration" },
    { SHORT | 13, "PRF" },
    { SHORT | 14, "KeyLength" },
    { SHORT | 15, "FieldSize" },
    { SHORT | 16, "GroupOrder" }, { 16, "GroupOrder" },
    WORD_END,
};
static const struct clv_word ciphers[] = {
    { 1, "DES-CBC" }, { 2, "IDEA-CBC" }, { 3, "Blowfish-CBC" }, { 4, "RC5-R16-B64-CBC" },
    { 5, "3DES-CBC" }, { 6, "CAST-CBC" }, { 7, "AES-CBC" }, { 8, "CAMELLIA-CBC" }, WORD_END,
};
static const struct clv_word hashes[] = {
    { 1, "MD5" }, { 2, "SHA" }, { 3, "Tiger" }, { 4, "SHA2-256" }, { 5, "SHA2-384" },
    { 6, "SHA2-512" }, WORD_END,
};
static const struct clv_word methods[] = {
    { 1, "PSK" }, { 2, "DSS" }, { 3, "RSA Sig" }, { 4, "RSA Encryption" },
    { 5, "RSA Encryption Revised" }, { 6, "ElGamal Encryption" },
    { 7, "ElGamal Encryption Revised" }, { 8, "ECDSA Sig" }, { 64221, "HybridInitRSA" },
    { 64222, "HybridRespRSA" }, { 64223, "HybridInitDSS" }, { 64224, "HybridRespDSS" },
    { 65001, "XAUTHInitPreShared" }, { 65002, "XAUTHRespPreShared" }, { 65003, "XAUTHInitDSS" },
    { 65004, "XAUTHRespDSS" }, { 65005, "XAUTHInitRSA" }, { 65006, "XAUTHRespRSA" }, WORD_END,
};
/* www.iana.org/assignments/ipsec-registry and ikev2-parameters: the numbers are the same. */
const struct clv_word clv_ike_groups[] = {
    { 1, "768MODPgr" }, { 2, "1024MODPgr" }, { 3, "EC2Ngr155" }, { 4, "EC2Ngr185" },
    { 5, "1536MODPgr" }, { 14, "2048MODPgr" }, { 15, "3072MODPgr" }, { 16, "4096MODPgr" },
    { 17, "6144MODPgr" }, { 18, "8192MODPgr" }, { 19, "256randECPgr" }, { 20, "384randECPgr" },
    { 21, "521randECPgr" }, { 22, "1024MODP160POSgr" }, { 23, "2048MODP224POSgr" },
    { 24, "2048MODP256POSgr" }, { 25, "192randECPgr" }, { 26, "224randECPgr" },
    { 27, "brainpoolP224r1gr" }, { 28, "brainpoolP256r1gr" }, { 29, "brainpoolP384r1gr" },
    { 30, "brainpoolP512r1gr" }, { 31, "curve25519gr" }, { 32, "curve448gr" },
    { 33, "GOST3410_2012_256" }, { 34, "GOST3410_2012_512" }, WORD_END,
};
static const struct clv_word group_types[] = {
    { 1, "MODP" }, { 2, "ECP" }, { 3, "EC2N" }, WORD_END,
};
static const struct clv_word life_types[] = { { 1, "Seconds" }, { 2, "Kilobytes" }, WORD_END };

ATTRIBUTE(attribute, "ISAKMP_Attribute", "ISAKMP Attribute", "RFC 2409 A", attributes,
    U16("value", .when = "type == 0x8001", .words = ciphers),
    U16("value", .when = "type == 0x8002", .words = hashes),
    U16("value", .when = "type == 0x8003", .words = methods),
    U16("value", .when = "type == 0x8004", .words = clv_ike_groups),
    U16("value", .when = "type == 0x8005", .words = group_types),
    U16("value", .when = "type == 0x800b", .words = life_types));

static const struct clv_word ipsec_attributes[] = {
    { SHORT | 1, "LifeType" },
    { SHORT | 2, "LifeDuration" }, { 2, "LifeDuration" },
    { SHORT | 3, "GroupDesc" },
    { SHORT | 4, "EncapsulationMode" },
    { SHORT | 5, "AuthenticationAlgorithm" },
    { SHORT | 6, "KeyLength" },
    { SHORT | 7, "KeyRounds" },
    { SHORT | 8, "CompressDictSize" },
    { SHORT | 9, "CompressPrivateAlgorithm" }, { 9, "CompressPrivateAlgorithm" },
    WORD_END,
};
static const struct clv_word modes[] = {
    { 1, "Tunnel" }, { 2, "Transport" }, { 3, "UDP-Encapsulated-Tunnel" },
    { 4, "UDP-Encapsulated-Transport" }, WORD_END,
};
static const struct clv_word ipsec_hashes[] = {
    { 1, "HMAC-MD5" }, { 2, "HMAC-SHA" }, { 3, "DES-MAC" }, { 4, "KPDK" }, { 5, "HMAC-SHA2-256" },
    { 6, "HMAC-SHA2-384" }, { 7, "HMAC-SHA2-512" }, { 8, "HMAC-RIPEMD" }, WORD_END,
};
ATTRIBUTE(ipsec, "ISAKMP_IPsecAttribute", "ISAKMP Attribute of IPsec", "RFC 2407 4.5",
    ipsec_attributes,
    U16("value", .when = "type == 0x8001", .words = life_types),
    U16("value", .when = "type == 0x8003", .words = clv_ike_groups),
    U16("value", .when = "type == 0x8004", .words = modes),
    U16("value", .when = "type == 0x8005", .words = ipsec_hashes));

/* ---- Over UDP port 4500, RFC 3948 2.2, 2.3. */

static const struct clv_field non_esp_fields[] = {
    U32("non_esp", TELLS(0)),
    END,
};
static const struct clv_under non_esp_under[] = {
    UNDER(4500, "udp.port"),
    UNDER_END,
};
static const struct clv_imply non_esp_implies[] = {
    { "UDP", "sport", "4500" },
    { "UDP", "dport", "4500" },
    IMPLY_END,
};
const struct clv_desc clv_non_esp = {
    .name = "NON_ESP",
    .title = "Non-ESP Marker",
    .source = "RFC 3948 2.2",
    .fields = non_esp_fields,
    .under = non_esp_under,
    .implies = non_esp_implies,
    .next = "ike",
};
