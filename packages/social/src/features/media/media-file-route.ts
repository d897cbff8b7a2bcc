// Serves the files of the media store. Whoever has the URL may read the file: keys cannot be guessed, and apps load pictures
// without a token. Files never change, so they are cached for ever; whatever they hold, a browser runs none of it.

import { Readable } from "node:stream"
import { AppError } from "@aviary/kit"
import type { Route, RouteRequest } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import { byteRange } from "./byte-range.ts"
import type { MediaStore } from "./media-store.ts"
import { isPublicKey } from "./media-store.ts"

const TYPES: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
}

const HEADERS = {
  "cache-control": "public, max-age=31536000, immutable",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  "cross-origin-resource-policy": "cross-origin",
  "x-content-type-options": "nosniff",
  "accept-ranges": "bytes",
}

export function createMediaFileRoute(deps: { store: MediaStore }): Route {
  return route({
    method: "GET",
    path: "/media/*",
    summary: "A file of the media store",
    access: "public",
    handle: ({ input, headers, raw }) =>
      answer(deps.store, { key: String(input["*"]), headers, method: raw.method }),
  })
}

interface FileRequest {
  readonly key: string
  readonly headers: RouteRequest<"public", unknown>["headers"]
  readonly method: string
}

async function answer(store: MediaStore, { key, headers, method }: FileRequest): Promise<Reply> {
  const size = isPublicKey(key) ? await store.size(key) : undefined
  if (size === undefined) throw new AppError("record.not_found")
  const etag = `"${key}"`
  const common = { ...HEADERS, etag, "content-type": contentType(key) }
  if (matches(headers["if-none-match"], etag)) return new Reply("", { status: 304, headers: common })

  const wanted = rangeHeader(headers, etag)
  const range = byteRange(wanted, size)
  if (range === "unsatisfiable") {
    return new Reply("", { status: 416, headers: { ...common, "content-range": `bytes */${size}` } })
  }
  const length = range === "whole" ? size : range.end - range.start + 1
  const described = { ...common, "content-length": String(length) }
  // An empty stream rather than an empty text, which would make the length 0.
  const body =
    method === "HEAD" ? Readable.from([]) : await store.open(key, range === "whole" ? undefined : range)
  if (range === "whole") return new Reply(body, { headers: described })
  const contentRange = `bytes ${range.start}-${range.end}/${size}`
  return new Reply(body, { status: 206, headers: { ...described, "content-range": contentRange } })
}

function contentType(key: string): string {
  return TYPES[key.slice(key.lastIndexOf(".") + 1)] ?? "application/octet-stream"
}

function matches(header: string | string[] | undefined, etag: string): boolean {
  if (header === undefined) return false
  return String(header)
    .split(",")
    .some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag)
}

/** The Range header, unless If-Range says that it was meant for another file. */
function rangeHeader(headers: FileRequest["headers"], etag: string): string | undefined {
  const condition = headers["if-range"]
  if (condition !== undefined && condition !== etag) return undefined
  return typeof headers.range === "string" ? headers.range : undefined
}
