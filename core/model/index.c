/* SPDX-License-Identifier: BSD-2-Clause */
/* An index of names: grows by half-full doubling; nothing is ever taken out. */
#include "index.h"

static uint8_t lower(char c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

uint32_t clv_index_hash(const char *name, size_t n)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ lower(name[i])) * 16777619u;
    return h ^ h >> 15;
}

static void put(struct index *index, uint32_t hash, uint16_t id)
{
    uint32_t at = hash & (index->size - 1);
    while (index->e[at].used)
        at = (at + 1) & (index->size - 1);
    index->e[at] = (struct pair){ hash, id, 1 };
    index->n++;
}

bool clv_index_room(struct index *index, struct clv_arena *arena, uint32_t n)
{
    struct index larger = { .size = index->size ? index->size : 64 };
    while (n * 2 > larger.size)
        larger.size *= 2;
    if (larger.size == index->size)
        return true;
    larger.e = clv_arena_zero(arena, larger.size * sizeof *larger.e);
    if (!larger.e)
        return false;
    for (uint32_t i = 0; i < index->size; i++)
        if (index->e[i].used)
            put(&larger, index->e[i].hash, index->e[i].id);
    *index = larger;
    return true;
}

bool clv_index_add(struct index *index, struct clv_arena *arena, uint32_t hash, uint16_t id)
{
    if (!clv_index_room(index, arena, index->n + 1))
        return false;
    put(index, hash, id);
    return true;
}
