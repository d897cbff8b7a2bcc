// npm run bench -- web: the web client in a real browser, on a real installation: how soon home can be used on a slow device, how
// much JavaScript that takes, what moves meanwhile, and whether a long scroll is smooth.

import type { Figure } from "./lib/report.ts"
import type { RunningAviary } from "./lib/running-aviary.ts"
import { benchDataDir, grantTokens, removeDataDir, runAviary } from "./lib/running-aviary.ts"
import { seed } from "./lib/seed.ts"
import { openBrowser } from "./web/browser.ts"
import { firstVisit } from "./web/first-visit.ts"
import type { FirstVisit } from "./web/first-visit.ts"
import { scrollBare, scrollHome } from "./web/scroll.ts"

const VISITS = 5
/** What a browser's own tools take for a phone of the middle. */
const SLOWDOWN = 4
const POSTS = 1_000
/** As long as home is scrolled, about. */
const BARE_SECONDS = 20

export async function web(): Promise<Figure[]> {
  const dataDir = benchDataDir()
  let aviary: RunningAviary | undefined
  try {
    aviary = await runAviary(dataDir)
    const accountIds = await seed(aviary.databaseUrl, { members: 20, followsEach: 19, posts: POSTS * 1.2 })
    // Once more, for a start on existing data.
    await aviary.stop()
    aviary = await runAviary(dataDir)
    const [member] = await grantTokens(aviary.databaseUrl, accountIds)
    return await measure(`http://localhost:${aviary.port}`, member?.token ?? "")
  } finally {
    await aviary?.stop()
    removeDataDir(dataDir)
  }
}

async function measure(origin: string, token: string): Promise<Figure[]> {
  const browser = await openBrowser()
  try {
    // The first one wakes the server and the browser up.
    await firstVisit(browser, { origin, token, slowdown: 1 })
    const slow: FirstVisit[] = []
    const quick: FirstVisit[] = []
    for (let round = 0; round < VISITS; round += 1) {
      slow.push(await firstVisit(browser, { origin, token, slowdown: SLOWDOWN }))
      quick.push(await firstVisit(browser, { origin, token, slowdown: 1 }))
    }
    const bareBefore = await scrollBare(browser, { seconds: BARE_SECONDS / 2 })
    const scroll = await scrollHome(browser, { origin, token, posts: POSTS })
    const bareAfter = await scrollBare(browser, { seconds: BARE_SECONDS / 2 })
    const bare = (bareBefore.dropped + bareAfter.dropped) / (bareBefore.frames + bareAfter.frames)
    return [
      {
        name: `home interactive, processor ${SLOWDOWN}× slowed`,
        value: median(slow.map(({ interactiveMs }) => interactiveMs)) / 1_000,
        unit: "s",
        target: { most: 1.5 },
        note: `median of ${VISITS} first visits, nothing cached; posts seen at ${seconds(slow)}; ${range(slow)}`,
      },
      {
        name: "home interactive",
        value: median(quick.map(({ interactiveMs }) => interactiveMs)) / 1_000,
        unit: "s",
        note: `median of ${VISITS} first visits, nothing cached; ${range(quick)}`,
      },
      {
        name: "JavaScript until home is interactive",
        value: Math.max(...slow.map(({ scriptBytes }) => scriptBytes)) / 1_000,
        unit: "kB compressed",
        target: { most: 180 },
        note: "bodies as they came over the wire",
      },
      {
        name: "layout shift of a first visit",
        value: Math.max(...[...slow, ...quick].map(({ layoutShift }) => layoutShift)),
        unit: "CLS",
        target: { most: 0.05 },
        note: "the worst of them",
      },
      {
        name: `dropped frames, scroll over ${scroll.posts} posts`,
        value: (scroll.dropped / scroll.frames) * 100,
        unit: "%",
        target: { most: 5 },
        note: `${scroll.dropped} of ${scroll.frames} at 60 Hz; a page of bare lines, scrolled alike around it: ${(bare * 100).toFixed(1)} %`,
      },
      { name: "layout shift of the scroll", value: scroll.layoutShift, unit: "CLS", target: { most: 0.05 } },
    ]
  } finally {
    await browser.close()
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

function seconds(visits: readonly FirstVisit[]): string {
  return `${(median(visits.map(({ postsMs }) => postsMs)) / 1_000).toFixed(2)} s`
}

function range(visits: readonly FirstVisit[]): string {
  const all = visits.map(({ interactiveMs }) => interactiveMs / 1_000)
  return `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)} s`
}
