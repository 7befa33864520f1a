/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes under the tables: how rows lie in them, which layer takes them, and what a view tells.
 *
 *   view -- clv_layer[]             boundaries in bytes
 */
#ifndef CLV_VIEW_H
#define CLV_VIEW_H

#include "model.h"

struct node;
struct stack;

/* ---- walk.c: the only place that knows how rows lie. */

/* Items look down on the rows that their holder has before them. */
struct holder {
    const struct layer *layer;
    const uint64_t *seen;
    uint16_t upto;  /* the row that holds the items */
    uint32_t *left; /* of the outermost list's budget of looks at items */
    uint32_t budget;
    const struct holder *up;
};

/* Where a walk happens: what conditions, offsets and nested lists may look at. */
struct names;
struct where {
    const struct clv *clv;
    const struct clv_view *view; /* Layer.field looks here; may be NULL */
    uint32_t below;              /* layers of the view that lie below: 0 .. below-1 */
    const uint8_t *origin;       /* offsets and alignment count from here; NULL: header start */
    const struct holder *holder; /* of an item, whose lengths must fit; or NULL */
    uint8_t depth;               /* of nested lists */
    const uint8_t *message;      /* what names point into begins here */
    struct names *names;         /* lifting: the names of the message */
    struct clv_view *split;      /* splitting: where lists are noted; else NULL */
};

struct cell {
    uint16_t row;
    uint32_t bit, bits; /* from the header's start */
    uint32_t gap;       /* bytes before it */
    uint64_t u;         /* numbers */
    bool raw;           /* the kind cannot hold it */
    bool little;        /* of a repeated row: its values are little-endian */
    uint8_t spell;
};

struct walk {
    const struct clv *clv;
    const struct layer *layer;
    const struct where *where;
    const uint8_t *h, *origin;
    uint32_t room, lim; /* bytes offered; the header's end as far as known */
    uint32_t bit;
    uint16_t i, upto; /* the next row; the one before which the walk ends */
    bool cut;         /* a row does not fit: want bytes at the header's start */
    bool narrowed;    /* a row told the header's end */
    bool group_on;
    uint16_t group;
    bool little, little_known;
    uint32_t want;
    uint16_t bad;    /* row whose length lies; NO_ID */
    uint8_t badcode; /* enum clv_note_code */
    uint64_t badwant;
    uint16_t endrow; /* the row that tells the layer's end; NO_ID */
    uint64_t here[2];
    uint64_t seen[MAX_ROWS];
};

void clv_walk_begin(struct walk *w, const struct where *where, const struct layer *layer,
                    const uint8_t *h, uint32_t room);
bool clv_walk_next(struct walk *w, struct cell *cell);
/* A length was read, up to whose end the walk is: it narrows the header. false: it lies, and must not. */
bool clv_walk_narrow(struct walk *w, const struct row *row);
/*
 * After the header's rows: those behind the payload, the first of which begins at `bit`. Where they
 * do not fit before `end`, a byte offset, the first is raw and takes what is there.
 */
bool clv_walk_trail(struct walk *w, struct cell *cell, uint32_t bit, uint32_t end);
/* For the items of a row of the layer at h: room is all the layer's bytes. */
struct where clv_where_items(const struct where *where, const struct row *row,
                             const struct layer *layer, const uint8_t *h, uint32_t room,
                             const uint64_t *seen, struct holder *holder);
/* How many bytes these take; room: what lies behind the header. */
uint32_t clv_trail_bytes(const struct where *where, const struct layer *layer, const uint8_t *h,
                         uint32_t head, uint32_t room);
bool clv_cond_walk(const struct cond *c, const struct walk *w, uint32_t left);
/* A condition over a whole header at h of n bytes: loads where places are fixed, else a walk. */
bool clv_cond_at(const struct cond *c, const struct where *where, const struct layer *layer,
                 const uint8_t *h, uint32_t n);
/* The same, of a layer whose swift is on. */
static inline bool clv_cond_swift(const struct cond *c, const struct spot *at,
                                  const struct layer *layer, const uint8_t *h, uint32_t n)
{
    return c->lone ? clv_lone_holds(c, clv_spot(h, at)) : clv_cond_at(c, NULL, layer, h, n);
}
/* Bytes before an aligned row at byte `at` of the header. */
uint32_t clv_align_gap(const struct walk *w, const struct row *row, uint32_t at);
/* Find the cell of one row. */
bool clv_walk_find(const struct where *where, const struct layer *layer, const uint8_t *h,
                   uint32_t n, uint16_t row, struct cell *cell);
static inline bool clv_is_here(const uint64_t *here, uint32_t i)
{
    return here[i >> 6] >> (i & 63) & 1;
}

/* ---- pick.c: which layer takes these bytes. */
bool clv_tells(const struct where *where, const struct layer *layer, const uint8_t *p, uint32_t n);
/* What the first demand of a candidate, and of those like it behind it, finds. */
struct lead {
    bool known, found;
    struct cell cell;
};
/* The layers that may take the item at p, in order: one that it fits exactly, else the first that fits. */
struct choice {
    const struct bucket *b;
    uint32_t i;
    struct lead lead;
};
bool clv_choice_begin(const struct where *where, uint16_t space, uint64_t key, const uint8_t *p,
                      uint32_t room, struct choice *k);
const struct layer *clv_choice_next(const struct where *where, const uint8_t *p, uint32_t room,
                                    struct choice *k);
/* The item at p under key: its layer and length. */
bool clv_item_pick(const struct where *where, uint16_t space, uint64_t key, const uint8_t *p,
                   uint32_t room, uint16_t *id, uint32_t *len);
bool clv_item_last(const struct where *where, uint16_t id, const uint8_t *p, uint32_t n);
/* Bytes of a list that no length tells, by walking its items. */
uint32_t clv_list_span(const struct where *where, uint16_t space, uint64_t key, const uint8_t *p,
                       uint32_t room, uint64_t count, uint8_t align, const uint8_t *base,
                       bool *ended);
uint64_t clv_item_key(const struct layer *layer, uint32_t row, const uint64_t *seen);
/* Does some item of the space end the list that holds it? */
bool clv_list_ends(const struct clv *clv, uint16_t space);

/* ---- above.c: which layer lies above layer i, or (NO_ID) which is the first. NO_ID: none known. */
struct where clv_where_above(const struct clv_view *view, uint32_t i);
uint16_t clv_probe(const struct clv_view *view, uint32_t i, uint16_t space, uint64_t key,
                   const uint8_t *p, uint32_t room);
uint16_t clv_upper(const struct clv_view *view, uint32_t i, const uint8_t *p, uint32_t room);
/* The same the short way: the layer's swift is on, and the packet has its span. */
uint16_t clv_upper_swift(const struct clv_view *view, uint32_t i, const uint8_t *p, uint32_t room);

/* ---- split.c */
struct where clv_where(const struct clv_view *view, uint32_t layer);
void clv_note_add(struct clv_view *view, uint32_t layer, enum clv_note_code code, uint32_t off,
                  uint64_t want, uint64_t have, const char *field, const char *name);
/* The payload's end: where the layer's trailing rows begin. */
uint32_t clv_layer_body_walk(const struct clv_view *view, uint32_t layer);
static inline uint32_t clv_layer_body_end(const struct clv_view *view, uint32_t layer)
{
    const struct clv_layer *y = &view->layers[layer];
    const struct layer *l = view->clv->layers[y->id];
    if (l->trail_walk)
        return clv_layer_body_walk(view, layer);
    uint32_t room = y->end - y->off - y->head;
    return y->end - (l->trail < room ? l->trail : room);
}
/* A field's value in the view: cell and, for bytes, where. NULL row name not allowed. */
bool clv_view_cell(const struct clv_view *view, uint32_t layer, const char *field, size_t n,
                   struct cell *cell);
bool clv_view_row(const struct clv_view *view, uint32_t layer, uint16_t row, struct cell *cell);
/* Turn a cell of a layer into a value (numbers and byte kinds; raw gives bytes). */
void clv_cell_val(const struct layer *layer, const uint8_t *h, const struct cell *cell,
                  struct clv_val *v);

/* ---- scope.c */
struct clv_scope {
    const struct clv *clv;
    const struct clv_view *view; /* splitting and checking; or */
    const struct stack *stack;   /* building */
    const uint8_t *bytes;        /* the packet */
    uint32_t len;
    uint32_t layer;          /* index in view or stack */
    const struct node *item; /* building: what is meant, perhaps an item of that layer, with: */
    uint32_t off, head, end;
    const struct clv_desc *asked; /* whose hook or fill it is for */
    const struct row *row;        /* the row to fill, and where it lies */
    uint32_t bit;
    bool bad;
    bool probing; /* which layer takes the bytes is being asked */
};
const struct layer *clv_scope_layer(const struct clv_scope *scope, uint32_t layer);
void clv_scope_move(struct clv_scope *scope, uint32_t layer);

#endif
