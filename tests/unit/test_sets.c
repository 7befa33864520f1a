/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets: how many packets they stand for, in which order, and what random values are. */
#include "ground.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct clv_draft *parse(struct ground *g, const char *text)
{
    struct clv_err err = { 0 };
    clv_arena_reset(g->kept);
    struct clv_draft *draft = clv_parse(g->clv, g->kept, text, strlen(text), &err);
    if (!draft)
        fail_msg("%s: %s", text, err.text);
    return draft;
}

/* These fields of the index-th packet, as built. */
static const char *columns(struct ground *g, const struct clv_draft *draft, uint64_t index,
                           uint64_t seed, const char *list)
{
    struct clv_err err = { 0 };
    uint32_t len = 0;
    clv_arena_reset(g->arena);
    struct clv_draft *one = clv_draft_pick(draft, index, seed, g->arena, &err);
    uint8_t *bytes = one ? clv_build(one, g->arena, &len, &err) : NULL;
    if (!bytes)
        fail_msg("packet %llu: %s", (unsigned long long)index, err.text);
    assert_int_equal(clv_draft_count(one), 1);
    struct clv_columns *c = clv_columns_new(g->clv, g->arena, list, &err);
    assert_non_null(c);
    clv_split(g->clv, &g->view, g->arena, clv_draft_layer(one, 0), bytes, len);
    clv_print_columns(c, &g->view, NULL, &g->out);
    g->out.len--; /* the newline */
    return ground_written(g);
}

/* ---- Order and count. */

static void test_order(void **state)
{
    /* Expression, fields, then each packet: as Scapy counts, the uppermost layer fastest, within a
     * layer the field that comes first. */
    static const char *const rows[][12] = {
        { "IP(dst='10.0.0.0/31')/TCP(dport=[80, 443], sport=(1, 2))", "IP.dst,TCP.sport,TCP.dport",
          "10.0.0.0\t1\t80", "10.0.0.0\t2\t80", "10.0.0.0\t1\t443", "10.0.0.0\t2\t443",
          "10.0.0.1\t1\t80", "10.0.0.1\t2\t80", "10.0.0.1\t1\t443", "10.0.0.1\t2\t443" },
        { "IP(ttl=(1, 2), tos=[0, 1])", "IP.tos,IP.ttl", "0x0\t1", "0x1\t1", "0x0\t2", "0x1\t2" },
        { "Ether()/IP()/UDP()", "UDP.dport", "53" },
        { "IP(ttl=5)", "IP.ttl", "5" },
        { "IP(ttl=[5])", "IP.ttl", "5" },
        { "IP(ttl=(5, 5))", "IP.ttl", "5" },
        { "IP(ttl=(5,5,9))", "IP.ttl", "5" },
        { "IP(ttl=(1, 10, 4))", "IP.ttl", "1", "5", "9" },
        { "IP(ttl=(1, 9, 4))", "IP.ttl", "1", "5", "9" },
        { "IP(ttl=(1, 8, 4))", "IP.ttl", "1", "5" },
        { "IP(ttl=(254, 255))", "IP.ttl", "254", "255" },
        { "IP(ttl=[7, (1, 3), 7])", "IP.ttl", "7", "1", "2", "3", "7" },
        { "IP(dst=['1.1.1.1', '10.0.0.4/30', ('2.2.2.2', '2.2.2.3')])", "IP.dst", "1.1.1.1",
          "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7", "2.2.2.2", "2.2.2.3" },
        { "IP(dst='10.0.0.7/30')", "IP.dst", "10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7" },
        { "IP(dst='10.0.0.7/32')", "IP.dst", "10.0.0.7" },
        { "IP(dst=('9.9.9.255', '9.9.10.1'))", "IP.dst", "9.9.9.255", "9.9.10.0", "9.9.10.1" },
        { "IP(proto=['tcp', 'udp', 99])", "IP.proto", "6", "17", "99" },
        { "Ether(src=('00:00:00:00:00:fe', '00:00:00:00:01:00', 2))", "Ether.src",
          "00:00:00:00:00:fe", "00:00:00:00:01:00" },
        { "IP(ttl=[1, 2])/IP(ttl=[3, 4])", "IP:1.ttl,IP:2.ttl", "1\t3", "1\t4", "2\t3", "2\t4" },
        { "IP(frag=[0, 5], flags='DF')", "IP.flags,IP.frag", "DF\t0", "DF\t5" },
        { "IP(len=[20, 21])", "IP.len", "20", "21" },
        { NULL, NULL },
    };
    struct ground *g = *state;
    for (size_t i = 0; rows[i][1]; i++) {
        struct clv_draft *draft = parse(g, rows[i][0]);
        uint64_t n = 0;
        while (n + 2 < 12 && rows[i][n + 2])
            n++;
        if (clv_draft_count(draft) != n)
            fail_msg("%s: %llu", rows[i][0], (unsigned long long)clv_draft_count(draft));
        for (uint64_t k = 0; k < n; k++) {
            const char *have = columns(g, draft, k, 0, rows[i][1]);
            if (strcmp(have, rows[i][k + 2]) != 0)
                fail_msg("%s: packet %llu is %s", rows[i][0], (unsigned long long)k, have);
        }
    }
}

/* Values that are no numbers; signed ones. */
static void test_other_kinds(void **state)
{
    struct ground *g = *state;
    struct clv_draft *draft = parse(g, "Odd(small=(-2, 1), word=['a', 'bc'])/'9'");
    static const char *const want[] = { "-2\t'a'",  "-1\t'a'",  "0\t", "1\t'a'",
                                        "-2\t'bc'", "-1\t'bc'", "0\t", "1\t'bc'" };
    assert_int_equal(clv_draft_count(draft), 8);
    for (uint64_t i = 0; i < 8; i++)
        if (i % 4 != 2) /* no word where small is 0 */
            assert_string_equal(columns(g, draft, i, 0, "Odd.small,Odd.word"), want[i]);
    draft = parse(g, "Raw(load=['a', b'bc', ''])");
    assert_int_equal(clv_draft_count(draft), 3);
    assert_string_equal(columns(g, draft, 1, 0, "Raw.load"), "b'bc'");
}

/* The first packet is what build gives. */
static void test_first(void **state)
{
    static const char *const rows[] = {
        "IP(dst='10.0.0.0/8', ttl=(3, 9))/UDP(dport=[7, 8])/'abc'",
        "IP.dst,IP.ttl,UDP.dport",
        "10.0.0.0\t3\t7",
        "IP(ttl=RandByte())/UDP()",
        "UDP.dport",
        "53",
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i += 3) {
        uint32_t len, again;
        struct clv_draft *draft = parse(g, rows[i]);
        assert_string_equal(columns(g, draft, 0, 0, rows[i + 1]), rows[i + 2]);
        uint8_t *bytes = clv_build(draft, g->arena, &len, NULL);
        struct clv_draft *one = clv_draft_pick(draft, 0, 0, g->arena, NULL);
        uint8_t *same = clv_build(one, g->arena, &again, NULL);
        assert_true(bytes && same && len == again && !memcmp(bytes, same, len));
    }
}

static void test_huge(void **state)
{
    static const struct {
        const char *text;
        uint64_t count;
    } rows[] = {
        { "IP(dst='0.0.0.0/0')", 1ull << 32 },
        { "IP(dst='0.0.0.0/0')/TCP(dport=(0, 65535))", 1ull << 48 },
        { "IP(dst='0.0.0.0/0', id=(0, 65534))/TCP(dport=(0, 65535))",
          0xfffeffff00000001ull - 1 + 0 },
        { "IP(dst='0.0.0.0/0', src='0.0.0.0/0')", UINT64_MAX },
        { "IP(dst='0.0.0.0/0', src='0.0.0.0/0')/TCP(seq=(0, 0xffffffff))", UINT64_MAX },
        { "Odd(big=(0, 0xffffffffffffffff))", UINT64_MAX },
        { "Odd(big=(0, 0xfffffffffffffffe))", UINT64_MAX },
        { "Odd(big=(1, 0xfffffffffffffffe))", UINT64_MAX - 1 },
        { "Odd(big=(0, 0xffffffffffffffff, 0xffffffffffffffff))", 2 },
        { "Odd(big=[(0, 0xffffffffffffffff), 5])", UINT64_MAX },
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t want = rows[i].count;
        if (i == 2)
            want = (1ull << 48) * 65535;
        uint64_t have = clv_draft_count(parse(g, rows[i].text));
        if (have != want)
            fail_msg("%s: %llu", rows[i].text, (unsigned long long)have);
    }
    struct clv_draft *draft = parse(g, "IP(dst='0.0.0.0/0')/TCP(dport=(0, 65535))");
    assert_string_equal(columns(g, draft, (1ull << 48) - 1, 0, "IP.dst,TCP.dport"),
                        "255.255.255.255\t65535");
    assert_string_equal(columns(g, draft, 0x0a00000500501ull >> 4, 0, "IP.dst,TCP.dport"),
                        "10.0.0.5\t80");
    draft = parse(g, "Odd(big=(0, 0xffffffffffffffff))");
    assert_string_equal(columns(g, draft, UINT64_MAX - 1, 0, "Odd.big"), "18446744073709551614");
}

static void test_outside(void **state)
{
    struct ground *g = *state;
    struct clv_err err = { 0 };
    assert_null(clv_draft_pick(parse(g, "IP(ttl=(1, 3))"), 3, 0, g->arena, &err));
    assert_string_equal(err.text, "packet 3 of a set of 3");
    assert_int_equal(err.code, CLV_LIMIT);
    err = (struct clv_err){ 0 };
    assert_null(clv_draft_pick(parse(g, "IP()"), 1, 0, g->arena, &err));
    assert_string_equal(err.text, "packet 1 of a set of 1");
}

/* Picking leaves the set as it was. */
static void test_untouched(void **state)
{
    static const char text[] = "IP(ttl=[1, (3, 9, 2)], dst='10.0.0.0/30')/UDP(sport=RandNum(5, 9))";
    struct ground *g = *state;
    struct clv_draft *draft = parse(g, text);
    columns(g, draft, 5, 1, "IP.ttl");
    clv_build(draft, g->arena, &(uint32_t){ 0 }, NULL);
    assert_true(clv_print_draft(draft, &g->out));
    char *first = strdup(ground_written(g));
    draft = parse(g, first);
    assert_int_equal(clv_draft_count(draft), 20);
    assert_true(clv_print_draft(draft, &g->out));
    ground_same(g, first); /* what is printed parses to the same */
    free(first);
}

/* Sets and draws as they are written down. */
static void test_print(void **state)
{
    static const char *const rows[][2] = {
        { "IP(ttl=[5])", "IP(ttl=5)" },
        { "IP(ttl=(5, 5))", "IP(ttl=5)" },
        { "IP(ttl=(1, 10, 4), dst='10.0.0.7/31')",
          "IP(ttl=(1, 9, 4), dst=('10.0.0.6', '10.0.0.7'))" },
        { "IP(tos=[1, (2, 3)])", "IP(tos=[0x1, (0x2, 0x3)])" },
        { "IP(ttl=RandByte(), dst=RandIP('10.0.0.0/8'))",
          "IP(ttl=RandNum(0, 255), dst=RandNum(167772160, 184549375))" },
        { "IP(ttl=RandChoice(1, (3, 5)))", "IP(ttl=RandChoice(1, (3, 5)))" },
        { "Raw(load=RandString(5))", "Raw(load=RandString(5))" },
        { "Raw(load=RandBin(5))", "Raw(load=RandBin(5))" },
        { "Raw(load=['a', b'b'])", "Raw(load=[b'a', b'b'])" },
        { "Odd(small=(-3, -1))", "Odd(small=(-3, -1))" },
        { "Odd(small=RandNum(-3, 1))", "Odd(small=RandNum(-3, 1))" },
        { "Odd(small=RandSByte())", "Odd(small=RandNum(-128, 127))" },
        { "fuzz(UDP(sport=1))", "UDP(sport=1, dport=RandNum(0, 65535))" },
        { "fuzz(Raw())", "Raw(load=RandBin(16))" },
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(clv_print_draft(parse(g, rows[i][0]), &g->out));
        ground_same(g, rows[i][1]);
        assert_true(clv_print_draft(parse(g, rows[i][1]), &g->out));
        ground_same(g, rows[i][1]);
    }
}

/* ---- Wrong sets. */

static const char *const wrong[][2] = {
    { "IP(ttl=(5, 1))", "IP.ttl: the range is empty: its first value is above its last" },
    { "IP(ttl=(5,))", "IP.ttl: a range is (first, last) or (first, last, step)" },
    { "IP(ttl=())", "IP.ttl: a range is (first, last) or (first, last, step)" },
    { "IP(ttl=(1, 2, 3, 4))", "IP.ttl: a range is (first, last) or (first, last, step)" },
    { "IP(ttl=(1, 256))", "IP.ttl: 256 is outside 0..255" },
    { "IP(ttl=(1, 5, 0))", "IP.ttl: a step is a number from 1" },
    { "IP(ttl=(1, 5, -1))", "IP.ttl: a step is a number from 1" },
    { "IP(ttl=(1, 5, 'x'))", "IP.ttl: a step is a number from 1" },
    { "IP(ttl=[])", "IP.ttl: an empty list stands for no packet" },
    { "IP(ttl=[1, 300])", "IP.ttl: 300 is outside 0..255" },
    { "IP(ttl=[1, [2]])", "IP.ttl: takes a number 0..255" },
    { "IP(ttl=[1, None])", "IP.ttl: takes a number 0..255" },
    { "IP(dst='10.0.0.0/33')",
      "IP.dst: '10.0.0.0/33' is no net; like 192.0.2.0/24, with /0 to /32" },
    { "IP(dst=('10.0.0.1', '10.0.0.0/24'))",
      "IP.dst: '10.0.0.0/24' is a net, it takes one address here" },
    { "IP(ttl=RandShort())", "IP.ttl: RandShort() draws up to 65535, it holds 0..255" },
    { "IP(ttl=RandNum(1, 300))", "IP.ttl: 300 is outside 0..255" },
    { "IP(ttl=RandNum(1))", "IP.ttl: a draw is RandNum(first, last)" },
    { "IP(ttl=RandNum(1, 9, 2))", "IP.ttl: a draw is RandNum(first, last)" },
    { "Ether(src=RandMAC('00:11:*'))",
      "Ether.src: RandMAC() takes nothing; RandNum(first, last) draws from a range" },
    { "IP(options=[IPOption_RR(routers=['10.0.0.0/30'])])",
      "IPOption_RR.routers: '10.0.0.0/30' is a net, it takes one address here" },
    { "TCP(options=[TCPOption_MSS(mss=[1, 2])])",
      "TCPOption_MSS.mss: a set inside an item is not possible; give one value" },
    { "IP(ttl=RandNum(9, 1))", "IP.ttl: the range is empty: its first value is above its last" },
    { "IP(ttl=RandByte(5))",
      "IP.ttl: RandByte() takes nothing; RandNum(first, last) draws from a range" },
    { "IP(dst=RandIP('10.0.0.1'))", "IP.dst: RandIP takes a net, like '10.0.0.0/8'" },
    { "IP(ttl=RandString(4))", "IP.ttl: RandString() draws bytes, it takes a number" },
    { "IP(ttl=RandChoice())", "RandChoice() needs something to choose from" },
    { "IP(ttl=RandChoice(1, 300))", "IP.ttl: 300 is outside 0..255" },
    { "Raw(load=RandBin(65536))", "Raw.load: at most 65535 random bytes" },
    { "IP(ttl=RandNonsense())", "IP.ttl: 'RandNonsense' stands where a value should be" },
    { "Raw(load=RandBin(-5))", "Raw.load: at most 65535 random bytes" },
    { "Raw(load=RandByte())", "Raw.load: RandByte() draws a number, it takes bytes" },
};

static void test_wrong(void **state)
{
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct clv_err err = { 0 };
        if (clv_parse(g->clv, g->arena, wrong[i][0], strlen(wrong[i][0]), &err))
            fail_msg("%s is taken", wrong[i][0]);
        assert_string_equal(err.text, wrong[i][1]);
        assert_true(err.code == CLV_BAD_TEXT && err.len);
    }
}

/* ---- Random values. */

static void test_random_ranges(void **state)
{
    static const struct {
        const char *text, *field;
        unsigned long long lo, hi;
    } rows[] = {
        { "IP(ttl=RandByte())", "IP.ttl", 0, 255 },
        { "IP(id=RandShort())", "IP.id", 0, 65535 },
        { "TCP(seq=RandInt())", "TCP.seq", 0, 0xffffffff },
        { "Odd(big=RandLong())", "Odd.big", 0, UINT64_MAX },
        { "IP(ttl=RandNum(10, 12))", "IP.ttl", 10, 12 },
        { "IP(ttl=RandNum(7, 7))", "IP.ttl", 7, 7 },
        { "IP(ttl=RandChoice(3, 4, (6, 8)))", "IP.ttl", 3, 8 },
        { "Odd(big=RandNum(0, 0xffffffffffffffff))", "Odd.big", 0, UINT64_MAX },
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned long long span = rows[i].hi - rows[i].lo, least = UINT64_MAX, most = 0;
        struct clv_draft *draft = parse(g, rows[i].text);
        assert_int_equal(clv_draft_count(draft), 1);
        for (uint64_t seed = 0; seed < 200; seed++) {
            unsigned long long v = strtoull(columns(g, draft, 0, seed, rows[i].field), NULL, 0);
            assert_true(v >= rows[i].lo && v <= rows[i].hi && (i != 6 || v != 5));
            least = v < least ? v : least;
            most = v > most ? v : most;
        }
        /* Both ends are near: with 200 draws a twentieth of the range is. */
        assert_true(least - rows[i].lo <= span / 20 && rows[i].hi - most <= span / 20);
    }
}

static void test_random_kinds(void **state)
{
    struct ground *g = *state;
    struct clv_draft *draft = parse(g, "Ether(src=RandMAC())/IP(src=RandIP('10.1.0.0/16'), "
                                       "dst=RandIP())/UDP()/Raw(load=RandString(8))");
    for (uint64_t seed = 0; seed < 50; seed++) {
        unsigned a, b;
        char text[16];
        const char *s = columns(g, draft, 0, seed, "IP.src,Raw.load");
        assert_int_equal(sscanf(s, "10.1.%u.%u\tb'%15[A-Za-z0-9]'", &a, &b, text), 3);
        assert_true(a < 256 && b < 256 && strlen(text) == 8);
    }
    columns(g, parse(g, "Raw(load=RandBin(300))"), 0, 1, "Raw.load");
    assert_int_equal(g->view.len, 300);
    columns(g, parse(g, "Raw(load=RandBin(0))"), 0, 1, "Raw.load");
    assert_int_equal(g->view.len, 0);
    columns(g, parse(g, "Odd(block=RandBin(), n=0)"), 0, 1, "Odd.block");
    assert_int_equal(g->view.len, 35);
    /* Within an item, too. */
    draft = parse(g, "IP()/TCP(options=[('MSS', RandShort()), ('MSS', RandShort())])");
    assert_int_equal(clv_draft_count(draft), 1);
    char *first = strdup(columns(g, draft, 0, 1, "TCPOption_MSS.mss"));
    assert_string_equal(columns(g, draft, 0, 1, "TCPOption_MSS.mss"), first);
    assert_string_not_equal(columns(g, draft, 0, 2, "TCPOption_MSS.mss"), first);
    free(first);
}

/* The seed and the index decide; each field and each packet of a set has its own value. */
static void test_random_repeats(void **state)
{
    struct ground *g = *state;
    static const char fields[] = "TCP.seq,TCP.ack,IP.ttl";
    struct clv_draft *draft = parse(g, "IP(ttl=(1, 50))/TCP(seq=RandInt(), ack=RandInt())");
    char first[50][64];
    assert_int_equal(clv_draft_count(draft), 50);
    for (uint64_t i = 0; i < 50; i++) {
        strcpy(first[i], columns(g, draft, i, 9, fields));
        char *end;
        unsigned long seq = strtoul(first[i], &end, 10), ack = strtoul(end, &end, 10);
        assert_true(seq != ack);
        assert_int_equal(strtoul(end, NULL, 10), i + 1);
        for (uint64_t k = 0; k < i; k++)
            assert_true(strncmp(first[i], first[k], strcspn(first[i], "\t") + 1) != 0);
    }
    for (uint64_t i = 50; i--;) { /* in any order */
        assert_string_equal(columns(g, draft, i, 9, fields), first[i]);
        assert_string_not_equal(columns(g, draft, i, 10, fields), first[i]);
    }
}

/* fuzz(): given values stay, lengths and sums are computed, the others are drawn. */
static void test_fuzz(void **state)
{
    struct ground *g = *state;
    struct clv_draft *draft = parse(g, "fuzz(IP(dst='1.2.3.4', frag=0)/UDP(dport=99))/'abc'");
    uint32_t differ = 0;
    assert_int_equal(clv_draft_count(draft), 1);
    for (uint64_t seed = 0; seed < 50; seed++) {
        char first[64];
        assert_string_equal(columns(g, draft, 0, seed, "IP.dst,IP.proto,UDP.dport,UDP.len"),
                            "1.2.3.4\t17\t99\t11");
        strcpy(first, columns(g, draft, 0, seed, "IP.tos,IP.id,IP.ttl,UDP.sport"));
        assert_string_equal(columns(g, draft, 0, seed, "IP.tos,IP.id,IP.ttl,UDP.sport"), first);
        differ += strcmp(columns(g, draft, 0, seed + 1, "IP.tos,IP.id,IP.ttl,UDP.sport"), first) !=
                  0;
    }
    assert_true(differ > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),        cmocka_unit_test(test_other_kinds),
        cmocka_unit_test(test_first),        cmocka_unit_test(test_huge),
        cmocka_unit_test(test_outside),      cmocka_unit_test(test_untouched),
        cmocka_unit_test(test_wrong),        cmocka_unit_test(test_random_ranges),
        cmocka_unit_test(test_fuzz),         cmocka_unit_test(test_print),
        cmocka_unit_test(test_random_kinds), cmocka_unit_test(test_random_repeats),
    };
    return cmocka_run_group_tests(tests, ground_set_up, ground_tear_down);
}
