/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One packet from JSON, as clv_print_json() writes it: the frame, and a stack of layers that goes
 * the same way as one from an expression.
 */
#include "text.h"

#include <string.h>

static bool is_named(const struct ast *a, const char *name)
{
    return a->keylen == strlen(name) && !memcmp(a->key, name, a->keylen);
}

static bool fail(struct clv_err *err, const struct ast *a, const char *why)
{
    return clv_fail_at(err, a->pos, a->len, "JSON: %s", why);
}

/* A number below `most`, bare or as text. */
static bool take_number(const struct ast *a, uint64_t most, uint64_t *to, struct clv_err *err)
{
    uint64_t u = a->u;
    bool fits = a->type == AST_INT && !a->wide && (!a->negative || !a->u);
    if (a->type == AST_TEXT)
        fits = clv_text_num(a->s, a->n, &u);
    if (!fits || u > most)
        return clv_fail_at(err, a->pos, a->len, "frame.%.*s: takes a number 0..%llu",
                           (int)a->keylen, a->key, (unsigned long long)most);
    *to = u;
    return true;
}

static bool take_time(const struct ast *a, struct clv_frame *frame, struct clv_err *err)
{
    uint64_t sec = a->u;
    bool negative = a->negative, fits = a->type == AST_INT && !a->wide;
    frame->nsec = 0;
    if (a->type == AST_TEXT) {
        negative = a->n && a->s[0] == '-';
        fits = clv_text_time(a->s + negative, a->n - negative, &sec, &frame->nsec);
    }
    if (!fits || sec > INT64_MAX)
        return fail(err, a, "frame.time takes seconds, like \"1699999999.123456789\"");
    frame->sec = negative ? -(int64_t)sec : (int64_t)sec;
    return true;
}

static bool take_link(const struct ast *a, struct clv_frame *frame, struct clv_err *err)
{
    uint64_t link;
    frame->link = a->type == AST_TEXT ? clv_link_number(a->s) : -1;
    if (frame->link >= 0)
        return true;
    if (a->type == AST_TEXT && !clv_text_num(a->s, a->n, &link))
        return clv_fail_at(err, a->pos, a->len, "frame.link: no link type is named '%.*s'",
                           (int)a->n, a->s);
    if (!take_number(a, UINT16_MAX, &link, err))
        return false;
    frame->link = (int)link;
    return true;
}

static bool take_text(const struct ast *a, const char **to, struct clv_err *err)
{
    if (a->type != AST_TEXT)
        return clv_fail_at(err, a->pos, a->len, "frame.%.*s: takes text", (int)a->keylen, a->key);
    *to = a->s;
    return true;
}

static bool take_member(const struct ast *a, struct clv_frame *frame, struct clv_err *err)
{
    uint64_t u = 0;
    bool fits;
    if (is_named(a, "time"))
        return take_time(a, frame, err);
    if (is_named(a, "link"))
        return take_link(a, frame, err);
    if (is_named(a, "iface"))
        return take_text(a, &frame->iface, err);
    if (is_named(a, "comment"))
        return take_text(a, &frame->comment, err);
    if (is_named(a, "number")) {
        fits = take_number(a, UINT64_MAX, &u, err);
        frame->number = u;
    } else if (is_named(a, "len")) {
        fits = take_number(a, UINT32_MAX, &u, err);
        frame->len = (uint32_t)u;
    } else if (is_named(a, "caplen")) {
        fits = take_number(a, UINT32_MAX, &u, err);
        frame->caplen = (uint32_t)u;
    } else {
        return clv_fail_at(err, a->keypos, a->keylen + 2,
                           "JSON: frame has no member '%.*s'; it has number, time, len, caplen, "
                           "link, iface, comment",
                           (int)a->keylen, a->key);
    }
    return fits;
}

static bool take_frame(const struct ast *a, struct clv_frame *frame, struct clv_err *err)
{
    if (a->type != AST_CALL || a->n)
        return fail(err, a, "\"frame\" takes an object");
    for (const struct ast *m = a->first; m; m = m->next)
        if (!take_member(m, frame, err))
            return false;
    return true;
}

/* The array of layers becomes a stack, as of A()/B(). */
static struct ast *take_layers(const struct ast *a, struct clv_err *err)
{
    if (a->type != AST_LIST || !a->first) {
        fail(err, a, "\"layers\" takes an array of layers");
        return NULL;
    }
    for (struct ast *layer = a->first, *next; layer; layer = next) {
        if (layer->type != AST_CALL || !layer->n) {
            fail(err, layer, "a layer is an object with a member \"layer\", its name");
            return NULL;
        }
        next = layer->next;
        layer->stack = next;
        layer->next = NULL;
    }
    return a->first;
}

struct clv_draft *clv_parse_json(const struct clv *clv, struct clv_arena *arena, const char *text,
                                 size_t n, struct clv_frame *frame, struct clv_err *err)
{
    struct clv_frame unused;
    struct ast *a = clv_ast_json(arena, text, n, err), *layers = NULL;
    frame = frame ? frame : &unused;
    *frame = (struct clv_frame){ .link = -1 };
    if (!a)
        return NULL;
    if (a->type != AST_CALL || a->n) {
        fail(err, a, "a packet is an object with a member \"layers\"");
        return NULL;
    }
    for (const struct ast *m = a->first; m; m = m->next) {
        if (is_named(m, "frame") ? !take_frame(m, frame, err)
                                 : is_named(m, "layers") && !(layers = take_layers(m, err)))
            return NULL;
        if (is_named(m, "frame") || is_named(m, "layers") || is_named(m, "notes"))
            continue;
        clv_fail_at(err, m->keypos, m->keylen + 2,
                    "JSON: a packet has no member '%.*s'; it has frame, layers, notes",
                    (int)m->keylen, m->key);
        return NULL;
    }
    if (!layers) {
        fail(err, a, "a packet needs the member \"layers\"");
        return NULL;
    }
    return clv_bind(clv, arena, layers, true, err);
}
