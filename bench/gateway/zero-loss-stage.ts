// The stage of the zero-loss benchmark: three instances, a gateway that speaks TLS by a certificate of files, and everything that
// an operator does to them while clients ask. It never asks for anything that is not in the ledger too.

import type { Agent } from "node:https"
import { join } from "node:path"
import { createListenerKeeper } from "@aviary/gateway/outside"
import type { LedgerSums, RoutingDocumentInput } from "@aviary/gateway"
import { ownProcess } from "../lib/own-process.ts"
import type { OwnProcess } from "../lib/own-process.ts"
import { freePort } from "./reference-proxies.ts"
import { createRenewals } from "./zero-loss-certificates.ts"
import { ask, count, keepingAgent, noneCounted } from "./zero-loss-clients.ts"
import type { Target } from "./zero-loss-clients.ts"
import type { GatewayInput, GatewayWord } from "./zero-loss-gateway.process.ts"

const START_MS = 15_000
/** More often than idle connections end. */
const HELD_EVERY_MS = 1_000
const INSTANCES = ["a", "b", "c"]

/** Instances, a gateway, and what happens to them. */
export async function createStage(dir: string) {
  const keeper = createListenerKeeper()
  const certificates = await createRenewals(dir)
  const instances = new Map<string, { process: OwnProcess<"ready" | "stopped">; port: number }>()
  const counts = { reloads: 0, weights: 0, restarts: 0, renewals: 0, replacements: 0, kills: 0 }
  const finished: LedgerSums[] = []
  let version = 0
  let port = 0
  /** What is asked on connections that were open when the certificate changed. */
  const held = noneCounted()
  const weights = new Map(INSTANCES.map((id) => [id, 1]))
  const draining = new Set<string>()

  async function startInstance(id: string): Promise<void> {
    const at = await freePort()
    const process = ownProcess<"ready" | "stopped">(
      new URL("./zero-loss-instance.process.ts", import.meta.url),
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
      certificate: certificates.files,
      stateDir: join(dir, "gateway"),
    }
    const process = ownProcess<GatewayWord>(new URL("./zero-loss-gateway.process.ts", import.meta.url), input)
    keeper.attend(process.child)
    const word = await nextWord(process, "ready")
    port = word.tlsPort
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

  const target = (): Target => ({ port, ca: certificates.ca })

  async function askHeld(agent: Agent): Promise<void> {
    count(held, await ask(agent, target(), { method: "GET", id: 0, close: false }))
  }

  return {
    target,
    held,
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
    /** Both files are written anew; the gateway takes them up, and a connection that was open before is asked again. */
    renew: async () => {
      const agent = keepingAgent(1)
      await askHeld(agent)
      const asking = setInterval(() => void askHeld(agent), HELD_EVERY_MS)
      try {
        await certificates.renew(port)
      } finally {
        clearInterval(asking)
      }
      await askHeld(agent)
      agent.destroy()
      counts.renewals += 1
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
