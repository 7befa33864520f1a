/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Display filters: refused with a place inside the text, or matched against a few packets, where
 * its negation says the opposite. The same text as columns is refused or printed.
 */
#include "laws.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 2048 };

static const char *const packets[] = {
    "Ether()/IP(options=[IPOption_RR(routers=['1.2.3.4', '5.6.7.8'])])/TCP(flags='SA')/'a'",
    "IP()/TCP(sport=1, options=[('MSS', 1460), ('NOP', None), ('Timestamp', (1, 2))])",
    "Ether()/Dot1Q(vlan=7)/IP(ttl=1)/ICMP(type=11)/IPerror()/UDPerror()",
    "Ether()/IP(proto=4)/IP()/UDP()/Raw(load=bytes(20))",
    "Ether()/ARP()/Padding(load=b'xyz')",
};
enum { PACKETS = sizeof packets / sizeof *packets };

static struct clv *clv;
static struct clv_arena *arena, *kept;
static struct clv_view views[PACKETS];
static struct clv_out out;

static void fail(const char *what)
{
    fprintf(stderr, "fuzz_cond: %s\n%.*s\n", what, (int)out.len, out.buf);
    abort();
}

static void set_up(void)
{
    clv = clv_new(clv_layers, NULL, NULL);
    arena = clv_arena_new(NULL, 0);
    kept = clv_arena_new(NULL, 0);
    clv_out_init(&out, NULL, NULL);
    for (uint32_t i = 0; i < PACKETS; i++) {
        struct clv_err err = { 0 };
        uint32_t n = 0;
        struct clv_draft *draft = clv_parse(clv, kept, packets[i], strlen(packets[i]), &err);
        uint8_t *bytes = draft ? clv_build(draft, kept, &n, &err) : NULL;
        if (!bytes)
            fail(err.text);
        clv_split(clv, &views[i], kept, clv_draft_layer(draft, 0), bytes, n);
    }
}

static void check_err(const struct clv_err *err, const char *text, size_t n)
{
    out.len = 0;
    clv_print_err(err, text, n, &out);
    if (!err->code || !err->text[0] || (err->len && err->pos > n))
        fail("an error without a reason, or beyond the text");
}

static const struct clv_frame frame = {
    .number = 3,
    .sec = 1700000000,
    .nsec = 5,
    .len = 99,
    .caplen = 60,
    .link = 1,
    .iface = "eth0",
};

static void check_filter(const char *text)
{
    struct clv_err err = { 0 };
    char negated[MOST + 8];
    struct clv_filter *filter = clv_filter_new(clv, arena, text, &err), *other;
    if (!filter) {
        check_err(&err, text, strlen(text));
        return;
    }
    snprintf(negated, sizeof negated, "not (%s)", text);
    other = clv_filter_new(clv, arena, negated, NULL);
    for (uint32_t i = 0; i < PACKETS; i++)
        for (int with = 0; with < 2; with++) {
            const struct clv_frame *f = with ? &frame : NULL;
            bool match = clv_filter_match(filter, &views[i], f);
            if (other && clv_filter_match(other, &views[i], f) == match)
                fail("a filter and its negation agree");
        }
}

static void check_columns(const char *text)
{
    struct clv_err err = { 0 };
    struct clv_columns *columns = clv_columns_new(clv, arena, text, &err);
    if (!columns)
        check_err(&err, text, strlen(text));
    out.len = 0;
    for (uint32_t i = 0; columns && i < PACKETS; i++)
        clv_print_columns(columns, &views[i], &frame, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[MOST + 1];
    if (!clv)
        set_up();
    if (size > MOST)
        size = MOST;
    memcpy(text, data, size);
    text[size] = 0;
    clv_arena_reset(arena);
    check_filter(text);
    check_columns(text);
    return 0;
}
