// Routes of timelines: public, tags, direct. The home is the feed's, see features/feed.

import { z } from "zod"
import { field, pageFields } from "../../http/input.ts"
import type { Page } from "../../http/page.ts"
import { pageEnds } from "../../http/page.ts"
import type { Reply, Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import { normalizeHashtag } from "../../text/hashtag-name.ts"
import type { Reader, StatusReplies } from "../posts/status-replies.ts"
import type { DirectTimeline } from "./direct-timeline.ts"
import type { PublicTimelines } from "./public-timelines.ts"

export interface TimelineRouteDeps {
  readonly replies: StatusReplies
  readonly publicTimelines: PublicTimelines
  readonly directTimeline: DirectTimeline
}

/** Tags that one parameter may add at most, as Mastodon; more are left out. */
const TAGS = 4

const page = pageFields(20, 40)
const publicFields = {
  ...page,
  local: field.optionalFlag,
  remote: field.optionalFlag,
  only_media: field.optionalFlag,
}
const tagName = field.text(500).transform((name) => normalizeHashtag(name.replace(/^#/, "")))
const tagNames = field.list(tagName).transform((names) => names.slice(0, TAGS))

export function createTimelineRoutes(deps: TimelineRouteDeps): Route[] {
  const { publicTimelines } = deps

  const show = (reader: Reader, of: Page, read: (page: Page) => Promise<readonly number[]>): Promise<Reply> =>
    deps.replies.page(reader, of, { context: "public", read })
  const nothing = async (): Promise<number[]> => []

  return [
    route({
      method: "GET",
      path: "/api/v1/timelines/public",
      summary: "What everybody posted for everybody",
      access: "optional",
      scope: "read:statuses",
      input: z.object(publicFields),
      async handle(request) {
        const { input, viewer } = request
        const filter = { onlyMedia: input.only_media ?? false }
        if (isRemoteOnly(input)) return show(request, input, nothing)
        return show(request, input, (part) => publicTimelines.everybody(viewer?.accountId, part, filter))
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/timelines/tag/:hashtag",
      summary: "Public posts with a tag, and by choice with others",
      access: "optional",
      scope: "read:statuses",
      input: z.object({ ...publicFields, hashtag: tagName, any: tagNames, all: tagNames, none: tagNames }),
      async handle(request) {
        const { input, viewer } = request
        const filter = {
          any: [...new Set([input.hashtag, ...input.any])],
          all: input.all,
          none: input.none,
          onlyMedia: input.only_media ?? false,
        }
        if (isRemoteOnly(input)) return show(request, input, nothing)
        return show(request, input, (part) => publicTimelines.tag(viewer?.accountId, part, filter))
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/timelines/direct",
      summary: "Direct posts, one's own and those one is mentioned in",
      access: "member",
      scope: "read:statuses",
      input: z.object(page),
      async handle(request) {
        const { input, viewer } = request
        // Filters name no such place: as Mastodon, nothing is left out of it.
        const ids = await deps.directTimeline(viewer.accountId, input)
        return pageReply(
          await deps.replies.list(ids, request),
          pageEnds(ids, input, (id) => id),
        )
      },
    }),
  ]
}

/** Everybody is local: what is asked for from elsewhere only is nothing. */
function isRemoteOnly(input: { remote?: boolean | undefined; local?: boolean | undefined }): boolean {
  return input.remote === true && input.local !== true
}
