/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Conditions of tables: a tree becomes a short stack program over a layer's rows. Evaluation never
 * fails: a field that is not there counts as 0.
 */
#include "view.h"

#include <string.h>

enum {
    O_NUM,
    O_FIELD,
    O_BELOW,
    O_LEFT,
    O_MASK,
    O_EQ,
    O_NE,
    O_LT,
    O_GT,
    O_LE,
    O_GE,
    O_IN,
    O_NOT,
    O_AND,
    O_OR,
    MAX_OPS = 64,
    MAX_STACK = 24
};

struct compiler {
    struct clv *clv;
    struct cond *c;
    const struct layer *layer;
    uint32_t upto;
    struct clv_err *err;
    struct op ops[MAX_OPS];
};

static struct op *emit(struct compiler *k, int op)
{
    if (k->c->n >= MAX_OPS) {
        clv_fail(k->err, CLV_BAD_TABLE, "a condition of more than %d steps", MAX_OPS);
        return NULL;
    }
    struct op *o = &k->ops[k->c->n++];
    *o = (struct op){ .op = (uint8_t)op };
    return o;
}

/* "Layer.field" and not "8..13". */
static bool reads_below(const char *when)
{
    const char *dot = when ? strchr(when, '.') : NULL;
    while (dot && dot[1] == '.')
        dot = strchr(dot + 2, '.');
    return dot != NULL;
}

/* What finds a lower layer's field must not look further down, or up: it would have no end. */
static bool check_below(struct compiler *k, const struct layer *layer, const struct cnode *t,
                        uint32_t row)
{
    bool fine = row < layer->nhead;
    for (uint32_t i = 0; i < layer->n && (i <= row || layer->rows[i].alias == row) && fine; i++)
        fine = !reads_below(layer->rows[i].f->when) && layer->rows[i].kind->shape != SHAPE_ITEM;
    return fine || clv_fail(k->err, CLV_BAD_TABLE,
                            "a condition reads '%.*s', which lies behind items, behind a row that "
                            "hangs on a lower layer, or after the payload",
                            (int)t->n, t->s);
}

static bool emit_name(struct compiler *k, const struct cnode *t)
{
    const char *dot = memchr(t->s, '.', t->n);
    struct op *o = emit(k, dot ? O_BELOW : O_FIELD);
    if (!o)
        return false;
    if (!dot) {
        int row = clv_row_named(k->layer, t->s, t->n);
        if (row < 0 || (uint32_t)row >= k->upto)
            return clv_fail(k->err, CLV_BAD_TABLE,
                            "a condition reads '%.*s', which is no earlier row", (int)t->n, t->s);
        o->row = (uint16_t)row;
        k->c->reads[row >> 6] |= 1ull << (row & 63);
        return true;
    }
    o->layer = clv_name_id(k->clv, t->s, (size_t)(dot - t->s));
    if (o->layer != NO_ID && t->n - (size_t)(dot - t->s) == 6 && !memcmp(dot, ".below", 6)) {
        o->row = NO_ID;
        k->c->below = true;
        return true;
    }
    const struct layer *low = NULL;
    if (o->layer != NO_ID && !(low = clv_layer_half(k->clv, o->layer, k->err)))
        return false;
    int row = low ? clv_row_named(low, dot + 1, (size_t)(t->s + t->n - dot - 1)) : -1;
    if (row < 0)
        return clv_fail(k->err, CLV_BAD_TABLE, "a condition reads '%.*s': no such field", (int)t->n,
                        t->s);
    o->row = (uint16_t)row;
    k->c->below = true;
    return check_below(k, low, t, (uint32_t)row);
}

static bool compile(struct compiler *k, const struct cnode *t)
{
    static const uint8_t two[] = {
        [C_MASK] = O_MASK, [C_EQ] = O_EQ, [C_NE] = O_NE,   [C_LT] = O_LT, [C_GT] = O_GT,
        [C_LE] = O_LE,     [C_GE] = O_GE, [C_AND] = O_AND, [C_OR] = O_OR
    };
    struct op *o;
    switch (t->kind) {
    case C_NUM:
        if (!(o = emit(k, O_NUM)))
            return false;
        o->a = t->num;
        return true;
    case C_LEFT: k->c->left = true; return emit(k, O_LEFT) != NULL;
    case C_NAME: return emit_name(k, t);
    case C_NOT: return compile(k, t->a) && emit(k, O_NOT);
    case C_IN:
        if (!compile(k, t->a))
            return false;
        for (const struct cnode *v = t->b; v; v = v->next) {
            const struct cnode *lo = v->kind == C_RANGE ? v->a : v;
            const struct cnode *hi = v->kind == C_RANGE ? v->b : v;
            if (lo->kind != C_NUM || hi->kind != C_NUM)
                return clv_fail(k->err, CLV_BAD_TABLE, "a table's condition lists numbers only");
            if (!(o = emit(k, O_IN)))
                return false;
            o->a = lo->num;
            o->b = hi->num;
            o->more = v != t->b;
        }
        return true;
    case C_TEXT:
    case C_RANGE:
        return clv_fail(k->err, CLV_BAD_TABLE, "'%.*s' is no number and no row", (int)t->n, t->s);
    default: return compile(k, t->a) && compile(k, t->b) && emit(k, two[t->kind]);
    }
}

/* The deepest the stack gets; a table's condition that needs more is refused. */
static int depth_of(const struct cond *c)
{
    int t = 0, most = 0;
    for (uint32_t i = 0; i < c->n; i++) {
        uint8_t op = c->ops[i].op;
        if (op <= O_LEFT)
            t++;
        else if (op != O_IN && op != O_NOT)
            t--;
        most = t + 1 > most ? t + 1 : most;
    }
    return most;
}

bool clv_cond_compile(struct clv *clv, struct cond *c, const char *text, const struct layer *layer,
                      uint32_t upto, struct clv_err *err)
{
    *c = (struct cond){ 0 };
    if (!text)
        return true;
    struct compiler k = { .clv = clv, .c = c, .layer = layer, .upto = upto, .err = err };
    struct cnode *t = clv_cond_parse(clv->arena, text, strlen(text), err);
    if (!t || !compile(&k, t))
        return false;
    c->ops = clv_arena_take(clv->arena, c->n * sizeof *c->ops);
    if (!c->ops)
        return clv_fail_memory(err);
    memcpy(c->ops, k.ops, c->n * sizeof *c->ops);
    if (depth_of(c) > MAX_STACK)
        return clv_fail(err, CLV_BAD_TABLE, "a condition nested too deeply");
    clv_cond_shorten(c, layer);
    return true;
}

/* "f in 0,8,13..18" as a set of bits; false: a value is too large. */
static bool make_set(const struct cond *c, uint32_t from, uint32_t to, uint64_t *set)
{
    *set = 0;
    for (uint32_t i = from; i < to; i++) {
        const struct op *o = &c->ops[i];
        if (o->op != O_IN || o->b > 63 || o->a > o->b)
            return false;
        for (uint64_t v = o->a; v <= o->b; v++)
            *set |= 1ull << v;
    }
    return from < to;
}

/* "f", "f & m", "f == n", "f & m == n", "f in ..", "not ..": one load, one mask, one test. */
static void find_lone(struct cond *c)
{
    const struct op *o = c->ops;
    uint32_t i = 1, n = c->n;
    uint8_t how = LONE_NE;
    bool not = n > 1 && o[n - 1].op == O_NOT;
    c->mask = UINT64_MAX;
    c->value = 0;
    n -= not ;
    if (i + 1 < n && o[i].op == O_NUM && o[i + 1].op == O_MASK) {
        c->mask = o[i].a;
        i += 2;
    }
    if (i + 2 == n && o[i].op == O_NUM) {
        uint8_t op = o[i + 1].op;
        bool below = op == O_LT || op == O_GE;
        if (op < O_EQ || op > O_GE || (below && !o[i].a))
            return;
        c->value = o[i].a - below;
        how = op == O_EQ                 ? LONE_EQ
              : op == O_NE               ? LONE_NE
              : op == O_LT || op == O_LE ? LONE_UPTO
                                         : LONE_ABOVE;
    } else if (i < n) {
        how = LONE_IN;
        if (!make_set(c, i, n, &c->value))
            return;
    }
    static const uint8_t opposite[] = {
        [LONE_EQ] = LONE_NE,      [LONE_NE] = LONE_EQ,  [LONE_UPTO] = LONE_ABOVE,
        [LONE_ABOVE] = LONE_UPTO, [LONE_IN] = LONE_OUT, [LONE_OUT] = LONE_IN
    };
    c->lone = not ? opposite[how] : how;
    c->row = o[0].row;
}

void clv_cond_shorten(struct cond *c, const struct layer *layer)
{
    c->quick = !c->below;
    c->lone = LONE_NONE;
    for (uint32_t r = 0; r < layer->n; r++) {
        const struct row *row = &layer->rows[r];
        if (!clv_is_here(c->reads, row->alias == NO_ID ? r : row->alias))
            continue;
        c->quick = c->quick && row->load.nb;
        if (r < layer->nhead)
            c->upto = (uint16_t)(r + 1);
    }
    if (!c->n || c->left || c->below || c->ops[0].op != O_FIELD)
        return;
    find_lone(c);
    c->load = layer->rows[c->ops[0].row].load;
}

struct reading {
    const uint64_t *seen;      /* values by row; or */
    const struct layer *layer; /* loads at */
    const uint8_t *h;
    const struct where *where;
    uint64_t left;
};

/* Is it what holds me? */
static bool is_holder(const struct where *where, uint16_t layer)
{
    if (where && where->holder)
        return where->holder->layer->id == layer;
    return where && where->view && where->below &&
           where->view->layers[where->below - 1].id == layer;
}

/* The field of the nearest lower layer of that name: among its alternatives, the one that is there. */
static uint64_t read_below(const struct where *where, const struct op *o)
{
    struct cell cell;
    if (o->row == NO_ID)
        return is_holder(where, o->layer);
    for (const struct holder *h = where ? where->holder : NULL; h; h = h->up)
        if (h->layer->id == o->layer)
            return o->row < h->upto ? h->seen[o->row] : 0;
    for (uint32_t i = where && where->view ? where->below : 0; i;) {
        const struct clv_layer *y = &where->view->layers[i - 1];
        const struct layer *layer = where->clv->layers[y->id];
        for (uint32_t r = o->row; y->id == o->layer && r < layer->n; r++) {
            if (r != o->row && layer->rows[r].alias != o->row)
                return 0;
            if (clv_view_row(where->view, i - 1, (uint16_t)r, &cell))
                return cell.u;
        }
        i = y->up == i - 1 || y->id == o->layer ? 0 : y->up + 1u;
    }
    return 0;
}

static uint64_t combine(uint8_t op, uint64_t a, uint64_t b)
{
    switch (op) {
    case O_MASK: return a & b;
    case O_EQ: return a == b;
    case O_NE: return a != b;
    case O_LT: return a < b;
    case O_GT: return a > b;
    case O_LE: return a <= b;
    case O_GE: return a >= b;
    case O_AND: return a && b;
    default: return a || b;
    }
}

static bool evaluate(const struct cond *c, const struct reading *r)
{
    uint64_t k[MAX_STACK + 1];
    uint32_t t = 0;
    k[0] = 0;
    for (uint32_t i = 0; i < c->n; i++) {
        const struct op *o = &c->ops[i];
        switch (o->op) {
        case O_NUM: k[t++] = o->a; break;
        case O_FIELD:
            k[t++] = r->seen ? r->seen[o->row] : clv_load(r->h, &r->layer->rows[o->row].load);
            break;
        case O_BELOW: k[t++] = read_below(r->where, o); break;
        case O_LEFT: k[t++] = r->left; break;
        case O_NOT: k[t - 1] = !k[t - 1]; break;
        case O_IN: /* the subject stays beside its result, in k[t] */
            if (!o->more) {
                k[t] = k[t - 1];
                k[t - 1] = 0;
            }
            k[t - 1] |= k[t] >= o->a && k[t] <= o->b;
            break;
        default: t--; k[t - 1] = combine(o->op, k[t - 1], k[t]);
        }
    }
    return k[0] != 0;
}

bool clv_cond_walk(const struct cond *c, const struct walk *w, uint32_t left)
{
    struct reading r = { .seen = w->seen, .where = w->where, .left = left };
    if (c->lone)
        return clv_lone_holds(c, w->seen[c->row]);
    return !c->n || evaluate(c, &r);
}

bool clv_cond_at(const struct cond *c, const struct where *where, const struct layer *layer,
                 const uint8_t *h, uint32_t n)
{
    if (!c->n)
        return true;
    if (n < layer->min)
        return false;
    if (c->lone && c->quick)
        return clv_lone_holds(c, clv_load(h, &c->load));
    struct reading r = { .layer = layer, .h = h, .where = where, .left = n };
    if (c->quick)
        return evaluate(c, &r);
    bool reads = (c->reads[0] | c->reads[1]) != 0;
    if (!reads)
        return evaluate(c, &r);
    struct walk w;
    struct cell cell;
    clv_walk_begin(&w, where, layer, h, n);
    w.upto = c->upto;
    while (clv_walk_next(&w, &cell))
        continue;
    r.seen = w.seen;
    return evaluate(c, &r);
}

bool clv_cond_slots(const struct cond *c, const uint64_t *seen, uint64_t left,
                    uint64_t (*below)(void *user, uint16_t layer, uint16_t row), void *user)
{
    /* Building has no view: lower layers are nodes, read through a function. */
    uint64_t values[MAX_OPS];
    struct op ops[MAX_OPS];
    struct cond copy = *c;
    if (!c->n)
        return true;
    struct reading r = { .seen = seen, .left = left };
    if (c->lone)
        return clv_lone_holds(c, seen[c->row]);
    if (!c->below)
        return evaluate(c, &r);
    for (uint32_t i = 0; i < c->n; i++) {
        ops[i] = c->ops[i];
        if (ops[i].op != O_BELOW)
            continue;
        values[i] = below(user, ops[i].layer, ops[i].row);
        ops[i] = (struct op){ .op = O_NUM, .a = values[i] };
    }
    copy.ops = ops;
    return evaluate(&copy, &r);
}
