// How figures of a rollout are written: shares, bars, times, evidence. Pure.

import { count, duration } from "../terminal.ts"

const BAR_WIDTH = 24
const EVIDENCE_WIDTH = 8

export function bar(share: number, width = BAR_WIDTH): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width)
  return "█".repeat(filled) + "░".repeat(width - filled)
}

/** `5 %`, `0.25 %` */
export function percent(value: number): string {
  return `${Number(value.toFixed(value < 1 ? 2 : 1))} %`
}

/** Two or three digits that matter, whatever the size: `0.0042`, `1.25`, `18,200`. */
export function figure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–"
  if (value === 0) return "0"
  if (Math.abs(value) >= 1_000) return count(Math.round(value))
  return String(Number(value.toPrecision(3)))
}

/**
 * How near the evidence is to the threshold, on a logarithmic scale since evidence multiplies: `██░░░░░░ 12 of 700`. Evidence of 1
 * says nothing; a threshold that was reached is full.
 */
export function evidence(eValue: number | undefined, threshold: number | undefined): string {
  if (eValue === undefined || threshold === undefined) return ""
  const share = eValue <= 1 ? 0 : Math.log(eValue) / Math.log(Math.max(threshold, Math.E))
  const shown = eValue >= 1e6 ? eValue.toExponential(0) : figure(eValue)
  return `${bar(share, EVIDENCE_WIDTH)} ${shown} of ${figure(threshold)}`
}

/** Milliseconds as people say them. */
export function time(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : duration(ms / 1_000)
}
