// What can go wrong between the client and Aviary, as one type. Pages decide by `kind`, never by status numbers or messages.

/**
 * - `offline`: no answer came: no network, or the server is away.
 * - `unauthorised`: the session is over (401).
 * - `forbidden`: signed in, but not allowed (403).
 * - `missing`: there is nothing there, or it is not for this member (404, 410).
 * - `refused`: the server says what was wrong with the request (other 4xx).
 * - `limited`: too many requests; `retryAfterMs` says when (429).
 * - `failed`: the server could not (5xx), or answered something that is not an answer.
 */
export type ApiErrorKind =
  | "offline"
  | "unauthorised"
  | "forbidden"
  | "missing"
  | "refused"
  | "limited"
  | "failed"

export interface FieldProblem {
  /** Such as `ERR_TAKEN`. */
  readonly error: string
  /** In the server's words. */
  readonly description: string
}

interface ApiErrorDetails {
  readonly status?: number | undefined
  readonly code?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly fields?: Readonly<Record<string, readonly FieldProblem[]>> | undefined
  readonly cause?: unknown
}

export class ApiError extends Error {
  override readonly name = "ApiError"
  readonly kind: ApiErrorKind
  /** Absent when there was no answer. */
  readonly status: number | undefined
  /** Aviary's own stable name of it, such as `auth.password_wrong`, where the answer says one. */
  readonly code: string | undefined
  /** Milliseconds that the server asks to wait, where it says so. */
  readonly retryAfterMs: number | undefined
  /** Problems by the name of the field, as registration answers them. */
  readonly fields: Readonly<Record<string, readonly FieldProblem[]>>

  constructor(kind: ApiErrorKind, message: string, details: ApiErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.kind = kind
    this.status = details.status
    this.code = details.code
    this.retryAfterMs = details.retryAfterMs
    this.fields = details.fields ?? {}
  }

  /** Whatever was thrown, as an ApiError; what is none is `failed`. */
  static from(thrown: unknown): ApiError {
    if (thrown instanceof ApiError) return thrown
    return new ApiError("failed", thrown instanceof Error ? thrown.message : "Something went wrong", {
      cause: thrown,
    })
  }
}

export function kindOfStatus(status: number): ApiErrorKind {
  if (status === 401) return "unauthorised"
  if (status === 403) return "forbidden"
  if (status === 404 || status === 410) return "missing"
  if (status === 429) return "limited"
  return status >= 500 ? "failed" : "refused"
}

/** Whether the same request may work a little later, all by itself. */
export function isWorthRetrying(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false
  return error.kind === "offline" || error.kind === "failed" || error.kind === "limited"
}

const FIRST_PAUSE_MS = 800
const LONGEST_PAUSE_MS = 30_000

/**
 * Milliseconds to wait before attempt `attempt` (from 0): doubling from 0.8 s up to 30 s, of which a random half is taken
 * off so that clients do not come back at the same moment; or what the server asked for, if that is longer.
 */
export function retryPause(attempt: number, error: unknown, random: () => number = Math.random): number {
  const doubled = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS)
  const pause = doubled * (0.5 + random() / 2)
  const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0
  return Math.max(pause, asked)
}
