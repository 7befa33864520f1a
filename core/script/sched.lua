-- SPDX-License-Identifier: BSD-2-Clause
-- Tasks, and the one loop they share: whoever waits is parked here until its time is up or what it
-- waits for has come. `net` is what the wire is reached through: the kernel's, or a virtual one.
local net, sched = ...
local coroutine, debug, math, table = coroutine, debug, math, table -- scripts may lose theirs
local next, pairs, ipairs, pcall, error, select, type = next, pairs, ipairs, pcall, error, select, type
local setmetatable, getmetatable, tostring = setmetatable, getmetatable, tostring
-- An error where a function of a layer runs; an error with the script's line; how a task got there.
local apart, blame, trace = net.apart, net.blame, net.trace
sched.failed = 0 -- the exit status that the errors of tasks ask for

local tasks, number = {}, 0 -- those that live, by their number; the last one's
local ready, first, last = {}, 1, 0 -- a queue of tasks that can go on
local timers, serial = {}, 0 -- a heap by time, then by age
local sources = {} -- what packets come from: object -> function that takes what next() gave
local order = {} -- the same as a list
local main = { name = "main" }
local current = main

local Task = {}
Task.__index = Task
Task.__name = "task"

-- ---- Timers.

local function sooner(a, b)
    return a.at < b.at or (a.at == b.at and a.serial < b.serial)
end

local function timer_add(at, task, park)
    serial = serial + 1
    local timer, i = { at = at, task = task, park = park, serial = serial }, #timers + 1
    while i > 1 and sooner(timer, timers[i // 2]) do
        timers[i] = timers[i // 2]
        i = i // 2
    end
    timers[i] = timer
end

local function timer_take()
    local top, moved, i = timers[1], table.remove(timers), 1
    if top == moved then
        return top
    end
    while 2 * i <= #timers do
        local child = 2 * i
        if child < #timers and sooner(timers[child + 1], timers[child]) then
            child = child + 1
        end
        if not sooner(timers[child], moved) then
            break
        end
        timers[i] = timers[child]
        i = child
    end
    timers[i] = moved
    return top
end

-- ---- Waiting and waking.

local function enqueue(task)
    last = last + 1
    ready[last] = task
end

-- What the task is parked at returns these values.
local function wake(task, ...)
    if not task.park then
        return
    end
    task.park = nil
    task.woken = table.pack(...)
    if task ~= main then
        enqueue(task)
    end
end

-- ---- The loop.

local function finish(task, ok, ...)
    tasks[task.number] = nil
    task.done, task.ok = true, ok
    if ok then
        task.values = table.pack(...)
    else
        task.err = sched.error(task, ...)
    end
    for _, waiter in ipairs(task.waiters) do
        wake(waiter)
    end
    if not ok and net.is_exit(...) then
        sched.exiting = (...)
    elseif not ok and #task.waiters == 0 and not task.watched and not task.cancelled then
        net.complain("task " .. task.name .. ": " .. tostring(task.err))
        sched.failed = math.max(sched.failed, net.status(...))
    end
end

local function resume(task)
    local before = current
    current = task
    local woken = task.woken or table.pack()
    task.woken = nil
    local result = table.pack(coroutine.resume(task.co, table.unpack(woken, 1, woken.n)))
    current = before
    if coroutine.status(task.co) == "dead" then
        finish(task, table.unpack(result, 1, result.n))
    end
end

-- Take what a source has, at once; wait for it until then.
local function take(source, deadline)
    local handle = sources[source]
    local got = handle(source:next(deadline))
    for _ = 1, 256 do
        if not got or sources[source] ~= handle then
            return got
        end
        got = handle(source:next(0))
    end
    return true
end

local turn = 0
local function poll(deadline)
    if #order == 0 then
        net.sleep(deadline)
    elseif #order == 1 then
        take(order[1], deadline)
    else
        local got = false
        for _ = 1, #order do
            turn = turn % #order + 1
            got = (order[turn] and take(order[turn], 0)) or got
            if #order == 0 then
                return
            end
        end
        if not got then
            net.idle(deadline)
        end
    end
end

-- Wake those whose time has come.
local function fire()
    local now = net.now()
    while timers[1] and timers[1].at <= now do
        local timer = timer_take()
        if timer.park == timer.task.park then
            wake(timer.task)
        end
    end
end

local function end_if_asked()
    if sched.exiting then
        error(sched.exiting, 0)
    end
end

local served = 0
local function step()
    if net.report_due() then
        sched.report()
    end
    if net.stop_due() then
        sched.go("on_signal", sched.on_stop)
    end
    end_if_asked()
    if first <= last then
        local task = ready[first]
        ready[first] = nil
        first = first + 1
        if not task.done then
            resume(task)
        end
        end_if_asked()
        served = served + 1
        if first > last then
            first, last = 1, 0
        end
        if (first <= last or main.woken) and served % 64 ~= 0 then
            return -- now and then the wire is looked at, however busy the tasks are
        end
    end
    while timers[1] and timers[1].park ~= timers[1].task.park do
        timer_take() -- it was woken by something else
    end
    local deadline = timers[1] and timers[1].at or math.maxinteger
    if first <= last or main.woken then
        deadline = 0
    end
    if deadline == math.maxinteger and #order == 0 then
        if first > last and (main.park or next(tasks)) then
            error("every task waits for another one", 0)
        end
        return
    end
    if deadline > 0 or #order > 0 then
        poll(deadline)
    end
    fire()
end

-- Wait until something wakes the task, or until `deadline`; what: for people who ask.
function sched.park(what, deadline)
    apart()
    local me, park = current, {}
    me.park, me.what, me.woken = park, what, nil
    if deadline then
        timer_add(deadline, me, park)
    end
    if me.co and coroutine.running() == me.co then
        return coroutine.yield()
    end
    -- Not in a task, or in a coroutine of the script's own: the loop runs here.
    local co = me.co
    while me.park == park do
        step()
    end
    current = me
    if co then -- it was put into the queue, but goes on here
        for i = first, last do
            if ready[i] == me then
                ready[i] = { done = true }
            end
        end
    end
    local woken = me.woken or table.pack()
    me.woken = nil
    return table.unpack(woken, 1, woken.n)
end

sched.wake = wake

-- Take what has come, without waiting.
function sched.look()
    for _, source in ipairs({ table.unpack(order) }) do
        if sources[source] then
            take(source, 0)
        end
    end
end

function sched.current()
    return current
end

function sched.source_add(source, handle)
    if not sources[source] then
        order[#order + 1] = source
    end
    sources[source] = handle
end

function sched.source_remove(source)
    sources[source] = nil
    for i, s in ipairs(order) do
        if s == source then
            table.remove(order, i)
            break
        end
    end
end

-- Another wire: for tests.
function sched.use(other)
    local before = net
    net = other
    sched.net = other
    return before
end
sched.net = net

-- What can be done without waiting; are there tasks that go on?
function sched.tick()
    for _ = 1, last - first + 1 do
        local task = ready[first]
        ready[first] = nil
        first = first + 1
        if not task.done then
            resume(task)
        end
    end
    if first > last then
        first, last = 1, 0
    end
    sched.look()
    fire()
    return next(tasks) ~= nil
end

-- All tasks end; those that wait for each other are an error.
function sched.drain()
    main.park, main.woken = nil, nil -- an error may have led here while it was parked
    while next(tasks) do
        step()
    end
    return sched.failed
end

-- Tasks that began after that many end here, and whatever asked for the script's end is forgotten: what a
-- test began goes with it.
function sched.forget(since)
    local list = {}
    for n, task in pairs(tasks) do
        list[#list + 1] = n > since and task or nil
    end
    for _, task in ipairs(list) do
        if task ~= current then
            task:cancel()
        end
    end
    sched.exiting = nil
end

-- How many tasks have begun so far.
function sched.begun()
    return number
end

-- on_signal("INT", fn): ^C begins fn as a task instead of ending the script; the next one ends it.
function sched.on_signal(name, fn)
    if name ~= "INT" or (fn ~= nil and type(fn) ~= "function") then
        blame('on_signal() takes "INT", and a function or nil')
    end
    sched.on_stop = fn
    net.catch_stop(fn ~= nil)
end

-- ---- What scripts see.

-- go(fn, ...), go("name", fn, ...): a task that begins at the next wait.
function sched.go(name, fn, ...)
    local task
    number = number + 1
    if type(name) == "string" then
        task = { name = name, fn = fn }
        task.woken = table.pack(...)
    else
        local info = debug.getinfo(2, "Sl")
        task = { fn = name }
        task.name = ("%d (%s:%d)"):format(number, info.short_src, info.currentline)
        task.woken = table.pack(fn, ...)
    end
    if type(task.fn) ~= "function" then
        blame("go() takes a function, or a name and a function")
    end
    task.number, task.waiters, task.what = number, {}, "its turn"
    task.co = coroutine.create(task.fn)
    tasks[number] = task
    enqueue(task)
    return setmetatable(task, Task)
end

-- Its results, once it has ended; its error is raised here.
function Task:wait()
    if self == current then
        blame("a task cannot wait for itself")
    end
    while not self.done do
        self.waiters[#self.waiters + 1] = current
        sched.park("task " .. self.name)
    end
    if not self.ok then
        error(self.err, 0)
    end
    return table.unpack(self.values, 1, self.values.n)
end

-- It ends where it waits; what it has open is closed.
function Task:cancel()
    if self.done or self == current then
        return
    end
    self.cancelled, self.park = true, nil
    local ok, err = coroutine.close(self.co)
    finish(self, false, ok and "cancelled" or err)
end

function Task:__tostring()
    return "task " .. self.name
end

function sched.wait_all(...)
    local list = select("#", ...) == 1 and type((...)) == "table" and getmetatable((...)) ~= Task and ...
        or { ... }
    local results, failed = {}, nil
    for i, task in ipairs(list) do
        if getmetatable(task) ~= Task then
            blame("wait_all() takes tasks, as go() returns them, not a " .. type(task))
        end
        local values = table.pack(pcall(task.wait, task))
        if values[1] then
            results[i] = values[2]
        else
            failed = failed or { values[2] }
        end
    end
    if failed then
        error(failed[1], 0)
    end
    return results
end

function sched.sleep(seconds)
    if type(seconds) ~= "number" or not (seconds >= 0) then
        blame("sleep() takes seconds")
    end
    sched.park("sleep(" .. seconds .. ")", net.now() + math.floor(seconds * 1e9))
end

-- What fn returns, or nil where it takes longer.
function sched.timeout(seconds, fn, ...)
    if type(seconds) ~= "number" or type(fn) ~= "function" then
        blame("timeout() takes seconds, and a function")
    end
    local task = sched.go("timeout(" .. tostring(seconds) .. ")", fn, ...)
    if not task.done then
        task.waiters[1] = current
        sched.park("task " .. task.name, net.now() + math.floor(seconds * 1e9))
    end
    if not task.done then
        task:cancel()
        return nil
    end
    return task:wait()
end

-- pool(20, hosts(net), function(host) ... end): for each that the iterator gives, or of a list, so many
-- at once; the first error is raised once all have ended.
function sched.pool(n, items, fn)
    if type(items) == "table" then
        local list, i = items, 0
        items = function()
            i = i + 1
            return list[i]
        end
    end
    local list, over = {}, false
    local function take()
        local item
        if not over then
            item = items()
            over = item == nil
        end
        return item
    end
    for i = 1, n do
        local item = take()
        if item == nil then
            break
        end
        list[i] = sched.go("pool " .. i, function()
            while item ~= nil do
                fn(item)
                item = take()
            end
        end)
        list[i].watched = true
    end
    sched.wait_all(list)
end

-- ---- Channels: values from task to task, at most `room` of them on the way.

local Channel = {}
Channel.__index = Channel
Channel.__name = "channel"

function sched.channel(room)
    return setmetatable({ room = room or 0, values = {}, takers = {}, givers = {} }, Channel)
end

local function next_of(list)
    while list[1] do
        local task = table.remove(list, 1)
        if task.park then
            return task
        end
    end
end

function Channel:put(value)
    if value == nil then
        blame("nil is no value for a channel")
    elseif self.closed then
        blame("the channel is closed")
    end
    table.insert(self.values, value)
    local taker = next_of(self.takers)
    if taker then
        wake(taker)
    end
    while #self.values > self.room and not self.closed do
        local mine
        for _, v in ipairs(self.values) do
            mine = mine or rawequal(v, value)
        end
        if not mine then
            return
        end
        table.insert(self.givers, current)
        sched.park("channel, to put")
    end
end

-- The next value; nil: the channel is closed, and empty.
function Channel:get(seconds)
    local deadline = seconds and net.now() + math.floor(seconds * 1e9)
    while #self.values == 0 do
        if self.closed or (deadline and net.now() >= deadline) then
            return nil
        end
        table.insert(self.takers, current)
        sched.park("channel, to get", deadline)
    end
    local value = table.remove(self.values, 1)
    local giver = next_of(self.givers)
    if giver then
        wake(giver)
    end
    return value
end

function Channel:each()
    return function()
        return self:get()
    end
end

function Channel:close()
    self.closed = true
    for _, list in ipairs({ self.takers, self.givers }) do
        local task = next_of(list)
        while task do
            wake(task)
            task = next_of(list)
        end
    end
end

-- ---- What people see of tasks.

local Error = {
    __tostring = function(e)
        return e.text
    end,
}

-- The error of a task, with its traceback unless it is one of the system, as a text that prints whole; a
-- table stays in `cause`.
function sched.error(task, err)
    local code = type(err) == "table" and err.code or nil
    local text = code and tostring(err) or trace(task.co, tostring(err))
    return setmetatable({ text = text, code = code, cause = err, task = task.name }, Error)
end

local function place(task)
    local level = 0
    local info = debug.getinfo(task.co, level, "Sl")
    while info do
        if info.what ~= "C" and not info.short_src:find("^=?%[?cleave") then
            return (" at %s:%d"):format(info.short_src, info.currentline)
        end
        level = level + 1
        info = debug.getinfo(task.co, level, "Sl")
    end
    return ""
end

-- Every task, and where it waits.
function sched.report()
    local list = {}
    for _, task in pairs(tasks) do
        list[#list + 1] = task
    end
    table.sort(list, function(a, b)
        return a.number < b.number
    end)
    net.complain(("%d task%s"):format(#list, #list == 1 and "" or "s"))
    if main.park then
        net.complain("  main waits for " .. main.what)
    end
    for _, task in ipairs(list) do
        if task == current then
            net.complain("  " .. task.name .. " runs")
        else
            net.complain("  " .. task.name .. " waits for " .. task.what .. place(task))
        end
    end
end
