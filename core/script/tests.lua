-- SPDX-License-Identifier: BSD-2-Clause
-- Tests of scripts: test("name", function(t) ... end), with a virtual link and a virtual clock, so that
-- sr1, retries and timeouts need neither rights nor time.
local core, sched, pipes, update = ...
local blame = core.blame

local tests = {}

local T = {}
T.__index = T

-- ---- Comparing.

local function show(value)
    if type(value) == "string" then
        return ("%q"):format(value)
    elseif type(value) == "table" and not (getmetatable(value) or {}).__tostring then
        local parts, n = {}, #value
        for i = 1, n do
            parts[i] = show(value[i])
        end
        for k, v in pairs(value) do
            if not (math.type(k) == "integer" and k >= 1 and k <= n) then
                parts[#parts + 1] = tostring(k) .. " = " .. show(v)
            end
        end
        return "{" .. table.concat(parts, ", ") .. "}"
    end
    return tostring(value)
end

local function same(a, b)
    if rawequal(a, b) or a == b then
        return true
    elseif type(a) ~= "table" or type(b) ~= "table" then
        return false
    end
    for k, v in pairs(a) do
        if not same(v, b[k]) then
            return false
        end
    end
    for k in pairs(b) do
        if a[k] == nil then
            return false
        end
    end
    return true
end

local Failed = {
    __tostring = function(self)
        return self.where .. " " .. self.failed
    end,
}

local function fail(text, level)
    local where = debug.traceback("", level + 1):match("\n%s*([^\n]-:%d+:)") or ""
    error(setmetatable({ failed = text, where = where }, Failed), 0)
end

local function said(message)
    return message and message .. ": " or ""
end

-- Both are the same: numbers, texts, tables in depth, packets byte for byte.
function T:eq(got, want, message)
    self.checks = self.checks + 1
    if same(got, want) then
        return
    end
    if type(got) == "userdata" and type(want) == "userdata" and got.diff then
        fail(said(message) .. "packets differ:\n" .. got:diff(want), 2)
    end
    fail(said(message) .. show(got) .. " is not " .. show(want), 2)
end

function T:ok(value, message)
    self.checks = self.checks + 1
    if not value then
        fail(message or "it is " .. tostring(value), 2)
    end
    return value
end

-- The text holds this pattern of string.find.
function T:match(text, pattern, message)
    self.checks = self.checks + 1
    if not tostring(text):find(pattern) then
        fail(said(message) .. show(tostring(text)) .. " has no " .. show(pattern), 2)
    end
end

-- fn() raises an error whose text has this pattern.
function T:error(fn, pattern)
    self.checks = self.checks + 1
    local ok, err = pcall(fn)
    if ok then
        fail("no error was raised", 2)
    elseif pattern and not tostring(err):find(pattern) then
        fail("the error " .. show(tostring(err)) .. " has no " .. show(pattern), 2)
    end
end

-- The packets are those of the file beside the test; `cleave test --update` writes it.
function T:golden(name, packets)
    self.checks = self.checks + 1
    local path = (self.path:match("^(.*/)") or "") .. name
    if type(packets) == "userdata" then
        packets = { packets }
    end
    if update then
        wrpcap(path, packets)
        return
    end
    local want = rdpcap(path)
    for i = 1, math.max(#packets, #want) do
        local a, b = packets[i], want[i]
        if not a or not b then
            fail(("%s: %d packets are not %d"):format(name, #packets, #want), 2)
        elseif a:bytes() ~= b:bytes() then
            fail(("%s: packet %d differs:\n%s"):format(name, i, tostring(a:diff(b))), 2)
        end
    end
end

-- ---- The virtual link.

local Net, Host, Exchange, Capture, Sender = {}, {}, {}, {}, {}
for _, class in ipairs({ Net, Host, Exchange, Capture, Sender }) do
    class.__index = class
end

-- host:on(ICMP, fn), host:on("TCP.dport == 80", fn): fn(packet) gives the answer, answers, or nil.
function Host:on(what, fn)
    local matches
    if type(what) == "string" then
        local filter = core.filter(what)
        matches = function(p)
            return filter:match(p)
        end
    else
        matches = function(p)
            return p:has(what)
        end
    end
    table.insert(self.handlers, { matches = matches, fn = fn })
    return self
end

-- host:listen(80, fn): each TCP connection to that port is a task fn(stream), which ends it.
function Host:listen(port, fn)
    self.listeners[port] = function(stream)
        local s <close> = stream
        fn(s)
    end
    return self
end

local function destination(packet)
    local ip = packet[IP] or packet[IPv6]
    return ip and ip.dst or packet[ARP] and packet[ARP].pdst
end

function Net:at(time, fn)
    self.serial = self.serial + 1
    table.insert(self.events, { time = time, serial = self.serial, fn = fn })
    table.sort(self.events, function(a, b)
        return a.time < b.time or (a.time == b.time and a.serial < b.serial)
    end)
end

-- All that happens up to then.
function Net:run(deadline)
    while self.events[1] and self.events[1].time <= deadline do
        local event = table.remove(self.events, 1)
        self.clock = math.max(self.clock, event.time)
        event.fn()
        if self.found then
            return true
        end
    end
end

-- A packet is on the link: captures and open requests see it.
function Net:seen(packet)
    packet = core.stamp(packet, self.clock)
    table.insert(self.packets, packet)
    for capture in pairs(self.captures) do
        table.insert(capture.queue, packet)
        self.found = true
    end
    return packet
end

-- Put a packet on the link, now or in so many seconds, as if some host had sent it.
function Net:inject(packet, seconds)
    packet = core.packet(packet)
    self:at(self.clock + math.floor((seconds or 0) * 1e9), function()
        local p = self:seen(packet)
        for exchange in pairs(self.exchanges) do
            exchange:receive(p)
        end
    end)
end

local groups = { ["255.255.255.255"] = true, ["ff02::1"] = true, ["ff02::2"] = true }

function Net:deliver(packet)
    packet = self:seen(core.source(packet, self.addr))
    local dst = destination(packet)
    for _, host in ipairs(self.hosts) do
        if dst == host.addr or groups[dst] or not dst then
            for _, handler in ipairs(host.handlers) do
                if handler.matches(packet) then
                    local answers = handler.fn(packet)
                    if type(answers) == "userdata" then
                        answers = { answers }
                    end
                    for _, answer in ipairs(answers or {}) do
                        self:inject(answer, host.delay)
                    end
                    break
                end
            end
        end
    end
    return packet
end

function Exchange:send(packet)
    local request = { id = self.serial + 1, tries = 0, of = self }
    self.serial = request.id
    self.open[request.id] = request
    local function try()
        if self.closed or request.done then
            return
        end
        request.tries = request.tries + 1
        if request.tries <= self.retry + 1 then
            request.sent = self.net:deliver(packet:pick(1))
            self.net:at(self.net.clock + self.timeout, try)
        else
            self.open[request.id] = nil
            if not request.answers then
                table.insert(self.queue, { request.id, 0, request.sent })
                self.net.found = true
            end
        end
    end
    try()
    return request.id
end

function Exchange:receive(packet)
    for id = 1, self.serial do
        local request = self.open[id]
        if request and request.sent and packet:answers(request.sent) then
            local nth = request.answers or 0
            request.answers = nth + 1
            if nth == 0 or self.multi then
                table.insert(self.queue, { id, nth, request.sent, packet })
                self.net.found = true
            end
            if not self.multi then
                request.done = true
                self.open[id] = nil
            end
            return
        end
    end
end

function Net:take(object, deadline)
    local net = self
    while #object.queue == 0 do
        net.found = false
        if not net:run(math.max(deadline, net.clock)) then
            if deadline == math.maxinteger then
                error("nothing more happens on the virtual link", 0)
            end
            net.clock = math.max(net.clock, deadline)
            break
        elseif #object.queue == 0 then
            break -- for someone else
        end
    end
    return table.remove(object.queue, 1)
end

function Exchange:next(deadline)
    local pair = self.net:take(self, deadline)
    if pair then
        return table.unpack(pair, 1, 4)
    end
end

function Exchange:close()
    self.closed = true
    self.net.exchanges[self] = nil
end

function Exchange:stats()
    return { sent = self.serial }
end

function Capture:next(deadline)
    return self.net:take(self, deadline)
end

function Capture:close()
    self.net.captures[self] = nil
end
Capture.__close = Capture.close

function Capture:stats()
    return { received = #self.net.packets, dropped = 0, dropped_iface = 0 }
end

function Sender:send(packet)
    return self.net:deliver(packet:pick(1))
end

function Sender:close() end
Sender.__close = Sender.close

-- What the loop of tasks asks of a wire.
local function wire(net)
    local function sleep(deadline)
        net.found = false
        if not net:run(deadline) then
            if deadline == math.maxinteger then
                error("nothing more happens on the virtual link", 0)
            end
            net.clock = math.max(net.clock, deadline)
        end
    end
    return {
        now = function()
            return net.clock
        end,
        sleep = sleep,
        idle = sleep,
        tcp = function(address, port)
            return pipes.tcp(net, address, port)
        end,
        poller = function()
            return pipes.poller(net)
        end,
        lookup = function(name)
            return pipes.lookup(net, name)
        end,
        exchange = function(opts)
            local exchange = setmetatable({ net = net, serial = 0, open = {}, queue = {},
                timeout = opts.timeout, retry = opts.retry or 0, multi = opts.multi }, Exchange)
            net.exchanges[exchange] = true
            return exchange
        end,
        capture = function(opts)
            local capture = setmetatable({ net = net, queue = {} }, Capture)
            net.captures[capture] = true
            return capture
        end,
        sender = function()
            return setmetatable({ net = net }, Sender)
        end,
        complain = core.complain,
        report_due = core.report_due,
        status = core.status,
        stop_due = core.stop_due,
        catch_stop = core.catch_stop,
        is_exit = core.is_exit,
    }
end

-- t:net{ b = "10.0.0.2", c = "10.0.0.3" }: hosts by name; we are `addr`, else 10.0.0.1.
function T:net(hosts)
    local net = setmetatable({ addr = hosts.addr or "10.0.0.1", hosts = {}, events = {}, packets = {},
        captures = {}, exchanges = {}, serial = 0, clock = 1000000000 }, Net)
    for name, addr in pairs(hosts) do
        if name ~= "addr" then
            local host = setmetatable({ name = name, addr = addr, handlers = {}, listeners = {},
                delay = 0.001 }, Host)
            net[name] = host
            table.insert(net.hosts, host)
        end
    end
    table.sort(net.hosts, function(a, b)
        return a.name < b.name
    end)
    sched.use(wire(net))
    return net
end

-- Seconds of the virtual clock since the link was made.
function Net:now()
    return (self.clock - 1000000000) / 1e9
end

-- ---- Scripts under test.

-- t:run("sweep.lua", {"10.0.0.2", "-p", "80"}): what it prints, and its exit status. Its error is raised
-- here; the tasks that it leaves end with it.
function T:run(path, arguments)
    local lines, before, begun, status = {}, arg, sched.begun(), 0
    local chunk, err, failed
    local out = { write = function(_, ...)
        for _, text in ipairs({ ... }) do
            lines[#lines + 1] = tostring(text)
        end
        return io.stdout
    end, flush = function() end, setvbuf = function() end }
    local env = setmetatable({
        print = function(...)
            local words = table.pack(...)
            for i = 1, words.n do
                words[i] = tostring(words[i])
            end
            lines[#lines + 1] = table.concat(words, "\t") .. "\n"
        end,
        io = setmetatable({ stdout = out, write = function(...)
            return out:write(...)
        end }, { __index = io }),
    }, { __index = _G })
    chunk, err = loadfile(path, "t", env)
    if not chunk then
        error(core.explain(err), 0)
    end
    arg = { [0] = path, table.unpack(arguments or {}) }
    failed, sched.failed = sched.failed, 0
    core.prints(env.io.write)
    local ok, result = pcall(function()
        chunk(table.unpack(arg))
        status = sched.drain()
    end)
    core.prints(nil)
    arg = before
    sched.forget(begun)
    sched.failed = failed
    if not ok then
        status = core.is_exit(result)
        if not status then
            error(result, 0)
        end
    end
    return table.concat(lines), status
end

-- ---- Running.

-- The answer to an echo request, a SYN, a datagram: addresses and ports in turn; `upper` goes on top.
local function reply(packet, upper)
    local ip = packet[IP] or packet[IPv6]
    local back = ip:layers()[1] { src = ip.dst, dst = ip.src }
    if packet:has(ICMP) and not upper then
        local icmp = packet[ICMP]
        back = back / ICMP { type = 0, id = icmp.id, seq = icmp.seq }
        if packet:has(Raw) then
            back = back / Raw { load = packet[Raw].load }
        end
    elseif packet:has(TCP) then
        local tcp = packet[TCP]
        back = back / TCP { sport = tcp.dport, dport = tcp.sport, ack = tcp.seq + 1, flags = upper or "SA" }
        upper = nil
    elseif packet:has(UDP) then
        back = back / UDP { sport = packet[UDP].dport, dport = packet[UDP].sport }
    end
    return upper and back / upper or back
end

local function run_test(entry, path)
    local t = setmetatable({ checks = 0, path = path }, T)
    local real, result = sched.net, nil
    sched.failed = 0
    local ok = xpcall(function()
        entry.fn(t)
        if sched.drain() > 0 then
            error("a task's error was told", 0)
        end
    end, function(err)
        result = type(err) == "table" and err or core.trace(nil, tostring(err))
    end)
    sched.forget(0)
    sched.use(real)
    if ok and t.checks == 0 then
        ok, result = false, "it checks nothing"
    end
    io.write(ok and "ok      " or "FAILED  ", entry.name, "\n")
    if not ok then
        io.write((("  " .. tostring(result)):gsub("\n", "\n  ")), "\n")
    end
    return ok
end

-- Each file's tests; how many passed and failed.
local function run_file(path)
    local passed, failed = 0, 0
    tests = {}
    local chunk, err = loadfile(path)
    if not chunk then
        error(core.explain(err), 0)
    end
    chunk()
    for _, entry in ipairs(tests) do
        if run_test(entry, path) then
            passed = passed + 1
        else
            failed = failed + 1
        end
    end
    return passed, failed
end

function _G.test(name, fn)
    if type(name) ~= "string" or type(fn) ~= "function" then
        blame("test() takes a name and a function")
    end
    tests[#tests + 1] = { name = name, fn = fn }
end
_G.reply = reply

local passed, failed = 0, 0
for _, path in ipairs(arg) do
    local p, f = run_file(path)
    passed, failed = passed + p, failed + f
end
print(("%d passed, %d failed"):format(passed, failed))
if passed + failed == 0 then
    core.complain("there are no tests in it: test(\"name\", function(t) ... end) is one")
end
return failed == 0 and passed > 0
