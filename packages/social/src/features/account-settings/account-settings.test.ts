import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { setTimeout as pause } from "node:timers/promises"
import { createBrowser, startAviary, TEST_PASSWORD } from "@aviary/testkit"
import type { Api, TestAviary, TestMember } from "@aviary/testkit"
import { sql } from "kysely"
import sharp from "sharp"

const ACCOUNT = "/api/aviary/v1/account"
const NEW_PASSWORD = "nine-owls-read-quiet-letters"
let aviary: TestAviary

before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

async function signedIn(member: TestMember, password = TEST_PASSWORD) {
  const browser = createBrowser(aviary.url)
  const page = await browser.open("/auth/sign_in")
  const done = await browser.submit(page, "/auth/sign_in", { login: member.username, password })
  return { browser, status: done.status }
}

/** Another app of the member, by the password grant. */
async function anotherApp(member: TestMember, name: string): Promise<Api> {
  const app = await aviary.api.post("/api/v1/apps", {
    client_name: name,
    redirect_uris: "urn:ietf:wg:oauth:2.0:oob",
    scopes: "read write",
  })
  const token = await aviary.api.post("/oauth/token", {
    ...app.body,
    grant_type: "password",
    username: member.username,
    password: TEST_PASSWORD,
    scope: "read",
  })
  return aviary.apiWith(token.body.access_token)
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await holds()); waited += 25) {
    if (waited > 15_000) throw new Error(`never: ${what}`)
    aviary.clock.advance(5_000)
    await pause(25)
  }
}

test("a new password asks for the old one, must be strong, and signs everything else out", async () => {
  const member = await aviary.member("pia")
  const other = await anotherApp(member, "Other")
  const { browser } = await signedIn(member)
  const change = (current_password: string, new_password: string) =>
    member.api.post(`${ACCOUNT}/password`, { current_password, new_password })
  assert.equal((await change("wrong", NEW_PASSWORD)).body.code, "auth.password_wrong")
  assert.match((await change(TEST_PASSWORD, "password1")).body.error, /Password is too/)
  assert.equal((await other.get("/api/v1/accounts/verify_credentials")).status, 200)
  assert.equal((await change(TEST_PASSWORD, NEW_PASSWORD)).status, 200)
  assert.equal((await other.get("/api/v1/accounts/verify_credentials")).status, 401)
  assert.equal((await member.api.get("/api/v1/accounts/verify_credentials")).status, 200, "but this one")
  assert.equal((await browser.open("/auth/sign_in")).status, 200, "the browser is signed out")
  assert.equal((await signedIn(member)).status, 422)
  assert.equal((await signedIn(member, NEW_PASSWORD)).status, 303)
})

test("guessing the password by a stolen token ends after ten tries", async () => {
  const member = await aviary.member("gus")
  const guess = (current_password: string) =>
    member.api.post(`${ACCOUNT}/email`, { current_password, email: "thief@birds.test" })
  for (let tries = 0; tries < 10; tries += 1) assert.equal((await guess(`guess ${tries}`)).status, 403)
  assert.equal((await guess(TEST_PASSWORD)).status, 429)
  aviary.clock.advance(900_000)
  assert.equal((await guess(TEST_PASSWORD)).status, 200)
})

test("a new address signs in, is nobody else's, and is shown to its member", async () => {
  const member = await aviary.member("eve")
  await aviary.member("ned")
  const change = (email: string) =>
    member.api.post(`${ACCOUNT}/email`, { current_password: TEST_PASSWORD, email })
  assert.match((await change("nowhere")).body.error, /email/)
  assert.match((await change("NED@birds.test")).body.error, /taken/)
  assert.equal((await change("Eve@New.test")).body.email, "Eve@New.test")
  assert.equal((await member.api.get(ACCOUNT)).body.email, "Eve@New.test")
  assert.equal((await signedIn({ ...member, username: "eve@new.test" })).status, 303)
})

test("sessions are listed with their browser, and can be ended one by one or all", async () => {
  const member = await aviary.member("sol")
  const first = await signedIn(member)
  aviary.clock.advance(1_000)
  const second = await signedIn(member)
  await signedIn(await aviary.member("bystander"))
  const list = async () => (await member.api.get(`${ACCOUNT}/sessions`)).body
  const shown = await list()
  assert.equal(shown.length, 2)
  assert.ok(shown[0].user_agent.length > 0 && shown[0].created_at > shown[1].created_at)
  aviary.clock.advance(600_000)
  await first.browser.open("/")
  assert.equal((await list())[0].id, shown[1].id, "last used first")
  assert.deepEqual((await member.api.delete(`${ACCOUNT}/sessions/${shown[1].id}`)).body, {})
  assert.equal((await member.api.delete(`${ACCOUNT}/sessions/${shown[1].id}`)).status, 404)
  assert.equal((await first.browser.open("/auth/sign_in")).status, 200)
  assert.equal((await second.browser.open("/auth/sign_in")).status, 303)
  await member.api.delete(`${ACCOUNT}/sessions`)
  assert.deepEqual(await list(), [])
  const rows = await aviary.social.core.db.selectFrom("web_sessions").selectAll().execute()
  assert.ok(
    rows.some((row) => row.account_id !== Number(member.id)),
    "nobody else's",
  )
})

test("apps are listed with what they may and when they were used, and lose their access", async () => {
  const member = await aviary.member("ann")
  const other = await anotherApp(member, "Kestrel")
  aviary.clock.advance(600_000)
  await other.get("/api/v1/accounts/verify_credentials")
  aviary.clock.advance(60_000)
  const apps = async () => (await member.api.get(`${ACCOUNT}/apps`)).body
  await until("the use is written", async () =>
    (await apps()).some((app: { name: string; last_used_at: string | null }) => app.name === "Kestrel" && app.last_used_at),
  ) // prettier-ignore
  const kestrel = (await apps()).find((app: { name: string }) => app.name === "Kestrel")
  assert.deepEqual([kestrel.scopes, kestrel.current], [["read"], false])
  assert.equal((await apps()).find((app: { name: string }) => app.name === "Testkit").current, true)
  const stranger = await aviary.member("sly")
  assert.equal((await stranger.api.delete(`${ACCOUNT}/apps/${kestrel.id}`)).status, 404)
  assert.equal((await member.api.delete(`${ACCOUNT}/apps/${kestrel.id}`)).status, 200)
  assert.equal((await other.get("/api/v1/accounts/verify_credentials")).status, 401)
  assert.equal((await apps()).length, 1)
})

test("preferences are kept for all devices, and Mastodon's apps see theirs", async () => {
  const member = await aviary.member("pru")
  const path = "/api/aviary/v1/preferences"
  const at = (await member.api.get(path)).body
  assert.deepEqual([at.theme, at.home_order, at.client], ["auto", "latest", {}])
  await member.api.patch(path, { theme: "dark", expand_media: "show_all", client: { seen: ["tour"] } })
  const now = (await member.api.patch(path, { autoplay_gifs: true, home_order: "ranked" })).body
  assert.deepEqual(
    [now.theme, now.expand_media, now.autoplay_gifs, now.home_order, now.client],
    ["dark", "show_all", true, "ranked", { seen: ["tour"] }],
  )
  const theirs = (await member.api.get("/api/v1/preferences")).body
  assert.deepEqual(
    [theirs["reading:expand:media"], theirs["reading:autoplay:gifs"], theirs["reading:expand:spoilers"]],
    ["show_all", true, false],
  )
  for (const wrong of [{ theme: "pink" }, { client: { x: "x".repeat(20_000) } }, { client: { x: "a\0" } }]) {
    assert.equal((await member.api.patch(path, wrong)).status, 422)
  }
})

test("a deleted account is gone at once, and all that it had soon after, from the log too", async () => {
  const leaver = await aviary.member("leo")
  const friend = await aviary.member("fay")
  await leaver.api.patch("/api/v1/accounts/update_credentials", {
    display_name: "Leo the Secret",
    note: "my secret life",
  })
  const picture = await sharp({ create: { width: 90, height: 90, channels: 3, background: "#a47" } })
    .png()
    .toBuffer()
  const form = new FormData()
  form.append("avatar", new Blob([new Uint8Array(picture)]), "me.png")
  const avatar = (await leaver.api.patch("/api/v1/accounts/update_credentials", form)).body.avatar
  const post = (await leaver.api.post("/api/v1/statuses", { status: "a secret word" })).body
  const reply = (await friend.api.post("/api/v1/statuses", { status: "@leo yes", in_reply_to_id: post.id }))
    .body
  await leaver.api.post(`/api/v1/statuses/${reply.id}/favourite`)
  await leaver.api.post(`/api/v1/statuses/${reply.id}/bookmark`)
  await leaver.api.post(`/api/v1/statuses/${reply.id}/reblog`)
  await leaver.api.post(`/api/v1/accounts/${friend.id}/follow`)
  await friend.api.post(`/api/v1/accounts/${leaver.id}/follow`)
  await leaver.api.post(`/api/v1/accounts/${friend.id}/note`, { comment: "a secret note" })
  await leaver.api.post("/api/v1/tags/secrets/follow")
  await leaver.api.post("/api/v1/lists", { title: "secret friends" })
  await leaver.api.post("/api/v2/filters", { title: "secret hate", context: ["home"] })
  await aviary.settle()

  const remove = (current_password: string) => leaver.api.post(`${ACCOUNT}/delete`, { current_password })
  assert.equal((await remove("wrong")).status, 403)
  assert.equal((await remove(TEST_PASSWORD)).status, 200)
  assert.equal((await leaver.api.get("/api/v1/accounts/verify_credentials")).status, 401)
  assert.equal((await signedIn(leaver)).status, 422)
  await assert.rejects(aviary.social.operator.unsuspend("leo"), { code: "account.unknown" })

  const { db } = aviary.social.core
  await until("the rest is gone", async () => {
    const open = await db.selectFrom("account_closures").selectAll().execute()
    return open.length === 0
  })
  await aviary.settle()
  assert.equal((await friend.api.get(`/api/v1/statuses/${post.id}`)).status, 404)
  assert.equal((await fetch(avatar)).status, 404)
  const seen = (await friend.api.get(`/api/v1/statuses/${reply.id}`)).body
  assert.deepEqual([seen.favourites_count, seen.reblogs_count], [0, 0])
  const me = (await friend.api.get("/api/v1/accounts/verify_credentials")).body
  assert.deepEqual([me.followers_count, me.following_count], [0, 0])
  assert.deepEqual(
    (await friend.api.get("/api/v1/notifications")).body.filter(
      (one: { account: { id: string } }) => one.account.id === leaver.id,
    ),
    [],
  )
  const words = await sql<{ n: number }>`SELECT count(*) AS n FROM events WHERE data::text ILIKE '%secret%'
    AND type <> 'tag.followed' AND type <> 'tag.unfollowed'`.execute(db)
  assert.equal(words.rows[0]?.n, 0, "the log has forgotten the words")
  const app = await aviary.api.post("/api/v1/apps", {
    client_name: "x",
    redirect_uris: "urn:ietf:wg:oauth:2.0:oob",
    scopes: "write",
  })
  const token = await aviary.api.post("/oauth/token", {
    ...app.body,
    grant_type: "client_credentials",
    scope: "write",
  })
  const join = (username: string) =>
    aviary
      .apiWith(token.body.access_token)
      .post("/api/v1/accounts", { username, email: leaver.email, password: NEW_PASSWORD, agreement: true })
  assert.deepEqual(Object.keys((await join("leo")).body.details), ["username"], "nobody passes for who left")
  assert.equal((await join("leo2")).status, 200, "the address is free")
})

test("the last owner cannot leave the server without anybody in charge", async () => {
  const owner = await aviary.member("odo")
  await aviary.social.operator.setRole("odo", "owner")
  const leave = () => owner.api.post(`${ACCOUNT}/delete`, { current_password: TEST_PASSWORD })
  assert.equal((await leave()).body.code, "account.last_owner")
  await aviary.member("oda")
  await aviary.social.operator.setRole("oda", "owner")
  assert.equal((await leave()).status, 200)
})
