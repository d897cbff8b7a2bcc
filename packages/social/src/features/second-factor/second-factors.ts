// A member's second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when it is lost. A code is
// good once: the time step of the last one stands with the secret, and nothing of it or before it is taken again. Tries are
// counted in the database before they are judged, so that neither many at once nor many processes help a guesser.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import { Secret, TOTP } from "otpauth"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import { transact } from "../../db/transact.ts"
import { hashToken } from "../../http/viewer.ts"
import { recoveryCodes, readRecoveryCode } from "./recovery-codes.ts"

export interface SecondFactorState {
  readonly totp: boolean
  readonly recoveryCodesLeft: number
}

export interface TotpEnrolment {
  /** Base32, to be typed where a picture cannot be scanned. */
  readonly secret: string
  /** `otpauth://totp/…`, to be shown as a QR code. */
  readonly uri: string
}

export interface SecondFactors {
  state(accountId: number): Promise<SecondFactorState>
  /** A new secret that is not asked for until a code of it was shown. Fails with `second_factor.on`. */
  enrol(accountId: number): Promise<TotpEnrolment>
  /** Turns it on and gives the recovery codes, this once. Fails as `check`, and with `second_factor.not_enrolled`. */
  confirm(accountId: number, code: string): Promise<string[]>
  /** Fails with `auth.second_factor_wrong` or `auth.too_many_attempts`. A recovery code is used up. */
  check(accountId: number, code: string): Promise<void>
  /** Checks where the member has a second factor; passes where there is none. */
  checkIfOn(accountId: number, code: string): Promise<void>
  /** New recovery codes instead of the old ones. Fails with `second_factor.not_enrolled`. */
  renewRecoveryCodes(accountId: number): Promise<string[]>
  turnOff(accountId: number): Promise<void>
}

const TRIES = 10
const WINDOW_MS = 900_000
const STEP_SECONDS = 30
/** A clock may be wrong by one step to either side. */
const STEPS_AROUND = 1
const SECRET_BYTES = 20

export type SecondFactorDeps = Pick<
  Core,
  "db" | "clock" | "seal" | "community" | "urls" | "randomToken" | "log"
>

export function createSecondFactors(deps: SecondFactorDeps): SecondFactors {
  const { db, clock, seal, log } = deps
  const now = (): Date => new Date(clock.now())

  /** Counts a try and gives what it is judged by. */
  async function take(accountId: number): Promise<{ sealed: Buffer; confirmed: boolean }> {
    const since = new Date(clock.now() - WINDOW_MS)
    const taken = await sql<{ sealed_secret: Buffer; confirmed: boolean }>`
      UPDATE totp_factors SET
        tries = CASE WHEN tries_since > ${since} THEN tries + 1 ELSE 1 END,
        tries_since = CASE WHEN tries_since > ${since} THEN tries_since ELSE ${now()} END
      WHERE account_id = ${accountId} AND (tries < ${TRIES} OR tries_since IS NULL OR tries_since <= ${since})
      RETURNING sealed_secret, confirmed_at IS NOT NULL AS confirmed`.execute(db)
    const row = taken.rows[0]
    if (row) return { sealed: row.sealed_secret, confirmed: row.confirmed }
    if (!(await find(db, accountId))) throw new AppError("second_factor.not_enrolled")
    throw new AppError("auth.too_many_attempts", { minutes: WINDOW_MS / 60_000 })
  }

  /** Takes a code of the app, once. False for a wrong one, and for one that was taken before. */
  async function takeTotp(accountId: number, sealed: Buffer, code: string): Promise<boolean> {
    const totp = totpOf(await seal.open(purposeOf(accountId), sealed))
    const timestamp = clock.now()
    const delta = totp.validate({ token: code, timestamp, window: STEPS_AROUND })
    if (delta === null) return false
    const step = Math.floor(timestamp / 1_000 / STEP_SECONDS) + delta
    const taken = await sql`UPDATE totp_factors SET last_step = ${step}, tries = 0, tries_since = NULL
      WHERE account_id = ${accountId} AND last_step < ${step} AND sealed_secret = ${sealed}`.execute(db)
    return taken.numAffectedRows === 1n
  }

  async function takeRecoveryCode(accountId: number, code: string): Promise<boolean> {
    const used = await sql`UPDATE recovery_codes SET used_at = ${now()}
      WHERE account_id = ${accountId} AND code_hash = ${hashToken(code)} AND used_at IS NULL`.execute(db)
    if (used.numAffectedRows !== 1n) return false
    await sql`UPDATE totp_factors SET tries = 0, tries_since = NULL WHERE account_id = ${accountId}`.execute(
      db,
    )
    return true
  }

  async function check(accountId: number, given: string): Promise<void> {
    const { sealed, confirmed } = await take(accountId)
    if (!confirmed) throw new AppError("second_factor.not_enrolled")
    const digits = given.replaceAll(/\s/g, "")
    const recovery = readRecoveryCode(given)
    const ok = /^\d{6}$/.test(digits)
      ? await takeTotp(accountId, sealed, digits)
      : recovery !== undefined && (await takeRecoveryCode(accountId, recovery))
    log.info({ audit: "second_factor", outcome: ok ? "right" : "wrong", accountId }, "second factor")
    if (!ok) throw new AppError("auth.second_factor_wrong")
  }

  async function replaceCodes(tx: Db, accountId: number): Promise<string[]> {
    const codes = recoveryCodes(deps.randomToken)
    await tx.deleteFrom("recovery_codes").where("account_id", "=", accountId).execute()
    await tx
      .insertInto("recovery_codes")
      .values(
        codes.map((code) => ({
          account_id: accountId,
          code_hash: hashToken(readRecoveryCode(code) ?? code),
          used_at: null,
        })),
      )
      .execute()
    return codes
  }

  return {
    async state(accountId) {
      const found = await sql<{ totp: boolean; left: number }>`SELECT
        EXISTS (SELECT 1 FROM totp_factors WHERE account_id = ${accountId} AND confirmed_at IS NOT NULL) AS totp,
        (SELECT count(*) FROM recovery_codes WHERE account_id = ${accountId} AND used_at IS NULL) AS left`.execute(
        db,
      )
      return { totp: found.rows[0]?.totp ?? false, recoveryCodesLeft: found.rows[0]?.left ?? 0 }
    },
    async enrol(accountId) {
      const secret = new Secret({ size: SECRET_BYTES }).base32
      const sealed = await seal.seal(purposeOf(accountId), secret)
      const stored = await sql`
        INSERT INTO totp_factors (account_id, sealed_secret, created_at)
        VALUES (${accountId}, ${sealed}, ${now()})
        ON CONFLICT (account_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, last_step = 0,
          created_at = excluded.created_at WHERE totp_factors.confirmed_at IS NULL`.execute(db)
      if (stored.numAffectedRows !== 1n) throw new AppError("second_factor.on")
      const account = await db
        .selectFrom("accounts")
        .select("username")
        .where("id", "=", accountId)
        .executeTakeFirstOrThrow()
      const issuer = deps.community.now().title.replaceAll(":", " ")
      const label = `${account.username}@${deps.urls.domain}`
      return { secret, uri: totpOf(secret, { issuer, label }).toString() }
    },
    async confirm(accountId, given) {
      const { sealed, confirmed } = await take(accountId)
      if (confirmed) throw new AppError("second_factor.on")
      const code = given.replaceAll(/\s/g, "")
      if (!(await takeTotp(accountId, sealed, code))) throw new AppError("auth.second_factor_wrong")
      const codes = await transact(db, async (tx) => {
        const on = await sql`UPDATE totp_factors SET confirmed_at = ${now()}
          WHERE account_id = ${accountId} AND confirmed_at IS NULL AND sealed_secret = ${sealed}`.execute(tx)
        if (on.numAffectedRows !== 1n) throw new AppError("second_factor.on")
        return replaceCodes(tx, accountId)
      })
      log.info({ audit: "second_factor_on", accountId }, "a member turned a second factor on")
      return codes
    },
    check,
    async checkIfOn(accountId, code) {
      if ((await find(db, accountId))?.confirmed_at) await check(accountId, code)
    },
    async renewRecoveryCodes(accountId) {
      if (!(await find(db, accountId))?.confirmed_at) throw new AppError("second_factor.not_enrolled")
      return transact(db, (tx) => replaceCodes(tx, accountId))
    },
    async turnOff(accountId) {
      await transact(db, (tx) => removeSecondFactor(tx, accountId))
      log.info({ audit: "second_factor_off", accountId }, "a second factor was turned off")
    },
  }
}

/** Takes it away, with its recovery codes and sign-ins that wait for it. */
export async function removeSecondFactor(db: Db, accountId: number): Promise<void> {
  for (const table of ["totp_factors", "recovery_codes", "pending_sign_ins"] as const) {
    await db.deleteFrom(table).where("account_id", "=", accountId).execute()
  }
}

function find(db: Db, accountId: number) {
  return db
    .selectFrom("totp_factors")
    .select("confirmed_at")
    .where("account_id", "=", accountId)
    .executeTakeFirst()
}

function purposeOf(accountId: number): string {
  return `totp:${accountId}`
}

/** What authenticator apps take for granted: SHA-1, six digits, 30 seconds. */
function totpOf(secret: string, shown: { issuer?: string; label?: string } = {}): TOTP {
  return new TOTP({ ...shown, secret, algorithm: "SHA1", digits: 6, period: STEP_SECONDS })
}
