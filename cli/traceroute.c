/* SPDX-License-Identifier: BSD-2-Clause */
/* traceroute, with the letters of the one that Linux has: options, and the whole. */
#include "traceroute.h"

#include <stdlib.h>

/* ---- Options. */

/* MAX[,HERE,NEAR]: seconds, and how many times another answer's time. */
static bool read_wait(struct trace *trace)
{
    const char *text = trace->opts->wait;
    double values[3] = { 5, 3, 10 };
    int n = 0;

    if (text)
        values[1] = values[2] = 0;
    for (char *end; text; text = *end ? end + 1 : NULL) {
        double value = strtod(text, &end);
        if (end == text || !(value >= 0) || value > 86400 || n == 3 || (*end && *end != ',')) {
            cli_usage(
                trace->cli->cmd,
                "--wait '%s': seconds, and perhaps two factors for other answers' times, each "
                "up to 86400, such as 5,3,10",
                trace->opts->wait);
            return false;
        }
        values[n++] = value;
    }
    trace->wait = (int64_t)(values[0] * 1e9);
    trace->here = values[1];
    trace->near = values[2];
    return true;
}

static bool read_options(struct trace *trace)
{
    const struct trace_opts *opts = trace->opts;
    const struct cmd *cmd = trace->cli->cmd;

    if (opts->icmp && opts->tcp) {
        cli_usage(cmd, "--icmp and --tcp are two ways; take one");
        return false;
    }
    trace->method = &trace_methods[opts->icmp ? 1 : opts->tcp ? 2 : 0];
    trace->first = opts->first ? (uint32_t)opts->first : 1;
    trace->hops = opts->hops ? (uint32_t)opts->hops : 30;
    trace->queries = opts->queries ? (uint32_t)opts->queries : 3;
    trace->window = (uint32_t)opts->window;
    trace->port = opts->port ? (uint32_t)opts->port : trace->method->port;
    uint32_t n = (trace->hops - trace->first + 1) * trace->queries;
    if (trace->first > trace->hops) {
        cli_usage(cmd, "--first %u is after the last hop, --max-hops %u", trace->first,
                  trace->hops);
        return false;
    }
    if (!opts->icmp && !opts->tcp && trace->port + n > 65536) {
        cli_usage(cmd,
                  "--port %u leaves no room: each of %u probes has a port of its own, up to "
                  "65535",
                  trace->port, n);
        return false;
    }
    return tool_json(trace->cli, opts->output, &trace->json) && read_wait(trace);
}

/* text NULL: as people know it. */
static bool read_size(struct trace *trace, const char *text)
{
    const struct clv_route *route = &trace->host.route;
    bool six = trace->host.ip == &version_six;
    uint32_t least = six ? trace->method->six : trace->method->four;
    uint64_t size = six ? 80 : 60;
    const char *wrong = text ? cli_number(text, &size) : NULL;

    if (wrong)
        cli_usage(trace->cli->cmd, "SIZE: '%s' %s", text, wrong);
    else if (text && trace->method->rigid)
        cli_usage(trace->cli->cmd, "--%s takes no SIZE: its packets are of %u bytes",
                  trace->method->name, least);
    else if (size > route->iface.mtu)
        tool_fail(trace->cli, "packets of %llu bytes: %s takes at most %u, its mtu",
                  (unsigned long long)size, route->iface.name, route->iface.mtu);
    else {
        trace->size = size < least ? least : (uint32_t)size;
        return true;
    }
    return false;
}

static bool check_route(const struct trace *trace)
{
    const struct host *host = &trace->host;

    if (host->route.reach != CLV_REACH_BROADCAST && host->route.reach != CLV_REACH_MULTICAST)
        return true;
    tool_fail(trace->cli, "%s is a group's address: there is no one route to it", host->addr);
    return false;
}

/* ---- The whole. */

static int trace_go(struct trace *trace)
{
    bool reached = false;

    cli_watch_signals();
    if (!trace_open(trace))
        return CLI_WRONG;
    int status = trace_loop(trace);
    if (status == CLI_DONE || trace->shown)
        trace_print_end(trace);
    tool_flush(&trace->broken);
    for (uint32_t i = 0; i < trace->shown; i++)
        reached = reached || trace->probes[i].reached;
    if (status == CLI_DONE && !reached)
        status = CLI_NONE;
    return tool_end(trace->cli, trace->broken, status);
}

static int trace_run(struct cli *cli, int argc, char **argv)
{
    struct trace trace = { .cli = cli, .opts = cli->own };
    int status = CLI_WRONG;

    if (read_options(&trace) && host_find(&trace.host, cli, &trace.opts->host, argv[0]) &&
        check_route(&trace) && read_size(&trace, argc > 1 ? argv[1] : NULL)) {
        /* Not where the host was given as a number alone: those on the way have names, too. */
        trace.host.numeric = trace.opts->host.numeric;
        status = trace_go(&trace);
    }
    clv_exchange_close(trace.exchange);
    clv_arena_free(trace.arena);
    free(trace.probes);
    return status;
}

#define AT(member) offsetof(struct trace_opts, member)

static const struct opt trace_own[] = {
    { 'I', "icmp", NULL, OPT_FLAG, AT(icmp), "send ICMP echo requests, not UDP", 0, 0, 0 },
    { 'T', "tcp", NULL, OPT_FLAG, AT(tcp), "open TCP connections halfway, not UDP", 0, 0, 0 },
    { 'p', "port", "N", OPT_NUMBER, AT(port), "first UDP port, 33434; TCP port, 80; ICMP number, 1",
      0, 1, 65535 },
    { 'q', "queries", "N", OPT_NUMBER, AT(queries), "probes a hop; 3", 0, 1, 10 },
    { 'm', "max-hops", "N", OPT_NUMBER, AT(hops), "the last hop; 30", 0, 1, 255 },
    { 'f', "first", "N", OPT_NUMBER, AT(first), "the first hop; 1", 0, 1, 255 },
    { 'w', "wait", "MAX[,..]", OPT_TEXT, AT(wait), "seconds for an answer: MAX[,HERE,NEAR]; 5,3,10",
      0, 0, 0 },
    { 'N', "sim-queries", "N", OPT_NUMBER, AT(window), "probes on their way at a time; all", 0, 1,
      100000 },
    { 'n', "numeric", NULL, OPT_FLAG, AT(host.numeric), "addresses only, no names", 0, 0, 0 },
    { 'i', "iface", "NAME", OPT_TEXT, AT(host.iface), "the interface; else the kernel's choice", 0,
      0, 0 },
    { 's', "source", "ADDRESS", OPT_TEXT, AT(host.source),
      "our own address; else the kernel's choice", 0, 0, 0 },
    { 'F', "dont-fragment", NULL, OPT_FLAG, AT(whole), "IPv4: no router may cut the packets", 0, 0,
      0 },
    { 'e', "extensions", NULL, OPT_FLAG, AT(extensions), "show MPLS labels that answers tell of", 0,
      0, 0 },
    { 0, "back", NULL, OPT_FLAG, AT(back), "show the hops of the way back where they differ", 0, 0,
      0 },
    { 'o', "output", "FORMAT", OPT_TEXT, AT(output), "text or json", 0, 0, 0 },
    { '4', "ipv4", NULL, OPT_FLAG, AT(host.four), "IPv4 addresses only", 0, 0, 0 },
    { '6', "ipv6", NULL, OPT_FLAG, AT(host.six), "IPv6 addresses only", 0, 0, 0 },
    OPT_END,
};

const struct cmd cmd_traceroute = {
    .name = "traceroute",
    .args = "HOST [SIZE]",
    .summary = "Show the way to a host, as the traceroute that you know",
    .more =
        "SIZE is that of a packet: 60 bytes, or 80 of IPv6. All probes are on their way\nat once. "
        "^C ends it with what is known.\n\n"
        "  cleave traceroute -n 10.0.0.1\n"
        "  cleave traceroute -T -p 443 example.net\n"
        "  cleave traceroute -I -q 1 -w 1 example.net\n\n"
        "Exit status: 0 the host answered, 1 it did not, 2 wrong, 3 not permitted.\n",
    .groups = OPT_PLACE,
    .own = trace_own,
    .size = sizeof(struct trace_opts),
    .least = 1,
    .most = 2,
    .run = trace_run,
};
