/* SPDX-License-Identifier: BSD-2-Clause */
/* Two numbers side by side as one value, '7:28': each has half of the row's bits. */
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

const struct clv_kind clv_halves = {
    .name = "halves",
    .shape = SHAPE_NUM,
    .print = halves_print,
    .parse = halves_parse,
    .order = halves_order,
    .mutate = clv_num_mutate,
};
