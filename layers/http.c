/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTTP/1 as far as a segment holds it: what stands between two words is a field of its own with the
 * usual bytes as its default, so that odd messages are plain values. A header may be written as if it
 * were a field, Content_Length=b'0'. The body is bytes.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

#define EOL(name_) TEXT("\r*\n?", name_, .text = "\r\n")

/* Scapy's layer between TCP and a message; it has no bytes, so that nothing is split into it. */
static const struct clv_under http_under[] = {
    UNDER(80, "tcp.port"),
    UNDER_END,
};
static const struct clv_imply http_implies[] = {
    { "TCP", "sport", "80" },
    { "TCP", "dport", "80" },
    IMPLY_END,
};
const struct clv_desc clv_http = {
    .name = "HTTP",
    .title = "HTTP",
    .source = "RFC 9112",
    .under = http_under,
    .implies = http_implies,
    .when = "left == 0",
    .next = "http",
};

static const struct clv_under message_under[] = {
    UNDER(80, "tcp.port"),
    UNDER(8000, "tcp.port"),
    UNDER(8008, "tcp.port"),
    UNDER(8080, "tcp.port"),
    UNDER(8888, "tcp.port"),
    UNDER(3128, "tcp.port"),
    UNDER(631, "tcp.port"),
    UNDER(0, "http"),
    UNDER_END,
};
#define VERSION TEXT("HTTP/[0-9.]+", "Http_Version", .text = "HTTP/1.1")
#define HEADERS \
    EOL("eol"), \
    ITEM("headers", .of = "http.header", .style = CLV_MANY | CLV_OPEN), \
    EOL("end")

static const struct clv_field request_fields[] = {
    TEXT("[A-Z_-]+", "Method", .text = "GET"),
    TEXT(" +", "sp1", .text = " "),
    TEXT("[^ \r\n]+", "Path", .text = "/"),
    TEXT(" +", "sp2", .text = " "),
    VERSION,
    HEADERS,
    END,
};
static const struct clv_line request_lines[] = {
    { NULL, "%Method% %Path%" },
    LINE_END,
};
const struct clv_desc clv_http_request = {
    .name = "HTTPRequest",
    .title = "HTTP Request",
    .source = "RFC 9112 3",
    .fields = request_fields,
    .under = message_under,
    .lines = request_lines,
};

static const struct clv_field response_fields[] = {
    VERSION,
    TEXT(" +", "sp1", .text = " "),
    TEXT("[0-9]+", "Status_Code", .text = "200"),
    TEXT(" *", "sp2", .text = " "),
    TEXT("[^\r\n]*", "Reason_Phrase", .text = "OK"),
    HEADERS,
    END,
};
static const struct clv_line response_lines[] = {
    { NULL, "%Status_Code% %Reason_Phrase%" },
    LINE_END,
};
const struct clv_desc clv_http_response = {
    .name = "HTTPResponse",
    .title = "HTTP Response",
    .source = "RFC 9112 4",
    .fields = response_fields,
    .under = message_under,
    .lines = response_lines,
};

/* RFC 9112 5; a line without a colon is one that goes on from the line before. */
static const struct clv_field header_fields[] = {
    TEXT("[^:\r\n]+", "name", .text = "X"),
    TEXT(":?[ \t]*", "sep", .text = ": "),
    TEXT("[^\r\n]*", "value"),
    EOL("eol"),
    END,
};
static const struct clv_under header_under[] = {
    UNDER(0, "http.header"),
    UNDER_END,
};
const struct clv_desc clv_http_header = {
    .name = "HTTPHeader",
    .title = "HTTP Header",
    .source = "RFC 9112 5",
    .fields = header_fields,
    .under = header_under,
};
