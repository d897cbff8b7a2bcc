// What is special about tokens is right behind the gateway too: who waits for approval is told so, and a subscription to push
// messages has its token at once.

import assert from "node:assert/strict"
import { createECDH, randomBytes } from "node:crypto"
import { after, before, test } from "node:test"
import { createLog } from "@aviary/kit"
import { openDatabase } from "@aviary/social"
import { createInstallation } from "../faults/aviary-process.ts"
import type { Installation } from "../faults/aviary-process.ts"
import { createHttpClient, textOf } from "../faults/http-client.ts"
import type { Answer } from "../faults/http-client.ts"

const SCOPES = "read write follow push"
const PASSWORD = "a-kestrel-hovers-over-42-fields"

let installation: Installation

before(async () => {
  installation = await createInstallation()
  await installation.start({ AVIARY_REGISTRATIONS_MODE: "approval", AVIARY_PUSH_PRIVATE_SERVICES: "true" })
})
after(() => installation.remove())

async function ask<T>(
  use: (client: ReturnType<typeof createHttpClient>) => Promise<T>,
  token?: string,
): Promise<T> {
  const client = createHttpClient(installation.url, token)
  try {
    return await use(client)
  } finally {
    client.close()
  }
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const { pool, close } = openDatabase({
    url: installation.databaseUrl(),
    poolSize: 1,
    log: createLog({ level: "silent" }),
  })
  try {
    return (await pool.query<Record<string, unknown>>(sql)).rows
  } finally {
    await close()
  }
}

/** Somebody signs up by an app, and gets a token, as all do; whether it is good is the staff's decision. */
async function signUp(username: string): Promise<string> {
  const app = await ask((client) =>
    client.post("/api/v1/apps", {
      json: { client_name: "Kestrel", redirect_uris: "urn:ietf:wg:oauth:2.0:oob", scopes: SCOPES },
    }),
  )
  const client = { client_id: textOf(app, "client_id"), client_secret: textOf(app, "client_secret") }
  const own = await ask((asking) =>
    asking.post("/oauth/token", {
      json: { grant_type: "client_credentials", scope: SCOPES, ...client },
    }),
  )
  const email = `${username}@birds.test`
  const joined = await ask(
    (asking) =>
      asking.post("/api/v1/accounts", {
        json: { username, email, password: PASSWORD, agreement: true, reason: "I like herons" },
      }),
    textOf(own, "access_token"),
  )
  return textOf(joined, "access_token")
}

const codeOf = ({ status, body }: Answer) => [status, (body as { code?: string }).code]

test("who waits for approval is told so, and not that they are suspended", { timeout: 60_000 }, async () => {
  const token = await signUp("heron")
  const me = () => ask((client) => client.get("/api/v1/accounts/verify_credentials"), token)
  for (let i = 0; i < 2; i += 1) assert.deepEqual(codeOf(await me()), [403, "auth.pending"])
})

test("a subscription to push messages has its token at once", { timeout: 60_000 }, async () => {
  const token = await signUp("wren")
  await query("DELETE FROM sign_up_requests")
  await query("UPDATE accounts SET suspended_at = NULL WHERE username = 'wren'")
  const browser = createECDH("prime256v1")
  const keys = {
    p256dh: browser.generateKeys().toString("base64url"),
    auth: randomBytes(16).toString("base64url"),
  }
  const answer = await ask(
    (client) =>
      client.post("/api/v1/push/subscription", {
        json: { subscription: { endpoint: "http://127.0.0.1:9/push", keys, standard: true } },
      }),
    token,
  )
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  const rows = await query("SELECT sealed_token IS NOT NULL AS sealed FROM push_subscriptions")
  assert.deepEqual(rows, [{ sealed: true }])
})
