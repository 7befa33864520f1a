/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine's own two layers: bytes that no table takes, and bytes beyond every length. */
#include "model.h"

static const struct clv_field load_fields[] = { BYTES("load"), END };

const struct clv_desc clv_raw = {
    .name = "Raw",
    .title = "Raw",
    .source = "bytes that no layer takes",
    .fields = load_fields,
};

const struct clv_desc clv_padding = {
    .name = "Padding",
    .title = "Padding",
    .source = "bytes after the packet, outside every length",
    .fields = load_fields,
};
