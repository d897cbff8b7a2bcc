// `aviary start`: the network in one process with its database as a child. Shows each step, prints where it is and, on the
// first run, the owner's sign-in; drains on a signal.

import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { PUBLIC_FILE } from "@aviary/gateway"
import { createLifecycle, messageOf, systemClock } from "@aviary/kit"
import type { Log, Part } from "@aviary/kit"
import { createEmbeddedPostgres, lockDataDir } from "@aviary/kit/postgres"
import { checkServerVersion, createSocial, publicUrl } from "@aviary/social"
import type { Social } from "@aviary/social"
import { serviceSocketPath } from "../gateway/control-socket.ts"
import { defaultLimits } from "../gateway/default-limits.ts"
import { gatewayDocument } from "../gateway/gateway-document.ts"
import { createGatewayPart } from "../gateway/gateway-part.ts"
import { dataDir, removeRunFile, writeRunFile } from "../installation.ts"
import type { AviarySettings } from "../settings.ts"
import { createStartLog } from "../start-log.ts"
import type { Step, Terminal } from "../terminal.ts"

interface StartContext {
  readonly settings: AviarySettings
  readonly dir: string
  readonly log: Log
  readonly terminal: Terminal
}

/** Runs the network until SIGINT or SIGTERM. Fails with `start.already_running` where another Aviary has the data. */
export async function start(
  settings: AviarySettings,
  terminal: Terminal,
  configFile?: string,
): Promise<void> {
  const stopSignal = nextSignal()
  const dir = dataDir(settings)
  const lock = lockDataDir(dir)
  try {
    const context = { settings, dir, log: createStartLog(settings, dir), terminal }
    terminal.line(`\n  ${terminal.style.bold("Aviary")}  ${terminal.style.dim(dir)}\n`)
    const database = databasePart(context)
    const network = networkPart(context, () => database.url())
    const front = settings.gateway.run ? frontPart(context, { network, configFile }) : undefined
    const parts = [database, network, ...(front ? [front] : [])]
    const lifecycle = createLifecycle({ parts, log: context.log })
    await lifecycle.start()
    try {
      const owner = await network.social().operator.ensureOwner()
      writeRunFile(dir, {
        pid: process.pid,
        url: front?.url() ?? network.social().address(),
        databaseUrl: database.url(),
      })
      announce(terminal, { social: network.social(), owner, front })
      const signal = await stopSignal
      terminal.line(`\n  ${signal}: finishing what is under way …`)
    } finally {
      await lifecycle.stop(AbortSignal.timeout(30_000))
    }
    terminal.line("  stopped\n")
  } finally {
    lock.release()
  }
}

/** The first SIGINT or SIGTERM. A terminal's Ctrl-C may arrive twice; from the third on, patience is over. */
function nextSignal(): Promise<NodeJS.Signals> {
  let seen = 0
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        seen += 1
        resolve(signal)
        if (seen >= 3) process.exit(1)
      })
    }
  })
}

/** Runs a step's work with its outcome shown. */
async function shown<T>(step: Step, work: () => Promise<{ result: T; text: string }>): Promise<T> {
  try {
    const { result, text } = await work()
    step.done(text)
    return result
  } catch (error) {
    step.failed(messageOf(error).split("\n")[0] ?? "")
    throw error
  }
}

function databasePart({ settings, dir, log, terminal }: StartContext): Part & { url(): string } {
  const configured = settings.database.url
  const embedded =
    configured === undefined
      ? createEmbeddedPostgres({
          dataDir: dir,
          log,
          ...(settings.database.runAs ? { runAs: settings.database.runAs } : {}),
        })
      : undefined
  let url = configured ?? ""
  return {
    name: "database",
    async start() {
      const step = terminal.step("database")
      await shown(step, async () => {
        if (embedded) url = (await embedded.start((text) => step.note(text))).connectionString
        const version = await checkServerVersion(url, log)
        return { result: undefined, text: `PostgreSQL ${version}${embedded ? ", embedded" : ""}` }
      })
    },
    stop: async () => embedded?.stop(),
    url: () => url,
  }
}

function networkPart(context: StartContext, databaseUrl: () => string): Part & { social(): Social } {
  const { settings, dir, log, terminal } = context
  let social: Social | undefined
  const started = (): Social => {
    if (!social) throw new Error("The network has not started")
    return social
  }
  return {
    name: "network",
    async start() {
      const step = terminal.step("network")
      await shown(step, async () => {
        social = await createSocial({
          settings: settings.gateway.run ? behindGateway(settings, join(dir, "gateway")) : settings,
          databaseUrl: databaseUrl(),
          mediaDir: join(dir, "media"),
          clock: systemClock,
          log,
          onProgress: (text) => step.note(text),
        })
        await social.start()
        writeRunFile(dir, { pid: process.pid, url: social.address(), databaseUrl: databaseUrl() })
        const place = settings.gateway.run ? "behind the gateway" : `listening on ${social.address()}`
        return { result: undefined, text: place }
      })
    },
    async stop(signal) {
      removeRunFile(dir)
      await social?.stop(signal)
    },
    social: started,
  }
}

/** The service where only this machine's gateway reaches it, whose word on clients, and on who they are, it takes. */
function behindGateway(settings: AviarySettings, gatewayDir: string): AviarySettings {
  mkdirSync(gatewayDir, { recursive: true, mode: 0o700 })
  const trustedProxies = [...settings.http.trustedProxies, "127.0.0.1"]
  const http = {
    ...settings.http,
    host: "127.0.0.1",
    port: 0,
    trustedProxies,
    rateLimits: settings.http.rateLimits && !settings.gateway.limits.enabled,
    publicUrl: publicUrl(settings),
  }
  const gateway = {
    ...settings.gateway,
    listen: serviceSocketPath(gatewayDir),
    keySet: join(gatewayDir, PUBLIC_FILE),
  }
  return { ...settings, http, gateway }
}

interface FrontPart extends Part {
  url(): string
  https(): { readonly port: number; readonly trust: string | undefined }
}

function frontPart(
  { settings, dir, log, terminal }: StartContext,
  { network, configFile }: { network: { social(): Social }; configFile: string | undefined },
): FrontPart {
  const gateway = createGatewayPart({
    dir,
    configFile,
    log,
    document(version) {
      const { hostname, port } = new URL(network.social().address())
      const maxBodyBytes = Math.max(settings.http.maxBodyBytes, settings.media.maxImageBytes)
      const address = { host: hostname, port: Number(port) }
      const limits = defaultLimits(settings.gateway.limits, settings.firehose.connectsPerMinute)
      return gatewayDocument({ version, address, maxBodyBytes, limits })
    },
  })
  const url = (): string => {
    const { host } = settings.http
    return `http://${host.includes(":") ? `[${host}]` : host}:${gateway.ports().http}`
  }
  return {
    ...gateway,
    async start() {
      const step = terminal.step("gateway")
      await shown(step, async () => {
        await gateway.start()
        return { result: undefined, text: `listening on ${url()}` }
      })
    },
    url,
    https: () => ({ port: gateway.ports().https, trust: gateway.ports().trust }),
  }
}

interface Announcement {
  readonly social: Social
  readonly owner: { username: string; email: string; password: string } | undefined
  readonly front: FrontPart | undefined
}

function announce(terminal: Terminal, { social, owner, front }: Announcement): void {
  const { bold, dim } = terminal.style
  terminal.line(`\n  ${terminal.style.good("Ready.")} Your community is at ${bold(social.core.urls.base)}`)
  terminal.line(dim("  Members use any Mastodon app with that address. Ctrl-C stops."))
  const https = front?.https()
  if (https && https.port > 0) {
    terminal.line(dim(`  Also at https://localhost:${https.port}, which this machine believes after`))
    terminal.line(dim(`    ${https.trust ?? "its authority was trusted"}`))
  }
  const figures = social.operators.address()
  const problem = social.operators.problem()
  if (figures !== undefined) terminal.line(dim(`  Figures for Prometheus: ${figures}/metrics`))
  if (problem !== undefined) terminal.line(`  ${terminal.style.bad("No metrics:")} ${problem}`)
  if (!owner) return
  terminal.line(`\n  ${bold("Your sign-in as the owner")}, shown only this once:`)
  terminal.line(`    user name  ${owner.username}`)
  terminal.line(`    e-mail     ${owner.email}`)
  terminal.line(`    password   ${bold(owner.password)}`)
  terminal.line(dim("  Another one: npm run aviary -- accounts reset-password owner"))
}
