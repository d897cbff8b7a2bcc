// The public keys of the gateway, from a file or a URL. Read when a signature names a key that is not known, at most once in a
// while, so that nobody can make it read by inventing names; what was read stays good when it cannot be read again.

import { readFile } from "node:fs/promises"
import { createLocalJWKSet, errors } from "jose"
import type { JSONWebKeySet, JWTVerifyGetKey } from "jose"
import { z } from "zod"

/** How often a set is read again because of unknown keys. */
const EVERY_MS = 1_000
const TIMEOUT_MS = 3_000

/** Only the keys that we sign with: whatever else the set holds is left out. */
const keySetSchema = z.object({
  keys: z.array(
    z.object({
      kty: z.literal("OKP"),
      crv: z.literal("Ed25519"),
      x: z.string().regex(/^[\w-]{43}$/),
      kid: z.string().min(1).max(200),
    }),
  ),
})

export interface KeySetDeps {
  /** Path of a file, or a URL of http or https. */
  readonly source: string
  /** Milliseconds; default `performance.now`. */
  readonly now?: () => number
  readonly read?: (source: string) => Promise<string>
}

/** A key look-up for `jwtVerify`. Rejects with an error that is none of jose's when no set could be read at all. */
export function createKeySet({
  source,
  now = () => performance.now(),
  read = readSource,
}: KeySetDeps): JWTVerifyGetKey {
  let find: JWTVerifyGetKey | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  async function readAgain(): Promise<void> {
    readAt = now()
    const set: JSONWebKeySet = keySetSchema.parse(JSON.parse(await read(source)))
    find = createLocalJWKSet(set)
  }

  async function refresh(): Promise<void> {
    reading ??= readAgain().finally(() => {
      reading = undefined
    })
    await reading
  }

  return async function keyOf(header, token) {
    if (!find) {
      await refresh()
    }
    if (!find) throw new Error("there is no key set")
    try {
      return await find(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || now() - readAt < EVERY_MS) throw error
      await refresh().catch(() => undefined)
      return find(header, token)
    }
  }
}

async function readSource(source: string): Promise<string> {
  if (!/^https?:/.test(source)) return readFile(source, "utf8")
  const answer = await fetch(source, { signal: AbortSignal.timeout(TIMEOUT_MS) })
  if (!answer.ok) throw new Error(`the key set answers ${answer.status}`)
  return answer.text()
}
