import assert from "node:assert/strict"
import { test } from "node:test"
import { AppError } from "@aviary/kit"
import fc from "fast-check"
import { parseDocuments } from "./documents.ts"

const problemsOf = (text: string): string[] => {
  try {
    parseDocuments(text, "rollout.yaml")
  } catch (error) {
    assert.ok(error instanceof AppError)
    assert.equal(error.code, "delivery.document_invalid")
    return String(error.details["problems"]).split("\n")
  }
  return []
}

const document = (spec: string) => `kind: Rollout
metadata: { name: social }
spec:
  service: social
${spec.replace(/^/gm, "  ")}`

test("a rollout that says nothing gets the documented defaults", () => {
  const { documents } = parseDocuments(document(""), "rollout.yaml")
  const [rollout] = documents
  assert.ok(rollout?.kind === "Rollout")
  const { strategy, rollbackWindow, onFailure, onInconclusive, onNoTraffic } = rollout.spec
  assert.ok(strategy.kind === "canary")
  assert.deepEqual(
    strategy.steps.flatMap((step) => (step.kind === "setWeight" ? [step.weight] : [])),
    [1, 5, 25, 33],
  )
  assert.equal(strategy.baseline.enabled, true)
  assert.deepEqual(rollbackWindow, { revisions: 3, keepWarm: 30 * 60_000 })
  assert.deepEqual([onFailure, onInconclusive, onNoTraffic], ["rollback", "pause", "wait"])
})

test("every problem is told at once, with file, line, field, and the field that was probably meant", () => {
  const problems = problemsOf(
    document(`replicas: many
strategy:
  canary:
    stepz: []
    steps:
      - setWeight: 5
      - pause: { untilRequestsPerArm: 0 }
      - { setWeight: 10, approval: {} }
onFailure: explode
hooks:
  - { type: pre, url: "ftp://example.org" }`),
  )
  assert.deepEqual(problems, [
    "rollout.yaml:5 spec.replicas: expected number, received string",
    "rollout.yaml:11 spec.strategy.canary.steps[1].pause.untilRequestsPerArm: Too small: expected number to be >=1",
    "rollout.yaml:12 spec.strategy.canary.steps[2].approval: has setWeight and approval, but takes exactly one",
    "rollout.yaml:8 spec.strategy.canary.stepz: is no known field; did you mean steps?",
    'rollout.yaml:13 spec.onFailure: expected one of "rollback"|"pause"',
    "rollout.yaml:15 spec.hooks[0].url: must be an http or https URL",
  ])
})

const refused: readonly [what: string, spec: string, problem: RegExp][] = [
  [
    "two strategies",
    "strategy: { canary: {}, rolling: {} }",
    /has rolling and canary, but takes exactly one/,
  ],
  ["no strategy", "strategy: {}", /:5 spec.strategy: needs one of rolling, blueGreen, canary, abTest/],
  ["chaos", "strategy: { canary: { steps: [{ chaos: { fault: x } }] } }", /chaos work/],
  [
    "a time without a unit",
    "rollbackWindow: { keepWarm: 30 }",
    /spec.rollbackWindow.keepWarm: must be a time/,
  ],
  [
    "evidence before visitors",
    "strategy: { canary: { steps: [{ pause: { untilRequestsPerArm: 5 } }] } }",
    /no visitors/,
  ],
  [
    "variants above 100 %",
    "strategy: { abTest: { primaryMetric: m, variants: [{ name: a, weight: 60, revision: stable }, { name: b, weight: 60, revision: candidate }] } }",
    /add up to 120/,
  ],
  ["an unknown zone", "gates: { freeze: [{ days: [sat], timezone: Mars/Olympus }] }", /no time zone/],
  ["half a freeze", "gates: { freeze: [{ from: 2026-12-24T00:00:00Z }] }", /needs either from and to/],
  ["broken YAML", "replicas: [1", /rollout.yaml:\d+ /],
]
for (const [what, spec, problem] of refused)
  test(`refused: ${what}`, () => assert.match(problemsOf(document(spec)).join("\n"), problem))

test("several documents of a file are read, and the same one twice is refused", () => {
  const service = "kind: Service\nmetadata: { name: shop }\nspec: { source: ./shop }\n"
  const { documents } = parseDocuments(`${service}---\n${document("")}`, "all.yaml")
  assert.deepEqual(
    documents.map(({ kind }) => kind),
    ["Service", "Rollout"],
  )
  assert.match(problemsOf(`${service}---\n${service}`).join(), /Service shop is there twice/)
  assert.match(problemsOf("kind: Rollot\n").join(), /kind: must be one of Service, Rollout/)
})

test("whatever is written is either read or refused with a line", () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: "small" },
      scalar,
      fc.array(tie("node"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom("steps", "canary", "pause", "setWeight", "url", "x"), tie("node")),
    ),
  })).node
  fc.assert(
    fc.property(
      fc.constantFrom("strategy", "hooks", "gates", "replicas", "health", "revision"),
      value,
      (field, data) => {
        const text = JSON.stringify({
          kind: "Rollout",
          metadata: { name: "a" },
          spec: { service: "a", [field]: data },
        })
        for (const problem of problemsOf(text)) assert.match(problem, /^(rollout\.yaml:\d+ |… and)/)
      },
    ),
    { numRuns: 300 },
  )
})

test("a file that refers to itself without end is refused", () => {
  const lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
  for (let index = 0; index < 9; index++) {
    const [from, to] = ["abcdefghij"[index], "abcdefghij"[index + 1]]
    lines.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(", ")}]`)
  }
  assert.match(problemsOf(`kind: Rollout\n${lines.join("\n")}`).join(), /refers to other parts/)
})
