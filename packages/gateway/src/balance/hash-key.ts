// What a request stays with under `ringHash` and `ipHash`.

import type { RequestView } from "../types.ts"
import { addressKey } from "../values/address.ts"
import type { LoadBalancerConfig } from "./load-balancer-schema.ts"

/** The text that is hashed. What the configuration names and the request has not falls back to the client's address. */
export function hashKey(
  { algorithm, hashOn }: Pick<LoadBalancerConfig, "algorithm" | "hashOn">,
  request: Pick<RequestView, "address" | "path" | "header" | "cookie">,
  account: string | undefined,
): string {
  if (algorithm === "ipHash") return addressKey(request.address)
  const named = valueOf(hashOn, request, account)
  return named === undefined || named === "" ? addressKey(request.address) : named
}

function valueOf(
  hashOn: LoadBalancerConfig["hashOn"],
  request: Pick<RequestView, "path" | "header" | "cookie">,
  account: string | undefined,
): string | undefined {
  if (typeof hashOn === "object")
    return "header" in hashOn ? request.header(hashOn.header) : request.cookie(hashOn.cookie)
  switch (hashOn) {
    case "account":
      return account
    case "path":
      return request.path
    case "address":
      return undefined
  }
}
