/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of text stand on: a context with all layers and one more, packets from expressions. */
#ifndef GROUND_H
#define GROUND_H

#include "cleave.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct ground {
    struct clv *clv;
    struct clv_arena *arena, *kept;
    struct clv_out out;
    struct clv_view view;
};

#define ETHER "Ether(dst='00:00:00:00:00:02', src='00:00:00:00:00:01')/"
#define SYN                                                                                        \
    ETHER "IP(src='192.168.0.1', dst='192.168.0.2')/TCP(flags='S', "                               \
          "options=[('MSS', 1460), ('NOP', None), ('WScale', 7)])"

extern const struct clv_frame ground_frame;

/* For cmocka: *state is a struct ground. */
int ground_set_up(void **state);
int ground_tear_down(void **state);
/* What was written to g->out since the last call. */
const char *ground_written(struct ground *g);
void ground_same(struct ground *g, const char *want);
/* g->view of these bytes. */
void ground_look(struct ground *g, const char *layer, const uint8_t *bytes, uint32_t len);
/* The bytes of an expression, as a view of their first `most` (0: all) that begins with `layer`. */
uint8_t *ground_make(struct ground *g, const char *layer, const char *text, uint32_t most);

#endif
