// A request on its way through the gateway: what is known of it so far, and the fields that whatever answer it gets will carry.
// While a step waits, the visit notices that the client has left.

import type { AppError } from "@aviary/kit"
import { headerValue } from "../http1/header-list.ts"
import type { HeaderList } from "../http1/header-list.ts"
import type { Identified } from "../identity/identified.ts"
import type { Ledger, RequestRecord } from "../ledger/ledger.ts"
import { normalizePath } from "../routing/normalize-path.ts"
import type { Outcome } from "../types.ts"
import { answerError } from "./answer.ts"
import type { Exchange, GoneReason } from "./exchange.ts"
import { continueTrace, newRequestId } from "./request-ids.ts"
import { HeadView } from "./request-view.ts"
import type { TrustedProxies } from "./trusted-proxies.ts"
import { clientOf } from "./trusted-proxies.ts"

export class Visit {
  readonly exchange: Exchange
  readonly record: RequestRecord
  readonly view: HeadView
  /** What a trusted proxy said of those behind it, for the instance: addresses, and its `Forwarded`. */
  readonly forwardedFor: string | undefined
  readonly forwarded: string | undefined
  readonly traceparent: string
  /** The path can be read in one way only. */
  readonly readable: boolean
  /** Fields of the answer, wherever it comes from: request id, rate limits, CORS, cohort cookie. */
  readonly answerFields: HeaderList
  identified: Identified | undefined
  /** Goes on in the middle of a wait when the client has left. */
  onLeave: (() => void) | undefined
  left = false
  readonly #ledger: Ledger

  constructor(exchange: Exchange, deps: { proxies: TrustedProxies; ledger: Ledger }) {
    const client = clientOf(exchange, deps.proxies)
    const trace = continueTrace(headerValue(exchange.headers, "traceparent"))
    const { target } = exchange
    const question = target.indexOf("?")
    const sent = question < 0 ? target : target.slice(0, question)
    const path = normalizePath(sent)
    const normal =
      path === undefined || path === sent ? target : path + (question < 0 ? "" : target.slice(question))
    this.exchange = exchange
    this.forwardedFor = client.forwardedFor
    this.forwarded = client.forwarded
    this.traceparent = trace.traceparent
    this.readable = path !== undefined
    this.view = new HeadView({ method: exchange.method, target: normal, headers: exchange.headers }, client)
    this.#ledger = deps.ledger
    const record = deps.ledger.open()
    record.requestId = newRequestId()
    record.traceId = trace.traceId
    record.method = exchange.method
    record.path = this.view.path
    record.address = client.address
    record.httpVersion = exchange.httpVersion
    this.record = record
    this.answerFields = ["x-request-id", record.requestId]
  }

  /** Looks after the client until somebody else does: the end of the visit is `outcome`, or the client's leaving. */
  attend(outcome: Outcome): void {
    this.exchange.listen({
      drained: () => {},
      finished: () => this.#ledger.close(this.record, outcome),
      gone: (reason) => {
        this.left = true
        this.onLeave?.()
        this.#ledger.close(this.record, this.#outcomeOf(reason))
      },
    })
  }

  #outcomeOf(reason: GoneReason): Outcome {
    switch (reason) {
      case "stopped":
        return "stopped"
      case "malformed":
        return "malformed"
      case "left":
      case "slow":
        return "client_gone"
    }
  }

  /** Ends it with an error of the gateway's. */
  refuse(error: AppError, outcome: Outcome, more: HeaderList = []): void {
    if (this.left) return
    this.record.status = error.status
    this.attend(outcome)
    answerError(this.exchange, error, [...this.answerFields, ...more])
  }
}
