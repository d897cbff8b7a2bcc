// Keeps the gateway on the document that belongs to what runs and to the plans: puts it whenever either changes, and again when
// the gateway was replaced. What it was told last is in one section of the state file.

import { AppError, messageOf } from "@aviary/kit"
import type { Log, Part } from "@aviary/kit"
import { z } from "zod"
import type { RunningInstance } from "../supervisor/running-instance.ts"
import type { InstanceTraffic } from "../supervisor/supervise-step.ts"
import type { StateSection } from "../supervisor/supervisor.ts"
import { composeDocument } from "./gateway-document.ts"
import type { DocumentParts, GatewayDocument, ServiceRouting } from "./gateway-document.ts"
import type { Traffic, TrafficPlan } from "./traffic.ts"

/** What the gateway says of itself. */
export interface GatewayState {
  /** Version of the document in force. */
  readonly version: number | undefined
  /** Requests under way, by instance. */
  readonly inFlight: ReadonlyMap<string, number>
}

/** The gateway's control socket. Each rejects when there is no gateway that answers. */
export interface GatewayControl {
  put(document: GatewayDocument): Promise<void>
  state(): Promise<GatewayState>
}

export interface GatewayTrafficDeps {
  readonly section: StateSection
  readonly control: GatewayControl
  readonly instances: () => readonly RunningInstance[]
  /** Those that are declared now, with the routes of their stable releases and the operator's after them. */
  readonly services: () => readonly ServiceRouting[]
  readonly identityOf: DocumentParts["identityOf"]
  /** Milliseconds since 1970; versions rise with it. */
  readonly wallClock: () => number
  readonly log: Log
}

export interface GatewayTraffic extends Traffic, Part {
  /** Something that the document is made of has changed. */
  changed(): void
  /** Resolves when the gateway has what belongs to this moment. */
  settled(): Promise<void>
  /** What requests an instance may still get. */
  of(instance: string): InstanceTraffic
  /** Forgets the plan of a service that is not declared any more. */
  forget(service: string): void
}

const RETRY_MS = 100
const LOOK_EVERY_MS = 1_000
const LOOK_AT_DRAINING_MS = 50
/** How long a plan may take to come into force before who asked is told that it does not. */
const PATIENCE_MS = 10_000

const planSchema = z.object({
  default: z.object({ arm: z.string(), fleet: z.string() }),
  arms: z.array(z.object({ name: z.string(), fleet: z.string(), weight: z.number() })),
  stickiness: z.object({
    by: z.enum(["account", "cookie", "address", "none"]),
    salt: z.string(),
    cookieName: z.string().optional(),
    maxAgeMs: z.number().optional(),
  }),
  headerRoutes: z.array(z.object({ header: z.string(), value: z.string(), arm: z.string() })),
  mirror: z.object({ fleet: z.string(), percentage: z.number() }).optional(),
})

const sectionSchema = z.object({ plans: z.record(z.string(), planSchema) })

export function createGatewayTraffic(deps: GatewayTrafficDeps): GatewayTraffic {
  const { control, log } = deps
  // Known before the start: whoever starts the services asks what they were served by.
  let plans: Record<string, TrafficPlan> = keptPlans(deps.section)
  /** What the gateway is known to have: text without its version, and which instances are in it, plans among them. */
  let inForce:
    | { text: string; version: number; plans: Record<string, TrafficPlan>; routed: ReadonlySet<string> }
    | undefined
  /** Undefined while it is not known under the document in force: an instance of which nothing is known is not drained. */
  let inFlight: ReadonlyMap<string, number> | undefined
  let refused = ""
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  /** Before the start nothing is known of the gateway, which may be serving; after the end there is none any more. */
  let phase: "before" | "running" | "ended" = "before"
  const waiting = new Set<() => void>()

  const composed = () =>
    composeDocument({
      services: deps.services(),
      plans,
      instances: deps.instances(),
      identityOf: deps.identityOf,
    })

  /** Puts documents until the gateway has the one of this moment. */
  async function converge(): Promise<void> {
    while (phase === "running") {
      const document = composed()
      const text = JSON.stringify(document)
      if (inForce?.text === text || refused === text) return
      try {
        await put(document, text)
        for (const look of waiting) look()
      } catch (error) {
        if (error instanceof AppError && error.code === "gateway.document_invalid") {
          refused = text
          log.error(
            { error: messageOf(error) },
            "the gateway refused the routing document; the one before stays",
          )
          return
        }
        log.warn({ error: messageOf(error) }, "the gateway cannot be told where requests go; trying again")
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  async function put(document: Omit<GatewayDocument, "version">, text: string): Promise<void> {
    const before = (await control.state()).version ?? 0
    const version = Math.max(deps.wallClock(), before + 1, (inForce?.version ?? 0) + 1)
    const told = plans
    await control.put({ version, ...document })
    const all = Object.values(document.services).flatMap(({ instances }) => instances)
    const routed = new Set(all.flatMap(({ id, draining }) => (draining ? [] : [id])))
    inForce = { text, version, plans: told, routed }
    inFlight = undefined
    await look()
  }

  function changed(): void {
    if (phase !== "running") return
    running ??= converge().finally(() => {
      running = undefined
      schedule()
    })
  }

  /** A gateway that was replaced goes on with what it had kept; here it is noticed when that is not ours. */
  async function look(): Promise<void> {
    const state = await control.state()
    inFlight = state.inFlight
    if (inForce && state.version !== inForce.version) inForce = undefined
  }

  function schedule(): void {
    clearTimeout(timer)
    if (phase !== "running") return
    const isDraining = deps.instances().some(({ draining }) => draining)
    timer = setTimeout(
      () => {
        void look()
          .catch(() => {
            // It is not there; the next one has to be told.
            inForce = undefined
          })
          .then(() => {
            if (running) return
            changed()
          })
      },
      isDraining ? LOOK_AT_DRAINING_MS : LOOK_EVERY_MS,
    )
  }

  const isInForce = (service: string, plan: TrafficPlan): boolean => {
    const now = inForce?.plans[service]
    return now !== undefined && JSON.stringify(now) === JSON.stringify(plan)
  }

  function whenInForce(service: string, plan: TrafficPlan): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        waiting.delete(check)
        reject(new AppError("delivery.traffic_not_applied", { service }))
      }, PATIENCE_MS)
      const check = (): void => {
        // One that was replaced meanwhile is nobody's concern any more.
        if (!isInForce(service, plan) && plans[service] === plan) return
        clearTimeout(late)
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
    })
  }

  return {
    name: "traffic",
    async start() {
      phase = "running"
      changed()
    },
    async stop() {
      phase = "ended"
      clearTimeout(timer)
      await running
    },
    changed,
    async settled() {
      changed()
      await running
    },
    async apply(service, plan) {
      if (isInForce(service, plan)) return
      plans = { ...plans, [service]: plan }
      refused = ""
      deps.section.save({ plans })
      const done = whenInForce(service, plan)
      changed()
      await done
    },
    inForce: (service) => inForce?.plans[service] ?? (inForce ? undefined : plans[service]),
    of(id) {
      if (phase === "ended") return "none"
      if (!inForce || !inFlight || inForce.routed.has(id)) return "routed"
      return (inFlight.get(id) ?? 0) === 0 ? "none" : "leaving"
    },
    forget(service) {
      const { [service]: _, ...others } = plans
      plans = others
      deps.section.save({ plans })
      changed()
    },
  }
}

function keptPlans(section: StateSection): Record<string, TrafficPlan> {
  const kept = sectionSchema.safeParse(section.load())
  return kept.success ? (kept.data.plans as Record<string, TrafficPlan>) : {}
}
