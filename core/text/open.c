/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists that are open: an argument whose name the layer does not have is an item of the list, which
 * has that name, with '-' for '_'. They stand sorted by name, before the items that the list is given.
 */
#include "bind.h"

#include <string.h>

static struct ast *ast_new(struct binder *b, uint8_t type, const struct ast *at)
{
    struct ast *a = clv_arena_zero(b->arena, sizeof *a);
    if (!a) {
        clv_fail_memory(b->err);
        return NULL;
    }
    a->type = type;
    a->pos = at->keylen ? at->keypos : at->pos;
    a->len = at->keylen ? at->keylen : at->len;
    return a;
}

static void put_key(struct ast *a, const char *key, const struct ast *at)
{
    a->key = key;
    a->keylen = (uint32_t)strlen(key);
    a->keypos = at->keypos;
}

/* Content_Length=b'0' as HTTPHeader(name='Content-Length', value=b'0') */
static struct ast *item_of(struct binder *b, const struct row *row, const struct ast *a)
{
    const struct space *space = clv_space(b->clv, row->of);
    const struct clv_desc *d = space ? b->clv->descs[space->b[0].c[0].layer] : NULL;
    struct ast *item = d ? ast_new(b, AST_CALL, a) : NULL,
               *name = item ? ast_new(b, AST_TEXT, a) : NULL;
    struct ast *value = name ? ast_new(b, a->type, a) : NULL;
    char *text = value ? clv_arena_take(b->arena, a->keylen) : NULL;
    if (!text)
        return NULL;
    for (uint32_t i = 0; i < a->keylen; i++)
        text[i] = (char)(a->key[i] == '_' ? '-' : a->key[i]);
    name->s = text;
    name->n = a->keylen;
    put_key(name, "name", a);
    *value = *a;
    put_key(value, "value", a);
    value->next = NULL;
    name->next = value;
    item->s = d->name;
    item->n = (uint32_t)strlen(d->name);
    item->first = name;
    return item;
}

static int order(const struct ast *a, const struct ast *b)
{
    const struct ast *x = a->first, *y = b->first;
    int d = memcmp(x->s, y->s, x->n < y->n ? x->n : y->n);
    return d ? d : (int)x->n - (int)y->n;
}

int clv_open_row(const struct layer *layer, const struct ast *a)
{
    int open = -1;
    for (uint32_t i = 0; i < layer->n; i++) {
        const char *name = layer->rows[i].f->name;
        if (clv_distance(a->key, a->keylen, name, strlen(name)) < 2)
            return -1;
        if (layer->rows[i].style & CLV_OPEN)
            open = (int)i;
    }
    return open;
}

bool clv_open_add(struct binder *b, const struct row *row, const struct ast *a, struct ast **list)
{
    struct ast *item;
    if (a->type == AST_NONE)
        return true;
    if ((!*list && !(*list = ast_new(b, AST_LIST, a))) || !(item = item_of(b, row, a)))
        return false;
    struct ast **to = &(*list)->first;
    while (*to && order(*to, item) <= 0)
        to = &(*to)->next;
    item->next = *to;
    *to = item;
    (*list)->n++;
    return true;
}

/* Behind them, what the list itself was given. */
const struct ast *clv_open_join(struct binder *b, struct ast *list, const struct ast *given)
{
    struct ast **to = &list->first;
    while (*to)
        to = &(*to)->next;
    if (given->type == AST_LIST) {
        *to = given->first;
    } else if (given->type != AST_NONE) {
        *to = ast_new(b, given->type, given);
        if (!*to)
            return NULL;
        **to = *given;
        (*to)->next = NULL;
    }
    return list;
}
