/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of which a part is there, nets, and numbers over many bytes: bytes and text, both ways. */
#include "toy.h"

/* One row a line. */
/* clang-format off */

ROWS(bits,
    U8("plen", .init = 8),
    IP4_PART(0, "dst", .size = "plen", .text = "10.0.0.0"));
TABLE(bits, "Bits");

ROWS(nets,
    U8("plen"),
    IP6_PART(0, "net", .size = "plen", .style = CLV_NET));
TABLE(nets, "Nets");

ROWS(ends,
    U8("len", MEASURES(HEADER)),
    IP6_PART(0, "net"));
TABLE(ends, "Ends");

ROWS(counted,
    U8("len", MEASURES(FIELD)),
    IP4_PART(0, "net", .size = "len"),
    U8("after"));
TABLE(counted, "Counted");

ROWS(fixed,
    IP6_PART(12, "net"),
    FIXED(10, "key", .style = CLV_HEX, .text = "\x01"));
TABLE(fixed, "Fixed");

ROWS(big,
    U8("n", MEASURES(FIELD)),
    BYTES("signed", .size = "n", .style = CLV_SIGNED),
    U8("m", MEASURES(FIELD)),
    BYTES("plain", .size = "m", .style = CLV_HEX),
    BYTES("words", .arg = ", "));
TABLE(big, "Big");
ROWS(zeros,
    U8("n", MEASURES(FIELD)),
    BYTES("data", .size = "n", .init = 3),
    U8("x"));
TABLE(zeros, "Zeros");
/* A default with zeros in it. */
ROWS(holed,
    BYTES("data", .init = 4, .text = "\x01\0\x02"));
TABLE(holed, "Holed");
ROWS(parts,
    PARTS(16, 2, "pairs"),
    PARTS(32, 8, "bytes"));
TABLE(parts, "Parts");
ROWS(halves,
    HALVES(16, "one"),
    HALVES(32, "more", .style = CLV_MANY));
TABLE(halves, "Halves");
ROWS(joined,
    BYTES("data", .arg = ""));
TABLE(joined, "Joined");

ROWS(prefix,
    NET4("a"),
    NET6("b"));
TABLE(prefix, "Prefix");

ROWS(low,
    IP4("dst"));
TABLE(low, "Low", .next = "low.up");

ROWS(high,
    IP4("group"),
    U8("x"));
static const struct clv_imply high_implies[] = {
    { "Low", "dst", "=group" },
    { "Low", "dst", "192.0.2.9" },
    IMPLY_END,
};
UNDERS(high, UNDER(0, "low.up"));
UPPER(high, "High", .implies = high_implies);

ROWS(family,
    IP6("list", .when = "Low6.kind == 6", .style = CLV_MANY),
    IP4("list", .style = CLV_MANY));
UNDERS(family, UNDER(0, "low6.up"));
UPPER(family, "Family");

ROWS(low6,
    U8("kind"));
TABLE(low6, "Low6", .next = "low6.up");

/* clang-format on */

static void test_bits(void **state)
{
    struct toy *t = *state;
    TOYS(t, &bits);
    toy_same(t, "08 0a", "Bits()");
    toy_same(t, "18 c0 a8 01", "Bits(plen=24, dst='192.168.1.0')");
    toy_fields(t, "Bits.dst", "192.168.1.0");
    toy_same(t, "14 0a 00 1f", "Bits(plen=20, dst='10.0.31.0')");
    toy_same(t, "00", "Bits(plen=0, dst='0.0.0.0')");
    toy_builds(t, "Bits(plen=16, dst='192.168.1.7')", "10 c0 a8");
    toy_builds(t, "Bits(plen=24, dst=b'\\x0a\\x14')", "18 0a 14 00");
    toy_fails(t, "Bits(dst='10.0.0')", "Bits.dst: '10.0.0' is no IPv4 address");
    toy_fails(t, "Bits(dst=1)", "Bits.dst: takes an IPv4 address, like '192.0.2.0'");
}

static void test_stray(void **state)
{
    struct toy *t = *state;
    TOYS(t, &nets);
    toy_same(t, "21 20 01 0d b8 80", "Nets(plen=33, net='2001:db8:8000::')");
    toy_builds(t, "Nets(plen=33, net='2001:db8:ffff::')", "21 20 01 0d b8 80");
    toy_same(t, "21 20 01 0d b8 81", "Nets(plen=33, net=RawVal(b' \\x01\\r\\xb8\\x81'))");
}

static void test_ends(void **state)
{
    struct toy *t = *state;
    TOYS(t, &ends, &counted);
    toy_same(t, "11 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01", "Ends(net='2001:db8::1')");
    toy_same(t, "05 20 01 0d b8", "Ends(len=5, net='2001:db8::')");
    toy_same(t, "01", "Ends(len=1, net='::')");
    toy_builds(t, "Ends(len=3, net='2001:db8::')", "03 20 01");
    toy_builds(t, "Ends(len=19, net='::1')",
               "13 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 00");
    t->first = &counted;
    toy_same(t, "04 0a 00 00 01 07", "Counted(net='10.0.0.1', after=7)");
    toy_same(t, "02 0a 01 07", "Counted(len=2, net='10.1.0.0', after=7)");
    toy_same(t, "05 0a 01 00 00 00 07", "Counted(net=RawVal(b'\\n\\x01\\x00\\x00\\x00'), after=7)");
}

static void test_fixed(void **state)
{
    struct toy *t = *state;
    TOYS(t, &fixed);
    toy_same(t, "20 01 0d b8 00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00",
             "Fixed(net='2001:db8::')");
    toy_same(t, "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 02",
             "Fixed(key=0x0102)");
    toy_builds(t, "Fixed(key=1208925819614629174706175)",
               "00 00 00 00 00 00 00 00 00 00 00 00 ff ff ff ff ff ff ff ff ff ff");
    toy_fails(t, "Fixed(key=1208925819614629174706176)", "Fixed.key: does not fit in 10 bytes");
    toy_fails(t, "Fixed(key=-1)", "Fixed.key: does not fit in 10 bytes");
}

static void test_zeros(void **state)
{
    struct toy *t = *state;
    TOYS(t, &zeros);
    toy_same(t, "03 00 00 00 07", "Zeros(x=7)");
    toy_same(t, "00 07", "Zeros(data=b'', x=7)");
    toy_same(t, "02 00 00 07", "Zeros(data=b'\\x00\\x00', x=7)");
    toy_same(t, "03 00 01 00 07", "Zeros(data=b'\\x00\\x01\\x00', x=7)");
}

static void test_prefix(void **state)
{
    struct toy *t = *state;
    TOYS(t, &prefix);
    toy_same(t, "00 00", "Prefix()");
    toy_same(t, "18 c0 00 02 20 20 01 0d b8", "Prefix(a='192.0.2.0/24', b='2001:db8::/32')");
    toy_fields(t, "Prefix.a,Prefix.b", "192.0.2.0/24 2001:db8::/32");
    toy_same(t, "1a c0 00 02 81 00", "Prefix(a='192.0.2.129/26')");
    toy_builds(t, "Prefix(a='192.0.2.1', b='::/0')", "20 c0 00 02 01 00");
    toy_fails(t, "Prefix(a='192.0.2.0/33')", "Prefix.a: takes an IPv4 net, like '192.0.2.0/24'");
    toy_fails(t, "Prefix(b='10.0.0.0/8')", "Prefix.b: takes an IPv6 net, like '2001:db8::/32'");
}

static void test_implied(void **state)
{
    struct toy *t = *state;
    TOYS(t, &low, &high);
    toy_builds(t, "Low()/High(group='224.2.3.4')", "e0 02 03 04 e0 02 03 04 00");
    toy_builds(t, "Low()/High()", "c0 00 02 09 00 00 00 00 00");
    toy_builds(t, "Low(dst='10.0.0.1')/High(group='224.2.3.4')", "0a 00 00 01 e0 02 03 04 00");
}

/* Which alternative is there is told below; text that fits another is not lost in silence. */
static void test_below(void **state)
{
    struct toy *t = *state;
    TOYS(t, &low6, &family);
    toy_same(t, "04 c0 00 02 01", "Low6(kind=4)/Family(list=['192.0.2.1'])");
    toy_same(t, "06 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01",
             "Low6(kind=6)/Family(list=['::1'])");
    toy_fails(t, "Low6(kind=6)/Family(list=['192.0.2.1'])",
              "Family.list: another kind of value is there");
    toy_fails(t, "Low6(kind=6)/Family(list=['x'])", "Family.list: 'x' is no IPv4 address");
}

static void test_refused(void **state)
{
    struct toy *t = *state;
    static const struct clv_imply wrong[] = { { "Low", "dst", "=x" }, IMPLY_END };
    const struct clv_desc d = { .name = "T", .fields = high_rows, .implies = wrong };
    TOYS(t, &low);
    toy_refused(t, &d, "T: it implies what no row of its own of the field's kind holds");
    REFUSED(t, "T.a: the first bytes of one address: at most all, told by `bits` or by `size`",
            IP4_PART(5, "a"));
    REFUSED(t, "T.a: the first bytes of one address: at most all, told by `bits` or by `size`",
            IP4_PART(2, "a", .style = CLV_MANY));
    REFUSED(t, "T.a: only an address whose `size` counts bits has bits that do not count",
            IP4_PART(2, "a", .style = CLV_NET));
    REFUSED(t, "T.a: its default does not fit", IP4_PART(2, "a", .text = "::"));
}

/* Bytes of a free width as a number, in as few as hold it; and as a list that is joined. */
static void test_big(void **state)
{
    struct toy *t = *state;
    TOYS(t, &big);
    toy_builds(t, "Big(signed=0, plain=0)", "00 00");
    toy_builds(t, "Big(signed=127, plain=255)", "01 7f 01 ff");
    toy_builds(t, "Big(signed=128)", "02 00 80 00");
    toy_builds(t, "Big(signed=0xffffffffffffffff)", "09 00 ff ff ff ff ff ff ff ff 00");
    toy_builds(t, "Big(plain=18446744073709551616)", "00 09 01 00 00 00 00 00 00 00 00");
    toy_fails(t, "Big(plain=-1)", "Big.plain: takes a number from 0");
    toy_builds(t, "Big(words=['a', b'bc'])", "00 00 61 2c 20 62 63");
    toy_builds(t, "Big(words=[])", "00 00");
    toy_builds(t, "Big(words='a, b')", "00 00 61 2c 20 62");
    toy_fails(t, "Big(words=['a', 5])", "Big.words: takes bytes, like b'\\x00\\xff' or 'text'");
    TOYS(t, &joined);
    toy_builds(t, "Joined(data=[b'ab', b'cd'])", "61 62 63 64");
    TOYS(t, &big);
    toy_fails(t, "Big(words=5)", "Big.words: takes bytes, like b'\\x00\\xff' or 'text'");
}

static void test_holed(void **state)
{
    struct toy *t = *state;
    TOYS(t, &holed);
    toy_same(t, "01 00 02 00", "Holed()");
    toy_same(t, "01 00 02", "Holed(data=b'\\x01\\x00\\x02')");
    REFUSED(t, "T.a: its default does not fit", BYTES("a", .init = 2, .text = "abc"));
}

static void test_parts(void **state)
{
    struct toy *t = *state;
    TOYS(t, &parts);
    toy_same(t, "00 00 00 00 00 00", "Parts()");
    toy_same(t, "e4 1b 01 02 03 ff", "Parts(pairs=[3, 2, 1, 0, 0, 1, 2, 3], bytes=[1, 2, 3, 255])");
    toy_fields(t, "Parts.pairs,Parts.bytes", "[3, 2, 1, 0, 0, 1, 2, 3] [1, 2, 3, 255]");
    toy_builds(t, "Parts(pairs=0xe41b)", "e4 1b 00 00 00 00");
    toy_fails(t, "Parts(pairs=[3, 3])", "Parts.pairs: takes a list of 8 numbers 0..3");
    toy_fails(t, "Parts(pairs=[4, 0, 0, 0, 0, 0, 0, 0])",
              "Parts.pairs: takes a list of 8 numbers 0..3");
    toy_fails(t, "Parts(bytes=[-1, 0, 0, 0])", "Parts.bytes: takes a list of 4 numbers 0..255");
    toy_fails(t, "Parts(bytes='1')", "Parts.bytes: takes a list of 4 numbers 0..255");
    REFUSED(t, "T.a: parts have up to 32 bits each, and fill the row", PARTS(16, 3, "a"));
    REFUSED(t, "T.a: parts have up to 32 bits each, and fill the row", PARTS(16, 0, "a"));
}

static void test_halves(void **state)
{
    struct toy *t = *state;
    TOYS(t, &halves);
    toy_same(t, "00 00", "Halves()");
    toy_same(t, "07 1c", "Halves(one='7:28')");
    toy_same(t, "ff ff 00 07 00 1c ff ff 00 00", "Halves(one='255:255', more=['7:28', '65535:0'])");
    toy_fields(t, "Halves.one,Halves.more", "255:255 7:28,65535:0");
    toy_builds(t, "Halves(one=258)", "01 02");
    toy_builds(t, "Halves(one='0x10:1')", "10 01");
    toy_fails(t, "Halves(one='256:0')", "Halves.one: takes two numbers 0..255, like '7:28'");
    toy_fails(t, "Halves(one='7')", "Halves.one: takes two numbers 0..255, like '7:28'");
    toy_fails(t, "Halves(one='')", "Halves.one: takes two numbers 0..255, like '7:28'");
    toy_fails(t, "Halves(one='7:')", "Halves.one: takes two numbers 0..255, like '7:28'");
    toy_fails(t, "Halves(more=['7:28', '1:2:3'])",
              "Halves.more: takes two numbers 0..65535, like '7:28'");
    toy_fails(t, "Halves(one=65536)", "Halves.one: 65536 is outside 0..65535");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),    cmocka_unit_test(test_stray),
        cmocka_unit_test(test_ends),    cmocka_unit_test(test_fixed),
        cmocka_unit_test(test_holed),   cmocka_unit_test(test_parts),
        cmocka_unit_test(test_zeros),   cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_implied), cmocka_unit_test(test_big),
        cmocka_unit_test(test_halves),  cmocka_unit_test(test_below),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, toy_set_up, toy_tear_down);
}
