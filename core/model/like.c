/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flat patterns of texts: sequences, split by |, of a literal or [class], each with ?, * or +.
 * Greedy, linear, no backtracking. Compiled, an atom is a set of 256 bits.
 */
#include "kind.h"

#include <string.h>

struct atom {
    const char *set; /* inside of [..], or one literal */
    uint32_t n;
    bool klass, none, many;
};

static const char *atom_take(const char *s, struct atom *a)
{
    *a = (struct atom){ .set = s, .n = 1 };
    if (*s == '[') {
        const char *e = s[1] ? strchr(s + 2, ']') : NULL;
        if (!e)
            return NULL;
        *a = (struct atom){ .set = s + 1, .n = (uint32_t)(e - s - 1), .klass = true };
        s = e;
    }
    s++;
    a->none = *s == '?' || *s == '*';
    a->many = *s == '+' || *s == '*';
    return a->none || a->many ? s + 1 : s;
}

static bool atom_has(const struct atom *a, uint8_t c)
{
    if (!a->klass)
        return c == (uint8_t)*a->set;
    bool not = a->set[0] == '^', in = false;
    for (uint32_t i = not ; i < a->n && !in; i++) {
        uint8_t lo = (uint8_t)a->set[i], hi = lo;
        if (i + 2 < a->n && a->set[i + 1] == '-') {
            hi = (uint8_t)a->set[i + 2];
            i += 2;
        }
        in = c >= lo && c <= hi;
    }
    return in != not ;
}

/* The first sequence that fits. */
uint32_t clv_like_span(const char *like, const uint8_t *p, uint32_t room)
{
    uint32_t o = 0;
    bool fits = true;
    struct atom a;
    while (*like) {
        if (*like == '|') {
            if (fits)
                return o;
            fits = true;
            o = 0;
            like++;
            continue;
        }
        if (!(like = atom_take(like, &a)))
            return UINT32_MAX;
        uint32_t from = o;
        while (fits && o < room && (a.many || o == from) && atom_has(&a, p[o]))
            o++;
        fits = fits && (o > from || a.none);
    }
    return fits ? o : UINT32_MAX;
}

bool clv_like_valid(const char *like)
{
    struct atom a;
    while (like && *like)
        like = atom_take(like, &a);
    return like != NULL;
}

/* ---- Compiled. */

struct step {
    uint64_t set[4];
    bool none, many;
    bool bar; /* a sequence ends before it */
};

struct like {
    uint32_t n;
    struct step steps[];
};

static bool step_has(const struct step *step, uint8_t c)
{
    return step->set[c >> 6] >> (c & 63) & 1;
}

struct like *clv_like_compile(const char *like, struct clv_arena *arena)
{
    struct like *to = clv_arena_zero(arena, sizeof *to + (strlen(like) + 1) * sizeof *to->steps);
    struct atom a;
    while (to && *like) {
        struct step *step = &to->steps[to->n++];
        step->bar = *like == '|';
        like += step->bar;
        step->none = !*like || *like == '|'; /* an empty sequence */
        if (step->none)
            continue;
        if (!(like = atom_take(like, &a)))
            return NULL;
        step->none = a.none;
        step->many = a.many;
        for (uint32_t c = 0; c < 256; c++)
            step->set[c >> 6] |= (uint64_t)atom_has(&a, (uint8_t)c) << (c & 63);
    }
    return to;
}

uint32_t clv_like_run(const struct like *like, const uint8_t *p, uint32_t room)
{
    uint32_t o = 0;
    bool fits = true;
    for (const struct step *s = like->steps, *end = s + like->n; s < end; s++) {
        if (s->bar) {
            if (fits)
                return o;
            fits = true;
            o = 0;
        }
        uint32_t from = o, most = s->many || !fits ? room : o + 1 < room ? o + 1 : room;
        while (fits && o < most && step_has(s, p[o]))
            o++;
        fits = fits && (o > from || s->none);
    }
    return fits ? o : UINT32_MAX;
}

bool clv_like_begins(const struct like *like, uint64_t set[4])
{
    bool empty = true;
    memset(set, 0, 4 * sizeof *set);
    for (uint32_t i = 0; i < like->n; i++) {
        const struct step *s = &like->steps[i];
        if (s->bar && empty)
            return false;
        empty = empty || s->bar;
        for (uint32_t k = 0; k < 4 && empty; k++)
            set[k] |= s->set[k];
        empty = empty && s->none;
    }
    return !empty;
}
