import assert from "node:assert/strict"
import { test } from "node:test"
import { createGroup } from "./group.ts"

/** A group whose batches end when the test says so. */
function heldGroup(options: { most?: number; waiting?: number; bad?: number } = {}) {
  const batches: number[][] = []
  const releases: (() => void)[] = []
  const add = createGroup<number, number>({
    most: options.most ?? 64,
    waiting: options.waiting ?? 100,
    refuse: () => new Error("too many"),
    isItemsFault: (error) => error instanceof Error && error.message === "bad item",
    async run(items) {
      batches.push([...items])
      await new Promise<void>((resolve) => releases.push(resolve))
      if (options.bad !== undefined && items.includes(options.bad)) throw new Error("bad item")
      return items.map((item) => item * 10)
    },
  })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  async function finish(): Promise<void> {
    for (;;) {
      await turn()
      const release = releases.shift()
      if (!release) return
      release()
    }
  }
  return { add, batches, finish }
}

test("the first goes alone at once, and what comes meanwhile goes together", async () => {
  const { add, batches, finish } = heldGroup()
  const all = Promise.all([1, 2, 3, 4].map((item) => add(item)))
  await finish()
  assert.deepEqual(await all, [10, 20, 30, 40])
  assert.deepEqual(batches, [[1], [2, 3, 4]])
})

test("a batch has a largest size", async () => {
  const { add, batches, finish } = heldGroup({ most: 2 })
  const all = Promise.all([1, 2, 3, 4, 5].map((item) => add(item)))
  await finish()
  await all
  assert.deepEqual(batches, [[1], [2, 3], [4, 5]])
})

test("one bad item fails alone", async () => {
  const { add, finish } = heldGroup({ bad: 3 })
  const all = Promise.allSettled([1, 2, 3, 4].map((item) => add(item)))
  await finish()
  const results = await all
  assert.deepEqual(
    results.map((result) => (result.status === "fulfilled" ? result.value : "failed")),
    [10, 20, "failed", 40],
  )
})

test("when nothing works right now, nothing is tried again", async () => {
  const tried: number[][] = []
  const add = createGroup<number, number>({
    waiting: 10,
    refuse: () => new Error("too many"),
    isItemsFault: () => false,
    async run(items) {
      tried.push([...items])
      throw new Error("gone")
    },
  })
  const results = await Promise.allSettled([1, 2, 3].map((item) => add(item)))
  assert.ok(results.every((result) => result.status === "rejected"))
  assert.deepEqual(tried, [[1], [2, 3]])
})

test("too many waiting are refused, and the others are not hurt", async () => {
  const { add, finish } = heldGroup({ waiting: 2 })
  const all = Promise.allSettled([1, 2, 3, 4].map((item) => add(item)))
  await finish()
  const results = await all
  assert.deepEqual(
    results.map((result) => result.status),
    ["fulfilled", "fulfilled", "fulfilled", "rejected"],
  )
})
