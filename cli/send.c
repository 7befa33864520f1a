/* SPDX-License-Identifier: BSD-2-Clause */
/* send: packets onto the wire, paced by absolute times, without waiting for answers. */
#include "cli.h"

#include <limits.h>
#include <string.h>
#include <time.h>

struct send_opts {
    bool realtime;
};

struct send {
    struct cli *cli;
    struct sink *sink;
    struct clv_sender *sender;
    struct clv_arena *drafts, *scratch;
    uint64_t sent, bytes, seed;
    int64_t next, first, last; /* when the next packet is to go; the first and the last went */
    int64_t stamp;             /* --realtime: of the packet before; 0: there was none */
};

/*
 * Wait for the next packet's time. How many are due, at most `most`: at a high rate some at a time.
 * A long delay is not made good.
 */
static uint32_t pace(struct send *send, uint32_t most)
{
    int64_t interval = send->cli->opt.interval > 0 ? send->cli->opt.interval : 0;
    int64_t now = clv_now();

    if (!send->sent)
        send->next = now;
    while (!cli_stop && now < send->next) {
        int64_t left = send->next - now;
        /* A signal just before the sleep would be slept through. */
        struct timespec t = { .tv_nsec = left < CLV_SECOND / 20 ? left : CLV_SECOND / 20 };
        nanosleep(&t, NULL);
        now = clv_now();
    }
    if (send->next < now - CLV_SECOND)
        send->next = now;
    if (!interval)
        return most;
    int64_t due = 1 + (now > send->next ? (now - send->next) / interval : 0);
    if (due < most)
        most = (uint32_t)due;
    send->next += interval * most;
    return most;
}

/* --realtime: as long after the packet before as its time stamp says; not before it. */
static void keep_time(struct send *send, const struct clv_frame *frame)
{
    const struct send_opts *own = send->cli->own;
    int64_t stamp = frame->sec * CLV_SECOND + frame->nsec;

    if (!own->realtime || !stamp)
        return;
    if (send->stamp && stamp > send->stamp)
        send->next += stamp - send->stamp;
    if (!send->stamp || stamp > send->stamp)
        send->stamp = stamp;
}

/* One packet. The exit status, or -1: go on. */
static int packet_send(struct send *send, struct clv_draft *draft)
{
    struct clv_packet sent;
    struct clv_err err = { 0 };

    pace(send, 1);
    if (cli_stop)
        return CLI_DONE;
    if (!clv_sender_put(send->sender, draft, &sent, NULL, &err))
        return cli_stop ? CLI_DONE : cli_err(&err);
    send->last = clv_now();
    if (!send->sent++)
        send->first = send->last;
    send->bytes += sent.frame.len;
    sent.frame.number = send->sent;
    int state = sink_put(send->sink, &sent.frame, sent.bytes, sent.view);
    if (state != SINK_MORE)
        return state == SINK_DONE ? CLI_DONE : CLI_WRONG;
    return send->sent == send->cli->opt.count ? CLI_DONE : -1;
}

/* Does nobody look at the packets? */
static bool is_unseen(const struct send *send)
{
    const struct cli_opts *opt = &send->cli->opt;

    return !opt->output && !opt->write && !opt->where && !opt->verbose;
}

/* Packets of a set that go one way, some at a time. The exit status, or -1: n were sent. */
static int burst_send(struct send *send, struct clv_burst *burst, uint64_t n)
{
    struct clv_err err = { 0 };

    for (uint64_t i = 0; i < n;) {
        uint64_t left = send->cli->opt.count ? send->cli->opt.count - send->sent : UINT64_MAX;
        left = left < n - i ? left : n - i;
        uint32_t due = pace(send, left < CLV_BURST ? (uint32_t)left : CLV_BURST);
        int got = cli_stop ? 0 : clv_burst_put(burst, i, due, &send->bytes, &err);
        if (got <= 0)
            return cli_stop ? CLI_DONE : cli_err(&err);
        if (send->cli->opt.interval > 0)
            send->next -= send->cli->opt.interval * (due - (uint32_t)got);
        send->last = clv_now();
        if (!send->sent)
            send->first = send->last;
        send->sent += (uint64_t)got;
        i += (uint64_t)got;
        if (send->sent == send->cli->opt.count)
            return CLI_DONE;
    }
    return -1;
}

/* Every packet of a set; forever: again and again. */
static int set_send(struct send *send, struct clv_draft *draft, bool forever)
{
    uint64_t size = clv_draft_count(draft), n = forever ? UINT64_MAX : size;
    struct clv_err why = { 0 };
    struct clv_burst *burst = NULL;
    int status = -1;

    if (n > 1 && is_unseen(send))
        burst = clv_burst_open(send->sender, draft, send->seed, &why);
    if (burst) {
        status = burst_send(send, burst, n);
        clv_burst_close(burst);
        n = 0;
    } else if (why.code) {
        return cli_stop ? CLI_DONE : cli_err(&why);
    }
    for (uint64_t i = 0; status < 0 && i < n; i++) {
        struct clv_err err = { 0 };
        clv_arena_reset(send->scratch);
        struct clv_draft *one = clv_draft_pick(draft, i % size, send->seed + i / size,
                                               send->scratch, &err);
        status = one ? packet_send(send, one) : cli_err(&err);
    }
    send->seed++;
    return status;
}

/* Each draft of the source once. again: the source can be gone through once more. */
static int pass_send(struct send *send, int argc, char **argv, bool *again)
{
    struct source *source = source_open(send->cli, argc, argv);
    struct clv_draft *draft;
    struct clv_frame frame;
    int got, status = -1;

    if (!source)
        return CLI_WRONG;
    *again = send->cli->opt.count || send->cli->opt.loop;
    send->stamp = 0;
    do {
        clv_arena_reset(send->drafts);
        got = source_next(source, send->drafts, &draft, &frame, sink_flush, send->sink);
        *again = *again && !source_streams(source);
        if (got > 0)
            keep_time(send, &frame);
        if (got)
            status = got < 0 ? CLI_WRONG : set_send(send, draft, *again && source_lone(source));
    } while (got > 0 && status < 0);
    source_close(source);
    return status;
}

static void tell_stats(const struct send *send)
{
    double span = (double)(send->last - send->first) / 1e9;
    char rate[64] = "", asked[32] = "";

    if (send->sent > 1 && span > 0)
        snprintf(rate, sizeof rate, ", %.6g packets/s", (double)(send->sent - 1) / span);
    if (*rate && send->cli->opt.interval > 0)
        snprintf(asked, sizeof asked, " of %.6g", 1e9 / (double)send->cli->opt.interval);
    cli_say(send->cli, "%llu packets sent, %llu bytes%s%s", (unsigned long long)send->sent,
            (unsigned long long)send->bytes, rate, asked);
}

static int send_all(struct send *send, int argc, char **argv)
{
    bool again = false;
    uint64_t before;
    int status;

    do {
        before = send->sent;
        status = pass_send(send, argc, argv, &again);
    } while (status < 0 && again && send->sent > before);
    if (send->sent || status <= CLI_DONE)
        tell_stats(send);
    return status < 0 ? CLI_DONE : status;
}

static int send_run(struct cli *cli, int argc, char **argv)
{
    const struct send_opts *own = cli->own;
    struct send send = { .cli = cli, .seed = cli->opt.seed, .next = clv_now() };
    const struct clv_sender_opts opts = { .iface = cli->opt.iface,
                                          .source = cli->opt.source,
                                          .stop = &cli_stop };
    struct clv_err err = { 0 };
    int status = CLI_WRONG;

    if (!argc && !cli->opt.json)
        return cli_usage(cli->cmd, "send needs %s", cli->cmd->args);
    if (own->realtime && cli->opt.interval >= 0)
        return cli_usage(cli->cmd, "--realtime goes by the time stamps: without --rate and "
                                   "--interval");
    cli_watch_signals();
    send.drafts = clv_arena_new(NULL, 0);
    send.scratch = clv_arena_new(NULL, 0);
    if (!send.drafts || !send.scratch)
        cli_fail("out of memory");
    else if (!(send.sender = clv_sender_open(cli->clv, &opts, &err)))
        status = cli_err(&err);
    else if ((send.sink = sink_open(cli, &(struct sink_opts){ .live = true, .uncounted = true })))
        status = sink_close(send.sink, send_all(&send, argc, argv));
    clv_sender_close(send.sender);
    clv_arena_free(send.drafts);
    clv_arena_free(send.scratch);
    return status;
}

static const struct opt send_own[] = {
    { 0, "realtime", NULL, OPT_FLAG, offsetof(struct send_opts, realtime),
      "spaced as the time stamps of the file or JSON say", 0, 0, 0 },
    OPT_END,
};

const struct cmd cmd_send = {
    .name = "send",
    .args = "EXPR...",
    .summary = "Send packets, without waiting for answers",
    .more = "EXPR may be - for one expression a line of standard input, or a capture file, named "
            "*.pcap, *.pcapng,\n*.cap, *.gz or *.zst. With -c N everything is repeated until N "
            "packets are sent, with --loop until ^C.\nA packet that begins with an IP layer finds "
            "its own way, one that begins with Ether goes out as it\nis. -o and -w show what was "
            "sent.\n\n"
            "  cleave send 'IP(dst=\"10.0.0.1\")/UDP(dport=(1,1024))' --rate 500\n"
            "  cleave send 'Ether()/IP(dst=\"10.0.0.1\")/ICMP()' -c 10 --interval 200ms\n"
            "  cleave send attack.pcap -i veth0 --realtime\n",
    .groups = OPT_OUTPUT | OPT_COUNT | OPT_BUILD | OPT_SEND,
    .own = send_own,
    .size = sizeof(struct send_opts),
    .most = UINT_MAX,
    .run = send_run,
};
