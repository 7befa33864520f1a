/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables themselves as text: all layers, or one with its fields, words and picture. */
#include "../model/draft.h"
#include "text.h"

#include <string.h>

enum { WIDTH = 80, COLUMNS = 6, WORDS_BESIDE = 30, NAME_MOST = 28 };

static void pad_to(struct clv_out *out, size_t n, size_t width)
{
    clv_out_pad(out, ' ', n < width ? width - n : 0);
}

void clv_print_layers(const struct clv *clv, struct clv_out *out)
{
    size_t names = 0, titles = 0;
    for (uint32_t i = 0; i < clv->n; i++) {
        const struct clv_desc *d = clv->descs[i];
        size_t n = strlen(d->name), t = d->title ? strlen(d->title) : 0;
        names = n > names && n <= NAME_MOST ? n : names;
        titles = t > titles && t <= 48 ? t : titles;
    }
    for (uint32_t i = 0; i < clv->n; i++) {
        const struct clv_desc *d = clv->descs[i];
        const char *title = d->title ? d->title : "";
        clv_out_str(out, d->name);
        if (d->title || d->source) {
            pad_to(out, strlen(d->name), names);
            clv_out_str(out, "  ");
            clv_out_str(out, title);
        }
        if (d->source) {
            pad_to(out, strlen(title), titles);
            clv_out_str(out, "  ");
            clv_out_str(out, d->source);
        }
        clv_out_chr(out, '\n');
    }
}

/* ---- Text that wraps: words separated by ", ", lines indented. */

struct wrap {
    struct clv_out *out;
    size_t at, indent;
    bool any;
};

static void wrap_begin(struct wrap *w, struct clv_out *out, const char *head)
{
    *w = (struct wrap){ .out = out, .at = strlen(head), .indent = 9 };
    clv_out_str(out, head);
    pad_to(out, w->at, w->indent);
    w->at = w->at < w->indent ? w->indent : w->at;
}

static void wrap_add(struct wrap *w, const char *s, size_t n)
{
    if (w->any) {
        clv_out_chr(w->out, ',');
        w->at++;
        if (w->at + n + 2 > WIDTH) {
            clv_out_chr(w->out, '\n');
            clv_out_pad(w->out, ' ', w->indent);
            w->at = w->indent;
        } else {
            clv_out_chr(w->out, ' ');
            w->at++;
        }
    }
    clv_out_mem(w->out, s, n);
    w->at += n;
    w->any = true;
}

/* Add what `text` holds and empty it. */
static void wrap_take(struct wrap *w, struct clv_out *text)
{
    if (!text->failed && text->len)
        wrap_add(w, text->buf, text->len);
    text->len = 0;
}

/* ---- Columns of the field table. */

void clv_print_size(const struct layer *layer, const struct row *row, struct clv_out *out)
{
    bool bytes = row->kind->shape == SHAPE_BYTES && row->bits;
    if (row->size != NO_ID) {
        clv_out_str(out, row->counted ? "as many as " : "by ");
        clv_out_str(out, layer->rows[row->size].f->name);
    } else if (row->many && row->bits) {
        clv_out_str(out, "many of ");
        clv_out_dec(out, row->bits);
        clv_out_str(out, " bits");
    } else if (row->kind->shape == SHAPE_SWITCH) {
        clv_out_str(out, "none");
    } else if (row->bits) {
        clv_out_dec(out, bytes ? row->bits / 8u : row->bits);
        clv_out_str(out, bytes ? " byte" : " bit");
        clv_out_str(out, row->bits == (bytes ? 8 : 1) ? "" : "s");
    } else if (row->f->like) {
        clv_out_str(out, "like ");
        clv_out_safe(out, row->f->like, strlen(row->f->like));
    } else {
        clv_out_str(out, row->many || !row->kind->span ? "variable" : "by its value");
    }
}

static void print_measure(const struct layer *layer, const struct row *row, struct clv_out *out)
{
    static const char *const what[] = {
        [CLV_HEADER] = "bytes of header",   [CLV_LAYER] = "bytes of layer",
        [CLV_PAYLOAD] = "bytes of payload", [CLV_REST] = "bytes behind it",
        [CLV_FIELD] = "bytes of ",          [CLV_COUNT] = "count of ",
        [CLV_START] = "start of ",          [CLV_STRIDE] = "bytes to the next",
        [CLV_BODY] = "bytes before items",
    };
    const struct clv_span *m = &row->f->measures;
    clv_out_str(out, what[m->of]);
    if (row->sized != NO_ID && (m->of == CLV_FIELD || m->of == CLV_COUNT || m->of == CLV_START))
        clv_out_str(out, layer->rows[row->sized].f->name);
    if (m->bias) {
        clv_out_str(out, m->bias < 0 ? " - " : " + ");
        clv_out_int(out, m->bias < 0 ? -m->bias : m->bias);
    }
    if (m->unit > 1) {
        clv_out_str(out, " / ");
        clv_out_dec(out, m->unit);
    }
}

static void print_default(const struct layer *layer, const struct row *row, struct clv_out *out)
{
    const struct clv_field *f = row->f;
    struct clv_val v = { .u = f->init };
    uint8_t room[256];
    if (f->measures.of) {
        print_measure(layer, row, out);
        return;
    }
    if (f->fill) {
        clv_out_str(out, "computed");
        return;
    }
    if (f->key && !row->item_key && !(row->style & (CLV_EITHER | CLV_TELL)))
        clv_out_str(out, "by payload, else ");
    else if (f->role)
        clv_out_str(out, f->role == CLV_NET_DST ? "" : "by route, else ");
    if (row->kind == &clv_bytes && (f->init || (f->text && (row->style & CLV_HEX)))) {
        struct bytes b = clv_row_default(row, room);
        v.p = b.p;
        v.n = b.n;
        row->kind->print(f, &v, FORM_SHOW, out);
    } else if (f->text)
        clv_out_safe(out, f->text, strlen(f->text));
    else if (row->kind->shape == SHAPE_ITEM || row->many)
        clv_out_str(out, "none");
    else if (row->kind->shape == SHAPE_NUM)
        clv_val_show(row, &v, false, out);
    else if (row->kind->shape == SHAPE_SWITCH)
        clv_out_dec(out, f->init);
    else if (row->bits && row->kind != &clv_ip6)
        clv_out_str(out, "zeros");
    else
        row->kind->print(f, &v, FORM_SHOW, out);
}

static void print_word(const struct row *row, const struct clv_word *word, struct clv_out *out)
{
    clv_out_str(out, word->name);
    clv_out_chr(out, ' ');
    if (row->style & CLV_HEX)
        clv_out_hex(out, word->value);
    else
        clv_out_dec(out, word->value);
}

/* All words if they are few; else the first ones. true: some are left. */
static bool print_words(const struct row *row, struct clv_out *out)
{
    size_t from = out->len;
    for (const struct clv_word *w = row->f->words; w && w->name; w++) {
        size_t before = out->len;
        if (w != row->f->words)
            clv_out_str(out, ", ");
        print_word(row, w, out);
        if (out->len - from <= WORDS_BESIDE || w == row->f->words)
            continue;
        out->len = before;
        clv_out_str(out, ", ..");
        return true;
    }
    return false;
}

static void print_cell(const struct layer *layer, const struct row *row, int column,
                       struct clv_out *out)
{
    switch (column) {
    case 0: clv_out_str(out, row->f->name); break;
    case 1: clv_print_size(layer, row, out); break;
    case 2:
        clv_out_str(out, row->kind->name);
        if (row->style & CLV_LE)
            clv_out_str(out, " LE");
        if (row->style & CLV_SIGNED)
            clv_out_str(out, " signed");
        break;
    case 3: print_default(layer, row, out); break;
    case 4: clv_out_str(out, row->f->when ? row->f->when : ""); break;
    default: print_words(row, out);
    }
}

static const char *const heads[COLUMNS] = { "FIELD", "SIZE", "KIND", "DEFAULT", "IF", "VALUES" };

/* One line of the table; row NULL: its head. A column that is empty throughout has no width. */
static void print_row(const struct layer *layer, const struct row *row, const size_t *widths,
                      struct clv_out *text, struct clv_out *out)
{
    size_t owed = 0;
    for (int c = 0; c < COLUMNS; c++) {
        text->len = 0;
        if (!widths[c])
            continue;
        if (row)
            print_cell(layer, row, c, text);
        else
            clv_out_str(text, heads[c]);
        if (text->failed)
            return;
        if (text->len) {
            clv_out_pad(out, ' ', owed);
            clv_out_mem(out, text->buf, text->len);
            owed = 0;
        }
        owed += widths[c] + 2 - (text->len < widths[c] ? text->len : widths[c]);
    }
    clv_out_chr(out, '\n');
}

static void print_table(const struct layer *layer, struct clv_out *text, struct clv_out *out)
{
    size_t widths[COLUMNS] = { 0 };
    for (uint32_t i = 0; i < layer->n; i++)
        for (int c = 0; c < COLUMNS; c++) {
            text->len = 0;
            print_cell(layer, &layer->rows[i], c, text);
            widths[c] = text->len > widths[c] ? text->len : widths[c];
        }
    for (int c = 0; c < COLUMNS; c++)
        if (widths[c] && widths[c] < strlen(heads[c]))
            widths[c] = strlen(heads[c]);
    print_row(layer, NULL, widths, text, out);
    for (uint32_t i = 0; i < layer->n; i++)
        print_row(layer, &layer->rows[i], widths, text, out);
}

/* ---- What stands around the table. */

static void print_line(const char *head, const char *s, struct clv_out *out)
{
    if (!s)
        return;
    clv_out_str(out, head);
    pad_to(out, strlen(head), 9);
    clv_out_str(out, s);
    clv_out_chr(out, '\n');
}

/* Is the space one of those that a row names, separated by blanks? */
static bool names_space(const char *spaces, const char *space)
{
    size_t n = strlen(space);
    for (const char *s = spaces; s && *s; s += strcspn(s, " "), s += *s == ' ')
        if (strcspn(s, " ") == n && !strncmp(s, space, n))
            return true;
    return false;
}

static bool is_holder(const struct clv_field *f, const char *space)
{
    return names_space(f->key, space) || (f->of && !strcmp(f->of, space));
}

/*
 * The rows whose values are keys of this space, or whose items come from it: LLC.dsap+ssap+ctrl
 * make one key, UDP.sport and UDP.dport are tried in turn.
 */
static void print_holders(const struct clv *clv, const char *space, struct wrap *w,
                          struct clv_out *text)
{
    clv_out_str(text, " in ");
    for (uint32_t i = 0; i < clv->n; i++) {
        const struct clv_desc *d = clv->descs[i];
        bool named = false;
        for (uint32_t r = 0; d->fields && d->fields[r].name; r++) {
            const struct clv_field *f = &d->fields[r];
            if (!is_holder(f, space) || (r && !strcmp(f[-1].name, f->name)))
                continue;
            if (named && (f->style & CLV_EITHER))
                wrap_take(w, text);
            bool joined = named && !(f->style & CLV_EITHER);
            clv_out_str(text, joined ? "+" : d->name);
            clv_out_str(text, joined ? "" : ".");
            clv_out_str(text, f->name);
            named = true;
        }
        if (!named && d->next && !strcmp(d->next, space)) {
            clv_out_str(text, d->name);
            named = true;
        }
        if (named)
            wrap_take(w, text);
    }
}

static void print_key(const struct clv_under *u, struct clv_out *text)
{
    const bool hex = u->key > 255;
    if (hex)
        clv_out_hex(text, u->key);
    else
        clv_out_dec(text, u->key);
    if (!u->to)
        return;
    clv_out_str(text, "..");
    if (hex)
        clv_out_hex(text, u->to);
    else
        clv_out_dec(text, u->to);
}

/* The keys of this row and of those after it for the same space. Lists without keys have 0. */
static void print_keys(const struct clv_under *u, bool list, struct clv_out *text)
{
    const char *between = " ", *space = u->space;
    for (; u->space; u++) {
        if (strcmp(u->space, space) != 0 || (list && !u->key && !u->to))
            continue;
        clv_out_str(text, between);
        print_key(u, text);
        between = ", ";
    }
}

static bool was_before(const struct clv_under *first, const struct clv_under *u)
{
    for (; first != u; first++)
        if (!strcmp(first->space, u->space))
            return true;
    return false;
}

static void print_under(const struct clv *clv, const struct clv_desc *d, struct clv_out *text,
                        struct clv_out *out)
{
    const char *head = "under";
    for (const struct clv_under *u = d->under; u && u->space; u++) {
        struct wrap w;
        if (was_before(d->under, u))
            continue;
        wrap_begin(&w, out, head);
        head = "";
        text->len = 0;
        clv_out_str(text, u->space);
        print_keys(u, clv_space_lists(clv, u->space), text);
        size_t keys = text->len;
        print_holders(clv, u->space, &w, text);
        if (!w.any && !text->failed) /* no field names it, as with "link" */
            clv_out_mem(out, text->buf, keys);
        clv_out_chr(out, '\n');
    }
}

static void print_items(const struct clv *clv, const struct row *row, struct clv_out *text,
                        struct clv_out *out)
{
    struct wrap w;
    clv_out_chr(out, '\n');
    clv_out_str(out, row->f->name);
    clv_out_str(out, ", items of ");
    clv_out_str(out, row->f->of);
    clv_out_chr(out, '\n');
    wrap_begin(&w, out, "");
    for (uint32_t i = 0; i < clv->n; i++) {
        const struct clv_desc *d = clv->descs[i];
        const struct clv_under *u = d->under;
        while (u && u->space && strcmp(u->space, row->f->of) != 0)
            u++;
        if (!u || !u->space)
            continue;
        clv_out_str(text, d->name);
        wrap_take(&w, text);
    }
    clv_out_chr(out, '\n');
}

/* Rows that share their words share the list. */
static void print_all_words(const struct layer *layer, const struct row *row, struct clv_out *text,
                            struct clv_out *out)
{
    struct wrap w;
    const char *between = "";
    for (uint32_t i = 0; i < row->index; i++)
        if (layer->rows[i].f->words == row->f->words)
            return;
    clv_out_chr(out, '\n');
    for (uint32_t i = row->index; i < layer->n; i++) {
        const struct clv_field *f = layer->rows[i].f;
        if (f->words != row->f->words)
            continue;
        clv_out_str(out, between);
        clv_out_str(out, f->name);
        clv_out_str(out, f->when ? " if " : "");
        clv_out_str(out, f->when ? f->when : "");
        between = ", ";
    }
    clv_out_chr(out, '\n');
    wrap_begin(&w, out, "");
    for (const struct clv_word *word = row->f->words; word->name; word++) {
        print_word(row, word, text);
        wrap_take(&w, text);
    }
    clv_out_chr(out, '\n');
}

void clv_print_layer(const struct clv *clv, const struct clv_desc *desc, struct clv_out *out)
{
    const struct layer *layer = clv_layer_by_desc(clv, desc);
    struct clv_out text;
    if (!layer)
        return;
    clv_out_init(&text, NULL, NULL);
    clv_out_str(out, desc->name);
    if (desc->title && strcmp(desc->title, desc->name) != 0) {
        clv_out_str(out, "  ");
        clv_out_str(out, desc->title);
    }
    clv_out_chr(out, '\n');
    print_line("source", desc->source, out);
    print_line("alias", desc->alias, out);
    print_line("if", desc->when, out);
    print_line("quotes", desc->quotes, out);
    print_line("answers", desc->answers, out);
    print_under(clv, desc, &text, out);
    if (layer->n) {
        clv_out_chr(out, '\n');
        print_table(layer, &text, out);
    }
    if (layer->n) {
        clv_out_chr(out, '\n');
        clv_print_picture(layer, out);
    }
    for (uint32_t i = 0; i < layer->n; i++) {
        text.len = 0;
        if (print_words(&layer->rows[i], &text)) {
            text.len = 0;
            print_all_words(layer, &layer->rows[i], &text, out);
        }
        text.len = 0;
        if (layer->rows[i].f->of)
            print_items(clv, &layer->rows[i], &text, out);
    }
    clv_out_free(&text);
}
