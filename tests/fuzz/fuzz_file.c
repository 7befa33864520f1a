/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capture file of any bytes: the reader ends, in packets and one error at most, the same with a
 * small buffer as with a large one; and what it gave comes back from a pcapng file written of it.
 */
#include "net/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x)                                                                                    \
    do                                                                                             \
        if (!(x)) {                                                                                \
            fprintf(stderr, "fuzz_file: %s does not hold\n", #x);                                  \
            abort();                                                                               \
        }                                                                                          \
    while (0)

static uint64_t hash(uint64_t h, const void *p, size_t n)
{
    const uint8_t *bytes = p;
    for (size_t i = 0; i < n; i++)
        h = (h ^ bytes[i]) * 0x100000001b3;
    return h;
}

/* Everything that a frame says. Wire length 0 means the captured one, to a writer. */
static uint64_t hash_frame(uint64_t h, const struct clv_frame *frame, const uint8_t *bytes)
{
    const char *iface = frame->iface ? frame->iface : "";
    const char *comment = frame->comment ? frame->comment : "";
    uint32_t len = frame->len ? frame->len : frame->caplen;
    h = hash(h, &frame->number, sizeof frame->number);
    h = hash(h, &frame->sec, sizeof frame->sec);
    h = hash(h, &frame->nsec, sizeof frame->nsec);
    h = hash(h, &len, sizeof len);
    h = hash(h, &frame->link, sizeof frame->link);
    h = hash(h, iface, strlen(iface) + 1);
    h = hash(h, comment, strlen(comment) + 1);
    return hash(h, bytes, frame->caplen);
}

/* Returns a hash of the packets, which writer (may be NULL) gets. */
static uint64_t read_all(struct clv_reader *reader, struct clv_writer *writer, struct clv_err *err)
{
    struct clv_frame frame;
    const uint8_t *bytes;
    uint64_t count = 0, h = 0xcbf29ce484222325;
    int rc;
    while ((rc = clv_reader_next(reader, &frame, &bytes, err)) == 1) {
        MUST(frame.number == ++count);
        MUST(frame.caplen <= (uint32_t)CLV_RECORD_MAX);
        MUST(frame.nsec < 1000000000);
        MUST(frame.link >= 0 && frame.link <= 65535);
        h = hash_frame(h, &frame, bytes);
        if (writer)
            MUST(clv_writer_put(writer, &frame, bytes, err));
    }
    MUST(rc == (err->code ? -1 : 0));
    MUST(!err->code || err->text[0]);
    return h;
}

/* The hash of the packets that a pcapng file in memory holds. */
static uint64_t read_copy(int fd, struct clv_err *err)
{
    off_t size = lseek(fd, 0, SEEK_END);
    MUST(size >= 28);
    void *copy = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    MUST(copy != MAP_FAILED);
    struct clv_reader *reader = clv_reader_memory("copy", copy, (size_t)size, 0, err);
    MUST(reader);
    uint64_t h = read_all(reader, NULL, err);
    clv_reader_close(reader);
    munmap(copy, (size_t)size);
    return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct clv_err err = { 0 }, small = { 0 }, copied = { 0 };
    struct clv_reader *reader = clv_reader_memory("data", data, size, 4096, &err);
    struct clv_reader *other = clv_reader_memory("data", data, size, 16, &small);
    MUST(!reader == !other && !reader == (err.code != 0));
    if (reader) {
        int fd = memfd_create("copy", MFD_CLOEXEC);
        struct clv_writer *writer = clv_writer_fd(fd, false, true, "copy", &copied);
        MUST(fd >= 0 && writer);
        uint64_t h = read_all(reader, writer, &err);
        MUST(clv_writer_close(writer, &copied));
        MUST(read_all(other, NULL, &small) == h);
        MUST(read_copy(fd, &copied) == h);
        MUST(!copied.code);
        close(fd);
    }
    MUST(!strcmp(err.text, small.text));
    clv_reader_close(reader);
    clv_reader_close(other);
    return 0;
}
