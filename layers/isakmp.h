/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What both versions of IKE share. Payloads are layers stacked on the header and on each other,
 * each named by the one below it; proposals, transforms and their attributes are items.
 */
#ifndef CLV_ISAKMP_H
#define CLV_ISAKMP_H

#include "layers.h"

/* isakmp.c */
extern const struct clv_under clv_ike_under[];
extern const struct clv_imply clv_ike_implies[];
extern const struct clv_line clv_ike_lines[];
extern const struct clv_word clv_ike_groups[];

/* One row a line. */
/* clang-format off */

#define HEAD(space_, words_, second_) \
    U8("next_payload", .key = (space_), .words = (words_)), \
    U8(second_), \
    U16("length", MEASURES(HEADER))

/* In a list: the one before names it, but the first has none before. */
#define CHAINED(type_, space_) UNDER(type_, space_), UNDER(0, space_)
#define TABLE(id_, name_, alias_, title_, source_, under_, leaf_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { under_, UNDER_END }; \
    const struct clv_desc clv_##id_ = { \
        .name = (name_), \
        .title = (title_), \
        .alias = (alias_), \
        .source = (source_), \
        .fields = id_##_fields, \
        .under = id_##_under, \
        .leaf = (leaf_), \
    }
/* clang-format on */

#endif
