import assert from "node:assert/strict"
import { test } from "node:test"
import { moved } from "./move.ts"

test("an item goes one place further, and nowhere beyond the ends", () => {
  assert.deepEqual(moved(["a", "b", "c"], 0, 1), ["b", "a", "c"])
  assert.deepEqual(moved(["a", "b", "c"], 2, -1), ["a", "c", "b"])
  assert.deepEqual(moved(["a", "b"], 1, 1), ["a", "b"])
  assert.deepEqual(moved(["a", "b"], 0, -1), ["a", "b"])
})
