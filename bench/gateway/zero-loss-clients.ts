// The clients of the zero-loss benchmark: keep-alive connections over TLS, of which some end after a request, so that new ones come
// all the time. They count what was answered and what was not, and why; they never ask twice.

import { Agent, request } from "node:https"

export interface Counted {
  answered: number
  lost: number
  readonly reasons: Map<string, number>
}

export interface Target {
  readonly port: number
  /** PEM of the authority that the gateway's certificate is of. */
  readonly ca: string
}

export interface Work {
  /** Requests in all. */
  readonly total: number
  readonly methods: readonly string[]
  /** On `performance.now()`'s clock: no request begins later. */
  readonly until: number
  readonly counted: Counted
  readonly onAnswer: (done: number) => void
}

const CLIENTS = 16
/** A request that has no answer after this is lost. */
const ANSWER_MS = 20_000
/** One request of so many ends its connection. */
const CLOSES_EVERY = 50

export function noneCounted(): Counted {
  return { answered: 0, lost: 0, reasons: new Map() }
}

export async function runClients(target: () => Target, work: Work): Promise<void> {
  const { total, methods, until, counted, onAnswer } = work
  const agent = keepingAgent(CLIENTS)
  let left = total
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (left > 0 && performance.now() < until) {
        left -= 1
        const method = methods[left % methods.length] ?? "GET"
        const problem = await ask(agent, target(), { method, id: left, close: left % CLOSES_EVERY === 0 })
        count(counted, problem)
        onAnswer(counted.answered + counted.lost)
      }
    }),
  )
  agent.destroy()
}

export function keepingAgent(connections: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: connections })
}

export function count(counted: Counted, problem: string | undefined): void {
  if (problem === undefined) counted.answered += 1
  else {
    counted.lost += 1
    counted.reasons.set(problem, (counted.reasons.get(problem) ?? 0) + 1)
  }
}

/** Sends one request and reads its answer whole; what went wrong, or nothing. */
export function ask(
  agent: Agent,
  { port, ca }: Target,
  { method, id, close }: { method: string; id: number; close: boolean },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { agent, port, ca, host: "127.0.0.1", servername: "localhost", timeout: ANSWER_MS }
    const headers = close ? { connection: "close" } : {}
    const sent = request({ ...options, method, path: `/${id}`, headers }, (answer) => {
      let text = ""
      answer.setEncoding("latin1")
      answer.on("data", (chunk: string) => (text += chunk))
      answer.on("end", () => {
        if (answer.statusCode !== 200) resolve(`${method} answered ${answer.statusCode}`)
        else
          resolve(text.startsWith(`${method} /${id} `) && text.endsWith(".") ? undefined : "a wrong answer")
      })
      answer.on("error", () => resolve(`${method} with half an answer`))
    })
    sent.on("timeout", () => sent.destroy(new Error("no answer")))
    sent.on("error", (error) =>
      resolve(`${method} ${(error as NodeJS.ErrnoException).code ?? error.message}`),
    )
    sent.end(method === "GET" ? undefined : `body of ${id}`)
  })
}
