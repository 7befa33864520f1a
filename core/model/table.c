/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registration is the compiler of tables: it refuses a bad one with an error that names layer,
 * field and reason, sums the bit offsets, and finds which rows lie at fixed places.
 */
#include "model.h"

#include <string.h>

#define bad(f_, ...) refuse(err, layer, f_, __VA_ARGS__)

static bool refuse(struct clv_err *err, const struct layer *layer, const struct clv_field *f,
                   const char *why)
{
    return clv_fail(err, CLV_BAD_TABLE, "%s%s%s: %s", layer->d->name, f ? "." : "",
                    f ? f->name : "", why);
}

int clv_row_named(const struct layer *layer, const char *name, size_t n)
{
    if (memchr(name, 0, n)) /* from JSON */
        return -1;
    for (uint32_t i = 0; i < layer->n; i++)
        if (!strncmp(layer->rows[i].f->name, name, n) && !layer->rows[i].f->name[n])
            return (int)i;
    for (uint32_t i = 0; i < layer->n; i++)
        if (clv_same_word(name, n, layer->rows[i].f->name))
            return (int)i;
    return -1;
}

static bool is_number(const struct row *row)
{
    return row->kind->shape == SHAPE_NUM && row->bits && row->bits <= 64 && !row->many;
}

static void load_make(struct row *row)
{
    uint32_t first = row->bit >> 3, last = (row->bit + row->bits - 1) >> 3, nb = last - first + 1;
    if (!row->fixed || !is_number(row) || nb > 8)
        return;
    struct load *l = &row->load;
    l->byte = first;
    l->nb = (uint8_t)nb;
    l->little = row->style & CLV_LE;
    l->shift = (uint8_t)(l->little ? row->bit & 7 : nb * 8 - (row->bit & 7) - row->bits);
    l->mask = row->bits == 64 ? UINT64_MAX : (1ull << row->bits) - 1;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

/* Earlier row of this name, which must be there. */
static bool row_earlier(const struct layer *layer, const struct row *row, const char *name,
                        uint16_t *to)
{
    int i = clv_row_named(layer, name, strlen(name));
    if (i < 0 || i >= row->index)
        return false;
    *to = (uint16_t)i;
    return true;
}

/* Of alternatives each may have a size of its own: that with the same condition. */
static void pair_size(const struct layer *layer, struct row *row)
{
    const struct clv_field *f = row->f;
    bool alternative = clv_row_named(layer, f->name, strlen(f->name)) != row->index;
    for (uint32_t i = row->size; i < row->index && (f->when || alternative); i++)
        if (same_text(layer->rows[i].f->name, f->size) &&
            same_text(layer->rows[i].f->when, f->when))
            row->size = (uint16_t)i;
}

static bool link_rows(struct layer *layer, struct row *row, struct clv_err *err)
{
    const struct clv_field *f = row->f;
    if (f->size) {
        if (!row_earlier(layer, row, f->size, &row->size))
            return bad(f, "`size` names no earlier row");
        pair_size(layer, row);
        struct row *by = &layer->rows[row->size];
        bool counts = by->f->measures.of == CLV_FIELD || by->f->measures.of == CLV_COUNT ||
                      by->f->measures.of == CLV_REST;
        bool plain = by->f->measures.of == CLV_NOTHING;
        if (!counts && (!plain || (row->index < layer->nhead && !row->kind->whole)))
            return bad(f, "`size` names a row that measures neither FIELD, COUNT nor REST");
        row->counted = by->f->measures.of == CLV_COUNT;
        if (by->sized == NO_ID && !clv_row_in_bits(layer, row))
            by->sized = row->index;
        if (row->counted && !row->many)
            return bad(f, "only a repeated row is counted in items");
    }
    if (f->at) {
        if (!row_earlier(layer, row, f->at, &row->at))
            return bad(f, "`at` names no earlier row");
        if (layer->rows[row->at].f->measures.of != CLV_START)
            return bad(f, "`at` names a row that does not measure START");
        if (f->align > 1)
            return bad(f, "`at` tells where it begins, so `align` cannot");
        layer->rows[row->at].sized = row->index;
    }
    return true;
}

static bool make_row(struct clv *clv, struct layer *layer, uint32_t i, struct clv_err *err)
{
    struct row *row = &layer->rows[i];
    const struct clv_field *f = &layer->d->fields[i];
    *row = (struct row){ .f = f,
                         .kind = f->kind,
                         .index = (uint16_t)i,
                         .bits = f->bits,
                         .style = f->style,
                         .size = NO_ID,
                         .at = NO_ID,
                         .sized = NO_ID,
                         .alias = NO_ID,
                         .group = (uint16_t)i,
                         .of = NO_ID,
                         .key = NO_ID,
                         .many = f->style & CLV_MANY };
    if (!clv_row_check(layer, row, err))
        return false;
    bool beside = i && !((f->style ^ row[-1].style) & CLV_AFTER);
    if (beside && f->when && same_text(f->when, row[-1].f->when))
        row->group = row[-1].group;
    for (uint32_t j = 0; j < i && row->alias == NO_ID; j++)
        if (!strcmp(layer->rows[j].f->name, f->name))
            row->alias = (uint16_t)j;
    if (row->alias != NO_ID && strcmp(row[-1].f->name, f->name) != 0)
        return bad(f, "alternative rows of one name must stand together");
    if (row->alias != NO_ID && !row[-1].f->when)
        return bad(f, "the alternative before always holds");
    if ((f->style & CLV_AFTER) && layer->nhead == layer->n)
        layer->nhead = (uint16_t)i;
    if (!(f->style & CLV_AFTER) && layer->nhead < i)
        return bad(f, "a header row stands behind one that lies after the payload");
    if (f->of && (row->of = clv_space_id(clv, f->of, strlen(f->of))) == NO_ID)
        return clv_fail_memory(err);
    return link_rows(layer, row, err);
}

/* Rows of one name and width, of which one is always there, share one place. */
static bool is_overlay(const struct layer *layer, uint32_t i)
{
    uint32_t first = i, last = i;
    while (first && !strcmp(layer->rows[first - 1].f->name, layer->rows[i].f->name))
        first--;
    while (last + 1u < layer->n && !strcmp(layer->rows[last + 1].f->name, layer->rows[i].f->name))
        last++;
    if (first == last || layer->rows[last].f->when)
        return false;
    for (uint32_t j = first; j <= last; j++) {
        const struct row *r = &layer->rows[j];
        if (!r->bits || r->bits != layer->rows[i].bits || r->many || r->f->size || r->f->at ||
            r->f->align > 1)
            return false;
    }
    return true;
}

/* May this row share a byte with the one before it, of which `run` bits are taken? */
static bool check_run(const struct layer *layer, const struct row *row, const struct row *before,
                      uint32_t run, struct clv_err *err)
{
    const struct clv_field *f = row->f;
    bool moves = f->size || f->at || !row->bits || row->many || f->align > 1;
    bool joins = f->when && before && before->group == row->group;
    bool leaves = before && before->f->when && !joins && !is_overlay(layer, before->index);
    bool part = (run | row->bits) & 7;
    if ((run & 7) && (moves || leaves || ((f->when || row->alias != NO_ID) && !joins)))
        return bad(f, "the bits before it do not end on a byte");
    if (part && row->kind->shape != SHAPE_NUM)
        return bad(f, "only numbers share bytes");
    if ((run & 7) && (row->style ^ before->style) & CLV_LE)
        return bad(f, "bits that share a byte are numbered from the same end");
    return true;
}

static bool place_rows(struct layer *layer, struct clv_err *err)
{
    uint32_t bit = 0, run = 0;
    bool fixed = true;
    const struct row *before = NULL;
    for (uint32_t i = 0; i < layer->n; i++) {
        struct row *row = &layer->rows[i];
        const struct clv_field *f = row->f;
        if (i == layer->nhead) {
            if (run & 7)
                return bad(f, "the bits before it do not end on a byte");
            bit = 0;
            fixed = true;
        }
        if (row->kind->shape == SHAPE_SWITCH)
            continue;
        bool overlay = is_overlay(layer, i);
        bool again = overlay && row->alias != NO_ID;
        bool var = !overlay && (f->when || row->alias != NO_ID);
        var = var || f->size || f->at || !row->bits || row->many || f->align > 1;
        uint32_t from = again ? run - row->bits : run;
        if (!again && !overlay && !check_run(layer, row, before, run, err))
            return false;
        row->part = (from | row->bits) & 7;
        run = from + row->bits;
        if (var)
            fixed = false;
        row->fixed = fixed;
        row->bit = again ? layer->rows[row->alias].bit : bit;
        if (fixed && !again)
            bit += row->bits;
        load_make(row);
        row->quick = i < layer->nhead && row->load.nb && !overlay && row->kind->span == NULL;
        before = row;
        if (i < layer->nhead)
            layer->min = bit / 8;
        else
            layer->trail = bit / 8;
    }
    if (run & 7)
        return bad(layer->n ? layer->rows[layer->n - 1].f : NULL, "bits do not end on a byte");
    return true;
}

/* What needs no other layer; the rest is in plan.c. */
bool clv_make_rows(struct clv *clv, struct layer *layer, struct clv_err *err)
{
    const struct clv_desc *d = layer->d;
    uint32_t n = 0;
    while (d->fields && d->fields[n].name)
        n++;
    if (n > MAX_ROWS)
        return bad(NULL, "more than 128 rows");
    layer->n = layer->nhead = (uint16_t)n;
    layer->rows = clv_arena_zero(clv->arena, (n + 1) * sizeof *layer->rows);
    if (!layer->rows)
        return clv_fail_memory(err);
    for (uint32_t i = 0; i < n; i++)
        layer->rows[i].f = &d->fields[i];
    for (uint32_t i = 0; i < n; i++) {
        if (!d->fields[i].kind)
            return bad(&d->fields[i], "the row has no kind");
        if (!make_row(clv, layer, i, err))
            return false;
    }
    return place_rows(layer, err) && clv_rows_check(layer, err) && clv_make_names(clv, layer, err);
}
