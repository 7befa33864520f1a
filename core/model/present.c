/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which rows of a drafted layer are there: what conditions say over the values known so far, and of
 * alternatives the first that holds, which takes the value that was given under another.
 */
#include "draft.h"

#include <string.h>

/* A field's number; 0: it is not there. Of its alternatives one is at most. */
static uint64_t number_here(const struct node *node, uint32_t row)
{
    const struct layer *layer = node->layer;
    for (uint32_t i = row; i < layer->n && (i == row || layer->rows[i].alias == row); i++)
        if (node->slots[i].here || layer->rows[i].kind->shape == SHAPE_SWITCH)
            return clv_slot_number(node, i);
    return 0;
}

static uint64_t read_below(void *user, uint16_t layer, uint16_t row)
{
    const struct node *child = user;
    if (row == NO_ID)
        return child->parent && child->parent->layer->id == layer;
    for (const struct node *n = child->parent; n; child = n, n = n->parent)
        if (n->layer->id == layer) /* an item sees its holder's rows before the list */
            return child->in && row + 1u >= child->in ? 0 : number_here(n, row);
    return 0;
}

/* A condition on what is left holds iff something of its group is given. */
static bool group_given(const struct node *node, const struct row *row)
{
    for (uint32_t i = row->group; i < node->layer->n && node->layer->rows[i].group == row->group;
         i++)
        if (node->slots[i].state != SLOT_UNSET && node->slots[i].state != SLOT_IMPLIED)
            return true;
    return false;
}

/* May a value that was given under one alternative be held by another? */
static bool is_alike(const struct row *row, const struct row *other, const struct slot *from)
{
    return from->state == SLOT_RAW ||
           (other->kind == row->kind && other->bits == row->bits && other->many == row->many);
}

/* Was the value given under an alternative before, which is not there? */
static bool given_before(const struct node *node, const struct row *row)
{
    for (uint32_t i = row->alias; row->alias != NO_ID && i < row->index; i++) {
        const struct slot *s = &node->slots[i];
        if (!s->here && s->state != SLOT_UNSET && s->state != SLOT_IMPLIED &&
            is_alike(row, &node->layer->rows[i], s))
            return true;
    }
    return false;
}

static bool row_holds(struct node *node, const struct row *row, const uint64_t *seen)
{
    if (row->stays)
        return group_given(node, row) || given_before(node, row);
    return clv_cond_slots(&row->when, seen, UINT32_MAX, read_below, node);
}

/* The alternative that holds takes the value that was given under another, and is the only one. */
static void adopt(struct node *node, const struct row *row)
{
    struct slot *s = &node->slots[row->index];
    uint32_t first = row->alias == NO_ID ? row->index : row->alias;
    for (uint32_t i = first; i < node->layer->n; i++) {
        const struct row *other = &node->layer->rows[i];
        struct slot *from = &node->slots[i];
        if (i != first && other->alias != first)
            break;
        if (from == s || from->state == SLOT_UNSET)
            continue;
        bool alike = is_alike(row, other, from);
        bool open = s->state == SLOT_UNSET ||
                    (s->state == SLOT_IMPLIED && from->state != SLOT_IMPLIED);
        if (alike && open) {
            bool here = s->here;
            *s = *from;
            s->here = here;
        }
        if (alike || !open)
            from->state = SLOT_UNSET;
    }
}

void clv_present_rows(struct node *node, uint64_t *seen, uint32_t from)
{
    const struct layer *layer = node->layer;
    bool on = true;
    for (uint32_t i = from; i < layer->n; i++) {
        const struct row *row = &layer->rows[i];
        struct slot *s = &node->slots[i];
        if (row->always) {
            s->here = on = true;
            seen[i] = clv_slot_number(node, i);
            continue;
        }
        if (row->group == i || !row->when.n)
            on = !row->when.n || row_holds(node, row, seen);
        s->here = on && row->kind->shape != SHAPE_SWITCH;
        for (uint32_t j = row->alias; row->alias != NO_ID && j < i; j++)
            s->here = s->here && !node->slots[j].here;
        if (s->here && (row->alias != NO_ID || (i + 1 < layer->n && row[1].alias == i)))
            adopt(node, row);
        seen[i] = s->here || row->kind->shape == SHAPE_SWITCH ? clv_slot_number(node, i) : 0;
        if (row->alias != NO_ID && s->here)
            seen[row->alias] = seen[i];
    }
    node->little = layer->little.n && clv_cond_slots(&layer->little, seen, 0, read_below, node);
}

static bool is_empty(const struct row *row, const struct slot *s)
{
    if (row->kind->shape == SHAPE_ITEM)
        return !s->items;
    if (row->many)
        return !s->nmany;
    return row->kind->shape == SHAPE_NUM ? !s->v.u : !s->v.n;
}

bool clv_present_check(const struct node *node, uint32_t from, struct clv_err *err)
{
    for (uint32_t i = from; i < node->layer->n; i++) {
        const struct row *row = &node->layer->rows[i];
        const struct slot *s = &node->slots[i];
        uint32_t first = row->alias == NO_ID ? i : row->alias;
        bool here = row->kind->shape == SHAPE_SWITCH;
        if (s->here || s->state != SLOT_GIVEN || is_empty(row, s))
            continue;
        for (uint32_t k = first; k < node->layer->n && !here; k++)
            here = node->slots[k].here && (k == first || node->layer->rows[k].alias == first);
        if (here && row->kind->shape != SHAPE_SWITCH)
            return clv_fail_at(err, s->pos, s->len, "%s.%s: another kind of value is there",
                               node->layer->d->name, row->f->name);
        if (!here && node->in && i >= node->layer->nhead)
            return clv_fail_at(err, s->pos, s->len, "%s has no '%s' where it is an item",
                               node->layer->d->name, row->f->name);
        if (!here && row->f->when && !strcmp(row->f->when, "0"))
            return clv_fail_at(err, s->pos, s->len, "%s has '%s' never but as None",
                               node->layer->d->name, row->f->name);
        if (!here)
            return clv_fail_at(err, s->pos, s->len, "%s has '%s' only if %s", node->layer->d->name,
                               row->f->name,
                               row->f->when ? row->f->when : "another row is left out");
    }
    return true;
}
