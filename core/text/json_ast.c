/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A strict JSON reader (RFC 8259), into the tree that expressions give too.
 * Members whose names end in ".word" are remarks and left out; no name stands twice.
 */
#include "../model/model.h"

#include <string.h>

enum { DEEPEST = 160, MOST_MEMBERS = 1024 };

struct reader {
    struct clv_arena *arena;
    struct clv_err *err;
    const char *s;
    uint32_t n, at;
    uint32_t depth;
};

static struct ast *read_any(struct reader *r);

static bool fail(struct reader *r, uint32_t at, uint32_t n, const char *why)
{
    return clv_fail_at(r->err, at, n ? n : 1, "JSON: %s", why);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char peek(struct reader *r)
{
    while (r->at < r->n && is_space(r->s[r->at]))
        r->at++;
    return r->at < r->n ? r->s[r->at] : 0;
}

static struct ast *value_new(struct reader *r, enum ast_type type, uint32_t pos)
{
    struct ast *a = clv_arena_zero(r->arena, sizeof *a);
    if (!a) {
        clv_fail_memory(r->err);
        return NULL;
    }
    a->type = (uint8_t)type;
    a->json = true;
    a->pos = pos;
    return a;
}

/* ---- Strings. */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four digits after \u; UINT32_MAX: not there. */
static uint32_t read_unit(struct reader *r)
{
    uint32_t u = 0;
    if (r->n - r->at < 4)
        return UINT32_MAX;
    for (int i = 0; i < 4; i++) {
        int d = hex_digit(r->s[r->at + (uint32_t)i]);
        if (d < 0)
            return UINT32_MAX;
        u = u << 4 | (uint32_t)d;
    }
    r->at += 4;
    return u;
}

static uint32_t put_code(char *to, uint32_t c)
{
    uint32_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (uint32_t i = n; i-- > 1; c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3f));
    to[0] = (char)(lead[n] | c);
    return n;
}

static bool read_escape(struct reader *r, char *to, uint32_t *n)
{
    static const char names[] = "\"\\/bfnrt", codes[] = "\"\\/\b\f\n\r\t";
    uint32_t from = r->at++;
    char c = r->at < r->n ? r->s[r->at++] : 0;
    const char *name = c ? strchr(names, c) : NULL;
    if (name) {
        to[(*n)++] = codes[name - names];
        return true;
    }
    if (c != 'u')
        return fail(r, from, 2, "no such escape");
    uint32_t u = read_unit(r), low = 0;
    if (u >= 0xd800 && u < 0xdc00 && r->n - r->at >= 6 && !memcmp(r->s + r->at, "\\u", 2)) {
        r->at += 2;
        low = read_unit(r);
        u = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00) : u;
    }
    if (u > 0x10ffff || (u >= 0xd800 && u < 0xe000))
        return fail(r, from, r->at - from, "this escape is no character");
    *n += put_code(to + *n, u);
    return true;
}

/* How many bytes stand for themselves, one by one. */
static uint32_t plain_run(const char *s, uint32_t n)
{
    uint32_t i = 0;
    while (i < n && s[i] >= 0x20 && s[i] < 0x7f && s[i] != '\\')
        i++;
    return i;
}

/* The string at r->at, without its quotes; it ends in NUL as well. */
static bool read_string(struct reader *r, const char **s, uint32_t *n)
{
    uint32_t from = r->at++, close = r->at;
    while (close < r->n && r->s[close] != '"')
        close += r->s[close] == '\\' ? 2 : 1;
    if (close >= r->n)
        return fail(r, from, 1, "this string is never closed");
    char *to = clv_arena_take(r->arena, close - from);
    if (!to)
        return clv_fail_memory(r->err);
    *s = to;
    *n = 0;
    while (r->at < close) {
        uint32_t plain = plain_run(r->s + r->at, close - r->at), code;
        memcpy(to + *n, r->s + r->at, plain);
        *n += plain;
        r->at += plain;
        if (r->at == close)
            break;
        uint8_t c = (uint8_t)r->s[r->at];
        size_t size = clv_utf8_take((const uint8_t *)r->s + r->at, close - r->at, &code);
        if (c < 0x20)
            return fail(r, r->at, 1, "a control character stands bare in a string");
        if (!size)
            return fail(r, r->at, 1, "this is not UTF-8");
        if (c == '\\') {
            if (!read_escape(r, to, n))
                return false;
            continue;
        }
        memcpy(to + *n, r->s + r->at, size);
        *n += (uint32_t)size;
        r->at += (uint32_t)size;
    }
    to[*n] = 0;
    r->at = close + 1;
    return true;
}

static struct ast *read_text(struct reader *r)
{
    struct ast *a = value_new(r, AST_TEXT, r->at);
    if (!a || !read_string(r, &a->s, &a->n))
        return NULL;
    a->len = r->at - a->pos;
    return a;
}

/* ---- Numbers and words. */

/* What may follow a number's first digits: ".5", "e-3". */
static bool read_fraction(struct reader *r, struct ast *a)
{
    if (r->s[r->at] == '.') {
        uint32_t from = ++r->at;
        while (r->at < r->n && r->s[r->at] >= '0' && r->s[r->at] <= '9')
            r->at++;
        if (r->at == from)
            return fail(r, a->pos, r->at - a->pos, "a digit should follow the point");
    }
    if (r->at < r->n && (r->s[r->at] | 0x20) == 'e') {
        r->at++;
        r->at += r->at < r->n && (r->s[r->at] == '-' || r->s[r->at] == '+');
        uint32_t from = r->at;
        while (r->at < r->n && r->s[r->at] >= '0' && r->s[r->at] <= '9')
            r->at++;
        if (r->at == from)
            return fail(r, a->pos, r->at - a->pos, "an exponent needs a digit");
    }
    a->type = AST_REAL;
    a->s = r->s + a->pos;
    a->len = a->n = r->at - a->pos;
    return true;
}

static struct ast *read_number(struct reader *r)
{
    struct ast *a = value_new(r, AST_INT, r->at);
    if (!a)
        return NULL;
    a->negative = r->s[r->at] == '-';
    r->at += a->negative;
    uint32_t from = r->at;
    for (; r->at < r->n && r->s[r->at] >= '0' && r->s[r->at] <= '9'; r->at++) {
        uint64_t d = (uint64_t)(r->s[r->at] - '0');
        a->wide = a->wide || a->u > (UINT64_MAX - d) / 10;
        a->u = a->wide ? UINT64_MAX : a->u * 10 + d;
    }
    a->len = r->at - a->pos;
    if (r->at == from)
        fail(r, a->pos, a->len, "a number needs a digit");
    else if (r->s[from] == '0' && r->at > from + 1)
        fail(r, a->pos, a->len, "a number does not begin with 0");
    else if (r->at < r->n && r->s[r->at] && strchr(".eE", r->s[r->at]))
        return read_fraction(r, a) ? a : NULL;
    else
        return a;
    return NULL;
}

static struct ast *read_word(struct reader *r)
{
    static const struct {
        const char *name;
        enum ast_type type;
        uint64_t u;
    } words[] = { { "true", AST_BOOL, 1 }, { "false", AST_BOOL, 0 }, { "null", AST_NONE, 0 } };
    uint32_t from = r->at, n = 0;
    while (from + n < r->n && r->s[from + n] >= 'a' && r->s[from + n] <= 'z')
        n++;
    for (size_t i = 0; i < clv_len(words); i++) {
        if (n != strlen(words[i].name) || memcmp(r->s + from, words[i].name, n) != 0)
            continue;
        struct ast *a = value_new(r, words[i].type, from);
        if (!a)
            return NULL;
        a->u = words[i].u;
        a->len = n;
        r->at += n;
        return a;
    }
    fail(r, from, n, from < r->n ? "a value should stand here" : "the text ends in the middle");
    return NULL;
}

/* ---- Arrays and objects. */

/* After an item: 1: another follows, 0: closed, -1: error. */
static int read_comma(struct reader *r, char close)
{
    char c = peek(r);
    r->at++;
    if (c == ',' || c == close)
        return c == ',';
    r->at--;
    fail(r, r->at, 1,
         close == ']' ? "',' or ']' should stand here" : "',' or '}' should stand here");
    return -1;
}

static struct ast *read_array(struct reader *r)
{
    struct ast *a = value_new(r, AST_LIST, r->at++), **tail = a ? &a->first : NULL;
    int more = 1;
    if (!a)
        return NULL;
    if (peek(r) == ']') {
        r->at++;
        more = 0;
    }
    while (more > 0) {
        if (!(*tail = read_any(r)))
            return NULL;
        tail = &(*tail)->next;
        a->n++;
        more = read_comma(r, ']');
    }
    a->len = r->at - a->pos;
    return more ? NULL : a;
}

static bool is_remark(const char *name, uint32_t n)
{
    return n > 5 && !memcmp(name + n - 5, ".word", 5);
}

static struct ast *read_member(struct reader *r)
{
    const char *name;
    uint32_t n;
    if (peek(r) != '"') {
        fail(r, r->at, 1, "a member's name in '\"' should stand here");
        return NULL;
    }
    uint32_t from = r->at;
    if (!read_string(r, &name, &n))
        return NULL;
    if (!n) {
        fail(r, from, 2, "a member needs a name");
        return NULL;
    }
    if (peek(r) != ':') {
        fail(r, r->at, 1, "':' should stand here");
        return NULL;
    }
    r->at++;
    struct ast *a = read_any(r);
    if (a) {
        a->key = name;
        a->keylen = n;
        a->keypos = from;
    }
    return a;
}

/* Take the member "layer" for the name. */
static bool name_object(struct reader *r, struct ast *a, struct ast *v)
{
    if (v->type != AST_TEXT || !v->n)
        return fail(r, v->pos, v->len, "\"layer\" takes a layer's name");
    a->s = v->s;
    a->n = v->n;
    a->pos = v->pos;
    return true;
}

static bool add_member(struct reader *r, struct ast *a, struct ast ***tail, uint32_t *count,
                       struct ast *v)
{
    bool layer = v->keylen == 5 && !memcmp(v->key, "layer", 5);
    bool again = layer && a->n;
    for (const struct ast *o = a->first; o && !again; o = o->next)
        again = o->keylen == v->keylen && !memcmp(o->key, v->key, v->keylen);
    if (again)
        return fail(r, v->keypos, v->keylen + 2, "this member stands twice");
    if (++*count > MOST_MEMBERS)
        return fail(r, v->keypos, v->keylen + 2, "an object of more than 1024 members");
    if (layer)
        return name_object(r, a, v);
    if (is_remark(v->key, v->keylen))
        return true;
    **tail = v;
    *tail = &v->next;
    return true;
}

static struct ast *read_object(struct reader *r)
{
    struct ast *a = value_new(r, AST_CALL, r->at++), **tail = a ? &a->first : NULL;
    uint32_t count = 0;
    int more = 1;
    if (!a)
        return NULL;
    a->s = "";
    if (peek(r) == '}') {
        r->at++;
        more = 0;
    }
    while (more > 0) {
        struct ast *v = read_member(r);
        if (!v || !add_member(r, a, &tail, &count, v))
            return NULL;
        more = read_comma(r, '}');
    }
    /* A layer's place is its name; another object's is its brace. */
    a->len = a->n ? a->n + 2 : 1;
    return more ? NULL : a;
}

static struct ast *read_any(struct reader *r)
{
    struct ast *a;
    char c = peek(r);
    if (++r->depth > DEEPEST) {
        fail(r, r->at, 1, "more than 160 values in each other");
        return NULL;
    }
    if (c == '{')
        a = read_object(r);
    else if (c == '[')
        a = read_array(r);
    else if (c == '"')
        a = read_text(r);
    else if (c == '-' || (c >= '0' && c <= '9'))
        a = read_number(r);
    else
        a = read_word(r);
    r->depth--;
    return a;
}

struct ast *clv_ast_json(struct clv_arena *arena, const char *text, size_t n, struct clv_err *err)
{
    struct reader r = { .arena = arena, .err = err, .s = text, .n = (uint32_t)n };
    if (n >= UINT32_MAX) {
        clv_fail(err, CLV_LIMIT, "JSON: a text of %zu bytes is too long", n);
        return NULL;
    }
    struct ast *a = read_any(&r);
    if (a && (peek(&r) || r.at < r.n)) {
        fail(&r, r.at, 1, "something stands after the end");
        return NULL;
    }
    return a;
}
