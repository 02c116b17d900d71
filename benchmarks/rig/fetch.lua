-- Pages: wrk … -s fetch.lua URL -- [gzip] [ETAG]. Sends what a returning browser sends.
function init(args)
  for _, word in ipairs(args) do
    if word == "gzip" then
      wrk.headers["Accept-Encoding"] = "gzip"
    else
      wrk.headers["If-None-Match"] = '"' .. word .. '"'
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT %.2f %.2f %.2f %d %d %d\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, summary.requests, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
