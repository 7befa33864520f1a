/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A syntax tree to a draft: names become layers and rows, literals become values. The same for the
 * expression and for JSON. A value is checked against its field here, where its place is known.
 */
#include "bind.h"

#include <string.h>

bool clv_bind_bytes(struct binder *b, const struct ast *a, struct bytes *to)
{
    struct clv_field plain = BYTES("bytes");
    struct clv_val v = { 0 };
    if (clv_ast_is(a, "bytes") && a->first && !a->first->next && a->first->type == AST_INT) {
        if (a->first->u > 1 << 20 || a->first->negative)
            return clv_fail_at(b->err, a->first->pos, a->first->len, "takes 0..%d bytes", 1 << 20);
        to->n = (uint32_t)a->first->u;
        to->p = clv_arena_zero(b->arena, to->n + 1);
        return to->p || clv_fail_memory(b->err);
    }
    if (!clv_bytes.parse(&plain, a, &v, b->arena, b->err))
        return false;
    *to = (struct bytes){ v.p, v.n };
    return true;
}

/* Only packets and lists of layers are made with '/'. */
static bool check_lone(struct binder *b, const struct layer *layer, const struct row *row,
                       const struct ast *a)
{
    return !a || !a->stack ||
           clv_fail_at(b->err, a->stack->pos, a->stack->len, "%s.%s takes one value, not a stack",
                       layer->d->name, row->f->name);
}

bool clv_bind_scalar(struct binder *b, const struct layer *layer, const struct row *row,
                     const struct ast *a, struct clv_val *v)
{
    struct clv_err why = { 0 };
    struct ast given = *a;
    given.json = b->json;
    if (!check_lone(b, layer, row, a))
        return false;
    if (clv_ast_is(a, "bytes") && row->kind->shape == SHAPE_BYTES) {
        struct bytes bytes;
        if (!clv_bind_bytes(b, a, &bytes))
            return false;
        given = (struct ast){ .type = AST_BYTES, .pos = a->pos, .len = a->len };
        given.s = (const char *)bytes.p;
        given.n = bytes.n;
    }
    if (row->kind->parse(row->f, &given, v, b->arena, &why))
        return true;
    clv_fail_at(b->err, why.pos, why.len, "%s.%s: %s", layer->d->name, row->f->name, why.text);
    if (b->err && why.code == CLV_NO_MEMORY)
        b->err->code = why.code;
    return false;
}

/* RawVal(b'..'), or {"raw":"00ff"}: these bytes instead of a value. */
static const struct ast *raw_value(const struct binder *b, const struct ast *a)
{
    if (b->json)
        return a->type == AST_CALL && !a->n && a->first && a->first->keylen == 3 &&
                       !memcmp(a->first->key, "raw", 3)
                   ? a->first
                   : NULL;
    return clv_ast_is(a, "RawVal") && a->first && !a->first->next ? a->first : NULL;
}

/* Width(2): computed, but in two bytes; Width(2, 5): 5, in two bytes. 0: a says no such thing. */
static int bind_width(struct binder *b, const struct layer *layer, const struct row *row,
                      const struct ast *a, struct clv_val *v, bool *given)
{
    uint8_t bytes[256];
    const struct ast *n = a->first;
    const struct clv_kind *k = row->kind;
    if (!clv_ast_is(a, "Width"))
        return 0;
    *given = n && n->next;
    if (!k->width || k->shape != SHAPE_NUM || !n || n->type != AST_INT || n->u > 255 ||
        n->negative) {
        clv_fail_at(b->err, a->pos, a->len,
                    "%s.%s: Width(bytes) or Width(bytes, value) is for "
                    "numbers that delimit themselves",
                    layer->d->name, row->f->name);
        return -1;
    }
    if (*given && !clv_bind_scalar(b, layer, row, n->next, v))
        return -1;
    v->spell = (uint8_t)n->u;
    uint32_t width = k->width(row->f, v);
    if (width == n->u && width)
        k->store(row->f, v, bytes);
    if (width != n->u || !width || k->span(row->f, bytes, width) != width) {
        clv_fail_at(b->err, n->pos, n->len, "%s.%s: %llu has no spelling of %llu bytes",
                    layer->d->name, row->f->name, (unsigned long long)v->u,
                    (unsigned long long)n->u);
        return -1;
    }
    return 1;
}

/* One of a repeated row's values; bytes are an unusual spelling of one. */
static bool bind_element(struct binder *b, const struct layer *layer, const struct row *row,
                         const struct ast *a, struct clv_val *v)
{
    struct ast made;
    bool given;
    if (!(a = clv_bind_nested(b, layer, row, a, &made)))
        return false;
    const struct ast *raw = raw_value(b, a);
    int done = bind_width(b, layer, row, a, v, &given);
    if (done && (done < 0 || given))
        return done > 0;
    if (!raw || !row->kind->load)
        return clv_bind_scalar(b, layer, row, a, v);
    struct bytes bytes;
    struct ast hex = *raw;
    hex.json = b->json;
    if (!clv_bind_bytes(b, &hex, &bytes))
        return false;
    return row->kind->load(row->f, bytes.p, bytes.n, v) ||
           clv_fail_at(b->err, a->pos, a->len, "%s.%s: these bytes are no %s", layer->d->name,
                       row->f->name, row->kind->name);
}

static bool bind_many(struct binder *b, const struct layer *layer, const struct row *row,
                      const struct ast *a, struct slot *s)
{
    bool list = a->type == AST_LIST || a->type == AST_TUPLE;
    uint32_t n = 0, cap = 0;
    s->many = NULL;
    if (!list && (a->type == AST_BYTES || a->type == AST_TEXT) && !a->n) {
        s->nmany = 0;
        return true;
    }
    for (const struct ast *e = list ? a->first : a; e; e = list ? e->next : NULL, n++) {
        if (!clv_arena_grow(b->arena, &s->many, &cap, n + 1, sizeof *s->many))
            return clv_fail_memory(b->err);
        s->many[n] = (struct clv_val){ 0 };
        if (!bind_element(b, layer, row, e, &s->many[n]))
            return false;
        /* What is longer than one of its kind is several. */
        while (row->kind->span && row->kind->shape == SHAPE_BYTES) {
            struct clv_val *v = &s->many[n];
            uint32_t first = row->kind->span(row->f, v->p, v->n);
            if (first >= v->n)
                break;
            if (!clv_arena_grow(b->arena, &s->many, &cap, n + 2, sizeof *s->many))
                return clv_fail_memory(b->err);
            v = &s->many[n++];
            s->many[n] = (struct clv_val){ .p = v->p + first, .n = v->n - first };
            v->n = first;
        }
    }
    s->nmany = n;
    return true;
}

bool clv_bind_value(struct binder *b, const struct layer *layer, const struct row *row,
                    const struct ast *a, struct slot *s)
{
    struct ast made;
    if (row->kind->shape != SHAPE_ITEM && !(a = clv_bind_nested(b, layer, row, a, &made)))
        return false;
    const struct ast *raw = raw_value(b, a);
    s->pos = a->keylen ? a->keypos : a->pos;
    s->len = a->keylen ? a->keylen : a->len;
    if (row->kind->shape != SHAPE_ITEM &&
        (!check_lone(b, layer, row, a) || !check_lone(b, layer, row, raw)))
        return false;
    /* Scapy writes b'' for numbers that a packet does not have. */
    if (a->type == AST_NONE || (a->type == AST_BYTES && !a->n && row->kind->shape == SHAPE_NUM))
        return true;
    /* A counted row takes any bytes: what its kind cannot hold stays raw. */
    if (!raw && a->type == AST_BYTES && row->size != NO_ID && row->kind->shape == SHAPE_NUM &&
        !row->many)
        raw = a;
    if (raw) {
        struct bytes bytes;
        struct ast given = *raw;
        given.json = b->json;
        if (!clv_bind_bytes(b, &given, &bytes))
            return false;
        s->state = SLOT_RAW;
        s->v = (struct clv_val){ .p = bytes.p, .n = bytes.n };
        return true;
    }
    if (row->kind->shape == SHAPE_ITEM) {
        s->state = SLOT_GIVEN;
        return clv_bind_items(b, layer, row, a, s);
    }
    if (row->many) {
        s->state = SLOT_GIVEN;
        return bind_many(b, layer, row, a, s);
    }
    bool given = false;
    int done = bind_width(b, layer, row, a, &s->v, &given);
    if (done) {
        s->state = given ? SLOT_GIVEN : SLOT_UNSET;
        return done > 0;
    }
    done = b->json ? 0 : clv_bind_set(b, layer, row, a, s);
    if (done)
        return done > 0;
    s->state = SLOT_GIVEN;
    return clv_bind_scalar(b, layer, row, a, &s->v);
}

struct node *clv_bind_raw(struct binder *b, const struct ast *a)
{
    struct node *node = clv_node_new(b->arena, b->clv->layers[b->clv->raw]);
    if (!node) {
        clv_fail_memory(b->err);
        return NULL;
    }
    struct bytes bytes;
    struct ast given = *a;
    given.json = b->json;
    if (!clv_bind_bytes(b, &given, &bytes))
        return NULL;
    node->slots[0].state = SLOT_GIVEN;
    node->slots[0].v = (struct clv_val){ .p = bytes.p, .n = bytes.n };
    return node;
}

/* IP(b'E..'): these bytes, split from that layer on. NULL: it is something else, or err. */
static struct node *bind_split(struct binder *b, const struct ast *call)
{
    uint16_t id = clv_layer_id(b->clv, call->s, call->n), values[MAX_ROWS];
    const struct ast *a = call->first;
    if (b->json || id == NO_ID || !a || a->next || a->keylen || a->type != AST_BYTES ||
        clv_is_item(b->clv, b->clv->descs[id]) || clv_value_rows(b->clv->layers[id], values) == 1)
        return NULL;
    struct clv_view *view = clv_arena_take(b->arena, sizeof *view);
    if (!view)
        return NULL;
    clv_split(b->clv, view, b->arena, b->clv->layers[id]->d, (const uint8_t *)a->s, a->n);
    struct clv_draft *draft = clv_lift_proved(view, b->arena);
    if (!draft)
        return NULL;
    struct node *last = draft->first;
    while (last->next)
        last = last->next;
    if (draft->has_padding) {
        struct ast rest = { .type = AST_BYTES, .s = (const char *)draft->padding.p };
        rest.n = draft->padding.n;
        last->next = clv_bind_raw(b, &rest);
    }
    return draft->first;
}

/* fuzz(IP()/TCP()), as in Scapy: the layers within, with random values where none is given. */
static struct node *bind_fuzz(struct binder *b, const struct ast *call)
{
    struct clv_draft inner = { .clv = b->clv };
    if (!call->first || call->first->next || call->first->keylen) {
        clv_fail_at(b->err, call->pos, call->len, "fuzz takes one packet, like fuzz(IP()/TCP())");
        return NULL;
    }
    /* The parser bounds how deep calls lie in each other. */
    return clv_bind_stack(b, &inner, call->first) && clv_bind_fuzz(b, inner.first) ? inner.first
                                                                                   : NULL;
}

bool clv_bind_stack(struct binder *b, struct clv_draft *draft, const struct ast *a)
{
    struct node **tail = &draft->first;
    for (; a; a = a->stack) {
        struct node *node;
        if (draft->has_padding)
            return clv_fail_at(b->err, a->pos, a->len, "nothing lies above Padding");
        if (a->type == AST_TEXT || a->type == AST_BYTES || clv_ast_is(a, "bytes"))
            node = clv_bind_raw(b, a);
        else if (!b->json && clv_ast_is(a, "fuzz"))
            node = bind_fuzz(b, a);
        else if (a->type == AST_CALL && a->n)
            node = (node = bind_split(b, a)) ? node : clv_bind_node(b, a);
        else
            return clv_fail_at(b->err, a->pos, a->len,
                               "a packet is made of layers, like IP(dst='192.0.2.1'), and of text");
        if (!node)
            return false;
        if (node->layer->id == b->clv->padding && draft->first) {
            draft->has_padding = true;
            draft->padding = (struct bytes){ node->slots[0].v.p, node->slots[0].v.n };
            continue;
        }
        *tail = node;
        while (*tail)
            tail = &(*tail)->next;
    }
    return true;
}

struct clv_draft *clv_bind(const struct clv *clv, struct clv_arena *arena, const struct ast *a,
                           bool json, struct clv_err *err)
{
    struct binder b = { .clv = clv, .arena = arena, .err = err, .json = json };
    struct clv_draft *draft = clv_draft_new(clv, arena);
    if (!draft) {
        clv_fail_memory(err);
        return NULL;
    }
    draft->strict = true;
    if (!clv_bind_stack(&b, draft, a))
        return NULL;
    draft->nsets = b.nsets;
    return draft;
}

struct clv_draft *clv_parse(const struct clv *clv, struct clv_arena *arena, const char *text,
                            size_t n, struct clv_err *err)
{
    struct ast *a = clv_ast_parse(arena, text, n, true, err);
    return a ? clv_bind(clv, arena, a, false, err) : NULL;
}

bool clv_draft_set(struct clv_draft *draft, struct clv_arena *arena, uint32_t layer,
                   const char *field, const char *text, struct clv_err *err)
{
    struct binder b = { .clv = draft->clv, .arena = arena, .err = err };
    struct node *node = draft->first;
    struct slot fresh = { 0 };
    for (uint32_t i = layer; node && i; i--)
        node = node->next;
    if (!node)
        return clv_fail(err, CLV_BAD_TEXT, "the draft has no layer %u: it has %u", layer,
                        clv_draft_layers(draft));
    int first = clv_row_named(node->layer, field, strlen(field));
    if (first < 0)
        return clv_fail(err, CLV_BAD_TEXT, "%s has no field '%s'", node->layer->d->name, field);
    uint32_t row = clv_node_row(node, (uint32_t)first);
    const struct row *rows = node->layer->rows;
    struct ast *a = text ? clv_ast_parse(arena, text, strlen(text), false, err) : NULL;
    if (text && (!a || !clv_bind_value(&b, node->layer, &rows[row], a, &fresh)))
        return false;
    for (uint32_t i = (uint32_t)first; i < node->layer->n; i++)
        if (i == (uint32_t)first || rows[i].alias == first) {
            struct bytes *gap = node->slots[i].gap;
            draft->nsets -= node->slots[i].state == SLOT_SET;
            node->slots[i] = i == row ? fresh : (struct slot){ 0 };
            node->slots[i].gap = gap;
        }
    draft->nsets += b.nsets;
    return true;
}
