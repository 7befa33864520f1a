/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does a packet match a filter? Any layer of a name, any value of a repeated field counts. What is
 * not there makes no comparison true, not even "!=".
 */
#include "filter.h"

#include <string.h>

struct packet {
    const struct clv_view *view;
    const struct clv_frame *frame;
};

/* One value of a field; row counts from the field's first. */
struct one {
    const struct clv_field *f;
    uint32_t row;
    uint64_t mask;
    struct clv_val v;
    const uint8_t *h; /* the header it stands in; NULL: the frame */
};

/* Numbers in an order that unsigned comparison keeps. */
static uint64_t level(const struct clv_field *f, uint64_t u)
{
    uint32_t bits = f->bits ? f->bits : 64;
    return f->style & CLV_SIGNED ? u ^ 1ull << (bits - 1) : u;
}

static bool number_holds(uint8_t cmp, uint64_t x, uint64_t lo, uint64_t hi)
{
    switch (cmp) {
    case C_NE: return x < lo || x > hi;
    case C_LT: return x < lo;
    case C_GT: return x > hi;
    case C_LE: return x <= hi;
    case C_GE: return x >= lo;
    default: return x >= lo && x <= hi;
    }
}

/* c: how a value stands to the constant, as memcmp() says it. */
static bool order_holds(uint8_t cmp, int c)
{
    switch (cmp) {
    case C_NE: return c != 0;
    case C_LT: return c < 0;
    case C_GT: return c > 0;
    case C_LE: return c <= 0;
    case C_GE: return c >= 0;
    default: return c == 0;
    }
}

static int prefix_order(const struct clv_val *a, const struct clv_val *b, uint32_t bits)
{
    uint32_t whole = bits / 8, rest = bits % 8, n = a->n < b->n ? a->n : b->n;
    if (n * 8 < bits)
        return a->n < b->n ? -1 : 1;
    int c = memcmp(a->p, b->p, whole);
    if (c || !rest)
        return c;
    return (a->p[whole] >> (8 - rest)) - (b->p[whole] >> (8 - rest));
}

static bool bound_holds(uint8_t cmp, const struct one *x, const struct bound *b)
{
    if (!b->fits)
        return cmp == C_NE;
    if (x->f->kind->shape == SHAPE_NUM)
        return number_holds(cmp, level(x->f, x->v.u & x->mask), level(x->f, b->lo),
                            level(x->f, b->hi));
    if (x->f->kind->shape != SHAPE_BYTES)
        return false;
    return order_holds(cmp, b->prefix ? prefix_order(&x->v, &b->v, b->prefix)
                                      : x->f->kind->order(&x->v, &b->v));
}

static bool constant_holds(const struct test *t, const struct one *x)
{
    if (t->cmp == C_NAME)
        return x->f->kind->shape == SHAPE_NUM ? (x->v.u & x->mask) != 0 : x->v.n != 0;
    const struct bound *b = t->bounds + (size_t)x->row * t->nbounds;
    for (uint32_t i = 0; i < t->nbounds; i++)
        if (bound_holds(t->cmp, x, &b[i]))
            return true;
    return false;
}

/* ---- Every value of a field. */

typedef bool see_fn(void *user, const struct one *x);

struct seeing {
    const struct side *side;
    see_fn *see;
    void *user;
};

static bool found_see(void *user, const struct found *found)
{
    const struct seeing *s = user;
    struct one x = { .h = found->h, .mask = UINT64_MAX };
    if (!found->row || found->cell.raw)
        return !found->row;
    x.f = found->row->f;
    x.row = (uint32_t)(found->row->index - s->side->ref.first);
    if (s->side->masks)
        x.mask = s->side->masks[x.row];
    for (uint32_t at = 0;
         clv_cell_next(found->layer, found->where, found->h, &found->cell, &at, &x.v);)
        if (s->see(s->user, &x))
            return true;
    return false;
}

static uint64_t frame_time(const struct clv_frame *frame)
{
    const int64_t most = INT64_MAX / CLV_SECOND - 1;
    int64_t sec = frame->sec > most ? most : frame->sec < -most ? -most : frame->sec;
    return (uint64_t)(sec * CLV_SECOND + (int64_t)frame->nsec);
}

static bool frame_see(const struct seeing *s, const struct clv_frame *frame)
{
    const struct ref *ref = &s->side->ref;
    struct one x = { .mask = s->side->masks ? s->side->masks[0] : UINT64_MAX };
    const char *text = ref->which == FRAME_IFACE ? frame->iface : frame->comment;
    if (ref->which == FRAME_FIELDS)
        return true;
    x.f = &clv_frame_fields[ref->which];
    switch (ref->which) {
    case FRAME_NUMBER: x.v.u = frame->number; break;
    case FRAME_TIME: x.v.u = frame_time(frame); break;
    case FRAME_LEN: x.v.u = frame->len; break;
    case FRAME_CAPLEN: x.v.u = frame->caplen; break;
    case FRAME_LINK:
        if (frame->link < 0)
            return false;
        x.v.u = (uint64_t)frame->link;
        break;
    default:
        if (!text)
            return false;
        x.v.p = (const uint8_t *)text;
        x.v.n = (uint32_t)strlen(text);
    }
    return s->see(s->user, &x);
}

static bool side_see(const struct side *side, const struct packet *p, see_fn *see, void *user)
{
    struct seeing s = { .side = side, .see = see, .user = user };
    if (side->ref.frame)
        return p->frame && frame_see(&s, p->frame);
    return p->view && clv_ref_each(&side->ref, p->view, found_see, &s);
}

/* ---- Tests. */

static bool constant_see(void *user, const struct one *x)
{
    return constant_holds(user, x);
}

struct pairing {
    const struct test *t;
    const struct packet *p;
    const struct one *a;
};

static bool second_see(void *user, const struct one *b)
{
    const struct pairing *pair = user;
    const struct one *a = pair->a;
    const struct ref *ra = &pair->t->a.ref, *rb = &pair->t->b->ref;
    /* Two fields of one layer are compared within each such layer. */
    if (!ra->frame && !rb->frame && ra->layer == rb->layer && ra->nth == rb->nth && a->h != b->h)
        return false;
    if (a->f->kind->shape == SHAPE_NUM && b->f->kind->shape == SHAPE_NUM) {
        uint64_t y = level(b->f, b->v.u & b->mask);
        return number_holds(pair->t->cmp, level(a->f, a->v.u & a->mask), y, y);
    }
    if (a->f->kind->shape != SHAPE_BYTES || b->f->kind->shape != SHAPE_BYTES)
        return false;
    return order_holds(pair->t->cmp, a->f->kind->order(&a->v, &b->v));
}

static bool first_see(void *user, const struct one *a)
{
    struct pairing *pair = user;
    pair->a = a;
    return side_see(pair->t->b, pair->p, second_see, pair);
}

/* One row at a fixed place against constants, or a layer: no walk, no calls. */
static bool quick_holds(const struct test *t, const struct clv_view *view)
{
    const struct ref *ref = &t->a.ref;
    uint32_t nth = 0;
    for (uint32_t i = 0; i < view->n; i++) {
        const struct clv_layer *y = &view->layers[i];
        if (y->id != ref->layer || (++nth != ref->nth && ref->nth))
            continue;
        if (!ref->n)
            return true;
        const struct layer *layer = view->clv->layers[y->id];
        const struct row *row = &layer->rows[ref->first];
        if (y->head < layer->min)
            continue;
        struct one x = { .f = row->f, .mask = t->a.masks ? t->a.masks[0] : UINT64_MAX };
        x.v.u = clv_load(view->bytes + y->off, &row->load);
        if (constant_holds(t, &x))
            return true;
    }
    return false;
}

static bool test_holds(const struct test *t, const struct packet *p)
{
    const struct ref *ref = &t->a.ref;
    if (t->b) {
        struct pairing pair = { .t = t, .p = p };
        return side_see(&t->a, p, first_see, &pair);
    }
    if (!ref->frame && !ref->item && (ref->quick || !ref->n))
        return p->view && quick_holds(t, p->view);
    struct test copy = *t;
    return side_see(&t->a, p, constant_see, &copy);
}

static bool holds(const struct clv_filter *f, const struct packet *p)
{
    switch (f->op) {
    case FILTER_TEST: return test_holds(f->test, p);
    case FILTER_NOT: return !holds(f->first, p);
    default: break;
    }
    bool stop = f->op == FILTER_OR;
    for (const struct clv_filter *one = f->first; one; one = one->next)
        if (holds(one, p) == stop)
            return stop;
    return !stop;
}

bool clv_filter_match(const struct clv_filter *filter, const struct clv_view *view,
                      const struct clv_frame *frame)
{
    struct packet p = { .view = view, .frame = frame };
    return holds(filter, &p);
}
