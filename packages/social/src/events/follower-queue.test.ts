import assert from "node:assert/strict"
import { test } from "node:test"
import { createLog } from "@aviary/kit"
import type { StoredEvent } from "./event.ts"
import { createFollowerQueue } from "./follower-queue.ts"

const log = createLog({ level: "silent" })
const events = (...positions: number[]) => positions.map((position) => ({ position }) as StoredEvent)

test("a follower sees each event once, in order, and a slow one holds nobody up", async () => {
  const seen: number[] = []
  const gates: (() => void)[] = []
  const queue = createFollowerQueue({
    log,
    follower: {
      name: "slow",
      async handle(batch) {
        await new Promise<void>((resolve) => gates.push(resolve))
        seen.push(...batch.map((event) => event.position))
      },
    },
  })
  await queue.tell(events(1))
  await queue.tell(events(2, 3))
  await queue.tell(events(4))
  assert.deepEqual(seen, [])
  const empty = queue.empty()
  gates.shift()?.()
  while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve))
  gates.shift()?.()
  await empty
  assert.deepEqual(seen, [1, 2, 3, 4])
})

test("a follower that fails loses its batch and goes on; silence is told", async () => {
  const seen: number[] = []
  let idle = 0
  const queue = createFollowerQueue({
    log,
    follower: {
      name: "failing",
      async handle(batch) {
        if (batch[0]?.position === 1) throw new Error("no")
        seen.push(...batch.map((event) => event.position))
      },
      async idle() {
        idle += 1
      },
    },
  })
  await queue.tell(events(1))
  await queue.empty()
  await queue.tell(events(2))
  await queue.tell([])
  await queue.empty()
  await queue.tell([])
  await queue.empty()
  assert.deepEqual(seen, [2])
  assert.equal(idle, 2)
})

test("the reading of the log waits for a follower that is far behind", async () => {
  let open = (): void => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  const queue = createFollowerQueue({ log, follower: { name: "stuck", handle: () => gate } })
  await queue.tell(events(1))
  let told = false
  const many = queue.tell(Array.from({ length: 6_000 }, () => ({}) as StoredEvent)).then(() => (told = true))
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(told, false)
  open()
  await many
})
