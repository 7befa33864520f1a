/* SPDX-License-Identifier: BSD-2-Clause */
/* The name of a layer in Lua: IP{ttl = 3} makes a packet, packet[IP] finds the layer. */
#include "script.h"

#include <stdlib.h>
#include <string.h>

static const char *const type = "cleave.layer";

const struct clv_desc *script_layer_maybe(lua_State *lua, int index)
{
    const struct clv_desc **at = luaL_testudata(lua, index, type);
    return at ? *at : NULL;
}

static const struct clv_desc *check(lua_State *lua, int index)
{
    return *(const struct clv_desc **)luaL_checkudata(lua, index, type);
}

/* One value a layer, so that it can be a key: the registry keeps them, by the address of the table. */
void script_push_layer(lua_State *lua, const struct clv_desc *desc)
{
    const struct clv_desc **at;

    if (lua_rawgetp(lua, LUA_REGISTRYINDEX, desc) != LUA_TNIL)
        return;
    lua_pop(lua, 1);
    at = lua_newuserdatauv(lua, sizeof *at, 0);
    *at = desc;
    luaL_setmetatable(lua, type);
    lua_pushvalue(lua, -1);
    lua_rawsetp(lua, LUA_REGISTRYINDEX, desc);
}

/* ---- Making a packet: the expression is written, and parsed. */

struct given {
    int row;
    const char *name;
};

/* By the order of the rows, so that the same table gives the same text; others by name, behind them. */
static int by_row(const void *a, const void *b)
{
    const struct given *x = a, *y = b;

    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return strcmp(x->name, y->name);
}

static int row_of(const struct clv_desc *desc, const char *name)
{
    int i = 0;

    while (desc->fields && desc->fields[i].kind && strcmp(desc->fields[i].name, name))
        i++;
    return i;
}

enum { MOST_FIELDS = 256 };

static void put_fields(lua_State *lua, const struct clv_desc *desc, int table, struct clv_out *out)
{
    struct given given[MOST_FIELDS];
    size_t n = 0;

    lua_pushnil(lua);
    while (lua_next(lua, table)) {
        if (lua_type(lua, -2) != LUA_TSTRING)
            script_error(lua, "%s takes FIELD = value, like %s{%s = ...}", desc->name, desc->name,
                         desc->fields && desc->fields->kind ? desc->fields->name : "field");
        if (n == MOST_FIELDS)
            script_error(lua, "%s has no %d fields", desc->name, MOST_FIELDS);
        given[n].name = lua_tostring(lua, -2);
        given[n].row = row_of(desc, given[n].name);
        n++;
        lua_pop(lua, 1);
    }
    qsort(given, n, sizeof *given, by_row);
    for (size_t i = 0; i < n; i++) {
        if (i)
            clv_out_str(out, ", ");
        clv_out_str(out, given[i].name);
        clv_out_chr(out, '=');
        lua_getfield(lua, table, given[i].name);
        script_put_value(lua, -1, script_row(desc, given[i].name), out);
        lua_pop(lua, 1);
    }
}

static int layer_call(lua_State *lua)
{
    const struct clv_desc *desc = check(lua, 1);
    struct clv_out *out = &script_of(lua)->out;

    lua_settop(lua, 2);
    script_apart(lua);
    if (lua_type(lua, 2) == LUA_TSTRING) {
        size_t n;
        const char *bytes = lua_tolstring(lua, 2, &n);
        if (n > UINT32_MAX)
            return script_error(lua, "%s: more bytes than a packet has", desc->name);
        struct clv_frame frame = { .len = (uint32_t)n, .caplen = (uint32_t)n };
        frame.link = clv_layer_link(script_of(lua)->clv, desc);
        script_push_bytes(lua, &frame, desc, (const uint8_t *)bytes, (uint32_t)n);
        return 1;
    }
    out->len = 0;
    clv_out_str(out, desc->name);
    clv_out_chr(out, '(');
    if (lua_type(lua, 2) == LUA_TTABLE) {
        put_fields(lua, desc, 2, out);
    } else if (!lua_isnil(lua, 2)) {
        script_put_value(lua, 2, NULL, out);
    }
    clv_out_chr(out, ')');
    if (out->failed)
        return script_error(lua, "out of memory");
    script_push_expr(lua, out->buf, out->len);
    return 1;
}

static int layer_tostring(lua_State *lua)
{
    lua_pushstring(lua, check(lua, 1)->name);
    return 1;
}

static int layer_index(lua_State *lua)
{
    const struct clv_desc *desc = check(lua, 1);
    const char *name = luaL_checkstring(lua, 2);

    if (!strcmp(name, "name"))
        lua_pushstring(lua, desc->name);
    else if (!strcmp(name, "title"))
        lua_pushstring(lua, desc->title);
    else if (!strcmp(name, "source"))
        lua_pushstring(lua, desc->source);
    else if (strcmp(name, "fields"))
        return script_error(lua,
                            "%s is the name of a layer: %s.name, .title, .source and .fields "
                            "are what it knows; %s{} is a packet",
                            desc->name, desc->name, desc->name);
    else {
        lua_newtable(lua);
        for (int i = 0; desc->fields && desc->fields[i].kind; i++) {
            lua_pushstring(lua, desc->fields[i].name);
            lua_rawseti(lua, -2, i + 1);
        }
    }
    return 1;
}

/* A global that is not there: the name of a layer, maybe; or of a kind of row. */
static int global_index(lua_State *lua)
{
    const struct clv_desc *desc = NULL;

    if (lua_type(lua, 2) == LUA_TSTRING)
        desc = clv_layer_named(script_of(lua)->clv, lua_tostring(lua, 2));
    if (desc && !strcmp(desc->name, lua_tostring(lua, 2))) {
        script_push_layer(lua, desc);
        return 1;
    }
    lua_getfield(lua, LUA_REGISTRYINDEX, "cleave.kinds");
    lua_pushvalue(lua, 2);
    if (lua_rawget(lua, -2) == LUA_TNIL) {
        lua_pushvalue(lua, 2);
        lua_setfield(lua, LUA_REGISTRYINDEX, script_missing);
    }
    return 1;
}

void script_layers_open(lua_State *lua)
{
    static const luaL_Reg metas[] = { { "__call", layer_call },
                                      { "__tostring", layer_tostring },
                                      { "__index", layer_index },
                                      { NULL, NULL } };
    luaL_newmetatable(lua, type);
    luaL_setfuncs(lua, metas, 0);
    lua_pushliteral(lua, "layer");
    lua_setfield(lua, -2, "__name");
    lua_pop(lua, 1);

    lua_pushglobaltable(lua);
    lua_newtable(lua);
    lua_pushcfunction(lua, global_index);
    lua_setfield(lua, -2, "__index");
    lua_setmetatable(lua, -2);
    lua_pop(lua, 1);
}
