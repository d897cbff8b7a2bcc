// Boots a whole Aviary for a test: its own database, media directory and clock. Every answer that goes through `api` is held
// against the client API's contract, so that each test of a feature is a contract test too.

import { createHash } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createFakeClock, createLog, readSettings, systemClock } from "@aviary/kit"
import type { FakeClock, LogLevel } from "@aviary/kit"
import { createTestDatabase, ensureTemplate, useTestPostgres } from "@aviary/kit/postgres/testing"
import { checkReplay, createSocial, migrate, openDatabase, socialSettings } from "@aviary/social"
import type { Social } from "@aviary/social"
import { createApi } from "./api.ts"
import type { Api, LastWrite } from "./api.ts"

export interface TestMember {
  readonly id: string
  readonly username: string
  readonly email: string
  readonly password: string
  readonly token: string
  readonly api: Api
}

export interface TestAviary {
  readonly social: Social
  /** Where it listens. */
  readonly url: string
  readonly databaseUrl: string
  readonly mediaDir: string
  /** Stands still until the test moves it; not used with `clock: "system"`. */
  readonly clock: FakeClock
  /** Calls without a token. */
  readonly api: Api
  /** A member with a token of all scopes. */
  member(username: string, options?: { scopes?: string[] }): Promise<TestMember>
  /** Calls with another token. */
  apiWith(token: string): Api
  /** A second process's worth of the network on the same database and media. Stopped with the first. */
  twin(): Promise<TwinAviary>
  /** Waits until consumers and streams have handled everything. */
  settle(): Promise<void>
  stop(): Promise<void>
}

/** Another social service on the database of a test Aviary, as if in a process of its own. */
export interface TwinAviary {
  readonly social: Social
  readonly url: string
  /** Calls with a token, sharing nothing with the clients of the first. */
  apiWith(token: string): Api
}

export interface TestAviaryOptions {
  /** Settings as variables, e.g. `{ AVIARY_POSTS_MAX_CHARACTERS: "20" }`. */
  readonly env?: Readonly<Record<string, string>>
  /** Whether stopping rebuilds every table from the log and fails where one differs; default true. */
  readonly replayCheck?: boolean
  /** Default: a fake clock at 2026-01-01 that the test moves. `system` for real clients that wait for the real time. */
  readonly clock?: "fake" | "system"
  readonly logLevel?: LogLevel
  /** Where log lines go; default nowhere. */
  readonly onLogLine?: (line: string) => void
}

export const TEST_PASSWORD = "a-kestrel-hovers-over-42-fields"
const TEMPLATE = "aviary_template"

/** Starts an Aviary. Stop it in `after`, or its database stays until the run ends. */
export async function startAviary(options: TestAviaryOptions = {}): Promise<TestAviary> {
  // What was started is stopped in reverse, also when the boot fails half-way.
  const started = new AsyncDisposableStack()
  try {
    return await boot(options, started)
  } catch (error) {
    await started.disposeAsync()
    throw error
  }
}

async function boot(options: TestAviaryOptions, started: AsyncDisposableStack): Promise<TestAviary> {
  const server = await useTestPostgres()
  started.defer(() => server.stop())
  const silent = createLog({ level: "silent" })
  await ensureTemplate(server.url, TEMPLATE, async (url) => {
    const handle = openDatabase({ url, log: silent })
    await migrate(handle.db)
    await handle.close()
  })
  const database = await createTestDatabase(server.url, { template: TEMPLATE })
  started.defer(() => database.drop())
  const mediaDir = await mkdtemp(join(tmpdir(), "aviary-media-"))
  started.defer(() => rm(mediaDir, { recursive: true, force: true }))
  const clock = createFakeClock()
  const place = { databaseUrl: database.connectionString, mediaDir, clock }
  const social = await createService(options, place)
  started.defer(() => social.stop(AbortSignal.timeout(10_000)))
  await social.start()
  if (options.replayCheck !== false) started.defer(() => holdToLog(database.connectionString))
  const url = social.address()
  const lastWrite: LastWrite = { position: undefined }

  async function member(username: string, memberOptions: { scopes?: string[] } = {}): Promise<TestMember> {
    const email = `${username}@birds.test`
    const account = await createMemberRow(social, { username, email })
    const token = await grantToken(
      social,
      account.id,
      memberOptions.scopes ?? ["read", "write", "follow", "push"],
    )
    return {
      id: String(account.id),
      username,
      email,
      password: TEST_PASSWORD,
      token,
      api: createApi(url, token, lastWrite),
    }
  }

  async function twin(): Promise<TwinAviary> {
    const other = await createService(options, place)
    // Before the first and its database, for this was started later.
    started.defer(() => other.stop(AbortSignal.timeout(10_000)))
    await other.start()
    const address = other.address()
    return { social: other, url: address, apiWith: (token) => createApi(address, token) }
  }

  return {
    social,
    url,
    databaseUrl: database.connectionString,
    mediaDir,
    clock,
    api: createApi(url, undefined, lastWrite),
    member,
    apiWith: (token) => createApi(url, token, lastWrite),
    twin,
    settle: () => social.settle(),
    stop: () => started.disposeAsync(),
  }
}

/** A social service on a free port. */
async function createService(
  options: TestAviaryOptions,
  place: { databaseUrl: string; mediaDir: string; clock: FakeClock },
): Promise<Social> {
  const port = await freePort()
  return createSocial({
    settings: readSettings(socialSettings, {
      env: {
        AVIARY_HTTP_PORT: String(port),
        AVIARY_HTTP_PUBLIC_URL: `http://127.0.0.1:${port}`,
        AVIARY_HTTP_SIGN_INS_PER_MINUTE: "10000",
        AVIARY_DATABASE_POOL_SIZE: "6",
        AVIARY_AUTH_PASSWORD_GRANT: "true",
        AVIARY_METRICS_PORT: "off",
        // Whether somebody has built the client must not change a test; its own tests turn it on.
        AVIARY_WEB_CLIENT_DIRECTORY: "off",
        ...options.env,
      },
    }),
    databaseUrl: place.databaseUrl,
    mediaDir: place.mediaDir,
    privateDir: join(place.mediaDir, "private"),
    clock: options.clock === "system" ? systemClock : place.clock,
    log: createLog({
      level: options.logLevel ?? "warn",
      destination: { write: (line) => options.onLogLine?.(line) },
    }),
  })
}

/** Whatever a test has done to the network, the log must be able to rebuild it. */
async function holdToLog(databaseUrl: string): Promise<void> {
  const result = await checkReplay({ databaseUrl, log: createLog({ level: "silent" }) })
  const wrong = result.tables.filter((table) => table.onlyLive.count + table.onlyRebuilt.count > 0)
  if (wrong.length > 0) {
    throw new Error(`The log does not rebuild what is there: ${JSON.stringify(wrong, null, 2)}`)
  }
}

async function createMemberRow(social: Social, account: { username: string; email: string }) {
  return social.createAccount({ ...account, password: TEST_PASSWORD, agreement: true })
}

/** A token as an app would have got it, without the clicks. */
async function grantToken(social: Social, accountId: number, scopes: string[]): Promise<string> {
  const { db, nextId, randomToken, clock } = social.core
  const token = randomToken()
  const createdAt = new Date(clock.now())
  const appId = nextId()
  await db
    .insertInto("oauth_apps")
    .values({
      id: appId,
      client_id: randomToken(),
      client_secret_hash: Buffer.alloc(32),
      name: "Testkit",
      website: null,
      redirect_uris: ["urn:ietf:wg:oauth:2.0:oob"],
      scopes,
      created_at: createdAt,
    })
    .execute()
  await db
    .insertInto("oauth_tokens")
    .values({
      id: nextId(),
      token_hash: createHash("sha256").update(token).digest(),
      app_id: appId,
      account_id: accountId,
      scopes,
      created_at: createdAt,
      revoked_at: null,
    })
    .execute()
  return token
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (typeof address !== "object" || address === null) throw new Error("no port")
  return address.port
}
