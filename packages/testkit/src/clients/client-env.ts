/** What the loop of a real client needs, and what it reports. Plain data, no behaviour. */

export interface ClientEnv {
  /** Of the server under test, without a slash at the end: `http://127.0.0.1:PORT`. */
  readonly baseUrl: string
  /** The member that the client signs in as. */
  readonly user: { readonly username: string; readonly email: string; readonly password: string }
  /** Somebody else, who causes notifications and stream events; `token` has every scope. */
  readonly other: { readonly username: string; readonly token: string }
  /** A directory of this run alone: the client keeps its settings there. */
  readonly workDir: string
}

export interface StepReport {
  readonly name: string
  readonly ok: boolean
  /** Why it failed; empty when it did not. */
  readonly detail: string
}

export interface ClientReport {
  readonly client: string
  readonly steps: readonly StepReport[]
}
