// Which events of the log the firehose tells, and what of them. Tells only what everybody may see at this moment: nothing of a
// post that was not public, of one that is deleted by now, or of an account that is suspended; never who likes, follows or
// blocks; of an account never more than its profile.

import type { Core } from "../../core.ts"
import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { StoredEvent } from "../../events/event.ts"
import type { ProfileChanges } from "../accounts/account-events.ts"
import type { FirehoseMessage, PublicEvent } from "./firehose-types.ts"
import { isFirehoseType, toMessage } from "./firehose-types.ts"
import { briefAccountJson, postJson, profileJson } from "./firehose-json.ts"
import type { PublicState } from "./public-state.ts"
import { loadPublicState } from "./public-state.ts"

/** The messages of a batch of events, in its order. */
export type ToMessages = (events: readonly StoredEvent[]) => Promise<FirehoseMessage[]>

export function createToMessages({ db, urls }: Pick<Core, "db" | "urls">): ToMessages {
  return async function toMessages(all) {
    const events = (all as readonly StoredDomainEvent[]).filter((event) => mayBePublic(event))
    if (events.length === 0) return []
    const state = await loadPublicState(db, events)
    return events.flatMap((event) => {
      const told = publicEvent(event, state, urls)
      return told ? [toMessage(told)] : []
    })
  }
}

/** Columns of a profile that the firehose shows; the others are the member's settings, and nobody else's business. */
const SHOWN = new Set<keyof ProfileChanges>([
  "display_name",
  "note",
  "fields",
  "avatar",
  "header",
  "locked",
  "bot",
  "discoverable",
  "indexable",
])

/** Whether the event alone does not forbid to tell it: what needs no look at the tables. Pure. */
function mayBePublic(event: StoredDomainEvent): boolean {
  if (event.type === "post.created" || event.type === "post.reposted") {
    return event.data.visibility === "public"
  }
  if (event.type === "account.profile_changed") {
    const changed = Object.keys(event.data.changes) as (keyof ProfileChanges)[]
    return changed.some((column) => SHOWN.has(column))
  }
  return isFirehoseType(event.type)
}

/** What is told of an event in this state of the network; undefined when it is not for the public. Pure. */
function publicEvent(
  event: StoredDomainEvent,
  state: PublicState,
  urls: Core["urls"],
): PublicEvent | undefined {
  const { transactionId, position, occurredAt: at } = event
  const base = { cursor: { transactionId, position }, at }
  switch (event.type) {
    case "post.created":
    case "post.edited": {
      const { data } = event
      const post = state.posts.get(data.id)
      const author = state.accounts.get(data.author_id)
      if (!post || !author) return undefined
      const shown = postJson(data, { post, author, media: state.media }, urls)
      return { ...base, type: event.type, data: shown, posts: [data.id], accounts: [author.id] }
    }
    case "post.reposted": {
      const { data } = event
      const author = state.accounts.get(data.author_id)
      const originalAuthor = state.accounts.get(data.original_author_id)
      if (!state.posts.has(data.id) || !author || !originalAuthor) return undefined
      const original = {
        id: String(data.repost_of_id),
        url: urls.post(originalAuthor.username, data.repost_of_id),
        account: briefAccountJson(originalAuthor, urls),
      }
      return {
        ...base,
        type: event.type,
        data: { id: String(data.id), account: briefAccountJson(author, urls), repost_of: original },
        posts: [data.id, data.repost_of_id],
        accounts: [author.id, originalAuthor.id],
      }
    }
    case "post.deleted":
    case "post.repost_removed": {
      const { data } = event
      if (!state.gone.has(data.id) || !state.accounts.has(data.author_id)) return undefined
      const ids = { id: String(data.id), account_id: String(data.author_id) }
      const shown = "repost_of_id" in data ? { ...ids, repost_of_id: String(data.repost_of_id) } : ids
      return { ...base, type: event.type, data: shown, posts: [], accounts: [data.author_id] }
    }
    case "account.created":
    case "account.profile_changed":
    case "account.unsuspended": {
      const account = state.accounts.get(event.data.id)
      if (!account) return undefined
      return {
        ...base,
        type: event.type,
        data: profileJson(account, urls),
        posts: [],
        accounts: [account.id],
      }
    }
    case "account.suspended":
      return { ...base, type: event.type, data: { id: String(event.data.id) }, posts: [], accounts: [] }
    default:
      return undefined
  }
}
