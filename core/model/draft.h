/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values on their way to bytes.
 *
 *   draft -- node -- slot[]         a layer, a row each
 */
#ifndef CLV_DRAFT_H
#define CLV_DRAFT_H

#include "model.h"

struct bytes {
    const uint8_t *p;
    uint32_t n;
};

enum {
    SLOT_UNSET,
    SLOT_GIVEN,
    SLOT_RAW,     /* v.p, v.n instead of a value */
    SLOT_IMPLIED, /* by the layer above */
    SLOT_SET      /* one of many: `set` */
};

/* A value in its node. many: scalars repeated; items: nested layers. */
struct slot {
    uint8_t state;
    bool here;          /* present in the last layout */
    bool lifted;        /* peel: it was present in the packet */
    uint32_t bit, bits; /* where, in the last build, from the packet's start */
    uint32_t nmany;
    struct clv_val v;
    union {
        struct clv_val *many;
        struct node *items;
        struct set *set;
    };
    struct bytes *gap;
    uint32_t pos, len; /* in the text it came from */
};

struct node {
    const struct layer *layer;
    struct slot *slots;  /* one per row */
    struct node *next;   /* above it; in a list: after it */
    struct node *parent; /* in a stack: who holds it (build) */
    bool has_extra, has_pad, has_tail;
    bool little;                   /* build: multi-byte rows are swapped */
    uint16_t in;                   /* build: as an item, 1 + the row that holds me */
    struct bytes extra;            /* in the header, after the rows */
    struct bytes pad;              /* between header and payload, where not as `pad` says */
    struct bytes tail;             /* between the last child's end and mine */
    uint32_t from;                 /* lift: its index in the view */
    uint32_t fend;                 /* end of the rows (build) */
    uint32_t off, head, body, end; /* start; header bytes; payload's end; layer's end */
    uint32_t pos, len;             /* of its name in the text */
};

struct clv_draft {
    const struct clv *clv;
    struct node *first;
    struct bytes padding; /* after everything, outside every length */
    bool has_padding;
    bool strict; /* from a user: a value given to a row that is not there is a mistake */
    uint32_t nsets;
    uint8_t room[8][16]; /* by role: addresses that the route gave */
    uint32_t size;       /* bytes that it is likely to build */
    bool implied;        /* it was built: some values may be implied ones */
};

/* A value that stands for many. Alternatives are ranges; or it is drawn anew for each packet. */
struct alt {
    uint64_t lo, step, count; /* numbers */
    struct clv_val v;         /* other kinds: count is 1 */
};
struct set {
    uint32_t n;
    struct alt *alts;
    uint64_t count; /* saturates */
    uint8_t draw;   /* enum draw; 0: walked in order */
    uint64_t lo, hi;
    struct ast *source; /* as it was written, for printing */
};
enum draw { DRAW_NONE, DRAW_RANGE, DRAW_CHOICE, DRAW_BYTES, DRAW_MUTATE };

/* One value of a set; `rest` is what is left of the index, `lane` counts the random draws. */
bool clv_set_pick(const struct set *set, const struct row *row, uint64_t seed, uint64_t index,
                  uint64_t *rest, uint64_t *lane, struct clv_arena *arena, struct clv_val *v);
struct node *clv_node_new(struct clv_arena *arena, const struct layer *layer);
struct clv_draft *clv_draft_new(const struct clv *clv, struct clv_arena *arena);
/* Row's value by name, at build time or before: given, implied, or default. */
uint64_t clv_slot_odd(const struct node *node, uint32_t row); /* given as bytes, or as a set */
static inline uint64_t clv_slot_number(const struct node *node, uint32_t row)
{
    const struct slot *s = &node->slots[row];
    if (s->state == SLOT_GIVEN || s->state == SLOT_IMPLIED)
        return s->v.u;
    return s->state == SLOT_UNSET ? node->layer->rows[row].f->init : clv_slot_odd(node, row);
}
/* Of the rows that share this one's name: the one that is given, else the one that would be there. */
uint32_t clv_node_row(const struct node *node, uint32_t row);
/*
 * Does a value given under this name go to this alternative? Judged by what is given alone, as far
 * as that tells; seen: the numbers of the rows before, which clv_row_see() adds to.
 */
bool clv_row_takes(const struct node *node, const struct row *row, const uint64_t *seen);
void clv_row_see(const struct node *node, const struct row *row, uint64_t *seen);
/* Does its presence hang on layers below, or on what is computed, which are not known yet? */
bool clv_row_hangs(const struct node *node, const struct row *row, const uint64_t *seen);
struct node *clv_node_copy(const struct node *node, struct clv_arena *arena);
struct clv_draft *clv_draft_copy(const struct clv_draft *draft, struct clv_arena *arena);

/*
 * As clv_maker_take(), but with these values where the sets are, in the order in which an index counts
 * them: the uppermost layer's first, and dst where packets go to. Values may lie outside the sets.
 */
void clv_maker_reseed(struct clv_maker *maker, uint64_t seed);
const uint8_t *clv_maker_put(struct clv_maker *maker, const struct clv_addr *dst,
                             const uint64_t *values, uint32_t n, uint32_t *len,
                             struct clv_err *err);

/* The layers of a draft in order. */
struct stack {
    struct node **nodes;
    uint32_t n;
    bool item_sums; /* layout: some items have rows to be filled in */
};

/*
 * clv_draft_target(); implied: right behind clv_imply(), with what a layer above implies. zone: the
 * interface named in the address ("fe80::1%eth0"), where n is not 0.
 */
bool clv_draft_aim(const struct clv_draft *draft, bool implied, struct clv_addr *addr,
                   uint32_t *net, struct bytes *zone);

/* The source address that is given in layer `net`; len 0: none is, or a set. */
bool clv_draft_source(const struct clv_draft *draft, uint32_t net, struct clv_addr *addr);

/* imply.c: who holds whom; keys and implied values, from above. */
bool clv_imply(struct clv_draft *draft, struct clv_arena *arena, struct stack *stack,
               struct clv_err *err);
/*
 * present.c: which rows of a node are there; those before `from` are, and seen. A user's value for a
 * row from `from` on that is not there would be lost in silence: false.
 */
void clv_present_rows(struct node *node, uint64_t *seen, uint32_t from);
bool clv_present_check(const struct node *node, uint32_t from, struct clv_err *err);
/* build.c: what clv_build() does behind clv_imply(). */
uint8_t *clv_build_implied(struct clv_draft *draft, struct clv_arena *arena, struct stack *stack,
                           uint32_t *len, struct clv_err *err);
/* derive.c: lengths, counts, then fills, over bytes that are laid out. */
bool clv_derive(struct clv_draft *draft, const struct stack *stack, uint8_t *bytes, uint32_t len,
                bool *moved, struct clv_err *err);
/* How many items or values lie in the row that this one counts. */
uint32_t clv_counted(const struct node *node, const struct row *row);
void clv_fill_all(struct clv_draft *draft, const struct stack *stack, uint8_t *bytes, uint32_t len);
/* Zeros that fill a payload of n bytes, behind which items lie. */
static inline uint32_t clv_body_fill(const struct layer *layer, uint32_t n)
{
    uint32_t least = layer->d->fills[0], unit = layer->d->fills[1];
    return n < least ? least - n : (unit - n % unit) % unit;
}
/* Does something lie behind the payload of a draft's layer? */
static inline bool clv_has_behind(const struct node *node)
{
    const struct slot *s = node->layer->behind == NO_ID ? NULL : &node->slots[node->layer->behind];
    return s && s->here && (s->state == SLOT_RAW ? s->v.n > 0 : s->items != NULL);
}
static inline bool clv_row_little(const struct node *node, const struct row *row)
{
    return (row->style & CLV_LE) ||
           (node->little && row->index >= node->layer->little_from && row->bits > 8);
}
/* What a row holds when nothing says: for kinds that are no numbers. */
struct bytes clv_row_default(const struct row *row, uint8_t room[256]);
/* Zeros that bring a header of n bytes of rows to the multiple its length counts in. */
uint32_t clv_unit_pad(const struct layer *layer, uint32_t n, const struct node *node, uint32_t off);

/* peel.c: a lifted draft that is proved to build the view's bytes; coarser where it must be. */
struct clv_draft *clv_lift_proved(const struct clv_view *view, struct clv_arena *arena);

#endif
