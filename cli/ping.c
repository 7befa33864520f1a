/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ping, with the letters and the ways of the ping of iputils. Its packets are expressions, built and
 * matched by the engine as any others; ping_report.c prints.
 */
#include "ping.h"

#include <arpa/inet.h>
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

static bool read_number(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
    char *end;

    if (!text)
        return true;
    errno = 0;
    unsigned long long v = strtoull(text, &end, 0);
    if (*end || end == text || *text == '-') {
        ping_fail("invalid argument: '%s'", text);
        return false;
    }
    if (errno || v < least || v > most) {
        ping_fail("invalid argument: '%s': out of range: %llu <= value <= %llu", text,
                  (unsigned long long)least, (unsigned long long)most);
        return false;
    }
    *value = v;
    return true;
}

/* Seconds, with places: 0.2. */
static bool read_seconds(const char *text, int64_t *ns)
{
    char *end;

    if (!text)
        return true;
    double v = strtod(text, &end);
    if (*end || end == text || !(v >= 0)) {
        ping_fail("bad timing interval: '%s'", text);
        return false;
    }
    if (v > 2147483647) {
        ping_fail("timing interval: '%s': out of range: 0 <= value <= 2147483647", text);
        return false;
    }
    *ns = (int64_t)(v * 1e9);
    return true;
}

static bool read_options(struct ping *ping)
{
    const struct ping_opts *opts = ping->opts;

    if (opts->four && opts->six) {
        ping_fail("only one -4 or -6 option may be specified");
        return false;
    }
    ping->size = 56;
    ping->ttl = 64;
    ping->linger = 10 * CLV_SECOND;
    ping->interval = opts->flood ? 0 : CLV_SECOND;
    if (!read_number(opts->count, 1, INT64_MAX, &ping->count) ||
        !read_number(opts->size, 0, INT32_MAX, &ping->size) ||
        !read_number(opts->ttl, 1, 255, &ping->ttl) || !read_seconds(opts->linger, &ping->linger) ||
        !read_seconds(opts->deadline, &ping->deadline) ||
        !read_seconds(opts->interval, &ping->interval))
        return false;
    ping->timing = ping->size >= STAMP;
    if (ping->interval < user_gap && geteuid()) {
        ping_fail(
            "cannot flood, minimal interval for user must be >= 2 ms, use -i 0.002 (or higher)");
        return false;
    }
    return true;
}

/* ---- Whom to ping, and from where. */

static int look_up(struct ping *ping, const char *host, struct addrinfo **found)
{
    const struct ping_opts *opts = ping->opts;
    struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST };

    hints.ai_family = opts->four ? AF_INET : opts->six ? AF_INET6 : AF_UNSPEC;
    ping->numeric = !getaddrinfo(host, NULL, &hints, found);
    if (ping->numeric)
        return 0;
    ping->numeric = opts->numeric;
    hints.ai_flags = AI_CANONNAME;
    return getaddrinfo(host, NULL, &hints, found);
}

/* The bytes of an address and its zone, "" if it has none. All zeros are this host to the kernel. */
static void read_address(const struct sockaddr *sa, struct clv_addr *addr, char *zone)
{
    const struct sockaddr_in6 *six = (const void *)sa;
    const struct sockaddr_in *four = (const void *)sa;
    static const uint8_t zeros[16];
    bool is_six = sa->sa_family == AF_INET6;

    *addr = (struct clv_addr){ .len = is_six ? 16 : 4 };
    memcpy(addr->bytes, is_six ? (const void *)&six->sin6_addr : &four->sin_addr, addr->len);
    if (!memcmp(addr->bytes, zeros, addr->len))
        inet_pton(sa->sa_family, is_six ? ping_six.self : ping_four.self, addr->bytes);
    if (!is_six || !six->sin6_scope_id || !if_indextoname(six->sin6_scope_id, zone))
        *zone = 0;
}

/* -I is an interface or an address of ours. */
static void find_source(struct ping *ping)
{
    const struct addrinfo hints = { .ai_family = ping->family->af, .ai_flags = AI_NUMERICHOST };
    const char *from = ping->opts->iface;
    struct addrinfo *found;
    struct clv_addr addr;

    *ping->source = 0;
    ping->iface = from;
    if (!from || getaddrinfo(from, NULL, &hints, &found))
        return;
    read_address(found->ai_addr, &addr, ping->zone);
    freeaddrinfo(found);
    inet_ntop(ping->family->af, addr.bytes, ping->source, sizeof ping->source);
    ping->iface = *ping->zone ? ping->zone : NULL;
}

static bool find_route(struct ping *ping, const struct addrinfo *found, struct clv_err *err)
{
    struct clv_addr dst;
    char zone[IF_NAMESIZE];

    ping->family = found->ai_family == AF_INET6 ? &ping_six : &ping_four;
    find_source(ping);
    read_address(found->ai_addr, &dst, zone);
    inet_ntop(found->ai_family, dst.bytes, ping->addr, sizeof ping->addr);
    if (*zone) {
        size_t n = strlen(ping->addr);
        snprintf(ping->addr + n, sizeof ping->addr - n, "%%%s", zone);
    }
    const char *named = ping->iface || !*zone ? ping->iface : zone;
    if (!clv_route_find(&dst, named, &ping->route, err))
        return false;
    snprintf(ping->link, sizeof ping->link, "%s", named ? named : ping->route.iface.name);
    return true;
}

static bool check_route(const struct ping *ping)
{
    if (ping->size > ping->family->most) {
        ping_fail("packet size %llu is too large. Maximum is %llu", (unsigned long long)ping->size,
                  (unsigned long long)ping->family->most);
        return false;
    }
    if (ping->route.reach != CLV_REACH_BROADCAST)
        return true;
    if (!ping->opts->broadcast) {
        ping_fail(
            "Do you want to ping broadcast? Then -b. If not, check your local firewall rules");
        return false;
    }
    fputs("WARNING: pinging broadcast address\n", stderr);
    return true;
}

/* The first of the host's addresses that there is a way to. */
static bool find_host(struct ping *ping, const char *host)
{
    struct addrinfo *found;
    struct clv_err err;
    bool ok = false;

    int rc = look_up(ping, host, &found);
    if (rc) {
        ping_fail("%s: %s", host, rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
        return false;
    }
    for (const struct addrinfo *one = found; one && !ok; one = one->ai_next) {
        err = (struct clv_err){ 0 };
        ok = find_route(ping, one, &err);
        if (!err.sys)
            break;
    }
    /* As people know it: only IPv4 has the name that the name server calls the right one. */
    bool given = !found->ai_canonname || ping->family != &ping_four;
    snprintf(ping->host, sizeof ping->host, "%s", given ? host : found->ai_canonname);
    freeaddrinfo(found);
    if (ok)
        return check_route(ping);
    if (err.sys && !ping->iface)
        ping_fail("connect: %s", strerror(err.sys));
    else
        ping_fail("%s", err.text);
    return false;
}

static void print_header(struct ping *ping)
{
    char own[PING_ADDR];

    fputs("PING ", stdout);
    ping->family->host(ping);
    if (ping->opts->iface) {
        ping_address(ping, ping->route.src.bytes, own);
        printf("from %s %s: ", *ping->source && !*ping->zone ? ping->source : own,
               ping->iface ? ping->iface : "");
    }
    ping->family->size(ping);
    fputc('\n', stdout);
    ping_flush(ping);
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
    const struct ping_family *family = ping->family;
    const char *own = *ping->source ? ping->source : NULL;
    char text[256];
    struct clv_out out;

    clv_out_init(&out, NULL, NULL);
    snprintf(text, sizeof text, "%s(dst='%s',%s%s%s%s=%llu", family->net, ping->addr,
             own ? "src='" : "", own ? own : "", own ? "'," : "", family->ttl,
             (unsigned long long)ping->ttl);
    clv_out_str(&out, text);
    if (family->af == AF_INET) {
        snprintf(text, sizeof text, ",id=%u,flags='DF'",
                 seq ? (ping->id + *seq * 40503u) % 65535 + 1 : 0);
        clv_out_str(&out, text);
    }
    snprintf(text, sizeof text, seq ? ")/%s(id=%u,seq=%u)" : ")/%s(id=%u,seq=(0,65535))",
             family->echo, ping->id, seq ? *seq : 0);
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
    if (err->code == CLV_DENIED) {
        ping_fail("%s", err->text);
        return CLI_DENIED;
    }
    if (!err->sys)
        return ping_fail("%s", err->text);
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

    if (ping->opts->outstanding && ping->sent && !ping_seen(ping, (uint16_t)ping->sent)) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        ping_stamp(ping, now.tv_sec, (uint32_t)now.tv_nsec);
        printf("no answer yet for icmp_seq=%u\n", (uint16_t)ping->sent);
        ping_flush(ping);
    }
    ping_mark(ping, seq, false);
    clv_arena_reset(ping->arena);
    struct clv_draft *draft = make_request(ping, ping->arena, &seq, &err);
    if (!draft)
        return ping_fail("%s", err.text);
    bool ok = clv_exchange_send(ping->exchange, draft, ping->all, &id, &route, &err);
    ping->last = clv_now();
    if (!ping->sent++) {
        ping->first = ping->last;
        if (err.code != CLV_DENIED)
            print_header(ping);
    }
    if (!ok)
        return fail_send(ping, &err);
    ping->route = route;
    ping->seqs[id % PING_SEQS] = seq;
    if (ping->opts->flood && !ping->opts->quiet) {
        fputc('.', stdout);
        ping_flush(ping);
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
            return ping_fail("%s", err.text);
        if (got)
            ping_report(ping, &pair);
    }
    return CLI_DONE;
}

static bool open_all(struct ping *ping)
{
    const struct clv_exchange_opts opts = {
        .iface = ping->iface,
        .timeout = ping->linger > 10 * CLV_SECOND ? ping->linger : 10 * CLV_SECOND,
        .window = PING_SEQS,
        .buffer = 2 << 20,
        .multi = true,
        .stop = &cli_stop,
    };
    struct clv *clv = ping->cli->clv;
    struct clv_err err = { 0 };

    if (getrandom(&ping->id, sizeof ping->id, 0) != sizeof ping->id)
        ping->id = (uint16_t)getpid();
    ping->least = -1;
    ping->arena = clv_arena_new(NULL, 0);
    char columns[64];
    snprintf(columns, sizeof columns, "%s.src,%s.%s", ping->family->net, ping->family->net,
             ping->family->ttl);
    ping->columns = clv_columns_new(clv, ping->cli->arena, columns, &err);
    if (ping->arena && ping->columns)
        ping->all = make_request(ping, ping->cli->arena, NULL, &err);
    if (ping->all)
        ping->exchange = clv_exchange_open(clv, &opts, &err);
    if (!ping->exchange)
        ping_fail("%s", ping->arena ? err.text : "out of memory");
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
    /* That its reader went away is no failure: it had enough. */
    if (ping->broken && ping->broken != EPIPE)
        return ping_fail("standard output: %s", strerror(ping->broken));
    if (status != CLI_DONE)
        return status;
    bool short_of = ping->deadline && ping->count && ping->received < ping->count;
    return ping->received && !short_of ? CLI_DONE : CLI_NONE;
}

static int ping_run(struct cli *cli, int argc, char **argv)
{
    struct ping *ping = calloc(1, sizeof *ping);
    int status = CLI_WRONG;

    if (!ping)
        return ping_fail("out of memory");
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
    { '4', "ipv4", NULL, OPT_FLAG, AT(four), "IPv4 addresses only", 0, 0, 0 },
    { '6', "ipv6", NULL, OPT_FLAG, AT(six), "IPv6 addresses only", 0, 0, 0 },
    { 0, NULL, NULL, OPT_FLAG, 0, NULL, 0, 0, 0 },
};

const struct cmd cmd_ping = {
    .name = "ping",
    .args = "HOST",
    .summary = "Ping a host, with the letters and the output of the ping that you know",
    .more = "^C ends it with statistics, ^\\ shows them and goes on.\n\n"
            "  cleave ping -c 3 127.0.0.1\n"
            "  cleave ping -i 0.2 -D -O 10.0.0.1\n"
            "  cleave ping -c 2 ff02::1%eth0\n\n"
            "Exit status: 0 replies came, 1 none came, 2 wrong, 3 not permitted.\n",
    .own = ping_own,
    .size = sizeof(struct ping_opts),
    .least = 1,
    .most = 1,
    .run = ping_run,
};
