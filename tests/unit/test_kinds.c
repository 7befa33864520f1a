/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of values: what each takes from text, what it says of what it does not take, how it prints. */
#include "ground.h"
#include "model/model.h"

#include <stdlib.h>
#include <string.h>

static const struct clv_word colours[] = {
    { 1, "red" }, { 2, "green" }, { 700, "blue-ish" }, WORD_END
};
static const struct clv_word letters[] = { { 1, "F" }, { 2, "S" }, { 16, "A" }, WORD_END };
static const struct clv_word names[] = { { 1, "MF" }, { 2, "DF" }, { 4, "evil" }, WORD_END };

static const struct clv_field u1 = BITS(1, "u1"), u4 = BITS(4, "u4"), u8 = U8("u8"),
                              u16 = U16("u16"), u24 = U24("u24"), u32 = U32("u32"),
                              u63 = BITS(63, "u63"), u64 = U64("u64"),
                              hex = U16("hex", .style = CLV_HEX),
                              word = U16("word", .words = colours),
                              hexword = U16("hexword", .style = CLV_HEX, .words = colours),
                              s4 = BITS(4, "s4", .style = CLV_SIGNED),
                              s8 = U8("s8", .style = CLV_SIGNED | CLV_HEX),
                              s32 = U32("s32", .style = CLV_SIGNED),
                              s64 = U64("s64", .style = CLV_SIGNED),
                              flags = FLAGS(9, "flags", .words = letters),
                              bits = FLAGS(3, "bits", .words = names), bare = FLAGS(8, "bare"),
                              varint = VARINT("varint"), mac = MAC("mac"), ip4 = IP4("ip4"),
                              ip6 = IP6("ip6"), bytes = BYTES("bytes"), six = FIXED(6, "six"),
                              text = TEXT("[a-z]+[0-9]*", "text");

static struct ast *read_text(struct ground *g, const char *s, bool json)
{
    struct clv_err err = { 0 };
    struct ast *a = json ? clv_ast_json(g->arena, s, strlen(s), &err)
                         : clv_ast_parse(g->arena, s, strlen(s), false, &err);
    if (!a)
        fail_msg("%s: %s", s, err.text);
    a->json = json;
    return a;
}

static bool parses(struct ground *g, const struct clv_field *f, const char *s, struct clv_val *v,
                   struct clv_err *err)
{
    *v = (struct clv_val){ 0 };
    *err = (struct clv_err){ 0 };
    return f->kind->parse(f, read_text(g, s, false), v, g->arena, err);
}

/* ---- Good values: as text, then as an expression, for people, as JSON. */

struct good {
    const struct clv_field *f;
    const char *from, *expr, *show, *json;
};

static const struct good numbers[] = {
    { &u1, "1", "1", "1", "1" },
    { &u1, "True", "1", "1", "1" },
    { &u4, "0xf", "15", "15", "15" },
    { &u8, "255", "255", "255", "255" },
    { &u8, "'0x1F'", "31", "31", "31" },
    { &u8, "-0", "0", "0", "0" },
    { &u8, "0b1010", "10", "10", "10" },
    { &u8, "0o17", "15", "15", "15" },
    { &u24, "0xffffff", "16777215", "16777215", "16777215" },
    { &u32, "4_294_967_295", "4294967295", "4294967295", "4294967295" },
    { &u63, "0x7fffffffffffffff", "9223372036854775807", "9223372036854775807",
      "\"9223372036854775807\"" },
    { &u64, "9007199254740991", "9007199254740991", "9007199254740991", "9007199254740991" },
    { &u64, "9007199254740992", "9007199254740992", "9007199254740992", "\"9007199254740992\"" },
    { &u64, "18446744073709551615", "18446744073709551615", "18446744073709551615",
      "\"18446744073709551615\"" },
    { &hex, "0", "0x0", "0x0", "0" },
    { &hex, "65535", "0xffff", "0xffff", "65535" },
    { &word, "'red'", "1", "red", "1" },
    { &word, "'RED'", "1", "red", "1" },
    { &word, "'blue-ish'", "700", "blue-ish", "700" },
    { &word, "3", "3", "3", "3" },
    { &word, "'700'", "700", "blue-ish", "700" },
    { &hexword, "b'green'", "0x2", "green", "2" },
    { &s4, "-8", "-8", "-8", "-8" },
    { &s4, "7", "7", "7", "7" },
    { &s8, "-1", "-1", "-1", "-1" },
    { &s8, "'-128'", "-128", "-128", "-128" },
    { &s8, "127", "127", "127", "127" },
    { &s32, "-2147483648", "-2147483648", "-2147483648", "-2147483648" },
    { &s64, "-9223372036854775808", "-9223372036854775808", "-9223372036854775808",
      "\"-9223372036854775808\"" },
    { &s64, "-9007199254740991", "-9007199254740991", "-9007199254740991", "-9007199254740991" },
    { &s64, "9223372036854775807", "9223372036854775807", "9223372036854775807",
      "\"9223372036854775807\"" },
    { &varint, "4611686018427387903", "4611686018427387903", "4611686018427387903",
      "\"4611686018427387903\"" },
};

static const struct good flag_values[] = {
    { &flags, "'S'", "'S'", "S", "2" },
    { &flags, "'AS'", "'SA'", "SA", "18" },
    { &flags, "'sfa'", "'FSA'", "FSA", "19" },
    { &flags, "'S+A'", "'SA'", "SA", "18" },
    { &flags, "'S|A,F'", "'FSA'", "FSA", "19" },
    { &flags, "['S', 'A']", "'SA'", "SA", "18" },
    { &flags, "('S', 1)", "'FS'", "FS", "3" },
    { &flags, "0", "0", "", "0" },
    { &flags, "''", "0", "", "0" },
    { &flags, "0x1ff", "511", "FSA+0x1ec", "511" },
    { &flags, "'FSA+0x1ec'", "511", "FSA+0x1ec", "511" },
    { &flags, "'0x100'", "256", "0x100", "256" },
    { &flags, "'SS'", "'S'", "S", "2" },
    { &bits, "'DF'", "'DF'", "DF", "2" },
    { &bits, "'df+mf'", "'MF+DF'", "MF+DF", "3" },
    { &bits, "'MF|evil'", "'MF+evil'", "MF+evil", "5" },
    { &bits, "7", "'MF+DF+evil'", "MF+DF+evil", "7" },
    { &bare, "0x81", "129", "0x81", "129" },
};

static const struct good addresses[] = {
    { &mac, "'00:11:22:aa:BB:cc'", "'00:11:22:aa:bb:cc'", "00:11:22:aa:bb:cc",
      "\"00:11:22:aa:bb:cc\"" },
    { &mac, "'0-1-2-a-B-ff'", "'00:01:02:0a:0b:ff'", "00:01:02:0a:0b:ff", "\"00:01:02:0a:0b:ff\"" },
    { &mac, "0xffffffffffff", "'ff:ff:ff:ff:ff:ff'", "ff:ff:ff:ff:ff:ff", "\"ff:ff:ff:ff:ff:ff\"" },
    { &mac, "b'\\x00\\x01\\x02\\x03\\x04\\xff'", "'00:01:02:03:04:ff'", "00:01:02:03:04:ff",
      "\"00:01:02:03:04:ff\"" },
    { &ip4, "'0.0.0.0'", "'0.0.0.0'", "0.0.0.0", "\"0.0.0.0\"" },
    { &ip4, "'255.255.255.255'", "'255.255.255.255'", "255.255.255.255", "\"255.255.255.255\"" },
    { &ip4, "0x0a000001", "'10.0.0.1'", "10.0.0.1", "\"10.0.0.1\"" },
    { &ip4, "b'10.0.0.1'", "'10.0.0.1'", "10.0.0.1", "\"10.0.0.1\"" },
    { &ip6, "'::'", "'::'", "::", "\"::\"" },
    { &ip6, "'2001:DB8:0:0::1'", "'2001:db8::1'", "2001:db8::1", "\"2001:db8::1\"" },
    { &ip6, "'1:2:3:4:5:6:7::'", "'1:2:3:4:5:6:7:0'", "1:2:3:4:5:6:7:0", "\"1:2:3:4:5:6:7:0\"" },
    { &ip6, "'::2:3:4:5:6:7:8'", "'0:2:3:4:5:6:7:8'", "0:2:3:4:5:6:7:8", "\"0:2:3:4:5:6:7:8\"" },
    { &ip6, "'::FFFF:1.2.3.4'", "'::ffff:1.2.3.4'", "::ffff:1.2.3.4", "\"::ffff:1.2.3.4\"" },
    { &ip6, "'1:2:3:4:5:6:1.2.3.4'", "'1:2:3:4:5:6:102:304'", "1:2:3:4:5:6:102:304",
      "\"1:2:3:4:5:6:102:304\"" },
    { &ip6, "'64:ff9b::192.0.2.33'", "'64:ff9b::c000:221'", "64:ff9b::c000:221",
      "\"64:ff9b::c000:221\"" },
    { &ip6, "b'0123456789abcdef'", "'3031:3233:3435:3637:3839:6162:6364:6566'",
      "3031:3233:3435:3637:3839:6162:6364:6566", "\"3031:3233:3435:3637:3839:6162:6364:6566\"" },
};

static const struct good strings[] = {
    { &bytes, "b''", "b''", "b''", "\"\"" },
    { &bytes, "'a\\xffb'", "b'a\\xffb'", "b'a\\xffb'", "\"61ff62\"" },
    { &bytes, "b'\\x00' * 9", "bytes(9)", "bytes(9)", "\"000000000000000000\"" },
    { &six, "b'abcdef'", "b'abcdef'", "b'abcdef'", "\"616263646566\"" },
    { &six, "b'ab'", "b'ab'", "b'ab\\x00\\x00\\x00\\x00'", "\"616200000000\"" },
    { &six, "''", "b''", "b'\\x00\\x00\\x00\\x00\\x00\\x00'", "\"000000000000\"" },
    { &six, "b'\\x00a\\x00'", "b'\\x00a'", "b'\\x00a\\x00\\x00\\x00\\x00'", "\"006100000000\"" },
    { &text, "'abc12'", "b'abc12'", "'abc12'", "\"6162633132\"" },
    { &text, "b'z'", "b'z'", "'z'", "\"7a\"" },
};

static bool same_val(const struct clv_field *f, const struct clv_val *a, const struct clv_val *b)
{
    if (f->kind->shape == SHAPE_NUM)
        return a->u == b->u;
    return a->n == b->n && (!a->n || !memcmp(a->p, b->p, a->n));
}

static void check_good(struct ground *g, const struct good *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct good *r = &rows[i];
        const char *want[] = { r->expr, r->show, r->json };
        struct clv_val v, back;
        struct clv_err err;
        if (!parses(g, r->f, r->from, &v, &err))
            fail_msg("%s %s: %s", r->f->name, r->from, err.text);
        for (enum form form = FORM_EXPR; form <= FORM_JSON; form++) {
            r->f->kind->print(r->f, &v, form, &g->out);
            ground_same(g, want[form]);
            back = (struct clv_val){ 0 };
            if (form != FORM_SHOW &&
                !r->f->kind->parse(r->f, read_text(g, want[form], form == FORM_JSON), &back,
                                   g->arena, &err) &&
                strcmp(want[form], "bytes(9)") != 0)
                fail_msg("%s %s: %s", r->f->name, want[form], err.text);
            assert_true(form == FORM_SHOW || !strcmp(want[form], "bytes(9)") ||
                        same_val(r->f, &v, &back));
        }
        assert_int_equal(r->f->kind->order(&v, &v), 0);
    }
}

static void test_good(void **state)
{
    struct ground *g = *state;
    check_good(g, numbers, sizeof numbers / sizeof *numbers);
    check_good(g, flag_values, sizeof flag_values / sizeof *flag_values);
    check_good(g, addresses, sizeof addresses / sizeof *addresses);
    check_good(g, strings, sizeof strings / sizeof *strings);
}

/* ---- Bad values. */

struct bad {
    const struct clv_field *f;
    const char *from, *want;
};

static const struct bad bad_numbers[] = {
    { &u1, "2", "2 is outside 0..1" },
    { &u4, "16", "16 is outside 0..15" },
    { &u8, "256", "256 is outside 0..255" },
    { &u8, "-1", "-1 is outside 0..255" },
    { &u8, "'300'", "300 is outside 0..255" },
    { &u8, "'-1'", "-1 is outside 0..255" },
    { &u16, "0x10000", "65536 is outside 0..65535" },
    { &u24, "0x1000000", "16777216 is outside 0..16777215" },
    { &u32, "4294967296", "4294967296 is outside 0..4294967295" },
    { &u63, "9223372036854775808", "9223372036854775808 is outside 0..9223372036854775807" },
    { &u64, "18446744073709551616", "18446744073709551616 is outside 0..18446744073709551615" },
    { &u8, "-99999999999999999999999999", "-999999999999999999999999... is outside 0..255" },
    { &u64, "0x10000000000000000", "0x10000000000000000 is outside 0..18446744073709551615" },
    { &varint, "4611686018427387904", "4611686018427387904 is outside 0..4611686018427387903" },
    { &s4, "8", "8 is outside -8..7" },
    { &s4, "-9", "-9 is outside -8..7" },
    { &s8, "128", "128 is outside -128..127" },
    { &s64, "9223372036854775808",
      "9223372036854775808 is outside -9223372036854775808..9223372036854775807" },
    { &s64, "-9223372036854775809",
      "-9223372036854775809 is outside -9223372036854775808..9223372036854775807" },
    { &u8, "'abc'", "'abc' is no number; it takes 0..255" },
    { &s8, "'abc'", "'abc' is no number; it takes -128..127" },
    { &u8, "'1 '", "'1 ' is no number; it takes 0..255" },
    { &u8, "'-'", "'-' is no number; it takes 0..255" },
    { &u8, "None", "takes a number 0..255" },
    { &u8, "[1]", "takes a number 0..255" },
    { &s8, "(1, 2)", "takes a number -128..127" },
    { &u8, "IP()", "takes a number 0..255" },
    { &word, "'rde'", "no value is named 'rde'; did you mean 'red'?" },
    { &word, "'grene'", "no value is named 'grene'; did you mean 'green'?" },
    { &word, "'yellow'", "no value is named 'yellow'; a number is 0..65535" },
    { &word, "70000", "70000 is outside 0..65535" },
    { &flags, "'SX'", "no value is named 'SX'; did you mean 'S'?" },
    { &flags, "512", "512 is outside 0..511" },
    { &flags, "-1", "-1 is outside 0..511" },
    { &flags, "'S+0x200'", "no value is named 'S+0x200'; a number is 0..511" },
    { &flags, "['S', 'Q']", "no value is named 'Q'; a number is 0..511" },
    { &flags, "['S', None]", "takes a number 0..511" },
    { &bits, "'D'", "no value is named 'D'; did you mean 'DF'?" },
    { &bits, "'DF+fragment'", "no value is named 'DF+fragment'; a number is 0..7" },
    { &bare, "'A'", "'A' is no number; it takes 0..255" },
};

#define NO_MAC(text_)                                                                              \
    {                                                                                              \
        &mac, "'" text_ "'", "'" text_ "' is no MAC address; like 00:11:22:aa:bb:cc"               \
    }
#define NO_IP4(text_)                                                                              \
    {                                                                                              \
        &ip4, "'" text_ "'", "'" text_ "' is no IPv4 address"                                      \
    }
#define NO_NET(text_)                                                                              \
    {                                                                                              \
        &ip4, "'" text_ "'", "'" text_ "' is no net; like 192.0.2.0/24, with /0 to /32"            \
    }
#define NO_IP6(text_)                                                                              \
    {                                                                                              \
        &ip6, "'" text_ "'", "'" text_ "' is no IPv6 address"                                      \
    }

static const struct bad bad_addresses[] = {
    NO_MAC(""),
    NO_MAC("00:11:22:33:44"),
    NO_MAC("00:11:22:33:44:55:66"),
    NO_MAC("00:11:22:33:44:"),
    NO_MAC("00:11:22:33:44:5g"),
    NO_MAC("000:11:22:33:44:55"),
    NO_MAC("00:11:22:33:44:55 "),
    NO_MAC("001122334455"),
    NO_MAC(":11:22:33:44:55"),
    { &mac, "0x1000000000000", "takes a MAC address, like '00:11:22:aa:bb:cc'" },
    { &mac, "-1", "takes a MAC address, like '00:11:22:aa:bb:cc'" },
    { &mac, "[1]", "takes a MAC address, like '00:11:22:aa:bb:cc'" },
    NO_IP4(""),
    NO_IP4("1.2.3"),
    NO_IP4("1.2.3.4.5"),
    NO_IP4("1.2.3.256"),
    NO_IP4("1.2.3.1000"),
    NO_IP4("1.2.3."),
    NO_IP4(".1.2.3"),
    NO_IP4("1..2.3"),
    NO_IP4(" 1.2.3.4"),
    NO_IP4("1.2.3.4 "),
    NO_IP4("1.2.3.-4"),
    NO_IP4("010.0.0.1"),
    NO_IP4("1.2.3.00"),
    NO_IP4("0x0a.0.0.1"),
    NO_IP4("example.org"),
    NO_NET("1.2.3.4/33"),
    NO_NET("1.2.3.4/"),
    NO_NET("1.2.3/24"),
    NO_NET("1.2.3.4/-1"),
    NO_NET("1.2.3.4/24/8"),
    NO_NET("/24"),
    { &ip4, "'10.0.0.0/24'", "'10.0.0.0/24' is a net, it takes one address here" },
    { &ip4, "4294967296", "takes an IPv4 address, like '192.0.2.1'" },
    { &ip4, "-1", "takes an IPv4 address, like '192.0.2.1'" },
    { &ip4, "True", "takes an IPv4 address, like '192.0.2.1'" },
    NO_IP6(""),
    NO_IP6(":"),
    NO_IP6(":::"),
    NO_IP6(":1"),
    NO_IP6("1:"),
    NO_IP6("::1:"),
    NO_IP6("1::2::3"),
    NO_IP6("1:2:3:4:5:6:7"),
    NO_IP6("1:2:3:4:5:6:7:8:9"),
    NO_IP6("1:2:3:4:5:6:7:8::"),
    NO_IP6("::1:2:3:4:5:6:7:8"),
    NO_IP6("12345::"),
    NO_IP6("g::"),
    NO_IP6("1.2.3.4"),
    NO_IP6("::1.2.3"),
    NO_IP6("::1.2.3.4:5"),
    NO_IP6("1:2:3:4:5:6:7:1.2.3.4"),
    { &ip6, "'fe80::1%eth0'", "'fe80::1%eth0': only a destination has a zone" },
    NO_IP6("2001:db8::/32"),
    { &ip6, "1", "takes an IPv6 address, like '2001:db8::1'" },
    { &ip6, "None", "takes an IPv6 address, like '2001:db8::1'" },
};

static const struct bad bad_strings[] = {
    { &bytes, "5", "takes bytes, like b'\\x00\\xff' or 'text'" },
    { &bytes, "None", "takes bytes, like b'\\x00\\xff' or 'text'" },
    { &bytes, "['a']", "takes bytes, like b'\\x00\\xff' or 'text'" },
    { &six, "b'1234567'", "7 bytes are given, it holds 6" },
    { &text, "''", "does not fit the pattern [a-z]+[0-9]*" },
    { &text, "'12'", "does not fit the pattern [a-z]+[0-9]*" },
    { &text, "'ab1c'", "does not fit the pattern [a-z]+[0-9]*" },
    { &text, "'abc\\n'", "does not fit the pattern [a-z]+[0-9]*" },
};

static void check_bad(struct ground *g, const struct bad *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct clv_val v;
        struct clv_err err;
        if (parses(g, rows[i].f, rows[i].from, &v, &err))
            fail_msg("%s takes %s", rows[i].f->name, rows[i].from);
        assert_string_equal(err.text, rows[i].want);
        assert_int_equal(err.code, CLV_BAD_TEXT);
        assert_true(err.pos + err.len <= strlen(rows[i].from) && err.len);
    }
}

static void test_bad(void **state)
{
    struct ground *g = *state;
    check_bad(g, bad_numbers, sizeof bad_numbers / sizeof *bad_numbers);
    check_bad(g, bad_addresses, sizeof bad_addresses / sizeof *bad_addresses);
    check_bad(g, bad_strings, sizeof bad_strings / sizeof *bad_strings);
}

/* JSON writes bytes as hexadecimal digits. */
static void test_bad_hex(void **state)
{
    static const char *const rows[] = {
        "\"0\"",    "an odd number of hexadecimal digits",
        "\"000\"",  "an odd number of hexadecimal digits",
        "\"0g\"",   "bytes are hexadecimal here, like \"00ff\"",
        "\"0x00\"", "bytes are hexadecimal here, like \"00ff\"",
        "\"00 0\"", "bytes are hexadecimal here, like \"00ff\"",
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i += 2) {
        struct clv_err err = { 0 };
        struct clv_val v = { 0 };
        assert_false(clv_bytes.parse(&bytes, read_text(g, rows[i], true), &v, g->arena, &err));
        assert_string_equal(err.text, rows[i + 1]);
    }
}

/* Compiled, a pattern takes what it takes as text, and begins with what it says. */
static void test_patterns(void **state)
{
    static const char *const patterns[] = { "a",  "a+",  "[^a:]+", "[a-b]*:", "a?b",      "",
                                            "|a", "a|",  "a||b",   "a|b+:",   "a*|b",     "ab|a:",
                                            ":?", "[a]", "ab?:+",  "[:-]",    "b|[ab]+a", "\r*:?" };
    static const uint8_t alphabet[] = { 'a', 'b', ':', '\r', 0xff };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct like *like = clv_like_compile(patterns[i], g->kept);
        uint64_t set[4];
        bool begins = clv_like_begins(like, set);
        for (uint32_t k = 0; k < 5 * 5 * 5 * 5 * 5; k++)
            for (uint32_t n = 0; n <= 5; n++) {
                uint8_t s[5];
                for (uint32_t c = 0, v = k; c < 5; c++, v /= 5)
                    s[c] = alphabet[v % 5];
                uint32_t want = clv_like_span(patterns[i], s, n);
                if (clv_like_run(like, s, n) != want)
                    fail_msg("%s: %.*s", patterns[i], (int)n, s);
                bool may = !begins || (n && set[*s >> 6] >> (*s & 63) & 1);
                if (!may && want != UINT32_MAX)
                    fail_msg("%s begins with none of %.*s", patterns[i], (int)n, s);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_bad_hex),
        cmocka_unit_test(test_patterns),
    };
    return cmocka_run_group_tests(tests, ground_set_up, ground_tear_down);
}
