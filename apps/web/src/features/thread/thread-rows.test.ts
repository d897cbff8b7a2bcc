import assert from "node:assert/strict"
import { test } from "node:test"
import type { Status } from "../../api/entities.ts"
import { threadRows, withReply } from "./thread-rows.ts"

const post = (id: string, in_reply_to_id: string | null = null) => ({ id, in_reply_to_id }) as Status
const drawn = (rows: ReturnType<typeof threadRows>) =>
  rows.map(({ status, lines }) => `${status.id}:${lines.join("+")}`)

test("ancestors are joined to the post, answers to what they answer", () => {
  const context = {
    ancestors: [post("1"), post("2", "1")],
    descendants: [post("4", "3"), post("5", "3"), post("6", "4"), post("7", "6"), post("8", "4")],
  }
  assert.deepEqual(drawn(threadRows(post("3", "2"), context)), [
    "1:below",
    "2:above+below",
    "3:above",
    "4:below",
    "6:above+below",
    "7:above",
    "8:",
    "5:",
  ])
})

test("an answer to what is gone comes last, and a ring of answers ends", () => {
  const context = {
    ancestors: [],
    descendants: [post("9", "gone"), post("4", "3"), post("5", "6"), post("6", "5")],
  }
  assert.deepEqual(drawn(threadRows(post("3"), context)), ["3:", "4:", "9:", "5:below", "6:above"])
})

test("thousands of answers, each to the one before, are walked", () => {
  const descendants = Array.from({ length: 20_000 }, (_, id) => post(String(id + 1), String(id)))
  assert.equal(threadRows(post("0"), { ancestors: [], descendants }).at(-1)?.status.id, "20000")
})

test("a new answer joins where it belongs, once", () => {
  const context = { ancestors: [], descendants: [post("4", "3")] }
  const more = withReply("3", context, post("5", "4"))
  assert.equal(more.descendants.length, 2)
  assert.equal(withReply("3", more, post("5", "4")), more)
  assert.equal(withReply("3", more, post("7", "elsewhere")), more)
  assert.equal(withReply("3", more, post("8")), more)
})
