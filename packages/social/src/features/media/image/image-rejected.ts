// Why an upload is not taken. It is an answer to the member who sent it, not a failure of the server.

/**
 * - `unsupported`: not an image, or of a kind that is not taken (whatever its name or declared type says)
 * - `broken`: begins like an image, and cannot be decoded to its end
 * - `too_large`: more bytes than allowed
 * - `too_many_pixels`: would unpack to more pixels, or more frames, than allowed
 */
export type ImageRejection = "broken" | "too_many_pixels" | "too_large" | "unsupported"

const texts: Readonly<Record<ImageRejection, string>> = {
  broken: "is broken and cannot be read to its end",
  too_many_pixels: "has more pixels or frames than this server takes",
  too_large: "has more bytes than this server takes",
  unsupported: "is not an image of a supported kind (JPEG, PNG, GIF, WebP or AVIF)",
}

/** Thrown for every input that is not taken. The message is for the member and reads on from "File …". */
export class ImageRejected extends Error {
  readonly reason: ImageRejection

  constructor(reason: ImageRejection, options: { cause?: unknown } = {}) {
    super(texts[reason], options)
    this.name = "ImageRejected"
    this.reason = reason
  }
}
