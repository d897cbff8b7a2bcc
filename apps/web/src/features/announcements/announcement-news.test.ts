import assert from "node:assert/strict"
import { test } from "node:test"
import type { Announcement } from "../../api/aviary-entities.ts"
import { withNews } from "./announcement-news.ts"

const announcement = (id: string, changes: Partial<Announcement> = {}): Announcement => ({
  id,
  content: `<p>${id}</p>`,
  published_at: "2026-01-01T00:00:00.000Z",
  starts_at: null,
  ends_at: null,
  all_day: false,
  emojis: [],
  reactions: [],
  ...changes,
})

const party = { name: "🎉", count: 2, me: true }

test("a new announcement comes after those that are there, a changed one takes its place and keeps one's own reactions", () => {
  const known = [announcement("1", { reactions: [party] }), announcement("2")]
  const third = announcement("3")
  assert.deepEqual(withNews(known, { event: "announcement", payload: third }), [...known, third])
  const changed = announcement("1", {
    content: "<p>Later</p>",
    reactions: [
      { name: "🎉", count: 5 },
      { name: "🪶", count: 1 },
    ],
  })
  assert.deepEqual(withNews(known, { event: "announcement", payload: changed }), [
    {
      ...changed,
      reactions: [
        { name: "🎉", count: 5, me: true },
        { name: "🪶", count: 1, me: false },
      ],
    },
    known[1],
  ])
})

test("a reaction is counted as the server counts it, and is gone with the last who had it", () => {
  const known = [announcement("1", { reactions: [party] })]
  const told = (name: string, count: number, id = "1") =>
    withNews(known, { event: "announcement.reaction", payload: { name, count, announcement_id: id } })
  assert.deepEqual(told("🎉", 3)[0]?.reactions, [{ ...party, count: 3 }])
  assert.deepEqual(told("🎉", 0)[0]?.reactions, [])
  assert.deepEqual(told("🪶", 1)[0]?.reactions, [party, { name: "🪶", count: 1 }])
  assert.deepEqual(told("🪶", 0)[0]?.reactions, [party])
  assert.deepEqual(told("🎉", 9, "other"), known)
})

test("what the staff took back is gone", () => {
  const known = [announcement("1"), announcement("2")]
  assert.deepEqual(withNews(known, { event: "announcement.delete", payload: "1" }), [known[1]])
})
