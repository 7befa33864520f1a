-- SPDX-License-Identifier: BSD-2-Clause
local args, row = cleave.args {
    about = "DHCP servers on the link, and those that nobody knows of",
    columns = { "server:15", "mac:17", "known:5", "offers:15", "router:15", "dns:15", "lease:>7", "domain" },
    { "-i --iface", help = "the interface; without one, the first that is up" },
    { "-k --known", many = true, help = "a server that may be there; may be given several times" },
    { "-t --timeout", default = 3.0, help = "seconds to wait for offers" },
}

local function first_iface()
    for _, iface in ipairs(cleave.ifaces()) do
        if iface.up and not iface.loopback and #iface.addr == 6 then
            return iface.name
        end
    end
end

local known = {}
for _, address in ipairs(args.known or {}) do
    known[address] = true
end

-- A client that nobody has seen: an address of its own, so that no lease of ours is touched.
local client = "\x02"
for _ = 1, 5 do
    client = client .. string.char(math.random(0, 255))
end
local discover = Ether { dst = "ff:ff:ff:ff:ff:ff" } / IP { src = "0.0.0.0", dst = "255.255.255.255" }
    / UDP { sport = 68, dport = 67 } / BOOTP { xid = math.random(1, 2 ^ 31), flags = "B", chaddr = client }
    / DHCP { options = { { "message-type", "discover" }, { "param_req_list", { 1, 3, 6, 15, 51, 54 } }, "end" } }

local function options(packet)
    local by_code = {}
    for _, option in ipairs(packet[DHCP].options) do
        by_code[option.code] = option.value
    end
    return by_code
end

local function first(value)
    return type(value) == "table" and value[1] or value
end

local seen, rogue = {}, 0
local answers = sr(discover, { iface = args.iface or first_iface(), timeout = args.timeout, multi = true })
for _, offer in answers:pairs() do
    if offer:has(DHCP) then
        local option = options(offer)
        local server = first(option[54]) or offer[IP].src
        if not seen[server] then
            seen[server] = true
            rogue = rogue + (known[server] and 0 or 1)
            row { server = server, mac = offer:has(Ether) and offer[Ether].src or nil,
                known = known[server] or false, offers = offer[BOOTP].yiaddr, router = first(option[3]),
                dns = first(option[6]), lease = first(option[51]), domain = option[15] }
        end
    end
end
cleave.exit(rogue > 0 and 0 or 1)
