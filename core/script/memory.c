/* SPDX-License-Identifier: BSD-2-Clause */
/* What a script and its packets hold: counted, limited, and told to the collector. */
#include "script.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

enum { COLLECT_EVERY = 1 << 20 };

/* Before, a block has what the C library gave it, whatever Lua says of its size. */

static void *take(void *user, void *old, size_t n)
{
    struct script *script = user;
    size_t before = old ? malloc_usable_size(old) : 0;
    void *block;

    if (!n) {
        free(old);
        script->held -= before;
        return NULL;
    }
    if (script->most && n > before && n - before > script->most - script->held)
        return NULL;
    block = realloc(old, n);
    if (block)
        script->held += malloc_usable_size(block) - before;
    return block;
}

void *script_take_lua(void *user, void *old, size_t before, size_t n)
{
    (void)before; /* of a new block it is a type */
    return take(user, old, n);
}

/* What packets take is outside of Lua's sight. */
void *script_take(void *user, void *old, size_t n)
{
    struct script *script = user;

    script->taken += n;
    return take(user, old, n);
}

/* Lua collects by what it has allocated itself: tell it what packets have. */
void script_collect(lua_State *lua)
{
    struct script *script = script_of(lua);

    if (script->taken < COLLECT_EVERY)
        return;
    script->taken = 0;
    lua_gc(lua, LUA_GCSTEP, COLLECT_EVERY >> 10);
}

void *script_alloc(lua_State *lua, size_t n)
{
    struct script *script = script_of(lua);
    void *block;

    script->taken += n;
    script_collect(lua);
    block = take(script, NULL, n ? n : 1);
    if (!block) { /* packets that are garbage may hold much, of which Lua knows little */
        lua_gc(lua, LUA_GCCOLLECT);
        block = take(script, NULL, n ? n : 1);
    }
    if (!block)
        script_error(lua, "not enough memory");
    return block;
}

void *script_keep(lua_State *lua, size_t n)
{
    struct script *script = script_of(lua);
    void *p = NULL;

    if (!script->most || n <= script->most - script->held)
        p = clv_arena_take(script->arena, n ? n : 1);
    if (!p) {
        script_error(lua, "not enough memory");
        return NULL;
    }
    memset(p, 0, n);
    script->held += n;
    return p;
}

void script_free(lua_State *lua, void *block)
{
    if (block)
        take(script_of(lua), block, 0);
}
