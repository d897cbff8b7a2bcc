// The work behind uploads: what a crash leaves is taken up again, what nobody uses goes.

import assert from "node:assert/strict"
import { readdir } from "node:fs/promises"
import { after, before, test } from "node:test"
import { AppError } from "@aviary/kit"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import sharp from "sharp"
import { checkReplay } from "../../events/replay.ts"
import { createDiskMediaStore } from "./disk-media-store.ts"
import { createImageProcessor } from "./image/image-processor.ts"
import type { ImageProcessor } from "./image/image-processor.ts"
import type { MediaStore } from "./media-store.ts"
import { createMediaWorker } from "./media-worker.ts"
import { createProcessMedia } from "./process-media.ts"
import { createSweepMedia, UNATTACHED_MS } from "./remove-media.ts"
import { createUploadMedia } from "./upload-media.ts"

let aviary: TestAviary
let alice: TestMember
before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
})
after(() => aviary.stop())

const images = createImageProcessor()

/** An upload whose processing has not begun. */
async function uploadOnly(): Promise<number> {
  const { core } = aviary.social
  const uploadMedia = createUploadMedia({
    ...core,
    store: createDiskMediaStore({ dir: aviary.mediaDir }),
    images,
    onUnfinished: () => {},
  })
  const bytes = await sharp({ create: { width: 50, height: 30, channels: 3, background: "navy" } })
    .jpeg()
    .toBuffer()
  const media = await uploadMedia(Number(alice.id), { bytes, description: null, focus: null, wait: false })
  return media.id
}

function workerWith(processor: Pick<ImageProcessor, "fullImage">) {
  const { core } = aviary.social
  const store = createDiskMediaStore({ dir: aviary.mediaDir })
  return createMediaWorker({
    ...core,
    processMedia: createProcessMedia({ ...core, store, images: processor }),
  })
}

async function settledFiles(): Promise<number> {
  await aviary.settle()
  const entries = await readdir(aviary.mediaDir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

test("processing that a crash interrupted is resumed at the next start", async () => {
  const id = await uploadOnly()
  // A worker that is killed in the middle: its work never ends, and it is never stopped.
  const begun = Promise.withResolvers<void>()
  const killed = workerWith({
    fullImage() {
      begun.resolve()
      return new Promise(() => {})
    },
  })
  await killed.start()
  await begun.promise
  assert.equal((await alice.api.get(`/api/v1/media/${id}`)).status, 206)
  const early = await alice.api.post("/api/v1/statuses", { status: "too early", media_ids: [String(id)] })
  assert.match(early.body.error, /still being processed/)

  const next = workerWith(images)
  await next.start()
  // Stopping ends after the upload in work.
  await next.stop(AbortSignal.timeout(5_000))
  const ready = await alice.api.get(`/api/v1/media/${id}`)
  assert.equal(ready.status, 200)
  assert.equal((await fetch(ready.body.url)).status, 200)
})

test("an upload that cannot be kept whole is not kept at all", async () => {
  const { core } = aviary.social
  const before = await settledFiles()
  const store = createDiskMediaStore({ dir: aviary.mediaDir })
  let puts = 0
  const filling: MediaStore = {
    ...store,
    put(file) {
      puts += 1
      if (puts === 2) throw new AppError("storage.full")
      return store.put(file)
    },
  }
  const deps = { ...core, images, onUnfinished: () => assert.fail("nothing is there to finish") }
  const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: "red" } })
    .png()
    .toBuffer()
  const upload = { bytes, description: null, focus: null, wait: false }
  await assert.rejects(createUploadMedia({ ...deps, store: filling })(Number(alice.id), upload), {
    code: "storage.full",
  })
  assert.equal(puts, 2)
  const broken = { transact: () => Promise.reject(new AppError("database.unavailable")) }
  await assert.rejects(createUploadMedia({ ...deps, store, events: broken })(Number(alice.id), upload), {
    code: "database.unavailable",
  })
  assert.equal(await settledFiles(), before)
})

test("two processes that finish the same upload leave one file", async () => {
  const id = await uploadOnly()
  const before = await settledFiles()
  const { core } = aviary.social
  const store = createDiskMediaStore({ dir: aviary.mediaDir })
  const processMedia = createProcessMedia({ ...core, store, images })
  await Promise.all([processMedia(id), processMedia(id), processMedia(id)])
  assert.equal((await alice.api.get(`/api/v1/media/${id}`)).status, 200)
  // The upload as it came was replaced by the full-size variant.
  assert.equal(await settledFiles(), before)
})

test("an upload whose bytes were lost is removed with its preview", async () => {
  const before = await settledFiles()
  const id = await uploadOnly()
  const { core } = aviary.social
  const store = createDiskMediaStore({ dir: aviary.mediaDir })
  const row = await core.db.selectFrom("media").select("files").where("id", "=", id).executeTakeFirstOrThrow()
  await store.delete(row.files.original)
  await createProcessMedia({ ...core, store, images })(id)
  assert.equal((await alice.api.get(`/api/v1/media/${id}`)).status, 404)
  assert.equal(await settledFiles(), before)
})

test("a failure that is not the picture's is tried again", async () => {
  const id = await uploadOnly()
  let calls = 0
  const flaky = workerWith({
    async fullImage(input) {
      calls += 1
      if (calls === 1) throw new Error("out of memory")
      return images.fullImage(input)
    },
  })
  await flaky.start()
  while (calls < 1) await new Promise((resolve) => setImmediate(resolve))
  for (let tries = 0; calls < 2; tries += 1) {
    if (tries > 1_000) throw new Error("never tried again")
    aviary.clock.advance(1_000)
    await alice.api.get(`/api/v1/media/${id}`)
  }
  await flaky.stop(AbortSignal.timeout(5_000))
  assert.equal((await alice.api.get(`/api/v1/media/${id}`)).status, 200)
})

test("what no post used for a day goes; what one uses or will use stays", async () => {
  const { core } = aviary.social
  const process = createProcessMedia({
    ...core,
    store: createDiskMediaStore({ dir: aviary.mediaDir }),
    images,
  })
  const [used, scheduled, unused] = [await uploadOnly(), await uploadOnly(), await uploadOnly()]
  for (const id of [used, scheduled, unused]) await process(id)
  await alice.api.post("/api/v1/statuses", { status: "here", media_ids: [String(used)] })
  await core.db
    .insertInto("scheduled_posts")
    .values({
      id: core.nextId(),
      account_id: Number(alice.id),
      params: "{}",
      media_ids: [scheduled],
      scheduled_at: new Date(core.clock.now() + 10 * UNATTACHED_MS),
    })
    .execute()
  const sweep = createSweepMedia(core)

  aviary.clock.advance(UNATTACHED_MS - 60_000)
  await sweep()
  assert.equal((await alice.api.get(`/api/v1/media/${unused}`)).status, 200)

  aviary.clock.advance(120_000)
  await sweep()
  const statuses = await Promise.all(
    [used, scheduled, unused].map(async (id) => (await alice.api.get(`/api/v1/media/${id}`)).status),
  )
  assert.deepEqual(statuses, [200, 200, 404])
  assert.equal((await alice.api.delete(`/api/v1/media/${scheduled}`)).status, 422)
})

test("the log rebuilds exactly what stands in the tables", async () => {
  const replay = await checkReplay({ databaseUrl: aviary.databaseUrl, log: aviary.social.core.log })
  assert.equal(replay.differences, 0, JSON.stringify(replay.tables))
})
