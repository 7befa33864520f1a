/* SPDX-License-Identifier: BSD-2-Clause */
/* The words for text and people: patterns, defaults, words, tuples, ends of lists, lines, fills. */
#include "toy.h"

#include <stdio.h>
#include <string.h>

/* One row a line. */
/* clang-format off */

/* HTTP-like: separators are rows with defaults, so that odd ones are plain values. */
ROWS(request,
    TEXT("[A-Z]+", "method", .text = "GET"),
    TEXT(" +", "sp", .text = " "),
    TEXT("[^ \r\n]+", "path", .text = "/"),
    TEXT(" +", "sp2", .text = " "),
    TEXT("HTTP/[0-9.]+", "version", .text = "HTTP/1.1"),
    TEXT("\r?\n?", "eol", .text = "\r\n"),
    LIST("headers", .of = "header"),
    TEXT("\r?\n?", "end", .text = "\r\n"));
TABLE(request, "Request", .next = "body");
ROWS(header,
    TEXT("[^:\r\n]+", "name", .text = "X"),
    TEXT("[: \t]*", "sep", .text = ": "),
    TEXT("[^\r\n]*", "value"),
    TEXT("\r?\n?", "eol", .text = "\r\n"));
UNDERS(header, UNDER(0, "header"));
UPPER(header, "Header");

ROWS(pattern,
    TEXT("a?[b-d]*[^0-9]+", "v", .text = "x"),
    BYTES("rest"));
TABLE(pattern, "Pattern");

static const struct clv_word colours[] = { { 1, "red" }, { 2, "green" }, { 4, "blue" }, WORD_END };
static const struct clv_word letters[] = { { 1, "R" }, { 2, "G" }, { 4, "B" }, WORD_END };
ROWS(worded,
    U8("colour", .words = colours),
    FLAGS(8, "mix", .words = colours),
    FLAGS(8, "letters", .words = letters),
    SWITCH("mode", .init = 1),
    IP4("ip", .init = 0x7f000001),
    IP6("six", .text = "::1"),
    MAC("mac"),
    FIXED(4, "fixed", .text = "abcd"));
static const struct clv_line worded_lines[] = {
    { "colour == 1", "a %colour% one, %#colour%" },
    { NULL, "%mix% at %ip%" },
    LINE_END,
};
TABLE(worded, "Worded", .lines = worded_lines);

/* Who talks to whom. */
ROWS(wire, U8("from"), U8("to"));
TABLE(wire, "Wire", .who = "%from% > %to%", .next = "linked");
ROWS(kind, U8("kind", .key = "linked.kind"));
UNDERS(linked, UNDER(0, "linked"));
SHARED(linked, kind, linked, "Kind");
UNDERS(says, UNDER(1, "linked.kind"));
UNDERS(alone, UNDER(2, "linked.kind"));
ROWS(says, U8("a"));
static const struct clv_line says_lines[] = { { NULL, "a=%a%" }, LINE_END };
SHARED(says, says, says, "Says", .lines = says_lines);
SHARED(alone, says, alone, "Alone", .who = "", .lines = says_lines);

/* Options, written as tuples. */
#define KIND(n) U8("kind", TELLS(n))
#define LEN U8("len", MEASURES(HEADER))
#define OPTION(id_, name_, ...) SHARED(id_, id_, option, name_, .tuple = __VA_ARGS__)
ROWS(options,
    U8("size", MEASURES(REST)),
    LIST("list", .of = "option"));
TABLE(options, "Options", .next = "body");
UNDERS(option, UNDER(0, "option"));
ROWS(stop, KIND(0));
ROWS(nop, KIND(1));
ROWS(one, KIND(2), LEN, U16("v"));
ROWS(two, KIND(3), LEN, U8("a"), IP4("b"));
ROWS(several, KIND(4), LEN, U8("v", .style = CLV_MANY));
ROWS(mixed, KIND(5), LEN, U8("a"), U8("v", .style = CLV_MANY));
ROWS(bytes, KIND(6), LEN, BYTES("data"));
ROWS(maybe, KIND(7), LEN, U8("a"), U8("b", .when = "left"));
ROWS(general, U8("kind"), LEN, BYTES("data"));
OPTION(stop, "Stop", "EOL", .last = "kind == 0");
OPTION(nop, "Nop", "NOP");
OPTION(one, "One", "One");
OPTION(two, "Two", "Two");
OPTION(several, "Several", "Several");
OPTION(mixed, "Mixed", "Mixed");
OPTION(bytes, "Data", "Bytes");
OPTION(maybe, "Maybe", "Maybe");
OPTION(general, "General", "");
#define OPTIONS &options, &stop, &nop, &one, &two, &several, &mixed, &bytes, &maybe, &general

/* A list that ends by itself: strings up to an empty one, then more rows. */
ROWS(names,
    LIST("list", .of = "label"),
    U8("x"));
TABLE(names, "Names");
ROWS(label,
    U8("len", MEASURES(REST)),
    BYTES("s"));
UNDERS(label, UNDER(0, "label"));
UPPER(label, "Label", .last = "len == 0");

/* Fills. */
static uint64_t fill_sum(struct clv_scope *scope)
{
    uint8_t b[2];
    uint64_t sum = clv_scope_uint(scope, NULL, "a") + clv_scope_size(scope);
    return (clv_scope_bytes(scope, 2, b, 2) ? sum + b[0] + b[1] : sum) & 0xff;
}
ROWS(filled,
    U8("a"),
    U8("sum", .fill = fill_sum),
    U16("b"),
    U16("head", .fill = clv_sum_header, .style = CLV_HEX),
    U16("all", .fill = clv_sum_layer, .style = CLV_HEX));
TABLE(filled, "Filled");

/* clang-format on */

static void test_like(void **state)
{
    struct toy *t = *state;
    TOYS(t, &pattern);
    toy_same(t, "61 62 63 64 65 31 32", "Pattern(v=b'abcde', rest=b'12')");
    toy_same(t, "78", "Pattern()");
    toy_same(t, "62 0a 30", "Pattern(v=b'b\\n', rest=b'0')");
    toy_fails(t, "Pattern(v='a1')", "Pattern.v: does not fit the pattern a?[b-d]*[^0-9]+");
    toy_fails(t, "Pattern(v='')", "Pattern.v: does not fit the pattern a?[b-d]*[^0-9]+");
}

/* Text to bytes, which print as this text. */
static void same_text(struct toy *t, const char *chars, const char *text)
{
    char hex[512] = "";
    for (const char *s = chars; *s; s++)
        snprintf(hex + strlen(hex), 4, "%02x ", (unsigned char)*s);
    toy_same(t, hex, text);
}

static void test_http(void **state)
{
    struct toy *t = *state;
    TOYS(t, &request, &header);
    same_text(t, "GET / HTTP/1.1\r\n\r\n", "Request()");
    same_text(
        t, "POST /a?b HTTP/1.0\r\nHost: x\r\nLen: 3\r\n\r\nabc",
        "Request(method=b'POST', path=b'/a?b', version=b'HTTP/1.0', headers=[Header(name=b'Host', "
        "value=b'x'), Header(name=b'Len', value=b'3')])/Raw(load=b'abc')");
    toy_fields(t, "Header.name,Header.value,Request.method", "'Host','Len' 'x','3' 'POST'");
    same_text(
        t, "GET  / HTTP/1.1\nHost:x\nA :\t y\n\n",
        "Request(sp=b'  ', eol=b'\\n', headers=[Header(name=b'Host', sep=b':', value=b'x', "
        "eol=b'\\n'), Header(name=b'A ', sep=b':\\t ', value=b'y', eol=b'\\n')], end=b'\\n')");
    same_text(t, "GET / HTTP/1.1\r\nX: \r\n", "Request(headers=[Header()], end=b'')");
    same_text(t, "GET / HTTP/1.1", "Request(eol=b'', end=b'')");
    toy_builds(t, "Request(headers=[Header(name='A', value='b')])",
               "474554202f20485454502f312e310d0a 413a20620d0a 0d0a");
    toy_noted(t, "67 65 74", "Raw(load=b'get')", "Raw: Request needs 4 bytes, 3 are there");
}

static void line_is(struct toy *t, const char *line)
{
    clv_print_line(&t->view, NULL, 0, &t->out);
    clv_out_chr(&t->out, 0);
    t->out.len = 0;
    assert_string_equal(t->out.buf, line);
}

static void test_words(void **state)
{
    struct toy *t = *state;
    TOYS(t, &worded);
    toy_same(t, "00 00 00 7f000001 00000000000000000000000000000001 000000000000 61626364",
             "Worded()");
    line_is(t, "Worded 0 at 127.0.0.1\n");
    toy_same(t, "01 05 83 0a000001 20010db8000000000000000000000001 020000000001 61000000",
             "Worded(colour=1, mix='red+blue', letters=131, ip='10.0.0.1', six='2001:db8::1', "
             "mac='02:00:00:00:00:01', fixed=b'a')");
    toy_fields(t, "Worded.colour,Worded.mix,Worded.letters", "1 red+blue RG+0x80");
    line_is(t, "Worded a red one, 1\n");
    toy_builds(t, "Worded(colour='green', mix='green,blue', letters='GB', fixed='')",
               "02 06 06 7f000001 00000000000000000000000000000001 000000000000 00000000");
    toy_builds(t, "Worded(mix=['red', 'green'], letters='R+0x80', fixed=None)",
               "00 03 81 7f000001 00000000000000000000000000000001 000000000000 61626364");
    toy_fails(t, "Worded(colour='gren')",
              "Worded.colour: no value is named 'gren'; did you mean 'green'?");
    toy_fails(t, "Worded(colour='x')", "Worded.colour: no value is named 'x'; a number is 0..255");
    toy_fails(t, "Worded(fixed='abcde')", "Worded.fixed: 5 bytes are given, it holds 4");
}

static void test_who(void **state)
{
    struct toy *t = *state;
    TOYS(t, &wire, &linked, &says, &alone);
    toy_same(t, "01 02 03", "Wire(from=1, to=2)/Kind(kind=3)");
    line_is(t, "Wire 1 > 2 / Kind\n");
    toy_same(t, "01 02 01 07", "Wire(from=1, to=2)/Kind()/Says(a=7)");
    line_is(t, "Wire / Kind / Says 1 > 2 a=7\n");
    toy_same(t, "01 02 02 07", "Wire(from=1, to=2)/Kind()/Alone(a=7)");
    line_is(t, "Wire / Kind / Alone a=7\n");
}

static void test_tuples(void **state)
{
    struct toy *t = *state;
    TOYS(t, OPTIONS);
    toy_same(t, "00", "Options()");
    toy_same(t, "01 01", "Options(list=[('NOP', None)])");
    toy_same(t, "04 02 04 05 b4", "Options(list=[('One', 1460)])");
    toy_same(t, "07 03 07 05 0a 00 00 01", "Options(list=[('Two', (5, '10.0.0.1'))])");
    toy_same(t, "05 04 05 01 02 03", "Options(list=[('Several', (1, 2, 3))])");
    toy_same(t, "03 04 03 01", "Options(list=[('Several', (1,))])");
    toy_same(t, "02 04 02", "Options(list=[('Several', ())])");
    toy_same(t, "05 05 05 09 01 02", "Options(list=[('Mixed', (9, 1, 2))])");
    toy_same(t, "03 05 03 09", "Options(list=[('Mixed', (9, ))])");
    toy_same(t, "04 06 04 61 62", "Options(list=[('Bytes', b'ab')])");
    toy_same(t, "02 06 02", "Options(list=[('Bytes', b'')])");
    toy_same(t, "03 07 03 05", "Options(list=[('Maybe', 5)])");
    toy_same(t, "04 07 04 05 06", "Options(list=[('Maybe', (5, 6))])");
    toy_same(t, "04 63 04 61 62", "Options(list=[(99, b'ab')])");
    /* By number: bytes that its own table does not fit. */
    toy_same(t, "03 02 03 05", "Options(list=[(2, b'\\x05')])");
    toy_same(t, "05 01 02 04 00 07", "Options(list=[('NOP', None), ('One', 7)])");
    toy_same(t, "05 01 09 01 01 01",
             "Options(list=[('NOP', None), Raw(load=b'\\t\\x01\\x01\\x01')])");
    toy_builds(t, "Options(list=[(1, None), ('nop', None), One(v=1)])", "06 01 01 02 04 00 01");
    toy_builds(t, "Options(list=[(2, b'abc')])", "05 02 05 61 62 63");
    toy_builds(t, "Options(list=[One(len=9, v=1)])", "04 02 09 00 01");
    toy_fails(t, "Options(list=[('Noq', None)])",
              "Options.list has no item 'Noq'; did you mean 'NOP'?");
    toy_fails(t, "Options(list=[('One', 65536)])", "One.v: 65536 is outside 0..65535");
    toy_fails(t, "Options(list=[('One', (1, 2))])", "One takes 1 value");
    toy_fails(t, "Options(list=[('Two', (1, '1.2.3.4', 3))])", "Two takes 2 values");
    toy_fails(t, "Options(list=[5])", "Options.list takes layers or tuples like ('NAME', value)");
}

static void test_last(void **state)
{
    struct toy *t = *state;
    TOYS(t, OPTIONS, &names, &label);
    toy_same(t, "02 01 00", "Options(list=[('NOP', None), ('EOL', None)])");
    /* Behind the end lies no item, only what the length takes in, zeros too. */
    toy_same(t, "04 01 00 00 00",
             "Options(list=[('NOP', None), ('EOL', None)], _extra=b'\\x00\\x00')");
    toy_same(t, "04 01 00 01 05",
             "Options(list=[('NOP', None), ('EOL', None)], _extra=b'\\x01\\x05')");
    toy_same(t, "02 01 00 aa", "Options(list=[('NOP', None), ('EOL', None)])/Raw(load=b'\\xaa')");
    t->first = &names;
    toy_same(t, "02 61 62 01 63 00 09",
             "Names(list=[Label(s=b'ab'), Label(s=b'c'), Label()], x=9)");
    toy_same(t, "00 09 aa", "Names(list=[Label()], x=9)/Raw(load=b'\\xaa')");
    toy_fields(t, "Names.x", "9");
}

static void test_fill(void **state)
{
    struct toy *t = *state;
    TOYS(t, &filled);
    toy_builds(t, "Filled(a=1, b=0x0203)", "01 0e 02 03 fc ee 00 00");
    toy_same(t, "01 0e 02 03 00 00 fc ee", "Filled(a=1, b=515, head=0x0, all=0xfcee)");
    toy_same(t, "01 63 02 03 00 00 fc ee", "Filled(a=1, sum=99, b=515, head=0x0, all=0xfcee)");
}

/* Added while the context is in use, a layer is like any other. */
static void test_add(void **state)
{
    struct toy *t = *state;
    struct clv_err err = { 0 };
    TOYS(t, &request, &options, &nop);
    t->first = &options;
    toy_same(t, "01 05", "Options(list=[Raw(load=b'\\x05')])");
    toy_fails(t, "Options()/Names()", "no layer is named 'Names'");
    static const struct clv_under body[] = { UNDER(0, "body"), UNDER_END };
    const struct clv_desc late = { .name = "Late", .fields = names_rows, .under = body };
    assert_true(clv_add(t->clv, &late, &err));
    assert_true(clv_add(t->clv, &label, &err));
    assert_true(clv_add(t->clv, &general, &err));
    assert_true(clv_add(t->clv, &general, &err));
    toy_same(t, "03 05 03 61 01 62 00 07",
             "Options(list=[(5, b'a')])/Late(list=[Label(s=b'b'), Label()], x=7)");
    t->first = &request;
    same_text(t, "GET / HTTP/1.1\r\n\r\n", "Request()");
    assert_int_equal(clv_layer_count(t->clv), 8);
    assert_ptr_equal(clv_layer_named(t->clv, "late"), &late);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like),   cmocka_unit_test(test_http), cmocka_unit_test(test_words),
        cmocka_unit_test(test_tuples), cmocka_unit_test(test_last), cmocka_unit_test(test_fill),
        cmocka_unit_test(test_add),    cmocka_unit_test(test_who),
    };
    return cmocka_run_group_tests(tests, toy_set_up, toy_tear_down);
}
