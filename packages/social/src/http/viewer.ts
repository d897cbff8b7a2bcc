// Who is asking: the token of a request as an identity. A token is stored and looked up only by its SHA-256.

import { hash } from "node:crypto"
import { AppError, createGroup } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../db/database.ts"
import type { Role } from "../db/schema.ts"

/** A token of an app that acts for itself. */
export interface AppViewer {
  readonly tokenId: number
  readonly appId: number
  readonly accountId: number | null
  readonly scopes: readonly string[]
}

/** A token that a member granted. */
export interface Member extends AppViewer {
  readonly accountId: number
  readonly role: Role
}

export function hashToken(token: string): Buffer {
  return hash("sha256", token, "buffer")
}

/** Whether the viewer is a member rather than an app. */
export function isMember(viewer: AppViewer): viewer is Member {
  return viewer.accountId !== null
}

/** Requests that may wait to be authenticated; a server this far behind answers that it is overloaded. */
const MAX_WAITING = 5_000

/** How long an identity is believed without asking again: what another process revokes is refused this much later at most. */
const KEPT_MS = 1_000
const KEPT = 10_000

export type Authenticate = (token: string) => Promise<AppViewer | Member>

export interface Identities {
  /** Fails with `auth.token_required` for a token that is unknown or revoked, `auth.suspended` for a suspended member's. */
  readonly authenticate: Authenticate
  /** The identity of a token that was let in within the last second; undefined where that has to be asked. */
  readonly known: (token: string) => AppViewer | Member | undefined
  /** Call when this process has revoked a token or changed what an account may do: it is in force at once. */
  readonly forget: () => void
}

/** Tokens as identities, kept in memory for a second. Only good ones are kept: who has just got a token is let in at once. */
export function createIdentities(deps: { db: Db }): Identities {
  const kept = new Map<string, { viewer: AppViewer | Member; until: number }>()
  /** Counts `forget`: an answer that was asked for before it must not be kept after it. */
  let generation = 0
  // Tokens that are asked about at the same moment share a statement.
  const find = createGroup({
    run: (hashes: readonly string[]) => findTokens(deps.db, hashes),
    waiting: MAX_WAITING,
    refuse: () => new AppError("server.overloaded"),
    isItemsFault: () => false,
  })

  function recall(name: string): AppViewer | Member | undefined {
    const found = kept.get(name)
    return found && found.until > performance.now() ? found.viewer : undefined
  }

  return {
    async authenticate(token) {
      const name = hash("sha256", token)
      const known = recall(name)
      if (known) return known
      const asked = generation
      const viewer = viewerOf(await find(name))
      if (asked === generation) {
        if (kept.size >= KEPT) kept.clear()
        kept.set(name, { viewer, until: performance.now() + KEPT_MS })
      }
      return viewer
    },
    known: (token) => recall(hash("sha256", token)),
    forget() {
      generation += 1
      kept.clear()
    },
  }
}

function viewerOf(row: TokenRow | undefined): AppViewer | Member {
  if (!row) throw new AppError("auth.token_required")
  if (row.suspended) throw new AppError("auth.suspended")
  const viewer = { tokenId: row.id, appId: row.app_id, accountId: row.account_id, scopes: row.scopes }
  return row.role ? { ...viewer, role: row.role } : viewer
}

interface TokenRow {
  readonly hash: string
  readonly id: number
  readonly app_id: number
  readonly account_id: number | null
  readonly scopes: string[]
  readonly role: Role | null
  readonly suspended: boolean
}

async function findTokens(db: Db, hashes: readonly string[]): Promise<(TokenRow | undefined)[]> {
  const found = await sql<TokenRow>`
    SELECT encode(t.token_hash, 'hex') AS hash, t.id, t.app_id, t.account_id, t.scopes, a.role,
      a.suspended_at IS NOT NULL AS suspended
    FROM oauth_tokens t LEFT JOIN accounts a ON a.id = t.account_id
    WHERE t.token_hash = ANY(${hashes.map((hash) => Buffer.from(hash, "hex"))}::bytea[])
      AND t.revoked_at IS NULL`.execute(db)
  const rows = new Map(found.rows.map((row) => [row.hash, row]))
  return hashes.map((hash) => rows.get(hash))
}

/** The bearer token of a request: the header, or `access_token` in the query or body (RFC 6750). */
export function tokenOf(
  authorization: string | undefined,
  input: Readonly<Record<string, unknown>>,
): string | undefined {
  const match = /^Bearer +(\S+)$/i.exec(authorization ?? "")
  if (match) return match[1]
  return typeof input.access_token === "string" && input.access_token !== "" ? input.access_token : undefined
}
