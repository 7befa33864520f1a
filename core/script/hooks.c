/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions in Lua where tables in C have hooks. Whatever happens in one stays in it: an error is
 * told, and the answer is as if there were no function. A hook sees one layer and the ones below, while
 * they are being looked at: packets and waiting are not at hand.
 */
#include "declare.h"

#include <string.h>

static const char *const type = "cleave.scope";

enum { MOST_DEEP = 8, LOOK_EVERY = 4096, MOST_FUEL = 20000000 };

/* ---- What a hook is given: l.field, l["UDP.dport"], #l. */

struct part {
    struct clv_scope *scope; /* NULL once the hook has returned: it may have kept it */
    bool own;                /* of the layer that was declared */
};

static struct part *part_of(lua_State *lua)
{
    struct part *part = luaL_checkudata(lua, 1, type);

    if (!part->scope)
        script_error(lua, "the packet that this was a part of is gone");
    return part;
}

static int no_field(lua_State *lua, const struct clv_desc *desc, const char *name)
{
    const char *near = clv_field_near(desc, name, strlen(name));

    if (near)
        return script_error(lua, "%s has no field '%s'; did you mean '%s'?", desc->name, name,
                            near);
    return script_error(lua, "%s has no field '%s'", desc->name, name);
}

static int scope_index(lua_State *lua)
{
    const struct part *part = part_of(lua);
    const char *name = luaL_checkstring(lua, 2), *dot = strchr(name, '.');
    struct clv_cell cell;
    char layer[64];
    size_t n = dot ? (size_t)(dot - name) : 0;

    if (n >= sizeof layer)
        return script_error(lua, "'%s': no layer is named so", name);
    memcpy(layer, name, n);
    layer[n] = 0;
    if (!dot && part->own && !script_row(clv_scope_desc(part->scope), name))
        return no_field(lua, clv_scope_desc(part->scope), name);
    if (!clv_scope_cell(part->scope, dot ? layer : NULL, dot ? dot + 1 : name, &cell))
        lua_pushnil(lua);
    else if (cell.p)
        lua_pushlstring(lua, (const char *)cell.p, cell.n);
    else
        lua_pushinteger(lua, (lua_Integer)cell.u);
    return 1;
}

static int scope_len(lua_State *lua)
{
    lua_pushinteger(lua, clv_scope_size(part_of(lua)->scope));
    return 1;
}

/* ---- Calling. */

struct call {
    struct declared *to;
    struct hook *hook;
    struct clv_scope *scope, *other; /* other: of an answer; NULL */
    const uint8_t *bytes;            /* NULL: the layer's, of which the row to be filled in is 0 */
    uint32_t len;
    lua_Integer number;
    const struct clv_desc *layer;
    bool yes;
    struct clv_out *out; /* a text goes here; NULL: none is wanted */
};

/* It is kept in the stack's slot `keep`, too: a hook may forget it. */
static struct part *push_part(lua_State *lua, struct clv_scope *scope, bool own, int kept)
{
    struct part *part = lua_newuserdatauv(lua, sizeof *part, 0);

    *part = (struct part){ scope, own };
    luaL_setmetatable(lua, type);
    lua_pushvalue(lua, -1);
    lua_replace(lua, kept);
    return part;
}

static void clear_row(struct clv_scope *scope, uint8_t *bytes, uint32_t len)
{
    uint32_t bit;
    const struct clv_field *f = clv_scope_row(scope, &bit);

    for (uint32_t i = bit; f && i < bit + f->bits && i / 8 < len; i++) {
        unsigned mask = f->style & CLV_LE ? 1u << i % 8 : 0x80u >> i % 8;
        bytes[i / 8] = (uint8_t)(bytes[i / 8] & ~mask);
    }
}

static void push_bytes(lua_State *lua, const struct call *c)
{
    luaL_Buffer b;

    if (c->bytes) {
        lua_pushlstring(lua, (const char *)c->bytes, c->len);
        return;
    }
    uint32_t n = clv_scope_size(c->scope);
    char *to = luaL_buffinitsize(lua, &b, n);
    clv_scope_bytes(c->scope, 0, (uint8_t *)to, n);
    clear_row(c->scope, (uint8_t *)to, n);
    luaL_pushresultsize(&b, n);
}

static void take_layer(lua_State *lua, struct call *c)
{
    c->layer = script_layer_maybe(lua, -1);
    if (!c->layer && lua_type(lua, -1) == LUA_TSTRING)
        c->layer = clv_layer_named(script_of(lua)->clv, lua_tostring(lua, -1));
    if (!c->layer && !lua_isnil(lua, -1))
        script_error(lua, "'%s' is no layer", luaL_tolstring(lua, -1, NULL));
}

/* Protected: the call is a light userdata at index 1. What is returned goes into it. */
static int call_inside(lua_State *lua)
{
    struct call *c = lua_touserdata(lua, 1);
    struct part *other = NULL;
    int whole;

    lua_settop(lua, 3);
    lua_rawgeti(lua, LUA_REGISTRYINDEX, c->hook->at);
    struct part *mine = push_part(lua, c->scope, c->hook != &c->to->probe, 2);
    if (c->other)
        other = push_part(lua, c->other, true, 3);
    else
        push_bytes(lua, c);
    int got = lua_pcall(lua, 2, 1, 0);
    mine->scope = NULL;
    if (other)
        other->scope = NULL;
    if (got != LUA_OK)
        return lua_error(lua);
    c->yes = lua_toboolean(lua, -1);
    if (c->out) {
        size_t n;
        if (c->yes) {
            const char *s = luaL_tolstring(lua, -1, &n);
            clv_out_mem(c->out, s, n);
        }
    } else if (c->hook == &c->to->above) {
        take_layer(lua, c);
    } else if (!c->other && c->hook != &c->to->probe) {
        c->number = lua_tointegerx(lua, -1, &whole);
        if (!whole && !lua_isnil(lua, -1))
            script_error(lua, "a whole number is wanted, not '%s'", luaL_tolstring(lua, -1, NULL));
        c->yes = whole;
    }
    return 0;
}

/* Called every few thousand instructions: no hook runs for ever. */
static void look_up(lua_State *lua, lua_Debug *at)
{
    struct script *script = script_of(lua);

    (void)at;
    const char *why = script_over(script, LOOK_EVERY);
    script->fuel -= LOOK_EVERY;
    if (script->fuel > 0 && !why)
        return;
    lua_sethook(lua, look_up, LUA_MASKCOUNT, 1); /* errors can be caught: all of it ends */
    script_error(lua, "%s", why ? why : "it runs for too long");
}

static void tell(struct declared *to, struct hook *hook, const char *what, const char *why)
{
    struct clv_out out;

    if (hook->told || !to->script->complain)
        return;
    hook->told = true;
    clv_out_init(&out, NULL, NULL);
    clv_out_str(&out, to->where);
    clv_out_str(&out, ": ");
    clv_out_str(&out, to->desc.name);
    clv_out_chr(&out, '.');
    clv_out_str(&out, what);
    clv_out_str(&out, ": ");
    clv_out_str(&out, why ? why : "?");
    clv_out_str(&out, "; its further errors are not told");
    if (!out.failed)
        to->script->complain(out.buf, out.len);
    clv_out_free(&out);
}

/* false: the function has no answer. */
static bool call(struct call *c, const char *what)
{
    struct script *script = c->to->script;
    struct clv_out out, text;
    bool ok = false;

    if (!script || c->hook->at == LUA_NOREF)
        return false;
    lua_State *lua = script->hooks;
    if (script->hooking >= MOST_DEEP || !lua_checkstack(lua, 16)) {
        tell(c->to, c->hook, what, "functions of layers lie too deep in each other");
        return false;
    }
    if (!script->hooking) {
        script->fuel = MOST_FUEL;
        lua_sethook(lua, look_up, LUA_MASKCOUNT, LOOK_EVERY);
    }
    /* Who is being written to meanwhile must not be disturbed. */
    out = script->out;
    text = script->text;
    clv_out_init(&script->out, NULL, NULL);
    clv_out_init(&script->text, NULL, NULL);
    script->hooking++;
    lua_pushcfunction(lua, call_inside);
    lua_pushlightuserdata(lua, c);
    if (lua_pcall(lua, 1, 0, 0) == LUA_OK) {
        ok = true;
    } else {
        tell(c->to, c->hook, what, lua_type(lua, -1) == LUA_TSTRING ? lua_tostring(lua, -1) : NULL);
        lua_pop(lua, 1);
    }
    script->hooking--;
    clv_out_free(&script->out);
    clv_out_free(&script->text);
    script->out = out;
    script->text = text;
    return ok;
}

static struct declared *declared_of(const struct clv_scope *scope)
{
    return clv_scope_desc(scope)->user;
}

/* ---- The hooks. */

static bool probe(struct clv_scope *below, const uint8_t *bytes, uint32_t len)
{
    struct declared *to = declared_of(below);
    struct call c = { .to = to, .hook = &to->probe, .scope = below, .bytes = bytes, .len = len };

    return call(&c, "when") && c.yes;
}

static uint32_t length(struct clv_scope *scope, uint32_t room)
{
    struct declared *to = declared_of(scope);
    struct call c = { .to = to, .hook = &to->length, .scope = scope };

    (void)room; /* is what the scope has */
    return call(&c, "length") && c.yes && c.number > 0
               ? (uint32_t)(c.number > UINT32_MAX ? UINT32_MAX : c.number)
               : 0;
}

static const struct clv_desc *above(struct clv_scope *scope, const uint8_t *bytes, uint32_t len)
{
    struct declared *to = declared_of(scope);
    struct call c = { .to = to, .hook = &to->above, .scope = scope, .bytes = bytes, .len = len };

    return call(&c, "next") ? c.layer : NULL;
}

static bool summary(struct clv_scope *scope, struct clv_out *out)
{
    struct declared *to = declared_of(scope);
    struct call c = { .to = to, .hook = &to->summary, .scope = scope, .out = out };

    return call(&c, "lines") && c.yes;
}

static bool answers(struct clv_scope *request, struct clv_scope *answer)
{
    struct declared *to = declared_of(request);
    struct call c = { .to = to, .hook = &to->answers, .scope = request, .other = answer };

    return call(&c, "answers") && c.yes;
}

uint64_t declared_fill(struct clv_scope *scope)
{
    uint32_t bit;
    struct declared *to = declared_of(scope);
    const struct clv_field *row = clv_scope_row(scope, &bit);
    struct call c = { .to = to, .hook = &to->fills[row - to->desc.fields], .scope = scope };

    if (!call(&c, row->name) || !c.yes) {
        clv_scope_fail(scope);
        return 0;
    }
    return (uint64_t)c.number & (row->bits < 64 ? (UINT64_C(1) << row->bits) - 1 : UINT64_MAX);
}

bool declared_hook(lua_State *lua, struct hook *hook)
{
    bool is = lua_isfunction(lua, -1);

    *hook = (struct hook){ .at = LUA_NOREF };
    if (is)
        hook->at = luaL_ref(lua, LUA_REGISTRYINDEX);
    else
        lua_pop(lua, 1);
    return is;
}

static bool has(lua_State *lua, const char *name, struct hook *hook)
{
    lua_getfield(lua, 1, name);
    return declared_hook(lua, hook);
}

void declared_hooks(lua_State *lua, struct declared *to)
{
    to->hooks.probe = has(lua, "probe", &to->probe) ? probe : NULL;
    to->hooks.length = has(lua, "length", &to->length) ? length : NULL;
    to->hooks.above = has(lua, "above", &to->above) ? above : NULL;
    to->hooks.summary = has(lua, "summary", &to->summary) ? summary : NULL;
    to->hooks.answers = has(lua, "answer", &to->answers) ? answers : NULL;
    to->desc.hooks = &to->hooks;
    to->desc.user = to;
}

void declared_open(lua_State *lua)
{
    static const luaL_Reg metas[] = { { "__index", scope_index },
                                      { "__len", scope_len },
                                      { NULL, NULL } };
    struct script *script = script_of(lua);

    luaL_newmetatable(lua, type);
    luaL_setfuncs(lua, metas, 0);
    lua_pushliteral(lua, "part");
    lua_setfield(lua, -2, "__name");
    lua_pop(lua, 1);
    script->hooks = lua_newthread(lua);
    lua_setfield(lua, LUA_REGISTRYINDEX, "cleave.hooks");
}

void declared_forget(struct declared *list)
{
    for (; list; list = list->next)
        list->script = NULL;
}
