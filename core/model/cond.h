/* SPDX-License-Identifier: BSD-2-Clause */
/* Conditions over rows: the tree that text makes, and what it is compiled to. */
#ifndef CLV_COND_H
#define CLV_COND_H

#include "kind.h"

struct layer;

/* A number at a fixed place. */
struct load {
    uint32_t byte;
    uint8_t nb, shift;
    bool little;
    uint64_t mask;
};

struct op {
    uint8_t op;
    bool more;      /* in: joined to the result of the one before */
    uint16_t row;   /* field */
    uint16_t layer; /* Layer.field */
    uint64_t a, b;
};

/* A condition over rows: a small stack program; most are one load, one mask, one test. */
struct cond {
    uint16_t n;    /* 0: always true */
    uint8_t lone;  /* enum lone: a test of one row, whose value is masked first */
    uint16_t row;  /* that row */
    uint16_t upto; /* it reads header rows before this one */
    bool quick;    /* every row it reads has a fixed place */
    bool left;     /* reads `left` */
    bool below;    /* reads Layer.field */
    uint64_t reads[2];
    struct op *ops;
    struct load load;
    uint64_t mask, value;
};

enum lone {
    LONE_NONE,
    LONE_EQ, /* == value */
    LONE_NE,
    LONE_UPTO,  /* <= value */
    LONE_ABOVE, /* > value */
    LONE_IN,    /* below 64, and its bit is set in value */
    LONE_OUT
};

static inline bool clv_lone_holds(const struct cond *c, uint64_t v)
{
    v &= c->mask;
    if (c->lone <= LONE_NE)
        return (v == c->value) == (c->lone == LONE_EQ);
    if (c->lone <= LONE_ABOVE)
        return (v <= c->value) == (c->lone == LONE_UPTO);
    return (v < 64 && (c->value >> v & 1)) == (c->lone == LONE_IN);
}

/* ---- cond.c */
bool clv_cond_compile(struct clv *clv, struct cond *c, const char *text, const struct layer *layer,
                      uint32_t upto, struct clv_err *err);
void clv_cond_shorten(struct cond *c, const struct layer *layer);
/* Over values by row, for building; lower layers' fields come from `below`. */
bool clv_cond_slots(const struct cond *c, const uint64_t *seen, uint64_t left,
                    uint64_t (*below)(void *user, uint16_t layer, uint16_t row), void *user);

static inline uint64_t clv_load(const uint8_t *p, const struct load *l)
{
    uint64_t v = 0;
    p += l->byte;
    if (l->nb == 1)
        v = p[0];
    else if (l->nb == 2 && !l->little)
        v = (uint64_t)p[0] << 8 | p[1];
    else if (l->nb == 4 && !l->little)
        v = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    else
        for (int i = 0; i < l->nb; i++)
            v = v << 8 | p[l->little ? l->nb - 1 - i : i];
    return v >> l->shift & l->mask;
}

/* ---- cond_parse.c */

/* Condition trees, for table conditions and filters. */
enum cnode_kind {
    C_NUM,
    C_NAME,
    C_TEXT,
    C_LEFT,
    C_MASK,
    C_EQ,
    C_NE,
    C_LT,
    C_GT,
    C_LE,
    C_GE,
    C_IN,
    C_NOT,
    C_AND,
    C_OR,
    C_RANGE
};
struct cnode {
    uint8_t kind;
    struct cnode *a, *b, *next; /* IN: a is the subject, b a chain of values and ranges */
    uint64_t num;
    const char *s; /* NAME, TEXT, NUM: as written */
    uint32_t n, pos;
    void *ref; /* for the filter */
};
struct cnode *clv_cond_parse(struct clv_arena *arena, const char *text, size_t n,
                             struct clv_err *err);

#endif
