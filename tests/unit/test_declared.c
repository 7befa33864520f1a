/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layers declared in Lua are like any other: the laws on generated packets, on random bytes, on cut and
 * flipped ones; and a table in Lua is the table in C.
 */
#include "../../core/model/model.h"
#include "../../core/script/script.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct clv *clv;
static struct clv_arena *arena, *kept;
static struct script *script;
static uint32_t builtin;
static char told[512];

static void complain(const char *text, size_t n)
{
    snprintf(told, sizeof told, "%.*s", (int)n, text);
}

static bool same(struct clv_draft *draft, const uint8_t *b, uint32_t n, struct clv_err *err)
{
    uint32_t len = 0;
    const uint8_t *built = draft ? clv_build(draft, arena, &len, err) : NULL;
    return built && len == n && (!n || !memcmp(built, b, n));
}

static void check_laws(const struct clv_desc *first, const uint8_t *b, uint32_t n)
{
    struct clv_view view;
    struct clv_out out;
    struct clv_err err = { 0 };
    clv_arena_reset(arena);
    clv_out_init(&out, NULL, NULL);
    clv_split(clv, &view, arena, first, b, n);
    clv_check(&view);
    assert_true(same(clv_lift(&view, arena), b, n, &err));
    assert_true(clv_print_expr(&view, arena, &out));
    if (!same(clv_parse(clv, arena, out.buf, out.len, &err), b, n, &err))
        fail_msg("%s: %.*s does not build it: %s", first->name, (int)out.len, out.buf, err.text);
    out.len = 0;
    assert_true(clv_print_json(&view, NULL, arena, 0, &out));
    if (!same(clv_parse_json(clv, arena, out.buf, out.len, NULL, &err), b, n, &err))
        fail_msg("%s: %.*s does not build it: %s", first->name, (int)out.len, out.buf, err.text);
    out.len = 0;
    clv_print_line(&view, NULL, 0, &out);
    assert_true(clv_print_tree(&view, NULL, arena, 0, &out));
    clv_out_free(&out);
}

/* In a block of exactly its size, so that no read leaves it unseen. */
static void check_block(const struct clv_desc *first, const uint8_t *b, uint32_t n)
{
    uint8_t *block = malloc(n ? n : 1);
    assert_non_null(block);
    if (n)
        memcpy(block, b, n);
    check_laws(first, block, n);
    free(block);
}

static void check_cuts_and_flips(const struct clv_desc *first, uint8_t *b, uint32_t n)
{
    for (uint32_t cut = 0; cut < n && cut < 64; cut++)
        check_block(first, b, cut);
    for (uint32_t bit = 0; bit < n * 8 && bit < 512; bit++) {
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
        check_block(first, b, n);
        b[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/* fuzz(Foo()), fuzz(IP()/UDP()/Foo()): what is built is split, and obeys. */
static void check_generated(const struct clv_desc *d, const char *form)
{
    char text[128];
    struct clv_err err = { 0 };
    int len = snprintf(text, sizeof text, form, d->name);
    struct clv_draft *draft = clv_parse(clv, kept, text, (size_t)len, &err);
    assert_non_null(draft);
    for (uint64_t seed = 0; seed < 40; seed++) {
        uint32_t n = 0;
        clv_arena_reset(arena);
        struct clv_draft *one = clv_draft_pick(draft, 0, seed, arena, &err);
        const uint8_t *b = one ? clv_build(one, arena, &n, &err) : NULL;
        if (!b)
            fail_msg("%s: %s", text, err.text);
        uint8_t *copy = malloc(n ? n : 1);
        assert_non_null(copy);
        memcpy(copy, b, n);
        check_block(clv_draft_layer(draft, 0), copy, n);
        if (seed < 3)
            check_cuts_and_flips(clv_draft_layer(draft, 0), copy, n);
        free(copy);
    }
}

static void test_generated(void **state)
{
    (void)state;
    for (uint32_t i = builtin; i < clv_layer_count(clv); i++) {
        check_generated(clv_layer_at(clv, i), "fuzz(%s())");
        check_generated(clv_layer_at(clv, i),
                        "fuzz(IP(version=4, ihl=5, proto=17, frag=0)/UDP())/%s()");
    }
}

static void test_random(void **state)
{
    uint64_t random = 1;
    uint8_t b[256];
    (void)state;
    for (uint32_t i = builtin; i < clv_layer_count(clv); i++)
        for (uint32_t k = 0; k < 400; k++) {
            uint32_t n = (uint32_t)(clv_mix(++random) % (k % 4 ? 48 : sizeof b));
            for (uint32_t at = 0; at < n; at++) {
                uint64_t r = clv_mix(++random);
                b[at] = (uint8_t)(k % 2 && r & 0x300 ? r % 5 : r); /* small lengths and types */
            }
            check_block(clv_layer_at(clv, i), b, n);
        }
}

/* The words of a table in C and in Lua give one table. */
static const struct clv_word twin_words[] = { { 1, "one" }, { 2, "two" }, WORD_END };
static const struct clv_field twin_fields[] = {
    BITS(4, "ver", .init = 3),
    FLAGS(4, "flags", .words = twin_words),
    U8("hlen", MEASURES_BY(HEADER, 4, 0)),
    U16("len", MEASURES(LAYER)),
    U16("chksum", .style = CLV_HEX, .fill = clv_sum_header),
    U16("port", .style = CLV_LE, .words = twin_words, .reply = "="),
    IP4("src", .init = 0x7f000001),
    MAC("hw", .init = 0x001122334455),
    IP6("far", .text = "fe80::1"),
    U8("n", MEASURES(COUNT)),
    U16("list", .style = CLV_MANY, .size = "n"),
    BYTES("opt", .when = "flags & 1"),
    END,
};
static const struct clv_under twin_under[] = { { "twin.x", 7, 9, true }, UNDER_END };
static const struct clv_desc twin = {
    .name = "Twin", .title = "A Twin", .fields = twin_fields, .under = twin_under
};
static const char twin_lua[] =
    "layer{name = 'Niwt', title = 'A Twin', under = {'twin.x', 7, 9, sure = true},\n"
    "  bits('ver', 4){init = 3}, flags('flags', 4){words = {[1] = 'one', [2] = 'two'}},\n"
    "  u8'hlen'{measures = {'header', unit = 4}}, u16'len'{measures = 'LAYER'},\n"
    "  u16'chksum'{hex = true, fill = 'sum_header'},\n"
    "  u16'port'{le = true, words = {[2] = 'two', [1] = 'one'}, reply = '='},\n"
    "  ip4'src'{init = '127.0.0.1'}, mac'hw'{init = '00:11:22:33:44:55'}, ip6'far'{init = "
    "'fe80::1'},\n"
    "  u8'n'{measures = 'COUNT'}, u16'list'{many = true, size = 'n'},\n"
    "  bytes'opt'{when = 'flags & 1'}}\n";

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static void check_field(const struct clv_field *a, const struct clv_field *b)
{
    assert_string_equal(a->name, b->name);
    assert_true(a->kind == b->kind && a->bits == b->bits && a->style == b->style);
    assert_true(a->align == b->align && a->role == b->role && a->init == b->init);
    assert_true(a->measures.of == b->measures.of && a->measures.bias == b->measures.bias);
    assert_true(!a->measures.of || a->measures.unit == b->measures.unit);
    assert_true(same_text(a->text, b->text) && same_text(a->when, b->when));
    assert_true(same_text(a->size, b->size) && same_text(a->reply, b->reply));
    assert_true(a->fill == b->fill);
    for (uint32_t i = 0; a->words && a->words[i].name; i++)
        assert_true(b->words[i].value == a->words[i].value &&
                    same_text(b->words[i].name, a->words[i].name));
}

static void load(const char *text)
{
    char path[] = "/tmp/declared-XXXXXX", *why;
    int fd = mkstemp(path);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    if (!script_load(script, path, &why))
        fail_msg("%s", why);
    remove(path);
}

static void test_twin(void **state)
{
    struct clv_err err = { 0 };
    (void)state;
    load(twin_lua);
    const struct clv_desc *d = clv_layer_named(clv, "Niwt");
    assert_non_null(d);
    assert_true(clv_add(clv, &twin, &err));
    for (uint32_t i = 0; i < clv_len(twin_fields) - 1; i++)
        check_field(&twin_fields[i], &d->fields[i]);
    assert_null(d->fields[clv_len(twin_fields) - 1].kind);
    assert_true(d->under->key == 7 && d->under->to == 9 && d->under->sure && !d->under[1].space);
}

/* What a function does wrong is told once, and the packet is as if it were not there. */
static void test_wrong_functions(void **state)
{
    static const char text[] =
        "kept = nil\n"
        "layer{name = 'Wrong', u8'how',\n"
        "  u16'sum'{fill = function(l)\n"
        "    local how = l.how\n"
        "    if how == 1 then error('boom') elseif how == 2 then error({}) elseif how == 3 then "
        "return 'x'\n"
        "    elseif how == 4 then while true do pcall(function() while true do end end) end\n"
        "    elseif how == 5 then local function f() return f() + 1 end return f()\n"
        "    elseif how == 6 then return ('x'):rep(1 << 40) elseif how == 7 then return l.nope\n"
        "    elseif how == 8 then coroutine.yield() elseif how == 9 then return IP{}.ttl\n"
        "    elseif how == 10 then layer{name = 'Late', u8'x'}\n"
        "    elseif how == 11 then kept = l return 7 elseif how == 12 then return kept.how\n"
        "    elseif how == 13 then return 2.5 elseif how == 14 then return nil\n"
        "    elseif how == 15 then return -1 end\n"
        "    return 0x1234\n"
        "  end}}\n";
    static const struct {
        uint32_t sum;
        const char *told;
    } want[] = { { 0x1234, "" },        { 0, "boom" },         { 0, "?" },
                 { 0, "whole number" }, { 0, "too long" },     { 0, "stack overflow" },
                 { 0, "too large" },    { 0, "no field" },     { 0, "yield" },
                 { 0, "no packets" },   { 0, "cannot be" },    { 7, "" },
                 { 0, "is gone" },      { 0, "whole number" }, { 0, "" },
                 { 0xffff, "" } };
    (void)state;
    for (uint32_t how = 0; how < clv_len(want); how++) {
        struct clv_err err = { 0 };
        char expr[64], name[32], *copy = strdup(text);
        uint32_t n = 0;
        assert_non_null(copy);
        snprintf(name, sizeof name, "Wr%03u", how); /* each layer tells once */
        memcpy(strstr(copy, "Wrong"), name, 5);
        load(copy);
        free(copy);
        *told = 0;
        clv_arena_reset(arena);
        int len = snprintf(expr, sizeof expr, "%s(how=%u)", name, how == 12 ? 12 : how);
        struct clv_draft *draft = clv_parse(clv, arena, expr, (size_t)len, &err);
        if (how == 12) { /* what was kept of another call is of no use */
            lua_getglobal(script->lua, "first");
            lua_setglobal(script->lua, "kept");
        }
        const uint8_t *b = draft ? clv_build(draft, arena, &n, &err) : NULL;
        assert_non_null(b);
        if (how == 11) {
            lua_getglobal(script->lua, "kept");
            lua_setglobal(script->lua, "first");
        }
        assert_int_equal(b[1] << 8 | b[2], want[how].sum);
        if (!strstr(told, want[how].told) || (!*want[how].told && *told))
            fail_msg("case %u: told '%s'", how, told);
        check_laws(clv_draft_layer(draft, 0), b, n);
    }
}

static int setup(void **state)
{
    struct clv_err err = { 0 };
    glob_t found;
    char *why = NULL;
    (void)state;
    clv = clv_new(clv_layers, NULL, &err);
    arena = clv_arena_new(NULL, 0);
    kept = clv_arena_new(NULL, 0);
    if (!clv || !arena || !kept)
        return -1;
    builtin = clv_layer_count(clv);
    struct script_opts opts = { .clv = clv, .arena = kept, .lean = true, .complain = complain };
    script = script_open(&opts);
    if (!script || glob("tests/script/layers/*.lua", 0, NULL, &found))
        return -1;
    for (size_t i = 0; i < found.gl_pathc; i++)
        if (!script_load(script, found.gl_pathv[i], &why)) {
            print_message("%s\n", why);
            return -1;
        }
    globfree(&found);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    script_close(script);
    clv_free(clv);
    clv_arena_free(arena);
    clv_arena_free(kept);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_generated),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_twin),
        cmocka_unit_test(test_wrong_functions),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
