// Home in the order of time: where its posts come from, and how they are had before the first page is made. Where they were asked for
// while the code was on its way, that page shows them at once, and not first its shape. A network is never waited for beyond a moment.

import type { Status } from "../../api/entities.ts"
import type { Client } from "../../session/client.ts"
import { instanceQuery, memberQuery } from "../../session/client-context.tsx"
import { postStoreOf } from "../post/use-post.ts"
import { timelineKey } from "../timeline/timeline.tsx"
import { pagesQuery } from "../timeline/use-pages.ts"
import { homeOrderQuery } from "./home-order.ts"

export const latestHome = { name: ["home"], path: "/api/v1/timelines/home" } as const

const MOST_MS = 150

/** Resolves when home can be shown as it is, or else after 150 ms. Fails never: the page asks again. */
export async function prepareHome(client: Client): Promise<void> {
  const { api, queries } = client
  const store = postStoreOf(client)
  const posts = async () => {
    const { home_order } = await queries.fetchQuery(homeOrderQuery(api))
    if (home_order !== "latest") return
    await queries.prefetchInfiniteQuery(
      pagesQuery<readonly Status[]>(api, {
        key: timelineKey(latestHome.name),
        path: latestHome.path,
        onPage: (page) => store.learn(page),
      }),
    )
  }
  await Promise.race([
    Promise.allSettled([
      posts(),
      queries.prefetchQuery(memberQuery(api)),
      queries.prefetchQuery(instanceQuery(api)),
    ]),
    new Promise((resolve) => setTimeout(resolve, MOST_MS)),
  ])
}
