/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel knows: routes, neighbours, interfaces, over rtnetlink. Nothing is kept from one
 * question to the next, but for a second where packets follow each other.
 */
#include "../model/kind.h"
#include "live.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

enum { ROOM = 8192 };

bool clv_netlink_open(struct clv_netlink *netlink, bool keep, struct clv_err *err)
{
    struct timeval patience = { .tv_sec = 2 };
    *netlink = (struct clv_netlink){ .seq = (uint32_t)clv_now() };
    netlink->kept = keep ? calloc(CLV_KEPT, sizeof *netlink->kept) : NULL;
    netlink->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    if (!netlink->socket || mnl_socket_bind(netlink->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
        clv_fail_sys(err, errno, "cannot ask the kernel for routes");
        clv_netlink_close(netlink);
        return false;
    }
    setsockopt(mnl_socket_get_fd(netlink->socket), SOL_SOCKET, SO_RCVTIMEO, &patience,
               sizeof patience);
    return true;
}

void clv_netlink_forget(struct clv_netlink *netlink)
{
    if (netlink->kept)
        memset(netlink->kept, 0, CLV_KEPT * sizeof *netlink->kept);
}

void clv_netlink_close(struct clv_netlink *netlink)
{
    if (netlink->socket)
        mnl_socket_close(netlink->socket);
    netlink->socket = NULL;
    free(netlink->kept);
    netlink->kept = NULL;
}

/* Ask, and hand each answer to cb. Returns 0 or an errno. */
static int ask(struct clv_netlink *netlink, struct nlmsghdr *question, mnl_cb_t cb, void *user)
{
    char buf[4 * ROOM];
    unsigned port = mnl_socket_get_portid(netlink->socket);
    question->nlmsg_seq = ++netlink->seq;
    if (mnl_socket_sendto(netlink->socket, question, question->nlmsg_len) < 0)
        return errno;
    for (;;) {
        ssize_t n = mnl_socket_recvfrom(netlink->socket, buf, sizeof buf);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n ? errno : EPROTO;
        int rc = mnl_cb_run(buf, (size_t)n, question->nlmsg_seq, port, cb, user);
        /* An answer to a question that was given up on: not ours any more. */
        if (rc < 0 && (errno == EPROTO || errno == ESRCH) &&
            ((struct nlmsghdr *)buf)->nlmsg_seq != question->nlmsg_seq)
            continue;
        if (rc < 0)
            return errno;
        if (rc == MNL_CB_STOP)
            return 0;
    }
}

static struct nlmsghdr *question(char *buf, uint16_t type, uint16_t flags)
{
    struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
    h->nlmsg_type = type;
    h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    return h;
}

static void addr_from(struct clv_addr *addr, const struct nlattr *attr)
{
    uint16_t n = attr ? mnl_attr_get_payload_len(attr) : 0;
    if (!n || n > sizeof addr->bytes)
        return;
    addr->len = (uint8_t)n;
    memcpy(addr->bytes, mnl_attr_get_payload(attr), n);
}

enum { ATTRS = 64 };

static int on_attr(const struct nlattr *attr, void *user)
{
    const struct nlattr **attrs = user;
    uint16_t type = mnl_attr_get_type(attr);
    if (type < ATTRS)
        attrs[type] = attr;
    return MNL_CB_OK;
}

static bool addr_same(const struct clv_addr *a, const struct clv_addr *b)
{
    return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

const char *clv_addr_text(const struct clv_addr *addr, char *to)
{
    int family = addr->len == 16 ? AF_INET6 : AF_INET;
    if ((addr->len != 4 && addr->len != 16) || !inet_ntop(family, addr->bytes, to, CLV_ADDR_TEXT))
        snprintf(to, CLV_ADDR_TEXT, "no address");
    return to;
}

/* ---- Interfaces. */

/* What pcap calls the frames of this hardware; devices without a header carry bare IP. */
static int link_of(unsigned short type)
{
    switch (type) {
    case ARPHRD_ETHER:
    case ARPHRD_LOOPBACK: return LINK_ETHERNET;
    case ARPHRD_PPP:
    case ARPHRD_TUNNEL:
    case ARPHRD_TUNNEL6:
    case ARPHRD_SIT:
    case ARPHRD_IPGRE:
    case ARPHRD_IP6GRE:
    case ARPHRD_RAWIP:
    case ARPHRD_NONE: return LINK_RAW;
    case ARPHRD_IEEE80211: return 105;
    case ARPHRD_IEEE80211_PRISM: return 119;
    case ARPHRD_IEEE80211_RADIOTAP: return 127;
    case ARPHRD_CAN: return 227;
    case ARPHRD_NETLINK: return 253;
    default: return -1;
    }
}

struct list {
    struct clv_iface *ifaces;
    int n, max;
};

static int on_link(const struct nlmsghdr *h, void *user)
{
    struct list *list = user;
    const struct ifinfomsg *info = mnl_nlmsg_get_payload(h);
    struct clv_iface iface = { .index = info->ifi_index, .link = link_of(info->ifi_type) };
    const struct nlattr *attrs[ATTRS] = { 0 };
    if (h->nlmsg_type != RTM_NEWLINK)
        return MNL_CB_OK;
    mnl_attr_parse(h, sizeof *info, on_attr, attrs);
    if (attrs[IFLA_IFNAME])
        snprintf(iface.name, sizeof iface.name, "%.15s", mnl_attr_get_str(attrs[IFLA_IFNAME]));
    if (attrs[IFLA_MTU])
        iface.mtu = mnl_attr_get_u32(attrs[IFLA_MTU]);
    /* What a tunnel calls its address is the one of its outer header. */
    if (iface.link != LINK_RAW) {
        addr_from(&iface.addr, attrs[IFLA_ADDRESS]);
        addr_from(&iface.broadcast, attrs[IFLA_BROADCAST]);
    }
    if (info->ifi_flags & IFF_UP)
        iface.flags |= CLV_IFACE_UP;
    if (info->ifi_flags & IFF_LOOPBACK)
        iface.flags |= CLV_IFACE_LOOPBACK;
    if (info->ifi_flags & (IFF_NOARP | IFF_LOOPBACK | IFF_POINTOPOINT))
        iface.flags |= CLV_IFACE_NO_NEIGHBOURS;
    if (info->ifi_flags & IFF_RUNNING)
        iface.flags |= CLV_IFACE_RUNNING;
    if (list->n < list->max)
        list->ifaces[list->n] = iface;
    list->n++;
    return MNL_CB_OK;
}

static int list_links(struct clv_netlink *netlink, struct list *list)
{
    char buf[ROOM];
    struct nlmsghdr *h = question(buf, RTM_GETLINK, NLM_F_DUMP);
    struct ifinfomsg *info = mnl_nlmsg_put_extra_header(h, sizeof *info);
    info->ifi_family = AF_UNSPEC;
    return ask(netlink, h, on_link, list);
}

static bool no_such_iface(struct clv_netlink *netlink, const char *name, struct clv_err *err)
{
    struct clv_iface there[16];
    struct list list = { .ifaces = there, .max = (int)clv_len(there) };
    char names[16 * 18] = "";
    size_t n = 0;
    if (list_links(netlink, &list))
        list.n = 0;
    for (int i = 0; i < list.n && i < list.max; i++)
        n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", i ? ", " : "", there[i].name);
    return clv_fail(err, CLV_NO_ROUTE, "no interface '%.40s'; there are: %s%s", name, names,
                    list.n > list.max ? ", ..." : "");
}

/* By index, or by name where the index is 0. Returns 0 or an errno. */
static int get_link(struct clv_netlink *netlink, int index, const char *name,
                    struct clv_iface *iface)
{
    char buf[ROOM];
    struct list list = { .ifaces = iface, .max = 1 };
    struct nlmsghdr *h = question(buf, RTM_GETLINK, NLM_F_ACK);
    struct ifinfomsg *info = mnl_nlmsg_put_extra_header(h, sizeof *info);
    info->ifi_family = AF_UNSPEC;
    info->ifi_index = index;
    if (!index)
        mnl_attr_put_strz(h, IFLA_IFNAME, name);
    int rc = ask(netlink, h, on_link, &list);
    return rc ? rc : list.n ? 0 : ENODEV;
}

bool clv_netlink_iface(struct clv_netlink *netlink, const char *name, struct clv_iface *iface,
                       struct clv_err *err)
{
    size_t n = strlen(name);
    int rc = n && n < sizeof iface->name ? get_link(netlink, 0, name, iface) : ENODEV;
    if (rc == ENODEV || rc == EINVAL || rc == ERANGE)
        return no_such_iface(netlink, name, err);
    return !rc || clv_fail_sys(err, rc, "cannot ask the kernel for the interface '%s'", name);
}

/* ---- Routes. */

static enum clv_reach reach_of(unsigned char type)
{
    switch (type) {
    case RTN_LOCAL: return CLV_REACH_SELF;
    case RTN_BROADCAST: return CLV_REACH_BROADCAST;
    case RTN_MULTICAST: return CLV_REACH_MULTICAST;
    default: return CLV_REACH_HOST;
    }
}

static int on_route(const struct nlmsghdr *h, void *user)
{
    struct clv_route *route = user;
    const struct rtmsg *rt = mnl_nlmsg_get_payload(h);
    const struct nlattr *attrs[ATTRS] = { 0 };
    if (h->nlmsg_type != RTM_NEWROUTE)
        return MNL_CB_OK;
    mnl_attr_parse(h, sizeof *rt, on_attr, attrs);
    route->reach = reach_of(rt->rtm_type);
    if (attrs[RTA_OIF])
        route->iface.index = (int)mnl_attr_get_u32(attrs[RTA_OIF]);
    addr_from(&route->src, attrs[RTA_PREFSRC]);
    addr_from(&route->via, attrs[RTA_GATEWAY]);
    /* An IPv4 route through an IPv6 gateway: two bytes of family, then the address. */
    if (attrs[RTA_VIA] && mnl_attr_get_payload_len(attrs[RTA_VIA]) == 2 + 16) {
        route->via.len = 16;
        memcpy(route->via.bytes, (const char *)mnl_attr_get_payload(attrs[RTA_VIA]) + 2, 16);
    }
    return MNL_CB_OK;
}

static int ask_route(struct clv_netlink *netlink, const struct clv_addr *dst,
                     const struct clv_addr *src, int oif, struct clv_route *route)
{
    char buf[ROOM];
    struct nlmsghdr *h = question(buf, RTM_GETROUTE, NLM_F_ACK);
    struct rtmsg *rt = mnl_nlmsg_put_extra_header(h, sizeof *rt);
    rt->rtm_family = dst->len == 16 ? AF_INET6 : AF_INET;
    rt->rtm_dst_len = (unsigned char)(dst->len * 8);
    mnl_attr_put(h, RTA_DST, dst->len, dst->bytes);
    if (src) {
        rt->rtm_src_len = rt->rtm_dst_len;
        mnl_attr_put(h, RTA_SRC, src->len, src->bytes);
    }
    if (oif)
        mnl_attr_put_u32(h, RTA_OIF, (uint32_t)oif);
    int rc = ask(netlink, h, on_route, route);
    return rc ? rc : route->iface.index ? 0 : ENETUNREACH;
}

/* No destination and no name: the one interface that is up, where that is no guess. */
static bool lone_iface(struct clv_netlink *netlink, struct clv_route *route, struct clv_err *err)
{
    struct clv_iface all[256];
    struct list list = { .ifaces = all, .max = (int)clv_len(all) };
    int found = 0, rc = list_links(netlink, &list);
    if (rc)
        return clv_fail_sys(err, rc, "cannot ask the kernel for interfaces");
    for (int i = 0; i < list.n && i < list.max; i++)
        if (all[i].flags & CLV_IFACE_UP && !(all[i].flags & CLV_IFACE_LOOPBACK)) {
            route->iface = all[i];
            found++;
        }
    if (found == 1)
        return true;
    return clv_fail(err, CLV_NO_ROUTE,
                    "the packet names no destination, so no route, and %d interfaces are up: "
                    "name one with --iface",
                    found);
}

static bool find_route(struct clv_netlink *netlink, const struct clv_addr *dst,
                       const struct clv_addr *src, const char *iface, struct clv_route *route,
                       struct clv_err *err)
{
    char text[CLV_ADDR_TEXT];
    int oif = 0;
    *route = (struct clv_route){ .dst = *dst };
    if (iface) {
        if (!clv_netlink_iface(netlink, iface, &route->iface, err))
            return false;
        oif = route->asked = route->iface.index;
        if (!(route->iface.flags & CLV_IFACE_UP))
            return clv_fail(err, CLV_NO_ROUTE, "interface %s is down", iface);
    }
    if (!dst->len)
        return iface ? true : lone_iface(netlink, route, err);
    /* The kernel takes an address that is not ours for a mistake: then the rules do not see it. */
    int rc = src && src->len == dst->len ? ask_route(netlink, dst, src, oif, route) : EINVAL;
    if (rc)
        rc = ask_route(netlink, dst, NULL, oif, route);
    if (rc) {
        clv_fail(err, CLV_NO_ROUTE, "no route to %s%s%s: %s", clv_addr_text(dst, text),
                 iface ? " through " : "", iface ? iface : "", strerror(rc));
        if (err)
            err->sys = rc;
        return false;
    }
    rc = get_link(netlink, route->iface.index, NULL, &route->iface);
    return !rc ||
           clv_fail_sys(err, rc, "cannot ask the kernel for interface %d", route->iface.index);
}

/* Where answers about a destination are kept; NULL: nowhere. */
static struct clv_kept *kept_at(const struct clv_netlink *netlink, const struct clv_addr *dst)
{
    uint32_t h = 0;
    for (int i = 0; i < dst->len; i++)
        h = h * 31 + dst->bytes[i];
    return netlink->kept && dst->len ? &netlink->kept[h % CLV_KEPT] : NULL;
}

bool clv_netlink_route(struct clv_netlink *netlink, const struct clv_addr *dst,
                       const struct clv_addr *src, const char *iface, struct clv_route *route,
                       struct clv_err *err)
{
    const struct clv_addr none = { 0 }, *from = src ? src : &none;
    struct clv_kept *kept = kept_at(netlink, dst);
    const char *name = iface ? iface : "";
    if (kept && kept->until > clv_now() && addr_same(&kept->route.dst, dst) &&
        addr_same(&kept->src, from) && !strcmp(kept->iface, name)) {
        *route = kept->route;
        route->peer.len = 0;
        return true;
    }
    if (!find_route(netlink, dst, src, iface, route, err))
        return false;
    if (kept && strlen(name) < sizeof kept->iface) {
        *kept = (struct clv_kept){ .route = *route, .src = *from, .until = clv_now() + CLV_SECOND };
        memcpy(kept->iface, name, strlen(name));
    }
    return true;
}

/* ---- Neighbours. */

struct seen {
    const struct clv_addr *addr;
    struct clv_addr *peer;
};

static int on_neighbour(const struct nlmsghdr *h, void *user)
{
    struct seen *seen = user;
    const struct ndmsg *nd = mnl_nlmsg_get_payload(h);
    struct clv_addr addr = { 0 }, peer = { 0 };
    const struct nlattr *attrs[ATTRS] = { 0 };
    unsigned usable = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT | NUD_NOARP;
    if (h->nlmsg_type != RTM_NEWNEIGH)
        return MNL_CB_OK;
    mnl_attr_parse(h, sizeof *nd, on_attr, attrs);
    addr_from(&addr, attrs[NDA_DST]);
    addr_from(&peer, attrs[NDA_LLADDR]);
    if (nd->ndm_state & usable && addr_same(&addr, seen->addr))
        *seen->peer = peer;
    return MNL_CB_OK;
}

const struct clv_addr *clv_route_hop(const struct clv_route *route)
{
    return route->via.len ? &route->via : &route->dst;
}

/* Groups have their hardware address computed; broadcast is the link's own. */
static bool peer_of_group(struct clv_route *route)
{
    uint64_t link = clv_link_group(route->dst.bytes, route->dst.len);
    if (route->reach == CLV_REACH_BROADCAST)
        route->peer = route->iface.broadcast;
    else if (route->reach == CLV_REACH_MULTICAST && link)
        for (route->peer.len = 0; route->peer.len < 6; route->peer.len++)
            route->peer.bytes[route->peer.len] = (uint8_t)(link >> (40 - 8 * route->peer.len));
    return route->peer.len;
}

static bool find_peer(struct clv_netlink *netlink, struct clv_route *route)
{
    char buf[ROOM];
    const struct clv_addr *hop = clv_route_hop(route);
    struct seen seen = { .addr = hop, .peer = &route->peer };
    if (route->iface.flags & CLV_IFACE_LOOPBACK) {
        route->peer = route->iface.addr;
        return true;
    }
    if (peer_of_group(route))
        return true;
    if (!hop->len || route->iface.link == LINK_RAW)
        return false;
    struct nlmsghdr *h = question(buf, RTM_GETNEIGH, NLM_F_ACK);
    struct ndmsg *nd = mnl_nlmsg_put_extra_header(h, sizeof *nd);
    nd->ndm_family = hop->len == 16 ? AF_INET6 : AF_INET;
    nd->ndm_ifindex = route->iface.index;
    mnl_attr_put(h, NDA_DST, hop->len, hop->bytes);
    /* A kernel before 5.0 cannot be asked for one neighbour: then it is not known. */
    ask(netlink, h, on_neighbour, &seen);
    return route->peer.len;
}

bool clv_netlink_peer(struct clv_netlink *netlink, struct clv_route *route)
{
    struct clv_kept *kept = kept_at(netlink, &route->dst);
    bool ours = kept && kept->until > clv_now() && addr_same(&kept->route.dst, &route->dst) &&
                addr_same(clv_route_hop(&kept->route), clv_route_hop(route)) &&
                kept->route.iface.index == route->iface.index;
    if (ours && kept->route.peer.len) {
        route->peer = kept->route.peer;
        return true;
    }
    if (!find_peer(netlink, route))
        return false;
    if (ours)
        kept->route.peer = route->peer;
    return true;
}

/* ---- The same, with a socket for one question. */

bool clv_iface_find(const char *name, struct clv_iface *iface, struct clv_err *err)
{
    struct clv_netlink netlink;
    *iface = (struct clv_iface){ .link = -1 };
    bool ok = clv_netlink_open(&netlink, false, err) &&
              clv_netlink_iface(&netlink, name, iface, err);
    clv_netlink_close(&netlink);
    return ok;
}

int clv_iface_list(struct clv_iface *ifaces, int max, struct clv_err *err)
{
    struct clv_netlink netlink;
    struct list list = { .ifaces = ifaces, .max = max };
    if (!clv_netlink_open(&netlink, false, err))
        return -1;
    int rc = list_links(&netlink, &list);
    clv_netlink_close(&netlink);
    if (!rc)
        return list.n;
    clv_fail_sys(err, rc, "cannot ask the kernel for interfaces");
    return -1;
}

bool clv_route_find(const struct clv_addr *dst, const char *iface, struct clv_route *route,
                    struct clv_err *err)
{
    struct clv_netlink netlink;
    struct clv_addr none = { 0 };
    *route = (struct clv_route){ .iface.link = -1 };
    bool ok = clv_netlink_open(&netlink, false, err) &&
              clv_netlink_route(&netlink, dst ? dst : &none, NULL, iface, route, err);
    clv_netlink_close(&netlink);
    return ok;
}

bool clv_route_peer(struct clv_route *route)
{
    struct clv_netlink netlink;
    bool ok = clv_netlink_open(&netlink, false, NULL) && clv_netlink_peer(&netlink, route);
    clv_netlink_close(&netlink);
    return ok;
}

void clv_route_print(const struct clv_route *route, struct clv_out *out)
{
    char text[CLV_ADDR_TEXT];
    if (route->dst.len)
        clv_out_str(out, clv_addr_text(&route->dst, text));
    if (route->via.len) {
        clv_out_str(out, " via ");
        clv_out_str(out, clv_addr_text(&route->via, text));
    }
    clv_out_str(out, route->dst.len ? " dev " : "dev ");
    clv_out_safe(out, route->iface.name, strlen(route->iface.name));
    if (route->src.len) {
        clv_out_str(out, " src ");
        clv_out_str(out, clv_addr_text(&route->src, text));
    }
    if (route->peer.len == 6) {
        clv_out_str(out, " lladdr ");
        clv_out_mac(out, route->peer.bytes);
    }
}
