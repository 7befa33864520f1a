-- SPDX-License-Identifier: BSD-2-Clause
local args, row, packets = cleave.args {
    about = "Who sends and gets most, in a capture or on the wire",
    columns = { "who:43", "packets:>9", "bytes:>12", "share:>6", "rate:>10" },
    packets = {},
    { "-b --by", default = "pair", help = "host, pair, flow (with ports), port or mac" },
    { "-n --top", default = 10, help = "how many are shown" },
}

local by = {}

local function net(packet)
    return packet[IP] or packet[IPv6]
end

local function ports_of(packet)
    local upper = packet[TCP] or packet[UDP] or packet[SCTP]
    if upper then
        return upper.sport, upper.dport, upper:layers()[1].name
    end
end

function by.host(packet)
    local ip = net(packet)
    if ip then
        return ip.src, ip.dst
    end
end

function by.pair(packet)
    local ip = net(packet)
    if ip then
        local a, b = ip.src, ip.dst
        return a < b and a .. " - " .. b or b .. " - " .. a
    end
end

function by.flow(packet)
    local ip, sport, dport, name = net(packet), ports_of(packet)
    if ip and sport then
        local a, b = ("%s %d"):format(ip.src, sport), ("%s %d"):format(ip.dst, dport)
        return ("%s %s"):format(name, a < b and a .. " - " .. b or b .. " - " .. a)
    end
    return by.pair(packet)
end

-- The lower one is the service's, as a rule.
function by.port(packet)
    local sport, dport, name = ports_of(packet)
    return sport and ("%s %d"):format(name, math.min(sport, dport))
end

function by.mac(packet)
    local ether = packet[Ether]
    if ether then
        return ether.src, ether.dst
    end
end

local keys = by[args.by]
if not keys then
    cleave.failed("--by takes host, pair, flow, port or mac, not '" .. args.by .. "'")
end

local all, count, first, last = {}, 0, nil, nil
local function add(key, bytes)
    local one = all[key]
    if not one then
        one = { who = key, packets = 0, bytes = 0 }
        all[key] = one
    end
    one.packets = one.packets + 1
    one.bytes = one.bytes + bytes
end

for packet in packets do
    local bytes = packet.wirelen
    local a, b = keys(packet)
    count = count + bytes
    if packet.time then -- they may be out of order
        first, last = math.min(first or packet.time, packet.time), math.max(last or packet.time, packet.time)
    end
    if a then
        add(a, bytes)
    end
    if b and b ~= a then
        add(b, bytes)
    end
end

local list = {}
for _, one in pairs(all) do
    list[#list + 1] = one
end
table.sort(list, function(a, b)
    return a.bytes > b.bytes or (a.bytes == b.bytes and a.who < b.who)
end)
local span = first and last - first or 0
for i = 1, math.min(args.top, #list) do
    local one = list[i]
    local share, rate = one.bytes * 100 / count, span > 0 and math.floor(one.bytes * 8 / span) or nil
    row { who = one.who, packets = one.packets, bytes = one.bytes,
        share = args.json and tonumber(("%.1f"):format(share)) or ("%.1f%%"):format(share),
        rate = args.json and rate or rate and ("%.1fkb/s"):format(rate / 1000) }
end
row:done()
