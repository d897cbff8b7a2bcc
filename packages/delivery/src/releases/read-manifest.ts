// Reads `aviary-release.yaml`, or takes what the service's declaration says of releases that have none. Every problem is told at
// once, with its line and field.

import { isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml"
import type { ParsedNode } from "yaml"
import { AppError } from "@aviary/kit"
import { flattenIssues } from "../spec/issues.ts"
import type { ReleaseManifest } from "./manifest.ts"
import { releaseManifestSchema } from "./manifest.ts"

export const MANIFEST_FILE = "aviary-release.yaml"

/** `defaults`: fields that the file does not have; `overrides` count before it. Fails with `release.invalid`. */
export function readManifest(
  text: string | undefined,
  {
    source,
    defaults = {},
    overrides = {},
  }: {
    source: string
    defaults?: Readonly<Record<string, unknown>>
    overrides?: Readonly<Record<string, unknown>>
  },
): ReleaseManifest {
  const lines = new LineCounter()
  const document = parseDocument(text ?? "{}", { lineCounter: lines, prettyErrors: false })
  const problems = document.errors.map(
    ({ pos, message }) => `${MANIFEST_FILE}:${lines.linePos(pos[0]).line} ${message}`,
  )
  if (problems.length > 0) throw invalid(source, problems)
  const given: unknown = document.toJS({ maxAliasCount: 50 })
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw invalid(source, [`${MANIFEST_FILE}:1 must be fields with values`])
  const result = releaseManifestSchema.safeParse({ ...defaults, ...given, ...overrides })
  if (result.success) return result.data
  const where = text === undefined ? "the service's `release` in the delivery file" : MANIFEST_FILE
  throw invalid(
    source,
    flattenIssues(result.error.issues, releaseManifestSchema).map(({ path, text: problem }) => {
      const line = text === undefined ? "" : `:${lines.linePos(offsetOf(document.contents, path)).line}`
      return `${where}${line} ${path.map(String).join(".")}: ${problem}`
    }),
  )
}

/** Where a field stands, or what is nearest around it. */
function offsetOf(contents: ParsedNode | null, path: readonly PropertyKey[]): number {
  let at = contents?.range[0] ?? 0
  let node = contents
  for (const part of path) {
    if (!isMap(node)) break
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part))
    if (!pair) break
    if (isNode(pair.key) && pair.key.range) at = pair.key.range[0]
    node = isNode(pair.value) ? pair.value : null
  }
  return at
}

function invalid(source: string, problems: readonly string[]): AppError {
  return new AppError("release.invalid", { source, reason: problems.join("\n") })
}
