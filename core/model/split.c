/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Split: bytes to boundaries. Per layer one length, one end, one key; a walk only where a header's
 * length is not told. Header, payload and tail tile the bytes: a layer's payload region is
 * [off + head, body end), and its children lie in it without gaps from its start.
 */
#include "need.h"
#include "view.h"

#include <string.h>

struct where clv_where(const struct clv_view *view, uint32_t layer)
{
    const struct clv_layer *y = &view->layers[layer];
    struct where where = clv_where_above(view, y->up == layer ? NO_ID : y->up);
    if (y->desc->origin)
        where.origin = view->bytes + y->off;
    where.message = view->bytes + y->off;
    const struct layer *l = view->clv->layers[y->id];
    struct cell cell;
    if (l->message != NO_ID && clv_walk_find(&where, l, where.message, y->head, l->message, &cell))
        where.message += cell.bit / 8;
    return where;
}

void clv_note_add(struct clv_view *view, uint32_t layer, enum clv_note_code code, uint32_t off,
                  uint64_t want, uint64_t have, const char *field, const char *name)
{
    if (view->nnotes == view->notecap) {
        uint32_t cap = view->notecap;
        struct clv_note *old = view->notes, *fresh;
        if (!view->arena || view->nnotes >= MAX_LAYERS ||
            !(fresh = clv_arena_take(view->arena, cap * 2 * sizeof *fresh)))
            return;
        memcpy(fresh, old, cap * sizeof *fresh);
        view->notes = fresh;
        view->notecap = cap * 2;
    }
    view->notes[view->nnotes++] = (struct clv_note){ .layer = (uint16_t)layer,
                                                     .code = (uint8_t)code,
                                                     .off = off,
                                                     .want = want,
                                                     .have = have,
                                                     .field = field,
                                                     .name = name };
}

static bool layer_room(struct clv_view *view)
{
    if (view->n < view->cap)
        return true;
    uint32_t cap = view->cap;
    struct clv_layer *old = view->layers;
    if (!view->arena || cap >= MAX_LAYERS)
        return false;
    struct clv_layer *fresh = clv_arena_take(view->arena, cap * 2 * sizeof *fresh);
    if (!fresh)
        return false;
    memcpy(fresh, old, cap * sizeof *fresh);
    view->layers = fresh;
    view->cap = cap * 2;
    return true;
}

/* Is layer i part of a quoted packet, whose lengths speak of more than the quote holds? */
static bool is_quoted(const struct clv_view *view, uint32_t i)
{
    for (;; i = view->layers[i].up) {
        if (view->layers[i].desc->quotes)
            return true;
        if (view->layers[i].up == i)
            return false;
    }
}

/* What a header says of its length and of the layer's end. */
struct header {
    uint32_t head;
    uint32_t want, have; /* bytes, where it does not fit */
    uint16_t bad;        /* the row whose length lies, or NO_ID */
    uint8_t badcode;
    uint64_t badwant;
    uint16_t endrow; /* the row that tells the end, or NO_ID */
    uint64_t endvalue;
};

static bool header_walk(struct clv_view *view, const struct layer *layer, const uint8_t *h,
                        uint32_t room, struct header *out)
{
    struct where where = clv_where(view, view->n - 1);
    where.split = view;
    struct walk w;
    struct cell cell;
    clv_walk_begin(&w, &where, layer, h, room);
    while (clv_walk_next(&w, &cell))
        continue;
    out->want = w.want;
    out->have = w.lim;
    if (w.cut)
        return false;
    if (layer->walk) {
        out->head = w.narrowed ? w.lim : w.bit / 8;
        out->bad = w.bad;
        out->badcode = w.badcode;
        out->badwant = w.badwant;
    }
    if (layer->end_walk) {
        out->endrow = w.endrow;
        out->endvalue = w.endrow == NO_ID ? 0 : w.seen[w.endrow];
    }
    return true;
}

static void header_told(const struct layer *layer, const uint8_t *h, uint32_t room,
                        struct header *out)
{
    const struct clv_field *f = layer->rows[layer->head.row].f;
    int64_t v = clv_span_bytes(f, clv_load(h, &layer->head.load)) + layer->head.add;
    if (v < (int64_t)layer->min || v > (int64_t)room) {
        bool small = v < (int64_t)layer->min;
        out->bad = layer->head.row;
        out->badcode = small ? CLV_NOTE_LEN_SHORT : CLV_NOTE_LEN_LONG;
        out->badwant = v < 0 ? 0 : (uint64_t)v;
        v = small ? layer->min : room;
    }
    out->head = (uint32_t)v;
}

static bool header_take(struct clv_view *view, const struct layer *layer, const uint8_t *h,
                        uint32_t room, struct header *out)
{
    out->bad = out->endrow = NO_ID;
    out->want = layer->min + layer->trail;
    out->have = room;
    if (room < out->want)
        return false;
    room -= layer->trail;
    out->head = layer->open ? room : layer->min;
    if (layer->head.on)
        header_told(layer, h, room, out);
    if (layer->end.on) {
        out->endrow = layer->end.row;
        out->endvalue = clv_load(h, &layer->end.load);
    }
    return !(layer->walk || layer->end_walk) || header_walk(view, layer, h, room, out);
}

/* A length lies: it says `want`; the header's bytes, or the room, are what there is. */
static void note_length(struct clv_view *view, uint32_t i, const struct row *row, uint8_t code,
                        uint64_t want, uint32_t room)
{
    const struct clv_layer *y = &view->layers[i];
    uint32_t at = y->off + (row->fixed ? row->bit / 8 : 0);
    clv_note_add(view, i, code, at, want, code == CLV_NOTE_LEN_SHORT ? y->head : room, row->f->name,
                 NULL);
}

/* The layer's end as its own length tells it. */
static void find_end(struct clv_view *view, uint32_t i, const struct layer *layer,
                     const struct header *hd, uint32_t limit)
{
    struct clv_layer *y = &view->layers[i];
    const struct clv_field *f = layer->rows[hd->endrow].f;
    uint32_t room = limit - y->off;
    if (f->measures.of == CLV_STRIDE && !hd->endvalue)
        return;
    if (layer->endless.n) {
        struct where where = clv_where(view, i);
        if (clv_cond_at(&layer->endless, &where, layer, view->bytes + y->off, y->head))
            return;
    }
    int64_t v = clv_span_bytes(f, hd->endvalue);
    if (f->measures.of == CLV_PAYLOAD)
        v += y->head;
    /* A header that takes all there is goes as far as the layer does. */
    bool open = layer->open && f->measures.of != CLV_PAYLOAD;
    int64_t least = open ? layer->min + layer->trail : y->head;
    if (v >= least && v <= (int64_t)room) {
        y->end = y->off + (uint32_t)v;
        if (open)
            y->head = (uint32_t)v - layer->trail;
    } else if (!is_quoted(view, i)) {
        uint32_t from = f->measures.of == CLV_PAYLOAD ? y->head : 0;
        note_length(view, i, &layer->rows[hd->endrow],
                    v < least ? CLV_NOTE_LEN_SHORT : CLV_NOTE_LEN_LONG,
                    v < from ? 0 : (uint64_t)v - from, room - from);
    }
}

/* The layer's end as its hook tells it. */
static void ask_end(struct clv_view *view, uint32_t i, const struct layer *layer, uint32_t limit)
{
    struct clv_layer *y = &view->layers[i];
    struct clv_scope scope = {
        .view = view, .asked = layer->d, .bytes = view->bytes, .len = view->len
    };
    uint32_t room = limit - y->off;
    uint32_t least = layer->open ? layer->min + layer->trail : y->head + layer->trail;
    clv_scope_move(&scope, i);
    uint32_t n = layer->d->hooks->length(&scope, room);
    if (!n || is_quoted(view, i))
        return;
    if (n < least || n > room) {
        clv_note_add(view, i, n < least ? CLV_NOTE_LEN_SHORT : CLV_NOTE_LEN_LONG, y->off, n,
                     n < least ? least : room, NULL, NULL);
        return;
    }
    y->end = y->off + n;
    if (layer->open)
        y->head = n - layer->trail;
}

static uint32_t round_up(uint32_t head, uint8_t unit, uint32_t room)
{
    uint32_t gap = (unit - head % unit) % unit;
    return gap < room - head ? head + gap : room;
}

/* Layer i of the view is `layer`, offered [off, limit). false: it became Raw. */
static bool layer_take(struct clv_view *view, const struct layer *layer, uint32_t limit)
{
    struct clv_layer *y = &view->layers[view->n - 1];
    struct header hd;
    uint32_t i = view->n - 1, room = limit - y->off;
    if (layer->id == view->clv->raw) {
        y->head = room;
        return false;
    }
    if (!header_take(view, layer, view->bytes + y->off, room, &hd)) {
        y->desc = view->clv->layers[view->clv->raw]->d;
        y->id = view->clv->raw;
        y->head = room;
        if (!is_quoted(view, i))
            clv_note_add(view, i, CLV_NOTE_CUT, y->off, hd.want, hd.have, NULL, layer->d->name);
        return false;
    }
    y->head = hd.head;
    view->grouped = view->grouped || layer->again;
    if (layer->d->pad)
        y->head = round_up(hd.head, layer->d->pad, room - layer->trail);
    if (hd.bad != NO_ID && !is_quoted(view, i))
        note_length(view, i, &layer->rows[hd.bad], hd.badcode, hd.badwant, room);
    if (hd.endrow != NO_ID)
        find_end(view, i, layer, &hd, limit);
    else if (layer->again)
        y->end = y->off + y->head + layer->trail;
    if (layer->d->hooks && layer->d->hooks->length)
        ask_end(view, i, layer, limit);
    return true;
}

uint32_t clv_layer_body_walk(const struct clv_view *view, uint32_t layer)
{
    const struct clv_layer *y = &view->layers[layer];
    const struct layer *l = view->clv->layers[y->id];
    const uint8_t *h = view->bytes + y->off;
    const struct cond *c = l->behind == NO_ID ? NULL : &l->rows[l->behind].when;
    if (c && c->lone && c->quick && !clv_lone_holds(c, clv_load(h, &c->load)))
        return y->end; /* most packets of the layer have nothing there */
    struct where where = clv_where(view, layer);
    uint32_t room = y->end - y->off - y->head;
    uint32_t trail = clv_trail_bytes(&where, l, h, y->head, room);
    return y->end - (trail < room ? trail : room);
}

static inline void layer_set(struct clv_layer *y, const struct layer *layer, uint32_t up,
                             uint32_t off, uint32_t limit)
{
    *y = (struct clv_layer){
        .desc = layer->d, .off = off, .end = limit, .id = layer->id, .up = (uint16_t)up
    };
}

static void push(struct clv_view *view, uint16_t id, uint32_t up, uint32_t off, uint32_t limit)
{
    layer_set(&view->layers[view->n++], view->clv->layers[id], up, off, limit);
}

/* layer_take() the short way; false: it goes the long way, nothing is done. */
static inline bool take_swift(const struct clv_view *view, struct clv_layer *y,
                              const struct layer *layer, uint32_t limit)
{
    const struct swift *s = &layer->swift;
    uint32_t start = y->off, room = limit - start, min = layer->min, trail = layer->trail;
    const uint8_t *h = view->bytes + start;
    int64_t head = min;
    if (!s->on || s->span > view->len - start || room < min + trail)
        return false;
    if (s->told) {
        head = (int64_t)clv_spot(h, &s->head.at) * s->head.unit + s->head.add;
        if (head < min || head > room - trail)
            return false;
    } else if (layer->open) {
        head = room - trail;
    }
    if (s->end) {
        int64_t value = (int64_t)clv_spot(h, &s->tail.at), end = value * s->tail.unit + s->tail.add;
        if ((s->end == CLV_STRIDE && !value) ||
            (layer->endless.n &&
             clv_cond_swift(&layer->endless, &s->endless, layer, h, (uint32_t)head))) {
            y->head = (uint32_t)head;
            return true;
        }
        end += s->end == CLV_PAYLOAD ? head : 0;
        bool open = layer->open && s->end != CLV_PAYLOAD;
        if (end < (open ? min + trail : head) || end > room)
            return false;
        y->end = start + (uint32_t)end;
        if (open)
            head = end - trail;
    }
    y->head = (uint32_t)head;
    return true;
}

/* A layer that nothing lies above, and that has nothing there, ends with its header. */
static void end_leaf(struct clv_layer *y, uint32_t off, uint32_t end)
{
    y->end = off + (y->end - end);
}

/*
 * From the layer just pushed upwards, until nothing lies above, or (need NULL: never) nothing that is
 * looked for can.
 */
static void climb(struct clv_view *view, const struct clv_need *need, uint32_t limit, uint32_t nest)
{
    const struct clv *clv = view->clv;
    const uint8_t *bytes = view->bytes;
    uint32_t i = view->n - 1;
    struct clv_layer *y = &view->layers[i];
    const struct layer *layer = clv->layers[y->id];
    for (;; nest++) {
        uint8_t how = need ? need->how[layer->id] & NEED_HOW : NEED_ABOVE;
        if (how == NEED_NOT)
            return;
        bool swift = take_swift(view, y, layer, limit);
        if (!swift && !layer_take(view, layer, limit))
            return;
        uint32_t off = y->off + y->head, end = clv_layer_body_end(view, i);
        uint16_t id = NO_ID;
        bool deep = nest >= MAX_NEST;
        if (off >= end) {
            if (layer->d->leaf)
                end_leaf(y, off, end);
            return;
        }
        if (need && (how == NEED_HERE || (layer->swift.nlookups > 1 && !layer->d->leaf &&
                                          clv_upper_idle(view, i, need))))
            return;
        if (!deep)
            id = swift ? clv_upper_swift(view, i, bytes + off, end - off)
                       : clv_upper(view, i, bytes + off, end - off);
        if (id == layer->id && !y->head) /* it would lie on itself without end */
            id = NO_ID;
        if (id == NO_ID && layer->d->leaf) { /* what follows is some parent's tail */
            end_leaf(y, off, end);
            return;
        }
        if (i + 1 == view->cap && !layer_room(view)) {
            clv_note_add(view, i, CLV_NOTE_DEEP, off, view->cap, view->n, NULL, NULL);
            return;
        }
        bool cut = deep || (id == NO_ID && clv->starved);
        layer = clv->layers[id == NO_ID ? clv->raw : id];
        y = &view->layers[i + 1];
        layer_set(y, layer, i, off, end);
        view->n = ++i + 1;
        if (cut)
            clv_note_add(view, i, CLV_NOTE_DEEP, off, MAX_NEST, nest, NULL, NULL);
        if (layer->id == clv->raw) {
            y->head = end - off;
            return;
        }
        limit = end;
    }
}

/*
 * Layers of one group follow each other inside what holds them. From the last layer downwards: a
 * layer of a group that ends before its holder's payload may have a sibling there.
 */
static bool next_sibling(struct clv_view *view, uint32_t *limit, uint32_t *nest)
{
    uint32_t i = view->n - 1, depth = 0;
    for (;;) {
        const struct clv_layer *y = &view->layers[i];
        uint16_t group = view->clv->layers[y->id]->again;
        uint32_t end = y->up == i ? view->len : clv_layer_body_end(view, y->up);
        if (group && y->end > y->off && y->end < end && y->up != i) {
            uint32_t up = y->up, off = y->end;
            uint16_t id = clv_upper(view, up, view->bytes + off, end - off);
            if (id != NO_ID && view->clv->layers[id]->again == group) {
                if (!layer_room(view)) {
                    clv_note_add(view, i, CLV_NOTE_DEEP, off, view->cap, view->n, NULL, NULL);
                    return false;
                }
                push(view, id, up, off, end);
                *limit = end;
                *nest = 1;
                for (uint32_t k = up; view->layers[k].up != k; k = view->layers[k].up)
                    ++*nest;
                return true;
            }
        }
        if (view->layers[i].up == i || depth++ > MAX_NEST)
            return false;
        i = view->layers[i].up;
    }
}

static void view_begin(const struct clv *clv, struct clv_view *view, struct clv_arena *arena,
                       const uint8_t *bytes, uint32_t len)
{
    clv_fed(clv);
    view->clv = clv;
    view->bytes = bytes ? bytes : (const uint8_t *)""; /* offsets from NULL are undefined */
    view->len = len;
    view->n = view->nnotes = 0;
    view->nlists = 0;
    view->layers = view->room;
    view->notes = view->noteroom;
    view->cap = CLV_VIEW_LAYERS;
    view->notecap = CLV_VIEW_NOTES;
    view->arena = arena;
    view->checked = view->grouped = false;
}

static void split_as(struct clv_view *view, const struct clv_need *need, uint16_t id)
{
    uint32_t limit = view->len, nest = 0;
    uint32_t most = 0;
    push(view, id, 0, 0, limit);
    if (view->clv->starved)
        clv_note_add(view, 0, CLV_NOTE_DEEP, 0, 1, 0, NULL, NULL);
    do
        climb(view, need, limit, nest);
    while (view->grouped && ++most < MAX_LAYERS && next_sibling(view, &limit, &nest));
}

void clv_split(const struct clv *clv, struct clv_view *view, struct clv_arena *arena,
               const struct clv_desc *first, const uint8_t *bytes, uint32_t len)
{
    const struct layer *layer = clv_layer_by_desc(clv, first);
    view_begin(clv, view, arena, bytes, len);
    split_as(view, NULL, layer ? layer->id : clv->raw);
}

static void split_link(const struct clv *clv, struct clv_view *view, struct clv_arena *arena,
                       const struct clv_need *need, uint32_t linktype, const uint8_t *bytes,
                       uint32_t len)
{
    view_begin(clv, view, arena, bytes, len);
    uint16_t id = clv_probe(view, NO_ID, clv->link, linktype, view->bytes, len);
    split_as(view, need, id == NO_ID ? clv->raw : id);
}

void clv_split_link(const struct clv *clv, struct clv_view *view, struct clv_arena *arena,
                    uint32_t linktype, const uint8_t *bytes, uint32_t len)
{
    split_link(clv, view, arena, NULL, linktype, bytes, len);
}

void clv_split_need(const struct clv *clv, struct clv_view *view, struct clv_arena *arena,
                    const struct clv_need *need, uint32_t linktype, const uint8_t *bytes,
                    uint32_t len)
{
    split_link(clv, view, arena, need && need->n == clv->n ? need : NULL, linktype, bytes, len);
}

const struct clv_desc *clv_link_layer(const struct clv *clv, uint32_t linktype)
{
    const struct bucket *b = clv_bucket(clv, clv->link, linktype);
    if (!b || !b->n)
        return &clv_raw;
    /* The one that asks for nothing, else the first. */
    const struct cand *last = &b->c[b->n - 1];
    return clv->descs[last->plain ? last->layer : b->c[0].layer];
}

int clv_layer_link(const struct clv *clv, const struct clv_desc *desc)
{
    (void)clv;
    for (const struct clv_under *u = desc ? desc->under : NULL; u && u->space; u++)
        if (!strcmp(u->space, "link"))
            return (int)u->key;
    return -1;
}

int clv_view_find(const struct clv_view *view, const struct clv_desc *desc, uint32_t nth)
{
    for (uint32_t i = 0; i < view->n; i++)
        if (view->layers[i].desc == desc && !nth--)
            return (int)i;
    return -1;
}
