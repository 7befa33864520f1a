/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Expression text: it is refused with a place inside it, or what it builds prints as text that builds
 * the same. Of a set, the first packets and the last build or are refused alike. The capture filter
 * that is made of it compiles.
 */
#include "laws.h"

#include <pcap/pcap.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct clv *clv;
static struct clv_arena *arena;
static struct clv_out out;

static void fail(const char *what)
{
    fprintf(stderr, "fuzz_text: %s\n%.*s\n", what, (int)out.len, out.buf);
    abort();
}

static void set_up(void)
{
    clv = clv_new(clv_layers, NULL, NULL);
    arena = clv_arena_new(NULL, 0);
    clv_out_init(&out, NULL, NULL);
    if (!clv || !arena)
        fail("out of memory");
}

/* An error says why, and where. */
static void check_err(const struct clv_err *err, const char *text, size_t n)
{
    out.len = 0;
    clv_print_err(err, text, n, &out);
    if (!err->code || !err->text[0] || (err->len && err->pos > n) ||
        (err->len2 && err->pos2 + err->len2 > n))
        fail("an error without a reason, or beyond the text");
}

/* The packet that a draft builds, printed as a draft, builds it again. */
static void check_draft(struct clv_draft *draft, const uint8_t *bytes, uint32_t n)
{
    uint32_t again = 0;
    out.len = 0;
    if (!clv_print_draft(draft, &out))
        fail("the draft does not print");
    struct clv_draft *copy = clv_parse(clv, arena, out.buf, out.len, NULL);
    uint8_t *b = copy ? clv_build(copy, arena, &again, NULL) : NULL;
    if (!b || again != n || (n && memcmp(b, bytes, n) != 0))
        fail("the printed draft builds other bytes");
}

static void check_bytes(const struct clv_desc *first, const uint8_t *bytes, uint32_t n)
{
    struct clv_view view;
    clv_split(clv, &view, arena, first, bytes, n);
    out.len = 0;
    if (!law_tile(&view) || !clv_print_expr(&view, arena, &out))
        fail("the packet does not print");
    if (!law_builds(&view, clv_parse(clv, arena, out.buf, out.len, NULL), arena))
        fail("the printed packet builds other bytes");
}

/* The capture filter for its answers compiles, on the link that it is sent on. */
static void check_capture(const struct clv_draft *draft)
{
    static pcap_t *pcap;
    struct bpf_program program;
    int link = clv_layer_link(clv, clv_draft_layer(draft, 0));
    if (!pcap && !(pcap = pcap_open_dead(DLT_EN10MB, 65535)))
        fail("out of memory");
    out.len = 0;
    if (!clv_answer_filter(draft, arena, &out))
        fail("no capture filter for the answers");
    clv_out_chr(&out, 0);
    if (link >= 0 && link != DLT_EN10MB && link != 101)
        return;
    if (pcap_compile(pcap, &program, out.buf, 0, PCAP_NETMASK_UNKNOWN))
        fail("the capture filter for the answers does not compile");
    pcap_freecode(&program);
}

enum { SEED = 7 };

/* One packet of the set, built anew and patched: the same bytes or the same refusal. */
static void check_pick(const struct clv_draft *draft, struct clv_maker *maker, uint64_t nth,
                       const char *text, size_t size)
{
    struct clv_err err = { 0 }, other = { 0 };
    uint32_t n = 0, m = 0;
    struct clv_draft *one = clv_draft_pick(draft, nth, SEED, arena, &err);
    const uint8_t *bytes = one ? clv_build(one, arena, &n, &err) : NULL;
    const uint8_t *made = maker ? clv_maker_take(maker, nth, arena, &m, &other) : NULL;
    if (!bytes && made)
        fail("a packet that does not build was made");
    if (!bytes) {
        check_err(&err, text, size);
        return;
    }
    if (maker && (!made || n != m || (n && memcmp(bytes, made, n) != 0)))
        fail("patching gives other bytes than building");
    if (clv_draft_count(one) != 1)
        fail("a picked packet is a set");
    check_draft(one, bytes, n);
}

static void check_set(const struct clv_draft *draft, const char *text, size_t size)
{
    uint64_t count = clv_draft_count(draft), nth[] = { 0, 1, 2, count - 1 };
    if (!count || clv_draft_pick(draft, count, SEED, arena, NULL))
        fail("a set has no first packet, or one after its last");
    struct clv_maker *maker = clv_maker_new(draft, arena, SEED, NULL);
    for (size_t i = 0; i < sizeof nth / sizeof *nth; i++)
        if (nth[i] < count)
            check_pick(draft, maker, nth[i], text, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct clv_err err = { 0 };
    uint32_t n = 0;
    if (!clv)
        set_up();
    clv_arena_reset(arena);
    struct clv_draft *draft = clv_parse(clv, arena, text, size, &err);
    if (draft) {
        check_capture(draft);
        check_set(draft, text, size);
    }
    uint8_t *bytes = draft ? clv_build(draft, arena, &n, &err) : NULL;
    if (!bytes) {
        check_err(&err, text, size);
        return 0;
    }
    /* What the draft prints is a set again, whose first packet this is: but for random values. */
    check_bytes(clv_draft_layer(draft, 0), bytes, n);
    return 0;
}
