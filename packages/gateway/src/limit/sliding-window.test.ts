// Holds the sliding window against an exact log of all allowed requests: on made traces always, and on real request times
// when AVIARY_TEST_ACCESS_LOG names an access log (common or combined form, .gz or plain).

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, it } from "node:test"
import { gunzipSync } from "node:zlib"
import fc from "fast-check"
import { seededRandom } from "@aviary/kit"

import type { Reading } from "./counter.ts"
import { createKeyTable } from "./key-table.ts"
import { createSlidingWindow } from "./sliding-window.ts"

interface Arrival {
  readonly at: number
  readonly key: string
}

/** The most that may differ: 0.003 % of the decisions. */
const MOST = 0.00003

/** Every allowed request is remembered; one is allowed when fewer than `quota` lie in (now − window, now]. */
function createExactLog(quota: number, window: number) {
  const logs = new Map<string, number[]>()
  return (key: string, now: number) => {
    const log = (logs.get(key) ?? []).filter((at) => at > now - window)
    const allowed = log.length < quota
    if (allowed) log.push(now)
    logs.set(key, log)
    return allowed
  }
}

function createOurs(quota: number, window: number) {
  const counter = createSlidingWindow({ quota, window })
  const keys = createKeyTable(counter, 100_000, 1)
  const reading: Reading = { allowed: true, remaining: 0, resetMs: 0, retryAfterMs: 0, delayMs: 0 }
  return (key: string, now: number) => {
    counter.read(keys.find(key, now), now, reading)
    if (reading.allowed) counter.take(keys.claim(key, now), now, reading)
    return reading.allowed
  }
}

function compare(trace: readonly Arrival[], quota: number, window: number) {
  const exact = createExactLog(quota, window)
  const ours = createOurs(quota, window)
  let differing = 0
  let refused = 0
  for (const { key, at } of trace) {
    const wanted = exact(key, at)
    if (!wanted) refused += 1
    if (ours(key, at) !== wanted) differing += 1
  }
  return { decisions: trace.length, differing, refused }
}

function compareAll(
  trace: readonly Arrival[],
  limits: readonly (readonly [quota: number, window: number])[],
) {
  const total = { decisions: 0, differing: 0, refused: 0 }
  for (const [quota, window] of limits) {
    const { decisions, differing, refused } = compare(trace, quota, window)
    total.decisions += decisions
    total.differing += differing
    total.refused += refused
  }
  return total
}

/** Clients of very different size (Zipf), with bursts and pauses, at times of a fraction of a millisecond. */
function makeTrace(length: number, clients: number, seed: number): Arrival[] {
  const random = seededRandom(seed)
  let at = 1000
  return Array.from({ length }, () => {
    at += random() < 0.02 ? random() * 20_000 : -Math.log(1 - random()) * 12
    return { at, key: String(Math.floor(clients ** random())) }
  })
}

const LIMITS: readonly (readonly [quota: number, window: number])[] = [
  [1, 1000],
  [5, 1000],
  [30, 10_000],
  [60, 60_000],
  [300, 300_000],
  [1000, 3_600_000],
]

describe("the sliding window", () => {
  it("decides as an exact log does, on a made trace", () => {
    const { decisions, differing, refused } = compareAll(makeTrace(20_000, 300, 11), LIMITS)
    assert.ok(refused > decisions / 50, `only ${refused} refused, the trace tests little`)
    assert.ok(differing <= decisions * MOST, `${differing} of ${decisions} decisions differ`)
  })

  it("decides as an exact log does, whatever comes", () => {
    const gaps = fc.array(fc.nat({ max: 40 }), { maxLength: 200, size: "max" })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 300 }),
        gaps,
        (quota, window, steps) => {
          let at = 0
          const trace = steps.map((gap) => ({ at: (at += gap), key: String(gap % 2) }))
          assert.equal(compare(trace, quota, window).differing, 0)
        },
      ),
    )
  })

  it("with a quota beyond its resolution is never late, and early by little", () => {
    const quota = 20_000
    const window = 10_000
    const random = seededRandom(5)
    const ours = createOurs(quota, window)
    const exact = createExactLogOfOne(quota, window)
    const allowed: number[] = []
    let at = 0
    let early = 0
    let count = 0
    for (; at < 60_000; count += 1) {
      at += -Math.log(1 - random()) * 0.4
      if (ours("k", at)) allowed.push(at)
      if (exact(at)) early += 1
    }
    for (let from = 0; from + quota < allowed.length; from += 1)
      assert.ok(
        (allowed[from + quota] ?? 0) - (allowed[from] ?? 0) >= window,
        "more than the quota in a window",
      )
    assert.ok(early < count, "nothing was refused")
    assert.ok(allowed.length >= early * 0.998, `${allowed.length} allowed, an exact log ${early}`)
  })

  it("with a quota beyond its resolution lets requests share an entry, which leaves with the last of them", () => {
    const counter = createSlidingWindow({ quota: 20_000, window: 10_000 })
    counter.grow(1)
    const reading: Reading = { allowed: true, remaining: 0, resetMs: 0, retryAfterMs: 0, delayMs: 0 }
    const remaining = (now: number) => {
      counter.read(0, now, reading)
      return reading.remaining
    }
    for (const now of [100, 101, 105]) counter.take(0, now, reading)
    assert.deepEqual([105, 10_100, 10_101, 10_105].map(remaining), [19_997, 19_997, 19_999, 20_000])
  })

  it("copies a log, and does not share it", () => {
    for (const quota of [10, 20_000]) {
      const counter = createSlidingWindow({ quota, window: 1000 })
      counter.grow(2)
      const reading: Reading = { allowed: true, remaining: 0, resetMs: 0, retryAfterMs: 0, delayMs: 0 }
      counter.take(1, 100, reading)
      counter.copy(1, 0)
      counter.take(0, 150, reading)
      counter.take(1, 110, reading)
      counter.read(0, 1120, reading)
      assert.equal(reading.remaining, quota - 1)
    }
  })

  const log = process.env["AVIARY_TEST_ACCESS_LOG"]
  if (log !== undefined)
    it("decides as an exact log does, on real request times", (context) => {
      const trace = readAccessLog(log)
      assert.ok(trace.length > 1000, `only ${trace.length} requests in ${log}`)
      const all = trace.map(({ at }) => ({ at, key: "all" }))
      const byAddress = compareAll(trace, [...LIMITS, [2, 5000], [10, 60_000], [50, 86_400_000]])
      const together = compareAll(all, [...LIMITS, [20, 60_000], [100, 3_600_000], [1500, 86_400_000]])
      const decisions = byAddress.decisions + together.decisions
      const differing = byAddress.differing + together.differing
      context.diagnostic(
        `${trace.length} requests, ${decisions} decisions, ${byAddress.refused + together.refused} refusals, ${differing} differ`,
      )
      assert.ok(differing <= decisions * MOST, `${differing} of ${decisions} decisions differ`)
    })
})

/** As `createExactLog` for one key, quick enough for a long log. */
function createExactLogOfOne(quota: number, window: number) {
  const log: number[] = []
  let head = 0
  return (now: number) => {
    while (head < log.length && (log[head] ?? 0) <= now - window) head += 1
    if (log.length - head >= quota) return false
    log.push(now)
    return true
  }
}

const LINE = /^(\S+) \S+ \S+ \[(\d+)\/(\w+)\/(\d+):(\d+:\d+:\d+) ([+-]\d{4})\]/

function readAccessLog(file: string): Arrival[] {
  const bytes = readFileSync(file)
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("latin1")
  const arrivals = text.split("\n").flatMap((line) => {
    const [, key, day, month, year, time, zone] = LINE.exec(line) ?? []
    if (key === undefined) return []
    return [{ key, at: Date.parse(`${day} ${month} ${year} ${time} ${zone}`) }]
  })
  const start = Math.min(...arrivals.map(({ at }) => at))
  return arrivals.map(({ key, at }) => ({ key, at: at - start })).sort((a, b) => a.at - b.at)
}
