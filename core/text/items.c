/* SPDX-License-Identifier: BSD-2-Clause */
/* Items: lists of nested layers, written as layers, as Scapy's tuples ('MSS', 1460), or as bytes. */
#include "bind.h"

#include <string.h>

/* The table that an item row offers under this tuple name; NULL: none. */
static const struct layer *named_item(const struct clv *clv, uint16_t space, const struct ast *a)
{
    const struct space *s = clv_space(clv, space);
    for (uint32_t i = 0; s && i < s->n; i++)
        for (uint32_t c = 0; c < s->b[i].n; c++) {
            uint16_t id = s->b[i].c[c].layer;
            const char *name = clv->descs[id]->tuple;
            if (name && *name && clv_same_word(a->s, a->n, name))
                return clv_layer_made(clv, id);
        }
    return NULL;
}

/* Does the first of the rows that tell the layer from others say this? */
static bool tells(const struct clv_desc *d, uint64_t number)
{
    const struct clv_field *f = d->fields;
    while (f && f->name && !(f->style & CLV_TELL))
        f++;
    return f && f->name && f->init == number;
}

/* The table whose first row tells this number, or the general one, which has an empty name. */
static const struct layer *numbered_item(const struct clv *clv, uint16_t space, uint64_t number,
                                         bool general)
{
    const struct space *s = clv_space(clv, space);
    for (uint32_t i = 0; s && i < s->n; i++)
        for (uint32_t c = 0; c < s->b[i].n; c++) {
            uint16_t id = s->b[i].c[c].layer;
            const struct clv_desc *d = clv->descs[id];
            if (general ? d->tuple && !*d->tuple : tells(d, number))
                return clv_layer_made(clv, id);
        }
    return NULL;
}

static const char *near_item(const struct clv *clv, uint16_t space, const struct ast *a)
{
    const struct space *s = clv_space(clv, space);
    const char *near = NULL;
    uint32_t best = a->n < 4 ? 2 : 3;
    for (uint32_t i = 0; s && i < s->n; i++)
        for (uint32_t c = 0; c < s->b[i].n; c++) {
            const char *name = clv->descs[s->b[i].c[c].layer]->tuple;
            uint32_t d = name && *name ? clv_distance(a->s, a->n, name, strlen(name)) : 9;
            if (d < best) {
                best = d;
                near = name;
            }
        }
    return near;
}

static bool is_empty(const struct ast *a)
{
    if (a->type == AST_LIST || a->type == AST_TUPLE)
        return !a->first;
    return a->type == AST_NONE || ((a->type == AST_TEXT || a->type == AST_BYTES) && !a->n);
}

static bool fail_values(struct binder *b, const struct layer *layer, uint32_t n,
                        const struct ast *a)
{
    return clv_fail_at(b->err, a->pos, a->len, "%s takes %u value%s", layer->d->name, n,
                       n == 1 ? "" : "s");
}

/* The values of a tuple into the rows that hold them; the last row takes the rest if it repeats. */
static bool bind_values(struct binder *b, struct node *node, const struct ast *first)
{
    uint16_t rows[MAX_ROWS];
    const struct layer *layer = node->layer;
    uint32_t n = clv_value_rows(layer, rows);
    for (uint32_t i = 0; i < n && first; i++) {
        const struct row *row = &layer->rows[rows[i]];
        struct slot *s = &node->slots[rows[i]];
        if (row->many && row->kind->shape != SHAPE_ITEM && first->type != AST_LIST) {
            struct ast list = { .type = AST_LIST, .pos = first->pos, .len = first->len };
            list.first = (struct ast *)(uintptr_t)first;
            return clv_bind_value(b, layer, row, &list, s);
        }
        if (!clv_bind_value(b, layer, row, first, s))
            return false;
        first = first->next;
    }
    return !first || is_empty(first) || fail_values(b, layer, n, first);
}

/*
 * (5, b'..'), ('router', '10.0.0.1'), or bytes for a table that has other rows: the general table
 * with that number in its first row; the value goes to the row that holds for it.
 */
static struct node *bind_general(struct binder *b, uint16_t space, uint64_t number,
                                 const struct ast *name, const struct ast *value)
{
    const struct layer *layer = numbered_item(b->clv, space, number, true);
    if (!layer && b->clv->starved) {
        clv_fail_memory(b->err);
        return NULL;
    }
    if (!layer) {
        clv_fail_at(b->err, name->pos, name->len, "no item takes a number for its name here");
        return NULL;
    }
    struct ast key = { .type = AST_INT, .u = number, .pos = name->pos, .len = name->len };
    if (name->type == AST_INT) {
        key = *name;
        key.next = NULL;
    }
    struct ast call = { .type = AST_CALL, .s = layer->d->name, .pos = name->pos, .len = name->len };
    struct ast given, list = { .type = AST_LIST };
    uint16_t rows[MAX_ROWS];
    uint32_t n = clv_value_rows(layer, rows);
    call.n = (uint32_t)strlen(layer->d->name);
    call.first = &key;
    key.key = layer->rows[0].f->name;
    key.keylen = (uint32_t)strlen(key.key);
    key.keypos = name->pos;
    if (!value || is_empty(value) || n < 2)
        return clv_bind_node(b, &call);
    given = *value;
    bool many = false;
    for (uint32_t i = 1; i < layer->n; i++)
        many = many || (layer->rows[i].many && !layer->rows[i].f->measures.of);
    if (value->next && !many) {
        fail_values(b, layer, 1, value->next);
        return NULL;
    }
    if (value->next) {
        list.first = (struct ast *)(uintptr_t)value;
        list.pos = value->pos;
        list.len = value->len;
        given = list;
    }
    given.key = layer->rows[rows[n - 1]].f->name;
    given.keylen = (uint32_t)strlen(given.key);
    given.keypos = value->pos;
    given.next = NULL;
    key.next = &given;
    return clv_bind_node(b, &call);
}

/*
 * The general table, by a word of its first row. A word may stand for several numbers, of which the
 * first that takes the value is meant. false: no such word; *node NULL: err.
 */
static bool bind_word(struct binder *b, uint16_t space, const struct ast *name,
                      const struct ast *value, struct node **node)
{
    const struct layer *layer = numbered_item(b->clv, space, 0, true);
    struct clv_err first = { 0 }, *err = b->err;
    bool found = false;
    *node = NULL;
    for (const struct clv_word *w = layer ? layer->rows[0].f->words : NULL; w && w->name; w++) {
        struct clv_err why = { 0 };
        if (!clv_same_word(name->s, name->n, w->name))
            continue;
        b->err = &why;
        *node = bind_general(b, space, w->value, name, value);
        b->err = err;
        if (*node)
            return true;
        if (!found)
            first = why;
        found = true;
    }
    if (found && err && !err->code)
        *err = first;
    return found;
}

static struct node *fail_item(struct binder *b, const struct layer *holder, const struct row *row,
                              const struct ast *a)
{
    clv_fail_at(b->err, a->pos, a->len, "%s.%s takes layers or tuples like ('NAME', value)",
                holder->d->name, row->f->name);
    return NULL;
}

static struct node *bind_tuple(struct binder *b, const struct layer *holder, const struct row *row,
                               const struct ast *a)
{
    const struct ast *name = a->type == AST_TUPLE ? a->first : a;
    const struct ast *value = a->type == AST_TUPLE && name ? name->next : NULL;
    const struct layer *layer = NULL;
    uint16_t rows[MAX_ROWS];
    clv_fed(b->clv);
    if (name && name->type == AST_TEXT) {
        layer = named_item(b->clv, row->of, name);
    } else if (name && name->type == AST_INT) {
        bool told = !name->negative && !name->wide;
        layer = told ? numbered_item(b->clv, row->of, name->u, false) : NULL;
        bool bare = layer && !clv_value_rows(layer, rows) && (!value || is_empty(value));
        if (!bare)
            return bind_general(b, row->of, name->u, name, value);
    }
    if (!name || (name->type != AST_TEXT && name->type != AST_INT))
        return fail_item(b, holder, row, name ? name : a);
    struct node *node;
    if (!layer && name->type == AST_TEXT && bind_word(b, row->of, name, value, &node))
        return node;
    if (!layer && b->clv->starved) {
        clv_fail_memory(b->err);
        return NULL;
    }
    if (!layer) {
        const char *near = near_item(b->clv, row->of, name);
        clv_fail_at(b->err, name->pos, name->len, "%s.%s has no item '%.*s'%s%s%s", holder->d->name,
                    row->f->name, (int)name->n, name->s, near ? "; did you mean '" : "",
                    near ? near : "", near ? "'?" : "");
        return NULL;
    }
    uint32_t n = clv_value_rows(layer, rows);
    const struct row *only = n == 1 ? &layer->rows[rows[0]] : NULL;
    bool bytes = value && !value->next && (value->type == AST_BYTES || value->type == AST_TEXT);
    bool plain = only && only->kind->shape == SHAPE_BYTES;
    if (bytes && n && !plain && (value->type == AST_BYTES || n > 1) && layer->ntells)
        return bind_general(b, row->of, layer->rows[layer->tells[0]].f->init, name, value);
    node = clv_node_new(b->arena, layer);
    if (!node) {
        clv_fail_memory(b->err);
        return NULL;
    }
    node->parent = b->holder;
    if (!value || (is_empty(value) && !value->next))
        return node;
    bool spread = !value->next && (value->type == AST_TUPLE || value->type == AST_LIST);
    return bind_values(b, node, spread ? value->first : value) ? node : NULL;
}

static struct node *bind_item(struct binder *b, const struct layer *holder, const struct row *row,
                              const struct ast *a)
{
    if (a->type == AST_CALL && a->n && !clv_ast_is(a, "bytes"))
        return clv_bind_node(b, a);
    if (a->type == AST_BYTES || a->type == AST_CALL)
        return clv_bind_raw(b, a);
    if (a->type == AST_TUPLE || a->type == AST_TEXT)
        return bind_tuple(b, holder, row, a);
    return fail_item(b, holder, row, a);
}

/* The row of an item whose own items are stacked on it in text; NULL: none. */
static const struct row *stacked_row(const struct layer *layer)
{
    const struct row *row = layer->n ? &layer->rows[layer->n - 1] : NULL;
    return row && (row->style & CLV_STACKED) ? row : NULL;
}

/* Does the row draw this from its space, or take it as it stands? */
static bool is_member(const struct binder *b, const struct row *row, const struct ast *a)
{
    if (a->type == AST_BYTES || a->type == AST_TEXT || clv_ast_is(a, "bytes"))
        return true;
    uint16_t id = a->type == AST_CALL && a->n ? clv_layer_id(b->clv, a->s, a->n) : NO_ID;
    if (id == NO_ID || id == b->clv->raw)
        return id == b->clv->raw;
    const struct clv_under *u = b->clv->descs[id]->under;
    while (u && u->space && strcmp(u->space, b->clv->spaces[row->of].name) != 0)
        u++;
    return u && u->space;
}

/*
 * A stack of what the row holds is a list of it: their bytes follow each other either way. Another
 * one is built on its own, so that its layers name each other, and its bytes stand.
 */
static struct node *bind_stacked(struct binder *b, const struct layer *holder,
                                 const struct row *row, const struct ast *a)
{
    struct node *first = NULL, **tail = &first;
    bool all = true;
    uint16_t id = a->type == AST_CALL && a->n ? clv_layer_id(b->clv, a->s, a->n) : NO_ID;
    const struct row *own = id == NO_ID ? NULL : stacked_row(b->clv->layers[id]);
    for (const struct ast *e = own ? a->stack : a; e; e = e->stack)
        all = all && is_member(b, own ? own : row, e);
    if (own && all) {
        first = bind_item(b, holder, row, a);
        if (first && a->stack)
            first->slots[own->index].items = bind_stacked(b, first->layer, own, a->stack);
        if (!first || !a->stack)
            return first;
        first->slots[own->index].state = SLOT_GIVEN;
        return first->slots[own->index].items ? first : NULL;
    }
    if (a->stack && !all) {
        struct bytes bytes;
        struct ast built = { .type = AST_BYTES, .pos = a->pos, .len = a->len };
        if (!clv_bind_built(b, holder, row, a, &bytes))
            return NULL;
        built.s = (const char *)bytes.p;
        built.n = bytes.n;
        return clv_bind_raw(b, &built);
    }
    for (const struct ast *e = a; e; e = e->stack) {
        bool raw = e != a && (e->type == AST_TEXT || e->type == AST_BYTES);
        *tail = raw ? clv_bind_raw(b, e) : bind_item(b, holder, row, e);
        if (!*tail)
            return NULL;
        tail = &(*tail)->next;
    }
    return first;
}

/* Bytes that are none are no item. */
static bool is_nothing(const struct binder *b, const struct node *node)
{
    return node->layer->id == b->clv->raw && !node->next && !node->slots[0].v.n &&
           node->slots[0].state != SLOT_SET;
}

bool clv_bind_items(struct binder *b, const struct layer *layer, const struct row *row,
                    const struct ast *a, struct slot *s)
{
    bool list = a->type == AST_LIST;
    struct node **tail = &s->items;
    s->items = NULL;
    if (is_empty(a))
        return true;
    if (!list && (a->type == AST_BYTES || clv_ast_is(a, "bytes"))) {
        struct bytes bytes;
        if (!clv_bind_bytes(b, a, &bytes))
            return false;
        s->state = SLOT_RAW;
        s->v = (struct clv_val){ .p = bytes.p, .n = bytes.n };
        return true;
    }
    if (++b->depth > MAX_ITEM_NEST + 4)
        return clv_fail_at(b->err, a->pos, a->len, "lists nested more than %d deep",
                           MAX_ITEM_NEST + 4);
    for (const struct ast *e = list ? a->first : a; e; e = list ? e->next : NULL) {
        struct node *node = bind_stacked(b, layer, row, e);
        if (!node)
            return false;
        if (is_nothing(b, node))
            continue;
        *tail = node;
        while (*tail)
            tail = &(*tail)->next;
    }
    b->depth--;
    return true;
}
