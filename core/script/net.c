/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The wire, as the Lua part of the binding sees it: each call here waits at most until a deadline of
 * core.now(), and knows nothing of tasks.
 */
#include "script.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static const char *const exchange_type = "cleave.exchange";
static const char *const capture_type = "cleave.capture";
static const char *const sender_type = "cleave.sender";

static int net_now(lua_State *lua)
{
    lua_pushinteger(lua, clv_now());
    return 1;
}

/* A handle is a pointer that is NULL once it is closed. */
void *script_push_handle(lua_State *lua, const char *type)
{
    void **at = lua_newuserdatauv(lua, sizeof *at, 1);

    *at = NULL;
    luaL_setmetatable(lua, type);
    return at;
}

void *script_handle(lua_State *lua, int index, const char *type)
{
    void **at = luaL_checkudata(lua, index, type);

    if (!*at)
        script_error(lua, "it is closed");
    return *at;
}

void script_check_stop(lua_State *lua)
{
    struct script *script = script_of(lua);

    if (script_stopped(script))
        script_error(lua, "interrupted");
    if (script->end != CLV_FOREVER && clv_now() >= script->end)
        script_error(lua, "the script has run for as long as it may");
    script->report = script->report || (script->reports && script->reports());
}

/* Until when to wait, at most: the script's end, and questions in between, are not slept through. */
int64_t script_wait_until(lua_State *lua, int index)
{
    int64_t deadline = luaL_checkinteger(lua, index), soon = clv_now() + CLV_SECOND / 4;

    if (script_of(lua)->end < soon)
        soon = script_of(lua)->end;
    return deadline < soon ? deadline : soon;
}

/* sleep(deadline): until then, or a signal. */
static int net_sleep(lua_State *lua)
{
    int64_t deadline = script_wait_until(lua, 1), left;

    script_apart(lua);
    script_check_stop(lua);
    while ((left = deadline - clv_now()) > 0) {
        script_check_stop(lua);
        if (left > CLV_SECOND / 20)
            left = CLV_SECOND / 20;
        struct timespec span = { .tv_nsec = left };
        nanosleep(&span, NULL);
    }
    return 0;
}

/* idle(deadline): a moment, where several are looked at in turn. */
static int net_idle(lua_State *lua)
{
    int64_t deadline = luaL_checkinteger(lua, 1), soon = clv_now() + CLV_SECOND / 2000;

    lua_settop(lua, 0);
    lua_pushinteger(lua, deadline < soon ? deadline : soon);
    return net_sleep(lua);
}

/* catch_stop(on): ^C is not an error any more; stop_due() tells of it, once. */
static int net_catch_stop(lua_State *lua)
{
    script_of(lua)->caught = lua_toboolean(lua, 1) ? 1 : 0;
    return 0;
}

static int net_stop_due(lua_State *lua)
{
    struct script *script = script_of(lua);
    bool due = script->caught == 1 && script->stop && *script->stop;

    if (due)
        script->caught = 2;
    lua_pushboolean(lua, due);
    return 1;
}

/* ---- Options, from the table at the first argument. The texts live as long as it. */

static const char *text_opt(lua_State *lua, const char *name)
{
    lua_getfield(lua, 1, name);
    const char *text = lua_isnil(lua, -1) ? NULL : lua_tostring(lua, -1);
    if (!text && !lua_isnil(lua, -1))
        script_error(lua, "%s: a text is wanted, not a %s", name, luaL_typename(lua, -1));
    lua_pop(lua, 1);
    return text;
}

static bool bool_opt(lua_State *lua, const char *name)
{
    lua_getfield(lua, 1, name);
    bool on = lua_toboolean(lua, -1);
    lua_pop(lua, 1);
    return on;
}

static lua_Integer int_opt(lua_State *lua, const char *name)
{
    int ok;

    lua_getfield(lua, 1, name);
    lua_Integer n = lua_isnil(lua, -1) ? 0 : lua_tointegerx(lua, -1, &ok);
    if (!lua_isnil(lua, -1) && (!ok || n < 0))
        script_error(lua, "%s: a number from 0 is wanted, not %s", name,
                     luaL_tolstring(lua, -1, NULL));
    lua_pop(lua, 1);
    return n;
}

static struct clv_addr source_opt(lua_State *lua)
{
    struct clv_addr addr = { 0 }, last;
    struct clv_err err = { 0 };
    const char *text = text_opt(lua, "source");

    if (text && (!clv_ranges_read(text, strlen(text), &addr, &last, &err) ||
                 memcmp(addr.bytes, last.bytes, addr.len) != 0))
        script_error(lua, "source: '%s' is no IPv4 or IPv6 address", text);
    return addr;
}

/* A counter, in the table on the stack. */
static void set_count(lua_State *lua, const char *name, uint64_t n)
{
    lua_pushinteger(lua, (lua_Integer)n);
    lua_setfield(lua, -2, name);
}

/* ---- Requests and answers. */

static int exchange_open(lua_State *lua)
{
    struct script *script = script_of(lua);
    struct clv_err err = { 0 };

    luaL_checktype(lua, 1, LUA_TTABLE);
    const struct clv_exchange_opts opts = {
        .iface = text_opt(lua, "iface"),
        .source = source_opt(lua),
        .filter = text_opt(lua, "filter"),
        .timeout = int_opt(lua, "timeout"),
        .retry = (uint32_t)int_opt(lua, "retry"),
        .multi = bool_opt(lua, "multi"),
        .promisc = bool_opt(lua, "promisc"),
        .stop = script->stop,
    };
    struct clv_exchange **at = script_push_handle(lua, exchange_type);
    lua_pushvalue(lua, 1); /* its texts are borrowed */
    lua_setiuservalue(lua, -2, 1);
    *at = clv_exchange_open(script->clv, &opts, &err);
    return *at ? 1 : script_raise(lua, &err);
}

/* exchange:send(packet): its number. A set is sent as its first packet. */
static int exchange_send(lua_State *lua)
{
    struct clv_exchange *exchange = script_handle(lua, 1, exchange_type);
    struct packet *packet = script_packet(lua, 2);
    struct clv_err err = { 0 };
    uint64_t id;

    if (!clv_exchange_send(exchange, script_draft(lua, packet), NULL, &id, NULL, &err))
        return script_raise(lua, &err);
    lua_pushinteger(lua, (lua_Integer)id);
    return 1;
}

static void push_seen(lua_State *lua, const struct clv_packet *packet)
{
    if (packet->bytes)
        script_push_bytes(lua, &packet->frame, packet->view->layers[0].desc, packet->bytes,
                          packet->frame.caplen);
    else
        lua_pushnil(lua);
}

/* exchange:next(deadline): number, which answer to it, packet sent, answer or nil, why or nil. */
static int exchange_next(lua_State *lua)
{
    struct clv_exchange *exchange = script_handle(lua, 1, exchange_type);
    struct clv_err err = { 0 };
    struct clv_pair pair;
    int got = clv_exchange_next(exchange, script_wait_until(lua, 2), &pair, &err);

    script_check_stop(lua);
    if (got < 0)
        return script_raise(lua, &err);
    if (!got)
        return 0;
    lua_pushinteger(lua, (lua_Integer)pair.id);
    lua_pushinteger(lua, pair.nth);
    push_seen(lua, &pair.sent);
    push_seen(lua, &pair.answer);
    if (pair.why)
        lua_pushstring(lua, pair.why == EHOSTDOWN ? "no neighbour answers for the next hop"
                                                  : strerror(pair.why));
    else
        lua_pushnil(lua);
    return 5;
}

static int exchange_waiting(lua_State *lua)
{
    struct clv_exchange *exchange = script_handle(lua, 1, exchange_type);

    lua_pushinteger(lua, (lua_Integer)clv_exchange_waiting(exchange));
    return 1;
}

static int exchange_stats(lua_State *lua)
{
    struct clv_exchange_stats stats;

    clv_exchange_stats(script_handle(lua, 1, exchange_type), &stats);
    lua_createtable(lua, 0, 6);
    set_count(lua, "sent", stats.sent);
    set_count(lua, "answered", stats.answered);
    set_count(lua, "unanswered", stats.unanswered);
    set_count(lua, "duplicates", stats.duplicates);
    set_count(lua, "dropped", stats.dropped);
    return 1;
}

static int exchange_close(lua_State *lua)
{
    struct clv_exchange **at = luaL_checkudata(lua, 1, exchange_type);

    clv_exchange_close(*at);
    *at = NULL;
    return 0;
}

/* ---- Captures. */

static int capture_open(lua_State *lua)
{
    struct script *script = script_of(lua);
    struct clv_err err = { 0 };

    luaL_checktype(lua, 1, LUA_TTABLE);
    const struct clv_capture_opts opts = {
        .iface = text_opt(lua, "iface"),
        .filter = text_opt(lua, "filter"),
        .snaplen = (uint32_t)int_opt(lua, "snaplen"),
        .buffer = (uint32_t)int_opt(lua, "buffer"),
        .promisc = bool_opt(lua, "promisc"),
        .monitor = bool_opt(lua, "monitor"),
        .inbound = bool_opt(lua, "inbound"),
        .stop = script->stop,
    };
    struct clv_capture **at = script_push_handle(lua, capture_type);
    *at = clv_capture_open(&opts, &err);
    return *at ? 1 : script_raise(lua, &err);
}

void script_push_frame(lua_State *lua, const struct clv_frame *frame, const uint8_t *bytes)
{
    script_push_bytes(lua, frame, NULL, bytes, frame->caplen);
}

/* capture:next(deadline): a packet, or nothing. */
static int capture_next(lua_State *lua)
{
    struct clv_capture *capture = script_handle(lua, 1, capture_type);
    struct clv_err err = { 0 };
    struct clv_frame frame;
    const uint8_t *bytes;
    int got = clv_capture_next(capture, script_wait_until(lua, 2), &frame, &bytes, &err);

    script_check_stop(lua);
    if (got < 0)
        return script_raise(lua, &err);
    if (!got)
        return 0;
    script_push_frame(lua, &frame, bytes);
    return 1;
}

static int capture_stats(lua_State *lua)
{
    struct clv_capture_stats stats;

    clv_capture_stats(script_handle(lua, 1, capture_type), &stats);
    lua_createtable(lua, 0, 3);
    set_count(lua, "received", stats.received);
    set_count(lua, "dropped", stats.dropped);
    set_count(lua, "dropped_iface", stats.dropped_iface);
    return 1;
}

static int capture_close(lua_State *lua)
{
    struct clv_capture **at = luaL_checkudata(lua, 1, capture_type);

    if (*at)
        clv_capture_close(*at);
    *at = NULL;
    return 0;
}

/* ---- Sending. */

static int sender_open(lua_State *lua)
{
    struct script *script = script_of(lua);
    struct clv_err err = { 0 };

    luaL_checktype(lua, 1, LUA_TTABLE);
    const struct clv_sender_opts opts = { .iface = text_opt(lua, "iface"),
                                          .source = source_opt(lua),
                                          .stop = script->stop };
    struct clv_sender **at = script_push_handle(lua, sender_type);
    lua_pushvalue(lua, 1);
    lua_setiuservalue(lua, -2, 1);
    *at = clv_sender_open(script->clv, &opts, &err);
    return *at ? 1 : script_raise(lua, &err);
}

/* sender:send(packet): what went out. */
static int sender_send(lua_State *lua)
{
    struct clv_sender *sender = script_handle(lua, 1, sender_type);
    struct packet *packet = script_packet(lua, 2);
    struct clv_packet sent;
    struct clv_err err = { 0 };

    if (!clv_sender_put(sender, script_draft(lua, packet), &sent, NULL, &err))
        return script_raise(lua, &err);
    push_seen(lua, &sent);
    return 1;
}

static int sender_close(lua_State *lua)
{
    struct clv_sender **at = luaL_checkudata(lua, 1, sender_type);

    if (*at)
        clv_sender_close(*at);
    *at = NULL;
    return 0;
}

void script_new_type(lua_State *lua, const char *type, const luaL_Reg *methods, lua_CFunction gc)
{
    luaL_newmetatable(lua, type);
    lua_newtable(lua);
    luaL_setfuncs(lua, methods, 0);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, gc);
    lua_setfield(lua, -2, "__gc");
    lua_pushcfunction(lua, gc);
    lua_setfield(lua, -2, "__close");
    lua_pop(lua, 1);
}

void script_add_net(lua_State *lua)
{
    static const luaL_Reg exchanges[] = {
        { "send", exchange_send },       { "next", exchange_next },   { "stats", exchange_stats },
        { "waiting", exchange_waiting }, { "close", exchange_close }, { NULL, NULL }
    };
    static const luaL_Reg captures[] = { { "next", capture_next },
                                         { "stats", capture_stats },
                                         { "close", capture_close },
                                         { NULL, NULL } };
    static const luaL_Reg senders[] = { { "send", sender_send },
                                        { "close", sender_close },
                                        { NULL, NULL } };
    static const luaL_Reg functions[] = { { "now", net_now },
                                          { "sleep", net_sleep },
                                          { "idle", net_idle },
                                          { "catch_stop", net_catch_stop },
                                          { "stop_due", net_stop_due },
                                          { "exchange", exchange_open },
                                          { "capture", capture_open },
                                          { "sender", sender_open },
                                          { NULL, NULL } };
    script_new_type(lua, exchange_type, exchanges, exchange_close);
    script_new_type(lua, capture_type, captures, capture_close);
    script_new_type(lua, sender_type, senders, sender_close);
    luaL_setfuncs(lua, functions, 0);
}
