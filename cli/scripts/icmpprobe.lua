-- SPDX-License-Identifier: BSD-2-Clause
local args, row = cleave.args {
    about = "Who answers to ICMP timestamp and address mask requests",
    columns = { "target:15", "kind:9", "value:15", "clock:>10", "remark" },
    { "target", many = true, needed = true, help = "hosts, nets, ranges" },
    { "-n --parallel", default = 100, help = "targets at once" },
    { "-t --timeout", default = 1.0, help = "seconds for an answer" },
    { "-r --retry", default = 1, help = "how often it is asked again" },
}

local day = 86400000

local function ask(target, icmp)
    local answer, request = sr1(IP { dst = target } / icmp, { timeout = args.timeout, retry = args.retry })
    if answer and answer:has(ICMP) and answer[ICMP].type == icmp.type + 1 then
        return answer, request
    end
end

local function midnight(ms)
    return ("%02d:%02d:%02d.%03d"):format(ms // 3600000 % 24, ms // 60000 % 60, ms // 1000 % 60, ms % 1000)
end

local function timestamp(target)
    local now = os.time() % 86400 * 1000
    local answer, request = ask(target, ICMP { type = 13, id = RandShort(), ts_ori = now })
    if not answer then
        return
    end
    local theirs = answer[ICMP].ts_rx
    if theirs >= day then -- the highest bit: not of this kind
        row { target = target, kind = "timestamp", value = ("0x%08x"):format(theirs), remark = "not standard" }
        return
    end
    -- Ours, in the middle of the way there and back.
    local ours = math.floor((request.time_ns + answer.time_ns) // 2000000 % day)
    local ahead = (theirs - ours + day // 2) % day - day // 2
    row { target = target, kind = "timestamp", value = midnight(theirs), clock = ("%+d ms"):format(ahead) }
end

local function mask(target)
    local answer = ask(target, ICMP { type = 17, id = RandShort() })
    if answer then
        row { target = target, kind = "mask", value = answer[ICMP].addr_mask }
    end
end

pool(args.parallel, hosts(args.target), function(target)
    if not target:find(":") then
        timestamp(target)
        mask(target)
    end
end)
row:done()
