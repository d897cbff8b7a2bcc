/** The days of all real clients, by name, so that each server that is put together in another way is tried with all of them. */
import type { ClientEnv, ClientReport } from "./client-env.ts"
import { runMastoLoop } from "./masto-loop.ts"
import { runMastodonPerlLoop } from "./mastodon-perl-loop.ts"
import { runMastodonPyLoop } from "./mastodon-py-loop.ts"
import { runMegalodonLoop } from "./megalodon-loop.ts"
import { runTootLoop } from "./toot-loop.ts"

/** Names are good as parts of user names. */
export const clientLoops: Readonly<Record<string, (env: ClientEnv) => Promise<ClientReport>>> = {
  toot: runTootLoop,
  mastodon_py: runMastodonPyLoop,
  mastodon_perl: runMastodonPerlLoop,
  masto_js: runMastoLoop,
  megalodon: runMegalodonLoop,
}
