/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chosen fields as tab-separated values. Names are resolved once; numbers at fixed places, which
 * most are, are read without a walk. A value never holds a tab or a newline.
 */
#include "text.h"

#include <string.h>

struct clv_columns {
    uint32_t n;
    bool frame_only;
    struct ref refs[];
};

static void print_frame_field(enum frame_field which, const struct clv_frame *frame,
                              struct clv_out *out)
{
    const char *s = NULL;
    switch (which) {
    case FRAME_NUMBER: clv_out_dec(out, frame->number); break;
    case FRAME_TIME: clv_out_time(out, frame->sec, frame->nsec, 9); break;
    case FRAME_LEN: clv_out_dec(out, frame->len); break;
    case FRAME_CAPLEN: clv_out_dec(out, frame->caplen); break;
    case FRAME_LINK:
        s = frame->link < 0 ? NULL : clv_link_name(frame->link);
        if (!s && frame->link >= 0)
            clv_out_dec(out, (uint64_t)frame->link);
        break;
    case FRAME_IFACE: s = frame->iface; break;
    case FRAME_COMMENT: s = frame->comment; break;
    case FRAME_FIELDS: clv_out_chr(out, '1'); break;
    }
    if (s)
        clv_out_safe(out, s, strlen(s));
}

struct printing {
    struct clv_out *out;
    bool any;
    bool all; /* every layer that fits, not the first alone */
};

static void comma(struct printing *p)
{
    if (p->any)
        clv_out_chr(p->out, ',');
    p->any = true;
}

/* A list shows the names of what is in it. */
static bool item_print(void *user, const struct item *item)
{
    const struct clv_desc *d = item->layer->d;
    struct printing *p = user;
    comma(p);
    clv_out_str(p->out, d->tuple && *d->tuple ? d->tuple : d->name);
    return false;
}

static bool found_print(void *user, const struct found *f)
{
    struct printing *p = user;
    struct clv_val v;
    if (!f->row) {
        if (!p->any)
            clv_out_chr(p->out, '1');
        p->any = true;
        return true;
    }
    if (f->row->kind->shape == SHAPE_ITEM && !f->cell.raw && f->seen) {
        clv_item_each(f->layer, f->where, f->h, &f->cell, f->seen, item_print, p);
        return !p->all;
    }
    for (uint32_t at = 0; clv_cell_next(f->layer, f->where, f->h, &f->cell, &at, &v);) {
        comma(p);
        if (f->cell.raw)
            clv_out_literal(p->out, v.p, v.n, false);
        else
            clv_val_show(f->row, &v, false, p->out);
    }
    return !p->all;
}

/* The layer that a reference means, which holds its value at a fixed place. NULL: it is not there. */
static const struct row *quick_load(const struct ref *ref, const struct clv_view *view,
                                    struct clv_val *v)
{
    uint32_t nth = ref->nth ? ref->nth : 1;
    for (uint32_t i = 0; i < view->n; i++) {
        const struct clv_layer *y = &view->layers[i];
        if (y->id != ref->layer || --nth)
            continue;
        const struct layer *layer = view->clv->layers[y->id];
        const struct row *row = &layer->rows[ref->first];
        if (y->head < layer->min)
            return NULL;
        *v = (struct clv_val){ .u = clv_load(view->bytes + y->off, &row->load) };
        return row;
    }
    return NULL;
}

static void quick_print(const struct ref *ref, const struct clv_view *view, struct clv_out *out)
{
    struct clv_val v;
    const struct row *row = quick_load(ref, view, &v);
    if (row)
        clv_val_show(row, &v, false, out);
}

static bool found_read(void *user, const struct found *f)
{
    struct clv_cell *cell = user;
    struct clv_val v;
    uint32_t at = 0;
    if (f->row && f->row->kind->shape != SHAPE_ITEM && !f->cell.raw &&
        clv_cell_next(f->layer, f->where, f->h, &f->cell, &at, &v))
        *cell = (struct clv_cell){ true, v.u, v.p, v.n };
    return cell->there;
}

void clv_read_columns(const struct clv_columns *columns, const struct clv_view *view,
                      struct clv_cell *cells)
{
    for (uint32_t i = 0; i < columns->n; i++) {
        const struct ref *ref = &columns->refs[i];
        struct clv_val v;
        cells[i] = (struct clv_cell){ .there = false };
        if (ref->frame)
            continue;
        if (!ref->quick || ref->item)
            clv_ref_each(ref, view, found_read, &cells[i]);
        else if (quick_load(ref, view, &v))
            cells[i] = (struct clv_cell){ true, v.u, NULL, 0 };
    }
}

static void print_ref(const struct ref *ref, const struct clv_view *view,
                      const struct clv_frame *frame, struct clv_out *out)
{
    struct printing p = { .out = out, .all = ref->item };
    if (ref->frame) {
        if (frame)
            print_frame_field(ref->which, frame, out);
    } else if (view && ref->quick && !ref->item) {
        quick_print(ref, view, out);
    } else if (view) {
        clv_ref_each(ref, view, found_print, &p);
    }
}

void clv_print_columns(const struct clv_columns *columns, const struct clv_view *view,
                       const struct clv_frame *frame, struct clv_out *out)
{
    for (uint32_t i = 0; i < columns->n; i++) {
        if (i)
            clv_out_chr(out, '\t');
        print_ref(&columns->refs[i], view, frame, out);
    }
    clv_out_chr(out, '\n');
}

bool clv_columns_frame_only(const struct clv_columns *columns)
{
    return columns->frame_only;
}

void clv_columns_need(const struct clv_columns *columns, struct needs *needs)
{
    for (uint32_t i = 0; i < columns->n; i++)
        clv_need_ref(needs, &columns->refs[i]);
}

struct clv_columns *clv_columns_new(const struct clv *clv, struct clv_arena *arena,
                                    const char *list, struct clv_err *err)
{
    size_t most = 1, len = strlen(list);
    for (size_t i = 0; i < len; i++)
        most += list[i] == ',';
    if (len > 1 << 20) {
        clv_fail(err, CLV_LIMIT, "a list of fields of %zu bytes is too long: at most %d", len,
                 1 << 20);
        return NULL;
    }
    struct clv_columns *columns = clv_arena_zero(arena,
                                                 sizeof *columns + most * sizeof *columns->refs);
    if (!columns) {
        clv_fail_memory(err);
        return NULL;
    }
    columns->frame_only = true;
    for (size_t at = 0; at <= len;) {
        size_t end = at + strcspn(list + at, ","), next = end + 1;
        while (at < end && list[at] == ' ')
            at++;
        while (end > at && list[end - 1] == ' ')
            end--;
        if (at == end) {
            clv_fail_at(err, (uint32_t)at, 1, "a field's name is missing, as in IP.src,TCP.dport");
            return NULL;
        }
        struct ref *ref = &columns->refs[columns->n++];
        if (!clv_ref_make(clv, list + at, (uint32_t)(end - at), (uint32_t)at, ref, err))
            return NULL;
        columns->frame_only = columns->frame_only && ref->frame;
        at = next;
    }
    return columns;
}
