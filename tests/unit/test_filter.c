/* SPDX-License-Identifier: BSD-2-Clause */
/* References to fields: columns and filters, their values and their errors; little memory. */
#include "ground.h"

#include <stdlib.h>
#include <string.h>

/* ---- Columns. */

static const char *columns_print(struct ground *g, const char *list)
{
    struct clv_err err = { 0 };
    struct clv_columns *columns = clv_columns_new(g->clv, g->kept, list, &err);
    if (!columns)
        fail_msg("%s: %s", list, err.text);
    clv_print_columns(columns, &g->view, &ground_frame, &g->out);
    g->out.len--; /* the newline */
    return ground_written(g);
}

static void test_columns(void **state)
{
    struct ground *g = *state;
    ground_make(g, "Ether", SYN, 0);
    assert_string_equal(columns_print(g, "IP.src,TCP.dport, tcp.flags ,IP.proto,Ether.type"),
                        "192.168.0.1\t80\tS\t6\t0x800");
    assert_string_equal(columns_print(g, "frame.number,frame.time,frame.len,frame.link,frame"),
                        "7\t1699999999.123456789\t98\tEN10MB\t1");
    assert_string_equal(columns_print(g, "TCP.options,TCPOption_MSS.mss,UDP,TCP,IP:2.src,UDP.len"),
                        "MSS,NOP,WScale\t1460\t\t1\t\t");
    assert_string_equal(columns_print(g, "IP.flags,TCPOption_NOP,frame.comment"), "0\t1\t");
    ground_make(
        g, "IP",
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
        if (clv_filter_match(filter, &g->view, &ground_frame) != rows[i].match)
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
    ground_make(g, "Ether", SYN, 0);
    match_all(g, rows, sizeof rows / sizeof *rows);
    ground_make(
        g, "IP",
        "IP(src='1.1.1.1', dst='3.3.3.3', options=[IPOption_RR(routers=['3.3.3.3', '4.4.4.4'])])/"
        "IP(src='2.2.2.2', dst='2.2.2.2')/ICMP(type=3, code=1)/Raw('abc')",
        0);
    /* What an ICMP error quotes is no IP header here: it is kept as bytes. */
    match_all(g, inner, sizeof inner / sizeof *inner);
    ground_make(g, "Odd",
                "Odd(list=[1, 2], small=-5, word='abc', rest=b'\\0xy', big=0x8000000000000000)", 0);
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
    ground_make(g, "IP", "IP(ttl=1)", 0);
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
    ground_make(g, "Ether", SYN, 0);
    assert_true(clv_print_json(&g->view, &ground_frame, g->arena, 0, &g->out));
    char *json = strdup(ground_written(g));
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
        clv_print_json(&g->view, &ground_frame, small, 0, &g->out);
        clv_print_tree(&g->view, &ground_frame, small, 0, &g->out);
        clv_print_dump(&g->view, small, CLV_SHOW_COLOUR, &g->out);
        clv_print_dump(&g->view, NULL, CLV_SHOW_COLOUR, &g->out);
        g->out.len = 0;
        clv_arena_free(small);
    }
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),     cmocka_unit_test(test_columns_wrong),
        cmocka_unit_test(test_filter),      cmocka_unit_test(test_filter_wrong),
        cmocka_unit_test(test_filter_long), cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, ground_set_up, ground_tear_down);
}
