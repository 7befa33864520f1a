/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names to numbers: an open hash of (hash of a name, number). It holds no names: the caller looks
 * whether the number's name is the one; so numbers that were given back do no harm.
 */
#ifndef CLV_INDEX_H
#define CLV_INDEX_H

#include "base/base.h"

struct index {
    struct pair {
        uint32_t hash;
        uint16_t id, used;
    } * e;
    uint32_t size, n; /* size: 0 or a power of two */
};

/* Ignoring the case of letters. */
uint32_t clv_index_hash(const char *name, size_t n);
/* Room for n of them, added at once. */
bool clv_index_room(struct index *index, struct clv_arena *arena, uint32_t n);
bool clv_index_add(struct index *index, struct clv_arena *arena, uint32_t hash, uint16_t id);

/* Numbers under this hash, one a call: *at begins as 0. */
static inline bool clv_index_next(const struct index *index, uint32_t hash, uint32_t *at,
                                  uint16_t *id)
{
    for (; *at < index->size; ++*at) {
        const struct pair *p = &index->e[(hash + *at) & (index->size - 1)];
        if (!p->used)
            return false;
        if (p->hash == hash) {
            *id = p->id;
            ++*at;
            return true;
        }
    }
    return false;
}

#endif
