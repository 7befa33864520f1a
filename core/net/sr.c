/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole exchange: every packet of some drafts' sets, paced by absolute times, while answers come in.
 * One packet is drafted at a time, so memory does not grow with the sets.
 */
#include "live.h"

enum { UNHEARD = 32 };

struct run {
    const struct clv *clv;
    const struct clv_sr_opts *opts;
    struct clv_exchange *exchange;
    struct clv_arena *arena;
    struct clv_draft *const *drafts;
    uint32_t n;
    uint64_t unsent;
    int64_t next;     /* when the next packet is to go */
    uint32_t unheard; /* packets since answers were last read */
    bool over;        /* an answer was enough, or the caller has had enough */
};

static bool stopped(const struct run *run)
{
    const volatile sig_atomic_t *stop = run->opts->exchange.stop;
    return run->over || (stop && *stop);
}

/* Tell what comes in until then. */
static bool listen_until(struct run *run, int64_t deadline, struct clv_err *err)
{
    const struct clv_sr_opts *opts = run->opts;
    struct clv_pair pair;
    while (!stopped(run)) {
        int rc = clv_exchange_next(run->exchange, deadline, &pair, err);
        if (rc <= 0)
            return rc == 0;
        if ((opts->pair && !opts->pair(opts->user, &pair)) || (opts->first && pair.answer.bytes))
            run->over = true;
    }
    return true;
}

/* The time of the next packet: kept to on average, but a long delay is not made good by a burst. */
static bool pace(struct run *run, struct clv_err *err)
{
    int64_t now = clv_now();
    /* As fast as it goes: answers are read some at a time. */
    if (!run->opts->interval && !run->opts->first && run->unheard++ % UNHEARD)
        return true;
    if (!listen_until(run, run->next, err))
        return false;
    if (run->next < now - CLV_SECOND)
        run->next = now;
    run->next += run->opts->interval;
    return true;
}

/* Wait until the exchange has room for one more request. */
static bool make_room(struct run *run, struct clv_err *err)
{
    const struct clv_exchange_opts *opts = &run->opts->exchange;
    while (!stopped(run) && (clv_exchange_busy(run->exchange) ||
                             (opts->window && clv_exchange_waiting(run->exchange) >= opts->window &&
                              opts->timeout != CLV_FOREVER)))
        if (!listen_until(run, clv_now() + CLV_SECOND / 100, err))
            return false;
    return true;
}

static bool send_one(struct run *run, const struct clv_draft *all, uint64_t index, uint64_t seed,
                     struct clv_err *err)
{
    struct clv_err why = { 0 };
    clv_arena_reset(run->arena);
    struct clv_draft *draft = clv_draft_pick(all, index, seed, run->arena, err);
    if (!draft)
        return false;
    if (clv_exchange_send(run->exchange, draft, all, NULL, NULL, &why) || stopped(run))
        return true;
    run->unsent++;
    if (run->opts->unsent && run->opts->unsent(run->opts->user, &why))
        return true;
    if (err && !err->code)
        *err = why;
    return false;
}

static bool send_all(struct run *run, struct clv_err *err)
{
    uint64_t left = run->opts->count ? run->opts->count : UINT64_MAX;
    for (uint64_t pass = 0; run->n && (!pass || run->opts->count); pass++)
        for (uint32_t d = 0; d < run->n; d++) {
            uint64_t size = clv_draft_count(run->drafts[d]);
            for (uint64_t i = 0; i < size; i++, left--) {
                if (!left)
                    return listen_until(run, CLV_FOREVER, err);
                if (!pace(run, err) || !make_room(run, err))
                    return false;
                if (stopped(run))
                    return true;
                if (!send_one(run, run->drafts[d], i, run->opts->seed + pass, err))
                    return false;
            }
        }
    return listen_until(run, CLV_FOREVER, err);
}

bool clv_sr(const struct clv *clv, struct clv_draft *const *drafts, uint32_t n,
            const struct clv_sr_opts *opts, struct clv_exchange_stats *stats, struct clv_err *err)
{
    struct run run = { .clv = clv, .opts = opts, .drafts = drafts, .n = n, .next = clv_now() };
    *stats = (struct clv_exchange_stats){ 0 };
    run.arena = clv_arena_new(NULL, 0);
    if (!run.arena)
        return clv_fail_memory(err);
    run.exchange = clv_exchange_open(clv, &opts->exchange, err);
    bool ok = run.exchange && send_all(&run, err);
    if (run.exchange)
        clv_exchange_stats(run.exchange, stats);
    /* What was cut short has no answer either. */
    stats->requests += run.unsent;
    stats->unanswered = stats->requests - stats->answered;
    clv_exchange_close(run.exchange);
    clv_arena_free(run.arena);
    return ok;
}
