/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lift: a view becomes a draft in which every value is given, so that building it gives the same
 * bytes. What no field can say is kept beside the fields: gaps, extra, pad, tail, padding.
 */
#include "draft.h"
#include "names.h"
#include "view.h"

#include <string.h>

static bool is_zero(const uint8_t *p, uint32_t n)
{
    while (n)
        if (p[--n])
            return false;
    return true;
}

static struct node *lift_raw(const struct clv *clv, struct clv_arena *arena, const uint8_t *p,
                             uint32_t n)
{
    struct node *node = clv_node_new(arena, clv->layers[clv->raw]);
    if (!node)
        return NULL;
    node->slots[0].state = SLOT_GIVEN;
    node->slots[0].here = true;
    node->slots[0].v.p = p;
    node->slots[0].v.n = n;
    return node;
}

static struct node *lift_header(const struct where *where, struct clv_arena *arena,
                                const struct layer *layer, const uint8_t *h, uint32_t n,
                                uint32_t *len);

/* The item that begins at p; *len 0: none fits. NULL: arena full. */
static struct node *lift_item(const struct where *in, struct clv_arena *arena,
                              const struct row *row, uint64_t key, const uint8_t *p, uint32_t room,
                              uint32_t *len)
{
    struct choice k;
    const struct layer *layer, *loose = NULL;
    uint32_t seen = in->names ? in->names->nseen : 0;
    bool any = clv_choice_begin(in, row->of, key, p, room, &k);
    while (any && (layer = clv_choice_next(in, p, room, &k))) {
        struct node *node = lift_header(in, arena, layer, p, room, len);
        if (!node || (*len && !node->extra.n))
            return node;
        loose = loose || !*len ? loose : layer;
        if (in->names)
            in->names->nseen = seen; /* it was a trial */
    }
    *len = 0;
    return loose ? lift_header(in, arena, loose, p, room, len) : lift_raw(in->clv, arena, p, 0);
}

/* An item that lies where padding would move it: then there was none. */
static void lift_place(struct node *node, const struct node *item, uint32_t at)
{
    const uint8_t *begins = item->layer->d->begins;
    if (node->layer->pads == NO_ID || !begins[0] || at % begins[0] == begins[1])
        return;
    struct slot *s = &node->slots[node->layer->pads];
    s->state = SLOT_GIVEN;
    s->here = true;
    s->v.u = 0;
}

static bool lift_items(const struct where *where, struct clv_arena *arena, const struct walk *w,
                       const struct row *row, const struct cell *cell, struct node *node)
{
    struct slot *s = &node->slots[cell->row];
    struct holder holder;
    struct where in = clv_where_items(where, row, w->layer, w->h, w->room, w->seen, &holder);
    struct node **tail = &s->items;
    uint64_t key = clv_item_key(w->layer, row->index, w->seen);
    uint64_t count = clv_row_count(w->layer, row, w->seen);
    uint32_t at = cell->bit / 8, end = at + cell->bits / 8;
    *tail = NULL;
    for (uint64_t k = 0; at < end; k++) {
        uint32_t gap = 0, len = 0;
        if (row->many && row->f->align > 1)
            gap = (row->f->align - at % row->f->align) % row->f->align;
        if (gap > end - at)
            gap = end - at;
        if (k < count && k < MAX_ITEMS && at + gap < end && is_zero(w->h + at, gap)) {
            *tail = lift_item(&in, arena, row, key, w->h + at + gap, end - at - gap, &len);
            if (!*tail)
                return false;
        }
        if (!len) {
            *tail = lift_raw(where->clv, arena, w->h + at, end - at);
            return *tail != NULL;
        }
        at += gap;
        bool last = clv_item_last(&in, (*tail)->layer->id, w->h + at, len);
        if (gap && (*tail)->layer->id == where->clv->raw) /* which is never aligned */
            *tail = lift_raw(where->clv, arena, w->h + at - gap, len + gap);
        if (!*tail)
            return false;
        lift_place(node, *tail, at);
        if (last)
            count = 0;
        tail = &(*tail)->next;
        at += len;
    }
    return true;
}

static bool lift_many(const struct where *where, struct clv_arena *arena, const struct walk *w,
                      const struct row *row, const struct cell *cell, struct slot *s)
{
    const uint8_t *p = w->h + cell->bit / 8;
    uint32_t total = cell->bits / 8, n = 0, cap = 0;
    for (uint32_t o = 0; o < total; n++) {
        uint32_t size = row->bits ? row->bits / 8 : row->kind->span(row->f, p + o, total - o);
        if (!clv_arena_grow(arena, &s->many, &cap, n + 1, sizeof *s->many))
            return false;
        struct clv_val *v = &s->many[n];
        *v = (struct clv_val){ 0 };
        if (row->kind->load)
            row->kind->load(row->f, p + o, size, v);
        else if (row->kind->shape == SHAPE_NUM)
            v->u = clv_bits_get(p + o, 0, row->bits, cell->little);
        else
            *v = (struct clv_val){ .p = p + o, .n = size };
        o += size;
    }
    s->nmany = n;
    for (uint32_t k = 0; k < n && clv_is_named(row) && where->names; k++)
        if (!clv_names_see(where->names, &s->many[k], s->many[k].p, s->many[k].n,
                           row->kind == &clv_name_plain))
            return false;
    return true;
}

/* Bytes before a row, where they are not the zeros that align it. */
static bool lift_gap(struct clv_arena *arena, const struct walk *w, const struct row *row,
                     const struct cell *cell, struct slot *s)
{
    uint32_t at = cell->bit / 8 - cell->gap, gap = clv_align_gap(w, row, at);
    bool aligned = row->at == NO_ID && cell->gap == gap && is_zero(w->h + at, gap);
    if (row->at == NO_ID ? aligned : !cell->gap)
        return true;
    s->gap = clv_arena_take(arena, sizeof *s->gap);
    if (!s->gap)
        return false;
    *s->gap = (struct bytes){ w->h + at, cell->gap };
    return true;
}

static bool lift_cell(const struct where *where, struct clv_arena *arena, const struct walk *w,
                      const struct cell *cell, struct node *node)
{
    const struct row *row = &w->layer->rows[cell->row];
    struct slot *s = &node->slots[cell->row];
    s->here = true;
    s->state = cell->raw ? SLOT_RAW : SLOT_GIVEN;
    clv_cell_val(w->layer, w->h, cell, &s->v);
    if ((cell->gap || row->f->align > 1) && !lift_gap(arena, w, row, cell, s))
        return false;
    /* As many as a length says that lies would be built. */
    if (row->kind->whole && row->size == NO_ID && !row->bits && w->bad != NO_ID)
        s->state = SLOT_RAW;
    if (s->state == SLOT_RAW)
        return true;
    if (row->kind->whole && s->v.n < row->kind->whole) { /* as its text is read back */
        uint8_t *p = clv_arena_zero(arena, row->kind->whole);
        if (!p)
            return false;
        if (s->v.n)
            memcpy(p, s->v.p, s->v.n);
        s->v.p = p;
        s->v.n = row->kind->whole;
    }
    if (row->kind->shape == SHAPE_ITEM)
        return lift_items(where, arena, w, row, cell, node);
    if (clv_is_named(row) && !row->many && where->names)
        return clv_names_see(where->names, &s->v, s->v.p, s->v.n, row->kind == &clv_name_plain);
    return !row->many || lift_many(where, arena, w, row, cell, s);
}

uint32_t clv_unit_pad(const struct layer *layer, uint32_t n, const struct node *node, uint32_t off)
{
    for (uint32_t i = layer->units; i < layer->nhead; i++) {
        const struct row *row = &layer->rows[i];
        const struct clv_span *m = &row->f->measures;
        const struct slot *s = &node->slots[i];
        if ((m->of != CLV_HEADER && m->of != CLV_REST) || m->unit < 2 || !s->here)
            continue;
        uint32_t from = m->of == CLV_REST ? (s->bit + s->bits) / 8 - off : 0;
        int64_t size = (int64_t)n - from + m->bias;
        return (uint32_t)((m->unit - size % m->unit) % m->unit);
    }
    return 0;
}

/* What lies in the header behind the rows, and what rounds the header up. */
static void lift_rest(const struct layer *layer, struct node *node, const struct walk *w,
                      uint32_t n)
{
    uint32_t rows = w->bit / 8, lim = w->narrowed ? w->lim : n;
    if (layer->d->pad && !w->narrowed)
        lim = rows;
    node->extra = (struct bytes){ w->h + rows, lim - rows };
    const struct slot *pads = layer->pads == NO_ID ? NULL : &node->slots[layer->pads];
    bool off = pads && pads->state == SLOT_GIVEN && !pads->v.u;
    uint32_t unit = off ? 0 : clv_unit_pad(layer, rows, node, 0);
    bool odd = layer->d->hooks && layer->d->hooks->pad && unit;
    node->has_extra = odd || lim - rows != unit || !is_zero(w->h + rows, lim - rows);
    uint8_t pad = layer->d->pad;
    node->pad = (struct bytes){ w->h + lim, n - lim };
    uint32_t want = pad ? (pad - lim % pad) % pad : 0;
    node->has_pad = n - lim != want || !is_zero(w->h + lim, n - lim);
}

/* Is a number of one of these written, and stored, as the same of the other? Plain ones are written
   without words. */
static bool is_same_number(const struct row *a, const struct row *b)
{
    bool words = a->f->words == b->f->words || a->kind == &clv_uint;
    return a->kind->shape == SHAPE_NUM && b->kind == a->kind && b->bits && a->bits == b->bits &&
           a->many == b->many && a->f->arg == b->f->arg && words &&
           !((a->style ^ b->style) & (CLV_LE | CLV_SIGNED));
}

/* Text of one of these is no text of the other, so that it finds its alternative by itself. */
static bool is_apart(const struct row *taker, const struct row *row, const struct clv_val *v)
{
    if (!taker || !(taker->when.below || taker->when.left))
        return false;
    const struct clv_kind *a = taker->kind, *b = row->kind;
    if (is_same_number(taker, row))
        return true; /* the build moves it to the one that is there */
    if (a->shape == SHAPE_ITEM && b == a && taker->many == row->many)
        return true; /* each is of its own space, and the build moves them */
    /* A name ends in a dot, or is one label; an IPv6 address holds a colon. */
    if (b == &clv_name_open)
        return a == &clv_ip4 || (a == &clv_ip6 && !memchr(v->p, ':', v->n));
    return (a == &clv_ip6 && b == &clv_ip4) || (a == &clv_ip4 && b == &clv_ip6);
}

/* A value that its name alone would give to another alternative is said as bytes, which fit any. */
static void settle(struct node *node, const uint8_t *h)
{
    const struct layer *layer = node->layer;
    uint64_t seen[MAX_ROWS] = { 0 };
    const struct row *taker = NULL;
    for (uint32_t i = 0; i < layer->nhead; i++) {
        const struct row *row = &layer->rows[i];
        struct slot *s = &node->slots[i];
        taker = row->alias != NO_ID ? taker : NULL;
        bool mine = !taker && clv_row_takes(node, row, seen);
        bool alone = row->alias == NO_ID && (i + 1u >= layer->n || layer->rows[i + 1].alias != i);
        if (!mine && !alone && s->state == SLOT_GIVEN && !is_apart(taker, row, &s->v)) {
            s->state = SLOT_RAW;
            s->v = (struct clv_val){ .p = h + s->bit / 8, .n = s->bits / 8 };
        }
        taker = mine ? row : taker;
        clv_row_see(node, row, seen);
    }
}

/* The numbers that a header begins with, without a step of the walk for each. */
static bool lift_plain(struct walk *w, struct node *node)
{
    const struct layer *layer = w->layer;
    for (; w->i < layer->nplain; w->i++) {
        const struct row *row = &layer->rows[w->i];
        struct slot *s = &node->slots[w->i];
        s->here = true;
        s->state = SLOT_GIVEN;
        s->bit = row->bit;
        s->bits = row->bits;
        s->v.u = w->seen[w->i] = clv_load(w->h, &row->load);
        w->here[w->i >> 6] |= 1ull << (w->i & 63);
        w->bit = row->bit + row->bits;
        if (row->f->measures.of && !clv_walk_narrow(w, row))
            return false;
    }
    return true;
}

/* len NULL: the header has n bytes; else it is as long as its rows say: *len, 0 if it does not fit. */
static struct node *lift_header(const struct where *where, struct clv_arena *arena,
                                const struct layer *layer, const uint8_t *h, uint32_t n,
                                uint32_t *len)
{
    struct node *node = clv_node_new(arena, layer);
    struct walk w;
    struct cell cell;
    if (!node)
        return NULL;
    clv_walk_begin(&w, where, layer, h, n);
    bool on = w.cut || lift_plain(&w, node);
    while (on && clv_walk_next(&w, &cell)) {
        struct slot *s = &node->slots[cell.row];
        s->bit = cell.bit;
        s->bits = cell.bits;
        if (layer->rows[cell.row].quick) {
            s->here = true;
            s->state = SLOT_GIVEN;
            s->v.u = cell.u;
        } else if (!lift_cell(where, arena, &w, &cell, node))
            return NULL;
    }
    if (len)
        n = *len = w.cut ? 0 : w.narrowed ? w.lim : (w.bit + 7) / 8;
    if (len && !n)
        return node;
    if (w.cut)
        return lift_raw(where->clv, arena, h, n);
    if (layer->vague)
        settle(node, h);
    lift_rest(layer, node, &w, n);
    return node;
}

static bool lift_trail(const struct clv_view *view, uint32_t i, struct clv_arena *arena,
                       struct node *node, uint32_t body)
{
    const struct clv_layer *y = &view->layers[i];
    const struct layer *layer = view->clv->layers[y->id];
    struct walk w;
    struct cell cell;
    if (layer->nhead == layer->n)
        return true;
    struct where where = clv_where(view, i);
    clv_walk_begin(&w, &where, layer, view->bytes + y->off, y->head);
    while (clv_walk_next(&w, &cell))
        continue;
    uint32_t end = y->end - y->off;
    for (uint32_t at = (body - y->off) * 8; clv_walk_trail(&w, &cell, at, end);
         at = cell.bit + cell.bits)
        if (!lift_cell(&where, arena, &w, &cell, node))
            return false;
    return true;
}

/*
 * Would a build put layer i, behind layer `below`, where it lies? A layer of a group closes the next
 * one of its group below it.
 */
static bool is_placed(const struct clv_view *view, uint32_t i, uint32_t below)
{
    const struct clv_layer *layers = view->layers;
    uint16_t group = view->clv->layers[layers[i].id]->again;
    uint32_t holder = below;
    for (uint32_t k = below; group && layers[k].up != k; k = layers[k].up)
        if (view->clv->layers[layers[k].id]->again == group) {
            holder = layers[k].up;
            break;
        }
    return layers[i].up == holder;
}

/* Where the bytes that hold layer i end. */
static uint32_t holder_end(const struct clv_view *view, uint32_t i)
{
    const struct clv_layer *y = &view->layers[i];
    return y->up == i ? y->end : clv_layer_body_end(view, y->up);
}

/* How the names of a message were compressed, which its switch says. */
static bool lift_names(struct names *names, struct node *node)
{
    const struct layer *layer = node->layer;
    uint64_t mode = 0;
    uint32_t i = 0;
    if (!names->nseen)
        return true;
    while (i < layer->nhead && (layer->rows[i].kind->shape != SHAPE_SWITCH || i == layer->pads))
        i++;
    bool has = i < layer->nhead; /* a record alone has none: it is built uncompressed */
    if (!clv_names_settle(names, has, &mode))
        return false;
    if (has) {
        node->slots[i].state = SLOT_GIVEN;
        node->slots[i].here = true;
        node->slots[i].v.u = mode;
    }
    return true;
}

/* Layer i; Raw up to its holder's end if it cannot be said as itself. */
static struct node *lift_layer(const struct clv_view *view, uint32_t i, uint32_t below,
                               struct clv_arena *arena)
{
    const struct clv_layer *y = &view->layers[i];
    const uint8_t *h = view->bytes + y->off;
    struct where where = clv_where(view, i);
    struct node *node = NULL;
    struct names names;
    clv_names_begin(&names, arena, where.message);
    where.names = &names;
    if (!i || is_placed(view, i, below))
        node = lift_header(&where, arena, view->clv->layers[y->id], h, y->head, NULL);
    if (node && node->layer->id == y->id && !lift_names(&names, node))
        return NULL;
    if (!node || node->layer->id != y->id)
        node = lift_raw(view->clv, arena, h, holder_end(view, i) - y->off);
    return node;
}

/* Tails and trailing rows; reach: up to where what lies in each layer goes. */
static bool lift_ends(const struct clv_view *view, struct clv_arena *arena, struct node *first,
                      const uint32_t *reach)
{
    for (struct node *node = first; node; node = node->next) {
        uint32_t i = node->from;
        if (node->layer->id != view->layers[i].id)
            continue;
        uint32_t body = clv_layer_body_end(view, i);
        node->tail = (struct bytes){ view->bytes + reach[i], body - reach[i] };
        if (!lift_trail(view, i, arena, node, body))
            return false;
        uint32_t from = view->layers[i].off + view->layers[i].head, want = 0;
        if (clv_has_behind(node))
            want = clv_body_fill(node->layer, reach[i] - from);
        node->has_tail = node->tail.n != want || !is_zero(node->tail.p, node->tail.n);
    }
    return true;
}

struct clv_draft *clv_lift(const struct clv_view *view, struct clv_arena *arena)
{
    struct clv_draft *draft = clv_draft_new(view->clv, arena);
    uint32_t *reach = clv_arena_take(arena, view->n * sizeof *reach);
    uint32_t below = 0, said = 0;
    if (!draft || !reach)
        return NULL;
    struct node **tail = &draft->first;
    for (uint32_t i = 0; i < view->n; i++) {
        const struct clv_layer *y = &view->layers[i];
        if (y->off < said) /* in a Raw */
            continue;
        /* What a group's next layer was cut to is the tail of what holds the group. */
        if (y->id == view->clv->raw && i && !is_placed(view, i, below))
            continue;
        struct node *node = *tail = lift_layer(view, i, below, arena);
        if (!node)
            return NULL;
        bool raw = node->layer->id != y->id;
        node->from = i;
        said = raw ? holder_end(view, i) : said;
        reach[i] = raw ? said : y->off + y->head;
        if (y->up != i)
            reach[y->up] = raw ? said : y->end;
        tail = &node->next;
        below = raw ? below : i; /* a Raw is in no group */
    }
    if (!lift_ends(view, arena, draft->first, reach))
        return NULL;
    uint32_t end = view->layers[0].end;
    draft->padding = (struct bytes){ view->bytes + end, view->len - end };
    draft->has_padding = end < view->len;
    draft->size = view->len;
    return draft;
}
