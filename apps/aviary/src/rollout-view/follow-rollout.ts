// Follows a rollout until it ends or nobody looks any more: on a terminal a picture that is drawn anew, else a line for each thing
// that happens, or JSON. It only looks: whoever leaves leaves the rollout running.

import type { RolloutEvent, RolloutStatus, RolloutView } from "@aviary/delivery"
import type { ControlClient } from "@aviary/delivery/control"
import type { Terminal } from "../terminal.ts"
import { requestsText, rolloutLines, statusLine } from "./rollout-lines.ts"

export interface FollowDeps {
  readonly control: ControlClient
  readonly terminal: Terminal
  /** Ends the following. */
  readonly signal: AbortSignal
  readonly json: boolean
}

/**
 * - an outcome: it has ended so.
 * - `needs-somebody`: it is paused, and nobody looks at a terminal who could act.
 * - `left`: the signal came first.
 */
export type Followed =
  | Extract<RolloutStatus, "promoted" | "rolled-back" | "aborted" | "undone">
  | "needs-somebody"
  | "left"

const LOOK_EVERY_MS = 500

export async function followRollout(deps: FollowDeps, service: string, rolloutId: string): Promise<Followed> {
  const { control, terminal, json, signal } = deps
  const screen = terminal.screen()
  const events = json || !screen ? tellEvents(deps, service, rolloutId) : undefined
  let last: RolloutView | undefined
  try {
    for (;;) {
      const view = (await control.ask(
        "GET",
        `/v1/services/${encodeURIComponent(service)}/rollout`,
      )) as RolloutView | null
      if (view?.id === rolloutId) last = withEvidence(view, last)
      if (last && screen && !json) screen.draw(rolloutLines(last, terminal.style))
      const followed = last && over(last, screen !== undefined && !json)
      if (followed) return followed
      if (signal.aborted) return "left"
      await pause(LOOK_EVERY_MS, signal)
    }
  } finally {
    screen?.end()
    await events?.stop()
    if (last && !json && !screen) {
      terminal.line(statusLine(last, terminal.style))
      terminal.line(`  ${requestsText(last.requests)}`)
    }
    if (last && json) terminal.jsonLine({ rollout: last })
  }
}

/** One that has ended keeps the evidence that it was seen with. */
function withEvidence(view: RolloutView, before: RolloutView | undefined): RolloutView {
  const isGone = view.analyses.length === 0 && view.endedAt !== undefined
  return before && isGone ? { ...view, analyses: before.analyses } : view
}

function over(view: RolloutView, isWatched: boolean): Followed | undefined {
  switch (view.status) {
    case "promoted":
    case "rolled-back":
    case "aborted":
    case "undone":
      // A promoted one goes on being watched after its promotion; it has ended when it says so.
      return view.endedAt === undefined ? undefined : view.status
    case "paused":
      return isWatched ? undefined : "needs-somebody"
    case "progressing":
    case "waiting":
      return undefined
  }
}

interface Telling {
  /** Resolves once everything that was told has been written. */
  stop(): Promise<void>
}

/** Writes what happens, from the rollout's beginning on. */
function tellEvents({ control, terminal, json }: FollowDeps, service: string, rolloutId: string): Telling {
  const leaving = new AbortController()
  async function run(): Promise<void> {
    const path = `/v1/events?after=0&service=${encodeURIComponent(service)}`
    for await (const line of control.lines(path, { signal: leaving.signal })) {
      const event = line as RolloutEvent
      if (event.rollout !== rolloutId) continue
      if (json) terminal.jsonLine({ event })
      else terminal.line(eventLine(event, terminal))
    }
  }
  // A supervisor that is being replaced ends the stream; the state that is asked for tells the rest.
  const running = run().catch(() => {})
  return {
    async stop() {
      // What has just happened comes first.
      await pause(100, leaving.signal)
      leaving.abort()
      await running
    },
  }
}

/** `12:03:04  rollout.step       5 % of visitors` */
function eventLine({ time, type, data }: RolloutEvent, { style }: Terminal): string {
  return `  ${style.dim(time.slice(11, 19))}  ${type.padEnd(18)} ${data.text}`
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(over_, ms)
    function over_(): void {
      clearTimeout(timer)
      signal.removeEventListener("abort", over_)
      resolve()
    }
    signal.addEventListener("abort", over_, { once: true })
    if (signal.aborted) over_()
  })
}
