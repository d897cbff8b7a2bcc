// What a failure of the driver or the server means: that the database is gone, or full. Pure.

import { AppError } from "@aviary/kit"

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const UNAVAILABLE_CLASSES = new Set(["08", "57"])
const UNAVAILABLE_CODES = new Set(["53300", "25006", "25P03"])
const FULL_CODES = new Set(["53100", "53200"])
const SYSTEM_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "ENOENT", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH"])

/** A driver's failure as an `AppError` where it means that the server is gone or full; anything else as it is. */
export function databaseError(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error
  const code = "code" in error && typeof error.code === "string" ? error.code : ""
  if (FULL_CODES.has(code) || /No space left on device/.test(error.message)) {
    return new AppError("storage.full", {}, { cause: error })
  }
  const gone =
    UNAVAILABLE_CLASSES.has(code.slice(0, 2)) ||
    UNAVAILABLE_CODES.has(code) ||
    SYSTEM_CODES.has(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/.test(
      error.message,
    )
  return gone ? new AppError("database.unavailable", {}, { cause: error }) : error
}
