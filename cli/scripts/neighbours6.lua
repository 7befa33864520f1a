-- SPDX-License-Identifier: BSD-2-Clause
local args, row = cleave.args {
    about = "IPv6 neighbours and routers on the link",
    columns = { "address:25", "mac:17", "router:6", "how:21", "prefixes" },
    { "-i --iface", help = "the interface; without one, the first that is up" },
    { "-q --quiet", default = false, help = "listen only, and send nothing" },
    { "-t --timeout", default = 3.0, help = "seconds to listen" },
}

-- The interface, and our own address on it.
local function choose(name)
    for _, iface in ipairs(cleave.ifaces()) do
        if iface.name == name or (not name and iface.up and not iface.loopback and #iface.addr == 6) then
            return iface.name, ("%02x:%02x:%02x:%02x:%02x:%02x"):format((iface.addr .. ("\0"):rep(6)):byte(1, 6))
        end
    end
    return name
end

local iface, own = choose(args.iface)
local found = {}

-- The echo is left alone by some systems, but none passes over an option that it must answer for.
local function provoke()
    local all = IPv6 { dst = "ff02::1", hlim = 255 }
    send({
        all / ICMPv6EchoRequest { id = 0x636c, data = "cleave" },
        all / IPv6ExtHdrDestOpt { options = { HBHOptUnknown { otype = 0x80, optdata = "1234" } } }
            / ICMPv6EchoRequest { id = 0x636c, seq = 1 },
        IPv6 { dst = "ff02::2", hlim = 255 } / ICMPv6ND_RS {},
    }, { iface = iface })
end

local function prefixes_of(packet)
    local list = {}
    for i, layer in ipairs(packet:layers()) do
        if layer == ICMPv6NDOptPrefixInfo then
            local option = packet[i]
            list[#list + 1] = ("%s/%d"):format(option.prefix, option.prefixlen)
        end
    end
    return list
end

local kinds = {
    [ICMPv6ND_RA] = "router advertisement", [ICMPv6ND_RS] = "router solicit",
    [ICMPv6ND_NA] = "neighbour advert", [ICMPv6ND_NS] = "neighbour solicit",
    [ICMPv6EchoReply] = "echo reply", [ICMPv6EchoRequest] = "echo request",
    [ICMPv6ParamProblem] = "option refused", [ICMPv6MLReport] = "listener report",
    [ICMPv6MLReport2] = "listener report",
}

-- What it says; not what it quotes.
local function kind_of(packet)
    for _, layer in ipairs(packet:layers()) do
        if kinds[layer] then
            return layer
        end
    end
end

local function look(packet)
    local from, kind = packet[IPv6].src, kind_of(packet)
    local mac = packet:has(Ether) and packet[Ether].src or nil
    if not kind or from == "::" or not mac or mac == own then
        return
    end
    local one = found[from] or { address = from, router = false, how = kinds[kind] }
    one.mac = mac
    if kind == ICMPv6ND_RA then
        one.router, one.prefixes = packet[ICMPv6ND_RA].routerlifetime > 0, prefixes_of(packet)
        one.how = kinds[kind]
    end
    found[from] = one
end

local packets = sniff { iface = iface, where = "IPv6", timeout = args.timeout }
if not args.quiet then
    go("provoke", function()
        provoke()
        sleep(args.timeout / 3)
        provoke()
    end)
end
for packet in packets do
    look(packet)
end
local list = {}
for _, one in pairs(found) do
    list[#list + 1] = one
end
table.sort(list, function(a, b)
    return a.address < b.address
end)
for _, one in ipairs(list) do
    row(one)
end
row:done()
