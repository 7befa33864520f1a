/* SPDX-License-Identifier: BSD-2-Clause */
/* What declare.lua knows of C: the names of kinds, styles and spans, other layers' fields, spaces. */
#include "declare.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- The words that stand for numbers and kinds. */

static const struct row_kind kinds[] = {
    { "u8", &clv_uint, 8, false, "none" },
    { "u16", &clv_uint, 16, false, "none" },
    { "u24", &clv_uint, 24, false, "none" },
    { "u32", &clv_uint, 32, false, "none" },
    { "u64", &clv_uint, 64, false, "none" },
    { "bits", &clv_uint, 0, false, "bits" },
    { "flags", &clv_flags, 0, false, "bits" },
    { "scaled", &clv_scaled, 0, false, "bits" },
    { "halves", &clv_halves, 0, false, "bits" },
    { "parts", &clv_parts, 0, false, "parts" },
    { "mac", &clv_mac, 48, false, "none" },
    { "ip4", &clv_ip4, 32, false, "none" },
    { "ip6", &clv_ip6, 128, false, "none" },
    { "ip4_part", &clv_ip4_part, 0, false, "bytes?" },
    { "ip6_part", &clv_ip6_part, 0, false, "bytes?" },
    { "net4", &clv_net4, 0, false, "none" },
    { "net6", &clv_net6, 0, false, "none" },
    { "fixed", &clv_bytes, 0, false, "bytes" },
    { "bytes", &clv_bytes, 0, false, "none" },
    { "text", &clv_text, 0, false, "none" },
    { "name", &clv_name, 0, false, "none" },
    { "plain_name", &clv_name_plain, 0, false, "none" },
    { "open_name", &clv_name_open, 0, false, "none" },
    { "cstr", &clv_cstr, 0, false, "none" },
    { "counted", &clv_string, 0, false, "none" },
    { "netbios", &clv_nb_name, 248, false, "none" },
    { "uuid", &clv_uuid, 128, false, "none" },
    { "hwaddr", &clv_hwaddr, 0, false, "bytes" },
    { "route4", &clv_route4, 0, false, "none" },
    { "varint", &clv_varint, 0, false, "none" },
    { "ber_len", &clv_ber_len, 0, false, "none" },
    { "ber_int", &clv_ber_int, 0, false, "none" },
    { "oid", &clv_oid, 0, false, "none" },
    { "switch", &clv_switch, 0, false, "none" },
    { "item", &clv_item, 0, false, "none" },
    { "list", &clv_item, 0, true, "none" },
};

struct number {
    const char *name;
    int value;
};

static const struct number styles[] = {
    { "hex", CLV_HEX },
    { "le", CLV_LE },
    { "tell", CLV_TELL },
    { "many", CLV_MANY },
    { "either", CLV_EITHER },
    { "after", CLV_AFTER },
    { "signed", CLV_SIGNED },
    { "open", CLV_OPEN },
    { "zero_none", CLV_ZERO_NONE },
    { "net", CLV_NET },
    { "flat", CLV_FLAT },
    { "message", CLV_MESSAGE },
    { "stacked", CLV_STACKED },
    { NULL, 0 },
};

static const struct number roles[] = {
    { "net_dst", CLV_NET_DST },
    { "net_src", CLV_NET_SRC },
    { "link_dst", CLV_LINK_DST },
    { "link_src", CLV_LINK_SRC },
    { NULL, 0 },
};

static const struct number spans[] = {
    { "header", CLV_HEADER },   { "layer", CLV_LAYER },
    { "payload", CLV_PAYLOAD }, { "rest", CLV_REST },
    { "field", CLV_FIELD },     { "count", CLV_COUNT },
    { "start", CLV_START },     { "stride", CLV_STRIDE },
    { "body", CLV_BODY },       { NULL, 0 },
};

static clv_fill_fn *const sums[] = { NULL, clv_sum_header, clv_sum_layer, clv_sum_pseudo };
static const struct number sum_names[] = {
    { "sum_header", 1 }, { "sum_layer", 2 }, { "sum_pseudo", 3 }, { NULL, 0 }
};

static void set_numbers(lua_State *lua, const char *name, const struct number *numbers)
{
    lua_newtable(lua);
    for (; numbers->name; numbers++) {
        lua_pushinteger(lua, numbers->value);
        lua_setfield(lua, -2, numbers->name);
    }
    lua_setfield(lua, -2, name);
}

const struct row_kind *declared_kind(const char *name)
{
    const struct row_kind *kind = kinds;

    while (strcmp(kind->name, name) != 0)
        kind++;
    return kind;
}

clv_fill_fn *declared_sum(lua_Integer sum)
{
    return sums[sum];
}

/* ---- What declare.lua asks. */

/* The layer of "UDP.dport", and where its field begins; NULL: there is none. */
static const struct clv_desc *find_layer(lua_State *lua, const char *path, const char **field)
{
    char layer[64];
    const char *dot = strchr(path, '.');
    size_t n = dot ? (size_t)(dot - path) : sizeof layer;

    if (n >= sizeof layer)
        return NULL;
    memcpy(layer, path, n);
    layer[n] = 0;
    *field = dot + 1;
    const struct clv_desc *desc = clv_layer_named(script_of(lua)->clv, layer);
    return desc && !strcmp(desc->name, layer) ? desc : NULL;
}

/* words(path): those of that field; or nil, and why. */
static int words(lua_State *lua)
{
    const char *path = luaL_checkstring(lua, 1), *name = NULL;
    const struct clv_desc *desc = find_layer(lua, path, &name);
    const struct clv_field *field = desc ? script_row(desc, name) : NULL;

    if (field && field->words) {
        lua_pushlightuserdata(lua, (void *)field->words);
        return 1;
    }
    lua_pushnil(lua);
    lua_pushfstring(lua, field ? "%s has no words" : "'%s' is no field of a layer", path);
    return 2;
}

/*
 * A space by its name, or by the field whose value is a key in it; then also true, where building does
 * not set that field by itself.
 */
static int space(lua_State *lua)
{
    const char *path = luaL_checkstring(lua, 1), *name = NULL;
    const struct clv_desc *desc = find_layer(lua, path, &name);
    const struct clv_field *field = desc ? script_row(desc, name) : NULL;

    if (!desc) {
        lua_pushvalue(lua, 1);
        return 1;
    }
    if (field && field->key) {
        lua_pushlstring(lua, field->key, strcspn(field->key, " "));
        lua_pushboolean(lua, field->style & CLV_EITHER);
        return 2;
    }
    lua_pushnil(lua);
    lua_pushfstring(
        lua, field ? "%s is no key: nothing is chosen by it" : "'%s' is no field that is a key",
        path);
    return 2;
}

/* word(words, text): the number that it stands for; nil: none. */
static int word_of(lua_State *lua)
{
    const struct clv_word *word = lua_touserdata(lua, 1);
    const char *s = luaL_checkstring(lua, 2);

    while (word->name && strcasecmp(word->name, s) != 0)
        word++;
    if (word->name)
        lua_pushinteger(lua, (lua_Integer)word->value);
    else
        lua_pushnil(lua);
    return 1;
}

/* number(kind, text): of an address that is a number; else nil. */
static int number_of(lua_State *lua)
{
    const char *kind = luaL_checkstring(lua, 1), *s = luaL_checkstring(lua, 2);
    unsigned b[6];
    struct in_addr addr;
    char end;

    if (!strcmp(kind, "ip4") && inet_pton(AF_INET, s, &addr) == 1)
        lua_pushinteger(lua, ntohl(addr.s_addr));
    else if (!strcmp(kind, "mac") && sscanf(s, "%2x:%2x:%2x:%2x:%2x:%2x%c", b, b + 1, b + 2, b + 3,
                                            b + 4, b + 5, &end) == 6)
        lua_pushinteger(lua, (lua_Integer)b[0] << 40 | (lua_Integer)b[1] << 32 |
                                 (lua_Integer)b[2] << 24 | (lua_Integer)b[3] << 16 |
                                 (lua_Integer)b[4] << 8 | (lua_Integer)b[5]);
    else
        lua_pushnil(lua);
    return 1;
}

/* counts(kind): may its default hold zeros, so that `init` tells how long it is? */
static int counts(lua_State *lua)
{
    const char *kind = luaL_checkstring(lua, 1);

    lua_pushboolean(lua, !strcmp(kind, "bytes"));
    return 1;
}

/* written(value): as the expression language has it. */
static int written(lua_State *lua)
{
    struct clv_out *out = &script_of(lua)->out;

    out->len = 0;
    script_put_value(lua, 1, NULL, out);
    script_push_out(lua, out);
    return 1;
}

/* ---- Spaces that nothing looks into. */

struct seeking {
    const char *space, *near;
    uint32_t best;      /* letters that the nearest differs by */
    bool found, spells; /* spells: the nearest is wanted */
};

static void see_space(struct seeking *s, const char *space, size_t n)
{
    size_t own = strlen(s->space);
    uint32_t d = s->spells ? clv_distance(s->space, own, space, n) : UINT32_MAX;

    if (n == own && !memcmp(space, s->space, n))
        s->found = true;
    if (d < s->best) {
        s->best = d;
        s->near = space;
    }
}

static void see_spaces(struct seeking *s, const struct clv_desc *d)
{
    if (d->next)
        see_space(s, d->next, strlen(d->next));
    for (const struct clv_field *f = d->fields; f && f->name; f++) {
        if (f->of)
            see_space(s, f->of, strlen(f->of));
        for (const char *key = f->key; key && *key;) {
            size_t n = strcspn(key, " ");
            see_space(s, key, n);
            key += n + (key[n] == ' ');
        }
    }
}

/* Is there a layer that looks into the space? */
static bool is_led_to(const struct clv *clv, struct seeking *s)
{
    see_space(s, "link", 4);
    for (uint32_t i = 0; i < clv_layer_count(clv) && !s->found; i++)
        see_spaces(s, clv_layer_at(clv, i));
    return s->found;
}

static void tell_lone(struct script *script, const struct declared *to, const struct seeking *s)
{
    char text[512];
    int n = snprintf(text, sizeof text, "%s: %s: nothing leads to '%s'", to->where, to->desc.name,
                     s->space);

    if (s->near && n > 0 && (size_t)n < sizeof text)
        n += snprintf(text + n, sizeof text - (size_t)n, "; did you mean '%.*s'?",
                      (int)strcspn(s->near, " "), s->near);
    if (script->complain && n > 0)
        script->complain(text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

void declared_seek(struct script *script, const struct declared *end)
{
    for (const struct declared *to = script->declared; to != end; to = to->next)
        for (const struct clv_under *u = to->desc.under; u && u->space; u++) {
            struct seeking s = { .space = u->space, .best = 3 };
            if (is_led_to(script->clv, &s))
                continue;
            s.spells = true;
            is_led_to(script->clv, &s);
            tell_lone(script, to, &s);
        }
}

extern const char script_declare[];
extern const unsigned script_declare_size;

void script_declare_open(lua_State *lua)
{
    static const luaL_Reg functions[] = {
        { "declare", declared_make }, { "words", words },      { "word", word_of },
        { "space", space },           { "number", number_of }, { "counts", counts },
        { "written", written },       { "near", script_near }, { NULL, NULL }
    };

    declared_open(lua);
    luaL_newlib(lua, functions);
    lua_newtable(lua);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        lua_pushstring(lua, kinds[i].needs);
        lua_setfield(lua, -2, kinds[i].name);
    }
    lua_setfield(lua, -2, "kinds");
    lua_newtable(lua);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        lua_pushinteger(lua, kinds[i].bits);
        lua_setfield(lua, -2, kinds[i].name);
    }
    lua_setfield(lua, -2, "widths");
    set_numbers(lua, "styles", styles);
    set_numbers(lua, "roles", roles);
    set_numbers(lua, "spans", spans);
    set_numbers(lua, "sums", sum_names);
    script_load_part(lua, script_declare, script_declare_size, 1);
    lua_getfield(lua, -1, "layer");
    lua_setglobal(lua, "layer");
    lua_getfield(lua, -1, "kinds");
    lua_setfield(lua, LUA_REGISTRYINDEX, "cleave.kinds"); /* globals that are not there look here */
    lua_settop(lua, 0);
}
