/* SPDX-License-Identifier: BSD-2-Clause */
/* What a field holds, told in parts to a program of another language. */
#include "../model/names.h"
#include "bind.h"

#include <stdlib.h>
#include <string.h>

struct visit {
    const struct clv *clv;
    struct clv_arena *arena;
    const struct clv_visitor *to;
};

static void tell_text(const struct visit *v, const char *s, size_t n)
{
    v->to->text(v->to->user, s, n);
}

/* What stands between a literal's quotes: its escapes undone, in place. */
static void tell_quoted(const struct visit *v, char *s, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\\' && i + 1 < n) {
            i++;
            if (s[i] == 'x' && i + 2 < n) {
                char hex[3] = { s[i + 1], s[i + 2], 0 };
                s[to++] = (char)strtoul(hex, NULL, 16);
                i += 2;
                continue;
            }
            s[to++] = s[i] == 'n' ? '\n' : s[i] == 'r' ? '\r' : s[i] == 't' ? '\t' : s[i];
            continue;
        }
        s[to++] = s[i];
    }
    tell_text(v, s, to);
}

/* The words of a printed list, "[3, 3, 2]", and what is no list: a number, or a text in quotes. */
static void tell_printed(const struct visit *v, char *s, size_t n)
{
    char *end;

    if (n >= 2 && (*s == '\'' || *s == '"')) {
        tell_quoted(v, s + 1, n - 2);
    } else if (*s == '[') {
        v->to->open(v->to->user, false);
        for (s++; *s && *s != ']'; s += strspn(s, ", "))
            v->to->number(v->to->user, strtoull(s, &s, 10), false);
        v->to->close(v->to->user);
    } else if (s[strcspn(s, ".eE")] && s[1] != 'x') {
        v->to->real(v->to->user, strtod(s, &end));
    } else if (*s == '-') {
        v->to->number(v->to->user, (uint64_t)strtoll(s, &end, 0), true);
    } else {
        v->to->number(v->to->user, strtoull(s, &end, 0), false);
    }
}

static void tell_scalar(const struct visit *v, const struct row *row, const struct clv_val *val)
{
    struct clv_out out;
    bool plain = row->kind == &clv_bytes || row->kind == &clv_text;

    if (plain && !(row->f->style & CLV_SIGNED)) {
        tell_text(v, (const char *)val->p, val->n);
        return;
    }
    const char *word = v->to->word && row->kind == &clv_uint ? clv_word_of(row->f->words, val->u)
                                                             : NULL;
    if (word) {
        v->to->word(v->to->user, word);
        return;
    }
    if (row->kind == &clv_uint && !(row->f->style & CLV_SIGNED)) {
        v->to->number(v->to->user, val->u, false);
        return;
    }
    if (row->kind == &clv_flags && row->f->words && !val->u) {
        tell_text(v, "", 0);
        return;
    }
    clv_out_init(&out, NULL, NULL);
    row->kind->print(row->f, val, FORM_EXPR, &out);
    clv_out_chr(&out, 0);
    /* How a name was compressed is not its value. */
    if (!out.failed && clv_is_named(row) && val->spell == CLV_NAME_SPELT && out.len > 3 &&
        !memcmp(out.buf + out.len - 3, "!'", 3)) {
        out.len--;
        memcpy(out.buf + out.len - 2, "'", 2);
    }
    /* What is written of bytes: without the length that some have before them. */
    if (out.failed || out.buf[0] != 'b') {
        if (!out.failed)
            tell_printed(v, out.buf, out.len - 1);
    } else if (out.buf[1] == '\'') {
        tell_quoted(v, out.buf + 2, out.len - 4);
    } else { /* bytes(20): zeros */
        size_t n = strtoul(out.buf + strlen("bytes("), NULL, 10);
        n = n < val->n ? n : val->n;
        tell_text(v, (const char *)val->p + (val->n - n), n);
    }
    clv_out_free(&out);
}

static void tell_slot(const struct visit *v, const struct row *row, const struct slot *s);

static bool tell_item(const struct visit *v, const struct node *item)
{
    struct clv_draft *draft = clv_draft_new(v->clv, v->arena);
    if (!draft)
        return false;
    draft->strict = true;
    draft->first = clv_node_copy(item, v->arena);
    if (draft->first)
        v->to->item(v->to->user, draft);
    return draft->first;
}

/* Values, as a list; ranges and random values as they are written. */
static void tell_set(const struct visit *v, const struct row *row, const struct set *set)
{
    bool values = !set->draw;
    for (uint32_t i = 0; i < set->n; i++)
        values = values && set->alts[i].count == 1;
    if (!values) {
        struct clv_out out;
        clv_out_init(&out, NULL, NULL);
        clv_print_set(row, set, &out);
        v->to->written(v->to->user, out.buf, out.len);
        clv_out_free(&out);
        return;
    }
    v->to->open(v->to->user, false);
    for (uint32_t i = 0; i < set->n; i++) {
        struct clv_val val = set->alts[i].v;
        val.u = set->alts[i].lo;
        tell_scalar(v, row, &val);
    }
    v->to->close(v->to->user);
}

static void tell_slot(const struct visit *v, const struct row *row, const struct slot *s)
{
    if (s->state == SLOT_RAW) {
        tell_text(v, (const char *)s->v.p, s->v.n);
    } else if (s->state == SLOT_SET) {
        tell_set(v, row, s->set);
    } else if (row->kind->shape == SHAPE_ITEM) {
        v->to->open(v->to->user, false);
        for (const struct node *item = s->items; item; item = item->next)
            if (!tell_item(v, item))
                break;
        v->to->close(v->to->user);
    } else if (row->many) {
        v->to->open(v->to->user, false);
        for (uint32_t i = 0; i < s->nmany; i++)
            tell_scalar(v, row, &s->many[i]);
        v->to->close(v->to->user);
    } else {
        tell_scalar(v, row, &s->v);
    }
}

/* What the build put where the row lies. */
static bool tell_built(const struct visit *v, const struct node *node, const struct row *row,
                       const struct slot *s, const uint8_t *bytes)
{
    struct clv_val val = { .p = bytes + s->bit / 8, .n = s->bits / 8 };
    if (!s->here)
        return false;
    if (row->kind->shape == SHAPE_ITEM || row->many) {
        tell_slot(v, row, s);
        return true;
    }
    if (row->kind->load) {
        if (!row->kind->load(row->f, bytes + s->bit / 8, s->bits / 8, &val)) {
            tell_text(v, (const char *)val.p, val.n);
            return true;
        }
    } else if (row->kind->shape == SHAPE_NUM) {
        val.u = clv_bits_get(bytes, s->bit, s->bits, clv_row_little(node, row));
    }
    tell_scalar(v, row, &val);
    return true;
}

enum clv_visit clv_draft_visit(const struct clv_draft *draft, uint32_t layer, const char *field,
                               const uint8_t *bytes, struct clv_arena *arena,
                               const struct clv_visitor *visitor)
{
    struct visit v = { draft->clv, arena, visitor };
    const struct node *node = draft->first;
    while (node && layer--)
        node = node->next;
    int first = node ? clv_row_named(node->layer, field, strlen(field)) : -1;
    if (first < 0)
        return CLV_VISIT_NONE;
    uint32_t at = clv_node_row(node, (uint32_t)first);
    const struct row *row = &node->layer->rows[at];
    const struct slot *s = &node->slots[at];
    if (s->state == SLOT_GIVEN || s->state == SLOT_RAW || s->state == SLOT_SET) {
        tell_slot(&v, row, s);
        return CLV_VISIT_DONE;
    }
    if (!bytes)
        return CLV_VISIT_UNBUILT;
    if (s->state == SLOT_IMPLIED && row->kind->shape != SHAPE_NUM) {
        tell_slot(&v, row, s);
        return CLV_VISIT_DONE;
    }
    return tell_built(&v, node, row, s, bytes) ? CLV_VISIT_DONE : CLV_VISIT_NONE;
}

/* The whole packet is lifted, for what is a list. */
static enum clv_visit visit_lifted(const struct visit *v, const struct clv_view *view,
                                   uint32_t layer, uint16_t row)
{
    const struct clv_draft *draft = clv_lift(view, v->arena);
    for (const struct node *node = draft ? draft->first : NULL; node; node = node->next)
        if (node->from == layer && node->layer->id == view->layers[layer].id) {
            tell_slot(v, &node->layer->rows[row], &node->slots[row]);
            return CLV_VISIT_DONE;
        }
    return CLV_VISIT_NONE;
}

enum clv_visit clv_view_visit(const struct clv_view *view, uint32_t layer, const char *field,
                              struct clv_arena *arena, const struct clv_visitor *visitor)
{
    struct visit v = { view->clv, arena, visitor };
    if (layer >= view->n)
        return CLV_VISIT_NONE;
    const struct layer *l = view->clv->layers[view->layers[layer].id];
    int first = clv_row_named(l, field, strlen(field));
    uint16_t n = 1;
    struct walk w;
    struct cell cell;
    if (first < 0)
        return CLV_VISIT_NONE;
    while (first + n < l->n && l->rows[first + n].alias == first)
        n++;
    if (!clv_field_cell(view, layer, (uint16_t)first, n, &w, &cell))
        return CLV_VISIT_NONE;
    const struct row *row = &l->rows[cell.row];
    if (!cell.raw && (row->kind->shape == SHAPE_ITEM || row->many))
        return visit_lifted(&v, view, layer, cell.row);
    struct where where = clv_where(view, layer);
    struct clv_val val;
    uint32_t at = 0;
    if (!clv_cell_next(l, &where, view->bytes + view->layers[layer].off, &cell, &at, &val))
        return CLV_VISIT_NONE;
    if (cell.raw)
        tell_text(&v, (const char *)val.p, val.n);
    else
        tell_scalar(&v, row, &val);
    return CLV_VISIT_DONE;
}

struct clv_draft *clv_draft_from(const struct clv_draft *draft, uint32_t layer,
                                 struct clv_arena *arena)
{
    struct clv_draft part = *draft, *copy;
    while (part.first && layer--)
        part.first = part.first->next;
    copy = clv_draft_copy(&part, arena);
    if (!copy)
        return NULL;
    copy->nsets = 0;
    for (const struct node *node = copy->first; node; node = node->next)
        for (uint32_t i = 0; i < node->layer->n; i++)
            copy->nsets += node->slots[i].state == SLOT_SET;
    return copy;
}
