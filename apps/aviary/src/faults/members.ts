// Members of an installation that runs, signed in as an app signs them in: an app of its own, a token by password.

import { createLog, readSettings, systemClock } from "@aviary/kit"
import { createNetworkTools, socialSettings } from "@aviary/social"
import type { Installation } from "./aviary-process.ts"
import { createHttpClient, textOf } from "./http-client.ts"

export interface Member {
  readonly username: string
  readonly email: string
  readonly password: string
  readonly id: string
  readonly token: string
}

const PASSWORD = "a-kestrel-hovers-over-42-fields"
const SCOPES = "read write follow"

/** Creates members; fails when one cannot sign in. */
export async function createMembers(
  installation: Pick<Installation, "url" | "dataDir" | "databaseUrl">,
  usernames: readonly string[],
): Promise<Member[]> {
  const tools = createNetworkTools({
    settings: readSettings(socialSettings, { env: { AVIARY_DATABASE_POOL_SIZE: "2" } }),
    databaseUrl: installation.databaseUrl(),
    mediaDir: installation.dataDir,
    clock: systemClock,
    log: createLog({ level: "silent" }),
  })
  await tools.start()
  try {
    const members: Member[] = []
    for (const username of usernames) {
      const email = `${username}@birds.test`
      const { id } = await tools.operator.createAccount({ username, email, password: PASSWORD })
      const token = await signIn(installation.url, email)
      members.push({ username, email, password: PASSWORD, id: String(id), token })
    }
    return members
  } finally {
    await tools.stop(AbortSignal.timeout(10_000))
  }
}

async function signIn(url: string, email: string): Promise<string> {
  const client = createHttpClient(url)
  try {
    const redirect = "urn:ietf:wg:oauth:2.0:oob"
    const app = await client.post("/api/v1/apps", {
      json: { client_name: "Fault tests", redirect_uris: redirect, scopes: SCOPES },
    })
    const token = await client.post("/oauth/token", {
      json: {
        grant_type: "password",
        client_id: textOf(app, "client_id"),
        client_secret: textOf(app, "client_secret"),
        username: email,
        password: PASSWORD,
        scope: SCOPES,
      },
    })
    return textOf(token, "access_token")
  } finally {
    client.close()
  }
}
