-- SPDX-License-Identifier: BSD-2-Clause
-- What a script found: cleave.json, and rows that are columns for people or JSON for programs.
local core = ...
local blame = core.blame
local math, table, string, utf8 = math, table, string, utf8 -- scripts may lose theirs
local pairs, ipairs, error, type, tonumber, tostring = pairs, ipairs, error, type, tonumber, tostring
local setmetatable, pcall = setmetatable, pcall

local report = {}

-- ---- JSON, strict: keys sorted, numbers that JavaScript would round as texts, no NaN.

local function number(value)
    if math.type(value) == "integer" then
        local whole = ("%d"):format(value)
        return (value > 2 ^ 53 or value < -2 ^ 53) and '"' .. whole .. '"' or whole
    elseif value ~= value or value == math.huge or value == -math.huge then
        error("cleave.json: " .. value .. " is no number in JSON", 0)
    end
    for digits = 15, 17 do
        local text = ("%%.%dg"):format(digits):format(value)
        if tonumber(text) == value then
            return text
        end
    end
end

local encode

local function is_list(value)
    local n = 0
    for _ in pairs(value) do
        n = n + 1
    end
    return n == #value
end

local function table_of(value, depth)
    if depth > 64 then
        error("cleave.json: tables more than 64 deep in each other", 0)
    end
    local parts = {}
    if is_list(value) then
        for i, item in ipairs(value) do
            parts[i] = encode(item, depth + 1)
        end
        return "[" .. table.concat(parts, ",") .. "]"
    end
    local keys = {}
    for key in pairs(value) do
        if type(key) ~= "string" then
            error("cleave.json: the keys of an object are texts, not " .. tostring(key), 0)
        end
        keys[#keys + 1] = key
    end
    table.sort(keys)
    for i, key in ipairs(keys) do
        parts[i] = core.quote(key) .. ":" .. encode(value[key], depth + 1)
    end
    return "{" .. table.concat(parts, ",") .. "}"
end

function encode(value, depth)
    local kind = type(value)
    if kind == "nil" then
        return "null"
    elseif kind == "boolean" then
        return tostring(value)
    elseif kind == "number" then
        return number(value)
    elseif kind == "string" then
        return core.quote(value)
    elseif kind == "table" then
        return table_of(value, depth)
    end
    error(("cleave.json: a %s has no form in JSON"):format(kind), 0)
end

-- json(value): one line. A table with the indices 1..n, or empty, is an array; bytes that are no UTF-8
-- are U+FFFD.
function report.json(value)
    local ok, text = pcall(encode, value, 0)
    if not ok then
        blame(text)
    end
    return text
end

-- hex(bytes[, between]): two digits of each; unhex(text): the bytes, whatever stands between the digits.
function report.hex(bytes, between)
    local text = bytes:gsub(".", function(c)
        return ("%02x"):format(c:byte()) .. (between or "")
    end)
    return text:sub(1, #text - (#bytes > 0 and #(between or "") or 0))
end

function report.unhex(text)
    local digits = text:gsub("[%s:.-]", "")
    if #digits % 2 == 1 or digits:find("%X") then
        blame(("cleave.unhex: '%s' is no bytes in hexadecimal"):format(text))
    end
    return (digits:gsub("%x%x", function(two)
        return string.char(tonumber(two, 16))
    end))
end

-- ---- Rows.

local Rows = {}
Rows.__index = Rows

-- "name:8" is that wide, "name:>8" to the right; a wider value pushes the others. "name:json" is for
-- programs alone.
local function column(text)
    local name, right, width = text:match("^([%w_]+):(>?)(%d+)$")
    return { name = name or text:match("^[%w_]+"), right = right == ">", width = tonumber(width or 0) }
end

local function cell(value)
    if value == nil or value == "" then
        return "-"
    elseif type(value) == "boolean" then
        return value and "yes" or "no"
    elseif type(value) == "table" then
        local words = {}
        for i, word in ipairs(value) do
            words[i] = cell(word)
        end
        return #words > 0 and table.concat(words, ",") or "-"
    end
    return core.safe(math.type(value) == "float" and number(value) or tostring(value))
end

local function line(self, values)
    local parts = {}
    for i, col in ipairs(self.columns) do
        local text = values[i]
        local space = (" "):rep(col.width - (utf8.len(text) or #text))
        parts[i] = col.right and space .. text or i < #self.columns and text .. space or text
    end
    core.write((table.concat(parts, "  "):gsub("%s+$", "")) .. "\n")
end

-- rows{ columns = {"address:15", "port:>5", "banner"}, json = false }: call it with each row.
function report.rows(opts)
    local self = setmetatable({ columns = {}, json = opts.json, count = 0 }, Rows)
    for _, text in ipairs(opts.columns) do
        local col = column(text)
        self.columns[col.name] = true
        if not text:find(":json", 1, true) then
            table.insert(self.columns, col)
        end
    end
    return self
end

function Rows:__call(row)
    for key in pairs(row) do
        if not self.columns[key] then
            blame(("no column is named '%s'"):format(key))
        end
    end
    self.count = self.count + 1
    if self.json then
        core.write(report.json(row) .. "\n")
        return
    end
    local values = {}
    if self.count == 1 then
        for i, col in ipairs(self.columns) do
            values[i] = col.name:upper()
        end
        line(self, values)
    end
    for i, col in ipairs(self.columns) do
        values[i] = cell(row[col.name])
    end
    line(self, values)
end

-- The script ends: 0, or 1 where nothing was found.
function Rows:done()
    core.exit(self.count > 0 and 0 or 1)
end

return report
