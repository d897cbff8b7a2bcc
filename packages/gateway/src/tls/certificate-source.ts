// Something that gives certificates and renews them: files, the internal authority, ACME. It puts what it has into the store and
// leaves there what it had while it has nothing better.

import type { Part } from "@aviary/kit"
import type { Certificate } from "./certificate.ts"

/** What a source needs of the store. */
export interface CertificateShelf {
  put(source: string, certificate: Certificate): void
}

export interface CertificateSource extends Part {
  /** What is known of its state, for people. */
  state(): SourceState
}

export interface SourceState {
  readonly source: string
  readonly names: readonly string[]
  /** Milliseconds since 1970; undefined while there is no certificate. */
  readonly notAfter: number | undefined
  /** Why the last attempt at a newer one failed; undefined when it did not. */
  readonly problem: string | undefined
}
