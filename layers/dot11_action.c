/* SPDX-License-Identifier: BSD-2-Clause */
/* 802.11 action frames, by category and action: radio measurement, spectrum management, WNM. */
#include "dot11_elt.h"

/* One row a line. */
/* clang-format off */

/* What lies under a key of `space_`; the payload comes from `next_`. */
#define ACTION(id_, name_, title_, source_, space_, key_, line_, next_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { UNDER(key_, space_), UNDER_END }; \
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

/* ---- Spectrum management, 9.6.2. */

static const struct clv_word spectrum_words[] = {
    { 0, "Spectrum Measurement Request" },
    { 1, "Spectrum Measurement Report" },
    { 2, "TPC Request" },
    { 3, "TPC Report" },
    { 4, "Channel Switch Announcement" },
    WORD_END,
};
ACTION(spectrum, "SpectrumManagement", "Spectrum Management Action", "9.6.2", "dot11.action", 0,
       "%action%", NULL,
    U8("action", .key = "dot11.spectrum", .words = spectrum_words));

ACTION(switching, "CSA", "Channel Switch Announcement Frame", "9.6.2.6", "dot11.spectrum", 4,
       "channel switch", "dot11.elt",
    ITEM("CSA", .of = "dot11.csa", .text = "Dot11EltCSA()"));

/* ---- Radio measurement, 9.6.6; what is asked and reported is elements of 9.4.2.20 and 9.4.2.21. */

static const struct clv_word measurement_words[] = {
    { 0, "Radio Measurement Request" },
    { 1, "Radio Measurement Report" },
    { 2, "Link Measurement Request" },
    { 3, "Link Measurement Report" },
    { 4, "Neighbor Report Request" },
    { 5, "Neighbor Report Response" },
    WORD_END,
};
ACTION(measurement, "RadioMeasurement", "Radio Measurement Action", "9.6.6", "dot11.action", 5,
       "%action%", NULL,
    U8("action", .key = "dot11.measurement", .words = measurement_words));

static const struct clv_word request_words[] = {
    { 0, "Basic" },
    { 1, "Clear Channel Assessment (CCA)" },
    { 2, "Receive Power Indication (RPI) Histogram" },
    { 3, "Channel Load" },
    { 4, "Noise Histogram" },
    { 5, "Beacon" },
    { 6, "Frame" },
    { 7, "STA Statistics" },
    { 8, "LCI" },
    { 9, "Transmit Stream/Category Measurement" },
    { 11, "Location Civic" },
    { 12, "Location Identifier" },
    { 16, "FTM Range" },
    { 255, "Measurement Pause" },
    WORD_END,
};
ACTION(measurement_request, "RadioMeasurementRequest", "Radio Measurement Request", "9.6.6.2",
       "dot11.measurement", 0, "%measurement_request_type%", NULL,
    U8("token"),
    LE16("repetitions"),
    U8("ID", .init = 38),
    LEN,
    U8("measurement_token"),
    BITS(3, "reserved"),
    BITS(1, "duration_mandatory"),
    BITS(1, "report"),
    BITS(1, "request"),
    BITS(1, "enable"),
    BITS(1, "parallel"),
    U8("measurement_request_type", .init = 5, .words = request_words),
    ITEM("measurement_request", .of = "dot11.beacon.request",
         .text = "Dot11RadioMeasurementBeaconRequest()",
         .when = "measurement_request_type == 5"),
    BYTES("measurement_request_data", .when = "measurement_request_type != 5"));

/* Mode bits 0 to 2 tell that nothing was measured: 9.4.2.21. */
#define MEASURED "measurement_report_type == 5 and refused == 0 and incapable == 0 and late == 0"
ACTION(measurement_report, "RadioMeasurementReport", "Radio Measurement Report", "9.6.6.3",
       "dot11.measurement", 1, "%measurement_report_type%", NULL,
    U8("token"),
    U8("ID", .init = 39),
    LEN,
    U8("measurement_token"),
    BITS(5, "reserved"),
    BITS(1, "refused"),
    BITS(1, "incapable"),
    BITS(1, "late"),
    U8("measurement_report_type", .init = 5, .words = request_words),
    ITEM("measurement_report", .of = "dot11.beacon.report",
         .text = "Dot11RadioMeasurementBeaconReport()", .when = MEASURED),
    BYTES("measurement_report_data", .when = "not (" MEASURED ")"));

PART(beacon_request, "Dot11RadioMeasurementBeaconRequest", "802.11 Beacon Request", "9.4.2.20.7",
     "dot11.beacon.request",
    U8("op_class"),
    U8("channel"),
    LE16("randomization_interval"),
    LE16("measurement_duration"),
    U8("measurement_mode"),
    MAC("BSSID"),
    LIST("subelems", .of = "dot11.subelem"));

PART(beacon_report, "Dot11RadioMeasurementBeaconReport", "802.11 Beacon Report", "9.4.2.21.7",
     "dot11.beacon.report",
    U8("op_class"),
    U8("channel"),
    U64("measurement_start_time", LE),
    LE16("measurement_duration"),
    BITS(1, "reported_frame_type"),
    BITS(7, "condensed_phy"),
    U8("RCPI"),
    U8("RSNI"),
    MAC("BSSID"),
    U8("antenna_id"),
    U32("parent_tsf", LE),
    LIST("subelems", .of = "dot11.subelem"));

PART(subelem, "SubelemTLV", "802.11 Subelement", "9.4.3", "dot11.subelem",
    U8("type"),
    LEN,
    U8("value", .style = CLV_MANY));

/* ---- Wireless network management, 9.6.13. */

static const struct clv_word wnm_words[] = {
    { 0, "Event Request" },
    { 1, "Event Report" },
    { 2, "Diagnostic Request" },
    { 3, "Diagnostic Report" },
    { 4, "Location Configuration Request" },
    { 5, "Location Configuration Response" },
    { 6, "BSS Transition Management Query" },
    { 7, "BSS Transition Management Request" },
    { 8, "BSS Transition Management Response" },
    { 9, "FMS Request" },
    { 10, "FMS Response" },
    { 11, "Collocated Interference Request" },
    { 12, "Collocated Interference Report" },
    { 13, "TFS Request" },
    { 14, "TFS Response" },
    { 15, "TFS Notify" },
    { 16, "WNM Sleep Mode Request" },
    { 17, "WNM Sleep Mode Response" },
    { 18, "TIM Broadcast Request" },
    { 19, "TIM Broadcast Response" },
    { 20, "QoS Traffic Capability Update" },
    { 21, "Channel Usage Request" },
    { 22, "Channel Usage Response" },
    { 23, "DMS Request" },
    { 24, "DMS Response" },
    { 25, "Timing Measurement Request" },
    { 26, "WNM Notification Request" },
    { 27, "WNM Notification Response" },
    WORD_END,
};
ACTION(wnm, "WNM", "WNM Action", "9.6.13", "dot11.action", 10, "%action%", NULL,
    U8("action", .key = "dot11.wnm", .words = wnm_words));

static const struct clv_word mode_words[] = {
    { 1, "Preferred_Candidate_List_Included" },
    { 2, "Abridged" },
    { 4, "Disassociation_Imminent" },
    { 8, "BSS_Termination_Included" },
    { 16, "ESS_Disassociation_Imminent" },
    WORD_END,
};
ACTION(transition_request, "BSSTMRequest", "BSS Transition Management Request", "9.6.13.9",
       "dot11.wnm", 7, "%mode%", NULL,
    U8("token"),
    FLAGS(8, "mode", .words = mode_words),
    LE16("disassociation_timer"),
    U8("validity_interval"),
    FIXED(12, "termination_duration", .when = "mode & 8"),
    COUNTED("session_url", .when = "mode & 16"),
    LIST("neighbor_report", .of = "dot11.neighbor"));

static const struct clv_word status_words[] = {
    { 0, "Accept" },
    { 1, "Reject (unspecified)" },
    { 2, "Reject (insufficient frames)" },
    { 3, "Reject (insufficient capacity)" },
    { 4, "Reject (termination undesired)" },
    { 5, "Reject (termination delay requested)" },
    { 6, "Reject (candidate list provided)" },
    { 7, "Reject (no suitable candidates)" },
    { 8, "Reject (leaving ESS)" },
    WORD_END,
};
ACTION(transition_response, "BSSTMResponse", "BSS Transition Management Response", "9.6.13.10",
       "dot11.wnm", 8, "%status%", NULL,
    U8("token"),
    U8("status", .words = status_words),
    U8("termination_delay"),
    MAC("target", .when = "status == 0"),
    LIST("neighbor_report", .of = "dot11.neighbor"));

PART(neighbor, "NeighborReport", "802.11 Neighbor Report", "9.4.2.36", "dot11.neighbor",
    U8("type", TELLS(52)),
    LEN,
    MAC("BSSID"),
    BITS(2, "AP_reach", LE),
    BITS(1, "security", LE),
    BITS(1, "key_scope", LE),
    BITS(6, "capabilities", LE),
    BITS(1, "mobility", LE),
    BITS(1, "HT", LE),
    BITS(1, "VHT", LE),
    BITS(1, "FTM", LE),
    BITS(18, "reserved", LE),
    U8("op_class"),
    U8("channel"),
    U8("phy_type"),
    LIST("subelems", .of = "dot11.subelem"));
