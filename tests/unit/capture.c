/* SPDX-License-Identifier: BSD-2-Clause */
/* Sample captures: every odd thing that a sound capture may hold, in a few hundred bytes. */
#include "capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void put(struct capture *c, uint64_t v, unsigned n)
{
    assert_true(c->len + n <= sizeof c->bytes);
    for (unsigned i = 0; i < n; i++)
        c->bytes[c->len++] = (uint8_t)(v >> 8 * (c->big ? n - 1 - i : i));
}

static void put_bytes(struct capture *c, const void *p, size_t n, size_t padded)
{
    assert_true(c->len + padded <= sizeof c->bytes);
    memset(c->bytes + c->len, 0, padded);
    memcpy(c->bytes + c->len, p, n);
    c->len += padded;
}

static void put_end(struct capture *c)
{
    assert_true(c->nends < CAPTURE_ENDS);
    c->ends[c->nends++] = c->len;
}

static struct capture_packet *expect(struct capture *c, uint32_t caplen, uint32_t len, int link)
{
    struct capture_packet *p = &c->packets[c->n];
    assert_true(c->n < CAPTURE_PACKETS && caplen <= sizeof p->data);
    memset(p, 0, sizeof *p);
    p->frame.number = ++c->n;
    p->frame.caplen = caplen;
    p->frame.len = len;
    p->frame.link = link;
    for (uint32_t i = 0; i < caplen; i++)
        p->data[i] = (uint8_t)(c->n * 16 + i);
    return p;
}

struct pcap_kind {
    uint32_t magic;
    uint16_t minor;
    bool big;
};

static void put_record(struct capture *c, const struct pcap_kind *kind, uint32_t sec, uint32_t part,
                       uint32_t caplen, uint32_t len)
{
    uint32_t unit = kind->magic == 0xa1b23c4d ? 1 : 1000, second = 1000000000 / unit;
    bool swap = kind->minor < 3 || (kind->minor == 3 && caplen < len);
    struct capture_packet *p = expect(c, caplen, len, 113);
    p->frame.sec = (int64_t)sec + part / second;
    p->frame.nsec = part % second * unit;
    put(c, sec, 4);
    put(c, part, 4);
    put(c, swap ? len : caplen, 4);
    put(c, swap ? caplen : len, 4);
    if (kind->magic == 0xa1b2cd34)
        put_bytes(c, "\x02\0\0\0\x08\0\x04\x7f", 8, 8);
    put_bytes(c, p->data, caplen, caplen);
    p->end = c->len;
    put_end(c);
}

static void make_pcap(struct capture *c, const struct pcap_kind *kind)
{
    c->big = kind->big;
    put(c, kind->magic, 4);
    put(c, 2, 2);
    put(c, kind->minor, 2);
    put(c, 0, 8);
    put(c, 32, 4);               /* the snap length, which the third packet exceeds */
    put(c, 0x30000000 | 113, 4); /* frames end in a check sequence */
    put_end(c);
    put_record(c, kind, 1700000000, 123456, 20, 60);
    put_record(c, kind, 0, 0, 0, 64); /* nothing captured */
    put_record(c, kind, 4294967295, 999999, 58, 58);
    if (kind->minor != 3)
        put_record(c, kind, 1, 4000000000, 10, 4); /* odd time; captured more than there was */
    put_record(c, kind, 2, 7, 0, 0);
}

static size_t block_begin(struct capture *c, uint32_t type)
{
    size_t start = c->len;
    put(c, type, 4);
    put(c, 0, 4);
    return start;
}

static void block_end(struct capture *c, size_t start)
{
    size_t len = c->len + 4 - start;
    c->len = start + 4;
    put(c, len, 4);
    c->len = start + len - 4;
    put(c, len, 4);
    put_end(c);
}

static void put_section(struct capture *c, bool big)
{
    c->big = big;
    size_t start = block_begin(c, 0x0a0d0d0a);
    put(c, 0x1a2b3c4d, 4);
    put(c, 1, 2);
    put(c, 0, 2);
    put(c, UINT64_MAX, 8);
    block_end(c, start);
}

static void put_option(struct capture *c, uint32_t code, const void *p, size_t n)
{
    put(c, code, 2);
    put(c, n, 2);
    put_bytes(c, p, n, (n + 3) & ~(size_t)3);
}

/* resol 6 and no offset are left out, as most files do. */
static void put_iface(struct capture *c, uint32_t link, uint32_t snaplen, const char *name,
                      uint32_t resol, int64_t offset)
{
    uint8_t byte = (uint8_t)resol;
    size_t start = block_begin(c, 1);
    put(c, link, 2);
    put(c, 0, 2);
    put(c, snaplen, 4);
    if (name)
        put_option(c, 2, name, strlen(name));
    if (resol != 6)
        put_option(c, 9, &byte, 1);
    if (offset) {
        put(c, 14, 2);
        put(c, 8, 2);
        put(c, (uint64_t)offset, 8);
    }
    if (name || resol != 6 || offset)
        put(c, 0, 4);
    block_end(c, start);
}

/* EPB (6) or PB (2). The comment, if any, is given twice. */
static struct capture_packet *put_packet(struct capture *c, uint32_t type, uint32_t iface,
                                         uint64_t ticks, uint32_t caplen, uint32_t len, int link,
                                         const char *comment)
{
    struct capture_packet *p = expect(c, caplen, len, link);
    size_t start = block_begin(c, type);
    put(c, iface, type == 6 ? 4 : 2);
    if (type == 2)
        put(c, 3, 2);
    put(c, ticks >> 32, 4);
    put(c, ticks & UINT32_MAX, 4);
    put(c, caplen, 4);
    put(c, len, 4);
    put_bytes(c, p->data, caplen, (caplen + 3) & ~3u);
    if (comment) {
        put_option(c, 1, comment, strlen(comment));
        put_option(c, 2, "\0\0\0", 4);
        put_option(c, 1, "twice", 5);
        put(c, 0, 4);
    }
    block_end(c, start);
    p->end = c->len;
    return p;
}

static struct capture_packet *set_time(struct capture_packet *p, int64_t sec, uint32_t nsec,
                                       const char *iface)
{
    p->frame.sec = sec;
    p->frame.nsec = nsec;
    p->frame.iface = iface;
    return p;
}

static void make_section(struct capture *c, bool big)
{
    struct capture_packet *p;
    size_t start;
    put_section(c, big);
    put_iface(c, 1, 24, "eth0", 9, 0);
    put_iface(c, 101, 0, NULL, 6, 0);
    p = put_packet(c, 6, 0, 1700000000123456789, 5, 90, 1, "one");
    set_time(p, 1700000000, 123456789, "eth0")->frame.comment = "one\ntwice";
    start = block_begin(c, 0x0bad); /* a block of a kind that nobody knows */
    put_bytes(c, "secret", 6, 8);
    block_end(c, start);
    p = put_packet(c, 6, 1, 1000001, 4, 4, 101, NULL);
    set_time(p, 1, 1000, NULL);
    /* 2^-10 s, counted from 1971; half a second */
    put_iface(c, 0, 0, "lo", 0x8a, 31536000);
    p = put_packet(c, 2, 2, 1024 * 5 + 512, 3, 3, 0, "");
    set_time(p, 31536005, 500000000, "lo")->frame.comment = "\ntwice";
    p = expect(c, 24, 61, 1); /* simple: cut at the first interface's snap length */
    p->frame.iface = "eth0";
    start = block_begin(c, 3);
    put(c, 61, 4);
    put_bytes(c, p->data, 24, 24);
    block_end(c, start);
    p->end = c->len;
}

static void make_pcapng(struct capture *c, bool both)
{
    make_section(c, both);
    if (!both)
        return;
    /* The interfaces of another section are other ones. */
    put_section(c, false);
    put_iface(c, 276, 0, "any", 12, -1);
    struct capture_packet *p = put_packet(c, 6, 0, 2000000000999, 0, 7, 276, NULL);
    set_time(p, 1, 0, "any");
}

void capture_make(struct capture *c, enum capture_kind kind)
{
    static const struct pcap_kind pcaps[] = {
        { 0xa1b2c3d4, 4, false }, { 0xa1b2c3d4, 4, true },  { 0xa1b23c4d, 4, false },
        { 0xa1b23c4d, 4, true },  { 0xa1b2cd34, 4, false }, { 0xa1b2cd34, 4, true },
        { 0xa1b2c3d4, 2, false }, { 0xa1b2c3d4, 3, false },
    };
    memset(c, 0, sizeof *c);
    if (kind < CAPTURE_PCAPNG)
        make_pcap(c, &pcaps[kind]);
    else
        make_pcapng(c, kind == CAPTURE_PCAPNG_BIG);
}

static void compare_text(const char *want, const char *got)
{
    if (want && got)
        assert_string_equal(want, got);
    else
        assert_ptr_equal(want, got);
}

void capture_compare(const struct capture_packet *packet, const struct clv_frame *frame,
                     const uint8_t *data)
{
    const struct clv_frame *want = &packet->frame;
    assert_int_equal(frame->number, want->number);
    assert_int_equal(frame->caplen, want->caplen);
    assert_int_equal(frame->len, want->len);
    assert_int_equal(frame->link, want->link);
    assert_int_equal(frame->sec, want->sec);
    assert_int_equal(frame->nsec, want->nsec);
    assert_memory_equal(data, packet->data, want->caplen);
    compare_text(want->iface, frame->iface);
    compare_text(want->comment, frame->comment);
}
