-- SPDX-License-Identifier: BSD-2-Clause
-- The scripts that ask hosts, on the virtual link.

local function run(t, name, arguments)
    return t:run("cli/scripts/" .. name .. ".lua", arguments)
end

test("sweep: what is open, and what it says", function(t)
    local net = t:net { b = "10.0.0.2", c = "10.0.0.3" }
    net.b:listen(22, function(s)
        s:send("SSH-2.0-try\r\n")
        s:receive()
    end)
    net.b:listen(80, function(s)
        s:line()
        s:send("HTTP/1.0 200 OK\r\nServer: tiny\27[1m\r\n\r\n")
    end)
    net.c:listen(9, function(s)
        s:receive()
    end)
    local out, status = run(t, "sweep", { "10.0.0.2/31", "-p", "9,22,80", "-n", "1" })
    t:eq(status, 0)
    t:eq(out, [[
ADDRESS           PORT  STATE     BANNER
10.0.0.2            22  open      SSH-2.0-try
10.0.0.2            80  open      HTTP/1.0 200 OK, tiny\x1b[1m
10.0.0.3             9  open      -
]])
    out = run(t, "sweep", { "b", "-p", "22", "--json" })
    t:eq(out, '{"address":"10.0.0.2","banner":"SSH-2.0-try","port":22,"state":"open"}\n')
    out, status = run(t, "sweep", { "b,10.0.0.9", "-p", "23", "-a", "-n", "1" })
    t:eq(status, 1)
    t:match(out, "10.0.0.2 +23  refused")
    t:match(out, "10.0.0.9 +23  timeout")
    t:error(function() run(t, "sweep", { "b", "-p", "90-80" }) end, "is no port or range")
end)

local function serve_dns(host)
    host:on(DNS, function(p)
        local dns = p[DNS]
        local name, class = dns.qd[1].qname, dns.qd[1].qclass
        if class == 3 and name == "version.bind." then
            return reply(p, DNS { id = dns.id, qr = 1, qd = dns.qd,
                an = { DNSRR { rrname = name, type = "TXT", rclass = "CH", rdata = { "9.9.9", "try" } } } })
        elseif class == 3 then
            return reply(p, DNS { id = dns.id, qr = 1, rcode = 5, qd = dns.qd })
        end
        return reply(p, DNS { id = dns.id, qr = 1, ra = 1, qd = dns.qd,
            an = { DNSRR { rrname = name, type = "A", rdata = "192.0.2.7" } } })
    end)
    host:listen(53, function(s)
        local query = DNS(s:receive((">I2"):unpack(s:receive(2))))
        local zone = query.qd[1].qname
        local soa = DNSRRSOA { rrname = zone, mname = "ns." .. zone, rname = "root." .. zone, serial = 7 }
        for _, list in ipairs { { soa, DNSRR { rrname = "a." .. zone, rdata = "192.0.2.1" } }, { soa } } do
            s:send((">s2"):pack(DNS { id = query.id, qr = 1, aa = 1, qd = query.qd, an = list }:bytes()))
        end
    end)
end

test("resolver: recursion, version, zones", function(t)
    local net = t:net { b = "10.0.0.2", c = "10.0.0.3" }
    serve_dns(net.b)
    local out, status = run(t, "resolver", { "10.0.0.2", "-z", "example.test" })
    t:eq(status, 0)
    t:eq(out, [[
SERVER           CHECK          RESULT     DETAIL
10.0.0.2         recursion      open       ok, 1 answers
10.0.0.2         version.bind   told       9.9.9 try
10.0.0.2         hostname.bind  closed     refused
10.0.0.2         id.server      closed     refused
10.0.0.2         transfer       allowed    3 records of example.test
]])
    out, status = run(t, "resolver", { "10.0.0.3", "-z", "x", "--json", "-t", "0.5" })
    t:eq(status, 1)
    t:eq(out, [[
{"check":"recursion","result":"silent","server":"10.0.0.3"}
{"check":"transfer","detail":"refused","result":"closed","server":"10.0.0.3"}
]])
end)

test("rogue-dhcp: servers that nobody knows of", function(t)
    local net = t:net { b = "10.0.0.2", c = "10.0.0.3" }
    for name, host in pairs { b = net.b, c = net.c } do
        host:on(DHCP, function(p)
            return Ether { src = name == "b" and "02:00:00:00:00:0b" or "02:00:00:00:00:0c", dst = "ff:ff:ff:ff:ff:ff" }
                / IP { src = host.addr, dst = "255.255.255.255" } / UDP { sport = 67, dport = 68 }
                / BOOTP { op = 2, xid = p[BOOTP].xid, chaddr = p[BOOTP].chaddr, yiaddr = "10.0.0.77" }
                / DHCP { options = { { "message-type", "offer" }, { "server_id", host.addr }, { "router", "10.0.0.1" },
                    { "name_server", "10.0.0.1", "10.0.0.4" }, { "lease_time", 3600 }, { "domain", "try" }, "end" } }
        end)
    end
    local out, status = run(t, "rogue-dhcp", { "-i", "x", "-k", "10.0.0.2" })
    t:eq(status, 0)
    t:match(out, "\n10.0.0.2 +02:00:00:00:00:0b  yes    10.0.0.77 +10.0.0.1 +")
    t:match(out, "\n10.0.0.3 +02:00:00:00:00:0c  no     10.0.0.77 ")
    t:match(out, " 3600  try\n$")
    out, status = run(t, "rogue-dhcp", { "-i", "x", "-k", "10.0.0.2", "--known=10.0.0.3", "--json" })
    t:eq(status, 1)
    t:match(out, '"known":true,"lease":3600,')
end)

test("spoofwatch: an address changes its owner", function(t)
    local net = t:net {}
    local function arp(mac, ether, at)
        net:inject(Ether { src = ether or mac, dst = "ff:ff:ff:ff:ff:ff" }
            / ARP { op = 2, hwsrc = mac, psrc = "10.0.0.254", pdst = "10.0.0.1" }, at)
    end
    arp("02:00:00:00:00:01", nil, 1)
    arp("02:00:00:00:00:66", nil, 2)
    arp("02:00:00:00:00:66", "02:00:00:00:00:67", 3)
    net:inject(Ether { src = "02:00:00:00:00:01" } / IPv6 { src = "fe80::1", dst = "ff02::1" }
        / ICMPv6ND_NA { tgt = "fd00::1" } / ICMPv6NDOptDstLLAddr { lladdr = "02:00:00:00:00:01" }, 4)
    net:inject(Ether { src = "02:00:00:00:00:66" } / IPv6 { src = "fe80::66", dst = "ff02::1" }
        / ICMPv6ND_NA { tgt = "fd00::1" } / ICMPv6NDOptDstLLAddr { lladdr = "02:00:00:00:00:66" }, 5)
    local out, status = run(t, "spoofwatch", { "--timeout", "10" })
    t:eq(status, 0)
    t:eq(out, [[
TIME             ADDRESS          WAS                NOW                WHY
3.000000         10.0.0.254       02:00:00:00:00:01  02:00:00:00:00:66  ARP reply
4.000000         10.0.0.254       02:00:00:00:00:67  02:00:00:00:00:66  the frame is from another than the ARP says
6.000000         fd00::1          02:00:00:00:00:01  02:00:00:00:00:66  neighbour advertisement
]])
    arp("02:00:00:00:00:01", nil, 1)
    out, status = run(t, "spoofwatch", { "--timeout", "5", "-g", "10.0.0.254=02:00:00:00:00:01" })
    t:eq(out, "")
    t:eq(status, 1)
    out, status = run(t, "spoofwatch", { "pcaps/ping.pcap", "--json" })
    t:eq(status, 1)
end)

-- A path that takes so many bytes; without `told` nobody says so.
local function path(host, mtu, told)
    host:on("IP.flags == 'DF'", function(p)
        if #p <= mtu then
            return reply(p)
        end
        return told and IP { src = "10.0.0.254", dst = p.src } / ICMP { type = 3, code = 4, nexthopmtu = mtu }
            / IP(p:bytes():sub(1, 28)) or nil
    end)
end

test("pmtu: a router tells, or nobody", function(t)
    local net = t:net { b = "10.0.0.2", c = "10.0.0.3", d = "10.0.0.4" }
    path(net.b, 1400, true)
    path(net.c, 1372, false)
    path(net.d, 9000, false)
    local out, status = run(t, "pmtu", { "10.0.0.2-5", "-r", "0", "-n", "1" })
    t:eq(status, 0)
    t:eq(out, [[
TARGET             MTU  LIMIT               BY
10.0.0.2          1400  told by a router    10.0.0.254
10.0.0.3          1372  larger ones vanish  -
10.0.0.4          1500  --max               -
]])
    t:eq({ run(t, "pmtu", { "10.0.0.9", "--json" }) }, { "", 1 })
end)

test("ipid: how hosts count", function(t)
    local net, n = t:net { b = "10.0.0.2", c = "10.0.0.3", d = "10.0.0.4", e = "10.0.0.5" }, 65534
    local ids = { [net.b] = function()
        n = n + 1
        return n % 65536
    end, [net.c] = function()
        return 0
    end, [net.d] = function()
        return math.random(0, 65535)
    end }
    math.randomseed(7)
    for host, id in pairs(ids) do
        host:on(IP, function(p)
            local answer = reply(p)
            answer[IP].id = id()
            return answer
        end)
    end
    local out, status = run(t, "ipid", { "10.0.0.2-5", "-n", "1" })
    t:eq(status, 0)
    t:match(out, "10.0.0.2 +incremental +yes   65535,0,1,2,3,4\n")
    t:match(out, "10.0.0.3 +zero +no    0,0,0,0,0,0\n")
    t:match(out, "10.0.0.4 +random +no ")
    t:ok(not out:find("10.0.0.5", 1, true))
    out = run(t, "ipid", { "10.0.0.2", "-p", "80", "-c", "3", "--json" })
    t:eq(out, '{"class":"incremental","idle":true,"ids":[5,6,7],"target":"10.0.0.2"}\n')
end)

test("icmpprobe: clocks and masks", function(t)
    local net = t:net { b = "10.0.0.2", c = "10.0.0.3" }
    net.b:on(ICMP, function(p)
        local icmp = p[ICMP]
        if icmp.type == 17 then
            return IP { src = p.dst, dst = p.src } / ICMP { type = 18, id = icmp.id, addr_mask = "255.255.255.0" }
        end
        return IP { src = p.dst, dst = p.src }
            / ICMP { type = 14, id = icmp.id, ts_ori = icmp.ts_ori, ts_rx = 86399000, ts_tx = 86399000 }
    end)
    local out, status = run(t, "icmpprobe", { "10.0.0.2/31" })
    t:eq(status, 0)
    t:match(out, "10.0.0.2 +timestamp  23:59:59.000 +%-2000 ms  %-\n")
    t:match(out, "10.0.0.2 +mask +255.255.255.0 +%-  %-\n")
    t:eq({ run(t, "icmpprobe", { "10.0.0.3", "--json" }) }, { "", 1 })
end)

test("trace: routers to two targets", function(t)
    local net = t:net { b = "10.0.0.2", c = "10.0.0.3" }
    for _, host in ipairs { net.b, net.c } do
        host:on(IP, function(p)
            local ttl = p[IP].ttl
            if ttl == 2 then
                return nil
            elseif ttl < 10 then
                return IP { src = "10.1.0." .. ttl, dst = p.src } / ICMP { type = 11, code = 0 } / IP(p:bytes())
            end
            return reply(p)
        end)
    end
    local out, status = run(t, "trace", { "10.0.0.2-3", "-r", "0" })
    t:eq(status, 0)
    t:match(out, "\n10.0.0.2 +1  10.1.0.1 +1  %-\n10.0.0.2 +2  %- +%-  %-\n10.0.0.2 +3  10.1.0.3 +1  %-\n")
    t:match(out, "\n10.0.0.2 +10  10.0.0.2 +1  reached\n")
    t:match(out, "\n10.0.0.3 +10  10.0.0.3 +1  reached\n")
    t:ok(not out:find("  11  ", 1, true))
    out, status = run(t, "trace", { "10.0.0.3", "-m", "1", "--json" })
    t:eq(out, '{"address":"10.1.0.1","hop":1,"ms":1,"target":"10.0.0.3"}\n')
    t:eq(status, 1)
    out, status = run(t, "trace", { "10.0.0.3", "-p", "80" })
    t:eq(status, 0)
end)

test("neighbours6: who is on the link", function(t)
    local net = t:net { addr = "fe80::1" }
    local all = { "33:33:00:00:00:01" }
    net:inject(Ether { src = "02:00:00:00:00:0a", dst = all[1] } / IPv6 { src = "fe80::a", dst = "ff02::1" }
        / ICMPv6ND_RA { routerlifetime = 1800 } / ICMPv6NDOptPrefixInfo { prefix = "fd00:1::", prefixlen = 64 }, 0.5)
    net:inject(Ether { src = "02:00:00:00:00:0b", dst = all[1] } / IPv6 { src = "fe80::b", dst = "fe80::1" }
        / ICMPv6EchoReply { id = 0x636c }, 0.2)
    local out, status = run(t, "neighbours6", { "-i", "x" })
    t:eq(status, 0)
    t:eq(out, [[
ADDRESS                    MAC                ROUTER  HOW                    PREFIXES
fe80::a                    02:00:00:00:00:0a  yes     router advertisement   fd00:1::/64
fe80::b                    02:00:00:00:00:0b  no      echo reply             -
]])
    t:ok(#net.packets >= 8)
    t:eq({ run(t, "neighbours6", { "-i", "x", "-q", "--json" }) }, { "", 1 })
end)

-- DER by hand: a certificate as far as it is read.
local function der(tag, ...)
    local body = table.concat({ ... })
    local size = #body < 128 and string.char(#body) or "\x82" .. (">I2"):pack(#body)
    return string.char(tag) .. size .. body
end

local function name(cn)
    return der(0x30, der(0x31, der(0x30, der(6, "\x55\x04\x03"), der(0x0c, cn))))
end

local function certificate()
    local names = der(0x30, der(0x82, "www.example.test"), der(0x87, "\10\0\0\2"))
    local extensions = der(0xa3, der(0x30, der(0x30, der(6, "\x55\x1d\x11"), der(4, names))))
    local dates = der(0x30, der(0x17, "240102030405Z"), der(0x18, "20510607080910Z"))
    return der(0x30, der(0x30, der(0xa0, der(2, "\2")), der(2, "\7"), der(0x30), name("authority"), dates,
        name("www"), der(0x30), extensions), der(0x30), der(3, "\0"))
end

test("certs: TLS and SSH servers", function(t)
    local net, asked = t:net { b = "10.0.0.2", www = "10.0.0.3" }, nil
    net.b:listen(22, function(s)
        s:send("SSH-2.0-try_1\r\n")
        s:line()
        local lists = { "curve25519-sha256,ecdh-sha2-nistp256", "ssh-ed25519,rsa-sha2-512", "aes256-ctr", "aes256-ctr",
            "hmac-sha2-256", "hmac-sha2-256", "none", "none", "", "" }
        local body = "\20" .. ("c"):rep(16)
        for _, list in ipairs(lists) do
            body = body .. (">s4"):pack(list)
        end
        body = body .. ("\0"):rep(5)
        s:send((">I4B"):pack(#body + 5, 4) .. body .. ("\0"):rep(4))
    end)
    net.www:listen(443, function(s)
        local head = s:receive(5)
        asked = TLS(head .. s:receive((">I2"):unpack(head, 4))).msg[1]
        local cert = certificate()
        local list = (">s3"):pack((">s3"):pack(cert))
        local hello = "\x03\x03" .. ("r"):rep(32) .. "\0\xc0\x2f\0"
        local all = "\2" .. (">s3"):pack(hello) .. "\11" .. (">s3"):pack(list) .. "\14\0\0\0"
        s:send("\22\3\3" .. (">s2"):pack(all:sub(1, 60)))
        s:send("\22\3\3" .. (">s2"):pack(all:sub(61)))
        s:receive()
    end)
    net.b:listen(443, function(s)
        s:receive(5)
        s:send("\21\3\1\0\2\2\70")
    end)
    local out, status = run(t, "certs", { "www", "--json" })
    t:eq(status, 0)
    t:match(out, '"begins":"2024%-01%-02","chain":1,"cipher":"0xc02f","expires":"2051%-06%-07","issuer":"CN=authority"')
    t:match(out, '"names":%["www.example.test","10.0.0.2"%]')
    t:match(out, '"subject":"CN=www","version":"TLS 1.2"')
    t:eq(asked.ext[1].servernames[1].servername, "www")
    out, status = run(t, "certs", { "10.0.0.2", "-n", "1" })
    t:eq(status, 0)
    t:eq(out, [[
ADDRESS           PORT  KIND  EXPIRES     SUBJECT                         NAMES
10.0.0.2            22  ssh   -           SSH-2.0-try_1                   ssh-ed25519,rsa-sha2-512
10.0.0.2           443  tls   -           -                               -
]])
    out = run(t, "certs", { "10.0.0.2", "--json", "-n", "1" })
    t:match(out, '"ciphers":%["aes256%-ctr"%].*"kex":%["curve25519%-sha256","ecdh%-sha2%-nistp256"%]')
    t:match(out, '"error":"no TLS 1.2 or older"')
    t:eq({ run(t, "certs", { "10.0.0.9", "-t", "1" }) }, { "", 1 })
end)

test("certs: the keys of an SSH server, each by its algorithm", function(t)
    local net = t:net { b = "10.0.0.2" }
    local function packet(s, body)
        local pad = 8 - (#body + 5) % 8 + 4
        s:send((">I4B"):pack(#body + 1 + pad, pad) .. body .. ("\0"):rep(pad))
    end
    local function payload(s)
        local n, pad = (">I4B"):unpack(s:receive(5))
        return s:receive(n - 1):sub(1, n - 1 - pad)
    end
    net.b:listen(22, function(s)
        s:send("SSH-2.0-try_2\r\n")
        s:line()
        packet(s, "\20" .. ("c"):rep(16) .. (">" .. ("s4"):rep(10)):pack("curve25519-sha256", "ssh-ed25519,rsa-sha2-512,rsa-sha2-256",
            "aes256-ctr", "aes256-ctr", "hmac-sha2-256", "hmac-sha2-256", "none", "none", "", "") .. ("\0"):rep(5))
        local kex, algorithm = (">s4s4"):unpack(payload(s), 18)
        local point = (">s4"):unpack(payload(s), 2)
        t:eq(kex, "curve25519-sha256")
        t:eq(#point, 32)
        packet(s, "\31" .. (">s4"):pack((">s4s4"):pack(algorithm, "key")) .. (">s4s4"):pack(point, "signature"))
    end)
    local out, status = run(t, "certs", { "10.0.0.2", "-p", "22", "--json" })
    t:eq(status, 0)
    -- printf '\0\0\0\13ssh-ed25519\0\0\0\3key' | openssl dgst -sha256 -binary | base64
    t:match(out, '"key":"AAAAC3NzaC1lZDI1NTE5AAAAA2tleQ","sha256":"eCurkCR82idiIJrpM9vMgbh/DUO9Ybv8Jf%+K9GJoQJs","type":"ssh%-ed25519"')
    t:match(out, '"sha256":"TmFGdhDK82FxmZgQeRwrc56cuk810BUPTgWE5WT6PhM","type":"ssh%-rsa"')
    t:match(out, '"subject":"SSH%-2.0%-try_2"')
end)

test("certs: SHA-256 as it is published", function(t)
    local net = t:net { b = "10.0.0.2" }
    net.b:listen(443, function(s)
        s:receive(5)
        local list = (">s3"):pack((">s3"):pack("abc"))
        s:send("\22\3\3" .. (">s2"):pack("\11" .. (">s3"):pack(list) .. "\14\0\0\0"))
        s:receive()
    end)
    local out = run(t, "certs", { "10.0.0.2", "-p", "443", "--json" })
    t:match(out, '"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"')
end)
