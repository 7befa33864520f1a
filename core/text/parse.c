/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packet expression to a syntax tree: Python's literals, calls, stacks by '/'. Knows no layer;
 * every node carries its place in the text.
 */
#include "../model/model.h"

#include <string.h>

enum { MAX_TEXT = 8 << 20, MAX_DEPTH = 128, MAX_REPEAT = 1 << 20 };

struct parser {
    struct clv_arena *arena;
    struct clv_err *err;
    const char *text;
    uint32_t n, at;
    uint32_t depth;
};

static struct ast *read_value(struct parser *p);
static struct ast *read_stack(struct parser *p);

static void skip_blanks(struct parser *p)
{
    while (p->at < p->n) {
        char c = p->text[p->at];
        if (c == '#')
            while (p->at < p->n && p->text[p->at] != '\n')
                p->at++;
        else if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
            p->at++;
        else
            break;
    }
}

static char peek(struct parser *p)
{
    skip_blanks(p);
    return p->at < p->n ? p->text[p->at] : 0;
}

static bool is_name(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (!first && c >= '0' && c <= '9');
}

static uint32_t name_len(const struct parser *p)
{
    uint32_t i = p->at;
    while (i < p->n && is_name(p->text[i], i == p->at))
        i++;
    return i - p->at;
}

static struct ast *ast_new(struct parser *p, enum ast_type type, uint32_t pos)
{
    struct ast *a = clv_arena_zero(p->arena, sizeof *a);
    if (!a) {
        clv_fail_memory(p->err);
        return NULL;
    }
    a->type = (uint8_t)type;
    a->pos = pos;
    a->len = 1;
    return a;
}

static struct ast *fail_here(struct parser *p, const char *what)
{
    skip_blanks(p);
    uint32_t n = name_len(p), code;
    if (p->at >= p->n) {
        clv_fail_at(p->err, p->n, 1, "the text ends where %s should be", what);
        return NULL;
    }
    if (!n)
        n = (uint32_t)clv_utf8_take((const uint8_t *)p->text + p->at, p->n - p->at, &code);
    n = n ? n : 1;
    clv_fail_at(p->err, p->at, n, "'%.*s' stands where %s should be", (int)n, p->text + p->at,
                what);
    return NULL;
}

/* ---- Strings */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t put_utf8(uint8_t *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (uint8_t)(0xc0 | c >> 6);
        to[1] = (uint8_t)(0x80 | (c & 0x3f));
        return 2;
    }
    size_t n = c < 0x10000 ? 3 : 4;
    to[0] = (uint8_t)(n == 3 ? 0xe0 | c >> 12 : 0xf0 | c >> 18);
    for (size_t i = 1; i < n; i++)
        to[i] = (uint8_t)(0x80 | (c >> 6 * (n - 1 - i) & 0x3f));
    return n;
}

/* \xff, \u20ac, \U0001f600; p->at stands on the letter. A text's \xff is the byte, as users mean it. */
static bool read_code(struct parser *p, uint8_t *to, size_t *n)
{
    uint32_t pos = p->at - 1, v = 0, digits = 0;
    char c = p->text[p->at++];
    uint32_t want = c == 'x' ? 2 : c == 'u' ? 4 : 8;
    for (; digits < want && p->at < p->n && hex_digit(p->text[p->at]) >= 0; digits++)
        v = v << 4 | (uint32_t)hex_digit(p->text[p->at++]);
    if (digits < want)
        return clv_fail_at(p->err, pos, p->at - pos, "\\%c needs %u hexadecimal digits", c, want);
    if (v > 0x10ffff)
        return clv_fail_at(p->err, pos, p->at - pos, "the last character is \\U0010ffff");
    if (c == 'x')
        to[(*n)++] = (uint8_t)v;
    else
        *n += put_utf8(to + *n, v);
    return true;
}

/* One escape at p->at, which stands on the backslash. */
static bool read_escape(struct parser *p, bool text, uint8_t *to, size_t *n)
{
    static const char from[] = "\\'\"abfnrtv", code[] = "\\'\"\a\b\f\n\r\t\v";
    uint32_t v = 0, digits = 0;
    char c = ++p->at < p->n ? p->text[p->at] : 0;
    const char *known = c ? strchr(from, c) : NULL;
    if (known) {
        p->at++;
        to[(*n)++] = (uint8_t)code[known - from];
        return true;
    }
    if (c == 'x' || (text && (c == 'u' || c == 'U')))
        return read_code(p, to, n);
    for (; digits < 3 && p->at < p->n && p->text[p->at] >= '0' && p->text[p->at] <= '7'; digits++)
        v = v << 3 | (uint32_t)(p->text[p->at++] - '0');
    if (digits)
        to[(*n)++] = (uint8_t)v;
    else if (c == '\n')
        p->at++;
    else
        to[(*n)++] = '\\';
    return true;
}

/* Where the closing quote is, from p->at on; p->n: nowhere. */
static uint32_t find_quote(const struct parser *p, char quote, bool triple)
{
    for (uint32_t i = p->at; i < p->n; i++) {
        const char *s = p->text + i;
        if (*s == '\\')
            i++;
        else if (*s == quote && (!triple || (p->n - i >= 3 && s[1] == quote && s[2] == quote)))
            return i;
    }
    return p->n;
}

/* p->at stands on the quote. */
static bool read_quoted(struct parser *p, struct ast *a, bool raw)
{
    uint32_t open = p->at;
    char quote = p->text[p->at++];
    bool triple = p->n - p->at >= 2 && p->text[p->at] == quote && p->text[p->at + 1] == quote;
    if (triple)
        p->at += 2;
    uint32_t end = find_quote(p, quote, triple);
    if (end == p->n)
        return clv_fail_at(p->err, open, 1, "this quote is never closed");
    uint8_t *to = clv_arena_take(p->arena, end - p->at + 1);
    size_t n = 0;
    if (!to)
        return clv_fail_memory(p->err);
    while (p->at < end) {
        if (raw || p->text[p->at] != '\\')
            to[n++] = (uint8_t)p->text[p->at++];
        else if (!read_escape(p, a->type == AST_TEXT, to, &n))
            return false;
    }
    p->at += triple ? 3 : 1;
    a->s = (char *)to;
    a->n = (uint32_t)n;
    return true;
}

/* Is there a string here, with its prefix (b, r, br, u)? */
static bool at_string(struct parser *p, uint32_t *prefix)
{
    uint32_t i = p->at;
    while (i < p->n && i - p->at < 2 && p->text[i] && strchr("bBrRuU", p->text[i]))
        i++;
    *prefix = i - p->at;
    return i < p->n && (p->text[i] == '"' || p->text[i] == '\'');
}

static struct ast *read_string(struct parser *p, uint32_t prefix)
{
    uint32_t pos = p->at;
    struct ast *a = ast_new(p, AST_TEXT, pos);
    bool raw = false;
    for (; a && prefix; prefix--, p->at++) {
        char c = (char)(p->text[p->at] | 0x20);
        if (c == 'b')
            a->type = AST_BYTES;
        raw = raw || c == 'r';
    }
    if (!a || !read_quoted(p, a, raw))
        return NULL;
    a->len = p->at - pos;
    return a;
}

/* ---- Numbers */

/* More than 64 bits, but a number. */
static bool is_wide(const char *s, uint32_t n)
{
    char base = n > 2 && s[0] == '0' ? (char)(s[1] | 0x20) : 0;
    int most = base == 'x' ? 15 : base == 'o' ? 7 : base == 'b' ? 1 : 9;
    for (uint32_t i = most == 9 ? 0 : 2; i < n; i++) {
        bool joins = s[i] == '_' && i && s[i - 1] != '_' && i + 1 < n;
        if (!joins && (hex_digit(s[i]) < 0 || hex_digit(s[i]) > most))
            return false;
    }
    return n > 16;
}

/* The end of the digits, letters and points at p->at; a sign may stand before an exponent. */
static uint32_t number_end(const struct parser *p)
{
    uint32_t i = p->at;
    bool prefix = p->n - i > 1 && p->text[i] == '0' && (p->text[i + 1] | 0x20) == 'x';
    while (i < p->n && (is_name(p->text[i], false) || p->text[i] == '.' ||
                        ((p->text[i] == '-' || p->text[i] == '+') && !prefix && i > p->at &&
                         (p->text[i - 1] | 0x20) == 'e')))
        i++;
    return i;
}

static struct ast *read_number(struct parser *p)
{
    uint32_t pos = p->at;
    struct ast *a = ast_new(p, AST_INT, pos);
    if (!a)
        return NULL;
    if (p->text[p->at] == '-' || p->text[p->at] == '+')
        a->negative = p->text[p->at++] == '-';
    uint32_t from = p->at;
    p->at = number_end(p);
    a->len = p->at - pos;
    if (clv_text_num(p->text + from, p->at - from, &a->u))
        return a;
    if (is_wide(p->text + from, p->at - from)) {
        a->wide = true;
        a->u = UINT64_MAX;
        a->s = p->text + from;
        a->n = p->at - from;
        return a;
    }
    if (clv_text_real(p->text + pos, a->len)) {
        a->type = AST_REAL;
        a->s = p->text + pos;
        a->n = a->len;
        return a;
    }
    clv_fail_at(p->err, pos, a->len, "'%.*s' is no whole number", (int)a->len, p->text + pos);
    return NULL;
}

static bool read_repeat(struct parser *p, struct ast *a)
{
    while (a && peek(p) == '*' && (a->type == AST_TEXT || a->type == AST_BYTES)) {
        p->at++;
        skip_blanks(p);
        struct ast *n = p->at < p->n && p->text[p->at] >= '0' && p->text[p->at] <= '9'
                            ? read_number(p)
                            : NULL;
        if (!n)
            return fail_here(p, "a number of repetitions");
        if (n->wide || (a->n && n->u > MAX_REPEAT / a->n))
            return clv_fail_at(p->err, a->pos, p->at - a->pos, "longer than %d bytes", MAX_REPEAT);
        char *to = clv_arena_take(p->arena, a->n * n->u + 1);
        if (!to)
            return clv_fail_memory(p->err);
        for (uint64_t i = 0; i < n->u && a->n; i++)
            memcpy(to + i * a->n, a->s, a->n);
        a->s = to;
        a->n = (uint32_t)(a->n * n->u);
        a->len = p->at - a->pos;
    }
    return a != NULL;
}

/* bytes.fromhex('00 ff'), or hex_bytes('00ff'). Where there is one here, the length of its beginning. */
static uint32_t at_hex(const struct parser *p)
{
    static const char *const names[] = { "bytes.fromhex(", "hex_bytes(" };
    for (size_t i = 0; i < clv_len(names); i++)
        if (p->n - p->at > strlen(names[i]) && !memcmp(p->text + p->at, names[i], strlen(names[i])))
            return (uint32_t)strlen(names[i]);
    return 0;
}

static struct ast *read_hex(struct parser *p, uint32_t skip)
{
    uint32_t pos = p->at, prefix, n = 0;
    p->at += skip;
    skip_blanks(p);
    struct ast *a = at_string(p, &prefix) ? read_string(p, prefix) : fail_here(p, "'00ff..'");
    if (!a)
        return NULL;
    char *to = (char *)(uintptr_t)a->s;
    for (uint32_t i = 0; i < a->n; i++) {
        int high = hex_digit(a->s[i]), low = i + 1 < a->n ? hex_digit(a->s[i + 1]) : -1;
        if (a->s[i] && strchr(" \t\n\r", a->s[i]))
            continue;
        if (high < 0 || low < 0) {
            clv_fail_at(p->err, a->pos, a->len, "bytes are pairs of hex digits, like '00 ff'");
            return NULL;
        }
        to[n++] = (char)(high << 4 | low);
        i++;
    }
    if (peek(p) != ')')
        return fail_here(p, "')'");
    p->at++;
    a->type = AST_BYTES;
    a->n = n;
    a->pos = pos;
    a->len = p->at - pos;
    return read_repeat(p, a) ? a : NULL;
}

/* ---- Lists, calls */

static bool deeper(struct parser *p, uint32_t pos)
{
    if (++p->depth > MAX_DEPTH)
        return clv_fail_at(p->err, pos, 1, "nested more than %d deep", MAX_DEPTH);
    return true;
}

/* name=value, or a value */
static struct ast *read_argument(struct parser *p)
{
    skip_blanks(p);
    uint32_t at = p->at, n = name_len(p), prefix;
    if (n && !at_string(p, &prefix)) {
        p->at += n;
        if (peek(p) == '=') {
            p->at++;
            struct ast *a = read_value(p);
            if (a) {
                a->key = p->text + at;
                a->keylen = n;
                a->keypos = at;
            }
            return a;
        }
        p->at = at;
    }
    return read_value(p);
}

/*
 * Items up to the closing sign; p->at stands behind the opening one. *comma: one follows the last.
 */
static bool read_items(struct parser *p, struct ast *into, char close, bool arguments, bool *comma)
{
    struct ast **tail = &into->first;
    uint32_t open = p->at - 1;
    *comma = false;
    if (!deeper(p, open))
        return false;
    while (peek(p) != close) {
        struct ast *a = arguments ? read_argument(p) : read_value(p);
        if (!a)
            return false;
        *tail = a;
        tail = &a->next;
        into->n++;
        *comma = peek(p) == ',';
        if (*comma) {
            p->at++;
            continue;
        }
        if (peek(p) != close) {
            if (p->at >= p->n)
                return clv_fail_at(p->err, open, 1, "this '%c' is never closed", p->text[open]);
            char what[] = "',' or '?'";
            what[8] = close;
            what[7] = '\'';
            return fail_here(p, what) != NULL;
        }
    }
    p->at++;
    p->depth--;
    return true;
}

/* Decimal('1.5') is a number. */
static struct ast *read_exact(struct ast *a)
{
    struct ast *v = a->first;
    bool one = v && !v->next && !v->keylen &&
               (v->type == AST_TEXT ? clv_text_real(v->s, v->n) : v->type == AST_INT);
    if (!one || a->n != 7 || memcmp(a->s, "Decimal", 7) != 0)
        return a;
    if (v->type == AST_TEXT)
        v->type = AST_REAL;
    v->len = v->pos + v->len - a->pos;
    v->pos = a->pos;
    return v;
}

static struct ast *read_call(struct parser *p)
{
    uint32_t n = name_len(p), pos = p->at;
    if (!n)
        return fail_here(p, "a layer");
    struct ast *a = ast_new(p, AST_CALL, pos);
    if (!a)
        return NULL;
    a->s = p->text + pos;
    a->len = n;
    p->at += n;
    char c = peek(p);
    bool comma;
    if (c == '(' || c == '{') {
        p->at++;
        if (!read_items(p, a, c == '(' ? ')' : '}', true, &comma))
            return NULL;
    }
    a->n = n; /* of the name */
    return read_exact(a);
}

static struct ast *read_list(struct parser *p, char close)
{
    struct ast *a = ast_new(p, close == ']' ? AST_LIST : AST_TUPLE, p->at++);
    bool comma;
    if (!a || !read_items(p, a, close, false, &comma))
        return NULL;
    a->len = p->at - a->pos;
    /* (x) is x; (x,) is a tuple */
    return close == ')' && a->n == 1 && !comma ? a->first : a;
}

static struct ast *read_word(struct parser *p)
{
    static const struct {
        const char *name;
        uint8_t type;
        uint64_t u;
    } words[] = { { "None", AST_NONE, 0 }, { "True", AST_BOOL, 1 }, { "False", AST_BOOL, 0 },
                  { "nil", AST_NONE, 0 },  { "true", AST_BOOL, 1 }, { "false", AST_BOOL, 0 } };
    uint32_t n = name_len(p), pos = p->at;
    for (size_t i = 0; i < clv_len(words); i++)
        if (strlen(words[i].name) == n && !memcmp(words[i].name, p->text + pos, n)) {
            struct ast *a = ast_new(p, words[i].type, pos);
            if (!a)
                return NULL;
            a->u = words[i].u;
            a->len = n;
            p->at += n;
            return a;
        }
    return read_stack(p);
}

/* 'ab' "cd" is 'abcd'. */
static struct ast *read_strings(struct parser *p, uint32_t prefix)
{
    struct ast *a = read_string(p, prefix);
    char *s = a ? (char *)(uintptr_t)a->s : NULL;
    uint32_t cap = a ? a->n : 0;
    while (a && (skip_blanks(p), at_string(p, &prefix))) {
        struct ast *b = read_string(p, prefix);
        if (!b)
            return NULL;
        if (!clv_arena_grow(p->arena, &s, &cap, a->n + b->n, 1)) {
            clv_fail_memory(p->err);
            return NULL;
        }
        memcpy(s + a->n, b->s, b->n);
        a->s = s;
        a->n += b->n;
        a->len = p->at - a->pos;
    }
    return read_repeat(p, a) ? a : NULL;
}

static struct ast *read_atom(struct parser *p)
{
    char c = peek(p);
    uint32_t prefix;
    if (at_string(p, &prefix))
        return read_strings(p, prefix);
    if ((c >= '0' && c <= '9') || c == '-' || c == '+')
        return read_number(p);
    if (c == '[')
        return read_list(p, ']');
    if (c == '(')
        return read_list(p, ')');
    if ((prefix = at_hex(p)))
        return read_hex(p, prefix);
    if (is_name(c, true))
        return read_call(p);
    return fail_here(p, "a value");
}

/* Only layers are stacked: 64/2 is no value. */
static struct ast *read_value(struct parser *p)
{
    uint32_t prefix;
    return is_name(peek(p), true) && !at_string(p, &prefix) ? read_word(p) : read_atom(p);
}

/* One or more joined by '/'. */
static struct ast *read_stack(struct parser *p)
{
    struct ast *first = read_atom(p), *last = first;
    while (last && last->stack)
        last = last->stack;
    while (last && peek(p) == '/') {
        p->at++;
        last->stack = read_atom(p);
        if (!last->stack)
            return NULL;
        while (last->stack)
            last = last->stack;
    }
    return first;
}

struct ast *clv_ast_parse(struct clv_arena *arena, const char *text, size_t n, bool packet,
                          struct clv_err *err)
{
    struct parser p = { .arena = arena, .err = err, .text = text, .n = (uint32_t)n };
    if (n > MAX_TEXT) {
        clv_fail(err, CLV_LIMIT, "an expression of %zu bytes is too long: at most %d", n, MAX_TEXT);
        return NULL;
    }
    struct ast *a = packet ? read_stack(&p) : read_value(&p);
    skip_blanks(&p);
    if (a && p.at < p.n) {
        fail_here(&p, packet ? "'/' or the end" : "the end");
        return NULL;
    }
    return a;
}
