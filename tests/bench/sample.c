/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sample OUT EVERY LEAST FILE...: a capture to measure with: of the Ethernet packets of these files
 * every EVERY-th, all of them again and again until there are LEAST, 10 microseconds apart. Prints
 * how many it wrote, and how many of them differ. What a file holds behind damage is left out, and
 * packets that other readers of pcap refuse.
 */
#include "../../core/cleave.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ETHERNET = 1, LARGEST = 65535, BEGIN = 1700000000, A_SECOND = 100000 };

struct packet {
    struct clv_frame frame;
    uint8_t *bytes;
};

static struct packet *packets;
static size_t npackets, room;

static bool keep(const struct clv_frame *frame, const uint8_t *bytes)
{
    if (npackets == room) {
        room = room ? room * 2 : 1024;
        struct packet *grown = realloc(packets, room * sizeof *packets);
        if (!grown)
            return false;
        packets = grown;
    }
    uint8_t *copy = malloc(frame->caplen + 1);
    if (!copy)
        return false;
    memcpy(copy, bytes, frame->caplen);
    packets[npackets++] = (struct packet){
        { .link = ETHERNET, .caplen = frame->caplen, .len = frame->len }, copy
    };
    return true;
}

static bool load(const char *path, unsigned long every)
{
    static unsigned long seen;
    struct clv_err err = { 0 };
    struct clv_frame frame;
    const uint8_t *bytes;
    bool ok = true;
    struct clv_reader *reader = clv_reader_open(path, &err);
    while (ok && reader && clv_reader_next(reader, &frame, &bytes, &err) == 1)
        if (frame.link == ETHERNET && frame.caplen && frame.caplen <= LARGEST &&
            frame.len >= frame.caplen && frame.len <= LARGEST && seen++ % every == 0)
            ok = keep(&frame, bytes);
    if (reader)
        clv_reader_close(reader);
    return ok;
}

int main(int argc, char **argv)
{
    struct clv_err err = { 0 };
    unsigned long long n = 0, least = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
    unsigned long every = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (!every) {
        fputs("usage: sample OUT EVERY LEAST FILE...\n", stderr);
        return 2;
    }
    for (int i = 4; i < argc; i++)
        if (!load(argv[i], every)) {
            fputs("sample: out of memory\n", stderr);
            return 2;
        }
    struct clv_writer *writer = clv_writer_open(argv[1], &err);
    bool ok = writer;
    do
        for (size_t i = 0; ok && i < npackets; i++) {
            struct clv_frame *frame = &packets[i].frame;
            frame->sec = BEGIN + (int64_t)(n / A_SECOND);
            frame->nsec = (uint32_t)(n % A_SECOND) * (1000000000 / A_SECOND);
            frame->number = ++n;
            ok = clv_writer_put(writer, frame, packets[i].bytes, &err);
        }
    while (ok && npackets && n < least);
    if (writer && !clv_writer_close(writer, &err))
        ok = false;
    for (size_t i = 0; i < npackets; i++)
        free(packets[i].bytes);
    free(packets);
    if (!ok) {
        fprintf(stderr, "sample: %s\n", err.text);
        return 2;
    }
    fprintf(stderr, "%llu %zu\n", n, npackets);
    return 0;
}
