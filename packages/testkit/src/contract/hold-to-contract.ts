// Holds one answer of a server under test against the contract, and remembers which operations have answered as it says: the
// run asks in the end whether every implemented one has (see contract-coverage.ts). It never makes a request.

import { appendFileSync } from "node:fs"
import path from "node:path"
import { findOperation } from "./find-operation.ts"
import { validateResponse } from "./validate-response.ts"

export interface Answer {
  readonly method: string
  /** A path with its query, or a URL. */
  readonly path: string
  readonly status: number
  /** Parsed JSON; the text itself where the answer is not JSON. */
  readonly body: unknown
}

/** Stands behind an operation that answered with an empty list. */
export const EMPTY = " (empty)"

const told = new Set<string>()

/** Throws with the problems of an answer that breaks the contract. */
export function holdToContract(answer: Answer): void {
  const problems = validateResponse(answer.method, answer.path, answer.status, answer.body)
  if (problems.length > 0) {
    throw new Error(
      `${answer.method} ${answer.path} → ${answer.status} breaks the contract:\n${problems.join("\n")}`,
    )
  }
  const operation = findOperation(answer.method, answer.path)
  if (!operation || answer.status < 200 || answer.status >= 300) return
  // An empty list keeps any contract; it says nothing of what would stand in it.
  const isEmpty = Array.isArray(answer.body) && answer.body.length === 0
  tell(isEmpty ? operation.key + EMPTY : operation.key)
}

/** Once per process, in a file of its own: test files run side by side. */
function tell(key: string): void {
  const dir = process.env.AVIARY_TEST_COVERAGE_DIR
  if (!dir || told.has(key)) return
  told.add(key)
  appendFileSync(path.join(dir, `${process.pid}.operations`), `${key}\n`)
}
