/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet socket without a ring, for the few packets that an exchange waits for: the kernel makes
 * and takes down rings slowly, waiting for all its processors each time. Ethernet only; what it
 * gives is what libpcap gives: inbound packets, their VLAN tag put back, the kernel's time.
 */
#include "live.h"

#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROOM = 262144, TAG = 4, TAG_AT = 12 };

struct clv_plain {
    int fd, index; /* of the interface */
    uint64_t dropped;
    uint8_t bytes[TAG + ROOM];
};

/* Is it a plain Ethernet, whose frames carry no tag of a switch? */
static bool is_ethernet(int fd, const char *iface)
{
    char path[64];
    struct ifreq ifr = { .ifr_flags = 0 };
    snprintf(ifr.ifr_name, sizeof ifr.ifr_name, "%.15s", iface);
    if (ioctl(fd, SIOCGIFHWADDR, &ifr) ||
        (ifr.ifr_hwaddr.sa_family != ARPHRD_ETHER && ifr.ifr_hwaddr.sa_family != ARPHRD_LOOPBACK))
        return false;
    snprintf(path, sizeof path, "/sys/class/net/%.15s/dsa/tagging", iface);
    return access(path, F_OK);
}

/* It receives nothing before it is bound; then only what the filter takes. */
static bool begin(struct clv_plain *plain, const char *iface, uint32_t buffer)
{
    struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
    int on = 1, size = (int)buffer, fd = plain->fd;
    to.sll_ifindex = (int)if_nametoindex(iface);
    if (size && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    plain->index = to.sll_ifindex;
    return to.sll_ifindex && is_ethernet(fd, iface) &&
           !setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) &&
           !setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on) &&
           !bind(fd, (struct sockaddr *)&to, sizeof to);
}

struct clv_plain *clv_plain_open(const char *iface, uint32_t buffer, const char *filter)
{
    struct clv_plain *plain = malloc(sizeof *plain);
    if (!plain)
        return NULL;
    plain->dropped = 0;
    plain->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (plain->fd >= 0 && clv_plain_filter(plain, filter) && begin(plain, iface, buffer))
        return plain;
    clv_plain_close(plain);
    return NULL;
}

void clv_plain_close(struct clv_plain *plain)
{
    if (plain && plain->fd >= 0)
        close(plain->fd);
    free(plain);
}

int clv_plain_fd(const struct clv_plain *plain)
{
    return plain->fd;
}

bool clv_plain_filter(struct clv_plain *plain, const char *text)
{
    struct bpf_program program;
    pcap_t *dead = pcap_open_dead(DLT_EN10MB, ROOM);
    if (!dead)
        return false;
    bool ok = !pcap_compile(dead, &program, text, 1, PCAP_NETMASK_UNKNOWN);
    if (ok) {
        struct sock_fprog code = { (unsigned short)program.bf_len,
                                   (struct sock_filter *)program.bf_insns };
        ok = program.bf_len <= USHRT_MAX &&
             !setsockopt(plain->fd, SOL_SOCKET, SO_ATTACH_FILTER, &code, sizeof code);
        pcap_freecode(&program);
    }
    pcap_close(dead);
    return ok;
}

/* An interface that is down may come up again; one that is gone does not. */
static int failed(const struct clv_plain *plain, int sys)
{
    char name[IF_NAMESIZE];
    if (sys == ENETDOWN && !if_indextoname((unsigned)plain->index, name))
        return -ENODEV;
    return sys == EAGAIN || sys == EINTR || sys == ENETDOWN ? 0 : -sys;
}

/* The tag that the kernel took out of the frame goes back to where it was. */
static void put_tag(struct clv_frame *frame, uint8_t *p, const struct tpacket_auxdata *aux)
{
    uint16_t type = aux->tp_status & TP_STATUS_VLAN_TPID_VALID ? aux->tp_vlan_tpid : ETH_P_8021Q;
    memmove(p, p + TAG, TAG_AT);
    p[TAG_AT] = (uint8_t)(type >> 8);
    p[TAG_AT + 1] = (uint8_t)type;
    p[TAG_AT + 2] = (uint8_t)(aux->tp_vlan_tci >> 8);
    p[TAG_AT + 3] = (uint8_t)aux->tp_vlan_tci;
    frame->caplen += TAG;
    frame->len += TAG;
}

int clv_plain_next(struct clv_plain *plain, struct clv_frame *frame, const uint8_t **bytes)
{
    union {
        struct cmsghdr align;
        char room[256];
    } control;
    struct sockaddr_ll from;
    struct iovec data = { plain->bytes + TAG, ROOM };
    struct tpacket_auxdata aux = { .tp_status = 0 };
    struct timespec when = { .tv_sec = 0 };
    ssize_t n;
    do {
        struct msghdr msg = { &from, sizeof from, &data, 1, &control, sizeof control, 0 };
        n = recvmsg(plain->fd, &msg, MSG_TRUNC);
        if (n < 0)
            return failed(plain, errno);
        for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
            if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS)
                memcpy(&when, CMSG_DATA(c), sizeof when);
            if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA)
                memcpy(&aux, CMSG_DATA(c), sizeof aux);
        }
    } while (from.sll_pkttype == PACKET_OUTGOING);
    *frame = (struct clv_frame){
        .sec = when.tv_sec,
        .nsec = (uint32_t)when.tv_nsec,
        .len = (uint32_t)n,
        .caplen = n < ROOM ? (uint32_t)n : ROOM,
        .link = LINK_ETHERNET,
    };
    *bytes = plain->bytes + TAG;
    if (aux.tp_status & TP_STATUS_VLAN_VALID && frame->caplen >= TAG_AT) {
        put_tag(frame, plain->bytes, &aux);
        *bytes = plain->bytes;
    }
    return 1;
}

uint64_t clv_plain_dropped(struct clv_plain *plain)
{
    struct tpacket_stats stats = { 0 };
    socklen_t n = sizeof stats;
    /* Each look sets the kernel's counter back. */
    if (!getsockopt(plain->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &n))
        plain->dropped += stats.tp_drops;
    return plain->dropped;
}
