// Who asks, as the gateway has signed it (a JWT of a minute's life, Ed25519). The gateway asked us about the token once; here
// only the signature, the audience, the issuer and the time are checked. Never believes an algorithm other than EdDSA.

import { AppError } from "@aviary/kit"
import { errors, jwtVerify } from "jose"
import type { JWTVerifyGetKey } from "jose"
import { z } from "zod"
import type { AppViewer, Member } from "../http/viewer.ts"

export const IDENTITY_ISSUER = "aviary-gateway"
export const IDENTITY_AUDIENCE = "social"
export const IDENTITY_TYPE = "aviary-identity+jwt"

/** How far the clocks of the gateway and of this machine may differ. */
const TOLERANCE_S = 5
/** The longest life that is accepted, whatever the gateway says. */
const LONGEST_S = 120
/** Beyond this nothing that was signed before is accepted any more, milliseconds. */
export const IDENTITY_OVER_MS = (LONGEST_S + 2 * TOLERANCE_S) * 1_000

const REFUSALS = 16

/** What a member is told whose token the gateway refuses. */
const REFUSAL_CODES = {
  unknown: "auth.token_required",
  suspended: "auth.suspended",
  pending: "auth.pending",
} as const

type RefusalCode = (typeof REFUSAL_CODES)[keyof typeof REFUSAL_CODES]

const id = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .transform(Number)

/** `tid` token, `aid` app, `sub` account (none for an app's own token). */
const claimsSchema = z.union([
  z
    .object({
      tid: id,
      aid: id,
      sub: id.optional(),
      scope: z.string().max(2_000),
      role: z.enum(["member", "moderator", "admin", "owner"]).optional(),
    })
    .refine(({ sub, role }) => (sub === undefined) === (role === undefined), "a member has a role"),
  z.object({ refused: z.enum(["unknown", "suspended", "pending"]) }),
])

export interface SignedIdentity {
  readonly viewer: AppViewer | Member
  /** Seconds since 1970. */
  readonly expiresAt: number
}

export type VerifyIdentity = (jwt: string) => Promise<SignedIdentity>

/** Whether a bearer token is a signed identity rather than a token of ours, which has no dots. */
export function isSignedIdentity(token: string): boolean {
  return token.startsWith("eyJ") && token.split(".").length === 3
}

/**
 * Fails with `auth.token_required` for what is not validly signed and for tokens that the gateway knows to be bad,
 * `auth.suspended` or `auth.pending` for those of a member who is shut out, `auth.keys_unavailable` while the keys cannot be read. `now`: milliseconds since 1970.
 */
export function createVerifyIdentity(deps: { keys: JWTVerifyGetKey; now: () => number }): VerifyIdentity {
  /** The gateway sends the same refusal for all bad tokens; its signature need not be checked for each. */
  const refusals = new Map<string, { code: RefusalCode; until: number }>()

  return async function verifyIdentity(jwt) {
    const refusal = refusals.get(jwt)
    if (refusal && refusal.until > deps.now()) throw new AppError(refusal.code)
    const { payload } = await jwtVerify(jwt, deps.keys, {
      algorithms: ["EdDSA"],
      issuer: IDENTITY_ISSUER,
      audience: IDENTITY_AUDIENCE,
      typ: IDENTITY_TYPE,
      requiredClaims: ["exp", "iat"],
      clockTolerance: TOLERANCE_S,
      maxTokenAge: LONGEST_S,
      currentDate: new Date(deps.now()),
    }).catch((error: unknown) => {
      if (error instanceof errors.JOSEError) throw new AppError("auth.token_required", {}, { cause: error })
      throw new AppError("auth.keys_unavailable", {}, { cause: error })
    })
    const claims = claimsSchema.safeParse(payload)
    if (!claims.success) throw new AppError("auth.token_required", {}, { cause: claims.error })
    if ("refused" in claims.data) {
      const code = REFUSAL_CODES[claims.data.refused]
      if (refusals.size >= REFUSALS) refusals.clear()
      refusals.set(jwt, { code, until: (payload.exp ?? 0) * 1_000 })
      throw new AppError(code)
    }
    const { tid, aid, sub, scope, role } = claims.data
    const viewer = {
      tokenId: tid,
      appId: aid,
      accountId: sub ?? null,
      scopes: scope.split(" ").filter(Boolean),
    }
    return { viewer: sub !== undefined && role ? { ...viewer, role } : viewer, expiresAt: payload.exp ?? 0 }
  }
}
