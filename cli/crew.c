/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A large file on several processors. Each hand takes the next packets out of the file, splits and
 * prints them into memory, and hands that on when it is its turn: what comes out is in order, and is
 * what one hand alone gives.
 */
#include "cli.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    HANDS = 4,   /* the file is read by one at a time, and each hand takes memory */
    BATCH = 256, /* packets that a hand takes at most */
    BATCH_BYTES = 1 << 16,
    PAYS = 8 << 20 /* bytes of a file that is worth it */
};

struct crew {
    struct clv_reader *reader;
    struct sink *sink;
    struct status *status;
    pthread_mutex_t reading, handing;
    pthread_cond_t handed;
    uint64_t batches; /* taken; these four: while reading */
    bool ended;
    int got; /* of the last packet: clv_reader_next() */
    struct clv_err err;
    uint64_t turn; /* the batch that is to be handed on; these two: while handing */
    int state;     /* of the sink */
};

struct hand {
    struct crew *crew;
    struct sink *twin;
    struct clv_arena *arena;
    pthread_t thread;
    uint64_t batch;
    unsigned n;
    struct clv_frame frames[BATCH];
    const uint8_t *bytes[BATCH];
};

static const void *keep(struct clv_arena *arena, const void *from, size_t n)
{
    void *to = clv_arena_take(arena, n ? n : 1);

    return to && n ? memcpy(to, from, n) : to;
}

/* What is borrowed from the reader is kept. false: no memory. */
static bool keep_packet(struct hand *hand, const struct clv_frame *frame, const uint8_t *bytes)
{
    struct clv_frame *to = &hand->frames[hand->n];

    *to = *frame;
    hand->bytes[hand->n] = keep(hand->arena, bytes, frame->caplen);
    if (frame->iface)
        to->iface = keep(hand->arena, frame->iface, strlen(frame->iface) + 1);
    if (frame->comment)
        to->comment = keep(hand->arena, frame->comment, strlen(frame->comment) + 1);
    hand->n++;
    return hand->bytes[hand->n - 1] && !to->iface == !frame->iface &&
           !to->comment == !frame->comment;
}

/* The next packets of the file. false: there are none. */
static bool take(struct hand *hand)
{
    struct crew *crew = hand->crew;
    struct clv_frame frame;
    const uint8_t *bytes;

    hand->n = 0;
    clv_arena_reset(hand->arena);
    pthread_mutex_lock(&crew->reading);
    for (size_t taken = 0; !crew->ended && hand->n < BATCH && taken < BATCH_BYTES;) {
        crew->got = clv_reader_next(crew->reader, &frame, &bytes, &crew->err);
        crew->ended = crew->got <= 0;
        if (crew->ended)
            break;
        taken += frame.caplen;
        if (!keep_packet(hand, &frame, bytes)) {
            hand->n--;
            crew->ended = true;
            crew->got = -1;
            crew->err = (struct clv_err){ .code = CLV_NO_MEMORY };
            strcpy(crew->err.text, "out of memory");
        }
    }
    if (hand->n)
        hand->batch = crew->batches++;
    if (hand->n && crew->status->on) {
        uint64_t size, done = clv_reader_taken(crew->reader, &size);
        status_show(crew->status, hand->frames[hand->n - 1].number, done, size);
    }
    pthread_mutex_unlock(&crew->reading);
    return hand->n;
}

/* false: no more is wanted. */
static bool hand_on(struct hand *hand)
{
    struct crew *crew = hand->crew;

    pthread_mutex_lock(&crew->handing);
    while (crew->turn != hand->batch)
        pthread_cond_wait(&crew->handed, &crew->handing);
    if (crew->state == SINK_MORE)
        crew->state = sink_take(crew->sink, hand->twin);
    const int state = crew->state;
    crew->turn++;
    pthread_cond_broadcast(&crew->handed);
    pthread_mutex_unlock(&crew->handing);
    return state == SINK_MORE;
}

static void *work(void *arg)
{
    struct hand *hand = arg;
    struct crew *crew = hand->crew;

    while (take(hand)) {
        for (unsigned i = 0; i < hand->n; i++)
            if (sink_put(hand->twin, &hand->frames[i], hand->bytes[i], NULL) != SINK_MORE)
                break;
        if (!hand_on(hand)) {
            pthread_mutex_lock(&crew->reading);
            crew->ended = true;
            pthread_mutex_unlock(&crew->reading);
        }
    }
    return NULL;
}

static unsigned processors(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof set, &set) ? 1 : (unsigned)CPU_COUNT(&set);
}

unsigned crew_hands(const struct cli *cli, const struct sink *sink, const char *path)
{
    struct stat st;

    /* Lua has one thread. */
    if (!sink_toils(sink) || cli->layers || !strcmp(path, "-") || stat(path, &st) ||
        !S_ISREG(st.st_mode) || st.st_size < PAYS)
        return 1;
    const unsigned n = processors();
    return n < HANDS ? n : HANDS;
}

static bool hire(struct hand *hand, struct crew *crew)
{
    hand->crew = crew;
    hand->arena = clv_arena_new(NULL, 0);
    hand->twin = hand->arena ? sink_twin(crew->sink) : NULL;
    return hand->twin;
}

static void dismiss(struct hand *hand)
{
    if (hand->twin)
        sink_join(hand->crew->sink, hand->twin);
    clv_arena_free(hand->arena);
}

/* Everybody and everything is there before the work begins. The threads read tables, and make none. */
static bool prepare(struct crew *crew, const struct cli *cli, struct hand *hands, unsigned n)
{
    pthread_mutex_init(&crew->reading, NULL);
    pthread_mutex_init(&crew->handing, NULL);
    pthread_cond_init(&crew->handed, NULL);
    for (unsigned i = 0; i < n; i++)
        if (!hire(&hands[i], crew)) {
            cli_fail("out of memory");
            return false;
        }
    return clv_ready(cli->clv, &crew->err) || cli_err(&crew->err) == CLI_DONE;
}

int crew_read(const struct cli *cli, struct clv_reader *reader, struct sink *sink,
              struct status *status, unsigned n)
{
    struct crew crew = { .reader = reader, .sink = sink, .status = status };
    struct hand *hands = calloc(n, sizeof *hands);
    unsigned begun = 0;

    if (!hands)
        return cli_fail("out of memory");
    if (prepare(&crew, cli, hands, n)) {
        while (begun < n - 1 && !pthread_create(&hands[begun].thread, NULL, work, &hands[begun]))
            begun++;
        work(&hands[n - 1]);
    } else {
        crew.state = SINK_FAILED;
    }
    for (unsigned i = 0; i < begun; i++)
        pthread_join(hands[i].thread, NULL);
    for (unsigned i = 0; i < n; i++)
        dismiss(&hands[i]);
    free(hands);
    if (crew.state != SINK_MORE)
        return crew.state == SINK_DONE ? CLI_DONE : CLI_WRONG;
    sink_flush(sink); /* the packets before the damage, then the message */
    status_end(status);
    return crew.got < 0 ? cli_err(&crew.err) : CLI_DONE;
}
