// Notifications in groups: the second version of the API.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import type { PageEnds } from "../../http/page.ts"
import { pageEnds } from "../../http/page.ts"
import type { Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import { accountJson } from "../accounts/account-json.ts"
import { groupedTypes } from "./group-key.ts"
import type { GroupedOptions } from "./notification-json.ts"
import { groupedNotificationsJson } from "./notification-json.ts"
import type { GroupFilter, NotificationGroup, NotificationGroups } from "./notification-groups.ts"
import type { NotificationHiding } from "./notification-hiding.ts"
import { countLimit, filterFields } from "./notification-routes.ts"
import type { NotificationViews } from "./notification-views.ts"

interface Deps extends Pick<Core, "urls" | "emojis" | "clock"> {
  readonly groups: NotificationGroups
  readonly views: NotificationViews
  readonly hiding: NotificationHiding
}

const groupFields = { ...filterFields, grouped_types: field.list(field.text(50), 50) }
const keyField = field.text(100)

export function createGroupedNotificationRoutes(deps: Deps): Route[] {
  const { groups, views, hiding } = deps

  async function present(
    viewerId: number,
    shown: readonly NotificationGroup[],
    options: GroupedOptions,
  ): Promise<object> {
    const subjects = await views.subjects(viewerId, {
      accounts: shown.flatMap((group) => group.account_ids),
      posts: shown.flatMap((group) => group.post_id ?? []),
      reports: shown.flatMap((group) => group.report_id ?? []),
    })
    const context = { ...deps, viewerId, now: deps.clock.now(), options }
    return groupedNotificationsJson(shown, subjects, context)
  }

  return [
    route({
      method: "GET",
      path: "/api/v2/notifications",
      summary: "List notifications in groups",
      access: "member",
      scope: "read:notifications",
      input: z.object({
        ...groupFields,
        ...pageFields(40, 80),
        expand_accounts: z.preprocess(
          (value) => (value === "" || value === null ? undefined : value),
          z.enum(["full", "partial_avatars"]).default("full"),
        ),
      }),
      async handle({ input, viewer }) {
        // The ends of a page of groups are its own affair, where nothing is taken out of it.
        let ends: PageEnds | undefined
        const page = await hiding.fill(viewer.accountId, input, {
          async read(part) {
            const found = await groups.list(viewer.accountId, filterOf(input), part)
            ends = part === input ? found : undefined
            return found.groups
          },
          cursor: (group) => group.page_max,
        })
        const options = { partialAvatars: input.expand_accounts === "partial_avatars", paged: true }
        const body = await present(viewer.accountId, page.rows, options)
        return pageReply(body, page.isWhole ? (ends ?? page.ends) : page.ends)
      },
    }),
    route({
      method: "GET",
      path: "/api/v2/notifications/unread_count",
      summary: "Count groups with unread notifications",
      access: "member",
      scope: "read:notifications",
      input: z.object({ ...groupFields, limit: countLimit }),
      handle: async ({ input, viewer }) => ({
        count: await hiding.countUnread(viewer.accountId, filterOf(input), {
          limit: input.limit,
          count: (limit) => groups.countUnread(viewer.accountId, filterOf(input), limit),
        }),
      }),
    }),
    route({
      method: "GET",
      path: "/api/v2/notifications/:group_key",
      summary: "Show a group of notifications",
      access: "member",
      scope: "read:notifications",
      input: z.object({ group_key: keyField }),
      async handle({ input, viewer }) {
        const group = await groups.find(viewer.accountId, input.group_key)
        if (!group) throw new AppError("record.not_found")
        return present(viewer.accountId, [group], { partialAvatars: false, paged: false })
      },
    }),
    ...memberRoutes(deps),
  ]
}

function memberRoutes(deps: Deps): Route[] {
  const { groups, views } = deps
  return [
    route({
      method: "GET",
      path: "/api/v2/notifications/:group_key/accounts",
      summary: "List the accounts behind a group of notifications",
      access: "member",
      scope: "read:notifications",
      input: z.object({ group_key: keyField, ...pageFields(40, 80) }),
      async handle({ input, viewer }) {
        const rows = await groups.members(viewer.accountId, input.group_key, input)
        const ids = [...new Set(rows.map((row) => row.from_account_id))]
        const { accounts } = await views.subjects(viewer.accountId, { accounts: ids, posts: [] })
        const body = ids.flatMap((id) => {
          const account = accounts.get(id)
          return account ? [accountJson(account, deps)] : []
        })
        return pageReply(
          body,
          pageEnds(rows, input, (row) => row.id),
        )
      },
    }),
    route({
      method: "POST",
      path: "/api/v2/notifications/:group_key/dismiss",
      summary: "Dismiss a group of notifications",
      access: "member",
      scope: "write:notifications",
      input: z.object({ group_key: keyField }),
      handle: ({ input, viewer }) => groups.dismiss(viewer.accountId, input.group_key),
    }),
  ]
}

function filterOf(input: {
  types: string[]
  exclude_types: string[]
  grouped_types: string[]
  account_id?: number | undefined
}): GroupFilter {
  return {
    types: input.types,
    exclude_types: input.exclude_types,
    account_id: input.account_id,
    grouped_types:
      input.grouped_types.length > 0
        ? groupedTypes.filter((type) => input.grouped_types.includes(type))
        : groupedTypes,
  }
}
