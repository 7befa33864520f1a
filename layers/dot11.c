/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 802.11 frames, with and without a check sequence, and the fixed parts of management frames. What
 * is enciphered is dot11_cipher.c's, information elements are layers of dot11_elt.c and dot11_ht.c.
 */
#include "dot11_elt.h"

enum { FCS_LEN = 4, CHUNK = 64, SHORTEST = 10, FIRST_MAP = 4 };

/* IEEE 802.11-2020 9.2.4.8: CRC-32 of all before it. */
static uint64_t check_sequence(struct clv_scope *scope)
{
    uint32_t size = clv_scope_size(scope), crc = 0xffffffff;
    uint8_t bytes[CHUNK];
    size = size < FCS_LEN ? 0 : size - FCS_LEN;
    for (uint32_t at = 0; at < size; at += CHUNK) {
        uint32_t n = size - at < CHUNK ? size - at : CHUNK;
        if (!clv_scope_bytes(scope, at, bytes, n))
            return 0;
        for (uint32_t i = 0; i < n; i++) {
            crc ^= bytes[i];
            for (int bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }
    return crc ^ 0xffffffff;
}

/*
 * RadioTap's flags tell whether the frame ends with one. They lie behind a list, which a probe does
 * not look into: a chain of bitmaps, then a time that is aligned to 8 bytes, then the flags.
 */
static bool has_check_sequence(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    uint8_t map[4], flags;
    uint32_t at = FIRST_MAP, head = clv_scope_head(below);
    (void)bytes;
    if (len < SHORTEST + FCS_LEN || !(clv_scope_uint(below, NULL, "present") & 2))
        return false;
    do {
        if (at + sizeof map > head || !clv_scope_bytes(below, at, map, sizeof map))
            return false;
        at += sizeof map;
    } while (map[3] & 0x80);
    if (clv_scope_uint(below, NULL, "present") & 1)
        at = (at + 7) / 8 * 8 + 8;
    return at < head && clv_scope_bytes(below, at, &flags, 1) && flags & 0x10;
}

static const struct clv_hooks fcs_hooks = { .probe = has_check_sequence };

/* One row a line. */
/* clang-format off */

static const struct clv_word type_words[] = {
    { 0, "Management" },
    { 1, "Control" },
    { 2, "Data" },
    { 3, "Extension" },
    WORD_END,
};
static const struct clv_word fc_words[] = {
    { 1, "to-DS" },
    { 2, "from-DS" },
    { 4, "MF" },
    { 8, "retry" },
    { 16, "pw-mgt" },
    { 32, "MD" },
    { 64, "protected" },
    { 128, "order" },
    WORD_END,
};

/* Table 9-2: a control frame extension has its own subtype, and no flags of distribution. */
static const struct clv_word cfe_words[] = {
    { 2, "Poll" },
    { 3, "SPR" },
    { 4, "Grant" },
    { 5, "DMG CTS" },
    { 6, "DMG DTS" },
    { 7, "Grant Ack" },
    { 8, "SSW" },
    { 9, "SSW-Feedback" },
    { 10, "SSW-Ack" },
    WORD_END,
};
static const struct clv_word extended_words[] = {
    { 1, "pw-mgt" },
    { 2, "MD" },
    { 4, "protected" },
    { 8, "order" },
    WORD_END,
};

/* Which of the control frames have a second address: 9.3.1. */
#define DOT11_ROWS \
    BITS(4, "subtype", .key = "dot11"), \
    BITS(2, "type", .key = "dot11", .words = type_words), \
    BITS(2, "proto"), \
    BITS(4, "cfe", .when = "type == 1 and subtype == 6", .words = cfe_words), \
    FLAGS(4, "FCfield", .when = "type == 1 and subtype == 6", .words = extended_words), \
    FLAGS(8, "FCfield", .words = fc_words), \
    U16("ID", .style = CLV_LE), \
    MAC("addr1"), \
    MAC("addr2", .when = "type != 1 or subtype in 4..6,8..11,14,15"), \
    MAC("addr3", .when = "type in 0,2 or cfe == 6"), \
    U16("SC", .style = CLV_LE, .when = "type != 1"), \
    MAC("addr4", .when = "type == 2 and FCfield & 3 == 3")

/* IEEE 802.11-2020 9.2.3. */
static const struct clv_field dot11_fields[] = {
    DOT11_ROWS,
    END,
};
static const struct clv_under dot11_under[] = {
    UNDER(105, "link"),
    UNDER(0, "radiotap"),
    UNDER_END,
};
static const struct clv_line dot11_lines[] = {
    { NULL, "%type% subtype %#subtype%" },
    LINE_END,
};
const struct clv_desc clv_dot11 = {
    .name = "Dot11",
    .title = "802.11",
    .source = "IEEE 802.11-2020 9.2.3",
    .fields = dot11_fields,
    .under = dot11_under,
    .who = "%addr2% > %addr1%",
    .lines = dot11_lines,
};

/* The same with its check sequence, IEEE 802.11-2020 9.2.4.8. */
static const struct clv_field dot11_fcs_fields[] = {
    DOT11_ROWS,
    U32("fcs", .style = CLV_LE | CLV_HEX | CLV_AFTER, .fill = check_sequence),
    END,
};
static const struct clv_under dot11_fcs_under[] = {
    UNDER(0, "radiotap"),
    UNDER_END,
};
const struct clv_desc clv_dot11_fcs = {
    .name = "Dot11FCS",
    .title = "802.11-FCS",
    .source = "IEEE 802.11-2020 9.2.4.8",
    .fields = dot11_fcs_fields,
    .under = dot11_fcs_under,
    .who = "%addr2% > %addr1%",
    .lines = dot11_lines,
    .hooks = &fcs_hooks,
};

/* The key of a subtype and type, as the two rows of the frame join. */
#define MANAGEMENT(subtype_) UNDER((subtype_) << 2, "dot11")
#define CONTROL(subtype_) UNDER((subtype_) << 2 | 1, "dot11")
#define DATA(subtype_) UNDER((subtype_) << 2 | 2, "dot11")

/*
 * Quality of service, IEEE 802.11-2020 9.2.4.5; HT control 9.2.4.6. Above 12, as in Scapy, is what
 * build takes. The payload of an aggregate is a list of frames of its own form.
 */
static const struct clv_field qos_fields[] = {
    BITS(1, "A_MSDU_Present"),
    BITS(2, "Ack_Policy"),
    BITS(1, "EOSP"),
    BITS(4, "TID"),
    U8("TXOP"),
    U32("HTC", .style = CLV_LE | CLV_HEX,
        .when = "Dot11.FCfield & 0x80 or Dot11FCS.FCfield & 0x80"),
    END,
};
static const struct clv_under qos_under[] = {
    DATA(12),
    DATA(8),
    DATA(9),
    DATA(10),
    DATA(11),
    DATA(14),
    DATA(15),
    UNDER_END,
};
static const struct clv_line qos_lines[] = {
    { NULL, "tid %TID%" },
    LINE_END,
};
const struct clv_desc clv_dot11_qos = {
    .name = "Dot11QoS",
    .title = "802.11 QoS",
    .source = "IEEE 802.11-2020 9.2.4.5",
    .fields = qos_fields,
    .under = qos_under,
    .lines = qos_lines,
    .next = "dot11.qos",
    .opens = "not A_MSDU_Present or Dot11.FCfield & 0x40 or Dot11FCS.FCfield & 0x40",
};

static const struct clv_word cap_words[] = {
    { 1u << 0, "res8" },
    { 1u << 1, "res9" },
    { 1u << 2, "short-slot" },
    { 1u << 3, "res11" },
    { 1u << 4, "res12" },
    { 1u << 5, "DSSS-OFDM" },
    { 1u << 6, "res14" },
    { 1u << 7, "res15" },
    { 1u << 8, "ESS" },
    { 1u << 9, "IBSS" },
    { 1u << 10, "CFP" },
    { 1u << 11, "CFP-req" },
    { 1u << 12, "privacy" },
    { 1u << 13, "short-preamble" },
    { 1u << 14, "PBCC" },
    { 1u << 15, "agility" },
    WORD_END,
};
static const struct clv_word algorithm_words[] = {
    { 0, "open" },
    { 1, "sharedkey" },
    { 2, "FT" },
    { 3, "SAE" },
    { 4, "FILS-SK" },
    { 5, "FILS-SK-PFS" },
    { 6, "FILS-PK" },
    WORD_END,
};
/* IEEE 802.11-2020 9.4.1.11. */
static const struct clv_word category_words[] = {
    { 0, "Spectrum Management" },
    { 1, "QoS" },
    { 2, "DLS" },
    { 3, "Block-Ack" },
    { 4, "Public" },
    { 5, "Radio Measurement" },
    { 6, "Fast BSS Transition" },
    { 7, "HT" },
    { 8, "SA Query" },
    { 9, "Protected Dual of Public Action" },
    { 10, "WNM" },
    { 11, "Unprotected WNM" },
    { 12, "TDLS" },
    { 13, "Mesh" },
    { 14, "Multihop" },
    { 15, "Self-protected" },
    { 17, "Reserved WFA" },
    { 126, "Vendor-specific Protected" },
    { 127, "Vendor-specific" },
    WORD_END,
};

/* The bytes of the capabilities are read in wire order, as in Scapy. */
#define CAP FLAGS(16, "cap", .words = cap_words)

#define FRAME(id_, name_, title_, source_, next_, line_, under_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { under_, UNDER_END }; \
    static const struct clv_line id_##_lines[] = { { NULL, line_ }, LINE_END }; \
    const struct clv_desc clv_dot11_##id_ = { \
        .name = "Dot11" name_, \
        .title = "802.11 " title_, \
        .source = "IEEE 802.11-2020 " source_, \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .lines = id_##_lines, \
        .next = (next_), \
    }
#define ELEMENTS "dot11.elt"

FRAME(asso_req, "AssoReq", "Association Request", "9.3.3.5", ELEMENTS, "%cap%", MANAGEMENT(0),
    CAP,
    LE16("listen_interval", .init = 200));

FRAME(asso_resp, "AssoResp", "Association Response", "9.3.3.6", ELEMENTS, "%status%",
    MANAGEMENT(1),
    CAP,
    LE16("status", .words = clv_dot11_statuses),
    LE16("AID"));

FRAME(reasso_req, "ReassoReq", "Reassociation Request", "9.3.3.7", ELEMENTS, "%current_AP%",
    MANAGEMENT(2),
    CAP,
    LE16("listen_interval", .init = 200),
    MAC("current_AP"));

FRAME(reasso_resp, "ReassoResp", "Reassociation Response", "9.3.3.8", ELEMENTS, "%status%",
    MANAGEMENT(3),
    CAP,
    LE16("status", .words = clv_dot11_statuses),
    LE16("AID"));

FRAME(probe_resp, "ProbeResp", "Probe Response", "9.3.3.10", ELEMENTS, "every %beacon_interval% %cap%",
    MANAGEMENT(5),
    U64("timestamp", .style = CLV_LE),
    LE16("beacon_interval", .init = 100),
    CAP);

FRAME(beacon, "Beacon", "Beacon", "9.3.3.2", ELEMENTS, "every %beacon_interval% %cap%", MANAGEMENT(8),
    U64("timestamp", .style = CLV_LE),
    LE16("beacon_interval", .init = 100),
    CAP);

FRAME(disas, "Disas", "Disassociation", "9.3.3.4", ELEMENTS, "%reason%", MANAGEMENT(10),
    LE16("reason", .init = 1, .words = clv_dot11_reasons));

/* Behind SAE's no element comes first, but what 9.4.1 calls fields: they are bytes. */
static const struct clv_field auth_fields[] = {
    LE16("algo", .words = algorithm_words),
    LE16("seqnum"),
    LE16("status", .words = clv_dot11_statuses),
    END,
};
static const struct clv_under auth_under[] = { MANAGEMENT(11), UNDER_END };
static const struct clv_line auth_lines[] = { { NULL, "%algo% %seqnum% %status%" }, LINE_END };
const struct clv_desc clv_dot11_auth = {
    .name = "Dot11Auth",
    .title = "802.11 Authentication",
    .source = "IEEE 802.11-2020 9.3.3.11",
    .fields = auth_fields,
    .under = auth_under,
    .lines = auth_lines,
    .next = ELEMENTS,
    .opens = "algo != 3",
};

FRAME(deauth, "Deauth", "Deauthentication", "9.3.3.12", ELEMENTS, "%reason%", MANAGEMENT(12),
    LE16("reason", .init = 1, .words = clv_dot11_reasons));

FRAME(action, "Action", "Action", "9.3.3.13", NULL, "%category%", MANAGEMENT(13),
    U8("category", .key = "dot11.action", .words = category_words));

/* Frames without a fixed part. */
#define BARE(id_, name_, title_, source_, next_, under_) \
    static const struct clv_under id_##_under[] = { under_, UNDER_END }; \
    const struct clv_desc clv_dot11_##id_ = { \
        .name = "Dot11" name_, \
        .title = "802.11 " title_, \
        .source = "IEEE 802.11-2020 " source_, \
        .under = id_##_under, \
        .next = (next_), \
    }

BARE(probe_req, "ProbeReq", "Probe Request", "9.3.3.9", ELEMENTS, MANAGEMENT(4));
BARE(atim, "ATIM", "ATIM", "9.3.3.3", NULL, MANAGEMENT(9));
BARE(ack, "Ack", "Ack", "9.3.1.4", NULL, CONTROL(13));
