/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Laws 1, 4, 5 and 6 on one packet of any bytes, and every verb that prints it. Fuzz targets and
 * unit tests share it: the answer is the law that does not hold.
 */
#ifndef LAWS_H
#define LAWS_H

#include "../../core/cleave.h"

#include <stdio.h>
#include <string.h>

/* Header, payload and tail of every layer lie in each other, in order. */
static inline bool law_tile(const struct clv_view *view)
{
    uint32_t at = 0;
    if (!view->n || view->layers[0].off || view->layers[0].up)
        return false;
    for (uint32_t i = 0; i < view->n; i++) {
        const struct clv_layer *y = &view->layers[i], *up = &view->layers[y->up];
        if (y->end < y->off || y->head > y->end - y->off || y->end > view->len || y->off < at)
            return false;
        at = y->off + y->head;
        if (i && (y->up >= i || y->off < up->off + up->head || y->end > up->end))
            return false;
    }
    return true;
}

/* Does the draft build the view's bytes? */
static inline bool law_builds(const struct clv_view *view, struct clv_draft *draft,
                              struct clv_arena *arena)
{
    uint32_t n = 0;
    const uint8_t *bytes = draft ? clv_build(draft, arena, &n, NULL) : NULL;
    return bytes && n == view->len && (!n || !memcmp(bytes, view->bytes, n));
}

static inline const char *law_text(const struct clv *clv, struct clv_view *view,
                                   struct clv_arena *arena, struct clv_out *out)
{
    struct clv_frame frame;
    if (!law_builds(view, clv_lift(view, arena), arena))
        return "law 4: lift, build";
    out->len = 0;
    if (!clv_print_expr(view, arena, out))
        return "law 5: print";
    if (!law_builds(view, clv_parse(clv, arena, out->buf, out->len, NULL), arena))
        return "law 5: parse, build";
    out->len = 0;
    if (!clv_print_json(view, NULL, arena, CLV_SHOW_WORDS, out))
        return "law 6: print";
    if (!law_builds(view, clv_parse_json(clv, arena, out->buf, out->len, &frame, NULL), arena))
        return "law 6: parse, build";
    return NULL;
}

/* A request and its answer share a hash; the wide one in any case. */
static inline bool law_answers(const struct clv_view *request, const struct clv_view *answer)
{
    if (!clv_answers(request, answer))
        return true;
    for (int wide = clv_request_wide(request); wide < 2; wide++)
        if (clv_hash_request(request, wide) != clv_hash_answer(answer, wide))
            return false;
    return true;
}

/* NULL, or the law that these bytes break. out keeps the last text. The arena is reset. */
static inline const char *law_broken(const struct clv *clv, struct clv_arena *arena,
                                     const struct clv_desc *first, const uint8_t *bytes, uint32_t n,
                                     struct clv_out *out)
{
    struct clv_view view;
    clv_arena_reset(arena);
    clv_split(clv, &view, arena, first, bytes, n);
    if (!law_tile(&view))
        return "law 1: tile";
    const char *broken = law_text(clv, &view, arena, out);
    if (broken)
        return broken;
    out->len = 0;
    clv_print_line(&view, NULL, 0, out);
    if (!clv_print_tree(&view, NULL, arena, 0, out))
        return "tree";
    clv_print_dump(&view, arena, 0, out);
    for (uint32_t i = 0; i < view.nnotes; i++)
        clv_print_note(&view, &view.notes[i], out);
    if (out->failed)
        return "print";
    clv_view_sum(&view);
    clv_split(clv, &view, NULL, first, bytes, n);
    return law_tile(&view) ? NULL : "law 1: tile, without an arena";
}

#endif
