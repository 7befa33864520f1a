/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NetBIOS over TCP and UDP (RFC 1001, RFC 1002): names, datagrams, sessions. SUFFIX is a name's
 * sixteenth character, as its two letters: 0x4141 for 0x00.
 */
#include "layers.h"

/* One row a line. */
/* clang-format off */

static const struct clv_word suffixes[] = {
    { 0x4141, "workstation" }, { 0x4144, "messenger service" }, { 0x4341, "file server service" },
    { 0x424c, "domain master browser" }, { 0x424d, "domain controller" },
    { 0x424f, "browser election service" }, WORD_END,
};
static const struct clv_word rr_types[] = { { 0x20, "NB" }, { 0x21, "NBSTAT" }, WORD_END };
static const struct clv_word rr_classes[] = { { 1, "INTERNET" }, WORD_END };
static const struct clv_word owner_types[] = {
    { 0, "B node" }, { 1, "P node" }, { 2, "M node" }, { 3, "H node" }, WORD_END,
};
static const struct clv_word groups[] = { { 0, "Unique name" }, { 1, "Group name" }, WORD_END };

/* "*" and zeros, as they stand on the wire. */
#define STAR " CKAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

#define NB_NAME(name_, text_, suffix_, null_) \
    NETBIOS(name_, .text = text_), \
    U16(suffix_, .init = 0x4141, .style = CLV_HEX, .words = suffixes), \
    U8(null_)
#define TYPE_CLASS(type_, class_, value_) \
    U16(type_, .init = (value_), .words = rr_types), \
    U16(class_, .init = 1, .words = rr_classes)
#define ENTRY \
    BITS(1, "G", .words = groups), \
    BITS(2, "OWNER_NODE_TYPE", .words = owner_types), \
    BITS(13, "UNUSED"), \
    IP4("NB_ADDRESS", .init = 0x7f000001)

/* ---- Name service, RFC 1002 4.2. */

static const struct clv_word opcodes[] = {
    { 0, "query" }, { 5, "registration" }, { 6, "release" }, { 7, "WACK" }, { 8, "refresh" },
    { 15, "multi-homed registration" }, WORD_END,
};
static const struct clv_word nm_flags[] = {
    { 0x01, "B" }, { 0x02, "res1" }, { 0x04, "res0" }, { 0x08, "RA" }, { 0x10, "RD" },
    { 0x20, "TC" }, { 0x40, "AA" }, WORD_END,
};
static const struct clv_field nbns_fields[] = {
    U16("NAME_TRN_ID", .reply = "="),
    BITS(1, "RESPONSE", .reply = "0:1"),
    BITS(4, "OPCODE", .words = opcodes, .reply = "="),
    FLAGS(7, "NM_FLAGS", .words = nm_flags),
    BITS(4, "RCODE"),
    U16("QDCOUNT"),
    U16("ANCOUNT"),
    U16("NSCOUNT"),
    U16("ARCOUNT"),
    END,
};
static const struct clv_under nbns_under[] = { UNDER(137, "udp.port"), UNDER_END };
static const struct clv_imply nbns_implies[] = {
    { "UDP", "sport", "137" },
    { "UDP", "dport", "137" },
    IMPLY_END,
};
const struct clv_desc clv_nbns = {
    .name = "NBNSHeader",
    .title = "NBNS Header",
    .source = "RFC 1002 4.2.1.1",
    .fields = nbns_fields,
    .under = nbns_under,
    .implies = nbns_implies,
    .next = "nbns",
};

static const struct clv_under message_under[] = { UNDER(0, "nbns"), UNDER_END };

#define MESSAGE(id_, name_, title_, source_, when_, implies_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    const struct clv_desc clv_nbns_##id_ = { \
        .name = "NBNS" name_, \
        .title = "NBNS " title_, \
        .source = source_, \
        .fields = id_##_fields, \
        .under = message_under, \
        .implies = implies_, \
        .when = when_, \
    }

#define IMPLIES(id_, ...) \
    static const struct clv_imply id_[] = { __VA_ARGS__, IMPLY_END }
#define HEADER(field_, value_) { "NBNSHeader", field_, value_ }
IMPLIES(query_implies, HEADER("NM_FLAGS", "0x11"), HEADER("QDCOUNT", "1"));
IMPLIES(answer_implies, HEADER("NM_FLAGS", "0x50"), HEADER("RESPONSE", "1"),
        HEADER("ANCOUNT", "1"));
IMPLIES(status_implies, HEADER("NM_FLAGS", "1"), HEADER("QDCOUNT", "1"));
IMPLIES(status_answer_implies, HEADER("NM_FLAGS", "0x40"), HEADER("RESPONSE", "1"),
        HEADER("ANCOUNT", "1"));
IMPLIES(registration_implies, HEADER("OPCODE", "5"), HEADER("NM_FLAGS", "0x11"),
        HEADER("QDCOUNT", "1"), HEADER("ARCOUNT", "1"));
IMPLIES(wack_implies, HEADER("OPCODE", "7"), HEADER("NM_FLAGS", "0x40"), HEADER("RESPONSE", "1"),
        HEADER("ANCOUNT", "1"));

#define QUESTION(name_, type_) \
    NB_NAME("QUESTION_NAME", name_, "SUFFIX", "NULL"), \
    TYPE_CLASS("QUESTION_TYPE", "QUESTION_CLASS", type_)
#define ASKS "NBNSHeader.RESPONSE == 0 and NBNSHeader.QDCOUNT == 1 and NULL == 0"
#define TELLS_IT "NBNSHeader.RESPONSE == 1 and NBNSHeader.ANCOUNT == 1 and NULL == 0"

MESSAGE(query, "QueryRequest", "query request", "RFC 1002 4.2.12",
    ASKS " and NBNSHeader.ARCOUNT == 0 and QUESTION_TYPE == 0x20", query_implies,
    QUESTION("windows", 0x20));

MESSAGE(status, "NodeStatusRequest", "status request", "RFC 1002 4.2.17",
    ASKS " and NBNSHeader.ARCOUNT == 0 and QUESTION_TYPE == 0x21", status_implies,
    QUESTION(STAR, 0x21));

/* Registration, release and refresh. */
MESSAGE(registration, "RegistrationRequest", "registration request", "RFC 1002 4.2.2, 4.2.4, 4.2.9",
    ASKS " and NBNSHeader.ARCOUNT == 1", registration_implies,
    QUESTION("Windows", 0x20),
    U16("RR_NAME", .init = 0xc00c, .style = CLV_HEX),
    TYPE_CLASS("RR_TYPE", "RR_CLASS", 0x20),
    U32("TTL"),
    U16("RDLENGTH", .init = 6),
    ENTRY);

/* Of queries, registrations and releases alike. */
MESSAGE(answer, "QueryResponse", "query response", "RFC 1002 4.2.13",
    TELLS_IT " and NBNSHeader.OPCODE != 7 and QUESTION_TYPE == 0x20", answer_implies,
    NB_NAME("RR_NAME", "windows", "SUFFIX", "NULL"),
    TYPE_CLASS("QUESTION_TYPE", "QUESTION_CLASS", 0x20),
    U32("TTL", .init = 300000),
    U16("RDLENGTH", MEASURES(FIELD)),
    LIST("ADDR_ENTRY", .of = "nbns.entry", .size = "RDLENGTH", .text = "NBNS_ADD_ENTRY()"));

static const struct clv_field entry_fields[] = { ENTRY, END };
static const struct clv_under entry_under[] = { UNDER(0, "nbns.entry"), UNDER_END };
const struct clv_desc clv_nbns_entry = {
    .name = "NBNS_ADD_ENTRY",
    .title = "NBNS_ADD_ENTRY",
    .source = "RFC 1002 4.2.13",
    .fields = entry_fields,
    .under = entry_under,
};

MESSAGE(status_answer, "NodeStatusResponse", "Node Status Response", "RFC 1002 4.2.18",
    TELLS_IT " and RR_TYPE == 0x21", status_answer_implies,
    NB_NAME("RR_NAME", "windows", "SUFFIX", "NULL"),
    TYPE_CLASS("RR_TYPE", "RR_CLASS", 0x21),
    U32("TTL"),
    U16("RDLENGTH", MEASURES(REST)),
    U8("NUM_NAMES", MEASURES(COUNT)),
    LIST("NODE_NAME", .of = "nbns.service", .size = "NUM_NAMES",
         .text = "NBNSNodeStatusResponseService()"),
    MAC("MAC_ADDRESS"),
    BYTES("STATISTICS", .init = 40));

static const struct clv_word service_suffixes[] = {
    { 0, "workstation" }, { 3, "messenger service" }, { 0x1b, "domain master browser" },
    { 0x1c, "domain controller" }, { 0x1e, "browser election service" },
    { 0x20, "file server service" }, WORD_END,
};
static const struct clv_field service_fields[] = {
    FIXED(15, "NETBIOS_NAME", .text = "WINDOWS        "),
    U8("SUFFIX", .words = service_suffixes),
    U8("NAME_FLAGS", .init = 4),
    U8("UNUSED"),
    END,
};
static const struct clv_under service_under[] = { UNDER(0, "nbns.service"), UNDER_END };
const struct clv_desc clv_nbns_service = {
    .name = "NBNSNodeStatusResponseService",
    .title = "NBNS Node Status Response Service",
    .source = "RFC 1002 4.2.18",
    .fields = service_fields,
    .under = service_under,
};

MESSAGE(wack, "WackResponse", "Wait for Acknowledgement Response", "RFC 1002 4.2.16",
    TELLS_IT " and NBNSHeader.OPCODE == 7", wack_implies,
    NB_NAME("RR_NAME", "windows", "SUFFIX", "NULL"),
    TYPE_CLASS("RR_TYPE", "RR_CLASS", 0x20),
    U32("TTL", .init = 2),
    U16("RDLENGTH", .init = 2),
    U16("RDATA", .init = 0x2910, .style = CLV_HEX));

/* ---- Datagram service, RFC 1002 4.4: Length counts from Offset's end on. */

static const struct clv_word datagram_types[] = {
    { 0x10, "direct unique" }, { 0x11, "direct group" }, { 0x12, "broadcast" }, { 0x13, "error" },
    { 0x14, "query request" }, { 0x15, "positive query response" },
    { 0x16, "negative query response" }, WORD_END,
};
static const struct clv_field datagram_fields[] = {
    U8("Type", .init = 0x10, .words = datagram_types),
    U8("Flags", .init = 2),
    U16("ID"),
    IP4("SourceIP", .init = 0x7f000001),
    U16("SourcePort", .init = 138),
    U16("Length", .init = 272),
    U16("Offset"),
    NB_NAME("SourceName", "windows", "SUFFIX1", "NULL1"),
    NB_NAME("DestinationName", "windows", "SUFFIX2", "NULL2"),
    END,
};
static const struct clv_under datagram_under[] = { UNDER(138, "udp.port"), UNDER_END };
static const struct clv_imply datagram_implies[] = { { "UDP", "dport", "138" }, IMPLY_END };
const struct clv_desc clv_nbt_datagram = {
    .name = "NBTDatagram",
    .title = "NBT Datagram Packet",
    .source = "RFC 1002 4.4.2",
    .fields = datagram_fields,
    .under = datagram_under,
    .implies = datagram_implies,
    .when = "Type in 0x10..0x12 and NULL1 == 0 and NULL2 == 0",
    .next = "nbt.datagram",
};

/* ---- Session service, RFC 1002 4.3; on port 445 LENGTH has 24 bits, of which 7 are 0. */

static const struct clv_word session_types[] = {
    { 0x00, "Session Message" }, { 0x81, "Session Request" }, { 0x82, "Positive Session Response" },
    { 0x83, "Negative Session Response" }, { 0x84, "Retarget Session Response" },
    { 0x85, "Session Keepalive" }, WORD_END,
};
static const struct clv_field session_fields[] = {
    U8("TYPE", .words = session_types),
    BITS(7, "RESERVED"),
    BITS(17, "LENGTH", MEASURES(PAYLOAD)),
    END,
};
static const struct clv_under session_under[] = {
    UNDER(139, "tcp.port"),
    UNDER(445, "tcp.port"),
    UNDER_END,
};
static const struct clv_imply session_implies[] = {
    { "TCP", "sport", "139" },
    { "TCP", "dport", "139" },
    IMPLY_END,
};
const struct clv_desc clv_nbt_session = {
    .name = "NBTSession",
    .title = "NBT Session Packet",
    .source = "RFC 1002 4.3",
    .fields = session_fields,
    .under = session_under,
    .implies = session_implies,
    .when = "RESERVED == 0 and (TYPE == 0 or TYPE in 0x81..0x85)",
    .opens = "TYPE == 0",
    .next = "nbt.session",
    .again = "nbt.session",
};
