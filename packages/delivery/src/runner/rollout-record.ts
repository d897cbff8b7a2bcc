// What is kept of a service and its rollouts, as it stands in the state file. JSON; what cannot be read is no state at all, and is
// reported rather than guessed at.

import { z } from "zod"
import type { DeployRequest } from "../delivery.ts"
import type { TaskResult } from "../rollout/measurements.ts"
import type { ResolvedRollout } from "../rollout/resolved-rollout.ts"
import type { RolloutState } from "../rollout/rollout-state.ts"
import type { RolloutSummary, RolloutView } from "../rollout/views.ts"

export interface RolloutRecord {
  readonly rollout: ResolvedRollout
  readonly state: RolloutState
  /** Smoke tests and hooks that are over. */
  readonly tasks: Readonly<Record<string, TaskResult>>
  readonly counts: RequestCounts
  /** Analyses that have been begun and not ended, by id. */
  readonly analyses: readonly string[]
  /** What the last of those that have ended had seen, for whoever asks when none runs any more. */
  readonly evidence?: RolloutView["analyses"]
  /** ISO 8601. */
  readonly startedAt: string
  /** The same on the installation's own time. */
  readonly startedMs: number
}

/** Requests since the rollout began. The gateway's counters may begin again at any time. */
export interface RequestCounts {
  /** By arm. */
  readonly total: Readonly<Record<string, number>>
  /** The counters when they were last looked at, by `arm fleet`; null: not yet. */
  readonly seen: Readonly<Record<string, number>> | null
}

export interface PreviousRelease {
  readonly release: string
  /** It is kept running until so many milliseconds have gone by on the installation's own time; 0: it is not. */
  readonly warmUntilMs: number
}

/** One that waits for the rollout before it. */
export interface QueuedDeployment {
  /** Unique among those of a service that wait. */
  readonly key: number
  readonly request: DeployRequest & { readonly source: string }
}

export interface ServiceRecord {
  readonly stable: { readonly release: string; readonly since: string } | null
  /** Instances of the stable release. */
  readonly replicas: number
  /** Newest first. */
  readonly previous: readonly PreviousRelease[]
  readonly rollout: RolloutRecord | null
  /** How the last rollout ended. */
  readonly last: RolloutView | null
  /** Newest first. */
  readonly history: readonly RolloutSummary[]
  /** Installed releases that are kept besides those in use. */
  readonly historyLimit: number
  /** Number of the last rollout. */
  readonly number: number
  /** In their order; one is in it until its rollout has begun or it was refused. */
  readonly queued: readonly QueuedDeployment[]
}

export interface DeliveryState {
  /** Milliseconds that this installation has been watched. */
  readonly elapsedMs: number
  readonly services: Readonly<Record<string, ServiceRecord>>
}

export const newService: ServiceRecord = {
  stable: null,
  replicas: 1,
  previous: [],
  rollout: null,
  last: null,
  history: [],
  historyLimit: 10,
  number: 0,
  queued: [],
}

const object = z.record(z.string(), z.unknown())

/** The outline is checked; what is inside was written by this program and is read by it alone. */
const deliveryStateSchema = z.object({
  elapsedMs: z.number().min(0),
  services: z.record(
    z.string(),
    z.object({
      stable: z.object({ release: z.string(), since: z.string() }).nullable(),
      replicas: z.int().min(1),
      previous: z.array(z.object({ release: z.string(), warmUntilMs: z.number() })),
      rollout: z
        .object({
          rollout: object,
          state: z.looseObject({ version: z.literal(1), phase: z.string() }),
          tasks: object,
          counts: z.object({ total: object, seen: object.nullable() }),
          analyses: z.array(z.string()),
          evidence: z.array(object).optional(),
          startedAt: z.string(),
          startedMs: z.number(),
        })
        .nullable(),
      last: object.nullable(),
      history: z.array(object),
      historyLimit: z.int().min(0),
      number: z.int().min(0),
      queued: z
        .array(
          z.object({
            key: z.int().min(1),
            request: z.looseObject({ source: z.string(), service: z.string(), requestedBy: z.string() }),
          }),
        )
        .default([]),
    }),
  ),
})

/** @throws where there is something that is no state: it must not be taken for an empty one and written over. */
export function parseDeliveryState(data: unknown): DeliveryState {
  if (data === undefined) return { elapsedMs: 0, services: {} }
  return deliveryStateSchema.parse(data) as unknown as DeliveryState
}
