/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walking a header: the only place that knows how rows lie. Every step stays inside [bit, lim*8),
 * and lim never exceeds the room that was offered, so that no read can leave it.
 */
#include "view.h"

#include <string.h>

int64_t clv_span_bytes(const struct clv_field *f, uint64_t v)
{
    int64_t unit = f->measures.unit ? f->measures.unit : 1;
    if (v > INT64_C(1) << 40)
        v = UINT64_C(1) << 40;
    return (int64_t)v * unit - f->measures.bias;
}

uint64_t clv_span_value(const struct clv_field *f, uint64_t bytes)
{
    int64_t unit = f->measures.unit ? f->measures.unit : 1;
    int64_t v = (int64_t)bytes + f->measures.bias;
    return v <= 0 ? 0 : (uint64_t)((v + unit - 1) / unit);
}

int64_t clv_row_size(const struct layer *layer, const struct row *row, uint64_t v)
{
    const struct clv_field *by = layer->rows[row->size].f;
    if (!clv_row_in_bits(layer, row))
        return clv_span_bytes(by, v);
    /* `bias` bits more; never more than the address has. */
    uint64_t bits = v + (uint64_t)by->measures.bias;
    uint64_t n = by->measures.bias ? bits / 8 : bits / 8 + (bits % 8 != 0);
    return (int64_t)(n < row->kind->whole ? n : row->kind->whole);
}

/* An address says nothing by the bits behind those that count. */
static bool has_stray(const uint8_t *p, uint32_t n, uint64_t bits)
{
    for (uint64_t i = bits / 8; i < n; i++)
        if ((uint8_t)(p[i] << (i == bits / 8 ? bits % 8 : 0)))
            return true;
    return false;
}

uint64_t clv_row_count(const struct layer *layer, const struct row *row, const uint64_t *seen)
{
    int64_t n = row->counted ? clv_span_bytes(layer->rows[row->size].f, seen[row->size]) : 0;
    return !row->many ? 1 : !row->counted ? UINT64_MAX : n < 0 ? 0 : (uint64_t)n;
}

void clv_walk_begin(struct walk *w, const struct where *where, const struct layer *layer,
                    const uint8_t *h, uint32_t room)
{
    w->clv = where->clv;
    w->layer = layer;
    w->where = where;
    w->h = h;
    w->room = w->lim = room;
    w->bit = 0;
    w->i = 0;
    w->upto = layer->nhead;
    w->cut = w->narrowed = w->group_on = w->little = w->little_known = false;
    w->group = w->bad = w->endrow = NO_ID;
    w->want = 0;
    w->here[0] = w->here[1] = 0;
    w->origin = layer->d->origin ? h : where->origin;
    if (room < layer->min) {
        w->cut = true;
        w->want = layer->min;
        w->i = layer->nhead;
        memset(w->seen, 0, layer->n * sizeof *w->seen);
    }
}

static bool row_little(struct walk *w, const struct row *row)
{
    if (row->style & CLV_LE)
        return true;
    const struct layer *layer = w->layer;
    if (!layer->little.n || row->index < layer->little_from || row->bits <= 8)
        return false;
    if (!w->little_known) {
        w->little_known = true;
        w->little = clv_cond_walk(&layer->little, w, 0);
    }
    return w->little;
}

/* What lies behind is not there; conditions read 0. */
static bool fail_short(struct walk *w, uint64_t bits)
{
    uint64_t want = (w->bit + bits + 7) / 8;
    w->cut = true;
    w->want = want > UINT32_MAX ? UINT32_MAX : (uint32_t)want;
    memset(w->seen + w->i, 0, (w->layer->n - w->i) * sizeof *w->seen);
    return false;
}

static bool lies(struct walk *w, const struct row *row, enum clv_note_code code, int64_t want,
                 uint32_t lim)
{
    if (w->where->holder)
        return fail_short(w, (lim + 1ull) * 8 - w->bit);
    w->bad = row->index;
    w->badcode = (uint8_t)code;
    w->badwant = want < 0 ? 0 : (uint64_t)want;
    w->lim = lim;
    w->narrowed = true;
    return true;
}

bool clv_walk_narrow(struct walk *w, const struct row *row)
{
    uint8_t of = row->f->measures.of;
    uint32_t at = w->bit / 8, least = at > w->layer->min ? at : w->layer->min;
    int64_t v = clv_span_bytes(row->f, w->seen[row->index]);
    if (of == CLV_STRIDE && w->where->holder && !w->seen[row->index]) {
        w->narrowed = true; /* the last of its kind has all that is left */
        return true;
    }
    bool item = w->where->holder && (of == CLV_LAYER || of == CLV_STRIDE);
    if (!item && (of == CLV_LAYER || of == CLV_PAYLOAD || of == CLV_STRIDE)) {
        w->endrow = row->index;
        if (of == CLV_LAYER && !w->narrowed && v >= (int64_t)least && v <= (int64_t)w->lim)
            w->lim = (uint32_t)v;
        return true;
    }
    if (!item && of != CLV_HEADER && of != CLV_REST)
        return true;
    v += of == CLV_REST ? at : 0;
    if (v < (int64_t)least)
        return lies(w, row, CLV_NOTE_LEN_SHORT, v, least);
    if (v > (int64_t)w->lim)
        return lies(w, row, CLV_NOTE_LEN_LONG, v, w->lim);
    w->lim = (uint32_t)v;
    w->narrowed = true;
    return true;
}

uint32_t clv_align_gap(const struct walk *w, const struct row *row, uint32_t at)
{
    int64_t pos = w->h - (w->origin ? w->origin : w->h) + (int64_t)at;
    if (row->f->align < 2 || (row->many && row->kind->shape == SHAPE_ITEM))
        return 0;
    return (uint32_t)((row->f->align - pos % row->f->align) % row->f->align);
}

/*
 * Where an aligned row, or one that an offset points at, begins. Bytes up to the header's end may
 * end in the gap before them.
 */
static bool find_gap(struct walk *w, const struct row *row, uint32_t left, uint32_t *gap)
{
    int64_t pos = w->h - (w->origin ? w->origin : w->h) + (int64_t)(w->bit / 8);
    *gap = clv_align_gap(w, row, w->bit / 8);
    bool open = row->kind == &clv_bytes && !row->bits && row->size == NO_ID;
    if (*gap > left && open)
        *gap = left;
    if (row->at != NO_ID) {
        int64_t to = clv_span_bytes(w->layer->rows[row->at].f, w->seen[row->at]);
        if (to < pos || to - pos > left)
            return fail_short(w, to < pos ? left * 8ull + 8 : (uint64_t)(to - pos) * 8);
        *gap = (uint32_t)(to - pos);
    }
    return *gap <= left || fail_short(w, *gap * 8ull);
}

/* Zeros that fill a header, whose length counts in units, up to the next one. */
static bool is_filling(const struct layer *layer, const uint8_t *p, uint32_t n)
{
    bool fills = false;
    for (uint32_t i = 0; i < layer->nhead && !fills; i++) {
        const struct clv_span *m = &layer->rows[i].f->measures;
        fills = (m->of == CLV_HEADER || m->of == CLV_REST) && n < m->unit;
    }
    for (uint32_t i = 0; i < n; i++)
        fills = fills && !p[i];
    return fills;
}

/* Bits of a repeated row of a kind that delimits itself. */
static uint64_t many_span(const struct layer *layer, const struct row *row, const uint8_t *p,
                          uint32_t room, uint64_t count)
{
    uint32_t o = 0;
    for (uint64_t k = 0; k < count && o < room; k++) {
        if (count == UINT64_MAX && row->size == NO_ID && is_filling(layer, p + o, room - o))
            break;
        uint32_t n = row->kind->span(row->f, p + o, room - o);
        if (n == UINT32_MAX || !n)
            return count == UINT64_MAX ? o * 8ull : UINT64_MAX;
        o += n;
    }
    return o * 8ull;
}

struct where clv_where_items(const struct where *where, const struct row *row,
                             const struct layer *layer, const uint8_t *h, uint32_t room,
                             const uint64_t *seen, struct holder *holder)
{
    struct where in = *where;
    *holder = (struct holder){ .layer = layer, .seen = seen, .upto = row->index };
    holder->up = where->holder;
    holder->budget = 256 + 16 * (room < MAX_PACKET ? room : MAX_PACKET);
    holder->left = where->holder ? where->holder->left : &holder->budget;
    in.holder = holder;
    in.depth++;
    if (layer->d->origin)
        in.origin = h;
    return in;
}

/* The list that begins at p, as the split found it; NULL: it did not note it. */
static const struct clv_list *list_noted(const struct walk *w, const struct row *row,
                                         const uint8_t *p, uint32_t room)
{
    const struct clv_view *view = w->where->holder ? NULL : w->where->view;
    for (uint32_t i = 0; view && i < view->nlists; i++) {
        const struct clv_list *l = &view->lists[i];
        if (l->at == p && l->layer == w->layer->id && l->row == row->index &&
            (l->all || l->len <= room))
            return l;
    }
    return NULL;
}

static void note_list(const struct walk *w, const struct row *row, const struct clv_list *list,
                      uint32_t room)
{
    struct clv_view *view = w->where->holder ? NULL : w->where->split;
    if (!view || view->nlists == CLV_VIEW_LISTS)
        return;
    view->lists[view->nlists] = *list;
    view->lists[view->nlists].all = list->len == room;
    view->lists[view->nlists].layer = w->layer->id;
    view->lists[view->nlists++].row = row->index;
}

static uint64_t item_bits(struct walk *w, const struct row *row, const uint8_t *p, uint32_t room)
{
    struct holder holder;
    struct where in = clv_where_items(w->where, row, w->layer, w->h, w->room, w->seen, &holder);
    uint64_t key = clv_item_key(w->layer, row->index, w->seen);
    if (!row->many) {
        uint16_t id;
        uint32_t len;
        return 8ull * (clv_item_pick(&in, row->of, key, p, room, &id, &len) ? len : room);
    }
    bool last = row->leaves || row->index == w->layer->nhead - 1 || row->index == w->layer->behind;
    if (!row->counted && last && !w->layer->rows[row->index].f->when &&
        !clv_list_ends(w->clv, row->of))
        return room * 8ull;
    const struct clv_list *noted = list_noted(w, row, p, room);
    struct clv_list list = { .at = p };
    if (noted) {
        list = *noted;
        list.len = list.all ? room : list.len;
    } else {
        list.len = clv_list_span(&in, row->of, key, p, room, clv_row_count(w->layer, row, w->seen),
                                 row->f->align, w->h, &list.ended);
        note_list(w, row, &list, room);
    }
    /* What fits no item is one raw item at the header's end; behind a last item it is no item. */
    bool rest = !list.ended && !row->counted && last;
    return 8ull * (rest ? room : list.len);
}

/* How many bits a row takes; UINT64_MAX: it does not fit. */
static uint64_t row_bits(struct walk *w, const struct row *row, const uint8_t *p, uint32_t room,
                         bool *raw)
{
    const struct clv_kind *kind = row->kind;
    if (row->size != NO_ID && !row->counted) {
        int64_t b = clv_row_size(w->layer, row, w->seen[row->size]);
        if (b < 0 || b > (int64_t)room)
            return UINT64_MAX;
        uint64_t n = (uint64_t)b * 8;
        if (row->bits)
            *raw = row->many ? n % row->bits != 0 : n != row->bits;
        else if (kind->span && row->many)
            *raw = many_span(w->layer, row, p, (uint32_t)b, UINT64_MAX) != n;
        else if (kind->span)
            *raw = kind->span(row->f, p, (uint32_t)b) != (uint32_t)b;
        if ((row->style & CLV_NET) && has_stray(p, (uint32_t)b, w->seen[row->size]))
            *raw = true;
        return n;
    }
    if (kind->shape == SHAPE_ITEM)
        return item_bits(w, row, p, room);
    if (row->counted) {
        uint64_t count = clv_row_count(w->layer, row, w->seen);
        if (kind->span && !row->bits)
            return many_span(w->layer, row, p, room, count);
        return count > room * 8ull ? UINT64_MAX : count * row->bits;
    }
    if (row->many && row->bits) {
        *raw = room * 8ull % row->bits != 0;
        return room * 8ull;
    }
    if (row->many && kind->span)
        return many_span(w->layer, row, p, room, UINT64_MAX);
    if (row->bits)
        return row->bits;
    if (!kind->span)
        return room * 8ull;
    uint32_t n = row->like ? clv_like_run(row->like, p, room) : kind->span(row->f, p, room);
    return n == UINT32_MAX ? UINT64_MAX : n * 8ull;
}

static void cell_load(struct walk *w, const struct row *row, struct cell *cell)
{
    const uint8_t *p = w->h + cell->bit / 8;
    cell->u = 0;
    cell->spell = 0;
    cell->little = row->many && row_little(w, row);
    if (cell->raw || row->many || row->kind->shape != SHAPE_NUM)
        return;
    if (row->kind->load) {
        struct clv_val v = { 0 };
        cell->raw = !row->kind->load(row->f, p, cell->bits / 8, &v);
        cell->u = v.u;
        cell->spell = v.spell;
    } else if (cell->bits <= 64) {
        cell->u = clv_bits_get(w->h, cell->bit, cell->bits, row_little(w, row));
    }
}

/* Rows of one condition are decided together, at the first. */
static bool holds(struct walk *w, const struct row *row, uint32_t left)
{
    if (!row->when.n)
        return true;
    if (row->group == w->group)
        return w->group_on;
    w->group = row->group;
    w->group_on = clv_cond_walk(&row->when, w, left);
    /* An optional value that begins with its tag is there if the tag is. */
    if (w->group_on && (row->style & CLV_TELL) && row->bits && row->bits <= 64)
        w->group_on = left * 8ull >= row->bits &&
                      clv_bits_get(w->h, w->bit, row->bits, row->style & CLV_LE) == row->f->init;
    return w->group_on;
}

/* Bytes of the rows behind items, which are all told. */
static uint32_t bytes_behind(const struct walk *w, const struct row *row, uint32_t left)
{
    uint64_t n = 0;
    for (uint32_t i = row->index + 1u; i < w->layer->nhead; i++) {
        const struct row *r = &w->layer->rows[i];
        int64_t told = r->size == NO_ID ? 0 : clv_row_size(w->layer, r, w->seen[r->size]);
        n += r->size == NO_ID ? r->bits : told < 0 ? 0 : (uint64_t)told * 8;
    }
    return n / 8 < left ? (uint32_t)(n / 8) : left;
}

static bool step(struct walk *w, const struct row *row, struct cell *cell)
{
    uint32_t left = w->lim * 8ull > w->bit ? (uint32_t)((w->lim * 8ull - w->bit) / 8) : 0;
    uint32_t gap;
    cell->raw = false;
    if (!find_gap(w, row, left, &gap))
        return false;
    uint32_t room = left - gap;
    if (row->leaves)
        room -= bytes_behind(w, row, room);
    uint64_t n = row_bits(w, row, w->h + w->bit / 8 + gap, room, &cell->raw);
    if (n == UINT64_MAX || w->bit + gap * 8ull + n > w->lim * 8ull)
        return fail_short(w, gap * 8ull + (n == UINT64_MAX ? left * 8ull + 8 : n));
    cell->row = row->index;
    cell->gap = gap;
    cell->bit = w->bit + gap * 8;
    cell->bits = (uint32_t)n;
    cell_load(w, row, cell);
    w->bit = cell->bit + cell->bits;
    return true;
}

/* step() for a number of known width that begins where the row before ended. */
static bool step_simple(struct walk *w, const struct row *row, struct cell *cell)
{
    if (w->bit + (uint64_t)row->bits > w->lim * 8ull)
        return fail_short(w, row->bits);
    *cell = (struct cell){ .row = row->index, .bit = w->bit, .bits = row->bits };
    cell->u = clv_bits_get(w->h, w->bit, row->bits, row_little(w, row));
    w->bit += row->bits;
    return true;
}

static inline void mark(struct walk *w, const struct row *row, uint64_t u)
{
    uint32_t i = row->index, a = row->alias;
    w->seen[i] = u;
    w->here[i >> 6] |= 1ull << (i & 63);
    if (a != NO_ID) { /* conditions name the first of the alternatives */
        w->seen[a] = u;
        w->here[a >> 6] |= 1ull << (a & 63);
    }
}

bool clv_walk_next(struct walk *w, struct cell *cell)
{
    while (w->i < w->upto) {
        const struct row *row = &w->layer->rows[w->i++];
        if (row->quick) { /* inside the fixed part: its bounds were settled at the beginning */
            cell->row = row->index;
            cell->bit = row->bit;
            cell->bits = row->bits;
            cell->gap = 0;
            cell->raw = false;
            cell->spell = 0;
            cell->u = clv_load(w->h, &row->load);
            w->bit = row->bit + row->bits;
            mark(w, row, cell->u);
        } else {
            w->seen[row->index] = row->kind->shape == SHAPE_SWITCH ? row->f->init : 0;
            if (row->kind->shape == SHAPE_SWITCH)
                continue;
            if (row->alias != NO_ID && clv_is_here(w->here, row->alias)) {
                w->seen[row->index] = w->seen[row->alias];
                continue;
            }
            uint32_t left = w->lim > w->bit / 8 ? w->lim - w->bit / 8 : 0;
            if (!holds(w, row, left))
                continue;
            if (!(row->simple ? step_simple(w, row, cell) : step(w, row, cell)))
                break;
            mark(w, row, cell->u);
        }
        if (row->f->measures.of && !clv_walk_narrow(w, row))
            break;
        return true;
    }
    return false;
}

/* Bits of the rows behind the payload; the header is walked. */
static uint64_t trail_bits(struct walk *w)
{
    const struct layer *layer = w->layer;
    uint64_t bits = 0;
    for (uint32_t i = layer->nhead; i < layer->n; i++) {
        const struct row *row = &layer->rows[i];
        w->seen[i] = 0;
        if (!holds(w, row, 0))
            continue;
        if (row->size != NO_ID) {
            int64_t b = clv_span_bytes(layer->rows[row->size].f, w->seen[row->size]);
            bits += b > 0 ? (uint64_t)b * 8 : 0;
        } else {
            bits += row->bits;
        }
    }
    w->group = NO_ID;
    return bits;
}

bool clv_walk_trail(struct walk *w, struct cell *cell, uint32_t bit, uint32_t end)
{
    if (w->i <= w->layer->nhead) {
        w->i = w->layer->nhead;
        w->lim = end;
        w->cut = trail_bits(w) > end * 8ull - bit;
    }
    w->bit = bit;
    while (w->i < w->layer->n) {
        const struct row *row = &w->layer->rows[w->i++];
        if (!holds(w, row, 0))
            continue;
        if (w->cut || !step(w, row, cell)) {
            w->cut = true;
            *cell = (struct cell){ .row = row->index, .bit = w->bit, .raw = true };
            cell->bits = end * 8 - w->bit;
            w->bit = end * 8;
        }
        mark(w, row, cell->u);
        return true;
    }
    return false;
}

/*
 * Bytes of the items behind the payload. They begin where the header says, else where a payload
 * filled to its least would end; what is no item there is the payload's.
 */
static uint32_t behind_bytes(struct walk *w, const uint8_t *body, uint32_t room)
{
    const struct layer *layer = w->layer;
    const struct row *row = &layer->rows[layer->behind];
    uint64_t told = layer->body == NO_ID ? 0 : w->seen[layer->body];
    uint64_t places[] = { told ? (uint64_t)clv_span_bytes(layer->rows[layer->body].f, told) : 0,
                          layer->d->fills[0] };
    struct holder holder;
    struct where in = clv_where_items(w->where, row, layer, w->h, room, w->seen, &holder);
    uint64_t key = clv_item_key(layer, layer->behind, w->seen);
    w->seen[layer->behind] = 0;
    if (!holds(w, row, 0))
        return 0;
    for (uint32_t i = 0; i < clv_len(places); i++) {
        uint16_t id;
        uint32_t len, at = (uint32_t)places[i];
        if (places[i] && places[i] < room &&
            clv_item_pick(&in, row->of, key, body + at, room - at, &id, &len))
            return room - at;
    }
    return 0;
}

uint32_t clv_trail_bytes(const struct where *where, const struct layer *layer, const uint8_t *h,
                         uint32_t head, uint32_t room)
{
    struct walk w;
    struct cell cell;
    if (!layer->trail_walk)
        return layer->trail;
    clv_walk_begin(&w, where, layer, h, head);
    while (clv_walk_next(&w, &cell))
        continue;
    if (layer->behind != NO_ID)
        return behind_bytes(&w, h + head, room);
    uint64_t bytes = trail_bits(&w) / 8;
    return bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
}

bool clv_walk_find(const struct where *where, const struct layer *layer, const uint8_t *h,
                   uint32_t n, uint16_t row, struct cell *cell)
{
    struct walk w;
    clv_walk_begin(&w, where, layer, h, n);
    w.upto = (uint16_t)(row +
                        1); /* what lies behind may hang on a layer below, and is not asked for */
    while (clv_walk_next(&w, cell))
        if (cell->row == row)
            return true;
    return false;
}
