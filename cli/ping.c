/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ping, with the letters and the ways of the ping of iputils. Its packets are expressions, built and
 * matched by the engine as any others; ping_report.c prints.
 */
#include "ping.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { STAMP = 16 };

static const int64_t flood_gap = CLV_SECOND / 100, user_gap = CLV_SECOND / 500,
                     quit_gap = CLV_SECOND / 5;

/* ---- Options. */

static bool read_number(const struct ping *ping, const char *text, uint64_t least, uint64_t most,
                        uint64_t *value)
{
    char *end;

    if (!text)
        return true;
    errno = 0;
    unsigned long long v = strtoull(text, &end, 0);
    if (*end || end == text || *text == '-') {
        tool_fail(ping->cli, "invalid argument: '%s'", text);
        return false;
    }
    if (errno || v < least || v > most) {
        tool_fail(ping->cli, "invalid argument: '%s': out of range: %llu <= value <= %llu", text,
                  (unsigned long long)least, (unsigned long long)most);
        return false;
    }
    *value = v;
    return true;
}

/* Seconds, with places: 0.2. */
static bool read_seconds(const struct ping *ping, const char *text, int64_t *ns)
{
    char *end;

    if (!text)
        return true;
    double v = strtod(text, &end);
    if (*end || end == text || !(v >= 0)) {
        tool_fail(ping->cli, "bad timing interval: '%s'", text);
        return false;
    }
    if (v > 2147483647) {
        tool_fail(ping->cli, "timing interval: '%s': out of range: 0 <= value <= 2147483647", text);
        return false;
    }
    *ns = (int64_t)(v * 1e9);
    return true;
}

static bool read_options(struct ping *ping)
{
    const struct ping_opts *opts = ping->opts;

    ping->size = 56;
    ping->ttl = 64;
    ping->linger = 10 * CLV_SECOND;
    ping->interval = opts->flood ? 0 : CLV_SECOND;
    if (!read_number(ping, opts->count, 1, INT64_MAX, &ping->count) ||
        !read_number(ping, opts->size, 0, INT32_MAX, &ping->size) ||
        !read_number(ping, opts->ttl, 1, 255, &ping->ttl) ||
        !read_seconds(ping, opts->linger, &ping->linger) ||
        !read_seconds(ping, opts->deadline, &ping->deadline) ||
        !read_seconds(ping, opts->interval, &ping->interval))
        return false;
    ping->timing = ping->size >= STAMP;
    if (ping->interval < user_gap && geteuid()) {
        tool_fail(
            ping->cli,
            "cannot flood, minimal interval for user must be >= 2 ms, use -i 0.002 (or higher)");
        return false;
    }
    if (!tool_json(ping->cli, opts->output, &ping->json))
        return false;
    return true;
}

/* ---- Whom to ping, and from where. */

static bool check_route(const struct ping *ping)
{
    if (ping->size > ping->family->most) {
        tool_fail(ping->cli, "packet size %llu is too large. Maximum is %llu",
                  (unsigned long long)ping->size, (unsigned long long)ping->family->most);
        return false;
    }
    if (ping->host.route.reach != CLV_REACH_BROADCAST)
        return true;
    if (!ping->opts->broadcast) {
        tool_fail(
            ping->cli,
            "Do you want to ping broadcast? Then -b. If not, check your local firewall rules");
        return false;
    }
    fputs("WARNING: pinging broadcast address\n", stderr);
    return true;
}

static bool find_host(struct ping *ping, const char *given)
{
    const struct ping_opts *opts = ping->opts;
    const struct host_opts whom = {
        .iface = opts->iface, .numeric = opts->numeric, .four = opts->four, .six = opts->six
    };

    if (!host_find(&ping->host, ping->cli, &whom, given))
        return false;
    ping->host.numeric = ping->host.numeric || opts->flood;
    ping->family = ping->host.ip == &version_six ? &ping_six : &ping_four;
    return check_route(ping);
}

static void print_header(struct ping *ping)
{
    char own[HOST_ADDR];

    if (ping->json) {
        ping_json_start(ping);
        tool_flush(&ping->broken);
        return;
    }
    fputs("PING ", stdout);
    ping->family->host(ping);
    if (ping->opts->iface) {
        host_address(&ping->host, ping->host.route.src.bytes, own);
        printf("from %s %s: ", *ping->host.source && !*ping->host.zone ? ping->host.source : own,
               ping->host.iface ? ping->host.iface : "");
    }
    ping->family->size(ping);
    fputc('\n', stdout);
    tool_flush(&ping->broken);
}

/* ---- Packets. */

/* The time, then bytes that count up, as everybody's ping sends. */
static void put_data(const struct ping *ping, struct clv_out *out)
{
    struct timespec now;
    int64_t stamp[2];

    clock_gettime(CLOCK_REALTIME, &now);
    stamp[0] = now.tv_sec;
    stamp[1] = now.tv_nsec / 1000;
    clv_out_str(out, "b'");
    for (uint64_t i = 0; i < ping->size; i++) {
        char byte[8];
        unsigned v = (uint8_t)i;
        if (ping->timing && i < STAMP)
            v = ((const uint8_t *)stamp)[i];
        snprintf(byte, sizeof byte, "\\x%02x", v);
        clv_out_str(out, byte);
    }
    clv_out_str(out, "'");
}

/* The request as an expression. seq NULL: any, without data, for the capture filter. */
static struct clv_draft *make_request(struct ping *ping, struct clv_arena *arena,
                                      const uint16_t *seq, struct clv_err *err)
{
    uint16_t id = seq ? (uint16_t)((ping->id + *seq * 40503u) % 65535 + 1) : 0;
    char text[64];
    struct clv_out out;

    clv_out_init(&out, NULL, NULL);
    host_print_layer(&ping->host, (unsigned)ping->ttl, id, true, &out);
    snprintf(text, sizeof text, seq ? "/%s(id=%u,seq=%u)" : "/%s(id=%u,seq=(0,65535))",
             ping->host.ip->echo, ping->id, seq ? *seq : 0);
    clv_out_str(&out, text);
    if (seq && ping->size) {
        clv_out_str(&out, "/Raw(load=");
        put_data(ping, &out);
        clv_out_str(&out, ")");
    }
    struct clv_draft *draft = out.failed ? NULL
                                         : clv_parse(ping->cli->clv, arena, out.buf, out.len, err);
    clv_out_free(&out);
    return draft;
}

static int fail_send(struct ping *ping, const struct clv_err *err)
{
    if (err->code == CLV_DENIED || !err->sys)
        return tool_err(ping->cli, err);
    ping_unsent(ping, err->sys);
    return CLI_DONE;
}

/* Send the next request. What could not be sent counts as sent, as the packet was lost early. */
static int send_next(struct ping *ping)
{
    struct clv_err err = { 0 };
    struct clv_route route;
    uint64_t id;
    uint16_t seq = (uint16_t)(ping->sent + 1);

    if (ping->opts->outstanding && !ping->json && ping->sent &&
        !ping_seen(ping, (uint16_t)ping->sent)) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        ping_stamp(ping, now.tv_sec, (uint32_t)now.tv_nsec);
        printf("no answer yet for icmp_seq=%u\n", (uint16_t)ping->sent);
        tool_flush(&ping->broken);
    }
    ping_mark(ping, seq, false);
    clv_arena_reset(ping->arena);
    struct clv_draft *draft = make_request(ping, ping->arena, &seq, &err);
    if (!draft)
        return tool_fail(ping->cli, "%s", err.text);
    bool ok = clv_exchange_send(ping->exchange, draft, ping->all, &id, &route, &err);
    ping->last = clv_now();
    if (!ping->sent++) {
        ping->first = ping->last;
        if (err.code != CLV_DENIED)
            print_header(ping);
    }
    if (!ok)
        return fail_send(ping, &err);
    ping->host.route = route;
    ping->seqs[id % PING_SEQS] = seq;
    if (ping->opts->flood && !ping->opts->quiet && !ping->json) {
        fputc('.', stdout);
        tool_flush(&ping->broken);
    }
    return CLI_DONE;
}

/* ---- The loop. */

static bool may_send(const struct ping *ping)
{
    return !ping->count || ping->sent < ping->count || ping->deadline;
}

/* Has the last packet been sent, and how long is it waited for? */
static int64_t last_wait(const struct ping *ping)
{
    int64_t twice = 2 * ping->most * 1000;

    if (!ping->received)
        return ping->linger;
    return twice > ping->interval ? twice : ping->interval;
}

/* When the next packet is to go: at its time; or at once when the last was answered. */
static int64_t next_time(const struct ping *ping)
{
    if (!ping->sent)
        return 0;
    if (ping->interval)
        return ping->due;
    return ping->acked == (uint16_t)ping->sent ? 0 : ping->last + flood_gap;
}

static bool is_over(const struct ping *ping)
{
    if (cli_stop || ping->broken || (ping->deadline && ping->errors))
        return true;
    return ping->count && ping->received + ping->errors >= ping->count;
}

static void show_status(const struct ping *ping, const sigset_t *quit)
{
    const struct timespec none = { 0 };

    if (sigtimedwait(quit, NULL, &none) == SIGQUIT)
        ping_status(ping);
}

static int ping_loop(struct ping *ping, const sigset_t *quit)
{
    int64_t end = ping->deadline ? clv_now() + ping->deadline : CLV_FOREVER;
    bool ending = false;

    while (!is_over(ping) && clv_now() < end) {
        struct clv_pair pair;
        struct clv_err err = { 0 };
        int64_t now = clv_now(), due = next_time(ping);
        show_status(ping, quit);
        if (may_send(ping) && now >= due) {
            int status = send_next(ping);
            if (status != CLI_DONE)
                return status;
            /* Kept to on average, but a long delay is not made good by a burst. */
            bool late = ping->sent == 1 || now - ping->due > ping->interval;
            ping->due = (late ? ping->last : ping->due) + ping->interval;
            continue;
        }
        if (!may_send(ping) && !ending) {
            ending = true;
            int64_t last = clv_now() + last_wait(ping);
            end = last < end ? last : end;
        }
        int64_t until = may_send(ping) && due < end ? due : end;
        until = until < now + quit_gap ? until : now + quit_gap;
        int got = clv_exchange_next(ping->exchange, until, &pair, &err);
        if (got < 0)
            return tool_fail(ping->cli, "%s", err.text);
        if (got)
            ping_report(ping, &pair);
    }
    return CLI_DONE;
}

static bool open_all(struct ping *ping)
{
    const struct clv_exchange_opts opts = {
        .iface = ping->host.iface,
        .timeout = ping->linger > 10 * CLV_SECOND ? ping->linger : 10 * CLV_SECOND,
        .window = PING_SEQS,
        .buffer = 2 << 20,
        .few = true,
        .multi = true,
        .echo = true,
        .stop = &cli_stop,
    };
    struct clv *clv = ping->cli->clv;
    struct clv_err err = { 0 };

    if (getrandom(&ping->id, sizeof ping->id, 0) != sizeof ping->id)
        ping->id = (uint16_t)getpid();
    ping->least = -1;
    ping->arena = clv_arena_new(NULL, 0);
    if (ping->arena)
        ping->all = make_request(ping, ping->cli->arena, NULL, &err);
    if (ping->all)
        ping->exchange = clv_exchange_open(clv, &opts, &err);
    if (!ping->exchange)
        tool_fail(ping->cli, "%s", ping->arena ? err.text : "out of memory");
    return ping->exchange;
}

static int ping_go(struct ping *ping)
{
    sigset_t quit;

    sigemptyset(&quit);
    sigaddset(&quit, SIGQUIT);
    sigprocmask(SIG_BLOCK, &quit, NULL);
    if (!open_all(ping))
        return CLI_WRONG;
    int status = ping_loop(ping, &quit);
    if (status == CLI_DENIED)
        return status;
    ping_finish(ping);
    if (status != CLI_DONE)
        return tool_end(ping->cli, ping->broken, status);
    bool short_of = ping->deadline && ping->count && ping->received < ping->count;
    status = ping->received && !short_of ? CLI_DONE : CLI_NONE;
    return tool_end(ping->cli, ping->broken, status);
}

static int ping_run(struct cli *cli, int argc, char **argv)
{
    struct ping *ping = calloc(1, sizeof *ping);
    int status = CLI_WRONG;

    if (!ping)
        return tool_fail(cli, "out of memory");
    ping->cli = cli;
    ping->opts = cli->own;
    if (read_options(ping) && find_host(ping, argv[argc - 1])) {
        cli_watch_signals();
        status = ping_go(ping);
    }
    clv_exchange_close(ping->exchange);
    clv_arena_free(ping->arena);
    free(ping);
    return status;
}

#define AT(member) offsetof(struct ping_opts, member)

static const struct opt ping_own[] = {
    { 'c', "count", "N", OPT_TEXT, AT(count), "end after N replies", 0, 0, 0 },
    { 'i', "interval", "SECONDS", OPT_TEXT, AT(interval), "from one packet to the next; 1", 0, 0,
      0 },
    { 'W', "timeout", "SECONDS", OPT_TEXT, AT(linger), "wait for the last reply; 10", 0, 0, 0 },
    { 'w', "deadline", "SECONDS", OPT_TEXT, AT(deadline), "end after this time", 0, 0, 0 },
    { 's', "size", "BYTES", OPT_TEXT, AT(size), "of data; 56", 0, 0, 0 },
    { 't', "ttl", "N", OPT_TEXT, AT(ttl), "time to live, or hop limit; 64", 0, 0, 0 },
    { 'I', "iface", "NAME", OPT_TEXT, AT(iface), "the interface, or our own address", 0, 0, 0 },
    { 'n', "numeric", NULL, OPT_FLAG, AT(numeric), "addresses only, no names", 0, 0, 0 },
    { 'q', "quiet", NULL, OPT_FLAG, AT(quiet), "only the statistics", 0, 0, 0 },
    { 'f', "flood", NULL, OPT_FLAG, AT(flood), "as fast as replies come, a dot for each packet", 0,
      0, 0 },
    { 'D', "stamps", NULL, OPT_FLAG, AT(stamps), "begin lines with the time", 0, 0, 0 },
    { 'O', "outstanding", NULL, OPT_FLAG, AT(outstanding), "tell of packets without a reply", 0, 0,
      0 },
    { 'b', "broadcast", NULL, OPT_FLAG, AT(broadcast), "allow a broadcast address", 0, 0, 0 },
    { 'o', "output", "FORMAT", OPT_TEXT, AT(output), "text or json", 0, 0, 0 },
    { '4', "ipv4", NULL, OPT_FLAG, AT(four), "IPv4 addresses only", 0, 0, 0 },
    { '6', "ipv6", NULL, OPT_FLAG, AT(six), "IPv6 addresses only", 0, 0, 0 },
    { 0, NULL, NULL, OPT_FLAG, 0, NULL, 0, 0, 0 },
};

const struct cmd cmd_ping = {
    .name = "ping",
    .args = "HOST",
    .summary = "Ping a host, as the ping that you know",
    .more = "^C ends it with statistics, ^\\ shows them and goes on.\n\n"
            "  cleave ping -c 3 127.0.0.1\n"
            "  cleave ping -i 0.2 -D -O 10.0.0.1\n"
            "  cleave ping -c 2 ff02::1%eth0\n\n"
            "Exit status: 0 replies came, 1 none came, 2 wrong, 3 not permitted.\n",
    .groups = OPT_PLACE,
    .own = ping_own,
    .size = sizeof(struct ping_opts),
    .least = 1,
    .most = 1,
    .run = ping_run,
};
