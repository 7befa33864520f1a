/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets made to cost much: loops, chains, nesting, lengths of nothing. Each is printed in every
 * format and built again within the time and memory of one packet, and names the budget it meets.
 * And packets made to move a terminal.
 */
#include "../fuzz/laws.h"
#include "net/file.h"
#include "watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <zlib.h>

#include <cmocka.h>

static struct watch memory;
static const struct clv_mem mem = { watch_alloc, &memory };
static struct clv *clv;
static struct clv_arena *arena;
static struct clv_out out;
static uint8_t *bytes; /* ROOM of them, zeros at the start of a test */
static uint32_t n;

/* These are far from what a network carries: they may take a few times what a packet may. */
enum {
    ROOM = 1 << 17,
    LONGEST = 65535,
    HOSTILE_MS = 20 * WATCH_MS,
    HOSTILE_BYTES = 6 * WATCH_BYTES
};
enum verb { LINE, TREE, EXPR, JSON, DUMP, VERBS };
static const char *const verbs[] = { "line", "tree", "expr", "json", "dump" };

static int set_up(void **state)
{
    (void)state;
    clv = clv_new(clv_layers, NULL, NULL);
    arena = clv_arena_new(&mem, 0);
    bytes = calloc(ROOM, 1);
    n = 0;
    clv_out_init(&out, NULL, NULL);
    return !clv || !arena || !bytes;
}

static int tear_down(void **state)
{
    (void)state;
    clv_out_free(&out);
    clv_arena_free(arena);
    clv_free(clv);
    free(bytes);
    return 0;
}

static void put(const void *p, uint32_t len)
{
    assert_true(len <= ROOM - n);
    memcpy(bytes + n, p, len);
    n += len;
}
#define PUT(literal) put(literal, sizeof literal - 1)

static void put16(uint32_t v)
{
    uint8_t two[] = { (uint8_t)(v >> 8), (uint8_t)v };
    put(two, 2);
}

static const struct clv_desc *layer(const char *name)
{
    const struct clv_desc *desc = clv_layer_named(clv, name);
    if (!desc)
        fail_msg("no layer %s", name);
    return desc;
}

static bool print(enum verb verb, const struct clv_desc *first)
{
    struct clv_view view;
    clv_arena_reset(arena);
    out.len = 0;
    clv_split(clv, &view, arena, first, bytes, n);
    switch (verb) {
    case LINE: clv_print_line(&view, NULL, 0, &out); return true;
    case TREE: return clv_print_tree(&view, NULL, arena, 0, &out);
    case EXPR: return clv_print_expr(&view, arena, &out);
    case JSON: return clv_print_json(&view, NULL, arena, 0, &out);
    default: clv_print_dump(&view, arena, 0, &out); return true;
    }
}

/* What was printed builds the bytes. */
static bool rebuild(enum verb verb)
{
    uint32_t len;
    struct clv_frame frame;
    clv_arena_reset(arena);
    struct clv_draft *draft = verb == EXPR
                                  ? clv_parse(clv, arena, out.buf, out.len, NULL)
                                  : clv_parse_json(clv, arena, out.buf, out.len, &frame, NULL);
    const uint8_t *built = draft ? clv_build(draft, arena, &len, NULL) : NULL;
    return built && len == n && !memcmp(built, bytes, n);
}

/* Print it, or build it from what was printed, within the time and memory of one packet. */
static void watched(const char *what, enum verb verb, const struct clv_desc *first)
{
    double least = 1e9;
    memory.most = memory.held;
    for (int i = 0; i < 5 && least > HOSTILE_MS; i++) {
        double from = watch_now();
        if (!(first ? print(verb, first) : rebuild(verb)))
            fail_msg("%s: %s fails", what, verbs[verb]);
        double ms = watch_now() - from;
        least = ms < least ? ms : least;
    }
    if (getenv("SHOW"))
        print_message("%-28s %s %-5s %6.2f ms %6zu KiB\n", what, first ? "print" : "build",
                      verbs[verb], least, memory.most >> 10);
    if (least > HOSTILE_MS)
        fail_msg("%s: %s takes %.1f ms", what, verbs[verb], least);
    if (memory.most > HOSTILE_BYTES)
        fail_msg("%s: %s takes %zu bytes", what, verbs[verb], memory.most);
}

/* The packet obeys the laws, and no format costs too much, there and back. */
static void affordable(const char *what, const char *first)
{
    const struct clv_desc *desc = layer(first);
    struct clv_arena *all = clv_arena_new(NULL, (size_t)512 << 20); /* laws reset it once */
    const char *broken = law_broken(clv, all, desc, bytes, n, &out);
    clv_arena_free(all);
    if (broken)
        fail_msg("%s: %s", what, broken);
    clv_arena_free(arena); /* what another packet took is not this one's */
    arena = clv_arena_new(&mem, 0);
    for (enum verb verb = 0; verb < VERBS; verb++) {
        watched(what, verb, desc);
        if (verb == EXPR || verb == JSON)
            watched(what, verb, NULL);
    }
}

/* Is one of the packet's notes so? */
static bool noted(const char *first, enum clv_note_code code)
{
    struct clv_view view;
    clv_arena_reset(arena);
    clv_split(clv, &view, arena, layer(first), bytes, n);
    for (uint32_t i = 0; i < view.nnotes; i++)
        if (view.notes[i].code == code)
            return true;
    return false;
}

/* ---- Nesting. */

/* Heads of one kind in each other to the end of a packet of the longest kind. */
static void chain(const char *what, const char *first, const void *head, uint32_t len)
{
    n = 0;
    while (n + len <= LONGEST)
        put(head, len);
    affordable(what, first);
}

static void test_chains(void **state)
{
    (void)state;
    chain("VLAN tags", "Dot1Q", "\0\1\x81\0", 4);
    assert_true(noted("Dot1Q", CLV_NOTE_DEEP));
    chain("MPLS labels", "MPLS", "\0\0\x10\x40", 4);
    chain("GRE in IP in GRE", "GRE", "\0\0\x08\0\x45\0\0\0\0\1\0\0\x40\x2f\0\0\0\0\0\0\0\0\0\0",
          24);
    chain("EtherIP-like bridges", "GRE", "\0\0\x65\x58\0\0\0\0\0\0\0\0\0\0\0\0\x88\x47\0\0\1\x40",
          22);
    chain("hop-by-hop headers", "IPv6ExtHdrHopByHop", "\0\0\1\4\0\0\0\0", 8);
    assert_true(noted("IPv6ExtHdrHopByHop", CLV_NOTE_DEEP));
    chain("destination headers", "IPv6ExtHdrDestOpt", "\x3c\0\1\4\0\0\0\0", 8);
    chain("fragment headers", "IPv6ExtHdrFragment", "\x2c\0\0\0\0\0\0\0", 8);
    chain("authentication headers", "AH", "\x33\1\0\0\0\0\0\0\0\0\0\0", 12);
    chain("errors in errors", "ICMP",
          "\3\0\0\0\0\0\0\0\x45\0\0\0\0\0\0\0\x40\1\0\0\0\0\0\0\0\0\0\0", 28);
    chain("ICMPv6 errors in errors", "ICMPv6DestUnreach",
          "\1\0\0\0\0\0\0\0\x60\0\0\0\0\0\x3a\x40\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
          "\0\0\0"
          "\0\0\0\0",
          48);
}

/* After the fixed header all 65,535 bytes of payload are extension headers, each 8 bytes long. */
static void test_ipv6_to_the_end(void **state)
{
    (void)state;
    PUT("\x60\0\0\0\xff\xf8\0\x40");
    n += 32;
    while (n + 8 <= 40 + LONGEST)
        PUT("\x3c\0\1\4\0\0\0\0");
    affordable("IPv6 chained to the end", "IPv6");
    assert_true(noted("IPv6", CLV_NOTE_DEEP));
}

/* SEQUENCEs in each other, in a community and in place of the protocol data unit. */
static void test_ber(void **state)
{
    (void)state;
    for (int wrapped = 0; wrapped < 2; wrapped++) {
        n = 0;
        if (wrapped)
            PUT("\x30\x80\2\1\1\4\6public");
        for (uint32_t i = 0; i < 1000; i++) {
            PUT("\x30\x82");
            put16((999 - i) * 4);
        }
        if (wrapped) {
            bytes[1] = 0x82;
            memmove(bytes + 4, bytes + 2, n - 2);
            n += 2;
            bytes[2] = (uint8_t)((n - 4) >> 8);
            bytes[3] = (uint8_t)(n - 4);
        }
        affordable(wrapped ? "BER in an SNMP message" : "BER a thousand deep", "SNMP");
        for (uint32_t i = 0; i + 2 < n; i++) /* indefinite lengths, the most levels there are */
            bytes[i] = i & 1 ? 0x80 : 0x30;
        affordable("BER of indefinite lengths", "SNMP");
    }
}

/* ---- Names. */

static void dns_header(uint32_t qd, uint32_t an)
{
    n = 0;
    PUT("\0\1\x80\0");
    put16(qd);
    put16(an);
    PUT("\0\0\0\0");
}

static void test_records(void **state)
{
    (void)state;
    dns_header(10000, 0);
    for (uint32_t i = 0; i < 10000; i++)
        PUT("\0\0\1\0\1");
    affordable("10,000 questions", "DNS");
    dns_header(0, 10000);
    for (uint32_t i = 0; i < 10000; i++)
        PUT("\0\0\xff\0\1\0\0\0\0\0\0");
    affordable("10,000 records", "DNS");
    dns_header(65535, 65535);
    affordable("records that are not there", "DNS");
}

/* Answers whose names end in a pointer: to itself, to each other, each to the one before it. */
static void test_pointers(void **state)
{
    (void)state;
    dns_header(1, 0);
    PUT("\xc0\x0c\0\1\0\1");
    affordable("a pointer to itself", "DNS");
    dns_header(2, 0);
    PUT("\xc0\x12\0\1\0\1\xc0\x0c\0\1\0\1");
    affordable("pointers to each other", "DNS");
    dns_header(1, 0);
    PUT("\1a\xc0\x0c\0\1\0\1");
    affordable("a name that goes on in itself", "DNS");
    dns_header(8000, 0);
    PUT("\1a\0\0\1\0\1");
    for (uint32_t i = 1, last = 12; i < 8000; i++) {
        uint32_t at = n;
        PUT("\1a");
        put16(0xc000 | (last & 0x3fff));
        PUT("\0\1\0\1");
        last = at > 0x3fff ? last : at;
    }
    affordable("a chain of pointers", "DNS");
    dns_header(4000, 0);
    for (uint32_t i = 0; i < 4000; i++) {
        PUT("\xc0\x0c\0\1\0\1");
        bytes[n - 5] = (uint8_t)i;
    }
    affordable("4,000 pointers to one loop", "DNS");
    /* The longest name that there is, and each of the answers says it again. */
    dns_header(4000, 0);
    for (int i = 0; i < 127; i++)
        PUT("\1\xff");
    PUT("\0\0\1\0\1");
    for (uint32_t i = 1; i < 4000; i++)
        PUT("\xc0\x0c\0\1\0\1");
    affordable("4,000 times the longest name", "DNS");
}

/* ---- Lengths of nothing: options and parts that say they have no bytes, as many as fit. */

static const struct nothing {
    const char *what, *first, *head, *part;
    uint32_t nhead, npart;
} nothings[] = {
#define NOTHING(what, first, head, part)                                                           \
    {                                                                                              \
        what, first, head, part, sizeof head - 1, sizeof part - 1                                  \
    }
    NOTHING("IP options", "IP", "\x4f\0\0\0\0\0\0\0\x40\x06\0\0\0\0\0\0\0\0\0\0", "\x07\0"),
    NOTHING("TCP options", "TCP", "\0\x50\0\x50\0\0\0\0\0\0\0\0\xf0\0\0\0\0\0\0\0", "\x08\0"),
    NOTHING("ND options", "ICMPv6ND_RA", "\x86\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "\1\0"),
    NOTHING("destination options", "IPv6ExtHdrDestOpt", "\x3b\xff", "\x1e\0"),
    NOTHING("DHCP options", "BOOTP", "", "\x37\0"),
    NOTHING("DHCPv6 options", "DHCP6_Solicit", "\1\0\0\0", "\0\0\0\0"),
    NOTHING("GENEVE options", "GENEVE", "\x3f\0\x65\x58\0\0\0\0", "\0\0\0\0"),
    NOTHING("SCTP chunks", "SCTP", "\0\1\0\2\0\0\0\0\0\0\0\0", "\0\0\0\0"),
    NOTHING("RADIUS attributes", "Radius", "\1\1\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "\1\0"),
    NOTHING("LCP options", "PPP_LCP_Configure", "\1\1\xff\xff", "\1\0"),
    NOTHING("LLDP", "LLDPDU", "", "\x0e\0"),
    NOTHING("CDP", "CDPv2_HDR", "\2\xb4\0\0", "\0\1\0\0"),
    NOTHING("EIGRP", "EIGRP", "\2\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "\0\1\0\0"),
    NOTHING("ISAKMP payloads", "ISAKMP",
            "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x0d\x10\2\0\0\0\0\0\0\0\xff\xff", "\x0d\0\0\0"),
    NOTHING("BGP attributes", "BGPUpdate", "\0\0\xff\xf0", "\x40\1\0"),
    NOTHING("802.11 elements", "Dot11Beacon", "\0\0\0\0\0\0\0\0\x64\0\0\0", "\0\0"),
    NOTHING("TLS records", "TLS", "", "\x17\3\3\0\0"),
    NOTHING("TLS handshakes", "TLS", "\x16\3\3\xff\xf0", "\0\0\0\0"),
    NOTHING("RTCP blocks", "RTCP", "\x9f\xca\x3f\xff", "\0\0\0\0\0\0\0\0"),
    NOTHING("OSPF LSAs", "OSPF_Hdr",
            "\2\4\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff",
            "\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    NOTHING("PIM options", "PIMv2Hdr", "\x20\0\0\0", "\0\1\0\0"),
    NOTHING("L2TP attributes", "L2TP", "\xc8\2\xff\xff\0\0\0\0\0\0\0\0", "\0\0\0\0\0\0"),
    NOTHING("RIP entries", "RIP", "\2\2\0\0", "\0\0"),
    NOTHING("MLD records", "ICMPv6MLReport2", "\x8f\0\0\0\0\0\xff\xff", "\0\0\0\0"),
    NOTHING("IGMP records", "IGMPv3_MR", "\x22\0\0\0\0\0\xff\xff", "\0\0\0\0"),
    NOTHING("HTTP lines", "HTTP", "GET / HTTP/1.1\r\n", ":\r\n"),
    NOTHING("HTTP spaces", "HTTP", "", " "),
    NOTHING("SSH names", "SSH", "", ","),
};

static void test_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof nothings / sizeof *nothings; i++) {
        const struct nothing *row = &nothings[i];
        memset(bytes, 0, n);
        n = 0;
        if (!strcmp(row->first, "BOOTP")) {
            n = 236;
            PUT("\x63\x82\x53\x63");
        }
        put(row->head, row->nhead);
        while (n + row->npart <= LONGEST)
            put(row->part, row->npart);
        affordable(row->what, row->first);
    }
}

/* ---- Text that nests. */

/* Refused with a budget's name, at once, whatever is nested. */
static void refused(const char *open, uint32_t times, bool json)
{
    struct clv_err err = { 0 };
    struct clv_frame frame;
    out.len = 0;
    for (uint32_t i = 0; i < times; i++)
        clv_out_str(&out, open);
    clv_arena_reset(arena);
    memory.most = memory.held;
    double from = watch_now();
    struct clv_draft *draft = json ? clv_parse_json(clv, arena, out.buf, out.len, &frame, &err)
                                   : clv_parse(clv, arena, out.buf, out.len, &err);
    if (draft || !err.text[0])
        fail_msg("%s, %u times: no error", open, times);
    assert_true(watch_now() - from < WATCH_MS * 4);
    assert_true(memory.most < 2 * WATCH_BYTES);
}

static void test_text(void **state)
{
    (void)state;
    refused("IP(options=[", 20000, false);
    refused("((", 100000, false);
    refused("IP(dst=(", 20000, false);
    refused("[[", 100000, true);
    refused("{\"layers\":[", 20000, true);
    refused("{\"layers\":[{\"layer\":\"IP\",\"options\":[", 5000, true);
    struct clv_err err = { 0 };
    out.len = 0;
    for (int i = 0; i < 100000; i++)
        clv_out_str(&out, "not (");
    clv_out_chr(&out, 0);
    assert_null(clv_filter_new(clv, arena, out.buf, &err));
    assert_true(err.text[0]);
}

/* ---- A capture that is small and inflates a thousandfold. */

static uint8_t *bomb(size_t *len, uint32_t mib)
{
    enum { BLOCK = 1 << 20, BODY = BLOCK - 16 };
    static uint8_t block[BLOCK];
    z_stream z = { 0 };
    size_t room = ((size_t)mib << 20) / 500;
    uint8_t *packed = malloc(room), start[24] = "\xd4\xc3\xb2\xa1\2\0\4\0";
    assert_non_null(packed);
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_out = packed;
    z.avail_out = (uInt)room;
    start[20] = 1;
    z.next_in = start;
    z.avail_in = sizeof start;
    assert_int_equal(deflate(&z, Z_NO_FLUSH), Z_OK);
    for (uint32_t size = BODY, i = 0; i < 4; i++)
        block[8 + i] = block[12 + i] = (uint8_t)(size >> 8 * i);
    for (uint32_t i = 0; i < mib; i++) {
        z.next_in = block;
        z.avail_in = BLOCK;
        assert_int_equal(deflate(&z, Z_NO_FLUSH), Z_OK);
    }
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    *len = z.total_out;
    deflateEnd(&z);
    return packed;
}

static void test_inflated(void **state)
{
    enum { MIB = 128 };
    size_t len;
    uint8_t *packed = bomb(&len, MIB);
    struct clv_err err = { 0 };
    struct clv_frame frame;
    const uint8_t *data;
    uint32_t packets = 0;
    (void)state;
    assert_true(len < ((size_t)MIB << 20) / 900);
    struct clv_reader *reader = clv_reader_memory("bomb", packed, len, 0, &err);
    assert_non_null(reader);
    while (clv_reader_next(reader, &frame, &data, &err) == 1) {
        packets++;
        assert_true(reader->in.room <= 4 << 20); /* it streams: never more than a packet's worth */
    }
    assert_int_equal(packets, MIB);
    assert_int_equal(err.code, 0);
    clv_reader_close(reader);
    free(packed);
}

/* ---- Terminals. */

static const char *const escapes[] = {
    "\x1b[2J\x1b]0;title\a",
    "\a\b\x0b\x0c\x7f",
    "line\rover",
    "\x9b"
    "31m\x9d"
    "0;c1\x9c",
    "\xc2\x9b"
    "31m",
    "\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xff",
    "\xe2\x80\xae"
    "bidi\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c",
    "\xe2\x80\xa8line\xe2\x80\xa9",
};

/* Where names and text of a packet go, and what is built around them: %s takes bytes. */
static const struct {
    const char *what, *expr;
} places[] = {
    { "a DNS name", "DNS(qd=[DNSQR(qname=b'%s.example.')])" },
    { "a DNS string", "DNS(an=[DNSRR(type='TXT', rdata=[b'%s'])])" },
    { "an mDNS name", "UDP(sport=5353, dport=5353)/DNS(an=[DNSRR(rrname=b'%s.local.')])" },
    { "an HTTP URI", "HTTP()/HTTPRequest(Host='h')/Raw(load=b'%s')" },
    { "an HTTP answer", "HTTP()/HTTPResponse(Reason_Phrase='OK')/Raw(load=b'%s')" },
    { "an SSID", "Dot11Elt(ID='SSID', info=b'%s')" },
    { "a DHCP host name",
      "BOOTP(sname=b'%s', file=b'%s')/DHCP(options=[('hostname', b'%s'), 'end'])" },
    { "a DHCPv6 name", "DHCP6_Solicit()/DHCP6OptClientFQDN(fqdn=b'%s.')" },
    { "a payload", "Ether()/IP()/UDP()/Raw(load=b'%s')" },
    { "an LLDP name", "LLDPDUSystemName(system_name=b'%s')" },
    { "a CDP platform", "CDPMsgPlatform(val=b'%s')" },
    { "an SNMP community", "SNMP(community=b'%s')" },
    { "a TFTP file", "TFTP()/TFTP_RRQ(filename=b'%s', mode=b'%s')" },
    { "a RADIUS user", "RadiusAttr_User_Name(value=b'%s')" },
    { "a TLS server name", "ServerName(servername=b'%s')" },
    { "a NetBIOS name", "NBNSQueryRequest(QUESTION_NAME=b'%s')" },
    { "a PPPoE service", "PPPoETag(tag_type='Service-Name', tag_value=b'%s')" },
    { "an EAP identity", "EAP(code='Response', type='Identity', identity=b'%s')" },
    { "an RTCP name", "SDESItem(chunk_type='CNAME', value=b'%s')" },
    { "a BGP message", "BGPNotification(error_code=6, error_subcode=2, data=b'%s')" },
    { "an SSH banner", "SSHVersionExchange(lines=[b'SSH-2.0-%s'])" },
    { "a syslog line", "UDP(dport=514)/Raw(load=b'<13>%s')" },
};

/* The bytes that the expression's b'%s' shall hold, as its escapes. */
static void fill(const char *expr, const char *text)
{
    out.len = 0;
    for (; *expr; expr++) {
        if (expr[0] == '%' && expr[1] == 's') {
            for (const char *c = text; *c; c++) {
                clv_out_str(&out, "\\x");
                clv_out_hexn(&out, (uint8_t)*c, 2);
            }
            expr++;
        } else {
            clv_out_chr(&out, *expr);
        }
    }
}

static void test_terminal(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        for (size_t k = 0; k < sizeof escapes / sizeof *escapes; k++) {
            struct clv_err err = { 0 };
            struct clv_view view;
            fill(places[i].expr, escapes[k]);
            clv_arena_reset(arena);
            struct clv_draft *draft = clv_parse(clv, arena, out.buf, out.len, &err);
            const uint8_t *built = draft ? clv_build(draft, arena, &n, &err) : NULL;
            if (!built && strchr(escapes[k], '\r'))
                continue; /* lines of text end there */
            if (!built)
                fail_msg("%s, %zu: %s", places[i].what, k, err.text);
            memcpy(bytes, built, n);
            char first[40];
            snprintf(first, sizeof first, "%.*s", (int)strcspn(places[i].expr, "("),
                     places[i].expr);
            const struct clv_desc *desc = layer(first);
            const char *broken = law_broken(clv, arena, desc, bytes, n, &out);
            if (broken)
                fail_msg("%s, %zu: %s", places[i].what, k, broken);
            /* What is in the packet is there to see, if only as escapes. */
            clv_split(clv, &view, arena, desc, bytes, n);
            assert_true(clv_print_tree(&view, NULL, arena, 0, &out));
        }
    }
}

/* An error quotes what was typed, which may come from anywhere, too. */
static void test_errors(void **state)
{
    static const char *const shapes[] = { "IP(src='%s')", "IP(%s=1)",           "%s()",
                                          "IP()/'%s",     "IP(options=['%s'])", "DNS(qd=%s)" };
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        for (size_t k = 0; k < sizeof escapes / sizeof *escapes; k++) {
            char text[200];
            struct clv_err err = { 0 };
            const char *gap = strstr(shapes[i], "%s");
            snprintf(text, sizeof text, "%.*s%s%s", (int)(gap - shapes[i]), shapes[i], escapes[k],
                     gap + 2);
            clv_arena_reset(arena);
            struct clv_draft *draft = clv_parse(clv, arena, text, strlen(text), &err);
            assert_true(draft || err.text[0]);
            out.len = 0;
            clv_print_err(&err, text, strlen(text), &out);
            if (!law_safe(err.text, strlen(err.text), 0) || !law_safe(out.buf, out.len, 0))
                fail_msg("%s, %zu: a raw control in the error", shapes[i], k);
            err = (struct clv_err){ 0 };
            if (!clv_filter_new(clv, arena, text, &err) && !law_safe(err.text, strlen(err.text), 0))
                fail_msg("%s, %zu: a raw control in the filter's error", shapes[i], k);
        }
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_chains),   TEST(test_ipv6_to_the_end), TEST(test_ber),  TEST(test_records),
        TEST(test_pointers), TEST(test_nothing),         TEST(test_text), TEST(test_inflated),
        TEST(test_terminal), TEST(test_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
