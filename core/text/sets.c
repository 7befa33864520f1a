/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values that stand for many: lists, ranges, nets, random draws. Never expanded: a set is a few
 * alternatives whose sizes are known at once.
 */
#include "bind.h"

#include <string.h>

static struct set *set_new(struct binder *b, struct slot *s)
{
    struct set *set = clv_arena_zero(b->arena, sizeof *set);
    if (!set) {
        clv_fail_memory(b->err);
        return NULL;
    }
    s->state = SLOT_SET;
    s->set = set;
    b->nsets++;
    return set;
}

static bool add_alt(struct binder *b, struct set *set, uint32_t *cap, const struct alt *alt)
{
    if (!clv_arena_grow(b->arena, &set->alts, cap, set->n + 1, sizeof *alt))
        return clv_fail_memory(b->err);
    set->alts[set->n++] = *alt;
    set->count = set->count > UINT64_MAX - alt->count ? UINT64_MAX : set->count + alt->count;
    return true;
}

/* A number that can be counted with: negative ones in 64 bits. */
static uint64_t widen(const struct row *row, uint64_t u)
{
    bool negative = row->style & CLV_SIGNED && row->bits < 64 && u >> (row->bits - 1) & 1;
    return negative ? u | ~0ull << row->bits : u;
}

/* The two numbers at first and behind it, in this order. */
static bool range_ends(struct binder *b, const struct layer *layer, const struct row *row,
                       const struct ast *a, uint64_t *from, uint64_t *to)
{
    struct clv_val lo = { 0 }, hi = { 0 };
    if (!clv_bind_scalar(b, layer, row, a->first, &lo) ||
        !clv_bind_scalar(b, layer, row, a->first->next, &hi))
        return false;
    *from = widen(row, lo.u);
    *to = widen(row, hi.u);
    if (row->style & CLV_SIGNED ? (int64_t)*from > (int64_t)*to : *from > *to)
        return clv_fail_at(b->err, a->pos, a->len,
                           "%s.%s: the range is empty: its first value is above its last",
                           layer->d->name, row->f->name);
    return true;
}

/* (first, last) or (first, last, step), both ends included. */
static bool range_alt(struct binder *b, const struct layer *layer, const struct row *row,
                      const struct ast *a, struct alt *alt)
{
    uint64_t to;
    const struct ast *last = a->first ? a->first->next : NULL;
    const struct ast *step = last ? last->next : NULL;
    if (!last || (step && step->next))
        return clv_fail_at(b->err, a->pos, a->len,
                           "%s.%s: a range is (first, last) or (first, last, step)", layer->d->name,
                           row->f->name);
    if (!range_ends(b, layer, row, a, &alt->lo, &to))
        return false;
    alt->step = clv_num_unit(row->f);
    if (step) {
        if (step->type != AST_INT || step->negative || !step->u || step->u > UINT64_MAX / alt->step)
            return clv_fail_at(b->err, step->pos, step->len, "%s.%s: a step is a number from 1",
                               layer->d->name, row->f->name);
        alt->step *= step->u;
    }
    alt->count = (to - alt->lo) / alt->step;
    alt->count += alt->count != UINT64_MAX;
    return true;
}

static bool one_alt(struct binder *b, const struct layer *layer, const struct row *row,
                    const struct ast *a, struct alt *alt)
{
    uint64_t lo, hi;
    struct ast made;
    *alt = (struct alt){ .step = 1, .count = 1 };
    if (!(a = clv_bind_nested(b, layer, row, a, &made)))
        return false;
    if (a->type == AST_TUPLE && row->kind->shape == SHAPE_NUM)
        return range_alt(b, layer, row, a, alt);
    if (row->kind->range && row->kind->range(a, &lo, &hi)) {
        alt->lo = lo;
        alt->count = hi - lo + 1;
        return true;
    }
    if (!clv_bind_scalar(b, layer, row, a, &alt->v))
        return false;
    alt->lo = alt->v.u;
    return true;
}

struct draw_name {
    const char *name;
    enum draw draw;
    uint64_t hi;
};

static const struct draw_name draws[] = {
    { "RandByte", DRAW_RANGE, 0xff },
    { "RandShort", DRAW_RANGE, 0xffff },
    { "RandInt", DRAW_RANGE, 0xffffffff },
    { "RandLong", DRAW_RANGE, UINT64_MAX },
    { "RandSByte", DRAW_RANGE, 0x7f },
    { "RandSShort", DRAW_RANGE, 0x7fff },
    { "RandSInt", DRAW_RANGE, 0x7fffffff },
    { "RandSLong", DRAW_RANGE, INT64_MAX },
    { "RandNum", DRAW_RANGE, 0 },
    { "RandIP", DRAW_RANGE, 0xffffffff },
    { "RandMAC", DRAW_RANGE, 0xffffffffffff },
    { "RandChoice", DRAW_CHOICE, 0 },
    { "RandBin", DRAW_BYTES, 0 },
    { "RandString", DRAW_BYTES, 1 },
    { "RandIP6", DRAW_BYTES, 0 },
};

/* RandNum(first, last) */
static bool draw_between(struct binder *b, const struct layer *layer, const struct row *row,
                         const struct ast *a, struct set *set)
{
    if (!a->first || !a->first->next || a->first->next->next)
        return clv_fail_at(b->err, a->pos, a->len, "%s.%s: a draw is RandNum(first, last)",
                           layer->d->name, row->f->name);
    return range_ends(b, layer, row, a, &set->lo, &set->hi);
}

/* What RandNum(first, last), RandIP('net') and the others draw from. */
static bool draw_limits(struct binder *b, const struct layer *layer, const struct row *row,
                        const struct ast *a, const struct draw_name *d, struct set *set)
{
    if (row->kind->shape != SHAPE_NUM)
        return clv_fail_at(b->err, a->pos, a->len, "%s.%s: %s() draws a number, it takes bytes",
                           layer->d->name, row->f->name, d->name);
    uint64_t max = clv_num_max(row->f);
    if (!strcmp(d->name, "RandNum"))
        return draw_between(b, layer, row, a, set);
    set->hi = d->hi;
    if (!strncmp(d->name, "RandS", 5) && row->style & CLV_SIGNED)
        set->lo = ~set->hi;
    bool net = !strcmp(d->name, "RandIP");
    if (net && a->first && (!row->kind->range || !row->kind->range(a->first, &set->lo, &set->hi)))
        return clv_fail_at(b->err, a->first->pos, a->first->len,
                           "%s.%s: RandIP takes a net, like '10.0.0.0/8'", layer->d->name,
                           row->f->name);
    if (!net && a->first)
        return clv_fail_at(b->err, a->first->pos, a->first->len,
                           "%s.%s: %s() takes nothing; RandNum(first, last) draws from a range",
                           layer->d->name, row->f->name, d->name);
    if (set->hi > max)
        return clv_fail_at(b->err, a->pos, a->len, "%s.%s: %s() draws up to %llu, it holds 0..%llu",
                           layer->d->name, row->f->name, d->name, (unsigned long long)set->hi,
                           (unsigned long long)max);
    return true;
}

static bool bytes_limit(struct binder *b, const struct layer *layer, const struct row *row,
                        const struct ast *a, const struct draw_name *d, struct set *set)
{
    uint32_t fixed = row->bits / 8;
    if (row->kind->shape != SHAPE_BYTES)
        return clv_fail_at(b->err, a->pos, a->len, "%s.%s: %s() draws bytes, it takes a number",
                           layer->d->name, row->f->name, d->name);
    set->lo = fixed ? fixed : 16;
    if (a->first && a->first->type == AST_INT && !fixed)
        set->lo = a->first->u;
    set->hi = d->hi; /* 1: letters */
    if (set->lo > 65535 || (a->first && a->first->negative))
        return clv_fail_at(b->err, a->pos, a->len, "%s.%s: at most 65535 random bytes",
                           layer->d->name, row->f->name);
    return true;
}

static int bind_draw(struct binder *b, const struct layer *layer, const struct row *row,
                     const struct ast *a, struct slot *s)
{
    const struct draw_name *d = NULL;
    for (size_t i = 0; i < clv_len(draws); i++)
        if (clv_ast_is(a, draws[i].name))
            d = &draws[i];
    if (!d) {
        if (clv_ast_is(a, "bytes") || (row->kind->call && clv_ast_is(a, row->kind->call)))
            return 0;
        clv_fail_at(b->err, a->pos, a->len, "%s.%s: '%.*s' stands where a value should be",
                    layer->d->name, row->f->name, (int)a->len, a->s ? a->s : "");
        return -1;
    }
    struct set *set = set_new(b, s);
    if (!set)
        return -1;
    set->draw = (uint8_t)d->draw;
    set->count = 1;
    if (d->draw == DRAW_BYTES)
        return bytes_limit(b, layer, row, a, d, set) ? 1 : -1;
    if (d->draw == DRAW_RANGE)
        return draw_limits(b, layer, row, a, d, set) ? 1 : -1;
    uint32_t cap = 0;
    for (const struct ast *e = a->first; e; e = e->next) {
        struct alt alt;
        if (!one_alt(b, layer, row, e, &alt) || !add_alt(b, set, &cap, &alt))
            return -1;
    }
    set->count = 1;
    if (!set->n) {
        clv_fail_at(b->err, a->pos, a->len, "RandChoice() needs something to choose from");
        return -1;
    }
    return 1;
}

static struct ast *written_number(struct binder *b, const struct ast *a, const char **at)
{
    const char *from = *at, *end = a->s + a->n;
    struct ast *one = clv_arena_zero(b->arena, sizeof *one);
    if (!one)
        return NULL;
    while (*at < end && **at != ',' && **at != '-')
        ++*at;
    *one = (struct ast){ .type = AST_INT, .pos = a->pos, .len = a->len };
    return clv_text_num(from, (size_t)(*at - from), &one->u) ? one : NULL;
}

/*
 * Numbers as scanners take them, '22,80,8000-8010', as the list [22, 80, (8000, 8010)]. NULL: the
 * text is none of these.
 */
static const struct ast *written_list(struct binder *b, const struct row *row, const struct ast *a)
{
    const char *at = a->s, *end;
    struct ast *list, **tail;
    if (a->type != AST_TEXT || !a->n || row->kind != &clv_uint || row->many ||
        !memchr("0123456789", *at, 10))
        return NULL;
    end = at + a->n;
    if (!memchr(a->s, '-', a->n) && !memchr(a->s, ',', a->n))
        return NULL;
    list = clv_arena_zero(b->arena, sizeof *list);
    if (!list)
        return NULL;
    *list = (struct ast){ .type = AST_LIST, .pos = a->pos, .len = a->len };
    for (tail = &list->first;; at++) {
        struct ast *one = written_number(b, a, &at);
        if (one && at < end && *at == '-') {
            struct ast *range = clv_arena_zero(b->arena, sizeof *range);
            at++;
            if (!range || !(one->next = written_number(b, a, &at)))
                return NULL;
            *range = (struct ast){ .type = AST_TUPLE, .pos = a->pos, .len = a->len, .first = one };
            one = range;
        }
        if (!one || (at < end && *at != ','))
            return NULL;
        *tail = one;
        tail = &one->next;
        if (at == end)
            return list;
    }
}

int clv_bind_set(struct binder *b, const struct layer *layer, const struct row *row,
                 const struct ast *a, struct slot *s)
{
    uint64_t lo, hi;
    const struct ast *written = b->json ? NULL : written_list(b, row, a);
    a = written ? written : a;
    bool net = row->kind->range && row->kind->range(a, &lo, &hi);
    bool flags = row->kind == &clv_flags;
    bool whole = row->kind == &clv_parts || (row->kind == &clv_bytes && row->f->arg);
    if (whole && a->type == AST_LIST)
        return 0;
    if (a->type == AST_CALL)
        return bind_draw(b, layer, row, a, s);
    if (!net && (flags || (a->type != AST_LIST && a->type != AST_TUPLE)))
        return 0;
    const struct ast *one = a->type == AST_LIST && a->first && !a->first->next ? a->first : NULL;
    if (b->depth && one && one->type != AST_LIST && one->type != AST_TUPLE) {
        s->state = SLOT_GIVEN;
        return clv_bind_scalar(b, layer, row, one, &s->v) ? 1 : -1;
    }
    if (b->depth) {
        clv_fail_at(b->err, a->pos, a->len,
                    "%s.%s: a set inside an item is not possible; give one value", layer->d->name,
                    row->f->name);
        return -1;
    }
    struct set *set = set_new(b, s);
    uint32_t cap = 0;
    if (!set)
        return -1;
    bool list = a->type == AST_LIST;
    for (const struct ast *e = list ? a->first : a; e; e = list ? e->next : NULL) {
        struct alt alt;
        if (!one_alt(b, layer, row, e, &alt) || !add_alt(b, set, &cap, &alt))
            return -1;
    }
    if (!set->n) {
        clv_fail_at(b->err, a->pos, a->len, "%s.%s: an empty list stands for no packet",
                    layer->d->name, row->f->name);
        return -1;
    }
    return 1;
}

bool clv_bind_fuzz(struct binder *b, struct node *list)
{
    for (struct node *node = list; node; node = node->next)
        for (uint32_t i = 0; i < node->layer->n; i++) {
            const struct row *row = &node->layer->rows[i];
            struct slot *s = &node->slots[i];
            bool computed = row->f->fill || row->f->measures.of || row->f->role ||
                            (row->key != NO_ID && !(row->style & CLV_EITHER));
            if (s->state != SLOT_UNSET || computed || row->many || row->stays || row->when.n ||
                row->size != NO_ID || !row->kind->mutate)
                continue;
            struct set *set = set_new(b, s);
            if (!set)
                return false;
            set->draw = DRAW_MUTATE;
            set->count = 1;
            set->lo = row->kind->shape == SHAPE_NUM ? 0 : row->bits ? row->bits / 8 : 16;
            set->hi = row->kind->shape == SHAPE_NUM ? clv_num_max(row->f) : 0;
        }
    return true;
}
