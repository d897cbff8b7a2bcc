// Where the frames of a WebSocket end (RFC 6455 5.2), so that a frame of our own can be put between two of the instance's.
// Counts bytes; it never looks into a frame.

export interface FrameBoundary {
  /** Follows `chunk`. `before`: its bytes up to the first frame end, or all; `atBoundary`: a frame ended there. */
  pass(chunk: Buffer): { before: Buffer; atBoundary: boolean }
  atBoundary(): boolean
}

export function createFrameBoundary(): FrameBoundary {
  let header: number[] = []
  let payload = 0

  /** Bytes of the header that `header` is the beginning of. */
  function headerLength(): number {
    const second = header[1]
    if (second === undefined) return 2
    const length = second & 0x7f
    return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + ((second & 0x80) === 0 ? 0 : 4)
  }

  function payloadLength(): number {
    const length = (header[1] ?? 0) & 0x7f
    if (length < 126) return length
    const bytes = header.slice(2, length === 126 ? 4 : 10)
    return bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  }

  /** Follows one frame from `at`; where it ended, or the chunk's end. */
  function follow(chunk: Buffer, from: number): number {
    let at = from
    while (payload === 0 && at < chunk.length) {
      header.push(chunk[at] ?? 0)
      at += 1
      if (header.length < headerLength()) continue
      payload = payloadLength()
      header = []
      break
    }
    const taken = Math.min(payload, chunk.length - at)
    payload -= taken
    return at + taken
  }

  const atBoundary = () => payload === 0 && header.length === 0

  return {
    pass(chunk) {
      let first: number | undefined
      for (let at = 0; at < chunk.length;) {
        at = follow(chunk, at)
        if (first === undefined && atBoundary()) first = at
      }
      return {
        before: first === undefined ? chunk : chunk.subarray(0, first),
        atBoundary: first !== undefined,
      }
    },
    atBoundary,
  }
}
