import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import { sql } from "kysely"
import { checkReplay } from "../../events/replay.ts"
import { countDifferences } from "../counters/recount.ts"
import { createEndPolls } from "./end-polls.ts"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember
let carol: TestMember

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
  bob = await aviary.member("bob")
  carol = await aviary.member("carol")
})
after(() => aviary.stop())

async function ask(poll: Record<string, unknown>, fields: Record<string, unknown> = {}) {
  const { status, body } = await alice.api.post("/api/v1/statuses", {
    status: "well?",
    poll: { options: ["a", "b", "c"], expires_in: 600, ...poll },
    ...fields,
  })
  assert.equal(status, 200, JSON.stringify(body))
  return body.poll
}

const vote = (by: TestMember, id: string, choices: unknown) =>
  by.api.post(`/api/v1/polls/${id}/votes`, { choices })

async function endings(id: string): Promise<number> {
  const found = await sql<{ n: number }>`SELECT count(*)::int AS n FROM events
    WHERE type = 'poll.ended' AND data->>'poll_id' = ${id}`.execute(aviary.social.core.db)
  return found.rows[0]?.n ?? 0
}

test("one vote by a member, however many requests at once", async () => {
  const poll = await ask({})
  const answers = await Promise.all(Array.from({ length: 8 }, () => vote(bob, poll.id, ["1"])))
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1)
  assert.equal(answers.find((answer) => answer.status !== 200)?.body.code, "poll.already_voted")
  await vote(carol, poll.id, [0])
  const { body } = await bob.api.get(`/api/v1/polls/${poll.id}`)
  assert.deepEqual(
    body.options.map((option: { votes_count: number }) => option.votes_count),
    [1, 1, 0],
  )
  assert.equal(body.votes_count, 2)
  assert.equal(body.voters_count, 2)
  assert.equal(body.voted, true)
  assert.deepEqual(body.own_votes, [1])
})

test("several choices count each once, and their voter once", async () => {
  const poll = await ask({ multiple: true })
  const form = new URLSearchParams([
    ["choices[]", "2"],
    ["choices[]", "0"],
    ["choices[]", "2"],
  ])
  const { status, body } = await bob.api.post(`/api/v1/polls/${poll.id}/votes`, form)
  assert.equal(status, 200)
  assert.equal(body.votes_count, 2)
  assert.equal(body.voters_count, 1)
  assert.deepEqual(body.own_votes, [0, 2])
})

test("what is no vote is refused, and counts nothing", async () => {
  const poll = await ask({})
  const cases: [TestMember, unknown, number, RegExp][] = [
    [bob, [], 422, /choices/],
    [bob, undefined, 422, /choices/],
    [bob, [3], 422, /does not exist/],
    [bob, [-1], 422, /choices/],
    [bob, ["x"], 422, /choices/],
    [bob, [0, 1], 422, /one choice/],
    [alice, [0], 422, /own polls/],
  ]
  for (const [member, choices, status, text] of cases) {
    const answer = await vote(member, poll.id, choices)
    assert.equal(answer.status, status, JSON.stringify(choices))
    assert.match(answer.body.error, text)
  }
  assert.equal((await vote(bob, "99", [0])).status, 404)
  assert.equal((await aviary.api.post(`/api/v1/polls/${poll.id}/votes`, { choices: [0] })).status, 401)
  assert.equal((await aviary.api.get(`/api/v1/polls/${poll.id}`)).body.votes_count, 0)
})

test("a poll of a post that one may not see is not there", async () => {
  const poll = await ask({}, { status: "for @bob", visibility: "direct" })
  assert.equal((await vote(bob, poll.id, [0])).status, 200)
  assert.equal((await vote(carol, poll.id, [0])).status, 404)
  assert.equal((await carol.api.get(`/api/v1/polls/${poll.id}`)).status, 404)
  assert.equal((await aviary.api.get(`/api/v1/polls/${poll.id}`)).status, 404)
})

test("a poll ends at its time, once, and takes no votes from then on", async () => {
  const poll = await ask({ hide_totals: true })
  await vote(bob, poll.id, [0])
  assert.equal((await carol.api.get(`/api/v1/polls/${poll.id}`)).body.options[0].votes_count, null)
  const endPolls = createEndPolls(aviary.social.core)
  assert.equal(await endings(poll.id), 0)
  aviary.clock.advance(600_000)
  assert.equal((await vote(carol, poll.id, [0])).body.code, "poll.closed")
  await Promise.all([endPolls(), endPolls(), endPolls()])
  assert.equal(await endings(poll.id), 1)
  const { body } = await carol.api.get(`/api/v1/polls/${poll.id}`)
  assert.equal(body.expired, true)
  assert.equal(body.options[0].votes_count, 1)
})

test("limits of polls", async () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ options: ["a", "b", "c", "d", "e"] }, /at most 4/],
    [{ options: ["a", "a"] }, /must differ/],
    [{ options: ["a", " "] }, /can't be blank/],
    [{ options: ["a", "x".repeat(51)] }, /50 characters/],
    [{ expires_in: 10 }, /5 minutes/],
    [{ expires_in: 9_999_999 }, /month/],
  ]
  for (const [poll, text] of cases) {
    const { status, body } = await alice.api.post("/api/v1/statuses", {
      status: "x",
      poll: { options: ["a", "b"], expires_in: 600, ...poll },
    })
    assert.equal(status, 422)
    assert.match(body.error, text)
  }
})

test("afterwards every count of votes equals the votes", async () => {
  assert.deepEqual(await countDifferences(aviary.social.core.db), [])
  const replay = await checkReplay({ databaseUrl: aviary.databaseUrl, log: aviary.social.core.log })
  assert.deepEqual(
    replay.tables.filter((table) => table.onlyLive.count + table.onlyRebuilt.count > 0),
    [],
  )
})
