// When a token was last used, within minutes: noted in memory as tokens are let in, and written for many at once. What a process
// notes just before it dies is lost; it is only for members to see which app they no longer use.

import type { Part } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import { createTicker } from "../../ticker.ts"

export interface TokenUse {
  note(tokenId: number): void
  /** Writes what was noted. */
  flush(): Promise<void>
}

const FLUSH_EVERY_MS = 60_000
/** A row is written again only after this long. */
const EXACT_TO_MS = 300_000
/** Tokens noted between two writes; what is beyond is noted the next time. */
const MAX_NOTED = 100_000

export function createTokenUse({ db, clock }: Pick<Core, "db" | "clock">): TokenUse {
  let noted = new Set<number>()
  return {
    note(tokenId) {
      if (noted.size < MAX_NOTED) noted.add(tokenId)
    },
    async flush() {
      if (noted.size === 0) return
      const used = noted
      noted = new Set()
      const now = clock.now()
      await sql`UPDATE oauth_tokens SET last_used_at = ${new Date(now)}
        WHERE id = ANY(${[...used]}::bigint[])
          AND (last_used_at IS NULL OR last_used_at < ${new Date(now - EXACT_TO_MS)})`.execute(db)
    },
  }
}

export function createTokenUseTicker(deps: Pick<Core, "clock" | "log"> & { tokenUse: TokenUse }): Part {
  const { tokenUse } = deps
  return createTicker({ ...deps, name: "token use", everyMs: FLUSH_EVERY_MS, run: () => tokenUse.flush() })
}
