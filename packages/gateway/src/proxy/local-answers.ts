// Answers that the gateway knows without any route: the redirect to HTTPS, the challenge of a certificate authority.

import type { HeaderList } from "../http1/header-list.ts"
import type { RequestView } from "../types.ts"

export interface LocalAnswer {
  readonly status: number
  readonly headers: HeaderList
  readonly text: string
}

/** Undefined: the request goes to its route. */
export type LocalAnswers = (request: RequestView & { readonly authority: string }) => LocalAnswer | undefined
