/* SPDX-License-Identifier: BSD-2-Clause */
/* PPP over Ethernet: sessions, and the discovery of who offers them. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word session_codes[] = {
    { 0, "Session" },
    WORD_END,
};
static const struct clv_word discovery_codes[] = {
    { 0, "PPP Session Stage" },
    { 7, "PPPoE Active Discovery Offer (PADO)" },
    { 9, "PPPoE Active Discovery Initiation (PADI)" },
    { 10, "PPPoE Active Discovery Session-Grant (PADG)" },
    { 11, "PPPoE Active Discovery Session-Credit Response (PADC)" },
    { 12, "PPPoE Active Discovery Quality (PADQ)" },
    { 25, "PPPoE Active Discovery Request (PADR)" },
    { 101, "PPPoE Active Discovery Session-confirmation (PADS)" },
    { 167, "PPPoE Active Discovery Terminate (PADT)" },
    WORD_END,
};

#define PPPOE(code_, words_, reply_) \
    BITS(4, "version", .init = 1), \
    BITS(4, "type", .init = 1), \
    U8("code", .init = (code_), .words = (words_), .reply = (reply_)), \
    U16("sessionid", .style = CLV_HEX), \
    U16("len", MEASURES(PAYLOAD))

/* Session stage, RFC 2516 4 and 6. */
static const struct clv_field pppoe_fields[] = {
    PPPOE(0, session_codes, NULL),
    END,
};
static const struct clv_under pppoe_under[] = {
    UNDER(0x8864, "ethertype"),
    UNDER(51, "link"),
    UNDER_END,
};
static const struct clv_line pppoe_lines[] = {
    { NULL, "session %sessionid%" },
    LINE_END,
};
const struct clv_desc clv_pppoe = {
    .name = "PPPoE",
    .title = "PPP over Ethernet",
    .source = "RFC 2516 4",
    .fields = pppoe_fields,
    .under = pppoe_under,
    .lines = pppoe_lines,
    .next = "ppp.frame",
    .opens = "code == 0",
};

/* Discovery stage, RFC 2516 5; codes 10 to 12 of RFC 5578. */
static const struct clv_field pppoed_fields[] = {
    PPPOE(9, discovery_codes, "9:7,25:101"),
    END,
};
static const struct clv_under pppoed_under[] = {
    UNDER(0x8863, "ethertype"),
    UNDER_END,
};
static const struct clv_line pppoed_lines[] = {
    { NULL, "%code% session %sessionid%" },
    LINE_END,
};
const struct clv_desc clv_pppoed = {
    .name = "PPPoED",
    .title = "PPP over Ethernet Discovery",
    .source = "RFC 2516 5",
    .fields = pppoed_fields,
    .under = pppoed_under,
    .lines = pppoed_lines,
    .next = "pppoed",
    .opens = "type == 1",
    .bpf = "pppoed;",
};

/* The tags as a layer of their own, as in Scapy. */
static const struct clv_field tags_fields[] = {
    LIST("tag_list", .of = "pppoe.tag"),
    END,
};
static const struct clv_under tags_under[] = {
    UNDER(0, "pppoed"),
    UNDER_END,
};
const struct clv_desc clv_pppoed_tags = {
    .name = "PPPoED_Tags",
    .title = "PPP over Ethernet Tags",
    .source = "RFC 2516 appendix A",
    .fields = tags_fields,
    .under = tags_under,
};

/* RFC 2516 appendix A; credits and metrics of RFC 5578, payload of RFC 4638. */
static const struct clv_word tag_types[] = {
    { 0x0000, "End-Of-List" },
    { 0x0101, "Service-Name" },
    { 0x0102, "AC-Name" },
    { 0x0103, "Host-Uniq" },
    { 0x0104, "AC-Cookie" },
    { 0x0105, "Vendor-Specific" },
    { 0x0106, "Credits" },
    { 0x0107, "Metrics" },
    { 0x0108, "Sequence Number" },
    { 0x0109, "Credit Scale Factor" },
    { 0x0110, "Relay-Session-Id" },
    { 0x0120, "PPP-Max-Payload" },
    { 0x0201, "Service-Name-Error" },
    { 0x0202, "AC-System-Error" },
    { 0x0203, "Generic-Error" },
    WORD_END,
};
static const struct clv_field tag_fields[] = {
    U16("tag_type", .style = CLV_HEX, .words = tag_types),
    U16("tag_len", MEASURES(REST)),
    BYTES("tag_value"),
    END,
};
static const struct clv_under tag_under[] = {
    UNDER(0, "pppoe.tag"),
    UNDER_END,
};
const struct clv_desc clv_pppoe_tag = {
    .name = "PPPoETag",
    .title = "PPP over Ethernet Tag",
    .source = "RFC 2516 appendix A",
    .fields = tag_fields,
    .under = tag_under,
};
