/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes: plain hex on one line, or offset, hex and text, on a terminal with each field's in a shade. */
#include "text.h"

#include <string.h>

enum { ROW = 16, HUES = 5 };

void clv_print_hex(const uint8_t *bytes, uint32_t len, struct clv_out *out)
{
    clv_out_hexbytes(out, bytes, len);
    clv_out_chr(out, '\n');
}

/* A hue for each layer, two shades in turn for its fields; 0: no field. */
static const char *const shades[1 + 2 * HUES] = {
    "\033[0m",  "\033[36m", "\033[96m", "\033[32m", "\033[92m", "\033[33m",
    "\033[93m", "\033[35m", "\033[95m", "\033[34m", "\033[94m",
};

/* A byte that two fields share is the first one's. */
static void shade_cell(uint8_t *shade, uint32_t from, uint32_t to, uint8_t value)
{
    for (; from < to; from++)
        if (!shade[from])
            shade[from] = value;
}

static void shade_layer(const struct clv_view *view, uint32_t i, uint8_t *shade)
{
    const struct clv_layer *y = &view->layers[i];
    const struct layer *layer = view->clv->layers[y->id];
    struct where where = clv_where(view, i);
    struct walk w;
    struct cell cell;
    uint8_t hue = (uint8_t)(1 + i % HUES * 2), turn = 0;
    clv_walk_begin(&w, &where, layer, view->bytes + y->off, y->head);
    while (clv_walk_next(&w, &cell)) {
        if (!cell.bits)
            continue;
        shade_cell(shade, y->off + cell.bit / 8, y->off + (cell.bit + cell.bits + 7) / 8,
                   (uint8_t)(hue + turn));
        turn ^= 1;
    }
    uint32_t body = clv_layer_body_end(view, i);
    if (layer->nhead < layer->n)
        shade_cell(shade, body, y->end, (uint8_t)(hue + turn));
}

static uint8_t *shades_find(const struct clv_view *view, struct clv_arena *arena)
{
    uint8_t *shade = clv_arena_zero(arena, view->len + 1u);
    for (uint32_t i = 0; shade && i < view->n; i++)
        shade_layer(view, i, shade);
    return shade;
}

static void print_byte(uint8_t c, bool text, struct clv_out *out)
{
    if (text)
        clv_out_chr(out, c >= 0x20 && c < 0x7f ? (char)c : '.');
    else
        clv_out_hexn(out, c, 2);
}

/* 16 bytes as hex or as text. */
static void print_part(const uint8_t *bytes, const uint8_t *shade, uint32_t from, uint32_t len,
                       bool text, struct clv_out *out)
{
    uint8_t now = 0;
    for (uint32_t i = 0; i < ROW; i++) {
        bool here = from + i < len;
        uint8_t want = shade && here ? shade[from + i] : 0;
        if (!text)
            clv_out_str(out, i == ROW / 2 ? "  " : " ");
        if (want != now)
            clv_out_str(out, shades[now = want]);
        if (here)
            print_byte(bytes[from + i], text, out);
        else if (!text)
            clv_out_str(out, "  ");
    }
    if (now)
        clv_out_str(out, shades[0]);
}

void clv_print_dump(const struct clv_view *view, struct clv_arena *arena, unsigned flags,
                    struct clv_out *out)
{
    const uint8_t *shade = flags & CLV_SHOW_COLOUR ? shades_find(view, arena) : NULL;
    for (uint32_t i = 0; i < view->len; i += ROW) {
        clv_out_hexn(out, i, view->len > 0x10000 ? 8 : 4);
        clv_out_chr(out, ' ');
        print_part(view->bytes, shade, i, view->len, false, out);
        clv_out_str(out, "  ");
        print_part(view->bytes, shade, i, view->len, true, out);
        clv_out_chr(out, '\n');
    }
    clv_out_chr(out, '\n');
}
