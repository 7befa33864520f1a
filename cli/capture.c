/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What -w writes. A packet that no link type is known of gets that of --link, else that of the file
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

static bool writer_open(struct capture *capture)
{
    const char *path = capture->cli->opt.write;
    struct clv_err err = { 0 };
    struct stat st;

    if (capture->writer)
        return true;
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

static void packet_put(struct capture *capture, const struct clv_frame *frame, const uint8_t *bytes)
{
    struct clv_err err = { 0 };

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
    struct clv_err err = { 0 };

    if (keep && !capture->writer && capture->state == SINK_MORE)
        writer_open(capture);
    if (capture->held)
        held_settle(capture);
    capture_flush(capture);
    if (capture->writer && !clv_writer_close(capture->writer, &err) && capture->state == SINK_MORE)
        err_tell(capture, &err);
    int state = capture->state;
    clv_arena_free(capture->arena);
    free(capture);
    return state;
}
