-- SPDX-License-Identifier: BSD-2-Clause
local args, row, packets = cleave.args {
    about = "Which systems the SYNs that are seen come from",
    columns = { "address:15", "system:22", "hops:>4", "ttl:>3", "signature" },
    packets = { where = "TCP.flags & 0x12 == 2" },
    { "-a --all", default = false, help = "each signature of a host, not the first alone" },
}

-- In the order of the options, then by what else tells; the first that fits. `window`: a number, or a
-- multiple of the MSS ("x").
local systems = {
    { "Linux", ttl = 64, options = "M,S,T,N,W" },
    { "Windows 7 to 11", ttl = 128, options = "M,N,W,N,N,S" },
    { "Windows XP", ttl = 128, options = "M,N,N,S" },
    { "Windows, with timestamps", ttl = 128, options = "M,N,W,S,T" },
    { "macOS or iOS", ttl = 64, options = "M,N,W,N,N,T,S,E" },
    { "FreeBSD", ttl = 64, options = "M,N,W,S,T" },
    { "OpenBSD", ttl = 64, options = "M,N,N,S,N,W,N,N,T" },
    { "NetBSD", ttl = 64, options = "M,N,W,S,T" },
    { "Solaris", ttl = 64, options = "M,S,T,N,W", window = 64240 },
    { "Cisco IOS", ttl = 255, options = "M", window = 4128 },
    { "a scanner: nmap", ttl = 64, options = "M", windows = { [1024] = true, [2048] = true, [3072] = true,
        [4096] = true } },
    { "a scanner: masscan", ttl = 255, options = "", window = 1024 },
    { "a scanner: zmap", ttl = 255, options = "", window = 65535 },
    { "a scanner: zmap", ttl = 255, options = "M", window = 65535 },
    { "a tool: Scapy, cleave", ttl = 64, options = "", window = 8192 },
    { "a tool: hping3", ttl = 64, options = "", window = 512 },
}

local letters = { TCPOption_MSS = "M", TCPOption_SAckOK = "S", TCPOption_Timestamp = "T", TCPOption_NOP = "N",
    TCPOption_WScale = "W", TCPOption_EOL = "E", TCPOption_TFO = "F", TCPOption_MD5 = "5" }

-- It began with one of these, and lost one at each hop.
local function first_ttl(ttl)
    return ttl <= 32 and 32 or ttl <= 64 and 64 or ttl <= 128 and 128 or 255
end

local function signature(packet)
    local tcp, ip = packet[TCP], packet[IP] or packet[IPv6]
    local order, mss, scale = {}, nil, nil
    for _, option in ipairs(tcp.options) do
        local name = option:layers()[1].name
        order[#order + 1] = letters[name] or "?"
        mss = name == "TCPOption_MSS" and option.mss or mss
        scale = name == "TCPOption_WScale" and option.shift or scale
    end
    local six = packet:has(IPv6)
    return { ttl = six and ip.hlim or ip.ttl, address = ip.src, window = tcp.window, mss = mss, scale = scale,
        options = table.concat(order, ","), df = not six and ip.flags == "DF" }
end

local function guess(one)
    local plain = one.options:gsub(",E$", ",E"):gsub(",F$", "")
    for _, system in ipairs(systems) do
        if system.ttl == first_ttl(one.ttl) and system.options == plain
            and (not system.window or system.window == one.window)
            and (not system.windows or system.windows[one.window]) then
            return system[1]
        end
    end
    return "unknown"
end

local seen = {}
for packet in packets do
    if packet:has(IP) or packet:has(IPv6) then
        local one = signature(packet)
        local first = first_ttl(one.ttl)
        local text = ("%d:%s:%s%s:%s%s"):format(first, one.mss or "*", one.window,
            one.scale and "," .. one.scale or "", one.options, one.df and ":df" or "")
        local key = args.all and one.address .. " " .. text or one.address
        if not seen[key] then
            seen[key] = true
            row { address = one.address, system = guess(one), hops = first - one.ttl, ttl = one.ttl,
                signature = text }
        end
    end
end
row:done()
