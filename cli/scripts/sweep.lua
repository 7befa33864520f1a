-- SPDX-License-Identifier: BSD-2-Clause
local args, row = cleave.args {
    about = "TCP ports that are open, and what they say first",
    columns = { "address:15", "port:>5", "state:8", "banner" },
    { "target", many = true, needed = true, help = "hosts, nets, ranges: 10.0.0.0/24, www.example.com" },
    { "-p --ports", help = "ports and ranges",
        default = "21-23,25,53,80,110,111,139,143,389,443,445,465,587,993,995,1433,1883,2049,3306,"
            .. "3389,5432,5900,6379,8000,8080,8443,9200,11211,27017" },
    { "-n --parallel", default = 100, help = "connections at once" },
    { "-t --timeout", default = 2.0, help = "seconds for a connection" },
    { "-b --banner", default = 1.0, help = "seconds for its first words; 0: they are not waited for" },
    { "-a --all", default = false, help = "show what is not open, too" },
}

local function first_line(text)
    return text and text:match("[^\r\n%z]+")
end

-- What comes by itself, else what a web server says of itself.
local function banner(stream)
    if args.banner <= 0 then
        return nil
    end
    stream:patience(args.banner)
    local text, _, rest = stream:receive()
    text = text or rest
    if text and #text > 0 then
        return first_line(text)
    end
    stream:send("HEAD / HTTP/1.0\r\n\r\n")
    text = stream:receive()
    local server = text and text:match("\n[Ss]erver: *([^\r\n]+)")
    return server and first_line(text) .. ", " .. server or first_line(text)
end

local function each()
    local list = ports(args.ports)
    for address in hosts(args.target) do
        for _, port in ipairs(list) do
            coroutine.yield { address = address, port = port }
        end
    end
end

local open = 0
pool(args.parallel, coroutine.wrap(each), function(at)
    local stream, why = connect(at.address, at.port, { timeout = args.timeout })
    if stream then
        local s <close> = stream
        open = open + 1
        row { address = at.address, port = at.port, state = "open", banner = banner(s) }
    elseif args.all then
        row { address = at.address, port = at.port, state = why }
    end
end)
cleave.exit(open > 0 and 0 or 1)
