/**
 * Scripts, each on one key, so that they hold on a cluster, too. Time is the server's: replicas need not agree on theirs.
 * Kept in Lua 5.1 as Redis and Valkey have it.
 */

/**
 * KEYS: hash of replicas, which takes the place of a key of another type. Finds the counts of those that are alive, and forgets the
 * others; also those that would hold for longer than any can, as the clock was set back since.
 *
 * @param hold Lua for the milliseconds that counts hold
 */
const alive = (hold: string) => `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local latest = now + ${hold}
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
local entries = redis.call('HGETALL', KEYS[1])
local alive = {}
for i = 1, #entries, 2 do
  local value = entries[i + 1]
  local blank = string.find(value, ' ', 1, true)
  local ends = blank and tonumber(string.sub(value, 1, blank - 1))
  if ends and ends > now and ends <= latest then
    alive[#alive + 1] = string.sub(value, blank + 1)
  else
    redis.call('HDEL', KEYS[1], entries[i])
  end
end`;

/** KEYS: hash of replicas. ARGV: replica, its counts, milliseconds that they hold. Counts may be published for years, and never read. */
export const PUBLISH_COUNTS = `${alive('ARGV[3]')}
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', latest) .. ' ' .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

/** KEYS: hash of replicas. ARGV: milliseconds that counts hold. Answers the counts of those that are alive. */
export const READ_COUNTS = `${alive('ARGV[1]')}
return alive`;

/**
 * KEYS: what is used of a quota. ARGV: limit, window in ms, needed, wanted. Answers taken, left, ms to the window's end. A key that
 * does not end within a window was there before the clock was set back, or is not ours, and gives way to a new window.
 */
export const TAKE_QUOTA = `local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local needed, wanted = tonumber(ARGV[3]), tonumber(ARGV[4])
local ends = redis.call('PTTL', KEYS[1])
if ends == -1 or ends > window then
  redis.call('DEL', KEYS[1])
  ends = -2
end
local left = math.max(0, limit - tonumber(redis.call('GET', KEYS[1]) or '0'))
local taken = 0
if left >= needed then
  taken = math.min(wanted, left)
  redis.call('INCRBY', KEYS[1], taken)
end
if ends < 0 then
  ends = window
  if taken > 0 then redis.call('PEXPIRE', KEYS[1], window) end
end
return {taken, left - taken, ends}`;

/** KEYS: any key of ours. Shows that it can be written. */
export const PROBE = `redis.call('SET', KEYS[1], '1', 'PX', 1000)`;
