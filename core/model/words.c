/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What printing has made ready: rows' and layers' names with what stands round them in JSON, and
 * words by value, in a hash for each list of them.
 */
#include "model.h"

/* A name for clv_put_text(), with what lies before it and behind. */
static const char *make_name(struct clv *clv, const char *before, const char *name,
                             const char *after)
{
    size_t b = strlen(before), n = strlen(name), a = strlen(after);
    char *s = clv_arena_zero(clv->arena, b + n + a + 16);
    if (!s)
        return NULL;
    memcpy(s, before, b);
    memcpy(s + b, name, n);
    memcpy(s + b + n, after, a);
    return s + b;
}

static void put_word(struct words *words, const struct clv_word *w)
{
    uint32_t at = clv_word_hash(w->value) & words->mask;
    for (; words->e[at].name; at = (at + 1) & words->mask)
        if (words->e[at].value == w->value) /* the first of a value is its word */
            return;
    words->e[at] = (struct word){ w->value, w->name, (uint32_t)strlen(w->name) };
}

static struct words *make_words(struct clv *clv, const struct clv_word *list)
{
    uint32_t n = 0, size = 2;
    while (list[n].name)
        n++;
    while (size < n * 2)
        size *= 2;
    struct words *words = clv_arena_zero(clv->arena, sizeof *words + size * sizeof *words->e);
    if (!words)
        return NULL;
    words->mask = size - 1;
    for (uint32_t i = 0; i < n; i++)
        put_word(words, &list[i]);
    return words;
}

/* Rows of one list share its words. */
static bool word_row(struct clv *clv, struct layer *layer, struct row *row)
{
    const struct clv_word *list = row->f->words;
    if (!list || row->kind->shape != SHAPE_NUM || row->kind == &clv_flags)
        return true;
    for (const struct row *r = layer->rows; r < row; r++)
        if (r->words && r->f->words == list) {
            row->words = r->words;
            return true;
        }
    return (row->words = make_words(clv, list)) != NULL;
}

bool clv_make_names(struct clv *clv, struct layer *layer, struct clv_err *err)
{
    layer->name = make_name(clv, "{\"layer\":\"", layer->d->name, "\"");
    layer->nname = (uint16_t)strlen(layer->d->name);
    if (!layer->name)
        return clv_fail_memory(err);
    for (uint32_t i = 0; i < layer->n; i++) {
        struct row *row = &layer->rows[i];
        row->name = make_name(clv, ",\"", row->f->name, "\":");
        row->nname = (uint16_t)strlen(row->f->name);
        if (!row->name || !word_row(clv, layer, row))
            return clv_fail_memory(err);
    }
    return true;
}
