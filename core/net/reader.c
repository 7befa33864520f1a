/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readers: which format a capture has, its packets one by one, and how its damage is told. Damage
 * is final: every packet before it was given, none is given after it.
 */
#include "file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What people hand to a capture reader besides captures. */
static const struct {
    const char *magic;
    uint8_t n;
    const char *what, *cure;
} strangers[] = {
    { "\3757zXZ", 5, "an xz file", "unpack it with xz -d first" },
    { "BZh", 3, "a bzip2 file", "unpack it with bzip2 -d first" },
    { "\x04\x22\x4d\x18", 4, "an lz4 file", "unpack it with lz4 -d first" },
    { "PK\x03\x04", 4, "a zip archive", "unpack it first" },
    { "snoop\0\0\0", 8, "a snoop capture", "convert it with editcap -F pcapng first" },
    { "GMBU", 4, "a Network Monitor capture", "convert it with editcap -F pcapng first" },
    { "RTSS", 4, "a Network Monitor capture", "convert it with editcap -F pcapng first" },
};

/* "foo.pcap.gz: packet 7 at offset 1234 (unpacked)", "foo.pcapng: block at offset 88" */
static void place(const struct clv_reader *r, const char *what, char *to, size_t room)
{
    const char *packed = r->in.unpack ? " (unpacked)" : "";
    char number[40] = "", after[40] = "";
    if (!what)
        snprintf(number, sizeof number, " %" PRIu64, r->count + 1);
    else if (r->count)
        snprintf(after, sizeof after, ", after packet %" PRIu64, r->count);
    snprintf(to, room, "%s: %s%s at offset %" PRIu64 "%s%s", r->in.name, what ? what : "packet",
             number, r->start, packed, after);
}

int clv_reader_damage(struct clv_reader *r, const char *what, const char *fmt, ...)
{
    char where[320], text[160];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    place(r, what, where, sizeof where);
    clv_fail(&r->err, CLV_BAD_FILE, "%s: %s", where, text);
    return -1;
}

int clv_reader_cut(struct clv_reader *r, const char *what, const char *part, uint64_t need,
                   uint64_t have)
{
    char where[320];
    if (!r->in.code)
        return clv_reader_damage(r, what, "%s is cut: %" PRIu64 " bytes needed, %" PRIu64 " there",
                                 part, need, have);
    place(r, what, where, sizeof where);
    if (r->in.sys)
        clv_fail_sys(&r->err, r->in.sys, "%s: %s", where, r->in.why);
    else
        clv_fail(&r->err, r->in.code, "%s: %s", where, r->in.why);
    return -1;
}

int clv_reader_full(struct clv_reader *r)
{
    clv_fail(&r->err, CLV_NO_MEMORY, "%s: out of memory at offset %" PRIu64, r->in.name, r->start);
    return -1;
}

/* Not a capture: say what it looks like. */
static bool refuse(struct clv_reader *r)
{
    const uint8_t *p = r->in.buf + r->in.at;
    size_t have = clv_stream_have(&r->in), n = have < 8 ? have : 8;
    char hex[8 * 3 + 1] = "", text[9] = "";
    bool plain = n != 0;

    if (!have)
        return clv_fail(&r->err, CLV_BAD_FILE, "%s: the file is empty, no capture", r->in.name);
    for (size_t i = 0; i < clv_len(strangers); i++)
        if (have >= strangers[i].n && !memcmp(p, strangers[i].magic, strangers[i].n))
            return clv_fail(&r->err, CLV_BAD_FILE, "%s: this is %s, not pcap or pcapng: %s",
                            r->in.name, strangers[i].what, strangers[i].cure);
    for (size_t i = 0; i < n; i++) {
        snprintf(hex + 3 * i, sizeof hex - 3 * i, " %02x", p[i]);
        text[i] = (char)p[i];
        plain = plain && p[i] >= 0x20 && p[i] < 0x7f;
    }
    return clv_fail(&r->err, CLV_BAD_FILE,
                    "%s: no capture: %s%s%s%s%s; what can be read is pcap and pcapng, also packed "
                    "with gzip or zstd",
                    r->in.name, have <= 8 && r->in.over ? "all it holds is" : "it begins with", hex,
                    plain ? " '" : "", plain ? text : "", plain ? "'" : "");
}

static bool begin(struct clv_reader *r)
{
    static const uint32_t magics[] = { 0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34 };
    if (!clv_stream_need(&r->in, 9) && r->in.code) {
        if (r->in.sys)
            return clv_fail_sys(&r->err, r->in.sys, "%s: %s", r->in.name, r->in.why);
        return clv_fail(&r->err, r->in.code, "%s: %s", r->in.name, r->in.why);
    }
    if (clv_stream_have(&r->in) < 4)
        return refuse(r);
    uint32_t little = clv_get32(r->in.buf, false), big = clv_get32(r->in.buf, true);
    if (little == 0x0a0d0d0a)
        return clv_pcapng_begin(r);
    for (size_t i = 0; i < clv_len(magics); i++)
        if (little == magics[i] || big == magics[i])
            return clv_pcap_begin(r, magics[i], big == magics[i]);
    return refuse(r);
}

static struct clv_reader *reader_begin(struct clv_reader *r, struct clv_err *err)
{
    if (begin(r))
        return r;
    if (err && !err->code)
        *err = r->err;
    clv_reader_close(r);
    return NULL;
}

struct clv_reader *clv_reader_open(const char *path, struct clv_err *err)
{
    struct clv_reader *r = calloc(1, sizeof *r);
    if (r && clv_stream_open(&r->in, path, err))
        return reader_begin(r, err);
    if (!r)
        clv_fail(err, CLV_NO_MEMORY, "out of memory for reading a capture");
    free(r);
    return NULL;
}

struct clv_reader *clv_reader_memory(const char *name, const void *bytes, size_t n, size_t room,
                                     struct clv_err *err)
{
    struct clv_reader *r = calloc(1, sizeof *r);
    if (r && clv_stream_memory(&r->in, name, bytes, n, room, err))
        return reader_begin(r, err);
    if (!r)
        clv_fail(err, CLV_NO_MEMORY, "out of memory for reading a capture");
    free(r);
    return NULL;
}

int clv_reader_next(struct clv_reader *r, struct clv_frame *frame, const uint8_t **bytes,
                    struct clv_err *err)
{
    /* A signal is no damage: the caller may ask again. */
    if (r->err.code && r->err.sys == EINTR)
        memset(&r->err, 0, sizeof r->err);
    int rc = r->err.code ? -1 : r->next(r, frame, bytes);
    if (rc < 0 && err && !err->code)
        *err = r->err;
    return rc;
}

uint64_t clv_reader_taken(const struct clv_reader *r, uint64_t *size)
{
    struct stat st;
    bool known = r->in.fd >= 0 && !fstat(r->in.fd, &st) && S_ISREG(st.st_mode);
    *size = known ? (uint64_t)st.st_size : 0;
    return r->in.taken;
}

void clv_reader_close(struct clv_reader *r)
{
    if (!r)
        return;
    clv_pcapng_end(r);
    clv_stream_close(&r->in);
    free(r);
}
