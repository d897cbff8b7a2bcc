// Routes of the pages that everybody may see. They show what somebody who is not signed in may see, whoever asks.

import { AppError, parseId } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import { isHashtagName, normalizeHashtag } from "../../text/hashtag-name.ts"
import { createAccountPosts } from "../accounts/account-posts.ts"
import type { AccountRow } from "../accounts/account-json.ts"
import type { Usage } from "../instance/usage-counts.ts"
import type { WebVisitors } from "../oauth/web-visitors.ts"
import { visibleTo } from "../posts/post-visibility.ts"
import type { PostView } from "../posts/post-view.ts"
import { createPublicTimelines } from "../timelines/public-timelines.ts"
import { aboutPage, frontPage } from "./front-page.ts"
import type { RenderPage } from "./page.ts"
import { pageHandler } from "./page.ts"
import type { PostContext } from "./post-view-html.ts"
import { postPage, profilePage, tagPage } from "./profile-page.ts"

export interface PageRouteDeps extends Core {
  readonly usage: Usage
  readonly visitors: WebVisitors
  readonly renderPage: RenderPage
}

const POSTS_PER_PAGE = 20
const REPLIES_SHOWN = 50

type Input = Readonly<Record<string, unknown>>

export function createPageRoutes(deps: PageRouteDeps): Route[] {
  const { db, posts, urls, community, usage, visitors, renderPage, clock } = deps
  const accountPosts = createAccountPosts(deps)
  const timelines = createPublicTimelines(deps)
  const context = (): PostContext => ({ ...deps, now: clock.now() })

  async function memberOf(input: Input): Promise<AccountRow> {
    const name = String(input.username).toLowerCase()
    const account = /^\w{1,30}$/.test(name)
      ? await db.selectFrom("accounts").selectAll().where("username_key", "=", name).executeTakeFirst()
      : undefined
    if (!account || account.suspended_at !== null) throw new AppError("record.not_found")
    return account
  }

  async function postOf(input: Input): Promise<PostView> {
    const id = parseId(String(input.id))
    const post = id === undefined ? undefined : await posts.findVisible(id, undefined)
    if (!post) throw new AppError("record.not_found")
    return post.original ?? post
  }

  async function repliesTo(post: PostView): Promise<PostView[]> {
    const found = await sql<{ id: number }>`SELECT p.id FROM posts p
      WHERE p.reply_to_id = ${post.id} AND ${visibleTo(undefined)} ORDER BY p.id LIMIT ${REPLIES_SHOWN}`.execute(
      db,
    )
    return posts.load(
      found.rows.map((row) => row.id),
      undefined,
    )
  }

  function page(
    path: string,
    summary: string,
    show: (input: Input, request: PageRequest) => Promise<Reply>,
  ): Route {
    return route({
      method: "GET",
      path,
      summary,
      access: "public",
      handle: pageHandler(renderPage, (request) => show(request.input, request)),
    })
  }

  return [
    page("/", "The front page", async (_input, request) =>
      renderPage(
        frontPage({
          community: community.now(),
          urls,
          usage: await usage.counts(),
          visitor: await visitors.signedIn(request),
        }),
      ),
    ),
    page("/about", "The page about the community", async () =>
      renderPage(aboutPage({ community: community.now() })),
    ),
    page("/@:username", "A member's page", async (input) => {
      const account = await memberOf(input)
      const older = cursorOf(input)
      const ids = await accountPosts.list(account.id, undefined, {
        page: { limit: POSTS_PER_PAGE, max_id: older },
        filter: { excludeReplies: true, excludeReposts: false, onlyMedia: false, tag: undefined },
      })
      const list = {
        posts: await posts.load(ids, undefined),
        olderUrl: olderUrl(urls.account(account.username), ids),
      }
      return renderPage(profilePage(account, list, context()))
    }),
    page("/@:username/:id", "A post's page", async (input) => {
      const post = await postOf(input)
      if (post.author.username !== input.username) return redirect(urls.post(post.author.username, post.id))
      return renderPage(postPage(post, await repliesTo(post), context()))
    }),
    page("/tags/:name", "The posts with a hashtag", async (input) => {
      const name = normalizeHashtag(String(input.name))
      if (!isHashtagName(name)) throw new AppError("record.not_found")
      const filter = { any: [name], all: [], none: [], onlyMedia: false }
      const ids = await timelines.tag(undefined, { limit: POSTS_PER_PAGE, max_id: cursorOf(input) }, filter)
      const list = { posts: await posts.load(ids, undefined), olderUrl: olderUrl(urls.tag(name), ids) }
      return renderPage(tagPage(name, list, context()))
    }),
    page("/users/:username", "A member's page, by the address that never changes", async (input) =>
      redirect(urls.account((await memberOf(input)).username)),
    ),
    page(
      "/users/:username/statuses/:id",
      "A post's page, by the address that never changes",
      async (input) => {
        const post = await postOf(input)
        return redirect(urls.post(post.author.username, post.id))
      },
    ),
  ]
}

type PageRequest = Parameters<Parameters<typeof pageHandler>[1]>[0]

function cursorOf(input: Input): number | undefined {
  return typeof input.max_id === "string" ? parseId(input.max_id) : undefined
}

/** Where a full page goes on; undefined for the last. */
function olderUrl(base: string, ids: readonly number[]): string | undefined {
  const last = ids.at(-1)
  return ids.length < POSTS_PER_PAGE || last === undefined ? undefined : `${base}?max_id=${last}`
}

function redirect(location: string): Reply {
  return new Reply("", { status: 302, headers: { location } })
}
