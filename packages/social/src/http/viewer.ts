// Who is asking: the token of a request as an identity. A token is stored and looked up only by its SHA-256.

import { hash } from "node:crypto"
import { AppError, createGroup } from "@aviary/kit"
import { sql } from "kysely"
import type { AccessChange } from "../access/access-change.ts"
import { createRecentChanges } from "../access/recent-changes.ts"
import type { VerifyIdentity } from "../access/signed-identity.ts"
import { IDENTITY_OVER_MS, isSignedIdentity } from "../access/signed-identity.ts"
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
/** How long what the gateway signed is believed: as long as it is valid, but no longer than it should live. */
const KEPT_SIGNED_MS = 60_000
const KEPT = 50_000

export type Authenticate = (token: string) => Promise<AppViewer | Member>

export interface Identities {
  /** Fails with `auth.token_required` for a token that is unknown or revoked, `auth.suspended` or `auth.pending` for one whose member is shut out. */
  readonly authenticate: Authenticate
  /** The identity of a token that was let in lately; undefined where that has to be asked. */
  readonly known: (token: string) => AppViewer | Member | undefined
  /** Call when a token was revoked or it changed what an account may do (default: anything): it is in force at once. */
  readonly forget: (change?: AccessChange) => void
}

export interface IdentitiesDeps {
  readonly db: Db
  /** Called with tokens that are let in; not each time, but as often as they are looked up. */
  readonly onSeen?: (tokenId: number) => void
  /** Identities that a gateway signs; absent: there is none, and only tokens of ours are let in. */
  readonly signed?: {
    readonly verify: VerifyIdentity
    /** Milliseconds since 1970. */
    readonly now: () => number
    /** Whether `forget` is called for whatever any process changes. While it is not, signatures alone are not believed. */
    readonly hears: () => boolean
  }
}

interface Kept {
  readonly viewer: AppViewer | Member
  readonly until: number
}

/** Tokens as identities, kept in memory for a while. Only good ones are kept: who has just got a token is let in at once. */
export function createIdentities({ db, signed, onSeen }: IdentitiesDeps): Identities {
  const kept = new Map<string, Kept>()
  const changed = createRecentChanges(IDENTITY_OVER_MS)
  /** Counts `forget`: an answer that was asked for before it must not be kept after it. */
  let generation = 0
  // Tokens that are asked about at the same moment share a statement.
  const find = createTokenGroup((hashes: readonly string[]) => findTokens(db, hashes))
  const findById = createTokenGroup((ids: readonly number[]) => findTokensById(db, ids))

  function recall(name: string): AppViewer | Member | undefined {
    const found = kept.get(name)
    return found && found.until > performance.now() ? found.viewer : undefined
  }

  function keep(name: string, { viewer, until }: Kept): void {
    kept.delete(name)
    if (kept.size >= KEPT) for (const oldest of kept.keys()) if (kept.delete(oldest)) break
    kept.set(name, { viewer, until })
  }

  async function ask(token: string, name: string): Promise<Kept> {
    if (signed && isSignedIdentity(token)) return askSigned(signed, token)
    return { viewer: viewerOf(await find(name)), until: performance.now() + KEPT_MS }
  }

  async function askSigned(by: NonNullable<IdentitiesDeps["signed"]>, token: string): Promise<Kept> {
    const { viewer, expiresAt } = await by.verify(token)
    if (!by.hears() || changed.covers(viewer, performance.now())) {
      // It may say what was true before a change; the database says what is.
      return { viewer: viewerOf(await findById(viewer.tokenId)), until: performance.now() + KEPT_MS }
    }
    const lifeMs = Math.min(expiresAt * 1_000 - by.now(), KEPT_SIGNED_MS)
    return { viewer, until: performance.now() + lifeMs }
  }

  return {
    async authenticate(token) {
      const name = hash("sha256", token)
      const known = recall(name)
      if (known) return known
      const asked = generation
      const answer = await ask(token, name)
      onSeen?.(answer.viewer.tokenId)
      if (asked === generation) keep(name, answer)
      return answer.viewer
    },
    known: (token) => recall(hash("sha256", token)),
    forget(change = { of: "all" }) {
      generation += 1
      changed.note(change, performance.now())
      if (change.of === "all") kept.clear()
      else for (const [name, { viewer }] of kept) if (concerns(change, viewer)) kept.delete(name)
    },
  }
}

function concerns(change: AccessChange, viewer: AppViewer): boolean {
  if (change.of === "all") return true
  return change.id === (change.of === "token" ? viewer.tokenId : viewer.accountId)
}

function createTokenGroup<K>(run: (keys: readonly K[]) => Promise<(TokenRow | undefined)[]>) {
  return createGroup({
    run,
    waiting: MAX_WAITING,
    refuse: () => new AppError("server.overloaded"),
    isItemsFault: () => false,
  })
}

function viewerOf(row: TokenRow | undefined): AppViewer | Member {
  if (!row) throw new AppError("auth.token_required")
  if (row.suspended) throw new AppError(row.waits ? "auth.pending" : "auth.suspended")
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
  /** It has joined, and the staff has not let it in yet. */
  readonly waits: boolean
}

const tokenRows = sql`
    SELECT encode(t.token_hash, 'hex') AS hash, t.id, t.app_id, t.account_id, t.scopes, a.role,
      a.suspended_at IS NOT NULL AS suspended,
      a.suspended_at IS NOT NULL AND EXISTS (SELECT 1 FROM sign_up_requests r WHERE r.account_id = a.id) AS waits
    FROM oauth_tokens t LEFT JOIN accounts a ON a.id = t.account_id`

async function findTokens(db: Db, hashes: readonly string[]): Promise<(TokenRow | undefined)[]> {
  const found = await sql<TokenRow>`${tokenRows}
    WHERE t.token_hash = ANY(${hashes.map((hash) => Buffer.from(hash, "hex"))}::bytea[])
      AND t.revoked_at IS NULL`.execute(db)
  const rows = new Map(found.rows.map((row) => [row.hash, row]))
  return hashes.map((hash) => rows.get(hash))
}

async function findTokensById(db: Db, ids: readonly number[]): Promise<(TokenRow | undefined)[]> {
  const found = await sql<TokenRow>`${tokenRows}
    WHERE t.id = ANY(${[...ids]}::bigint[]) AND t.revoked_at IS NULL`.execute(db)
  const rows = new Map(found.rows.map((row) => [row.id, row]))
  return ids.map((id) => rows.get(id))
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
