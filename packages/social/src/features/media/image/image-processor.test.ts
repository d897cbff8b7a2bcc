import assert from "node:assert/strict"
import { describe, it } from "node:test"

import { AppError } from "@aviary/kit"
import sharp from "sharp"

import { createImageProcessor } from "./image-processor.ts"
import { ImageRejected } from "./image-rejected.ts"
import { defaultImageLimits } from "./open-image.ts"

describe("an image processor", () => {
  it("refuses as busy what it can neither start nor queue, and goes on afterwards", async () => {
    const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: "red" } })
      .png()
      .toBuffer()
    const images = createImageProcessor({ concurrent: 1, waiting: 1 })
    const results = await Promise.allSettled([
      images.processAvatar(png),
      images.processImage(png),
      images.processHeader(png),
    ])
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "fulfilled", "rejected"],
    )
    const [, , refused] = results
    assert.ok(refused.status === "rejected" && refused.reason instanceof AppError)
    assert.equal(refused.reason.code, "media.busy")
    assert.equal((await images.processHeader(png)).width, 1500)
  })

  it("holds images to its own limits", async () => {
    const images = createImageProcessor({ limits: { ...defaultImageLimits, maxBytes: 10 } })
    await assert.rejects(images.processImage(Buffer.alloc(11)), ImageRejected)
  })
})
