/* SPDX-License-Identifier: BSD-2-Clause */
/* The writers of numbers, addresses, times and escapes; sums, bits and random numbers. */
#include "base/base.h"
#include "ground.h"

#include <stdlib.h>
#include <string.h>

static struct clv_out out;

static void same(const char *want)
{
    clv_out_chr(&out, 0);
    assert_false(out.failed);
    assert_string_equal(out.buf, want);
    out.len = 0;
}

#define CHECK(call, want)                                                                          \
    do {                                                                                           \
        call;                                                                                      \
        same(want);                                                                                \
    } while (0)

static int set_up(void **state)
{
    (void)state;
    clv_out_init(&out, NULL, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    clv_out_free(&out);
    return 0;
}

/* ---- Numbers, addresses, times. */

static void test_numbers(void **state)
{
    static const uint8_t bytes[] = { 0x00, 0x0f, 0xf0, 0xff };
    (void)state;
    CHECK(clv_out_dec(&out, 0), "0");
    CHECK(clv_out_dec(&out, 9), "9");
    CHECK(clv_out_dec(&out, 10), "10");
    CHECK(clv_out_dec(&out, UINT64_MAX), "18446744073709551615");
    CHECK(clv_out_int(&out, 0), "0");
    CHECK(clv_out_int(&out, -1), "-1");
    CHECK(clv_out_int(&out, INT64_MIN), "-9223372036854775808");
    CHECK(clv_out_int(&out, INT64_MAX), "9223372036854775807");
    CHECK(clv_out_hex(&out, 0), "0x0");
    CHECK(clv_out_hex(&out, 0x10), "0x10");
    CHECK(clv_out_hex(&out, 0xabc), "0xabc");
    CHECK(clv_out_hex(&out, UINT64_MAX), "0xffffffffffffffff");
    CHECK(clv_out_hexn(&out, 0xabcd, 4), "abcd");
    CHECK(clv_out_hexn(&out, 0xabcd, 2), "cd");
    CHECK(clv_out_hexn(&out, 1, 16), "0000000000000001");
    CHECK(clv_out_hexbytes(&out, bytes, 4), "000ff0ff");
    CHECK(clv_out_hexbytes(&out, bytes, 0), "");
    CHECK(clv_out_mac(&out, (const uint8_t *)"\x00\x0f\xf0\xff\x12\xab"), "00:0f:f0:ff:12:ab");
    CHECK(clv_out_ip4(&out, 0), "0.0.0.0");
    CHECK(clv_out_ip4(&out, 0x0a636401), "10.99.100.1");
    CHECK(clv_out_ip4(&out, UINT32_MAX), "255.255.255.255");
    CHECK(clv_out_ip4(&out, 0x09c8650a), "9.200.101.10");
}

static void test_time(void **state)
{
    (void)state;
    CHECK(clv_out_time(&out, 0, 0, 9), "0.000000000");
    CHECK(clv_out_time(&out, 1699999999, 123456789, 9), "1699999999.123456789");
    CHECK(clv_out_time(&out, 1699999999, 123456789, 6), "1699999999.123456");
    CHECK(clv_out_time(&out, 1, 999999999, 6), "1.999999"); /* never the next second */
    CHECK(clv_out_time(&out, 1, 999999999, 0), "1");
    CHECK(clv_out_time(&out, 1, 1000, 6), "1.000001");
    CHECK(clv_out_time(&out, INT64_MAX, 1, 9), "9223372036854775807.000000001");
    CHECK(clv_out_time(&out, -2, 0, 1), "-2.0");
}

/* RFC 5952: 4.1 no leading zeros, 4.2.1 as short as possible, 4.2.2 not for one word, 4.2.3 the
 * longest run, the first of equals, 4.3 lower case, 5 an embedded IPv4 address. */
static void test_ip6(void **state)
{
    static const struct {
        uint16_t w[8];
        const char *want;
    } rows[] = {
        { { 0 }, "::" },
        { { 0, 0, 0, 0, 0, 0, 0, 1 }, "::1" },
        { { 1 }, "1::" },
        { { 0x2001, 0xdb8, 0, 0, 0, 0, 0, 1 }, "2001:db8::1" },
        { { 0x2001, 0xdb8, 0, 0, 0, 0, 2, 1 }, "2001:db8::2:1" },
        { { 0x2001, 0xdb8, 0, 1, 1, 1, 1, 1 }, "2001:db8:0:1:1:1:1:1" },
        { { 0x2001, 0, 0, 1, 0, 0, 0, 1 }, "2001:0:0:1::1" },
        { { 0x2001, 0xdb8, 0, 0, 1, 0, 0, 1 }, "2001:db8::1:0:0:1" },
        { { 0, 0, 1, 0, 0, 1, 0, 0 }, "::1:0:0:1:0:0" },
        { { 0, 1, 0, 0, 1, 0, 0, 0 }, "0:1:0:0:1::" },
        { { 1, 0, 0, 0, 0, 0, 0, 0xABCD }, "1::abcd" },
        { { 0xfe80, 0, 0, 0, 0x200, 0x5eff, 0xfe00, 0x5301 }, "fe80::200:5eff:fe00:5301" },
        { { 1, 2, 3, 4, 5, 6, 7, 8 }, "1:2:3:4:5:6:7:8" },
        { { 0, 2, 3, 4, 5, 6, 7, 8 }, "0:2:3:4:5:6:7:8" },
        { { 1, 2, 3, 4, 5, 6, 7, 0 }, "1:2:3:4:5:6:7:0" },
        { { 1, 2, 3, 4, 5, 6, 0, 0 }, "1:2:3:4:5:6::" },
        { { 0, 0, 3, 4, 5, 6, 7, 8 }, "::3:4:5:6:7:8" },
        { { 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff, 0xffff },
          "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { { 0x10, 0x100, 0x1000, 1, 0, 0, 0x00f, 0x0ff0 }, "10:100:1000:1::f:ff0" },
        { { 0, 0, 0, 0, 0, 0xffff, 0xc000, 0x0201 }, "::ffff:192.0.2.1" },
        { { 0, 0, 0, 0, 0, 0xffff, 0, 0 }, "::ffff:0.0.0.0" },
        { { 0, 0, 0, 0, 0, 0, 0xc000, 0x0201 }, "::c000:201" },
        { { 0, 0, 0, 0, 0xffff, 0, 0xc000, 0x0201 }, "::ffff:0:c000:201" },
        { { 0x64, 0xff9b, 0, 0, 0, 0, 0xc000, 0x0221 }, "64:ff9b::c000:221" },
    };
    (void)state;
    for (size_t i = 0; i < clv_len(rows); i++) {
        uint8_t p[16];
        for (int k = 0; k < 8; k++) {
            p[2 * k] = (uint8_t)(rows[i].w[k] >> 8);
            p[2 * k + 1] = (uint8_t)rows[i].w[k];
        }
        CHECK(clv_out_ip6(&out, p), rows[i].want);
    }
}

/* ---- Escapes. */

static void test_safe(void **state)
{
    static const struct {
        const char *from, *want;
    } rows[] = {
        { "", "" },
        { "plain ~!\"\\'", "plain ~!\"\\'" },
        { "\x1b[31m", "\\x1b[31m" },
        { "a\n\t\r\x7f", "a\\x0a\\x09\\x0d\\x7f" },
        { "\xc2\x85", "\\xc2\\x85" }, /* C1: next line */
        { "\xc2\x9b", "\\xc2\\x9b" }, /* C1: CSI */
        { "\x9b", "\\x9b" },          /* the same as one byte */
        { "\xc2\xa0", "\xc2\xa0" },   /* the first after C1 */
        { "\xe2\x80\xae"
          "evil",
          "\\xe2\\x80\\xaeevil" },             /* right-to-left override */
        { "\xe2\x80\xaa", "\\xe2\\x80\\xaa" }, /* embedding */
        { "\xe2\x81\xa6", "\\xe2\\x81\\xa6" }, /* isolate */
        { "\xe2\x81\xa9", "\\xe2\\x81\\xa9" },
        { "\xe2\x80\x8e\xe2\x80\x8f", "\\xe2\\x80\\x8e\\xe2\\x80\\x8f" }, /* marks */
        { "\xd8\x9c", "\\xd8\\x9c" },                                     /* Arabic letter mark */
        { "\xe2\x80\xa8", "\\xe2\\x80\\xa8" },                            /* line separator */
        { "\xef\xbb\xbf", "\\xef\\xbb\\xbf" },                            /* byte order mark */
        { "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
        { "\xc3", "\\xc3" }, /* cut */
        { "\xe2\x82", "\\xe2\\x82" },
        { "\xf0\x9f\x98", "\\xf0\\x9f\\x98" },
        { "\xc3(", "\\xc3(" },        /* no continuation */
        { "\x80\xbf", "\\x80\\xbf" }, /* continuation alone */
        { "\xc0\x9b", "\\xc0\\x9b" }, /* too long: an escape in disguise */
        { "\xe0\x80\x9b", "\\xe0\\x80\\x9b" },
        { "\xf0\x80\x80\x9b", "\\xf0\\x80\\x80\\x9b" },
        { "\xed\xa0\x80", "\\xed\\xa0\\x80" },          /* a surrogate */
        { "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" }, /* above 0x10ffff */
        { "\xf4\x8f\xbf\xbd", "\xf4\x8f\xbf\xbd" },
        { "\xf8\x88\x80\x80\x80", "\\xf8\\x88\\x80\\x80\\x80" },
        { "\xff\xfe", "\\xff\\xfe" },
    };
    (void)state;
    for (size_t i = 0; i < clv_len(rows); i++)
        CHECK(clv_out_safe(&out, rows[i].from, strlen(rows[i].from)), rows[i].want);
    CHECK(clv_out_safe(&out, "a\0b", 3), "a\\x00b");
}

static void test_json(void **state)
{
    static const struct {
        const char *from, *want;
    } rows[] = {
        { "", "\"\"" },
        { "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
        { "\n\t\x01\x1f\x7f", "\"\\u000a\\u0009\\u0001\\u001f\\u007f\"" },
        { "\xc2\x9b\xe2\x80\xae\xe2\x80\xa8", "\"\\u009b\\u202e\\u2028\"" },
        { "\xc3\xa4\xf0\x9f\x98\x80", "\"\xc3\xa4\xf0\x9f\x98\x80\"" },
        { "\xff", "\"\\ufffd\"" },
        { "a\xc3", "\"a\\ufffd\"" },
        { "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
    };
    (void)state;
    for (size_t i = 0; i < clv_len(rows); i++)
        CHECK(clv_out_json(&out, rows[i].from, strlen(rows[i].from)), rows[i].want);
    CHECK(clv_out_json(&out, "\0", 1), "\"\\u0000\"");
}

static void test_literal(void **state)
{
    static const uint8_t zeros[20] = { 0 };
    static const struct {
        const char *from, *want;
        bool text;
    } rows[] = {
        { "", "b''", false },
        { "", "''", true },
        { "abc ~\"", "b'abc ~\"'", false },
        { "it's", "'it\\'s'", true },
        { "\\\n\r\t", "b'\\\\\\n\\r\\t'", false },
        { "\x01\x1f\x7f\x80\xff", "b'\\x01\\x1f\\x7f\\x80\\xff'", false },
        { "\xc3\xa4", "'\\xc3\\xa4'", true },
        { "\x1b[31m", "'\\x1b[31m'", true },
    };
    (void)state;
    for (size_t i = 0; i < clv_len(rows); i++)
        CHECK(clv_out_literal(&out, (const uint8_t *)rows[i].from, strlen(rows[i].from),
                              rows[i].text),
              rows[i].want);
    CHECK(clv_out_literal(&out, zeros, 8, false), "b'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00'");
    CHECK(clv_out_literal(&out, zeros, 9, false), "bytes(9)");
    CHECK(clv_out_literal(&out, zeros, 20, false), "bytes(20)");
    CHECK(clv_out_literal(&out, zeros, 2, true), "'\\x00\\x00'");
    CHECK(clv_out_literal(&out, (const uint8_t *)"\0\0\0\0\0\0\0\0\0\1", 10, false),
          "b'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x01'");
}

/* Each code point as itself, but for surrogates; and no other pair of bytes is a character. */
static void test_utf8(void **state)
{
    uint32_t code, pairs = 0;
    (void)state;
    for (uint32_t c = 0; c < 0x120000; c++) {
        uint8_t s[4] = { (uint8_t)c };
        uint32_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        for (uint32_t i = n - 1, rest = c; n > 1 && i < n; i--, rest >>= 6)
            s[i] = (uint8_t)(i ? 0x80 | (rest & 0x3f) : (0xf00u >> n) | rest);
        bool valid = c < 0xd800 || (c >= 0xe000 && c < 0x110000);
        assert_int_equal(clv_utf8_take(s, 4, &code), valid ? n : 0);
        assert_true(!valid || code == c);
        assert_true(n == 1 || !clv_utf8_take(s, n - 1, &code));
    }
    for (uint32_t c = 0; c < 0x10000; c++) {
        uint8_t s[2] = { (uint8_t)(c >> 8), (uint8_t)c };
        pairs += clv_utf8_take(s, 2, &code) == 2;
    }
    assert_int_equal(pairs, 0x800 - 0x80);
}

/* ---- Sums (RFC 1071). */

static uint16_t sum_slowly(const uint8_t *p, size_t n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

static void test_sum(void **state)
{
    static const uint8_t rfc[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
    uint8_t bytes[300];
    (void)state;
    assert_int_equal(clv_sum_fold(clv_sum_add(0, rfc, 8)), 0xffff & ~0xddf2);
    assert_int_equal(clv_sum_fold(clv_sum_add(0, rfc, 7)), sum_slowly(rfc, 7));
    assert_int_equal(clv_sum_fold(0), 0xffff);
    assert_int_equal(clv_sum_fold(0xffff), 0);
    assert_int_equal(clv_sum_fold(0xffffffff), 0);
    assert_int_equal(clv_sum_fold(UINT64_MAX), 0);
    for (uint32_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)clv_random(1, i, 0);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        assert_int_equal(clv_sum_fold(clv_sum_add(0, bytes, n)), sum_slowly(bytes, n));
        size_t cut = n / 2 & ~(size_t)1;
        uint64_t halves = clv_sum_add(clv_sum_add(0, bytes, cut), bytes + cut, n - cut);
        assert_int_equal(clv_sum_fold(halves), sum_slowly(bytes, n));
    }
    memset(bytes, 0xff, sizeof bytes);
    for (size_t n = 0; n <= sizeof bytes; n++)
        assert_int_equal(clv_sum_fold(clv_sum_add(0, bytes, n)), sum_slowly(bytes, n));
}

/* ---- Bits. */

/* Bit i of a little-endian run is bit i % 8, from the low end, of byte i / 8. */
static uint64_t get_slowly(const uint8_t *p, uint32_t bit, uint32_t n, bool little)
{
    uint64_t v = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = bit + i;
        uint64_t b = (uint32_t)p[at / 8] >> (little ? at % 8 : 7 - at % 8) & 1;
        v |= b << (little ? i : n - 1 - i);
    }
    return v;
}

static void test_bits(void **state)
{
    uint8_t bytes[32], copy[32];
    (void)state;
    for (uint32_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)clv_random(2, i, 0);
    for (int little = 0; little < 2; little++)
        for (uint32_t bit = 0; bit < 80; bit++)
            for (uint32_t n = 1; n <= 64; n++) {
                uint64_t v = clv_bits_get(bytes, bit, n, little);
                uint64_t other = clv_random(3, bit, n), mask = n == 64 ? ~0ull : (1ull << n) - 1;
                assert_true(v == get_slowly(bytes, bit, n, little));
                memcpy(copy, bytes, sizeof copy);
                clv_bits_put(copy, bit, n, other, little); /* higher bits are not looked at */
                assert_true(get_slowly(copy, bit, n, little) == (other & mask));
                clv_bits_put(copy, bit, n, v, little); /* its neighbours are as before */
                assert_memory_equal(copy, bytes, sizeof copy);
            }
}

/* Nothing is read or written beyond the last byte: blocks of just the size, for the sanitizer. */
static void test_bits_bounds(void **state)
{
    (void)state;
    for (uint32_t bit = 0; bit < 8; bit++)
        for (uint32_t n = 1; n <= 64; n++) {
            uint32_t size = (bit + n + 7) / 8;
            uint8_t *p = calloc(1, size);
            for (int little = 0; little < 2; little++) {
                clv_bits_put(p, bit, n, ~0ull, little);
                assert_true(clv_bits_get(p, bit, n, little) == (n == 64 ? ~0ull : (1ull << n) - 1));
            }
            free(p);
        }
}

/* ---- Random numbers. */

static void test_random(void **state)
{
    uint32_t ones[64] = { 0 };
    (void)state;
    /* The same on every machine and in every version: captures made from a seed are kept. */
    assert_true(clv_mix(1) == 0x4179b061e0c0e0d0 && clv_random(1, 2, 3) == 0xf26445e0b820da5d);
    for (uint64_t i = 0; i < 4096; i++) {
        uint64_t r = clv_random(7, i, 0);
        assert_true(r != clv_random(7, i + 1, 0) && r != clv_random(8, i, 0) &&
                    r != clv_random(7, i, 1));
        for (int b = 0; b < 64; b++)
            ones[b] += (uint32_t)(r >> b) & 1;
    }
    for (int b = 0; b < 64; b++) /* six standard deviations */
        assert_true(ones[b] > 2048 - 192 && ones[b] < 2048 + 192);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_time),
        cmocka_unit_test(test_ip6),     cmocka_unit_test(test_safe),
        cmocka_unit_test(test_json),    cmocka_unit_test(test_literal),
        cmocka_unit_test(test_utf8),    cmocka_unit_test(test_sum),
        cmocka_unit_test(test_bits),    cmocka_unit_test(test_bits_bounds),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
