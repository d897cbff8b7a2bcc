// Routes of announcements: the list, putting one away, and reacting to one.

import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import { announcementJson } from "./announcement-json.ts"
import type { Announcements } from "./announcements.ts"

export interface AnnouncementRouteDeps extends Pick<Core, "urls" | "emojis"> {
  readonly announcements: Announcements
}

const path = "/api/v1/announcements"
const reaction = z.object({ id: field.id, name: field.text(200) })

export function createAnnouncementRoutes(deps: AnnouncementRouteDeps): Route[] {
  const { announcements } = deps
  return [
    route({
      method: "GET",
      path,
      summary: "What staff have to say, and the member has not put away",
      access: "member",
      scope: "read",
      input: z.object({ with_dismissed: field.optionalFlag }),
      async handle({ input, viewer }) {
        const { accountId: viewerId } = viewer
        const shown = await announcements.list(viewerId, { withRead: input.with_dismissed ?? false })
        return shown.map((one) => announcementJson(one, { ...deps, viewerId }))
      },
    }),
    route({
      method: "POST",
      path: `${path}/:id/dismiss`,
      summary: "Put an announcement away",
      access: "member",
      scope: "write:accounts",
      input: z.object({ id: field.id }),
      handle: ({ input, viewer }) => announcements.dismiss(viewer.accountId, input.id),
    }),
    route({
      method: "PUT",
      path: `${path}/:id/reactions/:name`,
      summary: "React to an announcement",
      access: "member",
      scope: "write:favourites",
      input: reaction,
      handle: ({ input, viewer }) => announcements.react(viewer.accountId, input.id, input.name),
    }),
    route({
      method: "DELETE",
      path: `${path}/:id/reactions/:name`,
      summary: "Take a reaction back",
      access: "member",
      scope: "write:favourites",
      input: reaction,
      handle: ({ input, viewer }) => announcements.unreact(viewer.accountId, input.id, input.name),
    }),
  ]
}
