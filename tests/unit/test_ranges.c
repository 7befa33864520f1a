/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of addresses, their order without memory, and cookies. */
#include "cleave.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void put(struct clv_ranges *ranges, const char *text, bool out)
{
    struct clv_addr first, last;
    struct clv_err err = { 0 };
    if (!clv_ranges_read(text, strlen(text), &first, &last, &err) ||
        !clv_ranges_put(ranges, &first, &last, out, &err))
        fail_msg("%s: %s", text, err.text);
}

static struct clv_ranges *make(const char *const *in, const char *const *out)
{
    struct clv_ranges *ranges = clv_ranges_new();
    assert_non_null(ranges);
    for (; *in; in++)
        put(ranges, *in, false);
    for (; *out; out++)
        put(ranges, *out, true);
    assert_true(clv_ranges_settle(ranges, NULL));
    return ranges;
}

/* Every index gives an address of its own, in order, which leads back to the index. */
static void check_indices(const struct clv_ranges *ranges)
{
    struct clv_addr prior = { 0 }, addr = { 0 };
    for (uint64_t i = 0; i < clv_ranges_count(ranges); i++, prior = addr) {
        uint64_t back;
        clv_ranges_at(ranges, i, &addr);
        assert_true(clv_ranges_find(ranges, &addr, &back));
        assert_int_equal(back, i);
        if (i)
            assert_true(prior.len < addr.len || memcmp(prior.bytes, addr.bytes, addr.len) < 0);
    }
}

static void test_exact(void **state)
{
    static const struct {
        const char *in[6], *out[6];
        uint64_t count;
    } sets[] = {
        { { "10.0.0.1" }, { NULL }, 1 },
        { { "10.0.0.7/24" }, { NULL }, 256 },
        { { "10.0.0.1-9", "10.0.0.5-10.0.0.20" }, { NULL }, 20 },
        { { "10.0.0.0/25", "10.0.0.128/25", "10.0.0.3" }, { NULL }, 256 },
        { { "10.0.0.0/24" }, { "10.0.0.0", "10.0.0.255", "10.0.0.7-9" }, 251 },
        { { "10.0.0.0/24" }, { "10.0.0.0/16" }, 0 },
        { { "10.0.0.0/24", "10.0.2.0/24" }, { "10.0.0.128-10.0.2.127" }, 256 },
        { { "0.0.0.0/29", "255.255.255.248/29" }, { "0.0.0.0", "255.255.255.255" }, 14 },
        { { "fd00::/120", "10.0.0.1", "fd00::100" }, { "fd00::80/121" }, 130 },
        { { "fd00::ffff:ffff:ffff:fffe-fd00::1:0:0:0:1" }, { "fd00::1:0:0:0:0" }, 3 },
        { { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/124" }, { "::/1" }, 16 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        struct clv_ranges *ranges = make(sets[i].in, sets[i].out);
        if (clv_ranges_count(ranges) != sets[i].count)
            fail_msg("set %zu has %llu", i, (unsigned long long)clv_ranges_count(ranges));
        check_indices(ranges);
        clv_ranges_free(ranges);
    }
    struct clv_ranges *all = make((const char *const[]){ "0.0.0.0/0", NULL },
                                  (const char *const[]){ "10.0.0.0/8", NULL });
    assert_int_equal(clv_ranges_count(all), (1ull << 32) - (1 << 24));
    clv_ranges_free(all);
    all = make((const char *const[]){ "::/0", NULL }, (const char *const[]){ NULL });
    assert_true(clv_ranges_count(all) == UINT64_MAX);
    clv_ranges_free(all);
}

/* Many ranges of some seed, in and out: exactly what a table of all addresses says. */
static void test_many(void **state)
{
    static uint8_t table[65536];
    (void)state;
    for (unsigned seed = 1; seed < 40; seed++) {
        struct clv_ranges *ranges = clv_ranges_new();
        uint64_t count = 0, index;
        srand(seed);
        memset(table, 0, sizeof table);
        for (int i = 0; i < 200; i++) {
            unsigned from = (unsigned)rand() % 65536, n = (unsigned)rand() % (seed * 20);
            unsigned to = from + n < 65535 ? from + n : 65535;
            bool out = rand() % 3 == 0;
            struct clv_addr a = { 4, { 10, 9, (uint8_t)(from >> 8), (uint8_t)from } };
            struct clv_addr b = { 4, { 10, 9, (uint8_t)(to >> 8), (uint8_t)to } };
            assert_true(clv_ranges_put(ranges, &a, &b, out, NULL));
            for (unsigned k = from; k <= to; k++)
                table[k] |= out ? 2 : 1;
        }
        assert_true(clv_ranges_settle(ranges, NULL));
        for (unsigned k = 0; k < 65536; k++) {
            struct clv_addr addr = { 4, { 10, 9, (uint8_t)(k >> 8), (uint8_t)k } };
            assert_int_equal(clv_ranges_find(ranges, &addr, &index), table[k] == 1);
            count += table[k] == 1;
        }
        assert_int_equal(clv_ranges_count(ranges), count);
        check_indices(ranges);
        clv_ranges_free(ranges);
    }
}

static void test_texts(void **state)
{
    static const char *const wrong[] = { "10.0.0.0/33",     "10.0.0.0/",  "10.0.0.0/a",
                                         "fd00::/129",      "10.0.0.9-1", "10.0.0.1-256",
                                         "10.0.0.1-fd00::1" };
    static const char *const names[] = {
        "host", "web-1.example", "10.0.0", "a/b", "", "10.0.0.256"
    };
    struct clv_addr first, last;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct clv_err err = { 0 };
        assert_false(clv_ranges_read(wrong[i], strlen(wrong[i]), &first, &last, &err));
        if (!err.code)
            fail_msg("%s is told as a name", wrong[i]);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct clv_err err = { 0 };
        assert_false(clv_ranges_read(names[i], strlen(names[i]), &first, &last, &err));
        assert_int_equal(err.code, 0);
    }
}

/* A bijection for every size: each number once; other seeds give other orders. */
static void test_shuffle(void **state)
{
    static uint8_t seen[70000];
    static const uint64_t sizes[] = { 255, 256, 257, 1000, 4095, 4096, 4097, 65535, 65536, 65537 };
    (void)state;
    for (uint64_t k = 0; k < 130 + sizeof sizes / sizeof *sizes; k++) {
        uint64_t size = k < 130 ? k + 1 : sizes[k - 130], moved = 0;
        for (uint64_t seed = 0; seed < 3; seed++) {
            struct clv_shuffle shuffle;
            clv_shuffle_init(&shuffle, size, seed);
            memset(seen, 0, sizeof seen);
            for (uint64_t i = 0; i < size; i++) {
                uint64_t at = clv_shuffle_at(&shuffle, i);
                assert_true(at < size);
                assert_int_equal(seen[at], 0);
                seen[at] = 1;
                moved += at != i;
            }
        }
        if (size > 8)
            assert_true(moved > size);
    }
}

static void test_large_shuffle(void **state)
{
    static const uint64_t sizes[] = { 1ull << 32, (1ull << 32) * 65535, (1ull << 63) - 25,
                                      1ull << 63 };
    (void)state;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        struct clv_shuffle a, b;
        uint64_t same = 0;
        clv_shuffle_init(&a, sizes[k], 1);
        clv_shuffle_init(&b, sizes[k], 2);
        for (uint64_t i = 0; i < 1000; i++) {
            assert_true(clv_shuffle_at(&a, i) < sizes[k]);
            same += clv_shuffle_at(&a, i) == clv_shuffle_at(&b, i);
        }
        assert_int_equal(same, 0);
    }
}

/* The vectors of its authors: key 00 01 .. 0f, of the bytes 00 01 .. */
static void test_cookie(void **state)
{
    static const uint64_t key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
    uint8_t bytes[16];
    (void)state;
    for (uint8_t i = 0; i < sizeof bytes; i++)
        bytes[i] = i;
    assert_true(clv_cookie(key, bytes, 0) == 0x726fdb47dd0e0e31);
    assert_true(clv_cookie(key, bytes, 8) == 0x93f5f5799a932462);
    assert_true(clv_cookie(key, bytes, 15) == 0xa129ca6149be45e5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),         cmocka_unit_test(test_many),
        cmocka_unit_test(test_texts),         cmocka_unit_test(test_shuffle),
        cmocka_unit_test(test_large_shuffle), cmocka_unit_test(test_cookie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
