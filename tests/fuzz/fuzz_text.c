/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text as an expression: it ends; what builds prints as text that builds the same bytes. */
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
        fprintf(stderr, "fuzz_text: %s\n", err.text);
        abort();
    }
}

static void fail(const char *what, const struct clv_err *err)
{
    fprintf(stderr, "fuzz_text: %s: %s\n%.*s\n", what, err->text, (int)out.len, out.buf);
    abort();
}

/* The first packets of a set: patched or built, they are the same, and obey the laws. */
static void check_packets(const struct clv_draft *draft)
{
    struct clv_err err = { 0 };
    uint64_t n = clv_draft_count(draft);
    struct clv_maker *maker = clv_maker_new(draft, arena, 7, &err);
    for (uint64_t i = 0; maker && i < n && i < 3; i++) {
        uint32_t have = 0, want = 0;
        clv_arena_reset(other);
        struct clv_draft *one = clv_draft_pick(draft, i, 7, other, &err);
        const uint8_t *built = one ? clv_build(one, other, &want, &err) : NULL;
        const uint8_t *made = clv_maker_take(maker, i, other, &have, &err);
        if (!built || !made) /* a budget, or a length that does not fit */
            return;
        if (have != want || memcmp(built, made, want) != 0)
            fail("patched and built packets differ", &err);
        if (want > 4096 || !clv_draft_layers(one))
            return;
        uint8_t bytes[4096];
        memcpy(bytes, built, want);
        const char *broken = law_broken(clv, other, clv_draft_layer(draft, 0), bytes, want, &out);
        if (broken)
            fail(broken, &err);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct clv_err err = { 0 };
    if (!clv)
        set_up();
    clv_arena_reset(arena);
    struct clv_draft *draft = clv_parse(clv, arena, (const char *)data, size, &err);
    if (!draft && !err.code)
        fail("refused without a word", &err);
    out.len = 0;
    if (err.code)
        clv_print_err(&err, (const char *)data, size, &out);
    else
        check_packets(draft);
    return 0;
}
