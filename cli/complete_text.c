/* SPDX-License-Identifier: BSD-2-Clause */
/* Completion within a text: layers, fields and the names of values, in expressions and in filters. */
#include "complete.h"

#include <ctype.h>
#include <stdlib.h>

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static const struct clv_desc *layer_of(const struct complete *c, const char *s, size_t n)
{
    char name[64];

    if (!n || n >= sizeof name)
        return NULL;
    memcpy(name, s, n);
    name[n] = 0;
    return clv_layer_named(c->cli->clv, name);
}

void complete_layers(struct complete *c, size_t keep, const char *end)
{
    const struct clv *clv = c->cli->clv;

    for (uint32_t i = 0; i < clv_layer_count(clv); i++)
        complete_offer(c, keep, clv_layer_at(clv, i)->name, end, clv_layer_at(clv, i)->title);
}

/* Layers that a list's items may be. */
static void offer_items(struct complete *c, size_t keep, const char *space)
{
    const struct clv *clv = c->cli->clv;

    for (uint32_t i = 0; i < clv_layer_count(clv); i++) {
        const struct clv_desc *desc = clv_layer_at(clv, i);
        const struct clv_under *u = desc->under;
        while (u && u->space && strcmp(u->space, space))
            u++;
        if (u && u->space)
            complete_offer(c, keep, desc->name, "(", desc->title);
    }
}

static void offer_fields(struct complete *c, size_t keep, const struct clv_desc *desc,
                         const char *end)
{
    char about[32];

    for (const struct clv_field *f = desc->fields; f->kind; f++) {
        if (f > desc->fields && !strcmp(f[-1].name, f->name))
            continue;
        bool one = f->bits && (!f[1].kind || strcmp(f[1].name, f->name) != 0);
        snprintf(about, sizeof about, "%u bit%s", f->bits, f->bits == 1 ? "" : "s");
        complete_offer(c, keep, f->name, end, one ? about : NULL);
    }
}

/* The names of the values of all rows of this name. */
static void offer_words(struct complete *c, size_t keep, const struct clv_desc *desc,
                        const char *field, size_t n, const char *before, const char *behind)
{
    for (const struct clv_field *f = desc->fields; f->kind; f++) {
        if (strlen(f->name) != n || memcmp(f->name, field, n) || !f->words)
            continue;
        for (const struct clv_word *word = f->words; word->name; word++) {
            char text[160], number[32];
            snprintf(number, sizeof number, "%llu", (unsigned long long)word->value);
            snprintf(text, sizeof text, "%s%s", before, word->name);
            complete_offer(c, keep, text, behind, number);
        }
    }
}

/* ---- Expressions. */

enum { MOST_DEEP = 64 };

/* A bracket that is open. */
struct frame {
    const struct clv_desc *layer; /* its fields are within; NULL: of a list or a tuple */
    const char *key;              /* the field whose value is being written; NULL: none */
    size_t nkey;
    bool list;
};

struct scan {
    struct frame frames[MOST_DEEP];
    unsigned depth;
    size_t name, quote; /* where the name, or the text, begins that the word ends in */
    bool quoted, named;
    char before; /* the last sign before the name, but blanks */
};

static bool scan_open(struct complete *c, struct scan *s, char sign, const char *name, size_t n)
{
    const struct frame *outer = &s->frames[s->depth];

    if (++s->depth == MOST_DEEP)
        return false;
    struct frame *frame = &s->frames[s->depth];
    *frame = (struct frame){ .list = sign == '[' };
    if (sign == '[' || !n) { /* the values in it are those of the field */
        frame->layer = outer->key ? outer->layer : NULL;
        frame->key = outer->key;
        frame->nkey = outer->nkey;
        frame->list = true;
    } else {
        frame->layer = layer_of(c, name, n);
    }
    return true;
}

/* false: no more is known of it. */
static bool scan(struct complete *c, struct scan *s)
{
    const char *t = c->word, *name = t;
    size_t n = 0;
    char quote = 0;

    for (size_t i = 0; t[i]; i++) {
        if (quote) {
            if (t[i] == '\\' && t[i + 1])
                i++;
            else if (t[i] == quote)
                quote = 0;
            continue;
        }
        if (is_name(t[i])) {
            if (!i || !is_name(t[i - 1])) {
                name = t + i;
                n = 0;
            }
            n++;
            continue;
        }
        if (t[i] == '"' || t[i] == '\'') {
            quote = t[i];
            s->quote = i;
        } else if (strchr("({[", t[i])) {
            if (!scan_open(c, s, t[i], name, n))
                return false;
        } else if (strchr(")}]", t[i]) && s->depth) {
            s->depth--;
        } else if (t[i] == '=') {
            s->frames[s->depth].key = name;
            s->frames[s->depth].nkey = n;
        } else if (t[i] == ',' && !s->frames[s->depth].list) {
            s->frames[s->depth].key = NULL;
        }
        if (t[i] != ' ') {
            s->before = t[i];
            n = 0;
        }
    }
    s->quoted = quote != 0;
    s->name = strlen(t);
    while (s->name && is_name(t[s->name - 1]))
        s->name--;
    return true;
}

/* Where a value stands: names of its numbers, or the layers of a list. */
static void offer_value(struct complete *c, const struct scan *s)
{
    static const char *const draws[] = { "RandByte",   "RandShort", "RandInt",   "RandLong",
                                         "RandIP",     "RandIP6",   "RandMAC",   "RandNum",
                                         "RandChoice", "RandBin",   "RandString" };
    const struct frame *frame = &s->frames[s->depth];
    const struct clv_field *f = frame->layer->fields;
    bool named = c->word[s->name] != 0;

    while (f->kind && (strlen(f->name) != frame->nkey || memcmp(f->name, frame->key, frame->nkey)))
        f++;
    if (f->kind && f->of)
        offer_items(c, s->name, f->of);
    else if (!named)
        offer_words(c, s->name, frame->layer, frame->key, frame->nkey, "\"", "\"");
    for (size_t i = 0; named && i < sizeof draws / sizeof *draws; i++)
        complete_offer(c, s->name, draws[i], "(", NULL);
}

void complete_expr(struct complete *c)
{
    struct scan s = { .before = '/' };

    if (!scan(c, &s))
        return;
    const struct frame *frame = &s.frames[s.depth];
    if (s.quoted) {
        char quote[2] = { c->word[s.quote], 0 };
        if (frame->key && frame->layer)
            offer_words(c, s.quote + 1, frame->layer, frame->key, frame->nkey, "", quote);
    } else if (frame->key && frame->layer) {
        if (strchr("=[(,/", s.before))
            offer_value(c, &s);
    } else if (!s.depth || !frame->layer) {
        if (s.before == '/' || (s.depth && strchr("([,", s.before)))
            complete_layers(c, s.name, "(");
    } else if (strchr("({,", s.before)) {
        offer_fields(c, s.name, frame->layer, "=");
        if (!frame->layer->fields->kind)
            complete_offer(c, s.name, ")", "", NULL);
    }
}

/* ---- Filters and columns. */

static bool is_ref(char c)
{
    return is_name(c) || c == '.' || c == ':';
}

/* What is compared with a value at `at`: "IP.proto == " is IP.proto. */
static const char *compared(const char *from, const char *at, size_t *n)
{
    const char *end = at;

    while (end > from && end[-1] == ' ')
        end--;
    while (end > from && strchr(",{", end[-1])) { /* the values before it in a list */
        end--;
        while (end > from && (is_ref(end[-1]) || strchr(" /", end[-1])) &&
               !(end - from > 3 && !memcmp(end - 3, " in", 3)))
            end--;
    }
    if (end - from > 3 && !memcmp(end - 3, " in", 3))
        end -= 3;
    else if (end > from && strchr("=<>&", end[-1]))
        while (end > from && strchr("=!<>&", end[-1]))
            end--;
    else
        return NULL;
    while (end > from && end[-1] == ' ')
        end--;
    const char *begin = end;
    while (begin > from && is_ref(begin[-1]))
        begin--;
    *n = (size_t)(end - begin);
    return begin;
}

static void offer_frame(struct complete *c, size_t keep)
{
    static const char *const names[] = { "number", "time",  "len",    "caplen",
                                         "link",   "iface", "comment" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        complete_offer(c, keep, names[i], "", NULL);
}

void complete_filter(struct complete *c, size_t from)
{
    const char *text = c->word + from, *at = c->word + strlen(c->word), *dot, *field;
    size_t n;

    while (at > text && is_ref(at[-1]))
        at--;
    size_t keep = (size_t)(at - c->word);
    if ((field = compared(text, at, &n))) {
        size_t name = strcspn(field, ".:");
        dot = memchr(field, '.', n);
        const struct clv_desc *desc = dot ? layer_of(c, field, name) : NULL;
        if (desc)
            offer_words(c, keep, desc, dot + 1, n - (size_t)(dot + 1 - field), "", "");
    } else if ((dot = strchr(at, '.'))) {
        const struct clv_desc *desc = layer_of(c, at, strcspn(at, ".:"));
        keep += (size_t)(dot + 1 - at);
        if (desc)
            offer_fields(c, keep, desc, "");
        else if (!strncmp(at, "frame.", 6))
            offer_frame(c, keep);
    } else {
        complete_layers(c, keep, ".");
        complete_offer(c, keep, "frame", ".", "what the capture says");
    }
}
