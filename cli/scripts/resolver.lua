-- SPDX-License-Identifier: BSD-2-Clause
local args, row = cleave.args {
    about = "What name servers give away: recursion, their version, whole zones",
    columns = { "server:15", "check:13", "result:9", "detail" },
    { "server", many = true, needed = true, help = "name servers: addresses, nets, names" },
    { "-q --name", default = "example.com", help = "the name that is asked for, to see recursion" },
    { "-z --zone", help = "a zone whose transfer is tried" },
    { "-n --parallel", default = 50, help = "servers at once" },
    { "-t --timeout", default = 2.0, help = "seconds for an answer" },
    { "-r --retry", default = 1, help = "how often it is asked again" },
}

local answered = 0
local codes = { [0] = "ok", "format", "failure", "no name", "unknown", "refused" }

local function code(n)
    return codes[n] or "code " .. n
end

local function ask(server, question, recursion)
    local layer = server:find(":") and IPv6 or IP
    local answer = sr1(layer { dst = server } / UDP { sport = RandShort(), dport = 53 }
        / DNS { id = RandShort(), rd = recursion and 1 or 0, qd = { question } },
        { timeout = args.timeout, retry = args.retry })
    return answer and answer[DNS]
end

local function recursion(server)
    local dns = ask(server, DNSQR { qname = args.name }, true)
    if not dns then
        return row { server = server, check = "recursion", result = "silent" }
    end
    answered = answered + 1
    local open = dns.ra == 1 and dns.rcode ~= 5
    row { server = server, check = "recursion", result = open and "open" or "closed",
        detail = ("%s, %d answers"):format(code(dns.rcode), dns.ancount) }
    return true
end

-- What servers say of themselves, in the class CH.
local function chaos(server, name)
    local dns = ask(server, DNSQR { qname = name, qtype = "TXT", qclass = "CH" })
    local texts = {}
    for _, rr in ipairs(dns and dns.an or {}) do
        if rr.type == 16 then
            local data = rr.rdata
            texts[#texts + 1] = type(data) == "table" and table.concat(data, " ") or data
        end
    end
    row { server = server, check = name, result = not dns and "silent" or #texts > 0 and "told" or "closed",
        detail = #texts > 0 and table.concat(texts, " ") or dns and code(dns.rcode) or nil }
end

-- One message over TCP; nil, why.
local function receive(stream)
    local head, why = stream:receive(2)
    if not head then
        return nil, why
    end
    local body
    body, why = stream:receive((">I2"):unpack(head))
    return body and DNS(body), why
end

-- The zone ends with the record that it began with.
local function transfer(server)
    local stream, why = connect(server, 53, { timeout = args.timeout })
    if not stream then
        return row { server = server, check = "transfer", result = "closed", detail = why }
    end
    local s <close> = stream
    local query = DNS { id = RandShort(), rd = 0, qd = { DNSQR { qname = args.zone, qtype = "AXFR" } } }:bytes()
    s:send((">s2"):pack(query))
    local records, ends = 0, 0
    repeat
        local dns
        dns, why = receive(s)
        if not dns or dns.rcode ~= 0 or dns.ancount == 0 then
            why = dns and code(dns.rcode) or why
            break
        end
        for _, rr in ipairs(dns.an) do
            records = records + 1
            ends = ends + (rr.type == 6 and 1 or 0)
        end
    until ends >= 2
    row { server = server, check = "transfer", result = records > 0 and "allowed" or "closed",
        detail = records > 0 and ("%d records of %s"):format(records, args.zone) or why }
end

pool(args.parallel, hosts(args.server), function(server)
    if recursion(server) then
        for _, name in ipairs { "version.bind", "hostname.bind", "id.server" } do
            chaos(server, name)
        end
    end
    if args.zone then
        transfer(server)
    end
end)
cleave.exit(answered > 0 and 0 or 1)
