// The language of conditions: what it says, and what it refuses.

import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { compileCondition, conditionProblem } from "./condition.ts"

test("conditions say what they mean", () => {
  const cases: [string, unknown, boolean | undefined][] = [
    ["result >= 0.95", 0.96, true],
    ["result >= 0.95", 0.94, false],
    ["result[0] < 5 && result[1] != 2", [4, 3], true],
    ["result.data.errors == 0 || result.ok", { data: { errors: 1 }, ok: true }, true],
    ['result["a b"] == "up"', { "a b": "up" }, true],
    ["!(result > 1) && -result < 0", 0.5, true],
    ["1 + 2 * 3 == 7 && 7 % 4 == 3 && (1 + 2) * 3 == 9 && 8 / 2 - 1 == 3", 0, true],
    ["isNaN(result)", Number.NaN, true],
    ["isNaN(result)", null, true],
    ["len(result) == 2 && max(result[0], result[1]) == 9 && min(1, abs(-2)) == 1", [9, 1], true],
    ["result < 5", "text", undefined],
    ["result.missing < 5", {}, undefined],
    ["result.constructor != null", {}, undefined],
    ["result.__proto__ != null", {}, undefined],
    ["result", 1, undefined],
    ["1e3 == 1000", 0, true],
  ]
  for (const [text, result, expected] of cases)
    assert.equal(compileCondition(text)(result), expected, `${text} of ${JSON.stringify(result)}`)
})

test("what is no condition is refused with its place", () => {
  for (const text of [
    "",
    "result >=",
    "process.exit(1)",
    "result = 1",
    "result >= 1 2",
    "(result",
    "foo > 1",
    "result[x]",
    "a".repeat(400),
    `${"(".repeat(60)}1${")".repeat(60)} == 1`,
    `${"!".repeat(60)}true`,
    `${"-".repeat(60)}1 == 1`,
  ])
    assert.notEqual(conditionProblem(text), undefined, text)
  assert.match(conditionProblem("result ?? 1") ?? "", /cannot be read at "\?\? 1"/)
})

test("no text does anything but be read or refused", () => {
  const words = fc.constantFrom(
    "result",
    "0.5",
    ">=",
    "&&",
    "(",
    ")",
    "!",
    ".a",
    "[0]",
    "isNaN",
    ",",
    '"x"',
    "-",
    " ",
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(words).map((all) => all.join("")),
        fc.string(),
      ),
      fc.jsonValue(),
      (text, result) => {
        if (conditionProblem(text) !== undefined) return
        assert.ok([true, false, undefined].includes(compileCondition(text)(result)))
      },
    ),
  )
})
