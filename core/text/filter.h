/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A compiled display filter: a tree of tests. Constants were parsed by the fields' kinds, once for
 * each alternative row, so that matching only loads and compares.
 */
#ifndef CLV_FILTER_H
#define CLV_FILTER_H

#include "text.h"

enum filter_op { FILTER_AND, FILTER_OR, FILTER_NOT, FILTER_TEST };

/* A field, or layer, of the packet. */
struct side {
    struct ref ref;
    uint64_t *masks; /* by alternative row; NULL: none */
};

/* What a value is held against. */
struct bound {
    bool fits;        /* the row's kind can hold the constant */
    uint64_t lo, hi;  /* numbers: equal means between them */
    struct clv_val v; /* others */
    uint32_t prefix;  /* bits of v that count, for networks of byte addresses; 0: all */
};

struct test {
    struct side a;
    uint8_t cmp;      /* enum cnode_kind: C_EQ and so on, C_IN; C_NAME: is it there, not zero? */
    struct side *b;   /* the other field; or */
    uint32_t nbounds; /* more than one after `in` */
    struct bound *bounds; /* nbounds for each alternative row */
};

struct clv_filter {
    uint8_t op;
    struct clv_filter *first; /* AND, OR, NOT: what they join */
    struct clv_filter *next;
    struct test *test;
};

/* Frame fields as rows, for their kinds. */
extern const struct clv_field clv_frame_fields[FRAME_FIELDS];

#endif
