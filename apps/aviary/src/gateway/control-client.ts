// One question to the gateway's control socket, as `aviary start` and the tests ask it.

import { request } from "node:http"

/** Fails with what the gateway says where it does not answer 200. */
export function askControl(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { socketPath, method, path, headers: { "content-type": "application/json" } },
      (answer) => {
        let text = ""
        answer.setEncoding("utf8")
        answer.on("data", (chunk: string) => (text += chunk))
        answer.on("error", reject)
        answer.on("end", () => {
          if (answer.statusCode === 200) resolve(text === "" ? undefined : JSON.parse(text))
          else reject(new Error(`the gateway's control socket answered ${answer.statusCode}: ${text}`))
        })
      },
    )
    sent.on("error", reject)
    sent.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
