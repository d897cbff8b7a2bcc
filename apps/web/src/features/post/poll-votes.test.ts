import assert from "node:assert/strict"
import { test } from "node:test"
import type { Poll } from "../../api/entities.ts"
import { isOpen, pollResults, withVotes } from "./poll-votes.ts"

const poll = {
  id: "1",
  expires_at: "2026-03-04T12:00:00.000Z",
  expired: false,
  multiple: true,
  votes_count: 4,
  voters_count: 3,
  voted: false,
  options: [
    { title: "wren", votes_count: 3 },
    { title: "lark", votes_count: 1 },
    { title: "rook", votes_count: 0 },
  ],
  emojis: [],
} satisfies Poll

test("a vote counts for each choice and once as a voter", () => {
  const voted = withVotes(poll, [1, 2])
  assert.deepEqual(
    [voted.votes_count, voted.voters_count, voted.options.map(({ votes_count }) => votes_count)],
    [6, 4, [3, 2, 1]],
  )
  assert.deepEqual(
    pollResults(voted).map(({ percent, isMine, leads }) => [percent, isMine, leads]),
    [
      [75, false, true],
      [50, true, false],
      [25, true, false],
    ],
  )
})

test("hidden totals stay hidden, and a poll without votes divides by nothing", () => {
  const hidden = { ...poll, options: [{ title: "wren", votes_count: null }] }
  assert.equal(pollResults(withVotes(hidden, [0]))[0]?.percent, undefined)
  const empty = { ...poll, votes_count: 0, voters_count: 0, options: [{ title: "wren", votes_count: 0 }] }
  assert.deepEqual(pollResults(empty), [{ title: "wren", percent: 0, isMine: false, leads: false }])
})

test("who voted, or came late, sees results", () => {
  assert.equal(isOpen(poll, new Date("2026-03-04T11:59:59Z")), true)
  assert.equal(isOpen(poll, new Date("2026-03-04T12:00:00Z")), false)
  assert.equal(isOpen({ ...poll, voted: true }, new Date(0)), false)
  assert.equal(isOpen({ ...poll, expires_at: null, expired: true }, new Date(0)), false)
})
