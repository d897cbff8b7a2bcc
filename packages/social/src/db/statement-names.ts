// The names under which statements are prepared. A statement is prepared once per connection and name, and PostgreSQL refuses it from
// then on when a migration changes the columns of its answer, as one more column does to `SELECT *`. Releases of before and after a
// migration run side by side, so names are of a generation: the next one prepares everything anew, on every connection.

import { createHash } from "node:crypto"

const LIMIT = 2_000

export interface StatementNames {
  readonly generation: number
  /** Undefined for statements beyond the first 2,000: those are not prepared. */
  of(text: string): string | undefined
  /** Begins the next generation; nothing happens where that generation has ended already. */
  renew(generation: number): void
}

export function createStatementNames(): StatementNames {
  const names = new Map<string, string>()
  let generation = 0
  return {
    get generation() {
      return generation
    },
    of(text) {
      let name = names.get(text)
      if (!name && names.size < LIMIT) {
        name = createHash("sha1").update(`${generation} ${text}`).digest("base64url")
        names.set(text, name)
      }
      return name
    },
    renew(ended) {
      if (ended !== generation) return
      generation += 1
      names.clear()
    },
  }
}
