-- SPDX-License-Identifier: BSD-2-Clause
-- The manual's examples in Lua, on the virtual link: what each prints is what its --> say. MANUAL_BLOCKS
-- is the folder that blocks.awk filled.
local folder = os.getenv("MANUAL_BLOCKS")

local function lines(path)
    local list = {}
    for line in io.lines(path) do
        list[#list + 1] = line
    end
    return list
end

local function words(text)
    local list = {}
    for word in text:gmatch("%S+") do
        list[#list + 1] = word
    end
    return list
end

local function plain(text)
    return (text:gsub("%s+", " "):gsub(" $", ""))
end

-- A host that answers, with two open ports; 10.0.0.9 is silent.
local function link(t)
    local net = t:net { web = "10.0.0.2" }
    net.web:on("ICMP.type == 8", reply)
    net.web:on(TCP, function(p)
        local open = p[TCP].dport == 22 or p[TCP].dport == 80
        return reply(p, open and "SA" or "RA")
    end)
end

for name in io.popen("cd '" .. folder .. "' && ls *.lua | sort -n"):lines() do
    local path = folder .. "/" .. name
    test("line " .. name:match("%d+"), function(t)
        local want, got = {}, {}
        for _, line in ipairs(lines(path)) do
            local said = line:match("%-%-> ?(.*)$")
            want[#want + 1] = said and plain(said)
        end
        link(t)
        local out, status = t:run(path, words(lines(path:gsub("lua$", "args"))[1] or ""))
        for line in out:gmatch("([^\n]*)\n") do
            got[#got + 1] = plain(line)
        end
        t:eq(status, 0)
        t:eq(got, want)
    end)
end
