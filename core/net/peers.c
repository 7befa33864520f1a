/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbours that probes wait for. Each is asked by an exchange of its interface; its probes are held
 * meanwhile. All tables are of fixed size: where one is full, the caller waits. A held probe is in
 * exactly one list: its peer's, again, told, dead; or its place is free.
 */
#include "live.h"

#include <stdlib.h>
#include <string.h>

enum { WAYS = 4, KNOWN_FOR = 30, SILENT_FOR = 30 };

bool clv_peers_open(struct clv_peers *peers, const struct clv *clv,
                    const struct clv_prober_opts *opts, struct clv_err *err)
{
    *peers = (struct clv_peers){ .clv = clv, .opts = opts };
    peers->table = calloc(CLV_PEERS, sizeof *peers->table);
    peers->held = calloc(CLV_HELD, sizeof *peers->held);
    peers->arena = clv_arena_new(NULL, 0);
    if (!peers->table || !peers->held || !peers->arena)
        return clv_fail_memory(err);
    for (uint32_t i = 0; i < CLV_HELD; i++)
        peers->held[i].next = i + 1 < CLV_HELD ? i + 2 : 0;
    peers->free = (struct clv_waits){ 1, CLV_HELD };
    return true;
}

void clv_peers_close(struct clv_peers *peers)
{
    for (uint32_t i = 0; i < peers->naskers; i++) {
        clv_exchange_close(peers->askers[i].exchange);
        free(peers->askers[i].peers);
    }
    free(peers->table);
    free(peers->held);
    clv_arena_free(peers->arena);
}

/* ---- Lists of held probes. */

static void line_add(struct clv_peers *peers, struct clv_waits *line, uint32_t at)
{
    peers->held[at - 1].next = 0;
    if (line->last)
        peers->held[line->last - 1].next = at;
    else
        line->first = at;
    line->last = at;
}

static uint32_t line_take(struct clv_peers *peers, struct clv_waits *line)
{
    uint32_t at = line->first;
    if (at)
        line->first = peers->held[at - 1].next;
    if (!line->first)
        line->last = 0;
    return at;
}

bool clv_peers_take(struct clv_peers *peers, struct clv_waits *line, struct clv_held *held)
{
    uint32_t at = line_take(peers, line);
    if (!at)
        return false;
    *held = peers->held[at - 1];
    line_add(peers, &peers->free, at);
    peers->nheld--;
    return true;
}

/* ---- The table. */

static bool is_about(const struct clv_peer *peer, const struct clv_route *route)
{
    const struct clv_addr *hop = clv_route_hop(route);
    return peer->index == route->iface.index && peer->addr.len == hop->len &&
           !memcmp(peer->addr.bytes, hop->bytes, hop->len);
}

struct clv_peer *clv_peers_find(struct clv_peers *peers, const struct clv_route *route)
{
    const struct clv_addr *hop = clv_route_hop(route);
    uint64_t hash = (uint64_t)route->iface.index;
    int64_t now = clv_now();
    for (int i = 0; i < hop->len; i++)
        hash = hash * 257 + hop->bytes[i];
    struct clv_peer *set = &peers->table[clv_mix(hash) % (CLV_PEERS / WAYS) * WAYS], *room = NULL;
    for (int i = 0; i < WAYS; i++) {
        struct clv_peer *peer = &set[i];
        bool due = peer->state != CLV_PEER_ASKED && peer->until <= now;
        if (peer->index && is_about(peer, route)) {
            if (due)
                peer->state = CLV_PEER_NEW;
            return peer;
        }
        if (peer->state != CLV_PEER_ASKED && (!room || peer->until < room->until))
            room = peer;
    }
    if (room)
        *room = (struct clv_peer){ .index = route->iface.index, .addr = *hop };
    return room;
}

/* ---- Asking. */

static struct clv_peer_asker *find_asker(struct clv_peers *peers, const struct clv_route *route,
                                         struct clv_err *err)
{
    for (uint32_t i = 0; i < peers->naskers; i++)
        if (peers->askers[i].index == route->iface.index)
            return &peers->askers[i];
    if (peers->naskers == CLV_PEER_ASKERS) {
        clv_fail(err, CLV_LIMIT, "neighbours are asked for on at most %d interfaces",
                 CLV_PEER_ASKERS);
        return NULL;
    }
    struct clv_peer_asker *asker = &peers->askers[peers->naskers];
    *asker = (struct clv_peer_asker){ .index = route->iface.index };
    memcpy(asker->name, route->iface.name, sizeof asker->name);
    const struct clv_exchange_opts opts = {
        .iface = asker->name,
        .source = peers->opts->source,
        .timeout = CLV_SECOND,
        .retry = CLV_NEIGHBOUR_TRIES - 1,
        .stop = peers->opts->stop,
    };
    asker->peers = calloc(CLV_PEERS, sizeof *asker->peers);
    if (!asker->peers) {
        clv_fail_memory(err);
        return NULL;
    }
    asker->exchange = clv_exchange_open(peers->clv, &opts, err);
    if (asker->exchange) {
        peers->naskers++;
        return asker;
    }
    free(asker->peers);
    return NULL;
}

static enum clv_fate ask(struct clv_peers *peers, struct clv_peer *peer,
                         const struct clv_route *route, struct clv_err *err)
{
    uint64_t id;
    struct clv_peer_asker *asker = find_asker(peers, route, err);
    clv_arena_reset(peers->arena);
    if (!asker)
        return CLV_PROBE_FAILED;
    if (peers->nasked == CLV_PEER_ASKS || asker->peers[(asker->last + 1) % CLV_PEERS])
        return CLV_PROBE_FULL;
    struct clv_draft *request = clv_neighbour_request(peers->clv, &peer->addr, peers->arena,
                                                      &peer->asker, err);
    if (!request || !clv_exchange_send(asker->exchange, request, NULL, &id, NULL, err))
        return CLV_PROBE_FAILED;
    asker->last = id;
    asker->peers[id % CLV_PEERS] = (uint32_t)(peer - peers->table) + 1;
    peer->state = CLV_PEER_ASKED;
    peers->nasked++;
    return CLV_PROBE_HELD;
}

enum clv_fate clv_peers_hold(struct clv_peers *peers, struct clv_peer *peer,
                             const struct clv_route *route, const struct clv_probe *probe,
                             struct clv_err *err)
{
    uint32_t at = peers->free.first;
    struct clv_waits line = { peer->first, peer->last };
    enum clv_fate fate = CLV_PROBE_HELD;
    if (!at)
        return CLV_PROBE_FULL;
    if (peer->state == CLV_PEER_NEW && (fate = ask(peers, peer, route, err)) != CLV_PROBE_HELD)
        return fate;
    line_take(peers, &peers->free);
    peers->held[at - 1].probe = *probe;
    peers->nheld++;
    if (peer->state == CLV_PEER_ASKED) {
        line_add(peers, &line, at);
        peer->first = line.first;
        peer->last = line.last;
        return CLV_PROBE_HELD;
    }
    peers->held[at - 1].peer = peer->peer;
    line_add(peers, peer->state == CLV_PEER_KNOWN ? &peers->told : &peers->dead, at);
    return CLV_PROBE_HELD;
}

/* The peer has answered, or will not: so its probes go on. */
static void settle(struct clv_peers *peers, struct clv_peer *peer, const struct clv_pair *pair)
{
    struct clv_waits line = { peer->first, peer->last };
    uint32_t at;
    peer->peer.len = 0;
    clv_arena_reset(peers->arena);
    if (pair->answer.bytes)
        clv_neighbour_read(peers->clv, peer->asker, pair->answer.view, peers->arena, &peer->peer,
                           NULL);
    peer->state = peer->peer.len ? CLV_PEER_KNOWN : CLV_PEER_SILENT;
    peer->until = clv_now() + (peer->peer.len ? KNOWN_FOR : SILENT_FOR) * CLV_SECOND;
    peer->first = peer->last = 0;
    peers->nasked--;
    while ((at = line_take(peers, &line))) {
        struct clv_held *held = &peers->held[at - 1];
        held->peer = peer->peer;
        line_add(peers,
                 !peer->peer.len   ? &peers->dead
                 : held->probe.ask ? &peers->told
                                   : &peers->again,
                 at);
    }
}

bool clv_peers_read(struct clv_peers *peers, struct clv_err *err)
{
    struct clv_pair pair;
    int got = 0;
    for (uint32_t i = 0; i < peers->naskers; i++) {
        struct clv_peer_asker *asker = &peers->askers[i];
        while ((got = clv_exchange_next(asker->exchange, 0, &pair, err)) > 0) {
            uint32_t *at = &asker->peers[pair.id % CLV_PEERS];
            if (*at)
                settle(peers, &peers->table[*at - 1], &pair);
            *at = 0;
        }
        if (got < 0)
            return false;
    }
    return true;
}
