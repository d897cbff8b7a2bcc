// Routes of lists: the lists themselves, who is on them, and their timelines.

import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import { pageEnds } from "../../http/page.ts"
import type { Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import { accountJson } from "../accounts/account-json.ts"
import type { ChangeLists } from "./change-lists.ts"
import { MAX_LIST_MEMBERS } from "./change-lists.ts"
import type { ListRow, ListStore } from "./list-store.ts"

export interface ListRouteDeps extends Pick<Core, "urls" | "emojis"> {
  readonly lists: ListStore
  readonly changeLists: ChangeLists
}

const MAX_TITLE = 256
/** Accounts that one call adds or takes off at most. */
const MAX_AT_ONCE = 200

const title = field.text(MAX_TITLE).pipe(z.string().trim().min(1, "can't be blank"))
const absent = (value: unknown): unknown => (value === null || value === "" ? undefined : value)
const repliesPolicy = z.preprocess(absent, z.enum(["followed", "list", "none"]).optional())
const oneInput = z.object({ id: field.id })
const membersInput = oneInput.extend({ account_ids: field.list(field.id, MAX_AT_ONCE) })

export function createListRoutes(deps: ListRouteDeps): Route[] {
  return [...createOwnListRoutes(deps), ...createListMemberRoutes(deps)]
}

function createOwnListRoutes({ lists, changeLists }: ListRouteDeps): Route[] {
  const read = { access: "member", scope: "read:lists" } as const
  const write = { access: "member", scope: "write:lists" } as const
  return [
    route({
      method: "GET",
      path: "/api/v1/lists",
      summary: "The member's lists",
      ...read,
      handle: async ({ viewer }) => (await lists.all(viewer.accountId)).map(listJson),
    }),
    route({
      method: "POST",
      path: "/api/v1/lists",
      summary: "Make a list",
      ...write,
      input: z.object({ title, replies_policy: repliesPolicy, exclusive: field.optionalFlag }),
      async handle({ input, viewer }) {
        const { replies_policy = "list", exclusive = false } = input
        return listJson(
          await changeLists.create(viewer.accountId, { title: input.title, replies_policy, exclusive }),
        )
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/lists/:id",
      summary: "Show a list",
      ...read,
      input: oneInput,
      handle: async ({ input, viewer }) => listJson(await lists.require(viewer.accountId, input.id)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/lists/:id",
      summary: "Change a list; what is left out stays",
      ...write,
      input: oneInput.extend({
        title: z.preprocess((value) => (value === null ? undefined : value), title.optional()),
        replies_policy: repliesPolicy,
        exclusive: field.optionalFlag,
      }),
      async handle({ input: { id, ...options }, viewer }) {
        const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
        return listJson(await changeLists.change(viewer.accountId, id, given))
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/lists/:id",
      summary: "Delete a list",
      ...write,
      input: oneInput,
      handle: ({ input, viewer }) => changeLists.delete(viewer.accountId, input.id),
    }),
    route({
      method: "GET",
      path: "/api/v1/accounts/:id/lists",
      summary: "The member's lists that an account is on",
      ...read,
      input: oneInput,
      handle: async ({ input, viewer }) => (await lists.having(viewer.accountId, input.id)).map(listJson),
    }),
  ]
}

function createListMemberRoutes(deps: ListRouteDeps): Route[] {
  const { lists, changeLists } = deps
  const path = "/api/v1/lists/:id/accounts"
  // As Mastodon: 0 is everybody.
  const limit = z.preprocess(
    (value) => (value === 0 || value === "0" ? MAX_LIST_MEMBERS : value),
    z.union([z.literal(MAX_LIST_MEMBERS), field.limit(40, 80)]),
  )
  return [
    route({
      method: "GET",
      path,
      summary: "Accounts on a list, the last added first",
      access: "member",
      scope: "read:lists",
      input: oneInput.extend({ ...pageFields(40, 80), limit }),
      async handle({ input, viewer }) {
        const list = await lists.require(viewer.accountId, input.id)
        const rows = await lists.members(list.id, input)
        return pageReply(
          rows.map((row) => accountJson(row, deps)),
          pageEnds(rows, input, (row) => row.list_id),
        )
      },
    }),
    route({
      method: "POST",
      path,
      summary: "Put followed accounts on a list",
      access: "member",
      scope: "write:lists",
      input: membersInput,
      handle: ({ input, viewer }) => changeLists.add(viewer.accountId, input.id, input.account_ids),
    }),
    route({
      method: "DELETE",
      path,
      summary: "Take accounts off a list",
      access: "member",
      scope: "write:lists",
      input: membersInput,
      handle: ({ input, viewer }) => changeLists.remove(viewer.accountId, input.id, input.account_ids),
    }),
  ]
}

function listJson(list: ListRow): object {
  return {
    id: String(list.id),
    title: list.title,
    replies_policy: list.replies_policy,
    exclusive: list.exclusive,
  }
}
