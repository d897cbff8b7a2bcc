// A fresh process under load: the first home page of many members, each read once, from the process's first answer on, while its
// memory fills behind the requests.

import { openClient } from "../lib/http-connection.ts"
import { summary } from "../lib/load.ts"
import type { Figure } from "../lib/report.ts"
import type { BenchMember, RunningAviary } from "../lib/running-aviary.ts"
import { homeRequest } from "./world.ts"

const CONNECTIONS = 4

/** Reads each member's home once; call it as soon as the process answers. */
export async function coldReads(
  aviary: RunningAviary,
  members: readonly BenchMember[],
  networkSize: number,
): Promise<Figure> {
  const requests = members.map((member) => homeRequest(member))
  const latencies: number[] = []
  const beforeMemory: number[] = []
  let failed = 0
  let next = 0
  let ready = false
  let readyAfterMs: number | undefined
  const started = performance.now()
  // Seen by its own metric; asked seldom, for asking costs the process something.
  const watch = setInterval(() => {
    aviary.metric("aviary_feed_ready").then(
      (value) => {
        if (value !== 1 || ready) return
        ready = true
        readyAfterMs = performance.now() - started
      },
      () => undefined,
    )
  }, 250)
  try {
    await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        const client = await openClient(aviary.port)
        for (let i = next++; i < requests.length; i = next++) {
          const sent = performance.now()
          const answer = await client.ask(requests[i] ?? "")
          const ms = performance.now() - sent
          latencies.push(ms)
          if (!ready) beforeMemory.push(ms)
          if (answer.status !== 200) failed += 1
          if (answer.status === 0) break
        }
        client.close()
      }),
    )
  } finally {
    clearInterval(watch)
  }
  if (failed > 0) throw new Error(`${failed} of ${latencies.length} cold reads failed`)
  const seconds = (performance.now() - started) / 1_000
  const before = summary(beforeMemory)
  const all = summary(latencies)
  return {
    name: "first home page in a fresh process, p99",
    value: all.p99,
    unit: "ms",
    target: { most: 20 },
    note: `${latencies.length} members who follow somebody, each once, of ${networkSize.toLocaleString("en-US")}; ${CONNECTIONS} connections from the first 200 on, ${seconds.toFixed(1)} s; p50 ${all.p50.toFixed(1)} ms; memory full ${readyAfterMs === undefined ? "after the last of them" : `after ${(readyAfterMs / 1_000).toFixed(1)} s`}: ${beforeMemory.length} reads before that, p50 ${before.p50.toFixed(1)}, p99 ${before.p99.toFixed(1)} ms; failed ${failed}`,
  }
}
