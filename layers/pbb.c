/* SPDX-License-Identifier: BSD-2-Clause */
/* Provider backbone bridging: a tag that names a service, and the customer's frame in it. */
#include "layers.h"

/* One row a line. */
/* clang-format off */

/* Backbone service tag, IEEE 802.1Q-2022 9.7; the addresses it ends with are the frame's. */
static const struct clv_field tag_fields[] = {
    BITS(3, "prio"),
    BITS(1, "dei"),
    BITS(1, "nca"),
    BITS(1, "res1"),
    BITS(2, "res2"),
    BITS(24, "isid"),
    END,
};
static const struct clv_under tag_under[] = {
    UNDER(0x88e7, "ethertype"),
    UNDER_END,
};
static const struct clv_line tag_lines[] = {
    { NULL, "service %isid%" },
    LINE_END,
};
const struct clv_desc clv_dot1ah = {
    .name = "Dot1AH",
    .title = "802.1ah",
    .alias = "pbb",
    .source = "IEEE 802.1Q-2022 9.7",
    .fields = tag_fields,
    .under = tag_under,
    .lines = tag_lines,
    .next = "bridged",
};
