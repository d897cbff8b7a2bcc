import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, it } from "node:test"
import { crc32 } from "node:zlib"

import { isBlurhashValid } from "blurhash"
import fc from "fast-check"
import sharp from "sharp"
import type { Sharp } from "sharp"

import { ImageRejected } from "./image-rejected.ts"
import type { ImageRejection } from "./image-rejected.ts"
import { defaultImageLimits } from "./open-image.ts"
import { fullImage, previewImage, processAvatar, processHeader, processImage } from "./process-image.ts"

const red = { r: 220, g: 20, b: 30 }
const blue = { r: 20, g: 30, b: 220 }

function plain(width: number, height: number, background: object = red): Sharp {
  return sharp({ create: { width, height, channels: 4, background: { alpha: 1, ...background } } })
}

/** Left half red, right half blue. */
async function twoHalves(width: number, height: number): Promise<Sharp> {
  const right = await plain(Math.floor(width / 2), height, blue)
    .png()
    .toBuffer()
  const whole = await plain(width, height)
    .composite([{ input: right, gravity: "east" }])
    .png()
    .toBuffer()
  return sharp(whole)
}

async function colourAt(image: Buffer, left: number, top: number): Promise<"red" | "blue" | "other"> {
  const pixel = await sharp(image).extract({ left, top, width: 1, height: 1 }).removeAlpha().raw().toBuffer()
  const [r = 0, , b = 0] = pixel
  return r > 180 && b < 80 ? "red" : b > 180 && r < 80 ? "blue" : "other"
}

/** Frames of one colour each, as an animated image. */
async function animation(format: "gif" | "webp", frames: number): Promise<Buffer> {
  const pages = await Promise.all(
    Array.from({ length: frames }, (_, index) =>
      plain(60, 40, { r: (index * 50) % 256, g: 90, b: 120 })
        .png()
        .toBuffer(),
    ),
  )
  const joined = sharp(pages, { join: { animated: true } })
  const delay = pages.map(() => 70)
  return format === "gif"
    ? joined.gif({ loop: 0, delay }).toBuffer()
    : joined.webp({ loop: 0, delay }).toBuffer()
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}

/** A PNG of some hundred bytes that claims to be of any size. */
function claimingPng(width: number, height: number): Buffer {
  const header = Buffer.from("0000000000000000 0802000000".replaceAll(" ", ""), "hex")
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", Buffer.from("789c030000000001", "hex")),
    pngChunk("IEND", Buffer.alloc(0)),
  ])
}

function rejection(reason: ImageRejection) {
  return (error: unknown) => error instanceof ImageRejected && error.reason === reason
}

describe("processImage", () => {
  it("makes a JPEG of a photo, with preview, blurhash and sizes", async () => {
    const image = await processImage(await plain(1600, 900).jpeg().toBuffer())
    assert.equal(image.original.contentType, "image/jpeg")
    assert.equal(image.original.extension, "jpg")
    assert.equal(image.small.contentType, "image/jpeg")
    assert.equal(image.animated, false)
    assert.deepEqual(isBlurhashValid(image.blurhash), { result: true })
    assert.deepEqual(image.meta, {
      original: { width: 1600, height: 900, size: "1600x900", aspect: 1600 / 900 },
      small: { width: 640, height: 360, size: "640x360", aspect: 640 / 360 },
    })
    const written = await sharp(image.small.data).metadata()
    assert.deepEqual([written.width, written.height], [640, 360])
  })

  it("scales an image of too many pixels down and keeps its aspect", async () => {
    const { original } = await processImage(await plain(6000, 3000).jpeg().toBuffer())
    assert.ok(original.width * original.height <= 8_294_400)
    assert.ok(original.width * original.height > 8_200_000)
    assert.ok(Math.abs(original.width / original.height - 2) < 0.01)
  })

  it("turns the pixels as the camera said, then forgets it", async () => {
    const sideways = await (await twoHalves(80, 40)).jpeg().withMetadata({ orientation: 6 }).toBuffer()
    const { original, small, meta } = await processImage(sideways)
    assert.equal(meta.original.size, "40x80")
    for (const variant of [original, small]) {
      assert.equal((await sharp(variant.data).metadata()).orientation, undefined)
      assert.equal(await colourAt(variant.data, 20, 10), "red")
      assert.equal(await colourAt(variant.data, 20, 70), "blue")
    }
  })

  for (const format of ["jpeg", "png", "webp"] as const) {
    it(`removes all metadata from ${format}`, async () => {
      const source = await plain(50, 50)
        .withIccProfile("p3")
        .withExif({
          IFD0: { Copyright: "SecretOwner", Model: "SecretCamera" },
          IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 0/1" },
        })
        .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf>SecretPlace</rdf></x:xmpmeta>`)
        .toFormat(format)
        .toBuffer()
      const before = await sharp(source).metadata()
      assert.ok(before.exif?.includes("Secret") && before.xmp && before.icc, "the source has metadata")

      const { original, small } = await processImage(source)
      for (const variant of [original, small]) {
        const after = await sharp(variant.data).metadata()
        assert.deepEqual(
          [after.exif, after.xmp, after.iptc, after.icc],
          [undefined, undefined, undefined, undefined],
        )
        assert.doesNotMatch(variant.data.toString("latin1"), /Secret|GPS|Exif/)
      }
    })
  }

  it("converts other colour spaces to 8-bit sRGB", async () => {
    const deep = await plain(40, 40).toColourspace("rgb16").png().toBuffer()
    const cmyk = await plain(40, 40, blue).toColourspace("cmyk").jpeg().toBuffer()
    for (const source of [deep, cmyk]) {
      const written = await sharp((await processImage(source)).original.data).metadata()
      assert.equal(written.space, "srgb")
      assert.equal(written.depth, "uchar")
    }
  })

  it("keeps PNG and its transparency", async () => {
    const { original, small } = await processImage(
      await plain(60, 60, { ...blue, alpha: 0.5 })
        .png()
        .toBuffer(),
    )
    for (const { contentType, data } of [original, small]) {
      assert.equal(contentType, "image/png")
      const [, , , alpha = 0] = await sharp(data).raw().toBuffer()
      assert.ok(Math.abs(alpha - 128) <= 2)
    }
  })

  it("makes the preview of an opaque PNG a JPEG", async () => {
    const { original, small } = await processImage(await plain(60, 60).png().toBuffer())
    assert.deepEqual([original.contentType, small.contentType], ["image/png", "image/jpeg"])
  })

  it("makes JPEG of opaque and PNG of transparent WebP and AVIF", async () => {
    const opaque = sharp({ create: { width: 40, height: 40, channels: 3, background: red } })
    for (const format of ["webp", "avif"] as const) {
      const first = await processImage(await opaque.clone().toFormat(format).toBuffer())
      assert.equal(first.original.contentType, "image/jpeg")
      const second = await processImage(
        await plain(40, 40, { ...red, alpha: 0.4 })
          .toFormat(format)
          .toBuffer(),
      )
      assert.equal(second.original.contentType, "image/png")
    }
  })

  for (const format of ["gif", "webp"] as const) {
    it(`keeps the frames of an animated ${format}, with a still preview`, async () => {
      const image = await processImage(await animation(format, 4))
      assert.equal(image.animated, true)
      assert.equal(image.original.contentType, `image/${format}`)
      assert.deepEqual([image.original.width, image.original.height], [60, 40])
      const written = await sharp(image.original.data).metadata()
      assert.equal(written.pages, 4)
      assert.deepEqual(written.delay, [70, 70, 70, 70])
      assert.equal((await sharp(image.small.data).metadata()).pages, undefined)
    })
  }

  it("goes by content, not by name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "aviary-image-"))
    try {
      const path = join(folder, "really-a-jpeg.png")
      await writeFile(path, await plain(30, 20).jpeg().toBuffer())
      const { original } = await processImage(path)
      assert.equal(original.contentType, "image/jpeg")

      await writeFile(path, "just some text, long enough to be one")
      await assert.rejects(processImage(path), rejection("unsupported"))
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it("takes the thinnest of images", async () => {
    const { meta } = await processImage(await plain(16_000, 1).png().toBuffer())
    assert.deepEqual([meta.original.size, meta.small.height], ["16000x1", 1])
  })
})

describe("processImage rejects", () => {
  const texts: [name: string, content: string][] = [
    ["nothing", ""],
    ["text", "hello, I am called photo.png"],
    [
      "SVG",
      `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>`,
    ],
    ["HTML", "<!doctype html><script>alert(1)</script>"],
    ["PDF", "%PDF-1.7\n%âãÏÓ\n1 0 obj"],
  ]
  for (const [name, content] of texts) {
    it(`${name} as unsupported`, async () => {
      await assert.rejects(processImage(Buffer.from(content)), rejection("unsupported"))
    })
  }

  it("TIFF as unsupported, though the library reads it", async () => {
    await assert.rejects(processImage(await plain(20, 20).tiff().toBuffer()), rejection("unsupported"))
  })

  it("a bomb by its header, without unpacking it", async () => {
    await assert.rejects(processImage(claimingPng(50_000, 50_000)), rejection("too_many_pixels"))
    await assert.rejects(processImage(claimingPng(6000, 6000)), rejection("too_many_pixels"))
    await assert.rejects(processImage(claimingPng(20_000, 1)), rejection("too_many_pixels"))
  })

  it("a small file that ends before the size it claims", async () => {
    await assert.rejects(processImage(claimingPng(100, 100)), rejection("broken"))
  })

  it("too many frames, and too many pixels in all frames", async () => {
    const gif = await animation("gif", 4)
    await assert.rejects(
      processImage(gif, { ...defaultImageLimits, maxFrames: 3 }),
      rejection("too_many_pixels"),
    )
    const maxAnimationPixels = 60 * 40 * 4 - 1
    await assert.rejects(
      processImage(gif, { ...defaultImageLimits, maxAnimationPixels }),
      rejection("too_many_pixels"),
    )
    await processImage(gif, {
      ...defaultImageLimits,
      maxFrames: 4,
      maxAnimationPixels: maxAnimationPixels + 1,
    })
  })

  it("too many bytes", async () => {
    const png = await plain(20, 20).png().toBuffer()
    const limits = { ...defaultImageLimits, maxBytes: png.length - 1 }
    await assert.rejects(processImage(png, limits), rejection("too_large"))
    await processImage(png, { ...limits, maxBytes: png.length })
  })

  for (const format of ["jpeg", "png", "webp", "gif", "avif"] as const) {
    it(`a truncated ${format} as broken`, async () => {
      const noise = sharp({
        create: {
          width: 200,
          height: 150,
          channels: 3,
          background: red,
          noise: { type: "gaussian", mean: 128, sigma: 40 },
        },
      })
      const whole = await noise.toFormat(format).toBuffer()
      for (const share of [0.2, 0.6, 0.95]) {
        const cut = whole.subarray(0, Math.floor(whole.length * share))
        await assert.rejects(processImage(cut), rejection("broken"), `${share}`)
      }
    })
  }

  it("one kind in the clothes of another", async () => {
    const png = await plain(20, 20).png().toBuffer()
    const disguised = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), png.subarray(3)])
    await assert.rejects(processImage(disguised), rejection("broken"))
  })

  it("corrupt bytes with nothing but ImageRejected, or takes them", async () => {
    const sources = await Promise.all([
      plain(24, 16).jpeg().toBuffer(),
      plain(24, 16).png().toBuffer(),
      plain(24, 16).webp().toBuffer(),
      animation("gif", 2),
    ])
    const corrupted = fc
      .tuple(
        fc.constantFrom(...sources),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
      )
      .map(([source, changes]) => {
        const bytes = Buffer.from(source)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        return bytes
      })
    await fc.assert(
      fc.asyncProperty(corrupted, async (bytes) => {
        try {
          await processImage(bytes)
        } catch (error) {
          assert.ok(error instanceof ImageRejected, String(error))
        }
      }),
      { numRuns: 150 },
    )
  })
})

describe("an image in two steps", () => {
  it("has the same preview, sizes and full variant as in one", async () => {
    const sources = [
      await (await twoHalves(3000, 2000)).jpeg().toBuffer(),
      await plain(60, 90).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      await plain(60, 60, { ...blue, alpha: 0.5 })
        .png()
        .toBuffer(),
      await animation("gif", 3),
    ]
    for (const source of sources) {
      const { original, ...rest } = await processImage(source)
      assert.deepEqual(await previewImage(source), rest)
      assert.deepEqual(await fullImage(source), original)
    }
  })

  it("is refused at the first step wherever it is cut off", async () => {
    const noise = { type: "gaussian", mean: 128, sigma: 40 } as const
    const image = sharp({ create: { width: 200, height: 150, channels: 3, background: red, noise } })
    const sources = [
      await image.jpeg().toBuffer(),
      await image.png().toBuffer(),
      await image.webp().toBuffer(),
      await image.avif().toBuffer(),
      await animation("gif", 4),
      await animation("webp", 4),
    ]
    for (const [index, source] of sources.entries()) {
      const cut = source.subarray(0, Math.floor(source.length * 0.95))
      await assert.rejects(previewImage(cut), rejection("broken"), String(index))
    }
  })
})

describe("avatars and headers", () => {
  it("are cut to size around the middle", async () => {
    const source = await (await twoHalves(800, 300)).jpeg().toBuffer()
    const avatar = await processAvatar(source)
    assert.deepEqual([avatar.width, avatar.height, avatar.contentType], [400, 400, "image/jpeg"])
    assert.equal(await colourAt(avatar.data, 100, 200), "red")
    assert.equal(await colourAt(avatar.data, 300, 200), "blue")

    const header = await processHeader(source)
    assert.deepEqual([header.width, header.height], [1500, 500])
  })

  it("show the first frame of an animation", async () => {
    const avatar = await processAvatar(await animation("gif", 3))
    const written = await sharp(avatar.data).metadata()
    assert.equal(written.format, "png")
    assert.deepEqual([written.width, written.height, written.pages], [400, 400, undefined])
  })

  it("are refused for the same reasons", async () => {
    await assert.rejects(processAvatar(Buffer.from("not an image at all")), rejection("unsupported"))
    await assert.rejects(processHeader(claimingPng(50_000, 50_000)), rejection("too_many_pixels"))
  })
})
