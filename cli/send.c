/* SPDX-License-Identifier: BSD-2-Clause */
/* send: packets onto the wire, paced by absolute times, without waiting for answers. */
#include "cli.h"

#include <limits.h>
#include <string.h>
#include <time.h>

struct send {
    struct cli *cli;
    struct sink *sink;
    struct clv_sender *sender;
    struct clv_arena *drafts, *scratch;
    uint64_t sent, bytes, seed;
    int64_t next, first, last; /* when the next packet is to go; the first and the last went */
};

/* Wait for the next packet's time. A long delay is not made good by a burst. */
static void pace(struct send *send)
{
    int64_t now = clv_now();

    while (!cli_stop && now < send->next) {
        int64_t left = send->next - now;
        /* A signal just before the sleep would be slept through. */
        struct timespec t = { .tv_nsec = left < CLV_SECOND / 20 ? left : CLV_SECOND / 20 };
        nanosleep(&t, NULL);
        now = clv_now();
    }
    if (send->next < now - CLV_SECOND)
        send->next = now;
    if (send->cli->opt.interval > 0)
        send->next += send->cli->opt.interval;
}

/* One packet. The exit status, or -1: go on. */
static int packet_send(struct send *send, struct clv_draft *draft)
{
    struct clv_packet sent;
    struct clv_err err = { 0 };

    pace(send);
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

/* Every packet of a set. */
static int set_send(struct send *send, struct clv_draft *draft)
{
    uint64_t n = clv_draft_count(draft);
    int status = -1;

    for (uint64_t i = 0; status < 0 && i < n; i++) {
        struct clv_err err = { 0 };
        clv_arena_reset(send->scratch);
        struct clv_draft *one = clv_draft_pick(draft, i, send->seed, send->scratch, &err);
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
    *again = send->cli->opt.count;
    do {
        clv_arena_reset(send->drafts);
        got = source_next(source, send->drafts, &draft, &frame, sink_flush, send->sink);
        *again = *again && !source_streams(source);
        if (got)
            status = got < 0 ? CLI_WRONG : set_send(send, draft);
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
    struct send send = { .cli = cli, .seed = cli->opt.seed, .next = clv_now() };
    const struct clv_sender_opts opts = { .iface = cli->opt.iface, .stop = &cli_stop };
    struct clv_err err = { 0 };
    int status = CLI_WRONG;

    if (!argc && !cli->opt.json)
        return cli_usage(cli->cmd, "send needs %s", cli->cmd->args);
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

const struct cmd cmd_send = {
    .name = "send",
    .args = "EXPR...",
    .summary = "Send packets, without waiting for answers",
    .more = "EXPR may be - for one expression a line of standard input. With -c N the expressions "
            "are repeated\nuntil N packets are sent. A packet that begins with an IP layer finds "
            "its own way, one that begins\nwith Ether goes out as it is. -o and -w show what was "
            "sent.\n\n"
            "  cleave send 'IP(dst=\"10.0.0.1\")/UDP(dport=(1,1024))' --rate 500\n"
            "  cleave send 'Ether()/IP(dst=\"10.0.0.1\")/ICMP()' -c 10 --interval 200ms\n",
    .groups = OPT_OUTPUT | OPT_COUNT | OPT_BUILD | OPT_SEND,
    .most = UINT_MAX,
    .run = send_run,
};
