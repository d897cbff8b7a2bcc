// Notifications one by one.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import { field, pageFields } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import type { NotificationHiding } from "./notification-hiding.ts"
import type { NotificationStore } from "./notification-store.ts"
import type { NotificationViews } from "./notification-views.ts"

const MAX_TYPES = 50
const MAX_COUNT = 1_000
const STANDARD_COUNT = 100

export const filterFields = {
  types: field.list(field.text(50), MAX_TYPES),
  exclude_types: field.list(field.text(50), MAX_TYPES),
  account_id: field.optionalId,
}

export const countLimit = field.limit(STANDARD_COUNT, MAX_COUNT)

interface Deps {
  readonly store: NotificationStore
  readonly views: NotificationViews
  readonly hiding: NotificationHiding
}

export function createNotificationRoutes(deps: Deps): Route[] {
  return [...readingRoutes(deps), ...dismissingRoutes(deps)]
}

function readingRoutes({ store, views, hiding }: Deps): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/notifications",
      summary: "List notifications",
      access: "member",
      scope: "read:notifications",
      input: z.object({ ...filterFields, ...pageFields(40, 80) }),
      async handle({ input, viewer }) {
        const { rows, ends } = await hiding.fill(viewer.accountId, input, {
          read: (page) => store.list(viewer.accountId, filterOf(input), page),
          cursor: (row) => row.id,
        })
        const shown = await views.json(viewer.accountId, rows)
        return pageReply(
          shown.map((one) => one.json),
          ends,
        )
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/notifications/unread_count",
      summary: "Count unread notifications",
      access: "member",
      scope: "read:notifications",
      input: z.object({ ...filterFields, limit: countLimit }),
      handle: async ({ input, viewer }) => ({
        count: await hiding.countUnread(viewer.accountId, filterOf(input), {
          limit: input.limit,
          count: (limit) => store.countUnread(viewer.accountId, filterOf(input), limit),
        }),
      }),
    }),
    route({
      method: "GET",
      path: "/api/v1/notifications/:id",
      summary: "Show a notification",
      access: "member",
      scope: "read:notifications",
      input: z.object({ id: field.id }),
      async handle({ input, viewer }) {
        const rows = await store.find(viewer.accountId, [input.id])
        const [shown] = await views.json(viewer.accountId, rows)
        if (!shown) throw new AppError("record.not_found")
        return shown.json
      },
    }),
  ]
}

function dismissingRoutes({ store }: Deps): Route[] {
  const dismiss = async (recipientId: number, id: number) => {
    if (!(await store.dismiss(recipientId, id))) throw new AppError("record.not_found")
  }
  return [
    route({
      method: "POST",
      path: "/api/v1/notifications/clear",
      summary: "Dismiss all notifications",
      access: "member",
      scope: "write:notifications",
      handle: ({ viewer }) => store.clear(viewer.accountId),
    }),
    route({
      method: "POST",
      path: "/api/v1/notifications/:id/dismiss",
      summary: "Dismiss a notification",
      access: "member",
      scope: "write:notifications",
      input: z.object({ id: field.id }),
      handle: ({ input, viewer }) => dismiss(viewer.accountId, input.id),
    }),
    route({
      method: "POST",
      path: "/api/v1/notifications/dismiss",
      summary: "Dismiss a notification, as older clients ask",
      access: "member",
      scope: "write:notifications",
      input: z.object({ id: field.id }),
      handle: ({ input, viewer }) => dismiss(viewer.accountId, input.id),
    }),
  ]
}

function filterOf(input: { types: string[]; exclude_types: string[]; account_id?: number | undefined }) {
  return { types: input.types, exclude_types: input.exclude_types, account_id: input.account_id }
}
