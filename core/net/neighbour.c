/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Neighbours that an exchange does not know: each is asked once, while its packets are held and the
 * exchange goes on. A held request is freed, sent or failed when its ask ends, and every ask ends.
 */
#include "live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool same_hop(const struct clv_request *a, const struct clv_request *b)
{
    return a->parcel.route.iface.index == b->parcel.route.iface.index && a->hop.len == b->hop.len &&
           !memcmp(a->hop.bytes, b->hop.bytes, a->hop.len);
}

bool clv_exchange_busy(const struct clv_exchange *exchange)
{
    return exchange->asks.n >= CLV_ASKS;
}

static void fail(struct clv_exchange *exchange, struct clv_request *request, int why)
{
    request->why = why;
    clv_queue_add(&exchange->failed, request);
}

/* Put the header that the neighbour's address makes possible, and send. */
static bool release(struct clv_exchange *exchange, struct clv_request *request,
                    const struct clv_addr *peer, struct clv_err *err)
{
    struct clv_parcel *parcel = &request->parcel;
    uint32_t n;
    parcel->route.peer = *peer;
    const uint8_t *header = clv_sender_header(exchange->sender, parcel, &n, err);
    if (!header)
        return false;
    memcpy(request->bytes + CLV_HEADER_ROOM - n, header, n);
    parcel->bytes = request->bytes + CLV_HEADER_ROOM - n;
    parcel->len += n;
    parcel->head = n;
    parcel->bare = false;
    return clv_exchange_post(exchange, request, exchange->opts.timeout, err) &&
           clv_pending_add(&exchange->open, request);
}

/* The ask has ended; peer len 0: it brought nothing, why says what for. */
static void end_ask(struct clv_exchange *exchange, struct clv_request *ask,
                    const struct clv_addr *peer, int why)
{
    struct clv_neighbour *known = clv_sender_known(exchange->sender);
    struct clv_queue held = exchange->held;
    struct clv_request *request;
    struct clv_route route = ask->parcel.route;
    route.dst = ask->hop;
    route.via.len = 0;
    if (peer->len || why == EHOSTDOWN)
        clv_neighbour_keep(known, &route, peer);
    exchange->held = (struct clv_queue){ .first = NULL };
    while ((request = clv_queue_take(&held))) {
        struct clv_err err = { 0 };
        if (!same_hop(request, ask)) {
            clv_queue_add(&exchange->held, request);
            continue;
        }
        exchange->nheld--;
        if (!peer->len)
            fail(exchange, request, why);
        else if (!release(exchange, request, peer, &err))
            fail(exchange, request, err.sys ? err.sys : EIO);
    }
    free(ask);
}

void clv_exchange_learn(struct clv_exchange *exchange, struct clv_request *ask)
{
    struct clv_addr peer = { 0 };
    if (clv_neighbour_read(exchange->clv, ask->asker, &exchange->frame_view, exchange->arena, &peer,
                           NULL)) {
        clv_pending_remove(&exchange->asks, ask);
        end_ask(exchange, ask, &peer, 0);
    }
}

void clv_exchange_ask_again(struct clv_exchange *exchange, int64_t now)
{
    const struct clv_addr silence = { 0 };
    struct clv_request *ask;
    while ((ask = exchange->asks.oldest) && ask->deadline <= now) {
        struct clv_err err = { 0 };
        clv_pending_remove(&exchange->asks, ask);
        if (ask->tries >= CLV_NEIGHBOUR_TRIES)
            end_ask(exchange, ask, &silence, EHOSTDOWN);
        else if (!clv_exchange_post(exchange, ask, CLV_SECOND, &err) ||
                 !clv_pending_add(&exchange->asks, ask))
            end_ask(exchange, ask, &silence, err.sys ? err.sys : EIO);
    }
}

/* Send a request of our own for this one's neighbour. */
static bool begin_ask(struct clv_exchange *exchange, const struct clv_request *request,
                      struct clv_err *err)
{
    const struct clv_asker *asker;
    const struct clv_iface *iface = &request->parcel.route.iface;
    struct clv_parcel parcel;
    struct clv_draft *draft = clv_neighbour_request(exchange->clv, &request->hop, exchange->arena,
                                                    &asker, err);
    if (!draft || !clv_sender_pack(exchange->sender, draft, iface->name, &parcel, err))
        return false;
    exchange->all = NULL;
    exchange->filter.len = 0;
    if (!clv_answer_filter(draft, exchange->arena, &exchange->filter))
        exchange->filter.len = 0;
    clv_out_chr(&exchange->filter, 0);
    if (exchange->filter.failed)
        return clv_fail_memory(err);
    if (!clv_ports_ready(&exchange->ports, iface, exchange->filter.buf, err))
        return false;
    struct clv_request *ask = clv_exchange_request(exchange, &parcel, err);
    if (!ask)
        return false;
    ask->asker = asker;
    ask->hop = request->hop;
    if (clv_exchange_post(exchange, ask, CLV_SECOND, err) && clv_pending_add(&exchange->asks, ask))
        return true;
    free(ask);
    return clv_fail_memory(err);
}

bool clv_exchange_hold(struct clv_exchange *exchange, struct clv_request *request,
                       struct clv_err *err)
{
    struct clv_neighbour *known = clv_sender_known(exchange->sender);
    const struct clv_neighbour *kept = clv_neighbour_find(known, &request->parcel.route);
    if (kept && !kept->peer.len) {
        fail(exchange, request, EHOSTDOWN);
        return true;
    }
    const struct clv_request *ask = exchange->asks.oldest;
    while (ask && !same_hop(ask, request))
        ask = ask->newer;
    if (!ask && clv_exchange_busy(exchange))
        return clv_fail(err, CLV_LIMIT, "more than %d neighbours would be asked for at a time",
                        CLV_ASKS);
    if (!ask && !begin_ask(exchange, request, err))
        return false;
    clv_queue_add(&exchange->held, request);
    exchange->nheld++;
    return true;
}
