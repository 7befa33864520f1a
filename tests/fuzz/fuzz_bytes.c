/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes under any layer, which the first ones choose: the laws hold, every print ends, every
 * field is found. As two packets, one of which answers the other, they share a hash.
 */
#include "laws.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct clv *clv;
static struct clv_arena *arena, *kept;
static struct clv_out out;
static struct clv_columns **columns; /* by layer: all its fields */

static struct clv_columns *columns_of(const struct clv_desc *d)
{
    out.len = 0;
    clv_out_str(&out, "frame");
    for (const struct clv_field *f = d->fields; f && f->kind; f++) {
        clv_out_chr(&out, ',');
        clv_out_str(&out, d->name);
        clv_out_chr(&out, '.');
        clv_out_str(&out, f->name);
    }
    clv_out_chr(&out, 0);
    return clv_columns_new(clv, kept, out.buf, NULL);
}

static void set_up(void)
{
    struct clv_err err = { 0 };
    kept = clv_arena_new(NULL, 0);
    clv = clv_new(clv_layers, NULL, &err);
    arena = clv_arena_new(NULL, 0);
    clv_out_init(&out, NULL, NULL);
    columns = clv ? calloc(clv_layer_count(clv), sizeof *columns) : NULL;
    for (uint32_t i = 0; columns && i < clv_layer_count(clv); i++)
        if (!(columns[i] = columns_of(clv_layer_at(clv, i))))
            abort();
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

static bool fields_safe(const struct clv_desc *first, const uint8_t *bytes, uint32_t n)
{
    struct clv_view view;
    clv_arena_reset(arena);
    clv_split(clv, &view, arena, first, bytes, n);
    out.len = 0;
    for (uint32_t i = 0; i < view.n; i++)
        clv_print_columns(columns[view.layers[i].id], &view, NULL, &out);
    return law_safe(out.buf, out.len, '\t');
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
    if (size < LAW_CHOICE)
        return 0;
    const struct clv_desc *first = law_layer(clv, data);
    const uint8_t *bytes = data + LAW_CHOICE;
    uint32_t n = (uint32_t)(size - LAW_CHOICE);
    const char *broken = law_broken(clv, arena, first, bytes, n, &out);
    if (broken)
        fail(broken, first);
    if (!fields_safe(first, bytes, n))
        fail("a raw control in a field", first);
    if (!halves_answer(first, bytes, n))
        fail("a request and its answer have other hashes", first);
    return 0;
}
