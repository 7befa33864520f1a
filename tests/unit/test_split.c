/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Split: boundaries and notes, of sound packets, short ones and ones that lie. Each view is written
 * down as "Layer off+head..end", then its notes as "CODE Layer@off want/have field name".
 */
#include "ground.h"

#include <stdlib.h>
#include <string.h>

static const char *const codes[] = { "CUT", "LEN_LONG", "LEN_SHORT", "BAD_SUM", "DEEP" };

static void put_number(struct clv_out *out, const char *before, uint64_t v)
{
    clv_out_str(out, before);
    clv_out_dec(out, v);
}

static const char *view_text(struct ground *g)
{
    const struct clv_view *view = &g->view;
    struct clv_out *out = &g->out;
    for (uint32_t i = 0; i < view->n; i++) {
        const struct clv_layer *y = &view->layers[i];
        clv_out_str(out, i ? " " : "");
        clv_out_str(out, y->desc->name);
        put_number(out, " ", y->off);
        put_number(out, "+", y->head);
        put_number(out, "..", y->end);
    }
    for (uint32_t i = 0; i < view->nnotes; i++) {
        const struct clv_note *note = &view->notes[i];
        clv_out_str(out, " | ");
        clv_out_str(out, codes[note->code]);
        clv_out_chr(out, ' ');
        clv_out_str(out, view->layers[note->layer].desc->name);
        put_number(out, "@", note->off);
        put_number(out, " ", note->want);
        put_number(out, "/", note->have);
        clv_out_str(out, note->field ? " " : "");
        clv_out_str(out, note->field ? note->field : "");
        clv_out_str(out, note->name ? " " : "");
        clv_out_str(out, note->name ? note->name : "");
    }
    return ground_written(g);
}

struct sample {
    const char *text;
    uint32_t cut; /* bytes that are there; 0: all */
    const char *want;
};

static void check_samples(struct ground *g, const struct sample *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *text = rows[i].text;
        char first[32] = "";
        memcpy(first, text, strcspn(text, "("));
        ground_make(g, first, text, rows[i].cut);
        clv_check(&g->view);
        const char *have = view_text(g);
        if (strcmp(have, rows[i].want) != 0)
            fail_msg("%s (%u)\n  is     %s\n  not    %s", text, rows[i].cut, have, rows[i].want);
    }
}

#define CHECK(g, rows) check_samples(g, rows, sizeof rows / sizeof *rows)
#define E              "Ether(src='00:00:00:00:00:01')/"
#define I              "IP(src='1.2.3.4', dst='5.6.7.8')"
#define I_(...)        "IP(src='1.2.3.4', dst='5.6.7.8', " __VA_ARGS__ ")"

static void test_sound(void **state)
{
    static const struct sample rows[] = {
        { E I "/UDP()", 0, "Ether 0+14..42 IP 14+20..42 UDP 34+8..42" },
        { E I "/TCP(options=[('MSS', 1)])/'abc'", 0,
          "Ether 0+14..61 IP 14+20..61 TCP 34+24..61 Raw 58+3..61" },
        { E "Dot1Q()/" I "/ICMP()/'x'", 0,
          "Ether 0+14..47 Dot1Q 14+4..47 IP 18+20..47 ICMP 38+8..47 Raw 46+1..47" },
        { E "ARP()/Padding(bytes(18))", 0, "Ether 0+14..60 ARP 14+28..42" },
        { E I "/UDP()/Padding(bytes(18))", 0, "Ether 0+14..60 IP 14+20..42 UDP 34+8..42" },
        { I "/" I "/UDP(sport=9, dport=9)/'x'/Padding(b'yz')", 0,
          "IP 0+20..49 IP 20+20..49 UDP 40+8..49 Raw 48+1..49" },
        { E "'abc'", 0, "Ether 0+14..17 Raw 14+3..17" },
        { E I_("proto=200") "/'abc'", 0, "Ether 0+14..37 IP 14+20..37 Raw 34+3..37" },
        { "Ether()", 0, "Ether 0+14..14" },
        { I, 0, "IP 0+20..20" },
        { I "/UDP(len=8)/'rest'", 0,
          "IP 0+20..32 UDP 20+8..28"
          " | BAD_SUM UDP@26 61280/2435 chksum" },
        { "Raw(b'abc')", 0, "Raw 0+3..3" },
        { "Raw(b'')", 0, "Raw 0+0..0" },
    };
    CHECK(*state, rows);
}

static void test_cut(void **state)
{
    static const struct sample rows[] = {
        { E I "/UDP()", 13,
          "Raw 0+13..13"
          " | CUT Raw@0 14/13 Ether" },
        { E I "/UDP()", 14, "Ether 0+14..14" },
        { E I "/UDP()", 15,
          "Ether 0+14..15 Raw 14+1..15"
          " | CUT Raw@14 20/1 IP" },
        { E I "/UDP()", 33,
          "Ether 0+14..33 Raw 14+19..33"
          " | CUT Raw@14 20/19 IP" },
        { E I "/UDP()", 34,
          "Ether 0+14..34 IP 14+20..34"
          " | LEN_LONG IP@16 28/20 len" },
        { E I "/UDP()", 35,
          "Ether 0+14..35 IP 14+20..35 Raw 34+1..35"
          " | LEN_LONG IP@16 28/21 len"
          " | CUT Raw@34 8/1 UDP" },
        { E I "/UDP()", 41,
          "Ether 0+14..41 IP 14+20..41 Raw 34+7..41"
          " | LEN_LONG IP@16 28/27 len"
          " | CUT Raw@34 8/7 UDP" },
        { E I "/UDP(sport=9, dport=9)/'abcd'", 44,
          "Ether 0+14..44 IP 14+20..44 UDP 34+8..44 Raw 42+2..44"
          " | LEN_LONG IP@16 32/30 len"
          " | LEN_LONG UDP@38 12/10 len" },
        { E I "/TCP(options=[('MSS', 1)])", 56,
          "Ether 0+14..56 IP 14+20..56 TCP 34+22..56"
          " | LEN_LONG IP@16 44/42 len"
          " | LEN_LONG TCP@46 24/22 dataofs" },
        { E I_("options=[IPOption_RR(routers=['1.1.1.1'])]") "/UDP()", 36,
          "Ether 0+14..36 IP 14+22..36"
          " | LEN_LONG IP@14 28/22 ihl"
          " | LEN_LONG IP@16 36/22 len" },
        { E "ARP()", 41,
          "Ether 0+14..41 Raw 14+27..41"
          " | CUT Raw@14 28/27 ARP" },
        { "Ether()", 1,
          "Raw 0+1..1"
          " | CUT Raw@0 14/1 Ether" },
    };
    CHECK(*state, rows);
}

static void test_lengths(void **state)
{
    static const struct sample rows[] = {
        { E I_("len=60") "/UDP()", 0,
          "Ether 0+14..42 IP 14+20..42 UDP 34+8..42"
          " | LEN_LONG IP@16 60/28 len" },
        { E I_("len=19") "/UDP()", 0,
          "Ether 0+14..42 IP 14+20..42 UDP 34+8..42"
          " | LEN_SHORT IP@16 19/20 len"
          " | BAD_SUM UDP@40 61280/61288 chksum" },
        { E I_("len=0") "/UDP()", 0,
          "Ether 0+14..42 IP 14+20..42 UDP 34+8..42"
          " | LEN_SHORT IP@16 0/20 len"
          " | BAD_SUM UDP@40 61280/61288 chksum" },
        { E I_("len=24") "/UDP()", 0,
          "Ether 0+14..42 IP 14+20..38 Raw 34+4..38"
          " | CUT Raw@34 8/4 UDP" },
        { E I_("ihl=4") "/UDP()", 0,
          "Ether 0+14..42 IP 14+20..42 UDP 34+8..42"
          " | LEN_SHORT IP@14 16/20 ihl" },
        { E I_("ihl=15") "/UDP()", 0,
          "Ether 0+14..42 IP 14+28..42"
          " | LEN_LONG IP@14 60/28 ihl" },
        { E I_("ihl=6, len=22") "/UDP()", 0,
          "Ether 0+14..42 IP 14+24..42 Raw 38+4..42"
          " | LEN_SHORT IP@16 22/24 len"
          " | CUT Raw@38 8/4 UDP"
          " | BAD_SUM IP@24 26969/27075 chksum" },
        { E I "/UDP(len=9)", 0,
          "Ether 0+14..42 IP 14+20..42 UDP 34+8..42"
          " | LEN_LONG UDP@38 9/8 len" },
        { E I "/UDP(len=7)", 0,
          "Ether 0+14..42 IP 14+20..42 UDP 34+8..42"
          " | LEN_SHORT UDP@38 7/8 len" },
        { E I "/UDP(len=0)", 0,
          "Ether 0+14..42 IP 14+20..42 UDP 34+8..42"
          " | LEN_SHORT UDP@38 0/8 len" },
        { E I "/TCP(dataofs=4)", 0,
          "Ether 0+14..54 IP 14+20..54 TCP 34+20..54"
          " | LEN_SHORT TCP@46 16/20 dataofs" },
        { E I "/TCP(dataofs=15)", 0,
          "Ether 0+14..54 IP 14+20..54 TCP 34+20..54"
          " | LEN_LONG TCP@46 60/20 dataofs" },
        { E I "/TCP(options=[TCPOption_MSS(len=9)])", 0,
          "Ether 0+14..58 IP 14+20..58 TCP 34+24..58" },
        { E I "/TCP(options=[TCPOption_MSS(len=1)])", 0,
          "Ether 0+14..58 IP 14+20..58 TCP 34+24..58" },
        { "Dot3(len=50)/LLC()/'x'", 0,
          "Dot3 0+14..18 LLC 14+3..18 Raw 17+1..18"
          " | LEN_LONG Dot3@12 50/4 len" },
    };
    CHECK(*state, rows);
}

static void test_sums(void **state)
{
    static const struct sample rows[] = {
        { E I_("chksum=1") "/UDP(chksum=2)", 0,
          "Ether 0+14..42 IP 14+20..42 UDP 34+8..42"
          " | BAD_SUM IP@24 27325/1 chksum"
          " | BAD_SUM UDP@40 61280/2 chksum" },
        { E I "/UDP(chksum=0)", 0, "Ether 0+14..42 IP 14+20..42 UDP 34+8..42" },
        { E I "/TCP(chksum=0)", 0,
          "Ether 0+14..54 IP 14+20..54 TCP 34+20..54"
          " | BAD_SUM TCP@50 32619/0 chksum" },
        { E I "/ICMP(chksum=0xffff)/'abc'", 0,
          "Ether 0+14..45 IP 14+20..45 ICMP 34+8..45 Raw 42+3..45"
          " | BAD_SUM ICMP@36 13213/65535 chksum" },
        { E I_("frag=1, chksum=3") "/UDP(chksum=2)", 0,
          "Ether 0+14..42 IP 14+20..42 Raw 34+8..42"
          " | BAD_SUM IP@24 27324/3 chksum" },
        { E I_("flags='MF', chksum=3") "/UDP(chksum=2)", 0,
          "Ether 0+14..42 IP 14+20..42 UDP 34+8..42"
          " | BAD_SUM IP@24 19133/3 chksum" },
        { E I_("len=99, chksum=3") "/UDP(chksum=2)", 0,
          "Ether 0+14..42 IP 14+20..42 UDP 34+8..42"
          " | LEN_LONG IP@16 99/28 len"
          " | BAD_SUM IP@24 27254/3 chksum" },
        { E I_("ihl=15, chksum=3") "/UDP(chksum=2)", 0,
          "Ether 0+14..42 IP 14+28..42"
          " | LEN_LONG IP@14 60/28 ihl" },
        { E I "/UDP(len=99, chksum=2)", 0,
          "Ether 0+14..42 IP 14+20..42 UDP 34+8..42"
          " | LEN_LONG UDP@38 99/8 len" },
        { E I "/ICMP(type=3)/IPerror(chksum=5, len=900)/UDPerror(chksum=6, len=880)", 0,
          "Ether 0+14..70 IP 14+20..70 ICMP 34+8..70 IPerror 42+20..70 UDPerror 62+8..70" },
        { E I "/ICMP(type=11)/IPerror()/TCPerror()", 50,
          "Ether 0+14..50 IP 14+20..50 ICMP 34+8..50 Raw 42+8..50"
          " | LEN_LONG IP@16 56/36 len"
          " | CUT Raw@42 20/8 IPerror" },
        { E I_("len=60") "/ICMP(type=11)/IPerror()/UDPerror()", 66,
          "Ether 0+14..66 IP 14+20..66 ICMP 34+8..66 IPerror 42+20..66 Raw 62+4..66"
          " | LEN_LONG IP@16 60/52 len" },
        { E I "/ICMP(type=11, chksum=7)/IPerror(ihl=9)/TCPerror()", 0,
          "Ether 0+14..70 IP 14+20..70 ICMP 34+8..70 IPerror 42+28..70"
          " | BAD_SUM ICMP@36 62619/7 chksum" },
        { E I "/" I_("chksum=9") "/TCP(chksum=8)/'x'", 0,
          "Ether 0+14..75 IP 14+20..75 IP 34+20..75 TCP 54+20..75 Raw 74+1..75"
          " | BAD_SUM IP@44 27323/9 chksum"
          " | BAD_SUM TCP@70 1898/8 chksum" },
    };
    CHECK(*state, rows);
}

/* ---- Room: sixteen layers and four notes in the view itself, more in the arena. */

static void *refuse(void *user, void *old, size_t n)
{
    size_t *calls = user;
    if (n)
        ++*calls;
    return n ? realloc(old, n) : (free(old), NULL);
}

/* n layers of IP in each other, each as long as what it holds. */
static uint8_t *nest_make(uint32_t n)
{
    uint8_t *bytes = calloc(n, 20);
    assert_non_null(bytes);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t *h = bytes + i * 20;
        h[0] = 0x45;
        h[2] = (uint8_t)((n - i) * 20 >> 8);
        h[3] = (uint8_t)((n - i) * 20);
        h[9] = i + 1 < n ? 4 : 59;
    }
    return bytes;
}

static void test_room(void **state)
{
    struct ground *g = *state;
    size_t calls = 0;
    struct clv_mem mem = { refuse, &calls };
    struct clv_arena *arena = clv_arena_new(&mem, 0);
    const struct clv_desc *ip = clv_layer_named(g->clv, "IP");
    uint8_t *bytes = nest_make(17);
    size_t before = calls;
    clv_split(g->clv, &g->view, arena, ip, bytes + 20, 16 * 20);
    assert_int_equal(g->view.n, 16);
    assert_int_equal(calls, before); /* nothing is allocated */
    clv_split(g->clv, &g->view, arena, ip, bytes, 17 * 20);
    assert_int_equal(g->view.n, 17);
    assert_true(calls > before && g->view.nnotes == 0);
    assert_int_equal(g->view.layers[16].end, 17 * 20);
    clv_split(g->clv, &g->view, NULL, ip, bytes, 17 * 20);
    assert_int_equal(g->view.n, 16);
    assert_true(g->view.nnotes == 1 && g->view.notes[0].code == CLV_NOTE_DEEP);
    assert_true(g->view.notes[0].layer == 15 && g->view.notes[0].off == 16 * 20);
    assert_true(g->view.notes[0].want == 16);
    clv_check(&g->view); /* sixteen wrong sums; room for three notes more */
    assert_int_equal(g->view.nnotes, 4);
    clv_split(g->clv, &g->view, arena, ip, bytes, 17 * 20);
    clv_check(&g->view);
    assert_int_equal(g->view.nnotes, 17);
    clv_check(&g->view); /* once is enough */
    assert_int_equal(g->view.nnotes, 17);
    free(bytes);
    clv_arena_free(arena);
}

static void test_deep(void **state)
{
    struct ground *g = *state;
    const struct clv_desc *ip = clv_layer_named(g->clv, "IP");
    uint8_t *bytes = nest_make(400);
    clv_arena_reset(g->arena);
    clv_split(g->clv, &g->view, g->arena, ip, bytes, 400 * 20);
    uint32_t last = g->view.n - 1;
    assert_true(g->view.n > 250 && g->view.n < 300);
    assert_true(g->view.layers[last].desc == &clv_raw && g->view.layers[last].end == 400 * 20);
    assert_true(g->view.nnotes == 1 && g->view.notes[0].code == CLV_NOTE_DEEP);
    assert_true(g->view.notes[0].layer == last && g->view.notes[0].off == last * 20);
    free(bytes);
}

/* ---- Where to begin. */

static void test_first(void **state)
{
    struct ground *g = *state;
    static const uint8_t bytes[] = "\x45 no packet at all";
    clv_split(g->clv, &g->view, g->arena, NULL, bytes, 5);
    assert_string_equal(view_text(g), "Raw 0+5..5");
    clv_split(g->clv, &g->view, g->arena, NULL, NULL, 0);
    assert_string_equal(view_text(g), "Raw 0+0..0");
    clv_split(g->clv, &g->view, g->arena, clv_layer_named(g->clv, "IP"), bytes, 0);
    assert_string_equal(view_text(g), "Raw 0+0..0 | CUT Raw@0 20/0 IP");
    clv_split_link(g->clv, &g->view, g->arena, 1, bytes, 14);
    assert_string_equal(view_text(g), "Ether 0+14..14");
    clv_split_link(g->clv, &g->view, g->arena, 12345, bytes, 14);
    assert_string_equal(view_text(g), "Raw 0+14..14");
    static const struct clv_desc stranger = { .name = "Stranger" };
    clv_split(g->clv, &g->view, g->arena, &stranger, bytes, 5);
    assert_string_equal(view_text(g), "Raw 0+5..5");
    assert_true(clv_link_layer(g->clv, 12345) == &clv_raw);
    assert_true(clv_link_layer(g->clv, 101) == clv_layer_named(g->clv, "IP"));
    assert_int_equal(clv_layer_link(g->clv, clv_layer_named(g->clv, "IP")), 101);
    assert_int_equal(clv_layer_link(g->clv, clv_layer_named(g->clv, "Ether")), 1);
    assert_int_equal(clv_layer_link(g->clv, clv_layer_named(g->clv, "UDP")), -1);
    assert_int_equal(clv_layer_link(g->clv, NULL), -1);
}

static void test_find(void **state)
{
    struct ground *g = *state;
    const struct clv_desc *ip = clv_layer_named(g->clv, "ipv4"),
                          *udp = clv_layer_named(g->clv, "udp");
    ground_make(g, "Ether", E I "/" I "/UDP(sport=9, dport=9)/'x'", 0);
    assert_int_equal(clv_view_find(&g->view, ip, 0), 1);
    assert_int_equal(clv_view_find(&g->view, ip, 1), 2);
    assert_int_equal(clv_view_find(&g->view, ip, 2), -1);
    assert_int_equal(clv_view_find(&g->view, udp, 0), 3);
    assert_int_equal(clv_view_find(&g->view, &clv_raw, 0), 4);
    assert_int_equal(clv_view_find(&g->view, clv_layer_named(g->clv, "TCP"), 0), -1);
    assert_int_equal(clv_view_find(&g->view, NULL, 0), -1);
}

/* Whatever the header says: the layers lie in each other, and each byte has its place. */
static void test_tiles(void **state)
{
    struct ground *g = *state;
    uint8_t *sound = ground_make(
        g, "Ether",
        E I_("options=[IPOption_RR(routers=['1.1.1.1'])]") "/TCP(options=[('MSS', "
                                                           "1)])/'abc'/Padding(b'xy')",
        0);
    uint32_t len = g->view.len;
    for (uint32_t bit = 0; bit < len * 8; bit++) {
        for (uint32_t cut = len; cut > 14; cut -= 9) {
            uint8_t *bytes = malloc(cut);
            memcpy(bytes, sound, cut);
            if (bit / 8 < cut)
                bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 1u << bit % 8);
            ground_look(g, "Ether", bytes, cut);
            for (uint32_t i = 0; i < g->view.n; i++) {
                const struct clv_layer *y = &g->view.layers[i], *up = &g->view.layers[y->up];
                assert_true(y->off + y->head <= y->end && y->end <= cut);
                assert_true(i ? y->up == i - 1 && y->off == up->off + up->head && y->end <= up->end
                              : y->off == 0 && y->end == cut);
            }
            free(bytes);
        }
    }
}

/* What is compiled on the way changes nothing: the same packet is split alike again. */
static void test_again(void **state)
{
    static const uint8_t short_ip[] = { 0, 0x21, 9, 0x67, 0 }; /* PPP; it does not tell IP */
    struct ground *g = *state;
    struct clv *fresh = clv_new(clv_layers, NULL, NULL);
    assert_non_null(fresh);
    for (int i = 0; i < 2; i++) {
        clv_split(fresh, &g->view, g->arena, clv_layer_named(fresh, "PPP"), short_ip,
                  sizeof short_ip);
        assert_string_equal(view_text(g), "PPP 0+2..5 Raw 2+3..5");
    }
    clv_free(fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound), cmocka_unit_test(test_cut),  cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_sums),  cmocka_unit_test(test_room), cmocka_unit_test(test_deep),
        cmocka_unit_test(test_first), cmocka_unit_test(test_find), cmocka_unit_test(test_tiles),
        cmocka_unit_test(test_again),
    };
    return cmocka_run_group_tests(tests, ground_set_up, ground_tear_down);
}
