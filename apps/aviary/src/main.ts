#!/usr/bin/env node
// The `aviary` command: arguments → configuration → command. No logic. Each command is loaded when it is asked for, so that no
// process carries what only another one needs.

import { AppError, messageOf } from "@aviary/kit"
import { Command, InvalidArgumentError } from "commander"
import { addDeliveryCommands } from "./commands/delivery-commands.ts"
import type { ImportCommandOptions } from "./commands/import.ts"
import type { ReplayOptions } from "./commands/replay.ts"
import { instancePlace, loadSettings } from "./settings.ts"
import type { AviarySettings } from "./settings.ts"
import { createTerminal } from "./terminal.ts"

const commands = {
  accounts: () => import("./commands/accounts.ts"),
  doctor: () => import("./commands/doctor.ts"),
  announcements: () => import("./commands/announcements.ts"),
  emoji: () => import("./commands/emoji.ts"),
  gateway: () => import("./commands/gateway.ts"),
  import: () => import("./commands/import.ts"),
  replay: () => import("./commands/replay.ts"),
  routes: () => import("./commands/routes.ts"),
  social: () => import("./commands/social.ts"),
  start: () => import("./commands/start.ts"),
} as const

const terminal = createTerminal()
const program = new Command("aviary")
  .description("A self-hosted social network that ships its own changes safely")
  .option("-c, --config <file>", "configuration file (default: aviary.yaml where there is one)")
  .showHelpAfterError()

const configFile = (): string | undefined => program.opts<{ config?: string }>().config

function settings(): AviarySettings {
  return loadSettings(configFile(), process.env)
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new InvalidArgumentError("It must be a whole number above 0.")
}

program
  .command("start")
  .alias("supervisor")
  .description("run everything: the database, the gateway and the services; Ctrl-C drains and stops it")
  .action(async () => (await commands.start()).start(settings(), terminal, configFile()))

program
  .command("social")
  .description("run one instance of the network behind a gateway; `start` does this by itself")
  .action(async () => (await commands.social()).social(settings(), instancePlace(process.env)))

program
  .command("gateway")
  .description("run the gateway alone; `start` does this by itself")
  .action(async () => (await commands.gateway()).gateway(settings()))

program
  .command("replay")
  .description("rebuild the tables from the event log")
  .option("--check", "compare every rebuilt table with the live one")
  .option("--until <time>", "show the network as it was at a time, e.g. 2026-01-31T12:00:00Z")
  .option("--keep", "with --until: keep the rebuilt tables in a schema, to be queried")
  .option("--json", "machine-readable output")
  .action(async (options: ReplayOptions) => {
    process.exitCode = await (await commands.replay()).replay(settings(), terminal, options)
  })

program
  .command("import")
  .description("load a follow graph and post texts; goes on where it was interrupted")
  .requiredOption("--graph <file>", "edge list, one `follower followee` a line, plain or .gz")
  .requiredOption("--posts <file...>", "texts, one a line, plain or .gz; several files may follow")
  .option("--undirected", "each edge is a follow in both directions")
  .option("--prefix <name>", "beginning of the imported user names", "member_")
  .option("--language <code>", "language of the posts", "en")
  .option("--json", "machine-readable output")
  .action(async (options: ImportCommandOptions) =>
    (await commands.import()).importFiles(settings(), terminal, options),
  )

const accounts = program.command("accounts").description("members, at a terminal")
accounts
  .command("create <username>")
  .requiredOption("--email <address>", "where the member signs in with")
  .option("--role <role>", "member, moderator, admin or owner", "member")
  .option(
    "--password <password>",
    "default: one is made and shown; a password here stays in the shell's history",
  )
  .option("--json", "machine-readable output")
  .action(
    async (username: string, options: { email: string; role: string; password?: string; json?: boolean }) =>
      (await commands.accounts()).createAccount(settings(), terminal, { username, ...options }),
  )
accounts
  .command("list")
  .option("--search <text>", "only where the user name or e-mail begins with this")
  .option("--limit <number>", "at most this many, newest first", wholeNumber, 50)
  .option("--json", "machine-readable output")
  .action(async (options: { search?: string; limit: number; json?: boolean }) =>
    (await commands.accounts()).listAccounts(settings(), terminal, options),
  )
accounts
  .command("role <username> <role>")
  .description("make somebody member, moderator, admin or owner")
  .action(async (username: string, role: string) =>
    (await commands.accounts()).setRole(settings(), terminal, { username, role }),
  )
accounts
  .command("reset-password <username>")
  .description("set a new password and sign the member out everywhere")
  .action(async (username: string) =>
    (await commands.accounts()).resetPassword(settings(), terminal, username),
  )
accounts
  .command("suspend <username>")
  .description("hide an account and end its access")
  .option("--undo", "bring the account back")
  .action(async (username: string, options: { undo?: boolean }) =>
    (await commands.accounts()).suspend(settings(), terminal, { username, undo: options.undo ?? false }),
  )

const announcements = program.command("announcements").description("what staff have to say to all members")
announcements
  .command("add <text>")
  .option("--starts <time>", "when what it speaks of begins, such as 2026-05-01T12:00Z")
  .option("--ends <time>", "when it ends; the announcement is shown until then")
  .option("--all-day", "times are days")
  .action(async (text: string, options: { starts?: string; ends?: string; allDay?: boolean }) =>
    (await commands.announcements()).addAnnouncement(settings(), terminal, { text, ...options }),
  )
announcements
  .command("list")
  .option("--json", "machine-readable output")
  .action(async (options: { json?: boolean }) =>
    (await commands.announcements()).listAnnouncements(settings(), terminal, options),
  )
announcements
  .command("remove <id>")
  .action(async (id: string) =>
    (await commands.announcements()).removeAnnouncement(settings(), terminal, wholeNumber(id)),
  )

const emoji = program.command("emoji").description("the community's own emoji")
emoji
  .command("add <shortcode> <file>")
  .option("--category <name>", "heading in pickers")
  .action(async (shortcode: string, file: string, options: { category?: string }) =>
    (await commands.emoji()).addEmoji(settings(), terminal, { shortcode, file, ...options }),
  )
emoji
  .command("remove <shortcode>")
  .action(async (shortcode: string) => (await commands.emoji()).removeEmoji(settings(), terminal, shortcode))

program
  .command("doctor")
  .description("say what is wrong with this installation and how to mend it")
  .option("--json", "machine-readable output")
  .action(async (options: { json?: boolean }) => {
    const { doctor } = await commands.doctor()
    process.exitCode = await doctor(terminal, { config: configFile(), ...options })
  })

program
  .command("routes")
  .description("list the implemented API")
  .option("--json", "machine-readable output")
  .option("--markdown", "as docs/mastodon-api.md")
  .action(async (options: { json?: boolean; markdown?: boolean }) =>
    (await commands.routes()).routes(terminal, options),
  )

addDeliveryCommands(program, { settings, terminal })

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`\n${terminal.style.bad("✖")} ${messageOf(error)}\n`)
  if (error instanceof AppError && error.code === "internal" && error.cause instanceof Error) {
    process.stderr.write(`${error.cause.stack ?? ""}\n`)
  }
  process.exitCode = 1
}
