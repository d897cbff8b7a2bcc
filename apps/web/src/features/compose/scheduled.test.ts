import assert from "node:assert/strict"
import { test } from "node:test"
import type { ScheduledStatus } from "../../api/entities.ts"
import { isAheadEnough, ofScheduled, postBody } from "./draft.ts"
import { localMoment, momentOf, nextMoment } from "./scheduled.ts"

test("a moment goes into the field and comes back the same, to the minute", () => {
  const at = new Date(2026, 10, 3, 9, 5)
  assert.equal(localMoment(at), "2026-11-03T09:05")
  assert.equal(momentOf(localMoment(at)), at.toISOString())
  assert.equal(momentOf(""), undefined)
  assert.equal(momentOf("soon"), undefined)
})

test("one begins with the next full hour that is at least one away", () => {
  assert.equal(nextMoment(new Date("2026-11-03T09:05:00Z")).toISOString(), "2026-11-03T11:00:00.000Z")
  assert.equal(nextMoment(new Date("2026-11-03T09:00:00Z")).toISOString(), "2026-11-03T10:00:00.000Z")
})

test("what is due too soon is known before the server says it", () => {
  const now = Date.parse("2026-11-03T09:00:00Z")
  assert.equal(isAheadEnough("2026-11-03T09:05:00Z", now), false)
  assert.equal(isAheadEnough("2026-11-03T09:06:00Z", now), true)
})

test("a scheduled post that is opened again keeps all that it says, and its time", () => {
  const scheduled: ScheduledStatus = {
    id: "7",
    scheduled_at: "2026-11-03T09:00:00.000Z",
    params: {
      text: "Good morning",
      spoiler_text: "Early",
      visibility: "unlisted",
      sensitive: true,
      language: "en",
      in_reply_to_id: null,
      poll: { options: ["Tea", "Coffee"], expires_in: 3600, multiple: true },
    },
    media_attachments: [],
  }
  const body = postBody(ofScheduled(scheduled))
  assert.equal(body.status, "Good morning")
  assert.equal(body.scheduled_at, "2026-11-03T09:00:00.000Z")
  assert.equal(body.visibility, "unlisted")
  assert.deepEqual(body.poll, {
    options: ["Tea", "Coffee"],
    expires_in: 3600,
    multiple: true,
    hide_totals: false,
  })
})
