/* SPDX-License-Identifier: BSD-2-Clause */
/* Values as people read them, and the way from a field's name in a view to its values. */
#include "../model/names.h"
#include "text.h"

#include <string.h>

void clv_val_show(const struct row *row, const struct clv_val *v, bool words, struct clv_out *out)
{
    const struct word *word = row->words && words ? clv_words_find(row->words, v->u) : NULL;
    enum form form = FORM_SHOW;
    if (row->words && row->kind->worded) {
        if (word) {
            clv_out_mem(out, word->name, word->n);
            return;
        }
        form = FORM_EXPR;
    } else if (row->words && !words && clv_words_find(row->words, v->u)) {
        form = FORM_EXPR;
    }
    if (!row->kind->print)
        clv_out_literal(out, v->p, v->n, false);
    else if (row->kind == &clv_flags && !v->u)
        clv_out_chr(out, '0');
    else
        row->kind->print(row->f, v, form, out);
}

/* A name that stands in a packet may point into its message. */
static void name_place(const struct row *row, const struct where *where, bool raw,
                       struct clv_val *v)
{
    if (raw || !clv_is_named(row) || !where->message || v->p < where->message)
        return;
    v->u = (uint64_t)(v->p - where->message);
    v->spell = CLV_NAME_WIRE;
}

bool clv_cell_next(const struct layer *layer, const struct where *where, const uint8_t *h,
                   const struct cell *cell, uint32_t *at, struct clv_val *v)
{
    const struct row *row = &layer->rows[cell->row];
    const uint8_t *p = h + cell->bit / 8 + *at;
    uint32_t room = cell->bits / 8 - *at, n;
    if (!row->many || cell->raw || row->kind->shape == SHAPE_ITEM) {
        clv_cell_val(layer, h, cell, v);
        name_place(row, where, cell->raw, v);
        return !(*at)++;
    }
    if (*at >= cell->bits / 8)
        return false;
    n = row->bits ? row->bits / 8u : row->kind->span ? row->kind->span(row->f, p, room) : room;
    if (!n || n > room)
        return false;
    *v = (struct clv_val){ .p = p, .n = n };
    if (row->kind->load && !row->kind->load(row->f, p, n, v))
        return false;
    if (!row->kind->load && row->kind->shape == SHAPE_NUM)
        v->u = clv_bits_get(p, 0, row->bits, cell->little);
    name_place(row, where, false, v);
    *at += n;
    return true;
}

bool clv_field_cell(const struct clv_view *view, uint32_t layer, uint16_t first, uint16_t n,
                    struct walk *w, struct cell *cell)
{
    const struct clv_layer *y = &view->layers[layer];
    const struct layer *l = view->clv->layers[y->id];
    const struct row *row = &l->rows[first];
    w->layer = NULL;
    if (first >= l->nhead) {
        for (uint16_t i = 0; i < n; i++)
            if (clv_view_row(view, layer, (uint16_t)(first + i), cell))
                return true;
        return false;
    }
    if (row->quick && y->head >= l->min) {
        *cell = (struct cell){ .row = first, .bit = row->bit, .bits = row->bits };
        cell->u = clv_load(view->bytes + y->off, &row->load);
        return true;
    }
    struct where where = clv_where(view, layer);
    clv_walk_begin(w, &where, l, view->bytes + y->off, y->head);
    bool here = false;
    while (!here && clv_walk_next(w, cell))
        here = cell->row >= first && cell->row - first < n;
    w->where = NULL; /* it was this function's */
    return here;
}
