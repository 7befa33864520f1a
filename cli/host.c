/* SPDX-License-Identifier: BSD-2-Clause */
/* The host that ping, traceroute or arping is about: its address, the way to it, names, answers. */
#include "tool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    PATIENCE = 2000, /* ms for a name server */
    SILENT = 3       /* times that it may let them pass */
};

const struct version version_four = {
    .af = AF_INET,
    .net = "IP",
    .ttl = "ttl",
    .echo = "ICMP",
    .message = "ICMP",
    .self = "127.0.0.1",
    .reply = 0,
};

const struct version version_six = {
    .af = AF_INET6,
    .net = "IPv6",
    .ttl = "hlim",
    .echo = "ICMPv6EchoRequest",
    .message = "ICMPv6",
    .self = "::1",
    .reply = 129,
};

/* ---- Which host, and from where. */

static int look_up(struct host *host, const struct host_opts *opts, struct addrinfo **found)
{
    struct addrinfo hints = { .ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST };

    hints.ai_family = opts->four ? AF_INET : opts->six ? AF_INET6 : AF_UNSPEC;
    host->numeric = !getaddrinfo(host->given, NULL, &hints, found);
    if (host->numeric)
        return 0;
    host->numeric = opts->numeric;
    hints.ai_flags = AI_CANONNAME;
    return getaddrinfo(host->given, NULL, &hints, found);
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
        inet_pton(sa->sa_family, is_six ? version_six.self : version_four.self, addr->bytes);
    if (!is_six || !six->sin6_scope_id || !if_indextoname(six->sin6_scope_id, zone))
        *zone = 0;
}

/* An address of ours: false: it is none. */
static bool find_source(struct host *host, const char *text)
{
    const struct addrinfo hints = { .ai_family = host->ip->af, .ai_flags = AI_NUMERICHOST };
    struct addrinfo *found;
    struct clv_addr addr;

    if (getaddrinfo(text, NULL, &hints, &found))
        return false;
    read_address(found->ai_addr, &addr, host->zone);
    freeaddrinfo(found);
    inet_ntop(host->ip->af, addr.bytes, host->source, sizeof host->source);
    return true;
}

/* A neighbour is meant: the interface that is named, whatever the kernel thinks of the way. */
static bool find_link(struct host *host, const char *name, struct clv_err *err)
{
    struct clv_iface iface;

    *err = (struct clv_err){ 0 };
    if (!clv_iface_find(name, &iface, err))
        return false;
    if (iface.index != host->route.iface.index)
        host->route = (struct clv_route){ .iface = iface, .src = host->route.src };
    return true;
}

static bool find_route(struct host *host, const struct host_opts *opts,
                       const struct addrinfo *found, struct clv_err *err)
{
    struct clv_addr dst;
    char zone[IF_NAMESIZE];

    host->ip = found->ai_family == AF_INET6 ? &version_six : &version_four;
    *host->source = *host->zone = 0;
    host->iface = opts->iface;
    if (opts->iface && find_source(host, opts->iface))
        host->iface = *host->zone ? host->zone : NULL;
    if (opts->source && !find_source(host, opts->source)) {
        snprintf(err->text, sizeof err->text, "--source '%s' is no %s address", opts->source,
                 host->ip == &version_six ? "IPv6" : "IPv4");
        return false;
    }
    read_address(found->ai_addr, &dst, zone);
    inet_ntop(found->ai_family, dst.bytes, host->addr, sizeof host->addr);
    if (*zone) {
        size_t n = strlen(host->addr);
        snprintf(host->addr + n, sizeof host->addr - n, "%%%s", zone);
    }
    const char *named = host->iface || !*zone ? host->iface : zone;
    if (!clv_route_find(&dst, named, &host->route, err) && !(opts->link && named))
        return false;
    if (opts->link && named && !find_link(host, named, err))
        return false;
    snprintf(host->link, sizeof host->link, "%s", named ? named : host->route.iface.name);
    return true;
}

static bool make_columns(struct host *host)
{
    struct clv_err err = { 0 };
    char list[64];

    snprintf(list, sizeof list, "%s.src,%s.%s", host->ip->net, host->ip->net, host->ip->ttl);
    host->columns = clv_columns_new(host->cli->clv, host->cli->arena, list, &err);
    if (!host->columns)
        tool_err(host->cli, &err);
    return host->columns;
}

bool host_find(struct host *host, struct cli *cli, const struct host_opts *opts, const char *given)
{
    struct addrinfo *found;
    struct clv_err err = { 0 };
    bool ok = false;

    *host = (struct host){ .cli = cli, .given = given };
    if (opts->four && opts->six) {
        tool_fail(cli, "only one -4 or -6 option may be specified");
        return false;
    }
    int rc = look_up(host, opts, &found);
    if (rc) {
        tool_fail(cli, "%s: %s", given, rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
        return false;
    }
    for (const struct addrinfo *one = found; one && !ok; one = one->ai_next) {
        err = (struct clv_err){ 0 };
        ok = find_route(host, opts, one, &err);
        if (!err.sys)
            break;
    }
    if (found->ai_canonname)
        snprintf(host->right, sizeof host->right, "%s", found->ai_canonname);
    freeaddrinfo(found);
    if (ok)
        return make_columns(host);
    if (err.sys && !host->iface)
        tool_fail(cli, "connect: %s", strerror(err.sys));
    else
        tool_fail(cli, "%s", err.text);
    return false;
}

/* ---- Packets. */

void host_print_layer(const struct host *host, unsigned ttl, uint16_t id, bool df,
                      struct clv_out *out)
{
    bool own = *host->source;
    char text[256];

    snprintf(text, sizeof text, "%s(dst='%s',%s%s%s%s=%u", host->ip->net, host->addr,
             own ? "src='" : "", host->source, own ? "'," : "", host->ip->ttl, ttl);
    clv_out_str(out, text);
    if (host->ip == &version_four) {
        snprintf(text, sizeof text, ",id=%u%s", id, df ? ",flags='DF'" : "");
        clv_out_str(out, text);
    }
    clv_out_str(out, ")");
}

/* The first layer that is an ICMP message; -1: none. */
static int find_message(const struct host *host, const struct clv_view *view)
{
    size_t n = strlen(host->ip->message);

    for (uint32_t i = 0; i < view->n; i++)
        if (!strncmp(view->layers[i].desc->name, host->ip->message, n))
            return (int)i;
    return -1;
}

bool host_read(const struct host *host, const struct clv_packet *answer, struct host_reply *reply)
{
    const struct clv_view *view = answer->view;
    char text[128];
    uint8_t addr[16];
    struct clv_out out;

    *reply = (struct host_reply){ .layer = find_message(host, view) };
    clv_out_init(&out, NULL, NULL);
    clv_print_columns(host->columns, view, &answer->frame, &out);
    snprintf(text, sizeof text, "%.*s", out.failed ? 0 : (int)out.len, out.buf ? out.buf : "");
    clv_out_free(&out);
    char *ttl = text + strcspn(text, "\t");
    reply->ttl = (unsigned)strtoul(ttl, NULL, 0);
    *ttl = 0;
    if (inet_pton(host->ip->af, text, addr) != 1)
        return false;
    host_address(host, addr, reply->src);
    if (reply->layer < 0)
        return true;
    const struct clv_layer *layer = &view->layers[reply->layer];
    const uint8_t *message = answer->bytes + layer->off;
    if (layer->end - layer->off < 8)
        return false;
    reply->type = message[0];
    reply->code = message[1];
    memcpy(reply->word, message + 4, 4);
    reply->echo = reply->type == host->ip->reply;
    reply->advice = host->ip == &version_four ? reply->type == 4 || reply->type == 5
                                              : reply->type >= 128 && !reply->echo;
    return true;
}

/* ---- Addresses and names. */

void host_address(const struct host *host, const uint8_t *bytes, char *text)
{
    inet_ntop(host->ip->af, bytes, text, HOST_ADDR);
    bool on_link = host->ip == &version_six && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
    size_t n = strlen(text);
    if (on_link)
        snprintf(text + n, HOST_ADDR - n, "%%%s", host->link);
}

static void ask_name(const char *addr, char *name, size_t size)
{
    const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST };
    struct addrinfo *found;

    if (getaddrinfo(addr, NULL, &hints, &found) ||
        getnameinfo(found->ai_addr, found->ai_addrlen, name, (socklen_t)size, NULL, 0, 0))
        *name = 0;
}

/* A name server may be slow or silent: a child asks it, so that ^C and the clock still count. */
static void find_name(struct host *host, const char *addr)
{
    int ends[2];
    bool told = false;

    *host->name = 0;
    if (pipe(ends))
        return;
    pid_t child = fork();
    if (!child) {
        ask_name(addr, host->name, sizeof host->name);
        _exit(write(ends[1], host->name, strlen(host->name)) < 0);
    }
    close(ends[1]);
    struct pollfd fd = { .fd = ends[0], .events = POLLIN };
    for (int waited = 0; child > 0 && waited < PATIENCE && !cli_stop && !told; waited += 50)
        if (poll(&fd, 1, 50) > 0) {
            ssize_t n = read(ends[0], host->name, sizeof host->name - 1);
            host->name[n > 0 ? n : 0] = 0;
            told = true;
        }
    close(ends[0]);
    host->silent += !told;
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
    }
}

const char *host_name(struct host *host, const char *addr)
{
    if (host->numeric)
        return NULL;
    if (strcmp(host->named, addr) != 0) {
        snprintf(host->named, sizeof host->named, "%s", addr);
        *host->name = 0;
        if (host->silent < SILENT)
            find_name(host, addr);
    }
    return *host->name && strcmp(host->name, addr) != 0 ? host->name : NULL;
}
