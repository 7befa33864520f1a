/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many packets of one set: built once, then the fields that vary are patched where they lie, and the
 * checksums over them adjusted (RFC 1624). Where a varying field moves or decides anything else, each
 * packet is built anew. Both ways give the same bytes.
 */
#include "draft.h"
#include "view.h"

#include <string.h>

enum { MAX_VARY = 16, MAX_SUMS = 32 };

/* A field that varies, and where it lies in the built packet. */
struct vary {
    const struct set *set;
    const struct row *row;
    uint32_t bit;
    bool little;
};

/* Bytes in which fields vary; no two overlap. */
struct span {
    uint32_t at, n;
};

/* A checksum, and what it covers beside [from, to): the addresses of a pseudo header. */
struct sum {
    struct node *node;
    const struct row *row;
    uint32_t layer, at; /* index in the stack; first byte */
    uint32_t from, to;
    uint32_t src, dst, n;
};

struct clv_maker {
    const struct clv_draft *draft;
    uint64_t seed, count;    /* of the draft's packets */
    struct clv_draft *built; /* the first packet; NULL: build each anew */
    struct stack stack;
    uint8_t *bytes;
    uint32_t len;
    uint32_t nvary, nspans, nsums;
    struct span spans[MAX_VARY];
    struct vary vary[MAX_VARY]; /* the one that varies fastest first */
    struct sum sums[MAX_SUMS];  /* innermost first */
};

/* A change of some bytes: what they were; what it does to a sum that counts from an even byte on. */
struct change {
    uint32_t at, n;
    uint32_t delta;
    uint8_t old[16];
};

/* A number, or bytes as long as the address that they are. */
static bool may_vary(const struct row *row)
{
    bool address = row->f->role == CLV_NET_DST &&
                   row->bits == sizeof((struct clv_addr *)0)->bytes * 8;
    return (row->kind->shape == SHAPE_NUM || address) && !row->kind->store && !row->many &&
           !row->decides && !row->f->measures.of;
}

/* Sets in items, and conditions that look into lower layers, are left to a full build. */
static bool is_simple(const struct node *node)
{
    for (uint32_t i = 0; i < node->layer->n; i++) {
        const struct row *row = &node->layer->rows[i];
        const struct slot *s = &node->slots[i];
        if (row->when.below || node->layer->little.below)
            return false;
        if (row->kind->shape == SHAPE_ITEM && s->state == SLOT_GIVEN)
            for (const struct node *item = s->items; item; item = item->next)
                for (uint32_t k = 0; k < item->layer->n; k++)
                    if (item->slots[k].state == SLOT_SET ||
                        item->layer->rows[k].kind->shape == SHAPE_ITEM ||
                        item->layer->rows[k].f->fill)
                        return false;
    }
    return true;
}

/* The layer whose addresses the pseudo header of node takes, as the fill finds it. */
static bool find_pseudo(const struct node *node, struct sum *sum)
{
    for (const struct node *net = node->parent; net; net = net->parent) {
        const struct clv_hooks *hooks = net->layer->d->hooks;
        bool src = false, dst = false;
        for (uint32_t i = 0; i < net->layer->nhead; i++) {
            const struct slot *s = &net->slots[i];
            uint8_t role = net->layer->rows[i].f->role;
            if (!s->here || (role != CLV_NET_SRC && role != CLV_NET_DST))
                continue;
            *(role == CLV_NET_SRC ? &sum->src : &sum->dst) = s->bit / 8;
            *(role == CLV_NET_SRC ? &src : &dst) = true;
            sum->n = s->bits / 8;
        }
        if (src && dst) /* a source route would name another destination */
            return !hooks || !hooks->ends || net->head == net->layer->min;
    }
    return false;
}

static bool add_sum(struct clv_maker *m, uint32_t layer, const struct row *row)
{
    struct node *node = m->stack.nodes[layer];
    const struct slot *s = &node->slots[row->index];
    struct sum sum = { .node = node, .row = row, .layer = layer, .at = s->bit / 8 };
    if (s->state == SLOT_GIVEN || s->state == SLOT_RAW || !s->here)
        return true;
    if (row->bits != 16 || s->bit & 7 || row->style & CLV_LE || m->nsums == MAX_SUMS)
        return false;
    sum.from = node->off;
    sum.to = row->f->fill == clv_sum_header ? node->off + node->head : node->end;
    if (row->f->fill == clv_sum_pseudo) {
        if (!find_pseudo(node, &sum))
            return false;
    } else if (row->f->fill != clv_sum_header && row->f->fill != clv_sum_layer) {
        return false;
    }
    m->sums[m->nsums++] = sum;
    return true;
}

/* Fields that share a byte are one span. */
static bool add_span(struct clv_maker *m, uint32_t bit, uint32_t bits)
{
    uint32_t from = bit / 8, to = (bit + bits + 7) / 8;
    for (uint32_t i = 0; i < m->nspans;) {
        struct span *s = &m->spans[i];
        if (s->at + s->n <= from || to <= s->at) {
            i++;
            continue;
        }
        from = s->at < from ? s->at : from;
        to = s->at + s->n > to ? s->at + s->n : to;
        *s = m->spans[--m->nspans];
    }
    m->spans[m->nspans++] = (struct span){ from, to - from };
    return to - from <= sizeof((struct change *)0)->old;
}

/* Is something that hangs on the destination left to the build? */
static bool hangs_on_target(const struct clv_maker *m)
{
    for (uint32_t at = 0; at < m->stack.n; at++) {
        const struct node *node = m->stack.nodes[at];
        for (uint32_t i = 0; i < node->layer->n; i++) {
            uint8_t role = node->layer->rows[i].f->role, state = node->slots[i].state;
            if ((role == CLV_NET_SRC || role == CLV_LINK_DST) && state != SLOT_GIVEN &&
                state != SLOT_RAW && state != SLOT_SET)
                return true;
        }
    }
    return false;
}

/* Does each destination of the set imply the same below? Groups lie in blocks longer than this. */
static bool is_steady(const struct row *row, const struct set *set)
{
    enum { LONGEST = 1 << 24 };
    if (row->kind->shape != SHAPE_NUM)
        return false;
    for (uint32_t i = 0; i < set->n && !set->draw; i++) {
        const struct alt *a = &set->alts[i];
        struct clv_val lo = { .u = a->lo }, hi = { .u = a->lo + a->step * (a->count - 1) };
        uint64_t (*group)(const struct clv_val *) = row->kind->link_group;
        if (hi.u < lo.u || hi.u - lo.u > LONGEST || (group && (group(&lo) || group(&hi))) ||
            (row->f->init >= lo.u && row->f->init <= hi.u))
            return false;
    }
    return !set->draw;
}

static bool add_vary(struct clv_maker *m, const struct node *node, const struct node *from,
                     uint32_t i)
{
    const struct row *row = &node->layer->rows[i];
    if (from->slots[i].state != SLOT_SET)
        return true;
    if (m->nvary == MAX_VARY || !may_vary(row) || !node->slots[i].here)
        return false;
    if (row->f->role == CLV_NET_DST && hangs_on_target(m) && !is_steady(row, from->slots[i].set))
        return false;
    m->vary[m->nvary++] = (struct vary){ .set = from->slots[i].set,
                                         .row = row,
                                         .bit = node->slots[i].bit,
                                         .little = clv_row_little(node, row) };
    return add_span(m, node->slots[i].bit, row->bits);
}

/* What varies, in the order in which an index counts; and the sums, in the order of filling. */
static bool plan(struct clv_maker *m, struct node **sets)
{
    for (uint32_t at = m->stack.n; at--;) {
        struct node *node = m->stack.nodes[at];
        if (!is_simple(sets[at]))
            return false;
        for (uint32_t i = 0; i < node->layer->n; i++)
            if (!add_vary(m, node, sets[at], i) ||
                (node->layer->rows[i].f->fill && !add_sum(m, at, &node->layer->rows[i])))
                return false;
    }
    return true;
}

struct clv_maker *clv_maker_new(const struct clv_draft *draft, struct clv_arena *arena,
                                uint64_t seed, struct clv_err *err)
{
    struct clv_maker *m = clv_arena_zero(arena, sizeof *m);
    uint32_t n = clv_draft_layers(draft), at = 0;
    struct node **sets = clv_arena_take(arena, (n + 1) * sizeof *sets);
    if (!m || !sets) {
        clv_fail_memory(err);
        return NULL;
    }
    m->draft = draft;
    m->seed = seed;
    m->count = clv_draft_count(draft);
    for (struct node *node = draft->first; node; node = node->next)
        sets[at++] = node;
    struct clv_draft *first = clv_draft_pick(draft, 0, seed, arena, err);
    uint8_t *bytes = first ? clv_build(first, arena, &m->len, err) : NULL;
    if (!bytes || !clv_imply(first, arena, &m->stack, err))
        return NULL;
    m->bytes = bytes;
    if (plan(m, sets))
        m->built = first;
    return m;
}

void clv_maker_reseed(struct clv_maker *maker, uint64_t seed)
{
    maker->seed = seed;
}

bool clv_maker_patches(const struct clv_maker *maker)
{
    return maker->built != NULL;
}

static uint64_t fold(uint64_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return sum;
}

/* What these bytes do to a sum that counts from `from` on: RFC 1624, equation 3. */
static uint32_t delta_of(const struct clv_maker *m, const struct change *c, uint32_t from,
                         uint32_t to)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < c->n; i++) {
        uint32_t at = c->at + i, shift = (at - from) & 1 ? 0 : 8;
        if (at >= from && at < to)
            sum += 0xffffu - ((uint32_t)c->old[i] << shift) + ((uint32_t)m->bytes[at] << shift);
    }
    return sum;
}

/* All of them, or none, where they do not straddle an end; from an odd byte on they are swapped. */
static uint64_t adjust(const struct clv_maker *m, const struct change *c, uint32_t from,
                       uint32_t to, uint64_t sum)
{
    if (c->at >= to || c->at + c->n <= from)
        return sum;
    if (c->at < from || c->at + c->n > to)
        return sum + delta_of(m, c, from, to);
    uint32_t delta = (uint32_t)fold(c->delta);
    return sum + (from & 1 ? (delta & 0xff) << 8 | delta >> 8 : delta);
}

static uint64_t fill_anew(const struct clv_maker *m, const struct sum *s)
{
    struct clv_scope scope = { .clv = m->built->clv,
                               .stack = &m->stack,
                               .bytes = m->bytes,
                               .len = m->len,
                               .layer = s->layer };
    clv_scope_move(&scope, s->layer);
    scope.item = s->node;
    scope.asked = s->node->layer->d;
    scope.row = s->row;
    scope.bit = s->at * 8;
    m->bytes[s->at] = m->bytes[s->at + 1] = 0;
    return s->row->f->fill(&scope);
}

/* Bring one sum up to date; its own change counts for those around it. */
static void update(const struct clv_maker *m, const struct sum *s, struct change *changes,
                   uint32_t *n)
{
    uint32_t old = (uint32_t)m->bytes[s->at] << 8 | m->bytes[s->at + 1];
    uint64_t sum = ~old & 0xffff, before = sum;
    for (uint32_t k = 0; k < *n; k++) {
        sum = adjust(m, &changes[k], s->from, s->to, sum);
        sum = s->n ? adjust(m, &changes[k], s->src, s->src + s->n, sum) : sum;
        sum = s->n ? adjust(m, &changes[k], s->dst, s->dst + s->n, sum) : sum;
    }
    if (sum == before)
        return;
    uint64_t v = ~fold(sum) & 0xffff;
    /* One's complement has two zeros; the rare case is left to the fill, which knows which. */
    if (!v || v == 0xffff)
        v = fill_anew(m, s);
    struct change *own = &changes[(*n)++];
    *own = (struct change){ .at = s->at, .n = 2, .old = { (uint8_t)(old >> 8), (uint8_t)old } };
    m->bytes[s->at] = (uint8_t)(v >> 8);
    m->bytes[s->at + 1] = (uint8_t)v;
    own->delta = delta_of(m, own, 0, UINT32_MAX);
}

/* The value of the i-th field that varies. */
static void put_vary(struct clv_maker *m, uint32_t i, const struct clv_val *val)
{
    const struct vary *v = &m->vary[i];
    if (val->p)
        memcpy(m->bytes + v->bit / 8, val->p, v->row->bits / 8);
    else
        clv_bits_put(m->bytes, v->bit, v->row->bits, val->u, v->little);
}

static void keep(const struct clv_maker *m, struct change *changes)
{
    for (uint32_t i = 0; i < m->nspans; i++) {
        changes[i].at = m->spans[i].at;
        changes[i].n = m->spans[i].n;
        for (uint32_t k = 0; k < m->spans[i].n; k++)
            changes[i].old[k] = m->bytes[m->spans[i].at + k];
    }
}

/* Adjust the sums over what is no longer as it was kept. */
static void settle(const struct clv_maker *m, struct change *changes)
{
    struct change *c = changes;
    for (uint32_t i = 0; i < m->nspans; i++) {
        const uint8_t *now = m->bytes + changes[i].at;
        uint32_t same = 0;
        while (same < changes[i].n && now[same] == changes[i].old[same])
            same++;
        if (same == changes[i].n)
            continue;
        *c = changes[i];
        c->delta = delta_of(m, c, 0, UINT32_MAX);
        c++;
    }
    uint32_t n = (uint32_t)(c - changes);
    for (uint32_t i = 0; n && i < m->nsums; i++)
        update(m, &m->sums[i], changes, &n);
}

static const uint8_t *make_patched(struct clv_maker *m, uint64_t index, struct clv_arena *scratch)
{
    struct change changes[MAX_VARY + MAX_SUMS];
    uint64_t rest = index, lane = 0;
    keep(m, changes);
    for (uint32_t i = 0; i < m->nvary; i++) {
        struct clv_val val = { 0 };
        if (!clv_set_pick(m->vary[i].set, m->vary[i].row, m->seed, index, &rest, &lane, scratch,
                          &val))
            return NULL;
        put_vary(m, i, &val);
    }
    settle(m, changes);
    return m->bytes;
}

const uint8_t *clv_maker_put(struct clv_maker *maker, const struct clv_addr *dst,
                             const uint64_t *values, uint32_t n, uint32_t *len, struct clv_err *err)
{
    struct change changes[MAX_VARY + MAX_SUMS];
    uint32_t used = 0;
    if (!maker->built) {
        clv_fail(err, CLV_BAD_TEXT, "a packet of this set cannot be made by patching");
        return NULL;
    }
    *len = maker->len;
    keep(maker, changes);
    for (uint32_t i = 0; i < maker->nvary; i++) {
        const struct row *row = maker->vary[i].row;
        struct clv_val val = { .p = dst->bytes };
        if (row->f->role == CLV_NET_DST && row->bits == 32)
            val = (struct clv_val){ .u = clv_bits_get(dst->bytes, 0, 32, false) };
        else if (row->f->role != CLV_NET_DST)
            val = (struct clv_val){ .u = used < n ? values[used++] : 0 };
        put_vary(maker, i, &val);
    }
    settle(maker, changes);
    return maker->bytes;
}

const uint8_t *clv_maker_take(struct clv_maker *maker, uint64_t index, struct clv_arena *scratch,
                              uint32_t *len, struct clv_err *err)
{
    if (index >= maker->count) {
        clv_fail(err, CLV_LIMIT, "packet %llu of a set of %llu", (unsigned long long)index,
                 (unsigned long long)maker->count);
        return NULL;
    }
    if (maker->built) {
        *len = maker->len;
        const uint8_t *bytes = make_patched(maker, index, scratch);
        if (!bytes)
            clv_fail_memory(err);
        return bytes;
    }
    struct clv_draft *one = clv_draft_pick(maker->draft, index, maker->seed, scratch, err);
    return one ? clv_build(one, scratch, len, err) : NULL;
}
