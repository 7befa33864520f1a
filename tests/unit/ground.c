/* SPDX-License-Identifier: BSD-2-Clause */
/* See ground.h. */
#include "ground.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

const struct clv_frame ground_frame = {
    .number = 7, .sec = 1699999999, .nsec = 123456789, .len = 98, .caplen = 98, .link = 1
};

/* A table with what the built-in ones have little of. */
static const struct clv_field odd_fields[] = {
    BITS(3, "low", .style = CLV_LE),
    BITS(5, "high", .style = CLV_LE),
    U8("n", .measures = { CLV_COUNT, 1, 0 }),
    U16("list", .style = CLV_MANY | CLV_LE, .size = "n"),
    FIXED(24, "block"),
    U64("big"),
    BITS(8, "small", .style = CLV_SIGNED),
    TEXT("[a-z]+", "word", .when = "small != 0"),
    BYTES("rest"),
    END,
};
static const struct clv_desc odd = { .name = "Odd", .fields = odd_fields };

int ground_set_up(void **state)
{
    struct ground *g = calloc(1, sizeof *g);
    struct clv_err err = { 0 };
    setenv("TZ", "UTC", 1);
    tzset();
    assert_non_null(g);
    g->clv = clv_new(clv_layers, NULL, &err);
    g->arena = clv_arena_new(NULL, 0);
    g->kept = clv_arena_new(NULL, 0);
    assert_non_null(g->clv);
    assert_true(clv_add(g->clv, &odd, &err));
    clv_out_init(&g->out, NULL, NULL);
    *state = g;
    return 0;
}

int ground_tear_down(void **state)
{
    struct ground *g = *state;
    clv_out_free(&g->out);
    clv_arena_free(g->arena);
    clv_arena_free(g->kept);
    clv_free(g->clv);
    free(g);
    return 0;
}

const char *ground_written(struct ground *g)
{
    clv_out_chr(&g->out, 0);
    assert_false(g->out.failed);
    g->out.len = 0;
    return g->out.buf;
}

void ground_same(struct ground *g, const char *want)
{
    assert_string_equal(ground_written(g), want);
}

void ground_look(struct ground *g, const char *layer, const uint8_t *bytes, uint32_t len)
{
    clv_split(g->clv, &g->view, g->arena, clv_layer_named(g->clv, layer), bytes, len);
}

uint8_t *ground_make(struct ground *g, const char *layer, const char *text, uint32_t most)
{
    struct clv_err err = { 0 };
    uint32_t len = 0;
    clv_arena_reset(g->arena);
    struct clv_draft *draft = clv_parse(g->clv, g->arena, text, strlen(text), &err);
    uint8_t *bytes = draft ? clv_build(draft, g->arena, &len, &err) : NULL;
    if (!bytes)
        fail_msg("%s: %s", text, err.text);
    ground_look(g, layer, bytes, most && most < len ? most : len);
    return bytes;
}
