/* SPDX-License-Identifier: BSD-2-Clause */
/* Values as bytes and as sets: varints, flat patterns, nets, groups of hosts, order. */
#include "ground.h"
#include "model/model.h"

#include <stdlib.h>
#include <string.h>

static const struct clv_field varint = VARINT("varint"), mac = MAC("mac"), ip4 = IP4("ip4"),
                              ip6 = IP6("ip6");

/* ---- Varints: the value and the width that it was written in. */

static void test_varint(void **state)
{
    static const struct {
        uint64_t u;
        uint8_t bytes[8];
        uint32_t n;
        uint8_t spell;
    } rows[] = {
        { 0, { 0 }, 1, 0 },
        { 63, { 0x3f }, 1, 0 },
        { 64, { 0x40, 0x40 }, 2, 0 },
        { 37, { 0x40, 0x25 }, 2, 2 },
        { 15293, { 0x7b, 0xbd }, 2, 0 },
        { 16383, { 0x7f, 0xff }, 2, 0 },
        { 16384, { 0x80, 0, 0x40, 0 }, 4, 0 },
        { 494878333, { 0x9d, 0x7f, 0x3e, 0x7d }, 4, 0 },
        { 1, { 0x80, 0, 0, 1 }, 4, 4 },
        { (1u << 30) - 1, { 0xbf, 0xff, 0xff, 0xff }, 4, 0 },
        { 1u << 30, { 0xc0, 0, 0, 0, 0x40, 0, 0, 0 }, 8, 0 },
        { 5, { 0xc0, 0, 0, 0, 0, 0, 0, 5 }, 8, 8 },
        { (1ull << 62) - 1, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 8, 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clv_val v = { 0 };
        uint8_t back[8] = { 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa };
        assert_int_equal(clv_varint.span(&varint, rows[i].bytes, 8), rows[i].n);
        assert_int_equal(clv_varint.span(&varint, rows[i].bytes, rows[i].n), rows[i].n);
        assert_int_equal(clv_varint.span(&varint, rows[i].bytes, rows[i].n - 1), UINT32_MAX);
        assert_false(clv_varint.load(&varint, rows[i].bytes, rows[i].n - 1, &v));
        assert_true(clv_varint.load(&varint, rows[i].bytes, rows[i].n, &v));
        assert_true(v.u == rows[i].u && v.spell == rows[i].spell);
        assert_int_equal(clv_varint.width(&varint, &v), rows[i].n);
        clv_varint.store(&varint, &v, back);
        assert_memory_equal(back, rows[i].bytes, rows[i].n);
    }
}

/* ---- Flat patterns. */

static void test_like(void **state)
{
    static const struct {
        const char *like, *from;
        uint32_t want;
    } rows[] = {
        { "", "abc", 0 },
        { "abc", "abcd", 3 },
        { "abc", "abd", UINT32_MAX },
        { "abc", "ab", UINT32_MAX },
        { "[a-c]", "b", 1 },
        { "[a-c]", "d", UINT32_MAX },
        { "[a-c]*", "abcabcd", 6 },
        { "[a-c]*", "", 0 },
        { "[a-c]+", "", UINT32_MAX },
        { "a?b", "b", 1 },
        { "a?b", "ab", 2 },
        { "a?b", "aab", UINT32_MAX },
        { "[^:\r\n]+", "Host: x", 4 },
        { "[^:\r\n]+:? *", "Host:   x", 8 },
        { "[^:]", "\xff", 1 },
        { "[a-]+", "a-a-b", 4 },
        { "[-a]+", "a-a-b", 4 },
        { "[]x]+", "x]]y", 3 },
        { "[z-a]", "m", UINT32_MAX },
        { "[\x80-\xff]+", "\x80\xc0\xff\x7f", 3 },
        { "[a-z]*z", "aaz", UINT32_MAX }, /* greedy: it never goes back */
        { "+", "+", 1 },
        { "[+?*]+", "*?+", 3 },
        { "[0-9a-fA-F]+", "12aF", 4 },
    };
    static const char *const good[] = { "", "a", "[a]", "[^a]", "[]]", "[^]", "a*b+c?", "]" };
    static const char *const bad[] = { "[", "[a", "[]", "[^", "a[", "[a]*[", "[]a" };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t n = (uint32_t)strlen(rows[i].from);
        uint8_t *p = malloc(n + !n);
        memcpy(p, rows[i].from, n);
        if (clv_like_span(rows[i].like, p, n) != rows[i].want)
            fail_msg("%s on %s", rows[i].like, rows[i].from);
        free(p);
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(clv_like_valid(good[i]));
    assert_false(clv_like_valid(NULL));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *like = strdup(bad[i]); /* a block of just that size */
        if (clv_like_valid(like))
            fail_msg("%s", like);
        free(like);
    }
}

/* ---- Nets; who stands for many; what is more than what. */

static void test_nets(void **state)
{
    static const struct {
        const char *from;
        uint64_t lo, hi;
    } rows[] = {
        { "0.0.0.0/0", 0, UINT32_MAX },
        { "1.2.3.4/0", 0, UINT32_MAX },
        { "10.1.2.3/8", 0x0a000000, 0x0affffff },
        { "10.0.0.255/31", 0x0a0000fe, 0x0a0000ff },
        { "10.0.0.255/32", 0x0a0000ff, 0x0a0000ff },
        { "128.0.0.0/1", 0x80000000, 0xffffffff },
    };
    uint64_t lo, hi;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(clv_text_net4(rows[i].from, strlen(rows[i].from), &lo, &hi));
        assert_true(lo == rows[i].lo && hi == rows[i].hi);
    }
    assert_false(clv_text_net4("10.0.0.0", 8, &lo, &hi));
    assert_false(clv_text_net4("10.0.0.0/240", 12, &lo, &hi));
    assert_true(clv_text_net4("10.0.0.0/240", 11, &lo, &hi) && hi - lo == 255);
}

static bool stands_for_many(struct ground *g, const struct clv_field *f, const char *from)
{
    struct clv_val v = { 0 };
    struct clv_err err = { 0 };
    struct ast *a = clv_ast_parse(g->arena, from, strlen(from), false, &err);
    assert_true(f->kind->parse(f, a, &v, g->arena, &err));
    return f->kind->group(&v);
}

static void test_groups(void **state)
{
    struct ground *g = *state;
    assert_true(stands_for_many(g, &mac, "'ff:ff:ff:ff:ff:ff'"));
    assert_true(stands_for_many(g, &mac, "'01:00:5e:00:00:01'"));
    assert_false(stands_for_many(g, &mac, "'02:00:00:00:00:01'"));
    assert_true(stands_for_many(g, &ip4, "'224.0.0.0'"));
    assert_true(stands_for_many(g, &ip4, "'239.255.255.255'"));
    assert_true(stands_for_many(g, &ip4, "'255.255.255.255'"));
    assert_true(stands_for_many(g, &ip4, "'0.0.0.0'"));
    assert_false(stands_for_many(g, &ip4, "'223.255.255.255'"));
    assert_false(stands_for_many(g, &ip4, "'240.0.0.0'"));
    assert_true(stands_for_many(g, &ip6, "'ff02::1'"));
    assert_false(stands_for_many(g, &ip6, "'fe80::1'"));
}

static void test_order(void **state)
{
    static const struct clv_val a = { .p = (const uint8_t *)"ab", .n = 2 },
                                b = { .p = (const uint8_t *)"abc", .n = 3 },
                                c = { .p = (const uint8_t *)"ac", .n = 2 }, none = { 0 };
    static const struct clv_val small = { .u = 1 }, large = { .u = UINT64_MAX };
    (void)state;
    assert_true(clv_bytes.order(&a, &b) < 0 && clv_bytes.order(&b, &a) > 0);
    assert_true(clv_bytes.order(&b, &c) < 0 && clv_bytes.order(&a, &a) == 0);
    assert_true(clv_bytes.order(&none, &a) < 0 && clv_bytes.order(&none, &none) == 0);
    assert_true(clv_uint.order(&small, &large) < 0 && clv_ip4.order(&large, &small) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_varint), cmocka_unit_test(test_like),  cmocka_unit_test(test_nets),
        cmocka_unit_test(test_groups), cmocka_unit_test(test_order),
    };
    return cmocka_run_group_tests(tests, ground_set_up, ground_tear_down);
}
