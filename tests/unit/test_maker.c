/* SPDX-License-Identifier: BSD-2-Clause */
/* Patched packets of a set are the ones that building each would give, checksums included. */
#include "../../core/cleave.h"
#include "model/draft.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct clv *clv;
static struct clv_arena *keep, *scratch, *other;

/* Every step-th packet both ways; forwards and back, since a patch starts from the packet before. */
static void check_set(const char *text, bool patches)
{
    struct clv_err err = { 0 };
    clv_arena_reset(keep);
    struct clv_draft *draft = clv_parse(clv, keep, text, strlen(text), &err);
    if (!draft)
        fail_msg("%s: %s", text, err.text);
    uint64_t n = clv_draft_count(draft), step = 1 + n / 700;
    struct clv_maker *maker = clv_maker_new(draft, keep, 42, &err);
    if (!maker)
        fail_msg("%s: %s", text, err.text);
    if (clv_maker_patches(maker) != patches)
        fail_msg("%s: %s", text, patches ? "is built anew" : "is patched");
    for (uint64_t k = 0; k < 2 * n; k += step) {
        uint64_t i = k < n ? k : 2 * n - 1 - k;
        uint32_t have = 0, want = 0;
        clv_arena_reset(scratch);
        clv_arena_reset(other);
        const uint8_t *got = clv_maker_take(maker, i, scratch, &have, &err);
        struct clv_draft *one = clv_draft_pick(draft, i, 42, other, &err);
        uint8_t *built = one ? clv_build(one, other, &want, &err) : NULL;
        assert_non_null(got);
        assert_non_null(built);
        if (have != want || memcmp(got, built, want) != 0)
            fail_msg("%s: packet %llu differs", text, (unsigned long long)i);
    }
}

static void test_patched(void **state)
{
    static const char *const sets[] = {
        "IP(dst='10.0.0.0/24')/TCP(dport=(1, 100))/'hello'",
        "Ether(src=RandMAC())/IP(src=RandIP('10.0.0.0/8'), id=RandShort())/UDP(sport=(1, 99))/'a'",
        "IP(ttl=(0, 255), tos=[1, 2, 3])/ICMP(id=(0, 65535), seq=(0, 3))",
        "IP(flags=(0, 7), frag=0)/UDP(chksum=(0, 65535))",
        "IP(chksum=7, dst='10.0.0.0/25')/TCP(seq=(0, 4294967295, 99999), flags=(0, 511))",
        "IP(src='0.0.0.0', dst='0.0.0.0/24', id=0)/UDP(sport=(0, 65535), dport=0)",
        "ICMP(id=(0, 65535), seq=[0, 1, 65534, 65535])",
        "IP(dst='1.2.3.4')/IP(src='10.0.0.0/24')/UDP(dport=[1, 2])/Raw(b'\\xff\\xff\\x00')",
        "IP()/ICMP(type=3, code=(0, 15))/IPerror(ttl=(1, 9))/UDPerror(sport=(1, 50))",
        "Ether()/Dot1Q(vlan=(0, 4095), prio=(0, 7))/ARP(pdst='10.0.0.0/28')",
        "IP(proto=(0, 255))/'abc'",
        "fuzz(IP(dst='10.0.0.0/24')/TCP())",
        "IP()/TCP(sport=1)",
        "Ether()/IP(src='1.2.3.4', dst=['10.0.0.0/28', '192.0.2.7'])/UDP()",
    };
    (void)state;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        check_set(sets[i], true);
}

/* A field that decides or moves others, bytes of varying length, a source route. */
static void test_built(void **state)
{
    static const char *const sets[] = {
        "IP()/ICMP(type=(0, 20))",
        "IP()/UDP(len=(0, 40))/'x'",
        "IP(len=[20, 40, 60])/TCP()",
        "IP()/Raw(load=['a', 'bb', 'ccc'])",
        "IP(dst='10.0.0.0/29', options=[IPOption_LSRR(routers=['1.2.3.4'])])/TCP()",
        "IP()/TCP(options=[('MSS', RandShort())])",
        "IP(dst='127.0.0.0/30')/UDP()",
        "IP(dst=RandIP())/UDP()",
        "Ether()/IP(src='1.2.3.4', dst=['10.0.0.1', '224.0.0.0/30', '255.255.255.255'])/UDP()",
        "Ether()/IP(src='1.2.3.4', dst=['9.0.0.0/7', '224.0.0.1'])",
    };
    (void)state;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        check_set(sets[i], false);
}

static void test_errors(void **state)
{
    struct clv_err err = { 0 };
    uint32_t len;
    (void)state;
    clv_arena_reset(keep);
    struct clv_draft *draft = clv_parse(clv, keep, "IP(ttl=(1,3))", 13, &err);
    struct clv_maker *maker = clv_maker_new(draft, keep, 0, &err);
    assert_non_null(maker);
    assert_null(clv_maker_take(maker, 3, scratch, &len, &err));
    assert_string_equal(err.text, "packet 3 of a set of 3");
}

static int setup(void **state)
{
    struct clv_err err = { 0 };
    (void)state;
    clv = clv_new(clv_layers, NULL, &err);
    keep = clv_arena_new(NULL, 0);
    scratch = clv_arena_new(NULL, 0);
    other = clv_arena_new(NULL, 0);
    return clv && keep && scratch && other ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    clv_arena_free(keep);
    clv_arena_free(scratch);
    clv_arena_free(other);
    clv_free(clv);
    return 0;
}

/* Values of one's own: the packet that is built with them. */
static void check_put(const char *set, const char *one, struct clv_addr dst, uint64_t a, uint64_t b,
                      uint64_t c)
{
    const uint64_t values[] = { a, b, c };
    struct clv_err err = { 0 };
    uint32_t have, want;
    struct clv_draft *all = clv_parse(clv, keep, set, strlen(set), &err);
    struct clv_maker *maker = all ? clv_maker_new(all, keep, 0, &err) : NULL;
    struct clv_draft *draft = clv_parse(clv, keep, one, strlen(one), &err);
    const uint8_t *built = draft ? clv_build(draft, keep, &want, &err) : NULL;
    assert_non_null(maker);
    assert_non_null(built);
    for (int i = 0; i < 2; i++) {
        const uint8_t *got = clv_maker_put(maker, &dst, values, 3, &have, &err);
        if (!got || have != want || memcmp(got, built, want) != 0)
            fail_msg("%s is not %s: %s", set, one, err.text);
        clv_maker_put(maker, &(struct clv_addr){ dst.len, { 1, 2 } }, (uint64_t[]){ 1, 2, 3 }, 3,
                      &have, &err);
    }
}

static void test_put(void **state)
{
    const struct clv_addr four = { 4, { 224, 0, 0, 9 } };
    const struct clv_addr six = { 16, { 0xfd, [15] = 7 } };
    (void)state;
    clv_arena_reset(keep);
    check_put(
        "IP(src='10.0.0.1',dst='0.0.0.0/0',id=(0,65535))/UDP(sport=(0,65535),dport=(0,65535))/'x'",
        "IP(src='10.0.0.1',dst='224.0.0.9',id=5)/UDP(sport=61000,dport=53)/'x'", four, 61000, 53,
        5);
    check_put("IPv6(src='fd00::1',dst=['::1','::2'])/TCP(sport=(0,65535),dport=(0,65535),"
              "seq=(0,4294967295))",
              "IPv6(src='fd00::1',dst='fd00::7')/TCP(sport=1,dport=80,seq=4294967295)", six, 1, 80,
              4294967295);
    check_put("IPv6(src='fd00::1',dst=['::1','::2'])/ICMPv6EchoRequest(id=(0,65535),seq=(0,65535))",
              "IPv6(src='fd00::1',dst='fd00::7')/ICMPv6EchoRequest(id=7,seq=9)", six, 7, 9, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patched),
        cmocka_unit_test(test_built),
        cmocka_unit_test(test_put),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
