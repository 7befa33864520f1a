/* SPDX-License-Identifier: BSD-2-Clause */
/* Output: writers for numbers, addresses and escapes into one growing buffer; no printf here. */
#include "base.h"

#include <errno.h>
#include <stdlib.h>

enum { SPILL = 64 << 10 };

/* The numbers below 100, and those below 256 in hexadecimal. */
static const char decimal[] = "00010203040506070809101112131415161718192021222324"
                              "25262728293031323334353637383940414243444546474849"
                              "50515253545556575859606162636465666768697071727374"
                              "75767778798081828384858687888990919293949596979899";
static const char hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
                          "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
                          "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
                          "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
                          "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
                          "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
                          "c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
                          "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

void clv_out_init(struct clv_out *out, int (*sink)(void *, const char *, size_t), void *user)
{
    *out = (struct clv_out){ .sink = sink, .user = user };
}

/* Without room, later writes end in clv_out_more(). */
static char *fail(struct clv_out *out, int err)
{
    out->failed = true;
    out->err = err;
    out->len = out->cap = 0;
    return NULL;
}

bool clv_out_flush(struct clv_out *out)
{
    if (out->sink && out->len && !out->failed) {
        int err = out->sink(out->user, out->buf, out->len);
        out->len = 0;
        if (err)
            fail(out, err);
    }
    return !out->failed;
}

void clv_out_free(struct clv_out *out)
{
    free(out->buf);
    *out = (struct clv_out){ .sink = out->sink, .user = out->user };
}

char *clv_out_more(struct clv_out *out, size_t n)
{
    if (out->failed)
        return NULL;
    if (out->sink && out->len + n >= SPILL && !clv_out_flush(out))
        return NULL;
    if (out->len + n >= out->cap) {
        size_t cap = out->cap ? out->cap * 2 : out->sink ? SPILL : 1024;
        while (cap <= out->len + n)
            cap *= 2;
        char *buf = realloc(out->buf, cap);
        if (!buf)
            return fail(out, ENOMEM);
        out->buf = buf;
        out->cap = cap;
    }
    return out->buf + out->len;
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
    char *to = clv_out_room(out, 20);
    size_t n = v < 1000 ? 3 : 4, i;
    if (!to)
        return;
    if (v < 10) {
        *to = (char)('0' + v);
        out->len++;
        return;
    }
    if (v < 100) {
        memcpy(to, decimal + v * 2, 2);
        out->len += 2;
        return;
    }
    for (uint64_t least = 10000; v >= least && n < 20; least *= 10)
        n++;
    for (i = n; i > 1; v /= 100)
        memcpy(to + (i -= 2), decimal + v % 100 * 2, 2);
    if (i)
        *to = (char)('0' + v);
    out->len += n;
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
    int i = n;
    if (!to)
        return;
    for (; i > 1; v >>= 8)
        memcpy(to + (i -= 2), hex + (v & 255) * 2, 2);
    if (i)
        *to = hex[(v & 15) * 2 + 1];
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

/* Without a table: compilers make a few wide instructions of it. */
static void put_hex16(char *restrict to, const uint8_t *restrict p)
{
    for (int i = 0; i < 16; i++) {
        uint8_t high = p[i] >> 4, low = p[i] & 15;
        to[2 * i] = (char)(high + (high > 9 ? 'a' - 10 : '0'));
        to[2 * i + 1] = (char)(low + (low > 9 ? 'a' - 10 : '0'));
    }
}

void clv_out_hexbytes(struct clv_out *out, const uint8_t *p, size_t n)
{
    char *to = clv_out_room(out, n * 2);
    if (!to)
        return;
    out->len += n * 2;
    for (; n >= 16; n -= 16, p += 16, to += 32)
        put_hex16(to, p);
    for (size_t i = 0; i < n; i++)
        memcpy(to + 2 * i, hex + p[i] * 2, 2);
}

void clv_out_mac(struct clv_out *out, const uint8_t *p)
{
    char *to = clv_out_room(out, 18);
    if (!to)
        return;
    for (int i = 0; i < 6; i++) {
        memcpy(to + 3 * i, hex + p[i] * 2, 2);
        to[3 * i + 2] = ':';
    }
    out->len += 17;
}

void clv_out_ip4(struct clv_out *out, uint32_t v)
{
    char *from = clv_out_room(out, 16), *to = from;
    if (!to)
        return;
    for (int i = 24; i >= 0; i -= 8) {
        uint32_t b = v >> i & 255;
        if (b >= 100) {
            *to++ = (char)('0' + b / 100);
            b %= 100;
            memcpy(to, decimal + b * 2, 2);
            to += 2;
        } else if (b >= 10) {
            memcpy(to, decimal + b * 2, 2);
            to += 2;
        } else {
            *to++ = (char)('0' + b);
        }
        *to++ = '.';
    }
    out->len += (size_t)(to - from) - 1;
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
    char *from = clv_out_room(out, 40), *to = from;
    if (!to)
        return;
    for (int i = 0; i < (mapped ? 6 : 8); i++) {
        if (i == at) {
            *to++ = ':';
            *to++ = ':';
            i += count - 1;
            continue;
        }
        if (i && (at < 0 || i != at + count))
            *to++ = ':';
        for (int n = w[i] > 0xfff ? 12 : w[i] > 0xff ? 8 : w[i] > 0xf ? 4 : 0; n >= 0; n -= 4)
            *to++ = hex[(w[i] >> n & 15) * 2 + 1];
    }
    out->len += (size_t)(to - from);
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
    char t[10];
    for (int i = 8; i > 0; i -= 2, nsec /= 100)
        memcpy(t + i, decimal + nsec % 100 * 2, 2);
    t[0] = '.';
    t[1] = (char)('0' + nsec % 10);
    clv_out_mem(out, t, 1 + (size_t)places);
}

/* For callers outside core. */
#undef clv_out_mem
#undef clv_out_str
#undef clv_out_chr

void clv_out_mem(struct clv_out *out, const void *p, size_t n)
{
    clv_put_mem(out, p, n);
}

void clv_out_str(struct clv_out *out, const char *s)
{
    clv_put_str(out, s);
}

void clv_out_chr(struct clv_out *out, char c)
{
    clv_put_chr(out, c);
}
