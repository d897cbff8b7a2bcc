import assert from "node:assert/strict"
import { test } from "node:test"
import type { Status } from "../../api/entities.ts"
import { draftFor, draftProblem, emptyPoll, isUntouched, postBody } from "./draft.ts"

const writer = {
  member: { id: "1" },
  defaults: { visibility: "unlisted", sensitive: false, language: "en" },
} as const
const status = (change: Partial<Status>) =>
  ({
    id: "9",
    account: { id: "2", acct: "wren" },
    mentions: [],
    media_attachments: [],
    poll: null,
    spoiler_text: "",
    visibility: "public",
    in_reply_to_id: null,
    ...change,
  }) as unknown as Status
const limits = { characters: 500, perLink: 23, media: 4, pollOption: 50 }

test("a reply speaks to everybody who takes part but oneself, once, and to no wider circle", () => {
  const mentions = [
    { id: "1", acct: "me" },
    { id: "3", acct: "lark" },
    { id: "2", acct: "wren" },
  ]
  const draft = draftFor(
    { kind: "reply", status: status({ mentions, spoiler_text: "birds" } as unknown as Partial<Status>) },
    writer,
  )
  assert.deepEqual(
    [draft.text, draft.visibility, draft.warning, draft.replyTo],
    ["@wren @lark ", "unlisted", "birds", { id: "9", acct: "wren" }],
  )
  assert.equal(
    draftFor({ kind: "reply", status: status({ visibility: "direct" }) }, writer).visibility,
    "direct",
  )
})

test("an answer to oneself mentions nobody", () => {
  const own = status({ account: { id: "1", acct: "me" } } as unknown as Partial<Status>)
  assert.equal(draftFor({ kind: "reply", status: own }, writer).text, "")
})

test("an edit keeps who sees it and what it answers, and sends no visibility", () => {
  const draft = draftFor(
    { kind: "edit", status: status({ visibility: "private", in_reply_to_id: "4" }) },
    writer,
  )
  assert.deepEqual([draft.editOf, draft.visibility, draft.replyTo?.id], ["9", "private", "4"])
  const body = postBody({ ...draft, text: "better" })
  assert.equal("visibility" in body || "in_reply_to_id" in body, false)
})

test("a warning makes a post sensitive", () => {
  const draft = { ...draftFor({ kind: "new", text: "hm" }, writer), warning: "spoilers" }
  assert.deepEqual([postBody(draft).sensitive, postBody(draft).spoiler_text], [true, "spoilers"])
})

test("what cannot be posted says why", () => {
  const draft = draftFor({ kind: "new" }, writer)
  const problem = (change: object, count = 1) => draftProblem({ ...draft, ...change }, count, limits)
  assert.equal(problem({}), "empty")
  assert.equal(problem({ text: "x" }, 501), "tooLong")
  assert.equal(problem({ text: "x", poll: { ...emptyPoll, options: ["a", " a "] } }), "poll")
  assert.equal(
    problem({ text: "x", poll: { ...emptyPoll, options: ["a", "b".repeat(51)] } }),
    "optionTooLong",
  )
  assert.equal(problem({ poll: emptyPoll, media: [{}] }), "pollAndMedia")
  assert.equal(problem({ media: [{}] }), undefined)
  assert.equal(problem({ text: "x" }), undefined)
})

test("what was only prefilled is not worth keeping", () => {
  const began = draftFor({ kind: "reply", status: status({}) }, writer)
  assert.equal(isUntouched({ ...began, text: "@wren" }, began), true)
  assert.equal(isUntouched({ ...began, text: "@wren hi" }, began), false)
  assert.equal(isUntouched({ ...began, poll: emptyPoll }, began), true)
})

test("a post that begins with words takes no other draft's place", () => {
  const writer = {
    member: { id: "1" },
    defaults: { visibility: "public", sensitive: false, language: "en" },
  } as const
  const ids = [
    draftFor({ kind: "new" }, writer),
    draftFor({ kind: "new", text: "@lark " }, writer),
    draftFor({ kind: "new", text: "@lark ", visibility: "direct" }, writer),
    draftFor({ kind: "quote", status: { id: "9", uri: "x", url: null } as Status }, writer),
  ].map(({ id }) => id)
  assert.equal(new Set(ids).size, 4)
  assert.equal(ids[0], "new")
})
