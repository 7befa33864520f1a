/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet as one JSON object on one line: typed, no name twice in an object, every byte of the
 * packet in it, so that clv_parse_json() gives it back.
 */
#include "../model/draft.h"
#include "text.h"

#include <string.h>

struct json {
    const struct clv_view *view;
    struct clv_out *out;
    bool words;
};

static const uint64_t exact = (1ull << 53) - 1; /* what every reader of JSON keeps */

static void print_number(uint64_t v, struct clv_out *out)
{
    if (v > exact)
        clv_out_chr(out, '"');
    clv_out_dec(out, v);
    if (v > exact)
        clv_out_chr(out, '"');
}

static void print_text(const char *s, struct clv_out *out)
{
    clv_out_json(out, s, strlen(s));
}

static void print_hex(const uint8_t *p, uint32_t n, struct clv_out *out)
{
    clv_out_chr(out, '"');
    clv_out_hexbytes(out, p, n);
    clv_out_chr(out, '"');
}

/* Names of fields are the tables' own: nothing in them needs an escape. */
static void print_key(const char *before, const char *name, struct clv_out *out)
{
    clv_out_str(out, ",\"");
    clv_out_str(out, before);
    clv_out_str(out, name);
    clv_out_str(out, "\":");
}

static void print_raw(const uint8_t *p, uint32_t n, struct clv_out *out)
{
    clv_out_str(out, "{\"raw\":");
    print_hex(p, n, out);
    clv_out_chr(out, '}');
}

/* An unusual spelling of the value. */
static bool print_spelt(const struct row *row, const struct clv_val *v, struct clv_out *out)
{
    uint8_t bytes[16] = { 0 };
    uint32_t n = row->kind->width && row->kind->store ? row->kind->width(row->f, v) : 0;
    if (!n || n > sizeof bytes)
        return false;
    row->kind->store(row->f, v, bytes);
    print_raw(bytes, n, out);
    return true;
}

static void print_value(const struct row *row, const struct clv_val *v, struct clv_out *out)
{
    if (!v->spell || !print_spelt(row, v, out))
        row->kind->print(row->f, v, FORM_JSON, out);
}

static void print_word(const struct json *j, const struct row *row, const struct slot *slot)
{
    const struct word *word = row->words ? clv_words_find(row->words, slot->v.u) : NULL;
    if (!word && (row->kind != &clv_flags || !row->f->words || !slot->v.u))
        return;
    clv_out_str(j->out, ",\"");
    clv_out_str(j->out, row->f->name);
    clv_out_str(j->out, ".word\":\"");
    row->kind->print(row->f, &slot->v, FORM_SHOW, j->out);
    clv_out_chr(j->out, '"');
}

static void print_node(const struct json *j, const struct node *node);

static void print_slot(const struct json *j, const struct row *row, const struct slot *slot)
{
    if (slot->state == SLOT_RAW) {
        print_raw(slot->v.p, slot->v.n, j->out);
    } else if (row->kind->shape == SHAPE_ITEM) {
        clv_out_chr(j->out, '[');
        for (const struct node *item = slot->items; item; item = item->next) {
            print_node(j, item);
            if (item->next)
                clv_out_chr(j->out, ',');
        }
        clv_out_chr(j->out, ']');
    } else if (row->many) {
        clv_out_chr(j->out, '[');
        for (uint32_t i = 0; i < slot->nmany; i++) {
            if (i)
                clv_out_chr(j->out, ',');
            print_value(row, &slot->many[i], j->out);
        }
        clv_out_chr(j->out, ']');
    } else {
        print_value(row, &slot->v, j->out);
        if (j->words)
            print_word(j, row, slot);
    }
}

static void print_bytes(const struct json *j, const char *before, const char *name,
                        const struct bytes *bytes)
{
    print_key(before, name, j->out);
    print_hex(bytes->p, bytes->n, j->out);
}

static void print_layer_name(const char *name, struct clv_out *out)
{
    clv_out_str(out, "{\"layer\":\"");
    clv_out_str(out, name);
    clv_out_chr(out, '"');
}

static void print_node(const struct json *j, const struct node *node)
{
    clv_out_mem(j->out, node->layer->name - 10, node->layer->nname + 11u);
    for (uint32_t i = 0; i < node->layer->n; i++) {
        const struct row *row = &node->layer->rows[i];
        const struct slot *slot = &node->slots[i];
        if (!slot->here)
            continue;
        if (slot->gap)
            print_bytes(j, "_gap_", row->f->name, slot->gap);
        char *to = clv_out_room(j->out, row->nname + 32u);
        if (to)
            j->out->len += (size_t)(clv_put_text(to, row->name - 2, row->nname + 4u) - to);
        print_slot(j, row, slot);
    }
    if (node->has_extra)
        print_bytes(j, "_extra", "", &node->extra);
    if (node->has_pad)
        print_bytes(j, "_pad", "", &node->pad);
    if (node->has_tail)
        print_bytes(j, clv_tail_name(node->layer), "", &node->tail);
    clv_out_chr(j->out, '}');
}

static void print_frame(const struct clv_frame *frame, struct clv_out *out)
{
    const char *link = frame->link < 0 ? NULL : clv_link_name(frame->link);
    clv_out_str(out, "\"frame\":{\"number\":");
    print_number(frame->number, out);
    clv_out_str(out, ",\"time\":\"");
    clv_out_time(out, frame->sec, frame->nsec, 9);
    clv_out_str(out, "\",\"len\":");
    clv_out_dec(out, frame->len);
    clv_out_str(out, ",\"caplen\":");
    clv_out_dec(out, frame->caplen);
    if (frame->link >= 0) {
        clv_out_str(out, ",\"link\":");
        if (link)
            print_text(link, out);
        else
            clv_out_dec(out, (uint64_t)frame->link);
    }
    if (frame->iface) {
        clv_out_str(out, ",\"iface\":");
        print_text(frame->iface, out);
    }
    if (frame->comment) {
        clv_out_str(out, ",\"comment\":");
        print_text(frame->comment, out);
    }
    clv_out_str(out, "},");
}

static void print_note(const struct json *j, const struct clv_note *note)
{
    struct clv_out *out = j->out;
    print_layer_name(j->view->layers[note->layer].desc->name, out);
    print_key("", "index", out);
    clv_out_dec(out, note->layer);
    if (note->field) {
        print_key("", "field", out);
        print_text(note->field, out);
    }
    print_key("", "note", out);
    print_text(clv_note_name(note), out);
    print_key("", "offset", out);
    clv_out_dec(out, note->off);
    print_key("", "want", out);
    print_number(note->want, out);
    print_key("", "have", out);
    print_number(note->have, out);
    if (note->name) {
        print_key("", "expected", out);
        print_text(note->name, out);
    }
    clv_out_chr(out, '}');
}

bool clv_print_json(struct clv_view *view, const struct clv_frame *frame, struct clv_arena *arena,
                    unsigned flags, struct clv_out *out)
{
    struct json j = { .view = view, .out = out, .words = flags & CLV_SHOW_WORDS };
    clv_check(view);
    const struct clv_draft *draft = clv_lift(view, arena);
    if (!draft)
        return false;
    clv_out_chr(out, '{');
    if (frame)
        print_frame(frame, out);
    clv_out_str(out, "\"layers\":[");
    for (const struct node *node = draft->first; node; node = node->next) {
        print_node(&j, node);
        if (node->next)
            clv_out_chr(out, ',');
    }
    if (draft->has_padding) {
        const struct layer *layer = view->clv->layers[view->clv->padding];
        clv_out_chr(out, ',');
        print_layer_name(layer->d->name, out);
        print_bytes(&j, "", layer->rows[0].f->name, &draft->padding);
        clv_out_chr(out, '}');
    }
    clv_out_str(out, "],\"notes\":[");
    for (uint32_t i = 0; i < view->nnotes; i++) {
        if (i)
            clv_out_chr(out, ',');
        print_note(&j, &view->notes[i]);
    }
    clv_out_str(out, "]}\n");
    return true;
}
