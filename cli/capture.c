/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What -w writes, in one file or, with --rotate, in several. A packet that no link type is known of gets that of --link, else that of the file
 * so far; at the beginning of the file such packets are held back until one comes that has one.
 */
#include "cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    HELD_MAX = 64 << 20, /* bytes of packets that are held back */
    LINK_USER0 = 147
};

/* --rotate: a file is full with so many bytes, or when its first packet is so old; 0: never. */
struct rotate {
    uint64_t bytes;
    int64_t age;   /* ns */
    uint64_t ring; /* files in turn; 0: no end of them */
};

struct held {
    struct held *next;
    struct clv_frame frame;
    uint8_t *bytes;
};

struct capture {
    struct cli *cli;
    struct clv_writer *writer; /* NULL: not opened yet */
    struct clv_arena *arena;   /* of what is held back */
    struct held *held, **end;
    int link;  /* of the file so far; -1: none */
    bool each; /* hand on each packet */
    int state; /* enum sink_state */
    struct rotate rotate;
    uint64_t files;  /* begun so far */
    uint64_t before; /* packets in those that are closed */
    bool some;       /* this file has packets, the first at: */
    int64_t sec, nsec;
    char path[4096]; /* of this file */
};

/* Try again what a signal interrupted; false: the file takes no more. */
static bool err_tell(struct capture *capture, struct clv_err *err)
{
    if (err->sys == EINTR) {
        *err = (struct clv_err){ 0 };
        return true;
    }
    capture->state = err->sys == EPIPE ? SINK_DONE : SINK_FAILED;
    if (err->sys != EPIPE)
        cli_err(err);
    return false;
}

/* ---- Several files. */

/* "100M", "1h", each at most once, joined by ','; then ":N". */
static bool rotate_read(struct cli *cli, struct rotate *rotate)
{
    const char *text = cli->opt.rotate, *ring = text ? strchr(text, ':') : NULL;
    char part[64];

    if (!text)
        return true;
    if (ring && (cli_number(ring + 1, &rotate->ring) || !rotate->ring || rotate->ring > 1000000)) {
        cli_usage(cli->cmd, "--rotate %s: behind ':' stands a number of files, 1..1000000", text);
        return false;
    }
    for (const char *at = text; at && *at && *at != ':';) {
        size_t n = strcspn(at, ",:");
        uint64_t bytes = 0;
        int64_t age = 0;
        snprintf(part, sizeof part, "%.*s", (int)(n < sizeof part ? n : sizeof part - 1), at);
        if (!rotate->bytes && !cli_number(part, &bytes) && bytes)
            rotate->bytes = bytes;
        else if (!rotate->age && !cli_time(part, &age) && age)
            rotate->age = age;
        else
            break;
        at += n + (at[n] == ',');
        if (!*at || *at == ':')
            return true;
    }
    cli_usage(cli->cmd,
              "--rotate %s: give a size such as 100M, a time such as 1h, or both, and "
              ":N for N files in turn",
              text);
    return false;
}

/* "x.pcap" to "x-00001.pcap", with as many places as the last of a ring has. */
static bool path_next(struct capture *capture)
{
    const char *path = capture->cli->opt.write, *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    uint64_t ring = capture->rotate.ring, number = capture->files++;
    int places = ring ? snprintf(NULL, 0, "%llu", (unsigned long long)ring) : 5;
    size_t stem = dot ? (size_t)(dot - path) : strlen(path);
    int n = capture->cli->opt.rotate
                ? snprintf(capture->path, sizeof capture->path, "%.*s-%0*llu%s", (int)stem, path,
                           places, (unsigned long long)(ring ? number % ring : number) + 1,
                           dot ? dot : "")
                : snprintf(capture->path, sizeof capture->path, "%s", path);

    capture->some = false;
    if (n >= 0 && (size_t)n < sizeof capture->path)
        return true;
    cli_fail("%s: the name is too long", path);
    capture->state = SINK_FAILED;
    return false;
}

static bool is_full(const struct capture *capture, const struct clv_frame *frame)
{
    const struct rotate *rotate = &capture->rotate;
    uint64_t more = (uint64_t)frame->caplen + 32;
    int64_t sec = frame->sec - capture->sec, age = rotate->age / CLV_SECOND;

    if (!capture->some)
        return false;
    if (rotate->bytes && clv_writer_size(capture->writer) + more > rotate->bytes)
        return true;
    return rotate->age &&
           (sec > age || (sec == age && frame->nsec >= capture->nsec + rotate->age % CLV_SECOND));
}

/* ---- The file. */

static bool writer_open(struct capture *capture)
{
    const char *path = capture->path;
    struct clv_err err = { 0 };
    struct stat st;

    if (capture->writer)
        return true;
    if (!path_next(capture))
        return false;
    capture->writer = clv_writer_open(path, &err);
    if (!capture->writer) {
        err_tell(capture, &err);
        return false;
    }
    /* A regular file's reader does not wait. */
    if (!(strcmp(path, "-") ? stat(path, &st) : fstat(STDOUT_FILENO, &st)) && S_ISREG(st.st_mode))
        capture->each = false;
    return true;
}

struct capture *capture_open(struct cli *cli, bool live)
{
    struct capture *capture = calloc(1, sizeof *capture);

    if (!capture) {
        cli_fail("out of memory");
        return NULL;
    }
    *capture = (struct capture){ .cli = cli, .link = -1, .each = live };
    capture->end = &capture->held;
    if (!rotate_read(cli, &capture->rotate)) {
        free(capture);
        return NULL;
    }
    /* What waits for packets must not find out only then that the file cannot be written. A source
     * that does not wait may fail first, and then the file stays as it was. */
    if (!live || writer_open(capture))
        return capture;
    free(capture);
    return NULL;
}

int capture_flush(struct capture *capture)
{
    struct clv_err err = { 0 };

    while (capture->writer && capture->state == SINK_MORE &&
           !clv_writer_flush(capture->writer, &err) && err_tell(capture, &err))
        ;
    return capture->state;
}

uint64_t capture_count(const struct capture *capture)
{
    return capture->before + (capture->writer ? clv_writer_count(capture->writer) : 0);
}

/* Close the file; the next packet opens one. */
static void writer_close(struct capture *capture)
{
    struct clv_err err = { 0 };
    struct clv_writer *writer = capture->writer;

    capture->before = capture_count(capture);
    capture->writer = NULL;
    if (writer && !clv_writer_close(writer, &err) && capture->state == SINK_MORE)
        err_tell(capture, &err);
}

static void packet_put(struct capture *capture, const struct clv_frame *frame, const uint8_t *bytes)
{
    struct clv_err err = { 0 };

    if (is_full(capture, frame)) {
        capture_flush(capture);
        writer_close(capture);
        if (capture->state != SINK_MORE || !writer_open(capture))
            return;
    }
    if (!capture->some) {
        capture->some = true;
        capture->sec = frame->sec;
        capture->nsec = frame->nsec;
    }
    while (capture->state == SINK_MORE && !clv_writer_put(capture->writer, frame, bytes, &err) &&
           err_tell(capture, &err))
        ;
    if (capture->each)
        capture_flush(capture);
    if (capture->link < 0)
        capture->link = frame->link;
}

/* What was held back is now of this link type. */
static void held_put(struct capture *capture, int link)
{
    for (struct held *held = capture->held; held; held = held->next) {
        held->frame.link = link;
        packet_put(capture, &held->frame, held->bytes);
    }
    capture->held = NULL;
    capture->end = &capture->held;
    if (capture->arena)
        clv_arena_reset(capture->arena);
}

/* No packet tells the link type. */
static void held_settle(struct capture *capture)
{
    cli_say(capture->cli,
            "%s: no packet tells its link type: stored as USER0 (%d); --link names another",
            capture->cli->opt.write, LINK_USER0);
    held_put(capture, LINK_USER0);
}

/* text NULL: stays so. false: the arena is full. */
static bool text_keep(struct clv_arena *arena, const char **text)
{
    size_t n = *text ? strlen(*text) + 1 : 0;
    char *copy = n ? clv_arena_take(arena, n) : NULL;

    if (copy)
        memcpy(copy, *text, n);
    *text = copy;
    return copy || !n;
}

/* false: no more can be held. */
static bool held_add(struct capture *capture, const struct clv_frame *frame, const uint8_t *bytes)
{
    struct held *held;

    if (!capture->arena && !(capture->arena = clv_arena_new(NULL, HELD_MAX)))
        return false;
    held = clv_arena_take(capture->arena, sizeof *held);
    if (!held)
        return false;
    *held = (struct held){ .frame = *frame };
    held->bytes = clv_arena_take(capture->arena, (size_t)frame->caplen + 1);
    if (!held->bytes || !text_keep(capture->arena, &held->frame.iface) ||
        !text_keep(capture->arena, &held->frame.comment))
        return false;
    if (frame->caplen)
        memcpy(held->bytes, bytes, frame->caplen);
    *capture->end = held;
    capture->end = &held->next;
    return true;
}

int capture_put(struct capture *capture, const struct clv_frame *frame, const uint8_t *bytes)
{
    struct clv_frame full = *frame;

    if (capture->state != SINK_MORE || !writer_open(capture))
        return capture->state;
    if (full.link < 0)
        full.link = capture->cli->opt.link >= 0 ? capture->cli->opt.link : capture->link;
    if (full.link < 0) {
        if (held_add(capture, &full, bytes))
            return capture->state;
        held_settle(capture);
        full.link = LINK_USER0;
    }
    if (capture->held)
        held_put(capture, full.link);
    packet_put(capture, &full, bytes);
    return capture->state;
}

int capture_close(struct capture *capture, bool keep)
{
    if (keep && !capture->writer && capture->state == SINK_MORE)
        writer_open(capture);
    if (capture->held)
        held_settle(capture);
    capture_flush(capture);
    writer_close(capture);
    int state = capture->state;
    clv_arena_free(capture->arena);
    free(capture);
    return state;
}
