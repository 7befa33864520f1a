/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of scripts: how they are raised, what they say, which exit status they are. */
#include "script.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The chunks of the binding itself. */
const char script_part[] = "=[cleave]";

static const char *const error_type = "cleave.error";
static const char *const exit_type = "cleave.exit";

static const char *const code_names[] = {
    [CLV_OK] = "ok",         [CLV_BAD_TEXT] = "text",    [CLV_BAD_TABLE] = "table",
    [CLV_BAD_FILE] = "file", [CLV_NO_MEMORY] = "memory", [CLV_LIMIT] = "limit",
    [CLV_SYSTEM] = "system", [CLV_DENIED] = "denied",    [CLV_NO_ROUTE] = "no route",
};

/* Push "script.lua:12: ". */
static void push_where(lua_State *lua)
{
    lua_Debug at;

    for (int level = 1; lua_getstack(lua, level, &at); level++) {
        lua_getinfo(lua, "Sl", &at);
        if (at.currentline > 0 && strcmp(at.source, script_part) != 0) {
            lua_pushfstring(lua, "%s:%d: ", at.short_src, at.currentline);
            return;
        }
    }
    lua_pushliteral(lua, "");
}

int script_error(lua_State *lua, const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    push_where(lua);
    lua_pushstring(lua, text);
    lua_concat(lua, 2);
    return lua_error(lua);
}

int script_raise(lua_State *lua, const struct clv_err *err)
{
    bool system = err->code == CLV_SYSTEM || err->code == CLV_DENIED || err->code == CLV_NO_ROUTE ||
                  err->code == CLV_BAD_FILE;

    if (!system)
        return script_error(lua, "%s", *err->text ? err->text : "out of memory");
    lua_newtable(lua);
    push_where(lua);
    lua_pushstring(lua, err->text);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, -4, "message");
    lua_concat(lua, 2);
    lua_setfield(lua, -2, "where");
    lua_pushstring(lua, code_names[err->code]);
    lua_setfield(lua, -2, "code");
    luaL_setmetatable(lua, error_type);
    return lua_error(lua);
}

const int *script_exits(lua_State *lua, int index)
{
    return luaL_testudata(lua, index, exit_type);
}

static int error_tostring(lua_State *lua)
{
    lua_getfield(lua, 1, "where");
    return 1;
}

/* status(err): the exit status that an error asks for. */
static int error_status(lua_State *lua)
{
    const char *code = NULL;

    if (lua_type(lua, 1) == LUA_TTABLE && lua_getfield(lua, 1, "code") == LUA_TSTRING)
        code = lua_tostring(lua, -1);
    lua_pushinteger(lua, code && !strcmp(code, code_names[CLV_DENIED]) ? 3 : 2);
    return 1;
}

/* The message of whatever was raised, and how the script got there, where it is to blame. */
int script_traceback(lua_State *lua)
{
    if (script_exits(lua, 1))
        return 1;
    lua_pushcfunction(lua, error_status);
    lua_pushvalue(lua, 1);
    lua_call(lua, 1, 1);
    script_of(lua)->status = (int)lua_tointeger(lua, -1);
    lua_settop(lua, 1);
    if (lua_istable(lua, 1) && lua_getfield(lua, 1, "code") == LUA_TSTRING) {
        luaL_tolstring(lua, 1, NULL);
        return 1;
    }
    luaL_traceback(lua, lua, luaL_tolstring(lua, 1, NULL), 1);
    return 1;
}

/* exit(status): the script ends here, without a message. */
static int script_exit(lua_State *lua)
{
    int *status = lua_newuserdatauv(lua, sizeof *status, 0);

    *status = (int)luaL_optinteger(lua, 1, 0);
    luaL_setmetatable(lua, exit_type);
    return lua_error(lua);
}

/* is_exit(err): its status, where it is the end that a script asked for; else nil. */
static int is_exit(lua_State *lua)
{
    const int *status = script_exits(lua, 1);

    if (status)
        lua_pushinteger(lua, *status);
    else
        lua_pushnil(lua);
    return 1;
}

/* usage(text): what is wrong with the arguments; the script ends. */
static int script_usage(lua_State *lua)
{
    struct script *script = script_of(lua);

    lua_pushfstring(lua, "%s; --help tells more", luaL_checkstring(lua, 1));
    if (script->complain)
        script->complain(lua_tostring(lua, -1), lua_rawlen(lua, -1));
    lua_settop(lua, 0);
    lua_pushinteger(lua, 2);
    return script_exit(lua);
}

void script_errors_open(lua_State *lua)
{
    luaL_newmetatable(lua, error_type);
    lua_pushcfunction(lua, error_tostring);
    lua_setfield(lua, -2, "__tostring");
    luaL_newmetatable(lua, exit_type);
    lua_pop(lua, 2);
}

void script_add_errors(lua_State *lua)
{
    static const luaL_Reg functions[] = { { "exit", script_exit },
                                          { "is_exit", is_exit },
                                          { "usage", script_usage },
                                          { "status", error_status },
                                          { NULL, NULL } };
    luaL_setfuncs(lua, functions, 0);
}
