// Passwords → argon2id hashes, and checking them. Hashing takes memory and time on purpose, so it runs in a bulkhead
// and is refused under overload. Whether an account exists must not show in how long a check takes, nor a password in
// any error or log.

import { hash, verify } from "@node-rs/argon2"
import { AppError, createBulkhead } from "@aviary/kit"

/** Longest password in bytes of UTF-8: far above any passphrase, and a bound on what a request can make us normalise. */
export const MAX_PASSWORD_BYTES = 256

// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const CURRENT_PREFIX = "$argon2id$v=19$m=19456,t=2,p=1$"

// The hash of random bytes that nobody kept. Checking against it costs what checking against an account's costs.
const NOBODYS_HASH =
  "$argon2id$v=19$m=19456,t=2,p=1$BJrdSwL/bM7ykMjlnxyYNw$QJVsoLCvjncoyOOBIVPkxjEtShhncSl43pY3LiHDn2U"

/** The two functions of argon2 that are used; tests count and hold them. */
export interface Argon2 {
  hash(password: string, options: typeof parameters): Promise<string>
  verify(hash: string, password: string): Promise<boolean>
}

export interface PasswordHasherOptions {
  /** Hashes in work at the same time, 19 MiB and one core each; default 2. */
  readonly concurrent?: number
  /** How many may wait; default 64, some two seconds' worth. More get `sign_in.busy`. */
  readonly waiting?: number
  readonly argon2?: Argon2
}

export interface PasswordHasher {
  /**
   * The hash to store, in PHC format with its parameters and salt. Rejects with a `RangeError` for a password over
   * `MAX_PASSWORD_BYTES` (which `checkPassword` reports before), with `AppError("sign_in.busy")` under overload.
   */
  hashPassword(password: string): Promise<string>
  /**
   * Whether the password is that of the hash. With `undefined` (no such account, or one without a password) it is
   * false after the same time. Rejects with `AppError("sign_in.busy")` under overload, and with an error of argon2
   * for a damaged hash.
   */
  verifyPassword(hash: string | undefined, password: string): Promise<boolean>
  /** Whether a hash was made with other parameters than today's; replace it when its owner next signs in. */
  needsRehash(hash: string): boolean
}

export function createPasswordHasher({
  concurrent = 2,
  waiting = 64,
  argon2 = { hash, verify },
}: PasswordHasherOptions = {}): PasswordHasher {
  const bulkhead = createBulkhead({ concurrent, waiting, refuse: () => new AppError("sign_in.busy") })

  return {
    async hashPassword(password) {
      const normal = normalizePassword(password)
      if (normal === undefined) throw new RangeError(`A password has at most ${MAX_PASSWORD_BYTES} bytes`)
      return bulkhead.run(() => argon2.hash(normal, parameters))
    },

    async verifyPassword(stored, password) {
      // Its length tells nothing about an account, so this answer may come at once.
      const normal = normalizePassword(password)
      if (normal === undefined) return false

      const matches = await bulkhead.run(() => argon2.verify(stored ?? NOBODYS_HASH, normal))
      return matches && stored !== undefined
    },

    needsRehash: (stored) => !stored.startsWith(CURRENT_PREFIX),
  }
}

/**
 * One form for what different keyboards send for the same password (NFKC, as NIST SP 800-63B asks); `undefined` where
 * it is too long.
 */
function normalizePassword(password: string): string | undefined {
  // Checked before too, because normalising can multiply the length.
  if (isTooLong(password)) return undefined
  const normal = password.normalize("NFKC")
  return isTooLong(normal) ? undefined : normal
}

/** Whether a password is over `MAX_PASSWORD_BYTES`, as given or in its normal form. */
export function isPasswordTooLong(password: string): boolean {
  return normalizePassword(password) === undefined
}

function isTooLong(password: string): boolean {
  return Buffer.byteLength(password) > MAX_PASSWORD_BYTES
}
