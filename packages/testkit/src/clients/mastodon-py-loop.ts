/** A day with Mastodon.py, Debian's python3-mastodon. The day itself is python/daily_loop.py. */
import { fileURLToPath } from "node:url"
import type { ClientEnv, ClientReport } from "./client-env.ts"
import { runScriptLoop } from "./script-loop.ts"

const script = fileURLToPath(new URL("./python/daily_loop.py", import.meta.url))

export function runMastodonPyLoop(env: ClientEnv): Promise<ClientReport> {
  // Debian's package belongs to Debian's Python; another one that comes first in the path would not find it.
  return runScriptLoop("mastodonpy", { command: "/usr/bin/python3", args: [script] }, env)
}
