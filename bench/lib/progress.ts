// What a benchmark is doing, on stderr, so that whoever waits sees how far it is: steps with their time, and within a long one how
// much is done, how fast, and how long it will take yet.

export interface Progress {
  /** A step begins; the last one has ended. */
  step(what: string): void
  /** Within the step: `done` of `of`. Printed about once a second. */
  at(what: string, done: number, of: number): void
  end(): void
}

const EVERY_MS = 1_000

/** `expectedSeconds`: about how long all of it takes on a quiet machine of two cores. */
export function createProgress(expectedSeconds: number): Progress {
  const started = performance.now()
  let stepSince = started
  let stepName = ""
  let part = { what: "", since: started, first: 0, printed: 0 }

  const say = (text: string): boolean => process.stderr.write(`${text}\n`)

  function endStep(): void {
    if (stepName === "") return
    const seconds = (performance.now() - stepSince) / 1_000
    if (seconds > 1) say(`          ${stepName}: ${seconds.toFixed(1)} s`)
    stepName = ""
  }

  return {
    step(what) {
      endStep()
      stepName = what
      stepSince = performance.now()
      const seconds = (stepSince - started) / 1_000
      const left = Math.max(expectedSeconds - seconds, 0)
      say(`${clock(seconds)}  ${what}  (about ${clock(left).trim()} left)`)
    },
    at(what, done, of) {
      const now = performance.now()
      if (part.what !== what) part = { what, since: now, first: done, printed: now }
      if (now - part.printed < EVERY_MS) return
      part.printed = now
      const rate = (done - part.first) / ((now - part.since) / 1_000)
      const left = rate > 0 ? Math.max(of - done, 0) / rate : 0
      const count = (value: number): string => Math.round(value).toLocaleString("en-US")
      say(
        `          ${what}: ${count(Math.min(done, of))} of ${count(of)}, ${count(rate)}/s, ${clock(left).trim()} left`,
      )
    },
    end: endStep,
  }
}

function clock(seconds: number): string {
  const whole = Math.round(seconds)
  return `${String(Math.floor(whole / 60)).padStart(3)}:${String(whole % 60).padStart(2, "0")}`
}
