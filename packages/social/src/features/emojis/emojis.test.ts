import assert from "node:assert/strict"
import { readdir } from "node:fs/promises"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"
import sharp from "sharp"
import { checkReplay } from "../../events/replay.ts"
import { createDiskMediaStore } from "../media/disk-media-store.ts"
import { createAddEmoji, createRemoveEmoji } from "./change-emojis.ts"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

function commands() {
  const { core } = aviary.social
  const store = createDiskMediaStore({ dir: aviary.mediaDir })
  return { addEmoji: createAddEmoji({ ...core, store }), removeEmoji: createRemoveEmoji(core) }
}

const picture = (width: number, height: number, background = "gold") =>
  sharp({ create: { width, height, channels: 4, background } })
    .png()
    .toBuffer()

async function list(): Promise<
  { shortcode: string; url: string; static_url: string; category: string | null }[]
> {
  await aviary.settle()
  return (await aviary.api.get("/api/v1/custom_emojis")).body
}

async function files(): Promise<number> {
  const entries = await readdir(aviary.mediaDir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

test("an emoji is listed, shown in posts, replaced and removed, with its files", async () => {
  const { addEmoji, removeEmoji } = commands()
  assert.deepEqual(await list(), [])
  await addEmoji({ shortcode: "wren", bytes: await picture(600, 500), category: "Birds" })
  const [added] = await list()
  assert.equal(added?.shortcode, "wren")
  assert.equal(added.category, "Birds")
  const served = await fetch(added.url)
  assert.equal(served.headers.get("content-type"), "image/png")
  const meta = await sharp(Buffer.from(await served.arrayBuffer())).metadata()
  assert.deepEqual([meta.width, meta.height], [256, 213])

  const alice = await aviary.member("alice")
  const post = await alice.api.post("/api/v1/statuses", { status: "a :wren: and a :crow:" })
  assert.deepEqual(
    post.body.emojis.map((emoji: { shortcode: string }) => emoji.shortcode),
    ["wren"],
  )

  await addEmoji({ shortcode: "wren", bytes: await animation(), category: null })
  const [replaced] = await list()
  assert.notEqual(replaced?.url, added.url)
  assert.match(replaced?.url ?? "", /\.gif$/)
  assert.match(replaced?.static_url ?? "", /\.png$/)
  assert.equal((await fetch(added.url)).status, 404)
  assert.equal(await files(), 2)

  await removeEmoji("wren")
  assert.deepEqual(await list(), [])
  assert.equal(await files(), 0)
  await assert.rejects(removeEmoji("wren"), { code: "record.not_found" })
})

test("bad shortcodes and pictures are refused, and nothing is kept", async () => {
  const { addEmoji } = commands()
  const good = await picture(20, 20)
  for (const shortcode of ["", "a", "with space", ":wren:", "kea-parrot", "x".repeat(129)]) {
    await assert.rejects(
      addEmoji({ shortcode, bytes: good, category: null }),
      { code: "input.invalid" },
      shortcode,
    )
  }
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const
  const large = sharp({ create: { width: 500, height: 500, channels: 3, background: "red", noise } })
  const pictures: [string, Buffer][] = [
    ["a text", Buffer.from("this is no picture at all")],
    ["a JPEG", await sharp(good).jpeg().toBuffer()],
    ["a banner", await picture(300, 20)],
    ["too many bytes", await large.png().toBuffer()],
    ["cut off", good.subarray(0, good.length - 20)],
  ]
  for (const [name, bytes] of pictures) {
    await assert.rejects(
      addEmoji({ shortcode: "wren", bytes, category: null }),
      { code: "media.rejected" },
      name,
    )
  }
  assert.deepEqual(await list(), [])
  assert.equal(await files(), 0)
})

test("the log rebuilds exactly what stands in the tables", async () => {
  const replay = await checkReplay({ databaseUrl: aviary.databaseUrl, log: aviary.social.core.log })
  assert.equal(replay.differences, 0, JSON.stringify(replay.tables))
})

async function animation(): Promise<Buffer> {
  const frames = await Promise.all(["red", "green"].map((colour) => picture(40, 40, colour)))
  return sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer()
}
