// What an instance's answer means for the client: which fields go on, how long the body is, what kind of answer it is. Pure.

import type { ResponseHead } from "../http1/head.ts"
import type { HeaderList } from "../http1/header-list.ts"
import { headerValue } from "../http1/header-list.ts"
import { NO_BODY } from "./exchange.ts"
import { connectionNamed, isDroppedFromAnswer } from "./hop-by-hop.ts"

/** The answer's fields for the client. `keepLength`: the answer has no body, and says how long it would be. */
export function passedOn(headers: HeaderList, keepLength: boolean): HeaderList {
  const named = connectionNamed(headers)
  const kept: HeaderList = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ""
    if (isDroppedFromAnswer(name) && !(keepLength && name === "content-length")) continue
    if (named?.has(name)) continue
    kept.push(name, headers[i + 1] ?? "")
  }
  return kept
}

export function answerLength(head: ResponseHead, method: string): number {
  if (method === "HEAD" || head.status === 204 || head.status === 304) return NO_BODY
  return head.length
}

export function isStream(head: ResponseHead): boolean {
  return (
    head.length < 0 && (headerValue(head.headers, "content-type")?.startsWith("text/event-stream") ?? false)
  )
}

/** An instance that is stopping says so of requests it did not touch. */
export function isUnprocessed(head: ResponseHead): boolean {
  return head.status === 503 && headerValue(head.headers, "x-aviary-unprocessed") !== undefined
}
