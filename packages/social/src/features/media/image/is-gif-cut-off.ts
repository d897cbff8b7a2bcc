// Whether a GIF ends in the middle of something. The image library plays what frames there are and says nothing, so that
// half an upload would pass for a whole one. Only lengths are looked at; whether frames decode is the library's to say.
// Source: https://www.w3.org/Graphics/GIF/spec-gif89a.txt

const HEADER_BYTES = 13
const IMAGE_DESCRIPTOR_BYTES = 10
const EXTENSION = 0x21
const IMAGE = 0x2c
const TRAILER = 0x3b

/** A missing trailer alone is no cut: encoders exist that leave it out. */
export function isGifCutOff(bytes: Buffer): boolean {
  let at = HEADER_BYTES + colourTableBytes(bytes[10] ?? 0)
  while (at < bytes.length) {
    const block = bytes[at]
    if (block === TRAILER) return false
    // Junk between blocks: decoders stop there too.
    if (block !== EXTENSION && block !== IMAGE) return false
    at = endOfSubBlocks(bytes, at + (block === EXTENSION ? 2 : imageHeaderBytes(bytes, at)))
  }
  return at > bytes.length
}

/** Descriptor, local colour table and the byte that gives the code size. */
function imageHeaderBytes(bytes: Buffer, at: number): number {
  return IMAGE_DESCRIPTOR_BYTES + colourTableBytes(bytes[at + 9] ?? 0) + 1
}

function colourTableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1)
}

/** Behind the empty sub-block that ends a sequence; beyond the end of the file where there is none. */
function endOfSubBlocks(bytes: Buffer, start: number): number {
  for (let at = start; at < bytes.length;) {
    const length = bytes[at] ?? 0
    at += 1 + length
    if (length === 0) return at
  }
  return bytes.length + 1
}
