/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dictionary TARGET: words for libFuzzer's -dict, made from the tables of every layer: for text their
 * names, for bytes their keys, the values that tell them apart, and each layer as it is by default.
 */
#include "../../core/cleave.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
    MOST = 64, /* bytes of a word, to libFuzzer */
    WORDS = 3  /* of a field: the others are parsed alike */
};

static void put(const void *p, size_t n)
{
    const uint8_t *bytes = p;
    if (!n || n > MOST)
        return;
    putchar('"');
    for (size_t i = 0; i < n; i++)
        if (isalnum(bytes[i]) || strchr(" _.,:;()[]{}<>=/+-*'|&%!@#", bytes[i] ? bytes[i] : '"'))
            putchar(bytes[i]);
        else
            printf("\\x%02x", bytes[i]);
    puts("\"");
}

static void put_text(const char *s)
{
    put(s, strlen(s));
}

/* Big- and little-endian, in as many bytes as it needs or the row has. */
static void put_number(uint64_t v, unsigned bits)
{
    uint8_t big[8], little[8];
    size_t n = (bits + 7) / 8;
    while (n < 8 && n * 8 < 64 && v >> n * 8)
        n++;
    n = n ? n : 1;
    for (size_t i = 0; i < n && i < 8; i++) {
        little[i] = (uint8_t)(v >> 8 * i);
        big[n - 1 - i] = little[i];
    }
    put(big, n);
    if (n > 1)
        put(little, n);
}

/* ---- Text. */

static const char *const grammar[] = {
    "None",          "True",           "False",
    "bytes(",        "RawVal(b'",      "b'\\x",
    "RandShort()",   "RandInt()",      "RandIP('",
    "RandMAC('",     "RandNum(1, ",    "RandString(",
    "RandBin(",      "RandChoice(",    "fuzz(",
    "'10.0.0.0/24'", "'::1'",          "'fe80::/64'",
    "(1, 30)",       "[22, (80, 90)]", "/Padding(load='",
};
static const char *const conditions[] = {
    " and ",         " or ",       "not ",      " in ",       " contains ",
    " matches ",     "==",         "!=",        "<=",         ">=",
    " & ",           "10.0.0.0/8", "fe80::/10", "0x10..0x20", "frame",
    "frame.number",  "frame.time", "frame.len", "frame.link", "frame.iface",
    "frame.comment",
};
static const char *const json[] = {
    "{\"layers\":[{\"layer\":\"",
    "\"layer\":\"",
    "\"frame\":{",
    "\"number\":",
    "\"time\":\"1.5\"",
    "\"len\":",
    "\"caplen\":",
    "\"link\":\"EN10MB\"",
    "\"notes\":[",
    "\\u0000",
    "\\ud83d\\ude00",
    "\"_tail\":\"",
    "\"_extra\":\"",
    "\"_pad\":\"",
    "\"_gap_",
    "null",
    "true",
    "false",
};

static void put_all(const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_text(words[i]);
}

static void put_fields(const struct clv_desc *d, const char *shape)
{
    char text[MOST * 2];
    for (const struct clv_field *f = d->fields; f && f->kind; f++) {
        if (f != d->fields && !strcmp(f->name, f[-1].name))
            continue;
        snprintf(text, sizeof text, shape, d->name, f->name);
        put_text(text);
        for (const struct clv_word *w = f->words; w && w->name && w < f->words + WORDS; w++)
            put_text(w->name);
    }
}

static void put_names(const struct clv *clv, const char *layer, const char *field)
{
    char text[MOST * 2];
    for (uint32_t i = 0; i < clv_layer_count(clv); i++) {
        const struct clv_desc *d = clv_layer_at(clv, i);
        snprintf(text, sizeof text, layer, d->name);
        put_text(text);
        put_fields(d, field);
        if (d->bpf)
            put_text(d->bpf);
    }
}

/* ---- Bytes. */

static void put_default(const struct clv *clv, struct clv_arena *arena, const struct clv_desc *d)
{
    uint32_t n = 0;
    clv_arena_reset(arena);
    struct clv_draft *draft = clv_parse(clv, arena, d->name, strlen(d->name), NULL);
    const uint8_t *bytes = draft ? clv_build(draft, arena, &n, NULL) : NULL;
    if (bytes)
        put(bytes, n);
}

static void put_values(const struct clv *clv)
{
    struct clv_arena *arena = clv_arena_new(NULL, 0);
    for (uint32_t i = 0; i < clv_layer_count(clv); i++) {
        const struct clv_desc *d = clv_layer_at(clv, i);
        for (const struct clv_under *u = d->under; u && u->space; u++)
            put_number(u->key, 0);
        for (const struct clv_field *f = d->fields; f && f->kind; f++)
            if (f->style & CLV_TELL)
                put_number(f->init, f->bits);
        put_default(clv, arena, d);
    }
    clv_arena_free(arena);
}

static void put_file(void)
{
    static const uint32_t numbers[] = {
        0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34, 0x0a0d0d0a, 0x1a2b3c4d, 0x00020004, 1,         2,
        3,          6,          101,        113,        127,        276,        0x80000000
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        put_number(numbers[i], 32);
    for (unsigned option = 0; option < 16; option++)
        put_number(option, 16);
    put("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    put("\x28\xb5\x2f\xfd", 4);
}

int main(int argc, char **argv)
{
    const char *target = argc > 1 ? argv[1] : "";
    struct clv *clv = clv_new(clv_layers, NULL, NULL);
    if (!clv)
        return 1;
    if (!strcmp(target, "file")) {
        put_file();
    } else if (!strcmp(target, "bytes") || !strcmp(target, "pair")) {
        put_values(clv);
    } else if (!strcmp(target, "cond")) {
        put_all(conditions, sizeof conditions / sizeof *conditions);
        put_names(clv, "%s", "%s.%s");
    } else if (!strcmp(target, "json")) {
        put_all(json, sizeof json / sizeof *json);
        put_names(clv, "{\"layer\":\"%s\",", "%.0s\"%s\":");
    } else if (strcmp(target, "table")) { /* whose bytes choose among words of its own */
        put_all(grammar, sizeof grammar / sizeof *grammar);
        put_names(clv, "/%s(", "%.0s%s=");
    }
    clv_free(clv);
    return 0;
}
