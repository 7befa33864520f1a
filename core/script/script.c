/* SPDX-License-Identifier: BSD-2-Clause */
/* A Lua state with cleave in it: how it begins, and runs a file. */
#include "declare.h"

#include <errno.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct script *script_of(lua_State *lua)
{
    return *(struct script **)lua_getextraspace(lua);
}

bool script_stopped(struct script *script)
{
    if (script->alive)
        *script->alive = 1;
    return script->stop && *script->stop && !script->caught;
}

void script_push_out(lua_State *lua, struct clv_out *out)
{
    if (out->failed) {
        out->failed = false;
        script_error(lua, "out of memory");
    }
    lua_pushlstring(lua, out->buf ? out->buf : "", out->len);
}

void script_write(lua_State *lua, const char *s, size_t n)
{
    if (fwrite(s, 1, n, stdout) != n)
        script_error(lua, "standard output: %s", strerror(errno));
}

int script_apart(lua_State *lua)
{
    if (script_of(lua)->hooking)
        return script_error(lua, "while a packet is looked at, a layer's function has but what it "
                                 "is given: no packets, no waiting");
    return 0;
}

/* ---- The state. */

extern const char script_sched[], script_verbs[], script_args[], script_stream[], script_report[];
extern const unsigned script_sched_size, script_verbs_size, script_args_size, script_stream_size,
    script_report_size;

void script_push_core(lua_State *lua)
{
    lua_newtable(lua);
    script_add_errors(lua);
    script_add_net(lua);
    script_add_files(lua);
    script_add_asks(lua);
    script_add_streams(lua);
    lua_pushcfunction(lua, script_apart);
    lua_setfield(lua, -2, "apart");
}

void script_load_part(lua_State *lua, const char *text, size_t size, int n)
{
    if (luaL_loadbuffer(lua, text, size, script_part) != LUA_OK)
        lua_error(lua);
    lua_insert(lua, -n - 1);
    lua_call(lua, n, 1);
}

static void set_globals(lua_State *lua, int from, const char *const *names)
{
    for (; *names; names++) {
        lua_getfield(lua, from, *names);
        lua_setglobal(lua, *names);
    }
}

/* What a part gives, as globals. */
static void load_verbs(lua_State *lua, int core, int sched, const char *text, size_t size)
{
    lua_pushvalue(lua, core);
    lua_pushvalue(lua, sched);
    script_load_part(lua, text, size, 2);
    lua_pushnil(lua);
    while (lua_next(lua, -2)) {
        lua_pushvalue(lua, -2);
        lua_insert(lua, -2);
        lua_setglobal(lua, lua_tostring(lua, -2));
        lua_pop(lua, 1);
    }
    lua_settop(lua, sched);
}

static void install_parts(lua_State *lua)
{
    static const char *const tasks[] = { "go",      "wait_all", "sleep",     "timeout",
                                         "channel", "pool",     "on_signal", NULL };
    int core, sched;

    script_push_core(lua);
    core = lua_gettop(lua);

    lua_newtable(lua);
    sched = lua_gettop(lua);
    lua_pushvalue(lua, sched);
    script_of(lua)->sched = luaL_ref(lua, LUA_REGISTRYINDEX);
    lua_pushvalue(lua, core);
    lua_pushvalue(lua, sched);
    script_load_part(lua, script_sched, script_sched_size, 2);
    lua_pop(lua, 1);
    set_globals(lua, sched, tasks);

    load_verbs(lua, core, sched, script_verbs, script_verbs_size);
    load_verbs(lua, core, sched, script_stream, script_stream_size);

    /* The table `cleave`: what report.lua gives, and more. */
    lua_pushvalue(lua, core);
    script_load_part(lua, script_report, script_report_size, 1);
    lua_pushvalue(lua, core);
    lua_pushvalue(lua, -2);
    script_load_part(lua, script_args, script_args_size, 2);
    lua_setfield(lua, -2, "args");
    lua_pushliteral(lua, CLV_VERSION);
    lua_setfield(lua, -2, "version");
    static const char *const shared[] = { "exit", "now",      "ifaces", "filter",
                                          "expr", "complain", "failed", "safe" };
    for (size_t i = 0; i < sizeof shared / sizeof *shared; i++) {
        lua_getfield(lua, core, shared[i]);
        lua_setfield(lua, -2, shared[i]);
    }
    lua_setglobal(lua, "cleave");
    lua_settop(lua, 0);
}

/* setmetatable() of the sandbox: finalizers run where no hook is called, so nothing could end them. */
static int set_metatable(lua_State *lua)
{
    if (lua_istable(lua, 2)) {
        lua_pushliteral(lua, "__gc");
        if (lua_rawget(lua, 2) != LUA_TNIL)
            return script_error(lua, "setmetatable: __gc is not for scripts in a sandbox");
        lua_pop(lua, 1);
    }
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, lua_gettop(lua) - 1, LUA_MULTRET);
    return lua_gettop(lua);
}

/* What a script of strangers does without: files, processes, the environment, loading of code. */
static void fence(lua_State *lua)
{
    static const char *const gone[] = { "io",           "package", "require",    "dofile",
                                        "loadfile",     "load",    "debug",      "collectgarbage",
                                        "rdpcap",       "wrpcap",  "PcapReader", "PcapWriter",
                                        "getmetatable", NULL };
    static const char *const kept[] = { "time", "clock", "date", "difftime", NULL };

    for (const char *const *name = gone; *name; name++) {
        lua_pushnil(lua);
        lua_setglobal(lua, *name);
    }
    lua_getglobal(lua, "os");
    lua_newtable(lua);
    for (const char *const *name = kept; *name; name++) {
        lua_getfield(lua, -2, *name);
        lua_setfield(lua, -2, *name);
    }
    lua_setglobal(lua, "os");
    lua_getglobal(lua, "string");
    lua_pushnil(lua);
    lua_setfield(lua, -2, "dump");
    lua_getglobal(lua, "setmetatable");
    lua_pushcclosure(lua, set_metatable, 1);
    lua_setglobal(lua, "setmetatable");
    lua_settop(lua, 0);
}

static int install(lua_State *lua)
{
    if (script_of(lua)->bare) {
        lua_pushboolean(lua, true);
        lua_setfield(lua, LUA_REGISTRYINDEX, "LUA_NOENV");
    }
    luaL_openlibs(lua);
    script_errors_open(lua);
    lua_settop(lua, 0);
    script_values_open(lua);
    script_layers_open(lua);
    script_packets_open(lua);
    script_declare_open(lua);
    if (!script_of(lua)->lean)
        install_parts(lua);
    if (script_of(lua)->sandbox)
        fence(lua);
    return 0;
}

const char *script_over(struct script *script, unsigned steps)
{
    script->steps += steps;
    if (script_stopped(script))
        return "interrupted";
    if (script->end != CLV_FOREVER && clv_now() >= script->end)
        return "the script has run for as long as it may";
    if (script->most_steps && script->steps > script->most_steps)
        return "the script has run as many instructions as it may";
    return NULL;
}

enum { LOOK_EVERY = 4096 };

/*
 * Looked for every few thousand instructions, so that no loop is deaf: ^C, the end of its time, the
 * question what it does. Once it must end, every instruction says so: an error can be caught.
 */
static void look_up(lua_State *lua, lua_Debug *at)
{
    struct script *script = script_of(lua);

    (void)at;
    if (script->reports && script->reports()) {
        lua_rawgeti(lua, LUA_REGISTRYINDEX, script->sched);
        lua_getfield(lua, -1, "report");
        lua_call(lua, 0, 0);
        lua_pop(lua, 1);
    }
    const char *why = script_over(script, LOOK_EVERY);
    if (!why)
        return;
    lua_sethook(lua, look_up, LUA_MASKCOUNT, 1);
    script_error(lua, "%s", why);
}

void script_watch(struct script *script)
{
    lua_sethook(script->lua, look_up, LUA_MASKCOUNT, LOOK_EVERY);
}

/* No error is raised outside of a protected call but for want of memory while one is told. */
static int at_panic(lua_State *lua)
{
    struct script *script = script_of(lua);

    if (script->complain)
        script->complain("out of memory", 13);
    return 0; /* and abort */
}

struct script *script_open(const struct script_opts *opts)
{
    struct script *script = calloc(1, sizeof *script);

    if (!script)
        return NULL;
    script->clv = opts->clv;
    script->stop = opts->stop;
    script->alive = opts->alive;
    script->seed = opts->seed;
    script->arena = opts->arena;
    script->lean = opts->lean;
    script->pure = opts->pure;
    script->reports = opts->reports;
    script->complain = opts->complain;
    script->end = opts->timeout ? clv_now() + opts->timeout : CLV_FOREVER;
    script->sandbox = opts->sandbox;
    script->colour = opts->colour;
    script->bare = opts->bare || opts->sandbox;
    script->most = opts->memory;
    script->most_steps = opts->instructions;
    script->mem = (struct clv_mem){ script_take, script };
    clv_out_init(&script->out, NULL, NULL);
    clv_out_init(&script->text, NULL, NULL);
    script->lua = lua_newstate(script_take_lua, script);
    if (script->lua) {
        *(struct script **)lua_getextraspace(script->lua) = script;
        lua_atpanic(script->lua, at_panic);
        lua_pushcfunction(script->lua, install);
        if (lua_pcall(script->lua, 0, 0, 0) == LUA_OK) {
            script_watch(script);
            return script;
        }
        if (script->complain)
            script->complain(luaL_tolstring(script->lua, -1, NULL), lua_rawlen(script->lua, -1));
    }
    script_close(script);
    return NULL;
}

void script_close(struct script *script)
{
    if (!script)
        return;
    if (script->lua) {
        lua_sethook(script->lua, NULL, 0, 0);
        lua_close(script->lua);
    }
    declared_forget(script->declared);
    clv_out_free(&script->out);
    clv_out_free(&script->text);
    free(script);
}

/* The chunk is on the stack: run it, then what tasks it began. */
static int run_main(lua_State *lua)
{
    int n = lua_gettop(lua);

    lua_call(lua, n - 1, 0);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, script_of(lua)->sched);
    lua_getfield(lua, -1, "drain");
    lua_call(lua, 0, 1);
    return 1;
}

extern const char script_tests[], script_pipes[];
extern const unsigned script_tests_size, script_pipes_size;

static void set_arg(lua_State *lua, const char *path, int argc, char **argv)
{
    lua_createtable(lua, argc, 1);
    lua_pushstring(lua, path);
    lua_rawseti(lua, -2, 0);
    for (int i = 0; i < argc; i++) {
        lua_pushstring(lua, argv[i]);
        lua_rawseti(lua, -2, i + 1);
    }
    lua_setglobal(lua, "arg");
}

bool script_run(struct script *script, const char *path, int argc, char **argv, int *status,
                char **text)
{
    lua_State *lua = script->lua;
    int got;

    *text = NULL;
    *status = 0;
    script->status = 2;
    lua_settop(lua, 0);
    if (!lua_checkstack(lua, argc + 8)) {
        *text = strdup("too many arguments");
        *status = 2;
        return false;
    }
    set_arg(lua, path, argc, argv);
    lua_pushcfunction(lua, script_traceback);
    lua_pushcfunction(lua, run_main);
    got = luaL_loadfile(lua, strcmp(path, "-") ? path : NULL);
    if (got == LUA_OK) {
        for (int i = 0; i < argc; i++)
            lua_pushstring(lua, argv[i]);
        got = lua_pcall(lua, argc + 1, 1, 1);
    } else {
        script_explain(lua);
    }
    if (got == LUA_OK) {
        *status = (int)lua_tointeger(lua, -1);
        return true;
    }
    const int *asked = script_exits(lua, -1);
    if (asked) {
        *status = *asked;
        return true;
    }
    *status = script->status;
    *text = strdup(luaL_tolstring(lua, -1, NULL));
    return false;
}

bool script_load(struct script *script, const char *path, char **text)
{
    lua_State *lua = script->lua;

    *text = NULL;
    lua_settop(lua, 0);
    const struct declared *before = script->declared;
    if (luaL_loadfile(lua, path) == LUA_OK && lua_pcall(lua, 0, 0, 0) == LUA_OK) {
        declared_seek(script, before);
        return true;
    }
    script_explain(lua);
    *text = strdup(lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : "an error");
    return false;
}

static int run_tests(lua_State *lua)
{
    bool update = lua_toboolean(lua, 1);

    script_push_core(lua);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, script_of(lua)->sched);
    lua_pushvalue(lua, -1);
    script_load_part(lua, script_pipes, script_pipes_size, 1);
    lua_pushboolean(lua, update);
    script_load_part(lua, script_tests, script_tests_size, 4);
    return 1;
}

bool script_test(struct script *script, bool update, int argc, char **argv, bool *passed,
                 char **text)
{
    lua_State *lua = script->lua;

    *text = NULL;
    lua_settop(lua, 0);
    set_arg(lua, "cleave", argc, argv);
    lua_pushcfunction(lua, script_traceback);
    lua_pushcfunction(lua, run_tests);
    lua_pushboolean(lua, update);
    if (lua_pcall(lua, 1, 1, 1) == LUA_OK) {
        *passed = lua_toboolean(lua, -1);
        return true;
    }
    *text = strdup(luaL_tolstring(lua, -1, NULL));
    return false;
}
