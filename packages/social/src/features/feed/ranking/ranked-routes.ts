// The route of ranked homes: a timeline of our own that says why each post is there. Described in docs/api.md.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../../core.ts"
import { positionOf } from "../../../events/log-position.ts"
import { field } from "../../../http/input.ts"
import { JsonBytes } from "../../../http/json-bytes.ts"
import type { Route } from "../../../http/route.ts"
import { Reply, route } from "../../../http/route.ts"
import type { StatusPages } from "../../posts/cache/status-pages.ts"
import { requireSwitch } from "../../../switches.ts"
import type { RankedEntry } from "./ranker.ts"
import type { RankedHomes, RankedPlace, Ranking } from "./ranked-homes.ts"

export interface RankedRouteDeps extends Pick<Core, "db" | "reading" | "switches"> {
  readonly ranked: RankedHomes
  readonly pages: StatusPages
}

const PATH = "/api/aviary/v1/timelines/ranked"

export function createRankedRoutes(deps: RankedRouteDeps): Route[] {
  const { ranked, pages } = deps

  async function begin(viewerId: number, current: boolean): Promise<{ ranking: Ranking; from: RankedPlace }> {
    const ranking = await ranked.begin(viewerId, current)
    return { ranking, from: { place: 0, below: ranking.floor } }
  }

  function resume(viewerId: number, cursor: string): { ranking: Ranking; from: RankedPlace } {
    const asked = parseCursor(cursor)
    const ranking = ranked.find(viewerId, asked.name)
    if (!ranking) throw new AppError("feed.ranking_gone")
    return { ranking, from: asked }
  }

  /** Each entry with its status; the statuses are bytes already. */
  async function entriesJson(
    entries: readonly RankedEntry[],
    viewerId: number,
    fresh: boolean,
  ): Promise<JsonBytes> {
    const shown = await Promise.all(
      entries.map(async ({ id, score, reason }) => {
        const status = await pages.renderOne(id, viewerId, { fresh })
        return (
          status && JsonBytes.object({ status, score: JsonBytes.of(score), reason: JsonBytes.of(reason) })
        )
      }),
    )
    return JsonBytes.array(shown.filter((entry) => entry !== undefined))
  }

  return [
    route({
      method: "GET",
      path: PATH,
      summary: "The home by engagement and age, with the reason for each post",
      access: "member",
      scope: "read:statuses",
      input: z.object({ limit: field.limit(20, 40), cursor: field.optionalText(100) }),
      async handle({ input, viewer, headers, url }) {
        requireSwitch(deps.switches, "ranked-homes")
        const { accountId } = viewer
        const current = await deps.reading.caughtUp(accountId, positionOf(headers))
        const { ranking, from } = input.cursor
          ? resume(accountId, input.cursor)
          : await begin(accountId, current)
        const page = await ranked.page(ranking, from, { limit: input.limit, current })
        const body = await entriesJson(page.entries, accountId, !current)
        const link = page.next && `<${nextUrl(url, ranking.name, page.next)}>; rel="next"`
        return new Reply(body, link ? { headers: { link } } : {})
      },
    }),
  ]
}

function nextUrl(url: URL, name: string, next: RankedPlace): string {
  const target = new URL(url)
  target.searchParams.delete("access_token")
  target.searchParams.set("cursor", `${name}.${next.place}.${next.below}`)
  return target.href
}

const CURSOR = /^([\w-]{1,20})\.(\d{1,4})\.(\d{1,16})$/

function parseCursor(cursor: string): RankedPlace & { name: string } {
  const [, name, place, below] = CURSOR.exec(cursor) ?? []
  if (name === undefined) {
    throw new AppError("input.invalid", { problems: "cursor: is none that an answer has given" })
  }
  return { name, place: Number(place), below: Number(below) }
}
