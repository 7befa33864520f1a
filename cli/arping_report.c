/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What answers say, and what arping prints: word for word as the arping of iputils of one neighbour,
 * a line an address of a net, or one JSON object a line.
 */
#include "arping.h"

#include <arpa/inet.h>
#include <string.h>

const char arping_everybody[] = "ff:ff:ff:ff:ff:ff";

/* What an answer says, in text. */
struct reply {
    char src[16], dst[16], mac[24], own[24], to[24];
};

static bool read_reply(const struct arping *arping, const struct clv_packet *answer,
                       struct reply *reply)
{
    struct clv_out out;

    clv_out_init(&out, NULL, NULL);
    clv_print_columns(arping->columns, answer->view, &answer->frame, &out);
    clv_out_chr(&out, 0);
    bool ok = !out.failed && sscanf(out.buf, "%15s\t%15s\t%23s\t%23s\t%23s", reply->src, reply->dst,
                                    reply->mac, reply->own, reply->to) == 5;
    clv_out_free(&out);
    return ok;
}

/* Upper case, as the arping of iputils prints it. */
static void print_mac(const char *mac)
{
    for (; *mac; mac++)
        fputc(*mac >= 'a' && *mac <= 'f' ? *mac - 32 : *mac, stdout);
}

static void read_mac(const char *text, uint8_t mac[6])
{
    unsigned b[6] = { 0 };

    sscanf(text, "%x:%x:%x:%x:%x:%x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]);
    for (int i = 0; i < 6; i++)
        mac[i] = (uint8_t)b[i];
}

/* As the arping of iputils does. */
static void print_reply(const struct arping *arping, const struct reply *reply, bool alone,
                        int64_t rtt)
{
    printf("%s reply from %s [", alone ? "Unicast" : "Broadcast", reply->src);
    print_mac(reply->mac);
    fputs("] ", stdout);
    bool other = strcmp(reply->dst, arping->source) != 0;
    if (other)
        printf("for %s ", reply->dst);
    char own[24];
    const uint8_t *bytes = arping->host.route.iface.addr.bytes;
    snprintf(own, sizeof own, "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1], bytes[2],
             bytes[3], bytes[4], bytes[5]);
    if (strcmp(own, reply->own) != 0) {
        fputs(other ? "[" : "for [", stdout);
        print_mac(reply->own);
        fputc(']', stdout);
    }
    printf(" %lld.%03lldms\n", (long long)rtt / 1000000, (long long)rtt / 1000 % 1000);
}

/* One line an address: address, hardware address, vendor. */
static void print_host(const struct arping *arping, const struct reply *reply, bool again)
{
    uint8_t mac[6];

    read_mac(reply->mac, mac);
    const char *vendor = vendors_find(arping->vendors, mac);
    if (!vendor && mac[0] & 2)
        vendor = "(locally administered)";
    printf("%-15s  %s", reply->src, reply->mac);
    if (vendor) {
        fputs("  ", stdout);
        tool_safe(stdout, vendor);
    }
    fputs(again ? "  (DUP!)\n" : "\n", stdout);
}

static void print_object(const struct arping *arping, const struct reply *reply, bool alone,
                         bool again, int64_t rtt)
{
    uint8_t mac[6];
    const char *vendor;

    printf("{\"type\":\"reply\",\"addr\":\"%s\",\"mac\":\"%s\"", reply->src, reply->mac);
    read_mac(reply->mac, mac);
    if ((vendor = vendors_find(arping->vendors, mac))) {
        fputs(",\"vendor\":", stdout);
        tool_quote(vendor);
    }
    printf(",\"rtt_ms\":%.3f,\"broadcast\":%s,\"duplicate\":%s}\n", (double)rtt / 1e6,
           alone ? "false" : "true", again ? "true" : "false");
}

int arping_take(struct arping *arping, const struct clv_pair *pair)
{
    struct reply reply;
    struct in_addr in;

    if (pair->why)
        return tool_fail(arping->cli, "send: %s", strerror(pair->why));
    if (!pair->answer.bytes || !read_reply(arping, &pair->answer, &reply))
        return CLI_DONE;
    bool alone = strcmp(reply.to, arping_everybody) != 0;
    inet_pton(AF_INET, reply.src, &in);
    uint32_t at = ntohl(in.s_addr) - arping->base;
    bool known = at < arping->n && arping_is_seen(arping, at);
    bool again = pair->nth || (known && arping_is_net(arping));
    if (at < arping->n && !known) {
        arping->seen[at / 8] |= (uint8_t)(1 << at % 8);
        arping->hosts++;
    }
    arping->received++;
    arping->heard += !alone;
    if (!arping_is_net(arping) && !arping->opts->broadcast)
        memcpy(arping->peer, reply.mac, sizeof reply.mac);
    if (arping->opts->quiet)
        return CLI_DONE;
    if (arping->json)
        print_object(arping, &reply, alone, again, pair->rtt);
    else if (arping_is_net(arping))
        print_host(arping, &reply, again);
    else
        print_reply(arping, &reply, alone, pair->rtt);
    tool_flush(&arping->broken);
    return CLI_DONE;
}

/* ---- The beginning and the end. */

void arping_print_header(struct arping *arping)
{
    const char *iface = arping->host.route.iface.name;

    if (arping->opts->quiet)
        return;
    if (arping->json) {
        fputs("{\"type\":\"start\",\"target\":", stdout);
        tool_quote(arping->target);
        printf(",\"source\":\"%s\",\"iface\":", arping->source);
        tool_quote(iface);
        fputs("}\n", stdout);
    } else {
        printf("ARPING %s from %s %s\n", arping->target, arping->source, iface);
    }
    tool_flush(&arping->broken);
}

void arping_print_summary(struct arping *arping)
{
    if (arping->opts->quiet)
        return;
    if (arping->json) {
        printf("{\"type\":\"summary\",\"sent\":%llu,\"broadcasts\":%llu,\"received\":%llu,"
               "\"hosts\":%u}\n",
               (unsigned long long)arping->sent, (unsigned long long)arping->broadcasts,
               (unsigned long long)arping->received, arping->hosts);
    } else {
        printf("Sent %llu probes (%llu broadcast(s))\nReceived %llu response(s)",
               (unsigned long long)arping->sent, (unsigned long long)arping->broadcasts,
               (unsigned long long)arping->received);
        if (arping->heard)
            printf(" (%llu broadcast(s))", (unsigned long long)arping->heard);
        fputc('\n', stdout);
    }
    tool_flush(&arping->broken);
}
