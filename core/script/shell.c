/* SPDX-License-Identifier: BSD-2-Clause */
/* The shell without its line editor: what is typed is run, and completed, by shell.lua. */
#include "script.h"

#include <glob.h>
#include <string.h>
#include <sys/stat.h>

extern const char script_shell[], script_help[];
extern const unsigned script_shell_size, script_help_size;

/* ---- What shell.lua asks for. */

static int is_packet(lua_State *lua)
{
    lua_pushboolean(lua, script_packet_maybe(lua, 1) != NULL);
    return 1;
}

static int is_layer(lua_State *lua)
{
    lua_pushboolean(lua, script_layer_maybe(lua, 1) != NULL);
    return 1;
}

/* words(layer, field): the names of a field's values. */
static int words(lua_State *lua)
{
    const struct clv_desc *desc = script_layer_maybe(lua, 1);
    const struct clv_field *field = desc ? script_row(desc, luaL_checkstring(lua, 2)) : NULL;

    lua_newtable(lua);
    for (int i = 0; field && field->words && field->words[i].name; i++) {
        lua_pushstring(lua, field->words[i].name);
        lua_rawseti(lua, -2, i + 1);
    }
    return 1;
}

static int layers(lua_State *lua)
{
    const struct clv *clv = script_of(lua)->clv;

    lua_newtable(lua);
    for (uint32_t i = 0; i < clv_layer_count(clv); i++) {
        lua_pushstring(lua, clv_layer_at(clv, i)->name);
        lua_rawseti(lua, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static int methods(lua_State *lua)
{
    lua_newtable(lua);
    for (int i = 0; script_methods[i].name; i++) {
        lua_pushstring(lua, script_methods[i].name);
        lua_rawseti(lua, -2, i + 1);
    }
    return 1;
}

/* files(prefix): what is there that begins so; directories end in a slash. */
static int files(lua_State *lua)
{
    glob_t found;

    lua_pushfstring(lua, "%s*", luaL_checkstring(lua, 1));
    lua_newtable(lua);
    if (glob(lua_tostring(lua, -2), GLOB_MARK | GLOB_TILDE, NULL, &found))
        return 1;
    for (size_t i = 0; i < found.gl_pathc && i < 1000; i++) {
        lua_pushstring(lua, found.gl_pathv[i]);
        lua_rawseti(lua, -2, (lua_Integer)i + 1);
    }
    globfree(&found);
    return 1;
}

static int open_shell(lua_State *lua)
{
    static const luaL_Reg functions[] = { { "is_packet", is_packet },
                                          { "is_layer", is_layer },
                                          { "words", words },
                                          { "layers", layers },
                                          { "methods", methods },
                                          { "files", files },
                                          { NULL, NULL } };
    script_push_core(lua);
    luaL_setfuncs(lua, functions, 0);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, script_of(lua)->sched);
    script_load_part(lua, script_help, script_help_size, 0);
    script_load_part(lua, script_shell, script_shell_size, 3);
    script_of(lua)->shell = luaL_ref(lua, LUA_REGISTRYINDEX);
    return 0;
}

/* ---- For the program. */

bool script_shell_open(struct script *script)
{
    lua_State *lua = script->lua;

    lua_settop(lua, 0);
    lua_pushcfunction(lua, open_shell);
    if (lua_pcall(lua, 0, 0, 0) == LUA_OK)
        return true;
    if (script->complain)
        script->complain(luaL_tolstring(lua, -1, NULL), lua_rawlen(lua, -1));
    return false;
}

/* Push a function of shell.lua. */
static void push(lua_State *lua, const char *name)
{
    lua_rawgeti(lua, LUA_REGISTRYINDEX, script_of(lua)->shell);
    lua_getfield(lua, -1, name);
    lua_remove(lua, -2);
}

enum script_said script_shell_eval(struct script *script, const char *text, int *status)
{
    lua_State *lua = script->lua;
    enum script_said said;

    lua_settop(lua, 0);
    script_watch(script);
    push(lua, "eval");
    lua_pushstring(lua, text);
    if (lua_pcall(lua, 1, 1, 0) != LUA_OK) {
        if (script->complain)
            script->complain(luaL_tolstring(lua, -1, NULL), lua_rawlen(lua, -1));
        said = SCRIPT_FAILED;
    } else {
        said = lua_isnil(lua, 1)       ? SCRIPT_MORE
               : lua_toboolean(lua, 1) ? SCRIPT_DONE
                                       : SCRIPT_FAILED;
    }
    lua_settop(lua, 0);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, script->shell);
    if (lua_getfield(lua, -1, "exit") == LUA_TNUMBER) {
        *status = (int)lua_tointeger(lua, -1);
        said = SCRIPT_END;
    }
    lua_settop(lua, 0);
    return said;
}

int script_shell_complete(struct script *script, const char *text, size_t n, size_t *word)
{
    lua_State *lua = script->lua;

    lua_settop(lua, 0);
    push(lua, "complete");
    lua_pushlstring(lua, text, n);
    if (lua_pcall(lua, 1, 2, 0) != LUA_OK) {
        lua_settop(lua, 0);
        lua_newtable(lua);
        return 0;
    }
    lua_tolstring(lua, 2, word);
    lua_settop(lua, 1);
    return (int)lua_rawlen(lua, 1);
}

bool script_shell_tick(struct script *script)
{
    lua_State *lua = script->lua;
    bool on;

    lua_settop(lua, 0);
    push(lua, "tick");
    on = lua_pcall(lua, 0, 1, 0) == LUA_OK && lua_toboolean(lua, -1);
    lua_settop(lua, 0);
    return on;
}
