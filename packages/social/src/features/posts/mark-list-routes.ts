// Routes of lists by mark: my bookmarks, my likes, who liked a post, who reposted it.

import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import type { Page } from "../../http/page.ts"
import type { Member } from "../../http/viewer.ts"
import { pageEnds } from "../../http/page.ts"
import type { Reply, Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import { accountJson } from "../accounts/account-json.ts"
import type { MarkLists, Marked } from "./mark-lists.ts"
import type { Reader, StatusReplies } from "./status-replies.ts"

export interface MarkListRoutesDeps extends Pick<Core, "urls" | "emojis"> {
  readonly replies: StatusReplies
  readonly lists: MarkLists
}

const pageInput = z.object(pageFields(20, 40))
const accountsInput = z.object({ id: field.id, ...pageFields(40, 80) })

export function createMarkListRoutes(deps: MarkListRoutesDeps): Route[] {
  const { replies, lists } = deps

  async function postsReply(
    table: "bookmarks" | "likes",
    page: Page,
    reader: Reader & { viewer: Member },
  ): Promise<Reply> {
    const rows = await lists.posts(table, reader.viewer.accountId, page)
    const body = await replies.list(
      rows.map((row) => row.id),
      reader,
    )
    return pageReply(body, pageEnds(rows, page, cursorOf))
  }

  async function accountsReply(rows: readonly Marked[], page: Page): Promise<Reply> {
    const accounts = await lists.accounts(rows.map((row) => row.id))
    const body = accounts.map((account) => accountJson(account, deps))
    return pageReply(body, pageEnds(rows, page, cursorOf))
  }

  return [
    route({
      method: "GET",
      path: "/api/v1/bookmarks",
      summary: "Posts that the member bookmarked",
      access: "member",
      scope: "read:bookmarks",
      input: pageInput,
      handle: (request) => postsReply("bookmarks", request.input, request),
    }),
    route({
      method: "GET",
      path: "/api/v1/favourites",
      summary: "Posts that the member liked",
      access: "member",
      scope: "read:favourites",
      input: pageInput,
      handle: (request) => postsReply("likes", request.input, request),
    }),
    route({
      method: "GET",
      path: "/api/v1/statuses/:id/favourited_by",
      summary: "Who liked a post",
      access: "optional",
      scope: "read:accounts",
      input: accountsInput,
      async handle({ input, viewer }) {
        const { id } = await lists.target(input.id, viewer?.accountId)
        return accountsReply(await lists.likers(id, viewer?.accountId, input), input)
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/statuses/:id/reblogged_by",
      summary: "Who reposted a post",
      access: "optional",
      scope: "read:accounts",
      input: accountsInput,
      async handle({ input, viewer }) {
        const { id } = await lists.target(input.id, viewer?.accountId)
        return accountsReply(await lists.reposters(id, viewer?.accountId, input), input)
      },
    }),
  ]
}

function cursorOf(row: Marked): number {
  return row.cursor
}
