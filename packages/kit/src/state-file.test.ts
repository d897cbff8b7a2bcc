import assert from "node:assert/strict"
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, test } from "node:test"
import { createStateFile } from "./state-file.ts"

let dir: string
let said: string[]

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "state-file-"))
  said = []
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function open(path = join(dir, "deep", "state.json")) {
  return createStateFile<{ n: number }>({
    path,
    what: "the count",
    parse(data) {
      if (typeof data === "object" && data !== null && "n" in data && typeof data.n === "number")
        return { n: data.n }
      throw new Error("no count")
    },
    log: { error: (_fields: object, message?: string) => void said.push(message ?? "") } as never,
  })
}

test("what was written is read, by whoever comes next, and nothing is left beside it", () => {
  assert.equal(open().read(), undefined)
  const file = open()
  assert.equal(file.write({ n: 1 }), true)
  assert.equal(file.write({ n: 2 }), true)
  assert.deepEqual(open().read(), { n: 2 })
  assert.deepEqual(readdirSync(join(dir, "deep")).sort(), ["state.json", "state.json.previous"])
  assert.equal(statSync(join(dir, "deep", "state.json")).mode & 0o777, 0o600)
  assert.deepEqual(said, [])
})

for (const [what, text] of [
  ["half a file", '{"n": 3'],
  ["a file of something else", '{"m": 3}'],
  ["an empty file", ""],
] as const) {
  test(`${what} is told, and the one before is used`, () => {
    const file = open()
    file.write({ n: 1 })
    file.write({ n: 2 })
    writeFileSync(join(dir, "deep", "state.json"), text)
    assert.deepEqual(open().read(), { n: 1 })
    assert.match(said.join(), /the count cannot be read; it is left aside/)
  })
}

test("what cannot be written is told", () => {
  const path = join(dir, "state.json")
  open(path).write({ n: 1 })
  assert.equal(open(join(path, "below-a-file")).write({ n: 2 }), false)
  assert.match(said.join(), /could not be kept/)
  assert.deepEqual(open(path).read(), { n: 1 })
})
