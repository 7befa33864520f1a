/* SPDX-License-Identifier: BSD-2-Clause */
/* What is looked for in a view: split goes no further than that. */
#ifndef CLV_NEED_H
#define CLV_NEED_H

#include "kind.h"

enum need_how {
    NEED_NOT,      /* neither the layer nor one above it */
    NEED_HERE,     /* the layer, or where it ends */
    NEED_ABOVE,    /* a layer above it, too */
    NEED_HOW = 3,  /* these */
    NEED_LEADS = 4 /* beside one of them: the layer itself, or one above it, is looked for */
};
struct clv_need {
    uint32_t n;    /* layers that it knows; where there are others, all is looked for */
    uint8_t how[]; /* enum need_how, by layer */
};

/* ---- above.c */
/* Can none of the layers that may lie above lead to one that is looked for? */
bool clv_upper_idle(const struct clv_view *view, uint32_t i, const struct clv_need *need);

#endif
