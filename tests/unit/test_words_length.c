/* SPDX-License-Identifier: BSD-2-Clause */
/* The words that count: lengths, sizes, repetition, varints; what lies, and what does not fit. */
#include "toy.h"

#include <string.h>

/* One row a line. */
/* clang-format off */

ROWS(header,
    U8("x"),
    U8("len", MEASURES_BY(HEADER, 4, 4)),
    BYTES("data"));
TABLE(header, "Header");

ROWS(layer,
    U8("len", MEASURES_BY(LAYER, 1, -2)),
    U8("x"));
TABLE(layer, "Layer", .next = "up");

ROWS(payload,
    U8("x"),
    BITS(4, "len", MEASURES_BY(PAYLOAD, 2, 0)),
    BITS(4, "y"));
TABLE(payload, "Payload", .next = "up");

ROWS(rest,
    U8("x"),
    U16("len", MEASURES_BY(REST, 2, -1), .style = CLV_LE),
    U8("y"),
    BYTES("data"));
TABLE(rest, "Rest", .next = "up");

/* A length at no fixed place. */
ROWS(moving,
    VARINT("len", MEASURES(LAYER)),
    U8("x"));
UNDERS(moving, UNDER(0, "up"));
UPPER(moving, "Moving", .next = "up2");

ROWS(upper,
    U8("u"));
UNDERS(upper, UNDER(0, "up2"));
UPPER(upper, "Upper");

ROWS(field,
    U8("len", MEASURES_BY(FIELD, 2, 1)),
    U8("count", MEASURES_BY(COUNT, 2, 0)),
    U8("x"),
    BYTES("data", .size = "len"),
    U16("list", .style = CLV_MANY | CLV_HEX, .size = "count"),
    U8("bytes", MEASURES(FIELD)),
    U16("more", .style = CLV_MANY, .size = "bytes"),
    U8("wide", MEASURES(FIELD)),
    U32("number", .size = "wide"));
TABLE(field, "Field");

ROWS(start,
    U8("where", MEASURES_BY(START, 4, 0)),
    BYTES("data", .at = "where"));
TABLE(start, "Start");

ROWS(many,
    U8("n", MEASURES(COUNT)),
    MAC("macs", .style = CLV_MANY, .size = "n"),
    U8("size", MEASURES(FIELD)),
    LIST("items", .of = "many.item", .size = "size"),
    U8("count", MEASURES(COUNT)),
    LIST("counted", .of = "many.item", .size = "count"),
    IP6("six", .style = CLV_MANY));
TABLE(many, "Many");
ROWS(item,
    U8("a"),
    U8("len", MEASURES(REST)),
    BYTES("b"));
UNDERS(item, UNDER(0, "many.item"));
UPPER(item, "Item");

/* An item as a single value, between rows. */
ROWS(one,
    ITEM("one", .of = "many.item"),
    U8("x"));
TABLE(one, "One");

/* Items before rows of told sizes leave these to them. */
ROWS(leaves,
    U8("n", MEASURES(FIELD)),
    LIST("list", .of = "many.item"),
    BYTES("pad", .size = "n"),
    U16("end"));
TABLE(leaves, "Leaves");

ROWS(vars,
    VARINT("len", MEASURES(REST)),
    VARINT("v"),
    U8("n", MEASURES(COUNT)),
    VARINT("list", .style = CLV_MANY, .size = "n"),
    U8("size", MEASURES(FIELD)),
    VARINT("sized", .style = CLV_MANY, .size = "size"),
    U8("w", MEASURES(FIELD)),
    VARINT("single", .size = "w"),
    VARINT("all", .style = CLV_MANY));
TABLE(vars, "Vars");

ROWS(texts,
    U8("n", MEASURES(COUNT)),
    TEXT("[a-z]*;", "words", .style = CLV_MANY, .size = "n", .text = NULL),
    BYTES("rest"));
TABLE(texts, "Texts");

ROWS(small,
    BITS(4, "len", MEASURES(HEADER)),
    BITS(4, "n", MEASURES(COUNT)),
    U8("list", .style = CLV_MANY, .size = "n"));
TABLE(small, "Small");

/* Each alternative has a length of its own. */
ROWS(paired,
    U8("type"),
    U8("len", MEASURES_BY(FIELD, 1, 3), .when = "type == 1"),
    U8("len", MEASURES(FIELD)),
    U8("more", .when = "type == 1"),
    BYTES("data", .size = "len", .when = "type == 1"),
    BYTES("data", .size = "len"),
    U8("end"));
TABLE(paired, "Paired");

/* clang-format on */

static void test_header(void **state)
{
    struct toy *t = *state;
    TOYS(t, &header);
    /* bytes == len * 4 - 4 */
    toy_same(t, "01 02 61 62", "Header(x=1, data=b'ab')");
    toy_same(t, "01 03 61 62 63 64 65 66", "Header(x=1, data=b'abcdef')");
    toy_same(t, "01 02 61 62 63", "Header(x=1, data=b'ab')/Raw(load=b'c')");
    toy_fields(t, "Header.len,Header.data", "2 b'ab'");
    /* A header is filled up to what its length can say. */
    toy_builds(t, "Header(data='a')", "00 02 61 00");
    toy_builds(t, "Header(len=9, data='a')", "00 09 61 00");
    toy_noted(t, "01 09 61", "Header(x=1, len=9, data=b'a', _extra=b'')",
              "Header.len: 32, but 3 are there");
    toy_noted(t, "01 01 61", "Header(x=1, len=1, _extra=b'')/Raw(load=b'a')",
              "Header.len: 0, too short");
    toy_noted(t, "01", "Raw(load=b'\\x01')", "Raw: Header needs 2 bytes, 1 is there");
}

static void test_layer(void **state)
{
    struct toy *t = *state;
    TOYS(t, &layer, &moving, &upper);
    /* bytes == len + 2 */
    toy_same(t, "00 01", "Layer(x=1)");
    toy_same(t, "03 01 03 02 05", "Layer(x=1)/Moving(x=2)/Upper(u=5)");
    toy_same(t, "03 01 03 02 05 aa", "Layer(x=1)/Moving(x=2)/Upper(u=5)/Padding(load=b'\\xaa')");
    toy_same(t, "04 01 03 02 05 aa bb",
             "Layer(len=4, x=1)/Moving(x=2)/Upper(u=5)/Padding(load=b'\\xaa\\xbb')");
    toy_fields(t, "Layer.len,Moving.len", "4 3");
    toy_same(t, "06 01 40 06 02 05 aa bb",
             "Layer(x=1)/Moving(len=Width(2), x=2)/Upper(u=5)/Raw(load=b'\\xaa\\xbb')");
    toy_noted(t, "09 01 02 02", "Layer(len=9, x=1)/Moving(x=2)", "Layer.len: 11, but 4 are there");
    toy_noted(t, "02 01 05 02", "Layer(x=1)/Moving(len=5, x=2)", "Moving.len: 5, but 2 are there");
    toy_noted(t, "03 01 01 02 05", "Layer(x=1)/Raw(load=b'\\x01\\x02\\x05')",
              "Raw: Moving needs 2 bytes, 1 is there");
    toy_fails(t, "Layer()/Raw(load=bytes(256))",
              "Layer.len: 256 does not fit, it holds 0..255; make what it measures (258 bytes or "
              "items) smaller, or give len");
    toy_builds(t, "Layer(len=7)", "07 00");
}

static void test_payload(void **state)
{
    struct toy *t = *state;
    TOYS(t, &payload);
    toy_same(t, "01 25 61 62 63 64", "Payload(x=1, y=5)/Raw(load=b'abcd')");
    toy_same(t, "01 15 61 62 63", "Payload(x=1, y=5)/Raw(load=b'ab')/Padding(load=b'c')");
    toy_fields(t, "Payload.len", "1");
    toy_same(t, "01 05", "Payload(x=1, y=5)");
    toy_builds(t, "Payload()/'abc'", "00 20 61 62 63");
    toy_noted(t, "01 25 61 62 63", "Payload(x=1, y=5)/Raw(load=b'abc')",
              "Payload.len: 4, but 3 are there");
    toy_fails(t, "Payload()/Raw(load=bytes(31))",
              "Payload.len: 16 does not fit, it holds 0..15; make what it measures (31 bytes or "
              "items) smaller, or give len");
}

static void test_rest(void **state)
{
    struct toy *t = *state;
    TOYS(t, &rest);
    /* bytes behind len == len * 2 + 1 */
    toy_same(t, "01 01 00 02 61 62", "Rest(x=1, y=2, data=b'ab')");
    toy_same(t, "01 00 00 02 61 62", "Rest(x=1, y=2)/Raw(load=b'ab')");
    toy_fields(t, "Rest.len,Rest.data", "0 b''");
    toy_builds(t, "Rest(data='a')", "00 01 00 00 61 00");
    toy_noted(t, "01 05 00 02 61", "Rest(x=1, len=5, y=2, data=b'a', _extra=b'')",
              "Rest.len: 14, but 5 are there");
}

static void test_field(void **state)
{
    struct toy *t = *state;
    TOYS(t, &field);
    /* bytes == len * 2 - 1, items == count * 2 */
    toy_same(t, "02 01 09 61 62 63 12 34 ab cd 02 00 05 04 00 00 00 07",
             "Field(x=9, data=b'abc', list=[0x1234, 0xabcd], more=[5], number=7)");
    toy_fields(t, "Field.len,Field.count,Field.list,Field.bytes", "2 1 0x1234,0xabcd 2");
    /* Sizes that the rows cannot have: raw values. */
    toy_same(
        t, "01 00 09 61 03 00 05 06 02 00 07",
        "Field(x=9, data=b'a', more=RawVal(b'\\x00\\x05\\x06'), number=RawVal(b'\\x00\\x07'))");
    toy_builds(t, "Field(data='ab', number=b'\\x05')", "02 00 00 61 62 00 00 01 05");
    toy_builds(t, "Field(len=2, data='ab')", "02 00 00 61 62 00 04 00 00 00 00");
    toy_noted(t, "09 00 00 61 00 00", "Raw(load=b'\\t\\x00\\x00a\\x00\\x00')",
              "Raw: Field needs 7 bytes, 6 are there");
    toy_noted(t, "00 00 00 00 00", "Raw(load=b'\\x00\\x00\\x00\\x00\\x00')",
              "Raw: Field needs 6 bytes, 5 are there");
    toy_fails(t, "Field(data=bytes(511))",
              "Field.len: 256 does not fit, it holds 0..255; make what it measures (511 bytes or "
              "items) smaller, or give len");
}

static void test_start(void **state)
{
    struct toy *t = *state;
    TOYS(t, &start);
    toy_same(t, "01 00 00 00 61", "Start(_gap_data=b'\\x00\\x00\\x00', data=b'a')");
    toy_fields(t, "Start.where,Start.data", "1 b'a'");
    toy_same(t, "01 01 02 03", "Start(_gap_data=b'\\x01\\x02\\x03')");
    toy_noted(t, "02 01 02 03", "Raw(load=b'\\x02\\x01\\x02\\x03')",
              "Raw: Start needs 8 bytes, 4 are there");
}

static void test_many(void **state)
{
    struct toy *t = *state;
    TOYS(t, &many, &item);
    toy_same(t,
             "02 020000000001 020000000002 05 01 01 61 02 00 02 03 00 04 02 62 63 "
             "00000000000000000000000000000001 20010db8000000000000000000000002",
             "Many(macs=['02:00:00:00:00:01', '02:00:00:00:00:02'], items=[Item(a=1, b=b'a'), "
             "Item(a=2)], counted=[Item(a=3), Item(a=4, b=b'bc')], six=['::1', '2001:db8::2'])");
    toy_fields(t, "Many.n,Many.size,Many.count,Many.macs,Item.a",
               "2 5 2 02:00:00:00:00:01,02:00:00:00:00:02 1,2,3,4");
    toy_same(t, "00 00 00", "Many()");
    /* The last item of three bytes is none; half an address is none. */
    toy_same(t, "00 03 01 00 07 00", "Many(items=[Item(a=1), Raw(load=b'\\x07')])");
    toy_same(t, "00 00 00 01 02", "Many(six=RawVal(b'\\x01\\x02'))");
    /* An item whose length lies. */
    toy_same(t, "00 03 01 09 07 00", "Many(items=[Raw(load=b'\\x01\\t\\x07')])");
    toy_builds(t, "Many(items=[Item(len=9)])", "00 02 00 09 00");
    /* A table that ends in bytes or a list is not walked by split: nothing to note. */
    toy_same(t, "01 02 00", "Raw(load=b'\\x01\\x02\\x00')");
}

static void test_one(void **state)
{
    struct toy *t = *state;
    TOYS(t, &one, &item);
    toy_same(t, "01 02 61 62 09", "One(one=Item(a=1, b=b'ab'), x=9)");
    toy_fields(t, "Item.b,One.x", "b'ab' 9");
    toy_same(t, "01 00 09 aa", "One(one=Item(a=1), x=9)/Raw(load=b'\\xaa')");
}

static void test_varint(void **state)
{
    struct toy *t = *state;
    TOYS(t, &vars, &texts);
    toy_same(t, "0c 25 02 05 7b bd 01 3f 01 07 01 40 80",
             "Vars(v=37, list=[5, 15293], sized=[63], single=7, all=[1, 128])");
    toy_fields(t, "Vars.len,Vars.v,Vars.list,Vars.all", "12 37 5,15293 1,128");
    /* In more bytes than it takes. */
    toy_same(t, "40 09 80 00 00 05 00 00 02 40 07 ff",
             "Vars(len=Width(2), v=Width(4, 5), single=Width(2, 7))/Raw(load=b'\\xff')");
    toy_same(t, "06 05 01 40 05 00 00", "Vars(v=5, list=[Width(2, 5)], single=RawVal(b''))");
    toy_builds(t, "Vars(v=16383, all=[64, 1073741823, 1073741824])",
               "14 7f ff 00 00 01 00 40 40 bf ff ff ff c0 00 00 00 40 00 00 00");
    toy_builds(t, "Vars(len=Width(8))", "c0 00 00 00 00 00 00 05 00 00 00 01 00");
    toy_builds(t, "Vars(len=Width(4, 9))", "80 00 00 09 00 00 00 01 00");
    toy_fails(t, "Vars(v=Width(1, 64))", "Vars.v: 64 has no spelling of 1 bytes");
    toy_fails(t, "Vars(v=Width(3, 5))", "Vars.v: 5 has no spelling of 3 bytes");
    toy_fails(t, "Vars(v=4611686018427387904)",
              "Vars.v: 4611686018427387904 is outside 0..4611686018427387903");
    toy_fails(t, "Vars(n=Width(2))",
              "Vars.n: Width(bytes) or Width(bytes, value) is for numbers that "
              "delimit themselves");
    /* Half a number: raw. */
    toy_same(t, "06 05 00 00 01 40 00", "Vars(v=5, single=RawVal(b'@'), all=[0])");
    t->first = &texts;
    toy_same(t, "02 61 62 3b 3b 63 3b", "Texts(words=[b'ab;', b';'], rest=b'c;')");
    toy_noted(t, "02 61 62 3b 3f", "Raw(load=b'\\x02ab;?')",
              "Raw: Texts needs 6 bytes, 5 are there");
}

/* A length over 63 bytes takes two: the packet is laid out again. */
static void test_settle(void **state)
{
    struct toy *t = *state;
    char text[64 * 2 + 16] = "4042 00";
    TOYS(t, &layer, &moving);
    t->first = &moving;
    for (int i = 0; i < 63; i++)
        strcat(text, "61");
    toy_same(
        t, text,
        "Moving()/Raw(load=b'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')");
}

static void test_too_many(void **state)
{
    struct toy *t = *state;
    TOYS(t, &small);
    toy_same(t, "32 05 06", "Small(list=[5, 6])");
    toy_noted(t, "52 05 06", "Small(len=5, list=[5, 6])", "Small.len: 5, but 3 are there");
    toy_same(t, "42 05 06 07", "Small(list=[5, 6], _extra=b'\\x07')");
    toy_noted(t, "02", "Raw(load=b'\\x02')", "Small.len: 0, too short");
    toy_fails(
        t, "Small(list=[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15])",
        "Small.len: 16 does not fit, it holds 0..15; make what it measures (16 bytes or items) "
        "smaller, or give len");
    toy_fails(t, "Small(len=1, list=[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16])",
              "Small.n: 16 does not fit, it holds 0..15; make what it measures (16 bytes or items) "
              "smaller, or give n");
}

static void test_leaves(void **state)
{
    struct toy *t = *state;
    TOYS(t, &leaves, &item);
    toy_same(t, "00 00 07", "Leaves(end=7)");
    toy_same(t, "01 05 01 61 05 00 09 00 07",
             "Leaves(list=[Item(a=5, b=b'a'), Item(a=5)], pad=b'\\t', end=7)");
    toy_same(t, "00 05 09 61 00 07", "Leaves(list=[Raw(load=b'\\x05\\ta')], end=7)");
    toy_noted(t, "04 00 07", "Raw(load=b'\\x04\\x00\\x07')",
              "Raw: Leaves needs 4 bytes, 3 are there");
}

static void test_paired(void **state)
{
    struct toy *t = *state;
    TOYS(t, &paired);
    toy_same(t, "00 02 61 62 07", "Paired(data=b'ab', end=7)");
    toy_same(t, "01 05 04 61 62 07", "Paired(type=1, more=4, data=b'ab', end=7)");
    toy_builds(t, "Paired(type=1)", "01 03 00 00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),   cmocka_unit_test(test_layer),
        cmocka_unit_test(test_payload),  cmocka_unit_test(test_rest),
        cmocka_unit_test(test_field),    cmocka_unit_test(test_start),
        cmocka_unit_test(test_many),     cmocka_unit_test(test_one),
        cmocka_unit_test(test_varint),   cmocka_unit_test(test_settle),
        cmocka_unit_test(test_paired),   cmocka_unit_test(test_leaves),
        cmocka_unit_test(test_too_many),
    };
    return cmocka_run_group_tests(tests, toy_set_up, toy_tear_down);
}
