/* SPDX-License-Identifier: BSD-2-Clause */
/* scan: which hosts are there, and which of their ports are open. */
#include "scan.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum {
    RATE = 1000,     /* packets a second, where none is given */
    BITS = 1 << 24,  /* up to so many probes, each has a bit */
    RING = 1 << 16,  /* else so many answers are remembered */
    BATCH = 64,      /* packets sent, and packets read, before the other is looked at */
    SAVE_EVERY = 10, /* seconds, of the file to go on with */
};

/* ---- Options. */

static bool read_shard(struct scan *scan)
{
    const char *text = scan->own->shard;
    char *end = NULL;

    scan->shard = scan->shards = 1;
    if (!text)
        return true;
    scan->shard = strtoull(text, &end, 10);
    if (*text >= '0' && *text <= '9' && *end == '/' && end[1] >= '0' && end[1] <= '9') {
        scan->shards = strtoull(end + 1, &end, 10);
        if (!*end && scan->shard >= 1 && scan->shard <= scan->shards && scan->shards <= 1000000) {
            if (scan->shards == 1 || scan->own->seed)
                return true;
            cli_usage(scan->cli->cmd, "--shard %s: all shards need the same --seed: give one",
                      text);
            return false;
        }
    }
    cli_usage(scan->cli->cmd, "--shard '%s' is none of several: 2/5 is the second of five", text);
    return false;
}

static bool read_seed(struct scan *scan)
{
    const char *text = scan->own->seed, *why;

    scan->seed = scan->cli->opt.seed;
    if (getrandom(scan->key, sizeof scan->key, 0) != sizeof scan->key)
        scan->key[0] = (uint64_t)clv_now() ^ (uint64_t)getpid() << 32;
    if (!text)
        return true;
    why = cli_number(text, &scan->seed);
    if (!why) {
        /* The same packets each time, but other ones for each shard. */
        scan->key[0] = scan->seed;
        scan->key[1] = scan->shard << 32 | scan->shards;
        return true;
    }
    cli_usage(scan->cli->cmd, "--seed N: '%s' %s", text, why);
    return false;
}

static bool read_method(struct scan *scan)
{
    const char *name = scan->own->probe;
    bool ports = scan->own->ports;

    scan->method = scan_method_find(scan, name);
    if (scan->method)
        return true;
    cli_usage(scan->cli->cmd, "--probe '%s' is none %s", name,
              ports ? "for ports: syn, ack, fin, null, xmas or udp"
                    : "for hosts: auto, echo or tcp; ports need --ports");
    return false;
}

static bool read_count(struct scan *scan)
{
    uint64_t most = 1ull << 62;

    if (scan->hosts > most / scan->nports / (scan->cli->opt.retry + 1)) {
        cli_usage(scan->cli->cmd, "%llu addresses with %u ports each are more than can be scanned",
                  (unsigned long long)scan->hosts, scan->nports);
        return false;
    }
    scan->total = scan->hosts * scan->nports;
    scan->mine = scan->total / scan->shards + (scan->shard <= scan->total % scan->shards);
    scan->end = scan->mine * (scan->cli->opt.retry + 1);
    clv_shuffle_init(&scan->shuffle, scan->total, scan->seed);
    return true;
}

static bool read_options(struct scan *scan, int argc, char **argv)
{
    const struct cli_opts *opt = &scan->cli->opt;

    scan->iface = opt->iface;
    scan->interval = opt->interval >= 0 ? opt->interval : CLV_SECOND / RATE;
    scan->timeout = opt->timeout >= 0 ? opt->timeout : 2 * CLV_SECOND;
    if (scan->own->four && scan->own->six) {
        cli_usage(scan->cli->cmd, "-4 and -6 exclude each other");
        return false;
    }
    return tool_json(scan->cli, scan->own->output, &scan->json) && read_method(scan) &&
           read_shard(scan) && read_seed(scan) && scan_read_ports(scan) &&
           scan_read_targets(scan, argc, argv) && read_count(scan);
}

/* ---- Results. */

/* Is it the first answer to this probe? Where there are too many probes, as far as is remembered. */
static bool is_first(struct scan *scan, uint64_t index)
{
    if (scan->seen) {
        uint8_t bit = (uint8_t)(1 << index % 8), *at = &scan->seen[index / 8];
        bool first = !(*at & bit);
        *at |= bit;
        return first;
    }
    uint64_t *at = &scan->ring[index % RING];
    bool first = *at != index + 1;
    *at = index + 1;
    return first;
}

static bool is_known(const struct scan *scan, uint64_t index)
{
    return scan->seen ? scan->seen[index / 8] >> index % 8 & 1
                      : scan->ring[index % RING] == index + 1;
}

/* A member of a group answers as itself, whatever else is asked. */
static bool is_new_member(struct scan *scan, const struct scan_result *result)
{
    uint64_t mark = clv_cookie(scan->key, &result->addr, sizeof result->addr) + result->port;
    uint64_t *at = &scan->members[mark % SCAN_MEMBERS];
    bool first = *at != mark;

    *at = mark;
    return first;
}

static void take_result(struct scan *scan, const struct scan_result *result, uint64_t index)
{
    bool first = index == SCAN_MEMBER ? is_new_member(scan, result) : is_first(scan, index);

    if (!first) {
        scan->repeated++;
        return;
    }
    scan->answered++;
    scan->states[result->state]++;
    scan_tell(scan, result);
}

/* What a probe was to find out, where nobody can be asked. */
static void take_silence(struct scan *scan, const struct clv_probe *probe)
{
    uint64_t index = scan_index(scan, probe->tag);
    struct scan_result result = { .ttl = -1, .state = SCAN_DOWN, .reason = "no-neighbour" };

    if (!is_first(scan, index))
        return;
    scan->mute++;
    scan_target(scan, index, &result.addr, &result.port);
    scan_tell(scan, &result);
}

static void take_event(struct scan *scan, const struct clv_event *event)
{
    struct scan_result result = { .ttl = -1, .state = SCAN_UP };
    uint64_t index;

    switch (event->type) {
    case CLV_EVENT_FRAME:
        if (scan_judge(scan, event, &result, &index))
            take_result(scan, &result, index);
        break;
    case CLV_EVENT_PEER:
        index = scan_index(scan, event->probe.tag);
        result.reason = event->probe.dst.len == 16 ? "neighbour-advertisement" : "arp-reply";
        result.addr = event->probe.dst;
        result.mac = event->peer;
        take_result(scan, &result, index);
        break;
    case CLV_EVENT_SILENT: take_silence(scan, &event->probe); break;
    }
}

/* ---- Sending. */

/* CLI_DONE: it was taken care of; -1: later; else the exit status. */
static int put_probe(struct scan *scan, const struct clv_probe *probe)
{
    struct clv_err err = { 0 };

    switch (clv_prober_put(scan->prober, probe, &err)) {
    case CLV_PROBE_SENT: break;
    case CLV_PROBE_HELD:
        if (probe->tag < scan->floor)
            scan->floor = probe->tag;
        break;
    case CLV_PROBE_FULL: return -1;
    case CLV_PROBE_SILENT: take_silence(scan, probe); break;
    case CLV_PROBE_GROUP: scan->groups += is_first(scan, scan_index(scan, probe->tag)); break;
    case CLV_PROBE_FAILED:
        if (err.code != CLV_NO_ROUTE || !err.sys)
            return cli_stop ? CLI_DONE : cli_err(&err);
        if (!is_first(scan, scan_index(scan, probe->tag)))
            break;
        if (!scan->unroutable++)
            scan->why = err;
        break;
    }
    return CLI_DONE;
}

/* Before the probes are repeated, answers to the last ones are waited for. */
static bool rest(struct scan *scan)
{
    if (!scan->position || scan->position % scan->mine || scan->rested == scan->position)
        return false;
    scan->rested = scan->position;
    scan->next = clv_now() + scan->timeout;
    return true;
}

/* Send up to a batch of what is due. The exit status; CLI_DONE: go on. */
static int send_due(struct scan *scan)
{
    int64_t now = clv_now();
    int status = CLI_DONE;
    struct clv_probe probe;
    uint64_t sent = clv_prober_sent(scan->prober);

    if (sent > scan->charged) { /* neighbours were asked again */
        scan->next += (int64_t)(sent - scan->charged) * scan->interval;
        scan->charged = sent;
    }
    if (scan->next < now - CLV_SECOND)
        scan->next = now; /* a long delay is not made good by a burst */
    for (int n = 0; n < BATCH && scan->next <= now && !cli_stop; n++) {
        bool again = clv_prober_again(scan->prober, &probe);
        if (!again) {
            if (scan->position == scan->end || rest(scan))
                break;
            if (scan->position >= scan->mine && is_known(scan, scan_index(scan, scan->position))) {
                scan->position++; /* a repetition of what has its answer */
                continue;
            }
            scan_probe(scan, scan->position, &probe);
        }
        status = put_probe(scan, &probe);
        if (status == -1)
            return CLI_DONE;
        if (status != CLI_DONE)
            return status;
        scan->position += !again;
        /* The schedule begins with the first packet, which takes long. */
        scan->next = (scan->charged ? scan->next : clv_now()) + scan->interval;
        scan->charged++;
    }
    return status;
}

/* Take what comes in until then; where it comes in faster than it is read, only so much. */
static int take_events(struct scan *scan, int64_t until)
{
    struct clv_event event;
    struct clv_err err = { 0 };
    int got = 0;

    for (int n = 0; !cli_stop && !scan->broken; n++) {
        if (n >= 4 * BATCH && clv_now() >= until)
            break;
        got = clv_prober_next(scan->prober, until, &event, &err);
        if (got <= 0)
            break;
        take_event(scan, &event);
    }
    tool_flush(&scan->broken);
    return got < 0 ? cli_err(&err) : CLI_DONE;
}

static bool keep_place(struct scan *scan, int argc, char **argv, int64_t now)
{
    if (!clv_prober_held(scan->prober))
        scan->floor = UINT64_MAX;
    if (now < scan->marked + CLV_SECOND)
        return true;
    scan->marked = now;
    scan->marks[1] = scan->marks[0];
    scan->marks[0] = scan->position;
    if (now < scan->saved + SAVE_EVERY * CLV_SECOND)
        return true;
    scan->saved = now;
    return scan_resume_write(scan, argc, argv);
}

/* Is nothing left to wait for? Of a group nobody knows the members. */
static bool is_complete(const struct scan *scan)
{
    return scan->seen && !scan->groups &&
           scan->answered + scan->mute + scan->unroutable >= scan->mine;
}

static int scan_loop(struct scan *scan, int argc, char **argv)
{
    int status = CLI_DONE;
    int64_t end = 0;

    scan->next = scan->marked = scan->saved = clv_now();
    while (status == CLI_DONE && !cli_stop && !scan->broken && !is_complete(scan)) {
        bool busy = scan->position < scan->end || clv_prober_held(scan->prober);
        status = send_due(scan);
        int64_t now = clv_now(), until = now + CLV_SECOND / 10;
        if (busy)
            end = now + scan->timeout;
        else if (now >= end)
            break;
        if (busy && scan->next < until)
            until = scan->next > now ? scan->next : now;
        if (status == CLI_DONE)
            status = take_events(scan, until);
        if (!keep_place(scan, argc, argv, now))
            status = CLI_WRONG;
        scan_status(scan, now);
        if (cli_report_due())
            scan_tell_stats(scan);
    }
    return status;
}

/* ---- All of it. */

static int dry_run(struct scan *scan)
{
    char text[HOST_ADDR];
    struct clv_addr addr;
    uint16_t port;

    for (; scan->position < scan->mine && !cli_stop && !scan->broken; scan->position++) {
        scan_target(scan, scan_index(scan, scan->position), &addr, &port);
        int n = scan->method->ports
                    ? printf("%s %u/%s\n", scan_address(&addr, text), port, scan->method->proto)
                    : puts(scan_address(&addr, text));
        if (n < 0)
            tool_flush(&scan->broken);
        if (n < 0 && !scan->broken)
            scan->broken = EIO;
    }
    cli_say(scan->cli,
            "%llu probes of %llu addresses, %llu addresses left out, seed %llu; nothing was sent",
            (unsigned long long)scan->end, (unsigned long long)scan->hosts,
            (unsigned long long)scan->left_out, (unsigned long long)scan->seed);
    return tool_end(scan->cli, scan->broken, CLI_DONE);
}

static int scan_go(struct scan *scan, int argc, char **argv)
{
    struct clv_prober_stats stats;
    int status = scan_open(scan);

    if (status >= 0)
        return status;
    if (scan->total <= BITS)
        scan->seen = calloc(scan->total / 8 + 1, 1);
    else
        scan->ring = calloc(RING, sizeof *scan->ring);
    if (!scan->seen && !scan->ring)
        return cli_fail("out of memory");
    if (!scan_resume_write(scan, argc, argv))
        return CLI_WRONG;
    status = scan_loop(scan, argc, argv);
    /* What was put last is sent, so that the counts hold. */
    if (status == CLI_DONE)
        clv_prober_next(scan->prober, 0, &(struct clv_event){ 0 }, NULL);
    clv_prober_stats(scan->prober, &stats);
    bool over = status == CLI_DONE && scan->position == scan->end && !cli_stop && !scan->broken;
    if (over)
        scan_resume_done(scan);
    else if (stats.sent || stats.asked)
        scan_resume_write(scan, argc, argv);
    if (over)
        scan_tell_silent(scan, scan->position);
    if (status != CLI_DENIED)
        scan_tell_stats(scan);
    if (!over && scan->own->resume) /* what goes on will not know of them */
        scan_tell_silent(scan, scan_resume_from(scan));
    scan_print_summary(scan);
    tool_flush(&scan->broken);
    if (status == CLI_DONE && !scan->answered)
        status = stats.sent || stats.asked || cli_stop || !scan->unroutable ? CLI_NONE : CLI_WRONG;
    return tool_end(scan->cli, scan->broken, status);
}

/* Take up the scan of the file, if there is one and nothing else was asked for. */
static int resume(struct scan *scan, int *argc, char ***argv, bool *resumed)
{
    const char *path = scan->own->resume;
    const char *netns = scan->cli->opt.netns;

    *resumed = false;
    if (!path)
        return CLI_DONE;
    bool there = !access(path, F_OK);
    if (scan->own->exclude_file && !strcmp(scan->own->exclude_file, "-"))
        return cli_usage(scan->cli->cmd,
                         "--resume cannot keep what --exclude-file - reads: name a file");
    for (int i = 0; i < *argc; i++)
        if (strchr((*argv)[i], '\n'))
            return cli_usage(scan->cli->cmd,
                             "a target of more than one line cannot be kept in a file");
    if (*argc && there)
        return cli_usage(
            scan->cli->cmd,
            "--resume %s: there is one: give no targets, to go on with it, or remove it", path);
    if (*argc)
        return CLI_DONE;
    if (!scan_resume_read(scan, argc, argv))
        return CLI_WRONG;
    if (scan->cli->opt.netns && !netns && !cli_netns_enter(scan->cli->opt.netns))
        return errno == EPERM ? CLI_DENIED : CLI_WRONG;
    *resumed = true;
    return CLI_DONE;
}

static int scan_run(struct cli *cli, int argc, char **argv)
{
    struct scan *scan = calloc(1, sizeof *scan);
    bool resumed;

    if (!scan)
        return cli_fail("out of memory");
    scan->cli = cli;
    scan->own = cli->own;
    scan->floor = UINT64_MAX;
    scan->terminal = !cli->opt.quiet && isatty(STDERR_FILENO);
    int status = resume(scan, &argc, &argv, &resumed);
    if (status == CLI_DONE && !argc)
        status = cli_usage(cli->cmd, "scan needs %s", cli->cmd->args);
    if (status == CLI_DONE && !read_options(scan, argc, argv))
        status = CLI_WRONG;
    if (status == CLI_DONE && resumed && !scan_resume_place(scan))
        status = CLI_WRONG;
    if (status == CLI_DONE) {
        cli_watch_signals();
        cli_watch_report();
        status = scan->own->dry_run ? dry_run(scan) : scan_go(scan, argc, argv);
    }
    clv_prober_close(scan->prober);
    clv_ranges_free(scan->ranges);
    vendors_close(scan->vendors);
    free(scan->ports);
    free(scan->port_at);
    free(scan->seen);
    free(scan->ring);
    free(scan);
    return status;
}

#define AT(member) offsetof(struct scan_opts, member)

static const struct opt scan_own[] = {
    { 'p', "ports", "LIST", OPT_TEXT, AT(ports), "22,80,1-1024 or - for all; without: hosts", 0, 0,
      0 },
    { 0, "probe", "KIND", OPT_TEXT, AT(probe),
      "ports: syn, ack, fin, null, xmas, udp; hosts: auto, echo, tcp", 0, 0, 0 },
    { 0, "exclude", "LIST", OPT_TEXT, AT(exclude), "leave these addresses out", 0, 0, 0 },
    { 0, "exclude-file", "FILE", OPT_TEXT, AT(exclude_file),
      "and those in a file; # begins a comment", 0, 0, 0 },
    { 0, "groups", NULL, OPT_FLAG, AT(groups), "broadcast and multicast addresses, too", 0, 0, 0 },
    { 0, "yes", NULL, OPT_FLAG, AT(yes), "more than 65536 addresses are meant", 0, 0, 0 },
    { 0, "seed", "N", OPT_TEXT, AT(seed), "the order: the same seed, the same order", 0, 0, 0 },
    { 0, "shard", "K/N", OPT_TEXT, AT(shard), "only the K-th of N parts, with the same --seed", 0,
      0, 0 },
    { 0, "resume", "FILE", OPT_TEXT, AT(resume),
      "keep the place in a file; alone: go on from there", 0, 0, 0 },
    { 0, "dry-run", NULL, OPT_FLAG, AT(dry_run), "list what would be probed, send nothing", 0, 0,
      0 },
    { 'o', "output", "FORMAT", OPT_TEXT, AT(output), "text or json", 0, 0, 0 },
    { '4', "ipv4", NULL, OPT_FLAG, AT(four), "IPv4 addresses of names only", 0, 0, 0 },
    { '6', "ipv6", NULL, OPT_FLAG, AT(six), "IPv6 addresses of names only", 0, 0, 0 },
    OPT_END,
};

const struct cmd cmd_scan = {
    .name = "scan",
    .args = "TARGET...",
    .summary = "Find hosts and open ports in nets that are yours",
    .more = "TARGET is an address, a net, a range or a name: 10.0.0.1, 10.0.0.0/24, 10.0.0.1-9, "
            "fd00::/120; "
            "several\nmay be joined by commas. Without --ports it finds hosts: neighbours on the "
            "link by "
            "ARP or neighbour\ndiscovery, others by echo requests. The order is shuffled, at 1000 "
            "packets "
            "a second. Open and filtered\nports and hosts that are up are listed; what is closed "
            "or does "
            "not answer is counted, with -v listed.\n\n"
            "Scan only what is yours or what you may: an unasked scan is unlawful in many places, "
            "breaks "
            "the terms\nof most providers, wakes those on call, and may crash frail devices.\n\n"
            "  cleave scan 10.0.0.0/24\n"
            "  cleave scan -p 22,80,443 10.0.0.0/16 --exclude 10.0.7.0/24 --rate 5k --resume "
            "night.scan\n"
            "  cleave scan -p 53,123,161 --probe udp 10.0.0.0/24 -o json\n\n"
            "Exit status: 0 something answered, 1 nothing did, 2 wrong, 3 not permitted.\n",
    .groups = OPT_SCAN,
    .own = scan_own,
    .size = sizeof(struct scan_opts),
    .most = UINT_MAX,
    .run = scan_run,
};
