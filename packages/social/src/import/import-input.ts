// What an import reads: follows out of an edge list, texts out of files with one text a line. Both passes over the files, the
// scan and the load, go through here, so that they count alike.

import { cleanText } from "../text/clean-text.ts"
import type { MalformedLine } from "./malformed-lines.ts"
import { parseEdge } from "./parse-edge.ts"
import { readLines } from "./read-lines.ts"

/** Node `from` follows node `to`. */
export interface Edge {
  readonly from: number
  readonly to: number
}

/** Told of what gives nothing to import. The load passes none of it: the scan has counted all. */
export interface InputWatcher {
  readonly bytes?: (bytes: Buffer, readFromDisk: number) => void
  readonly malformed?: (line: MalformedLine) => void
  readonly selfLoop?: (node: number) => void
  readonly distrust?: (edge: Edge) => void
  readonly blank?: () => void
}

/** The follows of a graph in the file's order; with `undirected` each line gives both directions. Duplicates are kept. */
export async function* readFollows(
  file: string,
  options: { undirected: boolean },
  watcher: InputWatcher = {},
): AsyncGenerator<Edge[], void> {
  for await (const lines of readLines(file, watcher.bytes)) {
    const follows: Edge[] = []
    for (const { number, text, problem } of lines) {
      const parsed = problem === undefined ? parseEdge(text) : { kind: "malformed" as const, problem }
      if (parsed.kind === "nothing") continue
      if (parsed.kind === "malformed") watcher.malformed?.({ file, line: number, problem: parsed.problem })
      else if (parsed.from === parsed.to) watcher.selfLoop?.(parsed.from)
      else if (parsed.distrust) watcher.distrust?.(parsed)
      else {
        follows.push({ from: parsed.from, to: parsed.to })
        if (options.undirected) follows.push({ from: parsed.to, to: parsed.from })
      }
    }
    if (follows.length > 0) yield follows
  }
}

/** The texts of all files in order, cleaned as those of members are; blank ones are left out. */
export async function* readTexts(
  files: readonly string[],
  watcher: InputWatcher = {},
): AsyncGenerator<string[], void> {
  for (const file of files) {
    for await (const lines of readLines(file, watcher.bytes)) {
      const texts: string[] = []
      for (const { number, text: raw, problem } of lines) {
        if (problem !== undefined) {
          watcher.malformed?.({ file, line: number, problem })
          continue
        }
        const text = cleanText(raw)
        if (text === "") watcher.blank?.()
        else texts.push(text)
      }
      if (texts.length > 0) yield texts
    }
  }
}
