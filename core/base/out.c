/* SPDX-License-Identifier: BSD-2-Clause */
/* Output: writers for numbers, addresses and escapes into one growing buffer; no printf here. */
#include "base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SPILL = 64 << 10 };

static const char digits[] = "0123456789abcdef";

void clv_out_init(struct clv_out *out, int (*sink)(void *, const char *, size_t), void *user)
{
    *out = (struct clv_out){ .sink = sink, .user = user };
}

bool clv_out_flush(struct clv_out *out)
{
    if (out->sink && out->len && !out->failed) {
        out->err = out->sink(out->user, out->buf, out->len);
        out->failed = out->err != 0;
        out->len = 0;
    }
    return !out->failed;
}

void clv_out_free(struct clv_out *out)
{
    free(out->buf);
    *out = (struct clv_out){ .sink = out->sink, .user = out->user };
}

char *clv_out_room(struct clv_out *out, size_t n)
{
    if (out->failed)
        return NULL;
    if (out->sink && out->len + n > SPILL && !clv_out_flush(out))
        return NULL;
    if (out->len + n > out->cap || !out->buf) {
        size_t cap = out->cap ? out->cap * 2 : out->sink ? SPILL : 1024;
        while (cap < out->len + n)
            cap *= 2;
        char *buf = realloc(out->buf, cap);
        if (!buf) {
            out->failed = true;
            out->err = ENOMEM;
            return NULL;
        }
        out->buf = buf;
        out->cap = cap;
    }
    return out->buf + out->len;
}

void clv_out_mem(struct clv_out *out, const void *p, size_t n)
{
    bool fits = !out->failed && out->buf && out->cap - out->len >= n;
    char *to = fits ? out->buf + out->len : clv_out_room(out, n);
    if (!to || !n)
        return;
    memcpy(to, p, n);
    out->len += n;
}

void clv_out_str(struct clv_out *out, const char *s)
{
    clv_out_mem(out, s, strlen(s));
}

void clv_out_chr(struct clv_out *out, char c)
{
    char *to = !out->failed && out->cap > out->len ? out->buf + out->len : clv_out_room(out, 1);
    if (to) {
        *to = c;
        out->len++;
    }
}

void clv_out_pad(struct clv_out *out, char c, size_t n)
{
    char *to = clv_out_room(out, n);
    if (!to || !n)
        return;
    memset(to, c, n);
    out->len += n;
}

void clv_out_dec(struct clv_out *out, uint64_t v)
{
    char t[20];
    size_t i = sizeof t;
    do
        t[--i] = (char)('0' + v % 10);
    while (v /= 10);
    clv_out_mem(out, t + i, sizeof t - i);
}

void clv_out_int(struct clv_out *out, int64_t v)
{
    if (v < 0)
        clv_out_chr(out, '-');
    clv_out_dec(out, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

void clv_out_hexn(struct clv_out *out, uint64_t v, int n)
{
    char *to = clv_out_room(out, (size_t)n);
    if (!to)
        return;
    for (int i = n; i--; v >>= 4)
        to[i] = digits[v & 15];
    out->len += (size_t)n;
}

void clv_out_hex(struct clv_out *out, uint64_t v)
{
    int n = 1;
    while (n < 16 && v >> 4 * n)
        n++;
    clv_out_mem(out, "0x", 2);
    clv_out_hexn(out, v, n);
}

void clv_out_hexbytes(struct clv_out *out, const uint8_t *p, size_t n)
{
    char *to = clv_out_room(out, n * 2);
    if (!to)
        return;
    for (size_t i = 0; i < n; i++) {
        to[2 * i] = digits[p[i] >> 4];
        to[2 * i + 1] = digits[p[i] & 15];
    }
    out->len += n * 2;
}

void clv_out_mac(struct clv_out *out, const uint8_t *p)
{
    char t[17];
    for (int i = 0; i < 6; i++) {
        t[3 * i] = digits[p[i] >> 4];
        t[3 * i + 1] = digits[p[i] & 15];
        if (i < 5)
            t[3 * i + 2] = ':';
    }
    clv_out_mem(out, t, sizeof t);
}

void clv_out_ip4(struct clv_out *out, uint32_t v)
{
    char t[15];
    size_t n = 0;
    for (int i = 24; i >= 0; i -= 8) {
        uint32_t b = v >> i & 255;
        if (b >= 100)
            t[n++] = (char)('0' + b / 100);
        if (b >= 10)
            t[n++] = (char)('0' + b / 10 % 10);
        t[n++] = (char)('0' + b % 10);
        if (i)
            t[n++] = '.';
    }
    clv_out_mem(out, t, n);
}

/* The longest run of two or more zero words becomes "::", the first of equals (RFC 5952). */
static void find_zeros(const uint16_t *w, int *at, int *count)
{
    *at = -1;
    *count = 1;
    for (int i = 0; i < 8;) {
        int n = 0;
        while (i + n < 8 && !w[i + n])
            n++;
        if (n > *count) {
            *at = i;
            *count = n;
        }
        i += n ? n : 1;
    }
}

void clv_out_ip6(struct clv_out *out, const uint8_t *p)
{
    uint16_t w[8];
    int at, count;
    for (int i = 0; i < 8; i++)
        w[i] = (uint16_t)(p[2 * i] << 8 | p[2 * i + 1]);
    find_zeros(w, &at, &count);
    bool mapped = at == 0 && count == 5 && w[5] == 0xffff;
    for (int i = 0; i < (mapped ? 6 : 8); i++) {
        if (i == at) {
            clv_out_str(out, "::");
            i += count - 1;
            continue;
        }
        if (i && i != at + count)
            clv_out_chr(out, ':');
        else if (i && at < 0)
            clv_out_chr(out, ':');
        int n = 1;
        while (n < 4 && w[i] >> 4 * n)
            n++;
        clv_out_hexn(out, w[i], n);
    }
    if (mapped) {
        clv_out_chr(out, ':');
        clv_out_ip4(out, (uint32_t)w[6] << 16 | w[7]);
    }
}

void clv_out_time(struct clv_out *out, int64_t sec, uint32_t nsec, int places)
{
    clv_out_int(out, sec);
    if (!places)
        return;
    clv_out_chr(out, '.');
    char t[9];
    for (int i = 8; i >= 0; i--, nsec /= 10)
        t[i] = (char)('0' + nsec % 10);
    clv_out_mem(out, t, (size_t)places);
}
