-- SPDX-License-Identifier: BSD-2-Clause
-- Packets in Lua: the same as in the expression language.

test("constructors, stacks and text", function(t)
    t:eq((IP { dst = "10.0.0.1" } / ICMP {}):expr(), "IP(dst='10.0.0.1')/ICMP()")
    t:eq((IP / TCP):expr(), "IP()/TCP()")
    t:eq(("abc" / UDP {}):expr(), "Raw(load=b'abc')/UDP()")
    t:eq((UDP {} / "123"):expr(), "UDP()/Raw(load=b'123')")
    t:eq(cleave.expr("IP(ttl=3)/UDP()"), IP { ttl = 3 } / UDP {})
    t:eq(IP((IP { ttl = 9 } / ICMP {}):bytes()).ttl, 9)
    t:eq(UDP("AAAABBBB").sport, 0x4141)
    t:eq(Raw("AAAA").load, "AAAA")
    t:eq(#(Ether {} / IP {} / ICMP {}), 42)
end)

test("fields are read as they were given, else as they are built", function(t)
    local p = Ether / IP { dst = "10.0.0.1", ttl = 3 } / TCP { dport = 80, flags = "SA", options = { { "MSS", 1460 } } }
    t:eq(p[IP].ttl, 3)
    t:eq(p.dst, "ff:ff:ff:ff:ff:ff")
    t:eq(p[IP].dst, "10.0.0.1")
    t:eq(p[IP].proto, 6)
    t:eq(p[IP].len, 44)
    t:eq(p[IP].chksum, IP(p[IP]:bytes()).chksum)
    t:eq(p["TCP.dport"], 80)
    t:eq(p[TCP].flags, "SA")
    t:eq(p[TCP].options[1].mss, 1460)
    t:eq(p[DNS], nil)
    t:ok(p:has(IP, TCP))
    t:ok(not p:has(UDP))
    t:eq(p[2].ttl, 3)
    t:eq(p:layers(), { Ether, IP, TCP })
end)

test("assignment, and nil makes a field automatic again", function(t)
    local p = IP { dst = "10.0.0.1", chksum = 1 } / UDP { dport = 9 }
    p[IP].ttl = 9
    p.dport = 53
    t:eq(p.chksum, 1)
    p.chksum = nil
    t:eq(p:expr(), "IP(ttl=9, dst='10.0.0.1')/UDP(dport=53)")
    p[UDP].chksum = 5
    p[UDP]:auto("chksum")
    t:eq(p, IP { dst = "10.0.0.1", ttl = 9 } / UDP {})
    for i = 1, 5000 do
        p[IP].id = i
    end
    t:eq(p.id, 5000)
end)

test("a packet that came in can be changed", function(t)
    local p = IP((IP { dst = "10.0.0.1", ttl = 64 } / ICMP {}):bytes())
    local q = p:copy()
    q.ttl = 63
    t:eq(p.ttl, 64)
    t:eq(q.ttl, 63)
    t:eq(q.chksum, p.chksum)
    q.chksum = nil
    t:ok(q.chksum ~= p.chksum)
    t:match(p:diff(q), "IP.ttl: 64, 63")
    t:eq(p:diff(p:copy()), nil)
end)

test("a layer of a packet shows itself as it is in the packet", function(t)
    local p = IP { src = "10.0.0.2", dst = "10.0.0.1" } / TCP { dport = 80 } / "abc"
    local sum = ("chksum    = 0x%x\n"):format(p[TCP].chksum)
    t:ok(p[TCP].chksum ~= 0)
    t:match(p:tree(), sum)
    t:match(p[TCP]:tree(), sum)
    t:eq(p[TCP]:bytes(), p:bytes():sub(21))
    t:eq(#p[TCP], 23)
    t:eq(p[TCP]:expr(), "TCP(dport=80)/Raw(load=b'abc')")
    t:eq((Ether {} / p[TCP]):expr(), "Ether()/TCP(dport=80)/Raw(load=b'abc')")
end)

test("a field of many values gives them, or what was written, which can be given again", function(t)
    local p = IP { dst = "10.0.0.0/30", ttl = range(1, 3), id = RandShort(), tos = { 1, 2 } }
    t:eq(tostring(p.ttl), "(1, 3)")
    t:eq(tostring(p.dst), "('10.0.0.0', '10.0.0.3')")
    t:eq(tostring(p.id), "RandNum(0, 65535)")
    t:eq(p.tos[2], 2)
    t:eq(IP { ttl = p.ttl, dst = p.dst, tos = p.tos }:count(), 24)
end)

test("what Scapy's packets have is told", function(t)
    t:error(function() return IP {}:haslayer(TCP) end, "IP has no 'haslayer'; that is packet:has%(TCP%) here")
    t:error(function() return IP {}.payload end, "that is packet%[2%] here")
end)

test("errors name the field, the value, the limit, the cure", function(t)
    local p = IP {} / UDP {}
    t:error(function() p.ttl = 300 end, "IP.ttl: 300 is outside 0..255")
    t:error(function() p[IP].tll = 3 end, "IP has no field 'tll'; did you mean 'ttl'?")
    t:error(function() return p[IP].tll end, "did you mean 'ttl'?")
    t:error(function() return IP { dts = "10.0.0.1" } end, "IP has no field 'dts'; did you mean 'dst'?")
    t:error(function() p.ttl = 1.5 end, "IP.ttl")
    t:error(function() p.ttl = -1 end, "IP.ttl: .* outside 0..255")
    t:error(function() return IP { 64 } end, "FIELD = value")
    t:error(function() return sr1(IP {}, { timout = 1 }) end, "no option 'timout'; did you mean 'timeout'?")
    t:error(function() return IP {} / 3 end, "a number is no packet")
    t:error(function() p.ttl = print end, "a function is no value")
    t:error(function() p.ttl = 0 / 0 end, "no value that a field can hold")
    t:error(function() p:sumary() end, "no field or method 'sumary'; did you mean ':summary%(%)'%?")
    t:error(function() wrpcap(p) end, "packets.lua:%d+: wrpcap takes the name of a capture file, not a packet")
    t:error(function() rdpcap() end, "packets.lua:%d+: rdpcap takes the name of a capture file, not a nil")
    t:error(function() wait_all(5) end, "packets.lua:%d+: wait_all%(%) takes tasks, .* not a number")
    t:error(function() timeout(1) end, "packets.lua:%d+: timeout%(%) takes seconds, and a function")
end)

test("integers stay integers, of 64 bits", function(t)
    local q = VXLAN { vni = 16777215.0 }
    t:eq(q.vni, 16777215)
    local r = GRE { seqnum_present = 1, sequence_number = 4294967295 }
    t:eq(r.sequence_number, 4294967295)
    local bits = Dot11 and RadioTap { present = "TSFT", mac_timestamp = -1 }
    t:eq(bits.mac_timestamp, -1)
end)

test("sets are lazy, counted, indexed, walked", function(t)
    local set = IP { dst = "10.0.0.0/8" } / TCP { dport = { 22, { 80, 90 } }, sport = range(1000, 2000, 500) }
    t:eq(set:count(), 2 ^ 24 * 12 * 3 | 0)
    local small = IP { dst = "10.0.0.0/30" } / TCP { dport = "80,443" }
    t:eq(small:count(), 8)
    local n, seen = 0, {}
    for q in small:each() do
        n = n + 1
        seen[q.dst .. ":" .. q.dport] = true
        t:eq(q:count(), 1)
    end
    t:eq(n, 8)
    t:ok(seen["10.0.0.3:443"])
    t:eq(small:pick(1).dport, 80)
    t:error(function() small:pick(9) end, "1..8; 9 is none")
    t:eq(small[TCP].dport, { 80, 443 })
    t:ok(RandShort() and IP { id = RandShort() }:count() == 1)
end)

test("lists of layers are packets of their own", function(t)
    local d = IP / UDP / DNS { qd = { DNSQR { qname = "www.example.com" } } }
    local back = IP(d:bytes())
    t:eq(back[DNS].qd[1].qname, "www.example.com.")
    t:eq(back[DNS].qd[1].qtype, 1)
    t:eq(back[DNS].qdcount, 1)
    t:eq(back["DNS.rd"], 1)
end)

test("strings behind their length are read without it", function(t)
    local texts = { "9.9.9", "try\n\t'\\\0", ("\0"):rep(12) }
    local back = DNS(DNS { an = { DNSRR { type = "TXT", rdata = texts } } }:bytes())
    t:eq(back.an[1].rdata, texts)
end)

test("values as people mean them", function(t)
    t:eq(TCP { flags = 0 }.flags, "")
    t:eq(TCP { flags = "SA" }.flags, "SA")
    local plain = DNS((DNS { compress = 1, qd = { DNSQR { qname = "a.test" } }, an = { DNSRR { rrname = "a.test.!", type = 1, rdata = "10.0.0.1" } } }):bytes())
    t:eq(plain.an[1].rrname, "a.test.")
    t:eq(plain.an[1].rdata, "10.0.0.1")
end)

test("what p prints", function(t)
    local p = IP { src = "10.0.0.1", dst = "10.0.0.2" } / ICMP {}
    t:match(p:summary(), "^IP / ICMP 10.0.0.1 > 10.0.0.2 echo%-request")
    t:eq(tostring(p), p:summary())
    t:match(p:tree(), "###%[ ICMP %]###")
    t:match(p:json(), '"layer":"ICMP"')
    t:match(p:dump(), "0000  45 00")
    t:eq(#p:bytes(), 28)
end)

test("capture files", function(t)
    local path = os.tmpname() .. ".pcapng"
    wrpcap(path, { Ether / IP / ICMP, Ether / IP / UDP { dport = { 1, 2 } } })
    local list = rdpcap(path)
    t:eq(#list, 3)
    t:eq(list[3][UDP].dport, 2)
    t:eq(#list:filter("UDP"), 2)
    local n = 0
    for p in PcapReader(path, { where = "ICMP" }) do
        n = n + 1
        t:ok(p:has(ICMP))
    end
    t:eq(n, 1)
    t:eq(#rdpcap(path, 2), 2)
    os.remove(path)
    t:error(function() rdpcap(path) end, "cannot be opened")
end)

test("what a frame begins with hangs on its bytes, too", function(t)
    local list = rdpcap("pcaps/neighbours.pcap")
    t:eq(list[1]:layers()[1], Ether)
    t:eq(list[2]:layers()[1], Dot3)
    t:ok(list[2]:has(CDPv2_HDR))
    t:eq(list[2]:copy():layers()[1], Dot3)
end)

test("fragment", function(t)
    local list = fragment(IP { dst = "10.0.0.2", id = 7 } / UDP {} / ("x"):rep(3000), 1480)
    t:eq(#list, 3)
    t:eq(list[1].frag, 0)
    t:eq(list[2].frag, 185)
    t:eq(list[3].flags, "")
    t:eq(list[1].flags, "MF")
    local size = 0
    for _, p in ipairs(list) do
        size = size + #p - 20
    end
    t:eq(size, 3008)
end)

test("numbers have names, and options a line", function(t)
    local p = IP { proto = 6 } / UDP { sport = 68, dport = 67 } / BOOTP / DHCP { options = {
        { "message-type", "discover" }, { "param_req_list", { 1, 3, 254 } }, { "end" } } }
    t:eq(p:name_of("proto"), "tcp")
    t:eq(p:name_of("UDP.dport"), "bootps")
    t:eq(p:name_of("ttl"), 64)
    t:eq(p[DHCP].options[1]:name_of("code"), "message-type")
    t:eq(IP(p:bytes()):name_of("proto"), "tcp")
    t:eq(UDP(p[UDP]:bytes())[DHCP].options[2]:name_of("value"), { "subnet_mask", "router", 254 })
    t:eq(tostring(TCPOption_MSS { mss = 5 }), "TCPOption_MSS(mss=5)")
    t:eq(tostring(TCPOption_NOP), "TCPOption_NOP")
    t:error(function() p:name_of("prto") end, "IP has no field 'prto'")
end)

test("lists print as in an expression, and stand for packets", function(t)
    local tcp = TCP { options = { { "MSS", 5 }, { "NOP" } } }
    t:eq(tostring(tcp.options), "[TCPOption_MSS(mss=5), TCPOption_NOP()]")
    t:eq(TCP { options = tcp.options }, tcp)
    t:eq(cleave.json(DHCPOption { code = 55, value = { 1, 3 } }.value), "[1,3]")
    t:eq(cleave.hex("\0\xab"), "00ab")
    t:eq(cleave.hex("", ":"), "")
    t:eq(cleave.unhex("00:ab 0c"), "\0\xab\x0c")
    t:error(function() cleave.unhex("0") end, "packets.lua:%d+: cleave.unhex: '0' is no bytes")
end)
