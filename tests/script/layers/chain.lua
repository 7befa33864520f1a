-- SPDX-License-Identifier: BSD-2-Clause
-- What no table can say, in functions: a checksum of its own, a length in digits, the layer above by
-- its name.
local function fletcher(_, bytes)
    local a, b = 0, 0
    for i = 1, #bytes do
        a = (a + bytes:byte(i)) % 255
        b = (b + a) % 255
    end
    return b << 8 | a
end

local inside = { word = "ChainWord", ip = "IP" } -- layers by what they are called on the wire

layer {
    name = "Chain",
    title = "Chain of Words",
    under = { "UDP.dport", 4242 },
    fixed("digits", 3) { init = "000" },
    fixed("what", 4) { init = "word" },
    u16 "chksum" { hex = true, fill = fletcher },
    -- "012": that many bytes, from the first on; anything else: all there is.
    length = function(l)
        return tonumber(l.digits:match("^%d+$"))
    end,
    next = function(l)
        return inside[l.what:match("^%l+")]
    end,
    lines = function(l, bytes)
        return ("%s of %d bytes"):format(l.what, #bytes)
    end,
    answers = function(request, answer)
        return answer.what == "yes." and request.what ~= "yes."
    end,
}

layer {
    name = "ChainWord",
    under = { "chain.word" },
    next = "chain.word",
    when = function(below, bytes)
        return #bytes > 1
    end,
    u8 "len" { measures = "FIELD" },
    bytes "word" { size = "len" },
    lines = "%word%",
}
