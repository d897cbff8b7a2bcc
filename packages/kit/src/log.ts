// Structured logging: JSON lines to standard error. Never a secret, never what a member wrote: fields that could hold
// either are redacted by name here, as the last line of defence.

import pino from "pino"
import { createLogDestination } from "./log-destination.ts"

export type Log = pino.Logger
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent"

const STANDARD_ERROR = 2

const SECRET_FIELDS = [
  "password",
  "token",
  "access_token",
  "client_secret",
  "code",
  "authorization",
  "cookie",
]

/** A logger at `level` (default info). `destination` receives the lines (default standard error). */
export function createLog(
  options: { level?: LogLevel; destination?: { write(line: string): void } } = {},
): Log {
  return pino(
    {
      level: options.level ?? "info",
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: "[redacted]" },
    },
    options.destination ?? createLogDestination(STANDARD_ERROR),
  )
}
