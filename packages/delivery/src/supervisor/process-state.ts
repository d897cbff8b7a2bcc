// What the supervisor knows of its processes and keeps on disk, as JSON: enough to find each of them again after it was killed,
// and never to take a stranger for one of them. Types, and the check of what was read.
//
//   launching ──► starting ──► ready ◄──► unready
//       │             │          │           │          (any of them) process ended ──► gone
//       ▼             ▼          ▼           ▼
//      gone        stopping   draining ──► stopping ──► gone
//
// - launching: the intention; written before the process is there, so that one that was started is always known of.
// - starting: the process runs and has not been healthy for long enough.
// - ready: may be given requests. unready: was ready, answers badly or not at all.
// - draining: gets no new requests; waited for until the gateway knows that and has none of its requests left.
// - stopping: was told to end (SIGTERM); is killed when its time is over.

import { z } from "zod"

const instanceSchema = z.object({
  /** Fleet and slot: `social@3f2a91c0-1`; what the gateway and counters call it. */
  id: z.string(),
  phase: z.enum(["launching", "starting", "ready", "unready", "draining", "stopping"]),
  /** When it came into this phase; milliseconds of the supervisor's elapsed time. */
  since: z.number(),
  /** Told apart by this from every other start, in the environment of the process; absent before one was tried. */
  run: z.string().optional(),
  port: z.int().optional(),
  metricsPort: z.int().optional(),
  pid: z.int().optional(),
  /** Start time of the process as the system writes it: a later process of the same id has another one. */
  identity: z.string().optional(),
  /** Answers of one kind in a row: good above 0, bad below. */
  streak: z.int(),
  /** Elapsed time of the first good answer since the last bad one. */
  healthySince: z.number().optional(),
  /** Elapsed time of its last answer of any kind; of its start, before the first. */
  answeredAt: z.number(),
})

export type InstanceState = Readonly<z.output<typeof instanceSchema>>
export type InstancePhase = InstanceState["phase"]

const fleetSchema = z.object({
  spec: z.object({ id: z.string(), service: z.string(), release: z.string(), replicas: z.int().min(0) }),
  /** It is to end, and to be forgotten then. */
  dropped: z.boolean(),
  instances: z.array(instanceSchema),
  /** Instances that failed one after another. */
  failures: z.int(),
  /** No instance is started before this elapsed time. */
  retryAt: z.number(),
  failure: z.string().optional(),
  /** Milliseconds since 1970. */
  readySince: z.number().optional(),
})

export type FleetState = Readonly<Omit<z.output<typeof fleetSchema>, "instances">> & {
  readonly instances: readonly InstanceState[]
}

export const supervisorStateSchema = z.object({
  /** Milliseconds that supervisors have been running, this one and those before it. */
  elapsed: z.number(),
  fleets: z.record(z.string(), fleetSchema),
})

export interface SupervisorState {
  readonly elapsed: number
  readonly fleets: Readonly<Record<string, FleetState>>
}

export const EMPTY_STATE: SupervisorState = { elapsed: 0, fleets: {} }
