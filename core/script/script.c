/* SPDX-License-Identifier: BSD-2-Clause */
/* A Lua state with cleave in it: how it begins, runs a file, and tells of errors. */
#include "script.h"

#include <errno.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct script *script_of(lua_State *lua)
{
    return *(struct script **)lua_getextraspace(lua);
}

void script_push_out(lua_State *lua, struct clv_out *out)
{
    if (out->failed) {
        out->failed = false;
        luaL_error(lua, "out of memory");
    }
    lua_pushlstring(lua, out->buf ? out->buf : "", out->len);
}

void script_write(lua_State *lua, const char *s, size_t n)
{
    if (fwrite(s, 1, n, stdout) != n)
        luaL_error(lua, "standard output: %s", strerror(errno));
}

/* ---- Errors. */

static const char *const error_type = "cleave.error";

static const char *const code_names[] = {
    [CLV_OK] = "ok",         [CLV_BAD_TEXT] = "text",    [CLV_BAD_TABLE] = "table",
    [CLV_BAD_FILE] = "file", [CLV_NO_MEMORY] = "memory", [CLV_LIMIT] = "limit",
    [CLV_SYSTEM] = "system", [CLV_DENIED] = "denied",    [CLV_NO_ROUTE] = "no route",
};

int script_raise(lua_State *lua, const struct clv_err *err)
{
    bool system = err->code == CLV_SYSTEM || err->code == CLV_DENIED || err->code == CLV_NO_ROUTE ||
                  err->code == CLV_BAD_FILE;

    if (!system)
        return luaL_error(lua, "%s", *err->text ? err->text : "out of memory");
    lua_newtable(lua);
    luaL_where(lua, 1);
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

static int error_tostring(lua_State *lua)
{
    lua_getfield(lua, 1, "where");
    return 1;
}

/* The message of whatever was raised, and how the script got there. */
static int with_traceback(lua_State *lua)
{
    luaL_traceback(lua, lua, luaL_tolstring(lua, 1, NULL), 1);
    return 1;
}

/* ---- The state. */

static void install(lua_State *lua)
{
    luaL_openlibs(lua);
    luaL_newmetatable(lua, error_type);
    lua_pushcfunction(lua, error_tostring);
    lua_setfield(lua, -2, "__tostring");
    lua_pop(lua, 1);
    script_values_open(lua);
    script_layers_open(lua);
    script_packets_open(lua);
}

static int protected_install(lua_State *lua)
{
    install(lua);
    return 0;
}

struct script *script_open(const struct script_opts *opts)
{
    struct script *script = calloc(1, sizeof *script);

    if (!script)
        return NULL;
    script->clv = opts->clv;
    script->stop = opts->stop;
    script->seed = opts->seed;
    script->pure = opts->pure;
    clv_out_init(&script->out, NULL, NULL);
    clv_out_init(&script->text, NULL, NULL);
    script->lua = luaL_newstate();
    if (script->lua) {
        *(struct script **)lua_getextraspace(script->lua) = script;
        lua_pushcfunction(script->lua, protected_install);
        if (lua_pcall(script->lua, 0, 0, 0) == LUA_OK)
            return script;
    }
    script_close(script);
    return NULL;
}

void script_close(struct script *script)
{
    if (!script)
        return;
    if (script->lua)
        lua_close(script->lua);
    clv_out_free(&script->out);
    clv_out_free(&script->text);
    free(script);
}

/* ^C: looked for every few thousand instructions, so that no loop is deaf to it. */
static void look_up(lua_State *lua, lua_Debug *at)
{
    struct script *script = script_of(lua);

    (void)at;
    if (script->stop && *script->stop)
        luaL_error(lua, "interrupted");
}

enum { LOOK_EVERY = 4096 };

bool script_run(struct script *script, const char *path, int argc, char **argv, char **text)
{
    lua_State *lua = script->lua;
    int status;

    *text = NULL;
    lua_settop(lua, 0);
    lua_pushcfunction(lua, with_traceback);
    status = luaL_loadfile(lua, strcmp(path, "-") ? path : NULL);
    lua_createtable(lua, argc, 1);
    lua_pushstring(lua, path);
    lua_rawseti(lua, -2, 0);
    for (int i = 0; i < argc; i++) {
        lua_pushstring(lua, argv[i]);
        lua_rawseti(lua, -2, i + 1);
    }
    lua_setglobal(lua, "arg");
    if (status == LUA_OK) {
        luaL_checkstack(lua, argc, "too many arguments");
        for (int i = 0; i < argc; i++)
            lua_pushstring(lua, argv[i]);
        lua_sethook(lua, look_up, LUA_MASKCOUNT, LOOK_EVERY);
        status = lua_pcall(lua, argc, 0, 1);
    }
    if (status == LUA_OK)
        return true;
    *text = strdup(luaL_tolstring(lua, -1, NULL));
    return false;
}
