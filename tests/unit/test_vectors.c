/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every vector of tests/vectors: an expression builds the bytes beside it; bytes print as the
 * expression beside them, which builds them again; a packet answers another, or does not.
 */
#include "../../core/cleave.h"

#include <ctype.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifndef CLEAVE_SOURCE_DIR
#    define CLEAVE_SOURCE_DIR "."
#endif

enum { MAX_LINE = 1 << 16 };

struct run {
    const char *file;
    unsigned line, vectors, wrong;
    struct clv *clv;
    struct clv_arena *arena;
};

static void complain(struct run *run, const char *what, const char *text, const char *want,
                     const char *got)
{
    run->wrong++;
    print_error("%s:%u: %s\n    %s\n    want %s\n    got  %s\n", run->file, run->line, what, text,
                want, got);
}

static char *trim(char *s)
{
    char *end = s + strlen(s);
    while (isspace((unsigned char)*s))
        s++;
    while (end > s && isspace((unsigned char)end[-1]))
        *--end = 0;
    return s;
}

/* Bytes of a hex text, in malloc'ed memory of just that size, so that a read past the end shows. */
static uint8_t *unhex(const char *hex, uint32_t *len)
{
    size_t n = strlen(hex);
    uint8_t *bytes = malloc(n / 2 ? n / 2 : 1);
    assert_non_null(bytes);
    assert_int_equal(n % 2, 0);
    for (size_t i = 0; i < n / 2; i++) {
        unsigned v;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &v), 1);
        bytes[i] = (uint8_t)v;
    }
    *len = (uint32_t)(n / 2);
    return bytes;
}

/* The hex of what an expression builds, or the error; to be freed with clv_out_free(). */
static void build_hex(struct run *run, const char *expr, struct clv_out *out)
{
    struct clv_err err = { 0 };
    uint32_t len = 0;
    struct clv_draft *draft = clv_parse(run->clv, run->arena, expr, strlen(expr), &err);
    uint8_t *bytes = draft ? clv_build(draft, run->arena, &len, &err) : NULL;
    clv_out_init(out, NULL, NULL);
    if (!bytes) {
        clv_out_str(out, err.text);
    } else {
        static const char digits[] = "0123456789abcdef";
        for (uint32_t i = 0; i < len; i++) {
            clv_out_chr(out, digits[bytes[i] >> 4]);
            clv_out_chr(out, digits[bytes[i] & 15]);
        }
    }
    clv_out_chr(out, 0);
}

static void check_build(struct run *run, const char *expr, const char *hex)
{
    struct clv_out out;
    build_hex(run, expr, &out);
    if (strcmp(out.buf, hex) != 0)
        complain(run, "builds other bytes", expr, hex, out.buf);
    clv_out_free(&out);
}

static void check_print(struct run *run, const char *hex, const char *name, const char *expr)
{
    uint32_t len;
    uint8_t *bytes = unhex(hex, &len);
    const struct clv_desc *first = clv_layer_named(run->clv, name);
    struct clv_view view;
    struct clv_out out;
    clv_out_init(&out, NULL, NULL);
    if (!first) {
        complain(run, "no such layer", hex, name, "");
    } else {
        clv_split(run->clv, &view, run->arena, first, bytes, len);
        if (!clv_print_expr(&view, run->arena, &out))
            complain(run, "cannot be printed", hex, expr, "");
        clv_out_chr(&out, 0);
        trim(out.buf);
        if (strcmp(out.buf, expr) != 0)
            complain(run, "prints otherwise", hex, expr, out.buf);
        check_build(run, expr, hex);
    }
    clv_out_free(&out);
    free(bytes);
}

/* Builds into malloc'ed memory and splits. NULL: complained. */
static uint8_t *build_view(struct run *run, char *expr, struct clv_view *view)
{
    struct clv_err err = { 0 };
    uint32_t len = 0;
    struct clv_draft *draft = clv_parse(run->clv, run->arena, expr, strlen(expr), &err);
    uint8_t *bytes = draft ? clv_build(draft, run->arena, &len, &err) : NULL;
    if (!bytes) {
        complain(run, "does not build", expr, "", err.text);
        return NULL;
    }
    uint8_t *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, len);
    clv_split(run->clv, view, run->arena, clv_draft_layer(draft, 0), copy, len);
    return copy;
}

static void check_answers(struct run *run, char *request, char *answer, bool want)
{
    struct clv_view sent, got;
    uint8_t *a = build_view(run, request, &sent), *b = build_view(run, answer, &got);
    if (a && b && clv_answers(&sent, &got) != want)
        complain(run, want ? "does not answer" : "answers", request, answer, "");
    if (a && b && want) {
        bool wide = clv_request_wide(&sent);
        if (clv_hash_request(&sent, wide) != clv_hash_answer(&got, wide))
            complain(run, "request and answer have different hashes", request, answer, "");
    }
    free(a);
    free(b);
}

static void check_line(struct run *run, char *line)
{
    char *text = trim(line), *bar, *arrow = strstr(text, " > ");
    if (!*text || *text == '#')
        return;
    run->vectors++;
    clv_arena_reset(run->arena);
    for (int want = 0; want < 2; want++) {
        char *sign = strstr(text, want ? " ==> " : " =/=> ");
        if (!sign)
            continue;
        *sign = 0;
        check_answers(run, trim(text), trim(sign + (want ? 5 : 6)), want);
        return;
    }
    if (arrow && strspn(text, "0123456789abcdef") == (size_t)(arrow - text)) {
        bar = strstr(arrow, " | ");
        assert_non_null(bar);
        *arrow = *bar = 0;
        check_print(run, text, trim(arrow + 3), trim(bar + 3));
        return;
    }
    bar = strrchr(text, '|');
    assert_non_null(bar);
    *bar = 0;
    check_build(run, trim(text), trim(bar + 1));
}

static void check_file(struct run *run, const char *dir, const char *name)
{
    char path[4096];
    char *line = malloc(MAX_LINE);
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "r");
    assert_non_null(line);
    assert_non_null(file);
    run->file = name;
    run->line = 0;
    while (fgets(line, MAX_LINE, file)) {
        run->line++;
        check_line(run, line);
    }
    fclose(file);
    free(line);
}

static int is_vectors(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 4 && !strcmp(entry->d_name + n - 4, ".txt");
}

static void test_vectors(void **state)
{
    const char *dir = getenv("CLEAVE_VECTORS");
    struct dirent **names;
    struct clv_err err = { 0 };
    struct run run = { .clv = clv_new(clv_layers, NULL, &err), .arena = clv_arena_new(NULL, 0) };
    (void)state;
    if (!run.clv)
        fail_msg("%s", err.text);
    assert_non_null(run.arena);
    if (!dir)
        dir = CLEAVE_SOURCE_DIR "/tests/vectors";
    int n = scandir(dir, &names, is_vectors, alphasort);
    assert_true(n > 0);
    for (int i = 0; i < n; i++) {
        check_file(&run, dir, names[i]->d_name);
        free(names[i]);
    }
    free(names);
    clv_arena_free(run.arena);
    clv_free(run.clv);
    print_message("%u vectors in %d files, %u wrong\n", run.vectors, n, run.wrong);
    assert_int_equal(run.wrong, 0);
}

/*
 * A layer's table says where it comes from, and no name is there twice. No table is refused: as a
 * list of one's own they are compiled at once.
 */
static void test_tables(void **state)
{
    static const struct clv_desc *own[4096];
    struct clv_err err = { 0 };
    (void)state;
    for (uint32_t i = 0; clv_layers[i]; i++) {
        const struct clv_desc *desc = clv_layers[i];
        assert_in_range(i, 0, 4094);
        own[i] = desc;
        assert_non_null(desc->name);
        assert_non_null(desc->title);
        assert_non_null(desc->source);
        for (uint32_t j = 0; j < i; j++)
            assert_string_not_equal(desc->name, clv_layers[j]->name);
    }
    struct clv *clv = clv_new(own, NULL, &err);
    assert_string_equal(err.text, "");
    assert_non_null(clv);
    clv_free(clv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
