/* SPDX-License-Identifier: BSD-2-Clause */
/* Layers where a value or a list is wanted: stacks as lists, packets as bytes, values in a tag. */
#include "toy.h"

#include <stdio.h>
#include <string.h>

/* One row a line. */
/* clang-format off */

ROWS(holder,
    U8("len", MEASURES(FIELD)),
    BYTES("data", .size = "len"),
    U8("n", MEASURES(COUNT)),
    LIST("list", .of = "part", .size = "n"));
TABLE(holder, "Holder");

ROWS(part,
    U8("next", .key = "part"),
    U8("len", MEASURES(REST)),
    BYTES("text"));
UNDERS(part, UNDER(7, "part"));
UPPER(part, "Part");

ROWS(outer,
    U8("kind", .key = "outer.kind"),
    U8("size", MEASURES(LAYER)));
TABLE(outer, "Outer");

ROWS(inner,
    U16("x", .init = 5));
UNDERS(inner, UNDER(9, "outer.kind"));
UPPER(inner, "Inner");

ROWS(spelled,
    U8("tag", .init = 2),
    U8("len", MEASURES(FIELD)),
    BYTES("text", .size = "len"),
    U8("id_tag", .init = 4),
    CLV_ROW(clv_ber_len, 0, "id_len", MEASURES(FIELD)),
    { .kind = &clv_ber_int, .size = "id_len", .name = "id" });
TABLE(spelled, "Spelled");

ROWS(number,
    U8("tag", TELLS(4)),
    CLV_ROW(clv_ber_len, 0, "len", MEASURES(REST)),
    CLV_ROW(clv_ber_int, 0, "val"));
UNDERS(number, UNDER(0, "value"));
UPPER(number, "Number");

ROWS(string,
    U8("tag", TELLS(2)),
    U8("len", MEASURES(REST)),
    BYTES("val"));
UNDERS(string, UNDER(0, "value"));
UPPER(string, "String");

ROWS(other,
    U8("tag", TELLS(3)),
    CLV_ROW(clv_ber_len, 0, "len", MEASURES(REST)),
    CLV_ROW(clv_ber_int, 0, "val"));
UNDERS(other, UNDER(0, "value"));
UPPER(other, "Other");

ROWS(never,
    U8("x"),
    BYTES("none", .when = "0"));
TABLE(never, "Never");

/* Which names a list takes hangs on the layer that holds it; a word stands for two numbers. */
ROWS(sort,
    U8("sort"),
    LIST("list", .of = "entry"));
TABLE(sort, "Sort");

ROWS(entry,
    LIST("names", .of = "cold", .when = "Sort.sort <= 1"),
    LIST("names", .of = "warm"));
UNDERS(entry, UNDER(0, "entry"));
UPPER(entry, "Entry");

static const struct clv_word cold_words[] = { { 1, "Blue" }, { 2, "Green" }, WORD_END };
ROWS(cold,
    U8("type", .words = cold_words),
    U8("value"));
UNDERS(cold, UNDER(0, "cold"));
UPPER(cold, "Cold", .tuple = "");

static const struct clv_word warm_words[] = { { 3, "Red" }, { 4, "Green" }, { 5, "Green" }, WORD_END };
ROWS(warm,
    U8("type", .words = warm_words),
    U16("value", .when = "type == 5"),
    U8("value"));
UNDERS(warm, UNDER(0, "warm"));
UPPER(warm, "Warm", .tuple = "");

ROWS(opening,
    U8("Kind"),
    { .kind = &clv_item, .name = "list", .of = "named", .style = CLV_MANY | CLV_OPEN });
TABLE(opening, "Opening");

ROWS(named,
    TEXT("[^ ]+", "name"),
    TEXT(" ", "blank", .text = " "),
    TEXT("[^;]*;", "value"));
UNDERS(named, UNDER(0, "named"));
UPPER(named, "Named");

ROWS(address,
    IP4("dst"));
TABLE(address, "Address");

/* clang-format on */

/* A stack of a list's items is the list; the key of each is told by the next. */
static void test_list(void **state)
{
    struct toy *t = *state;
    TOYS(t, &holder, &part, &outer, &inner);
    toy_builds(t, "Holder(list=Part(text='a')/Part())", "00 02 07 01 61 00 00");
    toy_builds(t, "Holder(list=[Part()/Part(), Part()])", "00 03 07 00 07 00 00 00");
    toy_builds(t, "Holder(list=Part()/'ab')", "00 02 00 00 61 62");
    toy_builds(t, "Holder(list=Part()/b'ab'/Part())", "00 03 00 00 61 62 00 00");
    toy_builds(t, "Holder(list=Part()/Raw(b'a'))", "00 02 00 00 61");
    /* No bytes are no item. */
    toy_builds(t, "Holder(list=Raw())", "00 00");
    toy_builds(t, "Holder(list=[Part(), b''])", "00 01 00 00");
    /* Layers that the list does not hold name each other, not the list. */
    toy_builds(t, "Holder(list=Outer()/Inner())", "00 01 09 04 00 05");
    toy_fails(t, "Holder(list=Part()/Nothing())", "no layer is named 'Nothing'");
    toy_fails(t, "Holder(list=Part()/5)",
              "a packet is made of layers, like IP(dst='192.0.2.1'), and of text");
}

static void test_bytes(void **state)
{
    struct toy *t = *state;
    TOYS(t, &holder, &part, &outer, &inner);
    toy_builds(t, "Holder(data=Inner())", "02 00 05 00");
    toy_builds(t, "Holder(data=Outer()/Inner(x=6)/'a')", "05 09 05 00 06 61 00");
    toy_builds(t, "Holder(data=Raw(load=b'ab'))", "02 61 62 00");
    toy_builds(t, "Holder(data=Raw())", "00 00");
    toy_builds(t, "Holder(data=Holder(data=Inner()))", "04 02 00 05 00 00");
    toy_builds(t, "Holder(list=[Part(text=Inner())])", "00 01 00 02 00 05");
    toy_fails(t, "Holder(data=Inner(y=6))", "Inner has no field 'y'; did you mean 'x'?");
    toy_fails(t, "Holder(data=Inner(x=70000))", "Inner.x: 70000 is outside 0..65535");
    toy_fails(t, "Holder(data=Nothing())", "Holder.data: 'Nothing' stands where a value should be");
    toy_fails(t, "Holder(data=Inner(x=[1, 2]))",
              "Inner.x: a set inside an item is not possible; give one value");
    toy_fails(t, "Holder(data=Inner(x=RandShort()))",
              "Holder.data: a set inside a packet that is a value is not possible; give one value");
    toy_fails(t, "Holder(len=Inner())", "Holder.len: 'Inner' stands where a value should be");
}

/* Tag, length and value as the field has them before it: the value alone counts. */
static void test_spelled(void **state)
{
    struct toy *t = *state;
    TOYS(t, &spelled, &number, &string, &other);
    toy_builds(t, "Spelled(id=Number(300))", "02 00 04 02 01 2c");
    toy_builds(t, "Spelled(id=Number(val=255))", "02 00 04 02 00 ff");
    toy_builds(t, "Spelled(text=String(b'ab'))", "02 02 61 62 04 01 00");
    toy_fails(t, "Spelled(id=Other(3))", "Spelled.id: 'Other' stands where a value should be");
    toy_fails(t, "Spelled(id=Number('x'))",
              "Spelled.id: 'x' is no number; it takes 0..18446744073709551615");
    /* What stands beside the value must say nothing new. */
    toy_builds(t, "Spelled(id=Number(tag=4, len=2, val=300))", "02 00 04 02 01 2c");
    toy_builds(t, "Spelled(text=String(len=2, val='ab'))", "02 02 61 62 04 01 00");
    toy_fails(t, "Spelled(text=String(len=3, val='ab'))",
              "Spelled.text: what String says beside its value is not what it would be without");
    toy_fails(t, "Spelled(text=String(len=3))",
              "Spelled.text: what String says beside its value is not what it would be without");
    /* One with another tag is a packet like any, and bytes can hold it. */
    toy_builds(t, "Spelled(text=Other(3))", "02 03 03 01 03 04 01 00");
}

static void test_net(void **state)
{
    struct toy *t = *state;
    TOYS(t, &address);
    toy_builds(t, "Address(dst=Net('10.0.0.1'))", "0a 00 00 01");
    toy_builds(t, "Address(dst=Net('10.0.0.4/30'))", "0a 00 00 04");
    toy_builds(t, "Address(dst=[Net('10.0.0.8', '10.0.0.9')])", "0a 00 00 08");
    toy_fails(t, "Address(dst=Net())", "Address.dst: 'Net' stands where a value should be");
    toy_fails(t, "Address(dst=Net('x'))", "Address.dst: 'x' is no IPv4 address");
    toy_fails(t, "Address(dst=Net('10.0.0.9', '10.0.0.8'))",
              "Address.dst: the range is empty: its first value is above its last");
}

/* A list of one within an item is that one: nothing there can be many packets. */
static void test_one(void **state)
{
    struct toy *t = *state;
    TOYS(t, &holder, &part, &never);
    toy_builds(t, "Holder(list=[Part(next=[9])])", "00 01 09 00");
    toy_fails(t, "Holder(list=[Part(next=[9, 8])])",
              "Part.next: a set inside an item is not possible; give one value");
    toy_fails(t, "Holder(list=[Part(next=[(1, 2)])])",
              "Part.next: a set inside an item is not possible; give one value");
    toy_fails(t, "Holder(list=[Part(next=[])])",
              "Part.next: a set inside an item is not possible; give one value");
}

/* Names that are no field's are items of an open list, sorted. */
static void test_open(void **state)
{
    struct toy *t = *state;
    TOYS(t, &opening, &named);
    toy_builds(t, "Opening(Long_name='y;', Kind=1, Less=b'x;')",
               "01 4c 65 73 73 20 78 3b 4c 6f 6e 67 2d 6e 61 6d 65 20 79 3b");
    toy_builds(t, "Opening(Bbb=None)", "00");
    toy_builds(t, "Opening(Bbb=';', list=[Named('a', ' ', 'b;')], Aaa=';')",
               "00 41 61 61 20 3b 42 62 62 20 3b 61 20 62 3b");
    toy_builds(t, "Opening(Bbb=';', list=Named('a', ' ', 'b;'))", "00 42 62 62 20 3b 61 20 62 3b");
    toy_builds(t, "Opening(list=None, Bbb=';')", "00 42 62 62 20 3b");
    toy_fails(t, "Opening(Kin=1)", "Opening has no field 'Kin'; did you mean 'Kind'?");
    toy_fails(t, "Opening(Bbb='x')", "Named.value: does not fit the pattern [^;]*;");
    toy_fails(t, "Opening(Bbb=5)", "Named.value: takes bytes, like b'\\x00\\xff' or 'text'");
}

static void test_words(void **state)
{
    struct toy *t = *state;
    TOYS(t, &sort, &entry, &cold, &warm);
    toy_same(t, "00 02 07", "Sort(list=[Entry(names=[('Green', 7)])])");
    toy_same(t, "02 04 07", "Sort(sort=2, list=[Entry(names=[('Green', 7)])])");
    toy_same(t, "02 05 01 02", "Sort(sort=2, list=[Entry(names=[(5, 258)])])");
    toy_builds(t, "Sort(sort=2, list=[Entry(names=[('Green', 258)])])", "02 05 01 02");
    toy_builds(t, "Sort(list=[Entry(names=[('Blue', 7)])], sort=1)", "01 01 07");
    toy_fails(t, "Sort(sort=2, list=[Entry(names=[('Blue', 7)])])",
              "Entry.names has no item 'Blue'");
    toy_fails(t, "Sort(list=[Entry(names=[('Green', 258)])])", "Cold.value: 258 is outside 0..255");
    toy_fails(t, "Sort(sort=2, list=[Entry(names=[('Green', 70000)])])",
              "Warm.value: 70000 is outside 0..255");
}

/* A mistake deep in lists that might be of two kinds is found, and in time. */
static void test_deep(void **state)
{
    struct toy *t = *state;
    char text[24 * 16 + 64] = "('Nope', 1)";
    TOYS(t, &sort, &entry, &cold, &warm);
    for (int i = 0; i < 24; i++) {
        char deeper[sizeof text];
        snprintf(deeper, sizeof deeper, "Entry(names=[%.*s])", (int)sizeof text - 32, text);
        strcpy(text, deeper);
    }
    toy_fails(t, text, "Entry.names has no item 'Nope'");
}

/* A row that is never there can be given as nothing. */
static void test_never(void **state)
{
    struct toy *t = *state;
    TOYS(t, &never);
    toy_same(t, "07", "Never(x=7)");
    toy_builds(t, "Never(none=None)", "00");
    toy_builds(t, "Never(none=b'')", "00");
    toy_fails(t, "Never(none=b'a')", "Never has 'none' never but as None");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),  cmocka_unit_test(test_bytes), cmocka_unit_test(test_spelled),
        cmocka_unit_test(test_net),   cmocka_unit_test(test_open),  cmocka_unit_test(test_one),
        cmocka_unit_test(test_never), cmocka_unit_test(test_deep),  cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, toy_set_up, toy_tear_down);
}
