/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SCTP: chunks are layers stacked on the common header and on each other, parameters are items of a
 * chunk. A length counts no padding: chunks are rounded up, parameters begin on multiples of four.
 */
#include "layers.h"

enum { SUM_AT = 8, SUM_END = 12, BLOCK = 64 };

/* CRC32c, RFC 9260 appendix A, four bits at a time: the remainders of the sixteen low nibbles. */
static const uint32_t crc_nibble[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
};

/* Of the whole packet, the sum itself counted as 0; its lowest byte goes first on the wire. */
static uint64_t crc32c(struct clv_scope *scope)
{
    uint32_t crc = 0xffffffff, size = clv_scope_size(scope);
    for (uint32_t at = 0; at < size; at += BLOCK) {
        uint8_t bytes[BLOCK];
        uint32_t n = size - at < BLOCK ? size - at : BLOCK;
        if (!clv_scope_bytes(scope, at, bytes, n))
            return 0;
        for (uint32_t i = 0; i < n; i++) {
            crc ^= at + i >= SUM_AT && at + i < SUM_END ? 0 : bytes[i];
            crc = crc >> 4 ^ crc_nibble[crc & 15];
            crc = crc >> 4 ^ crc_nibble[crc & 15];
        }
    }
    crc ^= 0xffffffff;
    return crc >> 24 | (crc >> 8 & 0xff00) | (crc << 8 & 0xff0000) | crc << 24;
}

/* One row a line. */
/* clang-format off */

static const struct clv_word chunk_types[] = {
    { 0, "data" },
    { 1, "init" },
    { 2, "init-ack" },
    { 3, "sack" },
    { 4, "heartbeat-req" },
    { 5, "heartbeat-ack" },
    { 6, "abort" },
    { 7, "shutdown" },
    { 8, "shutdown-ack" },
    { 9, "error" },
    { 10, "cookie-echo" },
    { 11, "cookie-ack" },
    { 14, "shutdown-complete" },
    { 15, "authentication" },
    { 0x40, "i-data" },
    { 0x80, "address-configuration-ack" },
    { 0x82, "re-configuration" },
    { 0x84, "pad" },
    { 0xc0, "forward-tsn" },
    { 0xc1, "address-configuration" },
    { 0xc2, "i-forward-tsn" },
    WORD_END,
};
static const struct clv_word param_types[] = {
    { 1, "heartbeat-info" },
    { 5, "IPv4" },
    { 6, "IPv6" },
    { 7, "state-cookie" },
    { 8, "unrecognized-param" },
    { 9, "cookie-preservative" },
    { 11, "hostname" },
    { 12, "addrtypes" },
    { 13, "outgoing-ssn-reset" },
    { 14, "incoming-ssn-reset" },
    { 15, "ssn-tsn-reset" },
    { 16, "re-configuration-response" },
    { 17, "add-outgoing-streams" },
    { 18, "add-incoming-streams" },
    { 0x8000, "ecn-capable" },
    { 0x8002, "random" },
    { 0x8003, "chunk-list" },
    { 0x8004, "requested-HMAC-functions" },
    { 0x8005, "padding" },
    { 0x8008, "supported-extensions" },
    { 0xc000, "fwd-tsn-supported" },
    { 0xc001, "add-IP" },
    { 0xc002, "del-IP" },
    { 0xc003, "error-indication" },
    { 0xc004, "set-primary-addr" },
    { 0xc005, "success-indication" },
    { 0xc006, "adaptation-layer" },
    WORD_END,
};
static const struct clv_word hmac_types[] = {
    { 0, "Reserved1" },
    { 1, "SHA-1" },
    { 2, "Reserved2" },
    { 3, "SHA-256" },
    WORD_END,
};
static const struct clv_word payload_protocols[] = {
    { 1, "IUA" },
    { 2, "M2UA" },
    { 3, "M3UA" },
    { 4, "SUA" },
    { 5, "M2PA" },
    { 6, "V5UA" },
    { 7, "H.248" },
    { 8, "BICC/Q.2150.3" },
    { 9, "TALI" },
    { 10, "DUA" },
    { 11, "ASAP" },
    { 12, "ENRP" },
    { 13, "H.323" },
    { 14, "Q.IPC/Q.2150.3" },
    { 15, "SIMCO" },
    { 18, "S1AP" },
    { 19, "RUA" },
    { 20, "HNBAP" },
    { 24, "SBc-AP" },
    { 25, "NBAP" },
    { 27, "X2AP" },
    { 29, "LCS-AP" },
    { 31, "SABP" },
    { 33, "PPP" },
    { 43, "3GPP M2AP" },
    { 44, "3GPP M3AP" },
    { 46, "Diameter/SCTP" },
    { 47, "Diameter/DTLS/SCTP" },
    { 50, "WebRTC DCEP" },
    { 51, "WebRTC String" },
    { 53, "WebRTC Binary" },
    { 56, "WebRTC String Empty" },
    { 57, "WebRTC Binary Empty" },
    { 60, "NGAP" },
    { 61, "XnAP" },
    WORD_END,
};

#define SUM U32("chksum", .style = CLV_HEX, .fill = crc32c)

/* SCTP, RFC 9260 3.1; over UDP, RFC 6951. */
static const struct clv_field sctp_fields[] = {
    U16("sport", .reply = "dport"),
    U16("dport", .reply = "sport"),
    U32("tag", .style = CLV_HEX),
    SUM,
    END,
};
static const struct clv_under sctp_under[] = {
    UNDER(132, "ip.proto"),
    UNDER(9899, "udp.port"),
    UNDER_END,
};
const struct clv_desc clv_sctp = {
    .name = "SCTP",
    .title = "SCTP",
    .source = "RFC 9260 3.1, RFC 6951",
    .fields = sctp_fields,
    .under = sctp_under,
    .who = "%net.src%:%#sport% > %net.dst%:%#dport%",
    .next = "sctp.chunk",
    .bpf = "(sctp and dst port %sport%) or icmp or icmp6;",
};

/* SCTP inside an ICMP error, RFC 792; mostly without its sum. */
static const struct clv_field sctp_error_fields[] = {
    U16("sport"),
    U16("dport"),
    U32("tag", .style = CLV_HEX, .when = "left >= 8"),
    U32("chksum", .style = CLV_HEX, .when = "left >= 4"),
    END,
};
static const struct clv_under sctp_error_under[] = {
    UNDER(132, "ip.error"),
    UNDER_END,
};
const struct clv_desc clv_sctp_error = {
    .name = "SCTPerror",
    .title = "SCTP in ICMP",
    .source = "RFC 792, RFC 9260 3.1",
    .fields = sctp_error_fields,
    .under = sctp_error_under,
    .quotes = "SCTP",
};

/* ---- Chunks, RFC 9260 3.2. */

static const struct clv_under chunk_under[] = {
    UNDER(0, "sctp.chunk"),
    UNDER_END,
};

#define TYPE(x_) U8("type", TELLS(x_), .words = chunk_types)
#define FLAG_BYTE U8("flags", .style = CLV_HEX)
#define LEN U16("len", MEASURES(HEADER))
#define HEAD(x_) TYPE(x_), FLAG_BYTE, LEN

#define CHUNK(id_, name_, title_, source_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_sctp_##id_ = { \
        .name = "SCTPChunk" name_, \
        .title = "SCTP " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = chunk_under, \
        .next = "sctp.chunk", \
        .pad = 4, \
    }

#define PARAMS LIST("params", .of = "sctp.param", .align = 4)
#define DATA_FLAGS \
    BITS(4, "reserved"), \
    BITS(1, "delay_sack"), \
    BITS(1, "unordered"), \
    BITS(1, "beginning"), \
    BITS(1, "ending")
#define INIT_ROWS \
    U32("init_tag", .style = CLV_HEX), \
    U32("a_rwnd"), \
    U16("n_out_streams"), \
    U16("n_in_streams"), \
    U32("init_tsn", .style = CLV_HEX), \
    PARAMS
#define ABORT_FLAGS \
    BITS(7, "reserved"), \
    BITS(1, "TCB")

CHUNK(data, "Data", "DATA", "RFC 9260 3.3.1",
    TYPE(0),
    DATA_FLAGS,
    LEN,
    U32("tsn", .style = CLV_HEX),
    U16("stream_id", .style = CLV_HEX),
    U16("stream_seq", .style = CLV_HEX),
    U32("proto_id", .words = payload_protocols),
    BYTES("data"));

CHUNK(init, "Init", "INIT", "RFC 9260 3.3.2",
    HEAD(1),
    INIT_ROWS);

CHUNK(init_ack, "InitAck", "INIT ACK", "RFC 9260 3.3.3",
    HEAD(2),
    INIT_ROWS);

CHUNK(sack, "SACK", "SACK", "RFC 9260 3.3.4",
    HEAD(3),
    U32("cumul_tsn_ack", .style = CLV_HEX),
    U32("a_rwnd"),
    U16("n_gap_ack", MEASURES(COUNT)),
    U16("n_dup_tsn", MEASURES(COUNT)),
    HALVES(32, "gap_ack_list", .style = CLV_MANY, .size = "n_gap_ack"),
    U32("dup_tsn_list", .style = CLV_MANY, .size = "n_dup_tsn"));

CHUNK(heartbeat, "HeartbeatReq", "HEARTBEAT", "RFC 9260 3.3.5",
    HEAD(4),
    PARAMS);

CHUNK(heartbeat_ack, "HeartbeatAck", "HEARTBEAT ACK", "RFC 9260 3.3.6",
    HEAD(5),
    PARAMS);

CHUNK(abort, "Abort", "ABORT", "RFC 9260 3.3.7",
    TYPE(6),
    ABORT_FLAGS,
    LEN,
    BYTES("error_causes"));

CHUNK(shutdown, "Shutdown", "SHUTDOWN", "RFC 9260 3.3.8",
    HEAD(7),
    U32("cumul_tsn_ack", .style = CLV_HEX));

CHUNK(shutdown_ack, "ShutdownAck", "SHUTDOWN ACK", "RFC 9260 3.3.9",
    HEAD(8));

CHUNK(chunk_error, "Error", "ERROR", "RFC 9260 3.3.10",
    HEAD(9),
    BYTES("error_causes"));

CHUNK(cookie_echo, "CookieEcho", "COOKIE ECHO", "RFC 9260 3.3.11",
    HEAD(10),
    BYTES("cookie"));

CHUNK(cookie_ack, "CookieAck", "COOKIE ACK", "RFC 9260 3.3.12",
    HEAD(11));

CHUNK(shutdown_complete, "ShutdownComplete", "SHUTDOWN COMPLETE", "RFC 9260 3.3.13",
    TYPE(14),
    ABORT_FLAGS,
    LEN);

CHUNK(auth, "Authentication", "AUTH", "RFC 4895 4.1",
    HEAD(15),
    U16("shared_key_id"),
    U16("HMAC_function", .words = hmac_types),
    BYTES("HMAC"));

CHUNK(idata, "IData", "I-DATA", "RFC 8260 2.1",
    TYPE(0x40),
    DATA_FLAGS,
    LEN,
    U32("tsn", .style = CLV_HEX),
    U16("stream_id", .style = CLV_HEX),
    U16("reserved_16", .style = CLV_HEX),
    U32("message_id", .style = CLV_HEX),
    U32("ppid_fsn"),
    BYTES("data"));

CHUNK(asconf_ack, "AddressConfAck", "ASCONF ACK", "RFC 5061 4.1.2",
    HEAD(0x80),
    U32("seq"),
    PARAMS);

CHUNK(reconf, "ReConfig", "RE-CONFIG", "RFC 6525 3.1",
    HEAD(0x82),
    PARAMS);

CHUNK(pad, "Pad", "PAD", "RFC 4820 3",
    HEAD(0x84),
    BYTES("padding"));

CHUNK(forward, "ForwardTSN", "FORWARD TSN", "RFC 3758 3.2",
    HEAD(0xc0),
    U32("new_tsn"),
    LIST("skips", .of = "sctp.skip"));

CHUNK(asconf, "AddressConf", "ASCONF", "RFC 5061 4.1.1",
    HEAD(0xc1),
    U32("seq"),
    PARAMS);

CHUNK(iforward, "IForwardTSN", "I-FORWARD-TSN", "RFC 8260 2.3.1",
    HEAD(0xc2),
    U32("new_tsn"),
    LIST("skips", .of = "sctp.iskip"));

CHUNK(chunk, "", "Chunk", "RFC 9260 3.2",
    U8("type", .words = chunk_types),
    FLAG_BYTE,
    LEN,
    BYTES("data"));

/* ---- Parts of chunks. */

#define PART(id_, name_, title_, source_, space_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { UNDER(0, space_), UNDER_END }; \
    const struct clv_desc clv_sctp_##id_ = { \
        .name = "SCTP" name_, \
        .title = "SCTP " title_, \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
    }

PART(skip, "ForwardSkip", "Skipped Stream", "RFC 3758 3.2", "sctp.skip",
    U16("stream_id"),
    U16("stream_seq"));

PART(iskip, "IForwardSkip", "Skipped Stream", "RFC 8260 2.3.1", "sctp.iskip",
    U16("stream_id"),
    BITS(15, "reserved"),
    BITS(1, "unordered"),
    U32("message_id"));

#define PARAM(id_, name_, title_, source_, type_, ...) \
    PART(id_, "ChunkParam" name_, title_, source_, "sctp.param", \
        U16("type", TELLS(type_), .words = param_types), \
        LEN, \
        __VA_ARGS__)
#define PARAM_EMPTY(id_, name_, title_, source_, type_) \
    PART(id_, "ChunkParam" name_, title_, source_, "sctp.param", \
        U16("type", TELLS(type_), .words = param_types), \
        LEN)
#define ADDRESS \
    U32("correlation_id", .style = CLV_HEX), \
    U16("addr_type", .init = 5, .words = param_types), \
    U16("addr_len", MEASURES_BY(FIELD, 1, 4)), \
    IP4("addr", .when = "addr_type == 5", .init = 0x7f000001, .size = "addr_len"), \
    IP6("addr", .when = "addr_type == 6", .text = "::1", .size = "addr_len"), \
    BYTES("addr", .size = "addr_len")

PARAM(p_heartbeat, "HeartbeatInfo", "Heartbeat Info", "RFC 9260 3.3.5", 1, BYTES("data"));
PARAM(p_ip4, "IPv4Addr", "IPv4 Address", "RFC 9260 3.3.2.1.1", 5, IP4("addr", .init = 0x7f000001));
PARAM(p_ip6, "IPv6Addr", "IPv6 Address", "RFC 9260 3.3.2.1.2", 6, IP6("addr", .text = "::1"));
PARAM(p_cookie, "StateCookie", "State Cookie", "RFC 9260 3.3.3.1.1", 7, BYTES("cookie"));
PARAM(p_unknown, "UnrocognizedParam", "Unrecognized Parameter", "RFC 9260 3.3.3.1.2", 8,
    BYTES("param"));
PARAM(p_preserve, "CookiePreservative", "Cookie Preservative", "RFC 9260 3.3.2.1.3", 9,
    U32("sug_cookie_inc", .style = CLV_HEX));
PARAM(p_host, "Hostname", "Host Name", "RFC 9260 3.3.2.1.4", 11, BYTES("hostname"));
PARAM(p_families, "SupportedAddrTypes", "Supported Address Types", "RFC 9260 3.3.2.1.5", 12,
    U16("addr_type_list", .style = CLV_MANY, .words = param_types, .text = "[5]"));
PARAM_EMPTY(p_ecn, "ECNCapable", "ECN Capable", "RFC 9260 3.3.2", 0x8000);
PARAM(p_random, "Random", "Random", "RFC 4895 3.1", 0x8002, BYTES("random"));
PARAM(p_chunks, "ChunkList", "Chunk List", "RFC 4895 3.2", 0x8003,
    U8("chunk_list", .style = CLV_MANY, .words = chunk_types));
PARAM(p_hmac, "RequestedHMACFunctions", "Requested HMAC Algorithm", "RFC 4895 3.3", 0x8004,
    U16("HMAC_functions_list", .style = CLV_MANY, .words = hmac_types, .text = "[1]"));
PARAM(p_extensions, "SupportedExtensions", "Supported Extensions", "RFC 5061 4.2.7", 0x8008,
    U8("supported_extensions", .style = CLV_MANY, .words = chunk_types,
        .text = "[15, 193, 128]"));
PARAM_EMPTY(p_forward, "FwdTSN", "Forward TSN Supported", "RFC 3758 3.1", 0xc000);
PARAM(p_add, "AddIPAddr", "Add IP Address", "RFC 5061 4.2.1", 0xc001, ADDRESS);
PARAM(p_del, "DelIPAddr", "Delete IP Address", "RFC 5061 4.2.2", 0xc002, ADDRESS);
PARAM(p_error, "ErrorIndication", "Error Cause Indication", "RFC 5061 4.2.3", 0xc003,
    U32("correlation_id", .style = CLV_HEX),
    BYTES("error_causes"));
PARAM(p_primary, "SetPrimaryAddr", "Set Primary IP Address", "RFC 5061 4.2.4", 0xc004, ADDRESS);
PARAM(p_success, "SuccessIndication", "Success Indication", "RFC 5061 4.2.5", 0xc005,
    U32("correlation_id", .style = CLV_HEX));
PARAM(p_adaptation, "AdaptationLayer", "Adaptation Layer Indication", "RFC 5061 4.2.6", 0xc006,
    U32("indication", .style = CLV_HEX));

PART(param, "ChunkParam", "Parameter", "RFC 9260 3.2.1", "sctp.param",
    U16("type", .words = param_types),
    LEN,
    BYTES("value"));
