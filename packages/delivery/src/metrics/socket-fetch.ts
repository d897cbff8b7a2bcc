// HTTP over a Unix socket for metric sources of this machine, as `unix:/path/of.sock:/path`: within the limits of limited-fetch.ts.

import { request } from "node:http"
import type { IncomingMessage } from "node:http"
import type { LimitedRequest } from "./limited-fetch.ts"
import { SourceError } from "./limited-fetch.ts"

const ADDRESS = /^unix:([^:]+):(\/.*)$/

export function isSocketAddress(url: string): boolean {
  return ADDRESS.test(url)
}

/** The text of a 200. Fails with a SourceError. */
export async function socketFetch(
  asked: Pick<LimitedRequest, "url" | "timeoutMs" | "maxBytes" | "signal">,
): Promise<string> {
  const [, socketPath = "", path = ""] = ADDRESS.exec(asked.url) ?? []
  const timeout = AbortSignal.timeout(asked.timeoutMs)
  const signal = asked.signal ? AbortSignal.any([timeout, asked.signal]) : timeout
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ socketPath, path, signal, agent: false }, resolve).once("error", reject).end()
    })
    let text = ""
    for await (const chunk of answer.setEncoding("utf8") as AsyncIterable<string>) {
      text += chunk
      if (text.length > asked.maxBytes) throw new SourceError(`it answered more than ${asked.maxBytes} bytes`)
    }
    if (answer.statusCode !== 200) throw new SourceError(`it answered ${answer.statusCode}`)
    return text
  } catch (error) {
    if (error instanceof SourceError) throw error
    if (timeout.aborted)
      throw new SourceError(`it did not answer within ${asked.timeoutMs} ms`, { cause: error })
    const reason = error instanceof Error ? error.message : String(error)
    throw new SourceError(`it could not be asked: ${reason}`, { cause: error })
  }
}
