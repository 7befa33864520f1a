/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Echo requests without privileges: the kernel's ping socket sends and receives the messages alone.
 * What it says beside them, addresses, time to live and the errors that came, becomes the headers
 * that a capture would have shown, so that nothing else need know.
 */
#include "live.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 66000, QUOTE = 512, ECHO = 8, ECHO6 = 128 };

struct clv_echo {
    const struct clv *clv;
    struct clv_arena *arena;
    struct clv_iface iface;
    int fd;
    bool six;
    struct clv_addr src, dst;
    char from[CLV_ADDR_TEXT], to[CLV_ADDR_TEXT]; /* src and dst */
    uint8_t room[ROOM];
    uint8_t *frame; /* in arena */
};

/* The message behind the IP header, if it is an echo request; NULL: it is none. */
static const uint8_t *message_of(const struct clv_parcel *parcel, uint32_t *len)
{
    const uint8_t *p = parcel->bytes + parcel->head;
    uint32_t n = parcel->len - parcel->head, head;
    if (n < 28)
        return NULL;
    head = p[0] >> 4 == 6 ? 40 : (p[0] & 15u) * 4;
    if (n < head + 8 ||
        p[p[0] >> 4 == 6 ? 6 : 9] != (p[0] >> 4 == 6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP) ||
        p[head] != (p[0] >> 4 == 6 ? ECHO6 : ECHO))
        return NULL;
    *len = n - head;
    return p + head;
}

static socklen_t address(const struct clv_echo *echo, const struct clv_addr *addr, uint16_t port,
                         struct sockaddr_storage *to)
{
    memset(to, 0, sizeof *to);
    if (!echo->six) {
        struct sockaddr_in *in = (struct sockaddr_in *)to;
        in->sin_family = AF_INET;
        in->sin_port = port;
        memcpy(&in->sin_addr, addr->bytes, 4);
        return sizeof *in;
    }
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)to;
    in6->sin6_family = AF_INET6;
    in6->sin6_port = port;
    memcpy(&in6->sin6_addr, addr->bytes, 16);
    if (IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr) || IN6_IS_ADDR_MULTICAST(&in6->sin6_addr))
        in6->sin6_scope_id = (uint32_t)echo->iface.index;
    return sizeof *in6;
}

static void set(const struct clv_echo *echo, int four, int six, int value)
{
    setsockopt(echo->fd, echo->six ? IPPROTO_IPV6 : IPPROTO_IP, echo->six ? six : four, &value,
               sizeof value);
}

/* Bound to the number in the request, which the kernel keeps then. */
static bool prepare(struct clv_echo *echo, const struct clv_parcel *parcel, const uint8_t *message)
{
    struct sockaddr_storage at;
    int on = 1;
    uint16_t id;
    memcpy(&id, message + 4, 2);
    echo->fd = socket(echo->six ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC,
                      echo->six ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
    if (echo->fd < 0)
        return false;
    const struct clv_addr any = { .len = parcel->route.dst.len };
    socklen_t n = address(echo, &any, id, &at);
    if (bind(echo->fd, (struct sockaddr *)&at, n))
        return false;
    if (parcel->route.asked)
        setsockopt(echo->fd, SOL_SOCKET, SO_BINDTODEVICE, echo->iface.name,
                   (socklen_t)strlen(echo->iface.name));
    setsockopt(echo->fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
    setsockopt(echo->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    set(echo, IP_RECVERR, IPV6_RECVERR, 1);
    set(echo, IP_RECVTTL, IPV6_RECVHOPLIMIT, 1);
    return true;
}

struct clv_echo *clv_echo_open(const struct clv *clv, const struct clv_parcel *parcel)
{
    uint32_t n;
    const uint8_t *message = message_of(parcel, &n);
    struct clv_echo *echo = message ? calloc(1, sizeof *echo) : NULL;
    if (!echo)
        return NULL;
    echo->clv = clv;
    echo->iface = parcel->route.iface;
    echo->fd = -1;
    echo->six = parcel->bytes[parcel->head] >> 4 == 6;
    echo->arena = clv_arena_new(NULL, 0);
    if (echo->arena && prepare(echo, parcel, message))
        return echo;
    clv_echo_close(echo);
    return NULL;
}

void clv_echo_close(struct clv_echo *echo)
{
    if (!echo)
        return;
    if (echo->fd >= 0)
        close(echo->fd);
    clv_arena_free(echo->arena);
    free(echo);
}

int clv_echo_fd(const struct clv_echo *echo)
{
    return echo->fd;
}

/* What the request's IP header asks for, as far as the socket lets it. */
static void set_header(struct clv_echo *echo, const uint8_t *p)
{
    echo->src.len = echo->dst.len = echo->six ? 16 : 4;
    memcpy(echo->src.bytes, p + (echo->six ? 8 : 12), echo->src.len);
    memcpy(echo->dst.bytes, p + (echo->six ? 24 : 16), echo->dst.len);
    clv_addr_text(&echo->src, echo->from);
    clv_addr_text(&echo->dst, echo->to);
    set(echo, IP_TTL, IPV6_UNICAST_HOPS, echo->six ? p[7] : p[8]);
    set(echo, IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS, echo->six ? p[7] : p[8]);
    set(echo, IP_TOS, IPV6_TCLASS, echo->six ? (p[0] & 15) << 4 | p[1] >> 4 : p[1]);
    if (!echo->six)
        set(echo, IP_MTU_DISCOVER, IP_MTU_DISCOVER,
            p[6] & 0x40 ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DONT);
}

bool clv_echo_put(struct clv_echo *echo, const struct clv_parcel *parcel, struct timespec *when,
                  struct clv_err *err)
{
    uint32_t n = 0;
    struct sockaddr_storage to;
    const uint8_t *message = message_of(parcel, &n);
    if (!message)
        return clv_fail(err, CLV_DENIED,
                        "without root or cap_net_raw only echo requests can be sent");
    set_header(echo, parcel->bytes + parcel->head);
    socklen_t size = address(echo, &echo->dst, 0, &to);
    ssize_t sent;
    /* What an earlier request brought back stands in the way of the next one. */
    for (int tries = 0; tries < 8; tries++) {
        clock_gettime(CLOCK_REALTIME, when);
        sent = sendto(echo->fd, message, n, 0, (struct sockaddr *)&to, size);
        if (sent >= 0 || (errno != EHOSTUNREACH && errno != ENETUNREACH && errno != ECONNREFUSED))
            break;
    }
    if (sent >= 0)
        return true;
    int sys = errno;
    clv_fail_sys(err, sys, "cannot send %u bytes on %s", n, echo->iface.name);
    if (err)
        err->sys = sys;
    return false;
}

/* ---- What comes back. */

struct heard {
    int ttl;
    struct timespec when;
    struct sock_extended_err *error;
};

static void read_notes(struct msghdr *msg, struct heard *heard)
{
    clock_gettime(CLOCK_REALTIME, &heard->when);
    heard->ttl = 64;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
        bool ip = c->cmsg_level == IPPROTO_IP, ip6 = c->cmsg_level == IPPROTO_IPV6;
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS)
            memcpy(&heard->when, CMSG_DATA(c), sizeof heard->when);
        else if ((ip && c->cmsg_type == IP_TTL) || (ip6 && c->cmsg_type == IPV6_HOPLIMIT))
            memcpy(&heard->ttl, CMSG_DATA(c), sizeof heard->ttl);
        else if ((ip && c->cmsg_type == IP_RECVERR) || (ip6 && c->cmsg_type == IPV6_RECVERR))
            heard->error = (struct sock_extended_err *)CMSG_DATA(c);
    }
}

static void name_of(const struct sockaddr *from, char *text)
{
    const struct sockaddr_in *in = (const struct sockaddr_in *)from;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)from;
    bool six = from->sa_family == AF_INET6;
    if (!inet_ntop(six ? AF_INET6 : AF_INET, six ? (const void *)&in6->sin6_addr : &in->sin_addr,
                   text, CLV_ADDR_TEXT))
        snprintf(text, CLV_ADDR_TEXT, "%s", six ? "::" : "0.0.0.0");
}

/* The headers in text, with the message behind them. */
static bool build(struct clv_echo *echo, const char *text, const uint8_t *message, uint32_t n,
                  uint32_t *len)
{
    struct clv_draft *draft = clv_parse(echo->clv, echo->arena, text, strlen(text), NULL);
    uint32_t head = 0;
    const uint8_t *bytes = draft ? clv_build(draft, echo->arena, &head, NULL) : NULL;
    echo->frame = bytes ? clv_arena_take(echo->arena, head + n + 1) : NULL;
    if (!echo->frame)
        return false;
    memcpy(echo->frame, bytes, head);
    if (n)
        memcpy(echo->frame + head, message, n);
    *len = head + n;
    return true;
}

static bool build_answer(struct clv_echo *echo, const struct heard *heard, const char *from,
                         uint32_t n, uint32_t *len)
{
    char text[256];
    if (echo->six)
        snprintf(text, sizeof text, "IPv6(src='%s', dst='%s', hlim=%d, nh=58, plen=%u)", from,
                 echo->from, heard->ttl, n);
    else
        snprintf(text, sizeof text, "IP(src='%s', dst='%s', ttl=%d, proto=1, len=%u)", from,
                 echo->from, heard->ttl, n + 20);
    return build(echo, text, echo->room, n, len);
}

/* An error, with the request that it is about as its quote. */
static bool build_error(struct clv_echo *echo, const struct heard *heard, uint32_t n, uint32_t *len)
{
    static const char *const six[] = { NULL, "ICMPv6DestUnreach(code=%u)",
                                       "ICMPv6PacketTooBig(code=%u, mtu=%u)",
                                       "ICMPv6TimeExceeded(code=%u)",
                                       "ICMPv6ParamProblem(code=%u, ptr=%u)" };
    const struct sock_extended_err *e = heard->error;
    char from[CLV_ADDR_TEXT], what[80], text[512 + 4 * QUOTE];
    uint32_t quoted = n < QUOTE ? n : QUOTE;
    name_of(SO_EE_OFFENDER(e), from);
    if (echo->six && (!e->ee_type || e->ee_type >= clv_len(six)))
        return false;
    if (echo->six)
        snprintf(what, sizeof what, six[e->ee_type], (unsigned)e->ee_code, e->ee_info);
    else
        snprintf(what, sizeof what, "ICMP(type=%u, code=%u%s%.0u)", (unsigned)e->ee_type,
                 (unsigned)e->ee_code, e->ee_info ? ", nexthopmtu=" : "", e->ee_info);
    int at = snprintf(text, sizeof text,
                      echo->six ? "IPv6(src='%s', dst='%s', hlim=%d)/%s/"
                                  "IPerror6(src='%s', dst='%s', nh=58, plen=%u)/Raw(load=b'"
                                : "IP(src='%s', dst='%s', ttl=%d)/%s/"
                                  "IPerror(src='%s', dst='%s', proto=1, len=%u)/Raw(load=b'",
                      from, echo->from, heard->ttl, what, echo->from, echo->to,
                      echo->six ? n : n + 20);
    for (uint32_t i = 0; i < quoted; i++)
        at += sprintf(text + at, "\\x%02x", echo->room[i]);
    sprintf(text + at, "')");
    return build(echo, text, NULL, 0, len);
}

int clv_echo_read(struct clv_echo *echo, struct clv_frame *frame, const uint8_t **bytes)
{
    for (int queue = 0; queue < 2; queue++) {
        char control[512], from[CLV_ADDR_TEXT];
        struct sockaddr_storage peer;
        struct iovec iov = { echo->room, sizeof echo->room };
        struct msghdr msg = { .msg_name = &peer,
                              .msg_namelen = sizeof peer,
                              .msg_iov = &iov,
                              .msg_iovlen = 1,
                              .msg_control = control,
                              .msg_controllen = sizeof control };
        struct heard heard = { .error = NULL };
        uint32_t len;
        ssize_t n = recvmsg(echo->fd, &msg, MSG_DONTWAIT | (queue ? 0 : MSG_ERRQUEUE));
        if (n < 0)
            continue;
        read_notes(&msg, &heard);
        clv_arena_reset(echo->arena);
        if (!queue && (!heard.error || (heard.error->ee_origin != SO_EE_ORIGIN_ICMP &&
                                        heard.error->ee_origin != SO_EE_ORIGIN_ICMP6)))
            continue;
        if (queue)
            name_of((struct sockaddr *)&peer, from);
        if (!(queue ? build_answer(echo, &heard, from, (uint32_t)n, &len)
                    : build_error(echo, &heard, (uint32_t)n, &len)))
            continue;
        *frame = (struct clv_frame){ .sec = heard.when.tv_sec,
                                     .nsec = (uint32_t)heard.when.tv_nsec,
                                     .len = len,
                                     .caplen = len,
                                     .link = LINK_RAW,
                                     .iface = echo->iface.name };
        *bytes = echo->frame;
        return 1;
    }
    return 0;
}
