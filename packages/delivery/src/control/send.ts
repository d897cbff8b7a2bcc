// Answers of the control socket: one value, or lines of JSON for as long as there are any.

import { once } from "node:events"
import type { ServerResponse } from "node:http"
import { AppError } from "@aviary/kit"

/** A line of nothing this often, so that either side notices that the other is gone. */
const ALIVE_MS = 15_000

export function sendJson(response: ServerResponse, status: number, data: unknown): void {
  const text = JSON.stringify(data ?? null)
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  })
  response.end(text)
}

/** One line each, as they come and as fast as they are taken. A failure is the last line: `{"error", "code", "details"}`. */
export async function sendLines(response: ServerResponse, lines: AsyncIterable<unknown>): Promise<void> {
  response.writeHead(200, { "content-type": "application/x-ndjson; charset=utf-8" })
  response.flushHeaders()
  const alive = setInterval(() => response.write("\n"), ALIVE_MS)
  alive.unref()
  try {
    for await (const line of lines) await write(response, line)
  } catch (thrown) {
    const error = AppError.from(thrown)
    await write(response, { error: error.message, code: error.code, details: error.details })
    if (error.code === "internal") throw thrown
  } finally {
    clearInterval(alive)
    response.end()
  }
}

async function write(response: ServerResponse, line: unknown): Promise<void> {
  if (response.destroyed) return
  if (response.write(`${JSON.stringify(line)}\n`)) return
  await Promise.race([once(response, "drain"), once(response, "close")])
}
