// Waits for a condition, not for time: asked again and again until it holds, with a deadline that says what did not happen.

import { setTimeout as delay } from "node:timers/promises"

const ASK_EVERY_MS = 10

/**
 * The first value of `ask` that is not undefined. What `ask` throws counts as not yet. Fails after `deadlineMs` (default
 * 20,000), with `what` and the last thing thrown.
 */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  deadlineMs = 20_000,
): Promise<T> {
  const until = performance.now() + deadlineMs
  for (let last: unknown; ;) {
    try {
      const value = await ask()
      if (value !== undefined) return value
      last = undefined
    } catch (error) {
      last = error
    }
    if (performance.now() >= until) {
      throw new Error(`Within ${deadlineMs} ms there was no: ${what}`, { cause: last })
    }
    await delay(ASK_EVERY_MS)
  }
}

/** Waits until `ask` is true; see `waitFor`. */
export async function waitUntil(
  what: string,
  ask: () => Promise<boolean> | boolean,
  deadlineMs?: number,
): Promise<void> {
  await waitFor(what, async () => ((await ask()) ? true : undefined), deadlineMs)
}
