// The route of the firehose: who may read, from where, what, and whether there is room. Everything that can be refused is
// refused with an ordinary answer, before the upgrade.

import type { IncomingMessage } from "node:http"
import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { Upgrade } from "../../http/upgrades.ts"
import { isUpgrade, takeUpgrade } from "../../http/upgrades.ts"
import { tokenOf } from "../../http/viewer.ts"
import type { FirehoseStart } from "./firehose-cursor.ts"
import { checkCursor, findStart } from "./firehose-cursor.ts"
import type { FirehoseType } from "./firehose-types.ts"
import { firehoseTypes, isFirehoseType } from "./firehose-types.ts"

export const FIREHOSE_PATH = "/api/aviary/v1/firehose"

/** A reader who is let in. */
export interface FirehoseRequest {
  readonly request: IncomingMessage
  readonly upgrade: Upgrade
  readonly start: FirehoseStart
  /** Undefined: all types. */
  readonly types: ReadonlySet<FirehoseType> | undefined
  /** Where readers need one. */
  readonly token: string | undefined
}

export interface FirehoseRouteDeps extends Pick<Core, "db" | "settings"> {
  /** Fails with `firehose.full` or `server.stopping`. */
  readonly requireRoom: () => void
  readonly open: (request: FirehoseRequest) => void
}

/** `post.created,post.deleted`, or several `types[]`. */
const types = z
  .union([z.string(), z.array(z.string())], "is not a list of types")
  .optional()
  .transform((given, context) => {
    const names = [given ?? []].flat().flatMap((text) => text.split(","))
    const wanted = new Set<FirehoseType>()
    for (const name of names.map((one) => one.trim()).filter(Boolean)) {
      if (isFirehoseType(name)) wanted.add(name)
      else context.addIssue(`there are only ${firehoseTypes.join(", ")}`)
    }
    return wanted.size > 0 ? wanted : undefined
  })

export function createFirehoseRoute(deps: FirehoseRouteDeps): Route {
  const { db, settings, requireRoom, open } = deps
  const needsToken = settings.firehose.access === "app"
  return route({
    method: "GET",
    path: FIREHOSE_PATH,
    summary: "Stream public events over WebSocket, from a cursor on",
    access: needsToken ? "app" : "public",
    perMinute: settings.firehose.connectsPerMinute,
    input: z.object({ cursor: z.unknown().optional(), types, access_token: z.unknown().optional() }),
    async handle({ input, raw, rawReply }) {
      checkCursor(input.cursor)
      if (!isUpgrade(raw.raw)) {
        rawReply.header("upgrade", "websocket").header("connection", "upgrade")
        throw new AppError("firehose.upgrade_required")
      }
      requireRoom()
      const start = await findStart(db, input.cursor)
      // Others may have come meanwhile.
      requireRoom()
      rawReply.hijack()
      const upgrade = takeUpgrade(raw.raw)
      if (!upgrade) return
      const token = needsToken
        ? tokenOf(raw.headers.authorization, { access_token: input.access_token })
        : undefined
      open({ request: raw.raw, upgrade, start, types: input.types, token })
    },
  })
}
