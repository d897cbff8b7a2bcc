/**
 * Waiting for something that another part of the system does in its own time. Every wait ends with the event, or with
 * an error at the deadline; nothing here waits for a fixed time and hopes.
 */
import { setTimeout as pause } from "node:timers/promises"

/** How often `eventually` looks again, in milliseconds. */
const lookEvery = 100

/** The promise, or an error after `limit` milliseconds. */
export async function withDeadline<T>(what: string, limit: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what}: nothing after ${limit} ms`)), limit)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Asks again until the answer is there (not undefined). Fails after `limit` milliseconds. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  limit = 15_000,
): Promise<T> {
  const end = Date.now() + limit
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`${what}: not there after ${limit} ms`)
    await pause(lookEvery)
  }
}

/**
 * Causes something, and waits for the event that it should bring. As a WebSocket has no answer to "subscribe", the
 * cause is repeated every `patience` milliseconds until the event arrives, or the deadline is over.
 */
export async function causeUntil<T>(
  what: string,
  cause: () => Promise<unknown>,
  event: Promise<T>,
  { patience = 3_000, limit = 20_000 } = {},
): Promise<T> {
  const repeating = new AbortController()
  async function repeat(): Promise<never> {
    for (;;) {
      await cause()
      await pause(patience, undefined, { signal: repeating.signal })
    }
  }
  const failing = repeat()
  failing.catch(() => undefined)
  try {
    return await withDeadline(what, limit, Promise.race([event, failing]))
  } finally {
    repeating.abort()
  }
}
