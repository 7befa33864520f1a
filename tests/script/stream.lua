-- SPDX-License-Identifier: BSD-2-Clause
-- TCP connections and addresses, on the virtual link; JSON and rows.

test("a connection speaks with its server", function(t)
    local net = t:net { b = "10.0.0.2" }
    net.b:listen(25, function(s)
        s:send("220 mail\r\n")
        s:send("you said " .. s:line() .. "\r\n")
    end)
    local s = connect("10.0.0.2", 25, { timeout = 3 })
    t:ok(s, "no connection")
    t:eq(s:line(), "220 mail")
    t:ok(s:send("EHLO x\r\nrest"))
    t:eq(s:receive(4), "you ")
    t:eq(s:receive(), "said EHLO x\r\n")
    t:eq({ s:receive() }, { nil, "closed", "" })
    s:close()
    t:error(function() s:send("x") end, "the connection is closed")
    t:eq(net:now(), 0.004)
end)

test("how connections are not made, or end", function(t)
    local net = t:net { b = "10.0.0.2" }
    net.b:listen(80, function(s)
        s:send("abc")
        sleep(60)
    end)
    t:eq({ connect("10.0.0.2", 81) }, { nil, "refused" })
    t:eq({ connect("10.0.0.9", 80, { timeout = 2 }) }, { nil, "timeout" })
    t:eq({ connect("c", 80) }, { nil, "c: Name or service not known" })
    local s = connect("b", 80, { timeout = 2 })
    t:eq({ s:receive(5) }, { nil, "timeout", "abc" })
    t:error(function() connect("b", 80, { timout = 2 }) end, "timeout = SECONDS")
    t:error(function() connect("b", 80.5) end, "a port's number")
end)

test("many connections at once, and packets beside them", function(t)
    local net, got = t:net { b = "10.0.0.2" }, {}
    net.b:on(ICMP, function(p)
        return reply(p)
    end)
    for port = 1, 200 do
        net.b:listen(port, function(s)
            sleep(1)
            s:send(tostring(port))
        end)
    end
    local echo = go(function()
        sleep(0.5)
        return sr1(IP { dst = "10.0.0.2" } / ICMP {}, { timeout = 1 })
    end)
    local ports = {}
    for port = 1, 200 do
        ports[port] = port
    end
    pool(100, ports, function(port)
        local s <close> = connect("10.0.0.2", port)
        got[port] = s:receive()
    end)
    t:eq(got[200], "200")
    t:eq(#got, 200)
    t:eq(echo:wait()[ICMP].type, 0)
    t:ok(net:now() < 2.1, net:now())
end)

test("a task that waits for a connection can be cancelled", function(t)
    local net = t:net { b = "10.0.0.2" }
    net.b:listen(80, function(s)
        s:receive()
    end)
    local task = go(function()
        local s <close> = connect("b", 80)
        s:receive()
    end)
    sleep(0.5)
    task:cancel()
    t:eq(timeout(1, function()
        local s <close> = connect("b", 80, { timeout = 9 })
        return s:receive()
    end), nil)
    t:eq(connect("b", 81), nil)
end)

test("nothing more happens: an error, not a hang", function(t)
    t:net { b = "10.0.0.2" }
    t:error(function()
        sniff({}):list()
    end, "nothing more happens")
end)

test("addresses as people write them", function(t)
    t:net { b = "10.0.0.2" }
    local function all(text)
        local list = {}
        for address in hosts(text) do
            list[#list + 1] = address
        end
        return list
    end
    t:eq(all("10.0.0.254/31,10.1.0.9-11"), { "10.0.0.254", "10.0.0.255", "10.1.0.9", "10.1.0.10", "10.1.0.11" })
    t:eq(all { "fd00::ff-fd00::101", "b" }, { "fd00::ff", "fd00::100", "fd00::101", "10.0.0.2" })
    t:error(function() all("10.0.0.0/40") end, "40")
    t:error(function() all("nobody") end, "nobody: Name or service not known")
    t:eq(resolve("b"), "10.0.0.2")
    t:eq(resolve("::1"), "::1")
end)

test("JSON is strict, in one order", function(t)
    t:eq(cleave.json { b = 1, a = { 1, "x", { true } }, c = {} }, '{"a":[1,"x",[true]],"b":1,"c":[]}')
    t:eq(cleave.json('a"\\\n\xff\u{202e}é'), [["a\"\\\u000a\ufffd\u202eé"]])
    t:eq(cleave.json { 0.1, 1e300, 3.0, 2 ^ 53 | 0, math.maxinteger }, '[0.1,1e+300,3,9007199254740992,"9223372036854775807"]')
    t:error(function() cleave.json(0 / 0) end, "no number in JSON")
    t:error(function() cleave.json { [3] = 1 } end, "keys of an object are texts")
    t:error(function() cleave.json(print) end, "no form in JSON")
    local deep = {}
    deep.deep = deep
    t:error(function() cleave.json(deep) end, "deep in each other")
end)
