/* SPDX-License-Identifier: BSD-2-Clause */
/* TFTP (RFC 1350) with options (RFC 2347). A transfer leaves port 69 after the request. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word tftp_ops[] = {
    { 1, "RRQ" }, { 2, "WRQ" }, { 3, "DATA" }, { 4, "ACK" }, { 5, "ERROR" }, { 6, "OACK" },
    WORD_END,
};
static const struct clv_field tftp_fields[] = {
    U16("op", .init = 1, .key = "tftp.op", .words = tftp_ops),
    END,
};
static const struct clv_under tftp_under[] = { UNDER(69, "udp.port"), UNDER_END };
static const struct clv_imply tftp_implies[] = { { "UDP", "dport", "69" }, IMPLY_END };
const struct clv_desc clv_tftp = {
    .name = "TFTP",
    .title = "TFTP opcode",
    .source = "RFC 1350 5",
    .fields = tftp_fields,
    .under = tftp_under,
    .implies = tftp_implies,
};

#define MESSAGE(id_, name_, title_, source_, op_, next_, line_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { UNDER(op_, "tftp.op"), UNDER_END }; \
    static const struct clv_line id_##_lines[] = { { NULL, line_ }, LINE_END }; \
    const struct clv_desc clv_tftp_##id_ = { \
        .name = "TFTP_" name_, \
        .title = "TFTP " title_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .lines = id_##_lines, \
        .next = next_, \
    }

#define REQUEST \
    CSTR("filename"), \
    CSTR("mode", .text = "octet")

MESSAGE(rrq, "RRQ", "Read Request", "RFC 1350 5", 1, "tftp.options", "RRQ %filename%",
    REQUEST);
MESSAGE(wrq, "WRQ", "Write Request", "RFC 1350 5", 2, "tftp.options", "WRQ %filename%",
    REQUEST);
MESSAGE(data, "DATA", "Data", "RFC 1350 5", 3, NULL, "DATA %block%",
    U16("block"));
MESSAGE(ack, "ACK", "Ack", "RFC 1350 5", 4, NULL, "ACK %block%",
    U16("block"));

static const struct clv_word tftp_errors[] = {
    { 0, "Not defined" }, { 1, "File not found" }, { 2, "Access violation" },
    { 3, "Disk full or allocation exceeded" }, { 4, "Illegal TFTP operation" },
    { 5, "Unknown transfer ID" }, { 6, "File already exists" }, { 7, "No such user" },
    { 8, "Terminate transfer due to option negotiation" }, WORD_END,
};
MESSAGE(error, "ERROR", "Error", "RFC 1350 5; 8: RFC 2347", 5, NULL,
    "ERROR %errorcode%: %errormsg%",
    U16("errorcode", .words = tftp_errors),
    CSTR("errormsg"));

/* Nothing but options. */
static const struct clv_field oack_fields[] = { END };
static const struct clv_under oack_under[] = { UNDER(6, "tftp.op"), UNDER_END };
static const struct clv_line oack_lines[] = { { NULL, "OACK" }, LINE_END };
const struct clv_desc clv_tftp_oack = {
    .name = "TFTP_OACK",
    .title = "TFTP Option Ack",
    .source = "RFC 2347",
    .fields = oack_fields,
    .under = oack_under,
    .lines = oack_lines,
    .next = "tftp.options",
};

static const struct clv_field options_fields[] = {
    LIST("options", .of = "tftp.option"),
    END,
};
static const struct clv_under options_under[] = { UNDER(0, "tftp.options"), UNDER_END };
const struct clv_desc clv_tftp_options = {
    .name = "TFTP_Options",
    .title = "TFTP_Options",
    .source = "RFC 2347",
    .fields = options_fields,
    .under = options_under,
    .leaf = true,
};

static const struct clv_field option_fields[] = {
    CSTR("oname"),
    CSTR("value"),
    END,
};
static const struct clv_under option_under[] = { UNDER(0, "tftp.option"), UNDER_END };
const struct clv_desc clv_tftp_option = {
    .name = "TFTP_Option",
    .title = "TFTP_Option",
    .source = "RFC 2347",
    .fields = option_fields,
    .under = option_under,
};
