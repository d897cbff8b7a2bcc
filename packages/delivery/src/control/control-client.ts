// Asks delivery's control socket: one answer, or lines as they come.

import { request } from "node:http"
import type { IncomingMessage } from "node:http"
import { createInterface } from "node:readline"
import { AppError } from "@aviary/kit"

export interface ControlClient {
  /** Fails with `control.failed`, with what the other side said, or `control.not_running` where nobody listens. */
  ask(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown>
  /** The lines of an answer. A line that tells of a failure ends it and is thrown. */
  lines(path: string, options?: { body?: unknown; signal?: AbortSignal }): AsyncIterable<unknown>
}

export function createControlClient(socketPath: string): ControlClient {
  function open(method: string, path: string, options: { body?: unknown; signal?: AbortSignal | undefined }) {
    return new Promise<IncomingMessage>((resolve, reject) => {
      const { body, signal } = options
      const sent = request({
        socketPath,
        method,
        path,
        headers: { "content-type": "application/json" },
        ...(signal ? { signal } : {}),
      })
      sent.once("response", resolve)
      sent.once("error", (error) => reject(isAbsent(error) ? notRunning(error) : error))
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }

  return {
    async ask(method, path, body) {
      const answer = await open(method, path, { body })
      answer.setEncoding("utf8")
      let text = ""
      for await (const chunk of answer as AsyncIterable<string>) text += chunk
      const data: unknown = text === "" ? undefined : JSON.parse(text)
      if (answer.statusCode !== 200) throw failure(data)
      return data
    },
    async *lines(path, { body, signal } = {}) {
      const answer = await open(body === undefined ? "GET" : "POST", path, { body, signal })
      const isLines = answer.statusCode === 200
      for await (const line of createInterface({ input: answer, crlfDelay: Infinity })) {
        if (line === "") continue
        const data: unknown = JSON.parse(line)
        if (!isLines || isFailure(data)) throw failure(data)
        yield data
      }
    },
  }
}

/** Nobody has ever listened there, or no more. */
function isAbsent(error: Error): boolean {
  return "code" in error && (error.code === "ENOENT" || error.code === "ECONNREFUSED")
}

function notRunning(cause: Error): AppError {
  return new AppError("control.not_running", {}, { cause })
}

interface Failure {
  readonly error: string
  readonly code?: string
}

function isFailure(data: unknown): data is Failure {
  return typeof data === "object" && data !== null && "error" in data && typeof data.error === "string"
}

function failure(data: unknown): AppError {
  const [reason, code] = isFailure(data) ? [data.error, data.code] : ["It gave no reason.", undefined]
  return new AppError("control.failed", { reason, code })
}
