-- SPDX-License-Identifier: BSD-2-Clause
local args, row = cleave.args {
    about = "The routers to many targets at once",
    columns = { "target:15", "hop:>3", "address:15", "ms:>8", "remark" },
    { "target", many = true, needed = true, help = "hosts, nets, ranges" },
    { "-m --max", default = 30, help = "the last hop that is tried" },
    { "-p --port", type = "int", help = "probe by TCP SYN to this port; without, by echo" },
    { "-u --udp", default = false, help = "probe by UDP to high ports" },
    { "-n --parallel", default = 50, help = "targets at once" },
    { "-t --timeout", default = 1.0, help = "seconds for an answer" },
    { "-r --retry", default = 1, help = "how often each is tried again" },
}

local reached = 0
local at_once = 8 -- hops: a target is seldom further away than some of these

local function probe(target, ttl)
    local six = target:find(":") ~= nil
    local ip = six and IPv6 { dst = target, hlim = ttl } or IP { dst = target, ttl = ttl, id = ttl }
    if args.port then
        return ip / TCP { sport = 33000 + ttl, dport = args.port, seq = RandInt() }
    elseif args.udp then
        return ip / UDP { sport = RandShort(), dport = 33434 + ttl }
    end
    return ip / (six and ICMPv6EchoRequest { id = RandShort(), seq = ttl } or ICMP { id = RandShort(), seq = ttl })
end

local function ttl_of(packet)
    return packet:has(IPv6) and packet[IPv6].hlim or packet[IP].ttl
end

local refusals = { [0] = "no net", "no host", "no protocol", "no port", [9] = "prohibited", [10] = "prohibited",
    [13] = "prohibited" }

-- What ends the way: at the target, or at somebody who refuses.
local function ends(target, answer, from)
    local icmp = answer[ICMP]
    if from == target then
        return "reached"
    elseif icmp and icmp.type == 3 then
        return refusals[icmp.code] or "code " .. icmp.code
    elseif answer:has(ICMPv6DestUnreach) then
        return "unreachable"
    end
end

local function round(target, first, last)
    local probes, hops = {}, {}
    for ttl = first, last do
        probes[#probes + 1] = probe(target, ttl)
    end
    local answers = sr(probes, { timeout = args.timeout, retry = args.retry })
    for sent, answer in answers:pairs() do
        local from = (answer[IP] or answer[IPv6]).src
        hops[ttl_of(sent)] = { from = from, ms = (answer.time_ns - sent.time_ns) / 1e6,
            remark = ends(target, answer, from) }
    end
    return hops
end

pool(args.parallel, hosts(args.target), function(target)
    local found, last = {}, 0
    local first = 1
    repeat
        local done = false
        local most = math.min(first + at_once - 1, args.max)
        local hops = round(target, first, most)
        for ttl = first, most do
            if hops[ttl] and not done then
                found[ttl], last = hops[ttl], ttl
                done = hops[ttl].remark ~= nil
            end
        end
        first = most + 1
    until done or first > args.max
    for ttl = 1, last do
        local hop = found[ttl]
        row { target = target, hop = ttl, address = hop and hop.from,
            ms = hop and tonumber(("%.3f"):format(hop.ms)), remark = hop and hop.remark }
    end
    reached = reached + (found[last] and found[last].remark == "reached" and 1 or 0)
end)
cleave.exit(reached > 0 and 0 or 1)
