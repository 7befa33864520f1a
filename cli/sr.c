/* SPDX-License-Identifier: BSD-2-Clause */
/* sr and sr1: send packets, and show them with their answers as they come in. */
#include "cli.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 1000 };

struct sr_opts {
    bool multi, unanswered, promisc, first;
};

struct sr {
    struct cli *cli;
    struct sink *sink;
    int state; /* of the sink */
    struct clv_draft **drafts;
    uint32_t n, cap;
    uint64_t unsent; /* not sent, and the reason was told */
    bool broken;     /* and the reason was the system's, not a silent neighbour */
};

/* ---- What is to be sent. */

static bool draft_add(struct sr *sr, struct clv_draft *draft)
{
    if (sr->n == sr->cap) {
        uint32_t cap = sr->cap ? sr->cap * 2 : 8;
        struct clv_draft **drafts = realloc(sr->drafts, cap * sizeof *drafts);
        if (!drafts) {
            cli_fail("out of memory: too many expressions");
            return false;
        }
        sr->drafts = drafts;
        sr->cap = cap;
    }
    sr->drafts[sr->n++] = draft;
    return true;
}

static bool drafts_read(struct sr *sr, int argc, char **argv)
{
    struct source *source = source_open(sr->cli, argc, argv);
    struct clv_draft *draft;
    struct clv_frame frame;
    int got = -1;

    if (!source)
        return false;
    while ((got = source_next(source, sr->cli->arena, &draft, &frame, NULL, NULL)) > 0)
        if (!draft_add(sr, draft)) {
            got = -1;
            break;
        }
    source_close(source);
    if (!got && !sr->n)
        cli_usage(sr->cli->cmd, "there is nothing to send");
    return !got && sr->n;
}

/* ---- What comes back. */

/* Why a packet could not be sent, once it had been taken: the first few, then silence. */
static void tell_unsent(struct sr *sr, const struct clv_pair *pair)
{
    struct clv_out out;

    sr->broken = sr->broken || pair->why != EHOSTDOWN;
    if (++sr->unsent > 5)
        return;
    clv_out_init(&out, NULL, NULL);
    clv_print_line(pair->sent.view, &pair->sent.frame, 0, &out);
    while (out.len && out.buf[out.len - 1] == '\n')
        out.len--;
    clv_out_chr(&out, 0);
    if (!out.failed)
        cli_say(sr->cli, "not sent: %s: %s%s", out.buf,
                pair->why == EHOSTDOWN ? "no neighbour answers for the next hop"
                                       : strerror(pair->why),
                sr->unsent == 5 ? " (no more of this is told)" : "");
    clv_out_free(&out);
}

static bool on_pair(void *user, const struct clv_pair *pair)
{
    struct sr *sr = user;
    const struct sr_opts *own = sr->cli->own;

    if (pair->why)
        tell_unsent(sr, pair);
    if (pair->answer.bytes)
        sr->state = sink_pair(sr->sink, &pair->sent, &pair->answer);
    else if (own->unanswered)
        sr->state = sink_pair(sr->sink, &pair->sent, NULL);
    else
        sr->state = sink_state(sr->sink);
    return sr->state == SINK_MORE;
}

/* ---- The end. */

/* "1 sent, 1 answered, ..; 100/s asked, 99.8/s reached" */
static void tell_stats(const struct sr *sr, const struct clv_exchange_stats *stats)
{
    const struct cli_opts *opt = &sr->cli->opt;
    double span = (double)(stats->last - stats->first) / 1e9;
    char rate[96] = "", lost[96] = "", again[48] = "";

    if (stats->sent > 1 && span > 0)
        snprintf(rate, sizeof rate, ", %.6g packets/s", (double)(stats->sent - 1) / span);
    if (*rate && opt->interval > 0)
        snprintf(rate + strlen(rate), sizeof rate - strlen(rate), " of %.6g",
                 1e9 / (double)opt->interval);
    if (stats->duplicates)
        snprintf(again, sizeof again, ", %llu duplicates", (unsigned long long)stats->duplicates);
    if (stats->dropped)
        snprintf(lost, sizeof lost, "; %llu captured packets were lost, answers may be among them",
                 (unsigned long long)stats->dropped);
    cli_say(sr->cli, "%llu sent, %llu answered, %llu unanswered%s%s%s",
            (unsigned long long)stats->sent, (unsigned long long)stats->answered,
            (unsigned long long)stats->unanswered, again, rate, lost);
}

static int sr_finish(const struct sr *sr, bool ok, bool single,
                     const struct clv_exchange_stats *stats, const struct clv_err *err)
{
    int status = stats->answered ? CLI_DONE : CLI_NONE;

    if (!ok)
        status = cli_err(err);
    else if (sr->state == SINK_FAILED || (status == CLI_NONE && sr->broken))
        status = CLI_WRONG;
    if (stats->requests && (!single || cli_stop || status == CLI_NONE || sr->cli->opt.verbose))
        tell_stats(sr, stats);
    return status;
}

/* A few answers need little memory, many at once need much. */
static uint32_t sr_buffer(const struct sr *sr)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < sr->n; i++) {
        uint64_t more = clv_draft_count(sr->drafts[i]);
        count = count + more < count ? UINT64_MAX : count + more;
    }
    if (sr->cli->opt.count > count)
        count = sr->cli->opt.count;
    return count > FEW ? 32 << 20 : 2 << 20;
}

static int sr_go(struct cli *cli, int argc, char **argv, bool single)
{
    const struct sr_opts *own = cli->own;
    struct sr sr = { .cli = cli };
    struct clv_exchange_stats stats = { 0 };
    struct clv_err err = { 0 };
    struct clv_sr_opts opts = {
        .exchange = {
            .iface = cli->opt.iface,
            .source = cli->opt.source,
            .filter = cli->opt.filter,
            .timeout = cli->opt.timeout >= 0 ? cli->opt.timeout : 2 * CLV_SECOND,
            .retry = (uint32_t)cli->opt.retry,
            .multi = own->multi,
            .promisc = own->promisc,
            .stop = &cli_stop,
        },
        .interval = cli->opt.interval >= 0 ? cli->opt.interval : cli->opt.loop ? CLV_SECOND : 0,
        .count = cli->opt.count ? cli->opt.count : cli->opt.loop ? UINT64_MAX : 0,
        .seed = cli->opt.seed,
        .first = single || own->first,
        .pair = on_pair,
        .user = &sr,
    };
    int status = CLI_WRONG;

    cli_watch_signals();
    if (drafts_read(&sr, argc, argv)) {
        sr.sink = sink_open(cli, &(struct sink_opts){
                                     .output = single ? "tree" : "line",
                                     .live = true,
                                     .uncounted = true,
                                 });
        if (sr.sink) {
            opts.exchange.buffer = sr_buffer(&sr);
            opts.exchange.few = opts.exchange.buffer <= 2 << 20;
            bool ok = clv_sr(cli->clv, sr.drafts, sr.n, &opts, &stats, &err);
            sink_flush(sr.sink);
            status = sink_close(sr.sink, sr_finish(&sr, ok, single, &stats, &err));
        }
    }
    free(sr.drafts);
    return status;
}

static int sr_run(struct cli *cli, int argc, char **argv)
{
    return sr_go(cli, argc, argv, false);
}

static int sr1_run(struct cli *cli, int argc, char **argv)
{
    return sr_go(cli, argc, argv, true);
}

#define AT(member) offsetof(struct sr_opts, member)

static const struct opt sr_own[] = {
    { 0, "multi", NULL, OPT_FLAG, AT(multi), "show every answer, not only the first to a packet", 0,
      0, 0 },
    { 0, "unanswered", NULL, OPT_FLAG, AT(unanswered), "show packets without an answer, too", 0, 0,
      0 },
    { 0, "first", NULL, OPT_FLAG, AT(first), "end with the first answer", 0, 0, 0 },
    { 0, "promisc", NULL, OPT_FLAG, AT(promisc), "take answers to other stations, too", 0, 0, 0 },
    { 0, NULL, NULL, OPT_FLAG, 0, NULL, 0, 0, 0 },
};

static const struct opt sr1_own[] = {
    { 0, "promisc", NULL, OPT_FLAG, AT(promisc), "take answers to other stations, too", 0, 0, 0 },
    { 0, NULL, NULL, OPT_FLAG, 0, NULL, 0, 0, 0 },
};

const struct cmd cmd_sr = {
    .name = "sr",
    .args = "EXPR...",
    .summary = "Send packets and show them with their answers",
    .more = "EXPR may be - for one expression a line of standard input, or a capture file, named "
            "*.pcap, *.pcapng,\n*.cap, *.gz or *.zst. One line a pair, SENT ==> ANSWER, as the "
            "answers come. With -c N everything is\nrepeated until N packets are sent, with --loop "
            "until ^C, a packet a second unless --interval or --rate\nsays otherwise. Each waits "
            "two seconds for its answer, or --timeout. A packet that begins with an IP\nlayer "
            "finds its own way, one that begins with Ether goes out as it is.\n\n"
            "  cleave sr 'IP(dst=\"10.0.0.0/28\")/ICMP()'\n"
            "  cleave sr 'IP(dst=\"10.0.0.1\")/TCP(dport=[22,80,443])' --retry 1\n"
            "  cleave sr --loop 'IP(dst=\"10.0.0.1\")/ICMP()'\n\n"
            "Exit status: 0 answered, 1 no answer, 2 wrong, 3 not permitted.\n",
    .groups = OPT_OUTPUT | OPT_COUNT | OPT_BUILD | OPT_SEND | OPT_ANSWER,
    .own = sr_own,
    .size = sizeof(struct sr_opts),
    .most = UINT_MAX,
    .run = sr_run,
};

const struct cmd cmd_sr1 = {
    .name = "sr1",
    .args = "EXPR...",
    .summary = "Send packets and show the first answer",
    .more = "Shows the packet that was sent and its answer, as trees. Everything else is as in "
            "sr.\n\n"
            "  cleave sr1 'IP(dst=\"127.0.0.1\")/ICMP()'\n\n"
            "Exit status: 0 answered, 1 no answer, 2 wrong, 3 not permitted.\n",
    .groups = OPT_OUTPUT | OPT_COUNT | OPT_BUILD | OPT_SEND | OPT_ANSWER,
    .own = sr1_own,
    .size = sizeof(struct sr_opts),
    .most = UINT_MAX,
    .run = sr1_run,
};
