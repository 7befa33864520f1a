/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ISAKMP (IKE version 1) and IKE version 2. Payloads are layers stacked on the header and on each
 * other, each named by the one below it; proposals, transforms and their attributes are items.
 */
#include "layers.h"

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
static const struct clv_word payload2_types[] = {
    { 0, "None" },
    { 33, "SA" },
    { 34, "KE" },
    { 35, "IDi" },
    { 36, "IDr" },
    { 37, "CERT" },
    { 38, "CERTREQ" },
    { 39, "AUTH" },
    { 40, "Nonce" },
    { 41, "Notify" },
    { 42, "Delete" },
    { 43, "VendorID" },
    { 44, "TSi" },
    { 45, "TSr" },
    { 46, "Encrypted" },
    { 47, "CP" },
    { 48, "EAP" },
    { 53, "Encrypted_Fragment" },
    WORD_END,
};
static const struct clv_word exchanges2[] = {
    { 34, "IKE_SA_INIT" },
    { 35, "IKE_AUTH" },
    { 36, "CREATE_CHILD_SA" },
    { 37, "INFORMATIONAL" },
    { 38, "IKE_SESSION_RESUME" },
    { 43, "IKE_INTERMEDIATE" },
    WORD_END,
};
static const struct clv_word flag2_bits[] = {
    { 0x08, "Initiator" },
    { 0x10, "Version" },
    { 0x20, "Response" },
    WORD_END,
};
static const struct clv_word transform_types[] = {
    { 1, "Encryption" },
    { 2, "PRF" },
    { 3, "Integrity" },
    { 4, "GroupDesc" },
    { 5, "Extended Sequence Number" },
    WORD_END,
};
static const struct clv_word id_types[] = {
    { 1, "IPv4_addr" },
    { 2, "FQDN" },
    { 3, "Email_addr" },
    { 5, "IPv6_addr" },
    { 9, "ASN1_DN" },
    { 10, "ASN1_GN" },
    { 11, "Key" },
    WORD_END,
};

static const struct clv_under ike_under[] = {
    UNDER(500, "udp.port"),
    UNDER(0, "ike"),
    UNDER_END,
};
static const struct clv_imply ike_implies[] = {
    { "UDP", "sport", "500" },
    { "UDP", "dport", "500" },
    IMPLY_END,
};
static const struct clv_line ike_lines[] = {
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
    .under = ike_under,
    .implies = ike_implies,
    .lines = ike_lines,
    .when = "version & 0xf0 == 0x10",
    .opens = "flags & 1 == 0",
};

/* The header of version 2, RFC 7296 3.1. */
static const struct clv_field ikev2_fields[] = {
    FIXED(8, "init_SPI", .reply = "="),
    FIXED(8, "resp_SPI"),
    U8("next_payload", .key = "ikev2.payload", .words = payload2_types),
    U8("version", .init = 0x20, .style = CLV_HEX),
    U8("exch_type", .words = exchanges2, .reply = "="),
    FLAGS(8, "flags", .words = flag2_bits),
    U32("id", .reply = "="),
    U32("length", MEASURES(LAYER)),
    END,
};
const struct clv_desc clv_ikev2 = {
    .name = "IKEv2",
    .title = "IKEv2",
    .source = "RFC 7296 3.1",
    .fields = ikev2_fields,
    .under = ike_under,
    .implies = ike_implies,
    .lines = ike_lines,
    .when = "version & 0xf0 == 0x20",
};

/* ---- Payloads of version 1, RFC 2408 3.4 to 3.16. */

#define HEAD(space_, words_, second_) \
    U8("next_payload", .key = (space_), .words = (words_)), \
    U8(second_), \
    U16("length", MEASURES(HEADER))

/* In a list: the one before names it, but the first has none before. */
#define CHAINED(type_, space_) UNDER(type_, space_), UNDER(0, space_)
#define TABLE(id_, name_, alias_, title_, source_, under_, leaf_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { under_, UNDER_END }; \
    const struct clv_desc clv_##id_ = { \
        .name = (name_), \
        .title = (title_), \
        .alias = (alias_), \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .leaf = (leaf_), \
    }
#define PAYLOAD1(id_, name_, section_, type_, ...) \
    TABLE(isakmp_##id_, "ISAKMP_payload_" name_, NULL, "ISAKMP " name_, "RFC 2408 " section_, \
          UNDER(type_, "isakmp.payload"), false, \
          HEAD("isakmp.payload", payload_types, "res"), __VA_ARGS__)

PAYLOAD1(sa, "SA", "3.4", 1,
    U32("doi", .init = 1),
    U32("situation", .init = 1),
    LIST("prop", .of = "isakmp.proposal"));
PAYLOAD1(ke, "KE", "3.7", 4, BYTES("ke"));
PAYLOAD1(id, "ID", "3.8", 5,
    U8("IDtype", .init = 1),
    U8("ProtoID"),
    U16("Port"),
    BYTES("IdentData"));
PAYLOAD1(hash, "Hash", "3.11", 8, BYTES("hash"));
PAYLOAD1(nonce, "Nonce", "3.13", 10, BYTES("nonce"));
PAYLOAD1(notify, "Notify", "3.14", 11,
    U32("doi"),
    U8("proto", .init = 1),
    U8("SPIsize", MEASURES(FIELD)),
    U16("notify_msg_type"),
    BYTES("SPI", .size = "SPIsize"),
    BYTES("notify_data"));
PAYLOAD1(delete, "Delete", "3.15", 12,
    U32("doi"),
    U8("proto", .init = 1),
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
    U8("proto", .init = 1),
    U8("SPIsize", MEASURES(FIELD)),
    U8("trans_nb", MEASURES(COUNT)),
    BYTES("SPI", .size = "SPIsize"),
    LIST("trans", .of = "isakmp.transform", .size = "trans_nb"));

TABLE(isakmp_transform, "ISAKMP_payload_Transform", NULL, "ISAKMP Transform", "RFC 2408 3.6",
    CHAINED(3, "isakmp.transform"), true,
    HEAD("isakmp.transform", payload_types, "res"),
    U8("transform_count"),
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
static const struct clv_word groups[] = {
    { 1, "768MODPgr" }, { 2, "1024MODPgr" }, { 3, "EC2Ngr155" }, { 4, "EC2Ngr185" },
    { 5, "1536MODPgr" }, { 14, "2048MODPgr" }, { 15, "3072MODPgr" }, { 16, "4096MODPgr" },
    { 17, "6144MODPgr" }, { 18, "8192MODPgr" }, WORD_END,
};
static const struct clv_word group_types[] = {
    { 1, "MODP" }, { 2, "ECP" }, { 3, "EC2N" }, WORD_END,
};
static const struct clv_word life_types[] = { { 1, "Seconds" }, { 2, "Kilobytes" }, WORD_END };

ATTRIBUTE(attribute, "ISAKMP_Attribute", "ISAKMP Attribute", "RFC 2409 A", attributes,
    U16("value", .when = "type == 0x8001", .words = ciphers),
    U16("value", .when = "type == 0x8002", .words = hashes),
    U16("value", .when = "type == 0x8003", .words = methods),
    U16("value", .when = "type == 0x8004", .words = groups),
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
    U16("value", .when = "type == 0x8003", .words = groups),
    U16("value", .when = "type == 0x8004", .words = modes),
    U16("value", .when = "type == 0x8005", .words = ipsec_hashes));

/* ---- Payloads of version 2, RFC 7296 3.3 to 3.15. */

/* Until 2.5 Scapy had the names that are second here. */
#define HEAD2 HEAD("ikev2.payload", payload2_types, "flags")
#define PAYLOAD2(id_, name_, source_, type_, leaf_, ...) \
    TABLE(ikev2_##id_, "IKEv2_" name_, "IKEv2_payload_" name_, "IKEv2 " name_, source_, \
          UNDER(type_, "ikev2.payload"), \
          leaf_, HEAD2, __VA_ARGS__)
#define ID U8("IDtype", .init = 1, .words = id_types), U24("res2"), BYTES("ID")
#define SELECTORS \
    U8("number_of_TSs", MEASURES(COUNT)), \
    U24("res2"), \
    LIST("traffic_selector", .of = "ikev2.selector", .size = "number_of_TSs")

PAYLOAD2(sa, "SA", "RFC 7296 3.3", 33, false, LIST("prop", .of = "ikev2.proposal"));
PAYLOAD2(ke, "KE", "RFC 7296 3.4", 34, false, U16("group"), U16("res2"), BYTES("ke"));
PAYLOAD2(idi, "IDi", "RFC 7296 3.5", 35, false, ID);
PAYLOAD2(idr, "IDr", "RFC 7296 3.5", 36, false, ID);
PAYLOAD2(cert, "CERT", "RFC 7296 3.6", 37, false,
    U8("cert_encoding", .init = 4),
    BYTES("cert_data"));
PAYLOAD2(certreq, "CERTREQ", "RFC 7296 3.7", 38, false,
    U8("cert_encoding", .init = 4),
    BYTES("cert_authority"));
PAYLOAD2(auth, "AUTH", "RFC 7296 3.8", 39, false, U8("auth_type"), U24("res2"), BYTES("load"));
PAYLOAD2(nonce, "Nonce", "RFC 7296 3.9", 40, false, BYTES("nonce"));
PAYLOAD2(notify, "Notify", "RFC 7296 3.10", 41, false,
    U8("proto"),
    U8("SPIsize", MEASURES(FIELD)),
    U16("type"),
    BYTES("SPI", .size = "SPIsize"),
    BYTES("notify"));
PAYLOAD2(delete, "Delete", "RFC 7296 3.11", 42, false,
    U8("proto"),
    U8("SPIsize"),
    U16("SPInum"),
    BYTES("SPI", .arg = ""));
PAYLOAD2(vendor, "VendorID", "RFC 7296 3.12", 43, false, BYTES("vendorID"));
PAYLOAD2(tsi, "TSi", "RFC 7296 3.13", 44, false, SELECTORS);
PAYLOAD2(tsr, "TSr", "RFC 7296 3.13", 45, false, SELECTORS);
/* The next payload of these two is inside them. */
PAYLOAD2(encrypted, "Encrypted", "RFC 7296 3.14", 46, true, BYTES("load"));
PAYLOAD2(fragment, "Encrypted_Fragment", "RFC 7383 2.5", 53, true,
    U16("frag_number", .init = 1),
    U16("frag_total", .init = 1),
    BYTES("load"));
PAYLOAD2(cp, "CP", "RFC 7296 3.15", 47, false,
    U8("CFGType", .init = 1),
    U24("res2"),
    LIST("attributes", .of = "ikev2.config"));

static const struct clv_field ikev2_payload_fields[] = {
    HEAD2,
    BYTES("load"),
    END,
};
static const struct clv_under ikev2_payload_under[] = {
    UNDER(1, "ikev2.payload", .to = 255),
    UNDER_END,
};
const struct clv_desc clv_ikev2_payload = {
    .name = "IKEv2_Payload",
    .title = "IKEv2 Payload",
    .source = "RFC 7296 3.2",
    .fields = ikev2_payload_fields,
    .under = ikev2_payload_under,
};

TABLE(ikev2_proposal, "IKEv2_Proposal", "IKEv2_payload_Proposal", "IKEv2 Proposal",
    "RFC 7296 3.3.1",
    CHAINED(2, "ikev2.proposal"), true,
    HEAD("ikev2.proposal", payload2_types, "flags"),
    U8("proposal", .init = 1),
    U8("proto", .init = 1),
    U8("SPIsize", MEASURES(FIELD)),
    U8("trans_nb", MEASURES(COUNT)),
    BYTES("SPI", .size = "SPIsize"),
    LIST("trans", .of = "ikev2.transform", .size = "trans_nb"));

/* The one attribute there is, RFC 7296 3.3.5. */
TABLE(ikev2_transform, "IKEv2_Transform", "IKEv2_payload_Transform", "IKEv2 Transform",
    "RFC 7296 3.3.2",
    CHAINED(3, "ikev2.transform"), true,
    HEAD("ikev2.transform", payload2_types, "flags"),
    U8("transform_type", .words = transform_types),
    U8("res2"),
    U16("transform_id"),
    U16("attribute", .init = 0x800e, .style = CLV_HEX, .when = "left"),
    U16("key_length", .when = "left"));

TABLE(ikev2_config, "ConfigurationAttribute", NULL, "IKEv2 Configuration Attribute",
    "RFC 7296 3.15.1",
    UNDER(0, "ikev2.config"), true,
    U16("type", .init = 1),
    U16("length", MEASURES(REST)),
    BYTES("value"));

#define SELECTOR(id_, name_, title_, source_, type_, ...) \
    TABLE(ikev2_##id_, name_, NULL, "IKEv2 " title_, source_, UNDER(0, "ikev2.selector"), true, \
        U8("TS_type", type_), \
        U8("IP_protocol_ID"), \
        U16("length", MEASURES(HEADER)), \
        __VA_ARGS__)
#define PORTS U16("start_port"), U16("end_port", .init = 65535)

SELECTOR(selector4, "IPv4TrafficSelector", "IPv4 Traffic Selector", "RFC 7296 3.13.1", TELLS(7),
    PORTS,
    IP4("starting_address_v4", .init = 0xc0a80001),
    IP4("ending_address_v4", .init = 0xc0a800ff));
SELECTOR(selector6, "IPv6TrafficSelector", "IPv6 Traffic Selector", "RFC 7296 3.13.1", TELLS(8),
    PORTS,
    IP6("starting_address_v6", .text = "2001::"),
    IP6("ending_address_v6", .text = "2001::"));
/* Scapy's name; it is that of Fibre Channel, RFC 4595. */
SELECTOR(selector_fc, "EncryptedTrafficSelector", "Fibre Channel Traffic Selector", "RFC 4595 4.4",
         TELLS(9),
    U8("res"),
    U24("starting_address_FC", .style = CLV_HEX),
    U8("res2"),
    U24("ending_address_FC", .style = CLV_HEX),
    U8("starting_R_CTL"),
    U8("ending_R_CTL"),
    U8("starting_type"),
    U8("ending_type"));
SELECTOR(selector, "RawTrafficSelector", "Traffic Selector", "RFC 7296 3.13.1", .init = 0,
    BYTES("load"));

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
