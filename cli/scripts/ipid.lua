-- SPDX-License-Identifier: BSD-2-Clause
local args, row = cleave.args {
    about = "How hosts number their IP packets, and whether they serve for an idle scan",
    columns = { "target:15", "class:20", "idle:4", "ids" },
    { "target", many = true, needed = true, help = "hosts, nets, ranges" },
    { "-p --port", type = "int", help = "ask by TCP SYN to this port; without, by echo" },
    { "-c --count", default = 6, help = "probes" },
    { "-g --gap", default = 0.1, help = "seconds from one to the next" },
    { "-n --parallel", default = 20, help = "targets at once" },
    { "-t --timeout", default = 1.0, help = "seconds for an answer" },
}

local function classify(ids)
    local same, zero, small, swapped, steps = true, true, true, true, {}
    for i, id in ipairs(ids) do
        zero = zero and id == 0
        if i > 1 then
            local step = (id - ids[i - 1]) % 65536
            same = same and step == 0
            small = small and step > 0 and step <= 10
            swapped = swapped and step > 0 and step % 256 == 0 and step <= 2560
            steps[#steps + 1] = step
        end
    end
    local most = math.max(table.unpack(steps))
    if zero then
        return "zero", false
    elseif same then
        return "constant", false
    elseif small then
        return "incremental", true
    elseif swapped then
        return "incremental, swapped", true
    elseif most < 1000 then
        return "positive steps", false
    end
    return "random", false
end

local function probe(target)
    if args.port then
        return IP { dst = target } / TCP { sport = RandShort(), dport = args.port, seq = RandInt() }
    end
    return IP { dst = target } / ICMP { id = RandShort() }
end

pool(args.parallel, hosts(args.target), function(target)
    if target:find(":") then
        return -- has no such numbers
    end
    local ids = {}
    for i = 1, args.count do
        local answer = sr1(probe(target), { timeout = args.timeout })
        if answer and answer[IP].src == target then
            ids[#ids + 1] = answer[IP].id
        end
        if i < args.count then
            sleep(args.gap)
        end
    end
    if #ids >= 3 then
        local class, idle = classify(ids)
        row { target = target, class = class, idle = idle, ids = ids }
    elseif #ids > 0 then
        row { target = target, class = "too few answers", idle = false, ids = ids }
    end
end)
row:done()
