// Routes of conversations: the list of direct posts by what they hang on, and what the member has read of it or put away.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import { pageEnds } from "../../http/page.ts"
import type { Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import type { Accounts } from "../accounts/account-store.ts"
import { statusJson } from "../posts/status-json.ts"
import { conversationJson, partiesOf } from "./conversation-json.ts"
import type { Conversation, Conversations } from "./conversations.ts"

export interface ConversationRouteDeps extends Pick<Core, "posts" | "urls" | "emojis" | "clock"> {
  readonly conversations: Conversations
  readonly accounts: Pick<Accounts, "load">
}

const access = { access: "member" } as const
const input = z.object({ id: field.id })

export function createConversationRoutes(deps: ConversationRouteDeps): Route[] {
  const { conversations } = deps

  async function show(rows: readonly Conversation[], viewerId: number): Promise<object[]> {
    const loaded = await deps.posts.load(
      rows.map((row) => row.lastPostId),
      viewerId,
    )
    const posts = new Map(loaded.map((post) => [post.id, post]))
    const parties = await deps.accounts.load([viewerId, ...loaded.flatMap(partiesOf)])
    const accounts = new Map(parties.map((account) => [account.id, account]))
    const context = { ...deps, viewerId, now: deps.clock.now() }
    return rows.flatMap(({ lastPostId, unread }) => {
      const post = posts.get(lastPostId)
      if (!post) return []
      return [conversationJson({ post, status: statusJson(post, context), viewerId, unread, accounts }, deps)]
    })
  }

  async function require(memberId: number, id: number): Promise<Conversation> {
    const conversation = await conversations.find(memberId, id)
    if (!conversation) throw new AppError("record.not_found")
    return conversation
  }

  return [
    route({
      method: "GET",
      path: "/api/v1/conversations",
      summary: "The member's conversations: direct posts by what they hang on, the last written first",
      ...access,
      scope: "read:statuses",
      input: z.object(pageFields(20, 40)),
      async handle({ input: page, viewer }) {
        const rows = await conversations.list(viewer.accountId, page)
        const ends = pageEnds(rows, page, (row) => row.lastPostId)
        return pageReply(await show(rows, viewer.accountId), ends)
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/conversations/:id/read",
      summary: "Note that one has read a conversation",
      ...access,
      scope: "write:conversations",
      input,
      async handle({ input: { id }, viewer }) {
        const conversation = await require(viewer.accountId, id)
        await conversations.markRead(viewer.accountId, conversation)
        const [shown] = await show([{ ...conversation, unread: false }], viewer.accountId)
        if (!shown) throw new AppError("record.not_found")
        return shown
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/conversations/:id",
      summary: "Put a conversation away until something newer is written; its posts stay",
      ...access,
      scope: "write:conversations",
      input,
      async handle({ input: { id }, viewer }) {
        await conversations.remove(viewer.accountId, await require(viewer.accountId, id))
        return {}
      },
    }),
  ]
}
