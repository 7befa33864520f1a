/* SPDX-License-Identifier: BSD-2-Clause */
/* The words that say where a row lies, and whether it is there: bytes, fields, text, both ways. */
#include "toy.h"

/* One row a line. */
/* clang-format off */

ROWS(runs,
    BITS(3, "a"),
    BITS(5, "b"),
    BITS(12, "c", .style = CLV_HEX),
    BITS(4, "d"),
    BITS(3, "e", .style = CLV_LE),
    BITS(5, "f", .style = CLV_LE),
    BITS(12, "g", .style = CLV_LE | CLV_HEX),
    BITS(4, "h", .style = CLV_LE),
    U16("le", .style = CLV_LE | CLV_HEX),
    U24("le3", .style = CLV_LE | CLV_HEX),
    BITS(8, "sign", .style = CLV_SIGNED));
TABLE(runs, "Runs");

ROWS(whens,
    U8("type"),
    U16("flags", .style = CLV_HEX),
    U8("in", .when = "type in 0,8,13..18"),
    U8("high", .when = "flags & 0x8000"),
    U8("both", .when = "type == 8 and flags & 1"),
    U8("either", .when = "type == 9 or (flags & 2 and not type)"),
    U8("less", .when = "type < 3"),
    U8("more", .when = "type >= 200"));
TABLE(whens, "Whens");

ROWS(alike,
    U8("type"),
    U8("v", .when = "type == 1"),
    U16("v", .when = "type == 2"),
    IP4("v", .when = "type == 3"),
    BYTES("v"));
TABLE(alike, "Alike");

/* Two meanings of the same four bits. */
ROWS(overlay,
    BITS(4, "kind"),
    BITS(4, "low", .when = "kind == 1", .style = CLV_HEX),
    BITS(4, "low"),
    U8("x"));
TABLE(overlay, "Overlay");

ROWS(lefts,
    U8("a"),
    U16("b", .when = "left >= 2"),
    U8("c", .when = "left"),
    U8("d", .when = "left >= 1"));
TABLE(lefts, "Lefts");

/* Alternatives that text cannot tell apart, and that do not hold or write a number the same. */
static const struct clv_scale tenth = { .div = 10 }, seventh = { .div = 7 };
static const struct clv_word english[] = { { 1, "one" }, WORD_END };
static const struct clv_word german[] = { { 1, "eins" }, WORD_END };
ROWS(ends, U8("a"), U16("b", .when = "left < 2"), U16("b", .style = CLV_LE));
TABLE(ends, "Ends");
ROWS(signs, U8("a"), U16("b", .when = "left < 2", .style = CLV_SIGNED), U16("b"));
TABLE(signs, "Signs");
ROWS(scales, U8("a"), SCALED(16, tenth, "b", .when = "left < 2"), SCALED(16, seventh, "b"));
TABLE(scales, "Scales");
ROWS(tongues,
    U8("a"),
    FLAGS(16, "b", .when = "left < 2", .words = english),
    FLAGS(16, "b", .words = german));
TABLE(tongues, "Tongues");

/* Rows of one condition, side by side, are there together. */
ROWS(together,
    U8("a"),
    U8("b", .when = "left"),
    U8("c", .when = "left"));
TABLE(together, "Together");

ROWS(aligned,
    U8("a"),
    U16("b", .align = 4),
    U8("n", MEASURES(COUNT)),
    LIST("list", .of = "aligned.item", .size = "n", .align = 2),
    BYTES("rest"));
TABLE(aligned, "Aligned");
ROWS(piece,
    U8("len", MEASURES(HEADER)),
    BYTES("data"));
UNDERS(piece, UNDER(0, "aligned.item"));
UPPER(piece, "Piece");

/* One item on a multiple; bytes up to the end, which may be in the gap before them. */
ROWS(lone,
    U8("n", MEASURES(FIELD)),
    BYTES("data", .size = "n"),
    ITEM("item", .of = "aligned.item", .align = 4, .when = "left >= 2"));
TABLE(lone, "Lone");
ROWS(trail,
    U8("a"),
    BYTES("rest", .align = 4));
TABLE(trail, "Trail");

ROWS(offset,
    U8("where", MEASURES(START)),
    U8("n", MEASURES(FIELD)),
    U8("x"),
    BYTES("data", .at = "where", .size = "n"),
    U8("y"));
TABLE(offset, "Offset", .next = "offset.up");

/* Offsets in words, from the origin, which is the layer below. */
ROWS(origin,
    U8("a"));
TABLE(origin, "Origin", .origin = true, .next = "origin.up");
ROWS(inner,
    U8("where", MEASURES_BY(START, 2, 0)),
    U16("b", .align = 4),
    U8("c", .at = "where"));
UNDERS(inner, UNDER(0, "origin.up"));
UPPER(inner, "Inner");

ROWS(chain,
    U8("kind", .key = "chain.up"),
    U8("next", MEASURES(STRIDE)),
    U8("x"));
UNDERS(chain, UNDER(0, "chains"));
UPPER(chain, "Chain", .again = "chain");
ROWS(chains,
    U8("z"));
TABLE(chains, "Chains", .next = "chains");

ROWS(links,
    LIST("list", .of = "links"));
TABLE(links, "Links");
ROWS(hop,
    U8("next", MEASURES(STRIDE)),
    BYTES("data"));
UNDERS(hop, UNDER(0, "links"));
UPPER(hop, "Link");

ROWS(padded,
    U8("len", MEASURES(HEADER)),
    BYTES("data"));
TABLE(padded, "Padded", .pad = 4);

/* Items that begin on a multiple; the layer fills what is left before them and at its end. */
static void fill_gap(uint8_t *bytes, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(i ? 0x7f : n);
}
static const struct clv_hooks filling = { .pad = fill_gap };
ROWS(holder,
    U8("len", MEASURES_BY(HEADER, 4, -4)),
    SWITCH("fills", .init = 1),
    LIST("list", .of = "placed"));
TABLE(holder, "Holder", .hooks = &filling, .pads = "fills");
UNDERS(placed, UNDER(0, "placed"));
ROWS(wide_item, U8("t", TELLS(9)), U8("v"));
SHARED(wide_item, wide_item, placed, "WideItem", .begins = { 4, 2 });
static const struct clv_field gap_item_fields[] = {
    U8("n", MEASURES_BY(HEADER, 1, 0)), BYTES("gap"), END };
static const struct clv_desc gap_item = { .name = "Gap", .fields = gap_item_fields,
                                          .under = placed_under };

ROWS(after,
    U8("n"),
    U8("x"),
    U16("fcs", .style = CLV_AFTER | CLV_HEX, .fill = clv_sum_layer));
TABLE(after, "After", .next = "after.up");

ROWS(sized,
    BITS(1, "has"),
    BITS(7, "n"),
    BYTES("icv", .style = CLV_AFTER, .size = "n"),
    U8("mark", .style = CLV_AFTER, .when = "has"));
TABLE(sized, "Sized", .next = "after.up");
ROWS(above,
    U8("len", MEASURES(LAYER)),
    U8("data"));
UNDERS(above, UNDER(0, "after.up"));
UPPER(above, "Above");

/* A list behind the payload, whose items are stacked on their holder. */
ROWS(quote,
    U8("n", MEASURES_BY(BODY, 2, 0)),
    ITEM("ext", .of = "quote.ext", .style = CLV_MANY | CLV_AFTER));
TABLE(quote, "Quote", .next = "after.up", .fills = { 6, 2 }, .tail = "filling");
ROWS(ext,
    U8("mark", TELLS(0xee)),
    ITEM("parts", .of = "quote.part", .style = CLV_MANY | CLV_STACKED));
UNDERS(ext, UNDER(0, "quote.ext"));
UPPER(ext, "Ext");
ROWS(part, U8("v"));
UNDERS(part, UNDER(0, "quote.part"));
UPPER(part, "Part");

ROWS(endless,
    U8("len", MEASURES(LAYER)),
    U8("x"));
TABLE(endless, "Endless", .next = "after.up", .endless = "len == 0 and x == 1");

ROWS(order,
    U8("order"),
    U16("a", .style = CLV_HEX),
    U8("n", MEASURES(COUNT)),
    U16("list", .style = CLV_MANY, .size = "n"),
    IP4("ip"));
TABLE(order, "Order", .little = "order == 1");

/* What lies behind the payload is not there where the layer is an item, which has none. */
ROWS(both,
    U8("a"),
    U8("len", MEASURES(HEADER), .style = CLV_AFTER),
    U16("sum", .style = CLV_AFTER, .fill = clv_sum_header));
UNDERS(both, UNDER(0, "both.item"));
UPPER(both, "Both");
ROWS(boths, LIST("list", .of = "both.item"));
TABLE(boths, "Boths");

/* No number before the list tells the walk which order it is. */
ROWS(orders,
    U8("order"),
    U8("n", MEASURES(COUNT)),
    U16("list", .style = CLV_MANY, .size = "n"),
    IP4("ip"));
TABLE(orders, "Orders", .little = "order == 1");

/* clang-format on */

static void test_bits(void **state)
{
    struct toy *t = *state;
    TOYS(t, &runs);
    toy_same(t, "b1 ab cd 8d bc da 34 12 56 34 12 ff",
             "Runs(a=5, b=17, c=0xabc, d=13, e=5, f=17, g=0xabc, h=13, le=0x1234, le3=0x123456, "
             "sign=-1)");
    toy_fields(t, "Runs.a,Runs.b,Runs.c,Runs.d,Runs.e,Runs.f,Runs.g,Runs.h,Runs.le,Runs.sign",
               "5 17 0xabc 13 5 17 0xabc 13 0x1234 -1");
    toy_same(t, "00 00 00 00 00 00 00 00 00 00 00 00", "Runs()");
    toy_builds(t, "Runs(sign=-128, d=15)", "00 00 0f 00 00 00 00 00 00 00 00 80");
    toy_fails(t, "Runs(a=8)", "Runs.a: 8 is outside 0..7");
    toy_fails(t, "Runs(sign=-129)", "Runs.sign: -129 is outside -128..127");
    toy_noted(t, "b1 ab", "Raw(load=b'\\xb1\\xab')", "Raw: Runs needs 12 bytes, 2 are there");
}

static void test_when(void **state)
{
    struct toy *t = *state;
    TOYS(t, &whens);
    toy_same(t, "08 80 01 05 06 07", "Whens(type=8, flags=0x8001, in=5, high=6, both=7)");
    toy_fields(t, "Whens.in,Whens.high,Whens.both,Whens.either", "5 6 7 ");
    toy_same(t, "00 00 02 05 06 07", "Whens(flags=0x2, in=5, either=6, less=7)");
    toy_same(t, "0f 00 02 01", "Whens(type=15, flags=0x2, in=1)");
    toy_same(t, "09 00 00 04", "Whens(type=9, either=4)");
    toy_same(t, "c8 00 00 02", "Whens(type=200, more=2)");
    toy_same(t, "c7 00 00", "Whens(type=199)");
    toy_builds(t, "Whens(type=8)", "08 00 00 00");
    toy_fails(t, "Whens(type=7, in=1)", "Whens has 'in' only if type in 0,8,13..18");
    toy_noted(t, "08 00 00", "Raw(load=b'\\x08\\x00\\x00')",
              "Raw: Whens needs 4 bytes, 3 are there");
}

static void test_alternatives(void **state)
{
    struct toy *t = *state;
    TOYS(t, &alike, &overlay);
    toy_same(t, "01 07", "Alike(type=1, v=7)");
    toy_same(t, "02 01 02", "Alike(type=2, v=258)");
    toy_same(t, "03 0a 00 00 01", "Alike(type=3, v='10.0.0.1')");
    toy_fields(t, "Alike.v", "10.0.0.1");
    toy_same(t, "04 68 69", "Alike(type=4, v=b'hi')");
    toy_fails(t, "Alike(type=1, v=256)", "Alike.v: 256 is outside 0..255");
    /* What does not fit the default's row chooses; what fits none is told of the default's. */
    toy_builds(t, "Alike(v=7)", "01 07");
    toy_builds(t, "Alike(v=256)", "02 01 00");
    toy_builds(t, "Alike(v='10')", "00 31 30");
    toy_builds(t, "Alike(type=None, v=256)", "02 01 00");
    toy_fails(t, "Alike(v=[])", "Alike.v: an empty list stands for no packet");
    toy_fails(t, "Alike(type=4, v=1)", "Alike.v: takes bytes, like b'\\x00\\xff' or 'text'");
    t->first = &overlay;
    toy_same(t, "1a 05", "Overlay(kind=1, low=0xa, x=5)");
    toy_same(t, "2a 05", "Overlay(kind=2, low=10, x=5)");
}

static void test_left(void **state)
{
    struct toy *t = *state;
    TOYS(t, &lefts, &together);
    toy_same(t, "01", "Lefts(a=1)");
    toy_same(t, "01 02", "Lefts(a=1, c=2)");
    toy_same(t, "01 00 02", "Lefts(a=1, b=2)");
    toy_same(t, "01 00 00", "Lefts(a=1, b=0)");
    toy_same(t, "01 00 02 03", "Lefts(a=1, b=2, c=3)");
    toy_same(t, "01 00 02 03 04", "Lefts(a=1, b=2, c=3, d=4)");
    toy_same(t, "01 00 02 03 04 05", "Lefts(a=1, b=2, c=3, d=4)/Raw(load=b'\\x05')");
    t->first = &together;
    toy_same(t, "01", "Together(a=1)");
    toy_same(t, "01 02 03", "Together(a=1, b=2, c=3)");
    /* One of them that is not the default is enough to say that they are there. */
    toy_same(t, "01 00 03", "Together(a=1, c=3)");
    toy_same(t, "01 02 00", "Together(a=1, b=2)");
    toy_same(t, "01 00 00", "Together(a=1, b=0)");
    toy_noted(t, "01 02", "Raw(load=b'\\x01\\x02')", "Raw: Together needs 3 bytes, 2 are there");
}

static void test_left_alternatives(void **state)
{
    struct toy *t = *state;
    TOYS(t, &ends, &signs, &scales, &tongues);
    toy_same(t, "01 01 02", "Ends(a=1, b=RawVal(b'\\x01\\x02'))");
    toy_fields(t, "Ends.b", "513");
    t->first = &signs;
    toy_same(t, "01 ff 02", "Signs(a=1, b=RawVal(b'\\xff\\x02'))");
    t->first = &scales;
    toy_same(t, "01 01 02", "Scales(a=1, b=RawVal(b'\\x01\\x02'))");
    t->first = &tongues;
    toy_same(t, "01 00 01", "Tongues(a=1, b=RawVal(b'\\x00\\x01'))");
}

static void test_align(void **state)
{
    struct toy *t = *state;
    TOYS(t, &aligned, &piece);
    toy_same(t, "01 00 00 00 12 34 00", "Aligned(a=1, b=4660)");
    toy_same(t, "01 00 ff 00 12 34 00", "Aligned(a=1, _gap_b=b'\\x00\\xff\\x00', b=4660)");
    toy_same(t, "01 00 00 00 12 34 02 00 02 aa 01 00 cc",
             "Aligned(a=1, b=4660, list=[Piece(data=b'\\xaa'), Piece()], rest=b'\\x00\\xcc')");
    toy_same(t, "01 00 00 00 12 34 02 00 01 00 02 bb",
             "Aligned(a=1, b=4660, list=[Piece(), Piece(data=b'\\xbb')])");
    toy_fields(t, "Aligned.n,Piece.data", "2 b'',b'\\xbb'");
    toy_builds(t, "Aligned(list=[Piece(data='a'), Piece(data='b')])",
               "00 00 00 00 00 00 02 00 02 61 02 62");
}

static void test_lone(void **state)
{
    struct toy *t = *state;
    TOYS(t, &lone, &piece);
    toy_same(t, "01 aa", "Lone(data=b'\\xaa')");
    toy_same(t, "01 aa 00 00 02 bb", "Lone(data=b'\\xaa', item=Piece(data=b'\\xbb'))");
    toy_same(t, "03 aa aa aa 02 bb", "Lone(data=b'\\xaa\\xaa\\xaa', item=Piece(data=b'\\xbb'))");
    toy_same(t, "01 aa 00 cc 02 bb",
             "Lone(data=b'\\xaa', _gap_item=b'\\x00\\xcc', item=Piece(data=b'\\xbb'))");
    TOYS(t, &trail);
    toy_same(t, "07 00 00 00", "Trail(a=7)");
    toy_same(t, "07 00 00 00 61", "Trail(a=7, rest=b'a')");
    toy_same(t, "07", "Trail(a=7, _gap_rest=b'')");
    toy_same(t, "07 00 00", "Trail(a=7, _gap_rest=b'\\x00\\x00')");
    toy_same(t, "07 01 00 00", "Trail(a=7, _gap_rest=b'\\x01\\x00\\x00')");
}

static void test_at(void **state)
{
    struct toy *t = *state;
    TOYS(t, &offset);
    toy_same(t, "03 02 09 68 69 07", "Offset(x=9, data=b'hi', y=7)");
    toy_fields(t, "Offset.where,Offset.n,Offset.data", "3 2 b'hi'");
    toy_same(t, "05 02 09 aa bb 68 69 07", "Offset(x=9, _gap_data=b'\\xaa\\xbb', data=b'hi', y=7)");
    toy_same(t, "04 02 09 00 68 69 07", "Offset(x=9, _gap_data=b'\\x00', data=b'hi', y=7)");
    toy_builds(t, "Offset(_gap_data=bytes(2), data='a')", "05 01 00 00 00 61 00");
    toy_noted(t, "02 02 09 68 69 07", "Raw(load=b'\\x02\\x02\\thi\\x07')",
              "Raw: Offset needs 7 bytes, 6 are there");
    toy_noted(t, "09 00 09 68", "Raw(load=b'\\t\\x00\\th')",
              "Raw: Offset needs 9 bytes, 4 are there");
}

static void test_origin(void **state)
{
    struct toy *t = *state;
    TOYS(t, &origin, &inner);
    toy_same(t, "aa 03 00 00 12 34 07", "Origin(a=170)/Inner(b=4660, c=7)");
    toy_fields(t, "Inner.where,Inner.c", "3 7");
    toy_same(t, "aa 04 00 00 12 34 00 01 07",
             "Origin(a=170)/Inner(b=4660, _gap_c=b'\\x00\\x01', c=7)");
    TOYS(t, &inner);
    toy_same(t, "03 00 00 00 12 34 07", "Inner(b=4660, c=7)");
}

static void test_stride(void **state)
{
    struct toy *t = *state;
    TOYS(t, &chains, &chain, &links, &hop);
    toy_same(t, "01 09 03 07 00 00 08", "Chains(z=1)/Chain(kind=9, x=7)/Chain(x=8)");
    toy_same(t, "01 09 05 07 aa bb 00 00 08 cc",
             "Chains(z=1)/Chain(kind=9, x=7)/Raw(load=b'\\xaa\\xbb')/Chain(x=8)/"
             "Raw(load=b'\\xcc')");
    toy_fields(t, "Chain.next,Chain:2.next,Chain:2.x", "5 0 8");
    toy_builds(t, "Chains()/Chain()/'abc'/Chain()/Chain()",
               "00 00 06 00 61 62 63 00 03 00 00 00 00");
    toy_noted(t, "01 09 02 07 00 00 08",
              "Chains(z=1)/Chain(kind=9, next=2, x=7)/Raw(load=b'\\x00\\x00\\x08')",
              "Chain.next: 2, too short");
    toy_noted(t, "01 09 63 07 00", "Chains(z=1)/Chain(kind=9, next=99, x=7)/Raw(load=b'\\x00')",
              "Chain.next: 99, but 4 are there");
    t->first = &links;
    toy_same(t, "03 aa bb 02 cc 00 dd",
             "Links(list=[Link(data=b'\\xaa\\xbb'), Link(data=b'\\xcc'), "
             "Link(data=b'\\xdd')])");
    toy_fields(t, "Link.next", "3,2,0");
    toy_builds(t, "Links(list=[Link(data='abc'), Link()])", "04 61 62 63 00");
    toy_same(t, "03 aa bb 09 cc", "Links(list=[Link(data=b'\\xaa\\xbb'), Raw(load=b'\\t\\xcc')])");
}

static void test_pad(void **state)
{
    struct toy *t = *state;
    TOYS(t, &padded);
    toy_same(t, "03 61 62 00 63", "Padded(data=b'ab')/Raw(load=b'c')");
    toy_same(t, "03 61 62 07 63", "Padded(data=b'ab', _pad=b'\\x07')/Raw(load=b'c')");
    toy_same(t, "04 61 62 63 64", "Padded(data=b'abc')/Raw(load=b'd')");
    toy_same(t, "05 61 62 63 64", "Padded(data=b'abcd', _pad=b'')");
    toy_builds(t, "Padded(data='abcd')", "05 61 62 63 64 00 00 00");
}

static void test_begins(void **state)
{
    struct toy *t = *state;
    TOYS(t, &holder, &wide_item, &gap_item);
    toy_builds(t, "Holder(list=[WideItem(v=1)])", "00 01 09 01");
    toy_same(t, "00 01 09 01", "Holder(list=[Gap(), WideItem(v=1)])");
    toy_builds(t, "Holder(list=[WideItem(v=1), WideItem(v=2)])", "01 01 09 01 02 7f 09 02");
    toy_same(t, "01 01 09 01 02 7f 09 02",
             "Holder(list=[Gap(), WideItem(v=1), Gap(gap=b'\\x7f'), WideItem(v=2)])");
    /* Where they do not begin so, nothing was filled in. */
    toy_same(t, "00 09 01 01", "Holder(fills=0, list=[WideItem(v=1), Gap()])");
    toy_builds(t, "Holder(list=[Gap(gap='a')])", "00 02 61 01");
    toy_builds(t, "Holder(fills=0, list=[Gap(gap='a')])", "00 02 61");
}

/* A row that is there only right above a certain layer. */
ROWS(stream, U8("kind", .key = "stream"));
TABLE(stream, "Stream");
ROWS(datagram, U8("kind", .key = "stream"));
TABLE(datagram, "Datagram");
UNDERS(framed, UNDER(1, "stream"));
ROWS(framed, U8("size", MEASURES(REST), .when = "Stream.below"), U8("id"), BYTES("body"));
UPPER(framed, "Framed", .again = "framed");

static void test_below(void **state)
{
    struct toy *t = *state;
    TOYS(t, &stream, &datagram, &framed);
    toy_same(t, "01 02 07 61 01 08", "Stream()/Framed(id=7, body=b'a')/Framed(id=8)");
    toy_builds(t, "Datagram()/Framed(id=7, body=b'a')", "01 07 61");
    toy_builds(t, "Stream()/Framed(size=9, id=7)", "01 09 07");
    toy_fails(t, "Datagram()/Framed(size=1)", "Framed has 'size' only if Stream.below");
}

static void test_after(void **state)
{
    struct toy *t = *state;
    TOYS(t, &after, &sized, &above);
    toy_same(t, "01 02 02 aa fc 53", "After(n=1, x=2)/Above(data=170)");
    toy_fields(t, "After.fcs,Above.len", "0xfc53 2");
    toy_same(t, "01 02 02 aa 12 34", "After(n=1, x=2, fcs=0x1234)/Above(data=170)");
    toy_same(t, "01 02 02 aa cc 12 34",
             "After(n=1, x=2, fcs=0x1234, _tail=b'\\xcc')/Above(data=170)");
    toy_same(t, "01 02 00 00", "After(n=1, x=2, fcs=0x0)");
    toy_noted(t, "01 02 00", "Raw(load=b'\\x01\\x02\\x00')",
              "Raw: After needs 4 bytes, 3 are there");
    t->first = &sized;
    toy_same(t, "00 02 aa", "Sized()/Above(data=170)");
    toy_same(t, "02 02 aa 31 32", "Sized(n=2, icv=b'12')/Above(data=170)");
    toy_same(t, "82 02 aa 31 32 05", "Sized(has=1, n=2, icv=b'12', mark=5)/Above(data=170)");
    toy_same(t, "80 02 aa 05", "Sized(has=1, mark=5)/Above(data=170)");
    toy_fields(t, "Sized.mark,Sized.icv,Above.data", "5 b'' 170");
}

static void test_little(void **state)
{
    struct toy *t = *state;
    TOYS(t, &order);
    toy_same(t, "00 12 34 02 00 01 00 02 0a 00 00 01",
             "Order(a=0x1234, list=[1, 2], ip='10.0.0.1')");
    toy_same(t, "01 34 12 02 01 00 02 00 01 00 00 0a",
             "Order(order=1, a=0x1234, list=[1, 2], ip='10.0.0.1')");
    toy_fields(t, "Order.a,Order.list,Order.ip", "0x1234 1,2 10.0.0.1");
    TOYS(t, &orders);
    toy_same(t, "00 01 00 02 0a 00 00 01", "Orders(list=[2], ip='10.0.0.1')");
    toy_fields(t, "Orders.list", "2");
    toy_same(t, "01 01 02 00 01 00 00 0a", "Orders(order=1, list=[2], ip='10.0.0.1')");
    toy_fields(t, "Orders.list", "2");
}

static void test_behind_items(void **state)
{
    struct toy *t = *state;
    TOYS(t, &boths, &both);
    toy_same(t, "ff fe", "Boths(list=[Both(a=255), Both(a=254)])");
    toy_fails(t, "Boths(list=[Both(sum=1)])", "Both has no 'sum' where it is an item");
    t->first = &both;
    toy_same(t, "01 07 01 fe ff", "Both(a=1)/Raw(load=b'\\x07')");
}

static void test_behind(void **state)
{
    struct toy *t = *state;
    TOYS(t, &quote, &ext, &part, &above);
    /* Told, and filled up; not told; behind no item all is the payload's. */
    toy_same(t, "03 02 05 00 00 00 00 ee 01 02",
             "Quote(ext=Ext()/Part(v=1)/Part(v=2))/Above(data=5)");
    toy_fields(t, "Quote.n,Ext.mark,Part.v,Part:2.v", "3 238 1,2 2");
    toy_same(t, "00 02 05 00 00 00 00 ee", "Quote(n=0, ext=Ext())/Above(data=5)");
    toy_same(t, "03 02 05 00 00 00 00 aa",
             "Quote(n=3)/Above(data=5)/Padding(load=b'\\x00\\x00\\x00\\x00\\xaa')");
    toy_same(t, "02 02 05 01 02 ee", "Quote(ext=Ext(), filling=b'\\x01\\x02')/Above(data=5)");
    toy_same(t, "01 02 05 ee", "Quote(ext=Ext(), filling=b'')/Above(data=5)");
    toy_builds(t, "Quote(ext=[Ext(parts=[Part(v=1)])])/'abcdefg'",
               "04 61 62 63 64 65 66 67 00 ee 01");
    toy_builds(t, "Quote()/Above()", "00 02 00");
}

static void test_endless(void **state)
{
    struct toy *t = *state;
    TOYS(t, &endless, &above);
    toy_same(t, "00 01 02 05", "Endless(len=0, x=1)/Above(data=5)");
    toy_same(t, "02 00 02 05", "Endless()/Padding(load=b'\\x02\\x05')");
    toy_noted(t, "00 00 02 05", "Endless(len=0)/Above(data=5)", "Endless.len: 0, too short");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bits),
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_alternatives),
        cmocka_unit_test(test_left),
        cmocka_unit_test(test_left_alternatives),
        cmocka_unit_test(test_behind_items),
        cmocka_unit_test(test_lone),
        cmocka_unit_test(test_align),
        cmocka_unit_test(test_at),
        cmocka_unit_test(test_origin),
        cmocka_unit_test(test_stride),
        cmocka_unit_test(test_pad),
        cmocka_unit_test(test_after),
        cmocka_unit_test(test_little),
        cmocka_unit_test(test_begins),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_behind),
        cmocka_unit_test(test_endless),
    };
    return cmocka_run_group_tests(tests, toy_set_up, toy_tear_down);
}
