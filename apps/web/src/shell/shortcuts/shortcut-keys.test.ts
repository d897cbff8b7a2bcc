import assert from "node:assert/strict"
import { test } from "node:test"
import { matchKeys } from "./shortcut-keys.ts"

const press = (key: string, held?: "ctrlKey" | "metaKey" | "altKey") => ({
  key,
  ctrlKey: held === "ctrlKey",
  metaKey: held === "metaKey",
  altKey: held === "altKey",
})
const known = ["g h", "g n", "n", "?"]

test("single keys run, first keys of a sequence wait for the second", () => {
  assert.deepEqual(matchKeys("", press("n"), known), { kind: "run", keys: "n" })
  assert.deepEqual(matchKeys("", press("?"), known), { kind: "run", keys: "?" })
  assert.deepEqual(matchKeys("", press("g"), known), { kind: "wait", typed: "g" })
  assert.deepEqual(matchKeys("g", press("n"), known), { kind: "run", keys: "g n" })
  assert.deepEqual(matchKeys("", press("x"), known), { kind: "none" })
})

test("a second key that leads nowhere counts as a first", () => {
  assert.deepEqual(matchKeys("g", press("?"), known), { kind: "run", keys: "?" })
  assert.deepEqual(matchKeys("g", press("g"), known), { kind: "wait", typed: "g" })
})

test("keys with Ctrl, Meta or Alt belong to the browser", () => {
  for (const held of ["ctrlKey", "metaKey", "altKey"] as const)
    assert.deepEqual(matchKeys("", press("n", held), known), { kind: "none" })
})
