// How often clients may ask an Aviary as `npm start` runs it: what they are told, when they are refused, and that a web client
// in busy use is not. Figures are as they are by default, but for those that would take a test too long to reach.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import type { GatewayStatus } from "@aviary/gateway"
import { readSettings } from "@aviary/kit"
import { createInstallation } from "../faults/aviary-process.ts"
import type { Installation } from "../faults/aviary-process.ts"
import { createHttpClient } from "../faults/http-client.ts"
import type { Answer } from "../faults/http-client.ts"
import { createMembers } from "../faults/members.ts"
import { waitUntil } from "../faults/wait-until.ts"
import { aviarySettings } from "../settings.ts"
import { askControl } from "./control-client.ts"
import { controlSocketPath } from "./control-socket.ts"
import { defaultLimits } from "./default-limits.ts"

const STRANGERS = 60
const SIGN_INS = 12

let installation: Installation
let token: string
let otherToken: string
/** 429 that the tests have seen. */
let refused = 0

before(async () => {
  installation = await createInstallation()
  await installation.start({
    AVIARY_GATEWAY_LIMITS_ENABLED: "true",
    AVIARY_GATEWAY_LIMITS_ADDRESS: `${STRANGERS}/1h`,
    AVIARY_GATEWAY_LIMITS_SIGN_INS: `${SIGN_INS}/1h`,
    AVIARY_GATEWAY_LIMITS_DELETIONS: "2/1h",
    // Stricter than the gateway's: that nothing is refused by it shows that one place decides.
    AVIARY_HTTP_SIGN_INS_PER_MINUTE: "1",
  })
  const members = await createMembers(installation, ["ada", "ben"])
  token = members[0]?.token ?? ""
  otherToken = members[1]?.token ?? ""
})
after(() => installation.remove())

async function asking<T>(use: (client: ReturnType<typeof createHttpClient>) => Promise<T>, as?: string) {
  const client = createHttpClient(installation.url, as)
  try {
    return await use(client)
  } finally {
    client.close()
  }
}

const remaining = (answer: Answer): number => Number(answer.headers["x-ratelimit-remaining"])

/** Holds a refusal to what clients read of one. */
function assertRefusal(answer: Answer): void {
  refused += 1
  assert.equal(answer.status, 429)
  assert.deepEqual(answer.body, { error: "Too many requests", code: "rate.limited" })
  assert.equal(answer.headers["x-ratelimit-remaining"], "0")
  assert.match(String(answer.headers["x-ratelimit-reset"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.ok(Number(answer.headers["retry-after"]) > 0)
}

test("a busy web client stays far below what a member may ask", { timeout: 60_000 }, async () => {
  const paths = ["timelines/home", "accounts/verify_credentials", "notifications", "markers", "preferences"]
  const last = await asking(async (client) => {
    // Three loads of a page, twenty requests at once each.
    for (let load = 0; load < 3; load += 1) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => client.get(`/api/v1/${paths[i % paths.length]}`)),
      )
      for (const answer of answers) assert.equal(answer.status, 200)
    }
    return client.get("/api/v1/timelines/home")
  }, token)
  assert.equal(last.headers["x-ratelimit-limit"], "600")
  assert.ok(remaining(last) >= 530, `${remaining(last)} left`)
  assert.equal(
    last.headers["ratelimit-policy"],
    `"token";q=600;w=300, "account";q=1500;w=300, "address";q=${STRANGERS};w=3600`,
  )
  assert.match(String(last.headers.ratelimit), /^"token";r=\d+;t=\d+, "account";r=\d+;t=\d+$/)
  const other = await asking((client) => client.get("/api/v1/timelines/home"), otherToken)
  assert.equal(remaining(other), 599, "each token has a count of its own")
})

test(
  "an address without a token is refused, readably for scripts; members there are not",
  { timeout: 60_000 },
  async () => {
    const read = (): Promise<Answer> => asking((client) => client.get("/api/v1/timelines/public"))
    let answer = await read()
    let asked = 0
    while (answer.status === 200 && asked <= STRANGERS) {
      assert.equal(answer.headers["x-ratelimit-limit"], String(STRANGERS))
      answer = await read()
      asked += 1
    }
    assertRefusal(answer)
    const fromElsewhere = await fetch(`${installation.url}/api/v1/timelines/public`, {
      headers: { origin: "https://app.example", authorization: "Bearer invented" },
    })
    assert.equal(fromElsewhere.status, 429, "an invented token is nobody's")
    refused += 1
    assert.equal(fromElsewhere.headers.get("access-control-allow-origin"), "*")
    assert.match(String(fromElsewhere.headers.get("access-control-expose-headers")), /x-ratelimit-reset/i)
    const member = await asking((client) => client.get("/api/v1/timelines/home"), otherToken)
    assert.equal(member.status, 200)
  },
)

test("files, pages, health and preflights are not counted", { timeout: 60_000 }, async () => {
  for (const path of ["/health/live", "/api/v1/streaming/health", "/media/none.png", "/auth/sign_in", "/"]) {
    const answer = await asking((client) => client.get(path))
    assert.notEqual(answer.status, 429, path)
    assert.equal(answer.headers["x-ratelimit-limit"], undefined, path)
  }
  const preflight = await fetch(`${installation.url}/api/v1/statuses`, {
    method: "OPTIONS",
    headers: {
      origin: "https://app.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization, idempotency-key",
    },
  })
  assert.equal(preflight.status, 204)
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*")
  assert.match(String(preflight.headers.get("access-control-allow-headers")), /authorization/i)
})

test("deletions have a limit of their own, a slash at the end or not", { timeout: 60_000 }, async () => {
  const answers = await asking(async (client) => {
    const got: Answer[] = []
    for (const path of ["/api/v1/statuses/1", "/api/v1/statuses/1/", "/api/v1/statuses/1"])
      got.push(await client.delete(path))
    return got
  }, token)
  assert.deepEqual(
    answers.map(({ status }) => status),
    [404, 404, 429],
  )
  assertRefusal(answers[2] ?? assert.fail())
})

test("guessing passwords ends for an address, and is answered once", { timeout: 60_000 }, async () => {
  const guess = (): Promise<Answer> =>
    asking((client) =>
      client.post("/oauth/token", {
        json: { grant_type: "password", username: "x@birds.test", password: "guess", client_id: "1" },
      }),
    )
  // Both members have signed in with two steps each; the service by itself would have refused the second.
  for (let step = 4; step < SIGN_INS; step += 1) assert.notEqual((await guess()).status, 429)
  const last = await guess()
  assertRefusal(last)
  assert.equal(last.headers["x-ratelimit-limit"], String(SIGN_INS))
})

test("the ledger has each refusal once", { timeout: 60_000 }, async () => {
  const socketPath = controlSocketPath(`${installation.dataDir}/gateway`)
  const status = async (): Promise<GatewayStatus> =>
    (await askControl(socketPath, "GET", "/v1/status")) as GatewayStatus
  await waitUntil("end of all requests", async () => (await status()).ledger.inFlight === 0)
  const { ledger } = await status()
  assert.equal(ledger.outcomes.limited, refused)
  assert.equal(ledger.difference, 0)
})

test("each limit can be off, and all of them together", () => {
  const limitsOf = (env: Record<string, string>) =>
    defaultLimits(readSettings(aviarySettings, { env }).gateway.limits, 30)
  const names = (limits: readonly { name: string }[]) => limits.map(({ name }) => name)
  assert.deepEqual(names(limitsOf({}).uploads), ["token", "account", "address", "uploads"])
  assert.deepEqual(names(limitsOf({ AVIARY_GATEWAY_LIMITS_TOKEN: "off" }).api), ["account", "address"])
  assert.deepEqual(Object.values(limitsOf({ AVIARY_GATEWAY_LIMITS_ENABLED: "off" })).flat(), [])
  for (const wrong of ["300", "0/5m", "300/5", "many/5m"])
    assert.throws(() => limitsOf({ AVIARY_GATEWAY_LIMITS_TOKEN: wrong }), /like 300\/5m/)
})
