// What decides which posts a member sees in its home: whom it blocks and mutes, who blocks it, which tags it follows, whom its
// exclusive lists keep out, and which of its follows are not of the ordinary kind. Pure: the state and how events change it.

import type { HomeOrder } from "../../db/schema.ts"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { Snapshot } from "../../events/snapshot.ts"

/** How a followed account is shown, where it is not simply everything. */
export interface FollowOptions {
  readonly showReposts: boolean
  /** Only these languages; null for all. */
  readonly languages: ReadonlySet<string> | null
}

export interface ViewerState {
  readonly accountId: number
  /** What was read from the tables: events that it has are not applied again. */
  readonly snapshot: Snapshot
  readonly blocks: Set<number>
  readonly blockedBy: Set<number>
  /** When each mute ends, in milliseconds since 1970; infinity for never. */
  readonly mutes: Map<number, number>
  readonly tags: Set<string>
  /** Only those that are not shown with everything. */
  readonly followOptions: Map<number, FollowOptions>
  /** Who is on each exclusive list, by its id: out of the home, but for followed tags. */
  readonly exclusiveLists: Map<number, Set<number>>
  homeOrder: HomeOrder
  /** Whether something happened that cannot be told from the state and the event alone: it has to be read anew. */
  stale: boolean
}

/** Blocked or muted by the member, at `now`. */
export function isSilenced(state: ViewerState, accountId: number, now: number): boolean {
  // Most members block and mute nobody, and asking an empty set costs as much as a full one.
  if (state.blocks.size > 0 && state.blocks.has(accountId)) return true
  if (state.mutes.size === 0) return false
  const muted = state.mutes.get(accountId)
  return muted !== undefined && muted > now
}

/** Silenced, or it blocks the member. */
export function isHidden(state: ViewerState, accountId: number, now: number): boolean {
  return (state.blockedBy.size > 0 && state.blockedBy.has(accountId)) || isSilenced(state, accountId, now)
}

/** On an exclusive list of the member. */
export function isKeptOut(state: ViewerState, accountId: number): boolean {
  if (state.exclusiveLists.size === 0) return false
  for (const members of state.exclusiveLists.values()) if (members.has(accountId)) return true
  return false
}

/** The members whose state an event may change. */
export function concernedBy(event: StoredDomainEvent): readonly number[] {
  switch (event.type) {
    case "follow.created":
    case "follow.changed":
    case "follow.removed":
      return [event.data.follower_id]
    case "block.created":
    case "block.removed":
      return [event.data.account_id, event.data.target_id]
    case "mute.created":
    case "mute.removed":
    case "tag.followed":
    case "tag.unfollowed":
    case "list.created":
    case "list.changed":
    case "list.deleted":
    case "list.member_added":
    case "list.member_removed":
      return [event.data.account_id]
    case "account.profile_changed":
      return event.data.changes.home_order === undefined ? [] : [event.data.id]
    default:
      return []
  }
}

/** Takes an event into the state of a member whom it concerns, unless the state was read after it. */
export function applyToViewer(state: ViewerState, event: StoredDomainEvent): void {
  if (state.snapshot.has(event.transactionId)) return
  switch (event.type) {
    case "follow.created":
    case "follow.changed":
      setFollowOptions(state, event.data)
      break
    case "follow.removed":
      state.followOptions.delete(event.data.followee_id)
      for (const members of state.exclusiveLists.values()) members.delete(event.data.followee_id)
      break
    case "block.created":
      if (event.data.account_id === state.accountId) state.blocks.add(event.data.target_id)
      else state.blockedBy.add(event.data.account_id)
      break
    case "block.removed":
      if (event.data.account_id === state.accountId) state.blocks.delete(event.data.target_id)
      else state.blockedBy.delete(event.data.account_id)
      break
    case "mute.created":
      state.mutes.set(event.data.target_id, muteEnd(event.data.expires_at))
      break
    case "mute.removed":
      state.mutes.delete(event.data.target_id)
      break
    case "tag.followed":
      state.tags.add(event.data.tag)
      break
    case "tag.unfollowed":
      state.tags.delete(event.data.tag)
      break
    case "list.created":
    case "list.changed":
    case "list.deleted":
    case "list.member_added":
    case "list.member_removed":
      applyList(state, event)
      break
    case "account.profile_changed":
      state.homeOrder = event.data.changes.home_order ?? state.homeOrder
      break
    default:
  }
}

type ListEvent = Extract<StoredDomainEvent, { type: `list.${string}` }>

function applyList(state: ViewerState, event: ListEvent): void {
  const lists = state.exclusiveLists
  switch (event.type) {
    case "list.created":
      if (event.data.exclusive) lists.set(event.data.id, new Set())
      break
    case "list.changed":
      if (!event.data.exclusive) lists.delete(event.data.id)
      // Who is on a list that was not exclusive is not known here.
      else if (!lists.has(event.data.id)) state.stale = true
      break
    case "list.deleted":
      lists.delete(event.data.id)
      break
    case "list.member_added":
      lists.get(event.data.list_id)?.add(event.data.member_id)
      break
    case "list.member_removed":
      lists.get(event.data.list_id)?.delete(event.data.member_id)
      break
    default:
  }
}

/** A mute's end as it stands in events and rows. */
export function muteEnd(expiresAt: string | null): number {
  return expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt)
}

/** Keeps what is said of a follow, where it is something. */
export function setFollowOptions(
  state: Pick<ViewerState, "followOptions">,
  follow: { followee_id: number; show_reposts: boolean; languages: readonly string[] | null },
): void {
  const languages = follow.languages && follow.languages.length > 0 ? new Set(follow.languages) : null
  if (follow.show_reposts && languages === null) state.followOptions.delete(follow.followee_id)
  else state.followOptions.set(follow.followee_id, { showReposts: follow.show_reposts, languages })
}
