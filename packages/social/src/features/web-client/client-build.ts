// The built web client, read once at start into memory: its page as a template, and its files with what was compressed beforehand.
// It must never read a file because of a request: what is served is what stood there at the start, whatever a path says.

import { createHash } from "node:crypto"
import { existsSync, readFileSync, readdirSync } from "node:fs"
import path from "node:path"

export interface ClientFile {
  readonly contentType: string
  readonly bytes: Buffer
  /** In the order in which they are preferred. */
  readonly packed: readonly PackedFile[]
  readonly etag: string
  readonly cacheControl: string
}

export interface PackedFile {
  readonly encoding: "br" | "zstd" | "gzip"
  readonly bytes: Buffer
}

export interface ClientBuild {
  /** `index.html` as it was built. */
  readonly document: string
  /** By the path that they are served at. */
  readonly files: ReadonlyMap<string, ClientFile>
}

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".json": "application/json; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
}

const PACKINGS = [
  { suffix: ".br", encoding: "br" },
  { suffix: ".zst", encoding: "zstd" },
  { suffix: ".gz", encoding: "gzip" },
] as const

/** Files under assets/ are named after their content; the others are asked for anew each time. */
const FOREVER = "public, max-age=31536000, immutable"
const ASK_EACH_TIME = "public, no-cache"

/** Undefined where nothing is built in `directory`: Aviary then shows its pages without the client. */
export function readClientBuild(directory: string): ClientBuild | undefined {
  const page = path.join(directory, "index.html")
  if (!existsSync(page)) return undefined
  const files = new Map<string, ClientFile>()
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const contentType = TYPES[path.extname(entry.name)]
    if (!entry.isFile() || contentType === undefined || entry.name === "built.json") continue
    const file = path.join(entry.parentPath, entry.name)
    const served = `/${path.relative(directory, file).replaceAll(path.sep, "/")}`
    files.set(served, { contentType, ...readPacked(file), cacheControl: cacheControlOf(served) })
  }
  return { document: readFileSync(page, "utf8"), files }
}

function readPacked(file: string): Pick<ClientFile, "bytes" | "packed" | "etag"> {
  const bytes = readFileSync(file)
  const packed = PACKINGS.filter(({ suffix }) => existsSync(file + suffix)).map(({ suffix, encoding }) => ({
    encoding,
    bytes: readFileSync(file + suffix),
  }))
  return { bytes, packed, etag: createHash("sha256").update(bytes).digest("base64url").slice(0, 22) }
}

function cacheControlOf(served: string): string {
  return served.startsWith("/assets/") ? FOREVER : ASK_EACH_TIME
}
