/* SPDX-License-Identifier: BSD-2-Clause */
/* Completion: what may stand instead of the word before the cursor. */
#ifndef COMPLETE_H
#define COMPLETE_H

#include "cli.h"

#include <string.h>

struct complete {
    struct cli *cli;
    const char *word;   /* as it is typed so far */
    struct clv_out out; /* lines: what may stand there, a tab, what it is */
    size_t n;           /* of these */
    size_t last;        /* where in `out` the last one begins */
};

/* The first `keep` bytes of the word, then this text, if it begins with the rest of the word: upper and
 * lower case are the same. `end` is behind it; about may be NULL. */
void complete_offer(struct complete *c, size_t keep, const char *text, const char *end,
                    const char *about);

/* The word from this byte on is an expression, a filter, or a list of columns. */
void complete_expr(struct complete *c);
void complete_filter(struct complete *c, size_t from);
void complete_layers(struct complete *c, size_t keep, const char *end);

#endif
