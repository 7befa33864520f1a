/* SPDX-License-Identifier: BSD-2-Clause */
/* Drafts: setting and unsetting fields, what the route fills in, and builds that cannot be. */
#include "ground.h"

#include <stdlib.h>
#include <string.h>

static struct clv_draft *parse(struct ground *g, const char *text)
{
    struct clv_err err = { 0 };
    clv_arena_reset(g->kept);
    struct clv_draft *draft = clv_parse(g->clv, g->kept, text, strlen(text), &err);
    if (!draft)
        fail_msg("%s: %s", text, err.text);
    return draft;
}

static void prints(struct ground *g, const struct clv_draft *draft, const char *want)
{
    assert_true(clv_print_draft(draft, &g->out));
    ground_same(g, want);
}

/* These fields of what it builds. */
static void builds(struct ground *g, struct clv_draft *draft, const char *list, const char *want)
{
    struct clv_err err = { 0 };
    uint32_t len;
    clv_arena_reset(g->arena);
    uint8_t *bytes = clv_build(draft, g->arena, &len, &err);
    if (!bytes)
        fail_msg("%s", err.text);
    struct clv_columns *c = clv_columns_new(g->clv, g->arena, list, &err);
    assert_non_null(c);
    clv_split(g->clv, &g->view, g->arena, clv_draft_layer(draft, 0), bytes, len);
    clv_print_columns(c, &g->view, NULL, &g->out);
    g->out.len--; /* the newline */
    ground_same(g, want);
}

static void set(struct ground *g, struct clv_draft *draft, uint32_t layer, const char *field,
                const char *text)
{
    struct clv_err err = { 0 };
    if (!clv_draft_set(draft, g->kept, layer, field, text, &err))
        fail_msg("%s=%s: %s", field, text ? text : "None", err.text);
}

/* ---- Setting. */

static void test_layers(void **state)
{
    struct ground *g = *state;
    struct clv_draft *draft = parse(g, "Ether()/IP()/'x'/Padding(b'y')");
    assert_int_equal(clv_draft_layers(draft), 3);
    assert_string_equal(clv_draft_layer(draft, 0)->name, "Ether");
    assert_string_equal(clv_draft_layer(draft, 1)->name, "IP");
    assert_true(clv_draft_layer(draft, 2) == &clv_raw);
    assert_null(clv_draft_layer(draft, 3));
    assert_null(clv_draft_layer(draft, UINT32_MAX));
    assert_int_equal(clv_draft_count(draft), 1);
}

static void test_set(void **state)
{
    struct ground *g = *state;
    struct clv_draft *draft = parse(g, "IP(ttl=3)/UDP(chksum=5)/IP()");
    set(g, draft, 0, "TTL", "0x10");
    set(g, draft, 1, "sport", "'domain'");
    set(g, draft, 2, "options", "[IPOption_NOP()]");
    set(g, draft, 1, "chksum", NULL);
    set(g, draft, 0, "dst", "'1.2.3.4'");
    prints(g, draft, "IP(ttl=16, dst='1.2.3.4')/UDP(sport=53)/IP(options=[IPOption_NOP()])");
    set(g, draft, 0, "ttl", "None");
    set(g, draft, 0, "dst", NULL);
    set(g, draft, 0, "dst", NULL);
    prints(g, draft, "IP()/UDP(sport=53)/IP(options=[IPOption_NOP()])");
    set(g, draft, 0, "tos", "RawVal(b'x')");
    prints(g, draft, "IP(tos=RawVal(b'x'))/UDP(sport=53)/IP(options=[IPOption_NOP()])");
}

static void test_set_wrong(void **state)
{
    static const struct {
        uint32_t layer;
        const char *field, *text, *want;
    } rows[] = {
        { 0, "tll", "1", "IP has no field 'tll'" },
        { 2, "ttl", "1", "the draft has no layer 2: it has 2" },
        { 0, "ttl", "300", "IP.ttl: 300 is outside 0..255" },
        { 0, "ttl", "", "the text ends where a value should be" },
        { 0, "ttl", "1 2", "'2' stands where the end should be" },
        { 0, "ttl", "1/2", "'/' stands where the end should be" },
        { 0, "ttl", "(3, 1)", "IP.ttl: the range is empty: its first value is above its last" },
        { 0, "dst", "1.2.3.4", "'1.2.3.4' is no whole number" },
        { 0, "options", "['x']", "IP.options has no item 'x'" },
        { 1, "sport", "'htpt'", "TCP.sport: no value is named 'htpt'; did you mean 'http'?" },
    };
    struct ground *g = *state;
    static const char text[] =
        "IP(ttl=[1, 2], dst='1.1.1.1', options=[IPOption_NOP()])/TCP(sport=5)";
    struct clv_draft *draft = parse(g, text);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clv_err err = { 0 };
        if (clv_draft_set(draft, g->kept, rows[i].layer, rows[i].field, rows[i].text, &err))
            fail_msg("%s is taken", rows[i].text);
        assert_string_equal(err.text, rows[i].want);
        prints(g, draft, text); /* it is as it was */
        assert_int_equal(clv_draft_count(draft), 2);
    }
}

static void test_set_sets(void **state)
{
    struct ground *g = *state;
    struct clv_draft *draft = parse(g, "IP(ttl=[1, 2])/TCP()");
    set(g, draft, 1, "dport", "(1, 10)");
    assert_int_equal(clv_draft_count(draft), 20);
    set(g, draft, 0, "ttl", "7");
    assert_int_equal(clv_draft_count(draft), 10);
    set(g, draft, 1, "dport", "[5, 6, 7]");
    assert_int_equal(clv_draft_count(draft), 3);
    set(g, draft, 1, "dport", NULL);
    assert_int_equal(clv_draft_count(draft), 1);
    builds(g, draft, "IP.ttl,TCP.dport", "7\t80");
    set(g, draft, 0, "dst", "'10.0.0.0/30'");
    assert_int_equal(clv_draft_count(draft), 4);
    builds(g, draft, "IP.dst", "10.0.0.0");
}

/* Of rows of one name the one that is there is meant, whichever held the value before. */
static void test_set_alternatives(void **state)
{
    struct ground *g = *state;
    struct clv_draft *draft = parse(g, "ICMP(type=11, code=1)");
    set(g, draft, 0, "code", "0");
    builds(g, draft, "ICMP.type,ICMP.code", "11\t0");
    prints(g, draft, "ICMP(type=11, code=0)");
    set(g, draft, 0, "code", "'ttl-zero-during-reassembly'");
    builds(g, draft, "ICMP.code", "1");
    set(g, draft, 0, "code", NULL);
    prints(g, draft, "ICMP(type=11)");
    draft = parse(g, "ICMP(type=3, code='port-unreachable')");
    set(g, draft, 0, "type", "8");
    builds(g, draft, "ICMP.type,ICMP.code", "8\t3");
    draft = parse(g, "ARP()");
    set(g, draft, 0, "pdst", "'10.0.0.7'");
    builds(g, draft, "ARP.pdst,ARP.plen", "10.0.0.7\t4");
    draft = parse(g, "ARP(ptype='IPv6', pdst='2001:db8::1')");
    set(g, draft, 0, "pdst", "'2001:db8::2'");
    builds(g, draft, "ARP.pdst,ARP.plen", "2001:db8::2\t16");
}

/* What was kept beside a field stays when the field is set. */
static void test_set_lifted(void **state)
{
    struct ground *g = *state;
    ground_make(g, "Ether",
                ETHER "IP(src='1.2.3.4', dst='5.6.7.8', ttl=1)/UDP()/'abc'/Padding(b'pp')", 0);
    struct clv_draft *draft = clv_lift(&g->view, g->kept);
    assert_non_null(draft);
    set(g, draft, 1, "ttl", "9");
    set(g, draft, 1, "chksum", NULL);
    prints(g, draft,
           "Ether(dst='00:00:00:00:00:02', src='00:00:00:00:00:01', type=0x800, _tail=b'pp')/"
           "IP(version=4, ihl=5, tos=0x0, len=31, id=1, flags=0, frag=0, ttl=9, proto=17, "
           "src='1.2.3.4', dst='5.6.7.8', options=[])/"
           "UDP(sport=53, dport=53, len=11, chksum=0x2af8)/Raw(load=b'abc')");
    builds(g, draft, "IP.ttl,IP.chksum", "9\t0xa1ba");
}

/* ---- What is given is built, be it wrong; what is not is computed. */

static void test_given(void **state)
{
    static const char *const rows[][3] = {
        { "IP()/UDP()/'abc'", "IP.version,IP.ihl,IP.len,IP.proto,UDP.len", "4\t5\t31\t17\t11" },
        { "IP(version=6, ihl=15, len=0, proto=99)/UDP(len=65535)",
          "IP.version,IP.ihl,IP.len,IP.proto", "6\t15\t0\t99" },
        { "IP(len=None, chksum=None, ihl=None)/UDP(len=None)", "IP.ihl,IP.len", "5\t28" },
        { "IP(chksum=0)/UDP(chksum=0)", "IP.chksum,UDP.chksum", "0x0\t0x0" },
        { "IP(src='127.0.0.1', dst='127.0.0.1')/TCP(dataofs=6)", "TCP.dataofs", "6" },
        { "TCP(options=[('MSS', 1), ('NOP', None)])", "TCP.dataofs", "7" },
        { "Ether()/IP()", "Ether.type", "0x800" },
        { "Ether(type=5)/IP()", "Ether.type", "0x5" },
        { "Ether(type=None)/ARP()", "Ether.type", "0x806" },
        { "Ether()", "Ether.type", "0x9000" },
        { "Ether(type=b'')/IP()", "Ether.type", "0x800" },
        { "TCP(flags='')", "TCP.flags", "0" },
        { "TCP()", "TCP.flags", "S" },
        { "ICMP(type=0, unused=b'')", "ICMP.type", "0" },
        { "ARP(hwsrc=b'y', psrc=b'bb', hwdst=b'z', pdst=b'cc', hwlen=1, plen=2)",
          "ARP.hwlen,ARP.plen", "1\t2" },
        { "Dot3()/LLC()/'x'", "Dot3.len", "4" },
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        builds(g, parse(g, rows[i][0]), rows[i][1], rows[i][2]);
}

static void test_unbuildable(void **state)
{
    static const struct {
        const char *text, *want;
        uint32_t pos, len;
    } rows[] = {
        { "ICMP(type=3, id=5)", "ICMP has 'id' only if type in 0,8,13..18", 13, 2 },
        { "IP()/ICMP(gw='1.2.3.4')", "ICMP has 'gw' only if type == 5", 10, 2 },
        { "IP(src='1.1.1.1', ihl=RawVal(b'x'))", "IP.ihl: takes a number of 4 bits, and no bytes",
          18, 3 },
        { "Odd(word='abc')", "Odd has 'word' only if small != 0", 4, 4 },
        { "IP()/Raw(load=bytes(65516))",
          "IP.len: 65536 does not fit, it holds 0..65535; make what it measures (65536 bytes or "
          "items) smaller, or give len",
          0, 0 },
        { "UDP()/Raw(load=bytes(65528))",
          "UDP.len: 65536 does not fit, it holds 0..65535; make what it measures (65536 bytes or "
          "items) smaller, or give len",
          0, 0 },
        { "TCP(options=b'0123456789012345678901234567890123456789x')",
          "TCP.dataofs: 16 does not fit, it holds 0..15; make what it measures (64 bytes or items) "
          "smaller, or give dataofs",
          0, 0 },
        { "Raw(load=bytes(1048576))/'x'", "the packet is longer than 1048576 bytes", 0, 0 },
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clv_err err = { 0 };
        uint32_t len = 77;
        if (clv_build(parse(g, rows[i].text), g->arena, &len, &err))
            fail_msg("%s is built", rows[i].text);
        assert_string_equal(err.text, rows[i].want);
        assert_true(err.pos == rows[i].pos && err.len == rows[i].len);
        assert_int_equal(err.code, rows[i].len ? CLV_BAD_TEXT : CLV_LIMIT);
    }
    /* Nothing is wrong with a value that says nothing, or with a length that is given. */
    builds(g, parse(g, "ICMP(type=3, id=None, seq=b'', gw=0)"), "ICMP.type", "3");
    builds(g, parse(g, "IP(len=5)/Raw(load=bytes(65516))"), "IP.len", "5");
}

/* Every arena that is too small gives an error, and says so. */
static void test_no_memory(void **state)
{
    struct ground *g = *state;
    for (size_t limit = 64;; limit += 64) {
        struct clv_err err = { 0 };
        uint32_t len;
        struct clv_draft *draft = parse(g,
                                        "Ether()/IP(dst='10.0.0.0/24')/TCP(options=[('MSS', 1)])/"
                                        "Raw(load=RandBin(3000))");
        struct clv_arena *small = clv_arena_new(NULL, limit);
        uint8_t *bytes = clv_build(draft, small, &len, &err);
        assert_true(bytes ? err.code == CLV_OK && len == 14 + 20 + 24 + 3000
                          : err.code == CLV_NO_MEMORY);
        clv_arena_free(small);
        if (bytes)
            break;
        assert_true(limit < 1 << 20);
    }
}

/* ---- What the route knows. */

enum {
    NET_DST = 1 << CLV_NET_DST,
    NET_SRC = 1 << CLV_NET_SRC,
    LINK_DST = 1 << CLV_LINK_DST,
    LINK_SRC = 1 << CLV_LINK_SRC
};

static void test_roles(void **state)
{
    static const struct {
        const char *text;
        unsigned open;
        const char *target; /* as hex; NULL: none */
        uint32_t net;
    } rows[] = {
        { "Ether()/IP(dst='1.2.3.4')/UDP()", LINK_DST | LINK_SRC | NET_SRC, "01020304", 1 },
        { "IP()/UDP()", NET_SRC | NET_DST, "7f000001", 0 },
        { "Ether(dst='1:2:3:4:5:6', src='1:2:3:4:5:7')/IP(src='1.1.1.1', dst='2.2.2.2')", 0,
          "02020202", 1 },
        { "Ether(dst=None)/IP(src=None, dst='1.2.3.4')", LINK_DST | LINK_SRC | NET_SRC, "01020304",
          1 },
        { "IP(dst='10.0.0.0/8', src='1.1.1.1')", 0, "0a000000", 0 },
        { "IP(dst=['9.9.9.9', '8.8.8.8'], src='1.1.1.1')", 0, "09090909", 0 },
        { "IP(dst=RawVal(b'abcd'), src='1.1.1.1')", 0, NULL, 0 },
        { "IP(dst='1.1.1.1', src='1.1.1.1')/IP(dst='2.2.2.2', src='1.1.1.1')", 0, "01010101", 0 },
        { "Ether(dst='1:2:3:4:5:6', src='1:2:3:4:5:7')/'x'", 0, NULL, 0 },
        { "IPv6(src='::1', dst='ff02::1%eth0')", 0, "ff020000000000000000000000000001", 0 },
        { "IPv6(src='::1', dst=['fe80::1%a', 'fe80::2%b'])", 0, "fe800000000000000000000000000001",
          0 },
        { "Raw(b'x')", 0, NULL, 0 },
        { "ARP(pdst='10.0.0.7')", LINK_SRC | NET_SRC, "0a000007", 0 },
        { "ARP(psrc='10.0.0.1', pdst='10.0.0.7', hwsrc='1:2:3:4:5:6')", 0, "0a000007", 0 },
        { "ARP()", LINK_SRC | NET_SRC | NET_DST, "00000000", 0 },
        { "ARP(ptype=0x86dd, psrc='::1', pdst='2001:db8::7', hwsrc='1:2:3:4:5:6')", 0,
          "20010db8000000000000000000000007", 0 },
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct clv_addr addr = { .len = 99 };
        uint32_t net = 77;
        char hex[40] = "";
        struct clv_draft *draft = parse(g, rows[i].text);
        bool found = clv_draft_target(draft, &addr, &net);
        if (found != (rows[i].target != NULL) || (!found && addr.len))
            fail_msg("%s: %d", rows[i].text, found);
        for (uint32_t k = 0; found && k < addr.len; k++) {
            hex[2 * k] = "0123456789abcdef"[addr.bytes[k] >> 4];
            hex[2 * k + 1] = "0123456789abcdef"[addr.bytes[k] & 15];
        }
        if (found && (strcmp(hex, rows[i].target) != 0 || net != rows[i].net))
            fail_msg("%s: %s at %u", rows[i].text, hex, net);
        if (clv_draft_open_roles(draft) != rows[i].open)
            fail_msg("%s: %x", rows[i].text, clv_draft_open_roles(draft));
        assert_true(clv_draft_target(draft, &addr, NULL) == found);
    }
}

static void test_give_role(void **state)
{
    static const struct clv_addr mac = { 6, { 2, 0, 0, 0, 0, 9 } }, ip = { 4, { 10, 9, 8, 7 } },
                                 ip6 = { 16, { 0x20, 1 } }, none = { 0 };
    struct ground *g = *state;
    struct clv_draft *draft = parse(g,
                                    "Ether(dst='1:2:3:4:5:6')/IP(dst='1.2.3.4')/IP(src='9.9.9.9')");
    clv_draft_give_role(draft, CLV_LINK_DST, &mac);
    clv_draft_give_role(draft, CLV_LINK_SRC, &mac);
    clv_draft_give_role(draft, CLV_NET_SRC, &ip6); /* does not fit */
    clv_draft_give_role(draft, CLV_NET_SRC, &none);
    clv_draft_give_role(draft, CLV_NET_SRC, &mac);
    clv_draft_give_role(draft, CLV_NET_SRC, &ip);
    builds(g, draft, "Ether.dst,Ether.src,IP:1.src,IP:1.dst,IP:2.src",
           "01:02:03:04:05:06\t02:00:00:00:00:09\t10.9.8.7\t1.2.3.4\t9.9.9.9");
    assert_int_equal(clv_draft_open_roles(draft), NET_DST);
    draft = parse(g, "Ether()/ARP(pdst='10.0.0.1')");
    clv_draft_give_role(draft, CLV_NET_SRC, &ip);
    clv_draft_give_role(draft, CLV_LINK_SRC, &mac);
    builds(g, draft, "ARP.psrc,ARP.hwsrc,ARP.hwdst,Ether.src,Ether.dst",
           "10.9.8.7\t02:00:00:00:00:09\t00:00:00:00:00:00\t02:00:00:00:00:09\tff:ff:ff:ff:ff:ff");
    assert_int_equal(clv_draft_open_roles(draft), LINK_DST);
}

/* What columns hold, as numbers and bytes. */
static void test_read_columns(void **state)
{
    struct ground *g = *state;
    struct clv_err err = { 0 };
    struct clv_cell cells[6];
    uint32_t len;
    struct clv_draft *draft = parse(g, "IPv6(dst='fd00::7')/ICMPv6DestUnreach(code=4)/IPerror6()/"
                                       "UDPerror(sport=61000)");
    uint8_t *bytes = clv_build(draft, g->arena, &len, &err);
    struct clv_columns *c = clv_columns_new(
        g->clv, g->arena,
        "frame.number,IPv6.dst,ICMPv6DestUnreach.code,UDPerror.sport,TCPerror.sport,IP.src", &err);
    assert_non_null(bytes);
    assert_non_null(c);
    clv_split(g->clv, &g->view, g->arena, clv_draft_layer(draft, 0), bytes, len);
    clv_read_columns(c, &g->view, cells);
    assert_false(cells[0].there);
    assert_true(cells[1].there && cells[1].n == 16 && cells[1].p == bytes + 24);
    assert_true(cells[2].there && !cells[2].p && cells[2].u == 4);
    assert_true(cells[3].there && cells[3].u == 61000);
    assert_false(cells[4].there || cells[5].there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_set_wrong),
        cmocka_unit_test(test_set_sets),
        cmocka_unit_test(test_set_alternatives),
        cmocka_unit_test(test_set_lifted),
        cmocka_unit_test(test_given),
        cmocka_unit_test(test_unbuildable),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_give_role),
        cmocka_unit_test(test_read_columns),
    };
    return cmocka_run_group_tests(tests, ground_set_up, ground_tear_down);
}
