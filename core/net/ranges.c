/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A set of addresses as ranges: what is taken, less what is left out, in order and without overlap, so
 * that an address has an index and an index an address. Memory grows with the ranges alone.
 */
#include "../base/base.h"
#include "../model/kind.h"

#include <stdlib.h>
#include <string.h>

/* An address as a number of 128 bits; those of four bytes come before those of sixteen. */
struct key {
    uint8_t len;
    uint64_t hi, lo;
};

struct range {
    struct key first, last;
    uint64_t before; /* addresses in the ranges before this one */
};

struct list {
    struct range *ranges;
    size_t n, cap;
};

struct clv_ranges {
    struct list in, out;
    uint64_t count; /* saturates */
};

static int order(const struct key *a, const struct key *b)
{
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    if (a->hi != b->hi)
        return a->hi < b->hi ? -1 : 1;
    return a->lo == b->lo ? 0 : a->lo < b->lo ? -1 : 1;
}

static struct key key_of(const struct clv_addr *addr)
{
    struct key key = { .len = addr->len };
    for (int i = 0; i < addr->len; i++) {
        key.hi = key.hi << 8 | key.lo >> 56;
        key.lo = key.lo << 8 | addr->bytes[i];
    }
    return key;
}

static struct key plus(struct key key, uint64_t n)
{
    key.lo += n;
    key.hi += key.lo < n;
    return key;
}

static struct key minus_one(struct key key)
{
    key.hi -= !key.lo--;
    return key;
}

static bool is_most(const struct key *key)
{
    return key->len == 4 ? key->lo == UINT32_MAX : key->hi == UINT64_MAX && key->lo == UINT64_MAX;
}

/* Addresses from first to last; saturates. */
static uint64_t width(const struct range *r)
{
    uint64_t lo = r->last.lo - r->first.lo, hi = r->last.hi - r->first.hi;
    hi -= r->last.lo < r->first.lo;
    return hi || lo == UINT64_MAX ? UINT64_MAX : lo + 1;
}

static bool append(struct list *list, const struct key *first, const struct key *last)
{
    if (list->n == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 16;
        struct range *ranges = realloc(list->ranges, cap * sizeof *ranges);
        if (!ranges)
            return false;
        list->ranges = ranges;
        list->cap = cap;
    }
    list->ranges[list->n++] = (struct range){ .first = *first, .last = *last };
    return true;
}

struct clv_ranges *clv_ranges_new(void)
{
    return calloc(1, sizeof(struct clv_ranges));
}

void clv_ranges_free(struct clv_ranges *ranges)
{
    if (!ranges)
        return;
    free(ranges->in.ranges);
    free(ranges->out.ranges);
    free(ranges);
}

bool clv_ranges_put(struct clv_ranges *ranges, const struct clv_addr *first,
                    const struct clv_addr *last, bool out, struct clv_err *err)
{
    struct key a = key_of(first), b = key_of(last);
    if (a.len != b.len || (a.len != 4 && a.len != 16) || order(&a, &b) > 0)
        return clv_fail(err, CLV_BAD_TEXT, "a range ends before it begins");
    return append(out ? &ranges->out : &ranges->in, &a, &b) || clv_fail_memory(err);
}

/* ---- Settling. */

static int by_first(const void *a, const void *b)
{
    return order(&((const struct range *)a)->first, &((const struct range *)b)->first);
}

/* In order; those that overlap or touch are one. */
static void merge(struct list *list)
{
    size_t n = 0;
    if (list->n)
        qsort(list->ranges, list->n, sizeof *list->ranges, by_first);
    for (size_t i = 0; i < list->n; i++) {
        struct range *r = &list->ranges[i], *prior = n ? &list->ranges[n - 1] : NULL;
        struct key next = prior ? plus(prior->last, 1) : r->first;
        if (prior && prior->last.len == r->first.len &&
            (is_most(&prior->last) || order(&r->first, &next) <= 0)) {
            if (order(&r->last, &prior->last) > 0)
                prior->last = r->last;
        } else {
            list->ranges[n++] = *r;
        }
    }
    list->n = n;
}

/* What is left of one range beside those that are left out, of which *at is the first that matters. */
static bool cut(const struct range *r, const struct list *out, size_t *at, struct list *to)
{
    struct key from = r->first;
    while (*at < out->n && order(&out->ranges[*at].last, &from) < 0)
        ++*at;
    for (size_t i = *at; i < out->n && order(&out->ranges[i].first, &r->last) <= 0; i++) {
        const struct range *o = &out->ranges[i];
        if (order(&from, &o->first) < 0) {
            struct key end = minus_one(o->first);
            if (!append(to, &from, &end))
                return false;
        }
        if (order(&o->last, &r->last) >= 0)
            return true;
        from = plus(o->last, 1);
    }
    return append(to, &from, &r->last);
}

bool clv_ranges_settle(struct clv_ranges *ranges, struct clv_err *err)
{
    struct list left = { .n = 0 };
    size_t at = 0;
    merge(&ranges->in);
    merge(&ranges->out);
    for (size_t i = 0; i < ranges->in.n; i++)
        if (!cut(&ranges->in.ranges[i], &ranges->out, &at, &left)) {
            free(left.ranges);
            return clv_fail_memory(err);
        }
    free(ranges->in.ranges);
    ranges->in = left;
    ranges->count = 0;
    for (size_t i = 0; i < left.n; i++) {
        uint64_t n = width(&left.ranges[i]);
        left.ranges[i].before = ranges->count;
        ranges->count = ranges->count + n < n ? UINT64_MAX : ranges->count + n;
    }
    return true;
}

uint64_t clv_ranges_count(const struct clv_ranges *ranges)
{
    return ranges->count;
}

uint64_t clv_ranges_mark(const struct clv_ranges *ranges)
{
    uint64_t key[2] = { 0 };
    for (size_t i = 0; i < ranges->in.n; i++) {
        const struct range *r = &ranges->in.ranges[i];
        uint64_t words[] = { r->first.len, r->first.hi, r->first.lo, r->last.hi, r->last.lo };
        key[1] = key[0];
        key[0] = clv_cookie(key, words, sizeof words);
    }
    return key[0];
}

/* ---- Indices. */

void clv_ranges_at(const struct clv_ranges *ranges, uint64_t index, struct clv_addr *addr)
{
    size_t low = 0, high = ranges->in.n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (ranges->in.ranges[middle].before <= index)
            low = middle;
        else
            high = middle;
    }
    const struct range *r = &ranges->in.ranges[low];
    struct key key = plus(r->first, index - r->before);
    addr->len = key.len;
    for (int i = key.len; i--; key.lo = key.lo >> 8 | key.hi << 56, key.hi >>= 8)
        addr->bytes[i] = (uint8_t)key.lo;
}

bool clv_ranges_find(const struct clv_ranges *ranges, const struct clv_addr *addr, uint64_t *index)
{
    struct key key = key_of(addr);
    size_t low = 0, high = ranges->in.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct range *r = &ranges->in.ranges[middle];
        if (order(&key, &r->first) < 0) {
            high = middle;
        } else if (order(&key, &r->last) > 0) {
            low = middle + 1;
        } else {
            *index = r->before + (key.lo - r->first.lo);
            return true;
        }
    }
    return false;
}

/* ---- Text. */

static bool fail_text(const char *text, size_t n, const char *why, struct clv_err *err)
{
    return clv_fail(err, CLV_BAD_TEXT, "'%.*s' %s", (int)(n < 100 ? n : 100), text, why);
}

static bool read_addr(const char *text, size_t n, struct clv_addr *addr)
{
    uint32_t four;
    addr->len = 16;
    if (clv_text_ip6(text, n, addr->bytes))
        return true;
    if (!clv_text_ip4(text, n, &four))
        return false;
    addr->len = 4;
    for (int i = 0; i < 4; i++)
        addr->bytes[i] = (uint8_t)(four >> (24 - 8 * i));
    return true;
}

static bool read_number(const char *text, size_t n, uint32_t most, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9' || *value > most)
            return false;
        *value = *value * 10 + (uint32_t)(text[i] - '0');
    }
    return n && *value <= most;
}

/* The bits behind the prefix, all zeros or all ones. */
static void fill(struct clv_addr *addr, uint32_t prefix, bool ones)
{
    for (uint32_t bit = prefix; bit < addr->len * 8u; bit++) {
        uint8_t mask = (uint8_t)(0x80 >> bit % 8);
        addr->bytes[bit / 8] = (uint8_t)(ones ? addr->bytes[bit / 8] | mask
                                              : addr->bytes[bit / 8] & ~mask);
    }
}

static bool read_net(const char *text, size_t n, const char *slash, struct clv_addr *first,
                     struct clv_addr *last, struct clv_err *err)
{
    uint32_t prefix, bits = first->len * 8u;
    size_t rest = n - (size_t)(slash + 1 - text);
    if (!read_number(slash + 1, rest, bits, &prefix))
        return fail_text(text, n,
                         bits == 32 ? "needs a prefix of 0..32" : "needs a prefix of 0..128", err);
    *last = *first;
    fill(first, prefix, false);
    fill(last, prefix, true);
    return true;
}

bool clv_ranges_read(const char *text, size_t n, struct clv_addr *first, struct clv_addr *last,
                     struct clv_err *err)
{
    const char *slash = memchr(text, '/', n), *dash = memchr(text, '-', n);
    size_t head = slash ? (size_t)(slash - text) : dash ? (size_t)(dash - text) : n;
    uint32_t end;
    if (!read_addr(text, head, first))
        return false;
    *last = *first;
    if (slash)
        return read_net(text, n, slash, first, last, err);
    if (!dash)
        return true;
    size_t rest = n - head - 1;
    if (first->len == 4 && read_number(dash + 1, rest, 255, &end))
        last->bytes[3] = (uint8_t)end;
    else if (!read_addr(dash + 1, rest, last) || last->len != first->len)
        return fail_text(text, n, "is no range: 10.0.0.1-10.0.0.9 or 10.0.0.1-9", err);
    return memcmp(first->bytes, last->bytes, first->len) <= 0 ||
           fail_text(text, n, "ends before it begins", err);
}
