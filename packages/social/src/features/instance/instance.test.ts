import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"

let aviary: TestAviary
let alice: TestMember

before(async () => {
  aviary = await startAviary({
    env: {
      AVIARY_INSTANCE_TITLE: "Birds & <b>co</b>",
      AVIARY_INSTANCE_RULES: "Be kind,Post birds",
      AVIARY_POSTS_MAX_CHARACTERS: "777",
      AVIARY_HTTP_PUBLIC_URL: "https://birds.example",
    },
  })
  alice = await aviary.member("alice")
  await alice.api.post("/api/v1/statuses", { status: "one" })
})
after(() => aviary.stop())

async function text(path: string): Promise<{ status: number; type: string; body: string; headers: Headers }> {
  const response = await fetch(aviary.url + path)
  const type = response.headers.get("content-type") ?? ""
  return { status: response.status, type, body: await response.text(), headers: response.headers }
}

test("the instance tells its limits as they are, in both forms", async () => {
  await aviary.settle()
  const v2 = (await aviary.api.get("/api/v2/instance")).body
  assert.equal(v2.configuration.statuses.max_characters, 777)
  assert.equal(v2.configuration.urls.streaming, "wss://birds.example")
  assert.match(v2.version, /^4\.5\.0 \(compatible; Aviary \d+\.\d+\.\d+\)$/)
  assert.ok(v2.api_versions.mastodon >= 2)
  assert.deepEqual(
    v2.rules.map((rule: { text: string }) => rule.text),
    ["Be kind", "Post birds"],
  )
  const v1 = (await aviary.api.get("/api/v1/instance/")).body
  assert.equal(v1.uri, "birds.example")
  assert.equal(v1.urls.streaming_api, "wss://birds.example")
  assert.deepEqual(v1.configuration.statuses, v2.configuration.statuses)
  assert.deepEqual(v1.stats, { user_count: 1, status_count: 1, domain_count: 0 })
})

test("limits that are told are the limits that hold", async () => {
  const { configuration } = (await aviary.api.get("/api/v2/instance")).body
  const post = (status: string, poll?: object) =>
    alice.api.post("/api/v1/statuses", poll ? { status, poll } : { status })
  assert.equal((await post("x".repeat(configuration.statuses.max_characters))).status, 200)
  assert.equal((await post("x".repeat(configuration.statuses.max_characters + 1))).status, 422)
  const options = (count: number) => Array.from({ length: count }, (_, index) => `option ${index}`)
  const expires_in = configuration.polls.min_expiration
  assert.equal(
    (await post("p", { options: options(configuration.polls.max_options), expires_in })).status,
    200,
  )
  assert.equal(
    (await post("p", { options: options(configuration.polls.max_options + 1), expires_in })).status,
    422,
  )
  assert.equal((await post("p", { options: options(2), expires_in: expires_in - 1 })).status, 422)
})

test("the parts of the instance", async () => {
  for (const path of ["peers", "domain_blocks"]) {
    assert.deepEqual((await aviary.api.get(`/api/v1/instance/${path}`)).body, [])
  }
  assert.equal((await aviary.api.get("/api/v1/instance/rules")).body.length, 2)
  assert.equal((await aviary.api.get("/api/v1/instance/extended_description")).status, 200)
  assert.equal((await aviary.api.get("/api/v1/instance/privacy_policy")).status, 200)
  assert.equal((await aviary.api.get("/api/v1/instance/terms_of_service")).status, 404)
  assert.deepEqual((await aviary.api.get("/api/v1/instance/translation_languages")).body, {})
})

test("activity is twelve weeks from Mondays, counted at most once an hour", async () => {
  const weeks = (await aviary.api.get("/api/v1/instance/activity")).body
  assert.equal(weeks.length, 12)
  // The test's clock stands in the week of Monday 2025-12-29.
  assert.equal(weeks[0].week, String(Date.UTC(2025, 11, 29) / 1000))
  assert.equal(weeks[0].registrations, "1")
  assert.equal(weeks[0].logins, "1")
  const before = Number(weeks[0].statuses)
  await alice.api.post("/api/v1/statuses", { status: "another" })
  assert.equal((await aviary.api.get("/api/v1/instance/activity")).body[0].statuses, String(before))
  aviary.clock.advance(3_600_000)
  assert.equal((await aviary.api.get("/api/v1/instance/activity")).body[0].statuses, String(before + 1))
})

test("counts are fresh after five minutes, and suspended members do not count", async () => {
  const count = async () => (await aviary.api.get("/api/v1/instance")).body.stats.user_count
  const first = await count()
  const bob = await aviary.member("bob")
  assert.equal(await count(), first)
  aviary.clock.advance(300_000)
  assert.equal(await count(), first + 1)
  await aviary.social.operator.suspend(bob.username)
  aviary.clock.advance(300_000)
  assert.equal(await count(), first)
})

test("host-meta is XML that leads to WebFinger, which finds members by address and URL", async () => {
  const meta = await text("/.well-known/host-meta")
  assert.match(meta.type, /^application\/xrd\+xml/)
  assert.equal((await aviary.api.get("/.well-known/host-meta")).body, meta.body)
  assert.match(meta.body, /template="https:\/\/birds\.example\/\.well-known\/webfinger\?resource=\{uri\}"/)
  const find = (resource: string) =>
    aviary.api.get(`/.well-known/webfinger?resource=${encodeURIComponent(resource)}`)
  for (const resource of [
    "acct:alice@birds.example",
    "acct:ALICE@birds.example",
    "https://birds.example/@alice",
    "https://birds.example/users/alice",
  ]) {
    const { status, body, headers } = await find(resource)
    assert.equal(status, 200, resource)
    assert.equal(body.subject, "acct:alice@birds.example")
    assert.equal(headers.get("access-control-allow-origin"), "*")
  }
  for (const resource of [
    "acct:nobody@birds.example",
    "acct:alice@other.example",
    "https://other.example/@alice",
    "x\0y",
  ]) {
    const { status } = await find(resource)
    assert.ok(status === 404 || status === 422, resource)
  }
  assert.equal((await aviary.api.get("/.well-known/webfinger")).status, 422)
})

test("NodeInfo names Aviary, and Mastodon as what its API is", async () => {
  const links = (await aviary.api.get("/.well-known/nodeinfo")).body.links
  assert.equal(links.length, 2)
  const info = (await aviary.api.get("/nodeinfo/2.0")).body
  assert.equal(info.software.name, "aviary")
  assert.deepEqual(info.metadata.upstream, { name: "mastodon" })
  const newer = await text("/nodeinfo/2.1")
  assert.equal(JSON.parse(newer.body).version, "2.1")
  assert.equal(newer.headers.get("access-control-allow-origin"), "*")
})

test("what is not here yet is empty to read, and cannot be written", async () => {
  for (const path of ["domain_blocks"]) {
    assert.deepEqual((await alice.api.get(`/api/v1/${path}`)).body, [], path)
    assert.equal((await aviary.api.get(`/api/v1/${path}`)).status, 401, path)
  }
  assert.equal((await alice.api.get("/api/v1/push/subscription")).status, 404)
  assert.equal((await alice.api.post("/api/v1/domain_blocks", { domain: "x.example" })).status, 404)
})

test("health: ready asks the database, live does not", async () => {
  for (const path of ["/health", "/health/ready", "/health/live"]) {
    assert.deepEqual([(await text(path)).status, (await text(path)).body], [200, "OK"], path)
  }
  assert.equal((await aviary.api.get("/health")).body, "OK")
})

test("behind HTTPS, cookies go over HTTPS alone, and to this host alone", async () => {
  const page = await fetch(`${aviary.url}/auth/sign_in`)
  const [cookie = ""] = page.headers.getSetCookie()
  assert.match(cookie, /^__Host-aviary_form=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
})
