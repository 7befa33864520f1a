/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ping's own files: ping.c sends and waits, ping_report.c counts and prints, ping_words.c has what
 * differs between IPv4 and IPv6.
 */
#ifndef PING_H
#define PING_H

#include "tool.h"

struct ping;

enum { PING_SEQS = 65536 };

/* One version of IP in the words of its ping. */
struct ping_family {
    unsigned silent[2]; /* type and code that tell of a neighbour's silence */
    uint64_t most;      /* bytes of data */
    const char *mtu;
    /* "PING " HOST and ADDR, and what goes before the end of the line. */
    void (*host)(struct ping *ping);
    void (*size)(const struct ping *ping);
    void (*error)(const struct host_reply *reply);
};

extern const struct ping_family ping_four, ping_six;

/* What the options say, in their own units. */
struct ping_opts {
    const char *count, *interval, *linger, *deadline, *size, *ttl, *iface, *output;
    bool quiet, numeric, flood, stamps, outstanding, broadcast, four, six;
};

struct ping {
    struct cli *cli;
    const struct ping_opts *opts;
    const struct ping_family *family;
    uint64_t count, size, ttl;          /* count 0: no end */
    int64_t interval, linger, deadline; /* ns; deadline 0: none */
    bool timing;                        /* the data has room for a time */
    bool json;
    struct host host;

    struct clv_exchange *exchange;
    struct clv_arena *arena;
    struct clv_draft *all; /* any of our requests, for the capture filter */
    uint16_t id;
    int64_t first, last, due; /* clv_now() of the first and the last packet, and of the next */

    int broken; /* errno: standard output takes no more */
    uint64_t sent, received, repeats, corrupted, errors;
    uint16_t acked, seqs[PING_SEQS]; /* sequence number of each request, by its id */
    uint8_t seen[PING_SEQS / 8];
    uint32_t pipe;                    /* most packets on the way at a time */
    int64_t least, most, sum, smooth; /* us; smooth: eight times the moving average */
    double squares;
};

bool ping_seen(const struct ping *ping, uint16_t seq);
void ping_mark(struct ping *ping, uint16_t seq, bool seen);
/* The name of the host, as the statistics and the header of IPv4 have it. */
const char *ping_named(const struct ping *ping);
/* "name (address)", or the address. */
void ping_host(struct ping *ping, const char *addr);
/* "[1795391113.321267] ", with -D. */
void ping_stamp(const struct ping *ping, int64_t sec, uint32_t nsec);
/* What came of a request. */
void ping_report(struct ping *ping, const struct clv_pair *pair);
/* A packet that could not be sent, for this errno. */
void ping_unsent(struct ping *ping, int why);
/* One line of counts on standard error. */
void ping_status(const struct ping *ping);
/* The statistics at the end. */
void ping_finish(struct ping *ping);

/* ---- ping_json.c: the same as objects, a line each. */

void ping_json_start(struct ping *ping);
void ping_json_reply(struct ping *ping, const struct clv_pair *pair, const struct host_reply *reply,
                     uint16_t seq, uint32_t size, bool again, bool corrupt);
void ping_json_error(struct ping *ping, const struct host_reply *reply, uint16_t seq);
void ping_json_finish(const struct ping *ping);

#endif
