// Hydration: posts with all that is shown of them, for one viewer, in three statements whatever the number of posts. Decides
// nothing about visibility: callers pass ids that the viewer may see, or use `findVisible`.

import { AppError, createGroup } from "@aviary/kit"
import type { Clock } from "@aviary/kit"
import type { RawBuilder, Selectable } from "kysely"
import { sql } from "kysely"
import type { Db } from "../../db/database.ts"
import type { PostsTable } from "../../db/schema.ts"
import type { AccountRow } from "../accounts/account-json.ts"
import type { JoinedAccount } from "../accounts/joined-account.ts"
import { accountOfJoined, joinedAccount } from "../accounts/joined-account.ts"
import type { Counted, ExactCounts } from "../counters/exact-counts.ts"
import { countedTo } from "../counters/exact-counts.ts"
import type { FilterMatch, FilterSet } from "../filters/filter-set.ts"
import { subjectOfView } from "../filters/filter-subjects.ts"
import { readFilterSet } from "../filters/read-filters.ts"
import type { MediaView } from "../media/media-json.ts"
import type { PollView } from "../polls/poll-json.ts"
import { visibleTo } from "./post-visibility.ts"

export interface PostView extends Selectable<PostsTable> {
  readonly author: AccountRow
  readonly media: readonly MediaView[]
  readonly poll: PollView | null
  /** What the viewer did; all false for somebody who is not signed in. */
  readonly liked: boolean
  readonly bookmarked: boolean
  readonly reposted: boolean
  readonly pinned: boolean
  readonly muted: boolean
  /** The viewer's filters that match. */
  readonly filtered: readonly FilterMatch[]
  /** The original, when this is a repost. */
  readonly original: PostView | null
}

type PostRow = Selectable<PostsTable> & {
  viewer: number
  author: JoinedAccount
  media: MediaView[] | null
  poll: PollView | null
  liked: boolean
  bookmarked: boolean
  reposted: boolean
  pinned: boolean
  muted: boolean
}

/** An account id that nobody has, for viewers who are not signed in. */
const NOBODY = 0

export interface PostViews {
  /** The posts of `ids`, in that order; those that no longer exist are left out. */
  load(ids: readonly number[], viewerId: number | undefined): Promise<PostView[]>
  /** One post if the viewer may see it. */
  findVisible(id: number, viewerId: number | undefined): Promise<PostView | undefined>
  /** Those of `ids` that the viewer may see, in that order, each once. */
  filterVisible(ids: readonly number[], viewerId: number | undefined): Promise<number[]>
}

/** A post as somebody sees it. */
interface Sight {
  readonly id: number
  readonly viewer: number
}

/** Posts that may wait to be loaded one by one; a server this far behind answers that it is overloaded. */
const MAX_WAITING = 5_000

export function createPostViews(deps: { db: Db; counts: ExactCounts; clock: Clock }): PostViews {
  async function loadSights(sights: readonly Sight[]): Promise<(PostView | undefined)[]> {
    // At once: whatever is counted twice or not yet in one of them is told by the cursor in the other.
    const [{ rows }, recent] = await Promise.all([postRows(deps.db, sights), deps.counts.recent()])
    const authors = new Map(
      rows.map((row) => [row.author_id, { ...accountOfJoined(row.author), counted_to: row.counted_to }]),
    )
    const counted = await recent.accounts([...authors.values()])
    const accounts = new Map(counted.map((account) => [account.id, account]))
    const posts = new Map((await recent.posts(rows)).map((row) => [sightName(row), row]))
    const view = (sight: Sight): PostView | undefined => {
      const row = posts.get(sightName(sight))
      const author = row && accounts.get(row.author_id)
      if (!row || !author) return undefined
      const original = row.repost_of_id === null ? null : view({ ...sight, id: row.repost_of_id })
      if (original === undefined) return undefined
      return { ...row, author, media: row.media ?? [], filtered: [], original }
    }
    return sights.map(view)
  }

  // Single posts that are wanted at the same moment, by whomever, share their statements.
  const loadOne = createGroup({
    run: loadSights,
    waiting: MAX_WAITING,
    refuse: () => new AppError("server.overloaded"),
    isItemsFault: () => false,
  })

  async function load(ids: readonly number[], viewerId: number | undefined): Promise<PostView[]> {
    const sights = ids.map((id) => ({ id, viewer: viewerId ?? NOBODY }))
    const [first] = sights
    if (!first) return []
    const [found, filters] = await Promise.all([
      sights.length === 1 ? loadOne(first).then((view) => [view]) : loadSights(sights),
      viewerId === undefined ? undefined : readFilterSet(deps.db, viewerId),
    ])
    const views = found.filter((view) => view !== undefined)
    return filters ? views.map((view) => filteredView(view, filters, deps.clock.now())) : views
  }

  async function filterVisible(ids: readonly number[], viewerId: number | undefined): Promise<number[]> {
    if (ids.length === 0) return []
    const found = await sql<{ id: number }>`SELECT p.id FROM posts p
      WHERE p.id = ANY(${[...ids]}::bigint[]) AND ${visibleTo(viewerId)}`.execute(deps.db)
    const visible = new Set(found.rows.map((row) => row.id))
    return [...new Set(ids)].filter((id) => visible.has(id))
  }

  return {
    load,
    filterVisible,
    findVisible: async (id, viewerId) => (await load(await filterVisible([id], viewerId), viewerId))[0],
  }
}

/** The post with what a member's filters say of it. */
export function filteredView(view: PostView, filters: FilterSet, now: number): PostView {
  if (filters.filters.length === 0) return view
  const original = view.original && filteredView(view.original, filters, now)
  return { ...view, original, filtered: filters.match(subjectOfView(view), now) }
}

function sightName({ id, viewer }: Sight): string {
  return `${id} ${viewer}`
}

function postRows(db: Db, sights: readonly Sight[]) {
  return sql<Counted<PostRow>>`
    WITH asked AS MATERIALIZED (
      SELECT id, viewer FROM unnest(
        ${sights.map((sight) => sight.id)}::bigint[], ${sights.map((sight) => sight.viewer)}::bigint[]) AS a (id, viewer)
    ), wanted AS (
      SELECT id, viewer FROM asked
      UNION SELECT r.repost_of_id, asked.viewer FROM asked JOIN posts r ON r.id = asked.id
      WHERE r.repost_of_id IS NOT NULL
    )
    SELECT p.*, w.viewer, ${countedTo}, ${joinedAccount} AS author,
      ${mediaColumn} AS media, ${pollColumn(sql.ref("w.viewer"))} AS poll,
      EXISTS (SELECT 1 FROM likes l WHERE l.post_id = p.id AND l.account_id = w.viewer) AS liked,
      EXISTS (SELECT 1 FROM bookmarks b WHERE b.post_id = p.id AND b.account_id = w.viewer) AS bookmarked,
      EXISTS (SELECT 1 FROM posts r WHERE r.repost_of_id = p.id AND r.author_id = w.viewer) AS reposted,
      EXISTS (SELECT 1 FROM pins i WHERE i.post_id = p.id AND i.account_id = w.viewer) AS pinned,
      EXISTS (SELECT 1 FROM conversation_mutes c
              WHERE c.conversation_id = p.conversation_id AND c.account_id = w.viewer) AS muted
    FROM wanted w JOIN posts p ON p.id = w.id JOIN accounts a ON a.id = p.author_id`.execute(db)
}

/** The media of a post as JSON in its order, null where it has none. The post is aliased `p`. */
export const mediaColumn = sql`CASE WHEN p.media_ids <> '{}' THEN (
    SELECT json_agg(json_build_object('id', m.id, 'type', m.type, 'files', m.files, 'description', m.description,
      'focus', m.focus, 'blurhash', m.blurhash, 'meta', m.meta, 'ready', m.ready)
      ORDER BY array_position(p.media_ids, m.id))
    FROM media m WHERE m.id = ANY(p.media_ids)) END`

/** The poll of a post as a viewer sees it, as JSON; null where it has none. The post is aliased `p`. */
export function pollColumn(viewerId: RawBuilder<number>): RawBuilder<unknown> {
  return sql`CASE WHEN p.poll_id IS NOT NULL THEN (
    SELECT json_build_object('id', o.id, 'author_id', o.author_id, 'options', o.options, 'votes', o.votes,
      'voters_count', o.voters_count, 'multiple', o.multiple, 'hide_totals', o.hide_totals,
      'expires_at', o.expires_at,
      'own_votes', (SELECT choices FROM poll_votes v WHERE v.poll_id = o.id AND v.account_id = ${viewerId}))
    FROM polls o WHERE o.id = p.poll_id) END`
}
