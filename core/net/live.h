/* SPDX-License-Identifier: BSD-2-Clause */
/* What the live files share: the kernel's answers, one way out of the machine, waiting. */
#ifndef CLV_LIVE_H
#define CLV_LIVE_H

#include "../base/base.h"

#include <poll.h>
#include <sys/uio.h>
#include <time.h>

/* LINKTYPE_ values that decide how a packet leaves. */
enum { LINK_ETHERNET = 1, LINK_RAW = 101, LINK_IPV4 = 228, LINK_IPV6 = 229 };

/* ---- route.c: questions to the kernel over one open socket. */

struct mnl_socket;

/* The kernel's answers, for a moment: a run of packets to one destination asks once a second. */
struct clv_kept {
    struct clv_route route; /* peer len 0: not known to the kernel then */
    struct clv_addr src;
    char iface[16]; /* that was named, or "" */
    int64_t until;
};

enum { CLV_KEPT = 256 };

struct clv_netlink {
    struct mnl_socket *socket;
    uint32_t seq;
    struct clv_kept *kept; /* CLV_KEPT of them, by destination; NULL: every question is asked */
};

/* keep: answers may be a second old. */
bool clv_netlink_open(struct clv_netlink *netlink, bool keep, struct clv_err *err);
/* What was kept, so that the next question is asked. */
void clv_netlink_forget(struct clv_netlink *netlink);
void clv_netlink_close(struct clv_netlink *netlink);
bool clv_netlink_iface(struct clv_netlink *netlink, const char *name, struct clv_iface *iface,
                       struct clv_err *err);
/* dst len 0: the interface alone, the only one that is up where none is named. src (may be NULL): ours. */
bool clv_netlink_route(struct clv_netlink *netlink, const struct clv_addr *dst,
                       const struct clv_addr *src, const char *iface, struct clv_route *route,
                       struct clv_err *err);
bool clv_netlink_peer(struct clv_netlink *netlink, struct clv_route *route);
/* Where the next packet goes on the link: the gateway, else the destination. */
const struct clv_addr *clv_route_hop(const struct clv_route *route);
/* Text of a network address, for messages and expressions. */
#define CLV_ADDR_TEXT 48
const char *clv_addr_text(const struct clv_addr *addr, char *to);

/* ---- live.c */

/* The capture's descriptor, to wait on; a packet may be there already. */
int clv_capture_fd(const struct clv_capture *capture);
/* LINKTYPE_ of a DLT_ value: they differ where systems did. */
int clv_linktype(int dlt);
bool clv_capture_refilter(struct clv_capture *capture, const char *filter, struct clv_err *err);
/* Wait until a descriptor is readable, the deadline, or the flag. false: err. */
bool clv_wait(struct pollfd *fds, uint32_t n, int64_t deadline, const volatile sig_atomic_t *stop,
              struct clv_err *err);
/* "... : not permitted", with the cure. */
bool clv_fail_denied(struct clv_err *err, const char *what);

/* ---- plain.c: a packet socket that is there, and gone, at once. */

struct clv_plain;

/* NULL: not here, not permitted, or the filter does not compile: libpcap does, or knows why. */
struct clv_plain *clv_plain_open(const char *iface, uint32_t buffer, const char *filter);
bool clv_plain_filter(struct clv_plain *plain, const char *text);
/* 1, and the packet until the next call; 0: none is there; below 0: -errno. */
int clv_plain_next(struct clv_plain *plain, struct clv_frame *frame, const uint8_t **bytes);
int clv_plain_fd(const struct clv_plain *plain);
uint64_t clv_plain_dropped(struct clv_plain *plain);
void clv_plain_close(struct clv_plain *plain);

/* ---- inject.c: one libnet context. */

struct clv_inject;
struct clv_parcel;

/* stamps: ask for the kernel's. */
struct clv_inject *clv_inject_link(const struct clv_iface *iface, bool stamps, struct clv_err *err);
/* bound: only through the interface of this index, where the address leaves that open; 0: any. */
struct clv_inject *clv_inject_ip(const struct clv_iface *iface, bool six, int bound, bool stamps,
                                 struct clv_err *err);
/* when (may be NULL): just before. number (may be NULL): to ask for the kernel's stamp later, or 0. */
bool clv_inject_put(struct clv_inject *inject, const uint8_t *bytes, uint32_t len,
                    struct timespec *when, uint64_t *number, struct clv_err *err);
/* The time at which the kernel took this packet, as far as it is known, in place of `when`. */
void clv_inject_stamp(struct clv_inject *inject, uint64_t number, struct timespec *when);
/* Up to CLV_BURST packets with one call. How many were sent, at least one; -1: none, err. */
int clv_inject_many(struct clv_inject *inject, struct iovec *packets, uint32_t n,
                    struct clv_err *err);
void clv_inject_close(struct clv_inject *inject);

/* ---- echo.c: the kernel's ping socket. */

struct clv_echo;

/* NULL: the parcel is no echo request, or the system does not allow it. */
struct clv_echo *clv_echo_open(const struct clv *clv, const struct clv_parcel *parcel);
bool clv_echo_put(struct clv_echo *echo, const struct clv_parcel *parcel, struct timespec *when,
                  struct clv_err *err);
/* An answer or an error that is there, as a frame of LINK_RAW, valid until the next call. 0: none. */
int clv_echo_read(struct clv_echo *echo, struct clv_frame *frame, const uint8_t **bytes);
int clv_echo_fd(const struct clv_echo *echo);
void clv_echo_close(struct clv_echo *echo);

/* ---- resolve.c */

/* A neighbour that answered our own request, or did not: kept so that a burst asks once. */
struct clv_neighbour {
    int index;                  /* of the interface; 0: free */
    struct clv_addr addr, peer; /* peer len 0: silent */
    int64_t until;
};

enum { CLV_NEIGHBOURS = 256, CLV_NEIGHBOUR_TRIES = 3 };

struct clv_resolver {
    const struct clv *clv;
    struct clv_netlink *netlink;
    struct clv_arena *arena; /* scratch */
    const char *iface;
    const struct clv_addr *source; /* our address, where it is of the destination's family; NULL */
    const volatile sig_atomic_t *stop;
    struct clv_neighbour *known; /* CLV_NEIGHBOURS of them; NULL: nothing is kept */
    bool
        later; /* leave an unknown neighbour of a packet without a link layer unasked: peer len 0 */
};

bool clv_resolve_draft(const struct clv_resolver *resolver, struct clv_draft *draft,
                       enum clv_how how, struct clv_route *route, struct clv_err *err);
/* The request for a neighbour's hardware address, its own link destination given. */
struct clv_draft *clv_neighbour_request(const struct clv *clv, const struct clv_addr *hop,
                                        struct clv_arena *arena, const struct clv_asker **asker,
                                        struct clv_err *err);
/* What the answer says. */
bool clv_neighbour_read(const struct clv *clv, const struct clv_asker *asker,
                        const struct clv_view *answer, struct clv_arena *arena,
                        struct clv_addr *peer, struct clv_err *err);
/* What is kept about a route's next hop; NULL: nothing, or no more. */
const struct clv_neighbour *clv_neighbour_find(const struct clv_neighbour *known,
                                               const struct clv_route *route);
/* Keep it for a while; peer len 0: it was silent. */
void clv_neighbour_keep(struct clv_neighbour *known, const struct clv_route *route,
                        const struct clv_addr *peer);

/* ---- send.c */

enum { CLV_HEADER_ROOM = 64 }; /* the longest link header put below a packet */

/* A packet on its way: bytes begin with `head` bytes of a link header of our own. */
struct clv_parcel {
    struct clv_route route;
    const struct clv_desc *first; /* the draft's */
    const uint8_t *bytes;
    uint32_t len, head;
    bool raw;  /* through a raw IP socket; then head is 0 */
    bool six;  /* of IPv6 */
    bool bare; /* its neighbour is to be asked, then its header made */
};

/* later: do not ask neighbours, see struct clv_resolver. */
struct clv_sender *clv_sender_new(const struct clv *clv, const struct clv_sender_opts *opts,
                                  bool later, struct clv_err *err);
/* Resolve and build; iface NULL: the sender's. The bytes live until the next call. */
bool clv_sender_pack(struct clv_sender *sender, struct clv_draft *draft, const char *iface,
                     struct clv_parcel *parcel, struct clv_err *err);
/* Make the link header of a bare parcel: bytes and length, to be put before it. NULL: err. */
const uint8_t *clv_sender_header(struct clv_sender *sender, const struct clv_parcel *parcel,
                                 uint32_t *len, struct clv_err *err);
/* As clv_inject_many(), the way of this parcel. */
int clv_sender_post_many(struct clv_sender *sender, const struct clv_parcel *parcel,
                         struct iovec *packets, uint32_t n, struct clv_err *err);
/* Open what the parcel leaves through; post does it too, but this lets a denial come first. */
bool clv_sender_ready(struct clv_sender *sender, const struct clv_parcel *parcel,
                      struct clv_err *err);
/* As clv_inject_put() and clv_inject_stamp(). */
bool clv_sender_post(struct clv_sender *sender, const struct clv_parcel *parcel,
                     struct timespec *when, uint64_t *number, struct clv_err *err);
void clv_sender_stamp(struct clv_sender *sender, const struct clv_parcel *parcel, uint64_t number,
                      struct timespec *when);
struct clv_neighbour *clv_sender_known(struct clv_sender *sender);

/* ---- port.c: the captures of an exchange, one for each interface that requests leave through. */

enum { CLV_PORTS = 16 };

struct clv_port {
    struct clv_capture *capture;
    int index;
    char *filter; /* all that was asked for so far, joined by "or"; NULL: everything */
};

struct clv_ports {
    const struct clv *clv;
    struct clv_port ports[CLV_PORTS];
    uint32_t n, turn, buffer, snaplen;
    bool promisc, bulk, few;
    bool strict; /* a filter that cannot be compiled is an error, else it is left out */
    const volatile sig_atomic_t *stop;
};

/* A capture on this interface that lets in what the filter names ("": everything), from now on. */
bool clv_ports_ready(struct clv_ports *ports, const struct clv_iface *iface, const char *filter,
                     struct clv_err *err);
/* The next frame that is there, of each port in turn. 1; 0: none; -1: err. */
int clv_ports_read(struct clv_ports *ports, const struct clv_port **port, struct clv_frame *frame,
                   const uint8_t **bytes, struct clv_err *err);
bool clv_ports_wait(struct clv_ports *ports, int64_t deadline, struct clv_err *err);
uint64_t clv_ports_dropped(struct clv_ports *ports);
/* The sums of their counters. */
void clv_ports_stats(struct clv_ports *ports, struct clv_capture_stats *stats);
void clv_ports_close(struct clv_ports *ports);

/* ---- pending.c: requests that wait for answers, found by hash, in the order they run out. */

struct clv_request {
    struct clv_request *older, *newer;  /* by deadline, in its queue */
    struct clv_request *before, *after; /* in its hash bucket */
    uint64_t hash, id;
    int64_t deadline;
    struct timespec when; /* sent, by the kernel's clock once its stamp is read: */
    uint64_t stamp;       /* the stamp's number; 0: none, or it was read */
    uint32_t tries, answers;
    bool wide;                     /* hash is without addresses */
    const struct clv_asker *asker; /* not NULL: it asks for a neighbour's hardware address */
    struct clv_addr hop;           /* the neighbour it goes to, or asks for */
    int why;                       /* errno: it could not be sent */
    struct clv_parcel parcel;      /* bytes are the ones below, after room for a header */
    const uint8_t *asks;           /* the draft's bytes, as answers are matched with them */
    uint32_t nasks;
    uint8_t bytes[];
};

struct clv_bucket {
    struct clv_request *first, *last;
};

/* A plain list of requests, linked by `after`. */
struct clv_queue {
    struct clv_request *first, *last;
};

void clv_queue_add(struct clv_queue *queue, struct clv_request *request);
struct clv_request *clv_queue_take(struct clv_queue *queue);

/* One queue by deadline, which is the order of adding, and one hash over the same requests. */
struct clv_pending {
    struct clv_request *oldest, *newest;
    struct clv_bucket *buckets;
    uint32_t n, nbuckets, nwide; /* nbuckets: a power of two */
};

bool clv_pending_add(struct clv_pending *pending, struct clv_request *request);
void clv_pending_remove(struct clv_pending *pending, struct clv_request *request);
/* The bucket's requests in the order they were added; the hash is to be compared. */
struct clv_request *clv_pending_first(const struct clv_pending *pending, uint64_t hash);
/* Frees all requests, too. */
void clv_pending_free(struct clv_pending *pending);

/* ---- exchange.c, neighbour.c */

enum { CLV_ASKS = 1024 }; /* neighbours asked for at a time */

struct clv_exchange {
    const struct clv *clv;
    struct clv_exchange_opts opts;
    struct clv_sender *sender;
    struct clv_arena *arena;
    struct clv_ports ports;
    struct clv_echo *echo;   /* in place of sender and ports; NULL: there is no need */
    struct clv_pending open; /* without an answer */
    struct clv_pending done; /* with one: a second is known by them */
    struct clv_pending asks; /* requests for neighbours */
    struct clv_queue held;   /* not sent: their neighbours are being asked */
    struct clv_queue failed; /* to be told as unanswered */
    uint32_t nheld;
    struct clv_request *given;   /* of the last pair, to be freed */
    const struct clv_draft *all; /* whose filter `filter` is */
    struct clv_out filter;
    uint64_t next_id;
    struct clv_exchange_stats stats;
    struct clv_view frame_view, request_view, answer_view;
};

struct clv_request *clv_exchange_request(struct clv_exchange *exchange,
                                         const struct clv_parcel *parcel, struct clv_err *err);
/* Send it, and set its deadline. */
bool clv_exchange_post(struct clv_exchange *exchange, struct clv_request *request, int64_t timeout,
                       struct clv_err *err);
/* Keep a request until its neighbour is known; ask, unless that was done. */
bool clv_exchange_hold(struct clv_exchange *exchange, struct clv_request *request,
                       struct clv_err *err);
/* The frame in frame_view answers an ask: send what waited for it. */
void clv_exchange_learn(struct clv_exchange *exchange, struct clv_request *ask);
/* Ask again, or give up on those whose time is up. */
void clv_exchange_ask_again(struct clv_exchange *exchange, int64_t now);
/* No room for another neighbour to be asked. */
bool clv_exchange_busy(const struct clv_exchange *exchange);

/* ---- peers.c: neighbours that probes wait for, in tables of fixed size. */

enum clv_peer_state { CLV_PEER_NEW, CLV_PEER_ASKED, CLV_PEER_KNOWN, CLV_PEER_SILENT };

struct clv_peer {
    int index; /* of the interface; 0: free */
    uint8_t state;
    struct clv_addr addr, peer;
    int64_t until;
    const struct clv_asker *asker;
    uint32_t first, last; /* probes that wait, in `held`, from 1; 0: none */
};

struct clv_held {
    struct clv_probe probe;
    struct clv_addr peer;
    uint32_t next; /* from 1 */
};

/* A list of held probes. */
struct clv_waits {
    uint32_t first, last;
};

enum { CLV_PEER_ASKERS = 8, CLV_PEERS = 16384, CLV_HELD = 16384, CLV_PEER_ASKS = 8192 };

/* Requests for the neighbours on one interface. */
struct clv_peer_asker {
    int index;
    char name[16];
    struct clv_exchange *exchange;
    uint64_t last;   /* id of the last request */
    uint32_t *peers; /* by the request's id modulo CLV_PEERS, from 1; 0: none waits */
};

struct clv_peers {
    const struct clv *clv;
    const struct clv_prober_opts *opts;
    struct clv_arena *arena;
    struct clv_peer *table;
    struct clv_held *held;
    struct clv_waits free, again, told, dead;
    uint32_t nheld, nasked;
    struct clv_peer_asker askers[CLV_PEER_ASKERS];
    uint32_t naskers;
};

bool clv_peers_open(struct clv_peers *peers, const struct clv *clv,
                    const struct clv_prober_opts *opts, struct clv_err *err);
void clv_peers_close(struct clv_peers *peers);
/* What is known of a route's next hop; NULL: there is no room to ask for one more. */
struct clv_peer *clv_peers_find(struct clv_peers *peers, const struct clv_route *route);
/* Keep the probe until the peer is known; ask, unless that was done. */
enum clv_fate clv_peers_hold(struct clv_peers *peers, struct clv_peer *peer,
                             const struct clv_route *route, const struct clv_probe *probe,
                             struct clv_err *err);
/* Take what neighbours have answered, or not. false: err. */
bool clv_peers_read(struct clv_peers *peers, struct clv_err *err);
bool clv_peers_take(struct clv_peers *peers, struct clv_waits *line, struct clv_held *held);

#endif
