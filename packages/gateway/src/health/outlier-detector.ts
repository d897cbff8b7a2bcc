// Takes an instance out that does clearly worse than its peers, by the requests themselves. Each is held against the better
// half of the others, so two are enough, and one that is well shows up many that are not; what hits all of them alike (a
// database that is down) is nobody's fault, and the last one always stays.
//
// Names and ejection times follow Envoy's outlier detection; its success-rate test needs five hosts and looks at a standard
// deviation between them, ours is an exact test between one and the better half of the rest.

import type { Attempt } from "../types.ts"
import type { PassiveHealthConfig } from "./health-schema.ts"
import { createRecords } from "./instance-record.ts"
import type { InstanceRecord } from "./instance-record.ts"
import { betterHalf, clearlyAbove, errorShare, lateShare, slowShares, sumOf } from "./outlier-tests.ts"

/** `consecutive_errors`, `error_rate`, `latency`: which test found it. */
export type EjectionReason = "consecutive_errors" | "error_rate" | "latency"

export interface Ejection {
  readonly id: string
  readonly reason: EjectionReason
  /** When it comes back; milliseconds, monotonic. */
  readonly until: number
}

export interface OutlierDetector {
  /** The instances from now on; those known keep what is known of them. */
  setInstances(ids: readonly string[]): void
  /** A try has ended. May eject its instance at once, after failures in a row. */
  record(id: string, outcome: { failed: boolean; latencyMs: number }, now: number): Ejection | undefined
  /** To be called about each second: ejects by rates and latencies, and lets those back whose time is over. */
  evaluate(now: number): { readonly ejected: Ejection[]; readonly returned: string[] }
  isEjected(id: string): boolean
}

/** Whether a try speaks against its instance: no usable answer, or a server error. */
export function isInstanceFault({ failure, status }: Pick<Attempt, "failure" | "status">): boolean {
  return failure !== undefined || (status !== undefined && status >= 500 && status !== 501)
}

export function createOutlierDetector(config: PassiveHealthConfig): OutlierDetector {
  const records = createRecords(config)

  /** Whether one more may go: the share is kept, somebody stays. */
  function mayEject(): boolean {
    const all = records.all()
    const out = all.filter((record) => record.ejectedUntil !== undefined).length
    const most = Math.max(1, Math.floor((all.length * config.maxEjectedPercent) / 100))
    return out < most && out + 1 < all.length
  }

  function eject(record: InstanceRecord, reason: EjectionReason, now: number): Ejection {
    record.ejections += 1
    const until = now + Math.min(config.maxEjection, config.baseEjection * record.ejections)
    record.ejectedUntil = until
    return { id: record.id, reason, until }
  }

  function letBack(now: number): string[] {
    const returned: string[] = []
    for (const record of records.all()) {
      if (record.ejectedUntil !== undefined && record.ejectedUntil <= now) {
        record.forget()
        record.ejectedUntil = undefined
        record.forgiveAt = now + config.baseEjection
        returned.push(record.id)
      } else if (record.ejectedUntil === undefined && record.ejections > 0 && record.forgiveAt <= now) {
        // Each spell without a fault makes the next ejection shorter again.
        record.ejections -= 1
        record.forgiveAt = now + config.baseEjection
      }
    }
    return returned
  }

  return {
    setInstances: (ids) => records.set(ids),
    record(id, { failed, latencyMs }, now) {
      const record = records.get(id)
      if (record === undefined) return undefined
      record.add(failed, latencyMs, now)
      if (!failed || config.consecutiveErrors === 0 || record.ejectedUntil !== undefined) return undefined
      if (record.errorsInRow < config.consecutiveErrors || !mayEject()) return undefined
      return isShared(record, records.peersOf(record), now)
        ? undefined
        : eject(record, "consecutive_errors", now)
    },
    evaluate(now) {
      const returned = letBack(now)
      const ejected: Ejection[] = []
      for (const record of records.all()) {
        if (record.ejectedUntil !== undefined || !mayEject()) continue
        const reason = faultOf(record, records.peersOf(record), { config, now })
        if (reason !== undefined) ejected.push(eject(record, reason, now))
      }
      return { ejected, returned }
    },
    isEjected: (id) => records.get(id)?.ejectedUntil !== undefined,
  }
}

/** A row that chance makes less often than this is no chance. */
const UNLIKELY = 1e-6

/** The row of failures says nothing of this one: with its peers' error rate chance makes such rows. */
function isShared(record: InstanceRecord, peers: readonly InstanceRecord[], now: number): boolean {
  // The window still shows the time before; the last few outcomes do not.
  const rates = [errorShare, lateShare].map((shareOf) => {
    const { hits, of } = sumOf(
      betterHalf(peers, (peer) => shareOf(peer, now)).map((peer) => shareOf(peer, now)),
    )
    return of === 0 ? 0 : hits / of
  })
  return Math.max(...rates) ** record.errorsInRow > UNLIKELY
}

function faultOf(
  record: InstanceRecord,
  peers: readonly InstanceRecord[],
  { config, now }: { config: PassiveHealthConfig; now: number },
): EjectionReason | undefined {
  const own = errorShare(record, now)
  const better = betterHalf(peers, (peer) => errorShare(peer, now))
  const others = sumOf(better.map((peer) => errorShare(peer, now)))
  if (own.of < config.minRequests || others.of < config.minRequests) return undefined
  if (own.hits >= own.of * config.errorRate && clearlyAbove(own, others)) return "error_rate"
  if (config.latencyFactor === 0) return undefined
  const shares = slowShares(record, better, { config, now })
  return shares !== undefined && clearlyAbove(shares.own, shares.peers) ? "latency" : undefined
}
