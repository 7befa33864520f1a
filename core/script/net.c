/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The wire and capture files, as the Lua part of the binding sees them: each call here waits at most
 * until a deadline of core.now(), and knows nothing of tasks.
 */
#include "script.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static const char *const exchange_type = "cleave.exchange";
static const char *const capture_type = "cleave.capture";
static const char *const sender_type = "cleave.sender";
static const char *const reader_type = "cleave.reader";
static const char *const writer_type = "cleave.writer";
static const char *const filter_type = "cleave.filter";

static int net_now(lua_State *lua)
{
    lua_pushinteger(lua, clv_now());
    return 1;
}

/* A handle is a pointer that is NULL once it is closed. */
static void *push_handle(lua_State *lua, const char *type)
{
    void **at = lua_newuserdatauv(lua, sizeof *at, 1);

    *at = NULL;
    luaL_setmetatable(lua, type);
    return at;
}

static void *handle(lua_State *lua, int index, const char *type)
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
    struct clv_exchange **at = push_handle(lua, exchange_type);
    lua_pushvalue(lua, 1); /* its texts are borrowed */
    lua_setiuservalue(lua, -2, 1);
    *at = clv_exchange_open(script->clv, &opts, &err);
    return *at ? 1 : script_raise(lua, &err);
}

/* exchange:send(packet): its number. A set is sent as its first packet. */
static int exchange_send(lua_State *lua)
{
    struct clv_exchange *exchange = handle(lua, 1, exchange_type);
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
    struct clv_exchange *exchange = handle(lua, 1, exchange_type);
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
        lua_pushstring(lua, strerror(pair.why));
    else
        lua_pushnil(lua);
    return 5;
}

static int exchange_waiting(lua_State *lua)
{
    struct clv_exchange *exchange = handle(lua, 1, exchange_type);

    lua_pushinteger(lua, (lua_Integer)clv_exchange_waiting(exchange));
    return 1;
}

static int exchange_stats(lua_State *lua)
{
    struct clv_exchange_stats stats;

    clv_exchange_stats(handle(lua, 1, exchange_type), &stats);
    lua_createtable(lua, 0, 6);
    lua_pushinteger(lua, (lua_Integer)stats.sent);
    lua_setfield(lua, -2, "sent");
    lua_pushinteger(lua, (lua_Integer)stats.answered);
    lua_setfield(lua, -2, "answered");
    lua_pushinteger(lua, (lua_Integer)stats.unanswered);
    lua_setfield(lua, -2, "unanswered");
    lua_pushinteger(lua, (lua_Integer)stats.duplicates);
    lua_setfield(lua, -2, "duplicates");
    lua_pushinteger(lua, (lua_Integer)stats.dropped);
    lua_setfield(lua, -2, "dropped");
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
    struct clv_capture **at = push_handle(lua, capture_type);
    *at = clv_capture_open(&opts, &err);
    return *at ? 1 : script_raise(lua, &err);
}

static void push_frame(lua_State *lua, const struct clv_frame *frame, const uint8_t *bytes)
{
    script_push_bytes(lua, frame, NULL, bytes, frame->caplen);
}

/* capture:next(deadline): a packet, or nothing. */
static int capture_next(lua_State *lua)
{
    struct clv_capture *capture = handle(lua, 1, capture_type);
    struct clv_err err = { 0 };
    struct clv_frame frame;
    const uint8_t *bytes;
    int got = clv_capture_next(capture, script_wait_until(lua, 2), &frame, &bytes, &err);

    script_check_stop(lua);
    if (got < 0)
        return script_raise(lua, &err);
    if (!got)
        return 0;
    push_frame(lua, &frame, bytes);
    return 1;
}

static int capture_stats(lua_State *lua)
{
    struct clv_capture_stats stats;

    clv_capture_stats(handle(lua, 1, capture_type), &stats);
    lua_createtable(lua, 0, 3);
    lua_pushinteger(lua, (lua_Integer)stats.received);
    lua_setfield(lua, -2, "received");
    lua_pushinteger(lua, (lua_Integer)stats.dropped);
    lua_setfield(lua, -2, "dropped");
    lua_pushinteger(lua, (lua_Integer)stats.dropped_iface);
    lua_setfield(lua, -2, "dropped_iface");
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
    struct clv_sender **at = push_handle(lua, sender_type);
    lua_pushvalue(lua, 1);
    lua_setiuservalue(lua, -2, 1);
    *at = clv_sender_open(script->clv, &opts, &err);
    return *at ? 1 : script_raise(lua, &err);
}

/* sender:send(packet): what went out. */
static int sender_send(lua_State *lua)
{
    struct clv_sender *sender = handle(lua, 1, sender_type);
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

/* ---- Capture files. */

/* No files for the script: what would open one says so. */
static void fenced(lua_State *lua)
{
    if (script_of(lua)->sandbox)
        script_error(lua, "there are no files in the sandbox");
}

static int reader_open(lua_State *lua)
{
    fenced(lua);
    const char *path = luaL_checkstring(lua, 1);
    struct clv_err err = { 0 };
    struct clv_reader **at = push_handle(lua, reader_type);

    *at = clv_reader_open(path, &err);
    return *at ? 1 : script_raise(lua, &err);
}

static int reader_next(lua_State *lua)
{
    struct clv_reader *reader = handle(lua, 1, reader_type);
    struct clv_frame frame;
    const uint8_t *bytes;
    struct clv_err err;
    int got;

    do {
        err = (struct clv_err){ 0 };
        script_check_stop(lua);
        got = clv_reader_next(reader, &frame, &bytes, &err);
    } while (got < 0 && err.sys == EINTR);
    if (got < 0)
        return script_raise(lua, &err);
    if (!got)
        return 0;
    push_frame(lua, &frame, bytes);
    return 1;
}

static int reader_close(lua_State *lua)
{
    struct clv_reader **at = luaL_checkudata(lua, 1, reader_type);

    if (*at)
        clv_reader_close(*at);
    *at = NULL;
    return 0;
}

static int writer_open(lua_State *lua)
{
    fenced(lua);
    const char *path = luaL_checkstring(lua, 1);
    struct clv_err err = { 0 };
    struct clv_writer **at = push_handle(lua, writer_type);

    *at = clv_writer_open(path, &err);
    return *at ? 1 : script_raise(lua, &err);
}

/* writer:write(packet, ...): a set is written packet by packet by its caller. */
static int writer_write(lua_State *lua)
{
    struct clv_writer *writer = handle(lua, 1, writer_type);
    struct clv_err err = { 0 };

    for (int i = 2, n = lua_gettop(lua); i <= n; i++) {
        struct packet *packet = script_push_whole(lua, i);
        script_view(lua, packet);
        if (packet->body->frame.link < 0)
            return script_error(lua,
                                "a capture file has no link type for packets that begin with %s",
                                packet->body->first->name);
        if (!clv_writer_put(writer, &packet->body->frame, packet->body->bytes, &err))
            return script_raise(lua, &err);
        lua_pop(lua, 1);
    }
    lua_settop(lua, 1);
    return 1;
}

static int writer_flush(lua_State *lua)
{
    struct clv_err err = { 0 };

    if (!clv_writer_flush(handle(lua, 1, writer_type), &err))
        return script_raise(lua, &err);
    return 0;
}

static int writer_close(lua_State *lua)
{
    struct clv_writer **at = luaL_checkudata(lua, 1, writer_type), *writer = *at;
    struct clv_err err = { 0 };

    *at = NULL;
    if (writer && !clv_writer_close(writer, &err))
        return script_raise(lua, &err);
    return 0;
}

/* ---- Filters: of the same language as --where. */

struct filter {
    struct clv_arena *arena;
    struct clv_filter *filter;
};

static int filter_new(lua_State *lua)
{
    const char *text = luaL_checkstring(lua, 1);
    struct clv_err err = { 0 };
    struct filter *filter = lua_newuserdatauv(lua, sizeof *filter, 1);

    *filter = (struct filter){ .arena = clv_arena_new(&script_of(lua)->mem, 0) };
    luaL_setmetatable(lua, filter_type);
    lua_pushvalue(lua, 1);
    lua_setiuservalue(lua, -2, 1);
    if (!filter->arena)
        return script_error(lua, "out of memory");
    filter->filter = clv_filter_new(script_of(lua)->clv, filter->arena, text, &err);
    return filter->filter ? 1 : script_raise(lua, &err);
}

static int filter_match(lua_State *lua)
{
    struct filter *filter = luaL_checkudata(lua, 1, filter_type);
    struct packet *packet = script_push_whole(lua, 2);

    if (!filter->filter)
        return script_error(lua, "it is closed");
    lua_pushboolean(
        lua, clv_filter_match(filter->filter, script_view(lua, packet), &packet->body->frame));
    return 1;
}

static int filter_gc(lua_State *lua)
{
    struct filter *filter = luaL_checkudata(lua, 1, filter_type);

    clv_arena_free(filter->arena);
    *filter = (struct filter){ 0 };
    return 0;
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

static void new_type(lua_State *lua, const char *type, const luaL_Reg *methods, lua_CFunction gc)
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

void script_push_net(lua_State *lua)
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
    static const luaL_Reg readers[] = { { "next", reader_next },
                                        { "close", reader_close },
                                        { NULL, NULL } };
    static const luaL_Reg writers[] = { { "write", writer_write },
                                        { "flush", writer_flush },
                                        { "close", writer_close },
                                        { NULL, NULL } };
    static const luaL_Reg filters[] = { { "match", filter_match }, { NULL, NULL } };
    static const luaL_Reg functions[] = { { "now", net_now },
                                          { "sleep", net_sleep },
                                          { "idle", net_idle },
                                          { "catch_stop", net_catch_stop },
                                          { "stop_due", net_stop_due },
                                          { "quote", net_quote },
                                          { "safe", net_safe },
                                          { "failed", net_failed },
                                          { "complain", net_complain },
                                          { "report_due", net_report_due },
                                          { "near", script_near },
                                          { "packet", net_packet },
                                          { "write", net_write },
                                          { "stamp", net_stamp },
                                          { "source", net_source },
                                          { "prints", net_prints },
                                          { "exchange", exchange_open },
                                          { "capture", capture_open },
                                          { "sender", sender_open },
                                          { "reader", reader_open },
                                          { "writer", writer_open },
                                          { "filter", filter_new },
                                          { "ifaces", net_ifaces },
                                          { "ls", net_ls },
                                          { "fuzz", net_fuzz },
                                          { "expr", net_expr },
                                          { NULL, NULL } };
    new_type(lua, exchange_type, exchanges, exchange_close);
    new_type(lua, capture_type, captures, capture_close);
    new_type(lua, sender_type, senders, sender_close);
    new_type(lua, reader_type, readers, reader_close);
    new_type(lua, writer_type, writers, writer_close);
    new_type(lua, filter_type, filters, filter_gc);
    luaL_newlib(lua, functions);
    script_add_streams(lua);
}
