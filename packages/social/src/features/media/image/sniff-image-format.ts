// Says from the first bytes what an upload is. A decoder only ever sees what is named here: SVG, PDF, TIFF and the
// dozens of other formats that an image library may know are kept away from it.

export type ImageFormat = "jpeg" | "png" | "gif" | "webp" | "heif"

// Brands of ISO base media files that hold still images: AV1 (AVIF), and the generic and HEVC ones (HEIC). Which of
// them can be decoded depends on the build of the image library.
const HEIF_BRANDS = new Set(["avif", "avis", "mif1", "msf1", "heic", "heix", "heim", "heis"])

/** The format of an image by its content, `undefined` for all others. Names and declared types play no part. */
export function sniffImageFormat(bytes: Buffer): ImageFormat | undefined {
  if (bytes.length < 12) return undefined
  const head = bytes.toString("latin1", 0, 12)

  if (head.startsWith("\u00ff\u00d8\u00ff")) return "jpeg"
  if (head.startsWith("\u0089PNG\r\n\u001a\n")) return "png"
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "gif"
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return "webp"
  if (head.startsWith("ftyp", 4) && HEIF_BRANDS.has(head.slice(8))) return "heif"
  return undefined
}
