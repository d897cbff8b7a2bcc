// Finds how many requests an upstream can have in flight before they only wait in it: while latency stays near the unloaded
// one the limit grows, when latency rises it shrinks. Knows latencies only, and works for any upstream without being told its
// size.
//
// Sources: Netflix concurrency-limits, Gradient2 (limit × gradient + √limit, smoothed, grows only when used); Envoy's adaptive
// concurrency filter (the unloaded latency is measured by short spells of little concurrency); TCP Vegas before both.
//
// - `probing`: the limit is `minLimit` until PROBE_SAMPLES requests that began in the probe have answered; their median is the
//   unloaded latency. It begins so, and again each `probeInterval` in which traffic was never that low by itself.
// - `running`: each `sampleWindow` with MIN_SAMPLES answers or more moves the limit by one step.

import { createLatencyHistogram } from "../values/latency-histogram.ts"
import type { AdaptiveConcurrencyConfig } from "./resilience-schema.ts"

const MIN_SAMPLES = 10
const PROBE_SAMPLES = 20
/** A probe without answers ends after so many windows; the old latency stays. */
const LONGEST_PROBE = 10
/** Part of a step that is made at once; the rest is noise until it repeats. */
const SMOOTHING = 0.3
/** From this share of failed requests on latency says nothing good. */
const BAD_SHARE = 0.1

export interface AdaptiveConcurrency {
  /** Requests that may be in flight now. */
  limit(): number
  /**
   * A request has ended.
   * @param startedAt when it was sent, and `now` when its answer came; milliseconds, monotonic.
   * @param inFlight requests in flight as it ended, itself included.
   * @param failed timed out or broke down under load; its latency is not counted.
   */
  record(sample: { startedAt: number; inFlight: number; failed: boolean }, now: number): void
  /** The latency of an idle upstream as far as known, milliseconds. */
  unloaded(): number | undefined
}

export function createAdaptiveConcurrency(config: AdaptiveConcurrencyConfig): AdaptiveConcurrency {
  const { minLimit, maxLimit, sampleWindow, probeInterval, tolerance } = config
  const latencies = createLatencyHistogram()
  let limit = clamp(config.initialLimit)
  let unloaded: number | undefined
  let probeSince: number | undefined
  let lastProbe = Number.NEGATIVE_INFINITY
  let windowSince = Number.NEGATIVE_INFINITY
  let failures = 0
  let mostInFlight = 0

  function clamp(value: number) {
    return Math.min(maxLimit, Math.max(minLimit, value))
  }

  function startWindow(now: number) {
    latencies.clear()
    failures = 0
    mostInFlight = 0
    windowSince = now
  }

  function endProbe(now: number) {
    unloaded = latencies.quantile(0.5) ?? unloaded
    probeSince = undefined
    lastProbe = now
    startWindow(now)
  }

  /** The next limit, from a window with enough answers. */
  function step(median: number): number {
    const total = latencies.count + failures
    if (failures >= total * BAD_SHARE) return limit * 0.8
    const gradient = Math.max(0.5, Math.min(1, (tolerance * (unloaded ?? median)) / median))
    // Growth that nothing has tried proves nothing.
    if (gradient === 1 && mostInFlight < limit / 2) return limit
    const wanted = limit * gradient + Math.sqrt(limit)
    return limit * (1 - SMOOTHING) + wanted * SMOOTHING
  }

  function endWindow(now: number) {
    const median = latencies.quantile(0.5)
    if (median !== undefined) {
      if (unloaded === undefined || median < unloaded) unloaded = median
      else if (mostInFlight <= minLimit) unloaded = unloaded * 0.8 + median * 0.2
      // Traffic this low is as good as a probe.
      if (mostInFlight <= minLimit) lastProbe = now
    }
    if (median !== undefined || failures > 0) limit = clamp(step(median ?? 1))
    startWindow(now)
  }

  return {
    limit: () => (probeSince === undefined ? Math.floor(limit) : minLimit),
    unloaded: () => unloaded,
    record({ startedAt, inFlight, failed }, now) {
      if (lastProbe === Number.NEGATIVE_INFINITY && probeSince === undefined) probeSince = startedAt
      if (probeSince !== undefined) {
        if (startedAt >= probeSince && !failed) latencies.record(now - startedAt)
        if (latencies.count >= PROBE_SAMPLES || now - probeSince >= LONGEST_PROBE * sampleWindow)
          endProbe(now)
        return
      }
      if (failed) failures += 1
      else latencies.record(now - startedAt)
      if (inFlight > mostInFlight) mostInFlight = inFlight
      if (now - windowSince < sampleWindow || latencies.count + failures < MIN_SAMPLES) return
      endWindow(now)
      if (now - lastProbe < probeInterval) return
      probeSince = now
      latencies.clear()
    },
  }
}
