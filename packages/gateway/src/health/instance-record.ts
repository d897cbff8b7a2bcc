// What is remembered of each instance's requests, for outlier detection. Memory only; judges nothing.

import { createLatencyWindow } from "../values/latency-histogram.ts"
import type { LatencyHistogram } from "../values/latency-histogram.ts"
import { createWindowCounts } from "../values/window-counts.ts"
import type { PassiveHealthConfig } from "./health-schema.ts"

export interface InstanceRecord {
  readonly id: string
  errorsInRow: number
  /** How many of the last requests `lateErrors` speaks of, up to 16. */
  lateRequests: number
  lateErrors(): number
  /** Ejections not yet forgiven; the next one is as many times the base. */
  ejections: number
  ejectedUntil: number | undefined
  /** When an ejection is forgiven next. */
  forgiveAt: number
  /** Latencies of failures are not kept: an error is often quick, or as long as a timeout. */
  add(failed: boolean, latencyMs: number, now: number): void
  totals(now: number): { readonly requests: number; readonly errors: number }
  latencies(now: number): LatencyHistogram
  /** Starts afresh, but for its ejections. */
  forget(): void
}

const REQUESTS = 0
const ERRORS = 1
const LATE = 16

function createRecord(id: string, window: number): InstanceRecord {
  const counts = createWindowCounts(window, 2)
  const latencies = createLatencyWindow(window)
  /** One bit for each of the last requests, 1 for an error. */
  let late = 0
  const record: InstanceRecord = {
    id,
    errorsInRow: 0,
    lateRequests: 0,
    lateErrors() {
      let errors = 0
      for (let bits = late; bits > 0; bits &= bits - 1) errors += 1
      return errors
    },
    ejections: 0,
    ejectedUntil: undefined,
    forgiveAt: 0,
    add(failed, latencyMs, now) {
      counts.add(REQUESTS, 1, now)
      late = ((late << 1) | (failed ? 1 : 0)) & (2 ** LATE - 1)
      record.lateRequests = Math.min(LATE, record.lateRequests + 1)
      if (failed) {
        counts.add(ERRORS, 1, now)
        record.errorsInRow += 1
      } else {
        latencies.record(latencyMs, now)
        record.errorsInRow = 0
      }
    },
    totals: (now) => ({ requests: counts.sum(REQUESTS, now), errors: counts.sum(ERRORS, now) }),
    latencies: (now) => latencies.total(now),
    forget() {
      counts.clear()
      latencies.clear()
      record.errorsInRow = 0
      record.lateRequests = 0
      late = 0
    },
  }
  return record
}

export function createRecords({ window }: Pick<PassiveHealthConfig, "window">) {
  let records = new Map<string, InstanceRecord>()
  return {
    set(ids: readonly string[]) {
      records = new Map(ids.map((id) => [id, records.get(id) ?? createRecord(id, window)]))
    },
    get: (id: string) => records.get(id),
    all: () => [...records.values()],
    /** The others that get requests. */
    peersOf: (record: InstanceRecord) =>
      [...records.values()].filter((other) => other !== record && other.ejectedUntil === undefined),
  }
}
