/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layers of the user's own: what declare.lua has checked becomes the same tables that are written in C,
 * and goes the same way, clv_add(). They lie in the arena of the script's owner, and outlive Lua.
 */
#include "declare.h"

#include <string.h>

/* ---- Into the arena. */

struct making {
    lua_State *lua;
    struct script *script;
    struct declared *to;
};

static void *take(const struct making *m, size_t n)
{
    return script_keep(m->lua, n);
}

static const char *keep(const struct making *m, const char *s, size_t n)
{
    char *copy = take(m, n + 1);

    memcpy(copy, s, n);
    return copy;
}

/* Of the table on the top of the stack. NULL: it has none. */
static const char *text(const struct making *m, const char *name)
{
    const char *s = NULL;
    size_t n;

    if (lua_getfield(m->lua, -1, name) == LUA_TSTRING) {
        s = lua_tolstring(m->lua, -1, &n);
        s = keep(m, s, n);
    }
    lua_pop(m->lua, 1);
    return s;
}

static lua_Integer number(const struct making *m, const char *name)
{
    lua_Integer i;

    lua_getfield(m->lua, -1, name);
    i = lua_tointeger(m->lua, -1);
    lua_pop(m->lua, 1);
    return i;
}

static bool flag(const struct making *m, const char *name)
{
    bool on;

    lua_getfield(m->lua, -1, name);
    on = lua_toboolean(m->lua, -1);
    lua_pop(m->lua, 1);
    return on;
}

/* The i-th member of the table on the top. */
static const char *text_at(const struct making *m, lua_Integer i)
{
    const char *s = NULL;
    size_t n;

    if (lua_rawgeti(m->lua, -1, i) == LUA_TSTRING) {
        s = lua_tolstring(m->lua, -1, &n);
        s = keep(m, s, n);
    }
    lua_pop(m->lua, 1);
    return s;
}

static lua_Integer number_at(const struct making *m, lua_Integer i)
{
    lua_Integer v;

    lua_rawgeti(m->lua, -1, i);
    v = lua_tointeger(m->lua, -1);
    lua_pop(m->lua, 1);
    return v;
}

/* Push the list of this name; how many; -1: there is none, and nothing is pushed. */
static lua_Integer open_list(const struct making *m, const char *name)
{
    if (lua_getfield(m->lua, -1, name) == LUA_TTABLE)
        return (lua_Integer)lua_rawlen(m->lua, -1);
    lua_pop(m->lua, 1);
    return -1;
}

/* ---- Rows. */

static const struct clv_word *make_words(const struct making *m)
{
    const struct clv_word *same = NULL;
    struct clv_word *words;
    lua_Integer n;

    if (lua_getfield(m->lua, -1, "words") == LUA_TLIGHTUSERDATA)
        same = lua_touserdata(m->lua, -1);
    lua_pop(m->lua, 1);
    if (same || (n = open_list(m, "words")) < 0)
        return same;
    words = take(m, (size_t)(n + 1) * sizeof *words);
    for (lua_Integer i = 0; i < n; i++) {
        lua_rawgeti(m->lua, -1, i + 1);
        words[i].value = (uint64_t)number_at(m, 1);
        words[i].name = text_at(m, 2);
        lua_pop(m->lua, 1);
    }
    lua_pop(m->lua, 1);
    return words;
}

static const void *make_arg(const struct making *m, const struct clv_kind *kind)
{
    if (kind == &clv_scaled) {
        struct clv_scale *scale = take(m, sizeof *scale);
        lua_Integer div = number(m, "div");
        scale->div = div ? (uint64_t)div : 1;
        scale->add = number(m, "add");
        scale->cut = flag(m, "cut");
        return scale;
    }
    if (kind == &clv_parts) {
        uint8_t *each = take(m, 1);
        lua_Integer bits = number(m, "each");
        *each = bits < 0 || bits > 255 ? 0 : (uint8_t)bits;
        return each;
    }
    return text(m, "join");
}

/* The row on the top of the stack. */
static void make_field(const struct making *m, struct clv_field *f, struct hook *fill)
{
    lua_Integer align = number(m, "align");

    lua_getfield(m->lua, -1, "kind");
    const struct row_kind *kind = declared_kind(lua_tostring(m->lua, -1));
    lua_pop(m->lua, 1);
    f->name = text(m, "name");
    f->kind = kind->kind;
    f->bits = (uint16_t)number(m, "bits");
    f->style = (uint16_t)(number(m, "style") | (kind->many ? CLV_MANY : 0));
    if (align < 0 || align > 255)
        script_error(m->lua, "%s.%s: align: a multiple up to 255", m->to->desc.name, f->name);
    f->align = (uint8_t)align;
    f->role = (uint8_t)number(m, "role");
    f->measures = (struct clv_span){ (uint8_t)number(m, "measures"), (uint8_t)number(m, "unit"),
                                     (int16_t)number(m, "bias") };
    f->init = (uint64_t)number(m, "init");
    f->text = text(m, "text");
    f->when = text(m, "when");
    f->size = text(m, "size");
    f->at = text(m, "at");
    f->key = text(m, "key");
    f->of = text(m, "of");
    f->like = text(m, "like");
    f->words = make_words(m);
    f->fill = declared_sum(number(m, "sum"));
    f->reply = text(m, "reply");
    f->arg = make_arg(m, f->kind);
    lua_getfield(m->lua, -1, "fill");
    if (declared_hook(m->lua, fill))
        f->fill = declared_fill;
}

static void make_fields(const struct making *m)
{
    lua_Integer n = open_list(m, "fields");
    struct clv_field *fields = take(m, (size_t)(n + 1) * sizeof *fields);
    struct hook *fills = take(m, (size_t)(n + 1) * sizeof *fills);

    for (lua_Integer i = 0; i < n; i++) {
        lua_rawgeti(m->lua, -1, i + 1);
        make_field(m, &fields[i], &fills[i]);
        lua_pop(m->lua, 1);
    }
    lua_pop(m->lua, 1);
    m->to->desc.fields = fields;
    m->to->fills = fills;
}

/* ---- Layers. */

static const struct clv_under *make_under(const struct making *m)
{
    lua_Integer n = open_list(m, "under");
    struct clv_under *under;

    if (n < 0)
        return NULL;
    under = take(m, (size_t)(n + 1) * sizeof *under);
    for (lua_Integer i = 0; i < n; i++) {
        lua_rawgeti(m->lua, -1, i + 1);
        under[i].space = text_at(m, 1);
        under[i].key = (uint64_t)number_at(m, 2);
        under[i].to = (uint64_t)number_at(m, 3);
        lua_rawgeti(m->lua, -1, 4);
        under[i].sure = lua_toboolean(m->lua, -1);
        lua_pop(m->lua, 2);
    }
    lua_pop(m->lua, 1);
    return under;
}

static const struct clv_imply *make_implies(const struct making *m)
{
    lua_Integer n = open_list(m, "implies");
    struct clv_imply *implies;

    if (n < 0)
        return NULL;
    implies = take(m, (size_t)(n + 1) * sizeof *implies);
    for (lua_Integer i = 0; i < n; i++) {
        lua_rawgeti(m->lua, -1, i + 1);
        implies[i].layer = text_at(m, 1);
        implies[i].field = text_at(m, 2);
        implies[i].text = text_at(m, 3);
        lua_pop(m->lua, 1);
    }
    lua_pop(m->lua, 1);
    return implies;
}

static const struct clv_line *make_lines(const struct making *m)
{
    lua_Integer n = open_list(m, "lines");
    struct clv_line *lines;

    if (n < 0)
        return NULL;
    lines = take(m, (size_t)(n + 1) * sizeof *lines);
    for (lua_Integer i = 0; i < n; i++) {
        lua_rawgeti(m->lua, -1, i + 1);
        lines[i].text = text_at(m, 1);
        lines[i].when = text_at(m, 2);
        lua_pop(m->lua, 1);
    }
    lua_pop(m->lua, 1);
    return lines;
}

static void make_desc(const struct making *m)
{
    struct clv_desc *d = &m->to->desc;

    d->name = text(m, "name");
    d->title = text(m, "title");
    d->alias = text(m, "alias");
    d->source = text(m, "source");
    d->under = make_under(m);
    d->implies = make_implies(m);
    d->who = text(m, "who");
    d->lines = make_lines(m);
    d->next = text(m, "next");
    d->when = text(m, "when");
    d->opens = text(m, "opens");
    d->endless = text(m, "endless");
    d->whole = text(m, "whole");
    d->last = text(m, "last");
    d->little = text(m, "little");
    d->again = text(m, "again");
    d->tuple = text(m, "tuple");
    d->quotes = text(m, "quotes");
    d->answers = text(m, "answers");
    d->bpf = text(m, "bpf");
    d->leaf = flag(m, "leaf");
    d->origin = flag(m, "origin");
    d->pad = (uint8_t)number(m, "pad");
    if (open_list(m, "fills") >= 0) {
        d->fills[0] = (uint8_t)number_at(m, 1);
        d->fills[1] = (uint8_t)number_at(m, 2);
        lua_pop(m->lua, 1);
    }
    d->tail = text(m, "tail");
    m->to->where = text(m, "where");
    make_fields(m);
}

/* declare(spec): the layer; or nil, and why the engine refuses it. */
int declared_make(lua_State *lua)
{
    struct script *script = script_of(lua);
    struct making m = { .lua = lua, .script = script };
    struct clv_err err = { 0 };

    if (script->hooking)
        return script_error(lua, "a layer cannot be declared while a packet is looked at");
    if (!script->arena)
        return script_error(lua, "layers cannot be declared here");
    lua_settop(lua, 1);
    m.to = take(&m, sizeof *m.to);
    make_desc(&m);
    declared_hooks(lua, m.to);
    if (!clv_add(script->clv, &m.to->desc, &err)) {
        lua_pushnil(lua);
        lua_pushstring(lua, *err.text ? err.text : "out of memory");
        return 2;
    }
    m.to->script = script;
    m.to->next = script->declared;
    script->declared = m.to;
    script_push_layer(lua, &m.to->desc);
    return 1;
}
