/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes under any layer, which the first byte chooses: the laws hold, every print ends. */
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!clv)
        set_up();
    uint8_t choice = size ? data[0] : 0;
    const struct clv_desc *first = clv_layer_at(clv, choice % clv_layer_count(clv));
    const uint8_t *bytes = size ? data + 1 : data;
    uint32_t n = size ? (uint32_t)size - 1 : 0;
    const char *broken = law_broken(clv, arena, first, bytes, n, &out);
    if (broken) {
        fprintf(stderr, "fuzz_bytes: %s, under %s\n%.*s\n", broken, first->name, (int)out.len,
                out.buf);
        abort();
    }
    return 0;
}
