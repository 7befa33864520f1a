/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes with a writing of their own, names on the wire, patterns with a choice: both ways. */
#include "toy.h"

/* One row a line. */
/* clang-format off */

ROWS(strings,
    U8("len", MEASURES(FIELD)),
    COUNTED("list", .style = CLV_MANY, .size = "len"),
    COUNTED("one", .text = "ab"));
TABLE(strings, "Strings");

ROWS(netbios,
    NETBIOS("name", .text = "HOST"));
TABLE(netbios, "NetBios");

ROWS(uuid,
    UUID("id"));
TABLE(uuid, "Id");

ROWS(hardware,
    HWADDR(8, "addr"));
TABLE(hardware, "Hardware");

ROWS(routes,
    ROUTE4("list", .style = CLV_MANY));
TABLE(routes, "Routes");

ROWS(choice,
    TEXT("ab|[^]*", "text"),
    BYTES("rest"));
TABLE(choice, "Choice");

ROWS(names,
    U8("units", MEASURES_BY(HEADER, 4, 0)),
    PLAIN_NAME("list", .style = CLV_MANY));
TABLE(names, "Names");

ROWS(holder,
    LIST("items", .of = "item"));
TABLE(holder, "Holder");
ROWS(item,
    U8("code"),
    U8("len", MEASURES(REST)),
    U8("value", .style = CLV_MANY | CLV_FLAT, .when = "code == 1", .size = "len"),
    U8("value", .style = CLV_MANY, .when = "code == 2", .size = "len"),
    BYTES("value", .size = "len"));
UNDERS(item, UNDER(0, "item"));
UPPER(item, "Item", .tuple = "");

/* clang-format on */

static void test_strings(void **state)
{
    struct toy *t = *state;
    TOYS(t, &strings);
    toy_same(t, "00 02 61 62", "Strings()");
    toy_same(t, "04 01 78 01 79 00", "Strings(list=[b'x', b'y'], one=b'')");
    toy_builds(t, "Strings(list='x', one='abc')", "02 01 78 03 61 62 63");
    toy_builds(t, "Strings(list=['', b''])", "02 00 00 02 61 62");
    toy_builds(t, "Strings(list='')", "00 02 61 62");
    toy_same(t, "03 01 78 05 00", "Strings(list=RawVal(b'\\x01x\\x05'), one=b'')");
    toy_fails(t, "Strings(one=bytes(256))", "Strings.one: 256 bytes are given, it holds 255");
    toy_fails(t, "Strings(list=[1])", "Strings.list: takes bytes, like b'\\x00\\xff' or 'text'");
}

static void test_netbios(void **state)
{
    struct toy *t = *state;
    TOYS(t, &netbios);
    toy_same(t,
             "20 45 49 45 50 46 44 46 45 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43"
             "41 43 41",
             "NetBios()");
    toy_same(t,
             "20 49 46 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43"
             "41 43 41",
             "NetBios(name=b'\\x85')");
    toy_same(t,
             "20 61 62 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43 41 43"
             "41 43 41",
             "NetBios(name=b' abCACACACACACACACACACACACACACA')");
    toy_fails(t, "NetBios(name='sixteen letters!')",
              "NetBios.name: a NetBIOS name has at most 15 bytes");
    REFUSED(t, "T.name: its default does not fit", NETBIOS("name", .text = "sixteen letters!"));
    REFUSED(t, "T.name: its kind tells its width", CLV_ROW(clv_string, 8, "name"));
}

static void test_uuid(void **state)
{
    struct toy *t = *state;
    TOYS(t, &uuid);
    toy_same(t, "00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff",
             "Id(id=UUID('00112233-4455-6677-8899-aabbccddeeff'))");
    toy_builds(t, "Id(id='00112233-4455-6677-8899-AABBCCDDEEFF')",
               "00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff");
    toy_builds(t, "Id(id=b'\\x01')", "01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
    toy_fails(t, "Id(id=UUID('0011'))",
              "Id.id: takes a UUID, like '12345678-1234-5678-1234-567812345678'");
    toy_fails(t, "Id(id=Name('0011'))", "Id.id: 'Name' stands where a value should be");
}

static void test_hardware(void **state)
{
    struct toy *t = *state;
    TOYS(t, &hardware);
    toy_same(t, "00 01 02 03 04 05 00 00", "Hardware(addr=b'\\x00\\x01\\x02\\x03\\x04\\x05')");
    toy_builds(t, "Hardware(addr='00:01:02:03:04:05')", "00 01 02 03 04 05 00 00");
    toy_builds(t, "Hardware(addr=b'00:01:02:03:04:05')", "00 01 02 03 04 05 00 00");
    toy_fields(t, "Hardware.addr", "00:01:02:03:04:05");
    toy_fails(t, "Hardware(addr='00:01:02:03:04')",
              "Hardware.addr: 14 bytes are given, it holds 8");
}

static void test_routes(void **state)
{
    struct toy *t = *state;
    TOYS(t, &routes);
    toy_same(t, "08 0a c0 a8 00 01 00 01 02 03 04",
             "Routes(list=['10.0.0.0/8:192.168.0.1', '0.0.0.0/0:1.2.3.4'])");
    toy_same(t, "0c 0a 1f c0 a8 00 01", "Routes(list=['10.31.0.0/12:192.168.0.1'])");
    toy_builds(t, "Routes(list=['10.1.2.3/32:192.168.0.1'])", "20 0a 01 02 03 c0 a8 00 01");
    const char *why = "Routes.list: takes a route, like '10.0.0.0/8:10.0.0.1'";
    toy_fails(t, "Routes(list=['10.0.0.0/33:10.0.0.1'])", why);
    toy_fails(t, "Routes(list=['10.0.0.0/8'])", why);
    toy_fails(t, "Routes(list=['10.0.0.0:10.0.0.1/8'])", why);
}

static void test_choice(void **state)
{
    struct toy *t = *state;
    TOYS(t, &choice);
    toy_same(t, "61 62 63", "Choice(text=b'ab', rest=b'c')");
    toy_same(t, "61 63 00", "Choice(text=b'ac\\x00')");
    toy_same(t, "", "Choice()");
    toy_same(t, "61", "Choice(text=b'a')");
}

static void test_names(void **state)
{
    struct toy *t = *state;
    TOYS(t, &names);
    toy_same(t, "02 01 61 00 01 62 00 00", "Names(list=['a.', 'b.'])");
    toy_same(t, "02 01 61 00 02 62 63 00", "Names(list=['a.', 'bc.'])");
    toy_same(t, "01 00 00 00", "Names()");
    toy_builds(t, "Names(list='a.b')", "02 01 61 01 62 00 00 00");
    toy_same(t, "02 03 61 2e 62 00 00 00", "Names(list=[b'\\x03a.b\\x00'])");
    toy_same(t, "02 02 e4 f6 00 00 00 00", "Names(list=[b'\\xe4\\xf6.'])");
    toy_builds(t, "Names(list=[b'\\x01a\\xc0\\x00'])", "02 01 61 c0 00 00 00 00");
    toy_builds(t, "Names(list=['a b.@c'])", "03 03 61 20 62 02 40 63 00 00 00 00");
}

static void test_flat(void **state)
{
    struct toy *t = *state;
    TOYS(t, &holder, &item);
    toy_same(t, "01 02 05 06 02 01 07 02 00", "Holder(items=[(1, 5, 6), (2, [7]), (2, [])])");
    toy_builds(t, "Holder(items=[(1, [5, 6]), (2, 7, 8)])", "01 02 05 06 02 02 07 08");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings), cmocka_unit_test(test_netbios),
        cmocka_unit_test(test_uuid),    cmocka_unit_test(test_hardware),
        cmocka_unit_test(test_routes),  cmocka_unit_test(test_choice),
        cmocka_unit_test(test_names),   cmocka_unit_test(test_flat),
    };
    return cmocka_run_group_tests(tests, toy_set_up, toy_tear_down);
}
