// The social service: wires the database, the event log, the features and the HTTP server. The only place that sees all of
// them. It decides nothing.

import { randomBytes } from "node:crypto"
import type { AddressInfo } from "node:net"
import { dirname, join } from "node:path"
import { createLifecycle, createMetrics, createOperatorsListener, messageOf } from "@aviary/kit"
import type { Clock, Log, OperatorsListener, Part } from "@aviary/kit"
import { createFlags, createSwitches } from "@aviary/kit/flags"
import type { FastifyInstance } from "fastify"
import { createAccess } from "./access/access.ts"
import type { Core } from "./core.ts"
import { observeBackfills } from "./db/backfills/backfill-progress.ts"
import { backfills } from "./db/backfills/index.ts"
import { openDatabase } from "./db/database.ts"
import { ensureEventPartitions, migrate } from "./db/migrate.ts"
import { observePool } from "./db/observe-pool.ts"
import { createEventLog } from "./events/event-log.ts"
import { createIdWriter } from "./events/id-writer.ts"
import { mendRestoredLog } from "./events/restored-log.ts"
import { createLogEngine } from "./events/log-engine.ts"
import { createLogPosition } from "./events/log-position.ts"
import { createLogHistory } from "./events/memory-follower.ts"
import { createCreateAccount } from "./features/accounts/create-account.ts"
import type { CreateAccount } from "./features/accounts/create-account.ts"
import { createOperator } from "./features/accounts/operator.ts"
import type { Operator } from "./features/accounts/operator.ts"
import { createTokenUse, createTokenUseTicker } from "./features/account-settings/token-use.ts"
import { createCommunity } from "./features/community/community.ts"
import { beginAtCounted } from "./features/counters/begin-at-counted.ts"
import { createExactCounts } from "./features/counters/exact-counts.ts"
import { createPendingCounts } from "./features/counters/pending-counts.ts"
import { createPasswordHasher } from "./features/accounts/password/password-hash.ts"
import { createAddEmoji, createRemoveEmoji } from "./features/emojis/change-emojis.ts"
import { createDiskMediaStore } from "./features/media/disk-media-store.ts"
import type { FeedFeature } from "./features/feed/feed-feature.ts"
import type { WriteAnnouncements } from "./features/announcements/announcements.ts"
import { createWriteAnnouncements } from "./features/announcements/announcements.ts"
import { createEmojiIndex } from "./features/emojis/emoji-index.ts"
import { createPushTokens } from "./features/push/push-tokens.ts"
import { createReadiness } from "./features/instance/readiness.ts"
import { createPostViews } from "./features/posts/post-view.ts"
import { keepPolicies } from "./features/public-answers/keep-policies.ts"
import { createFeatures } from "./features.ts"
import { publicUrl } from "./http/public-url.ts"
import { createRequestMetrics } from "./http/request-metrics.ts"
import type { Route } from "./http/route.ts"
import { listenerTlsFiles, openListenerTls } from "./http/listener-tls.ts"
import { createServer } from "./http/server.ts"
import { createUrls } from "./http/urls.ts"
import { createSeal } from "./secrets/seal.ts"
import type { SocialSettings } from "./settings.ts"
import { switchDefaults } from "./switches.ts"
import { createTicker } from "./ticker.ts"

export interface SocialDeps {
  readonly settings: SocialSettings
  /** libpq-style URL of the database. */
  readonly databaseUrl: string
  /** Directory of uploaded media; created where it is missing. */
  readonly mediaDir: string
  /** Directory of what nobody is served: the key that this server makes for itself, exports. Default `private` beside the media. */
  readonly privateDir?: string
  readonly clock: Clock
  readonly log: Log
  /** Called as start-up goes on: "migrations", "listening". */
  readonly onProgress?: (step: string) => void
  /** Called when all of it runs and before it listens. */
  readonly beforeListening?: (operator: Operator) => Promise<void>
}

export interface Social extends Part {
  readonly core: Core
  readonly server: FastifyInstance
  readonly createAccount: CreateAccount
  readonly operator: Operator
  /** For tests and benchmarks. */
  readonly feed: FeedFeature["feed"]
  /** Where it listens, e.g. `http://127.0.0.1:3000`; known once started. */
  address(): string
  /** The listener for operators: its address once started, or why there is none. */
  readonly operators: Pick<OperatorsListener, "address" | "problem">
  /** Resolves when everything that was committed has been projected and streamed. */
  settle(): Promise<void>
}

/** Partitions are made two months ahead. */
const PARTITIONS_EVERY_MS = 86_400_000

function privateDir(deps: Pick<SocialDeps, "privateDir" | "mediaDir">): string {
  return deps.privateDir ?? join(dirname(deps.mediaDir), "private")
}

/** The part of the service that needs no HTTP server: the database, the log's write side, ids, and what features share. */
function openCore(deps: SocialDeps) {
  const { settings, clock, log } = deps
  const database = openDatabase({ url: deps.databaseUrl, poolSize: settings.database.poolSize, log })
  const { db } = database
  const urls = createUrls(publicUrl(settings))
  const idWriter = createIdWriter({ db, clock, log })
  // The log and its readers know each other: a commit wakes the readers, and features give the readers.
  const wake = { readers: () => {} }
  const seal = createSeal({
    secretKey: settings.auth.secretKey,
    dir: privateDir(deps),
  })
  const pushTokens = createPushTokens({ db, seal })
  const tokenUse = createTokenUse({ db, clock })
  const access = createAccess({
    ...deps,
    db,
    settings: settings.gateway,
    onSeen: (tokenId) => tokenUse.note(tokenId),
    onAsked(token, viewer) {
      pushTokens
        .learn(token, viewer)
        .catch((error: unknown) => log.warn({ error: messageOf(error) }, "a push token was not remembered"))
    },
  })
  const { identities } = access
  const position = createLogPosition({ now: () => performance.now() })
  const pendingCounts = createPendingCounts()
  const counts = createExactCounts({ db, pending: pendingCounts })
  const flags = createFlags({ ...settings.flags, release: settings.release, clock, log })
  const switches = createSwitches(flags.client, switchDefaults)
  const core: Core = {
    db,
    events: createEventLog({
      db,
      clock,
      onCommit({ actors, cursor }) {
        position.wrote(actors, cursor)
        wake.readers()
      },
    }),
    reading: position,
    history: createLogHistory(),
    nextId: () => idWriter.nextId(),
    clock,
    randomToken: () => randomBytes(32).toString("base64url"),
    forgetAccess: identities.forget,
    posts: createPostViews({ db, counts, clock }),
    counts,
    pendingCounts,
    emojis: createEmojiIndex({ db, urls }),
    community: createCommunity({ db, settings }),
    seal,
    switches,
    urls,
    settings,
    metrics: createMetrics(),
    log,
  }
  observePool(core.metrics, database.pool)
  observeBackfills(core.metrics, { db, backfills })
  const parts: Part[] = [
    { name: "database", start: async () => {}, stop: () => database.close() },
    {
      name: "schema",
      async start() {
        deps.onProgress?.("migrations")
        await migrate(db)
        await ensureEventPartitions(db, clock.now())
        if (await mendRestoredLog(db)) log.warn("the event log came from another cluster; it was renumbered")
        await Promise.all([core.emojis.refresh(), core.community.refresh()])
      },
      stop: async () => {},
    },
    idWriter,
    createTicker({
      name: "event log partitions",
      everyMs: PARTITIONS_EVERY_MS,
      run: () => ensureEventPartitions(db, clock.now()),
      clock,
      log,
    }),
    createTokenUseTicker({ clock, log, tokenUse }),
  ]
  return { core, parts, flagParts: [flags, switches], wake, position, access, identities }
}

export interface NetworkTools extends Part {
  readonly core: Core
  readonly operator: Operator
  readonly addEmoji: ReturnType<typeof createAddEmoji>
  readonly announcements: WriteAnnouncements
  readonly removeEmoji: ReturnType<typeof createRemoveEmoji>
}

/** The write side alone, for commands at a terminal. A running service sees what they do within a second. */
export function createNetworkTools(deps: SocialDeps): NetworkTools {
  const { core, parts } = openCore(deps)
  const lifecycle = createLifecycle({ parts, log: deps.log })
  return {
    ...lifecycle,
    core,
    operator: createOperator(core, createPasswordHasher()),
    announcements: createWriteAnnouncements(core),
    addEmoji: createAddEmoji({ ...core, store: createDiskMediaStore({ dir: deps.mediaDir }) }),
    removeEmoji: createRemoveEmoji(core),
  }
}

/** Every route of the service, without starting anything: for documentation. */
export async function listRoutes(deps: Omit<SocialDeps, "databaseUrl">): Promise<readonly Route[]> {
  const { core, identities } = openCore({ ...deps, databaseUrl: "postgres://nowhere.invalid/none" })
  const passwords = createPasswordHasher()
  const features = createFeatures({
    core,
    passwords,
    createAccount: createCreateAccount({ ...core, passwords }),
    authenticate: identities.authenticate,
    mediaDir: deps.mediaDir,
    exportsDir: join(privateDir(deps), "exports"),
  })
  await core.db.destroy()
  return features.routes
}

export async function createSocial(deps: SocialDeps): Promise<Social> {
  const { settings, log } = deps
  const { core, parts: coreParts, flagParts, wake, position, access, identities } = openCore(deps)
  const { db, urls } = core
  const passwords = createPasswordHasher()
  const createAccount = createCreateAccount({ ...core, passwords })
  const features = createFeatures({
    core,
    passwords,
    createAccount,
    authenticate: identities.authenticate,
    mediaDir: deps.mediaDir,
    exportsDir: join(privateDir(deps), "exports"),
  })
  const readers = createLogEngine({
    db,
    databaseUrl: deps.databaseUrl,
    consumers: features.consumers,
    followers: [...features.followers, access.follower],
    memory: features.memory,
    history: core.history,
    begin: () => beginAtCounted(db),
    position,
    log,
  })
  wake.readers = () => readers.wake()
  const tlsFiles = listenerTlsFiles(settings.http)
  const tls = tlsFiles && (await openListenerTls(tlsFiles, deps))
  const server = await createServer({
    routes: features.routes,
    fastRoutes: features.fastRoutes,
    identities,
    reading: core.reading,
    keepPolicies,
    tls,
    metrics: createRequestMetrics(core.metrics),
    log,
    baseUrl: urls.base,
    limits: { bodyBytes: settings.http.maxBodyBytes, fileBytes: settings.media.maxImageBytes },
    rateLimits: settings.http.rateLimits,
    trustedProxies: settings.http.trustedProxies,
  })

  const operator = createOperator(core, passwords)
  const { operators, serving } = createOperators(core)
  // The first to start and the last to stop, so that operators see how it starts and drains.
  const parts: Part[] = [
    operators,
    ...flagParts,
    ...coreParts,
    ...access.parts(tls),
    readers,
    ...features.parts,
    {
      name: "http server",
      async start() {
        features.attach(server)
        await deps.beforeListening?.(operator)
        await server.listen({ host: settings.http.host, port: settings.http.port })
      },
      stop: () => server.close(),
    },
    ...(tls ? [tls.part] : []),
    serving,
  ]
  const lifecycle = createLifecycle({ parts, log })
  return {
    name: "social",
    core,
    server,
    feed: features.feed,
    createAccount,
    operator,
    operators,
    start: () => lifecycle.start(),
    stop: (signal) => lifecycle.stop(signal),
    address() {
      const { address, port } = server.server.address() as AddressInfo
      return `${tls ? "https" : "http"}://${address.includes(":") ? `[${address}]` : address}:${port}`
    },
    settle: () => readers.settle(),
  }
}

/** The listener for operators, and the part that tells it that everything has started and nothing has begun to stop. */
function createOperators(core: Core): { operators: OperatorsListener; serving: Part } {
  const readiness = createReadiness(core)
  let isServing = false
  const operators = createOperatorsListener({
    ...core.settings.metrics,
    portSetting: "metrics.port (AVIARY_METRICS_PORT)",
    metrics: core.metrics,
    ready: async () => (isServing ? readiness() : "Starting or stopping"),
    log: core.log,
  })
  const serving: Part = {
    name: "readiness",
    async start() {
      isServing = true
    },
    async stop() {
      isServing = false
    },
  }
  return { operators, serving }
}
