import assert from "node:assert/strict"
import { test } from "node:test"
import { ApiError } from "../../api/api-error.ts"
import type { Status } from "../../api/entities.ts"
import type { Draft } from "./draft.ts"
import type { Shelf, WaitingPost } from "./draft-store.ts"
import { createOutbox } from "./outbox.ts"

function shelf<T extends { readonly id: string }>(): Shelf<T> & { readonly kept: Map<string, T> } {
  const kept = new Map<string, T>()
  return {
    kept,
    get: async (_member, id) => kept.get(id),
    put: async (_member, value) => void kept.set(value.id, value),
    remove: async (_member, id) => void kept.delete(id),
    list: async () => [...kept.values()],
  }
}

function world(answers: (ApiError | undefined)[]) {
  const waiting = shelf<WaitingPost>()
  const drafts = shelf<Draft>()
  const keys: string[] = []
  const told: string[] = []
  const timers: (() => void)[] = []
  let id = 0
  const outbox = createOutbox({
    member: "1",
    waiting,
    drafts,
    async send({ draft, idempotencyKey }) {
      keys.push(idempotencyKey)
      const error = answers.shift()
      if (error) throw error
      return { kind: "posted", status: { id: draft.id } as Status }
    },
    exclusively: (work) => work(),
    setTimer(run) {
      timers.push(run)
      return () => {}
    },
    newId: () => `id-${(id += 1)}`,
    now: () => id,
  })
  outbox.onOutcome((outcome) => {
    if (outcome.kind === "sent") told.push(`sent ${outcome.draft.id}`)
    else told.push(`refused ${outcome.draft.id} ${outcome.error.message}`)
  })
  return { outbox, waiting, drafts, keys, told, timers }
}

/** Until all that was begun has come to an end: nothing here waits for anything but promises. */
const idle = () => new Promise((resolve) => setImmediate(resolve))

const draft = (id: string) => ({ id, text: id }) as Draft

test("a post that cannot be sent waits and goes later, under the same key", async () => {
  const { outbox, waiting, drafts, keys, told, timers } = world([new ApiError("offline", "away"), undefined])
  await drafts.put("1", draft("new"))
  await outbox.put(draft("new"))
  await idle()
  assert.deepEqual([told, waiting.kept.size, drafts.kept.size, outbox.state().length], [[], 1, 1, 1])
  timers.at(-1)?.()
  await idle()
  assert.deepEqual(
    [told, waiting.kept.size, drafts.kept.size, outbox.state().length],
    [["sent new"], 0, 0, 0],
  )
  assert.equal(new Set(keys).size, 1)
})

test("what is refused is a draft again, and those behind it go on", async () => {
  const { outbox, waiting, drafts, told } = world([new ApiError("refused", "too long"), undefined])
  await waiting.put("1", { id: "a", draft: draft("long"), idempotencyKey: "k", queuedAt: 1 })
  await waiting.put("1", { id: "b", draft: draft("fine"), idempotencyKey: "l", queuedAt: 2 })
  await outbox.flush()
  assert.deepEqual(told, ["refused long too long", "sent fine"])
  assert.deepEqual([[...drafts.kept.keys()], waiting.kept.size], [["long"], 0])
})

test("an ended session loses nothing, and order is kept", async () => {
  const { outbox, waiting, told } = world([new ApiError("unauthorised", "signed out"), undefined, undefined])
  await waiting.put("1", { id: "b", draft: draft("second"), idempotencyKey: "l", queuedAt: 2 })
  await waiting.put("1", { id: "a", draft: draft("first"), idempotencyKey: "k", queuedAt: 1 })
  await outbox.flush()
  assert.equal(waiting.kept.size, 2)
  await outbox.flush()
  assert.deepEqual(told, ["sent first", "sent second"])
})

test("a waiting post can be taken back", async () => {
  const { outbox, waiting, drafts } = world([new ApiError("failed", "500")])
  await outbox.put(draft("new"))
  await idle()
  const [post] = outbox.state()
  assert.ok(post)
  await outbox.takeBack(post.id)
  assert.deepEqual([waiting.kept.size, [...drafts.kept.keys()]], [0, ["new"]])
})
