/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Peel: the draft with the fewest given values that still builds the same bytes, proved by building
 * it. Plain data is left out where it is the default, without trial; lengths, keys and fills are
 * left out and come back, lowest rank first, where the bytes differ.
 */
#include "draft.h"
#include "view.h"

#include <string.h>

enum { RANK_DECIDES, RANK_DATA, RANK_LENGTH, RANK_FILL, RANKS, MAX_ROUNDS = 16 };

static int row_rank(const struct row *row)
{
    if (row->decides)
        return RANK_DECIDES;
    if (row->f->fill)
        return RANK_FILL;
    return row->f->measures.of || row->key != NO_ID ? RANK_LENGTH : RANK_DATA;
}

static bool is_default(const struct row *row, const struct slot *s)
{
    uint8_t zero[256];
    if (row->kind->shape == SHAPE_ITEM)
        return !s->items && !row->f->text;
    if (row->kind->shape == SHAPE_SWITCH)
        return s->v.u == row->f->init;
    if (row->many)
        return !s->nmany && !row->f->text;
    if (row->kind->shape == SHAPE_NUM)
        return s->v.u == row->f->init && !s->v.spell;
    if (s->v.spell)
        return false;
    if (row->kind == &clv_bytes && !row->bits && !row->f->text && !row->f->init)
        return !s->v.n;
    struct bytes b = clv_row_default(row, zero);
    if (s->v.n < b.n || (b.n && memcmp(s->v.p, b.p, b.n) != 0))
        return false;
    for (uint32_t i = b.n; i < s->v.n; i++)
        if (!row->bits || s->v.p[i])
            return false;
    return true;
}

/*
 * Of rows that are there because something of them is given, the first that is plain stays, unless
 * it holds its default and one behind it does not.
 */
static bool keeps_group(const struct node *node, const struct row *row)
{
    const struct layer *layer = node->layer;
    if (!row->stays || row->computed)
        return false;
    for (uint32_t i = row->index + 1u; i < layer->n && layer->rows[i].group == row->group; i++) {
        const struct row *other = &layer->rows[i];
        const struct slot *s = &node->slots[i];
        if (is_default(row, &node->slots[row->index]) && !other->computed &&
            s->state == SLOT_GIVEN && !is_default(other, s))
            return false;
    }
    for (uint32_t i = row->group; i < row->index; i++)
        if (!node->layer->rows[i].computed && node->slots[i].state != SLOT_UNSET)
            return false;
    return true;
}

/* A length that tells which alternative is meant, where that is not the one taken without it. */
static bool tells_alternative(const struct node *node, const struct row *row)
{
    const struct layer *layer = node->layer;
    if (!layer->vague || !row->decides || !row->f->measures.of)
        return false;
    for (uint32_t i = row->index + 1u; i < layer->n; i++)
        if (layer->rows[i].alias != NO_ID && node->slots[i].state == SLOT_GIVEN)
            return true;
    return false;
}

/* What the layers of a draft imply below them: few tables, however many the layers are. */
struct implying {
    const struct clv_imply *tables[16];
    uint32_t n;
};

static void implied_find(struct implying *implied, const struct clv_draft *draft)
{
    implied->n = 0;
    for (const struct node *node = draft->first; node; node = node->next) {
        const struct clv_imply *table = node->layer->d->implies;
        uint32_t i = 0;
        while (i < implied->n && implied->tables[i] != table)
            i++;
        if (table && i == implied->n && i < clv_len(implied->tables))
            implied->tables[implied->n++] = table;
    }
}

/* Does some layer imply a value here? The build tells whether one above, and this value. */
static bool is_implied(const struct implying *implied, const struct node *node,
                       const struct row *row)
{
    const char *name = node->layer->d->name, *quotes = node->layer->d->quotes;
    if ((!row->implied && !quotes) || row->many || !row->kind->parse) /* lists are never implied */
        return false;
    for (uint32_t i = 0; i < implied->n; i++)
        for (const struct clv_imply *m = implied->tables[i]; m->layer; m++)
            if (m->field &&
                (clv_same_word(m->layer, strlen(m->layer), name) ||
                 (quotes && clv_same_word(m->layer, strlen(m->layer), quotes))) &&
                clv_row_named(node->layer, m->field, strlen(m->field)) == row->index)
                return true;
    return false;
}

static bool may_forget(const struct node *node, const struct row *row, const struct slot *s,
                       const struct implying *implied)
{
    if (row->fate == FATE_OUT)
        return true;
    if (row->fate == FATE_DEFAULT && s->v.u == row->f->init && !s->v.spell)
        return true;
    if (row->fate == FATE_DEFAULT && !row->implied)
        return false;
    if (row->f->role || keeps_group(node, row) || tells_alternative(node, row))
        return false;
    return row->computed || is_default(row, s) || is_implied(implied, node, row);
}

/* Leave out what may be left out; the items too, for which nothing is implied. */
static void forget(struct node *list, const struct implying *implied)
{
    static const struct implying none;
    for (struct node *node = list; node; node = node->next)
        for (uint32_t i = 0; i < node->layer->n; i++) {
            const struct row *row = &node->layer->rows[i];
            struct slot *s = &node->slots[i];
            s->lifted = s->here;
            if (s->state != SLOT_GIVEN)
                continue;
            if (row->kind->shape == SHAPE_ITEM)
                forget(s->items, &none);
            if (!may_forget(node, row, s, implied))
                continue;
            s->state = SLOT_UNSET;
            if (row->kind->store && row->f->measures.of)
                s->v.u = 0; /* lengths grow from nothing until they rest */
        }
}

/* Does the row hold the same bits in both builds, each at its own place? */
static bool same_bits(const struct slot *a, const uint8_t *x, uint32_t xn, const struct slot *b,
                      const uint8_t *y, uint32_t yn)
{
    if (!yn || !b->here || a->bits != b->bits)
        return false;
    if (a->bit + a->bits > xn * 8ull || b->bit + b->bits > yn * 8ull)
        return false;
    if (!((a->bit | a->bits | b->bit) & 7))
        return !memcmp(x + a->bit / 8, y + b->bit / 8, a->bits / 8);
    uint32_t i = 0;
    for (; i < a->bits; i += 32) {
        uint32_t n = a->bits - i < 32 ? a->bits - i : 32;
        if (clv_bits_get(x, a->bit + i, n, false) != clv_bits_get(y, b->bit + i, n, false))
            return false;
    }
    return true;
}

struct trial {
    const uint8_t *want;
    uint8_t *got;
    struct stack stack; /* the layers that gave it */
    uint32_t nwant, ngot;
    int rank;
    bool unproved; /* the full draft was not built: its rows are taken to lie where the others do */
    bool dry;      /* count only */
};

/*
 * Give back the rows of this rank and below that differ; how many were there. Where memory ran out,
 * full may have another layer.
 */
static uint32_t regive(struct node *list, const struct node *full, const struct trial *t)
{
    uint32_t bad = 0;
    struct node *node = list;
    for (; node && full && node->layer == full->layer; node = node->next, full = full->next)
        for (uint32_t i = 0; i < node->layer->n; i++) {
            const struct row *row = &node->layer->rows[i];
            struct slot *s = &node->slots[i];
            const struct slot *f = &full->slots[i];
            if (row->kind->shape == SHAPE_ITEM && s->state != SLOT_RAW && f->state != SLOT_RAW)
                bad += regive(s->items, f->items, t);
            if (s->state == SLOT_GIVEN || s->state == SLOT_RAW || !f->here ||
                row_rank(row) > t->rank || row->kind->shape == SHAPE_SWITCH)
                continue;
            if (same_bits(t->unproved ? s : f, t->want, t->nwant, s, t->got, t->ngot))
                continue;
            bad++;
            if (t->dry)
                continue;
            *s = *f;
            s->state = SLOT_GIVEN;
        }
    return bad;
}

/* ---- What even given values cannot say becomes Raw: from a layer to its holder's end. */

static bool make_raw(struct clv_draft *draft, const struct clv_view *view, uint32_t at,
                     struct clv_arena *arena)
{
    const struct clv *clv = view->clv;
    struct node **link = &draft->first, **fault = link;
    for (; *link; link = &(*link)->next) {
        if (view->layers[(*link)->from].off > at)
            break;
        if ((*link)->layer->id != clv->raw) /* Raw cannot be at fault: its holder is */
            fault = link;
    }
    uint32_t i = (*fault)->from;
    const struct clv_layer *y = &view->layers[i];
    uint32_t end = i ? clv_layer_body_end(view, y->up) : view->len;
    struct node *raw = clv_node_new(arena, clv->layers[clv->raw]);
    if (!raw)
        return false;
    raw->slots[0].state = SLOT_GIVEN;
    raw->slots[0].v.p = view->bytes + y->off;
    raw->slots[0].v.n = end - y->off;
    raw->from = i;
    *fault = raw;
    for (struct node *node = draft->first; node; node = node->next)
        if (i && node->from == y->up)
            node->has_tail = false;
    if (!i)
        draft->has_padding = false;
    return true;
}

/* The draft, proved to build the view's bytes; *raw: part of it had to become Raw for that. */
static struct clv_draft *prove(struct clv_draft *draft, const struct clv_view *view,
                               struct clv_arena *arena, bool *raw)
{
    for (uint32_t tries = 0; draft && tries <= view->n; tries++) {
        uint32_t n = 0, at = 0;
        const uint8_t *b = clv_build(draft, arena, &n, NULL);
        if (b && n == view->len && (!n || !memcmp(b, view->bytes, n)))
            return draft;
        while (b && at < n && at < view->len && b[at] == view->bytes[at])
            at++;
        *raw = true;
        if (!make_raw(draft, view, at, arena))
            return NULL;
    }
    return NULL;
}

struct clv_draft *clv_lift_proved(const struct clv_view *view, struct clv_arena *arena)
{
    bool raw;
    return prove(clv_lift(view, arena), view, arena, &raw);
}

/* Tails that end the packet are Padding: Scapy has a word for these. */
static void tails_to_padding(struct clv_draft *draft, const struct clv_view *view)
{
    uint32_t from = draft->has_padding ? view->layers[0].end : view->len;
    bool found = true;
    while (found) {
        found = false;
        for (struct node *node = draft->first; node; node = node->next)
            if (node->has_tail && node->tail.p + node->tail.n == view->bytes + from) {
                from -= node->tail.n;
                node->has_tail = false;
                found = true;
            }
    }
    draft->padding = (struct bytes){ view->bytes + from, view->len - from };
    draft->has_padding = from < view->len;
}

/* What a row measures in a lifted layer that ends at `end`; -1: not asked here. */
static int64_t lifted_size(const struct node *node, const struct row *row,
                           const struct clv_layer *y, uint32_t end)
{
    switch (row->f->measures.of) {
    case CLV_LAYER: return (int64_t)end - y->off;
    case CLV_PAYLOAD: return (int64_t)end - y->off - y->head;
    case CLV_COUNT: return clv_counted(node, row);
    default: return -1;
    }
}

/* A length or count that lies will not be computed: it stays given. */
static void keep_lies(struct clv_draft *draft, const struct clv_view *view)
{
    uint32_t padding = view->len - draft->padding.n;
    for (struct node *node = draft->first; node; node = node->next) {
        const struct clv_layer *y = &view->layers[node->from];
        const struct layer *layer = node->layer;
        for (uint32_t k = 0; layer->id == y->id && k < layer->nmade; k++) {
            const struct row *row = &layer->rows[layer->made[k]];
            struct slot *s = &node->slots[row->index];
            if (!row->f->measures.of || row->kind->store || s->state != SLOT_UNSET || !s->lifted)
                continue;
            int64_t n = lifted_size(node, row, y, y->end < padding ? y->end : padding);
            if (n >= 0 && s->v.u != clv_span_value(row->f, (uint64_t)n))
                s->state = SLOT_GIVEN;
        }
    }
}

/* Leave out what may be left out. */
static struct clv_draft *leave_out(struct clv_draft *draft, const struct clv_view *view)
{
    struct implying implied;
    if (!draft)
        return NULL;
    tails_to_padding(draft, view);
    implied_find(&implied, draft);
    forget(draft->first, &implied);
    keep_lies(draft, view);
    return draft;
}

/* Does it build the packet? That proves it. */
static bool is_built(const struct trial *t)
{
    return t->got && t->ngot == t->nwant && (!t->nwant || !memcmp(t->got, t->want, t->nwant));
}

static bool try_build(struct clv_draft *draft, struct trial *t, struct clv_arena *arena)
{
    t->ngot = 0;
    t->got = clv_imply(draft, arena, &t->stack, NULL)
                 ? clv_build_implied(draft, arena, &t->stack, &t->ngot, NULL)
                 : NULL;
    return is_built(t);
}

/* Sums that differ, and hang on nothing else; the bytes outside which all is the same. */
struct sums {
    uint32_t from, to, n;
    struct {
        const struct node *node;
        uint32_t row;
    } of[32];
};

/* Is all that differs such sums? */
static bool sums_alone(const struct node *list, const struct trial *t, struct sums *sums)
{
    for (const struct node *node = list; node; node = node->next)
        for (uint32_t i = 0; i < node->layer->n; i++) {
            const struct row *row = &node->layer->rows[i];
            const struct slot *s = &node->slots[i];
            if (s->here &&
                ((uint64_t)s->bit + s->bits <= sums->from * 8ull || s->bit >= sums->to * 8ull))
                continue;
            if (row->kind->shape == SHAPE_ITEM && s->state != SLOT_RAW &&
                !sums_alone(s->items, t, sums))
                return false;
            if (s->state == SLOT_GIVEN || s->state == SLOT_RAW || !s->lifted ||
                row->kind->shape == SHAPE_SWITCH ||
                same_bits(s, t->want, t->nwant, s, t->got, t->ngot))
                continue;
            if (row_rank(row) != RANK_FILL || row->alias != NO_ID || s->state != SLOT_UNSET ||
                !s->here || sums->n == clv_len(sums->of))
                return false;
            sums->of[sums->n].node = node;
            sums->of[sums->n++].row = i;
        }
    return true;
}

/*
 * A wrong checksum is what most packets hold that are no sound ones: then nothing else differs. As no
 * row's place hangs on a sum, the others are filled in anew where they were laid out.
 */
static bool try_sums(struct clv_draft *min, struct trial *t)
{
    struct sums sums = { .to = t->nwant };
    if (!t->got || t->ngot != t->nwant)
        return false;
    while (sums.to - sums.from > 8 && !memcmp(t->got + sums.from, t->want + sums.from, 8))
        sums.from += 8;
    while (sums.to - sums.from > 8 && !memcmp(t->got + sums.to - 8, t->want + sums.to - 8, 8))
        sums.to -= 8;
    if (!sums_alone(min->first, t, &sums))
        return false;
    for (uint32_t i = 0; i < sums.n; i++) {
        const struct node *node = sums.of[i].node;
        struct slot *s = &node->slots[sums.of[i].row];
        s->state = SLOT_GIVEN;
        clv_bits_put(t->got, s->bit, s->bits, s->v.u,
                     clv_row_little(node, &node->layer->rows[sums.of[i].row]));
    }
    clv_fill_all(min, &t->stack, t->got, t->ngot);
    return is_built(t);
}

/* Lengths or counts that lie, in a packet of the same size: then nothing else need be asked. */
static bool try_lengths(struct clv_draft *min, const struct clv_draft *full, struct trial *t,
                        struct clv_arena *arena, bool *spoilt)
{
    struct trial quick = *t;
    if (!t->got || t->ngot != t->nwant)
        return false;
    quick.unproved = quick.dry = true;
    quick.rank = RANK_DATA;
    if (regive(min->first, full->first, &quick))
        return false;
    quick.dry = false;
    quick.rank = RANK_LENGTH;
    *spoilt = regive(min->first, full->first, &quick);
    return *spoilt && try_build(min, &quick, arena);
}

/* min was built, and differs. */
static struct clv_draft *peel_slowly(const struct clv_view *view, struct clv_arena *arena,
                                     struct clv_draft *min, struct trial *t)
{
    struct clv_draft *full = clv_lift(view, arena);
    bool raw = false, spoilt = false;
    if (!full || try_lengths(min, full, t, arena, &spoilt))
        return full ? min : NULL;
    if (spoilt && (!(min = leave_out(clv_lift(view, arena), view)) || try_build(min, t, arena)))
        return min;
    /* Only now it matters whether all that was lifted builds the packet, and where it lies then. */
    full = prove(full, view, arena, &raw);
    if (raw && full) {
        min = leave_out(clv_draft_copy(full, arena), view);
        if (!min || try_build(min, t, arena))
            return min;
    }
    for (int round = 0; full && round < MAX_ROUNDS; round++) {
        while (!regive(min->first, full->first, t) && ++t->rank < RANKS)
            continue;
        if (t->rank == RANKS)
            break;
        if (!t->got)
            t->rank = t->rank < RANK_FILL ? t->rank + 1 : t->rank;
        if (try_build(min, t, arena))
            return min;
    }
    return full;
}

/* Give the numbers of which something else is implied; how many were there. */
static uint32_t give_unlike(struct clv_draft *draft, const struct clv_view *view)
{
    uint32_t n = 0;
    for (struct node *node = draft->first; node; node = node->next) {
        const struct clv_layer *y = &view->layers[node->from];
        const struct layer *layer = node->layer;
        for (uint32_t i = 0; layer->id == y->id && i < layer->nhead; i++) {
            const struct row *row = &layer->rows[i];
            struct slot *s = &node->slots[i];
            if ((s->state != SLOT_UNSET && s->state != SLOT_IMPLIED) || !row->quick ||
                row->f->fill || row->f->measures.of)
                continue;
            uint64_t v = clv_load(view->bytes + y->off, &row->load);
            if (clv_slot_number(node, i) == v)
                continue;
            s->state = SLOT_GIVEN;
            s->v.u = v;
            n++;
        }
    }
    return n;
}

/* The first build, for which what is implied need be found once only where that is right. */
static bool try_first(struct clv_draft *min, const struct clv_view *view, struct trial *t,
                      struct clv_arena *arena)
{
    if (!clv_imply(min, arena, &t->stack, NULL))
        return false;
    if (give_unlike(min, view))
        return try_build(min, t, arena);
    t->got = clv_build_implied(min, arena, &t->stack, &t->ngot, NULL);
    return is_built(t);
}

struct clv_draft *clv_peel(const struct clv_view *view, struct clv_arena *arena)
{
    struct trial t = { .want = view->bytes, .nwant = view->len };
    struct clv_draft *min = leave_out(clv_lift(view, arena), view);
    if (!min || try_first(min, view, &t, arena) || try_sums(min, &t))
        return min;
    return peel_slowly(view, arena, min, &t);
}
