/**
 * Runs a client's day that is written in another language. The script and this file talk in lines of JSON:
 *
 * - first line to the script: where the server is, and the scene;
 * - `{"step","ok","detail"}` from the script: what became of a step;
 * - `{"ask":"code","url"}`: sign the member in there; the answer is `{"value": CODE}`;
 * - `{"ask":"post","text"}`: the other member posts; the answer is `{"value": ID}`;
 * - `{"ask":"favourite","id"}`: the other member likes a post; the answer is `{"value": ID}`;
 * - an answer may also be `{"error"}`.
 */
import type { ClientEnv, ClientReport } from "./client-env.ts"
import { obtainCode } from "./obtain-code.ts"
import { runProgram } from "./run-program.ts"
import { setScene } from "./scene.ts"
import type { Scene } from "./scene.ts"
import { createStepRecorder } from "./step-recorder.ts"

/** Milliseconds for the whole day. */
const dayLimit = 120_000

type Message = Readonly<Record<string, unknown>>

export async function runScriptLoop(
  client: string,
  program: { readonly command: string; readonly args: readonly string[] },
  env: ClientEnv,
): Promise<ClientReport> {
  const recorder = createStepRecorder(client)
  const scene = await setScene(client, env)
  const result = await runProgram({
    ...program,
    limit: dayLimit,
    env: { HOME: env.workDir, PYTHONUTF8: "1", PYTHONDONTWRITEBYTECODE: "1" },
    input: JSON.stringify({
      baseUrl: env.baseUrl,
      username: env.user.username,
      otherUsername: env.other.username,
      otherId: scene.otherId,
      targetId: scene.targetId,
      tag: scene.tag,
      picture: scene.picture,
      mark: scene.mark,
    }),
    async onLine(line) {
      const message = readMessage(line)
      if (message === undefined) return undefined
      if (message["ask"] !== undefined) return answer(message, env, scene)
      const { step, ok, detail } = message
      recorder.record({
        name: String(step),
        ok: ok === true,
        detail: typeof detail === "string" ? detail : "",
      })
      return undefined
    },
  })
  const ending = result.code === null ? `killed after ${dayLimit} ms` : `exit code ${result.code}`
  const detail = result.code === 0 ? ending : `${ending}: ${result.errors.slice(-1000)}`
  recorder.record({ name: "ends well", ok: result.code === 0, detail: result.code === 0 ? "" : detail })
  return recorder.report()
}

async function answer(message: Message, env: ClientEnv, { other }: Scene): Promise<string> {
  const { ask, url, text, id } = message
  try {
    if (ask === "code") return JSON.stringify({ value: await obtainCode(String(url), env.user) })
    if (ask === "post") return JSON.stringify({ value: await other.post(String(text)) })
    if (ask === "favourite") {
      await other.favourite(String(id))
      return JSON.stringify({ value: String(id) })
    }
    return JSON.stringify({ error: `no such question: ${String(ask)}` })
  } catch (error) {
    return JSON.stringify({ error: error instanceof Error ? error.message : String(error) })
  }
}

/** A line that is no JSON is chatter of the client's library. */
function readMessage(line: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === "object" && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
