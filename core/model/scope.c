/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What fills and hooks see: one layer of a packet, in a view or in a stack that is being built.
 * Reads never leave the layer's packet; one that would latches the scope as bad and gives 0.
 */
#include "draft.h"
#include "view.h"

#include <string.h>

/* depth: of the lists that the layer's own count as lying in. */
static bool row_find(const struct clv_view *view, uint32_t layer, uint16_t row, uint8_t depth,
                     struct cell *cell)
{
    const struct clv_layer *y = &view->layers[layer];
    const struct layer *l = view->clv->layers[y->id];
    const uint8_t *h = view->bytes + y->off;
    const struct row *r = &l->rows[row];
    if (r->quick && row < l->nhead) {
        if (y->head < l->min)
            return false;
        *cell = (struct cell){ .row = row, .bit = r->bit, .bits = r->bits };
        cell->u = clv_load(h, &r->load);
        return true;
    }
    struct where where = clv_where(view, layer);
    where.depth = depth;
    if (row < l->nhead)
        return clv_walk_find(&where, l, h, y->head, row, cell);
    struct walk w;
    clv_walk_begin(&w, &where, l, h, y->head);
    while (clv_walk_next(&w, cell))
        continue;
    uint32_t at = (clv_layer_body_end(view, layer) - y->off) * 8, end = y->end - y->off;
    for (; clv_walk_trail(&w, cell, at, end); at = cell->bit + cell->bits)
        if (cell->row == row)
            return true;
    return false;
}

static bool cell_find(const struct clv_view *view, uint32_t layer, const char *field, size_t n,
                      uint8_t depth, struct cell *cell)
{
    const struct layer *l = view->clv->layers[view->layers[layer].id];
    int row = clv_row_named(l, field, n);
    for (int i = row; i >= 0 && i < l->n && (i == row || l->rows[i].alias == row); i++)
        if (row_find(view, layer, (uint16_t)i, depth, cell))
            return true;
    return false;
}

bool clv_view_row(const struct clv_view *view, uint32_t layer, uint16_t row, struct cell *cell)
{
    return row_find(view, layer, row, 0, cell);
}

bool clv_view_cell(const struct clv_view *view, uint32_t layer, const char *field, size_t n,
                   struct cell *cell)
{
    return cell_find(view, layer, field, n, 0, cell);
}

uint64_t clv_view_sum(const struct clv_view *view)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < view->n; i++) {
        const struct clv_layer *y = &view->layers[i];
        struct where where = clv_where(view, i);
        struct walk w;
        struct cell cell;
        clv_walk_begin(&w, &where, view->clv->layers[y->id], view->bytes + y->off, y->head);
        while (clv_walk_next(&w, &cell))
            sum += cell.u + cell.bits;
    }
    return sum;
}

void clv_cell_val(const struct layer *layer, const uint8_t *h, const struct cell *cell,
                  struct clv_val *v)
{
    const struct row *row = &layer->rows[cell->row];
    *v = (struct clv_val){ .u = cell->u, .spell = cell->spell };
    if (cell->raw || row->many || row->kind->shape != SHAPE_NUM) {
        v->p = h + cell->bit / 8;
        v->n = cell->bits / 8;
    }
}

const struct layer *clv_scope_layer(const struct clv_scope *scope, uint32_t layer)
{
    if (scope->view)
        return scope->view->clv->layers[scope->view->layers[layer].id];
    return scope->stack->nodes[layer]->layer;
}

void clv_scope_move(struct clv_scope *scope, uint32_t layer)
{
    scope->layer = layer;
    scope->item = NULL;
    if (scope->view) {
        const struct clv_layer *y = &scope->view->layers[layer];
        scope->off = y->off;
        scope->head = y->head;
        scope->end = y->end;
    } else {
        const struct node *node = scope->stack->nodes[layer];
        scope->off = node->off;
        scope->head = node->head;
        scope->end = node->end;
    }
}

/* Index of the layer that holds this one; false: none. */
static bool lower(const struct clv_scope *scope, uint32_t layer, uint32_t *to)
{
    if (scope->view) {
        *to = scope->view->layers[layer].up;
        return *to != layer;
    }
    const struct node *parent = scope->stack->nodes[layer]->parent;
    for (uint32_t i = layer; parent && i--;)
        if (scope->stack->nodes[i] == parent) {
            *to = i;
            return true;
        }
    return false;
}

/* A value in bytes that are laid out; of alternatives, the one that is there. */
static bool node_value(const struct clv_scope *scope, const struct node *node, const char *field,
                       struct clv_val *v)
{
    const struct layer *layer = node->layer;
    int row = clv_row_named(layer, field, strlen(field));
    for (int i = row; i >= 0 && i < layer->n && (i == row || layer->rows[i].alias == row); i++) {
        const struct slot *s = &node->slots[i];
        const struct row *r = &layer->rows[i];
        *v = (struct clv_val){ 0 };
        if (!s->here)
            continue;
        if (r->kind->shape == SHAPE_NUM && r->kind->load)
            r->kind->load(r->f, scope->bytes + s->bit / 8, s->bits / 8, v);
        else if (r->kind->shape == SHAPE_NUM && s->bits <= 64)
            v->u = clv_bits_get(scope->bytes, s->bit, s->bits, clv_row_little(node, r));
        bool plain = r->kind->shape == SHAPE_NUM && !r->many && s->state != SLOT_RAW;
        v->p = plain ? NULL : scope->bytes + s->bit / 8;
        v->n = plain ? 0 : s->bits / 8;
        return true;
    }
    return false;
}

static bool scope_value(const struct clv_scope *scope, const char *name, const char *field,
                        struct clv_val *v)
{
    struct cell cell;
    if (scope->view ? !scope->bytes : !scope->stack) /* of a probe with nothing below */
        return false;
    if (scope->view) {
        uint32_t i = scope->layer;
        bool found = !name || (scope->probing && /* of what lies above it */
                               !strcmp(clv_scope_layer(scope, i)->d->name, name));
        while (!found && lower(scope, i, &i))
            found = !strcmp(clv_scope_layer(scope, i)->d->name, name);
        /* A probe of an item must not look into lists that ask for further probes. */
        uint8_t depth = scope->probing ? MAX_ITEM_NEST + 1 : 0;
        if (!found || !cell_find(scope->view, i, field, strlen(field), depth, &cell))
            return false;
        clv_cell_val(clv_scope_layer(scope, i), scope->bytes + scope->view->layers[i].off, &cell,
                     v);
        return true;
    }
    const struct node *node = scope->item ? scope->item : scope->stack->nodes[scope->layer];
    for (node = name ? node->parent : node; node; node = node->parent)
        if (!name || !strcmp(node->layer->d->name, name))
            return node_value(scope, node, field, v);
    return false;
}

uint64_t clv_scope_uint(struct clv_scope *scope, const char *layer, const char *field)
{
    struct clv_val v;
    if (scope_value(scope, layer, field, &v))
        return v.u;
    scope->bad = true;
    return 0;
}

bool clv_scope_cell(const struct clv_scope *scope, const char *layer, const char *field,
                    struct clv_cell *cell)
{
    struct clv_val v = { 0 };
    bool there = scope_value(scope, layer, field, &v);
    *cell = (struct clv_cell){ .there = there, .u = v.u, .p = v.p, .n = v.n };
    return there;
}

const struct clv_desc *clv_scope_desc(const struct clv_scope *scope)
{
    return scope->asked;
}

const struct clv_field *clv_scope_row(const struct clv_scope *scope, uint32_t *bit)
{
    if (!scope->row)
        return NULL;
    *bit = scope->bit - scope->off * 8;
    return scope->row->f;
}

bool clv_scope_bytes(struct clv_scope *scope, uint32_t off, uint8_t *to, uint32_t n)
{
    uint32_t size = scope->end - scope->off;
    memset(to, 0, n);
    if (off > size || n > size - off) {
        scope->bad = true;
        return false;
    }
    memcpy(to, scope->bytes + scope->off + off, n);
    return true;
}

uint32_t clv_scope_head(const struct clv_scope *scope)
{
    return scope->head;
}

uint32_t clv_scope_size(const struct clv_scope *scope)
{
    return scope->end - scope->off;
}

void clv_scope_fail(struct clv_scope *scope)
{
    scope->bad = true;
}

bool clv_scope_bad(const struct clv_scope *scope)
{
    return scope->bad;
}

/* ---- The Internet checksum as a fill. */

/* Sum of [from, to) with the field itself counted as 0. */
static uint64_t sum_region(const struct clv_scope *scope, uint32_t from, uint32_t to)
{
    const uint8_t *b = scope->bytes;
    uint32_t at = scope->bit / 8;
    if (at < from || at + 2 > to || !(b[at] | b[at + 1]))
        return clv_sum_add(0, b + from, to - from);
    /* The words that it lies in. */
    uint32_t low = at - ((at - from) & 1), high = low + 4 < to ? low + 4 : to;
    uint8_t own[4] = { 0 };
    memcpy(own, b + low, high - low);
    own[at - low] = own[at - low + 1] = 0;
    uint64_t sum = clv_sum_add(clv_sum_add(0, b + from, low - from), own, 4);
    return clv_sum_add(sum, b + high, to - high);
}

uint64_t clv_sum_header(struct clv_scope *scope)
{
    return clv_sum_fold(sum_region(scope, scope->off, scope->off + scope->head));
}

uint64_t clv_sum_layer(struct clv_scope *scope)
{
    return clv_sum_fold(sum_region(scope, scope->off, scope->end));
}

/* Bytes of the row with this role in a layer; 0: it has none, or not as plain bytes. */
static uint32_t role_bytes(const struct clv_scope *scope, uint32_t layer, enum clv_role role,
                           uint8_t *to)
{
    const struct layer *l = clv_scope_layer(scope, layer);
    for (uint32_t i = l->roles[role]; i < l->nhead; i++) {
        struct cell cell = { 0 };
        uint32_t at;
        if (l->rows[i].f->role != role)
            continue;
        if (scope->view) {
            if (!clv_view_row(scope->view, layer, (uint16_t)i, &cell))
                continue;
            at = scope->view->layers[layer].off + cell.bit / 8;
        } else {
            const struct slot *s = &scope->stack->nodes[layer]->slots[i];
            if (!s->here)
                continue;
            at = s->bit / 8;
            cell.bits = s->bits;
        }
        if (cell.bits != 32 && cell.bits != 128)
            return 0;
        memcpy(to, scope->bytes + at, cell.bits / 8);
        return cell.bits / 8;
    }
    return 0;
}

bool clv_scope_over(const struct clv_scope *scope, const char *layer)
{
    uint32_t net = scope->layer;
    while (lower(scope, net, &net)) {
        const struct layer *l = clv_scope_layer(scope, net);
        for (uint32_t i = 0; i < l->nhead; i++)
            if (l->rows[i].f->role == CLV_NET_DST)
                return !strcmp(l->d->name, layer);
    }
    return false;
}

/* The key under which `upper` sits on `below`: what a pseudo header calls the protocol. */
static bool key_under(const struct layer *upper, const struct layer *below, const struct clv *clv,
                      uint64_t *key)
{
    for (const struct clv_under *u = upper->d->under; u && u->space; u++)
        for (uint32_t k = 0; k < below->nkeys; k++)
            for (uint32_t s = 0; s < below->keys[k].nspaces; s++)
                if (!strcmp(clv->spaces[below->keys[k].spaces[s]].name, u->space)) {
                    *key = u->key;
                    return true;
                }
    return false;
}

/* A total length that was given, even a wrong one, is what the sum counts with. */
static uint32_t told_length(const struct clv_scope *scope, uint32_t net, uint32_t size)
{
    if (scope->view)
        return size;
    const struct node *node = scope->stack->nodes[net];
    for (uint32_t i = 0; i < node->layer->nmade; i++) {
        const struct row *row = &node->layer->rows[node->layer->made[i]];
        const struct slot *s = &node->slots[row->index];
        if (row->f->measures.of != CLV_LAYER || s->state != SLOT_GIVEN)
            continue;
        int64_t v = clv_span_bytes(row->f, s->v.u) - node->head;
        return v < 0 ? 0 : (uint32_t)v;
    }
    return size;
}

uint64_t clv_sum_pseudo(struct clv_scope *scope)
{
    const struct clv *clv = scope->view ? scope->view->clv : scope->clv;
    uint8_t src[16], dst[16];
    uint32_t net = scope->layer, n = 0, size = scope->end - scope->off;
    uint64_t proto = 0;
    bool known = false;
    while (!n && lower(scope, net, &net)) {
        known = known || key_under(clv_scope_layer(scope, scope->layer),
                                   clv_scope_layer(scope, net), clv, &proto);
        n = role_bytes(scope, net, CLV_NET_SRC, src);
        if (n && role_bytes(scope, net, CLV_NET_DST, dst) != n)
            n = 0;
    }
    if (!n || !known) { /* nothing below has addresses: there is no such sum */
        scope->bad = true;
        return 0;
    }
    const struct clv_hooks *hooks = clv_scope_layer(scope, net)->d->hooks;
    if (hooks && hooks->ends) {
        struct clv_scope at = *scope;
        clv_scope_move(&at, net);
        hooks->ends(&at, src, dst, n);
    }
    uint64_t sum = clv_sum_add(clv_sum_add(0, src, n), dst, n);
    uint32_t length = told_length(scope, net, size);
    sum += proto + (length >> 16) + (length & 0xffff);
    uint16_t folded = clv_sum_fold(sum + sum_region(scope, scope->off, scope->end));
    return !folded && scope->row && (scope->row->style & CLV_ZERO_NONE) ? 0xffff : folded;
}

/* ---- Verifying. */

/*
 * Layers whose bytes are not all there: quotes, fragments, what a length promised and the capture
 * did not hold. A bit a layer; and those whose header is not whole.
 */
struct parts {
    uint8_t layer[MAX_LAYERS / 8], header[MAX_LAYERS / 8];
};

static bool get_bit(const uint8_t *bits, uint32_t i)
{
    return i < MAX_LAYERS && (bits[i / 8] >> i % 8 & 1);
}

static void set_bit(uint8_t *bits, uint32_t i)
{
    if (i < MAX_LAYERS)
        bits[i / 8] = (uint8_t)(bits[i / 8] | 1u << i % 8);
}

static bool is_header_row(const struct layer *layer, const char *field)
{
    int row = field ? clv_row_named(layer, field, strlen(field)) : -1;
    uint8_t of = row < 0 ? CLV_NOTHING : layer->rows[row].f->measures.of;
    return of == CLV_HEADER || of == CLV_REST;
}

static void find_parts(const struct clv_view *view, struct parts *parts)
{
    size_t used = view->n < MAX_LAYERS ? view->n / 8 + 1 : sizeof parts->layer;
    memset(parts->layer, 0, used);
    memset(parts->header, 0, used);
    for (uint32_t n = 0; n < view->nnotes; n++) {
        const struct clv_note *note = &view->notes[n];
        if (note->code != CLV_NOTE_LEN_LONG)
            continue;
        set_bit(parts->layer, note->layer);
        if (is_header_row(view->clv->layers[view->layers[note->layer].id], note->field))
            set_bit(parts->header, note->layer);
    }
    for (uint32_t i = 0; i < view->n; i++) {
        const struct clv_layer *y = &view->layers[i];
        const struct layer *low = view->clv->layers[view->layers[y->up].id];
        bool part = y->desc->quotes || (y->up != i && get_bit(parts->layer, y->up));
        if (y->desc->quotes || (y->up != i && get_bit(parts->header, y->up)))
            set_bit(parts->header, i);
        if (!part && y->up != i && low->whole.n) {
            struct where where = clv_where(view, y->up);
            part = !clv_cond_at(&low->whole, &where, low, view->bytes + view->layers[y->up].off,
                                view->layers[y->up].head);
        }
        if (part)
            set_bit(parts->layer, i);
    }
}

static void check_row(struct clv_view *view, uint32_t i, const struct row *row)
{
    struct cell cell;
    struct clv_scope scope = { .view = view, .bytes = view->bytes, .len = view->len, .row = row };
    if (!clv_view_row(view, i, row->index, &cell) || cell.raw)
        return;
    if ((row->style & CLV_ZERO_NONE) && !cell.u)
        return;
    clv_scope_move(&scope, i);
    scope.asked = view->layers[i].desc;
    scope.bit = scope.off * 8 + cell.bit;
    uint64_t want = row->f->fill(&scope);
    /* One's complement has two zeros, and a receiver takes both. */
    bool zeros = row->bits == 16 && (want ^ cell.u) == 0xffff && (!want || !cell.u);
    if (scope.bad || want == cell.u || zeros)
        return;
    clv_note_add(view, i, CLV_NOTE_BAD_SUM, scope.bit / 8, want, cell.u, row->f->name, NULL);
}

void clv_check(struct clv_view *view)
{
    struct parts parts;
    if (view->checked)
        return;
    view->checked = true;
    find_parts(view, &parts);
    for (uint32_t i = 0; i < view->n; i++) {
        const struct layer *layer = view->clv->layers[view->layers[i].id];
        if (!layer->summed)
            continue;
        for (uint32_t r = 0; r < layer->n; r++)
            if (layer->rows[r].f->fill &&
                !get_bit(layer->rows[r].f->fill == clv_sum_header ? parts.header : parts.layer, i))
                check_row(view, i, &layer->rows[r]);
    }
}
