/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The short way of split: where the lengths and keys of a layer lie, if always at the same places.
 */
#ifndef CLV_SWIFT_H
#define CLV_SWIFT_H

#include "kind.h"

struct layer;

/* A big-endian number among 8 bytes, all of which are in the packet. */
struct spot {
    uint64_t mask;
    uint32_t byte, shift;
};

/* What a number says in bytes: number * unit + add. */
struct length {
    struct spot at;
    int32_t unit, add;
};

/* A number that is looked up in a space. */
struct lookup {
    struct spot at;
    uint16_t space;
};

/*
 * The short way of split through a layer whose lengths and keys lie at fixed places. Where the packet
 * has fewer than `span` bytes from the header on, or a length does not fit, it goes the long way.
 */
struct swift {
    bool on;
    bool told;   /* `head` tells the header's length */
    uint8_t end; /* CLV_LAYER, CLV_PAYLOAD or CLV_STRIDE: `tail` tells the layer's; CLV_NOTHING */
    uint8_t nlookups;
    uint32_t span;
    const struct lookup *lookups; /* what may tell the layer above, in this order */
    struct length head, tail;
    struct spot endless, opens; /* what these conditions test, where that is one number */
};

static inline uint64_t clv_spot(const uint8_t *p, const struct spot *s)
{
    p += s->byte;
    uint64_t v = (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
                 (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
                 (uint64_t)p[6] << 8 | (uint64_t)p[7];
    return v >> s->shift & s->mask;
}

/* ---- swift.c: the short ways of a layer that is compiled. false: out of memory. */
bool clv_layer_hasten(struct clv *clv, struct layer *layer);

#endif
