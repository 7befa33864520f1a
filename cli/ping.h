/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ping's files: ping.c sends and waits, ping_report.c counts and prints, ping_words.c has what
 * differs between IPv4 and IPv6.
 */
#ifndef PING_H
#define PING_H

#include "cli.h"

#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>

struct ping;

enum { PING_SEQS = 65536, PING_ADDR = INET6_ADDRSTRLEN + IF_NAMESIZE };

/* What an answer says. ICMP and ICMPv6 begin alike: type, code, checksum and one word. */
struct ping_reply {
    char src[PING_ADDR];
    unsigned ttl, type, code;
    uint8_t word[4];
    uint32_t layer; /* index of the message in the answer */
};

/* One version of IP: the names of its layers, and the words of its ping. */
struct ping_family {
    int af;
    const char *net, *ttl, *echo; /* layer, field, layer */
    const char *message;          /* how the names of its ICMP layers begin */
    const char *self;             /* this host, for an address of zeros */
    unsigned reply;               /* type of the echo's reply */
    unsigned silent[2];           /* type and code that tell of a neighbour's silence */
    uint64_t most;                /* bytes of data */
    const char *mtu;
    /* "PING " HOST and ADDR, and what goes before the end of the line. */
    void (*host)(struct ping *ping);
    void (*size)(const struct ping *ping);
    /* Advice is no error: the packet may still arrive. */
    bool (*advice)(const struct ping_reply *reply);
    void (*error)(const struct ping_reply *reply);
};

extern const struct ping_family ping_four, ping_six;

/* What the options say, in their own units. */
struct ping_opts {
    const char *count, *interval, *linger, *deadline, *size, *ttl, *iface;
    bool quiet, numeric, flood, stamps, outstanding, broadcast, four, six;
};

struct ping {
    struct cli *cli;
    const struct ping_opts *opts;
    const struct ping_family *family;
    uint64_t count, size, ttl;              /* count 0: no end */
    int64_t interval, linger, deadline;     /* ns; deadline 0: none */
    bool numeric, timing;                   /* no names; the data has room for a time */
    char host[NI_MAXHOST], addr[PING_ADDR]; /* as given, or as the name server says */
    const char *iface;                      /* from -I; NULL: the kernel's choice */
    char zone[IF_NAMESIZE];                 /* that of an address after -I */
    char source[PING_ADDR];                 /* from -I; "": the kernel's choice */
    char link[IF_NAMESIZE];                 /* where addresses of a link are */
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

    char named[PING_ADDR], name[NI_MAXHOST]; /* the last address that was given a name */
};

bool ping_seen(const struct ping *ping, uint16_t seq);
void ping_mark(struct ping *ping, uint16_t seq, bool seen);
/* "name (address)", or the address. */
void ping_host(struct ping *ping, const char *addr);
/* An address on the way, with its zone where it has a meaning on its link alone. */
void ping_address(const struct ping *ping, const uint8_t *bytes, char *text);
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
