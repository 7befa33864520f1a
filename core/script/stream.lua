-- SPDX-License-Identifier: BSD-2-Clause
-- TCP connections that wait as tasks do, and the addresses that people write.
local core, sched = ...
local blame = core.blame
local math, table, string = math, table, string -- scripts may lose theirs
local pairs, error, type, tonumber, tostring = pairs, error, type, tonumber, tostring
local setmetatable = setmetatable

local verbs = {}

local Stream = {}
Stream.__index = Stream
Stream.__name = "stream"

-- ---- Waiting: who waits for what the poller of a wire tells of.

local waiters, waiting, serial = {}, 0, 0
local pollers = setmetatable({}, { __mode = "k" })

local function handle(number)
    if number and waiters[number] then
        sched.wake(waiters[number])
    end
    return number ~= nil
end

-- Until the connection can go on, or the time is up.
local function wait(raw, writing, deadline, what)
    local wire = sched.net
    pollers[wire] = pollers[wire] or wire.poller()
    local poller = pollers[wire]
    serial = serial + 1
    local number = serial
    local leave <close> = setmetatable({}, { __close = function() -- a task that is cancelled, too
        waiters[number] = nil
        waiting = waiting - 1
        if waiting == 0 then
            sched.source_remove(poller)
        end
    end })
    waiters[number] = sched.current()
    waiting = waiting + 1
    poller:watch(raw, writing, number)
    sched.source_add(poller, handle)
    sched.park(what, deadline)
end

-- try() until it needs not wait any more: what it gives, or nil and why.
local function patiently(stream, writing, what, try)
    local deadline = sched.net.now() + stream.wait_ns
    while true do
        local got, why = try()
        if got or why ~= "wait" then
            return got, why
        elseif sched.net.now() >= deadline then
            return nil, "timeout"
        end
        wait(stream.raw, writing, deadline, what)
    end
end

-- ---- Connections.

-- Over an open end of a wire.
function sched.stream(raw, seconds)
    return setmetatable({ raw = raw, buffer = "", wait_ns = math.floor((seconds or 5) * 1e9) }, Stream)
end

local function open(self)
    if not self.raw then
        blame("the connection is closed")
    end
    return self.raw
end

-- All of the bytes: true; nil, why: "timeout", "reset", ...
function Stream:send(bytes)
    local raw, at = open(self), 1
    while at <= #bytes do
        local n, why = patiently(self, true, "its turn to send", function()
            return raw:write(bytes, at)
        end)
        if not n then
            return nil, why
        end
        at = at + n
    end
    return true
end

local function more(self)
    local raw = open(self)
    local got, why = patiently(self, false, self.what or "bytes", function()
        return raw:read()
    end)
    if got then
        self.buffer = self.buffer .. got
    end
    return got, why
end

local function take(self, n)
    local bytes = self.buffer:sub(1, n)
    self.buffer = self.buffer:sub(n + 1)
    return bytes
end

-- receive(): what comes next; receive(n): n bytes. nil, why ("closed", "timeout", "reset"), and what came.
function Stream:receive(n)
    while #self.buffer < (n or 1) do
        local got, why = more(self)
        if not got then
            return nil, why, take(self, #self.buffer)
        end
    end
    return take(self, n or #self.buffer)
end

-- Up to the end of the line, without it; a line longer than `most`, else 65536 bytes, is cut there.
function Stream:line(most)
    most = most or 65536
    local at = self.buffer:find("\n", 1, true)
    while not at and #self.buffer < most do
        local got, why = more(self)
        if not got then
            return nil, why, take(self, #self.buffer)
        end
        at = self.buffer:find("\n", 1, true)
    end
    return (take(self, math.min(at or most, most)):gsub("\r?\n$", ""))
end

-- From now on each wait takes so many seconds at most.
function Stream:patience(seconds)
    self.wait_ns = math.floor(seconds * 1e9)
    return self
end

function Stream:close()
    if self.raw then
        self.raw:close()
        self.raw = nil
    end
end
Stream.__close = Stream.close

function Stream:__tostring()
    return ("stream to %s port %s"):format(self.address or "?", self.port or "?")
end

-- ---- Addresses.

local function timeout_of(verb, opts)
    for name, value in pairs(opts or {}) do
        if name ~= "timeout" or type(value) ~= "number" then
            blame(verb .. ": the options are {timeout = SECONDS}")
        end
    end
    return opts and opts.timeout
end

-- What the name servers say: a list; nil, why. They end by themselves, if only after a while.
local function look_up(name, seconds)
    local stream <close> = sched.stream(sched.net.lookup(name), seconds or 3600)
    stream.what = "the address of " .. name
    local text, got, why = "", nil, nil
    repeat
        got, why = stream:receive()
        text = text .. (got or "")
    until not got
    if why ~= "closed" or text:sub(1, 1) == "-" then
        return nil, ("%s: %s"):format(name, why ~= "closed" and why or text:sub(2))
    end
    local list = {}
    for address in text:gmatch("[^\n]+") do
        list[#list + 1] = address
    end
    return list
end

-- The address of a host by its name or address, and all of them; nil, why.
function verbs.resolve(name, opts)
    if core.range(name) or name:find(":", 1, true) then
        return name, { name }
    end
    local list, why = look_up(name, timeout_of("resolve", opts))
    return list and list[1], list or why
end

-- hosts("10.0.0.0/24,10.0.1.1-9,fd00::/120,www.example.com"): each address in turn; also of a list.
function verbs.hosts(list)
    if type(list) == "table" then
        list = table.concat(list, ",")
    end
    local words, inner = list:gmatch("[^,%s]+"), nil
    return function()
        while true do
            local address = inner and inner()
            if address then
                return address
            end
            local word = words()
            if not word then
                return nil
            end
            inner = core.range(word)
            if not inner then
                local found, why = verbs.resolve(word)
                return found or core.failed(why)
            end
        end
    end
end

-- ports("22,80,8000-8010"): a list of numbers.
function verbs.ports(text)
    local list = {}
    for word in tostring(text):gmatch("[^,%s]+") do
        local first, last = word:match("^(%d+)%-?(%d*)$")
        first, last = tonumber(first), tonumber(last) or tonumber(first)
        if not first or first > last or first < 1 or last > 65535 then
            core.failed(("'%s' is no port or range of ports, like 80 or 8000-8010"):format(word))
        end
        for port = first, last do
            list[#list + 1] = port
        end
    end
    return list
end

-- connect("www.example.com", 443, {timeout = 5}): a stream; nil, why: "refused", "timeout",
-- "unreachable", ... The time is for each wait: to connect, to send, to receive.
function verbs.connect(host, port, opts)
    local seconds = timeout_of("connect", opts)
    if type(host) ~= "string" or math.type(port) ~= "integer" then
        blame("connect() takes a host's name or address, and a port's number")
    end
    local address, unknown = verbs.resolve(host, opts)
    if not address then
        return nil, unknown
    end
    local raw, why = sched.net.tcp(address, port)
    if not raw then
        return nil, why
    end
    local stream = sched.stream(raw, seconds)
    stream.address, stream.port = address, port
    local done
    done, why = patiently(stream, true, "a connection", function()
        return raw:state()
    end)
    if not done then
        stream:close()
        return nil, why
    end
    return stream
end

return verbs
