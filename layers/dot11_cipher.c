/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is in protected 802.11 frames: the clear part before what is enciphered, told apart by the
 * bytes as far as that goes. TKIP's second byte is made from its first.
 */
#include "layers.h"

/* IEEE 802.11-2020 12.5.2.2. */
static bool is_tkip(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    (void)below;
    return len >= 8 && bytes[3] & 0x20 && bytes[1] == ((bytes[0] | 0x20) & 0x7f);
}

static const struct clv_hooks tkip_hooks = { .probe = is_tkip };

/* One row a line. */
/* clang-format off */

/* A type and subtype, as the two rows of the frame join; frames with QoS have them behind that. */
#define MANAGEMENT(subtype_) UNDER((subtype_) << 2, "dot11")
#define DATA(subtype_) UNDER((subtype_) << 2 | 2, "dot11")
static const struct clv_under cipher_under[] = {
    MANAGEMENT(0),
    MANAGEMENT(1),
    MANAGEMENT(2),
    MANAGEMENT(3),
    MANAGEMENT(4),
    MANAGEMENT(5),
    MANAGEMENT(6),
    MANAGEMENT(7),
    MANAGEMENT(8),
    MANAGEMENT(9),
    MANAGEMENT(10),
    MANAGEMENT(11),
    MANAGEMENT(12),
    MANAGEMENT(13),
    MANAGEMENT(14),
    MANAGEMENT(15),
    DATA(0),
    DATA(1),
    DATA(2),
    DATA(3),
    UNDER(0, "dot11.qos"),
    UNDER_END,
};

#define PROTECTED "(Dot11.FCfield & 0x40 or Dot11FCS.FCfield & 0x40)"
#define CIPHER(id_, name_, title_, source_, when_, hooks_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_dot11_##id_ = { \
        .name = "Dot11" name_, \
        .title = "802.11 " title_, \
        .source = "IEEE 802.11-2020 " source_, \
        .fields = id_##_fields, \
        .under = cipher_under, \
        .when = (when_), \
        .hooks = (hooks_), \
        .leaf = true, \
    }

CIPHER(tkip, "TKIP", "TKIP", "12.5.2.2", PROTECTED, &tkip_hooks,
    U8("TSC1"),
    U8("WEPSeed"),
    U8("TSC0"),
    BITS(2, "key_id"),
    BITS(1, "ext_iv"),
    BITS(5, "res"),
    U8("TSC2", .when = "ext_iv == 1"),
    U8("TSC3", .when = "ext_iv == 1"),
    U8("TSC4", .when = "ext_iv == 1"),
    U8("TSC5", .when = "ext_iv == 1"),
    BYTES("data"));

CIPHER(ccmp, "CCMP", "CCMP", "12.5.3.2", PROTECTED " and ext_iv == 1", NULL,
    U8("PN0"),
    U8("PN1"),
    U8("res0"),
    BITS(2, "key_id"),
    BITS(1, "ext_iv"),
    BITS(5, "res1"),
    U8("PN2"),
    U8("PN3"),
    U8("PN4"),
    U8("PN5"),
    BYTES("data"));

/* As in Scapy, the byte of the key's number is one number: 12.3.2.2. */
CIPHER(wep, "WEP", "WEP", "12.3.2.2", PROTECTED " and keyid & 0x20 == 0", NULL,
    FIXED(3, "iv"),
    U8("keyid"),
    BYTES("wepdata"),
    U32("icv", .style = CLV_HEX | CLV_AFTER));

CIPHER(encrypted, "Encrypted", "Encrypted (unknown)", "12", PROTECTED, NULL,
    BYTES("data"));
