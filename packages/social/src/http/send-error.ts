// Whatever is thrown becomes an answer here, and nowhere else.

import { AppError, messageOf } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import type { FastifyReply, FastifyRequest } from "fastify"
import { databaseError } from "../db/database-error.ts"

const RETRY_AFTER_SECONDS = 2

/** Answers with the error's status and code; what is our fault is logged with its cause. */
export function sendError(
  log: Log,
  thrown: unknown,
  at: { request: FastifyRequest; reply: FastifyReply },
): unknown {
  const error = toAppError(databaseError(thrown))
  if (error.status >= 500) {
    log.error(
      {
        requestId: at.request.id,
        method: at.request.method,
        route: at.request.routeOptions.url,
        // Not `code`: the log hides that, since OAuth's codes are secrets.
        errorCode: error.code,
        cause: error.cause instanceof Error ? error.cause.stack : undefined,
      },
      error.code === "internal" ? messageOf(error.cause) : error.message,
    )
  }
  if (error.status === 503) at.reply.header("retry-after", String(RETRY_AFTER_SECONDS))
  if (error.status === 401)
    at.reply.header("www-authenticate", 'Bearer realm="Aviary", error="invalid_token"')
  const { details } = error.details
  return at.reply
    .status(error.status)
    .send({ error: error.message, code: error.code, ...(details === undefined ? {} : { details }) })
}

/** What the HTTP library throws, in our words. */
function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : ""
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    return new AppError("input.too_large", { limit: "the server" }, { cause: thrown })
  }
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") {
    return new AppError("input.unsupported_media_type", { type: "given" }, { cause: thrown })
  }
  const status = thrown instanceof Error && "statusCode" in thrown ? Number(thrown.statusCode) : 500
  if (status >= 400 && status < 500) {
    return new AppError("input.malformed", { reason: messageOf(thrown) }, { cause: thrown })
  }
  return AppError.from(thrown)
}
