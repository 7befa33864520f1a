/* SPDX-License-Identifier: BSD-2-Clause */
/* Compiling a display filter: names are resolved and constants parsed here, with places in errors. */
#include "filter.h"

#include <string.h>

const struct clv_field clv_frame_fields[FRAME_FIELDS] = {
    [FRAME_NUMBER] = U64("number"),     [FRAME_TIME] = U64("time", .style = CLV_SIGNED),
    [FRAME_LEN] = U32("len"),           [FRAME_CAPLEN] = U32("caplen"),
    [FRAME_LINK] = U16("link"),         [FRAME_IFACE] = BYTES("iface"),
    [FRAME_COMMENT] = BYTES("comment"),
};

struct compiler {
    const struct clv *clv;
    struct clv_arena *arena;
    struct clv_err *err;
    const char *text;
};

static bool is_quoted(const struct compiler *k, const struct cnode *c)
{
    return c->s && c->s > k->text + c->pos;
}

/* How much of the text a constant or name takes. */
static uint32_t width(const struct compiler *k, const struct cnode *c)
{
    return c->s ? c->n + (is_quoted(k, c) ? 2 : 0) : 1;
}

static bool is_name(const struct cnode *c)
{
    return c->kind == C_NAME || c->kind == C_LEFT;
}

/* Beside a constant a bare name is a word (IP.proto == tcp), so a field has a dot. */
static bool is_field(const struct compiler *k, const struct cnode *c)
{
    return is_name(c) && memchr(c->s, '.', c->n) && clv_ref_likely(k->clv, c->s, c->n);
}

/* ---- Constants. */

static const struct clv_field *field_of(const struct compiler *k, const struct ref *ref, uint32_t i)
{
    return ref->frame ? &clv_frame_fields[ref->which]
                      : k->clv->layers[ref->layer]->rows[ref->first + i].f;
}

static uint32_t rows_of(const struct ref *ref)
{
    return ref->frame ? 1 : ref->n;
}

static bool say_wrong(const struct compiler *k, const struct ref *ref, const struct cnode *c,
                      const struct clv_err *why)
{
    const char *layer = ref->frame ? "frame" : k->clv->layers[ref->layer]->d->name;
    uint32_t pos = why->len ? why->pos : c->pos, len = why->len ? why->len : width(k, c);
    if (why->code == CLV_NO_MEMORY)
        return clv_fail_memory(k->err);
    return clv_fail_at(k->err, pos, len, "%s.%s: %s", layer, field_of(k, ref, 0)->name, why->text);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 0x00ff stands for bytes; in quotes "\x00\r\n" does. */
static bool make_bytes(const struct compiler *k, const struct cnode *c, struct ast *a)
{
    static const char names[] = "nrt\\", codes[] = "\n\r\t\\";
    bool hex = !is_quoted(k, c) && c->n > 2 && c->n % 2 == 0 && c->s[0] == '0' &&
               (c->s[1] | 0x20) == 'x';
    char *to = clv_arena_take(k->arena, c->n + 1);
    uint32_t n = 0;
    if (!to)
        return clv_fail_memory(k->err);
    for (uint32_t i = hex ? 2 : 0; i < c->n;) {
        const char *s = c->s + i, *name;
        uint32_t left = c->n - i, digits = hex ? 0 : 2;
        bool coded = hex || (left >= 4 && s[0] == '\\' && s[1] == 'x');
        if (coded && hex_digit(s[digits]) >= 0 && hex_digit(s[digits + 1]) >= 0) {
            to[n++] = (char)(hex_digit(s[digits]) << 4 | hex_digit(s[digits + 1]));
            i += digits + 2;
        } else if (!hex && left >= 2 && *s == '\\' && s[1] && (name = strchr(names, s[1]))) {
            to[n++] = codes[name - names];
            i += 2;
        } else {
            to[n++] = *s;
            i++;
        }
    }
    a->type = AST_BYTES;
    a->s = to;
    a->n = n;
    return true;
}

static bool make_ast(const struct compiler *k, const struct clv_field *f, const struct cnode *c,
                     struct ast *a)
{
    *a = (struct ast){ .type = AST_TEXT, .pos = c->pos, .len = width(k, c), .s = c->s, .n = c->n };
    if (f->kind == &clv_bytes || f->kind == &clv_text)
        return make_bytes(k, c, a);
    if (c->kind == C_NUM && !is_quoted(k, c) && f->kind->shape != SHAPE_BYTES) {
        a->type = AST_INT;
        a->u = c->num;
    } else if (f->kind->shape == SHAPE_NUM && c->n > 1 && c->s[0] == '-' &&
               clv_text_num(c->s + 1, c->n - 1, &a->u)) {
        a->type = AST_INT;
        a->negative = true;
    }
    return true;
}

static bool parse_time(const struct cnode *c, struct bound *b, struct clv_err *why)
{
    uint64_t sec;
    uint32_t nsec;
    if (!clv_text_time(c->s, c->n, &sec, &nsec) || sec > INT64_MAX / CLV_SECOND - 1)
        return clv_fail_at(why, 0, 0, "takes seconds, like 1699999999.5");
    b->v.u = sec * (uint64_t)CLV_SECOND + nsec;
    return true;
}

/* "2001:db8::/32": the address before the slash, and how many bits of it count. */
static bool parse_net(const struct compiler *k, const struct clv_field *f, struct ast *a,
                      struct bound *b, struct clv_err *why)
{
    const char *slash = f->kind == &clv_ip6 ? memchr(a->s, '/', a->n) : NULL;
    uint64_t bits;
    if (slash) {
        const char *end = a->s + a->n;
        if (!clv_text_num(slash + 1, (size_t)(end - slash - 1), &bits) || !bits || bits > 128)
            return clv_fail_at(why, a->pos, a->len, "a network's prefix is 1..128 bits");
        a->n = (uint32_t)(slash - a->s);
        b->prefix = (uint32_t)bits;
    }
    return f->kind->parse(f, a, &b->v, k->arena, why);
}

static bool make_bound(const struct compiler *k, const struct ref *ref, uint32_t i,
                       const struct cnode *c, struct bound *b, struct clv_err *why)
{
    const struct clv_field *f = field_of(k, ref, i);
    struct ast a;
    int link = -1;
    *b = (struct bound){ .fits = true };
    if (ref->frame && ref->which == FRAME_TIME) {
        if (!parse_time(c, b, why))
            return false;
    } else if (!make_ast(k, f, c, &a)) {
        return false;
    } else if (f->kind->range && f->kind->range(&a, &b->lo, &b->hi)) {
        return true;
    } else {
        char *name = ref->frame && ref->which == FRAME_LINK && c->kind != C_NUM
                         ? clv_arena_text(k->arena, c->s, c->n)
                         : NULL;
        link = name ? clv_link_number(name) : -1;
        if (link >= 0)
            b->v.u = (uint64_t)link;
        else if (!parse_net(k, f, &a, b, why))
            return false;
    }
    b->lo = b->hi = b->v.u;
    return true;
}

/* The constant (c, or c.a .. c.b) for each alternative row; one of them must take it. */
static bool make_bounds(const struct compiler *k, const struct ref *ref, const struct cnode *c,
                        struct bound *b, uint32_t stride)
{
    const struct cnode *lo = c->kind == C_RANGE ? c->a : c, *hi = c->kind == C_RANGE ? c->b : c;
    struct clv_err why = { 0 };
    bool any = false;
    if (!lo->s)
        return clv_fail_at(k->err, c->pos, 1, "a value should stand here, not a condition");
    for (uint32_t i = 0; i < rows_of(ref); i++, b += stride) {
        struct bound last;
        b->fits = make_bound(k, ref, i, lo, b, &why) &&
                  (lo == hi || make_bound(k, ref, i, hi, &last, &why));
        any = any || b->fits;
        if (!b->fits || lo == hi)
            continue;
        if (field_of(k, ref, i)->kind->shape != SHAPE_NUM)
            return clv_fail_at(k->err, c->pos, 1, "a range is one of numbers");
        b->hi = last.hi;
    }
    return any || say_wrong(k, ref, lo, &why);
}

/* ---- Fields. */

static bool refuse_item(const struct compiler *k, const struct ref *ref, const struct cnode *c)
{
    bool item = !ref->frame && ref->n && field_of(k, ref, 0)->kind->shape == SHAPE_ITEM;
    if (!item)
        return true;
    return clv_fail_at(k->err, c->pos, c->n, "%.*s is a list: name a layer in it, or its fields",
                       (int)c->n, c->s);
}

static bool make_side(const struct compiler *k, const struct cnode *c, struct side *side,
                      bool compared)
{
    const struct cnode *name = c, *mask = NULL;
    if (c->kind == C_MASK) {
        bool second = !is_field(k, c->a) && is_field(k, c->b);
        name = second ? c->b : c->a;
        mask = second ? c->a : c->b;
    }
    if (!is_name(name))
        return clv_fail_at(k->err, name->pos, width(k, name), "%s",
                           name->s ? "a field should stand here, as in IP.ttl < 10"
                                   : "a field should stand here, not a condition");
    if (!clv_ref_make(k->clv, name->s, name->n, name->pos, &side->ref, k->err))
        return false;
    const struct ref *ref = &side->ref;
    bool field = ref->frame ? ref->which != FRAME_FIELDS : ref->n != 0;
    if (!field && (compared || mask))
        return clv_fail_at(k->err, name->pos, name->n, "'%.*s' is a layer: name a field of it",
                           (int)name->n, name->s);
    if ((compared || mask) && !refuse_item(k, ref, name))
        return false;
    if (!mask)
        return true;
    struct bound *b = clv_arena_zero(k->arena, rows_of(ref) * sizeof *b);
    side->masks = clv_arena_zero(k->arena, rows_of(ref) * sizeof *side->masks);
    if (!b || !side->masks)
        return clv_fail_memory(k->err);
    if (field_of(k, ref, 0)->kind->shape != SHAPE_NUM)
        return clv_fail_at(k->err, c->pos, 1, "%.*s is no number: '&' does not apply", (int)name->n,
                           name->s);
    if (!make_bounds(k, ref, mask, b, 1))
        return false;
    for (uint32_t i = 0; i < rows_of(ref); i++)
        side->masks[i] = b[i].fits ? b[i].lo : 0;
    return true;
}

static bool has_field(const struct compiler *k, const struct cnode *c)
{
    return is_field(k, c) || (c->kind == C_MASK && (is_field(k, c->a) || is_field(k, c->b)));
}

static uint8_t mirrored(uint8_t cmp)
{
    switch (cmp) {
    case C_LT: return C_GT;
    case C_GT: return C_LT;
    case C_LE: return C_GE;
    case C_GE: return C_LE;
    default: return cmp;
    }
}

static bool make_constants(const struct compiler *k, struct test *t, const struct cnode *list)
{
    uint32_t n = 0;
    for (const struct cnode *c = list; c; c = c->next)
        n++;
    t->nbounds = n;
    t->bounds = clv_arena_zero(k->arena, n * rows_of(&t->a.ref) * sizeof *t->bounds);
    if (!t->bounds)
        return clv_fail_memory(k->err);
    for (uint32_t i = 0; list; list = list->next, i++)
        if (!make_bounds(k, &t->a.ref, list, t->bounds + i, n))
            return false;
    return true;
}

static bool make_compare(const struct compiler *k, const struct cnode *c, struct test *t)
{
    const struct cnode *a = c->a, *b = c->b;
    if (c->kind != C_IN && !has_field(k, a) && has_field(k, b)) {
        a = c->b;
        b = c->a;
        t->cmp = mirrored(t->cmp);
    }
    if (!make_side(k, a, &t->a, true))
        return false;
    if (c->kind == C_IN || !has_field(k, b))
        return make_constants(k, t, b);
    t->b = clv_arena_zero(k->arena, sizeof *t->b);
    if (!t->b)
        return clv_fail_memory(k->err);
    if (!make_side(k, b, t->b, true))
        return false;
    const struct clv_field *f = field_of(k, &t->a.ref, 0), *g = field_of(k, &t->b->ref, 0);
    return f->kind->shape == g->kind->shape ||
           clv_fail_at(k->err, b->pos, b->s ? b->n : 1, "a number and bytes are never equal");
}

/* ---- The tree. */

static struct clv_filter *compile(const struct compiler *k, const struct cnode *c);

static struct clv_filter *filter_new(const struct compiler *k, enum filter_op op)
{
    struct clv_filter *f = clv_arena_zero(k->arena, sizeof *f);
    if (!f)
        clv_fail_memory(k->err);
    else
        f->op = (uint8_t)op;
    return f;
}

/* a and b and c, which leans to the left, becomes one list. */
static struct clv_filter *compile_list(const struct compiler *k, const struct cnode *c)
{
    const uint8_t kind = c->kind;
    struct clv_filter *f = filter_new(k, kind == C_AND ? FILTER_AND : FILTER_OR);
    for (bool more = true; f && more; c = c->a) {
        more = c->kind == kind;
        struct clv_filter *one = compile(k, more ? c->b : c);
        if (!one)
            return NULL;
        one->next = f->first;
        f->first = one;
    }
    return f;
}

static struct clv_filter *compile(const struct compiler *k, const struct cnode *c)
{
    if (c->kind == C_AND || c->kind == C_OR)
        return compile_list(k, c);
    struct clv_filter *f = filter_new(k, c->kind == C_NOT ? FILTER_NOT : FILTER_TEST);
    if (!f)
        return NULL;
    if (c->kind == C_NOT)
        return (f->first = compile(k, c->a)) ? f : NULL;
    f->test = clv_arena_zero(k->arena, sizeof *f->test);
    if (!f->test) {
        clv_fail_memory(k->err);
        return NULL;
    }
    bool bare = c->a == NULL || c->kind == C_MASK;
    f->test->cmp = bare ? C_NAME : c->kind;
    bool done = bare ? make_side(k, c, &f->test->a, false) : make_compare(k, c, f->test);
    return done ? f : NULL;
}

struct clv_filter *clv_filter_new(const struct clv *clv, struct clv_arena *arena, const char *text,
                                  struct clv_err *err)
{
    struct clv_err own = { 0 };
    struct compiler k = { .clv = clv, .arena = arena, .err = err ? err : &own, .text = text };
    const struct cnode *c = clv_cond_parse(arena, text, strlen(text), k.err);
    return c ? compile(&k, c) : NULL;
}

void clv_filter_need(const struct clv_filter *filter, struct needs *needs)
{
    if (filter->test)
        clv_need_ref(needs, &filter->test->a.ref);
    if (filter->test && filter->test->b)
        clv_need_ref(needs, &filter->test->b->ref);
    for (const struct clv_filter *f = filter->first; f; f = f->next)
        clv_filter_need(f, needs);
}
