// SQL of registered apps. A secret is stored only as its SHA-256: it is 32 random bytes, so nothing slower is needed.

import { createHash, timingSafeEqual } from "node:crypto"
import type { Selectable } from "kysely"
import type { Core } from "../../core.ts"
import type { Database } from "../../db/schema.ts"

export type App = Selectable<Database["oauth_apps"]>

export interface NewApp {
  readonly name: string
  readonly website: string | null
  readonly redirectUris: readonly string[]
  readonly scopes: readonly string[]
}

export interface AppStore {
  /** Registers an app; its secret is told this once. */
  create(app: NewApp): Promise<{ app: App; secret: string }>
  find(id: number): Promise<App | undefined>
  findByClientId(clientId: string): Promise<App | undefined>
}

export function createAppStore(deps: Pick<Core, "db" | "nextId" | "clock" | "randomToken">): AppStore {
  const { db, nextId, clock, randomToken } = deps
  return {
    async create({ name, website, redirectUris, scopes }) {
      const secret = randomToken()
      const app = await db
        .insertInto("oauth_apps")
        .values({
          id: nextId(),
          client_id: randomToken(),
          client_secret_hash: hashSecret(secret),
          name,
          website,
          redirect_uris: [...redirectUris],
          scopes: [...scopes],
          created_at: new Date(clock.now()),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      return { app, secret }
    },
    find: (id) => db.selectFrom("oauth_apps").selectAll().where("id", "=", id).executeTakeFirst(),
    async findByClientId(clientId) {
      // No client id is so long, and PostgreSQL refuses a text with NUL.
      if (clientId.length > 100 || clientId.includes("\0")) return undefined
      return db.selectFrom("oauth_apps").selectAll().where("client_id", "=", clientId).executeTakeFirst()
    },
  }
}

/** Whether the secret is the app's, in a time that does not tell how much of it is right. */
export function isSecretOf(app: App, secret: string): boolean {
  const given = hashSecret(secret)
  return app.client_secret_hash.length === given.length && timingSafeEqual(app.client_secret_hash, given)
}

function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest()
}
