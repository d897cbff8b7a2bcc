import assert from "node:assert/strict"
import { test } from "node:test"
import { isAnswered, newDraft, reportBody, stepsOf, toggled } from "./report-draft.ts"

test("rules are asked for only where one was broken", () => {
  assert.deepEqual(stepsOf({ reason: undefined }), ["reason", "posts", "words"])
  assert.deepEqual(stepsOf({ reason: "spam" }), ["reason", "posts", "words"])
  assert.deepEqual(stepsOf({ reason: "violation" }), ["reason", "rules", "posts", "words"])
})

test("a step goes on once it has what it needs", () => {
  const draft = newDraft("7")
  assert.deepEqual(draft.postIds, ["7"])
  assert.equal(isAnswered("reason", draft), false)
  assert.equal(isAnswered("reason", { ...draft, reason: "spam" }), true)
  assert.equal(isAnswered("rules", draft), false)
  assert.equal(isAnswered("rules", { ...draft, ruleIds: ["1"] }), true)
  assert.equal(isAnswered("posts", { ...draft, postIds: [] }), true)
  assert.equal(
    isAnswered("posts", { ...draft, postIds: Array.from({ length: 41 }, (_, n) => `${n}`) }),
    false,
  )
  assert.equal(isAnswered("words", { ...draft, comment: "x".repeat(1_000) }), true)
  assert.equal(isAnswered("words", { ...draft, comment: "x".repeat(1_001) }), false)
})

test("ticking twice is once", () => {
  assert.deepEqual(toggled(["1", "2"], "2", true), ["1", "2"])
  assert.deepEqual(toggled(["1", "2"], "1", false), ["2"])
  assert.deepEqual(toggled([], "1", false), [])
})

test("what is sent has no rules of a reason that was given up", () => {
  const draft = { reason: "violation", ruleIds: ["2"], postIds: ["9"], comment: " rude " } as const
  assert.deepEqual(reportBody("5", draft), {
    account_id: "5",
    category: "violation",
    status_ids: ["9"],
    rule_ids: ["2"],
    comment: "rude",
  })
  assert.deepEqual(reportBody("5", { ...draft, reason: "spam" }).rule_ids, [])
})
