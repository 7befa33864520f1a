/* SPDX-License-Identifier: BSD-2-Clause */
/* Syntax trees to drafts: what bind.c, items.c and sets.c share. */
#ifndef CLV_BIND_H
#define CLV_BIND_H

#include "../model/draft.h"
#include "text.h"

struct binder {
    const struct clv *clv;
    struct clv_arena *arena;
    struct clv_err *err;
    bool json;
    uint32_t depth;
    struct node *holder; /* of the items that are being bound */
    uint32_t nsets;
    uint32_t tries; /* of alternatives that did not take a value */
};

struct node *clv_bind_node(struct binder *b, const struct ast *a);
struct node *clv_bind_raw(struct binder *b, const struct ast *a);
bool clv_bind_value(struct binder *b, const struct layer *layer, const struct row *row,
                    const struct ast *a, struct slot *s);
/* The layers of a stack, appended to an empty draft. */
bool clv_bind_stack(struct binder *b, struct clv_draft *draft, const struct ast *a);
/*
 * nested.c: what a layer stands for where the row wants a value: bytes, or what it holds, in *made;
 * anything else is a itself. NULL: err.
 */
const struct ast *clv_bind_nested(struct binder *b, const struct layer *layer,
                                  const struct row *row, const struct ast *a, struct ast *made);
/* The bytes of a stack that is built on its own. */
bool clv_bind_built(struct binder *b, const struct layer *layer, const struct row *row,
                    const struct ast *a, struct bytes *to);
/* items.c: a list of nested layers. */
bool clv_bind_items(struct binder *b, const struct layer *layer, const struct row *row,
                    const struct ast *a, struct slot *s);
/* open.c: the list that takes an argument of no field's name; -1: none, or a field's is very near. */
int clv_open_row(const struct layer *layer, const struct ast *a);
/* Add an argument to the list that is made of them; false: no memory. */
bool clv_open_add(struct binder *b, const struct row *row, const struct ast *a, struct ast **list);
const struct ast *clv_open_join(struct binder *b, struct ast *list, const struct ast *given);
/* sets.c: 0: a is no set; 1: bound; -1: err. */
int clv_bind_set(struct binder *b, const struct layer *layer, const struct row *row,
                 const struct ast *a, struct slot *s);
/* fuzz(..): what is plain and not given becomes random. */
bool clv_bind_fuzz(struct binder *b, struct node *list);
/* Bytes given as such: b'..', '..', bytes(20), hexadecimal text in JSON. */
bool clv_bind_bytes(struct binder *b, const struct ast *a, struct bytes *to);
/* Put "Layer.field: " before what a kind's parser says of a value. */
bool clv_bind_scalar(struct binder *b, const struct layer *layer, const struct row *row,
                     const struct ast *a, struct clv_val *v);
/* The rows that hold a tuple's values: neither told, nor measured. */
uint32_t clv_value_rows(const struct layer *layer, uint16_t rows[MAX_ROWS]);
static inline bool clv_ast_is(const struct ast *a, const char *name)
{
    return a->type == AST_CALL && a->n && clv_same_word(a->s, a->n, name);
}

/* ---- print.c */
/* A set as it could have been written. */
void clv_print_set(const struct row *row, const struct set *set, struct clv_out *out);

#endif
