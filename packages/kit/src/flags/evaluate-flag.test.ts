// What a flag is for whom, and that a growing share only adds.

import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { AppError } from "../errors.ts"
import { evaluateFlag } from "./evaluate-flag.ts"
import type { FlagContext, FlagState } from "./evaluate-flag.ts"
import { flagsOf, overridesText, parseFlags, parseOverrides } from "./flag-document.ts"

const FILE = `
ranked-homes: true
greeting: hello
composer:
  variants: {plain: {rows: 3}, rich: {rows: 8}, huge: {rows: 20}}
  default: plain
  rules:
    - {accounts: [109], variant: huge}
    - {releases: ["social@3f2a*"], percentage: 50, variant: rich}
limit:
  variants: {low: 1, high: 2}
  default: high
  off: low
`

function state(overrides: Record<string, string | undefined> = {}): FlagState {
  const entries = Object.entries(overrides).map(([key, variant]) => {
    const override = { by: "ada", at: "2026-01-01T00:00:00Z", ...(variant === undefined ? {} : { variant }) }
    return [key, override] as const
  })
  return {
    flags: parseFlags(FILE, "flags.yaml"),
    overrides: parseOverrides(overridesText(new Map(entries)), "overrides"),
  }
}

const rows: readonly (readonly [string, string, FlagState, FlagContext, unknown])[] = [
  [
    "a value alone is everybody's",
    "ranked-homes",
    state(),
    {},
    { value: true, variant: "on", reason: "default" },
  ],
  ["text alone, too", "greeting", state(), {}, { value: "hello", variant: "set", reason: "default" }],
  ["what is not declared is not there", "nothing", state(), {}, undefined],
  [
    "an account that is named",
    "composer",
    state(),
    { targetingKey: "109" },
    { value: { rows: 20 }, variant: "huge", reason: "rule" },
  ],
  [
    "a rule of another release does not hold",
    "composer",
    state(),
    { targetingKey: "1", release: "social@ffff" },
    { value: { rows: 3 }, variant: "plain", reason: "default" },
  ],
  [
    "nobody in particular is in no share",
    "composer",
    state(),
    { release: "social@3f2a01" },
    { value: { rows: 3 }, variant: "plain", reason: "default" },
  ],
  [
    "switched off: its `off`",
    "limit",
    state({ limit: undefined }),
    {},
    { value: 1, variant: "low", reason: "override" },
  ],
  [
    "switched off: the variant of that name",
    "ranked-homes",
    state({ "ranked-homes": undefined }),
    {},
    { value: false, variant: "off", reason: "override" },
  ],
  [
    "switched off for those named, too",
    "composer",
    state({ composer: undefined }),
    { targetingKey: "109" },
    { value: { rows: 3 }, variant: "plain", reason: "override" },
  ],
  [
    "set to a variant",
    "composer",
    state({ composer: "rich" }),
    {},
    { value: { rows: 8 }, variant: "rich", reason: "override" },
  ],
  [
    "a variant that this release does not have is off",
    "limit",
    state({ limit: "medium" }),
    {},
    { value: 1, variant: "low", reason: "override" },
  ],
  [
    "switched off though not declared",
    "media-uploads",
    state({ "media-uploads": undefined }),
    {},
    { value: false, reason: "override" },
  ],
]

for (const [name, key, of, context, expected] of rows) {
  test(name, () => assert.deepEqual(evaluateFlag(key, of, context), expected))
}

const share = (percentage: number): FlagState => ({
  flags: flagsOf(
    { f: { variants: { on: true, off: false }, default: "off", rules: [{ percentage, variant: "on" }] } },
    "f",
  ),
  overrides: new Map(),
})

test("whoever is in a share is in every larger one", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      (who, a, b) => {
        const isIn = (percentage: number) =>
          evaluateFlag("f", share(percentage), { targetingKey: who })?.value
        assert.ok(isIn(Math.min(a, b)) !== true || isIn(Math.max(a, b)) === true)
        assert.equal(isIn(0), false)
        assert.equal(isIn(100), true)
      },
    ),
  )
})

test("a share is as large as it says", () => {
  const counted = Array.from({ length: 10_000 }, (_, at) =>
    evaluateFlag("f", share(20), { targetingKey: String(at) }),
  )
  const isIn = counted.filter((one) => one?.value === true).length
  // Five standard deviations of a binomial with 10,000 draws at 20 %.
  assert.ok(Math.abs(isIn - 2_000) < 200, String(isIn))
})

test("what is wrong is named with its flag and field", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["{", /flags\.yaml: /],
    ["a: {variants: {on: true}, default: of}", /a: there is no variant of/],
    ["a: {variants: {on: true, off: 0}, default: on}", /one type, not boolean, number/],
    [
      "a: {variants: {on: true}, default: on, rules: [{percentage: 101, variant: on}]}",
      /a\.rules\.0\.percentage/,
    ],
    ["a: {variants: {on: true}, default: on, surprise: 1}", /a: Unrecognized key: "surprise"/],
    ["'a b': true", /a b: Invalid key/],
  ]
  for (const [text, words] of wrong) {
    assert.throws(
      () => parseFlags(text, "flags.yaml"),
      (error: unknown) => {
        assert.equal(AppError.from(error).code, "flags.invalid")
        assert.match(String(error), words)
        return true
      },
    )
  }
  assert.throws(() => parseOverrides("{}", "o.json"), /o\.json: overrides/)
})
