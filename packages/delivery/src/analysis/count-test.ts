// One comparison of counts: evidence that the subject is worse than allowed, and evidence that it is not worse than the minimum
// effect, kept side by side over looks. Pure, JSON.

import type { Alternatives, ShareCounts, ShareEvidence } from "./share-test.ts"
import { addLook, less, logEvidence, more, noEvidence } from "./share-test.ts"

export type Direction = "increase" | "decrease"

export interface CountTest {
  readonly worse: ShareEvidence
  readonly notWorse: ShareEvidence
  /** Counts of an arm whose neighbour had no occasion yet. */
  readonly pending?: { readonly subject: ShareCounts; readonly reference: ShareCounts }
}

export interface CountLook {
  readonly subject: ShareCounts
  readonly reference: ShareCounts
  readonly direction: Direction
  /** Subject's events per occasion over the reference's: what is allowed, and from which on it must be seen. */
  readonly allowedRatio: number
  readonly effectRatio: number
  readonly dispersion: number
}

export const newCountTest = (direction: Direction): CountTest => ({
  worse: noEvidence(worseAlternatives(direction)),
  notWorse: noEvidence(betterAlternatives(direction)),
})

export function addCounts(test: CountTest, look: CountLook): CountTest {
  const { direction, allowedRatio, effectRatio, dispersion } = look
  const subject = sum(test.pending?.subject, look.subject)
  const reference = sum(test.pending?.reference, look.reference)
  if (subject.total <= 0 || reference.total <= 0)
    return { worse: test.worse, notWorse: test.notWorse, pending: { subject, reference } }
  const counts = { subject, reference, dispersion }
  return {
    worse: addLook(test.worse, { ...counts, nullRatio: allowedRatio }, worseAlternatives(direction)),
    notWorse: addLook(test.notWorse, { ...counts, nullRatio: effectRatio }, betterAlternatives(direction)),
  }
}

/** Logarithms of both e-values. */
export function evidenceOf(test: CountTest, direction: Direction): { worse: number; notWorse: number } {
  return {
    worse: logEvidence(test.worse, worseAlternatives(direction)),
    notWorse: logEvidence(test.notWorse, betterAlternatives(direction)),
  }
}

export const worseAlternatives = (direction: Direction): Alternatives =>
  direction === "increase" ? more : less
const betterAlternatives = (direction: Direction): Alternatives => (direction === "increase" ? less : more)

/** A reference whose rate is known beforehand, as counts so many that they have no error of their own. */
export const knownCounts = (rate: number, subjectTotal: number): ShareCounts => ({
  events: rate * subjectTotal * 1e6,
  total: subjectTotal * 1e6,
})

function sum(first: ShareCounts | undefined, second: ShareCounts): ShareCounts {
  if (!first) return second
  return { events: first.events + second.events, total: first.total + second.total }
}
