/* SPDX-License-Identifier: BSD-2-Clause */
/* Slow protocols: link aggregation control, and its marker. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word subtypes[] = {
    { 0, "Unused" },
    { 1, "LACP" },
    { 2, "Marker Protocol" },
    { 3, "OAM" },
    { 10, "OSSP" },
    WORD_END,
};

/* IEEE 802.3-2022 57A.4. */
static const struct clv_field slow_fields[] = {
    U8("subtype", .words = subtypes, .key = "slow"),
    END,
};
static const struct clv_under slow_under[] = {
    UNDER(0x8809, "ethertype"),
    UNDER_END,
};
static const struct clv_imply slow_implies[] = {
    { "Ether", "dst", "01:80:c2:00:00:02" },
    IMPLY_END,
};
static const struct clv_line slow_lines[] = {
    { NULL, "%subtype%" },
    LINE_END,
};
const struct clv_desc clv_slow = {
    .name = "SlowProtocol",
    .title = "Slow Protocol",
    .alias = "slow",
    .source = "IEEE 802.3-2022 57A.4",
    .fields = slow_fields,
    .under = slow_under,
    .implies = slow_implies,
    .lines = slow_lines,
};

/* Actor and partner speak of the same things. */
#define SIDE(name_, type_) \
    U8(name_ "_type", .init = (type_)), \
    U8(name_ "_length", .init = 20), \
    U16(name_ "_system_priority"), \
    MAC(name_ "_system"), \
    U16(name_ "_key"), \
    U16(name_ "_port_priority"), \
    U16(name_ "_port_number"), \
    U8(name_ "_state", .style = CLV_HEX), \
    FIXED(3, name_ "_reserved")

/* LACP, IEEE 802.1AX-2020 6.4.2.3, in the fixed form of version 1. */
static const struct clv_field lacp_fields[] = {
    U8("version", .init = 1),
    SIDE("actor", 1),
    SIDE("partner", 2),
    U8("collector_type", .init = 3),
    U8("collector_length", .init = 16),
    U16("collector_max_delay"),
    FIXED(12, "collector_reserved"),
    U8("terminator_type"),
    U8("terminator_length"),
    FIXED(50, "reserved"),
    END,
};
static const struct clv_under lacp_under[] = {
    UNDER(1, "slow"),
    UNDER_END,
};
static const struct clv_line lacp_lines[] = {
    { NULL, "%actor_system% port %actor_port_number% > %partner_system% port "
            "%partner_port_number%" },
    LINE_END,
};
const struct clv_desc clv_lacp = {
    .name = "LACP",
    .title = "Link Aggregation Control",
    .source = "IEEE 802.1AX-2020 6.4.2.3",
    .fields = lacp_fields,
    .under = lacp_under,
    .lines = lacp_lines,
    .leaf = true,
};

static const struct clv_word marker_types[] = {
    { 1, "Marker Request" },
    { 2, "Marker Response" },
    WORD_END,
};

/* Marker, IEEE 802.1AX-2020 6.5.3.3. */
static const struct clv_field marker_fields[] = {
    U8("version", .init = 1),
    U8("marker_type", .init = 1, .words = marker_types, .reply = "1:2"),
    U8("marker_length", .init = 16),
    U16("requester_port", .reply = "="),
    MAC("requester_system", .reply = "="),
    U32("requester_transaction_id", .reply = "="),
    FIXED(2, "marker_reserved"),
    U8("terminator_type"),
    U8("terminator_length"),
    FIXED(90, "reserved"),
    END,
};
static const struct clv_under marker_under[] = {
    UNDER(2, "slow"),
    UNDER_END,
};
static const struct clv_line marker_lines[] = {
    { NULL, "%marker_type% %requester_system% %requester_transaction_id%" },
    LINE_END,
};
const struct clv_desc clv_marker = {
    .name = "MarkerProtocol",
    .title = "Link Aggregation Marker",
    .source = "IEEE 802.1AX-2020 6.5.3.3",
    .fields = marker_fields,
    .under = marker_under,
    .lines = marker_lines,
    .leaf = true,
};
