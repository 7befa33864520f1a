/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The laws, on every packet of pcaps/ and every vector: tile, load/store, print/parse, lift/build,
 * text, JSON, cut, poison, flip, seed.
 */
#include "../../core/model/draft.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifndef CLEAVE_SOURCE_DIR
#    define CLEAVE_SOURCE_DIR "."
#endif

struct packet {
    uint8_t *bytes; /* a block of just that size */
    uint32_t len;
    int link;
    const struct clv_desc *first; /* where link is -1 */
    char name[96];
};

static struct clv *clv;
static struct clv_arena *arena;
static struct packet *packets;
static uint32_t npackets, cap;

static void add_packet(const uint8_t *bytes, uint32_t len, int link, const struct clv_desc *first,
                       const char *name, unsigned long number)
{
    if (npackets == cap) {
        cap = cap ? cap * 2 : 256;
        packets = realloc(packets, cap * sizeof *packets);
        assert_non_null(packets);
    }
    struct packet *p = &packets[npackets++];
    *p = (struct packet){
        .bytes = malloc(len ? len : 1), .len = len, .link = link, .first = first
    };
    assert_non_null(p->bytes);
    memcpy(p->bytes, bytes, len);
    snprintf(p->name, sizeof p->name, "%.70s #%lu", name, number);
}

static void add_file(const char *path)
{
    struct clv_err err = { 0 };
    struct clv_frame frame;
    const uint8_t *bytes;
    struct clv_reader *reader = clv_reader_open(path, &err);
    const char *slash = strrchr(path, '/');
    if (!reader)
        return;
    while (clv_reader_next(reader, &frame, &bytes, &err) == 1)
        add_packet(bytes, frame.caplen, frame.link, NULL, slash ? slash + 1 : path,
                   (unsigned long)frame.number);
    clv_reader_close(reader);
}

static void add_files(const char *pattern)
{
    glob_t found;
    if (!glob(pattern, 0, NULL, &found))
        for (size_t i = 0; i < found.gl_pathc; i++)
            add_file(found.gl_pathv[i]);
    globfree(&found);
}

/* "expression | hex": the bytes that the expression builds. */
static void add_vectors(const char *path)
{
    char *line = NULL;
    size_t size = 0;
    unsigned long number = 0;
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (getline(&line, &size, f) > 0) {
        struct clv_err err = { 0 };
        char *bar = strstr(line, " | ");
        uint32_t n;
        number++;
        if (*line == '#' || !bar || strstr(line, " > "))
            continue;
        clv_arena_reset(arena);
        struct clv_draft *draft = clv_parse(clv, arena, line, (size_t)(bar - line), &err);
        uint8_t *bytes = draft ? clv_build(draft, arena, &n, &err) : NULL;
        if (bytes)
            add_packet(bytes, n, -1, clv_draft_layer(draft, 0), strrchr(path, '/') + 1, number);
    }
    free(line);
    fclose(f);
}

static void split(struct clv_view *view, const struct packet *p)
{
    if (p->link >= 0)
        clv_split_link(clv, view, arena, (uint32_t)p->link, p->bytes, p->len);
    else
        clv_split(clv, view, arena, p->first, p->bytes, p->len);
}

static bool builds(struct clv_draft *draft, const struct packet *p, struct clv_err *err)
{
    uint32_t n = 0;
    uint8_t *b = draft ? clv_build(draft, arena, &n, err) : NULL;
    return b && n == p->len && (!n || !memcmp(b, p->bytes, n));
}

/* ---- 1. tile: fields, gaps, kept bytes, payloads and tails cover each bit once. */

static void cover(uint8_t *seen, uint32_t from, uint32_t bits, const struct packet *p)
{
    for (uint32_t i = from; i < from + bits; i++) {
        if (i >= p->len * 8 || seen[i])
            fail_msg("%s: bit %u is covered twice, or lies outside", p->name, i);
        seen[i] = 1;
    }
}

static void cover_node(uint8_t *seen, const struct node *node, const struct packet *p)
{
    for (uint32_t i = 0; i < node->layer->n; i++) {
        const struct slot *s = &node->slots[i];
        if (!s->here)
            continue;
        cover(seen, s->bit, s->bits, p);
        if (s->gap)
            cover(seen, s->bit - s->gap->n * 8, s->gap->n * 8, p);
    }
}

static void test_tile(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < npackets; i++) {
        const struct packet *p = &packets[i];
        struct clv_view view;
        uint32_t n;
        clv_arena_reset(arena);
        split(&view, p);
        struct clv_draft *draft = clv_lift(&view, arena);
        uint8_t *seen = clv_arena_zero(arena, p->len * 8 + 1);
        assert_non_null(clv_build(draft, arena, &n, NULL));
        for (struct node *node = draft->first; node; node = node->next) {
            cover_node(seen, node, p);
            if (node->has_extra)
                cover(seen, (node->fend - node->extra.n) * 8, node->extra.n * 8, p);
            cover(seen, node->fend * 8, (node->off + node->head - node->fend) * 8, p);
            if (node->has_tail)
                cover(seen, (node->body - node->tail.n) * 8, node->tail.n * 8, p);
        }
        if (draft->has_padding)
            cover(seen, (p->len - draft->padding.n) * 8, draft->padding.n * 8, p);
        /* What is left are the zeros that bring a header to its unit. */
        for (uint32_t bit = 0; bit < p->len * 8; bit++)
            if (!seen[bit] && p->bytes[bit / 8])
                fail_msg("%s: bit %u is covered by nothing", p->name, bit);
    }
}

/* ---- 2 and 3. load/store and print/parse, value by value. */

static void check_value(const struct row *row, const struct clv_val *v, const struct packet *p)
{
    struct clv_out out;
    struct clv_err err = { 0 };
    struct clv_val back = { 0 };
    if (row->kind->store && row->kind->shape == SHAPE_NUM) {
        uint8_t wire[16] = { 0 };
        struct clv_val again = { 0 };
        row->kind->store(row->f, v, wire);
        assert_true(row->kind->load(row->f, wire, row->kind->width(row->f, v), &again));
        assert_true(again.u == v->u && again.spell == v->spell);
    }
    clv_out_init(&out, NULL, NULL);
    row->kind->print(row->f, v, FORM_EXPR, &out);
    struct ast *a = clv_ast_parse(arena, out.buf, out.len, false, &err);
    struct ast bytes = { .type = AST_BYTES };
    if (a && a->type == AST_CALL && a->n == 5 && a->first) { /* bytes(20) */
        bytes.n = (uint32_t)a->first->u;
        bytes.s = clv_arena_zero(arena, bytes.n + 1);
        a = &bytes;
    }
    if (!a || !row->kind->parse(row->f, a, &back, arena, &err))
        fail_msg("%s: %s prints as %.*s, which does not parse: %s", p->name, row->f->name,
                 (int)out.len, out.buf, err.text);
    bool same = row->kind->shape == SHAPE_NUM
                    ? back.u == v->u
                    : back.n == v->n && (!v->n || !memcmp(back.p, v->p, v->n));
    if (!same)
        fail_msg("%s: %s prints as %.*s, which is another value", p->name, row->f->name,
                 (int)out.len, out.buf);
    clv_out_free(&out);
}

static void check_values(const struct node *list, const struct packet *p)
{
    for (const struct node *node = list; node; node = node->next)
        for (uint32_t i = 0; i < node->layer->n; i++) {
            const struct row *row = &node->layer->rows[i];
            const struct slot *s = &node->slots[i];
            if (s->state != SLOT_GIVEN || row->kind->shape == SHAPE_SWITCH)
                continue;
            if (row->kind->shape == SHAPE_ITEM)
                check_values(s->items, p);
            else if (!row->many)
                check_value(row, &s->v, p);
            else
                for (uint32_t k = 0; k < s->nmany; k++)
                    check_value(row, &s->many[k], p);
        }
}

static void test_values(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < npackets; i++) {
        struct clv_view view;
        clv_arena_reset(arena);
        split(&view, &packets[i]);
        struct clv_draft *draft = clv_lift(&view, arena);
        assert_non_null(draft);
        check_values(draft->first, &packets[i]);
    }
}

/* ---- 4, 5, 6. lift/build, text, JSON. */

static void check_lift(const struct clv_view *view, const struct packet *p)
{
    if (!builds(clv_lift(view, arena), p, NULL))
        fail_msg("%s: build(lift(split(b))) != b", p->name);
}

static void check_text(const struct clv_view *view, const struct packet *p)
{
    struct clv_out out;
    struct clv_err err = { 0 };
    clv_out_init(&out, NULL, NULL);
    assert_true(clv_print_expr(view, arena, &out));
    struct clv_draft *draft = clv_parse(clv, arena, out.buf, out.len, &err);
    if (!builds(draft, p, &err))
        fail_msg("%s: %.*s does not build it: %s", p->name, (int)out.len, out.buf, err.text);
    clv_out_free(&out);
}

static void check_json(struct clv_view *view, const struct packet *p)
{
    struct clv_out out;
    struct clv_err err = { 0 };
    struct clv_frame frame = { .number = 7,
                               .sec = 1,
                               .nsec = 999999999,
                               .len = p->len + 1,
                               .caplen = p->len,
                               .link = p->link };
    struct clv_frame back = { 0 };
    clv_out_init(&out, NULL, NULL);
    assert_true(clv_print_json(view, &frame, arena, 0, &out));
    struct clv_draft *draft = clv_parse_json(clv, arena, out.buf, out.len, &back, &err);
    if (!builds(draft, p, &err))
        fail_msg("%s: %.*s does not build it: %s", p->name, (int)out.len, out.buf, err.text);
    assert_true(back.number == 7 && back.sec == 1 && back.nsec == 999999999);
    assert_true(back.len == p->len + 1 && (p->link < 0 || back.link == p->link));
    clv_out_free(&out);
}

static void test_round(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < npackets; i++) {
        struct clv_view view;
        clv_arena_reset(arena);
        split(&view, &packets[i]);
        check_lift(&view, &packets[i]);
        check_text(&view, &packets[i]);
        check_json(&view, &packets[i]);
    }
}

/* ---- 7. cut: every prefix, in a block of exactly that size. */

static void print_all(struct clv_view *view)
{
    struct clv_out out;
    clv_out_init(&out, NULL, NULL);
    clv_print_line(view, NULL, 0, &out);
    clv_print_tree(view, NULL, arena, 0, &out);
    clv_print_dump(view, arena, 0, &out);
    clv_out_free(&out);
}

static void test_cut(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < npackets; i += 1 + npackets / 400) {
        for (uint32_t n = 0; n < packets[i].len && n < 200; n++) {
            struct packet p = packets[i];
            struct clv_view view;
            p.bytes = malloc(n ? n : 1);
            p.len = n;
            memcpy(p.bytes, packets[i].bytes, n);
            clv_arena_reset(arena);
            split(&view, &p);
            clv_check(&view);
            check_lift(&view, &p);
            check_text(&view, &p);
            if (n % 8 == 0) {
                check_json(&view, &p);
                print_all(&view);
            }
            free(p.bytes);
        }
    }
}

/* ---- 8. poison: building over any memory gives the same bytes. */

static void test_poison(void **state)
{
    static const uint8_t fill[] = { 0x00, 0xff, 0xa5 };
    (void)state;
    for (uint32_t i = 0; i < npackets; i++) {
        struct clv_view view;
        clv_arena_reset(arena);
        split(&view, &packets[i]);
        for (size_t k = 0; k < clv_len(fill); k++) {
            clv->poison = fill[k];
            check_lift(&view, &packets[i]);
            check_text(&view, &packets[i]);
        }
    }
    clv->poison = 0;
}

/* ---- 9. flip: every single-bit flip still obeys. */

static void test_flip(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < npackets; i += 1 + npackets / 120) {
        struct packet *p = &packets[i];
        for (uint32_t bit = 0; bit < p->len * 8 && bit < 100 * 8; bit++) {
            struct clv_view view;
            p->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            clv_arena_reset(arena);
            split(&view, p);
            clv_check(&view);
            check_lift(&view, p);
            check_text(&view, p);
            p->bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

/* ---- 10. seed: the same seed gives the same packets, another one others. */

static void test_seed(void **state)
{
    static const char text[] =
        "IP(src=RandIP('10.0.0.0/8'), id=RandShort())/UDP(sport=RandNum(1024, "
        "65535))/Raw(load=RandBin(20))";
    struct clv_err err = { 0 };
    uint32_t differ = 0;
    (void)state;
    clv_arena_reset(arena);
    struct clv_draft *draft = clv_parse(clv, arena, text, sizeof text - 1, &err);
    assert_non_null(draft);
    assert_int_equal(clv_draft_count(draft), 1);
    for (uint64_t seed = 0; seed < 50; seed++) {
        uint32_t n[3];
        uint8_t *b[3];
        for (int k = 0; k < 3; k++) {
            struct clv_draft *one = clv_draft_pick(draft, 0, seed + (k == 2), arena, &err);
            assert_non_null(one);
            b[k] = clv_build(one, arena, &n[k], &err);
            assert_non_null(b[k]);
        }
        assert_true(n[0] == n[1] && n[1] == n[2]);
        assert_memory_equal(b[0], b[1], n[0]);
        differ += memcmp(b[0], b[2], n[0]) != 0;
    }
    assert_true(differ == 50);
}

static int setup(void **state)
{
    struct clv_err err = { 0 };
    glob_t found;
    (void)state;
    clv = clv_new(clv_layers, NULL, &err);
    arena = clv_arena_new(NULL, 0);
    if (!clv || !arena)
        return -1;
    add_files(CLEAVE_SOURCE_DIR "/pcaps/*.pcap*");
    if (!glob(CLEAVE_SOURCE_DIR "/tests/vectors/*.txt", 0, NULL, &found))
        for (size_t i = 0; i < found.gl_pathc; i++)
            add_vectors(found.gl_pathv[i]);
    globfree(&found);
    print_message("%u packets\n", npackets);
    return npackets ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < npackets; i++)
        free(packets[i].bytes);
    free(packets);
    clv_arena_free(arena);
    clv_free(clv);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tile), cmocka_unit_test(test_values), cmocka_unit_test(test_round),
        cmocka_unit_test(test_cut),  cmocka_unit_test(test_poison), cmocka_unit_test(test_flip),
        cmocka_unit_test(test_seed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
