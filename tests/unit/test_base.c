/* SPDX-License-Identifier: BSD-2-Clause */
/* What everything stands on: arenas and limits, output and sinks that fail, errors, near names. */
#include "base/base.h"
#include "ground.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Arenas, over an allocator that counts and can say no. */

struct counter {
    size_t calls, held; /* blocks that are not freed */
    size_t refuse;      /* sizes from here on; 0: none */
};

static void *count_alloc(void *user, void *old, size_t n)
{
    struct counter *c = user;
    if (!n) {
        c->held -= old != NULL;
        free(old);
        return NULL;
    }
    c->calls++;
    if (c->refuse && n >= c->refuse)
        return NULL;
    c->held += !old;
    return realloc(old, n);
}

static void test_arena_takes(void **state)
{
    (void)state;
    struct clv_arena *arena = clv_arena_new(NULL, 0);
    uint8_t *before = NULL;
    for (size_t n = 0; n < 200; n++) {
        uint8_t *p = clv_arena_take(arena, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        assert_true(p != before || n <= 1);
        memset(p, 0xa5, n);
        before = n ? p : NULL;
    }
    uint8_t *cleared = clv_arena_zero(arena, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(cleared[i], 0);
    assert_string_equal(clv_arena_text(arena, "abcdef", 3), "abc");
    assert_string_equal(clv_arena_text(arena, NULL, 0), "");
    assert_null(clv_arena_take(NULL, 1));
    assert_null(clv_arena_take(arena, SIZE_MAX));
    assert_null(clv_arena_take(arena, (64u << 20) + 1));
    clv_arena_free(arena);
    clv_arena_free(NULL);
}

static void test_arena_limit(void **state)
{
    static const size_t limits[] = { 16, 1000, 16 << 10, 100000, 1 << 20 };
    (void)state;
    for (size_t i = 0; i < clv_len(limits); i++) {
        struct counter c = { 0 };
        struct clv_mem mem = { count_alloc, &c };
        struct clv_arena *arena = clv_arena_new(&mem, limits[i]);
        assert_null(clv_arena_take(arena, limits[i] + 1));
        for (int round = 0; round < 3; round++) {
            size_t got = 0;
            while (clv_arena_take(arena, 16))
                got += 16;
            /* Nearly all of the limit can be had, in few blocks, and never more. */
            assert_true(got <= limits[i] && got + 16 * 16 > limits[i]);
            assert_true(c.held <= 12);
            assert_null(clv_arena_take(arena, 16));
            clv_arena_reset(arena);
            assert_true(c.held <= 2);
        }
        clv_arena_free(arena);
        assert_int_equal(c.held, 0);
    }
}

static void test_arena_settles(void **state)
{
    static const size_t limits[] = { 0, 1000000, SIZE_MAX };
    (void)state;
    for (size_t i = 0; i < clv_len(limits); i++) {
        struct counter c = { 0 };
        struct clv_mem mem = { count_alloc, &c };
        struct clv_arena *arena = clv_arena_new(&mem, limits[i]);
        size_t calls = 0;
        for (int packet = 0; packet < 20; packet++) {
            clv_arena_reset(arena);
            assert_non_null(clv_arena_take(arena, 10));
            assert_non_null(clv_arena_take(arena, 300000));
            assert_non_null(clv_arena_take(arena, 10));
            if (packet == 10)
                calls = c.calls;
        }
        assert_int_equal(c.calls, calls);
        clv_arena_free(arena);
        assert_int_equal(c.held, 0);
    }
}

static void test_arena_unbounded(void **state)
{
    (void)state;
    struct clv_arena *arena = clv_arena_new(NULL, SIZE_MAX);
    assert_non_null(clv_arena_take(arena, 1));
    assert_null(clv_arena_take(arena, SIZE_MAX));
    assert_null(clv_arena_take(arena, SIZE_MAX - 15));
    assert_non_null(clv_arena_take(arena, 1));
    clv_arena_free(arena);
}

static void test_arena_no_memory(void **state)
{
    struct counter c = { .refuse = 1 };
    struct clv_mem mem = { count_alloc, &c };
    (void)state;
    assert_null(clv_arena_new(&mem, 0));
    c.refuse = 10000;
    struct clv_arena *arena = clv_arena_new(&mem, 0);
    assert_non_null(arena);
    assert_null(clv_arena_take(arena, 1));
    c.refuse = 0;
    uint8_t *p = clv_arena_take(arena, 100);
    assert_non_null(p);
    memset(p, 7, 100);
    c.refuse = 1;
    assert_null(clv_arena_take(arena, 1 << 20));
    assert_non_null(clv_arena_take(arena, 100)); /* what is there still serves */
    assert_int_equal(p[99], 7);
    clv_arena_free(arena);
    assert_int_equal(c.held, 0);
}

static void test_arena_grows(void **state)
{
    (void)state;
    struct clv_arena *arena = clv_arena_new(NULL, 1 << 16);
    uint32_t *array = NULL, cap = 0;
    for (uint32_t i = 0; i < 4096; i++) {
        assert_true(clv_arena_grow(arena, &array, &cap, i + 1, sizeof *array));
        assert_true(cap > i);
        array[i] = i * 3;
    }
    for (uint32_t i = 0; i < 4096; i++)
        assert_int_equal(array[i], i * 3);
    uint32_t *old = array, was = cap;
    assert_false(clv_arena_grow(arena, &array, &cap, UINT32_MAX, sizeof *array));
    assert_ptr_equal(array, old);
    assert_int_equal(cap, was);
    clv_arena_free(arena);
}

/* ---- Output. */

static void test_out_grows(void **state)
{
    struct clv_out out;
    (void)state;
    clv_out_init(&out, NULL, NULL);
    clv_out_str(&out, "");
    clv_out_mem(&out, NULL, 0);
    clv_out_pad(&out, 'x', 0);
    assert_int_equal(out.len, 0);
    assert_true(clv_out_flush(&out));
    for (int i = 0; i < 100000; i++)
        clv_out_chr(&out, (char)('a' + i % 26));
    clv_out_pad(&out, '-', 5000);
    assert_int_equal(out.len, 105000);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(out.buf[i], 'a' + i % 26);
    assert_true(clv_out_flush(&out)); /* without a sink it stays */
    assert_int_equal(out.len, 105000);
    clv_out_free(&out);
    assert_null(out.buf);
    clv_out_str(&out, "again");
    assert_memory_equal(out.buf, "again", 5);
    clv_out_free(&out);
}

struct drain {
    char *text;
    size_t len, calls, fail_at; /* calls before it says no; 0: never */
};

static int drain_put(void *user, const char *buf, size_t len)
{
    struct drain *d = user;
    if (++d->calls == d->fail_at)
        return EPIPE;
    memcpy(d->text + d->len, buf, len);
    d->len += len;
    return 0;
}

static void test_out_sink(void **state)
{
    enum { LINES = 40000 };
    static char text[LINES * 8], want[LINES * 8];
    struct drain d = { .text = text };
    struct clv_out out;
    size_t n = 0;
    (void)state;
    clv_out_init(&out, drain_put, &d);
    assert_true(clv_out_flush(&out));
    assert_int_equal(d.calls, 0);
    for (unsigned i = 0; i < LINES; i++) {
        clv_out_hexn(&out, i, 6);
        clv_out_chr(&out, '\n');
        n += (size_t)snprintf(want + n, sizeof want - n, "%06x\n", i);
    }
    assert_true(out.cap <= 1 << 17); /* it is handed on, not hoarded */
    assert_true(clv_out_flush(&out));
    assert_int_equal(d.len, n);
    assert_memory_equal(text, want, n);
    clv_out_free(&out);
    assert_true(out.sink == drain_put);
    clv_out_str(&out, "more");
    assert_true(clv_out_flush(&out));
    assert_memory_equal(text + n, "more", 4);
    clv_out_free(&out);
}

static void test_out_sink_fails(void **state)
{
    static char text[1 << 20];
    struct drain d = { .text = text, .fail_at = 2 };
    struct clv_out out;
    (void)state;
    clv_out_init(&out, drain_put, &d);
    clv_out_str(&out, "good");
    assert_true(clv_out_flush(&out));
    clv_out_str(&out, "lost");
    assert_false(clv_out_flush(&out));
    assert_true(out.failed);
    assert_int_equal(out.err, EPIPE);
    size_t len = out.len;
    clv_out_str(&out, "x");
    clv_out_chr(&out, 'x');
    clv_out_pad(&out, 'x', 100);
    clv_out_dec(&out, 5);
    clv_out_hexn(&out, 5, 4);
    clv_out_hexbytes(&out, (const uint8_t *)"ab", 2);
    clv_out_safe(&out, "\x1b", 1);
    assert_int_equal(out.len, len);
    assert_null(clv_out_room(&out, 1));
    assert_false(clv_out_flush(&out));
    assert_int_equal(d.calls, 2); /* it is not asked again */
    assert_int_equal(d.len, 4);
    clv_out_free(&out);
    /* Within a large write, too. */
    d = (struct drain){ .text = text, .fail_at = 1 };
    clv_out_init(&out, drain_put, &d);
    for (int i = 0; i < 300000; i++)
        clv_out_chr(&out, 'x');
    assert_true(out.failed && d.calls == 1);
    clv_out_free(&out);
}

/* Numbers of every length, against the C library's. */
static void test_out_numbers(void **state)
{
    struct clv_out out;
    char want[32];
    (void)state;
    clv_out_init(&out, NULL, NULL);
    for (uint64_t least = 1, last = 0; least > last; last = least, least *= 10)
        for (uint64_t v = least - 1; v != least + 2; v++) {
            out.len = 0;
            clv_out_dec(&out, v);
            clv_out_chr(&out, 0);
            snprintf(want, sizeof want, "%" PRIu64, v);
            assert_string_equal(out.buf, want);
        }
    out.len = 0;
    clv_out_dec(&out, UINT64_MAX);
    assert_true(out.len == 20 && !memcmp(out.buf, "18446744073709551615", 20));
    for (int n = 1; n <= 16; n++) {
        out.len = 0;
        clv_out_hexn(&out, 0x123456789abcdef0 >> 4 * (16 - n), n);
        assert_true(out.len == (size_t)n && !memcmp(out.buf, "123456789abcdef0", (size_t)n));
    }
    for (uint32_t b = 0; b < 256; b++) {
        out.len = 0;
        clv_out_ip4(&out, b << 24 | (255 - b) << 16 | b << 8 | b);
        clv_out_chr(&out, 0);
        snprintf(want, sizeof want, "%u.%u.%u.%u", b, 255 - b, b, b);
        assert_string_equal(out.buf, want);
    }
    clv_out_free(&out);
}

/* Every byte, at every place of runs of every length. */
static void test_out_bytes(void **state)
{
    struct clv_out out;
    uint8_t bytes[256];
    char want[8];
    (void)state;
    for (uint32_t i = 0; i < 256; i++)
        bytes[i] = (uint8_t)i;
    clv_out_init(&out, NULL, NULL);
    for (size_t n = 0; n <= 256; n++) {
        out.len = 0;
        clv_out_hexbytes(&out, bytes + 256 - n, n);
        assert_int_equal(out.len, 2 * n);
        for (size_t i = 0; i < n; i++) {
            snprintf(want, sizeof want, "%02x", bytes[256 - n + i]);
            assert_memory_equal(out.buf + 2 * i, want, 2);
        }
    }
    for (int i = 0; i < 256; i++) {
        int c = i == '\n' ? 'n' : i == '\r' ? 'r' : i == '\t' ? 't' : i;
        bool odd = i < 0x20 || i >= 0x7f, mark = c != i || i == '\'' || i == '\\';
        snprintf(want, sizeof want, mark ? "'\\%c'" : odd ? "'\\x%02x'" : "'%c'", c);
        out.len = 0;
        clv_out_literal(&out, bytes + i, 1, true);
        clv_out_chr(&out, 0);
        assert_string_equal(out.buf, want);
    }
    clv_out_free(&out);
}

/* ---- Errors. */

static void test_err(void **state)
{
    struct clv_err err = { 0 };
    (void)state;
    assert_false(clv_fail(NULL, CLV_LIMIT, "no one asks"));
    assert_false(clv_fail_at(&err, 3, 4, "%s is %d", "x", 5));
    assert_string_equal(err.text, "x is 5");
    assert_true(err.code == CLV_BAD_TEXT && err.pos == 3 && err.len == 4 && err.sys == 0);
    clv_fail(&err, CLV_LIMIT, "the second");
    clv_fail_at(&err, 1, 1, "the second");
    clv_fail_sys(&err, EPERM, "the second");
    clv_fail_memory(&err);
    assert_string_equal(err.text, "x is 5");
    assert_true(err.code == CLV_BAD_TEXT && err.pos == 3 && err.sys == 0);
    err = (struct clv_err){ 0 };
    clv_fail_sys(&err, ENOENT, "file '%s'", "a\x1b[31mb\xe2\x80\xae\xff");
    assert_string_equal(err.text, "file 'a?[31mb?\?\?\?': No such file or directory");
    assert_true(err.code == CLV_SYSTEM && err.sys == ENOENT);
    err = (struct clv_err){ 0 };
    clv_fail_sys(&err, EACCES, "x");
    assert_true(err.code == CLV_DENIED && err.sys == EACCES);
    err = (struct clv_err){ 0 };
    clv_fail_sys(&err, EPERM, "x");
    assert_true(err.code == CLV_DENIED);
    err = (struct clv_err){ 0 };
    clv_fail_memory(&err);
    assert_int_equal(err.code, CLV_NO_MEMORY);
}

/* A message that is too long ends, between two characters. */
static void test_err_long(void **state)
{
    char name[1025] = "";
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        struct clv_err err = { 0 };
        uint32_t code;
        memset(name, 'a', shift);
        for (size_t i = shift; i + 2 < sizeof name; i += 2)
            memcpy(name + i, "\xc3\xa4", 3);
        clv_fail(&err, CLV_LIMIT, "%s", name);
        size_t n = strlen(err.text), i = 0;
        assert_true(n == sizeof err.text - 1 || n == sizeof err.text - 2);
        while (i < n) {
            size_t take = clv_utf8_take((const uint8_t *)err.text + i, n - i, &code);
            assert_true(take || i == n - 1);
            i += take ? take : 1;
        }
        assert_true((err.text[n - 1] & 0x80) == 0 || (err.text[n - 1] & 0xc0) == 0x80);
    }
}

/* ---- Names. */

static void test_distance(void **state)
{
    static const struct {
        const char *a, *b;
        uint32_t want;
    } rows[] = {
        { "", "", 0 },           { "", "abc", 3 },         { "abc", "", 3 },
        { "TTL", "ttl", 0 },     { "tll", "ttl", 1 },      { "TPC", "TCP", 1 },
        { "ab", "ba", 1 },       { "abcd", "acbd", 1 },    { "abc", "cab", 2 },
        { "ca", "abc", 3 },      { "chksum", "cksum", 1 }, { "kitten", "sitting", 3 },
        { "badc", "abcd", 2 },   { "a", "b", 1 },          { "sprot", "sport", 1 },
        { "x\xff", "x\xfe", 1 },
    };
    char longest[256], longer[257];
    (void)state;
    for (size_t i = 0; i < clv_len(rows); i++) {
        size_t an = strlen(rows[i].a), bn = strlen(rows[i].b);
        assert_int_equal(clv_distance(rows[i].a, an, rows[i].b, bn), rows[i].want);
        assert_int_equal(clv_distance(rows[i].b, bn, rows[i].a, an), rows[i].want);
    }
    memset(longest, 'x', sizeof longest);
    memset(longer, 'x', sizeof longer);
    assert_int_equal(clv_distance(longest, 255, longer, 255), 0);
    assert_int_equal(clv_distance(longest, 255, "", 0), 255);
    assert_int_equal(clv_distance(longest, 256, longer, 255), UINT32_MAX);
    assert_int_equal(clv_distance(longest, 1, longer, 256), UINT32_MAX);
}

static void test_same_word(void **state)
{
    (void)state;
    assert_true(clv_same_word("ip", 2, "IP"));
    assert_true(clv_same_word("IPx", 2, "ip"));
    assert_true(clv_same_word("", 0, ""));
    assert_false(clv_same_word("IP", 2, "IPv6"));
    assert_false(clv_same_word("IPv6", 4, "IP"));
    assert_false(clv_same_word("I", 1, ""));
    assert_false(clv_same_word("a\0", 2, "a"));
    assert_false(clv_same_word("a\0b", 3, "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arena_takes),     cmocka_unit_test(test_arena_limit),
        cmocka_unit_test(test_arena_settles),   cmocka_unit_test(test_arena_unbounded),
        cmocka_unit_test(test_arena_no_memory), cmocka_unit_test(test_arena_grows),
        cmocka_unit_test(test_out_grows),       cmocka_unit_test(test_out_sink),
        cmocka_unit_test(test_out_sink_fails),  cmocka_unit_test(test_out_numbers),
        cmocka_unit_test(test_out_bytes),       cmocka_unit_test(test_err),
        cmocka_unit_test(test_err_long),        cmocka_unit_test(test_distance),
        cmocka_unit_test(test_same_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
