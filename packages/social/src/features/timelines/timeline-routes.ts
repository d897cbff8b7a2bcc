// Routes of timelines: public, tags, direct. The home is the feed's, see features/feed.

import { AppError } from "@aviary/kit"
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

  async function show(ids: readonly number[], of: Page, reader: Reader): Promise<Reply> {
    return pageReply(
      await deps.replies.list(ids, reader),
      pageEnds(ids, of, (id) => id),
    )
  }

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
        const ids = isRemoteOnly(input)
          ? []
          : await publicTimelines.everybody(viewer?.accountId, input, {
              onlyMedia: input.only_media ?? false,
            })
        return show(ids, input, request)
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
        const ids = isRemoteOnly(input) ? [] : await publicTimelines.tag(viewer?.accountId, input, filter)
        return show(ids, input, request)
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/timelines/direct",
      summary: "Direct posts, one's own and those one is mentioned in",
      access: "member",
      scope: "read:statuses",
      input: z.object(page),
      handle: async (request) =>
        show(await deps.directTimeline(request.viewer.accountId, request.input), request.input, request),
    }),
    route({
      method: "GET",
      path: "/api/v1/timelines/link",
      summary: "Posts with a link that is a trend; none is",
      access: "optional",
      scope: "read:statuses",
      input: z.object({ ...page, url: field.text(2_048) }),
      async handle() {
        throw new AppError("record.not_found")
      },
    }),
  ]
}

/** Everybody is local: what is asked for from elsewhere only is nothing. */
function isRemoteOnly(input: { remote?: boolean | undefined; local?: boolean | undefined }): boolean {
  return input.remote === true && input.local !== true
}
