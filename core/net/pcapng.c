/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pcapng: blocks, each with its length at both ends. A section brings its byte order and its own
 * interfaces; packets are in EPB, SPB and the obsolete PB; every other block is passed over.
 */
#include "file.h"

#include <stdlib.h>
#include <string.h>

enum {
    SECTION = 0x0a0d0d0a,
    INTERFACE = 1,
    PACKET = 2,
    SIMPLE = 3,
    ENHANCED = 6,

    OPT_END = 0,
    OPT_COMMENT = 1,
    OPT_IF_NAME = 2,
    OPT_IF_TSRESOL = 9,
    OPT_IF_TSOFFSET = 14,

    MICROSECONDS = 6
};

struct option {
    uint16_t code, len;
    const uint8_t *data;
};

/* The next option of *at .. end: 1; 0: no more; -1: it is cut. */
static int option_next(const uint8_t **at, const uint8_t *end, bool big, struct option *opt)
{
    if (end - *at < 4)
        return *at == end ? 0 : -1;
    opt->code = clv_get16(*at, big);
    opt->len = clv_get16(*at + 2, big);
    opt->data = *at + 4;
    if (opt->code == OPT_END)
        return 0;
    if (end - opt->data < opt->len)
        return -1;
    size_t padded = (opt->len + 3u) & ~3u, left = (size_t)(end - opt->data);
    *at = opt->data + (padded < left ? padded : left);
    return 1;
}

/* The block's comments, a line each. An option that is cut takes nothing from the packet. */
static bool read_comment(struct clv_reader *r, const uint8_t *at, const uint8_t *end,
                         const char **comment)
{
    struct option opt;
    size_t n = 0;
    *comment = NULL;
    while (option_next(&at, end, r->big, &opt) == 1) {
        if (opt.code != OPT_COMMENT)
            continue;
        size_t need = n + opt.len + 2;
        if (need > r->capcomment) {
            char *grown = realloc(r->comment, need * 2);
            if (!grown)
                return false;
            r->comment = grown;
            r->capcomment = need * 2;
        }
        if (*comment)
            r->comment[n++] = '\n';
        memcpy(r->comment + n, opt.data, opt.len);
        n += strnlen((const char *)opt.data, opt.len);
        r->comment[n] = 0;
        *comment = r->comment;
    }
    return true;
}

static uint64_t power10(unsigned n)
{
    uint64_t v = 1;
    while (n--)
        v *= 10;
    return v;
}

/* if_tsresol: a tick is 10^-n seconds or, with the high bit, 2^-n. */
static void set_resolution(struct clv_file_iface *iface, uint8_t resol)
{
    unsigned n = resol & 0x7f;
    iface->shift = resol & 0x80 ? (uint8_t)n : 0;
    if (resol == 0x80)
        n = 0;
    iface->per = n <= 19 ? power10(n) : 0;
    iface->mul = n <= 9 ? power10(9 - n) : n <= 28;
    iface->div = n <= 9 || n > 28 ? 1 : power10(n - 9);
}

static void set_time(const struct clv_file_iface *iface, uint64_t ticks, struct clv_frame *frame)
{
    uint64_t sec = 0, nsec = 0;
    if (!iface->shift) {
        sec = iface->per ? ticks / iface->per : 0;
        nsec = (iface->per ? ticks % iface->per : ticks) * iface->mul / iface->div;
    } else {
        unsigned n = iface->shift;
        if (n > 60) { /* nothing below 2^-60 s reaches a nanosecond */
            ticks = n - 60 < 64 ? ticks >> (n - 60) : 0;
            n = 60;
        }
        uint64_t mask = ((uint64_t)1 << n) - 1, part = ticks & mask;
        sec = ticks >> n;
        for (int digit = 0; digit < 9; digit++) {
            part *= 10;
            nsec = nsec * 10 + (part >> n);
            part &= mask;
        }
    }
    frame->sec = (int64_t)(sec + (uint64_t)iface->offset);
    frame->nsec = (uint32_t)nsec;
}

static void ifaces_clear(struct clv_reader *r)
{
    for (uint32_t i = 0; i < r->nifaces; i++)
        free(r->ifaces[i].name);
    r->nifaces = 0;
}

/* Returns 0, or -1. */
static int read_section(struct clv_reader *r, const uint8_t *p)
{
    uint16_t major = clv_get16(p + 12, r->big), minor = clv_get16(p + 14, r->big);
    if (major != 1)
        return clv_reader_damage(r, "section header block", "its version is %u.%u, 1.x can be read",
                                 major, minor);
    ifaces_clear(r);
    return 0;
}

static char *copy_name(const struct option *opt)
{
    size_t n = strnlen((const char *)opt->data, opt->len);
    if (n > CLV_IFACE_NAME) {
        n = CLV_IFACE_NAME;
        while (n && (opt->data[n] & 0xc0) == 0x80) /* not within a character */
            n--;
    }
    return strndup((const char *)opt->data, n);
}

static int read_iface_options(struct clv_reader *r, struct clv_file_iface *iface, const uint8_t *at,
                              const uint8_t *end)
{
    static const char what[] = "interface block";
    struct option opt;
    int rc;
    while ((rc = option_next(&at, end, r->big, &opt)) == 1) {
        if (opt.code == OPT_IF_TSRESOL || opt.code == OPT_IF_TSOFFSET) {
            unsigned need = opt.code == OPT_IF_TSRESOL ? 1 : 8;
            if (opt.len != need)
                return clv_reader_damage(r, what, "its option %s has %u bytes, should have %u",
                                         need == 1 ? "if_tsresol" : "if_tsoffset", opt.len, need);
            if (need == 1)
                set_resolution(iface, opt.data[0]);
            else
                iface->offset = (int64_t)clv_get64(opt.data, r->big);
        } else if (opt.code == OPT_IF_NAME) {
            free(iface->name);
            iface->name = copy_name(&opt);
            if (!iface->name)
                return clv_reader_full(r);
        }
    }
    if (rc < 0)
        return clv_reader_damage(r, what, "its options are cut by its end");
    return 0;
}

static int read_iface(struct clv_reader *r, const uint8_t *p, uint32_t total)
{
    if (r->nifaces == CLV_IFACE_MAX)
        return clv_reader_damage(r, "interface block", "a section has at most %u interfaces",
                                 (unsigned)CLV_IFACE_MAX);
    if (r->nifaces == r->capifaces) {
        uint32_t cap = r->capifaces ? r->capifaces * 2 : 4;
        struct clv_file_iface *grown = realloc(r->ifaces, cap * sizeof *grown);
        if (!grown)
            return clv_reader_full(r);
        r->ifaces = grown;
        r->capifaces = cap;
    }
    struct clv_file_iface *iface = &r->ifaces[r->nifaces++];
    memset(iface, 0, sizeof *iface);
    iface->link = clv_get16(p + 8, r->big);
    iface->snaplen = clv_get32(p + 12, r->big);
    set_resolution(iface, MICROSECONDS);
    return read_iface_options(r, iface, p + 16, p + total - 4);
}

/* EPB and PB differ in how they name the interface. Returns 1, or -1. */
static int read_packet(struct clv_reader *r, const uint8_t *p, uint32_t total, uint32_t type,
                       struct clv_frame *frame, const uint8_t **bytes)
{
    uint32_t id = type == ENHANCED ? clv_get32(p + 8, r->big) : clv_get16(p + 8, r->big);
    uint32_t cap = clv_get32(p + 20, r->big), room = total - 32;
    if (id >= r->nifaces)
        return clv_reader_damage(r, NULL, "it is of interface %u, the section has %u so far", id,
                                 r->nifaces);
    if (cap > CLV_RECORD_MAX)
        return clv_reader_damage(r, NULL, "its captured length is %u bytes, at most %u are read",
                                 cap, (unsigned)CLV_RECORD_MAX);
    if (cap > room)
        return clv_reader_damage(
            r, NULL, "its captured length is %u bytes, its block has room for %u", cap, room);
    const struct clv_file_iface *iface = &r->ifaces[id];
    const uint8_t *options = p + 28 + ((cap + 3) & ~3u);
    if (!read_comment(r, options, p + total - 4, &frame->comment))
        return clv_reader_full(r);
    set_time(iface, (uint64_t)clv_get32(p + 12, r->big) << 32 | clv_get32(p + 16, r->big), frame);
    frame->caplen = cap;
    frame->len = clv_get32(p + 24, r->big);
    frame->link = iface->link;
    frame->iface = iface->name;
    *bytes = p + 28;
    return 1;
}

static int read_simple(struct clv_reader *r, const uint8_t *p, uint32_t total,
                       struct clv_frame *frame, const uint8_t **bytes)
{
    if (!r->nifaces)
        return clv_reader_damage(r, NULL, "it comes before the first interface of its section");
    const struct clv_file_iface *iface = &r->ifaces[0];
    uint32_t cap = clv_get32(p + 8, r->big), room = total - 16;
    frame->len = cap;
    if (iface->snaplen && cap > iface->snaplen)
        cap = iface->snaplen;
    frame->caplen = cap < room ? cap : room;
    if (frame->caplen > CLV_RECORD_MAX)
        return clv_reader_damage(r, NULL, "its captured length is %u bytes, at most %u are read",
                                 frame->caplen, (unsigned)CLV_RECORD_MAX);
    frame->sec = 0;
    frame->nsec = 0;
    frame->link = iface->link;
    frame->iface = iface->name;
    frame->comment = NULL;
    *bytes = p + 12;
    return 1;
}

/* The blocks that are read: their least length, and their name unless the packet's number tells. */
static uint32_t block_least(uint32_t type, const char **what)
{
    *what = NULL;
    switch (type) {
    case SECTION: *what = "section header block"; return 28;
    case INTERFACE: *what = "interface block"; return 20;
    case SIMPLE: return 16;
    case PACKET:
    case ENHANCED: return 32;
    default: *what = "block"; return 0;
    }
}

/* Which order has a section? Returns 0, or -1. */
static int set_order(struct clv_reader *r, const uint8_t *p)
{
    uint32_t order = clv_get32(p + 8, false);
    if (order != 0x1a2b3c4d && order != 0x4d3c2b1a)
        return clv_reader_damage(r, "section header block",
                                 "its byte-order magic is 0x%08x, should be 0x1a2b3c4d", order);
    r->big = order == 0x4d3c2b1a;
    return 0;
}

/* Is the length in front sound? least 0: the block is passed over. */
static int check_head(struct clv_reader *r, const char *what, uint32_t total, uint32_t least)
{
    if (total < (least ? least : 12))
        return clv_reader_damage(r, what, "its block is %u bytes long, the least is %u", total,
                                 least ? least : 12);
    if (total % 4)
        return clv_reader_damage(r, what, "its block is %u bytes long, no multiple of 4", total);
    if (least && total > CLV_BLOCK_MAX)
        return clv_reader_damage(r, what, "its block is %u bytes long, at most %u are read", total,
                                 (unsigned)CLV_BLOCK_MAX);
    return 0;
}

static int check_tail(struct clv_reader *r, const char *what, const uint8_t *p, uint32_t total)
{
    uint32_t again = clv_get32(p, r->big);
    if (again == total)
        return 0;
    return clv_reader_damage(r, what, "its block is %u bytes long in front, %u behind", total,
                             again);
}

/* Pass over the block that was begun. Returns 0, or -1. */
static int pass_over(struct clv_reader *r)
{
    struct clv_stream *s = &r->in;
    if (!clv_stream_skip(s, &r->skip))
        return clv_reader_cut(r, "block", "it", r->total, r->total - 4 - r->skip);
    if (!clv_stream_need(s, 4))
        return clv_reader_cut(r, "block", "it", r->total, r->total - 4 + clv_stream_have(s));
    if (check_tail(r, "block", s->buf + s->at, r->total))
        return -1;
    s->at += 4;
    r->total = 0;
    return 0;
}

/* One block. Returns 1: a packet; 0: none; -1; 2: the end. */
static int read_block(struct clv_reader *r, struct clv_frame *frame, const uint8_t **bytes)
{
    struct clv_stream *s = &r->in;
    const char *what;
    r->start = clv_stream_offset(s);
    if (!clv_stream_need(s, 12)) {
        size_t have = clv_stream_have(s);
        if (!have && !s->code)
            return 2;
        return clv_reader_cut(r, "block", "its head", 12, have);
    }
    const uint8_t *p = s->buf + s->at;
    uint32_t type = clv_get32(p, r->big), least = block_least(type, &what);
    if (type == SECTION && set_order(r, p) < 0)
        return -1;
    uint32_t total = clv_get32(p + 4, r->big);
    if (check_head(r, what, total, least) < 0)
        return -1;
    if (!least) {
        r->total = total;
        r->skip = total - 4;
        return 0;
    }
    if (!clv_stream_need(s, total))
        return clv_reader_cut(r, what, what ? "it" : "its block", total, clv_stream_have(s));
    p = s->buf + s->at;
    if (check_tail(r, what, p + total - 4, total))
        return -1;
    s->at += total;
    switch (type) {
    case SECTION: return read_section(r, p);
    case INTERFACE: return read_iface(r, p, total);
    case SIMPLE: return read_simple(r, p, total, frame, bytes);
    default: return read_packet(r, p, total, type, frame, bytes);
    }
}

static int next(struct clv_reader *r, struct clv_frame *frame, const uint8_t **bytes)
{
    int rc = 0;
    while (rc == 0) {
        if (r->total && pass_over(r) < 0)
            return -1;
        rc = read_block(r, frame, bytes);
    }
    if (rc == 1)
        frame->number = ++r->count;
    return rc == 2 ? 0 : rc;
}

bool clv_pcapng_begin(struct clv_reader *r)
{
    struct clv_frame frame;
    const uint8_t *bytes;
    r->next = next;
    /* The section header, so that what is no pcapng at all is told at once. */
    return read_block(r, &frame, &bytes) == 0;
}

void clv_pcapng_end(struct clv_reader *r)
{
    ifaces_clear(r);
    free(r->ifaces);
    free(r->comment);
}
