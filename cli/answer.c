/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer: replies to requests for addresses that no host has. What is answered how is told by the
 * rules; here requests come in, wait for --delay, and their answers go out.
 */
#include "answer.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { WAITING = 1 << 16 }; /* requests that wait for --delay at a time */

struct answer_opts {
    const char *where, *mac;
    int64_t delay;
    struct cli_texts dns;
};

/* A request that waits until its answer is due. */
struct held {
    struct held *next;
    int64_t due;
    struct clv_frame frame;
    uint8_t bytes[];
};

struct answer {
    struct cli *cli;
    struct sink *sink;
    struct clv_capture *capture;
    struct clv_sender *sender;
    struct clv_iface iface;
    struct link_watch link;
    struct rules *rules;
    struct names names;
    struct clv_filter *where;
    struct clv_out four, six; /* conditions over addresses */
    struct clv_arena *arena;  /* of one request */
    struct clv_view view;
    struct clv_out text; /* of its answer */
    struct held *first, **end;
    uint32_t waiting;
    uint64_t requests, answered, unsent;
};

/* ---- The addresses. */

/* ADDR or ADDR/BITS. */
static bool net_read(const char *text, struct clv_addr *addr, unsigned *bits)
{
    char host[INET6_ADDRSTRLEN];
    size_t n = strcspn(text, "/");
    char *end = NULL;

    snprintf(host, sizeof host, "%.*s", (int)(n < sizeof host ? n : sizeof host - 1), text);
    addr->len = strchr(host, ':') ? 16 : 4;
    *bits = addr->len * 8u;
    if (inet_pton(addr->len == 16 ? AF_INET6 : AF_INET, host, addr->bytes) != 1)
        return false;
    if (!text[n])
        return true;
    unsigned long value = strtoul(text + n + 1, &end, 10);
    *bits = (unsigned)value;
    return text[n + 1] >= '0' && text[n + 1] <= '9' && !*end && value <= addr->len * 8u;
}

static bool net_has(const struct clv_addr *net, unsigned bits, const struct clv_addr *addr)
{
    if (net->len != addr->len)
        return false;
    for (unsigned i = 0; i < bits; i++)
        if ((net->bytes[i / 8] ^ addr->bytes[i / 8]) & (0x80 >> i % 8))
            return false;
    return true;
}

static bool address_of(const struct ifaddrs *one, struct clv_addr *addr)
{
    const struct sockaddr *sa = one->ifa_addr;

    if (!sa || (sa->sa_family != AF_INET && sa->sa_family != AF_INET6))
        return false;
    *addr = (struct clv_addr){ .len = sa->sa_family == AF_INET6 ? 16 : 4 };
    memcpy(addr->bytes,
           addr->len == 16
               ? (const void *)&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr
               : (const void *)&((const struct sockaddr_in *)(const void *)sa)->sin_addr,
           addr->len);
    return true;
}

static bool refuse_own(const char *text)
{
    cli_fail("%s is an address of this host: the kernel itself answers for it", text);
    return false;
}

/* The host's own addresses answer for themselves: refused where named, left out of a net. */
static bool own_leave_out(struct answer *answer, const char *text, const struct clv_addr *net,
                          unsigned bits, const struct ifaddrs *own)
{
    struct clv_err err = { 0 };
    struct clv_route route;
    bool single = bits == net->len * 8u;

    /* Also what no interface lists, as all of 127.0.0.0/8. */
    if (single && clv_route_find(net, NULL, &route, &err) && route.reach == CLV_REACH_SELF)
        return refuse_own(text);
    for (; own; own = own->ifa_next) {
        struct clv_addr addr;
        char name[INET6_ADDRSTRLEN];
        if (!address_of(own, &addr) || !net_has(net, bits, &addr))
            continue;
        if (single)
            return refuse_own(text);
        inet_ntop(addr.len == 16 ? AF_INET6 : AF_INET, addr.bytes, name, sizeof name);
        struct clv_out *out = addr.len == 16 ? &answer->six : &answer->four;
        clv_out_str(out, " and not (%s == ");
        clv_out_str(out, name);
        clv_out_chr(out, ')');
        cli_say(answer->cli, "%s without %s, which is an address of this host", text, name);
    }
    return true;
}

/* "(%s == 10.0.0.5 or %s == 10.0.1.0/24) and not (%s == 10.0.1.1)", of each version. */
static bool addresses_read(struct answer *answer, int argc, char **argv)
{
    struct ifaddrs *own = NULL;
    struct clv_addr addr;
    unsigned bits;
    bool ok = !getifaddrs(&own) || !cli_fail("cannot list this host's addresses");

    for (int i = 0; ok && i < argc; i++) {
        if (!net_read(argv[i], &addr, &bits)) {
            cli_usage(answer->cli->cmd,
                      "'%s' is no address and no net; one is 10.0.0.5, "
                      "10.0.0.0/24 or fd00::5",
                      argv[i]);
            ok = false;
            break;
        }
        struct clv_out *out = addr.len == 16 ? &answer->six : &answer->four;
        clv_out_str(out, out->len ? " or %s == " : "(%s == ");
        clv_out_str(out, argv[i]);
    }
    if (answer->four.len)
        clv_out_chr(&answer->four, ')');
    if (answer->six.len)
        clv_out_chr(&answer->six, ')');
    for (int i = 0; ok && i < argc; i++)
        ok = net_read(argv[i], &addr, &bits) && own_leave_out(answer, argv[i], &addr, bits, own);
    freeifaddrs(own);
    clv_out_chr(&answer->four, 0);
    clv_out_chr(&answer->six, 0);
    if (answer->four.failed || answer->six.failed)
        return !cli_fail("out of memory");
    return ok;
}

static bool mac_read(struct answer *answer, const char *text, struct clv_addr *mac)
{
    unsigned byte[6];
    char rest;

    if (!text)
        return true;
    if (!mac->len) {
        cli_usage(answer->cli->cmd, "--mac: %s has no hardware addresses", answer->iface.name);
        return false;
    }
    if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &byte[0], &byte[1], &byte[2], &byte[3], &byte[4],
               &byte[5], &rest) != 6 ||
        byte[0] & 1) {
        cli_usage(answer->cli->cmd, "--mac %s: it is one such as 02:00:00:00:00:05", text);
        return false;
    }
    for (int i = 0; i < 6; i++)
        mac->bytes[i] = (uint8_t)byte[i];
    return true;
}

/* ---- Answers. */

/* Why there was none: the first few, then silence. */
static void tell_unsent(struct answer *answer, const struct clv_err *err)
{
    if (++answer->unsent <= 5)
        cli_say(answer->cli, "not answered: %s%s", err->text,
                answer->unsent == 5 ? " (no more of this is told)" : "");
}

/* answer->view is a request, and answer->text the answer to it. Returns enum sink_state. */
static int answer_send(struct answer *answer, const struct clv_frame *frame)
{
    struct clv_err err = { 0 };
    struct clv_packet request = { *frame, answer->view.bytes, &answer->view }, sent;
    struct clv_draft *draft = clv_parse(answer->cli->clv, answer->arena, answer->text.buf,
                                        answer->text.len, &err);

    if (!draft || !clv_sender_put(answer->sender, draft, &sent, NULL, &err)) {
        if (!cli_stop)
            tell_unsent(answer, &err);
        return SINK_MORE;
    }
    request.frame.number = sent.frame.number = ++answer->answered;
    return sink_pair(answer->sink, &request, &sent);
}

/* Is it a request to be answered? Then answer->view and answer->text are filled. */
static bool request_read(struct answer *answer, const struct clv_frame *frame, const uint8_t *bytes)
{
    clv_arena_reset(answer->arena);
    clv_split_link(answer->cli->clv, &answer->view, answer->arena, (uint32_t)frame->link, bytes,
                   frame->caplen);
    answer->text.len = 0;
    return rules_answer(answer->rules, &answer->view, frame, &answer->text) &&
           (!answer->where || clv_filter_match(answer->where, &answer->view, frame));
}

static void request_hold(struct answer *answer, const struct clv_frame *frame, const uint8_t *bytes,
                         int64_t delay)
{
    struct clv_err err = { .text = "too many requests wait for --delay" };
    struct held *held = answer->waiting < WAITING ? malloc(sizeof *held + frame->caplen) : NULL;

    if (!held) {
        tell_unsent(answer, &err);
        return;
    }
    *held = (struct held){ .due = clv_now() + delay, .frame = *frame };
    memcpy(held->bytes, bytes, frame->caplen);
    *answer->end = held;
    answer->end = &held->next;
    answer->waiting++;
}

static void held_drop(struct answer *answer)
{
    struct held *held = answer->first;

    answer->first = held->next;
    answer->waiting--;
    if (!held->next)
        answer->end = &answer->first;
    free(held);
}

/* A packet came in. Returns enum sink_state. */
static int packet_take(struct answer *answer, const struct clv_frame *frame, const uint8_t *bytes)
{
    const struct answer_opts *own = answer->cli->own;

    if (!request_read(answer, frame, bytes))
        return SINK_MORE;
    answer->requests++;
    if (!own->delay)
        return answer_send(answer, frame);
    request_hold(answer, frame, bytes, own->delay);
    return SINK_MORE;
}

/* Answers whose time has come. */
static int due_send(struct answer *answer)
{
    int state = SINK_MORE;

    while (state == SINK_MORE && !cli_stop && answer->first && answer->first->due <= clv_now()) {
        const struct held *held = answer->first;
        if (request_read(answer, &held->frame, held->bytes))
            state = answer_send(answer, &held->frame);
        held_drop(answer);
    }
    return state;
}

/* Until the sink has enough, the time is up, or ^C. Returns the exit status. */
static int requests_take(struct answer *answer, int64_t end)
{
    int64_t look = clv_now();

    while (!cli_stop) {
        struct clv_frame frame;
        const uint8_t *bytes;
        struct clv_err err = { 0 };
        int64_t until = look < end ? look : end;
        if (answer->first && answer->first->due < until)
            until = answer->first->due;
        int got = clv_capture_next(answer->capture, until, &frame, &bytes, &err);
        if (got < 0)
            return cli_err(&err);
        int state = got ? packet_take(answer, &frame, bytes) : SINK_MORE;
        if (state == SINK_MORE)
            state = due_send(answer);
        int64_t now = clv_now();
        if (state == SINK_MORE && !got && now >= end)
            return CLI_DONE;
        if (state == SINK_MORE && now >= look) {
            sink_flush(answer->sink);
            cli_watch_link(answer->cli, &answer->link);
            look = now + CLV_SECOND / 4;
            state = sink_state(answer->sink);
        }
        if (state != SINK_MORE)
            return state == SINK_DONE ? CLI_DONE : CLI_WRONG;
    }
    return CLI_DONE;
}

/* ---- The whole. */

static bool rules_open(struct answer *answer, int argc, char **argv)
{
    const struct answer_opts *own = answer->cli->own;
    struct clv_err err = { 0 };
    struct rules_opts opts = { .mac = answer->iface.addr, .seed = answer->cli->opt.seed };

    if (own->where &&
        !(answer->where = clv_filter_new(answer->cli->clv, answer->cli->arena, own->where, &err))) {
        cli_err_text(&err, "--where", own->where, strlen(own->where));
        return false;
    }
    if (!mac_read(answer, own->mac, &opts.mac) || !addresses_read(answer, argc, argv) ||
        !names_read(answer->cli, &answer->names, &own->dns))
        return false;
    opts.four = *answer->four.buf ? answer->four.buf : NULL;
    opts.six = *answer->six.buf ? answer->six.buf : NULL;
    opts.names = own->dns.n ? &answer->names : NULL;
    return (answer->rules = rules_new(answer->cli, &opts));
}

static bool wire_open(struct answer *answer, struct clv_err *err)
{
    const struct clv_capture_opts in = {
        .iface = answer->iface.name,
        .filter = answer->cli->opt.filter,
        .promisc = true,
        .inbound = true,
        .stop = &cli_stop,
    };
    const struct clv_sender_opts out = { .iface = answer->iface.name, .stop = &cli_stop };

    answer->link.iface = answer->iface.name;
    answer->capture = clv_capture_open(&in, err);
    if (!answer->capture || !(answer->sender = clv_sender_open(answer->cli->clv, &out, err)) ||
        !clv_sender_begin(answer->sender, err))
        return false;
    cli_settle();
    return true;
}

/* A kernel that forwards packets says that no such host can be reached. */
static void forward_warn(const struct answer *answer)
{
    const struct answer_opts *own = answer->cli->own;
    char path[96];

    snprintf(path, sizeof path, "/proc/sys/net/ipv4/conf/%s/forwarding", answer->iface.name);
    FILE *file = own->mac ? NULL : fopen(path, "r");
    if (file && fgetc(file) == '1')
        cli_say(answer->cli, "this host forwards packets, these too: a hardware address of their "
                             "own keeps them apart, as --mac 02:00:00:00:00:05");
    if (file)
        fclose(file);
}

static int answer_go(struct answer *answer)
{
    struct clv_err err = { 0 };
    int64_t wait = answer->cli->opt.timeout, now = clv_now();
    struct clv_capture_stats stats;

    if (!wire_open(answer, &err))
        return cli_err(&err);
    cli_say(answer->cli, "answering on %s: let it be a net of your own", answer->iface.name);
    forward_warn(answer);
    bool endless = wait < 0 || wait > CLV_FOREVER - now;
    int status = requests_take(answer, endless ? CLV_FOREVER : now + wait);
    clv_capture_stats(answer->capture, &stats);
    cli_say(answer->cli, "%llu requests, %llu answered, %llu packets lost by the kernel",
            (unsigned long long)answer->requests, (unsigned long long)answer->answered,
            (unsigned long long)stats.dropped);
    return status == CLI_DONE && !answer->answered ? CLI_NONE : status;
}

static bool iface_find(struct answer *answer)
{
    const char *name = answer->cli->opt.iface;
    struct clv_err err = { 0 };

    if (!name || strchr(name, ',') || !strcmp(name, "any")) {
        cli_usage(answer->cli->cmd, "answer needs -i with the name of one interface");
        return false;
    }
    return clv_iface_find(name, &answer->iface, &err) || !cli_err(&err);
}

static int answer_run(struct cli *cli, int argc, char **argv)
{
    struct answer answer = { .cli = cli, .end = &answer.first };
    int status = CLI_WRONG;

    clv_out_init(&answer.four, NULL, NULL);
    clv_out_init(&answer.six, NULL, NULL);
    clv_out_init(&answer.text, NULL, NULL);
    cli_watch_signals();
    answer.arena = clv_arena_new(NULL, 0);
    if (!answer.arena)
        cli_fail("out of memory");
    else if (iface_find(&answer) && rules_open(&answer, argc, argv) &&
             (answer.sink = sink_open(cli, &(struct sink_opts){ .output = "line", .live = true })))
        status = sink_close(answer.sink, answer_go(&answer));
    while (answer.first)
        held_drop(&answer);
    clv_capture_close(answer.capture);
    clv_sender_close(answer.sender);
    names_free(&answer.names);
    clv_out_free(&answer.four);
    clv_out_free(&answer.six);
    clv_out_free(&answer.text);
    clv_arena_free(answer.arena);
    return status;
}

#define AT(member) offsetof(struct answer_opts, member)

static const struct opt answer_own[] = {
    { 0, "where", "FILTER", OPT_TEXT, AT(where),
      "only requests that match: ARP, or TCP.dport == 80", 0, 0, 0 },
    { 0, "dns", "NAME=ADDR", OPT_TEXTS, AT(dns),
      "a name to answer for, or a file like /etc/hosts; may come again", 0, 0, 0 },
    { 0, "delay", "TIME", OPT_TIME, AT(delay), "wait before each answer: 50ms", 0, 0,
      UINT64_C(3600000000000) },
    { 0, "mac", "ADDR", OPT_TEXT, AT(mac), "the hardware address to have; else the interface's", 0,
      0, 0 },
    { 0, NULL, NULL, OPT_FLAG, 0, NULL, 0, 0, 0 },
};

const struct cmd cmd_answer = {
    .name = "answer",
    .args = "ADDR...",
    .summary = "Answer for addresses that no host has",
    .more =
        "ADDR is one address or a net: 10.0.0.5, 10.0.0.64/26, fd00::5. Who asks for their "
        "hardware address (ARP,\nneighbour solicitation), pings them or connects to a TCP port "
        "gets an answer, and with --dns who asks\nthem for a name; a name that is not known does "
        "not exist. The kernel resets no such connection, as the\naddress is not its own: answer "
        "with --where ARP, and make all the rest yourself.\nOne line a pair, REQUEST ==> ANSWER. "
        "Ends after -c answers, after --timeout, or with ^C.\n\n"
        "Answer only where the net is yours: an address that another host has loses its "
        "traffic to you, which\nothers may call an attack, and the law in many places.\n\n"
        "  cleave answer -i eth0 10.0.0.5\n"
        "  cleave answer -i eth0 10.0.0.5 --where ARP\n"
        "  cleave answer -i eth0 10.0.0.53 --dns www.example.com=10.0.0.5 --delay 50ms\n\n"
        "Exit status: 0 answered, 1 nobody asked, 2 wrong, 3 not permitted.\n",
    .groups = OPT_OUTPUT | OPT_COUNT | OPT_CAPTURE,
    .own = answer_own,
    .size = sizeof(struct answer_opts),
    .least = 1,
    .most = UINT_MAX,
    .run = answer_run,
};
