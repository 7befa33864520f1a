/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests out, answers in. A request without an answer is in `open`, one that has an answer in
 * `done` until its time is up, which is how a second answer is known; one whose neighbour is being
 * asked is in `held`.
 */
#include "live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 262144, BATCH = 64 };

struct clv_exchange *clv_exchange_open(const struct clv *clv, const struct clv_exchange_opts *opts,
                                       struct clv_err *err)
{
    const struct clv_sender_opts out = {
        .iface = opts->iface, .source = opts->source, .stamps = true, .stop = opts->stop
    };
    struct clv_exchange *exchange = calloc(1, sizeof *exchange);
    if (!exchange || !(exchange->arena = clv_arena_new(NULL, 0))) {
        clv_fail_memory(err);
        free(exchange);
        return NULL;
    }
    exchange->clv = clv;
    exchange->opts = *opts;
    if (!exchange->opts.timeout)
        exchange->opts.timeout = CLV_SECOND;
    if (!exchange->opts.window)
        exchange->opts.window = WINDOW;
    exchange->ports = (struct clv_ports){ .clv = clv,
                                          .buffer = opts->buffer,
                                          .promisc = opts->promisc,
                                          .few = opts->few,
                                          .strict = opts->filter,
                                          .stop = opts->stop };
    clv_out_init(&exchange->filter, NULL, NULL);
    exchange->sender = clv_sender_new(clv, &out, true, err);
    if (exchange->sender)
        return exchange;
    clv_exchange_close(exchange);
    return NULL;
}

static void free_queue(struct clv_queue *queue)
{
    struct clv_request *request;
    while ((request = clv_queue_take(queue)))
        free(request);
}

void clv_exchange_close(struct clv_exchange *exchange)
{
    if (!exchange)
        return;
    clv_ports_close(&exchange->ports);
    clv_echo_close(exchange->echo);
    clv_pending_free(&exchange->open);
    clv_pending_free(&exchange->done);
    clv_pending_free(&exchange->asks);
    free_queue(&exchange->held);
    free_queue(&exchange->failed);
    free(exchange->given);
    clv_sender_close(exchange->sender);
    clv_out_free(&exchange->filter);
    clv_arena_free(exchange->arena);
    free(exchange);
}

/* ---- Requests. */

/* The filter for this request's answers, in exchange->filter; "" for everything. */
static bool make_filter(struct clv_exchange *exchange, const struct clv_draft *draft,
                        const struct clv_draft *all, struct clv_err *err)
{
    struct clv_out *out = &exchange->filter;
    if (all && all == exchange->all)
        return true;
    out->len = 0;
    exchange->all = all;
    if (exchange->opts.filter)
        clv_out_str(out, exchange->opts.filter);
    else if (!clv_answer_filter(all ? all : draft, exchange->arena, out))
        out->len = 0;
    clv_out_chr(out, 0);
    return !out->failed || clv_fail_memory(err);
}

/*
 * Only the route tells that 10.9.0.255 is a group's address. Its members answer as themselves, so
 * for matching the request is one to 255.255.255.255, which is a group's wherever it stands.
 */
static void widen_request(struct clv_request *request, uint8_t *copy)
{
    const struct clv_addr *dst = &request->parcel.route.dst;
    memcpy(copy, request->asks, request->nasks);
    uint8_t *at = memmem(copy, request->nasks, dst->bytes, dst->len);
    if (at)
        memset(at, 0xff, dst->len);
    request->asks = copy;
}

struct clv_request *clv_exchange_request(struct clv_exchange *exchange,
                                         const struct clv_parcel *parcel, struct clv_err *err)
{
    bool group = parcel->route.reach == CLV_REACH_BROADCAST;
    uint32_t room = CLV_HEADER_ROOM + parcel->len;
    struct clv_request *request = malloc(sizeof *request + room + (group ? parcel->len : 0));
    if (!request) {
        clv_fail_memory(err);
        return NULL;
    }
    memset(request, 0, sizeof *request);
    request->parcel = *parcel;
    request->hop = *clv_route_hop(&parcel->route);
    request->parcel.bytes = request->bytes + CLV_HEADER_ROOM;
    memcpy(request->bytes + CLV_HEADER_ROOM, parcel->bytes, parcel->len);
    request->asks = request->parcel.bytes + parcel->head;
    request->nasks = parcel->len - parcel->head;
    if (group)
        widen_request(request, request->bytes + room);
    clv_split(exchange->clv, &exchange->request_view, exchange->arena, parcel->first, request->asks,
              request->nasks);
    request->wide = clv_request_wide(&exchange->request_view);
    request->hash = clv_hash_request(&exchange->request_view, request->wide);
    return request;
}

bool clv_exchange_post(struct clv_exchange *exchange, struct clv_request *request, int64_t timeout,
                       struct clv_err *err)
{
    if (!(exchange->echo ? clv_echo_put(exchange->echo, &request->parcel, &request->when, err)
                         : clv_sender_post(exchange->sender, &request->parcel, &request->when,
                                           &request->stamp, err)))
        return false;
    int64_t now = clv_now();
    request->tries++;
    request->deadline = timeout > CLV_FOREVER - now ? CLV_FOREVER : now + timeout;
    if (request->asker)
        return true;
    if (!exchange->stats.sent++)
        exchange->stats.first = now;
    exchange->stats.last = now;
    return true;
}

/* Send it, or ask for its neighbour first. */
static bool start(struct clv_exchange *exchange, struct clv_request *request, struct clv_err *err)
{
    if (request->parcel.bare)
        return clv_exchange_hold(exchange, request, err);
    if (!clv_exchange_post(exchange, request, exchange->opts.timeout, err))
        return false;
    return clv_pending_add(&exchange->open, request) || clv_fail_memory(err);
}

/* Sockets for the parcel and its answers, from now on. */
static bool make_ready(struct clv_exchange *exchange, struct clv_parcel *parcel,
                       const struct clv_draft *draft, const struct clv_draft *all,
                       struct clv_err *err)
{
    struct clv_err why = { 0 };
    if (!exchange->echo && clv_sender_ready(exchange->sender, parcel, &why) &&
        make_filter(exchange, draft, all, &why) &&
        clv_ports_ready(&exchange->ports, &parcel->route.iface, exchange->filter.buf, &why))
        return true;
    if (!exchange->echo && why.code == CLV_DENIED && exchange->opts.echo)
        exchange->echo = clv_echo_open(exchange->clv, parcel);
    parcel->bare = false; /* the kernel knows its neighbours */
    if (!exchange->echo && err && !err->code)
        *err = why;
    return exchange->echo;
}

bool clv_exchange_send(struct clv_exchange *exchange, struct clv_draft *draft,
                       const struct clv_draft *all, uint64_t *id, struct clv_route *route,
                       struct clv_err *err)
{
    struct clv_parcel parcel;
    clv_arena_reset(exchange->arena);
    bool packed = clv_sender_pack(exchange->sender, draft, NULL, &parcel, err);
    if (route)
        *route = parcel.route;
    if (!packed || !make_ready(exchange, &parcel, draft, all, err))
        return false;
    struct clv_request *request = clv_exchange_request(exchange, &parcel, err);
    if (!request)
        return false;
    request->id = exchange->next_id + 1;
    struct clv_err why = { 0 };
    if (!start(exchange, request, &why)) {
        free(request);
        /* Where its interface went down, the kernel says what is left of its way. */
        if (why.sys == ENETDOWN && !clv_sender_pack(exchange->sender, draft, NULL, &parcel, err))
            return false;
        if (err && !err->code)
            *err = why;
        return false;
    }
    exchange->next_id++;
    exchange->stats.requests++;
    if (id)
        *id = exchange->next_id;
    /* The oldest gives way: its time is up, whatever it was. */
    if (exchange->open.n > exchange->opts.window) {
        exchange->open.oldest->deadline = INT64_MIN;
        exchange->open.oldest->tries = UINT32_MAX;
    }
    return true;
}

/* ---- Answers. */

/* On the loopback interface a packet to itself looks like its own answer (UDP from 53 to 53). */
static bool is_echo(const struct clv_exchange *exchange, const struct clv_request *request)
{
    const struct clv_view *view = &exchange->frame_view;
    int at = clv_view_find(view, request->parcel.first, 0);
    uint32_t off = at < 0 ? 0 : view->layers[at].off;
    return view->len - off >= request->nasks &&
           !memcmp(view->bytes + off, request->asks, request->nasks);
}

static struct clv_request *find_in(struct clv_exchange *exchange, struct clv_pending *pending,
                                   uint64_t hash, bool wide)
{
    struct clv_request *request = clv_pending_first(pending, hash);
    for (; request; request = request->after) {
        if (request->hash != hash || request->wide != wide)
            continue;
        clv_split(exchange->clv, &exchange->request_view, exchange->arena, request->parcel.first,
                  request->asks, request->nasks);
        if (clv_answers(&exchange->request_view, &exchange->frame_view) &&
            !is_echo(exchange, request))
            break;
    }
    return request;
}

/* Whom does the frame answer? One without an answer comes first. */
static struct clv_request *find_request(struct clv_exchange *exchange)
{
    struct clv_pending *places[] = { &exchange->open, &exchange->asks, &exchange->done };
    uint64_t hashes[2] = { 0 };
    bool hashed[2] = { false };
    for (uint32_t i = 0; i < clv_len(places); i++)
        for (int wide = 0; wide < 2; wide++) {
            struct clv_request *request = NULL;
            if (!(wide ? places[i]->nwide : places[i]->n - places[i]->nwide))
                continue;
            if (!hashed[wide])
                hashes[wide] = clv_hash_answer(&exchange->frame_view, wide);
            hashed[wide] = true;
            if (hashes[wide])
                request = find_in(exchange, places[i], hashes[wide], wide);
            if (request)
                return request;
        }
    return NULL;
}

static void fill_sent(struct clv_exchange *exchange, const struct clv_request *request,
                      struct clv_packet *sent)
{
    const struct clv_parcel *parcel = &request->parcel;
    uint32_t len = parcel->len - parcel->head;
    sent->bytes = parcel->bytes + parcel->head;
    sent->view = &exchange->request_view;
    sent->frame = (struct clv_frame){
        .number = request->id,
        .sec = request->when.tv_sec,
        .nsec = (uint32_t)request->when.tv_nsec,
        .len = len,
        .caplen = len,
        .link = clv_layer_link(exchange->clv, parcel->first),
        .iface = parcel->route.iface.name,
    };
    clv_split(exchange->clv, sent->view, exchange->arena, parcel->first, sent->bytes, len);
}

/* The answer, from the layer on that the request begins with, without what lies below it. */
static void fill_answer(struct clv_exchange *exchange, const struct clv_request *request,
                        const struct clv_frame *frame, struct clv_packet *answer)
{
    const struct clv_desc *first = request->parcel.first;
    struct clv_view *view = &exchange->frame_view;
    int at = clv_view_find(view, first, 0);
    answer->frame = *frame;
    answer->frame.number = request->id;
    answer->bytes = view->bytes;
    answer->view = view;
    if (at <= 0)
        return;
    const struct clv_layer *layer = &view->layers[at];
    uint32_t len = layer->end - layer->off;
    answer->bytes += layer->off;
    answer->frame.len = answer->frame.caplen = len;
    answer->frame.link = clv_layer_link(exchange->clv, first);
    answer->view = &exchange->answer_view;
    clv_split(exchange->clv, answer->view, exchange->arena, first, answer->bytes, len);
}

static void fill_pair(struct clv_exchange *exchange, struct clv_request *request,
                      const struct clv_frame *frame, struct clv_pair *pair)
{
    *pair = (struct clv_pair){ .id = request->id, .rtt = -1, .why = request->why };
    clv_sender_stamp(exchange->sender, &request->parcel, request->stamp, &request->when);
    request->stamp = 0;
    fill_sent(exchange, request, &pair->sent);
    if (!frame)
        return;
    pair->nth = request->answers++;
    fill_answer(exchange, request, frame, &pair->answer);
    int64_t rtt = (frame->sec - request->when.tv_sec) * CLV_SECOND + frame->nsec -
                  request->when.tv_nsec;
    pair->rtt = rtt > 0 ? rtt : 0;
}

/* From those without an answer to those with one, of which only so many are kept. */
static void settle(struct clv_exchange *exchange, struct clv_request *request)
{
    struct clv_pending *done = &exchange->done;
    exchange->stats.answered++;
    clv_pending_remove(&exchange->open, request);
    if (done->n >= exchange->opts.window) {
        struct clv_request *oldest = done->oldest;
        clv_pending_remove(done, oldest);
        free(oldest);
    }
    if (!clv_pending_add(done, request))
        exchange->given = request;
}

/* A frame came in: is it an answer to be told? */
static bool take_frame(struct clv_exchange *exchange, const struct clv_frame *frame,
                       const uint8_t *bytes, struct clv_pair *pair)
{
    clv_arena_reset(exchange->arena);
    clv_split_link(exchange->clv, &exchange->frame_view, exchange->arena, (uint32_t)frame->link,
                   bytes, frame->caplen);
    struct clv_request *request = find_request(exchange);
    if (!request)
        return false;
    if (request->asker) {
        clv_exchange_learn(exchange, request);
        return false;
    }
    if (!request->answers) {
        settle(exchange, request);
    } else {
        exchange->stats.duplicates++;
        if (!exchange->opts.multi)
            return false;
    }
    fill_pair(exchange, request, frame, pair);
    return true;
}

/* Read what the captures hold. 1: a pair, 0: nothing, -1: err. */
static int read_ports(struct clv_exchange *exchange, int64_t deadline, struct clv_pair *pair,
                      struct clv_err *err)
{
    const struct clv_port *port;
    struct clv_frame frame;
    const uint8_t *bytes;
    for (uint32_t taken = 1;; taken++) {
        int rc = exchange->echo ? clv_echo_read(exchange->echo, &frame, &bytes)
                                : clv_ports_read(&exchange->ports, &port, &frame, &bytes, err);
        if (rc <= 0)
            return rc;
        exchange->stats.received++;
        if (take_frame(exchange, &frame, bytes, pair))
            return 1;
        /* However late it is, a batch is read: else it would come in faster than it is read. */
        if (taken >= BATCH && clv_now() >= deadline)
            return 0;
    }
}

static int tell_lost(struct clv_exchange *exchange, struct clv_request *request,
                     struct clv_pair *pair)
{
    clv_arena_reset(exchange->arena);
    exchange->stats.unanswered++;
    exchange->given = request;
    fill_pair(exchange, request, NULL, pair);
    return 1;
}

/* Requests whose time is up: sent once more, or told as unanswered (1), or forgotten. */
static int expire(struct clv_exchange *exchange, struct clv_pair *pair)
{
    int64_t now = clv_now();
    struct clv_request *request;
    clv_exchange_ask_again(exchange, now);
    if ((request = clv_queue_take(&exchange->failed)))
        return tell_lost(exchange, request, pair);
    while ((request = exchange->done.oldest) && request->deadline <= now) {
        clv_pending_remove(&exchange->done, request);
        free(request);
    }
    while ((request = exchange->open.oldest) && request->deadline <= now) {
        clv_pending_remove(&exchange->open, request);
        if (request->tries > exchange->opts.retry ||
            !clv_exchange_post(exchange, request, exchange->opts.timeout, NULL) ||
            !clv_pending_add(&exchange->open, request))
            return tell_lost(exchange, request, pair);
    }
    return 0;
}

static int64_t next_expiry(const struct clv_exchange *exchange, int64_t deadline)
{
    const struct clv_pending *places[] = { &exchange->open, &exchange->asks, &exchange->done };
    for (uint32_t i = 0; i < clv_len(places); i++)
        if (places[i]->oldest && places[i]->oldest->deadline < deadline)
            deadline = places[i]->oldest->deadline;
    return deadline;
}

uint64_t clv_exchange_waiting(const struct clv_exchange *exchange)
{
    return (uint64_t)exchange->open.n + exchange->nheld +
           (exchange->opts.multi ? exchange->done.n : 0);
}

static bool wait_for(struct clv_exchange *exchange, int64_t deadline, struct clv_err *err)
{
    if (!exchange->echo)
        return clv_ports_wait(&exchange->ports, deadline, err);
    struct pollfd fd = { .fd = clv_echo_fd(exchange->echo), .events = POLLIN };
    return clv_wait(&fd, 1, deadline, exchange->opts.stop, err);
}

int clv_exchange_next(struct clv_exchange *exchange, int64_t deadline, struct clv_pair *pair,
                      struct clv_err *err)
{
    const volatile sig_atomic_t *stop = exchange->opts.stop;
    free(exchange->given);
    exchange->given = NULL;
    for (;;) {
        if (stop && *stop)
            return 0;
        int rc = read_ports(exchange, deadline, pair, err);
        if (!rc)
            rc = expire(exchange, pair);
        if (rc)
            return rc;
        if (deadline == CLV_FOREVER ? !clv_exchange_waiting(exchange) : deadline <= clv_now())
            return 0;
        if (!wait_for(exchange, next_expiry(exchange, deadline), err))
            return -1;
    }
}

void clv_exchange_stats(struct clv_exchange *exchange, struct clv_exchange_stats *stats)
{
    exchange->stats.dropped = clv_ports_dropped(&exchange->ports);
    *stats = exchange->stats;
}
