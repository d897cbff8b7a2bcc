// Who is let in, put together: tokens and signed identities, news of what changes, and the listener for gateways.

import { AppError } from "@aviary/kit"
import type { Clock, Log, Part, Settings } from "@aviary/kit"
import type { Db } from "../db/database.ts"
import type { Follower } from "../events/log-engine.ts"
import type { ListenerTls } from "../http/listener-tls.ts"
import type { AppViewer, Identities } from "../http/viewer.ts"
import { createIdentities } from "../http/viewer.ts"
import type { AccessChange } from "./access-change.ts"
import { createAccessFeed } from "./access-feed.ts"
import type { gatewaySettings } from "./access-settings.ts"
import { createGatewayListener } from "./gateway-listener.ts"
import { createGatewayNews } from "./gateway-news.ts"
import { createIntrospect } from "./introspection.ts"
import { createKeySet } from "./key-set.ts"
import { parseListenAddress } from "./listen-address.ts"
import { createVerifyIdentity } from "./signed-identity.ts"

export interface AccessDeps {
  readonly db: Db
  readonly databaseUrl: string
  readonly settings: Settings<typeof gatewaySettings>
  readonly clock: Clock
  readonly log: Log
  /** Called with tokens as they are looked up and let in. */
  readonly onSeen?: (tokenId: number) => void
  /** Called with good tokens that a gateway asks about. */
  readonly onAsked?: (token: string, viewer: AppViewer) => void
}

export interface Access {
  readonly identities: Identities
  readonly follower: Follower
  /** To be started before requests come, and stopped after them. `tls`: what gateways are spoken to with; absent: plain. */
  parts(tls?: Pick<ListenerTls, "createServer">): readonly Part[]
}

/** Fails with `config.invalid` for a listener on a network that asks nobody for a secret. */
export function createAccess({ db, databaseUrl, settings, clock, log, ...on }: AccessDeps): Access {
  const feed = createAccessFeed({ databaseUrl, log })
  const news = createGatewayNews()
  const hears = () => feed.isConnected()
  const now = () => clock.now()
  const identities = createIdentities({
    db,
    ...(on.onSeen && { onSeen: on.onSeen }),
    ...(settings.keySet !== "" && {
      signed: {
        verify: createVerifyIdentity({ keys: createKeySet({ source: settings.keySet }), now }),
        now,
        hears,
      },
    }),
  })
  feed.subscribe((change) => {
    identities.forget(change)
    news.tell(newsOf(change, hears()))
  })
  const address = settings.listen === "" ? undefined : parseListenAddress(settings.listen)
  if (address?.host !== undefined && settings.secret === "") {
    throw new AppError("config.invalid", {
      count: 1,
      problems: "  - gateway.secret: is needed where gateway.listen is HOST:PORT",
    })
  }
  const introspect = createIntrospect(identities.authenticate, on.onAsked)
  return {
    identities,
    follower: news.follower,
    parts(tls) {
      if (!address) return [feed]
      // On a Unix socket nobody is in between.
      const speaks = address.path === undefined ? tls : undefined
      const { secret } = settings
      return [feed, createGatewayListener({ address, secret, introspect, news, hears, tls: speaks, log })]
    },
  }
}

function newsOf(change: AccessChange, hears: boolean) {
  if (change.of === "all") return { type: hears ? ("hello" as const) : ("deaf" as const) }
  return { type: "access" as const, change }
}
