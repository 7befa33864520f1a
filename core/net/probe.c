/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Probes: packets of a kind are patched from its first one, by the values that each brings, and handed
 * to the kernel many at a time. The way to a destination is kept for a second, in a table of fixed
 * size; nothing else is kept of what was sent.
 */
#include "../model/draft.h"
#include "live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { KINDS = 64, MAKERS = 4, WAYS = 2048, SLICE = 20000000, SNAPLEN = 2048, ROOM = 256 << 10 };

/* The packets of one kind from one of our addresses. */
struct mould {
    struct clv_addr src;
    struct clv_arena *arena;
    struct clv_maker *maker; /* NULL: not made yet */
    char *filter;            /* for what comes back to that address */
};

struct kind {
    struct clv_draft *all;  /* with its sets */
    struct clv_draft *open; /* without a destination */
    struct mould moulds[MAKERS];
    uint32_t turn;
};

struct way {
    struct clv_addr dst;
    int64_t until;
    struct clv_parcel parcel;
    uint8_t head[CLV_HEADER_ROOM];
};

/* Packets side by side that leave through one exit. */
struct batch {
    struct clv_parcel parcel;
    struct iovec packets[CLV_BURST];
    uint32_t n;
    size_t used;
    uint8_t *room;
};

struct clv_prober {
    const struct clv *clv;
    struct clv_prober_opts opts;
    struct clv_sender *sender;
    struct clv_arena *kept, *scratch;
    struct clv_ports ports;
    struct clv_peers peers;
    struct kind kinds[KINDS];
    int nkinds;
    struct way *ways;
    struct batch batch;
    struct clv_prober_stats stats;
    struct clv_view view;
};

struct clv_prober *clv_prober_open(const struct clv *clv, const struct clv_prober_opts *opts,
                                   struct clv_err *err)
{
    struct clv_prober *prober = calloc(1, sizeof *prober);
    if (!prober) {
        clv_fail_memory(err);
        return NULL;
    }
    prober->clv = clv;
    prober->opts = *opts;
    prober->ports = (struct clv_ports){ .clv = clv,
                                        .buffer = opts->buffer ? opts->buffer : 32 << 20,
                                        .snaplen = SNAPLEN,
                                        .bulk = true,
                                        .stop = opts->stop };
    const struct clv_sender_opts out = { .iface = opts->iface,
                                         .source = opts->source,
                                         .stop = opts->stop };
    prober->kept = clv_arena_new(NULL, 0);
    prober->scratch = clv_arena_new(NULL, 0);
    prober->ways = calloc(WAYS, sizeof *prober->ways);
    prober->batch.room = malloc(ROOM);
    bool ok = prober->kept && prober->scratch && prober->ways && prober->batch.room;
    if (!ok)
        clv_fail_memory(err);
    ok = clv_peers_open(&prober->peers, clv, &prober->opts, err) && ok;
    if (ok && (prober->sender = clv_sender_new(clv, &out, true, err)))
        return prober;
    clv_prober_close(prober);
    return NULL;
}

void clv_prober_close(struct clv_prober *prober)
{
    if (!prober)
        return;
    for (int i = 0; i < prober->nkinds; i++)
        for (int k = 0; k < MAKERS; k++) {
            clv_arena_free(prober->kinds[i].moulds[k].arena);
            free(prober->kinds[i].moulds[k].filter);
        }
    clv_ports_close(&prober->ports);
    clv_peers_close(&prober->peers);
    clv_sender_close(prober->sender);
    clv_arena_free(prober->kept);
    clv_arena_free(prober->scratch);
    free(prober->ways);
    free(prober->batch.room);
    free(prober);
}

/* ---- Kinds. */

/* The draft without its destination: the field that a route depends on. */
static bool open_target(struct clv_draft *draft, struct clv_arena *arena, struct clv_err *err)
{
    struct clv_addr dst;
    uint32_t net = 0;
    if (!clv_draft_target(draft, &dst, &net) || net)
        return clv_fail(err, CLV_BAD_TEXT, "a probe begins with a network layer");
    const struct node *node = draft->first;
    for (uint32_t i = 0; i < node->layer->n; i++)
        if (node->layer->rows[i].f->role == CLV_NET_DST)
            return clv_draft_set(draft, arena, 0, node->layer->rows[i].f->name, NULL, err);
    return clv_fail(err, CLV_BAD_TEXT, "a probe begins with a network layer");
}

int clv_prober_kind(struct clv_prober *prober, const char *text, struct clv_err *err)
{
    struct kind *kind = &prober->kinds[prober->nkinds];
    if (prober->nkinds == KINDS) {
        clv_fail(err, CLV_LIMIT, "more than %d kinds of probes", KINDS);
        return -1;
    }
    *kind = (struct kind){ .all = clv_parse(prober->clv, prober->kept, text, strlen(text), err) };
    if (!kind->all)
        return -1;
    kind->open = clv_draft_pick(kind->all, 0, 0, prober->kept, err);
    if (!kind->open || !open_target(kind->open, prober->kept, err))
        return -1;
    return prober->nkinds++;
}

/* The capture filter for answers to these packets; an address of zeros is none yet. */
static bool make_filter(struct mould *mould, const struct clv_draft *draft, struct clv_err *err)
{
    static const uint8_t zeros[sizeof mould->src.bytes];
    struct clv_out out;
    clv_out_init(&out, NULL, NULL);
    if (!memcmp(mould->src.bytes, zeros, mould->src.len) ||
        !clv_answer_filter(draft, mould->arena, &out))
        out.len = 0;
    clv_out_chr(&out, 0);
    free(mould->filter);
    mould->filter = out.failed ? NULL : strdup(out.buf);
    clv_out_free(&out);
    return mould->filter || clv_fail_memory(err);
}

/* Its packets from this address of ours. */
static struct mould *find_mould(struct kind *kind, const struct clv_addr *src, struct clv_err *err)
{
    for (int i = 0; i < MAKERS; i++) {
        struct mould *m = &kind->moulds[i];
        if (m->maker && m->src.len == src->len && !memcmp(m->src.bytes, src->bytes, src->len))
            return m;
    }
    struct mould *mould = &kind->moulds[kind->turn++ % MAKERS];
    mould->maker = NULL;
    mould->src = *src;
    if (!mould->arena && !(mould->arena = clv_arena_new(NULL, 0))) {
        clv_fail_memory(err);
        return NULL;
    }
    clv_arena_reset(mould->arena);
    struct clv_draft *draft = clv_draft_copy(kind->all, mould->arena);
    if (!draft) {
        clv_fail_memory(err);
        return NULL;
    }
    clv_draft_give_role(draft, CLV_NET_SRC, src);
    if (make_filter(mould, draft, err))
        mould->maker = clv_maker_new(draft, mould->arena, 0, err);
    return mould->maker ? mould : NULL;
}

/* ---- Ways. */

static bool find_way(struct clv_prober *prober, struct kind *kind, struct way *way,
                     struct clv_err *err)
{
    struct clv_parcel *parcel = &way->parcel;
    clv_arena_reset(prober->scratch);
    struct clv_draft *draft = clv_draft_copy(kind->open, prober->scratch);
    if (!draft)
        return clv_fail_memory(err);
    clv_draft_give_role(draft, CLV_NET_DST, &way->dst);
    if (!clv_sender_pack(prober->sender, draft, NULL, parcel, err))
        return false;
    memcpy(way->head, parcel->bytes, parcel->head);
    parcel->bytes = NULL;
    if (!parcel->route.src.len)
        parcel->route.src.len = way->dst.len; /* none: zeros */
    const struct mould *mould = find_mould(kind, &parcel->route.src, err);
    if (!mould || !clv_sender_ready(prober->sender, parcel, err) ||
        !clv_ports_ready(&prober->ports, &parcel->route.iface, mould->filter, err))
        return false;
    way->until = clv_now() + CLV_SECOND;
    return true;
}

static struct way *get_way(struct clv_prober *prober, const struct clv_probe *probe,
                           struct clv_err *err)
{
    uint64_t hash = 0;
    for (int i = 0; i < probe->dst.len; i++)
        hash = hash * 257 + probe->dst.bytes[i];
    struct way *way = &prober->ways[clv_mix(hash) % WAYS];
    bool same = way->dst.len == probe->dst.len &&
                !memcmp(way->dst.bytes, probe->dst.bytes, probe->dst.len);
    if (same && way->until > clv_now())
        return way;
    way->dst = probe->dst;
    if (find_way(prober, &prober->kinds[probe->kind], way, err))
        return way;
    way->dst.len = 0;
    return NULL;
}

/* Does the destination itself answer for its hardware address? */
static bool is_neighbour(const struct clv_parcel *parcel)
{
    const struct clv_route *route = &parcel->route;
    return !parcel->raw && route->reach == CLV_REACH_HOST && !route->via.len &&
           !(route->iface.flags & (CLV_IFACE_NO_NEIGHBOURS | CLV_IFACE_LOOPBACK));
}

static bool put_head(struct clv_prober *prober, struct way *way, const struct clv_addr *peer,
                     struct clv_err *err)
{
    uint32_t n;
    way->parcel.route.peer = *peer;
    const uint8_t *head = clv_sender_header(prober->sender, &way->parcel, &n, err);
    if (!head)
        return false;
    memcpy(way->head, head, n);
    way->parcel.head = n;
    way->parcel.bare = false;
    return true;
}

/* Is the next hop's hardware address there, or not needed? CLV_PROBE_SENT: it is. */
static enum clv_fate meet(struct clv_prober *prober, struct way *way, const struct clv_probe *probe,
                          struct clv_err *err)
{
    bool ask = probe->ask && is_neighbour(&way->parcel);
    if (!ask && !way->parcel.bare)
        return CLV_PROBE_SENT;
    struct clv_peer *peer = clv_peers_find(&prober->peers, &way->parcel.route);
    if (!peer)
        return CLV_PROBE_FULL;
    if (!ask && peer->state == CLV_PEER_SILENT)
        return CLV_PROBE_SILENT;
    if (!ask && peer->state == CLV_PEER_KNOWN)
        return put_head(prober, way, &peer->peer, err) ? CLV_PROBE_SENT : CLV_PROBE_FAILED;
    return clv_peers_hold(&prober->peers, peer, &way->parcel.route, probe, err);
}

/* ---- Sending. */

/* Is it the interface that is out of order, and not the way to one destination? */
static bool is_fatal(const struct clv_err *why)
{
    return why->code == CLV_DENIED || why->sys == ENETDOWN || why->sys == ENXIO ||
           why->sys == ENODEV || !why->sys;
}

static bool flush(struct clv_prober *prober, struct clv_err *err)
{
    struct batch *batch = &prober->batch;
    for (uint32_t at = 0; at < batch->n;) {
        struct clv_err why = { 0 };
        int n = clv_sender_post_many(prober->sender, &batch->parcel, batch->packets + at,
                                     batch->n - at, &why);
        if (n < 0 && is_fatal(&why)) {
            batch->n = 0;
            if (err && !err->code)
                *err = why;
            return false;
        }
        if (n < 0 && !prober->stats.unsent++)
            prober->stats.why = why;
        prober->stats.last = clv_now();
        if (!prober->stats.first)
            prober->stats.first = prober->stats.last;
        prober->stats.sent += n < 0 ? 0 : (uint64_t)n;
        at += n < 0 ? 1 : (uint32_t)n;
    }
    batch->n = 0;
    batch->used = 0;
    return true;
}

static bool post(struct clv_prober *prober, const struct way *way, const uint8_t *bytes,
                 uint32_t len, struct clv_err *err)
{
    struct batch *batch = &prober->batch;
    const struct clv_parcel *parcel = &way->parcel, *last = &batch->parcel;
    size_t size = parcel->head + len;
    bool same = last->route.iface.index == parcel->route.iface.index && last->raw == parcel->raw &&
                last->six == parcel->six && last->route.asked == parcel->route.asked;
    if (size > ROOM)
        return clv_fail(err, CLV_LIMIT, "a probe of %zu bytes is too long", size);
    if (batch->n && (!same || batch->n == CLV_BURST || batch->used + size > ROOM) &&
        !flush(prober, err))
        return false;
    uint8_t *to = batch->room + batch->used;
    memcpy(to, way->head, parcel->head);
    memcpy(to + parcel->head, bytes, len);
    batch->parcel = *parcel;
    batch->packets[batch->n++] = (struct iovec){ to, size };
    batch->used += size;
    return true;
}

enum clv_fate clv_prober_put(struct clv_prober *prober, const struct clv_probe *probe,
                             struct clv_err *err)
{
    struct kind *kind = &prober->kinds[probe->kind];
    struct way *way = get_way(prober, probe, err);
    uint32_t len;
    if (!way)
        return CLV_PROBE_FAILED;
    enum clv_reach reach = way->parcel.route.reach;
    if (!prober->opts.groups && (reach == CLV_REACH_BROADCAST || reach == CLV_REACH_MULTICAST))
        return CLV_PROBE_GROUP;
    enum clv_fate fate = meet(prober, way, probe, err);
    if (fate != CLV_PROBE_SENT)
        return fate;
    const struct mould *mould = find_mould(kind, &way->parcel.route.src, err);
    const uint8_t *bytes = mould ? clv_maker_put(mould->maker, &probe->dst, probe->values,
                                                 CLV_PROBE_VALUES, &len, err)
                                 : NULL;
    return bytes && post(prober, way, bytes, len, err) ? CLV_PROBE_SENT : CLV_PROBE_FAILED;
}

bool clv_prober_again(struct clv_prober *prober, struct clv_probe *probe)
{
    struct clv_held held;
    if (!clv_peers_take(&prober->peers, &prober->peers.again, &held))
        return false;
    *probe = held.probe;
    return true;
}

uint32_t clv_prober_held(const struct clv_prober *prober)
{
    return prober->peers.nheld;
}

uint64_t clv_prober_sent(const struct clv_prober *prober)
{
    uint64_t sum = prober->stats.sent + prober->batch.n;
    for (uint32_t i = 0; i < prober->peers.naskers; i++)
        sum += prober->peers.askers[i].exchange->stats.sent;
    return sum;
}

/* ---- Events. */

static bool take_held(struct clv_prober *prober, struct clv_event *event)
{
    struct clv_held held;
    bool told = clv_peers_take(&prober->peers, &prober->peers.told, &held);
    if (!told && !clv_peers_take(&prober->peers, &prober->peers.dead, &held))
        return false;
    event->type = told ? CLV_EVENT_PEER : CLV_EVENT_SILENT;
    event->probe = held.probe;
    event->peer = held.peer;
    return true;
}

/* 1: a frame, split; 0: none is there; -1: err. */
static int take_frame(struct clv_prober *prober, struct clv_event *event, struct clv_err *err)
{
    const struct clv_port *port;
    const uint8_t *bytes;
    int rc = clv_ports_read(&prober->ports, &port, &event->frame, &bytes, err);
    if (rc <= 0)
        return rc;
    prober->stats.received++;
    clv_arena_reset(prober->scratch);
    clv_split_link(prober->clv, &prober->view, prober->scratch, (uint32_t)event->frame.link, bytes,
                   event->frame.caplen);
    event->type = CLV_EVENT_FRAME;
    event->view = &prober->view;
    return 1;
}

static uint32_t add_fds(const struct clv_ports *ports, struct pollfd *fds, uint32_t n)
{
    for (uint32_t i = 0; i < ports->n; i++)
        fds[n++] = (struct pollfd){ .fd = clv_capture_fd(ports->ports[i].capture),
                                    .events = POLLIN };
    return n;
}

/* Until a packet is there. Requests for neighbours run out meanwhile: not for long. */
static bool wait_all(struct clv_prober *prober, int64_t deadline, struct clv_err *err)
{
    struct pollfd fds[CLV_PORTS * (CLV_PEER_ASKERS + 1)];
    int64_t soon = clv_now() + SLICE;
    uint32_t n = add_fds(&prober->ports, fds, 0);
    for (uint32_t i = 0; i < prober->peers.naskers; i++)
        n = add_fds(&prober->peers.askers[i].exchange->ports, fds, n);
    if (prober->peers.nasked && soon < deadline)
        deadline = soon;
    return clv_wait(fds, n, deadline, prober->opts.stop, err);
}

int clv_prober_next(struct clv_prober *prober, int64_t deadline, struct clv_event *event,
                    struct clv_err *err)
{
    const volatile sig_atomic_t *stop = prober->opts.stop;
    if (!flush(prober, err))
        return -1;
    for (;;) {
        int rc = take_frame(prober, event, err);
        if (rc)
            return rc;
        if (!clv_peers_read(&prober->peers, err))
            return -1;
        if (take_held(prober, event))
            return 1;
        if ((stop && *stop) || deadline <= clv_now() || prober->peers.again.first)
            return 0;
        if (!wait_all(prober, deadline, err))
            return -1;
    }
}

void clv_prober_stats(struct clv_prober *prober, struct clv_prober_stats *stats)
{
    struct clv_capture_stats capture;
    *stats = prober->stats;
    clv_ports_stats(&prober->ports, &capture);
    stats->dropped = capture.dropped;
    stats->dropped_iface = capture.dropped_iface;
    for (uint32_t i = 0; i < prober->peers.naskers; i++) {
        struct clv_exchange_stats asks;
        clv_exchange_stats(prober->peers.askers[i].exchange, &asks);
        stats->asked += asks.sent;
        stats->dropped += asks.dropped;
        if (asks.first && (!stats->first || asks.first < stats->first))
            stats->first = asks.first;
        if (asks.last > stats->last)
            stats->last = asks.last;
    }
}
