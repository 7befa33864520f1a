/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of the program share: the row of a subcommand, its options, where packets come
 * from (source), where they go (sink), messages, signals. The program uses cleave.h only.
 */
#ifndef CLI_H
#define CLI_H

#include <cleave.h>

#include <stdio.h>

/* Exit status of every subcommand. */
enum cli_status {
    CLI_DONE,  /* done, answered */
    CLI_NONE,  /* ran without an answer or match */
    CLI_WRONG, /* usage, input or system error */
    CLI_DENIED /* not permitted */
};

struct cli;
struct script;

/* ---- Options. */

/* What an option's value is, and the type of the member it goes to. */
enum opt_kind {
    OPT_FLAG,   /* no value; bool */
    OPT_LEVEL,  /* no value, given again for more; int */
    OPT_TEXT,   /* const char *: what stands in argv */
    OPT_TEXTS,  /* struct cli_texts: the same, given again for more */
    OPT_NUMBER, /* uint64_t: decimal or 0x.., times k, M or G */
    OPT_TIME,   /* int64_t, ns: decimal with ns, us, ms, s, m or h; without a unit: seconds */
    OPT_RATE,   /* int64_t, ns from one packet to the next: packets a second, times k, M or G */
    OPT_LINK,   /* int: a link type by name or number */
    OPT_ADDR,   /* struct clv_addr: an IPv4 or IPv6 address */
    OPT_WHEN    /* bool: auto, always, never; auto is: standard output is a terminal */
};

enum { CLI_TEXTS = 256 };

struct cli_texts {
    const char *at[CLI_TEXTS];
    unsigned n;
};

/* A table of options ends with OPT_END. */
struct opt {
    char letter;      /* 0: none */
    const char *name; /* without the dashes; NULL ends the table */
    const char *arg;  /* its value, as help shows it; NULL for OPT_FLAG and OPT_LEVEL */
    enum opt_kind kind;
    size_t at;            /* offsetof the member, in cli->opt or in the subcommand's own struct */
    const char *help;     /* one line */
    unsigned groups;      /* enum opt_group; 0 in a subcommand's own table */
    uint64_t least, most; /* OPT_NUMBER, OPT_TIME (ns): limits; most 0: none */
};

#define OPT_END                                                                                    \
    {                                                                                              \
        .name = NULL                                                                               \
    }

/* Shared options come in groups; a subcommand takes whole groups. */
enum opt_group {
    OPT_EVERY = 1,    /* -X --user -q -v --help: taken by all subcommands */
    OPT_OUTPUT = 2,   /* -o -w --where --colour --words */
    OPT_COUNT = 4,    /* -c */
    OPT_BUILD = 8,    /* --json --seed --link */
    OPT_PURE = 16,    /* --pure */
    OPT_CAPTURE = 32, /* -i -f --timeout */
    OPT_SEND = 64,    /* -i --interval --rate --loop --source --netns */
    OPT_ANSWER = 128, /* -i -f --timeout --retry --netns */
    OPT_PLACE = 256,  /* --netns */
    OPT_SCAN = 512,   /* -i --interval --rate --timeout --retry --source --netns */
    OPT_SEED = 1024   /* --seed */
};

/* The values of the shared options: the same names, units and meaning in every subcommand. */
struct cli_opts {
    const char *output;      /* -o; NULL: not given */
    const char *write;       /* -w */
    const char *rotate;      /* --rotate */
    const char *where;       /* --where */
    uint64_t count;          /* -c; 0: not given */
    bool colour;             /* --colour, settled */
    bool words;              /* --words */
    const char *json;        /* --json */
    uint64_t seed;           /* --seed; where not given: new in each run, 0 under --pure */
    int link;                /* --link; -1: not given */
    bool pure;               /* --pure */
    const char *iface;       /* -i */
    const char *filter;      /* -f: BPF */
    int64_t timeout;         /* --timeout, ns; -1: not given */
    int64_t interval;        /* --interval or --rate, ns; -1: not given */
    uint64_t retry;          /* --retry */
    bool loop;               /* --loop */
    struct clv_addr source;  /* --source; len 0: not given */
    const char *netns;       /* --netns */
    struct cli_texts layers; /* -X */
    const char *user;        /* --user */
    bool help;               /* --help */
    bool quiet;              /* -q: no remarks */
    int verbose;             /* -v, -vv */
};

/* ---- Subcommands: one file each, which exports its row; main.c lists them. */

struct cmd {
    const char *name;
    const char *args;      /* operands, as usage shows them: "EXPR..." */
    const char *summary;   /* one line, for the list of subcommands */
    const char *more;      /* further lines of its help, each with its newline; NULL: none */
    unsigned groups;       /* the shared options it takes; OPT_EVERY goes without saying */
    const struct opt *own; /* its own options, looked up before the shared ones; NULL: none */
    size_t size;           /* of the struct that they go to; it begins as zeros */
    bool hands_on;         /* what follows the first operand is not ours: a script's arguments */
    unsigned least, most;  /* operands; most 0: none, UINT_MAX: any number */
    /* argv: the operands alone, options are taken. Returns the exit status. */
    int (*run)(struct cli *cli, int argc, char **argv);
};

extern const struct cmd cmd_build, cmd_read, cmd_ls, cmd_ping, cmd_sr, cmd_sr1, cmd_send, cmd_sniff,
    cmd_scan, cmd_traceroute, cmd_arping, cmd_answer, cmd_run, cmd_test, cmd_shell;

/* One run of the program. */
struct cli {
    struct clv *clv;         /* all built-in layers */
    struct clv_arena *arena; /* lasts as long as the program: filters, drafts that are kept */
    const struct cmd *cmd;
    struct cli_opts opt;
    void *own;             /* the subcommand's own options: cmd->size bytes */
    struct script *layers; /* what declared layers of the user's own; NULL: there are none */
};

/* Add the layers of -X, and of the user's folder, to cli->clv; false after a message. */
bool cli_layers(struct cli *cli);

/* The i-th subcommand; NULL: there are no more. */
const struct cmd *cli_command(size_t i);
/* The options of a subcommand: its own, then the shared ones. *i begins at 0. NULL: there are no more. */
const struct opt *cli_option_next(const struct cmd *cmd, size_t *i);
/* The one of this name, or without a name of this letter. */
const struct opt *cli_option_find(const struct cmd *cmd, char letter, const char *name, size_t n);
/* Does its letter mean it here, and no other? */
bool cli_option_letter(const struct cmd *cmd, const struct opt *opt);
/* What may follow these words, of which the last is being written: see complete.c. */
int cli_complete(struct cli *cli, int argc, char **argv);

/* Take the options out of argv. What is left are the operands, in order: *argc and argv. Returns
 * false after a message. */
bool cli_options(struct cli *cli, int *argc, char **argv);
/* Go to the network namespace of this name; false after a message, with errno. */
bool cli_netns_enter(const char *name);
/* The help of a subcommand, on standard output. */
void cli_help(const struct cmd *cmd);
/* Numbers and durations as options take them; NULL, or what is wrong with them. */
const char *cli_number(const char *text, uint64_t *value);
const char *cli_time(const char *text, int64_t *ns);
/* The one of n names that is nearest to a misspelt one, or NULL. */
const char *cli_near(const char *name, const char *const *names, size_t n);

/* ---- Messages, on standard error: `cleave: TEXT`, made safe for a terminal, in one write. */

/* Something is wrong. Returns CLI_WRONG, for `return cli_fail(..)`. */
int cli_fail(const char *fmt, ...) CLV_PRINTF(1, 2);
/* Wrong usage of a subcommand: the message and where to look. Returns CLI_WRONG. */
int cli_usage(const struct cmd *cmd, const char *fmt, ...) CLV_PRINTF(2, 3);
/* A remark, which -q silences. */
void cli_say(const struct cli *cli, const char *fmt, ...) CLV_PRINTF(2, 3);
/* An err. Returns the exit status that belongs to it: CLI_DENIED or CLI_WRONG. */
int cli_err(const struct clv_err *err);
/* An err about a text: with the text and a caret. what: "line 3", "--where", or NULL. */
int cli_err_text(const struct clv_err *err, const char *what, const char *text, size_t n);

/* ---- How far a long run is: a line on a terminal's standard error. */

struct status {
    bool on;    /* somebody sees it, and standard output does not go there, too */
    bool shown; /* there is a line */
    int64_t begun, last;
};

void status_begin(struct status *status, const struct cli *cli);
/* "1,234,567 packets, 43 %, 12 s left", at most twice a second; all 0: not known. */
void status_show(struct status *status, uint64_t packets, uint64_t done, uint64_t all);
/* Erase it: before messages, and at the end. */
void status_end(struct status *status);

/* For clv_out_init(): all of it to the file descriptor, an int, that `fd` points to. */
int cli_write(void *fd, const char *buf, size_t len);

/* ---- Rights. */

/*
 * Root is left at once: for --user, else for the user behind sudo. raw: the right to open raw sockets
 * is kept; it is what a subcommand that sends and sniffs needs. CLI_DONE, or the status after a
 * message.
 */
int cli_become(const struct cli *cli, bool raw);
/* Are there rights to send and to sniff? */
bool cli_may_send(void);
/* All sockets are open: whoever is not root needs no rights any more. */
void cli_settle(void);

/* ---- Signals. */

/* Set by the first SIGINT, SIGTERM or SIGHUP. Hand its address to captures, senders, exchanges. */
extern volatile sig_atomic_t cli_stop;
/* From now on the first of these signals sets cli_stop, the second ends the program at once.
 * Subcommands that wait call this; without it the first ends the program. */
void cli_watch_signals(void);

/* SIGUSR1 asks for statistics; since the last call of cli_report_due() it has. */
void cli_watch_report(void);
bool cli_report_due(void);

/* ---- The interface that is listened to. */

struct link_watch {
    const char *iface; /* NULL, several, any: nothing is told */
    bool down;
};

/* Tell when it goes down, and when it is up again: packets come in again then. */
void cli_watch_link(const struct cli *cli, struct link_watch *watch);

/* ---- Source: drafts from arguments, lines of standard input (`-`), capture files and --json. */

struct source;

/* argv: expressions, or FILE.pcap and the like. NULL after a message: no memory, or --json names no file that can be read. */
struct source *source_open(struct cli *cli, int argc, char **argv);
/*
 * The next draft, in `arena`: 1; 0: no more; -1 after a message, which tells argument or line; the
 * source has ended. frame gets what JSON or the file says: time, len, link; for expressions link is -1
 * and the rest 0. `idle` (may be NULL) is called before it waits for more of a file, and before its
 * messages: flush your output there.
 */
int source_next(struct source *source, struct clv_arena *arena, struct clv_draft **draft,
                struct clv_frame *frame, void (*idle)(void *user), void *user);
/* Is one expression all there is? */
bool source_lone(const struct source *source);
/* Is it standard input that is read now? */
bool source_streams(const struct source *source);
void source_close(struct source *source);

/* ---- Sink: -o, -w, --where, -c. What every subcommand that has packets gives them to. */

struct sink;

struct sink_opts {
    const char *output; /* the format without -o; NULL: none, as for -w alone */
    bool live;          /* the source waits: what is put is written at once, unless into a file */
    bool times;         /* -o line and tree show the time, and tree the number */
    bool uncounted;     /* -c does not count what is put */
    const char *stop;   /* a filter: the first packet that it matches is the last; NULL: none */
};

enum sink_state {
    SINK_MORE,
    SINK_DONE, /* -c reached, `stop` matched, or nobody reads the output any more: stop, all is well */
    SINK_FAILED /* after a message: the output could not be written. Stop */
};

/* -o wins over opts->output; with -w and without -o nothing is printed. NULL after a message. */
struct sink *sink_open(struct cli *cli, const struct sink_opts *opts);
/*
 * One packet. view NULL: split here, if anything needs it, from frame->link. frame->link -1: of no
 * known link type, see --link. All is borrowed. Returns enum sink_state.
 */
int sink_put(struct sink *sink, const struct clv_frame *frame, const uint8_t *bytes,
             struct clv_view *view);
/*
 * A request and its answer. -o line: `SENT ==> ANSWER`; fields: the answer's; else the one, then
 * the other. --where is about the answer, -c counts pairs. answer NULL: none came; then it is the
 * request that counts.
 */
int sink_pair(struct sink *sink, const struct clv_packet *sent, const struct clv_packet *answer);
/* Hand everything to the system now: what an idle hook calls. */
void sink_flush(void *sink);
/* Is printing the work, so that threads pay? Not for a part of the packets, or of each of them. */
bool sink_toils(const struct sink *sink);
/*
 * For a thread of its own: a sink like that one, which prints to memory, and where no more packets
 * than fit there are put until the other one takes what it printed. NULL after a message.
 */
struct sink *sink_twin(struct sink *sink);
/* Take what a twin printed. Returns enum sink_state. */
int sink_take(struct sink *sink, struct sink *twin);
/* The twin ends: what it counted counts here. */
void sink_join(struct sink *sink, struct sink *twin);
/* Is there any use in more packets? Looks whether standard output still has a reader, too. What waits
 * for packets asks from time to time. Returns enum sink_state. */
int sink_state(struct sink *sink);
/* How many packets or pairs were put, and how many of them passed --where; of packets for a capture
 * file that takes no more, only those that it has. */
uint64_t sink_count(const struct sink *sink, uint64_t *passed);
/*
 * Write what is left and close. status: how the source ended; it is returned where it is not
 * CLI_DONE. Else CLI_WRONG if an output failed (the message was given), CLI_NONE if --where was
 * given and nothing passed, else CLI_DONE. sink may be NULL.
 */
int sink_close(struct sink *sink, int status);

/* ---- A large file on several processors. */

/* How many hands pay for that file; 1: no crew. */
unsigned crew_hands(const struct cli *cli, const struct sink *sink, const char *path);
/* All packets of the reader into the sink, by so many hands. Returns the exit status. */
int crew_read(const struct cli *cli, struct clv_reader *reader, struct sink *sink,
              struct status *status, unsigned n);

/* ---- The capture file of a sink, -w. These return enum sink_state. */

struct capture;

/* live: the source waits. NULL after a message. */
struct capture *capture_open(struct cli *cli, bool live);
int capture_put(struct capture *capture, const struct clv_frame *frame, const uint8_t *bytes);
int capture_flush(struct capture *capture);
/* Packets that its files have, up to the last flush. */
uint64_t capture_count(const struct capture *capture);
/* keep: there is to be a file even if nothing was put. */
int capture_close(struct capture *capture, bool keep);

#endif
