// Everything about who asks, put together for the proxy: keys, the line to the service, what is known of tokens. Also hands on
// which kept answers the service calls wrong, since that comes by the same line.

import { mkdir } from "node:fs/promises"
import type { ConnectionOptions } from "node:tls"
import type { Clock, Log, Part } from "@aviary/kit"
import type { Identity } from "./identity.ts"
import { createIdentity } from "./identity.ts"
import type { IdentityConfig } from "./identity-schema.ts"
import { createServiceLink } from "./service-link.ts"
import type { SigningKeys } from "./signing-keys.ts"
import { createSigningKeys } from "./signing-keys.ts"

export interface IdentificationDeps {
  readonly config: IdentityConfig
  /** What the service's listener asks for; undefined: nothing, on a Unix socket. */
  readonly secret: string | undefined
  /** The gateway's certificate and whom it believes, for services with TLS. */
  readonly tlsOptions?: (() => ConnectionOptions) | undefined
  /** Where the keys are kept; made where it is missing. The service reads `PUBLIC_FILE` in it. */
  readonly stateDir: string
  /** Answers that carry one of these tags are wrong now; `all` when that may have been missed. */
  readonly onPurge: (tags: readonly string[] | "all") => void
  readonly clock: Clock
  readonly log: Log
}

export interface Identification extends Part, Pick<Identity, "known" | "identify" | "forget" | "stats"> {
  readonly keySet: SigningKeys["keySet"]
  /** Whether changes are heard of: while they are not, tokens are asked about each second, and kept answers may be outdated. */
  isConnected(): boolean
  /** Asks and hears these instances from here on; undefined: those of the configuration. */
  follow(services: IdentityConfig["services"] | undefined): void
}

export function createIdentification(deps: IdentificationDeps): Identification {
  const { config, secret, stateDir, clock, log } = deps
  const keys = createSigningKeys({
    dir: stateDir,
    rotateMs: config.rotateKeys,
    lifetimeMs: config.lifetime,
    clock,
    log,
  })
  const link = createServiceLink({
    endpoints: config.services,
    secret,
    tlsOptions: deps.tlsOptions,
    clock,
    log,
    onNews(news) {
      if (news.type === "beat") return
      if (news.type === "purge") return deps.onPurge(news.tags)
      identity.hear(news)
      if (news.type === "complete") deps.onPurge("all")
    },
  })
  const identity = createIdentity({
    config,
    keys,
    introspect: (token) => link.introspect(token),
    now: () => clock.now(),
    log,
  })

  return {
    name: "identities",
    async start() {
      await mkdir(stateDir, { recursive: true, mode: 0o700 })
      await keys.start()
      await link.start()
    },
    async stop(signal) {
      await link.stop(signal)
      await keys.stop(signal)
    },
    known: (token) => identity.known(token),
    identify: (token) => identity.identify(token),
    forget: (what) => identity.forget(what),
    stats: () => identity.stats(),
    keySet: () => keys.keySet(),
    isConnected: () => link.isConnected(),
    follow: (services) => link.follow(services ?? config.services),
  }
}
