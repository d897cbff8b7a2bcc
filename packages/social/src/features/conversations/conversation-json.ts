// A conversation as Mastodon's Conversation: direct posts that hang on one first post, whose id it has. Pure.

import type { AccountRow } from "../accounts/account-json.ts"
import { accountJson } from "../accounts/account-json.ts"
import type { PostView } from "../posts/post-view.ts"
import type { StatusJson } from "../posts/status-json.ts"

export interface ConversationParts {
  /** The last post, as it is and as the viewer sees it. */
  readonly post: PostView
  readonly status: StatusJson
  readonly viewerId: number
  readonly unread: boolean
  /** At least those of `partiesOf(post)`. */
  readonly accounts: ReadonlyMap<number, AccountRow>
}

export function conversationJson(
  parts: ConversationParts,
  context: Parameters<typeof accountJson>[1],
): object {
  const others = partiesOf(parts.post).filter((id) => id !== parts.viewerId)
  return {
    id: String(parts.post.conversation_id),
    unread: parts.unread,
    // Who writes to nobody but themselves is their own company.
    accounts: (others.length > 0 ? others : [parts.viewerId]).flatMap((id) => {
      const account = parts.accounts.get(id)
      return account ? [accountJson(account, context)] : []
    }),
    last_status: parts.status,
  }
}

/** The author and the mentioned, each once. */
export function partiesOf(post: PostView): number[] {
  return [...new Set([post.author_id, ...post.mentions.map((mention) => mention.id)])]
}
