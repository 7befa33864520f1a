/* SPDX-License-Identifier: BSD-2-Clause */
/* Compression of names, RFC 1035 4.1.4: which suffix stands where, and what a name's bytes are. */
#include "names.h"

#include <string.h>

void clv_names_begin(struct names *names, struct clv_arena *arena, const uint8_t *msg)
{
    *names = (struct names){ .arena = arena, .msg = msg };
}

static bool is_known(const struct names *names, uint32_t at)
{
    return at < 0x4000 && names->known && (names->known[at / 8] >> at % 8 & 1);
}

/* The labels of the name at `at`, which ends before `end`; 0: it is not sound. */
static uint32_t name_full(const struct names *names, uint32_t at, uint32_t end, uint8_t *to)
{
    uint32_t n = 0;
    bool own = true; /* inside the name itself, not behind a pointer */
    for (uint32_t hops = 0; hops <= CLV_NAME_MAX;) {
        if (own && at >= end)
            return 0;
        uint8_t c = names->msg[at];
        if (c >= 0xc0) {
            if (own && at + 1 >= end)
                return 0;
            at = (c & 0x3fu) << 8 | names->msg[at + 1];
            own = false;
            hops++;
            if (!is_known(names, at))
                return 0;
            continue;
        }
        if (c & 0xc0 || n + 1u + c > CLV_NAME_MAX || (own && at + 1u + c > end))
            return 0;
        memcpy(to + n, names->msg + at, 1u + c);
        n += 1u + c;
        at += 1u + c;
        if (!c)
            return n;
    }
    return 0;
}

static uint64_t hash_of(const uint8_t *p)
{
    uint64_t h = 0;
    for (uint32_t n = *p + 1u; n > 1; p += n, n = *p + 1u)
        for (uint32_t i = 0; i < n; i++)
            h = (h ^ p[i]) * 0x100000001b3ull;
    return clv_mix(h);
}

/* Is the sound suffix at `at` these labels? */
static bool is_suffix(const struct names *names, uint32_t at, const uint8_t *full)
{
    uint8_t other[CLV_NAME_MAX];
    uint32_t n = name_full(names, at, UINT32_MAX, other), m = 0;
    while (full[m])
        m += full[m] + 1u;
    return n == m + 1 && !memcmp(other, full, n);
}

static uint32_t find(const struct names *names, const uint8_t *full)
{
    if (!names->size)
        return UINT32_MAX;
    for (uint32_t h = (uint32_t)hash_of(full) & (names->size - 1); names->table[h];
         h = (h + 1) & (names->size - 1))
        if (is_suffix(names, names->table[h] - 1u, full))
            return names->table[h] - 1u;
    return UINT32_MAX;
}

static void insert(struct names *names, const uint8_t *full, uint32_t at)
{
    uint32_t h = (uint32_t)hash_of(full) & (names->size - 1);
    while (names->table[h])
        h = (h + 1) & (names->size - 1);
    names->table[h] = (uint16_t)(at + 1);
    names->n++;
}

static bool grow(struct names *names)
{
    if (names->n * 2 < names->size)
        return true;
    struct names old = *names;
    uint8_t full[CLV_NAME_MAX];
    names->size = old.size ? old.size * 2 : 64;
    names->table = clv_arena_zero(names->arena, names->size * sizeof *names->table);
    if (!names->table)
        return false;
    names->n = 0;
    for (uint32_t i = 0; i < old.size; i++)
        if (old.table[i] && name_full(names, old.table[i] - 1u, UINT32_MAX, full))
            insert(names, full, old.table[i] - 1u);
    return true;
}

bool clv_names_learn(struct names *names, uint32_t at, uint32_t n)
{
    uint8_t full[CLV_NAME_MAX];
    uint32_t o = at, skip = 0;
    if (!name_full(names, at, at + n, full))
        return true;
    if (!names->known && !(names->known = clv_arena_zero(names->arena, 0x4000 / 8)))
        return false;
    /* The end of a name is no suffix that anybody points to. */
    while (o < at + n && names->msg[o] && o < 0x4000) {
        uint8_t c = names->msg[o];
        names->known[o / 8] = (uint8_t)(names->known[o / 8] | 1u << o % 8);
        if (!grow(names))
            return false;
        if (find(names, full + skip) == UINT32_MAX)
            insert(names, full + skip, o);
        if (c >= 0xc0)
            break;
        skip += c + 1u;
        o += c + 1u;
    }
    return true;
}

uint32_t clv_names_encode(const struct names *names, const struct clv_val *v, uint64_t mode,
                          bool plain, uint8_t *to)
{
    uint32_t o = 0;
    if (v->spell == CLV_NAME_SPELT || mode == NAMES_NONE || (plain && mode != NAMES_ALL)) {
        if (v->n)
            memcpy(to, v->p, v->n);
        return v->n;
    }
    for (const uint8_t *f = v->p; *f; f += *f + 1) {
        uint32_t at = find(names, f);
        if (at != UINT32_MAX) {
            to[o] = (uint8_t)(0xc0 | at >> 8);
            to[o + 1] = (uint8_t)at;
            return o + 2;
        }
        memcpy(to + o, f, *f + 1u);
        o += *f + 1u;
    }
    to[o++] = 0;
    return o;
}

bool clv_names_see(struct names *names, struct clv_val *v, const uint8_t *p, uint32_t n, bool plain)
{
    if (!clv_arena_grow(names->arena, &names->seen, &names->cap, names->nseen + 1,
                        sizeof *names->seen))
        return false;
    names->seen[names->nseen++] = (struct name_seen){
        .v = v, .at = (uint32_t)(p - names->msg), .n = n, .plain = plain
    };
    return true;
}

bool clv_names_settle(struct names *names, bool choice, uint64_t *mode)
{
    uint32_t odd[NAMES_MODES] = { 0 };
    uint8_t *said = clv_arena_take(names->arena, names->nseen + 1);
    if (!said)
        return false;
    for (uint32_t i = 0; i < names->nseen; i++) {
        struct name_seen *s = &names->seen[i];
        uint8_t *full = clv_arena_take(names->arena, CLV_NAME_MAX), to[CLV_NAME_MAX + 2];
        uint32_t n = full ? name_full(names, s->at, s->at + s->n, full) : 0;
        if (!full)
            return false;
        said[i] = 0;
        *s->v = (struct clv_val){ .p = n ? full : names->msg + s->at, .n = n ? n : s->n };
        for (uint64_t m = 0; m < NAMES_MODES; m++) {
            bool same = n && clv_names_encode(names, s->v, m, s->plain, to) == s->n &&
                        !memcmp(to, names->msg + s->at, s->n);
            said[i] = (uint8_t)(said[i] | (uint32_t)same << m);
            odd[m] += !same;
        }
        if (!clv_names_learn(names, s->at, s->n))
            return false;
    }
    *mode = choice && odd[1] < odd[0] ? 1 : 0;
    *mode = choice && odd[2] < odd[*mode] ? 2 : *mode;
    for (uint32_t i = 0; i < names->nseen; i++)
        if (!(said[i] >> *mode & 1)) {
            struct name_seen *s = &names->seen[i];
            *s->v = (struct clv_val){ .p = names->msg + s->at, .n = s->n, .spell = CLV_NAME_SPELT };
        }
    return true;
}
