/* SPDX-License-Identifier: BSD-2-Clause */
/* IKE version 2, RFC 7296. */
#include "isakmp.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word payload2_types[] = {
    { 0, "None" },
    { 2, "Proposal" },
    { 3, "Transform" },
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
    { 12, "FC_Name" },
    { 13, "NULL" },
    WORD_END,
};

/* www.iana.org/assignments/ikev2-parameters, in Scapy's words where it has any. */
static const struct clv_word ciphers[] = {
    { 1, "DES-IV64" }, { 2, "DES" }, { 3, "3DES" }, { 4, "RC5" }, { 5, "IDEA" }, { 6, "CAST" },
    { 7, "Blowfish" }, { 8, "3IDEA" }, { 9, "DES-IV32" }, { 11, "NULL" }, { 12, "AES-CBC" },
    { 13, "AES-CTR" }, { 14, "AES-CCM-8" }, { 15, "AES-CCM-12" }, { 16, "AES-CCM-16" },
    { 18, "AES-GCM-8ICV" }, { 19, "AES-GCM-12ICV" }, { 20, "AES-GCM-16ICV" },
    { 21, "NULL-AES-GMAC" }, { 23, "Camellia-CBC" }, { 24, "Camellia-CTR" },
    { 25, "Camellia-CCM-8ICV" }, { 26, "Camellia-CCM-12ICV" }, { 27, "Camellia-CCM-16ICV" },
    { 28, "ChaCha20-Poly1305" }, { 29, "AES-CCM-8-IIV" }, { 30, "AES-GCM-16-IIV" },
    { 31, "ChaCha20-Poly1305-IIV" }, { 32, "Kuzneychik-MGM-KTREE" }, { 33, "MAGMA-MGM-KTREE" },
    WORD_END,
};
static const struct clv_word functions[] = {
    { 1, "PRF_HMAC_MD5" }, { 2, "PRF_HMAC_SHA1" }, { 3, "PRF_HMAC_TIGER" },
    { 4, "PRF_AES128_XCBC" }, { 5, "PRF_HMAC_SHA2_256" }, { 6, "PRF_HMAC_SHA2_384" },
    { 7, "PRF_HMAC_SHA2_512" }, { 8, "PRF_AES128_CMAC" }, { 9, "PRF_HMAC_STREEBOG_512" }, WORD_END,
};
static const struct clv_word integrities[] = {
    { 1, "HMAC-MD5-96" }, { 2, "HMAC-SHA1-96" }, { 3, "DES-MAC" }, { 4, "KPDK-MD5" },
    { 5, "AES-XCBC-96" }, { 6, "HMAC-MD5-128" }, { 7, "HMAC-SHA1-160" }, { 8, "AES-CMAC-96" },
    { 9, "AES-128-GMAC" }, { 10, "AES-192-GMAC" }, { 11, "AES-256-GMAC" }, { 12, "SHA2-256-128" },
    { 13, "SHA2-384-192" }, { 14, "SHA2-512-256" }, WORD_END,
};
static const struct clv_word sequences[] = {
    { 0, "No ESN" }, { 1, "ESN" }, WORD_END,
};
static const struct clv_word protocols[] = {
    { 1, "IKE" }, { 2, "AH" }, { 3, "ESP" }, WORD_END,
};
static const struct clv_word notifications[] = {
    { 1, "UNSUPPORTED_CRITICAL_PAYLOAD" }, { 4, "INVALID_IKE_SPI" }, { 5, "INVALID_MAJOR_VERSION" },
    { 7, "INVALID_SYNTAX" }, { 9, "INVALID_MESSAGE_ID" }, { 11, "INVALID_SPI" },
    { 14, "NO_PROPOSAL_CHOSEN" }, { 17, "INVALID_KE_PAYLOAD" }, { 24, "AUTHENTICATION_FAILED" },
    { 34, "SINGLE_PAIR_REQUIRED" }, { 35, "NO_ADDITIONAL_SAS" }, { 36, "INTERNAL_ADDRESS_FAILURE" },
    { 37, "FAILED_CP_REQUIRED" }, { 38, "TS_UNACCEPTABLE" }, { 39, "INVALID_SELECTORS" },
    { 40, "UNACCEPTABLE_ADDRESSES" }, { 41, "UNEXPECTED_NAT_DETECTED" }, { 42, "USE_ASSIGNED_HoA" },
    { 43, "TEMPORARY_FAILURE" }, { 44, "CHILD_SA_NOT_FOUND" }, { 45, "INVALID_GROUP_ID" },
    { 46, "AUTHORIZATION_FAILED" }, { 16384, "INITIAL_CONTACT" }, { 16385, "SET_WINDOW_SIZE" },
    { 16386, "ADDITIONAL_TS_POSSIBLE" }, { 16387, "IPCOMP_SUPPORTED" },
    { 16388, "NAT_DETECTION_SOURCE_IP" }, { 16389, "NAT_DETECTION_DESTINATION_IP" },
    { 16390, "COOKIE" }, { 16391, "USE_TRANSPORT_MODE" }, { 16392, "HTTP_CERT_LOOKUP_SUPPORTED" },
    { 16393, "REKEY_SA" }, { 16394, "ESP_TFC_PADDING_NOT_SUPPORTED" },
    { 16395, "NON_FIRST_FRAGMENTS_ALSO" }, { 16396, "MOBIKE_SUPPORTED" },
    { 16397, "ADDITIONAL_IP4_ADDRESS" }, { 16398, "ADDITIONAL_IP6_ADDRESS" },
    { 16399, "NO_ADDITIONAL_ADDRESSES" }, { 16400, "UPDATE_SA_ADDRESSES" }, { 16401, "COOKIE2" },
    { 16402, "NO_NATS_ALLOWED" }, { 16403, "AUTH_LIFETIME" }, { 16404, "MULTIPLE_AUTH_SUPPORTED" },
    { 16405, "ANOTHER_AUTH_FOLLOWS" }, { 16406, "REDIRECT_SUPPORTED" }, { 16407, "REDIRECT" },
    { 16408, "REDIRECTED_FROM" }, { 16409, "TICKET_LT_OPAQUE" }, { 16410, "TICKET_REQUEST" },
    { 16411, "TICKET_ACK" }, { 16412, "TICKET_NACK" }, { 16413, "TICKET_OPAQUE" },
    { 16414, "LINK_ID" }, { 16415, "USE_WESP_MODE" }, { 16416, "ROHC_SUPPORTED" },
    { 16417, "EAP_ONLY_AUTHENTICATION" }, { 16418, "CHILDLESS_IKEV2_SUPPORTED" },
    { 16419, "QUICK_CRASH_DETECTION" }, { 16420, "IKEV2_MESSAGE_ID_SYNC_SUPPORTED" },
    { 16421, "IPSEC_REPLAY_COUNTER_SYNC_SUPPORTED" }, { 16422, "IKEV2_MESSAGE_ID_SYNC" },
    { 16423, "IPSEC_REPLAY_COUNTER_SYNC" }, { 16424, "SECURE_PASSWORD_METHODS" },
    { 16425, "PSK_PERSIST" }, { 16426, "PSK_CONFIRM" }, { 16427, "ERX_SUPPORTED" },
    { 16428, "IFOM_CAPABILITY" }, { 16429, "SENDER_REQUEST_ID" },
    { 16430, "IKEV2_FRAGMENTATION_SUPPORTED" }, { 16431, "SIGNATURE_HASH_ALGORITHMS" },
    { 16432, "CLONE_IKE_SA_SUPPORTED" }, { 16433, "CLONE_IKE_SA" }, { 16434, "PUZZLE" },
    { 16435, "USE_PPK" }, { 16436, "PPK_IDENTITY" }, { 16437, "NO_PPK_AUTH" },
    { 16438, "INTERMEDIATE_EXCHANGE_SUPPORTED" }, { 16439, "IP4_ALLOWED" },
    { 16440, "IP6_ALLOWED" }, { 16441, "ADDITIONAL_KEY_EXCHANGE" }, { 16442, "USE_AGGFRAG" },
    WORD_END,
};
static const struct clv_word methods[] = {
    { 1, "RSA Digital Signature" }, { 2, "Shared Key Message Integrity Code" },
    { 3, "DSS Digital Signature" }, { 9, "ECDSA with SHA-256 on the P-256 curve" },
    { 10, "ECDSA with SHA-384 on the P-384 curve" },
    { 11, "ECDSA with SHA-512 on the P-521 curve" },
    { 12, "Generic Secure Password Authentication Method" }, { 13, "NULL Authentication" },
    { 14, "Digital Signature" }, WORD_END,
};
static const struct clv_word encodings[] = {
    { 1, "PKCS #7 wrapped X.509 certificate" }, { 2, "PGP Certificate" }, { 3, "DNS Signed Key" },
    { 4, "X.509 Certificate - Signature" }, { 6, "Kerberos Token" },
    { 7, "Certificate Revocation List (CRL)" }, { 8, "Authority Revocation List (ARL)" },
    { 9, "SPKI Certificate" }, { 10, "X.509 Certificate - Attribute" }, { 11, "Raw RSA Key" },
    { 12, "Hash and URL of X.509 certificate" }, { 13, "Hash and URL of X.509 bundle" }, WORD_END,
};
static const struct clv_word configurations[] = {
    { 1, "CFG_REQUEST" }, { 2, "CFG_REPLY" }, { 3, "CFG_SET" }, { 4, "CFG_ACK" }, WORD_END,
};
static const struct clv_word attributes[] = {
    { 1, "INTERNAL_IP4_ADDRESS" }, { 2, "INTERNAL_IP4_NETMASK" }, { 3, "INTERNAL_IP4_DNS" },
    { 4, "INTERNAL_IP4_NBNS" }, { 6, "INTERNAL_IP4_DHCP" }, { 7, "APPLICATION_VERSION" },
    { 8, "INTERNAL_IP6_ADDRESS" }, { 10, "INTERNAL_IP6_DNS" }, { 12, "INTERNAL_IP6_DHCP" },
    { 13, "INTERNAL_IP4_SUBNET" }, { 14, "SUPPORTED_ATTRIBUTES" }, { 15, "INTERNAL_IP6_SUBNET" },
    { 16, "MIP6_HOME_PREFIX" }, { 17, "INTERNAL_IP6_LINK" }, { 18, "INTERNAL_IP6_PREFIX" },
    { 19, "HOME_AGENT_ADDRESS" }, { 20, "P_CSCF_IP4_ADDRESS" }, { 21, "P_CSCF_IP6_ADDRESS" },
    { 22, "FTT_KAT" }, { 23, "EXTERNAL_SOURCE_IP4_NAT_INFO" },
    { 24, "TIMEOUT_PERIOD_FOR_LIVENESS_CHECK" }, { 25, "INTERNAL_DNS_DOMAIN" },
    { 26, "INTERNAL_DNSSEC_TA" }, WORD_END,
};
static const struct clv_word selectors[] = {
    { 7, "TS_IPV4_ADDR_RANGE" }, { 8, "TS_IPV6_ADDR_RANGE" }, { 9, "TS_FC_ADDR_RANGE" }, WORD_END,
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
    .under = clv_ike_under,
    .implies = clv_ike_implies,
    .lines = clv_ike_lines,
    .when = "version & 0xf0 == 0x20",
};

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
PAYLOAD2(ke, "KE", "RFC 7296 3.4", 34, false,
    U16("group", .words = clv_ike_groups),
    U16("res2"),
    BYTES("ke"));
PAYLOAD2(idi, "IDi", "RFC 7296 3.5", 35, false, ID);
PAYLOAD2(idr, "IDr", "RFC 7296 3.5", 36, false, ID);
PAYLOAD2(cert, "CERT", "RFC 7296 3.6", 37, false,
    U8("cert_encoding", .init = 4, .words = encodings),
    BYTES("cert_data"));
PAYLOAD2(certreq, "CERTREQ", "RFC 7296 3.7", 38, false,
    U8("cert_encoding", .init = 4, .words = encodings),
    BYTES("cert_authority"));
PAYLOAD2(auth, "AUTH", "RFC 7296 3.8", 39, false,
    U8("auth_type", .words = methods),
    U24("res2"),
    BYTES("load"));
PAYLOAD2(nonce, "Nonce", "RFC 7296 3.9", 40, false, BYTES("nonce"));
PAYLOAD2(notify, "Notify", "RFC 7296 3.10", 41, false,
    U8("proto", .words = protocols),
    U8("SPIsize", MEASURES(FIELD)),
    U16("type", .words = notifications),
    BYTES("SPI", .size = "SPIsize"),
    BYTES("notify"));
PAYLOAD2(delete, "Delete", "RFC 7296 3.11", 42, false,
    U8("proto", .words = protocols),
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
    U8("CFGType", .init = 1, .words = configurations),
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
    U8("proto", .init = 1, .words = protocols),
    U8("SPIsize", MEASURES(FIELD)),
    U8("trans_nb", MEASURES(COUNT)),
    BYTES("SPI", .size = "SPIsize"),
    LIST("trans", .of = "ikev2.transform", .size = "trans_nb"));

/* The one attribute there is, RFC 7296 3.3.5. */
static const struct clv_word lengths[] = { { 0x800e, "KeyLength" }, WORD_END };
TABLE(ikev2_transform, "IKEv2_Transform", "IKEv2_payload_Transform", "IKEv2 Transform",
    "RFC 7296 3.3.2",
    CHAINED(3, "ikev2.transform"), true,
    HEAD("ikev2.transform", payload2_types, "flags"),
    U8("transform_type", .words = transform_types),
    U8("res2"),
    U16("transform_id", .when = "transform_type == 1", .words = ciphers),
    U16("transform_id", .when = "transform_type == 2", .words = functions),
    U16("transform_id", .when = "transform_type == 3", .words = integrities),
    U16("transform_id", .when = "transform_type == 4", .words = clv_ike_groups),
    U16("transform_id", .when = "transform_type == 5", .words = sequences),
    U16("transform_id"),
    U16("attribute", .init = 0x800e, .words = lengths, .style = CLV_HEX, .when = "left"),
    U16("key_length", .when = "left"));

TABLE(ikev2_config, "ConfigurationAttribute", NULL, "IKEv2 Configuration Attribute",
    "RFC 7296 3.15.1",
    UNDER(0, "ikev2.config"), true,
    U16("type", .init = 1, .words = attributes),
    U16("length", MEASURES(REST)),
    BYTES("value"));

#define SELECTOR(id_, name_, title_, source_, type_, ...) \
    TABLE(ikev2_##id_, name_, NULL, "IKEv2 " title_, source_, UNDER(0, "ikev2.selector"), true, \
        U8("TS_type", type_, .words = selectors), \
        U8("IP_protocol_ID", .words = clv_ip_protocols), \
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
