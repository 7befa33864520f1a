/* SPDX-License-Identifier: BSD-2-Clause */
/* PPP control protocols above LCP: IPCP (addresses) and ECP (encryption), with their options. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word codes[] = {
    { 1, "Configure-Request" },
    { 2, "Configure-Ack" },
    { 3, "Configure-Nak" },
    { 4, "Configure-Reject" },
    { 5, "Terminate-Request" },
    { 6, "Terminate-Ack" },
    { 7, "Code-Reject" },
    { 8, "Protocol-Reject" },
    { 9, "Echo-Request" },
    { 10, "Echo-Reply" },
    { 11, "Discard-Request" },
    { 14, "Reset-Request" },
    { 15, "Reset-Ack" },
    WORD_END,
};
static const struct clv_line lines[] = {
    { NULL, "%code% id=%id%" },
    LINE_END,
};

#define CONTROL(id_, name_, title_, source_, key_, of_) \
    static const struct clv_field id_##_fields[] = { \
        U8("code", .init = 1, .words = codes), \
        U8("id", .style = CLV_HEX), \
        U16("len", MEASURES(HEADER)), \
        LIST("options", .of = of_), \
        END, \
    }; \
    static const struct clv_under id_##_under[] = { \
        UNDER(key_, "ppp"), \
        UNDER_END, \
    }; \
    const struct clv_desc clv_##id_ = { \
        .name = name_, \
        .title = title_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .lines = lines, \
        .leaf = true, \
    }

CONTROL(ipcp, "PPP_IPCP", "PPP IP Control", "RFC 1332 2", 0x8021, "ipcp.opt");
CONTROL(ecp, "PPP_ECP", "PPP Encryption Control", "RFC 1968 2", 0x8053, "ecp.opt");

/* ---- IPCP options. */

/* www.iana.org/assignments/ppp-numbers, PPP IPCP configuration option types */
static const struct clv_word ipcp_types[] = {
    { 1, "IP-Addresses (Deprecated)" },
    { 2, "IP-Compression-Protocol" },
    { 3, "IP-Address" },
    { 4, "Mobile-IPv4" },
    { 129, "Primary-DNS-Address" },
    { 130, "Primary-NBNS-Address" },
    { 131, "Secondary-DNS-Address" },
    { 132, "Secondary-NBNS-Address" },
    WORD_END,
};
static const struct clv_under ipcp_option_under[] = {
    UNDER(0, "ipcp.opt"),
    UNDER_END,
};

/* `garbage` is what a length above 6 spans, as in Scapy. */
#define ADDRESS(id_, name_, title_, source_, type_) \
    static const struct clv_field id_##_fields[] = { \
        U8("type", TELLS(type_), .words = ipcp_types), \
        U8("len", MEASURES(HEADER)), \
        IP4("data"), \
        BYTES("garbage"), \
        END, \
    }; \
    const struct clv_desc clv_##id_ = { \
        .name = "PPP_IPCP_Option_" name_, \
        .title = "PPP IPCP Option " title_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = ipcp_option_under, \
    }

ADDRESS(ipcp_address, "IPAddress", "IP Address", "RFC 1332 3.3", 3);
ADDRESS(ipcp_dns1, "DNS1", "Primary DNS", "RFC 1877 1.1", 129);
ADDRESS(ipcp_nbns1, "NBNS1", "Primary NBNS", "RFC 1877 1.2", 130);
ADDRESS(ipcp_dns2, "DNS2", "Secondary DNS", "RFC 1877 1.3", 131);
ADDRESS(ipcp_nbns2, "NBNS2", "Secondary NBNS", "RFC 1877 1.4", 132);

static const struct clv_field ipcp_option_fields[] = {
    U8("type", .words = ipcp_types),
    U8("len", MEASURES(HEADER)),
    BYTES("data"),
    END,
};
const struct clv_desc clv_ipcp_option = {
    .name = "PPP_IPCP_Option",
    .title = "PPP IPCP Option",
    .source = "RFC 1332 3",
    .fields = ipcp_option_fields,
    .under = ipcp_option_under,
};

/* ---- ECP options. */

static const struct clv_word ecp_types[] = {
    { 0, "OUI" },
    { 1, "DESE" },
    WORD_END,
};
static const struct clv_under ecp_option_under[] = {
    UNDER(0, "ecp.opt"),
    UNDER_END,
};

static const struct clv_field ecp_oui_fields[] = {
    U8("type", TELLS(0), .words = ecp_types),
    U8("len", MEASURES(HEADER)),
    U24("oui", .style = CLV_HEX),
    U8("subtype"),
    BYTES("data"),
    END,
};
const struct clv_desc clv_ecp_oui = {
    .name = "PPP_ECP_Option_OUI",
    .title = "PPP ECP Option OUI",
    .source = "RFC 1968 4.1",
    .fields = ecp_oui_fields,
    .under = ecp_option_under,
};

static const struct clv_field ecp_option_fields[] = {
    U8("type", .words = ecp_types),
    U8("len", MEASURES(HEADER)),
    BYTES("data"),
    END,
};
const struct clv_desc clv_ecp_option = {
    .name = "PPP_ECP_Option",
    .title = "PPP ECP Option",
    .source = "RFC 1968 4",
    .fields = ecp_option_fields,
    .under = ecp_option_under,
};
