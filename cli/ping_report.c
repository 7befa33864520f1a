/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What ping prints, word for word as the ping of iputils, because scripts read it: replies, errors,
 * statistics. Names come from outside and are made safe for a terminal.
 */
#include "ping.h"

#include <errno.h>
#include <string.h>

bool ping_seen(const struct ping *ping, uint16_t seq)
{
    return ping->seen[seq / 8] >> seq % 8 & 1;
}

void ping_mark(struct ping *ping, uint16_t seq, bool seen)
{
    uint8_t bit = (uint8_t)(1 << seq % 8);

    if (seen)
        ping->seen[seq / 8] |= bit;
    else
        ping->seen[seq / 8] &= (uint8_t)~bit;
}

void ping_stamp(const struct ping *ping, int64_t sec, uint32_t nsec)
{
    if (ping->opts->stamps)
        printf("[%lld.%06u] ", (long long)sec, nsec / 1000);
}

/* ---- Names. */

/* As people know it: only IPv4 has the name that the name server calls the right one. */
const char *ping_named(const struct ping *ping)
{
    bool right = ping->host.ip == &version_four && *ping->host.right;

    return right ? ping->host.right : ping->host.given;
}

void ping_host(struct ping *ping, const char *addr)
{
    const char *name = host_name(&ping->host, addr);

    if (name) {
        tool_safe(stdout, name);
        printf(" (%s)", addr);
    } else {
        fputs(addr, stdout);
    }
}

/* ---- Replies. */

static void print_time(int64_t us)
{
    if (us >= 99950)
        printf(" time=%lld ms", (long long)(us + 500) / 1000);
    else if (us >= 9995)
        printf(" time=%lld.%01lld ms", (long long)(us + 50) / 1000,
               (long long)(us + 50) % 1000 / 100);
    else if (us >= 1000)
        printf(" time=%lld.%02lld ms", (long long)(us + 5) / 1000, (long long)(us + 5) % 1000 / 10);
    else
        printf(" time=%lld.%03lld ms", (long long)us / 1000, (long long)us % 1000);
}

/* The first byte that did not come back as it went out, and then all of them. */
static void print_data(const struct ping *ping, const uint8_t *sent, const uint8_t *got, size_t n)
{
    size_t i = ping->timing ? 16 : 0;

    while (i < n && sent[i] == got[i])
        i++;
    if (i >= n)
        return;
    printf("\nwrong data byte #%zu should be 0x%x but was 0x%x", i, sent[i], got[i]);
    for (i = 0; i < n; i++) {
        if (i % 32 == 0)
            printf("\n#%zu\t", i);
        printf("%x ", got[i]);
    }
}

static bool is_corrupt(struct clv_view *view, uint32_t layer)
{
    clv_check(view);
    for (uint32_t i = 0; i < view->nnotes; i++)
        if (view->notes[i].code == CLV_NOTE_BAD_SUM && view->notes[i].layer == layer)
            return true;
    return false;
}

/* Packets on the way at a time: this one was sent `diff` packets ago. */
static void acknowledge(struct ping *ping, uint16_t seq)
{
    uint16_t diff = (uint16_t)((uint16_t)ping->sent - seq);

    if (diff > 0x7fff)
        return;
    if (diff + 1u > ping->pipe)
        ping->pipe = diff + 1u;
    if ((int16_t)(seq - ping->acked) > 0)
        ping->acked = seq;
}

static void count_time(struct ping *ping, int64_t us)
{
    ping->sum += us;
    ping->squares += (double)us * (double)us;
    if (ping->least < 0 || us < ping->least)
        ping->least = us;
    if (us > ping->most)
        ping->most = us;
    ping->smooth += ping->smooth ? us - ping->smooth / 8 : us * 8;
}

static void report_reply(struct ping *ping, const struct clv_pair *pair,
                         const struct host_reply *reply, uint16_t seq)
{
    const struct clv_packet *answer = &pair->answer, *sent = &pair->sent;
    uint32_t at = (uint32_t)reply->layer;
    const struct clv_layer *layer = &answer->view->layers[at];
    uint32_t size = layer->end - layer->off;
    bool again = ping_seen(ping, seq), corrupt = is_corrupt(answer->view, at);
    int64_t us = pair->rtt / 1000;

    acknowledge(ping, seq);
    if (ping->timing)
        count_time(ping, us);
    *(again ? &ping->repeats : &ping->received) += 1;
    ping->corrupted += corrupt;
    ping_mark(ping, seq, true);
    if (ping->opts->quiet)
        return;
    if (ping->json) {
        ping_json_reply(ping, pair, reply, seq, size, again, corrupt);
        return;
    }
    if (ping->opts->flood) {
        fputs(corrupt ? "\bC" : "\b \b", stdout);
        return;
    }
    ping_stamp(ping, answer->frame.sec, answer->frame.nsec);
    printf("%u bytes from ", size);
    ping_host(ping, reply->src);
    printf(": icmp_seq=%u ttl=%u", seq, reply->ttl);
    if (size < ping->size + 8)
        fputs(" (truncated)", stdout);
    if (ping->timing)
        print_time(us);
    if (again)
        fputs(" (DUP!)", stdout);
    if (corrupt)
        fputs(" (BAD CHECKSUM!)", stdout);
    if (size >= ping->size + 8)
        print_data(ping, sent->bytes + sent->frame.len - ping->size, answer->bytes + layer->off + 8,
                   ping->size);
    fputc('\n', stdout);
}

static void report_error(struct ping *ping, const struct clv_pair *pair,
                         const struct host_reply *reply, uint16_t seq)
{
    bool advice = reply->advice;

    acknowledge(ping, seq);
    ping->errors += !advice;
    if (ping->opts->quiet)
        return;
    if (ping->json) {
        ping_json_error(ping, reply, seq);
        return;
    }
    if (ping->opts->flood) {
        fputs("\bE", stdout);
        return;
    }
    ping_stamp(ping, pair->answer.frame.sec, pair->answer.frame.nsec);
    fputs("From ", stdout);
    ping_host(ping, reply->src);
    printf(advice ? ": icmp_seq=%u " : " icmp_seq=%u ", seq);
    ping->family->error(reply);
    fputc('\n', stdout);
}

void ping_unsent(struct ping *ping, int why)
{
    ping->errors++;
    if (why == EMSGSIZE)
        tool_fail(ping->cli, "local error: message too long, %s%u", ping->family->mtu,
                  ping->host.route.iface.mtu);
    else
        tool_fail(ping->cli, "sendmsg: %s", strerror(why));
}

void ping_report(struct ping *ping, const struct clv_pair *pair)
{
    const unsigned *silent = ping->family->silent;
    struct host_reply reply = { .type = silent[0], .code = silent[1] };
    uint16_t seq = ping->seqs[pair->id % PING_SEQS];

    if (pair->why == EHOSTDOWN) {
        /* As the kernel tells of a neighbour that does not answer: from ourselves. */
        host_address(&ping->host, ping->host.route.src.bytes, reply.src);
        report_error(ping, pair, &reply, seq);
    } else if (pair->why) {
        ping_unsent(ping, pair->why);
    } else if (pair->answer.bytes && host_read(&ping->host, &pair->answer, &reply) &&
               reply.layer >= 0) {
        if (reply.echo)
            report_reply(ping, pair, &reply, seq);
        else
            report_error(ping, pair, &reply, seq);
    }
    tool_flush(&ping->broken);
}

/* ---- Sums. */

void ping_status(const struct ping *ping)
{
    uint64_t lost = ping->sent - (ping->received < ping->sent ? ping->received : ping->sent);
    uint64_t times = ping->received + ping->repeats;

    fflush(stdout);
    fprintf(stderr, "\r%llu/%llu packets, %llu%% loss", (unsigned long long)ping->received,
            (unsigned long long)ping->sent,
            (unsigned long long)(ping->sent ? lost * 100 / ping->sent : 0));
    if (times && ping->timing) {
        int64_t mean = ping->sum / (int64_t)times;
        fprintf(stderr, ", min/avg/ewma/max = %.3f/%.3f/%.3f/%.3f ms", (double)ping->least / 1e3,
                (double)mean / 1e3, (double)(ping->smooth / 8) / 1e3, (double)ping->most / 1e3);
    }
    fputc('\n', stderr);
}

/* The whole part of a square root. */
static int64_t root(double square)
{
    int64_t low = 0, high = 1;

    while ((double)high * (double)high <= square)
        high *= 2;
    while (high - low > 1) {
        int64_t mid = low + (high - low) / 2;
        *((double)mid * (double)mid <= square ? &low : &high) = mid;
    }
    return low;
}

static void print_times(const struct ping *ping)
{
    uint64_t times = ping->received + ping->repeats;
    const char *comma = "";

    if (times && ping->timing) {
        int64_t mean = ping->sum / (int64_t)times;
        double exact = (double)ping->sum / (double)times;
        double spread = ping->squares / (double)times - exact * exact;
        printf("rtt min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms", (double)ping->least / 1e3,
               (double)mean / 1e3, (double)ping->most / 1e3,
               (double)root(spread > 0 ? spread : 0) / 1e3);
        comma = ", ";
    }
    if (ping->pipe > 1) {
        printf("%spipe %u", comma, ping->pipe);
        comma = ", ";
    }
    if (times && (!ping->interval || ping->opts->flood) && ping->sent > 1)
        printf("%sipg/ewma %.3f/%.3f ms", comma,
               (double)((ping->last - ping->first) / 1000 / (int64_t)(ping->sent - 1)) / 1e3,
               (double)(ping->smooth / 8) / 1e3);
    fputc('\n', stdout);
}

static void print_counts(const struct ping *ping)
{
    fputs("\n--- ", stdout);
    tool_safe(stdout, ping_named(ping));
    printf(" ping statistics ---\n%llu packets transmitted, %llu received",
           (unsigned long long)ping->sent, (unsigned long long)ping->received);
    if (ping->repeats)
        printf(", +%llu duplicates", (unsigned long long)ping->repeats);
    if (ping->corrupted)
        printf(", +%llu corrupted", (unsigned long long)ping->corrupted);
    if (ping->errors)
        printf(", +%llu errors", (unsigned long long)ping->errors);
    if (ping->sent)
        printf(", %g%% packet loss, time %lldms",
               (double)(ping->sent - ping->received) * 100.0 / (double)ping->sent,
               (long long)(ping->last - ping->first) / 1000000);
    fputc('\n', stdout);
    print_times(ping);
}

void ping_finish(struct ping *ping)
{
    if (ping->json)
        ping_json_finish(ping);
    else
        print_counts(ping);
    tool_flush(&ping->broken);
}
