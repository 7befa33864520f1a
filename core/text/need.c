/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How far a packet is to be split for a filter or for columns: not above a layer that nothing they
 * look for can lie above. What can lie above what is known from the tables.
 */
#include "../model/need.h"
#include "filter.h"

#include <string.h>

struct needs {
    struct clv *clv;
    bool *wanted, *item, *above; /* by layer: it, also in lists; one may lie above */
    bool *leads, *lists;         /* by space: a layer that leads to one is in it; an item */
    struct edge *edges;
    uint32_t n, cap;
    bool all; /* bytes that no layer takes are looked for: they may lie anywhere */
};

/* A layer and a space. */
struct edge {
    uint16_t layer, space;
    enum { UNDER, OPENS, HOLDS } how;
};

void clv_need_ref(struct needs *needs, const struct ref *ref)
{
    if (ref->frame)
        return;
    needs->all = needs->all || ref->layer == needs->clv->raw || ref->layer == needs->clv->padding;
    if (ref->stacked)
        needs->wanted[ref->layer] = true;
    if (ref->item)
        needs->item[ref->layer] = true;
}

static bool add_edge(struct needs *needs, struct clv_arena *arena, uint32_t layer, int how,
                     const char *space, size_t n)
{
    struct edge edge = { .layer = (uint16_t)layer, .how = (uint8_t)how };
    edge.space = clv_space_id(needs->clv, space, n);
    if (edge.space == NO_ID ||
        !clv_arena_grow(arena, &needs->edges, &needs->cap, needs->n + 1, sizeof edge))
        return false;
    needs->edges[needs->n++] = edge;
    return true;
}

/* Which spaces a layer sits under, opens, and draws items from. */
static bool add_edges(struct needs *needs, struct clv_arena *arena, uint32_t layer)
{
    const struct clv_desc *d = needs->clv->descs[layer];
    bool done = !d->next || add_edge(needs, arena, layer, OPENS, d->next, strlen(d->next));
    for (const struct clv_under *u = d->under; done && u && u->space; u++)
        done = add_edge(needs, arena, layer, UNDER, u->space, strlen(u->space));
    for (const struct clv_field *f = d->fields; done && f && f->name; f++) {
        done = !f->of || add_edge(needs, arena, layer, HOLDS, f->of, strlen(f->of));
        for (const char *s = f->key; done && s && *s;) {
            size_t n = strcspn(s, " ");
            done = add_edge(needs, arena, layer, OPENS, s, n);
            s += n + (s[n] == ' ');
        }
    }
    return done;
}

/* Set *flag where it is to be; is that new? */
static bool turn_on(bool *flag, bool on)
{
    bool fresh = on && !*flag;
    *flag = *flag || on;
    return fresh;
}

/* Who holds items that are wanted is wanted; who may lie below what is wanted leads to it. */
static void spread(struct needs *needs)
{
    for (bool more = true; more;) {
        more = false;
        for (uint32_t i = 0; i < needs->n; i++) {
            uint16_t layer = needs->edges[i].layer, space = needs->edges[i].space;
            switch (needs->edges[i].how) {
            case UNDER:
                more |= turn_on(&needs->leads[space], needs->wanted[layer] || needs->above[layer]);
                more |= turn_on(&needs->lists[space], needs->item[layer]);
                break;
            case OPENS: more |= turn_on(&needs->above[layer], needs->leads[space]); break;
            case HOLDS:
                more |= turn_on(&needs->wanted[layer], needs->lists[space]);
                more |= turn_on(&needs->item[layer], needs->lists[space]);
            }
        }
    }
}

static struct clv_need *make_need(const struct needs *needs, struct clv_arena *arena)
{
    uint32_t n = needs->clv->n;
    struct clv_need *need = clv_arena_zero(arena, sizeof *need + n);
    for (uint32_t i = 0; need && i < n; i++) {
        const struct clv_desc *d = needs->clv->descs[i];
        bool here = needs->wanted[i] || d->again;
        /* Where a leaf ends hangs on whether something lies above. */
        need->how[i] = needs->above[i] || (here && d->leaf) ? NEED_ABOVE
                       : here                               ? NEED_HERE
                                                            : NEED_NOT;
        if (needs->above[i] || needs->wanted[i])
            need->how[i] |= NEED_LEADS;
    }
    if (need && !needs->all)
        need->n = n;
    return need;
}

struct clv_need *clv_need_new(const struct clv *shared, struct clv_arena *arena,
                              const struct clv_filter *const *filters, uint32_t nfilters,
                              const struct clv_columns *columns)
{
    struct clv *clv = (struct clv *)shared; /* spaces that nothing asked for get their numbers */
    struct needs needs = { .clv = clv };
    bool *layers = clv_arena_zero(arena, 3 * clv->n), *spaces;
    if (!layers)
        return NULL;
    needs.wanted = layers;
    needs.item = layers + clv->n;
    needs.above = layers + 2 * clv->n;
    for (uint32_t i = 0; i < nfilters; i++)
        if (filters[i])
            clv_filter_need(filters[i], &needs);
    if (columns)
        clv_columns_need(columns, &needs);
    for (uint32_t i = 0; i < clv->n; i++) {
        const struct clv_hooks *hooks = clv->descs[i]->hooks;
        needs.above[i] = hooks && hooks->above; /* anything */
        if (!add_edges(&needs, arena, i))
            return NULL;
    }
    if (!(spaces = clv_arena_zero(arena, 2 * clv->nspaces)))
        return NULL;
    needs.leads = spaces;
    needs.lists = spaces + clv->nspaces;
    spread(&needs);
    return make_need(&needs, arena);
}
