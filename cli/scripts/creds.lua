-- SPDX-License-Identifier: BSD-2-Clause
local args, row, packets = cleave.args {
    about = "Names and passwords that go over the wire in the clear",
    columns = { "protocol:10", "client:21", "server:21", "user:16", "secret" },
    packets = { where = "TCP or SNMP or PPP_PAP_Request" },
    { "-m --mask", default = false, help = "show the first letter of a secret alone" },
}

local function shown(secret)
    return args.mask and secret and secret:sub(1, 1) .. "***" or secret
end

local told = {}
local function found(flow, protocol, user, secret)
    local key = table.concat({ flow.server, protocol, user or "", secret or "" }, "\0")
    if not told[key] then
        told[key] = true
        row { protocol = protocol, client = flow.client, server = flow.server, user = user, secret = shown(secret) }
    end
end

local alphabet = {}
for i, c in utf8.codes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") do
    alphabet[c] = i - 1
end

-- nil: it is none.
local function base64(text)
    local bits, n, bytes = 0, 0, {}
    text = text:gsub("=+$", "")
    for i = 1, #text do
        local value = alphabet[text:byte(i)]
        if not value then
            return nil
        end
        bits, n = bits << 6 | value, n + 6
        if n >= 8 then
            n = n - 8
            bytes[#bytes + 1] = string.char(bits >> n & 255)
            bits = bits & (1 << n) - 1
        end
    end
    return table.concat(bytes)
end

local function unescape(text)
    return (text:gsub("+", " "):gsub("%%(%x%x)", function(hex)
        return string.char(tonumber(hex, 16))
    end))
end

-- ---- What a line of the client says, in each protocol; flow.user and flow.step are kept between lines.

local function basic(flow, text, protocol)
    local user, secret = (base64(text) or ""):match("^([^:]*):(.*)$")
    if user then
        found(flow, protocol, user, secret)
    end
end

local function form(flow, text)
    local user, secret
    for name, value in text:gmatch("([^&=%s?]+)=([^&%s]*)") do
        local plain = name:lower()
        if plain:find("pass") or plain == "pwd" or plain == "pw" then
            secret = unescape(value)
        elseif plain:find("user") or plain:find("login") or plain:find("email") or plain == "name" then
            user = unescape(value)
        end
    end
    if secret then
        found(flow, "http form", user, secret)
    end
end

local function http(flow, line)
    local head = line:match("^[Aa]uthorization: *[Bb]asic +(%S+)")
    local proxy = line:match("^[Pp]roxy%-[Aa]uthorization: *[Bb]asic +(%S+)")
    if head then
        basic(flow, head, "http basic")
    elseif proxy then
        basic(flow, proxy, "http proxy")
    else
        form(flow, line)
    end
end

local function user_pass(protocol)
    return function(flow, line)
        local user, secret = line:match("^[Uu][Ss][Ee][Rr] +(.+)$"), line:match("^[Pp][Aa][Ss][Ss] +(.+)$")
        flow.user = user or flow.user
        if secret then
            found(flow, protocol, flow.user, secret)
        end
    end
end

local function plain(flow, text, protocol)
    local user, secret = (base64(text) or ""):match("^[^%z]*%z([^%z]*)%z(.*)$")
    if user then
        found(flow, protocol, user, secret)
    end
end

-- AUTH PLAIN TEXT; AUTH PLAIN, then TEXT; AUTH LOGIN, then the user, then the password.
local function sasl(protocol, command)
    return function(flow, line)
        local how, rest = line:upper():match(command), line:match("(%S+)%s*$")
        if how == "PLAIN" and rest:upper() ~= "PLAIN" then
            plain(flow, rest, protocol)
        elseif how then
            flow.step = how
            flow.user = how == "LOGIN" and rest:upper() ~= "LOGIN" and base64(rest) or nil
        elseif flow.step == "PLAIN" then
            plain(flow, line, protocol)
            flow.step = nil
        elseif flow.step == "LOGIN" and not flow.user then
            flow.user = base64(line)
        elseif flow.step == "LOGIN" then
            found(flow, protocol, flow.user, base64(line))
            flow.step = nil
        end
    end
end

local imap_auth = sasl("imap", "^%S+ AUTHENTICATE (%u+)")
local function imap(flow, line)
    local user, secret = line:match("^%S+ [Ll][Oo][Gg][Ii][Nn] +\"?([^\" ]+)\"? +\"?(.-)\"?$")
    if user then
        found(flow, "imap", user, secret)
    else
        imap_auth(flow, line)
    end
end

local pop_auth = sasl("pop3", "^AUTH (%u+)")
local pop_user = user_pass("pop3")
local function pop(flow, line)
    pop_user(flow, line)
    pop_auth(flow, line)
end

local smtp = sasl("smtp", "^AUTH (%u+)")
local protocols = { [21] = user_pass("ftp"), [25] = smtp, [587] = smtp, [2525] = smtp, [110] = pop, [143] = imap,
    [80] = http, [3128] = http, [8000] = http, [8008] = http, [8080] = http, [8888] = http }

-- ---- Telnet: what the client types after the server's question.

local function telnet_server(flow, text)
    local asked = text:lower()
    if asked:find("login: *$") or asked:find("username: *$") then
        flow.asked, flow.typed = "user", ""
    elseif asked:find("password: *$") then
        flow.asked, flow.typed = "secret", ""
    end
end

local function telnet_client(flow, text)
    text = text:gsub("\255[\251-\254].", ""):gsub("\255\250.-\255\240", "")
    for c in text:gmatch(".") do
        if not flow.asked then
            return
        elseif c == "\r" or c == "\n" then
            if flow.asked == "user" then
                flow.user = flow.typed
            else
                found(flow, "telnet", flow.user, flow.typed)
            end
            flow.asked = nil
        elseif c == "\8" or c == "\127" then
            flow.typed = flow.typed:sub(1, -2)
        elseif c ~= "\0" then
            flow.typed = flow.typed .. c
        end
    end
end

-- ---- Packets. Segments are taken as they come, each once.

local most = 65536 -- bytes of a line that is kept
local flows = {}

local function lines(flow, text, protocol)
    flow.rest = (flow.rest or "") .. text
    local at = 1
    for line, ends in flow.rest:gmatch("([^\n]*)\n()") do
        protocol(flow, (line:gsub("\r$", "")))
        at = ends
    end
    flow.rest = flow.rest:sub(at):sub(-most)
    if protocol == http and #flow.rest > 0 then
        form(flow, flow.rest) -- the body of a form ends without a line's end
    end
end

local function look_tcp(packet)
    local ip, tcp = packet[IP] or packet[IPv6], packet[TCP]
    local text = ip and tcp:bytes():sub(tcp.dataofs * 4 + 1) or ""
    if #text == 0 then
        return
    end
    local to_server = protocols[tcp.dport] or tcp.dport == 23
    local from, to = ("%s:%d"):format(ip.src, tcp.sport), ("%s:%d"):format(ip.dst, tcp.dport)
    local client, server = to_server and from or to, to_server and to or from
    if not to_server and tcp.sport ~= 23 then
        return
    end
    local key = client .. " " .. server
    local flow = flows[key]
    if not flow then
        flow = { client = client, server = server }
        flows[key] = flow
    end
    local side = to_server and "next" or "next_back"
    local ends = tcp.seq + #text & 0xffffffff
    local ahead = flow[side] and (tcp.seq - flow[side] + 0x80000000 & 0xffffffff) - 0x80000000 or 0
    if ahead < 0 then
        text = text:sub(1 - ahead) -- the rest was seen
    end
    if #text == 0 then
        return
    end
    flow[side] = ends
    if not to_server then
        telnet_server(flow, text)
    elseif tcp.dport == 23 then
        telnet_client(flow, text)
    else
        lines(flow, text, protocols[tcp.dport])
    end
end

for packet in packets do
    local ip = packet[IP] or packet[IPv6]
    if packet:has(SNMP) and ip then
        local udp = packet[UDP]
        found({ client = ip.src, server = ("%s:%d"):format(ip.dst, udp and udp.dport or 161) }, "snmp", nil,
            packet[SNMP].community)
    elseif packet:has(PPP_PAP_Request) then
        local pap = packet[PPP_PAP_Request]
        found({ server = "ppp" }, "pap", pap.username, pap.password)
    elseif packet:has(TCP) then
        look_tcp(packet)
    end
end
row:done()
