/* SPDX-License-Identifier: BSD-2-Clause */
/* What packets can do in Lua: p:show(), p:json(), ... */
#include "script.h"

#include <string.h>

static struct clv_out *text_of(lua_State *lua)
{
    struct clv_out *out = &script_of(lua)->text;

    out->len = 0;
    return out;
}

/* The text that `print` makes of a packet, without its last newline if `line`. */
typedef bool print_fn(struct clv_view *view, struct packet *packet, struct clv_arena *arena,
                      struct clv_out *out);

static int push_printed(lua_State *lua, print_fn *print, bool line)
{
    struct packet *packet = script_push_seen(lua, 1);
    struct clv_view *view = script_view(lua, packet);
    struct clv_arena *arena = clv_arena_new(&script_of(lua)->mem, 0);
    struct clv_out *out = text_of(lua);
    bool ok = arena && print(view, packet, arena, out);

    clv_arena_free(arena);
    if (!ok)
        return script_error(lua, "out of memory");
    while (line && out->len && out->buf[out->len - 1] == '\n')
        out->len--;
    script_push_out(lua, out);
    return 1;
}

static bool print_line(struct clv_view *view, struct packet *packet, struct clv_arena *arena,
                       struct clv_out *out)
{
    (void)arena;
    clv_print_line(view, &packet->body->frame, 0, out);
    return !out->failed;
}

static bool print_tree(struct clv_view *view, struct packet *packet, struct clv_arena *arena,
                       struct clv_out *out)
{
    (void)packet;
    return clv_print_tree(view, NULL, arena, 0, out);
}

static bool show_tree(struct clv_view *view, struct packet *packet, struct clv_arena *arena,
                      struct clv_out *out)
{
    (void)packet;
    return clv_print_tree(view, NULL, arena, CLV_SHOW_COLOUR, out);
}

static bool print_json(struct clv_view *view, struct packet *packet, struct clv_arena *arena,
                       struct clv_out *out)
{
    return clv_print_json(view, &packet->body->frame, arena, 0, out);
}

static bool print_dump(struct clv_view *view, struct packet *packet, struct clv_arena *arena,
                       struct clv_out *out)
{
    (void)packet;
    clv_print_dump(view, arena, 0, out);
    return !out->failed;
}

static int method_summary(lua_State *lua)
{
    return push_printed(lua, print_line, true);
}

static int method_json(lua_State *lua)
{
    return push_printed(lua, print_json, true);
}

/* p:name_of("proto"): "tcp"; a number that has no name is itself. */
static int method_name_of(lua_State *lua)
{
    return script_push_field(lua, script_packet(lua, 1), luaL_checkstring(lua, 2), true);
}

/* To standard output, as Scapy's; what it shows is handed back by p:tree(). */
static int method_tree(lua_State *lua)
{
    return push_printed(lua, print_tree, false);
}

int script_print(lua_State *lua)
{
    if (lua_getfield(lua, LUA_REGISTRYINDEX, "cleave.prints") == LUA_TFUNCTION) {
        lua_pushvalue(lua, -2);
        lua_call(lua, 1, 0);
    } else {
        script_write(lua, lua_tostring(lua, -2), lua_rawlen(lua, -2));
    }
    return 0;
}

static int method_show(lua_State *lua)
{
    push_printed(lua, script_of(lua)->colour ? show_tree : print_tree, false);
    return script_print(lua);
}

static int method_dump(lua_State *lua)
{
    return push_printed(lua, print_dump, true);
}

static int method_hexdump(lua_State *lua)
{
    push_printed(lua, print_dump, false);
    return script_print(lua);
}

static int method_bytes(lua_State *lua)
{
    struct packet *packet = script_push_seen(lua, 1);

    script_view(lua, packet);
    lua_pushlstring(lua, (const char *)packet->body->bytes, packet->body->len);
    return 1;
}

/* As the expression language writes it. */
static int method_expr(lua_State *lua)
{
    struct packet *packet = script_push_whole(lua, 1);
    struct clv_out *out = text_of(lua);

    if (!clv_print_draft(script_draft(lua, packet), out))
        return script_error(lua, "out of memory");
    script_push_out(lua, out);
    return 1;
}

static int method_layers(lua_State *lua)
{
    struct packet *packet = script_packet(lua, 1);
    uint32_t n = script_layers(lua, packet);

    lua_newtable(lua);
    for (uint32_t i = packet->at; i < n; i++) {
        script_push_layer(lua, script_layer(lua, packet, i));
        lua_rawseti(lua, -2, (lua_Integer)(i - packet->at) + 1);
    }
    return 1;
}

static bool find(lua_State *lua, struct packet *packet, const struct clv_desc *desc)
{
    uint32_t n = script_layers(lua, packet);

    for (uint32_t i = packet->at; i < n; i++)
        if (script_layer(lua, packet, i) == desc)
            return true;
    return false;
}

/* p:has(DNS), p:has(IP, TCP) */
static int method_has(lua_State *lua)
{
    struct packet *packet = script_packet(lua, 1);
    bool all = true;

    for (int i = 2; i <= lua_gettop(lua); i++) {
        const struct clv_desc *desc = script_layer_maybe(lua, i);
        if (!desc)
            return luaL_argerror(lua, i, "a layer's name, like TCP, is wanted");
        all = all && find(lua, packet, desc);
    }
    lua_pushboolean(lua, all);
    return 1;
}

/* As p[DNS], but an error where the packet has none. */
static int method_need(lua_State *lua)
{
    const struct clv_desc *desc = script_layer_maybe(lua, 2);

    if (!desc)
        return luaL_argerror(lua, 2, "a layer's name, like TCP, is wanted");
    lua_pushvalue(lua, 2);
    if (lua_gettable(lua, 1) == LUA_TNIL)
        return script_error(lua, "the packet has no %s: %s", desc->name,
                            luaL_tolstring(lua, 1, NULL));
    return 1;
}

static int method_copy(lua_State *lua)
{
    struct packet *packet = script_packet(lua, 1), *copy;
    struct clv_out *out = text_of(lua);

    if (!packet->body->draft) {
        packet = script_push_whole(lua, 1);
        copy = script_push_bytes(lua, &packet->body->frame, packet->body->first,
                                 packet->body->bytes, packet->body->len);
        copy->body->sent = packet->body->sent;
        return 1;
    }
    if (!clv_print_draft(script_draft(lua, packet), out))
        return script_error(lua, "out of memory");
    script_push_expr(lua, out->buf, out->len);
    return 1;
}

/* p:auto("chksum"): as p.chksum = nil; several names may be given. */
static int method_auto(lua_State *lua)
{
    for (int i = 2; i <= lua_gettop(lua); i++) {
        luaL_checkstring(lua, i);
        lua_pushvalue(lua, i);
        lua_pushnil(lua);
        lua_settable(lua, 1);
    }
    lua_settop(lua, 1);
    return 1;
}

/* p:below(TCP): what lies under that layer, as it is built; nil: nothing does. */
static int method_below(lua_State *lua)
{
    const struct clv_desc *desc = script_layer_maybe(lua, 2);

    if (!desc)
        return luaL_argerror(lua, 2, "a layer's name, like TCP, is wanted");
    struct packet *packet = script_push_whole(lua, 1);
    struct clv_view *view = script_view(lua, packet);
    int at = clv_view_find(view, desc, 0);
    if (at < 0)
        return script_error(lua, "the packet has no %s", desc->name);
    if (!at)
        return lua_pushnil(lua), 1;
    script_push_bytes(lua, &packet->body->frame, packet->body->first, packet->body->bytes,
                      view->layers[at].off);
    return 1;
}

/* ---- Sets. */

static uint64_t count_of(lua_State *lua, struct packet *packet)
{
    return packet->body->draft ? clv_draft_count(script_draft(lua, packet)) : 1;
}

static int method_count(lua_State *lua)
{
    uint64_t n = count_of(lua, script_packet(lua, 1));

    lua_pushinteger(lua, n > INT64_MAX ? INT64_MAX : (lua_Integer)n);
    return 1;
}

/* The index-th packet, from 1, without sets. */
static int push_pick(lua_State *lua, struct packet *packet, uint64_t index)
{
    struct clv_err err = { 0 };
    struct clv_out *out = text_of(lua);
    struct clv_arena *arena = clv_arena_new(&script_of(lua)->mem, 0);
    const struct clv_draft *one = arena ? clv_draft_pick(script_draft(lua, packet), index - 1,
                                                         script_of(lua)->seed, arena, &err)
                                        : NULL;
    bool ok = one && clv_print_draft(one, out);

    clv_arena_free(arena);
    if (!ok)
        return script_raise(lua, &err);
    script_push_expr(lua, out->buf, out->len);
    return 1;
}

static int method_pick(lua_State *lua)
{
    struct packet *packet = script_packet(lua, 1);
    lua_Integer i = luaL_checkinteger(lua, 2);
    uint64_t n = count_of(lua, packet);

    if (i < 1 || (uint64_t)i > n)
        return script_error(lua, "the set has the packets 1..%d; %d is none of them",
                            (int)(n > INT32_MAX ? INT32_MAX : n), (int)i);
    return push_pick(lua, packet, (uint64_t)i);
}

static int each_next(lua_State *lua)
{
    struct packet *packet = script_packet(lua, lua_upvalueindex(1));
    uint64_t i = (uint64_t)lua_tointeger(lua, lua_upvalueindex(2)) + 1;

    if (i > count_of(lua, packet))
        return lua_pushnil(lua), 1;
    lua_pushinteger(lua, (lua_Integer)i);
    lua_replace(lua, lua_upvalueindex(2));
    return push_pick(lua, packet, i);
}

/* for q in set:each() */
static int method_each(lua_State *lua)
{
    script_packet(lua, 1);
    lua_pushvalue(lua, 1);
    lua_pushinteger(lua, 0);
    lua_pushcclosure(lua, each_next, 2);
    return 1;
}

/* ---- Comparing. */

static void add_line(lua_State *lua, int lines)
{
    lua_rawseti(lua, lines, (lua_Integer)lua_rawlen(lua, lines) + 1);
}

/* One line for each field that differs: "IP.ttl: 64, 63". */
static void diff_layer(lua_State *lua, const struct clv_desc *desc, int a, int b, int lines)
{
    int top = lua_gettop(lua);

    for (int i = 0; desc->fields && desc->fields[i].kind; i++) {
        const char *name = desc->fields[i].name;
        if (i && !strcmp(name, desc->fields[i - 1].name))
            continue;
        lua_getfield(lua, a, name);
        lua_getfield(lua, b, name);
        bool table = lua_istable(lua, -2) || lua_istable(lua, -1);
        const char *x = luaL_tolstring(lua, -2, NULL), *y = luaL_tolstring(lua, -2, NULL);
        if (!table && strcmp(x, y) != 0) {
            lua_pushfstring(lua, "%s.%s: %s, %s\n", desc->name, name, x, y);
            add_line(lua, lines);
        }
        lua_settop(lua, top);
    }
}

static int push_bytes_packet(lua_State *lua, int index)
{
    struct packet *packet = script_push_whole(lua, index);

    script_view(lua, packet);
    script_push_bytes(lua, &packet->body->frame, packet->body->first, packet->body->bytes,
                      packet->body->len);
    lua_remove(lua, -2);
    return lua_gettop(lua);
}

/* p:diff(q): nil where both are the same bytes, else the fields that differ, a line each. */
static int method_diff(lua_State *lua)
{
    lua_settop(lua, 2);
    script_packet(lua, 2);
    if (lua_compare(lua, 1, 2, LUA_OPEQ))
        return lua_pushnil(lua), 1;
    int a = push_bytes_packet(lua, 1), b = push_bytes_packet(lua, 2);
    struct packet *p = script_packet(lua, a), *q = script_packet(lua, b);
    uint32_t n = script_layers(lua, p), m = script_layers(lua, q);
    lua_newtable(lua);
    int lines = lua_gettop(lua);

    for (uint32_t i = 0; i < n || i < m; i++) {
        const struct clv_desc *x = i < n ? script_layer(lua, p, i) : NULL;
        const struct clv_desc *y = i < m ? script_layer(lua, q, i) : NULL;
        if (x != y) {
            lua_pushfstring(lua, "layer %d: %s, %s\n", (int)i + 1, x ? x->name : "none",
                            y ? y->name : "none");
            add_line(lua, lines);
            break;
        }
        lua_geti(lua, a, (lua_Integer)i + 1);
        lua_geti(lua, b, (lua_Integer)i + 1);
        diff_layer(lua, x, lines + 1, lines + 2, lines);
        lua_settop(lua, lines);
    }
    luaL_Buffer text;
    luaL_buffinit(lua, &text);
    for (lua_Unsigned i = 1; i <= lua_rawlen(lua, lines); i++) {
        lua_rawgeti(lua, lines, (lua_Integer)i);
        luaL_addvalue(&text);
    }
    luaL_pushresult(&text);
    return 1;
}

/* p:answers(q): is p an answer to q? */
static int method_answers(lua_State *lua)
{
    lua_settop(lua, 2);
    struct packet *answer = script_push_whole(lua, 1), *request = script_push_whole(lua, 2);

    lua_pushboolean(lua, clv_answers(script_view(lua, request), script_view(lua, answer)));
    return 1;
}

const luaL_Reg script_methods[] = { { "name_of", method_name_of }, { "summary", method_summary },
                                    { "show", method_show },       { "tree", method_tree },
                                    { "expr", method_expr },       { "command", method_expr },
                                    { "json", method_json },       { "dump", method_dump },
                                    { "hexdump", method_hexdump }, { "bytes", method_bytes },
                                    { "layers", method_layers },   { "has", method_has },
                                    { "need", method_need },       { "copy", method_copy },
                                    { "auto", method_auto },       { "count", method_count },
                                    { "pick", method_pick },       { "each", method_each },
                                    { "diff", method_diff },       { "answers", method_answers },
                                    { "below", method_below },     { NULL, NULL } };
