/**
 * Runs the steps of a client's day and keeps what became of each. A failed step never ends the day: the steps that do
 * not need it go on, so that one report shows everything that is wrong.
 */
import type { ClientReport, StepReport } from "./client-env.ts"
import { withDeadline } from "./deadlines.ts"

/** Longest that one step may take, in milliseconds. */
const stepLimit = 30_000

export interface StepRecorder {
  /** Runs one step. Answers its value, or undefined when it failed. */
  step<T>(name: string, run: () => Promise<T>): Promise<T | undefined>
  /** Takes over a step that a program outside has reported. */
  record(step: StepReport): void
  report(): ClientReport
}

export function createStepRecorder(client: string): StepRecorder {
  const steps: StepReport[] = []
  return {
    async step(name, run) {
      try {
        const value = await withDeadline(name, stepLimit, run())
        steps.push({ name, ok: true, detail: "" })
        return value
      } catch (error) {
        steps.push({ name, ok: false, detail: error instanceof Error ? error.message : String(error) })
        return undefined
      }
    },
    record: (step) => void steps.push(step),
    report: () => ({ client, steps: [...steps] }),
  }
}

/** The value of an earlier step, or a failure that names what is missing. */
export function need<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`needs ${what}, which failed`)
  return value
}

/** Fails with `message` unless the condition holds. */
export function must(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message)
}
