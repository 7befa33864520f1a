/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds that are numbers: plain ones with words, flags, switches, and QUIC's varint (RFC 9000 16). */
#include "kind.h"

#include <stdio.h>
#include <string.h>

uint64_t clv_num_max(const struct clv_field *f)
{
    if (f->kind == &clv_varint)
        return (1ull << 62) - 1;
    uint32_t bits = f->bits ? f->bits : 64;
    if (f->style & CLV_SIGNED)
        bits--;
    return bits >= 64 ? UINT64_MAX : (1ull << bits) - 1;
}

/* One in four is an edge: 0, the largest, the middle, a power of two, each also one beside it. */
void clv_num_mutate(const struct clv_field *f, uint64_t random, struct clv_val *v, uint8_t *p,
                    uint32_t n)
{
    uint64_t max = clv_num_max(f), r = random >> 8;
    (void)p;
    (void)n;
    if (f->style & CLV_SIGNED)
        max = max << 1 | 1;
    v->u = clv_mix(random);
    if (!(random & 3))
        v->u = (r % 5 ? 1ull << r % 64 : 0) + r / 64 % 3 - 1;
    v->u = max == UINT64_MAX ? v->u : v->u % (max + 1);
}

const char *clv_word_of(const struct clv_word *words, uint64_t v)
{
    for (; words && words->name; words++)
        if (words->value == v)
            return words->name;
    return NULL;
}

bool clv_word_value(const struct clv_word *words, const char *s, size_t n, uint64_t *v)
{
    for (; words && words->name; words++)
        if (clv_same_word(s, n, words->name)) {
            *v = words->value;
            return true;
        }
    return false;
}

/* The base that a prefix tells, which is skipped. */
static unsigned text_base(const char **s, size_t *n)
{
    char c = *n > 2 && **s == '0' ? (char)((*s)[1] | 0x20) : 0;
    unsigned base = c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 10;
    if (base != 10) {
        *s += 2;
        *n -= 2;
    }
    return base;
}

static unsigned text_digit(char letter)
{
    char c = (char)(letter | 0x20);
    return letter >= '0' && letter <= '9' ? (unsigned)(letter - '0')
           : c >= 'a' && c <= 'f'         ? (unsigned)(c - 'a') + 10
                                          : 99;
}

bool clv_text_wide(const char *s, size_t len, uint8_t *to, uint32_t n)
{
    unsigned base = text_base(&s, &len);
    memset(to, 0, n);
    for (size_t i = 0; i < len; i++) {
        unsigned carry = text_digit(s[i]);
        if (s[i] == '_')
            continue;
        if (carry >= base)
            return false;
        for (uint32_t k = n; k--; carry >>= 8) {
            carry += to[k] * base;
            to[k] = (uint8_t)carry;
        }
        if (carry)
            return false;
    }
    return true;
}

bool clv_text_num(const char *s, size_t n, uint64_t *v)
{
    unsigned base = text_base(&s, &n);
    uint64_t u = 0;
    if (!n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '_' && i && i + 1 < n && s[i + 1] != '_')
            continue;
        unsigned d = text_digit(s[i]);
        if (d >= base || u > (UINT64_MAX - d) / base)
            return false;
        u = u * base + d;
    }
    *v = u;
    return true;
}

/* The least value as text. */
static const char *least(const struct clv_field *f, char room[32])
{
    if (!(f->style & CLV_SIGNED))
        return "0";
    snprintf(room, 32, "-%llu", (unsigned long long)clv_num_max(f) + 1);
    return room;
}

static bool say_outside(const struct clv_field *f, const struct ast *a, struct clv_err *err)
{
    char value[32], low[32];
    snprintf(value, sizeof value, "%llu", (unsigned long long)a->u);
    if (a->wide && a->s)
        snprintf(value, sizeof value, "%.*s%s", a->n > 24 ? 24 : clv_ast_brief(a), a->s,
                 a->n > 24 ? "..." : "");
    return clv_fail_at(err, a->pos, a->len, "%s%s is outside %s..%llu", a->negative ? "-" : "",
                       value, least(f, low), (unsigned long long)clv_num_max(f));
}

static bool parse_int(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                      struct clv_err *err)
{
    uint64_t max = clv_num_max(f);
    if (a->wide)
        return say_outside(f, a, err);
    if (a->negative && a->u) {
        if (!(f->style & CLV_SIGNED) || a->u > max + 1)
            return say_outside(f, a, err);
        v->u = -a->u & (max << 1 | 1);
        return true;
    }
    if (a->u > max)
        return say_outside(f, a, err);
    v->u = a->u;
    return true;
}

static bool say_word(const struct clv_field *f, const struct ast *a, struct clv_err *err)
{
    const char *near = NULL;
    uint32_t best = a->n < 4 ? 2 : 3;
    for (const struct clv_word *w = f->words; w && w->name; w++) {
        uint32_t d = clv_distance(a->s, a->n, w->name, strlen(w->name));
        if (d < best && (d < a->n || d < strlen(w->name))) { /* something of it is the same */
            best = d;
            near = w->name;
        }
    }
    if (near)
        return clv_fail_at(err, a->pos, a->len, "no value is named '%.*s'; did you mean '%s'?",
                           clv_ast_brief(a), a->s, near);
    char low[32];
    return clv_fail_at(err, a->pos, a->len,
                       f->words ? "no value is named '%.*s'; a number is %s..%llu"
                                : "'%.*s' is no number; it takes %s..%llu",
                       clv_ast_brief(a), a->s, least(f, low), (unsigned long long)clv_num_max(f));
}

static bool uint_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                       struct clv_arena *arena, struct clv_err *err)
{
    (void)arena;
    if (a->type == AST_INT || a->type == AST_BOOL)
        return parse_int(f, a, v, err);
    if (a->type == AST_TEXT || a->type == AST_BYTES) {
        struct ast num = *a;
        if (clv_word_value(f->words, a->s, a->n, &v->u))
            return true;
        num.negative = a->n && a->s[0] == '-';
        num.wide = false;
        if (clv_text_num(a->s + num.negative, a->n - num.negative, &num.u))
            return parse_int(f, &num, v, err);
        return say_word(f, a, err);
    }
    if (a->type == AST_REAL)
        return clv_fail_at(err, a->pos, a->len, "'%.*s' is no whole number", clv_ast_brief(a),
                           a->s);
    char low[32];
    return clv_fail_at(err, a->pos, a->len, "takes a number %s..%llu", least(f, low),
                       (unsigned long long)clv_num_max(f));
}

static int64_t as_signed(const struct clv_field *f, uint64_t u)
{
    uint32_t bits = f->bits ? f->bits : 64;
    if (bits < 64 && u >> (bits - 1))
        u |= ~0ull << bits;
    return (int64_t)u;
}

/* In JSON, what JavaScript would round is text. */
static void print_json(const struct clv_field *f, uint64_t u, struct clv_out *out)
{
    const uint64_t exact = (1ull << 53) - 1;
    if (!(f->style & CLV_SIGNED) && u <= exact) {
        clv_out_dec(out, u);
        return;
    }
    int64_t i = as_signed(f, u);
    bool negative = f->style & CLV_SIGNED && i < 0;
    bool wide = negative ? i < -(int64_t)exact : u > exact;
    if (wide)
        clv_out_chr(out, '"');
    if (negative)
        clv_out_int(out, i);
    else
        clv_out_dec(out, u);
    if (wide)
        clv_out_chr(out, '"');
}

static void uint_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                       struct clv_out *out)
{
    const char *word;
    if (form == FORM_JSON)
        print_json(f, v->u, out);
    else if (form == FORM_SHOW && (word = clv_word_of(f->words, v->u)))
        clv_out_str(out, word);
    else if (f->style & CLV_SIGNED)
        clv_out_int(out, as_signed(f, v->u));
    else if (f->style & CLV_HEX)
        clv_out_hex(out, v->u);
    else
        clv_out_dec(out, v->u);
}

static int num_order(const struct clv_val *a, const struct clv_val *b)
{
    return a->u < b->u ? -1 : a->u > b->u;
}

const struct clv_kind clv_uint = {
    .name = "uint",
    .shape = SHAPE_NUM,
    .worded = true,
    .print = uint_print,
    .parse = uint_parse,
    .order = num_order,
    .mutate = clv_num_mutate,
};

/* ---- Flags: each word names a mask; a word of one letter may be run together: "SA". */

static bool flag_word(const struct clv_field *f, const char *s, size_t n, uint64_t *v)
{
    uint64_t one;
    if (clv_word_value(f->words, s, n, &one)) {
        *v |= one;
        return true;
    }
    for (size_t i = 0; i < n; i++) {
        /* A letter's case counts only where both are names (802.11, TCP's N and n do not meet). */
        if (!clv_word_value(f->words, s + i, 1, &one))
            return false;
        *v |= one;
    }
    return true;
}

static bool flags_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                        struct clv_arena *arena, struct clv_err *err)
{
    if (a->type == AST_LIST || a->type == AST_TUPLE) {
        v->u = 0;
        for (const struct ast *e = a->first; e; e = e->next) {
            struct clv_val one = { 0 };
            if (!flags_parse(f, e, &one, arena, err))
                return false;
            v->u |= one.u;
        }
        return true;
    }
    if (a->type != AST_TEXT && a->type != AST_BYTES)
        return uint_parse(f, a, v, arena, err);
    v->u = 0;
    for (size_t i = 0; i < a->n;) {
        size_t n = 0;
        while (i + n < a->n && !strchr("+,| ", a->s[i + n]))
            n++;
        if (n && !flag_word(f, a->s + i, n, &v->u)) {
            uint64_t rest; /* bits without a name, as they are shown */
            if (!clv_text_num(a->s + i, n, &rest) || rest > clv_num_max(f))
                return uint_parse(f, a, v, arena, err);
            v->u |= rest;
        }
        i += n + (i + n < a->n);
    }
    return true;
}

static void flags_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                        struct clv_out *out)
{
    uint64_t known = 0;
    bool single = true, first = true;
    for (const struct clv_word *w = f->words; w && w->name; w++) {
        known |= w->value;
        single = single && !w->name[1];
    }
    if (form == FORM_JSON || (form == FORM_EXPR && (!v->u || v->u & ~known))) {
        uint_print(f, v, form, out);
        return;
    }
    if (form == FORM_EXPR)
        clv_out_chr(out, '\'');
    for (const struct clv_word *w = f->words; w && w->name; w++) {
        if (!w->value || (v->u & w->value) != w->value)
            continue;
        if (!first && !single)
            clv_out_chr(out, '+');
        first = false;
        clv_out_str(out, w->name);
    }
    if (v->u & ~known) {
        if (!first)
            clv_out_chr(out, '+');
        clv_out_hex(out, v->u & ~known);
    }
    if (form == FORM_EXPR)
        clv_out_chr(out, '\'');
}

const struct clv_kind clv_flags = {
    .name = "flags",
    .shape = SHAPE_NUM,
    .print = flags_print,
    .parse = flags_parse,
    .order = num_order,
    .mutate = clv_num_mutate,
};

const struct clv_kind clv_switch = {
    .name = "switch",
    .shape = SHAPE_SWITCH,
    .worded = true,
    .print = uint_print,
    .parse = uint_parse,
    .order = num_order,
    .mutate = clv_num_mutate,
};

/* ---- Varint: the two high bits of the first byte are the width. spell: bytes, if not the fewest. */

static uint32_t varint_span(const struct clv_field *f, const uint8_t *p, uint32_t room)
{
    (void)f;
    uint32_t n = room ? 1u << (p[0] >> 6) : 1;
    return n <= room ? n : UINT32_MAX;
}

static uint32_t varint_least(uint64_t u)
{
    return u < 1u << 6 ? 1 : u < 1u << 14 ? 2 : u < 1u << 30 ? 4 : 8;
}

static bool varint_load(const struct clv_field *f, const uint8_t *p, uint32_t n, struct clv_val *v)
{
    if (!n || varint_span(f, p, n) != n)
        return false;
    v->u = p[0] & 0x3f;
    for (uint32_t i = 1; i < n; i++)
        v->u = v->u << 8 | p[i];
    v->spell = n == varint_least(v->u) ? 0 : (uint8_t)n;
    return true;
}

static uint32_t varint_width(const struct clv_field *f, const struct clv_val *v)
{
    (void)f;
    uint32_t least = varint_least(v->u);
    return v->spell >= least ? v->spell : least;
}

static void varint_store(const struct clv_field *f, const struct clv_val *v, uint8_t *p)
{
    uint32_t n = varint_width(f, v);
    for (uint32_t i = n; i--;)
        p[i] = (uint8_t)(v->u >> 8 * (n - 1 - i));
    p[0] = (uint8_t)((p[0] & 0x3f) | (n == 1 ? 0 : n == 2 ? 0x40 : n == 4 ? 0x80 : 0xc0));
}

const struct clv_kind clv_varint = {
    .name = "varint",
    .shape = SHAPE_NUM,
    .span = varint_span,
    .load = varint_load,
    .width = varint_width,
    .store = varint_store,
    .worded = true,
    .print = uint_print,
    .parse = uint_parse,
    .order = num_order,
    .mutate = clv_num_mutate,
};
