-- SPDX-License-Identifier: BSD-2-Clause
local args, row = cleave.args {
    about = "The largest packet that a path takes",
    columns = { "target:15", "mtu:>5", "limit:18", "by" },
    { "target", many = true, needed = true, help = "hosts, nets, ranges" },
    { "-m --max", default = 1500, help = "the largest that is tried" },
    { "-n --parallel", default = 20, help = "targets at once" },
    { "-t --timeout", default = 1.0, help = "seconds for an answer" },
    { "-r --retry", default = 1, help = "how often each is tried again" },
}

-- An echo of that many bytes: "fits"; "told", mtu, by whom; "local", mtu; "lost".
local function try(target, size)
    local six = target:find(":") ~= nil
    local head = six and 48 or 28
    local id = math.random(0, 65535)
    local probe = six and IPv6 { dst = target } / ICMPv6EchoRequest { id = id, data = ("x"):rep(size - head) }
        or IP { dst = target, flags = "DF" } / ICMP { id = id } / ("x"):rep(size - head)
    local ok, answer = pcall(sr1, probe, { timeout = args.timeout, retry = args.retry })
    if not ok then
        local mtu = tostring(answer):match("its mtu is (%d+)")
        if not mtu then
            error(answer, 0)
        end
        return "local", tonumber(mtu)
    elseif not answer then
        return "lost"
    elseif six then
        local big = answer[ICMPv6PacketTooBig]
        return big and "told" or answer:has(ICMPv6EchoReply) and "fits" or "lost", big and big.mtu,
            answer[IPv6].src
    end
    local icmp = answer[ICMP]
    if icmp.type == 3 and icmp.code == 4 then
        return "told", icmp.nexthopmtu, answer[IP].src
    end
    return icmp.type == 0 and "fits" or "lost", nil, answer[IP].src
end

local function find(target)
    local least = target:find(":") and 1280 or 68
    local fits, size, limit, by = 0, args.max, "--max", nil
    local above = args.max + 1 -- known not to fit
    if try(target, least) ~= "fits" then
        return
    end
    fits = least
    while fits + 1 < above do
        local what, mtu, who = try(target, size)
        if what == "fits" then
            fits = size
        else
            above = size
            limit, by = what == "told" and "told by a router" or what == "local" and "our own interface"
                or "larger ones vanish", who
        end
        if mtu and mtu > fits and mtu < above then
            size = mtu
        else
            size = (fits + above) // 2
        end
        if what == "fits" and size == above - 1 and mtu then
            size = above - 1
        end
    end
    row { target = target, mtu = fits, limit = limit, by = by }
end

pool(args.parallel, hosts(args.target), find)
row:done()
