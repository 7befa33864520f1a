/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short way of split through a layer, made when it is compiled: for most a few loads at fixed
 * places tell the header's length, the layer's end, and what is looked up to find the layer above.
 */
#include "model.h"

#include <string.h>

/* false: it is little-endian. */
static bool make_spot(struct swift *s, const struct load *load, struct spot *to)
{
    *to = (struct spot){ .mask = load->mask, .byte = load->byte };
    to->shift = 64 - 8u * load->nb + load->shift;
    if (s->span < load->byte + 8)
        s->span = load->byte + 8;
    return !load->little && load->nb;
}

/* false: a number of more than 32 bits, as clv_span_bytes() caps them. */
static bool make_length(struct swift *s, const struct clv_field *f, const struct load *load,
                        uint32_t add, struct length *to)
{
    bool fits = make_spot(s, load, &to->at) && load->nb <= 4;
    to->unit = f->measures.unit ? f->measures.unit : 1;
    to->add = (int32_t)add - f->measures.bias;
    return fits;
}

/* A condition that reads fixed places alone. */
static bool make_test(struct swift *s, const struct cond *c, struct spot *to)
{
    return !c->n || (c->quick && (!c->lone || make_spot(s, &c->load, to)));
}

static bool make_lengths(const struct layer *layer, struct swift *s)
{
    const struct row *head = &layer->rows[layer->head.row], *end = &layer->rows[layer->end.row];
    if (layer->walk || layer->end_walk || layer->trail_walk || layer->d->again || layer->d->pad ||
        layer->chooses || (layer->d->hooks && layer->d->hooks->length))
        return false;
    s->told = layer->head.on;
    s->end = layer->end.on ? end->f->measures.of : CLV_NOTHING;
    return (!s->told || make_length(s, head->f, &layer->head.load, layer->head.add, &s->head)) &&
           (!s->end || make_length(s, end->f, &layer->end.load, 0, &s->tail)) &&
           make_test(s, &layer->endless, &s->endless) && make_test(s, &layer->opens, &s->opens);
}

/* The lookups of one key; false: it is joined of several rows, or not at a fixed place. */
static bool add_key(const struct layer *layer, const struct keyplan *k, struct swift *s,
                    struct lookup *to, uint32_t *n)
{
    uint32_t spaces = k->either ? 1 : k->nspaces;
    if (!k->either && k->nrows != 1)
        return false;
    for (uint32_t r = k->nrows; r--;) {
        const struct row *row = &layer->rows[k->rows[r]];
        struct lookup one;
        if (!row->quick || !make_spot(s, &row->load, &one.at))
            return false;
        for (uint32_t i = 0; i < spaces; i++) {
            one.space = k->spaces[i];
            to[(*n)++] = one;
        }
    }
    return true;
}

static bool make_lookups(struct clv *clv, const struct layer *layer, struct swift *s)
{
    struct lookup all[clv_len(layer->keys) * 4 + 1];
    uint32_t n = 0;
    for (uint32_t k = 0; k < layer->nkeys && s->on; k++)
        s->on = add_key(layer, &layer->keys[k], s, all, &n);
    if (layer->next != NO_ID) {
        all[n++] = (struct lookup){ .space = layer->next }; /* its key is 0, of any 8 bytes */
        s->span = s->span < 8 ? 8 : s->span;
    }
    if (!n || !s->on)
        return true;
    struct lookup *to = clv_arena_take(clv->arena, n * sizeof *to);
    if (!to)
        return false;
    memcpy(to, all, n * sizeof *to);
    s->lookups = to;
    s->nlookups = (uint8_t)n;
    return true;
}

static bool is_simple(const struct row *row)
{
    return row->kind->shape == SHAPE_NUM && !row->kind->load && !row->kind->span && row->bits &&
           row->bits <= 64 && !row->many && row->size == NO_ID && row->at == NO_ID &&
           row->f->align < 2;
}

static bool make_rows(struct clv *clv, struct layer *layer)
{
    for (uint32_t i = 0; i < layer->n; i++) {
        struct row *row = &layer->rows[i];
        row->simple = is_simple(row);
        layer->text = layer->text || (i < layer->nhead && row->kind == &clv_text);
        if (row->kind != &clv_text || row->like)
            continue;
        row->like = clv_like_compile(row->f->like, clv->arena);
        if (!row->like)
            return false;
    }
    return true;
}

/* What the layer begins with, where that is a text. */
static bool make_begins(struct clv *clv, struct layer *layer)
{
    const struct row *row = layer->rows;
    uint64_t set[4];
    if (!layer->nhead || !row->like || row->when.n || row->many || row->size != NO_ID ||
        row->f->align > 1 || !clv_like_begins(row->like, set))
        return true;
    uint64_t *begins = clv_arena_take(clv->arena, sizeof set);
    if (begins)
        memcpy(begins, set, sizeof set);
    layer->begins = begins;
    return begins != NULL;
}

bool clv_layer_hasten(struct clv *clv, struct layer *layer)
{
    struct swift *s = &layer->swift;
    s->on = make_lengths(layer, s);
    return make_lookups(clv, layer, s) && make_rows(clv, layer) && make_begins(clv, layer);
}
