/* SPDX-License-Identifier: BSD-2-Clause */
/* Which layer lies above: keys are looked up in spaces, and where a key leaves a choice, bytes tell. */
#include "need.h"
#include "view.h"

/* What lies above layer i (or, NO_ID, at the packet's start) looks down from here. */
struct where clv_where_above(const struct clv_view *view, uint32_t i)
{
    struct where where = { .clv = view->clv, .view = view, .below = i == NO_ID ? 0 : i + 1 };
    for (uint32_t k = i; k != NO_ID; k = view->layers[k].up == k ? NO_ID : view->layers[k].up)
        if (view->layers[k].desc->origin) {
            where.origin = view->bytes + view->layers[k].off;
            break;
        }
    return where;
}

/* Does one look at a fixed place, at a condition or at the first byte, show that it is not this layer? */
static bool is_other(const struct layer *layer, const uint8_t *p, uint32_t room)
{
    const struct row *tell = layer->ntells ? &layer->rows[layer->tells[0]] : NULL;
    const struct cond *when = &layer->when;
    if (room < layer->min)
        return true;
    if (when->lone && when->quick && !clv_lone_holds(when, clv_load(p, &when->load)))
        return true;
    if (tell && tell->quick && !tell->when.n && clv_load(p, &tell->load) != tell->f->init)
        return true;
    return layer->begins && (!room || !(layer->begins[*p >> 6] >> (*p & 63) & 1));
}

static uint16_t choose(const struct clv_view *view, uint32_t below, const struct bucket *b,
                       const uint8_t *p, uint32_t room)
{
    const struct clv *clv = view->clv;
    struct where where = { .clv = NULL };
    uint32_t i = clv_bucket_first(b, p, room);
    for (; i < b->n; i++) {
        const struct layer *layer = clv->layers[b->c[i].layer];
        if (b->c[i].plain)
            return layer->id;
        if (is_other(layer, p, room))
            continue;
        if (!where.clv)
            where = clv_where_above(view, below);
        if (clv_tells(&where, layer, p, room))
            return layer->id;
    }
    /* Too short to tell: it is the last one, cut. */
    uint16_t last = b->n ? b->c[b->n - 1].layer : NO_ID;
    return last != NO_ID && room < clv->layers[last]->min ? last : NO_ID;
}

/* The entry's only layer, if the byte that tells it is there or too far. */
static uint16_t told(const struct entry *e, const uint8_t *p, uint32_t room)
{
    bool tells = !e->tmask || e->tbyte >= room || (p[e->tbyte] >> e->tshift & e->tmask) == e->tval;
    return tells ? e->layer : NO_ID;
}

uint16_t clv_probe(const struct clv_view *view, uint32_t i, uint16_t space, uint64_t key,
                   const uint8_t *p, uint32_t room)
{
    const struct space *s = &view->clv->spaces[space];
    if (!s->e && !(s = clv_space(view->clv, space)))
        return NO_ID;
    const struct entry *e = clv_entry(s, key);
    if (e && e->layer != NO_ID)
        return told(e, p, room);
    const struct bucket *b = e ? &s->b[e->bucket] : NULL;
    if (b ? !b->ready : s->nranges)
        b = clv_bucket(view->clv, space, key);
    if (b && e && e->layer != NO_ID) /* it was made just now */
        return told(e, p, room);
    return b ? choose(view, i, b, p, room) : NO_ID;
}

static bool key_value(const struct clv_view *view, uint32_t i, const struct keyplan *k, uint32_t r,
                      uint64_t *v)
{
    const struct clv_layer *y = &view->layers[i];
    const struct row *row = &view->clv->layers[y->id]->rows[k->rows[r]];
    struct cell cell;
    if (row->quick) {
        *v = clv_load(view->bytes + y->off, &row->load);
        return true;
    }
    if (!clv_view_row(view, i, row->index, &cell) || cell.raw)
        return false;
    *v = cell.u;
    return true;
}

static uint16_t by_key(const struct clv_view *view, uint32_t i, const struct keyplan *k,
                       const uint8_t *p, uint32_t room)
{
    const struct layer *layer = view->clv->layers[view->layers[i].id];
    uint64_t key = 0, v;
    if (k->either) {
        for (uint32_t r = k->nrows; r--;) {
            uint16_t id;
            if (key_value(view, i, k, r, &v) &&
                (id = clv_probe(view, i, k->spaces[0], v, p, room)) != NO_ID)
                return id;
        }
        return NO_ID;
    }
    for (uint32_t r = 0; r < k->nrows; r++) {
        if (!key_value(view, i, k, r, &v))
            return NO_ID;
        key = key << layer->rows[k->rows[r]].bits % 64 | v;
    }
    for (uint32_t s = 0; s < k->nspaces; s++) {
        uint16_t id = clv_probe(view, i, k->spaces[s], key, p, room);
        if (id != NO_ID)
            return id;
    }
    return NO_ID;
}

static bool opens(const struct clv_view *view, uint32_t i, const struct layer *layer)
{
    const struct clv_layer *y = &view->layers[i];
    const struct cond *c = &layer->opens;
    const uint8_t *h = view->bytes + y->off;
    if (c->lone && c->quick)
        return clv_lone_holds(c, clv_load(h, &c->load));
    struct where where = clv_where(view, i);
    return clv_cond_at(c, &where, layer, h, y->head);
}

/* What the layer's hook says; NO_ID: nothing. */
static uint16_t chosen(const struct clv_view *view, uint32_t i, const struct layer *layer,
                       const uint8_t *p, uint32_t room)
{
    struct clv_scope scope = {
        .view = view, .asked = layer->d, .bytes = view->bytes, .len = view->len
    };
    clv_scope_move(&scope, i);
    const struct layer *to = clv_layer_by_desc(view->clv, layer->d->hooks->above(&scope, p, room));
    return to ? to->id : NO_ID;
}

uint16_t clv_upper(const struct clv_view *view, uint32_t i, const uint8_t *p, uint32_t room)
{
    const struct layer *layer = view->clv->layers[view->layers[i].id];
    uint16_t id = NO_ID;
    if (layer->opens.n && !opens(view, i, layer))
        return NO_ID;
    if (layer->chooses && (id = chosen(view, i, layer, p, room)) != NO_ID)
        return id;
    for (uint32_t k = 0; k < layer->nkeys && id == NO_ID; k++)
        id = by_key(view, i, &layer->keys[k], p, room);
    if (id == NO_ID && layer->next != NO_ID)
        id = clv_probe(view, i, layer->next, 0, p, room);
    return id;
}

uint16_t clv_upper_swift(const struct clv_view *view, uint32_t i, const uint8_t *p, uint32_t room)
{
    const struct clv *clv = view->clv;
    const struct layer *layer = clv->layers[view->layers[i].id];
    const struct swift *s = &layer->swift;
    const uint8_t *h = view->bytes + view->layers[i].off;
    uint16_t id = NO_ID;
    if (layer->opens.n && !clv_cond_swift(&layer->opens, &s->opens, layer, h, view->layers[i].head))
        return NO_ID;
    for (uint32_t k = 0; k < s->nlookups; k++) {
        const struct lookup *l = &s->lookups[k];
        const struct space *space = &clv->spaces[l->space];
        uint64_t key = clv_spot(h, &l->at);
        const struct entry *e = space->e ? clv_entry(space, key) : NULL;
        if (e && e->layer != NO_ID && !e->tmask)
            return e->layer;
        if (!e && space->e && !space->nranges)
            continue;
        if ((id = clv_probe(view, i, l->space, key, p, room)) != NO_ID)
            break;
    }
    return id;
}

/* Is one of the layers under this key looked for, or may lead to one? */
static bool leads(const struct clv *clv, uint16_t space, uint64_t key, const struct clv_need *need)
{
    const struct space *s = clv_space(clv, space);
    const struct entry *e = s ? clv_entry(s, key) : NULL;
    if (!s || (!e && s->nranges))
        return true;
    const struct bucket *b = e ? &s->b[e->bucket] : NULL;
    for (uint32_t i = 0; b && i < b->n; i++)
        if (need->how[b->c[i].layer] & NEED_LEADS)
            return true;
    return false;
}

bool clv_upper_idle(const struct clv_view *view, uint32_t i, const struct clv_need *need)
{
    const struct clv_layer *y = &view->layers[i];
    const struct swift *s = &view->clv->layers[y->id]->swift;
    bool idle = s->on && s->span <= view->len - y->off;
    for (uint32_t k = 0; k < s->nlookups && idle; k++) {
        const struct lookup *l = &s->lookups[k];
        idle = !leads(view->clv, l->space, clv_spot(view->bytes + y->off, &l->at), need);
    }
    return idle;
}
