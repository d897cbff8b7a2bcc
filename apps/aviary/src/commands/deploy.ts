// `aviary deploy`: hands a source to the supervisor, shows how it is installed and how its rollout goes. The rollout belongs to
// the supervisor: leaving this command leaves it running.

import { readFileSync } from "node:fs"
import { basename, dirname, resolve } from "node:path"
import { AppError, messageOf } from "@aviary/kit"
import type { RolloutView } from "@aviary/delivery"
import { parseDocuments } from "@aviary/delivery/control"
import { parseAllDocuments } from "yaml"
import { leaveSignal, openControl, operatorName, sourceFor } from "../delivery-control.ts"
import { followRollout } from "../rollout-view/follow-rollout.ts"
import type { Followed, FollowDeps } from "../rollout-view/follow-rollout.ts"
import type { AviarySettings } from "../settings.ts"
import type { Terminal } from "../terminal.ts"

export interface DeployOptions {
  readonly service: string
  readonly strategy?: string
  readonly spec?: string
  /** Waits for a rollout that is under way. */
  readonly wait?: boolean
  /** Returns once the rollout has begun. */
  readonly detach?: boolean
  readonly json?: boolean
}

/** The exit code: 0 promoted, begun or left running, 1 rolled back or aborted, 2 where it waits for somebody. */
export async function deploy(
  settings: AviarySettings,
  terminal: Terminal,
  asked: { source: string | undefined; options: DeployOptions },
): Promise<number> {
  const { options } = asked
  const control = openControl(settings)
  const spec = options.spec === undefined ? undefined : readRolloutSpec(options.spec, options.service)
  const source = asked.source === undefined ? artifactOf(spec, options.spec) : sourceFor(asked.source)
  const body = {
    // Without one the supervisor takes that of the service's own document.
    ...(source === undefined ? {} : { source }),
    service: options.service,
    ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
    ...(spec === undefined ? {} : { spec }),
    wait: options.wait ?? false,
    by: operatorName(),
  }
  const rollout = await begin({ control, terminal, json: options.json ?? false }, body)
  if (!rollout) return 1
  if (options.detach) return 0
  return follow({ control, terminal, json: options.json ?? false, signal: leaveSignal() }, rollout)
}

async function begin(
  { control, terminal, json }: Omit<FollowDeps, "signal">,
  body: object,
): Promise<RolloutView | undefined> {
  const step = json ? undefined : terminal.step("installing")
  try {
    for await (const line of control.lines("/v1/deploy", { body })) {
      if (json) terminal.jsonLine(line)
      const told = line as { progress?: string; release?: { id: string }; rollout?: RolloutView }
      if (told.progress !== undefined) step?.note(told.progress)
      if (told.rollout) {
        step?.done(told.release?.id)
        return told.rollout
      }
    }
    step?.failed("the supervisor said nothing more")
    return undefined
  } catch (error) {
    step?.failed(messageOf(error).split("\n")[0] ?? "")
    throw error
  }
}

/** Follows a rollout and says how it went. The exit code is `deploy`'s. */
export async function follow(
  deps: FollowDeps,
  { service, id }: Pick<RolloutView, "service" | "id">,
): Promise<number> {
  const followed = await followRollout(deps, service, id)
  if (!deps.json) tellEnd(deps.terminal, followed, service)
  return exitCodes[followed]
}

const exitCodes: Readonly<Record<Followed, number>> = {
  promoted: 0,
  undone: 0,
  left: 0,
  "rolled-back": 1,
  aborted: 1,
  "needs-somebody": 2,
}

function tellEnd(terminal: Terminal, followed: Followed, service: string): void {
  const { dim } = terminal.style
  if (followed === "left") {
    terminal.line(
      `\n  The rollout goes on. ${dim(`aviary rollout status ${service} looks again, aviary rollout abort ${service} ends it.`)}`,
    )
  }
  if (followed === "needs-somebody") {
    terminal.line(`  It waits for somebody: aviary rollout resume|promote|abort ${service}`)
  }
}

/** The `spec` of the one Rollout in a file, as it is written. Fails with `delivery.document_invalid`, naming line and field. */
export function readRolloutSpec(file: string, service: string): object {
  let text: string
  try {
    text = readFileSync(file, "utf8")
  } catch (error) {
    throw new AppError("command.invalid", { reason: `--spec: ${messageOf(error)}` })
  }
  const { documents } = parseDocuments(text, basename(file))
  const rollouts = documents.flatMap((document) => (document.kind === "Rollout" ? [document] : []))
  const [rollout] = rollouts
  if (!rollout || rollouts.length > 1) {
    const reason = `--spec: ${file} must hold exactly one document of the kind Rollout; it holds ${rollouts.length}.`
    throw new AppError("command.invalid", { reason })
  }
  if (rollout.spec.service !== service) {
    const reason = `--spec: ${file} is about the service ${rollout.spec.service}, not ${service}.`
    throw new AppError("command.invalid", { reason })
  }
  for (const document of parseAllDocuments(text)) {
    const written: unknown = document.toJS()
    if (isRollout(written)) return written.spec
  }
  throw new AppError("internal")
}

/** The `revision.artifact` of a spec; a path and a repository are relative to its document. */
export function artifactOf(spec: object | undefined, file: string | undefined): string | undefined {
  if (spec === undefined || file === undefined) return undefined
  const { revision } = spec as { revision?: { artifact?: string } }
  if (revision?.artifact !== undefined) return sourceFor(revision.artifact, dirname(resolve(file)))
  const reason = `${file} names no revision.artifact, so a SOURCE is needed.`
  throw new AppError("command.invalid", { reason })
}

function isRollout(value: unknown): value is { spec: object } {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    value.kind === "Rollout" &&
    "spec" in value
  )
}
