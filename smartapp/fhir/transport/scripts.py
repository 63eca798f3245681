"""What the shared pace does inside Redis, by its clock: ``buckets.step`` and ``held``, in Lua."""

# KEYS: the buckets. ARGV: first (1 or 0), the mark's seconds, then rate, burst, leaves of each.
TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local first = ARGV[1] == '1'
local mark = tonumber(ARGV[2])
local full, waits, keeps, longest = {}, {}, {}, 0
for i, key in ipairs(KEYS) do
  local rate, burst, leaves = tonumber(ARGV[3*i]), tonumber(ARGV[3*i+1]), tonumber(ARGV[3*i+2])
  local held = redis.call('HMGET', key, 'f', 'a', 'h')
  full[i] = math.min(tonumber(held[1] or '0'), now + burst / rate)
  local usable = math.max(1, burst * (1 - leaves))
  local wait = full[i] - (usable - 1) / rate - now
  local still = tonumber(held[3] or '0') - now
  wait = math.max(wait, still)
  keeps[i] = math.ceil((math.max(burst / rate, still) + 2) * 1000)
  if not first then
    local marked = math.min(tonumber(held[2] or '0'), now + 1 / rate + mark)
    wait = math.max(wait, marked - now)
  end
  waits[i] = math.max(0, wait)
  longest = math.max(longest, waits[i])
end
for i, key in ipairs(KEYS) do
  local rate = tonumber(ARGV[3*i])
  if longest == 0 then
    redis.call('HSET', key, 'f', string.format('%.6f', math.max(full[i], now) + 1 / rate))
    redis.call('PEXPIRE', key, keeps[i])
  elseif first and waits[i] > 0 then
    redis.call('HSET', key, 'a', string.format('%.6f', now + waits[i] + mark))
    redis.call('PEXPIRE', key, keeps[i])
  end
end
if longest == 0 then return '0' end
return string.format('%.6f', math.max(longest, 0.000001))
"""

# KEYS: one bucket. ARGV: the seconds, and how long the bucket is kept beside.
HOLD = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local before = tonumber(redis.call('HGET', KEYS[1], 'h') or '0')
local till = math.max(before, now + tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'h', string.format('%.6f', till))
local keep = math.ceil((till - now + tonumber(ARGV[2])) * 1000)
if redis.call('PTTL', KEYS[1]) < keep then redis.call('PEXPIRE', KEYS[1], keep) end
"""
