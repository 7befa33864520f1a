/* SPDX-License-Identifier: BSD-2-Clause */
/* read: a capture file, or a pipe that brings one, packet by packet. */
#include "cli.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is that file the one that is read? Opening it for writing would empty it. */
static bool is_same_file(const char *from, const char *to)
{
    struct stat a, b;

    if (!to || (strcmp(from, "-") ? stat(from, &a) : fstat(STDIN_FILENO, &a)) ||
        (strcmp(to, "-") ? stat(to, &b) : fstat(STDOUT_FILENO, &b)))
        return false;
    return S_ISREG(a.st_mode) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* May packets come later than now? */
static bool is_live(const char *path)
{
    struct stat st;

    return (strcmp(path, "-") ? stat(path, &st) : fstat(STDIN_FILENO, &st)) || !S_ISREG(st.st_mode);
}

enum { LOOK = 4096 }; /* packets from one look at the clock to the next */

static void tell_progress(struct status *status, const struct clv_reader *reader, uint64_t packets)
{
    uint64_t size, taken = clv_reader_taken(reader, &size);

    status_show(status, packets, taken, size);
}

/* Until the file or the sink ends. Returns the exit status. */
static int packets_read(struct clv_reader *reader, struct sink *sink, struct status *status)
{
    struct clv_err err = { 0 };
    struct clv_frame frame;
    const uint8_t *bytes;

    for (;;) {
        int got = cli_stop ? 0 : clv_reader_next(reader, &frame, &bytes, &err);
        if (got < 0 && err.sys == EINTR) {
            err = (struct clv_err){ 0 };
            continue;
        }
        if (got < 0) {
            sink_flush(sink); /* the packets before the damage, then the message */
            status_end(status);
            return cli_err(&err);
        }
        if (!got)
            return CLI_DONE;
        if (status->on && frame.number % LOOK == 0)
            tell_progress(status, reader, frame.number);
        int state = sink_put(sink, &frame, bytes, NULL);
        if (state != SINK_MORE)
            return state == SINK_DONE ? CLI_DONE : CLI_WRONG;
    }
}

static int read_run(struct cli *cli, int argc, char **argv)
{
    const char *path = argv[argc - 1];
    struct clv_err err = { 0 };
    struct sink_opts opts = { .output = "line", .live = is_live(path), .times = true };
    struct clv_reader *reader;
    struct sink *sink;

    if (is_same_file(path, cli->opt.write))
        return cli_fail("%s: cannot be read and written at once; write to another file", path);
    /* ^C ends the program that feeds the pipe, too: what it still gives is taken. */
    if (opts.live)
        cli_watch_signals();
    sink = sink_open(cli, &opts);
    if (!sink)
        return CLI_WRONG;
    reader = clv_reader_open(path, &err);
    if (!reader)
        return sink_close(sink, cli_err(&err));
    struct status progress;
    status_begin(&progress, cli);
    const unsigned hands = crew_hands(cli, sink, path);
    int status = hands > 1 ? crew_read(cli, reader, sink, &progress, hands)
                           : packets_read(reader, sink, &progress);
    status_end(&progress);
    clv_reader_close(reader);
    return sink_close(sink, status);
}

const struct cmd cmd_read = {
    .name = "read",
    .args = "FILE",
    .summary = "Show the packets of a capture file, or write them to another",
    .more = "FILE is pcap or pcapng, may be packed with gzip or zstd, and - is standard input. "
            "Without -o and\n-w there is one line a packet.\n\n"
            "  cleave read in.pcap --where 'TCP.dport == 80 and IP.ttl < 10'\n"
            "  cleave read in.pcap -o fields=frame.time,IP.src,IP.dst\n"
            "  cleave read in.pcapng --where ICMP -w icmp.pcap\n",
    .groups = OPT_OUTPUT | OPT_COUNT,
    .least = 1,
    .most = 1,
    .run = read_run,
};
