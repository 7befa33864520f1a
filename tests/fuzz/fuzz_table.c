/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables made out of the first bytes: each is added or refused with a reason; the laws hold for the
 * rest of the bytes under whatever was added.
 */
#include "../../core/model/kind.h"
#include "laws.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LAYERS = 4, ROWS = 10, MOST = 128 };

struct source {
    const uint8_t *p;
    size_t n;
};

struct tables {
    struct clv_desc desc[LAYERS];
    struct clv_field fields[LAYERS][ROWS + 1];
    struct clv_under under[LAYERS][3];
    struct clv_imply implies[LAYERS][2];
};

static uint8_t take(struct source *s, uint8_t below)
{
    if (!s->n)
        return 0;
    s->n--;
    return *s->p++ % below;
}

#define PICK(s, list) (list)[take(s, sizeof(list) / sizeof *(list))]

static const char *const layer_names[LAYERS] = { "L0", "L1", "L2", "L3" };
static const char *const names[ROWS] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" };
static const char *const spaces[] = { "k0", "k1", "i0", "i1", "k0 k1", "link" };
static const char *const row_conds[] = {
    "a",           "a == 1",    "a & 2",          "not b",     "b in 0,2..5",
    "left",        "left >= 3", "left < 4 and a", "L0.a == 1", "L1.b & 1",
    "c != 0 or a", "L2.c < 7",  "d > 3",
};
static const char *const likes[] = {
    "[^:\r\n]+", "[ \t]*", "\r?\n?", "[A-Z]+", "[^\n]*", "a?b*c+", "[0-9]*", ":",
};
static const struct clv_word words[] = { { 1, "one" }, { 2, "two" }, { 4, "four" }, WORD_END };

static void probe_pad(uint8_t *bytes, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(i + 1);
}

static bool probe_first(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    return len && (bytes[0] & 1) == (clv_scope_uint(below, NULL, "a") & 1);
}

static const struct clv_hooks pads = { .pad = probe_pad };
static const struct clv_hooks probes = { .probe = probe_first };

static void make_kind(struct source *s, struct clv_field *f)
{
    static const struct clv_scale scale = { .div = 10, .add = -40 };
    static const uint8_t widths[] = { 8, 16, 4, 1, 3, 12, 24, 32, 64, 7, 40, 5, 48, 20 };
    switch (take(s, 15)) {
    case 0: *f = (struct clv_field){ .kind = &clv_mac, .bits = 48 }; break;
    case 1: *f = (struct clv_field){ .kind = &clv_ip4, .bits = 32 }; break;
    case 2: *f = (struct clv_field){ .kind = &clv_ip6, .bits = 128 }; break;
    case 3:
        *f = (struct clv_field){ .kind = &clv_bytes, .bits = (uint16_t)(take(s, 5) * 8) };
        break;
    case 4: *f = (struct clv_field){ .kind = &clv_text, .like = PICK(s, likes) }; break;
    case 5: *f = (struct clv_field){ .kind = &clv_item, .of = PICK(s, spaces) }; break;
    case 6:
        *f = (struct clv_field){ .kind = &clv_item, .of = PICK(s, spaces), .style = CLV_MANY };
        break;
    case 7: *f = (struct clv_field){ .kind = &clv_varint }; break;
    case 8: *f = (struct clv_field){ .kind = &clv_switch }; break;
    case 9:
        *f = (struct clv_field){ .kind = &clv_flags, .bits = PICK(s, widths), .words = words };
        break;
    case 10:
        *f = (struct clv_field){ .kind = &clv_scaled, .bits = PICK(s, widths), .arg = &scale };
        break;
    default: *f = (struct clv_field){ .kind = &clv_uint, .bits = PICK(s, widths) };
    }
}

static void make_measure(struct source *s, struct clv_field *f)
{
    static const uint8_t units[] = { 1, 0, 2, 4, 8 };
    f->measures.of = (uint8_t)(1 + take(s, CLV_STRIDE));
    f->measures.unit = PICK(s, units);
    f->measures.bias = (int16_t)(take(s, 17) - 8);
}

/* Most rows have no more than one word. */
static void make_words(struct source *s, struct clv_field *f, uint32_t i)
{
    static const uint8_t aligns[] = { 2, 4, 3, 8 };
    static clv_fill_fn *const fills[] = { clv_sum_header, clv_sum_layer, clv_sum_pseudo };
    switch (take(s, 22)) {
    case 0: f->when = PICK(s, row_conds); break;
    case 1: f->size = names[take(s, ROWS)]; break;
    case 2: f->at = names[take(s, ROWS)]; break;
    case 3: f->key = PICK(s, spaces); break;
    case 4: f->align = PICK(s, aligns); break;
    case 5: f->fill = PICK(s, fills); break;
    case 6: f->style |= CLV_MANY; break;
    case 7: f->style |= CLV_AFTER; break;
    case 8: f->style |= CLV_TELL; break;
    case 9: f->style |= CLV_LE; break;
    case 10: f->style |= CLV_SIGNED; break;
    case 11: f->style |= (uint16_t)(take(s, 16) << 1); break;
    case 12: f->init = take(s, 9); break;
    case 13: f->text = f->kind == &clv_item ? "[]" : f->kind == &clv_ip6 ? "::1" : "ab"; break;
    case 14: f->name = names[i ? i - 1 : 0]; break;
    case 15:
    case 16:
    case 17: make_measure(s, f); break;
    default: break;
    }
}

static void make_under(struct source *s, struct clv_under *under)
{
    uint32_t n = 1 + take(s, 2);
    for (uint32_t i = 0; i < n; i++) {
        under[i] = (struct clv_under){ .space = PICK(s, spaces), .key = take(s, 6) };
        under[i].to = take(s, 4) ? 0 : under[i].key + 2;
        under[i].sure = !take(s, 8);
    }
    under[n].space = NULL;
}

static void make_desc(struct source *s, struct clv_desc *d)
{
    switch (take(s, 20)) {
    case 0: d->next = PICK(s, spaces); break;
    case 1: d->when = PICK(s, row_conds); break;
    case 2: d->opens = PICK(s, row_conds); break;
    case 3: d->last = PICK(s, row_conds); break;
    case 4: d->little = PICK(s, row_conds); break;
    case 5:
    case 6: d->again = take(s, 2) ? "g0" : "g1"; break;
    case 7: d->leaf = true; break;
    case 8: d->origin = true; break;
    case 9: d->pad = (uint8_t)(1 + take(s, 8)); break;
    case 10: d->hooks = &pads; break;
    case 11: d->hooks = &probes; break;
    case 12: d->tuple = take(s, 2) ? d->name : ""; break;
    case 13: d->quotes = layer_names[take(s, LAYERS)]; break;
    case 14: d->whole = PICK(s, row_conds); break;
    default: break;
    }
}

static void make_layer(struct source *s, struct tables *t, uint32_t i)
{
    struct clv_desc *d = &t->desc[i];
    uint32_t rows = 1 + take(s, ROWS);
    *d = (struct clv_desc){ .name = layer_names[i], .title = layer_names[i], .under = t->under[i] };
    d->fields = t->fields[i];
    for (uint32_t r = 0; r < rows; r++) {
        make_kind(s, &t->fields[i][r]);
        t->fields[i][r].name = names[r];
        for (uint8_t more = 1 + take(s, 3); more; more--)
            make_words(s, &t->fields[i][r], r);
    }
    t->fields[i][rows] = (struct clv_field)END;
    make_under(s, t->under[i]);
    for (uint8_t more = 1 + take(s, 3); more; more--)
        make_desc(s, d);
    if (i && !take(s, 6)) {
        t->implies[i][0] = (struct clv_imply){ layer_names[take(s, (uint8_t)i)], "b", "3" };
        d->implies = t->implies[i];
    }
}

static void show_word(const char *word, const char *value)
{
    if (value)
        fprintf(stderr, " .%s=\"%s\"", word, value);
}

static void show_row(const struct clv_field *f)
{
    fprintf(stderr, "    %s(%s, %u", f->kind->name, f->name, f->bits);
    show_word("when", f->when);
    show_word("size", f->size);
    show_word("at", f->at);
    show_word("key", f->key);
    show_word("of", f->of);
    show_word("like", f->like);
    show_word("text", f->text);
    fprintf(stderr, " .style=%u .align=%u .init=%llu", f->style, f->align,
            (unsigned long long)f->init);
    if (f->measures.of)
        fprintf(stderr, " .measures={%u,%u,%d}", f->measures.of, f->measures.unit,
                f->measures.bias);
    fprintf(stderr, "%s)\n", f->fill ? " .fill" : "");
}

/* What was added, or refused. */
static void show_layer(const struct clv_desc *d)
{
    fprintf(stderr, "%s%s%s", d->name, d->leaf ? " .leaf" : "", d->origin ? " .origin" : "");
    fprintf(stderr, " .pad=%u%s", d->pad, d->hooks ? d->hooks == &pads ? " pads" : " probes" : "");
    show_word("next", d->next);
    show_word("when", d->when);
    show_word("opens", d->opens);
    show_word("last", d->last);
    show_word("little", d->little);
    show_word("again", d->again);
    show_word("tuple", d->tuple);
    show_word("quotes", d->quotes);
    show_word("whole", d->whole);
    if (d->implies)
        fprintf(stderr, " implies %s.b", d->implies->layer);
    for (const struct clv_under *u = d->under; u->space; u++)
        fprintf(stderr, " under {%s,%u,%u,%d}", u->space, (unsigned)u->key, (unsigned)u->to,
                u->sure);
    fprintf(stderr, "\n");
    for (const struct clv_field *f = d->fields; f->kind; f++)
        show_row(f);
}

static void fail(const struct tables *t, const char *what, const char *why,
                 const struct clv_out *out)
{
    fprintf(stderr, "fuzz_table: %s, %s\n%.*s\n", what, why, (int)out->len, out->buf);
    for (uint32_t i = 0; i < LAYERS && t->desc[i].name; i++)
        show_layer(&t->desc[i]);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct source s = { data, size };
    struct tables t = { 0 };
    struct clv_out out;
    struct clv_err err = { 0 };
    uint8_t layers = (uint8_t)(1 + take(&s, LAYERS));
    struct clv *clv = clv_new(NULL, NULL, &err);
    struct clv_arena *arena = clv_arena_new(NULL, 0);
    clv_out_init(&out, NULL, NULL);
    if (!clv || !arena)
        abort();
    for (uint8_t i = 0; i < layers; i++) {
        err = (struct clv_err){ 0 };
        make_layer(&s, &t, i);
        if (!clv_add(clv, &t.desc[i], &err) && (err.code != CLV_BAD_TABLE || !err.text[0]))
            fail(&t, "refused without a reason", err.text, &out);
    }
    uint32_t n = s.n > MOST ? MOST : (uint32_t)s.n;
    for (uint32_t i = 2; i < clv_layer_count(clv); i++) {
        const struct clv_desc *first = clv_layer_at(clv, i);
        const char *broken = law_broken(clv, arena, first, s.p, n, &out);
        if (broken)
            fail(&t, broken, first->name, &out);
    }
    clv_out_free(&out);
    clv_arena_free(arena);
    clv_free(clv);
    return 0;
}
