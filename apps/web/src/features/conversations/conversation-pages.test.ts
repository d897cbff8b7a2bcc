import assert from "node:assert/strict"
import { test } from "node:test"
import type { Conversation } from "../../api/entities.ts"
import { withConversation, withoutConversation } from "./conversation-pages.ts"

const one = (id: string, last: string, unread = false) =>
  ({ id, unread, accounts: [], last_status: { id: last } }) as unknown as Conversation
const page = (...items: Conversation[]) => ({ items, next: undefined, previous: undefined })
const pages = { pages: [page(one("a", "9", true), one("b", "8")), page(one("c", "7"))], pageParams: [] }
const shown = (now: typeof pages | ReturnType<typeof withConversation>) =>
  now.pages.map(({ items }) => items.map(({ id, unread }) => `${id}${unread ? "!" : ""}`))

test("what was read stays where it stands", () => {
  assert.deepEqual(shown(withConversation(pages, one("a", "9"))), [["a", "b"], ["c"]])
})

test("what is written to comes to the top, whether it was known or not", () => {
  assert.deepEqual(shown(withConversation(pages, one("c", "10", true))), [["c!", "a!", "b"], []])
  assert.deepEqual(shown(withConversation(pages, one("d", "10", true))), [["d!", "a!", "b"], ["c"]])
})

test("what was put away is gone", () => {
  assert.deepEqual(shown(withoutConversation(pages, "b")), [["a!"], ["c"]])
})
