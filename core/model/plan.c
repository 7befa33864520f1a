/* SPDX-License-Identifier: BSD-2-Clause */
/* The second half of registration: conditions, and the small plan that split follows. */
#include "draft.h"
#include "view.h"

#include <string.h>

static bool refuse(struct clv_err *err, const struct layer *layer, const struct clv_field *f,
                   const char *why)
{
    return clv_fail(err, CLV_BAD_TABLE, "%s%s%s: %s", layer->d->name, f ? "." : "",
                    f ? f->name : "", why);
}

/* Put the layer's and the field's name before what a condition's compiler says. */
static bool compile(struct clv *clv, struct cond *c, const char *text, const struct layer *layer,
                    uint32_t upto, const char *what, struct clv_err *err)
{
    if (!text)
        return true; /* as it was made: always true */
    struct clv_err why = { 0 };
    if (clv_cond_compile(clv, c, text, layer, upto, &why))
        return true;
    int code = why.code == CLV_BAD_TEXT ? CLV_BAD_TABLE : why.code;
    return clv_fail(err, code, "%s.%s: \"%s\": %s", layer->d->name, what, text, why.text);
}

/* The multiple that a row begins on; the items of a list do so themselves. */
static uint8_t row_align(const struct row *row)
{
    bool list = row->many && row->kind->shape == SHAPE_ITEM;
    return list || !row->f->align ? 1 : row->f->align;
}

/* Where text cannot say which of two alternatives is meant, nothing beside their value may differ. */
static bool check_alike(const struct layer *layer, const struct row *row, struct clv_err *err)
{
    for (uint32_t i = row->alias; i < row->index; i++) {
        const struct row *other = &layer->rows[i];
        if (!other->when.left)
            continue;
        if (other->at != row->at || row_align(other) != row_align(row))
            return refuse(err, layer, row->f, "alternatives that hang on `left` begin alike");
        if (other->size != row->size || row->counted)
            return refuse(err, layer, row->f,
                          "alternatives that hang on `left` have one row that counts their bytes");
        if (other->f->measures.of || row->f->measures.of)
            return refuse(err, layer, row->f, "alternatives that hang on `left` measure nothing");
    }
    return true;
}

/* Which alternative is there may hang on a length, which text need not give. */
static bool check_alternative(struct layer *layer, const struct row *row, struct clv_err *err)
{
    uint32_t next = row->index + 1u, first = row->alias == NO_ID ? row->index : row->alias;
    bool before = row->alias != NO_ID && (row[-1].stays || row[-1].when.below);
    bool after = next < layer->n && layer->rows[next].alias == first;
    bool shares = row->group != row->index || (next < layer->n && row[1].group == row->index);
    if (row->alias != NO_ID && (before || row->stays || row->when.below))
        layer->vague = true;
    if (row->part && before)
        return refuse(err, layer, row->f, "alternatives that hang on a length have whole bytes");
    if (row->stays && shares && (after || row->alias != NO_ID))
        return refuse(err, layer, row->f,
                      "alternatives that hang on a length share their condition with no row");
    return row->alias == NO_ID || check_alike(layer, row, err);
}

/* Has it alternatives that text cannot tell apart? Then it cannot tell the number that is there. */
static bool is_unsure(const struct layer *layer, uint32_t r)
{
    uint32_t i = r;
    bool unsure = false;
    for (; i < layer->n && (i == r || layer->rows[i].alias == r); i++)
        unsure = unsure || layer->rows[i].stays || layer->rows[i].when.below;
    return unsure && i > r + 1;
}

static bool compile_rows(struct clv *clv, struct layer *layer, struct clv_err *err)
{
    for (uint32_t i = 0; i < layer->n; i++) {
        struct row *row = &layer->rows[i];
        if (!compile(clv, &row->when, row->f->when, layer, i, row->f->name, err))
            return false;
        for (uint32_t r = 0; row->when.n && r < i; r++) {
            if (!clv_is_here(row->when.reads, r))
                continue;
            if (r >= layer->nhead)
                return refuse(err, layer, row->f, "it hangs on a row that lies after the payload");
            if (is_unsure(layer, r))
                return refuse(
                    err, layer, row->f,
                    "it hangs on alternatives that hang on `left`, a tag, or another layer");
            if (layer->rows[r].f->fill && !row->when.left)
                return refuse(err, layer, row->f, "it hangs on a row that is filled in last");
            if (layer->rows[r].f->fill && layer->rows[r].when.n)
                layer->vague = true; /* text does not tell 0 for none from what will be filled in */
            layer->rows[r].decides = true;
            if (layer->rows[r].f->measures.of)
                row->stays = true;
        }
        /* Optional values that begin with their tag are there if the tag is. */
        bool tagged = row->when.n && row->group == i && (row->style & CLV_TELL);
        if (row->when.left || tagged || layer->rows[row->group].stays)
            row->stays = true;
        if (!check_alternative(layer, row, err) || !clv_default_check(clv, layer, row, err))
            return false;
        if (row->when.n && row->f->measures.of != CLV_NOTHING && row->size != NO_ID)
            return refuse(err, layer, row->f, "a row that measures cannot be sized as well");
    }
    return true;
}

/* A condition reads whichever alternative of a name is there. */
static bool reads_row(const struct cond *c, const struct row *row)
{
    return clv_is_here(c->reads, row->alias == NO_ID ? row->index : row->alias);
}

static bool compile_layer(struct clv *clv, struct layer *layer, struct clv_err *err)
{
    const struct clv_desc *d = layer->d;
    uint32_t n = layer->n, head = layer->nhead;
    if (!compile(clv, &layer->when, d->when, layer, head, "when", err) ||
        !compile(clv, &layer->opens, d->opens, layer, head, "opens", err) ||
        !compile(clv, &layer->endless, d->endless, layer, head, "endless", err) ||
        !compile(clv, &layer->whole, d->whole, layer, head, "whole", err) ||
        !compile(clv, &layer->last, d->last, layer, head, "last", err) ||
        !compile(clv, &layer->little, d->little, layer, head, "little", err))
        return false;
    if (!layer->little.n)
        return true;
    if (layer->little.left)
        return refuse(err, layer, NULL, "the byte order hangs on `left`, which only rows know");
    for (uint32_t i = 0; i < n; i++)
        if (reads_row(&layer->little, &layer->rows[i]))
            layer->little_from = (uint16_t)(i + 1);
    for (uint32_t i = 0; i < n; i++) {
        struct row *row = &layer->rows[i];
        bool swaps = i >= layer->little_from && row->bits > 8;
        if (!swaps && reads_row(&layer->little, row) && row->bits > 8)
            return refuse(err, layer, row->f, "the byte order hangs on a row that it would swap");
        if (swaps && row->part)
            return refuse(err, layer, row->f, "a byte order that changes needs whole bytes");
        if (swaps) {
            row->quick = false;
            row->load.nb = 0;
        }
    }
    struct cond *conds[] = { &layer->when,  &layer->opens, &layer->endless,
                             &layer->whole, &layer->last,  &layer->little };
    for (uint32_t i = 0; i < clv_len(conds); i++)
        clv_cond_shorten(conds[i], layer);
    for (uint32_t i = 0; i < n; i++)
        clv_cond_shorten(&layer->rows[i].when, layer);
    return true;
}

/* Is its width known, or told by a row before `open`? */
static bool is_told(const struct row *row, const struct row *open)
{
    bool plain = !row->f->when && row->alias == NO_ID && row->at == NO_ID && row->f->align < 2;
    return plain && (row->size == NO_ID ? row->bits && !row->many
                                        : row->size < open->index && !row->counted);
}

static void plan_lengths(struct layer *layer)
{
    for (uint32_t i = 0; i + 1 < layer->nhead; i++) {
        struct row *row = &layer->rows[i];
        row->leaves = row->kind->shape == SHAPE_ITEM && row->size == NO_ID && !row->f->when;
        for (uint32_t j = i + 1; j < layer->nhead && row->leaves; j++)
            row->leaves = is_told(&layer->rows[j], row);
    }
    for (uint32_t i = 0; i < layer->nhead; i++) {
        struct row *row = &layer->rows[i];
        uint8_t of = row->f->measures.of;
        bool head = of == CLV_HEADER || of == CLV_REST;
        bool end = of == CLV_LAYER || of == CLV_PAYLOAD || of == CLV_STRIDE;
        if (!head && !end)
            continue;
        struct rule *rule = head ? &layer->head : &layer->end;
        if (!row->quick || rule->on) { /* the last one decides: only a walk knows them all */
            *(head ? &layer->walk : &layer->end_walk) = true;
            continue;
        }
        *rule = (struct rule){ .on = true, .row = row->index, .load = row->load };
        if (of == CLV_REST)
            rule->add = (row->bit + row->bits) / 8;
    }
    if (layer->walk)
        layer->head.on = false;
    bool var = false;
    for (uint32_t i = 0; i < layer->nhead; i++) {
        const struct row *row = &layer->rows[i];
        var = var || (!row->fixed && row->kind->shape != SHAPE_SWITCH);
    }
    if (layer->nhead && var && !layer->head.on && !layer->walk) {
        const struct row *last = &layer->rows[layer->nhead - 1];
        layer->open = last->size == NO_ID && last->at == NO_ID && !last->f->when &&
                      last->alias == NO_ID && !last->kind->span &&
                      (last->many || (!last->bits && last->kind->shape == SHAPE_BYTES));
        for (uint32_t i = 0; i < layer->nhead; i++)
            layer->open = layer->open && layer->rows[i].kind != &clv_text;
        layer->walk = !layer->open;
    }
    layer->behind = layer->body = NO_ID;
    for (uint32_t i = 0; i < layer->n; i++) {
        const struct row *row = &layer->rows[i];
        if (row->f->measures.of == CLV_BODY)
            layer->body = (uint16_t)i;
        if (i < layer->nhead)
            continue;
        layer->trail_walk = layer->trail_walk || !row->fixed || row->f->when;
        if (row->kind->shape == SHAPE_ITEM && row->size == NO_ID)
            layer->behind = (uint16_t)i;
    }
}

/* The spaces a key row names, separated by blanks. */
static bool key_spaces(struct clv *clv, struct layer *layer, struct row *row, struct keyplan *k,
                       struct clv_err *err)
{
    for (const char *s = row->f->key; *s;) {
        size_t n = strcspn(s, " ");
        if (k->nspaces == clv_len(k->spaces))
            return refuse(err, layer, row->f, "more than 3 key spaces");
        uint16_t id = clv_space_id(clv, s, n);
        if (id == NO_ID)
            return clv_fail_memory(err);
        k->spaces[k->nspaces++] = id;
        s += n + (s[n] == ' ');
    }
    row->key = k->nspaces ? k->spaces[0] : NO_ID;
    return k->nspaces > 0 || refuse(err, layer, row->f, "an empty key");
}

static bool is_numeric_key(const struct row *row)
{
    return row->kind->shape == SHAPE_NUM && row->bits && row->bits <= 64 && !row->many;
}

static bool plan_key(struct clv *clv, struct layer *layer, struct row *row, struct clv_err *err)
{
    struct keyplan k = { .either = row->style & CLV_EITHER, .quick = row->load.nb != 0 };
    if (!is_numeric_key(row))
        return refuse(err, layer, row->f, "a key is a number of known width");
    if (!key_spaces(clv, layer, row, &k, err))
        return false;
    for (uint32_t j = 0; j < layer->n; j++)
        if (layer->rows[j].of == row->key && layer->rows[j].kind == &clv_item)
            row->item_key = true;
    if (row->item_key)
        return true;
    for (uint32_t i = 0; i < layer->nkeys; i++) {
        struct keyplan *old = &layer->keys[i];
        if (old->spaces[0] != k.spaces[0])
            continue;
        if (row->alias != NO_ID && layer->rows[old->rows[old->nrows - 1]].f->name &&
            !strcmp(layer->rows[old->rows[old->nrows - 1]].f->name, row->f->name))
            return true;
        if (old->nrows == clv_len(old->rows))
            return refuse(err, layer, row->f, "more than 4 rows make one key");
        old->rows[old->nrows++] = row->index;
        old->quick = old->quick && k.quick;
        return true;
    }
    if (layer->nkeys == clv_len(layer->keys))
        return refuse(err, layer, row->f, "more than 4 keys in one layer");
    k.rows[k.nrows++] = row->index;
    layer->keys[layer->nkeys++] = k;
    return true;
}

static bool plan_keys(struct clv *clv, struct layer *layer, struct clv_err *err)
{
    for (uint32_t i = 0; i < layer->nhead; i++) {
        struct row *row = &layer->rows[i];
        if (row->f->key && !plan_key(clv, layer, row, err))
            return false;
        if (row->style & CLV_TELL) {
            if (layer->ntells == clv_len(layer->tells))
                return refuse(err, layer, row->f, "more than 8 rows tell this layer");
            layer->tells[layer->ntells++] = (uint16_t)i;
        }
        layer->replies = layer->replies || row->f->reply;
        layer->holds = layer->holds || row->kind->shape == SHAPE_ITEM;
    }
    for (uint32_t i = 0; i < layer->n; i++) {
        layer->summed = layer->summed || layer->rows[i].f->fill;
        layer->measured = layer->measured || layer->rows[i].f->measures.of;
    }
    const struct clv_desc *d = layer->d;
    layer->next = d->next ? clv_space_id(clv, d->next, strlen(d->next)) : NO_ID;
    if (d->next && layer->next == NO_ID)
        return clv_fail_memory(err);
    int pads = d->pads ? clv_row_named(layer, d->pads, strlen(d->pads)) : -1;
    if (d->pads &&
        (pads < 0 || layer->rows[pads].kind->shape != SHAPE_SWITCH || !d->hooks || !d->hooks->pad))
        return refuse(err, layer, NULL, "`pads` names a switch, and goes with a pad hook");
    if (d->begins[1] && d->begins[1] >= d->begins[0])
        return refuse(err, layer, NULL, "`begins` is a multiple, and less than it more");
    layer->pads = pads < 0 ? NO_ID : (uint16_t)pads;
    layer->message = NO_ID;
    for (uint32_t i = 0; i < layer->nhead; i++)
        if (layer->rows[i].style & CLV_MESSAGE)
            layer->message = (uint16_t)i;
    layer->quotes = d->quotes ? clv_name_id(clv, d->quotes, strlen(d->quotes)) : NO_ID;
    if (d->quotes && layer->quotes == NO_ID)
        return refuse(err, layer, NULL, "it quotes a layer that does not exist");
    layer->counts = d->answers ? clv_name_id(clv, d->answers, strlen(d->answers)) : layer->quotes;
    if (d->answers && layer->counts == NO_ID)
        return refuse(err, layer, NULL, "it answers a layer that does not exist");
    layer->unfit = layer->ntells || d->when || (d->hooks && d->hooks->probe);
    for (uint32_t i = 0; i < layer->nhead; i++)
        layer->unfit = layer->unfit || layer->rows[i].kind == &clv_text;
    layer->replies = layer->replies || (d->hooks && d->hooks->answers);
    layer->chooses = d->hooks && d->hooks->above;
    return true;
}

static bool plan_group(struct clv *clv, struct layer *layer, struct clv_err *err)
{
    const char *name = layer->d->again;
    layer->again = 0;
    if (!name)
        return true;
    for (uint32_t i = 0; i < clv->ngroups; i++)
        if (!strcmp(clv->groups[i], name))
            layer->again = (uint16_t)(i + 1);
    if (layer->again)
        return true;
    if (clv->ngroups == clv_len(clv->groups))
        return refuse(err, layer, NULL, "more than 64 groups of layers that follow each other");
    clv->groups[clv->ngroups++] = name;
    layer->again = (uint16_t)clv->ngroups;
    return true;
}

/* "IP.src" or "sport" to rows. */
static bool plan_piece(const struct clv *clv, const struct layer *layer, const char *s,
                       const char *end, struct piece *p)
{
    const char *dot = memchr(s, '.', (size_t)(end - s));
    bool src = end - s == 7 && !memcmp(s, "net.src", 7);
    if (src || (end - s == 7 && !memcmp(s, "net.dst", 7))) {
        p->role = src ? CLV_NET_SRC : CLV_NET_DST;
        return true;
    }
    if (dot) {
        p->layer = clv_name_id(clv, s, (size_t)(dot - s));
        layer = p->layer == NO_ID ? NULL : clv_layer_half(clv, p->layer, NULL);
        if (!layer)
            return false;
        s = dot + 1;
    }
    int row = clv_row_named(layer, s, (size_t)(end - s));
    if (row < 0)
        return false;
    p->first = (uint16_t)row;
    p->rows = 1;
    while (p->first + p->rows < layer->n && layer->rows[p->first + p->rows].alias == p->first)
        p->rows++;
    return true;
}

/* "%IP.src%:%#sport%" to pieces. */
static bool plan_line(struct clv *clv, struct layer *layer, struct line *line, const char *text,
                      struct clv_err *err)
{
    uint32_t cap = 0;
    for (const char *s = text; *s;) {
        size_t n = strcspn(s, "%");
        struct piece p = { .n = (uint32_t)n, .layer = NO_ID };
        if (!n) {
            const char *e = strchr(s + 1, '%');
            if (!e)
                return refuse(err, layer, NULL, "a '%' in its line has no partner");
            p.number = s[1] == '#';
            if (!plan_piece(clv, layer, s + 1 + p.number, e, &p))
                return refuse(err, layer, NULL, "its line names no field");
            n = (size_t)(e + 1 - s);
        } else if ((p.text = clv_arena_zero(clv->arena, n + 16))) {
            memcpy(p.text, s, n);
        } else {
            return clv_fail_memory(err);
        }
        if (!clv_arena_grow(clv->arena, &line->pieces, &cap, line->n + 1, sizeof p))
            return clv_fail_memory(err);
        line->pieces[line->n++] = p;
        s += n;
    }
    return true;
}

static bool plan_lines(struct clv *clv, struct layer *layer, struct clv_err *err)
{
    uint32_t n = 0;
    const struct clv_line *lines = layer->d->lines;
    while (lines && lines[n].text)
        n++;
    layer->lines = clv_arena_zero(clv->arena, (n + 1) * sizeof *layer->lines);
    layer->nlines = n;
    if (!layer->lines)
        return clv_fail_memory(err);
    if (layer->d->who && !plan_line(clv, layer, &layer->who, layer->d->who, err))
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (!compile(clv, &layer->lines[i].when, lines[i].when, layer, layer->nhead, "lines",
                     err) ||
            !plan_line(clv, layer, &layer->lines[i], lines[i].text, err))
            return false;
    return true;
}

/* The fields that it implies below exist, and hold the values. */
static bool plan_implied(struct clv *clv, struct layer *layer, struct clv_err *err)
{
    uint32_t n = 0, at_if = 0;
    const struct clv_imply *m = layer->d->implies;
    for (; m && m->layer; m++)
        n++;
    layer->implies = clv_arena_zero(clv->arena, (n + 1) * sizeof *layer->implies);
    layer->implied = clv_arena_zero(clv->arena, (n + 1) * sizeof *layer->implied);
    if (!layer->implies || !layer->implied)
        return clv_fail_memory(err);
    struct implied *to = layer->implied;
    for (m = layer->d->implies; m && m->layer; m++, to++) {
        to->layer = to->same = NO_ID;
        if (!m->field) {
            if (!compile(clv, &layer->implies[at_if++], m->text, layer, 0, "implies", err))
                return false;
            continue;
        }
        uint16_t id = clv_name_id(clv, m->layer, strlen(m->layer));
        const struct layer *low = id == NO_ID ? NULL : clv_layer_half(clv, id, err);
        int at = low ? clv_row_named(low, m->field, strlen(m->field)) : -1;
        struct row *row = at < 0 ? NULL : &low->rows[at];
        struct ast a = { .type = AST_TEXT, .s = m->text, .n = (uint32_t)strlen(m->text) };
        if (!row)
            return refuse(err, layer, NULL, "it implies a field that does not exist");
        if (row->kind->shape == SHAPE_SWITCH)
            return refuse(err, layer, NULL, "it implies a switch, which no byte tells");
        to->layer = id;
        to->row = row->index;
        to->kind = row->kind;
        row->implied = true;
        if (*m->text == '=') {
            int own = clv_row_named(layer, m->text + 1, strlen(m->text) - 1);
            if (own < 0 || layer->rows[own].kind != row->kind || row->many)
                return refuse(err, layer, NULL,
                              "it implies what no row of its own of the field's "
                              "kind holds");
            to->same = (uint16_t)own;
            continue;
        }
        if (row->many || !row->kind->parse ||
            !row->kind->parse(row->f, &a, &to->v, clv->arena, NULL))
            return refuse(err, layer, NULL, "it implies a value that the field does not hold");
    }
    return true;
}

bool clv_plan_layer(struct clv *clv, struct layer *layer, struct clv_err *err)
{
    if (!compile_rows(clv, layer, err) || !compile_layer(clv, layer, err))
        return false;
    plan_lengths(layer);
    return plan_implied(clv, layer, err) && plan_keys(clv, layer, err) &&
           plan_group(clv, layer, err) && plan_lines(clv, layer, err) &&
           (clv_plan_draft(clv, layer) || clv_fail_memory(err));
}
