/** A day with Mastodon::Client, Debian's libmastodon-client-perl. The day itself is perl/daily-loop.pl. */
import { fileURLToPath } from "node:url"
import type { ClientEnv, ClientReport } from "./client-env.ts"
import { runScriptLoop } from "./script-loop.ts"

const script = fileURLToPath(new URL("./perl/daily-loop.pl", import.meta.url))

export function runMastodonPerlLoop(env: ClientEnv): Promise<ClientReport> {
  // Debian's package belongs to Debian's Perl; another one that comes first in the path would not find it.
  return runScriptLoop("mastodonperl", { command: "/usr/bin/perl", args: [script] }, env)
}
