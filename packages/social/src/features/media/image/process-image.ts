// An upload → what is stored and shown: an original without metadata, a preview, a blurhash, sizes. It must never let
// metadata through (EXIF holds places and serial numbers), nor answer bad bytes with anything but `ImageRejected`.
//
// Output formats: JPEG for photos, because every client of every age shows it; PNG stays PNG, because screenshots and
// drawings suffer from JPEG and transparency has no place in it; other stills with transparency become PNG too;
// animations keep their format.

import { encode } from "blurhash"
import sharp from "sharp"
import type { Sharp } from "sharp"

import { fitIntoPixels, sizeMeta } from "./image-meta.ts"
import type { ImageMeta, ImageSize } from "./image-meta.ts"
import { defaultImageLimits, openImage, orRejected } from "./open-image.ts"
import type { ImageLimits, OpenImage } from "./open-image.ts"

export interface ImageVariant extends ImageSize {
  readonly data: Buffer
  readonly contentType: string
  /** Without a dot. */
  readonly extension: string
}

export interface ProcessedImage {
  readonly original: ImageVariant
  readonly small: ImageVariant
  readonly blurhash: string
  readonly meta: ImageMeta
  readonly animated: boolean
}

/** What can be shown of an image before its full-size variant is made. */
export type ImagePreview = Omit<ProcessedImage, "original">

/** 3840×2160, as Mastodon. */
const ORIGINAL_PIXELS = 8_294_400
/** 640×360, as Mastodon. */
const SMALL_PIXELS = 230_400
/** A blurhash of 4×4 waves shows nothing that more pixels than these could add. */
const BLURHASH_PIXELS = 32 * 32

type Encoding = "jpeg" | "png" | "gif" | "webp"

/** Takes an attachment in. Rejects with `ImageRejected`; with a file system error only where a path cannot be read. */
export async function processImage(
  input: Buffer | string,
  limits: ImageLimits = defaultImageLimits,
): Promise<ProcessedImage> {
  const image = await openImage(input, limits)
  return orRejected(async () => {
    const original = await originalOf(image)
    const { small, blurhash } = await smallOf(image)
    const meta = { original: sizeMeta(original), small: sizeMeta(small) }
    return { original, small, blurhash, meta, animated: image.animated }
  })
}

/**
 * Checks an attachment to its last byte and makes its preview. The rest of the work is `fullImage`'s, which then fails only
 * where the file was damaged in between. Errors as `processImage`.
 */
export async function previewImage(
  input: Buffer | string,
  limits: ImageLimits = defaultImageLimits,
): Promise<ImagePreview> {
  const image = await openImage(input, limits)
  return orRejected(async () => {
    const { small, blurhash } = await smallOf(image)
    // The preview is of the first frame; the others are read for nothing but their being readable.
    if (image.animated)
      await image.decodeAnimation().resize({ width: 1, height: 1, fit: "fill" }).raw().toBuffer()
    const meta = { original: sizeMeta(fitIntoPixels(image, ORIGINAL_PIXELS)), small: sizeMeta(small) }
    return { small, blurhash, meta, animated: image.animated }
  })
}

/** The full-size variant of an attachment alone. Errors as `processImage`. */
export async function fullImage(
  input: Buffer | string,
  limits: ImageLimits = defaultImageLimits,
): Promise<ImageVariant> {
  const image = await openImage(input, limits)
  return orRejected(() => originalOf(image))
}

/** An avatar: 400×400, the middle of the image, its first frame. Errors as `processImage`. */
export function processAvatar(
  input: Buffer | string,
  limits: ImageLimits = defaultImageLimits,
): Promise<ImageVariant> {
  return cover(input, { width: 400, height: 400 }, limits)
}

/** A profile header: 1500×500, the middle of the image, its first frame. Errors as `processImage`. */
export function processHeader(
  input: Buffer | string,
  limits: ImageLimits = defaultImageLimits,
): Promise<ImageVariant> {
  return cover(input, { width: 1500, height: 500 }, limits)
}

async function cover(input: Buffer | string, size: ImageSize, limits: ImageLimits): Promise<ImageVariant> {
  const image = await openImage(input, limits)
  return orRejected(() => write(image.decode().resize({ ...size, fit: "cover" }), stillEncoding(image), 90))
}

function originalOf(image: OpenImage): Promise<ImageVariant> {
  const size = fitIntoPixels(image, ORIGINAL_PIXELS)
  if (image.animated) {
    return write(
      image.decodeAnimation().resize({ ...size, fit: "fill" }),
      image.format === "gif" ? "gif" : "webp",
      85,
    )
  }
  return write(image.decode().resize({ ...size, fit: "fill" }), stillEncoding(image), 90)
}

/** Preview and blurhash from one decoding, which scales down while it reads. */
async function smallOf(image: OpenImage): Promise<{ small: ImageVariant; blurhash: string }> {
  const size = fitIntoPixels(image, SMALL_PIXELS)
  const { data, info } = await image
    .decode()
    .resize({ ...size, fit: "fill" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const pixels = () => sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })

  // Many images have an alpha channel and nothing transparent in it; their previews need not be PNG.
  const small = await write(pixels(), isOpaque(data) ? "jpeg" : "png", 80)
  return { small, blurhash: await blurhashOf(pixels(), size) }
}

function isOpaque(rgba: Buffer): boolean {
  for (let alpha = 3; alpha < rgba.length; alpha += 4) if (rgba[alpha] !== 255) return false
  return true
}

async function blurhashOf(pixels: Sharp, size: ImageSize): Promise<string> {
  const { data, info } = await pixels
    .flatten({ background: "#fff" })
    .resize({ ...fitIntoPixels(size, BLURHASH_PIXELS), fit: "fill" })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return encode(new Uint8ClampedArray(data), info.width, info.height, 4, 4)
}

function stillEncoding(image: OpenImage): Encoding {
  return image.format === "png" || image.format === "gif" || image.hasAlpha ? "png" : "jpeg"
}

/** Encodes as sRGB of 8 bits a channel. The library writes no metadata unless it is told to. */
async function write(image: Sharp, encoding: Encoding, quality: number): Promise<ImageVariant> {
  const { data, info } = await encoders[encoding](image.toColourspace("srgb"), quality).toBuffer({
    resolveWithObject: true,
  })
  return {
    data,
    contentType: `image/${encoding}`,
    extension: encoding === "jpeg" ? "jpg" : encoding,
    width: info.width,
    height: info.pageHeight ?? info.height,
  }
}

const encoders: Readonly<Record<Encoding, (image: Sharp, quality: number) => Sharp>> = {
  jpeg: (image, quality) => image.flatten({ background: "#fff" }).jpeg({ quality, progressive: true }),
  png: (image) => image.png(),
  gif: (image) => image.gif({ effort: 3 }),
  webp: (image, quality) => image.webp({ quality, effort: 2 }),
}
