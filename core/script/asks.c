/* SPDX-License-Identifier: BSD-2-Clause */
/* What the Lua part of the binding asks for beside the wire and files: texts, packets made of others. */
#include "script.h"

#include <string.h>

/* complain(text): a line on standard error, safe for a terminal. */
static int net_complain(lua_State *lua)
{
    size_t n;
    const char *text = luaL_checklstring(lua, 1, &n);
    struct script *script = script_of(lua);

    if (script->complain)
        script->complain(text, n);
    return 0;
}

static int net_report_due(lua_State *lua)
{
    struct script *script = script_of(lua);

    lua_pushboolean(lua, script->report || (script->reports && script->reports()));
    script->report = false;
    return 1;
}

/* packet(value): the packet that a layer's name or a text stands for. */
static int net_packet(lua_State *lua)
{
    lua_settop(lua, 1);
    script_packet(lua, 1);
    return 1;
}

/* ---- What the kernel knows. */

static void push_addr(lua_State *lua, const struct clv_addr *addr)
{
    lua_pushlstring(lua, (const char *)addr->bytes, addr->len);
}

static int net_ifaces(lua_State *lua)
{
    struct clv_iface ifaces[256];
    struct clv_err err = { 0 };
    int n = clv_iface_list(ifaces, 256, &err);

    if (n < 0)
        return script_raise(lua, &err);
    lua_newtable(lua);
    for (int i = 0; i < n && i < 256; i++) {
        lua_createtable(lua, 0, 5);
        lua_pushstring(lua, ifaces[i].name);
        lua_setfield(lua, -2, "name");
        lua_pushinteger(lua, ifaces[i].mtu);
        lua_setfield(lua, -2, "mtu");
        lua_pushboolean(lua, ifaces[i].flags & CLV_IFACE_UP);
        lua_setfield(lua, -2, "up");
        lua_pushboolean(lua, ifaces[i].flags & CLV_IFACE_LOOPBACK);
        lua_setfield(lua, -2, "loopback");
        push_addr(lua, &ifaces[i].addr);
        lua_setfield(lua, -2, "addr");
        lua_rawseti(lua, -2, i + 1);
    }
    return 1;
}

/* ---- Texts about layers. */

static int net_ls(lua_State *lua)
{
    struct script *script = script_of(lua);
    const struct clv_desc *desc = script_layer_maybe(lua, 1);

    script->text.len = 0;
    if (desc)
        clv_print_layer(script->clv, desc, &script->text);
    else
        clv_print_layers(script->clv, &script->text);
    script_push_out(lua, &script->text);
    return 1;
}

/* quote(text): as JSON has it; safe(text): as a terminal may see it. */
static int net_quote(lua_State *lua)
{
    struct clv_out *out = &script_of(lua)->text;
    size_t n;
    const char *text = luaL_checklstring(lua, 1, &n);

    out->len = 0;
    clv_out_json(out, text, n);
    script_push_out(lua, out);
    return 1;
}

static int net_safe(lua_State *lua)
{
    struct clv_out *out = &script_of(lua)->text;
    size_t n;
    const char *text = luaL_checklstring(lua, 1, &n);

    out->len = 0;
    clv_out_safe(out, text, n);
    script_push_out(lua, out);
    return 1;
}

/* failed(text): raise it, as what is not the script's fault. */
static int net_failed(lua_State *lua)
{
    struct clv_err err = { .code = CLV_SYSTEM };

    snprintf(err.text, sizeof err.text, "%s", luaL_checkstring(lua, 1));
    return script_raise(lua, &err);
}

/* fuzz(packet): what is plain and not given becomes random, anew for each packet sent. */
static int net_fuzz(lua_State *lua)
{
    struct packet *packet = script_packet(lua, 1);
    struct clv_out *out = &script_of(lua)->text;

    out->len = 0;
    clv_out_str(out, "fuzz(");
    if (!clv_print_draft(script_draft(lua, packet), out))
        return script_error(lua, "out of memory");
    clv_out_chr(out, ')');
    script_push_expr(lua, out->buf, out->len);
    return 1;
}

/* expr("IP(dst='10.0.0.1')/ICMP()"), or NULL where it is wrong: the message says where. */
static int net_expr(lua_State *lua)
{
    size_t n;
    const char *text = luaL_checklstring(lua, 1, &n);

    script_push_expr(lua, text, n);
    return 1;
}

/* write(text, ...): to standard output, at once, whatever became of Lua's io. */
static int net_write(lua_State *lua)
{
    for (int i = 1, n = lua_gettop(lua); i <= n; i++) {
        luaL_tolstring(lua, i, NULL);
        script_print(lua);
        lua_settop(lua, n);
    }
    fflush(stdout);
    return 0;
}

/* stamp(packet, ns): the packet, at that time. */
static int net_stamp(lua_State *lua)
{
    lua_Integer at = luaL_checkinteger(lua, 2);
    struct packet *packet = script_push_whole(lua, 1);

    script_view(lua, packet);
    struct clv_frame frame = packet->body->frame;
    frame.sec = at / CLV_SECOND;
    frame.nsec = (uint32_t)(at % CLV_SECOND);
    script_push_bytes(lua, &frame, packet->body->first, packet->body->bytes, packet->body->len);
    return 1;
}

/* source(packet, addr): the packet built, from there where it does not say from where. */
static int net_source(lua_State *lua)
{
    struct script *script = script_of(lua);
    struct packet *packet = script_push_whole(lua, 1);
    const char *text = luaL_checkstring(lua, 2);
    struct clv_addr addr, last;
    struct clv_err err = { 0 };
    uint32_t len;

    if (!clv_ranges_read(text, strlen(text), &addr, &last, &err))
        return script_error(lua, "'%s' is no address", text);
    struct clv_arena *arena = packet->body->arena;
    if (!arena)
        return 1; /* it came in */
    struct clv_draft *draft = clv_draft_pick(script_draft(lua, packet), 0, script->seed, arena,
                                             &err);
    if (!draft)
        return script_raise(lua, &err);
    clv_draft_give_role(draft, CLV_NET_SRC, &addr);
    const uint8_t *bytes = clv_build(draft, arena, &len, &err);
    if (!bytes)
        return script_raise(lua, &err);
    const struct clv_desc *first = clv_draft_layer(draft, 0);
    struct clv_frame frame = { .len = len, .caplen = len };
    frame.link = clv_layer_link(script->clv, first);
    script_push_bytes(lua, &frame, first, bytes, len);
    return 1;
}

/* prints(write): what packets show goes there; nil: to standard output again. */
static int net_prints(lua_State *lua)
{
    lua_settop(lua, 1);
    lua_setfield(lua, LUA_REGISTRYINDEX, "cleave.prints");
    return 0;
}

void script_add_asks(lua_State *lua)
{
    static const luaL_Reg functions[] = {
        { "complain", net_complain }, { "report_due", net_report_due },
        { "near", script_near },      { "packet", net_packet },
        { "ifaces", net_ifaces },     { "ls", net_ls },
        { "quote", net_quote },       { "safe", net_safe },
        { "failed", net_failed },     { "fuzz", net_fuzz },
        { "expr", net_expr },         { "write", net_write },
        { "stamp", net_stamp },       { "source", net_source },
        { "prints", net_prints },     { NULL, NULL }
    };
    luaL_setfuncs(lua, functions, 0);
}
