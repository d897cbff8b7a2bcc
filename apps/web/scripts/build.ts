// Builds the web client into dist/ when its sources are newer than what is there, and does nothing otherwise: whether they are is
// told by a hash of their content, since a checkout's times say nothing. Needs no network. What was served before stays whole until
// the new files are all there: it must never leave half a dist/ behind. With --is-built it only says, by its exit code, whether there
// is nothing to do.

import { createHash } from "node:crypto"
import { existsSync, readFileSync, readdirSync } from "node:fs"
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises"
import path from "node:path"
import { promisify } from "node:util"
import { brotliCompress, constants, gzip, zstdCompress } from "node:zlib"
import { build } from "vite"
import type { InlineConfig } from "vite"
import { checkFirstSize } from "./first-size.ts"

const web = path.join(import.meta.dirname, "..")
const dist = path.join(web, "dist")
const STAMP = "built.json"

/** A hash of everything that the result depends on. */
function sourcesHash(): string {
  const hash = createHash("sha256")
  const files = [
    "index.html",
    "package.json",
    "vite.config.ts",
    "scripts/build.ts",
    "../../package-lock.json",
  ]
  const folders = ["public", "scripts/vite", "src"].flatMap((folder) =>
    readdirSync(path.join(web, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => path.relative(web, path.join(entry.parentPath, entry.name))),
  )
  for (const file of [...files, ...folders.toSorted()]) {
    if (!existsSync(path.join(web, file))) continue
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(path.join(web, file)))
      .update("\0")
  }
  return hash.digest("hex")
}

async function isBuilt(hash: string): Promise<boolean> {
  try {
    const stamp = JSON.parse(await readFile(path.join(dist, STAMP), "utf8")) as { hash?: unknown }
    return stamp.hash === hash
  } catch {
    return false
  }
}

async function buildInto(outDir: string): Promise<void> {
  await build({ ...config, build: { outDir, emptyOutDir: true } })
  const files = await readdir(outDir, { recursive: true, withFileTypes: true })
  const precached = files
    .filter((entry) => entry.isFile() && entry.name !== "index.html")
    .map(
      (entry) =>
        `/${path.relative(outDir, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/")}`,
    )
  await buildServiceWorker(outDir, precached.toSorted())
  await compressAll(outDir)
  await checkFirstSize(outDir)
}

const config: InlineConfig = {
  root: web,
  configFile: path.join(web, "vite.config.ts"),
  logLevel: "warn",
  mode: "production",
}

/** By itself and in one piece: it is a classic script, and a changed byte of it is what tells browsers of a new version. */
async function buildServiceWorker(outDir: string, files: readonly string[]): Promise<void> {
  const version = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 16)
  await build({
    root: web,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    define: { PRECACHED: JSON.stringify(files), VERSION: JSON.stringify(version) },
    build: {
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      rolldownOptions: {
        input: path.join(web, "src/service-worker/service-worker.ts"),
        output: { format: "iife", entryFileNames: "service-worker.js" },
      },
    },
  })
}

const COMPRESSIBLE = /\.(js|css|html|svg|json|webmanifest|txt)$/
const WORTH_IT_BYTES = 512

async function compressAll(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && COMPRESSIBLE.test(entry.name))
  // One after the other: each packer takes tens of megabytes for as long as it works.
  for (const { parentPath, name } of files) await compress(path.join(parentPath, name))
}

async function compress(file: string): Promise<void> {
  const bytes = await readFile(file)
  // The page itself is filled in for each request.
  if (bytes.length < WORTH_IT_BYTES || file.endsWith("index.html")) return
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  const zstd = { params: { [constants.ZSTD_c_compressionLevel]: 19 }, pledgedSrcSize: bytes.length }
  await Promise.all([
    promisify(brotliCompress)(bytes, { params }).then((packed) => writeFile(`${file}.br`, packed)),
    promisify(gzip)(bytes, { level: 9 }).then((packed) => writeFile(`${file}.gz`, packed)),
    promisify(zstdCompress)(bytes, zstd).then((packed) => writeFile(`${file}.zst`, packed)),
  ])
}

/** Puts the finished directory in place; another build that finished a moment before is as good. */
async function putInPlace(fresh: string): Promise<void> {
  const old = `${dist}.old-${process.pid}`
  await rename(dist, old).catch(() => {})
  await rename(fresh, dist).catch(async (error: unknown) => {
    if (!existsSync(path.join(dist, STAMP))) throw error
    await rm(fresh, { recursive: true, force: true })
  })
  await rm(old, { recursive: true, force: true })
}

const hash = sourcesHash()
const done = await isBuilt(hash)
if (process.argv.includes("--is-built")) {
  process.exitCode = done ? 0 : 1
} else if (!done) {
  const fresh = `${dist}.new-${process.pid}`
  try {
    await mkdir(fresh, { recursive: true })
    await buildInto(fresh)
    await writeFile(path.join(fresh, STAMP), JSON.stringify({ hash }))
    await putInPlace(fresh)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}
