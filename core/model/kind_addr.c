/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds that are addresses: MAC, IPv4 (numbers), IPv6 (16 bytes). */
#include "kind.h"

#include <string.h>

bool clv_text_ip4(const char *s, size_t n, uint32_t *v)
{
    uint32_t u = 0;
    size_t i = 0;
    for (int part = 0; part < 4; part++) {
        uint32_t b = 0;
        size_t from = i;
        while (i < n && s[i] >= '0' && s[i] <= '9' && i - from < 3)
            b = b * 10 + (uint32_t)(s[i++] - '0');
        /* A leading zero means octal to some, decimal to others. */
        if (i == from || b > 255 || (s[from] == '0' && i - from > 1))
            return false;
        u = u << 8 | b;
        if (part < 3 && (i >= n || s[i++] != '.'))
            return false;
    }
    *v = u;
    return i == n;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool clv_text_ip6(const char *s, size_t n, uint8_t *v)
{
    uint8_t t[16] = { 0 };
    size_t o = 0, gap = SIZE_MAX, i = 0;
    if (n >= 2 && s[0] == ':' && s[1] == ':') {
        gap = 0;
        i = 2;
    }
    while (i < n) {
        uint32_t w = 0, v4;
        size_t from = i;
        while (i < n && hex_digit(s[i]) >= 0 && i - from < 4)
            w = w << 4 | (uint32_t)hex_digit(s[i++]);
        if (i == from || o >= 16)
            return false;
        if (i < n && s[i] == '.') {
            if (o > 12 || !clv_text_ip4(s + from, n - from, &v4))
                return false;
            for (int k = 24; k >= 0; k -= 8)
                t[o++] = (uint8_t)(v4 >> k);
            i = n;
            break;
        }
        t[o++] = (uint8_t)(w >> 8);
        t[o++] = (uint8_t)w;
        if (i == n)
            break;
        if (s[i++] != ':' || i == n)
            return false;
        if (s[i] == ':') {
            if (gap != SIZE_MAX)
                return false;
            gap = o;
            i++;
        }
    }
    if ((gap == SIZE_MAX) != (o == 16))
        return false;
    memset(v, 0, 16);
    if (gap == SIZE_MAX)
        gap = o;
    memcpy(v, t, gap);
    memcpy(v + 16 - (o - gap), t + gap, o - gap);
    return true;
}

bool clv_text_mac(const char *s, size_t n, uint64_t *v)
{
    uint64_t u = 0;
    size_t i = 0;
    for (int part = 0; part < 6; part++) {
        size_t from = i;
        uint32_t b = 0;
        while (i < n && hex_digit(s[i]) >= 0 && i - from < 2)
            b = b << 4 | (uint32_t)hex_digit(s[i++]);
        if (i == from)
            return false;
        u = u << 8 | b;
        if (part < 5 && (i >= n || (s[i] != ':' && s[i] != '-')))
            return false;
        i += part < 5;
    }
    *v = u;
    return i == n;
}

bool clv_text_net4(const char *s, size_t n, uint64_t *lo, uint64_t *hi)
{
    const char *slash = memchr(s, '/', n);
    uint64_t len;
    uint32_t ip;
    if (!slash || !clv_text_ip4(s, (size_t)(slash - s), &ip) ||
        !clv_text_num(slash + 1, (size_t)(s + n - slash - 1), &len) || len > 32)
        return false;
    uint32_t mask = len ? ~0u << (32 - len) : 0;
    *lo = ip & mask;
    *hi = ip | ~mask;
    return true;
}

static void addr_quote(enum form form, struct clv_out *out)
{
    if (form != FORM_SHOW)
        clv_out_chr(out, form == FORM_JSON ? '"' : '\'');
}

static int num_order(const struct clv_val *a, const struct clv_val *b)
{
    return a->u < b->u ? -1 : a->u > b->u;
}

static bool is_text(const struct ast *a)
{
    return a->type == AST_TEXT || a->type == AST_BYTES;
}

/* ---- MAC */

static bool mac_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                      struct clv_arena *arena, struct clv_err *err)
{
    (void)f;
    (void)arena;
    if (is_text(a) && clv_text_mac(a->s, a->n, &v->u))
        return true;
    if (a->type == AST_INT && !a->negative && !a->wide && !(a->u >> 48)) {
        v->u = a->u;
        return true;
    }
    if (a->type == AST_BYTES && a->n == 6) {
        v->u = 0;
        for (int i = 0; i < 6; i++)
            v->u = v->u << 8 | (uint8_t)a->s[i];
        return true;
    }
    if (is_text(a))
        return clv_fail_at(err, a->pos, a->len, "'%.*s' is no MAC address; like 00:11:22:aa:bb:cc",
                           clv_ast_brief(a), a->s);
    return clv_fail_at(err, a->pos, a->len, "takes a MAC address, like '00:11:22:aa:bb:cc'");
}

static void mac_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                      struct clv_out *out)
{
    uint8_t p[6];
    (void)f;
    for (int i = 0; i < 6; i++)
        p[i] = (uint8_t)(v->u >> (40 - 8 * i));
    addr_quote(form, out);
    clv_out_mac(out, p);
    addr_quote(form, out);
}

static bool mac_group(const struct clv_val *v)
{
    return v->u >> 40 & 1;
}

const struct clv_kind clv_mac = {
    .name = "mac",
    .shape = SHAPE_NUM,
    .print = mac_print,
    .parse = mac_parse,
    .order = num_order,
    .mutate = clv_num_mutate,
    .group = mac_group,
};

/* ---- IPv4 */

static bool ip4_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                      struct clv_arena *arena, struct clv_err *err)
{
    uint64_t lo, hi;
    uint32_t ip;
    (void)f;
    (void)arena;
    if (is_text(a) && clv_text_ip4(a->s, a->n, &ip)) {
        v->u = ip;
        return true;
    }
    if (a->type == AST_INT && !a->negative && !a->wide && a->u <= UINT32_MAX) {
        v->u = a->u;
        return true;
    }
    if (is_text(a) && clv_text_net4(a->s, a->n, &lo, &hi))
        return clv_fail_at(err, a->pos, a->len, "'%.*s' is a net, it takes one address here",
                           clv_ast_brief(a), a->s);
    if (is_text(a) && memchr(a->s, '/', a->n))
        return clv_fail_at(err, a->pos, a->len,
                           "'%.*s' is no net; like 192.0.2.0/24, with /0 to /32", clv_ast_brief(a),
                           a->s);
    if (is_text(a))
        return clv_fail_at(err, a->pos, a->len, "'%.*s' is no IPv4 address", clv_ast_brief(a),
                           a->s);
    return clv_fail_at(err, a->pos, a->len, "takes an IPv4 address, like '192.0.2.1'");
}

static void ip4_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                      struct clv_out *out)
{
    (void)f;
    addr_quote(form, out);
    clv_out_ip4(out, (uint32_t)v->u);
    addr_quote(form, out);
}

static bool ip4_range(const struct ast *a, uint64_t *lo, uint64_t *hi)
{
    return is_text(a) && clv_text_net4(a->s, a->n, lo, hi);
}

/* Multicast (RFC 5771) and limited broadcast; and "this host" of a client without an address. */
static bool ip4_group(const struct clv_val *v)
{
    return v->u >> 28 == 14 || v->u == UINT32_MAX || v->u == 0;
}

/* RFC 1112 6.4. */
static uint64_t ip4_link_group(const struct clv_val *v)
{
    return v->u >> 28 == 14 ? 0x01005e000000 | (v->u & 0x7fffff) : 0;
}

const struct clv_kind clv_ip4 = {
    .name = "ip4",
    .shape = SHAPE_NUM,
    .print = ip4_print,
    .parse = ip4_parse,
    .order = num_order,
    .mutate = clv_num_mutate,
    .range = ip4_range,
    .group = ip4_group,
    .link_group = ip4_link_group,
};

/* ---- IPv6. Behind the bytes of a value lie u bytes of a zone's name, the interface it goes through:
 * no part of a packet, so never lifted, compared or printed. */

static bool ip6_parse(const struct clv_field *f, const struct ast *a, struct clv_val *v,
                      struct clv_arena *arena, struct clv_err *err)
{
    const char *mark = is_text(a) ? memchr(a->s, '%', a->n) : NULL;
    uint32_t n = mark ? (uint32_t)(mark - a->s) : a->n, zone = mark ? a->n - n - 1 : 0;
    uint8_t *p = clv_arena_take(arena, 16 + zone);
    if (!p)
        return clv_fail_memory(err);
    v->p = p;
    v->n = 16;
    v->u = zone;
    if (zone)
        memcpy(p + 16, mark + 1, zone);
    if (mark && f->role != CLV_NET_DST)
        return clv_fail_at(err, a->pos, a->len, "'%.*s': only a destination has a zone",
                           clv_ast_brief(a), a->s);
    if (is_text(a) && (!mark || zone) && clv_text_ip6(a->s, n, p))
        return true;
    if (a->type == AST_BYTES && a->n == 16) {
        memcpy(p, a->s, 16);
        return true;
    }
    if (is_text(a))
        return clv_fail_at(err, a->pos, a->len, "'%.*s' is no IPv6 address", clv_ast_brief(a),
                           a->s);
    return clv_fail_at(err, a->pos, a->len, "takes an IPv6 address, like '2001:db8::1'");
}

static void ip6_print(const struct clv_field *f, const struct clv_val *v, enum form form,
                      struct clv_out *out)
{
    static const uint8_t zero[16];
    (void)f;
    addr_quote(form, out);
    clv_out_ip6(out, v->p ? v->p : zero);
    addr_quote(form, out);
}

static int bytes_order(const struct clv_val *a, const struct clv_val *b)
{
    uint32_t n = a->n < b->n ? a->n : b->n;
    int c = n ? memcmp(a->p, b->p, n) : 0;
    return c ? c : a->n < b->n ? -1 : a->n > b->n;
}

static bool ip6_group(const struct clv_val *v)
{
    return v->p && v->p[0] == 0xff;
}

/* RFC 2464 7. */
static uint64_t ip6_link_group(const struct clv_val *v)
{
    uint64_t low = 0;
    if (!ip6_group(v))
        return 0;
    for (int i = 12; i < 16; i++)
        low = low << 8 | v->p[i];
    return 0x333300000000 | low;
}

uint64_t clv_link_group(const uint8_t *addr, uint32_t n)
{
    struct clv_val v = { .p = addr, .n = n };
    for (uint32_t i = 0; i < n && n <= 8; i++)
        v.u = v.u << 8 | addr[i];
    return n == 4 ? ip4_link_group(&v) : n == 16 ? ip6_link_group(&v) : 0;
}

const struct clv_kind clv_ip6 = {
    .name = "ip6",
    .shape = SHAPE_BYTES,
    .print = ip6_print,
    .parse = ip6_parse,
    .order = bytes_order,
    .mutate = clv_bytes_mutate,
    .group = ip6_group,
    .link_group = ip6_link_group,
};
