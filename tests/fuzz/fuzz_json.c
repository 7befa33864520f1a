/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text as JSON: it ends; what builds obeys the laws. */
#include "laws.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct clv *clv;
static struct clv_arena *arena, *other;
static struct clv_out out;

static void set_up(void)
{
    struct clv_err err = { 0 };
    clv = clv_new(clv_layers, NULL, &err);
    arena = clv_arena_new(NULL, 0);
    other = clv_arena_new(NULL, 0);
    clv_out_init(&out, NULL, NULL);
    if (!clv || !arena || !other) {
        fprintf(stderr, "fuzz_json: %s\n", err.text);
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct clv_err err = { 0 };
    struct clv_frame frame = { .link = -1 };
    uint32_t n = 0;
    if (!clv)
        set_up();
    clv_arena_reset(arena);
    struct clv_draft *draft = clv_parse_json(clv, arena, (const char *)data, size, &frame, &err);
    if (!draft && !err.code)
        abort();
    out.len = 0;
    if (err.code)
        clv_print_err(&err, (const char *)data, size, &out);
    const uint8_t *bytes = draft ? clv_build(draft, arena, &n, &err) : NULL;
    if (!bytes || n > 65536)
        return 0;
    const char *broken = law_broken(clv, other, clv_draft_layer(draft, 0), bytes, n, &out);
    if (broken) {
        fprintf(stderr, "fuzz_json: %s\n%.*s\n", broken, (int)out.len, out.buf);
        abort();
    }
    return 0;
}
