// Sizes and focus of an image in the shapes that Mastodon's `MediaAttachment.meta` has. Pure.

export interface ImageSize {
  /** Pixels. */
  readonly width: number
  readonly height: number
}

export interface SizeMeta extends ImageSize {
  /** `WIDTHxHEIGHT`. */
  readonly size: string
  /** Width over height. */
  readonly aspect: number
}

export interface ImageMeta {
  readonly original: SizeMeta
  readonly small: SizeMeta
}

/** The point that stays visible when an app crops: from -1 (left, bottom) to 1 (right, top); 0,0 is the centre. */
export interface Focus {
  readonly x: number
  readonly y: number
}

export function sizeMeta({ width, height }: ImageSize): SizeMeta {
  return { width, height, size: `${width}x${height}`, aspect: width / height }
}

/** The largest size of the same aspect that has at most `maxPixels` pixels; never larger than the image. */
export function fitIntoPixels({ width, height }: ImageSize, maxPixels: number): ImageSize {
  if (width * height <= maxPixels) return { width, height }
  const scale = Math.sqrt(maxPixels / (width * height))
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) }
}

const NUMBER = String.raw`\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*`
const FOCUS = new RegExp(`^${NUMBER},${NUMBER}$`, "i")

/**
 * `"x,y"` as two numbers in [-1, 1]. What lies beyond is clamped, because apps compute it from a finger that may leave
 * the picture; `undefined` where it is not two numbers.
 */
export function parseFocus(text: string): Focus | undefined {
  const [, x, y] = FOCUS.exec(text) ?? []
  return x === undefined || y === undefined ? undefined : { x: clamp(Number(x)), y: clamp(Number(y)) }
}

function clamp(value: number): number {
  // Adding zero turns -0, which JSON writers disagree about, into 0.
  return Math.min(1, Math.max(-1, value)) + 0
}
