/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds that are bytes: opaque ones, text as far as a flat pattern goes; and nested items. */
#include "kind.h"

#include <string.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_hex(const struct ast *a, struct clv_val *v, struct clv_arena *arena,
                      struct clv_err *err)
{
    uint8_t *p = clv_arena_take(arena, a->n / 2 + 1);
    if (!p)
        return clv_fail_memory(err);
    for (uint32_t i = 0; i + 1 < a->n; i += 2) {
        int hi = hex_digit(a->s[i]), lo = hex_digit(a->s[i + 1]);
        if (hi < 0 || lo < 0)
            return clv_fail_at(err, a->pos, a->len, "bytes are hexadecimal here, like \"00ff\"");
        p[i / 2] = (uint8_t)(hi << 4 | lo);
    }
    if (a->n & 1)
        return clv_fail_at(err, a->pos, a->len, "an odd number of hexadecimal digits");
    v->p = p;
    v->n = a->n / 2;
    return true;
}

/* As few bytes as hold the number; a signed one does not begin with a set bit. */
static void shorten(const struct clv_field *f, struct clv_val *v)
{
    bool sign = f->style & CLV_SIGNED;
    while (v->n && !v->p[0] && (!sign || v->n == 1 || !(v->p[1] & 0x80))) {
        v->p++;
        v->n--;
    }
}

/* A number, big-endian, over the whole width; if that is free, as short as it can be. */
static bool parse_number(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                         struct clv_arena *arena, struct clv_err *err)
{
    uint32_t n = f->bits ? f->bits / 8 : (a->wide ? a->n / 2 : 0) + 9;
    uint8_t *p = clv_arena_zero(arena, n);
    bool fits = !a->negative;
    if (!p)
        return clv_fail_memory(err);
    if (a->wide)
        fits = fits && a->s && clv_text_wide(a->s, a->n, p, n);
    else
        for (uint32_t i = 0; i < 8; i++) {
            uint8_t b = (uint8_t)(a->u >> 8 * i);
            if (i < n)
                p[n - 1 - i] = b;
            else
                fits = fits && !b;
        }
    if (!fits)
        return clv_fail_at(err, a->pos, a->len,
                           f->bits ? "does not fit in %u bytes" : "takes a number from 0", n);
    v->p = p;
    v->n = n;
    if (!f->bits)
        shorten(f, v);
    return true;
}

/* A list of texts as one, with the row's sign between them. */
static bool join_list(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                      struct clv_arena *arena, struct clv_err *err)
{
    size_t between = strlen(f->arg), n = 0;
    for (const struct ast *e = a->first; e; e = e->next) {
        if (e->type != AST_TEXT && e->type != AST_BYTES)
            return clv_fail_at(err, e->pos, e->len, "takes bytes, like b'\\x00\\xff' or 'text'");
        n += e->n + between;
    }
    uint8_t *p = clv_arena_take(arena, n + 1);
    if (!p)
        return clv_fail_memory(err);
    v->p = p;
    for (const struct ast *e = a->first; e; e = e->next) {
        if (e != a->first) {
            memcpy(p, f->arg, between);
            p += between;
        }
        memcpy(p, e->s, e->n);
        p += e->n;
    }
    v->n = (uint32_t)(p - v->p);
    return true;
}

static bool bytes_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                        struct clv_arena *arena, struct clv_err *err)
{
    if (a->type == AST_INT && (f->bits || f->style & (CLV_SIGNED | CLV_HEX)) && !a->json)
        return parse_number(f, a, v, arena, err);
    if (a->type == AST_LIST && f->arg && !a->json)
        return join_list(f, a, v, arena, err);
    if (a->type != AST_TEXT && a->type != AST_BYTES)
        return clv_fail_at(err, a->pos, a->len, "takes bytes, like b'\\x00\\xff' or 'text'");
    if (a->json && !parse_hex(a, v, arena, err))
        return false;
    if (!a->json) {
        v->p = (const uint8_t *)a->s;
        v->n = a->n;
    }
    uint32_t fixed = f->bits / 8;
    if (!fixed || v->n == fixed)
        return true;
    if (v->n > fixed)
        return clv_fail_at(err, a->pos, a->len, "%u bytes are given, it holds %u", v->n, fixed);
    uint8_t *p = clv_arena_zero(arena, fixed);
    if (!p)
        return clv_fail_memory(err);
    if (v->n)
        memcpy(p, v->p, v->n);
    v->p = p;
    v->n = fixed;
    return true;
}

static void bytes_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                        struct clv_out *out)
{
    uint32_t n = v->n;
    if (form == FORM_JSON) {
        clv_out_chr(out, '"');
        clv_out_hexbytes(out, v->p, n);
        clv_out_chr(out, '"');
        return;
    }
    if (f->bits && (f->style & CLV_HEX)) {
        uint32_t i = 0;
        while (i + 1 < n && !v->p[i])
            i++;
        clv_out_str(out, "0x");
        clv_out_hexbytes(out, v->p + i, n - i);
        return;
    }
    /* A fixed width is zero-filled when parsed. */
    if (f->bits && form == FORM_EXPR)
        while (n && !v->p[n - 1])
            n--;
    clv_out_literal(out, v->p, n, false);
}

static int bytes_order(const struct clv_val *a, const struct clv_val *b)
{
    uint32_t n = a->n < b->n ? a->n : b->n;
    int c = n ? memcmp(a->p, b->p, n) : 0;
    return c ? c : a->n < b->n ? -1 : a->n > b->n;
}

/* Up to 64 bytes where the width is free. */
void clv_bytes_mutate(const struct clv_field *f, uint64_t random, struct clv_val *v, uint8_t *p,
                      uint32_t n)
{
    (void)f;
    v->n = n ? n : (uint32_t)(random % 65);
    v->p = p;
    for (uint32_t i = 0; i < v->n; i++)
        p[i] = (uint8_t)clv_mix(random + i);
}

const struct clv_kind clv_bytes = {
    .name = "bytes",
    .shape = SHAPE_BYTES,
    .print = bytes_print,
    .parse = bytes_parse,
    .order = bytes_order,
    .mutate = clv_bytes_mutate,
};

/* ---- Text. */

static uint32_t text_span(const struct clv_field *f, const uint8_t *p, uint32_t room)
{
    return clv_like_span(f->like, p, room);
}

static bool text_load(const struct clv_field *f, const uint8_t *p, uint32_t n, struct clv_val *v)
{
    v->p = p;
    v->n = n;
    return clv_like_span(f->like, p, n) == n;
}

static uint32_t text_width(const struct clv_field *f, const struct clv_val *v)
{
    (void)f;
    return v->n;
}

static void text_store(const struct clv_field *f, const struct clv_val *v, uint8_t *p)
{
    (void)f;
    if (v->n)
        memcpy(p, v->p, v->n);
}

static bool text_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                       struct clv_arena *arena, struct clv_err *err)
{
    if (!bytes_parse(f, a, v, arena, err))
        return false;
    if (clv_like_span(f->like, v->p, v->n) != v->n)
        return clv_fail_at(err, a->pos, a->len, "does not fit the pattern %s", f->like);
    return true;
}

static void text_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                       struct clv_out *out)
{
    if (form == FORM_JSON)
        bytes_print(f, v, form, out);
    else
        clv_out_literal(out, v->p, v->n, form == FORM_SHOW);
}

const struct clv_kind clv_text = {
    .name = "text",
    .shape = SHAPE_BYTES,
    .span = text_span,
    .load = text_load,
    .width = text_width,
    .store = text_store,
    .print = text_print,
    .parse = text_parse,
    .order = bytes_order,
};

/* The engine knows items itself: they are layers. */
const struct clv_kind clv_item = {
    .name = "item",
    .shape = SHAPE_ITEM,
};
