import assert from "node:assert/strict"
import { test } from "node:test"
import { createLoadQueue } from "./load-queue.ts"

/** Runs that end when the test says so. */
function createRuns() {
  const runs: { keys: readonly number[]; end: PromiseWithResolvers<Map<number, string>> }[] = []
  function run(keys: readonly number[]): Promise<Map<number, string>> {
    const end = Promise.withResolvers<Map<number, string>>()
    runs.push({ keys, end })
    return end.promise
  }

  /** The keys from 100 on do not exist. */
  function finish(index: number): void {
    const one = runs[index]
    one?.end.resolve(new Map(one.keys.filter((key) => key < 100).map((key) => [key, `value ${key}`])))
  }
  return { runs, run, finish }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test("keys that are wanted together share a run; what does not exist is undefined", async () => {
  const { runs, run, finish } = createRuns()
  const load = createLoadQueue({ run, most: 10, atOnce: 2, waiting: 10 })
  const loaded = Promise.all([1, 2, 100].map(load))
  await turn()
  assert.deepEqual(
    runs.map((one) => one.keys),
    [[1, 2, 100]],
  )
  finish(0)
  assert.deepEqual(await loaded, ["value 1", "value 2", undefined])
})

test("a key that is being loaded is not loaded twice, and is loaded again afterwards", async () => {
  const { runs, run, finish } = createRuns()
  const load = createLoadQueue({ run, most: 10, atOnce: 2, waiting: 10 })
  const first = load(1)
  await turn()
  const second = load(1)
  await turn()
  assert.equal(runs.length, 1)
  finish(0)
  assert.deepEqual(await Promise.all([first, second]), ["value 1", "value 1"])
  const third = load(1)
  await turn()
  finish(1)
  assert.equal(await third, "value 1")
  assert.equal(runs.length, 2)
})

test("runs are bounded in size and number, and what waits beyond the bound is refused", async () => {
  const { runs, run, finish } = createRuns()
  const load = createLoadQueue({ run, most: 2, atOnce: 1, waiting: 3 })
  const loaded = [1, 2, 3].map(load)
  await assert.rejects(load(4), { code: "server.overloaded" })
  await turn()
  assert.deepEqual(
    runs.map((one) => one.keys),
    [[1, 2]],
  )
  finish(0)
  await turn()
  assert.deepEqual(runs[1]?.keys, [3])
  finish(1)
  assert.deepEqual(await Promise.all(loaded), ["value 1", "value 2", "value 3"])
})

test("a run that fails fails its keys, and no later ones", async () => {
  const { runs, run, finish } = createRuns()
  const load = createLoadQueue({ run, most: 10, atOnce: 1, waiting: 10 })
  const failing = Promise.allSettled([load(1), load(2)])
  await turn()
  runs[0]?.end.reject(new Error("gone"))
  assert.deepEqual(
    (await failing).map((one) => one.status),
    ["rejected", "rejected"],
  )
  const again = load(1)
  await turn()
  finish(1)
  assert.equal(await again, "value 1")
})
