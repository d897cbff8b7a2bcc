import assert from "node:assert/strict"
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { createDiskMediaStore } from "./disk-media-store.ts"
import { isPublicKey } from "./media-store.ts"

let dir: string
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "aviary-store-"))
})
after(() => rm(dir, { recursive: true, force: true }))

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = ""
  for await (const chunk of stream) all += String(chunk)
  return all
}

test("a file is kept, read in parts, and gone once deleted", async () => {
  const store = createDiskMediaStore({ dir })
  const key = await store.put({ bytes: Buffer.from("0123456789"), extension: "png" })
  assert.ok(isPublicKey(key))
  assert.equal(await store.size(key), 10)
  assert.equal(await text(await store.open(key)), "0123456789")
  assert.equal(await text(await store.open(key, { start: 2, end: 4 })), "234")
  assert.equal((await store.read(key)).toString(), "0123456789")
  await store.delete(key)
  await store.delete(key)
  assert.equal(await store.size(key), undefined)
  await assert.rejects(store.open(key), { code: "record.not_found" })
  await assert.rejects(store.read(key), { code: "record.not_found" })
})

test("incoming files have keys that are not public", async () => {
  const store = createDiskMediaStore({ dir })
  const key = await store.put({ bytes: Buffer.from("x"), extension: "upload", area: "incoming" })
  assert.equal(isPublicKey(key), false)
  assert.equal(await store.size(key), 1)
})

test("nothing but a key becomes a path", async () => {
  const store = createDiskMediaStore({ dir: join(dir, "inner") })
  await mkdir(join(dir, "inner"), { recursive: true })
  await writeFile(join(dir, "secret.png"), "secret")
  const attempts = ["../secret.png", "/etc/passwd", "aa/bb/../../../secret.png", "tmp/x", "", ".", "aa\0.png"]
  for (const key of attempts) {
    assert.equal(await store.size(key), undefined, key)
    await assert.rejects(store.open(key), { code: "record.not_found" }, key)
  }
})

test("a write that fails leaves nothing, and says when the disk is full", async () => {
  const blocked = join(dir, "blocked")
  await writeFile(blocked, "a file where a folder should be")
  await assert.rejects(
    createDiskMediaStore({ dir: blocked }).put({ bytes: Buffer.from("x"), extension: "png" }),
  )
  // Linux's device that is always full.
  const { storageError } = await import("./disk-media-store.ts")
  const full = await writeFile("/dev/full", "x").then(
    () => undefined,
    (error: unknown) => error,
  )
  assert.equal((storageError(full) as { code: string }).code, "storage.full")
})

test("left-overs of interrupted writes go once they are old", async () => {
  const store = createDiskMediaStore({ dir })
  await mkdir(join(dir, "tmp"), { recursive: true })
  await writeFile(join(dir, "tmp", "old"), "half a fi")
  await writeFile(join(dir, "tmp", "new"), "half a fi")
  await utimes(join(dir, "tmp", "old"), 1_000, 1_000)
  await store.cleanUp(Date.now() - 3_600_000)
  assert.deepEqual(await readdir(join(dir, "tmp")), ["new"])
})
