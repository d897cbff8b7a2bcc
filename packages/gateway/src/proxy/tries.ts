// The tries of one request that are under way: mostly one, two while a copy was sent. Each is counted at its instance from its
// beginning to its end, and told of once. Which of them the client hears is not decided here.

import type { Member } from "../balance/member.ts"
import type { AttemptFailure } from "../types.ts"
import type { AttemptOwner, AttemptTimeouts } from "../upstream/attempt.ts"
import { UpstreamAttempt } from "../upstream/attempt.ts"
import type { ForwardDeps } from "./forward-deps.ts"
import type { NoTarget, Target } from "./upstream.ts"

export interface Try {
  readonly attempt: UpstreamAttempt
  readonly target: Target
}

type TriesDeps = Pick<ForwardDeps, "exchange" | "upstream" | "record" | "deadlines" | "onAttempt">

export class Tries {
  readonly #deps: TriesDeps
  readonly #owner: AttemptOwner
  readonly #timeouts: AttemptTimeouts
  readonly #tried: Member[] = []
  readonly #running: Try[] = []

  constructor(deps: TriesDeps, owner: AttemptOwner) {
    this.#deps = deps
    this.#owner = owner
    const { connect, headers, idle, total } = deps.upstream.timeouts
    const bounded = total > 0 && deps.exchange.upgrade === undefined
    const totalEnds = bounded ? deps.record.startedAt + total : Number.POSITIVE_INFINITY
    this.#timeouts = { connect, headers, idle, totalEnds }
  }

  get count(): number {
    return this.#running.length
  }

  get first(): Try | undefined {
    return this.#running[0]
  }

  /** An instance that was not tried. */
  open(): Target | NoTarget {
    const target = this.#deps.upstream.open(this.#tried)
    if (typeof target !== "string") this.#tried.push(target.member)
    return target
  }

  /** Those that were tried may be tried again: they, or others in their place, may be back. */
  startOver(): void {
    this.#tried.length = 0
  }

  begin(target: Target): UpstreamAttempt {
    const { deadlines, record } = this.#deps
    const attempt = new UpstreamAttempt(target.connection, {
      owner: this.#owner,
      deadlines,
      timeouts: this.#timeouts,
    })
    const one = { attempt, target }
    this.#running.push(one)
    record.attempts += 1
    this.#note(one)
    return attempt
  }

  find(attempt: UpstreamAttempt): Try | undefined {
    return this.#running.find((one) => one.attempt === attempt)
  }

  report(one: Try, result: { status?: number; failure?: AttemptFailure }): void {
    this.#deps.upstream.report(one.target, {
      ...result,
      latencyMs: performance.now() - one.attempt.startedAt,
    })
  }

  /** Takes a try off the list; it has ended or is given up. */
  drop(one: Try, result: string): void {
    if (!this.forget(one)) return
    one.attempt.abandon()
    this.#deps.upstream.finish(one.target)
    this.#deps.onAttempt(one.target, result)
  }

  dropAll(): void {
    for (let one = this.#running[0]; one; one = this.#running[0]) this.drop(one, "given_up")
  }

  /** Takes it off the list without an end: its connection has become somebody else's, who finishes it. */
  forget(one: Try): boolean {
    const at = this.#running.indexOf(one)
    if (at >= 0) this.#running.splice(at, 1)
    return at >= 0
  }

  /** Its answer is the one that the client gets. */
  keepOnly(one: Try): void {
    for (const other of this.#running.filter((candidate) => candidate !== one)) this.drop(other, "given_up")
    this.#note(one)
  }

  #note({ target }: Try): void {
    this.#deps.record.instance = target.member.instance.id
    this.#deps.record.release = target.member.instance.release
  }
}
