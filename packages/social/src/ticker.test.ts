import assert from "node:assert/strict"
import { test } from "node:test"
import { createFakeClock, createLog } from "@aviary/kit"
import { createTicker } from "./ticker.ts"

const log = createLog({ level: "silent" })

/** Lets what is already resolved run. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

test("a ticker runs every so often, and again after a failure", async () => {
  const clock = createFakeClock()
  let runs = 0
  const ticker = createTicker({
    name: "test",
    everyMs: 1_000,
    clock,
    log,
    async run() {
      runs += 1
      if (runs === 1) throw new Error("the first time fails")
    },
  })
  await ticker.start()
  clock.advance(999)
  assert.equal(runs, 0)
  clock.advance(1)
  assert.equal(runs, 1)
  await turn()
  clock.advance(1_000)
  assert.equal(runs, 2)
  await turn()
  await ticker.stop(AbortSignal.timeout(1_000))
  clock.advance(10_000)
  assert.equal(runs, 2)
})

test("runs do not overlap, and stopping tells the one under way and waits for it", async () => {
  const clock = createFakeClock()
  const finish = Promise.withResolvers<undefined>()
  const seen: string[] = []
  const ticker = createTicker({
    name: "test",
    everyMs: 1_000,
    clock,
    log,
    async run(signal) {
      seen.push("run")
      signal.addEventListener("abort", () => seen.push("told"))
      await finish.promise
      seen.push("done")
    },
  })
  await ticker.start()
  clock.advance(5_000)
  assert.deepEqual(seen, ["run"])
  const stopped = ticker.stop(AbortSignal.timeout(1_000)).then(() => seen.push("stopped"))
  await turn()
  assert.deepEqual(seen, ["run", "told"])
  finish.resolve(undefined)
  await stopped
  assert.deepEqual(seen, ["run", "told", "done", "stopped"])
})
