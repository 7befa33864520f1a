/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Streams: a file's bytes in order, unpacked from gzip or zstd where it begins like one. The
 * buffer grows only for a record that is larger, and only as far as its bytes really arrive.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

struct clv_unpack {
    uint8_t *raw;
    size_t at, end;  /* packed bytes that are read and not unpacked */
    ZSTD_DCtx *zstd; /* NULL: gzip */
    z_stream gzip;
    size_t want; /* zstd: what it should be given at once */
    bool full;   /* zstd: there was no room for all it had */
    bool idle;   /* between two members or frames: the file may end here */
};

void clv_file_name(char name[CLV_FILE_NAME], const char *path)
{
    struct clv_out out;
    clv_out_init(&out, NULL, NULL);
    clv_out_safe(&out, path, strlen(path));
    const char *from = out.failed ? "file" : out.buf;
    size_t n = out.failed ? 4 : out.len, keep = CLV_FILE_NAME - 4;
    if (n > keep) {
        from += n - keep;
        n = keep;
        /* The end says more than the beginning; not from the middle of a character. */
        while (n && ((uint8_t)*from & 0xc0) == 0x80)
            from++, n--;
        snprintf(name, CLV_FILE_NAME, "...%.*s", (int)n, from);
    } else {
        snprintf(name, CLV_FILE_NAME, "%.*s", (int)n, from ? from : "");
    }
    clv_out_free(&out);
}

static void fail(struct clv_stream *s, int code, int sys, const char *fmt, const char *why)
{
    s->code = code;
    s->sys = sys;
    snprintf(s->why, sizeof s->why, fmt, why);
}

/* Bytes of the file itself. 0: none are left, or `code` is set. */
static size_t file_read(struct clv_stream *s, uint8_t *to, size_t n)
{
    if (s->fd < 0) {
        n = n < s->memlen ? n : s->memlen;
        if (n)
            memcpy(to, s->mem, n);
        s->mem += n;
        s->memlen -= n;
        return n;
    }
    for (;;) {
        ssize_t got = read(s->fd, to, n);
        if (got >= 0) {
            s->taken += (uint64_t)got;
            return (size_t)got;
        }
        struct pollfd wait = { .fd = s->fd, .events = POLLIN };
        if ((errno == EAGAIN || errno == EWOULDBLOCK) && poll(&wait, 1, -1) >= 0)
            continue;
        fail(s, CLV_SYSTEM, errno, "%s", "the file cannot be read");
        return 0;
    }
}

/* Have packed bytes; false: none are left. */
static bool raw_fill(struct clv_stream *s)
{
    struct clv_unpack *u = s->unpack;
    if (u->at < u->end)
        return true;
    u->at = 0;
    u->end = file_read(s, u->raw, CLV_STREAM_ROOM);
    return u->end != 0;
}

/* One step of gzip. more: there is input. false: it failed and s->code says so. */
static bool gzip_step(struct clv_stream *s, bool more)
{
    struct clv_unpack *u = s->unpack;
    if (u->idle && more) {
        if (!u->raw[u->at]) { /* zeros fill up the last block of a tape */
            u->at++;
            return true;
        }
        inflateReset(&u->gzip);
        u->idle = false;
    }
    u->gzip.next_in = u->raw + u->at;
    u->gzip.avail_in = (uInt)(u->end - u->at);
    u->gzip.next_out = s->buf + s->end;
    u->gzip.avail_out = (uInt)(s->room - s->end);
    int rc = inflate(&u->gzip, Z_NO_FLUSH);
    u->at = u->end - u->gzip.avail_in;
    s->end = s->room - u->gzip.avail_out;
    if (rc == Z_STREAM_END)
        u->idle = true;
    else if (rc == Z_MEM_ERROR)
        fail(s, CLV_NO_MEMORY, 0, "%s", "out of memory for gzip");
    else if (rc != Z_OK && rc != Z_BUF_ERROR)
        fail(s, CLV_BAD_FILE, 0, "the gzip data are damaged (%s)",
             u->gzip.msg ? u->gzip.msg : "a dictionary is needed");
    return !s->code;
}

enum { HEAD = 3 }; /* of a block in zstd */

static bool zstd_step(struct clv_stream *s)
{
    struct clv_unpack *u = s->unpack;
    /* Where it fails it takes back what it gave in that call. So it is given a block at a time, as
     * it asks, without the head of the next; and nothing where it may still hold something back. */
    size_t left = u->end - u->at, give = u->want > HEAD ? u->want - HEAD : u->want;
    if (u->full || give > left)
        give = u->full ? 0 : left;
    ZSTD_inBuffer in = { u->raw, u->at + give, u->at };
    ZSTD_outBuffer out = { s->buf, s->room, s->end };
    size_t rc = ZSTD_decompressStream(u->zstd, &out, &in);
    u->at = in.pos;
    s->end = out.pos;
    u->idle = rc == 0;
    u->want = rc ? rc : 1;
    u->full = rc && s->end == s->room;
    if (ZSTD_isError(rc) && ZSTD_getErrorCode(rc) == ZSTD_error_frameParameter_windowTooLarge)
        fail(s, CLV_LIMIT, 0, "%s",
             "the zstd window is larger than 128 MiB; unpack it with zstd -d --long=31 first");
    else if (ZSTD_isError(rc))
        fail(s, CLV_BAD_FILE, 0, "the zstd data are damaged (%s)", ZSTD_getErrorName(rc));
    return !s->code;
}

/* Unpack until there is at least one byte more; false: none are left, or it failed. */
static bool unpack(struct clv_stream *s)
{
    struct clv_unpack *u = s->unpack;
    size_t before = s->end;
    while (s->end == before) {
        bool more = raw_fill(s);
        if (s->code || (!more && u->idle))
            return false;
        if (!(u->zstd ? zstd_step(s) : gzip_step(s, more)))
            break;
        /* Without input it may still hand out what it holds back; if it does not, that is all. */
        if (!more && s->end == before && !u->idle) {
            fail(s, CLV_BAD_FILE, 0, "the %s data end too early", u->zstd ? "zstd" : "gzip");
            return false;
        }
    }
    return s->end != before;
}

/* Have free space behind `end`, for n bytes in all. */
static bool make_room(struct clv_stream *s, size_t n)
{
    size_t have = clv_stream_have(s);
    if (have == 0 || s->room - s->at < n) {
        memmove(s->buf, s->buf + s->at, have);
        s->base += s->at;
        s->at = 0;
        s->end = have;
    }
    if (s->end < s->room)
        return true;
    /* Doubled only when full: a length that lies takes no more memory than the file has bytes. */
    uint8_t *buf = realloc(s->buf, s->room * 2);
    if (!buf) {
        fail(s, CLV_NO_MEMORY, 0, "%s", "out of memory for a large packet");
        return false;
    }
    s->buf = buf;
    s->room *= 2;
    return true;
}

bool clv_stream_fill(struct clv_stream *s, size_t n)
{
    if (s->sys == EINTR)
        s->code = s->sys = 0;
    while (clv_stream_have(s) < n) {
        if (s->over || s->code || !make_room(s, n))
            return false;
        if (s->unpack) {
            s->over = !unpack(s) && !s->code;
        } else {
            size_t got = file_read(s, s->buf + s->end, s->room - s->end);
            s->end += got;
            s->over = !got && !s->code;
        }
    }
    return true;
}

bool clv_stream_skip(struct clv_stream *s, uint64_t *n)
{
    for (;;) {
        size_t have = clv_stream_have(s);
        size_t take = *n < have ? (size_t)*n : have;
        s->at += take;
        *n -= take;
        if (!*n)
            return true;
        if (!clv_stream_fill(s, 1))
            return false;
    }
}

/* What is buffered turns out to be packed: it becomes the unpacker's input. */
static bool unpack_begin(struct clv_stream *s, bool zstd)
{
    struct clv_unpack *u = calloc(1, sizeof *u);
    uint8_t *buf = malloc(s->room);
    if (!u || !buf)
        goto full;
    if (zstd)
        u->zstd = ZSTD_createDCtx();
    if (zstd ? !u->zstd : inflateInit2(&u->gzip, MAX_WBITS + 16) != Z_OK)
        goto full;
    /* The first buffer may be smaller than what the unpacker reads at once. */
    uint8_t *raw = realloc(s->buf, s->room > CLV_STREAM_ROOM ? s->room : CLV_STREAM_ROOM);
    if (!raw)
        goto full_begun;
    u->raw = raw;
    u->end = s->end;
    u->idle = true;
    u->want = 1;
    s->buf = buf;
    s->end = 0;
    s->unpack = u;
    return true;
full_begun:
    if (zstd)
        ZSTD_freeDCtx(u->zstd);
    else
        inflateEnd(&u->gzip);
full:
    free(buf);
    free(u);
    return false;
}

static bool stream_begin(struct clv_stream *s, size_t room, struct clv_err *err)
{
    s->room = room ? room : CLV_STREAM_ROOM;
    s->buf = malloc(s->room);
    if (!s->buf)
        goto full;
    if (clv_stream_fill(s, 4)) {
        uint32_t magic = clv_get32(s->buf, false);
        bool gzip = (magic & 0xffff) == 0x8b1f;
        /* A frame, or one that is to be skipped before it. */
        bool zstd = magic == 0xfd2fb528 || (magic & 0xfffffff0) == 0x184d2a50;
        if ((gzip || zstd) && !unpack_begin(s, zstd))
            goto full;
    }
    return true;
full:
    clv_fail(err, CLV_NO_MEMORY, "%s: out of memory for its buffer of %zu bytes", s->name, s->room);
    clv_stream_close(s);
    return false;
}

bool clv_stream_open(struct clv_stream *s, const char *path, struct clv_err *err)
{
    memset(s, 0, sizeof *s);
    s->own = strcmp(path, "-") != 0;
    clv_file_name(s->name, s->own ? path : "standard input");
    s->fd = s->own ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    if (s->fd < 0)
        return clv_fail_sys(err, errno, "%s: cannot be opened", s->name);
    return stream_begin(s, 0, err);
}

bool clv_stream_memory(struct clv_stream *s, const char *name, const void *bytes, size_t n,
                       size_t room, struct clv_err *err)
{
    memset(s, 0, sizeof *s);
    clv_file_name(s->name, name);
    s->fd = -1;
    s->mem = bytes;
    s->memlen = n;
    return stream_begin(s, room, err);
}

void clv_stream_close(struct clv_stream *s)
{
    if (s->unpack) {
        if (s->unpack->zstd)
            ZSTD_freeDCtx(s->unpack->zstd);
        else
            inflateEnd(&s->unpack->gzip);
        free(s->unpack->raw);
        free(s->unpack);
    }
    free(s->buf);
    if (s->own && s->fd >= 0)
        close(s->fd);
    s->unpack = NULL;
    s->buf = NULL;
    s->fd = -1;
}
