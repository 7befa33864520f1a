/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Build: a draft becomes bytes. Order: keys from above; layout; lengths and counts; then fills from
 * the innermost layer outwards. Every byte is written, whatever the memory held before.
 */
#include "draft.h"
#include "names.h"

#include <string.h>

enum { MAX_ROUNDS = 64 };

struct layout {
    const struct clv *clv;
    struct clv_arena *arena;
    struct clv_err *err;
    struct stack *stack;
    uint8_t *b;
    uint32_t cap, at; /* bytes */
    uint32_t depth;
    bool strict;
    uint32_t message; /* where the layer that holds the names begins */
    uint64_t mode;    /* how it compresses them */
    struct names *names;
};

static bool grow(struct layout *o, uint32_t n)
{
    uint32_t cap = o->cap ? o->cap : 256;
    if (n > MAX_PACKET - o->at)
        return clv_fail(o->err, CLV_LIMIT, "the packet is longer than %d bytes", MAX_PACKET);
    while (cap < o->at + n)
        cap *= 2;
    if (cap > MAX_PACKET)
        cap = MAX_PACKET;
    uint8_t *b = clv_arena_take(o->arena, cap + 8);
    if (!b)
        return clv_fail_memory(o->err);
    if (o->clv->poison)
        memset(b, o->clv->poison, cap + 8);
    if (o->at)
        memcpy(b, o->b, o->at);
    o->b = b;
    o->cap = cap;
    return true;
}

/* Room for n bytes, and eight more that may be written over. */
static inline bool room(struct layout *o, uint32_t n)
{
    return n <= o->cap - o->at || grow(o, n);
}

static bool put_bytes(struct layout *o, const uint8_t *p, uint32_t n)
{
    if (!room(o, n))
        return false;
    if (n)
        memcpy(o->b + o->at, p, n);
    o->at += n;
    return true;
}

static bool put_zeros(struct layout *o, uint32_t n)
{
    if (!room(o, n))
        return false;
    if (n)
        memset(o->b + o->at, 0, n);
    o->at += n;
    return true;
}

static void put_word(uint8_t *p, uint64_t v)
{
    p[0] = (uint8_t)(v >> 56);
    p[1] = (uint8_t)(v >> 48);
    p[2] = (uint8_t)(v >> 40);
    p[3] = (uint8_t)(v >> 32);
    p[4] = (uint8_t)(v >> 24);
    p[5] = (uint8_t)(v >> 16);
    p[6] = (uint8_t)(v >> 8);
    p[7] = (uint8_t)v;
}

/* n bits, of which the first may share a byte with what is there; room() has left eight bytes more. */
static void put_number(uint8_t *bytes, uint32_t bit, uint32_t n, uint64_t v, bool little)
{
    uint32_t lead = bit & 7;
    if (!little && n - 1 < 64 - lead) {
        uint8_t *p = bytes + (bit >> 3);
        v = v << (64 - n) >> lead;
        v |= (uint64_t)(p[0] & 0xff00u >> lead) << 56; /* nothing, where lead is 0 */
        put_word(p, v);
        return;
    }
    /* A byte is cleared by the first bits that enter it. */
    if ((bit | n) & 7)
        for (uint32_t i = (bit + 7) >> 3; i <= (bit + n - 1) >> 3; i++)
            bytes[i] = 0;
    clv_bits_put(bytes, bit, n, v, little);
}

static bool put_node(struct layout *o, struct node *node, const struct node *holder);

/* Is the switch on that lets the padding be computed? */
static bool pads(const struct node *node)
{
    return node->layer->pads != NO_ID && clv_slot_number(node, node->layer->pads);
}

/* n bytes of padding, in the layer's own way where it has one. */
static bool put_padding(struct layout *o, const struct node *node, uint32_t n)
{
    const struct clv_hooks *hooks = node->layer->d->hooks;
    uint32_t from = o->at;
    if (!put_zeros(o, n))
        return false;
    if (n && hooks && hooks->pad)
        hooks->pad(o->b + from, n);
    return true;
}

/* What the item wants to lie behind. */
static bool put_before(struct layout *o, const struct node *node, const struct node *item)
{
    uint32_t unit = item->layer->d->begins[0], at = o->at - node->off;
    if (!unit || !pads(node))
        return true;
    return put_padding(o, node, (unit + item->layer->d->begins[1] - at % unit) % unit);
}

static bool put_items(struct layout *o, const struct row *row, struct slot *s,
                      const struct node *node)
{
    if (o->depth > MAX_ITEM_NEST + 4)
        return clv_fail(o->err, CLV_LIMIT, "%s.%s: lists nested more than %d deep",
                        node->layer->d->name, row->f->name, MAX_ITEM_NEST + 4);
    o->depth++;
    for (struct node *item = s->items; item; item = item->next) {
        uint32_t align = row->many ? row->f->align : 0;
        if (align > 1 && item->layer->id != o->clv->raw &&
            !put_zeros(o, (align - (o->at - node->off) % align) % align))
            return false;
        if (!put_before(o, node, item))
            return false;
        o->stack->item_sums |= item->layer->summed;
        item->in = (uint16_t)(row->index + 1);
        if (!put_node(o, item, node))
            return false;
    }
    o->depth--;
    return true;
}

static bool put_name(struct layout *o, const struct row *row, const struct clv_val *v)
{
    uint8_t to[CLV_NAME_MAX + 2];
    bool plain = row->kind == &clv_name_plain;
    uint32_t at = o->at - o->message;
    o->names->msg = o->b + o->message;
    uint32_t n = clv_names_encode(o->names, v, o->mode, plain, to);
    if (!put_bytes(o, to, n))
        return false;
    o->names->msg = o->b + o->message;
    return clv_names_learn(o->names, at, n) || clv_fail_memory(o->err);
}

static bool put_value(struct layout *o, const struct row *row, const struct clv_val *v, bool little)
{
    const struct clv_kind *k = row->kind;
    if (clv_is_named(row))
        return put_name(o, row, v);
    if (k->store) {
        uint32_t n = k->width(row->f, v);
        if (!room(o, n))
            return false;
        memset(o->b + o->at, 0, n);
        k->store(row->f, v, o->b + o->at);
        o->at += n;
        return true;
    }
    if (k->shape == SHAPE_BYTES)
        return put_bytes(o, v->p, v->n);
    if (!room(o, row->bits / 8))
        return false;
    put_number(o->b, o->at * 8, row->bits, v->u, little);
    o->at += row->bits / 8;
    return true;
}

static bool put_default(struct layout *o, const struct row *row)
{
    uint8_t zero[256];
    struct bytes b = clv_row_default(row, zero);
    uint32_t fixed = row->bits / 8;
    if (row->kind->store || clv_is_named(row)) {
        struct clv_val v = { .p = b.p, .n = b.n };
        return put_value(o, row, &v, false);
    }
    if (b.n > fixed && fixed)
        b.n = fixed;
    return put_bytes(o, b.p, b.n) && put_zeros(o, fixed > b.n ? fixed - b.n : 0);
}

/* Bytes up to where a length that was given ends the header; all of them if none was. */
static uint32_t left_given(const struct layout *o, const struct node *node, uint32_t whole)
{
    for (uint32_t i = 0; i < node->layer->nhead; i++) {
        const struct row *row = &node->layer->rows[i];
        const struct slot *s = &node->slots[i];
        uint8_t of = row->f->measures.of;
        if (s->state != SLOT_GIVEN || !s->here || (of != CLV_HEADER && of != CLV_REST))
            continue;
        int64_t end = clv_span_bytes(row->f, s->v.u);
        end += of == CLV_REST ? (s->bit + s->bits) / 8 : node->off;
        int64_t left = end - o->at;
        left = left < 0 ? 0 : left;
        /* What is kept of the header behind the rows is not the address's. */
        return node->has_extra && left > whole ? whole : (uint32_t)left;
    }
    return whole;
}

/* The leading bytes of an address, as many as are told; zeros behind a whole one. */
static bool put_part_of(struct layout *o, const struct node *node, const struct row *row,
                        const struct slot *s)
{
    uint8_t zero[256];
    struct bytes b = clv_row_default(row, zero);
    uint64_t by = row->size == NO_ID ? 0 : clv_slot_number(node, row->size);
    bool in_bits = clv_row_in_bits(node->layer, row);
    int64_t n = row->kind->whole;
    if (s->state == SLOT_SET)
        b = (struct bytes){ s->set->alts[0].v.p, s->set->alts[0].v.n };
    else if (s->state != SLOT_UNSET)
        b = (struct bytes){ s->v.p, s->v.n };
    if (row->bits)
        n = row->bits / 8;
    else if (in_bits || (row->size != NO_ID && node->slots[row->size].state == SLOT_GIVEN))
        n = clv_row_size(node->layer, row, by);
    else if (row->size == NO_ID)
        n = left_given(o, node, row->kind->whole);
    n = n < 0 ? 0 : n > MAX_PACKET ? MAX_PACKET + 1 : n;
    uint32_t from = o->at, have = b.n < n ? b.n : (uint32_t)n;
    if (!put_bytes(o, b.p, have) || !put_zeros(o, (uint32_t)n - have))
        return false;
    for (uint64_t i = by / 8; (row->style & CLV_NET) && i < (uint64_t)n; i++) {
        unsigned kept = i == by / 8 ? 0xff00u >> by % 8 & 0xff : 0;
        o->b[from + i] = (uint8_t)(o->b[from + i] & kept);
    }
    return true;
}

/* Where offsets and alignment in a header count from. */
static uint32_t find_origin(const struct node *node)
{
    for (const struct node *n = node; n; n = n->parent)
        if (n->layer->d->origin)
            return n->off;
    return node->off;
}

/* The gap before an aligned row; one that was given, whatever it holds. */
static bool put_gap(struct layout *o, const struct node *node, const struct row *row,
                    const struct slot *s)
{
    if (s->gap)
        return put_bytes(o, s->gap->p, s->gap->n);
    if (row->f->align < 2 || (row->many && row->kind->shape == SHAPE_ITEM))
        return true;
    uint32_t origin = row->index < node->layer->nhead ? find_origin(node) : node->off;
    return put_zeros(o, (row->f->align - (o->at - origin) % row->f->align) % row->f->align);
}

/* A field that a length counts in units is filled up to one. */
static bool put_unit(struct layout *o, const struct row *row, const struct node *node,
                     uint32_t from)
{
    if (row->size == NO_ID || row->counted)
        return true;
    const struct clv_span *m = &node->layer->rows[row->size].f->measures;
    uint8_t state = node->slots[row->size].state;
    if (m->unit < 2 || state == SLOT_GIVEN || state == SLOT_RAW)
        return true;
    int64_t n = (int64_t)o->at - from + m->bias;
    return put_zeros(o, (uint32_t)((m->unit - n % m->unit) % m->unit));
}

/* A number that shares bytes with its neighbours. */
static bool put_part(struct layout *o, const struct node *node, const struct row *row,
                     struct slot *s, uint32_t *bit)
{
    bool derived = s->state == SLOT_UNSET && row->f->measures.of;
    uint32_t end = (*bit + row->bits + 7) / 8;
    if (end > o->at && !room(o, end - o->at))
        return false;
    s->bit = *bit;
    s->bits = row->bits;
    put_number(o->b, *bit, row->bits, derived ? 0 : clv_slot_number(node, row->index),
               clv_row_little(node, row));
    *bit += row->bits;
    o->at = (*bit + 7) / 8;
    return true;
}

/* The numbers that a header begins with, up to one that was given as bytes, or with a gap. */
static bool put_plain(struct layout *o, struct node *node, uint64_t *seen, uint32_t *bit,
                      uint32_t *from)
{
    const struct layer *layer = node->layer;
    const struct plain *plain = layer->plain;
    uint32_t n = 0;
    uint64_t word = 0; /* begins with what is already in the number's first byte */
    if (!room(o, layer->min))
        return false;
    for (; n < layer->nplain; n++, plain++) {
        struct slot *s = &node->slots[n];
        if (s->state == SLOT_RAW || s->gap)
            break;
        uint64_t v = s->state == SLOT_UNSET ? plain->init : s->v.u;
        if (s->state == SLOT_SET)
            v = clv_slot_number(node, n);
        s->here = true;
        s->bit = node->off * 8 + plain->bit;
        s->bits = plain->bits;
        seen[n] = v;
        word |= v << (64 - plain->bits) >> plain->lead;
        put_word(o->b + node->off + plain->bit / 8, word);
        word = word << plain->half << plain->half;
    }
    if (n)
        *bit = node->slots[n - 1].bit + node->slots[n - 1].bits;
    o->at = (*bit + 7) / 8;
    *from = n;
    return true;
}

static bool put_row(struct layout *o, struct node *node, const struct row *row, uint32_t *bit)
{
    struct slot *s = &node->slots[row->index];
    bool little = clv_row_little(node, row);
    s->here = true;
    if (row->style & CLV_MESSAGE)
        o->message = o->at;
    if (!(*bit & 7)) {
        if (!put_gap(o, node, row, s))
            return false;
        *bit = o->at * 8;
    }
    if (row->part && s->state != SLOT_RAW)
        return put_part(o, node, row, s, bit);
    if (row->part && row->index < node->layer->nhead)
        return clv_fail_at(o->err, s->pos, s->len, "%s.%s: takes a number of %u bits, and no bytes",
                           node->layer->d->name, row->f->name, row->bits);
    s->bit = o->at * 8;
    bool fine = true;
    if (s->state == SLOT_RAW)
        fine = put_bytes(o, s->v.p, s->v.n);
    else if (row->kind->shape == SHAPE_ITEM)
        fine = put_items(o, row, s, node);
    else if (row->kind->whole)
        fine = put_part_of(o, node, row, s);
    else if (row->many)
        for (uint32_t k = 0; fine && k < s->nmany; k++)
            fine = put_value(o, row, &s->many[k], little);
    else if (row->kind->shape == SHAPE_NUM) {
        struct clv_val v = s->v;
        if (s->state != SLOT_UNSET || !row->f->measures.of || !row->kind->store)
            v.u = clv_slot_number(node, row->index);
        fine = put_value(o, row, &v, little);
    } else if (s->state == SLOT_UNSET)
        fine = put_default(o, row);
    else if (s->state == SLOT_SET)
        fine = put_value(o, row, &s->set->alts[0].v, little);
    else
        fine = put_value(o, row, &s->v, little);
    fine = fine && put_unit(o, row, node, s->bit / 8);
    s->bits = o->at * 8 - s->bit;
    *bit = o->at * 8;
    return fine;
}

static bool put_node(struct layout *o, struct node *node, const struct node *holder)
{
    const struct layer *layer = node->layer;
    uint64_t seen[MAX_ROWS];
    uint32_t bit = o->at * 8, from = 0;
    node->off = o->at;
    if (holder)
        node->parent = (struct node *)(uintptr_t)holder;
    if (!put_plain(o, node, seen, &bit, &from))
        return false;
    clv_present_rows(node, seen, from);
    for (uint32_t i = layer->nhead; holder && i < layer->n; i++) /* an item has no payload */
        node->slots[i].here = false;
    if (o->strict && !clv_present_check(node, from, o->err))
        return false;
    for (uint32_t i = from; i < layer->nhead; i++)
        if (node->slots[i].here && !put_row(o, node, &layer->rows[i], &bit))
            return false;
    uint32_t unit = 0;
    if (layer->units != NO_ID && (layer->pads == NO_ID || pads(node)))
        unit = clv_unit_pad(layer, o->at - node->off, node, node->off);
    if (node->has_extra ? !put_bytes(o, node->extra.p, node->extra.n)
                        : unit && !put_padding(o, node, unit))
        return false;
    node->fend = o->at;
    uint8_t pad = layer->d->pad;
    if (node->has_pad ? !put_bytes(o, node->pad.p, node->pad.n)
                      : pad && !put_zeros(o, (pad - (o->at - node->off) % pad) % pad))
        return false;
    node->head = o->at - node->off;
    node->body = node->end = o->at;
    return true;
}

/* Layer i, and all that it holds; *next is the first that it does not. */
static bool put_layer(struct layout *o, uint32_t i, uint32_t *next)
{
    struct node *node = o->stack->nodes[i];
    uint32_t j = i + 1, bit;
    struct names names;
    clv_names_begin(&names, o->arena, NULL);
    o->names = &names;
    o->message = o->at;
    o->mode = node->layer->mode == NO_ID ? NAMES_NONE : clv_slot_number(node, node->layer->mode);
    if (!put_node(o, node, NULL))
        return false;
    while (j < o->stack->n && o->stack->nodes[j]->parent == node)
        if (!put_layer(o, j, &j))
            return false;
    uint32_t fill = clv_has_behind(node)
                        ? clv_body_fill(node->layer, o->at - node->off - node->head)
                        : 0;
    if (node->has_tail ? !put_bytes(o, node->tail.p, node->tail.n) : !put_zeros(o, fill))
        return false;
    node->body = o->at;
    bit = o->at * 8;
    for (uint32_t r = node->layer->nhead; r < node->layer->n; r++)
        if (node->slots[r].here && !put_row(o, node, &node->layer->rows[r], &bit))
            return false;
    node->end = o->at;
    *next = j;
    return true;
}

uint8_t *clv_build_implied(struct clv_draft *draft, struct clv_arena *arena, struct stack *stack,
                           uint32_t *len, struct clv_err *err)
{
    struct layout o = {
        .clv = draft->clv, .arena = arena, .err = err, .stack = stack, .strict = draft->strict
    };
    /* A length whose width hangs on its value moves what follows: lay out again until it rests. */
    bool moved = true;
    for (int round = 0; moved; round++) {
        uint32_t next = 0;
        if (round == MAX_ROUNDS) {
            clv_fail(err, CLV_LIMIT, "lengths that hang on each other do not settle");
            return NULL;
        }
        o.at = 0;
        stack->item_sums = false;
        if (!room(&o, draft->size > 64 ? draft->size : 64) ||
            (stack->n && !put_layer(&o, 0, &next)))
            return NULL;
        if (draft->has_padding && !put_bytes(&o, draft->padding.p, draft->padding.n))
            return NULL;
        if (!clv_derive(draft, stack, o.b, o.at, &moved, err))
            return NULL;
    }
    clv_fill_all(draft, stack, o.b, o.at);
    *len = draft->size = o.at;
    return o.b;
}

uint8_t *clv_build(struct clv_draft *draft, struct clv_arena *arena, uint32_t *len,
                   struct clv_err *err)
{
    struct stack stack;
    if (draft->nsets && !(draft = clv_draft_pick(draft, 0, 0, arena, err)))
        return NULL;
    if (!clv_imply(draft, arena, &stack, err))
        return NULL;
    return clv_build_implied(draft, arena, &stack, len, err);
}
