// Opens the write side of an installation for the time of one command.

import { join } from "node:path"
import { createLog, systemClock } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import { createNetworkTools } from "@aviary/social"
import type { NetworkTools } from "@aviary/social"
import { withInstallation } from "../installation.ts"
import { dataDir } from "../settings.ts"
import type { AviarySettings } from "../settings.ts"

/** Commands log what is wrong and nothing else. */
export function commandLog(): Log {
  return createLog({ level: "warn" })
}

/** Runs `use` with the network's write side; the database is started for it when no Aviary runs. */
export async function withTools<T>(
  settings: AviarySettings,
  use: (tools: NetworkTools, databaseUrl: string) => Promise<T>,
): Promise<T> {
  const log = commandLog()
  return withInstallation({ settings, log }, async ({ databaseUrl }) => {
    const tools = createNetworkTools({
      settings,
      databaseUrl,
      mediaDir: join(dataDir(settings), "media"),
      clock: systemClock,
      log,
    })
    await tools.start()
    try {
      return await use(tools, databaseUrl)
    } finally {
      await tools.stop(AbortSignal.timeout(10_000))
    }
  })
}
