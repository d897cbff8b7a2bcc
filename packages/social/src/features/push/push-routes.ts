// Routes of Web Push subscriptions: one a token.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import { tokenOf } from "../../http/viewer.ts"
import type { PushSubscription, PushSubscriptionStore } from "./push-subscription-store.ts"
import { ALERTS, endpointProblem, newSubscription, subscriptionChange } from "./push-subscription.ts"
import type { PushTokens } from "./push-tokens.ts"

const PATH = "/api/v1/push/subscription"

export interface PushRoutesDeps extends Pick<Core, "settings"> {
  readonly subscriptions: PushSubscriptionStore
  readonly tokens: PushTokens
  readonly pushKey: () => Promise<string>
}

export function createPushRoutes(deps: PushRoutesDeps): Route[] {
  const { subscriptions, tokens, pushKey, settings } = deps
  const common = { path: PATH, access: "member", scope: "push" } as const

  async function json(row: PushSubscription | undefined): Promise<object> {
    if (!row) throw new AppError("record.not_found")
    return {
      id: String(row.id),
      endpoint: row.endpoint,
      standard: row.standard,
      alerts: Object.fromEntries(ALERTS.map((name) => [name, row.alerts.includes(name)])),
      policy: row.policy,
      server_key: await pushKey(),
    }
  }

  return [
    route({
      ...common,
      method: "POST",
      summary: "Subscribe the token to Web Push",
      input: newSubscription,
      async handle({ input, viewer, headers, raw }) {
        const { endpoint, keys, standard } = input.subscription
        const problem = endpointProblem(endpoint, settings.push.privateServices)
        if (problem !== undefined)
          throw new AppError("input.invalid", { problems: `subscription.endpoint: ${problem}` })
        const query = raw.query as Record<string, unknown>
        const sealedToken = await tokens.seal(tokenOf(headers.authorization as string, query), viewer.tokenId)
        const row = await subscriptions.save({
          tokenId: viewer.tokenId,
          accountId: viewer.accountId,
          endpoint,
          ...keys,
          standard: standard ?? false,
          alerts: input.data.alerts,
          policy: input.data.policy ?? input.policy ?? "all",
          sealedToken,
        })
        if (sealedToken === null) await tokens.askAnew(viewer.tokenId)
        return json(row)
      },
    }),
    route({
      ...common,
      method: "GET",
      summary: "The token's subscription to Web Push",
      handle: async ({ viewer }) => json(await subscriptions.find(viewer.tokenId)),
    }),
    route({
      ...common,
      method: "PUT",
      summary: "Change what is pushed",
      input: subscriptionChange,
      handle: async ({ input, viewer }) =>
        json(
          await subscriptions.change(viewer.tokenId, {
            alerts: input.data.alerts,
            policy: input.data.policy ?? input.policy,
          }),
        ),
    }),
    route({
      ...common,
      method: "DELETE",
      summary: "End the subscription",
      async handle({ viewer }) {
        await subscriptions.removeByToken(viewer.tokenId)
        return {}
      },
    }),
  ]
}
