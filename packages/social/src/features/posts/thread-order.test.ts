import assert from "node:assert/strict"
import { test } from "node:test"
import { threadOrder } from "./thread-order.ts"

const reply = (id: number, to: number | null, author = 2) => ({ id, author_id: author, reply_to_id: to })

const cases: { name: string; replies: ReturnType<typeof reply>[]; expected: number[] }[] = [
  { name: "nothing", replies: [], expected: [] },
  { name: "the older first", replies: [reply(12, 10), reply(11, 10)], expected: [11, 12] },
  {
    name: "each under what it answers",
    replies: [reply(11, 10), reply(12, 10), reply(13, 11), reply(14, 12), reply(15, 11)],
    expected: [11, 13, 15, 12, 14],
  },
  { name: "the author's continuation first", replies: [reply(11, 10), reply(12, 10, 1)], expected: [12, 11] },
  {
    name: "the continuation of another's answer is theirs",
    replies: [reply(11, 10), reply(12, 11, 3), reply(13, 11, 2)],
    expected: [11, 13, 12],
  },
  { name: "orphans are left out", replies: [reply(11, 10), reply(13, 12)], expected: [11] },
]

for (const { name, replies, expected } of cases) {
  test(`thread order: ${name}`, () => {
    assert.deepEqual(threadOrder({ id: 10, author_id: 1 }, replies), expected)
  })
}

test("a chain of ten thousand does not exhaust the stack", () => {
  const chain = Array.from({ length: 10_000 }, (_, index) => reply(index + 11, index + 10))
  assert.equal(threadOrder({ id: 10, author_id: 1 }, chain).length, 10_000)
})
