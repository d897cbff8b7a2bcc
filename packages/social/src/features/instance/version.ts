// Which version this is, in the form that clients of Mastodon read.

import { readFileSync } from "node:fs"
import { z } from "zod"

const manifest: unknown = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"))

export const aviaryVersion = z.object({ version: z.string() }).parse(manifest).version

/** Clients compare the number in front with Mastodon's own, some of them digit by digit. */
export const compatibleVersion = `4.5.0 (compatible; Aviary ${aviaryVersion})`

/**
 * `api_versions.mastodon`. 2 is grouped notifications (`/api/v2/notifications`). From 3 on, a number promises what is not here:
 * clients that see it offer deleting media on its own, quotes and more, without asking again.
 */
export const MASTODON_API_VERSION = 2
