/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the verbs that write text share: how a value and a note read, and references to fields,
 * "IP.src", "IP:2.src", "IPOption_RR.routers", "frame.time", which columns and filters look up.
 */
#ifndef CLV_TEXT_H
#define CLV_TEXT_H

#include "../model/view.h"

/* ---- bind.c: a packet's syntax tree, joined through .stack, to a draft. NULL: err. */
struct clv_draft *clv_bind(const struct clv *clv, struct clv_arena *arena, const struct ast *a,
                           bool json, struct clv_err *err);

/* ---- note.c */
/* "LEN_LONG" and so on. */
const char *clv_note_name(const struct clv_note *note);
/* What a note adds to the value of its field: "bad, should be 0xf98c". */
void clv_note_beside(const struct clv_view *view, const struct clv_note *note, struct clv_out *out);

/* ---- value.c */
/* For people; `words`: a number's word instead of the number. Never empty. */
void clv_val_show(const struct row *row, const struct clv_val *v, bool words, struct clv_out *out);
/* Values of a cell, which a repeated row has several of: take the one at *at, move on. */
bool clv_cell_next(const struct layer *layer, const struct where *where, const uint8_t *h,
                   const struct cell *cell, uint32_t *at, struct clv_val *v);
/*
 * The field that rows first .. first + n - 1 are alternatives of, in a layer of a view. w is room for
 * the walk, where one is needed; afterwards w->layer says whether it was.
 */
bool clv_field_cell(const struct clv_view *view, uint32_t layer, uint16_t first, uint16_t n,
                    struct walk *w, struct cell *cell);

/* ---- args.c */
/* What the bytes between the last layer in a payload and its end are called. */
const char *clv_tail_name(const struct layer *layer);

/* ---- ls.c, picture.c */
/* "16 bits", "by len", .. */
void clv_print_size(const struct layer *layer, const struct row *row, struct clv_out *out);
void clv_print_picture(const struct layer *layer, struct clv_out *out);

/* ---- clock.c */
/* Local time: "22:13:19.123456", or with the date, all digits and the zone. */
void clv_print_clock(const struct clv_frame *frame, bool date, struct clv_out *out);
/* "12.5" to seconds and nanoseconds. */
bool clv_text_time(const char *s, size_t n, uint64_t *sec, uint32_t *nsec);

/* ---- ref.c */
enum frame_field {
    FRAME_NUMBER,
    FRAME_TIME,
    FRAME_LEN,
    FRAME_CAPLEN,
    FRAME_LINK,
    FRAME_IFACE,
    FRAME_COMMENT,
    FRAME_FIELDS
};

struct ref {
    bool frame, item;  /* of the frame; of layers that occur as items */
    bool stacked;      /* of layers that lie in each other */
    uint8_t which;     /* enum frame_field; FRAME_FIELDS: the frame itself */
    uint16_t layer;    /* id */
    uint16_t first, n; /* rows: the field and its alternatives; n 0: the layer itself */
    uint32_t nth;      /* that layer of this name, from 1; 0: each */
    bool quick;        /* one row, a number at a fixed place */
};

/* Does text begin as a reference does: a known layer's name, or "frame"? */
bool clv_ref_likely(const struct clv *clv, const char *text, uint32_t n);
bool clv_ref_make(const struct clv *clv, const char *text, uint32_t n, uint32_t pos,
                  struct ref *ref, struct clv_err *err);

/* One place where a reference is found. */
struct found {
    const struct layer *layer;
    const struct where *where;
    const uint8_t *h;      /* the layer's or item's header */
    const struct row *row; /* NULL: the layer itself is meant */
    struct cell cell;
    const uint64_t *seen; /* values of the rows before; NULL: not known */
};
/* Show each place in order until `see` returns true; is that what it did? Not for frame fields. */
bool clv_ref_each(const struct ref *ref, const struct clv_view *view,
                  bool (*see)(void *user, const struct found *found), void *user);

/* ---- need.c: a reference is looked for; so are those of a filter, and of columns. */
struct needs;
void clv_need_ref(struct needs *needs, const struct ref *ref);
void clv_filter_need(const struct clv_filter *filter, struct needs *needs);
void clv_columns_need(const struct clv_columns *columns, struct needs *needs);

/* Each item of a list, in order, until `see` returns true. */
struct item {
    const struct layer *layer; /* Raw: no table takes the rest */
    const uint8_t *p;
    uint32_t n;
    const struct where *where; /* for walking it */
};
bool clv_item_each(const struct layer *layer, const struct where *where, const uint8_t *h,
                   const struct cell *cell, const uint64_t *seen,
                   bool (*see)(void *user, const struct item *item), void *user);

#endif
