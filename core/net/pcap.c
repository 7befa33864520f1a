/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Classic pcap: a header of 24 bytes, then records. Both byte orders, micro- and nanoseconds, and
 * Kuznetzov's records with their longer header. The snap length is not believed.
 */
#include "file.h"

enum { IN_ORDER, SWAPPED, PERHAPS_SWAPPED };

static int next(struct clv_reader *r, struct clv_frame *frame, const uint8_t **bytes)
{
    struct clv_stream *s = &r->in;
    r->start = clv_stream_offset(s);
    if (!clv_stream_need(s, r->head)) {
        size_t have = clv_stream_have(s);
        if (!have && !s->code)
            return 0;
        return clv_reader_cut(r, NULL, "the record header", r->head, have);
    }
    const uint8_t *p = s->buf + s->at;
    uint32_t sec = clv_get32(p, r->big), part = clv_get32(p + 4, r->big);
    uint32_t cap = clv_get32(p + 8, r->big), len = clv_get32(p + 12, r->big);
    if (r->swapped == SWAPPED || (r->swapped == PERHAPS_SWAPPED && cap > len)) {
        uint32_t t = cap;
        cap = len;
        len = t;
    }
    if (cap > CLV_RECORD_MAX)
        return clv_reader_damage(r, NULL, "its captured length is %u bytes, at most %u are read",
                                 cap, (unsigned)CLV_RECORD_MAX);
    if (!clv_stream_need(s, r->head + (size_t)cap))
        return clv_reader_cut(r, NULL, "the packet", cap, clv_stream_have(s) - r->head);

    /* Fractions of a second and more are carried over. */
    uint32_t second = r->nano ? 1000000000 : 1000000;
    frame->sec = (int64_t)sec + (part >= second ? part / second : 0);
    frame->nsec = (part >= second ? part % second : part) * (r->nano ? 1 : 1000);
    frame->number = ++r->count;
    frame->caplen = cap;
    frame->len = len;
    frame->link = r->link;
    frame->iface = NULL;
    frame->comment = NULL;
    *bytes = s->buf + s->at + r->head;
    s->at += r->head + (size_t)cap;
    return 1;
}

bool clv_pcap_begin(struct clv_reader *r, uint32_t magic, bool big)
{
    struct clv_stream *s = &r->in;
    if (!clv_stream_need(s, 24)) {
        clv_reader_cut(r, "pcap file header", "it", 24, clv_stream_have(s));
        return false;
    }
    const uint8_t *p = s->buf + s->at;
    uint16_t major = clv_get16(p + 4, big), minor = clv_get16(p + 6, big);
    if (!(major == 2 && minor <= 4) && !(major == 543 && minor == 0)) {
        clv_reader_damage(r, "pcap file header", "its version is %u.%u, 2.0 to 2.4 can be read",
                          major, minor);
        return false;
    }
    r->next = next;
    r->big = big;
    r->nano = magic == 0xa1b23c4d;
    r->head = magic == 0xa1b2cd34 ? 24 : 16;
    /* The lengths changed places with 2.3, where programs did not agree; 543 is DG/UX. */
    r->swapped = major == 543 || minor < 3 ? SWAPPED : minor == 3 ? PERHAPS_SWAPPED : IN_ORDER;
    r->link = (int)(clv_get32(p + 20, big) & 0xffff); /* above it: how long the frame checks are */
    s->at += 24;
    return true;
}
