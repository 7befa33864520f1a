/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arguments of a layer: which field each is for, which of a field's rows takes it, and the layer's
 * draft that they make.
 */
#include "bind.h"

#include <string.h>

const char *clv_tail_name(const struct layer *layer)
{
    return layer->d->tail ? layer->d->tail : "_tail";
}

static bool is_tail(const struct layer *layer, const struct ast *a)
{
    const char *name = clv_tail_name(layer);
    return (a->keylen == 5 && !memcmp(a->key, "_tail", 5)) ||
           (a->keylen == strlen(name) && !memcmp(a->key, name, a->keylen));
}

static bool bind_kept(struct binder *b, struct node *node, const struct ast *a)
{
    static const char gap[] = "_gap_";
    struct bytes bytes = { 0 };
    struct ast given = *a;
    given.json = b->json;
    if (!clv_bind_bytes(b, &given, &bytes))
        return false;
    if (a->keylen == 6 && !memcmp(a->key, "_extra", 6)) {
        node->has_extra = true;
        node->extra = bytes;
        return true;
    }
    if (a->keylen == 4 && !memcmp(a->key, "_pad", 4)) {
        node->has_pad = true;
        node->pad = bytes;
        return true;
    }
    if (is_tail(node->layer, a)) {
        node->has_tail = true;
        node->tail = bytes;
        return true;
    }
    int row = a->keylen > 5 && !memcmp(a->key, gap, 5)
                  ? clv_row_named(node->layer, a->key + 5, a->keylen - 5)
                  : -1;
    if (row < 0)
        return clv_fail_at(b->err, a->keypos, a->keylen,
                           "%s has no '%.*s'; kept bytes are _extra, _pad, _tail, _gap_FIELD",
                           node->layer->d->name, (int)a->keylen, a->key);
    struct bytes *kept = clv_arena_take(b->arena, sizeof *kept);
    if (!kept)
        return clv_fail_memory(b->err);
    *kept = bytes;
    for (uint32_t i = (uint32_t)row; i < node->layer->n; i++)
        if (i == (uint32_t)row || node->layer->rows[i].alias == row)
            node->slots[i].gap = kept;
    return true;
}

/* Scapy hides some fields by a '_' before their name; these mean kept bytes. */
static bool is_kept(const struct ast *a)
{
    static const char *const kept[] = { "_extra", "_pad", "_tail", "_gap_" };
    for (size_t i = 0; i < clv_len(kept); i++) {
        size_t n = strlen(kept[i]);
        if (a->keylen >= n && (i == 3 || a->keylen == n) && !memcmp(a->key, kept[i], n))
            return true;
    }
    return false;
}

const char *clv_field_near(const struct clv_desc *desc, const char *name, size_t n)
{
    const char *near = NULL;
    uint32_t best = n < 4 ? 2 : 3;
    for (const struct clv_field *f = desc->fields; f && f->kind; f++) {
        uint32_t d = clv_distance(name, n, f->name, strlen(f->name));
        if (d < best) {
            best = d;
            near = f->name;
        }
    }
    return near;
}

static bool fail_field(struct binder *b, const struct layer *layer, const struct ast *call,
                       const struct ast *a)
{
    const char *near = clv_field_near(layer->d, a->key, a->keylen);
    clv_fail_at(b->err, a->keypos, a->keylen, "%s has no field '%.*s'%s%s%s", layer->d->name,
                (int)a->keylen, a->key, near ? "; did you mean '" : "", near ? near : "",
                near ? "'?" : "");
    if (b->err && !b->err->len2) {
        b->err->pos2 = call->pos;
        b->err->len2 = call->len;
    }
    return false;
}

uint32_t clv_value_rows(const struct layer *layer, uint16_t rows[MAX_ROWS])
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < layer->n; i++) {
        const struct row *row = &layer->rows[i];
        if (!(row->style & CLV_TELL) && !row->f->measures.of && row->alias == NO_ID &&
            row->kind->shape != SHAPE_SWITCH)
            rows[n++] = (uint16_t)i;
    }
    return n;
}

/* Which argument belongs to which field, by the first row of its name. */
static bool sort_arguments(struct binder *b, struct node *node, const struct ast *call,
                           const struct ast **args)
{
    const struct layer *layer = node->layer;
    uint16_t values[MAX_ROWS];
    uint32_t nvalues = clv_value_rows(layer, values), at = 0;
    struct ast *open = NULL;
    int into = -1;
    for (const struct ast *a = call->first; a; a = a->next) {
        int row;
        if (!a->keylen) {
            if (nvalues != 1 && !clv_is_item(b->clv, layer->d))
                return clv_fail_at(b->err, a->pos, a->len,
                                   "%s takes FIELD=value, or its bytes as b'..'", layer->d->name);
            if (at == nvalues)
                return clv_fail_at(b->err, a->pos, a->len,
                                   "%s takes at most %u value%s without a name", layer->d->name,
                                   nvalues, nvalues == 1 ? "" : "s");
            row = values[at++];
        } else if (is_tail(layer, a) ||
                   (a->key[0] == '_' &&
                    (is_kept(a) || clv_row_named(layer, a->key + 1, a->keylen - 1) < 0))) {
            if (!bind_kept(b, node, a))
                return false;
            continue;
        } else {
            row = clv_row_named(layer, a->key + (a->key[0] == '_'), a->keylen - (a->key[0] == '_'));
            if (b->json && row < 0 && a->keylen > 5 && !memcmp(a->key + a->keylen - 5, ".word", 5))
                continue;
        }
        if (row < 0 && !b->json && (into = clv_open_row(layer, a)) >= 0) {
            if (!clv_open_add(b, &layer->rows[into], a, &open))
                return false;
            continue;
        }
        if (row < 0)
            return fail_field(b, layer, call, a);
        if (args[row]) {
            clv_fail_at(b->err, a->keylen ? a->keypos : a->pos, a->keylen ? a->keylen : a->len,
                        "%s.%s is given twice", layer->d->name, layer->rows[row].f->name);
            if (b->err && !b->err->len2) {
                b->err->pos2 = args[row]->keylen ? args[row]->keypos : args[row]->pos;
                b->err->len2 = args[row]->keylen ? args[row]->keylen : args[row]->len;
            }
            return false;
        }
        args[row] = a;
    }
    if (open)
        args[into] = args[into] ? clv_open_join(b, open, args[into]) : open;
    return !open || args[into];
}

/* Items and repeated values that are there unless left out: their default is an expression. */
static bool bind_default(struct binder *b, const struct layer *layer, const struct row *row,
                         struct slot *s)
{
    bool item = row->kind->shape == SHAPE_ITEM;
    if (!(item || row->many) || !row->f->text || s->state != SLOT_UNSET)
        return true;
    struct ast *a = clv_ast_parse(b->arena, row->f->text, strlen(row->f->text), false, b->err);
    bool json = b->json;
    b->json = false;
    bool fine = a &&
                (item ? clv_bind_items(b, layer, row, a, s) : clv_bind_value(b, layer, row, a, s));
    b->json = json;
    return fine;
}

bool clv_default_check(const struct clv *clv, const struct layer *layer, const struct row *row,
                       struct clv_err *err)
{
    struct clv_err why = { 0 };
    struct binder b = { .clv = clv, .arena = clv->arena, .err = &why };
    struct slot s = { 0 };
    if (row->kind->shape == SHAPE_ITEM || bind_default(&b, layer, row, &s))
        return true;
    return clv_fail(err, why.code == CLV_NO_MEMORY ? CLV_NO_MEMORY : CLV_BAD_TABLE,
                    "%s.%s: its default \"%s\": %s", layer->d->name, row->f->name, row->f->text,
                    why.text);
}

enum { MAX_TRIES = 4096 };

static bool try_row(struct binder *b, struct node *node, const struct row *row, const struct ast *a,
                    struct clv_err *why)
{
    struct slot *s = &node->slots[row->index];
    struct clv_err *err = b->err;
    uint32_t nsets = b->nsets, depth = b->depth;
    b->err = why;
    bool fine = clv_bind_value(b, node->layer, row, a, s);
    b->err = err;
    if (fine)
        return true;
    *s = (struct slot){ 0 };
    b->nsets = nsets;
    b->depth = depth;
    b->tries++;
    return false;
}

/* Is the row there for one value of another row, which nothing gives? That row's slot. */
static struct slot *open_choice(struct node *node, const struct row *row)
{
    const struct cond *when = &row->when;
    bool one = when->lone == LONE_EQ && when->mask == UINT64_MAX;
    struct slot *s = one ? &node->slots[when->row] : NULL;
    return s && s->state == SLOT_UNSET && !node->layer->rows[when->row].f->measures.of ? s : NULL;
}

/*
 * A value that does not fit the row which the default of another row chooses, or leaves over, makes
 * that choice: the first row of its name that holds it.
 */
static bool bind_choice(struct binder *b, struct node *node, const struct row *row,
                        const struct ast *a, uint64_t *seen)
{
    const struct layer *layer = node->layer;
    uint32_t first = row->alias == NO_ID ? row->index : row->alias;
    struct slot *choice = open_choice(node, row->when.n ? row : &layer->rows[first]);
    for (uint32_t i = first; choice && i < layer->n; i++) {
        const struct row *other = &layer->rows[i];
        struct clv_err why = { 0 };
        if (i != first && other->alias != first)
            break;
        if (other == row || open_choice(node, other) != choice || !try_row(b, node, other, a, &why))
            continue;
        *choice = (struct slot){ .state = SLOT_GIVEN, .v.u = other->when.value };
        choice->pos = node->slots[i].pos;
        choice->len = node->slots[i].len;
        seen[other->when.row] = other->when.value;
        clv_row_see(node, other, seen);
        return true;
    }
    return false;
}

/*
 * A value for the first row of its name that takes it. Which one is there may be told by the layers
 * below only, which are not known yet: then the first that can hold it. 0: this one cannot.
 */
static int bind_row(struct binder *b, struct node *node, const struct row *row, const struct ast *a,
                    uint64_t *seen)
{
    const struct layer *layer = node->layer;
    uint32_t next = row->index + 1u, first = row->alias == NO_ID ? row->index : row->alias;
    struct clv_err why = { 0 };
    bool last = next >= layer->n || layer->rows[next].alias != first;
    if (try_row(b, node, row, a, &why))
        return 1;
    /* Lists in lists, each tried in two ways, would double the work with each. */
    if (b->tries > MAX_TRIES)
        last = true;
    if (!last && clv_row_hangs(node, row, seen))
        return 0;
    if (b->tries <= MAX_TRIES && bind_choice(b, node, row, a, seen))
        return 1;
    if (b->err && !b->err->code)
        *b->err = why;
    return -1;
}

struct node *clv_bind_node(struct binder *b, const struct ast *call)
{
    const struct ast *args[MAX_ROWS] = { NULL };
    uint64_t seen[MAX_ROWS] = { 0 };
    uint16_t id = clv_layer_id(b->clv, call->s, call->n);
    if (id == NO_ID && b->clv->starved) {
        clv_fail_memory(b->err);
        return NULL;
    }
    if (id == NO_ID) {
        const char *near = clv_layer_near(b->clv, call->s, call->n);
        clv_fail_at(b->err, call->pos, call->len, "no layer is named '%.*s'%s%s%s", (int)call->n,
                    call->s, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
        return NULL;
    }
    const struct layer *layer = b->clv->layers[id];
    struct node *node = clv_node_new(b->arena, layer);
    if (!node) {
        clv_fail_memory(b->err);
        return NULL;
    }
    node->pos = call->pos;
    node->len = call->len;
    if (!sort_arguments(b, node, call, args))
        return NULL;
    struct node *holder = b->holder;
    bool fine = true;
    node->parent = holder;
    b->holder = node;
    for (uint32_t i = 0; i < layer->n && fine; i++) {
        const struct row *row = &layer->rows[i];
        uint32_t first = row->alias == NO_ID ? i : row->alias;
        struct slot *s = &node->slots[i];
        if (args[first] && clv_row_takes(node, row, seen)) {
            int done = bind_row(b, node, row, args[first], seen);
            fine = done >= 0;
            args[first] = done ? NULL : args[first];
        }
        fine = fine && bind_default(b, layer, row, s);
        clv_row_see(node, row, seen);
    }
    b->holder = holder;
    return fine ? node : NULL;
}
