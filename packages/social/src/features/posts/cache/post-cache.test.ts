// What happens while posts and marks are on their way into memory.

import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import type { LogHistory } from "../../../events/memory-follower.ts"
import { mediaKey } from "../../media/media-store.ts"
import { createExactCounts } from "../../counters/exact-counts.ts"
import { createPendingCounts } from "../../counters/pending-counts.ts"
import { createFollowedLog, createGate } from "./followed-log.testing.ts"
import { createPostCache } from "./post-cache.ts"
import { createMemberFilters } from "../../filters/member-filters.ts"
import { createStatusPages } from "./status-pages.ts"
import { createViewerMarks } from "./viewer-marks.ts"

/** What these tests look at of a Status. */
interface Shown {
  readonly content: string
  readonly in_reply_to_id: string | null
  readonly favourites_count: number
  readonly replies_count: number
  readonly favourited: boolean
  readonly bookmarked: boolean
  readonly emojis: readonly unknown[]
  readonly media_attachments: readonly { readonly url: string }[]
  readonly account: { readonly display_name: string; readonly statuses_count: number }
}

let aviary: TestAviary
let alice: TestMember
let bob: TestMember
before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
})
after(() => aviary.stop())

/** Memory of its own that follows the log when it is told to, with answers of the database that can be held back. */
async function createMemory(options: { history?: LogHistory; newest?: number } = {}) {
  const { core } = aviary.social
  await aviary.settle()
  const log = await createFollowedLog(core.db)
  const pendingCounts = createPendingCounts()
  const gate = createGate()
  const history = options.history ?? log.history
  const deps = { ...core, history, db: core.db.withPlugin(gate.plugin) }
  const counts = createExactCounts({ db: core.db, pending: pendingCounts })
  const posts = createPostCache({ ...deps, pendingCounts, counts, budgetBytes: 1_000_000 })
  const marks = createViewerMarks({ ...deps, newest: options.newest ?? 500 })
  log.add([pendingCounts, posts, marks])
  const pages = createStatusPages({
    ...core,
    views: core.posts,
    posts,
    marks,
    filters: createMemberFilters(core),
  })

  async function read(id: number, viewerId?: number) {
    const page = await pages.render([id], viewerId)
    return (JSON.parse(page.toBuffer().toString()) as Shown[])[0]
  }
  /** Starts a read whose answers from the database have come, but are held back. */
  async function heldRead(id: number, viewerId?: number): Promise<ReturnType<typeof read>[]> {
    gate.close()
    const reading = read(id, viewerId)
    while (gate.held === 0) await new Promise((resolve) => setImmediate(resolve))
    return [reading]
  }
  return { log, gate, posts, marks, read, heldRead }
}

async function post(by: TestMember, fields: object = {}): Promise<number> {
  const { body } = await by.api.post("/api/v1/statuses", { status: "before", ...fields })
  return Number(body.id)
}

test("an edit while a post is on its way is in what arrives, and in what is kept", async () => {
  const id = await post(alice)
  const { log, gate, read, heldRead, posts } = await createMemory()
  const [reading] = await heldRead(id)
  await alice.api.put(`/api/v1/statuses/${id}`, { status: "after" })
  await log.catchUp()
  gate.open()
  assert.equal((await reading)?.content, "<p>after</p>")
  assert.equal((await read(id))?.content, "<p>after</p>")
  assert.equal(posts.stats().posts, 1)
})

test("an edit that memory has not been given yet takes what was read before it out, when it is", async () => {
  const id = await post(alice)
  const { log, gate, read, heldRead } = await createMemory()
  const [reading] = await heldRead(id)
  await alice.api.put(`/api/v1/statuses/${id}`, { status: "after" })
  gate.open()
  assert.equal((await reading)?.content, "<p>before</p>")
  await log.catchUp()
  assert.equal((await read(id))?.content, "<p>after</p>")
})

test("a like while a post is on its way counts once, whether or not the reading had it", async () => {
  const id = await post(alice)
  const { log, gate, read, heldRead } = await createMemory()
  const [reading] = await heldRead(id, Number(bob.id))
  await bob.api.post(`/api/v1/statuses/${id}/favourite`)
  await log.catchUp()
  gate.open()
  const first = await reading
  assert.deepEqual([first?.favourites_count, first?.favourited], [1, true])
  // Stored in between: what memory is then given is in the stored counter already.
  const late = await createMemory()
  await bob.api.post(`/api/v1/statuses/${id}/unfavourite`)
  await aviary.settle()
  const second = await late.read(id, Number(bob.id))
  assert.deepEqual([second?.favourites_count, second?.favourited], [0, false])
  await late.log.catchUp()
  const third = await late.read(id, Number(bob.id))
  assert.deepEqual([third?.favourites_count, third?.favourited], [0, false])
  await log.catchUp()
  assert.equal((await read(id))?.favourites_count, 0)
})

test("a post that is deleted while it is on its way is gone, and what answers it answers nothing", async () => {
  const id = await post(alice)
  const answer = await post(bob, { in_reply_to_id: String(id) })
  const { log, gate, read, heldRead } = await createMemory()
  assert.equal((await read(answer))?.in_reply_to_id, String(id))
  const [reading] = await heldRead(id)
  await alice.api.delete(`/api/v1/statuses/${id}`)
  await log.catchUp()
  gate.open()
  assert.equal(await reading, undefined)
  assert.equal((await read(answer))?.in_reply_to_id, null)
})

test("with a deleted post its parent has an answer less, and its reposters a post less", async () => {
  const parent = await post(alice)
  const id = await post(bob, { in_reply_to_id: String(parent) })
  const carol = await aviary.member("carol")
  const carols = await post(carol)
  await carol.api.post(`/api/v1/statuses/${id}/reblog`)
  const { log, read } = await createMemory()
  const countOf = async (of: number) => (await read(of))?.account.statuses_count
  assert.deepEqual([(await read(parent))?.replies_count, await countOf(carols)], [1, 2])
  await bob.api.delete(`/api/v1/statuses/${id}`)
  await log.catchUp()
  assert.deepEqual([(await read(parent))?.replies_count, await countOf(carols)], [0, 1])
})

test("a name that changes while a post is on its way is never the old one afterwards", async () => {
  const id = await post(alice)
  const other = await post(alice)
  const { log, gate, read, heldRead } = await createMemory()
  await read(other)
  const [reading] = await heldRead(id)
  await alice.api.patch("/api/v1/accounts/update_credentials", { display_name: "Alice of the Birds" })
  await log.catchUp()
  gate.open()
  for (const status of [await reading, await read(id), await read(other)]) {
    assert.equal(status?.account.display_name, "Alice of the Birds")
  }
})

test("memory that is dropped while a post is on its way does not keep it", async () => {
  const id = await post(alice)
  const { log, gate, read, heldRead, posts, marks } = await createMemory()
  const [reading] = await heldRead(id, Number(bob.id))
  posts.drop()
  marks.drop()
  await alice.api.put(`/api/v1/statuses/${id}`, { status: "after" })
  // As if the batch with the edit had been what memory broke on.
  await log.catchUp()
  gate.open()
  assert.equal((await reading)?.content, "<p>after</p>")
  assert.equal((await read(id, Number(bob.id)))?.content, "<p>after</p>")
})

test("what takes longer than the history reaches back is read again, and at last shown but not kept", async () => {
  const id = await post(alice)
  const history = { mark: () => 0, since: () => undefined, add: () => undefined }
  const { read, posts, marks } = await createMemory({ history })
  assert.equal((await read(id, Number(bob.id)))?.content, "<p>before</p>")
  assert.deepEqual([posts.stats().posts, marks.size().members], [0, 0])
})

test("what a member does on other posts while one page is asked about is not lost", async () => {
  const old = await post(alice, { poll: { options: ["a", "b"], expires_in: 3_600 } })
  const other = await post(alice)
  const { log, gate, read, heldRead } = await createMemory()
  const viewer = Number(bob.id)
  assert.equal((await read(other, viewer))?.favourited, false)
  // A post with a poll is asked about by itself.
  await read(old)
  const [reading] = await heldRead(old, viewer)
  await bob.api.post(`/api/v1/statuses/${other}/favourite`)
  await bob.api.post(`/api/v1/statuses/${old}/bookmark`)
  await log.catchUp()
  gate.open()
  assert.equal((await reading)?.bookmarked, true)
  assert.equal((await read(other, viewer))?.favourited, true)
  assert.equal((await read(old, viewer))?.bookmarked, true)
})

test("emoji that the server takes on or gives up are right at once", async () => {
  const { events, emojis } = aviary.social.core
  const id = await post(alice, { status: "a :wren: sings" })
  const { read } = await createMemory()
  assert.deepEqual((await read(id))?.emojis, [])
  const data = { shortcode: "wren", image: "w.png", static_image: "w.png", category: null }
  await events.transact([], (tx) =>
    tx.append([{ type: "emoji.added", stream: "emoji:wren", actor: null, data }]),
  )
  await emojis.refresh()
  assert.equal((await read(id))?.emojis.length, 1)
})

test("a like that is older than those that are loaded with a member is asked about, and followed from then on", async () => {
  const old = await post(alice)
  await bob.api.post(`/api/v1/statuses/${old}/favourite`)
  aviary.clock.advance(600_000)
  const young = await post(alice)
  await bob.api.post(`/api/v1/statuses/${young}/favourite`)
  const viewer = Number(bob.id)
  const { log, read } = await createMemory({ newest: 1 })
  assert.equal((await read(young, viewer))?.favourited, true)
  assert.equal((await read(old, viewer))?.favourited, true)
  await bob.api.post(`/api/v1/statuses/${old}/unfavourite`)
  await log.catchUp()
  assert.equal((await read(old, viewer))?.favourited, false)
})

test("a file that changes under a post changes the post", async () => {
  const { events, nextId } = aviary.social.core
  const id = nextId()
  const newKey = (): string => mediaKey(randomBytes(16), { extension: "webp" })
  const files = { original: newKey(), small: newKey() }
  const media = { id, account_id: Number(alice.id), type: "image", files, description: null } as const
  const data = { ...media, focus: null, blurhash: null, meta: { small: { width: 1 } }, ready: true }
  const of = { stream: `media:${id}`, actor: null }
  await events.transact([], (tx) => tx.append([{ ...of, type: "media.created", data }]))
  const withMedia = await post(alice, { media_ids: [String(id)] })
  const { log, read } = await createMemory()
  const urlOf = async () => (await read(withMedia))?.media_attachments[0]?.url
  assert.equal(await urlOf(), aviary.social.core.urls.media(files.original))
  const changed = { id, files: { ...files, original: newKey() }, meta: data.meta, upload: newKey() }
  await events.transact([], (tx) => tx.append([{ ...of, type: "media.processed", data: changed }]))
  await log.catchUp()
  assert.equal(await urlOf(), aviary.social.core.urls.media(changed.files.original))
})

test("a like while a member's marks are on their way is among them", async () => {
  const id = await post(alice)
  const viewer = Number(bob.id)
  const { log, gate, read, heldRead } = await createMemory()
  // With the post in memory it is the marks that are waited for.
  await read(id)
  const [reading] = await heldRead(id, viewer)
  await bob.api.post(`/api/v1/statuses/${id}/favourite`)
  await log.catchUp()
  gate.open()
  assert.equal((await reading)?.favourited, true)
  assert.equal((await read(id, viewer))?.favourited, true)
})
