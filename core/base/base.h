/* SPDX-License-Identifier: BSD-2-Clause */
/* What everything in core stands on: errors, memory, output, checksums, random numbers. */
#ifndef CLV_BASE_H
#define CLV_BASE_H

#include "../cleave.h"

#include <string.h>

#define clv_len(a) (sizeof(a) / sizeof *(a))

/* Record an error unless one is recorded; err may be NULL. Returns false, for `return clv_fail(..)`. */
bool clv_fail(struct clv_err *err, int code, const char *fmt, ...) CLV_PRINTF(3, 4);
/* The same, with the place in the text. */
bool clv_fail_at(struct clv_err *err, uint32_t pos, uint32_t len, const char *fmt, ...)
    CLV_PRINTF(4, 5);
/* The same for a failed system call: errno's text is appended, EPERM and EACCES give CLV_DENIED. */
bool clv_fail_sys(struct clv_err *err, int sys, const char *fmt, ...) CLV_PRINTF(3, 4);
/* Out of memory or past the arena's limit. */
bool clv_fail_memory(struct clv_err *err);

void *clv_mem_alloc(const struct clv_mem *mem, void *old, size_t n); /* mem NULL: realloc */
/* n bytes, cleared; NULL: full. */
void *clv_arena_zero(struct clv_arena *arena, size_t n);
char *clv_arena_text(struct clv_arena *arena, const char *s, size_t n);
/* Grow an array in the arena to hold at least `need` of `size` bytes; false: full. */
bool clv_arena_grow(struct clv_arena *arena, void *array, uint32_t *cap, uint32_t need,
                    size_t size);

/* Make room for n more bytes of text and return where; NULL: failed. Add to len what you wrote. */
char *clv_out_more(struct clv_out *out, size_t n);
static inline char *clv_out_room(struct clv_out *out, size_t n)
{
    return n < out->cap - out->len ? out->buf + out->len : clv_out_more(out, n);
}

/* In core the writers of characters and words are written out in place. */
static inline void clv_put_chr(struct clv_out *out, char c)
{
    char *to = clv_out_room(out, 1);
    if (to) {
        *to = c;
        out->len++;
    }
}

static inline void clv_put_mem(struct clv_out *out, const void *p, size_t n)
{
    char *to = clv_out_room(out, n);
    if (to && n) {
        memcpy(to, p, n);
        out->len += n;
    }
}

static inline void clv_put_str(struct clv_out *out, const char *s)
{
    clv_put_mem(out, s, strlen(s));
}
/*
 * Copy n bytes of a text behind which 15 more may be read, to where as many more may be written: no
 * call, and mostly no loop. Returns the copy's end.
 */
static inline char *clv_put_text(char *to, const char *s, size_t n)
{
    memcpy(to, s, 16);
    for (size_t i = 16; i < n; i += 16)
        memcpy(to + i, s + i, 16);
    return to + n;
}
#define clv_out_chr clv_put_chr
#define clv_out_mem clv_put_mem
#define clv_out_str clv_put_str

void clv_out_hex(struct clv_out *out, uint64_t v);         /* 0x1f */
void clv_out_hexn(struct clv_out *out, uint64_t v, int n); /* n digits, no 0x */
void clv_out_int(struct clv_out *out, int64_t v);
void clv_out_pad(struct clv_out *out, char c, size_t n);
void clv_out_hexbytes(struct clv_out *out, const uint8_t *p, size_t n);
void clv_out_mac(struct clv_out *out, const uint8_t *p); /* 6 bytes */
void clv_out_ip4(struct clv_out *out, uint32_t v);       /* host order */
void clv_out_ip6(struct clv_out *out, const uint8_t *p); /* 16 bytes, RFC 5952 */
void clv_out_time(struct clv_out *out, int64_t sec, uint32_t nsec, int digits); /* sec.nnn */
/* Python's literal: b'..' (or '..' for text), for expressions. Runs of zeros: bytes(20). */
void clv_out_literal(struct clv_out *out, const uint8_t *p, size_t n, bool text);
/* Bytes of the UTF-8 sequence at s and its code point; 0: invalid (RFC 3629). */
size_t clv_utf8_take(const uint8_t *s, size_t n, uint32_t *code);
/* Controls, and what reorders or hides text on a terminal. */
bool clv_is_odd(uint32_t code);

/* Adds the sum of 16-bit words; n may be odd. A sum over pieces needs even pieces but the last. */
uint64_t clv_sum_add(uint64_t sum, const uint8_t *p, size_t n);
uint16_t clv_sum_fold(uint64_t sum); /* folded and complemented: the checksum */

uint64_t clv_mix(uint64_t x); /* a good 64-bit hash of one number */
/* The index-th number of a seeded sequence: no state. */
uint64_t clv_random(uint64_t seed, uint64_t index, uint64_t lane);

bool clv_same_word(const char *a, size_t an, const char *b); /* ignoring case */

/* Big- and little-endian bits: see DESIGN of CLV_LE. n <= 64, the bytes must be there. */
uint64_t clv_bits_get(const uint8_t *p, uint32_t bit, uint32_t n, bool little);
void clv_bits_put(uint8_t *p, uint32_t bit, uint32_t n, uint64_t v, bool little);

#endif
