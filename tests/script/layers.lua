-- SPDX-License-Identifier: BSD-2-Clause
-- Layers declared in Lua: they are as any other. Each file in layers/ is an example.
for _, name in ipairs { "foo", "meter", "chain", "kinds" } do
    dofile("tests/script/layers/" .. name .. ".lua")
end

local function same(t, p)
    t:eq(cleave.expr(p:expr()), p)
    local first = p:layers()[1]
    t:eq(cleave.expr(first(p:bytes()):expr()):bytes(), p:bytes())
end

test("items in items, as text and as tables", function(t)
    local p = IP / UDP / Foo { id = "hello", flags = "AC", tlv = {
        FooNumber { value = 7 },
        FooGroup { items = { FooNumber { value = 8 }, FooNames { names = { "a", "b\n\0c" } } } },
        FooItem { type = 9, value = "abc" },
    } }
    t:eq(p[UDP].dport, 3456)
    t:eq(p[Foo].len, #p - 28)
    t:eq(p:summary(), "IP / UDP / Foo " .. p[IP].src .. ":53 > 127.0.0.1:3456 version 1 hello")
    local q = IP(p:bytes())
    t:eq(q[Foo].tlv[2].items[2].names, { "a", "b\n\0c" })
    t:eq(q[Foo].tlv[3].value, "abc")
    t:eq(Foo { tlv = { { "Number", 5 } } }, Foo { tlv = { FooNumber { value = 5 } } })
    same(t, p)
end)

test("bits, and what is there by a flag or a type", function(t)
    local p = Meter { type = "report", has = "clock+place", serial = 0x0102, clock = 5, latitude = -1.5, values = { 1, 2 } }
    t:eq(p:bytes(), "\x40\x03\x02\x01\5\0\0\0" .. string.pack(">i4", -15000000) .. "\0\0\0\0\2\1\0\2\0")
    t:eq(Meter(p:bytes()).latitude, -1.5)
    t:eq(Meter(p:bytes()).values, { 1, 2 })
    t:eq(#Meter { type = "alarm", code = 9, has = "sealed" }, 9)
    t:match((UDP / Meter { type = 2, text = "hot" }):summary(), "^UDP / Meter .* text 0$")
    t:match((UDP / Meter { type = 1, code = 9 }):summary(), "^UDP / Meter .* alarm 0x9$")
    t:ok(not UDP((UDP / Meter { version = 1 }):bytes()):has(Meter))
    t:ok(TCP((TCP { dport = 4059 } / Meter {}):bytes()):has(Meter))
    same(t, p)
    same(t, Meter { type = 2, text = "hot" })
end)

test("functions: a checksum, a length, the layer above, a line", function(t)
    local p = IP / UDP / Chain { digits = "013" } / ChainWord { word = "abc" }
    t:eq(p[Chain].chksum, 0x347c)
    local q = IP(p:bytes())
    t:eq(q:layers(), { IP, UDP, Chain, ChainWord })
    t:match(IP((p / "trail"):bytes()):expr(), "/Padding%(load=b'trail'%)$") -- behind what its length takes in
    t:match(Chain(p[Chain]:bytes()):summary(), "^Chain / ChainWord b'abc'")
    t:match(Chain { what = "none" }:summary(), "^Chain none of 9 bytes")
    t:ok((Chain { what = "ip.." } / IP / UDP):layers()[3] == UDP)
    t:match(Chain { chksum = 5 }:tree(), "chksum *= 0x5 %[bad, should be 0x")
    same(t, p)
    local r = IP((IP { src = "10.0.0.2" } / UDP { sport = 4242 } / Chain { what = "yes." }):bytes())
    t:ok(r:has(Chain))
end)

test("requests find their answers by `reply`, and by a function", function(t)
    local net = t:net { b = "10.0.0.2" }
    net.b:on(Foo, function(p)
        return IP { src = p.dst, dst = p.src } / UDP { sport = p.dport, dport = p.sport } / Foo { id = p[Foo].id }
    end)
    local r = sr1(IP { dst = "10.0.0.2" } / UDP { sport = 1000 } / Foo { id = 2 }, { timeout = 1 })
    t:eq(r[Foo].id, 2)
    net.b:on("Foo.id == 3", function(p)
        return IP { src = p.dst, dst = p.src } / UDP { sport = p.dport, dport = p.sport } / Foo { id = 4 }
    end)
    t:eq(sr1(IP { dst = "10.0.0.3" } / UDP { sport = 1000 } / Foo { id = 3 }, { timeout = 1 }), nil)
    net.b:on(Chain, function(p)
        local back = IP { src = p.dst, dst = p.src } / UDP { sport = p.dport, dport = p.sport }
        return { back / Chain { what = "no.." }, back / Chain { what = "yes." } }
    end)
    r = sr1(IP { dst = "10.0.0.2" } / UDP { sport = 1000 } / Chain {}, { timeout = 1 })
    t:eq(r and r[Chain].what, "yes.")
end)

test("a row of each kind; what a layer implies below", function(t)
    local p = IP / UDP { sport = 7 } / Kinds {} / "abc"
    t:eq(p[IP].ttl, 9)
    t:eq(p[IP].tos, 8)
    t:eq((IP / Kinds {})[IP].tos, 0)
    t:eq(p[Kinds].large, -1)
    t:eq(p[Kinds].object, "1.3.6.1")
    t:eq(p[Kinds].host_names, { "a.example.", "b.example." })
    t:eq(p[Kinds].word, "hello")
    t:eq(p[Kinds].line, "get")
    t:eq(IP(p:bytes())[Kinds].end_of_line, "\r\n")
    same(t, p)
    same(t, Kinds { id = "00112233-4455-6677-8899-aabbccddeeff", host = "NAME", slots = { 1, 2, 3, 0 }, tenth = -1.5,
        route = "10.1.0.0/16", prefix = "10.1.2.0", var = 100000, path = "/tmp", pair = "7:28" })
end)

test("declared in the script itself, with rows shared and words borrowed", function(t)
    local head = { u8 "ver" { init = 2 }, u8 "type" }
    local A = layer { name = "TestA", head, u16 "port" { words = "UDP.dport", init = "domain" } }
    local B = layer { name = "TestB", head, ip4 "where" { init = "10.0.0.1" }, mac "hw" { init = "00:11:22:33:44:55" },
        ip6 "far" { init = "fe80::1" }, u8 "small" { signed = true, init = -2 },
        u16 "nums" { many = true, init = { 1, 2 } } }
    t:eq(A {}:bytes(), "\2\0\0\x35")
    t:match(A {}:tree(), "port *= domain %(53%)")
    t:eq(B {}.hw, "00:11:22:33:44:55")
    t:eq(B {}.far, "fe80::1")
    t:eq(B {}.small, -2)
    t:eq(B {}:bytes():sub(-4), "\0\1\0\2")
    t:eq(tostring(TestA), "TestA")
    same(t, B { nums = { 3 } })
end)

test("bytes are split, also by a layer that has but one value", function(t)
    layer { name = "TestOne", u8 "len" { measures = "FIELD" }, bytes "data" { size = "len" } }
    t:eq(TestOne("\2abc").data, "ab")
    t:eq(TestOne("\2ab"), TestOne { data = "ab" })
    t:eq(Raw("abc").load, "abc")
end)

test("what is wrong in a declaration is told where it stands", function(t)
    local function wrong(words, text)
        t:error(function()
            words.name = words.name or "Never"
            layer(words)
        end, text)
    end
    wrong({ u8 "a", u16 "len" { mesures = "LAYER" } }, "layers.lua:%d+: Never.len: no word 'mesures'; did you mean 'measures'")
    wrong({ u8 "a" { measures = "LAYR" } }, "Never.a: measures: no such word 'LAYR'; did you mean 'layer'")
    wrong({ titel = "x" }, "Never: no word 'titel'; did you mean 'title'")
    wrong({ name = "IP", u8 "a" }, "a layer named IP exists already")
    wrong({ name = "no way", u8 "a" }, "letters, digits and '_'")
    wrong({ u8 "a", u8 "b", u8 "a" }, "Never.a: alternative rows of one name must stand together")
    wrong({ bits("a", 3) }, "Never.a: bits do not end on a byte")
    wrong({ u8 "a" { init = 256 } }, "Never.a: its default does not fit")
    wrong({ u8 "a" { when = "b == 3" } }, "Never.a: .* no earlier row")
    wrong({ u8 "a" { 4 } }, "Never.a: a field's words are NAME = value")
    wrong({ u8 "a" { hex = 1 } }, "Never.a: hex takes true or false, not integer")
    wrong({ u8 "a" { fill = "sum_hedder" } }, "did you mean 'sum_header'")
    wrong({ u8 "a" { words = "UDP.len" } }, "UDP.len has no words")
    wrong({ "a" }, "Never: a string is no row")
    wrong({ under = { "UDP.len", 3 }, u8 "a" }, "UDP.len is no key")
    wrong({ under = { "UDP.dprt", 3 }, u8 "a" }, "'UDP.dprt' is no field that is a key")
    wrong({ under = { 3456 }, u8 "a" }, "under: {\"udp.port\", 3456}")
    wrong({ implies = { ["IP.ttl"] = 300 }, u8 "a" }, "a value that the field does not hold")
    wrong({ implies = { 5 }, u8 "a" }, "layers.lua:%d+: Never: a word's value is not of its form")
    wrong({ under = { { "udp.port", 1 }, 5 }, u8 "a" }, "layers.lua:%d+: Never: a word's value")
    wrong({ u8 "a" { when = {} } }, "Never.a: when takes a string, not table")
    wrong({ pad = 1.5, u8 "a" }, "Never: pad takes a whole number, not float")
    wrong({ lines = "%x%", u8 "a" }, "its line names no field")
    t:error(function() bits("a", 65) end, "layers.lua:%d+: a: bits needs its width: bits%(\"a\", N%), N is 1..64 bits")
    t:error(function() bits "a" end, "needs its width")
    t:error(function() u8("a", 3) end, "a u8 takes no width")
    t:error(function() u8 {} end, "u8 takes a field's name")
    t:error(function() layer { u8 "a" } end, "a layer is a table with a name")
    t:eq(Never, nil)
    t:ok(layer { name = "Never", u8 "a" }) -- what failed left nothing behind
end)

test("a function that fails is as none", function(t)
    layer { name = "TestWrong", under = { "UDP.dport", 5000 },
        u16 "sum" { fill = function() return IP {}.ttl end },
        next = function() sleep(1) end,
    }
    local p = UDP / TestWrong {} / "x"
    t:eq(p[TestWrong].sum, 0)
    t:eq(UDP(p:bytes()):layers(), { UDP, TestWrong, Raw })
end)
