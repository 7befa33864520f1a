-- SPDX-License-Identifier: BSD-2-Clause
-- The verbs, under Scapy's names, over the loop of tasks.
local core, sched = ...
local blame = core.blame
local math, table, string = math, table, string -- scripts may lose theirs
local pairs, ipairs, error, type, print = pairs, ipairs, error, type, print
local setmetatable, getmetatable, tostring, select = setmetatable, getmetatable, tostring, select

local verbs = {}

-- ---- Options: a table, whose names are checked.

local shared = { iface = "string", source = "string" }
local asking = {
    timeout = "number", retry = "number", rate = "number", interval = "number", filter = "string",
    multi = "boolean", first = "boolean", promisc = "boolean", verbose = "boolean",
}

local function near(name, known)
    local names = {}
    for k in pairs(known) do
        names[#names + 1] = k
    end
    local best = core.near(name, names)
    return best and ("; did you mean '%s'?"):format(best) or ""
end

local function options(opts, verb, ...)
    opts = opts or {}
    if type(opts) ~= "table" then
        blame(("%s: the options are a table, like {timeout = 1}, not a %s"):format(verb, type(opts)))
    end
    local known = {}
    for _, set in ipairs({ ... }) do
        for k, v in pairs(set) do
            known[k] = v
        end
    end
    for k, v in pairs(opts) do
        if not known[k] then
            blame(("%s has no option '%s'%s"):format(verb, k, near(tostring(k), known)))
        elseif known[k] ~= "any" and type(v) ~= known[k] then
            blame(("%s: %s is a %s, not a %s"):format(verb, k, known[k], type(v)))
        end
    end
    return opts
end

local function ns(seconds)
    return math.floor(seconds * 1e9)
end

local function interval_of(opts)
    if opts.rate then
        if opts.rate <= 0 then
            blame("rate: packets a second, more than 0")
        end
        return math.floor(1e9 / opts.rate)
    end
    return opts.interval and ns(opts.interval)
end

-- Each packet of a set, a list of packets, or what an iterator or a stream gives.
local function each(packets)
    local kind = type(packets)
    if kind == "function" or kind == "table" and (getmetatable(packets) or {}).__call then
        return packets
    elseif kind == "table" then
        local i, inner = 0, nil
        return function()
            while true do
                local p = inner and inner()
                if p then
                    return p
                end
                i = i + 1
                if packets[i] == nil then
                    return nil
                end
                inner = core.packet(packets[i]):each()
            end
        end
    end
    return core.packet(packets):each()
end

-- ---- Requests and answers. Whoever asks in the same way shares the capture and the matcher.

local exchanges = {}

local function handle(exchange)
    return function(id, nth, sent, answer, why)
        if not id then
            return false
        end
        local waiter = exchange.waiters[id]
        if waiter then
            waiter(sent, answer, nth, why)
        end
        return true
    end
end

local function exchange_of(opts)
    local timeout = opts.timeout and ns(opts.timeout) or 2000000000
    local retry = opts.retry or 0
    local key = table.concat({ tostring(sched.net), opts.iface or "", opts.source or "", timeout, retry,
        tostring(opts.filter), tostring(opts.multi), tostring(opts.promisc) }, "|")
    local exchange = exchanges[key]
    if not exchange then
        exchange = { key = key, users = 0, waiters = {}, timeout = timeout * (retry + 1) }
        exchange.source = sched.net.exchange({
            iface = opts.iface, source = opts.source, filter = opts.filter, timeout = timeout,
            retry = retry, multi = opts.multi, promisc = opts.promisc,
        })
        exchanges[key] = exchange
        sched.source_add(exchange.source, handle(exchange))
    end
    exchange.users = exchange.users + 1
    return exchange
end

-- The last one out closes it: what came too late is not waited for.
local function exchange_leave(exchange)
    exchange.users = exchange.users - 1
    if exchange.users == 0 then
        sched.source_remove(exchange.source)
        exchange.source:close()
        exchanges[exchange.key] = nil
    end
end

-- ---- Results: pairs of packets, or packets.

local Results = {}
Results.__index = Results
Results.__name = "results"

function Results:pairs()
    local i = 0
    return function()
        i = i + 1
        if self[i] then
            return self[i][1], self[i][2]
        end
    end
end

function Results:__tostring()
    local lines = {}
    for i = 1, math.min(#self, 20) do
        local pair = self[i]
        lines[i] = type(pair) == "table" and tostring(pair[1]) .. " ==> " .. tostring(pair[2])
            or tostring(pair)
    end
    if #self > 20 then
        lines[21] = ("... %d more"):format(#self - 20)
    end
    return table.concat(lines, "\n")
end

function Results:show()
    print(self)
end
Results.summary = Results.show

-- Those for which keep(packet, answer) is true; keep may be a filter's text.
function Results:filter(keep)
    local kept = setmetatable({}, Results)
    if type(keep) == "string" then
        local filter = core.filter(keep)
        keep = function(p, answer)
            return filter:match(answer or p)
        end
    end
    for _, pair in ipairs(self) do
        local list = type(pair) == "table"
        if keep(list and pair[1] or pair, list and pair[2] or nil) then
            kept[#kept + 1] = pair
        end
    end
    return kept
end

-- for sent, answer in ans do, for packet in rdpcap("in.pcap") do
function Results:__call(_, before)
    local i = before == nil and 1 or self.at + 1
    self.at = i
    if type(self[i]) == "table" then
        return self[i][1], self[i][2]
    end
    return self[i]
end

local function results()
    return setmetatable({}, Results)
end

-- ---- sr, sr1, srloop, send.

local function ask(packets, opts, on_pair)
    local exchange <close> = setmetatable({ of = exchange_of(opts) }, {
        __close = function(x)
            for _, id in ipairs(x.ids or {}) do
                x.of.waiters[id] = nil
            end
            exchange_leave(x.of)
        end,
    })
    local of, me, ids, open = exchange.of, sched.current(), {}, 0
    local sending, ended, parked = true, false, false
    local interval, due = interval_of(opts), sched.net.now()
    exchange.ids = ids

    local function seen(sent, answer, nth, why)
        if nth == 0 then
            open = open - 1
        end
        ended = on_pair(sent, answer, why) == false or ended
        if parked and (ended or (open == 0 and not opts.multi)) then
            sched.wake(me)
        end
    end

    for packet in each(packets) do
        if interval then
            if due > sched.net.now() then
                sched.park("its time to send", due)
            end
            due = due + interval
        end
        if ended then
            break
        end
        local id = of.source:send(packet)
        ids[#ids + 1] = id
        open = open + 1
        of.waiters[id] = seen
        if #ids % 64 == 0 then
            sched.look()
        end
    end
    local last = sched.net.now() + of.timeout
    while not ended and (open > 0 or (opts.multi and sched.net.now() < last)) do
        parked = true
        if opts.multi then
            sched.park("answers", last)
            if sched.net.now() >= last then
                break
            end
        else
            sched.park(open == 1 and "an answer" or open .. " answers")
        end
        parked = false
    end
    return #ids
end

-- sr(packets, opts): the pairs of packet and answer, and the packets without one.
function verbs.sr(packets, opts)
    opts = options(opts, "sr", shared, asking)
    local answered, unanswered = results(), results()
    ask(packets, opts, function(sent, answer, why)
        if answer then
            answered[#answered + 1] = { sent, answer }
            return not opts.first
        end
        unanswered[#unanswered + 1] = sent
    end)
    return answered, unanswered
end

-- sr1(packet, opts): the first answer, and what it answers; nil, and why there is none.
function verbs.sr1(packets, opts)
    opts = options(opts, "sr1", shared, asking)
    local first, of, reason
    ask(packets, opts, function(sent, answer, why)
        if answer and not first then
            first, of = answer, sent
        end
        reason = reason or why
        return not first
    end)
    return first, of or reason or "timeout"
end

-- srloop(packets, {interval = 1, count = 0}): again and again, each answer printed.
function verbs.srloop(packets, opts)
    opts = options(opts, "srloop", shared, asking, { count = "number" })
    local all, none, round = results(), results(), 0
    local pace = opts.interval or 1
    local inner = {}
    for k, v in pairs(opts) do
        inner[k] = v
    end
    inner.count, inner.interval = nil, nil
    while not opts.count or round < opts.count do
        round = round + 1
        local begun = sched.net.now()
        local ans, un = verbs.sr(packets, inner)
        for _, pair in ipairs(ans) do
            print("RECV: " .. tostring(pair[2]))
            all[#all + 1] = pair
        end
        for _, packet in ipairs(un) do
            print("fail: " .. tostring(packet))
            none[#none + 1] = packet
        end
        if round ~= opts.count then
            sched.park("the next round", begun + ns(pace))
        end
    end
    return all, none
end

-- send(packets, opts): how many went out.
function verbs.send(packets, opts)
    opts = options(opts, "send", shared,
        { count = "number", rate = "number", interval = "number", verbose = "boolean" })
    local sender <close> = sched.net.sender({ iface = opts.iface, source = opts.source })
    local interval, due, sent = interval_of(opts), sched.net.now(), 0
    for _ = 1, opts.count or 1 do
        for packet in each(packets) do
            if interval then
                if due > sched.net.now() then
                    sched.park("its time to send", due)
                end
                due = due + interval
            end
            sender:send(packet)
            sent = sent + 1
        end
    end
    return sent
end

-- A packet that begins with a link layer is sent as it is: these are the same verbs.
verbs.sendp, verbs.srp, verbs.srp1, verbs.srploop = verbs.send, verbs.sr, verbs.sr1, verbs.srloop

-- ---- Streams of packets: for packet in sniff{count = 3} do ... end

local Stream = {}
Stream.__index = Stream
Stream.__name = "stream"

function Stream:__call()
    while not self.ended do
        if self.count and self.given >= self.count then
            break
        end
        local packet = self.take(self)
        if not packet then
            break
        end
        if self.where(packet) then
            self.given = self.given + 1
            if self.stop(packet) then
                self.ended = true
            end
            return packet
        end
    end
    self:close()
end

function Stream:__tostring()
    return "a stream of packets: for packet in it do ... end, or it:list()"
end

function Stream:next()
    return self()
end

-- All that comes, as a list.
function Stream:list()
    local list = results()
    for packet in self do
        list[#list + 1] = packet
    end
    return list
end

function Stream:close()
    self.ended = true
    if self.source then
        local source = self.source
        self.source = nil
        if self.waiting then
            sched.wake(self.waiting)
        end
        sched.source_remove(source)
        if source.stats then
            self.counters = source:stats()
        end
        source:close()
    end
end
Stream.__close = Stream.close
Stream.__gc = nil

-- What the kernel counted: {received, dropped, dropped_iface}.
function Stream:stats()
    return self.source and self.source.stats and self.source:stats() or self.counters
end

local function predicate(value, otherwise)
    if value == nil then
        return function()
            return otherwise
        end
    elseif type(value) == "string" then
        local filter = core.filter(value)
        return function(packet)
            return filter:match(packet)
        end
    elseif type(value) == "function" then
        return value
    end
    blame("a filter's text or a function is wanted, not a " .. type(value))
end

local function stream(opts)
    return setmetatable({
        given = 0,
        count = opts.count,
        where = predicate(opts.where, true),
        stop = predicate(opts.stop, false),
    }, Stream)
end

local chosen = { count = "number", where = "any", stop = "any" }

local function check_path(path, verb)
    if type(path) ~= "string" then
        local kind = type(path) == "userdata" and "packet" or type(path)
        blame(("%s takes the name of a capture file, not a %s"):format(verb, kind))
    end
end

local function file_stream(path, opts, verb)
    check_path(path, verb)
    local s = stream(opts)
    s.source = core.reader(path)
    s.take = function(self)
        return self.source:next()
    end
    return s, nil, nil, s
end

-- sniff{iface = "eth0", filter = "icmp", where = "IP.ttl < 5", count = 10, timeout = 5}
function verbs.sniff(opts)
    opts = options(opts, "sniff", chosen, {
        iface = "string", filter = "string", timeout = "number", promisc = "boolean",
        monitor = "boolean", snaplen = "number", buffer = "number", inbound = "boolean",
        offline = "string",
    })
    if opts.offline then
        return file_stream(opts.offline, opts, "sniff")
    end
    local s, queue = stream(opts), {}
    local iface = opts.iface
    if not iface and sched.net == core then
        local up = {}
        for _, one in ipairs(core.ifaces()) do
            up[#up + 1] = one.up and not one.loopback and one.name or nil
        end
        iface = #up == 1 and up[1] or nil -- with more there is a choice, which is the script's
    end
    local deadline = opts.timeout and sched.net.now() + ns(opts.timeout)
    s.source = sched.net.capture({
        iface = iface, filter = opts.filter, snaplen = opts.snaplen, buffer = opts.buffer,
        promisc = opts.promisc ~= false, monitor = opts.monitor, inbound = opts.inbound,
    })
    local head = 1
    local function arrived(packet)
        if packet then
            queue[#queue + 1] = packet
            if s.waiting then
                sched.wake(s.waiting)
            end
        end
        return packet ~= nil
    end
    -- The kernel keeps what nobody waits for.
    s.take = function(self)
        if head > #queue then
            queue, head = {}, 1
            sched.source_add(self.source, arrived)
            self.waiting = sched.current()
            while #queue == 0 and not self.ended do
                if deadline and sched.net.now() >= deadline then
                    break
                end
                sched.park("a packet", deadline)
            end
            self.waiting = nil
            if self.source then
                sched.source_remove(self.source)
            end
        end
        head = head + 1
        return queue[head - 1]
    end
    return s, nil, nil, s
end

-- ---- Capture files.

function verbs.rdpcap(path, count)
    local s <close> = (file_stream(path, { count = count }, "rdpcap"))
    return s:list()
end

-- for packet in PcapReader("in.pcap") do ... end
function verbs.PcapReader(path, opts)
    return file_stream(path, options(opts, "PcapReader", chosen), "PcapReader")
end

local Writer = {}
Writer.__index = Writer
Writer.__name = "writer"

function Writer:write(packets)
    if not self.file then
        blame("the writer is closed")
    end
    for packet in each(packets) do
        self.file:write(packet)
    end
    return self
end

function Writer:flush()
    self.file:flush()
end

function Writer:close()
    local file = self.file
    self.file = nil
    if file then
        file:close()
    end
end
Writer.__close = Writer.close

-- local out <close> = PcapWriter("out.pcapng"); out:write(packet)
function verbs.PcapWriter(path)
    check_path(path, "PcapWriter")
    return setmetatable({ file = core.writer(path) }, Writer)
end

function verbs.wrpcap(path, packets)
    check_path(path, "wrpcap")
    local out <close> = verbs.PcapWriter(path)
    out:write(packets)
end

-- ---- Tools on top.

function verbs.fuzz(packet)
    return core.fuzz(packet)
end

function verbs.ls(layer)
    core.write(core.ls(layer))
end

function verbs.hexdump(packet)
    core.packet(packet):hexdump()
end

-- fragment(packet, 1480): datagrams of at most so many bytes behind their IP header.
function verbs.fragment(packet, size)
    size = size or 1480
    local list, whole = results(), core.packet(packet)
    if size < 8 then
        blame("fragment: a fragment has at least 8 bytes")
    end
    for one in whole:each() do
        local ip = one:need(IP)
        local bytes, header = ip:bytes(), ip.ihl * 4
        local load = bytes:sub(header + 1, ip.len)
        local room = size - size % 8
        if #load <= size then
            list[#list + 1] = one
        else
            for at = 0, #load - 1, room do
                local more = at + room < #load
                local head = IP(bytes:sub(1, header))
                head.len, head.chksum = nil, nil
                head.frag = ip.frag + at // 8
                if more then
                    head.flags = "MF"
                end
                local below = one:below(IP)
                local piece = head / Raw { load = load:sub(at + 1, at + room) }
                list[#list + 1] = below and below / piece or piece
            end
        end
    end
    return list
end

-- traceroute("192.0.2.1", {dport = 80, maxttl = 30}): one line a hop; returns the pairs.
function verbs.traceroute(target, opts)
    opts = options(opts, "traceroute", shared,
        { timeout = "number", dport = "number", maxttl = "number", quiet = "boolean" })
    local probe = IP { dst = target, ttl = range(1, opts.maxttl or 30), id = RandShort() }
        / TCP { dport = opts.dport or 80, sport = RandShort(), flags = "S" }
    local ans, un = verbs.sr(probe, { timeout = opts.timeout or 2, iface = opts.iface, source = opts.source })
    table.sort(ans, function(a, b)
        return a[1].ttl < b[1].ttl
    end)
    if not opts.quiet then
        for sent, answer in ans:pairs() do
            print(("%2d  %-15s  %.3f ms"):format(sent.ttl, answer[IP].src, (answer.time - sent.time) * 1e3))
            if answer:has(TCP) then
                break
            end
        end
    end
    return ans, un
end

-- arping("10.0.0.0/24"): who answers for these addresses; one line each; returns the pairs.
function verbs.arping(net, opts)
    opts = options(opts, "arping", shared, { timeout = "number", quiet = "boolean" })
    local ans, un = verbs.sr(Ether { dst = "ff:ff:ff:ff:ff:ff" } / ARP { pdst = net },
        { timeout = opts.timeout or 1, iface = opts.iface, source = opts.source })
    if not opts.quiet then
        for _, answer in ans:pairs() do
            print(answer[ARP].hwsrc, answer[ARP].psrc)
        end
    end
    return ans, un
end

return verbs
