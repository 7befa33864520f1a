/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small tables for tests of the words of the table language. Each packet is checked in both
 * directions, with every law, for every prefix of it and every flip of one of its bits.
 */
#ifndef TOY_H
#define TOY_H

#include "cleave.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* clang-format off */
#define ROWS(id_, ...) static const struct clv_field id_##_rows[] = { __VA_ARGS__, END }
#define UNDER(key_, ...) { .key = (key_), .space = __VA_ARGS__ }
#define UNDERS(id_, ...) static const struct clv_under id_##_under[] = { __VA_ARGS__, UNDER_END }
/* The rows are id_rows; first the name. */
#define TABLE(id_, ...) \
    static const struct clv_desc id_ = { .fields = id_##_rows, .name = __VA_ARGS__ }
/* The same with id_under. */
#define UPPER(id_, ...) TABLE(id_, __VA_ARGS__, .under = id_##_under)
/* Rows and places that others use, too. */
#define SHARED(id_, rows_, under_, ...) \
    static const struct clv_desc id_ = { \
        .fields = rows_##_rows, .under = under_##_under, .name = __VA_ARGS__ \
    }
/* clang-format on */

struct toy {
    struct clv *clv;
    const struct clv_desc *first; /* packets begin with it */
    struct clv_arena *arena, *scratch;
    struct clv_out out;
    struct clv_view view; /* of the last packet */
    uint8_t *bytes;
    uint32_t len;
};

/* For cmocka: *state is a struct toy. */
int toy_set_up(void **state);
int toy_tear_down(void **state);
/* A context with these tables; packets begin with the first. */
void toy_open(struct toy *t, const struct clv_desc *const *layers);
#define TOYS(t_, ...) toy_open(t_, (const struct clv_desc *const[]){ __VA_ARGS__, NULL })

/* Bytes, as hex with blanks, split without a note and print as the text, which builds them. */
void toy_same(struct toy *t, const char *hex, const char *text);
/* The same with these notes, joined by "; ". */
void toy_noted(struct toy *t, const char *hex, const char *text, const char *notes);
/* A text, perhaps not the shortest one, builds these bytes. */
void toy_builds(struct toy *t, const char *text, const char *hex);
/* A text does not parse, or does not build, for this reason. */
void toy_fails(struct toy *t, const char *text, const char *why);
/* Fields of the last packet, "Layer.a,Layer.b", are these values, joined by blanks. */
void toy_fields(struct toy *t, const char *list, const char *values);
/* A view of bytes that lives until toy_open(); they live in its arena. */
void toy_split(struct toy *t, const char *hex, struct clv_view *view);
/* The table is refused with these words, and the context is what it was. */
void toy_refused(struct toy *t, const struct clv_desc *desc, const char *why);
/* Rows that are refused in a layer named T. */
#define REFUSED(t_, why_, ...)                                                                     \
    do {                                                                                           \
        const struct clv_field rows_[] = { __VA_ARGS__, END };                                     \
        const struct clv_desc desc_ = { .name = "T", .fields = rows_ };                            \
        toy_refused(t_, &desc_, why_);                                                             \
    } while (0)

#endif
