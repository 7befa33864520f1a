/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of scripts: how they are raised, what they say, which exit status they are. */
#include "script.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The chunks of the binding itself. */
const char script_part[] = "=[cleave]";
const char script_missing[] = "cleave.missing";

static const char *const error_type = "cleave.error";
static const char *const exit_type = "cleave.exit";

static const char *const code_names[] = {
    [CLV_OK] = "ok",         [CLV_BAD_TEXT] = "text",    [CLV_BAD_TABLE] = "table",
    [CLV_BAD_FILE] = "file", [CLV_NO_MEMORY] = "memory", [CLV_LIMIT] = "limit",
    [CLV_SYSTEM] = "system", [CLV_DENIED] = "denied",    [CLV_NO_ROUTE] = "no route",
};

/* Push "script.lua:12: ", where `of` is in the script. */
static void push_where(lua_State *lua, lua_State *of)
{
    lua_Debug at;

    for (int level = of == lua; lua_getstack(of, level, &at); level++) {
        lua_getinfo(of, "Sl", &at);
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
    push_where(lua, lua);
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
    push_where(lua, lua);
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

/* ---- What people see of an error. */

struct near {
    const char *wanted, *best;
    uint32_t away;
    size_t same; /* letters that both begin with; of two that are as near, the one with more */
};

static void try_near(struct near *near, const char *name)
{
    uint32_t away = clv_distance(near->wanted, strlen(near->wanted), name, strlen(name));
    size_t same = 0;

    while (name[same] && name[same] == near->wanted[same])
        same++;
    if (away > near->away ||
        (away == near->away && near->best &&
         (same < near->same || (same == near->same && strcmp(name, near->best) > 0))))
        return;
    near->away = away;
    near->same = same;
    near->best = name;
}

/* Push the layer or the global that is spelt nearly so; false: there is none. */
static bool push_near(lua_State *lua, const char *name)
{
    const struct clv *clv = script_of(lua)->clv;
    const struct clv_desc *desc = clv_layer_named(clv, name);
    struct near near = { .wanted = name, .away = strlen(name) > 3 ? 2 : 1 };

    if (desc) { /* an alias, or with other capitals */
        lua_pushstring(lua, desc->name);
        return true;
    }
    if (strlen(name) < 2)
        return false;
    lua_pushglobaltable(lua);
    lua_pushnil(lua);
    while (lua_next(lua, -2)) {
        lua_pop(lua, 1);
        if (lua_type(lua, -1) == LUA_TSTRING)
            try_near(&near, lua_tostring(lua, -1));
    }
    for (uint32_t i = 0; i < clv_layer_count(clv); i++)
        try_near(&near, clv_layer_at(clv, i)->name);
    if (near.best)
        lua_pushstring(lua, near.best); /* before its key may go */
    lua_remove(lua, near.best ? -2 : -1);
    return near.best != NULL;
}

/* What people who come from Scapy write, as Lua complains of it. */
static const struct {
    const char *found, *help;
} hints[] = {
    { "')' expected near '='", "in Lua, what has a name stands in braces: IP{dst = \"192.0.2.1\"}, "
                               "sr1(packet, {timeout = 1})" },
    { "')' expected near ','", "in Lua, (1, 30) is range(1, 30)" },
    { "unexpected symbol near '['", "in Lua, a list stands in braces: {22, 80}" },
    { "near '!'", "in Lua, != is ~=" },
    { "a nil value (field 'integer index')", "the first of a list is [1]" },
    { "a nil value (global 'None')", "in Lua, None is nil" },
    { "a nil value (global 'raw')", "the bytes of a packet are p:bytes()" },
    { "a nil value (global 'conf')", "an interface is an option: {iface = \"eth0\"}" },
    { "bytes takes a field's name", "the bytes of a packet are p:bytes()" },
    { "a nil value (global 'len')", "in Lua, len(x) is #x" },
};

/* Of a global that is nil, to which one is near. */
static bool explain_global(lua_State *lua, const char *text)
{
    const char *global = strstr(text, "a nil value (global '");
    char name[64];

    if (!global || sscanf(global, "a nil value (global '%63[A-Za-z0-9_]')", name) != 1 ||
        !push_near(lua, name))
        return false;
    lua_pushfstring(lua, "%s; did you mean '%s'?", text, lua_tostring(lua, -1));
    lua_replace(lua, -3);
    lua_pop(lua, 1);
    return true;
}

void script_explain(lua_State *lua)
{
    const char *text = lua_tostring(lua, -1);

    if (!text)
        return;
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (strstr(text, hints[i].found)) {
            lua_pushfstring(lua, "; %s", hints[i].help);
            lua_concat(lua, 2);
            return;
        }
    explain_global(lua, text);
}

int script_no_packet(lua_State *lua, int index)
{
    if (lua_isnone(lua, index))
        return script_error(lua, "no packet was given; methods are called with a colon: p:show()");
    if (lua_isnil(lua, index) &&
        lua_getfield(lua, LUA_REGISTRYINDEX, script_missing) == LUA_TSTRING &&
        push_near(lua, lua_tostring(lua, -1)))
        return script_error(lua, "'%s' is nil, and no packet; did you mean '%s'?",
                            lua_tostring(lua, -2), lua_tostring(lua, -1));
    return script_error(lua,
                        "a %s is no packet; packets are layers, like IP{dst = \"192.0.2.1\"}, and "
                        "text",
                        luaL_typename(lua, index));
}

/* Where a line ends: at the next one, or at the end of the text. */
static const char *line_end(const char *line)
{
    const char *end = strchr(line, '\n');

    return end ? end + 1 : line + strlen(line);
}

static bool begins(const char *line, const char *with)
{
    return !strncmp(line, with, strlen(with));
}

/* The traceback on the stack without what is the binding's own. */
static void leave_out_parts(lua_State *lua)
{
    const char *line = line_end(lua_tostring(lua, -1)), *next;
    bool ours = false;
    luaL_Buffer kept;

    luaL_buffinit(lua, &kept);
    for (; *line; line = next) {
        next = line_end(line);
        ours = begins(line, "\t[cleave]:") || (ours && begins(line, "\t(...tail")) ||
               (begins(line, "\t[C]:") && (!*next || begins(next, "\t[cleave]:")));
        if (!ours)
            luaL_addlstring(&kept, line, (size_t)(next - line));
    }
    luaL_pushresult(&kept);
    lua_replace(lua, -2);
    size_t n = lua_rawlen(lua, -1);
    if (n && lua_tostring(lua, -1)[n - 1] == '\n') {
        lua_pushlstring(lua, lua_tostring(lua, -1), n - 1);
        lua_replace(lua, -2);
    }
}

/* Push the text, what may help, and how `of` got there. A line is the script's, not the binding's. */
static void push_trace(lua_State *lua, lua_State *of, const char *text, int level)
{
    const char *after = begins(text, "[cleave]:") ? strstr(text, ": ") : NULL;

    if (after)
        push_where(lua, of);
    lua_pushstring(lua, after ? after + 2 : text);
    if (after)
        lua_concat(lua, 2);
    script_explain(lua);
    luaL_traceback(lua, of, NULL, level);
    leave_out_parts(lua);
    if (!lua_rawlen(lua, -1)) {
        lua_pop(lua, 1);
        return;
    }
    lua_pushliteral(lua, "\nstack traceback:\n");
    lua_insert(lua, -2);
    lua_concat(lua, 3);
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
    push_trace(lua, lua, luaL_tolstring(lua, 1, NULL), 1);
    return 1;
}

/* trace(coroutine or nil, text): the text, and how that coroutine, or this one, got there. */
static int error_trace(lua_State *lua)
{
    lua_State *of = lua_tothread(lua, 1);

    push_trace(lua, of ? of : lua, luaL_checkstring(lua, 2), of ? 0 : 1);
    return 1;
}

/* explain(text): and what may help, where that is known. */
static int error_explain(lua_State *lua)
{
    lua_settop(lua, 1);
    script_explain(lua);
    return 1;
}

/* blame(text): raise it with the line of the script that led here, however far up. */
static int error_blame(lua_State *lua)
{
    return script_error(lua, "%s", luaL_checkstring(lua, 1));
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
    static const luaL_Reg functions[] = { { "exit", script_exit },   { "is_exit", is_exit },
                                          { "usage", script_usage }, { "status", error_status },
                                          { "trace", error_trace },  { "explain", error_explain },
                                          { "blame", error_blame },  { NULL, NULL } };
    luaL_setfuncs(lua, functions, 0);
}
