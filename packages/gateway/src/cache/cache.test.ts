import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { createCache } from "./cache.ts"
import type { Cache } from "./cache.ts"
import { cacheSchema } from "./cache-schema.ts"
import type { CacheRequest, CacheVerdict, Fill, KeptAnswer } from "./cache-verdict.ts"
import { withConditions } from "./cache-verdict.ts"

const START = Date.UTC(2026, 0, 1)

function setup(config: object = {}) {
  const time = { ms: START }
  const cache = createCache(cacheSchema.parse(config), { now: () => time.ms })
  return { cache, time, pass: (seconds: number) => void (time.ms += seconds * 1_000) }
}

function request(target: string, headers: Record<string, string> = {}, method = "GET"): CacheRequest {
  const [path = "", query = ""] = target.split("?")
  return { method, path, query, host: "birds.test", secure: true, header: (name) => headers[name] }
}

interface Given {
  status?: number
  headers?: Record<string, string>
  body?: string
}

const PUBLIC = { "cache-control": "public, max-age=10" }

/** Plays an instance's answer into a fill. */
function answer(fill: Fill, { status = 200, headers = PUBLIC, body = "wren" }: Given = {}) {
  const verdict = fill.head(status, Object.entries(headers).flat())
  if (verdict.kind === "keep" || (verdict.kind === "answer" && verdict.keep)) {
    fill.data(Buffer.from(body))
    fill.end()
  }
  return verdict
}

function fillOf(verdict: CacheVerdict): Fill {
  assert.equal(verdict.kind, "fill")
  assert.ok(verdict.kind === "fill")
  return verdict.fill
}

function hitOf(verdict: CacheVerdict): { answer: KeptAnswer; revalidation: Fill | undefined } {
  assert.equal(verdict.kind, "hit")
  assert.ok(verdict.kind === "hit")
  return verdict
}

const bodyOf = (verdict: CacheVerdict): string => String(hitOf(verdict).answer.body)
const header = (kept: KeptAnswer, name: string) => kept.headers[kept.headers.indexOf(name) + 1]

/** Keeps an answer. */
function keep(cache: Cache, target: string, given: Given = {}, headers: Record<string, string> = {}): void {
  answer(fillOf(cache.handle(request(target, headers))), given)
}

describe("the cache: what it has a part in", () => {
  it("none in a request that says who asks, asks for a part, or is no reading", () => {
    const { cache } = setup()
    keep(cache, "/a")
    const others = [
      request("/a", { authorization: "Bearer x" }),
      request("/a?access_token=x"),
      request("/a?b=1&access_token=x"),
      request("/a", { cookie: "session=1" }),
      request("/a", { range: "bytes=0-1" }),
      request("/a", { "if-match": '"x"' }),
      request("/a", { "content-length": "3" }),
      request("/a", { "transfer-encoding": "chunked" }),
      request("/a", { upgrade: "websocket" }),
      request("/a", { "cache-control": "no-store" }),
      request("/a", {}, "POST"),
      request("/a", {}, "OPTIONS"),
    ]
    for (const other of others) assert.equal(cache.handle(other).kind, "bypass")
    assert.equal(cache.handle(request("/a")).kind, "hit")
  })

  it("cookies that are named as ignored do not matter, one other does", () => {
    const { cache } = setup({ ignoredCookies: ["theme"] })
    keep(cache, "/a", {}, { cookie: "theme=dark" })
    assert.equal(cache.handle(request("/a", { cookie: "theme=light" })).kind, "hit")
    assert.equal(cache.handle(request("/a", { cookie: "theme=light; session=1" })).kind, "bypass")
    assert.equal(cache.handle(request("/a", { cookie: "garbage" })).kind, "bypass")
  })

  const unkept: readonly (readonly [string, Given])[] = [
    ["private", { headers: { "cache-control": "private, max-age=10" } }],
    ["PRIVATE", { headers: { "cache-control": "PRIVATE, max-age=10" } }],
    ["no-store", { headers: { "cache-control": "public, no-store, max-age=10" } }],
    ["No-Store", { headers: { "cache-control": "No-Store" } }],
    ["a cookie", { headers: { ...PUBLIC, "set-cookie": "a=1" } }],
    ["no word of how long", { headers: {} }],
    ["no time at all and no way to ask about it", { headers: { "cache-control": "public, max-age=0" } }],
    ["Vary: *", { headers: { ...PUBLIC, vary: "*" } }],
    ["a part", { status: 206, headers: { ...PUBLIC, "content-range": "bytes 0-1/4" } }],
    ["an error", { status: 500, headers: PUBLIC }],
    ["too much, as announced", { headers: { ...PUBLIC, "content-length": "101" } }],
    ["too much, as it turns out", { body: "x".repeat(101) }],
    ["an age beyond its time and no way to ask about it", { headers: { ...PUBLIC, age: "11" } }],
  ]
  for (const [what, given] of unkept) {
    it(`keeps no answer with ${what}`, () => {
      const { cache, pass } = setup({ maxEntryBytes: 100 })
      answer(fillOf(cache.handle(request("/a"))), given)
      pass(3)
      assert.equal(cache.handle(request("/a")).kind, "fill")
      assert.equal(cache.stats().entries, 0)
    })
  }

  it("what is not kept is not waited for, for a while", () => {
    const { cache, pass } = setup()
    answer(fillOf(cache.handle(request("/a"))), { headers: { "cache-control": "private" } })
    assert.equal(cache.handle(request("/a")).kind, "bypass")
    pass(2.1)
    assert.equal(cache.handle(request("/a")).kind, "fill")
  })
})

describe("the cache: hits", () => {
  it("answers with what was kept and its age, until its time is over", () => {
    const { cache, pass } = setup()
    keep(cache, "/a", { headers: { ...PUBLIC, age: "2", "content-type": "text/plain", "cache-tag": "x" } })
    pass(3)
    const { answer: kept } = hitOf(cache.handle(request("/a")))
    assert.equal(kept.status, 200)
    assert.equal(String(kept.body), "wren")
    assert.equal(header(kept, "age"), "5")
    assert.equal(header(kept, "content-type"), "text/plain")
    assert.ok(!kept.headers.includes("cache-tag"), "tags are the gateway's own")
    pass(5)
    assert.equal(cache.handle(request("/a")).kind, "fill")
  })

  it("headers of the connection are not kept, nor those that it names", () => {
    const { cache } = setup()
    keep(cache, "/a", {
      headers: { ...PUBLIC, connection: "x-hop", "x-hop": "1", "keep-alive": "1", "x-request-id": "r" },
    })
    const { headers } = hitOf(cache.handle(request("/a"))).answer
    for (const name of ["connection", "x-hop", "keep-alive", "x-request-id"])
      assert.ok(!headers.includes(name))
  })

  it("tells requests apart by scheme, host, path, query, and what Vary names", () => {
    const { cache } = setup()
    const vary = { ...PUBLIC, vary: "Accept-Language, Authorization" }
    keep(cache, "/a?b=1", { headers: vary, body: "en" }, { "accept-language": "en" })
    keep(cache, "/a?b=1", { headers: vary, body: "de" }, { "accept-language": "de" })
    assert.equal(bodyOf(cache.handle(request("/a?b=1", { "accept-language": "en" }))), "en")
    assert.equal(bodyOf(cache.handle(request("/a?b=1", { "accept-language": "de" }))), "de")
    const others = [
      request("/a?b=1"),
      request("/a?b=2", { "accept-language": "en" }),
      request("/a", { "accept-language": "en" }),
      { ...request("/a?b=1", { "accept-language": "en" }), secure: false },
      { ...request("/a?b=1", { "accept-language": "en" }), host: "other.test" },
    ]
    for (const other of others) assert.equal(cache.handle(other).kind, "fill")
  })

  it("the key may leave the query out, or take named parameters only", () => {
    const none = setup({ key: { query: false } }).cache
    keep(none, "/a?utm=1")
    assert.equal(none.handle(request("/a?utm=2")).kind, "hit")
    const named = setup({ key: { query: ["limit"] } }).cache
    keep(named, "/a?utm=1&limit=5")
    assert.equal(named.handle(request("/a?limit=5&utm=2")).kind, "hit")
    assert.equal(named.handle(request("/a?limit=6")).kind, "fill")
    assert.equal(named.handle(request("/a?xlimit=5")).kind, "fill")
  })

  it("HEAD is answered from what GET brought, and brings nothing itself", () => {
    const { cache } = setup()
    assert.equal(cache.handle(request("/a", {}, "HEAD")).kind, "bypass")
    keep(cache, "/a")
    const { answer: kept } = hitOf(cache.handle(request("/a", {}, "HEAD")))
    assert.equal(kept.body, undefined)
    assert.equal(header(kept, "content-length"), "4")
  })

  it("a client that has it already is told so", () => {
    const { cache } = setup()
    const modified = "Thu, 01 Jan 2026 00:00:00 GMT"
    keep(cache, "/a", {
      headers: { ...PUBLIC, etag: 'W/"1"', "last-modified": modified, "content-type": "text/plain" },
    })
    const yes = [
      { "if-none-match": '"0", "1"' },
      { "if-none-match": "*" },
      { "if-modified-since": modified },
      { "if-modified-since": "Fri, 02 Jan 2026 00:00:00 GMT" },
    ]
    for (const headers of yes) {
      const { answer: kept } = hitOf(cache.handle(request("/a", headers)))
      assert.deepEqual([kept.status, kept.body], [304, undefined])
      assert.ok(kept.headers.includes("etag") && !kept.headers.includes("content-type"))
    }
    const no = [
      { "if-none-match": '"2"' },
      { "if-none-match": '"2"', "if-modified-since": modified },
      { "if-modified-since": "Wed, 31 Dec 2025 00:00:00 GMT" },
      { "if-modified-since": "nonsense" },
    ]
    for (const headers of no) assert.equal(hitOf(cache.handle(request("/a", headers))).answer.status, 200)
  })

  it("a client that has what is fetched just now is told so, and the body is kept all the same", () => {
    const { cache } = setup()
    const verdict = answer(fillOf(cache.handle(request("/a", { "if-none-match": '"1"' }))), {
      headers: { ...PUBLIC, etag: '"1"' },
    })
    assert.ok(verdict.kind === "answer" && verdict.answer.status === 304)
    assert.equal(bodyOf(cache.handle(request("/a"))), "wren")
  })

  it("follows a client's own Cache-Control only where it is told to", () => {
    const free = setup()
    keep(free.cache, "/a")
    assert.equal(free.cache.handle(request("/a", { "cache-control": "no-cache" })).kind, "hit")
    const { cache, pass } = setup({ requestDirectives: "follow" })
    keep(cache, "/a", { headers: { ...PUBLIC, etag: '"1"' } })
    pass(5)
    assert.equal(cache.handle(request("/a", { "cache-control": "max-age=6" })).kind, "hit")
    assert.equal(
      hitOf(cache.handle(request("/a", { "cache-control": "max-age=2, only-if-cached" }))).answer.status,
      504,
    )
    const fill = fillOf(cache.handle(request("/a", { "cache-control": "No-Cache" })))
    assert.deepEqual(fill.conditions, ["if-none-match", '"1"'])
  })
})

describe("the cache: stale answers", () => {
  const kept = {
    headers: {
      "cache-control": "public, max-age=10, stale-while-revalidate=20, stale-if-error=40",
      etag: '"1"',
    },
  }

  it("shows a stale one while one request fetches another", () => {
    const { cache, pass } = setup()
    keep(cache, "/a", kept)
    pass(11)
    const first = hitOf(cache.handle(request("/a")))
    assert.ok(first.revalidation)
    assert.equal(String(first.answer.body), "wren")
    const second = hitOf(cache.handle(request("/a")))
    assert.equal(second.revalidation, undefined, "one fetch is enough")
    answer(first.revalidation, { ...kept, body: "robin" })
    assert.equal(bodyOf(cache.handle(request("/a"))), "robin")
  })

  it("a fetch for nobody that fails leaves the stale one, and the next tries again", () => {
    const { cache, pass } = setup()
    keep(cache, "/a", kept)
    pass(11)
    hitOf(cache.handle(request("/a"))).revalidation?.fail()
    const again = hitOf(cache.handle(request("/a")))
    assert.ok(again.revalidation)
    assert.equal(again.revalidation.head(503, []).kind, "answer")
    assert.ok(hitOf(cache.handle(request("/a"))).revalidation)
  })

  it("shows a stale one where instances fail, to those who wait as well, but not for ever", async () => {
    const { cache, pass } = setup()
    keep(cache, "/a", kept)
    pass(31)
    const fill = fillOf(cache.handle(request("/a")))
    const waiting = cache.handle(request("/a"))
    assert.ok(waiting.kind === "wait")
    const instead = fill.fail()
    assert.equal(String(instead?.body), "wren")
    assert.equal(bodyOf(await waiting.turn), "wren")
    const verdict = fillOf(cache.handle(request("/a"))).head(502, [])
    assert.ok(verdict.kind === "answer" && verdict.answer.status === 200)
    pass(20)
    assert.equal(fillOf(cache.handle(request("/a"))).fail(), undefined)
    assert.equal(fillOf(cache.handle(request("/a"))).head(502, []).kind, "pass")
  })

  it("an answer that must be validated is never shown stale", () => {
    for (const directive of ["must-revalidate", "proxy-revalidate", "s-maxage=10"]) {
      const { cache, pass } = setup({ staleWhileRevalidate: "1m", staleIfError: "1m" })
      keep(cache, "/a", { headers: { "cache-control": `public, max-age=10, ${directive}`, etag: '"1"' } })
      pass(11)
      const fill = fillOf(cache.handle(request("/a")))
      assert.equal(fill.fail(), undefined, directive)
    }
    const { cache, pass } = setup({ staleWhileRevalidate: "1m" })
    keep(cache, "/a")
    pass(11)
    assert.equal(
      cache.handle(request("/a")).kind,
      "hit",
      "the route's own time, where the answer says nothing",
    )
  })

  it("a 304 makes the kept one fresh, with the headers that came with it", () => {
    const { cache, pass } = setup()
    keep(cache, "/a", { headers: { ...PUBLIC, etag: '"1"', "x-was": "1", "cache-tag": "bird" } })
    pass(11)
    const fill = fillOf(cache.handle(request("/a", { "if-none-match": '"other"' })))
    assert.deepEqual(withConditions(["host", "x", "if-none-match", '"other"'], fill.conditions), [
      "host",
      "x",
      "if-none-match",
      '"1"',
    ])
    const verdict = fill.head(304, ["cache-control", "public, max-age=30", "etag", '"1"', "x-was", "2"])
    assert.ok(verdict.kind === "answer" && !verdict.keep)
    assert.equal(String(verdict.answer.body), "wren")
    pass(29)
    const { answer: again } = hitOf(cache.handle(request("/a")))
    assert.equal(header(again, "x-was"), "2")
    assert.equal(cache.purge(["bird"]), 1, "its tags stay")
  })

  it("a 304 about something else is no confirmation", () => {
    const { cache, pass } = setup()
    keep(cache, "/a", { headers: { ...PUBLIC, etag: '"1"' } })
    pass(11)
    const verdict = fillOf(cache.handle(request("/a"))).head(304, ["etag", '"2"'])
    assert.ok(verdict.kind === "answer", "there is nothing else to send")
    assert.deepEqual(fillOf(cache.handle(request("/a"))).conditions, [])
  })

  it("an answer that must not be kept ends the one that was", () => {
    const { cache, pass } = setup()
    keep(cache, "/a", kept)
    pass(31)
    answer(fillOf(cache.handle(request("/a"))), { status: 404, headers: { "cache-control": "no-store" } })
    assert.equal(cache.stats().entries, 0)
  })
})

describe("the cache: one fetch a key", () => {
  it("who asks meanwhile gets the same answer", async () => {
    const { cache } = setup()
    const fill = fillOf(cache.handle(request("/a")))
    const waiting = Array.from({ length: 100 }, () => cache.handle(request("/a")))
    assert.equal(fill.waiting, 100)
    answer(fill)
    for (const verdict of waiting) {
      assert.ok(verdict.kind === "wait")
      assert.equal(bodyOf(await verdict.turn), "wren")
    }
    assert.deepEqual([cache.stats().fills, cache.stats().shared], [1, 100])
  })

  it("a fetch that fails is done again by the next, and who waited in vain twice asks alone", async () => {
    const { cache } = setup()
    const fill = fillOf(cache.handle(request("/a")))
    const turns = Array.from({ length: 5 }, () => {
      const verdict = cache.handle(request("/a"))
      assert.ok(verdict.kind === "wait")
      return verdict.turn
    })
    assert.equal(fill.fail(), undefined)
    const second = fillOf((await turns[0]) ?? { kind: "bypass" })
    assert.equal(second.waiting, 4)
    second.head(200, Object.entries(PUBLIC).flat())
    second.data(Buffer.from("half"))
    assert.equal(second.fail(), undefined, "half an answer is none")
    const third = fillOf((await turns[1]) ?? { kind: "bypass" })
    third.head(503, [])
    const rest = await Promise.all(turns.slice(2))
    assert.deepEqual(
      rest.map((verdict) => verdict.kind),
      ["bypass", "bypass", "bypass"],
    )
  })

  it("who leaves is not given the turn", async () => {
    const { cache } = setup()
    const fill = fillOf(cache.handle(request("/a")))
    const [gone, there] = [cache.handle(request("/a")), cache.handle(request("/a"))]
    assert.ok(gone.kind === "wait" && there.kind === "wait")
    gone.leave()
    assert.equal(fill.waiting, 1)
    fill.fail()
    assert.equal((await there.turn).kind, "fill")
  })

  it("a waiting request of another variant asks for its own", async () => {
    const { cache } = setup()
    const fill = fillOf(cache.handle(request("/a", { "accept-language": "en" })))
    const same = cache.handle(request("/a", { "accept-language": "en" }))
    const other = cache.handle(request("/a", { "accept-language": "de" }))
    assert.ok(same.kind === "wait" && other.kind === "wait")
    answer(fill, { headers: { ...PUBLIC, vary: "accept-language" } })
    assert.equal((await same.turn).kind, "hit")
    assert.equal((await other.turn).kind, "fill")
  })

  it("what turns out to be private is asked for by each alone", async () => {
    const { cache } = setup()
    const fill = fillOf(cache.handle(request("/a")))
    const waiting = cache.handle(request("/a"))
    assert.ok(waiting.kind === "wait")
    answer(fill, { headers: { "cache-control": "private" } })
    assert.equal((await waiting.turn).kind, "bypass")
  })

  it("nobody waits where that is turned off", () => {
    const { cache } = setup({ coalesce: false })
    const first = fillOf(cache.handle(request("/a")))
    const second = fillOf(cache.handle(request("/a")))
    answer(first)
    answer(second, { body: "robin" })
    assert.equal(bodyOf(cache.handle(request("/a"))), "robin")
  })
})

describe("the cache: purging", () => {
  const tagged = (tags: string, body = "wren"): Given => ({ headers: { ...PUBLIC, "cache-tag": tags }, body })

  it("drops what carries a tag and nothing else", () => {
    const { cache } = setup()
    keep(cache, "/a", tagged("post:1, lists"))
    keep(cache, "/b", tagged("post:2,lists"))
    keep(cache, "/c", tagged("post:3"))
    assert.equal(cache.purge(["post:1", "none"]), 1)
    assert.equal(cache.handle(request("/b")).kind, "hit")
    assert.equal(cache.purge(["lists"]), 1)
    assert.equal(cache.handle(request("/c")).kind, "hit")
    assert.equal(cache.purgeAll(), 1)
    assert.equal(cache.stats().entries, 0)
  })

  it("an answer that was asked for before the purge is not kept after it, nor given to who asked later", async () => {
    for (const purge of [(cache: Cache) => cache.purge(["post:1"]), (cache: Cache) => cache.purgeAll()]) {
      const { cache } = setup()
      const fill = fillOf(cache.handle(request("/a")))
      purge(cache)
      const later = cache.handle(request("/a"))
      assert.ok(later.kind === "wait")
      answer(fill, tagged("post:1", "deleted"))
      const verdict = await later.turn
      assert.equal(verdict.kind, "fill")
      assert.equal(cache.stats().entries, 0)
    }
  })

  it("nor one whose body was still coming", () => {
    const { cache } = setup()
    const fill = fillOf(cache.handle(request("/a")))
    fill.head(200, Object.entries({ ...PUBLIC, "cache-tag": "post:1" }).flat())
    cache.purge(["post:1"])
    fill.data(Buffer.from("deleted"))
    fill.end()
    assert.equal(cache.stats().entries, 0)
  })

  it("what was purged is not shown as stale when instances fail", () => {
    const { cache, pass } = setup({ staleIfError: "1h", staleWhileRevalidate: "1h" })
    keep(cache, "/a", tagged("post:1"))
    pass(11)
    const { revalidation } = hitOf(cache.handle(request("/a")))
    cache.purge(["post:1"])
    assert.equal(revalidation?.fail(), undefined)
    assert.equal(fillOf(cache.handle(request("/a"))).fail(), undefined)
  })

  it("soon after a purge an answer is not trusted beyond a second, since instances may differ as long", () => {
    const { cache, pass } = setup({ staleIfError: "1h", staleWhileRevalidate: "1h" })
    cache.purge(["post:1"])
    pass(0.5)
    keep(cache, "/a", tagged("post:1", "perhaps old"))
    assert.equal(cache.handle(request("/a")).kind, "hit")
    pass(0.6)
    const fill = fillOf(cache.handle(request("/a")))
    answer(fill, tagged("post:1", "new"))
    pass(9)
    assert.equal(bodyOf(cache.handle(request("/a"))), "new")
  })
})

describe("the cache: its budget", () => {
  it("holds to its bytes, and forgets the tags and variants of what goes", () => {
    const { cache } = setup({ maxBytes: 20_000 })
    for (let i = 0; i < 1_000; i += 1) {
      keep(cache, `/${i}`, { headers: { ...PUBLIC, "cache-tag": `t${i},all` }, body: "x".repeat(500) })
      assert.ok(cache.stats().bytes <= 20_000)
    }
    const { entries, evicted } = cache.stats()
    assert.equal(entries + evicted, 1_000)
    assert.ok(entries >= 8)
    assert.equal(cache.purge(["t1"]), 0)
    assert.equal(cache.purge(["all"]), entries)
    assert.deepEqual([cache.stats().bytes, cache.stats().entries], [0, 0])
  })
})
