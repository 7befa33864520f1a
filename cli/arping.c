/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arping, with the letters of the one of iputils: one neighbour again and again, or every address of
 * a net. Its packets are expressions, built and matched by the engine as any others.
 */
#include "arping.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ADDRESSES = 65536 };

/* In a net, from one address to the next; and how long the last packet, or a round, is waited for. */
static const int64_t gap = CLV_SECOND / 1000, patience = CLV_SECOND;

static void print_address(uint32_t address, char *text)
{
    struct in_addr in = { htonl(address) };

    inet_ntop(AF_INET, &in, text, INET_ADDRSTRLEN);
}

/* ---- Requests. */

/* target: an address, or the net for any of them. */
static struct clv_draft *make_request(struct arping *arping, struct clv_arena *arena,
                                      const char *target, struct clv_err *err)
{
    char text[256];

    int n = snprintf(text, sizeof text, "Ether(dst='%s')/ARP(op=%d,psrc='%s',pdst='%s')",
                     *arping->peer ? arping->peer : arping_everybody, arping->opts->answer ? 2 : 1,
                     arping->source, target);
    return clv_parse(arping->cli->clv, arena, text, (size_t)n, err);
}

/* The next address to be asked is arping->at; false: there is none. */
static bool find_next(struct arping *arping)
{
    while (!arping_is_net(arping) || arping->hosts < arping->n) {
        if (arping->at == arping->n) {
            arping->at = 0;
            arping->round++;
        }
        if (arping->rounds && arping->round >= arping->rounds)
            return false;
        if (!arping_is_net(arping) || !arping_is_seen(arping, arping->at))
            return true;
        arping->at++;
    }
    return false;
}

static int64_t next_time(struct arping *arping)
{
    if (!find_next(arping))
        return CLV_FOREVER;
    if (!arping->sent)
        return 0;
    return arping->last + (arping_is_net(arping) && !arping->at ? patience : arping->interval);
}

static int send_next(struct arping *arping)
{
    struct clv_err err = { 0 };
    char target[INET_ADDRSTRLEN];

    print_address(arping->base + arping->at++, target);
    clv_arena_reset(arping->arena);
    struct clv_draft *draft = make_request(arping, arping->arena, target, &err);
    bool ok = draft && clv_exchange_send(arping->exchange, draft, arping->all, NULL, NULL, &err);
    arping->last = clv_now();
    if (!ok)
        return tool_err(arping->cli, &err);
    if (!arping->sent++) {
        arping->begun = arping->last;
        arping_print_header(arping);
    }
    arping->broadcasts += !*arping->peer;
    return CLI_DONE;
}

/* ---- The loop. */

static bool is_over(const struct arping *arping, int64_t now, int64_t due)
{
    const struct arping_opts *opts = arping->opts;

    if (cli_stop || arping->broken || (arping->received && (opts->once || opts->probe)))
        return true;
    if (arping->sent && opts->deadline && now >= arping->begun + opts->deadline)
        return true;
    return due == CLV_FOREVER && now >= arping->last + patience;
}

static int arping_loop(struct arping *arping)
{
    struct clv_pair pair;
    struct clv_err err = { 0 };

    for (;;) {
        int64_t now = clv_now(), due = next_time(arping), until = now + CLV_SECOND / 5;
        int status = CLI_DONE;
        if (is_over(arping, now, due))
            return CLI_DONE;
        if (now >= due) {
            status = send_next(arping);
            until = 0;
        } else if (due < until) {
            until = due;
        }
        while (status == CLI_DONE) {
            int got = clv_exchange_next(arping->exchange, until, &pair, &err);
            if (got < 0)
                return tool_err(arping->cli, &err);
            if (!got)
                break;
            status = arping_take(arping, &pair);
            until = 0;
        }
        if (status != CLI_DONE)
            return status;
    }
}

/* ---- Options. */

static bool check_options(struct arping *arping)
{
    const struct arping_opts *opts = arping->opts;

    if (opts->probe + opts->tell + opts->answer > 1)
        cli_usage(arping->cli->cmd, "--duplicate, --unsolicited and --answer: take one");
    else
        return tool_json(arping->cli, opts->output, &arping->json);
    return false;
}

/* HOST, or HOST/BITS for a net. *slash: where the second part was cut off; NULL: there is none. */
static bool read_target(struct arping *arping, char *given, char **slash, uint64_t *bits)
{
    const struct arping_opts *opts = arping->opts;
    const struct cmd *cmd = arping->cli->cmd;
    const char *wrong;

    *bits = 32;
    if (!(*slash = strchr(given, '/')))
        return true;
    if ((wrong = cli_number(*slash + 1, bits)))
        cli_usage(cmd, "%s: '%s' %s", given, *slash + 1, wrong);
    else if (*bits < 16 || *bits > 32)
        cli_usage(cmd, "%s: %s is outside 16..32, at most %u addresses", given, *slash,
                  MOST_ADDRESSES);
    else if (*bits < 32 && (opts->probe || opts->tell || opts->answer))
        cli_usage(cmd, "%s is a net; -D, -U and -A are about one address", given);
    else {
        **slash = 0;
        return true;
    }
    return false;
}

static bool check_iface(const struct arping *arping)
{
    const struct clv_route *route = &arping->host.route;
    const struct clv_iface *iface = &route->iface;
    char via[INET_ADDRSTRLEN];

    if (iface->link != 1 || iface->addr.len != 6 || iface->flags & CLV_IFACE_LOOPBACK) {
        if (route->reach == CLV_REACH_SELF && !arping->host.iface)
            tool_fail(arping->cli, "%s is an address of this host: name its interface, -I",
                      arping->host.addr);
        else
            tool_fail(arping->cli, "%s knows no ARP: name another interface, -I", iface->name);
        return false;
    }
    if (route->via.len == 4 && !arping->opts->quiet) {
        inet_ntop(AF_INET, route->via.bytes, via, sizeof via);
        tool_fail(arping->cli, "%s is no neighbour: the way to it is through %s",
                  arping->host.given, via);
    }
    return true;
}

/* Our own address, as the packets tell it. */
static void find_source(struct arping *arping)
{
    const struct arping_opts *opts = arping->opts;
    const struct host *host = &arping->host;
    const char *source = "0.0.0.0";

    if (*host->source)
        source = host->source;
    else if (opts->tell || opts->answer)
        source = host->addr;
    snprintf(arping->source, sizeof arping->source, "%.15s", source);
    if (!*host->source && !opts->probe && !opts->tell && !opts->answer && host->route.src.len == 4)
        inet_ntop(AF_INET, host->route.src.bytes, arping->source, sizeof arping->source);
}

static bool find_target(struct arping *arping, char *given)
{
    const struct arping_opts *opts = arping->opts;
    struct host_opts whom = opts->host;
    struct in_addr in;
    uint64_t bits;
    char *slash;

    whom.four = whom.link = true;
    if (!read_target(arping, given, &slash, &bits) ||
        !host_find(&arping->host, arping->cli, &whom, given) || !check_iface(arping))
        return false;
    inet_pton(AF_INET, arping->host.addr, &in);
    arping->n = UINT32_C(1) << (32 - bits);
    arping->base = ntohl(in.s_addr) & ~(arping->n - 1);
    print_address(arping->base, arping->target);
    if (arping_is_net(arping))
        snprintf(arping->target + strlen(arping->target), 4, "/%u", (unsigned)bits);
    find_source(arping);
    arping->rounds = opts->count ? opts->count : arping_is_net(arping) ? 2 : 0;
    arping->interval = opts->interval ? opts->interval : arping_is_net(arping) ? gap : CLV_SECOND;
    return true;
}

/* ---- The whole. */

static bool open_all(struct arping *arping)
{
    const struct clv_exchange_opts opts = {
        .iface = arping->host.route.iface.name,
        .timeout = 10 * CLV_SECOND,
        .buffer = 2 << 20,
        .few = true,
        .multi = true,
        .stop = &cli_stop,
    };
    struct clv *clv = arping->cli->clv;
    struct clv_arena *kept = arping->cli->arena;
    struct clv_err err = { 0 };

    arping->arena = clv_arena_new(NULL, 0);
    arping->seen = calloc(arping->n / 8 + 1, 1);
    if (!arping->arena || !arping->seen) {
        tool_fail(arping->cli, "out of memory");
        return false;
    }
    if (arping_is_net(arping) || arping->json)
        arping->vendors = vendors_open();
    arping->columns = clv_columns_new(clv, kept, "ARP.psrc,ARP.pdst,ARP.hwsrc,ARP.hwdst,Ether.dst",
                                      &err);
    if (arping->columns)
        arping->all = make_request(arping, kept, arping->target, &err);
    if (arping->all)
        arping->exchange = clv_exchange_open(clv, &opts, &err);
    if (!arping->exchange)
        tool_err(arping->cli, &err);
    return arping->exchange;
}

static int arping_go(struct arping *arping)
{
    const struct arping_opts *opts = arping->opts;

    cli_watch_signals();
    if (!open_all(arping))
        return CLI_WRONG;
    int status = arping_loop(arping);
    if (status == CLI_DENIED || !arping->sent)
        return status;
    arping_print_summary(arping);
    bool found = arping->received;
    if (opts->deadline && opts->count && !arping_is_net(arping))
        found = arping->received >= opts->count;
    if (opts->probe)
        found = !arping->received;
    if (status == CLI_DONE && !found && !opts->tell && !opts->answer)
        status = CLI_NONE;
    return tool_end(arping->cli, arping->broken, status);
}

static int arping_run(struct cli *cli, int argc, char **argv)
{
    struct arping arping = { .cli = cli, .opts = cli->own };
    int status = CLI_WRONG;

    if (check_options(&arping) && find_target(&arping, argv[argc - 1]))
        status = arping_go(&arping);
    clv_exchange_close(arping.exchange);
    clv_arena_free(arping.arena);
    vendors_close(arping.vendors);
    free(arping.seen);
    return status;
}

#define AT(member) offsetof(struct arping_opts, member)

static const struct opt arping_own[] = {
    { 'c', "count", "N", OPT_NUMBER, AT(count), "end after N packets; a net: rounds, 2", 0, 1,
      UINT64_MAX },
    { 'w', "deadline", "TIME", OPT_TIME, AT(deadline), "end after this time", 0, 0, 0 },
    { 'i', "interval", "TIME", OPT_TIME, AT(interval),
      "from one packet to the next; 1 second, in a net 1ms", 0, CLV_SECOND / 10000,
      86400 * CLV_SECOND },
    { 'I', "iface", "NAME", OPT_TEXT, AT(host.iface), "the interface; else the kernel's choice", 0,
      0, 0 },
    { 's', "source", "ADDRESS", OPT_TEXT, AT(host.source), "our own address, as packets tell it", 0,
      0, 0 },
    { 'f', "first", NULL, OPT_FLAG, AT(once), "end with the first reply", 0, 0, 0 },
    { 'b', "broadcast", NULL, OPT_FLAG, AT(broadcast), "ask everybody, also after a reply", 0, 0,
      0 },
    { 'D', "duplicate", NULL, OPT_FLAG, AT(probe), "is the address free? Then the status is 0", 0,
      0, 0 },
    { 'U', "unsolicited", NULL, OPT_FLAG, AT(tell), "tell the neighbours of our address", 0, 0, 0 },
    { 'A', "answer", NULL, OPT_FLAG, AT(answer), "the same, with ARP replies", 0, 0, 0 },
    { 'q', "quiet", NULL, OPT_FLAG, AT(quiet), "print nothing", 0, 0, 0 },
    { 'o', "output", "FORMAT", OPT_TEXT, AT(output), "text or json", 0, 0, 0 },
    OPT_END,
};

const struct cmd cmd_arping = {
    .name = "arping",
    .args = "HOST|NET",
    .summary = "Ask for hardware addresses, as the arping that you know",
    .more = "Of a net, each host that answers is shown with the maker of its interface, where\n"
            "the system has the list of makers (of ieee-data, nmap, arp-scan or wireshark).\n\n"
            "  cleave arping -c 3 10.0.0.1\n"
            "  cleave arping 10.0.0.0/24\n"
            "  cleave arping -D -c 2 -I eth0 10.0.0.7\n\n"
            "Exit status: 0 replies came (-D: none), 1 none came, 2 wrong, 3 not permitted.\n",
    .groups = OPT_PLACE,
    .own = arping_own,
    .size = sizeof(struct arping_opts),
    .least = 1,
    .most = 1,
    .run = arping_run,
};
