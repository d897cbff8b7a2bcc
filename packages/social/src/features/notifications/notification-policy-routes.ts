// Routes of what a member takes at once and what waits for its word.

import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import { pageEnds } from "../../http/page.ts"
import type { Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import { accountJson } from "../accounts/account-json.ts"
import { statusJson } from "../posts/status-json.ts"
import type { NotificationPolicies, NotificationPolicy, NotificationRequest } from "./notification-policy.ts"
import { policyAnswers, policyKinds } from "./notification-policy.ts"
import type { NotificationViews } from "./notification-views.ts"

export interface NotificationPolicyRouteDeps extends Pick<Core, "urls" | "emojis" | "clock"> {
  readonly policies: NotificationPolicies
  readonly views: Pick<NotificationViews, "subjects">
}

const read = { access: "member", scope: "read:notifications" } as const
const write = { access: "member", scope: "write:notifications" } as const
const answer = z.enum(policyAnswers).optional()
const MAX_AT_ONCE = 100

/** What older apps call filtering, by its newer name. */
const olderNames = {
  filter_not_following: "for_not_following",
  filter_not_followers: "for_not_followers",
  filter_new_accounts: "for_new_accounts",
  filter_private_mentions: "for_private_mentions",
} as const

export function createNotificationPolicyRoutes(deps: NotificationPolicyRouteDeps): Route[] {
  return [...policyRoutes(deps), ...requestRoutes(deps)]
}

function policyRoutes({ policies }: NotificationPolicyRouteDeps): Route[] {
  async function summary(recipientId: number): Promise<object> {
    const pending = await policies.pending(recipientId)
    return {
      pending_requests_count: pending.requests,
      pending_notifications_count: pending.notifications,
    }
  }
  const show = async (recipientId: number): Promise<object> => ({
    ...(await policies.of(recipientId)),
    summary: await summary(recipientId),
  })
  async function showOlder(recipientId: number): Promise<object> {
    const policy = await policies.of(recipientId)
    const filters = Object.entries(olderNames).map(([older, name]) => [older, policy[name] !== "accept"])
    return { ...(Object.fromEntries(filters) as object), summary: await summary(recipientId) }
  }
  const path = "/api/v2/notifications/policy"
  const olderPath = "/api/v1/notifications/policy"
  return [
    route({
      method: "GET",
      path,
      summary: "Which notifications wait for the member's word, and which are never made",
      ...read,
      handle: ({ viewer }) => show(viewer.accountId),
    }),
    route({
      method: "PATCH",
      path,
      summary: "Change it; what is left out stays",
      ...write,
      input: z.object(Object.fromEntries(policyKinds.map((kind) => [kind, answer]))),
      async handle({ input, viewer }) {
        const given = Object.entries(input).filter(([, value]) => value !== undefined)
        await policies.change(viewer.accountId, Object.fromEntries(given) as Partial<NotificationPolicy>)
        return show(viewer.accountId)
      },
    }),
    route({
      method: "GET",
      path: olderPath,
      summary: "Which notifications wait for the member's word, as older clients ask",
      ...read,
      handle: ({ viewer }) => showOlder(viewer.accountId),
    }),
    route({
      method: "PUT",
      path: olderPath,
      summary: "Change it, as older clients do",
      ...write,
      input: z.object({
        filter_not_following: field.optionalFlag,
        filter_not_followers: field.optionalFlag,
        filter_new_accounts: field.optionalFlag,
        filter_private_mentions: field.optionalFlag,
      }),
      async handle({ input, viewer }) {
        const changes = Object.entries(olderNames).flatMap(([older, name]) => {
          const on = input[older as keyof typeof olderNames]
          return on === undefined ? [] : [[name, on ? "filter" : "accept"]]
        })
        await policies.change(viewer.accountId, Object.fromEntries(changes) as Partial<NotificationPolicy>)
        return showOlder(viewer.accountId)
      },
    }),
  ]
}

function requestRoutes(deps: NotificationPolicyRouteDeps): Route[] {
  const { policies, views } = deps
  const path = "/api/v1/notifications/requests"

  async function show(viewerId: number, rows: readonly NotificationRequest[]): Promise<object[]> {
    const { accounts, posts } = await views.subjects(viewerId, {
      accounts: rows.map((row) => row.from_account_id),
      posts: rows.flatMap((row) => row.last_post_id ?? []),
    })
    const context = { ...deps, viewerId, now: deps.clock.now() }
    return rows.flatMap((row) => {
      const account = accounts.get(row.from_account_id)
      const post = posts.get(row.last_post_id ?? 0)
      if (!account) return []
      return [
        {
          id: String(row.from_account_id),
          created_at: row.first_at.toISOString(),
          updated_at: row.last_at.toISOString(),
          notifications_count: String(row.count),
          account: accountJson(account, deps),
          last_status: post ? statusJson(post, context) : null,
        },
      ]
    })
  }

  const answers = (["accept", "dismiss"] as const).flatMap((action) => {
    const word = action === "accept" ? "Take notifications of" : "Throw away what waits of"
    return [
      route({
        method: "POST",
        path: `${path}/${action}`,
        summary: `${word} several accounts`,
        ...write,
        input: z.object({ id: field.list(field.id, MAX_AT_ONCE) }),
        handle: ({ input, viewer }) => policies[action](viewer.accountId, input.id),
      }),
      route({
        method: "POST",
        path: `${path}/:id/${action}`,
        summary: `${word} an account`,
        ...write,
        input: z.object({ id: field.id }),
        async handle({ input, viewer }) {
          await policies.require(viewer.accountId, input.id)
          await policies[action](viewer.accountId, [input.id])
        },
      }),
    ]
  })

  return [
    route({
      method: "GET",
      path,
      summary: "Accounts whose notifications wait for the member's word",
      ...read,
      input: z.object(pageFields(40, 80)),
      async handle({ input, viewer }) {
        const rows = await policies.requests(viewer.accountId, input)
        return pageReply(
          await show(viewer.accountId, rows),
          pageEnds(rows, input, (row) => row.from_account_id),
        )
      },
    }),
    route({
      method: "GET",
      path: `${path}/merged`,
      summary: "Whether accepted notifications are among the others: they are at once",
      ...read,
      handle: async () => ({ merged: true }),
    }),
    route({
      method: "GET",
      path: `${path}/:id`,
      summary: "Show one of them",
      ...read,
      input: z.object({ id: field.id }),
      handle: async ({ input, viewer }) =>
        (await show(viewer.accountId, [await policies.require(viewer.accountId, input.id)]))[0],
    }),
    ...answers,
  ]
}
