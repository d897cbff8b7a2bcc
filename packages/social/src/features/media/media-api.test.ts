import assert from "node:assert/strict"
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { crc32, deflateSync } from "node:zlib"
import { startAviary } from "@aviary/testkit"
import type { ApiAnswer, TestAviary, TestMember } from "@aviary/testkit"
import sharp from "sharp"
import { checkReplay } from "../../events/replay.ts"
import { createDiskMediaStore } from "./disk-media-store.ts"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember

before(async () => {
  aviary = await startAviary({ env: { AVIARY_MEDIA_MAX_IMAGE_BYTES: "400000" } })
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
})
after(() => aviary.stop())

const photo = (size = 40) =>
  sharp({ create: { width: size, height: size, channels: 3, background: "teal", noise: NOISE } }).jpeg()
const NOISE = { type: "gaussian", mean: 128, sigma: 30 } as const

function form(bytes: Buffer, fields: Record<string, string> = {}, name = "photo.jpg"): FormData {
  const data = new FormData()
  for (const [key, value] of Object.entries(fields)) data.set(key, value)
  data.set("file", new Blob([new Uint8Array(bytes)]), name)
  return data
}

async function upload(member: TestMember, fields: Record<string, string> = {}): Promise<ApiAnswer> {
  return member.api.post("/api/v1/media", form(await photo().toBuffer(), fields))
}

async function untilReady(member: TestMember, id: string): Promise<ApiAnswer> {
  for (let tries = 0; tries < 500; tries += 1) {
    const answer = await member.api.get(`/api/v1/media/${id}`)
    if (answer.status !== 206) return answer
    assert.equal(answer.body.url, null)
  }
  throw new Error("never ready")
}

async function storedFiles(): Promise<string[]> {
  await aviary.settle()
  const entries = await readdir(aviary.mediaDir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

describe("an upload", () => {
  test("by v2 is answered with its preview, and is ready soon", async () => {
    const before = (await storedFiles()).length
    const bytes = await photo(900).jpeg({ quality: 60 }).toBuffer()
    const { status, body } = await alice.api.post(
      "/api/v2/media",
      form(bytes, { description: "  Sea ", focus: "0.5,-2" }),
    )
    assert.equal(status, 202)
    assert.equal(body.url, null)
    assert.equal(body.description, "Sea")
    assert.deepEqual(body.meta.focus, { x: 0.5, y: -1 })
    assert.equal(body.meta.original.size, "900x900")
    assert.equal(body.meta.small.size, "480x480")
    assert.ok(body.blurhash)

    const ready = await untilReady(alice, body.id)
    assert.equal(ready.status, 200)
    const image = await fetch(ready.body.url)
    assert.equal((await sharp(Buffer.from(await image.arrayBuffer())).metadata()).width, 900)
    assert.equal((await fetch(ready.body.preview_url)).status, 200)
    // The bytes as they came are gone; two variants remain.
    assert.equal((await storedFiles()).length, before + 2)
  })

  test("by v1 has its URL at once", async () => {
    const { status, body } = await upload(alice)
    assert.equal(status, 200)
    assert.match(body.url, /\/media\/[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{32}\.jpg$/)
    assert.equal((await alice.api.get(`/api/v1/media/${body.id}`)).status, 200)
  })

  test("has no EXIF left in any variant", async () => {
    const bytes = await photo()
      .withExif({ IFD0: { Artist: "secret-artist" }, IFD3: { GPSLatitude: "52/1 31/1 0/1" } })
      .toBuffer()
    assert.ok(bytes.includes("secret-artist"))
    const { body } = await alice.api.post("/api/v2/media", form(bytes))
    const ready = await untilReady(alice, body.id)
    for (const url of [ready.body.url, ready.body.preview_url]) {
      const served = Buffer.from(await (await fetch(url)).arrayBuffer())
      assert.equal((await sharp(served).metadata()).exif, undefined)
    }
    for (const path of await storedFiles()) assert.ok(!(await readFile(path)).includes("secret-artist"), path)
  })

  test("is seen, changed and removed by its member only", async () => {
    const { body } = await upload(alice)
    const path = `/api/v1/media/${body.id}`
    assert.equal((await bob.api.get(path)).status, 404)
    assert.equal((await bob.api.put(path, { description: "mine" })).status, 404)
    assert.equal((await bob.api.delete(path)).status, 404)

    const changed = await alice.api.put(path, { description: "A gull", focus: "-0.25,0.75" })
    assert.equal(changed.body.description, "A gull")
    assert.deepEqual(changed.body.meta.focus, { x: -0.25, y: 0.75 })
    const kept = await alice.api.put(path, { focus: "0,0" })
    assert.equal(kept.body.description, "A gull")
    assert.equal((await alice.api.put(path, { description: "" })).body.description, null)

    const gone = await alice.api.delete(path)
    assert.deepEqual([gone.status, gone.body], [200, {}])
    assert.equal((await alice.api.get(path)).status, 404)
    await aviary.settle()
    assert.equal((await fetch(body.url)).status, 404)
    assert.equal((await fetch(body.preview_url)).status, 404)
  })

  test("of a post can neither be changed nor removed, and is free again once the post is deleted", async () => {
    const { body } = await upload(alice, { description: "A wren" })
    const post = await alice.api.post("/api/v1/statuses", { status: "look", media_ids: [body.id] })
    assert.equal(post.body.media_attachments[0].description, "A wren")
    assert.equal((await alice.api.delete(`/api/v1/media/${body.id}`)).status, 422)
    assert.equal((await alice.api.put(`/api/v1/media/${body.id}`, { description: "x" })).status, 422)

    await aviary.social.core.events.transact([`post:${post.body.id}`], (tx) =>
      tx.append([
        {
          type: "post.deleted",
          stream: `post:${post.body.id}`,
          actor: Number(alice.id),
          data: { id: Number(post.body.id), author_id: Number(alice.id) },
        },
      ]),
    )
    const again = await alice.api.post("/api/v1/statuses", { status: "again", media_ids: [body.id] })
    assert.equal(again.status, 200)
    assert.equal(again.body.media_attachments[0].url, body.url)
  })
})

describe("what is not taken", () => {
  test("is refused with 422 and nothing is kept", async () => {
    const before = await storedFiles()
    const whole = await photo(200).toBuffer()
    const animation = await animatedGif()
    const cases: [string, Buffer][] = [
      ["truncated", whole.subarray(0, Math.floor(whole.length * 0.9))],
      ["an animation whose last frame is cut off", animation.subarray(0, animation.length - 40)],
      ["a bomb", pngClaiming(50_000, 50_000)],
      ["text named .png", Buffer.from("this is a text and no picture")],
      ["SVG", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
      ["nothing", Buffer.alloc(0)],
    ]
    for (const path of ["/api/v1/media", "/api/v2/media"]) {
      for (const [name, bytes] of cases) {
        const answer = await alice.api.post(path, form(bytes, {}, "photo.png"))
        assert.equal(answer.status, 422, `${name} to ${path}`)
        assert.equal(answer.body.code, "media.rejected", name)
      }
    }
    assert.deepEqual(await storedFiles(), before)
  })

  test("is 413 over the byte limit", async () => {
    const answer = await alice.api.post("/api/v2/media", form(Buffer.alloc(400_001, 1)))
    assert.equal(answer.status, 413)
  })

  test("names the field that is wrong", async () => {
    const bytes = await photo().toBuffer()
    const cases: [FormData, RegExp][] = [
      [new FormData(), /file/],
      [form(bytes, { description: "x".repeat(1_501) }), /description/],
      [form(bytes, { focus: "left" }), /focus/],
    ]
    for (const [data, expected] of cases) {
      const answer = await alice.api.post("/api/v2/media", data)
      assert.equal(answer.status, 422)
      assert.match(answer.body.error, expected)
    }
    const longest = await alice.api.post("/api/v2/media", form(bytes, { description: "🦅".repeat(1_500) }))
    assert.equal(longest.status, 202)
    assert.equal((await aviary.api.post("/api/v2/media", form(bytes))).status, 401)
    assert.equal((await alice.api.get("/api/v1/media/nonsense")).status, 404)
  })
})

describe("a served file", () => {
  test("is typed, cached for ever, and harmless", async () => {
    const { body } = await upload(alice)
    const answer = await fetch(body.url)
    assert.equal(answer.headers.get("content-type"), "image/jpeg")
    assert.match(answer.headers.get("cache-control") ?? "", /max-age=31536000, immutable/)
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff")
    assert.match(answer.headers.get("content-security-policy") ?? "", /sandbox/)
    const bytes = Buffer.from(await answer.arrayBuffer())
    assert.equal(answer.headers.get("content-length"), String(bytes.length))

    const head = await fetch(body.url, { method: "HEAD" })
    assert.equal(head.status, 200)
    assert.equal(head.headers.get("content-length"), String(bytes.length))

    const part = await fetch(body.url, { headers: { range: "bytes=10-19" } })
    assert.equal(part.status, 206)
    assert.equal(part.headers.get("content-range"), `bytes 10-19/${bytes.length}`)
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(10, 20))

    const beyond = await fetch(body.url, { headers: { range: `bytes=${bytes.length}-` } })
    assert.equal(beyond.status, 416)
    assert.equal(beyond.headers.get("content-range"), `bytes */${bytes.length}`)

    const cached = await fetch(body.url, { headers: { "if-none-match": answer.headers.get("etag") ?? "" } })
    assert.equal(cached.status, 304)
    assert.equal(await cached.text(), "")
  })

  test("is never one outside the store, nor an upload as it came", async () => {
    // A key that exists, of an upload that is not processed yet.
    const key = await createDiskMediaStore({ dir: aviary.mediaDir }).put({
      bytes: Buffer.from("as it came"),
      extension: "upload",
      area: "incoming",
    })
    const paths = [
      "/media/../package.json",
      "/media/%2e%2e/%2e%2e/etc/passwd",
      "/media/..%2f..%2fetc%2fpasswd",
      "/media/%2fetc%2fpasswd",
      `/media/${key}`,
      "/media/tmp/x",
      "/media/",
      "/media/aa/bb/00112233445566778899aabbccddeeff.jpg",
    ]
    for (const path of paths) assert.equal((await fetch(aviary.url + path)).status, 404, path)
  })
})

test("the log rebuilds exactly what stands in the tables", async () => {
  const replay = await checkReplay({ databaseUrl: aviary.databaseUrl, log: aviary.social.core.log })
  assert.equal(replay.differences, 0, JSON.stringify(replay.tables))
})

async function animatedGif(): Promise<Buffer> {
  const frames = await Promise.all(
    ["red", "green", "blue"].map((background) =>
      sharp({ create: { width: 60, height: 40, channels: 3, background, noise: NOISE } })
        .png()
        .toBuffer(),
    ),
  )
  return sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer()
}

/** A small PNG whose header claims a size. */
function pngClaiming(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data])
    const framed = Buffer.alloc(8 + body.length)
    framed.writeUInt32BE(data.length, 0)
    body.copy(framed, 4)
    framed.writeUInt32BE(crc32(body), 4 + body.length)
    return framed
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from("\u0089PNG\r\n\u001a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(64))),
    chunk("IEND", Buffer.alloc(0)),
  ])
}
