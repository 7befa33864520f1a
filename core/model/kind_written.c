/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes with a writing of their own: strings behind their length, names whose half bytes are letters,
 * UUIDs, hardware addresses in a field of any width, routes. A value is what stands on the wire.
 */
#include "kind.h"

#include <string.h>

enum { STRING_MAX = 255, NB_CHARS = 15, NB_BYTES = 2 * NB_CHARS + 1 };

static int bytes_order(const struct clv_val *a, const struct clv_val *b)
{
    return clv_bytes.order(a, b);
}

/* The bytes that a literal, or JSON's hexadecimal digits, stand for, whatever the row's width. */
static bool take_bytes(const struct ast *a, struct clv_val *v, struct clv_arena *arena,
                       struct clv_err *err)
{
    static const struct clv_field free_width = BYTES("bytes");
    return clv_bytes.parse(&free_width, a, v, arena, err);
}

static void put_bytes(const uint8_t *p, uint32_t n, enum form form, struct clv_out *out)
{
    static const struct clv_field free_width = BYTES("bytes");
    struct clv_val v = { .p = p, .n = n };
    clv_bytes.print(&free_width, &v, form, out);
}

/* ---- A byte that counts the bytes behind it. */

static uint32_t string_span(const struct clv_field *f, const uint8_t *p, uint32_t room)
{
    (void)f;
    return room && p[0] < room ? p[0] + 1u : UINT32_MAX;
}

static uint32_t string_wire(const char *text, size_t n, uint8_t to[256])
{
    if (n > STRING_MAX)
        return UINT32_MAX;
    to[0] = (uint8_t)n;
    memcpy(to + 1, text, n);
    return (uint32_t)n + 1;
}

/* In a list, one that is too long is as many full ones as it takes, and the rest. */
static bool string_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                         struct clv_arena *arena, struct clv_err *err)
{
    struct clv_val text = { 0 };
    if (!take_bytes(a, &text, arena, err))
        return false;
    if (text.n > STRING_MAX && !(f->style & CLV_MANY))
        return clv_fail_at(err, a->pos, a->len, "%u bytes are given, it holds %d", text.n,
                           STRING_MAX);
    uint8_t *p = clv_arena_take(arena, text.n + text.n / STRING_MAX + 1u);
    if (!p)
        return clv_fail_memory(err);
    v->p = p;
    v->n = 0;
    for (uint32_t i = 0; i < text.n || !i;) {
        uint32_t n = text.n - i < STRING_MAX ? text.n - i : STRING_MAX;
        p[v->n] = (uint8_t)n;
        if (n)
            memcpy(p + v->n + 1, text.p + i, n);
        v->n += n + 1;
        i += n ? n : 1;
    }
    return true;
}

static void string_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                         struct clv_out *out)
{
    (void)f;
    put_bytes(v->p + (v->n != 0), v->n ? v->n - 1 : 0, form, out);
}

static void string_mutate(const struct clv_field *f, uint64_t random, struct clv_val *v, uint8_t *p,
                          uint32_t n)
{
    (void)n;
    clv_bytes_mutate(f, random, v, p, 1 + (uint32_t)(random % 64));
    p[0] = (uint8_t)(v->n - 1);
}

const struct clv_kind clv_string = {
    .name = "string behind its length",
    .shape = SHAPE_BYTES,
    .span = string_span,
    .wire = string_wire,
    .print = string_print,
    .parse = string_parse,
    .order = bytes_order,
    .mutate = string_mutate,
};

/* ---- NetBIOS names, RFC 1001 14.1: fifteen characters, each half byte a letter from A. */

static void nb_encode(const uint8_t *text, size_t n, uint8_t *to)
{
    to[0] = 2 * (NB_CHARS + 1);
    for (uint32_t i = 0; i < NB_CHARS; i++) {
        uint8_t c = i < n ? text[i] : ' ';
        to[1 + 2 * i] = (uint8_t)('A' + (c >> 4));
        to[2 + 2 * i] = (uint8_t)('A' + (c & 15));
    }
}

static uint32_t nb_wire(const char *text, size_t n, uint8_t to[256])
{
    if (n == NB_BYTES)
        memcpy(to, text, n);
    if (n == NB_BYTES)
        return NB_BYTES;
    if (n > NB_CHARS)
        return UINT32_MAX;
    nb_encode((const uint8_t *)text, n, to);
    return NB_BYTES;
}

/* As many bytes as stand on the wire are those; what is shorter is a name. */
static bool nb_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                     struct clv_arena *arena, struct clv_err *err)
{
    (void)f;
    if (!take_bytes(a, v, arena, err))
        return false;
    if (v->n == NB_BYTES)
        return true;
    if (v->n > NB_CHARS)
        return clv_fail_at(err, a->pos, a->len, "a NetBIOS name has at most %d bytes", NB_CHARS);
    uint8_t *p = clv_arena_take(arena, NB_BYTES);
    if (!p)
        return clv_fail_memory(err);
    nb_encode(v->p, v->n, p);
    v->p = p;
    v->n = NB_BYTES;
    return true;
}

static void nb_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                     struct clv_out *out)
{
    uint8_t text[NB_CHARS];
    uint32_t n = NB_CHARS;
    bool letters = v->n == NB_BYTES && v->p[0] == 2 * (NB_CHARS + 1);
    (void)f;
    for (uint32_t i = 1; letters && i < NB_BYTES; i++)
        letters = v->p[i] >= 'A' && v->p[i] <= 'P';
    for (uint32_t i = 0; letters && i < NB_CHARS; i++)
        text[i] = (uint8_t)((v->p[1 + 2 * i] - 'A') << 4 | (v->p[2 + 2 * i] - 'A'));
    while (letters && n && text[n - 1] == ' ')
        n--;
    if (letters)
        put_bytes(text, n, form, out);
    else
        put_bytes(v->p, v->n, form, out);
}

static void nb_mutate(const struct clv_field *f, uint64_t random, struct clv_val *v, uint8_t *p,
                      uint32_t n)
{
    uint8_t text[NB_CHARS];
    (void)n;
    clv_bytes_mutate(f, random, v, text, 1 + (uint32_t)(random % NB_CHARS));
    nb_encode(text, v->n, p);
    v->p = p;
    v->n = NB_BYTES;
}

const struct clv_kind clv_nb_name = {
    .name = "NetBIOS name",
    .shape = SHAPE_BYTES,
    .wire = nb_wire,
    .print = nb_print,
    .parse = nb_parse,
    .order = bytes_order,
    .mutate = nb_mutate,
};

/* ---- UUIDs, RFC 9562 4, as Python writes them. */

enum { UUID_BYTES = 16, UUID_TEXT = 36 };

static bool is_dash(uint32_t i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

static bool uuid_read(const char *s, size_t n, uint8_t *to)
{
    uint32_t digits = 0;
    memset(to, 0, UUID_BYTES);
    for (uint32_t i = 0; i < n && n == UUID_TEXT; i++) {
        char c = (char)(s[i] | 0x20);
        bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (is_dash(i) ? s[i] != '-' : !digit)
            return false;
        if (is_dash(i))
            continue;
        uint8_t *p = to + digits++ / 2;
        *p = (uint8_t)(*p << 4 | (c <= '9' ? c - '0' : c - 'a' + 10));
    }
    return n == UUID_TEXT;
}

static bool uuid_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                       struct clv_arena *arena, struct clv_err *err)
{
    uint8_t *p = clv_arena_take(arena, UUID_BYTES);
    bool call = a->type == AST_CALL && a->first && !a->first->next && !a->first->keylen;
    const struct ast *text = call ? a->first : a;
    if (!p)
        return clv_fail_memory(err);
    if (text->type == AST_TEXT && uuid_read(text->s, text->n, p)) {
        v->p = p;
        v->n = UUID_BYTES;
        return true;
    }
    if (!call && a->type != AST_CALL)
        return clv_bytes.parse(f, a, v, arena, err);
    return clv_fail_at(err, a->pos, a->len,
                       "takes a UUID, like '12345678-1234-5678-1234-567812345678'");
}

static void uuid_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                       struct clv_out *out)
{
    if (v->n != UUID_BYTES) {
        clv_bytes.print(f, v, form, out);
        return;
    }
    clv_out_str(out, form == FORM_EXPR ? "UUID('" : form == FORM_JSON ? "\"" : "");
    for (uint32_t i = 0; i < UUID_BYTES; i++) {
        clv_out_hexbytes(out, v->p + i, 1);
        if (i == 3 || i == 5 || i == 7 || i == 9)
            clv_out_chr(out, '-');
    }
    clv_out_str(out, form == FORM_EXPR ? "')" : form == FORM_JSON ? "\"" : "");
}

const struct clv_kind clv_uuid = {
    .name = "UUID",
    .call = "UUID",
    .shape = SHAPE_BYTES,
    .print = uuid_print,
    .parse = uuid_parse,
    .order = bytes_order,
    .mutate = clv_bytes_mutate,
};

/* ---- A hardware address of six bytes or of another size, with zeros behind it. */

enum { MAC_BYTES = 6 };

/* Text of a MAC that would not fit as it stands. */
static bool hwaddr_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                         struct clv_arena *arena, struct clv_err *err)
{
    uint64_t mac;
    uint32_t fixed = f->bits / 8;
    bool text = a->type == AST_TEXT || a->type == AST_BYTES;
    if (!text || a->n <= fixed || !clv_text_mac(a->s, a->n, &mac))
        return clv_bytes.parse(f, a, v, arena, err);
    uint8_t *p = clv_arena_zero(arena, fixed);
    if (!p)
        return clv_fail_memory(err);
    for (uint32_t i = 0; i < MAC_BYTES && i < fixed; i++)
        p[i] = (uint8_t)(mac >> 8 * (MAC_BYTES - 1 - i));
    v->p = p;
    v->n = fixed;
    return true;
}

static void hwaddr_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                         struct clv_out *out)
{
    uint32_t n = v->n;
    while (n > MAC_BYTES && !v->p[n - 1])
        n--;
    if (form != FORM_SHOW || n != MAC_BYTES) {
        clv_bytes.print(f, v, form, out);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (i)
            clv_out_chr(out, ':');
        clv_out_hexbytes(out, v->p + i, 1);
    }
}

const struct clv_kind clv_hwaddr = {
    .name = "hardware address",
    .shape = SHAPE_BYTES,
    .print = hwaddr_print,
    .parse = hwaddr_parse,
    .order = bytes_order,
    .mutate = clv_bytes_mutate,
};

/* ---- A route, RFC 3442: bits of the net, the bytes these reach into, a router: 10.0.0.0/8:10.0.0.1 */

static uint32_t route_span(const struct clv_field *f, const uint8_t *p, uint32_t room)
{
    (void)f;
    uint32_t n = room ? 1u + (p[0] + 7u) / 8 + 4 : 0;
    return room && p[0] <= 32 && n <= room ? n : UINT32_MAX;
}

static bool route_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                        struct clv_arena *arena, struct clv_err *err)
{
    const char *s = a->s;
    bool text = a->type == AST_TEXT || (a->type == AST_BYTES && !a->json);
    const char *slash = text && a->n ? memchr(s, '/', a->n) : NULL;
    const char *colon = slash ? memchr(slash, ':', a->n - (size_t)(slash - s)) : NULL;
    uint8_t *p = clv_arena_take(arena, 9);
    uint64_t bits = 33;
    uint32_t net, router, n = 1;
    (void)f;
    if (!p)
        return clv_fail_memory(err);
    if (!colon || !clv_text_num(slash + 1, (size_t)(colon - slash - 1), &bits) || bits > 32 ||
        !clv_text_ip4(s, (size_t)(slash - s), &net) ||
        !clv_text_ip4(colon + 1, a->n - (size_t)(colon + 1 - s), &router))
        return clv_fail_at(err, a->pos, a->len, "takes a route, like '10.0.0.0/8:10.0.0.1'");
    p[0] = (uint8_t)bits;
    for (; n < 1 + (bits + 7) / 8; n++)
        p[n] = (uint8_t)(net >> (32 - 8 * n));
    for (uint32_t i = 0; i < 4; i++)
        p[n++] = (uint8_t)(router >> (24 - 8 * i));
    v->p = p;
    v->n = n;
    return true;
}

static void route_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                        struct clv_out *out)
{
    uint32_t words[2] = { 0, 0 }, n = v->n ? v->n - 5 : 0; /* bytes of the net */
    const char *quote = form == FORM_EXPR ? "'" : form == FORM_JSON ? "\"" : "";
    (void)f;
    for (uint32_t i = 0; i < n && i < 4; i++)
        words[0] |= (uint32_t)v->p[1 + i] << (24 - 8 * i);
    for (uint32_t i = 0; v->n && i < 4; i++)
        words[1] |= (uint32_t)v->p[1 + n + i] << (24 - 8 * i);
    clv_out_str(out, quote);
    clv_out_ip4(out, words[0]);
    clv_out_chr(out, '/');
    clv_out_dec(out, v->n ? v->p[0] : 0);
    clv_out_chr(out, ':');
    clv_out_ip4(out, words[1]);
    clv_out_str(out, quote);
}

const struct clv_kind clv_route4 = {
    .name = "route",
    .shape = SHAPE_BYTES,
    .span = route_span,
    .print = route_print,
    .parse = route_parse,
    .order = bytes_order,
};
