/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers side by side as one value: two, as '7:28', each with half of the row's bits; or several,
 * as a list from the highest bits on, each with as many as the row's `arg` says.
 */
#include "kind.h"

#include <string.h>

static void halves_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                         struct clv_out *out)
{
    uint32_t half = f->bits / 2u;
    if (form != FORM_SHOW)
        clv_out_chr(out, form == FORM_JSON ? '"' : '\'');
    clv_out_dec(out, v->u >> half);
    clv_out_chr(out, ':');
    clv_out_dec(out, v->u & ((1ull << half) - 1));
    if (form != FORM_SHOW)
        clv_out_chr(out, form == FORM_JSON ? '"' : '\'');
}

static bool halves_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                         struct clv_arena *arena, struct clv_err *err)
{
    uint32_t half = f->bits / 2u;
    uint64_t first, second, most = (1ull << half) - 1;
    bool text = a->type == AST_TEXT || a->type == AST_BYTES;
    const char *colon = text && a->n ? memchr(a->s, ':', a->n) : NULL;
    if (a->type == AST_INT)
        return clv_uint.parse(f, a, v, arena, err);
    if (!colon || !clv_text_num(a->s, (size_t)(colon - a->s), &first) ||
        !clv_text_num(colon + 1, (size_t)(a->s + a->n - colon - 1), &second) || first > most ||
        second > most)
        return clv_fail_at(err, a->pos, a->len, "takes two numbers 0..%llu, like '7:28'",
                           (unsigned long long)most);
    v->u = first << half | second;
    return true;
}

static int halves_order(const struct clv_val *a, const struct clv_val *b)
{
    return a->u < b->u ? -1 : a->u > b->u;
}

static uint32_t part_bits(const struct clv_field *f)
{
    return *(const uint8_t *)f->arg;
}

static void parts_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                        struct clv_out *out)
{
    uint32_t part = part_bits(f);
    for (uint32_t left = f->bits; left; left -= part) {
        clv_out_str(out, left == f->bits ? "[" : form == FORM_JSON ? "," : ", ");
        clv_out_dec(out, v->u >> (left - part) & ((1ull << part) - 1));
    }
    clv_out_chr(out, ']');
}

static bool parts_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                        struct clv_arena *arena, struct clv_err *err)
{
    uint32_t part = part_bits(f), n = 0;
    uint64_t most = (1ull << part) - 1;
    if (a->type == AST_INT)
        return clv_uint.parse(f, a, v, arena, err);
    bool fits = a->type == AST_LIST;
    v->u = 0;
    for (const struct ast *e = fits ? a->first : NULL; e; e = e->next, n++) {
        fits = fits && e->type == AST_INT && !e->negative && !e->wide && e->u <= most;
        v->u = v->u << part | (e->u & most);
    }
    if (!fits || n * part != f->bits)
        return clv_fail_at(err, a->pos, a->len, "takes a list of %u numbers 0..%llu",
                           f->bits / part, (unsigned long long)most);
    return true;
}

const struct clv_kind clv_parts = {
    .name = "parts",
    .shape = SHAPE_NUM,
    .print = parts_print,
    .parse = parts_parse,
    .order = halves_order,
    .mutate = clv_num_mutate,
};

const struct clv_kind clv_halves = {
    .name = "halves",
    .shape = SHAPE_NUM,
    .print = halves_print,
    .parse = halves_parse,
    .order = halves_order,
    .mutate = clv_num_mutate,
};
