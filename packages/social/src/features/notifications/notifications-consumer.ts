// Turns events into notifications, and takes back those whose cause is gone. The rows of an event are committed together with
// the consumer's cursor, so an event notifies once, however often it is delivered. Appends nothing to the log.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { Consumer } from "../../events/consumer.ts"
import { candidateGroupKeys, ungroupedKey } from "./group-key.ts"
import type { Candidate } from "./notification-candidates.ts"
import { findCandidates } from "./notification-candidates.ts"
import { policyOf } from "./notification-policy.ts"
import { mayBeMade } from "./notification-rules.ts"

export const NOTIFICATIONS_CONSUMER = "notifications"

export interface NotificationsConsumerDeps extends Pick<Core, "nextId" | "clock"> {
  /** Called after the commit of a batch that made notifications. */
  readonly onMade: () => void
  /** Called in the transaction that made them. */
  readonly alongside: (db: Db, notificationIds: readonly number[]) => Promise<unknown>
}

export function createNotificationsConsumer(deps: NotificationsConsumerDeps): Consumer {
  async function make(db: Db, events: readonly StoredDomainEvent[]): Promise<number> {
    const candidates = latestUpdates(await findCandidates(db, events))
    const allowed = await allowedOf(db, candidates, new Date(deps.clock.now()))
    if (allowed.length > 0) await deps.alongside(db, await insert(db, allowed, deps.nextId))
    await removeAnswered(db, events)
    return allowed.length
  }

  return {
    name: NOTIFICATIONS_CONSUMER,
    async handle(db, events) {
      let made = 0
      let waiting: StoredDomainEvent[] = []
      for (const event of events as readonly StoredDomainEvent[]) {
        if (isImported(event)) continue
        const removal = removalOf(event)
        if (!removal) {
          waiting.push(event)
          continue
        }
        // In order: what a removal takes back may have been made in this very batch.
        made += await make(db, waiting)
        waiting = []
        await removal(db)
      }
      made += await make(db, waiting)
      return made > 0 ? deps.onMade : undefined
    },
  }
}

/** Follows and posts that nobody makes now: they were loaded from files, and are no news to anybody. */
function isImported({ type, actor }: StoredDomainEvent): boolean {
  return actor === null && (type === "follow.created" || type === "post.created")
}

/** A candidate that may be made; held, where it waits for its recipient's word. */
interface Allowed extends Candidate {
  readonly held: boolean
}

async function allowedOf(db: Db, candidates: readonly Candidate[], now: Date): Promise<Allowed[]> {
  if (candidates.length === 0) return []
  const found = await sql<{ index: number; held: boolean }>`
    SELECT allowed.index, allowed.answer = 'filter' AS held FROM (SELECT n.index, ${policyOf(now)} AS answer FROM jsonb_to_recordset(${JSON.stringify(candidates.map((one, index) => ({ ...one, index })))}::jsonb)
      AS n (index int, account_id bigint, type text, from_account_id bigint, post_id bigint)
    LEFT JOIN posts p ON p.id = n.post_id
    WHERE ${mayBeMade(now)}) allowed WHERE allowed.answer <> 'drop' ORDER BY allowed.index`.execute(db)
  return found.rows.flatMap(({ index, held }) => {
    const candidate = candidates[index]
    return candidate ? [{ ...candidate, held }] : []
  })
}

async function insert(db: Db, candidates: readonly Allowed[], nextId: () => number): Promise<number[]> {
  await replaceUpdates(db, candidates)
  const keys = await groupKeys(db, candidates)
  const rows = candidates.map((candidate, index) => {
    const id = nextId()
    return { ...candidate, id, group_key: keys[index] ?? ungroupedKey(id) }
  })
  await sql`
    INSERT INTO notifications (id, account_id, type, from_account_id, post_id, report_id, group_key, created_at, event_position, held)
    SELECT id, account_id, type, from_account_id, post_id, report_id, group_key, at, event_position, held
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS n (id bigint, account_id bigint, type text,
      from_account_id bigint, post_id bigint, report_id bigint, group_key text, at timestamptz, event_position bigint, held boolean)
    ON CONFLICT (event_position, account_id, type) DO NOTHING`.execute(db)
  // What waits for its recipient's word wakes nobody.
  return rows.flatMap(({ id, held }) => (held ? [] : [id]))
}

/** Of several edits of one post in a batch, the newest. Pure. */
function latestUpdates(candidates: readonly Candidate[]): Candidate[] {
  const latest = new Map<string, Candidate>()
  const key = (one: Candidate): string => `${one.account_id} ${one.post_id}`
  for (const one of candidates) if (one.type === "update") latest.set(key(one), one)
  return candidates.filter((one) => one.type !== "update" || latest.get(key(one)) === one)
}

/** Somebody is told of a post's newest edit only. */
async function replaceUpdates(db: Db, candidates: readonly Candidate[]): Promise<void> {
  const edited = candidates.flatMap((one) =>
    one.type === "update" && one.post_id !== null ? [one.post_id] : [],
  )
  if (edited.length === 0) return
  await sql`DELETE FROM notifications WHERE type = 'update' AND post_id = ANY(${edited}::bigint[])`.execute(
    db,
  )
}

/** The group that each candidate joins or begins; undefined where it stands alone. */
async function groupKeys(db: Db, candidates: readonly Candidate[]): Promise<(string | undefined)[]> {
  const wanted = candidates.map((one) => candidateGroupKeys(one.type, one.post_id, one.at))
  const asked = candidates.flatMap((one, index) =>
    (wanted[index] ?? []).map((key) => ({ account_id: one.account_id, key })),
  )
  if (asked.length === 0) return []
  const found = await sql<{ account_id: number; key: string }>`
    SELECT DISTINCT a.account_id, a.key FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS a (account_id bigint, key text)
    WHERE EXISTS (SELECT 1 FROM notifications n WHERE n.account_id = a.account_id AND n.group_key = a.key)`.execute(
    db,
  )
  const begun = new Set(found.rows.map((row) => `${row.account_id} ${row.key}`))
  return candidates.map((one, index) => {
    const keys = wanted[index] ?? []
    const key = keys.find((candidate) => begun.has(`${one.account_id} ${candidate}`)) ?? keys[0]
    if (key !== undefined) begun.add(`${one.account_id} ${key}`)
    return key
  })
}

/** A request that was accepted is no longer one to answer. */
async function removeAnswered(db: Db, events: readonly StoredDomainEvent[]): Promise<void> {
  const accepted = events.flatMap((event) =>
    event.type === "follow.created"
      ? [{ follower: event.data.follower_id, followee: event.data.followee_id }]
      : [],
  )
  if (accepted.length === 0) return
  await sql`DELETE FROM notifications n
    USING jsonb_to_recordset(${JSON.stringify(accepted)}::jsonb) AS a (follower bigint, followee bigint)
    WHERE n.from_account_id = a.follower AND n.account_id = a.followee AND n.type = 'follow_request'`.execute(
    db,
  )
}

/** What an event takes back; undefined when it takes nothing back. */
function removalOf(event: StoredDomainEvent): ((db: Db) => Promise<unknown>) | undefined {
  switch (event.type) {
    case "post.deleted":
      return (db) => sql`DELETE FROM notifications WHERE post_id = ${event.data.id}`.execute(db)
    case "post.unliked":
      return (db) => removeFromPost(db, "favourite", event.data.account_id, event.data.post_id)
    case "post.repost_removed":
      return (db) => removeFromPost(db, "reblog", event.data.author_id, event.data.repost_of_id)
    case "follow.removed":
      return (db) => removeFromPair(db, "follow", event.data.follower_id, event.data.followee_id)
    case "follow_request.removed":
      return (db) => removeFromPair(db, "follow_request", event.data.follower_id, event.data.followee_id)
    default:
      return undefined
  }
}

async function removeFromPost(db: Db, type: string, from: number, postId: number): Promise<void> {
  await sql`DELETE FROM notifications
    WHERE post_id = ${postId} AND from_account_id = ${from} AND type = ${type}`.execute(db)
}

async function removeFromPair(db: Db, type: string, from: number, accountId: number): Promise<void> {
  await sql`DELETE FROM notifications
    WHERE from_account_id = ${from} AND account_id = ${accountId} AND type = ${type}`.execute(db)
}
