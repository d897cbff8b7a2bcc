// Visitors of a service behind the gateway: so many requests a second come from outside whether or not answers come, each visitor
// with the cookies that it was given. To 127.0.0.1 only, bounded in time and in number. Counts what became of every request.

import { Agent, request } from "node:http"
import type { IncomingMessage } from "node:http"

export interface VisitorOptions {
  readonly port: number
  /** The `Host` of the service's route. */
  readonly host: string
  readonly perSecond: number
  /** People, each with cookies of its own (default 2,000). */
  readonly people?: number
  /** What the first of them bring along from an earlier visit (`cookiesOf`). */
  readonly cookies?: readonly string[]
  /** Share of requests that bring a cart (POST) instead of looking (default 0.5). */
  readonly carts?: number
  /** They go by themselves after this (default 120 s). */
  readonly seconds?: number
  /** Each answer as it ended. */
  readonly onAnswer?: (answer: VisitorAnswer) => void
}

export interface VisitorAnswer {
  /** When the request had been sent, as `performance.now()`. */
  readonly sentAt: number
  /** Of the release; `gateway` where none answered. */
  readonly version: string
  readonly status: number
}

/** What became of the requests. A request is lost when it got no answer, whoever is to blame. */
export interface VisitorCount {
  readonly requests: number
  /** Answers below 500. */
  readonly served: number
  /** Answers of 500 and above. */
  readonly failed: number
  readonly lost: number
  /** Answers by the release's version; `gateway` where none answered. */
  readonly byVersion: Readonly<Record<string, number>>
  /** Answers of 500 and above by version. */
  readonly failedByVersion: Readonly<Record<string, number>>
}

export interface Visitors {
  count(): VisitorCount
  /** Times at which requests failed or were lost, as `performance.now()`. */
  readonly failures: readonly { readonly at: number; readonly version: string }[]
  /** Cookies of those whom this version answered last. */
  cookiesOf(version: string): string[]
  /** No new requests; resolves when those under way have ended. */
  stop(): Promise<VisitorCount>
}

const MOST_REQUESTS = 1_000_000
const MOST_AT_ONCE = 500
const TIMEOUT_MS = 10_000
const TICK_MS = 10

export function startVisitors(options: VisitorOptions): Visitors {
  const { port, host, perSecond, people = 2_000, carts = 0.5, seconds = 120 } = options
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_AT_ONCE, maxFreeSockets: MOST_AT_ONCE })
  const cookies = new Map(options.cookies?.entries())
  const answeredBy = new Map<number, string>()
  const tally = { requests: 0, served: 0, failed: 0, lost: 0 }
  const byVersion: Record<string, number> = {}
  const failedByVersion: Record<string, number> = {}
  const failures: { at: number; version: string }[] = []
  let open = 0
  let due = 0
  let last = performance.now()
  const until = last + seconds * 1_000
  let idle = (): void => {}

  function fail(version: string): void {
    failures.push({ at: performance.now(), version })
    failedByVersion[version] = (failedByVersion[version] ?? 0) + 1
  }

  function ended(answer: IncomingMessage, { visitor, sentAt }: { visitor: number; sentAt: number }): void {
    const version = String(answer.headers["x-shop-version"] ?? "gateway")
    options.onAnswer?.({ sentAt, version, status: answer.statusCode ?? 0 })
    byVersion[version] = (byVersion[version] ?? 0) + 1
    answeredBy.set(visitor, version)
    const given = answer.headers["set-cookie"]?.map((cookie) => cookie.split(";")[0] ?? "")
    if (given) cookies.set(visitor, given.join("; "))
    if ((answer.statusCode ?? 500) < 500) tally.served += 1
    else {
      tally.failed += 1
      fail(version === "gateway" ? `gateway ${answer.statusCode}` : version)
    }
  }

  function visit(): void {
    const visitor = Math.floor(Math.random() * people)
    const cookie = cookies.get(visitor)
    tally.requests += 1
    open += 1
    const over = (): void => {
      open -= 1
      if (open === 0) idle()
    }
    const lost = (): void => {
      tally.lost += 1
      fail("lost")
      over()
    }
    const sent = request(
      {
        agent,
        port,
        host: "127.0.0.1",
        method: Math.random() < carts ? "POST" : "GET",
        path: "/",
        timeout: TIMEOUT_MS,
        headers: { host, ...(cookie === undefined ? {} : { cookie }) },
      },
      (answer) => {
        let isOver = false
        const once = (then: () => void): void => {
          if (!isOver) then()
          isOver = true
        }
        answer.resume()
        answer.once("end", () =>
          once(() => {
            ended(answer, { visitor, sentAt })
            over()
          }),
        )
        answer.once("error", () => once(lost))
        answer.once("close", () => once(lost))
      },
    )
    let answered = false
    let sentAt = performance.now()
    sent.once("finish", () => (sentAt = performance.now()))
    sent.once("response", () => (answered = true))
    sent.once("timeout", () => sent.destroy(new Error("no answer")))
    sent.once("error", () => {
      if (!answered) lost()
    })
    sent.end()
  }

  const timer = setInterval(() => {
    const now = performance.now()
    due += ((now - last) / 1_000) * perSecond
    last = now
    if (now >= until) return clearInterval(timer)
    for (; due >= 1 && open < MOST_AT_ONCE && tally.requests < MOST_REQUESTS; due -= 1) visit()
    // What cannot be sent is not made up for later: visitors who find no room go away.
    due = Math.min(due, 1)
  }, TICK_MS)

  const count = (): VisitorCount => ({
    ...tally,
    byVersion: { ...byVersion },
    failedByVersion: { ...failedByVersion },
  })
  return {
    count,
    failures,
    cookiesOf: (version) =>
      [...cookies].filter(([visitor]) => answeredBy.get(visitor) === version).map(([, cookie]) => cookie),
    async stop() {
      clearInterval(timer)
      if (open > 0) await new Promise<void>((resolve) => (idle = resolve))
      agent.destroy()
      return count()
    },
  }
}
