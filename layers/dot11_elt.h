/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of 802.11's elements and action frames share. */
#ifndef LAYERS_DOT11_ELT_H
#define LAYERS_DOT11_ELT_H

#include "layers.h"

/* clang-format off */

extern const struct clv_word clv_dot11_ids[], clv_dot11_statuses[], clv_dot11_reasons[];
extern const struct clv_under clv_dot11_elt_under[];

#define ID(id_) U8("ID", TELLS(id_), .words = clv_dot11_ids)
#define LEN U8("len", MEASURES(REST))
#define LE .style = CLV_LE
#define LE16(...) U16(__VA_ARGS__, .style = CLV_LE)

/* An element, stacked on frames and other elements. */
#define ELEMENT(id_, name_, title_, source_, when_, hooks_, line_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_line id_##_lines[] = { { NULL, line_ }, LINE_END }; \
    const struct clv_desc clv_dot11_elt_##id_ = { \
        .name = "Dot11Elt" name_, \
        .title = "802.11 " title_, \
        .source = "IEEE 802.11-2020 " source_, \
        .fields = id_##_fields, \
        .under = clv_dot11_elt_under, \
        .lines = id_##_lines, \
        .next = "dot11.elt", \
        .when = (when_), \
        .hooks = (hooks_), \
    }

/* An item of an element. */
#define PART(id_, name_, title_, source_, space_, ...) \
    static const struct clv_field id_##_fields[] = { __VA_ARGS__, END }; \
    static const struct clv_under id_##_under[] = { UNDER(0, space_), UNDER_END }; \
    const struct clv_desc clv_dot11_##id_ = { \
        .name = (name_), \
        .title = (title_), \
        .source = "IEEE 802.11-2020 " source_, \
        .fields = id_##_fields, \
        .under = id_##_under, \
    }
/* clang-format on */

#endif
