/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The verbs that write text: lines, trees, JSON (and its reader), dumps, columns, filters, layers as
 * pictures, and messages that point. What is wanted is whole output, so that a change shows.
 */
#include "../../core/cleave.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

struct ground {
    struct clv *clv;
    struct clv_arena *arena, *kept;
    struct clv_out out;
    struct clv_view view;
};

static const struct clv_frame frame = {
    .number = 7, .sec = 1699999999, .nsec = 123456789, .len = 98, .caplen = 98, .link = 1
};

/* A table with what the built-in ones have little of. */
static const struct clv_field odd_fields[] = {
    BITS(3, "low", .style = CLV_LE),
    BITS(5, "high", .style = CLV_LE),
    U8("n", .measures = { CLV_COUNT, 1, 0 }),
    U16("list", .style = CLV_MANY | CLV_LE, .size = "n"),
    FIXED(24, "block"),
    U64("big"),
    BITS(8, "small", .style = CLV_SIGNED),
    TEXT("[a-z]+", "word", .when = "small != 0"),
    BYTES("rest"),
    END,
};
static const struct clv_desc odd = { .name = "Odd", .fields = odd_fields };

static int set_up(void **state)
{
    struct ground *g = calloc(1, sizeof *g);
    struct clv_err err = { 0 };
    setenv("TZ", "UTC", 1);
    tzset();
    assert_non_null(g);
    g->clv = clv_new(clv_layers, NULL, &err);
    g->arena = clv_arena_new(NULL, 0);
    g->kept = clv_arena_new(NULL, 0);
    assert_non_null(g->clv);
    assert_true(clv_add(g->clv, &odd, &err));
    clv_out_init(&g->out, NULL, NULL);
    *state = g;
    return 0;
}

static int tear_down(void **state)
{
    struct ground *g = *state;
    clv_out_free(&g->out);
    clv_arena_free(g->arena);
    clv_arena_free(g->kept);
    clv_free(g->clv);
    free(g);
    return 0;
}

/* What was written since the last call. */
static const char *written(struct ground *g)
{
    clv_out_chr(&g->out, 0);
    assert_false(g->out.failed);
    g->out.len = 0;
    return g->out.buf;
}

static void same(struct ground *g, const char *want)
{
    assert_string_equal(written(g), want);
}

static void look(struct ground *g, const char *layer, const uint8_t *bytes, uint32_t len)
{
    clv_split(g->clv, &g->view, g->arena, clv_layer_named(g->clv, layer), bytes, len);
}

/* The bytes of an expression, cut to at most `len`, as a view that begins with `layer`. */
static uint8_t *make(struct ground *g, const char *layer, const char *text, uint32_t most)
{
    struct clv_err err = { 0 };
    uint32_t len = 0;
    clv_arena_reset(g->arena);
    struct clv_draft *draft = clv_parse(g->clv, g->arena, text, strlen(text), &err);
    uint8_t *bytes = draft ? clv_build(draft, g->arena, &len, &err) : NULL;
    if (!bytes)
        fail_msg("%s: %s", text, err.text);
    look(g, layer, bytes, most && most < len ? most : len);
    return bytes;
}

#define ETHER "Ether(dst='00:00:00:00:00:02', src='00:00:00:00:00:01')/"
#define SYN                                                                                        \
    ETHER "IP(src='192.168.0.1', dst='192.168.0.2')/TCP(flags='S', "                               \
          "options=[('MSS', 1460), ('NOP', None), ('WScale', 7)])"

/* ---- Lines. */

static void test_line(void **state)
{
    static const struct {
        const char *layer, *text, *want;
        uint32_t cut;
    } rows[] = {
        { "Ether", SYN, "Ether / IP / TCP 192.168.0.1:20 > 192.168.0.2:80 S\n", 0 },
        { "IP", "IP(src='1.2.3.4', dst='5.6.7.8')/ICMP(id=1, seq=2)/'abc'",
          "IP / ICMP 1.2.3.4 > 5.6.7.8 echo-request id=1 seq=2 / Raw 3\n", 0 },
        { "IP", "IP(src='1.2.3.4', dst='5.6.7.8', len=60)/ICMP(id=1, seq=2)",
          "IP / ICMP 1.2.3.4 > 5.6.7.8 echo-request id=1 seq=2 [IP.len: 60, but 28 are there]\n",
          0 },
        { "Ether", ETHER "IP(src='1.2.3.4', dst='5.6.7.8')/TCP()",
          "Ether / IP 1.2.3.4 > 5.6.7.8 tcp / Raw 6 [IP.len: 40, but 26 are there] "
          "[Raw: TCP needs 20 bytes, 6 are there]\n",
          40 },
        { "Raw", "'abcd'", "Raw 4\n", 0 },
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        make(g, rows[i].layer, rows[i].text, rows[i].cut);
        clv_print_line(&g->view, NULL, 0, &g->out);
        same(g, rows[i].want);
    }
    clv_print_line(&g->view, &frame, CLV_SHOW_TIME, &g->out);
    same(g, "22:13:19.123456 Raw 4\n");
}

static void test_line_padding(void **state)
{
    struct ground *g = *state;
    uint8_t bytes[60] = { 0 };
    const uint8_t *arp = make(g, "Ether", ETHER "ARP(psrc='10.0.0.1', pdst='10.0.0.2')", 0);
    memcpy(bytes, arp, 42);
    look(g, "Ether", bytes, sizeof bytes);
    clv_print_line(&g->view, NULL, 0, &g->out);
    same(g, "Ether / ARP who has 10.0.0.2 says 10.0.0.1 / Padding 18\n");
}

/* ---- Trees. */

static void test_tree(void **state)
{
    struct ground *g = *state;
    uint8_t *bytes = make(g, "Ether", SYN, 0);
    bytes[24] = 0x12;
    bytes[25] = 0x34;
    assert_true(clv_print_tree(&g->view, &frame, g->arena, 0, &g->out));
    same(g, "frame 7  2023-11-14 22:13:19.123456789 +0000  98 bytes\n"
            "###[ Ethernet ]###\n"
            "  dst       = 00:00:00:00:00:02\n"
            "  src       = 00:00:00:00:00:01\n"
            "  type      = IPv4 (0x800)\n"
            "###[ IP ]###\n"
            "     version   = 4\n"
            "     ihl       = 5\n"
            "     tos       = 0x0\n"
            "     len       = 48\n"
            "     id        = 1\n"
            "     flags     = 0\n"
            "     frag      = 0\n"
            "     ttl       = 64\n"
            "     proto     = tcp (6)\n"
            "     chksum    = 0x1234 [bad, should be 0xf973]\n"
            "     src       = 192.168.0.1\n"
            "     dst       = 192.168.0.2\n"
            "     \\options   \\\n"
            "###[ TCP ]###\n"
            "        sport     = ftp_data (20)\n"
            "        dport     = http (80)\n"
            "        seq       = 0\n"
            "        ack       = 0\n"
            "        dataofs   = 7\n"
            "        reserved  = 0\n"
            "        flags     = S\n"
            "        window    = 8192\n"
            "        chksum    = 0xe260\n"
            "        urgptr    = 0\n"
            "        \\options   \\\n"
            "         |MSS  kind=2, len=4, mss=1460\n"
            "         |NOP  kind=1\n"
            "         |WScale  kind=3, len=3, shift=7\n"
            "\n");
}

static void test_tree_odd(void **state)
{
    struct ground *g = *state;
    make(g, "IP",
         "IP(src='1.2.3.4', dst='5.6.7.8', options=[IPOption_RR(routers=['1.1.1.1'])], len=99)/"
         "ICMP(type=3, code=1)",
         0);
    assert_true(clv_print_tree(&g->view, NULL, g->arena, CLV_SHOW_COLOUR, &g->out));
    const char *text = written(g);
    assert_non_null(strstr(text, "\033[1m###[ IP ]###\033[0m\n"));
    assert_non_null(strstr(text, "  \033[2mlen       \033[0m= 99 \033[31m[36 are there]\033[0m\n"));
    assert_non_null(strstr(text, "  \033[2m\\options   \\\033[0m\n"
                                 "   |\033[1m###[ IP Option Record Route ]###\033[0m\n"
                                 "   |  \033[2mcopy_flag \033[0m= 0\n"));
    assert_non_null(strstr(text, "routers   \033[0m= [1.1.1.1]\n"));
    assert_non_null(strstr(text, "code      \033[0m= host-unreachable (1)\n"));
}

/* ---- JSON. */

static void test_json(void **state)
{
    struct ground *g = *state;
    make(g, "IP",
         "IP(src='1.2.3.4', dst='5.6.7.8', len=99, flags='DF')/UDP(sport=1, chksum=0)/'ab'", 0);
    assert_true(clv_print_json(&g->view, &frame, g->arena, CLV_SHOW_WORDS, &g->out));
    same(g, "{\"frame\":{\"number\":7,\"time\":\"1699999999.123456789\",\"len\":98,\"caplen\":98,"
            "\"link\":\"EN10MB\"},\"layers\":[{\"layer\":\"IP\",\"version\":4,\"ihl\":5,\"tos\":0,"
            "\"len\":99,\"id\":1,\"flags\":2,\"flags.word\":\"DF\",\"frag\":0,\"ttl\":64,"
            "\"proto\":17,\"proto.word\":\"udp\",\"chksum\":10870,\"src\":\"1.2.3.4\","
            "\"dst\":\"5.6.7.8\",\"options\":[]},{\"layer\":\"UDP\",\"sport\":1,\"dport\":53,"
            "\"dport.word\":\"domain\",\"len\":10,\"chksum\":0},{\"layer\":\"Raw\","
            "\"load\":\"6162\"}],\"notes\":[{\"layer\":\"IP\",\"index\":0,\"field\":\"len\","
            "\"note\":\"LEN_LONG\",\"offset\":0,\"want\":99,\"have\":30}]}\n");
}

static void round_trip(struct ground *g, const struct clv_frame *f)
{
    struct clv_err err = { 0 };
    struct clv_frame back;
    uint32_t len = 0;
    assert_true(clv_print_json(&g->view, f, g->arena, CLV_SHOW_WORDS, &g->out));
    struct clv_draft *draft = clv_parse_json(g->clv, g->arena, g->out.buf, g->out.len, &back, &err);
    uint8_t *built = draft ? clv_build(draft, g->arena, &len, &err) : NULL;
    if (!built)
        fail_msg("%.*s: %s", (int)g->out.len, g->out.buf, err.text);
    assert_int_equal(len, g->view.len);
    assert_memory_equal(built, g->view.bytes, len);
    if (f) {
        assert_true(back.sec == f->sec && back.nsec == f->nsec && back.number == f->number);
        assert_true(back.len == f->len && back.caplen == f->caplen && back.link == f->link);
        assert_true(!f->comment == !back.comment);
        assert_true(!f->comment || !strcmp(f->comment, back.comment));
        assert_true(!f->iface || !strcmp(f->iface, back.iface));
    }
    g->out.len = 0;
}

static void test_json_round(void **state)
{
    static const char *const texts[] = {
        SYN,
        ETHER "ARP()",
        ETHER "IP(options=[IPOption_RR(routers=['1.1.1.1', '2.2.2.2'])])/UDP()",
        ETHER "IP(len=99, ihl=7)/TCP(dataofs=15)/'some load'",
        "Odd(low=5, high=17, list=[1, 2, 3], big=0xffffffffffffffff, small=-5, word='abc')",
    };
    struct ground *g = *state;
    struct clv_frame f = frame;
    f.comment = "a \"comment\"\n\xc3\xa4 \xf0\x9f\x98\x80";
    f.iface = "eth0";
    f.sec = -2;
    f.link = 4242;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *layer = texts[i][0] == 'O' ? "Odd" : "Ether";
        make(g, layer, texts[i], 0);
        uint32_t len = g->view.len;
        for (uint32_t cut = 1; cut <= len; cut++) {
            make(g, layer, texts[i], cut);
            round_trip(g, cut & 1 ? &f : NULL);
        }
    }
}

static void test_json_wrong(void **state)
{
    static const struct {
        const char *text, *want;
        uint32_t pos;
    } rows[] = {
        { "", "JSON: the text ends in the middle", 0 },
        { "{", "JSON: a member's name in '\"' should stand here", 1 },
        { "{\"layers\":[{\"layer\":\"IP\",\"ttl\":1.5}]}",
          "JSON: numbers are whole here, without '.' or exponent", 31 },
        { "{\"layers\":[{\"layer\":\"IP\",\"ttl\":01}]}", "JSON: a number does not begin with 0",
          31 },
        { "{\"layers\":[{\"layer\":\"IP\",\"ttl\":300}]}", "IP.ttl: 300 is outside 0..255", 31 },
        { "{\"layers\":[{\"layer\":\"IP\",\"ttl\":1,\"ttl\":2}]}", "JSON: this member stands twice",
          33 },
        { "{\"layers\":[{\"layer\":\"IP\",\"tll\":1}]}",
          "IP has no field 'tll'; did you mean 'ttl'?", 25 },
        { "{\"layers\":[{\"layer\":\"IPP\"}]}", "no layer is named 'IPP'; did you mean 'IP'?", 20 },
        { "{\"layers\":[{\"ttl\":1}]}",
          "JSON: a layer is an object with a member \"layer\", its name", 11 },
        { "{\"layers\":[]}", "JSON: \"layers\" takes an array of layers", 10 },
        { "{\"frame\":{}}", "JSON: a packet needs the member \"layers\"", 0 },
        { "{\"layer\":\"IP\"}", "JSON: a packet is an object with a member \"layers\"", 9 },
        { "{\"frame\":{\"time\":\"1.\"},\"layers\":[]}",
          "JSON: frame.time takes seconds, like \"1699999999.123456789\"", 17 },
        { "{\"frame\":{\"tim\":1}}",
          "JSON: frame has no member 'tim'; it has number, time, len, caplen, link, iface, comment",
          10 },
        { "{\"layers\":[{\"layer\":\"Raw\",\"load\":\"0g\"}]}",
          "Raw.load: bytes are hexadecimal here, like \"00ff\"", 33 },
        { "{\"a\":\"\\ud800\"}", "JSON: this escape is no character", 6 },
        { "{\"a\":\"\\x\"}", "JSON: no such escape", 6 },
        { "{\"a\":\"\xff\"}", "JSON: this is not UTF-8", 6 },
        { "{\"a\":\"\xe0\x80\x80\"}", "JSON: this is not UTF-8", 6 },
        { "{\"a\":\"\xed\xa0\x80\"}", "JSON: this is not UTF-8", 6 },
        { "{\"a\":\"\t\"}", "JSON: a control character stands bare in a string", 6 },
        { "{\"a\":\"", "JSON: this string is never closed", 5 },
        { "{\"a\":tru}", "JSON: a value should stand here", 5 },
        { "{\"a\":1} 2", "JSON: something stands after the end", 8 },
        { "[1 2]", "JSON: ',' or ']' should stand here", 3 },
        { "{\"other\":1}", "JSON: a packet has no member 'other'; it has frame, layers, notes", 1 },
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clv_err err = { 0 };
        struct clv_frame f;
        clv_arena_reset(g->arena);
        assert_null(clv_parse_json(g->clv, g->arena, rows[i].text, strlen(rows[i].text), &f, &err));
        assert_string_equal(err.text, rows[i].want);
        assert_int_equal(err.pos, rows[i].pos);
        assert_true(err.len > 0);
    }
    char deep[1000];
    struct clv_err err = { 0 };
    memset(deep, '[', sizeof deep);
    assert_null(clv_parse_json(g->clv, g->arena, deep, sizeof deep, NULL, &err));
    assert_string_equal(err.text, "JSON: more than 160 values in each other");
}

/* ---- Dumps. */

static void test_dump(void **state)
{
    struct ground *g = *state;
    make(g, "Raw", "'0123456789abcdef\\x00\\xffx'", 0);
    clv_print_hex(g->view.bytes, g->view.len, &g->out);
    same(g, "3031323334353637383961626364656600ff78\n");
    clv_print_dump(&g->view, g->arena, 0, &g->out);
    same(g, "0000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef\n"
            "0010  00 ff 78                                          ..x\n\n");
    make(g, "IP", "IP(src='1.2.3.4', dst='5.6.7.8')/UDP()", 0);
    clv_print_dump(&g->view, g->arena, CLV_SHOW_COLOUR, &g->out);
    /* Two fields share the first byte; the next two differ from their neighbours. */
    assert_memory_equal(written(g), "0000  \033[36m45 00 \033[96m00 1c \033[36m00 01 ", 30);
}

/* ---- Columns. */

static const char *columns_print(struct ground *g, const char *list)
{
    struct clv_err err = { 0 };
    struct clv_columns *columns = clv_columns_new(g->clv, g->kept, list, &err);
    if (!columns)
        fail_msg("%s: %s", list, err.text);
    clv_print_columns(columns, &g->view, &frame, &g->out);
    g->out.len--; /* the newline */
    return written(g);
}

static void test_columns(void **state)
{
    struct ground *g = *state;
    make(g, "Ether", SYN, 0);
    assert_string_equal(columns_print(g, "IP.src,TCP.dport, tcp.flags ,IP.proto,Ether.type"),
                        "192.168.0.1\t80\tS\t6\t0x800");
    assert_string_equal(columns_print(g, "frame.number,frame.time,frame.len,frame.link,frame"),
                        "7\t1699999999.123456789\t98\tEN10MB\t1");
    assert_string_equal(columns_print(g, "TCP.options,TCPOption_MSS.mss,UDP,TCP,IP:2.src,UDP.len"),
                        "MSS,NOP,WScale\t1460\t\t1\t\t");
    assert_string_equal(columns_print(g, "IP.flags,TCPOption_NOP,frame.comment"), "0\t1\t");
    make(g, "IP",
         "IP(src='1.1.1.1', options=[IPOption_RR(routers=['3.3.3.3', '4.4.4.4']), "
         "IPOption_RR(routers=['5.5.5.5'])])/IP(src='2.2.2.2')/ICMP(type=3, code=2)/'\\t\\n'",
         0);
    assert_string_equal(columns_print(g, "IP.src,IP:1.src,IP:2.src,IP:3.src,ICMP.code,IP.options"),
                        "1.1.1.1\t1.1.1.1\t2.2.2.2\t\t2\tIPOption_RR,IPOption_RR,IPOption_EOL");
    assert_string_equal(columns_print(g, "IPOption_RR.routers,IPOption_RR:2.routers,Raw.load"),
                        "3.3.3.3,4.4.4.4,5.5.5.5\t5.5.5.5\tb'\\t\\n'");
}

static void test_columns_wrong(void **state)
{
    static const struct {
        const char *list, *want;
        uint32_t pos, len;
    } rows[] = {
        { "IP.src,IP.tll", "IP has no field 'tll'; did you mean 'ttl'?", 10, 3 },
        { "IP.src, TCPx.dport", "no layer is named 'TCPx'; did you mean 'TCP'?", 8, 4 },
        { "frame.tim", "frame has no field 'tim'; did you mean 'time'?", 6, 3 },
        { "IP.src,,IP.dst", "a field's name is missing, as in IP.src,TCP.dport", 7, 1 },
        { "", "a field's name is missing, as in IP.src,TCP.dport", 0, 1 },
        { "IP:0.src", "'0' is no place in a packet: the second IP is IP:2, up to 65536", 3, 1 },
        { "IP.", "IP has no field ''", 3, 1 },
        { "dport", "no layer is named 'dport'; did you mean 'TCP.dport'?", 0, 5 },
        { ".src", "a layer's name is missing, as in IP.src", 0, 1 },
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clv_err err = { 0 };
        assert_null(clv_columns_new(g->clv, g->kept, rows[i].list, &err));
        assert_string_equal(err.text, rows[i].want);
        assert_int_equal(err.pos, rows[i].pos);
        assert_int_equal(err.len, rows[i].len);
    }
    struct clv_err err = { 0 };
    assert_true(clv_columns_frame_only(clv_columns_new(g->clv, g->kept, "frame.len", &err)));
    assert_false(clv_columns_frame_only(clv_columns_new(g->clv, g->kept, "frame.len,IP", &err)));
}

/* ---- Filters. */

struct expected {
    const char *text;
    bool match;
};

static void match_all(struct ground *g, const struct expected *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct clv_err err = { 0 };
        struct clv_filter *filter = clv_filter_new(g->clv, g->kept, rows[i].text, &err);
        if (!filter)
            fail_msg("%s: %s", rows[i].text, err.text);
        if (clv_filter_match(filter, &g->view, &frame) != rows[i].match)
            fail_msg("%s: should be %s", rows[i].text, rows[i].match ? "true" : "false");
    }
}

static void test_filter(void **state)
{
    static const struct expected rows[] = {
        { "TCP", true },
        { "UDP", false },
        { "not UDP", true },
        { "! ARP and tcp", true },
        { "TCP.dport == 80 and IP.ttl < 100", true },
        { "TCP.dport == 80 and IP.ttl < 10", false },
        { "80 == TCP.dport", true },
        { "100 > IP.ttl", true },
        { "TCP.dport == http", true },
        { "TCP.flags & S", true },
        { "TCP.flags & A", false },
        { "TCP.flags == SA", false },
        { "TCP.flags & SA == S", true },
        { "IP.src == 192.168.0.0/16", true },
        { "IP.src != 192.168.0.0/16", false },
        { "IP.src & 255.255.0.0 == 192.168.0.0", true },
        { "IP.src == 10.0.0.0/8", false },
        { "IP.src < IP.dst", true },
        { "IP.src == IP.dst", false },
        { "IP.proto in 1,6,17", true },
        { "IP.proto in {tcp, udp}", true },
        { "IP.proto in 7..20", false },
        { "IP.src in 10.0.0.0/8, 192.168.0.1", true },
        { "Ether.dst == 00:00:00:00:00:02", true },
        { "Ether.dst == ff:ff:ff:ff:ff:ff", false },
        { "Ether.type == IPv4 and IP.proto == tcp", true },
        { "TCPOption_MSS.mss == 1460", true },
        { "TCPOption_MSS.mss > 1460", false },
        { "TCPOption_NOP", true },
        { "TCPOption_SAck", false },
        { "TCP.options", true },
        { "IP.options", false },
        { "IP.tos", false },
        { "IP.id", true },
        { "IP:2.ttl", false },
        { "IP:1.ttl == 64", true },
        { "IP:2", false },
        { "UDP.sport != 5", false },
        { "frame.len > 97 and frame.len == frame.caplen", true },
        { "frame.number in 1..6", false },
        { "frame.time > 1699999999.1 and frame.time < 1699999999.2", true },
        { "frame.link == EN10MB or frame.link == 4", true },
        { "frame.comment", false },
        { "(UDP or TCP) and not (IP.ttl == 1 or IP.ttl == 2)", true },
        { "IP.len > frame.caplen", false },
    };
    static const struct expected inner[] = {
        { "IP.src == 1.1.1.1", true },
        { "IP.src == 2.2.2.2", true },
        { "IP:2.src == 1.1.1.1", false },
        { "IP.src == IP.dst", true },
        { "IP:1.src == IP:2.dst", false },
        { "ICMP.code == host-unreachable", true },
        { "ICMP.code == host-redirect", false }, /* the same number, under another type */
        { "IPOption_RR.routers == 4.4.4.4", true },
        { "IPOption_RR.routers == 4.4.0.0/16 and IPOption_RR.routers == 3.3.3.3", true },
        { "IPOption_RR:2.routers == 4.4.4.4", false },
        { "Raw.load == \"abc\"", true },
        { "Raw.load == 'ab'", false },
        { "Raw.load >= ab and Raw.load < b", true },
        { "Raw.load == 0x616263", true },
        { "Raw.load == \"\\x61bc\"", true },
        { "ICMP.unused", false },
    };
    struct ground *g = *state;
    make(g, "Ether", SYN, 0);
    match_all(g, rows, sizeof rows / sizeof *rows);
    make(g, "IP",
         "IP(src='1.1.1.1', dst='3.3.3.3', options=[IPOption_RR(routers=['3.3.3.3', '4.4.4.4'])])/"
         "IP(src='2.2.2.2', dst='2.2.2.2')/ICMP(type=3, code=1)/Raw('abc')",
         0);
    /* What an ICMP error quotes is no IP header here: it is kept as bytes. */
    match_all(g, inner, sizeof inner / sizeof *inner);
    make(g, "Odd", "Odd(list=[1, 2], small=-5, word='abc', rest=b'\\0xy', big=0x8000000000000000)",
         0);
    static const struct expected signs[] = {
        { "Odd.small < 0", true },         { "Odd.small == -5", true },
        { "Odd.small > -6", true },        { "Odd.small >= 0", false },
        { "Odd.list == 2", true },         { "Odd.list == 3", false },
        { "Odd.list in 2..9", true },      { "Odd.word == abc", true },
        { "Odd.rest == '\\x00xy'", true }, { "Odd.big > 0x7fffffffffffffff", true },
    };
    match_all(g, signs, sizeof signs / sizeof *signs);
}

static void test_filter_wrong(void **state)
{
    static const struct {
        const char *text, *want;
        uint32_t pos, len;
    } rows[] = {
        { "IP.tll == 3", "IP has no field 'tll'; did you mean 'ttl'?", 3, 3 },
        { "TCPx", "no layer is named 'TCPx'; did you mean 'TCP'?", 0, 4 },
        { "IP.ttl == 300", "IP.ttl: 300 is outside 0..255", 10, 3 },
        { "IP.src == 1.2.3", "IP.src: '1.2.3' is no IPv4 address", 10, 5 },
        { "IP.proto == tpc", "IP.proto: no value is named 'tpc'; did you mean 'tcp'?", 12, 3 },
        { "1 == 2", "a field should stand here, as in IP.ttl < 10", 0, 1 },
        { "5", "a field should stand here, as in IP.ttl < 10", 0, 1 },
        { "IP == 5", "'IP' is a layer: name a field of it", 0, 2 },
        { "TCP.options == 5", "TCP.options is a list: name a layer in it, or its fields", 0, 11 },
        { "Raw.load & 5", "Raw.load is no number: '&' does not apply", 0, 1 },
        { "IP.ttl == Raw.load", "a number and bytes are never equal", 10, 8 },
        { "IP.ttl = 5", "to compare, write '=='", 7, 1 },
        { "IP.ttl == (IP.len == 3)", "a value should stand here, not a condition", 11, 1 },
        { "frame.time > yesterday", "frame.time: takes seconds, like 1699999999.5", 13, 9 },
        { "frame.foo", "frame has no field 'foo'", 6, 3 },
        { "Raw.load in a..b", "a range is one of numbers", 12, 1 },
        { "TCP.flags == SX", "TCP.flags: no value is named 'SX'; did you mean 'S'?", 13, 2 },
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clv_err err = { 0 };
        assert_null(clv_filter_new(g->clv, g->kept, rows[i].text, &err));
        assert_string_equal(err.text, rows[i].want);
        assert_int_equal(err.pos, rows[i].pos);
        assert_int_equal(err.len, rows[i].len);
    }
}

/* A long chain is no deep one. */
static void test_filter_long(void **state)
{
    struct ground *g = *state;
    struct clv_err err = { 0 };
    char text[16000] = "IP.ttl == 0";
    for (size_t n = strlen(text); n < sizeof text - 20; n = strlen(text))
        memcpy(text + n, " or IP.ttl == 0", 16);
    make(g, "IP", "IP(ttl=1)", 0);
    struct clv_filter *filter = clv_filter_new(g->clv, g->kept, text, &err);
    assert_non_null(filter);
    assert_false(clv_filter_match(filter, &g->view, NULL));
}

/* Whatever the arena has room for: an error or a result, nothing in between. */
static void test_memory(void **state)
{
    static const char *const list = "IP.src,IPOption_RR.routers,frame.time,TCP.options";
    static const char *const text =
        "(IP.src == 10.0.0.0/8 or Raw.load == '\\x00') and IP.proto in 1,tcp and IP.ttl & 3 == 1";
    struct ground *g = *state;
    make(g, "Ether", SYN, 0);
    assert_true(clv_print_json(&g->view, &frame, g->arena, 0, &g->out));
    char *json = strdup(written(g));
    for (size_t limit = 16; limit < 20000; limit += limit < 4096 ? 16 : 512) {
        struct clv_arena *small = clv_arena_new(NULL, limit);
        struct clv_err err = { 0 };
        uint32_t len;
        assert_true(clv_columns_new(g->clv, small, list, &err) || err.code == CLV_NO_MEMORY);
        clv_arena_reset(small);
        err = (struct clv_err){ 0 };
        assert_true(clv_filter_new(g->clv, small, text, &err) || err.code == CLV_NO_MEMORY);
        clv_arena_reset(small);
        err = (struct clv_err){ 0 };
        struct clv_draft *draft = clv_parse_json(g->clv, small, json, strlen(json), NULL, &err);
        assert_true((draft && clv_build(draft, small, &len, &err)) || err.code == CLV_NO_MEMORY);
        clv_arena_reset(small);
        clv_print_json(&g->view, &frame, small, 0, &g->out);
        clv_print_tree(&g->view, &frame, small, 0, &g->out);
        clv_print_dump(&g->view, small, CLV_SHOW_COLOUR, &g->out);
        clv_print_dump(&g->view, NULL, CLV_SHOW_COLOUR, &g->out);
        g->out.len = 0;
        clv_arena_free(small);
    }
    free(json);
}

/* ---- Layers. */

static void test_picture(void **state)
{
    static const char *const wants[] = {
        "Ether",
        "\n 0                   1                   2                   3\n"
        " 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
        "|                              dst                              |\n"
        "+                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
        "|                               |              src              |\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +\n"
        "|                                                               |\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
        "|             type              |\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n",
        "Odd",
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
        "|  high   | low |       n       |\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
        "/                      list (as many as n)                      /\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n"
        "/                       block (24 bytes)                        /\n"
        "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+\n",
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i += 2) {
        clv_print_layer(g->clv, clv_layer_named(g->clv, wants[i]), &g->out);
        const char *text = written(g);
        if (!strstr(text, wants[i + 1]))
            fail_msg("%s", text);
    }
}

static void test_layers(void **state)
{
    struct ground *g = *state;
    clv_print_layers(g->clv, &g->out);
    const char *text = written(g);
    assert_non_null(strstr(text, "\nIP  "));
    assert_non_null(strstr(text, "\nOdd\n"));
    for (uint32_t i = 0; i < clv_layer_count(g->clv); i++) {
        const struct clv_desc *d = clv_layer_at(g->clv, i);
        clv_print_layer(g->clv, d, &g->out);
        text = written(g);
        assert_memory_equal(text, d->name, strlen(d->name));
        for (const char *line = text; *line; line = strchr(line, '\n') + 1)
            if (*line == '/' || *line == '+')
                assert_true(strchr(line, '\n') - line <= 65);
    }
    clv_print_layer(g->clv, clv_layer_named(g->clv, "IP"), &g->out);
    text = written(g);
    assert_non_null(strstr(text, "\nproto    8 bits    uint   by payload, else 0"));
    assert_non_null(strstr(text, "\nihl      4 bits    uint   bytes of header / 4\n"));
}

/* ---- Messages. */

static void test_caret(void **state)
{
    static const char *const expr = "Ether()/IP(src=\"1.2.3.4\", tll=3)/UDP()";
    struct ground *g = *state;
    struct clv_err err = { .code = CLV_BAD_TEXT, .pos = 26, .len = 3, .pos2 = 8, .len2 = 2 };
    strcpy(err.text, "wrong");
    clv_print_err(&err, expr, strlen(expr), &g->out);
    same(g, "wrong\n"
            "  Ether()/IP(src=\"1.2.3.4\", tll=3)/UDP()\n"
            "          ~~                ^~~\n");
    err = (struct clv_err){ .pos = 4, .len = 1, .text = "end" };
    clv_print_err(&err, "a\tb(", 4, &g->out);
    same(g, "end\n  a b(\n      ^\n");
    err = (struct clv_err){ .pos = 6, .len = 2, .text = "far" };
    clv_print_err(&err, "\xc3\xa4\x1b'\xff'xy", 8, &g->out);
    same(g, "far\n  \xc3\xa4 '\\xff'xy\n          ^~\n");
    err = (struct clv_err){ .text = "no place" };
    clv_print_err(&err, "abc", 3, &g->out);
    same(g, "no place\n");
    err.len = 1;
    clv_print_err(&err, NULL, 0, &g->out);
    same(g, "no place\n");
}

static void test_caret_window(void **state)
{
    struct ground *g = *state;
    char text[1000];
    struct clv_err err = { .pos = 500, .len = 5, .text = "far" };
    memset(text, 'a', sizeof text);
    memcpy(text + 500, "bbbbb", 5);
    clv_print_err(&err, text, sizeof text, &g->out);
    const char *shown = strchr(written(g), '\n') + 1, *marks = strchr(shown, '\n') + 1;
    assert_true(marks - shown <= 85);
    assert_int_equal(strchr(shown, 'b') - shown, strchr(marks, '^') - marks);
    assert_memory_equal(strchr(marks, '^'), "^~~~~\n", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),        cmocka_unit_test(test_line_padding),
        cmocka_unit_test(test_tree),        cmocka_unit_test(test_tree_odd),
        cmocka_unit_test(test_json),        cmocka_unit_test(test_json_round),
        cmocka_unit_test(test_json_wrong),  cmocka_unit_test(test_dump),
        cmocka_unit_test(test_columns),     cmocka_unit_test(test_columns_wrong),
        cmocka_unit_test(test_filter),      cmocka_unit_test(test_filter_wrong),
        cmocka_unit_test(test_filter_long), cmocka_unit_test(test_memory),
        cmocka_unit_test(test_picture),     cmocka_unit_test(test_layers),
        cmocka_unit_test(test_caret),       cmocka_unit_test(test_caret_window),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
