/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One line a packet: the names of its layers, and what the topmost one that has something to say
 * says.
 */
#include "text.h"

/* The layer a piece means: the line's own, or the nearest lower one of that name. */
static uint32_t piece_layer(const struct clv_view *view, uint32_t own, const struct piece *piece)
{
    if (piece->layer == NO_ID)
        return own;
    for (uint32_t i = own; i--;)
        if (view->layers[i].id == piece->layer)
            return i;
    return UINT32_MAX;
}

/* The row with this role in the nearest lower layer that has one. */
static void print_role(const struct clv_view *view, uint32_t own, uint8_t role, struct clv_out *out)
{
    for (uint32_t i = own; view->layers[i].up != i;) {
        i = view->layers[i].up;
        const struct layer *layer = view->clv->layers[view->layers[i].id];
        const uint8_t *h = view->bytes + view->layers[i].off;
        for (uint32_t r = layer->roles[role]; r < layer->nhead; r++) {
            const struct row *row = &layer->rows[r];
            struct cell cell;
            struct clv_val v = { 0 };
            if (row->f->role != role)
                continue;
            if (row->quick)
                v.u = clv_load(h, &row->load);
            else if (clv_view_row(view, i, (uint16_t)r, &cell))
                clv_cell_val(layer, h, &cell, &v);
            else
                continue;
            clv_val_show(row, &v, true, out);
            return;
        }
    }
}

static void print_text(const char *s, uint32_t n, struct clv_out *out)
{
    char *to = clv_out_room(out, n + 16);
    if (to)
        out->len += (size_t)(clv_put_text(to, s, n) - to);
}

/* A layer that pieces are taken from, walked as far as they asked. */
struct visit {
    uint32_t layer; /* UINT32_MAX: none */
    bool over;
    struct where where;
    struct walk w;
};

/* As clv_field_cell(), but from where the walk for the piece before ended, if that is not too far. */
static bool visit_find(struct visit *visit, const struct clv_view *view, uint32_t i,
                       const struct piece *piece, struct cell *cell)
{
    const struct clv_layer *y = &view->layers[i];
    const struct layer *layer = view->clv->layers[y->id];
    bool fresh = visit->layer != i;
    if (fresh)
        visit->where = clv_where(view, i);
    visit->layer = UINT32_MAX;
    if (piece->first >= layer->nhead || layer->rows[piece->first].quick)
        return clv_field_cell(view, i, piece->first, piece->rows, &visit->w, cell);
    if (fresh || visit->w.i > piece->first) {
        clv_walk_begin(&visit->w, &visit->where, layer, view->bytes + y->off, y->head);
        visit->over = false;
    }
    visit->layer = i;
    while (!visit->over && clv_walk_next(&visit->w, cell))
        if (cell->row >= piece->first)
            return cell->row - piece->first < piece->rows;
    visit->over = true;
    return false;
}

static void print_piece(const struct clv_view *view, uint32_t own, const struct piece *piece,
                        struct visit *visit, struct clv_out *out)
{
    struct cell cell;
    struct clv_val v;
    if (piece->role) {
        print_role(view, own, piece->role, out);
        return;
    }
    uint32_t i = piece_layer(view, own, piece);
    if (i == UINT32_MAX)
        return;
    const struct layer *layer = view->clv->layers[view->layers[i].id];
    const struct row *first = &layer->rows[piece->first];
    const uint8_t *h = view->bytes + view->layers[i].off;
    if (piece->rows == 1 && first->quick) {
        v = (struct clv_val){ .u = clv_load(h, &first->load) };
        clv_val_show(first, &v, !piece->number, out);
        return;
    }
    if (!visit_find(visit, view, i, piece, &cell))
        return;
    for (uint32_t at = 0, k = 0; clv_cell_next(layer, &visit->where, h, &cell, &at, &v); k++) {
        if (k)
            clv_out_chr(out, ',');
        if (cell.raw)
            clv_out_literal(out, v.p, v.n, false);
        else
            clv_val_show(&layer->rows[cell.row], &v, !piece->number, out);
    }
}

/* The line that holds for layer i; NULL: it has nothing to say. */
static const struct line *line_find(const struct clv_view *view, uint32_t i)
{
    const struct clv_layer *y = &view->layers[i];
    const struct layer *layer = view->clv->layers[y->id];
    struct where where;
    bool known = false;
    for (uint32_t k = 0; k < layer->nlines; k++) {
        const struct line *line = &layer->lines[k];
        if (!line->when.n)
            return line;
        if (!line->when.quick && !known) {
            where = clv_where(view, i);
            known = true;
        }
        if (clv_cond_at(&line->when, &where, layer, view->bytes + y->off, y->head))
            return line;
    }
    return NULL;
}

/* The nearest layer, from i on downwards, that tells who talks to whom. */
static const struct line *who_find(const struct clv_view *view, uint32_t i, uint32_t *at)
{
    for (*at = i; !view->layers[*at].desc->who; *at = view->layers[*at].up)
        if (view->layers[*at].up == *at)
            return NULL;
    return &view->clv->layers[view->layers[*at].id]->who;
}

static void print_pieces(const struct clv_view *view, uint32_t i, const struct line *line,
                         struct clv_out *out)
{
    struct visit visit;
    visit.layer = UINT32_MAX;
    if (line && line->n)
        clv_out_chr(out, ' ');
    for (uint32_t k = 0; line && k < line->n; k++) {
        const struct piece *piece = &line->pieces[k];
        if (piece->text)
            print_text(piece->text, piece->n, out);
        else
            print_piece(view, i, piece, &visit, out);
    }
}

static bool has_summary(const struct clv_view *view, uint32_t i)
{
    const struct clv_hooks *hooks = view->layers[i].desc->hooks;
    return hooks && hooks->summary;
}

/* What the hook of layer i says; false: nothing. */
static bool print_summary(const struct clv_view *view, uint32_t i, struct clv_out *out)
{
    struct clv_scope scope = {
        .view = view, .asked = view->layers[i].desc, .bytes = view->bytes, .len = view->len
    };
    struct clv_out text;
    clv_out_init(&text, NULL, NULL);
    clv_scope_move(&scope, i);
    bool said = view->layers[i].desc->hooks->summary(&scope, &text) && !text.failed;
    if (said && text.len) {
        clv_out_chr(out, ' ');
        clv_out_safe(out, text.buf, text.len);
    }
    clv_out_free(&text);
    return said;
}

/* Bytes behind the layers that the first one holds, and behind itself: outside every length. */
static uint32_t padding_size(const struct clv_view *view)
{
    const struct clv_layer *first = view->layers;
    uint32_t body = clv_layer_body_end(view, 0), last = first->off + first->head;
    for (uint32_t i = 1; i < view->n; i++)
        if (!view->layers[i].up && view->layers[i].end > last)
            last = view->layers[i].end;
    return (last < body ? body - last : 0) + (view->len - first->end);
}

static void print_name(const struct layer *layer, bool first, struct clv_out *out)
{
    if (!first)
        clv_out_str(out, " / ");
    print_text(layer->name, layer->nname, out);
}

static void print_size(uint32_t n, struct clv_out *out)
{
    clv_out_chr(out, ' ');
    clv_out_dec(out, n);
}

void clv_print_line(const struct clv_view *view, const struct clv_frame *frame, unsigned flags,
                    struct clv_out *out)
{
    const struct line *line = NULL;
    uint32_t top = view->n, padding = padding_size(view), from = 0;
    bool says = false;
    while (top && !says) {
        line = line_find(view, --top);
        says = line || view->layers[top].desc->who || has_summary(view, top);
    }
    const struct line *who = says ? who_find(view, top, &from) : NULL;
    if (frame && (flags & CLV_SHOW_TIME)) {
        clv_print_clock(frame, false, out);
        clv_out_chr(out, ' ');
    }
    for (uint32_t i = 0; i < view->n; i++) {
        const struct clv_layer *y = &view->layers[i];
        print_name(view->clv->layers[y->id], !i, out);
        if (y->id == view->clv->raw) {
            print_size(y->head, out);
        } else if (i == top && says) {
            print_pieces(view, from, who, out);
            if (!has_summary(view, i) || !print_summary(view, i, out))
                print_pieces(view, i, line, out);
        }
    }
    if (padding) {
        print_name(view->clv->layers[view->clv->padding], false, out);
        print_size(padding, out);
    }
    for (uint32_t i = 0; i < view->nnotes; i++) {
        clv_out_str(out, flags & CLV_SHOW_COLOUR ? " \033[31m[" : " [");
        clv_print_note(view, &view->notes[i], out);
        clv_out_str(out, flags & CLV_SHOW_COLOUR ? "]\033[0m" : "]");
    }
    clv_out_chr(out, '\n');
}
