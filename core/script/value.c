/* SPDX-License-Identifier: BSD-2-Clause */
/* Values: from Lua to the text that an expression has for them, and back. */
#include "script.h"

#include <math.h>
#include <string.h>

/* ---- To text. */

enum { VALUE_NEST = 32 };

/* A text that is no value but a call, or a range: range(1, 30), RandShort(). */
static const char *const written = "cleave.written";
static const char *const list = "cleave.list"; /* what a field of several values gives */

static void put_quoted(const char *s, size_t n, struct clv_out *out)
{
    static const char digits[] = "0123456789abcdef";

    clv_out_chr(out, '\'');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '\'' || c == '\\') {
            clv_out_chr(out, '\\');
            clv_out_chr(out, s[i]);
        } else if (c >= 0x20 && c < 0x7f) {
            clv_out_chr(out, s[i]);
        } else {
            clv_out_str(out, "\\x");
            clv_out_chr(out, digits[c >> 4]);
            clv_out_chr(out, digits[c & 15]);
        }
    }
    clv_out_chr(out, '\'');
}

void script_put_bytes(const char *s, size_t n, struct clv_out *out)
{
    clv_out_chr(out, 'b');
    put_quoted(s, n, out);
}

static void put_string(const char *s, size_t n, struct clv_out *out)
{
    bool plain = true;

    for (size_t i = 0; i < n && plain; i++)
        plain = s[i] >= 0x20 && s[i] < 0x7f;
    if (plain)
        put_quoted(s, n, out);
    else
        script_put_bytes(s, n, out);
}

static void put_number(lua_State *lua, int index, struct clv_out *out)
{
    char text[40];
    lua_Integer i;

    if (lua_isinteger(lua, index) || lua_tointegerx(lua, index, NULL)) {
        i = lua_tointeger(lua, index);
        snprintf(text, sizeof text, LUA_INTEGER_FMT, i);
    } else {
        double d = lua_tonumber(lua, index);
        if (!isfinite(d))
            script_error(lua, "%f is no value that a field can hold", d);
        snprintf(text, sizeof text, "%.17g", d);
    }
    clv_out_str(out, text);
}

static void put_at(lua_State *lua, int index, struct clv_out *out, int depth);

/* A list at the outside; within one, a tuple: {{"MSS", 1460}, {"NOP"}} is [('MSS', 1460), ('NOP', None)]. */
static void put_table(lua_State *lua, int index, struct clv_out *out, int depth)
{
    lua_Unsigned n = lua_rawlen(lua, index);

    if (depth >= VALUE_NEST)
        script_error(lua, "tables more than %d deep in each other are no value", VALUE_NEST);
    luaL_checkstack(lua, 4, "a value is too deep");
    lua_pushnil(lua);
    while (lua_next(lua, index)) {
        if (!lua_isinteger(lua, -2) || lua_tointeger(lua, -2) < 1 ||
            (lua_Unsigned)lua_tointeger(lua, -2) > n)
            script_error(lua, "a list of values has the indices 1..n; '%s' is none of them",
                         luaL_tolstring(lua, -2, NULL));
        lua_pop(lua, 1);
    }
    clv_out_chr(out, depth ? '(' : '[');
    for (lua_Unsigned i = 1; i <= n; i++) {
        if (i > 1)
            clv_out_str(out, ", ");
        lua_rawgeti(lua, index, (lua_Integer)i);
        put_at(lua, lua_gettop(lua), out, depth + 1);
        lua_pop(lua, 1);
    }
    if (depth && n == 1)
        clv_out_str(out, ", None");
    clv_out_chr(out, depth ? ')' : ']');
}

static void put_packet(lua_State *lua, struct packet *packet, struct clv_out *out)
{
    if (!clv_print_draft(script_draft(lua, packet), out))
        script_error(lua, "out of memory");
}

static void put_at(lua_State *lua, int index, struct clv_out *out, int depth)
{
    const struct clv_desc *desc;
    struct packet *packet;
    const char **text;
    size_t n;

    switch (lua_type(lua, index)) {
    case LUA_TBOOLEAN: clv_out_str(out, lua_toboolean(lua, index) ? "True" : "False"); return;
    case LUA_TNUMBER: put_number(lua, index, out); return;
    case LUA_TSTRING: {
        const char *s = lua_tolstring(lua, index, &n);
        put_string(s, n, out);
        return;
    }
    case LUA_TTABLE: put_table(lua, index, out, depth); return;
    case LUA_TNIL: clv_out_str(out, "None"); return;
    default: break;
    }
    if ((text = luaL_testudata(lua, index, written))) {
        lua_getiuservalue(lua, index, 1);
        clv_out_str(out, lua_tostring(lua, -1));
        lua_pop(lua, 1);
    } else if ((packet = script_packet_maybe(lua, index))) {
        put_packet(lua, packet, out);
    } else if ((desc = script_layer_maybe(lua, index))) {
        clv_out_str(out, desc->name);
        clv_out_str(out, "()");
    } else {
        script_error(lua, "a %s is no value that a field can hold", luaL_typename(lua, index));
    }
}

const struct clv_field *script_row(const struct clv_desc *desc, const char *name)
{
    const struct clv_field *field = desc->fields;

    while (field && field->kind && strcmp(field->name, name) != 0)
        field++;
    return field && field->kind ? field : NULL;
}

void script_put_value(lua_State *lua, int index, const struct clv_field *field, struct clv_out *out)
{
    bool bits = field && field->bits == 64 && !(field->style & CLV_SIGNED);

    index = lua_absindex(lua, index);
    if (bits && lua_isinteger(lua, index))
        clv_out_dec(out, (uint64_t)lua_tointeger(lua, index));
    else
        put_at(lua, index, out, 0);
}

/* ---- What is written as it is. */

static void push_written(lua_State *lua, const char *text, size_t n)
{
    lua_newuserdatauv(lua, 0, 1);
    lua_pushlstring(lua, text, n);
    lua_setiuservalue(lua, -2, 1);
    luaL_setmetatable(lua, written);
}

static int written_tostring(lua_State *lua)
{
    luaL_checkudata(lua, 1, written);
    lua_getiuservalue(lua, 1, 1);
    return 1;
}

/* NAME(a, b): what it means is the parser's to say. */
static int written_call(lua_State *lua, const char *name)
{
    struct clv_out *out = &script_of(lua)->out;
    int n = lua_gettop(lua);

    out->len = 0;
    clv_out_str(out, name);
    clv_out_chr(out, '(');
    for (int i = 1; i <= n; i++) {
        if (i > 1)
            clv_out_str(out, ", ");
        put_at(lua, i, out, 1);
    }
    clv_out_chr(out, ')');
    if (out->failed)
        return script_error(lua, "out of memory");
    push_written(lua, out->buf, out->len);
    return 1;
}

/* range(first, last[, step]): both ends are meant. */
static int value_range(lua_State *lua)
{
    luaL_checkany(lua, 1);
    luaL_checkany(lua, 2);
    if (!lua_isnoneornil(lua, 3) && luaL_checkinteger(lua, 3) < 1)
        return luaL_argerror(lua, 3, "a step is a number from 1");
    return written_call(lua, "");
}

static int value_draw(lua_State *lua)
{
    return written_call(lua, lua_tostring(lua, lua_upvalueindex(1)));
}

static const char *const draws[] = { "RandByte",   "RandShort",  "RandInt",   "RandLong",
                                     "RandSByte",  "RandSShort", "RandSInt",  "RandSLong",
                                     "RandNum",    "RandIP",     "RandIP6",   "RandMAC",
                                     "RandChoice", "RandBin",    "RandString" };

int script_near(lua_State *lua)
{
    size_t n;
    const char *name = luaL_checklstring(lua, 1, &n), *near = NULL;
    uint32_t best = 3;

    luaL_checktype(lua, 2, LUA_TTABLE);
    for (lua_Integer i = 1; lua_rawgeti(lua, 2, i) == LUA_TSTRING; i++) {
        size_t m;
        const char *other = lua_tolstring(lua, -1, &m);
        uint32_t d = clv_distance(name, n, other, m);
        if (d < best) {
            best = d;
            near = other;
        }
        lua_pop(lua, 1);
    }
    lua_pushstring(lua, near);
    return 1;
}

/* As an expression has it. */
static int list_tostring(lua_State *lua)
{
    struct clv_out *out = &script_of(lua)->out;

    out->len = 0;
    script_put_value(lua, 1, NULL, out);
    script_push_out(lua, out);
    return 1;
}

void script_values_open(lua_State *lua)
{
    luaL_newmetatable(lua, list);
    lua_pushcfunction(lua, list_tostring);
    lua_setfield(lua, -2, "__tostring");
    lua_pushliteral(lua, "list");
    lua_setfield(lua, -2, "__name");
    lua_pop(lua, 1);
    luaL_newmetatable(lua, written);
    lua_pushcfunction(lua, written_tostring);
    lua_setfield(lua, -2, "__tostring");
    lua_pushliteral(lua, "value");
    lua_setfield(lua, -2, "__name");
    lua_pop(lua, 1);
    lua_pushcfunction(lua, value_range);
    lua_setglobal(lua, "range");
    for (size_t i = 0; i < sizeof draws / sizeof *draws; i++) {
        lua_pushstring(lua, draws[i]);
        lua_pushcclosure(lua, value_draw, 1);
        lua_setglobal(lua, draws[i]);
    }
}

/* ---- From a packet. A value goes into the list that is open, or stays on the stack. */

static lua_State *begin(const struct script_see *see)
{
    luaL_checkstack(see->lua, 3, "a value is too deep");
    return see->lua;
}

static void keep(const struct script_see *see)
{
    if (see->depth)
        lua_rawseti(see->lua, -2, (lua_Integer)lua_rawlen(see->lua, -2) + 1);
}

static void see_number(void *user, uint64_t u, bool negative)
{
    (void)negative; /* both are the same 64 bits */
    lua_pushinteger(begin(user), (lua_Integer)u);
    keep(user);
}

static void see_real(void *user, double d)
{
    lua_pushnumber(begin(user), d);
    keep(user);
}

static void see_text(void *user, const char *s, size_t n)
{
    lua_pushlstring(begin(user), s ? s : "", n);
    keep(user);
}

static void see_written(void *user, const char *s, size_t n)
{
    push_written(begin(user), s ? s : "", n);
    keep(user);
}

static void see_word(void *user, const char *word)
{
    lua_pushstring(begin(user), word);
    keep(user);
}

static void see_open(void *user, bool tuple)
{
    struct script_see *see = user;

    (void)tuple;
    lua_newtable(begin(see));
    luaL_setmetatable(see->lua, list);
    see->depth++;
}

static void see_close(void *user)
{
    struct script_see *see = user;

    see->depth--;
    keep(see);
}

/* An item is a packet of its own. */
static void see_item(void *user, struct clv_draft *item)
{
    struct script_see *see = user;
    lua_State *lua = begin(see);
    struct clv_out out;
    size_t n;

    clv_out_init(&out, NULL, NULL);
    clv_print_draft(item, &out);
    lua_pushlstring(lua, out.buf ? out.buf : "", out.len);
    clv_out_free(&out);
    const char *text = lua_tolstring(lua, -1, &n);
    script_push_expr(lua, text, n);
    lua_remove(lua, -2);
    keep(see);
}

struct clv_visitor script_visitor(struct script_see *see)
{
    return (struct clv_visitor){ .user = see,
                                 .number = see_number,
                                 .real = see_real,
                                 .text = see_text,
                                 .written = see_written,
                                 .open = see_open,
                                 .close = see_close,
                                 .item = see_item,
                                 .word = see->words ? see_word : NULL };
}
