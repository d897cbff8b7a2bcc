// The HTTP server: mounts routes, reads input, authenticates, maps errors to answers. Knows no feature.

import type { IncomingMessage, RequestListener, Server } from "node:http"
import cors from "@fastify/cors"
import cookie from "@fastify/cookie"
import rateLimit from "@fastify/rate-limit"
import { AppError } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import fastify, { LogController } from "fastify"
import type { FastifyBaseLogger, FastifyInstance, FastifyReply } from "fastify"
import type { Reading } from "../events/log-position.ts"
import { POSITION_HEADER } from "../events/log-position.ts"
import type { BodyLimits } from "./bodies.ts"
import { readBody, registerBodies } from "./bodies.ts"
import type { FastRoute } from "./fast-lane.ts"
import { createFastLane } from "./fast-lane.ts"
import { corsOptions, memberPageHeaders, setSecurityHeaders } from "./headers.ts"
import { parseForm, readInput } from "./input.ts"
import type { KeepPolicy } from "./kept-answer.ts"
import { conditionalPayload, keepAnswer, varyAnswer } from "./kept-answer.ts"
import { JsonBytes } from "./json-bytes.ts"
import type { ListenerTls } from "./listener-tls.ts"
import { linkHeader } from "./page.ts"
import type { RequestMetrics } from "./request-metrics.ts"
import type { Access, Method, Route, RouteRequest } from "./route.ts"
import { Reply } from "./route.ts"
import { coversScope } from "./scopes.ts"
import { sendError } from "./send-error.ts"
import type { AppViewer, Authenticate, Identities, Member } from "./viewer.ts"
import { isMember, tokenOf } from "./viewer.ts"

export interface ServerDeps {
  readonly routes: readonly Route[]
  /** Pages that are answered from memory where that is possible. */
  readonly fastRoutes: readonly FastRoute[]
  readonly identities: Identities
  readonly reading: Pick<Reading, "lastWrite">
  /** Which answers to people who are not signed in may be kept, by the path of a GET route. */
  readonly keepPolicies: Readonly<Record<string, KeepPolicy>>
  readonly metrics: RequestMetrics
  readonly log: Log
  /** `https://example.org`, without a slash at the end. */
  readonly baseUrl: string
  readonly limits: BodyLimits
  /** Whether routes with `perMinute` count; where a gateway in front does, one answer must decide. */
  readonly rateLimits: boolean
  /** Speaks TLS, with certificates on both sides; absent: plain. */
  readonly tls?: Pick<ListenerTls, "createServer"> | undefined
  /** Addresses whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
}

export async function createServer(deps: ServerDeps): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = deps.log
  const nextRequestId = createRequestIds()
  const server = fastify({
    loggerInstance,
    genReqId: nextRequestId,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: deps.limits.bodyBytes,
    trustProxy: deps.trustedProxies.length > 0 ? [...deps.trustedProxies] : false,
    forceCloseConnections: "idle",
    // refuseWhileStopping does, in our words.
    return503OnClosing: false,
    ...TIMEOUTS,
    ...serverFactoryOf(deps.tls),
    http: UPGRADES,
    routerOptions: {
      ignoreTrailingSlash: true,
      maxParamLength: 300,
      querystringParser: parseForm,
    },
  })
  await registerBodies(server, deps.limits)
  await server.register(cookie)
  await server.register(cors, {
    delegator: (request, callback) => callback(null, corsOptions(request.url)),
  })
  await server.register(rateLimit, {
    global: false,
    addHeaders: noRateHeaders,
    addHeadersOnExceeding: noRateHeaders,
  })
  // With a callback: a promise a request is measurable here.
  server.addHook("onSend", (request, reply, payload, done) => {
    setSecurityHeaders(reply)
    done(null, conditionalPayload(request, reply, payload))
  })
  refuseWhileStopping(server)
  server.setErrorHandler((error, request, reply) => sendError(deps.log, error, { request, reply }))
  const unknown = deps.metrics.of("ANY", "none")
  server.setNotFoundHandler(async (request, reply) => {
    unknown.answered(404, reply.elapsedTime)
    return sendError(deps.log, new AppError("route.not_found"), { request, reply })
  })
  for (const route of deps.routes) mount(server, deps, route)
  openFastLane(server, deps, nextRequestId)
  return server
}

const TIMEOUTS = { requestTimeout: 60_000, keepAliveTimeout: 75_000 }

/** Other protocols than WebSocket are not offered: who asks for one is answered as if they had not (RFC 9110 7.8). */
const UPGRADES = {
  shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === "websocket",
}

/** Fastify takes a server of HTTPS where its types say one of HTTP; it uses what both have. */
function serverFactoryOf(tls: ServerDeps["tls"]): { serverFactory?: (handler: RequestListener) => Server } {
  if (!tls) return {}
  return { serverFactory: (handler) => tls.createServer({ ...TIMEOUTS, ...UPGRADES }, handler) }
}

/** Names for requests in the log and in answers, unique within the process. */
function createRequestIds(): () => string {
  let last = 0
  return () => {
    last += 1
    return `req-${last.toString(36)}`
  }
}

/** Lets the fast lane look at each request first. */
function openFastLane(server: FastifyInstance, deps: ServerDeps, nextRequestId: () => string): void {
  const metrics = new Map(deps.fastRoutes.map(({ path }) => [path, deps.metrics.of("GET", path)]))
  const lane = createFastLane({
    routes: deps.fastRoutes,
    identities: deps.identities,
    baseUrl: deps.baseUrl,
    headers: memberPageHeaders,
    nextRequestId,
    onAnswered: (path, ms) => metrics.get(path)?.answered(200, ms),
  })
  const ordinary = server.server.listeners("request")
  server.server.removeAllListeners("request")
  server.server.on("request", (request, response) => {
    if (lane.serve(request, response)) return
    for (const listener of ordinary) listener.call(server.server, request, response)
  })
  server.addHook("preClose", async () => lane.close())
}

/** What was asked before the stop is answered; what comes later is told to try again, on another connection. */
function refuseWhileStopping(server: FastifyInstance): void {
  let stopping = false
  server.addHook("preClose", async () => {
    stopping = true
  })
  server.addHook("onRequest", async (_request, reply) => {
    if (!stopping) return
    reply.header("connection", "close")
    // Nothing was done: the gateway may send it to another instance, whatever its method. It reaches no client.
    reply.header("x-aviary-unprocessed", "1")
    throw new AppError("server.stopping")
  })
}

/** Clients read Mastodon's three headers, with a date; the library's form of them would break some. Retry-After stays. */
const noRateHeaders = {
  "x-ratelimit-limit": false,
  "x-ratelimit-remaining": false,
  "x-ratelimit-reset": false,
}

function mount(server: FastifyInstance, deps: ServerDeps, route: Route): void {
  const keep = route.method === "GET" ? deps.keepPolicies[route.path] : undefined
  const metrics = deps.metrics.of(route.method, route.path)
  const pathParameters = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? "")
  server.route({
    method: methodsOf(route.method),
    url: route.path,
    ...(route.perMinute === undefined || !deps.rateLimits
      ? {}
      : {
          config: {
            rateLimit: {
              max: route.perMinute,
              timeWindow: 60_000,
              errorResponseBuilder: () => new AppError("rate.limited"),
            },
          },
        }),
    onSend(_request, reply, payload, done) {
      metrics.answered(reply.statusCode, reply.elapsedTime)
      done(null, payload)
    },
    handler: async (request, reply) => {
      const body = await readBody(request, deps.limits)
      const query = request.query as Record<string, unknown>
      const record = { ...query, ...body.fields, ...(request.params as Record<string, unknown>) }
      const viewer = await viewerOf(
        deps.identities.authenticate,
        route,
        tokenOf(request.headers.authorization, record),
      )
      const routeRequest: RouteRequest<Access, unknown> = {
        input: route.input ? readInput(route.input, record, pathParameters) : record,
        viewer,
        url: new URL(request.url, deps.baseUrl),
        headers: request.headers,
        address: request.ip,
        files: body.files,
        raw: request,
        rawReply: reply,
      }
      const result = await route.handle(routeRequest)
      if (request.method !== "GET" && viewer?.accountId != null) {
        const written = deps.reading.lastWrite(viewer.accountId)
        if (written !== undefined) reply.header(POSITION_HEADER, written)
      }
      if (keep) describeKeeping(reply, { keep, request: routeRequest, result })
      // What took the connection over never comes by the hook: a stream, or a WebSocket, whose answer is 101.
      if (reply.sent) metrics.answered(reply.raw.headersSent ? reply.raw.statusCode : 101, undefined)
      return send(reply, routeRequest.url, result)
    },
  })
}

/** Only a good answer to somebody who is not signed in may be kept. */
function describeKeeping(
  reply: FastifyReply,
  answer: { keep: KeepPolicy; request: RouteRequest<Access, unknown>; result: unknown },
): void {
  const { keep, request, result } = answer
  varyAnswer(reply, keep)
  if (request.viewer !== undefined || (result instanceof Reply && result.status !== 200)) return
  if (keep.variesByCookie && request.headers.cookie !== undefined) return
  keepAnswer(reply, keep, request.input as Record<string, unknown>)
}

/** Update routes take PUT and PATCH alike, since clients differ. */
function methodsOf(method: Method): Method[] {
  return method === "PUT" || method === "PATCH" ? ["PUT", "PATCH"] : [method]
}

async function viewerOf(
  authenticate: Authenticate,
  route: Route,
  token: string | undefined,
): Promise<AppViewer | Member | undefined> {
  if (route.access === "public") return undefined
  if (token === undefined) {
    if (route.access === "optional") return undefined
    throw new AppError("auth.token_required")
  }
  const viewer = await authenticate(token)
  if (route.access === "optional") return isMember(viewer) ? viewer : undefined
  if (route.scope !== undefined && !coversScope(viewer.scopes, route.scope)) {
    throw new AppError("auth.scope_missing", { scope: route.scope })
  }
  if (route.access === "member" && !isMember(viewer)) throw new AppError("auth.user_required")
  return viewer
}

function send(reply: FastifyReply, url: URL, result: unknown): unknown {
  if (reply.sent || reply.raw.headersSent) return reply
  if (!(result instanceof Reply)) return sendBody(reply, result)
  reply.status(result.status).headers(result.headers)
  const link = result.page && linkHeader(url, result.page)
  if (link) reply.header("link", link)
  return sendBody(reply, result.body)
}

function sendBody(reply: FastifyReply, body: unknown): unknown {
  if (!(body instanceof JsonBytes)) return reply.send(body ?? {})
  return reply.type("application/json; charset=utf-8").send(body.toBuffer())
}
