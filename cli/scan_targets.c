/* SPDX-License-Identifier: BSD-2-Clause */
/* What is scanned: addresses, nets, ranges and names, less what is excluded; and ports. */
#include "scan.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESSES = 65536 }; /* more need --yes */

const char *scan_address(const struct clv_addr *addr, char *text)
{
    inet_ntop(addr->len == 16 ? AF_INET6 : AF_INET, addr->bytes, text, HOST_ADDR);
    return text;
}

/* ---- Addresses. */

static bool wrong(const struct scan *scan, const char *what, const char *fmt, const char *text,
                  size_t n)
{
    char line[256];

    snprintf(line, sizeof line, fmt, (int)(n < 100 ? n : 100), text);
    cli_usage(scan->cli->cmd, "%s%s%s", what, *what ? ": " : "", line);
    return false;
}

/* The interface of a link's address: "fe80::1%eth0". Returns the length without it; 0: it is wrong. */
static size_t take_zone(struct scan *scan, const char *text, size_t n)
{
    const char *mark = memchr(text, '%', n);
    size_t head = mark ? (size_t)(mark - text) : n, size = n - head;

    if (!mark)
        return n;
    if (size < 2 || size > IF_NAMESIZE ||
        (scan->iface &&
         (strlen(scan->iface) != size - 1 || memcmp(scan->iface, mark + 1, size - 1))))
        return 0;
    snprintf(scan->zone, sizeof scan->zone, "%.*s", (int)size - 1, mark + 1);
    scan->iface = scan->zone;
    return head;
}

/* The first address of a name, of the version that is asked for, else IPv4 before IPv6. */
static bool look_up(const struct scan *scan, const char *name, struct clv_addr *addr,
                    const char **why)
{
    struct addrinfo hints = { .ai_socktype = SOCK_DGRAM }, *found;
    const int families[] = { AF_INET, AF_INET6 };
    int rc = EAI_NONAME;

    for (int i = 0; i < 2; i++) {
        if ((scan->own->six && i == 0) || (scan->own->four && i == 1))
            continue;
        hints.ai_family = families[i];
        rc = getaddrinfo(name, NULL, &hints, &found);
        if (rc)
            continue;
        const void *at = i ? (const void *)&(
                                 (const struct sockaddr_in6 *)(const void *)found->ai_addr)
                                 ->sin6_addr
                           : &((const struct sockaddr_in *)(const void *)found->ai_addr)->sin_addr;
        addr->len = i ? 16 : 4;
        memcpy(addr->bytes, at, addr->len);
        freeaddrinfo(found);
        return true;
    }
    *why = rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc);
    return false;
}

/* One address, net, range or name. what: where it stands, for messages. */
static bool take_one(struct scan *scan, const char *what, const char *text, size_t n, bool out)
{
    struct clv_addr first, last;
    struct clv_err err = { 0 };
    char name[256];
    const char *why;
    size_t head = take_zone(scan, text, n);

    if (!head)
        return wrong(scan, what, "'%.*s' is on another interface than the rest", text, n);
    if (!clv_ranges_read(text, head, &first, &last, &err)) {
        snprintf(name, sizeof name, "%.*s", (int)(head < 255 ? head : 255), text);
        if (err.code)
            return wrong(scan, what, "%.*s", err.text, strlen(err.text));
        if (!look_up(scan, name, &first, &why)) {
            cli_fail("%s%s%s: %s", what, *what ? ": " : "", name, why);
            return false;
        }
        last = first;
    }
    if (clv_ranges_put(scan->ranges, &first, &last, out, &err))
        return true;
    cli_err(&err);
    return false;
}

static bool take_list(struct scan *scan, const char *what, const char *list, const char *between,
                      bool out)
{
    size_t n;

    for (list += strspn(list, between); *list; list += n, list += strspn(list, between)) {
        n = strcspn(list, between);
        if (!take_one(scan, what, list, n, out))
            return false;
    }
    return true;
}

static bool read_exclude_file(struct scan *scan, const char *path)
{
    char *line = NULL, what[320];
    size_t cap = 0;
    unsigned number = 0;
    bool ok = true;
    FILE *file = strcmp(path, "-") ? fopen(path, "r") : stdin;

    if (!file) {
        cli_fail("--exclude-file %s: %s", path, strerror(errno));
        return false;
    }
    while (ok && getline(&line, &cap, file) > 0) {
        snprintf(what, sizeof what, "%.250s, line %u", path, ++number);
        line[strcspn(line, "#")] = 0;
        ok = take_list(scan, what, line, ", \t\r\n", true);
    }
    if (ok && ferror(file)) {
        cli_fail("--exclude-file %s: %s", path, strerror(errno));
        ok = false;
    }
    free(line);
    if (file != stdin)
        fclose(file);
    return ok;
}

/* What is no host's address: this network, multicast, broadcast. */
static bool leave_groups(struct scan *scan)
{
    static const char *const nets[] = { "0.0.0.0/8", "224.0.0.0/4", "255.255.255.255",
                                        "::", "ff00::/8" };

    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
        if (!take_one(scan, "", nets[i], strlen(nets[i]), true))
            return false;
    return true;
}

static bool settle(struct scan *scan, uint64_t *count)
{
    struct clv_err err = { 0 };

    if (clv_ranges_settle(scan->ranges, &err)) {
        *count = clv_ranges_count(scan->ranges);
        return true;
    }
    cli_err(&err);
    return false;
}

bool scan_read_targets(struct scan *scan, int argc, char **argv)
{
    const struct scan_opts *own = scan->own;
    const struct cmd *cmd = scan->cli->cmd;
    uint64_t all, single;

    scan->ranges = clv_ranges_new();
    if (!scan->ranges) {
        cli_fail("out of memory");
        return false;
    }
    for (int i = 0; i < argc; i++)
        if (!take_list(scan, "", argv[i], ",", false))
            return false;
    if (!settle(scan, &all) || (!own->groups && !leave_groups(scan)) || !settle(scan, &single) ||
        (own->exclude && !take_list(scan, "--exclude", own->exclude, ", ", true)) ||
        (own->exclude_file && !read_exclude_file(scan, own->exclude_file)) ||
        !settle(scan, &scan->hosts))
        return false;
    scan->left_out = all - scan->hosts;
    if (!all)
        cli_usage(cmd, "scan needs %s", cmd->args);
    else if (!single)
        cli_usage(
            cmd, "no target is left: broadcast, multicast and unspecified addresses need --groups");
    else if (!scan->hosts)
        cli_usage(cmd, "no target is left: all of them are excluded");
    else if (scan->hosts == UINT64_MAX || scan->hosts > UINT64_MAX >> 20)
        cli_usage(cmd, "these are more addresses than can be scanned");
    else if (scan->hosts > ADDRESSES && !own->yes)
        cli_usage(cmd, "%llu addresses are more than %d: --yes, if all of them are yours to scan",
                  (unsigned long long)scan->hosts, ADDRESSES);
    else
        return true;
    return false;
}

/* ---- Ports. */

/* "80", "http"; the length is n. */
static bool read_port(const char *text, size_t n, const char *proto, uint32_t *port)
{
    char name[64], *end;

    snprintf(name, sizeof name, "%.*s", (int)(n < 63 ? n : 63), text);
    unsigned long value = strtoul(name, &end, 10);
    if (n && strspn(name, "0123456789") == n && n < 6 && value <= 65535) {
        *port = (uint32_t)value;
        return true;
    }
    const struct servent *service = *name >= 'a' && *name <= 'z' ? getservbyname(name, proto)
                                                                 : NULL;
    if (service)
        *port = ntohs((uint16_t)service->s_port);
    return service;
}

/* "80", "1-1024", "-1024", "1024-", "-": all but 0. */
static bool read_range(const char *text, size_t n, const char *proto, uint32_t *first,
                       uint32_t *last)
{
    const char *dash = memchr(text, '-', n);
    size_t head = dash ? (size_t)(dash - text) : n;

    if (read_port(text, n, proto, first)) { /* a name may have a dash */
        *last = *first;
        return true;
    }
    *first = 1;
    *last = 65535;
    return dash && (!head || read_port(text, head, proto, first)) &&
           (head + 1 == n || read_port(dash + 1, n - head - 1, proto, last)) && *first <= *last;
}

bool scan_read_ports(struct scan *scan)
{
    const char *list = scan->own->ports;
    uint32_t first, last;
    size_t n;

    scan->ports = calloc(65536, sizeof *scan->ports);
    scan->port_at = malloc(65536 * sizeof *scan->port_at);
    if (!scan->ports || !scan->port_at) {
        cli_fail("out of memory");
        return false;
    }
    for (uint32_t i = 0; i < 65536; i++)
        scan->port_at[i] = -1;
    if (!list) {
        scan->ports[0] = 80;
        scan->port_at[80] = 0;
        scan->nports = 1;
        return true;
    }
    for (;; list += n + 1) {
        n = strcspn(list, ",");
        if (!read_range(list, n, scan->method->proto, &first, &last))
            return wrong(scan, "--ports", "'%.*s' is no port: 22,80,1-1024, - for all, or a name",
                         list, n);
        for (; first <= last; first++)
            scan->port_at[first] = 0;
        if (!list[n])
            break;
    }
    for (uint32_t i = 0; i < 65536; i++)
        if (!scan->port_at[i]) {
            scan->port_at[i] = (int32_t)scan->nports;
            scan->ports[scan->nports++] = (uint16_t)i;
        }
    return true;
}
