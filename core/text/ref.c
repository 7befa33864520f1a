/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * References to fields, resolved once: "IP.src", "IP:2.src", "frame.len", and fields of items. A
 * layer that can lie in the view is looked for there alone; one that cannot, in the lists.
 */
#include "text.h"

#include <string.h>

static const char *const frame_names[FRAME_FIELDS] = {
    [FRAME_NUMBER] = "number",   [FRAME_TIME] = "time", [FRAME_LEN] = "len",
    [FRAME_CAPLEN] = "caplen",   [FRAME_LINK] = "link", [FRAME_IFACE] = "iface",
    [FRAME_COMMENT] = "comment",
};

/* ---- Names. */

/* The parts of "IP:2.src". */
struct parts {
    const char *layer, *nth, *field;
    uint32_t nlayer, nnth, nfield;
};

static struct parts take_parts(const char *text, uint32_t n)
{
    struct parts p = { .layer = text };
    const char *dot = memchr(text, '.', n);
    uint32_t head = dot ? (uint32_t)(dot - text) : n;
    const char *colon = memchr(text, ':', head);
    p.nlayer = colon ? (uint32_t)(colon - text) : head;
    if (colon) {
        p.nth = colon + 1;
        p.nnth = head - p.nlayer - 1;
    }
    if (dot) {
        p.field = dot + 1;
        p.nfield = n - head - 1;
    }
    return p;
}

static bool is_frame(const struct parts *p)
{
    return clv_same_word(p->layer, p->nlayer, "frame") && !p->nth;
}

bool clv_ref_likely(const struct clv *clv, const char *text, uint32_t n)
{
    struct parts p = take_parts(text, n);
    return is_frame(&p) || clv_layer_id(clv, p.layer, p.nlayer) != NO_ID;
}

static void consider(const char *name, const char *s, uint32_t n, const char **near, uint32_t *best)
{
    uint32_t d = clv_distance(s, n, name, strlen(name));
    if (d < *best) {
        *best = d;
        *near = name;
    }
}

static bool fail_near(struct clv_err *err, uint32_t pos, const struct parts *p, const char *owner,
                      const char *near)
{
    uint32_t at = pos + (uint32_t)(p->field - p->layer), n = p->nfield ? p->nfield : 1;
    if (near)
        clv_fail_at(err, at, n, "%s has no field '%.*s'; did you mean '%s'?", owner, (int)p->nfield,
                    p->field, near);
    else
        clv_fail_at(err, at, n, "%s has no field '%.*s'", owner, (int)p->nfield, p->field);
    if (err && err->pos == at && !err->len2) {
        err->pos2 = pos;
        err->len2 = p->nlayer;
    }
    return false;
}

static bool make_frame(const struct parts *p, uint32_t pos, struct ref *ref, struct clv_err *err)
{
    const char *near = NULL;
    uint32_t best = p->nfield < 4 ? 2 : 3;
    ref->frame = true;
    ref->which = FRAME_FIELDS;
    if (!p->field)
        return true;
    for (uint8_t i = 0; i < FRAME_FIELDS; i++) {
        if (clv_same_word(p->field, p->nfield, frame_names[i])) {
            ref->which = i;
            return true;
        }
        consider(frame_names[i], p->field, p->nfield, &near, &best);
    }
    return fail_near(err, pos, p, "frame", near);
}

static bool has_field(const struct clv_desc *d, const char *name, size_t n)
{
    const struct clv_field *f = d->fields;
    while (f && f->name && !clv_same_word(name, n, f->name))
        f++;
    return f && f->name;
}

static bool fail_layer(const struct clv *clv, const struct parts *p, uint32_t pos,
                       struct clv_err *err)
{
    const char *near = clv_layer_near(clv, p->layer, p->nlayer);
    uint32_t n = p->nlayer ? p->nlayer : 1;
    if (clv->starved)
        return clv_fail_memory(err);
    if (!p->nlayer)
        return clv_fail_at(err, pos, n, "a layer's name is missing, as in IP.src");
    if (near)
        return clv_fail_at(err, pos, n, "no layer is named '%.*s'; did you mean '%s'?",
                           (int)p->nlayer, p->layer, near);
    /* A field alone is the likeliest mistake. */
    for (uint32_t i = 0; i < clv->n && !p->field; i++)
        if (has_field(clv->descs[i], p->layer, p->nlayer))
            return clv_fail_at(err, pos, n, "no layer is named '%.*s'; did you mean '%s.%.*s'?",
                               (int)p->nlayer, p->layer, clv->descs[i]->name, (int)p->nlayer,
                               p->layer);
    return clv_fail_at(err, pos, n, "no layer is named '%.*s'", (int)p->nlayer, p->layer);
}

/* Does it sit where the view's layers come from, or in lists, or in both? */
static void find_places(const struct clv *clv, const struct layer *layer, struct ref *ref)
{
    for (const struct clv_under *u = layer->d->under; u && u->space; u++)
        *(clv_space_lists(clv, u->space) ? &ref->item : &ref->stacked) = true;
    ref->stacked = ref->stacked || !ref->item;
}

static bool make_field(const struct layer *layer, const struct parts *p, uint32_t pos,
                       struct ref *ref, struct clv_err *err)
{
    int row = clv_row_named(layer, p->field, p->nfield);
    const char *near = NULL;
    uint32_t best = p->nfield < 4 ? 2 : 3;
    if (row < 0) {
        for (uint32_t i = 0; i < layer->n; i++)
            consider(layer->rows[i].f->name, p->field, p->nfield, &near, &best);
        return fail_near(err, pos, p, layer->d->name, near);
    }
    ref->first = (uint16_t)row;
    do
        ref->n++;
    while (row + ref->n < layer->n && layer->rows[row + ref->n].alias == row);
    ref->quick = ref->n == 1 && layer->rows[row].quick && row < layer->nhead;
    return true;
}

bool clv_ref_make(const struct clv *clv, const char *text, uint32_t n, uint32_t pos,
                  struct ref *ref, struct clv_err *err)
{
    struct parts p = take_parts(text, n);
    uint64_t nth = 0;
    *ref = (struct ref){ 0 };
    if (is_frame(&p))
        return make_frame(&p, pos, ref, err);
    ref->layer = clv_layer_id(clv, p.layer, p.nlayer);
    if (ref->layer == NO_ID)
        return fail_layer(clv, &p, pos, err);
    if (p.nth && (!clv_text_num(p.nth, p.nnth, &nth) || !nth || nth > MAX_ITEMS))
        return clv_fail_at(err, pos + p.nlayer + 1, p.nnth ? p.nnth : 1,
                           "'%.*s' is no place in a packet: the second IP is IP:2, up to %d",
                           (int)p.nnth, p.nth, MAX_ITEMS);
    ref->nth = (uint32_t)nth;
    const struct layer *layer = clv->layers[ref->layer];
    find_places(clv, layer, ref);
    return !p.field || make_field(layer, &p, pos, ref, err);
}

/* ---- Places. */

struct search {
    const struct ref *ref;
    bool (*see)(void *user, const struct found *found);
    void *user;
    uint32_t nth;
};

static bool item_search(struct search *s, const struct layer *layer, const struct where *where,
                        const uint8_t *h, uint32_t n);

static bool item_see(void *user, const struct item *item)
{
    struct search *s = user;
    return item_search(s, item->layer, item->where, item->p, item->n);
}

/* The layer at h: is it meant? and the lists in it. */
static bool item_search(struct search *s, const struct layer *layer, const struct where *where,
                        const uint8_t *h, uint32_t n)
{
    const struct ref *ref = s->ref;
    bool mine = where->holder && layer->id == ref->layer;
    struct found found = { .layer = layer, .where = where, .h = h };
    struct walk w;
    mine = mine && (++s->nth == ref->nth || !ref->nth);
    if (mine && !ref->n)
        return s->see(s->user, &found);
    clv_walk_begin(&w, where, layer, h, n);
    found.seen = w.seen;
    while (clv_walk_next(&w, &found.cell)) {
        found.row = &layer->rows[found.cell.row];
        if (mine && found.cell.row >= ref->first && found.cell.row - ref->first < ref->n &&
            s->see(s->user, &found))
            return true;
        if (found.row->kind->shape == SHAPE_ITEM && !found.cell.raw &&
            clv_item_each(layer, where, h, &found.cell, w.seen, item_see, s))
            return true;
    }
    return false;
}

static bool view_search(struct search *s, const struct clv_view *view, uint32_t i)
{
    const struct ref *ref = s->ref;
    const struct clv_layer *y = &view->layers[i];
    struct where where = clv_where(view, i);
    struct found found = { .layer = view->clv->layers[y->id], .where = &where };
    struct walk w;
    found.h = view->bytes + y->off;
    if (!ref->n)
        return s->see(s->user, &found);
    if (!clv_field_cell(view, i, ref->first, ref->n, &w, &found.cell))
        return false;
    found.seen = w.layer ? w.seen : NULL;
    found.row = &found.layer->rows[found.cell.row];
    return s->see(s->user, &found);
}

/* The lists of layer i, also one that lies behind its payload. */
static bool lists_search(struct search *s, const struct clv_view *view, uint32_t i)
{
    const struct clv_layer *y = &view->layers[i];
    const struct layer *layer = view->clv->layers[y->id];
    const uint8_t *h = view->bytes + y->off;
    struct where where = clv_where(view, i);
    struct walk w;
    struct cell cell;
    if (item_search(s, layer, &where, h, y->head))
        return true;
    if (layer->behind == NO_ID || !clv_view_row(view, i, layer->behind, &cell))
        return false;
    struct cell behind = cell;
    clv_walk_begin(&w, &where, layer, h, y->head);
    while (clv_walk_next(&w, &cell))
        continue;
    return clv_item_each(layer, &where, h, &behind, w.seen, item_see, s);
}

bool clv_ref_each(const struct ref *ref, const struct clv_view *view,
                  bool (*see)(void *user, const struct found *found), void *user)
{
    struct search s = { .ref = ref, .see = see, .user = user };
    for (uint32_t i = 0; i < view->n; i++) {
        const struct clv_layer *y = &view->layers[i];
        bool mine = ref->stacked && y->id == ref->layer && (++s.nth == ref->nth || !ref->nth);
        if ((mine && view_search(&s, view, i)) || (ref->item && lists_search(&s, view, i)))
            return true;
    }
    return false;
}

/* ---- Lists. */

static bool is_zero(const uint8_t *p, uint32_t n)
{
    while (n)
        if (p[--n])
            return false;
    return true;
}

bool clv_item_each(const struct layer *layer, const struct where *where, const uint8_t *h,
                   const struct cell *cell, const uint64_t *seen,
                   bool (*see)(void *user, const struct item *item), void *user)
{
    const struct row *row = &layer->rows[cell->row];
    const uint8_t *p = h + cell->bit / 8;
    uint32_t room = cell->bits / 8, o = 0;
    uint64_t key = clv_item_key(layer, row->index, seen);
    uint64_t count = clv_row_count(layer, row, seen);
    struct holder holder;
    struct where in = clv_where_items(where, row, layer, h, cell->bit / 8 + room, seen, &holder);
    bool last = false;
    for (uint64_t k = 0; o < room && k < count && k < MAX_ITEMS && !last; k++) {
        struct item item = { .where = &in };
        uint32_t gap = 0;
        uint16_t id;
        if (row->many && row->f->align > 1)
            gap = (uint32_t)((row->f->align - (p + o - h) % row->f->align) % row->f->align);
        if (gap >= room - o || !is_zero(p + o, gap))
            break;
        item.p = p + o + gap;
        if (!clv_item_pick(&in, row->of, key, item.p, room - o - gap, &id, &item.n))
            break;
        item.layer = where->clv->layers[id];
        last = clv_item_last(&in, id, item.p, item.n);
        o += gap + item.n;
        if (see(user, &item))
            return true;
    }
    struct item rest = { .layer = where->clv->layers[where->clv->raw], .p = p + o, .n = room - o };
    rest.where = &in;
    return o < room && see(user, &rest);
}
