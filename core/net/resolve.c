/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The values of a draft that only the machine it leaves from knows: our addresses on the way to its
 * destination, and the neighbour's. The kernel is asked first; a neighbour it does not know is asked
 * by a request of our own, which is a draft like any other: no protocol is named here.
 */
#include "../model/draft.h"
#include "live.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct clv_addr everybody = { 6, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

static bool is_zero(const struct clv_addr *addr)
{
    for (int i = 0; i < addr->len; i++)
        if (addr->bytes[i])
            return false;
    return true;
}

/* ---- Asking a neighbour. */

static const struct clv_asker *find_asker(const struct clv_addr *hop)
{
    for (const struct clv_asker *asker = clv_askers; asker->addr_len; asker++)
        if (asker->addr_len == hop->len)
            return asker;
    return NULL;
}

/* Fill the address into the request's text. */
static size_t write_request(const char *request, const struct clv_addr *hop, const char *addr,
                            char *text, size_t room)
{
    const uint8_t *end = hop->bytes + hop->len;
    size_t n = 0;
    for (const char *s = request; *s && n + CLV_ADDR_TEXT < room; s++) {
        if (s[0] == '%' && s[1] == 's')
            n += (size_t)snprintf(text + n, room - n, "%s", addr);
        else if (s[0] == '%' && s[1] == 'x')
            n += (size_t)snprintf(text + n, room - n, "%02x:%02x%02x", end[-3], end[-2], end[-1]);
        else
            text[n++] = *s;
        s += s[0] == '%' && (s[1] == 's' || s[1] == 'x');
    }
    return n;
}

struct clv_draft *clv_neighbour_request(const struct clv *clv, const struct clv_addr *hop,
                                        struct clv_arena *arena, const struct clv_asker **asker,
                                        struct clv_err *err)
{
    char addr[CLV_ADDR_TEXT], text[512];
    clv_addr_text(hop, addr);
    *asker = find_asker(hop);
    if (!*asker) {
        clv_fail(err, CLV_NO_ROUTE,
                 "the hardware address of %s is not known, and no layer can ask for it", addr);
        return NULL;
    }
    const char *request = (*asker)->request;
    if (!strstr(request, "%s")) {
        clv_fail(err, CLV_BAD_TABLE, "a neighbour request has no place for the address: %s",
                 request);
        return NULL;
    }
    size_t n = write_request(request, hop, addr, text, sizeof text);
    struct clv_draft *draft = clv_parse(clv, arena, text, n, err);
    struct clv_addr dst;
    /* It must not need a neighbour itself. */
    if (draft && clv_draft_open_roles(draft) & 1u << CLV_LINK_DST &&
        !(clv_draft_target(draft, &dst, NULL) && clv_link_group(dst.bytes, dst.len))) {
        clv_fail(err, CLV_BAD_TABLE, "a neighbour request leaves its own destination open: %s",
                 request);
        return NULL;
    }
    return draft;
}

/* "b6:d9:a7:b4:f8:04", as columns print it. */
static bool read_peer(const char *text, size_t n, struct clv_addr *peer)
{
    *peer = (struct clv_addr){ 0 };
    while (n >= 2 && peer->len < sizeof peer->bytes) {
        unsigned byte;
        char pair[3] = { text[0], text[1], 0 };
        if (sscanf(pair, "%2x", &byte) != 1)
            return false;
        peer->bytes[peer->len++] = (uint8_t)byte;
        text += n > 2 ? 3 : 2;
        n -= n > 2 ? 3 : 2;
    }
    return peer->len;
}

bool clv_neighbour_read(const struct clv *clv, const struct clv_asker *asker,
                        const struct clv_view *answer, struct clv_arena *arena,
                        struct clv_addr *peer, struct clv_err *err)
{
    const struct clv_frame frame = { .link = -1 };
    struct clv_out out;
    struct clv_columns *columns = clv_columns_new(clv, arena, asker->answer, err);
    if (!columns)
        return false;
    clv_out_init(&out, NULL, NULL);
    clv_print_columns(columns, answer, &frame, &out);
    bool ok = read_peer(out.buf, out.len, peer) ||
              clv_fail(err, CLV_SYSTEM, "the answer's %s is no hardware address", asker->answer);
    clv_out_free(&out);
    return ok;
}

/* Send the request until it is answered, or for CLV_NEIGHBOUR_TRIES seconds. */
static bool ask(const struct clv_resolver *resolver, const struct clv_asker *asker,
                struct clv_draft *request, struct clv_route *route, struct clv_err *err)
{
    const struct clv_exchange_opts opts = {
        .iface = route->iface.name,
        .timeout = CLV_SECOND,
        .retry = CLV_NEIGHBOUR_TRIES - 1,
        .few = true,
        .stop = resolver->stop,
    };
    struct clv_exchange *exchange = clv_exchange_open(resolver->clv, &opts, err);
    struct clv_pair pair = { .id = 0 };
    bool ok = exchange && clv_exchange_send(exchange, request, NULL, NULL, NULL, err) &&
              clv_exchange_next(exchange, CLV_FOREVER, &pair, err) > 0 && pair.answer.bytes &&
              clv_neighbour_read(resolver->clv, asker, pair.answer.view, resolver->arena,
                                 &route->peer, err);
    clv_exchange_close(exchange);
    return ok;
}

static bool fail_silent(const struct clv_route *route, struct clv_err *err)
{
    char text[CLV_ADDR_TEXT];
    if (err && !err->code)
        err->sys = EHOSTDOWN;
    return clv_fail(err, CLV_NO_ROUTE, "no neighbour on %s answers for %s", route->iface.name,
                    clv_addr_text(clv_route_hop(route), text));
}

static bool ask_neighbour(const struct clv_resolver *resolver, struct clv_route *route,
                          struct clv_err *err)
{
    char text[CLV_ADDR_TEXT];
    struct clv_err why = { 0 };
    const struct clv_asker *asker;
    const struct clv_addr hop = *clv_route_hop(route);
    struct clv_draft *request = clv_neighbour_request(resolver->clv, &hop, resolver->arena, &asker,
                                                      &why);
    if (request && ask(resolver, asker, request, route, &why))
        return true;
    if (resolver->stop && *resolver->stop) {
        if (err && !err->code)
            err->sys = EINTR;
        return clv_fail(err, CLV_SYSTEM, "interrupted while asking for the hardware address of %s",
                        clv_addr_text(&hop, text));
    }
    if (!why.code)
        return fail_silent(route, err);
    if (err && !err->code)
        *err = why;
    return false;
}

/* ---- What our own requests brought, for a moment. */

static bool is_about(const struct clv_neighbour *k, const struct clv_route *route)
{
    const struct clv_addr *hop = clv_route_hop(route);
    return k->index == route->iface.index && k->addr.len == hop->len &&
           !memcmp(k->addr.bytes, hop->bytes, hop->len);
}

const struct clv_neighbour *clv_neighbour_find(const struct clv_neighbour *known,
                                               const struct clv_route *route)
{
    for (int i = 0; i < CLV_NEIGHBOURS; i++)
        if (is_about(&known[i], route))
            return known[i].until > clv_now() ? &known[i] : NULL;
    return NULL;
}

void clv_neighbour_keep(struct clv_neighbour *known, const struct clv_route *route,
                        const struct clv_addr *peer)
{
    struct clv_neighbour *slot = known;
    for (int i = 0; i < CLV_NEIGHBOURS && !is_about(slot, route); i++)
        if (is_about(&known[i], route) || known[i].until < slot->until)
            slot = &known[i];
    slot->index = route->iface.index;
    slot->addr = *clv_route_hop(route);
    slot->peer = *peer;
    slot->until = clv_now() + (peer->len ? 30 : 3) * CLV_SECOND;
}

/* later: to leave the neighbour unasked is fine. */
static bool find_peer(const struct clv_resolver *resolver, struct clv_route *route, bool later,
                      struct clv_err *err)
{
    const struct clv_neighbour *kept = NULL;
    struct clv_err why = { 0 };
    if (clv_netlink_peer(resolver->netlink, route))
        return true;
    if (route->iface.flags & CLV_IFACE_NO_NEIGHBOURS) {
        route->peer = route->iface.addr;
        return true;
    }
    if (resolver->known)
        kept = clv_neighbour_find(resolver->known, route);
    if (kept)
        route->peer = kept->peer;
    if (later || (kept && kept->peer.len))
        return true;
    if (kept)
        return fail_silent(route, err);
    bool ok = ask_neighbour(resolver, route, &why);
    if (resolver->known && (ok || why.sys == EHOSTDOWN))
        clv_neighbour_keep(resolver->known, route, &route->peer);
    if (!ok && err && !err->code)
        *err = why;
    return ok;
}

/* ---- The draft. */

/* Does the packet itself ask or answer neighbours? Then everybody on the link is meant. */
static bool is_asker(const struct clv_draft *draft, uint32_t net)
{
    const char *name = clv_draft_layer(draft, net)->name;
    size_t n = strlen(name);
    for (const struct clv_asker *asker = clv_askers; asker->addr_len; asker++)
        if (!strncmp(asker->answer, name, n) && asker->answer[n] == '.')
            return true;
    return false;
}

static bool find_route(const struct clv_resolver *resolver, const struct clv_addr *dst,
                       const struct clv_addr *src, bool own_link, struct clv_route *route,
                       struct clv_err *err)
{
    struct clv_err why = { 0 };
    const struct clv_addr none = { 0 };
    bool found = clv_netlink_route(resolver->netlink, dst, src, resolver->iface, route, &why);
    const struct clv_addr own = route->src;
    /* A whole frame for a named interface needs no route, nor one that stays inside this host. */
    bool frame = own_link && resolver->iface, inside = route->asked != route->iface.index;
    if (found && !(frame && inside))
        return true;
    if (frame && (found || why.code == CLV_NO_ROUTE) &&
        clv_netlink_route(resolver->netlink, &none, NULL, resolver->iface, route, NULL)) {
        route->src = own;
        return true;
    }
    if (err && !err->code)
        *err = why;
    return false;
}

static void give(struct clv_draft *draft, unsigned open, enum clv_role role,
                 const struct clv_addr *addr)
{
    if (open & 1u << role && addr->len)
        clv_draft_give_role(draft, role, addr);
}

/* Where the draft goes, and through which interface if its address says so. */
static bool find_target(struct clv_resolver *resolver, struct clv_draft *draft,
                        struct clv_addr *dst, uint32_t *net, char *zone, struct clv_err *err)
{
    struct stack stack;
    struct bytes name = { 0 };
    if (!clv_imply(draft, resolver->arena, &stack, err))
        return false;
    if (!clv_draft_aim(draft, true, dst, net, &name) || is_zero(dst))
        dst->len = 0;
    if (!name.n)
        return true;
    if (name.n >= IF_NAMESIZE)
        return clv_fail(err, CLV_NO_ROUTE, "no interface has a name as long as '%.*s'",
                        (int)(name.n < 64 ? name.n : 64), (const char *)name.p);
    snprintf(zone, IF_NAMESIZE, "%.*s", (int)name.n, (const char *)name.p);
    unsigned long index = strtoul(zone, NULL, 10);
    if (strspn(zone, "0123456789") == strlen(zone) && !if_nametoindex(zone))
        if_indextoname((unsigned)index, zone);
    if (resolver->iface && strcmp(zone, resolver->iface))
        return clv_fail(err, CLV_NO_ROUTE, "the packet goes through %s, by its address, not %s",
                        zone, resolver->iface);
    resolver->iface = zone;
    return true;
}

bool clv_resolve_draft(const struct clv_resolver *given, struct clv_draft *draft, enum clv_how how,
                       struct clv_route *route, struct clv_err *err)
{
    struct clv_resolver mine = *given, *resolver = &mine;
    struct clv_addr dst = { 0 };
    char zone[IF_NAMESIZE];
    uint32_t net = 0;
    unsigned open = clv_draft_open_roles(draft);
    bool peer_open = open & 1u << CLV_LINK_DST, full = how == CLV_FULL;
    if (!find_target(resolver, draft, &dst, &net, zone, full ? err : NULL))
        return !full;
    bool targeted = dst.len, own_link = net > 0 || !targeted;
    /* A group's hardware address needs no route: the build knows it. */
    bool group = clv_link_group(dst.bytes, dst.len);
    if (!targeted && !resolver->iface && !full) {
        give(draft, open, CLV_LINK_DST, &everybody);
        return true;
    }
    struct clv_addr src = resolver->source ? *resolver->source : (struct clv_addr){ 0 };
    if (targeted && !(open & 1u << CLV_NET_SRC))
        clv_draft_source(draft, net, &src);
    if (!find_route(resolver, &dst, &src, own_link && !peer_open, route, full ? err : NULL)) {
        if (!group)
            give(draft, open, CLV_LINK_DST, &everybody);
        return !full;
    }
    if (!targeted || is_asker(draft, net))
        route->peer = route->iface.broadcast;
    else if (full && route->iface.link != LINK_RAW && (peer_open || !own_link) &&
             !find_peer(resolver, route, resolver->later && !peer_open, err))
        return false;
    /* As Scapy builds it: on the loopback interface, and to the unknown, to everybody. */
    if (!full && !route->peer.len && !group &&
        (route->iface.flags & CLV_IFACE_LOOPBACK || !peer_open ||
         !clv_netlink_peer(resolver->netlink, route)))
        route->peer = everybody;
    if (resolver->source && resolver->source->len && resolver->source->len == dst.len)
        route->src = *resolver->source;
    give(draft, open, CLV_NET_SRC, &route->src);
    give(draft, open, CLV_LINK_SRC, &route->iface.addr);
    give(draft, open, CLV_LINK_DST, &route->peer);
    return true;
}

bool clv_resolve(const struct clv *clv, struct clv_draft *draft, struct clv_arena *arena,
                 enum clv_how how, const char *iface, struct clv_route *route, struct clv_err *err)
{
    struct clv_netlink netlink;
    struct clv_route mine;
    struct clv_resolver resolver = {
        .clv = clv, .netlink = &netlink, .arena = arena, .iface = iface
    };
    if (how == CLV_LOCAL && !route && !clv_draft_open_roles(draft))
        return true;
    if (!route)
        route = &mine;
    *route = (struct clv_route){ .iface.link = -1 };
    if (!clv_netlink_open(&netlink, false, how == CLV_FULL ? err : NULL))
        return how == CLV_LOCAL;
    bool ok = clv_resolve_draft(&resolver, draft, how, route, err);
    clv_netlink_close(&netlink);
    return ok;
}
