/* SPDX-License-Identifier: BSD-2-Clause */
/* A layer that was declared in Lua, and its functions. */
#ifndef CLV_DECLARE_H
#define CLV_DECLARE_H

#include "script.h"

struct hook {
    int at;    /* the function, in the registry; LUA_NOREF: none */
    bool told; /* an error of it: others are not told */
};

/* The table's `user`. */
struct declared {
    struct clv_desc desc;
    struct clv_hooks hooks;
    struct script *script; /* NULL: Lua is gone, or not begun: no function answers */
    struct declared *next; /* of the same script */
    const char *where;     /* "foo.lua:12" */
    struct hook *fills;    /* by row */
    struct hook probe, length, above, summary, answers;
};

/* A kind of row, as it is called in Lua. */
struct row_kind {
    const char *name;
    const struct clv_kind *kind;
    uint16_t bits;
    bool many;
    const char *needs; /* behind its name: none, bits, bytes, bytes? (if it likes), parts: two */
};

/* It must be there. */
const struct row_kind *declared_kind(const char *name);
clv_fill_fn *declared_sum(lua_Integer sum);
/* declare(spec): the layer; or nil, and why the engine refuses it. */
int declared_make(lua_State *lua);

/* Of the function on the top of the stack, which is popped; false: it is none. */
bool declared_hook(lua_State *lua, struct hook *hook);
/* Set the hooks that the spec at index 1 has functions for. */
void declared_hooks(lua_State *lua, struct declared *to);
clv_fill_fn declared_fill;
void declared_open(lua_State *lua);
/* Tell of those declared behind `end` that sit where nothing looks: a space is spelt wrong. */
void declared_seek(struct script *script, const struct declared *end);
/* Lua is gone: no function of these answers any more. */
void declared_forget(struct declared *list);

#endif
