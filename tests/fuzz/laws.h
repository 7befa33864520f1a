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

/* Bytes of the UTF-8 sequence at p, its code point in *c; 0: none. Written anew, to judge by. */
static inline size_t law_utf8(const uint8_t *p, size_t n, uint32_t *c)
{
    size_t need = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (!need || need > n || p[0] > 0xf4)
        return 0;
    *c = need == 1 ? p[0] : p[0] & (0x7fu >> need);
    for (size_t i = 1; i < need; i++) {
        if (p[i] < 0x80 || p[i] > 0xbf)
            return 0;
        *c = *c << 6 | (p[i] & 0x3fu);
    }
    bool long_form = (need == 3 && *c < 0x800) || (need == 4 && *c < 0x10000);
    return long_form || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff) ? 0 : need;
}

/* Text for terminals: UTF-8 without controls (but newlines and what `also` is) or bidi marks. */
static inline bool law_safe(const char *text, size_t n, char also)
{
    const uint8_t *p = (const uint8_t *)text;
    for (size_t i = 0, take; i < n; i += take) {
        uint32_t c;
        if (!(take = law_utf8(p + i, n - i, &c)))
            return false;
        if ((c < 0x20 && c != '\n' && (!also || c != (uint8_t)also)) || (c >= 0x7f && c < 0xa0))
            return false;
        if (c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
            (c >= 0x2066 && c <= 0x2069))
            return false;
    }
    return true;
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
    if (!law_safe(out->buf, out->len, 0))
        return "a raw control in an expression";
    if (!law_builds(view, clv_parse(clv, arena, out->buf, out->len, NULL), arena))
        return "law 5: parse, build";
    out->len = 0;
    if (!clv_print_json(view, NULL, arena, CLV_SHOW_WORDS, out))
        return "law 6: print";
    if (!law_safe(out->buf, out->len, 0))
        return "a raw control in JSON";
    if (!law_builds(view, clv_parse_json(clv, arena, out->buf, out->len, &frame, NULL), arena))
        return "law 6: parse, build";
    return NULL;
}

/* Three bytes that choose this layer, whatever other layers there are. */
enum { LAW_CHOICE = 3 };
static inline uint32_t law_choice(const char *name)
{
    uint32_t h = 0x811c9dc5;
    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 0x01000193;
    return h >> 8;
}

/* The layer whose choice comes next. */
static inline const struct clv_desc *law_layer(const struct clv *clv, const uint8_t *p)
{
    const struct clv_desc *best = NULL;
    uint32_t want = (uint32_t)(p[0] << 16 | p[1] << 8 | p[2]), least = 0;
    for (uint32_t i = 0; i < clv_layer_count(clv); i++) {
        const struct clv_desc *d = clv_layer_at(clv, i);
        uint32_t off = (law_choice(d->name) - want) & 0xffffff;
        if (!best || off < least) {
            best = d;
            least = off;
        }
    }
    return best;
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
    if (!law_safe(out->buf, out->len, 0))
        return "a raw control in a line, tree, dump or note";
    clv_view_sum(&view);
    clv_split(clv, &view, NULL, first, bytes, n);
    return law_tile(&view) ? NULL : "law 1: tile, without an arena";
}

#endif
