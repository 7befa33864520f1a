-- SPDX-License-Identifier: BSD-2-Clause
-- Every global, and every method, that cleave adds to Lua stands in cleave-lua(7), and in what help()
-- says. Run in the project's root.

local lua = {}
for word in ([[_G _VERSION arg assert collectgarbage coroutine debug dofile error getmetatable io ipairs
    load loadfile math next os package pairs pcall print rawequal rawget rawlen rawset require select
    setmetatable string table tonumber tostring type utf8 warn xpcall]]):gmatch("%S+") do
    lua[word] = true
end

-- What tests are made of, but do not call.
local inner = { ["net:at"] = true, ["net:run"] = true, ["net:seen"] = true, ["net:deliver"] = true,
    ["net:take"] = true }

local function methods_of(object)
    local index = getmetatable(object).__index
    if type(index) == "function" then
        index = select(2, debug.getupvalue(index, 1)) -- of packets
    end
    return index
end

-- { name in the page, name in help() }
local function names(t)
    local list = {}
    local function add(owner, from)
        for name, value in pairs(from) do
            local full = owner .. name
            if type(name) == "string" and not name:find("^__") and not inner[full] and
                (type(value) == "function" or owner == "cleave.") then
                list[#list + 1] = full
            end
        end
    end
    for name in pairs(_G) do
        if not lua[name] and name ~= "cleave" then
            list[#list + 1] = name
        end
    end
    local net = t:net { web = "10.0.0.2" }
    add("cleave.", cleave)
    add("p:", methods_of(IP {}))
    add("ans:", methods_of((sr({}))))
    add("s:", methods_of(sniff {}))
    add("w:", methods_of(PcapWriter("/dev/null")))
    add("f:", methods_of(cleave.filter("IP")))
    add("task:", methods_of(go(function() end)))
    add("c:", methods_of(channel()))
    net.web:listen(80, function() end)
    add("conn:", methods_of(connect("10.0.0.2", 80)))
    add("rows:", methods_of(cleave.rows { columns = {} }))
    add("t:", methods_of(t))
    add("net:", methods_of(net))
    add("net.web:", methods_of(net.web))
    table.sort(list)
    return list
end

local function read(path)
    local file <close> = assert(io.open(path))
    return file:read("a")
end

local function has(text, name)
    return (" " .. text .. " "):find("[^%w_.:]" .. name:gsub("%p", "%%%0") .. "[^%w_]")
end

test("names are in the manual and in help()", function(t)
    local page, help = {}, {}
    for line in read("cli/man/cleave-lua.7"):gmatch("[^\n]+") do
        if line:find("^%.It Ic ") or line:find("^%.Ic ") then
            page[#page + 1] = line
        end
    end
    for _, entry in ipairs(dofile("core/script/help.lua")) do
        help[#help + 1] = table.concat(entry, " ", 1)
    end
    page, help = table.concat(page, "\n"), table.concat(help, "\n")
    local missing = {}
    for _, name in ipairs(names(t)) do
        if not has(page, name) then
            missing[#missing + 1] = "cleave-lua(7) has no " .. name
        end
        if not has(help, name) then
            missing[#missing + 1] = "help.lua has no " .. name
        end
    end
    t:eq(missing, {})
end)

-- Kinds and words stand in tables of these files: { "u8", ..., name = true or a list of texts.
test("kinds and words of declared layers are in the manual", function(t)
    local lua, c = read("core/script/declare.lua"), read("core/script/declare_words.c")
    local page, missing, found = {}, {}, 0
    for line in read("cli/man/cleave-layers.7"):gmatch("[^\n]+") do
        page[#page + 1] = line:find("^%.It Ic ") and line or nil
    end
    page = table.concat(page, "\n")
    local function add(text, pattern)
        for name in assert(text):gmatch(pattern) do
            found = found + 1
            if not has(page, name) then
                missing[#missing + 1] = "cleave-layers(7) has no " .. name
            end
        end
    end
    add(lua:match("field_words = (%b{})"), "([%w_]+) = true")
    add(lua:match("layer_words = (%b{})"), "([%w_]+) = true")
    add(lua:match("layer_texts = (%b{})"), '"([%w_]+)"')
    add(c:match("kinds%[%] = (%b{})"), '{ "([%w_]+)"')
    add((c:match("styles%[%] = (%b{})"):gsub('"tell"', "")), '{ "([%w_]+)"')
    add((c:match("spans%[%] = (%b{})"):upper()), '{ "([%w_]+)"')
    t:ok(found > 100)
    t:eq(missing, {})
end)
