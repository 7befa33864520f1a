/* SPDX-License-Identifier: BSD-2-Clause */
/* What hostile bytes may cost, measured: memory that an arena takes, time of this thread. */
#ifndef WATCH_H
#define WATCH_H

#include "cleave.h"

/* Is this a build with AddressSanitizer, which is slower by a factor of ten to twenty? */
#if defined(__SANITIZE_ADDRESS__)
#    define WATCH_SLOW 1
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define WATCH_SLOW 1
#    endif
#endif
#ifndef WATCH_SLOW
#    define WATCH_SLOW 0
#endif

/* No packet takes longer in any verb, nor more memory. */
enum { WATCH_MS = WATCH_SLOW ? 200 : 10, WATCH_BYTES = 16 << 20 };

/* Memory that counts what is held: clv_mem's alloc, user is a struct watch. */
struct watch {
    size_t held, most;
};

void *watch_alloc(void *watch, void *old, size_t n);
/* Milliseconds that this thread has run. */
double watch_now(void);

#endif
