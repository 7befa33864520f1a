/* SPDX-License-Identifier: BSD-2-Clause */
/* What the layer above says: who holds whom, keys, and the values that a layer implies below. */
#include "draft.h"

#include <string.h>

static bool stack_make(const struct clv_draft *draft, struct clv_arena *arena, struct stack *stack,
                       struct clv_err *err)
{
    stack->n = clv_draft_layers(draft);
    if (stack->n > MAX_LAYERS)
        return clv_fail(err, CLV_LIMIT, "%u layers: a packet holds at most %d", stack->n,
                        MAX_LAYERS);
    stack->nodes = clv_arena_take(arena, (stack->n + 1) * sizeof *stack->nodes);
    if (!stack->nodes)
        return clv_fail_memory(err);
    uint32_t i = 0;
    for (struct node *node = draft->first; node; node = node->next)
        stack->nodes[i++] = node;
    return true;
}

/* A layer of a group that is open closes it, and lies beside it. */
static bool find_parents(const struct stack *stack, struct clv_err *err)
{
    uint32_t nest = 0;
    for (uint32_t i = 0; i < stack->n; i++) {
        struct node *node = stack->nodes[i];
        node->parent = i ? stack->nodes[i - 1] : NULL;
        nest++;
        if (node->layer->again) {
            uint32_t up = 0;
            for (struct node *p = node->parent; p; p = p->parent) {
                up++;
                if (p->layer->again == node->layer->again && p->parent) {
                    node->parent = p->parent;
                    nest -= up;
                    break;
                }
            }
        }
        if (nest > MAX_NEST + 2)
            return clv_fail(err, CLV_LIMIT, "%u layers in each other: at most %d", nest,
                            MAX_NEST + 2);
    }
    return true;
}

static void give(struct slot *s, uint64_t v)
{
    if (s->state != SLOT_UNSET)
        return;
    s->state = SLOT_IMPLIED;
    s->v.u = v;
}

static bool key_of(const struct clv *clv, const struct layer *layer, uint16_t space, uint64_t *key)
{
    for (const struct clv_under *u = layer->d->under; u && u->space; u++)
        if (!u->to && !strcmp(u->space, clv->spaces[space].name)) {
            *key = u->key;
            return true;
        }
    return false;
}

static void give_rows(struct node *node, const uint16_t *rows, uint32_t n, uint64_t key)
{
    for (uint32_t r = n; r--;) {
        uint32_t bits = node->layer->rows[rows[r]].bits;
        uint64_t v = bits >= 64 ? key : key & ((1ull << bits) - 1);
        for (uint32_t i = rows[r]; i < node->layer->n; i++) {
            if (i != rows[r] && node->layer->rows[i].alias != rows[r])
                break;
            give(&node->slots[i], v);
        }
        key = bits >= 64 ? 0 : key >> bits;
    }
}

/* `child` lies on `node`: its key there is node's value. */
static void imply_key(const struct clv *clv, struct node *node, const struct layer *child)
{
    const struct layer *layer = node->layer;
    uint64_t key;
    for (uint32_t k = 0; k < layer->nkeys; k++) {
        const struct keyplan *plan = &layer->keys[k];
        for (uint32_t s = 0; s < plan->nspaces && !plan->either; s++)
            if (key_of(clv, child, plan->spaces[s], &key)) {
                give_rows(node, plan->rows, plan->nrows, key);
                break;
            }
    }
}

static void clear_implied(struct node *list)
{
    for (struct node *node = list; node; node = node->next) {
        const struct layer *layer = node->layer;
        for (uint32_t i = 0; i < layer->n; i++) {
            struct slot *s = &node->slots[i];
            if (s->state == SLOT_IMPLIED)
                s->state = SLOT_UNSET;
        }
        for (uint32_t i = 0; i < layer->nmade; i++) {
            const struct row *row = &layer->rows[layer->made[i]];
            struct slot *s = &node->slots[row->index];
            if (s->state == SLOT_UNSET && row->f->measures.of)
                s->v.u = 0; /* of another build: lengths grow from nothing until they rest */
            if (row->kind->shape == SHAPE_ITEM && s->state != SLOT_RAW)
                clear_implied(s->items);
        }
    }
}

/* Items: the row that is their key here; and in a list, the key of one is told by the next. */
static void imply_items(const struct clv *clv, struct node *node)
{
    for (uint32_t k = 0; node->layer->holds && k < node->layer->nmade; k++) {
        uint32_t i = node->layer->made[k];
        const struct row *row = &node->layer->rows[i];
        struct slot *s = &node->slots[i];
        uint64_t key;
        if (row->kind->shape != SHAPE_ITEM || s->state == SLOT_RAW || i >= node->layer->nhead)
            continue;
        for (uint32_t j = 0; s->items && j < i; j++)
            if (node->layer->rows[j].item_key && node->layer->rows[j].key == row->of &&
                key_of(clv, s->items->layer, row->of, &key)) {
                uint16_t at = (uint16_t)j;
                give_rows(node, &at, 1, key);
            }
        for (struct node *item = s->items; item; item = item->next) {
            imply_items(clv, item);
            for (uint32_t p = 0; p < item->layer->nkeys; p++)
                if (item->layer->keys[p].spaces[0] == row->of)
                    give_rows(item, item->layer->keys[p].rows, item->layer->keys[p].nrows,
                              item->next && key_of(clv, item->next->layer, row->of, &key) ? key
                                                                                          : 0);
        }
    }
}

/* What a row of mine holds, where it is given and something. */
static void imply_same(const struct node *node, uint16_t row, const struct row *to, struct slot *s)
{
    const struct slot *from = &node->slots[row];
    if (from->state != SLOT_GIVEN || node->layer->rows[row].kind != to->kind ||
        !(from->v.u || from->v.n))
        return;
    s->state = SLOT_IMPLIED;
    s->v = from->v;
}

static uint64_t read_lower(void *user, uint16_t layer, uint16_t row)
{
    const struct node *n = ((const struct node *)user)->parent;
    while (n && n->layer->id != layer && n->layer->quotes != layer)
        n = n->parent;
    return n && row < n->layer->n ? clv_slot_number(n, row) : 0;
}

/* The row that is meant, also in a layer that quotes the one named; -1: it has none like it. */
static int implied_row(const struct implied *to, const struct clv_imply *m, const struct node *low)
{
    if (low->layer->id == to->layer)
        return to->row;
    int row = clv_row_named(low->layer, m->field, strlen(m->field));
    return row < 0 || low->layer->rows[row].kind != to->kind || low->layer->rows[row].many ? -1
                                                                                           : row;
}

/* The value that is implied; a row that is too narrow for it stays as it is. */
static bool imply_value(const struct implied *to, const struct clv_imply *m, const struct node *low,
                        int row, struct clv_arena *arena, struct clv_err *err)
{
    const struct row *r = &low->layer->rows[row];
    struct slot *s = &low->slots[row];
    struct ast a = { .type = AST_TEXT, .s = m->text, .n = (uint32_t)strlen(m->text) };
    struct clv_err why = { 0 };
    if (low->layer->id == to->layer) {
        s->v = to->v;
    } else if (!r->kind->parse(r->f, &a, &s->v, arena, &why)) {
        if (why.code == CLV_NO_MEMORY)
            return clv_fail_memory(err);
        s->v = (struct clv_val){ 0 };
        return true;
    }
    s->state = SLOT_IMPLIED;
    return true;
}

static bool imply_values(struct node *node, struct clv_arena *arena, struct clv_err *err)
{
    const struct cond *when = node->layer->implies;
    const struct implied *to = node->layer->implied;
    bool holds = true;
    for (const struct clv_imply *m = node->layer->d->implies; m && m->layer; m++, to++) {
        if (!m->field)
            holds = clv_cond_slots(when++, NULL, 0, read_lower, node);
        if (!holds || !m->field)
            continue;
        struct node *low = node->parent;
        while (low && low->layer->id != to->layer && low->layer->quotes != to->layer)
            low = low->parent;
        int row = low ? implied_row(to, m, low) : -1;
        if (row < 0 || low->slots[row].state != SLOT_UNSET)
            continue;
        if (to->same != NO_ID) {
            imply_same(node, to->same, &low->layer->rows[row], &low->slots[row]);
            continue;
        }
        if (!imply_value(to, m, low, row, arena, err))
            return false;
    }
    return true;
}

/* ---- Roles: what no route has told. */

/* The row of this role that counts, if it says where a packet goes or comes from; NO_ID. */
static uint32_t role_row(const struct node *node, enum clv_role role)
{
    for (uint32_t i = node->layer->roles[role]; i < node->layer->n; i++)
        if (node->layer->rows[i].f->role == role && clv_node_row(node, i) == i)
            return i;
    return NO_ID;
}

static struct clv_val row_value(const struct node *node, uint32_t row, uint8_t room[256])
{
    const struct row *r = &node->layer->rows[row];
    const struct slot *s = &node->slots[row];
    struct clv_val v = { .u = clv_slot_number(node, row) };
    if (r->kind->shape != SHAPE_NUM) {
        struct bytes b = clv_row_default(r, room);
        v = s->state == SLOT_UNSET              ? (struct clv_val){ .p = b.p, .n = b.n }
            : s->state == SLOT_SET && s->set->n ? s->set->alts[0].v
                                                : s->v;
    }
    return v;
}

/* The default source is for the default destination, which is this host: to anyone else it is
 * unspecified. */
static void imply_source(struct node *node)
{
    static const uint8_t zero[16];
    uint8_t a[256], b[256];
    uint32_t to = role_row(node, CLV_NET_DST), from = role_row(node, CLV_NET_SRC);
    if (to == NO_ID || from == NO_ID || node->slots[from].state != SLOT_UNSET ||
        node->slots[to].state == SLOT_UNSET)
        return;
    const struct row *row = &node->layer->rows[to];
    struct clv_val v = row_value(node, to, a);
    struct bytes same = clv_row_default(row, b);
    if (row->kind->shape == SHAPE_NUM ? v.u == row->f->init
                                      : v.n == same.n && !memcmp(v.p, same.p, v.n))
        return;
    node->slots[from].state = SLOT_IMPLIED;
    node->slots[from].v = (struct clv_val){ .p = zero, .n = node->layer->rows[from].bits / 8 };
}

/* A group's hardware address is arithmetic; the layer that it is needed in lies somewhere below. */
static void imply_link_group(struct node *node)
{
    uint8_t room[256];
    uint32_t to = role_row(node, CLV_NET_DST), row = NO_ID;
    struct node *low = node->parent;
    if (to == NO_ID || !node->layer->rows[to].kind->link_group)
        return;
    for (; low && role_row(low, CLV_NET_DST) == NO_ID; low = low->parent)
        if ((row = role_row(low, CLV_LINK_DST)) != NO_ID)
            break;
    if (row == NO_ID || low->slots[row].state != SLOT_UNSET || low->layer->rows[row].bits != 48)
        return;
    struct clv_val v = row_value(node, to, room);
    uint64_t link = node->slots[to].state == SLOT_RAW ? 0
                                                      : node->layer->rows[to].kind->link_group(&v);
    if (link)
        give(&low->slots[row], link);
}

bool clv_imply(struct clv_draft *draft, struct clv_arena *arena, struct stack *stack,
               struct clv_err *err)
{
    if (!stack_make(draft, arena, stack, err) || !find_parents(stack, err))
        return false;
    if (draft->implied)
        clear_implied(draft->first);
    draft->implied = true;
    for (uint32_t i = 0; i < stack->n; i++) {
        struct node *node = stack->nodes[i];
        if (node->parent)
            imply_key(draft->clv, node->parent, node->layer);
        imply_items(draft->clv, node);
        if (!imply_values(node, arena, err))
            return false;
    }
    for (uint32_t i = 0; i < stack->n; i++) {
        if (stack->nodes[i]->layer->roles[CLV_NET_DST] == NO_ID)
            continue;
        imply_source(stack->nodes[i]);
        imply_link_group(stack->nodes[i]);
    }
    return true;
}
