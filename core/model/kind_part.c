/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of which a packet holds the leading bytes only: as many as a row, the header's end or the
 * table says; and nets, a byte of bits before as many bytes as these need. Text is a whole address.
 */
#include "kind.h"

#include <string.h>

static bool is_text(const struct ast *a)
{
    return a->type == AST_TEXT || a->type == AST_BYTES;
}

static void quote(enum form form, struct clv_out *out)
{
    if (form != FORM_SHOW)
        clv_out_chr(out, form == FORM_JSON ? '"' : '\'');
}

/* The first n of a whole address; the rest is zero. */
static void address_print(uint32_t whole, const uint8_t *p, uint32_t n, struct clv_out *out)
{
    uint8_t a[16] = { 0 };
    if (n)
        memcpy(a, p, n < whole ? n : whole);
    if (whole == 16)
        clv_out_ip6(out, a);
    else
        clv_out_ip4(out, (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3]);
}

static bool address_text(uint32_t whole, const char *s, size_t n, uint8_t *to)
{
    uint32_t ip;
    if (whole == 16)
        return clv_text_ip6(s, n, to);
    if (!clv_text_ip4(s, n, &ip))
        return false;
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(ip >> (24 - 8 * i));
    return true;
}

/* ---- Leading bytes. */

bool clv_part_text(const struct clv_kind *kind, const char *s, size_t n, uint8_t *to)
{
    return address_text(kind->whole, s, n, to);
}

static uint32_t part_span(const struct clv_field *f, const uint8_t *p, uint32_t room)
{
    (void)p;
    return room < f->kind->whole ? room : f->kind->whole;
}

static bool part_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                       struct clv_arena *arena, struct clv_err *err)
{
    uint32_t whole = f->kind->whole;
    uint8_t *p = clv_arena_zero(arena, 16);
    if (!p)
        return clv_fail_memory(err);
    *v = (struct clv_val){ .p = p, .n = whole };
    if (is_text(a) && address_text(whole, a->s, a->n, p))
        return true;
    if (a->type == AST_BYTES && a->n <= whole && !a->json) { /* its first bytes */
        if (a->n)
            memcpy(p, a->s, a->n);
        return true;
    }
    const char *name = whole == 16 ? "IPv6" : "IPv4";
    if (is_text(a))
        return clv_fail_at(err, a->pos, a->len, "'%.*s' is no %s address", clv_ast_brief(a), a->s,
                           name);
    return clv_fail_at(err, a->pos, a->len, "takes an %s address, like '%s'", name,
                       whole == 16 ? "2001:db8::" : "192.0.2.0");
}

static void part_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                       struct clv_out *out)
{
    quote(form, out);
    address_print(f->kind->whole, v->p, v->n, out);
    quote(form, out);
}

/* Bytes that are not there are zero. */
static int part_order(const struct clv_val *a, const struct clv_val *b)
{
    uint8_t x[16] = { 0 }, y[16] = { 0 };
    if (a->n)
        memcpy(x, a->p, a->n < 16 ? a->n : 16);
    if (b->n)
        memcpy(y, b->p, b->n < 16 ? b->n : 16);
    return memcmp(x, y, 16);
}

static void part_mutate(const struct clv_field *f, uint64_t random, struct clv_val *v, uint8_t *p,
                        uint32_t n)
{
    (void)n;
    clv_bytes_mutate(f, random, v, p, f->kind->whole);
}

#define PART(whole_, name_)                                                                        \
    {                                                                                              \
        .name = (name_), .shape = SHAPE_BYTES, .whole = (whole_), .span = part_span,               \
        .print = part_print, .parse = part_parse, .order = part_order, .mutate = part_mutate,      \
    }

const struct clv_kind clv_ip4_part = PART(4, "ip4");
const struct clv_kind clv_ip6_part = PART(16, "ip6");

/* ---- Nets: in memory as on the wire. */

static uint32_t net_whole(const struct clv_field *f)
{
    return f->kind == &clv_net6 ? 16 : 4;
}

static uint32_t net_span(const struct clv_field *f, const uint8_t *p, uint32_t room)
{
    if (!room || p[0] > net_whole(f) * 8)
        return UINT32_MAX;
    uint32_t n = 1 + (p[0] + 7u) / 8;
    return n <= room ? n : UINT32_MAX;
}

static bool net_load(const struct clv_field *f, const uint8_t *p, uint32_t n, struct clv_val *v)
{
    v->p = p;
    v->n = n;
    return net_span(f, p, n) == n;
}

static uint32_t net_width(const struct clv_field *f, const struct clv_val *v)
{
    (void)f;
    return v->n ? v->n : 1;
}

/* Nothing is the net of every address. */
static void net_store(const struct clv_field *f, const struct clv_val *v, uint8_t *p)
{
    (void)f;
    p[0] = 0;
    if (v->n)
        memcpy(p, v->p, v->n);
}

/* Without a slash, one address; bits behind the prefix are kept as far as its bytes reach. */
static bool net_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                      struct clv_arena *arena, struct clv_err *err)
{
    uint32_t whole = net_whole(f);
    uint8_t *p = clv_arena_zero(arena, 17);
    uint64_t bits = whole * 8;
    if (!p)
        return clv_fail_memory(err);
    const char *slash = is_text(a) && a->n ? memchr(a->s, '/', a->n) : NULL;
    size_t n = slash ? (size_t)(slash - a->s) : a->n;
    bool fine = is_text(a) && address_text(whole, a->s, n, p + 1);
    if (fine && slash)
        fine = clv_text_num(slash + 1, a->n - n - 1, &bits) && bits <= whole * 8;
    if (!fine)
        return clv_fail_at(err, a->pos, a->len, "takes an %s net, like '%s'",
                           whole == 16 ? "IPv6" : "IPv4",
                           whole == 16 ? "2001:db8::/32" : "192.0.2.0/24");
    p[0] = (uint8_t)bits;
    *v = (struct clv_val){ .p = p, .n = 1 + (uint32_t)(bits + 7) / 8 };
    return true;
}

static void net_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                      struct clv_out *out)
{
    quote(form, out);
    address_print(net_whole(f), v->n ? v->p + 1 : NULL, v->n ? v->n - 1 : 0, out);
    clv_out_chr(out, '/');
    clv_out_dec(out, v->n ? v->p[0] : 0);
    quote(form, out);
}

/* By address, then by how many bits count. */
static int net_order(const struct clv_val *a, const struct clv_val *b)
{
    uint8_t x[17] = { 0 }, y[17] = { 0 };
    if (a->n) {
        memcpy(x, a->p + 1, a->n - 1 < 16 ? a->n - 1 : 16);
        x[16] = a->p[0];
    }
    if (b->n) {
        memcpy(y, b->p + 1, b->n - 1 < 16 ? b->n - 1 : 16);
        y[16] = b->p[0];
    }
    return memcmp(x, y, 17);
}

static void net_mutate(const struct clv_field *f, uint64_t random, struct clv_val *v, uint8_t *p,
                       uint32_t n)
{
    (void)n;
    clv_bytes_mutate(f, random, v, p, 17);
    p[0] = (uint8_t)(clv_mix(random) % (net_whole(f) * 8 + 1));
    v->n = 1 + (p[0] + 7u) / 8;
}

#define NET(name_)                                                                                 \
    {                                                                                              \
        .name = (name_), .shape = SHAPE_BYTES, .span = net_span, .load = net_load,                 \
        .width = net_width, .store = net_store, .print = net_print, .parse = net_parse,            \
        .order = net_order, .mutate = net_mutate,                                                  \
    }

const struct clv_kind clv_net4 = NET("net4");
const struct clv_kind clv_net6 = NET("net6");
