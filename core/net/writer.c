/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writers: pcap with nanoseconds, or pcapng with an interface per link type and name. Always
 * little-endian, so that the same packets give the same file. A packet is taken whole or not.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ROOM = 256 << 10,
    SNAPLEN = 262144, /* the largest that other readers take */
    COMMENT_MAX = 65535,
    EPOCH_BITS = 34, /* as many seconds count in nanoseconds in 64 bits */
    NONE = -1
};

/* An interface that the file has: what is asked for when a packet comes. */
struct seen {
    char *name; /* "": none */
    int64_t epoch;
    int link;
};

struct clv_writer {
    int fd;
    bool own, ng;
    int link;             /* pcap: of all packets; NONE: no header yet */
    uint64_t count;       /* packets taken */
    uint64_t whole;       /* of these, the file has */
    uint64_t gone;        /* bytes that the file has */
    uint8_t *buf;         /* begins where a packet, block or the file's header does */
    size_t at, len, room; /* at..len is to be written */
    struct seen *seen;
    uint32_t nseen, capseen, last;
    uint32_t *slots;    /* index in seen + 1, by hash; 0: free */
    uint32_t nslots;    /* a power of two, or 0 */
    struct clv_err err; /* final: nothing more reaches the file */
    char name[CLV_FILE_NAME];
};

static uint8_t *put16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
    return p + 2;
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
    return put16(put16(p, v & 0xffff), v >> 16);
}

static uint8_t *put_padded(uint8_t *p, const void *bytes, size_t n)
{
    static const uint8_t zeros[3];
    if (n)
        memcpy(p, bytes, n);
    memcpy(p + n, zeros, -n & 3);
    return p + n + (-n & 3);
}

static uint8_t *put_option(uint8_t *p, uint32_t code, const void *bytes, size_t n)
{
    return put_padded(put16(put16(p, code), (uint32_t)n), bytes, n);
}

/* The whole seconds; frames may hold more than one in their fraction. */
static int64_t frame_sec(const struct clv_frame *frame)
{
    return (int64_t)((uint64_t)frame->sec + frame->nsec / 1000000000);
}

/* Give the caller the error that ended the writer. */
static bool dead(const struct clv_writer *w, struct clv_err *err)
{
    if (err && !err->code)
        *err = w->err;
    return false;
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* The file takes no more: it is left with the packets that it has whole. */
static void cut_off(struct clv_writer *w)
{
    size_t end = w->gone == w->at && !w->ng && w->len >= 24 ? 24 : 0, next = end;
    while (next <= w->at && next + 12 <= w->len) {
        const uint8_t *p = w->buf + next;
        bool packet = !w->ng || get32(p) == 6;
        end = next;
        next += w->ng ? get32(p + 4) : 16 + (size_t)get32(p + 8);
        w->whole += packet && next <= w->at;
    }
    if (next <= w->at)
        end = next;
    /* Standard output may hold what is not ours. */
    if (end < w->at && w->own && !ftruncate(w->fd, (off_t)(w->gone - w->at + end)))
        w->gone -= w->at - end;
}

bool clv_writer_flush(struct clv_writer *w, struct clv_err *err)
{
    if (w->err.code)
        return dead(w, err);
    while (w->at < w->len) {
        ssize_t n = write(w->fd, w->buf + w->at, w->len - w->at);
        if (n >= 0) {
            w->at += (size_t)n;
            w->gone += (uint64_t)n;
            continue;
        }
        int sys = errno;
        struct pollfd wait = { .fd = w->fd, .events = POLLOUT };
        if ((sys == EAGAIN || sys == EWOULDBLOCK) && poll(&wait, 1, -1) >= 0)
            continue;
        /* After a signal the caller may go on: what is left is kept. */
        if (sys == EINTR || errno == EINTR)
            return clv_fail_sys(err, EINTR, "%s: writing was interrupted", w->name);
        cut_off(w);
        clv_fail_sys(&w->err, sys, "%s: cannot be written, it has %" PRIu64 " packets", w->name,
                     w->whole);
        return dead(w, err);
    }
    w->at = w->len = 0;
    w->whole = w->count;
    return true;
}

/* Room for n bytes more; NULL: err. */
static uint8_t *room_for(struct clv_writer *w, size_t n, struct clv_err *err)
{
    if (w->room - w->len < n && !clv_writer_flush(w, err))
        return NULL;
    if (w->room < n) {
        uint8_t *buf = realloc(w->buf, n);
        if (!buf) {
            clv_fail(err, CLV_NO_MEMORY, "%s: out of memory for a packet of %zu bytes", w->name, n);
            return NULL;
        }
        w->buf = buf;
        w->room = n;
    }
    return w->buf + w->len;
}

static uint32_t seen_hash(const char *name, size_t n, int link, int64_t epoch)
{
    uint64_t h = clv_mix((uint64_t)link ^ (uint64_t)epoch);
    for (size_t i = 0; i < n; i++)
        h = (h ^ (uint8_t)name[i]) * 0x100000001b3;
    return (uint32_t)(clv_mix(h) >> 32);
}

static bool is_seen(const struct seen *seen, const char *name, size_t n, int link, int64_t epoch)
{
    return seen->link == link && seen->epoch == epoch && !strncmp(seen->name, name, n) &&
           !seen->name[n];
}

/* More slots, and every interface in its place again. */
static bool slots_grow(struct clv_writer *w)
{
    uint32_t n = w->nslots ? w->nslots * 2 : 16;
    uint32_t *slots = calloc(n, sizeof *slots);
    struct seen *seen = realloc(w->seen, n / 2 * sizeof *seen);
    if (seen)
        w->seen = seen;
    if (!slots || !seen) {
        free(slots);
        return false;
    }
    for (uint32_t i = 0; i < w->nseen; i++) {
        const struct seen *s = &seen[i];
        uint32_t at = seen_hash(s->name, strlen(s->name), s->link, s->epoch) & (n - 1);
        while (slots[at])
            at = (at + 1) & (n - 1);
        slots[at] = i + 1;
    }
    free(w->slots);
    w->slots = slots;
    w->nslots = n;
    w->capseen = n / 2;
    return true;
}

static uint8_t *put_iface(uint8_t *p, const char *name, size_t n, int link, int64_t epoch)
{
    uint8_t *start = p;
    p = put32(p, 1);
    p += 4;
    p = put16(put16(p, (uint32_t)link), 0);
    p = put32(p, 0); /* no snap length */
    if (n)
        p = put_option(p, 2, name, n);
    p = put_option(p, 9, "\x09", 1); /* nanoseconds */
    if (epoch) {
        p = put16(put16(p, 14), 8);
        p = put32(p, (uint32_t)epoch);
        p = put32(p, (uint32_t)((uint64_t)epoch >> 32));
    }
    p = put32(p, 0);
    put32(start + 4, (uint32_t)(p - start) + 4);
    return put32(p, (uint32_t)(p - start) + 4);
}

/* The number of the interface; put into the file when it is new. NONE: err. */
static int64_t find_iface(struct clv_writer *w, const struct clv_frame *frame, int64_t epoch,
                          struct clv_err *err)
{
    const char *name = frame->iface ? frame->iface : "";
    size_t n = strnlen(name, CLV_IFACE_NAME);
    if (w->last < w->nseen && is_seen(&w->seen[w->last], name, n, frame->link, epoch))
        return w->last;
    uint32_t hash = seen_hash(name, n, frame->link, epoch);
    for (uint32_t at = hash; w->nslots && w->slots[at & (w->nslots - 1)]; at++) {
        uint32_t i = w->slots[at & (w->nslots - 1)] - 1;
        if (is_seen(&w->seen[i], name, n, frame->link, epoch))
            return w->last = i;
    }
    if (w->nseen == CLV_IFACE_MAX) {
        clv_fail(err, CLV_LIMIT, "%s: packet %" PRIu64 " is of one more interface than %u", w->name,
                 w->count + 1, (unsigned)CLV_IFACE_MAX);
        return NONE;
    }
    uint8_t *p = room_for(w, n + 64, err);
    if (!p)
        return NONE;
    char *copy = strndup(name, n);
    if (!copy || (w->nseen == w->capseen && !slots_grow(w))) {
        free(copy);
        clv_fail(err, CLV_NO_MEMORY, "%s: out of memory for an interface", w->name);
        return NONE;
    }
    w->seen[w->nseen] = (struct seen){ .name = copy, .epoch = epoch, .link = frame->link };
    uint32_t at = hash & (w->nslots - 1);
    while (w->slots[at])
        at = (at + 1) & (w->nslots - 1);
    w->slots[at] = w->nseen + 1;
    w->len = (size_t)(put_iface(p, name, n, frame->link, epoch) - w->buf);
    return w->last = w->nseen++;
}

/* How much of a comment one option holds: all, or up to the end of a line; SIZE_MAX: nothing. */
static size_t comment_piece(const char *comment, size_t n)
{
    if (n <= COMMENT_MAX)
        return n;
    const char *cut = memrchr(comment, '\n', COMMENT_MAX + 1);
    return cut ? (size_t)(cut - comment) : SIZE_MAX;
}

/* Bytes of the comment's options, which p (NULL: only count) gets. SIZE_MAX: it is too long. */
static size_t put_comment(uint8_t *p, const char *comment)
{
    size_t n = comment ? strlen(comment) : 0, total = n ? 4 : 0;
    while (n) {
        size_t piece = comment_piece(comment, n);
        if (piece == SIZE_MAX || total > CLV_BLOCK_MAX)
            return SIZE_MAX;
        total += 4 + piece + (-piece & 3);
        if (p)
            p = put_option(p, 1, comment, piece);
        if (piece == n)
            break;
        comment += piece + 1;
        n -= piece + 1;
        if (!n) { /* it ends in the line's end: so does an empty comment more */
            total += 4;
            if (p)
                p = put_option(p, 1, "", 0);
        }
    }
    if (p && total)
        put32(p, 0);
    return total;
}

static bool put_pcapng(struct clv_writer *w, const struct clv_frame *frame, uint32_t len,
                       const uint8_t *bytes, struct clv_err *err)
{
    /* Nanoseconds in 64 bits reach to the year 2554; what lies outside counts from an offset. */
    int64_t sec = frame_sec(frame), epoch = sec & ~(((int64_t)1 << EPOCH_BITS) - 1);
    uint64_t ticks = (uint64_t)(sec - epoch) * 1000000000 + frame->nsec % 1000000000;
    size_t total = 32 + (((size_t)frame->caplen + 3) & ~(size_t)3);
    size_t comment = put_comment(NULL, frame->comment);
    if (comment > CLV_BLOCK_MAX - total)
        return clv_fail(err, CLV_LIMIT,
                        "%s: the comment of packet %" PRIu64 " is too long: a line of it may have "
                        "%d bytes, packet and comment %d",
                        w->name, w->count + 1, COMMENT_MAX, CLV_BLOCK_MAX);
    total += comment;
    int64_t iface = find_iface(w, frame, epoch, err);
    uint8_t *p = iface == NONE ? NULL : room_for(w, total, err);
    if (!p)
        return false;
    p = put32(put32(p, 6), (uint32_t)total);
    p = put32(p, (uint32_t)iface);
    p = put32(put32(p, (uint32_t)(ticks >> 32)), (uint32_t)ticks);
    p = put_padded(put32(put32(p, frame->caplen), len), bytes, frame->caplen);
    if (comment)
        put_comment(p, frame->comment);
    put32(p + comment, (uint32_t)total);
    w->len += total;
    return true;
}

static bool put_pcap_header(struct clv_writer *w, int link, struct clv_err *err)
{
    uint8_t *p = room_for(w, 24, err);
    if (!p)
        return false;
    p = put16(put16(put32(p, 0xa1b23c4d), 2), 4);
    put32(put32(put32(put32(p, 0), 0), SNAPLEN), (uint32_t)link);
    w->len += 24;
    w->link = link;
    return true;
}

static bool put_pcap(struct clv_writer *w, const struct clv_frame *frame, uint32_t len,
                     const uint8_t *bytes, struct clv_err *err)
{
    int64_t sec = frame_sec(frame);
    const char *ours = clv_link_name(frame->link), *its = clv_link_name(w->link);
    if (w->link != NONE && w->link != frame->link)
        return clv_fail(err, CLV_LIMIT,
                        "%s: packet %" PRIu64
                        " is of link type %d%s%s, those before it of %d%s%s: a "
                        "pcap file holds one link type; give the file a name ending in .pcapng",
                        w->name, w->count + 1, frame->link, ours ? " " : "", ours ? ours : "",
                        w->link, its ? " " : "", its ? its : "");
    if (sec < 0 || sec > UINT32_MAX)
        return clv_fail(err, CLV_LIMIT,
                        "%s: packet %" PRIu64 " is of second %" PRId64 ", a pcap file holds 0 to "
                        "4294967295; give the file a name ending in .pcapng",
                        w->name, w->count + 1, sec);
    if (w->link == NONE && !put_pcap_header(w, frame->link, err))
        return false;
    uint8_t *p = room_for(w, 16 + (size_t)frame->caplen, err);
    if (!p)
        return false;
    p = put32(put32(p, (uint32_t)sec), frame->nsec % 1000000000);
    p = put32(put32(p, frame->caplen), len);
    if (frame->caplen)
        memcpy(p, bytes, frame->caplen);
    w->len += 16 + (size_t)frame->caplen;
    return true;
}

bool clv_writer_put(struct clv_writer *w, const struct clv_frame *frame, const uint8_t *bytes,
                    struct clv_err *err)
{
    if (w->err.code)
        return dead(w, err);
    if (frame->link < 0)
        return clv_fail(err, CLV_LIMIT,
                        "%s: packet %" PRIu64 " begins with a layer that has no link type, so no "
                        "capture file can hold it; put a link or network layer in front",
                        w->name, w->count + 1);
    if (frame->link > 65535)
        return clv_fail(err, CLV_LIMIT,
                        "%s: packet %" PRIu64 " is of link type %d, the highest is 65535", w->name,
                        w->count + 1, frame->link);
    if (frame->caplen > CLV_RECORD_MAX)
        return clv_fail(err, CLV_LIMIT,
                        "%s: packet %" PRIu64 " has %u bytes, at most %u are written", w->name,
                        w->count + 1, frame->caplen, (unsigned)CLV_RECORD_MAX);
    if (!(w->ng ? put_pcapng : put_pcap)(w, frame, frame->len, bytes, err))
        return false;
    w->count++;
    return true;
}

uint64_t clv_writer_size(const struct clv_writer *w)
{
    return w->gone + w->len - w->at;
}

uint64_t clv_writer_count(const struct clv_writer *w)
{
    return w->whole;
}

static bool ends_in(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n > m && clv_same_word(path + n - m, m, end);
}

static void writer_free(struct clv_writer *w)
{
    for (uint32_t i = 0; i < w->nseen; i++)
        free(w->seen[i].name);
    free(w->seen);
    free(w->slots);
    free(w->buf);
    free(w);
}

struct clv_writer *clv_writer_fd(int fd, bool own, bool ng, const char *name, struct clv_err *err)
{
    struct clv_writer *w = calloc(1, sizeof *w);
    uint8_t *buf = malloc(ROOM);
    if (!w || !buf) {
        clv_fail(err, CLV_NO_MEMORY, "out of memory for writing a capture");
        free(w);
        free(buf);
        if (own)
            close(fd);
        return NULL;
    }
    w->fd = fd;
    w->own = own;
    w->ng = ng;
    w->link = NONE;
    w->buf = buf;
    w->room = ROOM;
    clv_file_name(w->name, name);
    if (ng) {
        uint8_t *p = put32(put32(put32(buf, 0x0a0d0d0a), 28), 0x1a2b3c4d);
        p = put16(put16(p, 1), 0);
        put32(put32(put32(p, UINT32_MAX), UINT32_MAX), 28); /* the section's length is not told */
        w->len = 28;
    }
    return w;
}

struct clv_writer *clv_writer_open(const char *path, struct clv_err *err)
{
    char name[CLV_FILE_NAME];
    bool own = strcmp(path, "-") != 0;
    bool ng = ends_in(path, ".pcapng") || ends_in(path, ".ntar");
    clv_file_name(name, own ? path : "standard output");
    if (ends_in(path, ".gz") || ends_in(path, ".zst")) {
        clv_fail(err, CLV_LIMIT,
                 "%s: captures are written unpacked; pack the file afterwards, or write to - and "
                 "pipe it through gzip or zstd",
                 name);
        return NULL;
    }
    if (!own && isatty(STDOUT_FILENO)) {
        clv_fail(err, CLV_LIMIT, "%s is a terminal: name a file, or pipe the capture on", name);
        return NULL;
    }
    int fd = own ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : STDOUT_FILENO;
    if (fd < 0) {
        clv_fail_sys(err, errno, "%s: cannot be opened for writing", name);
        return NULL;
    }
    return clv_writer_fd(fd, own, ng, own ? path : name, err);
}

bool clv_writer_close(struct clv_writer *w, struct clv_err *err)
{
    if (!w)
        return true;
    bool ok = w->err.code ? dead(w, err) : true;
    /* A capture without packets is a capture: some link type must be said. */
    if (ok && !w->ng && w->link == NONE)
        ok = put_pcap_header(w, 1, err);
    ok = ok && clv_writer_flush(w, err);
    if (w->own && close(w->fd) < 0 && ok)
        ok = clv_fail_sys(err, errno, "%s: cannot be written", w->name);
    writer_free(w);
    return ok;
}
