// `aviary accounts`: what the operator does with accounts at a terminal.

import { AppError } from "@aviary/kit"
import type { NetworkTools } from "@aviary/social"
import type { AviarySettings } from "../settings.ts"
import type { Terminal } from "../terminal.ts"
import { withTools } from "./tools.ts"

type Role = Parameters<NetworkTools["operator"]["setRole"]>[1]

const ROLES: readonly Role[] = ["member", "moderator", "admin", "owner"]

function readRole(text: string): Role {
  const role = ROLES.find((known) => known === text)
  if (role) return role
  throw new AppError("command.invalid", { reason: `"${text}" is not a role; there are ${ROLES.join(", ")}.` })
}

export async function createAccount(
  settings: AviarySettings,
  terminal: Terminal,
  options: { username: string; email: string; role: string; password?: string; json?: boolean },
): Promise<void> {
  const role = readRole(options.role)
  const account = await withTools(settings, ({ operator }) =>
    operator.createAccount({
      username: options.username,
      email: options.email,
      password: options.password,
      role,
    }),
  )
  if (options.json) return terminal.json({ ...account, id: String(account.id) })
  terminal.line(`${terminal.style.good("✔")} @${account.username} has joined as ${role}`)
  if (options.password === undefined) {
    terminal.line(`  password  ${terminal.style.bold(account.password)}   (shown only this once)`)
  }
}

export async function listAccounts(
  settings: AviarySettings,
  terminal: Terminal,
  options: { search?: string; limit: number; json?: boolean },
): Promise<void> {
  const found = await withTools(settings, ({ operator }) =>
    operator.listAccounts({ prefix: options.search, limit: options.limit }),
  )
  if (options.json) return terminal.json(found)
  terminal.table(
    ["user name", "e-mail", "role", "posts", "followers", "following", "joined", "state"],
    found.map((account) => [
      account.username,
      account.email,
      account.role,
      account.posts_count,
      account.followers_count,
      account.following_count,
      account.created_at.toISOString().slice(0, 10),
      account.suspended ? "suspended" : "",
    ]),
  )
}

export async function setRole(
  settings: AviarySettings,
  terminal: Terminal,
  change: { username: string; role: string },
): Promise<void> {
  const role = readRole(change.role)
  await withTools(settings, ({ operator }) => operator.setRole(change.username, role))
  terminal.line(`${terminal.style.good("✔")} @${change.username} is ${role} now`)
}

export async function resetPassword(
  settings: AviarySettings,
  terminal: Terminal,
  username: string,
): Promise<void> {
  const { password } = await withTools(settings, ({ operator }) => operator.resetPassword(username))
  terminal.line(`${terminal.style.good("✔")} @${username} has been signed out everywhere`)
  terminal.line(`  new password  ${terminal.style.bold(password)}   (shown only this once)`)
}

export async function suspend(
  settings: AviarySettings,
  terminal: Terminal,
  change: { username: string; undo: boolean },
): Promise<void> {
  await withTools(settings, ({ operator }) =>
    change.undo ? operator.unsuspend(change.username) : operator.suspend(change.username),
  )
  terminal.line(
    `${terminal.style.good("✔")} @${change.username} is ${change.undo ? "back" : "suspended: hidden, and signed out everywhere"}`,
  )
}
