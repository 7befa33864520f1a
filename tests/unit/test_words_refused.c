/* SPDX-License-Identifier: BSD-2-Clause */
/* What clv_add refuses: the reason names layer and field, and the context is what it was. */
#include "toy.h"

#include <stdio.h>

/* clang-format off */

ROWS(base,
    U8("a"),
    BYTES("rest"));
TABLE(base, "Base", .alias = "bass", .next = "up");

ROWS(turned,
    SWITCH("on"),
    U8("a", .when = "on"));
TABLE(turned, "Turned");

/* clang-format on */

static void test_names(void **state)
{
    struct toy *t = *state;
    struct clv_desc d = { .name = "T", .fields = base_rows };
    TOYS(t, &base);
    d.name = "base";
    toy_refused(t, &d, "a layer named base exists already");
    d.name = "T";
    d.alias = "Bass";
    toy_refused(t, &d, "a layer named Bass exists already");
    d.alias = "a b";
    toy_refused(t, &d, "T: an alias is letters, digits and '_' and begins with a letter");
    d.alias = NULL;
    d.name = "1st";
    toy_refused(t, &d, "a layer needs a name of letters, digits and '_' that begins with a letter");
    d.name = NULL;
    toy_refused(t, &d, "a layer needs a name of letters, digits and '_' that begins with a letter");
    d.name = "Bytes";
    toy_refused(t, &d,
                "Bytes: 'Bytes' has a meaning in expressions or filters, so no layer can be "
                "named so");
    REFUSED(t, "T.a b: a name is letters, digits and '_'; 'layer' and a first '_' are reserved",
            U8("a b"));
    REFUSED(t, "T._a: a name is letters, digits and '_'; 'layer' and a first '_' are reserved",
            U8("_a"));
    REFUSED(t, "T.layer: a name is letters, digits and '_'; 'layer' and a first '_' are reserved",
            U8("layer"));
    REFUSED(t, "T.a: the row has no kind", { .name = "a" });
    toy_same(t, "01 02", "Base(a=1, rest=b'\\x02')");
}

static void test_widths(void **state)
{
    struct toy *t = *state;
    TOYS(t, &base);
    REFUSED(t, "T.a: a number has at most 64 bits", BITS(65, "a"));
    REFUSED(t, "T.a: a number needs a width", BITS(0, "a"));
    REFUSED(t, "T.a: its kind tells its width", CLV_ROW(clv_varint, 8, "a"));
    REFUSED(t, "T.a: an address of the wrong width", CLV_ROW(clv_ip4, 24, "a"));
    REFUSED(t, "T.a: bytes need a width of whole bytes", CLV_ROW(clv_bytes, 12, "a"));
    REFUSED(t, "T.a: bits do not end on a byte", BITS(4, "a"));
    REFUSED(t, "T.b: the bits before it do not end on a byte", BITS(4, "a"), BYTES("b"));
    REFUSED(t, "T.b: the bits before it do not end on a byte", BITS(4, "a"),
            BITS(4, "b", .when = "a"));
    REFUSED(t, "T.b: the bits before it do not end on a byte", BITS(4, "a"),
            U8("b", .style = CLV_AFTER));
    REFUSED(t, "T.b: only numbers share bytes", BITS(4, "a"), FIXED(1, "b"), BITS(4, "c"));
    REFUSED(t, "T.b: bits that share a byte are numbered from the same end", BITS(4, "a"),
            BITS(4, "b", .style = CLV_LE));
    REFUSED(t, "T.a: a repeated row has whole bytes", BITS(4, "a", .style = CLV_MANY));
    REFUSED(t, "T.a: a repeated row needs a width, or a kind that delimits itself",
            BYTES("a", .style = CLV_MANY));
    REFUSED(t,
            "T.a: it takes all that is left, but a row follows; `size` says where it ends, and "
            "what lies behind the payload is `after` it",
            BYTES("a"), U8("b"));
    REFUSED(t,
            "T.a: it takes all that is left, but a row follows; `size` says where it ends, and "
            "what lies behind the payload is `after` it",
            U8("a", .style = CLV_MANY), U8("b"));
}

static void test_kinds(void **state)
{
    struct toy *t = *state;
    static const struct clv_word words[] = { { 256, "much" }, WORD_END };
    TOYS(t, &base);
    REFUSED(t, "T.a: a text row needs a valid pattern", TEXT("[a", "a"));
    REFUSED(t, "T.a: a text row needs a valid pattern", TEXT(NULL, "a"));
    REFUSED(t, "T.a: an item row needs `of`, the space its layers come from", LIST("a"));
    REFUSED(t, "T.a: its default \"ab\": T.a: takes a number 0..255",
            U8("a", .style = CLV_MANY, .text = "ab"));
    REFUSED(t, "T.a: its default \"[1, 256]\": T.a: 256 is outside 0..255",
            U8("a", .style = CLV_MANY, .text = "[1, 256]"));
    REFUSED(t, "T.a: its default does not fit", U8("a", .init = 256));
    REFUSED(t, "T.a: its default does not fit", BYTES("a", .init = 256));
    REFUSED(t, "T.a: its default does not fit", IP6("a", .text = "x"));
    REFUSED(t, "T.a: its default does not fit", TEXT("[a-z]+", "a", .text = "1"));
    REFUSED(t, "T.a: its default does not fit", FIXED(2, "a", .text = "abc"));
    REFUSED(t, "T.a: its default does not fit", MAC("a", .text = "02:00:00:00:00:01"));
    REFUSED(t, "T.a: `init` is for numbers; `text` is the default of others",
            FIXED(2, "a", .init = 1));
    REFUSED(t, "T.a: the value of one of its words does not fit", U8("a", .words = words));
    REFUSED(t, "T.a: only a number tells layers apart", BYTES("a", .style = CLV_TELL));
    REFUSED(t, "T.a: only a number measures", BYTES("a", MEASURES(LAYER)));
    REFUSED(t, "T.a: only a number of known width that measures nothing is filled",
            VARINT("a", .fill = clv_sum_layer));
    REFUSED(t, "T.a: an Internet checksum has 16 bits", U32("a", .fill = clv_sum_layer));
}

static void test_links(void **state)
{
    struct toy *t = *state;
    TOYS(t, &base);
    REFUSED(t, "T.a: `size` names no earlier row", BYTES("a", .size = "n"));
    REFUSED(t, "T.b: `size` names a row that measures neither FIELD, COUNT nor REST", U8("a"),
            BYTES("b", .size = "a"));
    REFUSED(t, "T.b: only a repeated row is counted in items", U8("a", MEASURES(COUNT)),
            BYTES("b", .size = "a"));
    REFUSED(t, "T.a: no later row names it as what it measures", U8("a", MEASURES(FIELD)), U8("b"));
    REFUSED(t, "T.a: no later row names it as what it measures", U8("a", MEASURES(START)), U8("b"));
    REFUSED(t, "T.a: `at` names no earlier row", U8("a", .at = "b"), U8("b"));
    REFUSED(t, "T.b: `at` names a row that does not measure START", U8("a"), U8("b", .at = "a"));
    REFUSED(t, "T.b: `at` tells where it begins, so `align` cannot", U8("a", MEASURES(START)),
            U8("b", .at = "a", .align = 4));
    REFUSED(t, "T.b: a row that measures cannot be sized as well", U8("a", MEASURES(FIELD)),
            U8("b", MEASURES(LAYER), .size = "a", .when = "a"));
    REFUSED(t, "T.a: alternative rows of one name must stand together", U8("a", .when = "1"),
            U8("b"), U8("a"));
    REFUSED(t, "T.a: the alternative before always holds", U8("a"), U8("a"));
    REFUSED(t, "T.b: alternatives that hang on a length have whole bytes", U8("a"),
            BITS(4, "b", .when = "left > 3"), BITS(4, "b"), BITS(4, "c"));
    REFUSED(t, "T.c: it hangs on alternatives that hang on `left`, a tag, or another layer",
            BITS(8, "b", .when = "Base.a"), U16("b"), U8("c", .when = "b"));
    REFUSED(t, "T.c: it hangs on alternatives that hang on `left`, a tag, or another layer",
            U8("a"), U24("b", .when = "a", .style = CLV_TELL), U16("b"), U8("c", .when = "b"));
    REFUSED(t, "T.c: it hangs on alternatives that hang on `left`, a tag, or another layer",
            U8("b", .style = CLV_MANY, .when = "left == 2"), U8("b"), U8("c", .when = "b"));
    REFUSED(t, "T.b: alternatives that hang on `left` begin alike", U8("a"),
            U8("b", .when = "left < 4"), U8("b", .align = 2));
    REFUSED(t, "T.b: alternatives that hang on `left` begin alike", U8("a"),
            U8("b", .align = 4, .when = "left < 2"), U8("b", .align = 4, .when = "a"),
            U8("b", .align = 2));
    REFUSED(t, "T.b: alternatives that hang on `left` begin alike", U8("a", MEASURES(START)),
            U8("b", .when = "left < 2"), U8("b", .at = "a"));
    REFUSED(t, "T.b: alternatives that hang on `left` have one row that counts their bytes",
            U8("a", MEASURES(FIELD)), BYTES("b", .size = "a", .when = "left < 3"), BYTES("b"));
    REFUSED(t, "T.b: alternatives that hang on `left` measure nothing", U8("a"),
            U8("b", MEASURES_BY(HEADER, 8, 0), .when = "left < 2"), U8("b"));
    REFUSED(t, "T.b: alternatives that hang on `left` have one row that counts their bytes",
            U8("a", MEASURES(COUNT)), U8("b", .size = "a", .style = CLV_MANY, .when = "left < 3"),
            U16("b", .size = "a", .style = CLV_MANY));
    REFUSED(t, "T.b: a header row stands behind one that lies after the payload",
            U8("a", .style = CLV_AFTER), U8("b"));
    REFUSED(t, "T.a: a row after the payload has a fixed width, or one that a header row tells",
            BYTES("a", .style = CLV_AFTER));
    REFUSED(t, "T.a: items that take all behind the payload stand alone there, and need `fills`",
            ITEM("a", .of = "x", .style = CLV_MANY | CLV_AFTER));
    REFUSED(t, "T.a: it measures up to items behind a payload, which `fills` is for",
            U8("a", MEASURES(BODY)));
    REFUSED(t, "T.a: only items of the last row are stacked",
            ITEM("a", .of = "x", .style = CLV_STACKED), U8("b"));
    REFUSED(t, "T.b: it hangs on a row that is filled in last", U16("a", .fill = clv_sum_header),
            U8("b", .when = "a"));
    REFUSED(t, "T.b: it hangs on a row that lies after the payload", U8("a", .style = CLV_AFTER),
            U8("b", .style = CLV_AFTER, .when = "a"));
}

static void test_keys(void **state)
{
    struct toy *t = *state;
    TOYS(t, &base);
    REFUSED(t, "T.a: a key is a number of known width", BYTES("a", .key = "k"));
    REFUSED(t, "T.a: an empty key", U8("a", .key = ""));
    REFUSED(t, "T.a: more than 3 key spaces", U8("a", .key = "k l m n"));
    REFUSED(t, "T.e: more than 4 rows make one key", U8("a", .key = "k"), U8("b", .key = "k"),
            U8("c", .key = "k"), U8("d", .key = "k"), U8("e", .key = "k"));
    REFUSED(t, "T.e: more than 4 keys in one layer", U8("a", .key = "k"), U8("b", .key = "l"),
            U8("c", .key = "m"), U8("d", .key = "n"), U8("e", .key = "o"));
    REFUSED(t, "T.i: more than 8 rows tell this layer", U8("a", TELLS(1)), U8("b", TELLS(1)),
            U8("c", TELLS(1)), U8("d", TELLS(1)), U8("e", TELLS(1)), U8("f", TELLS(1)),
            U8("g", TELLS(1)), U8("h", TELLS(1)), U8("i", TELLS(1)));
}

static void test_conditions(void **state)
{
    struct toy *t = *state;
    TOYS(t, &base);
    REFUSED(t, "T.a: \"b\": a condition reads 'b', which is no earlier row", U8("a", .when = "b"),
            U8("b"));
    REFUSED(t, "T.a: \"Base.b\": a condition reads 'Base.b': no such field",
            U8("a", .when = "Base.b"));
    REFUSED(t, "T.a: \"Bise.a\": a condition reads 'Bise.a': no such field",
            U8("a", .when = "Bise.a"));
    REFUSED(t, "T.b: \"a =\": to compare, write '=='", U8("a"), U8("b", .when = "a ="));
    REFUSED(t, "T.b: \"a ==\": the condition ends where a field or a value should be", U8("a"),
            U8("b", .when = "a =="));
    REFUSED(t, "T.b: \"a b\": 'b' stands where 'and', 'or' or the end should be", U8("a"),
            U8("b", .when = "a b"));
    REFUSED(t, "T.b: \"a in x\": a table's condition lists numbers only", U8("a"),
            U8("b", .when = "a in x"));
    REFUSED(t, "T.b: \"a == 'x'\": 'x' is no number and no row", U8("a"),
            U8("b", .when = "a == 'x'"));
}

static void test_layers(void **state)
{
    struct toy *t = *state;
    static const struct clv_field wide[] = { U16("a"), BITS(4, "b"), BITS(12, "c"), END };
    static const struct clv_field other[] = { U8("a"), U8("b", .when = "a"), U16("b"), U16("c"),
                                              END };
    static const struct clv_field two[] = { U8("a"), FIXED(2, "b"), BYTES("c"), END };
    static const struct clv_imply no_field[] = { { "Base", "b", "1" }, IMPLY_END };
    static const struct clv_imply no_value[] = { { "Base", "a", "256" }, IMPLY_END };
    static const struct clv_imply no_byte[] = { { "Turned", "on", "1" }, IMPLY_END };
    static const struct clv_imply no_row[] = { IMPLY_IF("a"), { "Base", "a", "1" }, IMPLY_END };
    static const struct clv_scale tenth = { .div = 10 };
    static const struct clv_field scaled[] = { SCALED(8, tenth, "a"), END };
    static const struct clv_line open_line[] = { { NULL, "%a" }, LINE_END };
    static const struct clv_line no_line[] = { { NULL, "%Base.b%" }, LINE_END };
#define LAYER_REFUSED(why_, ...)                                                                   \
    do {                                                                                           \
        const struct clv_desc desc_ = { .name = "T", __VA_ARGS__ };                                \
        toy_refused(t, &desc_, why_);                                                              \
    } while (0)
    TOYS(t, &base, &turned);
    LAYER_REFUSED("T.when: \"x\": a condition reads 'x', which is no earlier row", .fields = two,
                  .when = "x");
    LAYER_REFUSED("T.opens: \"x\": a condition reads 'x', which is no earlier row", .fields = two,
                  .opens = "x");
    LAYER_REFUSED("T.last: \"x\": a condition reads 'x', which is no earlier row", .fields = two,
                  .last = "x");
    LAYER_REFUSED("T.a: the byte order hangs on a row that it would swap", .fields = wide,
                  .little = "a");
    LAYER_REFUSED("T.b: the byte order hangs on a row that it would swap", .fields = other,
                  .little = "not b");
    LAYER_REFUSED("T.c: a byte order that changes needs whole bytes", .fields = wide,
                  .little = "Base.a");
    LAYER_REFUSED("T: the byte order hangs on `left`, which only rows know", .fields = two,
                  .little = "left < 2");
    LAYER_REFUSED("T: it quotes a layer that does not exist", .fields = two, .quotes = "Bise");
    LAYER_REFUSED("T: it implies a field that does not exist", .fields = two, .implies = no_field);
    LAYER_REFUSED("T: it implies a value that the field does not hold", .fields = two,
                  .implies = no_value);
    LAYER_REFUSED("T: it implies a switch, which no byte tells", .fields = two, .implies = no_byte);
    LAYER_REFUSED("T.implies: \"a\": a condition reads 'a', which is no earlier row", .fields = two,
                  .implies = no_row);
    LAYER_REFUSED("T: `pads` names a switch, and goes with a pad hook", .fields = two, .pads = "a");
    LAYER_REFUSED("T: `begins` is a multiple, and less than it more", .fields = two,
                  .begins = { 4, 4 });
    LAYER_REFUSED("T: a '%' in its line has no partner", .fields = two, .lines = open_line);
    LAYER_REFUSED("T: its line names no field", .fields = two, .lines = no_line);
    LAYER_REFUSED("T: its line names no field", .fields = two, .who = "%from% > %to%");
    LAYER_REFUSED("T: the general tuple is a number and one more value", .fields = two,
                  .tuple = "");
    LAYER_REFUSED("T: the general tuple is a number and one more value", .fields = scaled,
                  .tuple = "");
    LAYER_REFUSED("T.b: a tuple holds plain data, a repeated row as the last",
                  .fields = (const struct clv_field[]){ U8("a"), LIST("b", .of = "o"), END },
                  .tuple = "T");
}

static void test_numbers(void **state)
{
    struct toy *t = *state;
    static struct clv_field many[130];
    static struct clv_desc groups[65];
    static char names[130][16];
    struct clv_err err = { 0 };
    TOYS(t, &base);
    for (int i = 0; i < 129; i++) {
        snprintf(names[i], sizeof names[i], "f%d", i);
        many[i] = (struct clv_field)U8(names[i]);
    }
    const struct clv_desc d = { .name = "T", .fields = many };
    toy_refused(t, &d, "T: more than 128 rows");
    many[128].name = NULL;
    assert_true(clv_add(t->clv, &d, &err));
    for (int i = 0; i < 65; i++)
        groups[i] = (struct clv_desc){ .name = names[i], .fields = base_rows, .again = names[i] };
    for (int i = 0; i < 64; i++)
        assert_true(clv_add(t->clv, &groups[i], &err));
    toy_refused(t, &groups[64], "f64: more than 64 groups of layers that follow each other");
}

/* A refused layer leaves nothing behind: no spaces, no name, no place under a key. */
static void test_unchanged(void **state)
{
    struct toy *t = *state;
    static const struct clv_under under[] = { UNDER(0, "up"), UNDER_END };
    static const struct clv_field rows[] = { U8("a", .key = "new"), LIST("l", .of = "new2"), END };
    struct clv_desc d = { .name = "T", .fields = rows, .under = under, .again = "group" };
    struct clv_err err = { 0 };
    static const struct clv_field low[] = { U8("b"), END };
    const struct clv_desc lower = { .name = "Lower", .fields = low, .next = "up" };
    TOYS(t, &lower, &base);
    toy_same(t, "01 02", "Lower(b=1)/Raw(load=b'\\x02')");
    d.quotes = "Nobody";
    toy_refused(t, &d, "T: it quotes a layer that does not exist");
    toy_same(t, "01 02", "Lower(b=1)/Raw(load=b'\\x02')");
    toy_fails(t, "Lower()/T()", "no layer is named 'T'");
    d.quotes = NULL;
    assert_true(clv_add(t->clv, &d, &err));
    toy_same(t, "01 02", "Lower(b=1)/T(a=2)");
    /* An error that is there already stays. */
    err.code = CLV_NO_ROUTE;
    assert_false(clv_add(t->clv, &(const struct clv_desc){ .name = "T" }, &err));
    assert_int_equal(err.code, CLV_NO_ROUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),     cmocka_unit_test(test_widths),
        cmocka_unit_test(test_kinds),     cmocka_unit_test(test_links),
        cmocka_unit_test(test_keys),      cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_layers),    cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_unchanged),
    };
    return cmocka_run_group_tests(tests, toy_set_up, toy_tear_down);
}
