/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench [-o WORK] [-r ROUNDS] [-t] FILE...: how fast the library is, over the packets of capture
 * files, which are loaded first: the processor's nanoseconds a packet, of the median round. -o: this
 * work alone. -t: with tabs, for programs. Allocations are those of the context and of the arena.
 */
#include "../../core/cleave.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST_ROUNDS = 99, ENOUGH = 200000, BUILT = 1000000 };

struct packet {
    uint8_t *bytes;
    uint32_t len;
    int link;
};

static struct packet *packets;
static uint32_t npackets;
static uint64_t allocations;

static double used(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
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
        if (!(npackets & (npackets - 1)) &&
            !(packets = realloc(packets, (npackets * 2 + 1) * sizeof *packets)))
            exit(2);
        uint8_t *copy = malloc(frame.caplen + 1);
        if (!copy)
            exit(2);
        memcpy(copy, bytes, frame.caplen);
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

/* All checksums together, by which equal work is told. */
static uint64_t sum_of(const uint8_t *bytes)
{
    return (uint64_t)(bytes[10] << 8 | bytes[11]) + (uint64_t)(bytes[36] << 8 | bytes[37]);
}

static uint64_t build_with(struct clv *clv, struct clv_arena *arena, uint64_t turns, bool patch)
{
    static const char text[] = "IP(src='192.0.2.1', dst='192.0.2.2')/TCP(dport=(1, 65535))";
    struct clv_err err = { 0 };
    struct clv_arena *keep = clv_arena_new(NULL, 0);
    struct clv_draft *set = clv_parse(clv, keep, text, sizeof text - 1, &err);
    struct clv_maker *maker = set ? clv_maker_new(set, keep, 0, &err) : NULL;
    uint64_t sum = 0;
    for (uint64_t i = 0; maker && i < turns * BUILT; i++) {
        uint32_t len = 0;
        clv_arena_reset(arena);
        struct clv_draft *one = patch ? NULL : clv_draft_pick(set, i % 65535, 0, arena, &err);
        const uint8_t *bytes = patch ? clv_maker_take(maker, i % 65535, arena, &len, &err)
                               : one ? clv_build(one, arena, &len, &err)
                                     : NULL;
        if (!bytes || len != 40)
            exit(2);
        sum += sum_of(bytes);
    }
    clv_arena_free(keep);
    return sum;
}

static uint64_t do_build(struct clv *clv, struct clv_arena *arena, uint64_t turns)
{
    return build_with(clv, arena, turns, false);
}

static uint64_t do_patch(struct clv *clv, struct clv_arena *arena, uint64_t turns)
{
    return build_with(clv, arena, turns, true);
}

static const struct job {
    const char *name, *label;
    work_fn *work;
    bool builds; /* packets of its own, not those of the files */
} jobs[] = {
    { "split", "split", do_split, false },
    { "values", "split, every field loaded", do_fields, false },
    { "build", "build IP/TCP, each anew", do_build, true },
    { "patch", "the same, patched", do_patch, true },
    { "line", "split and print a line", do_line, false },
    { "tree", "split and print a tree", do_tree, false },
    { "json", "split and print JSON", do_json, false },
    { "expr", "split, peel, print, prove", do_expr, false },
};

static void measure(const struct job *job, struct clv *clv, struct clv_arena *arena, int rounds,
                    bool tabs)
{
    double took[MOST_ROUNDS];
    uint64_t turns = job->builds ? 1 : 1 + ENOUGH / npackets;
    uint64_t count = job->builds ? BUILT : turns * npackets;
    uint64_t work = job->work(clv, arena, turns);
    for (int r = 0; r < rounds; r++) {
        double from = used();
        allocations = 0;
        work = job->work(clv, arena, turns);
        took[r] = used() - from;
    }
    qsort(took, (size_t)rounds, sizeof *took, by_size);
    double per = took[rounds / 2] / (double)count, each = (double)work / (double)count;
    if (tabs && job->builds)
        printf("%.1f\t%llu\n", per * 1e9, (unsigned long long)work);
    else if (tabs)
        printf("%.1f\t%.2f\t%llu\n", per * 1e9, each, (unsigned long long)allocations);
    else
        printf("%-28s %9.0f ns/packet %9.2f M packets/s %9llu allocations\n", job->label, per * 1e9,
               1e-6 / per, (unsigned long long)allocations);
}

int main(int argc, char **argv)
{
    struct clv_err err = { 0 };
    struct clv_mem mem = { counted, NULL };
    const char *only = NULL;
    int rounds = 7, option;
    bool tabs = false, wrong = false;
    while ((option = getopt(argc, argv, "o:r:t")) != -1) {
        if (option == 'o')
            only = optarg;
        else if (option == 'r')
            rounds = atoi(optarg);
        else if (option == 't')
            tabs = true;
        else
            wrong = true;
    }
    for (int i = optind; i < argc; i++)
        load(argv[i]);
    if (wrong || !npackets || rounds < 1 || rounds > MOST_ROUNDS) {
        fputs("usage: bench [-o WORK] [-r ROUNDS] [-t] FILE...\n", stderr);
        return 2;
    }
    struct clv *clv = clv_new(clv_layers, &mem, &err);
    struct clv_arena *arena = clv_arena_new(&mem, 0);
    if (!clv || !arena) {
        fprintf(stderr, "bench: %s\n", err.text);
        return 2;
    }
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++)
        if (!only || !strcmp(only, jobs[i].name))
            measure(&jobs[i], clv, arena, rounds, tabs);
    for (uint32_t i = 0; i < npackets; i++)
        free(packets[i].bytes);
    free(packets);
    clv_arena_free(arena);
    clv_free(clv);
    return 0;
}
