import assert from "node:assert/strict"
import { test } from "node:test"
import { duration, progressLine, tableLines } from "./terminal.ts"

test("a table lines up: words to the left, numbers to the right", () => {
  assert.deepEqual(
    tableLines(
      ["name", "posts"],
      [
        ["ada", 7],
        ["grace", 12_345],
      ],
    ),
    ["name    posts", "─────  ──────", "ada         7", "grace  12,345"],
  )
  assert.deepEqual(tableLines(["name"], []), ["name", "────"])
})

test("progress shows share, counts, rate and time left", () => {
  const line = progressLine("posts", { done: 250, total: 1_000, rate: 50 })
  assert.match(line, /█{6}░{18} {2,}25% +250\/1,000 +50\/s {2}15 s left/)
  assert.match(progressLine("posts", { done: 1_000, total: 1_000, rate: 50 }), /100% .* done$/)
  assert.match(progressLine("nothing", { done: 0, total: 0, rate: 0 }), /100% .* done$/)
})

test("durations are said in words", () => {
  assert.deepEqual([8, 125, 3_780].map(duration), ["8 s", "2 min 5 s", "1 h 3 min"])
})
