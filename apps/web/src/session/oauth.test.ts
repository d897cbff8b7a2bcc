import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { test } from "node:test"
import { createApiClient } from "../api/api-client.ts"
import { createOAuth } from "./oauth.ts"

function memoryStorage(): Storage {
  const kept = new Map<string, string>()
  return {
    get length() {
      return kept.size
    },
    clear: () => kept.clear(),
    getItem: (key) => kept.get(key) ?? null,
    key: (index) => [...kept.keys()][index] ?? null,
    removeItem: (key) => void kept.delete(key),
    setItem: (key, value) => void kept.set(key, value),
  }
}

const origin = "https://birds.example"

/** A server that knows the apps that were registered with it. */
function start() {
  const apps: string[] = []
  const appStorage = memoryStorage()
  const exchanges: Record<string, string>[] = []
  const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status })
  const api = createApiClient({
    origin,
    token: () => undefined,
    onUnauthorised: () => {},
    async fetch(input, init) {
      const path = new URL(input instanceof Request ? input.url : input).pathname
      const body = JSON.parse(typeof init?.body === "string" ? init.body : "{}") as Record<string, string>
      if (path === "/api/v1/apps") {
        apps.push(`app-${apps.length}`)
        return json({ client_id: apps.at(-1), client_secret: "s" })
      }
      if (!apps.includes(body.client_id ?? "")) return json({ error: "invalid_client" }, 401)
      exchanges.push(body)
      return json({ access_token: `token of ${body.grant_type}` })
    },
  })
  const oauth = createOAuth({
    api,
    origin,
    name: "Test",
    appStorage,
    attemptStorage: memoryStorage(),
    randomBytes: (bytes) => bytes.fill(7),
    sha256: async (text) => new Uint8Array(createHash("sha256").update(text).digest()).buffer,
  })
  return { oauth, apps, exchanges, appStorage }
}

test("signing in: registered once, the code is traded with the verifier of the challenge, and the way goes on where it began", async () => {
  const { oauth, apps, exchanges } = start()
  const url = new URL(await oauth.authorizeUrl({ returnTo: "/settings" }))
  await oauth.authorizeUrl({ returnTo: "/settings" })
  assert.deepEqual(apps, ["app-0"])
  assert.equal(url.pathname, "/oauth/authorize")
  const state = url.searchParams.get("state") ?? ""
  const finished = await oauth.finish(new URLSearchParams({ code: "c", state }))
  assert.deepEqual(finished, { token: "token of authorization_code", returnTo: "/settings" })
  const { code_verifier = "", code } = exchanges.at(-1) ?? {}
  assert.equal(code, "c")
  assert.equal(
    createHash("sha256").update(code_verifier).digest("base64url"),
    url.searchParams.get("code_challenge"),
  )
  await assert.rejects(
    oauth.finish(new URLSearchParams({ code: "c", state })),
    /not the answer/,
    "a code is traded once",
  )
})

test("an answer with another state, or none, signs nobody in", async () => {
  const { oauth, exchanges } = start()
  await assert.rejects(oauth.finish(new URLSearchParams({ code: "c", state: "s" })), { kind: "refused" })
  await oauth.authorizeUrl({ returnTo: "/" })
  const before = exchanges.length
  await assert.rejects(oauth.finish(new URLSearchParams({ code: "c", state: "guessed" })), {
    kind: "refused",
  })
  assert.equal(exchanges.length, before)
})

test("the way back never leads to another site", async () => {
  for (const returnTo of ["https://evil.example", "//evil.example"]) {
    const { oauth } = start()
    const url = new URL(await oauth.authorizeUrl({ returnTo }))
    const state = url.searchParams.get("state") ?? ""
    assert.equal((await oauth.finish(new URLSearchParams({ code: "c", state }))).returnTo, "/")
  }
})

test("a server that was set up anew gets to know the app again", async () => {
  const { oauth, apps } = start()
  await oauth.authorizeUrl({ returnTo: "/" })
  apps.length = 0
  apps.push("somebody else's")
  const url = new URL(await oauth.authorizeUrl({ returnTo: "/" }))
  assert.equal(url.searchParams.get("client_id"), "app-1")
})

test("an app that was registered for less is registered anew; accounts are made with no rights of the staff", async () => {
  const { oauth, apps, exchanges, appStorage } = start()
  await oauth.authorizeUrl({ returnTo: "/" })
  const kept = JSON.parse(appStorage.getItem("aviary:app") ?? "{}") as Record<string, string>
  appStorage.setItem("aviary:app", JSON.stringify({ ...kept, scopes: "read write" }))
  const url = new URL(await oauth.authorizeUrl({ returnTo: "/" }))
  assert.deepEqual(apps, ["app-0", "app-1"])
  assert.match(url.searchParams.get("scope") ?? "", /admin:write/)
  await oauth.appToken()
  assert.equal(exchanges.at(-1)?.scope, "read write follow push")
})
