// What an app subscribes to: the address of a push service, the browser's keys, and which notifications. Pure.

import { createECDH } from "node:crypto"
import { isIP } from "node:net"
import { z } from "zod"
import { field } from "../../http/input.ts"
import { isPublicAddress } from "./public-address.ts"

/** Every alert of Mastodon's; some name what does not exist here, and are remembered all the same. */
export const ALERTS = [
  "mention", "quote", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update", "quoted_update",
  "admin.sign_up", "admin.report",
] as const // prettier-ignore
export type Alert = (typeof ALERTS)[number]

/** Whose notifications are sent: of those the member follows, of those who follow the member, … */
const POLICIES = ["all", "followed", "follower", "none"] as const

const MAX_ENDPOINT = 2_048
const POINT_BYTES = 65
const AUTH_BYTES = 16

/** `anywhere`: also addresses that are not public, and without TLS. */
export function endpointProblem(endpoint: string, anywhere: boolean): string | undefined {
  const url = URL.parse(endpoint)
  if (!url || url.username !== "" || url.password !== "") return "is not the address of a push service"
  if (url.protocol !== "https:" && !(anywhere && url.protocol === "http:")) return "must be an https address"
  const host = url.hostname.replace(/^\[|\]$/g, "")
  if (!anywhere && isIP(host) !== 0 && !isPublicAddress(host)) return "is not on the public internet"
  return undefined
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""), "base64url")
}

/** Whether it is a point of P-256 that a secret can be agreed on with. */
function isPoint(bytes: Buffer): boolean {
  if (bytes.length !== POINT_BYTES) return false
  const probe = createECDH("prime256v1")
  probe.generateKeys()
  try {
    probe.computeSecret(bytes)
    return true
  } catch {
    return false
  }
}

/** Keys as base64url, however they came. */
const key = (isRight: (bytes: Buffer) => boolean, problem: string) =>
  field.text(200).transform((text, context) => {
    const bytes = bytesOf(text)
    if (isRight(bytes)) return bytes.toString("base64url")
    context.addIssue(problem)
    return z.NEVER
  })

const alerts = z
  .record(z.string().max(40), field.flag)
  .default({})
  .transform((given): Alert[] => ALERTS.filter((name) => given[name] === true))

const data = z
  .object({ alerts, policy: z.enum(POLICIES).optional() })
  .default({ alerts: [], policy: undefined })

export const newSubscription = z.object({
  subscription: z.object({
    endpoint: field.text(MAX_ENDPOINT),
    standard: field.optionalFlag,
    keys: z.object({
      p256dh: key(isPoint, "is not a public key of P-256"),
      auth: key((bytes) => bytes.length === AUTH_BYTES, `is not a secret of ${AUTH_BYTES} bytes`),
    }),
  }),
  data,
  /** Some apps send it beside the rest. */
  policy: z.enum(POLICIES).optional().catch(undefined),
})

export const subscriptionChange = z.object({ data, policy: z.enum(POLICIES).optional().catch(undefined) })
