import assert from "node:assert/strict"
import { test } from "node:test"
import { causeUntil, eventually, withDeadline } from "./deadlines.ts"

const never = new Promise<never>(() => undefined)

test("a deadline lets a value through, and names what did not come", async () => {
  assert.equal(await withDeadline("tea", 1_000, Promise.resolve(1)), 1)
  await assert.rejects(withDeadline("tea", 1, never), /tea: nothing after 1 ms/)
})

test("looks again until it is there", async () => {
  let looks = 0
  assert.equal(await eventually("tea", async () => (++looks === 3 ? "cup" : undefined)), "cup")
  assert.equal(looks, 3)
  await assert.rejects(
    eventually("tea", async () => undefined, 0),
    /tea: not there after 0 ms/,
  )
})

test("causes something again until the event arrives, and then stops", async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  let causes = 0
  const cause = async () => {
    causes += 1
    if (causes === 3) resolve("heard")
  }
  assert.equal(await causeUntil("the event", cause, promise, { patience: 1 }), "heard")
  assert.equal(causes, 3)
})

test("a cause that fails ends the wait", async () => {
  const cause = () => Promise.reject(new Error("refused"))
  await assert.rejects(causeUntil("the event", cause, never, { patience: 1 }), /refused/)
})
