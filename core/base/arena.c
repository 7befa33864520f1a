/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arenas: chunks, each double the one before, large ones a quarter of what is held. What took more
 * than one takes a single one after the next reset: a loop over packets settles on it and allocates
 * no more.
 */
#include "base.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct chunk {
    struct chunk *prev;
    size_t size, used;
    alignas(max_align_t) uint8_t bytes[];
};

struct clv_arena {
    struct clv_mem mem;
    struct chunk *top;
    size_t limit, held;
    size_t first; /* bytes of the first chunk */
};

enum { FIRST = 16 << 10, LARGE = 1 << 20, ROUND = alignof(max_align_t) - 1 };

void *clv_mem_alloc(const struct clv_mem *mem, void *old, size_t n)
{
    if (mem && mem->alloc)
        return mem->alloc(mem->user, old, n);
    if (!n) {
        free(old);
        return NULL;
    }
    return realloc(old, n);
}

struct clv_arena *clv_arena_new(const struct clv_mem *mem, size_t limit)
{
    struct clv_arena *arena = clv_mem_alloc(mem, NULL, sizeof *arena);
    if (!arena)
        return NULL;
    *arena = (struct clv_arena){ .limit = limit ? limit : (size_t)64 << 20, .first = FIRST };
    if (arena->limit > SIZE_MAX / 4) /* sizes are doubled and rounded up */
        arena->limit = SIZE_MAX / 4;
    if (mem)
        arena->mem = *mem;
    return arena;
}

static void drop_all(struct clv_arena *arena)
{
    for (struct chunk *chunk = arena->top, *prev; chunk; chunk = prev) {
        prev = chunk->prev;
        clv_mem_alloc(&arena->mem, chunk, 0);
    }
    arena->top = NULL;
    arena->held = 0;
}

void clv_arena_reset(struct clv_arena *arena)
{
    if (!arena->top)
        return;
    arena->top->used = 0;
    if (arena->top->prev) {
        arena->first = arena->held;
        drop_all(arena);
    }
}

void clv_arena_free(struct clv_arena *arena)
{
    if (!arena)
        return;
    drop_all(arena);
    struct clv_mem mem = arena->mem;
    clv_mem_alloc(&mem, arena, 0);
}

static void *take_chunk(struct clv_arena *arena, size_t n)
{
    size_t size = arena->first, left = arena->limit - arena->held;
    if (n > left)
        return NULL;
    if (arena->top)
        size = arena->held < LARGE ? arena->top->size * 2 : arena->held / 4;
    if (size < n)
        size = n;
    if (size > left)
        size = left;
    struct chunk *chunk = clv_mem_alloc(&arena->mem, NULL, sizeof *chunk + size);
    if (!chunk)
        return NULL;
    chunk->prev = arena->top;
    chunk->size = size;
    chunk->used = n;
    arena->top = chunk;
    arena->held += size;
    return chunk->bytes;
}

void *clv_arena_take(struct clv_arena *arena, size_t n)
{
    if (!arena || n > arena->limit)
        return NULL;
    n = (n + ROUND) & ~(size_t)ROUND;
    struct chunk *top = arena->top;
    if (!top || top->size - top->used < n)
        return take_chunk(arena, n);
    void *p = top->bytes + top->used;
    top->used += n;
    return p;
}

void *clv_arena_zero(struct clv_arena *arena, size_t n)
{
    void *p = clv_arena_take(arena, n);
    return p ? memset(p, 0, n) : NULL;
}

char *clv_arena_text(struct clv_arena *arena, const char *s, size_t n)
{
    char *p = clv_arena_take(arena, n + 1);
    if (!p)
        return NULL;
    if (n)
        memcpy(p, s, n);
    p[n] = 0;
    return p;
}

bool clv_arena_grow(struct clv_arena *arena, void *array, uint32_t *cap, uint32_t need, size_t size)
{
    void *old;
    memcpy(&old, array, sizeof old);
    if (need <= *cap)
        return true;
    uint32_t n = *cap ? *cap : 8;
    while (n < need)
        n = n > UINT32_MAX / 2 ? need : n * 2;
    void *p = clv_arena_take(arena, n * size);
    if (!p)
        return false;
    if (*cap)
        memcpy(p, old, *cap * size);
    memcpy(array, &p, sizeof p);
    *cap = n;
    return true;
}
