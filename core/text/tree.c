/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet as a tree, in the layout of Scapy's show(). Every byte of the packet is seen: what no
 * field holds stands in rows whose names begin with '_'.
 */
#include "../model/draft.h"
#include "text.h"

#include <string.h>

enum { DEEPEST_INDENT = 10, NAME_WIDTH = 10 };

struct tree {
    const struct clv_view *view;
    struct clv_out *out;
    bool colour;
    uint32_t *first, *after; /* notes: the first of each layer, the next of the same */
    uint32_t layer;
    uint32_t nprefix;
    char prefix[4 * MAX_ITEM_NEST + 4 * DEEPEST_INDENT + 32]; /* 16 more than are printed */
};

static const char bold[] = "\033[1m", dim[] = "\033[2m", red[] = "\033[31m", plain[] = "\033[0m";

static void paint(const struct tree *t, const char *how)
{
    if (t->colour)
        clv_out_str(t->out, how);
}

static void print_prefix(const struct tree *t)
{
    char *to = clv_out_room(t->out, sizeof t->prefix);
    if (to)
        t->out->len += (size_t)(clv_put_text(to, t->prefix, t->nprefix) - to);
}

static void print_name(const struct tree *t, const char *before, const char *name, char mark)
{
    size_t n = strlen(before) + strlen(name);
    print_prefix(t);
    paint(t, dim);
    if (mark)
        clv_out_chr(t->out, mark);
    clv_out_str(t->out, before);
    clv_out_str(t->out, name);
    clv_out_pad(t->out, ' ', n < NAME_WIDTH ? NAME_WIDTH - n : 0);
    if (mark)
        clv_out_chr(t->out, mark);
    paint(t, plain);
    clv_out_str(t->out, mark ? "\n" : "= ");
}

/* The same of a row with a value, where no colour is between. */
static void print_row_name(const struct tree *t, const struct row *row)
{
    static const char end[NAME_WIDTH + 2 + 16] = "          = ";
    uint32_t n = row->nname < NAME_WIDTH ? row->nname : NAME_WIDTH;
    char *from = clv_out_room(t->out, sizeof t->prefix + row->nname + 32u), *to = from;
    if (!to)
        return;
    to = clv_put_text(to, t->prefix, t->nprefix);
    to = clv_put_text(to, row->name, row->nname);
    to = clv_put_text(to, end + n, NAME_WIDTH + 2 - n);
    t->out->len += (size_t)(to - from);
}

static void print_title(const struct tree *t, const struct clv_desc *d)
{
    paint(t, bold);
    clv_out_str(t->out, "###[ ");
    clv_out_str(t->out, d->title ? d->title : d->name);
    clv_out_str(t->out, " ]###");
    paint(t, plain);
    clv_out_chr(t->out, '\n');
}

/* ---- Notes. */

static bool notes_index(struct tree *t, struct clv_arena *arena)
{
    const struct clv_view *view = t->view;
    t->first = clv_arena_take(arena, view->n * sizeof *t->first + 1);
    t->after = clv_arena_take(arena, view->nnotes * sizeof *t->after + 1);
    if (!t->first || !t->after)
        return false;
    for (uint32_t i = 0; i < view->n; i++)
        t->first[i] = UINT32_MAX;
    for (uint32_t i = view->nnotes; i--;) {
        t->after[i] = t->first[view->notes[i].layer];
        t->first[view->notes[i].layer] = i;
    }
    return true;
}

static void print_beside(const struct tree *t, const struct clv_note *note)
{
    paint(t, red);
    clv_out_chr(t->out, '[');
    clv_note_beside(t->view, note, t->out);
    clv_out_chr(t->out, ']');
    paint(t, plain);
}

/* Notes on one field, behind its value. */
static void print_field_notes(const struct tree *t, const char *field)
{
    for (uint32_t i = t->first[t->layer]; i != UINT32_MAX; i = t->after[i]) {
        const struct clv_note *note = &t->view->notes[i];
        if (!note->field || strcmp(note->field, field) != 0)
            continue;
        clv_out_chr(t->out, ' ');
        print_beside(t, note);
    }
}

/* Those of the layer as a whole, and of fields that do not show. */
static void print_layer_notes(const struct tree *t, const struct node *node)
{
    for (uint32_t i = t->first[t->layer]; i != UINT32_MAX; i = t->after[i]) {
        const struct clv_note *note = &t->view->notes[i];
        bool shown = false;
        for (uint32_t r = 0; note->field && r < node->layer->n && !shown; r++)
            shown = node->slots[r].here && !strcmp(node->layer->rows[r].f->name, note->field);
        if (shown)
            continue;
        print_prefix(t);
        if (note->field) {
            paint(t, red);
            clv_out_chr(t->out, '[');
            clv_print_note(t->view, note, t->out);
            clv_out_chr(t->out, ']');
            paint(t, plain);
        } else {
            print_beside(t, note);
        }
        clv_out_chr(t->out, '\n');
    }
}

/* ---- Values. */

static void print_value(const struct tree *t, const struct row *row, const struct clv_val *v)
{
    const struct word *word = row->words ? clv_words_find(row->words, v->u) : NULL;
    if (word) {
        clv_out_mem(t->out, word->name, word->n);
        clv_out_str(t->out, " (");
    }
    clv_val_show(row, v, false, t->out);
    if (word)
        clv_out_chr(t->out, ')');
}

static void print_slot(const struct tree *t, const struct row *row, const struct slot *slot)
{
    if (slot->state == SLOT_RAW) {
        clv_out_literal(t->out, slot->v.p, slot->v.n, false);
    } else if (row->many) {
        clv_out_chr(t->out, '[');
        for (uint32_t i = 0; i < slot->nmany; i++) {
            if (i)
                clv_out_str(t->out, ", ");
            print_value(t, row, &slot->many[i]);
        }
        clv_out_chr(t->out, ']');
    } else {
        print_value(t, row, &slot->v);
    }
}

static void print_bytes(const struct tree *t, const char *before, const char *name,
                        const struct bytes *bytes)
{
    print_name(t, before, name, 0);
    clv_out_literal(t->out, bytes->p, bytes->n, false);
    clv_out_chr(t->out, '\n');
}

/* ---- Nodes. */

static void print_rows(struct tree *t, const struct node *node, bool item);

static bool is_item(const struct row *row, const struct slot *slot)
{
    return row->kind->shape == SHAPE_ITEM && slot->state != SLOT_RAW;
}

/* Items that are written as tuples are small: all on one line. */
static bool is_short(const struct node *node)
{
    bool odd = !node->layer->d->tuple || node->has_extra || node->has_pad || node->has_tail;
    for (uint32_t i = 0; i < node->layer->n && !odd; i++)
        odd = node->slots[i].here &&
              (node->slots[i].gap || is_item(&node->layer->rows[i], &node->slots[i]));
    return !odd;
}

static void print_short(const struct tree *t, const struct node *node)
{
    const struct clv_desc *d = node->layer->d;
    const char *between = "  ";
    paint(t, bold);
    clv_out_str(t->out, *d->tuple ? d->tuple : d->name);
    paint(t, plain);
    for (uint32_t i = 0; i < node->layer->n; i++) {
        if (!node->slots[i].here)
            continue;
        clv_out_str(t->out, between);
        paint(t, dim);
        clv_out_mem(t->out, node->layer->rows[i].name, node->layer->rows[i].nname);
        paint(t, plain);
        clv_out_chr(t->out, '=');
        print_slot(t, &node->layer->rows[i], &node->slots[i]);
        between = ", ";
    }
    clv_out_chr(t->out, '\n');
}

static void print_items(struct tree *t, const struct node *items)
{
    uint32_t old = t->nprefix;
    if (old + 20 > sizeof t->prefix)
        return;
    memcpy(t->prefix + old, " |  ", 4);
    for (; items; items = items->next) {
        t->nprefix = old + 2;
        print_prefix(t);
        if (is_short(items)) {
            print_short(t, items);
            continue;
        }
        print_title(t, items->layer->d);
        t->nprefix = old + 4;
        print_rows(t, items, true);
    }
    t->nprefix = old;
}

static void print_rows(struct tree *t, const struct node *node, bool item)
{
    for (uint32_t i = 0; i < node->layer->n; i++) {
        const struct row *row = &node->layer->rows[i];
        const struct slot *slot = &node->slots[i];
        if (!slot->here)
            continue;
        if (slot->gap)
            print_bytes(t, "_gap_", row->f->name, slot->gap);
        if (is_item(row, slot)) {
            print_name(t, "", row->f->name, '\\');
            print_items(t, slot->items);
            continue;
        }
        if (t->colour)
            print_name(t, "", row->f->name, 0);
        else
            print_row_name(t, row);
        print_slot(t, row, slot);
        if (!item)
            print_field_notes(t, row->f->name);
        clv_out_chr(t->out, '\n');
    }
    if (node->has_extra)
        print_bytes(t, "_extra", "", &node->extra);
    if (node->has_pad)
        print_bytes(t, "_pad", "", &node->pad);
    if (node->has_tail)
        print_bytes(t, clv_tail_name(node->layer), "", &node->tail);
}

static void print_frame(const struct tree *t, const struct clv_frame *frame)
{
    struct clv_out *out = t->out;
    paint(t, bold);
    clv_out_str(out, "frame ");
    clv_out_dec(out, frame->number);
    paint(t, plain);
    clv_out_str(out, "  ");
    clv_print_clock(frame, true, out);
    clv_out_str(out, "  ");
    clv_out_dec(out, frame->len);
    clv_out_str(out, frame->len == 1 ? " byte" : " bytes");
    if (frame->caplen != frame->len) {
        clv_out_str(out, ", ");
        clv_out_dec(out, frame->caplen);
        clv_out_str(out, " captured");
    }
    if (frame->iface) {
        clv_out_str(out, "  ");
        clv_out_safe(out, frame->iface, strlen(frame->iface));
    }
    clv_out_chr(out, '\n');
    if (frame->comment) {
        clv_out_str(out, "comment: ");
        clv_out_safe(out, frame->comment, strlen(frame->comment));
        clv_out_chr(out, '\n');
    }
}

static void indent(struct tree *t, uint32_t layer)
{
    t->layer = layer;
    t->nprefix = 2 + 3 * (layer < DEEPEST_INDENT ? layer : DEEPEST_INDENT);
    memset(t->prefix, ' ', t->nprefix);
}

bool clv_print_tree(struct clv_view *view, const struct clv_frame *frame, struct clv_arena *arena,
                    unsigned flags, struct clv_out *out)
{
    struct tree t = { .view = view, .out = out, .colour = flags & CLV_SHOW_COLOUR };
    clv_check(view);
    const struct clv_draft *draft = clv_lift(view, arena);
    if (!draft || !notes_index(&t, arena))
        return false;
    if (frame)
        print_frame(&t, frame);
    uint32_t i = 0;
    for (const struct node *node = draft->first; node; node = node->next) {
        uint32_t next = node->next ? node->next->from : view->n;
        print_title(&t, node->layer->d);
        indent(&t, node->from);
        print_rows(&t, node, false);
        /* Notes of layers that are said as another's tail, or as one Raw, stand with it. */
        for (i = node->from; i < next; i++) {
            t.layer = i;
            print_layer_notes(&t, node);
        }
    }
    if (draft->has_padding) {
        const struct layer *layer = view->clv->layers[view->clv->padding];
        print_title(&t, layer->d);
        indent(&t, i);
        print_bytes(&t, "", layer->rows[0].f->name, &draft->padding);
    }
    clv_out_chr(out, '\n');
    return true;
}
