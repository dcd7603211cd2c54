import { RedisScript } from './redisScript.js';

/** The names of the keys of a limiter, in the order in which the script gets them. */
export const limitKeyNames = [
  'state',
  'requests',
  'ready',
  'held',
  'open',
  'queues',
  'log',
  'tokens',
  'keyLog',
  'keys',
  'idle',
  'alarms',
  'processes',
  'members',
];

/**
 * The limiter on the server: the rules of `RequestQueue`, for the requests of all processes. All times are µs of one
 * clock, which is the server's. The number of keys does not depend on the number of requests and users, so that each
 * call names all its keys, and renews the time after which they expire.
 *
 * - `state`: the last time, the time by which the server's clock was set back, the tokens of the last minute, the end of
 *   a pause, the last arrival, and the number of keys that exist.
 * - `requests`: each request as `tokens state arrival key`; the state is `r` (ready), `h` (held) or `o` (open).
 * - `ready`, `held`: the requests that wait for the limits of all, or for their key, by arrival. `open`: by their begin.
 * - `queues`: the waiting requests of each key, as `key state arrival id`.
 * - `log`, `keyLog`: the requests of the last minute by their begin, of all and of each key, as `key begin id`. `tokens`:
 *   their tokens and keys.
 * - `keys`: the counts of each key. `idle`: the keys that have only a log, by their last request.
 * - `alarms`: the keys whose first held request waits for time, by that time.
 * - `processes`: the processes by the end of their lease. `members`: the requests of all processes; an id begins with its
 *   process.
 */
export const limitScript = /* @__PURE__ */ new RedisScript(
  () => `
local stateKey, requestsKey, readyKey, heldKey, openKey, queuesKey, logKey, tokensKey, keyLogKey, keysKey, idleKey,
  alarmsKey, processesKey, membersKey = unpack(KEYS)
local operation, process = ARGV[1], ARGV[2]
local lease, minute = ARGV[3] * 1000, ARGV[4] * 1000
local huge = math.huge

local function limitsAt(index)
  local function limit(offset) return tonumber(ARGV[index + offset]) or huge end
  return { requests = limit(0), tokens = limit(1), concurrency = limit(2), queued = limit(3) }
end
local all, each = limitsAt(5), limitsAt(9)
local maxKeys = tonumber(ARGV[13])
local channel, publish, clock, isLeased = ARGV[14], ARGV[15], ARGV[16], ARGV[17] == '1'
local firstArgument = 18

-- The entries that one wait reads from a log, so that its cost is bounded.
local maxScan = 1024
local keyLogs = each.requests < huge or each.tokens < huge
local logs = keyLogs or all.requests < huge or all.tokens < huge

-- Lua writes a large number with an exponent.
local function text(number) return string.format('%.0f', number) end
local function padded(number) return string.format('%016.0f', number) end

-- STATE. A key that was evicted, or a call that was broken off, makes the others wrong: then everything begins anew, from
-- what the processes know.
local saved = redis.call('HMGET', stateKey, 'exists', 'last', 'offset', 'spent', 'paused', 'arrival')
local isLost = isLeased and not saved[1]
if redis.call('EXISTS', unpack(KEYS)) ~= (tonumber(saved[1]) or 0) then
  redis.call('DEL', unpack(KEYS))
  saved, isLost = {}, true
end
redis.call('HSET', stateKey, 'exists', -1)
local last, offset = tonumber(saved[2]) or 0, tonumber(saved[3]) or 0
local spent, paused, arrival = tonumber(saved[4]) or 0, tonumber(saved[5]) or 0, tonumber(saved[6]) or 0

local now
if clock ~= '' then
  now = clock * 1000
else
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
-- The clock of the server may be set back, or be that of another server after a failover.
now = now + offset
if now < last then
  offset = offset + last - now
  now = last
end

-- Nothing begins until each process has told its open requests with a heartbeat, of which a lease has three.
if isLost then paused = now + lease / 2 end

local open, count = redis.call('ZCARD', openKey), redis.call('ZCARD', logKey)
local begun, changed = {}, false

-- KEYS OF USERS
local keys = {}

local function keyOf(name)
  if keys[name] then return keys[name] end
  local packed = redis.call('HGET', keysKey, name)
  local key = { name = name, isNew = not packed, open = 0, held = 0, reserved = 0, reservedTokens = 0, count = 0,
    spent = 0, last = 0 }
  if packed then
    local values = {}
    for value in string.gmatch(packed, '%S+') do values[#values + 1] = tonumber(value) end
    key.open, key.held, key.reserved, key.reservedTokens, key.count, key.spent, key.last = unpack(values)
  end
  keys[name] = key
  return key
end

local function saveKeys()
  for name, key in pairs(keys) do
    local isIdle = key.open + key.held + key.reserved == 0
    if isIdle and key.count == 0 then
      redis.call('HDEL', keysKey, name)
      redis.call('ZREM', idleKey, name)
      redis.call('ZREM', alarmsKey, name)
      key.isNew = true
    else
      local values = { key.open, key.held, key.reserved, key.reservedTokens, key.count, key.spent, key.last }
      for index, value in ipairs(values) do values[index] = text(value) end
      redis.call('HSET', keysKey, name, table.concat(values, ' '))
      if isIdle then redis.call('ZADD', idleKey, key.last, name) else redis.call('ZREM', idleKey, name) end
      key.isNew = false
    end
  end
end

-- REQUESTS
local function load(id)
  local packed = redis.call('HGET', requestsKey, id)
  if not packed then return nil end
  local tokens, state, arrived, name = string.match(packed, '^(%d+) (%a) (%d+) (.*)$')
  local key = name ~= '' and keyOf(name) or nil
  return { id = id, tokens = tonumber(tokens), state = state, arrival = tonumber(arrived), key = key }
end

local function save(request)
  local name = request.key and request.key.name or ''
  local values = { text(request.tokens), request.state, text(request.arrival), name }
  redis.call('HSET', requestsKey, request.id, table.concat(values, ' '))
end

local function memberOf(request)
  return table.concat({ request.key.name, request.state, padded(request.arrival), request.id }, ' ')
end

local function enqueue(request, state)
  request.state = state
  redis.call('ZADD', state == 'r' and readyKey or heldKey, request.arrival, request.id)
  save(request)
  local key = request.key
  if not key then return end
  redis.call('ZADD', queuesKey, 0, memberOf(request))
  if state == 'h' then
    key.held = key.held + 1
  else
    key.reserved = key.reserved + 1
    key.reservedTokens = key.reservedTokens + request.tokens
  end
end

local function dequeue(request)
  redis.call('ZREM', request.state == 'r' and readyKey or heldKey, request.id)
  local key = request.key
  if not key then return end
  redis.call('ZREM', queuesKey, memberOf(request))
  if request.state == 'h' then
    key.held = key.held - 1
  else
    key.reserved = key.reserved - 1
    key.reservedTokens = key.reservedTokens - request.tokens
  end
end

-- The waiting requests of a key in a state, at most so many.
local function queueOf(key, state, most)
  local from = key.name .. ' ' .. state
  local members = redis.call('ZRANGEBYLEX', queuesKey, '[' .. from .. ' ', '(' .. from .. '!', 'LIMIT', 0, most)
  local requests = {}
  for index, member in ipairs(members) do requests[index] = load(string.match(member, '%S+$')) end
  return requests
end

-- WINDOWS. A reader of a log returns the entry at an index, the oldest at 0.
local function readerOf(read)
  local size, blocks = 64, {}
  return function(index)
    local number = math.floor(index / size)
    local block = blocks[number]
    if not block then
      block = read(number * size, size)
      local ids = {}
      for place, entry in ipairs(block) do ids[place] = entry.id end
      if #ids > 0 then
        for place, packed in ipairs(redis.call('HMGET', tokensKey, unpack(ids))) do
          block[place].tokens = tonumber(string.match(packed, '^%d+'))
        end
      end
      blocks[number] = block
    end
    return block[index % size + 1]
  end
end

local function readAll(from, size)
  local found, entries = redis.call('ZRANGE', logKey, from, from + size - 1, 'WITHSCORES'), {}
  for index = 1, #found, 2 do entries[#entries + 1] = { id = found[index], at = tonumber(found[index + 1]) } end
  return entries
end

local function readKey(key)
  return function(from, size)
    local low, high = '[' .. key.name .. ' ', '(' .. key.name .. '!'
    local entries = {}
    for index, member in ipairs(redis.call('ZRANGEBYLEX', keyLogKey, low, high, 'LIMIT', from, size)) do
      local at, id = string.match(member, ' (%d+) (%S+)$')
      entries[index] = { id = id, at = tonumber(at) }
    end
    return entries
  end
end

-- The time from which a window has room; a later time may turn out then if very many entries have to expire.
local function roomAt(limits, counted, tokensCounted, requests, tokens, read)
  if requests > limits.requests or tokens > limits.tokens then return huge end
  local excess, over = counted + requests - limits.requests, tokensCounted + tokens - limits.tokens
  if excess <= 0 and over <= 0 then return 0 end
  local entries, begin, index = readerOf(read), 0, 0
  if excess > 0 then
    local entry = entries(excess - 1)
    if entry then begin = entry.at + minute end
  end
  while over > 0 and index < maxScan do
    local entry = entries(index)
    if not entry then break end
    begin = math.max(begin, entry.at + minute)
    over = over - entry.tokens
    index = index + 1
  end
  return begin
end

local function waitForAll(tokens)
  if open + 1 > all.concurrency then return huge end
  local begin = roomAt(all, count, spent, 1, tokens, readAll)
  return math.max(0, math.max(begin, paused) - now)
end

local function waitForKey(key, requests, tokens)
  if key.open + requests > each.concurrency then return huge end
  return math.max(0, roomAt(each, key.count, key.spent, requests, tokens, readKey(key)) - now)
end

local function waitForPlace(key, tokens)
  return waitForKey(key, key.reserved + 1, key.reservedTokens + tokens)
end

local function log(request, at)
  if not logs then return end
  local key = keyLogs and request.key or nil
  redis.call('ZADD', logKey, at, request.id)
  redis.call('HSET', tokensKey, request.id, text(request.tokens) .. ' ' .. (key and key.name or ''))
  count, spent = count + 1, spent + request.tokens
  if not key then return end
  redis.call('ZADD', keyLogKey, 0, table.concat({ key.name, padded(at), request.id }, ' '))
  key.count, key.spent, key.last = key.count + 1, key.spent + request.tokens, math.max(key.last, at)
end

local function expireLog()
  while true do
    local old = redis.call('ZRANGEBYSCORE', logKey, '-inf', now - minute, 'WITHSCORES', 'LIMIT', 0, 500)
    if #old == 0 then return end
    for index = 1, #old, 2 do
      local id, at = old[index], tonumber(old[index + 1])
      local tokens, name = string.match(redis.call('HGET', tokensKey, id), '^(%d+) (.*)$')
      tokens = tonumber(tokens)
      count, spent = count - 1, spent - tokens
      if name ~= '' then
        local key = keyOf(name)
        key.count, key.spent = key.count - 1, key.spent - tokens
        redis.call('ZREM', keyLogKey, table.concat({ name, padded(at), id }, ' '))
      end
      redis.call('ZREM', logKey, id)
      redis.call('HDEL', tokensKey, id)
    end
  end
end

-- THE QUEUE
local function advance(key)
  local wait = huge
  while key.held > 0 do
    local first = queueOf(key, 'h', 1)[1]
    wait = waitForPlace(key, first.tokens)
    if wait > 0 then break end
    wait = huge
    dequeue(first)
    enqueue(first, 'r')
    changed = true
  end
  if wait < huge then redis.call('ZADD', alarmsKey, now + wait, key.name) else redis.call('ZREM', alarmsKey, key.name) end
end

local function begin(request, at)
  request.state = 'o'
  save(request)
  redis.call('ZADD', openKey, at, request.id)
  open = open + 1
  if request.key then request.key.open = request.key.open + 1 end
  if now - at < minute then log(request, at) end
end

-- Lets requests begin, and returns the wait for the next.
local function serve()
  while true do
    local due = redis.call('ZRANGEBYSCORE', alarmsKey, '-inf', now, 'LIMIT', 0, 100)
    if #due == 0 then break end
    for _, name in ipairs(due) do advance(keyOf(name)) end
  end
  while true do
    local head = redis.call('ZRANGE', readyKey, 0, 0)[1]
    if not head then return huge end
    local request = load(head)
    local wait = waitForAll(request.tokens)
    if wait > 0 then return wait end
    dequeue(request)
    begin(request, now)
    begun[#begun + 1] = head
    if request.key then advance(request.key) end
  end
end

local function leave(id)
  local request = load(id)
  if not request then return end
  redis.call('HDEL', requestsKey, id)
  redis.call('ZREM', membersKey, id)
  if request.state == 'o' then
    redis.call('ZREM', openKey, id)
    open = open - 1
    if request.key then request.key.open = request.key.open - 1 end
  else
    dequeue(request)
  end
  if request.key then advance(request.key) end
  changed = true
end

local function membersOf(name)
  return redis.call('ZRANGEBYLEX', membersKey, '[' .. name .. ':', '(' .. name .. ';')
end

local function countMembers()
  return redis.call('ZLEXCOUNT', membersKey, '[' .. process .. ':', '(' .. process .. ';')
end

local function endLeases()
  for _, dead in ipairs(redis.call('ZRANGEBYSCORE', processesKey, '-inf', now)) do
    -- A late process whose places were not given to others keeps them.
    if dead ~= process then
      for _, id in ipairs(membersOf(dead)) do leave(id) end
      redis.call('ZREM', processesKey, dead)
    end
  end
end

-- PLACES
local function placeOf(id)
  local rank = redis.call('ZRANK', readyKey, id)
  if rank then return rank + 1 end
  rank = redis.call('ZRANK', heldKey, id)
  if rank then return redis.call('ZCARD', readyKey) + rank + 1 end
  return redis.call('ZSCORE', openKey, id) and 0 or -1
end

local function planOf(limits, opened, counted, tokensCounted, begin, read)
  return { limits = limits, places = limits.concurrency - opened, count = counted, size = counted, spent = tokensCounted,
    begin = math.max(now, begin), entries = readerOf(read), planned = {}, first = 0 }
end

local function timeFor(plan, tokens, earliest)
  if plan.places <= 0 then return huge end
  while plan.count + 1 > plan.limits.requests or plan.spent + tokens > plan.limits.tokens do
    local oldest
    if plan.first >= plan.size then
      oldest = plan.planned[plan.first - plan.size + 1]
    elseif plan.first < maxScan then
      oldest = plan.entries(plan.first)
    end
    if not oldest then return huge end
    plan.begin = math.max(plan.begin, oldest.at + minute)
    plan.first, plan.count, plan.spent = plan.first + 1, plan.count - 1, plan.spent - oldest.tokens
  end
  return math.max(plan.begin, earliest)
end

local function addTo(plan, tokens, at)
  plan.places, plan.count, plan.spent = plan.places - 1, plan.count + 1, plan.spent + tokens
  plan.planned[#plan.planned + 1] = { at = at, tokens = tokens }
end

-- The times at which the first requests begin, as known now.
local function timesOf(most)
  local times, plans = {}, {}
  local planForAll = planOf(all, open, count, spent, paused, readAll)
  local function visit(id, hasPlace)
    local request = load(id)
    local key, plan = request.key, nil
    if key then
      plan = plans[key.name] or planOf(each, key.open, key.count, key.spent, 0, readKey(key))
      plans[key.name] = plan
    end
    local earliest = plan and not hasPlace and timeFor(plan, request.tokens, 0) or 0
    local time = earliest < huge and timeFor(planForAll, request.tokens, earliest) or huge
    if time < huge then addTo(planForAll, request.tokens, time) end
    if plan and (hasPlace or time < huge) then addTo(plan, request.tokens, time) end
    times[id] = time
  end
  local ready = redis.call('ZRANGE', readyKey, 0, most - 1)
  for _, id in ipairs(ready) do visit(id, true) end
  if #ready < most then
    for _, id in ipairs(redis.call('ZRANGE', heldKey, 0, most - #ready - 1)) do visit(id, false) end
  end
  return times
end

local function inMs(wait) return wait < huge and math.ceil(wait / 1000) or -1 end

local answer = {}
local function say(...)
  for _, value in ipairs({ ... }) do answer[#answer + 1] = value end
end

-- Answers with the position and the delay of each request.
local function sayPlaces(ids, most)
  local times
  for _, id in ipairs(ids) do
    local position = placeOf(id)
    local delay = -1
    if position > 0 and position <= most then
      times = times or timesOf(most)
      delay = inMs((times[id] or huge) - now)
    end
    say(position, delay)
  end
end

-- OPERATIONS
local operations = {}

-- Adds a request, or refuses it: -2 for the number of keys, -3 for the queue of its key, -4 for the queue of all.
function operations.join()
  local id, name, tokens = ARGV[firstArgument], ARGV[firstArgument + 1], tonumber(ARGV[firstArgument + 2])
  local key = name ~= '' and keyOf(name) or nil
  if key and key.isNew and redis.call('HLEN', keysKey) >= maxKeys then
    local idle = redis.call('ZRANGE', idleKey, 0, 0, 'WITHSCORES')
    return say(-2, idle[2] and inMs(idle[2] + minute - now) or -1)
  end
  local head = redis.call('ZRANGE', readyKey, 0, 0)[1]
  local nextOfAll, nextOfKey = head and load(head), key and queueOf(key, 'h', 1)[1]
  local forAll = waitForAll(nextOfAll and nextOfAll.tokens or tokens)
  local forKey = key and waitForPlace(key, nextOfKey and nextOfKey.tokens or tokens) or 0
  -- All that could begin by now has begun: if the first has room, no other waits for these limits.
  if forAll > 0 or forKey > 0 then
    local isKeyFull = key and key.held + key.reserved >= each.queued
    if isKeyFull or redis.call('ZCARD', readyKey) + redis.call('ZCARD', heldKey) >= all.queued then
      local isNextReady = nextOfAll
      if isKeyFull then isNextReady = key.reserved > 0 end
      local wait = isNextReady and forAll or math.max(forAll, forKey)
      return say(isKeyFull and -3 or -4, wait > 0 and inMs(wait) or -1)
    end
  end
  arrival = math.max(arrival + 1, now)
  local request = { id = id, tokens = tokens, arrival = arrival, key = key }
  redis.call('ZADD', membersKey, 0, id)
  enqueue(request, key and 'h' or 'r')
  local before = changed
  if key then advance(key) end
  serve()
  -- A request at the end of the queue moves no other.
  changed = before or redis.call('ZCARD', heldKey) > 0 and redis.call('ZRANK', readyKey, id)
  sayPlaces({ id }, 16)
  say(text(arrival))
  if begun[#begun] == id then begun[#begun] = nil end
end

function operations.leave()
  for index = firstArgument, #ARGV do leave(ARGV[index]) end
end

function operations.settle()
  local id, tokens = ARGV[firstArgument], tonumber(ARGV[firstArgument + 1])
  local packed = redis.call('HGET', tokensKey, id)
  if not packed then return end
  local counted, name = string.match(packed, '^(%d+) (.*)$')
  local more = tokens - counted
  redis.call('HSET', tokensKey, id, text(tokens) .. ' ' .. name)
  spent = spent + more
  changed = true
  if name == '' then return end
  local key = keyOf(name)
  key.spent = key.spent + more
  if key.reserved > 0 and waitForKey(key, key.reserved, key.reservedTokens) > 0 then
    for _, request in ipairs(queueOf(key, 'r', -1)) do
      dequeue(request)
      enqueue(request, 'h')
    end
  end
  advance(key)
end

function operations.pause()
  paused = math.max(paused, now + ARGV[firstArgument] * 1000)
  changed = true
end

-- Answers with the places of the requests that wait by what the process knows.
function operations.look()
  local ids = {}
  for index = firstArgument + 1, #ARGV do ids[#ids + 1] = ARGV[index] end
  sayPlaces(ids, 64)
  if countMembers() ~= tonumber(ARGV[firstArgument]) then answer[2] = 0 end
end

-- Makes the requests of a process those that it has: '?' is a request whose join is on its way.
function operations.sync()
  local waiting, listed = {}, {}
  for index = firstArgument, #ARGV, 6 do listed[ARGV[index]] = true end
  for _, id in ipairs(membersOf(process)) do
    if not listed[id] then leave(id) end
  end
  for index = firstArgument, #ARGV, 6 do
    local id, state, name, tokens, arrived, ago = unpack(ARGV, index, index + 5)
    local request = state ~= '?' and load(id)
    if request and state == 'o' and request.state ~= 'o' then
      dequeue(request)
      begin(request, now)
    elseif state ~= '?' and not request then
      local key = name ~= '' and keyOf(name) or nil
      request = { id = id, tokens = tonumber(tokens), arrival = tonumber(arrived), key = key }
      redis.call('ZADD', membersKey, 0, id)
      arrival = math.max(arrival, request.arrival)
      if state == 'o' then begin(request, now - ago * 1000) else enqueue(request, key and 'h' or 'r') end
      changed = true
    end
    if request and request.key then advance(request.key) end
    if state == 'w' then waiting[#waiting + 1] = id end
  end
  serve()
  sayPlaces(waiting, 64)
end

-- A CALL
say(-1, 1, '')
endLeases()
expireLog()
serve()
saveKeys()
operations[operation]()
local wait = serve()
saveKeys()

if countMembers() > 0 then
  redis.call('ZADD', processesKey, now + lease, process)
else
  redis.call('ZREM', processesKey, process)
end

if redis.call('ZCARD', readyKey) + redis.call('ZCARD', heldKey) > 0 then
  local alarm = redis.call('ZRANGE', alarmsKey, 0, 0, 'WITHSCORES')[2]
  local leaseEnd = redis.call('ZRANGE', processesKey, 0, 0, 'WITHSCORES')[2]
  wait = math.min(wait, alarm and alarm - now or huge, leaseEnd and leaseEnd - now or huge)
  answer[1] = inMs(wait)
else
  changed = false
end
if changed or #begun > 0 then redis.call(publish, channel, table.concat(begun, ' ')) end
local own = {}
for _, id in ipairs(begun) do
  if string.sub(id, 1, #process + 1) == process .. ':' then own[#own + 1] = id end
end
answer[3] = table.concat(own, ' ')

redis.call('HMSET', stateKey, 'last', now, 'offset', offset, 'spent', spent, 'paused', paused, 'arrival', arrival)
redis.call('HSET', stateKey, 'exists', redis.call('EXISTS', unpack(KEYS)))
local rest = math.ceil((math.max(minute, lease, paused - now) + minute) / 1000)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, rest) end
return answer
`,
);
