/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A header as the pictures in RFCs show it: 32 bits a line. Rows at fixed places are drawn to scale;
 * the others, and long ones, as full lines between slashes.
 */
#include "text.h"

#include <string.h>

enum { LINE_BITS = 32, LONG_BITS = 160, LINE_WIDTH = 2 * LINE_BITS - 1 };

struct segment {
    const char *name;
    uint32_t from, bits;
};

struct picture {
    struct clv_out *out;
    struct segment s[MAX_ROWS];
    uint32_t n, bits;
    bool closed; /* a border as wide as a line was drawn last */
};

/* The segment that holds a bit; UINT32_MAX: none. */
static uint32_t owner(const struct picture *p, uint32_t bit)
{
    for (uint32_t i = 0; i < p->n; i++)
        if (bit - p->s[i].from < p->s[i].bits && bit >= p->s[i].from)
            return i;
    return UINT32_MAX;
}

static void add(struct picture *p, const struct row *row)
{
    uint32_t from = p->bits, in = from % 8;
    /* Bits that count from the low end of their byte stand there to the right. */
    if ((row->style & CLV_LE) && row->bits < 8 && in + row->bits <= 8)
        from += 8 - 2 * in - row->bits;
    p->s[p->n++] = (struct segment){ row->f->name, from, row->bits };
    p->bits += row->bits;
}

/* ---- The fixed part. */

/*
 * The border above a line, or with line == lines the last one: dashes, but inside a field that goes
 * on. As wide as the lines beside it; full: a full line follows.
 */
static void draw_border(const struct picture *p, uint32_t line, bool full)
{
    uint32_t at = line * LINE_BITS, end = LINE_BITS;
    bool inside = line && at < p->bits, open_before = false;
    if (!full && !line && p->bits < LINE_BITS)
        end = p->bits;
    else if (!full && line && !inside && p->bits % LINE_BITS)
        end = p->bits % LINE_BITS;
    for (uint32_t c = 0; c < end; c++) {
        uint32_t i = inside ? owner(p, at + c) : UINT32_MAX;
        bool open = i != UINT32_MAX && i == owner(p, at - LINE_BITS + c);
        clv_out_chr(p->out, open && open_before ? ' ' : '+');
        clv_out_chr(p->out, open ? ' ' : '-');
        open_before = open;
    }
    clv_out_str(p->out, "+\n");
}

/* The line on which a segment's name stands: the middle one, or the wider of two. */
static uint32_t name_line(const struct segment *s)
{
    uint32_t first = s->from / LINE_BITS, last = (s->from + s->bits - 1) / LINE_BITS;
    if (first + 1 == last && LINE_BITS - s->from % LINE_BITS < (s->from + s->bits) % LINE_BITS)
        return last;
    return (first + last) / 2;
}

static void draw_name(struct clv_out *out, const char *name, uint32_t width)
{
    uint32_t n = (uint32_t)strlen(name);
    n = n < width ? n : width;
    uint32_t left = (width - n) / 2;
    clv_out_pad(out, ' ', left);
    clv_out_mem(out, name, n);
    clv_out_pad(out, ' ', width - n - left);
}

static void draw_line(const struct picture *p, uint32_t line)
{
    uint32_t at = line * LINE_BITS, end = at + LINE_BITS;
    end = end < p->bits ? end : p->bits;
    while (at < end) {
        uint32_t i = owner(p, at), to = at + 1;
        while (to < end && owner(p, to) == i)
            to++;
        bool named = i != UINT32_MAX && name_line(&p->s[i]) == line;
        clv_out_chr(p->out, '|');
        draw_name(p->out, named ? p->s[i].name : "", 2 * (to - at) - 1);
        at = to;
    }
    clv_out_str(p->out, "|\n");
}

static void draw_scale(struct clv_out *out)
{
    for (uint32_t i = 0; i < LINE_BITS; i++) {
        clv_out_chr(out, ' ');
        clv_out_chr(out, i % 10 ? ' ' : (char)('0' + i / 10));
        if (i == 30)
            break;
    }
    clv_out_chr(out, '\n');
    for (uint32_t i = 0; i < LINE_BITS; i++) {
        clv_out_chr(out, ' ');
        clv_out_chr(out, (char)('0' + i % 10));
    }
    clv_out_chr(out, '\n');
}

/* Draw what was gathered; `more`: a full line follows. */
static void flush(struct picture *p, bool more)
{
    uint32_t lines = (p->bits + LINE_BITS - 1) / LINE_BITS;
    for (uint32_t i = 0; i < lines; i++) {
        if (i || !p->closed)
            draw_border(p, i, false);
        draw_line(p, i);
    }
    if (lines) {
        draw_border(p, lines, more);
        p->closed = more;
    }
    p->n = p->bits = 0;
}

/* ---- Full lines. */

static void draw_full(struct picture *p, const char *text, size_t n)
{
    if (!p->closed) {
        for (uint32_t i = 0; i < LINE_BITS; i++)
            clv_out_str(p->out, "+-");
        clv_out_str(p->out, "+\n");
    }
    size_t most = LINE_WIDTH - 2, left;
    bool cut = n > most;
    n = cut ? most - 3 : n;
    left = (LINE_WIDTH - n - (cut ? 3 : 0)) / 2;
    clv_out_chr(p->out, '/');
    clv_out_pad(p->out, ' ', left);
    clv_out_mem(p->out, text, n);
    clv_out_str(p->out, cut ? "..." : "");
    clv_out_pad(p->out, ' ', LINE_WIDTH - n - (cut ? 3 : 0) - left);
    clv_out_str(p->out, "/\n");
    for (uint32_t i = 0; i < LINE_BITS; i++)
        clv_out_str(p->out, "+-");
    clv_out_str(p->out, "+\n");
    p->closed = true;
}

static void draw_row(struct picture *p, const struct layer *layer, const struct row *row)
{
    struct clv_out text;
    clv_out_init(&text, NULL, NULL);
    clv_out_str(&text, row->f->name);
    clv_out_str(&text, " (");
    clv_print_size(layer, row, &text);
    if (row->f->when) {
        clv_out_str(&text, " if ");
        clv_out_str(&text, row->f->when);
    }
    clv_out_chr(&text, ')');
    if (!text.failed)
        draw_full(p, text.buf, text.len);
    clv_out_free(&text);
}

/* Alternatives differ in meaning; where they differ in size as well, each is drawn. */
static bool is_same_place(const struct layer *layer, const struct row *row)
{
    return row->alias != NO_ID && row->bits && row->bits == layer->rows[row->index - 1].bits &&
           (row->fixed || !row->f->when || row->many == layer->rows[row->index - 1].many);
}

void clv_print_picture(const struct layer *layer, struct clv_out *out)
{
    struct picture p = { .out = out };
    if (!layer->n)
        return;
    draw_scale(out);
    for (uint32_t i = 0; i < layer->n; i++) {
        const struct row *row = &layer->rows[i];
        bool fixed = row->fixed && row->bits && i < layer->nhead;
        if (row->kind->shape == SHAPE_SWITCH || (row->alias != NO_ID && fixed) ||
            is_same_place(layer, row))
            continue;
        if (i == layer->nhead) {
            flush(&p, true);
            draw_full(&p, "payload", 7);
        }
        if (fixed && !(row->bits > LONG_BITS && p.bits % LINE_BITS == 0 && row->bits % 32 == 0)) {
            add(&p, row);
            continue;
        }
        flush(&p, true);
        draw_row(&p, layer, row);
    }
    flush(&p, false);
}
