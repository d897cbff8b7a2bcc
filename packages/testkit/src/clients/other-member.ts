/**
 * Somebody else on the network, who gives the client under test something to see. It speaks HTTP by itself, so that it
 * shares no mistake with the client.
 */
import type { ClientEnv } from "./client-env.ts"

export interface OtherMember {
  /** Posts in public. Answers the id of the post. */
  post(text: string): Promise<string>
  /** Likes a post. */
  favourite(statusId: string): Promise<void>
  /** Follows a member, by account id. */
  follow(accountId: string): Promise<void>
  /** Account id of a local member. */
  idOf(username: string): Promise<string>
}

export function createOtherMember(env: ClientEnv): OtherMember {
  async function call(
    method: string,
    path: string,
    body?: Readonly<Record<string, string>>,
  ): Promise<string> {
    const response = await fetch(env.baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${env.other.token}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(10_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok)
      throw new Error(`the other member: ${method} ${path} answered ${response.status} ${text}`)
    return idIn(text)
  }

  return {
    post: (text) => call("POST", "/api/v1/statuses", { status: text, visibility: "public" }),
    favourite: async (statusId) => void (await call("POST", `/api/v1/statuses/${statusId}/favourite`)),
    follow: async (accountId) => void (await call("POST", `/api/v1/accounts/${accountId}/follow`)),
    idOf: (username) => call("GET", `/api/v1/accounts/lookup?acct=${encodeURIComponent(username)}`),
  }
}

function idIn(text: string): string {
  const value: unknown = JSON.parse(text)
  if (typeof value === "object" && value !== null && "id" in value && typeof value.id === "string")
    return value.id
  throw new Error(`no id in ${text.slice(0, 200)}`)
}
