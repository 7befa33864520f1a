/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two versions of IP as ping knows them: layers, numbers, and the words of the ping of iputils,
 * which scripts read. RFC 792, RFC 4443.
 */
#include "ping.h"

/* ---- IPv4. */

static void print_host4(struct ping *ping)
{
    printf("%s (%s) ", ping_named(ping), ping->host.addr);
}

static void print_size4(const struct ping *ping)
{
    printf("%llu(%llu) bytes of data.", (unsigned long long)ping->size,
           (unsigned long long)ping->size + 28);
}

static unsigned half_word(const uint8_t *bytes)
{
    return (unsigned)(bytes[0] << 8 | bytes[1]);
}

static unsigned whole_word(const uint8_t *bytes)
{
    return half_word(bytes) << 16 | half_word(bytes + 2);
}

static void print_unreachable4(const struct host_reply *reply)
{
    static const char *const words[] = {
        "Destination Net Unreachable",
        "Destination Host Unreachable",
        "Destination Protocol Unreachable",
        "Destination Port Unreachable",
        NULL,
        "Source Route Failed",
        "Destination Net Unknown",
        "Destination Host Unknown",
        "Source Host Isolated",
        "Destination Net Prohibited",
        "Destination Host Prohibited",
        "Destination Net Unreachable for Type of Service",
        "Destination Host Unreachable for Type of Service",
        "Packet filtered",
        "Precedence Violation",
        "Precedence Cutoff",
    };

    if (reply->code == 4)
        printf("Frag needed and DF set (mtu = %u)", half_word(reply->word + 2));
    else if (reply->code < sizeof words / sizeof *words)
        fputs(words[reply->code], stdout);
    else
        printf("Dest Unreachable, Bad Code: %u", reply->code);
}

static void print_redirect4(const struct host_reply *reply)
{
    static const char *const words[] = { "Network", "Host", "Type of Service and Network",
                                         "Type of Service and Host" };
    const uint8_t *gateway = reply->word;

    if (reply->code < sizeof words / sizeof *words)
        printf("Redirect %s", words[reply->code]);
    else
        printf("Redirect, Bad Code: %u", reply->code);
    printf("(New nexthop: %u.%u.%u.%u)", gateway[0], gateway[1], gateway[2], gateway[3]);
}

static void print_error4(const struct host_reply *reply)
{
    if (reply->type == 3)
        print_unreachable4(reply);
    else if (reply->type == 4)
        fputs("Source Quench", stdout);
    else if (reply->type == 5)
        print_redirect4(reply);
    else if (reply->type == 11)
        fputs(reply->code == 0   ? "Time to live exceeded"
              : reply->code == 1 ? "Frag reassembly time exceeded"
                                 : "Time exceeded, Bad Code",
              stdout);
    else if (reply->type == 12)
        printf("Parameter problem: pointer = %u", reply->word[0]);
    else
        printf("Bad ICMP type: %u", reply->type);
}

const struct ping_family ping_four = {
    .silent = { 3, 1 },
    .most = 65507,
    .mtu = "mtu=",
    .host = print_host4,
    .size = print_size4,
    .error = print_error4,
};

/* ---- IPv6. */

static void print_host6(struct ping *ping)
{
    printf("%s(", ping->host.given);
    ping_host(ping, ping->host.addr);
    fputs(") ", stdout);
}

static void print_size6(const struct ping *ping)
{
    printf("%llu data bytes", (unsigned long long)ping->size);
}

/* The word for a code, or the code. */
static void print_code6(const struct host_reply *reply, const char *const *words, unsigned n,
                        const char *other)
{
    if (reply->code < n && words[reply->code])
        fputs(words[reply->code], stdout);
    else
        printf("%s %u", other, reply->code);
}

static void print_error6(const struct host_reply *reply)
{
    static const char *const reaches[] = {
        "No route",
        "Administratively prohibited",
        "Beyond scope of source address",
        "Address unreachable",
        "Port unreachable",
    };
    static const char *const times[] = { "Hop limit", "Defragmentation failure" };
    static const char *const faults[] = { "Wrong header field", "Unknown header",
                                          "Unknown option" };

    if (reply->type == 1) {
        fputs("Destination unreachable: ", stdout);
        print_code6(reply, reaches, 5, "Unknown code");
    } else if (reply->type == 2) {
        printf("Packet too big: mtu=%u", whole_word(reply->word));
        if (reply->code)
            printf(", code=%u", reply->code);
    } else if (reply->type == 3) {
        fputs("Time exceeded: ", stdout);
        print_code6(reply, times, 2, "code");
    } else if (reply->type == 4) {
        fputs("Parameter problem: ", stdout);
        print_code6(reply, faults, 3, "code");
        printf(" at %u", whole_word(reply->word));
    } else {
        printf("unknown icmp type: %u", reply->type);
    }
}

const struct ping_family ping_six = {
    .silent = { 1, 3 },
    .most = 65527,
    .mtu = "mtu: ",
    .host = print_host6,
    .size = print_size6,
    .error = print_error6,
};
