/* SPDX-License-Identifier: BSD-2-Clause */
/* ping's two files: ping.c sends and waits, ping_report.c counts and prints. */
#ifndef PING_H
#define PING_H

#include "cli.h"

#include <netdb.h>
#include <netinet/in.h>

enum { PING_SEQS = 65536 };

/* What the options say, in their own units. */
struct ping_opts {
    const char *count, *interval, *linger, *deadline, *size, *ttl, *iface;
    bool quiet, numeric, flood, stamps, outstanding, broadcast, four, six;
};

struct ping {
    struct cli *cli;
    const struct ping_opts *opts;
    uint64_t count, size, ttl;                    /* count 0: no end */
    int64_t interval, linger, deadline;           /* ns; deadline 0: none */
    bool numeric, timing;                         /* no names; the data has room for a time */
    char host[NI_MAXHOST], addr[INET_ADDRSTRLEN]; /* as given, or as the name server says */
    const char *iface;                            /* NULL: the kernel's choice */
    char source[INET_ADDRSTRLEN];                 /* from -I; "": the kernel's choice */
    struct clv_route route;

    struct clv_exchange *exchange;
    struct clv_arena *arena;
    struct clv_draft *all; /* any of our requests, for the capture filter */
    struct clv_columns *columns;
    uint16_t id;
    int64_t first, last, due; /* clv_now() of the first and the last packet, and of the next */

    int broken; /* errno: standard output takes no more */
    uint64_t sent, received, repeats, corrupted, errors;
    uint16_t acked, seqs[PING_SEQS]; /* sequence number of each request, by its id */
    uint8_t seen[PING_SEQS / 8];
    uint32_t pipe;                    /* most packets on the way at a time */
    int64_t least, most, sum, smooth; /* us; smooth: eight times the moving average */
    double squares;

    char named[INET_ADDRSTRLEN], name[NI_MAXHOST]; /* the last address that was given a name */
};

bool ping_seen(const struct ping *ping, uint16_t seq);
void ping_mark(struct ping *ping, uint16_t seq, bool seen);
/* "[1795391113.321267] ", with -D. */
void ping_stamp(const struct ping *ping, int64_t sec, uint32_t nsec);
/* Hand standard output on. */
void ping_flush(struct ping *ping);
/* What came of a request. */
void ping_report(struct ping *ping, const struct clv_pair *pair);
/* A packet that could not be sent, for this errno. */
void ping_unsent(struct ping *ping, int why);
/* `ping: TEXT` on standard error, as scripts know it. Returns CLI_WRONG. */
int ping_fail(const char *fmt, ...) CLV_PRINTF(1, 2);
/* One line of counts on standard error. */
void ping_status(const struct ping *ping);
/* The statistics at the end. */
void ping_finish(struct ping *ping);

#endif
