/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The captures of an exchange. A port exists before the first request leaves through its interface,
 * and its filter lets in the answers to all requests sent there so far.
 */
#include "live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILTER_ROOM = 8192 };

/* A filter of our own making that libpcap cannot compile for this link gives way to none. */
static bool set_filter(const struct clv_ports *ports, struct clv_port *port, char *filter,
                       struct clv_err *err)
{
    free(port->filter);
    port->filter = filter;
    if (clv_capture_refilter(port->capture, filter, ports->strict ? err : NULL))
        return true;
    free(port->filter);
    port->filter = NULL;
    return !ports->strict && clv_capture_refilter(port->capture, "", err);
}

/* "old or (more)", or "(more)". NULL: err. */
static char *join(const char *old, const char *more, struct clv_err *err)
{
    size_t before = old ? strlen(old) : 0, after = strlen(more);
    char *text = malloc(before + after + 8), *to = text;
    if (!text) {
        clv_fail_memory(err);
        return NULL;
    }
    if (old) {
        memcpy(to, old, before);
        memcpy(to + before, " or ", 4);
        to += before + 4;
    }
    *to++ = '(';
    memcpy(to, more, after);
    memcpy(to + after, ")", 2);
    return text;
}

static bool widen(const struct clv_ports *ports, struct clv_port *port, const char *more,
                  struct clv_err *err)
{
    char part[FILTER_ROOM];
    if (!port->filter)
        return true;
    snprintf(part, sizeof part, "(%s)", more);
    if (*more && strstr(port->filter, part))
        return true;
    if (!*more || strlen(port->filter) + strlen(more) > FILTER_ROOM / 2)
        return set_filter(ports, port, NULL, err);
    char *both = join(port->filter, more, err);
    return both && set_filter(ports, port, both, err);
}

static bool open_port(struct clv_ports *ports, const struct clv_iface *iface, const char *filter,
                      struct clv_err *err)
{
    const struct clv_capture_opts opts = {
        .iface = iface->name,
        .buffer = ports->buffer,
        .snaplen = ports->snaplen,
        .bulk = ports->bulk,
        .few = ports->few,
        .promisc = ports->promisc,
        .inbound = true,
        .stop = ports->stop,
    };
    if (ports->n == CLV_PORTS)
        return clv_fail(err, CLV_LIMIT, "an exchange uses at most %d interfaces", CLV_PORTS);
    struct clv_port *port = &ports->ports[ports->n];
    *port = (struct clv_port){ .index = iface->index };
    port->capture = clv_capture_open(&opts, err);
    if (!port->capture)
        return false;
    ports->n++;
    if (!*filter)
        return true;
    char *text = join(NULL, filter, err);
    return text && set_filter(ports, port, text, err);
}

bool clv_ports_ready(struct clv_ports *ports, const struct clv_iface *iface, const char *filter,
                     struct clv_err *err)
{
    for (uint32_t i = 0; i < ports->n; i++)
        if (ports->ports[i].index == iface->index)
            return widen(ports, &ports->ports[i], filter, err);
    return open_port(ports, iface, filter, err);
}

int clv_ports_read(struct clv_ports *ports, const struct clv_port **port, struct clv_frame *frame,
                   const uint8_t **bytes, struct clv_err *err)
{
    for (uint32_t i = 0; i < ports->n; i++) {
        *port = &ports->ports[ports->turn++ % ports->n];
        int rc = clv_capture_next((*port)->capture, 0, frame, bytes, err);
        if (rc)
            return rc;
    }
    return 0;
}

bool clv_ports_wait(struct clv_ports *ports, int64_t deadline, struct clv_err *err)
{
    struct pollfd fds[CLV_PORTS];
    for (uint32_t i = 0; i < ports->n; i++)
        fds[i] = (struct pollfd){ .fd = clv_capture_fd(ports->ports[i].capture), .events = POLLIN };
    return clv_wait(fds, ports->n, deadline, ports->stop, err);
}

void clv_ports_stats(struct clv_ports *ports, struct clv_capture_stats *stats)
{
    *stats = (struct clv_capture_stats){ 0 };
    for (uint32_t i = 0; i < ports->n; i++) {
        struct clv_capture_stats now;
        clv_capture_stats(ports->ports[i].capture, &now);
        stats->received += now.received;
        stats->dropped += now.dropped;
        stats->dropped_iface += now.dropped_iface;
    }
}

uint64_t clv_ports_dropped(struct clv_ports *ports)
{
    struct clv_capture_stats stats;
    clv_ports_stats(ports, &stats);
    return stats.dropped + stats.dropped_iface;
}

void clv_ports_close(struct clv_ports *ports)
{
    for (uint32_t i = 0; i < ports->n; i++) {
        clv_capture_close(ports->ports[i].capture);
        free(ports->ports[i].filter);
    }
    ports->n = 0;
}
