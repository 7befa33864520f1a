/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * declared [ROUNDS]: how fast a layer is that is declared in Lua, beside the same table in C: both are
 * read from a million packets, in turn, by a context each; nanoseconds a packet of the median round,
 * and their ratio. Status 1: less than 0.9 of the speed.
 */
#include "../../core/script/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PACKETS = 1000, TURNS = 1000, MOST_ROUNDS = 99 };

static const struct clv_word ids[] = { { 1, "hello" }, { 2, "bye" }, WORD_END };
static const struct clv_word flags[] = { { 1, "A" }, { 2, "B" }, { 4, "C" }, WORD_END };
static const struct clv_field table_fields[] = {
    U8("ver", .init = 1),
    BITS(4, "kind"),
    FLAGS(4, "flags", .words = flags),
    U16("len", MEASURES(LAYER)),
    U32("id", .words = ids, .reply = "="),
    U16("extra", .when = "flags & 1"),
    U8("dlen", MEASURES(FIELD)),
    BYTES("data", .size = "dlen"),
    LIST("tlv", .of = "bench.tlv"),
    END,
};
static const struct clv_under table_under[] = { { "udp.port", 3456, 0, false }, UNDER_END };
static const struct clv_imply table_implies[] = { { "UDP", "dport", "3456" }, IMPLY_END };
static const struct clv_desc table = {
    .name = "Bench", .fields = table_fields, .under = table_under, .implies = table_implies
};
static const struct clv_field item_fields[] = {
    U8("type"),
    U8("len", MEASURES(FIELD)),
    BYTES("value", .size = "len"),
    END,
};
static const struct clv_under item_under[] = { { "bench.tlv", 0, 0, false }, UNDER_END };
static const struct clv_desc item = { .name = "BenchItem",
                                      .fields = item_fields,
                                      .under = item_under };

static const char declared[] =
    "layer{name = 'Bench', under = {'UDP.dport', 3456},\n"
    "  u8'ver'{init = 1}, bits('kind', 4), flags('flags', 4){words = {'A', 'B', 'C'}},\n"
    "  u16'len'{measures = 'LAYER'}, u32'id'{words = {'hello', 'bye'}, reply = '='},\n"
    "  u16'extra'{when = 'flags & 1'}, u8'dlen'{measures = 'FIELD'}, bytes'data'{size = 'dlen'},\n"
    "  list'tlv'{of = 'bench.tlv'}}\n"
    "layer{name = 'BenchItem', under = {'bench.tlv'},\n"
    "  u8'type', u8'len'{measures = 'FIELD'}, bytes'value'{size = 'len'}}\n";

static struct {
    uint8_t bytes[128];
    uint32_t len;
} packets[PACKETS];

static int fail(const char *why)
{
    fprintf(stderr, "declared: %s\n", why);
    exit(2);
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A thousand packets of all shapes. */
static void make(struct clv *clv, struct clv_arena *arena)
{
    struct clv_err err = { 0 };
    char text[256];

    for (uint32_t i = 0; i < PACKETS; i++) {
        int n = snprintf(text, sizeof text,
                         "Ether()/IP()/UDP()/Bench(kind=%u, flags=%u, id=%u, data='%.*s', "
                         "tlv=[BenchItem(type=%u, value='%.*s')%s])",
                         i % 16, i % 8, i % 3, (int)(i % 9), "abcdefgh", i % 256, (int)(i % 5),
                         "wxyz", i % 2 ? ", BenchItem()" : "");
        clv_arena_reset(arena);
        struct clv_draft *draft = clv_parse(clv, arena, text, (size_t)n, &err);
        const uint8_t *bytes = draft ? clv_build(draft, arena, &packets[i].len, &err) : NULL;
        if (!bytes || packets[i].len > sizeof packets[i].bytes)
            fail(err.text);
        memcpy(packets[i].bytes, bytes, packets[i].len);
    }
}

/* Nanoseconds a packet: split, and every field read. */
static double read_all(struct clv *clv, const struct clv_desc *first, uint64_t *sum)
{
    struct clv_view view;
    double from = now();

    *sum = 0;
    for (uint32_t t = 0; t < TURNS; t++)
        for (uint32_t i = 0; i < PACKETS; i++) {
            clv_split(clv, &view, NULL, first, packets[i].bytes, packets[i].len);
            *sum += clv_view_sum(&view) + view.n;
        }
    return (now() - from) * 1e9 / (PACKETS * (double)TURNS);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(double *t, uint32_t n)
{
    qsort(t, n, sizeof *t, by_size);
    return t[n / 2];
}

static void complain(const char *text, size_t n)
{
    fprintf(stderr, "%.*s\n", (int)n, text);
}

static void declare(struct script *script)
{
    char path[] = "/tmp/declared-XXXXXX", *why;
    int fd = mkstemp(path);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

    if (!f || fputs(declared, f) < 0 || fclose(f))
        fail("no file for the declaration");
    if (!script_load(script, path, &why))
        fail(why);
    remove(path);
}

int main(int argc, char **argv)
{
    uint32_t rounds = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 9;
    double c[MOST_ROUNDS], lua[MOST_ROUNDS];
    struct clv_err err = { 0 };
    struct clv_arena *arena = clv_arena_new(NULL, 0), *kept = clv_arena_new(NULL, 0);
    struct clv *one = clv_new(clv_layers, NULL, &err), *two = clv_new(clv_layers, NULL, &err);
    struct script_opts opts = { .clv = two, .arena = kept, .lean = true, .complain = complain };
    uint64_t sums[2];

    if (!arena || !kept || !one || !two || !clv_add(one, &table, &err) ||
        !clv_add(one, &item, &err))
        fail(err.text);
    struct script *script = script_open(&opts);
    if (!script || rounds < 1 || rounds > MOST_ROUNDS)
        fail("usage: declared [ROUNDS], of at most 99");
    declare(script);
    make(one, arena);
    const struct clv_desc *ether = clv_layer_named(one, "Ether");
    read_all(one, ether, &sums[0]);
    read_all(two, ether, &sums[1]);
    for (uint32_t r = 0; r < rounds; r++) {
        c[r] = read_all(one, ether, &sums[0]);
        lua[r] = read_all(two, ether, &sums[1]);
        if (sums[0] != sums[1])
            fail("they do not read the same");
    }
    double in_c = median(c, rounds), in_lua = median(lua, rounds);
    printf("in C %.1f ns, declared in Lua %.1f ns a packet: %.2f of the speed\n", in_c, in_lua,
           in_c / in_lua);
    script_close(script);
    clv_free(one);
    clv_free(two);
    clv_arena_free(arena);
    clv_arena_free(kept);
    return in_c / in_lua < 0.9;
}
