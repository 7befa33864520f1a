/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 802.11 elements of the faster physical layers: HT, VHT, HE, EHT, and what their cells tell each
 * other. Bits are numbered from the low end, as in the standard's figures.
 */
#include "dot11_elt.h"

/* One row a line. */
/* clang-format off */

#define BIT(name_) BITS(1, name_, LE)
#define BIT2(name_) BITS(2, name_, LE)

static const struct clv_word amsdu_words[] = {
    { 0, "3839 o" },
    { 1, "7935 o" },
    WORD_END,
};
static const struct clv_word power_save_words[] = {
    { 0, "static SM" },
    { 1, "dynamic SM" },
    { 3, "disabled" },
    WORD_END,
};
static const struct clv_word width_words[] = {
    { 0, "20Mhz" },
    { 1, "20Mhz+40Mhz" },
    WORD_END,
};
/* The bitmask of receive rates is cut in two: rates 64 and above are never equal on all streams. */
ELEMENT(ht_cap, "HTCapabilities", "HT Capabilities", "9.4.2.55", "len == 26", NULL,
    "%Supported_Channel_Width%",
    ID(45),
    LEN,
    BIT("LDPC_Coding_Capability"),
    BITS(1, "Supported_Channel_Width", LE, .words = width_words),
    BITS(2, "SM_Power_Save", LE, .words = power_save_words),
    BIT("Green_Field"),
    BIT("Short_GI_20Mhz"),
    BIT("Short_GI_40Mhz"),
    BIT("Tx_STBC"),
    BIT2("Rx_STBC"),
    BIT("Delayed_BlockAck"),
    BITS(1, "Max_A_MSDU", LE, .words = amsdu_words),
    BIT("DSSS_CCK"),
    BIT("PSMP"),
    BIT("Forty_Mhz_Intolerant"),
    BIT("L_SIG_TXOP_Protection"),
    BITS(2, "Max_A_MPDU_Length_Exponent", LE, .init = 3),
    BITS(3, "Min_MPDCU_Start_Spacing", LE),
    BITS(3, "res1", LE),
    U64("RX_MSC_Bitmask", LE),
    BITS(13, "RX_MSC_Bitmask_64", LE),
    BITS(3, "res4", LE),
    BITS(10, "RX_Highest_Supported_Data_Rate", LE),
    BITS(6, "res3", LE),
    BIT("TX_MCS_Set_Defined"),
    BIT("TX_RX_MCS_Set_Not_Equal"),
    BIT2("TX_Max_Spatial_Streams"),
    BIT("TX_Unequal_Modulation"),
    BITS(27, "res2", LE),
    BIT("PCO"),
    BIT2("PCO_Transition_Time"),
    BITS(5, "res6", LE),
    BIT2("MCS_Feedback"),
    BIT("HTC_HT_Support"),
    BIT("RD_Responder"),
    BITS(4, "res5", LE),
    BIT("Implicit_Transmit_Beamforming_Receiving"),
    BIT("Receive_Staggered_Sounding"),
    BIT("Transmit_Staggered_Sounding"),
    BIT("Receive_NDP"),
    BIT("Transmit_NDP"),
    BIT("Implicit_Trasmit_Beamforming"),
    BIT2("Calibration"),
    BIT("Explicit_CSI_Transmit_Beamforming"),
    BIT("Explicit_Noncompressed_Steering"),
    BIT("Explicit_Compressed_Steering"),
    BIT2("Explicit_Transmit_Beamforming_CSI_Feedback"),
    BIT2("Explicit_Noncompressed_Beamforming_Feedback"),
    BIT2("Explicit_Compressed_Beamforming_Feedback"),
    BIT2("Minimal_Grouping"),
    BIT2("CSI_n_Beamformer_Antennas_Supported"),
    BIT2("Noncompressed_Steering_n_Beamformer_Antennas_Supported"),
    BIT2("Compressed_Steering_n_Beamformer_Antennas_Supported"),
    BIT2("CSI_max_n_Rows_Beamformer_Supported"),
    BIT2("Channel_Estimation_Capability"),
    BITS(3, "res7", LE),
    U8("ASEL", .style = CLV_HEX));

ELEMENT(ht_operation, "HTOperation", "HT Operation", "9.4.2.56", "len == 22", NULL,
    "channel %primary_channel%",
    ID(61),
    LEN,
    U8("primary_channel"),
    BIT2("secondary_channel_offset"),
    BIT("channel_width"),
    BIT("rifs_mode"),
    BITS(4, "reserved_1", LE),
    BIT2("ht_protection"),
    BIT("nongreenfield_ht_stas_present"),
    BIT("reserved_2"),
    BIT("obss_non_ht_stas_present"),
    BITS(11, "reserved_3", LE),
    BITS(6, "reserved_5", LE),
    BIT("dual_beacon"),
    BIT("dual_cts_protection"),
    BIT("stbc_beacon"),
    BIT("lsig_txop_protection_full_support"),
    BIT("pco_active"),
    BIT("pco_phase"),
    BITS(4, "reserved_4", LE),
    FIXED(16, "basic_mcs_set"));

/* In units of 1024 us but for the interval and the factor: 9.4.2.59, defaults of annex C.3. */
ELEMENT(obss, "OBSS", "Overlapping BSS Scan Parameters", "9.4.2.59", "len == 14", NULL,
    "every %Scan_Interval% s",
    ID(74),
    LEN,
    LE16("Passive_Dwell", .init = 20),
    LE16("Active_Dwell", .init = 10),
    LE16("Scan_Interval", .init = 300),
    LE16("Passive_Total_Per_Channel", .init = 200),
    LE16("Active_Total_Per_Channel", .init = 20),
    LE16("Delay", .init = 5),
    LE16("Activity_Threshold", .init = 25));

/* An element of beacons, and all there is in a frame of its own. */
static const struct clv_field csa_fields[] = {
    ID(37),
    LEN,
    U8("mode"),
    U8("new_channel"),
    U8("channel_switch_count"),
    END,
};
static const struct clv_under csa_under[] = {
    UNDER(0, "dot11.elt"),
    UNDER(0, "dot11.csa"),
    UNDER_END,
};
static const struct clv_line csa_lines[] = {
    { NULL, "channel %new_channel%" },
    LINE_END,
};
const struct clv_desc clv_dot11_elt_csa = {
    .name = "Dot11EltCSA",
    .title = "802.11 Channel Switch Announcement",
    .source = "IEEE 802.11-2020 9.4.2.18",
    .fields = csa_fields,
    .under = csa_under,
    .lines = csa_lines,
    .next = "dot11.elt",
    .when = "len == 3",
};

#define VHT_INFO(...) \
    ITEM(__VA_ARGS__, .of = "dot11.vht.info")

ELEMENT(vht_operation, "VHTOperation", "VHT Operation", "9.4.2.158", "len == 5", NULL,
    "%mcs_set%",
    ID(192),
    LEN,
    VHT_INFO("VHT_Operation_Info", .text = "Dot11VHTOperationInfo()"),
    PARTS(16, 2, "mcs_set"));

PART(vht_info, "Dot11VHTOperationInfo", "802.11 VHT Operation Information", "9.4.2.158",
     "dot11.vht.info",
    U8("channel_width"),
    U8("channel_center0"),
    U8("channel_center1"));

/* ---- Elements with an extension of their number, 9.4.2.1. */

#define EXT_ID(ext_) U8("ext_ID", TELLS(ext_))

/* IEEE 802.11ax-2021 9.4.2.249. */
ELEMENT(he_operation, "HEOperation", "HE Operation", "(802.11ax-2021) 9.4.2.249", "len >= 7", NULL,
    "colour %bss_color%",
    ID(255),
    LEN,
    EXT_ID(36),
    BITS(3, "default_pe_duration", LE),
    BIT("twt_required"),
    BITS(10, "txop_duration_rts_threshold", LE),
    BIT("vht_operation_info_present"),
    BIT("co_hosted_bss"),
    BIT("er_su_disable"),
    BIT("six_g_op_info_present"),
    BITS(6, "reserved", LE),
    BITS(6, "bss_color", LE),
    BIT("partial_bss_color"),
    BIT("bss_color_disabled"),
    PARTS(16, 2, "basic_he_mcs_and_nss_set"),
    VHT_INFO("vht_operation_info", .when = "vht_operation_info_present == 1"),
    U8("max_co_hosted_bssid_indicator", .when = "co_hosted_bss == 1"),
    ITEM("six_g_op_info", .of = "dot11.he.6g", .when = "six_g_op_info_present == 1"));

PART(he_6g_info, "Dot11HE6GOperationInfo", "802.11 6 GHz Operation Information",
     "(802.11ax-2021) 9.4.2.249", "dot11.he.6g",
    U8("primary_channel"),
    BIT2("channel_width"),
    BIT("duplicate_beacon"),
    BITS(3, "regulatory_info", LE),
    BIT2("reserved"),
    U8("channel_center0"),
    U8("channel_center1"),
    U8("minimum_rate"));

ELEMENT(ext_any, "ExtensionGeneric", "Element with Extension", "9.4.2.1", "len >= 1", NULL,
    "%ext_ID% %info%",
    ID(255),
    LEN,
    U8("ext_ID"),
    BYTES("info"));

ELEMENT(ext, "Extension", "Element without its Extension", "9.4.2.1", "len == 0", NULL, "%ID%",
    ID(255),
    LEN);
