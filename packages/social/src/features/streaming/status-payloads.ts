// Posts as the payloads of frames, right for each viewer. The post is loaded and rendered once for all who did nothing with
// it; only those who liked, reposted, filtered, … it get a rendering of their own. Decides nothing about visibility.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { FilterContext } from "../filters/filter-events.ts"
import type { FilterSet } from "../filters/filter-set.ts"
import { subjectOfView } from "../filters/filter-subjects.ts"
import type { MemberFilters } from "../filters/member-filters.ts"
import type { PostView } from "../posts/post-view.ts"
import { filteredView } from "../posts/post-view.ts"
import type { StatusJson } from "../posts/status-json.ts"
import { statusJson } from "../posts/status-json.ts"

export interface StatusPayload {
  readonly json: StatusJson
  readonly text: string
}

export interface StatusPayloads {
  /** The post for a viewer (undefined: not signed in); undefined when the post is gone. */
  of(postId: number, viewerId: number | undefined): StatusPayload | undefined
  post(postId: number): PostView | undefined
  /** Whether the viewer's filters leave the post out of a place. */
  hides(postId: number, viewerId: number | undefined, context: FilterContext): boolean
}

export type LoadStatusPayloads = (
  postIds: readonly number[],
  viewerIds: readonly number[],
) => Promise<StatusPayloads>

type Kind = "liked" | "bookmarked" | "reposted" | "pinned" | "muted" | "voted"

interface Mark {
  readonly kind: Kind
  readonly viewer: number
  /** The post; of a muted conversation, its id. */
  readonly subject: number
  readonly choices: number[] | null
}

export function createLoadStatusPayloads(
  deps: Pick<Core, "db" | "posts" | "urls" | "emojis" | "clock"> & { filters: Pick<MemberFilters, "load"> },
): LoadStatusPayloads {
  return async function loadStatusPayloads(postIds, viewerIds) {
    const posts = new Map((await deps.posts.load(postIds, undefined)).map((post) => [post.id, post]))
    const marks = marksByViewer(await findMarks(deps, [...posts.values()], viewerIds))
    const filters = await filtersOf(deps.filters, posts.size === 0 ? [] : viewerIds)
    const made = new Map<string, StatusPayload>()

    return {
      post: (postId) => posts.get(postId),
      hides(postId, viewerId, context) {
        const post = posts.get(postId)
        const set = filters.get(viewerId ?? 0)
        if (!post || !set || post.author_id === viewerId || post.original?.author_id === viewerId)
          return false
        return set.hides(subjectOfView(post), context, deps.clock.now())
      },
      of(postId, viewerId) {
        const post = posts.get(postId)
        if (!post) return undefined
        const own = viewerId === undefined ? [] : marksOf(post.original ?? post, marks.get(viewerId) ?? [])
        const set = filters.get(viewerId ?? 0)
        const audience = set ? `filtered ${viewerId}` : audienceOf(post, viewerId)
        const key = `${postId} ${audience} ${JSON.stringify(own.map((mark) => [mark.kind, mark.choices]))}`
        const known = made.get(key)
        if (known) return known
        const now = deps.clock.now()
        const marked = markedPost(post, own)
        const json = statusJson(set ? filteredView(marked, set, now) : marked, { ...deps, viewerId, now })
        const payload = { json, text: JSON.stringify(json) }
        made.set(key, payload)
        return payload
      },
    }
  }
}

/** The filters of those who have any. */
async function filtersOf(
  filters: Pick<MemberFilters, "load">,
  viewerIds: readonly number[],
): Promise<Map<number, FilterSet>> {
  const sets = await Promise.all(viewerIds.map(async (id) => [id, await filters.load(id)] as const))
  return new Map(sets.filter(([, set]) => set.filters.length > 0))
}

/** Viewers who did nothing with a post see it alike, but for its authors and those who are not signed in. */
function audienceOf(post: PostView, viewerId: number | undefined): string {
  if (viewerId === undefined) return "anybody"
  return viewerId === post.author_id || viewerId === post.original?.author_id ? String(viewerId) : "member"
}

function marksOf(shown: PostView, marks: readonly Mark[]): Mark[] {
  return marks.filter((mark) => mark.subject === (mark.kind === "muted" ? shown.conversation_id : shown.id))
}

function markedPost(post: PostView, marks: readonly Mark[]): PostView {
  if (post.original) return { ...post, original: markedPost(post.original, marks) }
  const has = (kind: Kind): boolean => marks.some((mark) => mark.kind === kind)
  const choices = marks.find((mark) => mark.kind === "voted")?.choices ?? null
  return {
    ...post,
    liked: has("liked"),
    bookmarked: has("bookmarked"),
    reposted: has("reposted"),
    pinned: has("pinned"),
    muted: has("muted"),
    poll: post.poll && { ...post.poll, own_votes: choices },
  }
}

function marksByViewer(marks: readonly Mark[]): Map<number, Mark[]> {
  const byViewer = new Map<number, Mark[]>()
  for (const mark of marks) {
    const own = byViewer.get(mark.viewer)
    if (own) own.push(mark)
    else byViewer.set(mark.viewer, [mark])
  }
  return byViewer
}

async function findMarks(
  deps: Pick<Core, "db">,
  posts: readonly PostView[],
  viewerIds: readonly number[],
): Promise<readonly Mark[]> {
  if (posts.length === 0 || viewerIds.length === 0) return []
  const shown = posts.map((post) => post.original ?? post)
  const ids = [...new Set(shown.map((post) => post.id))]
  const conversations = [...new Set(shown.map((post) => post.conversation_id))]
  const polls = shown.flatMap((post) => post.poll_id ?? [])
  const viewers = [...viewerIds]
  const mine = sql`= ANY(${ids}::bigint[]) AND account_id = ANY(${viewers}::bigint[])`
  const found = await sql<Mark>`
    SELECT 'liked' AS kind, account_id AS viewer, post_id AS subject, NULL::int[] AS choices FROM likes WHERE post_id ${mine}
    UNION ALL SELECT 'bookmarked', account_id, post_id, NULL FROM bookmarks WHERE post_id ${mine}
    UNION ALL SELECT 'pinned', account_id, post_id, NULL FROM pins WHERE post_id ${mine}
    UNION ALL SELECT 'reposted', author_id, repost_of_id, NULL FROM posts
      WHERE repost_of_id = ANY(${ids}::bigint[]) AND author_id = ANY(${viewers}::bigint[])
    UNION ALL SELECT 'muted', account_id, conversation_id, NULL FROM conversation_mutes
      WHERE account_id = ANY(${viewers}::bigint[]) AND conversation_id = ANY(${conversations}::bigint[])
    UNION ALL SELECT 'voted', v.account_id, o.post_id, v.choices FROM poll_votes v JOIN polls o ON o.id = v.poll_id
      WHERE v.poll_id = ANY(${polls}::bigint[]) AND v.account_id = ANY(${viewers}::bigint[])`.execute(deps.db)
  return found.rows
}
