import assert from "node:assert/strict"
import { test } from "node:test"
import { tabOf, tabsFor } from "./profile-tabs.ts"

test("an address names a tab; what it likes is shown to the member alone", () => {
  assert.equal(tabOf("media", false), "media")
  assert.equal(tabOf("likes", true), "likes")
  assert.equal(tabOf("likes", false), "posts")
  assert.equal(tabOf("nonsense", true), "posts")
  assert.equal(tabOf(undefined, true), "posts")
  assert.deepEqual(tabsFor(false).includes("likes"), false)
})
