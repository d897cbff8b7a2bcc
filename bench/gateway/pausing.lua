-- wrk: each connection pauses before it asks, by chance between 0 and the milliseconds that are given behind `--`. Latency
-- counts from the sending, so pauses are not in it.
local longest = 0

function init(args)
  longest = tonumber(args[1])
  math.randomseed(os.time())
end

function delay()
  return math.random(0, longest)
end
