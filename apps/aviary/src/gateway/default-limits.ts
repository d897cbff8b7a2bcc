// What each route of an installation's gateway limits, out of `gateway.limits.*`. Mastodon's own figures where they do not hurt
// (its config/initializers/rack_attack.rb). Says nothing of files, pages and health: those are never limited.

import type { RoutingDocumentInput } from "@aviary/gateway"
import type { Settings } from "@aviary/kit"
import type { gatewayLimitSettings } from "./gateway-settings.ts"

export type LimitSettings = Settings<typeof gatewayLimitSettings>

type RouteInput = NonNullable<RoutingDocumentInput["routes"]>[number]
type RateLimits = NonNullable<RouteInput["rateLimit"]>
type RateLimit = RateLimits[number]

/** The limits of each kind of route; a kind that has none is empty. */
export interface DefaultLimits {
  readonly api: RateLimits
  readonly uploads: RateLimits
  readonly deletions: RateLimits
  readonly signUps: RateLimits
  readonly signIns: RateLimits
  readonly streams: RateLimits
  readonly firehose: RateLimits
}

/** @param firehosePerMinute connects of one address to the firehose (`firehose.connectsPerMinute`) */
export function defaultLimits(settings: LimitSettings, firehosePerMinute: number): DefaultLimits {
  const on = (rate: string, limit: Pick<RateLimit, "name" | "key" | "scope">): RateLimits =>
    settings.enabled ? readRate(rate).map((read) => ({ ...limit, ...read })) : []
  // Who asks over several routes is counted once.
  const api = [
    ...on(settings.token, { name: "token", key: "token", scope: "gateway" }),
    ...on(settings.account, { name: "account", key: "account", scope: "gateway" }),
    ...on(settings.address, { name: "address", key: "stranger", scope: "gateway" }),
  ]
  const member: RateLimit["key"] = ["account", "address"]
  return {
    api,
    uploads: [...api, ...on(settings.uploads, { name: "uploads", key: member })],
    deletions: [...api, ...on(settings.deletions, { name: "deletions", key: member })],
    signUps: on(settings.signUps, { name: "sign-ups", key: "address" }),
    signIns: on(settings.signIns, { name: "sign-ins", key: "address", scope: "gateway" }),
    streams: on(settings.streams, { name: "streams", key: member }),
    firehose: on(`${firehosePerMinute}/1m`, { name: "firehose", key: "address" }),
  }
}

/** `300/5m` as quota and window; nothing for `off`. */
function readRate(rate: string): { quota: number; window: string }[] {
  const [quota, window] = rate.split("/")
  return window === undefined ? [] : [{ quota: Number(quota), window }]
}
