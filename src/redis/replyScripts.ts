import { RedisScript } from './redisScript.js';

// The scripts of a reply. KEYS are the state, the lease and the chunks; the state is a hash:
// `run` the token of the publisher, `owner`, `since` and `at` times of the server in ms, of the start and of the last
// append, `lease` and `ttl` in ms, `count` chunks, `bytes` of their JSON, `chars` of the answer text, `end` the
// outcome if the chunks have an end, `until` the time after which a new follower does not find the reply, `stop` the
// reason of a stop.
//
// The id of an entry is `<index of its last chunk + 1>-0`, so that a repeated entry is refused; an end without chunks has
// the id of the entry before, and `-1`.

/** The time of the server, in ms, as text. */
const serverTime = `
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
`;

/**
 * Keeps a reply that has ended; `ttl` is a number. New followers do not find it after its `ttl`. It is kept for 2 s at
 * least, for followers that have not read the end yet.
 */
const keepEnded = `
local function keepEnded(now, ttl)
  redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + ttl))
  redis.call('PEXPIRE', KEYS[1], math.max(ttl, 2000))
  redis.call('PEXPIRE', KEYS[3], math.max(ttl, 2000))
end
`;

/**
 * Takes an id: `ARGV` is run, lease, ttl, owner. Returns the time of the start; nil if the reply of the id runs.
 */
export const openReply = /* @__PURE__ */ new RedisScript(
  () => `
local run = ARGV[1]
local holder = redis.call('GET', KEYS[2])
if holder == run then return redis.call('HGET', KEYS[1], 'since') end
if holder then return false end
${serverTime}
redis.call('DEL', KEYS[1], KEYS[3])
redis.call('HSET', KEYS[1], 'run', run, 'owner', ARGV[4], 'since', now, 'at', now, 'lease', ARGV[2], 'ttl', ARGV[3],
  'count', 0, 'bytes', 0, 'chars', 0)
redis.call('PEXPIRE', KEYS[1], math.max(2 * ARGV[2], ARGV[3]))
redis.call('SET', KEYS[2], run, 'PX', ARGV[2])
return now
`,
);

/** A function of the scripts that append, which writes an entry and publishes it. */
const appendEntry = `
local longest = 65536
local function append(run, first, count, chunks, ending, channel, publish)
  local last = first + count
  redis.call('XADD', KEYS[3], last .. (count > 0 and '-0' or '-1'), 'first', first, 'chunks', chunks, 'end', ending)
  local message = '{"run":"' .. run .. '","first":' .. first
  if #chunks + #ending <= longest then
    message = message .. ',"chunks":' .. chunks
    if ending ~= '' then message = message .. ',"end":' .. ending end
  end
  redis.call(publish, channel, message .. '}')
end
`;

/**
 * Appends chunks or an end, or only renews the lease. `ARGV` is run, the index of the first chunk, the number of chunks,
 * their JSON (a list), the length of their answer text, the JSON of the end or `''`, whether to release the id (`1`),
 * `maxBytes`, the channel, and the command that publishes. Returns the outcome, and the reason of a stop or nil.
 *
 * The outcomes: `stored`; `lost`, the reply is not stored any more; `replaced`, the id belongs to another run; or the
 * stored reply has an end, now or already: `done`, its own; `full`, it is beyond `maxBytes`; `missing`, chunks before
 * these are missing; `abandoned`, the publisher had lost its lease.
 */
export const appendChunks = /* @__PURE__ */ new RedisScript(
  () => `
local run, first, count = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local chunks, ending = ARGV[4], ARGV[6]
local state = redis.call('HMGET', KEYS[1], 'run', 'count', 'bytes', 'end', 'stop', 'lease', 'ttl', 'chars')
local holder = redis.call('GET', KEYS[2])
if not state[1] then
  if holder == run then redis.call('DEL', KEYS[2]) end
  return { holder and holder ~= run and 'replaced' or 'lost' }
end
if state[1] ~= run then return { 'replaced' } end
local stored, bytes, lease, ttl = tonumber(state[2]), tonumber(state[3]), tonumber(state[6]), tonumber(state[7])
if stored > 0 and redis.call('EXISTS', KEYS[3]) == 0 then
  redis.call('DEL', KEYS[1], KEYS[2])
  return { 'lost' }
end
${serverTime}
${appendEntry}
${keepEnded}
local outcome = 'stored'
if state[4] then
  outcome = state[4]
elseif count > 0 or ending ~= '' then
  if first > stored then
    outcome, first, count, chunks, ending = 'missing', stored, 0, '[]', '{"code":"missing"}'
  elseif first + count <= stored and count > 0 then
    first, count, chunks = stored, 0, '[]'
  elseif count > 0 and bytes + #chunks > tonumber(ARGV[8]) then
    outcome, count, chunks, ending = 'full', 0, '[]', '{"code":"full","maxBytes":' .. ARGV[8] .. '}'
  end
  if count > 0 or ending ~= '' then
    append(run, first, count, chunks, ending, ARGV[9], ARGV[10])
    local fields = { 'count', first + count, 'at', now }
    local function set(field, value)
      fields[#fields + 1] = field
      fields[#fields + 1] = value
    end
    if count > 0 then
      set('bytes', bytes + #chunks)
      set('chars', state[8] + ARGV[5])
    end
    if ending ~= '' then set('end', outcome == 'stored' and 'done' or outcome) end
    redis.call('HSET', KEYS[1], unpack(fields))
  end
end
if ARGV[7] == '1' then
  redis.call('DEL', KEYS[2])
  keepEnded(now, ttl)
-- Not at each chunk: a write costs more than the check. The first entry makes the stream.
elseif stored == 0 or redis.call('PTTL', KEYS[2]) < 0.75 * lease then
  redis.call('SET', KEYS[2], run, 'PX', lease)
  -- Longer than the lease, so that a reply without its publisher is found, and ended.
  local kept = math.max(ttl, 2 * lease)
  redis.call('PEXPIRE', KEYS[1], kept)
  redis.call('PEXPIRE', KEYS[3], kept)
  redis.call('HDEL', KEYS[1], 'until')
end
return { outcome, state[5] }
`,
);

/**
 * Reads chunks: `ARGV` is the index of the first one, the maximum number of entries, whether the owner counts (`1`), the
 * owner, and the run that the reader follows already, or `''`. Returns nil if there is no such reply; else run, count, ms
 * since the last append, ms of the lease, whether the publisher holds it, whether there is an end, and the entries.
 */
export const readChunks = /* @__PURE__ */ new RedisScript(
  () => `
local state = redis.call('HMGET', KEYS[1], 'run', 'count', 'at', 'lease', 'end', 'owner', 'until')
if not state[1] then return false end
if ARGV[3] == '1' and state[6] ~= '' and state[6] ~= ARGV[4] then return false end
${serverTime}
if state[7] and ARGV[5] ~= state[1] and tonumber(now) >= tonumber(state[7]) then return false end
local entries = redis.call('XRANGE', KEYS[3], '(' .. ARGV[1] .. '-0', '+', 'COUNT', ARGV[2])
-- The end may be in the entry of the last chunk, which the reader has.
if #entries == 0 and state[5] then entries = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1) end
local isHeld = redis.call('GET', KEYS[2]) == state[1]
return { state[1], state[2], now - state[3], state[4], isHeld and 1 or 0, state[5] and 1 or 0, entries }
`,
);

/**
 * Ends a reply whose publisher has lost its lease, so that all followers agree: `ARGV` is run, the channel and the
 * command that publishes.
 */
export const endAbandoned = /* @__PURE__ */ new RedisScript(
  () => `
local state = redis.call('HMGET', KEYS[1], 'run', 'count', 'end', 'ttl')
if state[1] ~= ARGV[1] or state[3] or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
${serverTime}
${appendEntry}
${keepEnded}
append(ARGV[1], tonumber(state[2]), 0, '[]', '{"code":"abandoned"}', ARGV[2], ARGV[3])
redis.call('HSET', KEYS[1], 'end', 'abandoned')
keepEnded(now, tonumber(state[4]))
return 1
`,
);

/**
 * Asks the publisher to stop: `ARGV` is the reason, whether the owner counts (`1`), the owner, the channel of stops and
 * the command that publishes. Returns whether the reply runs.
 */
export const stopReply = /* @__PURE__ */ new RedisScript(
  () => `
local state = redis.call('HMGET', KEYS[1], 'run', 'owner')
local holder = redis.call('GET', KEYS[2])
if not holder or holder ~= state[1] then return 0 end
if ARGV[2] == '1' and state[2] ~= '' and state[2] ~= ARGV[3] then return 0 end
-- A server without memory refuses this, but not the message.
redis.pcall('HSET', KEYS[1], 'stop', ARGV[1])
redis.call(ARGV[5], ARGV[4], holder .. ' ' .. ARGV[1])
return 1
`,
);

/** Returns the run, the owner, the start, the length of the answer and the number of chunks of a running reply, or nil. */
export const readRunning = /* @__PURE__ */ new RedisScript(
  () => `
local state = redis.call('HMGET', KEYS[1], 'run', 'owner', 'since', 'chars', 'count')
if not state[1] or redis.call('GET', KEYS[2]) ~= state[1] then return false end
return state
`,
);

// The running replies of an owner: a sorted set of `<run> <id>`, by the times at which they count as ended unless they
// are renewed. In a cluster, its slot is not that of a reply; so it may have replies that ended, and is read with each
// reply's own state.

/**
 * Adds or renews a running reply, and removes those that were not renewed: `ARGV` is the run with the id, and the time
 * for which they count as running, in ms.
 */
export const addRunning = /* @__PURE__ */ new RedisScript(
  () => `
${serverTime}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], math.max(ARGV[2], redis.call('PTTL', KEYS[1])))
`,
);

/** Removes a reply: `ARGV` is the run with the id. */
export const removeRunning = /* @__PURE__ */ new RedisScript(
  () => `
redis.call('ZREM', KEYS[1], ARGV[1])
`,
);

/** Returns the runs with the ids of the replies of an owner. */
export const listRunning = /* @__PURE__ */ new RedisScript(
  () => `
return redis.call('ZRANGE', KEYS[1], 0, -1)
`,
);
