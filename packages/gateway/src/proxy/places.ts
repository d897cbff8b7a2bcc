// The places of an upstream: who may be in flight, who waits for a place, who is refused. Gives the decisions of
// `resilience/` their effects: wakes who waits, ends who has waited too long, and moves the limit with the latency.

import type { Deadlined, Deadlines } from "../deadlines.ts"
import type { AdaptiveConcurrency } from "../resilience/adaptive-concurrency.ts"
import { createAdaptiveConcurrency } from "../resilience/adaptive-concurrency.ts"
import { createAdmission } from "../resilience/admission.ts"
import type { Importance, LimitsConfig } from "../resilience/resilience-schema.ts"

/** A place, held from `onPlace` to `leave`. */
export interface Place {
  /** The answer's head has come after `latencyMs`, or the try failed under load. */
  measured(latencyMs: number, failed: boolean): void
  /** Once; more do nothing. */
  leave(): void
}

export interface PlaceSeeker {
  onPlace(place: Place): void
  onRefused(): void
}

export interface Places {
  /** Calls one of the seeker's, now or later. The returned function gives up waiting. */
  seek(seeker: PlaceSeeker, importance: Importance): () => void
  load(): { readonly running: number; readonly waiting: number; readonly limit: number }
}

export function createPlaces(config: LimitsConfig, deadlines: Deadlines): Places {
  const admission = createAdmission<PlaceSeeker>(config)
  const adaptive: AdaptiveConcurrency | undefined =
    config.adaptiveConcurrency && createAdaptiveConcurrency(config.adaptiveConcurrency)
  if (adaptive) admission.setLimit(adaptive.limit())

  const expiry: Deadlined = {
    deadline: Number.POSITIVE_INFINITY,
    onDeadline() {
      for (const seeker of admission.expire(performance.now())) seeker.onRefused()
      watch()
    },
  }

  function watch(): void {
    expiry.deadline = admission.nextExpiry() ?? Number.POSITIVE_INFINITY
    if (expiry.deadline === Number.POSITIVE_INFINITY) deadlines.remove(expiry)
    else deadlines.add(expiry)
  }

  function makePlace(): Place {
    const startedAt = performance.now()
    let left = false
    return {
      measured(_latencyMs, failed) {
        if (!adaptive || left) return
        const now = performance.now()
        adaptive.record({ startedAt, inFlight: admission.load().running, failed }, now)
        admission.setLimit(adaptive.limit())
      },
      leave() {
        if (left) return
        left = true
        admission.leave()
        wake()
      },
    }
  }

  function wake(): void {
    for (let seeker = admission.next(); seeker; seeker = admission.next()) {
      seeker.onPlace(makePlace())
    }
  }

  return {
    seek(seeker, importance) {
      switch (admission.enter(seeker, importance, performance.now())) {
        case "run":
          seeker.onPlace(makePlace())
          return nothing
        case "refused":
          seeker.onRefused()
          return nothing
        case "wait":
          watch()
          return () => void admission.cancel(seeker)
      }
    },
    load: () => admission.load(),
  }
}

function nothing(): void {}
