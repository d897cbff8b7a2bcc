// Follows the event log and streams what listeners of this process are to see of it. Asks the database who that is, for whole
// batches of events at once; keeps no copy of anybody's follows, blocks or mutes that could be out of date.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { StoredEvent } from "../../events/event.ts"
import type { Follower } from "../../events/log-engine.ts"
import type { AccountRow } from "../accounts/account-json.ts"
import { conversationJson, partiesOf } from "../conversations/conversation-json.ts"
import type { FilterContext } from "../filters/filter-events.ts"
import { postStream } from "../posts/post-events.ts"
import type { NotificationTail } from "./notification-tail.ts"
import type { LoadStatusPayloads, StatusPayloads } from "./status-payloads.ts"
import type { PostAndList, PostAndViewer, PublicPost, StreamAudience } from "./stream-audience.ts"
import type { StreamHub } from "./stream-hub.ts"
import type { Topic } from "./stream-subscription.ts"

export interface StreamFollowerDeps extends Pick<Core, "db" | "urls" | "emojis"> {
  readonly hub: StreamHub
  readonly audience: StreamAudience
  readonly payloads: LoadStatusPayloads
  readonly notifications: NotificationTail
  readonly publishAnnouncements: (events: readonly StoredDomainEvent[]) => Promise<void>
}

/** What a batch of events needs to be streamed. */
interface Batch {
  readonly home: ReadonlyMap<number, readonly number[]>
  readonly direct: ReadonlyMap<number, readonly number[]>
  readonly lists: readonly PostAndList[]
  readonly public: ReadonlyMap<number, PublicPost>
  readonly payloads: StatusPayloads
  /** Accounts of conversations. */
  readonly accounts: ReadonlyMap<number, AccountRow>
}

type EventOf<T extends StoredDomainEvent["type"]> = Extract<StoredDomainEvent, { type: T }>
type Removal = EventOf<"post.deleted" | "post.repost_removed">

/** What is news though no member did it. */
const SYSTEMS_OWN = new Set([
  "announcement.published",
  "announcement.removed",
  "poll.ended",
  "post.deleted",
  "post.repost_removed",
])

export function createStreamFollower(deps: StreamFollowerDeps): Follower {
  const { hub, notifications } = deps
  return {
    name: "streams",
    async handle(all: readonly StoredEvent[]) {
      // What the system did, such as an import, happened some other time: no stream is for that.
      const stored = all.filter((event) => event.actor !== null || SYSTEMS_OWN.has(event.type))
      notifications.remember(stored)
      if (hub.connections().size === 0) return
      const events = stored as readonly StoredDomainEvent[]
      const batch = await prepare(deps, events)
      const removals = events.filter((event): event is Removal => isRemoval(event))
      const mourners = await findMourners(deps, removals)
      for (const event of events) {
        if (event.type === "post.created") {
          publishPost(deps, batch, { id: event.data.id, event: "update" })
          publishConversations(deps, batch, event.data.id)
        } else if (event.type === "post.reposted") {
          publishPost(deps, batch, { id: event.data.id, event: "update" })
        } else if (event.type === "post.edited") {
          publishPost(deps, batch, { id: event.data.id, event: "status.update" })
        } else if (event.type === "filter.saved" || event.type === "filter.deleted") {
          hub.publish({ kind: "home", key: event.data.account_id }, "filters_changed", undefined)
        } else if (isRemoval(event)) {
          publishRemoval(hub, event.data.id, mourners.get(event.data.id))
        }
      }
      await deps.publishAnnouncements(events)
      await notifications.deliver()
    },
    idle: () => notifications.deliver(),
  }
}

function isRemoval(event: StoredDomainEvent): event is Removal {
  return event.type === "post.deleted" || event.type === "post.repost_removed"
}

async function prepare(deps: StreamFollowerDeps, events: readonly StoredDomainEvent[]): Promise<Batch> {
  const { hub, audience } = deps
  const ids = new Set<number>()
  for (const event of events) {
    if (event.type === "post.created" || event.type === "post.reposted" || event.type === "post.edited") {
      ids.add(event.data.id)
    }
  }
  const openTo = publicListeners(hub)
  const [home, direct, lists, open] = await Promise.all([
    audience.home([...ids], hub.accounts("home")),
    audience.direct([...ids], hub.accounts("direct")),
    audience.lists([...ids], hub.keys("list").map(Number)),
    openTo === undefined ? [] : audience.public([...ids], openTo),
  ])
  const pairs = [...home, ...direct, ...lists]
  const wanted = new Set(pairs.map((pair) => pair.post_id).concat(open.map((post) => post.id)))
  const viewers = new Set(pairs.map((pair) => pair.viewer_id).concat(open.length > 0 ? (openTo ?? []) : []))
  const payloads = await deps.payloads([...wanted], [...viewers])
  return {
    home: viewersByPost(home),
    direct: viewersByPost(direct),
    lists,
    public: new Map(open.map((post) => [post.id, post])),
    payloads,
    accounts: await participants(deps, direct, payloads),
  }
}

/** The members who listen to public or tag streams; undefined when nobody at all does. */
function publicListeners(hub: StreamHub): number[] | undefined {
  const topics: Topic[] = [
    ...hub.keys("public").map((key) => ({ kind: "public" as const, key })),
    ...hub.keys("tag").map((key) => ({ kind: "tag" as const, key })),
  ]
  if (topics.length === 0) return undefined
  const members = new Set<number>()
  for (const topic of topics) {
    for (const { connection } of hub.listeners(topic)) {
      if (connection.viewer?.accountId != null) members.add(connection.viewer.accountId)
    }
  }
  return [...members]
}

function viewersByPost(pairs: readonly PostAndViewer[]): Map<number, number[]> {
  const byPost = new Map<number, number[]>()
  for (const { post_id, viewer_id } of pairs) {
    const viewers = byPost.get(post_id)
    if (viewers) viewers.push(viewer_id)
    else byPost.set(post_id, [viewer_id])
  }
  return byPost
}

function publishPost(deps: StreamFollowerDeps, batch: Batch, post: { id: number; event: string }): void {
  const { hub } = deps
  for (const viewer of batch.home.get(post.id) ?? []) {
    const payload = payloadFor(batch, post.id, { viewer, context: "home" })
    if (payload) hub.publish({ kind: "home", key: viewer }, post.event, payload.text)
  }
  for (const { post_id, viewer_id, list_id } of batch.lists) {
    if (post_id !== post.id) continue
    const payload = payloadFor(batch, post.id, { viewer: viewer_id, context: "home" })
    if (payload) publishToList(hub, { list_id, viewer_id }, { event: post.event, payload: payload.text })
  }
  const open = batch.public.get(post.id)
  if (!open) return
  const topics: Topic[] = open.tags.map((tag) => ({ kind: "tag", key: tag }))
  if (!open.reply) topics.push({ kind: "public", key: "all" })
  if (!open.reply && open.media) topics.push({ kind: "public", key: "media" })
  for (const topic of topics) {
    for (const { connection, label } of hub.listeners(topic)) {
      const viewer = connection.viewer?.accountId ?? undefined
      if (viewer !== undefined && open.hiddenFrom.has(viewer)) continue
      const payload = payloadFor(batch, post.id, { viewer, context: "public" })
      if (payload) connection.deliver({ label, event: post.event, payload: payload.text })
    }
  }
}

/** The post for a viewer, unless its filters leave it out of the place. */
function payloadFor(
  { payloads }: Batch,
  postId: number,
  { viewer, context }: { viewer: number | undefined; context: FilterContext },
) {
  return payloads.hides(postId, viewer, context) ? undefined : payloads.of(postId, viewer)
}

/** To whom the list is: anybody may have asked for its stream. */
function publishToList(
  hub: StreamHub,
  { list_id, viewer_id }: Omit<PostAndList, "post_id">,
  frame: { event: string; payload: string },
): void {
  for (const { connection, label } of hub.listeners({ kind: "list", key: list_id })) {
    if (connection.viewer?.accountId === viewer_id) connection.deliver({ label, ...frame })
  }
}

/** A direct post as the newest of its conversation, whose id is that of the thread. */
function publishConversations(deps: StreamFollowerDeps, batch: Batch, postId: number): void {
  for (const viewer of batch.direct.get(postId) ?? []) {
    const post = batch.payloads.post(postId)
    const payload = batch.payloads.of(postId, viewer)
    if (!post || !payload) continue
    const unread = post.author_id !== viewer
    const conversation = conversationJson(
      { post, status: payload.json, viewerId: viewer, unread, accounts: batch.accounts },
      deps,
    )
    deps.hub.publish({ kind: "direct", key: viewer }, "conversation", JSON.stringify(conversation))
  }
}

async function participants(
  { db }: Pick<Core, "db">,
  direct: readonly PostAndViewer[],
  payloads: StatusPayloads,
): Promise<Map<number, AccountRow>> {
  const ids = new Set(
    direct.flatMap(({ post_id }) => {
      const post = payloads.post(post_id)
      return post ? partiesOf(post) : []
    }),
  )
  if (ids.size === 0) return new Map()
  const rows = await db
    .selectFrom("accounts")
    .selectAll()
    .where("id", "=", sql<number>`ANY(${[...ids]}::bigint[])`)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** Who is told that a post is gone: everybody, or those who may have seen it. */
type Mourners = "everybody" | ReadonlySet<number>

/**
 * The post is gone, but the log has who it was for. Of one that everybody could see everybody is told, for its reposts went
 * to others than its author's followers; of others only those whom they were for, so that not even their ids get about.
 */
async function findMourners(
  deps: StreamFollowerDeps,
  removals: readonly Removal[],
): Promise<Map<number, Mourners>> {
  if (removals.length === 0) return new Map()
  const streams = removals.flatMap((event) =>
    event.type === "post.deleted" ? [postStream(event.data.id)] : [],
  )
  const found = await sql<{ id: number; visibility: string; mentioned: number[] }>`
    SELECT (data->>'id')::bigint AS id, data->>'visibility' AS visibility,
      ARRAY(SELECT (m->>'id')::bigint FROM jsonb_array_elements(data->'mentions') m) AS mentioned
    FROM events WHERE stream = ANY(${streams}::text[]) AND type = 'post.created'`.execute(deps.db)
  const origins = new Map(found.rows.map((row) => [row.id, row]))
  const mourners = new Map<number, Mourners>()
  const hushed: Removal[] = []
  for (const event of removals) {
    const visibility = origins.get(event.data.id)?.visibility
    if (visibility === "public" || visibility === "unlisted") mourners.set(event.data.id, "everybody")
    else hushed.push(event)
  }
  const sets = await deps.audience.bereaved(
    hushed.map(({ data }) => ({
      author_id: data.author_id,
      mentioned: origins.get(data.id)?.mentioned ?? [],
    })),
    deps.hub.accounts("home"),
  )
  for (const [index, event] of hushed.entries()) mourners.set(event.data.id, sets[index] ?? new Set())
  return mourners
}

function publishRemoval(hub: StreamHub, postId: number, mourners: Mourners | undefined): void {
  if (mourners === undefined) return
  const homes = mourners === "everybody" ? hub.accounts("home") : mourners
  for (const account of homes) hub.publish({ kind: "home", key: account }, "delete", String(postId))
  for (const key of hub.keys("list")) {
    for (const { connection, label } of hub.listeners({ kind: "list", key })) {
      const listener = connection.viewer?.accountId ?? 0
      if (mourners === "everybody" || mourners.has(listener))
        connection.deliver({ label, event: "delete", payload: String(postId) })
    }
  }
  if (mourners !== "everybody") return
  for (const kind of ["public", "tag"] as const) {
    for (const key of hub.keys(kind)) hub.publish({ kind, key }, "delete", String(postId))
  }
}
