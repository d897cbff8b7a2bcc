// Calls a hook: one POST of JSON, again with the same idempotency key where there was no answer. What an answer means depends on
// the hook's type: `pre` and `confirm` decide, the others are told. Follows no redirects and reads no more than it must.

import { setTimeout as sleep } from "node:timers/promises"
import { messageOf } from "@aviary/kit"
import { z } from "zod"
import type { TaskResult } from "../rollout/measurements.ts"
import type { Hook } from "../spec/gates-schema.ts"

const MAX_ANSWER_BYTES = 64 * 1024
const FIRST_RETRY_MS = 500
const MAX_REASON = 500

const answerSchema = z.object({
  decision: z.enum(["allow", "deny", "wait"]).optional(),
  reason: z.string().optional(),
})

/** What a hook is sent. */
export interface HookBody {
  /** The idempotency key. */
  readonly id: string
  readonly type: Hook["type"]
  /** ISO 8601. */
  readonly time: string
  readonly service: string
  readonly rollout: string
  readonly release: string
  readonly from: string | null
  readonly phase: string
  /** Percent of visitors of the release. */
  readonly weight: number
  readonly text: string
  /** Of `event`: the event itself. */
  readonly event?: unknown
}

export interface CallHookDeps {
  readonly fetch: typeof globalThis.fetch
  /** Waits between attempts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

export function createCallHook(deps: CallHookDeps) {
  const wait = deps.wait ?? ((ms, signal) => sleep(ms, undefined, { signal, ref: false }))

  /** Never rejects. Past its attempts `pre` fails, and `confirm` is asked again later. */
  return async function callHook(hook: Hook, body: HookBody, signal: AbortSignal): Promise<TaskResult> {
    let reason = ""
    for (let attempt = 0; attempt <= hook.retries && !signal.aborted; attempt++) {
      if (attempt > 0) await wait(FIRST_RETRY_MS * 2 ** (attempt - 1), signal).catch(() => undefined)
      try {
        const answer = await post(hook, body, signal)
        if (answer.status < 500 && answer.status !== 429) return meaningOf(hook, answer)
        reason = `it answered ${answer.status}`
      } catch (error) {
        reason = `it could not be reached: ${messageOf(error)}`
      }
    }
    return { state: hook.type === "confirm" ? "wait" : "failed", reason: reason || "it was not asked" }
  }

  async function post(hook: Hook, body: HookBody, signal: AbortSignal) {
    const response = await deps.fetch(hook.url, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": body.id, "user-agent": "aviary" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(hook.timeout)]),
    })
    return { status: response.status, text: await readBounded(response) }
  }
}

function meaningOf({ type }: Hook, { status, text }: { status: number; text: string }): TaskResult {
  const ok = status >= 200 && status < 300
  if (type !== "pre" && type !== "confirm")
    return { state: ok ? "passed" : "failed", reason: `it answered ${status}` }
  const answer = parse(text)
  const reason = (answer.reason ?? `it answered ${status}`).slice(0, MAX_REASON)
  if (!ok || answer.decision === "deny") return { state: "failed", reason }
  // A `pre` hook is asked once: "not yet" is no answer to that.
  if (answer.decision === "wait") return { state: type === "confirm" ? "wait" : "failed", reason }
  return { state: "passed", reason }
}

function parse(text: string): z.output<typeof answerSchema> {
  try {
    const parsed = answerSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : {}
  } catch {
    return {}
  }
}

async function readBounded(response: Response): Promise<string> {
  if (!response.body) return ""
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`its answer is larger than ${MAX_ANSWER_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}
