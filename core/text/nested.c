/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A layer, or a stack of them, where a value is wanted: it is built on its own, and its bytes stand.
 * A layer that only says again how the field is encoded is the value that it holds, and Net('..') the
 * text or the range within.
 */
#include "bind.h"

#include <string.h>

static bool fail_set(struct binder *b, const struct layer *layer, const struct row *row,
                     const struct ast *a)
{
    return clv_fail_at(b->err, a->pos, a->len,
                       "%s.%s: a set inside a packet that is a value is not possible; give one "
                       "value",
                       layer->d->name, row->f->name);
}

bool clv_bind_built(struct binder *b, const struct layer *layer, const struct row *row,
                    const struct ast *a, struct bytes *to)
{
    struct clv_draft inner = { .clv = b->clv, .strict = true };
    uint32_t nsets = b->nsets, depth = b->depth;
    if (++b->depth > MAX_ITEM_NEST + 4)
        return clv_fail_at(b->err, a->pos, a->len, "packets nested more than %d deep",
                           MAX_ITEM_NEST + 4);
    struct node *holder = b->holder;
    b->holder = NULL;
    bool fine = clv_bind_stack(b, &inner, a);
    b->holder = holder;
    b->depth = depth;
    if (!fine)
        return false;
    if (b->nsets != nsets)
        return fail_set(b, layer, row, a);
    to->p = clv_build(&inner, b->arena, &to->n, b->err);
    return to->p != NULL;
}

/* Are the rows of `part` those of the field and what stands before it: a tag, a length, a value? */
static bool is_spelled(const struct layer *part, const struct layer *layer, const struct row *row)
{
    if (part->n < 2 || part->n > row->index + 1u)
        return false;
    const struct row *from = row + 1 - part->n;
    for (uint32_t i = 0; i < part->n; i++) {
        const struct row *p = &part->rows[i];
        bool told = i + 1 == part->n || p->f->init == from[i].f->init;
        if (p->kind != from[i].kind || p->bits != from[i].bits || !told)
            return false;
    }
    return row->size != NO_ID && &layer->rows[row->size] >= from;
}

/*
 * The value that such a layer is given. A tag or a length beside it must say what is said without
 * it. NULL: there is no such value.
 */
static const struct ast *value_within(struct binder *b, const struct layer *layer,
                                      const struct row *row, const struct ast *a)
{
    const struct layer *part = b->clv->layers[clv_layer_id(b->clv, a->s, a->n)];
    const struct ast *value = NULL;
    for (const struct ast *e = a->first; e; e = e->next)
        if (!e->keylen || clv_row_named(part, e->key, e->keylen) == part->n - 1)
            value = value ? NULL : e;
    if (!value || (value == a->first && !value->next))
        return value;
    struct ast bare = *a, alone = *value;
    struct bytes full, less;
    struct clv_err why = { 0 }, *err = b->err;
    alone.next = NULL;
    bare.first = &alone;
    b->err = &why;
    bool same = clv_bind_built(b, layer, row, a, &full) &&
                clv_bind_built(b, layer, row, &bare, &less) && full.n == less.n &&
                !memcmp(full.p, less.p, full.n);
    b->err = err;
    return same ? value : NULL;
}

/* The argument's name and place stay those of the call. */
static const struct ast *put_key(struct ast *made, const struct ast *call)
{
    made->key = call->key;
    made->keylen = call->keylen;
    made->keypos = call->keypos;
    made->next = call->next;
    return made;
}

static uint16_t layer_named(const struct binder *b, const struct ast *a)
{
    return a->type == AST_CALL && a->n && !b->json ? clv_layer_id(b->clv, a->s, a->n) : NO_ID;
}

const struct ast *clv_bind_nested(struct binder *b, const struct layer *layer,
                                  const struct row *row, const struct ast *a, struct ast *made)
{
    const struct ast *value = a->first && !a->first->next ? a->first : NULL;
    if (!b->json && row->kind->range && a->first && !a->stack && clv_ast_is(a, "Net")) {
        *made = value ? *value : *a;
        made->type = value ? value->type : AST_TUPLE;
        return put_key(made, a);
    }
    uint16_t id = layer_named(b, a);
    value = a;
    if (id != NO_ID && !a->stack && a->first && is_spelled(b->clv->layers[id], layer, row)) {
        value = value_within(b, layer, row, a);
        if (!value) {
            clv_fail_at(b->err, a->pos, a->len,
                        "%s.%s: what %s says beside its value is not what it would be without",
                        layer->d->name, row->f->name, b->clv->layers[id]->d->name);
            return NULL;
        }
    }
    bool plain = row->kind == &clv_bytes || row->kind == &clv_text;
    if (plain && layer_named(b, value) != NO_ID) {
        struct bytes bytes;
        if (!clv_bind_built(b, layer, row, value, &bytes))
            return NULL;
        *made = *value;
        made->type = AST_BYTES;
        made->s = (const char *)bytes.p;
        made->n = bytes.n;
        made->first = made->stack = NULL;
        return put_key(made, a);
    }
    if (value == a)
        return a;
    *made = *value;
    return put_key(made, a);
}
