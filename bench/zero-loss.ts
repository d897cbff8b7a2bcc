// npm run bench -- zero-loss [requests] [minutes]: requests over TLS through everything that an operator does to a running gateway:
// new documents, changed weights, instances that restart, renewed certificates, a new gateway process; then instances that are
// killed. The client counts its answers, and the ledger must agree. No request may be lost; none that is idempotent when an
// instance is killed. Ends after `minutes` (default 30) also when it has not asked all.

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { noneCounted, runClients } from "./gateway/zero-loss-clients.ts"
import type { Counted } from "./gateway/zero-loss-clients.ts"
import { createStage } from "./gateway/zero-loss-stage.ts"
import { createProgress } from "./lib/progress.ts"
import type { Progress } from "./lib/progress.ts"
import type { Figure } from "./lib/report.ts"

const REQUESTS = 1_000_000
const MINUTES = 30
/** Of the time and of the requests, this part is for instances that are killed. */
const KILLED_PART = 0.1
/** Requests a second on a quiet machine of two cores. */
const EXPECTED_RATE = 2_500

export async function zeroLoss(args: readonly string[]): Promise<Figure[]> {
  const total = numberOf(args[0], REQUESTS)
  const ms = numberOf(args[1], MINUTES) * 60_000
  const dir = mkdtempSync(join(tmpdir(), "aviary-zero-loss-"))
  await using running = new AsyncDisposableStack()
  running.defer(() => rmSync(dir, { recursive: true, force: true }))
  const progress = createProgress((total * (1 + KILLED_PART)) / EXPECTED_RATE)
  progress.step("starting instances and gateway")
  const stage = await createStage(dir)
  running.defer(() => stage.stop())
  const until = performance.now() + ms

  const gentle = [stage.reload, stage.reweigh, stage.restart, stage.renew, stage.replace]
  progress.step("reloads, weights, restarts, renewals, replacements")
  const calm = noneCounted()
  const calmWork = {
    total,
    methods: ["GET", "POST"],
    until: until - ms * KILLED_PART,
    counted: calm,
    onAnswer: shownBy(progress, "asked", total),
  }
  await during(gentle, () => runClients(stage.target, calmWork))
  const gentleCounts = stage.counts()
  progress.step("instances are killed")
  const killed = noneCounted()
  const killedTotal = Math.ceil(total * KILLED_PART)
  const killedWork = {
    total: killedTotal,
    methods: ["GET", "PUT"],
    until,
    counted: killed,
    onAnswer: shownBy(progress, "asked while instances are killed", killedTotal),
  }
  await during([stage.kill], () => runClients(stage.target, killedWork))
  progress.end()

  const sums = await stage.sums()
  const answered = sums.reduce((sum, one) => sum + one.outcomes.answered, 0)
  const differences = sums.reduce((sum, one) => sum + Math.abs(one.difference) + one.endedTwice, 0)
  const { held } = stage
  return [
    {
      name: "requests over TLS",
      value: asked(calm) + asked(killed),
      unit: "requests",
      target: { least: total + killedTotal },
    },
    lossFigure("lost through reloads, weights, restarts, renewals, replacement", calm, gentleCounts),
    lossFigure("lost on connections that were open when the certificate changed", held, ""),
    lossFigure("idempotent ones lost through kill -9 of instances", killed, stage.counts()),
    {
      name: "answers by the ledger minus answers by the client",
      value: Math.abs(answered - calm.answered - killed.answered - held.answered) + differences,
      unit: "requests",
      target: { most: 0 },
      note: `${sums.length} gateway processes`,
    },
  ]
}

function numberOf(text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new Error(`${text} is no number above 0: npm run bench -- zero-loss [requests] [minutes]`)
}

function asked({ answered, lost }: Counted): number {
  return answered + lost
}

function shownBy(progress: Progress, what: string, total: number): (done: number) => void {
  return (done) => {
    // A look at the time for each answer would be felt.
    if (done % 256 === 0) progress.at(what, done, total)
  }
}

function lossFigure(name: string, counted: Counted, done: string): Figure {
  const reasons = [...counted.reasons].map(([reason, count]) => `${count} ${reason}`).join(", ")
  return {
    name,
    value: counted.lost,
    unit: `of ${asked(counted)}`,
    target: { most: 0 },
    note: reasons === "" ? done : reasons,
  }
}

/** Repeats the events, one after the other, while `work` goes on. */
async function during(events: readonly (() => Promise<void>)[], work: () => Promise<void>): Promise<void> {
  let over = false
  const ended = work().finally(() => (over = true))
  for (let n = 0; !over; n += 1) {
    await events[n % events.length]?.()
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))])
  }
  await ended
}
