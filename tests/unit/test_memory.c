/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When memory ends, and where budgets end a packet: an error or a note each time, no crash, no leak,
 * and what was there before is still good.
 */
#include "../fuzz/laws.h"
#include "model/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* ---- The n-th allocation fails. */

struct failing {
    uint64_t calls, fails; /* the call that gives nothing, from 1; 0: none */
    int64_t blocks;        /* not given back */
};

static void *failing_alloc(void *user, void *old, size_t n)
{
    struct failing *f = user;
    if (!n) {
        f->blocks -= old != NULL;
        free(old);
        return NULL;
    }
    if (++f->calls == f->fails)
        return NULL;
    void *p = realloc(old, n);
    f->blocks += p && !old;
    return p;
}

static const char many[] =
    "Ether()/IP(dst='10.0.0.0/30', ttl=(1, 4), options=[IPOption_RR(routers=['1.2.3.4', "
    "'5.6.7.8'])])/TCP(dport=[22, (80, 90)], options=[('MSS', 1460), ('NOP', None), "
    "('Timestamp', (RandInt(), 2)), ('SAck', (1, "
    "2))])/Raw(load=RandString(40))/'abc'/Padding(load=b'xy')";
static const char one[] =
    "Ether(src='02:00:00:00:00:01')/IP(id=7, chksum=1, options=[IPOption_RR(routers=['1.2.3.4', "
    "'5.6.7.8']), b'\\xff'])/TCP(options=[('MSS', 1460), ('SAck', (1, 2, 3, 4))])/'abc'";

/* An error says what is missing, a success has none. */
static bool check(bool done, const struct clv_err *err)
{
    if (!done && (err->code != CLV_NO_MEMORY || !err->text[0]))
        print_error("code %d, '%s'\n", err->code, err->text);
    assert_true(done ? !err->code : err->code == CLV_NO_MEMORY && err->text[0]);
    return done;
}

static bool try_set(const struct clv *clv, struct clv_arena *arena)
{
    struct clv_err err = { 0 };
    uint32_t n;
    struct clv_draft *draft = clv_parse(clv, arena, many, strlen(many), &err);
    if (!check(draft, &err) || !check(clv_draft_set(draft, arena, 1, "tos", "3", &err), &err) ||
        !check(clv_draft_set(draft, arena, 1, "options", "[IPOption_NOP()]", &err), &err) ||
        !check(clv_build(draft, arena, &n, &err), &err))
        return false;
    struct clv_maker *maker = clv_maker_new(draft, arena, 1, &err);
    if (!check(maker, &err) || !check(clv_maker_take(maker, 5, arena, &n, &err), &err))
        return false;
    struct clv_draft *picked = clv_draft_pick(draft, 17, 1, arena, &err);
    return check(picked, &err) && check(clv_build(picked, arena, &n, &err), &err);
}

/* Every verb that takes memory, over one packet of bytes. false: it ended. */
static bool try_packet(const struct clv *clv, struct clv_arena *arena, const uint8_t *bytes,
                       uint32_t n, struct clv_out *out)
{
    struct clv_err err = { 0 };
    struct clv_frame frame;
    struct clv_view view;
    clv_split(clv, &view, arena, clv_layer_named(clv, "Ether"), bytes, n);
    if (!clv_lift(&view, arena) || !clv_peel(&view, arena))
        return false;
    out->len = 0;
    if (!clv_print_expr(&view, arena, out))
        return false;
    struct clv_draft *draft = clv_parse(clv, arena, out->buf, out->len, &err);
    if (!check(draft, &err))
        return false;
    out->len = 0;
    if (!clv_print_json(&view, NULL, arena, 0, out))
        return false;
    draft = clv_parse_json(clv, arena, out->buf, out->len, &frame, &err);
    if (!check(draft, &err) || !clv_print_tree(&view, NULL, arena, 0, out))
        return false;
    clv_print_dump(&view, arena, 0, out);
    struct clv_filter *filter = clv_filter_new(
        clv, arena, "IP.src in 10.0.0.0/8 and not (TCP.dport == 80 or TCPOption_MSS.mss > 1)",
        &err);
    if (!check(filter, &err))
        return false;
    clv_filter_match(filter, &view, NULL);
    struct clv_columns *columns = clv_columns_new(clv, arena, "IP.src,IPOption_RR.routers", &err);
    if (check(columns, &err))
        clv_print_columns(columns, &view, NULL, out);
    return columns;
}

static const struct clv_field late_fields[] = {
    U8("n", MEASURES(COUNT)),
    LIST("options", .of = "ip.opt", .size = "n", .when = "n or IP.ttl"),
    U16("x", .key = "late"),
    END,
};
static const struct clv_under late_under[] = { { .space = "late", .key = 3 }, UNDER_END };
static const struct clv_desc late = { .name = "Late", .fields = late_fields, .under = late_under };

/* false: memory ended on the way. */
static bool try_all(const struct clv_mem *mem, size_t limit, const uint8_t *bytes, uint32_t n)
{
    struct clv_err err = { 0 };
    struct clv_out out;
    struct clv *clv = clv_new(clv_layers, mem, &err);
    if (!check(clv, &err))
        return false;
    clv_out_init(&out, NULL, NULL);
    struct clv_arena *arena = clv_arena_new(mem, limit);
    bool done = arena && try_set(clv, arena) && try_packet(clv, arena, bytes, n, &out);
    uint32_t layers = clv_layer_count(clv);
    bool added = check(clv_add(clv, &late, &err), &err);
    assert_int_equal(clv_layer_count(clv), layers + added);
    assert_int_equal(clv_layer_named(clv, "Late") != NULL, added);
    if (arena) { /* what is there still works */
        struct clv_view view;
        clv_arena_reset(arena);
        clv_split(clv, &view, NULL, clv_layer_named(clv, "Ether"), bytes, n);
        if (view.n != 4) { /* memory ended for a layer that was met first here */
            done = false;
            assert_int_equal(view.nnotes, 1);
            assert_int_equal(view.notes[0].code, CLV_NOTE_DEEP);
            assert_ptr_equal(view.layers[view.n - 1].desc, &clv_raw);
            clv_split(clv, &view, NULL, clv_layer_named(clv, "Ether"), bytes, n);
        }
        assert_int_equal(view.n, 4);
        assert_ptr_equal(view.layers[2].desc, clv_layer_named(clv, "TCP"));
    }
    err = (struct clv_err){ 0 };
    bool ready = check(clv_ready(clv, &err), &err);
    assert_true(ready || clv_ready(clv, NULL));
    clv_out_free(&out);
    clv_arena_free(arena);
    clv_free(clv);
    return done && added && ready;
}

static uint8_t *packet_new(const char *expr, uint32_t *n)
{
    struct clv_err err = { 0 };
    struct clv *clv = clv_new(clv_layers, NULL, &err);
    struct clv_arena *arena = clv_arena_new(NULL, 0);
    struct clv_draft *draft = clv_parse(clv, arena, expr, strlen(expr), &err);
    uint8_t *bytes = draft ? clv_build(draft, arena, n, &err) : NULL;
    assert_string_equal(err.text, "");
    uint8_t *copy = malloc(*n);
    assert_non_null(copy);
    memcpy(copy, bytes, *n);
    clv_arena_free(arena);
    clv_free(clv);
    return copy;
}

static void test_nth_allocation(void **state)
{
    uint32_t n;
    uint8_t *bytes = packet_new(one, &n);
    uint64_t nth = 0, calls;
    (void)state;
    do {
        struct failing failing = { .fails = ++nth };
        struct clv_mem mem = { failing_alloc, &failing };
        bool done = try_all(&mem, 0, bytes, n);
        calls = failing.calls;
        assert_int_equal(failing.blocks, 0);
        assert_true(done || calls >= nth);
    } while (calls >= nth);
    assert_true(nth > 8);
    free(bytes);
}

/* An arena of every size: each thing that is taken from it is once the one that does not fit. */
static void test_arena_limit(void **state)
{
    struct clv *clv = clv_new(clv_layers, NULL, NULL);
    struct clv_out out;
    uint32_t n;
    uint8_t *bytes = packet_new(one, &n);
    uint32_t failed = 0;
    (void)state;
    clv_out_init(&out, NULL, NULL);
    for (size_t limit = 16; limit < 1 << 20; limit += 16 + limit / 512) {
        struct clv_arena *arena = clv_arena_new(NULL, limit);
        bool set = try_set(clv, arena);
        clv_arena_reset(arena);
        bool packet = try_packet(clv, arena, bytes, n, &out);
        failed += !(set && packet);
        clv_arena_free(arena);
        if (set && packet)
            break;
    }
    assert_true(failed > 500);
    clv_out_free(&out);
    clv_free(clv);
    free(bytes);
}

/* ---- Budgets. */

struct ground {
    struct clv *clv;
    struct clv_arena *arena;
    struct clv_out out;
};

static int set_up(void **state)
{
    static struct ground g;
    g.clv = clv_new(clv_layers, NULL, NULL);
    g.arena = clv_arena_new(NULL, (size_t)512 << 20);
    clv_out_init(&g.out, NULL, NULL);
    *state = &g;
    return !g.clv || !g.arena;
}

static int tear_down(void **state)
{
    struct ground *g = *state;
    clv_out_free(&g->out);
    clv_arena_free(g->arena);
    clv_free(g->clv);
    return 0;
}

static void laws(struct ground *g, const struct clv_desc *first, const uint8_t *bytes, uint32_t n)
{
    const char *broken = law_broken(g->clv, g->arena, first, bytes, n, &g->out);
    if (broken)
        fail_msg("%s under %s, %u bytes", broken, first->name, n);
}

/* The expression, built; NULL: err. */
static const uint8_t *build(struct ground *g, const char *expr, uint32_t *n, struct clv_err *err)
{
    *err = (struct clv_err){ 0 };
    clv_arena_reset(g->arena);
    struct clv_draft *draft = clv_parse(g->clv, g->arena, expr, strlen(expr), err);
    return draft ? clv_build(draft, g->arena, n, err) : NULL;
}

/* "IP()" n times, joined. */
static const char *nested(struct ground *g, uint32_t n)
{
    g->out.len = 0;
    for (uint32_t i = 0; i < n; i++)
        clv_out_str(&g->out, i ? "/IP()" : "IP()");
    clv_out_chr(&g->out, 0);
    return g->out.buf;
}

static void test_nested(void **state)
{
    struct ground *g = *state;
    struct clv_view view;
    struct clv_err err;
    uint32_t n;
    const struct clv_desc *ip = clv_layer_named(g->clv, "IP");
    uint8_t *bytes = malloc(300 * 20);
    memcpy(bytes, build(g, nested(g, 200), &n, &err), 200 * 20);
    assert_int_equal(n, 200 * 20);
    clv_split(g->clv, &view, g->arena, ip, bytes, n);
    assert_int_equal(view.n, 200);
    assert_int_equal(view.nnotes, 0);
    laws(g, ip, bytes, n);
    /* Without an arena the view ends where its own room does. */
    clv_split(g->clv, &view, NULL, ip, bytes, n);
    assert_int_equal(view.n, CLV_VIEW_LAYERS);
    assert_int_equal(view.nnotes, 1);
    assert_int_equal(view.notes[0].code, CLV_NOTE_DEEP);
    assert_true(law_tile(&view));
    /* Deeper than the budget: a note, and Raw. */
    assert_null(build(g, nested(g, 300), &n, &err));
    assert_int_equal(err.code, CLV_LIMIT);
    for (uint32_t i = 0; i < 300; i++) {
        static const uint8_t head[] = { 0x45, 0, 0, 0, 0, 1, 0, 0, 64, 4 };
        memset(bytes + 20 * i, 0, 20);
        memcpy(bytes + 20 * i, head, sizeof head);
        bytes[20 * i + 2] = (uint8_t)((300 - i) * 20 >> 8);
        bytes[20 * i + 3] = (uint8_t)((300 - i) * 20);
    }
    clv_arena_reset(g->arena);
    clv_split(g->clv, &view, g->arena, ip, bytes, 300 * 20);
    assert_int_equal(view.n, MAX_NEST + 2);
    assert_ptr_equal(view.layers[view.n - 1].desc, &clv_raw);
    assert_int_equal(view.nnotes, 1);
    assert_int_equal(view.notes[0].code, CLV_NOTE_DEEP);
    laws(g, ip, bytes, 300 * 20);
    free(bytes);
}

static void test_longest(void **state)
{
    struct ground *g = *state;
    struct clv_err err;
    uint32_t n;
    assert_non_null(build(g, "Raw(load=bytes(1048576))", &n, &err));
    assert_int_equal(n, MAX_PACKET);
    assert_null(build(g, "Raw(load=bytes(1048576))/'x'", &n, &err));
    assert_int_equal(err.code, CLV_LIMIT);
    assert_null(build(g, "Raw(load=bytes(1048577))", &n, &err));
    uint8_t *bytes = malloc(MAX_PACKET);
    assert_non_null(bytes);
    for (uint32_t i = 0; i < MAX_PACKET; i++)
        bytes[i] = (uint8_t)(0x80 | i); /* each is four characters in an expression */
    laws(g, &clv_raw, bytes, MAX_PACKET);
    memset(bytes, 0, MAX_PACKET);
    laws(g, clv_layer_named(g->clv, "Ether"), bytes, MAX_PACKET);
    free(bytes);
}

/* ---- Lists: in lists, long, and of nothing that is known. */

static const struct clv_field nest_fields[] = {
    U8("len", MEASURES(HEADER)),
    LIST("in", .of = "memory.nest"),
    END,
};
/* Its items are walked to find their end: a list, and more behind it. */
static const struct clv_field walked_fields[] = {
    U8("tag", TELLS(7)),
    LIST("in", .of = "memory.walked"),
    U8("end"),
    END,
};
static const struct clv_field long_fields[] = {
    U32("n", MEASURES(COUNT)),
    U8("list", .size = "n", .style = CLV_MANY),
    LIST("items", .of = "memory.long"),
    END,
};
static const struct clv_field byte_fields[] = { U8("x"), END };
static const struct clv_under nest_under[] = { { .space = "memory.nest" }, UNDER_END };
static const struct clv_under walked_under[] = { { .space = "memory.walked" }, UNDER_END };
static const struct clv_under byte_under[] = { { .space = "memory.long" }, UNDER_END };
static const struct clv_desc nest_desc = {
    .name = "Nest",
    .fields = nest_fields,
    .under = nest_under,
};
static const struct clv_desc walked_desc = {
    .name = "Walked",
    .fields = walked_fields,
    .under = walked_under,
};
static const struct clv_desc long_desc = { .name = "Long", .fields = long_fields };
static const struct clv_desc byte_desc = {
    .name = "Byte",
    .fields = byte_fields,
    .under = byte_under,
};

static void test_lists_in_lists(void **state)
{
    struct ground *g = *state;
    uint8_t bytes[256];
    assert_true(clv_add(g->clv, &nest_desc, NULL) && clv_add(g->clv, &walked_desc, NULL));
    for (uint32_t depth = 1; depth < 40; depth++) {
        for (uint32_t i = 0; i < depth; i++)
            bytes[i] = (uint8_t)(depth - i);
        laws(g, &nest_desc, bytes, depth);
    }
    /* Each level has two: the work stays small, whatever the bytes. */
    memset(bytes, 7, sizeof bytes);
    laws(g, &walked_desc, bytes, sizeof bytes);
    for (uint32_t i = 0; i < sizeof bytes; i += 3)
        bytes[i] = 0;
    laws(g, &walked_desc, bytes, sizeof bytes);
}

static void test_long_lists(void **state)
{
    struct ground *g = *state;
    uint32_t n = 200000;
    uint8_t *bytes = calloc(n, 1);
    assert_true(clv_add(g->clv, &long_desc, NULL) && clv_add(g->clv, &byte_desc, NULL));
    assert_non_null(bytes);
    laws(g, &long_desc, bytes, n); /* more items than a list may hold: the rest is one of bytes */
    bytes[1] = 3;
    laws(g, &long_desc, bytes, n); /* 196,608 numbers */
    bytes[0] = 0xff;
    laws(g, &long_desc, bytes, n); /* more than there are */
    /* The same where memory ends on the way: nothing, and no crash. */
    struct clv_arena *large = g->arena;
    bytes[0] = bytes[1] = 0;
    g->arena = clv_arena_new(NULL, 1 << 20);
    assert_non_null(law_broken(g->clv, g->arena, &long_desc, bytes, n, &g->out));
    clv_arena_free(g->arena);
    g->arena = large;
    free(bytes);
}

/* A packet made of thousands of layers beside each other ends in a note, too. */
static const struct clv_field message_fields[] = { U8("len", MEASURES(LAYER)), END };
static const struct clv_under message_under[] = { { .space = "memory.message" }, UNDER_END };
static const struct clv_desc message_desc = {
    .name = "Message",
    .fields = message_fields,
    .under = message_under,
    .again = "memory.message",
};
static const struct clv_desc stream_desc = { .name = "Stream", .next = "memory.message" };

static void test_many_layers(void **state)
{
    struct ground *g = *state;
    struct clv_view view;
    uint32_t n = MAX_LAYERS + 100;
    uint8_t *bytes = malloc(n);
    assert_non_null(bytes);
    assert_true(clv_add(g->clv, &message_desc, NULL) && clv_add(g->clv, &stream_desc, NULL));
    memset(bytes, 1, n);
    clv_arena_reset(g->arena);
    clv_split(g->clv, &view, g->arena, &stream_desc, bytes, n);
    assert_int_equal(view.n, MAX_LAYERS);
    assert_int_equal(view.nnotes, 1);
    assert_int_equal(view.notes[0].code, CLV_NOTE_DEEP);
    laws(g, &stream_desc, bytes, n);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nth_allocation),
        cmocka_unit_test(test_arena_limit),
        cmocka_unit_test_setup_teardown(test_nested, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_longest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lists_in_lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_long_lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_layers, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
