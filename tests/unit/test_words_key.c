/* SPDX-License-Identifier: BSD-2-Clause */
/* The words that say which table takes the bytes above, beside, or in a list. */
#include "toy.h"

/* One row a line. */
/* clang-format off */

/* Two rows are one key; the second space is asked where the first knows nothing. */
ROWS(joined,
    BITS(2, "type", .key = "joined other"),
    BITS(6, "sub", .key = "joined"));
TABLE(joined, "Joined", .next = "fallback");
ROWS(byte,
    U8("v"));
UNDERS(first, UNDER(1 << 6 | 5, "joined"));
UNDERS(second, UNDER(2 << 6 | 1, "other"), UNDER(7, "other"));
UNDERS(fallback, UNDER(0, "fallback"));
SHARED(first, byte, first, "First");
SHARED(second, byte, second, "Second");
SHARED(fallback, byte, fallback, "Fallback");

ROWS(ports,
    U8("from", .key = "port", .style = CLV_EITHER),
    U8("to", .key = "port", .style = CLV_EITHER));
TABLE(ports, "Ports");
UNDERS(eighty, UNDER(80, "port"));
UNDERS(range, UNDER(90, "port", .to = 92));
SHARED(eighty, byte, eighty, "Eighty");
SHARED(range, byte, range, "Range");

/* Siblings under one key: by what they tell; the general one takes the rest. */
ROWS(kinds,
    U8("key", .key = "kind"));
TABLE(kinds, "Kinds");
ROWS(four,
    BITS(4, "version", TELLS(4)),
    BITS(4, "x"));
ROWS(six,
    BITS(4, "version", TELLS(6)),
    BITS(4, "x"),
    U8("y", TELLS(9)));
ROWS(any,
    BYTES("data"));
UNDERS(kind, UNDER(1, "kind"));
UNDERS(surely, UNDER(1, "kind"), UNDER(2, "kind", .sure = true));
UNDERS(ranged, UNDER(1, "kind"), UNDER(10, "kind", .to = 12));
SHARED(four, four, surely, "Four");
SHARED(six, six, kind, "Six");
SHARED(any, any, ranged, "Any");

/* Items by their key, which a row of the holder says. */
ROWS(holder,
    U8("what", .key = "item"),
    U8("n", MEASURES(FIELD)),
    LIST("list", .of = "item", .size = "n"));
TABLE(holder, "Holder");
ROWS(short_item,
    U8("a"));
ROWS(long_item,
    U16("b"));
UNDERS(short_item, UNDER(1, "item"));
UNDERS(long_item, UNDER(2, "item"));
UPPER(short_item, "Short");
UPPER(long_item, "Long");

/* IKE-like: each item says what the next one is, the last one 0. */
ROWS(nexts,
    LIST("list", .of = "next"));
TABLE(nexts, "Nexts");
ROWS(proposal,
    U8("next", .key = "next"),
    U8("v"));
UNDERS(proposal, UNDER(2, "next"), UNDER(0, "next"));
UPPER(proposal, "Proposal");

/* TLV: by exact fit, then by loose fit, then raw. */
ROWS(tlvs,
    LIST("list", .of = "tlv"));
TABLE(tlvs, "Tlvs");
ROWS(tlv_one,
    U8("kind", TELLS(1)),
    U8("len", MEASURES(HEADER)),
    U8("v"));
ROWS(tlv_wide,
    U8("kind", TELLS(1)),
    U8("len", MEASURES(HEADER)),
    U16("w"));
ROWS(tlv_any,
    U8("kind"),
    U8("len", MEASURES(HEADER)),
    FIXED(2, "data"));
UNDERS(tlv, UNDER(0, "tlv"));
SHARED(tlv_one, tlv_one, tlv, "One");
SHARED(tlv_wide, tlv_wide, tlv, "Wide");
SHARED(tlv_any, tlv_any, tlv, "Other");

/* Conditions on layers: when, opens, leaf; Layer.field; values that a layer implies below. */
ROWS(low,
    U8("flag"),
    U8("hops", .init = 64),
    U8("more", .when = "flag & 2"));
TABLE(low, "Low", .next = "mid", .opens = "flag < 8");
ROWS(leaf,
    U8("v", .when = "Low.flag & 1"),
    U8("a"));
static const struct clv_imply implied[] = { { "Low", "hops", "255" }, IMPLY_IF("Low.flag == 3"),
                                            { "Low", "more", "7" }, IMPLY_END };
UNDERS(mid, UNDER(0, "mid"));
SHARED(leaf, leaf, mid, "Leaf",
    .when = "Low.flag in 1..3,5", .implies = implied, .leaf = true);
ROWS(narrow,
    U8("flag"),
    BITS(4, "hops", .init = 5),
    BITS(4, "low"),
    MAC("more"));
TABLE(narrow, "Narrow", .next = "mid", .quotes = "Low");
ROWS(branch,
    U8("b"));
SHARED(branch, branch, mid, "Branch",
    .when = "Low.more == 0 and b != 9", .next = "mid");

/* Hooks: is it mine; what fills the padding; does it answer. */
ROWS(hooked,
    U8("id"),
    U8("len", MEASURES_BY(HEADER, 4, 0)),
    BYTES("data"));
static bool probe_even(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    return len && bytes[0] % 2 == clv_scope_uint(below, NULL, "flag") % 2;
}
static void pad_count(uint8_t *bytes, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(i + 1);
}
static bool answers_next(struct clv_scope *request, struct clv_scope *answer)
{
    return clv_scope_uint(answer, NULL, "id") == clv_scope_uint(request, NULL, "id") + 1;
}
static const struct clv_hooks hooks = { .probe = probe_even, .pad = pad_count,
    .answers = answers_next };
SHARED(hooked, hooked, mid, "Hooked", .hooks = &hooks);

/* Messages beside each other, and in each other. */
ROWS(stream,
    U8("len", MEASURES(LAYER)));
UNDERS(stream, UNDER(0, "stream"));
UPPER(stream, "Stream", .next = "message");
ROWS(message,
    U8("kind", .key = "inner"),
    U8("len", MEASURES(PAYLOAD)));
UNDERS(message, UNDER(0, "message"));
UPPER(message, "Message", .again = "message");
ROWS(record,
    U8("len", MEASURES(LAYER)),
    U8("v"));
UNDERS(record, UNDER(1, "inner"));
UPPER(record, "Record", .again = "record");
ROWS(carrier,
    U8("c"));
UNDERS(carrier, UNDER(2, "inner"));
UPPER(carrier, "Carrier", .next = "stream");

/* Replies and quotes. */
ROWS(asking,
    U8("type", .init = 8, .reply = "8:0,13:14", .key = "asking"),
    U8("from", .reply = "to"),
    U8("to", .reply = "from"),
    U8("id", .reply = "="));
TABLE(asking, "Asking");
ROWS(quoted,
    U8("type", .init = 8, .key = "quoted"),
    U8("from"),
    U8("to"),
    U8("id"),
    U8("len", MEASURES(LAYER)));
UNDERS(quoted, UNDER(3, "asking"));
UPPER(quoted, "Quoted", .quotes = "Asking");

/* clang-format on */

static void test_joined(void **state)
{
    struct toy *t = *state;
    TOYS(t, &joined, &first, &second, &fallback);
    toy_same(t, "45 09", "Joined()/First(v=9)");
    toy_fields(t, "Joined.type,Joined.sub,First.v", "1 5 9");
    toy_same(t, "81 09", "Joined()/Second(v=9)");
    toy_same(t, "07 09", "Joined(type=0, sub=7)/Second(v=9)");
    toy_same(t, "46 09", "Joined(type=1, sub=6)/Fallback(v=9)");
    toy_builds(t, "Joined(type=3)/First(v=9)", "c5 09");
    toy_builds(t, "Joined()/Second()", "81 00");
}

static void test_either(void **state)
{
    struct toy *t = *state;
    TOYS(t, &ports, &eighty, &range);
    toy_same(t, "01 50 09", "Ports(from=1, to=80)/Eighty(v=9)");
    toy_same(t, "50 01 09", "Ports(from=80, to=1)/Eighty(v=9)");
    toy_same(t, "50 5a 09", "Ports(from=80, to=90)/Range(v=9)");
    toy_same(t, "5c 50 09", "Ports(from=92, to=80)/Eighty(v=9)");
    toy_same(t, "01 5d 09", "Ports(from=1, to=93)/Raw(load=b'\\t')");
    toy_builds(t, "Ports()/Eighty()", "00 00 00");
}

static void test_tell(void **state)
{
    struct toy *t = *state;
    TOYS(t, &kinds, &four, &six, &any);
    toy_same(t, "01 45", "Kinds()/Four(x=5)");
    toy_same(t, "01 65 09", "Kinds()/Six(x=5)");
    toy_same(t, "01 65 08", "Kinds()/Any(data=b'e\\x08')");
    toy_same(t, "01 75", "Kinds()/Any(data=b'u')");
    /* The key alone decides. */
    toy_same(t, "02 75", "Kinds(key=2)/Four(version=7, x=5)");
    toy_same(t, "0b 45", "Kinds(key=11)/Any(data=b'E')");
    toy_same(t, "0d 45", "Kinds(key=13)/Raw(load=b'E')");
    toy_builds(t, "Kinds()/Six()", "01 60 09");
}

static void test_item_key(void **state)
{
    struct toy *t = *state;
    TOYS(t, &holder, &short_item, &long_item, &nexts, &proposal);
    toy_same(t, "01 02 05 06", "Holder(list=[Short(a=5), Short(a=6)])");
    toy_same(t, "02 02 05 06", "Holder(list=[Long(b=1286)])");
    toy_same(t, "03 02 05 06", "Holder(what=3, list=[Raw(load=b'\\x05\\x06')])");
    toy_same(t, "01 00", "Holder(what=1)");
    toy_same(t, "02 03 05 06 07", "Holder(list=[Long(b=1286), Raw(load=b'\\x07')])");
    t->first = &nexts;
    toy_same(t, "02 05 02 06 00 07", "Nexts(list=[Proposal(v=5), Proposal(v=6), Proposal(v=7)])");
    toy_fields(t, "Proposal.next", "2,2,0");
    toy_same(t, "01 05 00 06", "Nexts(list=[Proposal(next=1, v=5), Proposal(v=6)])");
}

static void test_fit(void **state)
{
    struct toy *t = *state;
    TOYS(t, &tlvs, &tlv_one, &tlv_wide, &tlv_any);
    toy_same(t, "01 03 05", "Tlvs(list=[One(v=5)])");
    toy_same(t, "01 04 05 06", "Tlvs(list=[Wide(w=1286)])");
    /* The general one fits exactly; then nothing does, and the first that fits loosely has it. */
    toy_same(t, "02 04 05 06", "Tlvs(list=[Other(kind=2, data=b'\\x05\\x06')])");
    toy_same(t, "01 05 05 06 07", "Tlvs(list=[One(v=5, _extra=b'\\x06\\x07')])");
    toy_same(t, "02 05 05 06 07",
             "Tlvs(list=[Other(kind=2, data=b'\\x05\\x06', _extra=b'\\x07')])");
    toy_same(t, "02 03 05 01 03 05", "Tlvs(list=[Raw(load=b'\\x02\\x03\\x05\\x01\\x03\\x05')])");
    toy_same(t, "01 03 05 01 09", "Tlvs(list=[One(v=5), Raw(load=b'\\x01\\t')])");
    toy_fields(t, "One.v", "5");
}

static void test_conditions(void **state)
{
    struct toy *t = *state;
    TOYS(t, &low, &leaf, &branch, &narrow);
    toy_same(t, "00 40 05", "Low()/Branch(b=5)");
    toy_same(t, "01 ff 05 06", "Low(flag=1)/Leaf(v=5, a=6)");
    toy_same(t, "01 40 05 06", "Low(flag=1, hops=64)/Leaf(v=5, a=6)");
    toy_same(t, "02 ff 07 06", "Low(flag=2, more=7)/Leaf(a=6)");
    /* What lies behind a leaf is a tail. */
    toy_same(t, "02 ff 07 06 aa", "Low(flag=2, more=7)/Leaf(a=6)/Padding(load=b'\\xaa')");
    toy_same(t, "06 40 07 05", "Low(flag=6, more=7)/Raw(load=b'\\x05')");
    toy_same(t, "00 40 09", "Low()/Raw(load=b'\\t')");
    toy_same(t, "00 40 05 06", "Low()/Branch(b=5)/Branch(b=6)");
    toy_same(t, "08 40 05", "Low(flag=8)/Raw(load=b'\\x05')");
    toy_builds(t, "Low(flag=1, hops=3)/Leaf()", "01 03 00 00");
    toy_same(t, "03 ff 07 05 06", "Low(flag=3)/Leaf(v=5, a=6)");
    toy_same(t, "03 ff 00 05 06", "Low(flag=3, more=0)/Leaf(v=5, a=6)");
    toy_builds(t, "Low(flag=2)/Leaf()", "02 ff 00 00");
    /* What quotes it may have no place for what is implied. */
    toy_builds(t, "Narrow(flag=3)/Leaf(a=6)", "03 50 00 00 00 00 00 00 06");
}

static void test_hooks(void **state)
{
    struct toy *t = *state;
    TOYS(t, &low, &hooked);
    toy_same(t, "00 40 02 02 61 62 63 64 01 02", "Low()/Hooked(id=2, data=b'abcd\\x01\\x02')");
    toy_builds(t, "Low()/Hooked(id=2, data='abcd')", "00 40 02 02 61 62 63 64 01 02");
    toy_same(t, "01 40 02 01 61 62", "Low(flag=1)/Raw(load=b'\\x02\\x01ab')");
    toy_same(t, "01 40 03 01 61 62", "Low(flag=1)/Hooked(id=3, data=b'ab')");
}

static void test_again(void **state)
{
    struct toy *t = *state;
    TOYS(t, &stream, &message, &record, &carrier);
    toy_same(t, "07 00 01 aa 05 01 bb",
             "Stream()/Message()/Raw(load=b'\\xaa')/"
             "Message(kind=5)/Raw(load=b'\\xbb')");
    toy_same(t, "09 01 02 02 05 01 02 02 06",
             "Stream()/Message()/Record(v=5)/Message()/Record(v=6)");
    toy_same(t, "0b 01 04 02 05 02 06 01 02 02 07",
             "Stream()/Message()/Record(v=5)/Record(v=6)/Message()/Record(v=7)");
    toy_fields(t, "Message.len,Message:2.len,Record:3.v", "4 2 7");
    /* Siblings in a payload of a sibling. */
    /* In the payload of its own group a message would close it: raw there, and only there. */
    toy_same(t, "0d 02 06 09 05 00 00 00 00 01 02 02 07",
             "Stream()/Message()/Carrier(c=9)/Stream()/Raw(load=b'\\x00\\x00\\x00\\x00')/"
             "Message()/Record(v=7)");
    toy_same(t, "05 07 00 08 00 aa",
             "Stream()/Message(kind=7)/Message(kind=8)/Padding(load=b'\\xaa')");
    toy_noted(t, "06 07 00 08 00 aa",
              "Stream(len=6)/Message(kind=7)/Message(kind=8)/Padding(load=b'\\xaa')",
              "Raw: Message needs 2 bytes, 1 is there");
}

static bool answered(struct toy *t, const char *request, const char *answer)
{
    struct clv_view sent, got;
    toy_split(t, request, &sent);
    toy_split(t, answer, &got);
    bool wide = clv_request_wide(&sent), fits = clv_answers(&sent, &got);
    assert_true(!fits || clv_hash_request(&sent, wide) == clv_hash_answer(&got, wide));
    return fits;
}

static void test_reply(void **state)
{
    struct toy *t = *state;
    TOYS(t, &asking, &quoted);
    assert_true(answered(t, "08 01 02 07", "00 02 01 07"));
    assert_true(answered(t, "0d 01 02 07", "0e 02 01 07"));
    assert_false(answered(t, "08 01 02 07", "0e 02 01 07"));
    assert_false(answered(t, "08 01 02 07", "00 02 03 07"));
    assert_false(answered(t, "08 01 02 07", "00 02 01 08"));
    assert_true(answered(t, "08 01 02 07", "03 09 01 00 08 01 02 07 05"));
    assert_false(answered(t, "08 01 02 07", "03 09 01 00 08 01 02 06 05"));
    /* A quote is cut short: its lengths are no lies. */
    toy_same(t, "03 09 01 00 08 01 02 07 ff",
             "Asking(from=9, to=1)/Quoted(from=1, to=2, id=7, len=255)");
    TOYS(t, &low, &hooked);
    assert_true(answered(t, "00 40 02 01 00 00", "01 40 03 01 00 00"));
    assert_false(answered(t, "00 40 02 01 00 00", "00 40 02 01 00 00"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_joined), cmocka_unit_test(test_either),
        cmocka_unit_test(test_tell),   cmocka_unit_test(test_item_key),
        cmocka_unit_test(test_fit),    cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_hooks),  cmocka_unit_test(test_again),
        cmocka_unit_test(test_reply),
    };
    return cmocka_run_group_tests(tests, toy_set_up, toy_tear_down);
}
