// Answers that were asked for before the client's code was there, by public/first-requests.js. Each is handed out once, to the first
// request for the same with the same token, and only while it is as good as a fresh one: it must never be where data is kept.

export interface FirstRequests {
  readonly token: string
  /** By whole address. */
  readonly answers: Map<string, Promise<Response>>
}

declare global {
  var aviaryFirst: FirstRequests | undefined
}

/** Milliseconds after the start of the page for which they are taken: as long as any answer counts as fresh. */
const GOOD_FOR_MS = 30_000

export interface FirstAnswersDeps {
  readonly requests: FirstRequests | undefined
  /** Milliseconds since the start of the page, as `performance.now` counts. */
  readonly pageAge: () => number
  readonly fetch: typeof fetch
}

/** `fetch`, but for what has been asked for already. */
export function createFetchWithFirstAnswers({
  requests,
  pageAge,
  fetch: ask,
}: FirstAnswersDeps): typeof fetch {
  return (input, init) => {
    if (requests === undefined || requests.answers.size === 0) return ask(input, init)
    if (pageAge() > GOOD_FOR_MS) requests.answers.clear()
    const address = typeof input === "string" ? input : undefined
    const answer = address === undefined ? undefined : requests.answers.get(address)
    if (address === undefined || answer === undefined || !isSame(requests, init)) return ask(input, init)
    requests.answers.delete(address)
    return answer
  }
}

function isSame({ token }: FirstRequests, init: RequestInit | undefined): boolean {
  const authorization = new Headers(init?.headers).get("authorization")
  return (init?.method ?? "GET") === "GET" && authorization === `Bearer ${token}`
}
