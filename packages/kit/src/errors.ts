// The one error type of Aviary and the registry of its codes. A code never changes its meaning; docs/errors.md
// is held equal to this registry by a test. Messages are for users: what was wrong, where, and what to do.

import { errorCodes } from "./error-codes.ts"
import type { ErrorCode } from "./error-codes.ts"

export interface ErrorDefinition {
  /** HTTP status that the error maps to. */
  readonly status: number
  /** The text a user sees. `{name}` is replaced from the error's details. */
  readonly message: string
  /** What somebody who meets the error can do; shown in docs/errors.md. */
  readonly remedy: string
}

export type ErrorDetails = Readonly<Record<string, unknown>>

/** A failure with a stable code. `details` may be shown to the user, `cause` never is. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}, options: { cause?: unknown } = {}) {
    const definition: ErrorDefinition = errorCodes[code]
    super(fill(definition.message, details), options)
    this.name = "AppError"
    this.code = code
    this.status = definition.status
    this.details = details
  }

  /** Any thrown value as an `AppError`; what is not one becomes `internal`, with the original as its cause. */
  static from(thrown: unknown): AppError {
    return thrown instanceof AppError ? thrown : new AppError("internal", {}, { cause: thrown })
  }
}

function fill(message: string, details: ErrorDetails): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in details ? String(details[name]) : whole,
  )
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
