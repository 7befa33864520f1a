/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way out: which interface, and whether as a frame or through a raw IP socket. What it leaves
 * through stays open from packet to packet; routes are asked for each.
 */
#include "live.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXITS = 16 };

/* One libnet context in use: frames to an interface, or raw packets. */
struct exit {
    struct clv_inject *inject;
    int index; /* of the interface; where raw packets are bound to, 0: nowhere */
    bool raw, six;
    int64_t used;
};

/* The last link header that was put below a packet, and what it was made of. */
struct header {
    const struct clv_desc *link, *net;
    struct clv_addr src, dst;
    uint8_t bytes[CLV_HEADER_ROOM];
    uint32_t len;
};

struct clv_sender {
    const struct clv *clv;
    struct clv_sender_opts opts;
    bool later;
    struct clv_netlink netlink;
    struct clv_arena *arena;
    struct exit exits[EXITS];
    struct header header;
    struct clv_neighbour known[CLV_NEIGHBOURS];
    struct clv_view view;
};

struct clv_sender *clv_sender_new(const struct clv *clv, const struct clv_sender_opts *opts,
                                  bool later, struct clv_err *err)
{
    struct clv_sender *sender = calloc(1, sizeof *sender);
    if (!sender || !(sender->arena = clv_arena_new(NULL, 0))) {
        clv_fail_memory(err);
        free(sender);
        return NULL;
    }
    sender->clv = clv;
    sender->opts = *opts;
    sender->later = later;
    if (clv_netlink_open(&sender->netlink, true, err))
        return sender;
    clv_sender_close(sender);
    return NULL;
}

struct clv_sender *clv_sender_open(const struct clv *clv, const struct clv_sender_opts *opts,
                                   struct clv_err *err)
{
    return clv_sender_new(clv, opts, false, err);
}

struct clv_neighbour *clv_sender_known(struct clv_sender *sender)
{
    return sender->known;
}

void clv_sender_close(struct clv_sender *sender)
{
    if (!sender)
        return;
    for (int i = 0; i < EXITS; i++)
        clv_inject_close(sender->exits[i].inject);
    clv_netlink_close(&sender->netlink);
    clv_arena_free(sender->arena);
    free(sender);
}

/* ---- The link header below a packet that has none. */

static bool same_addr(const struct clv_addr *a, const struct clv_addr *b)
{
    return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* Built as a draft of the link layer and the packet's first, so that its key is implied. */
static bool make_header(struct clv_sender *sender, const struct clv_parcel *parcel,
                        const struct clv_desc *link, struct clv_err *err)
{
    const struct clv_route *route = &parcel->route;
    struct header *header = &sender->header;
    char text[128];
    uint32_t len;
    if (header->link == link && header->net == parcel->first &&
        same_addr(&header->src, &route->iface.addr) && same_addr(&header->dst, &route->peer))
        return true;
    header->link = NULL;
    int n = snprintf(text, sizeof text, "%.50s()/%.50s()", link->name, parcel->first->name);
    struct clv_draft *draft = clv_parse(sender->clv, sender->arena, text, (size_t)n, err);
    if (!draft)
        return false;
    clv_draft_give_role(draft, CLV_LINK_DST, &route->peer);
    clv_draft_give_role(draft, CLV_LINK_SRC, &route->iface.addr);
    const uint8_t *bytes = clv_build(draft, sender->arena, &len, err);
    if (!bytes)
        return false;
    clv_split(sender->clv, &sender->view, sender->arena, link, bytes, len);
    header->len = sender->view.layers[0].head;
    if (header->len > CLV_HEADER_ROOM)
        return clv_fail(err, CLV_LIMIT, "a link header of %u bytes is longer than %d", header->len,
                        CLV_HEADER_ROOM);
    memcpy(header->bytes, bytes, header->len);
    header->src = route->iface.addr;
    header->dst = route->peer;
    header->net = parcel->first;
    header->link = link;
    return true;
}

/* ---- Packing: the draft's bytes, and how they leave. */

enum way { AS_IS, BEHIND_HEADER, RAW_SOCKET, NO_WAY };

static bool is_bare_ip(int link)
{
    return link == LINK_RAW || link == LINK_IPV4 || link == LINK_IPV6;
}

/* targeted: the first layer is the one that the route was asked for. */
static enum way choose_way(const struct clv_sender *sender, const struct clv_parcel *parcel,
                           bool targeted)
{
    const struct clv_iface *iface = &parcel->route.iface;
    int link = clv_layer_link(sender->clv, parcel->first);
    if (is_bare_ip(link) && (iface->link == LINK_RAW || iface->flags & CLV_IFACE_LOOPBACK))
        return RAW_SOCKET;
    if (is_bare_ip(link) || (link < 0 && targeted))
        return iface->link == LINK_RAW || iface->link < 0 ? NO_WAY : BEHIND_HEADER;
    return link == iface->link ? AS_IS : NO_WAY;
}

static bool fail_way(const struct clv_sender *sender, const struct clv_parcel *parcel,
                     struct clv_err *err)
{
    const char *first = parcel->first->name, *iface = parcel->route.iface.name;
    int link = parcel->route.iface.link;
    if (link == LINK_RAW)
        return clv_fail(err, CLV_NO_ROUTE,
                        "%s cannot go out on %s, which has no link layer: begin with an IP layer",
                        first, iface);
    if (link < 0)
        return clv_fail(err, CLV_NO_ROUTE, "%s cannot go out on %s: its kind of link is not known",
                        first, iface);
    return clv_fail(err, CLV_NO_ROUTE, "%s cannot go out on %s: its frames begin with %s", first,
                    iface, clv_link_layer(sender->clv, (uint32_t)link)->name);
}

const uint8_t *clv_sender_header(struct clv_sender *sender, const struct clv_parcel *parcel,
                                 uint32_t *len, struct clv_err *err)
{
    uint32_t link = (uint32_t)parcel->route.iface.link;
    if (!make_header(sender, parcel, clv_link_layer(sender->clv, link), err))
        return NULL;
    *len = sender->header.len;
    return sender->header.bytes;
}

static bool put_header(struct clv_sender *sender, struct clv_parcel *parcel, struct clv_err *err)
{
    uint32_t n;
    if (!parcel->route.peer.len && sender->later) {
        parcel->bare = true;
        return true;
    }
    const uint8_t *header = clv_sender_header(sender, parcel, &n, err);
    if (!header)
        return false;
    uint8_t *frame = clv_arena_take(sender->arena, n + parcel->len);
    if (!frame)
        return clv_fail_memory(err);
    memcpy(frame, header, n);
    memcpy(frame + n, parcel->bytes, parcel->len);
    parcel->bytes = frame;
    parcel->head = n;
    parcel->len += n;
    return true;
}

bool clv_sender_pack(struct clv_sender *sender, struct clv_draft *draft, const char *iface,
                     struct clv_parcel *parcel, struct clv_err *err)
{
    struct clv_addr dst = { 0 };
    uint32_t net = 0;
    const struct clv_resolver resolver = {
        .clv = sender->clv,
        .netlink = &sender->netlink,
        .arena = sender->arena,
        .iface = iface ? iface : sender->opts.iface,
        .source = &sender->opts.source,
        .stop = sender->opts.stop,
        .known = sender->known,
        .later = sender->later,
    };
    clv_arena_reset(sender->arena);
    *parcel = (struct clv_parcel){ .first = NULL };
    if (!clv_draft_layers(draft))
        return clv_fail(err, CLV_BAD_TEXT, "an empty packet cannot be sent");
    parcel->first = clv_draft_layer(draft, 0);
    if (!clv_resolve_draft(&resolver, draft, CLV_FULL, &parcel->route, err))
        return false;
    parcel->bytes = clv_build(draft, sender->arena, &parcel->len, err);
    if (!parcel->bytes)
        return false;
    bool targeted = clv_draft_target(draft, &dst, &net) && dst.len && net == 0;
    switch (choose_way(sender, parcel, targeted)) {
    case AS_IS: return true;
    case BEHIND_HEADER: return put_header(sender, parcel, err);
    case NO_WAY: return fail_way(sender, parcel, err);
    case RAW_SOCKET: break;
    }
    parcel->raw = true;
    /* libnet reads the destination out of the header. */
    if (dst.len == 16 ? parcel->len < 40 : dst.len != 4 || parcel->len < 20)
        return clv_fail(err, CLV_NO_ROUTE, "only a whole IP header can go through %s here",
                        parcel->route.iface.name);
    parcel->six = dst.len == 16;
    return true;
}

/* ---- Posting. */

static int exit_index(const struct clv_parcel *parcel)
{
    return parcel->raw ? parcel->route.asked : parcel->route.iface.index;
}

static struct exit *open_exit(struct clv_sender *sender, const struct clv_parcel *parcel)
{
    for (int i = 0; i < EXITS; i++) {
        struct exit *e = &sender->exits[i];
        if (e->inject && e->index == exit_index(parcel) && e->raw == parcel->raw &&
            e->six == parcel->six)
            return e;
    }
    return NULL;
}

static struct exit *find_exit(struct clv_sender *sender, const struct clv_parcel *parcel,
                              struct clv_err *err)
{
    const struct clv_iface *iface = &parcel->route.iface;
    struct exit *there = open_exit(sender, parcel), *oldest = sender->exits;
    int index = exit_index(parcel);
    if (there) {
        there->used = clv_now();
        return there;
    }
    for (int i = 0; i < EXITS; i++)
        if (sender->exits[i].used < oldest->used)
            oldest = &sender->exits[i];
    clv_inject_close(oldest->inject);
    *oldest = (struct exit){
        .index = index, .raw = parcel->raw, .six = parcel->six, .used = clv_now()
    };
    oldest->inject = parcel->raw
                         ? clv_inject_ip(iface, parcel->six, index, sender->opts.stamps, err)
                         : clv_inject_link(iface, sender->opts.stamps, err);
    if (oldest->inject)
        return oldest;
    oldest->used = 0;
    return NULL;
}

bool clv_sender_ready(struct clv_sender *sender, const struct clv_parcel *parcel,
                      struct clv_err *err)
{
    return find_exit(sender, parcel, err);
}

bool clv_sender_begin(struct clv_sender *sender, struct clv_err *err)
{
    const struct clv_addr none = { 0 };
    struct clv_parcel parcel = { .first = NULL };
    if (!clv_netlink_route(&sender->netlink, &none, NULL, sender->opts.iface, &parcel.route, err))
        return false;
    int link = parcel.route.iface.link;
    parcel.route.asked = parcel.route.iface.index;
    if (link != LINK_RAW)
        return find_exit(sender, &parcel, err);
    parcel.raw = true;
    if (!find_exit(sender, &parcel, err))
        return false;
    parcel.six = true;
    return find_exit(sender, &parcel, err);
}

bool clv_sender_post(struct clv_sender *sender, const struct clv_parcel *parcel,
                     struct timespec *when, uint64_t *number, struct clv_err *err)
{
    struct exit *e = find_exit(sender, parcel, err);
    if (e && clv_inject_put(e->inject, parcel->bytes, parcel->len, when, number, err))
        return true;
    clv_netlink_forget(&sender->netlink); /* the way may be another one now */
    return false;
}

void clv_sender_stamp(struct clv_sender *sender, const struct clv_parcel *parcel, uint64_t number,
                      struct timespec *when)
{
    const struct exit *e = number ? open_exit(sender, parcel) : NULL;
    if (e)
        clv_inject_stamp(e->inject, number, when);
}

int clv_sender_post_many(struct clv_sender *sender, const struct clv_parcel *parcel,
                         struct iovec *packets, uint32_t n, struct clv_err *err)
{
    struct exit *e = find_exit(sender, parcel, err);
    return e ? clv_inject_many(e->inject, packets, n, err) : -1;
}

bool clv_sender_put(struct clv_sender *sender, struct clv_draft *draft, struct clv_packet *sent,
                    struct clv_route *route, struct clv_err *err)
{
    struct clv_parcel parcel;
    struct timespec when;
    uint64_t number;
    if (!clv_sender_pack(sender, draft, NULL, &parcel, err) ||
        !clv_sender_post(sender, &parcel, &when, &number, err))
        return false;
    clv_sender_stamp(sender, &parcel, number, &when);
    if (route)
        *route = parcel.route;
    if (!sent)
        return true;
    uint32_t len = parcel.len - parcel.head;
    sent->bytes = parcel.bytes + parcel.head;
    sent->frame = (struct clv_frame){
        .sec = when.tv_sec,
        .nsec = (uint32_t)when.tv_nsec,
        .len = len,
        .caplen = len,
        .link = clv_layer_link(sender->clv, parcel.first),
    };
    sent->view = &sender->view;
    clv_split(sender->clv, sent->view, sender->arena, parcel.first, sent->bytes, len);
    return true;
}
