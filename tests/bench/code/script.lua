local function fib(n) if n < 2 then return n end return fib(n-1) + fib(n-2) end
local s = fib(27)
local t = {}
for i = 1, 200000 do t[i] = (i * 7919) % 200003 end
table.sort(t)
local parts = {}
for i = 1, 50000 do parts[#parts + 1] = string.format("%d:%s", t[i], ("x"):rep(i % 7)) end
local text = table.concat(parts, ",")
local n = 0
for w in text:gmatch("%d+:x+") do n = n + #w end
local d = {}
for i = 1, 100000 do d["k" .. i % 5000] = (d["k" .. i % 5000] or 0) + i end
local o = setmetatable({}, { __index = function(_, k) return k * 2 end })
local m = 0
for i = 1, 300000 do m = m + o[i] % 3 end
print(s, t[1000], #text, n, d.k77, m)
