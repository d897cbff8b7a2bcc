// What a client may listen to: the names of streams, who may subscribe to which, and the topics behind them. Pure.
// Source: https://docs.joinmastodon.org/methods/streaming/

import { AppError, parseId } from "@aviary/kit"
import { coversScope } from "../../http/scopes.ts"
import type { AppViewer } from "../../http/viewer.ts"
import { normalizeHashtag } from "../../text/hashtag-name.ts"

/**
 * Where events are published. `home`, `notifications` and `direct` have the id of an account as their key, `list` that of a list,
 * `tag` the normal name of a tag, `public` one of "all" and "media".
 */
export interface Topic {
  readonly kind: "home" | "notifications" | "direct" | "list" | "public" | "tag"
  readonly key: number | string
}

export interface Subscription {
  /** Equal for equal requests. */
  readonly name: string
  /** What frames say they are of: the stream and every parameter, as the client wrote them. */
  readonly label: readonly string[]
  readonly topics: readonly Topic[]
}

export interface StreamRequest {
  readonly stream: string
  readonly tag?: string | undefined
  readonly list?: string | undefined
}

const MAX_TAG = 255

/**
 * The subscription that a request asks for. Fails with `stream.unknown`, `auth.token_required`, `auth.user_required` and
 * `auth.scope_missing`. Public and tag streams are open to everybody, as the timelines are.
 */
export function subscriptionOf(request: StreamRequest, viewer: AppViewer | undefined): Subscription {
  switch (request.stream) {
    case "user": {
      const id = accountOf(viewer, "read:statuses")
      const alsoNotifications = coversScope(viewer?.scopes ?? [], "read:notifications")
      return subscription(request, [
        { kind: "home", key: id },
        ...(alsoNotifications ? [{ kind: "notifications" as const, key: id }] : []),
      ])
    }
    case "user:notification":
      return subscription(request, [{ kind: "notifications", key: accountOf(viewer, "read:notifications") }])
    case "direct":
      return subscription(request, [{ kind: "direct", key: accountOf(viewer, "read:statuses") }])
    case "list":
      return listSubscription(request, viewer)
    case "public":
    case "public:local":
      return subscription(request, [{ kind: "public", key: "all" }])
    case "public:media":
    case "public:local:media":
      return subscription(request, [{ kind: "public", key: "media" }])
    case "public:remote":
    case "public:remote:media":
      // Everything here is of this server.
      return subscription(request, [])
    case "hashtag":
    case "hashtag:local":
      return tagSubscription(request)
    default:
      throw new AppError("stream.unknown")
  }
}

function subscription(request: StreamRequest, topics: readonly Topic[]): Subscription {
  return { name: request.stream, label: [request.stream], topics }
}

/** Of somebody else's list nothing is ever streamed: whose it is, is asked for each post (see stream-audience.ts). */
function listSubscription(request: StreamRequest, viewer: AppViewer | undefined): Subscription {
  accountOf(viewer, "read:lists")
  const written = request.list ?? ""
  const id = parseId(written)
  if (id === undefined) throw new AppError("input.invalid", { problems: "list: is not an id" })
  return {
    name: `list ${id}`,
    label: [request.stream, written],
    topics: [{ kind: "list", key: id }],
  }
}

function tagSubscription(request: StreamRequest): Subscription {
  const written = request.tag ?? ""
  const name = normalizeHashtag(written.slice(0, MAX_TAG).replace(/^#/, ""))
  if (name === "") throw new AppError("input.invalid", { problems: "tag: is not a hashtag" })
  return {
    name: `${request.stream} ${name}`,
    label: [request.stream, written],
    topics: [{ kind: "tag", key: name }],
  }
}

function accountOf(viewer: AppViewer | undefined, scope: string): number {
  if (!viewer) throw new AppError("auth.token_required")
  if (viewer.accountId === null) throw new AppError("auth.user_required")
  if (!coversScope(viewer.scopes, scope)) throw new AppError("auth.scope_missing", { scope })
  return viewer.accountId
}
