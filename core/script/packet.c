/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets in Lua: a draft to be built, or bytes that came in; p[TCP] is the part from a layer on. */
#include "script.h"

#include <stdlib.h>
#include <string.h>

static const char *const packet_type = "cleave.packet";
static const char *const body_type = "cleave.body";

/* After so many assignments a draft is written anew: its arena holds all that was ever given. */
enum { MOST_EDITS = 512 };

struct packet *script_packet_maybe(lua_State *lua, int index)
{
    return luaL_testudata(lua, index, packet_type);
}

/* ---- Bodies. */

/* What was built of the draft is not true any more. */
static void body_stale(lua_State *lua, struct body *body)
{
    if (!body->draft)
        return;
    script_free(lua, (void *)body->bytes);
    script_free(lua, body->view);
    body->bytes = NULL;
    body->view = NULL;
    body->built = NULL;
}

static int body_gc(lua_State *lua)
{
    struct body *body = lua_touserdata(lua, 1);

    script_free(lua, (void *)body->bytes);
    script_free(lua, body->view);
    clv_arena_free(body->arena);
    *body = (struct body){ 0 };
    return 0;
}

static struct clv_arena *arena_of(lua_State *lua, struct body *body)
{
    if (!body->arena && !(body->arena = clv_arena_new(&script_of(lua)->mem, 0)))
        script_error(lua, "out of memory");
    return body->arena;
}

static struct packet *push_packet(lua_State *lua)
{
    struct packet *packet = lua_newuserdatauv(lua, sizeof *packet, 1);

    *packet = (struct packet){ 0 };
    luaL_setmetatable(lua, packet_type);
    return packet;
}

static struct packet *push_new(lua_State *lua)
{
    script_apart(lua);
    script_collect(lua);
    struct packet *packet = push_packet(lua);
    struct body *body = lua_newuserdatauv(lua, sizeof *body, 2);

    *body = (struct body){ .frame = { .link = -1 } };
    luaL_setmetatable(lua, body_type);
    packet->body = body;
    lua_setiuservalue(lua, -2, 1);
    return packet;
}

struct packet *script_push_draft(lua_State *lua)
{
    struct packet *packet = push_new(lua);

    arena_of(lua, packet->body);
    return packet;
}

struct packet *script_push_bytes(lua_State *lua, const struct clv_frame *frame,
                                 const struct clv_desc *first, const uint8_t *bytes, uint32_t len)
{
    struct packet *packet = push_new(lua);
    uint8_t *copy = script_alloc(lua, len);

    if (len)
        memcpy(copy, bytes, len);
    packet->body->bytes = copy;
    packet->body->len = len;
    packet->body->first = first;
    if (frame)
        packet->body->frame = *frame;
    packet->body->frame.iface = packet->body->frame.comment = NULL;
    return packet;
}

/* The text is kept in the arena: a draft borrows from it. */
static struct clv_draft *parse(lua_State *lua, struct body *body, const char *text, size_t n)
{
    struct clv_err err = { 0 };
    char *copy = clv_arena_take(arena_of(lua, body), n + 1);
    struct clv_draft *draft = NULL;

    if (copy) {
        memcpy(copy, text, n);
        copy[n] = 0;
        draft = clv_parse(script_of(lua)->clv, body->arena, copy, n, &err);
    }
    if (!draft)
        script_raise(lua, &err);
    return draft;
}

struct packet *script_push_expr(lua_State *lua, const char *text, size_t n)
{
    struct packet *packet = push_new(lua);

    packet->body->draft = parse(lua, packet->body, text, n);
    return packet;
}

/* ---- Its draft, its bytes, its view. */

static struct clv_view *split(lua_State *lua, struct body *body)
{
    if (body->view)
        return body->view;
    const struct clv *clv = script_of(lua)->clv;
    body->view = script_alloc(lua, sizeof *body->view);
    if (body->first || body->frame.link < 0)
        clv_split(clv, body->view, arena_of(lua, body), body->first, body->bytes, body->len);
    else
        clv_split_link(clv, body->view, arena_of(lua, body), (uint32_t)body->frame.link,
                       body->bytes, body->len);
    body->first = body->view->layers[0].desc;
    return body->view;
}

/* Built as `build` does: what the kernel knows about the way there, nothing is asked of others. */
static void build(lua_State *lua, struct body *body)
{
    struct script *script = script_of(lua);
    struct clv_err err = { 0 };
    uint32_t len;

    if (body->bytes)
        return;
    body->built = clv_draft_pick(body->draft, 0, script->seed, body->arena, &err);
    if (!body->built)
        script_raise(lua, &err);
    if (!script->pure)
        clv_resolve(script->clv, body->built, body->arena, CLV_LOCAL, NULL, NULL, &err);
    err = (struct clv_err){ 0 };
    const uint8_t *bytes = clv_build(body->built, body->arena, &len, &err);
    uint8_t *copy = bytes ? script_alloc(lua, len) : NULL;
    if (!copy) {
        body->built = NULL;
        script_raise(lua, &err);
        return;
    }
    if (len)
        memcpy(copy, bytes, len);
    body->bytes = copy;
    body->len = body->frame.len = body->frame.caplen = len;
    body->first = clv_draft_layer(body->draft, 0);
    body->frame.link = clv_layer_link(script->clv, body->first);
}

struct clv_view *script_view(lua_State *lua, struct packet *packet)
{
    if (packet->body->draft)
        build(lua, packet->body);
    return split(lua, packet->body);
}

static struct clv_draft *lifted(lua_State *lua, struct body *body)
{
    if (!body->draft) {
        const struct clv_draft *draft = clv_lift(split(lua, body), arena_of(lua, body));
        if (!draft)
            script_error(lua, "out of memory");
        /* Its values are in the bytes, which will be built anew. */
        struct clv_out *out = &script_of(lua)->text;
        out->len = 0;
        if (!clv_print_draft(draft, out))
            script_error(lua, "out of memory");
        body->draft = parse(lua, body, out->buf, out->len);
        body_stale(lua, body);
    }
    return body->draft;
}

struct clv_draft *script_draft(lua_State *lua, struct packet *packet)
{
    struct body *body = packet->body;
    struct clv_draft *draft = body->draft;

    script_apart(lua);
    if (!draft) {
        draft = clv_peel(split(lua, body), arena_of(lua, body));
        if (!draft)
            script_error(lua, "out of memory");
    }
    if (!packet->at)
        return draft;
    draft = clv_draft_from(draft, packet->at, body->arena);
    if (!draft)
        script_error(lua, "out of memory");
    return draft;
}

uint32_t script_layers(lua_State *lua, struct packet *packet)
{
    struct body *body = packet->body;
    return body->draft ? clv_draft_layers(body->draft) : split(lua, body)->n;
}

const struct clv_desc *script_layer(lua_State *lua, struct packet *packet, uint32_t i)
{
    struct body *body = packet->body;
    return body->draft ? clv_draft_layer(body->draft, i) : split(lua, body)->layers[i].desc;
}

static int part(lua_State *lua, int index, uint32_t at)
{
    struct packet *packet = script_packet_maybe(lua, index), *from;

    lua_getiuservalue(lua, index, 1);
    from = push_packet(lua);
    from->body = packet->body;
    from->at = at;
    lua_insert(lua, -2);
    lua_setiuservalue(lua, -2, 1);
    return 1;
}

/* The bytes of a layer, and what lies above it, as a packet. */
static struct packet *push_part(lua_State *lua, const struct body *body, const struct clv_layer *y)
{
    struct packet *part = script_push_bytes(lua, &body->frame, y->desc, body->bytes + y->off,
                                            y->end - y->off);

    part->body->frame.link = clv_layer_link(script_of(lua)->clv, y->desc);
    part->body->frame.len = part->body->frame.caplen = y->end - y->off;
    return part;
}

struct packet *script_push_whole(lua_State *lua, int index)
{
    struct packet *packet = script_packet(lua, index), *whole;
    struct body *body = packet->body;

    if (!packet->at) {
        lua_pushvalue(lua, index);
        return packet;
    }
    if (!body->draft)
        return push_part(lua, body, &split(lua, body)->layers[packet->at]);
    whole = script_push_draft(lua);
    struct clv_out *out = &script_of(lua)->text;
    out->len = 0;
    if (!clv_print_draft(script_draft(lua, packet), out))
        script_error(lua, "out of memory");
    whole->body->draft = parse(lua, whole->body, out->buf, out->len);
    return whole;
}

struct packet *script_push_seen(lua_State *lua, int index)
{
    struct packet *packet = script_packet(lua, index);

    if (packet->at && packet->body->draft) {
        const struct clv_view *view = script_view(lua, packet);
        uint32_t at = packet->at;
        if (at < view->n && view->layers[at].desc == script_layer(lua, packet, at))
            return push_part(lua, packet->body, &view->layers[at]);
    }
    return script_push_whole(lua, index);
}

struct packet *script_packet(lua_State *lua, int index)
{
    const struct clv_desc *desc;
    struct packet *packet = script_packet_maybe(lua, index);

    script_apart(lua);
    if (packet)
        return packet;
    index = lua_absindex(lua, index);
    if ((desc = script_layer_maybe(lua, index))) {
        struct clv_out *out = &script_of(lua)->text;
        out->len = 0;
        clv_out_str(out, desc->name);
        clv_out_str(out, "()");
        packet = script_push_expr(lua, out->buf, out->len);
    } else if (lua_type(lua, index) == LUA_TSTRING) {
        struct clv_out *out = &script_of(lua)->text;
        out->len = 0;
        clv_out_str(out, "Raw(");
        script_put_value(lua, index, NULL, out);
        clv_out_chr(out, ')');
        packet = script_push_expr(lua, out->buf, out->len);
    } else {
        script_no_packet(lua, index);
        return NULL;
    }
    lua_replace(lua, index);
    return packet;
}

/* ---- Fields. */

/* The layer, from packet->at on, that has this field; -1: none. */
static int layer_with(lua_State *lua, struct packet *packet, const char *name)
{
    uint32_t n = script_layers(lua, packet);

    for (uint32_t i = packet->at; i < n; i++)
        if (script_row(script_layer(lua, packet, i), name))
            return (int)i;
    return -1;
}

static int find_layer(lua_State *lua, struct packet *packet, const struct clv_desc *desc,
                      lua_Integer nth)
{
    uint32_t n = script_layers(lua, packet);

    for (uint32_t i = packet->at; i < n; i++)
        if (script_layer(lua, packet, i) == desc && --nth == 0)
            return (int)i;
    return -1;
}

/* Push the value, or nil. */
static void push_field(lua_State *lua, struct packet *packet, uint32_t layer, const char *name,
                       bool words)
{
    struct body *body = packet->body;
    struct script_see see = { .lua = lua, .words = words };
    struct clv_visitor visitor = script_visitor(&see);
    struct clv_arena *arena = arena_of(lua, body);
    enum clv_visit got;

    if (!body->draft) {
        got = clv_view_visit(split(lua, body), layer, name, arena, &visitor);
    } else {
        got = clv_draft_visit(body->draft, layer, name, NULL, arena, &visitor);
        if (got == CLV_VISIT_UNBUILT) {
            build(lua, body);
            got = clv_draft_visit(body->built, layer, name, body->bytes, arena, &visitor);
        }
    }
    if (got != CLV_VISIT_DONE)
        lua_pushnil(lua);
}

/* The method that differs by one or two letters. */
static const char *method_near(const char *name)
{
    uint32_t best = strlen(name) < 4 ? 2 : 3;
    const char *near = NULL;

    for (const luaL_Reg *method = script_methods; method->name; method++) {
        uint32_t away = clv_distance(name, strlen(name), method->name, strlen(method->name));
        if (away < best) {
            best = away;
            near = method->name;
        }
    }
    return near;
}

/* What Scapy's packets have, and how it is written here. */
static const char *scapys(const char *name)
{
    static const char *const names[][2] = {
        { "haslayer", "packet:has(TCP)" },
        { "getlayer", "packet[TCP]" },
        { "payload", "packet[2]" },
        { "lastlayer", "packet[#packet:layers()]" },
        { "underlayer", "packet:below(TCP)" },
        { "show2", "packet:show()" },
        { "delfieldval", "packet.ttl = nil" },
        { "sprintf", "packet:summary()" },
        { "getfieldval", "packet.ttl" },
        { "build", "packet:bytes()" },
        { "original", "packet:bytes()" },
        { "fields", "packet:expr()" },
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i][0], name))
            return names[i][1];
    return NULL;
}

/* "IP has no field 'tll'; did you mean 'ttl'?" */
static int no_field(lua_State *lua, struct packet *packet, const char *name)
{
    const struct clv_desc *desc = script_layer(lua, packet, packet->at);
    const char *near = clv_field_near(desc, name, strlen(name));

    if (near)
        return script_error(lua, "%s has no field '%s'; did you mean '%s'?", desc->name, name,
                            near);
    if (clv_layer_named(script_of(lua)->clv, name))
        return script_error(lua, "%s has no field '%s'; the layer is packet[%s]", desc->name, name,
                            clv_layer_named(script_of(lua)->clv, name)->name);
    if (scapys(name))
        return script_error(lua, "%s has no '%s'; that is %s here", desc->name, name, scapys(name));
    near = method_near(name);
    return script_error(lua,
                        near ? "%s has no field or method '%s'; did you mean ':%s()'?"
                             : "%s has no field or method '%s'",
                        desc->name, name, near);
}

/* What is known of the packet beyond its bytes. */
static bool push_attribute(lua_State *lua, const struct packet *packet, const char *name)
{
    const struct body *body = packet->body;
    const struct clv_frame *frame = &body->frame;

    if (!strcmp(name, "time")) {
        if (frame->sec || frame->nsec)
            lua_pushnumber(lua, (double)frame->sec + (double)frame->nsec / 1e9);
        else
            lua_pushnil(lua);
    } else if (!strcmp(name, "time_ns")) {
        lua_pushinteger(lua, frame->sec * CLV_SECOND + frame->nsec);
    } else if (!strcmp(name, "number") && frame->number) {
        lua_pushinteger(lua, (lua_Integer)frame->number);
    } else if (!strcmp(name, "wirelen")) {
        lua_pushinteger(lua, frame->len);
    } else if (!strcmp(name, "linktype")) {
        const char *link = frame->link < 0 ? NULL : clv_link_name(frame->link);
        lua_pushstring(lua, link);
    } else {
        return false;
    }
    return true;
}

/* "TCP.dport", "IP:2.src" */
static int push_path(lua_State *lua, struct packet *packet, const char *path, bool words)
{
    char layer[64];
    const char *dot = strchr(path, '.'), *colon = strchr(path, ':');
    size_t n = (size_t)((colon && colon < dot ? colon : dot) - path);
    long nth = colon && colon < dot ? strtol(colon + 1, NULL, 10) : 1;
    const struct clv_desc *desc = NULL;

    if (n < sizeof layer) {
        memcpy(layer, path, n);
        layer[n] = 0;
        desc = clv_layer_named(script_of(lua)->clv, layer);
    }
    if (!desc)
        return script_error(lua, "'%s': no layer is named so", path);
    if (!script_row(desc, dot + 1))
        return script_error(lua, "%s has no field '%s'", desc->name, dot + 1);
    int at = find_layer(lua, packet, desc, nth);
    if (at < 0)
        lua_pushnil(lua);
    else
        push_field(lua, packet, (uint32_t)at, dot + 1, words);
    return 1;
}

int script_push_field(lua_State *lua, struct packet *packet, const char *name, bool words)
{
    if (strchr(name, '.'))
        return push_path(lua, packet, name, words);
    int at = layer_with(lua, packet, name);
    if (at < 0)
        return no_field(lua, packet, name);
    push_field(lua, packet, (uint32_t)at, name, words);
    return 1;
}

static int packet_index(lua_State *lua)
{
    struct packet *packet = script_packet(lua, 1);
    const struct clv_desc *desc = script_layer_maybe(lua, 2);

    if (desc) {
        int at = find_layer(lua, packet, desc, 1);
        return at < 0 ? (lua_pushnil(lua), 1) : part(lua, 1, (uint32_t)at);
    }
    if (lua_isinteger(lua, 2)) {
        lua_Integer i = lua_tointeger(lua, 2);
        if (i < 1 || i > (lua_Integer)script_layers(lua, packet) - packet->at)
            return lua_pushnil(lua), 1;
        return part(lua, 1, packet->at + (uint32_t)i - 1);
    }
    const char *name = luaL_checkstring(lua, 2);
    lua_pushvalue(lua, 2);
    if (lua_rawget(lua, lua_upvalueindex(1)) != LUA_TNIL || push_attribute(lua, packet, name))
        return 1;
    return script_push_field(lua, packet, name, false);
}

/* Everything that was ever given lies in the arena: now only what still is. */
static void tidy(lua_State *lua, struct body *body)
{
    struct clv_out *out = &script_of(lua)->text;
    struct clv_arena *old = body->arena;

    if (++body->edits < MOST_EDITS)
        return;
    body->edits = 0;
    out->len = 0;
    if (!clv_print_draft(body->draft, out))
        script_error(lua, "out of memory");
    body->arena = NULL;
    struct clv_draft *draft = parse(lua, body, out->buf, out->len);
    clv_arena_free(old);
    body->draft = draft;
}

static void set_field(lua_State *lua, struct packet *packet, uint32_t layer, const char *name,
                      int value)
{
    struct body *body = packet->body;
    struct clv_out *out = &script_of(lua)->out;
    struct clv_err err = { 0 };
    char *text = NULL;

    lifted(lua, body);
    if (!lua_isnil(lua, value)) {
        out->len = 0;
        script_put_value(lua, value, script_row(script_layer(lua, packet, layer), name), out);
        clv_out_chr(out, 0);
        text = out->failed ? NULL : clv_arena_take(body->arena, out->len);
        if (!text)
            script_error(lua, "out of memory");
        memcpy(text, out->buf, out->len);
    }
    if (!clv_draft_set(body->draft, body->arena, layer, name, text, &err))
        script_raise(lua, &err);
    body_stale(lua, body);
    tidy(lua, body);
}

static int packet_newindex(lua_State *lua)
{
    struct packet *packet = script_packet(lua, 1);
    const char *name = luaL_checkstring(lua, 2);
    int at = layer_with(lua, packet, name);

    if (at < 0)
        return no_field(lua, packet, name);
    set_field(lua, packet, (uint32_t)at, name, 3);
    return 0;
}

/* ---- Operators. */

static int packet_div(lua_State *lua)
{
    struct packet *lower = script_packet(lua, 1), *upper = script_packet(lua, 2);
    struct clv_out *out = &script_of(lua)->text;
    struct clv_draft *below = script_draft(lua, lower), *above = script_draft(lua, upper);

    out->len = 0;
    clv_print_draft(below, out);
    clv_out_chr(out, '/');
    if (!clv_print_draft(above, out))
        return script_error(lua, "out of memory");
    script_push_expr(lua, out->buf, out->len);
    return 1;
}

static int packet_len(lua_State *lua)
{
    struct packet *packet = script_push_seen(lua, 1);

    script_view(lua, packet);
    lua_pushinteger(lua, packet->body->len);
    return 1;
}

static int packet_eq(lua_State *lua)
{
    struct packet *a = script_packet_maybe(lua, 1), *b = script_packet_maybe(lua, 2);

    if (!a || !b)
        return lua_pushboolean(lua, false), 1;
    a = script_push_whole(lua, 1);
    b = script_push_whole(lua, 2);
    script_view(lua, a);
    script_view(lua, b);
    lua_pushboolean(lua, a->body->len == b->body->len &&
                             !memcmp(a->body->bytes, b->body->bytes, a->body->len));
    return 1;
}

/* A line that is but the name of its layer says nothing: then the expression. */
static int packet_tostring(lua_State *lua)
{
    struct packet *packet = script_push_seen(lua, 1);
    struct clv_out *out = &script_of(lua)->text;

    out->len = 0;
    struct clv_view *view = script_view(lua, packet);
    clv_print_line(view, &packet->body->frame, 0, out);
    while (out->len && out->buf[out->len - 1] == '\n')
        out->len--;
    const char *name = view->n == 1 ? view->layers[0].desc->name : "";
    if (out->len && out->len == strlen(name) && !memcmp(out->buf, name, out->len)) {
        lua_getfield(lua, 1, "expr");
        lua_pushvalue(lua, 1);
        lua_call(lua, 1, 1);
        return 1;
    }
    script_push_out(lua, out);
    return 1;
}

void script_packets_open(lua_State *lua)
{
    static const luaL_Reg metas[] = { { "__newindex", packet_newindex }, { "__div", packet_div },
                                      { "__len", packet_len },           { "__eq", packet_eq },
                                      { "__tostring", packet_tostring }, { NULL, NULL } };
    luaL_newmetatable(lua, body_type);
    lua_pushcfunction(lua, body_gc);
    lua_setfield(lua, -2, "__gc");
    lua_pop(lua, 1);

    luaL_newmetatable(lua, packet_type);
    luaL_setfuncs(lua, metas, 0);
    lua_newtable(lua);
    luaL_setfuncs(lua, script_methods, 0);
    lua_pushcclosure(lua, packet_index, 1);
    lua_setfield(lua, -2, "__index");
    lua_pushliteral(lua, "packet");
    lua_setfield(lua, -2, "__name");
    lua_pop(lua, 1);

    /* IP/TCP and "x"/IP: a name without fields is a packet, too. */
    luaL_getmetatable(lua, "cleave.layer");
    lua_pushcfunction(lua, packet_div);
    lua_setfield(lua, -2, "__div");
    lua_pop(lua, 1);
}
