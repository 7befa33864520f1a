/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every packet of pcaps/, and of the shared corpus ($CORPUS, else ../shared/corpus) where that is
 * there, through every verb that reads: each format is printed, safe for a terminal, within its
 * time and memory; expression and JSON rebuild the packet; a written capture gives it back.
 */
#include "../fuzz/laws.h"
#include "model/model.h"
#include "model/need.h"
#include "net/file.h"
#include "watch.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { MOST_FAULTS = 30, TRIES = 8 };

enum verb { LINE, TREE, EXPR, JSON, WORDS, DUMP, FIELDS, WHERE, NEED, VERBS };
static const char *const verbs[] = { "line", "tree",   "expr",  "json", "json --words",
                                     "dump", "fields", "where", "need" };

static struct watch memory;
static const struct clv_mem mem = { watch_alloc, &memory };
static struct clv *clv, *slow; /* slow: every layer goes the long way of split */
static struct clv_arena *arena, *kept;
static struct clv_out out;
static struct clv_columns **columns; /* by layer: all its fields */
static struct clv_need **needs;      /* of these */
static struct clv_filter *filters[4];
static uint64_t packets, files, damaged;
static unsigned faults;
static struct {
    double ms;
    size_t bytes;
    char slow[160], large[160];
} worst;

static const char *path; /* of the file, and its packet */
static struct clv_frame frame;
static const uint8_t *bytes;
static struct clv_view view;

static void fault(const char *verb, const char *what)
{
    if (++faults <= MOST_FAULTS)
        print_error("%s #%llu: %s: %s\n", path, (unsigned long long)frame.number, verb, what);
}

/* ---- One packet. */

static void print_fields(void)
{
    static struct clv_cell cells[2048]; /* more than a layer's fields */
    for (uint32_t i = 0; i < view.n; i++) {
        const struct clv_columns *of = columns[view.layers[i].id];
        if (!of)
            continue;
        clv_print_columns(of, &view, &frame, &out);
        clv_read_columns(of, &view, cells);
        if (cells[0].there)
            fault("read", "a column of the frame is a value");
    }
}

static const char *match(void)
{
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i += 2)
        if (clv_filter_match(filters[i], &view, &frame) ==
            clv_filter_match(filters[i + 1], &view, &frame))
            return "a filter and its negation agree";
    return NULL;
}

/* The layer's fields are the same where the packet is split for these alone. */
static bool same_fields(uint32_t layer)
{
    size_t n = out.len;
    clv_split_link(clv, &view, arena, (uint32_t)frame.link, bytes, frame.caplen);
    clv_print_columns(columns[layer], &view, &frame, &out);
    size_t whole = out.len - n;
    clv_split_need(clv, &view, arena, needs[layer], (uint32_t)frame.link, bytes, frame.caplen);
    clv_print_columns(columns[layer], &view, &frame, &out);
    return out.len - n == 2 * whole && !memcmp(out.buf + n, out.buf + n + whole, whole);
}

/* Both ways of split find the same. */
static bool same_views(void)
{
    static struct clv_view other;
    clv_split_link(slow, &other, arena, (uint32_t)frame.link, bytes, frame.caplen);
    clv_split_link(clv, &view, arena, (uint32_t)frame.link, bytes, frame.caplen);
    bool same = view.n == other.n && view.nnotes == other.nnotes;
    for (uint32_t i = 0; i < view.n && same; i++) {
        const struct clv_layer *a = &view.layers[i], *b = &other.layers[i];
        same = a->desc == b->desc && a->off == b->off && a->head == b->head && a->end == b->end &&
               a->up == b->up;
    }
    for (uint32_t i = 0; i < view.nnotes && same; i++) {
        const struct clv_note *a = &view.notes[i], *b = &other.notes[i];
        same = a->layer == b->layer && a->code == b->code && a->off == b->off &&
               a->want == b->want && a->have == b->have && a->field == b->field;
    }
    return same;
}

enum { LOOKS = 24 };

/* Of each layer that is there, and of a few that may be, also in lists. */
static const char *look(void)
{
    static uint32_t other;
    uint32_t ids[LOOKS], n = view.n < 16 ? view.n : 16;
    if (!same_views())
        return "the short way finds other layers or notes";
    for (uint32_t i = 0; i < n; i++)
        ids[i] = view.layers[i].id;
    while (n < sizeof ids / sizeof *ids)
        ids[n++] = other++ % clv_layer_count(clv);
    for (uint32_t i = 0; i < n; i++, out.len = 0)
        if (!same_fields(ids[i]))
            return clv_layer_at(clv, ids[i])->name;
    clv_split_link(clv, &view, arena, (uint32_t)frame.link, bytes, frame.caplen);
    return NULL;
}

/* What was printed builds the packet again; NULL, or what is wrong. */
static const char *rebuild(bool json)
{
    uint32_t n = 0;
    struct clv_frame again;
    struct clv_err err = { 0 };
    struct clv_draft *draft = json ? clv_parse_json(clv, arena, out.buf, out.len, &again, &err)
                                   : clv_parse(clv, arena, out.buf, out.len, &err);
    const uint8_t *built = draft ? clv_build(draft, arena, &n, &err) : NULL;
    if (!built || n != frame.caplen || (n && memcmp(built, bytes, n) != 0))
        return "what it prints builds other bytes, or none";
    return json && (again.number != frame.number || again.sec != frame.sec ||
                    again.nsec != frame.nsec || again.len != frame.len || again.link != frame.link)
               ? "what it prints tells another frame"
               : NULL;
}

static const char *print(enum verb verb)
{
    bool done = true;
    clv_split_link(clv, &view, arena, (uint32_t)frame.link, bytes, frame.caplen);
    out.len = 0;
    switch (verb) {
    case LINE: clv_print_line(&view, &frame, CLV_SHOW_TIME, &out); break;
    case TREE: done = clv_print_tree(&view, &frame, arena, 0, &out); break;
    case EXPR: done = clv_print_expr(&view, arena, &out); break;
    case JSON: done = clv_print_json(&view, &frame, arena, 0, &out); break;
    case WORDS: done = clv_print_json(&view, &frame, arena, CLV_SHOW_WORDS, &out); break;
    case DUMP: clv_print_dump(&view, arena, 0, &out); break;
    case FIELDS: print_fields(); break;
    case NEED: return look();
    default: return match();
    }
    return done && !out.failed ? NULL : "it does not print";
}

/* What was split and printed, judged; that is not the verb's time. */
static const char *judge(enum verb verb)
{
    if (!law_tile(&view))
        return "header, payload and tail do not tile it";
    return law_safe(out.buf, out.len, verb == FIELDS ? '\t' : 0) ? NULL : "a raw control";
}

/* back: building it from the text, which is not printing the packet, and may take twice as long. */
static void measure(enum verb verb, bool back, double ms)
{
    if (worst.ms < ms) {
        worst.ms = ms;
        snprintf(worst.slow, sizeof worst.slow, "%.100s #%llu, %s%s", path,
                 (unsigned long long)frame.number, verbs[verb], back ? ", built again" : "");
    }
    if (worst.bytes < memory.most) {
        worst.bytes = memory.most;
        snprintf(worst.large, sizeof worst.large, "%.100s #%llu, %s", path,
                 (unsigned long long)frame.number, verbs[verb]);
    }
    if (ms > (back ? 2 * WATCH_MS : WATCH_MS))
        fault(verbs[verb], "it takes too long");
    if (memory.most > WATCH_BYTES)
        fault(verbs[verb], "it takes too much memory");
}

/* Print the packet, or build it from what was printed, and note what that takes. */
static void check_verb(enum verb verb, bool back)
{
    double least = 1e9;
    const char *wrong = NULL;
    if (memory.held > WATCH_BYTES / 16) { /* what the packet before took is not this one's */
        clv_arena_free(arena);
        arena = clv_arena_new(&mem, 0);
        assert_non_null(arena);
    }
    /* The least of a few: other work on the machine costs time, too. */
    for (int i = 0; i < TRIES && (!i || least > WATCH_MS); i++) {
        clv_arena_reset(arena);
        memory.most = memory.held;
        double from = watch_now();
        wrong = back ? rebuild(verb != EXPR) : print(verb);
        double ms = watch_now() - from;
        least = ms < least ? ms : least;
    }
    if (!wrong && !back)
        wrong = judge(verb);
    if (wrong)
        fault(verbs[verb], wrong);
    measure(verb, back, verb == NEED ? least / LOOKS : least);
}

/* ---- One file. */

static bool same_frame(const struct clv_frame *a, const struct clv_frame *b)
{
    return a->sec == b->sec && a->nsec == b->nsec && a->len == b->len && a->caplen == b->caplen &&
           a->link == b->link;
}

/* The written file holds what is left of the one that is read again. */
static void check_copy(int fd)
{
    struct clv_err err = { 0 };
    struct clv_frame other;
    const uint8_t *copied;
    off_t size = lseek(fd, 0, SEEK_END);
    void *copy = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    struct clv_reader *from = clv_reader_open(path, &err);
    struct clv_reader *to = clv_reader_memory("copy", copy, (size_t)size, 0, &err);
    assert_true(copy != MAP_FAILED && from && to);
    while (clv_reader_next(from, &frame, &bytes, NULL) == 1)
        if (clv_reader_next(to, &other, &copied, &err) != 1 || !same_frame(&frame, &other) ||
            (frame.caplen && memcmp(bytes, copied, frame.caplen) != 0)) {
            fault("write", "the packet comes back as another one");
            break;
        }
    clv_reader_close(from);
    clv_reader_close(to);
    munmap(copy, (size_t)size);
}

static void check_damage(const struct clv_err *err)
{
    if (!err->code)
        return;
    damaged++;
    if (err->code != CLV_BAD_FILE || !err->text[0] || !law_safe(err->text, strlen(err->text), 0))
        fault("read", "damage without a good message");
}

static void check_file(void)
{
    struct clv_err err = { 0 }, lost = { 0 };
    frame.number = 0;
    struct clv_reader *reader = clv_reader_open(path, &err);
    if (!reader) {
        check_damage(&err);
        return;
    }
    int fd = memfd_create("copy", MFD_CLOEXEC);
    struct clv_writer *writer = clv_writer_fd(fd, false, true, "copy", &lost);
    assert_true(fd >= 0 && writer);
    while (clv_reader_next(reader, &frame, &bytes, &err) == 1) {
        for (int verb = 0; verb < VERBS; verb++)
            for (int back = 0; back < (verb >= EXPR && verb <= WORDS ? 2 : 1); back++)
                check_verb((enum verb)verb, back);
        if (!clv_writer_put(writer, &frame, bytes, &lost))
            fault("write", lost.text);
        packets++;
    }
    check_damage(&err);
    clv_reader_close(reader);
    if (!clv_writer_close(writer, &lost))
        fault("write", lost.text);
    check_copy(fd);
    close(fd);
    files++;
}

/* ---- Folders. */

static bool is_capture(const char *name)
{
    static const char *const ends[] = { ".pcap", ".pcapng", ".cap", ".gz", ".zst" };
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (n > strlen(ends[i]) && !strcmp(name + n - strlen(ends[i]), ends[i]))
            return true;
    return false;
}

static int visit(const char *name, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)ftw;
    if (type == FTW_F && is_capture(name)) {
        path = name;
        check_file();
    }
    return 0;
}

static void check_folder(const char *folder)
{
    files = packets = damaged = 0;
    faults = 0;
    memset(&worst, 0, sizeof worst);
    assert_int_equal(nftw(folder, visit, 16, FTW_PHYS), 0);
    print_message("%s: %llu packets of %llu files, %llu of them damaged\n", folder,
                  (unsigned long long)packets, (unsigned long long)files,
                  (unsigned long long)damaged);
    print_message("slowest: %.2f ms, %s\nlargest: %zu KiB, %s\n", worst.ms, worst.slow,
                  worst.bytes >> 10, worst.large);
    assert_int_equal(faults, 0);
    assert_true(files > 0);
}

static void test_pcaps(void **state)
{
    (void)state;
    check_folder("pcaps");
}

static void test_shared(void **state)
{
    const char *corpus = getenv("CORPUS") ? getenv("CORPUS") : "../shared/corpus";
    (void)state;
    if (access(corpus, R_OK)) {
        print_message("%s is not there: skipped\n", corpus);
        skip();
    }
    check_folder(corpus);
}

/* ---- Setting up. */

static struct clv_columns *columns_of(const struct clv_desc *desc)
{
    struct clv_err err = { 0 };
    char list[8192];
    int n = snprintf(list, sizeof list, "frame.number");
    for (const struct clv_field *f = desc->fields; f && f->kind; f++)
        if (f == desc->fields || strcmp(f->name, f[-1].name) != 0)
            n += snprintf(list + n, sizeof list - (size_t)n, ",%s.%s", desc->name, f->name);
    assert_true(n < (int)sizeof list);
    struct clv_columns *made = clv_columns_new(clv, kept, list, &err);
    if (!made)
        fail_msg("%s: %s", list, err.text);
    return made;
}

static int set_up(void **state)
{
    static const char *const texts[] = { "TCP.dport == 80 and IP.ttl < 10",
                                         "IP.src in 10.0.0.0/8 or DNS" };
    char negated[80];
    struct clv_err err = { 0 };
    (void)state;
    clv = clv_new(clv_layers, NULL, &err);
    arena = clv_arena_new(&mem, 0);
    kept = clv_arena_new(NULL, 0);
    clv_out_init(&out, NULL, NULL);
    slow = clv_new(clv_layers, NULL, &err);
    if (!clv || !slow || !arena || !kept || !clv_ready(slow, &err))
        return -1;
    for (uint32_t i = 0; i < slow->n; i++)
        slow->layers[i]->swift.on = false;
    columns = calloc(clv_layer_count(clv), sizeof *columns);
    needs = calloc(clv_layer_count(clv), sizeof *needs);
    if (!columns || !needs)
        return -1;
    for (uint32_t i = 0; i < clv_layer_count(clv); i++) {
        columns[i] = columns_of(clv_layer_at(clv, i));
        needs[i] = clv_need_new(clv, kept, NULL, 0, columns[i]);
        if (!needs[i])
            return -1;
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        snprintf(negated, sizeof negated, "not (%s)", texts[i]);
        filters[2 * i] = clv_filter_new(clv, kept, texts[i], &err);
        filters[2 * i + 1] = clv_filter_new(clv, kept, negated, &err);
        if (!filters[2 * i] || !filters[2 * i + 1])
            return -1;
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    clv_out_free(&out);
    clv_arena_free(arena);
    clv_arena_free(kept);
    clv_free(clv);
    clv_free(slow);
    free(columns);
    free(needs);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_pcaps),
                                        cmocka_unit_test(test_shared) };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
