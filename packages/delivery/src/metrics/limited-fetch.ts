// HTTP for metric sources: a time limit, a limit on what is read, and no redirects. Never throws away why it failed.

export interface LimitedRequest {
  readonly url: string
  readonly method?: "GET" | "POST"
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly signal?: AbortSignal
}

/** A source that gave no answer that can be used; the message says why, without the address's query. */
export class SourceError extends Error {}

/** The text of a 200. Fails with a SourceError. */
export async function limitedFetch(request: LimitedRequest): Promise<string> {
  const where = placeOf(request.url)
  const timeout = AbortSignal.timeout(request.timeoutMs)
  const signal = request.signal ? AbortSignal.any([timeout, request.signal]) : timeout
  try {
    const answer = await fetch(request.url, {
      method: request.method ?? "GET",
      headers: { ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: "error",
      signal,
    })
    if (answer.status !== 200) {
      await answer.body?.cancel()
      throw new SourceError(`${where} answered ${answer.status}`)
    }
    return await readLimited(answer, { where, maxBytes: request.maxBytes })
  } catch (error) {
    if (error instanceof SourceError) throw error
    if (timeout.aborted)
      throw new SourceError(`${where} did not answer within ${request.timeoutMs} ms`, { cause: error })
    throw new SourceError(`${where} could not be asked: ${causeOf(error)}`, { cause: error })
  }
}

async function readLimited(answer: Response, limit: { where: string; maxBytes: number }): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  const body: AsyncIterable<Uint8Array> | null = answer.body
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > limit.maxBytes)
      throw new SourceError(`${limit.where} answered more than ${limit.maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}

/** Without query and credentials, which may be secret. */
function placeOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed ? `${parsed.origin}${parsed.pathname}` : "an address that is none"
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
