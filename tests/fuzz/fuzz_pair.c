/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two packets under two layers, which the first bytes choose: where one answers the other they share
 * a hash; asked again, all says the same; and a copy of a packet hashes like it.
 */
#include "laws.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 2 * LAW_CHOICE + 2 }; /* two layers and where the second packet begins */

static struct clv *clv;
static struct clv_arena *arena;

static void fail(const char *what, const struct clv_view *a, const struct clv_view *b)
{
    struct clv_out out;
    clv_out_init(&out, NULL, NULL);
    clv_print_line(a, NULL, 0, &out);
    clv_print_line(b, NULL, 0, &out);
    fprintf(stderr, "fuzz_pair: %s\n%.*s\n", what, (int)out.len, out.buf);
    abort();
}

static void check_hashes(const struct clv_view *view, const struct clv_view *copy)
{
    for (int wide = 0; wide < 2; wide++)
        if (clv_hash_request(view, wide) != clv_hash_request(copy, wide) ||
            clv_hash_answer(view, wide) != clv_hash_answer(copy, wide))
            fail("a copy has another hash", view, copy);
    if (clv_request_wide(view) != clv_request_wide(copy))
        fail("a copy is sent to others", view, copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct clv_view a, b, copy;
    if (!clv) {
        clv = clv_new(clv_layers, NULL, NULL);
        arena = clv_arena_new(NULL, 0);
        if (!clv || !arena)
            abort();
    }
    if (size < HEAD)
        return 0;
    uint32_t n = (uint32_t)(size - HEAD), cut = (uint32_t)(data[HEAD - 2] << 8 | data[HEAD - 1]);
    const struct clv_desc *first = law_layer(clv, data);
    const struct clv_desc *second = law_layer(clv, data + LAW_CHOICE);
    cut %= n + 1;
    clv_arena_reset(arena);
    clv_split(clv, &a, arena, first, data + HEAD, cut);
    clv_split(clv, &b, arena, second, data + HEAD + cut, n - cut);
    clv_split(clv, &copy, arena, first, data + HEAD, cut);
    if (!law_answers(&a, &b) || !law_answers(&b, &a))
        fail("a request and its answer have other hashes", &a, &b);
    if (clv_answers(&a, &b) != clv_answers(&copy, &b))
        fail("what answers a packet does not answer its copy", &a, &b);
    check_hashes(&a, &copy);
    return 0;
}
