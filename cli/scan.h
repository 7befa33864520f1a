/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scan's own files: scan.c has the options and the loop, scan_targets.c reads targets and ports,
 * scan_probes.c makes probes and knows their answers, scan_report.c prints, scan_resume.c keeps a scan
 * in a file. A probe is its place in the order: 0 up to `end`; nothing is kept of one that was sent
 * but, where that is at most 2 MiB, a bit for each that has its answer.
 */
#ifndef SCAN_H
#define SCAN_H

#include "tool.h"

/* What the options say. */
struct scan_opts {
    const char *ports, *probe, *exclude, *exclude_file, *seed, *shard, *resume, *output;
    bool dry_run, yes, groups, four, six;
};

enum scan_state {
    SCAN_OPEN,
    SCAN_CLOSED,
    SCAN_FILTERED,
    SCAN_UNFILTERED,
    SCAN_UP,
    SCAN_DOWN,
    SCAN_STATES
};

extern const char *const scan_states[SCAN_STATES];

struct scan_method {
    const char *name;
    bool ports;          /* of ports, or of hosts */
    const char *proto;   /* "tcp", "udp", "icmp" */
    const char *flags;   /* of TCP; NULL: another protocol */
    const char *silence; /* what no answer means */
};

extern const struct scan_method scan_methods[]; /* ends with a name NULL */

enum { SCAN_KINDS = 24, SCAN_MEMBERS = 4096 };

/* The index of an answer from a member of a group: none. */
#define SCAN_MEMBER UINT64_MAX

/* How far a scan came that is kept in a file, and what tells it from others. */
struct scan_place {
    uint64_t position, end, mark;
};

struct scan {
    struct cli *cli;
    const struct scan_opts *own;
    const struct scan_method *method;
    bool json;
    const char *iface;
    char zone[IF_NAMESIZE]; /* of a target "fe80::1%eth0"; "": none has one */

    struct clv_ranges *ranges;
    uint64_t hosts, left_out;
    uint16_t *ports; /* in order */
    uint32_t nports; /* 1 for hosts */
    int32_t *port_at;

    uint64_t seed, shard, shards, key[2];
    struct clv_shuffle shuffle;
    uint64_t total, mine, end, position; /* of all shards; of this one; with repetitions */
    uint64_t marks[2], floor;            /* positions a moment ago; of the oldest that is held */
    int64_t interval, timeout, next, marked, saved, shown;
    uint64_t charged; /* packets that `next` has counted */
    uint64_t rested;  /* the last repetition that was waited before */

    struct scan_place kept;
    struct clv_prober *prober;
    int kinds[2][SCAN_KINDS];
    struct clv_columns *columns[2];
    uint8_t *seen;                  /* a bit for each probe; NULL: there are too many */
    uint64_t *ring;                 /* then the last answers */
    uint64_t members[SCAN_MEMBERS]; /* with --groups, the last that answered */
    struct vendors *vendors;

    uint64_t states[SCAN_STATES], answered, mute, groups, repeated, unroutable;
    struct clv_err why; /* of the first that has no way */
    int broken;         /* errno: standard output takes no more */
    bool terminal;      /* standard error is one */
    bool line;          /* the status line is there now */
};

struct scan_result {
    struct clv_addr addr, from, mac; /* from: who tells; mac len 0: not known */
    uint16_t port;
    enum scan_state state;
    const char *reason;
    int ttl; /* -1: not known */
    int64_t sec;
    uint32_t nsec;
};

/* ---- scan_targets.c; false after a message. */
bool scan_read_targets(struct scan *scan, int argc, char **argv);
bool scan_read_ports(struct scan *scan);
/* Text of an address. */
const char *scan_address(const struct clv_addr *addr, char *text);

/* ---- scan_probes.c */

const struct scan_method *scan_method_find(const struct scan *scan, const char *name);
/* Everything that sends. The exit status; -1: go on. */
int scan_open(struct scan *scan);
/* The index of the probe at this place in the order. */
uint64_t scan_index(const struct scan *scan, uint64_t position);
void scan_target(const struct scan *scan, uint64_t index, struct clv_addr *addr, uint16_t *port);
void scan_probe(const struct scan *scan, uint64_t position, struct clv_probe *probe);
/* false: it is no answer to a probe of ours. index: that of the probe. */
bool scan_judge(const struct scan *scan, const struct clv_event *event, struct scan_result *result,
                uint64_t *index);

/* ---- scan_report.c */

/* A result: printed, unless it is of the kind that is only counted. */
void scan_tell(struct scan *scan, const struct scan_result *result);
/* With -v, each probe of this run before that place that no answer came to. */
void scan_tell_silent(struct scan *scan, uint64_t end);
void scan_status(struct scan *scan, int64_t now);
void scan_status_clear(struct scan *scan);
void scan_tell_stats(struct scan *scan);
void scan_print_summary(struct scan *scan);

/* ---- scan_resume.c; false after a message. */

/* Options and targets of the file, as if they had been given. */
bool scan_resume_read(struct scan *scan, int *argc, char ***argv);
/* The place where it goes on; after targets, ports and shard are known. */
bool scan_resume_place(struct scan *scan);
/* Where it would go on: before what is held, and before what was sent a moment ago, whose answers may
 * be on their way. */
uint64_t scan_resume_from(const struct scan *scan);
bool scan_resume_write(struct scan *scan, int argc, char **argv);
void scan_resume_done(const struct scan *scan);
/* Tells other targets or ports from those of the file. */
uint64_t scan_mark(const struct scan *scan);

#endif
