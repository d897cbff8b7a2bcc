// The beginning of a request's body, kept so that another instance can be sent the same request. Bounded: a body larger than
// the bound passes through and cannot be sent again.

export class ReplayBody {
  readonly #limit: number
  #chunks: Buffer[] | undefined = []
  #bytes = 0
  /** The client has sent it whole. */
  ended: boolean

  constructor(limit: number, ended: boolean) {
    this.#limit = limit
    this.ended = ended
  }

  /** Bytes seen so far, kept or not. */
  get bytes(): number {
    return this.#bytes
  }

  /** All that has come is still here. */
  get replayable(): boolean {
    return this.#chunks !== undefined
  }

  get chunks(): readonly Buffer[] {
    return this.#chunks ?? []
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#limit) this.#chunks = undefined
    else this.#chunks?.push(chunk)
  }

  /** It will not be needed again. */
  drop(): void {
    this.#chunks = undefined
  }
}
