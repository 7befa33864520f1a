/* SPDX-License-Identifier: BSD-2-Clause */
/* A packet as JSON and back, for whole packets and each prefix; and JSON that is wrong. */
#include "ground.h"

#include <stdlib.h>
#include <string.h>

/* ---- JSON. */

static void test_json(void **state)
{
    struct ground *g = *state;
    ground_make(
        g, "IP",
        "IP(src='1.2.3.4', dst='5.6.7.8', len=99, flags='DF')/UDP(sport=1, dport=9, chksum=0)/'ab'",
        0);
    assert_true(clv_print_json(&g->view, &ground_frame, g->arena, CLV_SHOW_WORDS, &g->out));
    ground_same(
        g, "{\"frame\":{\"number\":7,\"time\":\"1699999999.123456789\",\"len\":98,\"caplen\":98,"
           "\"link\":\"EN10MB\"},\"layers\":[{\"layer\":\"IP\",\"version\":4,\"ihl\":5,\"tos\":0,"
           "\"len\":99,\"id\":1,\"flags\":2,\"flags.word\":\"DF\",\"frag\":0,\"ttl\":64,"
           "\"proto\":17,\"proto.word\":\"udp\",\"chksum\":10870,\"src\":\"1.2.3.4\","
           "\"dst\":\"5.6.7.8\",\"options\":[]},{\"layer\":\"UDP\",\"sport\":1,\"dport\":9,"
           "\"dport.word\":\"discard\",\"len\":10,\"chksum\":0},{\"layer\":\"Raw\","
           "\"load\":\"6162\"}],\"notes\":[{\"layer\":\"IP\",\"index\":0,\"field\":\"len\","
           "\"note\":\"LEN_LONG\",\"offset\":2,\"want\":99,\"have\":30}]}\n");
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
    struct clv_frame f = ground_frame;
    f.comment = "a \"comment\"\n\xc3\xa4 \xf0\x9f\x98\x80";
    f.iface = "eth0";
    f.sec = -2;
    f.link = 4242;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *layer = texts[i][0] == 'O' ? "Odd" : "Ether";
        ground_make(g, layer, texts[i], 0);
        uint32_t len = g->view.len;
        for (uint32_t cut = 1; cut <= len; cut++) {
            ground_make(g, layer, texts[i], cut);
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
        { "{\"layers\":[{\"layer\":\"IP\",\"ttl\":1.5}]}", "IP.ttl: '1.5' is no whole number", 31 },
        { "{\"layers\":[{\"layer\":\"IP\",\"ttl\":1.}]}", "JSON: a digit should follow the point",
          31 },
        { "{\"layers\":[{\"layer\":\"IP\",\"ttl\":1e}]}", "JSON: an exponent needs a digit", 31 },
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_json_round),
        cmocka_unit_test(test_json_wrong),
    };
    return cmocka_run_group_tests(tests, ground_set_up, ground_tear_down);
}
