// A connection of its own that LISTENs on one channel of PostgreSQL, and comes back when it is lost. It asks for an answer every
// two seconds, since a connection can die without a word. What was notified while it was away is gone: `onLost` and `onRegained`
// say when that may be.

import type { Log } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import pg from "pg"

export interface NoticeListenerDeps {
  readonly databaseUrl: string
  /** A channel's name: an SQL identifier of ours, never input. */
  readonly channel: string
  /** What the connection is called in pg_stat_activity. */
  readonly applicationName: string
  /** Logged when it cannot listen: what that means until it can. */
  readonly warning: string
  onNotice(payload: string): void
  /** It listened, and no longer does. */
  onLost?(): void
  /** It listens after it could not: what was notified meanwhile was missed. */
  onRegained?(): void
  readonly log: Log
}

export interface NoticeListener {
  /** Resolves after the first try, whether it worked or not. */
  start(): Promise<void>
  stop(): Promise<void>
  isListening(): boolean
}

const RETRY_MS = 500
/** A connection that does not answer within this time is taken for lost. */
const PING_EVERY_MS = 2_000

export function createNoticeListener(deps: NoticeListenerDeps): NoticeListener {
  let client: pg.Client | undefined
  let isListening = false
  let hasMissed = false
  let isStopped = false
  let timer: NodeJS.Timeout | undefined

  function after(ms: number, work: () => void): void {
    timer = setTimeout(work, ms)
    timer.unref()
  }

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: deps.databaseUrl,
      application_name: deps.applicationName,
      query_timeout: PING_EVERY_MS,
      connectionTimeoutMillis: PING_EVERY_MS,
    })
    next.on("notification", ({ payload = "" }) => deps.onNotice(payload))
    next.on("error", () => lose(next))
    next.on("end", () => lose(next))
    client = next
    try {
      await next.connect()
      await next.query(`LISTEN ${deps.channel}`)
      if (client !== next || isStopped) return
      isListening = true
      if (hasMissed) deps.onRegained?.()
      hasMissed = false
      ping(next)
    } catch (error) {
      deps.log.warn({ error: messageOf(error) }, deps.warning)
      lose(next)
    }
  }

  function ping(of: pg.Client): void {
    after(PING_EVERY_MS, () => {
      of.query("SELECT 1").then(
        () => (client === of && !isStopped ? ping(of) : undefined),
        () => lose(of),
      )
    })
  }

  function lose(lost: pg.Client): void {
    if (isStopped || client !== lost) return
    client = undefined
    hasMissed = true
    clearTimeout(timer)
    if (isListening) {
      isListening = false
      deps.onLost?.()
    }
    lost.end().catch(() => undefined)
    after(RETRY_MS, () => void connect())
  }

  return {
    start: connect,
    async stop() {
      isStopped = true
      isListening = false
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
    isListening: () => isListening,
  }
}
