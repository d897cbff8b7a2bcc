// Routes of reading positions.

import { z } from "zod"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { Marker, Markers, MarkerTimeline } from "./markers.ts"

const timeline = z.enum(["home", "notifications"])
const place = z.object({ last_read_id: field.id }).optional()

export function createMarkerRoutes(deps: { markers: Markers }): Route[] {
  const { markers } = deps
  return [
    route({
      method: "GET",
      path: "/api/v1/markers",
      summary: "Where one stopped reading",
      access: "member",
      scope: "read:statuses",
      input: z.object({ timeline: field.list(timeline) }),
      handle: async ({ input, viewer }) => markersJson(await markers.list(viewer.accountId, input.timeline)),
    }),
    route({
      method: "POST",
      path: "/api/v1/markers",
      summary: "Note where one stopped reading",
      access: "member",
      scope: "write:statuses",
      input: z.object({ home: place, notifications: place }),
      async handle({ input, viewer }) {
        const places = new Map<MarkerTimeline, number>()
        if (input.home) places.set("home", input.home.last_read_id)
        if (input.notifications) places.set("notifications", input.notifications.last_read_id)
        return markersJson(await markers.set(viewer.accountId, places))
      },
    }),
  ]
}

function markersJson(list: readonly Marker[]): object {
  return Object.fromEntries(
    list.map((marker) => [
      marker.timeline,
      {
        last_read_id: String(marker.last_read_id),
        version: marker.version,
        updated_at: marker.updated_at.toISOString(),
      },
    ]),
  )
}
