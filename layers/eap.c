/* SPDX-License-Identifier: BSD-2-Clause */
/* Port access: EAP over LAN, and EAP with the methods that have a format of their own. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word versions[] = {
    { 1, "802.1X-2001" },
    { 2, "802.1X-2004" },
    { 3, "802.1X-2010" },
    WORD_END,
};
static const struct clv_word packet_types[] = {
    { 0, "EAP-Packet" },
    { 1, "EAPOL-Start" },
    { 2, "EAPOL-Logoff" },
    { 3, "EAPOL-Key" },
    { 4, "EAPOL-Encapsulated-ASF-Alert" },
    { 5, "EAPOL-MKA" },
    { 6, "EAPOL-Announcement (Generic)" },
    { 7, "EAPOL-Announcement (Specific)" },
    { 8, "EAPOL-Announcement-Req" },
    WORD_END,
};

/* IEEE 802.1X-2020 11.3. */
static const struct clv_field eapol_fields[] = {
    U8("version", .init = 1, .words = versions),
    U8("type", .words = packet_types, .key = "eapol"),
    U16("len", MEASURES(PAYLOAD)),
    END,
};
static const struct clv_under eapol_under[] = {
    UNDER(0x888e, "ethertype"),
    UNDER(0x88c7, "ethertype"),
    UNDER_END,
};
static const struct clv_imply eapol_implies[] = {
    { "Ether", "dst", "01:80:c2:00:00:03" },
    IMPLY_END,
};
static const struct clv_line eapol_lines[] = {
    { NULL, "%type%" },
    LINE_END,
};
const struct clv_desc clv_eapol = {
    .name = "EAPOL",
    .title = "EAP over LAN",
    .source = "IEEE 802.1X-2020 11.3",
    .fields = eapol_fields,
    .under = eapol_under,
    .implies = eapol_implies,
    .lines = eapol_lines,
};

static const struct clv_word codes[] = {
    { 1, "Request" },
    { 2, "Response" },
    { 3, "Success" },
    { 4, "Failure" },
    { 5, "Initiate" },
    { 6, "Finish" },
    WORD_END,
};
/* www.iana.org/assignments/eap-numbers, method types; the names are Scapy's. */
static const struct clv_word methods[] = {
    { 0, "Reserved" },
    { 1, "Identity" },
    { 2, "Notification" },
    { 3, "Legacy Nak" },
    { 4, "MD5-Challenge" },
    { 5, "One-Time Password (OTP)" },
    { 6, "Generic Token Card (GTC)" },
    { 9, "RSA Public Key Authentication" },
    { 13, "EAP-TLS" },
    { 17, "EAP-Cisco Wireless" },
    { 18, "GSM Subscriber Identity Modules (EAP-SIM)" },
    { 21, "EAP-TTLS" },
    { 23, "EAP-AKA Authentication" },
    { 25, "PEAP" },
    { 26, "MS-EAP-Authentication" },
    { 29, "EAP-MSCHAP-V2" },
    { 43, "EAP-FAST" },
    { 46, "EAP-PAX" },
    { 47, "EAP-PSK" },
    { 48, "EAP-SAKE" },
    { 49, "EAP-IKEv2" },
    { 50, "EAP-AKA" },
    { 51, "EAP-GPSK" },
    { 52, "EAP-pwd" },
    { 53, "EAP-EKE Version 1" },
    { 54, "EAP Method Type for PT-EAP" },
    { 55, "TEAP" },
    { 254, "Reserved for the Expanded Type" },
    { 255, "Experimental" },
    WORD_END,
};

static const struct clv_under eap_under[] = {
    UNDER(0, "eapol"),
    UNDER(0xc227, "ppp"),
    UNDER_END,
};
static const struct clv_line eap_lines[] = {
    { "code in 3,4", "%code% id=%id%" },
    { NULL, "%code% %type% id=%id%" },
    LINE_END,
};

/* A response has the identifier of its request, RFC 3748 4.1; its type may differ (a refusal). */
#define HEAD(code_, span_) \
    U8("code", .init = (code_), .words = codes, .reply = "1:2"), \
    U8("id", .reply = "="), \
    U16("len", MEASURES(span_))

#define EAP(id_, name_, title_, source_, when_, leaf_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_##id_ = { \
        .name = name_, \
        .title = title_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = eap_under, \
        .lines = eap_lines, \
        .when = (when_), \
        .leaf = (leaf_), \
    }
#define METHOD(number_) U8("type", TELLS(number_), .words = methods)
#define EXCHANGE "code in 1,2"

EAP(eap_md5, "EAP_MD5", "EAP MD5", "RFC 3748 5.4, RFC 1994 4.1", EXCHANGE, true,
    HEAD(1, HEADER),
    METHOD(4),
    U8("value_size", MEASURES(FIELD)),
    BYTES("value", .size = "value_size"),
    BYTES("optional_name"));

/* Methods around TLS: three flags (length, more, start), whose length is there if its flag is. */
#define FLAGS_LMS \
    BITS(1, "L"), \
    BITS(1, "M"), \
    BITS(1, "S")

EAP(eap_tls, "EAP_TLS", "EAP TLS", "RFC 5216 3", EXCHANGE, true,
    HEAD(1, HEADER),
    METHOD(13),
    FLAGS_LMS,
    BITS(5, "reserved"),
    U32("tls_message_len", .when = "L == 1"),
    BYTES("tls_data"));

EAP(eap_leap, "LEAP", "EAP Cisco LEAP", "Cisco LEAP, EAP method type 17", EXCHANGE, true,
    HEAD(1, HEADER),
    METHOD(17),
    U8("version", .init = 1),
    U8("unused", .style = CLV_HEX),
    U8("count", MEASURES(FIELD)),
    BYTES("challenge_response", .size = "count"),
    BYTES("username"));

EAP(eap_ttls, "EAP_TTLS", "EAP TTLS", "RFC 5281 9.1", EXCHANGE, true,
    HEAD(1, HEADER),
    METHOD(21),
    FLAGS_LMS,
    BITS(2, "reserved"),
    BITS(3, "version"),
    U32("message_len", .when = "L == 1"),
    BYTES("data"));

EAP(eap_peap, "EAP_PEAP", "EAP PEAP", "draft-josefsson-pppext-eap-tls-eap-06", EXCHANGE, true,
    HEAD(1, HEADER),
    METHOD(25),
    FLAGS_LMS,
    BITS(3, "reserved"),
    BITS(2, "version", .init = 1),
    U32("tls_message_len", .when = "L == 1"),
    BYTES("tls_data"));

EAP(eap_fast, "EAP_FAST", "EAP FAST", "RFC 4851 4.1", EXCHANGE, true,
    HEAD(1, HEADER),
    METHOD(43),
    FLAGS_LMS,
    BITS(2, "reserved"),
    BITS(3, "version"),
    U32("message_len", .when = "L == 1"),
    BYTES("data"));

/* All others, RFC 3748 4: identities and refusals have rows, the data of other types is payload. */
EAP(eap, "EAP", "EAP", "RFC 3748 4", NULL, false,
    HEAD(4, LAYER),
    U8("type", .words = methods, .when = "not code in 3,4"),
    U8("desired_auth_types", .style = CLV_MANY, .words = methods,
       .when = "code == 2 and type == 3"),
    BYTES("identity", .when = "code == 2 and type == 1"),
    BYTES("message", .when = "code == 1 and type == 1"));
