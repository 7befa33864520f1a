/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The source: drafts, one after the other, from arguments, from lines of standard input, from
 * capture files and from JSON Lines. Nothing is read ahead of what is asked for, so that a pipe works like a
 * conversation.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROOM = 64 << 10, LINE_MAX_BYTES = 64 << 20 };

struct source {
    struct cli *cli;
    int argc, next; /* arguments, and the one that is next */
    char **argv;
    bool json;        /* lines are JSON */
    const char *name; /* of the file that lines are read from; NULL: arguments are read */
    int fd;
    char *buf;
    size_t at, end, room;      /* at..end is not taken yet */
    bool over;                 /* nothing follows in the file */
    uint64_t line;             /* the last one taken */
    struct clv_reader *reader; /* of a capture file; NULL: none is read */
    void (*idle)(void *user);  /* before a wait or a message; NULL: nothing */
    void *user;
};

static void idle(const struct source *source)
{
    if (source->idle)
        source->idle(source->user);
}

struct source *source_open(struct cli *cli, int argc, char **argv)
{
    struct source *source;
    const char *json = cli->opt.json;

    if (!argc && !json) {
        cli_usage(cli->cmd, "%s needs %s", cli->cmd->name, cli->cmd->args);
        return NULL;
    }
    for (int i = 0; json && i < argc; i++) {
        if (!strcmp(json, "-") && !strcmp(argv[i], "-")) {
            cli_usage(cli->cmd, "standard input holds expressions (-) or JSON (--json -), not "
                                "both");
            return NULL;
        }
    }
    source = calloc(1, sizeof *source);
    if (!source) {
        cli_fail("out of memory");
        return NULL;
    }
    *source = (struct source){ .cli = cli, .argc = argc, .argv = argv, .fd = -1 };
    return source;
}

bool source_lone(const struct source *source)
{
    return source->argc == 1 && !source->cli->opt.json && !source->name && !source->reader &&
           strcmp(source->argv[0], "-") != 0;
}

bool source_streams(const struct source *source)
{
    if (source->name)
        return source->fd == STDIN_FILENO;
    return source->next < source->argc
               ? !strcmp(source->argv[source->next], "-")
               : source->cli->opt.json && !strcmp(source->cli->opt.json, "-");
}

/* ---- Lines of a file. */

static bool lines_open(struct source *source, const char *path, bool json)
{
    bool standard = !strcmp(path, "-");

    source->name = standard ? "standard input" : path;
    source->json = json;
    source->over = false;
    source->line = 0;
    source->at = source->end = 0;
    source->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (source->fd < 0)
        cli_fail("%s: cannot be opened: %s", path, strerror(errno));
    return source->fd >= 0;
}

static void lines_close(struct source *source)
{
    if (source->fd > STDIN_FILENO)
        close(source->fd);
    source->fd = -1;
    source->name = NULL;
}

static bool lines_room(struct source *source)
{
    size_t have = source->end - source->at;

    if (source->at) {
        memmove(source->buf, source->buf + source->at, have);
        source->at = 0;
        source->end = have;
    }
    if (have < source->room)
        return true;
    if (have >= LINE_MAX_BYTES) {
        cli_fail("%s: line %llu is longer than 64 MiB", source->name,
                 (unsigned long long)source->line + 1);
        return false;
    }
    size_t room = source->room ? source->room * 2 : ROOM;
    char *buf = realloc(source->buf, room);
    if (!buf) {
        cli_fail("%s: out of memory for line %llu", source->name,
                 (unsigned long long)source->line + 1);
        return false;
    }
    source->buf = buf;
    source->room = room;
    return true;
}

/* Read more: false after a message. */
static bool lines_fill(struct source *source)
{
    ssize_t n;

    if (!lines_room(source))
        return false;
    do {
        n = read(source->fd, source->buf + source->end, source->room - source->end);
    } while (n < 0 && errno == EINTR && !cli_stop);
    if (n < 0 && errno != EINTR) {
        cli_fail("%s: cannot be read: %s", source->name, strerror(errno));
        return false;
    }
    if (n <= 0)
        source->over = true;
    else
        source->end += (size_t)n;
    return true;
}

/* The next line, without its end: 1; 0: no more; -1 after a message. */
static int line_next(struct source *source, const char **text, size_t *n)
{
    size_t seen = 0;

    for (;;) {
        size_t have = source->end - source->at;
        char *from = have ? source->buf + source->at : NULL;
        char *stop = have > seen ? memchr(from + seen, '\n', have - seen) : NULL;
        if (stop || (source->over && have)) {
            *text = from;
            *n = stop ? (size_t)(stop - from) : have;
            source->at += *n + (stop != NULL);
            source->line++;
            if (*n && from[*n - 1] == '\r')
                --*n;
            return 1;
        }
        if (source->over)
            return 0;
        seen = have;
        idle(source);
        if (!lines_fill(source))
            return -1;
    }
}

/* ---- Capture files. */

/* An expression ends in a bracket or a quote, or is a name alone. */
static bool is_capture(const char *text)
{
    static const char *const ends[] = { ".pcap", ".pcapng", ".cap", ".gz", ".zst" };
    size_t n = strlen(text);

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (n > strlen(ends[i]) && !strcmp(text + n - strlen(ends[i]), ends[i]))
            return true;
    return false;
}

static void capture_end(struct source *source)
{
    clv_reader_close(source->reader);
    source->reader = NULL;
}

/* The next packet of the file, as the draft that builds it. */
static int capture_next(struct source *source, struct clv_arena *arena, struct clv_draft **draft,
                        struct clv_frame *frame)
{
    struct clv_err err = { 0 };
    struct clv_view view;
    const uint8_t *bytes;
    int got;

    do {
        got = clv_reader_next(source->reader, frame, &bytes, &err);
    } while (got < 0 && err.sys == EINTR && !cli_stop);
    if (got > 0) {
        uint8_t *kept = clv_arena_take(arena, frame->caplen + 1u);
        if (!kept) {
            cli_fail("out of memory");
            return -1;
        }
        memcpy(kept, bytes, frame->caplen);
        clv_split_link(source->cli->clv, &view, arena, (uint32_t)frame->link, kept, frame->caplen);
        *draft = clv_lift(&view, arena);
        if (*draft)
            return 1;
        cli_fail("out of memory");
        return -1;
    }
    if (got < 0) {
        idle(source);
        cli_err(&err);
        return -1;
    }
    capture_end(source);
    return 0;
}

static bool capture_begin(struct source *source, const char *path)
{
    struct clv_err err = { 0 };

    source->reader = clv_reader_open(path, &err);
    if (!source->reader)
        cli_err(&err);
    return source->reader;
}

/* ---- Drafts. */

static int draft_parse(struct source *source, struct clv_arena *arena, const char *text, size_t n,
                       struct clv_draft **draft, struct clv_frame *frame)
{
    struct clv *clv = source->cli->clv;
    struct clv_err err = { 0 };
    char what[300] = "";

    *draft = source->json ? clv_parse_json(clv, arena, text, n, frame, &err)
                          : clv_parse(clv, arena, text, n, &err);
    if (*draft)
        return 1;
    idle(source);
    if (source->name && source->fd == STDIN_FILENO)
        snprintf(what, sizeof what, "line %llu", (unsigned long long)source->line);
    else if (source->name)
        snprintf(what, sizeof what, "%s, line %llu", source->name,
                 (unsigned long long)source->line);
    cli_err_text(&err, *what ? what : NULL, text, n);
    return -1;
}

static bool is_blank(const char *text, size_t n)
{
    size_t i = 0;

    while (i < n && (text[i] == ' ' || text[i] == '\t'))
        i++;
    return i == n || text[i] == '#';
}

static int lines_next(struct source *source, struct clv_arena *arena, struct clv_draft **draft,
                      struct clv_frame *frame)
{
    const char *text;
    size_t n;
    int got;

    while ((got = line_next(source, &text, &n)) > 0)
        if (!is_blank(text, n))
            return draft_parse(source, arena, text, n, draft, frame);
    if (!got)
        lines_close(source);
    return got;
}

int source_next(struct source *source, struct clv_arena *arena, struct clv_draft **draft,
                struct clv_frame *frame, void (*idle_hook)(void *user), void *user)
{
    *frame = (struct clv_frame){ .link = -1 };
    source->idle = idle_hook;
    source->user = user;
    for (;;) {
        if (source->name) {
            int got = lines_next(source, arena, draft, frame);
            if (got)
                return got;
        }
        if (source->reader) {
            int got = capture_next(source, arena, draft, frame);
            if (got)
                return got;
        }
        if (source->next < source->argc) {
            const char *text = source->argv[source->next++];
            source->json = false;
            if (is_capture(text)) {
                if (!capture_begin(source, text))
                    return -1;
                continue;
            }
            if (strcmp(text, "-"))
                return draft_parse(source, arena, text, strlen(text), draft, frame);
            if (!lines_open(source, text, false))
                return -1;
        } else if (source->next == source->argc && source->cli->opt.json) {
            source->next++;
            if (!lines_open(source, source->cli->opt.json, true))
                return -1;
        } else {
            return 0;
        }
    }
}

void source_close(struct source *source)
{
    if (!source)
        return;
    lines_close(source);
    capture_end(source);
    free(source->buf);
    free(source);
}
