// The analyses that run: measures what is due through the providers, adds it to the pure analysis, keeps the state so that a crash
// resumes, and writes decision records. Decides nothing itself.

import type { Log } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import type { Analyses, AnalysisSpec, AnalysisStatus, ArmRef } from "./analysis.ts"
import type { AnalysisState } from "./analysis-state.ts"
import { SourceError } from "../metrics/limited-fetch.ts"
import type { Providers } from "../metrics/providers.ts"
import { providerOf } from "../metrics/providers.ts"
import type { PlannedMetric } from "./metric-plan.ts"
import { dueMetrics, observe, startAnalysis } from "./observe.ts"
import type { RecordLine } from "./decision-record.ts"
import type { ArmMeasurements, Sample } from "./sample.ts"
import { statusOf } from "./status.ts"

export interface AnalysesDeps {
  readonly providers: Providers
  readonly log: Log
  /** Wall-clock, for records alone. */
  readonly clock: { now(): number }
  /** What of it lasts; JSON. */
  readonly section: { load(): unknown; save(section: unknown): void }
  readonly records: { append(id: string, line: RecordLine): void }
  /** Trace ids of failed requests of a fleet since the last call; a few. */
  readonly traceIds?: (fleet: string) => readonly string[]
}

interface Running {
  readonly spec: AnalysisSpec
  state: AnalysisState | undefined
  now: number
  /** Measurements that came since the last look, and those that are under way. */
  readonly ready: Map<string, ArmMeasurements>
  readonly underWay: Set<string>
  readonly stop: AbortController
  /** Bytes of looks in the record so far. */
  recorded: number
  stateRecordedAt: number
}

interface Saved {
  readonly version: typeof STATE_VERSION
  readonly analyses: Readonly<Record<string, { readonly spec: AnalysisSpec; readonly state?: AnalysisState }>>
}

/** Changes whenever what `AnalysisState` holds comes to mean something else. */
const STATE_VERSION = 1

/** A crash costs at most the evidence of so long. */
const SAVE_EVERY_MS = 5_000
/** Looks of a record; beyond them the state is written each minute instead. */
const MAX_RECORD_BYTES = 16_000_000
const STATE_EVERY_MS = 60_000

export function createAnalyses(deps: AnalysesDeps): Analyses {
  const running = new Map<string, Running>()
  let savedAt = Number.NEGATIVE_INFINITY
  for (const [id, { spec, state }] of Object.entries(loadSaved(deps))) {
    running.set(id, newRunning(spec, state))
    if (state) deps.records.append(id, { type: "state", now: state.startedAt, state })
  }

  function save(now: number): void {
    savedAt = now
    const analyses = [...running].map(
      ([id, { spec, state }]) => [id, state ? { spec, state } : { spec }] as const,
    )
    deps.section.save({ version: STATE_VERSION, analyses: Object.fromEntries(analyses) } satisfies Saved)
  }

  async function look(id: string, one: Running, now: number): Promise<boolean> {
    one.now = now
    if (!one.state) {
      one.state = startAnalysis(one.spec, now)
      const at = new Date(deps.clock.now()).toISOString()
      deps.records.append(id, { type: "begin", at, now, spec: one.spec })
    }
    if (one.state.ended) return false
    const due = dueMetrics(one.spec, one.state, now).filter(({ key }) => !one.underWay.has(key))
    const requests = await Promise.all([requestsOf(one), ...due.map((planned) => measure(one, planned))])
    const sample: Sample = {
      metrics: Object.fromEntries(one.ready),
      requests: requests[0],
      ...(deps.traceIds ? { traceIds: deps.traceIds(one.spec.arms.subject.fleet).slice(0, 3) } : {}),
    }
    one.ready.clear()
    // As it will be read from the record: what JSON cannot hold must not make a difference.
    const exact = JSON.parse(JSON.stringify(sample)) as Sample
    one.state = observe(one.spec, one.state, exact, now)
    record(id, one, exact)
    return one.state.ended !== undefined
  }

  /** Starts a measurement. Quick sources are waited for; the others' answers count in the look after they came. */
  async function measure(one: Running, { key, metric, args }: PlannedMetric): Promise<void> {
    one.underWay.add(key)
    const { spec } = one
    const measuring = providerOf(deps.providers, metric.provider)
      .measure({
        key: `${spec.id}/${key}`,
        service: spec.service,
        metric,
        arms: metric.compare ? armsOf(spec) : [spec.arms.subject],
        args,
        signal: one.stop.signal,
      })
      .catch((error: unknown) => errorOf(spec, error))
      .then((measured) => {
        one.underWay.delete(key)
        one.ready.set(key, measured)
      })
    if ("internal" in metric.provider) await measuring
  }

  /** What went wrong in a provider itself, as an error of the source: it must not stop the other metrics. */
  function errorOf(spec: AnalysisSpec, error: unknown): ArmMeasurements {
    if (!(error instanceof SourceError))
      deps.log.error({ error: messageOf(error), analysis: spec.id }, "A metric source failed unexpectedly")
    const failed = { kind: "error" as const, reason: messageOf(error) }
    return Object.fromEntries(armsOf(spec).map(({ name }) => [name, failed]))
  }

  async function requestsOf({ spec, stop }: Running): Promise<Readonly<Record<string, number>>> {
    const { id, service } = spec
    const query = { key: `${id}/arms`, service, arms: armsOf(spec), signal: stop.signal }
    try {
      return await deps.providers.internal.requests(query)
    } catch (error) {
      if (error instanceof SourceError) return {}
      throw error
    }
  }

  function record(id: string, one: Running, sample: Sample): void {
    const { state, now } = one
    if (!state) return
    if (one.recorded < MAX_RECORD_BYTES) {
      const line = { type: "look", now, sample } as const
      one.recorded += JSON.stringify(line).length
      deps.records.append(id, line)
    } else if (state.ended || now - one.stateRecordedAt >= STATE_EVERY_MS) {
      one.stateRecordedAt = now
      deps.records.append(id, { type: "state", now, state })
    }
    if (state.ended) recordVerdict(id, one)
  }

  function recordVerdict(id: string, { spec, state, now }: Running): void {
    if (!state) return
    const at = new Date(deps.clock.now()).toISOString()
    deps.records.append(id, {
      type: "verdict",
      at,
      now,
      status: statusOf(spec, state, now),
      traceIds: state.traceIds,
    })
  }

  return {
    begin(spec) {
      if (running.has(spec.id)) return
      running.set(spec.id, newRunning(spec, undefined))
      save(savedAt)
    },
    status(id): AnalysisStatus | undefined {
      const one = running.get(id)
      if (!one) return undefined
      return statusOf(one.spec, one.state ?? startAnalysis(one.spec, one.now), one.now)
    },
    end(id) {
      const one = running.get(id)
      if (!one) return
      one.stop.abort()
      if (one.state && !one.state.ended) recordVerdict(id, one)
      running.delete(id)
      const { internal, prometheus, web, job } = deps.providers
      for (const provider of [internal, prometheus, web, job]) provider.forget(`${id}/`)
      save(savedAt)
    },
    async tick(now) {
      const ended = await Promise.all([...running].map(([id, one]) => look(id, one, now)))
      if (running.size > 0 && (ended.includes(true) || now - savedAt >= SAVE_EVERY_MS)) save(now)
    },
  }
}

/**
 * What was kept. The evidence of another version is left: it would be read as something else. Those analyses begin anew, which their
 * records show, rather than that a rollout is judged by what was never measured.
 */
function loadSaved({ section, log }: Pick<AnalysesDeps, "section" | "log">): Saved["analyses"] {
  const saved = section.load() as Partial<Saved> | undefined
  const analyses = saved?.analyses ?? {}
  if (saved === undefined || saved.version === STATE_VERSION) return analyses
  log.warn(
    { version: saved.version, wanted: STATE_VERSION },
    "analyses begin anew: their state is of another version",
  )
  return Object.fromEntries(Object.entries(analyses).map(([id, { spec }]) => [id, { spec }]))
}

function newRunning(spec: AnalysisSpec, state: AnalysisState | undefined): Running {
  return {
    spec,
    state,
    now: state?.startedAt ?? 0,
    ready: new Map(),
    underWay: new Set(),
    stop: new AbortController(),
    recorded: 0,
    stateRecordedAt: Number.NEGATIVE_INFINITY,
  }
}

function armsOf({ arms }: AnalysisSpec): ArmRef[] {
  return [arms.subject, ...(arms.baseline ? [arms.baseline] : []), arms.stable]
}
