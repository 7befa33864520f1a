-- SPDX-License-Identifier: BSD-2-Clause
-- Run by script.sh in the namespace a, whose neighbour on a0 is 10.9.0.1.
local target = "10.9.0.1"
local r, s = sr1(IP { dst = target } / ICMP { id = 5 } / "hello", { timeout = 2 })
assert(r[ICMP].type == 0 and r[ICMP].id == 5 and r[Raw].load == "hello")
assert(s[IP].src == "10.9.0.2" and r.time >= s.time)

local ans, unans = sr(IP { dst = target } / TCP { dport = "1-1024", flags = "S" }, { timeout = 5, retry = 2 })
assert(#ans == 1024 and #unans == 0, #ans)
for p, q in ans:pairs() do
    assert(q[TCP].sport == p[TCP].dport and q[TCP].flags:find("A"))
end

local tasks = {}
for i = 1, 1000 do
    tasks[i] = go(function()
        local answer = sr1(IP { dst = target } / ICMP { id = i }, { timeout = 5, retry = 2 })
        return answer[ICMP].id
    end)
end
local ids = wait_all(tasks)
for i = 1, 1000 do
    assert(ids[i] == i)
end

local seen = go("sniffer", function()
    return sniff({ iface = "a0", filter = "icmp", where = "ICMP.id == 77", count = 2, timeout = 10 }):list()
end)
sleep(0.3)
assert(send(IP { dst = target } / ICMP { id = 77 }) == 1)
local list = seen:wait()
assert(#list == 2 and list[1][ICMP].type == 8 and list[2][ICMP].type == 0)
assert(list[2].time > list[1].time)

-- Nobody has this address: the neighbour is asked, and is silent.
local none, why = sr1(IP { dst = "10.9.0.99" } / ICMP {}, { timeout = 10 })
assert(none == nil and why == "no neighbour answers for the next hop", why)
local ok, err = pcall(sr1, IP { dst = target } / ICMP {}, { iface = "none0" })
assert(not ok and err.code == "no route" and tostring(err):find("none0"))

local who = arping("10.9.0.0/30", { quiet = true, iface = "a0" })
assert(#who == 1 and who[1][2][ARP].psrc == target)
print("all of it")
