// Forwards one request: tries an instance, perhaps another, and passes the answer on as it comes. Its rules:
// - a client gets the answer of one instance, whole, or learns that it did not (its connection is cut);
// - what may have been carried out is sent again only when doing it twice is the same as once;
// - where no instance is left, a request that none has touched, or that may be repeated, waits for one for a while;
// - every end is reported once, as one outcome.

import type { Socket } from "node:net"
import { AppError } from "@aviary/kit"
import type { KeptAnswer } from "../cache/cache-verdict.ts"
import type { Deadlined } from "../deadlines.ts"
import type { ResponseHead } from "../http1/head.ts"
import type { HeaderList } from "../http1/header-list.ts"
import { headerValue } from "../http1/header-list.ts"
import type { AttemptFailure, Outcome } from "../types.ts"
import type { AttemptOwner, UpstreamAttempt } from "../upstream/attempt.ts"
import { statusClass } from "../values/status-class.ts"
import { answerError, answerKept } from "./answer.ts"
import type { BodySink, ExchangeListener, GoneReason } from "./exchange.ts"
import type { ForwardDeps } from "./forward-deps.ts"
import { answerLength, isStream, isUnprocessed, passedOn } from "./passed-on.ts"
import { ReplayBody } from "./replay-body.ts"
import type { Try } from "./tries.ts"
import { Tries } from "./tries.ts"
import type { NoTarget, Target } from "./upstream.ts"

const REPLAY_BYTES = 65_536
const LOOK_EVERY_MS = 50

export class Forward implements AttemptOwner, BodySink, ExchangeListener {
  readonly #deps: ForwardDeps
  readonly #body: ReplayBody
  readonly #tries: Tries
  #committed: Try | undefined
  #bodyAsked = false
  #hedgeTimer: NodeJS.Timeout | undefined
  #over = false
  /** When it looks for an instance again, while it waits for one. */
  readonly #look: Deadlined

  constructor(deps: ForwardDeps) {
    this.#deps = deps
    this.#body = new ReplayBody(REPLAY_BYTES, deps.exchange.bodyLength === 0)
    this.#tries = new Tries(deps, this)
    this.#look = { deadline: Number.POSITIVE_INFINITY, onDeadline: () => this.#lookAgain() }
  }

  start(): void {
    const { exchange, maxBodyBytes } = this.#deps
    exchange.listen(this)
    if (exchange.bodyLength > maxBodyBytes) return this.#refuseBody()
    if (!this.#tryFirst()) return
    if (this.#body.ended && exchange.upgrade === undefined) this.#armHedge()
  }

  // Tries.

  /** Sends the request to an instance that was not tried; answers the client when there is none. */
  #tryFirst(): boolean {
    const target = this.#tries.open()
    if (typeof target !== "string") {
      this.#send(target)
      return true
    }
    if (this.#waits(target)) return true
    const kept = this.#deps.tap?.fail()
    if (kept) this.#answerKept(kept)
    else if (target === "full") this.#answer(new AppError("server.overloaded"), "shed")
    else this.#answer(new AppError("gateway.no_instance"), "no_instance")
    return false
  }

  /** Waits for an instance to be there, or for one of its connections; false where it has waited long enough. */
  #waits(why: NoTarget): boolean {
    const { record, waitForInstance, waitForConnection, deadlines } = this.#deps
    const most = why === "none" ? waitForInstance : why === "full" ? waitForConnection : 0
    const now = performance.now()
    if (now >= record.startedAt + most) return false
    this.#look.deadline = now + LOOK_EVERY_MS
    deadlines.add(this.#look)
    return true
  }

  #lookAgain(): void {
    this.#deps.deadlines.remove(this.#look)
    if (this.#over) return
    this.#tries.startOver()
    this.#tryFirst()
  }

  #send(target: Target): void {
    const { exchange } = this.#deps
    const { connection } = target
    const attempt = this.#tries.begin(target)
    const body = exchange.bodyLength === 0 ? "none" : exchange.bodyLength < 0 ? "chunked" : "length"
    let flowing = attempt.send({ text: this.#deps.requestText(), bodiless: exchange.method === "HEAD", body })
    for (const chunk of this.#body.chunks) flowing = connection.writeBody(chunk)
    if (this.#body.ended) connection.endBody()
    else if (!this.#bodyAsked) {
      this.#bodyAsked = true
      exchange.readBody(this)
    } else if (flowing) exchange.resumeBody()
  }

  #armHedge(): void {
    const after = this.#deps.hedgeAfter()
    if (after === undefined) return
    this.#hedgeTimer = setTimeout(() => {
      this.#hedgeTimer = undefined
      if (this.#over || this.#committed || this.#tries.count !== 1 || !this.#deps.mayHedge()) return
      const next = this.#tries.open()
      if (typeof next !== "string") this.#send(next)
    }, after)
  }

  /** Ends a stream of events as if the instance had: its client comes back, to whoever is there then. */
  #endStream(): void {
    if (this.#over || !this.#committed) return
    this.#tries.dropAll()
    this.#deps.exchange.end()
  }

  // What instances say.

  onInform(attempt: UpstreamAttempt, status: number, headers: HeaderList): void {
    if (this.#over || this.#committed || this.#tries.count > 1 || !this.#tries.find(attempt)) return
    this.#deps.exchange.inform(status, headers)
  }

  onHead(attempt: UpstreamAttempt, head: ResponseHead): void {
    const one = this.#tries.find(attempt)
    if (!one || this.#over) return
    this.#tries.report(one, { status: head.status })
    if (head.status >= 429 && this.#retried(one, head.status, head)) return
    this.#commit(one)
    this.#deps.onHead(head.status >= 500)
    const { exchange, record } = this.#deps
    const verdict = this.#deps.tap?.head(head.status, head.headers)
    this.#tapped =
      verdict !== undefined && verdict.kind !== "pass" && (verdict.kind === "keep" || verdict.keep)
    if (verdict?.kind === "answer") return this.#answerInstead(one, verdict.answer)
    const headers = passedOn(head.headers, exchange.method === "HEAD" || head.status === 304)
    this.#deps.onAnswer(head.status, headers, one.target)
    record.status = head.status
    record.headMs = performance.now() - record.startedAt
    if (isStream(head)) {
      attempt.unbound()
      this.#deps.onStream(() => this.#endStream())
    }
    exchange.respond(head.status, headers, answerLength(head, exchange.method))
  }

  onData(attempt: UpstreamAttempt, chunk: Buffer): void {
    if (this.#committed?.attempt !== attempt || this.#over) return
    // The chunk is good for this turn only.
    if (this.#tapped) this.#deps.tap?.data(Buffer.from(chunk))
    if (this.#instead) return
    this.#deps.record.bytesOut += chunk.length
    if (!this.#deps.exchange.write(chunk)) attempt.pause()
  }

  onEnd(attempt: UpstreamAttempt): void {
    const one = this.#tries.find(attempt)
    if (!one || this.#over) return
    this.#tries.drop(one, statusClass(this.#deps.record.status))
    if (this.#tapped) this.#deps.tap?.end()
    if (!this.#instead) this.#deps.exchange.end()
  }

  onFailure(attempt: UpstreamAttempt, failure: AttemptFailure): void {
    const one = this.#tries.find(attempt)
    if (!one || this.#over) return
    this.#tries.report(one, { failure })
    if (this.#committed === one) {
      this.#tries.drop(one, failure)
      this.#deps.tap?.fail()
      if (this.#instead) return
      this.#end("broken_answer")
      this.#deps.exchange.abort()
      return
    }
    // The other copy may still answer.
    if (this.#tries.count > 1) return this.#tries.drop(one, failure)
    if (this.#retried(one, failure, undefined)) return
    this.#tries.drop(one, failure)
    // The only one has just died, which may not be known here yet.
    const isWhole = this.#body.replayable && this.#deps.exchange.unanswered
    if (failure === "connect" && isWhole && this.#waits("none")) return
    const kept = this.#deps.tap?.fail()
    if (kept) return this.#answerKept(kept)
    if (failure === "timeout") this.#answer(new AppError("gateway.upstream_timeout"), "upstream_timeout")
    else this.#answer(new AppError("gateway.upstream_failed"), "upstream_failed")
  }

  onDrain(): void {
    if (!this.#over && this.#bodyAsked && !this.#body.ended) this.#deps.exchange.resumeBody()
  }

  onUpgrade(attempt: UpstreamAttempt, upgrade: { head: ResponseHead; socket: Socket; first: Buffer }): void {
    const one = this.#tries.find(attempt)
    if (!one || this.#over) return upgrade.socket.destroy() && undefined
    this.#tries.report(one, { status: 101 })
    const { exchange, record } = this.#deps
    const protocol = headerValue(upgrade.head.headers, "upgrade") ?? ""
    if (exchange.upgrade === undefined || protocol.toLowerCase() !== exchange.upgrade) {
      upgrade.socket.destroy()
      this.#tries.drop(one, "garbage")
      return this.#answer(new AppError("gateway.upstream_failed"), "upstream_failed")
    }
    const headers = passedOn(upgrade.head.headers, false)
    this.#deps.onAnswer(101, headers, one.target)
    headers.push("connection", "upgrade", "upgrade", protocol)
    record.status = 101
    record.headMs = performance.now() - record.startedAt
    this.#deps.onHead(false)
    this.#deps.onStream(undefined)
    const taken = exchange.takeOver(headers)
    this.#tries.forget(one)
    if (!taken) {
      upgrade.socket.destroy()
      this.#deps.upstream.finish(one.target)
      return this.#end("client_gone")
    }
    this.#deps.onTunnel(
      {
        client: taken.socket,
        instance: upgrade.socket,
        firstOfClient: taken.first,
        firstOfInstance: upgrade.first,
        target: one.target,
      },
      () => {
        this.#deps.upstream.finish(one.target)
        this.#deps.onAttempt(one.target, "101")
        this.#end("upgraded")
      },
    )
  }

  /** Sends it to another instance when that is safe, allowed, and there is one. */
  #retried(one: Try, cause: AttemptFailure | number, answer: ResponseHead | undefined): boolean {
    const { exchange, upstream } = this.#deps
    if (!exchange.unanswered || !this.#body.replayable || this.#tries.count > 1) return false
    const unsent = cause === "connect" || (answer !== undefined && isUnprocessed(answer))
    const { reused } = one.attempt
    const question = {
      attempts: this.#deps.record.attempts,
      cause,
      unsent,
      reused: reused && cause === "reset",
    }
    if (!this.#deps.retries.mayRetry(question)) return false
    const another = this.#tries.open()
    // The only instance: an answer of its own stands; a connection that broke is replaced.
    const next =
      typeof another !== "string"
        ? another
        : typeof cause === "number"
          ? undefined
          : upstream.again(one.target)
    if (!next) return false
    this.#tries.drop(one, typeof cause === "number" ? statusClass(cause) : cause)
    this.#send(next)
    return true
  }

  #commit(one: Try): void {
    this.#committed = one
    clearTimeout(this.#hedgeTimer)
    this.#tries.keepOnly(one)
    this.#body.drop()
  }

  // What the client says.

  data(chunk: Buffer): void {
    if (this.#over) return
    const { exchange, record, maxBodyBytes } = this.#deps
    record.bytesIn += chunk.length
    this.#body.add(chunk)
    if (this.#body.bytes > maxBodyBytes) return this.#refuseBody()
    const one = this.#tries.first
    if (!one) return exchange.pauseBody()
    one.attempt.progress()
    if (!one.attempt.connection.writeBody(chunk)) exchange.pauseBody()
  }

  end(): void {
    this.#body.ended = true
    if (!this.#over) this.#tries.first?.attempt.connection.endBody()
  }

  drained(): void {
    this.#committed?.attempt.resume()
  }

  gone(reason: GoneReason): void {
    this.#end(reason === "left" ? "client_gone" : reason === "stopped" ? "stopped" : this.#outcomeOf(reason))
  }

  #outcomeOf(reason: "malformed" | "slow"): Outcome {
    if (this.#deps.record.status > 0) return "client_gone"
    this.#deps.record.status = reason === "slow" ? 408 : 400
    return "malformed"
  }

  finished(): void {
    this.#end(this.#committed && !this.#instead ? "answered" : this.#ownOutcome)
  }

  // Ends.

  #ownOutcome: Outcome = "internal"
  /** The cache takes the body. */
  #tapped = false
  /** The client gets the cache's answer, whatever the instance's body brings. */
  #instead = false

  #answerInstead(one: Try, answer: KeptAnswer): void {
    this.#instead = true
    if (!this.#tapped) this.#tries.drop(one, "304")
    this.#answerKept(answer)
  }

  #answerKept(answer: KeptAnswer): void {
    const { exchange, record } = this.#deps
    this.#ownOutcome = "cached"
    this.#instead = true
    record.status = answer.status
    record.headMs = performance.now() - record.startedAt
    record.bytesOut = answerKept(exchange, answer, this.#deps.ownHeaders())
  }

  #refuseBody(): void {
    this.#tries.dropAll()
    const { exchange, maxBodyBytes } = this.#deps
    if (!exchange.unanswered) {
      this.#end("too_large")
      return exchange.abort()
    }
    this.#answer(new AppError("input.too_large", { limit: sizeText(maxBodyBytes) }), "too_large")
  }

  /** The gateway's own answer; the request ends when it has been sent. */
  #answer(error: AppError, outcome: Outcome): void {
    const { exchange, record } = this.#deps
    this.#ownOutcome = outcome
    record.status = error.status
    record.headMs = performance.now() - record.startedAt
    this.#body.drop()
    answerError(exchange, error, this.#deps.ownHeaders())
  }

  #end(outcome: Outcome): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#hedgeTimer)
    this.#deps.deadlines.remove(this.#look)
    this.#tries.dropAll()
    this.#body.drop()
    this.#deps.tap?.fail()
    this.#deps.onHead(outcome !== "client_gone")
    this.#deps.onEnd(outcome)
  }
}

function sizeText(bytes: number): string {
  return bytes >= 1_048_576 ? `${Math.floor(bytes / 1_048_576)} MiB` : `${Math.floor(bytes / 1_024)} KiB`
}
