// What visitors of a live run were answered, and when the answers began to follow a decision.

import type { VisitorAnswer } from "@aviary/testkit"

export interface Answers {
  /** For `startVisitors`. */
  readonly onAnswer: (answer: VisitorAnswer) => void
  /** Those sent from `from` until before `to`, milliseconds since 1970, in the order in which they were sent. */
  between(from: number, to?: number): readonly Answer[]
}

export interface Answer {
  /** Milliseconds since 1970, with fractions. */
  readonly sentAt: number
  readonly version: string
}

export function collectAnswers(): Answers {
  const answers: Answer[] = []
  return {
    onAnswer({ sentAt, version }) {
      // What the gateway turned away met no release.
      if (version !== "gateway") answers.push({ sentAt: performance.timeOrigin + sentAt, version })
    },
    between: (from, to = Infinity) =>
      answers.filter(({ sentAt }) => sentAt >= from && sentAt < to).toSorted((a, b) => a.sentAt - b.sentAt),
  }
}

/**
 * Milliseconds from a decision until requests follow it: to the first that met the version which it asks for, or the last that
 * still met another, whichever is later. NaN where none came.
 */
export function routingMs(answers: readonly Answer[], decided: { at: number; version: string }): number {
  const first = answers.find(({ version }) => version === decided.version)
  const last = answers.findLast(({ version }) => version !== decided.version)
  if (!first) return Number.NaN
  return Math.max(first.sentAt, last?.sentAt ?? 0) - decided.at
}

/** Of the values in their order, the first that is at least as large as this share of them. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
