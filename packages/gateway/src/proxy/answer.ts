// Answers that the gateway gives itself: JSON in the same words as the services'.

import type { AppError } from "@aviary/kit"
import type { HeaderList } from "../http1/header-list.ts"
import type { KeptAnswer } from "../cache/cache-verdict.ts"
import type { Exchange } from "./exchange.ts"
import { NO_BODY } from "./exchange.ts"

const RETRY_AFTER_SECONDS = "2"

export function errorJson(error: AppError): string {
  return JSON.stringify({ error: error.message, code: error.code })
}

/** Answers with an error. 503 says when to come back, unless `extra` does. */
export function answerError(exchange: Exchange, error: AppError, extra: HeaderList = []): void {
  const headers: HeaderList = ["cache-control", "no-store", "x-content-type-options", "nosniff", ...extra]
  if (error.status === 503 && !extra.includes("retry-after")) headers.push("retry-after", RETRY_AFTER_SECONDS)
  answerText(exchange, error.status, {
    text: errorJson(error),
    type: "application/json; charset=utf-8",
    headers,
  })
}

/** A small whole answer. */
export function answerText(
  exchange: Exchange,
  status: number,
  answer: { text: string; type?: string; headers: HeaderList },
): void {
  const body = Buffer.from(answer.text)
  const headers: HeaderList =
    answer.type === undefined ? [...answer.headers] : ["content-type", answer.type, ...answer.headers]
  if (exchange.method === "HEAD" || status === 204 || status === 304) {
    if (exchange.method === "HEAD") headers.push("content-length", String(body.length))
    exchange.respond(status, headers, NO_BODY)
  } else {
    exchange.respond(status, headers, body.length)
    exchange.write(body)
  }
  exchange.end()
}

/** An answer of the cache's; returns the bytes of its body. The cache's own headers are shared and not changed. */
export function answerKept(
  exchange: Exchange,
  { status, headers, body }: KeptAnswer,
  more: HeaderList,
): number {
  exchange.respond(status, [...headers, ...more], body === undefined ? NO_BODY : body.length)
  if (body !== undefined) exchange.write(body)
  exchange.end()
  return body?.length ?? 0
}
