/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers that stand for others: (number + add) / div, as decimal fractions. All in whole numbers, so
 * no bit is lost: text is the shortest decimal that reads back to the same number.
 */
#include "kind.h"

#include <string.h>

enum { DIGITS = 40, TEXT_ROOM = 64, FAR = 1000 };

/* ---- Decimals: sign, digits without leading zeros, and where the point stands among them. */

struct decimal {
    bool negative, sticky; /* sticky: further digits, not all of them zero, follow */
    int32_t n, point;
    uint8_t digits[DIGITS];
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The exponent at s, of n bytes; far ones are all alike. */
static bool read_exponent(const char *s, size_t n, int32_t *to)
{
    bool negative = n && *s == '-';
    int32_t v = 0;
    size_t i = n && (*s == '-' || *s == '+');
    if (i == n)
        return false;
    for (; i < n; i++) {
        if (!is_digit(s[i]))
            return false;
        v = v < FAR ? v * 10 + (s[i] - '0') : v;
    }
    *to = negative ? -v : v;
    return true;
}

static bool read_decimal(const char *s, size_t n, struct decimal *d)
{
    *d = (struct decimal){ .negative = n && *s == '-' };
    size_t i = n && (*s == '-' || *s == '+');
    int32_t exponent = 0;
    bool dot = false, any = false;
    for (; i < n && (is_digit(s[i]) || (s[i] == '.' && !dot)); i++) {
        dot = dot || s[i] == '.';
        if (s[i] == '.')
            continue;
        any = true;
        if (d->n == DIGITS)
            d->sticky = d->sticky || s[i] != '0';
        else if (d->n || s[i] != '0')
            d->digits[d->n++] = (uint8_t)(s[i] - '0');
        if (d->n && !dot)
            d->point += d->point < 2 * FAR;
        else if (!d->n && dot)
            d->point -= d->point > -2 * FAR;
    }
    if (any && i < n && (s[i] | 0x20) == 'e') {
        if (!read_exponent(s + i + 1, n - i - 1, &exponent))
            return false;
        i = n;
    }
    d->point += exponent;
    return any && i == n;
}

bool clv_text_real(const char *s, size_t n)
{
    struct decimal d;
    return read_decimal(s, n, &d);
}

/* ---- To numbers. */

static const struct clv_scale *scale_of(const struct clv_field *f)
{
    return f->arg;
}

uint64_t clv_num_unit(const struct clv_field *f)
{
    return f->kind == &clv_scaled ? scale_of(f)->div : 1;
}

/* The decimal's size times div. */
static bool multiply(const struct decimal *d, const struct clv_scale *scale, uint64_t *to)
{
    uint64_t whole = 0, part = 0;
    bool rest = d->sticky;
    if (!d->n)
        return !(*to = 0);
    for (int32_t i = 0; i < d->point; i++) {
        uint64_t digit = i < d->n ? d->digits[i] : 0;
        if (whole > (UINT64_MAX - digit) / 10)
            return false;
        whole = whole * 10 + digit;
    }
    if (whole > UINT64_MAX / scale->div)
        return false;
    /* 0.abc * 2 div is (2 div a + (2 div b + 2 div c / 10) / 10) / 10. */
    for (int32_t i = d->n; i-- > (d->point > 0 ? d->point : 0);) {
        part += 2 * scale->div * d->digits[i];
        rest = rest || part % 10;
        part /= 10;
    }
    for (int32_t i = d->point; i < 0; i++) {
        rest = rest || part % 10;
        part /= 10;
    }
    uint64_t least = part / 2, size = whole * scale->div;
    bool up = !scale->cut && part & 1 && (rest || (size + least) & 1);
    if (size > UINT64_MAX - least - up)
        return false;
    *to = size + least + up;
    return true;
}

/* Is -+size a number that the row holds? */
static bool number_of(const struct clv_field *f, bool negative, uint64_t size, uint64_t *to)
{
    const struct clv_scale *scale = scale_of(f);
    uint64_t max = clv_num_max(f);
    bool is_signed = f->style & CLV_SIGNED;
    if (!scale->add && !negative)
        return (*to = size) <= max;
    if (!scale->add && negative && !is_signed)
        return !(*to = size);
    if (size > (uint64_t)INT64_MAX / 2 && scale->add)
        return false;
    if (!scale->add)
        return (*to = -size & (max << 1 | 1), size <= max + 1);
    int64_t v = (negative ? -(int64_t)size : (int64_t)size) - scale->add;
    if (v < 0 && (!is_signed || (uint64_t)-v > max + 1))
        return false;
    *to = (uint64_t)v & (is_signed ? max << 1 | 1 : max);
    return v < 0 || (uint64_t)v <= max;
}

/* ---- To text. */

/* What a number stands for, times div. */
static uint64_t size_of(const struct clv_field *f, uint64_t u, bool *negative)
{
    int64_t add = scale_of(f)->add;
    uint32_t bits = f->bits;
    if (f->style & CLV_SIGNED && bits < 64 && u >> (bits - 1) & 1)
        u |= ~0ull << bits;
    *negative = false;
    if (!add && !(f->style & CLV_SIGNED))
        return u;
    int64_t v = (int64_t)(u + (uint64_t)add);
    *negative = v < 0;
    return v < 0 ? -(uint64_t)v : (uint64_t)v;
}

/* One more in the last place; the point, and a further digit in front, are the caller's. */
static void count_up(char *s, size_t *n)
{
    for (size_t i = *n; i--;) {
        if (s[i] == '.')
            continue;
        if (s[i] != '9') {
            s[i]++;
            return;
        }
        s[i] = '0';
    }
    memmove(s + 1, s, (*n)++);
    *s = '1';
}

static size_t put_whole(char *s, uint64_t v)
{
    char room[24];
    size_t n = 0, len;
    do
        room[n++] = (char)('0' + v % 10);
    while (v /= 10);
    for (len = 0; n; len++)
        s[len] = room[--n];
    return len;
}

/* The shortest decimal that multiply() takes to size. exact: it is size / div, no more, no less. */
static size_t put_decimal(const struct clv_scale *scale, uint64_t size, char *s, bool *exact)
{
    uint64_t rest = size % scale->div, ten = 1;
    size_t n = put_whole(s, size / scale->div);
    bool up = false;
    if (rest)
        s[n++] = '.';
    for (uint64_t div = scale->div; rest && !up; ten *= 10) {
        s[n++] = (char)('0' + rest * 10 / div);
        rest = rest * 10 % div;
        bool below = 2 * rest <= div;
        up = rest && (scale->cut ? div - rest < 10 * ten : !below && 2 * (div - rest) < 10 * ten);
        if (!scale->cut && below && 2 * rest < 10 * ten)
            break;
    }
    *exact = !rest;
    if (up)
        count_up(s, &n);
    return n;
}

/* Digits from the first that is not 0. */
static uint32_t count_digits(const char *s, size_t n)
{
    uint32_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += is_digit(s[i]) && (count || s[i] != '0');
    return count;
}

/* Would programs that keep numbers in 64-bit floating point give it back? */
static bool is_tame(const struct clv_field *f, uint64_t size, bool exact, uint32_t digits)
{
    while (size && !(size & 1))
        size >>= 1;
    return digits <= 15 && (f->bits <= 53 || (exact && size >> 53 == 0));
}

/* whole: with ".0" where it is one. */
static size_t put_value(const struct clv_field *f, uint64_t u, bool whole, char *s, bool *tame)
{
    bool negative, exact;
    uint64_t size = size_of(f, u, &negative);
    size_t n = 0;
    if (negative)
        s[n++] = '-';
    n += put_decimal(scale_of(f), size, s + n, &exact);
    *tame = is_tame(f, size, exact, count_digits(s, n));
    if (whole && !memchr(s, '.', n)) {
        s[n++] = '.';
        s[n++] = '0';
    }
    s[n] = 0;
    return n;
}

static void scaled_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                         struct clv_out *out)
{
    char text[TEXT_ROOM];
    bool tame;
    size_t n = put_value(f, v->u, form != FORM_JSON, text, &tame);
    bool call = form == FORM_EXPR && !tame, quoted = form == FORM_JSON && !tame;
    clv_out_str(out, call ? "Decimal('" : quoted ? "\"" : "");
    clv_out_mem(out, text, n);
    clv_out_str(out, call ? "')" : quoted ? "\"" : "");
}

/* ---- From text. */

static bool say_outside(const struct clv_field *f, const struct ast *a, const char *what,
                        struct clv_err *err)
{
    char low[TEXT_ROOM], high[TEXT_ROOM];
    bool tame;
    uint64_t max = clv_num_max(f), least = f->style & CLV_SIGNED ? max + 1 : 0;
    put_value(f, least, false, low, &tame);
    put_value(f, max, false, high, &tame);
    return clv_fail_at(err, a->pos, a->len, what, a->n > 24 ? 24 : clv_ast_brief(a),
                       a->s ? a->s : "", low, high);
}

static bool scaled_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                         struct clv_arena *arena, struct clv_err *err)
{
    const struct clv_scale *scale = scale_of(f);
    bool text = a->type == AST_TEXT || a->type == AST_BYTES || a->type == AST_REAL;
    struct ast whole = *a;
    struct decimal d;
    uint64_t size;
    bool fits;
    (void)arena;
    if (text && !read_decimal(a->s, a->n, &d)) {
        bool negative = a->n && a->s[0] == '-';
        if (!clv_text_num(a->s + negative, a->n - negative, &whole.u))
            return say_outside(f, a, "'%.*s' is no number; it takes %s..%s", err);
        whole.negative = negative;
        whole.wide = text = false;
    } else if (!text && a->type != AST_INT && a->type != AST_BOOL) {
        return say_outside(f, a, "%.*stakes a number %s..%s", err);
    }
    if (text) {
        fits = multiply(&d, scale, &size) && number_of(f, d.negative, size, &v->u);
    } else {
        fits = !whole.wide && whole.u <= UINT64_MAX / scale->div &&
               number_of(f, whole.negative, whole.u * scale->div, &v->u);
    }
    if (fits)
        return true;
    char digits[TEXT_ROOM];
    if (!whole.s) {
        size_t n = whole.negative;
        digits[0] = '-';
        whole.s = digits;
        whole.n = (uint32_t)(n + put_whole(digits + n, whole.u));
    }
    return say_outside(f, &whole, "%.*s is outside %s..%s", err);
}

static int scaled_order(const struct clv_val *a, const struct clv_val *b)
{
    return a->u < b->u ? -1 : a->u > b->u;
}

const struct clv_kind clv_scaled = {
    .name = "scaled",
    .shape = SHAPE_NUM,
    .print = scaled_print,
    .parse = scaled_parse,
    .order = scaled_order,
    .mutate = clv_num_mutate,
};
