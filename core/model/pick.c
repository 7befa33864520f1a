/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which table takes these bytes, among those under one key: the ones with demands first, the
 * general one last. Items: by exact fit, then by loose fit. Depends on the bytes alone.
 */
#include "view.h"

#include <string.h>

/* walks: whether texts fit is found elsewhere. */
static bool tells(const struct where *where, const struct layer *layer, const uint8_t *p,
                  uint32_t n, bool walks)
{
    struct cell cell;
    if (n < layer->min)
        return false;
    for (uint32_t t = 0; t < layer->ntells; t++) {
        const struct row *row = &layer->rows[layer->tells[t]];
        if (row->when.n)
            continue;
        if (row->quick) {
            if (clv_load(p, &row->load) != row->f->init)
                return false;
        } else if (!clv_walk_find(where, layer, p, n, row->index, &cell) ||
                   cell.u != row->f->init) {
            return false;
        }
    }
    if (!clv_cond_at(&layer->when, where, layer, p, n))
        return false;
    if (layer->text && !walks) {
        struct walk w;
        clv_walk_begin(&w, where, layer, p, n);
        while (clv_walk_next(&w, &cell))
            continue;
        if (w.cut)
            return false;
    }
    if (!layer->d->hooks || !layer->d->hooks->probe)
        return true;
    struct clv_scope below = {
        .view = where->view, .asked = layer->d, .bad = true, .probing = true
    };
    if (where->view && where->below) {
        below.bytes = where->view->bytes;
        below.len = where->view->len;
        below.bad = false;
        clv_scope_move(&below, where->below - 1);
    }
    return layer->d->hooks->probe(&below, p, n);
}

bool clv_tells(const struct where *where, const struct layer *layer, const uint8_t *p, uint32_t n)
{
    return tells(where, layer, p, n, false);
}

uint64_t clv_item_key(const struct layer *layer, uint32_t row, const uint64_t *seen)
{
    uint64_t key = 0;
    for (uint32_t j = 0; j < row; j++)
        if (layer->rows[j].item_key && layer->rows[j].key == layer->rows[row].of)
            key = key << layer->rows[j].bits % 64 | seen[j];
    return key;
}

bool clv_list_ends(const struct clv *clv, uint16_t space)
{
    const struct space *s = clv_space(clv, space);
    for (uint32_t i = 0; s && i < s->n; i++)
        for (uint32_t c = 0; c < s->b[i].n; c++)
            if (clv->descs[s->b[i].c[c].layer]->last)
                return true;
    return false;
}

/* Does the table take the bytes at p, and how many? */
static bool item_try(const struct where *where, const struct layer *layer, const uint8_t *p,
                     uint32_t room, uint32_t *len, bool *exact)
{
    struct walk w;
    struct cell cell;
    clv_walk_begin(&w, where, layer, p, room);
    while (clv_walk_next(&w, &cell))
        continue;
    if (w.cut)
        return false;
    *len = w.narrowed ? w.lim : (w.bit + 7) / 8;
    *exact = *len == w.bit / 8;
    return *len > 0;
}

static bool lead_off(const struct where *where, const struct cand *c, const struct layer *layer,
                     const uint8_t *p, uint32_t room, struct lead *lead)
{
    if (!c->like)
        lead->known = false;
    if (!c->led)
        return false;
    if (!lead->known && room >= layer->min) {
        lead->known = true;
        lead->found = clv_walk_find(where, layer, p, room, layer->tells[0], &lead->cell);
    }
    return lead->known && (!lead->found || lead->cell.u != layer->rows[layer->tells[0]].f->init);
}

bool clv_choice_begin(const struct where *where, uint16_t space, uint64_t key, const uint8_t *p,
                      uint32_t room, struct choice *k)
{
    const struct bucket *b = clv_bucket(where->clv, space, key);
    if (!b || !room || where->depth > MAX_ITEM_NEST || !*where->holder->left)
        return false;
    --*where->holder->left;
    k->b = b;
    k->i = clv_bucket_first(b, p, room);
    k->lead.known = k->lead.found = false;
    return true;
}

const struct layer *clv_choice_next(const struct where *where, const uint8_t *p, uint32_t room,
                                    struct choice *k)
{
    while (k->i < k->b->n) {
        const struct cand *c = &k->b->c[k->i++];
        const struct layer *layer = where->clv->layers[c->layer];
        if (!lead_off(where, c, layer, p, room, &k->lead) &&
            (c->plain || tells(where, layer, p, room, true)))
            return layer;
    }
    return NULL;
}

bool clv_item_pick(const struct where *where, uint16_t space, uint64_t key, const uint8_t *p,
                   uint32_t room, uint16_t *id, uint32_t *len)
{
    struct choice k;
    const struct layer *layer;
    uint32_t loose = 0;
    if (!clv_choice_begin(where, space, key, p, room, &k))
        return false;
    while ((layer = clv_choice_next(where, p, room, &k))) {
        uint32_t n;
        bool exact;
        if (!item_try(where, layer, p, room, &n, &exact))
            continue;
        if (exact) {
            *id = layer->id;
            *len = n;
            return true;
        }
        if (!loose) {
            *id = layer->id;
            loose = n;
        }
    }
    *len = loose;
    return loose > 0;
}

bool clv_item_last(const struct where *where, uint16_t id, const uint8_t *p, uint32_t n)
{
    const struct layer *layer = where->clv->layers[id];
    return layer->last.n && clv_cond_at(&layer->last, where, layer, p, n);
}

uint32_t clv_list_span(const struct where *where, uint16_t space, uint64_t key, const uint8_t *p,
                       uint32_t room, uint64_t count, uint8_t align, const uint8_t *base,
                       bool *ended)
{
    uint32_t o = 0;
    *ended = false;
    for (uint64_t k = 0; o < room && k < count && k < MAX_ITEMS; k++) {
        uint32_t len, gap = 0;
        uint16_t id;
        if (align > 1)
            gap = (uint32_t)((align - (p + o - base) % align) % align);
        if (gap >= room - o)
            return o;
        if (!clv_item_pick(where, space, key, p + o + gap, room - o - gap, &id, &len))
            return count == UINT64_MAX ? o : room;
        o += gap;
        *ended = clv_item_last(where, id, p + o, len);
        o += len;
        if (*ended)
            break;
    }
    return o;
}
