/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets: a lazy product. The index of a packet is a number of mixed radix: the first set field of
 * the uppermost layer varies fastest, the last one of the outermost layer slowest, as in Scapy.
 * Random values depend on the seed, the index and the field alone.
 */
#include "draft.h"

#include <string.h>

static uint64_t times(uint64_t a, uint64_t b)
{
    return a && b > UINT64_MAX / a ? UINT64_MAX : a * b;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

uint64_t clv_draft_count(const struct clv_draft *draft)
{
    uint64_t n = 1;
    if (!draft->nsets)
        return 1;
    for (const struct node *node = draft->first; node; node = node->next)
        for (uint32_t i = 0; i < node->layer->n; i++)
            if (node->slots[i].state == SLOT_SET)
                n = times(n, node->slots[i].set->count);
    return n;
}

static void pick_alt(const struct set *set, uint64_t index, struct clv_val *v)
{
    for (uint32_t i = 0; i < set->n; i++) {
        const struct alt *a = &set->alts[i];
        if (index < a->count) {
            *v = a->v;
            if (!v->p)
                v->u = a->lo + index * a->step;
            return;
        }
        index -= a->count;
    }
}

static bool draw(const struct set *set, const struct row *row, uint64_t seed, uint64_t index,
                 uint64_t lane, struct clv_arena *arena, struct clv_val *v)
{
    uint64_t r = clv_random(seed, index, lane), span = set->hi - set->lo;
    if (set->draw == DRAW_MUTATE) {
        uint8_t *room = clv_arena_take(arena, row->bits / 8 + 64u);
        if (room)
            row->kind->mutate(row->f, r, v, room, row->bits / 8);
        return room != NULL;
    }
    if (set->draw == DRAW_RANGE) {
        v->u = set->lo + (span == UINT64_MAX ? r : r % (span + 1));
        return true;
    }
    if (set->draw == DRAW_CHOICE) {
        uint64_t total = 0;
        for (uint32_t i = 0; i < set->n; i++)
            total = plus(total, set->alts[i].count);
        pick_alt(set, total ? r % total : 0, v);
        return true;
    }
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    uint32_t n = (uint32_t)set->lo;
    uint8_t *p = clv_arena_take(arena, n + 8);
    if (!p)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        r = clv_random(seed ^ 0x5bf03635, index, lane * 65536 + i);
        p[i] = set->hi ? (uint8_t)letters[r % (sizeof letters - 1)] : (uint8_t)r;
    }
    v->p = p;
    v->n = n;
    return true;
}

bool clv_set_pick(const struct set *set, const struct row *row, uint64_t seed, uint64_t index,
                  uint64_t *rest, uint64_t *lane, struct clv_arena *arena, struct clv_val *v)
{
    *v = (struct clv_val){ 0 };
    if (set->draw && !draw(set, row, seed, index, (*lane)++, arena, v))
        return false;
    if (!set->draw) {
        pick_alt(set, *rest % set->count, v);
        *rest /= set->count;
    }
    if (row->style & CLV_SIGNED && row->bits < 64) /* sets count in 64 bits */
        v->u &= (1ull << row->bits) - 1;
    return true;
}

struct picking {
    uint64_t index, seed, rest, lane;
    struct clv_arena *arena;
};

/* One value of each set of a node, and of the items in it, which hold random draws only. */
static bool node_pick(struct picking *p, struct node *node)
{
    for (uint32_t i = 0; i < node->layer->n; i++) {
        struct slot *s = &node->slots[i];
        if (s->state != SLOT_SET && s->state != SLOT_GIVEN)
            continue;
        if (s->state == SLOT_GIVEN) {
            bool list = node->layer->rows[i].kind->shape == SHAPE_ITEM;
            for (struct node *item = list ? s->items : NULL; item; item = item->next)
                if (!node_pick(p, item))
                    return false;
            continue;
        }
        const struct set *set = s->set;
        if (!clv_set_pick(set, &node->layer->rows[i], p->seed, p->index, &p->rest, &p->lane,
                          p->arena, &s->v))
            return false;
        s->state = SLOT_GIVEN;
        s->set = NULL;
    }
    return true;
}

struct clv_draft *clv_draft_pick(const struct clv_draft *draft, uint64_t index, uint64_t seed,
                                 struct clv_arena *arena, struct clv_err *err)
{
    struct picking p = { .index = index, .rest = index, .seed = seed, .arena = arena };
    if (index >= clv_draft_count(draft)) {
        clv_fail(err, CLV_LIMIT, "packet %llu of a set of %llu", (unsigned long long)index,
                 (unsigned long long)clv_draft_count(draft));
        return NULL;
    }
    struct clv_draft *copy = clv_draft_copy(draft, arena);
    uint32_t n = copy ? clv_draft_layers(copy) : 0, at = 0;
    struct node **nodes = copy ? clv_arena_take(arena, (n + 1) * sizeof *nodes) : NULL;
    for (struct node *node = nodes ? copy->first : NULL; node; node = node->next)
        nodes[at++] = node;
    while (nodes && at)
        if (!node_pick(&p, nodes[--at]))
            nodes = NULL;
    if (!nodes) {
        clv_fail_memory(err);
        return NULL;
    }
    copy->nsets = 0;
    return copy;
}
