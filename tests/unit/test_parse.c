/* SPDX-License-Identifier: BSD-2-Clause */
/* The expression's grammar: every form of value, and every way to get it wrong, with its place. */
#include "ground.h"
#include "model/model.h"

#include <stdlib.h>
#include <string.h>

/* ---- Syntax trees, written down: 5, 't', b'..', [..], (..), Name(key=..)/.. */

static void put_ast(struct clv_out *out, const struct ast *a);

static void put_list(struct clv_out *out, const struct ast *a, const char *ends)
{
    clv_out_chr(out, ends[0]);
    for (; a; a = a->next) {
        if (a->key) {
            clv_out_mem(out, a->key, a->keylen);
            clv_out_chr(out, '=');
        }
        put_ast(out, a);
        clv_out_str(out, a->next ? "," : "");
    }
    clv_out_chr(out, ends[1]);
}

static void put_ast(struct clv_out *out, const struct ast *a)
{
    switch (a->type) {
    case AST_NONE: clv_out_str(out, "None"); break;
    case AST_BOOL: clv_out_str(out, a->u ? "True" : "False"); break;
    case AST_INT:
        clv_out_str(out, a->negative ? "-" : "");
        if (a->wide)
            clv_out_mem(out, a->s, a->n);
        else
            clv_out_dec(out, a->u);
        break;
    case AST_LIST: put_list(out, a->first, "[]"); break;
    case AST_TUPLE: put_list(out, a->first, "()"); break;
    case AST_CALL:
        clv_out_mem(out, a->s, a->n);
        put_list(out, a->first, "()");
        break;
    default: clv_out_literal(out, (const uint8_t *)a->s, a->n, a->type == AST_TEXT);
    }
    if (a->stack) {
        clv_out_chr(out, '/');
        put_ast(out, a->stack);
    }
}

static void check_trees(struct ground *g, const char *const (*rows)[2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct clv_err err = { 0 };
        clv_arena_reset(g->arena);
        struct ast *a = clv_ast_parse(g->arena, rows[i][0], strlen(rows[i][0]), true, &err);
        if (!a)
            fail_msg("%s: %s", rows[i][0], err.text);
        put_ast(&g->out, a);
        const char *have = ground_written(g);
        if (strcmp(have, rows[i][1]) != 0)
            fail_msg("%s is %s, not %s", rows[i][0], have, rows[i][1]);
    }
}

#define CHECK_TREES(g, rows) check_trees(g, rows, sizeof rows / sizeof *rows)

static void test_numbers(void **state)
{
    static const char *const rows[][2] = {
        { "A(x=0)", "A(x=0)" },
        { "A(x=00)", "A(x=0)" },
        { "A(x=0x1F, y=0XfF)", "A(x=31,y=255)" },
        { "A(x=0b101, y=0o17, z=0B0)", "A(x=5,y=15,z=0)" },
        { "A(x=1_000_000, y=0xff_ff)", "A(x=1000000,y=65535)" },
        { "A(x=-1, y=+1, z=-0x10)", "A(x=-1,y=1,z=-16)" },
        { "A(x=18446744073709551615)", "A(x=18446744073709551615)" },
        { "A(x=18446744073709551616)", "A(x=18446744073709551616)" },
        { "A(x=-99999999999999999999999)", "A(x=-99999999999999999999999)" },
        { "A(x=1_000_000_000_000_000_000_000)", "A(x=1_000_000_000_000_000_000_000)" },
        { "A(x=0x1_0000_0000_0000_0000)", "A(x=0x1_0000_0000_0000_0000)" },
        { "A(x=None, y=True, z=False)", "A(x=None,y=True,z=False)" },
        { "A{x=nil, y=true, z=false}", "A(x=None,y=True,z=False)" },
        { "A(x=Nonesuch)", "A(x=Nonesuch())" },
    };
    CHECK_TREES(*state, rows);
}

static const char *const strings[][2] = {
    { "''", "''" },
    { "\"it's\"", "'it\\'s'" },
    { "'\\'\\\"\\\\'", "'\\'\"\\\\'" },
    { "'\\a\\b\\f\\n\\r\\t\\v'", "'\\x07\\x08\\x0c\\n\\r\\t\\x0b'" },
    { "'\\0\\7\\101\\1012\\377\\08'", "'\\x00\\x07AA2\\xff\\x008'" },
    { "'\\x00\\xfF\\x414'", "'\\x00\\xffA4'" },
    { "'\\u0041\\u00e9\\u20ac'", "'A\\xc3\\xa9\\xe2\\x82\\xac'" },
    { "'\\U0001f600'", "'\\xf0\\x9f\\x98\\x80'" },
    { "b'\\u0041\\U0001f600'", "b'\\\\u0041\\\\U0001f600'" },
    { "'\\q\\ \\8'", "'\\\\q\\\\ \\\\8'" },
    { "'a\\\nb'", "'ab'" },
    { "'\xc3\xa4'", "'\\xc3\\xa4'" },
    { "b'a' ", "b'a'" },
    { "B\"\\x00\"", "b'\\x00'" },
    { "r'a\\n\\'b'", "'a\\\\n\\\\\\'b'" },
    { "rb'\\x00'", "b'\\\\x00'" },
    { "bR'\\x00'", "b'\\\\x00'" },
    { "u'a'", "'a'" },
    { "'''a'b''c'''", "'a\\'b\\'\\'c'" },
    { "\"\"\"a\n\"b\"\\\"\"\"\"", "'a\\n\"b\"\"'" },
    { "''''''", "''" },
    { "'' ''", "''" },
    { "'ab' 'cd'\n\"ef\"", "'abcdef'" },
    { "b'a' b'b'", "b'ab'" },
    { "'A'*3", "'AAA'" },
    { "'ab' 'c' * 2", "'abcabc'" },
    { "'a'*2*3", "'aaaaaa'" },
    { "b'ab'*0", "b''" },
    { "''*99999999", "''" },
    { "'a' * 0x4 # four", "'aaaa'" },
    { "bytes.fromhex('00 fF\\n41') * 2", "b'\\x00\\xffA\\x00\\xffA'" },
    { "hex_bytes( \"4142\" )", "b'AB'" },
};

static void test_strings(void **state)
{
    CHECK_TREES(*state, strings);
}

static void test_shapes(void **state)
{
    static const char *const rows[][2] = {
        { "IP", "IP()" },
        { "IP()", "IP()" },
        { " IP ( ) \n/\t UDP\r\n", "IP()/UDP()" },
        { "IP{dst='a'}/ICMP{}", "IP(dst='a')/ICMP()" },
        { "IP(a=1,)", "IP(a=1)" },
        { "IP(# one\n a = 1 , # two\n b=2)", "IP(a=1,b=2)" },
        { "A(x=[])", "A(x=[])" },
        { "A(x=[1,])", "A(x=[1])" },
        { "A(x=[1, [2, (3, 4)], []])", "A(x=[1,[2,(3,4)],[]])" },
        { "A(x=())", "A(x=())" },
        { "A(x=(1))", "A(x=1)" },
        { "A(x=((1)))", "A(x=1)" },
        { "A(x=(1,))", "A(x=(1))" },
        { "A(x=(1,\t))", "A(x=(1))" },
        { "A(x=(1, # one\n))", "A(x=(1))" },
        { "A(x=(1\n))", "A(x=1)" },
        { "A(x=(1,2))", "A(x=(1,2))" },
        { "A(x=[('MSS', 1460), ('NOP', None)])", "A(x=[('MSS',1460),('NOP',None)])" },
        { "A(x=[B(y=1)/C(), D])", "A(x=[B(y=1)/C(),D()])" },
        { "A(1, b'c', y=2)", "A(1,b'c',y=2)" },
        { "A(_tail=b'x', _gap_f='y')", "A(_tail=b'x',_gap_f='y')" },
        { "(IP()/UDP())", "IP()/UDP()" },
        { "(Ether()/IP())/(UDP()/'x')/'y'", "Ether()/IP()/UDP()/'x'/'y'" },
        { "IP()/'x'*3/b'y'", "IP()/'xxx'/b'y'" },
        { "fuzz(IP()/TCP())/'x'", "fuzz(IP()/TCP())/'x'" },
        { "A(b=1, r=2, u='x')", "A(b=1,r=2,u='x')" },
        { "A(x=b, y=r)", "A(x=b(),y=r())" },
    };
    CHECK_TREES(*state, rows);
}

/* ---- Wrong texts. pos2 0, len2 0: there is no second place. */

struct wrong {
    const char *from, *want;
    uint32_t pos, len, pos2, len2;
};

static void check_wrong(struct ground *g, const struct wrong *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct wrong *r = &rows[i];
        struct clv_err err = { 0 };
        clv_arena_reset(g->arena);
        if (clv_parse(g->clv, g->arena, r->from, strlen(r->from), &err))
            fail_msg("%s is taken", r->from);
        if (strcmp(err.text, r->want) != 0 || err.pos != r->pos || err.len != r->len ||
            err.pos2 != r->pos2 || err.len2 != r->len2 || err.code != CLV_BAD_TEXT)
            fail_msg("%s: %s (%d at %u, %u; %u, %u)", r->from, err.text, err.code, err.pos, err.len,
                     err.pos2, err.len2);
    }
}

static const struct wrong wrong_syntax[] = {
    { "", "the text ends where a value should be", 0, 1, 0, 0 },
    { " # x", "the text ends where a value should be", 4, 1, 0, 0 },
    { "IP(", "the text ends where a value should be", 3, 1, 0, 0 },
    { "IP(ttl=1", "this '(' is never closed", 2, 1, 0, 0 },
    { "IP{ttl=1", "this '{' is never closed", 2, 1, 0, 0 },
    { "IP(ttl=[1", "this '[' is never closed", 7, 1, 0, 0 },
    { "IP(ttl=1]", "']' stands where ',' or ')' should be", 8, 1, 0, 0 },
    { "IP(ttl=[1)", "')' stands where ',' or ']' should be", 9, 1, 0, 0 },
    { "IP{ttl=1)", "')' stands where ',' or '}' should be", 8, 1, 0, 0 },
    { "IP(,)", "',' stands where a value should be", 3, 1, 0, 0 },
    { "IP(ttl=1,,)", "',' stands where a value should be", 9, 1, 0, 0 },
    { "IP()UDP()", "'UDP' stands where '/' or the end should be", 4, 3, 0, 0 },
    { "IP()/", "the text ends where a value should be", 5, 1, 0, 0 },
    { "IP()/*", "'*' stands where a value should be", 5, 1, 0, 0 },
    { "IP()*3", "'*' stands where '/' or the end should be", 4, 1, 0, 0 },
    { "IP(\xc3\xa4=1)", "'\xc3\xa4' stands where a value should be", 3, 2, 0, 0 },
    { "IP(\xff=1)", "'?' stands where a value should be", 3, 1, 0, 0 },
    { "IP(ttl=64/2)", "'/' stands where ',' or ')' should be", 9, 1, 0, 0 },
    { "IP(dst='10.0.0.0'/24)", "'/' stands where ',' or ')' should be", 17, 1, 0, 0 },
    { "IP(ttl=1.5)", "IP.ttl: '1.5' is no whole number", 7, 3, 0, 0 },
    { "IP(ttl=0x)", "'0x' is no whole number", 7, 2, 0, 0 },
    { "IP(ttl=0b12)", "'0b12' is no whole number", 7, 4, 0, 0 },
    { "IP(ttl=1__0)", "'1__0' is no whole number", 7, 4, 0, 0 },
    { "IP(ttl=12abc)", "'12abc' is no whole number", 7, 5, 0, 0 },
    { "IP(ttl=-)", "'-' is no whole number", 7, 1, 0, 0 },
    { "IP(ttl=- 5)", "'-' is no whole number", 7, 1, 0, 0 },
    { "IP(ttl=--5)", "'-' is no whole number", 7, 1, 0, 0 },
    { "bytes.fromhex('00f')", "bytes are pairs of hex digits, like '00 ff'", 14, 5, 0, 0 },
    { "IP(bytes.fromhex(4))", "'4' stands where '00ff..' should be", 17, 1, 0, 0 },
    { "hex_bytes('00'", "the text ends where ')' should be", 14, 1, 0, 0 },
    { "'abc", "this quote is never closed", 0, 1, 0, 0 },
    { "'abc\\'", "this quote is never closed", 0, 1, 0, 0 },
    { "'abc\\", "this quote is never closed", 0, 1, 0, 0 },
    { "'''abc''", "this quote is never closed", 0, 1, 0, 0 },
    { "b\"abc'", "this quote is never closed", 1, 1, 0, 0 },
    { "'\\x4'", "\\x needs 2 hexadecimal digits", 1, 3, 0, 0 },
    { "'\\x'", "\\x needs 2 hexadecimal digits", 1, 2, 0, 0 },
    { "'\\u12g4'", "\\u needs 4 hexadecimal digits", 1, 4, 0, 0 },
    { "'\\U0001f60'", "\\U needs 8 hexadecimal digits", 1, 9, 0, 0 },
    { "'\\U00110000'", "the last character is \\U0010ffff", 1, 10, 0, 0 },
    { "'a'*", "the text ends where a number of repetitions should be", 4, 1, 0, 0 },
    { "'a'*b", "'b' stands where a number of repetitions should be", 4, 1, 0, 0 },
    { "'a'*-1", "'-' stands where a number of repetitions should be", 4, 1, 0, 0 },
    { "'ab'*524289", "longer than 1048576 bytes", 0, 11, 0, 0 },
    { "'a'*99999999999999999999", "longer than 1048576 bytes", 0, 24, 0, 0 },
};

static const struct wrong wrong_names[] = {
    { "IPP()", "no layer is named 'IPP'; did you mean 'IP'?", 0, 3, 0, 0 },
    { "Ether()/UPD()", "no layer is named 'UPD'; did you mean 'UDP'?", 8, 3, 0, 0 },
    { "Xyzzy()", "no layer is named 'Xyzzy'", 0, 5, 0, 0 },
    { "Ether()/IP(tll=3)", "IP has no field 'tll'; did you mean 'ttl'?", 11, 3, 8, 2 },
    { "IP(xyzzy=3)", "IP has no field 'xyzzy'", 3, 5, 0, 2 },
    { "IP(ttl=1, ttl=2)", "IP.ttl is given twice", 10, 3, 3, 3 },
    { "Raw(b'x', load=b'y')", "Raw.load is given twice", 10, 4, 4, 4 },
    { "IP(1)", "IP takes FIELD=value, or its bytes as b'..'", 3, 1, 0, 0 },
    { "Raw(b'x', b'y')", "Raw takes at most 1 value without a name", 10, 4, 0, 0 },
    { "IP(_tial=b'x')", "IP has no '_tial'; kept bytes are _extra, _pad, _tail, _gap_FIELD", 3, 5,
      0, 0 },
    { "IP(_gap_tll=b'x')", "IP has no '_gap_tll'; kept bytes are _extra, _pad, _tail, _gap_FIELD",
      3, 8, 0, 0 },
    { "IP(ttl=None_)", "IP.ttl: 'None_' stands where a value should be", 7, 5, 0, 0 },
    { "IP(ttl=RandByte()/2)", "IP.ttl takes one value, not a stack", 18, 1, 0, 0 },
    { "Raw(load=bytes(4)/'x')", "Raw.load takes one value, not a stack", 18, 3, 0, 0 },
    { "IP()/5", "a packet is made of layers, like IP(dst='192.0.2.1'), and of text", 5, 1, 0, 0 },
    { "IP()/None", "no layer is named 'None'", 5, 4, 0, 0 },
    { "[IP()]", "a packet is made of layers, like IP(dst='192.0.2.1'), and of text", 0, 6, 0, 0 },
    { "IP()/Padding(b'x')/UDP()", "nothing lies above Padding", 19, 3, 0, 0 },
    { "IP(ttl=300)/X()", "IP.ttl: 300 is outside 0..255", 7, 3, 0, 0 },
    { "Raw(load=bytes(-1))", "takes 0..1048576 bytes", 15, 2, 0, 0 },
    { "Raw(load=bytes(99999999999999999999))", "takes 0..1048576 bytes", 15, 20, 0, 0 },
    { "IP(ihl=Width(2))",
      "IP.ihl: Width(bytes) or Width(bytes, value) is for numbers that delimit "
      "themselves",
      7, 5, 0, 0 },
    { "IP(dst='')", "IP.dst: '' is no IPv4 address", 7, 2, 0, 0 },
    { "IP(ttl='')", "IP.ttl: '' is no number; it takes 0..255", 7, 2, 0, 0 },
    { "IP(ttl=RawVal(b'x', b'y'))", "IP.ttl: 'RawVal' stands where a value should be", 7, 6, 0, 0 },
    { "IP(ttl=RawVal(bytes(1)/b'y'))", "IP.ttl takes one value, not a stack", 23, 4, 0, 0 },
    { "fuzz()", "fuzz takes one packet, like fuzz(IP()/TCP())", 0, 4, 0, 0 },
};

static const struct wrong wrong_items[] = {
    { "TCP(options=5)", "TCP.options takes layers or tuples like ('NAME', value)", 12, 1, 0, 0 },
    { "TCP(options=[5])", "TCP.options takes layers or tuples like ('NAME', value)", 13, 1, 0, 0 },
    { "TCP(options=[('MMS', 1)])", "TCP.options has no item 'MMS'; did you mean 'MSS'?", 14, 5, 0,
      0 },
    { "TCP(options=[()])", "TCP.options takes layers or tuples like ('NAME', value)", 13, 2, 0, 0 },
    { "TCP(options=[(None, 1)])", "TCP.options takes layers or tuples like ('NAME', value)", 14, 4,
      0, 0 },
    { "TCP(options=[('', 1)])", "TCP.options has no item ''", 14, 2, 0, 0 },
    { "TCP(options=[('NOP', 1)])", "TCPOption_NOP takes 0 values", 21, 1, 0, 0 },
    { "TCP(options=[(5, b'x', b'y')])", "TCPOption takes 1 value", 23, 4, 0, 0 },
    { "TCP(options=[('MSS', b'x', b'y')])",
      "TCPOption_MSS.mss: 'x' is no number; it takes 0..65535", 21, 4, 0, 0 },
    { "TCP(options=[('MSS', 70000)])", "TCPOption_MSS.mss: 70000 is outside 0..65535", 21, 5, 0,
      0 },
    { "TCP(options=[('MSS', (1, 2))])", "TCPOption_MSS takes 1 value", 25, 1, 0, 0 },
    { "TCP(options=[('MSS', 1, 2)])", "TCPOption_MSS takes 1 value", 24, 1, 0, 0 },
    { "TCP(options=[(300, b'')])", "TCPOption.kind: 300 is outside 0..255", 14, 3, 0, 0 },
    { "TCP(options=[(-5, b'')])", "TCPOption.kind: -5 is outside 0..255", 14, 2, 0, 0 },
    { "TCP(options=['MSS'/'x'])", "'/' stands where ',' or ']' should be", 18, 1, 0, 0 },
    { "TCP(options=[('MSS', [1, 2])])", "TCPOption_MSS takes 1 value", 25, 1, 0, 0 },
};

static void test_wrong(void **state)
{
    struct ground *g = *state;
    check_wrong(g, wrong_syntax, sizeof wrong_syntax / sizeof *wrong_syntax);
    check_wrong(g, wrong_names, sizeof wrong_names / sizeof *wrong_names);
    check_wrong(g, wrong_items, sizeof wrong_items / sizeof *wrong_items);
}

/* A NUL is a character like any other. */
static void test_nul(void **state)
{
    struct ground *g = *state;
    struct clv_err err = { 0 };
    assert_null(clv_parse(g->clv, g->arena, "IP()\0", 5, &err));
    assert_true(err.pos == 4 && err.len == 1);
    err = (struct clv_err){ 0 };
    assert_null(clv_parse(g->clv, g->arena, "IP()/\0'x'", 9, &err));
    assert_true(err.pos == 5 && err.len == 1);
    struct ast *a = clv_ast_parse(g->arena, "'a\0b'", 5, true, &err);
    assert_true(a && a->n == 3 && !memcmp(a->s, "a\0b", 3));
}

/* ---- Limits. */

static void test_depth(void **state)
{
    enum { MOST = 128 };
    struct ground *g = *state;
    for (uint32_t depth = MOST; depth <= MOST + 1; depth++) {
        char text[2 * MOST + 8];
        struct clv_err err = { 0 };
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        struct ast *a = clv_ast_parse(g->arena, text, 2 * depth, false, &err);
        assert_true((a != NULL) == (depth == MOST));
        assert_true(a || (err.pos == MOST && err.len == 1));
        assert_true(a || !strcmp(err.text, "nested more than 128 deep"));
    }
}

static void test_long(void **state)
{
    enum { MEG = 1 << 20 };
    struct ground *g = *state;
    char *text = malloc(9 * MEG);
    struct clv_err err = { 0 };
    uint32_t len;
    memset(text, 'x', 9 * MEG);
    text[0] = text[MEG + 1] = '\'';
    struct clv_draft *draft = clv_parse(g->clv, g->arena, text, MEG + 2, &err);
    uint8_t *bytes = draft ? clv_build(draft, g->arena, &len, &err) : NULL;
    assert_true(bytes && len == MEG && bytes[MEG - 1] == 'x');
    text[MEG + 1] = 'x';
    text[MEG + 2] = '\'';
    draft = clv_parse(g->clv, g->arena, text, MEG + 3, &err);
    assert_true(draft && !clv_build(draft, g->arena, &len, &err));
    assert_string_equal(err.text, "the packet is longer than 1048576 bytes");
    err = (struct clv_err){ 0 };
    assert_null(clv_parse(g->clv, g->arena, text, 9 * MEG, &err));
    assert_int_equal(err.code, CLV_LIMIT);
    free(text);
}

/* A MiB of short pieces: memory and time grow with the text, not with its square. */
static void test_pieces(void **state)
{
    enum { PIECES = 65536 };
    static char text[PIECES * 16 + 8];
    struct ground *g = *state;
    struct clv_err err = { 0 };
    uint32_t n = 0;
    for (int i = 0; i < PIECES; i++, n += 12)
        memcpy(text + n, "'\\x00abcd' \n", 12);
    clv_arena_reset(g->arena);
    struct ast *a = clv_ast_parse(g->arena, text, n, true, &err);
    assert_true(a && a->n == PIECES * 5 && !memcmp(a->s + a->n - 5, "\0abcd", 5));
    text[0] = '[';
    n = 1;
    for (int i = 0; i < PIECES; i++, n += 7)
        memcpy(text + n, "'abcd',", 7);
    text[n++] = ']';
    clv_arena_reset(g->arena);
    a = clv_ast_parse(g->arena, text, n, false, &err);
    assert_true(a && a->n == PIECES);
}

/* Every arena that is too small gives an error, and says so. */
static void test_memory(void **state)
{
    static const char text[] =
        "Ether()/IP(dst=['10.0.0.1', '10.0.0.0/30'], options=[IPOption_RR("
        "routers=['1.1.1.1'])])/TCP(options=[('MSS', 1)])/'a' 'b'*3/bytes(9)";
    struct ground *g = *state;
    for (size_t limit = 64;; limit += 64) {
        struct clv_err err = { 0 };
        struct clv_arena *small = clv_arena_new(NULL, limit);
        struct clv_draft *draft = clv_parse(g->clv, small, text, sizeof text - 1, &err);
        assert_true((draft != NULL) == (err.code == CLV_OK));
        assert_true(draft || err.code == CLV_NO_MEMORY);
        clv_arena_free(small);
        if (draft)
            break;
        assert_true(limit < 1 << 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_strings),
        cmocka_unit_test(test_shapes),  cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_nul),     cmocka_unit_test(test_depth),
        cmocka_unit_test(test_long),    cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, ground_set_up, ground_tear_down);
}
