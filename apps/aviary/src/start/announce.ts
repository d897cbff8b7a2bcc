// What the start says when everything runs.

import type { Terminal } from "../terminal.ts"
import type { OwnerSignIn } from "./owner-sign-in.ts"

export interface Announcement {
  /** Where members are. */
  readonly url: string
  readonly owner: OwnerSignIn | undefined
  /** Where HTTPS is beside it, and the command by which this machine believes it. */
  readonly https?: { readonly port: number; readonly trust: string | undefined } | undefined
  readonly operators: { address(): string | undefined; problem(): string | undefined }
}

export function announce(terminal: Terminal, { url, owner, https, operators }: Announcement): void {
  const { bold, dim } = terminal.style
  terminal.line(`\n  ${terminal.style.good("Ready.")} Your community is at ${bold(url)}`)
  terminal.line(dim("  Members use any Mastodon app with that address. Ctrl-C stops."))
  if (https && https.port > 0) {
    terminal.line(dim(`  Also at https://localhost:${https.port}, which this machine believes after`))
    terminal.line(dim(`    ${https.trust ?? "its authority was trusted"}`))
  }
  const figures = operators.address()
  const problem = operators.problem()
  if (figures !== undefined) terminal.line(dim(`  Figures for Prometheus: ${figures}/metrics`))
  if (problem !== undefined) terminal.line(`  ${terminal.style.bad("No metrics:")} ${problem}`)
  if (!owner) return
  if (owner.setupUrl !== undefined) {
    terminal.line(`\n  ${bold("Set it up here")}, with a link that lets you in once, within a day:`)
    terminal.line(`    ${bold(owner.setupUrl)}`)
  }
  terminal.line(`\n  ${bold("Your sign-in as the owner")}, shown only this once:`)
  terminal.line(`    user name  ${owner.username}`)
  terminal.line(`    e-mail     ${owner.email}`)
  terminal.line(`    password   ${bold(owner.password)}`)
  terminal.line(dim("  Another one: npm run aviary -- accounts reset-password owner"))
}
