// One question to the gateway's control socket, as the supervisor and the tests ask it.

import { request } from "node:http"
import { AppError, errorCodes } from "@aviary/kit"
import type { ErrorCode } from "@aviary/kit"
import { z } from "zod"

const errorCodeNames = Object.keys(errorCodes) as ErrorCode[]
const ANSWER_MS = 5_000

const failureSchema = z.object({ code: z.enum(errorCodeNames), details: z.record(z.string(), z.unknown()) })

/** What the gateway says, as the error that it is. */
function failureOf(status: number | undefined, text: string): Error {
  try {
    const { code, details } = failureSchema.parse(JSON.parse(text))
    return new AppError(code, details)
  } catch {
    return new Error(`the gateway's control socket answered ${status}: ${text}`)
  }
}

/** Fails with what the gateway says where it does not answer 200. */
export function askControl(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { socketPath, method, path, timeout: ANSWER_MS, headers: { "content-type": "application/json" } },
      (answer) => {
        let text = ""
        answer.setEncoding("utf8")
        answer.on("data", (chunk: string) => (text += chunk))
        answer.on("error", reject)
        answer.on("end", () => {
          if (answer.statusCode === 200) resolve(text === "" ? undefined : JSON.parse(text))
          else reject(failureOf(answer.statusCode, text))
        })
      },
    )
    sent.on("timeout", () => sent.destroy(new Error("the gateway's control socket does not answer")))
    sent.on("error", reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
