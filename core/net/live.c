/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capture through libpcap: immediate mode, nanoseconds where offered, never blocking but in
 * clv_wait(), which alone knows deadlines and stop flags.
 */
#include "live.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SNAPLEN = 262144, BUFFER = 8 << 20, SLICE = 50 * 1000 * 1000 };

struct clv_capture {
    pcap_t *pcap;
    char iface[64];
    int fd, link;
    bool nano, over;
    const volatile sig_atomic_t *stop;
    uint64_t number;
    struct clv_capture_stats stats;
    uint32_t last_drop, last_ifdrop;
};

int64_t clv_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * CLV_SECOND + t.tv_nsec;
}

bool clv_fail_denied(struct clv_err *err, const char *what)
{
    char self[256];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = 0;
    if (err && !err->code)
        err->sys = EPERM;
    return clv_fail(err, CLV_DENIED,
                    "%s is not permitted: run as root, or allow it once with "
                    "'sudo setcap cap_net_raw+ep %s'",
                    what, n > 0 ? self : "PROGRAM");
}

bool clv_wait(struct pollfd *fds, uint32_t n, int64_t deadline, const volatile sig_atomic_t *stop,
              struct clv_err *err)
{
    for (;;) {
        bool stopped = stop && *stop;
        int64_t left = deadline == CLV_FOREVER ? CLV_FOREVER : deadline - clv_now();
        if (left < 0 || stopped)
            left = 0;
        /* A signal just before the wait would be slept through: look again soon. */
        int64_t slice = stop && left > SLICE ? SLICE : left;
        struct timespec t = { .tv_sec = slice / CLV_SECOND, .tv_nsec = slice % CLV_SECOND };
        int rc = ppoll(fds, n, slice == CLV_FOREVER ? NULL : &t, NULL);
        if (rc < 0 && errno != EINTR)
            return clv_fail_sys(err, errno, "cannot wait for packets");
        if (rc > 0 || !left)
            return true;
    }
}

int clv_linktype(int dlt)
{
    switch (dlt) {
    case DLT_RAW: return LINK_RAW;
    case DLT_ATM_RFC1483: return 100;
    case DLT_SLIP_BSDOS: return 102;
    case DLT_PPP_BSDOS: return 103;
    default: return dlt;
    }
}

/* ---- Opening. */

static bool fail_open(struct clv_err *err, pcap_t *pcap, int rc, const char *iface)
{
    struct clv_iface there;
    if (rc == PCAP_ERROR_PERM_DENIED || rc == PCAP_ERROR_PROMISC_PERM_DENIED) {
        char what[96];
        snprintf(what, sizeof what, "capturing on %.40s", iface);
        return clv_fail_denied(err, what);
    }
    if (rc == PCAP_ERROR_NO_SUCH_DEVICE)
        return clv_iface_find(iface, &there, err) &&
               clv_fail(err, CLV_SYSTEM, "cannot capture on %s: the system has no capture there",
                        iface);
    if (rc == PCAP_ERROR_IFACE_NOT_UP)
        return clv_fail(err, CLV_SYSTEM, "cannot capture on %s: the interface is down", iface);
    const char *why = pcap_geterr(pcap);
    return clv_fail(err, CLV_SYSTEM, "cannot capture on %s: %s", iface,
                    why && *why ? why : pcap_statustostr(rc));
}

bool clv_capture_refilter(struct clv_capture *capture, const char *text, struct clv_err *err)
{
    struct bpf_program program;
    if (!text)
        text = "";
    if (pcap_compile(capture->pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN))
        return clv_fail(err, CLV_BAD_TEXT, "capture filter '%.200s': %s", text,
                        pcap_geterr(capture->pcap));
    int rc = pcap_setfilter(capture->pcap, &program);
    pcap_freecode(&program);
    return !rc || clv_fail(err, CLV_SYSTEM, "cannot set the capture filter '%.200s' on %s: %s",
                           text, capture->iface, pcap_geterr(capture->pcap));
}

static bool activate(struct clv_capture *capture, const struct clv_capture_opts *opts,
                     struct clv_err *err)
{
    char why[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = capture->pcap = pcap_create(opts->iface, why);
    if (!pcap)
        return clv_fail(err, CLV_SYSTEM, "cannot capture on %s: %s", capture->iface, why);
    pcap_set_snaplen(pcap, opts->snaplen ? (int)opts->snaplen : SNAPLEN);
    pcap_set_promisc(pcap, opts->promisc);
    /* Immediate mode has slots of one size, the largest; blocks are filled to the last byte. */
    pcap_set_immediate_mode(pcap, !opts->bulk);
    if (opts->bulk)
        pcap_set_timeout(pcap, 20);
    pcap_set_buffer_size(pcap, opts->buffer ? (int)opts->buffer : BUFFER);
    pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
    int rc = pcap_activate(pcap);
    if (rc < 0)
        return fail_open(err, pcap, rc, capture->iface);
    if (pcap_setnonblock(pcap, 1, why))
        return clv_fail(err, CLV_SYSTEM, "cannot capture on %s: %s", capture->iface, why);
    if (opts->inbound && pcap_setdirection(pcap, PCAP_D_IN))
        return clv_fail(err, CLV_SYSTEM, "cannot capture one direction on %s: %s", capture->iface,
                        pcap_geterr(pcap));
    capture->nano = pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO;
    capture->fd = pcap_get_selectable_fd(pcap);
    capture->link = clv_linktype(pcap_datalink(pcap));
    return true;
}

struct clv_capture *clv_capture_open(const struct clv_capture_opts *opts, struct clv_err *err)
{
    if (!opts->iface || !*opts->iface) {
        clv_fail(err, CLV_NO_ROUTE, "no interface was named to capture on");
        return NULL;
    }
    if (opts->snaplen > INT32_MAX || opts->buffer > INT32_MAX) {
        clv_fail(err, CLV_LIMIT, "snap length and buffer are at most %d bytes", INT32_MAX);
        return NULL;
    }
    struct clv_capture *capture = calloc(1, sizeof *capture);
    if (!capture) {
        clv_fail_memory(err);
        return NULL;
    }
    snprintf(capture->iface, sizeof capture->iface, "%s", opts->iface);
    capture->stop = opts->stop;
    capture->fd = -1;
    if (activate(capture, opts, err) &&
        (!opts->filter || clv_capture_refilter(capture, opts->filter, err)))
        return capture;
    clv_capture_close(capture);
    return NULL;
}

int clv_capture_link(const struct clv_capture *capture)
{
    return capture->link;
}

int clv_capture_fd(const struct clv_capture *capture)
{
    return capture->fd;
}

/* ---- Packets. */

static int take(struct clv_capture *capture, struct clv_frame *frame, const uint8_t **bytes,
                struct clv_err *err)
{
    struct pcap_pkthdr *h;
    int rc = pcap_next_ex(capture->pcap, &h, bytes);
    if (rc == 0)
        return 0;
    if (rc < 0) {
        clv_fail(err, CLV_SYSTEM, "capturing on %s ended: %s", capture->iface,
                 rc == PCAP_ERROR_BREAK ? "interrupted" : pcap_geterr(capture->pcap));
        return -1;
    }
    capture->stats.received++;
    *frame = (struct clv_frame){
        .number = ++capture->number,
        .sec = h->ts.tv_sec,
        .nsec = (uint32_t)(capture->nano ? h->ts.tv_usec : h->ts.tv_usec * 1000),
        .len = h->len,
        .caplen = h->caplen,
        .link = capture->link,
        .iface = capture->iface,
    };
    return 1;
}

int clv_capture_next(struct clv_capture *capture, int64_t deadline, struct clv_frame *frame,
                     const uint8_t **bytes, struct clv_err *err)
{
    for (;;) {
        /* What a device cannot wait on is looked at a hundred times a second. */
        struct pollfd fd = { .fd = capture->fd, .events = POLLIN };
        if (capture->stop && *capture->stop)
            return 0;
        int rc = take(capture, frame, bytes, err);
        if (rc)
            return rc;
        int64_t now = clv_now();
        if (deadline <= now)
            return 0;
        int64_t until = capture->fd < 0 && deadline - now > SLICE / 5 ? now + SLICE / 5 : deadline;
        if (!clv_wait(&fd, 1, until, capture->stop, err))
            return -1;
    }
}

/* libpcap's counters have 32 bits and wrap; one that seems to go back says nothing. */
static void count(uint64_t *sum, uint32_t *last, uint32_t now)
{
    uint32_t more = now - *last;
    if (more > INT32_MAX)
        return;
    *sum = UINT64_MAX - *sum < more ? UINT64_MAX : *sum + more;
    *last = now;
}

void clv_capture_stats(struct clv_capture *capture, struct clv_capture_stats *stats)
{
    struct pcap_stat now;
    if (!pcap_stats(capture->pcap, &now)) {
        count(&capture->stats.dropped, &capture->last_drop, now.ps_drop);
        count(&capture->stats.dropped_iface, &capture->last_ifdrop, now.ps_ifdrop);
    }
    *stats = capture->stats;
}

void clv_capture_close(struct clv_capture *capture)
{
    if (!capture)
        return;
    if (capture->pcap)
        pcap_close(capture->pcap);
    free(capture);
}
