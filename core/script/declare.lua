-- SPDX-License-Identifier: BSD-2-Clause
-- Layers of one's own. The words are those of the tables in C (core/cleave.h); here they are checked,
-- and brought to the form in which core.declare() makes a table of them.
local core = ...
local getinfo, math, table = debug.getinfo, math, table -- scripts may lose theirs
local error, pcall, type, pairs, ipairs, tostring = error, pcall, type, pairs, ipairs, tostring
local setmetatable, getmetatable, sort = setmetatable, getmetatable, table.sort

-- ---- Errors point into the declaration: at the row, and at the layer.

local function place()
    local level = 3
    local at = getinfo(level, "Sl")
    while at and (at.source == "=[cleave]" or at.currentline < 1) do
        level = level + 1
        at = getinfo(level, "Sl")
    end
    return at and { file = at.short_src, line = at.currentline } or { file = "?", line = 0 }
end

local function raise(at, text, ...)
    error(("%s:%d: %s"):format(at.file, at.line, text:format(...)), 0)
end

local function names_of(...)
    local list = {}
    for _, names in ipairs { ... } do
        for name in pairs(names) do
            list[#list + 1] = name
        end
    end
    sort(list)
    return list
end

local function unknown(what, name, ...)
    local near = core.near(tostring(name), names_of(...))
    return near and ("no %s '%s'; did you mean '%s'?"):format(what, name, near)
        or ("no %s '%s'"):format(what, name)
end

-- What is being declared: `at` is its place, `name` what messages call it.
local spec_meta = {}
spec_meta.__index = spec_meta

function spec_meta:fail(text, ...)
    raise(self.at, "%s: %s%s", self.name, text:format(...), self.layer or "")
end

-- A value of this type, nil where it is not given; what else stands there is an error.
function spec_meta:take(from, word, kind, what)
    local value = from[word]
    local is = math.type(value) or type(value)
    if value ~= nil and is ~= kind then
        self:fail("%s takes %s, not %s", word, what or (kind == "integer" and "a whole number" or "a " .. kind), is)
    end
    return value
end

function spec_meta:one_of(word, value, among)
    local found = type(value) == "string" and among[value:lower()]
    if not found then
        self:fail("%s: %s", word, unknown("such word", value, among))
    end
    return found
end

function spec_meta:known(given, ...)
    local sets = { ... }
    for word in pairs(given) do
        local found = math.type(word) == "integer"
        for i = 1, #sets do
            found = found or sets[i][word]
        end
        if not found then
            self:fail("%s", unknown("word", word, ...))
        end
    end
end

-- ---- Rows: u8"ver", bits("flags", 4){words = {...}}.

local row_meta = { __name = "row" }

function row_meta.__call(row, words)
    if type(words) ~= "table" then
        raise(place(), "%s\"%s\": its words come in a table: {init = 1}", row.kind, row.name)
    end
    for word, value in pairs(words) do
        row.words[word] = value
    end
    return row
end

local function maker(kind)
    local needs = core.kinds[kind]
    return function(name, size, each)
        local at = place()
        if type(name) ~= "string" then
            raise(at, "%s takes a field's name: %s\"name\"", kind, kind)
        end
        if needs == "none" and size ~= nil or needs ~= "parts" and each ~= nil then
            raise(at, "%s: a %s takes no %s", name, kind, needs == "none" and "width" or "more than a width")
        end
        local optional = needs == "none" or (needs == "bytes?" and size == nil)
        local most = needs:find("bytes") and 8191 or 64
        if not optional and (math.type(size) ~= "integer" or size < 1 or size > most) then
            raise(at, "%s: %s needs its width: %s(\"%s\", N), N is 1..%d %s", name, kind, kind, name, most,
                needs:find("bytes") and "bytes" or "bits")
        end
        if needs == "parts" and math.type(each) ~= "integer" then
            raise(at, "%s: parts need their width: parts(\"%s\", BITS, BITS_OF_EACH)", name, name)
        end
        return setmetatable({
            kind = kind, name = name, at = at, words = {}, each = each,
            bits = size and (needs:find("bytes") and 8 * size or size) or core.widths[kind],
        }, row_meta)
    end
end

local kinds = {}
for kind in pairs(core.kinds) do
    kinds[kind] = maker(kind)
end

local field_words = {
    align = true, role = true, measures = true, init = true, when = true, size = true, at = true, key = true,
    of = true, like = true, words = true, fill = true, reply = true, tells = true, join = true, div = true,
    add = true, cut = true,
}

-- {[1] = "hello"}; of flags a list of names, from the lowest bit on; or "UDP.dport": that field's.
local function words_of(spec, row)
    local given = row.words.words
    if type(given) == "string" then
        local same, why = core.words(given)
        return same or spec:fail("words: %s", why)
    end
    local map, list = spec:take(row.words, "words", "table", "a table, or a field of another layer"), {}
    if not map then
        return nil
    end
    local n = 0
    for value, name in pairs(map) do
        if math.type(value) ~= "integer" or type(name) ~= "string" then
            spec:fail("words are [NUMBER] = \"name\"")
        end
        n = n + 1
    end
    local bits = row.kind == "flags" and #map == n
    for value, name in pairs(map) do
        list[#list + 1] = { bits and 1 << (value - 1) or value, name }
    end
    sort(list, function(a, b) return math.ult(a[1], b[1]) end)
    return list
end

-- "LAYER", or {"HEADER", unit = 4, bias = 8}: bytes == value * unit - bias.
local function measures_of(spec, field, given)
    local words = type(given) == "table" and given or { given }
    spec:known(words, { unit = true, bias = true })
    field.measures = spec:one_of("measures", words[1], core.spans)
    field.unit = spec:take(words, "unit", "integer") or 1
    field.bias = spec:take(words, "bias", "integer") or 0
    if field.unit < 1 or field.unit > 255 or math.abs(field.bias) > 32767 then
        spec:fail("measures: a unit is 1..255, a bias -32767..32767")
    end
end

-- A number; a word; the text of what is no number; what a list holds, as an expression has it.
local function init_of(spec, field, given, words)
    local is = math.type(given) or type(given)
    if is == "boolean" then
        given, is = given and 1 or 0, "integer"
    end
    local borrowed = is == "string" and type(words) == "userdata" and core.word(words, given)
    if borrowed then
        given, is = borrowed, "integer"
    end
    for _, word in ipairs(is == "string" and type(words) == "table" and words or {}) do
        if word[2]:lower() == given:lower() then
            given, is = word[1], "integer"
        end
    end
    if is == "integer" then
        field.init = given
        if given < 0 and field.bits and field.bits < 64 and field.style & core.styles.signed ~= 0 then
            field.init = given & (1 << field.bits) - 1
        end
    elseif is == "string" then
        local number = core.number(field.kind, given)
        field.init, field.text = number or core.counts(field.kind) and #given or nil, not number and given or nil
    elseif is == "table" or is == "userdata" then
        field.text = core.written(given)
    else
        spec:fail("init: a %s is no default", is)
    end
end

local function field_of(spec, row)
    local words, style = row.words, 0
    spec:known(words, field_words, core.styles)
    for word in pairs(words) do
        if math.type(word) == "integer" then
            spec:fail("a field's words are NAME = value, like {init = 1}")
        end
    end
    for word, bit in pairs(core.styles) do
        if spec:take(words, word, "boolean", "true or false") then
            style = style | bit
        end
    end
    local field = { name = row.name, kind = row.kind, bits = row.bits, each = row.each, style = style }
    for _, word in ipairs { "when", "size", "at", "key", "of", "like", "reply", "join" } do
        field[word] = spec:take(words, word, "string")
    end
    for _, word in ipairs { "align", "div", "add" } do
        field[word] = spec:take(words, word, "integer")
    end
    field.cut = spec:take(words, "cut", "boolean")
    field.role = words.role and spec:one_of("role", words.role, core.roles)
    field.words = words_of(spec, row)
    if words.measures ~= nil then
        measures_of(spec, field, words.measures)
    end
    if words.tells ~= nil then
        field.init, field.style = spec:take(words, "tells", "integer"), style | core.styles.tell
    elseif words.init ~= nil then
        init_of(spec, field, words.init, field.words)
    end
    if type(words.fill) == "function" then
        field.fill = words.fill
    elseif words.fill ~= nil then
        field.sum = spec:one_of("fill", words.fill, core.sums)
    end
    return field
end

-- ---- Layers.

local layer_texts = { "title", "alias", "source", "who", "opens", "endless", "whole", "last", "little", "again",
    "tuple", "quotes", "bpf", "tail" }
local layer_words = { name = true, under = true, implies = true, lines = true, next = true, when = true,
    answers = true, leaf = true, origin = true, pad = true, fills = true, length = true }
for _, word in ipairs(layer_texts) do
    layer_words[word] = true
end

-- A function where a hook is, else a text.
local function hook_or_text(spec, to, given, word, hook)
    if type(given[word]) == "function" then
        to[hook] = given[word]
    else
        to[word] = spec:take(given, word, "string", "a text or a function")
    end
end

-- {"udp.port", 3456}, {"UDP.dport", 1000, 2000}, or several of them. Where a field is named that may
-- hold any key, as a port, it holds the first of these: also what is implied.
local function under_of(spec, given)
    local list, implied, seen = {}, {}, {}
    for _, under in ipairs(type(given[1]) == "table" and given or { given }) do
        spec:known(under, { sure = true })
        local space, from, to = under[1], under[2] or 0, under[3]
        if type(space) ~= "string" or math.type(from) ~= "integer" or (to and math.type(to) ~= "integer") then
            spec:fail("under: {\"udp.port\", 3456}, or {SPACE, FIRST, LAST}, or a list of these")
        end
        local key, why = core.space(space)
        if not key then
            spec:fail("under: %s", why)
        end
        list[#list + 1] = { key, from, to or 0, spec:take(under, "sure", "boolean") or false }
        if why and not seen[space] then
            local layer, field = space:match("^(.-)%.(.*)$")
            implied[#implied + 1] = { layer, field, tostring(from) }
            seen[space] = true
        end
    end
    return list, implied
end

-- {["IP.ttl"] = 255}, and in it, for some packets, {when = "UDP.dport == 5353", ["IP.ttl"] = 255}.
local function implies_of(spec, given, list)
    local groups = { given, table.unpack(given) }
    for i, group in ipairs(groups) do
        if not group.when then -- a condition is for all behind it
            table.insert(groups, 1, table.remove(groups, i))
        end
    end
    for _, group in ipairs(groups) do
        local paths = {}
        if group.when then
            list[#list + 1] = { "", false, group.when }
        end
        for path in pairs(group) do
            paths[#paths + 1] = path ~= "when" and type(path) == "string" and path or nil
        end
        sort(paths)
        for _, path in ipairs(paths) do
            local layer, field = path:match("^([%w_]+)%.([%w_]+)$")
            if not layer then
                spec:fail("implies: [\"Layer.field\"] = value, not '%s'", path)
            end
            list[#list + 1] = { layer, field, tostring(group[path]) }
        end
    end
    return list
end

-- "%ver% id %id%", or a list of {"...", when = "..."}: the first that holds.
local function lines_of(spec, given)
    local list = {}
    for i, line in ipairs(type(given) == "table" and given or { given }) do
        line = type(line) == "table" and line or { line }
        spec:known(line, { when = true })
        if type(line[1]) ~= "string" then
            spec:fail("lines: line %d has no text", i)
        end
        list[i] = { line[1], spec:take(line, "when", "string") }
    end
    return list
end

local function pair_of(spec, given, word)
    local pair = spec:take(given, word, "table", "two numbers")
    for i = 1, pair and 2 or 0 do
        if math.type(pair[i]) ~= "integer" or pair[i] < 0 or pair[i] > 255 then
            spec:fail("%s takes two numbers up to 255", word)
        end
    end
    return pair
end

-- Rows, and lists of rows, in order.
local function add_rows(spec, from, to)
    for _, row in ipairs(from) do
        if getmetatable(row) == row_meta then
            local at = setmetatable({ at = row.at, name = spec.name .. "." .. row.name, layer = spec.note }, spec_meta)
            to[#to + 1] = field_of(at, row)
            to[#to].place = row.at
        elseif type(row) == "table" and not getmetatable(row) then
            add_rows(spec, row, to)
        else
            spec:fail("a %s is no row; rows are like u8\"ver\" or bytes\"data\"{size = \"len\"}", type(row))
        end
    end
end

-- The engine's "Foo.len: why" is about a row, which has a place of its own.
local function refuse(spec, to, why)
    local name = why:match("^[%w_]+%.([%w_]+): ")
    for i = #to.fields, 1, -1 do
        if to.fields[i].name == name then
            raise(to.fields[i].place, "%s%s", why, spec.note)
        end
    end
    raise(spec.at, "%s", why)
end

local function declare(given, at)
    if type(given) ~= "table" or type(given.name) ~= "string" then
        raise(at, "a layer is a table with a name: layer{name = \"Foo\", u8\"ver\"}")
    end
    local spec = setmetatable({ at = at, name = given.name, note = (" (of the layer at line %d)"):format(at.line) },
        spec_meta)
    spec:known(given, layer_words)
    local to = { name = given.name, fields = {}, where = ("%s:%d"):format(at.file, at.line) }
    for _, word in ipairs(layer_texts) do
        to[word] = spec:take(given, word, "string")
    end
    hook_or_text(spec, to, given, "next", "above")
    hook_or_text(spec, to, given, "when", "probe")
    hook_or_text(spec, to, given, "answers", "answer")
    to.length = spec:take(given, "length", "function")
    to.leaf = spec:take(given, "leaf", "boolean")
    to.origin = spec:take(given, "origin", "boolean")
    to.pad = spec:take(given, "pad", "integer")
    if to.pad and (to.pad < 0 or to.pad > 255) then
        spec:fail("pad is a multiple up to 255")
    end
    to.fills = pair_of(spec, given, "fills")
    if given.under ~= nil then
        to.under, to.implies = under_of(spec, spec:take(given, "under", "table"))
    end
    if given.implies ~= nil then
        to.implies = implies_of(spec, spec:take(given, "implies", "table"), to.implies or {})
    end
    if type(given.lines) == "function" then
        to.summary = given.lines
    elseif given.lines ~= nil then
        to.lines = lines_of(spec, given.lines)
    end
    add_rows(spec, given, to.fields)
    local made, why = core.declare(to)
    return made or refuse(spec, to, why)
end

-- What was not foreseen of a value is an error of the declaration, too, not of this file.
local function layer(given)
    local at = place()
    local ok, made = pcall(declare, given, at)
    if ok then
        return made
    end
    local why = type(made) == "string" and made:match("^%[cleave%]:%d+: (.*)$")
    if why then
        raise(at, "%s: a word's value is not of its form: %s", given.name, why)
    end
    error(made, 0)
end

return { layer = layer, kinds = kinds }
