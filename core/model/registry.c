/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registry of layers: their names from the beginning, their tables compiled when they are first
 * asked for. Tables of one's own are compiled at once, so that what is wrong is told at once; that
 * none of the built-in ones is refused is a matter of tests.
 */
#include "model.h"

#include <string.h>

/* ---- Names. */

/* A name that expressions and filters give a meaning of their own would hide the layer. */
static bool is_taken(const char *name)
{
    static const char *const words[] = { "bytes", "RawVal", "Width", "fuzz",
                                         "frame", "None",   "True",  "False" };
    for (size_t i = 0; i < clv_len(words); i++)
        if (clv_same_word(name, strlen(name), words[i]))
            return true;
    return false;
}

static bool check_names(const struct clv_desc *d, struct clv_err *err)
{
    const char *names[] = { d->name, d->alias };
    if (!names[0] || !clv_is_name(names[0]) || names[0][0] == '_')
        return clv_fail(
            err, CLV_BAD_TABLE,
            "a layer needs a name of letters, digits and '_' that begins with a letter");
    if (names[1] && (!clv_is_name(names[1]) || names[1][0] == '_'))
        return clv_fail(err, CLV_BAD_TABLE,
                        "%s: an alias is letters, digits and '_' and begins with a letter",
                        names[0]);
    for (size_t i = 0; i < clv_len(names) && names[i]; i++)
        if (is_taken(names[i]))
            return clv_fail(err, CLV_BAD_TABLE,
                            "%s: '%s' has a meaning in expressions or filters, so no layer can be "
                            "named so",
                            names[0], names[i]);
    return true;
}

uint16_t clv_name_id(const struct clv *clv, const char *name, size_t n)
{
    uint32_t hash = clv_index_hash(name, n), at = 0;
    uint16_t id;
    while (clv_index_next(&clv->names, hash, &at, &id)) {
        const struct clv_desc *d = id < clv->n ? clv->descs[id] : NULL;
        if (d &&
            (clv_same_word(name, n, d->name) || (d->alias && clv_same_word(name, n, d->alias))))
            return id;
    }
    return NO_ID;
}

/* Room for this many layers. */
static bool make_room(struct clv *clv, uint32_t n)
{
    if (n <= clv->cap)
        return true;
    uint32_t cap = clv->cap * 2 > n ? clv->cap * 2 : n;
    const struct clv_desc **descs = clv_arena_zero(clv->arena, cap * sizeof *descs);
    struct layer **halves = clv_arena_zero(clv->arena, cap * sizeof *halves);
    struct layer **layers = clv_arena_zero(clv->arena, cap * sizeof *layers);
    if (!descs || !halves || !layers)
        return false;
    if (clv->n) {
        memcpy(descs, clv->descs, clv->n * sizeof *descs);
        memcpy(halves, clv->halves, clv->n * sizeof *halves);
        memcpy(layers, clv->layers, clv->n * sizeof *layers);
    }
    clv->descs = descs;
    clv->halves = halves;
    clv->layers = layers;
    clv->cap = cap;
    return true;
}

static bool is_there(const struct clv *clv, const struct clv_desc *d)
{
    uint16_t id = d->name ? clv_name_id(clv, d->name, strlen(d->name)) : NO_ID;
    return id != NO_ID && clv->descs[id] == d;
}

static bool check_free(const struct clv *clv, const char *name, struct clv_err *err)
{
    return !name || clv_name_id(clv, name, strlen(name)) == NO_ID ||
           clv_fail(err, CLV_BAD_TABLE, "a layer named %s exists already", name);
}

static bool index_name(struct clv *clv, const char *name)
{
    return !name || clv_index_add(&clv->names, clv->arena, clv_index_hash(name, strlen(name)),
                                  (uint16_t)clv->n);
}

/* The layer by its names alone, as the next one; its table is not looked at. */
static bool put_layer(struct clv *clv, const struct clv_desc *d, struct clv_err *err)
{
    if (clv->n >= NO_ID - 1)
        return clv_fail(err, CLV_LIMIT, "more than %d layers", NO_ID - 1);
    if (!make_room(clv, clv->n + 1u) || !index_name(clv, d->name) || !index_name(clv, d->alias))
        return clv_fail_memory(err);
    clv->descs[clv->n++] = d;
    return true;
}

static bool add_layer(struct clv *clv, const struct clv_desc *d, struct clv_err *err)
{
    return is_there(clv, d) || (check_names(d, err) && check_free(clv, d->name, err) &&
                                check_free(clv, d->alias, err) && put_layer(clv, d, err));
}

/* ---- Compiling. */

struct layer *clv_layer_half(const struct clv *shared, uint16_t id, struct clv_err *err)
{
    struct clv *clv = (struct clv *)shared;
    if (clv->halves[id])
        return clv->halves[id];
    struct layer *layer = clv_arena_zero(clv->arena, sizeof *layer);
    if (!layer) {
        clv_fail_memory(err);
        return NULL;
    }
    layer->d = clv->descs[id];
    layer->id = id;
    if (!clv_make_rows(clv, layer, err))
        return NULL;
    clv->nhalves++;
    return clv->halves[id] = layer;
}

struct layer *clv_layer_make(const struct clv *shared, uint16_t id, struct clv_err *err)
{
    struct clv *clv = (struct clv *)shared;
    if (clv->layers[id])
        return clv->layers[id];
    struct layer *layer = clv_layer_half(clv, id, err);
    bool done = layer && clv_plan_layer(clv, layer, err) &&
                (clv_layer_hasten(clv, layer) || clv_fail_memory(err));
    if (layer && !done) {
        layer = clv->halves[id] = NULL; /* half planned: not to be planned again */
        clv->nhalves--;
    }
    clv->starved = clv->starved || !layer;
    return clv->layers[id] = layer;
}

uint16_t clv_layer_id(const struct clv *clv, const char *name, size_t n)
{
    uint16_t id = clv_name_id(clv, name, n);
    clv_fed(clv);
    return id != NO_ID && clv_layer_made(clv, id) ? id : NO_ID;
}

const struct layer *clv_layer_by_desc(const struct clv *clv, const struct clv_desc *d)
{
    uint16_t id = d && d->name ? clv_name_id(clv, d->name, strlen(d->name)) : NO_ID;
    return id != NO_ID && clv->descs[id] == d ? clv_layer_made(clv, id) : NULL;
}

bool clv_ready(const struct clv *shared, struct clv_err *err)
{
    struct clv *clv = (struct clv *)shared;
    for (uint32_t i = 0; i < clv->n; i++)
        if (!clv_layer_half(clv, (uint16_t)i, err))
            return false;
    for (uint32_t i = 0; i < clv->n; i++)
        if (!clv_layer_make(clv, (uint16_t)i, err))
            return false;
    return clv_spaces_seal(clv) || clv_fail_memory(err);
}

/* ---- The context. */

bool clv_add(struct clv *clv, const struct clv_desc *desc, struct clv_err *err)
{
    uint32_t n = clv->n, nspaces = clv->nspaces, ngroups = clv->ngroups, nhalves = clv->nhalves;
    if (is_there(clv, desc))
        return true;
    if (add_layer(clv, desc, err) && clv_layer_make(clv, (uint16_t)n, err) &&
        (clv_spaces_reset(clv) || clv_fail_memory(err)))
        return true;
    if (clv->n > n && clv->halves[n]) {
        clv->halves[n] = clv->layers[n] = NULL;
        clv->nhalves--;
    }
    clv->n = n;
    clv->ngroups = ngroups;
    /* Layers that others look at, made on the way, keep their spaces. */
    if (clv->nhalves == nhalves)
        clv->nspaces = nspaces;
    return false;
}

static bool add_all(struct clv *clv, const struct clv_desc *const *layers, struct clv_err *err)
{
    bool known = layers == clv_layers;
    uint32_t n = 0;
    while (layers && layers[n])
        n++;
    clv->link = clv_space_id(clv, "link", 4);
    if (clv->link == NO_ID || !clv_spaces_reset(clv) || !make_room(clv, n + 2) ||
        !clv_index_room(&clv->names, clv->arena, 2 * n + 4))
        return clv_fail_memory(err);
    if (!put_layer(clv, &clv_raw, err) || !put_layer(clv, &clv_padding, err))
        return false;
    clv->raw = 0;
    clv->padding = 1;
    for (uint32_t i = 0; i < n; i++)
        if (layers[i] != &clv_raw && layers[i] != &clv_padding &&
            !(known ? put_layer : add_layer)(clv, layers[i], err))
            return false;
    if (!clv_layer_make(clv, clv->raw, err) || !clv_layer_make(clv, clv->padding, err))
        return false;
    return known || clv_ready(clv, err);
}

struct clv *clv_new(const struct clv_desc *const *layers, const struct clv_mem *mem,
                    struct clv_err *err)
{
    struct clv_arena *arena = clv_arena_new(mem, 0);
    struct clv *clv = arena ? clv_arena_zero(arena, sizeof *clv) : NULL;
    if (!clv) {
        clv_arena_free(arena);
        clv_fail_memory(err);
        return NULL;
    }
    clv->arena = arena;
    if (mem)
        clv->mem = *mem;
    if (!add_all(clv, layers, err)) {
        clv_free(clv);
        return NULL;
    }
    return clv;
}

void clv_free(struct clv *clv)
{
    if (!clv)
        return;
    clv_arena_free(clv->sealed);
    clv_arena_free(clv->arena);
}

uint32_t clv_layer_count(const struct clv *clv)
{
    return clv->n;
}

const struct clv_desc *clv_layer_at(const struct clv *clv, uint32_t i)
{
    return i < clv->n ? clv->descs[i] : NULL;
}

const struct clv_desc *clv_layer_named(const struct clv *clv, const char *name)
{
    uint16_t id = clv_name_id(clv, name, strlen(name));
    return id == NO_ID ? NULL : clv->descs[id];
}

const char *clv_layer_near(const struct clv *clv, const char *name, size_t n)
{
    const char *near = NULL;
    uint32_t best = n < 4 ? 2 : 3;
    for (uint32_t i = 0; i < clv->n; i++) {
        uint32_t d = clv_distance(name, n, clv->descs[i]->name, strlen(clv->descs[i]->name));
        if (d < best) {
            best = d;
            near = clv->descs[i]->name;
        }
    }
    return near;
}
