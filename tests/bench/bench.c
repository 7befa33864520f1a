/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How fast: split, every field loaded, build, expression, JSON, file reading. Medians of rounds in
 * one run; give capture files, or the project's own are taken. Counts allocations while splitting.
 */
#include "../../core/cleave.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 7, ENOUGH = 200000 };

struct packet {
    uint8_t *bytes;
    uint32_t len;
    int link;
};

static struct packet *packets;
static uint32_t npackets;
static uint64_t nlayers, nbytes;
static uint64_t allocations;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void *counted(void *user, void *old, size_t n)
{
    (void)user;
    allocations++;
    if (n)
        return realloc(old, n);
    free(old);
    return NULL;
}

static void load(const char *path)
{
    struct clv_err err = { 0 };
    struct clv_frame frame;
    const uint8_t *bytes;
    struct clv_reader *reader = clv_reader_open(path, &err);
    if (!reader) {
        fprintf(stderr, "%s\n", err.text);
        return;
    }
    while (clv_reader_next(reader, &frame, &bytes, &err) == 1) {
        struct packet *grown = realloc(packets, (npackets + 1) * sizeof *packets);
        uint8_t *copy = malloc(frame.caplen + 1);
        if (!grown || !copy)
            exit(2);
        memcpy(copy, bytes, frame.caplen);
        packets = grown;
        packets[npackets++] = (struct packet){ copy, frame.caplen, frame.link };
    }
    clv_reader_close(reader);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

typedef uint64_t work_fn(struct clv *clv, struct clv_arena *arena, uint64_t turns);

static uint64_t do_split(struct clv *clv, struct clv_arena *arena, uint64_t turns)
{
    uint64_t layers = 0;
    struct clv_view view;
    for (uint64_t t = 0; t < turns; t++)
        for (uint32_t i = 0; i < npackets; i++) {
            clv_split_link(clv, &view, arena, (uint32_t)packets[i].link, packets[i].bytes,
                           packets[i].len);
            layers += view.n;
            if (view.layers != view.room || view.notes != view.noteroom)
                clv_arena_reset(arena);
        }
    return layers;
}

static uint64_t do_fields(struct clv *clv, struct clv_arena *arena, uint64_t turns)
{
    uint64_t sum = 0;
    struct clv_view view;
    for (uint64_t t = 0; t < turns; t++)
        for (uint32_t i = 0; i < npackets; i++) {
            clv_arena_reset(arena);
            clv_split_link(clv, &view, arena, (uint32_t)packets[i].link, packets[i].bytes,
                           packets[i].len);
            sum += clv_view_sum(&view);
        }
    return sum;
}

static uint64_t print_with(struct clv *clv, struct clv_arena *arena, uint64_t turns, int how)
{
    uint64_t bytes = 0;
    struct clv_view view;
    struct clv_out out;
    clv_out_init(&out, NULL, NULL);
    for (uint64_t t = 0; t < turns; t++)
        for (uint32_t i = 0; i < npackets; i++) {
            struct clv_frame frame = { .number = i + 1,
                                       .len = packets[i].len,
                                       .caplen = packets[i].len,
                                       .link = packets[i].link };
            out.len = 0;
            clv_arena_reset(arena);
            clv_split_link(clv, &view, arena, (uint32_t)packets[i].link, packets[i].bytes,
                           packets[i].len);
            if (how == 0)
                clv_print_line(&view, &frame, CLV_SHOW_TIME, &out);
            else if (how == 1)
                clv_print_json(&view, &frame, arena, 0, &out);
            else if (how == 2)
                clv_print_expr(&view, arena, &out);
            else
                clv_print_tree(&view, &frame, arena, 0, &out);
            bytes += out.len;
        }
    clv_out_free(&out);
    return bytes;
}

static uint64_t do_line(struct clv *clv, struct clv_arena *arena, uint64_t turns)
{
    return print_with(clv, arena, turns, 0);
}

static uint64_t do_json(struct clv *clv, struct clv_arena *arena, uint64_t turns)
{
    return print_with(clv, arena, turns, 1);
}

static uint64_t do_expr(struct clv *clv, struct clv_arena *arena, uint64_t turns)
{
    return print_with(clv, arena, turns, 2);
}

static uint64_t do_tree(struct clv *clv, struct clv_arena *arena, uint64_t turns)
{
    return print_with(clv, arena, turns, 3);
}

static uint64_t do_build(struct clv *clv, struct clv_arena *arena, uint64_t turns)
{
    static const char text[] = "Ether(dst='00:00:00:00:00:02', src='00:00:00:00:00:01')/"
                               "IP(src='192.0.2.1', dst='192.0.2.2')/TCP(dport=(1, 65535))/'hello'";
    struct clv_err err = { 0 };
    struct clv_arena *keep = clv_arena_new(NULL, 0);
    struct clv_draft *set = clv_parse(clv, keep, text, sizeof text - 1, &err);
    uint64_t bytes = 0;
    for (uint64_t i = 0; set && i < turns * npackets; i++) {
        uint32_t len = 0;
        clv_arena_reset(arena);
        struct clv_draft *one = clv_draft_pick(set, i % 65535, 0, arena, &err);
        if (!one || !clv_build(one, arena, &len, &err))
            exit(2);
        bytes += len;
    }
    clv_arena_free(keep);
    return bytes;
}

static uint64_t do_patch(struct clv *clv, struct clv_arena *arena, uint64_t turns)
{
    static const char text[] = "Ether(dst='00:00:00:00:00:02', src='00:00:00:00:00:01')/"
                               "IP(src='192.0.2.1', dst='192.0.2.2')/TCP(dport=(1, 65535))/'hello'";
    struct clv_err err = { 0 };
    struct clv_arena *keep = clv_arena_new(NULL, 0);
    struct clv_draft *set = clv_parse(clv, keep, text, sizeof text - 1, &err);
    struct clv_maker *maker = set ? clv_maker_new(set, keep, 0, &err) : NULL;
    uint64_t bytes = 0;
    for (uint64_t i = 0; maker && i < turns * npackets; i++) {
        uint32_t len = 0;
        if (!clv_maker_take(maker, i % 65535, arena, &len, &err))
            exit(2);
        bytes += len;
    }
    clv_arena_free(keep);
    return bytes;
}

/* Packets a second: the median round. */
static double measure(work_fn *work, struct clv *clv, struct clv_arena *arena, uint64_t turns)
{
    double took[ROUNDS];
    work(clv, arena, 1);
    for (int r = 0; r < ROUNDS; r++) {
        double from = now();
        work(clv, arena, turns);
        took[r] = now() - from;
    }
    qsort(took, ROUNDS, sizeof *took, by_size);
    return (double)(turns * npackets) / took[ROUNDS / 2];
}

static void show(const char *what, double rate, double per)
{
    printf("%-34s %9.2f M packets/s %9.0f ns/packet", what, rate / 1e6, 1e9 / rate);
    if (per > 0)
        printf(" %8.1f M layers/s", rate * per / 1e6);
    putchar('\n');
}

static void read_files(int n, char **paths)
{
    double took[ROUNDS];
    uint64_t count = 0, size = 0;
    for (int r = 0; r < ROUNDS; r++) {
        double from = now();
        count = size = 0;
        for (int i = 0; i < n; i++) {
            struct clv_err err = { 0 };
            struct clv_frame frame;
            const uint8_t *bytes;
            struct clv_reader *reader = clv_reader_open(paths[i], &err);
            while (reader && clv_reader_next(reader, &frame, &bytes, &err) == 1) {
                count++;
                size += frame.caplen;
            }
            if (reader)
                clv_reader_close(reader);
        }
        took[r] = now() - from;
    }
    qsort(took, ROUNDS, sizeof *took, by_size);
    printf("%-34s %9.2f M packets/s %9.1f MB/s\n", "read files",
           (double)count / took[ROUNDS / 2] / 1e6, (double)size / took[ROUNDS / 2] / 1e6);
}

int main(int argc, char **argv)
{
    struct clv_err err = { 0 };
    struct clv_mem mem = { counted, NULL };
    glob_t own = { 0 };
    if (argc < 2 && !glob(CLEAVE_SOURCE_DIR "/pcaps/*.pcap", 0, NULL, &own)) {
        argc = (int)own.gl_pathc + 1;
        argv = own.gl_pathv - 1;
    }
    for (int i = 1; i < argc; i++)
        load(argv[i]);
    struct clv *clv = clv_new(clv_layers, NULL, &err);
    struct clv_arena *arena = clv_arena_new(&mem, 0);
    if (!clv || !arena || !npackets) {
        fprintf(stderr, "nothing to measure: %s\n", err.text);
        return 2;
    }
    uint64_t turns = 1 + ENOUGH / npackets;
    for (uint32_t i = 0; i < npackets; i++)
        nbytes += packets[i].len;
    nlayers = do_split(clv, arena, 1);
    allocations = 0;
    do_split(clv, arena, turns);
    double per = (double)nlayers / npackets;
    printf("%u packets, %.1f layers and %.0f bytes each; medians of %d rounds\n", npackets, per,
           (double)nbytes / npackets, ROUNDS);
    printf("%-34s %9llu allocations\n", "split", (unsigned long long)allocations);
    show("split", measure(do_split, clv, arena, turns * 5), per);
    show("split, every field loaded", measure(do_fields, clv, arena, turns), per);
    show("build Ether/IP/TCP/Raw, each anew", measure(do_build, clv, arena, turns), 0);
    show("the same, patched", measure(do_patch, clv, arena, turns), 0);
    show("split and print a line", measure(do_line, clv, arena, turns), 0);
    show("split and print a tree", measure(do_tree, clv, arena, turns), 0);
    show("split and print JSON", measure(do_json, clv, arena, turns), 0);
    show("split, peel, print, prove", measure(do_expr, clv, arena, turns), 0);
    read_files(argc - 1, argv + 1);
    globfree(&own);
    for (uint32_t i = 0; i < npackets; i++)
        free(packets[i].bytes);
    free(packets);
    clv_arena_free(arena);
    clv_free(clv);
    return 0;
}
