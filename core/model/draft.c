/* SPDX-License-Identifier: BSD-2-Clause */
/* Drafts: nodes with a slot per row, in an arena. Lists are linked through `next`. */
#include "draft.h"
#include "names.h"
#include "view.h"

#include <string.h>

/* A number that is always there, at a place that is known, and stored as it is. */
static bool is_plain(const struct layer *layer, const struct row *row)
{
    return row->quick && row->index < layer->nhead && !row->when.n && row->alias == NO_ID &&
           !row->kind->store && !(row->style & (CLV_LE | CLV_MESSAGE));
}

static uint8_t fate_of(const struct layer *layer, const struct row *row)
{
    if (row->f->role || row->stays || layer->d->quotes ||
        (layer->vague && row->decides && row->f->measures.of))
        return FATE_ASK;
    if (row->computed)
        return FATE_OUT;
    return row->kind->shape == SHAPE_NUM && !row->many ? FATE_DEFAULT : FATE_ASK;
}

bool clv_plan_draft(struct clv *clv, struct layer *layer)
{
    layer->made = clv_arena_take(clv->arena, (layer->n + 1) * sizeof *layer->made);
    layer->plain = clv_arena_take(clv->arena, (layer->n + 1) * sizeof *layer->plain);
    layer->mode = layer->units = NO_ID;
    layer->nplain = layer->nmade = 0;
    for (uint32_t role = 0; role < clv_len(layer->roles); role++)
        layer->roles[role] = NO_ID;
    if (!layer->made || !layer->plain)
        return false;
    for (const struct row *row = layer->rows; layer->nplain < layer->n && is_plain(layer, row);
         row++)
        layer->plain[layer->nplain++] = (struct plain){
            .init = row->f->init,
            .bit = row->bit,
            .bits = (uint8_t)row->bits,
            .lead = row->bit & 7,
            .half = (uint8_t)(((row->bit & 7) + row->bits) / 8 * 4),
        };
    for (uint16_t i = 0; i < layer->n; i++) {
        struct row *row = &layer->rows[i];
        const struct clv_span *m = &row->f->measures;
        if (row->kind->shape == SHAPE_ITEM || m->of || row->f->fill)
            layer->made[layer->nmade++] = i;
        if (row->kind->shape == SHAPE_SWITCH && layer->mode == NO_ID)
            layer->mode = i;
        if (i < layer->nhead && (m->of == CLV_HEADER || m->of == CLV_REST) && m->unit > 1 &&
            layer->units == NO_ID)
            layer->units = i;
        if (layer->roles[row->f->role] == NO_ID)
            layer->roles[row->f->role] = i;
        row->always = !row->when.n && row->kind->shape != SHAPE_SWITCH && row->alias == NO_ID &&
                      (i + 1 >= layer->n || layer->rows[i + 1].alias != i);
        row->computed = row->f->fill || m->of || (row->key != NO_ID && !(row->style & CLV_EITHER));
        row->fate = fate_of(layer, row);
    }
    return true;
}

struct node *clv_node_new(struct clv_arena *arena, const struct layer *layer)
{
    struct node *node = clv_arena_zero(arena, sizeof *node + layer->n * sizeof *node->slots);
    if (!node)
        return NULL;
    node->layer = layer;
    node->slots = (struct slot *)(node + 1);
    return node;
}

struct clv_draft *clv_draft_new(const struct clv *clv, struct clv_arena *arena)
{
    struct clv_draft *draft = clv_arena_zero(arena, sizeof *draft);
    if (draft)
        draft->clv = clv;
    return draft;
}

static bool copy_list(struct node **to, const struct node *from, struct clv_arena *arena)
{
    for (; from; from = from->next) {
        if (!(*to = clv_node_copy(from, arena)))
            return false;
        to = &(*to)->next;
    }
    *to = NULL;
    return true;
}

struct node *clv_node_copy(const struct node *node, struct clv_arena *arena)
{
    const struct layer *layer = node->layer;
    struct node *copy = clv_arena_take(arena, sizeof *node + layer->n * sizeof *node->slots);
    if (!copy)
        return NULL;
    *copy = *node;
    copy->slots = (struct slot *)(copy + 1);
    copy->next = copy->parent = NULL;
    memcpy(copy->slots, node->slots, layer->n * sizeof *node->slots);
    for (uint32_t k = 0; k < layer->nmade; k++) {
        struct slot *s = &copy->slots[layer->made[k]];
        if (layer->rows[layer->made[k]].kind->shape == SHAPE_ITEM && s->state != SLOT_RAW &&
            !copy_list(&s->items, s->items, arena))
            return NULL;
    }
    return copy;
}

struct clv_draft *clv_draft_copy(const struct clv_draft *draft, struct clv_arena *arena)
{
    struct clv_draft *copy = clv_draft_new(draft->clv, arena);
    if (!copy)
        return NULL;
    *copy = *draft;
    return copy_list(&copy->first, draft->first, arena) ? copy : NULL;
}

uint32_t clv_draft_layers(const struct clv_draft *draft)
{
    uint32_t n = 0;
    for (const struct node *node = draft->first; node; node = node->next)
        n++;
    return n;
}

const struct clv_desc *clv_draft_layer(const struct clv_draft *draft, uint32_t i)
{
    const struct node *node = draft->first;
    while (node && i--)
        node = node->next;
    return node ? node->layer->d : NULL;
}

/* Bytes given for a number count as it where they have its width. */
static uint64_t raw_number(const struct node *node, const struct row *row,
                           const struct clv_val *raw)
{
    struct clv_val v = { 0 };
    if (row->kind->shape != SHAPE_NUM || row->many || !raw->n)
        return 0;
    if (row->kind->load)
        return row->kind->load(row->f, raw->p, raw->n, &v) ? v.u : 0;
    return raw->n * 8 == row->bits ? clv_bits_get(raw->p, 0, row->bits, clv_row_little(node, row))
                                   : 0;
}

uint64_t clv_slot_odd(const struct node *node, uint32_t row)
{
    const struct slot *s = &node->slots[row];
    if (s->state == SLOT_RAW)
        return raw_number(node, &node->layer->rows[row], &s->v);
    if (s->state == SLOT_SET && s->set->n && node->layer->rows[row].kind->shape == SHAPE_NUM)
        return s->set->alts[0].lo;
    return node->layer->rows[row].f->init;
}

/* Are the rows that a condition reads, and that would be computed, all given? */
static bool is_given(const struct node *node, const struct cond *when)
{
    for (uint32_t i = 0; i < node->layer->n; i++)
        if (clv_is_here(when->reads, i) &&
            (node->layer->rows[i].f->measures.of || node->layer->rows[i].f->fill) &&
            node->slots[i].state != SLOT_GIVEN && node->slots[i].state != SLOT_RAW)
            return false;
    return !when->left;
}

static bool is_told(const struct node *node, const struct cond *when)
{
    return !when->below && is_given(node, when);
}

/* Reading fields of the layers that hold an item, as far as they are known. */
struct holders {
    const struct node *node;
    bool lost;
};

static uint64_t read_holder(void *user, uint16_t layer, uint16_t row)
{
    struct holders *h = user;
    const struct node *n = h->node->parent;
    if (row == NO_ID) {
        h->lost = h->lost || !n;
        return n && n->layer->id == layer;
    }
    while (n && n->layer->id != layer)
        n = n->parent;
    h->lost = h->lost || !n;
    return n ? clv_slot_number(n, row) : 0;
}

bool clv_row_hangs(const struct node *node, const struct row *row, const uint64_t *seen)
{
    struct holders holders = { .node = node };
    if (row->when.below)
        clv_cond_slots(&row->when, seen, UINT32_MAX, read_holder, &holders);
    return holders.lost || !is_given(node, &row->when);
}

bool clv_row_takes(const struct node *node, const struct row *row, const uint64_t *seen)
{
    const struct layer *layer = node->layer;
    uint32_t next = row->index + 1u, first = row->alias == NO_ID ? row->index : row->alias;
    struct holders holders = { .node = node };
    if (next >= layer->n || layer->rows[next].alias != first)
        return true;
    if (row->when.below && !row->when.left) {
        bool takes = clv_cond_slots(&row->when, seen, UINT32_MAX, read_holder, &holders);
        return takes || holders.lost;
    }
    return !is_told(node, &row->when) || clv_cond_slots(&row->when, seen, UINT32_MAX, NULL, NULL);
}

void clv_row_see(const struct node *node, const struct row *row, uint64_t *seen)
{
    bool given = node->slots[row->index].state != SLOT_UNSET;
    bool here = given || !row->when.n ||
                (is_told(node, &row->when) && clv_cond_slots(&row->when, seen, 0, NULL, NULL));
    seen[row->index] = here ? clv_slot_number(node, row->index) : 0;
    if (row->alias != NO_ID && given)
        seen[row->alias] = seen[row->index];
}

struct bytes clv_row_default(const struct row *row, uint8_t room[256])
{
    const char *text = row->f->text;
    struct bytes b = { 0 };
    if (row->kind == &clv_ip6) {
        memset(room, 0, 16);
        if (text)
            clv_text_ip6(text, strlen(text), room);
        return (struct bytes){ room, 16 };
    }
    if (row->kind->wire)
        return (struct bytes){ room,
                               row->kind->wire(text ? text : "", text ? strlen(text) : 0, room) };
    if (row->kind->whole) {
        memset(room, 0, 16);
        if (text)
            clv_part_text(row->kind, text, strlen(text), room);
        return (struct bytes){ room, row->kind->whole };
    }
    if (row->kind == &clv_net4 || row->kind == &clv_net6) {
        room[0] = 0;
        return (struct bytes){ room, 1 };
    }
    if (clv_is_named(row)) {
        struct clv_val v = { 0 };
        clv_name_wire(text ? text : "", text ? strlen(text) : 0, &v, room);
        return (struct bytes){ room, v.n };
    }
    if (row->kind == &clv_cstr) { /* its zero belongs to it */
        size_t n = text ? strlen(text) : 0;
        n = n < 255 ? n : 255;
        memcpy(room, text ? text : "", n);
        room[n] = 0;
        return (struct bytes){ room, (uint32_t)n + 1 };
    }
    if (row->kind == &clv_oid)
        return (struct bytes){ room, text ? clv_oid_wire(text, strlen(text), room) : 0 };
    if (text && row->kind->shape == SHAPE_BYTES)
        b = (struct bytes){ (const uint8_t *)text, (uint32_t)strlen(text) };
    if (row->kind == &clv_bytes && row->f->init) {
        memset(room, 0, row->f->init & 255);
        b = (struct bytes){ text ? b.p : room, row->f->init & 255 };
    }
    return b;
}

/* ---- Roles: what the route knows. */

static bool is_open(const struct slot *s)
{
    return s->state == SLOT_UNSET || s->state == SLOT_IMPLIED;
}

uint32_t clv_node_row(const struct node *node, uint32_t row)
{
    const struct layer *layer = node->layer;
    uint32_t first = layer->rows[row].alias == NO_ID ? row : layer->rows[row].alias, i = first;
    uint64_t seen[MAX_ROWS];
    if (first + 1 == layer->n || layer->rows[first + 1].alias != first)
        return first;
    for (; i < layer->n && (i == first || layer->rows[i].alias == first); i++)
        if (!is_open(&node->slots[i]))
            return i;
    memset(seen, 0, layer->n * sizeof *seen);
    for (i = 0; i < first; i++)
        clv_row_see(node, &layer->rows[i], seen);
    while (!clv_row_takes(node, &layer->rows[i], seen))
        i++;
    return i;
}

/* Has row i this role, and is it the one of its name that counts? */
static bool has_role(const struct node *node, uint32_t i, enum clv_role role)
{
    return node->layer->rows[i].f->role == role && clv_node_row(node, i) == i;
}

unsigned clv_draft_open_roles(const struct clv_draft *draft)
{
    unsigned roles = 0;
    for (const struct node *node = draft->first; node; node = node->next)
        for (uint32_t i = 0; i < node->layer->n; i++) {
            uint8_t role = node->layer->rows[i].f->role;
            if (role && is_open(&node->slots[i]) && has_role(node, i, role))
                roles |= 1u << role;
        }
    return roles;
}

static void addr_of(const struct row *row, const struct clv_val *v, struct clv_addr *addr)
{
    addr->len = (uint8_t)(row->bits / 8 <= 16 ? row->bits / 8 : 0);
    for (uint32_t i = 0; i < addr->len; i++) {
        uint64_t b = 0;
        if (row->kind->shape == SHAPE_NUM)
            b = v->u >> 8 * (addr->len - 1 - i);
        else if (v->p && i < v->n)
            b = v->p[i];
        addr->bytes[i] = (uint8_t)b;
    }
}

bool clv_draft_target(const struct clv_draft *draft, struct clv_addr *addr, uint32_t *net)
{
    return clv_draft_aim(draft, false, addr, net, NULL);
}

bool clv_draft_aim(const struct clv_draft *draft, bool implied, struct clv_addr *addr,
                   uint32_t *net, struct bytes *zone)
{
    uint32_t index = 0;
    addr->len = 0;
    for (const struct node *node = draft->first; node; node = node->next, index++)
        for (uint32_t i = 0; i < node->layer->n; i++) {
            const struct row *row = &node->layer->rows[i];
            if (!has_role(node, i, CLV_NET_DST))
                continue;
            if (node->slots[i].state == SLOT_RAW)
                return false;
            struct clv_val v = node->slots[i].v;
            uint8_t room[256];
            if (row->kind->shape == SHAPE_NUM)
                v.u = clv_slot_number(node, i);
            else if (is_open(&node->slots[i]) && !(implied && node->slots[i].state == SLOT_IMPLIED))
                v.p = clv_row_default(row, room).p, v.n = 16;
            else if (node->slots[i].state == SLOT_SET && node->slots[i].set->n)
                v = node->slots[i].set->alts[0].v;
            addr_of(row, &v, addr);
            if (net)
                *net = index;
            if (zone && row->kind == &clv_ip6 && v.p)
                *zone = (struct bytes){ v.p + 16, (uint32_t)v.u };
            return addr->len != 0;
        }
    return false;
}

bool clv_draft_source(const struct clv_draft *draft, uint32_t net, struct clv_addr *addr)
{
    const struct node *node = draft->first;
    addr->len = 0;
    while (node && net--)
        node = node->next;
    for (uint32_t i = 0; node && i < node->layer->n; i++)
        if (has_role(node, i, CLV_NET_SRC) && node->slots[i].state == SLOT_GIVEN)
            addr_of(&node->layer->rows[i], &node->slots[i].v, addr);
    return addr->len;
}

void clv_draft_give_role(struct clv_draft *draft, enum clv_role role, const struct clv_addr *addr)
{
    for (struct node *node = draft->first; node; node = node->next)
        for (uint32_t i = 0; i < node->layer->n; i++) {
            const struct row *row = &node->layer->rows[i];
            struct slot *s = &node->slots[i];
            if (!has_role(node, i, role) || !is_open(s) || row->bits != addr->len * 8u)
                continue;
            s->state = SLOT_GIVEN;
            s->v = (struct clv_val){ 0 };
            /* The draft keeps the address: whoever asked for it may not. */
            for (int b = 0; b < addr->len; b++) {
                s->v.u = s->v.u << 8 | addr->bytes[b];
                draft->room[role][b] = addr->bytes[b];
            }
            if (row->kind->shape != SHAPE_NUM)
                s->v = (struct clv_val){ .p = draft->room[role], .n = addr->len };
        }
}
