/* SPDX-License-Identifier: BSD-2-Clause */
/* What a laid-out packet says about itself: lengths, counts, offsets, then the filled-in sums. */
#include "draft.h"
#include "view.h"

struct deriving {
    const struct stack *stack;
    uint8_t *b;
    uint32_t len;
    bool moved;
    struct clv_err *err;
};

static uint32_t count_of(const struct node *node, uint32_t row)
{
    const struct row *r = &node->layer->rows[row];
    const struct slot *s = &node->slots[row];
    uint32_t n = 0;
    if (s->state == SLOT_RAW)
        return r->bits ? s->v.n / (r->bits / 8) : 0;
    if (r->kind->shape != SHAPE_ITEM)
        return s->nmany;
    for (const struct node *item = s->items; item; item = item->next)
        n++;
    return n;
}

static uint32_t origin_of(const struct node *node)
{
    for (const struct node *n = node; n; n = n->parent)
        if (n->layer->d->origin)
            return n->off;
    return node->off;
}

/* The row that this one counts or points at, among alternatives the one that is there. */
static uint32_t counted_row(const struct node *node, const struct row *row)
{
    bool start = row->f->measures.of == CLV_START;
    for (uint32_t i = row->index + 1u; i < node->layer->n; i++) {
        const struct row *other = &node->layer->rows[i];
        if ((start ? other->at : other->size) == row->index && node->slots[i].here)
            return i;
    }
    return NO_ID;
}

uint32_t clv_counted(const struct node *node, const struct row *row)
{
    uint32_t other = counted_row(node, row);
    return other == NO_ID ? 0 : count_of(node, other);
}

static uint64_t stride_of(const struct deriving *d, const struct node *node)
{
    for (const struct node *n = node->next; n; n = n->next)
        if (n->parent == node->parent && n->layer->again == node->layer->again)
            return n->off - node->off;
    (void)d;
    return 0;
}

static uint64_t measure(const struct deriving *d, const struct node *node, const struct row *row)
{
    const struct slot *s = &node->slots[row->index];
    uint32_t me = (s->bit + s->bits) / 8, other;
    switch (row->f->measures.of) {
    case CLV_HEADER: return node->fend - node->off;
    case CLV_REST: return node->fend - me;
    case CLV_LAYER: return node->end - node->off;
    case CLV_PAYLOAD: return node->end - node->off - node->head;
    case CLV_BODY: return clv_has_behind(node) ? node->body - node->off - node->head : 0;
    case CLV_FIELD:
        other = counted_row(node, row);
        return other == NO_ID ? 0 : node->slots[other].bits / 8;
    case CLV_COUNT: return clv_counted(node, row);
    case CLV_START:
        other = counted_row(node, row);
        return other == NO_ID ? 0 : node->slots[other].bit / 8 - origin_of(node);
    default: return stride_of(d, node);
    }
}

static bool derive_row(struct deriving *d, struct node *node, const struct row *row)
{
    struct slot *s = &node->slots[row->index];
    uint64_t n = measure(d, node, row);
    uint64_t v = row->f->measures.of == CLV_STRIDE && !n ? 0 : clv_span_value(row->f, n);
    uint64_t max = clv_num_max(row->f);
    if (v > max)
        return clv_fail(d->err, CLV_LIMIT,
                        "%s.%s: %llu does not fit, it holds 0..%llu; make what it measures (%llu "
                        "bytes or items) smaller, or give %s",
                        node->layer->d->name, row->f->name, (unsigned long long)v,
                        (unsigned long long)max, (unsigned long long)n, row->f->name);
    if (!row->kind->store) {
        clv_bits_put(d->b, s->bit, row->bits, v, clv_row_little(node, row));
        return true;
    }
    struct clv_val val = s->v;
    val.u = v;
    if (row->kind->width(row->f, &val) * 8 != s->bits)
        d->moved = true;
    else
        row->kind->store(row->f, &val, d->b + s->bit / 8);
    s->v.u = v;
    return true;
}

static bool derive_node(struct deriving *d, struct node *node)
{
    for (uint32_t i = 0; i < node->layer->nmade; i++) {
        const struct row *row = &node->layer->rows[node->layer->made[i]];
        struct slot *s = &node->slots[row->index];
        if (!s->here)
            continue;
        if (row->kind->shape == SHAPE_ITEM && s->state != SLOT_RAW)
            for (struct node *item = s->items; item; item = item->next)
                if (!derive_node(d, item))
                    return false;
        if (row->f->measures.of && (s->state == SLOT_UNSET || s->state == SLOT_IMPLIED) &&
            !derive_row(d, node, row))
            return false;
    }
    return true;
}

bool clv_derive(struct clv_draft *draft, const struct stack *stack, uint8_t *bytes, uint32_t len,
                bool *moved, struct clv_err *err)
{
    struct deriving d = { .stack = stack, .b = bytes, .len = len, .err = err };
    (void)draft;
    for (uint32_t i = stack->n; i--;)
        if (!derive_node(&d, stack->nodes[i]))
            return false;
    *moved = d.moved;
    return true;
}

/* items: some may have rows to be filled in. */
static void fill_node(struct clv_scope *scope, uint8_t *bytes, struct node *node, bool items)
{
    const struct layer *layer = node->layer;
    for (uint32_t i = 0; items && i < layer->nmade;
         i++) { /* a sum is over items that lie behind it, too */
        uint32_t row = layer->made[i];
        struct slot *s = &node->slots[row];
        if (s->here && layer->rows[row].kind->shape == SHAPE_ITEM && s->state != SLOT_RAW)
            for (struct node *item = s->items; item; item = item->next)
                fill_node(scope, bytes, item, true);
    }
    for (uint32_t i = 0; layer->summed && i < layer->nmade; i++) {
        const struct row *row = &layer->rows[layer->made[i]];
        struct slot *s = &node->slots[row->index];
        if (!s->here || !row->f->fill || (s->state != SLOT_UNSET && s->state != SLOT_IMPLIED))
            continue;
        scope->item = node;
        scope->off = node->off;
        scope->head = node->head;
        scope->end = node->end;
        scope->asked = layer->d;
        scope->row = row;
        scope->bit = s->bit;
        scope->bad = false;
        clv_bits_put(bytes, s->bit, row->bits, 0, clv_row_little(node, row));
        uint64_t v = row->f->fill(scope);
        clv_bits_put(bytes, s->bit, row->bits, scope->bad ? 0 : v, clv_row_little(node, row));
    }
}

void clv_fill_all(struct clv_draft *draft, const struct stack *stack, uint8_t *bytes, uint32_t len)
{
    for (uint32_t i = stack->n; i--;) {
        struct clv_scope scope = {
            .clv = draft->clv, .stack = stack, .bytes = bytes, .len = len, .layer = i
        };
        if (stack->item_sums || stack->nodes[i]->layer->summed)
            fill_node(&scope, bytes, stack->nodes[i], stack->item_sums);
    }
}
