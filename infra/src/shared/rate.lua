-- GCRA of one key, as `gcra::take` has it. KEYS[1]: where the instant is kept. ARGV, in microseconds: now, the interval, the room, the skew.
-- Answers 0 where one more was taken, else how many microseconds to wait.
local now, interval, room, skew = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local from = tonumber(redis.call('GET', KEYS[1]) or now)
if from < now or from > now + room + interval + skew then
    from = now
end
local wait = from - now - room
if wait > 0 then
    return wait
end
local next = from + interval
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.max(1, math.ceil((next - now) / 1000)))
return 0
