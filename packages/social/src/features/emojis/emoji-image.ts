// A picture for a custom emoji: small, about as wide as high, without metadata, and a still one beside it for members who
// want nothing to move.

import { AppError } from "@aviary/kit"
import { ImageRejected } from "../media/image/image-rejected.ts"
import { openImage, orRejected } from "../media/image/open-image.ts"
import type { OpenImage } from "../media/image/open-image.ts"

export interface EmojiImage {
  readonly image: { readonly bytes: Buffer; readonly extension: string }
  readonly still: { readonly bytes: Buffer; readonly extension: string }
}

/** 256 KiB, as Mastodon. */
const MAX_EMOJI_BYTES = 262_144
/** Pixels of the longer side, as stored: emoji are shown at a tenth of it. */
const SIDE = 256
/** How many times longer one side may be than the other: beyond it, it is a banner. */
const ASPECT = 2
const LIMITS = {
  maxBytes: MAX_EMOJI_BYTES,
  maxPixels: 4_194_304,
  maxFrames: 300,
  maxAnimationPixels: 40_000_000,
}
const FORMATS = new Set(["png", "gif", "webp"])

/** Fails with `media.rejected`. */
export async function emojiImage(bytes: Buffer): Promise<EmojiImage> {
  try {
    const image = await openImage(bytes, LIMITS)
    if (!FORMATS.has(image.format)) throw rejected("is not a PNG, GIF or WebP")
    const [short, long] = [Math.min(image.width, image.height), Math.max(image.width, image.height)]
    if (long > ASPECT * short) throw rejected("is more than twice as long as it is wide")
    return await orRejected(() => variants(image))
  } catch (error) {
    throw error instanceof ImageRejected ? rejected(error.message, error) : error
  }
}

async function variants(image: OpenImage): Promise<EmojiImage> {
  const scale = Math.min(1, SIDE / Math.max(image.width, image.height))
  const size = {
    width: Math.max(1, Math.round(image.width * scale)),
    height: Math.max(1, Math.round(image.height * scale)),
    fit: "fill",
  } as const
  const still = { bytes: await image.decode().resize(size).png().toBuffer(), extension: "png" }
  if (!image.animated) return { image: still, still }
  const moving = image.decodeAnimation().resize(size)
  const bytes = await (image.format === "gif" ? moving.gif() : moving.webp()).toBuffer()
  return { image: { bytes, extension: image.format }, still }
}

function rejected(reason: string, cause?: unknown): AppError {
  return new AppError("media.rejected", { reason }, { cause })
}
