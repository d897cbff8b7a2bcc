// A step of the start with its outcome shown.

import { messageOf } from "@aviary/kit"
import type { Step } from "../terminal.ts"

/** Runs the work; `text` is what the step says when it is done. */
export async function shownStep<T>(step: Step, work: () => Promise<{ result: T; text: string }>): Promise<T> {
  try {
    const { result, text } = await work()
    step.done(text)
    return result
  } catch (error) {
    step.failed(messageOf(error).split("\n")[0] ?? "")
    throw error
  }
}
