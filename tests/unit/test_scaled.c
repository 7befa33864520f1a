/* SPDX-License-Identifier: BSD-2-Clause */
/* Scaled numbers: what text they take, the shortest that reads back to the same bits, sets, filters. */
#include "ground.h"
#include "model/model.h"
#include "toy.h"

#include <string.h>

static const struct clv_scale halves = { .div = 2 }, tenths = { .div = 10 };
static const struct clv_scale thirds = { .div = 3 };
static const struct clv_scale below = { .div = 10000000, .add = -1800000000 };
static const struct clv_scale cut16 = { .div = 1 << 16, .cut = true };
static const struct clv_scale cut32 = { .div = 1ull << 32, .cut = true };

static const struct clv_field half = SCALED(8, halves, "half"), tenth = SCALED(8, tenths, "tenth"),
                              third = SCALED(16, thirds, "third"),
                              both = SCALED(16, tenths, "both", .style = CLV_SIGNED),
                              degrees = SCALED(32, below, "degrees"),
                              delay = SCALED(32, cut16, "delay"),
                              stamp = SCALED(64, cut32, "stamp"),
                              lean = SCALED(16, cut16, "lean", .style = CLV_SIGNED);

static bool parses(struct ground *g, const struct clv_field *f, const char *s, bool json,
                   struct clv_val *v, struct clv_err *err)
{
    struct ast *a = json ? clv_ast_json(g->arena, s, strlen(s), err)
                         : clv_ast_parse(g->arena, s, strlen(s), false, err);
    *v = (struct clv_val){ 0 };
    return a && f->kind->parse(f, a, v, g->arena, err);
}

struct good {
    const struct clv_field *f;
    const char *from;
    uint64_t number;
    const char *expr, *json;
};

static const struct good good[] = {
    { &half, "1.0", 2, "1.0", "1" },
    { &half, "1", 2, "1.0", "1" },
    { &half, "True", 2, "1.0", "1" },
    { &half, "0x10", 32, "16.0", "16" },
    { &half, "'0x10'", 32, "16.0", "16" },
    { &half, "'5.5'", 11, "5.5", "5.5" },
    { &half, "+5.5", 11, "5.5", "5.5" },
    { &half, "Decimal('5.5')", 11, "5.5", "5.5" },
    { &half, "Decimal(5)", 10, "5.0", "5" },
    { &half, "0.55e1", 11, "5.5", "5.5" },
    { &half, "550E-2", 11, "5.5", "5.5" },
    { &half, "127.5", 255, "127.5", "127.5" },
    { &half, "-0.0", 0, "0.0", "0" },
    { &half, "0.0000000000000000000000000000000000000000000001", 0, "0.0", "0" },
    { &half, "1e-999999", 0, "0.0", "0" },
    { &half, "0e999999", 0, "0.0", "0" },
    /* The nearer one; of two alike, the even one. */
    { &half, "0.24", 0, "0.0", "0" },
    { &half, "0.25", 0, "0.0", "0" },
    { &half, "0.2500000000000000000000000000000000000000000000000001", 1, "0.5", "0.5" },
    { &half, "0.75", 2, "1.0", "1" },
    { &tenth, "0.1", 1, "0.1", "0.1" },
    { &tenth, "9.999", 100, "10.0", "10" },
    { &third, "0.3", 1, "0.3", "0.3" },
    { &third, "0.6", 2, "0.7", "0.7" },
    { &third, "0.99", 3, "1.0", "1" },
    { &both, "-0.1", 0xffff, "-0.1", "-0.1" },
    { &both, "-3276.8", 0x8000, "-3276.8", "-3276.8" },
    { &both, "3276.7", 0x7fff, "3276.7", "3276.7" },
    { &degrees, "-87.61692599999999", 923830740, "-87.616926", "-87.616926" },
    { &degrees, "-180", 0, "-180.0", "-180" },
    { &degrees, "0", 1800000000, "0.0", "0" },
    { &degrees, "41.861885", 2218618850, "41.861885", "41.861885" },
    /* Cut, never rounded up. */
    { &delay, "0.1", 6553, "0.1", "0.1" },
    { &delay, "0.99999999", 65535, "0.99999", "0.99999" },
    { &delay, "0.5", 32768, "0.5", "0.5" },
    { &lean, "-0.3", (uint64_t)-19660 & 0xffff, "-0.3", "-0.3" },
    { &stamp, "Decimal('1388821533.853099435')", 0x52c7bc1dda64b97d,
      "Decimal('1388821533.853099435')", "\"1388821533.853099435\"" },
    { &stamp, "3913056000.5", 0xe93c7f0080000000, "3913056000.5", "3913056000.5" },
    { &stamp, "4294967295.99999999999", UINT64_MAX, "Decimal('4294967295.9999999998')",
      "\"4294967295.9999999998\"" },
    { &stamp, "0.0000000002328306436538696289062", 0, "0.0", "0" },
    { &stamp, "0.0000000002328306436538696289062500", 1, "Decimal('0.0000000003')",
      "\"0.0000000003\"" },
};

static void test_good(void **state)
{
    struct ground *g = *state;
    for (size_t i = 0; i < clv_len(good); i++) {
        const struct good *r = &good[i];
        struct clv_err err = { 0 };
        struct clv_val v;
        if (!parses(g, r->f, r->from, false, &v, &err))
            fail_msg("%s %s: %s", r->f->name, r->from, err.text);
        if (v.u != r->number)
            fail_msg("%s %s: %llu", r->f->name, r->from, (unsigned long long)v.u);
        r->f->kind->print(r->f, &v, FORM_EXPR, &g->out);
        ground_same(g, r->expr);
        r->f->kind->print(r->f, &v, FORM_JSON, &g->out);
        ground_same(g, r->json);
    }
}

/* Any number, as text, is that number again. */
static void check_back(struct ground *g, const struct clv_field *f, uint64_t u)
{
    struct clv_val v = { .u = u }, back;
    struct clv_err err = { 0 };
    for (int json = 0; json < 2; json++) {
        f->kind->print(f, &v, json ? FORM_JSON : FORM_EXPR, &g->out);
        const char *text = ground_written(g);
        if (!parses(g, f, text, json, &back, &err) || back.u != u)
            fail_msg("%s %llu: %s", f->name, (unsigned long long)u, text);
    }
    clv_arena_reset(g->arena);
}

static void test_back(void **state)
{
    static const struct clv_field *const all[] = { &half, &tenth,   &third, &both,
                                                   &lean, &degrees, &delay, &stamp };
    struct ground *g = *state;
    for (size_t i = 0; i < clv_len(all); i++) {
        const struct clv_field *f = all[i];
        uint64_t mask = f->bits < 64 ? (1ull << f->bits) - 1 : UINT64_MAX;
        for (uint64_t k = 0; k < 2000; k++) {
            check_back(g, f, k & mask);
            check_back(g, f, mask - (k & mask));
            check_back(g, f, clv_mix(k) & mask);
        }
        for (uint32_t bit = 0; bit < f->bits; bit++) {
            check_back(g, f, 1ull << bit);
            check_back(g, f, ((1ull << bit) - 1) & mask);
        }
    }
}

struct bad {
    const struct clv_field *f;
    const char *from, *want;
};

static const struct bad bad[] = {
    { &half, "128", "128 is outside 0..127.5" },
    { &half, "127.75", "127.75 is outside 0..127.5" },
    { &half, "-0.5", "-0.5 is outside 0..127.5" },
    { &half, "1e400", "1e400 is outside 0..127.5" },
    { &half, "99999999999999999999", "99999999999999999999 is outside 0..127.5" },
    { &half, "'abc'", "'abc' is no number; it takes 0..127.5" },
    { &half, "'1.2.3'", "'1.2.3' is no number; it takes 0..127.5" },
    { &half, "'.'", "'.' is no number; it takes 0..127.5" },
    { &half, "'1e'", "'1e' is no number; it takes 0..127.5" },
    { &half, "None", "takes a number 0..127.5" },
    { &half, "[1]", "takes a number 0..127.5" },
    { &both, "3276.75", "3276.75 is outside -3276.8..3276.7" },
    { &both, "-3276.9", "-3276.9 is outside -3276.8..3276.7" },
    { &degrees, "-180.0000001", "-180.0000001 is outside -180..249.4967295" },
    { &degrees, "1e18", "1e18 is outside -180..249.4967295" },
    { &stamp, "4294967296", "4294967296 is outside 0..4294967295.9999999998" },
    { &stamp, "-1", "-1 is outside 0..4294967295.9999999998" },
};

static void test_bad(void **state)
{
    struct ground *g = *state;
    for (size_t i = 0; i < clv_len(bad); i++) {
        struct clv_err err = { 0 };
        struct clv_val v;
        if (parses(g, bad[i].f, bad[i].from, false, &v, &err))
            fail_msg("%s takes %s", bad[i].f->name, bad[i].from);
        assert_string_equal(err.text, bad[i].want);
    }
}

/* ---- In layers. */

static const struct clv_field toy_rows[] = {
    SCALED(8, halves, "rate", .init = 3),
    SCALED(16, tenths, "gain", .style = CLV_LE | CLV_SIGNED),
    END,
};
static const struct clv_desc toy = { .name = "Toy", .fields = toy_rows };

static void test_layer(void **state)
{
    struct toy *t = *state;
    TOYS(t, &toy);
    toy_same(t, "03 00 00", "Toy()");
    toy_same(t, "0b f6 ff", "Toy(rate=5.5, gain=-1.0)");
    toy_fields(t, "Toy.rate,Toy.gain", "5.5 -1.0");
    toy_builds(t, "Toy(rate=5.5, gain=-1)", "0b f6 ff");
    toy_fails(t, "Toy(rate=200)", "Toy.rate: 200 is outside 0..127.5");
}

static void test_tables(void **state)
{
    static const struct clv_scale none = { .div = 0 }, fine = { .div = 1ull << 33 };
    static const struct clv_scale far = { .div = 2, .add = INT64_MAX };
    static const struct clv_word words[] = { { 1, "one" }, WORD_END };
    struct toy *t = *state;
    TOYS(t, &toy);
    REFUSED(t, "T.a: a scaled number needs a scale, whose `div` is 1..2^32",
            CLV_ROW(clv_scaled, 8, "a"));
    REFUSED(t, "T.a: a scaled number needs a scale, whose `div` is 1..2^32", SCALED(8, none, "a"));
    REFUSED(t, "T.a: a scaled number needs a scale, whose `div` is 1..2^32", SCALED(8, fine, "a"));
    REFUSED(t, "T.a: its scale's `add` is too far from 0 for 64 bits", SCALED(8, far, "a"));
    REFUSED(t, "T.a: its scale's `add` is too far from 0 for 64 bits", SCALED(64, below, "a"));
    REFUSED(t, "T.a: a scaled number is no length, no key, and has no words",
            SCALED(8, halves, "a", MEASURES(LAYER)));
    REFUSED(t, "T.a: a scaled number is no length, no key, and has no words",
            SCALED(8, halves, "a", .key = "k"));
    REFUSED(t, "T.a: a scaled number is no length, no key, and has no words",
            SCALED(8, halves, "a", .words = words));
}

static void check_count(struct ground *g, const char *text, uint64_t want)
{
    struct clv_err err = { 0 };
    struct clv_draft *draft = clv_parse(g->clv, g->arena, text, strlen(text), &err);
    if (!draft)
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(clv_draft_count(draft), want);
    clv_print_draft(draft, &g->out);
    ground_same(g, text);
}

/* A range goes by ones, as its values say; a draw takes whatever the bits can hold. */
static void test_sets(void **state)
{
    struct ground *g = *state;
    assert_true(clv_add(g->clv, &toy, NULL));
    check_count(g, "Toy(rate=(1.0, 3.0))", 3);
    check_count(g, "Toy(rate=[(0.5, 2.5), 5.5])", 4);
    check_count(g, "Toy(rate=[(1.0, 9.0, 4), 0.5])", 4);
    check_count(g, "Toy(rate=RandNum(0.5, 127.5))", 1);
    check_count(g, "Toy(gain=RandNum(-0.5, 0.5))", 1);
}

static void test_filter(void **state)
{
    static const struct {
        const char *text;
        bool match;
    } rows[] = {
        { "Toy.rate == 5.5", true },     { "Toy.rate == 5", false },  { "Toy.rate > 5", true },
        { "Toy.rate < 5.1", false },     { "Toy.rate <= 5.5", true }, { "Toy.rate in 5..6", true },
        { "Toy.gain == -1", true },      { "Toy.gain < -0.5", true }, { "Toy.gain > 0", false },
        { "Toy.gain in -1.5..0", true },
    };
    struct ground *g = *state;
    assert_true(clv_add(g->clv, &toy, NULL));
    ground_make(g, "Toy", "Toy(rate=5.5, gain=-1.0)", 0);
    for (size_t i = 0; i < clv_len(rows); i++) {
        struct clv_err err = { 0 };
        struct clv_filter *f = clv_filter_new(g->clv, g->arena, rows[i].text, &err);
        if (!f)
            fail_msg("%s: %s", rows[i].text, err.text);
        if (clv_filter_match(f, &g->view, NULL) != rows[i].match)
            fail_msg("%s", rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_good, ground_set_up, ground_tear_down),
        cmocka_unit_test_setup_teardown(test_back, ground_set_up, ground_tear_down),
        cmocka_unit_test_setup_teardown(test_bad, ground_set_up, ground_tear_down),
        cmocka_unit_test_setup_teardown(test_layer, toy_set_up, toy_tear_down),
        cmocka_unit_test_setup_teardown(test_tables, toy_set_up, toy_tear_down),
        cmocka_unit_test_setup_teardown(test_sets, ground_set_up, ground_tear_down),
        cmocka_unit_test_setup_teardown(test_filter, ground_set_up, ground_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
