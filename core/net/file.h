/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of the capture files: a stream of unpacked bytes, and the reader that stands on it. */
#ifndef CLV_FILE_H
#define CLV_FILE_H

#include "../base/base.h"

enum {
    CLV_RECORD_MAX = 16 << 20,                  /* captured bytes of one packet; more is damage */
    CLV_BLOCK_MAX = CLV_RECORD_MAX + (1 << 20), /* of pcapng: a packet and its comments */
    CLV_STREAM_ROOM = 256 << 10,                /* bytes asked for at once */
    CLV_IFACE_MAX = 65536,                      /* interfaces of one section */
    CLV_IFACE_NAME = 1023,                      /* bytes of an interface's name that are kept */
    CLV_FILE_NAME = 204                         /* a file's name in messages, with its NUL */
};

struct clv_unpack; /* gzip's or zstd's state */

/*
 * The bytes of a file, unpacked:
 *
 *   buf      at           end        room
 *    |  taken | buffered   | free     |
 *    `- base: its offset in the unpacked stream
 */
struct clv_stream {
    uint8_t *buf;
    size_t at, end, room;
    uint64_t base;
    uint64_t taken;            /* bytes of the file itself that were read */
    struct clv_unpack *unpack; /* NULL: the file is plain */
    const uint8_t *mem;        /* a file in memory, as far as it is not read */
    size_t memlen;
    int fd; /* -1: mem */
    bool own;
    bool over; /* nothing follows what is buffered */
    int code;  /* why, if not because the file ends there: enum clv_code */
    int sys;   /* errno; EINTR is forgotten at the next call */
    char why[128];
    char name[CLV_FILE_NAME]; /* safe for a terminal */
};

/* path "-": standard input. Reads the first bytes to see how the file is packed. */
bool clv_stream_open(struct clv_stream *stream, const char *path, struct clv_err *err);
/* The same over n borrowed bytes; room: the first size of the buffer, 0: as for files. */
bool clv_stream_memory(struct clv_stream *stream, const char *name, const void *bytes, size_t n,
                       size_t room, struct clv_err *err);
void clv_stream_close(struct clv_stream *stream);
/* Read until n bytes are buffered; false: fewer are left, or `code` is set. Moves the buffer. */
bool clv_stream_fill(struct clv_stream *stream, size_t n);
/* Take *n bytes without holding them, counting down; false: fewer were left. */
bool clv_stream_skip(struct clv_stream *stream, uint64_t *n);
/* A path as messages name it: escaped, and its end where it is long. */
void clv_file_name(char name[CLV_FILE_NAME], const char *path);

static inline size_t clv_stream_have(const struct clv_stream *stream)
{
    return stream->end - stream->at;
}

static inline bool clv_stream_need(struct clv_stream *stream, size_t n)
{
    return clv_stream_have(stream) >= n || clv_stream_fill(stream, n);
}

static inline uint64_t clv_stream_offset(const struct clv_stream *stream)
{
    return stream->base + stream->at;
}

/* An interface of a pcapng section. */
struct clv_file_iface {
    char *name;        /* NULL: none */
    int64_t offset;    /* seconds */
    uint64_t per;      /* ticks of a second; 0: a tick is so short that none is ever full */
    uint64_t mul, div; /* ticks * mul / div are nanoseconds */
    uint8_t shift;     /* not 0: a tick is 2^-shift seconds */
    uint16_t link;
    uint32_t snaplen;
};

struct clv_reader {
    struct clv_stream in;
    /* Returns as clv_reader_next() does, the error being in err. */
    int (*next)(struct clv_reader *reader, struct clv_frame *frame, const uint8_t **bytes);
    uint64_t count; /* packets given */
    uint64_t start; /* offset of the record or block being read */
    struct clv_err err;
    bool big; /* the file's (section's) byte order */
    /* pcap */
    uint8_t head;    /* bytes of a record's header */
    uint8_t swapped; /* lengths of a record: 0 in order, 1 swapped, 2 perhaps */
    bool nano;
    int link;
    /* pcapng */
    struct clv_file_iface *ifaces;
    uint32_t nifaces, capifaces;
    uint64_t skip;  /* bytes of a block still to be passed over, before its last four */
    uint32_t total; /* that block's length; 0: none */
    char *comment;
    size_t capcomment;
};

/* Open a capture that lies in memory, borrowed until the reader is closed. room: see above. */
struct clv_reader *clv_reader_memory(const char *name, const void *bytes, size_t n, size_t room,
                                     struct clv_err *err);

/* A writer to an open file; own: closed with the writer, and where that cannot be had. */
struct clv_writer *clv_writer_fd(int fd, bool own, bool ng, const char *name, struct clv_err *err);

/* Note that the record at `start` is damaged; fmt says how, what is its name. Returns -1. */
int clv_reader_damage(struct clv_reader *reader, const char *what, const char *fmt, ...)
    CLV_PRINTF(3, 4);
/* The same where `part` has too few bytes; or why the stream could not be read. */
int clv_reader_cut(struct clv_reader *reader, const char *what, const char *part, uint64_t need,
                   uint64_t have);
int clv_reader_full(struct clv_reader *reader); /* the same: out of memory */

/* Read the file header; the magic number is there and known. false: reader->err. */
bool clv_pcap_begin(struct clv_reader *reader, uint32_t magic, bool big);
bool clv_pcapng_begin(struct clv_reader *reader);
void clv_pcapng_end(struct clv_reader *reader);

static inline uint16_t clv_get16(const uint8_t *p, bool big)
{
    return (uint16_t)(big ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

static inline uint32_t clv_get32(const uint8_t *p, bool big)
{
    uint32_t le = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
                  (uint32_t)p[3] << 24;
    uint32_t be = (uint32_t)p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 |
                  (uint32_t)p[0] << 24;
    return big ? be : le;
}

static inline uint64_t clv_get64(const uint8_t *p, bool big)
{
    uint64_t a = clv_get32(p, big), b = clv_get32(p + 4, big);
    return big ? a << 32 | b : b << 32 | a;
}

#endif
