/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer: answer.c captures and sends, answer_rules.c knows what answers what, answer_names.c the
 * names that --dns gives addresses to.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include "cli.h"

/* ---- answer_names.c */

struct name {
    const char *name; /* in small letters, without a dot at its end */
    struct clv_addr addr;
    uint32_t nth; /* in the order given */
};

struct names {
    struct name *all; /* sorted by name, then as they were given */
    size_t n, cap;
};

/* NAME=ADDR, or the name of a file like /etc/hosts. false after a message. */
bool names_read(struct cli *cli, struct names *names, const struct cli_texts *given);
/* How many addresses the name has, which stand at *first; 0: it is not known. */
size_t names_find(const struct names *names, const char *name, const struct name **first);
void names_free(struct names *names);

/* ---- answer_rules.c */

struct rules_opts {
    struct clv_addr mac; /* that we answer with; len 0: the interface has none */
    /* A condition over the address that a request is for, %s; NULL: never one of this version. */
    const char *four, *six;
    const struct names *names; /* NULL: names are not answered for */
    uint64_t seed;             /* of what nobody should guess */
};

struct rules;

/* Lives in cli->arena. NULL after a message. */
struct rules *rules_new(struct cli *cli, const struct rules_opts *opts);
/* Is there an answer? Then its expression is written to out. */
bool rules_answer(struct rules *rules, const struct clv_view *request,
                  const struct clv_frame *frame, struct clv_out *out);

#endif
