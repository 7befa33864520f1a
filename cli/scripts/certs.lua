-- SPDX-License-Identifier: BSD-2-Clause
local args, row = cleave.args {
    about = "Certificates of TLS servers, keys and algorithms of SSH servers",
    columns = { "address:15", "port:>5", "kind:4", "expires:10", "subject:30", "names", "begins:json",
        "issuer:json", "sha256:json", "size:json", "chain:json", "version:json", "cipher:json", "kex:json",
        "ciphers:json", "macs:json", "keys:json", "error:json" },
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

-- ---- SSH (RFC 4253, RFC 8731). The host's key stands in the clear in the answer to a key exchange, in
-- which any 32 bytes are a public key of Curve25519: nothing has to be computed to be told it.

local function words(text)
    local list = {}
    for word in text:gmatch("[^,]+") do
        list[#list + 1] = word
    end
    return list
end

local function base64(text)
    local digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    local out = {}
    for at = 1, #text, 3 do
        local a, b, c = text:byte(at, at + 2)
        local n = a << 16 | (b or 0) << 8 | (c or 0)
        for i = 0, (c and 3) or (b and 2) or 1 do
            local digit = n >> (18 - 6 * i) & 63
            out[#out + 1] = digits:sub(digit + 1, digit + 1)
        end
    end
    return table.concat(out)
end

-- The payload of the next packet before encryption; nil: none came, or it is none.
local function payload(stream)
    local head = stream:receive(5)
    local n, pad = (head and (">I4B") or "z"):unpack(head or "\0")
    if not head or n < pad + 2 or n > 35000 then
        return nil
    end
    local body = stream:receive(n - 1)
    return body and body:sub(1, n - 1 - pad)
end

local function packet(text)
    local pad = 8 - (#text + 5) % 8
    pad = pad < 4 and pad + 8 or pad
    return (">I4B"):pack(#text + pad + 1, pad) .. text .. ("\0"):rep(pad)
end

-- What the server says first: its line, and the lists of KEXINIT; nil and why.
local function greet(stream)
    local line = stream:line(255)
    if not line then
        return nil, "no SSH"
    end
    stream:send("SSH-2.0-cleave\r\n")
    local body = payload(stream)
    if not body or body:byte() ~= 20 then
        return nil, "no KEXINIT"
    end
    local lists = table.pack(pcall(string.unpack, ">c17" .. ("s4"):rep(8), body))
    if not lists[1] then
        return nil, "KEXINIT is cut"
    end
    return { line = line, kex = lists[3], keys = lists[4], lists = { table.unpack(lists, 3, 10) } }
end

local curve = { ["curve25519-sha256"] = true, ["curve25519-sha256@libssh.org"] = true }

-- The host's key for this algorithm, as it is sent; nil: it does not give it so.
local function host_key(stream, hello, algorithm)
    local kex
    for _, word in ipairs(words(hello.kex)) do
        kex = kex or (curve[word] and word)
    end
    if not kex then
        return nil
    end
    local lists = { kex, algorithm, table.unpack(hello.lists, 3, 8) }
    lists[9], lists[10] = "", "" -- languages
    local point = {}
    for i = 1, 32 do
        point[i] = string.char(math.random(0, 255))
    end
    stream:send(packet("\20" .. "cleave certs 000" .. (">" .. ("s4"):rep(10)):pack(table.unpack(lists))
        .. "\0\0\0\0\0"))
    stream:send(packet("\30" .. (">s4"):pack(table.concat(point))))
    for _ = 1, 8 do
        local body = payload(stream)
        if not body or body:byte() == 31 then
            local ok, key = pcall(string.unpack, ">s4", body or "", 2)
            return ok and key or nil
        end
    end
end

-- One key is used with several algorithms.
local function key_type(algorithm)
    return algorithm:find("^rsa%-sha2") and "ssh-rsa" or algorithm
end

local function ssh(stream, one)
    one.kind = "ssh"
    local hello, why = greet(stream)
    if not hello then
        one.error = why
        return
    end
    one.subject = hello.line
    one.kex, one.names, one.ciphers, one.macs =
        words(hello.kex), words(hello.keys), words(hello.lists[3]), words(hello.lists[5])
    local seen, keys, again = {}, {}, stream
    for _, algorithm in ipairs(one.names) do
        local kind = key_type(algorithm)
        if not seen[kind] and not kind:find("cert%-v01") and #keys < 4 then
            seen[kind] = true
            local s <close> = again or connect(one.address, one.port, { timeout = args.timeout })
            local fresh = again and hello or (s and greet(s))
            again = nil
            local key = fresh and host_key(s, fresh, algorithm)
            if key then
                keys[#keys + 1] = { type = kind, key = base64(key),
                    sha256 = base64((sha256(key):gsub("%x%x", function(x)
                        return string.char(tonumber(x, 16))
                    end))) }
            end
        end
    end
    if keys[1] then
        one.keys = keys
        one.names = {}
        for i, key in ipairs(keys) do
            one.names[i] = key.type .. " SHA256:" .. key.sha256
        end
    end
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
