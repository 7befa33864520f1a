/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of one message, and what pointers in it may lead to: the same dictionary runs over the wire
 * when lifting and over the output when building, and so sees the same bytes.
 */
#ifndef CLV_NAMES_H
#define CLV_NAMES_H

#include "model.h"

enum { CLV_NAME_MAX = 255 };

/* clv_val.spell of a name. */
enum {
    CLV_NAME_PLAIN, /* p, n: uncompressed; written as the message's mode says */
    CLV_NAME_SPELT, /* p, n: as it stands on the wire, pointer included */
    CLV_NAME_WIRE   /* in a packet: p, n on the wire, u: p's offset in its message */
};

/* How a message compresses its names: the value of its switch. */
enum { NAMES_NONE, NAMES_USUAL, NAMES_ALL, NAMES_MODES };

/* A sound name: each of its pointers leads to a label of an earlier sound one. */
struct names {
    struct clv_arena *arena;
    const uint8_t *msg;
    uint32_t n, size; /* suffixes; size of the table */
    uint16_t *table;  /* offsets + 1, by hash of the suffix, the earliest of each */
    uint8_t *known;   /* a bit for each offset where a label of a sound name begins */
    /* Lifting: the names in wire order. */
    uint32_t nseen, cap;
    struct name_seen {
        struct clv_val *v;
        uint32_t at, n;
        bool plain;
    } * seen;
};

uint32_t clv_name_span(const uint8_t *p, uint32_t room);
/* Text to a value that lies in `to`; NULL, or what is wrong. */
const char *clv_name_wire(const char *s, size_t n, struct clv_val *v, uint8_t to[CLV_NAME_MAX]);
void clv_names_begin(struct names *names, struct clv_arena *arena, const uint8_t *msg);
/* Remember a name of the message; false: out of memory. */
bool clv_names_see(struct names *names, struct clv_val *v, const uint8_t *p, uint32_t n,
                   bool plain);
/* All are seen: find the mode that says most of them, and which it does not. choice: a switch keeps the
 * mode; without one names are built uncompressed. */
bool clv_names_settle(struct names *names, bool choice, uint64_t *mode);
/* The bytes of a name at offset `at` of the message; `to` holds CLV_NAME_MAX + 2. */
uint32_t clv_names_encode(const struct names *names, const struct clv_val *v, uint64_t mode,
                          bool plain, uint8_t *to);
/* A name was written at `at`: later ones may point to it. */
bool clv_names_learn(struct names *names, uint32_t at, uint32_t n);
static inline bool clv_is_named(const struct row *row)
{
    return row->kind == &clv_name || row->kind == &clv_name_plain;
}

#endif
