// `aviary start`: the database, the services and the gateway in front, each a process of its own, and this one their supervisor. Shows
// each step, prints where it is and, on the first run, the owner's sign-in; drains on a signal. Killed, it leaves everything running,
// and the next start finds it again. Without a gateway (`gateway.run: false`) the network runs in this process.

import { flushCompileCache } from "node:module"
import { createLifecycle, releaseMemory } from "@aviary/kit"
import type { Part } from "@aviary/kit"
import { lockDataDir } from "@aviary/kit/postgres"
import { removeRunFile, writeRunFile } from "../installation.ts"
import { dataDir } from "../settings.ts"
import type { AviarySettings } from "../settings.ts"
import { createStartLog } from "../start-log.ts"
import { announce } from "../start/announce.ts"
import type { Announcement } from "../start/announce.ts"
import { nextSignal } from "../start/next-signal.ts"
import type { StartContext } from "../start/start-context.ts"
import type { Terminal } from "../terminal.ts"

/** What is started, in order, and what there is to tell once it runs. */
export interface Startable {
  readonly parts: readonly Part[]
  running(): Promise<{ readonly url: string; readonly databaseUrl: string; readonly said: Announcement }>
}

/** Runs until SIGINT or SIGTERM. Fails with `start.already_running` where another Aviary has the data. */
export async function start(
  settings: AviarySettings,
  terminal: Terminal,
  configFile?: string,
): Promise<void> {
  const stopSignal = nextSignal()
  const dir = dataDir(settings)
  const lock = lockDataDir(dir)
  try {
    const context: StartContext = { settings, configFile, dir, log: createStartLog(settings, dir), terminal }
    terminal.line(`\n  ${terminal.style.bold("Aviary")}  ${terminal.style.dim(dir)}\n`)
    const whole = await startable(context)
    const lifecycle = createLifecycle({ parts: whole.parts, log: context.log })
    await lifecycle.start()
    try {
      const { url, databaseUrl, said } = await whole.running()
      writeRunFile(dir, { pid: process.pid, url, databaseUrl })
      announce(terminal, said)
      // For the next one, which may come after this was killed.
      flushCompileCache()
      releaseMemory()
      const signal = await stopSignal
      terminal.line(`\n  ${signal}: finishing what is under way …`)
    } finally {
      removeRunFile(dir)
      await lifecycle.stop(AbortSignal.timeout(30_000))
    }
    terminal.line("  stopped\n")
  } finally {
    lock.release()
  }
}

/** Each of them loads what it needs and no more. */
async function startable(context: StartContext): Promise<Startable> {
  if (context.settings.gateway.run) return (await import("../start/supervised.ts")).supervised(context)
  return (await import("../start/alone.ts")).alone(context)
}
