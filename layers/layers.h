/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of tables share: every table by name, lists of words, and a few macros. A table
 * states each fact of its protocol once; nothing here runs but the few hooks named in a table.
 */
#ifndef CLV_LAYERS_H
#define CLV_LAYERS_H

#include "../core/cleave.h"

/* A row of `under`: the key, then the space, then .to or .sure. */
/* clang-format off */
#define UNDER(key_, ...) { .key = (key_), .space = __VA_ARGS__ }
/* clang-format on */

/* words.c */
extern const struct clv_word clv_ethertypes[], clv_ip_protocols[], clv_hardware_types[];
extern const struct clv_word clv_arp_ops[], clv_ip_flags[], clv_tcp_flags[];
extern const struct clv_word clv_icmp_types[], clv_icmp_unreachable[], clv_icmp_redirect[];
extern const struct clv_word clv_icmp_exceeded[], clv_icmp_parameter[], clv_icmp_photuris[];
extern const struct clv_word clv_tcp_ports[], clv_udp_ports[];

/* Every table; clv_raw and clv_padding are the engine's own. */
#define LAYER(x) extern const struct clv_desc clv_##x;
#include "list.h"
#undef LAYER

#endif
