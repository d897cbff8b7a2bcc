// Routes of timelines: home, public, tags, direct.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field, pageFields } from "../../http/input.ts"
import type { Page } from "../../http/page.ts"
import { pageEnds } from "../../http/page.ts"
import type { Reply, Route } from "../../http/route.ts"
import { pageReply, route } from "../../http/route.ts"
import { normalizeHashtag } from "../../text/hashtag-name.ts"
import { statusJson } from "../posts/status-json.ts"
import type { DirectTimeline } from "./direct-timeline.ts"
import type { HomeTimeline } from "./home-timeline.ts"
import type { PublicTimelines } from "./public-timelines.ts"

export interface TimelineRouteDeps extends Pick<Core, "posts" | "urls" | "emojis" | "clock"> {
  readonly homeTimeline: HomeTimeline
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

  async function show(ids: readonly number[], of: Page, viewerId: number | undefined): Promise<Reply> {
    const posts = await deps.posts.load(ids, viewerId)
    const context = { ...deps, viewerId, now: deps.clock.now() }
    const ends = pageEnds(ids, of, (id) => id)
    return pageReply(
      posts.map((post) => statusJson(post, context)),
      ends,
    )
  }

  return [
    route({
      method: "GET",
      path: "/api/v1/timelines/home",
      summary: "What oneself and those one follows posted",
      access: "member",
      scope: "read:statuses",
      input: z.object(page),
      handle: async ({ input, viewer }) =>
        show(await deps.homeTimeline(viewer.accountId, input), input, viewer.accountId),
    }),
    route({
      method: "GET",
      path: "/api/v1/timelines/public",
      summary: "What everybody posted for everybody",
      access: "optional",
      scope: "read:statuses",
      input: z.object(publicFields),
      async handle({ input, viewer }) {
        const ids = isRemoteOnly(input)
          ? []
          : await publicTimelines.everybody(viewer?.accountId, input, {
              onlyMedia: input.only_media ?? false,
            })
        return show(ids, input, viewer?.accountId)
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/timelines/tag/:hashtag",
      summary: "Public posts with a tag, and by choice with others",
      access: "optional",
      scope: "read:statuses",
      input: z.object({ ...publicFields, hashtag: tagName, any: tagNames, all: tagNames, none: tagNames }),
      async handle({ input, viewer }) {
        const filter = {
          any: [...new Set([input.hashtag, ...input.any])],
          all: input.all,
          none: input.none,
          onlyMedia: input.only_media ?? false,
        }
        const ids = isRemoteOnly(input) ? [] : await publicTimelines.tag(viewer?.accountId, input, filter)
        return show(ids, input, viewer?.accountId)
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/timelines/direct",
      summary: "Direct posts, one's own and those one is mentioned in",
      access: "member",
      scope: "read:statuses",
      input: z.object(page),
      handle: async ({ input, viewer }) =>
        show(await deps.directTimeline(viewer.accountId, input), input, viewer.accountId),
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
    route({
      method: "GET",
      path: "/api/v1/timelines/list/:id",
      summary: "Posts of a list; there are no lists",
      access: "member",
      scope: "read:lists",
      input: z.object({ ...page, id: field.id }),
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
