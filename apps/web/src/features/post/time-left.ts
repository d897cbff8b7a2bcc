// How long something still goes on, in the largest unit that says it. Pure.

export interface TimeLeft {
  readonly count: number
  readonly unit: "day" | "hour" | "minute"
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Rounded up, so that it never says none while there is some; undefined when it is over. */
export function timeLeft(end: Date, now: Date): TimeLeft | undefined {
  const left = end.getTime() - now.getTime()
  if (!(left > 0)) return undefined
  if (left > DAY) return { count: Math.ceil(left / DAY), unit: "day" }
  if (left > HOUR) return { count: Math.ceil(left / HOUR), unit: "hour" }
  return { count: Math.ceil(left / MINUTE), unit: "minute" }
}
