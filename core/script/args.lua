-- SPDX-License-Identifier: BSD-2-Clause
-- cleave.args: a script's operands and options from one table; --help comes of itself, and so do
-- --json where it has columns, and FILE, -i and --timeout where it looks at packets.
local core, report = ...
local blame = core.blame

local of_columns = { { "--json", default = false, help = "one JSON object a line" } }
local of_packets = {
    { "file", optional = true, help = "a capture file; without one, the wire" },
    { "-i --iface", help = "the interface to listen on" },
    { "--timeout", type = "number", help = "seconds to listen; without, until ^C" },
}

local function whole_list(list)
    local whole = {}
    for _, part in ipairs({ list, list.packets and of_packets or {}, list.columns and of_columns or {} }) do
        table.move(part, 1, #part, #whole + 1, whole)
    end
    return whole
end

-- The packets of the file, or of the wire until the time is up or ^C.
local function packets_of(list, values)
    local chosen = list.packets
    if values.file and not PcapReader then
        core.failed("capture files are not for scripts in a sandbox")
    elseif values.file then
        return PcapReader(values.file, { where = chosen.where })
    end
    local stream = sniff { iface = values.iface, filter = chosen.filter, where = chosen.where,
        timeout = values.timeout }
    on_signal("INT", function()
        stream:close()
    end)
    return stream
end

local function letters(spec)
    local names = {}
    for word in spec[1]:gmatch("%S+") do
        names[#names + 1] = word
    end
    return names
end

-- What the value is called in the table that comes back: the long name, without its dashes.
local function key_of(names)
    local best = names[1]
    for _, name in ipairs(names) do
        if #name > #best then
            best = name
        end
    end
    return (best:gsub("^%-+", ""):gsub("%-", "_"))
end

local function type_of(spec)
    if spec.type then
        return spec.type
    end
    local kind = type(spec.default)
    return kind == "number" and (math.type(spec.default) == "integer" and "int" or "number")
        or kind == "boolean" and "flag" or "string"
end

local function value_of(text, spec, shown)
    local kind = spec.kind
    if kind == "string" then
        return text
    end
    local n = tonumber(text)
    if kind == "int" then
        n = n and math.tointeger(n)
    end
    if not n then
        core.usage(("%s takes %s, not '%s'"):format(shown, kind == "int" and "a whole number" or "a number", text))
    end
    return n
end

local function compile(list)
    local operands, options, by_name = {}, {}, {}
    for _, raw in ipairs(list) do
        if type(raw) ~= "table" or type(raw[1]) ~= "string" then
            blame("cleave.args: each entry is a table that begins with a name, like {\"-p --ports\", default = 80}")
        end
        local names = letters(raw)
        local spec = { names = names, key = key_of(names), default = raw.default, help = raw.help or raw[2],
            kind = type_of(raw), many = raw.many }
        if names[1]:sub(1, 1) == "-" then
            options[#options + 1] = spec
            for _, name in ipairs(names) do
                by_name[name] = spec
            end
        else
            spec.optional = raw.default ~= nil or raw.optional or (raw.many and not raw.needed)
            operands[#operands + 1] = spec
        end
    end
    by_name["-h"] = by_name["-h"] or { help = true }
    by_name["--help"] = { help = true }
    return operands, options, by_name
end

local function help(list, operands, options)
    local name = arg[0]:match("([^/]+)$") or arg[0]
    local line = { "usage: " .. name }
    if #options > 0 then
        line[#line + 1] = "[OPTION...]"
    end
    for _, spec in ipairs(operands) do
        local word = spec.key:upper() .. (spec.many and "..." or "")
        line[#line + 1] = spec.optional and "[" .. word .. "]" or word
    end
    local lines = { table.concat(line, " ") }
    if list.about then
        lines[#lines + 1] = list.about
    end
    lines[#lines + 1] = ""
    local function row(left, spec)
        local right = spec.help or ""
        if spec.default ~= nil and spec.kind ~= "flag" then
            right = right .. (right == "" and "" or "; ") .. "else " .. tostring(spec.default)
        end
        lines[#lines + 1] = ("  %-22s %s"):format(left, right):gsub("%s+$", "")
    end
    for _, spec in ipairs(operands) do
        row(spec.key:upper(), spec)
    end
    for _, spec in ipairs(options) do
        row(table.concat(spec.names, ", ") .. (spec.kind == "flag" and "" or " " .. spec.key:upper()), spec)
    end
    row("-h, --help", { help = "this help", kind = "flag" })
    core.write(table.concat(lines, "\n"), "\n")
    core.exit(0)
end

local function keep(values, spec, value)
    if spec.many then
        values[spec.key] = values[spec.key] or {}
        table.insert(values[spec.key], value)
    else
        values[spec.key] = value
    end
end

-- cleave.args{ about = "...", columns = {..}, packets = {where = ".."}, {"target"}, {"-p --ports",
-- default = "1-1024", help = "..."} }: a table by long name, the rows to print, the packets to look at.
local function args(list)
    local operands, options, by_name = compile(whole_list(list))
    if arg[1] == "--about" then -- for `cleave run --list`
        core.write((list.about or "") .. "\n")
        core.exit(0)
    end
    local values, at, i, plain = {}, 1, 1, false
    while i <= #arg do
        local word = arg[i]
        local name, text = word:match("^(%-%-[^=]+)=(.*)$")
        local spec = by_name[name or word]
        if not plain and word == "--" then
            plain = true
        elseif not plain and not spec and not name and word:match("^%-%a.") and by_name[word:sub(1, 2)] then
            spec, text = by_name[word:sub(1, 2)], word:sub(3)
            if spec.kind == "flag" then
                core.usage(("no option '%s'"):format(word))
            end
            keep(values, spec, value_of(text, spec, word:sub(1, 2)))
        elseif not plain and spec and spec.help == true and not spec.names then
            help(list, operands, options)
        elseif not plain and spec then
            if spec.kind == "flag" then
                values[spec.key] = true
            else
                if not text then
                    i = i + 1
                    text = arg[i]
                end
                if not text then
                    core.usage(word .. " needs a value")
                end
                keep(values, spec, value_of(text, spec, name or word))
            end
        elseif not plain and word:match("^%-.") and not tonumber(word) then
            local names = {}
            for known in pairs(by_name) do
                names[#names + 1] = known
            end
            local near = core.near(word, names)
            core.usage(("no option '%s'%s"):format(word, near and ("; did you mean '%s'?"):format(near) or ""))
        else
            spec = operands[at]
            if not spec then
                core.usage(("'%s' is too much"):format(word))
            end
            keep(values, spec, value_of(word, spec, spec.key:upper()))
            at = spec.many and at or at + 1
        end
        i = i + 1
    end
    for _, spec in ipairs(operands) do
        if values[spec.key] == nil then
            if not spec.optional then
                core.usage(spec.key:upper() .. " is missing")
            end
            values[spec.key] = spec.default
        end
    end
    for _, spec in ipairs(options) do
        if values[spec.key] == nil then
            values[spec.key] = spec.default
        end
    end
    local rows = list.columns and report.rows({ columns = list.columns, json = values.json })
    return values, rows, list.packets and packets_of(list, values)
end

return args
