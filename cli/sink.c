/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sink: packets that pass --where are printed in one format, written to a capture file, or
 * both, up to -c of them. Standard output gets whole packets and nothing else. What is put is
 * handed on at once where somebody may be waiting for it, else in large blocks.
 */
#include "cli.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MANY = 1000 };

enum format { NONE, LINE, TREE, EXPR, JSON, HEX, DUMP, BYTES, FIELDS };

struct sink {
    struct cli *cli;
    enum format format;
    unsigned flags; /* enum clv_show */
    struct clv_columns *columns;
    struct clv_filter *filter, *stop;
    struct clv_need *need; /* what they, and columns, look for; NULL: not known yet */
    struct clv_out out;
    int fd;                  /* of out */
    struct clv_arena *arena; /* one packet's scratch */
    struct clv_view view;
    struct capture *capture; /* -w */
    struct sink_opts opts;
    bool uncounted, times;
    bool each;    /* hand on each packet to standard output */
    bool full;    /* -c is reached, or `stop` matched */
    bool outdead; /* standard output takes no more */
    int captured; /* of the capture file: enum sink_state */
    bool failed;  /* a message was given */
    uint64_t put, passed;
};

/* ---- Standard output. */

/* Standard output may have failed. That its reader went away is no failure: it had enough. */
static void out_check(struct sink *sink)
{
    if (!sink->out.failed || sink->outdead)
        return;
    sink->outdead = true;
    if (sink->out.err != EPIPE) {
        cli_fail("standard output: %s", strerror(sink->out.err ? sink->out.err : ENOMEM));
        sink->failed = true;
    }
}

/* Does somebody wait for what is written? A regular file's reader does not. */
static bool is_watched(void)
{
    struct stat st;
    return fstat(STDOUT_FILENO, &st) || !S_ISREG(st.st_mode);
}

/* ---- Opening. */

static const struct {
    const char *name;
    enum format format;
} formats[] = { { "line", LINE }, { "tree", TREE }, { "expr", EXPR },   { "json", JSON },
                { "hex", HEX },   { "dump", DUMP }, { "bytes", BYTES }, { "fields", FIELDS } };

enum { FORMATS = sizeof formats / sizeof *formats };

static bool columns_open(struct sink *sink, const char *list)
{
    struct clv_err err = { 0 };

    sink->format = FIELDS;
    sink->columns = clv_columns_new(sink->cli->clv, sink->cli->arena, list, &err);
    if (!sink->columns)
        cli_err_text(&err, "--output", list, strlen(list));
    return sink->columns;
}

static bool format_open(struct sink *sink, const char *text)
{
    const char *names[FORMATS], *near;

    if (!strncmp(text, "fields=", 7))
        return columns_open(sink, text + 7);
    for (size_t i = 0; i < FORMATS; i++) {
        names[i] = formats[i].name;
        if (!strcmp(text, names[i]) && formats[i].format != FIELDS) {
            sink->format = formats[i].format;
            return true;
        }
    }
    near = cli_near(text, names, FORMATS);
    if (!strcmp(text, "fields"))
        cli_usage(sink->cli->cmd, "-o fields needs their names: -o fields=IP.src,TCP.dport");
    else if (near)
        cli_usage(sink->cli->cmd, "no output format '%s'; did you mean '%s'?", text, near);
    else
        cli_usage(sink->cli->cmd,
                  "no output format '%s'; there are line, tree, expr, json, hex, "
                  "dump, bytes and fields=..",
                  text);
    return false;
}

/* text NULL: none. */
static bool filter_open(struct sink *sink, const char *text, const char *option,
                        struct clv_filter **filter)
{
    struct clv_err err = { 0 };

    if (!text)
        return true;
    *filter = clv_filter_new(sink->cli->clv, sink->cli->arena, text, &err);
    if (!*filter)
        cli_err_text(&err, option, text, strlen(text));
    return *filter;
}

/* Raw bytes for a terminal, or two things for one standard output: most likely not meant. */
static bool output_sane(const struct sink *sink)
{
    const char *write = sink->cli->opt.write;
    bool capture = write && !strcmp(write, "-");

    if (sink->cli->opt.rotate && (!write || capture))
        cli_usage(sink->cli->cmd, "--rotate goes with -w and the name of a file");
    else if (capture && sink->format)
        cli_usage(sink->cli->cmd, "standard output cannot hold both -o and -w -");
    else if ((capture || sink->format == BYTES) && isatty(STDOUT_FILENO))
        cli_usage(sink->cli->cmd,
                  "%s would write raw bytes to a terminal: redirect it, or use "
                  "-o hex",
                  capture ? "-w -" : "-o bytes");
    else
        return true;
    return false;
}

static bool sink_begin(struct sink *sink, const struct sink_opts *opts)
{
    const struct cli_opts *opt = &sink->cli->opt;
    const char *format = opt->output ? opt->output : opt->write ? NULL : opts->output;

    if ((format && !format_open(sink, format)) ||
        !filter_open(sink, opt->where, "--where", &sink->filter) ||
        !filter_open(sink, opts->stop, "--stop-when", &sink->stop) || !output_sane(sink))
        return false;
    sink->each = opts->live && sink->format && is_watched();
    sink->uncounted = opts->uncounted;
    sink->times = opts->times;
    sink->flags = (opt->colour ? CLV_SHOW_COLOUR : 0u) | (opt->words ? CLV_SHOW_WORDS : 0u) |
                  (opts->times ? CLV_SHOW_TIME : 0u);
    sink->fd = STDOUT_FILENO;
    clv_out_init(&sink->out, cli_write, &sink->fd);
    sink->arena = clv_arena_new(NULL, 0);
    if (!sink->arena) {
        cli_fail("out of memory");
        return false;
    }
    return !opt->write || (sink->capture = capture_open(sink->cli, opts->live));
}

struct sink *sink_open(struct cli *cli, const struct sink_opts *opts)
{
    struct sink *sink = calloc(1, sizeof *sink);

    if (!sink) {
        cli_fail("out of memory");
        return NULL;
    }
    sink->cli = cli;
    sink->opts = *opts;
    if (!sink_begin(sink, opts)) {
        sink_close(sink, CLI_WRONG);
        return NULL;
    }
    return sink;
}

/* ---- Packets. */

/* Does the format show the whole packet? */
static bool prints_view(const struct sink *sink)
{
    return sink->format && sink->format != HEX && sink->format != BYTES && sink->format != FIELDS;
}

static bool looks_at_view(const struct sink *sink)
{
    return sink->filter || sink->stop ||
           (sink->format == FIELDS && !clv_columns_frame_only(sink->columns));
}

/* What filters and columns look for is worth knowing once there are many packets. */
static void find_need(struct sink *sink)
{
    const struct clv_filter *filters[] = { sink->filter, sink->stop };

    if (sink->put == MANY)
        sink->need = clv_need_new(sink->cli->clv, sink->cli->arena, filters, 2, sink->columns);
}

/* need NULL: all of it. */
static struct clv_view *packet_split(struct sink *sink, const struct clv_need *need,
                                     const struct clv_frame *frame, const uint8_t *bytes)
{
    struct clv *clv = sink->cli->clv;
    int link = frame->link >= 0 ? frame->link : sink->cli->opt.link;

    if (link >= 0)
        clv_split_need(clv, &sink->view, sink->arena, need, (uint32_t)link, bytes, frame->caplen);
    else
        clv_split(clv, &sink->view, sink->arena, NULL, bytes, frame->caplen);
    return &sink->view;
}

static void packet_print(struct sink *sink, const struct clv_frame *frame, const uint8_t *bytes,
                         struct clv_view *view)
{
    struct clv_out *out = &sink->out;
    bool done = true;

    switch (sink->format) {
    case NONE: break;
    case LINE: clv_print_line(view, frame, sink->flags, out); break;
    case TREE:
        done = clv_print_tree(view, sink->times ? frame : NULL, sink->arena, sink->flags, out);
        break;
    case EXPR:
        if ((done = clv_print_expr(view, sink->arena, out)))
            clv_out_chr(out, '\n');
        break;
    case JSON: done = clv_print_json(view, frame, sink->arena, sink->flags, out); break;
    case HEX: clv_print_hex(bytes, frame->caplen, out); break;
    case DUMP: clv_print_dump(view, sink->arena, sink->flags, out); break;
    case BYTES: clv_out_mem(out, bytes, frame->caplen); break;
    case FIELDS: clv_print_columns(sink->columns, view, frame, out); break;
    }
    if (!done && !out->failed) {
        cli_fail("packet %llu: it needs too much memory to be printed",
                 (unsigned long long)frame->number);
        sink->failed = true;
    }
}

static int state(const struct sink *sink)
{
    if (sink->outdead || sink->captured != SINK_MORE)
        return sink->failed || sink->captured == SINK_FAILED ? SINK_FAILED : SINK_DONE;
    return sink->full ? SINK_DONE : SINK_MORE;
}

/* A packet or pair is through. */
static int packet_end(struct sink *sink)
{
    sink->passed++;
    if (sink->each)
        clv_out_flush(&sink->out);
    out_check(sink);
    if (!sink->uncounted && sink->cli->opt.count && sink->passed >= sink->cli->opt.count)
        sink->full = true;
    return state(sink);
}

int sink_put(struct sink *sink, const struct clv_frame *frame, const uint8_t *bytes,
             struct clv_view *view)
{
    const bool given = view;

    if (state(sink))
        return state(sink);
    clv_arena_reset(sink->arena);
    sink->put++;
    if (!given && looks_at_view(sink)) {
        find_need(sink);
        view = packet_split(sink, sink->need, frame, bytes);
    }
    if (sink->stop && clv_filter_match(sink->stop, view, frame))
        sink->full = true;
    if (sink->filter && !clv_filter_match(sink->filter, view, frame))
        return state(sink);
    if (!given && prints_view(sink))
        view = packet_split(sink, NULL, frame, bytes);
    packet_print(sink, frame, bytes, view);
    if (sink->capture)
        sink->captured = capture_put(sink->capture, frame, bytes);
    return packet_end(sink);
}

/* "SENT ==> ANSWER": two lines that become one. */
static void pair_line(struct sink *sink, const struct clv_packet *sent,
                      const struct clv_packet *answer)
{
    struct clv_out text;

    clv_out_init(&text, NULL, NULL);
    clv_print_line(sent->view, &sent->frame, sink->flags, &text);
    while (text.len && text.buf[text.len - 1] == '\n')
        text.len--;
    clv_out_mem(&sink->out, text.buf, text.len);
    sink->out.failed = sink->out.failed || text.failed;
    clv_out_free(&text);
    clv_out_str(&sink->out, " ==> ");
    if (answer)
        clv_print_line(answer->view, &answer->frame, sink->flags & ~(unsigned)CLV_SHOW_TIME,
                       &sink->out);
    else
        clv_out_str(&sink->out, "no answer\n");
}

int sink_pair(struct sink *sink, const struct clv_packet *sent, const struct clv_packet *answer)
{
    const struct clv_packet *last = answer ? answer : sent;

    if (state(sink))
        return state(sink);
    clv_arena_reset(sink->arena);
    sink->put++;
    if (sink->filter && !clv_filter_match(sink->filter, last->view, &last->frame))
        return SINK_MORE;
    if (sink->format == LINE) {
        pair_line(sink, sent, answer);
    } else {
        if (answer && sink->format != FIELDS)
            packet_print(sink, &sent->frame, sent->bytes, sent->view);
        packet_print(sink, &last->frame, last->bytes, last->view);
    }
    if (sink->capture)
        sink->captured = capture_put(sink->capture, &sent->frame, sent->bytes);
    if (sink->capture && answer && sink->captured == SINK_MORE)
        sink->captured = capture_put(sink->capture, &answer->frame, answer->bytes);
    return packet_end(sink);
}

void sink_flush(void *user)
{
    struct sink *sink = user;

    clv_out_flush(&sink->out);
    out_check(sink);
    if (sink->capture && sink->captured == SINK_MORE)
        sink->captured = capture_flush(sink->capture);
}

int sink_state(struct sink *sink)
{
    struct pollfd out = { .fd = STDOUT_FILENO };

    if (sink->format && poll(&out, 1, 0) > 0 && out.revents & POLLERR)
        sink->outdead = true;
    return state(sink);
}

uint64_t sink_count(const struct sink *sink, uint64_t *passed)
{
    uint64_t written = sink->captured == SINK_FAILED ? capture_count(sink->capture) : UINT64_MAX;

    if (passed)
        *passed = sink->passed < written ? sink->passed : written;
    return sink->put;
}

/* ---- Several of them, for threads. */

bool sink_toils(const struct sink *sink)
{
    return prints_view(sink) && !sink->filter && !sink->stop && !sink->capture &&
           !sink->cli->opt.count;
}

struct sink *sink_twin(struct sink *sink)
{
    struct sink *twin = sink_open(sink->cli, &sink->opts);

    if (!twin)
        return NULL;
    clv_out_init(&twin->out, NULL, NULL);
    twin->each = false;
    return twin;
}

int sink_take(struct sink *sink, struct sink *twin)
{
    if (state(sink))
        return state(sink);
    clv_out_mem(&sink->out, twin->out.buf, twin->out.len);
    twin->out.len = 0;
    out_check(sink);
    return twin->outdead ? SINK_FAILED : state(sink);
}

void sink_join(struct sink *sink, struct sink *twin)
{
    sink->put += twin->put;
    sink->passed += twin->passed;
    sink->failed = sink->failed || twin->failed;
    sink_close(twin, CLI_DONE);
}

/* ---- Closing. */

int sink_close(struct sink *sink, int status)
{
    if (!sink)
        return status ? status : CLI_WRONG;
    clv_out_flush(&sink->out);
    out_check(sink);
    /* A capture without packets is one, but a source that failed leaves the old file alone. */
    if (sink->capture)
        sink->captured = capture_close(sink->capture, status == CLI_DONE);
    sink->failed = sink->failed || sink->captured == SINK_FAILED;
    if (status == CLI_DONE && sink->failed)
        status = CLI_WRONG;
    else if (status == CLI_DONE && sink->filter && !sink->passed)
        status = CLI_NONE;
    clv_out_free(&sink->out);
    clv_arena_free(sink->arena);
    free(sink);
    return status;
}
