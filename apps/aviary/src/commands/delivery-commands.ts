// The commands of delivery, as arguments and options. Each loads what it needs when it is asked for.

import type { Command } from "commander"
import { InvalidArgumentError } from "commander"
import type { AviarySettings } from "../settings.ts"
import type { Terminal } from "../terminal.ts"
import type { DeployOptions } from "./deploy.ts"
import type { FlagOptions } from "./flags.ts"
import type { MigrateOptions } from "./migrate.ts"
import type { BacktestOptions } from "./rollout-backtest.ts"
import type { RecordsOptions } from "./rollout-records.ts"
import type { Intervene, InterveneOptions, PlanOptions, StatusOptions } from "./rollout.ts"

const SERVICE = "social"
const JSON_OPTION = ["--json", "machine-readable output"] as const

export interface CommandDeps {
  readonly settings: () => AviarySettings
  readonly terminal: Terminal
}

export function addDeliveryCommands(program: Command, deps: CommandDeps): void {
  addDeploy(program, deps)
  addRollout(program, deps)
  addFlags(program, deps)
  addSchema(program, deps)
}

function addDeploy(program: Command, { settings, terminal }: CommandDeps): void {
  program
    .command("deploy [source]")
    .description("roll out a release from a directory, a tarball, a git revision, or an installed one's id")
    .option("--service <name>", "which service it is of", SERVICE)
    .option(
      "--strategy <name>",
      "rolling, blueGreen, canary or abTest (default: the service's own, else canary)",
    )
    .option(
      "--spec <file>",
      "YAML with one document of the kind Rollout; its revision.artifact is the source where none is named",
    )
    .option("--wait", "wait for a rollout of the service that is under way")
    .option("--detach", "return once the rollout has begun")
    .option("--json", "a line of JSON for each thing that happens")
    .action(async (source: string | undefined, options: DeployOptions) => {
      const { deploy } = await import("./deploy.ts")
      process.exitCode = await deploy(settings(), terminal, { source, options })
    })
  program
    .command("services")
    .description("what runs")
    .option(...JSON_OPTION)
    .action(async (options: { json?: boolean }) =>
      (await import("./services.ts")).services(settings(), terminal, options),
    )
  program
    .command("releases")
    .description("the releases that are installed, newest first")
    .option("--service <name>", "only those of this service")
    .option(...JSON_OPTION)
    .action(async (options: { service?: string; json?: boolean }) =>
      (await import("./services.ts")).releases(settings(), terminal, options),
    )
}

const interventions: Readonly<Record<Intervene, string>> = {
  pause: "stop where it is, with the visitors it has",
  resume: "go on after a pause",
  promote: "end what it waits for now; never skips a verdict that failed",
  abort: "end it: all visitors go back to the stable release",
  undo: "go back to the release that was stable before",
  approve: "approve the step that waits for it",
}

function addRollout(program: Command, { settings, terminal }: CommandDeps): void {
  const rollout = program.command("rollout").description("what a rollout does, and telling it what to do")
  rollout
    .command("status [service]")
    .description("where it is, who gets what, and what each metric says")
    .option("--watch", "follow it until it ends; Ctrl-C leaves it running")
    .option(...JSON_OPTION)
    .action(async (service: string | undefined, options: StatusOptions) => {
      const { rolloutStatus } = await import("./rollout.ts")
      process.exitCode = await rolloutStatus(settings(), terminal, { service: service ?? SERVICE, options })
    })
  for (const [name, description] of Object.entries(interventions)) {
    const command = rollout
      .command(`${name} [service]`)
      .description(description)
      .option("--reason <text>", "why, for the records")
      .option(...JSON_OPTION)
    if (name === "approve") command.option("--step <number>", "its number, from 0", fromZero)
    command.action(async (service: string | undefined, options: InterveneOptions) =>
      (await import("./rollout.ts")).intervene(settings(), terminal, {
        what: name as Intervene,
        service: service ?? SERVICE,
        options,
      }),
    )
  }
  rollout
    .command("history [service]")
    .description("those that have ended, newest first")
    .option("--limit <number>", "at most this many", fromZero, 20)
    .option(...JSON_OPTION)
    .action(async (service: string | undefined, options: { limit: number; json?: boolean }) =>
      (await import("./rollout.ts")).rolloutHistory(settings(), terminal, {
        service: service ?? SERVICE,
        options,
      }),
    )
  rollout
    .command("cancel [service]")
    .description("take out the deployments that wait for their turn")
    .option(...JSON_OPTION)
    .action(async (service: string | undefined, options: { json?: boolean }) =>
      (await import("./rollout.ts")).cancelQueued(settings(), terminal, {
        service: service ?? SERVICE,
        options,
      }),
    )
  rollout
    .command("records [service]")
    .description("what analyses decided, newest first, and whether their measurements still say the same")
    .option("--replay", "compute each verdict again")
    .option("--limit <number>", "at most this many", fromZero, 50)
    .option(...JSON_OPTION)
    .action(async (service: string | undefined, options: RecordsOptions) => {
      const { rolloutRecords } = await import("./rollout-records.ts")
      process.exitCode = await rolloutRecords(settings(), terminal, { service, options })
    })
  rollout
    .command("backtest <template>")
    .description("how often a template would have rolled back releases that turned out well")
    .option("--service <name>", "whose releases", SERVICE)
    .option(...JSON_OPTION)
    .action(async (template: string, options: BacktestOptions) => {
      const { rolloutBacktest } = await import("./rollout-backtest.ts")
      process.exitCode = await rolloutBacktest(settings(), terminal, { template, options })
    })
  rollout
    .command("plan [service]")
    .description("what would happen, how long it would take, and what it could see at today's traffic")
    .option("--source <source>", "the release that would be rolled out")
    .option("--strategy <name>", "rolling, blueGreen, canary or abTest")
    .option("--spec <file>", "YAML with one document of the kind Rollout")
    .option(...JSON_OPTION)
    .action(async (service: string | undefined, options: PlanOptions) => {
      const { rolloutPlan } = await import("./rollout.ts")
      process.exitCode = await rolloutPlan(settings(), terminal, { service: service ?? SERVICE, options })
    })
}

function addFlags(program: Command, { settings, terminal }: CommandDeps): void {
  const flags = program
    .command("flags")
    .description("feature flags and kill switches, for all instances at once")
  flags
    .command("list")
    .option("--service <name>", "of which service", SERVICE)
    .option(...JSON_OPTION)
    .action(async (options: FlagOptions) =>
      (await import("./flags.ts")).listFlags(settings(), terminal, options),
    )
  flags
    .command("kill <flag>")
    .description("switch it off for everybody, within a second")
    .option("--service <name>", "of which service", SERVICE)
    .option("--variant <name>", "set it to this instead")
    .option("--reason <text>", "why, for the list")
    .option(...JSON_OPTION)
    .action(async (key: string, options: FlagOptions) =>
      (await import("./flags.ts")).killFlag(settings(), terminal, { key, options }),
    )
  flags
    .command("restore <flag>")
    .description("take that back")
    .option("--service <name>", "of which service", SERVICE)
    .option(...JSON_OPTION)
    .action(async (key: string, options: FlagOptions) =>
      (await import("./flags.ts")).restoreFlag(settings(), terminal, { key, options }),
    )
}

function addSchema(program: Command, { settings, terminal }: CommandDeps): void {
  program
    .command("schema")
    .description("what the database has, what this release needs, and what has yet to run")
    .option(...JSON_OPTION)
    .action(async (options: { json?: boolean }) => {
      process.exitCode = await (await import("./migrate.ts")).schema(settings(), terminal, options)
    })
  program
    .command("migrate")
    .description("run the migrations that add; a deployment does this by itself")
    .option("--contract", "also those that take away what no release in the rollback window needs")
    .option(
      "--oldest-release <version>",
      "with --contract: schema version of the oldest release that may come back",
      fromZero,
    )
    .option(
      "--backfill [name]",
      "then work through the rows that are there, beside the traffic; Ctrl-C pauses it",
    )
    .option("--json", "a line of JSON for each thing that happens")
    .action(async (options: MigrateOptions) =>
      (await import("./migrate.ts")).migrateSchema(settings(), terminal, options),
    )
}

function fromZero(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 0) return value
  throw new InvalidArgumentError("It must be a whole number.")
}
