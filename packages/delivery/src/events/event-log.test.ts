import assert from "node:assert/strict"
import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { createLog } from "@aviary/kit"
import { createEventLog } from "./event-log.ts"
import type { EventLog, NewEvent } from "./event-log.ts"
import type { RolloutEvent } from "./rollout-event.ts"

function rig(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "aviary-events-"))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, "events.jsonl")
  const open = (): EventLog =>
    createEventLog({ path, wallClock: () => 0, log: createLog({ level: "silent" }) })
  return { path, open }
}

const event = (text: string, sequence?: number): NewEvent => ({
  service: "shop",
  rollout: "shop-1",
  type: "rollout.phase",
  data: { text },
  ...(sequence === undefined ? {} : { sequence }),
})

async function take(events: AsyncIterable<RolloutEvent>, count: number): Promise<string[]> {
  const texts: string[] = []
  for await (const { data } of events) {
    texts.push(data.text)
    if (texts.length === count) break
  }
  return texts
}

test("events are read from any point, then live, and survive a restart", async (t) => {
  const { open } = rig(t)
  const log = open()
  log.append(event("one", 1))
  log.append(event("two", 2))
  const live = take(log.read(), 1)
  const all = take(log.read(0), 3)
  log.append(event("three", 3))
  assert.deepEqual(await live, ["three"])
  assert.deepEqual(await all, ["one", "two", "three"])
  const again = open()
  assert.equal(again.append(event("four", 4))?.id, 4)
  assert.deepEqual(await take(again.read(2), 2), ["three", "four"])
})

test("an event of a rollout that comes twice is there once, after a crash too", async (t) => {
  const { open } = rig(t)
  const log = open()
  log.append(event("one", 1))
  assert.equal(log.append(event("one", 1)), undefined)
  const again = open()
  assert.equal(again.append(event("one", 1)), undefined)
  assert.notEqual(again.append(event("two", 2)), undefined)
  assert.deepEqual(await take(again.read(0), 2), ["one", "two"])
})

test("a line that a crash has cut off is left out", async (t) => {
  const { open, path } = rig(t)
  open().append(event("one", 1))
  appendFileSync(path, '{"id":2,"time":"')
  open().append(event("two", 2))
  assert.deepEqual(await take(open().read(0), 2), ["one", "two"])
})

test("two files of a bounded size are all that it takes", (t) => {
  const { open, path } = rig(t)
  const log = open()
  for (let index = 0; index < 300; index++) log.append(event("x".repeat(100_000)))
  const [newer, older] = [statSync(path).size, statSync(`${path}.previous`).size]
  assert.ok(newer < 9_000_000 && older < 9_000_000, `${newer} and ${older} bytes`)
})

test("its end ends those who read it", async (t) => {
  const log = rig(t).open()
  const reading = take(log.read(), 1)
  log.close()
  assert.deepEqual(await reading, [])
})
