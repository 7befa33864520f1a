/* SPDX-License-Identifier: BSD-2-Clause */
/* What scan prints: results, the status line, statistics. Names of services are the system's. */
#include "scan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

const char *const scan_states[SCAN_STATES] = { "open",       "closed", "filtered",
                                               "unfiltered", "up",     "down" };

static const char *service_of(const struct scan *scan, uint16_t port)
{
    const struct servent *service = getservbyport(htons(port), scan->method->proto);

    return service ? service->s_name : NULL;
}

static void print_mac(const struct clv_addr *mac)
{
    for (int i = 0; i < mac->len; i++)
        printf("%s%02x", i ? ":" : "", mac->bytes[i]);
}

/* Who made it, where the system has a list. */
static const char *vendor_of(const struct scan *scan, const struct clv_addr *mac)
{
    return mac->len == 6 && scan->vendors ? vendors_find(scan->vendors, mac->bytes) : NULL;
}

/* ---- Results. */

/* "10.0.0.1 80/tcp open http"; how that is known, where it is asked for or says more. */
static void print_text(struct scan *scan, const struct scan_result *r)
{
    char addr[HOST_ADDR], from[HOST_ADDR];
    const char *service = scan->method->ports ? service_of(scan, r->port) : NULL;
    bool other = r->from.len && (r->from.len != r->addr.len ||
                                 memcmp(r->from.bytes, r->addr.bytes, r->addr.len) != 0);
    const char *vendor = vendor_of(scan, &r->mac);
    bool why = scan->cli->opt.verbose || r->state == SCAN_FILTERED;

    fputs(scan_address(&r->addr, addr), stdout);
    if (scan->method->ports)
        printf(" %u/%s", r->port, scan->method->proto);
    printf(" %s", r->reason ? scan_states[r->state] : scan->method->silence);
    if (service) {
        putchar(' ');
        tool_safe(stdout, service);
    }
    if (r->mac.len) {
        putchar(' ');
        print_mac(&r->mac);
    }
    if (vendor) {
        putchar(' ');
        tool_safe(stdout, vendor);
    }
    if (why) {
        printf(" (%s", r->reason ? r->reason : "no-response");
        if (other)
            printf(" from %s", scan_address(&r->from, from));
        if (r->ttl >= 0)
            printf(", ttl %d", r->ttl);
        putchar(')');
    }
    putchar('\n');
}

static void print_json(struct scan *scan, const struct scan_result *r)
{
    char addr[HOST_ADDR];
    const char *vendor = vendor_of(scan, &r->mac);
    const char *service = scan->method->ports ? service_of(scan, r->port) : NULL;

    printf("{\"type\":\"%s\",\"ip\":\"%s\"", scan->method->ports ? "port" : "host",
           scan_address(&r->addr, addr));
    if (scan->method->ports)
        printf(",\"port\":%u,\"proto\":\"%s\"", r->port, scan->method->proto);
    printf(",\"state\":\"%s\",\"reason\":\"%s\"",
           r->reason ? scan_states[r->state] : scan->method->silence,
           r->reason ? r->reason : "no-response");
    if (service) {
        fputs(",\"service\":", stdout);
        tool_quote(service);
    }
    if (r->mac.len) {
        fputs(",\"mac\":\"", stdout);
        print_mac(&r->mac);
        putchar('"');
    }
    if (vendor) {
        fputs(",\"vendor\":", stdout);
        tool_quote(vendor);
    }
    if (r->from.len)
        printf(",\"from\":\"%s\"", scan_address(&r->from, addr));
    if (r->ttl >= 0)
        printf(",\"ttl\":%d", r->ttl);
    if (r->sec)
        printf(",\"time\":\"%lld.%09u\"", (long long)r->sec, r->nsec);
    puts("}");
}

static void print(struct scan *scan, const struct scan_result *r)
{
    if (scan->broken)
        return;
    if (scan->line && isatty(STDOUT_FILENO))
        scan_status_clear(scan);
    if (scan->json)
        print_json(scan, r);
    else
        print_text(scan, r);
}

void scan_tell(struct scan *scan, const struct scan_result *r)
{
    if ((r->state != SCAN_CLOSED && r->state != SCAN_DOWN) || scan->cli->opt.verbose)
        print(scan, r);
}

/* How many probes of this run are before that place, repetitions aside. */
static uint64_t probed(const struct scan *scan, uint64_t place)
{
    uint64_t end = place < scan->mine ? place : scan->mine;

    return end > scan->kept.position ? end - scan->kept.position : 0;
}

void scan_tell_silent(struct scan *scan, uint64_t end)
{
    uint64_t n = probed(scan, end);
    bool whole = scan->shards == 1 && n == scan->mine;

    if (!scan->cli->opt.verbose || !scan->seen)
        return;
    for (uint64_t i = 0; i < n && !scan->broken; i++) {
        uint64_t index = whole ? i : scan_index(scan, scan->kept.position + i);
        struct scan_result r = { .ttl = -1 };
        if (scan->seen[index / 8] >> index % 8 & 1)
            continue;
        scan_target(scan, index, &r.addr, &r.port);
        print(scan, &r);
    }
}

/* ---- The status line. */

void scan_status_clear(struct scan *scan)
{
    if (scan->line)
        fputs("\r\x1b[K", stderr);
    scan->line = false;
}

/* "43.1% of 65536, 998 packets/s, 0:37 left, 12 open" */
void scan_status(struct scan *scan, int64_t now)
{
    struct clv_prober_stats stats;
    uint64_t left = scan->end - scan->position;
    double seconds = (double)left * (double)scan->interval / 1e9, rate = 0;

    if (!scan->terminal || now < scan->shown + CLV_SECOND / 2)
        return;
    fflush(stdout);
    clv_prober_stats(scan->prober, &stats);
    double span = (double)(stats.last - stats.first) / 1e9;
    if (span > 0)
        rate = (double)(stats.sent + stats.asked) / span;
    if (rate > 0 && (double)left / rate > seconds)
        seconds = (double)left / rate;
    seconds += (double)scan->timeout / 1e9;
    unsigned long long s = (unsigned long long)seconds;
    fprintf(stderr, "\r%.1f%% of %llu, %.0f packets/s, %llu:%02llu:%02llu left, %llu %s\x1b[K",
            100 * (double)scan->position / (double)scan->end, (unsigned long long)scan->end, rate,
            s / 3600, s / 60 % 60, s % 60,
            (unsigned long long)scan->states[scan->method->ports ? SCAN_OPEN : SCAN_UP],
            scan->method->ports ? "open" : "up");
    scan->line = true;
    scan->shown = now;
}

/* ---- Statistics. */

/* Probes that were sent and have no answer. */
static uint64_t unanswered(const struct scan *scan, const struct clv_prober_stats *stats)
{
    uint64_t all = probed(scan, scan->position);
    uint64_t known = scan->answered + scan->mute + scan->groups + scan->unroutable + stats->unsent;

    return all > known ? all - known : 0;
}

static double rate_of(const struct clv_prober_stats *stats)
{
    double span = (double)(stats->last - stats->first) / 1e9;
    uint64_t n = stats->sent + stats->asked;

    return n > 1 && span > 0 ? (double)(n - 1) / span : 0;
}

static void add(char *text, size_t size, const char *fmt, uint64_t n)
{
    size_t at = strlen(text);

    if (n && at < size)
        snprintf(text + at, size - at, fmt, (unsigned long long)n);
}

/* "100 sent, 98 answered (3 open, 95 closed), 2 unanswered, 99.8 packets/s of 100; lost: .." */
void scan_tell_stats(struct scan *scan)
{
    struct clv_prober_stats stats;
    char states[160] = "", more[320] = "", rate[64] = "";

    clv_prober_stats(scan->prober, &stats);
    for (int i = 0; i < SCAN_STATES; i++)
        if (scan->states[i]) {
            char fmt[32];
            snprintf(fmt, sizeof fmt, "%s%%llu %s", *states ? ", " : " (", scan_states[i]);
            add(states, sizeof states, fmt, scan->states[i]);
        }
    if (*states)
        strncat(states, ")", sizeof states - strlen(states) - 1);
    add(more, sizeof more, ", %llu for neighbours", stats.asked);
    add(more, sizeof more, ", %llu to silent neighbours", scan->mute);
    add(more, sizeof more, ", %llu to groups left out", scan->groups);
    add(more, sizeof more, ", %llu that the system did not send", stats.unsent);
    add(more, sizeof more, ", %llu without a route", scan->unroutable);
    add(more, sizeof more, ", %llu duplicates", scan->repeated);
    if (rate_of(&stats) > 0)
        snprintf(rate, sizeof rate, ", %.6g packets/s", rate_of(&stats));
    if (*rate && scan->interval > 0)
        snprintf(rate + strlen(rate), sizeof rate - strlen(rate), " of %.6g",
                 1e9 / (double)scan->interval);
    scan_status_clear(scan);
    cli_say(
        scan->cli,
        "%llu sent, %llu answered%s, %llu unanswered%s%s; lost: %llu by the kernel, %llu by the "
        "interface",
        (unsigned long long)stats.sent, (unsigned long long)scan->answered, states,
        (unsigned long long)unanswered(scan, &stats), more, rate, (unsigned long long)stats.dropped,
        (unsigned long long)stats.dropped_iface);
    if (stats.unsent)
        cli_say(scan->cli, "not sent: %s", stats.why.text);
    if (scan->unroutable)
        cli_say(scan->cli, "not sent: %s", scan->why.text);
}

void scan_print_summary(struct scan *scan)
{
    struct clv_prober_stats stats;

    if (!scan->json || scan->broken)
        return;
    clv_prober_stats(scan->prober, &stats);
    printf("{\"type\":\"summary\",\"probes\":%llu,\"position\":%llu,\"sent\":%llu,\"asked\":%llu,"
           "\"answered\":%llu,\"unanswered\":%llu,\"duplicates\":%llu",
           (unsigned long long)scan->end, (unsigned long long)scan->position,
           (unsigned long long)stats.sent, (unsigned long long)stats.asked,
           (unsigned long long)scan->answered, (unsigned long long)unanswered(scan, &stats),
           (unsigned long long)scan->repeated);
    for (int i = 0; i < SCAN_STATES; i++)
        printf(",\"%s\":%llu", scan_states[i], (unsigned long long)scan->states[i]);
    printf(",\"silent_neighbours\":%llu,\"groups\":%llu,\"unsent\":%llu,\"rate\":%.6g,"
           "\"dropped\":%llu,\"dropped_iface\":%llu}\n",
           (unsigned long long)scan->mute, (unsigned long long)scan->groups,
           (unsigned long long)(stats.unsent + scan->unroutable), rate_of(&stats),
           (unsigned long long)stats.dropped, (unsigned long long)stats.dropped_iface);
}
