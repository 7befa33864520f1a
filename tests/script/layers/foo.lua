-- SPDX-License-Identifier: BSD-2-Clause
-- A protocol of tagged items, which may hold items themselves.
layer {
    name = "Foo",
    title = "Foo Protocol",
    under = { "UDP.dport", 3456 },
    lines = "version %ver% %id%",
    bpf = "(udp src port 3456) or icmp or icmp6;",
    u8 "ver" { init = 1 },
    bits("kind", 4),
    flags("flags", 4) { words = { "A", "B", "C" } },
    u16 "len" { measures = "LAYER" },
    u32 "id" { words = { [1] = "hello", [2] = "bye" }, reply = "=" },
    u8 "dlen" { measures = "FIELD" },
    bytes "data" { size = "dlen", init = "xyz" },
    list "tlv" { of = "foo.tlv" },
}

layer {
    name = "FooNumber",
    under = { "foo.tlv" },
    tuple = "Number",
    u8 "type" { tells = 1 },
    u8 "len" { measures = "REST" },
    u32 "value",
}

layer {
    name = "FooNames",
    under = { "foo.tlv" },
    u8 "type" { tells = 2 },
    u8 "len" { measures = "REST" },
    counted "names" { many = true },
}

layer {
    name = "FooGroup",
    under = { "foo.tlv" },
    u8 "type" { tells = 3 },
    u8 "len" { measures = "REST" },
    list "items" { of = "foo.tlv" },
}

layer {
    name = "FooItem",
    under = { "foo.tlv" },
    u8 "type",
    u8 "len" { measures = "FIELD" },
    bytes "value" { size = "len" },
}
