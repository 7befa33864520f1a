/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packets of a set that all go one way: that is found once and now and then again, the packets
 * are patched, and handed to the kernel many at a time.
 */
#include "../model/draft.h"
#include "live.h"

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

struct clv_burst {
    struct clv_sender *sender;
    const struct clv_draft *all;
    uint64_t seed, count;             /* of all's packets */
    struct clv_arena *kept, *scratch; /* the maker's; one packet's */
    struct clv_maker *maker;
    struct clv_parcel parcel; /* the first packet's */
    uint8_t head[CLV_HEADER_ROOM];
    int64_t until; /* when the way is to be found anew */
    uint8_t *room; /* the packets to be handed over */
    size_t size;
};

/* Does the set have one destination? */
static bool goes_one_way(const struct clv_draft *draft)
{
    struct clv_addr dst;
    uint32_t net = 0;
    if (!clv_draft_target(draft, &dst, &net))
        return true;
    const struct node *node = draft->first;
    while (node && net--)
        node = node->next;
    for (uint32_t i = 0; node && i < node->layer->n; i++)
        if (node->layer->rows[i].f->role == CLV_NET_DST && node->slots[i].state == SLOT_SET)
            return false;
    return node;
}

static bool find_way(struct clv_burst *burst, struct clv_err *err)
{
    clv_arena_reset(burst->kept);
    struct clv_draft *draft = clv_draft_copy(burst->all, burst->kept);
    if (!draft)
        return clv_fail_memory(err);
    if (!clv_sender_pack(burst->sender, draft, NULL, &burst->parcel, err))
        return false;
    memcpy(burst->head, burst->parcel.bytes, burst->parcel.head);
    burst->until = clv_now() + CLV_SECOND;
    burst->maker = clv_maker_new(draft, burst->kept, burst->seed, err);
    return burst->maker;
}

struct clv_burst *clv_burst_open(struct clv_sender *sender, const struct clv_draft *draft,
                                 uint64_t seed, struct clv_err *err)
{
    if (!goes_one_way(draft))
        return NULL;
    struct clv_burst *burst = calloc(1, sizeof *burst);
    if (!burst) {
        clv_fail_memory(err);
        return NULL;
    }
    *burst = (struct clv_burst){ .sender = sender,
                                 .all = draft,
                                 .seed = seed,
                                 .count = clv_draft_count(draft),
                                 .size = 256 << 10 };
    burst->kept = clv_arena_new(NULL, 0);
    burst->scratch = clv_arena_new(NULL, 0);
    burst->room = malloc(burst->size);
    if (!burst->kept || !burst->scratch || !burst->room)
        clv_fail_memory(err);
    else if (find_way(burst, err))
        return burst;
    clv_burst_close(burst);
    return NULL;
}

void clv_burst_close(struct clv_burst *burst)
{
    if (!burst)
        return;
    clv_arena_free(burst->kept);
    clv_arena_free(burst->scratch);
    free(burst->room);
    free(burst);
}

/* Make up to n packets side by side. How many; 0: err. */
static uint32_t make(struct clv_burst *burst, uint64_t from, uint32_t n, struct iovec *packets,
                     struct clv_err *err)
{
    uint32_t head = burst->parcel.head, made = 0, len;
    size_t at = 0;
    for (; made < n; made++) {
        clv_arena_reset(burst->scratch);
        clv_maker_reseed(burst->maker, burst->seed + (from + made) / burst->count);
        const uint8_t *bytes = clv_maker_take(burst->maker, (from + made) % burst->count,
                                              burst->scratch, &len, made ? NULL : err);
        if (!bytes || (made && at + head + len > burst->size))
            return made;
        if (head + len > burst->size) {
            uint8_t *room = realloc(burst->room, head + len);
            if (!room) {
                clv_fail_memory(err);
                return 0;
            }
            burst->room = room;
            burst->size = head + len;
        }
        memcpy(burst->room + at, burst->head, head);
        memcpy(burst->room + at + head, bytes, len);
        packets[made] = (struct iovec){ burst->room + at, head + len };
        at += head + len;
    }
    return made;
}

int clv_burst_put(struct clv_burst *burst, uint64_t from, uint32_t n, uint64_t *bytes,
                  struct clv_err *err)
{
    struct iovec packets[CLV_BURST];
    if (clv_now() > burst->until && !find_way(burst, err))
        return -1;
    uint32_t made = make(burst, from, n < CLV_BURST ? n : CLV_BURST, packets, err);
    int sent = made ? clv_sender_post_many(burst->sender, &burst->parcel, packets, made, err) : -1;
    for (int i = 0; i < sent; i++)
        *bytes += packets[i].iov_len - burst->parcel.head;
    return sent;
}
