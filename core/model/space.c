/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Key spaces: one flat hash each, whose entry holds the layer and a one-byte test, so that most
 * look-ups touch one line of memory. Rebuilt whenever a layer is added.
 */
#include "model.h"

#include <string.h>

uint16_t clv_space_id(struct clv *clv, const char *name, size_t n)
{
    uint32_t hash = clv_index_hash(name, n), at = 0;
    uint16_t id;
    while (clv_index_next(&clv->space_names, hash, &at, &id))
        if (id < clv->nspaces && !strncmp(clv->spaces[id].name, name, n) &&
            !clv->spaces[id].name[n])
            return id;
    if (!clv_arena_grow(clv->arena, &clv->spaces, &clv->spacecap, clv->nspaces + 1,
                        sizeof *clv->spaces))
        return NO_ID;
    char *copy = clv_arena_text(clv->arena, name, n);
    if (!copy || !clv_index_add(&clv->space_names, clv->arena, hash, (uint16_t)clv->nspaces))
        return NO_ID;
    clv->spaces[clv->nspaces] = (struct space){ .name = copy };
    return (uint16_t)clv->nspaces++;
}

static struct bucket *bucket_add(struct clv *clv, struct space *s, uint64_t key, bool ranged)
{
    uint32_t hash = (uint32_t)clv_mix(key), at = 0;
    uint16_t id;
    while (!ranged && clv_index_next(&s->keys, hash, &at, &id))
        if (s->b[id].key == key)
            return &s->b[id];
    if (!clv_arena_grow(clv->sealed, &s->b, &s->cap, s->n + 1, sizeof *s->b) ||
        (!ranged && !clv_index_add(&s->keys, clv->sealed, hash, (uint16_t)s->n)))
        return NULL;
    s->b[s->n] = (struct bucket){ .key = key, .ranged = ranged };
    return &s->b[s->n++];
}

static bool cand_add(struct clv *clv, struct bucket *b, const struct layer *layer, bool sure)
{
    if (!clv_arena_grow(clv->sealed, &b->c, &b->cap, b->n + 1, sizeof *b->c))
        return false;
    struct cand c = { .layer = layer->id, .sure = sure, .plain = sure || !layer->unfit };
    uint32_t at = b->n;
    while (!c.plain && at && b->c[at - 1].plain)
        at--;
    memmove(&b->c[at + 1], &b->c[at], (b->n - at) * sizeof c);
    b->c[at] = c;
    b->n++;
    return true;
}

static bool space_fill(struct clv *clv, const struct layer *layer, const struct clv_under *u)
{
    uint16_t id = clv_space_id(clv, u->space, strlen(u->space));
    if (id == NO_ID)
        return false;
    struct space *s = &clv->spaces[id];
    struct bucket *b = bucket_add(clv, s, u->key, u->to != 0);
    if (!b || !cand_add(clv, b, layer, u->sure))
        return false;
    if (!u->to)
        return true;
    struct range *r = clv_arena_take(clv->sealed, (s->nranges + 1) * sizeof *r);
    if (!r)
        return false;
    if (s->nranges)
        memcpy(r, s->ranges, s->nranges * sizeof *r);
    r[s->nranges++] = (struct range){ u->key, u->to, (uint16_t)(b - s->b) };
    s->ranges = r;
    return true;
}

static bool same_load(const struct load *a, const struct load *b)
{
    return a->byte == b->byte && a->nb == b->nb && a->shift == b->shift && a->mask == b->mask &&
           a->little == b->little;
}

static const struct row *first_tell(const struct clv *clv, const struct cand *c)
{
    const struct layer *layer = clv->layers[c->layer];
    return layer->ntells ? &layer->rows[layer->tells[0]] : NULL;
}

/* Is the row's place the same wherever rows like it come before? */
static bool leads(const struct row *row)
{
    return !row->when.n && !row->many && row->size == NO_ID && row->at == NO_ID &&
           !row->f->measures.of && row->f->align <= 1 && row->alias == NO_ID &&
           (row->kind == &clv_name || (row->bits && row->kind->shape == SHAPE_NUM));
}

static bool is_led(const struct layer *layer)
{
    bool led = layer->ntells && !layer->rows[layer->tells[0]].quick && !layer->little.n;
    for (uint32_t i = 0; led && i <= layer->tells[0]; i++)
        led = leads(&layer->rows[i]);
    return led;
}

static bool same_lead(const struct layer *a, const struct layer *b)
{
    bool same = a->tells[0] == b->tells[0];
    for (uint32_t i = 0; same && i <= a->tells[0]; i++)
        same = a->rows[i].kind == b->rows[i].kind && a->rows[i].bits == b->rows[i].bits &&
               a->rows[i].style == b->rows[i].style;
    return same;
}

/* What the first demands of many look at is walked to once. */
static void bucket_lead(const struct clv *clv, struct bucket *b)
{
    for (uint32_t i = 0; i < b->n && !b->c[i].plain; i++) {
        const struct layer *layer = clv->layers[b->c[i].layer];
        b->c[i].led = is_led(layer);
        b->c[i].like = i && b->c[i].led && b->c[i - 1].led &&
                       same_lead(clv->layers[b->c[i - 1].layer], layer);
    }
}

/* Where all candidates tell by one byte at one place, index them by it. */
static bool bucket_index(struct clv *clv, struct bucket *b)
{
    const struct row *tell = first_tell(clv, &b->c[0]);
    uint32_t demanding = 0;
    if (b->n < 3 || b->c[0].plain || !tell || !tell->quick || tell->load.nb != 1)
        return true;
    for (; demanding < b->n && !b->c[demanding].plain; demanding++) {
        const struct row *t = first_tell(clv, &b->c[demanding]);
        if (!t || !t->quick || !same_load(&t->load, &tell->load))
            return true;
    }
    b->first = clv_arena_take(clv->sealed, 256 * sizeof *b->first);
    if (!b->first)
        return false;
    for (uint32_t v = 0; v < 256; v++)
        b->first[v] = (uint16_t)demanding;
    for (uint32_t i = demanding; i--;)
        b->first[first_tell(clv, &b->c[i])->f->init & 255] = (uint16_t)i;
    b->tell = tell->load;
    b->direct = true;
    return true;
}

static void entry_make(const struct clv *clv, struct entry *e, const struct bucket *b, uint16_t at)
{
    const struct cand *c = &b->c[0];
    const struct layer *layer = clv->layers[c->layer];
    const struct row *tell = first_tell(clv, c);
    *e = (struct entry){ .key = b->key, .layer = NO_ID, .bucket = at, .used = 1 };
    if (b->n != 1)
        return;
    if (c->plain)
        e->layer = c->layer;
    else if (layer->ntells == 1 && tell->quick && tell->load.nb == 1 && !layer->when.n &&
             !(layer->d->hooks && layer->d->hooks->probe)) {
        for (uint32_t i = 0; i < layer->nhead; i++)
            if (layer->rows[i].kind == &clv_text)
                return;
        e->layer = c->layer;
        e->tbyte = (uint8_t)(tell->load.byte < 255 ? tell->load.byte : 255);
        e->tshift = tell->load.shift;
        e->tmask = (uint8_t)tell->load.mask;
        e->tval = (uint8_t)tell->f->init;
        if (tell->load.byte >= 255)
            e->layer = NO_ID;
    }
}

static bool space_hash(struct clv *clv, struct space *s)
{
    uint32_t size = 4;
    while (size < s->n * 3)
        size *= 2;
    s->mask = size - 1;
    s->e = clv_arena_zero(clv->sealed, size * sizeof *s->e);
    if (!s->e)
        return false;
    for (uint32_t i = 0; i < s->n; i++) {
        bucket_lead(clv, &s->b[i]);
        if (!bucket_index(clv, &s->b[i]))
            return false;
        if (s->b[i].ranged)
            continue;
        uint32_t h = (uint32_t)(clv_mix(s->b[i].key)) & s->mask;
        while (s->e[h].used)
            h = (h + 1) & s->mask;
        entry_make(clv, &s->e[h], &s->b[i], (uint16_t)i);
    }
    return true;
}

/* Every space that a layer sits under exists. */
static bool name_spaces(struct clv *clv)
{
    for (uint32_t i = 0; i < clv->n; i++)
        for (const struct clv_under *u = clv->layers[i]->d->under; u && u->space; u++)
            if (clv_space_id(clv, u->space, strlen(u->space)) == NO_ID)
                return false;
    return true;
}

static bool fill_spaces(struct clv *clv)
{
    for (uint32_t i = 0; i < clv->n; i++) {
        const struct layer *layer = clv->layers[i];
        for (uint32_t r = 0; r < layer->n; r++)
            if (layer->rows[r].of != NO_ID)
                clv->spaces[layer->rows[r].of].items = true;
        for (const struct clv_under *u = layer->d->under; u && u->space; u++)
            if (!space_fill(clv, layer, u))
                return false;
    }
    for (uint32_t i = 0; i < clv->nspaces; i++)
        if (!space_hash(clv, &clv->spaces[i]))
            return false;
    return true;
}

/* Where memory runs out, the spaces stay what they were. */
bool clv_spaces_seal(struct clv *clv, struct clv_err *err)
{
    struct clv_arena *old = clv->sealed, *arena = clv_arena_new(&clv->mem, 0);
    bool named = name_spaces(clv);
    struct space *before = clv->spaces, *spaces = NULL;
    if (named)
        spaces = clv_arena_zero(arena, clv->nspaces * sizeof *spaces);
    for (uint32_t i = 0; spaces && i < clv->nspaces; i++)
        spaces[i].name = before[i].name;
    clv->sealed = arena;
    clv->spaces = spaces;
    if (!spaces || !fill_spaces(clv)) {
        clv->sealed = old;
        clv->spaces = before;
        clv_arena_free(arena);
        return clv_fail_memory(err);
    }
    clv_arena_free(old);
    clv->spacecap = clv->nspaces;
    clv->link = NO_ID;
    for (uint32_t i = 0; i < clv->nspaces; i++)
        if (!strcmp(clv->spaces[i].name, "link"))
            clv->link = (uint16_t)i;
    for (uint32_t i = 0; i < clv->n; i++) {
        const struct clv_under *u = clv->layers[i]->d->under;
        clv->layers[i]->is_item = u && u->space &&
                                  clv->spaces[clv_space_id(clv, u->space, strlen(u->space))].items;
    }
    return true;
}

const struct bucket *clv_bucket(const struct space *s, uint64_t key)
{
    if (!s->e)
        return NULL;
    for (uint32_t h = (uint32_t)clv_mix(key) & s->mask; s->e[h].used; h = (h + 1) & s->mask)
        if (s->e[h].key == key)
            return &s->b[s->e[h].bucket];
    for (uint32_t i = 0; i < s->nranges; i++)
        if (key >= s->ranges[i].from && key <= s->ranges[i].to)
            return &s->b[s->ranges[i].bucket];
    return NULL;
}
