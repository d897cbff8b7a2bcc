// The Range header of one request for a file. Pure.
// Source: RFC 9110, section 14. Several ranges at once are answered with the whole file, which it allows.

import type { ByteRange } from "./media-store.ts"

/** The range to send; `whole` where there is none, or none that is understood; `unsatisfiable` beyond the end (416). */
export function byteRange(header: string | undefined, size: number): ByteRange | "whole" | "unsatisfiable" {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "")
  const [, first = "", last = ""] = match ?? []
  if (first === "" && last === "") return "whole"
  if (first === "") {
    const length = Math.min(Number(last), size)
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 }
  }
  const start = Number(first)
  if (last !== "" && Number(last) < start) return "whole"
  if (start >= size) return "unsatisfiable"
  return { start, end: last === "" ? size - 1 : Math.min(Number(last), size - 1) }
}
