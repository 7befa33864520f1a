/* SPDX-License-Identifier: BSD-2-Clause */
/* sniff: packets from an interface, as they come, until a count, a time or ^C. */
#include "cli.h"

#include <string.h>

struct sniff_opts {
    bool alone; /* not promiscuous */
    bool monitor;
    const char *stop; /* --stop-when */
    uint64_t snaplen, buffer;
};

struct sniff {
    struct cli *cli;
    struct sink *sink;
    struct clv_capture *capture;
    struct clv_iface iface; /* that was chosen */
    struct link_watch link;
    bool warned;
    int status; /* to exit with */
};

/* Lost packets are told the moment they begin. */
static void check_lost(struct sniff *sniff)
{
    struct clv_capture_stats stats;

    clv_capture_stats(sniff->capture, &stats);
    if (sniff->warned || !stats.dropped)
        return;
    sniff->warned = true;
    cli_say(sniff->cli, "packets are being lost: they come in faster than they are dealt with; "
                        "narrow the capture with -f, write to a file with -w alone, or give it "
                        "a larger --buffer");
}

static void tell_stats(struct sniff *sniff)
{
    struct clv_capture_stats stats;
    uint64_t passed;

    clv_capture_stats(sniff->capture, &stats);
    sink_count(sniff->sink, &passed);
    cli_say(sniff->cli,
            "%llu packets shown or written, %llu captured, %llu lost by the kernel, "
            "%llu by the interface",
            (unsigned long long)passed, (unsigned long long)stats.received,
            (unsigned long long)stats.dropped, (unsigned long long)stats.dropped_iface);
}

/* Until the sink has enough, the time is up, or ^C. Returns the exit status. */
static int packets_take(struct sniff *sniff, int64_t end)
{
    int64_t look = clv_now();

    while (!cli_stop) {
        struct clv_frame frame;
        const uint8_t *bytes;
        struct clv_err err = { 0 };
        int got = clv_capture_next(sniff->capture, look < end ? look : end, &frame, &bytes, &err);
        if (got < 0)
            return cli_err(&err);
        int state = got ? sink_put(sniff->sink, &frame, bytes, NULL) : SINK_MORE;
        int64_t now = clv_now();
        if (state == SINK_MORE && !got && now >= end)
            return CLI_DONE;
        if (state == SINK_MORE && now >= look) {
            sink_flush(sniff->sink);
            check_lost(sniff);
            cli_watch_link(sniff->cli, &sniff->link);
            look = now + CLV_SECOND / 4;
            if (cli_report_due())
                tell_stats(sniff);
            state = sink_state(sniff->sink);
        }
        if (state != SINK_MORE)
            return state == SINK_DONE ? CLI_DONE : CLI_WRONG;
    }
    return CLI_DONE;
}

/* The only interface that is up, but for the loopback one; else all of them. */
static const char *choose_iface(struct clv_iface *iface)
{
    struct clv_iface all[64];
    int found = 0, n = clv_iface_list(all, 64, NULL);

    for (int i = 0; i < n && i < 64; i++)
        if (all[i].flags & CLV_IFACE_UP && !(all[i].flags & CLV_IFACE_LOOPBACK)) {
            *iface = all[i];
            found++;
        }
    return found == 1 ? iface->name : "any";
}

static bool sniff_open(struct sniff *sniff)
{
    const struct sniff_opts *own = sniff->cli->own;
    const char *name = sniff->cli->opt.iface;
    struct clv_capture_opts opts = {
        .iface = name ? name : choose_iface(&sniff->iface),
        .filter = sniff->cli->opt.filter,
        .snaplen = (uint32_t)own->snaplen,
        .buffer = (uint32_t)own->buffer,
        .promisc = !own->alone,
        .monitor = own->monitor,
        .bulk = true,
        .stop = &cli_stop,
    };
    struct clv_err err = { 0 };

    sniff->link.iface = opts.iface;
    sniff->capture = clv_capture_open(&opts, &err);
    if (!sniff->capture) {
        sniff->status = cli_err(&err);
        return false;
    }
    cli_settle();
    const char *link = clv_link_name(clv_capture_link(sniff->capture));
    cli_say(sniff->cli, "listening on %s (%s)", opts.iface,
            strchr(opts.iface, ',') ? "several interfaces"
            : link                  ? link
                                    : "unknown link type");
    return true;
}

static int sniff_run(struct cli *cli, int argc, char **argv)
{
    struct sniff sniff = { .cli = cli };
    const struct sniff_opts *own = cli->own;
    int64_t wait = cli->opt.timeout;
    uint64_t passed;

    (void)argc;
    (void)argv;
    cli_watch_signals();
    cli_watch_report();
    sniff.sink = sink_open(
        cli,
        &(struct sink_opts){ .output = "line", .live = true, .times = true, .stop = own->stop });
    if (!sniff.sink)
        return CLI_WRONG;
    if (!sniff_open(&sniff))
        return sink_close(sniff.sink, sniff.status);
    int64_t now = clv_now();
    bool endless = wait < 0 || wait > CLV_FOREVER - now;
    sniff.status = packets_take(&sniff, endless ? CLV_FOREVER : now + wait);
    sink_flush(sniff.sink);
    tell_stats(&sniff);
    sink_count(sniff.sink, &passed);
    clv_capture_close(sniff.capture);
    return sink_close(sniff.sink, sniff.status == CLI_DONE && !passed ? CLI_NONE : sniff.status);
}

#define AT(member) offsetof(struct sniff_opts, member)

static const struct opt sniff_own[] = {
    { 'p', "no-promisc", NULL, OPT_FLAG, AT(alone), "only what is for this host", 0, 0, 0 },
    { 'I', "monitor", NULL, OPT_FLAG, AT(monitor), "wireless: all that is on the air", 0, 0, 0 },
    { 0, "stop-when", "FILTER", OPT_TEXT, AT(stop), "end with the first packet that matches", 0, 0,
      0 },
    { 's', "snaplen", "N", OPT_NUMBER, AT(snaplen), "keep N bytes of each packet", 0, 1, 262144 },
    { 'B', "buffer", "N", OPT_NUMBER, AT(buffer), "bytes of the kernel's buffer: 64M", 0, 65536,
      INT32_MAX },
    { 0, NULL, NULL, OPT_FLAG, 0, NULL, 0, 0, 0 },
};

const struct cmd cmd_sniff = {
    .name = "sniff",
    .args = "",
    .summary = "Show or write packets from an interface",
    .more = "-i takes several: eth0,eth1. Without it: the one interface that is up, else all of "
            "them (any).\nEnds after -c packets, after --timeout, with --stop-when, or with ^C. "
            "SIGUSR1 shows the counters.\n\n"
            "  cleave sniff -i eth0 -f 'tcp port 80' --where 'TCP.flags & 2'\n"
            "  cleave sniff -i any -c 100 -w out.pcapng\n"
            "  cleave sniff -i eth0 -w ring.pcapng --rotate 100M:10\n"
            "  cleave sniff --stop-when 'DNS.rcode == 3' -o tree\n\n"
            "Exit status: 0 packets came, 1 none came, 2 wrong, 3 not permitted.\n",
    .groups = OPT_OUTPUT | OPT_COUNT | OPT_CAPTURE,
    .own = sniff_own,
    .size = sizeof(struct sniff_opts),
    .run = sniff_run,
};
