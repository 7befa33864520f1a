/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seeds TARGET FOLDER VECTORS...: inputs to begin with, one a vector ("expression | hex"): its text, its
 * bytes under its first layer, or its JSON. A target that has no use for them gets none.
 */
#include "laws.h"

#include <stdlib.h>

static struct clv *clv;
static struct clv_arena *arena;
static const char *target, *folder;
static unsigned count;

static bool is_target(const char *name)
{
    return !strcmp(target, name);
}

static bool save(const void *head, size_t nhead, const void *bytes, size_t n)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/vector-%u", folder, count++);
    FILE *f = fopen(path, "wb");
    bool done = f && fwrite(head, 1, nhead, f) == nhead && fwrite(bytes, 1, n, f) == n;
    if (!done)
        perror(path);
    return f && !fclose(f) && done;
}

static void choose(const struct clv_desc *desc, uint8_t *to)
{
    uint32_t choice = law_choice(desc->name);
    for (int i = 0; i < LAW_CHOICE; i++)
        to[i] = (uint8_t)(choice >> 8 * (LAW_CHOICE - 1 - i));
}

static bool save_packet(const struct clv_desc *first, const uint8_t *bytes, uint32_t n)
{
    struct clv_view view;
    struct clv_out out;
    uint8_t head[2 * LAW_CHOICE + 2];
    bool done = true;
    if (is_target("json")) {
        clv_out_init(&out, NULL, NULL);
        clv_split(clv, &view, arena, first, bytes, n);
        done = clv_print_json(&view, NULL, arena, 0, &out) && save("", 0, out.buf, out.len);
        clv_out_free(&out);
    } else {
        choose(first, head);
        choose(first, head + LAW_CHOICE);
        head[2 * LAW_CHOICE] = (uint8_t)(n / 2 >> 8);
        head[2 * LAW_CHOICE + 1] = (uint8_t)(n / 2);
        done = save(head, is_target("pair") ? sizeof head : LAW_CHOICE, bytes, n);
    }
    return done;
}

static bool save_vector(const char *line)
{
    const char *bar = strstr(line, " | ");
    uint32_t n = 0;
    if (*line == '#' || !bar || strstr(line, " > "))
        return true;
    if (is_target("text"))
        return save("", 0, line, (size_t)(bar - line));
    clv_arena_reset(arena);
    struct clv_draft *draft = clv_parse(clv, arena, line, (size_t)(bar - line), NULL);
    const uint8_t *bytes = draft ? clv_build(draft, arena, &n, NULL) : NULL;
    return !bytes || save_packet(clv_draft_layer(draft, 0), bytes, n);
}

static bool save_vectors(const char *path)
{
    char *line = NULL;
    size_t room = 0;
    bool done = true;
    FILE *f = fopen(path, "r");
    if (!f) {
        perror(path);
        return false;
    }
    while (done && getline(&line, &room, f) > 0)
        done = save_vector(line);
    free(line);
    fclose(f);
    return done;
}

int main(int argc, char **argv)
{
    bool done = argc > 3;
    target = done ? argv[1] : "";
    folder = done ? argv[2] : "";
    if (done && !is_target("bytes") && !is_target("pair") && !is_target("text") &&
        !is_target("json"))
        return 0;
    clv = clv_new(clv_layers, NULL, NULL);
    arena = clv_arena_new(NULL, 0);
    for (int i = 3; done && i < argc; i++)
        done = clv && arena && save_vectors(argv[i]);
    clv_arena_free(arena);
    clv_free(clv);
    return done ? 0 : 1;
}
