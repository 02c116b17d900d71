-- Ballots for the product: every request is another voter of voters.csv.
-- wrk … -s ballot.lua BASE_URL -- CSV EDITION HOST:PORT [with-receipt]
-- With `with-receipt`, every second request is the page that the voter is sent on to: the receipt of
-- somebody who voted BEHIND requests ago, so that the ballot was certainly answered before.
local BEHIND = 512
local tickets, ballots, voted, with_receipt = {}, {}, 0, false
local edition, host

function init(args)
  for line in io.lines(args[1]) do
    local ticket = line:gsub("%s+$", ""):match("([^,]+)$")
    if ticket ~= "session" then tickets[#tickets + 1] = ticket end
  end
  edition, host, with_receipt = args[2], args[3], args[4] == "with-receipt"
  math.randomseed(11)
  for n = 1, 997 do
    local seen, fields = {}, {}
    while #fields < 5 do
      local number = math.random(1, 100)
      if not seen[number] then
        seen[number] = true
        fields[#fields + 1] = "p=" .. number
      end
    end
    ballots[n] = table.concat(fields, "&")
  end
end

local function path(rest) return "/fr/c/chefchaouen/budgets/" .. edition .. "/" .. rest end

local function receipt_of(voter)
  local ticket = tickets[(voter - 1) % #tickets + 1]
  return wrk.format("GET", path("receipt"), { ["Host"] = host, ["Cookie"] = "session=" .. ticket })
end

local function ballot_of(voter)
  local ticket = tickets[(voter - 1) % #tickets + 1]
  local body = ballots[voter % 997 + 1] .. "&confirmation=c" .. voter
  return wrk.format("POST", path("ballot/confirm"), {
    ["Host"] = host,
    ["Origin"] = "http://" .. host,
    ["Cookie"] = "session=" .. ticket,
    ["Content-Type"] = "application/x-www-form-urlencoded",
  }, body)
end

local turn_of_receipt = false

function request()
  if with_receipt and voted > BEHIND then
    turn_of_receipt = not turn_of_receipt
    if turn_of_receipt then return receipt_of(voted - BEHIND) end
  end
  voted = voted + 1
  return ballot_of(voted)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %.2f %.2f %.2f %d %d %d\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, summary.requests, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
