-- SPDX-License-Identifier: BSD-2-Clause
-- The scripts that look at packets, on captures.

local function run(t, name, ...)
    return t:run("cli/scripts/" .. name .. ".lua", { ... })
end

-- A capture of these packets, for as long as fn runs.
local function capture(packets, fn)
    local path = os.tmpname()
    wrpcap(path .. ".pcap", packets)
    local ok, err = pcall(fn, path .. ".pcap")
    os.remove(path .. ".pcap")
    os.remove(path)
    if not ok then
        error(err, 0)
    end
end

test("talkers", function(t)
    local out, status = run(t, "talkers", "pcaps/http.pcap.gz", "--by", "host")
    t:eq(status, 0)
    t:match(out, "^WHO +PACKETS +BYTES +SHARE +RATE\n192.0.2.1 +66 +17323  100.0%%")
    out = run(t, "talkers", "pcaps/http.pcap.gz", "--by", "flow", "-n", "1", "--json")
    t:match(out, '^{"bytes":4362,"packets":14,"rate":%d+,"share":25.2,"who":"TCP 192.0.2.1 57312 %- 203.0.113.1 80"}\n$')
    out = run(t, "talkers", "pcaps/dns.pcap.zst", "--by", "port")
    t:match(out, "\nUDP 53 ")
    out = run(t, "talkers", "pcaps/arping.pcap", "--by", "mac", "-n", "2")
    t:match(out, "\n%x%x:%x%x:")
    t:eq({ run(t, "talkers", "pcaps/stp.pcap") }, { "", 1 })
end)

test("tcpreport: captures of real connections", function(t)
    local out, status = run(t, "tcpreport", "pcaps/http.pcap.gz", "--json")
    t:eq(status, 0)
    t:match(out, '^{"again":0,"bytes":3406,"client":"192.0.2.1:57286","dupack":0,"end":"closed","order":0,"packets":14,'
        .. '"rtt":0.014,"rtt_max":0.05,"rtt_min":0.002,"seconds":0.%d+,"server":"203.0.113.1:80","setup":0.065,"zero":0}\n')
    t:match(out, '"end":"reset by server"')
    -- Cut short by the one who recorded: the sizes are those of the wire.
    t:match(run(t, "tcpreport", "pcaps/http-short.pcap", "--json"), '"bytes":3406')
end)

test("tcpreport: what is lost, doubled, late", function(t)
    local at, step, list = 0, 0.01, {}
    local function put(forth, flags, seq, ack, data, window)
        local a, b = "10.0.0.1", "10.0.0.2"
        local ip = forth and IP { src = a, dst = b } or IP { src = b, dst = a }
        local tcp = TCP { sport = forth and 5 or 80, dport = forth and 80 or 5, flags = flags, seq = seq, ack = ack,
            window = window or 1000 }
        at = at + step
        list[#list + 1] = { ip / tcp / (data or ""), at }
    end
    put(true, "S", 100, 0)
    put(false, "SA", 4294967290, 101)
    put(true, "A", 101, 4294967291)
    put(true, "PA", 101, 4294967291, "0123456789")
    put(false, "A", 4294967291, 111, nil, 0)
    put(true, "PA", 111, 4294967291, "abcde")
    put(true, "PA", 121, 4294967291, "klmno")
    step = 0.005
    put(false, "A", 4294967291, 116)
    put(false, "A", 4294967291, 116)
    put(true, "PA", 116, 4294967291, "fghij") -- it was on another way
    step = 0.01
    put(true, "PA", 121, 4294967291, "klmno") -- again
    put(false, "A", 4294967291, 126)
    put(false, "PA", 4294967291, 126, "0123456789") -- over the end of the numbers
    put(true, "A", 126, 5)
    put(true, "R", 126, 0)
    -- The virtual link gives the times.
    local net = t:net {}
    for _, one in ipairs(list) do
        net:inject(one[1], one[2])
    end
    local out, status = run(t, "tcpreport", "--timeout", "2", "--json")
    t:eq(status, 0)
    t:eq(out, '{"again":1,"bytes":40,"client":"10.0.0.1:5","dupack":1,"end":"reset by client","order":1,"packets":15,'
        .. '"rtt":11,"rtt_max":15,"rtt_min":10,"seconds":0.125,"server":"10.0.0.2:80","setup":20,"zero":1}\n')
end)

test("tcpreport: no flags, the same port on both ends", function(t)
    capture({ Ether / IP { src = "10.0.0.1", dst = "10.0.0.1" } / TCP { sport = 7, dport = 7, flags = 0 } }, function(path)
        t:match(run(t, "tcpreport", path, "--json"), '"end":"open","order":0,"packets":1,')
    end)
end)

test("osguess", function(t)
    local out, status = run(t, "osguess", "pcaps/http.pcap.gz")
    t:eq(status, 0)
    t:eq(out, [[
ADDRESS          SYSTEM                  HOPS  TTL  SIGNATURE
192.0.2.1        Linux                      0   64  64:1460:64240,10:M,S,T,N,W:df
]])
    capture({
        Ether / IP { src = "10.0.0.1", ttl = 113, flags = "DF" } / TCP { flags = "S", window = 64240, options = { { "MSS", 1460 },
            { "NOP" }, { "WScale", 8 }, { "NOP" }, { "NOP" }, { "SAckOK", "" } } },
        Ether / IP { src = "10.0.0.2", ttl = 47 } / TCP { flags = "S", window = 1024, options = { { "MSS", 1460 } } },
        Ether / IPv6 { src = "fd00::3", hlim = 60 } / TCP { flags = "S", window = 65535, options = { { "MSS", 1440 }, { "NOP" },
            { "WScale", 6 }, { "NOP" }, { "NOP" }, { "Timestamp", { 1, 0 } }, { "SAckOK", "" }, { "EOL" } } },
        Ether / IP { src = "10.0.0.4" } / TCP { flags = "SA" },
        Ether / IP { src = "10.0.0.5", ttl = 30 } / TCP { flags = "S", window = 7 },
    }, function(path)
        out = run(t, "osguess", path, "--json")
        t:eq(out, [[
{"address":"10.0.0.1","hops":15,"signature":"128:1460:64240,8:M,N,W,N,N,S:df","system":"Windows 7 to 11","ttl":113}
{"address":"10.0.0.2","hops":17,"signature":"64:1460:1024:M","system":"a scanner: nmap","ttl":47}
{"address":"fd00::3","hops":4,"signature":"64:1440:65535,6:M,N,W,N,N,T,S,E","system":"macOS or iOS","ttl":60}
{"address":"10.0.0.5","hops":2,"signature":"32:*:7:","system":"unknown","ttl":30}
]])
    end)
end)

test("lldp: LLDP and CDP", function(t)
    local out, status = run(t, "lldp", "pcaps/neighbours.pcap")
    t:eq(status, 0)
    t:match(out, "\nLLDP +cleave +eth0 +%- +%- +4  bridge +a host\n")
    t:match(out, "\nCDP +cleave +eth0 ")
    t:eq(select(2, out:gsub("\n", "")), 3)
    capture({ Ether / LLDPDUChassisID { subtype = 4, id = "02:00:00:00:00:09" } / LLDPDUPortID { subtype = 7, id = "1" }
        / LLDPDUTimeToLive { ttl = 120 }
        / LLDPDUManagementAddress { management_address_subtype = 1, management_address = "\10\0\0\9" }
        / LLDPDUEndOfLLDPDU }, function(path)
        t:match(run(t, "lldp", path, "--json"), '"address":"10.0.0.9","can":%[%],"chassis":"02:00:00:00:00:09"')
    end)
    t:eq({ run(t, "lldp", "pcaps/ping.pcap", "--json") }, { "", 1 })
end)

-- Both sides of a conversation: "> " the client, "< " the server.
local function talk(port, client, lines)
    local list, seq, ack = {}, 1000, 9000
    for _, text in ipairs(lines) do
        local data = text:sub(3)
        if text:sub(1, 1) == ">" then
            list[#list + 1] = Ether / IP { src = client, dst = "10.0.0.9" }
                / TCP { sport = 40000, dport = port, flags = "PA", seq = seq, ack = ack } / Raw { load = data }
            seq = seq + #data
        else
            list[#list + 1] = Ether / IP { src = "10.0.0.9", dst = client }
                / TCP { sport = port, dport = 40000, flags = "PA", seq = ack, ack = seq } / Raw { load = data }
            ack = ack + #data
        end
    end
    return list
end

test("creds: what goes over the wire in the clear", function(t)
    local all = {}
    local function add(port, client, lines)
        for _, packet in ipairs(talk(port, client, lines)) do
            all[#all + 1] = packet
        end
    end
    add(21, "10.0.0.1", { "< 220 hello\r\n", "> USER alice\r\n", "< 331 more\r\n", "> PASS secret one\r\n" })
    all[#all + 1] = all[#all] -- sent again
    add(80, "10.0.0.2", { "> GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic Ym9iOmh1bnRlcjI=\r\n\r\n" })
    add(8080, "10.0.0.3", { "> POST /login HTTP/1.1\r\nContent-Length: 31\r\n\r\n", "> user=carol&password=a%26b+c" })
    add(25, "10.0.0.4", { "> EHLO x\r\n", "> AUTH PLAIN AGRhdmUAcHc=\r\n" })
    add(587, "10.0.0.5", { "> AUTH LOGIN\r\n", "< 334 VXNlcm5hbWU6\r\n", "> ZXZl\r\n", "< 334 UGFzc3dvcmQ6\r\n", "> cHcy\r\n" })
    add(143, "10.0.0.6", { '> a1 LOGIN "frank" "pw 3"\r\n' })
    add(110, "10.0.0.7", { "> USER gr", "> ace\r\nPASS pw4\r\n" })
    add(23, "10.0.0.8", { "< \255\253\1login: ", "> \255\251\1h", "> e", "> x\8idi\r\0", "< Password: ", "> pw5\r\n" })
    all[#all + 1] = Ether / IP { src = "10.0.0.10", dst = "10.0.0.9" } / UDP { sport = 5000, dport = 161 } / SNMP { community = "private" }
    capture(all, function(path)
        local out, status = run(t, "creds", path)
        t:eq(status, 0)
        t:eq(out:gsub(" +", " "), (([[
PROTOCOL CLIENT SERVER USER SECRET
ftp 10.0.0.1:40000 10.0.0.9:21 alice secret one
http basic 10.0.0.2:40000 10.0.0.9:80 bob hunter2
http form 10.0.0.3:40000 10.0.0.9:8080 carol a&b c
smtp 10.0.0.4:40000 10.0.0.9:25 dave pw
smtp 10.0.0.5:40000 10.0.0.9:587 eve pw2
imap 10.0.0.6:40000 10.0.0.9:143 frank pw 3
pop3 10.0.0.7:40000 10.0.0.9:110 grace pw4
telnet 10.0.0.8:40000 10.0.0.9:23 heidi pw5
snmp 10.0.0.10 10.0.0.9:161 - private
]])))
        out = run(t, "creds", path, "--mask", "--json")
        t:match(out, '^{"client":"10.0.0.1:40000","protocol":"ftp","secret":"s%*%*%*","server":"10.0.0.9:21","user":"alice"}\n')
    end)
    t:eq({ run(t, "creds", "pcaps/ssh.pcap") }, { "", 1 })
end)
