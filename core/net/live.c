/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capture through libpcap: immediate mode, nanoseconds where offered, never blocking but in
 * clv_wait(), which alone knows deadlines and stop flags. Each interface has a tap; of the packets
 * that wait in several, the oldest comes first. Where only a few are awaited, plain.c has no ring.
 */
#include "live.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SNAPLEN = 262144, BUFFER = 8 << 20, SLICE = 50 * 1000 * 1000 };

enum { TAPS = 16 };

struct tap {
    pcap_t *pcap;
    struct clv_plain *plain; /* in its place */
    char iface[64];
    int fd, link;
    bool nano, held; /* held: frame and bytes wait to be given */
    struct clv_frame frame;
    const uint8_t *bytes;
    uint32_t last_drop, last_ifdrop;
};

struct clv_capture {
    struct tap taps[TAPS];
    uint32_t n;
    const volatile sig_atomic_t *stop;
    uint64_t number;
    struct clv_capture_stats stats;
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

static bool set_filter(struct tap *tap, const char *text, struct clv_err *err)
{
    struct bpf_program program;
    if (tap->plain)
        return clv_plain_filter(tap->plain, text) ||
               clv_fail(err, CLV_BAD_TEXT, "capture filter '%.200s' cannot be used on %s", text,
                        tap->iface);
    if (pcap_compile(tap->pcap, &program, text, 1, PCAP_NETMASK_UNKNOWN))
        return clv_fail(err, CLV_BAD_TEXT, "capture filter '%.200s': %s", text,
                        pcap_geterr(tap->pcap));
    int rc = pcap_setfilter(tap->pcap, &program);
    pcap_freecode(&program);
    return !rc || clv_fail(err, CLV_SYSTEM, "cannot set the capture filter '%.200s' on %s: %s",
                           text, tap->iface, pcap_geterr(tap->pcap));
}

bool clv_capture_refilter(struct clv_capture *capture, const char *text, struct clv_err *err)
{
    for (uint32_t i = 0; i < capture->n; i++)
        if (!set_filter(&capture->taps[i], text ? text : "", err))
            return false;
    return true;
}

static void set_options(pcap_t *pcap, const struct clv_capture_opts *opts)
{
    pcap_set_snaplen(pcap, opts->snaplen ? (int)opts->snaplen : SNAPLEN);
    pcap_set_promisc(pcap, opts->promisc);
    /* Immediate mode has slots of one size, the largest; blocks are filled to the last byte. */
    pcap_set_immediate_mode(pcap, !opts->bulk);
    if (opts->bulk)
        pcap_set_timeout(pcap, 20);
    pcap_set_buffer_size(pcap, opts->buffer ? (int)opts->buffer : BUFFER);
    pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
}

/* Without a ring, where that is all that is asked for. */
static bool tap_open_plain(struct tap *tap, const struct clv_capture_opts *opts)
{
    bool plain = opts->few && opts->inbound && !opts->promisc && !opts->monitor && !opts->snaplen;
    if (!plain ||
        !(tap->plain = clv_plain_open(tap->iface, opts->buffer, opts->filter ? opts->filter : "")))
        return false;
    tap->fd = clv_plain_fd(tap->plain);
    tap->link = LINK_ETHERNET;
    return true;
}

static bool tap_open(struct tap *tap, const struct clv_capture_opts *opts, struct clv_err *err)
{
    if (tap_open_plain(tap, opts))
        return true;
    char why[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = tap->pcap = pcap_create(tap->iface, why);
    if (!pcap)
        return clv_fail(err, CLV_SYSTEM, "cannot capture on %s: %s", tap->iface, why);
    set_options(pcap, opts);
    int rfmon = opts->monitor ? pcap_can_set_rfmon(pcap) : 1;
    if (rfmon == 0)
        return clv_fail(err, CLV_SYSTEM,
                        "%s has no monitor mode: it is no wireless interface, or "
                        "its driver offers none",
                        tap->iface);
    if (rfmon < 0)
        return fail_open(err, pcap, rfmon, tap->iface);
    pcap_set_rfmon(pcap, opts->monitor);
    int rc = pcap_activate(pcap);
    if (rc < 0)
        return fail_open(err, pcap, rc, tap->iface);
    if (pcap_setnonblock(pcap, 1, why))
        return clv_fail(err, CLV_SYSTEM, "cannot capture on %s: %s", tap->iface, why);
    if (opts->inbound && pcap_setdirection(pcap, PCAP_D_IN))
        return clv_fail(err, CLV_SYSTEM, "cannot capture one direction on %s: %s", tap->iface,
                        pcap_geterr(pcap));
    tap->nano = pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO;
    tap->fd = pcap_get_selectable_fd(pcap);
    tap->link = clv_linktype(pcap_datalink(pcap));
    return !opts->filter || set_filter(tap, opts->filter, err);
}

/* A tap for each name in "eth0,eth1". */
static bool open_all(struct clv_capture *capture, const struct clv_capture_opts *opts,
                     struct clv_err *err)
{
    for (const char *name = opts->iface; *name;) {
        size_t n = strcspn(name, ",");
        struct tap *tap = &capture->taps[capture->n];
        if (capture->n == TAPS)
            return clv_fail(err, CLV_LIMIT, "a capture uses at most %d interfaces", TAPS);
        *tap = (struct tap){ .fd = -1 };
        snprintf(tap->iface, sizeof tap->iface, "%.*s", n < 63 ? (int)n : 63, name);
        capture->n++;
        if (!tap_open(tap, opts, err))
            return false;
        name += n + (name[n] == ',');
    }
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
    capture->stop = opts->stop;
    if (open_all(capture, opts, err))
        return capture;
    clv_capture_close(capture);
    return NULL;
}

int clv_capture_link(const struct clv_capture *capture)
{
    return capture->taps[0].link;
}

int clv_capture_fd(const struct clv_capture *capture)
{
    return capture->taps[0].fd;
}

/* ---- Packets. */

/* Let the tap hold its next packet. 1: it does; 0: none is there; -1: err. */
static int tap_fill(struct tap *tap, struct clv_err *err)
{
    if (tap->plain && !tap->held) {
        int got = clv_plain_next(tap->plain, &tap->frame, &tap->bytes);
        tap->frame.iface = tap->iface;
        tap->held = got > 0;
        if (got < 0)
            clv_fail_sys(err, -got, "capturing on %s ended", tap->iface);
        return got < 0 ? -1 : got;
    }
    struct pcap_pkthdr *h;
    int rc = tap->held ? 1 : pcap_next_ex(tap->pcap, &h, &tap->bytes);
    if (rc == 0 || tap->held)
        return rc;
    if (rc < 0) {
        clv_fail(err, CLV_SYSTEM, "capturing on %s ended: %s", tap->iface,
                 rc == PCAP_ERROR_BREAK ? "interrupted" : pcap_geterr(tap->pcap));
        return -1;
    }
    tap->held = true;
    tap->frame = (struct clv_frame){
        .sec = h->ts.tv_sec,
        .nsec = (uint32_t)(tap->nano ? h->ts.tv_usec : h->ts.tv_usec * 1000),
        .len = h->len,
        .caplen = h->caplen,
        .link = tap->link,
        .iface = tap->iface,
    };
    return 1;
}

static bool is_older(const struct clv_frame *a, const struct clv_frame *b)
{
    return a->sec != b->sec ? a->sec < b->sec : a->nsec < b->nsec;
}

/* The oldest packet that is there. */
static int take(struct clv_capture *capture, struct clv_frame *frame, const uint8_t **bytes,
                struct clv_err *err)
{
    struct tap *oldest = NULL;
    for (uint32_t i = 0; i < capture->n; i++) {
        struct tap *tap = &capture->taps[i];
        int rc = tap_fill(tap, err);
        if (rc < 0)
            return rc;
        if (rc && (!oldest || is_older(&tap->frame, &oldest->frame)))
            oldest = tap;
    }
    if (!oldest)
        return 0;
    oldest->held = false;
    capture->stats.received++;
    *frame = oldest->frame;
    frame->number = ++capture->number;
    *bytes = oldest->bytes;
    return 1;
}

int clv_capture_next(struct clv_capture *capture, int64_t deadline, struct clv_frame *frame,
                     const uint8_t **bytes, struct clv_err *err)
{
    for (;;) {
        struct pollfd fds[TAPS];
        bool blind = false; /* what a device cannot wait on is looked at a hundred times a second */
        if (capture->stop && *capture->stop)
            return 0;
        int rc = take(capture, frame, bytes, err);
        if (rc)
            return rc;
        int64_t now = clv_now();
        if (deadline <= now)
            return 0;
        for (uint32_t i = 0; i < capture->n; i++) {
            fds[i] = (struct pollfd){ .fd = capture->taps[i].fd, .events = POLLIN };
            blind = blind || fds[i].fd < 0;
        }
        int64_t until = blind && deadline - now > SLICE / 5 ? now + SLICE / 5 : deadline;
        if (!clv_wait(fds, capture->n, until, capture->stop, err))
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
    for (uint32_t i = 0; i < capture->n; i++) {
        struct tap *tap = &capture->taps[i];
        struct pcap_stat now;
        if (tap->plain) {
            count(&capture->stats.dropped, &tap->last_drop,
                  (uint32_t)clv_plain_dropped(tap->plain));
            continue;
        }
        if (pcap_stats(tap->pcap, &now))
            continue;
        count(&capture->stats.dropped, &tap->last_drop, now.ps_drop);
        count(&capture->stats.dropped_iface, &tap->last_ifdrop, now.ps_ifdrop);
    }
    *stats = capture->stats;
}

void clv_capture_close(struct clv_capture *capture)
{
    for (uint32_t i = 0; capture && i < capture->n; i++) {
        clv_plain_close(capture->taps[i].plain);
        if (capture->taps[i].pcap)
            pcap_close(capture->taps[i].pcap);
    }
    free(capture);
}
