/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layers of the user's own: what declare.lua has checked becomes the same tables that are written in C,
 * and goes the same way, clv_add(). They lie in the arena of the script's owner, and outlive Lua.
 */
#include "declare.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* ---- The words that stand for numbers and kinds. */

static const struct {
    const char *name;
    const struct clv_kind *kind;
    uint16_t bits;
    bool many;
    const char
        *needs; /* beside its name: nothing, bits, bytes, bytes if it likes, bits and parts */
} kinds[] = {
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

/* ---- Into the arena. */

struct making {
    lua_State *lua;
    struct script *script;
    struct declared *to;
};

static void *take(const struct making *m, size_t n)
{
    return script_keep(m->lua, n);
}

static const char *keep(const struct making *m, const char *s, size_t n)
{
    char *copy = take(m, n + 1);

    memcpy(copy, s, n);
    return copy;
}

/* Of the table on the top of the stack. NULL: it has none. */
static const char *text(const struct making *m, const char *name)
{
    const char *s = NULL;
    size_t n;

    if (lua_getfield(m->lua, -1, name) == LUA_TSTRING) {
        s = lua_tolstring(m->lua, -1, &n);
        s = keep(m, s, n);
    }
    lua_pop(m->lua, 1);
    return s;
}

static lua_Integer number(const struct making *m, const char *name)
{
    lua_Integer i;

    lua_getfield(m->lua, -1, name);
    i = lua_tointeger(m->lua, -1);
    lua_pop(m->lua, 1);
    return i;
}

static bool flag(const struct making *m, const char *name)
{
    bool on;

    lua_getfield(m->lua, -1, name);
    on = lua_toboolean(m->lua, -1);
    lua_pop(m->lua, 1);
    return on;
}

/* The i-th member of the table on the top. */
static const char *text_at(const struct making *m, lua_Integer i)
{
    const char *s = NULL;
    size_t n;

    if (lua_rawgeti(m->lua, -1, i) == LUA_TSTRING) {
        s = lua_tolstring(m->lua, -1, &n);
        s = keep(m, s, n);
    }
    lua_pop(m->lua, 1);
    return s;
}

static lua_Integer number_at(const struct making *m, lua_Integer i)
{
    lua_Integer v;

    lua_rawgeti(m->lua, -1, i);
    v = lua_tointeger(m->lua, -1);
    lua_pop(m->lua, 1);
    return v;
}

/* Push the list of this name; how many; -1: there is none, and nothing is pushed. */
static lua_Integer open_list(const struct making *m, const char *name)
{
    if (lua_getfield(m->lua, -1, name) == LUA_TTABLE)
        return (lua_Integer)lua_rawlen(m->lua, -1);
    lua_pop(m->lua, 1);
    return -1;
}

/* ---- Rows. */

static const struct clv_word *make_words(const struct making *m)
{
    const struct clv_word *same = NULL;
    struct clv_word *words;
    lua_Integer n;

    if (lua_getfield(m->lua, -1, "words") == LUA_TLIGHTUSERDATA)
        same = lua_touserdata(m->lua, -1);
    lua_pop(m->lua, 1);
    if (same || (n = open_list(m, "words")) < 0)
        return same;
    words = take(m, (size_t)(n + 1) * sizeof *words);
    for (lua_Integer i = 0; i < n; i++) {
        lua_rawgeti(m->lua, -1, i + 1);
        words[i].value = (uint64_t)number_at(m, 1);
        words[i].name = text_at(m, 2);
        lua_pop(m->lua, 1);
    }
    lua_pop(m->lua, 1);
    return words;
}

static const void *make_arg(const struct making *m, const struct clv_kind *kind)
{
    if (kind == &clv_scaled) {
        struct clv_scale *scale = take(m, sizeof *scale);
        lua_Integer div = number(m, "div");
        scale->div = div ? (uint64_t)div : 1;
        scale->add = number(m, "add");
        scale->cut = flag(m, "cut");
        return scale;
    }
    if (kind == &clv_parts) {
        uint8_t *each = take(m, 1);
        lua_Integer bits = number(m, "each");
        *each = bits < 0 || bits > 255 ? 0 : (uint8_t)bits;
        return each;
    }
    return text(m, "join");
}

/* The row on the top of the stack. */
static void make_field(const struct making *m, struct clv_field *f, struct hook *fill)
{
    const char *kind = text(m, "kind");
    size_t k = 0;
    lua_Integer align = number(m, "align");

    while (strcmp(kinds[k].name, kind) != 0)
        k++;
    f->name = text(m, "name");
    f->kind = kinds[k].kind;
    f->bits = (uint16_t)number(m, "bits");
    f->style = (uint16_t)(number(m, "style") | (kinds[k].many ? CLV_MANY : 0));
    if (align < 0 || align > 255)
        script_error(m->lua, "%s.%s: align: a multiple up to 255", m->to->desc.name, f->name);
    f->align = (uint8_t)align;
    f->role = (uint8_t)number(m, "role");
    f->measures = (struct clv_span){ (uint8_t)number(m, "measures"), (uint8_t)number(m, "unit"),
                                     (int16_t)number(m, "bias") };
    f->init = (uint64_t)number(m, "init");
    f->text = text(m, "text");
    f->when = text(m, "when");
    f->size = text(m, "size");
    f->at = text(m, "at");
    f->key = text(m, "key");
    f->of = text(m, "of");
    f->like = text(m, "like");
    f->words = make_words(m);
    f->fill = sums[number(m, "sum")];
    f->reply = text(m, "reply");
    f->arg = make_arg(m, f->kind);
    lua_getfield(m->lua, -1, "fill");
    if (declared_hook(m->lua, fill))
        f->fill = declared_fill;
}

static void make_fields(const struct making *m)
{
    lua_Integer n = open_list(m, "fields");
    struct clv_field *fields = take(m, (size_t)(n + 1) * sizeof *fields);
    struct hook *fills = take(m, (size_t)(n + 1) * sizeof *fills);

    for (lua_Integer i = 0; i < n; i++) {
        lua_rawgeti(m->lua, -1, i + 1);
        make_field(m, &fields[i], &fills[i]);
        lua_pop(m->lua, 1);
    }
    lua_pop(m->lua, 1);
    m->to->desc.fields = fields;
    m->to->fills = fills;
}

/* ---- Layers. */

static const struct clv_under *make_under(const struct making *m)
{
    lua_Integer n = open_list(m, "under");
    struct clv_under *under;

    if (n < 0)
        return NULL;
    under = take(m, (size_t)(n + 1) * sizeof *under);
    for (lua_Integer i = 0; i < n; i++) {
        lua_rawgeti(m->lua, -1, i + 1);
        under[i].space = text_at(m, 1);
        under[i].key = (uint64_t)number_at(m, 2);
        under[i].to = (uint64_t)number_at(m, 3);
        lua_rawgeti(m->lua, -1, 4);
        under[i].sure = lua_toboolean(m->lua, -1);
        lua_pop(m->lua, 2);
    }
    lua_pop(m->lua, 1);
    return under;
}

static const struct clv_imply *make_implies(const struct making *m)
{
    lua_Integer n = open_list(m, "implies");
    struct clv_imply *implies;

    if (n < 0)
        return NULL;
    implies = take(m, (size_t)(n + 1) * sizeof *implies);
    for (lua_Integer i = 0; i < n; i++) {
        lua_rawgeti(m->lua, -1, i + 1);
        implies[i].layer = text_at(m, 1);
        implies[i].field = text_at(m, 2);
        implies[i].text = text_at(m, 3);
        lua_pop(m->lua, 1);
    }
    lua_pop(m->lua, 1);
    return implies;
}

static const struct clv_line *make_lines(const struct making *m)
{
    lua_Integer n = open_list(m, "lines");
    struct clv_line *lines;

    if (n < 0)
        return NULL;
    lines = take(m, (size_t)(n + 1) * sizeof *lines);
    for (lua_Integer i = 0; i < n; i++) {
        lua_rawgeti(m->lua, -1, i + 1);
        lines[i].text = text_at(m, 1);
        lines[i].when = text_at(m, 2);
        lua_pop(m->lua, 1);
    }
    lua_pop(m->lua, 1);
    return lines;
}

static void make_desc(const struct making *m)
{
    struct clv_desc *d = &m->to->desc;

    d->name = text(m, "name");
    d->title = text(m, "title");
    d->alias = text(m, "alias");
    d->source = text(m, "source");
    d->under = make_under(m);
    d->implies = make_implies(m);
    d->who = text(m, "who");
    d->lines = make_lines(m);
    d->next = text(m, "next");
    d->when = text(m, "when");
    d->opens = text(m, "opens");
    d->endless = text(m, "endless");
    d->whole = text(m, "whole");
    d->last = text(m, "last");
    d->little = text(m, "little");
    d->again = text(m, "again");
    d->tuple = text(m, "tuple");
    d->quotes = text(m, "quotes");
    d->answers = text(m, "answers");
    d->bpf = text(m, "bpf");
    d->leaf = flag(m, "leaf");
    d->origin = flag(m, "origin");
    d->pad = (uint8_t)number(m, "pad");
    if (open_list(m, "fills") >= 0) {
        d->fills[0] = (uint8_t)number_at(m, 1);
        d->fills[1] = (uint8_t)number_at(m, 2);
        lua_pop(m->lua, 1);
    }
    d->tail = text(m, "tail");
    m->to->where = text(m, "where");
    make_fields(m);
}

/* declare(spec): the layer; or nil, and why the engine refuses it. */
static int declare(lua_State *lua)
{
    struct script *script = script_of(lua);
    struct making m = { .lua = lua, .script = script };
    struct clv_err err = { 0 };

    if (script->hooking)
        return script_error(lua, "a layer cannot be declared while a packet is looked at");
    if (!script->arena)
        return script_error(lua, "layers cannot be declared here");
    lua_settop(lua, 1);
    m.to = take(&m, sizeof *m.to);
    make_desc(&m);
    declared_hooks(lua, m.to);
    if (!clv_add(script->clv, &m.to->desc, &err)) {
        lua_pushnil(lua);
        lua_pushstring(lua, *err.text ? err.text : "out of memory");
        return 2;
    }
    m.to->script = script;
    m.to->next = script->declared;
    script->declared = m.to;
    script_push_layer(lua, &m.to->desc);
    return 1;
}

/* ---- What declare.lua asks. */

/* "UDP.dport": the row; NULL: pushes nil, and why. The layer alone is no row. */
static const struct clv_field *find_row(lua_State *lua, const char *path)
{
    char layer[64];
    const char *dot = strchr(path, '.');
    size_t n = dot ? (size_t)(dot - path) : strlen(path);
    const struct clv_desc *desc = NULL;
    const struct clv_field *field = NULL;

    if (n < sizeof layer) {
        memcpy(layer, path, n);
        layer[n] = 0;
        desc = clv_layer_named(script_of(lua)->clv, layer);
    }
    if (desc && dot)
        field = script_row(desc, dot + 1);
    if (!field) {
        lua_pushnil(lua);
        if (!desc)
            lua_pushfstring(lua, "no layer is named as in '%s'", path);
        else
            lua_pushfstring(lua, "%s has no field as in '%s'", desc->name, path);
    }
    return field;
}

static int words(lua_State *lua)
{
    const struct clv_field *field = find_row(lua, luaL_checkstring(lua, 1));

    if (!field)
        return 2;
    if (!field->words) {
        lua_pushnil(lua);
        lua_pushfstring(lua, "%s has no words", lua_tostring(lua, 1));
        return 2;
    }
    lua_pushlightuserdata(lua, (void *)field->words);
    return 1;
}

/*
 * A space by its name, or by the field whose value is a key in it; then also true, where building does
 * not set that field by itself.
 */
static int space(lua_State *lua)
{
    const char *path = luaL_checkstring(lua, 1);
    const char *dot = strchr(path, '.');
    char layer[64];
    size_t n = dot ? (size_t)(dot - path) : sizeof layer;
    const struct clv_desc *desc = NULL;

    if (n < sizeof layer) {
        memcpy(layer, path, n);
        layer[n] = 0;
        desc = clv_layer_named(script_of(lua)->clv, layer);
    }
    const struct clv_field *field = desc ? script_row(desc, dot + 1) : NULL;
    if (field && field->key) {
        lua_pushlstring(lua, field->key, strcspn(field->key, " "));
        lua_pushboolean(lua, field->style & CLV_EITHER);
        return 2;
    } else if (desc && !strcmp(desc->name, layer)) {
        lua_pushnil(lua);
        lua_pushfstring(
            lua, field ? "%s is no key: nothing is chosen by it" : "'%s' is no field that is a key",
            path);
        return 2;
    } else {
        lua_pushvalue(lua, 1);
    }
    return 1;
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
    uint32_t best; /* letters that the nearest differs by */
    bool found;
};

static void see_space(struct seeking *s, const char *space, size_t n)
{
    size_t own = strlen(s->space);
    uint32_t d = clv_distance(s->space, own, space, n);

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
            see_space(&s, "link", 4);
            for (uint32_t i = 0; i < clv_layer_count(script->clv) && !s.found; i++)
                see_spaces(&s, clv_layer_at(script->clv, i));
            if (!s.found)
                tell_lone(script, to, &s);
        }
}

extern const char script_declare[];
extern const unsigned script_declare_size;

void script_declare_open(lua_State *lua)
{
    static const luaL_Reg functions[] = { { "declare", declare },  { "words", words },
                                          { "word", word_of },     { "space", space },
                                          { "number", number_of }, { "counts", counts },
                                          { "written", written },  { "near", script_near },
                                          { NULL, NULL } };

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
