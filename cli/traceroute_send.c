/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * traceroute's probes: expressions, built and matched by the engine as any others, all of them on
 * their way at once; and how long they are waited for.
 */
#include "traceroute.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { OWN_PORTS = 61000 }; /* from here on the kernel gives them to nobody who does not ask */

/* From one probe to the next: a host that is near ends it before many go further in vain. */
static const int64_t gap = CLV_SECOND / 1000;
/* No answer is given up sooner, however fast the others came. */
static const int64_t least_wait = CLV_SECOND / 20;

/* ---- Probes. */

static void print_data(uint32_t n, struct clv_out *out)
{
    if (!n)
        return;
    clv_out_str(out, "/'");
    for (uint32_t i = 0; i < n; i++)
        clv_out_chr(out, (char)('a' + i % 26));
    clv_out_str(out, "'");
}

/* Ports, or sequence numbers: the one of this probe, or as a set that of any. */
static void print_number(const char *before, uint32_t first, int64_t at, struct clv_out *out)
{
    char text[64];

    if (at < 0)
        snprintf(text, sizeof text, "%s(0,65535)", before);
    else
        snprintf(text, sizeof text, "%s%u", before, (uint16_t)(first + at));
    clv_out_str(out, text);
}

static void print_udp(const struct trace *trace, int64_t at, uint32_t room, struct clv_out *out)
{
    print_number("/UDP(sport=", trace->sport, 0, out);
    print_number(",dport=", trace->port, at, out);
    clv_out_str(out, ")");
    print_data(room, out);
}

static void print_icmp(const struct trace *trace, int64_t at, uint32_t room, struct clv_out *out)
{
    clv_out_str(out, "/");
    clv_out_str(out, trace->host.ip->echo);
    print_number("(id=", trace->id, 0, out);
    print_number(",seq=", trace->port, at, out);
    clv_out_str(out, ")");
    print_data(room, out);
}

/* As a kernel would open a connection: some filters pass nothing else. */
static void print_tcp(const struct trace *trace, int64_t at, uint32_t room, struct clv_out *out)
{
    char text[160];

    (void)room;
    print_number("/TCP(sport=", trace->sport, at, out);
    print_number(",dport=", trace->port, 0, out);
    snprintf(text, sizeof text,
             ",seq=%u,flags='S',window=5840,options=[('MSS',1460),('SAckOK',b''),"
             "('Timestamp',(%u,0)),('NOP',None),('WScale',2)])",
             trace->seq, trace->seq >> 4);
    clv_out_str(out, text);
}

const struct trace_method trace_methods[] = {
    { "udp", 33434, 28, 48, false, print_udp },
    { "icmp", 1, 28, 48, false, print_icmp },
    { "tcp", 80, 60, 80, true, print_tcp },
};

/* The probe of this number as an expression; -1: any of them, without data. */
static struct clv_draft *make_probe(struct trace *trace, struct clv_arena *arena, unsigned hop,
                                    int64_t number, struct clv_err *err)
{
    bool six = trace->host.ip == &version_six;
    uint32_t least = six ? trace->method->six : trace->method->four;
    uint32_t room = number < 0 ? 0 : trace->size - least;
    struct clv_draft *draft = NULL;
    struct clv_out out;

    clv_out_init(&out, NULL, NULL);
    host_print_layer(&trace->host, hop, (uint16_t)(trace->id + number), trace->opts->whole, &out);
    trace->method->print(trace, number, room, &out);
    if (!out.failed)
        draft = clv_parse(trace->cli->clv, arena, out.buf, out.len, err);
    clv_out_free(&out);
    return draft;
}

/* ---- Answers. */

static struct probe *find_probe(struct trace *trace, uint64_t id)
{
    for (uint32_t i = trace->sent; i--;)
        if (trace->probes[i].id == id)
            return &trace->probes[i];
    return NULL;
}

/* The probe has its answer: is it the last one that matters? */
static void settle(struct trace *trace, struct probe *probe)
{
    uint32_t end = trace_hop_end(trace, (uint32_t)(probe - trace->probes));

    probe->answered = true;
    trace_judge(trace, probe);
    if (probe->final && end < trace->end)
        trace->end = end;
}

/* As the kernel tells of a neighbour that does not answer: from ourselves, unreachable. */
static void take_silence(struct trace *trace, struct probe *probe)
{
    probe->reply = (struct host_reply){ .type = 3, .code = 1 };
    if (trace->host.ip == &version_six)
        probe->reply = (struct host_reply){ .type = 1, .code = 3 };
    host_address(&trace->host, trace->host.route.src.bytes, probe->reply.src);
    probe->rtt = clv_now() - probe->begun;
    settle(trace, probe);
}

static int take_pair(struct trace *trace, const struct clv_pair *pair)
{
    struct probe *probe = find_probe(trace, pair->id);

    if (!probe || probe->answered || probe < trace->probes + trace->shown)
        return CLI_DONE;
    if (pair->why && pair->why != EHOSTDOWN)
        return tool_fail(trace->cli, "send: %s", strerror(pair->why));
    if (pair->why) {
        take_silence(trace, probe);
    } else if (!pair->answer.bytes) {
        probe->lost = true;
    } else if (host_read(&trace->host, &pair->answer, &probe->reply) && !probe->reply.advice) {
        probe->rtt = pair->rtt;
        trace_read_labels(trace, &pair->answer, probe);
        settle(trace, probe);
    }
    return CLI_DONE;
}

/* ---- Sending. */

/* CLI_DONE, or the status that it ends with. */
static int send_probe(struct trace *trace, uint32_t at, uint32_t number)
{
    struct probe *probe = &trace->probes[at];
    struct clv_err err = { 0 };

    clv_arena_reset(trace->arena);
    struct clv_draft *draft = make_probe(trace, trace->arena, trace_hop(trace, at), number, &err);
    if (!draft)
        return tool_err(trace->cli, &err);
    bool ok = clv_exchange_send(trace->exchange, draft, trace->all, &probe->id, NULL, &err);
    trace->last = clv_now();
    if (!probe->begun)
        probe->begun = trace->last;
    if (!ok && err.code == CLV_DENIED)
        return tool_err(trace->cli, &err);
    if (!number)
        trace_print_header(trace);
    if (!ok && err.sys == EHOSTDOWN)
        take_silence(trace, probe);
    else if (!ok)
        return tool_err(trace->cli, &err);
    return CLI_DONE;
}

/* ---- Patience. */

static int64_t times(double factor, int64_t rtt, int64_t most)
{
    double ns = factor * (double)rtt;

    if (ns >= (double)most)
        return most;
    return ns < (double)least_wait && least_wait < most ? least_wait : (int64_t)ns;
}

/* When a probe is given up: sooner where answers of its own or of a later hop tell how long they
 * take. */
static int64_t deadline(const struct trace *trace, uint32_t at)
{
    const struct probe *probes = trace->probes;
    uint32_t hop_end = trace_hop_end(trace, at);
    int64_t begun = probes[at].begun;

    for (uint32_t i = hop_end - trace->queries; trace->here > 0 && i < hop_end; i++)
        if (probes[i].answered)
            return begun + times(trace->here, probes[i].rtt, trace->wait);
    for (uint32_t i = hop_end; trace->near > 0 && i < trace->sent; i++)
        if (probes[i].answered)
            return begun + times(trace->near, probes[i].rtt, trace->wait);
    return begun + trace->wait;
}

static bool is_open(const struct trace *trace, uint32_t at, int64_t now)
{
    const struct probe *probe = &trace->probes[at];

    return !probe->answered && !probe->lost && now < deadline(trace, at);
}

/* May the next one go? */
static bool may_send(const struct trace *trace, int64_t now)
{
    uint32_t open = 0;

    if (trace->sent >= trace->end)
        return false;
    for (uint32_t i = trace->shown; trace->window && i < trace->sent; i++)
        open += is_open(trace, i, now);
    return !trace->window || open < trace->window;
}

/* Show what is known, in order. all: what is not known will not be waited for. */
static void show_known(struct trace *trace, bool all)
{
    int64_t now = clv_now();

    while (trace->shown < trace->sent && trace->shown < trace->end &&
           (all || !is_open(trace, trace->shown, now))) {
        trace_print_probe(trace);
        tool_flush(&trace->broken);
    }
}

/* Cut short: up to the last hop that an answer came from. */
static void show_rest(struct trace *trace)
{
    uint32_t last = trace->shown;

    for (uint32_t i = trace->shown; i < trace->sent; i++)
        if (trace->probes[i].answered)
            last = i + 1;
    if (last > trace->shown || last % trace->queries)
        last = trace_hop_end(trace, last - 1);
    if (last < trace->end)
        trace->end = last;
    show_known(trace, true);
}

/* ---- The loop. */

/* Time for the next packet; CLV_FOREVER: there is none. */
static int64_t next_time(const struct trace *trace, int64_t now)
{
    if (trace->sent < trace->end)
        return may_send(trace, now) ? trace->last + gap : CLV_FOREVER;
    return trace->end == trace->total ? trace->last + CLV_SECOND : CLV_FOREVER;
}

/*
 * A host that has just told of some probes may let no more errors out for a while, and be taken for
 * silent. So once a second one probe of the next hop in doubt goes out again.
 */
static int knock(struct trace *trace)
{
    uint32_t at = trace->total;

    while (at && !trace->probes[at - 1].answered)
        at--;
    uint32_t next = at ? trace_hop_end(trace, at - 1) : 0;
    at = next + (trace->knocks + 1) * trace->queries - 1;
    trace->last = clv_now();
    if (at >= trace->total || at < trace->shown || !is_open(trace, at, trace->last))
        return CLI_DONE;
    return send_probe(trace, at, trace->total + trace->knocks++);
}

static int send_next(struct trace *trace)
{
    if (trace->sent >= trace->end)
        return knock(trace);
    trace->sent++;
    return send_probe(trace, trace->sent - 1, trace->sent - 1);
}

/* Take what came in until then. */
static int take_pairs(struct trace *trace, int64_t until)
{
    struct clv_pair pair;
    struct clv_err err = { 0 };
    int got, status = CLI_DONE;

    while (status == CLI_DONE &&
           (got = clv_exchange_next(trace->exchange, until, &pair, &err)) != 0) {
        if (got < 0)
            return tool_err(trace->cli, &err);
        status = take_pair(trace, &pair);
        until = 0;
    }
    return status;
}

int trace_loop(struct trace *trace)
{
    int status = CLI_DONE;

    while (!cli_stop && !trace->broken && trace->shown < trace->end) {
        int64_t now = clv_now(), until = now + CLV_SECOND / 5, due = next_time(trace, now);
        if (trace->shown < trace->sent && deadline(trace, trace->shown) < until)
            until = deadline(trace, trace->shown);
        if (now >= due && (status = send_next(trace)) != CLI_DONE)
            break;
        if (due < until)
            until = due;
        if ((status = take_pairs(trace, until)) != CLI_DONE)
            break;
        show_known(trace, false);
    }
    show_rest(trace);
    return status;
}

/* ---- The beginning. */

bool trace_open(struct trace *trace)
{
    const struct clv_exchange_opts opts = {
        .iface = trace->host.iface,
        .timeout = trace->wait ? trace->wait : 1,
        .buffer = 2 << 20,
        .few = true,
        .multi = true, /* advice may come before the answer */
        .stop = &cli_stop,
    };
    struct clv_err err = { 0 };
    uint32_t random[2] = { (uint32_t)getpid(), (uint32_t)clv_now() };

    if (getrandom(random, sizeof random, 0) < 0)
        random[0] ^= random[1];
    trace->id = (uint16_t)random[0];
    trace->seq = random[1];
    trace->total = trace->end = (trace->hops - trace->first + 1) * trace->queries;
    trace->sport = (uint16_t)(OWN_PORTS + (random[0] >> 16) % 1700);
    trace->probes = calloc(trace->end, sizeof *trace->probes);
    trace->arena = clv_arena_new(NULL, 0);
    if (!trace->probes || !trace->arena) {
        tool_fail(trace->cli, "out of memory");
        return false;
    }
    trace->all = make_probe(trace, trace->cli->arena, 1, -1, &err);
    if (trace->all)
        trace->stack = clv_columns_new(trace->cli->clv, trace->cli->arena,
                                       "MPLS.label,MPLS.cos,MPLS.s,MPLS.ttl", &err);
    if (trace->stack)
        trace->exchange = clv_exchange_open(trace->cli->clv, &opts, &err);
    if (!trace->exchange)
        tool_err(trace->cli, &err);
    return trace->exchange;
}
