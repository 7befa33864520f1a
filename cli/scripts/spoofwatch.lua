-- SPDX-License-Identifier: BSD-2-Clause
local args, row, packets = cleave.args {
    about = "Addresses that change their owner: ARP and neighbour discovery",
    columns = { "time:15", "address:15", "was:17", "now:17", "why" },
    packets = { where = "ARP or ICMPv6ND_NA or ICMPv6ND_NS" },
    { "-g --gateway", many = true, help = "ADDRESS=MAC that is true; may be given several times" },
}

local owner = {} -- address -> MAC
for _, text in ipairs(args.gateway or {}) do
    local address, mac = text:match("^([^=]+)=([%x:]+)$")
    if not address then
        cleave.failed("--gateway takes ADDRESS=MAC, not '" .. text .. "'")
    end
    owner[address] = mac:lower()
end
local pinned = {}
for address in pairs(owner) do
    pinned[address] = true
end

local function report(packet, address, was, now, why)
    row { time = packet.time and ("%.6f"):format(packet.time % 86400), address = address, was = was, now = now,
        why = why }
end

-- Somebody says that the address is his.
local function claim(packet, address, mac, how)
    local before = owner[address]
    if before and before ~= mac then
        report(packet, address, before, mac, how)
    end
    if not pinned[address] then
        owner[address] = mac
    end
end

local function look_arp(packet)
    local arp = packet[ARP]
    if arp.psrc == "0.0.0.0" then
        return -- a probe claims nothing
    end
    local ether = packet[Ether]
    if ether and ether.src ~= arp.hwsrc then
        report(packet, arp.psrc, ether.src, arp.hwsrc, "the frame is from another than the ARP says")
    end
    claim(packet, arp.psrc, arp.hwsrc, arp.op == 2 and "ARP reply" or "ARP request")
end

local function look_six(packet)
    local ip, mac = packet[IPv6], nil
    local option = packet[ICMPv6NDOptDstLLAddr] or packet[ICMPv6NDOptSrcLLAddr]
    mac = option and option.lladdr or packet[Ether] and packet[Ether].src
    if not mac then
        return
    end
    if packet:has(ICMPv6ND_NA) then
        claim(packet, packet[ICMPv6ND_NA].tgt, mac, "neighbour advertisement")
    elseif ip.src ~= "::" then
        claim(packet, ip.src, mac, "neighbour solicitation")
    end
end

for packet in packets do
    if packet:has(ARP) then
        look_arp(packet)
    else
        look_six(packet)
    end
end
row:done()
