// npm run bench -- zero-loss [requests]: requests through everything that an operator does to a running gateway: new documents,
// changed weights, instances that restart, a new gateway process; then instances that are killed. The client
// counts its answers, and the ledger must agree. No request may be lost; none that is idempotent when an instance is killed.

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Agent, request } from "node:http"
import { createListenerKeeper } from "@aviary/gateway"
import type { LedgerSums, RoutingDocumentInput } from "@aviary/gateway"
import type { GatewayInput, GatewayWord } from "./gateway/zero-loss-gateway.process.ts"
import { freePort } from "./gateway/reference-proxies.ts"
import { ownProcess } from "./lib/own-process.ts"
import type { OwnProcess } from "./lib/own-process.ts"
import type { Figure } from "./lib/report.ts"

const CLIENTS = 16
const START_MS = 15_000
/** A request that has no answer after this is lost. */
const ANSWER_MS = 20_000
const INSTANCES = ["a", "b", "c"]

interface Counted {
  answered: number
  lost: number
  readonly reasons: Map<string, number>
}

export async function zeroLoss(args: readonly string[]): Promise<Figure[]> {
  const total = Number(args[0] ?? 1_000_000)
  const dir = mkdtempSync(join(tmpdir(), "aviary-zero-loss-"))
  await using running = new AsyncDisposableStack()
  running.defer(() => rmSync(dir, { recursive: true, force: true }))
  const stage = await createStage(dir)
  running.defer(() => stage.stop())

  const calm: Counted = { answered: 0, lost: 0, reasons: new Map() }
  const gentle = [stage.reload, stage.reweigh, stage.restart, stage.replace]
  await during(gentle, () => runClients(stage.port, { total, counted: calm, methods: ["GET", "POST"] }))
  const killed: Counted = { answered: 0, lost: 0, reasons: new Map() }
  const half = Math.ceil(total / 10)
  await during([stage.kill], () =>
    runClients(stage.port, { total: half, counted: killed, methods: ["GET", "PUT"] }),
  )
  const sums = await stage.sums()
  const answered = sums.reduce((sum, one) => sum + one.outcomes.answered, 0)
  const differences = sums.reduce((sum, one) => sum + Math.abs(one.difference) + one.endedTwice, 0)
  return [
    lossFigure("lost through reloads, weights, restarts, replacement", calm, stage.counts()),
    lossFigure("idempotent ones lost through kill -9 of instances", killed, stage.counts()),
    {
      name: "answers by the ledger minus answers by the client",
      value: Math.abs(answered - calm.answered - killed.answered) + differences,
      unit: "requests",
      target: { most: 0 },
      note: `${sums.length} gateway processes`,
    },
  ]
}

function lossFigure(name: string, counted: Counted, done: string): Figure {
  const reasons = [...counted.reasons].map(([reason, count]) => `${count} ${reason}`).join(", ")
  return {
    name,
    value: counted.lost,
    unit: `of ${counted.answered + counted.lost}`,
    target: { most: 0 },
    note: reasons === "" ? done : reasons,
  }
}

/** Repeats the events, one after the other, while `work` goes on. */
async function during(events: readonly (() => Promise<void>)[], work: () => Promise<void>): Promise<void> {
  let over = false
  const ended = work().finally(() => (over = true))
  for (let n = 0; !over; n += 1) {
    await events[n % events.length]?.()
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))])
  }
  await ended
}

async function runClients(
  port: () => number,
  { total, counted, methods }: { total: number; counted: Counted; methods: readonly string[] },
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  let left = total
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (left > 0) {
        left -= 1
        const method = methods[left % methods.length] ?? "GET"
        const problem = await ask(agent, port(), method, left)
        if (problem === undefined) counted.answered += 1
        else {
          counted.lost += 1
          counted.reasons.set(problem, (counted.reasons.get(problem) ?? 0) + 1)
        }
      }
    }),
  )
  agent.destroy()
}

/** Sends one request and reads its answer whole; what went wrong, or nothing. */
function ask(agent: Agent, port: number, method: string, id: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const sent = request(
      { agent, port, host: "127.0.0.1", method, path: `/${id}`, timeout: ANSWER_MS },
      (answer) => {
        let text = ""
        answer.setEncoding("latin1")
        answer.on("data", (chunk: string) => (text += chunk))
        answer.on("end", () => {
          if (answer.statusCode !== 200) resolve(`${method} answered ${answer.statusCode}`)
          else
            resolve(text.startsWith(`${method} /${id} `) && text.endsWith(".") ? undefined : "a wrong answer")
        })
        answer.on("error", () => resolve(`${method} with half an answer`))
      },
    )
    sent.on("timeout", () => sent.destroy(new Error("no answer")))
    sent.on("error", (error) =>
      resolve(`${method} ${(error as NodeJS.ErrnoException).code ?? error.message}`),
    )
    sent.end(method === "GET" ? undefined : `body of ${id}`)
  })
}

/** Instances, a gateway, and what happens to them. */
async function createStage(dir: string) {
  const keeper = createListenerKeeper()
  const instances = new Map<string, { process: OwnProcess<"ready" | "stopped">; port: number }>()
  const counts = { reloads: 0, weights: 0, restarts: 0, replacements: 0, kills: 0 }
  const finished: LedgerSums[] = []
  let version = 0
  let port = 0
  const weights = new Map(INSTANCES.map((id) => [id, 1]))
  const draining = new Set<string>()

  async function startInstance(id: string): Promise<void> {
    const at = await freePort()
    const process = ownProcess<"ready" | "stopped">(
      new URL("./gateway/zero-loss-instance.process.ts", import.meta.url),
      { port: at },
    )
    await process.message(START_MS)
    instances.set(id, { process, port: at })
  }

  function document(): RoutingDocumentInput {
    version += 1
    return {
      version,
      services: {
        social: {
          instances: [...instances].map(([id, one]) => ({
            id: `${id}-${one.port}`,
            release: "1",
            host: "127.0.0.1",
            port: one.port,
            weight: weights.get(id) ?? 1,
            draining: draining.has(id),
          })),
          upstream: { loadBalancer: { algorithm: "weightedRoundRobin" }, healthCheck: { passive: {} } },
        },
      },
      routes: [{ name: "all", service: "social", retries: { attempts: 3 } }],
    }
  }

  async function startGateway(): Promise<OwnProcess<GatewayWord>> {
    const input: GatewayInput = {
      document: document(),
      stateFile: join(dir, "routing.json"),
      socket: join(dir, "control.sock"),
    }
    const process = ownProcess<GatewayWord>(
      new URL("./gateway/zero-loss-gateway.process.ts", import.meta.url),
      input,
    )
    keeper.attend(process.child)
    const word = await nextWord(process, "ready")
    port = word.port
    return process
  }

  async function nextWord<K extends GatewayWord["kind"]>(
    process: OwnProcess<GatewayWord>,
    kind: K,
  ): Promise<Extract<GatewayWord, { kind: K }>> {
    for (;;) {
      const word = await process.message(START_MS * 3)
      if (word.kind === kind) return word as Extract<GatewayWord, { kind: K }>
    }
  }

  async function apply(): Promise<void> {
    current.child.send({ ask: "apply", document: document() })
    await nextWord(current, "applied")
  }

  for (const id of INSTANCES) await startInstance(id)
  let current = await startGateway()
  let turn = 0
  const next = (): string => INSTANCES[turn++ % INSTANCES.length] ?? "a"

  return {
    port: () => port,
    counts: () =>
      Object.entries(counts)
        .map(([what, count]) => `${count} ${what}`)
        .join(", "),
    reload: async () => {
      await apply()
      counts.reloads += 1
    },
    reweigh: async () => {
      const id = next()
      weights.set(id, (weights.get(id) ?? 1) === 1 ? 5 : 1)
      await apply()
      counts.weights += 1
    },
    /** Drained first, then stopped, then started again, as a supervisor does it. */
    restart: async () => {
      const id = next()
      draining.add(id)
      await apply()
      const leaving = instances.get(id)
      instances.delete(id)
      await startInstance(id)
      draining.delete(id)
      await apply()
      leaving?.process.child.send("stop")
      await leaving?.process.message(START_MS)
      await leaving?.process.stop()
      counts.restarts += 1
    },
    replace: async () => {
      const before = current
      current = await startGateway()
      before.child.send({ ask: "stop" })
      finished.push((await nextWord(before, "stopped")).sums)
      await before.stop()
      counts.replacements += 1
    },
    kill: async () => {
      const id = next()
      const victim = instances.get(id)
      victim?.process.child.kill("SIGKILL")
      await victim?.process.stop()
      await startInstance(id)
      await apply()
      counts.kills += 1
    },
    sums: async (): Promise<LedgerSums[]> => {
      current.child.send({ ask: "sums" })
      return [...finished, (await nextWord(current, "sums")).sums]
    },
    async stop(): Promise<void> {
      await Promise.all([...instances.values()].map(({ process }) => process.stop()))
      await current.stop()
      keeper.release()
    },
  }
}
