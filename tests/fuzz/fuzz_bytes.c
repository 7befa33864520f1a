/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes under any layer, which the first byte chooses: the laws hold, every print ends. As two
 * packets, one of which answers the other, they share a hash.
 */
#include "laws.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct clv *clv;
static struct clv_arena *arena;
static struct clv_out out;

static void set_up(void)
{
    struct clv_err err = { 0 };
    clv = clv_new(clv_layers, NULL, &err);
    arena = clv_arena_new(NULL, 0);
    clv_out_init(&out, NULL, NULL);
    if (!clv || !arena) {
        fprintf(stderr, "fuzz_bytes: %s\n", err.text);
        abort();
    }
}

static void fail(const char *what, const struct clv_desc *first)
{
    fprintf(stderr, "fuzz_bytes: %s, under %s\n%.*s\n", what, first->name, (int)out.len, out.buf);
    abort();
}

/* The halves as a request and an answer, either way round. */
static bool halves_answer(const struct clv_desc *first, const uint8_t *bytes, uint32_t n)
{
    struct clv_view a, b;
    clv_arena_reset(arena);
    clv_split(clv, &a, arena, first, bytes, n / 2);
    clv_split(clv, &b, arena, first, bytes + n / 2, n - n / 2);
    return law_answers(&a, &b) && law_answers(&b, &a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!clv)
        set_up();
    uint8_t choice = size ? data[0] : 0;
    const struct clv_desc *first = clv_layer_at(clv, choice % clv_layer_count(clv));
    const uint8_t *bytes = size ? data + 1 : data;
    uint32_t n = size ? (uint32_t)size - 1 : 0;
    const char *broken = law_broken(clv, arena, first, bytes, n, &out);
    if (broken)
        fail(broken, first);
    if (!halves_answer(first, bytes, n))
        fail("a request and its answer have other hashes", first);
    return 0;
}
