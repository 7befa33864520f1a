-- SPDX-License-Identifier: BSD-2-Clause
local args, row, packets = cleave.args {
    about = "TCP connections: what was sent again, and how long answers took",
    columns = { "client:21", "server:21", "packets:>7", "bytes:>10", "again:>5", "order:>5", "dupack:>6",
        "zero:>4", "setup:>8", "rtt_min:>8", "rtt:>8", "rtt_max:>8", "end", "seconds:json" },
    packets = { where = "TCP" },
    { "-n --top", type = "int", help = "those that sent most again, so many of them" },
}

local flows, order = {}, {}

-- The distance from b to a, of numbers that wrap.
local function after(a, b)
    return (a - b + 0x80000000 & 0xffffffff) - 0x80000000
end

local function new_flow(client, server)
    local flow = { client = client, server = server, packets = 0, bytes = 0, again = 0, order = 0, dupack = 0,
        zero = 0, rtts = 0, rtt_sum = 0, sides = { [client] = { open = {} }, [server] = { open = {} } } }
    order[#order + 1] = flow
    return flow
end

local function flow_of(from, to, flags)
    local flow = flows[from .. " " .. to]
    local opens = flags:find("S") and not flags:find("A")
    if flow and not (opens and flow.over) then
        return flow
    end
    if flags:find("S") and flags:find("A") then
        flow = new_flow(to, from)
    else
        flow = new_flow(from, to)
    end
    flows[from .. " " .. to], flows[to .. " " .. from] = flow, flow
    return flow
end

local function took(flow, ms)
    flow.rtts = flow.rtts + 1
    flow.rtt_sum = flow.rtt_sum + ms
    flow.rtt_min = math.min(flow.rtt_min or ms, ms)
    flow.rtt_max = math.max(flow.rtt_max or ms, ms)
end

-- Of what is acknowledged now, the last segment that was sent once tells the time (Karn).
local function acknowledge(flow, side, other, tcp, flags, packet, data)
    local newest
    local kept = {}
    for _, segment in ipairs(other.open) do
        if after(tcp.ack, segment.ends) >= 0 then
            newest = segment
        else
            kept[#kept + 1] = segment
        end
    end
    other.open = kept
    if newest and not newest.again then
        took(flow, (packet.time_ns - newest.time) / 1e6)
    end
    if side.ack == tcp.ack and data == 0 and side.window == tcp.window and not flags:find("[SFR]")
        and #other.open > 0 then
        flow.dupack = flow.dupack + 1
    end
    side.ack, side.window = tcp.ack, tcp.window
end

local function sent(flow, side, tcp, packet, length)
    local ends = tcp.seq + length & 0xffffffff
    if side.next and after(ends, side.next) <= 0 then
        -- It was there before, or fills a gap that was jumped over: within one way there and back it came
        -- late, after that it was sent again.
        for _, gap in ipairs(side.gaps or {}) do
            if after(tcp.seq, gap.from) >= 0 and after(ends, gap.to) <= 0 and not gap.filled
                and packet.time_ns - gap.time < math.max(3, flow.setup or 0) * 1e6 then
                gap.filled = true
                flow.order = flow.order + 1
                return
            end
        end
        flow.again = flow.again + 1
        for _, segment in ipairs(side.open) do
            if segment.ends == ends then
                segment.again = true
            end
        end
        return
    end
    if side.next and after(tcp.seq, side.next) > 0 then
        side.gaps = side.gaps or {}
        table.insert(side.gaps, { from = side.next, to = tcp.seq, time = packet.time_ns })
        if #side.gaps > 16 then
            table.remove(side.gaps, 1)
        end
    end
    side.next = ends
    if #side.open < 1024 then
        table.insert(side.open, { ends = ends, time = packet.time_ns })
    end
end

for packet in packets do
    local ip, tcp = packet[IP] or packet[IPv6], packet[TCP]
    if ip then
        local from, to = ("%s:%d"):format(ip.src, tcp.sport), ("%s:%d"):format(ip.dst, tcp.dport)
        local flags = tcp.flags
        local flow = flow_of(from, to, flags)
        local side, other = flow.sides[from], flow.sides[to]
        local data = #tcp:bytes() - tcp.dataofs * 4 + packet.wirelen - #packet
        flow.packets, flow.bytes = flow.packets + 1, flow.bytes + data
        flow.first, flow.last = flow.first or packet.time_ns, packet.time_ns
        if flags:find("S") and not flags:find("A") then
            flow.syn = flow.syn or packet.time_ns
        elseif flags:find("A") and from == flow.client and flow.syn and not flow.setup then
            flow.setup = (packet.time_ns - flow.syn) / 1e6
        end
        if flags:find("A") then
            acknowledge(flow, side, other, tcp, flags, packet, data)
        end
        local length = data + (flags:find("S") and 1 or 0) + (flags:find("F") and 1 or 0)
        if length > 0 then
            sent(flow, side, tcp, packet, length)
        end
        if tcp.window == 0 and not flags:find("[SR]") then
            flow.zero = flow.zero + 1
        end
        if flags:find("R") then
            flow["end"], flow.over = "reset by " .. (from == flow.client and "client" or "server"), true
        elseif flags:find("F") then
            side.fin = true
            flow.over = side.fin and other.fin
            flow["end"] = flow["end"] or flow.over and "closed" or nil
        end
    end
end

if args.top then
    table.sort(order, function(a, b)
        return a.again > b.again or (a.again == b.again and a.first < b.first)
    end)
end
local function ms(value)
    return value and tonumber(("%.3f"):format(value))
end
for i = 1, math.min(args.top or #order, #order) do
    local flow = order[i]
    row { client = flow.client, server = flow.server, packets = flow.packets, bytes = flow.bytes,
        again = flow.again, order = flow.order, dupack = flow.dupack, zero = flow.zero, setup = ms(flow.setup),
        rtt_min = ms(flow.rtt_min), rtt = flow.rtts > 0 and ms(flow.rtt_sum / flow.rtts) or nil,
        rtt_max = ms(flow.rtt_max), ["end"] = flow["end"] or "open",
        seconds = tonumber(("%.6f"):format((flow.last - flow.first) / 1e9)) }
end
row:done()
