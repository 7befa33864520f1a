-- SPDX-License-Identifier: BSD-2-Clause
-- TCP connections on the virtual link of tests: two ends, and bytes that come after the host's delay.
local sched = ...

local pipes = {}

local End, Poller = {}, {}
End.__index, Poller.__index = End, Poller

local function new_end(net, delay)
    return setmetatable({ net = net, delay = delay, buffer = "", watched = {}, why = "wait" }, End)
end

-- Later: as packets are.
local function later(from, fn)
    from.net:at(from.net.clock + math.floor(from.delay * 1e9), fn)
end

local function can_go_on(raw, writing)
    if writing then
        return raw.why ~= "wait"
    end
    return #raw.buffer > 0 or raw.over ~= nil
end

-- Tell those who wait for it.
local function poke(raw)
    local left = {}
    for _, watch in ipairs(raw.watched) do
        if can_go_on(raw, watch.writing) then
            table.insert(watch.poller.queue, watch.number)
            raw.net.found = true
        else
            left[#left + 1] = watch
        end
    end
    raw.watched = left
end

function End:state()
    if self.why then
        return nil, self.why
    end
    return true
end

function End:read()
    if #self.buffer > 0 then
        local bytes = self.buffer
        self.buffer = ""
        return bytes
    end
    return nil, self.over or "wait"
end

function End:write(bytes, from)
    local other = self.other
    if self.over == "reset" or other.shut then
        return nil, "reset"
    end
    later(self, function()
        other.buffer = other.buffer .. bytes:sub(from)
        poke(other)
    end)
    return #bytes - from + 1
end

function End:close()
    local other = self.other
    self.shut = true
    if other then
        later(self, function()
            other.over = other.over or "closed"
            poke(other)
        end)
    end
end

function Poller:watch(raw, writing, number)
    table.insert(raw.watched, { poller = self, writing = writing, number = number })
    poke(raw)
end

function Poller:next(deadline)
    return self.net:take(self, deadline)
end

function pipes.poller(net)
    return setmetatable({ net = net, queue = {} }, Poller)
end

-- A connection to that address: refused where nobody listens, and never made where nobody is.
function pipes.tcp(net, address, port)
    for _, host in ipairs(net.hosts) do
        if host.addr == address then
            local near, far = new_end(net, host.delay), new_end(net, host.delay)
            local serve = host.listeners[port]
            later(near, function()
                if serve then
                    near.other, far.other, near.why, far.why = far, near, nil, nil
                    sched.go(("%s port %d"):format(host.name, port), serve, sched.stream(far))
                else
                    near.why = "refused"
                end
                poke(near)
            end)
            return near
        end
    end
    return new_end(net, 0)
end

function pipes.lookup(net, name)
    local raw = new_end(net, 0)
    raw.buffer, raw.over = "-Name or service not known", "closed"
    for _, host in ipairs(net.hosts) do
        if host.name == name then
            raw.buffer = host.addr
        end
    end
    return raw
end

return pipes
