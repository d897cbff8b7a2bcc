import assert from "node:assert/strict"
import { test } from "node:test"
import { createBatch } from "./batch.ts"

function batch(load: (ids: readonly string[]) => Promise<readonly { id: string }[]>) {
  const timers: (() => void)[] = []
  const one = createBatch({ load, idOf: ({ id }) => id, most: 2, setTimer: (run) => void timers.push(run) })
  return { one, fire: () => timers.splice(0).forEach((run) => run()) }
}

test("what is asked for together goes out together, each once, in portions", async () => {
  const asked: (readonly string[])[] = []
  const { one, fire } = batch(async (ids) => {
    asked.push(ids)
    return ids.map((id) => ({ id })).reverse()
  })
  const answers = Promise.all(["1", "2", "2", "3"].map(one))
  fire()
  assert.deepEqual(
    (await answers).map(({ id }) => id),
    ["1", "2", "2", "3"],
  )
  assert.deepEqual(asked, [
    ["1", "2"],
    ["2", "3"],
  ])
})

test("a failure and a gap reach who asked, and nobody else", async () => {
  const { one, fire } = batch(async (ids) =>
    ids.includes("9") ? Promise.reject(new Error("down")) : [{ id: "1" }],
  )
  const first = Promise.allSettled([one("1"), one("2")])
  fire()
  assert.deepEqual(
    (await first).map(({ status }) => status),
    ["fulfilled", "rejected"],
  )
  const second = assert.rejects(one("9"), /down/)
  fire()
  await second
})
