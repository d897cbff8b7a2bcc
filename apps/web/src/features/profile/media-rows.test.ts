import assert from "node:assert/strict"
import { test } from "node:test"
import type { MediaAttachment, Status } from "../../api/entities.ts"
import { mediaRows } from "./media-rows.ts"

const media = (id: string, type = "image") => ({ id, type }) as MediaAttachment
const post = (id: string, ...all: MediaAttachment[]) =>
  ({ id, media_attachments: all, reblog: null }) as unknown as Status

test("pictures of all posts stand three in a row, each with its place among those of its post", () => {
  const rows = mediaRows([
    post("1", media("a"), media("b")),
    post("2"),
    post("3", media("c"), media("song", "audio"), media("d", "video")),
  ])
  assert.deepEqual(
    rows.map(({ id, tiles }) => [id, ...tiles.map((tile) => `${tile.media.id}${tile.place}`)]),
    [
      ["a", "a0", "b1", "c0"],
      ["d", "d1"],
    ],
  )
  assert.deepEqual(mediaRows([post("1")]), [])
})
