// Whom an event concerns: the notifications that it would give, before blocks, mutes and visibility have their say. Reads what
// the event itself does not hold; decides nothing about who may be notified.

import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import { postStream } from "../posts/post-events.ts"
import type { NotificationType } from "./group-key.ts"

export interface Candidate {
  readonly account_id: number
  readonly type: NotificationType
  readonly from_account_id: number
  readonly post_id: number | null
  readonly report_id: number | null
  readonly event_position: number
  readonly at: Date
}

type EventOf<T extends StoredDomainEvent["type"]> = Extract<StoredDomainEvent, { type: T }>

/** What a batch of events looked up, so that it takes a statement for each question and not for each event. */
interface Lookups {
  /** By the position of an edit, those whom no earlier version of the post mentioned. */
  readonly newlyMentioned: ReadonlyMap<number, readonly number[]>
  readonly likedAuthors: ReadonlyMap<number, number>
  readonly reposters: ReadonlyMap<number, readonly number[]>
  readonly voters: ReadonlyMap<number, readonly number[]>
  /** Followers that want to hear of every post of an author. */
  readonly subscribers: ReadonlyMap<number, readonly number[]>
  /** Who of the staff is there to be told. */
  readonly staff: readonly number[]
}

/** The candidates of events, in the events' order. What the system did (imported, say) is news to nobody, but a poll's end. */
export async function findCandidates(db: Db, happened: readonly StoredDomainEvent[]): Promise<Candidate[]> {
  const events = happened.filter((event) => event.actor !== null || event.type === "poll.ended")
  const lookups = await lookUp(db, events)
  return events.flatMap((event) => candidatesOf(event, lookups))
}

function candidatesOf(event: StoredDomainEvent, lookups: Lookups): Candidate[] {
  const to = (
    accountIds: readonly number[],
    type: NotificationType,
    from: number,
    postId: number | null,
    reportId: number | null = null,
  ) =>
    accountIds.map((accountId) => ({
      account_id: accountId,
      type,
      from_account_id: from,
      post_id: postId,
      report_id: reportId,
      event_position: event.position,
      at: event.occurredAt,
    }))
  switch (event.type) {
    case "post.created": {
      const { id, author_id } = event.data
      const mentioned = event.data.mentions.map((mention) => mention.id)
      return [
        ...to(mentioned, "mention", author_id, id),
        ...(isNews(event) ? to(lookups.subscribers.get(author_id) ?? [], "status", author_id, id) : []),
      ]
    }
    case "post.edited": {
      const { id, author_id } = event.data
      return [
        ...to(lookups.newlyMentioned.get(event.position) ?? [], "mention", author_id, id),
        ...to(lookups.reposters.get(id) ?? [], "update", author_id, id),
      ]
    }
    case "post.liked": {
      const author = lookups.likedAuthors.get(event.data.post_id)
      return author === undefined ? [] : to([author], "favourite", event.data.account_id, event.data.post_id)
    }
    case "post.reposted":
      return to([event.data.original_author_id], "reblog", event.data.author_id, event.data.repost_of_id)
    case "follow.created":
      return to([event.data.followee_id], "follow", event.data.follower_id, null)
    case "follow_request.created":
      return to([event.data.followee_id], "follow_request", event.data.follower_id, null)
    case "poll.ended": {
      const { poll_id, post_id, author_id } = event.data
      const voters = lookups.voters.get(poll_id) ?? []
      return to([author_id, ...voters.filter((voter) => voter !== author_id)], "poll", author_id, post_id)
    }
    case "account.created":
      return to(lookups.staff, "admin.sign_up", event.data.id, null)
    case "report.created": {
      const { id, account_id, target_id } = event.data
      // Whom it is about is not told by whom.
      const others = lookups.staff.filter((one) => one !== target_id)
      return to(others, "admin.report", account_id, null, id)
    }
    default:
      return []
  }
}

/** Whether subscribers hear of a post: not of direct ones, nor of replies to others. */
function isNews({ data }: EventOf<"post.created">): boolean {
  return (
    data.visibility !== "direct" &&
    (data.reply_to_account_id === null || data.reply_to_account_id === data.author_id)
  )
}

/** The log knows whom a post has mentioned before, whatever became of their notifications. */
async function findNewlyMentioned(db: Db, edits: readonly EventOf<"post.edited">[]): Promise<Pair[]> {
  const mentioning = edits.flatMap(({ position, data }) =>
    data.mentions.map((mention) => ({ position, stream: postStream(data.id), account_id: mention.id })),
  )
  if (mentioning.length === 0) return []
  const found = await sql<Pair>`
    SELECT n.position AS key, n.account_id AS value
    FROM jsonb_to_recordset(${JSON.stringify(mentioning)}::jsonb) AS n (position bigint, stream text, account_id bigint)
    WHERE NOT EXISTS (SELECT 1 FROM events e
      WHERE e.stream = n.stream AND e.position < n.position AND e.type IN ('post.created', 'post.edited')
        AND e.data->'mentions' @> jsonb_build_array(jsonb_build_object('id', n.account_id)))`.execute(db)
  return found.rows
}

async function lookUp(db: Db, events: readonly StoredDomainEvent[]): Promise<Lookups> {
  const liked = events.flatMap((event) => (event.type === "post.liked" ? [event.data.post_id] : []))
  const edited = events.flatMap((event) => (event.type === "post.edited" ? [event.data.id] : []))
  const ended = events.flatMap((event) => (event.type === "poll.ended" ? [event.data.poll_id] : []))
  const authors = events.flatMap((event) =>
    event.type === "post.created" && isNews(event) ? [event.data.author_id] : [],
  )
  const pairs = async (ids: readonly number[], query: (ids: number[]) => ReturnType<typeof sql<Pair>>) =>
    ids.length === 0 ? [] : (await query([...new Set(ids)]).execute(db)).rows
  const likedAuthors = await pairs(
    liked,
    (ids) => sql<Pair>`SELECT id AS key, author_id AS value FROM posts WHERE id = ANY(${ids}::bigint[])`,
  )
  const reposters = await pairs(
    edited,
    (ids) =>
      sql<Pair>`SELECT repost_of_id AS key, author_id AS value FROM posts WHERE repost_of_id = ANY(${ids}::bigint[])`,
  )
  const voters = await pairs(
    ended,
    (ids) =>
      sql<Pair>`SELECT poll_id AS key, account_id AS value FROM poll_votes WHERE poll_id = ANY(${ids}::bigint[])`,
  )
  const subscribers = await pairs(
    authors,
    (ids) =>
      sql<Pair>`SELECT followee_id AS key, follower_id AS value FROM follows
        WHERE followee_id = ANY(${ids}::bigint[]) AND notify`,
  )
  const concernsStaff = events.some(({ type }) => type === "account.created" || type === "report.created")
  const staff = concernsStaff
    ? await sql<{ id: number }>`SELECT id FROM accounts WHERE role <> 'member' AND suspended_at IS NULL ORDER BY id`.execute(db) // prettier-ignore
    : { rows: [] }
  const edits = events.filter((event): event is EventOf<"post.edited"> => event.type === "post.edited")
  return {
    newlyMentioned: grouped(await findNewlyMentioned(db, edits)),
    likedAuthors: new Map(likedAuthors.map((pair) => [pair.key, pair.value])),
    reposters: grouped(reposters),
    voters: grouped(voters),
    subscribers: grouped(subscribers),
    staff: staff.rows.map((row) => row.id),
  }
}

interface Pair {
  key: number
  value: number
}

function grouped(pairs: readonly Pair[]): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  for (const { key, value } of pairs) {
    const group = groups.get(key)
    if (group) group.push(value)
    else groups.set(key, [value])
  }
  return groups
}
