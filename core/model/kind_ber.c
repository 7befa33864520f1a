/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kinds of the Basic Encoding Rules, X.690: lengths, integers, object identifiers; and C strings.
 * An encoding longer than need be is a spelling: the bytes it takes.
 */
#include "kind.h"

#include <string.h>

/* ---- Length, 8.1.3: one byte up to 127, else a count of bytes and these. */

static uint32_t len_span(const struct clv_field *f, const uint8_t *p, uint32_t room)
{
    (void)f;
    if (!room)
        return UINT32_MAX;
    uint32_t n = p[0] < 0x80 ? 1 : 1u + (p[0] & 0x7f);
    return p[0] == 0x80 || n > 9 || n > room ? UINT32_MAX : n;
}

static uint32_t len_least(uint64_t u)
{
    uint32_t n = 1;
    while (n < 8 && u >> 8 * n)
        n++;
    return u < 0x80 ? 1 : 1 + n;
}

static bool len_load(const struct clv_field *f, const uint8_t *p, uint32_t n, struct clv_val *v)
{
    if (len_span(f, p, n) != n)
        return false;
    v->u = n == 1 ? p[0] : 0;
    for (uint32_t i = 1; i < n; i++)
        v->u = v->u << 8 | p[i];
    v->spell = n == len_least(v->u) ? 0 : (uint8_t)n;
    return true;
}

static uint32_t len_width(const struct clv_field *f, const struct clv_val *v)
{
    uint32_t least = len_least(v->u);
    (void)f;
    if (v->spell == 1 || v->spell > 9)
        return least;
    return v->spell > least ? v->spell : least;
}

static void len_store(const struct clv_field *f, const struct clv_val *v, uint8_t *p)
{
    uint32_t n = len_width(f, v);
    p[0] = n == 1 ? (uint8_t)v->u : (uint8_t)(0x80 | (n - 1));
    for (uint32_t i = n; i-- > 1;)
        p[i] = (uint8_t)(v->u >> 8 * (n - 1 - i));
}

/*
 * ---- Integer, 8.3: two's complement of as few bytes as hold it. The row before says how many. One
 * that is not signed needs a byte before a set highest bit.
 */

static uint32_t int_most(const struct clv_field *f)
{
    return f->style & CLV_SIGNED ? 8 : 9;
}

static uint32_t int_span(const struct clv_field *f, const uint8_t *p, uint32_t room)
{
    (void)p;
    return room && room <= int_most(f) ? room : UINT32_MAX;
}

static uint32_t int_least(const struct clv_field *f, uint64_t u)
{
    uint32_t n = 8;
    if (!(f->style & CLV_SIGNED) && u >> 63)
        return 9;
    while (n > 1) {
        uint8_t high = (uint8_t)(u >> 8 * (n - 1)), next = (uint8_t)(u >> (8 * (n - 1) - 1) & 1);
        if ((high || next) && (high != 0xff || !next))
            break;
        n--;
    }
    return n;
}

static bool int_load(const struct clv_field *f, const uint8_t *p, uint32_t n, struct clv_val *v)
{
    if (int_span(f, p, n) != n)
        return false;
    bool negative = p[0] & 0x80;
    if ((n > 8 && p[0]) || (negative && !(f->style & CLV_SIGNED)))
        return false;
    v->u = negative ? UINT64_MAX : 0;
    for (uint32_t i = 0; i < n; i++)
        v->u = v->u << 8 | p[i];
    v->spell = n == int_least(f, v->u) ? 0 : (uint8_t)n;
    return true;
}

static uint32_t int_width(const struct clv_field *f, const struct clv_val *v)
{
    uint32_t least = int_least(f, v->u);
    return v->spell > least && v->spell <= int_most(f) ? v->spell : least;
}

static void int_store(const struct clv_field *f, const struct clv_val *v, uint8_t *p)
{
    uint32_t n = int_width(f, v);
    for (uint32_t i = n; i--;) {
        uint32_t behind = n - 1 - i;
        bool sign = f->style & CLV_SIGNED && v->u >> 63;
        p[i] = (uint8_t)(behind < 8 ? v->u >> 8 * behind : sign ? 0xff : 0);
    }
}

/*
 * ---- Object identifier, 8.19: base 128, the first two arcs in one. There is no first arc above 2,
 * yet people write one in trials: it is encoded like any, and read back as 2 and a large second.
 */

enum { OID_ARCS = 128 };

/* Arcs of a canonical encoding; 0: it is none. */
static uint32_t oid_arcs(const uint8_t *p, uint32_t n, uint64_t *arcs)
{
    uint32_t count = 1;
    uint64_t v = 0;
    if (!n || p[n - 1] & 0x80)
        return 0;
    for (uint32_t i = 0; i < n; i++) {
        if ((!v && p[i] == 0x80) || v >> 56 || count >= OID_ARCS)
            return 0;
        v = v << 7 | (p[i] & 0x7f);
        if (p[i] & 0x80)
            continue;
        arcs[count++] = v;
        v = 0;
    }
    arcs[0] = arcs[1] < 80 ? arcs[1] / 40 : 2;
    arcs[1] -= arcs[0] * 40;
    return count;
}

static uint32_t oid_span(const struct clv_field *f, const uint8_t *p, uint32_t room)
{
    uint64_t arcs[OID_ARCS + 1];
    (void)f;
    return oid_arcs(p, room, arcs) ? room : UINT32_MAX;
}

static void oid_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                      struct clv_out *out)
{
    uint64_t arcs[OID_ARCS + 1];
    uint32_t n = oid_arcs(v->p, v->n, arcs);
    (void)f;
    if (form != FORM_SHOW)
        clv_out_chr(out, form == FORM_JSON ? '"' : '\'');
    for (uint32_t i = 0; i < n; i++) {
        if (i)
            clv_out_chr(out, '.');
        clv_out_dec(out, arcs[i]);
    }
    if (form != FORM_SHOW)
        clv_out_chr(out, form == FORM_JSON ? '"' : '\'');
}

static uint32_t put_arc(uint8_t *p, uint64_t v)
{
    uint32_t n = 1;
    while (n < 9 && v >> 7 * n)
        n++;
    for (uint32_t i = n; i--; v >>= 7)
        p[i] = (uint8_t)((v & 0x7f) | (i + 1 < n ? 0x80 : 0));
    return n;
}

uint32_t clv_oid_wire(const char *s, size_t n, uint8_t *to)
{
    uint64_t first = 0, arc;
    uint32_t count = 0, o = 0;
    for (size_t i = 0, len; i <= n; i += len + 1, count++) {
        for (len = 0; i + len < n && s[i + len] != '.'; len++)
            continue;
        if (len > 19 || !clv_text_num(s + i, len, &arc) || arc >> 63 || count >= OID_ARCS ||
            (!count && arc >> 48) || (count == 1 && first != 2 && arc > 39))
            return 0;
        if (count == 1 && (arc += first * 40) >> 63)
            return 0;
        if (!count)
            first = arc;
        else
            o += put_arc(to + o, arc);
    }
    return count < 2 ? 0 : o;
}

static bool oid_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                      struct clv_arena *arena, struct clv_err *err)
{
    uint8_t *p = clv_arena_take(arena, a->n * 2 + 16);
    (void)f;
    if (!p)
        return clv_fail_memory(err);
    v->p = p;
    v->n = a->type == AST_TEXT || a->type == AST_BYTES ? clv_oid_wire(a->s, a->n, p) : 0;
    return v->n || clv_fail_at(err, a->pos, a->len, "takes an object identifier, like '1.3.6.1'");
}

/* ---- C string: bytes up to a zero, which belongs to it. */

static uint32_t cstr_span(const struct clv_field *f, const uint8_t *p, uint32_t room)
{
    const uint8_t *end = room ? memchr(p, 0, room) : NULL;
    (void)f;
    return end ? (uint32_t)(end - p) + 1 : UINT32_MAX;
}

static void cstr_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                       struct clv_out *out)
{
    struct clv_val text = { .p = v->p, .n = v->n ? v->n - 1 : 0 };
    clv_bytes.print(f, &text, form, out);
}

static bool cstr_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                       struct clv_arena *arena, struct clv_err *err)
{
    if (!clv_bytes.parse(f, a, v, arena, err))
        return false;
    if (v->n && memchr(v->p, 0, v->n))
        return clv_fail_at(err, a->pos, a->len, "a zero byte would end it");
    uint8_t *p = clv_arena_take(arena, v->n + 1u);
    if (!p)
        return clv_fail_memory(err);
    if (v->n)
        memcpy(p, v->p, v->n);
    p[v->n++] = 0;
    v->p = p;
    return true;
}

static int bytes_order(const struct clv_val *a, const struct clv_val *b)
{
    return clv_bytes.order(a, b);
}

static int num_order(const struct clv_val *a, const struct clv_val *b)
{
    return a->u < b->u ? -1 : a->u > b->u;
}

static void uint_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                       struct clv_out *out)
{
    clv_uint.print(f, v, form, out);
}

static bool uint_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                       struct clv_arena *arena, struct clv_err *err)
{
    return clv_uint.parse(f, a, v, arena, err);
}

const struct clv_kind clv_ber_len = {
    .name = "BER length",
    .shape = SHAPE_NUM,
    .span = len_span,
    .load = len_load,
    .width = len_width,
    .store = len_store,
    .worded = true,
    .print = uint_print,
    .parse = uint_parse,
    .order = num_order,
    .mutate = clv_num_mutate,
};

const struct clv_kind clv_ber_int = {
    .name = "BER integer",
    .shape = SHAPE_NUM,
    .span = int_span,
    .load = int_load,
    .width = int_width,
    .store = int_store,
    .worded = true,
    .print = uint_print,
    .parse = uint_parse,
    .order = num_order,
    .mutate = clv_num_mutate,
};

const struct clv_kind clv_oid = {
    .name = "OID",
    .shape = SHAPE_BYTES,
    .span = oid_span,
    .print = oid_print,
    .parse = oid_parse,
    .order = bytes_order,
};

const struct clv_kind clv_cstr = {
    .name = "C string",
    .shape = SHAPE_BYTES,
    .span = cstr_span,
    .print = cstr_print,
    .parse = cstr_parse,
    .order = bytes_order,
};
