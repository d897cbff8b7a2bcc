// Asks an instance for its health. Never throws, never follows what it says, and reads none of the answer.

import { request } from "node:http"

export type HealthAnswer = "good" | "bad" | "silent"

/** 200 is good, any other answer bad; no answer within the time is silent. */
export function probeHealth(target: {
  port: number
  path: string
  timeoutMs: number
}): Promise<HealthAnswer> {
  const { port, path, timeoutMs } = target
  return new Promise((resolve) => {
    const asking = request(
      { host: "127.0.0.1", port, path, agent: false, headers: { "user-agent": "aviary-supervisor" } },
      (answer) => {
        clearTimeout(timer)
        resolve(answer.statusCode === 200 ? "good" : "bad")
        answer.destroy()
      },
    )
    const timer = setTimeout(() => asking.destroy(new Error("no answer")), timeoutMs)
    asking.on("error", () => {
      clearTimeout(timer)
      resolve("silent")
    })
    asking.end()
  })
}
