/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests that wait, each in a queue by deadline and in a bucket by hash. All wait equally long, so
 * adding at the queue's end keeps it sorted; a bucket keeps that order too: the oldest is first.
 */
#include "live.h"

#include <stdlib.h>

enum { FIRST_BUCKETS = 256 };

static struct clv_bucket *bucket_of(const struct clv_pending *pending, uint64_t hash)
{
    return &pending->buckets[clv_mix(hash) & (pending->nbuckets - 1)];
}

static void bucket_add(struct clv_bucket *bucket, struct clv_request *request)
{
    request->after = NULL;
    request->before = bucket->last;
    *(bucket->last ? &bucket->last->after : &bucket->first) = request;
    bucket->last = request;
}

/* Twice the buckets; the queue's order becomes the order in each bucket again. */
static bool grow(struct clv_pending *pending)
{
    uint32_t n = pending->nbuckets ? pending->nbuckets * 2 : FIRST_BUCKETS;
    struct clv_bucket *buckets = calloc(n, sizeof *buckets);
    if (!buckets)
        return pending->nbuckets;
    free(pending->buckets);
    pending->buckets = buckets;
    pending->nbuckets = n;
    for (struct clv_request *r = pending->oldest; r; r = r->newer)
        bucket_add(bucket_of(pending, r->hash), r);
    return true;
}

bool clv_pending_add(struct clv_pending *pending, struct clv_request *request)
{
    if (pending->n >= pending->nbuckets && !grow(pending))
        return false;
    request->newer = NULL;
    request->older = pending->newest;
    *(pending->newest ? &pending->newest->newer : &pending->oldest) = request;
    pending->newest = request;
    bucket_add(bucket_of(pending, request->hash), request);
    pending->n++;
    pending->nwide += request->wide;
    return true;
}

void clv_pending_remove(struct clv_pending *pending, struct clv_request *request)
{
    struct clv_bucket *bucket = bucket_of(pending, request->hash);
    *(request->older ? &request->older->newer : &pending->oldest) = request->newer;
    *(request->newer ? &request->newer->older : &pending->newest) = request->older;
    *(request->before ? &request->before->after : &bucket->first) = request->after;
    *(request->after ? &request->after->before : &bucket->last) = request->before;
    pending->n--;
    pending->nwide -= request->wide;
}

struct clv_request *clv_pending_first(const struct clv_pending *pending, uint64_t hash)
{
    return pending->nbuckets ? bucket_of(pending, hash)->first : NULL;
}

void clv_queue_add(struct clv_queue *queue, struct clv_request *request)
{
    request->after = NULL;
    *(queue->last ? &queue->last->after : &queue->first) = request;
    queue->last = request;
}

struct clv_request *clv_queue_take(struct clv_queue *queue)
{
    struct clv_request *request = queue->first;
    if (request)
        queue->first = request->after;
    if (!queue->first)
        queue->last = NULL;
    return request;
}

void clv_pending_free(struct clv_pending *pending)
{
    while (pending->oldest) {
        struct clv_request *request = pending->oldest;
        pending->oldest = request->newer;
        free(request);
    }
    free(pending->buckets);
    *pending = (struct clv_pending){ .oldest = NULL };
}
