/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of a condition to a tree. One language for tables and for the display filter:
 * numbers, fields, Layer.field, left, & == != < <= > >= in, not and or, parentheses.
 */
#include "cond.h"

#include <string.h>

struct reader {
    struct clv_arena *arena;
    struct clv_err *err;
    const char *text;
    uint32_t n, at;
    uint32_t depth;
};

static struct cnode *read_or(struct reader *r);

static void skip_blanks(struct reader *r)
{
    while (r->at < r->n && strchr(" \t\r\n", r->text[r->at]))
        r->at++;
}

static struct cnode *node_new(struct reader *r, enum cnode_kind kind, uint32_t pos)
{
    struct cnode *c = clv_arena_zero(r->arena, sizeof *c);
    if (!c) {
        clv_fail_memory(r->err);
        return NULL;
    }
    c->kind = (uint8_t)kind;
    c->pos = pos;
    return c;
}

static bool is_part(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("_:./-", c)) || (uint8_t)c >= 0x80;
}

/* Letters, digits and what addresses are made of; ".." ends a word. */
static uint32_t word_len(const struct reader *r)
{
    uint32_t i = r->at;
    while (i < r->n && is_part(r->text[i]) &&
           !(r->text[i] == '.' && i + 1 < r->n && r->text[i + 1] == '.'))
        i++;
    return i - r->at;
}

static bool take_sign(struct reader *r, const char *s)
{
    size_t n = strlen(s);
    skip_blanks(r);
    if (r->n - r->at < n || memcmp(r->text + r->at, s, n) != 0)
        return false;
    r->at += (uint32_t)n;
    return true;
}

static bool take_word(struct reader *r, const char *s)
{
    skip_blanks(r);
    uint32_t n = word_len(r);
    if (n != strlen(s) || !clv_same_word(r->text + r->at, n, s))
        return false;
    r->at += n;
    return true;
}

static struct cnode *fail_here(struct reader *r, const char *what)
{
    skip_blanks(r);
    uint32_t n = word_len(r);
    if (r->at >= r->n)
        clv_fail_at(r->err, r->n, 1, "the condition ends where %s should be", what);
    else
        clv_fail_at(r->err, r->at, n ? n : 1, "'%.*s' stands where %s should be", n ? (int)n : 1,
                    r->text + r->at, what);
    return NULL;
}

static struct cnode *read_quoted(struct reader *r)
{
    uint32_t from = r->at;
    char quote = r->text[r->at++];
    struct cnode *c = node_new(r, C_TEXT, from);
    while (r->at < r->n && r->text[r->at] != quote)
        r->at++;
    if (!c)
        return NULL;
    if (r->at >= r->n) {
        clv_fail_at(r->err, from, 1, "this quote is never closed");
        return NULL;
    }
    c->s = r->text + from + 1;
    c->n = r->at++ - from - 1;
    return c;
}

static struct cnode *read_value(struct reader *r, bool name)
{
    skip_blanks(r);
    if (r->at < r->n && (r->text[r->at] == '"' || r->text[r->at] == '\''))
        return read_quoted(r);
    uint32_t n = word_len(r);
    if (!n)
        return fail_here(r, name ? "a field or a value" : "a value");
    struct cnode *c = node_new(r, C_TEXT, r->at);
    if (!c)
        return NULL;
    c->s = r->text + r->at;
    c->n = n;
    r->at += n;
    if (clv_text_num(c->s, n, &c->num))
        c->kind = C_NUM;
    else if (n == 4 && !memcmp(c->s, "left", 4))
        c->kind = C_LEFT;
    else if (name && !(c->s[0] >= '0' && c->s[0] <= '9'))
        c->kind = C_NAME;
    return c;
}

static struct cnode *read_primary(struct reader *r)
{
    if (take_sign(r, "(")) {
        uint32_t open = r->at - 1;
        if (++r->depth > 64) {
            clv_fail_at(r->err, open, 1, "more than 64 parentheses in each other");
            return NULL;
        }
        struct cnode *c = read_or(r);
        r->depth--;
        if (c && !take_sign(r, ")")) {
            fail_here(r, "a closing parenthesis");
            return NULL;
        }
        return c;
    }
    return read_value(r, true);
}

static struct cnode *join(struct reader *r, enum cnode_kind kind, struct cnode *a, struct cnode *b)
{
    struct cnode *c = a && b ? node_new(r, kind, a->pos) : NULL;
    if (c) {
        c->a = a;
        c->b = b;
    }
    return c;
}

static struct cnode *read_mask(struct reader *r)
{
    struct cnode *c = read_primary(r);
    for (;;) {
        skip_blanks(r);
        if (!c || r->at >= r->n || r->text[r->at] != '&' ||
            (r->at + 1 < r->n && r->text[r->at + 1] == '&'))
            return c;
        r->at++;
        c = join(r, C_MASK, c, read_primary(r));
    }
}

static struct cnode *read_list(struct reader *r, struct cnode *subject)
{
    struct cnode *in = node_new(r, C_IN, subject->pos);
    struct cnode **tail = in ? &in->b : NULL;
    bool brace = take_sign(r, "{");
    if (!in)
        return NULL;
    in->a = subject;
    do {
        struct cnode *v = read_value(r, false);
        if (v && take_sign(r, ".."))
            v = join(r, C_RANGE, v, read_value(r, false));
        if (!v)
            return NULL;
        *tail = v;
        tail = &v->next;
    } while (take_sign(r, ","));
    if (brace && !take_sign(r, "}"))
        return fail_here(r, "a closing brace");
    return in;
}

static struct cnode *read_compare(struct reader *r)
{
    static const struct {
        const char *sign;
        enum cnode_kind kind;
    } signs[] = { { "==", C_EQ }, { "!=", C_NE }, { "<=", C_LE },
                  { ">=", C_GE }, { "<", C_LT },  { ">", C_GT } };
    struct cnode *c = read_mask(r);
    if (!c)
        return NULL;
    for (size_t i = 0; i < clv_len(signs); i++)
        if (take_sign(r, signs[i].sign))
            return join(r, signs[i].kind, c, read_mask(r));
    skip_blanks(r);
    if (r->at < r->n && r->text[r->at] == '=') {
        clv_fail_at(r->err, r->at, 1, "to compare, write '=='");
        return NULL;
    }
    if (take_word(r, "in"))
        return read_list(r, c);
    return c;
}

static struct cnode *read_not(struct reader *r)
{
    skip_blanks(r);
    uint32_t pos = r->at;
    bool bang = r->at + 1 < r->n && r->text[r->at] == '!' && r->text[r->at + 1] != '=';
    if (!bang && !take_word(r, "not"))
        return read_compare(r);
    r->at += bang;
    if (++r->depth > 64) {
        clv_fail_at(r->err, pos, 1, "more than 64 conditions in each other");
        return NULL;
    }
    struct cnode *a = read_not(r), *c = a ? node_new(r, C_NOT, pos) : NULL;
    r->depth--;
    if (c)
        c->a = a;
    return c;
}

static struct cnode *read_and(struct reader *r)
{
    struct cnode *c = read_not(r);
    while (c && (take_word(r, "and") || take_sign(r, "&&")))
        c = join(r, C_AND, c, read_not(r));
    return c;
}

static struct cnode *read_or(struct reader *r)
{
    struct cnode *c = read_and(r);
    while (c && (take_word(r, "or") || take_sign(r, "||")))
        c = join(r, C_OR, c, read_and(r));
    return c;
}

struct cnode *clv_cond_parse(struct clv_arena *arena, const char *text, size_t n,
                             struct clv_err *err)
{
    struct reader r = { .arena = arena, .err = err, .text = text, .n = (uint32_t)n };
    if (n > 16384) {
        clv_fail(err, CLV_LIMIT, "a condition of %zu bytes is too long: at most 16384", n);
        return NULL;
    }
    struct cnode *c = read_or(&r);
    skip_blanks(&r);
    if (c && r.at < r.n) {
        fail_here(&r, "'and', 'or' or the end");
        return NULL;
    }
    return c;
}
