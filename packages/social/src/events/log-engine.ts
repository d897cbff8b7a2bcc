// Keeps every reader of the log going: durable consumers, this process's memory, and its live followers. Woken by commits of
// this process at once, by NOTIFY from others within milliseconds, and by a poll each second in case a wake-up was lost.

import { randomUUID } from "node:crypto"
import type { Log, Part } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import { sql } from "kysely"
import type { Db } from "../db/database.ts"
import { createNoticeListener } from "../db/notice-listener.ts"
import type { Consumer } from "./consumer.ts"
import { createConsumerRunner } from "./consumer.ts"
import type { StoredDomainEvent } from "./catalogue.ts"
import type { LogCursor, StoredEvent } from "./event.ts"
import { createFollowerQueue } from "./follower-queue.ts"
import type { LogPosition } from "./log-position.ts"
import type { LogHistory, MemoryFollower } from "./memory-follower.ts"
import { readLog } from "./read-log.ts"

/** Sees each event once per process, from the moment the process started. Keeps nothing: for live streams. */
export interface Follower {
  readonly name: string
  handle(events: readonly StoredEvent[]): Promise<void>
  /** Called when it was woken and the log had nothing new: for what durable consumers have made of the log since. */
  idle?(): Promise<void>
}

export interface LogEngine extends Part {
  /** Something was committed: wake the readers here, and those of other processes. */
  wake(): void
  /** Resolves when every consumer and follower has handled all that was committed before the call. For tests and replay. */
  settle(): Promise<void>
}

export interface LogEngineDeps {
  readonly db: Db
  readonly databaseUrl: string
  readonly consumers: readonly Consumer[]
  readonly followers: readonly Follower[]
  /** Given each batch before `position` moves and before any follower sees it. */
  readonly memory: readonly MemoryFollower[]
  readonly history: LogHistory
  /** Where memory and followers begin: at the end of the log, or before it where memory must know what came last. */
  readonly begin: () => Promise<LogCursor>
  readonly position: LogPosition
  readonly log: Log
}

const CHANNEL = "aviary_events"
const FOLLOWERS = "followers"
const POLL_MS = 1_000
const HIDDEN_RETRY_MS = 5
/** A reader rests this long after each run: under load it reads many events at once rather than one at a time. */
const REST_MS = { consumer: 50, followers: 10 }
const FAILED_RETRY_MS = 1_000
const NOTIFY_EVERY_MS = 20
const FOLLOW_BATCH = 500

interface Reader {
  readonly name: string
  run(): Promise<{ handled: number; more: boolean }>
}

export function createLogEngine(deps: LogEngineDeps): LogEngine {
  const followers = createFollowerReader(deps)
  const readers: Reader[] = [
    ...deps.consumers.map((consumer) => createConsumerRunner({ db: deps.db, consumer, log: deps.log })),
    followers,
  ]
  const loops = readers.map((reader, index) =>
    createLoop(
      reader,
      reader === followers ? REST_MS.followers : (deps.consumers[index]?.restMs ?? REST_MS.consumer),
    ),
  )
  const self = randomUUID()
  const notifier = createNotifier(deps, self)
  const listener = createNoticeListener({
    databaseUrl: deps.databaseUrl,
    channel: CHANNEL,
    applicationName: "aviary listener",
    warning: "cannot listen for events; polling meanwhile",
    onNotice: (except) => except !== self && wakeHere(),
    log: deps.log,
  })
  let poll: NodeJS.Timeout | undefined

  function wakeHere(): void {
    for (const loop of loops) loop.wake()
  }

  return {
    name: "event log readers",
    async start() {
      for (const loop of loops) loop.start()
      await listener.start()
      poll = setInterval(wakeHere, POLL_MS)
      poll.unref()
      wakeHere()
    },
    async stop() {
      clearInterval(poll)
      await Promise.all(loops.map((loop) => loop.stop()))
      await listener.stop()
      await notifier.stop()
    },
    wake() {
      wakeHere()
      notifier.notify()
    },
    async settle() {
      for (const reader of readers) await drain(reader)
      await followers.told()
    },
  }
}

async function drain(reader: Reader): Promise<void> {
  // A run under way may have read before the caller's commit, so one that starts afterwards must come back empty.
  await reader.run()
  for (;;) {
    const { handled, more } = await reader.run()
    if (handled === 0 && !more) return
    if (handled === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Runs a reader whenever it was woken, again while there is more, and later when it failed. */
function createLoop(reader: Reader, restMs: number) {
  let active = false
  let woken = false
  let working: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let resting: { resolve: () => void; timer: NodeJS.Timeout } | undefined

  async function work(): Promise<void> {
    while (active && woken) {
      woken = false
      try {
        const { handled, more } = await reader.run()
        if (more && handled > 0) woken = true
        else {
          if (more) wakeIn(HIDDEN_RETRY_MS)
          await rest()
        }
      } catch {
        // The reader has logged it.
        wakeIn(FAILED_RETRY_MS)
      }
    }
  }

  async function rest(): Promise<void> {
    await new Promise<void>((resolve) => {
      resting = { resolve, timer: setTimeout(resolve, restMs) }
    })
    resting = undefined
  }

  function wakeIn(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(wake, ms)
    timer.unref()
  }

  function wake(): void {
    woken = true
    if (!active || working) return
    working = work().finally(() => {
      working = undefined
      if (woken) wake()
    })
  }

  return {
    wake,
    start() {
      active = true
    },
    async stop() {
      const wasActive = active
      active = false
      woken = false
      clearTimeout(timer)
      clearTimeout(resting?.timer)
      resting?.resolve()
      await working
      // What came during a long rest is not left to the next start.
      if (wasActive && restMs > REST_MS.consumer) await reader.run().catch(() => undefined)
    },
  }
}

/** One reading of the log for the memory and all followers of the process. */
function createFollowerReader(deps: LogEngineDeps): Reader & { told(): Promise<void> } {
  const queues = deps.followers.map((follower) => createFollowerQueue({ follower, log: deps.log }))
  let cursor: LogCursor | undefined
  let running: Promise<{ handled: number; more: boolean }> | undefined

  async function step(): Promise<{ handled: number; more: boolean }> {
    if (!cursor) {
      cursor = await deps.begin()
      for (const part of deps.memory) part.begin?.(cursor)
      deps.position.advance(cursor)
    }
    const { events, cursor: next, more } = await readLog(deps.db, cursor, FOLLOW_BATCH)
    cursor = next
    if (events.length > 0) {
      remember(events as readonly StoredDomainEvent[])
      deps.position.advance(next)
    }
    deps.position.looked(more)
    await Promise.all(queues.map((queue) => queue.tell(events)))
    return { handled: events.length, more }
  }

  /** What a part of memory fails on, it forgets: it is then filled anew from the tables. */
  function remember(events: readonly StoredDomainEvent[]): void {
    for (const part of deps.memory) {
      try {
        part.apply(events)
      } catch (error) {
        deps.log.error(
          { memory: part.name, error: error instanceof Error ? error.stack : messageOf(error) },
          "memory could not follow the log and starts anew",
        )
        part.drop()
      }
    }
    deps.history.add(events)
  }

  return {
    name: FOLLOWERS,
    told: async () => {
      await Promise.all(queues.map((queue) => queue.empty()))
    },
    run() {
      running ??= step()
        .catch((error: unknown) => {
          deps.log.error({ error: messageOf(error) }, "the log could not be read; trying again")
          throw error
        })
        .finally(() => {
          running = undefined
        })
      return running
    },
  }
}

/**
 * Wakes the readers of every process, but not those of process `except` (default none). Never fails: they look by themselves
 * each second.
 */
export async function wakeAllReaders(deps: Pick<LogEngineDeps, "db" | "log">, except = ""): Promise<void> {
  try {
    await sql`SELECT pg_notify(${CHANNEL}, ${except})`.execute(deps.db)
  } catch (error) {
    deps.log.debug({ error: messageOf(error) }, "wake-up of other processes failed")
  }
}

/** Tells the other processes, at most every few milliseconds. A lost notification costs at most one poll. */
function createNotifier(deps: Pick<LogEngineDeps, "db" | "log">, self: string) {
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | undefined

  async function send(): Promise<void> {
    timer = undefined
    await wakeAllReaders(deps, self)
  }

  return {
    notify() {
      timer ??= setTimeout(() => {
        sending = send()
      }, NOTIFY_EVERY_MS)
    },
    async stop() {
      clearTimeout(timer)
      await sending
    },
  }
}
