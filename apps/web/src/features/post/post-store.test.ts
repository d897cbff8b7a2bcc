import assert from "node:assert/strict"
import { test } from "node:test"
import type { Status } from "../../api/entities.ts"
import { createPostStore } from "./post-store.ts"

const post = (id: string, likes: number, reblog: Status | null = null) =>
  ({ id, favourites_count: likes, reblog }) as Status

test("a list's answer is newer than what was put before it, and adds nothing that nobody touched", () => {
  const store = createPostStore()
  store.put(post("1", 1))
  store.learn([post("1", 2), post("2", 9), post("3", 0, post("1", 5))])
  assert.deepEqual(store.get("1"), post("1", 5))
  assert.equal(store.get("2"), undefined)
})

test("who watches a post is told of each change to it, and of no other", () => {
  const store = createPostStore()
  let told = 0
  const stop = store.subscribe("1", () => (told += 1))
  store.put(post("9", 0, post("1", 1)))
  store.put(post("2", 1))
  store.remove("1")
  assert.equal(store.get("1"), "removed")
  store.clear()
  assert.equal(store.get("1"), undefined)
  assert.equal(told, 3)
  stop()
  store.put(post("1", 1))
  assert.equal(told, 3)
})

test("it does not grow without end", () => {
  const store = createPostStore()
  for (let id = 0; id < 2_010; id += 1) store.put(post(String(id), 0))
  assert.equal(store.get("9"), undefined)
  assert.ok(store.get("10"))
})
