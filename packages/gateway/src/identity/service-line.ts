// One line to one instance of a service: hears its news for as long as it is wanted, and connects again when it was lost.

import type { IncomingMessage } from "node:http"
import { createInterface } from "node:readline"
import type { Clock, Log } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import type { ServiceEndpoint } from "./identity-schema.ts"
import type { ServiceNews } from "./service-news.ts"
import { parseNews } from "./service-news.ts"
import type { ServiceRequests } from "./service-requests.ts"

export interface ServiceLine {
  stop(): void
}

export interface ServiceLineDeps {
  readonly endpoint: ServiceEndpoint
  readonly requests: Pick<ServiceRequests, "open">
  /** What it says, in order. */
  readonly onNews: (news: ServiceNews) => void
  /** It cannot be heard any more; told once a connection. */
  readonly onLost: (why: string) => void
  readonly clock: Clock
  readonly log: Log
}

/** Services send a beat each second. */
const SILENCE_MS = 3_500
const RETRY_MS = 250

export function openServiceLine(deps: ServiceLineDeps): ServiceLine {
  const { endpoint, requests, clock } = deps
  let stream: IncomingMessage | undefined
  let isStopped = false
  let cancelSilence = () => {}
  let cancelRetry = () => {}

  function listen(): void {
    if (isStopped) return
    const asking = requests.open(endpoint, { path: "/news", timeout: SILENCE_MS })
    asking.on("timeout", () => asking.destroy(new Error("no answer")))
    asking.on("error", lost)
    asking.on("response", (response) => {
      if (response.statusCode !== 200) return lost(new Error(`it answers ${response.statusCode}`))
      stream = response
      const lines = createInterface(response)
      lines.on("line", (line) => heard(line))
      lines.on("error", lost)
      response.on("close", () => lost(new Error("the line was closed")))
      response.on("error", lost)
      watch()
    })
    asking.end()

    let isLost = false
    function lost(error: Error): void {
      if (isLost) return
      isLost = true
      asking.destroy()
      stream = undefined
      cancelSilence()
      if (isStopped) return
      deps.onLost(messageOf(error))
      cancelRetry = clock.after(RETRY_MS, listen)
    }

    function heard(line: string): void {
      if (isLost || isStopped) return
      watch()
      const news = parseNews(line)
      // A service that says what we do not know may mean that something changed.
      if (!news) return lost(new Error("its news cannot be read"))
      deps.onNews(news)
    }

    function watch(): void {
      cancelSilence()
      cancelSilence = clock.after(SILENCE_MS, () => lost(new Error("it fell silent")))
    }
  }

  listen()
  return {
    stop() {
      isStopped = true
      cancelSilence()
      cancelRetry()
      stream?.destroy()
    },
  }
}
