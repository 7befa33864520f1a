-- SPDX-License-Identifier: BSD-2-Clause
-- A meter's report: bits, little-endian words, values that are there by a flag or by a type.
local head = { bits("version", 3) { init = 2 }, bits("type", 5) { words = { [0] = "report", "alarm", "text" } } }

layer {
    name = "Meter",
    title = "Meter Report",
    under = { { "UDP.dport", 4059 }, { "TCP.dport", 4059 } },
    when = "version == 2",
    lines = { { "alarm %code%", when = "type == 1" }, "%type% %serial%" },
    head,
    flags("has", 8) { words = { [1] = "clock", [2] = "place", [128] = "sealed" } },
    u16 "serial" { le = true },
    u32 "clock" { le = true, when = "has & 1" },
    scaled("latitude", 32) { signed = true, div = 10000000, when = "has & 2" },
    scaled("longitude", 32) { signed = true, div = 10000000, when = "has & 2" },
    u8 "code" { when = "type == 1", hex = true },
    u8 "count" { measures = "COUNT", when = "type == 0" },
    u16 "values" { le = true, many = true, size = "count", when = "type == 0" },
    cstr "text" { when = "type == 2" },
    fixed("seal", 4) { when = "has & 128" },
}
