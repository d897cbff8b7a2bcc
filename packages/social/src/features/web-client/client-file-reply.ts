// Answers with a file of the built client, packed as the browser can take it.

import { Reply } from "../../http/route.ts"
import type { ClientFile, PackedFile } from "./client-build.ts"

/** Matters for the service worker alone, whose own requests it governs: to here, and nowhere else. */
const POLICY = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"

type Headers = Readonly<Record<string, string | string[] | undefined>>

export function clientFileReply(file: ClientFile, headers: Headers): Reply {
  const packed = choosePacked(file.packed, String(headers["accept-encoding"] ?? ""))
  // Each packing is another sequence of bytes, so another tag.
  const etag = `"${file.etag}${packed === undefined ? "" : `-${packed.encoding}`}"`
  const described = {
    etag,
    "cache-control": file.cacheControl,
    vary: "Accept-Encoding",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": POLICY,
  }
  if (sameTag(headers["if-none-match"], etag)) return new Reply("", { status: 304, headers: described })
  return new Reply(packed?.bytes ?? file.bytes, {
    headers: {
      ...described,
      "content-type": file.contentType,
      ...(packed === undefined ? {} : { "content-encoding": packed.encoding }),
    },
  })
}

/** The first of ours that the client takes. `q=0` refuses (RFC 9110, 12.5.3); other weights are the client's wish, not ours. */
export function choosePacked(packed: readonly PackedFile[], accepted: string): PackedFile | undefined {
  const weights = new Map(
    accepted.split(",").map((part) => {
      const [name = "", ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/)
      const weight = parameters.find((parameter) => parameter.startsWith("q="))
      return [name, weight === undefined ? 1 : Number(weight.slice(2))]
    }),
  )
  return packed.find(({ encoding }) => (weights.get(encoding) ?? weights.get("*") ?? 0) > 0)
}

function sameTag(header: string | string[] | undefined, etag: string): boolean {
  return (
    header !== undefined &&
    String(header)
      .split(",")
      .some((tag) => tag.trim().replace(/^W\//, "") === etag || tag.trim() === "*")
  )
}
