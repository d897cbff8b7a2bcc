// `aviary social`: one instance of the network, where only this machine's gateway reaches it, whose word on clients, and on who they
// are, it takes. Started by the supervisor, it goes on without it; drains on SIGTERM.

import { mkdirSync } from "node:fs"
import { flushCompileCache } from "node:module"
import { join } from "node:path"
import { PUBLIC_FILE } from "@aviary/gateway/outside"
import { AppError, releaseMemory, systemClock } from "@aviary/kit"
import { createSocial, publicUrl } from "@aviary/social"
import { serviceSocketPath } from "../gateway/control-socket.ts"
import { dataDir } from "../settings.ts"
import type { AviarySettings, InstancePlace } from "../settings.ts"
import { createStartLog } from "../start-log.ts"
import { nextSignal } from "../start/next-signal.ts"
import { firstSignIn, leaveOwnerSignIn } from "../start/owner-sign-in.ts"

const DRAIN_MS = 30_000

/** Runs until SIGINT or SIGTERM. Fails with `start.failed` where no database is named. */
export async function social(settings: AviarySettings, place: InstancePlace): Promise<void> {
  const stopSignal = nextSignal()
  const databaseUrl = settings.database.url
  if (databaseUrl === undefined)
    throw new AppError("start.failed", {
      reason: "An instance needs `database.url`: `aviary start` gives it one.",
    })
  const dir = dataDir(settings)
  const log = createStartLog(settings, dir)
  const service = await createSocial({
    settings: behindGateway(settings, { place, gatewayDir: join(dir, "gateway") }),
    databaseUrl,
    mediaDir: join(dir, "media"),
    clock: systemClock,
    log,
    async beforeListening(operator) {
      const owner = await firstSignIn(operator)
      if (owner) leaveOwnerSignIn(dir, owner)
    },
  })
  try {
    await service.start()
    // For the next one, which may come after this was killed.
    flushCompileCache()
    releaseMemory()
    await stopSignal
  } finally {
    await service.stop(AbortSignal.timeout(DRAIN_MS))
  }
}

function behindGateway(
  settings: AviarySettings,
  { place, gatewayDir }: { place: InstancePlace; gatewayDir: string },
): AviarySettings {
  mkdirSync(gatewayDir, { recursive: true, mode: 0o700 })
  const http = {
    ...settings.http,
    host: "127.0.0.1",
    port: place.port,
    trustedProxies: [...settings.http.trustedProxies, "127.0.0.1"],
    rateLimits: settings.http.rateLimits && !settings.gateway.limits.enabled,
    publicUrl: publicUrl(settings),
  }
  const gateway = {
    ...settings.gateway,
    listen: serviceSocketPath(gatewayDir, place.id),
    keySet: join(gatewayDir, PUBLIC_FILE),
  }
  return { ...settings, http, gateway, metrics: { host: "127.0.0.1", port: place.metricsPort } }
}
