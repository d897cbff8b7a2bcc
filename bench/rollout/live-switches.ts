// Live: a release is switched to and undone again and again, under load. How soon requests follow a decision, how long an undo
// takes, and whether any request is lost; then while gateways are replaced and supervisors killed.

import { killLeft, waitUntil } from "@aviary/aviary/delivery-stage"
import type { Stage } from "@aviary/aviary/delivery-stage"
import type { VisitorCount } from "@aviary/testkit"
import type { Progress } from "../lib/progress.ts"
import type { Figure } from "../lib/report.ts"
import { collectAnswers, quantile, routingMs } from "./live-answers.ts"
import type { Answers } from "./live-answers.ts"

const OLD = "v1"
const NEW = "v2"
const PER_SECOND = 400
/** Two decisions each. */
const CYCLES = 26
const LOST_OF = 100_000
const LONGEST_MS = 360_000

const SPEC = {
  replicas: 1,
  strategy: { blueGreen: { autoPromotion: false, scaleDownDelay: "2m" } },
}

interface Measured {
  /** From the decision, as it was put down, to requests that follow it. */
  readonly routing: number[]
  /** From the operator's command to requests that follow it. */
  readonly undo: number[]
}

export async function switchFigures(stage: Stage, progress: Progress): Promise<Figure[]> {
  const answers = collectAnswers()
  const until = performance.now() + LONGEST_MS
  const visitors = stage.visitors(PER_SECOND, { seconds: LONGEST_MS / 1_000, onAnswer: answers.onAnswer })
  const measured: Measured = { routing: [], undo: [] }
  const done = { switches: 0, gateways: 0, supervisors: 0 }
  progress.step("switched to and undone, under load")
  for (; done.switches < CYCLES; done.switches += 1) {
    await switchAndUndo(stage, answers, measured)
    progress.at("switches", done.switches, CYCLES)
  }
  progress.step("gateways are replaced, supervisors killed")
  while (visitors.count().requests < LOST_OF && performance.now() < until - 30_000) {
    await replaceGateway(stage)
    done.gateways += 1
    await killSupervisor(stage)
    done.supervisors += 1
    progress.at("asked", visitors.count().requests, LOST_OF)
  }
  const count = await visitors.stop()
  const turnedAway = visitors.failures.filter(({ version }) => version === "gateway 503").length
  return figuresOf(measured, { count, turnedAway }, done)
}

async function switchAndUndo(stage: Stage, answers: Answers, measured: Measured): Promise<void> {
  const { id } = await stage.deploy({ version: NEW }, SPEC)
  await stage.until(
    "a preview that may be promoted",
    ({ phase, waitsFor }) => phase === "previewing" && waitsFor?.kind === "promote",
  )
  await stage.tell("promote")
  await stage.until("the switch", ({ phase }) => phase === "settling")
  await meets(answers, NEW)
  const asked = now()
  await stage.tell("undo")
  await stage.ended()
  await meets(answers, OLD)
  const decided = new Map(
    (await stage.events(id)).flatMap(({ type, time, data }) =>
      type === "rollout.phase" ? [[String(data["phase"]), Date.parse(time)] as const] : [],
    ),
  )
  const [switched, returned] = [decided.get("switching") ?? NaN, decided.get("returning") ?? NaN]
  measured.routing.push(
    routingMs(answers.between(switched, returned), { at: switched, version: NEW }),
    routingMs(answers.between(returned), { at: returned, version: OLD }),
  )
  measured.undo.push(routingMs(answers.between(asked), { at: asked, version: OLD }))
}

const now = (): number => performance.timeOrigin + performance.now()

/** Some requests in a row have met the version. */
async function meets(answers: Answers, version: string): Promise<void> {
  const from = now()
  await waitUntil(`visitors meet ${version}`, () => {
    const last = answers.between(from).slice(-50)
    return last.length === 50 && last.every((answer) => answer.version === version)
  })
}

async function replaceGateway({ installation }: Stage): Promise<void> {
  const [before] = installation.processes("gateway")
  const [keeper] = installation.processes("keeper")
  if (!before || !keeper) throw new Error("There is no gateway to replace")
  killLeft(keeper, "SIGHUP")
  await waitUntil("another gateway", () =>
    installation.processes("gateway").some(({ pid }) => pid !== before.pid),
  )
}

async function killSupervisor(stage: Stage): Promise<void> {
  stage.supervisor().kill("SIGKILL")
  await stage.supervisor().exited
  await stage.start()
}

function figuresOf(
  { routing, undo }: Measured,
  { count, turnedAway }: { count: VisitorCount; turnedAway: number },
  done: { switches: number; gateways: number; supervisors: number },
): Figure[] {
  const events = `${done.switches} switches and as many undone, ${done.gateways} gateways replaced, ${done.supervisors} supervisors killed`
  return [
    {
      name: "decision → requests follow it, p99 (live)",
      value: quantile(routing, 0.99),
      unit: "ms",
      target: { most: 250 },
      note: `${routing.length} decisions at ${PER_SECOND} requests/s; p50 ${quantile(routing, 0.5).toFixed(0)}, the largest ${Math.max(...routing).toFixed(0)}`,
    },
    {
      name: "undo after the promotion, while warm, from the command until requests follow it, p99 (live)",
      value: quantile(undo, 0.99) / 1_000,
      unit: "s",
      target: { most: 1 },
      note: `${undo.length} of them; p50 ${(quantile(undo, 0.5) / 1_000).toFixed(2)} s`,
    },
    {
      name: "requests lost or failed across switches, undos, replaced gateways and killed supervisors (live)",
      value: count.lost + count.failed - turnedAway,
      unit: `of ${count.requests}`,
      target: { most: 0 },
      note: `${events}; over a million, with reloads and certificates: bench zero-loss`,
    },
    {
      name: "requests turned away by the gateway's limits meanwhile (503, live)",
      value: turnedAway,
      unit: `of ${count.requests}`,
      note: "an instance that a busy machine does not let answer is spared by adaptive concurrency",
    },
  ]
}
