/* SPDX-License-Identifier: BSD-2-Clause */
/* Notes in words: what is wrong with a packet, for people. */
#include "text.h"

#include <string.h>

const char *clv_note_name(const struct clv_note *note)
{
    static const char *const names[] = {
        [CLV_NOTE_CUT] = "CUT",
        [CLV_NOTE_LEN_LONG] = "LEN_LONG",
        [CLV_NOTE_LEN_SHORT] = "LEN_SHORT",
        [CLV_NOTE_BAD_SUM] = "BAD_SUM",
        [CLV_NOTE_DEEP] = "DEEP",
    };
    return note->code < clv_len(names) ? names[note->code] : "OTHER";
}

/* A checksum with all its digits. */
static void print_sum(const struct clv_view *view, const struct clv_note *note, uint64_t sum,
                      struct clv_out *out)
{
    const struct layer *layer = view->clv->layers[view->layers[note->layer].id];
    int row = note->field ? clv_row_named(layer, note->field, strlen(note->field)) : -1;
    uint32_t bits = row < 0 ? 0 : layer->rows[row].bits;
    clv_out_str(out, "0x");
    clv_out_hexn(out, sum, bits ? (int)((bits + 3) / 4) : 4);
}

static void print_count(uint64_t n, const char *one, const char *many, struct clv_out *out)
{
    clv_out_dec(out, n);
    clv_out_str(out, n == 1 ? one : many);
}

void clv_note_beside(const struct clv_view *view, const struct clv_note *note, struct clv_out *out)
{
    switch (note->code) {
    case CLV_NOTE_CUT:
        if (note->name) {
            clv_out_str(out, note->name);
            clv_out_str(out, " needs ");
            print_count(note->want, " byte, ", " bytes, ", out);
        } else {
            print_count(note->want, " byte is needed, ", " bytes are needed, ", out);
        }
        print_count(note->have, " is there", " are there", out);
        break;
    case CLV_NOTE_LEN_LONG: print_count(note->have, " is there", " are there", out); break;
    case CLV_NOTE_LEN_SHORT: clv_out_str(out, "too short"); break;
    case CLV_NOTE_BAD_SUM:
        clv_out_str(out, "bad, should be ");
        print_sum(view, note, note->want, out);
        break;
    case CLV_NOTE_DEEP: clv_out_str(out, "a limit ended the splitting here"); break;
    default: print_count(note->have, " byte that no field says", " bytes that no field says", out);
    }
}

void clv_print_note(const struct clv_view *view, const struct clv_note *note, struct clv_out *out)
{
    clv_out_str(out, view->layers[note->layer].desc->name);
    if (note->field) {
        clv_out_chr(out, '.');
        clv_out_str(out, note->field);
    }
    clv_out_str(out, ": ");
    if (note->code == CLV_NOTE_LEN_LONG || note->code == CLV_NOTE_LEN_SHORT) {
        clv_out_dec(out, note->want);
        clv_out_str(out, note->code == CLV_NOTE_LEN_LONG ? ", but " : ", ");
    } else if (note->code == CLV_NOTE_BAD_SUM) {
        print_sum(view, note, note->have, out);
        clv_out_chr(out, ' ');
    }
    clv_note_beside(view, note, out);
}
