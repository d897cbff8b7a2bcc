// A route as a value: what it accepts, who may call it, and what it calls. The server mounts routes, the documentation lists
// them, the tests hold both against the contract.

import type { FastifyReply, FastifyRequest } from "fastify"
import type { z } from "zod"
import type { PageEnds } from "./page.ts"
import type { AppViewer, Member } from "./viewer.ts"

/**
 * Who may call a route. `public`: anybody, a token is not looked at. `optional`: anybody; a token that is sent must be valid.
 * `app`: a token of an app or a member. `member`: a token that a member granted.
 */
export type Access = "public" | "optional" | "app" | "member"

type ViewerOf<A extends Access> = A extends "member"
  ? Member
  : A extends "app"
    ? AppViewer | Member
    : A extends "optional"
      ? Member | undefined
      : undefined

export interface UploadedFile {
  readonly field: string
  readonly filename: string
  readonly bytes: Buffer
}

export interface RouteRequest<A extends Access, I> {
  /** Path, query and body as one, read by the route's schema. */
  readonly input: I
  readonly viewer: ViewerOf<A>
  /** Absolute URL as the client sees it. */
  readonly url: URL
  /** Header names are lower-cased. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Address of the client, after trusted proxies. */
  readonly address: string
  readonly files: readonly UploadedFile[]
  readonly raw: FastifyRequest
  readonly rawReply: FastifyReply
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

export interface Route {
  readonly method: Method
  /** `/api/v1/statuses/:id` */
  readonly path: string
  /** One line for the documentation. */
  readonly summary: string
  readonly access: Access
  readonly scope: string | undefined
  readonly input: z.ZodType | undefined
  /** Requests at most per address and minute, where a route is worth attacking; undefined: no limit of its own. */
  readonly perMinute: number | undefined
  readonly handle: (request: RouteRequest<Access, unknown>) => Promise<unknown>
}

export interface RouteSpec<A extends Access, I> {
  readonly method: Method
  readonly path: string
  readonly summary: string
  readonly access: A
  readonly scope?: string
  readonly input?: z.ZodType<I>
  readonly perMinute?: number
  /** Returns the body of a 200, or a `Reply` for anything else. */
  readonly handle: (request: RouteRequest<A, I>) => Promise<unknown>
}

/** Declares a route, with the types of its input and viewer. */
export function route<A extends Access, I = Record<string, unknown>>(spec: RouteSpec<A, I>): Route {
  return {
    scope: undefined,
    input: undefined,
    perMinute: undefined,
    ...spec,
    handle: spec.handle as Route["handle"],
  }
}

/** An answer that is not simply the body of a 200. */
export class Reply {
  readonly body: unknown
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly page: PageEnds | undefined

  constructor(
    body: unknown,
    options: { status?: number; headers?: Record<string, string>; page?: PageEnds } = {},
  ) {
    this.body = body
    this.status = options.status ?? 200
    this.headers = options.headers ?? {}
    this.page = options.page
  }
}

/** A page of a list: its `Link` header is derived from the ends. */
export function pageReply(body: unknown, page: PageEnds): Reply {
  return new Reply(body, { page })
}
