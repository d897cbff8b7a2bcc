// Streams over HTTP: answers that never end, in the format of server-sent events. Lines end with LF; a heartbeat is one
// comment line without an empty line after it, which some clients would take for an event.
// Source: https://docs.joinmastodon.org/methods/streaming/

import type { ServerResponse } from "node:http"
import { AppError } from "@aviary/kit"
import type { FastifyReply } from "fastify"
import { z } from "zod"
import { field } from "../../http/input.ts"
import type { Access, Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import type { AppViewer } from "../../http/viewer.ts"
import type { Frame, StreamEnd, StreamLimits } from "./stream-connection.ts"
import { createStreamConnection } from "./stream-connection.ts"
import type { StreamHub } from "./stream-hub.ts"
import type { StreamRequest } from "./stream-subscription.ts"
import { subscriptionOf } from "./stream-subscription.ts"

/** How long a client has to take the rest before it is cut off, in milliseconds. */
const CLOSE_TIMEOUT_MS = 2_000

export interface EventStreams {
  readonly routes: readonly Route[]
  heartbeat(): void
  /** Refuses further streams; resolves once every one is closed. The hub must have ended its streams. */
  stop(): Promise<void>
}

export function createEventStreams(deps: { hub: StreamHub; limits: StreamLimits }): EventStreams {
  const { hub, limits } = deps
  const open = new Set<ServerResponse>()
  let stopping = false

  function serve(reply: FastifyReply, viewer: AppViewer | undefined, request: StreamRequest): void {
    if (stopping) throw new AppError("server.stopping")
    // What can be refused is refused before the answer begins.
    subscriptionOf(request, viewer)
    hub.admit(viewer, limits)
    reply.hijack()
    const response = reply.raw
    response.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
      "x-content-type-options": "nosniff",
      "x-request-id": reply.request.id,
    })
    response.write(":)\n")
    const transport = {
      // As Mastodon, whose clients wait for some data: `undefined` where there is none.
      send: (frame: Frame) => void response.write(`event: ${frame.event}\ndata: ${frame.payload}\n\n`),
      bufferedBytes: () => response.writableLength,
      end: (why: StreamEnd) => endResponse(response, why),
    }
    const connection = createStreamConnection({ hub, viewer, transport, limits })
    open.add(response)
    response.on("error", () => response.destroy())
    response.on("close", () => {
      open.delete(response)
      connection.closed()
    })
    connection.subscribe(request)
  }

  return {
    routes: streamRoutes(serve),
    heartbeat() {
      for (const response of open) if (!response.writableEnded) response.write(":thump\n")
    },
    async stop() {
      stopping = true
      await Promise.all(
        [...open].map((response) => new Promise((resolve) => response.once("close", resolve))),
      )
    },
  }
}

function endResponse(response: ServerResponse, why: StreamEnd): void {
  response.end(`: ${why}\n`)
  const timer = setTimeout(() => response.destroy(), CLOSE_TIMEOUT_MS)
  timer.unref()
  response.once("close", () => clearTimeout(timer))
}

type Serve = (reply: FastifyReply, viewer: AppViewer | undefined, request: StreamRequest) => void

function streamRoutes(serve: Serve): Route[] {
  const of = <A extends Access>(
    path: string,
    spec: { summary: string; access: A; scope?: string; stream: string },
  ) =>
    route<A, { tag?: string | undefined; list?: string | undefined; only_media?: boolean | undefined }>({
      method: "GET",
      path: `/api/v1/streaming/${path}`,
      summary: spec.summary,
      access: spec.access,
      ...(spec.scope === undefined ? {} : { scope: spec.scope }),
      input: z.object({
        tag: field.optionalText(255),
        list: field.optionalText(20),
        only_media: field.optionalFlag,
      }),
      async handle({ input, viewer, rawReply }) {
        const media = input.only_media && spec.stream.startsWith("public") ? ":media" : ""
        serve(rawReply, viewer, { stream: spec.stream + media, tag: input.tag, list: input.list })
      },
    })
  const own = { access: "member", scope: "read:statuses" } as const
  const anybody = { access: "optional" } as const
  return [
    route({
      method: "GET",
      path: "/api/v1/streaming/health",
      summary: "Whether streams are served",
      access: "public",
      handle: async () => new Reply("OK", { headers: { "content-type": "text/plain; charset=utf-8" } }),
    }),
    of("user", { ...own, stream: "user", summary: "Stream the home timeline and notifications" }),
    of("user/notification", {
      access: "member",
      scope: "read:notifications",
      stream: "user:notification",
      summary: "Stream notifications",
    }),
    of("direct", { ...own, stream: "direct", summary: "Stream conversations" }),
    of("list", {
      access: "member",
      scope: "read:lists",
      stream: "list",
      summary: "Stream a list's timeline",
    }),
    of("public", { ...anybody, stream: "public", summary: "Stream public posts" }),
    of("public/local", { ...anybody, stream: "public:local", summary: "Stream public posts of this server" }),
    of("public/remote", {
      ...anybody,
      stream: "public:remote",
      summary: "Stream public posts of other servers: there are none",
    }),
    of("hashtag", { ...anybody, stream: "hashtag", summary: "Stream public posts with a tag" }),
    of("hashtag/local", {
      ...anybody,
      stream: "hashtag:local",
      summary: "Stream public posts of this server with a tag",
    }),
  ]
}
