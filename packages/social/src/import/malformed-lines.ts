// Lines of an import that say nothing: counted, the first ones kept to be shown, and the end of the import when there are
// too many of them for the file to be what it was taken for.

import { AppError } from "@aviary/kit"

export interface MalformedLine {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly problem: string
}

export interface MalformedLines {
  readonly count: number
  /** The first of them. */
  readonly examples: readonly MalformedLine[]
}

const SHOWN = 10

/** Fails with `import.invalid` at the first line beyond `limit`. */
export function createMalformedLines(limit: number) {
  let count = 0
  const examples: MalformedLine[] = []
  return {
    add(malformed: MalformedLine): void {
      count += 1
      if (examples.length < SHOWN) examples.push(malformed)
      if (count > limit) throw new AppError("import.invalid", { reason: sentence(examples, limit) })
    },
    result: (): MalformedLines => ({ count, examples }),
  }
}

function sentence(examples: readonly MalformedLine[], limit: number): string {
  const shown = examples.map(({ file, line, problem }) => `${file}:${line}: ${problem}`).join("\n")
  const allowed = limit === 0 ? "none is allowed" : `at most ${limit} are allowed`
  return `Malformed lines (${allowed}), the first of them:\n${shown}`
}
