/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text as a filter, and as a list of columns, over a few packets: it ends. */
#include "laws.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PACKETS = 3, TEXT = 4096 };

static struct clv *clv;
static struct clv_arena *arena, *keep;
static struct clv_view views[PACKETS];
static struct clv_out out;

static void set_up(void)
{
    static const char *const texts[PACKETS] = {
        "Ether()/IP(options=[IPOption_RR(routers=['1.2.3.4'])])/TCP(options=[('MSS', 1)])/'abc'",
        "Ether()/IP()/IP()/ICMP(type=3)/IPerror()/UDPerror()",
        "Ether()/ARP()/'padding'",
    };
    struct clv_err err = { 0 };
    clv = clv_new(clv_layers, NULL, &err);
    arena = clv_arena_new(NULL, 0);
    keep = clv_arena_new(NULL, 0);
    clv_out_init(&out, NULL, NULL);
    for (int i = 0; clv && arena && keep && i < PACKETS; i++) {
        uint32_t n = 0;
        struct clv_draft *draft = clv_parse(clv, keep, texts[i], strlen(texts[i]), &err);
        uint8_t *bytes = draft ? clv_build(draft, keep, &n, &err) : NULL;
        if (bytes)
            clv_split(clv, &views[i], keep, clv_draft_layer(draft, 0), bytes, n);
    }
    if (!clv || !arena || err.code) {
        fprintf(stderr, "fuzz_cond: %s\n", err.text);
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct clv_frame frame = { .number = 1, .len = 60, .caplen = 60, .link = 1 };
    struct clv_err err = { 0 }, other = { 0 };
    char text[TEXT];
    if (!clv)
        set_up();
    if (size >= TEXT)
        return 0;
    memcpy(text, data, size);
    text[size] = 0;
    clv_arena_reset(arena);
    struct clv_filter *filter = clv_filter_new(clv, arena, text, &err);
    struct clv_columns *columns = clv_columns_new(clv, arena, text, &other);
    if ((!filter && !err.code) || (!columns && !other.code))
        abort();
    out.len = 0;
    for (int i = 0; i < PACKETS; i++) {
        if (filter)
            clv_filter_match(filter, &views[i], &frame);
        if (columns)
            clv_print_columns(columns, &views[i], &frame, &out);
    }
    if (err.code)
        clv_print_err(&err, text, strlen(text), &out);
    return 0;
}
