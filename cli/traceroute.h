/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * traceroute's own files: traceroute.c has the options, traceroute_send.c sends and waits,
 * traceroute_report.c judges answers and prints. Probes stand in one array, hop by hop, and are sent
 * and shown in that order; `end` is behind the hop that the way ends at.
 */
#ifndef TRACEROUTE_H
#define TRACEROUTE_H

#include "tool.h"

/* What the options say. */
struct trace_opts {
    struct host_opts host;
    const char *wait, *output;
    uint64_t first, hops, queries, window, port; /* 0: not given */
    bool icmp, tcp, whole, extensions, back;
};

enum { TRACE_LABELS = 16 };

/* One entry of the MPLS label stack that the probe had where it ended, RFC 4950. */
struct trace_label {
    uint32_t label, cos, s, ttl;
};

struct probe {
    int64_t begun; /* clv_now() */
    int64_t rtt;   /* ns */
    uint64_t id;   /* in the exchange; 0: it was not sent */
    struct host_reply reply;
    bool answered;
    bool lost;     /* there will be no answer */
    bool final;    /* no packet gets further */
    bool reached;  /* the host itself has answered */
    char mark[16]; /* "!H" */
    uint32_t nlabels;
    struct trace_label labels[TRACE_LABELS];
};

struct trace {
    struct cli *cli;
    const struct trace_opts *opts;
    const struct trace_method *method;
    struct host host;
    bool json;
    uint32_t first, hops, queries, window, port, size; /* size: bytes of a whole packet */
    int64_t wait;                                      /* ns */
    double here, near; /* times the time of another answer, of the same hop or a later one */

    struct clv_exchange *exchange;
    struct clv_columns *stack; /* of struct trace_label */
    struct clv_arena *arena;
    struct clv_draft *all; /* any of our requests, for the capture filter */
    uint16_t id, sport;
    uint32_t seq;
    struct probe *probes;
    uint32_t sent, shown, end, total;
    uint32_t knocks; /* probes that were sent again */
    int64_t last;    /* clv_now() of the last packet; 0: none */
    int broken;      /* errno: standard output takes no more */
};

/* How probes look: the layers above IP. */
struct trace_method {
    const char *name;
    uint32_t port;      /* where none is given: the first, or the only one */
    uint32_t four, six; /* least size of a packet */
    bool rigid;         /* and the greatest */
    /* at -1: any of them. room: bytes of data that make up the size. */
    void (*print)(const struct trace *trace, int64_t at, uint32_t room, struct clv_out *out);
};

extern const struct trace_method trace_methods[]; /* udp, icmp, tcp */

static inline unsigned trace_hop(const struct trace *trace, uint32_t at)
{
    return trace->first + at / trace->queries;
}

/* One past the last probe of the hop. */
static inline uint32_t trace_hop_end(const struct trace *trace, uint32_t at)
{
    return (at / trace->queries + 1) * trace->queries;
}

/* Open what trace_loop() needs; false after a message. */
bool trace_open(struct trace *trace);
/* All of it, up to the end or ^C. CLI_DONE, or the exit status after a message. */
int trace_loop(struct trace *trace);
/* The label stack that the answer tells of. */
void trace_read_labels(const struct trace *trace, const struct clv_packet *answer,
                       struct probe *probe);
/* What the answer of a probe means: final, reached and its mark. */
void trace_judge(struct trace *trace, struct probe *probe);
void trace_print_header(struct trace *trace);
/* The next probe to be shown, which is answered or given up; and the end of the line. */
void trace_print_probe(struct trace *trace);
/* The end of a line that was cut short, and of the output. */
void trace_print_end(struct trace *trace);

#endif
