/* SPDX-License-Identifier: BSD-2-Clause */
/* See watch.h. Each block is preceded by its size. */
#include "watch.h"

#include <stdalign.h>
#include <stdlib.h>
#include <time.h>

enum { HEAD = alignof(max_align_t) };

void *watch_alloc(void *user, void *old, size_t n)
{
    struct watch *w = user;
    char *block = old ? (char *)old - HEAD : NULL;
    size_t had = block ? *(size_t *)(void *)block : 0;
    if (!n) {
        free(block);
        w->held -= had;
        return NULL;
    }
    block = realloc(block, n + HEAD);
    if (!block)
        return NULL;
    *(size_t *)(void *)block = n;
    w->held += n - had;
    if (w->most < w->held)
        w->most = w->held;
    return block + HEAD;
}

double watch_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}
