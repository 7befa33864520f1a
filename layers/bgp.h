/* SPDX-License-Identifier: BSD-2-Clause */
/* What BGP's files share. */
#ifndef CLV_BGP_H
#define CLV_BGP_H

#include "layers.h"

/* bgp_words.c */
extern const struct clv_word clv_bgp_message_types[], clv_bgp_families[], clv_bgp_subfamilies[],
    clv_bgp_capability_codes[], clv_bgp_attribute_bits[], clv_bgp_attribute_types[],
    clv_bgp_origins[], clv_bgp_segment_types[], clv_bgp_errors[], clv_bgp_header_errors[],
    clv_bgp_open_errors[], clv_bgp_update_errors[], clv_bgp_state_errors[], clv_bgp_cease_errors[],
    clv_bgp_refresh_errors[], clv_bgp_refresh_types[], clv_bgp_orf_moments[], clv_bgp_orf_types[],
    clv_bgp_orf_roles[], clv_bgp_orf_actions[], clv_bgp_orf_matches[], clv_bgp_param_types[],
    clv_bgp_communities[], clv_bgp_ext_types[];

#endif
