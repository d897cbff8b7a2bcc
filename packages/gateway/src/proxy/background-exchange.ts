// A request that nobody waits for: to refresh what the cache has, or a copy for another release. Its answer is read and thrown
// away.

import type { HeaderList } from "../http1/header-list.ts"
import type { BodySink, Exchange, ExchangeListener } from "./exchange.ts"

export class BackgroundExchange implements Exchange {
  readonly method: string
  readonly target: string
  readonly authority: string
  readonly headers: HeaderList
  readonly httpVersion: "1.0" | "1.1" | "2"
  readonly bodyLength = 0
  readonly upgrade = undefined
  readonly remoteAddress: string
  readonly secure: boolean
  #listener: ExchangeListener | undefined
  #answered = false

  /** Copies a request without a body. */
  constructor(of: Exchange) {
    this.method = of.method
    this.target = of.target
    this.authority = of.authority
    this.headers = of.headers
    this.httpVersion = of.httpVersion
    this.remoteAddress = of.remoteAddress
    this.secure = of.secure
  }

  get unanswered(): boolean {
    return !this.#answered
  }

  listen(listener: ExchangeListener): void {
    this.#listener = listener
  }

  readBody(sink: BodySink): void {
    sink.end()
  }

  pauseBody(): void {}

  resumeBody(): void {}

  inform(): void {}

  respond(): void {
    this.#answered = true
  }

  write(): boolean {
    return true
  }

  end(): void {
    this.#listener?.finished()
  }

  abort(): void {
    this.#listener?.gone("left")
  }

  takeOver(): undefined {
    return undefined
  }
}
