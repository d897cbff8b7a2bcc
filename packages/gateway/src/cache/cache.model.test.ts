// Random worlds: requests, answers in any order, failures, purges, time. Whatever happens, nobody sees what was purged before he
// asked, nothing is shown beyond its time, one fetch a key is under way, and everybody who waits gets a verdict.

import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { createCache } from "./cache.ts"
import { cacheSchema } from "./cache-schema.ts"
import type { CacheRequest, CacheVerdict, Fill } from "./cache-verdict.ts"

const FRESH_MS = 10_000
const REVALIDATE_MS = 20_000
const ERROR_MS = 30_000

const path = fc.constantFrom("/a", "/b")
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("ask" as const), path }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("answer" as const),
      pick: fc.nat(),
      how: fc.constantFrom("whole" as const, "unchanged" as const, "error" as const, "broken" as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("change" as const), path, purge: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 12_000 }) }),
  },
)

interface Asked {
  readonly path: string
  /** The oldest version that may be shown to who asked. */
  readonly oldest: number
  readonly at: number
}

interface OpenFill extends Asked {
  readonly fill: Fill
  /** What the instance read when it was asked. */
  readonly version: number
  readonly forNobody: boolean
}

interface Page {
  version: number
  /** The version that the last purge left. */
  oldest: number
  /** When a version came from an instance last. */
  readonly answeredAt: Map<number, number>
}

test("random worlds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 80 }), async (steps) => {
      let now = Date.UTC(2026, 0, 1)
      const cache = createCache(cacheSchema.parse({}), { now: () => now })
      const pages = new Map<string, Page>(
        ["/a", "/b"].map((name) => [name, { version: 1, oldest: 1, answeredAt: new Map() }]),
      )
      const pageOf = (name: string): Page => {
        const page = pages.get(name)
        assert.ok(page)
        return page
      }
      const open: OpenFill[] = []
      let waiting = 0

      function shown(body: Buffer | undefined, asked: Asked, failing: boolean): void {
        const version = Number(String(body))
        assert.ok(version >= asked.oldest, `${asked.path}: version ${version} was purged`)
        const answered = pageOf(asked.path).answeredAt.get(version) ?? Number.NEGATIVE_INFINITY
        const bound = FRESH_MS + (failing ? ERROR_MS : REVALIDATE_MS)
        assert.ok(now - answered <= bound, `${asked.path}: shown ${now - answered} ms after it came`)
      }

      function act(verdict: CacheVerdict, asked: Asked, failing = false): void {
        const { version } = pageOf(asked.path)
        if (verdict.kind === "hit") {
          shown(verdict.answer.body, asked, failing)
          if (verdict.revalidation)
            open.push({ ...asked, fill: verdict.revalidation, version, forNobody: true })
        } else if (verdict.kind === "fill") {
          open.push({ ...asked, fill: verdict.fill, version, forNobody: false })
        } else if (verdict.kind === "wait") {
          waiting += 1
          void verdict.turn.then((turn) => {
            waiting -= 1
            assert.notEqual(turn.kind, "wait")
            act(turn, asked, true)
          })
        }
      }

      function respond({ fill, version, ...asked }: OpenFill, how: string): void {
        const headers = [
          "cache-control",
          "public, max-age=10, stale-while-revalidate=20, stale-if-error=30",
          "etag",
          `"${version}"`,
          "cache-tag",
          asked.path,
        ]
        if (how === "error" || how === "broken") {
          const verdict = how === "error" ? fill.head(503, []) : fill.fail()
          if (verdict === undefined || ("kind" in verdict && verdict.kind === "pass")) return
          const answer =
            "kind" in verdict ? (verdict.kind === "answer" ? verdict.answer : undefined) : verdict
          if (!asked.forNobody) shown(answer?.body, asked, true)
          return
        }
        pageOf(asked.path).answeredAt.set(version, now)
        const has = fill.conditions[1] === `"${version}"`
        const verdict = fill.head(has && how === "unchanged" ? 304 : 200, headers)
        if (verdict.kind === "answer") {
          if (!asked.forNobody) shown(verdict.answer.body, asked, false)
        } else if (verdict.kind === "keep") {
          fill.data(Buffer.from(String(version)))
          fill.end()
        }
      }

      async function take(what: (typeof steps)[number]): Promise<void> {
        if (what.do === "ask") {
          const request: CacheRequest = {
            method: "GET",
            path: what.path,
            query: "",
            host: "birds.test",
            secure: true,
            header: () => undefined,
          }
          act(cache.handle(request), { path: what.path, oldest: pageOf(what.path).oldest, at: now })
        } else if (what.do === "answer") {
          const [picked] = open.splice(what.pick % Math.max(1, open.length), 1)
          if (picked) respond(picked, what.how)
        } else if (what.do === "change") {
          const page = pageOf(what.path)
          page.version += 1
          if (what.purge) {
            page.oldest = page.version
            cache.purge([what.path])
          }
          now += 1
        } else {
          now += what.ms
        }
        await new Promise((resolve) => setImmediate(resolve))
        for (const name of pages.keys()) {
          assert.ok(open.filter((fill) => fill.path === name).length <= 3, "fetches do not pile up")
        }
      }

      for (const what of steps) await take(what)
      for (let i = 0; open.length > 0; i += 1) {
        assert.ok(i < 10_000)
        await take({ do: "answer", pick: 0, how: i % 7 === 0 ? "broken" : "whole" })
      }
      assert.equal(waiting, 0, "everybody got a verdict")
    }),
    { numRuns: 300 },
  )
})
