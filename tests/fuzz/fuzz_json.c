/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON text: refused with a place inside it, or what it builds prints as JSON that builds the same. */
#include "laws.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct clv *clv;
static struct clv_arena *arena;
static struct clv_out out;

static void fail(const char *what)
{
    fprintf(stderr, "fuzz_json: %s\n%.*s\n", what, (int)out.len, out.buf);
    abort();
}

static void set_up(void)
{
    clv = clv_new(clv_layers, NULL, NULL);
    arena = clv_arena_new(NULL, 0);
    clv_out_init(&out, NULL, NULL);
    if (!clv || !arena)
        fail("out of memory");
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static bool same_frame(const struct clv_frame *a, const struct clv_frame *b)
{
    return a->number == b->number && a->sec == b->sec && a->nsec == b->nsec && a->len == b->len &&
           a->caplen == b->caplen && a->link == b->link && same_text(a->iface, b->iface) &&
           same_text(a->comment, b->comment);
}

/* Printed and read again, packet and frame are the same. */
static void check_packet(const struct clv_desc *first, const struct clv_frame *frame,
                         const uint8_t *bytes, uint32_t n)
{
    struct clv_view view;
    struct clv_frame again;
    clv_split(clv, &view, arena, first, bytes, n);
    out.len = 0;
    if (!law_tile(&view) || !clv_print_json(&view, frame, arena, CLV_SHOW_WORDS, &out))
        fail("the packet does not print");
    struct clv_draft *draft = clv_parse_json(clv, arena, out.buf, out.len, &again, NULL);
    if (!law_builds(&view, draft, arena))
        fail("the printed packet builds other bytes");
    if (!same_frame(frame, &again))
        fail("the printed frame is another one");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct clv_err err = { 0 };
    struct clv_frame frame;
    uint32_t n = 0;
    if (!clv)
        set_up();
    clv_arena_reset(arena);
    struct clv_draft *draft = clv_parse_json(clv, arena, (const char *)data, size, &frame, &err);
    uint8_t *bytes = draft ? clv_build(draft, arena, &n, &err) : NULL;
    if (bytes) {
        check_packet(clv_draft_layer(draft, 0), &frame, bytes, n);
        return 0;
    }
    out.len = 0;
    clv_print_err(&err, (const char *)data, size, &out);
    if (!err.code || !err.text[0] || (err.len && err.pos > size))
        fail("an error without a reason, or beyond the text");
    return 0;
}
