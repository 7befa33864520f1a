/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short ways of split: for most layers a few loads at fixed places tell the header's length, the
 * layer's end, and what is looked up to find the layer above. Made when it is
 * compiled.
 */
#include "model.h"

#include <string.h>

/* false: it is not as short as that. A number of 32 bits does not reach what clv_span_bytes() caps. */
static bool make_length(const struct clv_field *f, const struct load *load, int32_t add,
                        struct length *to)
{
    *to = (struct length){ .load = *load, .unit = f->measures.unit ? f->measures.unit : 1 };
    to->add = add - f->measures.bias;
    return load->nb <= 4;
}

static void make_swift(struct layer *layer)
{
    struct swift *s = &layer->swift;
    const struct clv_desc *d = layer->d;
    bool lone = !layer->endless.n || (layer->endless.lone && layer->endless.quick);
    s->on = lone && !layer->walk && !layer->end_walk && !d->again && !d->pad &&
            !(d->hooks && d->hooks->length);
    s->need = layer->min + layer->trail;
    s->told = layer->head.on;
    if (layer->head.on)
        s->on = make_length(layer->rows[layer->head.row].f, &layer->head.load,
                            (int32_t)layer->head.add, &s->head) &&
                s->on;
    if (layer->end.on) {
        const struct clv_field *f = layer->rows[layer->end.row].f;
        s->on = make_length(f, &layer->end.load, 0, &s->tail) && s->on;
        s->end = f->measures.of;
    }
}

/* The lookups of one key; false: it is joined of several rows, or not at a fixed place. */
static bool add_key(const struct layer *layer, const struct keyplan *k, struct lookup *to,
                    uint32_t *n)
{
    uint32_t spaces = k->either ? 1 : k->nspaces;
    if (!k->either && k->nrows != 1)
        return false;
    for (uint32_t r = k->nrows; r--;) {
        const struct row *row = &layer->rows[k->rows[r]];
        if (!row->quick)
            return false;
        for (uint32_t s = 0; s < spaces; s++)
            to[(*n)++] = (struct lookup){ row->load, k->spaces[s] };
    }
    return true;
}

static bool make_lookups(struct clv *clv, struct layer *layer)
{
    struct swift *s = &layer->swift;
    struct lookup all[clv_len(layer->keys) * 4 + 1];
    uint32_t n = 0;
    if (layer->chooses)
        return true;
    for (uint32_t k = 0; k < layer->nkeys; k++)
        if (!add_key(layer, &layer->keys[k], all, &n))
            return true;
    if (layer->next != NO_ID)
        all[n++] = (struct lookup){ .space = layer->next }; /* its load is 0 */
    s->looks = true;
    if (!n)
        return true;
    struct lookup *to = clv_arena_take(clv->arena, n * sizeof *to);
    if (!to)
        return false;
    memcpy(to, all, n * sizeof *to);
    s->lookups = to;
    s->nlookups = (uint8_t)n;
    return true;
}

static bool make_likes(struct clv *clv, struct layer *layer)
{
    for (uint32_t i = 0; i < layer->n; i++) {
        struct row *row = &layer->rows[i];
        if (row->kind != &clv_text || row->like)
            continue;
        row->like = clv_like_compile(row->f->like, clv->arena);
        if (!row->like)
            return false;
    }
    const struct row *row = layer->rows;
    uint64_t set[4];
    if (layer->begins || !layer->nhead || !row->like || row->when.n || row->many ||
        row->size != NO_ID || row->f->align > 1 || !clv_like_begins(row->like, set))
        return true;
    uint64_t *begins = clv_arena_take(clv->arena, sizeof set);
    if (begins)
        memcpy(begins, set, sizeof set);
    layer->begins = begins;
    return begins != NULL;
}

bool clv_layer_hasten(struct clv *clv, struct layer *layer)
{
    make_swift(layer);
    return make_lookups(clv, layer) && make_likes(clv, layer);
}
