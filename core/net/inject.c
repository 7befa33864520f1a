/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One libnet context: whole frames to an interface, or IP packets to the kernel's routing. libnet
 * only injects here, it builds nothing. The kernel's time stamp of each packet, if wanted, is the
 * moment it took the packet, before any queue of the interface.
 */
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <libnet.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Stamps wait on the socket's error queue, by number, and are read some at a time. */
enum { STAMPS = 16384, STAMPS_WAIT = 64 };

struct stamp {
    uint64_t number; /* of the packet, from 1 */
    struct timespec when;
};

struct clv_inject {
    libnet_t *libnet;
    struct clv_iface iface;
    bool link, six, stamps;
    uint64_t sent, seen;  /* packets with a stamp; those whose stamps may have been read */
    struct stamp *latest; /* STAMPS of them, by number; NULL: none yet */
};

static struct clv_inject *open_libnet(int type, const struct clv_iface *iface, struct clv_err *err)
{
    char why[LIBNET_ERRBUF_SIZE] = "", what[64];
    struct clv_inject *inject = calloc(1, sizeof *inject);
    if (!inject) {
        clv_fail_memory(err);
        return NULL;
    }
    inject->iface = *iface;
    inject->link = type == LIBNET_LINK_ADV;
    inject->libnet = libnet_init(type, iface->name, why);
    if (inject->libnet) {
        fcntl(libnet_getfd(inject->libnet), F_SETFD, FD_CLOEXEC);
        return inject;
    }
    /* libnet keeps no errno: its text tells. */
    snprintf(what, sizeof what, "sending on %s", iface->name);
    if (strstr(why, "permitted") || strstr(why, "CAP_NET_RAW"))
        clv_fail_denied(err, what);
    else
        clv_fail(err, CLV_SYSTEM, "cannot send on %s: %.200s", iface->name, why);
    free(inject);
    return NULL;
}

static void want_stamps(struct clv_inject *inject)
{
    int fd = libnet_getfd(inject->libnet);
    int flags = SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_SOFTWARE |
                SOF_TIMESTAMPING_OPT_TSONLY | SOF_TIMESTAMPING_OPT_ID;
    inject->stamps = !setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags);
}

struct clv_inject *clv_inject_link(const struct clv_iface *iface, bool stamps, struct clv_err *err)
{
    struct clv_inject *inject = open_libnet(LIBNET_LINK_ADV, iface, err);
    /* libnet's packet socket also receives: let nothing in. */
    struct sock_filter none = { BPF_RET | BPF_K, 0, 0, 0 };
    struct sock_fprog program = { 1, &none };
    if (!inject)
        return NULL;
    setsockopt(libnet_getfd(inject->libnet), SOL_SOCKET, SO_ATTACH_FILTER, &program,
               sizeof program);
    if (stamps)
        want_stamps(inject);
    return inject;
}

struct clv_inject *clv_inject_ip(const struct clv_iface *iface, bool six, int bound, bool stamps,
                                 struct clv_err *err)
{
    char name[IF_NAMESIZE] = "";
    struct clv_inject *inject = open_libnet(six ? LIBNET_RAW6_ADV : LIBNET_RAW4_ADV, iface, err);
    if (!inject)
        return NULL;
    inject->six = six;
    /* For IPv6 libnet has bound it already: an empty name undoes that. */
    if ((bound && !if_indextoname((unsigned)bound, name)) ||
        ((bound || six) && setsockopt(libnet_getfd(inject->libnet), SOL_SOCKET, SO_BINDTODEVICE,
                                      name, (socklen_t)strlen(name)))) {
        clv_fail_sys(err, errno, "cannot bind a raw socket to %s", bound ? name : "no interface");
        clv_inject_close(inject);
        return NULL;
    }
    if (stamps)
        want_stamps(inject);
    return inject;
}

/* A message of the error queue: the time, and which packet's it is. */
static void take_stamp(struct clv_inject *inject, struct msghdr *msg)
{
    struct timespec when = { .tv_sec = 0 };
    struct sock_extended_err e = { .ee_origin = SO_EE_ORIGIN_NONE };
    for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPING)
            memcpy(&when, CMSG_DATA(c), sizeof when);
        else if (c->cmsg_len >= CMSG_LEN(sizeof e))
            memcpy(&e, CMSG_DATA(c), sizeof e);
    }
    if (!when.tv_sec || e.ee_origin != SO_EE_ORIGIN_TIMESTAMPING)
        return;
    /* The kernel counts from 0, in 32 bits; it is about one of the last packets. */
    uint64_t number = inject->sent - (uint32_t)((uint32_t)inject->sent - 1 - e.ee_data);
    inject->latest[number % STAMPS] = (struct stamp){ number, when };
}

static void read_stamps(struct clv_inject *inject)
{
    char control[STAMPS_WAIT][128];
    int n;
    if (!inject->latest && !(inject->latest = calloc(STAMPS, sizeof *inject->latest)))
        return;
    do {
        struct mmsghdr messages[STAMPS_WAIT] = { { .msg_len = 0 } };
        for (int i = 0; i < STAMPS_WAIT; i++) {
            messages[i].msg_hdr.msg_control = control[i];
            messages[i].msg_hdr.msg_controllen = sizeof control[i];
        }
        n = recvmmsg(libnet_getfd(inject->libnet), messages, STAMPS_WAIT,
                     MSG_ERRQUEUE | MSG_DONTWAIT, NULL);
        for (int i = 0; i < n; i++)
            take_stamp(inject, &messages[i].msg_hdr);
    } while (n == STAMPS_WAIT);
    inject->seen = inject->sent;
}

void clv_inject_stamp(struct clv_inject *inject, uint64_t number, struct timespec *when)
{
    if (!number || number > inject->sent)
        return;
    if (number > inject->seen)
        read_stamps(inject);
    const struct stamp *s = inject->latest ? &inject->latest[number % STAMPS] : NULL;
    if (!s || s->number != number)
        return;
    if (s->when.tv_sec > when->tv_sec ||
        (s->when.tv_sec == when->tv_sec && s->when.tv_nsec > when->tv_nsec))
        *when = s->when;
}

static bool fail_put(struct clv_inject *inject, uint32_t len, int sys, struct clv_err *err)
{
    const char *name = inject->iface.name;
    if (sys == EMSGSIZE)
        clv_fail(err, CLV_SYSTEM, "a packet of %u bytes does not fit %s: its mtu is %u", len, name,
                 inject->iface.mtu);
    else if (sys == ENETDOWN)
        clv_fail(err, CLV_SYSTEM, "cannot send on %s: the interface is down", name);
    else if (sys == ENXIO || sys == ENODEV)
        clv_fail(err, CLV_SYSTEM, "cannot send on %s: the interface is gone", name);
    else if (sys == EPERM)
        clv_fail(err, CLV_SYSTEM, "cannot send %u bytes on %s: a firewall rule forbids it", len,
                 name);
    else
        clv_fail_sys(err, sys, "cannot send %u bytes on %s", len, name);
    if (err)
        err->sys = sys;
    return false;
}

static ssize_t put_link(struct clv_inject *inject, const uint8_t *bytes, uint32_t len)
{
    struct sockaddr_ll to = { .sll_family = AF_PACKET,
                              .sll_ifindex = inject->iface.index,
                              .sll_protocol = htons(ETH_P_ALL) };
    return sendto(libnet_getfd(inject->libnet), bytes, len, 0, (struct sockaddr *)&to, sizeof to);
}

bool clv_inject_put(struct clv_inject *inject, const uint8_t *bytes, uint32_t len,
                    struct timespec *when, uint64_t *number, struct clv_err *err)
{
    int64_t patience = clv_now() + CLV_SECOND;
    for (;;) {
        if (when)
            clock_gettime(CLOCK_REALTIME, when);
        errno = 0;
        ssize_t n = inject->link  ? put_link(inject, bytes, len)
                    : inject->six ? libnet_write_raw_ipv6(inject->libnet, bytes, len)
                                  : libnet_adv_write_raw_ipv4(inject->libnet, bytes, len);
        int sys = errno;
        if (n >= 0 && (uint32_t)n == len)
            break;
        if (n >= 0)
            sys = EMSGSIZE;
        /* A full queue empties; an old stamp or error on the socket is not this packet's. */
        if ((sys != ENOBUFS && sys != EAGAIN && sys != EINTR) || clv_now() > patience)
            return fail_put(inject, len, sys ? sys : EIO, err);
        if (sys != EINTR)
            nanosleep(&(struct timespec){ .tv_nsec = 100000 }, NULL);
    }
    if (inject->stamps && ++inject->sent - inject->seen >= STAMPS_WAIT)
        read_stamps(inject);
    if (number)
        *number = inject->stamps ? inject->sent : 0;
    return true;
}

int clv_inject_many(struct clv_inject *inject, struct iovec *packets, uint32_t n,
                    struct clv_err *err)
{
    struct mmsghdr messages[CLV_BURST] = { { .msg_len = 0 } };
    struct sockaddr_in to[CLV_BURST] = { { .sin_family = AF_INET } };
    struct sockaddr_ll link = { .sll_family = AF_PACKET,
                                .sll_ifindex = inject->iface.index,
                                .sll_protocol = htons(ETH_P_ALL) };
    bool many = n > 1 && !inject->six && !inject->stamps;
    for (uint32_t i = 0; many && i < n; i++) {
        struct msghdr *m = &messages[i].msg_hdr;
        m->msg_iov = &packets[i];
        m->msg_iovlen = 1;
        m->msg_name = &link;
        m->msg_namelen = sizeof link;
        if (inject->link)
            continue;
        to[i].sin_family = AF_INET;
        memcpy(&to[i].sin_addr, (const uint8_t *)packets[i].iov_base + 16, 4);
        m->msg_name = &to[i];
        m->msg_namelen = sizeof to[i];
    }
    int sent = many ? sendmmsg(libnet_getfd(inject->libnet), messages, n, 0) : 0;
    if (sent > 0)
        return sent;
    /* One alone, libnet's way, which waits where a queue is full and knows what is wrong. */
    return clv_inject_put(inject, packets[0].iov_base, (uint32_t)packets[0].iov_len, NULL, NULL,
                          err)
               ? 1
               : -1;
}

void clv_inject_close(struct clv_inject *inject)
{
    if (!inject)
        return;
    libnet_destroy(inject->libnet);
    free(inject->latest);
    free(inject);
}
