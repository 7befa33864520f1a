/* SPDX-License-Identifier: BSD-2-Clause */
/* ping -o json: one object a line, in the words that traceroute and arping use. */
#include "ping.h"

static void print_addr(struct ping *ping, const char *addr)
{
    const char *name = host_name(&ping->host, addr);

    fputs(",\"addr\":", stdout);
    tool_quote(addr);
    if (name) {
        fputs(",\"name\":", stdout);
        tool_quote(name);
    }
}

void ping_json_start(struct ping *ping)
{
    char addr[HOST_ADDR];

    host_address(&ping->host, ping->host.route.dst.bytes, addr);
    fputs("{\"type\":\"start\",\"host\":", stdout);
    tool_quote(ping->host.given);
    fputs(",\"addr\":", stdout);
    tool_quote(addr);
    printf(",\"size\":%llu}\n", (unsigned long long)ping->size);
}

void ping_json_reply(struct ping *ping, const struct clv_pair *pair, const struct host_reply *reply,
                     uint16_t seq, uint32_t size, bool again, bool corrupt)
{
    printf("{\"type\":\"reply\",\"seq\":%u", seq);
    print_addr(ping, reply->src);
    printf(",\"time\":\"%lld.%09u\",\"bytes\":%u,\"ttl\":%u", (long long)pair->answer.frame.sec,
           pair->answer.frame.nsec, size, reply->ttl);
    if (ping->timing)
        printf(",\"rtt_ms\":%.3f", (double)pair->rtt / 1e6);
    printf(",\"duplicate\":%s,\"corrupt\":%s}\n", again ? "true" : "false",
           corrupt ? "true" : "false");
}

void ping_json_error(struct ping *ping, const struct host_reply *reply, uint16_t seq)
{
    printf("{\"type\":\"error\",\"seq\":%u", seq);
    print_addr(ping, reply->src);
    printf(",\"icmp_type\":%u,\"icmp_code\":%u}\n", reply->type, reply->code);
}

void ping_json_finish(const struct ping *ping)
{
    uint64_t times = ping->received + ping->repeats;

    printf("{\"type\":\"summary\",\"sent\":%llu,\"received\":%llu,\"duplicates\":%llu,"
           "\"corrupted\":%llu,\"errors\":%llu",
           (unsigned long long)ping->sent, (unsigned long long)ping->received,
           (unsigned long long)ping->repeats, (unsigned long long)ping->corrupted,
           (unsigned long long)ping->errors);
    if (ping->sent)
        printf(",\"loss_percent\":%g",
               (double)(ping->sent - ping->received) * 100.0 / (double)ping->sent);
    if (times && ping->timing)
        printf(",\"min_ms\":%.3f,\"avg_ms\":%.3f,\"max_ms\":%.3f", (double)ping->least / 1e3,
               (double)ping->sum / (double)times / 1e3, (double)ping->most / 1e3);
    fputs("}\n", stdout);
}
