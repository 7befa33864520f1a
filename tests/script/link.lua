-- SPDX-License-Identifier: BSD-2-Clause
-- The virtual link and its clock: requests, retries, timeouts, streams.

test("an answer comes after the host's delay", function(t)
    local net = t:net { b = "10.0.0.2" }
    net.b:on(ICMP, function(p)
        return reply(p)
    end)
    local r, s = sr1(IP { dst = "10.0.0.2" } / ICMP { id = 7, seq = 3 } / "hello", { timeout = 1 })
    t:ok(r, "no answer")
    t:eq(r[ICMP].type, 0)
    t:eq(r[ICMP].id, 7)
    t:eq(r[Raw].load, "hello")
    t:eq(s[IP].src, "10.0.0.1")
    t:eq(r.time_ns - s.time_ns, 1000000)
end)

test("a silent host costs the timeout, of the virtual clock alone", function(t)
    local net = t:net { b = "10.0.0.2" }
    local began = os.clock()
    t:eq(sr1(IP { dst = "10.0.0.2" } / ICMP {}, { timeout = 600 }), nil)
    t:eq(net:now(), 600)
    t:ok(os.clock() - began < 60)
end)

test("a retry is sent when the time is up", function(t)
    local net, tries = t:net { b = "10.0.0.2" }, 0
    net.b:on("TCP.dport == 80", function(p)
        tries = tries + 1
        return tries == 3 and reply(p) or nil
    end)
    local r = sr1(IP { dst = "10.0.0.2" } / TCP { dport = 80 }, { timeout = 1, retry = 2 })
    t:eq(r[TCP].flags, "SA")
    t:eq(tries, 3)
    t:eq(net:now(), 2.001)
    t:eq(#net.packets, 4)
end)

test("a thousand tasks ask at once", function(t)
    local net, tasks = t:net { b = "10.0.0.2" }, {}
    net.b.delay = 0.25
    net.b:on(ICMP, function(p)
        return reply(p)
    end)
    for i = 1, 1000 do
        tasks[i] = go(function()
            return sr1(IP { dst = "10.0.0.2" } / ICMP { id = i }, { timeout = 1 })[ICMP].id
        end)
    end
    local ids = wait_all(tasks)
    t:eq(#ids, 1000)
    t:eq(ids[1000], 1000)
    t:eq(net:now(), 0.25)
end)

test("sniff sees what is on the link, and ends at its time", function(t)
    local net = t:net { b = "10.0.0.2" }
    net:inject(IP { src = "10.0.0.2" } / UDP { dport = 9 } / "one", 1)
    net:inject(IP { src = "10.0.0.2" } / ICMP {}, 2)
    local seen = {}
    for p in sniff { where = UDP and "UDP", timeout = 5 } do
        seen[#seen + 1] = p[Raw].load
    end
    t:eq(seen, { "one" })
    t:eq(net:now(), 5)
end)

test("a set is sent packet by packet, at its pace", function(t)
    local net = t:net { b = "10.0.0.2" }
    net.b:on(TCP, function(p)
        return reply(p, p[TCP].dport == 22 and "SA" or "RA")
    end)
    local ans, un = sr(IP { dst = "10.0.0.2" } / TCP { dport = "21-23" }, { rate = 10, timeout = 1 })
    t:eq(#ans, 3)
    t:eq(#un, 0)
    t:eq(ans[2][2][TCP].flags, "SA")
    t:eq(net:now(), 0.201)
end)

test("tasks that wait for each other are an error, not a hang", function(t)
    t:net {}
    local a, b
    a = go(function()
        b:wait()
    end)
    b = go(function()
        a:wait()
    end)
    t:error(function()
        a:wait()
    end, "every task waits for another one")
    a:cancel()
    b:cancel()
end)

test("timeout, sleep, channels", function(t)
    local net = t:net {}
    t:eq(timeout(1, function()
        sleep(2)
        return "late"
    end), nil)
    t:eq(timeout(1, function()
        return "in time"
    end), "in time")
    local pipe, got = channel(1), {}
    go(function()
        for i = 1, 3 do
            pipe:put(i)
            sleep(0.5)
        end
        pipe:close()
    end)
    for v in pipe:each() do
        got[#got + 1] = v
    end
    t:eq(got, { 1, 2, 3 })
    t:eq(net:now(), 2.5)
end)

test("a channel without room is handed over from task to task", function(t)
    t:net {}
    local pipe, got = channel(), {}
    go(function()
        for i = 1, 200 do
            pipe:put(i)
        end
        pipe:close()
    end)
    for v in pipe:each() do
        got[#got + 1] = v
    end
    t:eq(#got, 200)
    t:eq(got[200], 200)
end)

test("a task's error has its name and does not end the others", function(t)
    t:net {}
    local bad = go("bad one", function()
        sleep(1)
        error("boom")
    end)
    local good = go(function()
        sleep(2)
        return 5
    end)
    t:error(function()
        bad:wait()
    end, "boom")
    t:eq(good:wait(), 5)
end)
