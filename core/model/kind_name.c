/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Domain names (RFC 1035 3.1), kept as labels with their lengths, written with dots. On the wire a
 * name may point into its message (4.1.4); names.c knows what was there before.
 */
#include "names.h"

#include <string.h>

uint32_t clv_name_span(const uint8_t *p, uint32_t room)
{
    uint32_t o = 0;
    while (o < room && o < CLV_NAME_MAX) {
        if (!p[o])
            return o + 1;
        if (p[o] >= 0xc0)
            return o + 2 <= room ? o + 2 : UINT32_MAX;
        if (p[o] & 0xc0)
            return UINT32_MAX;
        o += p[o] + 1u;
    }
    return UINT32_MAX;
}

static uint32_t name_span(const struct clv_field *f, const uint8_t *p, uint32_t room)
{
    (void)f;
    return clv_name_span(p, room);
}

/* A value's labels, uncompressed: pointers lead backwards only, into the message that v->u tells. */
static uint32_t expand(const struct clv_val *v, uint8_t to[CLV_NAME_MAX])
{
    uint32_t n = 0;
    if (v->spell != CLV_NAME_WIRE) {
        n = v->n < CLV_NAME_MAX ? v->n : CLV_NAME_MAX;
        if (n)
            memcpy(to, v->p, n);
        return n;
    }
    const uint8_t *msg = v->p - v->u;
    uint32_t at = (uint32_t)v->u, end = at + v->n, hops = 0;
    while (at < end && n < CLV_NAME_MAX) {
        uint8_t c = msg[at];
        if (c >= 0xc0) {
            uint32_t next = at + 1 < end ? (c & 0x3fu) << 8 | msg[at + 1] : at;
            if (next >= at || ++hops > CLV_NAME_MAX)
                break;
            end = at; /* a name that is pointed at ends before the pointer */
            at = next;
            continue;
        }
        if (c & 0xc0 || at + 1u + c > end || n + 1u + c > CLV_NAME_MAX)
            break;
        memcpy(to + n, msg + at, 1u + c);
        n += 1u + c;
        at += 1u + c;
        if (!c)
            return n;
    }
    if (n < CLV_NAME_MAX)
        to[n++] = 0;
    return n;
}

/* Would this character, at a label's place i, be read as something else? */
static bool is_mark(uint8_t c, uint32_t i)
{
    return c == '.' || c == '\\' || (!i && (c == '@' || c == '!'));
}

/* A label as text: what means something else behind a backslash, what is no text as \DDD. */
static void put_label(struct clv_out *out, const uint8_t *p, uint32_t n, bool literal)
{
    const char *slash = literal ? "\\\\" : "\\";
    for (uint32_t i = 0; i < n; i++) {
        uint8_t c = p[i];
        if (is_mark(c, i)) {
            clv_out_str(out, slash);
            if (c == '\\')
                clv_out_str(out, slash);
            else
                clv_out_chr(out, (char)c);
        } else if (c >= 0x20 && c < 0x7f && c != '\'' && c != '"') {
            clv_out_chr(out, (char)c);
        } else {
            clv_out_str(out, slash);
            clv_out_chr(out, (char)('0' + c / 100));
            clv_out_chr(out, (char)('0' + c / 10 % 10));
            clv_out_chr(out, (char)('0' + c % 10));
        }
    }
}

/* Is this a whole name, or the beginning of one and a pointer, as it stands on the wire? */
static bool is_wire(const uint8_t *p, uint32_t n)
{
    return n && clv_name_span(p, n) == n;
}

static bool is_pointer(const uint8_t *p, uint32_t n)
{
    uint32_t o = 0;
    while (o < n && p[o] && p[o] < 0xc0)
        o += p[o] + 1u;
    return o < n && p[o];
}

/*
 * As a literal without escapes of our own: dots between labels, or else the bytes of the wire. open: an
 * address may stand there, too, and bytes of its length would be taken for one.
 */
static void put_literal(struct clv_out *out, const uint8_t *full, uint32_t n, bool open)
{
    uint8_t text[CLV_NAME_MAX + 1];
    uint32_t o = 0;
    bool plain = n && n <= CLV_NAME_MAX, ascii = true;
    for (uint32_t i = 0; plain && i + 1 < n; i += full[i] + 1u) {
        for (uint32_t k = 0; k < full[i]; k++) {
            uint8_t c = full[i + 1 + k];
            plain = plain && !is_mark(c, k);
            ascii = ascii && c >= 0x20 && c < 0x7f;
            text[o++] = c;
        }
        text[o++] = '.';
    }
    if (!o)
        text[o++] = '.';
    plain = plain && (ascii || !open || (o != 4 && o != 16));
    if (plain && !is_wire(text, o))
        clv_out_literal(out, text, o, ascii);
    else
        clv_out_literal(out, full, n, false);
}

static void name_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                       struct clv_out *out)
{
    uint8_t full[CLV_NAME_MAX];
    uint32_t n = expand(v, full), i = 0;
    if (form == FORM_EXPR && v->spell != CLV_NAME_SPELT) {
        put_literal(out, full, n, f->kind == &clv_name_open);
        return;
    }
    if (form == FORM_EXPR && is_pointer(v->p, v->n)) {
        clv_out_literal(out, v->p, v->n, false);
        return;
    }
    if (form != FORM_SHOW)
        clv_out_chr(out, form == FORM_JSON ? '"' : '\'');
    while (i < n && full[i] && full[i] < 0xc0 && i + full[i] < n) {
        put_label(out, full + i + 1, full[i], form != FORM_SHOW);
        clv_out_chr(out, '.');
        i += full[i] + 1u;
    }
    if (v->spell == CLV_NAME_SPELT) {
        if (i + 1 < n && full[i] >= 0xc0) {
            clv_out_chr(out, '@');
            clv_out_dec(out, (full[i] & 0x3fu) << 8 | full[i + 1]);
        } else {
            clv_out_chr(out, '!');
        }
    } else if (!i) {
        clv_out_chr(out, '.');
    }
    if (form != FORM_SHOW)
        clv_out_chr(out, form == FORM_JSON ? '"' : '\'');
}

/* One character of a label, escaped or not; -1: a dot, -2: it ends or is wrong. */
static int take_char(const char *s, size_t n, size_t *i)
{
    if (*i >= n)
        return -2;
    if (s[*i] == '.') {
        ++*i;
        return -1;
    }
    if (s[*i] != '\\')
        return (uint8_t)s[(*i)++];
    if (*i + 1 >= n)
        return -2;
    if (s[*i + 1] < '0' || s[*i + 1] > '9') {
        *i += 2;
        return (uint8_t)s[*i - 1];
    }
    int v = 0;
    for (int k = 1; k <= 3; k++) {
        if (*i + (size_t)k >= n || s[*i + (size_t)k] < '0' || s[*i + (size_t)k] > '9')
            return -2;
        v = v * 10 + (s[*i + (size_t)k] - '0');
    }
    *i += 4;
    return v > 255 ? -2 : v;
}

const char *clv_name_wire(const char *s, size_t n, struct clv_val *v, uint8_t to[CLV_NAME_MAX])
{
    size_t i = 0;
    uint32_t o = 0;
    v->p = to;
    v->spell = CLV_NAME_PLAIN;
    if (n == 1 && s[0] == '.')
        i = 1;
    while (i < n) {
        uint32_t at = o++, len = 0;
        if (s[i] == '!' && i + 1 == n) {
            to[at] = 0;
            v->spell = CLV_NAME_SPELT;
            v->n = at + 1;
            return NULL;
        }
        uint64_t target;
        if (s[i] == '@' && clv_text_num(s + i + 1, n - i - 1, &target)) {
            if (target > 0x3fff || at + 2 > CLV_NAME_MAX)
                return "a pointer leads to 0..16383";
            to[at] = (uint8_t)(0xc0 | target >> 8);
            to[at + 1] = (uint8_t)target;
            v->spell = CLV_NAME_SPELT;
            v->n = at + 2;
            return NULL;
        }
        for (int c; (c = take_char(s, n, &i)) != -1; len++) {
            if (c == -2 && i >= n)
                break;
            if (c == -2)
                return "after a backslash stands a character, or three digits up to 255";
            if (len == 63)
                return "a label has at most 63 bytes";
            if (o >= CLV_NAME_MAX - 1)
                return "a name has at most 255 bytes";
            to[o++] = (uint8_t)c;
        }
        if (!len)
            return "an empty label";
        to[at] = (uint8_t)len;
    }
    to[o++] = 0;
    v->n = o;
    return NULL;
}

static bool name_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                       struct clv_arena *arena, struct clv_err *err)
{
    uint8_t *to = clv_arena_take(arena, CLV_NAME_MAX + 8);
    (void)f;
    if (!to)
        return clv_fail_memory(err);
    if (a->type != AST_TEXT && a->type != AST_BYTES)
        return clv_fail_at(err, a->pos, a->len, "takes a name, like 'www.example.com.'");
    if (!a->json && is_wire((const uint8_t *)a->s, a->n)) {
        v->p = (const uint8_t *)a->s;
        v->n = a->n;
        v->spell = is_pointer(v->p, v->n) ? CLV_NAME_SPELT : CLV_NAME_PLAIN;
        return true;
    }
    const char *why = clv_name_wire(a->s, a->n, v, to);
    return !why || clv_fail_at(err, a->pos, a->len, "'%.*s': %s", clv_ast_brief(a), a->s, why);
}

static int name_order(const struct clv_val *a, const struct clv_val *b)
{
    uint8_t x[CLV_NAME_MAX], y[CLV_NAME_MAX];
    uint32_t n = expand(a, x), m = expand(b, y), least = n < m ? n : m;
    int c = least ? memcmp(x, y, least) : 0;
    return c ? c : n < m ? -1 : n > m;
}

/* Labels of lower-case letters. */
static void name_mutate(const struct clv_field *f, uint64_t random, struct clv_val *v, uint8_t *p,
                        uint32_t n)
{
    uint32_t o = 0;
    (void)f;
    (void)n;
    for (uint32_t label = 0; label < random % 4; label++) {
        uint32_t len = 1 + (uint32_t)(clv_mix(random + label) % 10);
        p[o++] = (uint8_t)len;
        for (uint32_t i = 0; i < len; i++)
            p[o++] = (uint8_t)('a' + clv_mix(random + 16 * label + i) % 26);
    }
    p[o++] = 0;
    v->p = p;
    v->n = o;
}

const struct clv_kind clv_name = {
    .name = "name",
    .shape = SHAPE_BYTES,
    .span = name_span,
    .print = name_print,
    .parse = name_parse,
    .order = name_order,
    .mutate = name_mutate,
};

const struct clv_kind clv_name_plain = {
    .name = "plain name",
    .shape = SHAPE_BYTES,
    .span = name_span,
    .print = name_print,
    .parse = name_parse,
    .order = name_order,
    .mutate = name_mutate,
};

/* ---- Names that need not be whole: one label alone ends in two zeros (RFC 4620 4), in text without
 * a dot. Never compressed.
 */

static uint32_t open_span(const struct clv_field *f, const uint8_t *p, uint32_t room)
{
    uint32_t n = clv_name_span(p, room);
    (void)f;
    if (n == UINT32_MAX || p[n - 1])
        return UINT32_MAX;
    for (uint32_t i = 0; i < n; i += p[i] + 1u)
        if (p[i] >= 0xc0)
            return UINT32_MAX;
    return n == p[0] + 2u && n > 1 && n < room && !p[n] ? n + 1 : n;
}

static void open_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                       struct clv_out *out)
{
    struct clv_val whole = { .p = v->p, .n = v->n };
    bool open = v->n > 2 && !v->p[v->n - 2] && v->n == v->p[0] + 3u;
    whole.n -= open;
    if (!open) {
        name_print(f, &whole, form, out);
        return;
    }
    if (form != FORM_SHOW)
        clv_out_chr(out, form == FORM_JSON ? '"' : '\'');
    put_label(out, whole.p + 1, whole.p[0], form != FORM_SHOW);
    if (form != FORM_SHOW)
        clv_out_chr(out, form == FORM_JSON ? '"' : '\'');
}

static bool open_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                       struct clv_arena *arena, struct clv_err *err)
{
    if (!name_parse(f, a, v, arena, err))
        return false;
    if (v->spell == CLV_NAME_SPELT)
        return clv_fail_at(err, a->pos, a->len, "'%.*s': a whole name stands here",
                           clv_ast_brief(a), a->s);
    bool dotted = a->n && a->s[a->n - 1] == '.' && !(a->n > 1 && a->s[a->n - 2] == '\\');
    bool wire = v->p == (const uint8_t *)a->s; /* it says how it ends */
    if (!dotted && !wire && v->n == v->p[0] + 2u && v->n > 1)
        ((uint8_t *)(uintptr_t)v->p)[v->n++] = 0;
    v->spell = 0;
    return true;
}

const struct clv_kind clv_name_open = {
    .name = "open name",
    .shape = SHAPE_BYTES,
    .span = open_span,
    .print = open_print,
    .parse = open_parse,
    .order = name_order,
    .mutate = name_mutate,
};
