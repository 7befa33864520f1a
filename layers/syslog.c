/* SPDX-License-Identifier: BSD-2-Clause */
/* Syslog over UDP: the priority, then a message in the form of RFC 5424, or any other. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_under syslog_under[] = {
    UNDER(514, "udp.port"),
    UNDER_END,
};
static const struct clv_imply syslog_implies[] = {
    { "UDP", "dport", "514" },
    IMPLY_END,
};

#define PRIORITY \
    TEXT("<", "open", .text = "<"), \
    TEXT("[0-9]+", "pri", .text = "13"), \
    TEXT(">", "close", .text = ">")
#define BLANK(name_) TEXT(" ", name_, .text = " ")
#define WORD(name_) TEXT("[!-~]+", name_, .text = "-")

/* The header, RFC 5424 6.2; structured data and message are one. */
static const struct clv_field syslog5424_fields[] = {
    PRIORITY,
    TEXT("[1-9]", "version", .text = "1"),
    BLANK("sp1"),
    WORD("timestamp"),
    BLANK("sp2"),
    WORD("hostname"),
    BLANK("sp3"),
    WORD("app_name"),
    BLANK("sp4"),
    WORD("procid"),
    BLANK("sp5"),
    WORD("msgid"),
    BLANK("sp6"),
    BYTES("msg", .text = "-"),
    END,
};
static const struct clv_line syslog5424_lines[] = {
    { NULL, "%hostname% %app_name%" },
    LINE_END,
};
const struct clv_desc clv_syslog5424 = {
    .name = "Syslog5424",
    .title = "Syslog (RFC 5424)",
    .source = "RFC 5424 6, RFC 5426",
    .fields = syslog5424_fields,
    .under = syslog_under,
    .implies = syslog_implies,
    .lines = syslog5424_lines,
};

/* Everything else, RFC 3164 4.1.1. */
static const struct clv_field syslog_fields[] = {
    PRIORITY,
    BYTES("msg"),
    END,
};
const struct clv_desc clv_syslog = {
    .name = "Syslog",
    .title = "Syslog",
    .source = "RFC 3164 4",
    .fields = syslog_fields,
    .under = syslog_under,
    .implies = syslog_implies,
};
