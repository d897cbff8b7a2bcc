// The ordinary home of members who want it ranked, under Mastodon's cursors: `max_id` is the last post that was shown, wherever
// it stands in the member's ranking. What is newer than a post is always asked for, and given, newest first.

import type { Core } from "../../../core.ts"
import type { Page } from "../../../http/page.ts"
import type { StatusPages } from "../../posts/cache/status-pages.ts"
import type { HomePage } from "../home-page.ts"
import type { ViewerStates } from "../viewer-states.ts"
import type { RankedHomes, RankedPlace, Ranking } from "./ranked-homes.ts"

export interface RankedHome {
  /** Whether memory knows that the member is to have its home newest first. */
  isLatest(viewerId: number): boolean
  /** The page; undefined where it is to be newest first. */
  page(viewerId: number, page: Page, current: boolean): Promise<HomePage | undefined>
}

export interface RankedHomeDeps extends Pick<Core, "db" | "switches"> {
  readonly ranked: RankedHomes
  readonly states: ViewerStates
  readonly pages: StatusPages
}

export function createRankedHome(deps: RankedHomeDeps): RankedHome {
  const { ranked, states, switches } = deps
  const isSwitchedOff = (): boolean => !switches.isOn("ranked-homes")

  async function isWanted(viewerId: number, current: boolean): Promise<boolean> {
    if (current) return (states.get(viewerId) ?? (await states.load(viewerId))).homeOrder === "ranked"
    const row = await deps.db
      .selectFrom("accounts")
      .select("home_order")
      .where("id", "=", viewerId)
      .executeTakeFirst()
    return row?.home_order === "ranked"
  }

  /** Where a page starts; undefined when it starts in no ranking that is kept. */
  async function start(
    viewerId: number,
    lastShown: number | undefined,
    current: boolean,
  ): Promise<{ ranking: Ranking; from: RankedPlace } | undefined> {
    const ranking =
      lastShown === undefined ? await ranked.begin(viewerId, current) : ranked.holding(viewerId, lastShown)
    if (!ranking) return undefined
    const place = ranking.entries.findIndex((entry) => entry.id === lastShown) + 1
    return { ranking, from: { place, below: ranking.floor } }
  }

  return {
    isLatest: (viewerId) => isSwitchedOff() || states.get(viewerId)?.homeOrder === "latest",
    async page(viewerId, page, current) {
      if (isSwitchedOff()) return undefined
      if (page.since_id !== undefined || page.min_id !== undefined) return undefined
      if (!(await isWanted(viewerId, current))) return undefined
      const started = await start(viewerId, page.max_id, current)
      if (!started) return undefined
      const { entries, next } = await ranked.page(started.ranking, started.from, {
        limit: page.limit,
        current,
      })
      const ids = entries.map((entry) => entry.id)
      return {
        json: await deps.pages.render(ids, viewerId, { fresh: !current }),
        ends: {
          newest: ids.length > 0 ? Math.max(...ids) : undefined,
          oldest: ids.at(-1),
          full: next !== undefined,
        },
      }
    },
  }
}
