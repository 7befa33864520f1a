/* SPDX-License-Identifier: BSD-2-Clause */
/* Capture files, and filters of packets, as the Lua part of the binding sees them. */
#include "script.h"

#include <errno.h>
#include <string.h>

static const char *const reader_type = "cleave.reader";
static const char *const writer_type = "cleave.writer";
static const char *const filter_type = "cleave.filter";

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
    struct clv_reader **at = script_push_handle(lua, reader_type);

    *at = clv_reader_open(path, &err);
    return *at ? 1 : script_raise(lua, &err);
}

static int reader_next(lua_State *lua)
{
    struct clv_reader *reader = script_handle(lua, 1, reader_type);
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
    script_push_frame(lua, &frame, bytes);
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
    struct clv_writer **at = script_push_handle(lua, writer_type);

    *at = clv_writer_open(path, &err);
    return *at ? 1 : script_raise(lua, &err);
}

/* writer:write(packet, ...): a set is written packet by packet by its caller. */
static int writer_write(lua_State *lua)
{
    struct clv_writer *writer = script_handle(lua, 1, writer_type);
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

    if (!clv_writer_flush(script_handle(lua, 1, writer_type), &err))
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

void script_add_files(lua_State *lua)
{
    static const luaL_Reg readers[] = { { "next", reader_next },
                                        { "close", reader_close },
                                        { NULL, NULL } };
    static const luaL_Reg writers[] = { { "write", writer_write },
                                        { "flush", writer_flush },
                                        { "close", writer_close },
                                        { NULL, NULL } };
    static const luaL_Reg filters[] = { { "match", filter_match }, { NULL, NULL } };
    static const luaL_Reg functions[] = { { "reader", reader_open },
                                          { "writer", writer_open },
                                          { "filter", filter_new },
                                          { NULL, NULL } };
    script_new_type(lua, reader_type, readers, reader_close);
    script_new_type(lua, writer_type, writers, writer_close);
    script_new_type(lua, filter_type, filters, filter_gc);
    luaL_setfuncs(lua, functions, 0);
}
