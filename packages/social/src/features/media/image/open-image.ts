// The gate in front of the decoder: takes bytes or a file, checks size, kind and dimensions from the header alone, and
// hands out decoders with limits set. Nothing is unpacked before it fits the limits.

import { readFile, stat } from "node:fs/promises"

import sharp from "sharp"
import type { Sharp } from "sharp"

import { ImageRejected } from "./image-rejected.ts"
import { isGifCutOff } from "./is-gif-cut-off.ts"
import { sniffImageFormat } from "./sniff-image-format.ts"
import type { ImageFormat } from "./sniff-image-format.ts"

// The library's cache of operations never pays off for uploads, which differ; one thread an image keeps the memory of
// several images at once in bounds and leaves the other cores to requests.
sharp.cache(false)
sharp.concurrency(1)

export interface ImageLimits {
  /** Bytes of the upload. */
  readonly maxBytes: number
  /** Pixels of one frame: width × height. */
  readonly maxPixels: number
  readonly maxFrames: number
  /** Pixels of all frames of an animation together. */
  readonly maxAnimationPixels: number
}

/** 16 MiB and 7680×4320, as Mastodon; 600 frames (a minute at ten a second) of 80 megapixels together. */
export const defaultImageLimits: ImageLimits = {
  maxBytes: 16 * 1024 * 1024,
  maxPixels: 33_177_600,
  maxFrames: 600,
  maxAnimationPixels: 80_000_000,
}

// No encoder here takes longer sides, whatever the number of pixels.
const MAX_SIDE = 16_383

export interface OpenImage {
  readonly format: ImageFormat
  /** Pixels, as seen: after the orientation that a camera noted. */
  readonly width: number
  readonly height: number
  readonly animated: boolean
  readonly hasAlpha: boolean
  /** A new decoder of the first frame, upright. */
  decode(): Sharp
  /** A new decoder of all frames. */
  decodeAnimation(): Sharp
}

/** Reads the header of an image. Throws `ImageRejected`, or a file system error where a path cannot be read. */
export async function openImage(input: Buffer | string, limits: ImageLimits): Promise<OpenImage> {
  const bytes = await readLimited(input, limits.maxBytes)
  const format = sniffImageFormat(bytes)
  if (format === undefined) throw new ImageRejected("unsupported")

  // The limit is ours to check below: the library's own error could not be told from that of a broken file.
  const header = await orRejected(() => sharp(bytes, { failOn: "error", limitInputPixels: false }).metadata())
  if (header.format !== format) throw new ImageRejected("broken")
  if (format === "gif" && isGifCutOff(bytes)) throw new ImageRejected("broken")
  if (format === "heif" && header.compression !== "av1") throw new ImageRejected("unsupported")

  const { width, height } = header.autoOrient
  const frames = format === "gif" || format === "webp" ? (header.pages ?? 1) : 1
  const tooMany =
    width * height > limits.maxPixels ||
    Math.max(width, height) > MAX_SIDE ||
    frames > limits.maxFrames ||
    (frames > 1 && width * height * frames > limits.maxAnimationPixels)
  if (tooMany) throw new ImageRejected("too_many_pixels")

  return {
    format,
    width,
    height,
    animated: frames > 1,
    hasAlpha: header.hasAlpha,
    decode: () => sharp(bytes, { failOn: "error", limitInputPixels: limits.maxPixels }).autoOrient(),
    decodeAnimation: () =>
      sharp(bytes, { failOn: "error", limitInputPixels: limits.maxAnimationPixels, animated: true }),
  }
}

async function readLimited(input: Buffer | string, maxBytes: number): Promise<Buffer> {
  const size = typeof input === "string" ? (await stat(input)).size : input.length
  if (size > maxBytes) throw new ImageRejected("too_large")
  return typeof input === "string" ? readFile(input) : input
}

/** Runs a step of decoding; whatever goes wrong in it, the bytes are to blame. */
export async function orRejected<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw error instanceof ImageRejected ? error : new ImageRejected("broken", { cause: error })
  }
}
