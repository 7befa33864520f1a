-- SPDX-License-Identifier: BSD-2-Clause
local args, row = cleave.args {
    about = "Certificates of TLS servers, keys and algorithms of SSH servers",
    columns = { "address:15", "port:>5", "kind:4", "expires:10", "subject:30", "names", "begins:json",
        "issuer:json", "sha256:json", "size:json", "chain:json", "version:json", "cipher:json", "kex:json",
        "ciphers:json", "macs:json", "error:json" },
    { "target", many = true, needed = true, help = "hosts, nets, ranges; a name is told to the server, too" },
    { "-p --ports", default = "22,443", help = "ports and ranges" },
    { "-s --name", help = "the name that is told to the server, else the target's" },
    { "-n --parallel", default = 50, help = "connections at once" },
    { "-t --timeout", default = 3.0, help = "seconds for each answer" },
}

-- ---- SHA-256 (FIPS 180-4).

local function sha256(text)
    local primes, n = {}, 2
    while #primes < 64 do
        local prime = true
        for _, p in ipairs(primes) do
            prime = prime and n % p ~= 0
        end
        if prime then
            primes[#primes + 1] = n
        end
        n = n + 1
    end
    local function bits(root) -- 32 of the fraction
        return math.floor((root - math.floor(root)) * 2 ^ 32)
    end
    local k, h = {}, {}
    for i, p in ipairs(primes) do
        k[i] = bits(p ^ (1 / 3))
        h[i] = i <= 8 and bits(p ^ 0.5) or nil
    end
    local function turn(x, by)
        return (x >> by | x << 32 - by) & 0xffffffff
    end
    local whole = text .. "\x80" .. ("\0"):rep(-(#text + 9) % 64) .. (">I8"):pack(#text * 8)
    for at = 1, #whole, 64 do
        local w = { (">" .. ("I4"):rep(16)):unpack(whole, at) }
        for i = 17, 64 do
            local x, y = w[i - 15], w[i - 2]
            w[i] = w[i - 16] + (turn(x, 7) ~ turn(x, 18) ~ x >> 3) + w[i - 7]
                + (turn(y, 17) ~ turn(y, 19) ~ y >> 10) & 0xffffffff
        end
        local a, b, c, d, e, f, g, z = table.unpack(h)
        for i = 1, 64 do
            local one = z + (turn(e, 6) ~ turn(e, 11) ~ turn(e, 25)) + (e & f ~ ~e & g) + k[i] + w[i]
            local two = (turn(a, 2) ~ turn(a, 13) ~ turn(a, 22)) + (a & b ~ a & c ~ b & c)
            a, b, c, d, e, f, g, z = one + two & 0xffffffff, a, b, c, d + one & 0xffffffff, e, f, g
        end
        for i, x in ipairs { a, b, c, d, e, f, g, z } do
            h[i] = h[i] + x & 0xffffffff
        end
    end
    return (("%08x"):rep(8)):format(table.unpack(h))
end

-- ---- Certificates: DER, as far as it is needed.

-- The tag, the content, and where the next one begins; nil: it is cut or wrong.
local function der(text, at)
    local tag, n = text:byte(at or 1, (at or 1) + 1)
    if not n then
        return nil
    end
    local first = (at or 1) + 2
    if n >= 0x80 then
        local bytes = n & 0x7f
        if bytes == 0 or bytes > 3 or first + bytes - 1 > #text then
            return nil
        end
        n, first = (">I" .. bytes):unpack(text, first), first + bytes
    end
    if first + n - 1 > #text then
        return nil
    end
    return tag, text:sub(first, first + n - 1), first + n
end

-- The parts of a sequence, as {tag, content}.
local function parts(text)
    local list, at = {}, 1
    while at <= #text do
        local tag, content, after = der(text, at)
        if not tag then
            break
        end
        list[#list + 1] = { tag, content }
        at = after
    end
    return list
end

local types = { ["\x55\x04\x03"] = "CN", ["\x55\x04\x06"] = "C", ["\x55\x04\x07"] = "L", ["\x55\x04\x08"] = "ST",
    ["\x55\x04\x0a"] = "O", ["\x55\x04\x0b"] = "OU" }

local function name_of(text)
    local words = {}
    for _, set in ipairs(parts(text)) do
        for _, pair in ipairs(parts(set[2])) do
            local two = parts(pair[2])
            if two[2] and types[two[1][2]] then
                words[#words + 1] = types[two[1][2]] .. "=" .. two[2][2]
            end
        end
    end
    return table.concat(words, ", ")
end

local function date_of(part)
    local text = part and part[2] or ""
    if part and part[1] == 0x17 then -- of two digits
        text = ((tonumber(text:sub(1, 2)) or 0) < 50 and "20" or "19") .. text
    end
    local year, month, day = text:match("^(%d%d%d%d)(%d%d)(%d%d)")
    return year and ("%s-%s-%s"):format(year, month, day)
end

-- The names of the extension subjectAltName.
local function names_of(extensions)
    local names = {}
    for _, extension in ipairs(parts(extensions)) do
        local list = parts(extension[2])
        if list[1] and list[1][2] == "\x55\x1d\x11" then
            local _, inner = der(list[#list][2])
            for _, name in ipairs(inner and parts(inner) or {}) do
                if name[1] == 0x82 then
                    names[#names + 1] = name[2]
                elseif name[1] == 0x87 and #name[2] == 4 then
                    names[#names + 1] = ("%d.%d.%d.%d"):format(name[2]:byte(1, 4))
                end
            end
        end
    end
    return names
end

local function certificate(bytes)
    local one = { size = #bytes, sha256 = sha256(bytes), names = {} }
    local _, whole = der(bytes)
    local _, signed = der(whole or "")
    local list = parts(signed or "")
    local first = list[1] and list[1][1] == 0xa0 and 3 or 2 -- behind the version and the number
    if #list >= first + 3 then
        one.issuer, one.subject = name_of(list[first + 1][2]), name_of(list[first + 3][2])
        local dates = parts(list[first + 2][2])
        one.begins, one.expires = date_of(dates[1]), date_of(dates[2])
        for i = first + 4, #list do
            if list[i][1] == 0xa3 then
                local _, extensions = der(list[i][2])
                one.names = names_of(extensions or "")
            end
        end
    end
    return one
end

-- ---- TLS. Version 1.2 at most: behind that, certificates are encrypted.

local suites = { 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014, 0x009c, 0x009d,
    0x002f, 0x0035, 0x003c, 0x009e, 0x0033, 0x000a }

local function hello(name)
    local extensions = {
        TLS_Ext_SupportedGroups { groups = { 29, 23, 24, 25 } },
        TLS_Ext_SupportedPointFormat { ecpl = { 0 } },
        TLS_Ext_SignatureAlgorithms {
            sig_algs = { 0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0201, 0x0203 },
        },
    }
    if name then
        table.insert(extensions, 1, TLS_Ext_ServerName { servernames = { ServerName { servername = name } } })
    end
    return TLS { type = 22, version = 0x301,
        msg = { TLSClientHello { random_bytes = RandBin(28), ciphers = suites, ext = extensions } } }:bytes()
end

local alerts = { [40] = "handshake failure", [47] = "illegal parameter", [70] = "no TLS 1.2 or older",
    [80] = "internal error", [112] = "unknown name" }

-- The handshake messages up to ServerHelloDone; nil, why.
local function handshake(stream)
    local rest, messages = "", {}
    while true do
        local head, why = stream:receive(5)
        if not head then
            return nil, why
        end
        local kind, _, n = (">BI2I2"):unpack(head)
        local body
        body, why = stream:receive(n)
        if not body or n > 18432 then
            return nil, why or "no TLS"
        elseif kind == 21 then
            local alert = body:byte(2)
            return nil, alert and (alerts[alert] or "alert " .. alert) or "an alert"
        elseif kind ~= 22 then
            return nil, "no TLS"
        end
        rest = rest .. body
        while #rest >= 4 and #rest - 4 >= (">I3"):unpack(rest, 2) do
            local size = (">I3"):unpack(rest, 2)
            local message = rest:byte(1)
            messages[message] = rest:sub(5, 4 + size)
            rest = rest:sub(5 + size)
            if message == 14 then
                return messages
            end
        end
        if #rest > 1 << 20 then
            return nil, "no TLS"
        end
    end
end

local versions = { [0x300] = "SSL 3", [0x301] = "TLS 1.0", [0x302] = "TLS 1.1", [0x303] = "TLS 1.2" }

local function tls(stream, one, name)
    one.kind = "tls"
    stream:send(hello(name))
    local messages, why = handshake(stream)
    local list = messages and messages[11]
    if not list or #list < 7 then
        one.error = why or "no certificate"
        return
    end
    local server = messages[2]
    if server and #server >= 37 and #server >= 37 + server:byte(35) then
        local version = (">I2"):unpack(server)
        one.version = versions[version] or ("0x%04x"):format(version)
        one.cipher = ("0x%04x"):format((">I2"):unpack(server, 36 + server:byte(35)))
    end
    local at, chain = 4, {}
    while at + 3 <= #list do
        local size = (">I3"):unpack(list, at)
        chain[#chain + 1] = list:sub(at + 3, at + 2 + size)
        at = at + 3 + size
    end
    one.chain = #chain
    for key, value in pairs(certificate(chain[1])) do
        one[key] = value
    end
end

-- ---- SSH: its first line, and the lists of KEXINIT. The key itself comes later, by a key exchange.

local function words(text)
    local list = {}
    for word in text:gmatch("[^,]+") do
        list[#list + 1] = word
    end
    return list
end

local function ssh(stream, one)
    one.kind = "ssh"
    one.subject = stream:line(255)
    stream:send("SSH-2.0-cleave\r\n")
    local head = stream:receive(6) -- length, padding, type
    local n = head and (">I4"):unpack(head)
    if not head or n < 22 or n > 35000 or head:byte(6) ~= 20 then
        one.error = "no KEXINIT"
        return
    end
    local body = stream:receive(n - 2)
    local ok, _, kex, keys, ciphers, _, macs = pcall(string.unpack, ">c16" .. ("s4"):rep(5), body or "")
    if not ok then
        one.error = "KEXINIT is cut"
        return
    end
    one.kex, one.names, one.ciphers, one.macs = words(kex), words(keys), words(ciphers), words(macs)
end

-- ---- Both.

local function look(at)
    local stream = connect(at.address, at.port, { timeout = args.timeout })
    if not stream then
        return
    end
    local s <close> = stream
    local one = { address = at.address, port = at.port }
    s:patience(at.port == 443 and 0.2 or 1)
    local first = s:receive(4)
    s:patience(args.timeout)
    if first == "SSH-" then
        s.buffer = first .. s.buffer
        ssh(s, one)
    else
        tls(s, one, args.name or at.name)
    end
    row(one)
end

local function each()
    local list = ports(args.ports)
    for word in table.concat(args.target, ","):gmatch("[^,%s]+") do
        for address in hosts(word) do
            for _, port in ipairs(list) do
                coroutine.yield { address = address, port = port,
                    name = word:find("%a") and not word:find(":") and word or nil }
            end
        end
    end
end

pool(args.parallel, coroutine.wrap(each), look)
row:done()
