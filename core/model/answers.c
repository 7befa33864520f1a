/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests and answers, by the `reply` words of the tables. Both packets reduce to a series of
 * (layer, row, value): a request to what its answer must hold, an answer to what it holds. Where an
 * answer quotes a packet, the quote counts as if it were the request itself.
 */
#include "draft.h"
#include "view.h"

#include <stdlib.h>
#include <string.h>

/* "8:0,13:14": the value that answers v; false: none does. */
static bool map_value(const char *map, uint64_t v, uint64_t *to)
{
    for (const char *s = map; s && *s; s = strchr(s, ',') ? strchr(s, ',') + 1 : NULL) {
        char *end;
        uint64_t from = strtoull(s, &end, 0);
        if (*end == ':' && from == v) {
            *to = strtoull(end + 1, NULL, 0);
            return true;
        }
    }
    return false;
}

struct answer_value {
    uint64_t hash;
    uint32_t end; /* one past its last byte, in the packet */
    bool there, group;
};

static uint64_t hash_bytes(const uint8_t *p, uint32_t n)
{
    uint64_t h = n;
    for (uint32_t i = 0; i < n; i++)
        h = clv_mix(h * 257 + p[i]);
    return h;
}

/* Where a packet comes from and goes to in the end may be told by what lies above its addresses. */
static uint64_t hash_address(const struct clv_view *view, uint32_t i, const struct row *row,
                             struct clv_val *val, uint8_t *ends)
{
    const struct layer *layer = view->clv->layers[view->layers[i].id];
    const struct clv_hooks *hooks = layer->d->hooks;
    enum clv_role role = row->f->role;
    struct clv_scope scope = { .view = view, .bytes = view->bytes, .len = view->len };
    if (!hooks || !hooks->ends || (role != CLV_NET_SRC && role != CLV_NET_DST) || val->n > 16)
        return hash_bytes(val->p, val->n);
    uint8_t other[16] = { 0 };
    memcpy(ends, val->p, val->n);
    clv_scope_move(&scope, i);
    hooks->ends(&scope, role == CLV_NET_SRC ? ends : other, role == CLV_NET_SRC ? other : ends,
                val->n);
    val->p = ends;
    return hash_bytes(ends, val->n);
}

static void value_of(const struct clv_view *view, uint32_t i, const char *field, size_t n,
                     struct answer_value *v)
{
    struct cell cell;
    struct clv_val val;
    uint8_t ends[16];
    const struct layer *layer = view->clv->layers[view->layers[i].id];
    *v = (struct answer_value){ .there = clv_view_cell(view, i, field, n, &cell) };
    if (!v->there)
        return;
    const struct row *row = &layer->rows[cell.row];
    clv_cell_val(layer, view->bytes + view->layers[i].off, &cell, &val);
    v->hash = val.p ? hash_address(view, i, row, &val, ends) : val.u;
    v->end = view->layers[i].off + (cell.bit + cell.bits + 7) / 8;
    v->group = !cell.raw && row->kind->group && row->kind->group(&val);
}

/* The field of the request whose value an answer holds in this row. */
static const char *reply_field(const struct row *row)
{
    char c = row->f->reply[0];
    return c == '=' || (c >= '0' && c <= '9') ? row->f->name : row->f->reply;
}

/* What an answer holds in this row of the request. there: false: nothing is asked of it. */
static bool expected(const struct clv_view *view, uint32_t i, const struct row *row,
                     struct answer_value *v)
{
    const char *reply = row->f->reply, *field = reply_field(row);
    value_of(view, i, field, strlen(field), v);
    if (!v->there)
        return true;
    return reply[0] < '0' || reply[0] > '9' || map_value(reply, v->hash, &v->hash);
}

/* The layer that quotes the request, or n. */
static uint32_t find_quote(const struct clv_view *view)
{
    for (uint32_t i = 0; i < view->n; i++)
        if (view->layers[i].desc->quotes)
            return i;
    return view->n;
}

/* The layer that this one is, is a quoted copy of, or answers. */
static const struct layer *original(const struct clv_view *view, uint32_t i)
{
    const struct layer *layer = view->clv->layers[view->layers[i].id];
    const struct layer *counts = layer->counts == NO_ID ? NULL
                                                        : clv_layer_made(view->clv, layer->counts);
    return counts ? counts : layer;
}

static bool is_address(const struct row *row)
{
    return row->kind->group != NULL;
}

/* The layer with addresses, where a quote begins; what lies below it (a VLAN tag) is not quoted. */
static uint32_t find_network(const struct clv_view *view)
{
    for (uint32_t i = 0; i < view->n; i++) {
        const struct layer *layer = view->clv->layers[view->layers[i].id];
        for (uint32_t r = 0; layer->replies && r < layer->n; r++)
            if (layer->rows[r].f->reply && is_address(&layer->rows[r]))
                return i;
    }
    return 0;
}

/* The next layer from i on that has something to say about answers. */
static uint32_t next_speaker(const struct clv_view *view, uint32_t i)
{
    while (i < view->n && !original(view, i)->replies)
        i++;
    return i;
}

/*
 * What is in each quote of the packet, too: the network layer's header, and 64 bits of what speaks
 * above it (RFC 792). An answer need not have the layers between them (extension headers).
 */
static uint32_t quoted_end(const struct clv_view *view, uint32_t from)
{
    if (from >= view->n)
        return 0;
    uint32_t i = next_speaker(view, from + 1);
    return i < view->n ? view->layers[i].off + 8 : view->layers[from].off + view->layers[from].head;
}

static uint64_t hash_layers(const struct clv_view *view, uint32_t from, bool request, bool wide)
{
    uint64_t h = 0;
    uint32_t most = quoted_end(view, from);
    for (uint32_t i = from; i < view->n && view->layers[i].off < most; i++) {
        const struct layer *layer = original(view, i);
        for (uint32_t r = 0; r < layer->n; r++) {
            const struct row *row = &layer->rows[r];
            struct answer_value v;
            if (!row->f->reply || row->alias != NO_ID || (wide && is_address(row)))
                continue;
            value_of(view, i, row->f->name, strlen(row->f->name), &v);
            if (v.there && v.end > most)
                continue;
            if (request && !expected(view, i, row, &v))
                return 0;
            if (v.there)
                h = clv_mix(h + clv_mix((uint64_t)layer->id << 32 | r) + v.hash);
        }
    }
    return h;
}

/* A packet that quotes another reports an error, and nobody answers that. */
static bool is_report(const struct clv_view *view)
{
    return find_quote(view) < view->n;
}

uint64_t clv_hash_request(const struct clv_view *view, bool wide)
{
    return is_report(view) ? 0 : hash_layers(view, find_network(view), true, wide);
}

uint64_t clv_hash_answer(const struct clv_view *view, bool wide)
{
    uint32_t quote = find_quote(view);
    return quote < view->n ? hash_layers(view, quote, true, wide)
                           : hash_layers(view, find_network(view), false, wide);
}

bool clv_request_wide(const struct clv_view *view)
{
    for (uint32_t i = 0; i < view->n; i++) {
        const struct layer *layer = original(view, i);
        for (uint32_t r = 0; r < layer->n; r++) {
            struct answer_value v;
            if (!layer->rows[r].f->reply || !is_address(&layer->rows[r]))
                continue;
            if (expected(view, i, &layer->rows[r], &v) && v.there && v.group)
                return true;
        }
    }
    return false;
}

/* Does the quote hold the request's value, as far as it holds the field? */
static bool field_quoted(const struct clv_view *request, uint32_t q, const struct clv_view *answer,
                         uint32_t a, const char *field)
{
    struct answer_value mine, theirs;
    value_of(request, q, field, strlen(field), &mine);
    value_of(answer, a, field, strlen(field), &theirs);
    return !mine.there || !theirs.there || mine.hash == theirs.hash;
}

/* Layer q of the request against layer a of the answer, which is a quote of the request. */
static bool layer_quoted(const struct clv_view *request, uint32_t q, const struct clv_view *answer,
                         uint32_t a)
{
    const struct layer *layer = original(request, q);
    for (uint32_t r = 0; r < layer->n; r++) {
        const struct row *row = &layer->rows[r];
        if (row->f->reply && row->alias == NO_ID &&
            (!field_quoted(request, q, answer, a, row->f->name) ||
             !field_quoted(request, q, answer, a, reply_field(row))))
            return false;
    }
    return true;
}

/* What lies in layer q of the request, and in layer a of the answer, which holds less of it. */
static bool bytes_quoted(const struct clv_view *request, uint32_t q, const struct clv_view *answer,
                         uint32_t a)
{
    const struct clv_layer *x = &request->layers[q], *y = &answer->layers[a];
    uint32_t mine = x->end - x->off, theirs = y->end - y->off;
    return !memcmp(request->bytes + x->off, answer->bytes + y->off, mine < theirs ? mine : theirs);
}

/*
 * A quote is the request itself, from its network layer on, up to where it is cut: the same layers,
 * as far as they could be told, and what tells requests apart, as the hashes do.
 */
static bool is_quoted(const struct clv_view *request, const struct clv_view *answer, uint32_t quote)
{
    uint32_t q = find_network(request), a = quote, raw = request->clv->raw;
    for (int wide = clv_request_wide(request); wide < 2; wide++)
        if (clv_hash_request(request, wide) != clv_hash_answer(answer, wide))
            return false;
    for (; q < request->n && a < answer->n; q++, a++) {
        if (request->layers[q].id == raw || answer->layers[a].id == raw)
            return bytes_quoted(request, q, answer, a);
        if (original(request, q) != original(answer, a) ||
            (original(request, q)->replies && !layer_quoted(request, q, answer, a)))
            return false;
    }
    /* Addresses alone are those of other packets, too. */
    return q == request->n || a > quote + 1;
}

/* Layer q of the request against layer a of the answer. */
static bool layer_answers(const struct clv_view *request, uint32_t q, const struct clv_view *answer,
                          uint32_t a)
{
    const struct layer *layer = original(request, q);
    for (uint32_t r = 0; r < layer->n; r++) {
        const struct row *row = &layer->rows[r];
        struct answer_value want, have;
        if (!row->f->reply || row->alias != NO_ID)
            continue;
        if (!expected(request, q, row, &want))
            return false;
        if (!want.there || want.group)
            continue;
        value_of(answer, a, row->f->name, strlen(row->f->name), &have);
        if (!have.there || have.hash != want.hash)
            return false;
    }
    const struct clv_hooks *hooks = layer->d->hooks;
    if (!hooks || !hooks->answers)
        return true;
    struct clv_scope x = { .view = request, .bytes = request->bytes, .len = request->len };
    struct clv_scope y = { .view = answer, .bytes = answer->bytes, .len = answer->len };
    clv_scope_move(&x, q);
    clv_scope_move(&y, a);
    x.asked = y.asked = layer->d;
    return hooks->answers(&x, &y);
}

/*
 * Where a host speaks to itself, a capture shows the request, and it would answer itself: the same
 * values where a reply would hold others, and the same bytes above. Fields that a kernel fills in on
 * the way (an IP id) do not count.
 */
static bool is_copy(const struct clv_view *request, const struct clv_view *answer)
{
    uint32_t q = next_speaker(request, 0), a = next_speaker(answer, 0);
    const struct clv_layer *x = &request->layers[q], *y = &answer->layers[a];
    const struct layer *layer = original(request, q);
    bool told = false; /* without such values, the whole of the layer counts */
    for (uint32_t r = 0; r < layer->n; r++) {
        const struct row *row = &layer->rows[r];
        struct answer_value mine, theirs;
        if (!row->f->reply || row->alias != NO_ID)
            continue;
        told = true;
        value_of(request, q, row->f->name, strlen(row->f->name), &mine);
        value_of(answer, a, row->f->name, strlen(row->f->name), &theirs);
        if (mine.there != theirs.there || mine.hash != theirs.hash)
            return false;
    }
    uint32_t from = x->off + (told ? x->head : 0), to = y->off + (told ? y->head : 0);
    return x->end - from == y->end - to &&
           !memcmp(request->bytes + from, answer->bytes + to, x->end - from);
}

bool clv_answers(const struct clv_view *request, const struct clv_view *answer)
{
    uint32_t quote = find_quote(answer), q = next_speaker(request, 0), a = next_speaker(answer, 0);
    if (is_report(request) || q == request->n)
        return false;
    if (quote < answer->n)
        return is_quoted(request, answer, quote);
    while (q < request->n) {
        if (a == answer->n || original(request, q) != original(answer, a) ||
            !layer_answers(request, q, answer, a))
            return false;
        q = next_speaker(request, q + 1);
        a = next_speaker(answer, a + 1);
    }
    /* A layer of the answer alone, as of a fragment's whole, is not spoken of in the request. */
    return a == answer->n && !is_copy(request, answer);
}

/* ---- The capture filter for the answers to a draft. */

static bool row_is_lone(const struct node *node, const char *field, size_t n, uint32_t *at)
{
    int row = clv_row_named(node->layer, field, n);
    if (row < 0)
        return false;
    const struct slot *s = &node->slots[row];
    const struct row *r = &node->layer->rows[row];
    *at = (uint32_t)row;
    if (s->state == SLOT_RAW || (s->state == SLOT_SET && (s->set->draw || s->set->count != 1)))
        return false;
    if (r->f->role && s->state != SLOT_GIVEN)
        return false;
    struct clv_val v = s->v;
    v.u = clv_slot_number(node, *at);
    if (r->kind->shape == SHAPE_BYTES && s->state != SLOT_GIVEN)
        return false;
    return !r->kind->group || !r->kind->group(&v);
}

/* One clause with its fields; false: a field varies, and the clause is left out. */
static bool put_clause(const struct node *node, const char *s, size_t n, struct clv_out *out)
{
    size_t from = out->len;
    for (size_t i = 0; i < n;) {
        const char *end = s[i] == '%' ? memchr(s + i + 1, '%', n - i - 1) : NULL;
        uint32_t row;
        if (!end) {
            clv_out_chr(out, s[i++]);
            continue;
        }
        if (!row_is_lone(node, s + i + 1, (size_t)(end - s) - i - 1, &row)) {
            out->len = from;
            return false;
        }
        const struct row *r = &node->layer->rows[row];
        struct clv_val v = node->slots[row].v;
        v.u = clv_slot_number(node, row);
        if (r->kind->group)
            r->kind->print(r->f, &v, FORM_SHOW, out);
        else
            clv_out_dec(out, v.u);
        i = (size_t)(end - s) + 1;
    }
    return true;
}

static bool has_target(const struct layer *layer)
{
    for (uint32_t i = 0; i < layer->n; i++)
        if (layer->rows[i].f->role == CLV_NET_DST)
            return true;
    return false;
}

static bool put_clauses(const struct node *node, bool any, struct clv_out *out)
{
    const char *bpf = node->layer->d->bpf;
    while (*bpf) {
        size_t n = strcspn(bpf, ";");
        size_t mark = out->len;
        clv_out_str(out, any ? " and (" : "(");
        if (put_clause(node, bpf, n, out)) {
            clv_out_chr(out, ')');
            any = true;
        } else {
            out->len = mark;
        }
        bpf += n + (bpf[n] == ';');
        while (*bpf == ' ')
            bpf++;
    }
    return any;
}

/*
 * A filter looks at the outermost addresses, and at ports right above them: it ends where another
 * layer (a VLAN tag, a tunnel) moves them. The link layer asks for nothing.
 */
bool clv_answer_filter(const struct clv_draft *draft, struct clv_arena *arena, struct clv_out *out)
{
    bool any = false, net = false;
    (void)arena;
    for (const struct node *node = draft->first; node; node = node->next) {
        bool target = has_target(node->layer);
        if (node->layer->d->bpf && !(net && target))
            any = put_clauses(node, any, out);
        else if (node != draft->first)
            break;
        net = net || target;
    }
    return !out->failed;
}
