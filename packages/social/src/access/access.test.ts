import assert from "node:assert/strict"
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises"
import { get, request as httpRequest } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { after, before, test } from "node:test"
import { readSettings } from "@aviary/kit"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import type { CryptoKey, JWTPayload } from "jose"
import { sql } from "kysely"
import { isMember } from "../http/viewer.ts"
import { socialSettings } from "../settings.ts"
import { createAccess } from "./access.ts"
import type { GatewayNews } from "./gateway-news.ts"

const SECRET = "a-secret-of-thirty-two-characters"

let dir: string
let socketPath: string
let key: CryptoKey
let aviary: TestAviary
before(async () => {
  dir = await mkdtemp(join(tmpdir(), "aviary-access-"))
  socketPath = join(dir, "gateway.sock")
  const pair = await generateKeyPair("EdDSA")
  key = pair.privateKey
  const keySet = join(dir, "keys.json")
  await writeFile(keySet, JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k" }] }))
  aviary = await startAviary({
    env: { AVIARY_GATEWAY_LISTEN: socketPath, AVIARY_GATEWAY_SECRET: SECRET, AVIARY_GATEWAY_KEY_SET: keySet },
  })
})
after(async () => {
  await aviary.stop()
  await rm(dir, { recursive: true })
})

interface Told {
  status: number
  body: Record<string, unknown>
}

function ask(path: string, body: string | undefined, secret = SECRET): Promise<Told> {
  return new Promise((resolve, reject) => {
    const asking = httpRequest(
      {
        socketPath,
        path,
        method: body === undefined ? "GET" : "POST",
        agent: false,
        headers: { authorization: `Bearer ${secret}`, "content-type": "application/x-www-form-urlencoded" },
      },
      (response) => {
        let text = ""
        response.setEncoding("utf8")
        response.on("data", (chunk: string) => (text += chunk))
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Told["body"] }),
        )
      },
    )
    asking.on("error", reject)
    asking.end(body)
  })
}

/** The news as a gateway hears them. */
async function listen() {
  const response = await new Promise<NodeJS.ReadableStream & { destroy(): void }>((resolve, reject) => {
    const options = {
      socketPath,
      path: "/news",
      agent: false,
      headers: { authorization: `Bearer ${SECRET}` },
    } as const
    get(options, resolve).on("error", reject)
  })
  const heard: GatewayNews[] = []
  let wake = () => {}
  createInterface(response).on("line", (line) => {
    heard.push(JSON.parse(line) as GatewayNews)
    wake()
  })
  return {
    heard,
    /** Waits for what fits; the test's own time limit bounds it. */
    async until(fits: (news: GatewayNews) => boolean): Promise<GatewayNews> {
      for (;;) {
        const found = heard.find(fits)
        if (found) return found
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    close: () => response.destroy(),
  }
}

async function signed(member: TestMember, changes: Record<string, unknown> = {}): Promise<string> {
  const { body } = await ask("/introspect", `token=${member.token}`)
  const now = Math.floor(aviary.clock.now() / 1_000)
  const claims: JWTPayload = {
    tid: body.token_id,
    aid: body.client_id,
    sub: String(body.sub),
    scope: body.scope,
    role: body.role,
    ...changes,
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "EdDSA", typ: "aviary-identity+jwt", kid: "k" })
    .setIssuer("aviary-gateway")
    .setAudience("social")
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(key)
}

const me = async (token: string): Promise<number> =>
  (
    await fetch(`${aviary.url}/api/v1/accounts/verify_credentials`, {
      headers: { authorization: `Bearer ${token}` },
    })
  ).status

test("tokens are introspected as RFC 7662 says", async () => {
  const alice = await aviary.member("alice", { scopes: ["read", "write"] })
  const { status, body } = await ask("/introspect", `token=${alice.token}`)
  assert.equal(status, 200)
  assert.deepEqual(
    { ...body, client_id: undefined, token_id: undefined },
    {
      active: true,
      token_type: "Bearer",
      scope: "read write",
      sub: alice.id,
      role: "member",
      client_id: undefined,
      token_id: undefined,
    },
  )
  for (const token of ["unknown", await signed(alice)]) {
    assert.deepEqual((await ask("/introspect", `token=${token}`)).body, { active: false, reason: "unknown" })
  }
})

test("the listener answers nobody without the secret, nor what it does not know, and its socket is the owner's", async () => {
  const alice = await aviary.member("audrey")
  assert.equal((await ask("/introspect", `token=${alice.token}`, "wrong")).status, 401)
  assert.equal((await ask("/introspect", "")).status, 400)
  assert.equal((await ask("/introspect", `token=${"x".repeat(10_000)}`)).status, 413)
  assert.equal((await ask("/elsewhere", undefined)).status, 404)
  assert.equal((await stat(socketPath)).mode & 0o777, 0o600)
  for (const path of ["/introspect", "/news"]) {
    const answer = await fetch(aviary.url + path, { headers: { authorization: `Bearer ${SECRET}` } })
    assert.equal(answer.status, 404, "and members never reach it")
  }
})

test("what the gateway signed is believed without asking the database", async () => {
  const bob = await aviary.member("bob")
  const jwt = await signed(bob)
  assert.equal(await me(jwt), 200)
  assert.equal(await me(await signed(bob, { scope: "write" })), 403, "its scopes count")
  assert.equal(await me(`${jwt}x`), 401)
  assert.equal(await me(bob.token), 200, "the token itself is still good where there is no gateway")
})

test("a revoked token's identity is refused at once, and the gateway hears of it", async () => {
  const carol = await aviary.member("carol")
  const news = await listen()
  await news.until(({ type }) => type === "hello")
  const [before, other] = [await signed(carol), await signed(carol, { scope: "read" })]
  assert.equal(await me(before), 200)
  const { body } = await ask("/introspect", `token=${carol.token}`)
  await aviary.social.operator.suspend("carol")
  assert.equal(await me(before), 401, "one that was seen before")
  assert.equal(await me(other), 401, "one that was not")
  const told = await news.until(
    (item) =>
      item.type === "access" && item.change.of === "token" && String(item.change.id) === body.token_id,
  )
  assert.equal(told.type, "access")
  await news.until(
    (item) => item.type === "access" && item.change.of === "account" && String(item.change.id) === carol.id,
  )
  news.close()
})

test("what another process changes is heard of within a second", async () => {
  const dora = await aviary.member("dora")
  const jwt = await signed(dora)
  assert.equal(await me(jwt), 200)
  const news = await listen()
  await news.until(({ type }) => type === "hello")
  const since = performance.now()
  // As another process would: nothing here is told.
  await aviary.social.core.db
    .updateTable("oauth_tokens")
    .set({ revoked_at: new Date() })
    .where("account_id", "=", Number(dora.id))
    .execute()
  await news.until((item) => item.type === "access")
  assert.ok(performance.now() - since < 1_000)
  assert.equal(await me(jwt), 401)
  news.close()
})

test("a new role is in force for identities that were signed before, also when changes could not be heard", async () => {
  const emil = await aviary.member("emil")
  const { core } = aviary.social
  const { gateway } = core.settings
  const access = createAccess({
    ...core,
    databaseUrl: aviary.databaseUrl,
    settings: { ...gateway, listen: "" },
  })
  const parts = access.parts()
  for (const part of parts) await part.start()
  const [seen, unseen] = [await signed(emil), await signed(emil, { scope: "read" })]
  const roleOf = async (jwt: string) => {
    const viewer = await access.identities.authenticate(jwt)
    return isMember(viewer) && viewer.role
  }
  assert.equal(await roleOf(seen), "member")
  assert.ok(access.identities.known(seen), "known without waiting")
  // Its connection is cut, and it does not hear of the change.
  const cut = () =>
    sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'aviary access'`.execute(
      core.db,
    )
  await cut()
  await aviary.social.operator.setRole("emil", "moderator")
  while (access.identities.known(seen)) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(await roleOf(seen), "moderator")
  assert.equal(await roleOf(unseen), "moderator")
  for (const part of parts) await part.stop(AbortSignal.timeout(1_000))
})

test("the gateway hears which answers are wrong now", async () => {
  const fred = await aviary.member("fred")
  const { body } = await fred.api.post("/api/v1/statuses", { status: "a heron" })
  const { id } = body as { id: string }
  await aviary.settle()
  const news = await listen()
  await news.until(({ type }) => type === "hello")
  await fred.api.delete(`/api/v1/statuses/${id}`)
  const purge = await news.until((item) => item.type === "purge")
  assert.ok(purge.type === "purge" && purge.tags.includes(`post:${id}`) && purge.tags.includes("lists"))
  news.close()
})

test("a listener on a network needs a secret", () => {
  const { gateway } = readSettings(socialSettings, { env: { AVIARY_GATEWAY_LISTEN: "127.0.0.1:0" } })
  const { core } = aviary.social
  assert.throws(() => createAccess({ ...core, databaseUrl: aviary.databaseUrl, settings: gateway }), {
    code: "config.invalid",
  })
})
