// Live: releases that fail, against real processes: how long they have visitors, and how many of those were failed; and releases that
// are the same, which must not be rolled back.

import { canary } from "@aviary/aviary/delivery-stage"
import type { Stage } from "@aviary/aviary/delivery-stage"
import type { SampleRelease } from "@aviary/testkit"
import type { Progress } from "../lib/progress.ts"
import type { Figure } from "../lib/report.ts"
import { collectAnswers, quantile } from "./live-answers.ts"

interface BadRelease {
  readonly errorRate: number
  readonly perSecond: number
  readonly traffic: string
  /** Seconds until nine of ten are gone. */
  readonly target?: number
  /** Default: the documented steps. */
  readonly spec?: object
}

/** A third of the visitors for each arm: 10 requests a second of 30. */
const TENTH = { replicas: 1, strategy: { canary: { stickiness: { by: "cookie" }, steps: thirds() } } }
const DEFAULT = { replicas: 1, strategy: { canary: { stickiness: { by: "cookie" } } } }

const BAD: readonly BadRelease[] = [
  { errorRate: 0.2, perSecond: 30, traffic: "10 requests/s per arm", target: 10, spec: TENTH },
  { errorRate: 0.05, perSecond: 30, traffic: "10 requests/s per arm", target: 35, spec: TENTH },
  { errorRate: 0.2, perSecond: 300, traffic: "300 requests/s, the default steps" },
  { errorRate: 0.05, perSecond: 300, traffic: "300 requests/s, the default steps" },
]

const NEVER_SECONDS = 7_200
const LONGEST_MS = 240_000
const SAME_PER_SECOND = 300

function thirds(): object[] {
  return [{ setWeight: 33 }, { pause: { untilRequestsPerArm: 1_000_000 } }]
}

/** Each bad release `runs` times. */
export async function badReleaseFigures(stage: Stage, runs: number, progress: Progress): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const bad of BAD) {
    const percent = `${bad.errorRate * 100} % errors`
    progress.step(`${percent} at ${bad.traffic}, ${runs} times`)
    const met: Met[] = []
    for (let n = 1; n <= runs; n += 1) {
      const release = { version: `bad-${bad.errorRate}-${bad.perSecond}-${n}`, errorRate: bad.errorRate }
      met.push(await meet(stage, release, { spec: bad.spec ?? DEFAULT, perSecond: bad.perSecond }))
    }
    const seconds = met.map((one) => one.seconds)
    const failed = met.map((one) => one.failed)
    figures.push(
      {
        name: `${percent} → weight 0, ${bad.traffic}, p90 (live)`,
        value: quantile(seconds, 0.9),
        unit: "s",
        ...(bad.target === undefined ? {} : { target: { most: bad.target } }),
        note: `${runs} runs: ${seconds.map((value) => value.toFixed(1)).join(", ")}`,
      },
      {
        name: `requests failed by ${percent}, ${bad.traffic}, p90 (live)`,
        value: quantile(failed, 0.9),
        unit: "requests",
        target: { most: 25 },
        note: `${runs} runs: ${failed.join(", ")}`,
      },
    )
  }
  return figures
}

/** The same release as the stable one but for its name, `runs` times. */
export async function sameReleaseFigure(
  stage: Stage,
  { release, runs }: { release: SampleRelease; runs: number },
  progress: Progress,
): Promise<Figure> {
  progress.step(`the same release, ${runs} times`)
  const ends: string[] = []
  for (let n = 1; n <= runs; n += 1) {
    const same = { ...release, version: `same-${n}` }
    const { status } = await meet(stage, same, { spec: canary(), perSecond: SAME_PER_SECOND })
    ends.push(status)
    progress.at("rollouts", n, runs)
  }
  const rolledBack = ends.filter((end) => end === "rolled-back").length
  return {
    name: "an identical release is rolled back (A/A, two short steps, live)",
    value: (100 * rolledBack) / runs,
    unit: "% of rollouts",
    target: { most: 1 },
    note: `${runs} runs at ${SAME_PER_SECOND} requests/s; ${ends.filter((end) => end === "promoted").length} promoted`,
  }
}

interface Met {
  readonly status: string
  /** Between the first and the last request that met it. */
  readonly seconds: number
  readonly failed: number
}

/** A release meets visitors until its rollout is over; one that waits for somebody is aborted. */
async function meet(
  stage: Stage,
  release: SampleRelease & { version: string },
  { spec, perSecond }: { spec: object; perSecond: number },
): Promise<Met> {
  const answers = collectAnswers()
  const visitors = stage.visitors(perSecond, { seconds: LONGEST_MS / 1_000, onAnswer: answers.onAnswer })
  await stage.deploy(release, spec)
  const late = performance.now() + LONGEST_MS
  const over = await stage.until(
    "the verdict",
    ({ endedAt, status }) => endedAt !== undefined || status === "paused" || performance.now() > late,
    LONGEST_MS + 10_000,
  )
  const { status } = over
  if (over.endedAt === undefined) {
    await stage.tell("abort", { reason: over.reason })
    await stage.ended()
  }
  const { failed, lost } = await visitors.stop()
  const own = answers.between(0).filter(({ version }) => version === release.version)
  const [first, last] = [own[0]?.sentAt ?? 0, own.at(-1)?.sentAt ?? 0]
  return {
    status,
    seconds: status === "rolled-back" ? (last - first) / 1_000 : NEVER_SECONDS,
    failed: failed + lost,
  }
}
