// The keys that identities are signed with, and their public set. A key is published before it is used and stays published after
// it was used, so that services know it whenever they see it. Keys are kept in a file that only the owner may read, so that a
// gateway that replaces another signs with the same; the public set lies beside it for services on this machine.

import { chmod, readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Clock, Log, Part } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import { exportJWK, generateKeyPair, importJWK } from "jose"
import type { CryptoKey, JWK } from "jose"
import { z } from "zod"
import { PUBLIC_FILE } from "./public-file.ts"
import { writeFileAtomically } from "../values/write-file.ts"

export interface SigningKey {
  readonly id: string
  readonly key: CryptoKey
}

export interface SigningKeys extends Part {
  /** The key to sign with now. */
  current(): SigningKey
  /** Does what is due: makes the next key, goes over to it, drops old ones. Done each minute by itself. */
  tend(): Promise<void>
  /** RFC 7517: what services verify with. Public. */
  keySet(): { readonly keys: readonly JWK[] }
  /** Calls back when signatures should be made anew, since another key is used. */
  onRotation(run: () => void): void
}

export interface SigningKeysDeps {
  /** Directory of the two files; must exist. */
  readonly dir: string
  /** How long a key is used, milliseconds. */
  readonly rotateMs: number
  /** How long its signatures live, milliseconds. */
  readonly lifetimeMs: number
  readonly clock: Clock
  readonly log: Log
}

const PRIVATE_FILE = "identity-keys.json"
/** How long a key is published before it is used. */
const AHEAD_MS = 300_000
const RETRY_MS = 10_000

const storedSchema = z.object({
  keys: z
    .array(
      z.object({
        kid: z.string(),
        jwk: z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string(), d: z.string() }),
        /** Milliseconds since 1970. */
        usedFrom: z.number(),
      }),
    )
    .min(1),
})

interface Stored {
  readonly kid: string
  readonly jwk: { readonly kty: "OKP"; readonly crv: "Ed25519"; readonly x: string; readonly d: string }
  readonly usedFrom: number
}

/**
 * What is due at `now` (pure): which key signs, which are too old to be published, and when the next must be made. A key is used
 * from its time until the next one's time.
 */
export function planKeys<K extends Pick<Stored, "usedFrom">>(
  keys: readonly K[],
  at: { now: number; rotateMs: number; lifetimeMs: number },
): { current: K | undefined; kept: readonly K[]; nextUsedFrom: number | undefined } {
  const { now, rotateMs, lifetimeMs } = at
  const ordered = keys.toSorted((a, b) => a.usedFrom - b.usedFrom)
  const current = ordered.findLast((key) => key.usedFrom <= now)
  // A key is needed for as long as what was signed just before the next one's time may be shown, twice over for clocks.
  const kept = ordered.filter(
    (_key, index) => (ordered[index + 1]?.usedFrom ?? Infinity) + 2 * lifetimeMs > now,
  )
  const last = ordered.at(-1)
  if (!last || !current) return { current, kept, nextUsedFrom: now }
  const due = last === current && now >= current.usedFrom + rotateMs - AHEAD_MS
  return {
    current,
    kept,
    nextUsedFrom: due ? Math.max(now + AHEAD_MS, current.usedFrom + rotateMs) : undefined,
  }
}

export function createSigningKeys(deps: SigningKeysDeps): SigningKeys {
  const { dir, clock, log, rotateMs, lifetimeMs } = deps
  const listeners = new Set<() => void>()
  let stored: readonly Stored[] = []
  let current: SigningKey | undefined
  let cancel = () => {}
  let isStopped = false

  /** The file's keys and ours: another gateway, which this one replaces or which replaces this one, may write it as well. */
  async function load(): Promise<readonly Stored[]> {
    try {
      const { keys } = storedSchema.parse(JSON.parse(await readFile(join(dir, PRIVATE_FILE), "utf8")))
      return [...new Map([...stored, ...keys].map((key) => [key.kid, key])).values()]
    } catch (error) {
      const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT"
      if (!isMissing)
        log.warn({ error: messageOf(error) }, "the signing keys could not be read; new ones are made")
      return stored
    }
  }

  async function tend(): Promise<void> {
    const now = clock.now()
    const known = await load()
    const plan = planKeys(known, { now, rotateMs, lifetimeMs })
    let keys = plan.kept
    if (plan.nextUsedFrom !== undefined) {
      // With no key at all the new one is used at once.
      keys = [...keys, await makeKey(plan.current ? plan.nextUsedFrom : now)]
    }
    const signing = planKeys(keys, { now, rotateMs, lifetimeMs }).current
    if (!signing) throw new Error("no key can be used")
    if (keys.length !== known.length || plan.nextUsedFrom !== undefined) await save(keys)
    stored = keys
    if (signing.kid !== current?.id) {
      const key = await importJWK(signing.jwk, "EdDSA")
      if (key instanceof Uint8Array) throw new Error("the key is not of the kind that signs")
      current = { id: signing.kid, key }
      for (const run of listeners) run()
    }
  }

  async function save(keys: readonly Stored[]): Promise<void> {
    // The public set first: a key is never used that nobody can know.
    await writeFileAtomically(join(dir, PUBLIC_FILE), JSON.stringify(publicSet(keys)), 0o644)
    await writeFileAtomically(join(dir, PRIVATE_FILE), JSON.stringify({ keys }), 0o600)
  }

  function tendLater(ms: number): void {
    cancel = clock.after(ms, () => {
      tend().then(
        () => isStopped || tendLater(nextTendMs()),
        (error: unknown) => {
          log.error(
            { error: messageOf(error) },
            "signing keys could not be renewed; the old ones are used on",
          )
          if (!isStopped) tendLater(RETRY_MS)
        },
      )
    })
  }

  /** Often enough to notice each step in time, and that the clock was changed. */
  function nextTendMs(): number {
    return Math.min(60_000, rotateMs / 10)
  }

  return {
    name: "signing keys",
    async start() {
      await tend()
      // Files of before, perhaps copied about.
      await chmod(join(dir, PRIVATE_FILE), 0o600)
      await writeFileAtomically(join(dir, PUBLIC_FILE), JSON.stringify(publicSet(stored)), 0o644)
      tendLater(nextTendMs())
    },
    async stop() {
      isStopped = true
      cancel()
    },
    tend,
    current() {
      if (!current) throw new Error("signing keys were not started")
      return current
    },
    keySet: () => publicSet(stored),
    onRotation(run) {
      listeners.add(run)
    },
  }
}

async function makeKey(usedFrom: number): Promise<Stored> {
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true })
  const { x = "", d = "" } = await exportJWK(privateKey)
  return {
    kid: `${new Date(usedFrom).toISOString()}-${x.slice(0, 8)}`,
    jwk: { kty: "OKP", crv: "Ed25519", x, d },
    usedFrom,
  }
}

function publicSet(keys: readonly Stored[]): { keys: JWK[] } {
  return {
    keys: keys.map(({ kid, jwk: { kty, crv, x } }) => ({ kty, crv, x, kid, use: "sig", alg: "EdDSA" })),
  }
}
