// The streaming feature, wired: its routes, its follower of the log, the upgrade of WebSockets, and the clockwork that pings
// peers and ends the streams of revoked tokens.

import type { Part } from "@aviary/kit"
import type { FastifyInstance } from "fastify"
import type { Core } from "../../core.ts"
import type { Follower } from "../../events/log-engine.ts"
import type { Route } from "../../http/route.ts"
import type { Authenticate } from "../../http/viewer.ts"
import { createAnnouncementStreams } from "../announcements/announcement-streams.ts"
import type { Announcements } from "../announcements/announcements.ts"
import type { MemberFilters } from "../filters/member-filters.ts"
import type { Notifications } from "../notifications/notifications.ts"
import { createEventStreams } from "./event-stream-routes.ts"
import { createNotificationTail } from "./notification-tail.ts"
import { createLoadStatusPayloads } from "./status-payloads.ts"
import { createStreamAudience } from "./stream-audience.ts"
import { streamLimits } from "./stream-connection.ts"
import { createStreamFollower } from "./stream-follower.ts"
import { createStreamHub } from "./stream-hub.ts"
import { createTokenWatch } from "./token-watch.ts"
import type { WebSocketStreams } from "./web-socket-streams.ts"
import { createWebSocketStreams } from "./web-socket-streams.ts"

const PING_MS = 30_000
const HEARTBEAT_MS = 15_000

export interface Streaming {
  readonly routes: readonly Route[]
  readonly follower: Follower
  readonly part: Part
  /** Handles an upgrade; answers 404 where the path is not the stream's. */
  readonly upgrade: WebSocketStreams["upgrade"]
  /** Ends all streams as soon as the server begins to close. */
  attach(server: FastifyInstance): void
}

export interface StreamingDeps {
  readonly core: Core
  readonly authenticate: Authenticate
  readonly notifications: Pick<Notifications, "store" | "views" | "hiding">
  readonly filters: MemberFilters
  readonly announcements: Pick<Announcements, "find">
}

export function createStreaming(deps: StreamingDeps): Streaming {
  const { core, authenticate, notifications } = deps
  const tokens = { watch: () => {} }
  const hub = createStreamHub(() => tokens.watch())
  const tokenWatch = createTokenWatch({ ...core, hub })
  tokens.watch = () => tokenWatch.watch()
  const limits = streamLimits
  const sockets = createWebSocketStreams({ hub, limits, authenticate, log: core.log })
  const events = createEventStreams({ hub, limits })
  const timers: (() => void)[] = []
  return {
    routes: events.routes,
    follower: createStreamFollower({
      ...core,
      hub,
      audience: createStreamAudience(core),
      payloads: createLoadStatusPayloads({ ...core, ...deps }),
      publishAnnouncements: createAnnouncementStreams({ ...core, ...deps, hub }),
      notifications: createNotificationTail({ ...core, ...notifications, hub }),
    }),
    part: {
      name: "streams",
      async start() {
        timers.push(
          every(core, PING_MS, () => sockets.ping()),
          every(core, HEARTBEAT_MS, () => events.heartbeat()),
        )
      },
      async stop() {
        for (const cancel of timers.splice(0)) cancel()
        tokenWatch.stop()
      },
    },
    upgrade: (request, socket, head) => sockets.upgrade(request, socket, head),
    attach(server) {
      // Before the server waits for its connections, which streams would keep open.
      server.addHook("preClose", async () => {
        const closed = [sockets.stop(), events.stop()]
        hub.endAll("stopping")
        await Promise.all(closed)
      })
    },
  }
}

function every({ clock }: Pick<Core, "clock">, ms: number, run: () => void): () => void {
  let cancel = (): void => {}
  const next = (): void => {
    cancel = clock.after(ms, next)
    run()
  }
  cancel = clock.after(ms, next)
  return () => cancel()
}
