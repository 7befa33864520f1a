/* SPDX-License-Identifier: BSD-2-Clause */
/* See toy.h. */
#include "toy.h"

#include "../fuzz/laws.h"
#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int toy_set_up(void **state)
{
    struct toy *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->arena = clv_arena_new(NULL, 0);
    t->scratch = clv_arena_new(NULL, 0);
    clv_out_init(&t->out, NULL, NULL);
    *state = t;
    return 0;
}

int toy_tear_down(void **state)
{
    struct toy *t = *state;
    clv_out_free(&t->out);
    clv_arena_free(t->arena);
    clv_arena_free(t->scratch);
    clv_free(t->clv);
    free(t->bytes);
    free(t);
    return 0;
}

void toy_open(struct toy *t, const struct clv_desc *const *layers)
{
    struct clv_err err = { 0 };
    clv_free(t->clv);
    t->clv = clv_new(layers, NULL, &err);
    if (!t->clv)
        fail_msg("%s", err.text);
    t->first = layers[0];
}

static const char *written(struct toy *t)
{
    clv_out_chr(&t->out, 0);
    assert_false(t->out.failed);
    t->out.len = 0;
    return t->out.buf;
}

/* In memory of just that size, so that a read past the end shows. */
static uint8_t *copy(const uint8_t *bytes, uint32_t len)
{
    uint8_t *p = malloc(len ? len : 1);
    assert_non_null(p);
    if (len)
        memcpy(p, bytes, len);
    return p;
}

static void check_laws(struct toy *t, const uint8_t *bytes, uint32_t len, const char *what,
                       uint32_t n)
{
    struct clv_out hex;
    const char *broken = law_broken(t->clv, t->scratch, t->first, bytes, len, &t->out);
    if (!broken)
        return;
    clv_out_init(&hex, NULL, NULL);
    clv_print_hex(bytes, len, &hex);
    clv_out_chr(&hex, 0);
    fail_msg("%s; %s %u: %s%s", broken, what, n, hex.buf, written(t));
}

/* The packet, its prefixes, and each flip of a bit. */
static void check_all(struct toy *t)
{
    check_laws(t, t->bytes, t->len, "whole", t->len);
    for (uint32_t n = 0; n < t->len; n++) {
        uint8_t *cut = copy(t->bytes, n);
        check_laws(t, cut, n, "cut", n);
        free(cut);
    }
    for (uint32_t i = 0; i < t->len * 8; i++) {
        t->bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        check_laws(t, t->bytes, t->len, "flip", i);
        t->bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    t->out.len = 0;
}

static void unhex(struct toy *t, const char *hex)
{
    uint8_t bytes[4096];
    uint32_t n = 0;
    for (const char *s = hex; *s;) {
        unsigned v;
        if (*s == ' ') {
            s++;
            continue;
        }
        assert_true(n < sizeof bytes && s[1]);
        assert_int_equal(sscanf(s, "%2x", &v), 1);
        bytes[n++] = (uint8_t)v;
        s += 2;
    }
    free(t->bytes);
    t->bytes = copy(bytes, n);
    t->len = n;
}

/* NULL: err. */
static const uint8_t *build(struct toy *t, const char *text, uint32_t *len, struct clv_err *err)
{
    struct clv_draft *draft = clv_parse(t->clv, t->scratch, text, strlen(text), err);
    return draft ? clv_build(draft, t->scratch, len, err) : NULL;
}

/* Whatever the memory held before. */
static void check_build(struct toy *t, const char *text)
{
    static const uint8_t poisons[] = { 0x00, 0xff, 0xa5 };
    for (size_t i = 0; i < sizeof poisons; i++) {
        struct clv_err err = { 0 };
        uint32_t len = 0;
        t->clv->poison = poisons[i];
        clv_arena_reset(t->scratch);
        const uint8_t *bytes = build(t, text, &len, &err);
        if (!bytes)
            fail_msg("%s: %s", text, err.text);
        if (len == t->len && !memcmp(bytes, t->bytes, len))
            continue;
        clv_print_hex(t->bytes, t->len, &t->out);
        clv_out_str(&t->out, "is wanted, there is ");
        clv_print_hex(bytes, len, &t->out);
        fail_msg("%s: %s", text, written(t));
    }
}

void toy_noted(struct toy *t, const char *hex, const char *text, const char *notes)
{
    unhex(t, hex);
    clv_arena_reset(t->arena);
    clv_split(t->clv, &t->view, t->arena, t->first, t->bytes, t->len);
    assert_true(clv_print_expr(&t->view, t->arena, &t->out));
    assert_string_equal(written(t), text);
    for (uint32_t i = 0; i < t->view.nnotes; i++) {
        clv_out_str(&t->out, i ? "; " : "");
        clv_print_note(&t->view, &t->view.notes[i], &t->out);
    }
    assert_string_equal(written(t), notes);
    check_build(t, text);
    check_all(t);
}

void toy_same(struct toy *t, const char *hex, const char *text)
{
    toy_noted(t, hex, text, "");
}

void toy_builds(struct toy *t, const char *text, const char *hex)
{
    unhex(t, hex);
    clv_split(t->clv, &t->view, t->arena, t->first, t->bytes, t->len);
    check_build(t, text);
}

void toy_fails(struct toy *t, const char *text, const char *why)
{
    struct clv_err err = { 0 };
    uint32_t len;
    if (build(t, text, &len, &err))
        fail_msg("%s: is built", text);
    assert_string_equal(err.text, why);
}

void toy_fields(struct toy *t, const char *list, const char *values)
{
    struct clv_err err = { 0 };
    struct clv_columns *columns = clv_columns_new(t->clv, t->arena, list, &err);
    if (!columns)
        fail_msg("%s: %s", list, err.text);
    clv_print_columns(columns, &t->view, NULL, &t->out);
    for (size_t i = 0; i < t->out.len; i++)
        if (t->out.buf[i] == '\t')
            t->out.buf[i] = ' ';
    t->out.len--;
    assert_string_equal(written(t), values);
}

void toy_split(struct toy *t, const char *hex, struct clv_view *view)
{
    unhex(t, hex);
    uint8_t *bytes = clv_arena_take(t->arena, t->len);
    assert_non_null(bytes);
    memcpy(bytes, t->bytes, t->len);
    clv_split(t->clv, view, t->arena, t->first, bytes, t->len);
}

void toy_refused(struct toy *t, const struct clv_desc *desc, const char *why)
{
    struct clv_err err = { 0 };
    uint32_t n = clv_layer_count(t->clv), spaces = t->clv->nspaces, groups = t->clv->ngroups;
    if (clv_add(t->clv, desc, &err))
        fail_msg("taken, not refused: %s", why);
    assert_string_equal(err.text, why);
    assert_int_equal(err.code, CLV_BAD_TABLE);
    assert_int_equal(clv_layer_count(t->clv), n);
    assert_int_equal(t->clv->nspaces, spaces);
    assert_int_equal(t->clv->ngroups, groups);
}
