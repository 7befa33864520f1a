/* SPDX-License-Identifier: BSD-2-Clause */
/* A draft as an expression that parses back to it: given values only, Scapy's spelling. */
#include "bind.h"

#include <string.h>

static void print_node(const struct node *node, struct clv_out *out);

static void print_bytes(const struct bytes *b, struct clv_out *out)
{
    clv_out_literal(out, b->p, b->n, false);
}

static void print_raw(const struct slot *s, struct clv_out *out)
{
    clv_out_str(out, "RawVal(");
    clv_out_literal(out, s->v.p, s->v.n, false);
    clv_out_chr(out, ')');
}

static void print_scalar(const struct row *row, const struct clv_val *v, struct clv_out *out)
{
    if (!v->spell || row->kind->shape != SHAPE_NUM) {
        row->kind->print(row->f, v, FORM_EXPR, out);
        return;
    }
    clv_out_str(out, "Width(");
    clv_out_dec(out, v->spell);
    clv_out_str(out, ", ");
    row->kind->print(row->f, v, FORM_EXPR, out);
    clv_out_chr(out, ')');
}

/* ---- Items: as a tuple where nothing but the values is given. */

static bool only_values(const struct node *node)
{
    bool skipped = false;
    if (!node->layer->d->tuple || node->has_extra || node->has_pad || node->has_tail)
        return false;
    for (uint32_t i = 0; i < node->layer->n; i++) {
        const struct row *row = &node->layer->rows[i];
        const struct slot *s = &node->slots[i];
        bool value = !(row->style & CLV_TELL) && !row->f->measures.of;
        bool absent = value && row->when.n && s->state == SLOT_UNSET;
        if (s->gap || s->state == SLOT_RAW || (s->v.spell && row->kind->shape == SHAPE_NUM) ||
            (s->state == SLOT_GIVEN && !value) || (skipped && value && !absent))
            return false;
        skipped = skipped || absent;
    }
    return true;
}

static void print_slot(const struct row *row, const struct slot *s, struct clv_out *out);

/* The general item: its number, or the number's word, and the one value that is given or there. */
static bool numbered_value(const struct node *node, const struct row **value)
{
    *value = NULL;
    if (node->has_extra || node->has_pad || node->has_tail)
        return false;
    for (uint32_t i = 0; i < node->layer->n; i++) {
        const struct row *row = &node->layer->rows[i];
        const struct slot *s = &node->slots[i];
        if (s->gap || s->state == SLOT_RAW || s->state == SLOT_SET ||
            (s->v.spell && row->kind->shape == SHAPE_NUM))
            return false;
        if (row->f->measures.of ? s->state != SLOT_UNSET : i && s->state == SLOT_GIVEN && *value)
            return false;
        if (i && !row->f->measures.of && (s->state == SLOT_GIVEN || (s->here && !*value)))
            *value = row;
    }
    return true;
}

static void print_numbered(const struct node *node, const struct row *value, struct clv_out *out)
{
    uint64_t number = clv_slot_number(node, 0);
    const struct clv_word *words = node->layer->rows[0].f->words;
    const char *word = clv_word_of(words, number);
    uint64_t first;
    /* A word of several numbers would be read as the first that takes the value. */
    if (word && clv_word_value(words, word, strlen(word), &first) && first != number)
        word = NULL;
    if (value || !word)
        clv_out_chr(out, '(');
    if (word) {
        clv_out_chr(out, '\'');
        clv_out_str(out, word);
        clv_out_chr(out, '\'');
    } else {
        clv_out_dec(out, number);
    }
    if (value) {
        const struct slot *s = &node->slots[value->index];
        bool flat = value->many && (value->style & CLV_FLAT) && s->nmany;
        clv_out_str(out, ", ");
        for (uint32_t i = 0; flat && i < s->nmany; i++) {
            print_scalar(value, &s->many[i], out);
            clv_out_str(out, i + 1 < s->nmany ? ", " : "");
        }
        if (!flat)
            print_slot(value, s, out);
    } else if (!word) {
        clv_out_str(out, ", None");
    }
    if (value || !word)
        clv_out_chr(out, ')');
}

static void print_tuple(const struct node *node, struct clv_out *out)
{
    uint16_t rows[MAX_ROWS];
    const struct layer *layer = node->layer;
    const uint32_t from = 0;
    uint32_t n = clv_value_rows(layer, rows);
    bool length = false;
    for (uint32_t i = 0; i < layer->n; i++)
        length = length || layer->rows[i].f->measures.of;
    /* Optional rows at the end that are not there are no values. */
    while (n && layer->rows[rows[n - 1]].when.n && node->slots[rows[n - 1]].state == SLOT_UNSET)
        n--;
    clv_out_str(out, "('");
    clv_out_str(out, layer->d->tuple);
    clv_out_str(out, "', ");
    bool many = n == from + 1 && layer->rows[rows[from]].many;
    if (n == from)
        clv_out_str(out, length ? "b''" : "None");
    else if (n == from + 1 && !many)
        print_slot(&layer->rows[rows[from]], &node->slots[rows[from]], out);
    else {
        clv_out_chr(out, '(');
        for (uint32_t i = from; i < n; i++) {
            const struct row *row = &layer->rows[rows[i]];
            const struct slot *s = &node->slots[rows[i]];
            if (row->many && row->kind->shape != SHAPE_ITEM) {
                for (uint32_t k = 0; k < s->nmany; k++) {
                    print_scalar(row, &s->many[k], out);
                    clv_out_str(out, k + 1 < s->nmany             ? ", "
                                     : s->nmany == 1 && i == from ? ","
                                                                  : "");
                }
            } else {
                print_slot(row, s, out);
                clv_out_str(out, i + 1 < n ? ", " : "");
            }
        }
        clv_out_chr(out, ')');
    }
    clv_out_chr(out, ')');
}

/* Are these items written behind the layer that holds them? */
static bool is_stacked(const struct row *row, const struct slot *s)
{
    return (row->style & CLV_STACKED) && s->state == SLOT_GIVEN;
}

static const struct row *last_row(const struct node *node)
{
    return node->layer->n ? &node->layer->rows[node->layer->n - 1] : NULL;
}

static void print_items(const struct row *row, const struct slot *s, struct clv_out *out)
{
    const struct row *last = s->items ? last_row(s->items) : NULL;
    bool stack = last && (last->style & CLV_STACKED) && !s->items->next;
    bool list = (row->many && !stack) || !s->items || s->items->next;
    if (list)
        clv_out_chr(out, '[');
    for (const struct node *item = s->items; item; item = item->next) {
        if (item != s->items)
            clv_out_str(out, ", ");
        const char *tuple = item->layer->d->tuple;
        const struct row *value;
        if (tuple && !*tuple && numbered_value(item, &value))
            print_numbered(item, value, out);
        else if (tuple && *tuple && only_values(item))
            print_tuple(item, out);
        else
            print_node(item, out);
    }
    if (list)
        clv_out_chr(out, ']');
}

static void print_end(const struct row *row, uint64_t u, struct clv_out *out)
{
    struct clv_val v = { .u = u };
    if (row->kind == &clv_scaled)
        row->kind->print(row->f, &v, FORM_EXPR, out);
    else if (row->style & CLV_SIGNED)
        clv_out_int(out, (int64_t)u);
    else
        clv_out_dec(out, u);
}

/* A random value; what fuzz() draws has no words of its own. */
static void print_draw(const struct row *row, const struct set *set, struct clv_out *out)
{
    if (row->kind->shape == SHAPE_NUM) {
        clv_out_str(out, "RandNum(");
        print_end(row, set->lo, out);
        clv_out_str(out, ", ");
        print_end(row, set->hi, out);
    } else {
        clv_out_str(out, set->draw == DRAW_BYTES && set->hi ? "RandString(" : "RandBin(");
        clv_out_dec(out, set->lo);
    }
    clv_out_chr(out, ')');
}

void clv_print_set(const struct row *row, const struct set *set, struct clv_out *out)
{
    if (set->draw && set->draw != DRAW_CHOICE) {
        print_draw(row, set, out);
        return;
    }
    clv_out_str(out, set->draw ? "RandChoice(" : set->n > 1 ? "[" : "");
    for (uint32_t i = 0; i < set->n; i++) {
        const struct alt *a = &set->alts[i];
        struct clv_val v = a->v;
        v.u = a->lo;
        if (i)
            clv_out_str(out, ", ");
        if (a->count > 1) {
            clv_out_chr(out, '(');
            row->kind->print(row->f, &v, FORM_EXPR, out);
            clv_out_str(out, ", ");
            v.u = a->lo + (a->count - 1) * a->step;
        }
        row->kind->print(row->f, &v, FORM_EXPR, out);
        if (a->count > 1 && a->step != clv_num_unit(row->f)) {
            clv_out_str(out, ", ");
            clv_out_dec(out, a->step / clv_num_unit(row->f));
        }
        if (a->count > 1)
            clv_out_chr(out, ')');
    }
    clv_out_str(out, set->draw ? ")" : set->n > 1 ? "]" : "");
}

static void print_slot(const struct row *row, const struct slot *s, struct clv_out *out)
{
    uint8_t zero[256];
    if (s->state == SLOT_RAW) {
        print_raw(s, out);
    } else if (s->state == SLOT_SET) {
        clv_print_set(row, s->set, out);
    } else if (row->kind->shape == SHAPE_ITEM) {
        print_items(row, s, out);
    } else if (row->many) {
        clv_out_chr(out, '[');
        for (uint32_t i = 0; i < s->nmany; i++) {
            if (i)
                clv_out_str(out, ", ");
            print_scalar(row, &s->many[i], out);
        }
        clv_out_chr(out, ']');
    } else if (s->state == SLOT_UNSET && row->kind->shape == SHAPE_BYTES) {
        struct bytes b = clv_row_default(row, zero);
        struct clv_val v = { .p = b.p, .n = b.n };
        row->kind->print(row->f, &v, FORM_EXPR, out);
    } else {
        struct clv_val v = s->v;
        if (s->state == SLOT_UNSET)
            v.u = row->f->init;
        print_scalar(row, &v, out);
    }
}

struct list {
    struct clv_out *out;
    bool more;
};

static void print_name(struct list *l, const char *prefix, const char *name, size_t n)
{
    if (l->more)
        clv_out_str(l->out, ", ");
    l->more = true;
    clv_out_str(l->out, prefix);
    clv_out_mem(l->out, name, n);
    clv_out_chr(l->out, '=');
}

static void print_kept(struct list *l, const char *name, bool has, const struct bytes *b)
{
    if (!has)
        return;
    print_name(l, "", name, strlen(name));
    print_bytes(b, l->out);
}

static void print_node(const struct node *node, struct clv_out *out)
{
    struct list l = { .out = out };
    clv_out_mem(out, node->layer->name, node->layer->nname);
    clv_out_chr(out, '(');
    for (uint32_t i = 0; i < node->layer->n; i++) {
        const struct row *row = &node->layer->rows[i];
        const struct slot *s = &node->slots[i];
        if (s->gap) {
            print_name(&l, "_gap_", row->name, row->nname);
            print_bytes(s->gap, out);
        }
        if (s->state == SLOT_UNSET && s->v.spell && s->here && row->kind->shape == SHAPE_NUM) {
            print_name(&l, "", row->name, row->nname);
            clv_out_str(out, "Width(");
            clv_out_dec(out, s->v.spell);
            clv_out_chr(out, ')');
        }
        if (s->state == SLOT_UNSET || s->state == SLOT_IMPLIED || is_stacked(row, s))
            continue;
        print_name(&l, "", row->name, row->nname);
        print_slot(row, s, out);
    }
    print_kept(&l, "_extra", node->has_extra, &node->extra);
    print_kept(&l, "_pad", node->has_pad, &node->pad);
    print_kept(&l, clv_tail_name(node->layer), node->has_tail, &node->tail);
    clv_out_chr(out, ')');
    const struct row *last = last_row(node);
    if (!last || !is_stacked(last, &node->slots[last->index]))
        return;
    for (const struct node *item = node->slots[last->index].items; item; item = item->next) {
        clv_out_chr(out, '/');
        print_node(item, out);
    }
}

bool clv_print_draft(const struct clv_draft *draft, struct clv_out *out)
{
    for (const struct node *node = draft->first; node; node = node->next) {
        if (node != draft->first)
            clv_out_chr(out, '/');
        print_node(node, out);
    }
    if (draft->has_padding) {
        clv_out_str(out, "/Padding(load=");
        print_bytes(&draft->padding, out);
        clv_out_chr(out, ')');
    }
    return !out->failed;
}

bool clv_print_expr(const struct clv_view *view, struct clv_arena *arena, struct clv_out *out)
{
    struct clv_draft *draft = clv_peel(view, arena);
    return draft && clv_print_draft(draft, out);
}
