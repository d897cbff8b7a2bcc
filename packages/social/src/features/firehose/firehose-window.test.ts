// The window against a naive list of everything that ever happened.

import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import type { FirehoseMessage } from "./firehose-types.ts"
import { createFirehoseWindow } from "./firehose-window.ts"

const cursorAt = (position: number) => ({ transactionId: "5", position })
const none = new Set<number>()

function message(position: number, options: { post?: number; bytes?: number } = {}): FirehoseMessage {
  const { post = position, bytes = 10 } = options
  return {
    cursor: cursorAt(position),
    type: "post.created",
    posts: [post],
    accounts: [],
    bytes: Buffer.alloc(bytes),
  }
}

test("whoever reads on in the window misses nothing and is told nothing that has changed", () => {
  // Each step is a batch of the log: how many of its events are told, how many not, and a post that it changes.
  const step = fc.record({
    told: fc.nat(4),
    untold: fc.nat(2),
    changes: fc.option(fc.nat(20)),
    passMs: fc.nat(40),
    lost: fc.constant(false).chain(() => fc.nat(9).map((n) => n === 0)),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.array(fc.nat(150)), (steps, places) => {
      let now = 0
      let position = 10
      const window = createFirehoseWindow({ limits: { bytes: 120, ageMs: 60 }, now: () => now })
      const all: FirehoseMessage[] = []
      /** Messages up to here may show what has changed. */
      let stale = 0
      let known = false
      for (const { told, untold, changes, passMs, lost } of steps) {
        now += passMs
        if (changes !== null) {
          const post = 10 + changes
          stale = Math.max(
            stale,
            ...all.filter((one) => one.posts.includes(post)).map((one) => one.cursor.position),
          )
          window.withdraw({ posts: new Set([post]), accounts: none })
        }
        if (told + untold === 0) continue
        const batch = Array.from({ length: told }, () =>
          message((position += 1), { post: 10 + (position % 20) }),
        )
        position += untold
        all.push(...batch)
        if (lost) window.skipTo(cursorAt(position))
        else window.add(batch, cursorAt(position))
        known = true
      }
      for (const place of places) {
        const view = window.after(cursorAt(place))
        if (!known) assert.equal(view, "behind")
        else if (place > position) assert.equal(view, "ahead")
        else if (view === "ahead") assert.fail("the window has come further")
        else if (view !== "behind") {
          const after = all.filter((one) => one.cursor.position > place)
          assert.deepEqual(view.messages, after)
          assert.deepEqual(view.end, cursorAt(position))
          assert.ok(after.every((one) => one.cursor.position > stale))
        }
      }
      // Whoever keeps up is never sent to the log.
      if (known) assert.deepEqual(window.after(cursorAt(position)), { messages: [], end: cursorAt(position) })
    }),
  )
})

test("it is bounded by bytes, and by age as newer ones come", () => {
  let now = 0
  const window = createFirehoseWindow({ limits: { bytes: 100, ageMs: 1_000 }, now: () => now })
  window.add([], cursorAt(1))
  for (let position = 2; position < 50; position += 1) window.add([message(position)], cursorAt(position))
  assert.equal(window.after(cursorAt(38)), "behind")
  const view = window.after(cursorAt(39))
  assert.equal(typeof view === "object" && view.messages.length, 10)
  now = 2_000
  window.add([message(50)], cursorAt(50))
  assert.equal(window.after(cursorAt(48)), "behind")
  assert.equal(typeof window.after(cursorAt(49)), "object")
  window.add([message(51, { bytes: 1_000 })], cursorAt(51))
  assert.equal(window.after(cursorAt(50)), "behind")
})
