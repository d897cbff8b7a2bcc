// The first pass of an import: reads every file to its end before anything is written, so that a wrong file is refused whole,
// totals are known, and the content's hash can name the import.

import { createHash } from "node:crypto"
import { stat } from "node:fs/promises"
import { createNodeCounter } from "./graph-nodes.ts"
import type { GraphNodes } from "./graph-nodes.ts"
import { readFollows, readTexts } from "./import-input.ts"
import type { InputWatcher } from "./import-input.ts"
import type { ImportSettings } from "./import-settings.ts"
import { createMalformedLines } from "./malformed-lines.ts"
import type { MalformedLines } from "./malformed-lines.ts"

export interface ScannedInput {
  /** The same for the same content (gzipped or not) and the same options. */
  readonly name: string
  readonly nodes: GraphNodes
  /** Follows of the graph, duplicates among them. */
  readonly follows: number
  readonly texts: number
  readonly skipped: SkippedInput
  readonly malformed: MalformedLines
}

/** What is in the files and gives nothing, by reason. */
export interface SkippedInput {
  readonly selfLoops: number
  /** Edges whose sign is negative. */
  readonly distrust: number
  readonly blankTexts: number
}

export interface ScanDeps {
  /** Told of the bytes read so far, on the disk, and of all. What it throws ends the scan. */
  readonly onProgress: (done: number, total: number) => void
}

export async function scanInput(settings: ImportSettings, deps: ScanDeps): Promise<ScannedInput> {
  const malformed = createMalformedLines(settings.maxMalformed)
  const skipped = { selfLoops: 0, distrust: 0, blankTexts: 0 }
  const nodes = createNodeCounter()
  const reading = await watchReading([settings.graph, ...settings.posts], deps)
  const watcher: InputWatcher = {
    malformed: (line) => malformed.add(line),
    selfLoop: (node) => {
      skipped.selfLoops += 1
      nodes.add(node, 0)
    },
    distrust: ({ from, to }) => {
      skipped.distrust += 1
      nodes.add(from, 0)
      nodes.add(to, 0)
    },
    blank: () => void (skipped.blankTexts += 1),
  }

  let follows = 0
  for await (const edges of readFollows(settings.graph, settings, {
    ...watcher,
    bytes: reading.nextFile(),
  })) {
    follows += edges.length
    for (const { from, to } of edges) {
      nodes.add(from, 0)
      nodes.add(to, 1)
    }
  }
  let texts = 0
  for (const file of settings.posts) {
    for await (const found of readTexts([file], { ...watcher, bytes: reading.nextFile() }))
      texts += found.length
  }
  return {
    name: nameOf(settings, reading.digests()),
    nodes: nodes.finish(),
    follows,
    texts,
    skipped,
    malformed: malformed.result(),
  }
}

/** Hashes each file's content and tells how far the reading is. */
async function watchReading(files: readonly string[], deps: ScanDeps) {
  const sizes = await Promise.all(files.map(sizeOf))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const hashes: ReturnType<typeof createHash>[] = []
  return {
    nextFile() {
      const before = sizes.slice(0, hashes.length).reduce((sum, size) => sum + size, 0)
      const hash = createHash("sha256")
      hashes.push(hash)
      return (bytes: Buffer, readFromDisk: number) => {
        hash.update(bytes)
        deps.onProgress(before + readFromDisk, total)
      }
    },
    digests: () => hashes.map((hash) => hash.digest("hex")),
  }
}

async function sizeOf(file: string): Promise<number> {
  // A file that is not there is refused, with its name, when it is read.
  return stat(file).then(
    (found) => found.size,
    () => 0,
  )
}

function nameOf(settings: ImportSettings, digests: readonly string[]): string {
  const { prefix, undirected, language } = settings
  return createHash("sha256").update(JSON.stringify({ digests, prefix, undirected, language })).digest("hex")
}
