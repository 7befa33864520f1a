/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RadioTap, what a driver says of a wireless frame: a bitmap of fields, each aligned to its own
 * size from the header's start, and then fields that tell their own type and length. What no bit of
 * the first bitmap tells stays in `notdecoded`.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word present_words[] = {
    { 1u << 0, "TSFT" },
    { 1u << 1, "Flags" },
    { 1u << 2, "Rate" },
    { 1u << 3, "Channel" },
    { 1u << 4, "FHSS" },
    { 1u << 5, "dBm_AntSignal" },
    { 1u << 6, "dBm_AntNoise" },
    { 1u << 7, "Lock_Quality" },
    { 1u << 8, "TX_Attenuation" },
    { 1u << 9, "dB_TX_Attenuation" },
    { 1u << 10, "dBm_TX_Power" },
    { 1u << 11, "Antenna" },
    { 1u << 12, "dB_AntSignal" },
    { 1u << 13, "dB_AntNoise" },
    { 1u << 14, "RXFlags" },
    { 1u << 15, "TXFlags" },
    { 1u << 16, "b17" },
    { 1u << 17, "b18" },
    { 1u << 18, "ChannelPlus" },
    { 1u << 19, "MCS" },
    { 1u << 20, "A_MPDU" },
    { 1u << 21, "VHT" },
    { 1u << 22, "timestamp" },
    { 1u << 23, "HE" },
    { 1u << 24, "HE_MU" },
    { 1u << 25, "HE_MU_other_user" },
    { 1u << 26, "zero_length_psdu" },
    { 1u << 27, "L_SIG" },
    { 1u << 28, "TLV" },
    { 1u << 29, "RadiotapNS" },
    { 1u << 30, "VendorNS" },
    { 1u << 31, "Ext" },
    WORD_END,
};

/* The types of fields behind the others are the bits of the first bitmap. */
static const struct clv_word type_words[] = {
    { 0, "TSFT" },
    { 1, "Flags" },
    { 2, "Rate" },
    { 3, "Channel" },
    { 4, "FHSS" },
    { 5, "dBm_AntSignal" },
    { 6, "dBm_AntNoise" },
    { 7, "Lock_Quality" },
    { 8, "TX_Attenuation" },
    { 9, "dB_TX_Attenuation" },
    { 10, "dBm_TX_Power" },
    { 11, "Antenna" },
    { 12, "dB_AntSignal" },
    { 13, "dB_AntNoise" },
    { 14, "RXFlags" },
    { 15, "TXFlags" },
    { 16, "b17" },
    { 17, "b18" },
    { 18, "ChannelPlus" },
    { 19, "MCS" },
    { 20, "A_MPDU" },
    { 21, "VHT" },
    { 22, "timestamp" },
    { 23, "HE" },
    { 24, "HE_MU" },
    { 25, "HE_MU_other_user" },
    { 26, "zero_length_psdu" },
    { 27, "L_SIG" },
    { 30, "VendorNS" },
    { 28, "padding" },
    WORD_END,
};

static const struct clv_word frame_words[] = {
    { 1, "CFP" },
    { 2, "ShortPreamble" },
    { 4, "wep" },
    { 8, "fragment" },
    { 16, "FCS" },
    { 32, "pad" },
    { 64, "badFCS" },
    { 128, "ShortGI" },
    WORD_END,
};

#define CHANNEL_WORDS \
    { 1u << 0, "res1" }, \
    { 1u << 1, "res2" }, \
    { 1u << 2, "res3" }, \
    { 1u << 3, "res4" }, \
    { 1u << 4, "Turbo" }, \
    { 1u << 5, "CCK" }, \
    { 1u << 6, "OFDM" }, \
    { 1u << 7, "2GHz" }, \
    { 1u << 8, "5GHz" }, \
    { 1u << 9, "Passive" }, \
    { 1u << 10, "Dynamic_CCK_OFDM" }, \
    { 1u << 11, "GFSK" }, \
    { 1u << 12, "GSM" }, \
    { 1u << 13, "StaticTurbo" }, \
    { 1u << 14, "10MHz" }, \
    { 1u << 15, "5MHz" }
static const struct clv_word channel_words[] = {
    CHANNEL_WORDS,
    WORD_END,
};
static const struct clv_word channel_plus_words[] = {
    CHANNEL_WORDS,
    { 1u << 16, "20MHz" },
    { 1u << 17, "40MHz_ext_channel_above" },
    { 1u << 18, "40MHz_ext_channel_below" },
    { 1u << 19, "res5" },
    { 1u << 20, "res6" },
    { 1u << 21, "res7" },
    { 1u << 22, "res8" },
    { 1u << 23, "res9" },
    WORD_END,
};

static const struct clv_word rx_words[] = {
    { 1, "res1" },
    { 2, "BAD_PLCP" },
    { 4, "res2" },
    WORD_END,
};
static const struct clv_word tx_words[] = {
    { 1, "TX_FAIL" },
    { 2, "CTS" },
    { 4, "RTS" },
    { 8, "NOACK" },
    { 16, "NOSEQ" },
    { 32, "ORDER" },
    WORD_END,
};

static const struct clv_word mcs_words[] = {
    { 1, "MCS_bandwidth" },
    { 2, "MCS_index" },
    { 4, "guard_interval" },
    { 8, "HT_format" },
    { 16, "FEC_type" },
    { 32, "STBC_streams" },
    { 64, "Ness" },
    { 128, "Ness_MSB" },
    WORD_END,
};
static const struct clv_word bandwidth_words[] = {
    { 0, "20MHz" },
    { 1, "40MHz" },
    { 2, "ht40MHz-" },
    { 3, "ht40MHz+" },
    WORD_END,
};
static const struct clv_word ampdu_words[] = {
    { 1u << 0, "Report0Subframe" },
    { 1u << 1, "Is0Subframe" },
    { 1u << 2, "KnownLastSubframe" },
    { 1u << 3, "LastSubframe" },
    { 1u << 4, "CRCerror" },
    { 1u << 5, "EOFsubframe" },
    { 1u << 6, "KnownEOF" },
    WORD_END,
};
static const struct clv_word vht_known_words[] = {
    { 1u << 0, "STBC" },
    { 1u << 1, "TXOP_PS_NOT_ALLOWED" },
    { 1u << 2, "GuardInterval" },
    { 1u << 3, "SGINsysmDis" },
    { 1u << 4, "LDPCextraOFDM" },
    { 1u << 5, "Beamformed" },
    { 1u << 6, "Bandwidth" },
    { 1u << 7, "GroupID" },
    { 1u << 8, "PartialAID" },
    WORD_END,
};
static const struct clv_word vht_present_words[] = {
    { 1u << 0, "STBC" },
    { 1u << 1, "TXOP_PS_NOT_ALLOWED" },
    { 1u << 2, "GuardInterval" },
    { 1u << 3, "SGINsysmDis" },
    { 1u << 4, "LDPCextraOFDM" },
    { 1u << 5, "Beamformed" },
    WORD_END,
};
static const struct clv_word time_words[] = {
    { 1, "32-bit_counter" },
    { 2, "Accuracy" },
    WORD_END,
};

#define HAS(bit_) .when = "present & " #bit_
#define LE .style = CLV_LE
#define LE_HEX .style = CLV_LE | CLV_HEX

/* Units of 500 kb/s. */
static const struct clv_scale half = { .div = 2 };

static const struct clv_field radiotap_fields[] = {
    U8("version"),
    U8("pad"),
    U16("len", LE, MEASURES(HEADER)),
    FLAGS(32, "present", LE, .words = present_words),
    LIST("Ext", .of = "radiotap.present", HAS(0x80000000)),
    U64("mac_timestamp", LE, .align = 8, HAS(0x1)),
    FLAGS(8, "Flags", .words = frame_words, HAS(0x2)),
    SCALED(8, half, "Rate", HAS(0x4)),
    U16("ChannelFrequency", LE, .align = 2, HAS(0x8)),
    FLAGS(16, "ChannelFlags", LE, .words = channel_words, HAS(0x8)),
    U8("FHSS_HopSet", HAS(0x10)),
    U8("FHSS_HopPattern", HAS(0x10)),
    U8("dBm_AntSignal", .style = CLV_SIGNED, HAS(0x20)),
    U8("dBm_AntNoise", .style = CLV_SIGNED, HAS(0x40)),
    U16("Lock_Quality", LE, .align = 2, HAS(0x80)),
    U16("TX_Attenuation", LE, .align = 2, HAS(0x100)),
    U16("dB_TX_Attenuation", LE, .align = 2, HAS(0x200)),
    U8("dBm_TX_Power", .style = CLV_SIGNED, HAS(0x400)),
    U8("Antenna", HAS(0x800)),
    U8("dB_AntSignal", HAS(0x1000)),
    U8("dB_AntNoise", HAS(0x2000)),
    FLAGS(16, "RXFlags", LE, .align = 2, .words = rx_words, HAS(0x4000)),
    FLAGS(16, "TXFlags", LE, .align = 2, .words = tx_words, HAS(0x8000)),
    U8("RTS_retries", HAS(0x10000)),
    U8("data_retries", HAS(0x20000)),
    FLAGS(32, "ChannelPlusFlags", LE, .align = 4, .words = channel_plus_words, HAS(0x40000)),
    U16("ChannelPlusFrequency", LE, HAS(0x40000)),
    U8("ChannelPlusNumber", HAS(0x40000)),
    U8("ChannelPlusMaxPower", HAS(0x40000)),
    FLAGS(8, "knownMCS", .words = mcs_words, HAS(0x80000)),
    BITS(1, "Ness_LSB", HAS(0x80000)),
    BITS(2, "STBC_streams", HAS(0x80000)),
    BITS(1, "FEC_type", HAS(0x80000)),
    BITS(1, "HT_format", HAS(0x80000)),
    BITS(1, "guard_interval", HAS(0x80000)),
    BITS(2, "MCS_bandwidth", .words = bandwidth_words, HAS(0x80000)),
    U8("MCS_index", HAS(0x80000)),
    U32("A_MPDU_ref", LE, .align = 4, HAS(0x100000)),
    FLAGS(32, "A_MPDU_flags", LE, .words = ampdu_words, HAS(0x100000)),
    FLAGS(16, "KnownVHT", LE, .align = 2, .words = vht_known_words, HAS(0x200000)),
    FLAGS(8, "PresentVHT", .words = vht_present_words, HAS(0x200000)),
    U8("VHT_bandwidth", HAS(0x200000)),
    FIXED(5, "mcs_nss", HAS(0x200000)),
    U8("GroupID", HAS(0x200000)),
    U16("PartialAID", LE, HAS(0x200000)),
    U64("timestamp", LE, .align = 8, HAS(0x400000)),
    U16("ts_accuracy", LE, HAS(0x400000)),
    BITS(4, "ts_unit", LE, HAS(0x400000)),
    BITS(4, "ts_position", LE, HAS(0x400000)),
    FLAGS(8, "ts_flags", .words = time_words, HAS(0x400000)),
    U16("he_data1", LE_HEX, .align = 2, HAS(0x800000)),
    U16("he_data2", LE_HEX, HAS(0x800000)),
    U16("he_data3", LE_HEX, HAS(0x800000)),
    U16("he_data4", LE_HEX, HAS(0x800000)),
    U16("he_data5", LE_HEX, HAS(0x800000)),
    U16("he_data6", LE_HEX, HAS(0x800000)),
    U16("hemu_flags1", LE_HEX, .align = 2, HAS(0x1000000)),
    U16("hemu_flags2", LE_HEX, HAS(0x1000000)),
    PARTS(32, 8, "RU_channel1", HAS(0x1000000)),
    PARTS(32, 8, "RU_channel2", HAS(0x1000000)),
    U16("hemuou_per_user_1", LE_HEX, .align = 2, .init = 0x7fff, HAS(0x2000000)),
    U16("hemuou_per_user_2", LE_HEX, .init = 0x3f, HAS(0x2000000)),
    U8("hemuou_per_user_position", HAS(0x2000000)),
    U8("hemuou_per_user_known", .style = CLV_HEX, HAS(0x2000000)),
    U8("psdu_type", HAS(0x4000000)),
    U16("lsig_data1", LE_HEX, .align = 2, HAS(0x8000000)),
    BITS(4, "lsig_rate", LE, HAS(0x8000000)),
    BITS(12, "lsig_length", LE, HAS(0x8000000)),
    LIST("tlvs", .of = "radiotap.tlv", .align = 4, HAS(0x10000000)),
    BYTES("notdecoded", .align = 4, HAS(0x10000000)),
    BYTES("notdecoded"),
    END,
};
static const struct clv_under radiotap_under[] = {
    UNDER(127, "link"),
    UNDER_END,
};
static const struct clv_line radiotap_lines[] = {
    { "present & 0x28 == 0x28", "%ChannelFrequency% MHz %dBm_AntSignal% dBm" },
    { "present & 8", "%ChannelFrequency% MHz" },
    { NULL, "%len% bytes" },
    LINE_END,
};
const struct clv_desc clv_radiotap = {
    .name = "RadioTap",
    .title = "RadioTap",
    .source = "radiotap.org, defined fields",
    .fields = radiotap_fields,
    .under = radiotap_under,
    .lines = radiotap_lines,
    .next = "radiotap",
};

/* A further bitmap; the fields it tells of are not decoded. */
static const struct clv_field present_fields[] = {
    U32("present", LE_HEX),
    END,
};
static const struct clv_under present_under[] = {
    UNDER(0, "radiotap.present"),
    UNDER_END,
};
const struct clv_desc clv_radiotap_present = {
    .name = "RadioTapExtendedPresenceMask",
    .title = "RadioTap Extended Presence Mask",
    .source = "radiotap.org",
    .fields = present_fields,
    .under = present_under,
    .last = "not present & 0x80000000",
};

#define VENDOR .when = "type == 30"

/*
 * A field behind the others, which ends on a multiple of 4: what is between is not counted, and of
 * the list; `pad`, as Scapy has it, is never read, but built.
 */
static const struct clv_field tlv_fields[] = {
    U16("type", LE, .words = type_words),
    U16("length", LE, MEASURES_BY(FIELD, 1, 8), VENDOR),
    U16("length", LE, MEASURES(FIELD)),
    U24("oui", .style = CLV_HEX, VENDOR),
    U8("subtype", VENDOR),
    U16("presence_type", LE, VENDOR),
    U16("reserved", LE, VENDOR),
    BYTES("data", .size = "length", VENDOR),
    BYTES("data", .size = "length"),
    BYTES("pad", .when = "left < 0"),
    END,
};
static const struct clv_under tlv_under[] = {
    UNDER(0, "radiotap.tlv"),
    UNDER_END,
};
const struct clv_desc clv_radiotap_tlv = {
    .name = "RadioTapTLV",
    .title = "RadioTap TLV",
    .source = "radiotap.org, TLV",
    .fields = tlv_fields,
    .under = tlv_under,
};
