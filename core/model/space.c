/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Key spaces: one flat hash each, whose entry holds the layer and a one-byte test, so that most
 * look-ups touch one line of memory. A space is filled when it is first looked into, a bucket's
 * layers are compiled when it is first found; all is forgotten whenever a layer is added.
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

static bool space_put(struct clv *clv, struct space *s, uint16_t layer, const struct clv_under *u)
{
    struct bucket *b = bucket_add(clv, s, u->key, u->to != 0);
    if (!b || !clv_arena_grow(clv->sealed, &b->c, &b->cap, b->n + 1, sizeof *b->c))
        return false;
    b->c[b->n++] = (struct cand){ .layer = layer, .sure = u->sure };
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

/* Where all candidates tell by one number at one place, index them by its low byte. */
static bool bucket_index(struct clv *clv, struct bucket *b)
{
    const struct row *tell = first_tell(clv, &b->c[0]);
    uint32_t demanding = 0;
    if (b->n < 3 || b->c[0].plain || !tell || !tell->quick || tell->load.nb > 2)
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

/* ---- Buckets, when they are first found. */

/* Those that demand nothing come last. */
static bool bucket_order(const struct clv *clv, struct bucket *b)
{
    uint32_t demanding = 0;
    for (uint32_t i = 0; i < b->n; i++) {
        const struct layer *layer = clv_layer_made(clv, b->c[i].layer);
        if (!layer)
            return false;
        b->c[i].plain = b->c[i].sure || !layer->unfit;
    }
    for (uint32_t i = 0; i < b->n; i++) {
        struct cand c = b->c[i];
        if (c.plain)
            continue;
        memmove(&b->c[demanding + 1], &b->c[demanding], (i - demanding) * sizeof c);
        b->c[demanding++] = c;
    }
    return true;
}

static struct entry *find_entry(const struct space *s, uint64_t key)
{
    uint32_t h = clv_entry_hash(s, key);
    while (s->e[h].used && s->e[h].key != key)
        h = (h + 1) & s->mask;
    return &s->e[h];
}

static bool bucket_make(struct clv *clv, uint16_t space, struct bucket *b)
{
    if (b->ready)
        return true;
    if (!bucket_order(clv, b))
        return false;
    bucket_lead(clv, b);
    if (!bucket_index(clv, b)) {
        clv->starved = true;
        return false;
    }
    const struct space *s = &clv->spaces[space];
    if (!b->ranged)
        entry_make(clv, find_entry(s, b->key), b, (uint16_t)(b - s->b));
    return b->ready = true;
}

const struct bucket *clv_bucket(const struct clv *clv, uint16_t space, uint64_t key)
{
    const struct space *s = clv_space(clv, space);
    struct bucket *b = NULL;
    if (!s)
        return NULL;
    const struct entry *e = find_entry(s, key);
    if (e->used)
        b = &s->b[e->bucket];
    for (uint32_t i = 0; i < s->nranges && !b; i++)
        if (key >= s->ranges[i].from && key <= s->ranges[i].to)
            b = &s->b[s->ranges[i].bucket];
    if (b && !b->ready && !bucket_make((struct clv *)clv, space, b))
        return NULL;
    return b;
}

/* ---- Spaces, when they are first looked into. */

static bool space_hash(struct clv *clv, struct space *s)
{
    uint32_t size = 4;
    while (size < s->n * 3)
        size *= 2;
    s->mask = size - 1;
    s->shift = 64;
    for (uint32_t n = size; n > 1; n /= 2)
        s->shift--;
    s->e = clv_arena_zero(clv->sealed, size * sizeof *s->e);
    for (uint32_t i = 0; s->e && i < s->n; i++)
        if (!s->b[i].ranged)
            *find_entry(s, s->b[i].key) = (struct entry){
                .key = s->b[i].key, .layer = NO_ID, .bucket = (uint16_t)i, .used = 1
            };
    return s->e;
}

static bool space_fill(struct clv *clv, struct space *s)
{
    for (uint32_t i = 0; i < clv->n; i++)
        for (const struct clv_under *u = clv->descs[i]->under; u && u->space; u++)
            if (*u->space == *s->name && !strcmp(u->space, s->name) &&
                !space_put(clv, s, (uint16_t)i, u))
                return false;
    return space_hash(clv, s);
}

const struct space *clv_space(const struct clv *shared, uint16_t id)
{
    struct clv *clv = (struct clv *)shared;
    if (clv->spaces[id].e)
        return &clv->spaces[id];
    struct space s = { .name = clv->spaces[id].name };
    if (!space_fill(clv, &s)) {
        clv->starved = true;
        return NULL;
    }
    clv->spaces[id] = s;
    return &clv->spaces[id];
}

bool clv_spaces_reset(struct clv *clv)
{
    struct clv_arena *arena = clv_arena_new(&clv->mem, 0);
    if (!arena)
        return false;
    clv_arena_free(clv->sealed);
    clv->sealed = arena;
    clv->lists = NULL;
    for (uint32_t i = 0; i < clv->nspaces; i++)
        clv->spaces[i] = (struct space){ .name = clv->spaces[i].name };
    return true;
}

bool clv_spaces_seal(struct clv *clv)
{
    for (uint32_t i = 0; i < clv->n; i++)
        for (const struct clv_under *u = clv->descs[i]->under; u && u->space; u++)
            if (clv_space_id(clv, u->space, strlen(u->space)) == NO_ID)
                return false;
    for (uint32_t i = 0; i < clv->nspaces; i++) {
        const struct space *s = clv_space(clv, (uint16_t)i);
        for (uint32_t b = 0; s && b < s->n; b++)
            if (!bucket_make(clv, (uint16_t)i, &s->b[b]))
                return false;
        if (!s)
            return false;
    }
    clv_space_lists(clv, "");
    return clv->lists;
}

/* ---- Lists. */

static bool is_among(const char *const *names, uint32_t n, const char *name)
{
    while (n && strcmp(names[n - 1], name) != 0)
        n--;
    return n;
}

static bool gather_lists(struct clv *clv)
{
    const char **lists = NULL;
    uint32_t n = 0, cap = 0;
    if (!clv_arena_grow(clv->sealed, &lists, &cap, 1, sizeof *lists))
        return false;
    for (uint32_t i = 0; i < clv->n; i++)
        for (const struct clv_field *f = clv->descs[i]->fields; f && f->name; f++) {
            if (!f->of || is_among(lists, n, f->of))
                continue;
            if (!clv_arena_grow(clv->sealed, &lists, &cap, n + 1, sizeof *lists))
                return false;
            lists[n++] = f->of;
        }
    clv->lists = lists;
    clv->nlists = n;
    return true;
}

bool clv_space_lists(const struct clv *clv, const char *space)
{
    return (clv->lists || gather_lists((struct clv *)clv)) &&
           is_among(clv->lists, clv->nlists, space);
}

bool clv_is_item(const struct clv *clv, const struct clv_desc *d)
{
    return d->under && d->under->space && clv_space_lists(clv, d->under->space);
}
