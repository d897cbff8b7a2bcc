// Members report to the staff: what can be reported, who hears of it, what becomes of it, and that nobody else learns of it.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { setTimeout as pause } from "node:timers/promises"
import { gunzipSync } from "node:zlib"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import fc from "fast-check"
import { chosenRules } from "./create-report.ts"

const ADMIN = "/api/v1/admin/reports"
let aviary: TestAviary
let owner: TestMember
let moderator: TestMember
let alice: TestMember
let bob: TestMember

before(async () => {
  aviary = await startAviary()
  const scopes = ["read", "write", "follow", "admin:read", "admin:write"]
  owner = await aviary.member("olive", { scopes })
  moderator = await aviary.member("milo", { scopes })
  await aviary.social.operator.setRole("olive", "owner")
  await aviary.social.operator.setRole("milo", "moderator")
  await owner.api.patch("/api/aviary/v1/instance/settings", { rules: ["Be kind", "No spam"] })
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
})
after(() => aviary.stop())

async function post(member: TestMember, status: string, more: object = {}): Promise<string> {
  return String((await member.api.post("/api/v1/statuses", { status, ...more })).body.id)
}

async function report(by: TestMember, body: Record<string, unknown>) {
  const made = await by.api.post("/api/v1/reports", body)
  assert.equal(made.status, 200, JSON.stringify(made.body))
  return made.body
}

test("a report names posts and rules, reaches the staff, and is settled, opened again and looked after", async () => {
  const bad = await post(bob, "Buy my feathers")
  const made = await report(alice, {
    account_id: bob.id,
    status_ids: [bad, bad],
    comment: "  He does this daily\u0007 ",
    rule_ids: ["2"],
    forward: true,
  })
  assert.deepEqual(
    [made.category, made.comment, made.status_ids, made.rule_ids, made.forwarded, made.target_account.acct],
    ["violation", "He does this daily", [bad], ["2"], false, "bob"],
  )
  const [listed] = (await moderator.api.get(ADMIN)).body
  assert.equal(listed.id, made.id)
  assert.deepEqual(
    [listed.account.username, listed.target_account.username, listed.statuses[0].id, listed.rules],
    ["alice", "bob", bad, [{ id: "2", text: "No spam", hint: "" }]],
  )
  const act = async (name: string) => (await moderator.api.post(`${ADMIN}/${made.id}/${name}`)).body
  assert.equal((await act("assign_to_self")).assigned_account.username, "milo")
  assert.equal((await act("assign_to_self")).assigned_account.username, "milo")
  assert.equal((await act("unassign")).assigned_account, null)
  const settled = await act("resolve")
  assert.deepEqual([settled.action_taken, settled.action_taken_by_account.username], [true, "milo"])
  assert.deepEqual((await owner.api.get(ADMIN)).body, [])
  assert.equal((await owner.api.get(`${ADMIN}?resolved=true`)).body[0].id, made.id)
  aviary.clock.advance(1_000)
  const opened = await act("reopen")
  assert.deepEqual(
    [opened.action_taken, opened.action_taken_at, opened.action_taken_by_account],
    [false, null, null],
  )
  assert.notEqual(opened.updated_at, settled.updated_at)
  assert.equal((await owner.api.get(`${ADMIN}/${made.id}`)).body.id, made.id)
  assert.deepEqual(await actorsOf(made.id), [
    ["report.created", alice.id],
    ["report.assigned", moderator.id],
    ["report.assigned", moderator.id],
    ["report.resolved", moderator.id],
    ["report.reopened", moderator.id],
  ])
  await act("resolve")
})

async function actorsOf(reportId: string): Promise<[string, string][]> {
  const events = await aviary.social.core.db
    .selectFrom("events")
    .select(["type", "actor"])
    .where("stream", "=", `report:${reportId}`)
    .orderBy("position")
    .execute()
  return events.map((event) => [event.type, String(event.actor)])
}

test("the rules of a report keep the words that they had", async () => {
  const made = await report(alice, { account_id: bob.id, category: "violation", rule_ids: ["1"] })
  await owner.api.patch("/api/aviary/v1/instance/settings", { rules: ["No spam"] })
  assert.equal((await moderator.api.get(`${ADMIN}/${made.id}`)).body.rules[0].text, "Be kind")
  assert.equal((await alice.api.post("/api/v1/reports", { account_id: bob.id, rule_ids: ["2"] })).status, 422)
  const spam = await report(alice, { account_id: bob.id, category: "spam", rule_ids: ["9"] })
  assert.deepEqual(spam.rule_ids, [], "rules belong to a violation")
})

test("only what one sees of somebody can be reported, and not oneself", async () => {
  const answer = async (body: Record<string, unknown>) =>
    (await alice.api.post("/api/v1/reports", body)).status
  assert.equal(await answer({ account_id: alice.id }), 422)
  assert.equal(await answer({ account_id: "1" }), 404)
  const own = await post(alice, "mine")
  const hidden = await post(bob, "for followers", { visibility: "private" })
  for (const id of [own, hidden, "77"])
    assert.equal(await answer({ account_id: bob.id, status_ids: [id] }), 404)
  const direct = await post(bob, "@alice psst", { visibility: "direct" })
  const made = await report(alice, { account_id: bob.id, status_ids: [direct] })
  const shown = (await moderator.api.get(`${ADMIN}/${made.id}`)).body
  assert.match(shown.statuses[0].content, /psst/, "the staff sees what was reported")
  assert.equal((await moderator.api.get(`/api/v1/statuses/${direct}`)).status, 404, "and by no other way")
  await bob.api.delete(`/api/v1/statuses/${direct}`)
  assert.deepEqual((await moderator.api.get(`${ADMIN}/${made.id}`)).body.statuses, [])
  const wrong = [{ comment: "x".repeat(1_001) }, { category: "boring" }, { status_ids: Array(41).fill("1") }]
  for (const more of wrong) assert.equal(await answer({ account_id: bob.id, ...more }), 422)
})

test("one member's reports are limited within an hour, and nobody else's by them", async () => {
  const keen = await aviary.member("keen")
  const tries = await Promise.all(
    Array.from({ length: 24 }, () => keen.api.post("/api/v1/reports", { account_id: bob.id })),
  )
  assert.equal(tries.filter(({ status }) => status === 200).length, 20)
  assert.equal(tries.find(({ status }) => status !== 200)?.body.code, "report.too_many")
  await report(alice, { account_id: bob.id })
  aviary.clock.advance(3_600_001)
  await report(keen, { account_id: bob.id })
})

test("lists are walked by their links, by who reported and who was reported", async () => {
  const carol = await aviary.member("carol")
  const ids: string[] = []
  for (let n = 0; n < 5; n += 1)
    ids.unshift((await report(carol, { account_id: bob.id, comment: `${n}` })).id)
  await report(bob, { account_id: carol.id })
  const walked: string[] = []
  let path: string | undefined = `${ADMIN}?account_id=${carol.id}&limit=2`
  while (path !== undefined) {
    const page = await moderator.api.get(path)
    walked.push(...page.body.map((one: { id: string }) => one.id))
    path = /<https?:\/\/[^/]+([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1]
  }
  assert.deepEqual(walked, ids)
  const of = (await moderator.api.get(`${ADMIN}?target_account_id=${carol.id}`)).body
  assert.deepEqual(
    of.map((one: { account: { username: string } }) => one.account.username),
    ["bob"],
  )
})

test("the staff is told of reports and of who joins; members and who is no longer staff are not", async () => {
  const former = await aviary.member("former")
  await aviary.social.operator.setRole("former", "moderator")
  const made = await report(alice, { account_id: moderator.id, comment: "the moderator himself" })
  const fern = await aviary.member("fern")
  await aviary.settle()
  const of = async (member: TestMember, type: string) =>
    (await member.api.get(`/api/v1/notifications?types[]=${type}`)).body
  const [told] = await of(owner, "admin.report")
  assert.deepEqual(
    [told.report.id, told.account.acct, told.report.target_account.acct],
    [made.id, "alice", "milo"],
  )
  const isAboutMade = (one: { report: { id: string } }) => one.report.id === made.id
  assert.ok((await of(former, "admin.report")).some(isAboutMade))
  assert.ok(!(await of(moderator, "admin.report")).some(isAboutMade), "whom it is about is not told")
  assert.equal((await of(owner, "admin.sign_up"))[0].account.id, fern.id)
  const { notification_groups: groups } = (await owner.api.get("/api/v2/notifications?types[]=admin.report"))
    .body
  assert.equal(groups[0].report.id, made.id)
  const left = (
    await owner.api.get("/api/v1/notifications?exclude_types[]=admin.report&exclude_types[]=admin.sign_up")
  ).body
  assert.ok(left.every((one: { type: string }) => !one.type.startsWith("admin.")))
  assert.deepEqual(await of(alice, "admin.report"), [])
  await aviary.social.operator.setRole("former", "member")
  assert.deepEqual([...(await of(former, "admin.report")), ...(await of(former, "admin.sign_up"))], [])
})

test("each route takes a token with its scope of somebody of the staff, and nobody else", async () => {
  const { id } = await report(alice, { account_id: bob.id })
  const member = await aviary.member("mallory", { scopes: ["read", "write", "admin:read", "admin:write"] })
  const plain = await aviary.member("plain")
  await aviary.social.operator.setRole("plain", "admin")
  const routes: ["get" | "post", string][] = [
    ["get", ADMIN],
    ["get", `${ADMIN}/${id}`],
    ...["assign_to_self", "unassign", "resolve", "reopen"].map((name): ["post", string] => [
      "post",
      `${ADMIN}/${id}/${name}`,
    ]),
  ]
  for (const [method, path] of routes) {
    assert.equal((await aviary.api[method](path)).status, 401, path)
    assert.equal((await member.api[method](path)).body.code, "auth.forbidden", path)
    assert.equal((await plain.api[method](path)).body.code, "auth.scope_missing", path)
  }
  for (const [method, path] of routes.slice(1)) {
    const gone = path.replace(id, "12345")
    assert.equal((await moderator.api[method](gone)).status, 404, gone)
  }
  assert.equal((await aviary.api.post("/api/v1/reports", { account_id: bob.id })).status, 401)
  const reader = await aviary.member("reader", { scopes: ["read"] })
  assert.equal((await reader.api.post("/api/v1/reports", { account_id: bob.id })).status, 403)
})

test("the archive of who was reported holds nothing of it; who leaves takes their words along", async () => {
  const ned = await aviary.member("ned")
  const made = await report(ned, { account_id: bob.id, comment: "a secret word" })
  const archives = "/api/aviary/v1/account/export/archives"
  const { id } = (await bob.api.post(archives)).body
  const done = await until("the archive is there", async () => {
    const { body } = await bob.api.get(`${archives}/${id}`)
    return body.state === "done" ? body : undefined
  })
  const bytes = await fetch(done.url, { headers: { authorization: `Bearer ${bob.token}` } })
  assert.equal(bytes.status, 200)
  const archive = Buffer.from(await bytes.arrayBuffer())
  const text = (archive[0] === 0x1f ? gunzipSync(archive) : archive).toString("latin1")
  assert.ok(text.includes("Buy my feathers"), "it is the archive")
  assert.ok(!text.includes("a secret word") && !text.includes(made.id))

  const left = await ned.api.post("/api/aviary/v1/account/delete", { current_password: ned.password })
  assert.equal(left.status, 200)
  await until("the rest is gone", async () => {
    const open = await aviary.social.core.db.selectFrom("account_closures").selectAll().execute()
    return open.length === 0 ? true : undefined
  })
  const kept = (await moderator.api.get(`${ADMIN}/${made.id}`)).body
  assert.deepEqual([kept.comment, kept.account.username, kept.target_account.username], ["", "ned", "bob"])
  const log = await aviary.social.core.db.selectFrom("events").select("data").execute()
  assert.ok(!JSON.stringify(log).includes("a secret word"))
})

/** Moves the clock on until the background work is where it should be. */
async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let waited = 0; waited < 10_000; waited += 25) {
    const found = await look()
    if (found !== undefined) return found
    aviary.clock.advance(5_000)
    await pause(25)
  }
  throw new Error(`never: ${what}`)
}

test("rules are named by their places, and only those that there are", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 9 }), fc.nat(20), (rules, place) => {
      const text = rules[place - 1]
      if (text === undefined)
        assert.throws(() => chosenRules(rules, [String(place)]), { code: "input.invalid" })
      else assert.deepEqual(chosenRules(rules, [String(place), String(place)]), [{ id: String(place), text }])
    }),
  )
  for (const id of ["01", "1.0", "-1", "__proto__", "length"])
    assert.throws(() => chosenRules(["a"], [id]), { code: "input.invalid" })
})
