/* SPDX-License-Identifier: BSD-2-Clause */
/* arping's own files: arping.c sends and waits, arping_report.c reads answers and prints. */
#ifndef ARPING_H
#define ARPING_H

#include "tool.h"

struct arping_opts {
    struct host_opts host;
    const char *output;
    uint64_t count;             /* 0: not given */
    int64_t deadline, interval; /* ns; 0: not given */
    bool quiet, broadcast, once, probe, tell, answer;
};

struct arping {
    struct cli *cli;
    const struct arping_opts *opts;
    struct host host;
    bool json;
    char source[16];  /* our own address, as packets have it */
    char target[24];  /* the address, or the net */
    uint32_t base, n; /* addresses; host order */
    uint64_t rounds;  /* 0: no end */
    int64_t interval;

    struct clv_exchange *exchange;
    struct clv_arena *arena;
    struct clv_draft *all; /* any of our requests, for the capture filter */
    struct clv_columns *columns;
    struct vendors *vendors;
    char peer[24]; /* whom to ask alone; "": everybody */
    uint8_t *seen; /* a bit an address: it has answered */
    uint32_t at;   /* the next address */
    uint64_t round;
    int64_t begun, last; /* clv_now() of the first and the last packet; 0: none */
    uint64_t sent, broadcasts, received, heard; /* heard: answers that were for everybody */
    uint32_t hosts;                             /* addresses that answered */
    int broken;                                 /* errno: standard output takes no more */
};

extern const char arping_everybody[]; /* the hardware address of all */

static inline bool arping_is_net(const struct arping *arping)
{
    return arping->n > 1;
}

static inline bool arping_is_seen(const struct arping *arping, uint32_t at)
{
    return arping->seen[at / 8] >> at % 8 & 1;
}

/* What came of a request: counted, learnt from, printed. CLI_DONE, or the status to end with. */
int arping_take(struct arping *arping, const struct clv_pair *pair);
void arping_print_header(struct arping *arping);
void arping_print_summary(struct arping *arping);

#endif
