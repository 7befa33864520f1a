-- SPDX-License-Identifier: BSD-2-Clause
-- The shell: what a line means, what is shown of a value, how a word may go on.
local core, sched, help_list = ...

local shell = { source = {} }
local most = 20 -- of a list that is shown

-- ---- Showing.

local function plain(value)
    if type(value) == "string" then
        return (("%q"):format(value):gsub("\\\n", "\\n"):gsub("[\0-\8\11-\31\127-\255]", function(c)
            return ("\\x%02x"):format(c:byte())
        end))
    end
    return tostring(value)
end

local function show_table(t)
    local parts, n = {}, #t
    for i = 1, math.min(n, most) do
        parts[#parts + 1] = plain(t[i])
    end
    if n > most then
        parts[#parts + 1] = ("... %d more"):format(n - most)
    end
    local keys = {}
    for k in pairs(t) do
        if not (math.type(k) == "integer" and k >= 1 and k <= n) then
            keys[#keys + 1] = k
        end
    end
    table.sort(keys, function(a, b)
        return tostring(a) < tostring(b)
    end)
    for i, k in ipairs(keys) do
        if i > most then
            parts[#parts + 1] = ("... %d more"):format(#keys - most)
            break
        end
        parts[#parts + 1] = tostring(k) .. " = " .. plain(t[k])
    end
    local line = "{" .. table.concat(parts, ", ") .. "}"
    return #line <= 76 and line or "{\n  " .. table.concat(parts, ",\n  ") .. "\n}"
end

local function show(value)
    if core.is_packet(value) then
        value:show()
        local n = value:count()
        if n > 1 then
            core.write(("the first of %d packets; :pick(i) is one, :each() walks them\n"):format(n))
        end
    elseif core.is_layer(value) then
        core.write(core.ls(value))
    elseif type(value) == "function" then
        if not shell.help_on(value) then
            core.write(plain(value), "\n")
        end
    elseif type(value) == "table" and not (getmetatable(value) or {}).__tostring then
        core.write(show_table(value), "\n")
    else
        core.write(plain(value), "\n")
    end
end

-- ---- A line, or several: true: done, nil: more is wanted, false: an error was told.

-- What is no Lua may be a packet with Scapy's brackets, alone or to be given a name: the same in Lua.
local function from_scapy(text)
    local name, expr = text:match("^%s*([%a_][%w_]*%s*=)%s*(.-)%s*$")
    expr = expr or text:match("^%s*(.-)%s*$")
    if pcall(core.expr, expr) then
        return ("%scleave.expr(%q)"):format(name and name .. " " or "", expr)
    end
end

-- What runs, and the text that it is of; nil, and why.
local function compile(text)
    local chunk = load("return " .. text, "=shell", "t")
    if chunk then
        return chunk, text
    end
    -- A local of its own line would be gone with it.
    local global = text:gsub("^%s*local%s+([%a_][%w_]*%s*=)", "%1"):gsub("^%s*local%s+(function)", "%1")
    local problem
    chunk, problem = load(global, "=shell", "t")
    if chunk then
        return chunk, text
    end
    local scapy = from_scapy(global)
    if scapy then
        return compile(scapy)
    end
    return nil, problem
end

local function tell(err)
    if core.is_exit(err) then
        shell.exit = core.is_exit(err)
        return
    end
    core.complain(tostring(err))
end

-- An error with how the script got there, as far as that is not the line that was typed.
local function trace(err)
    if type(err) ~= "string" then
        return err
    end
    local lines = { (core.explain(err):gsub("^shell:%d+: ", "")) }
    for line in debug.traceback("", 2):gmatch("\n\t([^\n]*)") do
        if not line:find("[cleave]", 1, true) and not line:find("^%[C%]") and not line:find("^shell:1: in main chunk") then
            lines[#lines + 1] = line
        end
    end
    return table.concat(lines, "\n")
end

function shell.eval(text)
    if text:match("^%s*$") then
        return true
    elseif text:match("^%s*:") then
        return shell.command(text:match("^%s*:(.*)$"))
    end
    local word = text:match("^%s*(%a+)%s*$") or text:match("^%s*(%a+)%s*%(%s*%)%s*$")
    if (word == "exit" or word == "quit") and _G[word] == nil then -- as in Python
        return shell.command("quit")
    end
    local chunk, found = compile(text)
    if not chunk then
        if found:match("<eof>$") then
            return nil
        end
        core.complain((core.explain(found):gsub("^shell:%d+: ", "")))
        return false
    end
    local result = table.pack(xpcall(chunk, trace))
    if not result[1] then
        tell(result[2])
        return false
    end
    shell.source[#shell.source + 1] = found
    if result.n > 1 then
        _ = result[2]
    end
    -- What a loop gets beside the stream itself is for the loop.
    local last = (getmetatable(result[2]) or {}).__name == "stream" and 2 or result.n
    for i = 2, last do
        if result[i] ~= nil or result.n > 2 then
            local ok, problem = pcall(show, result[i])
            if not ok then
                tell(problem)
            end
        end
    end
    return true
end

-- ---- What begins with a colon is for the shell itself.

local commands = {}

function commands.save(path)
    if path == "" then
        error(":save FILE.lua writes what was typed so far", 0)
    end
    local file, err = io.open(path, "w")
    if not file then
        error(err, 0)
    end
    file:write("#!/usr/bin/env -S cleave run\n")
    for _, text in ipairs(shell.source) do
        -- What was typed to be seen is printed by the script.
        if load("return " .. text, "=", "t") and not load(text, "=", "t") then
            text = "print(" .. text .. ")"
        end
        file:write(text, "\n")
    end
    local ok, problem = file:close()
    if not ok then
        error(problem, 0)
    end
    core.write(("%d lines in %s\n"):format(#shell.source + 1, path))
end

function commands.quit()
    shell.exit = 0
end

function commands.help()
    help()
end

function shell.command(text)
    local name, rest = text:match("^(%S*)%s*(.-)%s*$")
    if not commands[name] then
        core.complain((":%s is none of :help, :quit, :save FILE"):format(name))
        return false
    end
    local ok, err = pcall(commands[name], rest)
    if not ok then
        core.complain(tostring(err))
    end
    return ok
end

-- ---- Help.

-- The help on a function, or on what has this name; nil: there is none.
function shell.help_on(what)
    for _, entry in ipairs(help_list) do
        local value = _G
        for part in (#entry > 1 and entry[1] or "."):gmatch("[^.]+") do
            value = type(value) == "table" and rawget(value, part) or nil
        end
        if #entry > 1 and (entry[1] == what or entry[1] == ":" .. tostring(what) or (value ~= nil and value == what)) then
            core.write(entry[2], "\n    ", entry[3], "\n")
            return true
        end
    end
end

-- help(), help(IP), help(sr1), help("sr1")
function _G.help(what)
    if what == nil then
        for _, entry in ipairs(help_list) do
            if #entry == 1 then
                core.write("\n", entry[1], "\n")
            else
                core.write(("  %-14s %s\n"):format(entry[1], entry[3]))
            end
        end
        core.write("\nhelp(sr1) tells more, help(TCP) shows a layer. :save FILE, :quit.\n")
        return
    end
    if core.is_layer(what) then
        core.write(core.ls(what))
        return
    end
    if shell.help_on(what) then
        return
    end
    if core.is_packet(what) then
        for _, layer in ipairs(what:layers()) do
            core.write(core.ls(layer))
        end
        return
    end
    core.write("there is no help on that; help() lists what there is\n")
end

-- ---- Completion.

local keywords = { "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if",
    "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while" }

local function matching(list, prefix, suffix)
    local found, seen = {}, {}
    for _, word in ipairs(list) do
        if word:sub(1, #prefix) == prefix and not seen[word] then
            seen[word] = true
            found[#found + 1] = word .. (suffix or "")
        end
    end
    table.sort(found)
    return found
end

-- The layer whose braces the end of the text lies in, or nil.
local function layer_at(text)
    local depth = 0
    for i = #text, 1, -1 do
        local c = text:sub(i, i)
        if c == "}" or c == ")" then
            depth = depth + 1
        elseif c == "{" or c == "(" then
            if depth == 0 then
                local name = text:sub(1, i - 1):match("([%a_][%w_]*)%s*$")
                local value = name and _G[name]
                return core.is_layer(value) and value or nil, name
            end
            depth = depth - 1
        end
    end
end

-- What a path like `p`, `p[TCP]`, `cleave` stands for, without running any function of the user's.
local function value_of(path)
    local value = _G[path:match("^[%a_][%w_]*")]
    for step in path:gmatch("[.%[]%s*([%a_][%w_]*)") do
        if type(value) == "table" then
            value = rawget(value, step)
        elseif core.is_packet(value) and core.is_layer(_G[step]) then
            value = value[_G[step]]
        else
            return nil
        end
    end
    return value
end

local function members(value, methods)
    local list = {}
    if core.is_packet(value) then
        if methods then
            return core.methods()
        end
        for _, layer in ipairs(value:layers()) do
            table.move(layer.fields, 1, #layer.fields, #list + 1, list)
        end
    elseif core.is_layer(value) then
        list = { "fields", "name", "source", "title" }
    elseif type(value) == "table" then
        local meta = getmetatable(value)
        for _, t in ipairs({ value, meta and type(meta.__index) == "table" and meta.__index or {} }) do
            for k in pairs(t) do
                if type(k) == "string" then
                    list[#list + 1] = k
                end
            end
        end
    end
    return list
end

-- The candidates for the word that the text ends in, and that word.
function shell.complete(text)
    local path, mark, word = text:match("([%a_][%w_%.%[%]]*)([.:])([%w_]*)$")
    if path and not text:match("%.%.[%w_]*$") then
        return matching(members(value_of(path), mark == ":"), word), word
    end
    local key, quoted = text:match("([%a_][%w_]*)%s*=%s*[\"']([^\"']*)$")
    if key == "iface" then
        local names = {}
        for _, iface in ipairs(core.ifaces()) do
            names[#names + 1] = iface.name
        end
        return matching(names, quoted, '"'), quoted
    elseif key then
        local layer = layer_at(text)
        if layer then
            return matching(core.words(layer, key), quoted, '"'), quoted
        end
    end
    quoted = text:match("[\"']([^\"']*)$")
    if quoted and select(2, text:gsub("[\"']", "")) % 2 == 1 then
        return core.files(quoted), quoted
    end
    word = text:match("[%a_][%w_]*$") or ""
    local layer, name = layer_at(text)
    if text:match("[{,]%s*[%w_]*$") and layer then
        return matching(layer.fields, word, " = "), word
    elseif text:match("[{,]%s*[%w_]*$") and name and shell.options[name] then
        return matching(shell.options[name], word, " = "), word
    end
    if word == "" then
        return {}, word
    end
    local list = { table.unpack(keywords) }
    for k in pairs(_G) do
        if type(k) == "string" then
            list[#list + 1] = k
        end
    end
    for _, layer_name in ipairs(core.layers()) do
        list[#list + 1] = layer_name
    end
    return matching(list, word), word
end

shell.options = {
    sniff = { "iface", "filter", "where", "count", "timeout", "stop", "promisc", "monitor", "offline" },
    sr = { "timeout", "retry", "rate", "interval", "iface", "filter", "multi", "first", "source" },
}
shell.options.sr1 = shell.options.sr

-- Tasks go on while the prompt waits.
shell.tick = sched.tick
return shell
