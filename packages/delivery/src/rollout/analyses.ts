// The analyses of a rollout: how they are named, what they compare, and what their verdicts mean to it. The statistics are in
// analysis/; the chance of a false rollback is divided here, so that looking more often does not add to it.

import type { AnalysisSpec, AnalysisStatus, ArmRef } from "../analysis/analysis.ts"
import type { AnalysisTemplate } from "../analysis/template-schema.ts"
import { baselineWeight } from "./traffic-plans.ts"
import type { Context, Step } from "./phase.ts"
import { baselineFleet } from "./resolved-rollout.ts"
import type { ResolvedRollout } from "./resolved-rollout.ts"
import { change, emit, pause } from "./rollout-state.ts"
import type { RolloutState } from "./rollout-state.ts"
import { goBack } from "./go-back.ts"

/** `social-42/background/1.1`: the purpose, the round and which attempt it is. */
export function analysisId({ rollout, state }: Pick<Context, "rollout" | "state">, purpose: string): string {
  return `${rollout.id}/${purpose}/${state.round}.${attempt(state, purpose)}`
}

const attempt = (state: RolloutState, purpose: string) => state.attempts[purpose] ?? 1

export interface AnalysisRequest {
  readonly purpose: string
  readonly templates: readonly string[] | undefined
  readonly args: Readonly<Record<string, string>>
  readonly subject: ArmRef
  readonly baseline?: ArmRef
  readonly stable: ArmRef
  /** Default: the longest of the templates'. */
  readonly maxDurationMs?: number
  /** Among how many the chance of a false rollback is divided; default 1. */
  readonly family?: number
}

const DEFAULT_DURATION_MS = 30 * 60_000
/** A rollout that is paused for days looks on; what its further attempts add is a millionth each. */
const MAX_HALVINGS = 20

/**
 * The n-th attempt of a purpose gets 1/2ⁿ of the templates' chance of a false rollback: over all attempts it is no more than was
 * declared, for 1/2 + 1/4 + … ≤ 1.
 */
export function analysisSpec(context: Context, request: AnalysisRequest): AnalysisSpec {
  const { rollout, state, measured } = context
  const { purpose, subject, baseline, stable, args, family = 1 } = request
  const share = 2 ** -Math.min(MAX_HALVINGS, attempt(state, purpose) + state.round - 1) / family
  const templates = templatesOf(rollout, request.templates).map((template) => ({
    ...template,
    familyAlpha: template.familyAlpha * share,
  }))
  const longest = Math.max(...templates.map(({ maxDuration }) => maxDuration), 0) || DEFAULT_DURATION_MS
  const weight = state.maxWeight
  return {
    id: analysisId(context, purpose),
    service: rollout.service,
    templates,
    arms: { subject, stable, ...(baseline ? { baseline } : {}) },
    maxDurationMs: request.maxDurationMs ?? longest,
    args,
    ...(measured.load
      ? {
          traffic: {
            ...measured.load,
            shares: {
              subject: weight / 100,
              baseline: baseline ? baselineWeight(weight) / 100 : 0,
              stable: Math.max(0, 100 - weight - (baseline ? baselineWeight(weight) : 0)) / 100,
            },
          },
        }
      : {}),
  }
}

function templatesOf(rollout: ResolvedRollout, names: readonly string[] | undefined): AnalysisTemplate[] {
  return (names ?? Object.keys(rollout.templates).filter((name) => name.startsWith(DEFAULT_PREFIX))).flatMap(
    (name) => rollout.templates[name] ?? [],
  )
}

/** Names of the templates that come with Aviary begin so; a document's cannot, for a name begins with a letter or a digit. */
export const DEFAULT_PREFIX = "@"

/** Canary against baseline; where there is none, against stable. */
export function canaryArms(
  { rollout }: Context,
  stable: string,
): Pick<AnalysisRequest, "subject" | "baseline" | "stable"> {
  const hasBaseline = rollout.strategy.kind === "canary" && rollout.strategy.baseline.enabled
  return {
    subject: { name: "canary", fleet: rollout.to },
    ...(hasBaseline ? { baseline: { name: "baseline", fleet: baselineFleet(stable) } } : {}),
    stable: { name: "stable", fleet: stable },
  }
}

/** Whether a purpose needs no further verdict. */
export const isPassed = (state: RolloutState, purpose: string) => state.passed.includes(purpose)

export function pass(state: RolloutState, purpose: string): RolloutState {
  return isPassed(state, purpose) ? state : change(state, { passed: [...state.passed, purpose] })
}

/** Lets the analysis of this purpose begin anew. */
export function again(state: RolloutState, purpose: string): RolloutState {
  return change(state, { attempts: { ...state.attempts, [purpose]: attempt(state, purpose) + 1 } })
}

/**
 * What a verdict means: `pass` goes on as `passed` says, `fail` goes back, the others do what the rollout's policies say. Undefined
 * while it runs or has not begun.
 */
export function judge(
  context: Context,
  purpose: string,
  passed: (state: RolloutState) => RolloutState,
): Step | undefined {
  const { rollout, state, measured } = context
  const status = measured.analyses[analysisId(context, purpose)]
  if (!status || status.verdict === "running") return undefined
  const told = tellVerdict(state, analysisId(context, purpose), status)
  const from: Context = { ...context, state: told }
  switch (status.verdict) {
    case "pass":
      return { next: passed(pass(told, purpose)) }
    case "fail":
      return { next: goBack(from, { kind: "failed", by: "analysis", reason: status.reason }) }
    case "no-data":
      if (rollout.spec.onNoTraffic === "wait") return { next: again(told, purpose) }
      return { next: pauseFor(again(told, purpose), "no-traffic", purpose, status.reason) }
    case "inconclusive":
    case "undetectable":
      switch (rollout.spec.onInconclusive) {
        case "promote":
          return { next: passed(pass(told, purpose)) }
        case "rollback":
          return { next: goBack(from, { kind: "failed", by: "analysis", reason: status.reason }) }
        case "pause":
          return {
            next: pauseFor(
              again(told, purpose),
              "inconclusive",
              purpose,
              `${status.verdict}: ${status.reason}`,
            ),
          }
      }
  }
}

/** While it is paused: a failure goes back at once, and a verdict that is none lets the looking begin anew. */
export function guard(context: Context, purposes: readonly string[]): RolloutState | undefined {
  for (const purpose of purposes) {
    const status = context.measured.analyses[analysisId(context, purpose)]
    if (!status || status.verdict === "running") continue
    const told = tellVerdict(context.state, analysisId(context, purpose), status)
    if (status.verdict === "fail")
      return goBack({ ...context, state: told }, { kind: "failed", by: "analysis", reason: status.reason })
    return again(status.verdict === "pass" ? pass(told, purpose) : told, purpose)
  }
  return undefined
}

export function tellVerdict(
  state: RolloutState,
  id: string,
  { verdict, reason, metrics }: AnalysisStatus,
): RolloutState {
  return emit(state, "analysis.verdict", {
    text: `Analysis ${id}: ${verdict}. ${reason}`,
    analysis: id,
    verdict,
    reason,
    // What was measured when it was decided, so that the decision can be looked at again.
    metrics,
  })
}

function pauseFor(
  state: RolloutState,
  kind: "inconclusive" | "no-traffic",
  purpose: string,
  reason: string,
): RolloutState {
  return pause(state, { kind, purpose, reason, by: "aviary" })
}
