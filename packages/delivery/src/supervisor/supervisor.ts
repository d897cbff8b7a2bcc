// Runs the processes of all fleets: performs what supervise-step.ts decides and tells it what is seen. Whatever it starts goes on
// without it: what it knows is in one section of the state file, and the next supervisor finds its processes again.

import { randomBytes } from "node:crypto"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { createProcessLog, messageOf } from "@aviary/kit"
import type { Log, Part, ProcessLog } from "@aviary/kit"
import { createElapsed } from "./elapsed.ts"
import type { Elapsed } from "./elapsed.ts"
import type { Fleets, FleetSpec } from "./fleets.ts"
import { freePort } from "./free-port.ts"
import { findRun, isRunning, signalInstance, startProcess } from "./instance-process.ts"
import type { LaunchPlan } from "./instance-process.ts"
import { probeHealth } from "./probe-health.ts"
import { EMPTY_STATE, supervisorStateSchema } from "./process-state.ts"
import type { FleetState, InstanceState, SupervisorState } from "./process-state.ts"
import { runningInstances } from "./running-instance.ts"
import type { RunningInstance } from "./running-instance.ts"
import { statusOf, superviseStep } from "./supervise-step.ts"
import type { FleetRules, InstanceTraffic, SupervisorAction } from "./supervise-step.ts"

/** A part of the one state file. */
export interface StateSection {
  load(): unknown
  save(section: unknown): void
}

/** What a new process is told of itself. */
export interface NewInstance {
  readonly id: string
  readonly run: string
  readonly port: number
  readonly metricsPort: number
}

export interface SupervisorDeps {
  readonly section: StateSection
  /** Undefined where the release is not there. */
  readonly rulesOf: (fleet: FleetSpec) => FleetRules | undefined
  /** Looks the release over and says what to run; rejects where it must not be run. */
  readonly prepare: (fleet: FleetSpec, instance: NewInstance) => Promise<LaunchPlan>
  /** Whether the gateway gives the instance nothing any more and has none of its requests. */
  readonly trafficOf: (instance: string) => InstanceTraffic
  /** Directory of the instances' output. */
  readonly logDir: string
  readonly log: Log
}

export interface Supervisor extends Part, Fleets {
  /** Those that the gateway should know, all services'. */
  instances(): readonly RunningInstance[]
  /** Called after the instances have changed. */
  onChange(listener: () => void): () => void
  /** Watches no more, and leaves everything running: for who comes after. */
  leave(): void
}

const TICK_MS = 200
const STARTING_PROBE_MS = 100
const ROTATE_EVERY_MS = 60_000
const LOG_BYTES = 8 * 1024 * 1024

export function createSupervisor(deps: SupervisorDeps): Supervisor {
  const { log } = deps
  let state: SupervisorState = EMPTY_STATE
  let saved = ""
  let time: Elapsed = createElapsed(0)
  let stopping = false
  let timers: NodeJS.Timeout[] = []
  let shown = ""
  const listeners = new Set<() => void>()
  const ended = new Map<string, string>()
  const notStarted = new Map<string, string>()
  const answers = new Map<string, "good" | "bad" | "silent">()
  const probedAt = new Map<string, number>()
  const probing = new Set<string>()
  const logs = new Map<string, ProcessLog>()
  const children = new Set<number>()

  function step(): void {
    const now = time.now()
    for (const instance of allOf(state)) look(instance)
    const result = superviseStep(
      state,
      {
        ended,
        notStarted,
        health: answers,
        traffic: new Map(draining().map((id) => [id, deps.trafficOf(id)])),
        rulesOf: deps.rulesOf,
        stopping,
        wallClock: Date.now(),
      },
      now,
    )
    tellFailures(state, result.state)
    for (const seen of [ended, notStarted, answers]) seen.clear()
    state = result.state
    save()
    for (const action of result.actions) perform(action)
    changed()
  }

  const draining = (): string[] => allOf(state).flatMap(({ id, phase }) => (phase === "draining" ? [id] : []))

  /** Whether it is still there, and how it is. */
  function look(instance: InstanceState): void {
    const { id, pid, identity, port, phase } = instance
    if (pid === undefined || identity === undefined || port === undefined) return
    // Of its own children it is told.
    if (!ended.has(id) && !children.has(pid) && !isRunning({ pid, identity })) {
      ended.set(id, "it ended, and nobody saw how")
      return
    }
    if (phase === "draining" || phase === "stopping" || probing.has(id)) return
    const health = rulesFor(id)?.health
    const interval = phase === "starting" ? STARTING_PROBE_MS : (health?.interval ?? 1_000)
    const monotonic = performance.now()
    if (monotonic - (probedAt.get(id) ?? Number.NEGATIVE_INFINITY) < interval) return
    probedAt.set(id, monotonic)
    probing.add(id)
    void probeHealth({ port, path: health?.path ?? "/", timeoutMs: health?.timeout ?? 2_000 }).then(
      (answer) => {
        probing.delete(id)
        if (find(id)?.run !== instance.run) return
        answers.set(id, answer)
        if (phase === "starting") step()
      },
    )
  }

  function perform(action: SupervisorAction): void {
    switch (action.type) {
      case "launch":
        void launch(action.fleet, action.instance)
        return
      case "signal": {
        const { pid, identity } = find(action.instance) ?? {}
        if (pid === undefined || identity === undefined) return
        log.info({ instance: action.instance, pid, signal: action.signal }, "instance is told to end")
        signalInstance({ pid, identity }, action.signal)
      }
    }
  }

  async function launch(fleet: FleetSpec, id: string): Promise<void> {
    const run = randomBytes(12).toString("hex")
    try {
      const port = await freePort(portsOf(state))
      const metricsPort = await freePort(new Set([...portsOf(state), port]))
      const plan = await deps.prepare(fleet, { id, run, port, metricsPort })
      if (find(id)?.phase !== "launching" || timers.length === 0) return
      // Written before it is there: a supervisor that is killed right after still leaves word of it.
      edit(id, (one) => ({ ...one, run, port, metricsPort }))
      save()
      const output = logOf(id)
      output.mark()
      const process = await startProcess(plan, {
        output,
        onEnd(how) {
          children.delete(process.pid)
          if (find(id)?.run !== run) return
          const last = output.lastLines(5)
          ended.set(id, last === "" ? how : `${how}; it said last:\n${last}`)
          if (timers.length > 0) step()
        },
      })
      children.add(process.pid)
      if (find(id)?.run !== run) return signalInstance(process, "SIGKILL")
      const now = time.now()
      edit(id, (one) => ({ ...one, ...process, phase: "starting", since: now, answeredAt: now }))
      save()
      log.info({ instance: id, pid: process.pid, port }, "instance started")
      step()
    } catch (error) {
      notStarted.set(id, messageOf(error))
    }
  }

  function logOf(id: string): ProcessLog {
    const known = logs.get(id)
    if (known) return known
    mkdirSync(deps.logDir, { recursive: true, mode: 0o700 })
    const made = createProcessLog(join(deps.logDir, `${id}.log`), LOG_BYTES)
    logs.set(id, made)
    return made
  }

  function rotateLogs(): void {
    for (const { id } of allOf(state)) {
      try {
        logOf(id).rotate()
      } catch (error) {
        log.warn({ instance: id, error: messageOf(error) }, "the log of an instance could not be rotated")
      }
    }
  }

  function edit(id: string, change: (instance: InstanceState) => InstanceState): void {
    const fleets = Object.entries(state.fleets).map(([name, fleet]): [string, FleetState] => [
      name,
      { ...fleet, instances: fleet.instances.map((one) => (one.id === id ? change(one) : one)) },
    ])
    state = { ...state, fleets: Object.fromEntries(fleets) }
  }

  function save(): void {
    // What changes with every answer is not worth a write.
    const text = JSON.stringify(state.fleets, (key, value: unknown) =>
      key === "streak" || key === "answeredAt" || key === "healthySince" ? undefined : value,
    )
    if (text === saved) return
    saved = text
    deps.section.save(state)
  }

  function changed(): void {
    const next = JSON.stringify(runningInstances(state))
    if (next === shown) return
    shown = next
    for (const listener of listeners) listener()
  }

  function tellFailures(before: SupervisorState, after: SupervisorState): void {
    for (const [id, fleet] of Object.entries(after.fleets)) {
      const { failures = 0 } = before.fleets[id] ?? {}
      if (fleet.failures > failures) {
        const reasons = [...ended.values(), ...notStarted.values()].join("; ") || fleet.failure
        log.error(
          { fleet: id, failures: fleet.failures, reasons },
          "an instance failed; another one is started",
        )
      }
    }
  }

  const find = (id: string): InstanceState | undefined => allOf(state).find((one) => one.id === id)
  const rulesFor = (id: string): FleetRules | undefined => {
    const fleet = Object.values(state.fleets).find(({ instances }) => instances.some((one) => one.id === id))
    return fleet && deps.rulesOf(fleet.spec)
  }

  /** What the supervisor before left: its processes, by what the system knows of them. */
  function takeOver(): void {
    const read = supervisorStateSchema.safeParse(deps.section.load())
    if (!read.success) return
    state = read.data
    time = createElapsed(state.elapsed)
    const fleets = Object.entries(state.fleets).map(([id, fleet]): [string, FleetState] => [
      id,
      { ...fleet, instances: fleet.instances.flatMap(adopt), failures: 0, retryAt: 0 },
    ])
    state = { ...state, fleets: Object.fromEntries(fleets) }
  }

  function adopt(instance: InstanceState): InstanceState[] {
    const { elapsed } = state
    if (instance.phase !== "launching") {
      const { pid = 0, identity = "", id } = instance
      if (!isRunning({ pid, identity })) return []
      log.info({ instance: id, pid }, "instance is taken over")
      return [{ ...instance, answeredAt: elapsed }]
    }
    const found = instance.run === undefined ? undefined : findRun(instance.run)
    return found ? [{ ...instance, ...found, phase: "starting", since: elapsed, answeredAt: elapsed }] : []
  }

  function leave(): void {
    for (const timer of timers) clearInterval(timer)
    timers = []
  }

  return {
    name: "supervisor",
    async start() {
      takeOver()
      stopping = false
      timers = [setInterval(step, TICK_MS), setInterval(rotateLogs, ROTATE_EVERY_MS)]
      step()
    },
    async stop(signal) {
      if (timers.length === 0) return
      stopping = true
      step()
      while (allOf(state).length > 0) {
        if (signal.aborted) {
          for (const { pid, identity } of allOf(state))
            if (pid !== undefined && identity !== undefined) signalInstance({ pid, identity }, "SIGKILL")
        }
        await new Promise((resolve) => setTimeout(resolve, TICK_MS / 4))
        step()
      }
      leave()
    },
    leave,
    want(fleet) {
      const known = state.fleets[fleet.id]
      const { id, service, release, replicas } = fleet
      const spec = { id, service, release, replicas }
      const next: FleetState = known
        ? { ...known, spec, dropped: false }
        : { spec, dropped: false, instances: [], failures: 0, retryAt: 0 }
      state = { ...state, fleets: { ...state.fleets, [id]: next } }
      if (timers.length > 0) step()
    },
    drop(id) {
      const known = state.fleets[id]
      if (!known || known.dropped) return
      state = { ...state, fleets: { ...state.fleets, [id]: { ...known, dropped: true } } }
      if (timers.length > 0) step()
    },
    status(id) {
      const fleet = state.fleets[id]
      return fleet && statusOf(fleet)
    },
    list: (service) =>
      Object.values(state.fleets)
        .filter(({ spec }) => spec.service === service)
        .map((fleet) => ({ ...fleet.spec, ...statusOf(fleet) })),
    instances: () => runningInstances(state),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function allOf(state: SupervisorState): InstanceState[] {
  return Object.values(state.fleets).flatMap(({ instances }) => instances)
}

function portsOf(state: SupervisorState): Set<number> {
  return new Set(allOf(state).flatMap(({ port = 0, metricsPort = 0 }) => [port, metricsPort]))
}
